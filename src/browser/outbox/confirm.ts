// What an answer to a replay says: whether it confirms the write, what is kept of it, what other tabs are told.
import type { Fault } from '../../../pkg/types/index';
import type { Head } from './record';
import type { Handed } from './shelf';

/** Problem types and titles of a key whose request is still under way (draft-ietf-httpapi-idempotency-key-header §2.7). */
const IN_PROGRESS = /idempotency|in[ _-]?progress|outstanding|being processed/i;
/** Larger bodies are not handed over to other tabs. */
const MOST_BYTES = 65_536;
/** Nor those that take longer, ms. */
const PATIENCE = 3_000;

/**
 * Whether it was led to another place, most likely to sign in: a redirect that was not to be followed, or one to a page where no
 * page was asked for.
 */
export function isElsewhere({ type, redirected, url, headers }: Response, head: Head): boolean {
  if (type === 'opaqueredirect') return true;
  if (!redirected || !/^text\/html\b/i.test(headers.get('content-type') ?? '')) return false;
  const [from, to] = [new URL(head.url), new URL(url)];
  const own = new Map(head.headers);
  const asks = `${head.expect ?? own.get('accept') ?? ''} ${own.get('content-type') ?? ''}`;
  return (from.origin !== to.origin || from.pathname !== to.pathname) && /json/i.test(asks);
}

/** After such an end an attempt may yet have its effect. */
export function isUnknown(status: number, refused: boolean): boolean {
  return status === 0 ? !refused : status === 408 || status >= 500;
}

export function saysPending(fault: Fault | undefined): boolean {
  return fault?.retryAt !== undefined || IN_PROGRESS.test(`${fault?.problem?.type} ${fault?.problem?.title}`);
}

/** What a server has said stays in memory. */
export function storable({ problem: _, ...fault }: Fault): Fault {
  return fault;
}

/** An answer as another tab may have it. */
export async function handOver(response: Response): Promise<Handed> {
  const { status, statusText } = response;
  const body = await readUpTo(response).catch(() => undefined);
  return { status, statusText, headers: [...response.headers], body };
}

async function readUpTo(response: Response): Promise<ArrayBuffer | undefined> {
  if (!response.body) return undefined;
  const reader = response.body.getReader();
  const late = setTimeout(() => void reader.cancel().catch(() => {}), PATIENCE);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const began = performance.now();
  try {
    for (let bytes = 0; ;) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.byteLength;
      if (bytes > MOST_BYTES) return undefined;
      chunks.push(value);
    }
    // What was broken off looks like an end.
    if (performance.now() - began >= PATIENCE) return undefined;
    return await new Blob(chunks).arrayBuffer();
  } finally {
    clearTimeout(late);
    void reader.cancel().catch(() => {});
  }
}

/** The answer that another tab has told of. */
export function received({ status, statusText, headers, body }: Handed): Response {
  const bare = status === 204 || status === 205;
  try {
    const more = { ...(statusText && { statusText }), ...(headers && { headers }) };
    return new Response(bare ? null : (body ?? null), { status, ...more });
  } catch {
    return new Response(null, { status });
  }
}

export function letGo(response: Response | undefined): void {
  response?.body?.cancel().catch(() => {});
}
