// What a request that was taken down is rarely asked for: to be sent changed, to be compared. It comes with the engine.
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
  const copy = snapshot.copy(last)!;
  return native(base === undefined ? copy : new Request(url, copy), {
    ...changed,
    referrer,
    referrerPolicy,
  });
};

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
