// Zero configuration: a client that is made with the first call.
import type { Steadfetch, SteadyInit } from '../types/index';
import { createSteadfetch } from './index';

export * from './index';

let client: Steadfetch | undefined;

export const fetch = function fetch(input: RequestInfo | URL, init: SteadyInit | undefined = undefined) {
  client ??= createSteadfetch();
  return client.fetch(input, init);
};
