// The retry budget: how much more than one request per call a failing server sees.
import type { Policy } from 'steadfetch';
import { type Site, expect, test } from '../support/test';

const PLAIN: Policy = { breaker: false, deadline: 20_000, retry: { attempts: 4 } };

/** So many calls, one after another; the reasons why each was not tried again. */
function run(site: Site, url: string, calls: number, policy: Policy): Promise<(string | undefined)[]> {
  return site.page.evaluate(
    async ([url, calls, defaults]) => {
      const client = await lab.client({ defaults });
      const ends: (string | undefined)[] = [];
      for (let n = 0; n < calls; n++) {
        const { known } = await lab.outcome(() => client.fetch(`${url}/${n}`));
        ends.push(known!.timeline.find(({ what }) => what === 'refused')?.why);
      }
      return ends;
    },
    [url, calls, policy] as const,
  );
}

const SPENT = 'the retry budget of this endpoint is spent';

test('Budget: a server that fails for all sees the budget of retries and no more', async ({
  site,
  server,
}) => {
  const script = await server.play({ steps: [{ status: 500 }] });
  const reasons = await run(site, script.url, 40, { ...PLAIN, budget: { capacity: 7, refill: 0.1 } });
  expect(await script.count()).toBe(40 + 7);
  expect(reasons.slice(0, 2)).toEqual(Array(2).fill('no attempts left'));
  expect(reasons.slice(2)).toEqual(Array(38).fill(SPENT));
});

test('Budget: calls at once share it too', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 502, delay: 50 }] });
  await site.page.evaluate(
    async ([url, defaults]) => {
      const client = await lab.client({ defaults });
      await Promise.all(Array.from({ length: 30 }, (_, n) => client.fetch(`${url}/${n}`)));
    },
    [script.url, { ...PLAIN, budget: { capacity: 5 } }] as const,
  );
  expect(await script.count()).toBe(30 + 5);
});

test('Budget: successes give back, an attempt that timed out costs two', async ({ site, server }) => {
  const script = await server.play({
    routes: {
      'GET /bad/*': { status: 500 },
      'GET /good/*': { text: 'ok' },
      'GET /silent/*': { silence: true },
    },
  });
  const policy: Policy = { ...PLAIN, attemptTimeout: 200, budget: { capacity: 4, refill: 0.5 } };
  const sent = async () => {
    const before = await script.count();
    return async () => (await script.count()) - before;
  };
  let since = await sent();
  await run(site, `${script.url}/bad`, 5, policy);
  expect(await since(), 'empty').toBe(5 + 4);
  await run(site, `${script.url}/good`, 4, policy);
  since = await sent();
  await run(site, `${script.url}/bad`, 5, policy);
  expect(await since(), 'four successes pay for two').toBe(5 + 2);
  // Never more than it holds.
  await run(site, `${script.url}/good`, 30, policy);
  since = await sent();
  await run(site, `${script.url}/silent`, 3, policy);
  expect(await since(), 'two retries, at two each').toBe(3 + 2);
});

test('Budget: another endpoint has its own, and false turns it off', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 500 }] });
  const policy: Policy = { ...PLAIN, budget: { capacity: 2 } };
  await run(site, script.url, 3, policy);
  await run(site, script.second, 3, policy);
  expect(await script.count()).toBe(6 + 4);
  await run(site, script.url, 10, { ...PLAIN, budget: false });
  expect(await script.count()).toBe(10 + 40);
});
