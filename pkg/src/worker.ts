// For service and shared workers, which have no dynamic import: everything in one file.
import type { Steadfetch, SteadfetchOptions } from '../types/index';
import { createClient } from './client';
import { wasm } from './engine';
import { start } from './runtime';

export { explain } from '../../src/browser/known';
export { ConfigError, HttpError } from './errors';

export function createSteadfetch(options?: SteadfetchOptions): Steadfetch {
  return createClient(options, (client) => start(wasm, client));
}
