// Copies of answers that stand in for the network. Loaded with the first call whose rule has a `cache`; imports nothing of the
// engine.
import { isFull } from './database';
import { Disk } from './disk';
import { withoutFragment } from './key';
import { Memory } from './memory';
import type { Owner } from './record';
import { type Asked, Search, type Terms } from './search';
import type { Store } from './store';
import { type Listener, Tabs } from './tabs';

/** Who is told what about the store, and who judges (freshness.rs). */
export interface CacheHost {
  /** Who is signed in now; null: nobody. */
  partition(): string | null | undefined;
  /**
   * What the core says of an answer, from its header fields behind the request's Cache-Control: whether it may be kept, what it
   * is good for, how long it is of use and how old it is, ms. Undefined: there is no core.
   */
  judge(fields: string[], ...numbers: number[]): number[] | undefined;
  /** Copies are dropped, or kept in memory only. Told once for each reason. */
  trouble(what: 'blocked' | 'full' | 'wiped' | 'dropped', why: string): void;
  /** Aborted when the client is disposed of. */
  readonly ended: AbortSignal;
}

/** What came of copies in this page: served while fresh, served past that, looked for in vain, let go of for want of room. */
export type Counts = Record<'fresh' | 'stale' | 'misses' | 'evicted', number>;

/** So many URLs are remembered of which copies are out of date. */
const MAX_WRITTEN = 500;

export class Copies implements Listener {
  #disk: Disk | undefined;
  /** Where there is no disk, or no room on it. */
  #memory: Memory | undefined;
  readonly tabs: Tabs;
  readonly counts: Counts = { fresh: 0, stale: 0, misses: 0, evicted: 0 };
  readonly #told = new Set<string>();
  /** How often they were cleared. */
  clears = 0;
  /** When copies of a URL went out of date, by performance.now(), and until they are gone. */
  readonly #written = new Map<string, { at: number; gone: Promise<void> | undefined }>();
  /** What is being put now, with its URL. */
  readonly #puts = new Map<Promise<void>, string>();

  constructor(readonly host: CacheHost) {
    this.tabs = new Tabs(this, host.ended);
    if (hasDisk()) {
      this.#disk = new Disk(
        () => this.tell('wiped', 'what was stored has been wiped'),
        host.ended,
        this.counts,
      );
    } else {
      this.#memory = new Memory(this.counts);
      this.tell('blocked', 'the page has no storage for them');
    }
  }

  /** Looks for a copy. What comes of the call can be kept through what this returns. */
  search(asked: Asked, terms: Terms): Search {
    return new Search(this, asked, terms);
  }

  /** Leaves nothing that is kept for this partition, or for anybody; nor what is under way, or what other tabs hold. */
  async clear(partition?: string): Promise<void> {
    // Where the disk failed before, it may be there again.
    const disk = this.#disk ?? (hasDisk() ? new Disk(() => {}, this.host.ended, this.counts) : undefined);
    const told = () => {
      this.cleared(partition);
      this.tabs.tell({ clear: partition ?? null });
    };
    told();
    await disk?.clear(partition).catch((error: unknown) => {
      // Where the browser forbids storage, there is nothing that anybody could see.
      if ((error as Error)?.name !== 'SecurityError') throw error;
    });
    // Again, for what was looked up before it was deleted.
    told();
  }

  /**
   * A good answer to a write: what was stored of its URL, and of where it leads on the same origin, is out of date
   * (RFC 9111 §4.4).
   */
  written(href: string, { headers, url }: Response): void {
    const { origin } = new URL(href);
    const all = new Set([withoutFragment(href)]);
    for (const to of [url, headers.get('location'), headers.get('content-location')]) {
      const found = to ? resolved(to, href) : undefined;
      if (found?.origin === origin) all.add(withoutFragment(found.href));
    }
    for (const one of all) this.#outdate(one);
  }

  #outdate(url: string): void {
    const written = { at: performance.now(), gone: undefined as Promise<void> | undefined };
    written.gone = this.#dropAll(url).then(() => (written.gone = undefined));
    this.#written.delete(url);
    this.#written.set(url, written);
    const [oldest] = this.#written.keys();
    if (this.#written.size > MAX_WRITTEN) this.#written.delete(oldest!);
  }

  async #dropAll(url: string): Promise<void> {
    const puts = [...this.#puts].filter(([, of]) => of === url);
    // Those came before.
    if (puts.length > 0) await Promise.all(puts.map(([put]) => put));
    for (const store of this.stores) {
      try {
        for (const put of await store.outdate(url)) this.tabs.tell({ put });
      } catch (error) {
        this.broken(error);
      }
    }
  }

  // For `Search`.

  /** Something is being put. */
  async putting(url: string, put: Promise<void>): Promise<void> {
    this.#puts.set(put, url);
    await put.finally(() => this.#puts.delete(put));
  }

  /** Settles once what is out of date is not there any more. */
  gone(url: string): Promise<void> | undefined {
    return this.#written.get(url)?.gone;
  }

  /** Whether what is here of a URL has changed since. */
  changedSince(url: string, when: number): boolean {
    return (this.#written.get(url)?.at ?? -Infinity) >= when;
  }

  /** Where copies are, the ones put last first. */
  get stores(): Store[] {
    return [this.#memory, this.#disk].filter((store) => store !== undefined);
  }

  /** The disk failed: memory takes its place, for the life of the page. */
  broken(error: unknown): void {
    this.#memory ??= new Memory(this.counts);
    // What is there can still be served.
    if (isFull(error)) return this.tell('full', 'storage is full');
    this.#disk = undefined;
    this.tell('blocked', `storage fails (${(error as Error)?.name})`);
  }

  tell(what: Parameters<CacheHost['trouble']>[0], why: string): void {
    if (this.#told.has(why)) return;
    this.#told.add(why);
    this.host.trouble(what, why);
  }

  /** Others have cleared. */
  cleared(owner: Owner | undefined): void {
    this.clears += 1;
    for (const store of this.stores) store.forgetAll(owner);
  }

  /** Others have put a copy. */
  replaced(owner: Owner, request: string): void {
    for (const store of this.stores) store.forget(owner, request);
  }
}

/** Clears what is stored, also where no client has opened it. */
export async function clear(copies: Copies | undefined, partition: string | undefined): Promise<void> {
  if (copies) return copies.clear(partition);
  const end = new AbortController();
  const nobody: CacheHost = {
    partition: () => undefined,
    judge: () => undefined,
    trouble: () => {},
    ended: end.signal,
  };
  await new Copies(nobody).clear(partition).finally(() => end.abort());
}

function resolved(url: string, base: string): URL | undefined {
  try {
    return new URL(url, base);
  } catch {
    return undefined;
  }
}

function hasDisk(): boolean {
  try {
    return !!globalThis.caches && !!globalThis.indexedDB;
  } catch {
    return false;
  }
}
