// Copies in memory, for the life of the page: where storage is blocked, full, or not there at all.
import type { Counts } from './chunk';
import { requestsOf } from './key';
import { nameOf } from './recent';
import type { Kept, Owner } from './record';
import type { Answer, Found, Limits, Store } from './store';

interface Entry {
  record: Kept;
  answer: Answer;
}

export class Memory implements Store {
  /** By key, least recently used first. */
  readonly #entries = new Map<string, Entry>();
  readonly #rooms = new Map<Owner, string>();
  #count = 0;

  constructor(readonly counts: Counts) {}

  look(owner: Owner, request: string): Promise<Found> {
    const room = this.#rooms.get(owner) ?? `memory ${++this.#count}`;
    this.#rooms.set(owner, room);
    const records: Kept[] = [];
    for (const { record } of this.#entries.values()) {
      if (record.key[0] === owner && record.key[1] === request) records.push(record);
    }
    return Promise.resolve({ room, records });
  }

  answer({ key }: Kept): Promise<Answer | undefined> {
    return Promise.resolve(this.#entries.get(nameOf(...key))?.answer);
  }

  touch({ key }: Kept): void {
    const name = nameOf(...key);
    const entry = this.#entries.get(name);
    if (!entry) return;
    this.#entries.delete(name);
    this.#entries.set(name, entry);
  }

  keep(record: Kept, answer: Answer, limits: Limits): Promise<void> {
    const { key, room, rule } = record;
    if (this.#rooms.get(key[0]) !== room) return Promise.resolve();
    record.put = ++this.#count;
    this.#entries.delete(nameOf(...key));
    this.#entries.set(nameOf(...key), { record, answer });
    const now = Date.now();
    let entries = 0;
    let bytes = 0;
    // Newest first, so that what does not fit is what was used longest ago.
    for (const [name, { record }] of [...this.#entries].reverse()) {
      if (record.rule !== rule) continue;
      entries += 1;
      bytes += record.bytes;
      const over = entries > limits.maxEntries || bytes > limits.maxBytes;
      if (over) this.counts.evicted += 1;
      if (over || record.until <= now) this.#entries.delete(name);
    }
    return Promise.resolve();
  }

  drop({ key }: Kept): Promise<boolean> {
    return Promise.resolve(this.#entries.delete(nameOf(...key)));
  }

  outdate(url: string): Promise<[owner: Owner, request: string][]> {
    const dropped: [owner: Owner, request: string][] = [];
    for (const [name, { record }] of this.#entries) {
      const [owner, request] = record.key;
      if (!requestsOf(url).some(([from, to]) => request >= from && request <= to)) continue;
      this.#entries.delete(name);
      dropped.push([owner, request]);
    }
    return Promise.resolve(dropped);
  }

  /** What others keep is none of its business. */
  forget(): void {}

  forgetAll(owner?: Owner): void {
    for (const [name, { record }] of this.#entries) {
      if (owner === undefined || record.key[0] === owner) this.#entries.delete(name);
    }
    if (owner === undefined) this.#rooms.clear();
    else this.#rooms.delete(owner);
  }
}
