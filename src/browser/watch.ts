// A Response over a watched stream: chunks pass through one by one, neither copied nor split.

/** What the core hears of a body. */
const WAIT = 0;
const CHUNK = 1;
const END = 2;
const BROKEN = 3;

/** Members that a constructed Response cannot have and a fetched one does. */
const KEPT = ['url', 'type', 'redirected', 'status', 'statusText', 'ok'] as const;

/** What reads a whole body. Chromium makes a TypeError of whatever a constructed Response's stream broke with. */
const READERS = ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'] as const;

type Progress = (progress: { bytes: number; total?: number }) => void;

/** Where a watched stream has its bytes from. It lives as long as the stream, which the stream's own object need not. */
export class Source implements UnderlyingByteSource {
  readonly type = 'bytes';
  readonly reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  /** Why the body broke off. */
  broken: { reason: unknown } | undefined;
  #stream!: ReadableByteStreamController;
  #bytes = 0;
  #over = false;
  readonly #total: number;
  readonly #hear: (what: number) => void;
  readonly #onProgress: Progress | undefined;

  constructor({ body, headers }: Response, hear: (what: number) => void, onProgress: Progress | undefined) {
    this.reader = body!.getReader();
    this.#hear = hear;
    this.#onProgress = onProgress;
    // With a content coding, the length counts other bytes than the reader does.
    this.#total = headers.has('content-encoding') ? NaN : Number(headers.get('content-length') || NaN);
  }

  start(stream: ReadableByteStreamController): void {
    this.#stream = stream;
  }

  async pull(): Promise<void> {
    this.#hear(WAIT);
    try {
      const { done, value } = await this.reader.read();
      if (this.#over) return;
      if (done) return this.#end(END);
      this.#hear(CHUNK);
      this.#bytes += value.byteLength;
      // An empty chunk cannot be handed on; the stream asks again.
      if (value.byteLength > 0) this.#stream.enqueue(value);
      this.#tell();
    } catch (reason) {
      if (this.#over) return;
      this.broken = { reason };
      this.#end(BROKEN);
    }
  }

  cancel(reason: unknown): Promise<void> {
    this.#over = true;
    this.#hear(END);
    return this.reader.cancel(reason);
  }

  /** Ends the body with an error. */
  break(reason: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.broken = { reason };
    this.#stream.error(reason);
    void this.reader.cancel(reason).catch(() => {});
  }

  #end(what: number): void {
    this.#over = true;
    this.#hear(what);
    if (this.broken) return this.#stream.error(this.broken.reason);
    this.#stream.close();
    // A pending read into the reader's own buffer must be answered too.
    this.#stream.byobRequest?.respond(0);
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

/** A Response whose body is watched; undefined where there is none. */
export function watch(
  original: Response,
  hear: (what: number) => void,
  onProgress: Progress | undefined,
): { response: Response; source: Source } | undefined {
  if (!original.body) return undefined;
  const source = new Source(original, hear, onProgress);
  const response = new Response(new ReadableStream(source), { headers: original.headers, status: 200 });
  return { response: dress(response, original, source), source };
}

/** Gives a constructed Response, and its clones, the members of the one that was fetched. */
function dress(response: Response, original: Response, source: Source): Response {
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
        throw source.broken ? source.broken.reason : error;
      });
    });
  }
  const clone = response.clone.bind(response);
  define('clone', () => dress(clone(), original, source));
  return response;
}
