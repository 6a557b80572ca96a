// The caller provides the Wasm file.
import type { Steadfetch } from '../types/index';
import type { WasmSource, createSteadfetch as create } from '../types/slim';
import { createClient } from './client';
import type { Runtime } from './runtime';

export { explain } from '../../src/browser/known';
export { ConfigError, HttpError } from './errors';

let started: Promise<Runtime> | undefined;

export function createSteadfetch({ wasm, ...options }: Parameters<typeof create>[0]): Steadfetch {
  return createClient(options, () => {
    // One instance serves every client; the first source that works is the one.
    started ??= run(wasm).catch((error: unknown) => {
      started = undefined;
      throw error;
    });
    return started;
  });
}

async function run(wasm: WasmSource | (() => WasmSource)): Promise<Runtime> {
  const source = typeof wasm === 'function' ? wasm() : wasm;
  const [runtime] = await Promise.all([import('./runtime'), source]);
  await runtime.start(source as never);
  return runtime;
}
