// The outbox of one client: what it needs of the engine, what apps may ask of it, what people see of it. Loaded where a rule has
// an outbox, or the app asks for it; it imports nothing of the engine.
import { Outbox } from '../../src/browser/outbox/chunk';
import type { Change, Counts, OutboxHost } from '../../src/browser/outbox/host';
import type { Secrets } from '../../src/browser/outbox/write';
import type { Driver } from '../../src/browser/driver';
import type { Known } from '../../src/browser/known';
import type { StandIn, Waiting, Write } from '../../src/browser/stores';
import type * as api from '../types/index';
import type { Events } from './events';

/** What it needs of its client. */
export interface ClientOutboxHost {
  readonly options: api.SteadfetchOptions;
  readonly driver: Driver;
  readonly events: Events;
  readonly notices: Pick<api.Notices, 'show'>;
}

/** Whoever saves something and has it sent within this time need not be told, ms. */
const SOON = 1000;
/** Answers at an origin say so often at most that it is worth another try, ms. */
const OFTEN = 1000;
/** `auth.headers` has so long to say what it sets, ms. */
const PATIENCE = 1000;

export class ClientOutbox implements api.Outbox, Waiting, OutboxHost {
  readonly #outbox: Outbox;
  readonly #told = new Set<string>();
  readonly #heard = new Map<string, number>();
  #partition: string | null | undefined = null;
  #telling: ReturnType<typeof setTimeout> | undefined;
  #looking: ReturnType<typeof setTimeout> | undefined;
  /** Those that were sent since the card was opened. */
  #sent = 0;
  #waiting: api.NoticeHandle | undefined;
  #dead: api.NoticeHandle | undefined;
  /** What the cards say. */
  #said = '';

  constructor(
    readonly host: ClientOutboxHost,
    readonly explain: (outcome: unknown) => api.Explanation | undefined,
    readonly remember: (outcome: unknown, known: Known) => void,
    /** Who is signed in, by what the options say. */
    readonly whose: (options: api.SteadfetchOptions) => string | null | undefined,
  ) {
    this.#outbox = new Outbox(this);
  }

  /** Settles once what waits is known. */
  get loaded(): Promise<void> {
    return this.#outbox.loaded;
  }

  // What apps ask.

  get size(): number {
    return this.#outbox.size;
  }

  get counts(): Counts {
    return this.#outbox.counts;
  }

  entries(): Promise<api.OutboxEntry[]> {
    return this.#outbox.entries();
  }

  flush(): Promise<void> {
    return this.#outbox.flush();
  }

  retry(id: string): Promise<void> {
    return this.#outbox.retry(id);
  }

  discard(id: string): Promise<void> {
    return this.#outbox.discard(id);
  }

  // What calls ask.

  waits(lane: string): boolean {
    return this.#outbox.waits(lane);
  }

  queue(write: Write): Promise<StandIn | undefined> {
    return this.#outbox.queue(write);
  }

  /** There was an answer from here. */
  answered(href: string): void {
    if (!this.#outbox.isEmpty) {
      // It may have been a sign-in, of which the app makes something now.
      this.#looking ??= setTimeout(() => {
        this.#looking = undefined;
        this.partition();
      }, SOON);
    }
    const { origin } = new URL(href);
    const now = performance.now();
    if (now - (this.#heard.get(origin) ?? -Infinity) < OFTEN) return;
    this.#heard.set(origin, now);
    this.#outbox.hurry(origin);
  }

  /** Somebody has signed in. */
  signedIn(): void {
    this.#outbox.signedIn();
  }

  /** Options changed: somebody else may be signed in. */
  look(): void {
    this.#outbox.look();
  }

  dispose(): void {
    clearTimeout(this.#telling);
    clearTimeout(this.#looking);
    this.#outbox.dispose();
  }

  // What the outbox asks.

  get encrypt(): boolean {
    return this.host.options.storage?.encrypt === true;
  }

  /** Undefined: nobody knows, and what waits is nobody's to send or to see. */
  partition(): string | null | undefined {
    const now = this.whose(this.host.options);
    if (now !== this.#partition) queueMicrotask(() => this.#changed());
    return (this.#partition = now);
  }

  /** Somebody else is signed in: what was said of writes is not for them, and what waits for them goes. */
  #changed(): void {
    this.#waiting?.dismiss();
    this.#dead?.dismiss();
    for (const card of [this.#waiting, this.#dead]) card?.dismiss();
    this.#waiting = this.#dead = undefined;
    this.#said = '';
    this.look();
    if (this.#partition != null) this.signedIn();
  }

  route(href: string, method: string): string {
    const { driver } = this.host;
    const path = driver.guard(() => driver.core?.template(driver.core.route([method, href]), href));
    return path ?? new URL(href).origin;
  }

  async send(request: Request, signal: AbortSignal, expect: string | undefined): Promise<Response> {
    const { driver } = this.host;
    if (!driver.core) throw new TypeError('the engine is not there');
    const own = { outbox: false, throwHttpErrors: false, notify: 'silent' } as const;
    const steady = expect === undefined ? own : { ...own, expect };
    return driver.fetch(request, { signal, steady } as RequestInit);
  }

  fault(outcome: unknown): api.Fault | undefined {
    return this.explain(outcome)?.fault;
  }

  async credentials(): Promise<Record<string, string>> {
    const { options, driver } = this.host;
    return { ...driver.credentials, ...(await options.auth?.headers?.()) };
  }

  async secrets(): Promise<Secrets> {
    const { options, driver } = this.host;
    const names = new Map(lowered(driver.credentials ?? {}));
    // What a refresh would bring is not known before the first one.
    if (!options.auth?.headers) return options.auth && !driver.credentials ? undefined : names;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((go) => (timer = setTimeout(go, PATIENCE)));
    const known = await Promise.race([this.credentials().catch(() => undefined), late]);
    clearTimeout(timer);
    if (!known) return undefined;
    for (const [name, value] of lowered(known)) names.set(name, value);
    return names;
  }

  turn(
    state: number,
    ours: number,
    queued: number,
    since: number,
    due: number,
    retention: number,
  ): number | undefined {
    const { driver } = this.host;
    return driver.guard(() =>
      driver.core?.outbox_turn(state, ours, queued, since, due, retention, Date.now()),
    );
  }

  ended(...numbers: [number, number, number, number, number, number]): number | undefined {
    const { driver } = this.host;
    return driver.guard(() => driver.core?.outbox_ended(...numbers));
  }

  async conflict(entry: api.OutboxEntry, response: Response): ReturnType<OutboxHost['conflict']> {
    return (await this.host.options.onConflict?.(entry, response)) ?? 'dead';
  }

  /** An app that has something to say about conflicts says it here; a worker without a word leaves them to a page. */
  get decides(): boolean {
    return !!this.host.options.onConflict || !!globalThis.document;
  }

  handed(response: Response, entry: api.OutboxEntry | undefined): void {
    const { id = '', attempts = 1, queuedAt = Date.now() } = entry ?? {};
    const duration = Math.max(Date.now() - queuedAt, 0);
    const explanation: api.Explanation = { callId: id, source: 'outbox', attempts, duration, timeline: [] };
    this.remember(response, { explanation });
  }

  changed(entry: api.OutboxEntry, change: Change): void {
    if (change === 'sent') this.#sent += 1;
    this.host.events.emit('outbox', { entry, change });
  }

  settled(): void {
    this.#telling ??= setTimeout(() => this.#tell(), SOON);
  }

  trouble(why: string): void {
    if (this.#told.has(why)) return;
    this.#told.add(why);
    console.warn(`Steadfetch: ${why}.`);
  }

  // What people see: one card for all that waits, one for all that failed for good.

  #tell(): void {
    this.#telling = undefined;
    const { waiting, held, dead } = this.#outbox.summary;
    const said = JSON.stringify([waiting, held > 0, dead.length]);
    if (said === this.#said) return;
    this.#said = said;
    this.#tellWaiting(waiting, held);
    this.#tellDead(dead);
  }

  #tellWaiting(waiting: number, held: number): void {
    if (waiting > 0) {
      const message = held > 0 ? 'outbox.held' : 'outbox.waiting';
      const actions = held > 0 ? [{ id: 'sign-in' }] : [];
      const content = { message, args: { writes: waiting }, actions };
      if (!this.#waiting) this.#sent = 0;
      this.#waiting = this.#show(this.#waiting, { ...content, cause: 'steadfetch:outbox', severity: 'info' });
    } else if (this.#waiting) {
      this.#waiting.update({ args: { writes: this.#sent } });
      if (this.#sent > 0) this.#waiting.resolve('outbox.sent');
      else this.#waiting.dismiss();
      this.#waiting = undefined;
    }
  }

  #tellDead(dead: string[]): void {
    if (dead.length > 0) {
      const all = (act: (id: string) => Promise<void>) => () => {
        void Promise.allSettled(this.#outbox.summary.dead.map(act));
      };
      const actions = [
        { id: 'retry', run: all((id) => this.retry(id)) },
        { id: 'discard', run: all((id) => this.discard(id)) },
      ];
      const content = { message: 'outbox.dead', args: { writes: dead.length }, actions };
      this.#dead = this.#show(this.#dead, { ...content, cause: 'steadfetch:dead', severity: 'warning' });
    } else {
      this.#dead?.dismiss();
      this.#dead = undefined;
    }
  }

  #show(handle: api.NoticeHandle | undefined, input: api.NoticeInput): api.NoticeHandle {
    if (!handle) return this.host.notices.show({ surface: 'toast', ...input });
    const { cause: _, ...changes } = input;
    handle.update(changes);
    return handle;
  }

  /** The core was replaced: cards are opened anew. */
  restart(): void {
    this.#waiting = this.#dead = undefined;
    this.#said = '';
    this.settled();
    this.#outbox.look();
  }
}

function lowered(headers: Record<string, string>): [name: string, value: string][] {
  return Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
}
