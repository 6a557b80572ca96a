// The notices of one client as a store that frameworks can follow: between two changes it gives the same objects.
import type { Notice, Steadfetch } from '../../types/index';

export type Which = 'visible' | 'all';

export const NONE: readonly Notice[] = Object.freeze([]);

const stores = new WeakMap<Steadfetch, NoticeStore>();

/** One for each client, so that all components see the same. */
export function noticesOf(client: Steadfetch): NoticeStore {
  let store = stores.get(client);
  if (!store) stores.set(client, (store = new NoticeStore(client)));
  return store;
}

class NoticeStore {
  #all = NONE;
  #visible = NONE;
  #end: (() => void) | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(readonly client: Steadfetch) {}

  readonly subscribe = (changed: () => void): (() => void) => {
    // The same function may come twice.
    const listener = () => changed();
    this.#listeners.add(listener);
    if (!this.#end) {
      this.#read();
      this.#end = this.client.notices.on((list) => {
        this.#keep(list);
        for (const listener of this.#listeners) listener();
      });
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#end?.();
      this.#end = undefined;
    };
  };

  readonly all = (): readonly Notice[] => {
    if (!this.#end) this.#read();
    return this.#all;
  };

  readonly visible = (): readonly Notice[] => {
    if (!this.#end) this.#read();
    return this.#visible;
  };

  #read(): void {
    this.#keep(this.client.notices.list());
  }

  #keep(list: readonly Notice[]): void {
    const known = new Map(this.#all.map((notice) => [notice.id, notice]));
    this.#all = unlessSame(
      this.#all,
      list.map((notice) => {
        const old = known.get(notice.id);
        return old && same(old, notice) ? old : notice;
      }),
    );
    this.#visible = unlessSame(
      this.#visible,
      this.#all.filter((notice) => notice.visible),
    );
  }
}

/** Instants come from two clocks that do not tick together: from one look to the next they differ by a hair. */
const HAIR = 50;

function same(one: Notice, other: Notice): boolean {
  const near = (a = 0, b = 0) => Math.abs(a - b) <= HAIR;
  return (
    near(one.since, other.since) && near(one.retryAt, other.retryAt) && timeless(one) === timeless(other)
  );
}

function timeless(notice: Notice): string {
  return JSON.stringify(notice, (name, value: unknown) => (/^(since|retryAt)$/.test(name) ? 0 : value));
}

function unlessSame(old: readonly Notice[], list: readonly Notice[]): readonly Notice[] {
  return old.length === list.length && list.every((notice, at) => notice === old[at]) ? old : list;
}
