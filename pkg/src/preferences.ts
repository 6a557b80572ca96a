// What a person has chosen for themselves, over the app's defaults; kept across visits, and the same in every tab.
import { store, stored } from '../../src/browser/store';
import type * as api from '../types/index';
import { ConfigError } from './errors';

const KEY = 'steadfetch:preferences';

/** Where neither the person nor the app says anything. */
const USUAL: Required<api.Preferences> = {
  autoClose: true,
  readingTime: 1,
  doNotDisturb: false,
  reducedMotion: 'auto',
  saveData: 'auto',
};

/** What a storage that is full or forbidden does not keep: it holds for this visit. */
let unstored: string | undefined;
/** The clients of this page, which a storage event does not reach. */
const all = new Set<ClientPreferences>();

export class ClientPreferences {
  /** What of the client applies them; it comes with the engine. */
  readonly appliers: (() => void)[] = [];

  constructor(
    readonly host: { readonly options: api.SteadfetchOptions },
    ended: AbortSignal,
  ) {
    all.add(this);
    ended.addEventListener('abort', () => all.delete(this));
    const listen = (type: string, heard: (event: StorageEvent & PageTransitionEvent) => void) =>
      globalThis.addEventListener?.(type, heard as EventListener, { signal: ended });
    listen('storage', ({ key }) => (key === KEY || key === null) && this.apply());
    listen('pageshow', ({ persisted }) => persisted && this.apply());
  }

  get(): Required<api.Preferences> {
    return { ...USUAL, ...fitting(this.host.options?.preferences), ...chosen() };
  }

  set(changes: api.Preferences): void {
    const problems = Object.entries(changes)
      .filter(([name, value]) => value !== undefined && !fits(name, value))
      .map(([path]) => ({ path, message: `expected ${expected(path)}` }));
    if (problems.length > 0) throw new ConfigError(problems);
    // A member that is undefined goes, and the app's default holds again.
    const text = JSON.stringify({ ...chosen(), ...changes });
    store(KEY, text === '{}' ? undefined : text);
    unstored = (stored(KEY) ?? '{}') === text ? undefined : text;
    for (const client of all) client.apply();
  }

  apply(): void {
    for (const applier of this.appliers) applier();
  }
}

/** What the person chose. Any script of the origin may have written it. */
function chosen(): api.Preferences {
  try {
    return fitting(JSON.parse(unstored ?? stored(KEY) ?? '{}'));
  } catch {
    return {};
  }
}

function fitting(preferences: object | null | undefined): api.Preferences {
  return Object.fromEntries(Object.entries(preferences ?? {}).filter(([name, value]) => fits(name, value)));
}

function fits(name: string, value: unknown): boolean {
  const usual = USUAL[name as keyof api.Preferences];
  if (typeof usual === 'number') return typeof value === 'number' && value >= 1 && value <= 10;
  return usual !== undefined && (typeof value === 'boolean' || (usual === 'auto' && value === 'auto'));
}

function expected(name: string): string {
  const usual = USUAL[name as keyof api.Preferences];
  if (usual === undefined) return 'no such member';
  return typeof usual === 'number' ? 'a number from 1 to 10' : 'true or false';
}
