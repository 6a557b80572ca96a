// Telemetry where nobody looks: last words within the browser's quota, what is worth most first and nothing lost by them; and a page
// in which nothing happens sends nothing.
import type { Page } from '@playwright/test';
import { collected, shelves, watched } from '../support/collector';
import { header } from '../support/server';
import { expect, test } from '../support/test';

async function begin(page: Page, url: string): Promise<void> {
  await page.evaluate((url) => {
    globalThis.client = steadfetch.createSteadfetch({
      surfaces: false,
      defaults: { retry: false, breaker: false },
      telemetry: { otlp: { url }, sample: 1, traceparent: 'same-origin' },
    });
    return client.ready;
  }, url);
}

/** The tab is hidden, or seen again. */
function turn(page: Page, visibility: 'hidden' | 'visible'): Promise<void> {
  return page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, value });
    Object.defineProperty(document, 'hidden', { configurable: true, value: value === 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  }, visibility);
}

async function calls(page: Page, url: string, count: number): Promise<string[]> {
  return page.evaluate(
    async ([url, count]) => {
      const traces = [];
      for (let call = 0; call < count; call++) traces.push(client.explain(await client.fetch(url))!.traceId!);
      return traces;
    },
    [url, count] as const,
  );
}

test('Last words: what tells of trouble first, what is too large is passed over, and the app keeps most of the quota', async ({
  site,
  server,
}) => {
  const { page } = site;
  const collector = `${server.first}/collector`;
  const sent = await watched(page, collector);
  const script = await server.play({ routes: { 'GET /well': { json: {} } }, steps: [{ status: 404 }] });
  await begin(page, collector);
  // The first one to wait is larger than all that may be said.
  const [giant] = await calls(page, `${script.url}/${'words/'.repeat(2_000)}`, 1);
  const well = await calls(page, `${script.url}/well`, 60);
  const trouble = await calls(page, `${script.url}/gone`, 5);
  await page.waitForTimeout(200);
  await turn(page, 'hidden');
  await expect.poll(() => sent().requests.length).toBe(3);
  const { requests, logs, spans, metrics } = sent();
  const said = requests.reduce((sum, { body }) => sum + body.length, 0);
  expect(said).toBeLessThanOrEqual(20_000);
  expect(said, 'what there is room for is said').toBeGreaterThan(15_000);
  expect(logs.filter(({ traceId }) => traceId).map(({ traceId }) => traceId)).toEqual(trouble);
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(
    new Set([...trouble, ...well.filter((trace) => spans.some(({ traceId }) => traceId === trace))]),
  );
  expect(metrics.map(({ name }) => name)).toContain('steadfetch.calls');
  // All else is there, and comes when the page is seen again; nothing comes twice.
  await expect
    .poll(async () => (await shelves(page)).items.some(({ record }) => record.traceId === giant))
    .toBe(true);
  await turn(page, 'visible');
  await expect
    .poll(() => sent().spans.filter(({ kind }) => kind === 1).length, {
      timeout: 15_000,
    })
    .toBe(66);
  const all = sent().spans.map(({ spanId }) => spanId);
  expect(new Set(all).size).toBe(all.length);
  expect((await shelves(page)).texts).toEqual([]);
});

test('Last words that a collector does not take are not lost by a page that lives on', async ({
  site,
  server,
}) => {
  const { page } = site;
  const collector = await server.play({ steps: [{ status: 503, repeat: 3 }, { json: {} }] });
  const script = await server.play({ steps: [{ status: 404 }] });
  await begin(page, collector.url);
  const traces = await calls(page, script.url, 3);
  await page.waitForTimeout(200);
  await turn(page, 'hidden');
  await expect.poll(() => collector.count()).toBe(3);
  await page.waitForTimeout(300);
  const { items } = await shelves(page);
  const of = (type: string) => items.filter(({ record }) => record.type === type).map(({ to }) => to);
  expect(of('health')).toEqual([['metrics']]);
  expect(of('call')).toEqual(traces.map(() => ['logs', 'traces']));
  await turn(page, 'visible');
  await expect
    .poll(async () => (await collected(collector)).metrics.length, { timeout: 20_000 })
    .toBeGreaterThan(0);
  const { spans, logs, metrics } = await collected(collector);
  expect(spans.filter(({ kind }) => kind === 1).map(({ traceId }) => traceId)).toEqual(traces);
  expect(logs.filter(({ traceId }) => traceId).map(({ traceId }) => traceId)).toEqual(traces);
  const [point] = metrics.find(({ name }) => name === 'steadfetch.calls')!.sum!.dataPoints;
  expect(point!.asInt).toBe(3);
  // A beacon would carry cookies, and no headers.
  for (const request of await collector.requests()) expect(header(request, 'cookie')).toBeUndefined();
});

test('A page that dies with its last words has them sent again by the next one, but for counts', async ({
  site,
  server,
}) => {
  const { page } = site;
  const collector = await server.play({ steps: [{ silence: 60_000, repeat: 3 }, { json: {} }] });
  const script = await server.play({ steps: [{ status: 404 }] });
  await begin(page, collector.url);
  const traces = await calls(page, script.url, 2);
  await page.waitForTimeout(200);
  await page.goto(`${server.first}/`);
  await page.locator('html[data-ready]').waitFor();
  expect(await collector.count()).toBe(3);
  await begin(page, collector.url);
  await expect.poll(async () => (await collected(collector)).spans.length, { timeout: 15_000 }).toBe(4);
  const told = async () => (await collected(collector)).logs.filter(({ traceId }) => traceId);
  await expect.poll(async () => (await told()).length, { timeout: 15_000 }).toBe(2);
  expect((await told()).map(({ traceId }) => traceId)).toEqual(traces);
  // Whoever takes them knows the doubles.
  const uid = (text: string) =>
    [...text.matchAll(/"log.record.uid","value":\{"stringValue":"(\w{16})"/g)].map(([, id]) => id);
  const bodies = (await collector.requests())
    .map(({ body }) => body.text ?? '')
    .filter((text) => text.includes('logRecords'));
  expect(bodies).toHaveLength(2);
  const first = uid(bodies[0]!);
  expect(first.length).toBeGreaterThanOrEqual(2);
  expect(uid(bodies[1]!)).toEqual(expect.arrayContaining(first));
  await page.waitForTimeout(6_000);
  expect((await collected(collector)).metrics).toEqual([]);
});

/** Time passes, in steps below the 10 s that a collector has to answer. */
async function passed(page: Page, seconds: number): Promise<void> {
  for (let at = 0; at < seconds; at += 5) {
    await page.clock.runFor(5_000);
    await new Promise((go) => setTimeout(go, 50));
  }
}

test('Where nothing happens nothing is sent, and a hidden tab is not woken', async ({
  bare: site,
  server,
}) => {
  const { page } = site;
  await page.clock.install();
  await page.addInitScript(() => {
    const { setTimeout, setInterval } = globalThis;
    globalThis.woken = 0;
    const counting = (start: typeof setTimeout) =>
      ((run: () => void, ...rest: number[]) =>
        start(
          () => {
            globalThis.woken += 1;
            run();
          },
          ...rest,
        )) as typeof setTimeout;
    globalThis.setTimeout = counting(setTimeout);
    globalThis.setInterval = counting(setInterval as typeof setTimeout) as typeof setInterval;
  });
  await site.open();
  const collector = await server.play({ steps: [{ json: {} }] });
  const script = await server.play({ steps: [{ json: {} }] });
  await begin(page, collector.url);
  await calls(page, script.url, 3);
  await passed(page, 70);
  await expect.poll(async () => (await collected(collector)).metrics.length).toBeGreaterThan(0);
  /** Until all is taken: time runs on while answers come. */
  const settled = () =>
    expect
      .poll(async () => {
        await passed(page, 5);
        return (await shelves(page)).texts;
      })
      .toEqual([]);
  await settled();
  const before = await collector.count();
  await page.clock.runFor(30 * 60_000);
  expect(await collector.count(), 'nothing has changed').toBe(before);
  await calls(page, script.url, 1);
  await turn(page, 'hidden');
  await expect.poll(async () => (await collector.count()) - before, 'the last words').toBe(2);
  await settled();
  await page.clock.runFor(5_000);
  const woken = await page.evaluate(() => globalThis.woken);
  await page.clock.runFor(60 * 60_000);
  expect((await page.evaluate(() => globalThis.woken)) - woken, 'no timer runs').toBe(0);
  expect((await collector.count()) - before).toBe(2);
  await turn(page, 'visible');
  await calls(page, script.url, 1);
  await passed(page, 70);
  await settled();
  const paths = (await collector.requests()).slice(before).map(({ path }) => path);
  expect(paths.sort()).toEqual(['/v1/metrics', '/v1/metrics', '/v1/traces', '/v1/traces']);
});

declare global {
  var woken: number;
}
