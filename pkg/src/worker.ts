// For service and shared workers, which have no dynamic import: everything in one file.
import type { Steadfetch, SteadfetchOptions } from '../types/index';
import { createClient } from './client';
import { wasm } from './engine';
import { start } from './runtime';

export { explain } from '../../src/browser/known';
export { ConfigError, HttpError } from './errors';

/** What a service worker is woken by to send what waits in the outbox (Background Sync). */
const TAG = 'steadfetch-outbox';

interface SyncEvent extends Event {
  tag: string;
  waitUntil(work: Promise<unknown>): void;
}

export function createSteadfetch(options?: SteadfetchOptions): Steadfetch {
  const client = createClient(options, (client) => start(wasm, client));
  // Only a service worker hears of it, and only what listens from the start.
  const heard = (event: Event) => {
    const { tag, waitUntil } = event as SyncEvent;
    if (tag === TAG) waitUntil.call(event, sendAll(client));
  };
  globalThis.addEventListener?.('sync', heard);
  client.on('state', ({ state }) => {
    if (state === 'disposed') globalThis.removeEventListener?.('sync', heard);
  });
  return client;
}

/** Rejects while something waits: the browser then wakes the worker again later. */
async function sendAll({ outbox }: Steadfetch): Promise<void> {
  await outbox.flush();
  const left = (await outbox.entries()).filter(({ state }) => state !== 'dead').length;
  if (left > 0) throw new Error(`${left} writes still wait`);
}
