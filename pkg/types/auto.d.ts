import type { Steadfetch } from './index.js';

export * from './index.js';

/** `fetch` of a client with default options, which is made with the first call. */
export declare const fetch: Steadfetch['fetch'];
