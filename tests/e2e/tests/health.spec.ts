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
  expect(health.people).toMatchObject({ helped: 1, waited: 0, failed: 1, noticesShown: 0 });
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

test('Health: what people did with notices', async ({ site }) => {
  await site.page.evaluate(async () => {
    globalThis.client = steadfetch.createSteadfetch({ surfaces: { delay: 0 } });
    await client.ready;
    client.on('notice', () => {});
    const text = { title: 'Saved', body: 'All is well.' };
    client.notices.show({ message: 'text', cause: 'a', args: text, surface: 'toast', severity: 'error' });
    const actions = [{ id: 'more', label: 'More', run: () => {} }];
    client.notices.show({
      message: 'text',
      cause: 'b',
      args: { ...text, title: 'Shared' },
      actions,
      surface: 'toast',
      severity: 'error',
    });
  });
  await site.page.getByRole('button', { name: 'More', exact: true }).click();
  const people = () => site.page.evaluate(() => client.health().people);
  expect(await people()).toMatchObject({ noticesShown: 2, noticesDismissed: 0, noticesActed: 1 });
  await site.page.evaluate(() =>
    client.notices.dismiss(client.notices.list().find(({ title }) => title === 'Saved')!.id),
  );
  expect(await people()).toMatchObject({ noticesShown: 2, noticesDismissed: 1, noticesActed: 1 });
});

test('Health: copies that were served, missed, and had to go', async ({ site }) => {
  const script = await site.server.play({
    steps: [{ json: { a: 1 }, repeat: 4 }, { status: 503 }],
  });
  const counted = await site.page.evaluate(async (url) => {
    const cache = { strategy: 'cache-first', fresh: 60_000, maxEntries: 2 } as const;
    const client = steadfetch.createSteadfetch({ surfaces: false, rules: [{ match: '/s/*', cache }] });
    await client.ready;
    const before = client.health().cache;
    // Three URLs of which two have room, then the last one again.
    for (const path of ['/1', '/2', '/3', '/3']) {
      await (await client.fetch(url + path)).text();
      await lab.sleep(150);
    }
    // Past its time it stands in for a failure.
    const short = { strategy: 'network-first', fresh: 0, staleIfError: 60_000 } as const;
    const init = { steady: { cache: short, retry: false, breaker: false } } as const;
    await client.fetch(url + '/3', init);
    await lab.sleep(150);
    await client.fetch(url + '/3', init);
    return { before, cache: client.health().cache! };
  }, script.url);
  expect(counted.before).toBeUndefined();
  expect(counted.cache).toEqual({ fresh: 1, stale: 1, misses: 3, evicted: 1 });
});

test('Health: what became of writes, by this tab alone', async ({ site }) => {
  const script = await site.server.play({ steps: [{ status: 503 }, { status: 200, repeat: 9 }] });
  const other = await site.page.context().newPage();
  await other.goto(site.server.first);
  await other.locator('html[data-ready]').waitFor();
  const begin = async () => {
    globalThis.client = steadfetch.createSteadfetch({
      surfaces: false,
      rules: [{ match: { url: '/s/*', methods: ['POST'] }, retry: false, breaker: false, outbox: {} }],
    });
    await client.ready;
    await client.outbox.entries();
  };
  await other.evaluate(begin);
  await site.page.evaluate(begin);
  await site.page.evaluate(async (url) => {
    await client.fetch(url, { method: 'POST', body: 'x' });
    await client.outbox.flush();
  }, script.url);
  const writes = () =>
    Promise.all([site.page, other].map((page) => page.evaluate(() => client.health().writes!)));
  const sum = async () => {
    const [here, there] = await writes();
    return { queued: here!.queued + there!.queued, sent: here!.sent + there!.sent };
  };
  await expect.poll(sum).toEqual({ queued: 1, sent: 1 });
});
