// Zero configuration: a client that is made with the first call.
import type { Steadfetch, SteadyInit } from '../types/index';
import { createSteadfetch } from './index';

export * from './index';

let client: Steadfetch | undefined;

export const { fetch } = {
  // Its `length` is 1, like window.fetch's.
  fetch(_: RequestInfo | URL, ..._more: [SteadyInit?]) {
    client ??= createSteadfetch();
    return client.fetch(...(arguments as unknown as [RequestInfo | URL, SteadyInit?]));
  },
};
