// A policy document from a URL, kept over a reload. It takes effect only once the core has found nothing wrong with it; until
// then, and where it cannot be had, the last good one holds. What loads it is loaded itself, where there is a URL.
import { resolve } from './driver';
import type { RemoteLoader } from './remote-loader';
import { store, stored } from './store';

/** The longest document, bytes. */
const MOST = 262_144;

export class RemotePolicy {
  /** The last good document; undefined: there is none yet. */
  document: unknown;
  /** Its text. */
  #text = '';
  readonly #key: string;
  /** Undefined in the end where it cannot be loaded. */
  readonly #loader: Promise<RemoteLoader | undefined>;

  constructor(
    url: string,
    refresh: number | undefined,
    native: typeof fetch,
    /** Nobody is interested any more. */
    ended: AbortSignal,
    /** Puts a document in force; rejects with the problems as an array. */
    readonly apply: (document: unknown) => Promise<void>,
  ) {
    const href = resolve(url) ?? url;
    this.#key = `steadfetch:policy:${href}`;
    this.#loader = import('./remote-loader').then(
      ({ RemoteLoader }) => new RemoteLoader(href, refresh, MOST, native, ended, (text) => this.#take(text)),
      (error: unknown) => {
        console.warn('Steadfetch: the policy document cannot be loaded.', error);
        return undefined;
      },
    );
    const kept = stored(this.#key);
    if (kept === undefined || kept.length > MOST) return;
    try {
      this.document = JSON.parse(kept);
      this.#text = kept;
    } catch {
      store(this.#key, undefined);
    }
  }

  /** Loads the document now, and from then on. */
  begin(): void {
    this.#tell((loader) => loader.begin());
  }

  /** What is kept is wrong, for this version at least. */
  drop(problems: unknown): void {
    this.document = undefined;
    this.#text = '';
    store(this.#key, undefined);
    this.#tell((loader) => loader.refuse(problems));
  }

  #tell(what: (loader: RemoteLoader) => void): void {
    void this.#loader.then((loader) => loader && what(loader));
  }

  async #take(text: string): Promise<void> {
    if (text === this.#text) return;
    let document: unknown;
    try {
      document = JSON.parse(text);
    } catch {
      throw new Error('it is not JSON');
    }
    await this.apply(document);
    this.document = document;
    this.#text = text;
    store(this.#key, text);
  }
}
