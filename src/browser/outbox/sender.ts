// Sends what waits: one tab at a time, each lane in order, several lanes side by side.
import { handOver, isElsewhere, isUnknown, letGo, saysPending, storable } from './confirm';
import { Conflicts } from './conflict';
import {
  ASK, BROKEN, BUSY, DEAD, ELSEWHERE, EXPIRED, type OutboxHost, PASSED, PENDING, REFUSED, SENT, SIGN_IN, TIMED_OUT,
  UNEXPECTED, WAIT_COUNTED,
} from './host'; // prettier-ignore
import type { Bytes, Item, Progress, Row } from './record';
import { isSealed } from './seal';
import type { Shelf } from './shelf';
import type { Store } from './store';
import { inTurn } from './turns';
import { checksum, make, sizeOf } from './write';

/** Lanes that are sent side by side. */
const MOST_LANES = 4;
/** The longest timer, ms: it looks again then. */
const LONGEST = 600_000;
/** After the storage has failed, ms. */
const REST = 30_000;
/** `auth` has so long, ms. */
const PATIENCE = 15_000;

const STATES = ['waiting', 'sending', 'dead'];

/** Those who wait for the outcome, in this tab. */
export interface Callers {
  awaits(id: string): boolean;
  settle(id: string, outcome: Response | Error): void;
}

export class Sender {
  #running: Promise<void> | undefined;
  #again = false;
  /** Has the lanes looked at again while some of them are being sent. */
  #poke = () => {};
  #stop = new AbortController();
  #paused = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Waits for want of an answer that began before are over: all of them, or those at an origin. */
  #hurried = 0;
  readonly #hurriedAt = new Map<string, number>();
  /** Likewise waits for somebody to sign in. */
  #signedIn = 0;
  /** What is under way, each with what breaks it off. */
  readonly #sending = new Map<Item, () => void>();
  /** And all waits. */
  #flushed = 0;
  /** The storage failed then. */
  #failedAt = -Infinity;
  readonly #conflicts: Conflicts;

  constructor(
    readonly host: OutboxHost,
    readonly store: Store,
    readonly shelf: Shelf,
    readonly owner: string,
    readonly callers: Callers,
  ) {
    this.#conflicts = new Conflicts(host, store, shelf, this);
  }

  /** What got no answer may be worth another try: at an origin that answers now, or anywhere. */
  hurry(origin?: string): void {
    if (origin === undefined) this.#hurried = Date.now();
    else this.#hurriedAt.set(origin, Date.now());
    void this.run();
  }

  /** Somebody has signed in. */
  signedIn(): void {
    this.#signedIn = Date.now();
    void this.run();
  }

  /** Whose question died with its tab goes again. */
  revive(): Promise<void> {
    return this.#conflicts.revive();
  }

  /** Tries everything that waits, and settles when that is over. */
  flush(): Promise<void> {
    this.#flushed = Date.now();
    this.#failedAt = -Infinity;
    return this.run();
  }

  /** Sends what may go; settles when nothing more may. */
  run(): Promise<void> {
    this.#breakOff();
    this.#again = true;
    this.#poke();
    if (this.#paused) return Promise.resolve();
    return (this.#running ??= this.#rounds().finally(() => {
      this.#running = undefined;
      this.#arm();
    }));
  }

  /** What is under way is broken off and goes again later, no lock is held, no timer left. */
  pause(): void {
    this.#paused = true;
    this.#conflicts.leave();
    this.#stop.abort(new DOMException('The outbox stops.', 'AbortError'));
    clearTimeout(this.#timer);
  }

  resume(): void {
    this.#paused = false;
    this.#stop = new AbortController();
    void this.run();
  }

  /** Somebody else is signed in now: no further attempt goes out as them. */
  #breakOff(): void {
    const partition = this.host.partition();
    for (const [item, stop] of this.#sending) if (item.head.partition !== partition) stop();
  }

  async #rounds(): Promise<void> {
    while (this.#again && !this.#paused && this.#wait() === 0) {
      this.#again = false;
      const { signal } = this.#stop;
      try {
        await inTurn(this.store, this.owner, signal, () => this.#drain(signal));
      } catch {
        if (signal.aborted) return;
        this.#failedAt = performance.now();
      }
    }
  }

  /** How long until something may go, ms; Infinity: nothing waits. */
  #wait(): number {
    if (performance.now() - this.#failedAt < REST) return REST;
    let least = Infinity;
    for (const lane of this.#lanes()) {
      const [, turn] = this.#next(lane);
      // Another tab may have died over one that is under way: whoever gets the lock after it knows.
      least = Math.min(least, turn === EXPIRED || turn === BUSY ? 0 : turn);
    }
    return least;
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const wait = this.#wait();
    if (this.#paused || wait === Infinity) return;
    this.#timer = setTimeout(() => void this.run(), Math.min(Math.max(wait, 1), LONGEST));
  }

  #lanes(): Set<string> {
    return new Set(this.shelf.all.map(({ head }) => head.lane));
  }

  /** The first of a lane that is not passed over, and what is to be done about it. */
  #next(lane: string): [item: Item | undefined, turn: number] {
    const partition = this.host.partition();
    for (const item of this.shelf.lane(lane)) {
      const turn = this.#turn(item, partition);
      if (turn !== PASSED) return [item, turn];
    }
    return [undefined, Infinity];
  }

  #turn(item: Item, partition: string | null | undefined): number {
    const { state, head, queuedAt, since, due, held, retention, conflict } = item;
    const answering = Math.max(this.#hurried, this.#hurriedAt.get(originOf(head.url)) ?? 0);
    const hurried = held ? this.#signedIn : isHurried(item) ? answering : 0;
    // While an app makes up its mind, nobody else goes on with it.
    const over = since <= (conflict ? 0 : Math.max(this.#flushed, hurried));
    if (conflict === 'page' && state === 'waiting' && head.partition === partition && !this.host.decides) {
      return LONGEST;
    }
    const turn = this.host.turn(
      STATES.indexOf(state),
      +(head.partition === partition),
      queuedAt,
      since,
      over ? since : due,
      retention,
    );
    // Without a core nothing is sent.
    return turn ?? Infinity;
  }

  /** Under the lock. */
  async #drain(signal: AbortSignal): Promise<void> {
    await this.shelf.refresh();
    // Nobody else sends now: what is under way was when its tab died.
    for (const item of this.shelf.all) {
      if (item.state !== 'sending') continue;
      const now = Date.now();
      const counted = item.counted + 1;
      const lost: Partial<Progress> = { state: 'waiting', since: now, due: now, counted, pending: true };
      if (counted >= item.most) Object.assign(lost, { state: 'dead', reason: 'its attempts are used up' });
      if ((await this.shelf.change(item, lost)) && lost.state === 'dead') this.shelf.tell(item, 'dead');
    }
    const running = new Map<string, Promise<void>>();
    for (;;) {
      let least = LONGEST;
      for (const lane of this.#lanes()) {
        if (signal.aborted || running.size >= MOST_LANES) break;
        const turn = running.has(lane) ? BUSY : this.#next(lane)[1];
        if (turn > 0) least = Math.min(least, turn);
        if (turn !== 0 && turn !== EXPIRED) continue;
        running.set(
          lane,
          this.#lane(lane, signal).finally(() => running.delete(lane)),
        );
      }
      if (running.size === 0) return;
      try {
        await this.#oneOf(running.values(), least);
      } catch (error) {
        await Promise.allSettled(running.values());
        throw error;
      }
    }
  }

  /** A lane comes to rest, another one may go by now, or somebody asks to look again. */
  async #oneOf(lanes: Iterable<Promise<void>>, ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const asked = new Promise<void>((go) => {
      this.#poke = go;
      timer = setTimeout(go, ms);
    });
    await Promise.race([...lanes, asked]).finally(() => clearTimeout(timer));
  }

  async #lane(lane: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const [item, turn] = this.#next(lane);
      if (!item) return;
      if (turn === EXPIRED) await this.bury(item, 'it waited for longer than it is kept');
      else if (turn === 0) await this.#send(item, signal);
      else return;
    }
  }

  async #send(item: Item, signal: AbortSignal): Promise<void> {
    const begun = await this.shelf.begin(item);
    if (!begun) return;
    this.host.settled();
    let request: Request;
    try {
      request = make(item, await this.#open(item, begun.row, begun.body), {});
    } catch (error) {
      return this.bury(item, reasonOf(error));
    }
    if (item.head.signed && !(await this.#sign(request))) {
      return this.#judge(item, new Response(null, { status: 401 }), undefined);
    }
    // Whoever is signed in may have changed meanwhile.
    if (signal.aborted || item.head.partition !== this.host.partition()) return this.#putBack(item, false);
    let response: Response | undefined;
    let error: unknown;
    const own = new AbortController();
    const stop = () => own.abort(signal.reason);
    signal.addEventListener('abort', stop);
    this.#sending.set(item, stop);
    try {
      response = await this.host.send(request, own.signal, item.head.expect);
    } catch (thrown) {
      error = thrown;
      if (own.signal.aborted) return this.#putBack(item, true);
    } finally {
      this.#sending.delete(item);
      signal.removeEventListener('abort', stop);
    }
    await this.#judge(item, response, error);
  }

  /** Not once the page is left: that would open the database again. Whoever sends next sees that it was broken off. */
  async #putBack(item: Item, pending: boolean): Promise<void> {
    if (this.#paused) return;
    const now = Date.now();
    await this.shelf.change(item, {
      state: 'waiting',
      since: now,
      due: now,
      pending: pending || item.pending,
    });
  }

  /** The bytes as they were. Throws where they are not. */
  async #open(item: Item, row: Row, body: Bytes | undefined): Promise<Bytes | undefined> {
    const sealed = isSealed(row.head);
    if (sealed && body !== undefined) {
      const seal = await this.shelf.seal(false);
      if (!seal) throw new TypeError('its key is gone');
      body = await seal.openBody(item.id, body).catch(() => {
        throw new TypeError('it cannot be decrypted');
      });
    }
    if (sizeOf(body) !== item.size || (!sealed && checksum(item.head, body) !== item.sum)) {
      throw new TypeError('its record is damaged');
    }
    return body;
  }

  /** Adds who is signed in; whether that could be had. */
  async #sign(request: Request): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((go) => (timer = setTimeout(go, PATIENCE)));
    const credentials = await Promise.race([this.host.credentials().catch(() => undefined), late]);
    clearTimeout(timer);
    for (const name in credentials) request.headers.set(name, credentials[name]!);
    return !!credentials;
  }

  async #judge(item: Item, response: Response | undefined, error: unknown): Promise<void> {
    const fault = this.host.fault(response ?? error);
    const status = response?.status ?? 0;
    const now = Date.now();
    const serverWait = Math.max((fault?.retryAt ?? now) - now, 0);
    const { kind } = fault ?? {};
    const refused = kind === 'circuit-open' || kind === 'busy-here' || kind === 'deadline-too-short';
    const pending = status === 409 && (item.pending || saysPending(fault));
    const elsewhere = !!response && isElsewhere(response, item.head);
    const unexpected = !!response?.ok && kind === 'bad-response';
    // An answer without a status is one that nobody may read: a redirect that was not to be followed.
    const facts =
      (kind === 'timeout' && !response ? TIMED_OUT : 0) |
      (refused && !response ? REFUSED : 0) |
      (response && status === 0 ? BROKEN : 0) |
      (pending ? PENDING : 0) |
      (elsewhere ? ELSEWHERE : 0) |
      (unexpected ? UNEXPECTED : 0);
    const packed = this.host.ended(status, facts, item.attempts, item.counted, item.most, serverWait);
    // The core is gone: the next one decides.
    if (packed === undefined) return this.#putBack(item, true);
    const [verdict, wait] = [packed & 7, Math.floor(packed / 8)];
    const known = {
      fault: fault && storable(fault),
      pending: elsewhere || unexpected || isUnknown(status, refused),
    };
    if (verdict === SENT) return this.#sent(item, response!);
    if (verdict === ASK) return this.#conflicts.meet(item, response!, known.fault);
    if (verdict === DEAD) {
      const reason =
        elsewhere || unexpected
          ? 'no answer has confirmed it'
          : status >= 500 || status === 429 || status === 0
            ? 'its attempts are used up'
            : 'the server refused it';
      return this.bury(item, reason, known.fault, response);
    }
    letGo(response);
    await this.shelf.change(item, {
      ...known,
      state: 'waiting',
      since: now,
      due: now + wait,
      held: verdict === SIGN_IN,
      counted: item.counted + +(verdict === WAIT_COUNTED || elsewhere),
      conflict: undefined,
    });
    this.shelf.tell(item);
  }

  async #sent(item: Item, response: Response): Promise<void> {
    const { id } = item;
    const away = item.wait && !this.callers.awaits(id);
    await this.store.remove(id, away ? response.status : undefined);
    this.shelf.drop(id);
    const answer = away ? await handOver(response) : { status: response.status };
    this.callers.settle(id, response);
    this.shelf.tell(item, 'sent', answer);
    // Others of its origin may go as well.
    this.#hurriedAt.set(originOf(item.head.url), Date.now());
  }

  async bury(item: Item, reason: string, fault = item.fault, response?: Response): Promise<void> {
    const dead = { state: 'dead', reason, fault, conflict: undefined } as const;
    if (!(await this.shelf.change(item, dead))) return;
    this.callers.settle(item.id, response ?? new TypeError(`The write was set aside: ${reason}.`));
    this.shelf.tell(item, 'dead');
  }

  /** Storage failed beside a round. */
  failed(): void {
    this.#failedAt = performance.now();
  }

  /** Forgets one. */
  async discard(item: Item): Promise<void> {
    const away = item.wait && !this.callers.awaits(item.id);
    await this.store.remove(item.id, away ? 0 : undefined);
    this.shelf.drop(item.id);
    this.callers.settle(item.id, discarded());
    this.shelf.tell(item, 'discarded');
    void this.run();
  }
}

export function discarded(): DOMException {
  return new DOMException('The write was discarded.', 'AbortError');
}

function originOf(url: string): string {
  return /^https?:\/\/[^/?#]*/.exec(url)?.[0] ?? '';
}

/**
 * Whether it goes at once where its server answers again. A server that has answered it with a failure, or wants to be left
 * alone, gets the time that it is given; what takes it too long does so beside good answers, too.
 */
function isHurried({ fault }: Item): boolean {
  if (!fault) return true;
  return fault.status === undefined && fault.kind !== 'timeout' && !(fault.retryAt! > Date.now());
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
