// Loads the engine of the default entry: what comes with it and the Wasm file, in two chunks, side by side.
import type { Runtime } from './runtime';

export async function load(): Promise<Runtime> {
  const [{ start }, { wasm }] = await Promise.all([import('./runtime'), import('./engine')]);
  return start(wasm);
}
