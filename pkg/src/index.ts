// The default entry: small at first; what comes with the engine, and the Wasm file, follow in two chunks, side by side.
import type { Steadfetch, SteadfetchOptions } from '../types/index';
import { createClient } from './client';
import { load } from './load';

export { explain } from '../../src/browser/known';
export { ConfigError, HttpError } from './errors';

export function createSteadfetch(options?: SteadfetchOptions): Steadfetch {
  return createClient(options, load);
}
