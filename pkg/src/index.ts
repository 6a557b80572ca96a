// The default entry: small at first; engine, Wasm and screen follow in a chunk of their own.
import type { Steadfetch, SteadfetchOptions } from '../types/index';
import { createClient } from './client';
import { load } from './load';

export { explain } from '../../src/browser/known';
export { ConfigError, HttpError } from './errors';

export function createSteadfetch(options?: SteadfetchOptions): Steadfetch {
  return createClient(options, load);
}
