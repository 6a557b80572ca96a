// Workers have no screen: they tell pages what they met, and in each page one client shows it.
import type { Tabs } from '../../../src/browser/tabs';
import { type Member, showsWorkers } from './page';
import { MOST, type Record, readRecords } from './record';
import { ME, newName } from './voice';

/** A worker that does not answer for so long is gone, ms. */
const PATIENCE = 5_000;

export interface WorkersHost {
  readonly tabs: Tabs;
  takeIn(record: Record): void;
}

/** The worker's side. */
export class InWorker {
  /** Of several clients in one worker each tells its own. */
  readonly #name = newName();
  /** What was told last. */
  #said = '[]';

  constructor(
    readonly tabs: Tabs,
    signal: AbortSignal,
  ) {
    tabs.heardNotices = (asked) => asked === true && tabs.tellNotices(JSON.parse(this.#said), this.#name);
    signal.addEventListener('abort', () => (tabs.heardNotices = () => {}));
  }

  tell(records: Record[]): void {
    const said = JSON.stringify(records);
    if (said === this.#said) return;
    this.#said = said;
    this.tabs.tellNotices(records, this.#name);
  }
}

/** The page's side. */
export class FromWorkers {
  /** By worker, what it told last. */
  readonly #told = new Map<string, Record[]>();
  /** Workers that have not answered yet. */
  readonly #asked = new Set<string>();
  #asking: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly host: WorkersHost,
    readonly member: Member,
    signal: AbortSignal,
  ) {
    const { tabs } = host;
    tabs.heardNotices = (notices, from) => this.#heard(notices, from);
    tabs.reopened = () => this.ask();
    document.addEventListener('visibilitychange', () => this.ask(), { signal });
    signal.addEventListener('abort', () => {
      this.clear();
      tabs.heardNotices = tabs.reopened = () => {};
    });
  }

  /** Asks workers what they have to show. */
  ask(): void {
    if (document.hidden || !showsWorkers(this.member)) return;
    for (const worker of this.#told.keys()) this.#asked.add(worker);
    this.host.tabs.tellNotices(true, ME);
    clearTimeout(this.#asking);
    if (this.#asked.size > 0) this.#asking = setTimeout(() => this.#miss(), PATIENCE);
  }

  /** The core is gone, and what it took in. */
  clear(): void {
    clearTimeout(this.#asking);
    this.#asked.clear();
    this.#told.clear();
  }

  /** Workers that are gone leave nothing to be seen. */
  #miss(): void {
    for (const worker of this.#asked) {
      const before = this.#told.get(worker) ?? [];
      this.#told.delete(worker);
      this.#lose(before);
    }
    this.#asked.clear();
  }

  /** Nobody says any more how these go on, unless another worker does, or it was said that they had ended. */
  #lose(records: readonly Record[]): void {
    const told = new Set([...this.#told.values()].flat().map(({ key }) => key));
    for (const record of records)
      if (!record.over && !told.has(record.key)) this.host.takeIn({ ...record, gone: true });
  }

  #heard(notices: unknown, from: unknown): void {
    if (!Array.isArray(notices) || typeof from !== 'string' || !showsWorkers(this.member)) return;
    this.#asked.delete(from);
    const before = this.#told.get(from) ?? [];
    let room = MOST;
    for (const records of this.#told.values()) if (records !== before) room -= records.length;
    // Whatever it was, it is told anew.
    const records = readRecords(notices).slice(0, room);
    if (records.length === 0) this.#told.delete(from);
    else this.#told.set(from, records);
    this.#lose(before);
    for (const record of records) this.host.takeIn(record);
  }
}
