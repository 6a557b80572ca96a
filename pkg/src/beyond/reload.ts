// What returns after a reload, for ten minutes: writes that were not saved, and the app's own notices. Of the app's, only those
// with a cause and without texts among their arguments, which may be about somebody; what is on a button is not.
import type * as api from '../../types/index';
import { type Member, hash } from './page';
import { type Record, readRecords } from './record';

const KEPT = 'steadfetch:notices:2';
const KEPT_FOR = 600_000;
/** What was brought back is seen within so long in a page that is seen, ms. */
const SOON = 10_000;
/** After a reload the page is as it was at first: what was refused is not there any more. */
const GONE = /^(rejected-input|too-large|conflict)$/;

/** What an app raised, as it is kept: no closures, no texts but those on buttons. */
type Kept = Pick<api.NoticeInput, 'message' | 'cause' | 'severity' | 'args' | 'actions' | 'until'> & {
  surface?: api.Surface;
};

/** What one client keeps. */
interface Storage {
  at: number;
  /** Whose they are: a hash of the partition. */
  whose: number;
  records: Record[];
  inputs: Kept[];
}

export interface ReloadHost {
  /** Who is signed in. */
  whose(): string;
  takeIn(record: Record): void;
  show(input: api.NoticeInput): void;
}

export class Reload {
  /** The app's, by id. */
  readonly #inputs = new Map<string, Kept>();
  #kept: Omit<Storage, 'at'> | undefined;
  #restored = false;
  /** Brought back, and not seen yet. */
  #unseen: Record[] = [];
  #unseenSince = 0;
  /** The same as a text. */
  #said = '';

  constructor(
    readonly host: ReloadHost,
    readonly member: Member,
    signal: AbortSignal,
  ) {
    globalThis.addEventListener('pagehide', () => this.#write(), { signal });
    signal.addEventListener('abort', () => {
      this.#kept = undefined;
      this.#write();
    });
  }

  /** Brings back what was to be seen before a reload; later, what was lost was met by a core that is gone. */
  restore(): void {
    const again = this.#restored;
    this.#restored = true;
    // A new tab, also one that was opened from here, begins anew.
    const [way] = performance.getEntriesByType?.('navigation') ?? [];
    if (!again && (way as PerformanceNavigationTiming | undefined)?.type === 'navigate') return;
    try {
      const { whose, records, inputs } = (this.#kept ??= read()[this.member.place])!;
      if (whose !== hash(this.host.whose())) return;
      this.#unseen = readRecords(records);
      this.#unseenSince = performance.now();
      for (const record of this.#unseen) this.host.takeIn(record);
      // Those that the app has raised since outlive a core by themselves.
      for (const input of again ? [] : inputs) if (!(input.until! <= Date.now())) this.host.show(input);
    } catch {
      // No storage, or nothing of ours in it.
    }
  }

  /** The app raised a notice. */
  raised(id: string, input: api.NoticeInput): void {
    const { message, cause, severity, surface, args, actions, until } = input;
    this.#inputs.delete(id);
    const texts = Object.values(args ?? {}).some((value) => typeof value === 'string');
    if (!cause || cause.startsWith('steadfetch:') || texts || typeof surface === 'object') return;
    const bare = actions?.map(({ id, label, href }) => ({ id, label, href }));
    // What is undefined is no part of JSON.
    this.#inputs.set(id, { message, cause, severity, surface, args, actions: bare, until } as Kept);
  }

  /** The app says something else now. */
  updated(id: string, changes: Partial<api.NoticeInput>): void {
    const known = this.#inputs.get(id);
    this.#inputs.delete(id);
    if (known) this.raised(id, { ...known, ...changes });
  }

  /** It is over, or was closed. */
  forget(id: string): void {
    this.#inputs.delete(id);
  }

  /** What there is to see now. `lives`: whether the core still knows of a notice. */
  keep(records: Record[], lives: (id: string) => boolean): void {
    for (const id of this.#inputs.keys()) if (!lives(id)) this.#inputs.delete(id);
    const lost = records
      .filter(({ write, over, kind }) => write && !over && !GONE.test(kind))
      // Nothing tries it again then, and it is no news.
      .map((record) => ({ ...record, waiting: 0, retryAt: undefined, urgent: false }));
    // What does not come into view by then has ended.
    if (!document.hidden && performance.now() - this.#unseenSince > SOON) this.#unseen = [];
    this.#unseen = this.#unseen.filter((one) => records.every(({ key }) => key !== one.key));
    lost.push(...(this.#unseen as typeof lost));
    const kept = { whose: hash(this.host.whose()), records: lost, inputs: [...this.#inputs.values()] };
    const text = JSON.stringify(kept, replace);
    if (text === this.#said) return;
    this.#said = text;
    this.#kept = lost.length + kept.inputs.length > 0 ? kept : undefined;
    this.#write();
  }

  #write(): void {
    try {
      const all = read();
      delete all[this.member.place];
      if (this.#kept) all[this.member.place] = { at: Date.now(), ...this.#kept };
      if (Object.keys(all).length > 0) sessionStorage.setItem(KEPT, JSON.stringify(all, replace));
      else sessionStorage.removeItem(KEPT);
    } catch {
      // Nothing is kept.
    }
  }
}

/** What all clients of the page keep, by their places, as far as it is not too old. */
function read(): { [place: number]: Storage } {
  let all: object | null = null;
  try {
    all = JSON.parse(sessionStorage.getItem(KEPT)!, revive) as object | null;
  } catch {
    // Rubbish, or no storage.
  }
  const lasts = ([, kept]: [string, Partial<Storage> | null]) => {
    const age = Date.now() - kept?.at!;
    return age >= 0 && age < KEPT_FOR;
  };
  return Object.fromEntries(Object.entries(all ?? {}).filter(lasts)) as { [place: number]: Storage };
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
