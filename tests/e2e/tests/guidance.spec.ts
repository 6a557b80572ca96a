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

/** A time as the page writes it, with its day where that is not today. */
const timeText = (page: Page, at: number, locale = 'en') =>
  page.evaluate(
    ([at, locale]) => {
      const text = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(at);
      const now = new Date();
      if (new Date(at).toDateString() === now.toDateString()) return text;
      const year = new Date(at).getFullYear() === now.getFullYear() ? undefined : ('numeric' as const);
      const day = { day: 'numeric', month: 'short', ...(year && { year }) } as const;
      return `${text} (${new Intl.DateTimeFormat(locale, day).format(at)})`;
    },
    [at, locale] as const,
  );

test('a known incident is named, with a link to the status page', async ({ site, server }) => {
  const { page } = site;
  const feed = await server.play({ steps: [{ text: JSON.stringify(SUMMARY) }] });
  const script = await server.play({ steps: [{ status: 503 }] });
  await start(page, { ...OPTIONS, defaults: { retry: false }, status: { url: feed.url } });
  await expect.poll(() => feed.count()).toBe(1);
  await kind(page, script.url);
  const at = await timeText(page, Date.parse('2026-01-02T14:05:00Z'));
  expect(at).toContain('Jan 2');
  await expect(down(page)).toContainText(`Known incident since ${at}`);
  await expect(down(page)).not.toContainText('<b>');
  await expect(down(page).getByRole('link', { name: 'View status' })).toHaveAttribute(
    'href',
    'https://status.example.test/',
  );
});

const ownFeed = (...incidents: object[]) => ({ steps: [{ text: JSON.stringify({ incidents }) }] });
const HOUR = 3_600_000;

test.describe('times', () => {
  test.use({ timezoneId: 'Asia/Tokyo' });

  for (const locale of ['en', 'de', 'es', 'fr', 'pt-BR', 'pl', 'ja', 'zh-Hans', 'ar'])
    test(`a time of another day says which, in the person's time zone (${locale})`, async ({
      bare,
      server,
    }) => {
      const { page } = bare;
      // 10:00 in Tokyo; at 0:30 of the same day there, it is the day before in London.
      const now = Date.parse('2026-01-03T01:00:00Z');
      await page.clock.install({ time: now });
      await bare.open();
      const [since, until] = [now - 9.5 * HOUR, now + 20 * HOUR];
      const feed = await server.play(ownFeed({ since, expected: until, codes: ['SF-overloaded'] }));
      const old = Date.parse('2025-12-30T01:00:00Z');
      const other = await server.play(ownFeed({ since: old, codes: ['SF-overloaded'] }));
      const script = await server.play({ steps: [{ status: 503 }] });
      const told = async (url: string) => {
        await page.evaluate(() => globalThis.client?.dispose());
        await start(page, {
          ...OPTIONS,
          locale,
          defaults: { retry: false },
          status: { url, format: 'steadfetch' },
        });
        await kind(page, script.url);
        await page.clock.runFor(3_000);
        const list = await page.evaluate(() => client.notices.list().map(({ body }) => body));
        // Inserted values are isolated.
        return list[0]!.replace(/[\u2066-\u2069]/g, '');
      };
      const today = await timeText(page, since, locale);
      expect(today).not.toContain('(');
      await expect.poll(() => told(feed.url)).toContain(today);
      const text = await told(feed.url);
      expect(text).not.toContain(`${today} (`);
      const tomorrow = await timeText(page, until, locale);
      expect(tomorrow).toContain('(');
      expect(text).toContain(tomorrow);
      expect(await told(other.url)).toContain(await timeText(page, old, locale));
    });

  test('also when something may be tried again', async ({ bare, server }) => {
    const { page } = bare;
    // 23:30 in Tokyo.
    await page.clock.install({ time: Date.parse('2026-01-02T14:30:00Z') });
    await bare.open();
    const script = await server.play({ steps: [{ status: 429, retryAfter: 3600 }] });
    await start(page, { ...OPTIONS, defaults: { retry: false } });
    await kind(page, script.url);
    await page.clock.runFor(500);
    await expect(page.getByRole('group', { name: 'This needs a short wait' })).toContainText(
      /You can try again at 12:30\sAM \(Jan 3\)/,
    );
  });
});

test('a maintenance begins and ends by the clock, though the feed says nothing new', async ({
  bare,
  server,
}) => {
  const { page } = bare;
  const now = Date.parse('2026-01-03T12:00:00Z');
  await page.clock.install({ time: now });
  await bare.open();
  const work = (status: string, from: number, to: number) => ({
    status,
    impact: 'maintenance',
    scheduled_for: new Date(now + from).toISOString(),
    scheduled_until: new Date(now + to).toISOString(),
  });
  const summary = {
    incidents: [],
    scheduled_maintenances: [work('scheduled', HOUR, 2 * HOUR), work('completed', -HOUR, HOUR)],
  };
  const script = await server.play({ steps: [{ status: 503 }] });
  const own = { since: now + HOUR, expected: now + 2 * HOUR };
  for (const [format, feed] of [
    ['statuspage', { steps: [{ text: JSON.stringify(summary) }] }],
    ['steadfetch', ownFeed(own)],
  ] as const) {
    const { url, count } = await server
      .play(feed)
      .then((feed) => ({ url: feed.url, count: () => feed.count() }));
    await page.clock.setSystemTime(now);
    await start(page, { ...OPTIONS, defaults: { retry: false }, status: { url, format, refresh: 8 * HOUR } });
    await expect.poll(count).toBe(1);
    await kind(page, script.url);
    await page.clock.runFor(1_000);
    await expect(down(page)).not.toContainText('Known');
    await page.clock.runFor(HOUR - 60_000);
    await expect(down(page)).not.toContainText('Known');
    await page.clock.runFor(60_000);
    await expect(down(page)).toContainText('Known since');
    await page.clock.runFor(HOUR - 60_000);
    await expect(down(page)).toContainText('Known since');
    await page.clock.runFor(60_000);
    await expect(down(page)).not.toContainText('Known');
    expect(await count(), 'nobody asked the feed again').toBeLessThanOrEqual(2);
    await page.evaluate(() => client.dispose());
  }
});

test('an incident that lasts longer than expected is still one', async ({ bare, server }) => {
  const { page } = bare;
  const now = Date.parse('2026-01-03T12:00:00Z');
  await page.clock.install({ time: now });
  await bare.open();
  const feed = await server.play(ownFeed({ since: now - HOUR, expected: now + 60_000 }));
  const script = await server.play({ steps: [{ status: 503 }] });
  const status = { url: feed.url, format: 'steadfetch', refresh: 8 * HOUR } as const;
  await start(page, { ...OPTIONS, defaults: { retry: false }, status });
  await expect.poll(() => feed.count()).toBe(1);
  await kind(page, script.url);
  await page.clock.runFor(1_000);
  await expect(down(page)).toContainText('ends about');
  await page.clock.runFor(60_000);
  await expect(down(page)).toContainText('Known incident since');
  await expect(down(page)).not.toContainText('ends about');
});

test('every notice that an incident explains leads to the status page', async ({ site, server }) => {
  const { page } = site;
  const codes = ['SF-server-error', 'SF-not-found'];
  const feed = await server.play(ownFeed({ since: Date.now() - 60_000, codes }));
  const script = await server.play({ routes: { 'GET /500': { status: 500 }, 'GET /404': { status: 404 } } });
  await start(page, {
    ...OPTIONS,
    defaults: { retry: false },
    status: { url: feed.url, format: 'steadfetch', page: 'https://status.example.test/' },
  });
  await expect.poll(() => feed.count()).toBe(1);
  await kind(page, `${script.url}/500`);
  await kind(page, `${script.url}/404`);
  for (const name of ["That didn't work", "We can't find this"])
    await expect(
      page.getByRole('group', { name }).getByRole('link', { name: 'View status' }),
    ).toHaveAttribute('href', 'https://status.example.test/');
});

test("an incident is told of the app's own servers, not of others'", async ({ site, server }) => {
  const { page } = site;
  const feed = await server.play({ steps: [{ text: JSON.stringify(SUMMARY) }] });
  const script = await server.play({ steps: [{ status: 503 }] });
  // Servers at other hosts, which the page's policy would not let it reach.
  await page.evaluate((summary) => {
    const native = globalThis.fetch;
    globalThis.fetch = async (input, init) => {
      const { href, hostname } = new URL(input instanceof Request ? input.url : input, location.href);
      if (!hostname.endsWith('.example')) return native(input, init);
      return href.endsWith('/summary.json') ? Response.json(summary) : new Response(null, { status: 503 });
    };
  }, SUMMARY);
  const told = async (options: PlainOptions, url: string) => {
    await start(page, { ...OPTIONS, defaults: { retry: false }, ...options });
    await page.waitForTimeout(200);
    await kind(page, url);
    await expect(down(page)).toBeVisible();
    const text = await down(page).textContent();
    await page.evaluate(() => client.dispose());
    await expect(down(page)).toHaveCount(0);
    return text!.includes('Known incident');
  };
  const status = { url: feed.url };
  expect(await told({ status }, script.url)).toBe(true);
  expect(await told({ status }, 'https://api.maps.example/x')).toBe(false);
  const rule = { match: 'https://api.maps.example/*' };
  expect(await told({ status, rules: [rule] }, 'https://api.maps.example/x')).toBe(true);
  expect(await told({ status, rules: [rule] }, 'https://api.tiles.example/x')).toBe(false);
  const endpoints = { urls: [{ url: 'https://api.maps.example/v1' }] };
  expect(await told({ status, rules: [{ match: '/x', endpoints }] }, '/x')).toBe(true);
  const origins = ['https://api.tiles.example'];
  expect(await told({ status: { ...status, origins } }, 'https://api.tiles.example/x')).toBe(true);
  expect(await told({ status: { ...status, origins }, rules: [rule] }, 'https://api.maps.example/x')).toBe(
    false,
  );
  expect(await told({ status: { ...status, origins } }, script.url), 'not even the page').toBe(false);
  // A feed at status.maps.example is about maps.example and all below it.
  const there = { url: 'https://status.maps.example/summary.json' };
  expect(await told({ status: there }, 'https://api.maps.example/x')).toBe(true);
  expect(await told({ status: there }, 'https://bitmaps.example/x')).toBe(false);
});

test('an incident of our own format concerns the kinds that it names, and says when it ends', async ({
  site,
  server,
}) => {
  const { page } = site;
  const said: string[] = [];
  page.on('console', (message) => message.type() === 'warning' && said.push(message.text()));
  site.expects(/`status\.page` is left out/);
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
  expect(said.filter((text) => text.includes('`status.page` is left out'))).toHaveLength(1);
  await expect(page.getByRole('group', { name: "We can't find this" })).not.toContainText('Known incident');
});

test('trouble asks the feed at once, unless it was asked a moment ago', async ({ bare, server }) => {
  const { page } = bare;
  await page.clock.install();
  await bare.open();
  const feed = await server.play({
    steps: [{ text: '{"incidents":[]}' }, { text: JSON.stringify(SUMMARY) }],
  });
  const script = await server.play({
    routes: { 'GET /busy': { status: 503 }, 'GET /gone': { status: 404 } },
  });
  await start(page, {
    ...OPTIONS,
    defaults: { retry: false },
    status: { url: feed.url, refresh: 24 * HOUR },
  });
  await expect.poll(() => feed.count()).toBe(1);
  await kind(page, `${script.url}/gone`);
  await page.clock.runFor(25_000);
  await expect(page.getByRole('group', { name: "We can't find this" })).toBeVisible();
  expect(await feed.count()).toBe(1);
  await page.clock.runFor(6_000);
  await kind(page, `${script.url}/busy`);
  await page.clock.runFor(500);
  await expect.poll(() => feed.count()).toBe(2);
  await page.clock.runFor(100);
  await expect(down(page)).toContainText('Known incident');
});

test('a feed that is wrong, slow or huge changes nothing, and is asked again', async ({ site, server }) => {
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
});

test('a limit that is reached offers the upgrade and a way to the team, by keys too, and the app hears which', async ({
  site,
  server,
}) => {
  const { page } = site;
  const script = await server.play({
    routes: { 'GET /limit': { status: 402 }, 'GET /not-mine': { status: 403 } },
  });
  // Without anybody who listens, a button would lead nowhere.
  await start(page, OPTIONS);
  await kind(page, `${script.url}/limit`);
  const limit = page.getByRole('group', { name: "Your plan's limit is reached" });
  await expect(limit).toBeVisible();
  await expect(limit.getByRole('button', { name: /^(Upgrade|Contact us)$/ })).toHaveCount(0);
  await page.evaluate(() => {
    const pressed: string[] = [];
    Object.assign(globalThis, { pressed });
    client.on('notice', ({ notice, action }) => action && pressed.push(`${notice.code} ${action}`));
  });
  const pressed = () => page.evaluate(() => (globalThis as unknown as { pressed: string[] }).pressed);
  await limit.getByRole('button', { name: 'Upgrade' }).click();
  await expect.poll(pressed).toEqual(['SF-quota-exceeded upgrade']);
  await limit.getByRole('button', { name: 'Contact us' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(pressed).toEqual(['SF-quota-exceeded upgrade', 'SF-quota-exceeded contact']);
  await kind(page, `${script.url}/not-mine`);
  await page
    .getByRole('group', { name: "You can't do this right now" })
    .getByRole('button', { name: 'Contact us' })
    .click();
  await expect.poll(async () => (await pressed()).at(-1)).toBe('SF-not-allowed contact');
});
