// What a collector is told comes once where a double could not be told from more, and is not lost where it need not be: whatever the
// collector answers, while what an earlier page has left is taken over, as the client ends, and where the clock is set back.
import type { Page } from '@playwright/test';
import { collected, shelves, watched } from '../support/collector';
import { expect, test } from '../support/test';
import { withTraps } from '../support/trap';

const PREFIX = 'steadfetch:telemetry:2:';

function begin(page: Page, url: string): Promise<unknown> {
  return page.evaluate((url) => {
    globalThis.client = steadfetch.createSteadfetch({
      surfaces: false,
      defaults: { retry: false, breaker: false },
      telemetry: { otlp: { url, service: 'shop' }, sample: 1, traceparent: 'same-origin' },
    });
    return client.ready;
  }, url);
}

async function calls(page: Page, url: string, count: number): Promise<void> {
  await page.evaluate(
    async ([url, count]) => {
      for (let call = 0; call < count; call++) await client.fetch(url);
    },
    [url, count] as const,
  );
  // Until their records are redacted.
  await page.waitForTimeout(300);
}

/** The tab is hidden, which has it tell what it has counted, or seen again. */
function turn(page: Page, visibility: 'hidden' | 'visible'): Promise<void> {
  return page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, visibility);
}

/** How many calls these bodies count. */
function counted(bodies: (string | undefined)[]): number {
  type Body = { resourceMetrics: [{ scopeMetrics: [{ metrics: Metric[] }] }] };
  type Metric = { name: string; sum: { dataPoints: { asInt: number }[] } };
  return bodies
    .flatMap((text) => (JSON.parse(text!) as Body).resourceMetrics[0].scopeMetrics[0].metrics)
    .filter(({ name }) => name === 'steadfetch.calls')
    .flatMap(({ sum }) => sum.dataPoints)
    .reduce((sum, { asInt }) => sum + asInt, 0);
}

type Left = { id: string; keep: boolean; to: string[]; record: object };

/** Storage as an earlier page has left it: a key for each list. */
function leave(page: Page, url: string, left: Record<string, Left[]>): Promise<void> {
  return page.evaluate(
    ([left, whose, prefix]) => {
      for (const [name, items] of Object.entries(left))
        sessionStorage.setItem(prefix + name, JSON.stringify({ whose, rules: '{}', items }));
    },
    [left, `${url} shop`, PREFIX] as const,
  );
}

const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0');

function call(number: number, origin: string): Left {
  const [traceId, spanId] = [hex(number, 32), hex(number, 16)];
  const record = { type: 'call', at: Date.now(), traceId, spanId, method: 'GET', origin, route: '/old' };
  return { id: spanId, keep: true, to: ['logs', 'traces'], record: { ...record, attempts: 1, duration: 1 } };
}

for (const [name, answer] of [
  ['takes what it is sent and never answers', { silence: 60_000 }],
  ['answers 502', { status: 502 }],
  ['answers 504', { status: 504 }],
] as const) {
  test(`A collector that ${name} gets each increment once`, async ({ site, server }) => {
    test.setTimeout(60_000);
    const { page } = site;
    const collector = await server.play({ steps: [answer] });
    const script = await server.play({ steps: [{ json: {} }] });
    await begin(page, collector.url);
    await calls(page, script.url, 3);
    await turn(page, 'hidden');
    await turn(page, 'visible');
    // It is given up after 10 s, and tried again after 5 s at most.
    await page.waitForTimeout('silence' in answer ? 22_000 : 12_000);
    await calls(page, script.url, 2);
    await turn(page, 'hidden');
    const sent = async (signal: string) =>
      (await collector.requests())
        .filter(({ path }) => path === `/v1/${signal}`)
        .map(({ body }) => body.text);
    await page.waitForTimeout(12_000);
    expect(counted(await sent('metrics'))).toBeGreaterThanOrEqual(3);
    expect(counted(await sent('metrics'))).toBeLessThanOrEqual(5);
    expect((await sent('traces')).length, 'what bears an id is sent again').toBeGreaterThan(1);
  });
}

test('Counts of a page that is offline wait until it is not', async ({ site, server, context }) => {
  const { page } = site;
  const collector = await server.play({ steps: [{ json: {} }] });
  const script = await server.play({ steps: [{ json: {} }] });
  await begin(page, collector.url);
  await calls(page, script.url, 3);
  await context.setOffline(true);
  await turn(page, 'hidden');
  await turn(page, 'visible');
  await page.waitForTimeout(1_000);
  await context.setOffline(false);
  const bodies = async () =>
    (await collector.requests()).filter(({ path }) => path === '/v1/metrics').map(({ body }) => body.text);
  await expect.poll(async () => counted(await bodies()), { timeout: 15_000 }).toBe(3);
});

test('A reload while it takes over what an earlier page has left loses nothing of it', async ({
  site,
  server,
  context,
}) => {
  const { page } = site;
  const collector = await server.play({ steps: [{ status: 503, retryAfter: 600, repeat: 6 }] });
  // Whichever way they are walked through, one comes before that which is waited for, and one behind.
  const [first, held, last] = ['0'.repeat(32), '8'.repeat(32), 'f'.repeat(32)] as [string, string, string];
  const left = Object.fromEntries([first, held, last].map((key, at) => [key, [call(at + 1, server.first)]]));
  await leave(page, collector.url, left);
  const other = await context.newPage();
  await other.goto(`${server.first}/`);
  await other.evaluate((key) => {
    void navigator.locks.request(key, () => new Promise(() => {}));
  }, PREFIX + held);
  const keys = () => page.evaluate(() => Object.keys(sessionStorage));
  const reloaded = page.waitForEvent('load');
  // While the one is waited for, for a second.
  await page.evaluate(
    (first) => {
      const { removeItem } = Storage.prototype;
      let removed = false;
      Storage.prototype.removeItem = function (key) {
        removeItem.call(this, key);
        if (first.includes(key) && !removed) setTimeout(() => location.reload(), 300);
        removed ||= first.includes(key);
      };
    },
    [PREFIX + first, PREFIX + last],
  );
  await begin(page, collector.url);
  await reloaded;
  await page.locator('html[data-ready]').waitFor();
  const traces = async () => (await shelves(page)).items.flatMap(({ record }) => record.traceId ?? []);
  const whole = [hex(1, 32), hex(3, 32)];
  expect(await traces()).toEqual(expect.arrayContaining(whole));
  await begin(page, collector.url);
  // Before the first request, 5 s later.
  await expect
    .poll(async () => (await keys()).filter((key) => key.startsWith(PREFIX)).length, {
      timeout: 4_500,
      intervals: [100],
    })
    .toBe(1);
  expect((await traces()).sort()).toEqual(whole);
});

test('Counts of many busy pages are taken over whole', async ({ site, server }) => {
  const { page } = site;
  const collector = `${server.first}/collector`;
  const sent = await watched(page, collector);
  const series = Array.from({ length: 200 }, (_, at) => ({
    method: 'GET',
    origin: `https://s${at}.example.com`,
    status: 200,
    count: 1,
    sum: 7,
    counts: [0, 1, ...Array<number>(13).fill(0)],
  }));
  const at = Date.now();
  const items = Array.from({ length: 8 }, (_, minute) => ({
    id: hex(minute + 1, 16),
    keep: false,
    to: ['metrics'],
    record: { type: 'health', since: at - 60_000, at, origins: [], people: {}, durations: series },
  }));
  await leave(page, collector, { ['a'.repeat(32)]: items });
  await begin(page, collector);
  const points = () =>
    sent()
      .metrics.filter(({ name }) => name === 'http.client.request.duration')
      .map(({ histogram }) => histogram!.dataPoints.length);
  await expect.poll(points, { timeout: 15_000 }).toEqual(Array<number>(8).fill(200));
});

test('A redactor that traps as it takes over what is left loses those that it met, and no others', async ({
  bare: site,
  server,
}) => {
  site.expects(/could not be redacted/);
  const { page } = site;
  await withTraps(page);
  await site.open();
  const collector = await server.play({ steps: [{ json: {} }] });
  const items = Array.from({ length: 20 }, (_, at) => call(at + 1, server.first));
  await leave(page, collector.url, { ['a'.repeat(32)]: items });
  await page.evaluate(() => void traps.next.push('pass'));
  await begin(page, collector.url);
  const traces = async () => (await collected(collector)).spans.map(({ traceId }) => traceId);
  await expect
    .poll(traces, { timeout: 15_000 })
    .toEqual(Array.from({ length: 12 }, (_, at) => hex(at + 9, 32)));
});

test('What was counted is told as the client is disposed of', async ({ site, server }) => {
  const { page } = site;
  const collector = await server.play({ steps: [{ json: {} }] });
  const script = await server.play({ steps: [{ json: {} }] });
  await begin(page, collector.url);
  await calls(page, script.url, 3);
  await page.evaluate(() => client.dispose());
  const bodies = async () =>
    (await collector.requests()).filter(({ path }) => path === '/v1/metrics').map(({ body }) => body.text);
  await expect.poll(async () => counted(await bodies())).toBe(3);
});

for (const [name, back] of [
  ['three hours', 3 * 3_600_000],
  ['30 days', 30 * 86_400_000],
] as const) {
  test(`A clock that is set back by ${name} neither silences telemetry nor has it spin`, async ({
    site,
    server,
  }) => {
    const { page } = site;
    const collector = await server.play({ steps: [{ status: 503, retryAfter: 5, repeat: 2 }, { json: {} }] });
    const script = await server.play({ steps: [{ json: {} }] });
    await begin(page, collector.url);
    await calls(page, script.url, 1);
    await expect.poll(() => collector.count(), { timeout: 15_000 }).toBe(2);
    await page.evaluate((back) => {
      const { now } = Date;
      Date.now = () => now() - back;
      const { setTimeout } = globalThis;
      globalThis.armed = 0;
      globalThis.setTimeout = ((...given: Parameters<typeof setTimeout>) => {
        globalThis.armed += 1;
        return setTimeout(...given);
      }) as typeof setTimeout;
    }, back);
    await expect
      .poll(async () => (await collected(collector)).spans.length, { timeout: 12_000 })
      .toBeGreaterThan(0);
    expect(await page.evaluate(() => globalThis.armed)).toBeLessThan(50);
  });
}

declare global {
  var armed: number;
}
