// A collector that is down for an hour, by a clock that runs ahead: it costs its bounded buffer and a bounded number of attempts, what
// met trouble is kept first, and nothing storms once it is back.
import type { Route } from '@playwright/test';
import { shelves } from '../support/collector';
import { expect, test } from '../support/test';

/** How often the page makes its calls, s. */
const STEP = 30;
const STEPS = 3600 / STEP;
/** Time runs ahead by so much at once, s: less than the 10 s that a collector has to answer. */
const CHUNK = 5;
/** Calls that go well, and then one that does not. */
const WELL = 5;

type Body = Record<string, [Record<string, [Record<string, { traceId: string; kind: number }[]>]>]>;

for (const [name, down, least, most] of [
  // From 5 s to 5 min, half of each wait random: 3600 s / 150 s, and those before; each of three signals.
  ['answers 503', (route: Route) => route.fulfill({ status: 503 }), 36, 96],
  [
    'answers 429 and asks for ten minutes',
    (route: Route) => route.fulfill({ status: 429, headers: { 'retry-after': '600' } }),
    15,
    21,
  ],
  ['is not there', (route: Route) => route.abort(), 36, 96],
  ['never answers', () => Promise.resolve(), 36, 96],
] as const) {
  test(`An hour of a collector that ${name}: bounded, what met trouble first, no storm`, async ({
    bare: site,
    server,
  }) => {
    test.setTimeout(120_000);
    const { page } = site;
    await page.clock.install();
    await site.open();
    const script = await server.play({
      routes: { 'GET /well': { json: {} }, 'GET /missing': { status: 404 } },
    });
    const collector = `${server.first}/collector`;
    const seen: { signal: string; body: Body; up: boolean }[] = [];
    let [up, under, together] = [false, 0, 0];
    await page.route(`${collector}/**`, async (route) => {
      together = Math.max(together, ++under);
      const request = route.request();
      seen.push({ signal: request.url().split('/').at(-1)!, body: request.postDataJSON() as Body, up });
      await (up ? route.fulfill({ json: {} }) : down(route));
      under -= 1;
    });
    await page.evaluate(
      async ([collector]) => {
        globalThis.client = steadfetch.createSteadfetch({
          surfaces: false,
          telemetry: { otlp: { url: collector! }, sample: 1, traceparent: 'same-origin' },
          defaults: { retry: false, breaker: false },
        });
        await client.ready;
      },
      [collector],
    );
    /** Time passes; whoever is asked meanwhile has answered before more of it does. */
    const run = async (seconds: number) => {
      for (let passed = 0; passed < seconds; passed += CHUNK) {
        const asked = seen.length;
        await page.clock.runFor(CHUNK * 1000);
        if (seen.length === asked && under === 0) continue;
        await expect.poll(() => under).toBe(0);
        await page.evaluate(() => fetch('/').then((answer) => answer.text()));
      }
    };
    /** A while of the app's life: what its calls came to, and the traces of those that met trouble. */
    const live = async (steps: number) => {
      const traces: string[] = [];
      for (let step = 0; step < steps; step++) {
        const { statuses, trace } = await page.evaluate(
          async ([url, well]) => {
            const statuses: number[] = [];
            for (let call = 0; call < well; call++) statuses.push((await client.fetch(`${url}/well`)).status);
            const missing = await client.fetch(`${url}/missing`);
            return { statuses: [...statuses, missing.status], trace: client.explain(missing)!.traceId! };
          },
          [script.url, WELL] as const,
        );
        expect(statuses).toEqual([...Array<number>(WELL).fill(200), 404]);
        traces.push(trace);
        await run(STEP);
      }
      return traces;
    };

    const troubles = await live(STEPS);
    expect(seen.length, 'it is asked ever more rarely').toBeGreaterThanOrEqual(least);
    expect(seen.length, 'it is asked ever more rarely').toBeLessThanOrEqual(most);
    const { texts, items } = await shelves(page);
    expect(texts.join().length).toBeLessThanOrEqual(400_000);
    for (const signal of ['traces', 'logs', 'metrics'])
      expect(items.filter(({ to }) => to.includes(signal)).length, signal).toBeLessThanOrEqual(300);
    // What met trouble fits, and is there whole.
    const kept = items.filter(({ keep, to }) => keep && to.includes('logs')).length;
    // What came since the last attempt is in memory.
    expect(kept, 'what met trouble is stored').toBeGreaterThan(STEPS - 660 / STEP);

    up = true;
    const before = seen.length;
    await live(660 / STEP);
    const after = seen.slice(before);
    const spans = after
      .filter(({ signal }) => signal === 'traces')
      .flatMap(({ body }) => body['resourceSpans']![0]['scopeSpans']![0]['spans']!);
    const calls = spans.filter(({ kind }) => kind === 1).map(({ traceId }) => traceId);
    expect(new Set(calls).size, 'nothing comes twice').toBe(calls.length);
    expect(
      troubles.filter((trace) => !calls.includes(trace)),
      'what met trouble is all there',
    ).toEqual([]);
    const lost = STEPS * (WELL + 1) + (660 / STEP) * (WELL + 1) - calls.length;
    expect(lost, 'what went well has made room').toBeGreaterThan(0);
    // 300 of each signal at most, 64 at a time, and what came since: two signals each 30 s, and metrics each minute.
    expect(after.length, 'no storm').toBeLessThanOrEqual(3 * 5 + (660 / STEP) * 3);
    expect(together, 'one request after another').toBe(1);
    const { origins } = await page.evaluate(() => client.health());
    expect(origins.map(({ origin, calls }) => [origin, calls])).toEqual([
      [server.first, (STEPS + 660 / STEP) * (WELL + 1)],
    ]);
  });
}
