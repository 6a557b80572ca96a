// How many orders are where, and what they are worth, at a glance.
import type { Order } from '../net/api';
import { h, part, write } from '../page/dom';
import * as feed from './feed';
import { euros } from './format';

const SHOWN: readonly [Order['state'], string][] = [
  ['new', 'New'],
  ['in production', 'In progress'],
  ['ready', 'Ready'],
  ['shipped', 'On the way'],
];

/** Fills the figures and keeps them true. */
export function startTiles(): void {
  const figures = SHOWN.map(([state, name]) => {
    const count = h('dd', { class: 'count' }, '–');
    const worth = h('dd', { class: 'worth' }, '\u00a0');
    part('tiles').append(h('div', {}, h('dt', {}, name), count, worth));
    return { state, count, worth };
  });
  feed.changed.listen(() => {
    const { orders } = feed.current();
    if (!orders) return;
    for (const { state, count, worth } of figures) {
      const here = orders.filter((order) => order.state === state);
      write(count, String(here.length));
      write(worth, euros(here.reduce((sum, { total }) => sum + total, 0)));
    }
  });
}
