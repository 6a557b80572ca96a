// The writes as this tab knows them: read from the store, opened, in order, without their bodies. The store is the truth; other
// tabs say when it has changed.
import type { OutboxEntry } from '../../../pkg/types/index';
import type { Change, Counts, OutboxHost } from './host';
import {
  type Bytes,
  type Head,
  type Item,
  type Row,
  UNKNOWN,
  faultOf,
  isHead,
  ownerOf,
  readProgress,
} from './record';
import { type Seal, canSeal, isSealed } from './seal';
import type { Store } from './store';

/** The format of messages is part of the name. */
const CHANNEL = 'steadfetch:outbox:1';
const CHANGES = ['queued', 'sent', 'dead', 'discarded'];

interface Message {
  id?: unknown;
  change?: unknown;
  /** To one that was sent. */
  answer?: unknown;
}

/** What another tab is told of an answer, whose caller may wait there. */
export interface Handed {
  status: number;
  statusText?: string;
  headers?: [name: string, value: string][];
  /** Undefined where it is too large, or not known. */
  body?: ArrayBuffer | undefined;
}

export class Shelf {
  readonly counts: Counts = { queued: 0, sent: 0, dead: 0, discarded: 0 };
  readonly #items = new Map<string, Item>();
  #sorted: Item[] | undefined;
  /** Counts what this tab does; by id, when it last changed one: what was read before that is old. */
  #clock = 0;
  readonly #touched = new Map<string, number>();
  #channel: BroadcastChannel | undefined;
  /** Which database was read last. */
  #born: string | undefined;
  #seal: Promise<Seal | undefined> | undefined;

  constructor(
    readonly host: OutboxHost,
    readonly store: Store,
    /** Another tab has changed something; `answer`: to a write that it sent. */
    readonly heard: (id: string, item: Item | undefined, answer: Handed | undefined) => void,
    /** All was read anew, and so many are not there any more. `wiped`: it is another database than before. */
    readonly read: (gone: number, wiped: boolean) => void,
  ) {}

  /** Listens to other tabs. */
  open(): void {
    if (this.#channel) return;
    try {
      this.#channel = new BroadcastChannel(CHANNEL);
      (this.#channel as { unref?(): void }).unref?.();
      this.#channel.onmessage = ({ data }) => void this.#hear(data as Message);
    } catch {
      // No channel: what other tabs do is seen when the store is read again.
    }
  }

  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }

  /** In order. */
  get all(): Item[] {
    return (this.#sorted ??= [...this.#items.values()].sort(
      ({ order: a }, { order: b }) => a[0] - b[0] || a[1] - b[1],
    ));
  }

  /** Those of whoever is signed in. */
  get ours(): Item[] {
    const partition = this.host.partition();
    return this.all.filter(({ head }) => head.partition === partition);
  }

  lane(lane: string): Item[] {
    return this.all.filter(({ head }) => head.lane === lane);
  }

  get(id: string): Item | undefined {
    return this.#items.get(id);
  }

  /** This tab has stored one. */
  put(item: Item): void {
    this.#touch(item.id);
    this.#place(item);
  }

  /** This tab has removed one, or found it gone. */
  drop(id: string): void {
    this.#touch(id);
    this.#items.delete(id);
    this.#sorted = undefined;
  }

  /** Reads all from the store. */
  async refresh(): Promise<void> {
    const began = this.#clock;
    const found = await this.store.all();
    if (!found) return;
    const { rows, born } = found;
    const items = await Promise.all(rows.map((row) => this.#read(row)));
    const there = new Set(rows.map(({ id }) => id));
    const gone = [...this.#items.keys()].filter((id) => !there.has(id) && !this.#changedSince(id, began));
    for (const id of gone) this.#items.delete(id);
    this.#sorted = undefined;
    for (const item of items) if (!this.#changedSince(item.id, began)) this.#place(item);
    const wiped = this.#born !== undefined && this.#born !== born;
    this.#born = born;
    this.host.settled();
    this.read(gone.length, wiped);
  }

  /** Whoever holds on to one sees what becomes of it. */
  #place(item: Item): void {
    const known = this.#items.get(item.id);
    if (known) Object.assign(known, { fault: undefined, reason: undefined, conflict: undefined }, item);
    else this.#items.set(item.id, item);
    this.#sorted = undefined;
  }

  #touch(id: string): void {
    this.#touched.set(id, ++this.#clock);
  }

  #changedSince(id: string, began: number): boolean {
    return (this.#touched.get(id) ?? 0) > began;
  }

  /** Changes what is stored of one, and what is known of it; undefined: it is gone. */
  async change(item: Item, change: Partial<Omit<Row, 'head'>>): Promise<Item | undefined> {
    this.#touch(item.id);
    const row = await this.store.change(item.id, change);
    this.#touch(item.id);
    if (row) Object.assign(item, change);
    else this.#lost(item.id);
    return row && item;
  }

  /** Its attempt begins: its row and body as they are stored; undefined: it is gone. */
  async begin(item: Item): Promise<{ row: Row; body: Bytes | undefined } | undefined> {
    const change = { state: 'sending', attempts: item.attempts + 1 } as const;
    this.#touch(item.id);
    const begun = await this.store.begin(item.id, change);
    this.#touch(item.id);
    if (begun) Object.assign(item, change);
    else this.#lost(item.id);
    return begun;
  }

  /** One is gone, and nobody has said so. */
  #lost(id: string): void {
    this.drop(id);
    this.read(0, false);
  }

  /** Tells listeners here and in other tabs. */
  tell(item: Item, change?: Change, answer?: Handed): void {
    try {
      this.#channel?.postMessage({ id: item.id, change, answer } satisfies Message);
    } catch {
      // Closed by the browser.
    }
    if (change) {
      this.counts[change] += 1;
      this.host.changed(entryOf(item), change);
    }
    this.host.settled();
  }

  /** The key of what is encrypted; made where there is none and `make` says so. */
  async seal(make: boolean): Promise<Seal | undefined> {
    if (!canSeal()) return undefined;
    const known = await (this.#seal ??= this.store.seal(make).catch(() => undefined));
    if (!known) this.#seal = undefined;
    return known ?? (make ? this.store.seal(true) : undefined);
  }

  async #hear({ id, change, answer }: Message): Promise<void> {
    if (typeof id !== 'string') return;
    const before = this.get(id);
    const began = this.#clock;
    const row = await this.store.get(id).catch(() => undefined);
    const read = row && (await this.#read(row));
    if (read && !this.#changedSince(id, began)) this.#place(read);
    else if (!row) this.drop(id);
    const item = this.get(id) ?? before;
    // Any script of the origin may say so; what the store says is believed.
    const over = change === 'sent' || change === 'discarded';
    const fits = over ? !row : change === 'dead' ? row?.state === 'dead' : !!row;
    if (item && fits && CHANGES.includes(change as string))
      this.host.changed(entryOf(item), change as Change);
    this.host.settled();
    const told = change === 'sent' && !row && Number.isFinite(Object(answer).status);
    this.heard(id, item, told ? (answer as Handed) : undefined);
  }

  async #read(row: Row): Promise<Item> {
    const { head, why } = await this.#head(row);
    const item: Item = { ...row, ...readProgress(row), head };
    if (!why) return item;
    // A newer version may well send it: only what is seen here says dead.
    const known = item.reason !== undefined;
    Object.assign(item, { state: 'dead', reason: why, order: [0, 0] });
    if (!known && !/version/.test(why)) {
      await this.store.change(row.id, { state: 'dead', reason: why }).catch(() => {});
    }
    return item;
  }

  async #head(row: Row): Promise<{ head: Head; why?: string }> {
    const unknown = { ...UNKNOWN, partition: ownerOf(row, this.host.partition()) };
    let found: unknown = row.head;
    let why = faultOf(row);
    if (isSealed(found)) {
      try {
        found = await (await this.seal(false))?.openHead(row.id, found);
        if (found === undefined) why ??= 'its key is gone';
      } catch {
        why ??= 'it cannot be decrypted';
      }
    }
    if (!isHead(found)) return { head: unknown, why: why ?? 'its record is damaged' };
    return why ? { head: found, why } : { head: found };
  }
}

/** What apps see. */
export function entryOf({ id, head, queuedAt, attempts, state, fault, reason }: Item): OutboxEntry {
  const { lane, method, route } = head;
  return {
    id,
    lane,
    method,
    route,
    queuedAt,
    attempts,
    state,
    ...(fault && { fault }),
    ...(state === 'dead' && reason !== undefined && { reason }),
  };
}
