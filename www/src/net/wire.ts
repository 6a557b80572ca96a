// The wire between Steadfetch and the browser's fetch, as the lab sees it: tells when each attempt leaves and how it
// ends, and can cut the whole device off. Nothing else in the page looks behind Steadfetch's back.
import { Signal } from '../page/signal';
import { hasServer } from './backend';
import { answer } from './workshop';

/** Where a search is sent; the server knows it as a list with words. */
const SEARCH = /(\/s\/[^/]+\/api)\/search\?/;

/** Apps name their requests so that a server's log can be searched; here it also ties attempts to calls. */
export const REQUEST_ID = 'x-request-id';

/** What became of an attempt. `cause` names the error where there was no answer. */
export interface Result {
  id: string;
  status?: number;
  cause?: 'network' | 'timeout' | 'cancelled';
}

const native = globalThis.fetch.bind(globalThis);
const cuts = new Set<() => void>();
let cutOff = false;

export const sent = new Signal<string>();
export const over = new Signal<Result>();

/** Runs `make` while the wire stands in for window.fetch: a client takes the fetch that is global when it is made. */
export function onTheWire<T>(make: () => T): T {
  const own = globalThis.fetch;
  globalThis.fetch = send;
  try {
    return make();
  } finally {
    globalThis.fetch = own;
  }
}

/** Takes the device off the network, or back: requests fail as they do then, and the browser says so. */
export function setOffline(offline: boolean): void {
  if (offline === cutOff) return;
  cutOff = offline;
  if (offline) {
    Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => false });
    for (const cut of [...cuts]) cut();
  } else {
    // The browser's own answer is on the prototype.
    delete (navigator as { onLine?: boolean }).onLine;
  }
  dispatchEvent(new Event(offline ? 'offline' : 'online'));
}

function send(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const id = new Headers(init?.headers ?? (input as Request).headers).get(REQUEST_ID) ?? '';
  sent.tell(id);
  return carry(input, init).then(
    (response) => {
      over.tell({ id, status: response.status });
      return response;
    },
    (error: unknown) => {
      over.tell({ id, cause: causeOf(error) });
      throw error;
    },
  );
}

function carry(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  return new Promise((resolve, reject) => {
    const cut = () => reject(new TypeError('Failed to fetch'));
    // Even without a network, failing takes a moment.
    if (cutOff) return void setTimeout(cut, 15);
    cuts.add(cut);
    hasServer()
      .then((has) => (has ? native(addressOf(input), init) : answer(new Request(addressOf(input), init))))
      .then(resolve, reject)
      .finally(() => cuts.delete(cut));
  });
}

function addressOf(input: RequestInfo | URL): RequestInfo | URL {
  return input instanceof Request ? input : `${input as string | URL}`.replace(SEARCH, '$1/orders?');
}

function causeOf(error: unknown): NonNullable<Result['cause']> {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'TimeoutError') return 'timeout';
  return name === 'AbortError' ? 'cancelled' : 'network';
}
