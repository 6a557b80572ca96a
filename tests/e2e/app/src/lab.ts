// The page's side of the tests: makes clients, and says what came of a call as plain data.
import {
  type Explanation,
  type Steadfetch,
  type SteadfetchOptions,
  createSteadfetch,
  explain,
} from 'steadfetch';

/** What came of a call. */
export interface Outcome {
  /** Until the promise settled. */
  ms: number;
  status?: number;
  text?: string;
  error?: { name: string; message: string; class: string };
  known?: Explanation | undefined;
}

const clients = new Map<string, Steadfetch>();

/**
 * The client with these options, ready: made with the first call that names them. Retries come quickly, and neither breaker
 * nor budget makes one call depend on another.
 */
export async function client(options: SteadfetchOptions = {}): Promise<Steadfetch> {
  const key = JSON.stringify(options);
  let known = clients.get(key);
  if (!known) {
    const { defaults, ...rest } = options;
    const retry = { attempts: 3, base: 2, cap: 4, ...(defaults?.retry || {}) };
    const policy = {
      breaker: false as const,
      budget: false as const,
      ...defaults,
      retry: defaults?.retry === false ? (false as const) : retry,
    };
    known = createSteadfetch({ surfaces: false, defaults: policy, ...rest });
    clients.set(key, known);
  }
  await known.ready;
  return known;
}

/** Waits for a call and its body. */
export async function outcome(call: () => Promise<Response>): Promise<Outcome> {
  const started = performance.now();
  try {
    const response = await call();
    const ms = performance.now() - started;
    return { ms, status: response.status, text: await response.text(), known: explain(response) };
  } catch (error) {
    return { ms: performance.now() - started, error: describe(error), known: explain(error) };
  }
}

/** An error by what tests look at. `class`: which of the web's errors it is. */
export function describe(error: unknown): NonNullable<Outcome['error']> {
  if (!(error instanceof Error)) return { name: typeof error, message: String(error), class: 'none' };
  const { name, message } = error;
  const kinds = [DOMException, TypeError];
  return { name, message, class: kinds.find((kind) => error instanceof kind)?.name ?? 'Error' };
}

export function sleep(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms));
}

/** What an IndexedDB request brings. */
export function asked<T>(request: IDBRequest): Promise<T> {
  return new Promise((settle, fail) => {
    request.onsuccess = () => settle(request.result as T);
    request.onerror = () => fail(request.error as Error);
  });
}

/** A database that is there already. */
export function opened(name: string): Promise<IDBDatabase> {
  return asked(indexedDB.open(name));
}

/** Counts what goes through the page's own fetch from now on; clients made later go through it. */
export function spyOnFetch(): {
  calls: [input: RequestInfo | URL, init: RequestInit | undefined][];
  responses: Response[];
} {
  const native = globalThis.fetch;
  const seen: ReturnType<typeof spyOnFetch> = { calls: [], responses: [] };
  globalThis.fetch = async (input, init) => {
    seen.calls.push([input, init]);
    const response = await native(input, init);
    seen.responses.push(response);
    return response;
  };
  return seen;
}

/** The outbox's database. */
export function database(): Promise<IDBDatabase> {
  return done(indexedDB.open('steadfetch-outbox'));
}

export function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((settle, fail) => {
    request.onsuccess = () => settle(request.result);
    request.onerror = () => fail(request.error!);
  });
}
