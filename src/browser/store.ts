// A few texts of Steadfetch's own in localStorage. Merely reaching for it can throw, and workers have none.

/** What is known of endpoints (told.ts). */
export const STATE = 'steadfetch:state:1';

/** The text under a key; undefined where there is none, or no storage. */
export function stored(key: string): string | undefined {
  try {
    return globalThis.localStorage?.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a text, or forgets what was kept. Full or forbidden storage costs only what it would have kept. */
export function store(key: string, text: string | undefined): void {
  try {
    if (text === undefined) globalThis.localStorage?.removeItem(key);
    else globalThis.localStorage?.setItem(key, text);
  } catch {
    // Nothing is kept.
  }
}

/** Whether there is a storage at all. */
export function hasStorage(): boolean {
  try {
    return !!globalThis.localStorage;
  } catch {
    return false;
  }
}
