// How many orders are where, at a glance.
import type { Order } from '../net/api';
import { h, part, write } from '../page/dom';
import * as feed from './feed';

const SHOWN: readonly [Order['state'], string][] = [
  ['new', 'New'],
  ['in production', 'In production'],
  ['ready', 'Ready'],
  ['shipped', 'On the way'],
];

/** Fills the figures and keeps them true. */
export function startTiles(): void {
  const figures = SHOWN.map(([state, name]) => {
    const value = h('dd', {}, '–');
    part('tiles').append(h('div', {}, h('dt', {}, name), value));
    return { state, value };
  });
  feed.changed.listen(() => {
    const { orders } = feed.current();
    if (!orders) return;
    for (const { state, value } of figures) {
      write(value, String(orders.filter((order) => order.state === state).length));
    }
  });
}
