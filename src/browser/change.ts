// What a request that was taken down is rarely asked for: to be sent changed, to be compared. It comes with the engine.
import { STREAMED } from './codes';
import { Snapshot } from './snapshot';

Snapshot.sendChanged = (snapshot, native, signal, last, change) => {
  const { href, init, request } = snapshot;
  const { base, cache } = change;
  const { pathname, search } = new URL(href);
  const url = base === undefined ? href : base + pathname + search;
  const headers = new Headers(request ? request.headers : init.headers);
  for (const name in change.headers) headers.set(name, change.headers[name]!);
  const changed = { headers, signal, ...(cache && { cache }) };
  if (!request) return native(url, { ...init, ...changed });
  const { referrer, referrerPolicy } = request;
  const rest = { ...changed, referrer, referrerPolicy };
  const copy = snapshot.copy(last)!;
  if (base === undefined) return native(copy, rest);
  if (snapshot.facts & STREAMED || /^(GET|HEAD)$/.test(request.method)) {
    return native(new Request(url, copy), rest);
  }
  // Handed to another Request, a body becomes a stream, which can be sent but once, and not over HTTP/1.1.
  const { method, mode, credentials, redirect, integrity, keepalive } = copy;
  const known = { method, mode, credentials, cache: copy.cache, redirect, integrity, keepalive, ...rest };
  return copy.blob().then((body) => native(url, body.size > 0 ? { ...known, body } : known));
};

/** What the caller has set this header to. */
export function carries({ init, request }: Snapshot, name: string): string | null {
  return new Headers(request?.headers ?? init.headers).get(name);
}

/** What makes two GETs the same request. */
export function identity({ href, init, request }: Snapshot): string {
  const from = request ?? init;
  const { credentials, mode, cache, redirect, integrity } = from;
  const headers = Array.from(new Headers(from.headers ?? undefined));
  return JSON.stringify([href, headers, credentials, mode, cache, redirect, integrity]);
}

/** Whether the request itself is at fault: the browser refuses to make one of it. */
export function isBroken({ href, init, request }: Snapshot): boolean {
  if (request) return false;
  try {
    new Request(href, { ...init, signal: null });
    return false;
  } catch {
    return true;
  }
}
