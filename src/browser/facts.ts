// What the engine must know about a request before it is sent. It comes with the engine.
import { BACKGROUND, INTEGRITY, KEYED, SLOW_BODY, STREAMED } from './codes';
import type { Init } from './snapshot';

/** Bodies up to this size count as quick to send. */
const QUICK_BYTES = 65_536;

export function factsOf(init: Init, request: Request | undefined): number {
  const { body, headers } = init;
  let facts = 0;
  if (body != null) facts = bodyFacts(body);
  else if (request && mayHaveBody(request)) facts = SLOW_BODY;
  if (headers ? hasKey(headers) : request?.headers.has('idempotency-key')) facts |= KEYED;
  if (init.integrity ?? request?.integrity) facts |= INTEGRITY;
  if (init.priority === 'low') facts |= BACKGROUND;
  return facts;
}

/** Not every engine shows a Request's body; its size, none does. */
function mayHaveBody({ body, method }: Request): boolean {
  return body === undefined ? !/^(GET|HEAD)$/.test(method) : body !== null;
}

function bodyFacts(body: NonNullable<BodyInit>): number {
  if (body instanceof ReadableStream) return SLOW_BODY | STREAMED;
  return sizeOf(body) > QUICK_BYTES ? SLOW_BODY : 0;
}

function sizeOf(body: NonNullable<BodyInit>): number {
  if (typeof body === 'string') {
    // At most three bytes for each UTF-16 unit: encoding is needed only in between.
    if (body.length * 3 <= QUICK_BYTES || body.length > QUICK_BYTES) return body.length;
    return new TextEncoder().encode(body).length;
  }
  if (body instanceof Blob) return body.size;
  if (body instanceof FormData) {
    let size = 0;
    for (const [name, value] of body) size += name.length + sizeOf(value) + 150;
    return size;
  }
  if (body instanceof URLSearchParams) return body.toString().length;
  return (body as ArrayBuffer).byteLength ?? String(body).length;
}

function hasKey(headers: HeadersInit): boolean {
  if (headers instanceof Headers) return headers.has('idempotency-key');
  if (Array.isArray(headers)) return headers.some(([name]) => isKey(String(name)));
  // A loop over names makes no list of them.
  for (const name in headers) if (isKey(name) && Object.hasOwn(headers, name)) return true;
  return false;
}

function isKey(name: string): boolean {
  return name.length === 15 && name.toLowerCase() === 'idempotency-key';
}
