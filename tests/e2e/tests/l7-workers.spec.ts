import { expect, test } from '../support/test';

// Trusted Types without a policy forbid every worker; so the page opens without its own policy. The workers' scripts come
// with the strict one, which they are bound by.
const PAGE = '/?csp=off';
const STEPS = [{ status: 503 }, { reset: true }, { text: 'from a worker' }];
const OUTCOME = {
  state: 'active',
  status: 200,
  text: 'from a worker',
  known: { attempts: 3, source: 'network' },
};

for (const kind of ['dedicated', 'shared'] as const) {
  test(`L7 calls recover in a ${kind} worker`, async ({ bare, server }) => {
    await bare.open(PAGE);
    const script = await server.play({ steps: STEPS });
    const got = await bare.page.evaluate(([kind, url]) => workers[kind](url), [kind, script.url] as const);
    expect(got).toMatchObject(OUTCOME);
    expect(await script.count()).toBe(3);
    const policy = await server.policy(kind === 'dedicated' ? 'dedicated-worker' : 'shared-worker');
    expect(policy, 'bound by the strict policy').toContain("default-src 'none'");
  });
}

test('L7 calls recover in a service worker', async ({ bare, server }) => {
  await bare.open(PAGE);
  const script = await server.play({ steps: STEPS });
  const got = await bare.page.evaluate((url) => workers.service(url, '/elsewhere/'), script.url);
  expect(got).toMatchObject(OUTCOME);
  expect(await script.count()).toBe(3);
});

test('L7 a service worker gives a page calls that recover', async ({ bare, server }) => {
  await bare.open(PAGE);
  await bare.page.evaluate(() => workers.install('/covered/'));
  await bare.open('/covered/page');
  const script = await server.play({ steps: STEPS, routes: { 'POST /once': { status: 503 } } });
  const got = await bare.page.evaluate(async (url) => {
    const response = await fetch(url, { headers: { 'x-mine': '1' } });
    const once = await fetch(`${url}/once`, { method: 'POST', body: 'body' });
    return { covered: !!navigator.serviceWorker.controller, text: await response.text(), once: once.status };
  }, script.url);
  expect(got).toEqual({ covered: true, text: 'from a worker', once: 503 });
  const requests = await script.requests();
  expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /',
    'GET /',
    'GET /',
    'POST /once',
  ]);
  expect(
    requests.every(({ method, headers }) => method === 'POST' || headers.some(([name]) => name === 'x-mine')),
  ).toBe(true);
  expect(requests.at(-1)!.body.text).toBe('body');
});
