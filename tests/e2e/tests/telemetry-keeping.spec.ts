// What waits for a collector: kept by its worth, one client's apart from another's, told once by whoever is alive, by the rules of
// privacy that hold when it leaves.
import type { Page } from '@playwright/test';
import { collected, shelves, values } from '../support/collector';
import type { PlainOptions } from '../support/plain';
import type { Scenario } from '../support/server';
import { expect, test } from '../support/test';

/** A page with the bare build, and a client that tells this collector. */
async function begin(page: Page, url: string, more: PlainOptions = {}, service = 'shop'): Promise<void> {
  await page.locator('html[data-ready]').waitFor();
  await page.evaluate(
    ([url, service, more]) => {
      globalThis.client = steadfetch.createSteadfetch({
        surfaces: false,
        defaults: { retry: false, breaker: false },
        telemetry: { otlp: { url, service }, sample: 1 },
        ...more,
      });
      return client.ready;
    },
    [url, service, more] as const,
  );
}

/** So many calls, and the traces that they have. */
function calls(page: Page, url: string, count: number): Promise<string[]> {
  return page.evaluate(
    async ([url, count]) => {
      const traces = [];
      for (let call = 0; call < count; call++) traces.push(client.explain(await client.fetch(url))!.traceId!);
      return traces;
    },
    [url, count] as const,
  );
}

/** Until something is stored. */
async function storedBy(page: Page): Promise<void> {
  await expect.poll(async () => (await shelves(page)).items.length, { timeout: 15_000 }).toBeGreaterThan(0);
}

async function traces(collector: Scenario): Promise<string[]> {
  const { spans } = await collected(collector);
  return spans.filter(({ kind }) => kind === 1).map(({ traceId }) => traceId);
}

const BAD = { status: 503, retryAfter: 600 };
const traceparent = { telemetry: { traceparent: 'same-origin' as const } };

test('Too much to store: what is worth least goes, and as much stays as fits', async ({ site, server }) => {
  const { page } = site;
  const collector = await server.play({ steps: [BAD] });
  const script = await server.play({ routes: { 'GET /well': { json: {} } }, steps: [{ status: 404 }] });
  const telemetry = { otlp: { url: collector.url }, sample: 1, ...traceparent.telemetry };
  await begin(page, collector.url, { telemetry });
  const well = await calls(page, `${script.url}/well`, 20);
  const long = await calls(page, `${script.url}/${'words/'.repeat(300)}`, 280);
  await storedBy(page);
  const trouble = [...long, ...(await calls(page, `${script.url}/last`, 1))];
  await page.waitForTimeout(200);
  await page.evaluate(() => dispatchEvent(new Event('pagehide')));
  const { texts, items } = await shelves(page);
  expect(texts).toHaveLength(1);
  expect(texts[0]!.length).toBeLessThanOrEqual(400_000);
  expect(texts[0]!.length, 'there is room for no more').toBeGreaterThan(390_000);
  expect(items.filter(({ keep }) => !keep)).toEqual([]);
  const kept = items.map(({ record }) => record.traceId!);
  // The newest ones, in order, each for both signals.
  expect(kept).toEqual(trouble.slice(-kept.length));
  expect(kept.length).toBeGreaterThan(100);
  expect(items.every(({ to }) => to.includes('logs') && to.includes('traces'))).toBe(true);
  expect(kept.some((trace) => well.includes(trace))).toBe(false);
});

test('Two clients of a page keep what waits apart, and each takes its own after a reload', async ({
  site,
  server,
}) => {
  const { page } = site;
  const collector = await server.play({ steps: [{ ...BAD, repeat: 6 }, { json: {} }] });
  const script = await server.play({ steps: [{ status: 404 }] });
  const sent: string[][] = [];
  for (const service of ['shop', 'chat']) {
    await begin(page, collector.url, {
      telemetry: { otlp: { url: collector.url, service }, sample: 1, ...traceparent.telemetry },
    });
    sent.push(await calls(page, `${script.url}/${service}`, 3));
  }
  await expect.poll(() => collector.count(), { timeout: 15_000 }).toBeGreaterThanOrEqual(4);
  await page.waitForTimeout(500);
  expect((await shelves(page)).texts).toHaveLength(2);
  await page.reload();
  for (const service of ['shop', 'chat']) await begin(page, collector.url, {}, service);
  await expect.poll(async () => (await traces(collector)).length, { timeout: 30_000 }).toBe(6);
  await page.waitForTimeout(6_000);
  expect((await traces(collector)).sort()).toEqual(sent.flat().sort());
  const { requests } = await collected(collector);
  for (const [at, service] of ['shop', 'chat'].entries()) {
    const own = requests.filter(({ body }) => body.text!.includes(`"stringValue":"${service}"`));
    for (const trace of sent[at]!) expect(own.some(({ body }) => body.text!.includes(trace))).toBe(true);
    for (const trace of sent[1 - at]!) expect(own.some(({ body }) => body.text!.includes(trace))).toBe(false);
  }
});

test('A tab that was duplicated does not tell again what the other one is about to', async ({
  site,
  server,
  context,
}) => {
  const { page } = site;
  const collector = await server.play({ steps: [{ ...BAD, retryAfter: 12, repeat: 2 }, { json: {} }] });
  const script = await server.play({ steps: [{ status: 404 }] });
  await begin(page, collector.url);
  await calls(page, script.url, 3);
  await storedBy(page);
  await expect.poll(() => collector.count(), { timeout: 15_000 }).toBe(2);
  // It has a copy of the tab's own storage.
  const [other] = await Promise.all([
    context.waitForEvent('page'),
    page.evaluate(() => void window.open('/')),
  ]);
  await other.locator('html[data-ready]').waitFor();
  expect((await shelves(other)).items.length).toBeGreaterThan(0);
  await begin(other, collector.url);
  await expect.poll(async () => (await shelves(other)).texts, { timeout: 10_000 }).toEqual([]);
  expect((await shelves(page)).items.length, 'the other one still has it').toBeGreaterThan(0);
  await expect.poll(async () => (await traces(collector)).length, { timeout: 30_000 }).toBe(3);
  await other.waitForTimeout(6_000);
  expect((await traces(collector)).length).toBe(3);
  const { logs } = await collected(collector);
  expect(logs.filter(({ eventName }) => eventName === 'steadfetch.call')).toHaveLength(3);
});

test('What was stored leaves by the rules of privacy that hold by then, and storage can add nothing', async ({
  site,
  server,
}) => {
  const { page } = site;
  const collector = await server.play({ steps: [{ ...BAD, repeat: 2 }, { json: {} }] });
  const script = await server.play({
    steps: [
      {
        status: 404,
        json: { title: 'No such thing' },
        headers: { 'content-type': 'application/problem+json' },
      },
    ],
  });
  const trusting = {
    fields: ['actionId', 'fault.problem.title'],
    trustServerText: [server.first],
    routes: ['/s/*/anna'],
  };
  await begin(page, collector.url, { privacy: trusting });
  await page.evaluate(
    async (url) => void (await client.fetch(url, { steady: { actionId: 'save-order' } })),
    `${script.url}/users/anna`,
  );
  await storedBy(page);
  await expect.poll(() => collector.count(), { timeout: 15_000 }).toBe(2);
  await page.waitForTimeout(300);
  const before = (await shelves(page)).texts.join();
  for (const open of ['save-order', 'No such thing', '/s/*/anna'])
    expect(before, 'it was allowed').toContain(open);
  // And somebody has been at it.
  await page.evaluate(() => {
    for (const [key, text] of Object.entries(sessionStorage as unknown as Record<string, string>)) {
      if (!key.startsWith('steadfetch:telemetry:')) continue;
      const stored = JSON.parse(text) as { items: { record: Record<string, unknown> }[] };
      const evil = { secret: 'hush', origin: 'https://anna:pw@evil.example/x?mail=a@b.c' };
      for (const item of stored.items) Object.assign(item.record, evil);
      const odd = { type: 'call', at: 1, tries: { at: 5 }, timeline: 'hush', fault: { code: 'hush hush' } };
      stored.items.push({ ...stored.items[0]!, record: odd });
      sessionStorage.setItem(key, JSON.stringify(stored));
    }
  });
  await page.reload();
  await begin(page, collector.url, { privacy: { routes: ['/other'] } });
  await expect
    .poll(async () => (await collected(collector)).logs.length, { timeout: 15_000 })
    .toBeGreaterThan(0);
  await expect
    .poll(async () => (await collected(collector)).spans.length, { timeout: 15_000 })
    .toBeGreaterThan(0);
  const { requests, spans } = await collected(collector);
  const told = requests.map(({ body }) => body.text).join();
  for (const secret of ['save-order', 'No such thing', 'anna', 'hush', 'b.c', 'pw@'])
    expect(told).not.toContain(secret);
  expect(values(spans[0]!.attributes)['url.template']).toBeUndefined();
  expect(values(spans[0]!.attributes)['steadfetch.fault.code']).toBe('SF-not-found');
});

test('What the same rules allow is told after a reload as it would have been before', async ({
  site,
  server,
}) => {
  const { page } = site;
  const collector = await server.play({ steps: [{ ...BAD, repeat: 2 }, { json: {} }] });
  const script = await server.play({
    steps: [
      {
        status: 404,
        json: { title: 'No such thing' },
        headers: { 'content-type': 'application/problem+json' },
      },
    ],
  });
  const privacy = {
    fields: ['actionId', 'fault.problem.title'],
    trustServerText: [server.first],
    routes: ['/s/:id/orders/:number'],
  };
  await begin(page, collector.url, { privacy });
  const init = { steady: { actionId: 'save-order' } };
  await page.evaluate(async ([url, init]) => void (await client.fetch(url, init)), [
    `${script.url}/orders/4711`,
    init,
  ] as const);
  await expect.poll(() => collector.count(), { timeout: 15_000 }).toBe(2);
  await page.waitForTimeout(300);
  await page.reload();
  await begin(page, collector.url, { privacy });
  await expect.poll(async () => (await collected(collector)).spans.length, { timeout: 15_000 }).toBe(2);
  const { spans, logs } = await collected(collector);
  const refused = (await collector.requests()).filter(
    ({ status, method }) => status === 503 && method === 'POST',
  );
  const first = refused.map(({ body }) => body.text!).find((text) => text.includes('resourceSpans'))!;
  const before = JSON.parse(first) as { resourceSpans: [{ scopeSpans: [{ spans: unknown[] }] }] };
  expect(spans).toEqual(before.resourceSpans[0].scopeSpans[0].spans);
  const called = logs.find(({ eventName }) => eventName === 'steadfetch.call')!;
  expect(values(called.attributes)).toMatchObject({
    'url.template': '/s/:id/orders/:number',
    'steadfetch.action.id': 'save-order',
    'steadfetch.fault.title': 'No such thing',
  });
});
