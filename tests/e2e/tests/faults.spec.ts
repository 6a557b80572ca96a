import type { FaultInjection } from 'steadfetch';
import { expect, test } from '../support/test';

/** Each test injects one kind of fault into the calls of a server that is well. */
const PLAIN = { surfaces: false, defaults: { retry: false, breaker: false } } as const;

const everywhere = (fault: Omit<FaultInjection, 'match' | 'rate'>) => ({
  ...PLAIN,
  faults: [{ match: '*://*/*', rate: 1, ...fault }],
});

test('faults: a status is answered without asking anybody, and may say when to come back', async ({
  site,
  server,
}) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const faults = everywhere({ kind: 'status', status: 429, retryAfter: 7 });
  const got = await site.page.evaluate(
    async ([url, options]) => {
      const client = steadfetch.createSteadfetch(options);
      await client.ready;
      const response = await client.fetch(url);
      const { status, headers, url: from } = response;
      return [status, headers.get('retry-after'), headers.get('content-type'), from, await response.json()];
    },
    [script.url, faults] as const,
  );
  expect(got).toEqual([
    429,
    '7',
    'application/problem+json',
    script.url,
    { status: 429, title: 'An injected fault' },
  ]);
  expect(await script.count()).toBe(0);
});

test('faults: network, offline, latency', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const network = await site.call(script.url, {}, everywhere({ kind: 'network' }));
  expect([network.error?.class, network.known?.fault?.kind]).toEqual(['TypeError', 'unreachable']);
  const offline = await site.call(script.url, {}, everywhere({ kind: 'offline' }));
  expect([offline.error?.class, offline.known?.fault?.kind]).toEqual(['TypeError', 'offline']);
  expect(await script.count()).toBe(0);
  const latency = await site.call(script.url, {}, everywhere({ kind: 'latency', delay: 300 }));
  expect(latency.text).toBe('ok');
  expect(latency.ms).toBeGreaterThan(290);
  expect(await script.count()).toBe(1);
});

test('faults: a call that waits for the network goes on when its time without one ends', async ({
  site,
  server,
}) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const got = await site.page.evaluate(async (url) => {
    const client = steadfetch.createSteadfetch({
      surfaces: false,
      faults: [{ match: '*://*/*', rate: 1, kind: 'offline', until: 1500 }],
    });
    await client.ready;
    const { ms, text, known } = await lab.outcome(() => client.fetch(url));
    return { ms, text, timeline: known?.timeline };
  }, script.url);
  expect(got.text).toBe('ok');
  expect(got.timeline?.map(({ what }) => what)).toContain('wait');
});

test('faults: a body stalls or ends early, and an abort breaks it with its reason', async ({
  site,
  server,
}) => {
  const script = await server.play({ steps: [{ text: 'a whole answer' }] });
  const truncated = await site.call(script.url, {}, everywhere({ kind: 'truncate' }));
  expect(truncated.error?.class).toBe('TypeError');
  const idle = { ...everywhere({ kind: 'stall' }), defaults: { ...PLAIN.defaults, idleTimeout: 200 } };
  const stalled = await site.page.evaluate(
    async ([url, options]) => {
      const client = steadfetch.createSteadfetch(options);
      await client.ready;
      const response = await client.fetch(url);
      const error = await response.text().catch((error: unknown) => (error as Error).name);
      return [error, steadfetch.explain(response)?.fault?.kind];
    },
    [script.url, idle] as const,
  );
  expect(stalled).toEqual(['TimeoutError', 'stalled']);
  const got = await site.page.evaluate(
    async ([url, options]) => {
      const client = steadfetch.createSteadfetch(options);
      await client.ready;
      const controller = new AbortController();
      const response = await client.fetch(url, { signal: controller.signal });
      const reader = response.body!.getReader();
      const { value } = await reader.read();
      setTimeout(() => controller.abort('enough'), 50);
      const why = await reader.read().catch((reason: unknown) => reason);
      return [new TextDecoder().decode(value), why, response.url];
    },
    [script.url, everywhere({ kind: 'stall' })] as const,
  );
  expect(got).toEqual(['a whole', 'enough', script.url]);
});

test('faults: an abort ends each at once, with its reason', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  for (const kind of ['status', 'network', 'offline', 'latency'] as const) {
    const got = await site.page.evaluate(
      async ([url, options]) => {
        const client = steadfetch.createSteadfetch(options);
        await client.ready;
        const controller = new AbortController();
        const call = client.fetch(url, { signal: controller.signal });
        controller.abort('enough');
        return call.catch((reason: unknown) => reason);
      },
      [script.url, everywhere({ kind, delay: 60_000 })] as const,
    );
    expect(got, kind).toBe('enough');
  }
  expect(await script.count()).toBe(0);
});

test('faults: equal seeds give equal drills, and what has no fault goes on its way', async ({
  site,
  server,
}) => {
  const script = await server.play({ sequence: 'path', steps: [{ text: 'ok' }] });
  const drill = (seed: number) =>
    site.page.evaluate(
      async ([url, seed, options]) => {
        const client = steadfetch.createSteadfetch({
          ...options,
          seed,
          faults: [{ match: '*://*/s/*/some/*', rate: 0.4, kind: 'status' }],
        });
        await client.ready;
        const statuses: number[] = [];
        for (let at = 0; at < 30; at++) statuses.push((await client.fetch(`${url}/some/${at}`)).status);
        return [...statuses, (await client.fetch(`${url}/other`)).status];
      },
      [script.url, seed, PLAIN] as const,
    );
  const first = await drill(5);
  expect(await drill(5)).toEqual(first);
  expect(await drill(6)).not.toEqual(first);
  expect(new Set(first)).toEqual(new Set([200, 503]));
  expect(first.at(-1)).toBe(200);
});

test('faults: where what injects them cannot be loaded, nothing strikes, and the console says so', async ({
  site,
  server,
}) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const said: string[] = [];
  site.expects(/^Steadfetch: what injects faults cannot be loaded/);
  site.page.on('console', (message) => said.push(message.text()));
  await site.page.route(/\/drill-[^/]*\.js$/, (route) => route.abort());
  const outcome = await site.call(script.url, {}, everywhere({ kind: 'network' }));
  expect(outcome.text).toBe('ok');
  expect(said.filter((text) => text.startsWith('Steadfetch'))).toHaveLength(1);
});
