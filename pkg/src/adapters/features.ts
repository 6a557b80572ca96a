// A feature of one client as a store that frameworks can follow: between two changes it gives the same object.
import type { FeatureState, Steadfetch } from '../../types/index';

const stores = new WeakMap<Steadfetch, Map<string, FeatureStore>>();

export function featureOf(client: Steadfetch, name: string): FeatureStore {
  let own = stores.get(client);
  if (!own) stores.set(client, (own = new Map()));
  let store = own.get(name);
  if (!store) own.set(name, (store = new FeatureStore(client, name)));
  return store;
}

class FeatureStore {
  /** On a server: as if nobody had named it. */
  readonly unnamed: FeatureState;
  #known: FeatureState;

  constructor(
    readonly client: Steadfetch,
    readonly name: string,
  ) {
    this.#known = this.unnamed = { name, level: 'full', since: 0 };
  }

  readonly subscribe = (changed: () => void): (() => void) =>
    this.client.features.on(this.name, () => changed());

  readonly state = (): FeatureState => {
    const { level, since, why } = this.#known;
    const now = this.client.features.get(this.name);
    if (now.level !== level || now.since !== since || now.why !== why) this.#known = now;
    return this.#known;
  };
}
