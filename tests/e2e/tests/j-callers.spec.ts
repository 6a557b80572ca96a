// J: whoever waits for what comes of a write hears of it, whatever becomes of the page, the storage or the engine.
import { type Page, chromium } from '@playwright/test';
import config from '../playwright.config';
import { KEPT, WRITES, entries, flush, ledger, start, write } from '../support/outbox';
import type { Scenario } from '../support/server';
import { Site, expect, test } from '../support/test';
import { withTraps } from '../support/trap';

const LINE = '/api/ledger/a';
const WAIT = { ...KEPT, outbox: { respond: 'wait' as const } };

async function heal(script: Scenario): Promise<void> {
  await fetch(`${script.control}?keep`, { method: 'PUT', body: JSON.stringify({ app: true }) });
}

/** Makes a write whose caller waits; settles once it is kept. */
async function wait(page: Page, url: string): Promise<void> {
  await page.evaluate((url) => {
    const outcome = lab.outcome(() => client.fetch(url, { method: 'POST', body: '1' }));
    Object.assign(globalThis, { outcome });
  }, url);
  await expect.poll(() => page.evaluate(() => client.outbox.size)).toBe(1);
}

/** What came of it, in short. */
function outcome(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const { outcome } = globalThis as never as { outcome: ReturnType<typeof lab.outcome> };
    const ended = await Promise.race([outcome, lab.sleep(6000)]);
    if (!ended) return 'never';
    const { status, text, error, known } = ended;
    return error ? error.message : `${status} ${known?.source} ${text}`;
  });
}

async function secondTab(page: Page, first: string): Promise<Page> {
  const other = await page.context().newPage();
  await other.goto(first);
  await other.locator('html[data-ready]').waitFor();
  await start(other, { defaults: KEPT });
  return other;
}

for (const how of ['nothing', 'a flush'] as const) {
  test(`of a write that was wiped, after ${how}`, async ({ site, server }) => {
    const warnings: string[] = [];
    site.page.on('console', (message) => warnings.push(message.text()));
    site.expects(/Steadfetch: the storage was wiped, and 1 writes/);
    const script = await server.play({ app: true, faults: WRITES });
    await start(site.page, { defaults: WAIT });
    await wait(site.page, script.url + LINE);
    await site.page.evaluate(() => lab.done(indexedDB.deleteDatabase('steadfetch-outbox')));
    if (how === 'a flush') await flush(site.page);
    expect(await outcome(site.page)).toMatch(/^The write is lost/);
    expect(await site.page.evaluate(() => client.outbox.size)).toBe(0);
    expect(warnings.filter((text) => /wiped/.test(text))).toHaveLength(1);
  });
}

test('of one that another tab has sent, with its answer', async ({ site, server }) => {
  const script = await server.play({ app: true, faults: WRITES });
  await start(site.page, { defaults: WAIT });
  await wait(site.page, script.url + LINE);
  const other = await secondTab(site.page, server.first);
  await heal(script);
  await flush(other);
  expect(await outcome(site.page)).toBe('200 outbox {"lane":"a","number":1}');
});

test('of one whose answer is too large to hand over, with its status', async ({ site, server }) => {
  const large = { status: 201, bytes: 100_000 };
  const steps = [{ status: 503 }, large];
  const script = await server.play({ app: true, faults: { 'POST /api/ledger/**': { steps, times: 2 } } });
  await start(site.page, { defaults: WAIT });
  await wait(site.page, script.url + LINE);
  const other = await secondTab(site.page, server.first);
  await flush(other);
  expect(await outcome(site.page)).toBe('201 outbox ');
});

test('of one that another tab has sent, or discarded, while no tab could speak', async ({ bare, server }) => {
  // As of a page that was in the back/forward cache.
  await bare.page.context().addInitScript(() => {
    Object.defineProperty(globalThis, 'BroadcastChannel', { value: undefined });
  });
  await bare.open();
  const script = await server.play({ app: true, faults: WRITES });
  await start(bare.page, { defaults: WAIT });
  const other = await secondTab(bare.page, server.first);
  await wait(bare.page, script.url + LINE);
  await other.evaluate(async () => {
    for (const { id } of await client.outbox.entries()) await client.outbox.discard(id);
  });
  await bare.page.evaluate(() => client.outbox.entries());
  expect(await outcome(bare.page)).toBe('The write was discarded.');
  await wait(bare.page, script.url + LINE);
  await heal(script);
  await flush(other);
  await bare.page.evaluate(() => client.outbox.entries());
  expect(await outcome(bare.page)).toBe('200 outbox ');
});

test('of one that was sent while its page was in the back/forward cache', async ({ server }) => {
  const browser = await chromium.launch({
    ...config.use!.launchOptions,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  const context = await browser.newContext();
  const site = new Site(await context.newPage(), server);
  await site.open('/?cache=revalidate');
  const script = await server.play({ app: true, faults: WRITES });
  await start(site.page, { defaults: WAIT });
  await wait(site.page, script.url + LINE);
  await site.page.evaluate(() =>
    addEventListener('pageshow', ({ persisted }) => Object.assign(globalThis, { persisted })),
  );
  await site.page.goto(`${server.first}/auto.html?cache=revalidate`);
  const other = await secondTab(site.page, server.first);
  await heal(script);
  await flush(other);
  expect((await ledger(script)).lanes).toEqual({ a: ['1'] });
  await site.page.goBack({ waitUntil: 'commit' });
  await expect
    .poll(() => site.page.evaluate(() => (globalThis as { persisted?: boolean }).persisted))
    .toBe(true);
  expect(await outcome(site.page)).toBe('200 outbox ');
  await browser.close();
});

test('a trap while a write is being stored leaves its caller with the 202', async ({ bare, server }) => {
  bare.expects(/its engine stopped and is started anew/);
  await withTraps(bare.page);
  await bare.open();
  const script = await server.play({
    app: true,
    faults: WRITES,
    routes: { 'GET /ping': { status: 500 } },
  });
  const got = await bare.page.evaluate(
    async ([url, ping, defaults]) => {
      let go = () => {};
      const secrets = new Promise<Record<string, string>>((known) => (go = () => known({})));
      let asked = 0;
      const headers = () => ((asked += 1), secrets);
      const auth = { refresh: async () => {}, headers };
      globalThis.client = steadfetch.createSteadfetch({ surfaces: false, defaults, auth });
      await client.ready;
      const call = lab.outcome(() => client.fetch(url, { method: 'POST', body: '1' }));
      while (asked === 0) await lab.sleep(10);
      traps.next.push('answer');
      await client.fetch(ping).catch(() => {});
      go();
      const { status, known, error } = await call;
      return [traps.hit.length, status ?? error, known?.source];
    },
    [script.url + LINE, `${script.url}/ping`, KEPT] as const,
  );
  expect(got).toEqual([1, 202, 'outbox']);
  expect((await entries(bare.page)).length).toBe(1);
  expect(await script.count(), 'it is not sent beside it').toBe(2);
  await heal(script);
  await flush(bare.page);
  expect(await ledger(script)).toMatchObject({ lanes: { a: ['1'] }, repeats: 0 });
});

test('a client that is disposed of while a write is being stored tells its caller', async ({
  site,
  server,
}) => {
  site.expects(/storage is blocked/);
  const script = await server.play({ app: true, faults: WRITES });
  for (const defaults of [KEPT, WAIT]) {
    const got = await site.page.evaluate(
      async ([url, defaults]) => {
        let asked = 0;
        const headers = () => ((asked += 1), lab.sleep(300).then(() => ({})));
        const auth = { refresh: async () => {}, headers };
        globalThis.client = steadfetch.createSteadfetch({ surfaces: false, defaults, auth });
        await client.ready;
        const call = lab.outcome(() => client.fetch(url, { method: 'POST', body: '1' }));
        while (asked === 0) await lab.sleep(10);
        client.dispose();
        const ended = await Promise.race([call, lab.sleep(4000)]);
        return ended ? (ended.status ?? ended.error!.name) : 'never';
      },
      [script.url + LINE, defaults] as const,
    );
    expect(got).toBe(503);
  }
  await start(site.page, { defaults: KEPT });
  expect(await entries(site.page)).toEqual([]);
});

test('in memory alone, without Web Locks, what waits is sent', async ({ bare, server }) => {
  await bare.page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });
    IDBFactory.prototype.open = () => {
      throw new DOMException('blocked', 'SecurityError');
    };
  });
  await bare.open();
  bare.expects(/storage is blocked/);
  const script = await server.play({ app: true, faults: WRITES });
  await start(bare.page, { defaults: WAIT });
  await wait(bare.page, script.url + LINE);
  await heal(script);
  await flush(bare.page);
  expect(await outcome(bare.page)).toBe('200 network {"lane":"a","number":1}');
});

test('a call made before the engine is there is of whoever makes it', async ({ bare, server }) => {
  const script = await server.play({ app: true, faults: WRITES });
  await bare.open();
  await bare.page.evaluate(
    async ([url, defaults]) => {
      let user = 'ada';
      globalThis.client = steadfetch.createSteadfetch({ surfaces: false, defaults, partition: () => user });
      const call = client.fetch(url, { method: 'POST', body: 'from ada' });
      if (client.state !== 'loading') throw new Error('too late');
      user = 'bob';
      await call;
      Object.assign(globalThis, { become: (name: string) => (user = name) });
    },
    [script.url + LINE, KEPT] as const,
  );
  await heal(script);
  await flush(bare.page);
  expect((await ledger(script)).lanes, 'bob is signed in').toEqual({});
  await bare.page.evaluate(() => (globalThis as never as { become(name: string): void }).become('ada'));
  await flush(bare.page);
  expect((await ledger(script)).lanes).toEqual({ a: ['from ada'] });
});

test('a damaged record of somebody else is not shown', async ({ site, server }) => {
  const script = await server.play({ app: true, faults: WRITES });
  await start(site.page, { defaults: KEPT, partition: 'ada' });
  await write(site.page, script.url + LINE, ['from ada']);
  await site.page.evaluate(async () => {
    const database = await lab.database();
    const stored = database.transaction('entries', 'readwrite').objectStore('entries');
    for (const row of await lab.done(stored.getAll())) {
      delete row.head.url;
      await lab.done(stored.put(row));
    }
    database.close();
  });
  await site.open();
  await start(site.page, { defaults: KEPT, partition: 'bob' });
  expect(await entries(site.page)).toEqual([]);
  await site.page.evaluate(() => client.configure({ partition: 'ada' }));
  expect(await entries(site.page)).toMatchObject([{ state: 'dead', reason: 'its record is damaged' }]);
});
