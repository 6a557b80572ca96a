// Where writes are kept: IndexedDB, durably; in memory for the page's life where the caller waits anyway and there is no storage.
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Bytes, Row } from './record';
import { Seal, newKey } from './seal';

const NAME = 'steadfetch-outbox';
/** Of the database's layout, not of the records in it. */
const LAYOUT = 2;
/** Where the lease's store says which database this is: a new one means that the old one was wiped. */
const BORN = 'born';
/** Receipts are kept for so long, ms. */
const DAY = 86_400_000;
/** Opening and storing take so long at most, ms: a caller waits. */
const PATIENCE = 5_000;
/** Whoever wipes the database has done it by then, ms. */
const SOON = 500;

interface Schema extends DBSchema {
  entries: { key: string; value: Row; indexes: { order: [number, number] } };
  bodies: { key: string; value: Bytes };
  /** The key of encrypted records. */
  keys: { key: string; value: CryptoKey };
  /** Whose turn it is where there are no Web Locks. */
  leases: { key: string; value: { owner: string; until: number } };
  /** What became of writes whose callers wait in other tabs. */
  receipts: { key: string; value: Receipt };
}

/** The status of its answer; 0: it was discarded. */
interface Receipt {
  status: number;
  /** Epoch ms. */
  at: number;
}

/** Why nothing can be stored. */
export type Why = 'blocked' | 'full' | 'newer' | 'gone';

/** Somebody waited for long enough. */
class TooLong extends Error {}

export class Store {
  #opening: Promise<IDBPDatabase<Schema>> | undefined;
  #closed = false;
  /** Rows that only this page has. */
  readonly #own = new Map<string, { row: Row; body: Bytes | undefined }>();

  /** `lost`: what was stored may be wiped. */
  constructor(
    readonly trouble: (why: Why) => void,
    readonly lost: () => void,
  ) {}

  /** Lets go of the database; the next use opens it again. */
  close(): void {
    this.#opening?.then((database) => database.close()).catch(() => {});
    this.#opening = undefined;
  }

  /** For good. */
  dispose(): void {
    this.#closed = true;
    this.close();
    this.#own.clear();
  }

  /** There was no room for the last one that could not be stored. */
  isFull = false;

  /**
   * Stores a new row, behind all others or (`beside`) with another one's first number; its order comes back. Settles once it is
   * on disk. Undefined where it cannot be stored. `orElse`: this page's memory will do.
   */
  async add(
    row: Row,
    body: Bytes | undefined,
    beside: number | undefined,
    orElse: boolean,
  ): Promise<Row['order'] | undefined> {
    try {
      return await this.#use(async (database) => {
        const transaction = database.transaction(['entries', 'bodies'], 'readwrite', {
          durability: 'strict',
        });
        // What is not stored in time must not be stored later: its caller has been told.
        const timer = setTimeout(() => transaction.abort(), PATIENCE);
        try {
          const entries = transaction.objectStore('entries');
          const last = await entries.index('order').openKeyCursor(null, 'prev');
          row.order[0] = beside ?? Math.floor((last?.key as Row['order'] | undefined)?.[0] ?? 0) + 1;
          void entries.add(row).catch(ignore);
          if (body !== undefined) void transaction.objectStore('bodies').add(body, row.id).catch(ignore);
          await transaction.done;
          return row.order;
        } finally {
          clearTimeout(timer);
        }
      });
    } catch (error) {
      const full = (error as Error).name === 'QuotaExceededError';
      this.isFull = full;
      this.trouble(full ? 'full' : 'blocked');
      return orElse && !this.#closed ? this.keep(row, body, beside) : undefined;
    }
  }

  /** Keeps a new row in this page's memory. */
  keep(row: Row, body: Bytes | undefined, beside: number | undefined): Row['order'] {
    row.order[0] = beside ?? Number.MAX_SAFE_INTEGER;
    this.#own.set(row.id, { row, body });
    return row.order;
  }

  /** Whether only this page has it. */
  isOwn(id: string): boolean {
    return this.#own.has(id);
  }

  /** All rows, and of which database; undefined: they cannot be read now. */
  async all(): Promise<{ rows: Row[]; born: string | undefined } | undefined> {
    const own = () => Array.from(this.#own.values(), ({ row }) => row);
    return this.#use(async (database) => {
      const transaction = database.transaction(['entries', 'leases']);
      const [rows, mark] = await Promise.all([
        transaction.objectStore('entries').getAll(),
        transaction.objectStore('leases').get(BORN),
      ]);
      return { rows: [...rows, ...own()], born: mark?.owner };
    }).catch(() => undefined);
  }

  async get(id: string): Promise<Row | undefined> {
    const own = this.#own.get(id);
    return own ? own.row : this.#use((database) => database.get('entries', id));
  }

  /** Changes a row that is still there, and its body where one is given (null: it has none any more); undefined: it is gone. */
  async change(id: string, change: Partial<Row>, body?: Bytes | null): Promise<Row | undefined> {
    return (await this.#change(id, change, body))?.row;
  }

  /** Likewise, and reads its body. */
  async begin(id: string, change: Partial<Row>): Promise<{ row: Row; body: Bytes | undefined } | undefined> {
    return this.#change(id, change);
  }

  async #change(
    id: string,
    change: Partial<Row>,
    body?: Bytes | null,
  ): Promise<{ row: Row; body: Bytes | undefined } | undefined> {
    const own = this.#own.get(id);
    if (own) {
      Object.assign(own.row, change);
      if (body !== undefined) own.body = body ?? undefined;
      return own;
    }
    return this.#use(async (database) => {
      // Lost with the machine's power, it is sent once more, under the same key.
      const transaction = database.transaction(['entries', 'bodies'], 'readwrite', { durability: 'relaxed' });
      const bodies = transaction.objectStore('bodies');
      const entries = transaction.objectStore('entries');
      const [row, known] = await Promise.all([entries.get(id), bodies.get(id)]);
      if (row) {
        Object.assign(row, change);
        void entries.put(row).catch(ignore);
        if (body) void bodies.put(body, id).catch(ignore);
        else if (body === null) void bodies.delete(id).catch(ignore);
      }
      try {
        await transaction.done;
      } catch (error) {
        // Where there is no room even for that, this page goes on with what it knows; sending makes room.
        if ((error as Error).name !== 'QuotaExceededError' || body !== undefined) throw error;
      }
      return row && { row, body: known };
    });
  }

  /** `status`: what is noted of it for whoever waits in another tab. */
  async remove(id: string, status?: number): Promise<void> {
    if (this.#own.delete(id)) return;
    await this.#use(async (database) => {
      const stores = ['entries', 'bodies', 'receipts'] as const;
      const transaction = database.transaction(stores, 'readwrite', { durability: 'relaxed' });
      const receipts = transaction.objectStore('receipts');
      void transaction.objectStore('entries').delete(id).catch(ignore);
      void transaction.objectStore('bodies').delete(id).catch(ignore);
      if (status !== undefined) {
        const now = Date.now();
        void receipts.put({ status, at: now }, id).catch(ignore);
        for await (const { key, value } of receipts.iterate()) {
          if (Math.abs(now - value.at) > DAY) void receipts.delete(key).catch(ignore);
        }
      }
      await transaction.done;
    });
  }

  /** The status that was noted of a write that is over, once. */
  async receipt(id: string): Promise<number | undefined> {
    return this.#use(async (database) => {
      const transaction = database.transaction('receipts', 'readwrite', { durability: 'relaxed' });
      const receipt = await transaction.store.get(id);
      void transaction.store.delete(id).catch(ignore);
      await transaction.done;
      return receipt?.status;
    }).catch(() => undefined);
  }

  /** The seal of this origin; made where there is none and `make` says so. */
  async seal(make: boolean): Promise<Seal | undefined> {
    const known = await this.#use((database) => database.get('keys', 'key'));
    if (known || !make) return known && new Seal(known);
    const fresh = await newKey();
    // Another tab may have been first.
    return this.#use(async (database) => {
      const transaction = database.transaction('keys', 'readwrite', { durability: 'strict' });
      const key = (await transaction.store.get('key')) ?? fresh;
      void transaction.store.put(key, 'key').catch(ignore);
      await transaction.done;
      return new Seal(key);
    });
  }

  /** Takes, or keeps, the lease for so long; how long to wait for whoever has it otherwise. */
  async lease(owner: string, length: number): Promise<number> {
    return this.#use(async (database) => {
      const transaction = database.transaction('leases', 'readwrite', { durability: 'relaxed' });
      const now = Date.now();
      const held = await transaction.store.get(NAME);
      const left = held && held.owner !== owner ? held.until - now : 0;
      // One that lasts longer than any does is from before the clock was put back.
      const free = left <= 0 || left > length;
      if (free) void transaction.store.put({ owner, until: now + length }, NAME).catch(ignore);
      await transaction.done;
      return free ? 0 : left;
    });
  }

  async release(owner: string): Promise<void> {
    await this.#use(async (database) => {
      const transaction = database.transaction('leases', 'readwrite', { durability: 'relaxed' });
      const held = await transaction.store.get(NAME);
      if (held?.owner === owner) void transaction.store.delete(NAME).catch(ignore);
      await transaction.done;
    });
  }

  /** A connection that the browser has closed meanwhile is opened again, once. */
  async #use<T>(work: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    const database = await this.#open();
    try {
      return await work(database);
    } catch (error) {
      if ((error as Error).name !== 'InvalidStateError') throw error;
      if (this.#opening && (await this.#opening.catch(ignore)) === database) this.#opening = undefined;
      return work(await this.#open());
    }
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    if (this.#closed) return Promise.reject(new Error('the outbox is closed'));
    return (this.#opening ??= this.#connect());
  }

  async #connect(): Promise<IDBPDatabase<Schema>> {
    try {
      const opening = openDB<Schema>(NAME, LAYOUT, {
        upgrade(database, before, _, transaction) {
          if (before < 1) {
            database.createObjectStore('entries', { keyPath: 'id' }).createIndex('order', 'order');
            for (const name of ['bodies', 'keys', 'leases'] as const) database.createObjectStore(name);
          }
          database.createObjectStore('receipts');
          void transaction.objectStore('leases').put({ owner: newId(), until: 0 }, BORN).catch(ignore);
        },
        // A newer version of the package, or somebody who deletes the database, goes first.
        blocking: (_, next) => {
          this.close();
          if (next === null) setTimeout(this.lost, SOON);
        },
        terminated: () => {
          this.#opening = undefined;
          this.trouble('gone');
          setTimeout(this.lost, SOON);
        },
      });
      return await inTime(opening);
    } catch (error) {
      this.#opening = undefined;
      this.trouble((error as Error).name === 'VersionError' ? 'newer' : 'blocked');
      throw error;
    }
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, fail) => (timer = setTimeout(() => fail(new TooLong()), PATIENCE)));
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** 128 random bits in hexadecimal. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function ignore(): void {}
