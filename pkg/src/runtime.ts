// What is loaded with the Wasm file: the way into it, what calls in trouble need, the screen.
import { watchPolicy } from '../../src/browser/blocked';
import { type Source, start as startWasm } from '../../src/browser/border';
import { Core } from '../../src/browser/core';
import { Flight } from '../../src/browser/flight';
import { special } from '../../src/browser/special';
import { Extras } from './extras';
import { join, leave, trapped } from './instance';
import { type FeaturesHost, LiveFeatures } from './live-features';
import { LiveNotices } from './live-notices';

const runtime = { Core, Extras, Flight, LiveNotices, join, leave, special, trapped, watchPolicy };

export type Runtime = typeof runtime;

/** A client, as far as what is loaded needs it. */
export type Loading = FeaturesHost;

/** Runs the Wasm file, the first time; hands out what needs it. What a client can do without comes before. */
export async function start(wasm: () => Source | PromiseLike<Source>, client: Loading): Promise<Runtime> {
  client.features.live = new LiveFeatures(client);
  await startWasm(wasm, client.driver.native);
  return runtime;
}

// Not used from here: it makes the bundler keep all of a page's first script in one chunk, which compresses better than two.
export { createClient } from './client';
