// One call's dealings with stored copies: what may answer it, and whether its own answer is kept.
import type { Copies } from './chunk';
import { matches, ownerOf, requestKey, varyOf, withoutFragment } from './key';
import { type Kept, LAYOUT, type Owner, fieldsOf, problemOf } from './record';
import { served } from './serve';
import type { Answer, Found, Store } from './store';

/** A GET whose answer is looked for. */
export interface Asked {
  href: string;
  headers: Headers;
  /** `cache` of the request. */
  mode?: RequestCache | undefined;
  /** Who was signed in when the call was made. */
  partition: string | null;
  /** Its answer is checked by the browser, which a copy would not be. */
  integrity: boolean;
  /** It is sent with headers of the client's own that say who asks. */
  authorized: boolean;
}

/** What the rule says. */
export interface Terms {
  fresh?: number | undefined;
  staleIfError: number;
  /** For so long past its time a copy is served while the network is asked. */
  meanwhile: number;
  maxEntries: number;
  maxBytes: number;
  vary: string[];
  rule: number;
}

export interface Copy {
  response: Response;
  /** When it may be served, in bits (core.rs). */
  good: number;
  /** ms; undefined: nobody knows. */
  age: number | undefined;
}

/** Bits of what is known of a request and its answer (core.rs). */
const GET = 1;
const AUTHORIZED = 2;
const PARTITIONED = 4;
const OPAQUE = 8;

/** A caller who has let go of the answer leaves its copy so long to arrive, ms. */
const REST = 1000;

/** A look takes so long at most, ms. */
const PATIENCE = 2000;

/** No status of an answer: only its freshness is asked about. */
const ANY = 200;

/** The request is for a part, or under a condition: its answer is none for others. */
const PARTIAL = [
  'range',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
];

/** A copy that others rewrite all the time is looked for so often again. */
const MOST_LOOKS = 3;

/** One call's dealings with the copies. Whose they are is settled when the call is made. */
export class Search {
  /** Undefined: there is none, or none of use. It never rejects. */
  readonly copy: Promise<Copy | undefined>;
  /** The same, however long it takes. */
  readonly #found: Promise<Copy | undefined>;
  readonly #owner: Owner;
  readonly #request: string;
  /** Copies that come after a clear are not kept. */
  readonly #clears: number;
  readonly #url: string;
  readonly #began = performance.now();
  /** What was found was replaced before its body was read: there is a newer one. */
  #replaced = false;
  /** Where the answer may be kept. */
  #place: { store: Store; room: string } | undefined;

  constructor(
    readonly copies: Copies,
    readonly asked: Asked,
    readonly terms: Terms,
  ) {
    const { href, headers, mode, partition } = asked;
    this.#owner = ownerOf(partition);
    this.#request = requestKey(href, headers, terms.vary);
    this.#clears = copies.clears;
    this.#url = withoutFragment(href);
    const signed = asked.authorized || headers.has('authorization');
    const whole =
      mode !== 'no-store' &&
      !asked.integrity &&
      // Who asks is not part of the key: outside of a partition, that is nobody's copy.
      !(signed && partition === null) &&
      !PARTIAL.some((name) => headers.has(name));
    this.#found = whole ? this.#find().catch((error: unknown) => this.#elsewhere(error)) : none();
    this.copy = inTime(this.#found);
    if (whole) void this.copy.then((copy) => copy ?? (copies.counts.misses += 1));
  }

  /** What was found may be served: nobody has cleared it, and it is still the same one who is signed in. */
  get stands(): boolean {
    return this.copies.clears === this.#clears && this.#isTheirs;
  }

  /** What was found is served. */
  served(source: string): void {
    this.copies.counts[source === 'cache' ? 'fresh' : 'stale'] += 1;
  }

  /** Keeps the answer, whose body is this call's own, where it may be kept. `original`: the caller's. It never rejects. */
  async keep(response: Response, original?: Response): Promise<void> {
    const came = Date.now();
    await this.#found;
    const useful = this.#useful(response, came);
    const body = useful > 0 ? await readUpTo(response, this.terms.maxBytes, original) : undefined;
    // An attempt may have gone out as somebody else, who signed in meanwhile; or before a write.
    const late = this.copies.changedSince(this.#url, this.#began);
    if (!body || late || !this.#isTheirs) return void response.body?.cancel().catch(() => {});
    const { status, statusText, headers } = response;
    const record = this.#record(response, body.size, came, useful);
    await this.copies.putting(this.#url, this.#put(record, { status, statusText, headers, body }));
  }

  /** Whoever made the call is still the one who is signed in. */
  get #isTheirs(): boolean {
    return this.copies.host.partition() === this.asked.partition;
  }

  /** How long it would be of use, ms; 0 where it may not be kept. */
  #useful({ headers, status, type }: Response, came: number): number {
    const { asked } = this;
    if (!this.#place) return 0;
    const facts =
      GET |
      (asked.authorized || asked.headers.has('authorization') ? AUTHORIZED : 0) |
      (asked.partition === null ? 0 : PARTITIONED) |
      (type === 'opaque' || type === 'opaqueredirect' ? OPAQUE : 0);
    // An event stream goes on for as long as somebody reads.
    if (/^text\/event-stream\b/i.test(headers.get('content-type') ?? '')) return 0;
    const [keep, , useful] = this.#judge(fieldsOf(headers), status, facts, came, came);
    return keep ? useful! : 0;
  }

  #record(response: Response, bytes: number, came: number, useful: number): Kept {
    const { headers, url, type, redirected, status } = response;
    const vary = varyOf(headers.get('vary') ?? '', this.asked.headers);
    return {
      layout: LAYOUT,
      key: [this.#owner, this.#request, JSON.stringify(vary)],
      room: this.#place!.room,
      body: newId(),
      small: false,
      rule: this.terms.rule,
      bytes,
      came,
      until: came + useful,
      used: 0,
      put: 0,
      vary,
      fields: fieldsOf(headers),
      url,
      type,
      redirected,
      status,
    };
  }

  async #put(record: Kept, answer: Answer): Promise<void> {
    const { copies, terms } = this;
    const { store } = this.#place!;
    try {
      if (copies.clears !== this.#clears) return;
      await store.keep(record, answer, terms);
      copies.tabs.tell({ put: [this.#owner, this.#request] });
    } catch (error) {
      copies.broken(error);
      // From here on, memory comes first.
      const [memory] = copies.stores;
      if (!memory || memory === store || copies.clears !== this.#clears) return;
      const { room } = await memory.look(this.#owner, this.#request);
      await memory.keep({ ...record, room }, answer, terms);
    }
  }

  /** The disk is gone, memory takes its place. */
  #elsewhere(error: unknown): Promise<Copy | undefined> {
    this.copies.broken(error);
    this.#place = undefined;
    return this.#find().catch(none);
  }

  async #find(): Promise<Copy | undefined> {
    const gone = this.copies.gone(this.#url);
    if (gone) await gone;
    for (const store of this.copies.stores) {
      let found = await store.look(this.#owner, this.#request);
      let copy = await this.#copyOf(store, found);
      for (let n = 0; !copy && (found.known || this.#replaced) && n < MOST_LOOKS; n++) {
        found = await store.look(this.#owner, this.#request, true);
        copy = await this.#copyOf(store, found);
      }
      this.#place ??= { store, room: found.room };
      if (copy) return copy;
    }
    return undefined;
  }

  async #copyOf(store: Store, found: Found): Promise<Copy | undefined> {
    this.#replaced = false;
    const record = await this.#pick(store, found);
    return record && this.#serve(store, record, !found.known);
  }

  /** The record that was put last, of those that fit the request. */
  async #pick(store: Store, { records }: Found): Promise<Kept | undefined> {
    const fitting: Kept[] = [];
    for (const value of records) {
      const problem = problemOf(value);
      if (problem) await this.#drop(store, value as Kept, problem);
      else if (matches((value as Kept).vary, this.asked.headers)) fitting.push(value as Kept);
    }
    return fitting.sort((a, b) => b.put - a.put)[0];
  }

  /** `sure`: the record is up to date. */
  async #serve(store: Store, record: Kept, sure: boolean): Promise<Copy | undefined> {
    const now = Date.now();
    const [, good, , age] = this.#judge(record.fields, ANY, GET, record.came, now);
    if (!good) return undefined;
    const answer = await store.answer(record);
    if (!answer) return sure ? this.#drop(store, record, 'its body is missing') : undefined;
    const response = served(record, answer);
    if (!response) return this.#drop(store, record, 'its body is damaged');
    store.touch(record);
    if (!this.#isTheirs) return undefined;
    return { response, good, age };
  }

  async #drop(store: Store, record: Kept, why: string): Promise<undefined> {
    if (await store.drop(record)) this.copies.tell('dropped', why);
    else this.#replaced = true;
    return undefined;
  }

  #judge(fields: string[], status: number, facts: number, came: number, now: number): number[] {
    const { asked, copies, terms } = this;
    const control = [asked.headers.get('cache-control') ?? asked.headers.get('pragma') ?? ''];
    if (asked.mode === 'reload' || asked.mode === 'no-cache') control.push('no-cache');
    const said = [control.filter(Boolean).join(), ...fields];
    const { fresh = -1, staleIfError, meanwhile } = terms;
    return copies.host.judge(said, status, facts, fresh, staleIfError, meanwhile, came, now) ?? [0, 0, 0];
  }
}

/** What takes too long is none: the network is asked instead. */
async function inTime(finding: Promise<Copy | undefined>): Promise<Copy | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((go) => (timer = setTimeout(go, PATIENCE)));
  const found = await Promise.race([finding, late]);
  clearTimeout(timer);
  return found;
}

function none(): Promise<undefined> {
  return Promise.resolve(undefined);
}

/**
 * The body; undefined where it is longer, or breaks off. What never ends must not fill the memory, and what its caller has let go
 * of is not fetched for the copy alone: nobody reads its body any more, and it does not end.
 */
async function readUpTo(
  response: Response,
  most: number,
  original: Response | undefined,
): Promise<Blob | undefined> {
  if (Number(response.headers.get('content-length')) > most) return undefined;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  if (!response.body) return new Blob(chunks);
  const reader = response.body.getReader();
  let since = Infinity;
  try {
    for (let bytes = 0; ;) {
      const { done, value } = await reader.read();
      if (done) return new Blob(chunks);
      bytes += value.byteLength;
      const now = performance.now();
      if (original?.bodyUsed && !original.body?.locked) since = Math.min(since, now);
      if (now - since > REST) return undefined;
      if (bytes > most) return undefined;
      chunks.push(value);
    }
  } catch {
    return undefined;
  } finally {
    reader.cancel().catch(() => {});
    reader.releaseLock();
  }
}

/** `randomUUID` is there in secure contexts only; without one, copies are in memory, and any id does. */
function newId(): string {
  return globalThis.crypto.randomUUID?.() ?? '';
}
