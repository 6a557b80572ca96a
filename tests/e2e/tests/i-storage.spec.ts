// Stored copies where the storage fails, is altered, cleared, shared and used by pages that are killed.
import type { BrowserContext } from '@playwright/test';
import { NAME, alter, bodies, records, stored, storedAnew, storing } from '../support/copies';
import type { Server } from '../support/server';
import { Site, expect, test } from '../support/test';

const FIRST = storing({ strategy: 'network-first' });
const CACHED = storing({ strategy: 'cache-first', fresh: 600_000 });
const YEAR = 31_536_000_000;
/** A body that is in the Cache API; smaller ones are in the database. */
const LARGE = 80_000;

async function says(site: Site, url: string, options = CACHED): Promise<string> {
  const { known, text, error } = await site.call(url, {}, options);
  return `${known?.source}: ${text ?? error?.name}`;
}

/** Another tab of the same browser. */
async function tab(context: BrowserContext, server: Server): Promise<Site> {
  const site = new Site(await context.newPage(), server);
  await site.open();
  return site;
}

/** The browser's own limit for what the origin stores, bytes. */
async function limit({ page, server }: Site, quotaSize: number): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: server.first, quotaSize });
}

test('I10 where the quota is used up, older copies make room, and every answer arrives', async ({
  site,
  server,
}) => {
  await limit(site, 3_000_000);
  const script = await server.play({ steps: [{ bytes: 400_000 }] });
  for (let n = 0; n < 16; n++) {
    const outcome = await site.call(`${script.url}/${n}`, {}, CACHED);
    expect(outcome).toMatchObject({ status: 200, known: { source: 'network' } });
    expect(outcome.text).toHaveLength(400_000);
    const key = `${script.url}/${n}`;
    await expect.poll(async () => (await records(site.page)).map(({ key }) => key[1])).toContain(key);
  }
  expect((await records(site.page)).length).toBeLessThan(8);
  await site.open();
  expect((await site.call(`${script.url}/15`, {}, CACHED)).known!.source).toBe('cache');
});

test('I10 where there is no room at all, memory takes over, and it is said once', async ({
  bare: site,
  server,
}) => {
  site.expects(/storage is full/);
  const said: string[] = [];
  site.page.on('console', (message) => message.type() === 'warning' && said.push(message.text()));
  await site.open();
  const script = await server.play({ steps: [{ bytes: 100_000 }], sequence: 'path' });
  await limit(site, 1000);
  for (const n of [1, 2, 3]) {
    expect((await site.call(`${script.url}/${n}`, {}, CACHED)).text).toHaveLength(100_000);
  }
  await expect.poll(async () => (await site.call(`${script.url}/3`, {}, CACHED)).known!.source).toBe('cache');
  expect(said.filter((text) => text.includes('full'))).toHaveLength(1);
});

const DAMAGES: [what: string, changes: Record<string, unknown>, said: RegExp][] = [
  ['of an older version', { layout: 0 }, /older version/],
  ['of a newer version', { layout: 2 }, /newer version/],
  ['of no version', { layout: null }, /cannot be read/],
  ['without some members', { fields: undefined, vary: undefined }, /damaged/],
  ['with members of another kind', { bytes: 'many', url: 7 }, /damaged/],
  ['with hostile header fields', { fields: Array(7).fill(7) }, /damaged/],
  ['that points at no body', { body: 'nowhere' }, /body is missing/],
  ['that points at no large body', { small: false }, /body is missing/],
  ['of a longer body', { bytes: 4 }, /body is damaged/],
  ['of another status', { status: 206 }, /body is damaged/],
];

for (const [what, changes, said] of DAMAGES) {
  test(`I11 a record ${what} is dropped, not served`, async ({ bare: site, server }) => {
    site.expects(said);
    const heard: string[] = [];
    site.page.on('console', (message) => heard.push(message.text()));
    await site.open();
    const script = await server.play({ steps: [{ text: 'one' }, { text: 'two' }] });
    await site.call(script.url, {}, CACHED);
    await stored(site.page, 1);
    await alter(site.page, changes);
    await site.open();
    expect(await says(site, script.url)).toBe('network: two');
    expect(heard.filter((text) => said.test(text))).toHaveLength(1);
    // The new one takes its place.
    await expect.poll(() => says(site, script.url)).toBe('cache: two');
    expect(await script.count()).toBe(2);
  });
}

for (const [what, first] of [
  ['small', { text: 'one and all' }],
  ['large', { bytes: LARGE }],
] as const) {
  test(`I11 a truncated ${what} body is dropped, not served`, async ({ bare: site, server }) => {
    site.expects(/body is damaged/);
    await site.open();
    const script = await server.play({ steps: [first, { text: 'two' }] });
    await site.call(script.url, {}, CACHED);
    await stored(site.page, 1);
    await site.page.evaluate(async (name) => {
      const database = await lab.opened(name);
      const bodies = database.transaction('bodies', 'readwrite').objectStore('bodies');
      for (const small of await lab.asked<{ body: ArrayBuffer }[]>(bodies.getAll())) {
        await lab.asked(bodies.put({ ...small, body: small.body.slice(0, 7) }));
      }
      database.close();
      for (const room of await caches.keys()) {
        const cache = await caches.open(room);
        for (const request of await cache.keys()) {
          await cache.put(request, new Response('one and', (await cache.match(request))!));
        }
      }
    }, NAME);
    await site.open();
    expect(await says(site, script.url)).toBe('network: two');
  });
}

test('I11 totals that make no sense are counted anew', async ({ site, server }) => {
  const script = await server.play({ steps: [{ bytes: 1000 }] });
  const options = storing({ strategy: 'cache-first', fresh: 60_000, maxEntries: 3 });
  for (const n of [1, 2, 3]) {
    await site.call(`${script.url}/${n}`, {}, options);
    await stored(site.page, n);
  }
  await site.page.evaluate(async (name) => {
    const database = await lab.opened(name);
    const totals = database.transaction('totals', 'readwrite').objectStore('totals');
    for (const total of await lab.asked<object[]>(totals.getAll())) {
      await lab.asked(totals.put({ ...total, entries: -7, bytes: 'some' }));
    }
    database.close();
  }, NAME);
  for (const n of [4, 5]) await site.call(`${script.url}/${n}`, {}, options);
  const keys = async () => (await records(site.page)).map(({ key }) => key[1].at(-1)).sort();
  await expect.poll(keys).toEqual(['3', '4', '5']);
});

test('I11 a foreign database of that name costs only the disk', async ({ bare: site, server }) => {
  site.expects(/cannot be stored/);
  await site.open();
  await site.page.evaluate(async (name) => {
    const opening = indexedDB.open(name, 7);
    opening.onupgradeneeded = () => opening.result.createObjectStore('theirs');
    (await lab.asked<IDBDatabase>(opening)).close();
  }, NAME);
  const script = await server.play({ steps: [{ text: 'one' }] });
  expect(await says(site, script.url)).toBe('network: one');
  await expect.poll(() => says(site, script.url)).toBe('cache: one');
});

for (const [what, shift, first, second] of [
  ['back', -YEAR, 'network: two', 'stale-cache: two'],
  ['forward', YEAR + 1000, 'network: two', 'stale-cache: two'],
] as const) {
  test(`I11 a clock set ${what} by a year`, async ({ bare: site, server }) => {
    await site.page.addInitScript(() => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + Number(sessionStorage.getItem('shift'));
    });
    await site.open();
    const script = await server.play({ steps: [{ text: 'one' }, { text: 'two' }, { status: 503 }] });
    await site.call(script.url, {}, CACHED);
    await stored(site.page, 1);
    await site.page.evaluate((shift) => sessionStorage.setItem('shift', `${shift}`), shift);
    const before = await records(site.page);
    expect(await says(site, script.url)).toBe(first);
    await storedAnew(site.page, before);
    expect(await says(site, script.url)).toBe('cache: two');
    expect(await says(site, script.url, FIRST)).toBe(second);
    // And right again.
    await site.page.evaluate(() => sessionStorage.removeItem('shift'));
    await site.open();
    const { status, known } = await site.call(script.url, {}, FIRST);
    expect([status, known!.source]).toEqual(shift > 0 ? [200, 'stale-cache'] : [503, 'network']);
  });
}

test('a cleared partition leaves nothing behind, in no tab and of no call under way', async ({
  context,
  site,
  server,
}) => {
  const other = await tab(context, server);
  const script = await server.play({
    steps: [{ echo: true }],
    routes: {
      'GET /slow': { text: 'late', delay: 500 },
      'GET /slow-2': { bytes: LARGE, delay: 500 },
      'GET /2': { bytes: LARGE },
    },
  });
  const as = (partition: string | null) => ({ ...CACHED, partition });
  for (const who of ['ann', 'bob', null]) {
    await site.call(script.url, {}, as(who));
    await site.call(`${script.url}/2`, {}, as(who));
  }
  await stored(site.page, 6);
  expect((await other.call(script.url, {}, as('ann'))).known!.source).toBe('cache');
  const late = Promise.all([
    site.call(`${script.url}/slow`, {}, as('ann')),
    site.call(`${script.url}/slow-2`, {}, as('ann')),
    other.call(`${script.url}/slow`, {}, as('ann')),
    other.call(`${script.url}/slow-2`, {}, as('ann')),
  ]);
  await expect.poll(() => script.count()).toBe(10);
  await site.page.evaluate(async (options) => (await lab.client(options)).cache.clear('ann'), as('ann'));
  expect((await records(site.page)).map(({ key }) => key[0]).sort()).toEqual([0, 0, 'bob', 'bob']);
  await late;
  await site.page.waitForTimeout(300);
  expect(await records(site.page)).toHaveLength(4);
  expect(await bodies(site.page)).toBe(4);
  expect((await other.call(script.url, {}, as('ann'))).known!.source).toBe('network');
  expect((await other.call(script.url, {}, as('bob'))).known!.source).toBe('cache');
  // All of it, by a client that has nothing to do with it.
  await site.page.evaluate(() => steadfetch.createSteadfetch({ surfaces: false }).cache.clear());
  expect(await records(site.page)).toEqual([]);
  expect(await site.page.evaluate(() => caches.keys())).toEqual([]);
  expect((await other.call(script.url, {}, as('bob'))).known!.source).toBe('network');
});

// Trusted Types without a policy forbid every worker, so the page opens without its own policy.
for (const kind of ['dedicated', 'shared', 'service'] as const) {
  test(`copies are stored and served in a ${kind} worker`, async ({ bare: site, server }) => {
    await site.open('/?csp=off');
    const script = await server.play({ steps: [{ text: 'one' }, { status: 503 }] });
    const ask = () =>
      site.page.evaluate(
        ([kind, url]) => workers[kind](url, '/elsewhere/', { cache: { strategy: 'network-first' } }),
        [kind, script.url] as const,
      );
    expect(await ask()).toMatchObject({ text: 'one', known: { source: 'network' } });
    await stored(site.page, 1);
    expect(await ask()).toMatchObject({ text: 'one', known: { source: 'stale-cache' } });
    // A page has it too.
    expect(await says(site, script.url, FIRST)).toBe('stale-cache: one');
  });
}

test('a copy that another tab replaced is not served any more', async ({ context, site, server }) => {
  const other = await tab(context, server);
  const script = await server.play({ steps: [{ text: 'one' }, { text: 'two' }] });
  await site.call(script.url, {}, CACHED);
  await stored(site.page, 1);
  expect(await says(other, script.url)).toBe('cache: one');
  const before = await records(site.page);
  await site.call(script.url, { cache: 'reload' }, CACHED);
  await storedAnew(site.page, before);
  await expect.poll(() => says(other, script.url)).toBe('cache: two');
});

test('storage that is wiped in mid-use costs what was stored, and is said once', async ({
  bare: site,
  server,
}) => {
  site.expects(/has been wiped|storage fails/);
  await site.open();
  const script = await server.play({ steps: [{ text: 'one' }, { text: 'two' }] });
  await site.call(script.url, {}, CACHED);
  await stored(site.page, 1);
  const devtools = await site.page.context().newCDPSession(site.page);
  await devtools.send('Storage.clearDataForOrigin', { origin: server.first, storageTypes: 'all' });
  expect(await says(site, script.url)).toBe('network: two');
  await expect.poll(() => says(site, script.url)).toBe('cache: two');
});

for (const [what, take] of [
  ['no Cache API', () => void Object.defineProperty(globalThis, 'caches', { value: undefined })],
  [
    'a Cache API that throws',
    () =>
      void Object.defineProperty(globalThis, 'caches', {
        get() {
          throw new DOMException('no', 'SecurityError');
        },
      }),
  ],
  [
    'a database that does not open',
    () => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('no', 'SecurityError');
      };
    },
  ],
] as const) {
  test(`with ${what}, copies are in memory, within the same limits`, async ({ bare: site, server }) => {
    site.expects(/cannot be stored/);
    const said: string[] = [];
    site.page.on('console', (message) => message.type() === 'warning' && said.push(message.text()));
    await site.page.addInitScript(take);
    await site.open();
    const script = await server.play({ steps: [{ text: 'ok' }], sequence: 'path' });
    const options = storing({ strategy: 'cache-first', fresh: 60_000, maxEntries: 2 });
    for (const n of [1, 2]) await site.call(`${script.url}/${n}`, {}, options);
    expect(await says(site, `${script.url}/1`, options)).toBe('cache: ok');
    await site.call(`${script.url}/3`, {}, options);
    expect(await says(site, `${script.url}/2`, options)).toBe('network: ok');
    expect(await says(site, `${script.url}/3`, options)).toBe('cache: ok');
    await site.page.evaluate(async (options) => (await lab.client(options)).cache.clear(), options);
    expect(await says(site, `${script.url}/3`, options)).toBe('network: ok');
    expect(said).toHaveLength(1);
  });
}

test('a database that never opens keeps nobody waiting', async ({ bare: site, server }) => {
  site.expects(/cannot be stored/);
  await site.open();
  // A deletion that waits for somebody who does not let go: whoever opens it now waits, too.
  await site.page.evaluate(async (name) => {
    Object.assign(globalThis, { held: await lab.opened(name) });
    indexedDB.deleteDatabase(name);
  }, NAME);
  const script = await server.play({ steps: [{ text: 'one' }] });
  const first = await site.call(script.url, {}, FIRST);
  expect(first).toMatchObject({ text: 'one', known: { source: 'network' } });
  expect(first.ms, 'network-first waits for no storage').toBeLessThan(1500);
  const second = await site.call(script.url, {}, CACHED);
  expect(second).toMatchObject({ text: 'one', known: { source: 'network' } });
  expect(second.ms).toBeLessThan(4000);
  await expect.poll(() => says(site, script.url), { timeout: 15_000 }).toBe('cache: one');
  const refused = site.page.evaluate(async (options) => (await lab.client(options)).cache.clear(), CACHED);
  await expect(refused).rejects.toThrow('the database does not open');
});

test('what killed pages left behind is swept', async ({ site, server }) => {
  const script = await server.play({ steps: [{ bytes: LARGE }] });
  await site.call(script.url, {}, CACHED);
  await stored(site.page, 1);
  const { room } = (await records(site.page))[0]!;
  await site.page.evaluate(
    async ([name, room]) => {
      const database = await lab.opened(name);
      const loose = database.transaction('loose', 'readwrite').objectStore('loose');
      await lab.asked(loose.put({ id: 'left', body: 'left', room, at: Date.now() - 61_000 }));
      await lab.asked(loose.put({ id: 'ahead', body: 'ahead', room, at: Date.now() + 99_000 }));
      await lab.asked(loose.put({ id: 'under way', body: 'under-way', room, at: Date.now() }));
      database.close();
      const cache = await caches.open(room);
      for (const id of ['left', 'ahead', 'under-way']) {
        await cache.put(`https://steadfetch.invalid/${id}`, new Response(id));
      }
      await caches.open(`${name}:nobody`);
      await caches.open('theirs');
    },
    [NAME, room] as const,
  );
  await site.open();
  expect((await site.call(script.url, {}, CACHED)).known!.source).toBe('cache');
  await expect.poll(() => bodies(site.page)).toBe(2);
  // The browser takes its time where others ask it too.
  await expect
    .poll(() => site.page.evaluate(() => caches.keys().then((keys) => keys.sort())), { timeout: 20_000 })
    .toEqual([room, 'theirs']);
});

test('pages killed while they store leave nothing that is served wrongly', async ({ context, server }) => {
  test.setTimeout(90_000);
  const script = await server.play({
    steps: [{ bytes: 20_000 }],
    routes: { 'GET /large/*': { bytes: LARGE } },
  });
  for (let kill = 0; kill < 12; kill++) {
    const site = await tab(context, server);
    // Every other one is a new answer to a known request.
    void site.page
      .evaluate(
        async ([url, options, kill]) => {
          const client = await lab.client(options);
          for (let n = 0; ; n++) {
            const at = `${url}/${n % 3 ? 'small' : 'large'}/${n % 2 ? n : `${kill}-${n}`}`;
            await (await client.fetch(at, { cache: 'reload' })).text();
          }
        },
        [script.url, CACHED, kill] as const,
      )
      .catch(() => {});
    await site.page.waitForTimeout(150 + 37 * kill);
    const devtools = await context.newCDPSession(site.page);
    const crashed = site.page.waitForEvent('crash');
    // A dead page does not answer.
    void devtools.send('Page.crash').catch(() => {});
    await crashed;
    await site.page.close();
  }
  const site = await tab(context, server);
  const all = await records(site.page);
  expect(all.length).toBeGreaterThan(20);
  const served = await site.page.evaluate(
    async ([urls, options, large]) => {
      const client = await lab.client(options);
      const found = { cache: 0, wrong: 0 };
      for (const url of urls) {
        const response = await client.fetch(url);
        const { byteLength } = await response.arrayBuffer();
        if (client.explain(response)!.source === 'cache') found.cache += 1;
        if (byteLength !== (url.includes('/large/') ? large : 20_000)) found.wrong += 1;
      }
      return found;
    },
    [all.map(({ key }) => key[1]), CACHED, LARGE] as const,
  );
  expect(served).toEqual({ cache: all.length, wrong: 0 });
});

test('10 000 copies stay within their byte limit', async ({ site }) => {
  test.setTimeout(400_000);
  const MOST = 12_000_000;
  const took = await site.page.evaluate(async (maxBytes) => {
    const body = 'x'.repeat(2000);
    globalThis.fetch = async () => new Response(body);
    const client = steadfetch.createSteadfetch({
      surfaces: false,
      defaults: { cache: { strategy: 'network-first', maxEntries: 100_000, maxBytes } },
    });
    await client.ready;
    const took: number[] = [];
    for (let n = 0; n < 10_000; n += 1000) {
      const began = performance.now();
      for (let k = n; k < n + 1000; k += 20) {
        const calls = Array.from({ length: 20 }, (_, m) => client.fetch(`/many/${k + m}`));
        for (const call of calls) await (await call).text();
        await lab.sleep(0);
      }
      await lab.sleep(500);
      took.push(performance.now() - began);
    }
    return took;
  }, MOST);
  expect(Math.max(...took.slice(5)), 'later puts take no longer').toBeLessThan(
    3 * Math.max(...took.slice(0, 5)),
  );
  const last = async () => {
    const all = await records(site.page);
    return all.some(({ key }) => key[1].endsWith('/many/9999'))
      ? all.reduce((sum, { bytes }) => sum + bytes, 0)
      : 0;
  };
  await expect.poll(last, { timeout: 300_000 }).toBeGreaterThan(MOST - 4000);
  expect(await last()).toBeLessThanOrEqual(MOST);
  const count = (await records(site.page)).length;
  await expect.poll(() => bodies(site.page), { timeout: 30_000 }).toBe(count);
});
