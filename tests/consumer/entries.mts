// Every entry as somebody's app imports it; compiled, never run.
import { ConfigError, createSteadfetch, explain, type Steadfetch } from 'steadfetch';
import { fetch as auto } from 'steadfetch/auto';
import { readDrill } from 'steadfetch/drill';
import 'steadfetch/element';
import 'steadfetch/health';
import { createSteadfetch as createSlim } from 'steadfetch/slim';
import wasm from 'steadfetch/wasm';
import { createSteadfetch as createInWorker } from 'steadfetch/worker';

const clients: Steadfetch[] = [createSteadfetch(), createSlim({ wasm, seed: 1 }), createInWorker({})];

// @ts-expect-error -- misspelt, which must be seen wherever options are given
createSteadfetch({ rulez: [] });
// @ts-expect-error -- likewise
createSlim({ wasm, rulez: [] });
// @ts-expect-error -- likewise
createInWorker({ rulez: [] });
// @ts-expect-error -- likewise
clients[0]!.fetch('/', { steady: { attemptTimeouts: 1 } });

export async function ask(): Promise<number> {
  using steady = createSteadfetch();
  try {
    const response = await steady.fetch('/', { steady: { attemptTimeout: 500 } });
    return explain(response)?.attempts ?? (await auto('/')).status;
  } catch (error) {
    return error instanceof ConfigError ? error.problems.length : 0;
  }
}

export type Entries = [
  typeof readDrill,
  typeof import('steadfetch/react'),
  typeof import('steadfetch/vue'),
  typeof import('steadfetch/sonner'),
  typeof import('steadfetch/sentry'),
];
