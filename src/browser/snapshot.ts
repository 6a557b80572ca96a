// What a caller handed to fetch, taken down at once: what the caller changes afterwards is not sent.
import { STREAMED } from './codes';
import type { Early } from './eager';

export type Init = RequestInit & { duplex?: 'half'; steady?: unknown };

/** Members of RequestInit, for initialisers that are no plain objects and may keep them on their prototype. */
const MEMBERS = [
  'method', 'headers', 'body', 'referrer', 'referrerPolicy', 'mode', 'credentials', 'cache', 'redirect', 'integrity',
  'keepalive', 'signal', 'window', 'duplex', 'priority', 'steady',
] as const; // prettier-ignore

/** What an attempt changes about the request. */
export interface Change {
  /** Path and query go behind this, instead of the request's own origin. */
  base?: string;
  headers?: Record<string, string>;
  cache?: RequestCache;
}

/** Of calls without an initialiser; it stays empty. */
const NOTHING: Init = {};

/** An initialiser's members as own members of a plain object of ours. */
export function copyInit(init: RequestInit | null | undefined): Init {
  if (init != null && Object(init) !== init) throw new TypeError('The options of a request are an object.');
  if (init == null) return NOTHING;
  const proto = Object.getPrototypeOf(init);
  if (proto === null || proto === Object.prototype) return { ...init };
  const copy: Record<string, unknown> = {};
  for (const name in init) copy[name] = init[name as keyof RequestInit];
  for (const name of MEMBERS) copy[name] = (init as Record<string, unknown>)[name];
  return copy;
}

/** The signal that a request follows: the initialiser's wins, null removes the Request's. */
export function userSignal(init: RequestInit, request: Request | undefined): AbortSignal | undefined {
  return init.signal === undefined ? request?.signal : (init.signal ?? undefined);
}

/** One request that can be sent again, byte for byte. */
export class Snapshot {
  /** Comes with the engine (change.ts), as every change does. */
  static sendChanged: (
    snapshot: Snapshot,
    native: typeof fetch,
    signal: AbortSignal,
    last: boolean,
    change: Change,
  ) => Promise<Response>;

  readonly href: string;
  /** What the engine must know about it (facts.ts). */
  facts: number;
  readonly init: Init;
  request: Request | undefined;
  /** Its first attempt, where that did not wait for the engine. */
  early: Early | undefined;
  #used = false;

  /**
   * `init` is ours alone, from `copyInit`; `request`: the caller's own, whose body is taken over here.
   * `keep`: the caller's objects may change before the request is sent for the last time.
   * Throws what fetch would reject with.
   */
  constructor(href: string, init: Init, request: Request | undefined, keep: boolean, facts = 0) {
    this.href = href;
    this.facts = facts;
    if (request) {
      // Any member in the initialiser makes the constructor forget referrer and policy, as fetch itself would.
      const { signal: _, steady: __, ...rest } = init;
      this.request = new Request(request, Object.keys(rest).length > 0 ? rest : undefined);
    }
    this.init = init;
    if (keep) this.keep();
  }

  /** It may be sent later than now. Throws what fetch would reject with. */
  keep(): void {
    const { init } = this;
    if (this.request) return;
    if (init.headers) init.headers = copyHeaders(init.headers);
    if (init.body != null) init.body = copyBody(init.body);
    // A FormData's boundary is drawn when the request is made; a stream must be locked now.
    if (init.body instanceof FormData || init.body instanceof ReadableStream) {
      this.request = new Request(this.href, { ...init, signal: null });
    }
  }

  /** Sends the request. `last`: it will not be sent again. */
  send(native: typeof fetch, signal: AbortSignal, last = false, change?: Change): Promise<Response> {
    if (change) return Snapshot.sendChanged(this, native, signal, last, change);
    const { request } = this;
    if (!request) return native(this.href, { ...this.init, signal });
    const { referrer, referrerPolicy } = request;
    return native(this.copy(last)!, { signal, referrer, referrerPolicy });
  }

  /** The Request for one attempt, where there is one. */
  copy(last: boolean): Request | undefined {
    const { request } = this;
    const once = last || (this.facts & STREAMED) !== 0;
    const copy = once && !this.#used ? request : request?.clone();
    this.#used = once;
    return copy;
  }
}

function copyHeaders(headers: HeadersInit): HeadersInit {
  if (headers instanceof Headers) return new Headers(headers);
  if (Symbol.iterator in headers) return Array.from(headers, (pair) => Array.from(pair) as [string, string]);
  return { ...headers };
}

function copyBody(body: NonNullable<BodyInit>): BodyInit {
  if (typeof body === 'string' || body instanceof Blob || body instanceof ReadableStream) return body;
  if (body instanceof URLSearchParams) return new URLSearchParams(body);
  if (body instanceof ArrayBuffer) return body.slice(0);
  if (ArrayBuffer.isView(body)) {
    return new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.byteLength).slice();
  }
  if (body instanceof FormData) {
    const copy = new FormData();
    for (const [name, value] of body) {
      if (typeof value === 'string') copy.append(name, value);
      else copy.append(name, value, value.name);
    }
    return copy;
  }
  return String(body);
}
