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

/** A watched body, and how to break it off; undefined where there is no body to watch. */
export function watch(
  original: Response,
  hear: (what: number) => void,
  onProgress: Progress | undefined,
): { response: Response; break(reason: unknown): void } | undefined {
  const reader = original.body?.getReader();
  if (!reader) return undefined;
  const length = Number(original.headers.get('content-length') || NaN);
  // With a content coding, the length counts other bytes than the reader does.
  const total = original.headers.has('content-encoding') ? NaN : length;
  let bytes = 0;
  let stream!: ReadableByteStreamController;
  let over = false;
  let broken: { reason: unknown } | undefined;
  const end = (what: number, close: () => void) => {
    if (over) return;
    over = true;
    hear(what);
    close();
  };
  const fail = (reason: unknown) => {
    broken = { reason };
    stream.error(reason);
  };
  const body = new ReadableStream({
    type: 'bytes',
    start: (controller) => void (stream = controller),
    async pull() {
      hear(WAIT);
      try {
        const { done, value } = await reader.read();
        if (done) return end(END, () => closeStream(stream));
        if (over) return;
        hear(CHUNK);
        bytes += value.byteLength;
        // An empty chunk cannot be handed on; the stream asks again.
        if (value.byteLength > 0) stream.enqueue(value as Uint8Array<ArrayBuffer>);
        tell(onProgress, bytes, total);
      } catch (error) {
        end(BROKEN, () => fail(error));
      }
    },
    cancel(reason) {
      end(END, () => {});
      return reader.cancel(reason);
    },
  });
  return {
    response: dress(new Response(body, { headers: original.headers, status: 200 }), original, () => broken),
    break(reason) {
      if (over) return;
      over = true;
      fail(reason);
      void reader.cancel(reason).catch(() => {});
    },
  };
}

function closeStream(stream: ReadableByteStreamController): void {
  stream.close();
  // A pending read into the reader's own buffer must be answered too.
  stream.byobRequest?.respond(0);
}

function tell(onProgress: Progress | undefined, bytes: number, total: number): void {
  if (!onProgress) return;
  try {
    onProgress(total >= 0 ? { bytes, total } : { bytes });
  } catch (error) {
    // The listener's mistake is its own: it is reported like any other, the body goes on.
    reportError(error);
  }
}

/** Gives a constructed Response, and its clones, the members of the one that was fetched. */
function dress(
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
