// Steadfetch's public types. Times are milliseconds, instants epoch milliseconds, sizes bytes, unless said otherwise.

/**
 * Starts a client. Returns at once, touches no global, never throws for a network or Wasm reason.
 * Wrong options do not throw either: `ready` rejects with a {@link ConfigError} and calls pass through.
 */
export declare function createSteadfetch(options?: SteadfetchOptions): Steadfetch;

/** Reads what is known about a Response or an error that came out of `steady.fetch`; undefined for anything else. */
export declare function explain(outcome: unknown): Explanation | undefined;

/** One client: its `fetch`, its notices, its state. */
export interface Steadfetch extends Disposable {
  /**
   * Drop-in for window.fetch; may be detached, passed around, or put in its place: it uses the fetch that was global
   * when the client was made.
   */
  readonly fetch: (input: RequestInfo | URL, init?: SteadyInit) => Promise<Response>;
  /** Settles once Wasm runs ('active') or is given up ('passthrough'); rejects with ConfigError when the options are wrong. */
  readonly ready: Promise<'active' | 'passthrough'>;
  readonly state: 'loading' | 'active' | 'passthrough' | 'disposed';
  readonly notices: Notices;
  explain(outcome: unknown): Explanation | undefined;
  /** Hears of every `type` event until the function that it returns is called. */
  on<K extends keyof SteadfetchEvents>(type: K, listener: (event: SteadfetchEvents[K]) => void): () => void;
  /** Calls in flight end natively without further retries, later ones pass through; nothing is left behind. */
  dispose(): void;
}

/** fetch's own options, and Steadfetch's for this call. */
export interface SteadyInit extends RequestInit {
  steady?: CallOptions;
}

/** For one call; overrides the rule that matches. */
export interface CallOptions extends Policy {
  /** This call's Idempotency-Key, or `true` for a new one: the request may then be sent again, whatever its method. */
  idempotencyKey?: string | true;
  /** 'auto' (default) lets the kind of failure choose. */
  notify?: 'auto' | 'silent' | 'toast' | 'banner';
  /** Content type that the answer must have ("application/json", "image/*"); another one is a `bad-response`. */
  expect?: string;
  /** Progress of the answer's body; asks for a watched body. */
  onProgress?(progress: { bytes: number; total?: number }): void;
  /** Groups events with what the person did. */
  actionId?: string;
}

/** Options of a client. Layers: built-in defaults ← `defaults` ← rule ← call. */
export interface SteadfetchOptions {
  /** The first rule that matches decides; what it leaves out comes from `defaults`. */
  rules?: Rule[];
  defaults?: Policy;
  /**
   * Refreshing who is signed in, asked for by a 401 or one of `statuses`: once for all calls that need it, each of which is
   * then repeated once. Headers from `refresh`, or else from `headers`, stay in memory and go to the origins whose answer
   * asked for them; a refresh that brings none is one of the session's cookie.
   */
  auth?: {
    refresh(): Promise<void | { headers: Record<string, string> }>;
    headers?(): Record<string, string> | Promise<Record<string, string>>;
    statuses?: number[];
  };
  /** How notices are shown; false: not at all. */
  surfaces?: SurfaceOptions | false;
  /** Seeds jitter, for tests: a whole number. Default: random. */
  seed?: number;
}

/** Requests that are treated in a way of their own. */
export interface Rule extends Policy {
  /**
   * URLPattern syntax without regular-expression groups: literals, `:name`, `*`, `{…}?`. A pattern that starts with "/" is a
   * path at the page's own origin ("/api/orders/:id"); with a scheme it names origin and path ("https://api.example.com/*").
   */
  match: string | { url?: string; methods?: string[] };
  /** Where its requests go, instead of to their own origin: failing over from one to the next. */
  endpoints?: Endpoints;
}

/**
 * Base URLs, each of which a request's path and query go behind. In the order of the list, or drawn by `weight`; a request
 * never leaves the `group` (of residency, say) that it began in.
 */
export interface Endpoints {
  urls: { url: string; weight?: number; group?: string }[];
  order?: 'listed' | 'weighted';
}

/** How calls are carried out. Objects merge member by member over the layer below; `false` turns a policy off whole. */
export interface Policy {
  /**
   * From sending to headers, per attempt: 1 to 2147483647 ms. Default 10 000, for requests without a body or with one of at
   * most 64 KB.
   */
  attemptTimeout?: number | false;
  /** Longest silence between body chunks: 1 to 2147483647 ms. Default false: the body is not watched. */
  idleTimeout?: number | false;
  /**
   * From the call to headers, all attempts and waits included: 1 to 2147483647 ms; `{ body: true }` covers the body too.
   * Default 30 000, for requests without a body or with one of at most 64 KB.
   */
  deadline?: number | false | { total: number; body?: boolean };
  /**
   * When and how often to try again, with full jitter: the wait before retry n is drawn from 0 to min(cap, base · 2ⁿ⁻¹).
   * `attempts` counts the first one too, 1 to 20: 3 (default) means at most two retries. `methods`: default GET, HEAD,
   * OPTIONS, PUT, DELETE, QUERY; others only with an Idempotency-Key header. `statuses`: default 408, 425, 429, 500, 502, 503,
   * 504, 520–524, 529, and 413 with Retry-After. `base`, `cap`: ms; default 1 000 and 10 000 with a floor of 100, for 429, 503
   * and 529 2 000 and 10 000 with a floor of 300. `timeouts`: whether an attempt that timed out is tried again, default true.
   */
  retry?:
    | false
    | {
        attempts?: number;
        methods?: string[];
        statuses?: number[];
        base?: number;
        cap?: number;
        timeouts?: boolean;
      };
  /**
   * Tokens per endpoint: a retry takes one (after a timeout two), a success gives `refill` back, never beyond `capacity`.
   * Without tokens there are no retries.
   */
  budget?: false | { capacity?: number; refill?: number };
  /**
   * Per endpoint. Opens on `consecutive` failures in a row, or on `failureRatio` of at least `minimum` outcomes within
   * `window` (ms); an answer slower than `slow` (ms) counts as a failure. Stays open `open` ms, longer each time up to
   * `openCap`. `whileOpen`: requests are held (default) or refused; `halfOpen`: behind the probe they queue (default) or are
   * refused.
   */
  breaker?:
    | false
    | {
        failureRatio?: number;
        consecutive?: number;
        minimum?: number;
        window?: number;
        open?: number;
        openCap?: number;
        slow?: number;
        whileOpen?: 'hold' | 'refuse';
        halfOpen?: 'queue' | 'refuse';
      };
  /** At most `concurrent` calls of this rule in flight, `queue` (default 0) more waiting in order; beyond that `busy-here`. */
  bulkhead?: false | { concurrent: number; queue?: number };
  /**
   * A second attempt, `delay` after the first, where that is slow; at most `max` extra. `budget` is the share of extra load
   * allowed. Only for idempotent methods. Default false.
   */
  hedge?: false | { delay?: number | 'p95'; max?: number; budget?: number };
  /** Slows down by the server's RateLimit fields before it has to answer 429. Default true. */
  pacing?: boolean;
  /** Equal GETs in flight share one request; each caller gets a body of its own. Default false. */
  coalesce?: boolean;
  /**
   * Adds an Idempotency-Key (or the `header` named), the same for every attempt of a call, to methods that are not
   * idempotent; they may then be retried. `quoted`: as a structured string, default true. Default false.
   */
  idempotency?: false | { header?: string; quoted?: boolean };
  /** true: an HTTP error status rejects with HttpError instead of resolving. Default false. */
  throwHttpErrors?: boolean;
}

/** What went wrong, once for the whole library. */
export type FaultKind =
  | 'offline'
  | 'unreachable'
  | 'timeout'
  | 'stalled'
  | 'overloaded'
  | 'unavailable'
  | 'server-error'
  | 'rate-limited'
  | 'quota-exceeded'
  | 'sign-in-required'
  | 'not-allowed'
  | 'not-found'
  | 'conflict'
  | 'rejected-input'
  | 'too-large'
  | 'unavailable-here'
  | 'outdated-client'
  | 'circuit-open'
  | 'busy-here'
  | 'deadline-too-short'
  | 'bad-response'
  | 'storage-full'
  | 'cancelled'
  | 'internal';

/** One classified failure. */
export interface Fault {
  kind: FaultKind;
  /** Stable and quotable: "SF-rate-limited". */
  code: string;
  impact: 'none' | 'degraded' | 'blocked' | 'data-at-risk';
  recovery: 'automatic' | 'user' | 'operator' | 'none';
  action:
    | 'wait'
    | 'retry'
    | 'sign-in'
    | 'edit'
    | 'contact'
    | 'report'
    | 'check-status'
    | 'upgrade'
    | 'reload'
    | 'go-back'
    | 'free-space'
    | 'none';
  status?: number;
  /** When trying again may work, as epoch milliseconds. */
  retryAt?: number;
  problem?: Problem;
}

/** RFC 9457, as received; `errors` is the common extension. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  instance?: string;
  errors?: { pointer?: string; parameter?: string; detail: string }[];
}

/** What is known about one call. */
export interface Explanation {
  callId: string;
  traceId?: string;
  /** What went wrong with the call as a whole; absent where it ended well. */
  fault?: Fault;
  source: 'network' | 'cache' | 'stale-cache' | 'fallback' | 'outbox' | 'none';
  /** Age of a stored copy. */
  age?: number;
  attempts: number;
  endpoint?: string;
  duration: number;
  /** In order, redacted, plain words plus the numbers behind them. */
  timeline: TimelineEntry[];
}

/** One step of a call. `at` and `delay` are milliseconds, `at` counts from the call's start. */
export interface TimelineEntry {
  at: number;
  what:
    | 'start'
    | 'attempt'
    | 'response'
    | 'failure'
    | 'wait'
    | 'hedge'
    | 'failover'
    | 'refused'
    | 'cache'
    | 'fallback'
    | 'queued'
    | 'done';
  why?: string;
  status?: number;
  delay?: number;
  endpoint?: string;
}

/** What people are told. */
export interface Notices {
  /**
   * Raises a notice by message id, e.g. from the app's own code. The same `cause` updates in place. The id `text` shows
   * `args.title` and `args.body` as they are.
   */
  show(notice: NoticeInput): NoticeHandle;
  /** Living and past notices, newest first. */
  list(): Notice[];
  dismiss(id: string): void;
  on(listener: (notices: Notice[]) => void): () => void;
  /** Marks this element as where banners go; without it they open at the start of body. */
  mount(target: Element): () => void;
}

/** A notice as the app describes it. `until`: epoch ms. */
export interface NoticeInput {
  message: string;
  cause?: string;
  severity?: Severity;
  surface?: Surface;
  args?: Record<string, string | number | Date>;
  actions?: NoticeAction[];
  until?: number;
}

/** A living notice of the app's. */
export interface NoticeHandle {
  readonly id: string;
  update(changes: Partial<NoticeInput>): void;
  /** Turns the card into its recovered state for its reading time; said once, politely. */
  resolve(message?: string): void;
  dismiss(): void;
}

export type Severity = 'info' | 'success' | 'warning' | 'error';
export type Surface = 'silent' | 'inline' | 'toast' | 'banner';

/** A next step. Without `label` the catalog is asked for "action.<id>". `href`: https, mailto, tel or the same origin. */
export interface NoticeAction {
  id: string;
  label?: string;
  run?(): void;
  href?: string;
}

/** One notice as people see it. */
export interface Notice {
  id: string;
  cause: string;
  surface: Surface;
  severity: Severity;
  title: string;
  body: string;
  safe?: string;
  code?: string;
  count: number;
  since: number;
  retryAt?: number;
  actions: NoticeAction[];
  state: 'pending' | 'shown' | 'resolved' | 'dismissed';
  lang: string;
  dir: 'ltr' | 'rtl';
}

/** How notices are drawn. */
export interface SurfaceOptions {
  /** Where toasts are. Default 'bottom-end'. */
  position?: 'top-start' | 'top' | 'top-end' | 'bottom-start' | 'bottom' | 'bottom-end';
  /** Cards shown at once, 1 to 10; the others wait their turn. Default 3. */
  maxVisible?: number;
  /** Moves the focus to the notices; written as in aria-keyshortcuts. Default 'Alt+T'. */
  hotkey?: string | false;
  density?: 'comfortable' | 'compact';
  theme?: 'auto' | 'light' | 'dark';
  /** How long a failure must last before it is shown, ms. Default 600. */
  delay?: number;
  /** Draws nothing: use `notices.on` and your own components. */
  headless?: boolean;
}

/** What `on` tells of. */
export interface SteadfetchEvents {
  call: { callId: string; actionId?: string; route: string; method: string; explanation: Explanation };
  attempt: {
    callId: string;
    attempt: number;
    endpoint: string;
    status?: number;
    fault?: Fault;
    duration: number;
  };
  notice: { notice: Notice; action?: string };
  state: { state: Steadfetch['state']; why?: string };
}

/** Wrong options: every problem with its path. */
export declare class ConfigError extends TypeError {
  readonly problems: { path: string; message: string }[];
}

/** An HTTP error status, where `throwHttpErrors` asks for it. */
export declare class HttpError extends Error {
  readonly response: Response;
  readonly fault: Fault;
}
