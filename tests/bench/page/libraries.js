// Who is measured, each called the way its users call it; a call gives a Response.
import './stub.js';
import { ExponentialBackoff, TimeoutStrategy, handleAll, retry, timeout, wrap } from 'cockatiel';
import ky from 'ky';
import { ofetch } from 'ofetch';
import { createSteadfetch } from 'steadfetch';
import { createSteadfetch as createOther } from 'steadfetch-other';
import { timeoutAndRetry, withBreaker } from './by-hand.js';

const JSON_TYPE = { 'content-type': 'application/json' };

/** The three kinds of call, for what has the signature of fetch. */
function likeFetch(fetch) {
  return {
    get: (url) => fetch(url),
    view: (url, headers, signal) => fetch(url, { headers, signal }),
    post: (url, item) => fetch(url, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(item) }),
  };
}

function withTimeout(url, init = {}) {
  const limit = AbortSignal.timeout(10_000);
  return fetch(url, { ...init, signal: init.signal ? AbortSignal.any([init.signal, limit]) : limit });
}

/** ofetch reads the body as it answers, unless it is asked for a stream. */
function likeOfetch(options) {
  return {
    get: (url) => ofetch.raw(url, options),
    view: (url, headers, signal) => ofetch.raw(url, { ...options, headers, signal }),
    post: (url, item) => ofetch.raw(url, { ...options, method: 'POST', body: item }),
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

const steady = createSteadfetch();
const ruled = createSteadfetch({ rules: RULES });
const other = createOther?.();

export const ready = Promise.all([steady, ruled, other].map((client) => client?.ready));

export const libraries = {
  native: likeFetch((url, init) => fetch(url, init)),
  'native + AbortSignal.timeout': likeFetch(withTimeout),
  'by hand: timeout + retry': likeFetch(timeoutAndRetry),
  'by hand: + breaker': likeFetch(withBreaker),
  'ofetch.raw': likeOfetch({}),
  'ofetch.raw, stream': likeOfetch({ responseType: 'stream' }),
  ky: {
    get: (url) => ky(url),
    view: (url, headers, signal) => ky(url, { headers, signal }),
    post: (url, item) => ky.post(url, { json: item }),
  },
  cockatiel: cockatiel(),
  steadfetch: likeFetch(steady.fetch),
  'steadfetch, 10 rules': likeFetch(ruled.fetch),
  ...(other && { 'steadfetch, other build': likeFetch(other.fetch) }),
};
