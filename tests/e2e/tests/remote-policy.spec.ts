import type { Page } from '@playwright/test';
import { type Site, expect, test } from '../support/test';

const DOCUMENT = { version: 1, defaults: { retry: { attempts: 2, base: 1, cap: 2 } } };
const LATER = { version: 1, defaults: { retry: { attempts: 3, base: 1, cap: 2 } } };
const REFUSED = /^Steadfetch: the policy document \S+ is refused \((.+)\)\.$/;

/** A client that loads its policy every second, and what it says in the console. */
async function start({ page }: Site, url: string): Promise<void> {
  await page.evaluate(async (url) => {
    const states: unknown[] = [];
    const client = steadfetch.createSteadfetch({
      surfaces: false,
      defaults: { breaker: false, retry: false },
      remotePolicy: { url, refresh: 1000 },
    });
    client.on('state', ({ state, why }) => states.push([state, why]));
    Object.assign(globalThis, { client, states });
    await client.ready;
  }, url);
}

declare const client: import('steadfetch').Steadfetch;
declare const states: unknown[];

const attempts = (page: Page, url: string) =>
  page.evaluate(async (url) => steadfetch.explain(await client.fetch(url))?.attempts, url);

test('remotePolicy: it takes effect, survives a reload, and a later one replaces it', async ({
  site,
  server,
}) => {
  const script = await server.play({
    routes: {
      'GET /policy': [{ json: DOCUMENT }, { json: DOCUMENT }, { json: LATER }, { silence: true }],
    },
    steps: [{ status: 500 }],
  });
  await start(site, `${script.url}/policy`);
  await expect.poll(() => attempts(site.page, script.url)).toBe(2);
  await expect.poll(() => attempts(site.page, script.url), { timeout: 10_000 }).toBe(3);
  await site.page.reload();
  await site.page.locator('html[data-ready]').waitFor();
  // Now the server says nothing: what was kept holds, from the first call on.
  await start(site, `${script.url}/policy`);
  expect(await attempts(site.page, script.url)).toBe(3);
  const keys = await site.page.evaluate(() => Object.keys(localStorage));
  expect(keys).toContain(`steadfetch:policy:${script.url}/policy`);
});

test('remotePolicy: a URL that leads nowhere is a problem of the options like any other', async ({
  site,
}) => {
  site.expects(/remotePolicy\.url: expected a URL/);
  const got = await site.page.evaluate(async () => {
    const results: unknown[] = [];
    for (const more of [{}, { seed: -1 }]) {
      const client = steadfetch.createSteadfetch({
        surfaces: false,
        remotePolicy: { url: 'https://[' },
        ...more,
      });
      const error = await client.ready.catch((error: unknown) => error);
      const wrong = error instanceof steadfetch.ConfigError;
      results.push([client.state, wrong && error.problems.map(({ path }) => path)]);
    }
    // Were it noticed later only, it would be an uncaught rejection.
    await lab.sleep(300);
    return results;
  });
  expect(got).toEqual([
    ['passthrough', ['remotePolicy.url']],
    ['passthrough', ['seed', 'remotePolicy.url']],
  ]);
});

test('remotePolicy: a wrong one is refused with path and reason, once, and the last good one stays', async ({
  site,
  server,
}) => {
  site.expects(REFUSED);
  const reasons: string[] = [];
  site.page.on('console', (message) => {
    const reason = REFUSED.exec(message.text())?.[1];
    if (reason) reasons.push(reason);
  });
  const wrong = { version: 1, defaults: { retry: { attempts: 99 } }, rules: [{ match: 'x' }] };
  const script = await server.play({
    routes: {
      'GET /policy': [
        { json: DOCUMENT },
        { json: wrong },
        { json: wrong },
        { text: '<html>' },
        { status: 503 },
        { bytes: 300_000 },
        { reset: true },
        { json: [] },
        { json: DOCUMENT },
      ],
    },
    steps: [{ status: 500 }],
  });
  await start(site, `${script.url}/policy`);
  await expect.poll(() => attempts(site.page, script.url)).toBe(2);
  await expect
    .poll(async () => (await script.log()).counts.byPath['GET /policy'], { timeout: 20_000 })
    .toBeGreaterThan(8);
  expect(await attempts(site.page, script.url)).toBe(2);
  expect(reasons).toEqual([
    expect.stringMatching(/^rules\[0\]\.match: expected .*; defaults\.retry\.attempts: .* got 99$|^defaults/),
    'it is not JSON',
    'the server answered with status 503',
    'it is longer than 262144 bytes',
    'Failed to fetch',
    expect.stringMatching(/^document: expected an object/),
  ]);
  expect(await site.page.evaluate(() => states)).toEqual([['active', undefined]]);
});

test('remotePolicy: the kill switch passes calls through, also from the next start on, until it is taken back', async ({
  site,
  server,
}) => {
  const policy = (json: object) => ({ routes: { 'GET /policy': { json } }, steps: [{ status: 500 }] });
  const script = await server.play(policy(DOCUMENT));
  const publish = (json: object) =>
    fetch(`${script.control}?keep`, { method: 'PUT', body: JSON.stringify(policy(json)) });
  const why = 'the policy document turned Steadfetch off';
  await start(site, `${script.url}/policy`);
  await expect.poll(() => attempts(site.page, script.url)).toBe(2);
  await publish({ version: 1, enabled: false });
  await expect.poll(() => site.page.evaluate(() => client.state)).toBe('passthrough');
  expect(await attempts(site.page, script.url), 'the browser’s own fetch').toBe(undefined);
  await site.page.reload();
  await site.page.locator('html[data-ready]').waitFor();
  await start(site, `${script.url}/policy`);
  expect((await site.page.evaluate(() => states))[0]).toEqual(['passthrough', why]);
  await publish(DOCUMENT);
  await expect.poll(() => site.page.evaluate(() => client.state)).toBe('active');
  await expect.poll(() => attempts(site.page, script.url)).toBe(2);
});

test('remotePolicy: where what loads it cannot be loaded, the last good one holds, and the console says so', async ({
  site,
  server,
}) => {
  const script = await server.play({
    routes: { 'GET /policy': [{ json: DOCUMENT }] },
    steps: [{ status: 500 }],
  });
  await start(site, `${script.url}/policy`);
  await expect.poll(() => attempts(site.page, script.url)).toBe(2);
  const said = site.page.waitForEvent('console', (message) => message.text().startsWith('Steadfetch'));
  site.expects(/^Steadfetch: the policy document cannot be loaded/);
  await site.page.route(/\/remote-loader-[^/]*\.js$/, (route) => route.abort());
  await site.page.reload();
  await site.page.locator('html[data-ready]').waitFor();
  await start(site, `${script.url}/policy`);
  expect(await attempts(site.page, script.url)).toBe(2);
  await said;
});
