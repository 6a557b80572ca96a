// React 18.2 and 19.
import type { ReactElement, ReactNode } from 'react';
import type { FeatureState, Notice, Steadfetch } from './index.js';

export interface SteadfetchProviderProps {
  /** Made by the app, which disposes of it too. */
  client: Steadfetch;
  children?: ReactNode;
}

/** Gives the components below it their client. */
export declare function SteadfetchProvider(props: SteadfetchProviderProps): ReactElement;

/** The client of the nearest provider; throws where there is none. */
export declare function useSteadfetch(): Steadfetch;

/**
 * The notices that are to be seen now ('visible', default), or past ones too ('all'); newest first. A notice in which nothing has
 * changed stays the same object. On a server, and while its HTML is hydrated: none.
 */
export declare function useNotices(which?: 'visible' | 'all'): readonly Notice[];

/** How far a feature is on. On a server, and while its HTML is hydrated: full. */
export declare function useFeature(name: string): FeatureState;

/**
 * The client's `fetch`, for this component: what it reads (GET and HEAD by URL, without a signal of their own) is aborted when the
 * component goes, and its notices with it. What it writes goes on. The function stays the same.
 */
export declare function useSteadyFetch(): Steadfetch['fetch'];
