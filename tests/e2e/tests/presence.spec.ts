import { type Site, expect, test } from '../support/test';

test('D8 time that the machine sleeps through does not pass for calls', async ({ site, server }) => {
  const script = await server.play({
    sequence: 'path',
    steps: [{ status: 503, retryAfter: 5 }, { text: 'ok' }],
    routes: { 'GET /slow': { delay: 11_000, text: 'slow' } },
  });
  const got = await site.page.evaluate(async (url) => {
    const defaults = { attemptTimeout: 6000, deadline: 25_000, breaker: false } as const;
    const client = steadfetch.createSteadfetch({ surfaces: false, defaults });
    await client.ready;
    const waiting = lab.outcome(() => client.fetch(url));
    const slow = lab.outcome(() => client.fetch(`${url}/slow`));
    await lab.sleep(1000);
    // The page stands still, as it does while a laptop sleeps.
    for (const end = performance.now() + 8000; performance.now() < end;);
    const woke = performance.now();
    const { text } = await waiting;
    return { left: performance.now() - woke, text, slow: await slow };
  }, script.url);
  expect(got.text).toBe('ok');
  expect(got.left, 'four of the five seconds are still to wait').toBeGreaterThan(2500);
  expect(got.slow).toMatchObject({ text: 'slow', known: { attempts: 1 } });
});

/** A page whose clock `sleepFor` puts forward. Timers do not know of it, as in sleep: what reaches the page first is open. */
async function withSleep({ page }: Site): Promise<void> {
  await page.addInitScript(() => {
    const now = performance.now.bind(performance);
    let slept = 0;
    performance.now = () => now() + slept;
    Object.assign(globalThis, { sleepFor: (ms: number) => (slept += ms) });
  });
}

declare const sleepFor: (ms: number) => void;

test('D8 a call made on waking, before any timer, has its own limits and no hour more', async ({
  bare,
  server,
}) => {
  await withSleep(bare);
  await bare.open();
  const script = await server.play({ steps: [{ silence: true }] });
  const ms = await bare.page.evaluate(async (url) => {
    const defaults = { attemptTimeout: 700, deadline: 800, retry: false, breaker: false } as const;
    const client = steadfetch.createSteadfetch({ surfaces: false, defaults });
    await client.ready;
    const steady = { attemptTimeout: 60_000, deadline: 60_000 };
    void lab.outcome(() => client.fetch(`${url}/before`, { steady }));
    await lab.sleep(100);
    sleepFor(3_600_000);
    const call = lab.outcome(() => client.fetch(`${url}/after`));
    return Promise.race([call.then(({ ms }) => ms), lab.sleep(8000).then(() => Infinity)]);
  }, script.url);
  expect(ms).toBeGreaterThanOrEqual(699);
  expect(ms).toBeLessThan(5000);
});

test('D8 what fails on waking, before any timer, is tried again: its deadline has not passed', async ({
  bare,
  server,
}) => {
  await withSleep(bare);
  await bare.open();
  const script = await server.play({
    routes: {
      // The browser itself tries once more where a connection that it has used before breaks.
      'GET /broken': [{ delay: 300, reset: true, repeat: 2 }, { text: 'ok' }],
      'GET /bad': [{ delay: 300, status: 503 }, { text: 'ok' }],
      'GET /good': { delay: 300, text: 'ok' },
    },
  });
  const ends = await bare.page.evaluate(async (url) => {
    const client = await lab.client({ defaults: { retry: { attempts: 4 } } });
    const calls = ['broken', 'bad', 'good'].map((path) => lab.outcome(() => client.fetch(`${url}/${path}`)));
    await lab.sleep(50);
    // Meanwhile they fail, and the host timer is not due yet.
    for (const end = performance.now() + 600; performance.now() < end;);
    sleepFor(3_600_000);
    return Promise.all(calls);
  }, script.url);
  expect(ends.map(({ text }) => text)).toEqual(['ok', 'ok', 'ok']);
  expect(ends.map(({ known }) => known!.attempts)).toEqual([expect.any(Number), 2, 1]);
});

test('under Save-Data nothing is sent twice at once, also when it is turned on later', async ({
  bare,
  server,
}) => {
  await bare.page.addInitScript(() => {
    const connection = Object.assign(new EventTarget(), { saveData: false });
    Object.defineProperty(navigator, 'connection', { value: connection });
  });
  await bare.open();
  const script = await server.play({
    sequence: 'path',
    steps: [{ delay: 1500, text: 'ok' }],
    routes: { 'GET /quick': { text: 'ok' } },
  });
  const count = () =>
    bare.page.evaluate(async (url) => {
      const options = { surfaces: false, defaults: { hedge: { delay: 400, budget: 1 } } } as const;
      const client = await lab.client(options);
      await lab.outcome(() => client.fetch(`${url}/quick`));
      const { text } = await lab.outcome(() => client.fetch(`${url}/${Math.random()}`));
      return text;
    }, script.url);
  expect(await count()).toBe('ok');
  expect(await script.count(), 'hedged').toBe(3);
  await bare.page.evaluate(() => {
    const { connection } = navigator as unknown as { connection: EventTarget & { saveData: boolean } };
    connection.saveData = true;
    connection.dispatchEvent(new Event('change'));
  });
  expect(await count()).toBe('ok');
  expect(await script.count(), 'not hedged').toBe(5);
});

test('calls that wait for the network go on when the browser says that it is back', async ({
  site,
  server,
}) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const call = () =>
    site.page.evaluate(async (url) => {
      const client = await lab.client({
        defaults: { deadline: false, retry: { base: 600_000, cap: 600_000 } },
      });
      return lab.outcome(() => client.fetch(url));
    }, script.url);
  await call();
  await site.page.context().setOffline(true);
  const outcome = call();
  await site.page.waitForTimeout(1000);
  await site.page.context().setOffline(false);
  expect(await outcome).toMatchObject({ text: 'ok', known: { attempts: 2 } });
});
