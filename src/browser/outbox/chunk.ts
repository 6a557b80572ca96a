// The outbox: writes that could not be sent are kept and sent later. It is loaded where a rule asks for one, and imports nothing
// of the engine.
import type { OutboxEntry } from '../../../pkg/types/index';
import type { StandIn, Waiting, Write } from '../stores';
import type { OutboxHost } from './host';
import { type Item, type Row, VERSION } from './record';
import { canSeal } from './seal';
import { Sender, newId } from './sender';
import { Shelf, entryOf } from './shelf';
import { Store, type Why } from './store';
import { type Taken, checksum, sizeOf, take } from './write';

/** What a service worker is woken by. */
const TAG = 'steadfetch-outbox';
/** When a million pages come back online, they come within so long, ms. */
const SPREAD = 10_000;

const TROUBLES: Record<Why, string> = {
  blocked: 'storage is blocked: writes that fail are not kept',
  full: 'the storage is full: a write that failed was not kept',
  newer: 'a newer version of Steadfetch has the outbox: writes that fail are not kept here',
  gone: 'the browser has closed or wiped the storage of writes that wait',
};

interface Caller {
  resolve(response: Response): void;
  reject(reason: unknown): void;
  /** Its signal is not listened to any more. */
  end(): void;
}

/** How many wait, how many of them for somebody to sign in, and which are dead letters. */
export interface Summary {
  waiting: number;
  held: number;
  dead: string[];
}

export class Outbox implements Waiting {
  readonly #store: Store;
  readonly #shelf: Shelf;
  readonly #sender: Sender;
  /** Of this page: its writes are in the order of its calls. */
  readonly #owner = newId();
  readonly #callers = new Map<string, Caller>();
  /** Writes that are being stored, one after the other, and their lanes. */
  #storing: Promise<unknown> = Promise.resolve();
  readonly #coming: string[] = [];
  readonly #own = new Set<string>();
  readonly #ended = new AbortController();
  #online: ReturnType<typeof setTimeout> | undefined;
  /** Settles once what waits is known. */
  readonly loaded: Promise<void>;

  constructor(readonly host: OutboxHost) {
    this.#store = new Store((why) => host.trouble(TROUBLES[why]));
    this.#shelf = new Shelf(host, this.#store, (id, status) => this.#heard(id, status));
    this.#sender = new Sender(host, this.#store, this.#shelf, this.#owner, (id, outcome) =>
      this.#settle(id, outcome),
    );
    this.#shelf.open();
    this.#listen('online', () => {
      clearTimeout(this.#online);
      this.#online = setTimeout(() => this.#sender.hurry(), Math.random() * SPREAD);
    });
    // A page in the back/forward cache holds no lock, no channel and no connection.
    this.#listen('pagehide', () => this.#close());
    this.#listen('pageshow', ({ persisted }) => {
      if (!persisted) return;
      this.#shelf.open();
      void this.#shelf.refresh().then(() => this.#sender.resume());
    });
    // Whoever signed in elsewhere comes back to this page.
    globalThis.document?.addEventListener('visibilitychange', () => document.hidden || this.look(), {
      signal: this.#ended.signal,
    });
    this.loaded = this.#shelf.refresh().then(() => void this.#sender.run());
  }

  get size(): number {
    return this.#shelf.ours.length;
  }

  get summary(): Summary {
    const { ours } = this.#shelf;
    const living = ours.filter(({ state }) => state !== 'dead');
    return {
      waiting: living.length,
      held: living.filter(({ held }) => held).length,
      dead: ours.filter(({ state }) => state === 'dead').map(({ id }) => id),
    };
  }

  waits(lane: string): boolean {
    return (
      this.#coming.includes(lane) ||
      this.#shelf.ours.some(({ head, state }) => head.lane === lane && state !== 'dead')
    );
  }

  async queue(write: Write): Promise<StandIn | undefined> {
    const { host } = this;
    const { terms } = write;
    if (host.encrypt && !canSeal() && terms.wait === 0) {
      host.trouble(
        'this page cannot encrypt, and must not store in the clear: writes that fail are not kept',
      );
      return undefined;
    }
    // From here on later writes of its lane go behind it.
    this.#coming.push(terms.lane);
    try {
      return await this.#keep(write);
    } catch (error) {
      host.trouble(`a write cannot be kept: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    } finally {
      this.#coming.splice(this.#coming.indexOf(terms.lane), 1);
    }
  }

  async entries(): Promise<OutboxEntry[]> {
    await this.#shelf.refresh();
    return this.#shelf.ours.map(entryOf);
  }

  async flush(): Promise<void> {
    await this.loaded;
    await this.#shelf.refresh();
    await this.#sender.flush();
  }

  /** A dead letter, or one that waits, is tried now, from the start. */
  async retry(id: string): Promise<void> {
    const item = await this.#find(id);
    const now = Date.now();
    if (item.state === 'sending') return;
    const fresh = { queuedAt: now, since: now, due: now, counted: 0, reason: undefined };
    await this.#shelf.change(item, { ...fresh, state: 'waiting' });
    await this.#shelf.refresh();
    this.#shelf.tell(this.#shelf.get(id) ?? item);
    await this.#sender.run();
  }

  async discard(id: string): Promise<void> {
    await this.#sender.discard(await this.#find(id));
  }

  /** There was an answer at this origin. */
  hurry(origin: string): void {
    if (this.#shelf.all.length > 0) this.#sender.hurry(origin);
  }

  /** Somebody has signed in. */
  signedIn(): void {
    this.#sender.signedIn();
  }

  /** Somebody else may be signed in. */
  look(): void {
    this.host.settled();
    void this.#sender.run();
  }

  dispose(): void {
    this.#ended.abort();
    this.#close();
    this.#store.dispose();
    for (const { reject, end } of this.#callers.values()) {
      end();
      reject(new DOMException('The client was disposed of; the write is kept.', 'AbortError'));
    }
    this.#callers.clear();
  }

  #close(): void {
    clearTimeout(this.#online);
    this.#sender.pause();
    this.#shelf.close();
    this.#store.close();
  }

  async #find(id: string): Promise<Item> {
    await this.loaded;
    if (!this.#shelf.get(id)) await this.#shelf.refresh();
    const item = this.#shelf.ours.find((item) => item.id === id);
    if (!item) throw new TypeError(`There is no write "${id}" in the outbox.`);
    return item;
  }

  async #keep(write: Write): Promise<StandIn | undefined> {
    const { host } = this;
    const { terms, partition } = write;
    // One after the other, so that one knows of those that came before.
    const storing = this.#storing.then(async () =>
      this.#add(write, await take(write, await host.secrets(), partition, host.route.bind(host))),
    );
    this.#storing = storing.catch(() => {});
    const item = await storing;
    if (!item) return undefined;
    if (write.signal?.aborted) {
      // Its caller gave it up while it was being stored.
      await this.#sender.discard(item);
      return undefined;
    }
    const outcome =
      terms.wait === 0 ? new Response(null, { status: 202 }) : this.#outcome(item, write.signal);
    this.#shelf.tell(item, 'queued');
    void this.#sender.run();
    void registerSync();
    return { outcome };
  }

  async #add({ terms, serial }: Write, { head, body }: Taken): Promise<Item | undefined> {
    const { host } = this;
    const id = newId();
    const now = Date.now();
    const lane = this.#shelf.lane(head.lane);
    // Calls of one page are in the order in which they were made, whichever failed first.
    const later = lane.find((item) => this.#own.has(item.id) && item.order[1] > serial);
    // One that goes behind others has no wait of its own.
    const first = !lane.some((item) => item.state !== 'dead' && item !== later);
    const wait = first || later ? Math.floor((host.ended(0, 0, 1, 0, 2, 0) ?? 0) / 8) : 0;
    const seal = host.encrypt && canSeal() ? await this.#shelf.seal(true).catch(() => undefined) : undefined;
    const inMemory = host.encrypt && !seal;
    if (inMemory && terms.wait === 0) return undefined;
    const row: Row = {
      id,
      version: VERSION,
      order: [0, serial],
      head: seal ? await seal.closeHead(id, head) : head,
      size: sizeOf(body),
      sum: seal ? 0 : checksum(head, body),
      retention: terms.retention,
      most: terms.attempts,
      state: 'waiting',
      queuedAt: now,
      since: now,
      due: now + wait,
      held: false,
      attempts: 0,
      counted: 0,
      pending: true,
    };
    const bytes = seal && body !== undefined ? await seal.closeBody(id, body) : body;
    const order = inMemory
      ? this.#store.keep(row, bytes, later?.order[0])
      : await this.#store.add(row, bytes, later?.order[0], terms.wait === 1);
    if (!order) return undefined;
    const item: Item = { ...row, head };
    this.#own.add(id);
    this.#shelf.put(item);
    return item;
  }

  /** What comes of it in the end. Whoever gives that up while it waits does not want it sent. */
  #outcome(item: Item, signal: AbortSignal | undefined): Promise<Response> {
    const outcome = new Promise<Response>((resolve, reject) => {
      const abort = () => {
        reject(signal!.reason);
        this.#callers.delete(item.id);
        if (item.state !== 'sending') void this.#sender.discard(item).catch(() => {});
      };
      signal?.addEventListener('abort', abort, { once: true });
      const end = () => signal?.removeEventListener('abort', abort);
      this.#callers.set(item.id, { resolve, reject, end });
      if (signal?.aborted) abort();
    });
    outcome.catch(() => {});
    return outcome;
  }

  #settle(id: string, outcome: Response | Error): void {
    const caller = this.#callers.get(id);
    this.#callers.delete(id);
    caller?.end();
    if (!caller) {
      if (outcome instanceof Response) outcome.body?.cancel().catch(() => {});
    } else if (outcome instanceof Response) {
      caller.resolve(outcome);
    } else {
      caller.reject(outcome);
    }
  }

  /** Another tab changed one; sent, its answer is known by its status alone. */
  #heard(id: string, status: number | undefined): void {
    const item = this.#shelf.get(id);
    if (status !== undefined && status >= 200) this.#settle(id, new Response(null, { status }));
    else if (!item) this.#settle(id, new DOMException('The write was discarded.', 'AbortError'));
    else if (item.state === 'dead') {
      this.#settle(id, new TypeError(`The write was set aside: ${item.reason ?? 'it failed'}.`));
    }
    void this.#sender.run();
  }

  #listen(type: string, heard: (event: PageTransitionEvent) => void): void {
    globalThis.addEventListener?.(type, heard as EventListener, { signal: this.#ended.signal });
  }
}

/** Asks the browser to wake the service worker when there is a network, where it can (Background Sync). */
async function registerSync(): Promise<void> {
  try {
    const { serviceWorker } = navigator;
    const registration =
      (globalThis as { registration?: ServiceWorkerRegistration }).registration ??
      (await serviceWorker?.getRegistration());
    const { sync } = (registration ?? {}) as { sync?: { register(tag: string): Promise<void> } };
    await sync?.register(TAG);
  } catch {
    // Not allowed: the next page does it.
  }
}
