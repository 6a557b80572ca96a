// What is stored of an answer beside its body, and what may be wrong with such a record: other versions of the package write
// them too, disks fail, and any script of the origin may have altered them.

/** Of records, and in the names of all that is stored. Another layout is another database, and a record of it is dropped. */
export const LAYOUT = 1;

/** Whose copy it is. A signed-out client has the number, since a key of IndexedDB cannot be null. */
export type Owner = string | 0;

/** Sorted by owner, then by request; what tells variants of one request apart comes last. */
export type Key = [owner: Owner, request: string, variant: string];

/** One stored copy. */
export interface Kept {
  layout: number;
  key: Key;
  /** The Cache of its owner's bodies. It gets a new name when it is cleared. */
  room: string;
  /** Its body is in the database. */
  small: boolean;
  /** The body's own id: a new copy never writes over the body of an old one. */
  body: string;
  /** Whose limits it counts against. */
  rule: number;
  bytes: number;
  /** When it came, epoch ms. */
  came: number;
  /** From then on it is of no use, epoch ms. */
  until: number;
  /** When it was used last, and when it was put, by the rule's own count: clocks are set back. */
  used: number;
  put: number;
  /** Header fields of the request that the answer varies by, with their values. */
  vary: [name: string, value: string][];
  /** What the answer says of its freshness, in the order of freshness.rs. */
  fields: string[];
  url: string;
  type: ResponseType;
  redirected: boolean;
  status: number;
}

/** What is wrong with a record; undefined: nothing. */
export function problemOf(value: unknown): string | undefined {
  const record = value as Kept;
  if (typeof record?.layout !== 'number') return 'its record cannot be read';
  if (record.layout < LAYOUT) return 'its record is of an older version';
  if (record.layout > LAYOUT) return 'its record is of a newer version';
  const numbers = [
    record.rule,
    record.bytes,
    record.came,
    record.until,
    record.used,
    record.put,
    record.status,
  ];
  const sound =
    numbers.every((number) => Number.isFinite(number) && number >= 0) &&
    [record.room, record.body, record.url, record.type].every(isText) &&
    typeof record.redirected === 'boolean' &&
    typeof record.small === 'boolean' &&
    record.status >= 200 &&
    record.status <= 299 &&
    Array.isArray(record.fields) &&
    record.fields.length === FIELDS.length &&
    record.fields.every(isText) &&
    Array.isArray(record.vary) &&
    record.vary.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isText));
  return sound ? undefined : 'its record is damaged';
}

/** The header fields of an answer that decide about it, behind the request's Cache-Control (freshness.rs). */
export const FIELDS = ['cache-control', 'expires', 'date', 'age', 'last-modified', 'pragma', 'vary'] as const;

export function fieldsOf(headers: Headers): string[] {
  return FIELDS.map((name) => headers.get(name) ?? '');
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
