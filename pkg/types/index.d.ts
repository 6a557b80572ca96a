/// <reference lib="esnext.disposable" />
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
  /** `performance.now()` when the client was created: what the times of `faults` count from. */
  readonly started: number;
  readonly state: 'loading' | 'active' | 'passthrough' | 'disposed';
  readonly notices: Notices;
  /** How far the app's features are on. Works before Wasm runs and where it never does; by hand and by flags alone then. */
  readonly features: Features;
  /** The person's own settings, kept across visits and the same in every tab. */
  readonly preferences: {
    /** What holds now: the person's choice, else the app's default, else the usual. */
    get(): Preferences;
    /**
     * The person chooses; what is left out stays, `undefined` goes back to the app's default. Takes effect at once. Throws a
     * {@link ConfigError} that has every problem.
     */
    set(changes: Preferences): void;
    /** Opens a panel with them, once there is an engine; without one, nothing happens. */
    open(): void;
  };
  /** Writes that wait to be sent. Its methods wait for the engine, and reject where calls pass through for good. */
  readonly outbox: Outbox;
  explain(outcome: unknown): Explanation | undefined;
  /**
   * The latest calls, the one that began last first, in the form of the event `call`: the last 50 that went well at once, and the
   * last 50 of all others, as far as their explanations come to about 250 000 characters. In the page's memory alone. Empty
   * before Wasm runs; what passes through without it is not there.
   */
  calls(): SteadfetchEvents['call'][];
  /**
   * How the servers and the people of this client fare, counted since it began. At once, in every state: before Wasm runs and
   * where it never does, nothing is known. An engine that had to be replaced begins anew, and `since` says so.
   */
  health(): Health;
  /**
   * What each rule comes to (the longest wait, requests of one call at most, server load), and what looks wrong. Empty until
   * Wasm runs and where it never does: it is the engine that knows. So ask after `ready`.
   */
  lint(): LintFinding[];
  /**
   * Replaces `rules`, `defaults`, `preferences`, `faults`, `flags`, `locale`, `voice`, `catalog` at run time, each as a whole; what is left out stays. The same validation as at
   * creation: rejects with a {@link ConfigError} that has every problem, and nothing has changed then. Other options cannot
   * change at run time, which is such a problem too. Calls in flight go on as they began; breakers, budgets and what servers
   * have asked for live on. Waits for Wasm; rejects where calls pass through for good.
   */
  configure(options: Partial<SteadfetchOptions>): Promise<void>;
  /** Problems that people report (`report`). docs/reports.md. */
  readonly reports: Reports;
  /** Stored copies of answers (`cache`). */
  readonly cache: {
    /**
     * Deletes every copy, or those of one `partition`: on disk, in memory, in other tabs, and those about to be stored. Works
     * in every state of the client; rejects where the storage refuses.
     */
    clear(partition?: string): Promise<void>;
  };
  /** Hears of every `type` event until the function that it returns is called. */
  on<K extends keyof SteadfetchEvents>(type: K, listener: (event: SteadfetchEvents[K]) => void): () => void;
  /** Calls in flight end natively without further retries, later ones pass through; nothing is left behind. */
  dispose(): void;
}

/**
 * fetch's own options, and Steadfetch's for this call. With `priority: 'low'` nobody waits for what is read: that it fails has no impact, and
 * is told only once it has gone on for half a minute.
 */
export interface SteadyInit extends RequestInit {
  steady?: CallOptions;
}

/** For one call; overrides the rule that matches. */
export interface CallOptions extends Policy {
  /** The feature that the call belongs to, in place of its rule's. */
  feature?: string;
  /**
   * 'auto' (default) lets the kind of failure choose. An element: its failure is a hint at that element, except where it is
   * everybody's business (offline, sign-in). In a form, a refused input marks the fields that the answer names.
   */
  notify?: 'auto' | 'silent' | 'toast' | 'banner' | Element;
  /** Content type that the answer must have ("application/json", "image/*"); another one is a `bad-response`. */
  expect?: string;
  /** Progress of the answer's body; asks for a watched body. */
  onProgress?(progress: { bytes: number; total?: number }): void;
  /**
   * What the person is doing, as a message id of yours: where it fails, the notice says the message's title ("We couldn't save your
   * order") above its own reason; while it is tried again, the title of `<id>.waiting`, where there is one.
   */
  intent?: string;
  /** Groups events with what the person did. */
  actionId?: string;
  /**
   * The Idempotency-Key of this call, the same for all its attempts; true: a random one. The call may then be tried again,
   * whatever its method. A key that the request has in its headers already stays.
   */
  idempotencyKey?: string | true;
  /**
   * Stands in where the call failed for want of the network or its server (not for other 4xx, not for an abort), and no stored
   * copy or outbox did: a Response, of which the call gets a clone, or what brings one. Where it throws, the call ends with its
   * own failure.
   */
  fallback?: Response | (() => Response | Promise<Response>);
}

/** Options of a client. Layers: built-in defaults ← `defaults` ← rule ← call. */
export interface SteadfetchOptions {
  /** The first rule that matches decides; what it leaves out comes from `defaults`. */
  rules?: Rule[];
  defaults?: Policy;
  /**
   * A policy document to load and keep fresh; `refresh`: every so many ms (± 10 %), 1 000 to 2 147 483 647, default 300 000.
   * The document is JSON, at most 256 KB, fetched with same-origin credentials:
   * `{ "version": 1, "enabled": true, "defaults": Policy, "rules": Rule[], "features": { name: level } }`.
   * It lies over these options: its rules are asked first, and its `defaults` lie over those of the options, under any rule.
   * `"enabled": false` is the kill switch: calls pass through to the browser's fetch (`state` is 'passthrough') until a later
   * document turns Steadfetch on again. A document that is wrong or cannot be had is refused, with a warning in the console,
   * and the last good one stays; that one is kept in localStorage too, and holds from the next start on.
   */
  remotePolicy?: { url: string; refresh?: number };
  /**
   * What a 401 leads to: one `refresh` for all calls that need it, then one repeat of each. `refresh` signs in anew and either
   * returns headers that requests to that origin carry from then on, or nothing where the session is a cookie; then the tabs
   * of an origin share one refresh. `headers` gives the headers where `refresh` returns none. Headers are kept in memory, and
   * go to the origin that answered 401 alone. A refresh that takes longer than 15 s has failed, and what it brings later is
   * ignored: the calls that wait end with their 401, and the next 401 begins another one. `statuses`: those that ask for it,
   * 400 to 499, default [401].
   */
  auth?: {
    refresh(): Promise<void | { headers: Record<string, string> }>;
    headers?(): Record<string, string> | Promise<Record<string, string>>;
    statuses?: number[];
  };
  /**
   * Who is signed in, by a name that stays the same for them: stored copies and waiting writes belong to one partition, and are
   * neither served nor sent in another. null, or nothing: nobody is. A function is asked for each call.
   */
  partition?: string | null | (() => string | null);
  /** `encrypt`: writes that wait are encrypted on disk (AES-GCM, with a key that cannot be exported). Default false. */
  storage?: { encrypt?: boolean };
  /**
   * Problem types (RFC 9457 `type`, of answers with `application/problem+json`) that mean another kind than their status does, for
   * instance `{ 'https://api.example/problems/plan-limit': 'quota-exceeded' }`. The kind decides what people are told; an answer of
   * a kind that only they can put right is not tried again.
   */
  problems?: Record<string, FaultKind>;
  /**
   * A status page. Its feed is Atlassian Statuspage's `summary.json` ('statuspage', default), or of our own format: `{ incidents: [{
   * since, expected?, features?, codes?, url? }], fixed?: [{ reference?, code?, origin?, route?, at, url? }] }`, where `fixed` names problem reports
   * that are fixed: one by its reference, or those with a fault's code that were filed before `at`, at the servers that the feed is about or
   * at `origin`, and about `route` where it is named; each report that was sent is told of once. While an incident goes on, notices of trouble with servers say since when it is
   * known, and until when it is expected to last; one that is announced begins and ends by the clock. It is told of the endpoints at
   * `origins` alone (scheme, host, port); by default those of the page's domain and of the feed's, without a leading "www." or
   * "status.", all below these, and the origins that a rule's `match` or `endpoints` names. `page` is where "View status" leads (https; default: what the feed names). Asked
   * for every `refresh` ms (default 300 000, at least 10 000) while the page is seen, and when trouble begins; without credentials,
   * at most 256 KB and 10 s. What is wrong with it is a warning in the console.
   */
  status?: {
    url: string;
    format?: 'statuspage' | 'steadfetch';
    page?: string;
    refresh?: number;
    origins?: string[];
  };
  /**
   * Where problem reports go: to `url` (POST of the {@link ProblemReport} as JSON, without `state` and without credentials; any 2xx
   * takes it) or to the app's own `send`, which goes first and whose promise says that it was taken (10 s at most). With neither,
   * the dialog offers to copy the report. `contact` is what its field for that holds at first, `version` the app's own, which goes along. Notices offer "Report" where there is
   * such an object. false: `reports.open` does nothing; without it, what it opens can be copied, and notices offer nothing.
   */
  report?:
    { url?: string; send?(report: ProblemReport): Promise<void>; contact?: string; version?: string } | false;
  /**
   * Asked when a write out of the outbox meets 409 or 412: send it again ('retry', or a changed Request), forget it ('discard'),
   * or set it aside for the person ('dead', the default).
   */
  onConflict?(entry: OutboxEntry, response: Response): Promise<'retry' | 'discard' | 'dead' | Request>;
  /**
   * How far features are on by flags: an OpenFeature client, and the flag key of each feature. A flag says 'full', 'reduced',
   * 'off', or 'auto' (as one that is not there does): that it has nothing to say. Anything else counts as 'auto', with one
   * warning in the console; a flag that cannot be read keeps what it said before. Flags are read again when their provider says
   * that something has changed. What a flag says, 'full' too, is stronger than breakers.
   */
  flags?: {
    client: {
      getStringValue(key: string, fallback: string): string;
      addHandler?(event: string, handler: () => void): void;
    };
    keys: Record<string, string>;
  };
  /**
   * The language of notices, or several, the most wanted one first (BCP 47 tags). Built in: en, ar, de, es, fr, ja, pl, pt-BR,
   * zh-Hans; "en-XA" shows what does not fit. Each but English is loaded when it is asked for. Default: navigator.languages.
   */
  locale?: string | string[];
  /** Built in: 'plain' (default), 'warm', 'formal'; or one of your own in `catalog`. */
  voice?: string;
  /**
   * Messages of your own, each of which goes before a built-in one of the same id. What is wrong with one is said on the console,
   * with its id, slot and position, and costs no more than that message.
   */
  catalog?: Catalog | Catalog[];
  /**
   * What is told beyond the page, and how much of it; by default nothing. All of it passes one allow-list (docs/privacy.md), and
   * is carried out by a part that is loaded for it. docs/telemetry.md.
   */
  telemetry?: TelemetryOptions;
  /** What may be in it. */
  privacy?: PrivacyOptions;
  /** How notices are shown; false: not at all. */
  surfaces?: SurfaceOptions | false;
  /** What holds until the person chooses something else (`preferences.set`, or the panel). */
  preferences?: Preferences;
  /** Injects faults, for drills and tests; only while `state` is 'active'. Of those that fit a request the first one strikes, and every latency beside it. */
  faults?: FaultInjection[];
  /** Seeds jitter and injected faults, for tests: a whole number from 0 to 2⁵³. Default: random. */
  seed?: number;
}

export interface TelemetryOptions {
  /**
   * An OpenTelemetry collector: traces, metrics and logs are posted in JSON to `url` + "/v1/traces", "/v1/metrics", "/v1/logs",
   * with these headers. `service`: the app's name, the resource's `service.name`. Its own requests go past the client.
   */
  otlp?: { url: string; headers?: Record<string, string>; service?: string };
  /**
   * Requests carry W3C Trace Context (a `traceparent` header): to the page's own origin, or to the origins named here, which
   * must allow the header by CORS. One that the caller has set stays. Default false.
   */
  traceparent?: 'same-origin' | string[] | false;
  /** The share of calls that went well whose spans are sent, 0 to 1; those that met trouble always are. Default 0.1. */
  sample?: number;
  /** One line on the console for each call that met trouble. Default false. */
  log?: 'console' | false;
}

export interface PrivacyOptions {
  /** Fields beyond the usual ones that may leave the page, by their names in docs/privacy.md. */
  fields?: string[];
  /** Patterns like a rule's `match` ("/orders/:id") by which URLs are named, before rules and what is guessed. */
  routes?: string[];
  /**
   * Origins whose own words may be shown (`errors[].detail` of a problem document, at the field that it is about), and may leave
   * (its title and detail) where `fields` names them. Default: none.
   */
  trustServerText?: string[];
}

/** Requests that are treated in a way of their own. */
export interface Rule extends Policy {
  /**
   * URLPattern syntax without regular-expression groups: literals, `:name`, `*`, `{…}?`. A pattern that starts with "/" is a
   * path at the page's own origin ("/api/orders/:id"); with a scheme it names origin and path ("https://api.example.com/*").
   */
  match: string | { url?: string; methods?: string[] };
  /**
   * The feature that the rule's requests belong to: ASCII letters, digits, `-`, `_`, `.`, at most 40. A client tells 100 apart.
   * It is reduced while none of the endpoints of one of its rules works (their breakers are not closed).
   */
  feature?: string;
  /** Where the rule's requests go, instead of their own origin. */
  endpoints?: Endpoints;
}

/**
 * Servers that do the same; a request's path and query go behind the URL of one. `listed` (default): the first one that works;
 * `weighted`: each by its share, `weight` 0 to 1000, default 1. One that fails is left for a while, longer each time, and never
 * all of them. A call never leaves the `group` (a region, say) that it began in.
 */
export interface Endpoints {
  urls: { url: string; weight?: number; group?: string }[];
  order?: 'listed' | 'weighted';
}

/** How calls are carried out. Objects merge member by member over the layer below; `false` turns a policy off whole. */
export interface Policy {
  /**
   * From sending to headers, per attempt: 1 to 2147483647 ms. Default 9 500, for requests without a body or with one of at
   * most 64 KB. The body of a `Request` object counts as large, since its size cannot be seen; so does a stream.
   */
  attemptTimeout?: number | false;
  /** Longest silence between body chunks: 1 to 2147483647 ms. Default false: the body is not watched. */
  idleTimeout?: number | false;
  /**
   * From the call to headers, all attempts and waits included: 1 to 2147483647 ms; `{ body: true }` covers the body too.
   * Default 10 000, for requests without a body or with one of at most 64 KB (not in a `Request` object, as above); where only
   * `attemptTimeout` is set, enough for every attempt.
   */
  deadline?: number | false | { total: number; body?: boolean };
  /**
   * When and how often to try again, with full jitter: the wait before retry n is drawn from 0 to min(cap, base · 2ⁿ⁻¹).
   * `attempts` counts the first one too, 1 to 20: 4 (default) means at most three retries. `methods`: default GET, HEAD,
   * OPTIONS, PUT, DELETE, QUERY; others only with an Idempotency-Key header. `statuses`: default 408, 425, 429, 500, 502, 503,
   * 504, 520–524, 529, and 413 with Retry-After. `base`, `cap`: ms; by default they depend on the failure and on the retry, and
   * have a floor; the source of the numbers is src/policy/backoff.rs. `timeouts`: whether an attempt that timed out is tried
   * again, default true.
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
   * Bounds retries at each endpoint: a retry or hedge takes one token, a retry after a timeout two; a success gives `refill`
   * back (0 to 1000, default 0.1), never beyond `capacity` (0 to 1000, default 10). Without a token nothing is tried again.
   */
  budget?: false | { capacity?: number; refill?: number };
  /**
   * The circuit breaker of each endpoint, shared by tabs. It opens after `consecutive` failures in a row (1 to 1 000, default 2;
   * two more at an endpoint that also answers), or when `failureRatio` (0 to 1, default 0.5) of at least `minimum` outcomes (1
   * to 10 000, default 10) within `window` (ms, default 30 000) failed; answers slower than `slow` (ms, default: none) count as
   * failed. It stays open for `open` (ms, default 5 000), longer each time up to `openCap` (ms, default 8 000), drawn from the
   * upper half; then one request probes. `whileOpen`: calls are held (default) or refused as `circuit-open`; `halfOpen`: while
   * a probe is under way they queue (default) or are refused.
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
  /**
   * At most `concurrent` calls of this rule in flight (1 to 10 000), `queue` more waiting in order (0 to 10 000, default 0);
   * beyond that `busy-here`. Default false.
   */
  bulkhead?: false | { concurrent: number; queue?: number };
  /**
   * A second attempt of an idempotent request, `delay` after the first: from 1 ms, or 'p95' (default), by the latencies seen.
   * At most `max` extra (1 to 5, default 1); `budget` is the share of extra load allowed, 0 to 1, default 0.02. Never while the
   * endpoint fails, nor under Save-Data. Default false.
   */
  hedge?: false | { delay?: number | 'p95'; max?: number; budget?: number };
  /**
   * Slows down by the server's RateLimit fields before it has to answer 429. They are looked for on the first good answer of a
   * URL, then on every 16th, and on each one as long as the last look has found them. Default true.
   */
  pacing?: boolean;
  /**
   * Equal GETs in flight share one request; each caller has a body of its own. Calls with options of their own share it with
   * those that have the same ones, and with nobody where `onProgress` is among them. Default false.
   */
  coalesce?: boolean;
  /**
   * Adds an Idempotency-Key, the same for every attempt of a call, to methods that are not idempotent; they may then be
   * retried. `header`: default 'Idempotency-Key'. `quoted`: as a structured string, default true. Default false.
   */
  idempotency?: false | { header?: string; quoted?: boolean };
  /**
   * Answers of GETs are stored, and copies served. `strategy`: 'network-first' always asks the network, and serves the copy
   * where it fails, or where it takes longer than `headStart` (ms, default: none); 'cache-first' serves a fresh copy without
   * asking; 'stale-while-revalidate' serves any copy that may be served, and asks the network for the next time. `fresh`: how
   * long a copy counts as fresh, beside what the response allows (ms, RFC 9111); `staleIfError`: how long past that it may stand
   * in for a failure (ms, default a day, RFC 5861 §4); `staleWhileRevalidate`: how long past it it may be served while the
   * network is asked, by 'stale-while-revalidate' or after a `headStart` (ms, default a day, §3). `maxEntries` (1 to 100 000,
   * default 1 000) and `maxBytes` (default 20 MB) of the rule; the least recently used go first. `vary`: request headers that
   * make another copy, beside those that the response names. Default false.
   */
  cache?:
    | false
    | {
        strategy: 'network-first' | 'cache-first' | 'stale-while-revalidate';
        fresh?: number;
        staleIfError?: number;
        staleWhileRevalidate?: number;
        headStart?: number;
        maxEntries?: number;
        maxBytes?: number;
        vary?: string[];
      };
  /**
   * Writes (every method but GET and HEAD) that fail for want of the network or its server are stored and sent later, in order
   * within their `lane` (default: one for each rule), with an Idempotency-Key. `retention`: how long one waits at most (ms,
   * default a week); `attempts`: how often it is sent at most (1 to 10 000, default 30); what is beyond either is set aside for
   * the person. `respond`: the call gets a Response with status 202 once its write is stored ('202', default), or the answer
   * once it is sent ('wait'). Default false.
   */
  outbox?: false | { lane?: string; retention?: number; attempts?: number; respond?: '202' | 'wait' };
  /** true: an HTTP error status rejects with HttpError instead of resolving. Default false. */
  throwHttpErrors?: boolean;
}

/** Writes that wait to be sent; see docs/outbox.md. */
export interface Outbox {
  /** How many there are of whoever is signed in, dead letters included. 0 until the engine runs. */
  readonly size: number;
  /** Those, in order. */
  entries(): Promise<OutboxEntry[]>;
  /** Sends everything that waits now, whatever it waits for, dead letters not; settles when that has been tried. */
  flush(): Promise<void>;
  /** Sends one again, a dead letter too, as if it had just been made; settles when that has been tried. */
  retry(id: string): Promise<void>;
  /** Forgets one. */
  discard(id: string): Promise<void>;
}

/** A write that waits in the outbox. */
export interface OutboxEntry {
  id: string;
  lane: string;
  method: string;
  /** Where it goes, as a template without what may identify a person or thing. */
  route: string;
  /** Epoch ms. */
  queuedAt: number;
  attempts: number;
  state: 'waiting' | 'sending' | 'dead';
  /** What it met last. */
  fault?: Fault;
  /** Why it is dead, for developers. */
  reason?: string;
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
  /** Hears of every change, with the list, until the function that it returns is called. Once the client ends, the list is empty. */
  on(listener: (notices: Notice[]) => void): () => void;
  /** Marks this element as where banners go; without it they open at the start of body. */
  mount(target: Element): () => void;
  /** Opens a panel with the notices so far, once there is an engine; without one, nothing happens. */
  openHistory(): void;
}

/** A notice as the app describes it. `until`: epoch ms. */
export interface NoticeInput {
  message: string;
  cause?: string;
  severity?: Severity;
  /** An element: a hint at it. Where it leaves the page, the notice becomes a toast. Default 'toast'. */
  surface?: Surface | Element;
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

/**
 * A next step. Without `label` the catalog is asked for "action.<id>". `href`: https, mailto, tel or the same origin; one that
 * leads elsewhere is left out. On a notice that comes out, `label` is there, and `run` does what a press does (following `href`
 * is for the app).
 */
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
  /** It is to be seen now: neither pending nor waiting for a place, neither closed nor past. */
  visible: boolean;
  /**
   * It closes by itself once it was in sight for so long, ms: the time that it takes to read, by what the person prefers; in a headless
   * client while the page is seen, on our own screen while nobody is at it. Absent: it stays until it is over or dismissed.
   */
  closesAfter?: number;
  lang: string;
  dir: 'ltr' | 'rtl';
}

/** How notices are drawn. */
/**
 * One locale and voice (default 'plain'): message id → Unicode MessageFormat 2 source. A missing id falls back along voice, then
 * locale, then plain English.
 */
export interface Catalog {
  locale: string;
  voice?: string;
  messages: Record<string, MessageSource>;
}

/** What a notice says: the effect on the task, why, what is not lost, the next step, where to read more. */
export interface MessageSource {
  title: string;
  body?: string;
  safe?: string;
  action?: string;
  help?: string;
}

/** What a person chooses for themselves. */
export interface Preferences {
  /** Notices that need nothing from the person close by themselves. Default true. */
  autoClose?: boolean;
  /** Factor on how long those stay, 1 to 10. Default 1. */
  readingTime?: number;
  /** Only emergencies are shown and spoken: data at risk, sign-in needed. All else is in the history. Default false. */
  doNotDisturb?: boolean;
  /** 'auto': as the device has it. Default 'auto'. */
  reducedMotion?: 'auto' | boolean;
  /** Whether to save data (no hedging); 'auto': as the browser has it. Default 'auto'. */
  saveData?: 'auto' | boolean;
}

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
  /**
   * Where codes are explained: under Details a code links to this address with the kind of fault behind it
   * ("https://docs.example/faults/" + "timeout"). A message's own `help` goes before it. Default: no link.
   */
  help?: string;
}

/** How far features are on. The strongest word holds: by hand, the policy document's, a flag's, that of its breakers. */
export interface Features {
  /** A feature that nobody has named is full. */
  get(name: string): FeatureState;
  /** By hand; 'auto' takes it back. `why` is for listeners, and is not shown. */
  set(name: string, level: FeatureLevel | 'auto', why?: string): void;
  /** Hears of every change of this feature until the function that it returns is called. */
  on(name: string, listener: (state: FeatureState) => void): () => void;
}

/** reduced: a stored copy is served at once, where there is one. off: nothing is sent; copy, outbox or fallback stand in. */
export type FeatureLevel = 'full' | 'reduced' | 'off';

/** How far a feature is on, why (a fault: its breakers say so), and since when (epoch ms). */
export interface FeatureState {
  name: string;
  level: FeatureLevel;
  why?: Fault | string;
  since: number;
}

/** Problems that people report. */
export interface Reports {
  /**
   * Opens the form; call it only where the person asks for it. `about`: a Response or an error of `fetch` (what is known of its call
   * goes along), a notice's id, or nothing: the latest call that failed. The person sees exactly what is sent and can take out each
   * part. Resolves once they have sent it: with `state` 'sent' where it was taken within 3 s, else with 'queued'; a report whose
   * form was closed, copied, or cannot be opened is undefined. Rejects where the engine cannot be loaded.
   */
  open(about?: unknown): Promise<ProblemReport | undefined>;
  /**
   * Those of whoever is signed in (`partition`), the newest first: all that wait, 20 at most, and the last 20 that were sent, for 90
   * days. What was sent has no `words`, `contact`, `explanation` or `health` any more. None where `partition` throws. Rejects where
   * reports cannot be loaded.
   */
  list(): Promise<ProblemReport[]>;
  /**
   * Forgets a report of whoever is signed in, or all of theirs, whether they wait or were sent: what waits is not sent, and nobody is
   * told when it is fixed. Like writes in the outbox, reports outlive a sign-out; where nothing of a person is to stay on the device,
   * call it before `partition` changes. Where `partition` throws nobody's are forgotten. Rejects where reports cannot be loaded.
   */
  discard(reference?: string): Promise<void>;
}

/** A problem that a person has reported. Its fields have passed the table of docs/privacy.md. */
export interface ProblemReport {
  /** Drawn at random, like "K7P-4WM"; with `at` it tells reports apart. */
  reference: string;
  /** When the form was opened, epoch ms. */
  at: number;
  /** Of the fault that it is about. */
  code?: string;
  /** As the person wrote them, at most 8 000 characters. */
  words?: string;
  /** How to reach them, at most 200 characters. */
  contact?: string;
  /**
   * Which call it is about, redacted. `at`: when it began, epoch ms; `duration`: ms; `route`: its URL's path without what may identify
   * somebody. `at`, `method` and `actionId` (which `privacy.fields` must name) are of one of the latest calls only.
   */
  call?: {
    callId: string;
    at?: number;
    method?: string;
    origin?: string;
    route?: string;
    actionId?: string;
    kind?: FaultKind;
    status?: number;
    attempts: number;
    duration: number;
  };
  /** Redacted, the last 60 steps of its timeline. */
  explanation?: Explanation;
  /** Redacted. */
  health?: Health;
  /** The page's origin and route; empty where the person left it out. */
  page: string;
  /** Name and version of Steadfetch; empty where the person left it out. */
  sdk: string;
  /** The app's own version, as `report.version` says it: masked, 40 characters. */
  app?: string;
  /** It waits on this device; it was taken; the status feed says that it is fixed. */
  state: 'queued' | 'sent' | 'fixed';
}

/** How servers and people fare. Instants are epoch ms, latencies ms. */
export interface Health {
  /** When counting began. */
  since: number;
  /**
   * An entry per endpoint: an origin, or one of a rule's endpoints; 256 are told apart. `state`: down while its breaker is not
   * closed, degraded after a failure or while it has asked for a pause, unknown until it has answered. `calls` began with it;
   * `attempts` were sent to it; `failures` counts those that failed, and calls that were refused here (their kinds say so).
   * `p50`, `p95`, `p99`: of the last 100 to 200 good answers, at most a fifth too high. `budget`: tokens left, whole ones.
   */
  origins: {
    origin: string;
    state: 'healthy' | 'degraded' | 'down' | 'unknown';
    breaker: 'closed' | 'open' | 'half-open';
    calls: number;
    attempts: number;
    failures: Partial<Record<FaultKind, number>>;
    p50?: number;
    p95?: number;
    p99?: number;
    budget: number;
    retryAt?: number;
  }[];
  /**
   * What people met. `helped`: they have what they asked for by a retry, a hedge, a stored copy, a fallback, or a place in the
   * outbox. `waited`: they have it after a second or more, some of which was not the network's. `failed`: they have it not.
   * What callers aborted, and what failed
   * that nobody waits for, counts nowhere. Of notices, how many were seen, how many the person closed, and how often one of their
   * actions was pressed; those two are absent until Wasm runs.
   */
  people: {
    helped: number;
    waited: number;
    failed: number;
    noticesShown: number;
    noticesDismissed?: number;
    noticesActed?: number;
  };
  /**
   * Stored copies in this page: served while they were fresh, or past that; looked for in vain; let go of since there was no room
   * within a rule's limits. Absent until a rule's cache is loaded.
   */
  cache?: { fresh: number; stale: number; misses: number; evicted: number };
  /** What became of writes of the outbox by this page's doing. Absent until the outbox is loaded. */
  writes?: { queued: number; sent: number; dead: number; discarded: number };
  /** Those that anybody has named. */
  features: FeatureState[];
  /** Writes that wait. */
  outbox: number;
  /** What the browser says. */
  online: boolean;
}

/**
 * A call that met trouble (`type` 'call'), or a change of a breaker, a feature, the outbox or the client's state, as it may leave the
 * page. Every field is in the table of docs/privacy.md; what is not known is absent. Version 1 of the schema of docs/events.md.
 */
export interface OutgoingRecord {
  readonly type: string;
  /** Epoch ms. */
  readonly at: number;
  readonly callId?: string;
  readonly actionId?: string;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentId?: string;
  /** Without what may identify a person or thing: "/orders/{id}". */
  readonly route?: string;
  readonly method?: string;
  readonly origin?: string;
  readonly endpoint?: string;
  readonly source?: Explanation['source'];
  readonly age?: number;
  readonly attempts?: number;
  readonly duration?: number;
  readonly fault?: Fault;
  readonly timeline?: TimelineEntry[];
  /** Every attempt: `at` counts from the call's start, ms. */
  readonly tries?: {
    attempt: number;
    spanId: string;
    at: number;
    duration: number;
    status?: number;
    kind?: FaultKind;
    endpoint?: string;
  }[];
  /** Of a breaker. */
  readonly from?: string;
  readonly to?: string;
  readonly why?: string;
  /** Of a feature. */
  readonly name?: string;
  readonly level?: FeatureLevel;
  readonly since?: number;
  /** Of a write that waits. */
  readonly change?: string;
  readonly lane?: string;
  readonly state?: string;
}

/** What `on` tells of. */
export interface SteadfetchEvents {
  call: { callId: string; actionId?: string; route: string; method: string; explanation: Explanation };
  attempt: {
    callId: string;
    actionId?: string;
    attempt: number;
    endpoint: string;
    status?: number;
    fault?: Fault;
    duration: number;
  };
  /** The circuit breaker of an endpoint: closed, open, half-open. `why` in plain words. */
  breaker: { origin: string; from: string; to: string; why: string };
  feature: FeatureState;
  /** Something became of a write that waits, in this tab or another one. */
  outbox: { entry: OutboxEntry; change: 'queued' | 'sent' | 'dead' | 'discarded' };
  notice: { notice: Notice; action?: string };
  /** Something that the team should hear of, as it may leave the page: what docs/privacy.md lists, masked. */
  record: OutgoingRecord;
  state: { state: Steadfetch['state']; why?: string };
}

/** One thing about one rule (`rules[0] /api/*`), or about what holds without one (`defaults`). */
export interface LintFinding {
  rule: string;
  level: 'error' | 'warning' | 'info';
  message: string;
  /** The longest that a call waits for its headers, ms; absent: no limit, or not what this is about. */
  worstWait?: number;
  /** Requests of one call at most. */
  worstAttempts?: number;
}

/**
 * A fault that is injected into requests whose URL fits `match` (as in a rule), with a probability of `rate`, 0 to 1.
 * latency: later by `delay` (ms, default 1 000). status: answered at once with `status` (200 to 599, default 503), and
 * `retryAfter` in seconds. network: a broken connection. offline: the same, as if there were no network. stall: the answer's
 * body never goes on. truncate: the body ends early, with an error. `from`, `until`: ms since the client was created; by
 * default always.
 */
export interface FaultInjection {
  match: string;
  rate: number;
  kind: 'latency' | 'status' | 'network' | 'stall' | 'truncate' | 'offline';
  status?: number;
  delay?: number;
  retryAfter?: number;
  from?: number;
  until?: number;
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
