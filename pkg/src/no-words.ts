// A worker's words: plain English, since it cannot load others, and has no screen to show them on.
import type { Chosen } from '../../src/browser/words';

export function choose(): Promise<Chosen> {
  return Promise.resolve({ ahead: [], behind: [] });
}
