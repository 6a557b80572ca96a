// I: when a copy is out of date, and for whom: windows, requests that want the network, writes, clearing, clocks.
import { NAME, records, stored, storing } from '../support/copies';
import type { PlainOptions } from '../support/plain';
import { type Site, expect, test } from '../support/test';

const FRESH = storing({ strategy: 'cache-first', fresh: 60_000 });

async function says(site: Site, url: string, options: PlainOptions, init = {}): Promise<string> {
  const { known, text, error } = await site.call(url, init, options);
  return `${known?.source}: ${text ?? error?.name}`;
}

for (const [what, cache] of [
  ['stale-while-revalidate', { strategy: 'stale-while-revalidate' }],
  ['a head start', { strategy: 'network-first', headStart: 100 }],
] as const) {
  test(`I3 ${what}: whoever asks for the network gets it, and the copy where it fails`, async ({
    site,
    server,
  }) => {
    const step = (text: string) => ({ text, delay: 400 });
    const script = await server.play({ steps: [step('one'), step('two'), step('three'), { status: 503 }] });
    const options = storing(cache);
    expect(await says(site, script.url, options)).toBe('network: one');
    await stored(site.page, 1);
    expect(await says(site, script.url, options), 'as a rule').toBe('stale-cache: one');
    await expect.poll(() => script.count()).toBe(2);
    expect(await says(site, script.url, options, { cache: 'reload' })).toBe('network: three');
    await expect.poll(async () => (await records(site.page))[0]!.bytes).toBe(5);
    expect(await says(site, script.url, options, { cache: 'no-cache' })).toBe('stale-cache: three');
    expect(await script.count(), 'it was asked').toBe(6);
  });

  test(`I3 ${what}: the window for failures is another one`, async ({ site, server }) => {
    const server60 = { 'cache-control': 'max-age=0, stale-if-error=60' };
    const steps = [{ text: 'one', headers: server60 }, { text: 'two', delay: 400 }, { status: 503 }];
    const script = await server.play({ steps });
    // Of its rule, too.
    const options = storing({ ...cache, staleIfError: 600_000, staleWhileRevalidate: 0 });
    expect(await says(site, script.url, options)).toBe('network: one');
    await stored(site.page, 1);
    expect(await says(site, script.url, options)).toBe('network: two');
    await expect.poll(async () => (await records(site.page))[0]!.fields).toContain('');
    expect(await says(site, script.url, options)).toBe('stale-cache: two');
  });
}

test('I a write drops the copies of its URL, for all, in all tabs', async ({ context, site, server }) => {
  const script = await server.play({
    routes: {
      'GET /list': [{ text: 'old' }, { text: 'old of bob' }, { text: 'new' }, { text: 'new of bob' }],
      'GET /list/1': [{ text: 'old' }, { text: 'new' }],
      'GET /other': [{ text: 'old' }, { text: 'wrong' }],
      'POST /list': [{ status: 422 }, { status: 201, headers: { location: 'list/1' } }],
    },
  });
  const as = (partition: string | null) => ({ ...FRESH, partition });
  const at = (path: string) => script.url + path;
  const other = await context.newPage();
  await other.goto(`${server.first}/`);
  await other.locator('html[data-ready]').waitFor();
  const there = () =>
    other.evaluate(
      async ([url, options]) => {
        const { known, text } = await (await lab.client(options)).fetch(url).then(async (response) => ({
          known: (await lab.client(options)).explain(response),
          text: await response.text(),
        }));
        return `${known!.source}: ${text}`;
      },
      [at('/list'), as(null)] as const,
    );
  for (const path of ['/list', '/list/1', '/other']) await site.call(at(path), {}, as(null));
  await site.call(at('/list'), {}, as('bob'));
  await stored(site.page, 4);
  expect(await there()).toBe('cache: old');
  const post = { method: 'POST', body: '{}' };
  expect((await site.call(at('/list#fragment'), post, as(null))).status).toBe(422);
  expect(await says(site, at('/list'), as(null)), 'a refused one changes nothing').toBe('cache: old');
  expect((await site.call(at('/list#fragment'), post, as(null))).status).toBe(201);
  expect(await says(site, at('/list'), as(null))).toBe('network: new');
  expect(await says(site, at('/list'), as('bob'))).toBe('network: new of bob');
  expect(await says(site, at('/list/1'), as(null)), 'where it leads').toBe('network: new');
  expect(await says(site, at('/other'), as(null))).toBe('cache: old');
  await expect.poll(there).toBe('cache: new');
});

test('I a write drops copies whatever headers their rule names, in memory too', async ({
  bare: site,
  server,
}) => {
  site.expects(/no storage for them/);
  const script = await server.play({
    routes: { 'GET /list': [{ text: 'old' }, { text: 'new' }], 'PUT /list': { status: 204 } },
  });
  const options = storing({ strategy: 'cache-first', fresh: 60_000, vary: ['x-view'] });
  await site.open();
  const url = `${script.url}/list`;
  const check = async () => {
    expect(await says(site, url, options)).toBe('network: old');
    await expect.poll(() => says(site, url, options)).toBe('cache: old');
    await site.call(url, { method: 'PUT', body: '{}' }, options);
    expect(await says(site, url, options)).toBe('network: new');
  };
  await check();
  await site.page.addInitScript(() => Object.defineProperty(globalThis, 'caches', { value: undefined }));
  await site.open();
  await fetch(script.control, {
    method: 'PUT',
    body: JSON.stringify({
      routes: { 'GET /list': [{ text: 'old' }, { text: 'new' }], 'PUT /list': { status: 204 } },
    }),
  });
  await check();
});

test('I an answer from before a write is not kept after it', async ({ site, server }) => {
  const script = await server.play({
    routes: { 'GET /list': [{ text: 'old', delay: 600 }, { text: 'new' }], 'DELETE /list': { status: 204 } },
  });
  const url = `${script.url}/list`;
  await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      const reading = client.fetch(url).then((response) => response.text());
      await lab.sleep(100);
      await client.fetch(url, { method: 'DELETE' });
      await reading;
      await lab.sleep(300);
    },
    [url, FRESH] as const,
  );
  expect(await says(site, url, FRESH)).toBe('network: new');
});

for (const how of ['cleared', 'of somebody who is not signed in any more'] as const) {
  test(`I9 a copy that was found is not served once it is ${how}`, async ({ site, server }) => {
    const script = await server.play({ steps: [{ text: 'of ada' }, { status: 503, delay: 500 }] });
    const got = await site.page.evaluate(
      async ([url, how]) => {
        let user = 'ada';
        const cache = { strategy: 'network-first' } as const;
        const client = steadfetch.createSteadfetch({
          surfaces: false,
          partition: () => user,
          defaults: { cache, retry: false, breaker: false },
        });
        await client.ready;
        const stale = async () => client.explain(await client.fetch(url))!.source;
        await (await client.fetch(url)).text();
        while ((await stale()) !== 'stale-cache') await lab.sleep(50);
        const call = client.fetch(url);
        await lab.sleep(200);
        if (how === 'cleared') await client.cache.clear('ada');
        else user = 'bob';
        const response = await call;
        const { source, age } = client.explain(response)!;
        return [response.status, source, age, await response.text()];
      },
      [script.url, how] as const,
    );
    expect(got).toEqual([503, 'network', undefined, '']);
  });
}

test('I9 what is stored can be cleared where the engine cannot be loaded', async ({ bare: site, server }) => {
  const script = await server.play({ steps: [{ text: 'small' }, { bytes: 90_000 }], sequence: 'path' });
  await site.open();
  await site.call(`${script.url}/1`, {}, { ...FRESH, partition: 'ada' });
  await site.call(`${script.url}/2`, {}, { ...FRESH, partition: 'ada' });
  await stored(site.page, 2);
  site.expects(/./);
  await site.open();
  await site.page.route('**/*.js', (route) => route.abort());
  const state = await site.page.evaluate(async () => {
    const client = steadfetch.createSteadfetch({ surfaces: false });
    const state = await client.ready;
    await client.cache.clear('ada');
    return state;
  });
  expect(state).toBe('passthrough');
  const left = await site.page.evaluate(async () => [
    ...(await caches.keys()),
    ...(await indexedDB.databases()).map(({ name }) => name),
  ]);
  expect(left.filter((name) => name!.startsWith(NAME))).toEqual([]);
});

test('I9 what cannot be cleared is said in words', async ({ bare: site }) => {
  site.expects(/./);
  await site.open();
  await site.page.route('**/*.js', (route) => route.abort());
  const got = await site.page.evaluate(async () => {
    IDBFactory.prototype.deleteDatabase = () => {
      throw new DOMException('no', 'UnknownError');
    };
    const client = steadfetch.createSteadfetch({ surfaces: false });
    return client.cache.clear('ada').catch((error: Error) => `${error.name}: ${error.message}`);
  });
  expect(got).toBe('TypeError: Stored copies cannot be cleared.');
});

test('I12 where the clock was set back, nobody is told how old a copy is', async ({ bare: site, server }) => {
  await site.page.addInitScript(() => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + Number(sessionStorage.getItem('shift'));
  });
  await site.open();
  const script = await server.play({ steps: [{ text: 'one' }, { status: 503 }] });
  const options: PlainOptions = {
    ...storing({ strategy: 'network-first' }),
    surfaces: { delay: 0 },
  };
  await site.call(script.url, {}, options);
  await stored(site.page, 1);
  const known = (await site.call(script.url, {}, options)).known!;
  expect(known.age).toBeGreaterThanOrEqual(0);
  await expect(site.page.getByText(/^Showing results from/)).toBeVisible();
  await site.page.evaluate(() => sessionStorage.setItem('shift', '-7200000'));
  await site.open();
  const back = (await site.call(script.url, {}, options)).known!;
  expect(back.source).toBe('stale-cache');
  expect(back).not.toHaveProperty('age');
  await expect(site.page.getByRole('group').first()).toBeVisible();
  await expect(site.page.getByText(/^Showing results/)).toHaveCount(0);
});

test('I a download that its caller gives up is not read on for its copy', async ({ site, server }) => {
  const steps = [{ bytes: 400_000, pace: { size: 10_000, delay: 100 } }];
  const script = await server.play({ steps });
  await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      const response = await client.fetch(url);
      await response.body!.cancel();
    },
    [script.url, FRESH] as const,
  );
  await expect.poll(async () => (await script.requests())[0]!.end, { timeout: 3000 }).toBe('aborted');
  expect(await records(site.page)).toEqual([]);
});
