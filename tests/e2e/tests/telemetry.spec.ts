// What is told beyond the page: W3C Trace Context, records, the console, an OpenTelemetry collector in good and bad shape.
import { collected, shelves, values } from '../support/collector';
import type { PlainOptions } from '../support/plain';
import { type Script, type Scenario, header } from '../support/server';
import { type Site, expect, test } from '../support/test';

const TRACE = /^00-([0-9a-f]{32})-([0-9a-f]{16})-0[01]$/;

/** Two calls: one after a 503, one that is not found; their URLs hold what must not leave. */
async function trouble(site: Site, options: PlainOptions, more: Script[] = []) {
  const script = await site.server.play({
    steps: [{ status: 503 }, { status: 200 }, { status: 404 }, ...more],
  });
  const outcomes = await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      const out = [];
      for (const path of ['/orders/4711?mail=anna@example.org', '/users/anna']) {
        const init = {
          headers: { authorization: 'Bearer secret-token-1' },
          steady: { actionId: 'save-order' },
        };
        out.push(await lab.outcome(() => client.fetch(url + path, init)));
      }
      return out;
    },
    [script.url, options] as const,
  );
  return { script, outcomes };
}

/** Nothing of these two calls that nobody may see. */
function expectNoLeak(text: string): void {
  for (const secret of ['4711', 'anna', 'example.org', 'secret-token', 'Bearer', 'save-order']) {
    expect(text, 'nothing leaks').not.toContain(secret);
  }
}

test('Trace Context: one trace for a call, a span for each attempt, to the page’s own origin alone', async ({
  site,
}) => {
  const options: PlainOptions = { telemetry: { traceparent: 'same-origin' } };
  const { script, outcomes } = await trouble(site, options);
  const sent = (await script.requests()).map((request) => TRACE.exec(header(request, 'traceparent') ?? ''));
  expect(sent.map((found) => found?.[1])).toEqual([
    outcomes[0]!.known!.traceId,
    outcomes[0]!.known!.traceId,
    outcomes[1]!.known!.traceId,
  ]);
  expect(new Set(sent.map((found) => found?.[2])).size, 'three spans').toBe(3);
  expect(outcomes[0]!.known!.traceId).not.toBe(outcomes[1]!.known!.traceId);
  const other = await site.server.play({ steps: [{}] });
  const elsewhere = await site.call(other.second, {}, options);
  expect(elsewhere.status).toBe(200);
  const [got] = await other.requests();
  expect(header(got!, 'traceparent')).toBeUndefined();
  expect((await other.log()).counts.preflights, 'no preflight').toBe(0);
});

test('Trace Context: to origins that are named; the caller’s own header stays', async ({ site }) => {
  const script = await site.server.play({ steps: [{}] });
  const options: PlainOptions = { telemetry: { traceparent: [site.server.second] } };
  const there = await site.call(script.second, {}, options);
  await site.call(script.url, {}, options);
  const own = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const kept = await site.call(script.second, { headers: { traceparent: own } }, options);
  const sent = (await script.requests()).map((request) => header(request, 'traceparent'));
  expect(TRACE.exec(sent[0]!)?.[1]).toBe(there.known!.traceId);
  expect(sent.slice(1)).toEqual([undefined, own]);
  expect(kept.known!.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
});

test('Trace Context: a redirect to an origin that refuses the header fails one attempt, and not the call', async ({
  site,
}) => {
  const cors = { allowHeaders: [] };
  const bucket = await site.server.play({ cors, steps: [{ text: 'file' }] });
  const script = await site.server.play({ steps: [{ redirect: bucket.second, repeat: 9 }] });
  const options: PlainOptions = { telemetry: { traceparent: 'same-origin' } };
  const got = await site.call(script.url, {}, options);
  expect(got).toMatchObject({ status: 200, text: 'file', known: { attempts: 2 } });
  const sent = (await script.requests()).map((request) => header(request, 'traceparent') !== undefined);
  expect(sent, 'with the header, then without').toEqual([true, false]);
  const { counts, requests } = await bucket.log();
  expect(counts.preflights).toBe(1);
  const files = requests.filter(({ method }) => method === 'GET');
  expect(files.map((request) => header(request, 'traceparent'))).toEqual([undefined]);
  // What answers, be it badly, has the header all along.
  const busy = await site.server.play({ steps: [{ status: 503 }, {}] });
  await site.call(busy.url, {}, options);
  expect((await busy.requests()).map((request) => TRACE.test(header(request, 'traceparent')!))).toEqual([
    true,
    true,
  ]);
});

test('Trace Context: off by default, and in the way of no request that was made with it', async ({
  site,
}) => {
  const script = await site.server.play({ steps: [{ echo: true }] });
  const plain = await site.call(script.url);
  expect(plain.known!.traceId).toBeUndefined();
  const options: PlainOptions = { telemetry: { traceparent: 'same-origin' } };
  const init = {
    method: 'POST',
    body: '{"a":1}',
    headers: { 'content-type': 'application/json', 'x-own': '1' },
  };
  const traced = (await site.call(script.url, init, options)).text!;
  for (const sent of ['{\\"a\\":1}', '"x-own"', 'application/json', '"traceparent"'])
    expect(traced).toContain(sent);
});

test('Records: a call that met trouble is told once, redacted; one that went well is not', async ({
  site,
}) => {
  const script = await site.server.play({ steps: [{ status: 200 }, { status: 503 }, { status: 200 }] });
  const records = await site.page.evaluate(async (url) => {
    const client = steadfetch.createSteadfetch({
      surfaces: false,
      defaults: { retry: { base: 2, cap: 4 }, breaker: false },
      rules: [{ match: '/s/*', feature: 'orders' }],
      privacy: { fields: ['actionId'], routes: ['/s/:id/orders/:number'] },
    });
    const records: unknown[] = [];
    client.on('record', (record) => records.push(record));
    await client.ready;
    for (let call = 0; call < 2; call++) {
      await client.fetch(`${url}/orders/4711?mail=a@b.c`, { steady: { actionId: 'mail to a@b.c' } });
    }
    client.features.set('orders', 'reduced', 'by hand, says a@b.c');
    const ends = performance.now() + 5000;
    while (records.length < 2 && performance.now() < ends) await lab.sleep(100);
    await lab.sleep(300);
    client.dispose();
    return records as Record<string, unknown>[];
  }, script.url);
  const call = records.find(({ type }) => type === 'call')!;
  expect(records.filter(({ type }) => type === 'call')).toHaveLength(1);
  expect(call).toMatchObject({
    type: 'call',
    route: '/s/:id/orders/:number',
    actionId: 'mail to {email}',
    method: 'GET',
    origin: site.server.first,
    source: 'network',
    attempts: 2,
    tries: [
      { attempt: 1, status: 503, kind: 'overloaded' },
      { attempt: 2, status: 200 },
    ],
  });
  expect(records.find(({ type }) => type === 'feature')).toMatchObject({ name: 'orders', level: 'reduced' });
  expect(JSON.stringify(records)).not.toMatch(/4711|b\.c|by hand|href/);
});

test('Console: one structured, redacted line for each call that met trouble', async ({ site }) => {
  const lines: string[] = [];
  site.page.on('console', (message) => message.type() === 'info' && lines.push(message.text()));
  await trouble(site, { telemetry: { log: 'console' } });
  await expect.poll(() => lines.length).toBe(2);
  expect(lines[0]).toMatch(
    /^Steadfetch: GET \/s\/\{id\}\/orders\/\{id\}: well after 2 attempts, \d+ ms \{"type":"call"/,
  );
  expect(lines[1]).toMatch(/SF-not-found \(404\) after 1 attempt,/);
  expectNoLeak(lines.join());
});

test('OpenTelemetry: spans, logs and metrics as the conventions want them, and nothing that nobody may see', async ({
  site,
}) => {
  const collector = await site.server.play({ steps: [{ json: {} }] });
  const otlp = { url: `${collector.second}/`, headers: { 'x-key': 'k' }, service: 'shop' };
  const { outcomes } = await trouble(site, { telemetry: { otlp, traceparent: 'same-origin', sample: 1 } });
  await site.page.waitForTimeout(300);
  // Whoever leaves the page takes nothing along.
  await site.page.goto('about:blank');
  await expect.poll(async () => (await collected(collector)).metrics.length).toBeGreaterThan(0);
  const { spans, logs, metrics, requests } = await collected(collector);
  expect(requests.map((request) => header(request, 'x-key'))).toEqual(requests.map(() => 'k'));
  expect(requests.filter((request) => header(request, 'referer'))).toEqual([]);
  expectNoLeak(requests.map(({ body }) => body.text).join());

  const [call, first, second, missing, attempt] = spans;
  expect(spans).toHaveLength(5);
  expect(call).toMatchObject({
    name: 'GET /s/{id}/orders/{id}',
    kind: 1,
    traceId: outcomes[0]!.known!.traceId,
    status: {},
  });
  expect(call!.events!.map(({ name }) => name)).toContain('steadfetch.wait');
  expect([first!.parentSpanId, second!.parentSpanId, first!.traceId]).toEqual([
    call!.spanId,
    call!.spanId,
    call!.traceId,
  ]);
  const host = new URL(site.server.first);
  expect(values(first!.attributes)).toEqual({
    'http.request.method': 'GET',
    'server.address': host.hostname,
    'server.port': Number(host.port),
    'url.template': '/s/{id}/orders/{id}',
    'url.full': `${host.origin}/s/{id}/orders/{id}`,
    'http.response.status_code': 503,
    'error.type': '503',
  });
  expect(values(second!.attributes)).toMatchObject({
    'http.response.status_code': 200,
    'http.request.resend_count': 1,
  });
  expect(values(second!.attributes)['error.type']).toBeUndefined();
  expect([first!.kind, first!.status.code, missing!.status.code]).toEqual([3, 2, 2]);
  expect(values(missing!.attributes)).toMatchObject({
    'error.type': 'not-found',
    'steadfetch.fault.code': 'SF-not-found',
  });
  expect(attempt!.parentSpanId).toBe(missing!.spanId);
  for (const span of spans) {
    expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true);
  }
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(5);

  const troubles = logs.filter(({ eventName }) => eventName === 'steadfetch.call');
  expect(troubles.map(({ severityText }) => severityText)).toEqual(['WARN', 'ERROR']);
  expect(troubles[1]!.traceId).toBe(outcomes[1]!.known!.traceId);

  const of = (name: string) => metrics.filter((metric) => metric.name === name);
  const [durations] = of('http.client.request.duration');
  const points = durations!.histogram!.dataPoints;
  expect(points.map(({ count }) => Number(count)).reduce((a, b) => a + b)).toBe(3);
  expect(
    points.every(({ bucketCounts, explicitBounds }) => bucketCounts!.length === explicitBounds!.length + 1),
  ).toBe(true);
  const counted = (name: string) =>
    Object.fromEntries(
      of(name).flatMap(({ sum }) => sum!.dataPoints).map(({ attributes, asInt }) => [
        values(attributes)['error.type'] ?? values(attributes)['steadfetch.outcome'] ?? '', Number(asInt),
      ]),
    ); // prettier-ignore
  expect(counted('steadfetch.attempts')).toEqual({ '': 3 });
  expect(counted('steadfetch.failures')).toEqual({ overloaded: 1, 'not-found': 1 });
  expect(counted('steadfetch.people')).toEqual({ helped: 1, failed: 1 });
});

test('OpenTelemetry: what went well is sampled, what met trouble never is; its own requests are nobody’s calls', async ({
  site,
}) => {
  const collector = await site.server.play({ steps: [{ json: {} }] });
  const script = await site.server.play({ steps: [{ status: 200, repeat: 20 }, { status: 404 }] });
  const health = await site.page.evaluate(
    async ([url, collector]) => {
      const client = await lab.client({ telemetry: { otlp: { url: collector }, sample: 0 } });
      for (let call = 0; call < 21; call++) await lab.outcome(() => client.fetch(url));
      await lab.sleep(300);
      dispatchEvent(new Event('pagehide'));
      await lab.sleep(300);
      return client.health();
    },
    [script.url, collector.second] as const,
  );
  const { spans, requests } = await collected(collector);
  expect(spans.map(({ name, kind }) => `${kind} ${name}`)).toEqual(['1 GET /s/{id}', '3 GET /s/{id}']);
  expect(requests.length).toBeGreaterThan(1);
  expect(health.origins.map(({ origin, attempts }) => [origin, attempts])).toEqual([[site.server.first, 21]]);
});

test('OpenTelemetry: what waits outlives a reload, and is sent once', async ({ site }) => {
  const collector = await site.server.play({ steps: [{ status: 503, repeat: 2 }, { json: {} }] });
  const telemetry = { otlp: { url: collector.second } };
  const { outcomes } = await trouble(site, { telemetry });
  expect(outcomes).toHaveLength(2);
  // The first requests are refused, logs and spans; what waits is stored.
  await expect.poll(() => collector.count(), { timeout: 10_000 }).toBe(2);
  await site.page.waitForTimeout(200);
  await site.page.reload();
  await site.page.locator('html[data-ready]').waitFor();
  await site.page.evaluate((telemetry) => void lab.client({ telemetry }), telemetry);
  await expect.poll(async () => (await collected(collector)).spans.length, { timeout: 15_000 }).toBe(5);
  await site.page.waitForTimeout(6_000);
  const { spans, logs } = await collected(collector);
  expect(spans).toHaveLength(5);
  expect(logs.filter(({ eventName }) => eventName === 'steadfetch.call')).toHaveLength(2);
});

for (const [name, steps, most] of [
  ['answers 400', [{ status: 400 }], 3],
  ['answers 413', [{ status: 413 }], 12],
  ['answers 429', [{ status: 429, retryAfter: 60 }], 1],
  ['answers 503', [{ status: 503 }], 3],
  ['never answers', [{ silence: true }], 3],
  ['is not there', [{ reset: true }], 3],
] as [string, Script[], number][]) {
  test(`OpenTelemetry: a collector that ${name} costs a bounded buffer, and the app notices nothing`, async ({
    site,
  }) => {
    const collector = await site.server.play({ steps });
    const script = await site.server.play({ steps: [{ status: 404, repeat: 60 }, { json: { ok: true } }] });
    const seen = await site.page.evaluate(
      async ([url, collector]) => {
        const client = await lab.client({ telemetry: { otlp: { url: collector }, sample: 1 } });
        for (let call = 0; call < 12; call++) await Promise.all([1, 2, 3, 4, 5].map(() => client.fetch(url)));
        // A flush at 5 s, and what it comes to.
        await lab.sleep(8_000);
        dispatchEvent(new Event('pagehide'));
        const { status } = await client.fetch(url);
        return {
          status,
          health: client.health(),
        };
      },
      [script.url, collector.second] as const,
    );
    expect(seen.status).toBe(200);
    const { texts } = await shelves(site.page);
    expect(texts.length).toBeLessThanOrEqual(1);
    expect(texts.join().length).toBeLessThan(400_001);
    expect(seen.health.origins).toHaveLength(1);
    const asked = await posts(collector);
    expect(asked).toBeGreaterThan(0);
    expect(asked, 'no storm').toBeLessThanOrEqual(most + 3);
  });
}

async function posts(script: Scenario): Promise<number> {
  return (await script.requests()).filter(({ method }) => method === 'POST').length;
}

test('OpenTelemetry: without storage it works, and a reload loses what waits', async ({ bare }) => {
  await bare.page.addInitScript(() => {
    Object.defineProperty(globalThis, 'sessionStorage', {
      get() {
        throw new DOMException('denied', 'SecurityError');
      },
    });
  });
  await bare.open();
  const collector = await bare.server.play({ steps: [{ json: {} }] });
  await trouble(bare, { telemetry: { otlp: { url: collector.second } } });
  await expect.poll(async () => (await collected(collector)).spans.length, { timeout: 10_000 }).toBe(5);
});
