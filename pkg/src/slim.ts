// The caller provides the Wasm file.
import type { Steadfetch } from '../types/index';
import type { createSteadfetch as create } from '../types/slim';
import { createClient } from './client';
import type { Source } from '../../src/browser/border';

export { explain } from '../../src/browser/known';
export { ConfigError, HttpError } from './errors';

export function createSteadfetch({ wasm, ...options }: Parameters<typeof create>[0]): Steadfetch {
  return createClient(options, async (client) => {
    const { start } = await import('./runtime');
    return start(() => (typeof wasm === 'function' ? wasm() : wasm) as Source, client);
  });
}
