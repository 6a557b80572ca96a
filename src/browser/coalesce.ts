// Equal GETs in flight share one request. Each caller gets a Response with a body of its own; an abort leaves the others
// alone, and the last one to leave ends the request. Two requests that differ in any header, Authorization among them, are
// not equal; nor are two calls whose own options differ.
//
// What is shared is the call: its one deadline, counted from the first caller, its attempts, its outcome. It can be joined
// until that outcome is there, which is the answer's headers or the failure; nothing is kept for later, that is a cache's
// work. Say A asks at 0 ms, B at 150, the first attempt fails at 200, a retry brings headers at 900 and its body ends at
// 1 400: one call with two requests serves both, and each reads the whole body. C, who asks at 950, begins anew. Where A
// aborts at 300, B still gets its answer; where B aborts at 400 too, the request ends then.
import type { Driver } from './driver';
import { dress } from './watch';

/** A request that callers share. */
interface Shared {
  callers: number;
  readonly controller: AbortController;
  /** Settles once for all. */
  readonly outcome: Promise<Response>;
  /** Makes known of a copy what is known of the Response. */
  readonly tell: (copy: Response, original: Response) => void;
}

const flights = new WeakMap<Driver, Map<string, Shared>>();

/** Joins an equal request in flight, one with this key, or begins one. */
export function coalesced(
  driver: Driver,
  key: string,
  signal: AbortSignal | undefined,
  begin: (signal: AbortSignal) => Promise<Response>,
  tell: Shared['tell'],
): Promise<Response> {
  if (signal?.aborted) return Promise.reject(signal.reason as Error);
  const all = flights.get(driver) ?? new Map<string, Shared>();
  flights.set(driver, all);
  let shared = all.get(key);
  if (!shared) {
    const controller = new AbortController();
    const outcome = begin(controller.signal).finally(() => {
      if (all.get(key) === shared) all.delete(key);
    });
    // Whoever waits hears of a failure; that nobody waits is none.
    outcome.catch(() => {});
    shared = { callers: 0, controller, outcome, tell };
    all.set(key, shared);
  }
  return join(shared, signal, () => {
    if (all.get(key) === shared) all.delete(key);
  });
}

function join(shared: Shared, signal: AbortSignal | undefined, forget: () => void): Promise<Response> {
  shared.callers += 1;
  return new Promise((resolve, reject) => {
    const leave = () => {
      reject(signal!.reason as Error);
      shared.callers -= 1;
      if (shared.callers > 0) return;
      forget();
      shared.controller.abort(signal!.reason);
    };
    signal?.addEventListener('abort', leave, { once: true });
    shared.outcome.then(
      (response) => {
        signal?.removeEventListener('abort', leave);
        if (!signal?.aborted) resolve(own(shared, response, signal));
      },
      (error: unknown) => {
        signal?.removeEventListener('abort', leave);
        reject(error as Error);
      },
    );
  });
}

/** A Response with a body of its own, which the caller's signal breaks. */
function own(shared: Shared, response: Response, signal: AbortSignal | undefined): Response {
  const last = --shared.callers === 0;
  // The last one takes the Response itself: until then it must stay unread.
  const copy = last ? response : response.clone();
  const outcome = signal && copy.body ? breakable(copy, signal) : copy;
  shared.tell(outcome, response);
  return outcome;
}

function breakable(response: Response, signal: AbortSignal): Response {
  const body = response.body!.pipeThrough(new TransformStream(), { signal });
  const broken = () => (signal.aborted ? { reason: signal.reason as unknown } : undefined);
  return dress(new Response(body, { headers: response.headers, status: 200 }), response, broken);
}
