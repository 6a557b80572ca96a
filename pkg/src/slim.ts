// The caller provides the Wasm file.
import type { Steadfetch } from '../types/index';
import type { WasmSource, createSteadfetch as create } from '../types/slim';
import { createClient } from './client';
import type { Source } from '../../src/browser/border';
import type { Runtime } from './runtime';

export { explain } from '../../src/browser/known';
export { ConfigError, HttpError } from './errors';

export function createSteadfetch({ wasm, ...options }: Parameters<typeof create>[0]): Steadfetch {
  return createClient(options, (native) => run(wasm, native));
}

async function run(wasm: WasmSource | (() => WasmSource), native: typeof fetch): Promise<Runtime> {
  const runtime = await import('./runtime');
  await runtime.start(() => (typeof wasm === 'function' ? wasm() : wasm) as Source, native);
  return runtime;
}
