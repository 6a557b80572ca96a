// What others answer, at its worst: a status feed that never ends, a collector that refuses for good. The app never notices.
import { collected, shelves } from '../support/collector';
import { expect, test } from '../support/test';

test('A status feed that never answers, or never ends, is given up with a reason', async ({
  bare: site,
  server,
}) => {
  const warnings: string[] = [];
  site.expects(/the status feed .* is refused/);
  site.page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  await site.page.clock.install();
  await site.open();
  const script = await server.play({ steps: [{ json: {} }] });
  for (const step of [{ silence: true }, { text: '{'.repeat(5_000), stallAfter: 1_000 }] as const) {
    const feed = await server.play({ steps: [step] });
    warnings.length = 0;
    await site.page.evaluate(async (url) => {
      globalThis.client = steadfetch.createSteadfetch({ surfaces: false, status: { url } });
      await client.ready;
    }, feed.url);
    await expect.poll(() => feed.count()).toBe(1);
    await site.page.clock.runFor(5_000);
    const status = await site.page.evaluate(async (url) => (await client.fetch(url)).status, script.url);
    expect([status, warnings]).toEqual([200, []]);
    await site.page.clock.runFor(10_000);
    await expect.poll(() => warnings.join()).toMatch(/is refused \(it took longer than \d+ seconds\)/);
    await site.page.evaluate(() => client.dispose());
  }
});

test('A collector that refuses for good gets nothing twice, and nothing of it waits', async ({ site }) => {
  const collector = await site.server.play({ steps: [{ status: 400 }, { json: {} }] });
  const script = await site.server.play({ steps: [{ status: 404 }] });
  await site.page.evaluate(
    async ([url, collector]) => {
      const client = await lab.client({ telemetry: { otlp: { url: collector }, sample: 1 } });
      for (let call = 0; call < 5; call++) await client.fetch(url);
    },
    [script.url, collector.second] as const,
  );
  // The logs are refused; what else there is comes later, and they do not.
  await expect.poll(async () => (await collected(collector)).spans.length, { timeout: 25_000 }).toBe(10);
  await site.page.waitForTimeout(6_000);
  const { logs, spans } = await collected(collector);
  expect(logs.filter(({ eventName }) => eventName === 'steadfetch.call')).toEqual([]);
  expect(spans).toHaveLength(10);
  expect((await shelves(site.page)).texts).toEqual([]);
});
