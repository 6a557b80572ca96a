// Loads the engine of the default entry: what comes with it and the Wasm file, in two chunks, side by side.
import type { Loading, Runtime } from './runtime';

export async function load(client: Loading): Promise<Runtime> {
  const engine = import('./engine');
  // Who waits for it hears of that.
  engine.catch(() => {});
  const { start } = await import('./runtime');
  return start(async () => (await engine).wasm(), client);
}
