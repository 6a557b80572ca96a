// Copies on disk: records in IndexedDB, small bodies beside them, larger ones in the Cache API.
//
// A larger body is written before its record and deleted after it; until then it is noted as loose. So whenever a page is killed, no
// record points at half a body, and what is nobody's is swept later. Each owner has a Cache of its own (a room), whose name is
// drawn anew when it is cleared: what was under way then finds the room gone and is not kept.
import type { Counts } from './chunk';
import { Database, type Loose, NAME, type Small, type Transaction, isFull } from './database';
import { requestsOf } from './key';
import { Ledger, write } from './ledger';
import { Recent } from './recent';
import type { Key, Kept, Owner } from './record';
import type { Answer, Found, Limits, Store } from './store';
import { Together } from './together';

/** Copies of one request that differ by Vary, at most. */
const MAX_VARIANTS = 50;
/** Uses are written down with the next put, or so long after the first, ms. */
const TOUCH_DELAY = 3000;
/** Larger bodies are in the Cache API. From 64 KiB on, Chromium puts what a database holds into files of its own anyway. */
const SMALL = 50_000;
/** A larger body stays the browser's, which may leave it on disk. */
const IN_MEMORY = 1 << 20;
/** The remains of other pages are looked for once, when the first calls have been served, ms. */
const SWEEP_DELAY = 2000;
/** So many expired records go with one put, and with one step of the sweep. */
const FEW = 20;
const MANY = 500;
/** A body may be without a record so long, ms. */
const GRACE = 60_000;

type Request = [owner: Owner, request: string];

/** A record that is to be put. `small`: its answer, where the Cache API does not hold it. */
interface Entry {
  record: Kept;
  limits: Limits;
  small?: Small;
}

/** What is there before an entry is put. `noted`: its body is still its own. */
interface Before {
  room: { name: string } | undefined;
  noted: object | undefined;
  former: Kept | undefined;
}

/** 'gone': its room was cleared. 'swept': somebody took its body for what another page had left. */
type Entered = 'kept' | 'gone' | 'swept';

export class Disk implements Store {
  readonly #database: Database;
  readonly #recent = new Recent();
  readonly #looks = new Together((requests: Request[]) =>
    this.#database.run('readonly', (transaction) =>
      Promise.all(requests.map((request) => this.#lookIn(transaction, request))),
    ),
  );
  readonly #entries = new Together((entries: Entry[]) => this.#enter(entries));
  /** Used since it was written down last. */
  readonly #used = new Map<string, Key>();
  /** Deleted, but still noted as loose. */
  #deleted: string[] = [];
  #sweeping = false;

  /** `lost`: what is stored was wiped. */
  constructor(
    lost: () => void,
    ended: AbortSignal,
    readonly counts: Counts,
  ) {
    const wiped = () => {
      this.#recent.forgetAll();
      lost();
    };
    this.#database = new Database(wiped, ended);
  }

  async look(owner: Owner, request: string, again = false): Promise<Found> {
    const known = again ? undefined : this.#recent.find(owner, request);
    if (known) return known;
    const { age } = this.#recent;
    const found = await this.#looks.do([owner, request]);
    this.#sweepLater();
    const { records, smalls, room = await this.#newRoom(owner) } = found;
    for (const small of smalls) {
      const answer = answerOf(small);
      if (answer) this.#recent.noteAnswer(small!.id, answer, age);
    }
    this.#recent.noteFound(owner, request, { room, records }, age);
    return { room, records };
  }

  async #lookIn(transaction: Transaction<'readonly'>, [owner, request]: Request) {
    const range = IDBKeyRange.bound([owner, request], [owner, request, []]);
    const [room, records] = await Promise.all([
      transaction.objectStore('rooms').get(owner),
      transaction.objectStore('copies').getAll(range, MAX_VARIANTS),
    ]);
    const bodies = transaction.objectStore('bodies');
    const isSmall = ({ small, body }: Kept) => small === true && typeof body === 'string';
    const smalls = await Promise.all(records.filter(isSmall).map(({ body }) => bodies.get(body)));
    return { room: room?.name, records, smalls };
  }

  #newRoom(owner: Owner): Promise<string> {
    return this.#database.run('readwrite', async (transaction) => {
      const rooms = transaction.objectStore('rooms');
      const known = await rooms.get(owner);
      if (known) return known.name;
      const name = `${NAME}:${crypto.randomUUID()}`;
      await rooms.put({ owner, name });
      return name;
    });
  }

  async answer(record: Kept): Promise<Answer | undefined> {
    const known = this.#recent.answer(record.body);
    if (known) return known;
    const { age } = this.#recent;
    const { room, body: id, bytes, small } = record;
    if (small) {
      return this.#database.run('readonly', async (transaction) =>
        answerOf(await transaction.objectStore('bodies').get(id)),
      );
    }
    // By the room's name each time: a Cache that somebody holds outlives its deletion.
    const stored = await caches.match(addressOf(id), { cacheName: room, ignoreVary: true });
    if (!stored) return undefined;
    const { status, statusText, headers } = stored;
    const body = bytes > IN_MEMORY ? await stored.blob() : await stored.arrayBuffer();
    const answer = { status, statusText, headers, body };
    if (body instanceof ArrayBuffer) this.#recent.noteAnswer(id, { ...answer, body }, age);
    return answer;
  }

  touch({ key }: Kept): void {
    if (this.#used.size === 0) setTimeout(() => void this.#writeUses().catch(() => {}), TOUCH_DELAY);
    this.#used.set(JSON.stringify(key), key);
  }

  async #writeUses(): Promise<void> {
    if (this.#used.size > 0) await this.#change((ledger) => this.#touchAll(ledger));
  }

  async #touchAll(ledger: Ledger): Promise<void> {
    const keys = [...this.#used.values()];
    this.#used.clear();
    for (const key of keys) await ledger.touch(key);
  }

  async keep(record: Kept, answer: Answer, limits: Limits): Promise<void> {
    // What is short of room gets rid of its oldest quarter, then of all that is kept for anybody.
    const ways = [() => this.#trimTo(record.rule, 0.75, record.bytes), () => this.#empty()];
    for (;;) {
      try {
        record.small = record.bytes <= SMALL;
        return await (record.small ? this.#keepSmall : this.#keepLarge).call(this, record, answer, limits);
      } catch (error) {
        if (!record.small)
          await this.#delete([{ id: record.body, room: record.room, body: record.body, at: 0 }]);
        if (!isFull(error)) throw error;
        const makeRoom = ways.shift();
        if (!makeRoom) throw error;
        // Where there is no room to note what is deleted, more has to go.
        await makeRoom().catch((error: unknown) => {
          if (!isFull(error)) throw error;
        });
        record.body = crypto.randomUUID();
      }
    }
  }

  async #keepSmall(record: Kept, answer: Answer, limits: Limits): Promise<void> {
    const { status, statusText, headers } = answer;
    const body = answer.body instanceof Blob ? await answer.body.arrayBuffer() : answer.body;
    const small = { id: record.body, status, statusText, headers: [...headers], body };
    if ((await this.#entries.do({ record, limits, small })) !== 'kept') this.forgetAll();
  }

  async #keepLarge(record: Kept, { body, ...head }: Answer, limits: Limits): Promise<void> {
    const { room, body: id } = record;
    const deleted = this.#deleted.splice(0);
    await this.#database.run('readwrite', (transaction) => {
      const loose = transaction.objectStore('loose');
      write(loose.put({ id, room, body: id, at: Date.now() }));
      for (const id of deleted) write(loose.delete(id));
      return Promise.resolve();
    });
    const cache = await caches.open(room);
    await cache.put(addressOf(id), new Response(body, head));
    const entered = await this.#entries.do({ record, limits });
    if (entered === 'kept') return;
    this.forgetAll();
    await this.#delete([entered === 'gone' ? { id: room, room, at: 0 } : { id, room, body: id, at: 0 }]);
  }

  /** Puts records, and small answers with them. */
  async #enter(entries: Entry[]): Promise<Entered[]> {
    const entered = await this.#change(async (ledger) => {
      // Asked all at once, since each question takes a turn of the event loop.
      const [expired, ...found] = await Promise.all([
        ledger.expired(Date.now(), FEW),
        ...entries.map((entry) => this.#before(ledger.transaction, entry)),
      ]);
      for (const record of expired) await ledger.remove(record);
      await this.#touchAll(ledger);
      const entered: Entered[] = [];
      for (const [n, entry] of entries.entries())
        entered.push(await this.#enterOne(ledger, entry, found[n]!));
      for (const { record, limits } of entries) await this.#trim(ledger, record.rule, limits);
      return entered;
    });
    // Only now, for what was looked up meanwhile.
    for (const { record } of entries) this.#recent.forget(record.key[0], record.key[1]);
    return entered;
  }

  /** What an entry meets. */
  async #before(transaction: Transaction<'readwrite'>, { record, small }: Entry): Promise<Before> {
    const [room, noted, former] = await Promise.all([
      transaction.objectStore('rooms').get(record.key[0]),
      small ?? transaction.objectStore('loose').get(record.body),
      transaction.objectStore('copies').get(record.key),
    ]);
    return { room, noted, former };
  }

  async #enterOne(ledger: Ledger, { record, small }: Entry, before: Before): Promise<Entered> {
    const { transaction } = ledger;
    if (before.room?.name !== record.room) return 'gone';
    if (!before.noted) return 'swept';
    if (small) write(transaction.objectStore('bodies').put(small));
    else write(transaction.objectStore('loose').delete(record.body));
    await ledger.put(record, before.former);
    return 'kept';
  }

  async #trimTo(rule: number, part: number, bytes: number): Promise<void> {
    await this.#change(async (ledger) => {
      const total = await ledger.total(rule);
      await this.#trim(ledger, rule, {
        maxEntries: Math.floor(total.entries * part),
        maxBytes: Math.max(total.bytes * part - bytes, 0),
      });
    });
  }

  async #trim(ledger: Ledger, rule: number, limits: Limits): Promise<void> {
    this.counts.evicted += await ledger.trim(rule, limits);
  }

  async drop(record: Kept): Promise<boolean> {
    const there = await this.#change(async (ledger) => {
      const known = await ledger.transaction.objectStore('copies').get(record.key);
      // Another tab, or another call, may have put a better one there.
      if (!known || known.body !== record.body) return false;
      await ledger.remove(known);
      return true;
    });
    this.#recent.forget(record.key[0], record.key[1]);
    return there;
  }

  async outdate(url: string): Promise<Request[]> {
    const dropped = await this.#change(async (ledger) => {
      const rooms = await ledger.transaction.objectStore('rooms').getAll();
      const copies = ledger.transaction.objectStore('copies');
      const ranges = rooms.flatMap(({ owner }) =>
        requestsOf(url).map(([from, to]) => IDBKeyRange.bound([owner, from], [owner, to, []])),
      );
      const found = (await Promise.all(ranges.map((range) => copies.getAll(range)))).flat();
      for (const record of found) await ledger.remove(record);
      return found.map(({ key: [owner, request] }): Request => [owner, request]);
    });
    for (const [owner, request] of dropped) this.#recent.forget(owner, request);
    return dropped;
  }

  /** Leaves nothing of this owner, or of anybody. */
  async clear(owner?: Owner): Promise<void> {
    await this.#change(async (ledger) => {
      const copies = ledger.transaction.objectStore('copies');
      const rooms = ledger.transaction.objectStore('rooms');
      if (owner === undefined) {
        await ledger.clear();
      } else {
        const range = IDBKeyRange.bound([owner], [owner, []]);
        for (const record of await copies.getAll(range)) await ledger.remove(record);
        await copies.delete(range);
        // Their room goes whole.
        ledger.loose.length = 0;
      }
      for (const { name, owner: whose } of await rooms.getAll(owner)) {
        await rooms.delete(whose);
        ledger.loose.push({ id: name, room: name, at: 0 });
      }
    });
    if (owner !== undefined) return;
    // Rooms that no database knows of any more.
    for (const name of await caches.keys()) if (isOurs(name)) await caches.delete(name);
  }

  /** Lets go of all that is kept for anybody. Unlike cleared ones, the rooms go on. */
  async #empty(): Promise<void> {
    this.forgetAll();
    const rooms = await this.#change(async (ledger) => {
      await ledger.clear();
      return ledger.transaction.objectStore('rooms').getAll();
    });
    for (const { name } of rooms) await caches.delete(name);
  }

  forget(owner: Owner, request: string): void {
    this.#recent.forget(owner, request);
  }

  forgetAll(): void {
    this.#recent.forgetAll();
  }

  /** Changes records, and deletes the bodies that are nobody's afterwards. */
  async #change<T>(work: (ledger: Ledger) => Promise<T>): Promise<T> {
    let ledger!: Ledger;
    const result = await this.#database.run('readwrite', async (transaction) => {
      ledger = new Ledger(transaction);
      const result = await work(ledger);
      await ledger.close();
      return result;
    });
    for (const body of ledger.removed) this.#recent.forgetBody(body);
    await this.#delete(ledger.loose);
    return result;
  }

  async #delete(all: Loose[]): Promise<void> {
    for (const name of new Set(all.map(({ room }) => room))) {
      const loose = all.filter(({ room }) => room === name);
      if (loose.some(({ body }) => body === undefined)) await caches.delete(name);
      // Not at once `open`, which would make a room that is gone.
      else if (await caches.has(name)) {
        const room = await caches.open(name);
        await Promise.all(loose.map(({ body }) => room.delete(addressOf(body!))));
      }
      this.#deleted.push(...loose.map(({ id }) => id));
    }
  }

  #sweepLater(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    setTimeout(() => void this.#sweep().catch(() => {}), SWEEP_DELAY);
  }

  /** Whether there was something, and so may be more. */
  async #expire(ledger: Ledger, now: number): Promise<boolean> {
    const expired = await ledger.expired(now, MANY);
    for (const record of expired) await ledger.remove(record);
    return expired.length > 0;
  }

  /** Removes what expired, and what pages that were killed have left. */
  async #sweep(): Promise<void> {
    const began = Date.now();
    while (await this.#change((ledger) => this.#expire(ledger, began)));
    // First: what comes to be from here on is known of before it is there.
    const there = await caches.keys();
    const { rooms, loose } = await this.#database.run('readonly', async (transaction) => ({
      rooms: await transaction.objectStore('rooms').getAll(),
      loose: await transaction.objectStore('loose').getAll(),
    }));
    // Only now, since others go on writing. One from the future: the clock was set back.
    const now = Date.now();
    const left = loose.filter(({ at }) => !(now - at < GRACE && at <= now));
    const known = new Set([...rooms, ...loose.map(({ room: name }) => ({ name }))].map(({ name }) => name));
    for (const room of there) {
      if (isOurs(room) && !known.has(room)) left.push({ id: room, room, at: 0 });
    }
    await this.#delete(left);
    const deleted = this.#deleted.splice(0);
    await this.#database.run('readwrite', async (transaction) => {
      for (const id of deleted) write(transaction.objectStore('loose').delete(id));
      return Promise.resolve();
    });
  }
}

/** Under which a body is in its Cache. Nothing is ever asked there. */
function addressOf(body: string): string {
  return `https://steadfetch.invalid/${body}`;
}

/** Undefined where there is none, or none that can be read. */
function answerOf(small: Small | undefined): (Answer & { body: ArrayBuffer }) | undefined {
  try {
    const { status, statusText, headers, body } = small!;
    return body instanceof ArrayBuffer
      ? { status, statusText, headers: new Headers(headers), body }
      : undefined;
  } catch {
    return undefined;
  }
}

function isOurs(room: string): boolean {
  return room.startsWith(`${NAME}:`);
}
