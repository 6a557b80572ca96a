// From a call to a record and back: the very bytes that its first attempt sent, and everything about it but credentials.
import type { Snapshot } from '../snapshot';
import type { Write } from '../stores';
import { type Bytes, type Head, type Item, type Members, sumOf } from './record';

/** Bodies up to this size are kept as plain bytes and have a checksum; larger ones stay Blobs, which need no memory. */
const SMALL = 65_536;

/** Never stored. Cookies are the browser's to send. */
const CREDENTIALS = /^(authorization|proxy-authorization|cookie2?|set-cookie)$/;
/** Left out where an app has `auth` but cannot say now which headers it sets. */
const LIKELY = /auth|token|session|secret|credential|api-?key|csrf|xsrf/;

/** Headers that hold who is signed in, by their names in lower case; undefined: there are some, but which is not known now. */
export type Secrets = ReadonlyMap<string, string> | undefined;

export interface Taken {
  head: Head;
  body: Bytes | undefined;
}

/** What a call asked for. Throws where that can be sent but once, or its answer could never be understood. */
export async function take(
  { snapshot, headers, terms, expect }: Pick<Write, 'snapshot' | 'headers' | 'terms' | 'expect'>,
  secrets: Secrets,
  partition: string | null,
  route: (href: string, method: string) => string,
): Promise<Taken> {
  const { lane, key } = terms;
  return takeRequest(requestOf(snapshot), secrets, { lane, partition, key, expect }, route, headers);
}

export async function takeRequest(
  request: Request,
  secrets: Secrets,
  { lane, partition, key, expect }: Pick<Head, 'lane' | 'partition' | 'key' | 'expect'>,
  route: (href: string, method: string) => string,
  extra: Record<string, string> = {},
): Promise<Taken> {
  if (request.mode === 'no-cors')
    throw new TypeError('a no-cors request has no answer that would confirm it');
  if (request.bodyUsed) throw new TypeError('its body has been read already');
  const all = new Headers(request.headers);
  for (const name in extra) all.set(name, extra[name]!);
  let signed = false;
  const headers = [...all].filter(([name, value]) => {
    const secret = CREDENTIALS.test(name) || (secrets ? secrets.has(name) : LIKELY.test(name));
    // The key is no secret, whatever its name has in it.
    const kept = !secret || Object.keys(extra).some((own) => own.toLowerCase() === name);
    // What is not as `auth` says it was meant for somebody else, who must not get ours: a 401 asks for it.
    signed ||= !kept && secrets?.get(name) === value;
    return kept;
  });
  const { method, url, mode, credentials, cache, redirect, referrer, referrerPolicy } = request;
  const members: Members = { mode, credentials, cache, redirect, referrer, referrerPolicy };
  const blob = await request.blob();
  // Not every engine shows whether there is a body.
  const empty = blob.size === 0 && !request.headers.has('content-type');
  const body = empty ? undefined : blob.size > SMALL ? blob : await blob.arrayBuffer();
  return {
    head: { lane, partition, route: route(url, method), method, url, headers, key, expect, signed, members },
    body,
  };
}

function requestOf({ href, init, request }: Snapshot): Request {
  if (request?.bodyUsed) throw new TypeError('its body has been read already');
  return request?.clone() ?? new Request(href, { ...init, signal: null });
}

/** The request again, with what `auth` says now. */
export function make({ head }: Item, body: Bytes | undefined, credentials: Record<string, string>): Request {
  const headers = new Headers(head.headers);
  for (const name in credentials) headers.set(name, credentials[name]!);
  const { method, url, members } = head;
  return new Request(url, { ...members, method, headers, ...(body && { body }) });
}

export function sizeOf(body: Bytes | undefined): number {
  return body === undefined ? -1 : body instanceof Blob ? body.size : body.byteLength;
}

/** Large bodies are told by their size alone. */
export function checksum(head: Head, body: Bytes | undefined): number {
  return sumOf(head, body instanceof ArrayBuffer ? new Uint8Array(body) : new Uint8Array());
}
