// The default engine: the runtime with its Wasm inlined, so that no bundler can lose a file.
import base64 from 'steadfetch-wasm';
import * as runtime from './runtime';

let started: Promise<typeof runtime> | undefined;

/** Decodes, compiles and runs the Wasm, once. A failure may be tried again. */
export function startInlined(): Promise<typeof runtime> {
  started ??= run().catch((error: unknown) => {
    started = undefined;
    throw error;
  });
  return started;
}

async function run(): Promise<typeof runtime> {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  await runtime.start(bytes);
  return runtime;
}
