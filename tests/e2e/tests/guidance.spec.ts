// Guidance that is precise: an app's own problem types, and what a status page says.
import type { Page } from '@playwright/test';
import type { PlainOptions } from '../support/plain';
import { expect, test } from '../support/test';

declare const client: import('steadfetch').Steadfetch;

const OPTIONS = { surfaces: { delay: 0 }, defaults: { retry: { base: 5, cap: 5 }, breaker: false } } as const;

async function start(page: Page, options: PlainOptions): Promise<void> {
  await page.evaluate(async (options) => {
    const client = steadfetch.createSteadfetch(options);
    Object.assign(globalThis, { client });
    await client.ready;
  }, options);
}

const kind = (page: Page, url: string, init: object = {}) =>
  page.evaluate(
    async ([url, init]) => (await lab.outcome(() => client.fetch(url, init))).known?.fault?.kind,
    [url, init] as const,
  );

const problem = (type: string, status: number) => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  text: JSON.stringify({ type, status }),
});

test("an app's problem type decides what a failure is, and whether it is tried again", async ({
  site,
  server,
}) => {
  const { page } = site;
  const script = await server.play({
    routes: {
      'GET /plan': problem('https://example.test/plan-limit', 503),
      'GET /busy': [problem('https://example.test/busy', 503), { text: 'ok' }],
      'GET /other': problem('https://example.test/other', 404),
      'GET /plain': { status: 404 },
    },
  });
  await start(page, {
    ...OPTIONS,
    problems: {
      'https://example.test/plan-limit': 'quota-exceeded',
      'https://example.test/busy': 'overloaded',
    },
  });
  expect(await kind(page, `${script.url}/plan`)).toBe('quota-exceeded');
  expect(await script.count(), 'nobody but the person can put it right').toBe(1);
  await expect(page.getByRole('group', { name: "Your plan's limit is reached" })).toBeVisible();
  expect(await kind(page, `${script.url}/busy`)).toBe(undefined);
  expect(await script.count()).toBe(3);
  expect(await kind(page, `${script.url}/other`)).toBe('not-found');
  expect(await kind(page, `${script.url}/plain`)).toBe('not-found');
  // The answer itself is the caller's, untouched.
  const text = await page.evaluate(async (url) => (await client.fetch(url)).json(), `${script.url}/plan`);
  expect(text).toEqual({ type: 'https://example.test/plan-limit', status: 503 });
});

test('an abort while a problem document is read ends the call', async ({ site, server }) => {
  const script = await server.play({
    steps: [{ ...problem('https://example.test/x', 500), stallAfter: 8 }],
  });
  await start(site.page, { ...OPTIONS, problems: { 'https://example.test/x': 'conflict' } });
  const name = await site.page.evaluate(async (url) => {
    const controller = new AbortController();
    const call = client.fetch(url, { signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    return call.then(
      () => 'answered',
      (error: Error) => error.name,
    );
  }, script.url);
  expect(name).toBe('AbortError');
});

test('wrong kinds and wrong feeds are named with their paths', async ({ site }) => {
  site.expects(/problems\.x/);
  const problems = await site.page.evaluate(async () => {
    const client = steadfetch.createSteadfetch({
      problems: { x: 'broken' as never },
      status: { url: 'https://', refresh: 5 },
    });
    return client.ready.catch((error: { problems: { path: string }[] }) =>
      error.problems.map(({ path }) => path),
    );
  });
  expect(problems).toEqual(['problems.x', 'status.refresh', 'status.url']);
});

const down = (page: Page) => page.getByRole('group', { name: 'This has to wait a moment' });

const SUMMARY = {
  page: { id: 'x', name: 'Example', url: 'https://status.example.test' },
  status: { indicator: 'major', description: '<b>Down</b>' },
  incidents: [
    { id: '1', name: 'Old', status: 'resolved', impact: 'major', started_at: '2020-01-01T00:00:00Z' },
    { id: '2', name: 'DB', status: 'identified', impact: 'major', started_at: '2026-01-02T14:05:00Z' },
  ],
  scheduled_maintenances: [],
};

test('a known incident is named, with a link to the status page', async ({ site, server }) => {
  const { page } = site;
  const feed = await server.play({ steps: [{ text: JSON.stringify(SUMMARY) }] });
  const script = await server.play({ steps: [{ status: 503 }] });
  await start(page, { ...OPTIONS, defaults: { retry: false }, status: { url: feed.url } });
  await expect.poll(() => feed.count()).toBe(1);
  await kind(page, script.url);
  const at = await page.evaluate(() =>
    new Intl.DateTimeFormat('en', { timeStyle: 'short' }).format(new Date('2026-01-02T14:05:00Z')),
  );
  await expect(down(page)).toContainText(`Known incident since ${at}`);
  await expect(down(page)).not.toContainText('<b>');
  await expect(down(page).getByRole('link', { name: 'View status' })).toHaveAttribute(
    'href',
    'https://status.example.test/',
  );
});

test('an incident of our own format concerns the kinds that it names, and says when it ends', async ({
  site,
  server,
}) => {
  const { page } = site;
  const soon = Date.now() + 3_600_000;
  const own = {
    incidents: [
      { since: Date.now() - 60_000, expected: soon, codes: ['SF-overloaded'], url: 'javascript:alert(1)' },
      { since: 'never' },
      7,
    ],
  };
  const feed = await server.play({ steps: [{ text: JSON.stringify(own) }] });
  const script = await server.play({
    routes: { 'GET /busy': { status: 503 }, 'GET /gone': { status: 404 } },
  });
  await start(page, {
    ...OPTIONS,
    defaults: { retry: false },
    status: { url: feed.url, format: 'steadfetch', page: 'javascript:alert(1)' },
  });
  await expect.poll(() => feed.count()).toBe(1);
  await kind(page, `${script.url}/busy`);
  await kind(page, `${script.second}/gone`);
  await expect(down(page)).toContainText(/Known since .*, ends about/);
  await expect(down(page).getByRole('link')).toHaveCount(0);
  await expect(page.getByRole('group', { name: "We can't find this" })).not.toContainText('Known incident');
});

test('trouble asks the feed at once; a feed that is wrong, slow or huge changes nothing', async ({
  site,
  server,
}) => {
  const { page } = site;
  site.expects(/the status feed .* is refused/);
  await page.clock.install();
  const feed = await server.play({
    steps: [
      { text: '{"incidents":7}' },
      { text: `{"incidents":[],"x":"${'y'.repeat(300_000)}"}` },
      { text: '<html>' },
      { status: 500 },
      { text: JSON.stringify(SUMMARY) },
    ],
  });
  const script = await server.play({ steps: [{ status: 503 }] });
  await start(page, { ...OPTIONS, defaults: { retry: false }, status: { url: feed.url, refresh: 20_000 } });
  for (let n = 1; n <= 4; n++) {
    await expect.poll(() => feed.count()).toBe(n);
    await page.clock.runFor(23_000);
  }
  await expect.poll(() => feed.count()).toBe(5);
  await kind(page, script.url);
  await page.clock.runFor(1_000);
  await expect(down(page)).toContainText('Known incident since');
  await page.clock.runFor(60_000);
});
