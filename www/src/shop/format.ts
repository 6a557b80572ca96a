// Money, days and states as the shop writes them.
import type { Order } from '../net/api';
import { h } from '../page/dom';

const euro = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'EUR' });
const whole = new Intl.NumberFormat('en-GB', {
  style: 'currency',
  currency: 'EUR',
  maximumFractionDigits: 0,
});
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
const short = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

export const STATES: readonly Order['state'][] = ['new', 'in production', 'ready', 'shipped', 'delivered'];

export function money(cents: number): string {
  return euro.format(cents / 100);
}

/** Without cents. */
export function euros(cents: number): string {
  return whole.format(cents / 100);
}

/** "Thursday 18 June". */
export function longDay(date: string): string {
  return weekday.format(new Date(`${date}T12:00:00`));
}

/** "18 Jun". */
export function shortDay(date: string): string {
  return short.format(new Date(`${date}T12:00:00`));
}

/** A state as a small label. */
export function stateLabel(state: Order['state']): HTMLElement {
  return h('span', { class: 'state', 'data-state': state }, state);
}
