// Telemetry of calls that are made elsewhere than in a page's engine: in workers, by the outbox later on, and without an engine.
import type { Explanation } from 'steadfetch';
import { collected, values } from '../support/collector';
import { type Scenario, header } from '../support/server';
import { expect, test } from '../support/test';

const STEPS = [{ status: 503 }, { status: 200 }, { status: 404 }];
const OPTIONS = { defaults: { retry: { base: 2, cap: 4 }, breaker: false } } as const;

/** What a collector was told of the calls of a worker. */
async function expectTold(collector: Scenario, script: Scenario, got: unknown): Promise<void> {
  const outcomes = got as { status: number; known: Explanation }[];
  expect(outcomes.map(({ status }) => status)).toEqual([200, 404]);
  await expect.poll(async () => (await collected(collector)).spans.length, { timeout: 15_000 }).toBe(5);
  const { spans, logs, requests } = await collected(collector);
  expect([...new Set(spans.map(({ traceId }) => traceId))]).toEqual(
    outcomes.map(({ known }) => known.traceId),
  );
  expect(spans.map(({ name }) => name)).toEqual(Array(5).fill('GET /s/{id}/orders/{id}'));
  expect(logs.map(({ eventName }) => eventName)).toContain('steadfetch.call');
  expect(requests.map(({ body }) => body.text).join()).not.toContain('4711');
  const parents = (await script.requests()).map((request) => header(request, 'traceparent')!.split('-')[2]);
  expect(parents).toEqual(spans.filter(({ kind }) => kind === 3).map(({ spanId }) => spanId));
}

test('Workers: calls of a dedicated worker are traced and told, redacted', async ({ bare, server }) => {
  // Trusted Types without a policy forbid every worker.
  await bare.open('/?csp=off');
  const collector = await server.play({ steps: [{ json: {} }] });
  const script = await server.play({ steps: STEPS });
  const telemetry = { otlp: { url: collector.url }, traceparent: [server.first], sample: 1 };
  const got = await bare.page.evaluate(([url, options]) => workers.told(url, options), [
    script.url,
    { ...OPTIONS, telemetry },
  ] as const);
  await expectTold(collector, script, got);
});

test('Workers: calls of a service worker are traced and told, redacted', async ({ bare, server }) => {
  await bare.open('/?csp=off');
  const collector = await server.play({ steps: [{ json: {} }] });
  const script = await server.play({ steps: STEPS });
  const telemetry = { otlp: { url: collector.url }, traceparent: [server.first], sample: 1 };
  const got = await bare.page.evaluate(
    async ([url, options]) => {
      const worker = await workers.install('/told/', '/telemetry-worker.js');
      navigator.serviceWorker.startMessages();
      return new Promise((told) => {
        navigator.serviceWorker.addEventListener('message', ({ data }) => told(data), { once: true });
        worker.postMessage({ url, options });
      });
    },
    [script.url, { ...OPTIONS, telemetry }] as const,
  );
  await expectTold(collector, script, got);
});

test('Outbox: what it sends later is a call of its own, traced and told', async ({ site, server }) => {
  const collector = await server.play({ steps: [{ json: {} }] });
  const script = await server.play({ steps: [{ status: 503 }, { status: 200 }] });
  await site.page.evaluate(
    async ([url, collector]) => {
      const client = steadfetch.createSteadfetch({
        surfaces: false,
        rules: [{ match: '/s/*', outbox: {} }],
        defaults: { retry: false, breaker: false },
        telemetry: { otlp: { url: collector }, traceparent: 'same-origin', sample: 1 },
      });
      await client.ready;
      await client.fetch(`${url}/orders`, { method: 'POST', body: 'x' });
      while (client.outbox.size > 0) await client.outbox.flush();
      await lab.sleep(300);
      dispatchEvent(new Event('pagehide'));
    },
    [script.url, collector.second] as const,
  );
  await expect.poll(async () => (await collected(collector)).spans.length, { timeout: 15_000 }).toBe(4);
  const { spans, logs, metrics } = await collected(collector);
  const requests = (await script.requests()).map((request) => header(request, 'traceparent')!.split('-'));
  const attempts = spans.filter(({ kind }) => kind === 3);
  expect(attempts.map(({ traceId, spanId }) => [traceId, spanId])).toEqual(
    requests.map(([, trace, span]) => [trace, span]),
  );
  expect(new Set(attempts.map(({ traceId }) => traceId)).size, 'a trace of its own').toBe(2);
  expect(attempts.map(({ attributes }) => values(attributes)['http.response.status_code'])).toEqual([
    503, 200,
  ]);
  const told = logs.filter(({ eventName }) => eventName === 'steadfetch.outbox');
  expect(told.map(({ attributes }) => values(attributes)['steadfetch.change'])).toEqual(['queued', 'sent']);
  const writes = metrics.find(({ name }) => name === 'steadfetch.writes')!.sum!.dataPoints;
  expect(writes.map(({ attributes }) => values(attributes)['steadfetch.write.change'])).toEqual([
    'queued',
    'sent',
  ]);
});

test('Pass-through: that the engine is off is told; calls without it are not', async ({ site, server }) => {
  const collector = await server.play({ steps: [{ json: {} }] });
  const script = await server.play({ steps: [{ status: 404 }] });
  const policy = await server.play({ steps: [{ json: { version: 1, enabled: false }, delay: 700 }] });
  const state = await site.page.evaluate(
    async ([url, collector, policy]) => {
      const client = steadfetch.createSteadfetch({
        surfaces: false,
        remotePolicy: { url: policy! },
        telemetry: { otlp: { url: collector! }, traceparent: 'same-origin', sample: 1 },
      });
      await client.ready;
      await client.fetch(`${url}/with`);
      const off = new Promise<void>((off) => client.on('state', () => off()));
      await off;
      await client.fetch(`${url}/without`);
      await lab.sleep(300);
      dispatchEvent(new Event('pagehide'));
      return client.state;
    },
    [script.url, collector.second, policy.url],
  );
  expect(state).toBe('passthrough');
  const off = async () =>
    (await collected(collector)).logs.find(
      ({ attributes }) => values(attributes)['steadfetch.state'] === 'passthrough',
    );
  await expect.poll(off).toBeDefined();
  const told = (await off())!;
  expect(told.eventName).toBe('steadfetch.state');
  expect(told.severityText).toBe('WARN');
  const { spans } = await collected(collector);
  expect(new Set(spans.map(({ name }) => name))).toEqual(new Set(['GET /s/{id}/with']));
  const traced = (await script.requests()).map((request) => !!header(request, 'traceparent'));
  expect(traced).toEqual([true, false]);
});
