// The happy path of a call, numbers only: lane, admit, send, head. It holds no decision; whatever is not plain sailing
// goes on in flight.ts, by commands of the core.
import { ConfigError } from '../../pkg/src/errors';
import type { SteadfetchOptions } from '../../pkg/types/index';
import { Calls } from './calls';
import { MUST_ARM, NONE, REPEATABLE, SENT, SPECIAL, TROUBLE } from './codes';
import type { Core } from './core';
import { factsOf } from './facts';
import { Flight, type Steady } from './flight';
import { Route } from './route';
import { type Change, Snapshot, copyInit, userSignal } from './snapshot';
import type { Seat } from './reading';
import { special } from './special';
import type { Keeping, Stores } from './stores';
import { baseUrl, resolve } from './url';

/** URLs of a method whose lane is remembered; beyond it the memory starts anew. */
const MAX_ROUTES = 500;
/** There are not many; more are somebody's mistake. */
const MAX_METHODS = 20;

/** The host timer is this much late, ms: the machine slept, or the page was frozen (presence.ts). */
export const ASLEEP = 5_000;

/** What the driver needs from its client. */
export interface DriverHost {
  readonly options: SteadfetchOptions;
  /** Something changed that people may see. */
  show(): void;
  /** Wasm trapped: `core` is of no use any more. */
  trapped(error: unknown): void;
  /** Whether anybody listens for calls or attempts. */
  listens(type: 'call' | 'attempt'): boolean;
  /** The core is about to forget a call that met trouble. */
  closing(flight: Flight): void;
  /** What call ids start with. */
  readonly callPrefix: string;
}

/** What comes with the engine and minds what lies beside calls. */
export interface Beside {
  readonly stores: Stores;
  /** An input beside the happy path has been carried out. */
  settled(core: Core): void;
  /** The host timer fired, so late. */
  woke(core: Core, late: number): void;
  /** A call's answer asks for a refresh of who is signed in; its attempt began then. */
  refresh(flight: Flight, began: number): void;
  /** An attempt ended after so long; somebody listens for that. */
  attempted(flight: Flight, attempt: number, took: number, status: number | undefined): void;
  /** The call ended, which somebody listens for; `flight.explanation` says how. */
  ended(flight: Flight): void;
}

/** Drives the calls of one client through one core. */
export class Driver {
  readonly flights: (Seat | undefined)[] = [];
  beside: Beside | undefined;
  /** The latest of those that are over. */
  readonly calls = new Calls();
  /** Whoever wants to know that a server answers. */
  answered: ((route: Route, response: Response) => void) | undefined;
  /** Gives an attempt its trace (telemetry/trace.ts), where requests carry one. */
  trace: ((flight: Flight, change: Change | undefined) => Change | undefined) | undefined;
  /** Headers that the last refresh of who is signed in has brought. In memory only. */
  credentials: Record<string, string> | undefined;
  /** The origins whose answers asked for them: nobody else gets them. */
  readonly asked = new Set<string>();
  /** By method, then by URL: to make one key of both would cost more than both look-ups. */
  readonly #routes = new Map<string, Map<string, Route>>();
  #base = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When it fires. */
  #due = Infinity;
  #serial = 0;
  /** Kept, since a page's own property is looked up through an accessor each time. */
  readonly #clock = performance;

  constructor(
    readonly host: DriverHost,
    /** The fetch that was global when the client was made, or a drill in its place. */
    public native: typeof fetch,
    /** Undefined while there is none to ask: calls in flight then end by themselves. */
    public core: Core | undefined,
    /** performance.now() when the client was made: the core's time starts there. */
    readonly started: number,
  ) {}

  now(): number {
    // Whole milliseconds, as the core counts them: V8 keeps them without a box.
    return Math.floor(this.#clock.now() - this.started);
  }

  /**
   * The time of an input to the core. After a sleep, inputs may come before the host timer: the core must know of the sleep
   * first, or it would judge them by limits that have passed meanwhile, and count the sleep as a new call's own time.
   */
  awake(): number {
    const now = this.now();
    if (now - this.#due > ASLEEP) this.#wake();
    return now;
  }

  /** Apart, since a closure in it would cost each call of `awake`. */
  #wake(): void {
    this.guard(() => {
      if (this.core) this.beside?.woke(this.core, this.now() - this.#due);
      this.arm();
    });
  }

  /** Carries out a call; `core` is there. Throws what fetch would reject with. */
  fetch(input: RequestInfo | URL, init: RequestInit | undefined): Promise<Response> {
    const request = input instanceof Request ? input : undefined;
    // A navigation loses its mode when anything about it is changed.
    if (request?.mode === 'navigate') return this.native(input, init);
    const own = copyInit(init);
    const method = own.method ?? request?.method ?? 'GET';
    const route = this.#route(method, request ? request.url : input);
    if (!route) return this.native(input, init);
    const { href } = route;
    let { lane } = route;
    if (own.steady) lane = this.#single(lane, own.steady);
    const facts = factsOf(own, request);
    const steady = own.steady as Steady | undefined;
    const keep =
      (lane & (REPEATABLE | SPECIAL)) !== 0 ||
      facts > 3 ||
      !!steady?.idempotencyKey ||
      !!this.host.options.auth;
    const snapshot = new Snapshot(href, own, request, keep, facts);
    const signal = userSignal(own, request);
    return this.#go(snapshot, route, lane, signal, steady);
  }

  #go(
    snapshot: Snapshot,
    route: Route,
    lane: number,
    signal: AbortSignal | undefined,
    steady: Steady | undefined,
    whose?: [partition: string | null | undefined],
  ): Promise<Response> {
    return this.core && (lane & SPECIAL || steady)
      ? special(this, snapshot, route, lane, signal, steady, whose)
      : this.begin(snapshot, route, lane, signal, steady);
  }

  /** A call whose request was taken down before, and who was signed in then. */
  resume(
    snapshot: Snapshot,
    method: string,
    signal: AbortSignal | undefined,
    steady: Steady | undefined,
    ...whose: [partition: string | null | undefined]
  ): Promise<Response> {
    const route = this.#route(method, snapshot.href);
    if (!route) return this.passOn(snapshot, signal);
    const lane = steady ? this.#single(route.lane, steady) : route.lane;
    snapshot.facts = factsOf(snapshot.init, snapshot.request);
    return this.#go(snapshot, route, lane, signal, steady, whose);
  }

  /** Sends a request that was taken down on its lane. */
  begin(
    snapshot: Snapshot,
    route: Route,
    lane: number,
    signal: AbortSignal | null | undefined,
    steady: Steady | undefined,
    change?: Change,
    keeping?: Keeping,
  ): Promise<Response> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    let now = this.awake();
    const { core } = this;
    const { early } = snapshot;
    if (early) {
      snapshot.facts |= SENT;
      now = Math.floor(early.began - this.started);
    }
    const serial = ++this.#serial;
    let code = NONE;
    try {
      if (core) code = core.admit(lane, snapshot.facts, serial, now);
    } catch (error) {
      this.host.trapped(error);
    }
    // Wasm trapped, here or on the way here.
    if (!core || code === NONE) {
      return this.passOn(snapshot, signal ?? undefined, change);
    }
    const slot = code & ~(MUST_ARM | TROUBLE);
    const flight = new Flight(
      this,
      core,
      snapshot,
      route,
      lane,
      slot,
      serial,
      now,
      signal ?? undefined,
      steady,
    );
    flight.change = change;
    flight.keeping = keeping;
    this.flights[slot] = flight;
    if (code & MUST_ARM) this.#armSafely();
    return code & TROUBLE ? this.#hold(flight) : flight.begin();
  }

  /** Sends a request without the core, for the last time, unless it is out already. */
  passOn(snapshot: Snapshot, signal: AbortSignal | undefined, change?: Change): Promise<Response> {
    const own = signal ?? new AbortController().signal;
    return (
      snapshot.early?.outcome ?? snapshot.send(this.native, own, true, this.signed(snapshot.href, change))
    );
  }

  /** What an attempt changes about the request, with the credentials that its origin asked for. */
  signed(href: string, change: Change | undefined): Change | undefined {
    if (!this.credentials || !this.asked.has(new URL(change?.base ?? href).origin)) return change;
    return { ...change, headers: { ...change?.headers, ...this.credentials } };
  }

  /** Apart, since a closure in it would cost each call of `begin`. */
  #hold(flight: Flight): Promise<Response> {
    try {
      flight.snapshot!.keep();
    } catch {
      // What is wrong with the request is said by the attempt to send it.
    }
    const trouble = flight.trouble();
    // First: where Wasm traps, the call still ends by itself.
    const outcome = trouble.defer();
    this.guard(() => {
      trouble.start();
      this.settle();
    });
    return outcome;
  }

  /** Apart, since a closure in it would cost each call of `begin`. */
  #armSafely(): void {
    this.guard(() => this.arm());
  }

  /** Arms the one host timer that serves the deadlines of all calls and notices. */
  arm(): void {
    clearTimeout(this.#timer);
    const now = this.now();
    const wait = this.core ? this.core.arm(now) : -1;
    this.#due = now + (wait < 0 ? Infinity : wait);
    this.#timer = wait < 0 ? undefined : setTimeout(() => this.guard(() => this.tick()), wait);
  }

  /** After an input that is not the happy path: carries out what is due, shows what changed, minds the clock. */
  settle(): void {
    const core = this.core;
    if (!core) return;
    for (let slot; (slot = core.due()) !== NONE;) this.flights[slot]?.obey();
    if (core.changed()) this.host.show();
    if (core.must_arm()) this.arm();
    this.beside?.settled(core);
  }

  tick(): void {
    const { core } = this;
    if (!core) return;
    const now = this.now();
    const late = now - this.#due;
    this.#due = Infinity;
    this.beside?.woke(core, late);
    core.tick(now);
    this.settle();
  }

  /** Every entry into Wasm passes here or through a like guard: a trap must not take the page's calls with it. */
  guard<T>(enter: () => T): T | undefined {
    try {
      return enter();
    } catch (error) {
      // What an app has said wrong is its own to hear.
      if (error instanceof ConfigError) throw error;
      this.host.trapped(error);
      return undefined;
    }
  }

  /** Gives the core up: calls in flight end natively, nothing is left behind. `over`: without further attempts. */
  stop(over = false): void {
    clearTimeout(this.#timer);
    this.core = undefined;
    this.forgetRoutes();
    for (const flight of this.flights.splice(0)) flight?.orphan(over);
  }

  /** Rules changed, or the page's base: what was remembered is void. */
  forgetRoutes(): void {
    this.#routes.clear();
  }

  #route(method: string, input: RequestInfo | URL): Route | undefined {
    // Unlike String(), this refuses a symbol, as the browser does.
    const url = `${input as string}`;
    if (!url.startsWith('https://') && !url.startsWith('http://')) this.#checkBase();
    return this.#routes.get(method)?.get(url) ?? this.#newRoute(method, url);
  }

  #newRoute(method: string, url: string): Route | undefined {
    const href = resolve(url);
    if (href === undefined) return undefined;
    const lane = this.guard(() => this.core!.route([method.toUpperCase(), href])) ?? NONE;
    if (lane === NONE) return undefined;
    if (this.#routes.size > MAX_METHODS) this.#routes.clear();
    const routes = this.#routes.get(method) ?? new Map<string, Route>();
    if (routes.size >= MAX_ROUTES) routes.clear();
    const route = new Route(this.host.callPrefix, method, href, lane);
    this.#routes.set(method, routes.set(url, route));
    return route;
  }

  /** Relative URLs resolve at call time: where the page's base changed, what was remembered is void. */
  #checkBase(): void {
    const base = baseUrl();
    if (base === this.#base) return;
    this.#base = base;
    this.forgetRoutes();
  }

  #single(lane: number, steady: object): number {
    return this.guard(() => this.core!.single(steady, lane)) ?? NONE;
  }
}
