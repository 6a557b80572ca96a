// The orders that the shop shows: read again and again, kept on the screen when reading fails.
import { type Order, Trouble, listOrders, searchOrders } from '../net/api';
import { signedIn } from '../net/session';
import { steady } from '../net/steady';
import { Signal } from '../page/signal';

const EVERY = 4000;

export interface FeedState {
  /** What is known; undefined before the first answer. */
  orders?: readonly Order[];
  updatedAt?: number;
  /** The orders come from a stored copy of this time. */
  asOf?: number | undefined;
  reading: boolean;
  /** The latest reading failed. */
  failed: boolean;
  query: string;
  /** What the server found; undefined while it is asked, or could not be. */
  found?: readonly Order[];
  /** What was found comes from a stored copy of this time. */
  foundAsOf?: number | undefined;
  searchFailed: boolean;
}

const state: FeedState = { reading: false, failed: false, query: '', searchFailed: false };
let searching: AbortController | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

export const changed = new Signal();

export function current(): Readonly<FeedState> {
  return state;
}

/** Reads the list now and from then on. */
export function start(): void {
  void refresh();
  signedIn.listen(() => void refresh());
  steady.features.on('orders', () => void refresh());
  steady.features.on('search', ({ level }) => {
    if (level === 'full' && state.query) void search(state.query);
  });
  document.addEventListener('visibilitychange', () => document.hidden || void refresh());
}

/** Reads the list, unless that is under way. */
export async function refresh(): Promise<void> {
  if (state.reading) return;
  clearTimeout(timer);
  state.reading = true;
  changed.tell();
  try {
    const { value, asOf } = await listOrders();
    Object.assign(state, { orders: value.orders, asOf, updatedAt: asOf ?? Date.now(), failed: false });
  } catch {
    state.failed = true;
  }
  state.reading = false;
  changed.tell();
  if (!document.hidden) timer = setTimeout(() => void refresh(), EVERY);
}

/** Asks the server for these words; what was asked before is given up. */
export async function search(words: string): Promise<void> {
  searching?.abort();
  const own = (searching = new AbortController());
  const again = words.trim() === state.query;
  state.query = words.trim();
  state.searchFailed = false;
  if (!again) delete state.found;
  changed.tell();
  if (state.query === '') return;
  try {
    const { value, asOf } = await searchOrders(state.query, own.signal);
    if (searching === own) Object.assign(state, { found: value.orders, foundAsOf: asOf });
  } catch (error) {
    if (searching !== own || (error instanceof Trouble && error.cancelled)) return;
    state.searchFailed = true;
  }
  if (searching === own) changed.tell();
}

/** What there is to show: the server's find, or without it what of the known orders fits. */
export function visible(): readonly Order[] | undefined {
  if (state.query === '') return state.orders;
  if (state.found) return state.found;
  const words = state.query.toLowerCase().split(/\s+/);
  return state.orders?.filter((order) => {
    const text = `${order.number} ${order.customer} ${order.item} ${order.state}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** An order that was just saved: shown at once. */
export function add(order: Order): void {
  state.orders = [order, ...(state.orders ?? []).filter(({ number }) => number !== order.number)];
  changed.tell();
  void refresh();
}

/** What the list knows of an order. */
export function known(number: number): Order | undefined {
  return state.orders?.find((order) => order.number === number);
}
