// A policy document from a URL: loaded, kept fresh, and kept over a reload. It takes effect only once the core has found
// nothing wrong with it; until then, and where it cannot be had, the last good one holds.
import type { SteadfetchOptions } from '../../pkg/types/index';
import { resolve } from './driver';
import { store, stored } from './store';

/** The longest document, bytes. */
const MOST = 262_144;
/** It must be there within so long, ms. */
const LIMIT = 10_000;
/** Asked for again after so long, ms; each time a little earlier or later, so that tabs opened together part. */
const REFRESH = 300_000;
const SPREAD = 0.1;
/** Reasons that were printed; more is a server that makes them up. */
const MOST_REASONS = 20;

export type Problem = { path: string; message: string };

/** What only the page can tell of the options: whether the URL leads anywhere from here. */
export function problemsOf({ remotePolicy }: SteadfetchOptions): Problem[] {
  const url: unknown = remotePolicy?.url;
  if (typeof url !== 'string' || url === '' || resolve(url) !== undefined) return [];
  const message = `expected a URL, absolute or relative to the page's, got ${JSON.stringify(url)}`;
  return [{ path: 'remotePolicy.url', message }];
}

export class RemotePolicy {
  /** The last good document; undefined: there is none yet. */
  document: unknown;
  readonly #href: string;
  readonly #text = { good: '' };
  readonly #reasons = new Set<string>();
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** It is time, but nobody looks at the page. */
  #overdue = false;

  constructor(
    url: string,
    readonly refresh: number | undefined,
    readonly native: typeof fetch,
    /** Puts a document in force; rejects with the problems as an array. */
    readonly apply: (document: unknown) => Promise<void>,
  ) {
    // That it can be resolved was seen to when the core was created.
    this.#href = resolve(url) ?? url;
    const kept = stored(this.#key);
    if (kept === undefined || kept.length > MOST) return;
    try {
      this.document = JSON.parse(kept);
      this.#text.good = kept;
    } catch {
      store(this.#key, undefined);
    }
  }

  get #key(): string {
    return `steadfetch:policy:${this.#href}`;
  }

  /** Loads the document now, and from then on. */
  begin(): void {
    globalThis.document?.addEventListener('visibilitychange', this.#seen);
    void this.#load();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
    globalThis.document?.removeEventListener('visibilitychange', this.#seen);
  }

  /** What is kept is wrong, for this version at least. */
  drop(problems: unknown): void {
    this.document = undefined;
    this.#text.good = '';
    store(this.#key, undefined);
    this.#refuse(problems);
  }

  async #load(): Promise<void> {
    try {
      const text = await this.#fetch();
      if (text !== this.#text.good) await this.#take(text);
    } catch (error) {
      if (this.#controller.signal.aborted) return;
      this.#refuse(error);
    }
    const wait = (this.refresh ?? REFRESH) * (1 - SPREAD + Math.random() * 2 * SPREAD);
    this.#timer = setTimeout(() => this.#again(), wait);
  }

  async #take(text: string): Promise<void> {
    let document: unknown;
    try {
      document = JSON.parse(text);
    } catch {
      throw new Error('it is not JSON');
    }
    await this.apply(document);
    this.document = document;
    this.#text.good = text;
    store(this.#key, text);
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
    this.#controller.signal.addEventListener('abort', end);
    try {
      const response = await this.native(this.#href, {
        credentials: 'same-origin',
        // What the browser has stored is asked about, not believed.
        cache: 'no-cache',
        signal: controller.signal,
      });
      if (!response.ok) {
        response.body?.cancel().catch(() => {});
        throw new Error(`the server answered with status ${response.status}`);
      }
      return await read(response);
    } catch (error) {
      throw controller.signal.aborted ? new Error(`it took longer than ${LIMIT / 1000} seconds`) : error;
    } finally {
      clearTimeout(late);
      this.#controller.signal.removeEventListener('abort', end);
    }
  }

  /** Says so, once for each reason. */
  #refuse(why: unknown): void {
    const reason = Array.isArray(why)
      ? (why as Problem[]).map(({ path, message }) => `${path || 'document'}: ${message}`).join('; ')
      : why instanceof Error
        ? why.message
        : String(why);
    if (this.#reasons.has(reason) || this.#reasons.size >= MOST_REASONS) return;
    this.#reasons.add(reason);
    const { origin, pathname } = new URL(this.#href);
    console.warn(`Steadfetch: the policy document ${origin}${pathname} is refused (${reason}).`);
  }
}

/** The whole body, unless it is too long. */
async function read({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > MOST) {
      reader.cancel().catch(() => {});
      throw new Error(`it is longer than ${MOST} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}
