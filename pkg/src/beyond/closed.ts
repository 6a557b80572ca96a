// What was closed in one tab is closed in all: for five minutes, or until its cause ends where it was closed.
import { store, stored } from '../../../src/browser/store';
import { MOST } from './record';

const CLOSED = 'steadfetch:closed:1';
const CLOSED_FOR = 300_000;

export class Closed {
  /** Closed here, by id. */
  readonly #here = new Map<string, string>();

  /** `heard`: the causes of these keys were closed in another tab. */
  constructor(signal: AbortSignal, heard: (keys: ReadonlySet<string>) => void) {
    const listen = ({ key, newValue }: StorageEvent) => {
      if (key === CLOSED) heard(new Set(Object.keys(read(newValue ?? undefined))));
    };
    globalThis.addEventListener('storage', listen, { signal });
  }

  /** Whether a cause was closed in some tab, not long ago; not where it came back after it was closed here. */
  has(key: string, id: string): boolean {
    if (!this.#here.has(id)) return Object.hasOwn(read(stored(CLOSED)), key);
    this.#open(id, key);
    return false;
  }

  /** The person closed this notice. */
  add(id: string, key: string): void {
    this.#here.set(id, key);
    write((closed) => (closed[key] = Date.now() + CLOSED_FOR));
  }

  /** What is over was closed for the last time. `lives`: whether the core still knows of a notice. */
  settle(lives: (id: string) => boolean): void {
    for (const [id, key] of this.#here) if (!lives(id)) this.#open(id, key);
  }

  /** The core is gone, and its numbers with it. */
  clear(): void {
    this.#here.clear();
  }

  #open(id: string, key: string): void {
    this.#here.delete(id);
    write((closed) => delete closed[key]);
  }
}

function write(change: (closed: { [key: string]: number }) => void): void {
  const closed = read(stored(CLOSED));
  change(closed);
  const latest = Object.entries(closed).slice(-MOST);
  store(CLOSED, latest.length > 0 ? JSON.stringify(Object.fromEntries(latest)) : undefined);
}

/** Until when each key is closed. Any script of the origin may have written it. */
function read(text: string | undefined): { [key: string]: number } {
  try {
    const now = Date.now();
    // Nobody closes anything for longer.
    const holds = ([, until]: [string, unknown]) =>
      (until as number) > now && (until as number) <= now + CLOSED_FOR;
    return Object.fromEntries(Object.entries((JSON.parse(text ?? '{}') ?? {}) as object).filter(holds));
  } catch {
    return {};
  }
}
