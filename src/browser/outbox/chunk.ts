// The outbox: writes that could not be sent are kept and sent later. It is loaded where a rule asks for one, and imports nothing
// of the engine.
import type { OutboxEntry } from '../../../pkg/types/index';
import type { StandIn, Waiting, Write } from '../stores';
import type { Counts, OutboxHost } from './host';
import { received, storable } from './confirm';
import { type Item, type Row, VERSION } from './record';
import { canSeal } from './seal';
import { type Callers, Sender, discarded } from './sender';
import { type Handed, Shelf, entryOf } from './shelf';
import { Store, type Why, newId } from './store';
import { pause } from './turns';
import { type Taken, checksum, sizeOf, take } from './write';

/** What a service worker is woken by. */
const TAG = 'steadfetch-outbox';
/** When a million pages come back online, they come within so long, ms. */
const SPREAD = 10_000;
/** A tab that has removed a write says so within this time, ms. */
const GRACE = 1_000;
/** No wait is longer, ms (verdict.rs). */
const MOST_WAIT = 86_400_000;

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

export class Outbox implements Waiting, Callers {
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
    this.#store = new Store(
      (why) => host.trouble(TROUBLES[why]),
      () => void (this.#shelf.all.length > 0 && this.#shelf.refresh()),
    );
    this.#shelf = new Shelf(
      host,
      this.#store,
      (id, item, answer) => this.#heard(id, item, answer),
      (gone, wiped) => this.#check(gone, wiped),
    );
    this.#sender = new Sender(host, this.#store, this.#shelf, this.#owner, this);
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
    this.loaded = this.#shelf.refresh().then(async () => {
      await this.#sender.revive().catch(() => {});
      void this.#sender.run();
    });
  }

  get counts(): Counts {
    return this.#shelf.counts;
  }

  get size(): number {
    return this.#shelf.ours.length;
  }

  /** Nothing waits, for whomever. */
  get isEmpty(): boolean {
    return this.#shelf.all.length === 0;
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
    await this.#sender.revive().catch(() => {});
    await this.#sender.flush();
  }

  /** A dead letter, or one that waits, is tried now, from the start. */
  async retry(id: string): Promise<void> {
    const item = await this.#find(id);
    const now = Date.now();
    if (item.state === 'sending') return;
    const unset = { held: false, reason: undefined, conflict: undefined };
    const fresh = { queuedAt: now, since: now, due: now, counted: 0, ...unset };
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
    for (const id of [...this.#callers.keys()]) this.settle(id, this.#disposed(id));
    this.#store.dispose();
  }

  #disposed(id: string): DOMException {
    const kept = this.#store.isOwn(id) ? 'with the write, which was in memory only' : 'the write is kept';
    return new DOMException(`The client was disposed of; ${kept}.`, 'AbortError');
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
    if (!item) return this.#store.isFull ? { outcome: undefined } : undefined;
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

  async #add({ terms, serial, fault }: Write, { head, body }: Taken): Promise<Item | undefined> {
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
      // What its server has asked for holds for the outbox, too.
      due: Math.max(now + wait, Math.min(fault?.retryAt ?? 0, now + MOST_WAIT)),
      held: false,
      attempts: 0,
      counted: 0,
      pending: true,
      wait: terms.wait === 1,
      ...(fault && { fault: storable(fault) }),
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
      // While it was being stored.
      if (this.#ended.signal.aborted) this.settle(item.id, this.#disposed(item.id));
    });
    outcome.catch(() => {});
    return outcome;
  }

  // Those who wait for what comes of a write.

  awaits(id: string): boolean {
    return this.#callers.has(id);
  }

  settle(id: string, outcome: Response | Error): void {
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

  /** Another tab changed one. */
  #heard(id: string, item: Item | undefined, answer: Handed | undefined): void {
    if (answer) this.#over(id, item, answer);
    else if (item?.state === 'dead') this.#setAside(item);
    else if (!this.#shelf.get(id)) this.settle(id, discarded());
    void this.#sender.run();
  }

  #over(id: string, item: Item | undefined, answer: Handed): void {
    if (answer.status < 200) return this.settle(id, discarded());
    if (!this.awaits(id)) return;
    const response = received(answer);
    this.host.handed(response, item && entryOf(item));
    this.settle(id, response);
  }

  #setAside({ id, reason }: Item): void {
    this.settle(id, new TypeError(`The write was set aside: ${reason ?? 'it failed'}.`));
  }

  /** What waits was read anew, or found gone: nobody waits for what is not there, and nothing is lost without a word. */
  #check(gone: number, wiped: boolean): void {
    if (wiped && gone > 0)
      this.host.trouble(`the storage was wiped, and ${gone} writes that waited in it are lost`);
    for (const id of this.#callers.keys()) {
      const item = this.#shelf.get(id);
      if (item?.state === 'dead') this.#setAside(item);
      else if (!item) void this.#lookFor(id, wiped);
    }
  }

  /** Another tab has sent it, or discarded it, while this page heard nothing; or it is lost. */
  async #lookFor(id: string, wiped: boolean): Promise<void> {
    let status = await this.#store.receipt(id);
    if (status === undefined && !wiped) {
      await pause(GRACE, this.#ended.signal).catch(() => {});
      if (!this.awaits(id)) return;
      status = await this.#store.receipt(id);
    }
    if (status !== undefined) this.#over(id, undefined, { status });
    else this.settle(id, new TypeError('The write is lost: the storage in which it waited was cleared.'));
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
