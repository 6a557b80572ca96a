// One signal that is refused, a collector that points elsewhere, a redactor that traps: each costs what it concerns, and nothing else.
import { collected, watched } from '../support/collector';
import { expect, test } from '../support/test';
import { withTraps } from '../support/trap';

for (const answer of [{ status: 404 }, { status: 400 }, { status: 429, retryAfter: 600 }]) {
  test(`Logs that are answered ${answer.status} for ever do not hold up traces and metrics`, async ({
    site,
    server,
  }) => {
    const collector = await server.play({
      routes: { 'POST /v1/logs': answer, 'POST /v1/traces': { json: {} }, 'POST /v1/metrics': { json: {} } },
    });
    const script = await server.play({ steps: [{ status: 404 }] });
    await site.page.evaluate(
      async ([url, collector]) => {
        globalThis.client = steadfetch.createSteadfetch({
          surfaces: false,
          defaults: { retry: false, breaker: false },
          telemetry: { otlp: { url: collector! }, sample: 1 },
        });
        await client.ready;
        // There is always another log that waits.
        for (let call = 0; call < 8; call++) {
          await client.fetch(url!);
          await lab.sleep(2_000);
        }
      },
      [script.url, collector.url],
    );
    await site.page.waitForTimeout(2_000);
    const { spans } = await collected(collector);
    const calls = spans.filter(({ kind }) => kind === 1).length;
    expect(calls, 'all but those of the last seconds').toBeGreaterThanOrEqual(5);
    const logs = (await collector.requests()).filter(({ path }) => path === '/v1/logs').length;
    expect(logs, 'and no storm').toBeLessThanOrEqual(4);
  });
}

test('A redirect of the collector is not followed: nobody has allowed where it leads', async ({
  site,
  server,
}) => {
  const elsewhere = await server.play({ steps: [{ json: {} }] });
  const collector = await server.play({
    steps: [{ status: 307, headers: { location: `${elsewhere.url}/v1/logs` } }],
  });
  const script = await server.play({ steps: [{ status: 404 }] });
  await site.page.evaluate(
    async ([url, collector]) => {
      const client = await lab.client({ telemetry: { otlp: { url: collector! }, sample: 1 } });
      await client.fetch(url!);
    },
    [script.url, collector.url],
  );
  await expect.poll(() => collector.count(), { timeout: 15_000 }).toBe(2);
  await site.page.waitForTimeout(500);
  expect(await elsewhere.count()).toBe(0);
});

test('A redactor that traps tells nothing false, recovers, and falls silent for good at the third time', async ({
  bare: site,
  server,
}) => {
  site.expects(/could not be redacted/);
  const warnings: string[] = [];
  site.page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  await withTraps(site.page);
  await site.open();
  const collector = `${server.first}/collector`;
  const sent = await watched(site.page, collector);
  // From the browser's cache: so that their records come together.
  const cached = { json: {}, headers: { 'cache-control': 'max-age=600' } };
  const script = await server.play({ routes: { 'GET /well': cached }, steps: [{ status: 404 }] });
  await site.page.evaluate(async (collector) => {
    globalThis.client = steadfetch.createSteadfetch({
      surfaces: false,
      defaults: { retry: false, breaker: false },
      telemetry: { otlp: { url: collector }, sample: 1 },
    });
    globalThis.told = [];
    client.on('record', ({ route }) => void told.push(route!));
    await client.ready;
  }, collector);
  /** Calls whose records are redacted together; whether the first of them meet a trap. What is told of them. */
  const round = (urls: string[], trap: boolean) =>
    site.page.evaluate(
      async ([urls, trap]) => {
        told.length = 0;
        if (trap) traps.next.push('pass');
        await Promise.all(urls.map(async (url) => (await client.fetch(url)).text()));
        await lab.sleep(400);
        return told;
      },
      [urls, trap] as const,
    );
  const well = Array<string>(20).fill(`${script.url}/well`);
  const gone = [`${script.url}/gone`];
  expect(await round(gone, false)).toEqual(['/s/{id}/gone']);
  expect(await round(well.slice(0, 1), false)).toEqual([]);
  expect(await round(well, true), 'good calls are no trouble').toEqual([]);
  expect(await round(gone, false), 'it has recovered').toEqual(['/s/{id}/gone']);
  expect(await round(gone, true)).toEqual([]);
  expect(await round(gone, false)).toEqual(['/s/{id}/gone']);
  expect(await round(gone, true)).toEqual([]);
  expect(await round(gone, false), 'now it is silent').toEqual([]);
  expect(warnings.filter((text) => text.includes('could not be redacted'))).toHaveLength(2);
  expect(warnings.at(-1)).toContain('nor is anything from now on');
  const calls = () => sent().logs.filter(({ traceId }) => traceId).length;
  await expect.poll(calls, { timeout: 10_000 }).toBe(3);
});

declare global {
  var told: string[];
}
