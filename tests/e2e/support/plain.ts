// Arguments of calls and clients that survive the way into the page: no functions, no objects of the browser's.
import type { CallOptions, NoticeInput, SteadfetchOptions, SteadyInit, Surface } from 'steadfetch';

export type PlainInit = Omit<SteadyInit, 'signal' | 'body' | 'headers' | 'steady'> & {
  body?: string;
  headers?: Record<string, string>;
  steady?: Omit<CallOptions, 'fallback' | 'notify'> & { notify?: 'auto' | 'silent' | 'toast' | 'banner' };
};

export type PlainOptions = Omit<SteadfetchOptions, 'onConflict'>;

export type PlainNotice = Omit<NoticeInput, 'surface'> & { surface?: Surface };
