import type { BrowserContext, Page } from '@playwright/test';
import { type Server } from '../support/server';
import { Site, expect, test } from '../support/test';

declare const client: import('steadfetch').Steadfetch;
declare const refreshes: number[];
declare const turns: string[];

const STRICT = {
  surfaces: false,
  defaults: {
    deadline: false,
    retry: false,
    breaker: { consecutive: 2, open: 3000, openCap: 3000, whileOpen: 'refuse' },
  },
} as const;

/** A tab with a client of these options. */
async function tab(context: BrowserContext, server: Server, options: object = STRICT): Promise<Page> {
  const site = new Site(await context.newPage(), server);
  await site.open();
  await run(site.page, options);
  return site.page;
}

async function run(page: Page, options: object = STRICT): Promise<void> {
  await page.evaluate(async (options) => {
    const client = steadfetch.createSteadfetch(options);
    const turns: string[] = [];
    client.on('breaker', ({ from, to, why }) => turns.push(`${from} → ${to}: ${why}`));
    Object.assign(globalThis, { client, turns });
    await client.ready;
  }, options);
}

/** What is known of endpoints is in the storage. */
const written = (page: Page) =>
  expect.poll(() => page.evaluate(() => localStorage.getItem('steadfetch:state:1'))).not.toBe(null);

const kind = (page: Page, url: string) =>
  page.evaluate(async (url) => (await lab.outcome(() => client.fetch(url))).known?.fault?.kind, url);

test('H9 an open breaker is shared by tabs, survives a reload, and a success closes it for all', async ({
  context,
  server,
}) => {
  const script = await server.play({ steps: [{ status: 500, repeat: 2 }, { text: 'ok' }] });
  const breaker = { ...STRICT.defaults.breaker, open: 8000, openCap: 8000 };
  const options = { ...STRICT, defaults: { ...STRICT.defaults, breaker } };
  const [a, b] = [await tab(context, server, options), await tab(context, server, options)];
  for (let at = 0; at < 2; at++) expect(await kind(a, script.url)).toBe('server-error');
  await expect.poll(() => kind(b, script.url)).toBe('circuit-open');
  await written(a);
  const c = await tab(context, server, options);
  expect(await kind(c, script.url), 'opened after the news').toBe('circuit-open');
  await a.reload();
  await a.locator('html[data-ready]').waitFor();
  await run(a, options);
  expect(await kind(a, script.url)).toBe('circuit-open');
  expect(await script.count()).toBe(2);
  await expect.poll(() => kind(a, script.url), { timeout: 10_000 }).toBe(undefined);
  for (const [page, why] of [
    [b, 'another tab met it'],
    [c, 'it was so before'],
  ] as const) {
    await expect
      .poll(() => page.evaluate(() => turns))
      .toEqual([`closed → open: ${why}`, expect.stringMatching(/→ closed: /)]);
  }
  expect(await a.evaluate(() => turns)).toEqual([
    'closed → open: it was so before',
    'open → half-open: its open time is over, and one request probes',
    'half-open → closed: a request went well',
  ]);
  const kept = await a.evaluate(() => Object.keys(localStorage));
  expect(kept.filter((key) => key !== 'steadfetch:state:1')).toEqual([]);
});

for (const [way, jump] of [
  ['back', -3_600_000],
  ['forward', 3_600_000],
] as const) {
  test(`tabs: a clock that is put ${way} neither parts them nor takes what a reload keeps`, async ({
    context,
    server,
  }) => {
    await context.addInitScript(() => {
      const { now } = Date;
      Date.now = () => now() + Number(localStorage.getItem('test:jump'));
    });
    const steps = [{ status: 500, repeat: 2 }, { text: 'ok' }, { status: 500 }];
    const script = await server.play({ steps });
    const defaults = {
      ...STRICT.defaults,
      breaker: { ...STRICT.defaults.breaker, open: 4000, openCap: 4000 },
    };
    const options = { ...STRICT, defaults };
    const [a, b] = [await tab(context, server, options), await tab(context, server, options)];
    for (let at = 0; at < 2; at++) expect(await kind(a, script.url)).toBe('server-error');
    await expect.poll(() => kind(b, script.url)).toBe('circuit-open');
    await written(a);
    await a.evaluate((jump) => localStorage.setItem('test:jump', `${jump}`), jump);
    await expect.poll(() => kind(a, script.url), { timeout: 9000 }).toBe(undefined);
    for (let at = 0; at < 2; at++) expect(await kind(a, script.url)).toBe('server-error');
    expect(await kind(a, script.url)).toBe('circuit-open');
    const last = () => b.evaluate(() => turns.at(-1));
    await expect.poll(last).toBe('closed → open: another tab met it');
    expect(await b.evaluate(() => turns.length), 'opened, closed, opened').toBe(3);
    await a.evaluate(() => lab.sleep(600));
    await a.reload();
    await a.locator('html[data-ready]').waitFor();
    await run(a, options);
    expect(await a.evaluate(() => turns)).toEqual(['closed → open: it was so before']);
  });
}

test('tabs: what others post that is no message of ours changes nothing', async ({ context, server }) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const page = await tab(context, server);
  await page.evaluate(async (origin) => {
    const channel = new BroadcastChannel('steadfetch:1');
    const told = (more: object) => ({
      told: [{ url: origin, state: [0, 0, 0, 0, 0], rules: [], at: 1, ...more }],
    });
    const at = Date.now();
    for (const message of [
      null,
      7,
      'text',
      { told: 5 },
      { told: [null, {}, { url: 1 }] },
      told({ state: [at, NaN, 0, 0, 0], at }),
      told({ state: [at, at + 1e6], at }),
      told({ state: [at, Infinity, 0, 0, 0], at }),
      told({ state: [at, at + 1e6, 0, 0, 0], rules: [1], at }),
      told({ url: 'x'.repeat(5000), at }),
      told({ state: [at, at + 1e6, 0, 0, 0], at: at + 1e9 }),
      { told: [{ url: origin, state: [at, at + 1e6, 0, 0, 0], rules: 'x', at }] },
      { origin: {}, session: [], at: 'x' },
    ]) {
      channel.postMessage(message);
    }
    localStorage.setItem('steadfetch:state:1', '{"not":"ours"');
    await lab.sleep(100);
  }, server.first);
  expect(await kind(page, script.url)).toBe(undefined);
  expect(await page.evaluate(() => turns)).toEqual([]);
});

test('a 429 cools the same rule down in all tabs, whatever other rules they have', async ({
  context,
  server,
}) => {
  const script = await server.play({
    routes: { 'GET /a': { status: 429, retryAfter: 60 } },
    steps: [{ text: 'ok' }],
  });
  const rule = { match: '*://*/s/*/a' };
  const defaults = { deadline: 1000, retry: false };
  const a = await tab(context, server, { surfaces: false, defaults, rules: [rule] });
  const b = await tab(context, server, {
    surfaces: false,
    defaults,
    rules: [{ match: '*://*/s/*/b' }, rule],
  });
  expect(await kind(a, `${script.url}/a`)).toBe('rate-limited');
  await expect.poll(() => kind(b, `${script.url}/a`)).toBe('deadline-too-short');
  await written(a);
  const c = await tab(context, server, { surfaces: false, defaults, rules: [rule] });
  expect(await kind(c, `${script.url}/a`), 'opened after the news').toBe('deadline-too-short');
  for (const page of [b, c]) expect(await kind(page, `${script.url}/b`)).toBe(undefined);
});

test('a 503 with Retry-After cools the whole endpoint down in all tabs', async ({ context, server }) => {
  const script = await server.play({
    routes: { 'GET /a': { status: 503, retryAfter: 60 } },
    steps: [{ text: 'ok' }],
  });
  const options = { surfaces: false, defaults: { deadline: 1000, retry: false } };
  const [a, b] = [await tab(context, server, options), await tab(context, server, options)];
  expect(await kind(a, `${script.url}/a`)).toBe('overloaded');
  await written(a);
  const c = await tab(context, server, options);
  for (const page of [a, b, c]) {
    expect(await kind(page, `${script.url}/b`)).toBe('deadline-too-short');
    expect(await kind(page, `${script.second}/b`), 'another endpoint').toBe(undefined);
  }
  expect(await script.count(), 'the one that cooled it down, and those elsewhere').toBe(4);
});

async function signedOut(context: BrowserContext, server: Server, own: boolean): Promise<Page> {
  const page = await tab(context, server, {});
  await page.evaluate((own) => {
    const refreshes: number[] = [];
    const client = steadfetch.createSteadfetch({
      surfaces: false,
      auth: {
        async refresh() {
          refreshes.push(performance.timeOrigin + performance.now());
          const response = await fetch(`${location.origin}${sessionStorage.getItem('refresh')}`, {
            method: 'POST',
          });
          if (!response.ok) throw new Error('refused');
          const token = own ? ((await response.json()) as { token: string }).token : '';
          refreshes.push(performance.timeOrigin + performance.now());
          if (own) return { headers: { authorization: `Bearer ${token}` } };
          return undefined;
        },
      },
    });
    Object.assign(globalThis, { client, refreshes });
    return client.ready;
  }, own);
  return page;
}

test('G2 three tabs whose session is a cookie share one refresh', async ({ context, server }) => {
  const script = await server.play({
    auth: 'cookie',
    routes: { 'POST /_refresh': { pass: true, delay: 300 } },
    steps: [{ text: 'ok' }],
  });
  const tabs = [];
  for (let at = 0; at < 3; at++) tabs.push(await signedOut(context, server, false));
  const path = new URL(script.url).pathname;
  const texts = await Promise.all(
    tabs.map((page) =>
      page.evaluate(
        async ([url, path]) => {
          sessionStorage.setItem('refresh', `${path}/_refresh`);
          const calls = Array.from({ length: 4 }, (_, at) => lab.outcome(() => client.fetch(`${url}/${at}`)));
          return (await Promise.all(calls)).map(({ text }) => text);
        },
        [script.url, path] as const,
      ),
    ),
  );
  expect(texts.flat()).toEqual(Array(12).fill('ok'));
  const counts = await Promise.all(tabs.map((page) => page.evaluate(() => refreshes.length / 2)));
  expect(counts.reduce((sum, count) => sum + count)).toBe(1);
});

test('G2 tabs with headers of their own refresh one after the other', async ({ context, server }) => {
  const script = await server.play({
    routes: { 'POST /_refresh': { json: { token: 't' }, delay: 200 } },
    faults: { 'GET /**': { steps: [{ status: 401, repeat: 2 }, { text: 'ok' }] } },
  });
  const [a, b] = [await signedOut(context, server, true), await signedOut(context, server, true)];
  const path = new URL(script.url).pathname;
  const call = (page: Page) =>
    page.evaluate(
      async ([url, path]) => {
        sessionStorage.setItem('refresh', `${path}/_refresh`);
        const { text } = await lab.outcome(() => client.fetch(url));
        return { text, refreshes };
      },
      [script.url, path] as const,
    );
  const [first, second] = await Promise.all([call(a), call(b)]);
  expect([first.text, second.text]).toEqual(['ok', 'ok']);
  const turns = [first.refreshes, second.refreshes].sort((one, other) => one[0]! - other[0]!);
  expect(turns.map((turn) => turn.length)).toEqual([2, 2]);
  expect(turns[1]![0]!).toBeGreaterThanOrEqual(turns[0]![1]!);
});

test('G2 a tab that dies in its turn does not keep the others from theirs', async ({ context, server }) => {
  const script = await server.play({
    auth: 'cookie',
    routes: { 'POST /_refresh': [{ silence: true }, { pass: true }] },
    steps: [{ text: 'ok' }],
  });
  const [a, b] = [await signedOut(context, server, false), await signedOut(context, server, false)];
  const path = new URL(script.url).pathname;
  const begin = (page: Page) =>
    page.evaluate(
      ([url, path]) => {
        sessionStorage.setItem('refresh', `${path}/_refresh`);
        Object.assign(globalThis, { outcome: lab.outcome(() => client.fetch(url)) });
      },
      [script.url, path] as const,
    );
  await begin(a);
  await expect.poll(() => a.evaluate(() => refreshes.length)).toBe(1);
  await begin(b);
  await b.waitForTimeout(300);
  await a.close();
  const text = await b.evaluate(
    async () => (await (globalThis as unknown as { outcome: Promise<{ text?: string }> }).outcome).text,
  );
  expect(text).toBe('ok');
});

test('G2 where tabs cannot take turns, one whose refresh hangs goes on with the cookie of another', async ({
  context,
  server,
}) => {
  await context.addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined }));
  const script = await server.play({
    auth: 'cookie',
    routes: { 'POST /_refresh': [{ silence: true }, { pass: true }] },
    steps: [{ text: 'ok' }],
  });
  const [a, b] = [await signedOut(context, server, false), await signedOut(context, server, false)];
  const path = new URL(script.url).pathname;
  const call = (page: Page) =>
    page.evaluate(
      async ([url, path]) => {
        sessionStorage.setItem('refresh', `${path}/_refresh`);
        return lab.outcome(() => client.fetch(url, { steady: { deadline: false } }));
      },
      [script.url, path] as const,
    );
  const hangs = call(a);
  await expect.poll(() => a.evaluate(() => refreshes.length)).toBe(1);
  expect(await call(b)).toMatchObject({ text: 'ok', known: { attempts: 2 } });
  const end = await hangs;
  expect(end).toMatchObject({ text: 'ok', known: { attempts: 2 } });
  expect(end.ms, 'well before it would have failed').toBeLessThan(12_000);
  expect(await a.evaluate(() => refreshes.length), 'it asked but once').toBe(1);
});

test('tabs: without channel, locks and storage each tab is on its own, and all else works', async ({
  bare,
  server,
}) => {
  await bare.page.context().addInitScript(() => {
    Object.defineProperty(globalThis, 'BroadcastChannel', { value: undefined });
    Object.defineProperty(navigator, 'locks', { value: undefined });
    Object.defineProperty(globalThis, 'localStorage', {
      get() {
        throw new DOMException('no', 'SecurityError');
      },
    });
  });
  await bare.open();
  const script = await server.play({
    auth: 'cookie',
    routes: { 'GET /bad': { status: 500 } },
    steps: [{ text: 'ok' }],
  });
  const got = await bare.page.evaluate(async (url) => {
    let refreshes = 0;
    const client = steadfetch.createSteadfetch({
      surfaces: false,
      defaults: { retry: false },
      remotePolicy: { url: `${url}/none` },
      auth: {
        async refresh() {
          refreshes += 1;
          await fetch(`${url}/_refresh`, { method: 'POST' });
        },
      },
    });
    await client.ready;
    const { text } = await lab.outcome(() => client.fetch(url));
    for (let at = 0; at < 2; at++) await lab.outcome(() => client.fetch(`${url}/bad`));
    client.dispose();
    return { text, refreshes, state: client.state };
  }, script.url);
  bare.expects(/policy document .* is refused/);
  expect(got).toEqual({ text: 'ok', refreshes: 1, state: 'disposed' });
  const [a, b] = [await tab(bare.page.context(), server), await tab(bare.page.context(), server)];
  for (let at = 0; at < 2; at++) expect(await kind(a, `${script.url}/bad`)).toBe('server-error');
  expect(await kind(a, `${script.url}/bad`)).toBe('circuit-open');
  expect(await kind(b, `${script.url}/bad`), 'on its own').toBe('server-error');
});

test('tabs: a worker that starts later asks for what others know', async ({ context, server }) => {
  const site = new Site(await context.newPage(), server);
  // Trusted Types without a policy forbid every worker.
  await site.open('/?csp=off');
  const script = await server.play({
    sequence: 'path',
    steps: [{ text: 'ok' }],
    routes: { 'GET /bad': { status: 500 }, 'GET /slow': { delay: 4000, text: 'ok' } },
  });
  const breaker = { ...STRICT.defaults.breaker, open: 60_000, openCap: 60_000 };
  await run(site.page, { ...STRICT, defaults: { ...STRICT.defaults, breaker } });
  for (let at = 0; at < 2; at++) expect(await kind(site.page, `${script.url}/bad`)).toBe('server-error');
  const got = await site.page.evaluate(async (url) => {
    // The worker's first call may be sent before it has heard; a good answer would close the breaker for all.
    void workers.shared(`${url}/slow`);
    await lab.sleep(1000);
    const { known } = (await workers.shared(url)) as { known?: { fault?: { kind: string } } };
    return known?.fault?.kind;
  }, script.url);
  expect(got).toBe('circuit-open');
});
