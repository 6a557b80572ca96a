// The writes as this tab knows them: read from the store, opened, in order, without their bodies. The store is the truth; other
// tabs say when it has changed.
import type { OutboxEntry } from '../../../pkg/types/index';
import type { Change, OutboxHost } from './host';
import { type Head, type Item, type Row, UNKNOWN, faultOf, isHead, readProgress } from './record';
import { type Seal, canSeal, isSealed } from './seal';
import type { Store } from './store';

/** The format of messages is part of the name. */
const CHANNEL = 'steadfetch:outbox:1';
const CHANGES = ['queued', 'sent', 'dead', 'discarded'];

interface Message {
  id?: unknown;
  change?: unknown;
  /** Of the answer to one that was sent. */
  status?: unknown;
}

export class Shelf {
  readonly #items = new Map<string, Item>();
  #sorted: Item[] | undefined;
  #channel: BroadcastChannel | undefined;
  #seal: Promise<Seal | undefined> | undefined;

  /** `heard`: another tab has changed something; of one that it sent, `status` is the answer's. */
  constructor(
    readonly host: OutboxHost,
    readonly store: Store,
    readonly heard: (id: string, status: number | undefined) => void,
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

  put(item: Item): void {
    this.#items.set(item.id, item);
    this.#sorted = undefined;
  }

  drop(id: string): void {
    this.#items.delete(id);
    this.#sorted = undefined;
  }

  /** Reads all from the store. */
  async refresh(): Promise<void> {
    const rows = await this.store.all();
    const items = await Promise.all(rows.map((row) => this.#read(row)));
    this.#items.clear();
    for (const item of items) this.put(item);
    this.host.settled();
  }

  /** Changes what is stored of one, and what is known of it; undefined: it is gone. */
  async change(item: Item, change: Partial<Omit<Row, 'head'>>): Promise<Item | undefined> {
    const row = await this.store.change(item.id, change);
    if (row) Object.assign(item, change);
    else this.drop(item.id);
    return row && item;
  }

  /** Tells listeners here and in other tabs. */
  tell(item: Item, change?: Change, status?: number): void {
    try {
      this.#channel?.postMessage({ id: item.id, change, status } satisfies Message);
    } catch {
      // Closed by the browser.
    }
    if (change) this.host.changed(entryOf(item), change);
    this.host.settled();
  }

  /** The key of what is encrypted; made where there is none and `make` says so. */
  async seal(make: boolean): Promise<Seal | undefined> {
    if (!canSeal()) return undefined;
    const known = await (this.#seal ??= this.store.seal(make).catch(() => undefined));
    if (!known) this.#seal = undefined;
    return known ?? (make ? this.store.seal(true) : undefined);
  }

  async #hear({ id, change, status }: Message): Promise<void> {
    if (typeof id !== 'string') return;
    const before = this.get(id);
    const row = await this.store.get(id).catch(() => undefined);
    if (row) this.put(await this.#read(row));
    else this.drop(id);
    const item = this.get(id) ?? before;
    // Any script of the origin may say so; what the store says is believed.
    const over = change === 'sent' || change === 'discarded';
    const fits = over ? !row : change === 'dead' ? row?.state === 'dead' : !!row;
    if (item && fits && CHANGES.includes(change as string))
      this.host.changed(entryOf(item), change as Change);
    this.host.settled();
    this.heard(id, change === 'sent' && !row && typeof status === 'number' ? status : undefined);
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
    const unknown = { ...UNKNOWN, partition: this.host.partition() };
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
