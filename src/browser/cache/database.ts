// The database of records. It is opened when it is needed and closed with the page: an open one would keep it out of the
// back/forward cache in some browsers.
import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB } from 'idb';
import { type Key, type Kept, LAYOUT, type Owner } from './record';

/** What all that is stored is named after. */
export const NAME = `steadfetch:cache:${LAYOUT}`;

/** Opening takes longer where other tabs hold on to what is being deleted, ms. */
const PATIENCE = 3000;

/** What a rule's copies take. `clock` counts their uses. */
export interface Total {
  rule: number;
  entries: number;
  bytes: number;
  clock: number;
}

/** A body without a record: not yet written in full, or not yet deleted. Without an id it is a whole room. */
export interface Loose {
  id: string;
  room: string;
  body?: string;
  /** Since when, epoch ms. */
  at: number;
}

/** A small answer, whose body is in the database too: one look-up brings all of it. */
export interface Small {
  id: string;
  status: number;
  statusText: string;
  headers: [name: string, value: string][];
  body: ArrayBuffer;
}

interface Schema extends DBSchema {
  copies: { key: Key; value: Kept; indexes: { used: [rule: number, used: number]; until: number } };
  /** The Cache of each owner. */
  rooms: { key: Owner; value: { owner: Owner; name: string } };
  totals: { key: number; value: Total };
  loose: { key: string; value: Loose };
  bodies: { key: string; value: Small };
}

export type Stores = ('copies' | 'rooms' | 'totals' | 'loose' | 'bodies')[];
export type Transaction<Mode extends IDBTransactionMode> = IDBPTransaction<Schema, Stores, Mode>;

export class Database {
  #open: Promise<IDBPDatabase<Schema>> | undefined;

  /** `lost`: the browser closed it, which it does when its data is wiped. */
  constructor(
    readonly lost: () => void,
    ended: AbortSignal,
  ) {
    globalThis.addEventListener?.('pagehide', () => this.close(), { signal: ended });
    ended.addEventListener('abort', () => this.close());
  }

  /** Carries out one transaction. A connection that was closed in between is opened again, once. */
  async run<T, Mode extends IDBTransactionMode>(
    mode: Mode,
    work: (transaction: Transaction<Mode>) => Promise<T>,
  ): Promise<T> {
    const once = async () => {
      const database = await this.#opened();
      const stores: Stores = ['copies', 'rooms', 'totals', 'loose', 'bodies'];
      // A copy that a power cut loses is no loss.
      const transaction = database.transaction(stores, mode, { durability: 'relaxed' });
      // Whoever waits for the work hears of it.
      transaction.done.catch(() => {});
      try {
        const result = await work(transaction);
        await transaction.done;
        return result;
      } catch (error) {
        abort(transaction);
        throw error;
      }
    };
    return once().catch((error: unknown) => {
      if (isFull(error)) throw error;
      this.close();
      return once();
    });
  }

  close(): void {
    void this.#open?.then(
      (database) => database.close(),
      () => {},
    );
    this.#open = undefined;
  }

  #opened(): Promise<IDBPDatabase<Schema>> {
    if (this.#open) return this.#open;
    const opening = openDB<Schema>(NAME, 1, {
      upgrade(database) {
        const copies = database.createObjectStore('copies', { keyPath: 'key' });
        copies.createIndex('used', ['rule', 'used']);
        copies.createIndex('until', 'until');
        database.createObjectStore('rooms', { keyPath: 'owner' });
        database.createObjectStore('totals', { keyPath: 'rule' });
        database.createObjectStore('loose', { keyPath: 'id' });
        database.createObjectStore('bodies', { keyPath: 'id' });
      },
      // Another tab wants to delete it.
      blocking: () => this.close(),
      terminated: () => {
        this.#open = undefined;
        this.lost();
      },
    });
    const open = inTime(opening);
    // One that comes too late must not stay open.
    open.catch(() => {
      if (this.#open === open) this.#open = undefined;
      void opening.then((database) => database.close()).catch(() => {});
    });
    return (this.#open = open);
  }
}

/** The quota is used up. */
export function isFull(error: unknown): boolean {
  return (error as Error | undefined)?.name === 'QuotaExceededError';
}

/** What was not done whole is not done. */
function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // It is over already.
  }
}

async function inTime<T>(opening: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error('the database does not open')), PATIENCE);
  });
  try {
    return await Promise.race([opening, late]);
  } finally {
    clearTimeout(timer);
  }
}
