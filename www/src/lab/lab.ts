// The fault lab beside the shop.
import { defineHealth } from 'steadfetch/health';
import { steady } from '../net/steady';
import { button, part, set, write } from '../page/dom';
import { icon } from '../page/icons';
import { startContents } from './contents';
import { freeze, startChart } from './chart';
import { startHistory } from './history';
import { startLog } from './log';
import { startPlayer } from './player-view';
import { startReport } from './report';
import { startSecondTab } from './second-tab';
import { startStory } from './story';
import { startSwitchboard } from './switchboard';
import { startTabs } from './tabs';
import * as trouble from './trouble';

export function startLab(): void {
  startHistory();
  startLog();
  void startSwitchboard();
  startPlayer();
  startReport();
  startTabs('causes');
  startTabs('contents');
  startContents();
  defineHealth(steady);
  startChart();
  startStory();
  part('chart-actions').append(freezer());
  engine();
  trouble.refused.listen((why) => {
    write(part('lab-problem'), why ? 'The lab can’t do that now. Start the demo’s command again.' : '');
  });
  trouble.start();
  startSecondTab();
}

/** What moves by itself can be held still. */
function freezer(): HTMLElement {
  let frozen = false;
  const node = button('press small', () => {
    frozen = !frozen;
    freeze(frozen);
    set(node, { 'aria-pressed': String(frozen) });
  });
  node.append(icon('pause'), 'Hold');
  set(node, { 'aria-pressed': 'false' });
  return node;
}

const ENGINE = {
  loading: 'Wasm engine loading',
  active: 'Wasm engine active',
  passthrough: 'No Wasm engine: calls pass through',
  disposed: 'Wasm engine stopped',
};

function engine(): void {
  const show = () => {
    write(part('engine'), ENGINE[steady.state]);
    set(part('engine'), { 'data-state': steady.state });
  };
  show();
  steady.on('state', show);
}
