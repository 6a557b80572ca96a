import { chromium } from '@playwright/test';
import config from '../playwright.config';
import { stored } from '../support/copies';
import { card, notice, show, start } from '../support/notices';
import { Site, expect, test as base } from '../support/test';

const ONCE = '/?cache=revalidate';
const ELSEWHERE = '/auto.html?cache=revalidate';

/** A page in a browser whose back/forward cache is on, as people have it. */
const test = base.extend<{ visited: Site }>({
  visited: async ({ server }, use) => {
    const browser = await chromium.launch({
      ...config.use!.launchOptions,
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    });
    const page = await browser.newPage();
    await page.addInitScript(() => {
      const shown: boolean[] = [];
      Object.assign(globalThis, { shown });
      addEventListener('pageshow', ({ persisted }) => shown.push(persisted));
    });
    const site = new Site(page, server);
    await site.open(ONCE);
    await use(site);
    await browser.close();
    expect(site.complaints()).toEqual([]);
  },
});

/** Leaves the page and comes back. What the browser says of it. */
async function leaveAndReturn({ page, server }: Site): Promise<{ shown: boolean[]; why: unknown }> {
  await page.goto(server.first + ELSEWHERE);
  await page.locator('html[data-ready]').waitFor();
  await page.goBack({ waitUntil: 'commit' });
  await expect.poll(() => page.url()).toBe(server.first + ONCE);
  return page.evaluate(() => {
    const [entry] = performance.getEntriesByType('navigation') as (PerformanceNavigationTiming & {
      notRestoredReasons?: unknown;
    })[];
    return {
      shown: (globalThis as unknown as { shown: boolean[] }).shown,
      why: entry!.notRestoredReasons ?? null,
    };
  });
}

declare const client: import('steadfetch').Steadfetch;

test('N9 a page with a client enters the back/forward cache and leaves it in working order', async ({
  visited: site,
  server,
}) => {
  const script = await server.play({
    sequence: 'path',
    steps: [{ status: 503 }, { text: 'ok' }],
    routes: { 'GET /bad': { status: 500 } },
  });
  await site.page.evaluate(async (url) => {
    const client = steadfetch.createSteadfetch({
      surfaces: { delay: 0 },
      defaults: { retry: { base: 2, cap: 4 }, idleTimeout: 4000, breaker: false, budget: false },
    });
    Object.assign(globalThis, { client });
    await client.ready;
    await (await client.fetch(`${url}/before`)).text();
    await client.fetch(`${url}/bad`);
    client.notices.show({ message: 'text', surface: 'banner', args: { title: 'Planned maintenance' } });
  }, script.url);
  await expect(site.page.getByRole('group', { name: "That didn't work" })).toBeVisible();
  expect(await leaveAndReturn(site)).toEqual({ shown: [false, true], why: null });
  await expect(site.page.getByRole('group', { name: "That didn't work" })).toBeVisible();
  await expect(site.page.getByRole('group', { name: 'Planned maintenance' })).toBeVisible();
  const after = await site.page.evaluate(async (url) => {
    const { text, known } = await lab.outcome(() => client.fetch(`${url}/after`));
    return { state: client.state, text, attempts: known?.attempts };
  }, script.url);
  expect(after).toEqual({ state: 'active', text: 'ok', attempts: 2 });
});

test('N9 a wait that was frozen goes on after the return', async ({ visited: site, server }) => {
  const script = await server.play({ steps: [{ status: 503, retryAfter: 2 }, { text: 'ok' }] });
  await site.page.evaluate(async (url) => {
    const client = steadfetch.createSteadfetch({ surfaces: { delay: 0 } });
    Object.assign(globalThis, { client });
    await client.ready;
    Object.assign(globalThis, { waiting: lab.outcome(() => client.fetch(url)) });
    await lab.sleep(500);
  }, script.url);
  expect(await leaveAndReturn(site)).toEqual({ shown: [false, true], why: null });
  const { text, known } = await site.page.evaluate(
    () => (globalThis as unknown as { waiting: Promise<import('../app/src/lab').Outcome> }).waiting,
  );
  expect([text, known?.attempts]).toEqual(['ok', 2]);
  expect(await script.count()).toBe(2);
});

test('N9 a client that is still loading does not keep its page out of the cache', async ({
  visited: site,
  server,
}) => {
  const wasm = await server.play({ steps: [{ delay: 1500, redirect: `${server.first}/nowhere.wasm` }] });
  const script = await server.play({ steps: [{ text: 'ok' }] });
  await site.page.evaluate(
    ([wasm]) => void Object.assign(globalThis, { client: slim.createSteadfetch({ wasm, surfaces: false }) }),
    [wasm.url] as const,
  );
  expect((await leaveAndReturn(site)).shown).toEqual([false, true]);
  const got = await site.page.evaluate(async (url) => {
    const { text } = await lab.outcome(() => client.fetch(url));
    return { text, ready: await client.ready };
  }, script.url);
  expect(got).toEqual({ text: 'ok', ready: 'passthrough' });
});

test('N9 a page that stores copies enters the back/forward cache, and serves them after', async ({
  visited: site,
  server,
}) => {
  const script = await server.play({ steps: [{ text: 'one' }, { status: 503 }] });
  await site.page.evaluate(async (url) => {
    const cache = { strategy: 'network-first' } as const;
    const client = steadfetch.createSteadfetch({ surfaces: false, defaults: { retry: false, cache } });
    Object.assign(globalThis, { client });
    await (await client.fetch(url)).text();
  }, script.url);
  await stored(site.page, 1);
  expect(await leaveAndReturn(site)).toEqual({ shown: [false, true], why: null });
  const after = await site.page.evaluate((url) => lab.outcome(() => client.fetch(url)), script.url);
  expect(after).toMatchObject({ text: 'one', known: { source: 'stale-cache' } });
});

test('N9 an outbox that sends does not keep its page out of the cache, and goes on after the return', async ({
  visited: site,
  server,
}) => {
  const script = await server.play({
    app: true,
    faults: { 'POST /api/ledger/**': { steps: [{ status: 503 }, { silence: true }], times: 2 } },
  });
  await site.page.evaluate(async (url) => {
    const defaults = { retry: false, breaker: false, budget: false, outbox: {} } as const;
    const client = steadfetch.createSteadfetch({ surfaces: false, defaults });
    Object.assign(globalThis, { client });
    await client.ready;
    for (const body of ['1', '2']) await client.fetch(url, { method: 'POST', body });
    void client.outbox.flush();
  }, `${script.url}/api/ledger/a`);
  await expect.poll(() => script.count()).toBe(2);
  expect(await leaveAndReturn(site)).toEqual({ shown: [false, true], why: null });
  await expect
    .poll(async () => ((await (await fetch(`${script.url}/api/ledger`)).json()) as { lanes: object }).lanes)
    .toEqual({ a: ['1', '2'] });
});

test('N9 an outbox that is broken off as its page goes opens no database again', async ({ site, server }) => {
  const script = await server.play({
    app: true,
    faults: { 'POST /api/ledger/**': { steps: [{ status: 503 }, { silence: true }], times: 2 } },
  });
  const opened = await site.page.evaluate(async (url) => {
    const defaults = { retry: false, breaker: false, budget: false, outbox: {} } as const;
    const client = steadfetch.createSteadfetch({ surfaces: false, defaults });
    await client.ready;
    await client.fetch(url, { method: 'POST', body: '1' });
    void client.outbox.flush();
    while ((await client.outbox.entries())[0]!.state !== 'sending') await lab.sleep(20);
    await lab.sleep(200);
    const { open } = IDBFactory.prototype;
    let opened = 0;
    IDBFactory.prototype.open = function (...database) {
      opened += 1;
      return open.apply(this, database);
    };
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    await lab.sleep(500);
    const away = opened;
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    return away;
  }, `${script.url}/api/ledger/a`);
  expect(opened).toBe(0);
  await expect
    .poll(async () => ((await (await fetch(`${script.url}/api/ledger`)).json()) as { lanes: object }).lanes)
    .toEqual({ a: ['1'] });
});

test('N9 a page with notices on every surface and a panel open is kept, and they are there afterwards', async ({
  visited: site,
}) => {
  await start(site);
  await show(
    site,
    notice('A toast', { severity: 'error' }),
    notice('A bar', { surface: 'banner', severity: 'warning' }),
  );
  await site.page.evaluate(
    (input) => {
      globalThis.client.notices.show({ ...input, surface: document.querySelector('#name')! });
      globalThis.client.notices.openHistory();
    },
    notice('A hint', { severity: 'error' }),
  );
  await expect(site.page.getByRole('dialog', { name: 'Notices so far' })).toBeVisible();
  expect(await leaveAndReturn(site)).toEqual({ shown: [false, true], why: null });
  await site.page.keyboard.press('Escape');
  for (const title of ['A toast', 'A bar', 'A hint']) await expect(card(site, title)).toBeVisible();
  await show(site, notice('Another', { severity: 'error' }));
  await expect(card(site, 'Another')).toBeVisible();
});
