// One client: loads the engine, lets calls through whatever happens to it, and puts the parts together.
import { after } from '../../src/browser/after';
import type { Driver, DriverHost } from '../../src/browser/driver';
import { sendEarly } from '../../src/browser/eager';
import type { Flight, Steady } from '../../src/browser/flight';
import { explain } from '../../src/browser/known';
import { Snapshot, copyInit, userSignal } from '../../src/browser/snapshot';
import { resolve } from '../../src/browser/url';
import { watchPolicy } from '../../src/browser/violations';
import { partitionOf } from '../../src/browser/whose';
import type * as api from '../types/index';
import { clearAll } from './clear-all';
import type { InOutbox } from './client-stores';
import { ConfigError } from './errors';
import { Events } from './events';
import { createFeatures } from './features';
import { ClientPreferences } from './preferences';
import { ClientNotices, type NoticeHost } from './notices';
import type { Extras, ExtrasHost } from './extras';
import type { Loading, Runtime } from './runtime';

/** Calls wait this long for the engine at most, ms; then they pass through for good. */
const LOAD_LIMIT = 3000;
/** After so many traps in a row the engine is given up. */
const MAX_TRAPS = 3;

type State = api.Steadfetch['state'];

class Client implements DriverHost, ExtrasHost, NoticeHost {
  readonly callPrefix: string;
  readonly events = new Events();
  readonly features = createFeatures(this.events);
  readonly notices: ClientNotices;
  readonly preferences: ClientPreferences;
  /** Comes with the engine. */
  driver!: Driver;
  /** The fetch that was global when the client was made. */
  readonly native: typeof fetch;
  readonly started = performance.now();
  readonly ready: Promise<'active' | 'passthrough'>;
  state: State = 'loading';
  /** Why it came to that. */
  why: string | undefined;
  extras: Extras | undefined;
  /** Comes with the engine, before its Wasm. */
  clearCopies: ((partition: string | undefined) => Promise<void>) | undefined;
  #runtime: Runtime | undefined;
  #traps = 0;
  #leaving = false;
  observed = false;
  readonly #end = new AbortController();
  readonly ended = this.#end.signal;

  constructor(
    public options: api.SteadfetchOptions,
    load: (client: Loading) => Promise<Runtime>,
    // Taken now: `steady.fetch` may be put in its place later.
    native = globalThis.fetch,
  ) {
    // Unbound, it would refuse to run.
    this.native = native.bind(globalThis);
    watchPolicy(this.ended);
    this.callPrefix = random().toString(36).slice(0, 6) + '-';
    this.preferences = new ClientPreferences(this, this.ended);
    this.notices = new ClientNotices(this, options?.surfaces ?? {});
    const { ended: signal } = this;
    globalThis.addEventListener?.('pagehide', () => (this.#leaving = true), { signal });
    globalThis.addEventListener?.('pageshow', () => (this.#leaving = false), { signal });
    this.ready = this.#load(load);
    // A rejection that nobody looks at is printed once below and must not count as unhandled.
    this.ready.catch(() => {});
  }

  fetch(input: RequestInfo | URL, init: RequestInit | undefined): Promise<Response> {
    if (this.driver?.core) return this.driver.fetch(input, init);
    if (this.state === 'loading') return this.#early(input, init);
    return this.#pass(input, init);
  }

  /** A call that came before the engine: its request is taken down now, and goes its way once the engine is there. */
  #early(input: RequestInfo | URL, init: RequestInit | undefined): Promise<Response> {
    const request = input instanceof Request ? input : undefined;
    const hurry = this.#leaving || init?.keepalive || request?.keepalive || request?.mode === 'navigate';
    const href = resolve(request ? request.url : `${input as string}`);
    if (hurry || !href || !/^https?:/.test(href)) return this.#pass(input, init);
    const own = copyInit(init);
    const method = own.method ?? request?.method ?? 'GET';
    const signal = userSignal(own, request);
    // That is for the browser to refuse.
    if (signal && !(signal instanceof AbortSignal)) return this.#pass(input, init);
    const snapshot = new Snapshot(href, own, request, true);
    const partition = partitionOf(this.options);
    if (!this.driver && !signal?.aborted) sendEarly(snapshot, method, signal, this.native, this.options);
    return after(this.ready, signal, () =>
      this.driver?.core
        ? this.driver.resume(snapshot, method, signal, own.steady as Steady | undefined, partition)
        : this.#watch(
            snapshot.early?.outcome ??
              snapshot.send(this.#native(), signal ?? new AbortController().signal, true),
            input,
            own as api.SteadyInit,
          ),
    );
  }

  /** The browser's own fetch, or a drill in its place. */
  #native(): typeof fetch {
    return this.driver?.native ?? this.native;
  }

  /** Lets a call through. */
  #pass(input: RequestInfo | URL, init: RequestInit | undefined): Promise<Response> {
    // Asked now, since what was sent is used too.
    const bodyUsed = (input as Request)?.bodyUsed;
    const outcome = this.#native()(input, init);
    return bodyUsed ? outcome : this.#watch(outcome, input, init);
  }

  /** In pass-through a failure is told in the plainest way, unless it is a mistake of the caller's. */
  #watch(
    outcome: Promise<Response>,
    input: RequestInfo | URL,
    init: api.SteadyInit | undefined,
  ): Promise<Response> {
    outcome.catch((error: unknown) => {
      const told = this.state === 'passthrough' && init?.steady?.notify !== 'silent';
      if (told && error instanceof TypeError && !isRefused(input, init)) this.notices.plain();
    });
    return outcome;
  }

  async #load(load: (client: Loading) => Promise<Runtime>): Promise<'active' | 'passthrough'> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLong = new Promise<never>((_, fail) => {
      timer = setTimeout(() => fail(new Error('the engine took over 3 s to load')), LOAD_LIMIT);
      this.ended.addEventListener('abort', fail);
    });
    try {
      const loading = load(this);
      loading.catch(() => {});
      this.#runtime = await Promise.race([loading, tooLong]);
      if (this.state === 'loading') this.start();
    } catch (error) {
      this.giveUp(reason(error));
      if (error instanceof ConfigError) {
        console.error(error.message);
        throw error;
      }
    } finally {
      clearTimeout(timer);
    }
    return this.state === 'active' ? 'active' : 'passthrough';
  }

  /** Starts a core of this client's own in the running instance. */
  start(): void {
    const why = this.#runtime!.begin(this);
    if (why) return this.giveUp(why);
    this.#become('active');
    this.notices.start(this.driver.core!, this.#runtime!);
  }

  /** Calls pass through from here on; those in flight end natively. */
  giveUp(why: string): void {
    this.#become('passthrough', why);
    this.driver?.stop();
    this.notices.giveUp();
  }

  #become(state: State, why?: string): void {
    if (this.state === state || this.state === 'disposed') return;
    this.state = state;
    this.why = why;
    this.events.emit('state', why === undefined ? { state } : { state, why });
  }

  // What the driver asks for.

  show(): void {
    this.notices.changed();
  }

  listens(type: 'call' | 'attempt'): boolean {
    return this.observed || this.events.has(type);
  }

  trapped(error: unknown): void {
    this.#runtime!.trapped(error);
  }

  restart(error: unknown): void {
    this.driver?.stop();
    this.extras?.stop();
    this.notices.stop();
    this.#traps += 1;
    // A task later the stack of the trap is gone.
    setTimeout(() => {
      if (this.state === 'disposed') return;
      try {
        if (this.#traps > MAX_TRAPS) throw error;
        this.start();
      } catch {
        this.giveUp(reason(error));
      }
    }, 0);
    this.#become('loading', reason(error));
  }

  closing(flight: Flight): void {
    this.notices.keep(flight);
  }

  dispose(): void {
    if (this.state === 'disposed') return;
    this.#runtime?.leave(this);
    this.driver?.stop(true);
    this.notices.dispose();
    this.extras?.dispose();
    this.#end.abort();
    this.#become('disposed');
    this.events.clear();
  }

  health(): api.Health {
    const { extras, features, started } = this;
    return {
      since: Math.floor(performance.timeOrigin + started),
      origins: [],
      people: { helped: 0, waited: 0, failed: 0, noticesShown: 0 },
      ...extras?.counted(),
      features: [...features.states.values()],
      outbox: extras?.stores.outbox?.size ?? 0,
      online: globalThis.navigator?.onLine !== false,
    };
  }

  heardNotices(): void {
    this.driver?.guard(() => {
      this.driver.core?.listens(+this.events.has('notice'));
      this.driver.settle();
    });
  }
}

/** Creates a client. `load` brings the engine; it is called at once. */
export function createClient(
  options: api.SteadfetchOptions | undefined,
  load: (client: Loading) => Promise<Runtime>,
  native?: typeof fetch,
): api.Steadfetch {
  const client = new Client(options ?? {}, load, native);
  // Its `name` and `length` are those of window.fetch, also once minified.
  const { fetch } = {
    fetch(input: RequestInfo | URL, init: api.SteadyInit | undefined = undefined) {
      try {
        // Without arguments it is for the browser to say what is missing.
        return arguments.length > 0
          ? client.fetch(input, init)
          : (client.native as () => Promise<Response>)();
      } catch (error) {
        return Promise.reject(error as Error);
      }
    },
  };
  const dispose = () => client.dispose();
  /** What comes with the engine. */
  const extras = async () => {
    await client.ready;
    if (!client.extras) throw new TypeError(client.why);
    return client.extras;
  };
  const inOutbox =
    <Name extends InOutbox>(name: Name) =>
    async (...id: Parameters<api.Outbox[Name]>): Promise<Awaited<ReturnType<api.Outbox[Name]>>> =>
      (await extras()).stores.inOutbox(name, ...id);
  return {
    fetch,
    ready: client.ready,
    started: client.started,
    get state() {
      return client.state;
    },
    notices: client.notices,
    features: client.features,
    preferences: {
      get: () => client.preferences.get(),
      set: (changes) => client.preferences.set(changes),
      open: () => client.notices.open('preferences'),
    },
    explain,
    calls: () => client.extras?.calls() ?? [],
    health: () => client.health(),
    lint: () => client.extras?.lint() ?? [],
    configure: async (options) => (await extras()).configure(options),
    outbox: {
      get size() {
        return client.extras?.stores.outbox?.size ?? 0;
      },
      entries: inOutbox('entries'),
      flush: inOutbox('flush'),
      retry: inOutbox('retry'),
      discard: inOutbox('discard'),
    },
    reports: {
      open: async (about) => (await extras()).inReports('open', about),
      list: async () => (await extras()).inReports('list'),
      discard: async (reference) => (await extras()).inReports('discard', reference),
    },
    on(type, listener) {
      const off = client.events.on(type, listener);
      if (type === 'record') client.extras?.observe();
      client.heardNotices();
      return () => {
        off();
        client.heardNotices();
      };
    },
    cache: {
      // Whatever becomes of the engine: who signs out must leave nothing behind.
      async clear(partition) {
        await client.ready.catch(() => {});
        const clear = client.clearCopies ?? clearAll;
        return clear(partition);
      },
    },
    dispose,
    // Older engines lack the symbol.
    [(Symbol.dispose ?? Symbol.for('Symbol.dispose')) as typeof Symbol.dispose]: dispose,
  };
}

/** Whether the browser makes no request of this at all. Of a stream that was sent, it never does again. */
function isRefused(input: RequestInfo | URL, init: RequestInit | undefined): boolean {
  try {
    const { url = input, method = 'GET' } = input as Request;
    new Request(url, { method, ...init, signal: null });
    return false;
  } catch {
    return true;
  }
}

/** A random whole number below 2⁵³: seeds jitter and names calls; not a secret. */
export function random(): number {
  const [high = 0, low = 0] = globalThis.crypto?.getRandomValues(new Uint32Array(2)) ?? [];
  return (high % 0x200000) * 0x100000000 + low;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
