// The same hits out of a cache, through steadfetch and through Workbox's strategy with its expiration.
import './stub.js';
import { createSteadfetch } from 'steadfetch';
import { ExpirationPlugin } from 'workbox-expiration';
import { CacheFirst } from 'workbox-strategies';

const HOUR = 3_600_000;
const MOST = 1000;

// Workbox is made for service workers, whose event it asks for; its strategies run in a page as well.
globalThis.FetchEvent ??= Event;

function event() {
  return Object.assign(new Event('fetch'), { waitUntil() {} });
}

function steady() {
  const client = createSteadfetch({
    surfaces: false,
    defaults: { cache: { strategy: 'cache-first', fresh: HOUR, maxEntries: MOST } },
  });
  return { client, get: (url) => client.fetch(url) };
}

function workbox() {
  /** @type {any[]} */
  const plugins = [new ExpirationPlugin({ maxEntries: MOST, maxAgeSeconds: HOUR / 1000 })];
  const strategy = new CacheFirst({ cacheName: 'workbox', plugins });
  return {
    strategy,
    get: (url) => strategy.handle({ request: new Request(url), event: event() }),
  };
}

const urls = (count) => Array.from({ length: count }, (_, n) => new URL(`/view/${n}`, location.href).href);

const libraries = { steadfetch: steady(), workbox: workbox() };

/** Stores so many answers in each. */
globalThis.fill = async (count) => {
  const { client } = libraries.steadfetch;
  await client.ready;
  for (const url of urls(count)) {
    const stored = async () => {
      const response = await client.fetch(url);
      await response.text();
      return client.explain(response)?.source === 'cache';
    };
    while (!(await stored())) await new Promise((go) => setTimeout(go, 5));
    const [answer, done] = libraries.workbox.strategy.handleAll({
      request: new Request(url),
      event: event(),
    });
    await (await answer).text();
    await done;
  }
};

/** Nothing is remembered of earlier hits. */
globalThis.anew = async () => {
  libraries.steadfetch.client.dispose();
  libraries.steadfetch = steady();
  await libraries.steadfetch.client.ready;
  // Its store is loaded with the first call that asks for it.
  await libraries.steadfetch.get('/other');
  libraries.workbox = workbox();
  await idle();
};

/** Each URL once, so many at once, with its body; ms per hit. */
globalThis.hits = async (library, count, atOnce) => {
  const { get } = libraries[library];
  const all = urls(count);
  const began = performance.now();
  for (let n = 0; n < count; n += atOnce) {
    await Promise.all(all.slice(n, n + atOnce).map(async (url) => (await get(url)).text()));
  }
  const took = performance.now() - began;
  await idle();
  return took / count;
};

/** What is written behind a hit must not count for the next. */
function idle() {
  return new Promise((go) => setTimeout(go, 400));
}
