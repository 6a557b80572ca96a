// Loads the engine of the default entry: a chunk of its own.
import type { Runtime } from './runtime';

export function load(): Promise<Runtime> {
  return import('./engine').then((engine) => engine.startInlined());
}
