// What waits for a collector, in the tab's own storage: it outlives a reload, and no other tab sends the same. A client writes to a
// place of its own. A lock says that it is alive: a tab that was duplicated finds copies of what the other one is about to send.
import type { Signal } from './otlp';
import { type Item, type Queue, worth } from './queue';
import type { Raw } from './redact';

/** Characters that one client stores, at most. */
const MOST_STORED = 400_000;

/** How long a page may take to let go of its lock once it is left, ms. */
const LEAVING = 1_000;

export const PREFIX = 'steadfetch:telemetry:2:';

/** An item as it is stored. */
interface Stored {
  id: string;
  keep: boolean;
  to: Signal[];
  record: Raw;
}

export class Shelf {
  readonly #key: string;
  #stored = false;
  #release: (() => void) | undefined;

  /** `whose`: only a client that sends to the same place takes what this one leaves. `rules`: of privacy, as they are now. */
  constructor(
    readonly whose: string,
    readonly rules: string,
    instance: string,
  ) {
    this.#key = PREFIX + instance;
    this.hold();
  }

  /** Says that this client is alive. */
  hold(): void {
    const held = new Promise<void>((release) => (this.#release = release));
    void locks()
      ?.request(this.#key, () => held)
      .catch(() => {});
  }

  /** The next page may take what is here. (A page that holds a lock is not kept for going back to, either.) */
  release(): void {
    this.#release?.();
  }

  /** Keeps what waits; where it is too much, what is worth most of it. */
  store(queues: Queue[]): void {
    const all = new Map<Item, Signal[]>();
    for (const { signal, items, flying } of queues)
      for (const item of items) {
        // Counts that come twice are wrong, and nobody could tell: so they are told once at most.
        if (signal === 'metrics' && flying.has(item)) continue;
        all.set(item, [...(all.get(item) ?? []), signal]);
      }
    if (all.size === 0 && !this.#stored) return;
    try {
      this.#stored = all.size > 0;
      if (this.#stored) sessionStorage.setItem(this.#key, this.#text(all));
      else sessionStorage.removeItem(this.#key);
    } catch {
      // Absent, forbidden or full: then a reload loses what waits.
    }
  }

  #text(all: Map<Item, Signal[]>): string {
    const head = `{"whose":${JSON.stringify(this.whose)},"rules":${JSON.stringify(this.rules)},"items":[`;
    let room = MOST_STORED - head.length - 2;
    const ranked = [...all].map(([item, to]) => ({
      to,
      item,
      rank: Math.min(...to.map((signal) => worth(item, signal))),
    }));
    const texts: string[] = [];
    // The newest one first, of what is worth the same.
    for (const { item, to } of ranked.reverse().sort((one, other) => one.rank - other.rank)) {
      const { id, keep, record } = item;
      const text = JSON.stringify({ id, keep, to, record });
      room -= text.length + 1;
      if (room < 0) break;
      texts.push(text);
    }
    return `${head}${texts.reverse().join()}]}`;
  }

  /**
   * What pages before have left, as far as it has the shape: nothing of it has passed the redactor as it is now. `take` stores what it
   * is handed: only then it is removed from where it was.
   */
  async recall(take: (items: Stored[]) => void): Promise<void> {
    try {
      const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX) && key !== this.#key);
      for (const key of keys) await this.#recall(key, take);
    } catch {
      // There is none.
    }
  }

  async #recall(key: string, take: (items: Stored[]) => void): Promise<void> {
    let holder = await this.#holder(key);
    // A client of this page will send it by itself.
    if (holder === 'here') return;
    // A page that is just being left may need a moment to let go.
    if (holder) await new Promise((go) => setTimeout(go, LEAVING));
    if (holder) holder = await this.#holder(key);
    const { whose, rules, items } = read(sessionStorage.getItem(key));
    const own = whose === this.whose;
    // Nobody's, for whoever sends to that place; or a copy of what another tab is about to send.
    if (!own && !holder && whose !== undefined) return;
    // By whatever route was allowed then: nobody can tell whether it is now.
    if (rules !== this.rules) for (const { record } of items) delete record['route'];
    if (own && !holder) take(items);
    sessionStorage.removeItem(key);
  }

  /** Where the client that has stored this is alive. */
  async #holder(key: string): Promise<'here' | 'elsewhere' | undefined> {
    const { held = [] } = (await locks()?.query()) ?? {};
    const by = (name: string) => held.find((lock) => lock.name === name)?.clientId;
    return by(key) === undefined ? undefined : by(key) === by(this.#key) ? 'here' : 'elsewhere';
  }

  /** Another page has taken what was stored, while this one was left. */
  get taken(): boolean {
    try {
      return this.#stored && sessionStorage.getItem(this.#key) === null;
    } catch {
      return false;
    }
  }
}

function locks(): LockManager | undefined {
  return globalThis.navigator?.locks;
}

function read(text: string | null): { whose?: unknown; rules?: unknown; items: Stored[] } {
  try {
    const { items, ...rest } = JSON.parse(text ?? '') as { items?: unknown };
    return { ...rest, items: (Array.isArray(items) ? items : []).filter(isStored) };
  } catch {
    return { items: [] };
  }
}

function isStored(item: Partial<Stored> | null): item is Stored {
  const { id, to, record } = item ?? {};
  return (
    /^[0-9a-f]{16}$/.test(String(id)) &&
    Array.isArray(to) &&
    typeof record?.type === 'string' &&
    typeof record.at === 'number'
  );
}
