// Who is measured, each called the way its users call it. `get`, `view` and `post` give a Response, `read` what is in it.
import './stub.js';
import { ExponentialBackoff, TimeoutStrategy, handleAll, retry, timeout, wrap } from 'cockatiel';
import ky from 'ky';
import { ofetch } from 'ofetch';
import { createSteadfetch } from 'steadfetch';
import { createSteadfetch as createOther } from 'steadfetch-other';
import { timeoutAndRetry, withBreaker } from './by-hand.js';

const JSON_TYPE = { 'content-type': 'application/json' };

/** For what has the signature of fetch. */
function likeFetch(fetch) {
  return {
    get: (url) => fetch(url),
    view: (url, headers, signal) => fetch(url, { headers, signal }),
    post: (url, item) => fetch(url, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(item) }),
    read: async (url) => (await fetch(url)).json(),
  };
}

function withTimeout(url, init = {}) {
  const limit = AbortSignal.timeout(10_000);
  return fetch(url, { ...init, signal: init.signal ? AbortSignal.any([init.signal, limit]) : limit });
}

/** It reads the body before it answers. */
function likeOfetch() {
  return {
    get: (url) => ofetch.raw(url),
    view: (url, headers, signal) => ofetch.raw(url, { headers, signal }),
    post: (url, item) => ofetch.raw(url, { method: 'POST', body: item }),
    read: (url) => ofetch(url),
  };
}

/** Asked for a stream, it does not. Of itself it has no time limit. */
function ofetchOfStreams(options = {}) {
  const common = { responseType: /** @type {const} */ ('stream'), ...options };
  return {
    get: (url) => ofetch.raw(url, common),
    view: (url, headers, signal) => ofetch.raw(url, { ...common, headers, signal }),
    post: (url, item) => ofetch.raw(url, { ...common, method: 'POST', body: item }),
  };
}

function likeKy() {
  return {
    get: (url) => ky(url),
    view: (url, headers, signal) => ky(url, { headers, signal }),
    post: (url, item) => ky.post(url, { json: item }),
    read: (url) => ky(url).json(),
  };
}

function cockatiel() {
  const policy = wrap(
    retry(handleAll, { maxAttempts: 2, backoff: new ExponentialBackoff() }),
    timeout(10_000, TimeoutStrategy.Cooperative),
  );
  return likeFetch((url, init) =>
    policy.execute(({ signal }) => fetch(url, { ...init, signal }), init?.signal),
  );
}

const RULES = [
  { match: '/api/users/:id', retry: { attempts: 2 } },
  { match: '/api/search', attemptTimeout: 4000 },
  { match: { url: '/api/payments/*', methods: ['POST'] }, retry: false },
  { match: '/files/*', deadline: false },
  { match: 'https://cdn.example/*', attemptTimeout: 20_000 },
  { match: '/api/reports/:id/rows', idleTimeout: 5000 },
  { match: '/api/events', deadline: false, attemptTimeout: false },
  { match: '/api/orders{/:id}?', attemptTimeout: 8000, retry: { attempts: 4 } },
  { match: { url: '/api/*', methods: ['POST', 'PUT'] }, deadline: 20_000 },
  { match: '/*', retry: { attempts: 2 } },
];

async function steadfetch(create, options) {
  const steady = create(options);
  if ((await steady.ready) !== 'active') throw new Error('steadfetch does not run');
  return likeFetch(steady.fetch);
}

/** How each is made ready; a page makes but one. */
export const libraries = {
  native: () => likeFetch(fetch),
  'native + AbortSignal.timeout': () => likeFetch(withTimeout),
  'by hand: timeout + retry': () => likeFetch(timeoutAndRetry),
  'by hand: + breaker': () => likeFetch(withBreaker),
  ofetch: likeOfetch,
  'ofetch, body as a stream': () => ofetchOfStreams(),
  'ofetch, the same + timeout': () => ofetchOfStreams({ timeout: 10_000 }),
  ky: likeKy,
  cockatiel,
  steadfetch: () => steadfetch(createSteadfetch),
  'steadfetch, 10 rules': () => steadfetch(createSteadfetch, { rules: RULES }),
  ...(createOther && { 'steadfetch, other build': () => steadfetch(createOther) }),
};
