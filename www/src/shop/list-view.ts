// The list of orders, with its search.
import type { Order } from '../net/api';
import { ago } from '../page/ago';
import { arrange, button, h, set, write } from '../page/dom';
import { icon } from '../page/icons';
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
  h('div', { class: 'scroll' }, skeleton, list, empty),
);

let typing: ReturnType<typeof setTimeout> | undefined;
input.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => void feed.search(input.value), PAUSE);
});
feed.changed.listen(() => node.isConnected && draw());
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
  drawFreshness();
  skeleton.hidden = orders !== undefined || state.failed;
  list.hidden = !orders?.length;
  arrange(list, (orders ?? []).map(row));
  write(hint, hintText(orders));
  drawEmpty(orders);
}

function drawFreshness(): void {
  const { orders, updatedAt, failed, reading } = feed.current();
  const when = updatedAt === undefined ? '' : ago(updatedAt);
  if (failed) write(freshness, when ? `Last updated ${when}` : 'Not loaded yet');
  else write(freshness, orders ? `${orders.length} orders · updated ${when}` : 'Loading');
  const searching = feed.current().query !== '';
  set(freshness, { 'data-stale': failed, hidden: searching });
  set(again, { hidden: !failed || !orders || searching, disabled: reading });
}

function hintText(orders: readonly Order[] | undefined): string {
  const { query, found, searchFailed } = feed.current();
  if (query === '' || !orders) return '';
  if (searchFailed) return 'No answer yet: matches from the orders already here';
  if (!found) return `Searching for “${query}” …`;
  return found.length === 1 ? '1 order found' : `${found.length} orders found`;
}

function drawEmpty(orders: readonly Order[] | undefined): void {
  const { failed, query, reading } = feed.current();
  const nothing = orders ? orders.length === 0 : failed;
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

function bones(): HTMLElement {
  return h('div', { class: 'skeleton' }, h('i'), h('i'), h('i'));
}
