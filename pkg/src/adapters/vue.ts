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
import type { Notice, Steadfetch } from '../../types/index';
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
  const list = shallowRef(NONE);
  let end: (() => void) | undefined;
  const take = () => void (list.value = store[which]());
  const follow = () => {
    end = store.subscribe(take);
    take();
  };
  // A server mounts nothing, and nothing there would end what was begun.
  if (getCurrentInstance()) onMounted(follow);
  else follow();
  if (getCurrentScope()) onScopeDispose(() => end?.());
  return list;
}

export function useSteadyFetch(): Steadfetch['fetch'] {
  const reads = new Reads(useSteadfetch());
  if (getCurrentScope()) onScopeDispose(() => reads.end());
  return reads.fetch;
}
