// The default entry: small at first; what comes with the engine, and the Wasm file, follow in two chunks, side by side.
import type { Steadfetch, SteadfetchOptions } from '../types/index';
import { createClient } from './client';

export { explain } from '../../src/browser/known';
export { ConfigError, HttpError } from './errors';

export function createSteadfetch(options?: SteadfetchOptions): Steadfetch {
  return createClient(options, async () => {
    const [{ start }, { wasm }] = await Promise.all([import('./runtime'), import('./engine')]);
    return start(wasm);
  });
}
