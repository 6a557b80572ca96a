// The records within one transaction, and what they take in total: kept up to date with each change, so that no put has to look
// at all of them.
import type { Loose, Total, Transaction } from './database';
import { type Kept, problemOf } from './record';
import { nameOf } from './recent';
import type { Limits } from './store';

export class Ledger {
  readonly #totals = new Map<number, Promise<Total>>();
  /** Put in this transaction, by key. */
  readonly #placed = new Map<string, Kept>();
  /** Bodies that are nobody's once the transaction is complete. */
  readonly loose: Loose[] = [];
  /** Bodies that are not to be served any more. */
  readonly removed = new Set<string>();

  constructor(readonly transaction: Transaction<'readwrite'>) {}

  /** What a rule's copies take. */
  total(rule: number): Promise<Total> {
    const total = this.#totals.get(rule) ?? this.#read(rule);
    this.#totals.set(rule, total);
    return total;
  }

  /** A total that makes no sense is counted anew. */
  async #read(rule: number): Promise<Total> {
    const stored = await this.transaction.objectStore('totals').get(rule);
    const numbers = [stored?.entries, stored?.bytes, stored?.clock] as unknown[];
    const sound = numbers.every((number) => Number.isSafeInteger(number) && (number as number) >= 0);
    return sound ? stored! : this.#count(rule);
  }

  async #count(rule: number): Promise<Total> {
    const total: Total = { rule, entries: 0, bytes: 0, clock: 0 };
    const uses = this.transaction.objectStore('copies').index('used');
    for await (const { value } of uses.iterate(ofRule(rule))) {
      if (problemOf(value)) continue;
      total.entries += 1;
      total.bytes += value.bytes;
      total.clock = Math.max(total.clock, value.used);
    }
    return total;
  }

  /** Puts a record in the place of a former one. */
  async put(record: Kept, former: Kept | undefined): Promise<void> {
    const name = nameOf(...record.key);
    const before = this.#placed.get(name) ?? former;
    if (before) await this.remove(before);
    this.#placed.set(name, record);
    const total = await this.total(record.rule);
    record.used = record.put = ++total.clock;
    total.entries += 1;
    total.bytes += record.bytes;
    write(this.transaction.objectStore('copies').put(record));
  }

  async touch(key: Kept['key']): Promise<void> {
    const copies = this.transaction.objectStore('copies');
    const record = await copies.get(key);
    if (!record || problemOf(record)) return;
    record.used = ++(await this.total(record.rule)).clock;
    write(copies.put(record));
  }

  async remove(record: Kept): Promise<void> {
    const { key, room, body, small } = record;
    write(this.transaction.objectStore('copies').delete(key));
    // Two records of one body are somebody's work: each goes, the body once.
    if (typeof body === 'string' && !this.removed.has(body)) {
      this.removed.add(body);
      // Where the record does not say, it may be in either.
      if (small !== false) write(this.transaction.objectStore('bodies').delete(body));
      if (small !== true && typeof room === 'string') this.loose.push({ id: body, room, body, at: 0 });
    }
    if (problemOf(record)) return;
    const total = await this.total(record.rule);
    total.entries = Math.max(total.entries - 1, 0);
    total.bytes = Math.max(total.bytes - record.bytes, 0);
  }

  /** What expired, so many at most. */
  expired(now: number, most: number): Promise<Kept[]> {
    return this.transaction.objectStore('copies').index('until').getAll(IDBKeyRange.upperBound(now), most);
  }

  /** Lets go of what was used longest ago, until the rule's copies are within the limits; how many that were. */
  async trim(rule: number, { maxEntries, maxBytes }: Limits): Promise<number> {
    const total = await this.total(rule);
    const uses = this.transaction.objectStore('copies').index('used');
    let gone = 0;
    while (total.entries > maxEntries || total.bytes > maxBytes) {
      // A few at a time: a cursor would take a turn for each.
      const records = await uses.getAll(ofRule(rule), 10);
      if (records.length === 0) {
        // There is nothing left of which the total speaks.
        total.entries = total.bytes = 0;
      }
      for (const record of records) {
        if (total.entries <= maxEntries && total.bytes <= maxBytes) break;
        await this.remove(record);
        gone += 1;
      }
    }
    return gone;
  }

  /** Removes all of them, without a look at each. */
  async clear(): Promise<void> {
    this.#totals.clear();
    for (const store of ['copies', 'bodies', 'totals'] as const) {
      await this.transaction.objectStore(store).clear();
    }
  }

  /** Writes down the totals, and which bodies are to be deleted. */
  async close(): Promise<void> {
    const { transaction, loose } = this;
    for (const total of await Promise.all(this.#totals.values()))
      write(transaction.objectStore('totals').put(total));
    for (const body of loose) write(transaction.objectStore('loose').put(body));
  }
}

/** The transaction says whether it went well; to wait for each write would take a turn of the event loop for each. */
export function write(written: Promise<unknown>): void {
  written.catch(() => {});
}

function ofRule(rule: number): IDBKeyRange {
  return IDBKeyRange.bound([rule], [rule, []]);
}
