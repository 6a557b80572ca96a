// Loads a JSON document, such as a policy or a status feed, and keeps it fresh. It is loaded itself only where there is one, and
// imports nothing of the engine.
import type { ConfigError } from '../../pkg/types/index';

/** It must be there within so long, ms. */
const LIMIT = 10_000;
/** Asked for again after so long, ms; each time a little earlier or later, so that tabs opened together part. */
const REFRESH = 300_000;
const SPREAD = 0.1;
/** Reasons that were printed; more is a server that makes them up. */
const MOST_REASONS = 20;

export class RemoteLoader {
  readonly #reasons = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #loading = false;
  /** It is time, but nobody looks at the page. */
  #overdue = false;

  constructor(
    readonly href: string,
    readonly refresh: number | undefined,
    /** The longest document, bytes. */
    readonly most: number,
    readonly native: typeof fetch,
    /** Nobody is interested any more. */
    readonly ended: AbortSignal,
    /** The text of the last good document. */
    public good: string,
    /** Takes a document and its text; rejects with what is wrong about it. */
    readonly take: (document: unknown, text: string) => Promise<void>,
    /** What people call it. */
    readonly what = 'policy document',
    readonly credentials: RequestCredentials = 'same-origin',
  ) {}

  begin(): void {
    const { ended } = this;
    if (ended.aborted) return;
    ended.addEventListener('abort', () => clearTimeout(this.#timer));
    globalThis.document?.addEventListener('visibilitychange', this.#seen, { signal: ended });
    void this.#load();
  }

  /** The last good document is none for this version. */
  drop(problems: unknown): void {
    this.good = '';
    this.#refuse(problems);
  }

  /** Asks for it now, and then as usual. */
  now(): void {
    void this.#load();
  }

  async #load(): Promise<void> {
    if (this.#loading || this.ended.aborted) return;
    this.#loading = true;
    clearTimeout(this.#timer);
    try {
      const text = await this.#fetch();
      if (text !== this.good) await this.#read(text);
    } catch (error) {
      if (!this.ended.aborted) this.#refuse(error);
    } finally {
      this.#loading = false;
    }
    if (this.ended.aborted) return;
    const wait = (this.refresh ?? REFRESH) * (1 - SPREAD + Math.random() * 2 * SPREAD);
    this.#timer = setTimeout(() => this.#again(), wait);
  }

  async #read(text: string): Promise<void> {
    let document: unknown;
    try {
      document = JSON.parse(text);
    } catch {
      throw new Error('it is not JSON');
    }
    await this.take(document, text);
    this.good = text;
  }

  /** A page that nobody looks at asks when somebody does. */
  #again(): void {
    this.#overdue = !!globalThis.document?.hidden;
    if (!this.#overdue) void this.#load();
  }

  readonly #seen = () => {
    if (this.#overdue && !globalThis.document.hidden) this.#again();
  };

  async #fetch(): Promise<string> {
    const controller = new AbortController();
    const end = () => controller.abort();
    const late = setTimeout(end, LIMIT);
    this.ended.addEventListener('abort', end);
    try {
      const response = await this.native(this.href, {
        credentials: this.credentials,
        // What the browser has stored is asked about, not believed.
        cache: 'no-cache',
        signal: controller.signal,
      });
      if (!response.ok) {
        response.body?.cancel().catch(() => {});
        throw new Error(`the server answered with status ${response.status}`);
      }
      return await read(response, this.most);
    } catch (error) {
      throw controller.signal.aborted ? new Error(`it took longer than ${LIMIT / 1000} seconds`) : error;
    } finally {
      clearTimeout(late);
      this.ended.removeEventListener('abort', end);
    }
  }

  /** Says so, once for each reason. */
  #refuse(why: unknown): void {
    const { problems, message } = Object(why) as Partial<ConfigError>;
    const reason =
      problems?.map(({ path, message }) => `${path || 'document'}: ${message}`).join('; ') ??
      message ??
      String(why);
    if (this.#reasons.has(reason) || this.#reasons.size >= MOST_REASONS) return;
    this.#reasons.add(reason);
    const { origin, pathname } = new URL(this.href);
    console.warn(`Steadfetch: the ${this.what} ${origin}${pathname} is refused (${reason}).`);
  }
}

/** The whole body, unless it is too long. */
async function read({ body }: Response, most: number): Promise<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > most) {
      reader.cancel().catch(() => {});
      throw new Error(`it is longer than ${most} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}
