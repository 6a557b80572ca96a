// Notices beyond one page: which tab speaks, what was closed in another one, what workers met, what returns after a reload.
//
// Of several pages that are seen at once, the one that had the focus last speaks. A cause whose notice was closed in one tab is
// closed in all for five minutes, or until it ends. Workers have no screen: they tell pages what they met. After a reload,
// writes that were not saved are told again, and the app's own notices, for ten minutes; of the app's, only those with a cause
// and without texts among their arguments, since texts of the app's are not for a storage.
import type { Tabs } from '../../src/browser/tabs';
import { store, stored } from '../../src/browser/store';
import type * as api from '../types/index';

/** Of this page, or this worker, whatever clients it has. */
const ME = Math.random().toString(36).slice(2);

const VOICE = 'steadfetch:voice';
const CLOSED = 'steadfetch:closed:1';
const KEPT = 'steadfetch:notices:1';
const CLOSED_FOR = 300_000;
const KEPT_FOR = 600_000;
/** A worker that does not answer for so long is gone, ms. */
const PATIENCE = 5_000;
/** After a reload the page is as it was at first: what was refused is not there any more. */
const GONE = /^(rejected-input|too-large|conflict)$/;
/** So many notices are told, kept, or remembered as closed. */
const MOST = 50;
const LONGEST = 2048;

/** A notice about calls, as the core tells of it and takes it in. */
export interface Record {
  id: string;
  /** The same for the same cause, wherever it is met. */
  key: string;
  kind: string;
  url: string;
  /** It may interrupt. */
  urgent: boolean;
  write: boolean;
  over: boolean;
}

/** What an app raised, as it is kept over a reload: no closures, no texts. */
type Kept = Pick<api.NoticeInput, 'message' | 'cause' | 'severity' | 'args' | 'actions' | 'until'> & {
  surface?: api.Surface;
};

interface Storage {
  at: number;
  /** Whose they are: a hash of the partition. */
  whose: number;
  records: Record[];
  inputs: Kept[];
}

/** What it needs from the notices of its client. */
export interface BeyondHost {
  readonly tabs: Tabs;
  readonly ended: AbortSignal;
  /** There is something to speak with. */
  readonly hasScreen: boolean;
  /** Who is signed in. */
  whose(): string;
  takeIn(record: Record): void;
  show(input: api.NoticeInput): void;
  /** The causes of these keys were closed in another tab. */
  closed(keys: ReadonlySet<string>): void;
}

export class Beyond {
  readonly #page = globalThis.document;
  /** What was told or kept last. */
  #said = '[]';
  #giveUpVoice: () => void = () => {};
  #asking: ReturnType<typeof setTimeout> | undefined;
  /** Workers that have not answered yet. */
  readonly #asked = new Set<string>();
  #kept: Omit<Storage, 'at'> | undefined;
  /** By worker, what it told last. */
  readonly #told = new Map<string, Record[]>();
  readonly #inputs = new Map<string, Kept>();
  /** Closed here, by id. */
  readonly #closedHere = new Map<string, string>();

  constructor(readonly host: BeyondHost) {
    const { tabs, ended: signal } = host;
    tabs.heardNotices = (notices, from) => this.#heard(notices, from);
    tabs.reopened = () => this.ask();
    if (!this.#page) return;
    globalThis.addEventListener('pagehide', () => this.#write(), { signal });
    globalThis.addEventListener(
      'storage',
      ({ key, newValue }) => key === CLOSED && this.#hearClosed(newValue),
      {
        signal,
      },
    );
    this.#page.addEventListener('visibilitychange', () => this.#turned(), { signal });
    if (!host.hasScreen) return;
    const claim = () => store(VOICE, ME);
    if (this.#page.hasFocus()) claim();
    globalThis.addEventListener('focus', claim, { signal });
    this.#giveUpVoice = () => this.#isVoice() && store(VOICE, undefined);
    globalThis.addEventListener('pagehide', this.#giveUpVoice, { signal });
  }

  /** Whether this page is the one that speaks. */
  get speaks(): boolean {
    const voice = stored(VOICE);
    return !voice || voice === ME || !!this.#page?.hasFocus();
  }

  /** Who is not seen has nothing to say. */
  #turned(): void {
    if (this.#page!.hidden) this.#giveUpVoice();
    else this.ask();
  }

  /** Asks workers what they have to show. */
  ask(): void {
    if (!this.#page || this.#page.hidden) return;
    for (const worker of this.#told.keys()) this.#asked.add(worker);
    this.host.tabs.tellNotices(true, ME);
    clearTimeout(this.#asking);
    if (this.#asked.size > 0) this.#asking = setTimeout(() => this.#miss(), PATIENCE);
  }

  /** Workers that are gone leave nothing to be seen. */
  #miss(): void {
    for (const worker of this.#asked) {
      this.host.closed(new Set(this.#told.get(worker)?.map(({ key }) => key)));
      this.#told.delete(worker);
    }
    this.#asked.clear();
  }

  /** The core is gone, and its numbers with it. */
  stop(): void {
    this.#inputs.clear();
    this.#closedHere.clear();
    this.#told.clear();
  }

  dispose(): void {
    this.stop();
    clearTimeout(this.#asking);
    if (!this.#page) return;
    this.#giveUpVoice();
    this.#kept = undefined;
    this.#write();
  }

  /** Brings back what was to be seen before a reload. */
  restore(): void {
    // A new tab, also one that was opened from here, begins anew.
    const [way] = performance.getEntriesByType?.('navigation') ?? [];
    if (!this.#page || (way as PerformanceNavigationTiming | undefined)?.type === 'navigate') return;
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? '{}', revive) as Partial<Storage>;
      const age = Date.now() - kept.at!;
      if (!(age >= 0 && age < KEPT_FOR) || kept.whose !== hash(this.host.whose())) return;
      for (const record of kept.records!) this.host.takeIn(record);
      for (const input of kept.inputs!) if (!(input.until! <= Date.now())) this.host.show(input);
    } catch {
      // No storage, or nothing of ours in it.
    }
  }

  /** The app raised a notice. */
  raised(id: string, input: api.NoticeInput): void {
    const { message, cause, severity, surface, args = {}, actions = [], until } = input;
    const texts = Object.values(args).some((value) => typeof value === 'string');
    if (!cause || cause.startsWith('steadfetch:') || texts || (surface && typeof surface !== 'string'))
      return;
    const bare = actions.map(({ id, href }) => ({ id, ...(href !== undefined && { href }) }));
    this.#inputs.set(id, {
      message,
      cause,
      args,
      actions: bare,
      ...(severity && { severity }),
      ...(surface && { surface }),
      ...(until !== undefined && { until }),
    });
  }

  /** The app says something else now. */
  updated(id: string, changes: Partial<api.NoticeInput>): void {
    const known = this.#inputs.get(id);
    this.#inputs.delete(id);
    if (known) this.raised(id, { ...known, ...changes });
  }

  /** It is over. */
  forget(id: string): void {
    this.#inputs.delete(id);
  }

  /** Whether a cause was closed in some tab, not long ago; not where it came back after it was closed here. */
  isClosed(key: string, id: string): boolean {
    if (this.#closedHere.has(id)) {
      this.#closedHere.delete(id);
      this.#writeClosed((closed) => delete closed[key]);
      return false;
    }
    return (readClosed(stored(CLOSED))[key] ?? 0) > Date.now();
  }

  /** The person closed this notice. */
  close(id: string, key: string | undefined): void {
    this.#inputs.delete(id);
    if (!key || !this.#page) return;
    this.#closedHere.set(id, key);
    this.#writeClosed((closed) => (closed[key] = Date.now() + CLOSED_FOR));
  }

  /** What there is to see now. `lives`: whether the core still knows of a notice. */
  drawn(records: Record[], lives: (id: string) => boolean): void {
    for (const [id, key] of this.#closedHere) {
      if (lives(id)) continue;
      this.#closedHere.delete(id);
      this.#writeClosed((closed) => delete closed[key]);
    }
    for (const id of this.#inputs.keys()) if (!lives(id)) this.#inputs.delete(id);
    if (this.#page) this.#keep(records);
    else this.#tell(records);
  }

  #tell(records: Record[]): void {
    const said = JSON.stringify(records);
    if (said === this.#said) return;
    this.#said = said;
    this.host.tabs.tellNotices(records, ME);
  }

  #keep(records: Record[]): void {
    const lost = records
      .filter(({ write, over, kind }) => write && !over && !GONE.test(kind))
      // Nothing tries it again then.
      .map((record) => ({ ...record, waiting: 0, retryAt: undefined }));
    const kept = { whose: hash(this.host.whose()), records: lost, inputs: [...this.#inputs.values()] };
    const text = JSON.stringify(kept, replace);
    if (text === this.#said) return;
    this.#said = text;
    this.#kept = lost.length + kept.inputs.length > 0 ? kept : undefined;
    this.#write();
  }

  #write(): void {
    try {
      if (!this.#kept) sessionStorage.removeItem(KEPT);
      else sessionStorage.setItem(KEPT, JSON.stringify({ at: Date.now(), ...this.#kept }, replace));
    } catch {
      // Nothing is kept.
    }
  }

  #heard(notices: unknown, from: unknown): void {
    if (!this.#page) {
      if (notices === true) this.host.tabs.tellNotices(JSON.parse(this.#said), ME);
      return;
    }
    if (!Array.isArray(notices) || typeof from !== 'string') return;
    this.#asked.delete(from);
    // Whatever it was, it is told anew.
    if (notices.length === 0 && !this.#told.has(from)) return;
    const records = notices.slice(0, MOST).filter(isRecord);
    const keys = new Set(records.map(({ key }) => key));
    // What a worker no longer tells of is over.
    for (const record of this.#told.get(from) ?? []) {
      if (!keys.has(record.key)) this.host.takeIn({ ...record, over: true });
    }
    if (records.length === 0) this.#told.delete(from);
    else if (this.#told.has(from) || this.#told.size < MOST) this.#told.set(from, records);
    else return;
    for (const record of records) this.host.takeIn(record);
  }

  #hearClosed(text: string | null): void {
    const now = Date.now();
    const keys = Object.entries(readClosed(text ?? undefined)).filter(([, until]) => until > now);
    this.host.closed(new Set(keys.map(([key]) => key)));
  }

  #writeClosed(change: (closed: { [key: string]: number }) => void): void {
    const closed = readClosed(stored(CLOSED));
    change(closed);
    const now = Date.now();
    const left = Object.entries(closed).filter(([, until]) => until > now);
    store(CLOSED, left.length > 0 ? JSON.stringify(Object.fromEntries(left.slice(-MOST))) : undefined);
  }

  #isVoice(): boolean {
    return stored(VOICE) === ME;
  }
}

function readClosed(text: string | undefined): { [key: string]: number } {
  try {
    const closed: unknown = JSON.parse(text ?? '{}');
    if (typeof closed !== 'object' || closed === null) return {};
    return Object.fromEntries(
      // Nobody closes anything for longer.
      Object.entries(closed).filter(
        (entry): entry is [string, number] =>
          typeof entry[1] === 'number' && entry[1] <= Date.now() + CLOSED_FOR,
      ),
    );
  } catch {
    return {};
  }
}

/** FNV-1a: tells people apart, and tells nobody who they are. */
function hash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function isRecord(value: unknown): value is Record {
  const { key, kind, url } = (value ?? {}) as { [name: string]: unknown };
  const isText = (text: unknown) => typeof text === 'string' && text.length <= LONGEST;
  return isText(key) && isText(kind) && isText(url) && (url === '' || /^https?:/.test(url as string));
}

/** JSON has no dates. */
function replace(this: { [name: string]: unknown }, name: string, value: unknown): unknown {
  const own = this[name];
  return own instanceof Date ? { $date: own.getTime() } : value;
}

function revive(_: string, value: unknown): unknown {
  const { $date } = (value ?? {}) as { $date?: unknown };
  return typeof $date === 'number' ? new Date($date) : value;
}
