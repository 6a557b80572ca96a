// Zero configuration: a client that is made with the first call.
import type { Steadfetch, SteadyInit } from '../types/index';
import { createClient } from './client';
import { load } from './load';

export * from './index';

let client: Steadfetch | undefined;

/** Taken now: by the first call, `fetch` may be in its place. */
const native = globalThis.fetch;

export const { fetch } = {
  // Its `length` is 1, like window.fetch's.
  fetch(_: RequestInfo | URL, ..._more: [SteadyInit?]) {
    client ??= createClient(undefined, load, native);
    return client.fetch(...(arguments as unknown as [RequestInfo | URL, SteadyInit?]));
  },
};
