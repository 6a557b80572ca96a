// What is loaded with the Wasm file: the way into it, what calls in trouble need, the screen.
import { type Source, start as startWasm } from '../../src/browser/border';
import { Core } from '../../src/browser/core';
import { Driver, type DriverHost } from '../../src/browser/driver';
import { part } from '../../src/browser/part';
import { loadTelemetry, telemetryInTime } from '../../src/browser/observe';
import { baseUrl } from '../../src/browser/url';
import type * as api from '../types/index';
import { clearAll } from './clear-all';
import { random } from './client';
import { Extras, type ExtrasHost } from './extras';
import { join, leave as quit, trapped } from './instance';
import { LiveFeatures } from './live-features';
import { LiveNotices } from './live-notices';

/** A client, as far as what is loaded needs it. */
export interface Loading extends ExtrasHost, DriverHost {
  options: api.SteadfetchOptions;
  readonly native: typeof fetch;
  /** performance.now() when it was made. */
  readonly started: number;
  driver: Driver;
  extras: Extras | undefined;
  clearCopies: ((partition: string | undefined) => Promise<void>) | undefined;
  /** The instance of the Wasm file is gone. */
  restart(error: unknown): void;
}

/** Starts a core of this client's own in the running instance; why calls must pass by it, if they must. */
function begin(client: Loading): string | undefined {
  const { driver } = client;
  join(client);
  const { origin } = new URL(baseUrl() || 'http://localhost');
  const core = new Core(onScreen(client.options), origin, random(), client.callPrefix);
  const extras = (client.extras ??= driver.beside = new Extras(client));
  const why = extras.start(core);
  if (why) return why;
  driver.core = core;
  if (client.events.has('notice')) core.listens(1);
  if (client.options?.telemetry || client.events.has('record')) extras.observe();
  return undefined;
}

/** Without a page there is no screen: notices go to those who have one. */
function onScreen(options: api.SteadfetchOptions): api.SteadfetchOptions {
  const { surfaces } = options;
  if (typeof document !== 'undefined' || surfaces === false) return options;
  return { ...options, surfaces: { ...surfaces, headless: true } };
}

/** A client is about to be disposed of. */
function leave(client: Loading): void {
  client.extras?.ending();
  quit(client);
}

const runtime = { LiveNotices, begin, leave, trapped };

export type Runtime = typeof runtime;

/** Runs the Wasm file, the first time; hands out what needs it. What a client can do without comes before. */
export async function start(wasm: () => Source | PromiseLike<Source>, client: Loading): Promise<Runtime> {
  client.features.live = new LiveFeatures(client);
  client.clearCopies = async (partition) => {
    const loaded = await part('what stores copies of answers', import('../../src/browser/cache/chunk'));
    // Rather everybody's than nobody's.
    await (loaded ? loaded.clear(client.extras?.stores.copies, partition) : clearAll());
  };
  const told = client.options?.telemetry || client.events.has('record');
  const telling = told && telemetryInTime(loadTelemetry());
  await startWasm(wasm, client.native);
  await telling;
  client.driver = new Driver(client, client.native, undefined, client.started);
  return runtime;
}

// Not used from here: it makes the bundler keep all of a page's first script in one chunk, which compresses better than two.
export { createClient } from './client';
