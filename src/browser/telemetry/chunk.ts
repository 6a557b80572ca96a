// What tells beyond the page how calls fare: it is loaded where the options ask for it, or somebody listens for records. Everything
// that it tells has passed redact.ts.
import type { Health, SteadfetchEvents, SteadfetchOptions, TimelineEntry } from '../../../pkg/types/index';
import type { Driver } from '../driver';
import type { Flight } from '../flight';
import type { Change, Snapshot } from '../snapshot';
import { added } from './counts';
import { Durations } from './durations';
import { Exporter } from './exporter';
import { type Signal, sentence } from './otlp';
import { type Outgoing, type Raw, Redactor } from './redact';
import { Trace, type Try, hex } from './trace';

/** What it needs from its client; it imports nothing of the engine. */
export interface ObserverHost {
  readonly options: SteadfetchOptions;
  readonly driver: Driver;
  readonly native: typeof fetch;
  readonly ended: AbortSignal;
  readonly origin: string;
  on<K extends 'breaker' | 'feature' | 'outbox' | 'state'>(
    type: K,
    listener: (event: SteadfetchEvents[K]) => void,
  ): void;
  emit(record: Outgoing): void;
  health(): Health;
  treeOf(value: unknown, ...before: string[]): Uint8Array;
  carries(snapshot: Snapshot, name: string): string | null;
}

/** The share of calls that went well whose spans are sent, where the options say nothing. */
const SHARE = 0.1;
/** Records that wait to be redacted, at most; those of calls that went well go first. */
const MOST = 200;
/** They wait so long, to be redacted together, ms. */
const SOON = 50;
/** Metrics are told every so many ms. */
const MINUTE = 60_000;

/** A record, and whether it tells of trouble. */
type Waiting = [record: Raw, trouble: boolean];

export class Observer {
  readonly #durations = new Durations();
  #waiting: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #minutes: ReturnType<typeof setInterval> | undefined;
  #redactor: Redactor | undefined;
  #loading: Promise<void> | undefined;
  readonly #exporter: Exporter | undefined;
  readonly #share: number;
  /** Epoch ms of the client's own time 0. */
  readonly #epoch: number;
  /** What was told last of what is counted, and when. */
  #told: Health | undefined;
  #toldAt = Date.now();

  constructor(readonly host: ObserverHost) {
    const { driver, options, native, ended } = host;
    const { otlp, traceparent, sample = SHARE } = options.telemetry ?? {};
    this.#share = sample;
    this.#epoch = performance.timeOrigin + driver.started;
    if (traceparent) {
      const allowed = traceparent === 'same-origin' ? [host.origin] : traceparent;
      driver.trace = (flight, change) => this.#traced(flight, change, allowed);
    }
    if (otlp) {
      this.#exporter = new Exporter(otlp, hex(16), native, options.privacy);
      const page = globalThis.document;
      const looked = () => {
        clearInterval(this.#minutes);
        // A page that nobody looks at is not woken: what it has to tell is told as it is hidden, and when it is seen again.
        if (page?.visibilityState === 'hidden') return this.#leave();
        this.#minutes = setInterval(() => void this.#load().then(() => this.#count()), MINUTE);
        this.#exporter!.show();
      };
      looked();
      page?.addEventListener('visibilitychange', looked, { signal: ended });
      const left = () => this.#leave(true);
      const back = (event: Event) => (event as PageTransitionEvent).persisted && this.#exporter!.back();
      globalThis.addEventListener?.('pagehide', left, { signal: ended });
      globalThis.addEventListener?.('pageshow', back, { signal: ended });
      // While nothing is amiss: where the page is left, there is no time.
      void this.#load();
    }
    const tell = (type: string, record: Record<string, unknown>, trouble: boolean) =>
      this.#add({ ...record, type, at: Date.now() }, trouble);
    host.on('breaker', (breaker) => tell('breaker', { ...breaker }, breaker.to !== 'closed'));
    host.on('feature', ({ name, level, why, since }) =>
      tell('feature', { name, level, since, word: why, fault: why }, level !== 'full'),
    );
    host.on('outbox', ({ change, entry: { lane, method, route, attempts, state, fault } }) =>
      tell('outbox', { change, lane, method, route, attempts, state, fault }, change === 'dead'),
    );
    host.on('state', ({ state, why }) => tell('state', { state, why }, state === 'passthrough'));
    ended.addEventListener('abort', () => this.#stop());
  }

  /** An attempt ended; without a status, or with one of an error, it failed. */
  attempted(flight: Flight, attempt: number, took: number, status: number | undefined): void {
    const good = status !== undefined && status < 400;
    const { driver } = this.host;
    const fault = good ? undefined : driver.core?.fault(flight.slot, driver.now(), Date.now());
    const kind = (fault as { kind?: string } | undefined)?.kind;
    if (this.#exporter) {
      const { origin } = flight.route;
      this.#durations.add(flight.method, origin, took, status, kind);
    }
    if (good && attempt === 1 && !flight.trace) return;
    const trace = this.#traceOf(flight);
    const at = driver.now() - flight.started - took;
    trace.tries.push({
      attempt,
      spanId: trace.spanOf(attempt),
      at: Math.max(at, 0),
      duration: took,
      status,
      kind,
    });
  }

  /** A call ended. */
  ended(flight: Flight): void {
    if (!flight.troubled) {
      const sampled = this.#exporter && (flight.trace?.sampled ?? Math.random() < this.#share);
      if (sampled) this.#add(this.#record(flight), false);
      return;
    }
    const { fault, attempts, source, timeline } = flight.explanation;
    // What nobody waits for any more is no trouble.
    if (fault?.kind === 'cancelled') return;
    const trouble =
      fault !== undefined ||
      attempts > 1 ||
      source === 'fallback' ||
      source === 'outbox' ||
      timeline.some(({ what }) => what === 'failure' || what === 'refused');
    if (trouble || (this.#exporter && this.#traceOf(flight).sampled))
      this.#add(this.#record(flight), trouble);
  }

  #record(flight: Flight): Raw {
    const { driver } = this.host;
    const { href, method, lane, started, steady } = flight;
    const trace = this.#traceOf(flight);
    const explanation = flight.explanation;
    const { callId, fault, source, age, attempts, endpoint, duration, timeline } = explanation;
    return {
      type: 'call',
      at: Math.floor(this.#epoch + started),
      href,
      callId,
      actionId: steady?.actionId,
      traceId: trace.id,
      spanId: trace.span,
      parentId: trace.parent,
      route: driver.guard(() => driver.core?.template(lane, href)) ?? '',
      method,
      origin: flight.route.origin,
      endpoint,
      source,
      age,
      attempts,
      duration,
      fault,
      timeline,
      tries: triesOf(timeline, trace),
    };
  }

  #traceOf(flight: Flight): Trace {
    return (flight.trace ??= new Trace(flight.route, this.#share)) as Trace;
  }

  /** What an attempt changes about its request, with its trace, where it goes to one of these origins. */
  #traced(flight: Flight, change: Change | undefined, allowed: readonly string[]): Change | undefined {
    const origin = change?.base === undefined ? flight.route.origin : new URL(change.base).origin;
    const own = flight.trace ? undefined : this.host.carries(flight.snapshot!, 'traceparent');
    // The caller's own stays, and says which trace the call belongs to.
    flight.trace ??= new Trace(flight.route, this.#share, own);
    const trace = flight.trace as Trace;
    if (trace.parent !== undefined || own || !allowed.includes(origin)) return change;
    // A redirect takes the header to origins whose preflight may refuse it: a page cannot tell that from a lost connection.
    if (trace.tries.some(({ kind }) => kind === 'unreachable')) return change;
    return { ...change, headers: { ...change?.headers, traceparent: trace.header(flight.attempts) } };
  }

  #add(record: Raw, trouble: boolean): void {
    this.#waiting.push([record, trouble]);
    if (this.#waiting.length > MOST) {
      const least = this.#waiting.findIndex(([, trouble]) => !trouble);
      this.#waiting.splice(Math.max(least, 0), 1);
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#load().then(() => this.#tell());
    }, SOON);
  }

  /** Brings what redacts. Without it, nothing leaves. */
  #load(): Promise<void> {
    const { options, origin, treeOf } = this.host;
    return (this.#loading ??= Redactor.load(options.privacy, origin, treeOf).then(
      (redactor) => {
        this.#redactor = redactor;
        void this.#exporter?.recall(redactor);
      },
      (error: unknown) => console.warn('Steadfetch: nothing is told, since what redacts cannot run.', error),
    ));
  }

  /** Everybody who is to hear of what waits does. */
  #tell(): void {
    if (!this.#redactor) return void (this.#waiting = []);
    const waiting = this.#waiting.splice(0);
    const records = this.#redactor.each(waiting.map(([record]) => record));
    records.forEach((record, at) => record && this.#out(record, waiting[at]![1]));
  }

  #out(record: Outgoing, trouble: boolean): void {
    const { host } = this;
    if (trouble && host.options.telemetry?.log === 'console' && record.type === 'call') {
      console.info(`Steadfetch: ${sentence(record)} ${JSON.stringify(record)}`);
    }
    if (trouble) host.emit(record);
    const traced: Signal[] = trouble ? ['traces', 'logs'] : ['traces'];
    this.#exporter?.add(record, trouble, record.type === 'call' ? traced : ['logs']);
  }

  /** What was counted since the last time, where something was. */
  #count(): void {
    const at = Date.now();
    const health = this.host.health();
    const more = added(health, this.#told, this.#durations.series);
    if (!more) return;
    const [record] = this.#redactor?.pass([{ ...more, type: 'health', since: this.#toldAt, at }]) ?? [];
    if (!record) return;
    this.#exporter!.add(record, false, ['metrics']);
    this.#durations.told();
    this.#told = health;
    this.#toldAt = at;
  }

  /** The page may be gone in a moment. */
  #leave(gone = false): void {
    if (this.#redactor) {
      this.#tell();
      this.#count();
    }
    if (gone) this.#exporter!.gone();
    else this.#exporter!.hide();
  }

  /** The client is about to end: what counts is gone after this. */
  ending(): void {
    if (this.#exporter) this.#count();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#minutes);
    if (this.#redactor) this.#tell();
    this.#exporter?.stop();
  }
}

/** Every attempt: what was heard of it, and where it went; of one that nobody has heard of, what its steps say. */
function triesOf(timeline: TimelineEntry[], trace: Trace): Try[] {
  const begun = timeline.filter(({ what }) => what === 'attempt' || what === 'hedge');
  return begun.map((step, at) => {
    const attempt = at + 1;
    const heard = trace.tries.find((known) => known.attempt === attempt);
    const ended = timeline.find((other) => other.at >= step.at && /^(response|failure)$/.test(other.what));
    const { at: began, endpoint } = step;
    const duration = Math.max((ended?.at ?? began) - began, 0);
    const seen = { attempt, spanId: trace.spanOf(attempt), at: began, duration, status: ended?.status };
    return { ...seen, ...heard, ...(endpoint && { endpoint }) };
  });
}
