// Injected faults: a fetch that fails as the options say, in place of the browser's own. It is loaded only where there are
// some; so what it has in common with the engine it is given, and imports nothing.
import type { Core } from './core';
import type { resolve } from './url';
import type { dress } from './watch';

/** What strikes an attempt (core.rs). */
interface Strike {
  /** So much later, ms. */
  delay: number;
  kind?: 'status' | 'network' | 'offline' | 'stall' | 'truncate';
  status?: number;
  retryAfter?: number;
  /** When the fault ends, on the client's clock. */
  until?: number;
}

/** What a drill needs from its client. */
export interface DrillHost {
  /** Undefined: nothing strikes. */
  readonly core: Core | undefined;
  now(): number;
  guard<T>(enter: () => T): T | undefined;
  settle(): void;
}

/** What it has in common with the engine. */
export interface Tools {
  resolve: typeof resolve;
  dress: typeof dress;
  /** Errors of a network that was taken away. */
  takenAway: WeakSet<object>;
}

/** Even without a network, failing takes a moment, ms. */
const MOMENT = 5;
/** A timer holds no more, ms. */
const MAX_TIMER = 2_147_483_647;

/** Statuses that have no body (Fetch standard: null body status). */
const BODILESS = [204, 205, 304];

export class Drill {
  /** Ends of times without a network that are waited for. */
  readonly #ends = new Map<number, ReturnType<typeof setTimeout>>();

  constructor(
    readonly host: DrillHost,
    readonly native: typeof fetch,
    readonly tools: Tools,
  ) {}

  /** Stands in for the browser's fetch. */
  readonly fetch: typeof fetch = async (input, init) => {
    const { native, tools } = this;
    const request = input instanceof Request ? input : undefined;
    const href = request?.url ?? tools.resolve(`${input as string}`);
    const strike = href === undefined ? undefined : this.#strike(href);
    if (!strike) return native(input, init);
    const signal = init?.signal ?? request?.signal;
    const { kind, delay, until } = strike;
    await pause(delay + (kind ? MOMENT : 0), signal);
    switch (kind) {
      case 'status':
        return answer(href!, strike);
      case 'network':
        throw broken();
      case 'offline': {
        const error = broken();
        tools.takenAway.add(error);
        if (until !== undefined) this.#comesBack(until);
        throw error;
      }
      case 'stall':
      case 'truncate':
        return cut(await native(input, init), kind, signal, tools.dress);
      default:
        return native(input, init);
    }
  };

  dispose(): void {
    for (const timer of this.#ends.values()) clearTimeout(timer);
    this.#ends.clear();
  }

  #strike(href: string): Strike | undefined {
    const { host } = this;
    return host.guard(() => host.core?.strike(href, host.now())) as Strike | undefined;
  }

  /** When the time without a network ends, the browser would say so. */
  #comesBack(until: number): void {
    const { host } = this;
    if (this.#ends.has(until)) return;
    const wait = Math.min(Math.max(until - host.now(), 0), MAX_TIMER);
    const back = () => {
      this.#ends.delete(until);
      host.guard(() => {
        host.core?.online(host.now());
        host.settle();
      });
    };
    this.#ends.set(until, setTimeout(back, wait));
  }
}

/** As Chromium puts it. */
function broken(): TypeError {
  return new TypeError('Failed to fetch');
}

/** An abort ends it at once, with its reason. */
function pause(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((go, fail) => {
    if (signal?.aborted) return fail(signal.reason as Error);
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      go();
    }, ms);
    const stop = () => {
      clearTimeout(timer);
      fail(signal!.reason as Error);
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** An answer that no server has given. */
function answer(href: string, { status = 503, retryAfter }: Strike): Response {
  const headers = new Headers({ 'content-type': 'application/problem+json' });
  if (retryAfter !== undefined) headers.set('retry-after', `${retryAfter}`);
  const problem = JSON.stringify({ status, title: 'An injected fault' });
  const response = new Response(BODILESS.includes(status) ? null : problem, { status, headers });
  return Object.defineProperty(response, 'url', { value: href });
}

/** The answer, with a body that stops within its first chunk: for good, or with an error. */
function cut(
  response: Response,
  how: 'stall' | 'truncate',
  signal: AbortSignal | null | undefined,
  dress: Tools['dress'],
): Response {
  if (!response.body) return response;
  const reader = response.body.getReader();
  let stop = () => {};
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const aborted = () => controller.error(signal!.reason);
      signal?.addEventListener('abort', aborted, { once: true });
      stop = () => signal?.removeEventListener('abort', aborted);
      try {
        const { value } = await reader.read();
        if (value && value.length > 1) controller.enqueue(value.subarray(0, value.length >> 1));
        // The rest is nobody's: its connection is free again.
        reader.cancel().catch(() => {});
        if (how === 'stall') return;
        // A task later, so that what came is read before the error.
        setTimeout(() => {
          stop();
          controller.error(new TypeError('network error'));
        }, MOMENT);
      } catch (error) {
        stop();
        controller.error(error);
      }
    },
    cancel() {
      stop();
      reader.cancel().catch(() => {});
    },
  });
  const { headers } = response;
  const reason = () => (signal?.aborted ? { reason: signal.reason as unknown } : undefined);
  return dress(new Response(body, { headers, status: 200 }), response, reason);
}
