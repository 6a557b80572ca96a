// The client for Vue: a plugin and composables, under a server too.
import {
  type App,
  type InjectionKey,
  type ShallowRef,
  getCurrentInstance,
  getCurrentScope,
  inject,
  onMounted,
  onScopeDispose,
  shallowRef,
} from 'vue';
import type { FeatureState, Notice, Steadfetch } from '../../types/index';
import { featureOf } from './features';
import { NONE, type Which, noticesOf } from './notices';
import { Reads } from './reads';

const CLIENT: InjectionKey<Steadfetch> = Symbol('steadfetch');

export const SteadfetchPlugin = {
  install(app: App, { client }: { client: Steadfetch }): void {
    app.provide(CLIENT, client);
  },
};

export function useSteadfetch(): Steadfetch {
  const client = inject(CLIENT, undefined);
  if (!client) throw new Error('Steadfetch: there is no app.use(SteadfetchPlugin, { client }) in this app.');
  return client;
}

export function useNotices(which: Which = 'visible'): Readonly<ShallowRef<readonly Notice[]>> {
  const store = noticesOf(useSteadfetch());
  return follow(NONE, store.subscribe, store[which]);
}

export function useFeature(name: string): Readonly<ShallowRef<FeatureState>> {
  const store = featureOf(useSteadfetch(), name);
  return follow(store.unnamed, store.subscribe, store.state);
}

/** Follows a store until the scope ends. A server has what is there at first. */
function follow<T>(
  first: T,
  subscribe: (changed: () => void) => () => void,
  read: () => T,
): Readonly<ShallowRef<T>> {
  const state = shallowRef(first) as ShallowRef<T>;
  let end: (() => void) | undefined;
  const take = () => void (state.value = read());
  const begin = () => {
    end = subscribe(take);
    take();
  };
  // A server mounts nothing, and nothing there would end what was begun.
  if (getCurrentInstance()) onMounted(begin);
  else begin();
  if (getCurrentScope()) onScopeDispose(() => end?.());
  return state;
}

export function useSteadyFetch(): Steadfetch['fetch'] {
  const reads = new Reads(useSteadfetch());
  if (getCurrentScope()) onScopeDispose(() => reads.end());
  return reads.fetch;
}
