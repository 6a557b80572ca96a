// What waits for one address of a collector, bounded, and how that address fares: one that refuses what it is sent does not hold up
// the others.
import type { Signal } from './otlp';
import type { Outgoing } from './redact';

/** A record that waits. */
export interface Item {
  /** By which a double is known, where it has to be sent twice. */
  id: string;
  /** It tells of trouble, and goes last where there is no room. */
  keep: boolean;
  record: Outgoing;
}

/** Items that wait, at most. */
const MOST = 300;
/** Items in one request. */
const BATCH = 64;

export class Queue {
  readonly items: Item[] = [];
  /** Those of requests that are under way. */
  readonly flying = new Set<Item>();
  /** Items in one request, at most. */
  batch = BATCH;
  /** In a row. */
  failures = 0;
  /** Nothing is sent before, as performance.now() has it: a clock that is set changes nothing. */
  notBefore = 0;

  constructor(readonly signal: Signal) {}

  add(item: Item): void {
    this.items.push(item);
    if (this.items.length <= MOST) return;
    const least = this.items.findIndex(({ keep }) => !keep);
    this.items.splice(Math.max(least, 0), 1);
  }

  /** Those that nobody has been sent yet. */
  get idle(): Item[] {
    return this.items.filter((item) => !this.flying.has(item));
  }

  /** They were taken, or never will be. */
  settle(items: Item[]): void {
    const settled = new Set(items);
    const left = this.items.filter((item) => !settled.has(item));
    this.items.splice(0, this.items.length, ...left);
  }

  /** They were taken: larger requests may be, too. */
  well(): void {
    this.failures = 0;
    this.batch = Math.min(this.batch * 2, BATCH);
  }
}

/** What is worth most comes first: what tells of trouble, in words before in spans, then numbers, then all that went well. */
export function worth({ keep }: Item, signal: Signal): number {
  if (signal === 'metrics') return 2;
  return keep ? (signal === 'logs' ? 0 : 1) : 3;
}
