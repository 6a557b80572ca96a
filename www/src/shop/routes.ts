// Which view the address asks for. Addresses are hashes, so that the shop runs from any folder.
import { part } from '../page/dom';
import * as feed from './feed';
import { formView } from './form-view';
import { listView } from './list-view';
import { orderView } from './order-view';

let leaving = new AbortController();
let saved: number | undefined;

/** Shows what the address says, now and whenever it changes. */
export function startRoutes(): void {
  addEventListener('hashchange', show);
  show();
}

/** Goes to a view. */
export function open(hash: string): void {
  if ((location.hash || '#/') === hash) return;
  history.pushState(null, '', hash);
  show();
}

function show(): void {
  leaving.abort();
  leaving = new AbortController();
  const [path = '', query] = location.hash.slice(1).split('?');
  const number = Number(/^\/orders\/(\d+)$/.exec(path)?.[1]);
  const view = part('view');
  const focused = view.contains(document.activeElement);
  if (number) view.replaceChildren(orderView(number, leaving.signal));
  else if (path === '/new') view.replaceChildren(form(query));
  else view.replaceChildren(listView(saved));
  // The focus was in what is gone; a view that a script opened takes it from nobody.
  if (focused) document.getElementById('view-title')?.focus({ preventScroll: true });
}

function form(query: string | undefined): HTMLElement {
  const like = Number(new URLSearchParams(query).get('like'));
  return formView(feed.known(like), (order) => {
    saved = order?.number;
    open('#/');
  });
}
