'use client';
// The client for React: a provider and hooks, under a server too.
import {
  type ReactElement,
  createContext,
  createElement,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
} from 'react';
import type { FeatureState, Notice, Steadfetch } from '../../types/index';
import type { SteadfetchProviderProps } from '../../types/react';
import { featureOf } from './features';
import { NONE, type Which, noticesOf } from './notices';
import { Reads } from './reads';

const Client = createContext<Steadfetch | undefined>(undefined);

export function SteadfetchProvider({ client, children }: SteadfetchProviderProps): ReactElement {
  return createElement(Client.Provider, { value: client }, children);
}

export function useSteadfetch(): Steadfetch {
  const client = useContext(Client);
  if (!client)
    throw new Error('Steadfetch: there is no <SteadfetchProvider client={…}> above this component.');
  return client;
}

export function useNotices(which: Which = 'visible'): readonly Notice[] {
  const store = noticesOf(useSteadfetch());
  return useSyncExternalStore(store.subscribe, store[which], none);
}

export function useFeature(name: string): FeatureState {
  const store = featureOf(useSteadfetch(), name);
  return useSyncExternalStore(store.subscribe, store.state, () => store.unnamed);
}

export function useSteadyFetch(): Steadfetch['fetch'] {
  const client = useSteadfetch();
  const reads = useMemo(() => new Reads(client), [client]);
  useEffect(() => () => reads.end(), [reads]);
  return reads.fetch;
}

function none(): readonly Notice[] {
  return NONE;
}
