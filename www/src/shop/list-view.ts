// The list of orders, with its search.
import type { Order } from '../net/api';
import { steady } from '../net/steady';
import { ago, timeShort } from '../page/ago';
import { arrange, button, h, set, write } from '../page/dom';
import { icon } from '../page/icons';
import * as drafts from './drafts';
import * as feed from './feed';
import { money, shortDay, stateLabel } from './format';

const PAUSE = 250;
const SKELETONS = 9;

const rows = new Map<number, { node: HTMLElement; text: string }>();
let savedLast: number | undefined;

const title = h('h3', { id: 'view-title', tabindex: -1 }, 'Orders');
const freshness = h('p', { class: 'freshness', id: 'freshness' });
const again = button('link', () => void feed.refresh(), 'Try again');
const input = h('input', {
  type: 'search',
  id: 'search',
  placeholder: 'Customer, item, state',
  autocomplete: 'off',
  'aria-label': 'Search orders',
});
const list = h('ul', { class: 'orders', 'aria-labelledby': 'view-title' });
// In the same line: what is searched takes the place of what is known about the list.
const hint = h('p', { class: 'freshness', role: 'status' });
const waiting = h('ul', { class: 'orders waiting', 'aria-label': 'Kept on this device' });
// Where the list is off, in its place.
const away = h(
  'div',
  { class: 'empty' },
  icon('pause'),
  h('h4', {}, 'Orders are off for now'),
  h('p', {}, 'They come back by themselves. New orders can be saved meanwhile.'),
);
const skeleton = h(
  'div',
  { class: 'skeletons', 'aria-hidden': 'true' },
  ...Array.from({ length: SKELETONS }, bones),
);
const empty = h('div', { class: 'empty' });
const newOrder = h('a', { class: 'press main', href: '#/new' }, icon('plus'), 'New order');

const node = h(
  'div',
  { class: 'list-view' },
  h(
    'div',
    { class: 'view-head' },
    title,
    newOrder,
    h('div', { class: 'fresh' }, freshness, again, hint),
    h('label', { class: 'search' }, icon('search'), input),
  ),
  h('div', { class: 'scroll' }, waiting, skeleton, list, empty, away),
);

let typing: ReturnType<typeof setTimeout> | undefined;
input.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => void feed.search(input.value), PAUSE);
});
for (const { changed } of [feed, drafts]) changed.listen(() => node.isConnected && draw());
for (const name of ['orders', 'search']) steady.features.on(name, () => node.isConnected && draw());
setInterval(() => node.isConnected && drawFreshness(), 1000);

/** The view; `saved`: the order to point out. */
export function listView(saved?: number): HTMLElement {
  savedLast = saved;
  draw();
  return node;
}

/** Searches as if somebody had typed. */
export function type(words: string): void {
  input.value = words;
  void feed.search(words);
}

function draw(): void {
  const state = feed.current();
  const orders = feed.visible();
  const level = steady.features.get('orders').level;
  drawFreshness();
  drawSearch();
  away.hidden = level !== 'off';
  skeleton.hidden = orders !== undefined || state.failed || level === 'off';
  list.hidden = !orders?.length || level === 'off';
  // Less at a glance, and the same orders: what may be old by now, their state, is left out.
  list.classList.toggle('light', level === 'reduced' || (state.query !== '' && searchLevel() === 'reduced'));
  arrange(list, (orders ?? []).map(row));
  arrange(waiting, drafts.current().map(waitingRow));
  waiting.hidden = drafts.current().length === 0;
  write(hint, hintText(orders));
  drawEmpty(level === 'off' ? undefined : orders, level === 'off');
}

function searchLevel(): string {
  return steady.features.get('search').level;
}

function drawSearch(): void {
  const off = searchLevel() === 'off';
  set(input, { placeholder: off ? 'Search is off for now' : 'Customer, item, state', disabled: off });
}

function drawFreshness(): void {
  const { orders, updatedAt, asOf, failed, reading } = feed.current();
  const when = updatedAt === undefined ? '' : ago(updatedAt);
  if (failed) write(freshness, when ? `Last updated ${when}` : 'Not loaded yet');
  else if (orders && asOf !== undefined)
    write(freshness, `${orders.length} orders · as of ${timeShort(asOf)}`);
  else write(freshness, orders ? `${orders.length} orders · updated ${when}` : 'Loading');
  const searching = feed.current().query !== '';
  set(freshness, { 'data-stale': failed, hidden: searching });
  set(again, { hidden: !failed || !orders || searching, disabled: reading });
}

function hintText(orders: readonly Order[] | undefined): string {
  const { query, found, foundAsOf, searchFailed } = feed.current();
  if (query === '' || !orders) return '';
  if (searchFailed) return 'No answer yet: matches from the orders already here';
  if (!found) return `Searching for “${query}” …`;
  const count = found.length === 1 ? '1 order found' : `${found.length} orders found`;
  return foundAsOf === undefined ? count : `${count} · as of ${timeShort(foundAsOf)}`;
}

function drawEmpty(orders: readonly Order[] | undefined, off: boolean): void {
  const { failed, query, reading } = feed.current();
  const nothing = !off && (orders ? orders.length === 0 : failed);
  empty.hidden = !nothing;
  if (!nothing) return arrange(empty, []);
  const words = orders
    ? [`No order fits “${query}”`, 'Try fewer words, a name or an order number.']
    : ['The orders aren’t here yet', 'The page asks for them again by itself.'];
  const retry = button('press', () => void feed.refresh(), reading ? 'Asking …' : 'Try again');
  const clear = button('press', () => type(''), 'Show all orders');
  empty.replaceChildren(icon('box'), h('h4', {}, words[0]), h('p', {}, words[1]), orders ? clear : retry);
}

/** A row lives as long as its order: refreshes change its text, not its place under the pointer. */
function row(order: Order): HTMLElement {
  const text = JSON.stringify(order);
  const known = rows.get(order.number);
  const made = known?.node ?? h('li', {}, h('a', { href: `#/orders/${order.number}` }));
  if (known?.text !== text) {
    const quantity = order.quantity > 1 ? `${order.quantity} × ` : '';
    made.firstElementChild?.replaceChildren(
      h('span', { class: 'number' }, String(order.number)),
      h('span', { class: 'customer' }, order.customer),
      h('span', { class: 'item' }, quantity + order.item),
      h('span', { class: 'date' }, shortDay(order.date)),
      h('span', { class: 'total' }, money(order.total)),
      stateLabel(order.state),
    );
    rows.set(order.number, { node: made, text });
  }
  made.classList.toggle('saved', order.number === savedLast);
  return made;
}

/** An order that the server does not have yet. */
function waitingRow({ id, state, draft, queuedAt }: drafts.Kept): HTMLElement {
  const dead = state === 'dead';
  const quantity = draft && draft.quantity > 1 ? `${draft.quantity} × ` : '';
  const mark = dead ? 'not sent' : state === 'sending' ? 'being sent' : 'waiting to be sent';
  return h(
    'li',
    { 'data-kept': state },
    h(
      'div',
      {},
      h('span', { class: 'number' }, 'new'),
      h('span', { class: 'customer' }, draft?.customer ?? 'An order of another tab'),
      h('span', { class: 'item' }, draft ? quantity + draft.item : 'Its contents are known there'),
      h('span', { class: 'state', 'data-kept': state }, mark),
      h(
        'p',
        { class: 'kept-words' },
        dead
          ? 'The server didn’t take it. '
          : `Kept on this device at ${timeShort(queuedAt)}, and sent by itself. `,
        dead && button('link', () => void steady.outbox.retry(id), 'Try again'),
        dead && button('link', () => void steady.outbox.discard(id), 'Discard'),
      ),
    ),
  );
}

function bones(): HTMLElement {
  return h('div', { class: 'skeleton' }, h('i'), h('i'), h('i'));
}
