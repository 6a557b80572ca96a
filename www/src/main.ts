// The demo: a small shop on a bad network, and the lab that makes it bad.
import './styles/tokens.css';
import './styles/base.css';
import './styles/page.css';
import './styles/shop.css';
import './styles/orders.css';
import './styles/order.css';
import './styles/lab.css';
import './styles/player.css';
import './styles/report.css';
import './styles/switchboard.css';
import './styles/chart.css';
import './styles/contents.css';
import './styles/kept.css';
import './styles/log.css';
import { startLab } from './lab/lab';
import { offerToPlay } from './lab/player-view';
import * as trouble from './lab/trouble';
import { scenarioId } from './net/backend';
import { steady } from './net/steady';
import { part } from './page/dom';
import { type PanelName, startPanels } from './page/panels';
import { startThemeSwitch } from './page/theme';
import { answerNotices } from './shop/answers';
import * as drafts from './shop/drafts';
import * as feed from './shop/feed';
import { startRoutes } from './shop/routes';
import { startTiles } from './shop/tiles';
import { startVisitor } from './shop/visitor';

// Tests find this visitor's scenario on the server by it.
part('lab').dataset['scenario'] = scenarioId;
steady.notices.mount(part('banner-place'));
let takeBack: (() => void) | undefined;
startThemeSwitch();
answerNotices();
drafts.start();
drafts.sent.listen(() => void feed.refresh());
startTiles();
startRoutes();
startLab();
startVisitor();
const bring = startPanels(placeBanner);
for (const link of document.querySelectorAll('[data-to-lab]')) {
  link.addEventListener('click', (event) => {
    event.preventDefault();
    bring('lab');
    offerToPlay();
  });
}
document.documentElement.dataset['ready'] = '';

/** Banners belong to the shop; while the lab hides it, they are shown there. */
function placeBanner(only: PanelName | undefined): void {
  takeBack?.();
  takeBack = only === 'lab' ? steady.notices.mount(part('lab-banner')) : undefined;
}

// The shop's first request needs the scenario that answers it.
void trouble.ready().then(() => feed.start());
