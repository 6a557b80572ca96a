// What tabs tell each other about endpoints: a message of one version, read with suspicion, since any script of the origin
// may send one; and the same kept over a reload.
import { STATE, store, stored } from './store';

/** So many endpoints in a message, and in the storage. */
const MOST = 50;
const LONGEST_URL = 2048;
/** Rules that cool down at an endpoint, a number and a time for each. */
const MOST_RULES = 200;
/** What has no end of its own (spent tokens) counts for so long, ms. */
const LIFE = 600_000;
/** Clocks differ by so much at most, ms; what is later than that comes from a clock that has been put back. */
const SKEW = 60_000;

/** What is told of an endpoint. Times are epoch ms. */
export interface Told {
  /** Origin or base URL. */
  url: string;
  /** The breaker opened, is open until, closed; a cool-down's end; tokens spent, in thousandths. */
  state: number[];
  /** Rules by their ids, each with the end of its cool-down. */
  rules: number[];
  /** When it was so. */
  at: number;
}

/** Reads what claims to be a list of these; what is wrong about it is left out. */
export function readTold(list: unknown): Told[] {
  return Array.isArray(list) ? list.slice(0, MOST).filter(isTold) : [];
}

function isTold(value: unknown): value is Told {
  if (typeof value !== 'object' || value === null) return false;
  const { url, state, rules, at } = value as Record<string, unknown>;
  return (
    typeof url === 'string' &&
    url.length <= LONGEST_URL &&
    /^https?:/.test(url) &&
    isNumbers(state) &&
    state.length === 5 &&
    isNumbers(rules) &&
    rules.length <= MOST_RULES &&
    rules.length % 2 === 0 &&
    isNumbers([at])
  );
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((number) => Number.isFinite(number) && number >= 0);
}

/** Whether it still says something. */
function isLiving({ state, rules, at }: Told, wall: number): boolean {
  if (at > wall + SKEW) return false;
  const ends = [state[1]!, state[3]!, ...rules.filter((_, index) => index % 2 === 1)];
  return at > wall - LIFE || ends.some((end) => end > wall);
}

/** Endpoints by their URLs, the last word about each: of this tab, of others, of the time before a reload. */
export class Memory {
  readonly #known = new Map<string, Told>();

  /** Takes these down; those that were news, and still say something. */
  add(list: Told[]): Told[] {
    const wall = Date.now();
    return list.filter((told) => {
      // What a clock has said that was put back since is no word any more, let alone the last one.
      if (!isLiving(told, wall) || told.at <= this.at(told.url)) return false;
      // Again, so that the newest are last.
      this.#known.delete(told.url);
      this.#known.set(told.url, told);
      if (this.#known.size > MOST) this.#known.delete(this.#known.keys().next().value!);
      return true;
    });
  }

  /** When what is known of an endpoint was so. */
  at(url: string): number {
    const known = this.#known.get(url);
    return known && isLiving(known, Date.now()) ? known.at : 0;
  }

  /** All that still says something. */
  all(): Told[] {
    const wall = Date.now();
    return [...this.#known.values()].filter((told) => isLiving(told, wall));
  }

  /** Takes over what is stored; those that were news. */
  read(): Told[] {
    try {
      return this.add(readTold(JSON.parse(stored(STATE) ?? '[]')));
    } catch {
      return [];
    }
  }

  /** Stores all, beside what other tabs have stored meanwhile. */
  write(): void {
    this.read();
    const all = this.all();
    store(STATE, all.length > 0 ? JSON.stringify(all) : undefined);
  }
}
