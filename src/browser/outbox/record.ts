// A write as it is stored: what was asked (head), the bytes (body, beside it), and what has become of it so far. Whatever is read
// back is looked at with suspicion: another version of the SDK, another script or a broken disk may have written it.
import type { Fault } from '../../../pkg/types/index';

/** Of the records. What older ones lack is added in `readRow`; what newer ones mean is not guessed. */
export const VERSION = 1;

/** What is asked of the server, without credentials. */
export interface Head {
  lane: string;
  partition: string | null;
  route: string;
  method: string;
  url: string;
  headers: [name: string, value: string][];
  /** The header that carries its Idempotency-Key. */
  key?: string | undefined;
  /** The content type that its call expects. */
  expect?: string | undefined;
  /** Credentials were left out of it: they are added when it is sent. */
  signed: boolean;
  members: Members;
}

/** Members of a Request that its replay must have too. */
export type Members = Pick<
  Request,
  'mode' | 'credentials' | 'cache' | 'redirect' | 'referrer' | 'referrerPolicy'
>;

/** A text or bytes that only the key of this origin opens. */
export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

export type Bytes = ArrayBuffer | Blob;

/** What changes while it waits. Times are epoch ms. */
export interface Progress {
  state: 'waiting' | 'sending' | 'dead';
  queuedAt: number;
  /** Its wait began and ends then. */
  since: number;
  due: number;
  /** It waits for somebody to sign in. */
  held: boolean;
  attempts: number;
  /** Those that count towards the most. */
  counted: number;
  /** What became of the last attempt is not known. */
  pending: boolean;
  /** It met a conflict, about which an app is asked; or a page is to do that, since this context has none to ask. */
  conflict?: 'asked' | 'page' | undefined;
  fault?: Fault | undefined;
  /** Why it is a dead letter. */
  reason?: string | undefined;
}

export interface Row extends Progress {
  id: string;
  version: number;
  /** Unique in its first number but for writes of one page, which are in the order of their calls. */
  order: [number, number];
  head: Head | Sealed;
  /** Of the body, bytes; −1: there is none. */
  size: number;
  /** A checksum of head and body, where neither is sealed. */
  sum: number;
  retention: number;
  /** Attempts that may count. */
  most: number;
  /** Somebody waits for what comes of it. */
  wait: boolean;
}

/** A row that was read and opened. */
export interface Item extends Omit<Row, 'head'> {
  head: Head;
}

/** Whose a record is that does not say: nobody's who is ever signed in. */
const NOBODY = '\0';

/** Whose a damaged record is. One that says nothing any more can never be sent, and whoever is there may clear it away. */
export function ownerOf(row: Partial<Row>, here: string | null | undefined): string | null {
  const { partition } = Object(row.head) as Partial<Head>;
  if (partition === null || typeof partition === 'string') return partition;
  // Another version can read it.
  return row.version === VERSION ? (here ?? null) : NOBODY;
}

/** What stands for a head that cannot be read. */
export const UNKNOWN: Omit<Head, 'partition'> = {
  lane: '',
  route: '',
  method: '',
  url: '',
  headers: [],
  signed: false,
  members: {
    mode: 'cors',
    credentials: 'same-origin',
    cache: 'default',
    redirect: 'follow',
    referrer: 'about:client',
    referrerPolicy: '',
  },
};

/** Where its progress cannot be read, it is set aside; what can be is kept. */
export function readProgress(row: Partial<Row>): Progress {
  const now = Date.now();
  const number = (value: unknown, otherwise: number) =>
    Number.isFinite(value) && (value as number) >= 0 ? (value as number) : otherwise;
  const known = ['waiting', 'sending', 'dead'].includes(row.state!);
  const queuedAt = number(row.queuedAt, now);
  const since = number(row.since, queuedAt);
  return {
    state: known ? row.state! : 'dead',
    queuedAt,
    since,
    due: number(row.due, since),
    held: row.held === true,
    attempts: number(row.attempts, 0),
    counted: number(row.counted, 0),
    pending: row.pending !== false,
    ...((row.conflict === 'asked' || row.conflict === 'page') && { conflict: row.conflict }),
    ...(isFault(row.fault) && { fault: row.fault }),
    ...(typeof row.reason === 'string' && { reason: row.reason }),
  };
}

function isFault(value: unknown): value is Fault {
  return typeof (value as Fault | undefined)?.kind === 'string';
}

/** Whether it is a head of this version, complete. */
export function isHead(value: unknown): value is Head {
  const head = Object(value) as Head;
  const texts = [head.lane, head.route, head.method, head.url, Object(head.members).mode];
  return (
    texts.every((text) => typeof text === 'string') &&
    /^https?:/.test(head.url) &&
    (head.partition === null || typeof head.partition === 'string') &&
    Array.isArray(head.headers) &&
    head.headers.every((pair) => Array.isArray(pair) && pair.every((text) => typeof text === 'string'))
  );
}

/** Why a row is none that this version can send; undefined: it is one. */
export function faultOf({ version, order, size, retention, most }: Partial<Row>): string | undefined {
  if (version !== VERSION) return `it was written by another version of Steadfetch (${String(version)})`;
  const whole = [size, retention, most, ...(Array.isArray(order) ? order : [undefined])];
  return whole.every(Number.isFinite) ? undefined : 'its record is damaged';
}

/** 53 bits over a text and bytes, by which a record that was altered is told; no protection against whoever computes it anew. */
export function sumOf(head: Head, body: Uint8Array): number {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  const add = (unit: number) => {
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  };
  const text = JSON.stringify(head);
  for (let at = 0; at < text.length; at++) add(text.charCodeAt(at));
  for (const byte of body) add(byte);
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}
