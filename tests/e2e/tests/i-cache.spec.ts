// Stored copies of answers, against the fault server.
import { bodies, records, stored, storedAnew, storing } from '../support/copies';
import { type PlainOptions } from '../support/plain';
import { type Site, expect, test } from '../support/test';

const FIRST = storing({ strategy: 'network-first' });
const ONE_FAILING = [{ text: 'one' }, { status: 503 }];

/** Calls, and says what came of it in short: where from, and what. */
async function says(site: Site, url: string, options: PlainOptions, init = {}): Promise<string> {
  const { known, text, error } = await site.call(url, init, options);
  return `${known?.source}: ${text ?? error?.name}`;
}

test('I1 a network-first answer is stored, and served where the network fails', async ({ site, server }) => {
  const script = await server.play({
    steps: [{ json: { a: 1 }, headers: { 'x-own': 'yes' } }, { status: 503 }],
  });
  expect(await says(site, script.url, FIRST)).toBe('network: {"a":1}');
  await stored(site.page, 1);
  const before = await records(site.page);
  for (const _ of [1, 2]) {
    const copy = await site.call(script.url, {}, FIRST);
    expect(copy).toMatchObject({
      status: 200,
      text: '{"a":1}',
      known: { source: 'stale-cache', attempts: 3, fault: { kind: 'overloaded', impact: 'degraded' } },
    });
    expect(copy.known!.timeline.map(({ what }) => what)).toContain('cache');
  }
  expect(await records(site.page), 'not rewritten').toMatchObject([{ body: before[0]!.body }]);
  // Another page has it from the disk.
  await site.open();
  expect(await says(site, script.url, FIRST)).toBe('stale-cache: {"a":1}');
});

test('I1 a served copy is a Response like the one that was fetched', async ({ site, server }) => {
  const script = await server.play({
    routes: {
      'GET /from': { redirect: 'to', headers: { 'x-own': 'from' } },
      'GET /to': [{ status: 203, text: 'there', headers: { 'x-own': 'to', etag: '"e"' } }, { status: 503 }],
      'GET /empty': [{ status: 204 }, { status: 503 }],
    },
  });
  const look = (path: string) =>
    site.page.evaluate(
      async ([url, options]) => {
        const client = await lab.client(options);
        const response = await client.fetch(url);
        const own = (of: Response) => ({
          url: of.url,
          type: of.type,
          redirected: of.redirected,
          status: of.status,
          statusText: of.statusText,
          ok: of.ok,
          body: of.body instanceof ReadableStream,
          headers: [...of.headers].filter(([name]) => name !== 'date'),
          class: of instanceof Response,
        });
        const clone = response.clone();
        const got = { response: own(response), clone: own(clone.clone()), text: await response.text() };
        return {
          ...got,
          used: response.bodyUsed,
          again: await clone.text(),
          from: client.explain(response)!.source,
        };
      },
      [script.url + path, FIRST] as const,
    );
  const fetched = { from: await look('/from'), empty: await look('/empty') };
  await stored(site.page, 2);
  const served = { from: await look('/from'), empty: await look('/empty') };
  expect(served.from).toEqual({ ...fetched.from, from: 'stale-cache' });
  // Chromium gives a fetched 204 a stream for a body, against the standard.
  const { status, headers } = served.empty.response;
  expect({ status, headers }).toMatchObject({ status: 204, headers: fetched.empty.response.headers });
  expect(served.from.response).toMatchObject({ url: `${script.url}/to`, redirected: true, status: 203 });
});

test('I2 past its head start the copy is served, and the late answer is stored', async ({ site, server }) => {
  const steps = [{ text: 'one', delay: 700 }, { text: 'two', delay: 1200 }, { status: 503 }];
  const script = await server.play({ steps });
  const options = storing({ strategy: 'network-first', headStart: 200 });
  const first = await site.call(script.url, {}, options);
  expect(first, 'without a copy it waits').toMatchObject({ text: 'one', known: { source: 'network' } });
  expect(first.ms).toBeGreaterThan(690);
  await stored(site.page, 1);
  const before = await records(site.page);
  const second = await site.call(script.url, {}, options);
  expect(second).toMatchObject({ text: 'one', known: { source: 'stale-cache' } });
  expect(second.ms).toBeGreaterThan(190);
  expect(second.ms).toBeLessThan(1000);
  await storedAnew(site.page, before);
  expect(await says(site, script.url, options)).toBe('stale-cache: two');
});

test('I3 cache-first asks nobody while the copy is fresh', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'one' }, { text: 'two' }] });
  const options = storing({ strategy: 'cache-first', fresh: 1500 });
  expect(await says(site, script.url, options)).toBe('network: one');
  await stored(site.page, 1);
  expect(await says(site, script.url, options)).toBe('cache: one');
  await site.open();
  expect(await says(site, script.url, options)).toBe('cache: one');
  expect(await script.count()).toBe(1);
  await site.page.waitForTimeout(1500);
  expect(await says(site, script.url, options)).toBe('network: two');
});

test('I3 stale-while-revalidate serves the copy and stores the new answer', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'one' }, { text: 'two', delay: 100 }] });
  const options = storing({ strategy: 'stale-while-revalidate' });
  expect(await says(site, script.url, options)).toBe('network: one');
  await stored(site.page, 1);
  const before = await records(site.page);
  expect(await says(site, script.url, options)).toBe('stale-cache: one');
  await storedAnew(site.page, before);
  expect(await says(site, script.url, options)).toBe('stale-cache: two');
  await expect.poll(() => script.count()).toBe(3);
});

test('I4 the copy stands in for a failing server and network, never for another answer', async ({
  site,
  server,
}) => {
  const failures = [
    [{ status: 500 }, 'stale-cache: ok'],
    [{ status: 502 }, 'stale-cache: ok'],
    [{ status: 503 }, 'stale-cache: ok'],
    [{ status: 504 }, 'stale-cache: ok'],
    [{ reset: true }, 'stale-cache: ok'],
    [{ status: 404, text: 'gone' }, 'network: gone'],
    [{ status: 403, text: 'no' }, 'network: no'],
    [{ status: 501, text: 'what' }, 'network: what'],
    [{ status: 429, text: 'slow down' }, 'network: slow down'],
  ] as const;
  const routes = Object.fromEntries(failures.map(([step], n) => [`GET /${n}`, [{ text: 'ok' }, step]]));
  const script = await server.play({ routes });
  for (const [n] of failures.entries()) await site.call(`${script.url}/${n}`, {}, FIRST);
  await stored(site.page, failures.length);
  for (const [n, [, expected]] of failures.entries()) {
    expect(await says(site, `${script.url}/${n}`, FIRST)).toBe(expected);
  }
  const named = storing({ strategy: 'network-first', staleIfError: 60_000 });
  expect(await says(site, `${script.url}/8`, named), 'for a 429 the rule must say so').toBe(
    'stale-cache: ok',
  );
});

test('I5 what is no success never overwrites', async ({ site, server }) => {
  const steps = [
    { text: 'one' },
    { status: 404 },
    { status: 500 },
    { status: 302, redirect: '/nowhere' },
    { status: 503 },
  ];
  const script = await server.play({ steps: steps.map((step) => ({ ...step })), sequence: 'path' });
  const once = storing({ strategy: 'network-first' }, { defaults: { retry: false } });
  await site.call(script.url, {}, once);
  await stored(site.page, 1);
  for (const _ of steps) await site.call(script.url, {}, once);
  expect(await says(site, script.url, once)).toBe('stale-cache: one');
});

test('I6 the least recently used goes first', async ({ site, server }) => {
  const script = await server.play({ sequence: 'path', steps: ONE_FAILING });
  const options = storing({ strategy: 'cache-first', fresh: 60_000, maxEntries: 3 });
  const at = (n: number) => `${script.url}/${n}`;
  for (const n of [1, 2, 3]) {
    await site.call(at(n), {}, options);
    await stored(site.page, n);
  }
  expect(await says(site, at(1), options)).toBe('cache: one');
  await site.call(at(4), {}, options);
  const keys = async () => (await records(site.page)).map(({ key }) => key[1].at(-1)).sort();
  await expect.poll(keys).toEqual(['1', '3', '4']);
  expect(await says(site, at(1), options)).toBe('cache: one');
  expect((await site.call(at(2), {}, options)).status).toBe(503);
  await expect.poll(() => bodies(site.page)).toBe(3);
});

test('I6 bytes are limited, and what is larger than all of them is not stored', async ({ site, server }) => {
  const routes = {
    'GET /large': { bytes: 3001 },
    'GET /streamed': { bytes: 3001, chunked: true },
    '/*': { bytes: 1000 },
  };
  const script = await server.play({ routes });
  const options = storing({ strategy: 'cache-first', fresh: 60_000, maxBytes: 3000 });
  for (const n of [1, 2, 3, 4, 5]) await site.call(`${script.url}/${n}`, {}, options);
  for (const path of ['large', 'streamed']) {
    expect((await site.call(`${script.url}/${path}`, {}, options)).text).toHaveLength(3001);
  }
  const keys = async () => (await records(site.page)).map(({ key }) => key[1].at(-1)).sort();
  await expect.poll(keys).toEqual(['3', '4', '5']);
});

test('I6 what is of no use any more is dropped', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'one' }] });
  const options = storing({ strategy: 'cache-first', fresh: 300, staleIfError: 300 });
  await site.call(`${script.url}/1`, {}, options);
  await stored(site.page, 1);
  await site.page.waitForTimeout(700);
  await site.call(`${script.url}/2`, {}, options);
  await expect.poll(async () => (await records(site.page)).map(({ key }) => key[1].at(-1))).toEqual(['2']);
  // Without another put: the sweep of a page that comes later.
  await site.page.waitForTimeout(700);
  await site.open();
  await site.call(
    `${script.url}/none`,
    {},
    storing({ strategy: 'network-first', fresh: 0, staleIfError: 0 }),
  );
  await stored(site.page, 0);
  await expect.poll(() => bodies(site.page)).toBe(0);
});

test('I7 the query is part of the key, the fragment is not; Vary is respected', async ({ site, server }) => {
  const vary = { text: 'v', headers: { vary: 'X-Language, Accept-Encoding' } };
  const script = await server.play({
    routes: { 'GET /': { text: 'plain' }, 'GET /?q': { text: 'query' }, 'GET /v': vary },
  });
  const options = storing({ strategy: 'cache-first', fresh: 60_000 });
  const ask = async (path: string, language?: string, with_ = options) => {
    const headers: Record<string, string> = language ? { 'x-language': language } : {};
    return (await site.call(script.url + path, { headers }, with_)).known!.source;
  };
  expect([await ask('/'), await ask('/?q=1'), await ask('/?q=2')]).toEqual(['network', 'network', 'network']);
  await stored(site.page, 3);
  expect([await ask('/'), await ask('/#part'), await ask('/?q=1')]).toEqual(['cache', 'cache', 'cache']);
  expect([await ask('/v', 'de'), await ask('/v', 'en'), await ask('/v')]).toEqual([
    'network',
    'network',
    'network',
  ]);
  await stored(site.page, 6);
  expect([await ask('/v', 'de'), await ask('/v', 'en'), await ask('/v')]).toEqual([
    'cache',
    'cache',
    'cache',
  ]);
  // The rule's own names.
  const own = storing({ strategy: 'cache-first', fresh: 60_000, vary: ['X-Language'] });
  expect([await ask('/', 'de', own), await ask('/', 'en', own)]).toEqual(['network', 'network']);
  await stored(site.page, 8);
  expect([await ask('/', 'de', own), await ask('/', 'en', own)]).toEqual(['cache', 'cache']);
});

test('I7 requests for a part, and under a condition, are none of its business', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'whole', ranges: true, etag: true }] });
  const options = storing({ strategy: 'cache-first', fresh: 60_000 });
  await site.call(script.url, {}, options);
  await stored(site.page, 1);
  const asks: [object, string][] = [
    [{ headers: { range: 'bytes=0-1' } }, 'network: wh'],
    [{ headers: { 'if-none-match': '"other"' } }, 'network: whole'],
    [{ cache: 'no-store' }, 'network: whole'],
    [{ cache: 'reload' }, 'network: whole'],
    [{ headers: { 'cache-control': 'no-cache' } }, 'network: whole'],
    [{}, 'cache: whole'],
  ];
  for (const [init, expected] of asks) expect(await says(site, script.url, options, init)).toBe(expected);
});

test('I8 no-store, no-cache, must-revalidate and private are obeyed', async ({ site, server }) => {
  const controls = [
    'no-store',
    'no-cache',
    'max-age=0, must-revalidate',
    'private, max-age=60',
    'max-age=60',
  ];
  const routes = Object.fromEntries(
    controls.map((control, n) => [`GET /${n}`, { text: 'ok', headers: { 'cache-control': control } }]),
  );
  const script = await server.play({
    routes: { ...routes, 'GET /5': { text: 'ok', headers: { vary: '*' } } },
  });
  const options = storing({ strategy: 'cache-first', fresh: 60_000 });
  const sources = async (options: PlainOptions) => {
    const found: string[] = [];
    for (const n of [0, 1, 2, 3, 4, 5]) {
      found.push((await site.call(`${script.url}/${n}`, { cache: 'reload' }, options)).known!.source);
    }
    return found;
  };
  await sources(options);
  await stored(site.page, 1);
  expect((await records(site.page))[0]!.key[1]).toBe(`${script.url}/4`);
  const inside = { ...options, partition: 'ann' };
  await sources(inside);
  await stored(site.page, 3);
  const ask = async (n: number, options: PlainOptions, headers = {}) =>
    (await site.call(`${script.url}/${n}`, { headers }, options)).known!.source;
  expect([await ask(3, options), await ask(3, inside)]).toEqual(['network', 'cache']);
  // Who says who they are is somebody, whatever the answer says of itself.
  await ask(4, { ...options, partition: null }, { authorization: 'Bearer x', 'x-a': '1' });
  await site.page.waitForTimeout(300);
  await stored(site.page, 3);
});

test('I9 what is stored for one is never served to another', async ({ site, server }) => {
  const script = await server.play({ routes: { 'GET /me': { echo: true, delay: 100 } } });
  const got = await site.page.evaluate(async (url) => {
    let partition: string | null = 'ann';
    const client = steadfetch.createSteadfetch({
      surfaces: false,
      partition: () => partition,
      defaults: { cache: { strategy: 'cache-first', fresh: 60_000 } },
    });
    await client.ready;
    const ask = async (who: string | null) => {
      partition = who;
      const response = await client.fetch(url, {
        headers: { 'x-who': `${who}`, authorization: `Bearer ${who}` },
      });
      const { source } = client.explain(response)!;
      const { headers } = (await response.json()) as { headers: [string, string][] };
      await lab.sleep(300);
      return `${source}: ${headers.find(([name]) => name === 'x-who')![1]}`;
    };
    const got = [
      await ask('ann'),
      await ask('bob'),
      await ask(null),
      await ask('ann'),
      await ask('bob'),
      await ask(null),
    ];
    // Somebody else signs in while the call is under way: nobody knows whose answer it is.
    partition = 'cid';
    const late = client.fetch(url);
    partition = 'dan';
    await (await late).text();
    await lab.sleep(300);
    return [...got, await ask('cid'), await ask('dan')];
  }, `${script.url}/me`);
  expect(got).toEqual([
    'network: ann',
    'network: bob',
    'network: null',
    'cache: ann',
    'cache: bob',
    'network: null',
    'network: cid',
    'network: dan',
  ]);
});

test('I12 the served copy says where it comes from, and how old it is', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'one', headers: { age: '7' } }, { status: 503 }] });
  const options = storing({ strategy: 'network-first', fresh: 8000 });
  await site.call(script.url, {}, options);
  await stored(site.page, 1);
  const fresh = (await site.call(script.url, {}, options)).known!;
  expect(fresh.source).toBe('cache');
  expect(fresh.age).toBeGreaterThanOrEqual(7000);
  await site.page.waitForTimeout(1000);
  const stale = (await site.call(script.url, {}, options)).known!;
  expect(stale.source).toBe('stale-cache');
  expect(stale.age).toBeGreaterThanOrEqual(8000);
  expect(stale.age).toBeLessThan(20_000);
});
