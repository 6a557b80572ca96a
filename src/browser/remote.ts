// A policy document from a URL, kept over a reload. It takes effect only once the core has found nothing wrong with it; until
// then, and where it cannot be had, the last good one holds. What loads it is loaded itself, where there is a URL.
import type { ConfigError, SteadfetchOptions } from '../../pkg/types/index';
import { resolve } from './url';
import { part } from './part';
import type { RemoteLoader } from './remote-loader';
import { store, stored } from './store';

/** The longest document, bytes. */
const MOST = 262_144;

/** What only the page can tell of the options: whether a URL leads anywhere from here. */
export function problemsOf({ remotePolicy, status }: SteadfetchOptions): ConfigError['problems'] {
  const problems: ConfigError['problems'] = [];
  const urls: [string, unknown][] = [
    ['remotePolicy.url', remotePolicy?.url],
    ['status.url', status?.url],
  ];
  for (const [path, url] of urls) {
    if (typeof url !== 'string' || url === '' || resolve(url) !== undefined) continue;
    const message = `expected a URL, absolute or relative to the page's, got ${JSON.stringify(url)}`;
    problems.push({ path, message });
  }
  return problems;
}

export class RemotePolicy {
  /** The last good document; undefined: there is none yet. Who puts a new one in force notes it here. */
  document: unknown;
  readonly #key: string;
  readonly #loader: Promise<RemoteLoader | undefined>;

  /** `apply`: puts a document in force; rejects with a ConfigError where it is wrong. `ended`: nobody is interested any more. */
  constructor(
    url: string,
    refresh: number | undefined,
    native: typeof fetch,
    ended: AbortSignal,
    apply: (document: unknown) => Promise<void>,
  ) {
    const href = resolve(url) ?? url;
    const key = (this.#key = `steadfetch:policy:${href}`);
    const take = async (document: unknown, text: string) => {
      await apply(document);
      store(key, text);
    };
    let good = stored(key) ?? '';
    try {
      if (good.length <= MOST) this.document = JSON.parse(good);
    } catch {
      // There is none yet, or somebody else's.
      good = '';
    }
    this.#loader = part(
      'the policy document',
      import('./remote-loader').then(
        ({ RemoteLoader }) => new RemoteLoader(href, refresh, MOST, native, ended, good, take),
      ),
    );
  }

  /** Loads the document now, and from then on. */
  begin(): void {
    void this.#loader.then((loader) => loader?.begin());
  }

  /** What is kept is wrong, for this version at least. */
  drop(problems: unknown): void {
    this.document = undefined;
    store(this.#key, undefined);
    void this.#loader.then((loader) => loader?.drop(problems));
  }
}
