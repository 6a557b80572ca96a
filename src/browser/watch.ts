// A Response over a watched stream: chunks pass through one by one, neither copied nor split. Where the body stalls, the
// stream waits for another answer to go on with.
import { BODY_BROKEN, BODY_CHUNK, BODY_END, BODY_WAIT } from './codes';

/** Members that a constructed Response cannot have and a fetched one does. */
const KEPT = ['url', 'type', 'redirected', 'status', 'statusText', 'ok'] as const;

/** What reads a whole body. Chromium makes a TypeError of whatever a constructed Response's stream broke with. */
const READERS = ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'] as const;

type Progress = (progress: { bytes: number; total?: number }) => void;
type Reader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

let byteStreams: boolean | undefined;

/** Whether a reader may bring its own buffer: Safari before 26 has no such streams. */
function hasByteStreams(): boolean {
  try {
    return !!new ReadableStream({ type: 'bytes' });
  } catch {
    return false;
  }
}

/** Where a watched stream has its bytes from. It lives as long as the stream, which the stream's own object need not. */
export class Source {
  readonly type = (byteStreams ??= hasByteStreams()) ? 'bytes' : undefined;
  /** Apart, so that it can be let go of once nobody holds the source any more. */
  readonly held = {} as { reader: Reader };
  /** Why the body broke off. */
  broken: { reason: unknown } | undefined;
  #stream!: ReadableByteStreamController | ReadableStreamDefaultController;
  #bytes = 0;
  #over = false;
  /** Waits for another answer; resolved without one, the body is over. */
  #next: { promise: Promise<Reader | undefined>; resolve(reader: Reader | undefined): void } | undefined;
  #tag = '';
  #total = NaN;
  readonly #hear: (what: number) => boolean;
  readonly #onProgress: Progress | undefined;

  /** `hear`: whether anybody is there to hear it. */
  constructor(answer: Response, hear: (what: number) => boolean, onProgress: Progress | undefined) {
    this.#hear = hear;
    this.#onProgress = onProgress;
    this.#note(answer);
  }

  /** What names the representation, and how long it is. */
  #note({ headers }: Response): void {
    this.#tag = headers.get('etag') ?? '';
    // With a content coding, the length counts other bytes than the reader does.
    this.#total = headers.has('content-encoding') ? NaN : Number(headers.get('content-length') || NaN);
  }

  start(stream: ReadableByteStreamController | ReadableStreamDefaultController): void {
    this.#stream = stream;
  }

  async pull(): Promise<void> {
    for (;;) {
      try {
        if (!this.#next) this.#hear(BODY_WAIT);
        const { done, value } = await this.held.reader.read();
        if (this.#over) return;
        if (this.#next) throw undefined;
        if (done) return this.#end(BODY_END);
        this.#hear(BODY_CHUNK);
        this.#bytes += value.byteLength;
        // An empty chunk cannot be handed on; the stream asks again.
        if (value.byteLength > 0) this.#stream.enqueue(value);
        return this.#tell();
      } catch (reason) {
        if (this.#over) return;
        // The core may have given this body up already, and wait for another one.
        if (!this.#next) {
          this.broken = { reason };
          this.suspend();
          if (!this.#hear(BODY_BROKEN)) this.break(reason);
        }
        const reader = await this.#next!.promise;
        this.#next = undefined;
        if (!reader) return;
        this.broken = undefined;
        this.held.reader = reader;
      }
    }
  }

  cancel(reason: unknown): Promise<void> {
    this.#over = true;
    this.#hear(BODY_END);
    if (!this.#next) return this.held.reader.cancel(reason);
    // That the former answer broke off is nothing that its reader knows of.
    this.#next.resolve(undefined);
    return Promise.resolve();
  }

  /** Whether it waits for another answer. */
  get isSuspended(): boolean {
    return this.#next !== undefined;
  }

  /** It waits for another answer, whose body goes on. */
  suspend(): void {
    if (this.#next || this.#over) return;
    let resolve!: (reader: Reader | undefined) => void;
    const promise = new Promise<Reader | undefined>((settle) => (resolve = settle));
    this.#next = { promise, resolve };
    // A read that hangs in a stalled body must come back.
    this.held.reader.cancel().catch(() => {});
  }

  /** The headers that ask for the rest, of the same representation (RFC 9110 §13.1.5, §14.2). */
  range(): Record<string, string> {
    return { range: `bytes=${this.#bytes}-`, 'if-range': this.#tag };
  }

  /** Whether this part is all the rest: from right behind what was read to the end, of the same representation. */
  fits({ headers }: Response): boolean {
    const range = headers.get('content-range') ?? '';
    const [from, to, total] = (/^bytes (\d+)-(\d+)\/(\d+)$/.exec(range) ?? []).slice(1).map(Number);
    const tag = headers.get('etag');
    return (
      from === this.#bytes &&
      to! + 1 === total &&
      (Number.isNaN(this.#total) || total === this.#total) &&
      (tag === null || tag === this.#tag) &&
      !headers.has('content-encoding')
    );
  }

  /** Goes on with the body of another answer: the whole of it, or the part that fits. */
  goOn(answer: Response): void {
    if (answer.status !== 206) this.#note(answer);
    this.#next?.resolve(answer.body?.getReader() ?? new Response('').body!.getReader());
  }

  /** Ends the body with an error: this one, or what it broke off with. */
  break(error: unknown): void {
    const reason = error ?? this.broken?.reason ?? new TypeError('The rest of the body cannot be had.');
    if (this.#over) return;
    this.#fail(reason);
    this.#next?.resolve(undefined);
    void this.held.reader.cancel(reason).catch(() => {});
  }

  #fail(reason: unknown): void {
    this.#over = true;
    this.broken = { reason };
    this.#stream.error(reason);
  }

  #end(what: number): void {
    this.#over = true;
    this.#hear(what);
    this.#stream.close();
    // A pending read into the reader's own buffer must be answered too.
    (this.#stream as ReadableByteStreamController).byobRequest?.respond(0);
  }

  #tell(): void {
    const bytes = this.#bytes;
    const total = this.#total;
    try {
      this.#onProgress?.(total >= 0 ? { bytes, total } : { bytes });
    } catch (error) {
      // The listener's mistake is its own: it is reported like any other, the body goes on.
      reportError(error);
    }
  }
}

/** A Response whose body is watched; undefined where there is none, or none that can be. */
export function watch(
  original: Response,
  hear: (what: number) => boolean,
  onProgress: Progress | undefined,
): { response: Response; source: Source } | undefined {
  if (!original.body) return undefined;
  const source = new Source(original, hear, onProgress);
  try {
    // Like a byte stream, one of the other kind asks for nothing before its reader does.
    const stream = new ReadableStream(source as UnderlyingSource, { highWaterMark: 0 });
    const response = new Response(stream, { headers: original.headers, status: 200 });
    dress(response, original, () => source.broken);
    // Last, since it locks the body.
    source.held.reader = original.body.getReader();
    return { response, source };
  } catch {
    return undefined;
  }
}

/** Whether a body can go on by Range, or this is the part that the source can go on with. */
export function isResumable(answer: Response, source: Source | undefined): boolean {
  const { headers, status } = answer;
  if (status === 206) return !!source?.fits(answer);
  // If-Range needs a strong entity tag (RFC 9110 §13.1.5).
  const tag = headers.get('etag') ?? '';
  return status === 200 && /^"[^"]*"$/.test(tag) && !headers.has('content-encoding');
}

/** Gives a constructed Response, and its clones, the members of the one that was fetched. */
export function dress(
  response: Response,
  original: Response,
  broken: () => { reason: unknown } | undefined,
): Response {
  const define = (name: keyof Response, value: unknown) =>
    Object.defineProperty(response, name, { value, configurable: true });
  for (const name of KEPT) define(name, original[name]);
  for (const name of READERS) {
    // Not every engine has `bytes`.
    const read = response[name]?.bind(response);
    if (!read) continue;
    define(name, async () => {
      if (response.bodyUsed) return read();
      return read().catch((error: unknown) => {
        throw broken() ? broken()!.reason : error;
      });
    });
  }
  const clone = response.clone.bind(response);
  define('clone', () => dress(clone(), original, broken));
  return response;
}
