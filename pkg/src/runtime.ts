// What is loaded with the Wasm file: its glue, the formatters, the screen.
import init, { __wbg_reset_state } from 'steadfetch-glue';
import { Core } from '../../src/browser/core';
import { watchPolicy } from '../../src/browser/blocked';
import { IntlFormats } from '../../src/browser/intl';
import { Trouble } from '../../src/browser/trouble';
import { LiveNotices } from './live-notices';
import { attemptEvent, callEvent } from './told';

export { Core, IntlFormats, LiveNotices, Trouble, attemptEvent, callEvent, watchPolicy };

/** Runs the Wasm file; the same instance for every client of this package. */
export async function start(source: Parameters<typeof init>[0]): Promise<void> {
  await init({ module_or_path: source } as never);
}

/** Replaces an instance that trapped by a new one of the same module. */
export function restart(): void {
  __wbg_reset_state();
}

export type Runtime = typeof import('./runtime');

// Not used from here: it makes the bundler keep all of a page's first script in one chunk, which compresses better than two.
export { createClient } from './client';
