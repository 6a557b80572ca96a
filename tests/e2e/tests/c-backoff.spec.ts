import type { PlainOptions } from '../support/plain';
import { type Site, expect, test } from '../support/test';

/** The waits of one call that never succeeds. */
async function waits(site: Site, options: PlainOptions): Promise<{ delays: number[]; gaps: number[] }> {
  const script = await site.server.play({ steps: [{ status: 500 }] });
  const { known } = await site.call(script.url, {}, options);
  const delays = known!.timeline.flatMap(({ what, delay }) => (what === 'wait' ? [delay!] : []));
  const requests = await script.requests();
  const gaps = requests.slice(1).map((request, n) => request.at - requests[n]!.headersAt!);
  return { delays, gaps };
}

test('C1 the waits double up to the cap, and are really waited', async ({ site }) => {
  const seen: number[][] = [];
  for (let seed = 0; seed < 8; seed++) {
    const { delays, gaps } = await waits(site, {
      seed,
      defaults: { retry: { attempts: 5, base: 40, cap: 100 } },
    });
    expect(delays).toHaveLength(4);
    delays.forEach((delay, n) => {
      expect(delay).toBeLessThanOrEqual(Math.min(100, 40 * 2 ** n));
      // Timers may be late, never early.
      expect(gaps[n]).toBeGreaterThanOrEqual(delay - 1);
    });
    seen.push(delays);
  }
  const longest = [0, 1, 2, 3].map((n) => Math.max(...seen.map((delays) => delays[n]!)));
  expect(longest[2]!, 'the third wait uses more than the first one may').toBeGreaterThan(40);
});

test('C1 the built-in waits have a floor that explicit bounds do not have', async ({ site }) => {
  const script = await site.server.play({ sequence: 'path', steps: [{ status: 500 }, { text: 'ok' }] });
  const delays = await site.page.evaluate(async (url) => {
    const client = steadfetch.createSteadfetch({
      surfaces: false,
      defaults: { breaker: false, budget: false },
    });
    await client.ready;
    const calls = Array.from({ length: 30 }, (_, n) => lab.outcome(() => client.fetch(`${url}/${n}`)));
    const ends = await Promise.all(calls);
    return ends.map(({ known }) => known!.timeline.find(({ what }) => what === 'wait')!.delay!);
  }, script.url);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(100);
  expect(Math.max(...delays)).toBeLessThanOrEqual(1000);
  expect(new Set(delays).size, 'jittered').toBeGreaterThan(10);
});

test('C2 equal seeds wait equally, others do not', async ({ site }) => {
  const retry = { attempts: 6, base: 64, cap: 64 };
  const draw = async (seed: number | undefined, note: number) =>
    // The note only makes it another client.
    (
      await waits(site, {
        ...(seed === undefined ? {} : { seed }),
        defaults: { retry, deadline: 30_000 + note },
      })
    ).delays;
  const [one, same, other, random] = [
    await draw(7, 0),
    await draw(7, 1),
    await draw(8, 0),
    await draw(undefined, 0),
  ];
  expect(same).toEqual(one);
  expect(other).not.toEqual(one);
  expect(random).not.toEqual(one);
});

test('C3 a delay beyond 2³¹−1 ms never fires at once', async ({ site }) => {
  const script = await site.server.play({ steps: [{ status: 503, retryAfter: 30 * 86_400 }] });
  const got = await site.page.evaluate(async (url) => {
    const client = await lab.client({ defaults: { deadline: false } });
    const stop = new AbortController();
    const call = lab.outcome(() => client.fetch(url, { signal: stop.signal }));
    const winner = await Promise.race([call.then(() => 'the call'), lab.sleep(2500).then(() => 'time')]);
    stop.abort('enough');
    return { winner, ...(await call) };
  }, script.url);
  expect(got.winner, 'it waits').toBe('time');
  expect(got.error).toMatchObject({ message: 'enough' });
  expect(await script.count()).toBe(1);
});
