// What `health` tells: at once, before the engine is there, and after calls that went well, badly and were helped.
import { expect, test } from '../support/test';

test('Health: at once, in every state, and empty while nothing is known', async ({ site }) => {
  const seen = await site.page.evaluate(async () => {
    const { createSteadfetch } = steadfetch;
    const began = Date.now();
    const client = createSteadfetch({ surfaces: false });
    client.features.set('search', 'off', 'by hand');
    const early = client.health();
    await client.ready;
    const idle = client.health();
    client.dispose();
    return { began, early, idle, gone: client.health() };
  });
  const nothing = {
    origins: [],
    people: { helped: 0, waited: 0, failed: 0, noticesShown: 0 },
    features: [{ name: 'search', level: 'off', why: 'by hand' }],
    outbox: 0,
    online: true,
  };
  for (const health of [seen.early, seen.idle, seen.gone]) {
    expect(health).toMatchObject(nothing);
    expect(Math.abs(health.since - seen.began)).toBeLessThan(5_000);
  }
});

test('Health: counts calls, attempts, failures by kind, latency, and whom it helped', async ({ site }) => {
  const { server } = site;
  const script = await server.play({
    steps: [{ status: 503 }, { status: 200 }, { status: 200, delay: 60 }, { status: 404 }],
  });
  const health = await site.page.evaluate(async (url) => {
    const client = await lab.client({ seed: 3 });
    for (let call = 0; call < 3; call++) await lab.outcome(() => client.fetch(url));
    return client.health();
  }, script.url);
  expect(health.origins).toHaveLength(1);
  const [origin] = health.origins;
  expect(origin).toMatchObject({
    origin: server.first,
    state: 'healthy',
    breaker: 'closed',
    calls: 3,
    attempts: 4,
    failures: { overloaded: 1, 'not-found': 1 },
  });
  expect(origin!.p99!).toBeGreaterThanOrEqual(60);
  expect(origin!.p50!).toBeLessThanOrEqual(origin!.p95!);
  expect(health.people).toEqual({ helped: 1, waited: 0, failed: 1, noticesShown: 0 });
});

test('Health: an open breaker and a notice that was seen', async ({ site }) => {
  const script = await site.server.play({ steps: [{ status: 500 }] });
  const health = await site.page.evaluate(async (url) => {
    const client = steadfetch.createSteadfetch({
      surfaces: { delay: 0 },
      defaults: {
        retry: false,
        breaker: { consecutive: 2, open: 60_000, openCap: 60_000, whileOpen: 'refuse' },
      },
    });
    for (let call = 0; call < 6; call++) await lab.outcome(() => client.fetch(url));
    await lab.sleep(300);
    const health = client.health();
    client.dispose();
    return { ...health, now: Date.now() };
  }, script.url);
  const [origin] = health.origins;
  expect(origin).toMatchObject({ state: 'down', breaker: 'open' });
  expect(origin!.retryAt!).toBeGreaterThan(health.now);
  expect(origin!.failures['circuit-open']! + origin!.failures['server-error']!).toBe(6);
  expect(health.people.failed).toBe(6);
  expect(health.people.noticesShown).toBeGreaterThan(0);
});
