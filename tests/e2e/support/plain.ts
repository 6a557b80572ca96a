// Arguments of calls and clients that survive the way into the page: no functions, no objects of the browser's.
import type { CallOptions, SteadfetchOptions, SteadyInit } from 'steadfetch';

export type PlainInit = Omit<SteadyInit, 'signal' | 'body' | 'headers' | 'steady'> & {
  body?: string;
  headers?: Record<string, string>;
  steady?: Omit<CallOptions, 'fallback'>;
};

export type PlainOptions = Omit<SteadfetchOptions, 'onConflict'>;
