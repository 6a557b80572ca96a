// Where reports are kept: in localStorage, each under its reference; in memory where there is none. What was sent stays for a
// while without what the person wrote, so that they can be told when it is fixed.
import type { ProblemReport } from '../../../pkg/types/index';
import { MOST } from './payload';
import { isReference } from './reference';

const PREFIX = 'steadfetch:report:1:';
/** It is there while there are reports; known to what loads this. */
const STATE = 'steadfetch:reports:1';
/** Reports that wait, and ones that were sent, at most, of one person. */
export const MOST_WAITING = 20;
const MOST_SENT = 20;
/** They are forgotten after 90 days, ms. */
const KEPT = 7_776_000_000;

export interface Item {
  /** Who was signed in; undefined: nobody knew, and it is in this page's memory alone. */
  owner: string | null | undefined;
  /** How often the server did not want it. */
  refused: number;
  /** How far ahead the server's clock was when it took the report, ms; 0: it did not say. */
  skew?: number;
  report: ProblemReport;
}

/** How sending fares, for all tabs. */
export interface Wait {
  /** In a row. */
  failures: number;
  /** Epoch ms. */
  notBefore: number;
  /** The last one got an answer. */
  answered: boolean;
}

export class Shelf {
  readonly #own = new Map<string, Item>();
  /** Where the storage does not take it. */
  #wait: Wait | undefined;

  /** All reports, the oldest first. */
  all(): Item[] {
    const items = this.#keys().map((key) => this.find(key.slice(PREFIX.length)));
    return items
      .filter((item) => item !== undefined)
      .filter(({ report }) => report.at > Date.now() - KEPT || this.drop(report.reference))
      .sort((one, other) => one.report.at - other.report.at);
  }

  of(owner: string | null | undefined): Item[] {
    return this.all().filter((item) => item.owner === owner);
  }

  find(reference: string): Item | undefined {
    const key = PREFIX + reference;
    return this.#own.get(key) ?? read(stored(key), reference);
  }

  /** Whether it outlives the page. */
  put(item: Item): boolean {
    const { owner, report } = item;
    const done = this.of(owner).filter(({ report }) => report.state !== 'queued');
    if (done.length > MOST_SENT) this.drop(done[0]!.report.reference);
    const key = PREFIX + report.reference;
    const lasts =
      owner !== undefined &&
      set(key, JSON.stringify(item)) &&
      (stored(STATE) !== undefined || set(STATE, '{}'));
    if (lasts) this.#own.delete(key);
    else this.#own.set(key, item);
    return lasts;
  }

  drop(reference: string): void {
    this.#own.delete(PREFIX + reference);
    set(PREFIX + reference, undefined);
    if (this.#keys().length === 0) set(STATE, undefined);
  }

  get wait(): Wait {
    if (this.#wait) return this.#wait;
    try {
      const { failures, notBefore, answered } = JSON.parse(stored(STATE) ?? '{}') as Partial<Wait>;
      return { failures: Number(failures) || 0, notBefore: Number(notBefore) || 0, answered: !!answered };
    } catch {
      return { failures: 0, notBefore: 0, answered: false };
    }
  }

  set wait(wait: Wait) {
    const kept = stored(STATE) !== undefined && set(STATE, JSON.stringify(wait));
    this.#wait = kept ? undefined : wait;
  }

  #keys(): string[] {
    try {
      const kept = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
      return [...new Set([...kept, ...this.#own.keys()])];
    } catch {
      return [...this.#own.keys()];
    }
  }
}

/** Any script of the origin may have written it. */
function read(text: string | undefined, reference: string): Item | undefined {
  try {
    if (!text || text.length > 2 * MOST) return undefined;
    const { owner, refused, skew, report } = JSON.parse(text) as Item;
    const { at, state, page, sdk } = report;
    const good =
      (owner === null || typeof owner === 'string') &&
      isReference(reference) &&
      report.reference === reference &&
      typeof at === 'number' &&
      typeof page === 'string' &&
      typeof sdk === 'string' &&
      /^(queued|sent|fixed)$/.test(state);
    return good ? { owner, refused: Number(refused) || 0, skew: Number(skew) || 0, report } : undefined;
  } catch {
    return undefined;
  }
}

function stored(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function set(key: string, text: string | undefined): boolean {
  try {
    if (text === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}
