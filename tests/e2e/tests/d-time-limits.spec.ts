import type { PlainOptions } from '../support/plain';
import { expect, test } from '../support/test';

const ONCE = { retry: false } as const;

test('D1 a server silent before headers ends near the attempt timeout, and sees the abort', async ({
  site,
  server,
}) => {
  const script = await server.play({ steps: [{ silence: true }] });
  const got = await site.call(script.url, {}, { defaults: { attemptTimeout: 100, ...ONCE } });
  expect(got.error).toMatchObject({ name: 'TimeoutError', class: 'DOMException' });
  expect(got.ms).toBeGreaterThanOrEqual(99);
  expect(got.ms).toBeLessThan(400);
  expect(got.known).toMatchObject({
    attempts: 1,
    source: 'none',
    fault: { kind: 'timeout', code: 'SF-timeout' },
  });
  await expect.poll(async () => (await script.requests())[0]!.end).toBe('aborted');
  const [request] = await script.requests();
  expect(request!.abortedAt! - request!.at).toBeLessThan(600);
});

test('D2 false turns a limit off', async ({ site, server }) => {
  const script = await server.play({ steps: [{ delay: 500, text: 'late' }] });
  const options = { defaults: { attemptTimeout: 100, ...ONCE } };
  expect((await site.call(script.url, {}, options)).error?.name).toBe('TimeoutError');
  expect(await site.call(script.url, { steady: { attemptTimeout: false } }, options)).toMatchObject({
    text: 'late',
  });
  const total = { defaults: { deadline: 100, attemptTimeout: false as const, ...ONCE } };
  expect((await site.call(script.url, {}, total)).error?.name).toBe('TimeoutError');
  expect(await site.call(script.url, { steady: { deadline: false } }, total)).toMatchObject({ text: 'late' });
});

test('D2 NaN, negative and too long limits are config errors', async ({ site, server }) => {
  site.expects(/Steadfetch cannot use these options/);
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const wrong = await site.page.evaluate(async (url) => {
    const found: unknown[] = [];
    const client = await lab.client();
    for (const limit of [NaN, -1, 0, 2 ** 31, Infinity, '100', true, []]) {
      for (const name of ['attemptTimeout', 'idleTimeout', 'deadline']) {
        const options = { defaults: { [name]: limit } } as never;
        const made = await steadfetch.createSteadfetch(options).ready.catch((error) => error);
        const called = await client.fetch(url, { steady: { [name]: limit } }).catch((error) => error);
        const paths = [made, called].map((error) =>
          error instanceof steadfetch.ConfigError ? error.problems.map(({ path }) => path) : error,
        );
        if (JSON.stringify(paths) !== JSON.stringify([[`defaults.${name}`], [name]]))
          found.push([name, limit, paths.map(String)]);
      }
    }
    return found;
  }, script.url);
  expect(wrong).toEqual([]);
  expect(await script.count(), 'a call with wrong options of its own is not sent').toBe(0);
  const accepted = await site.call(script.url, {
    steady: { attemptTimeout: 2 ** 31 - 1, deadline: 2 ** 31 - 1 },
  });
  expect(accepted.text).toBe('ok');
});

test('D3 each attempt has its own limit', async ({ site, server }) => {
  const script = await server.play({
    steps: [
      { silence: true, repeat: 2 },
      { delay: 150, text: 'third' },
    ],
  });
  const got = await site.call(script.url, {}, { defaults: { attemptTimeout: 300 } });
  expect(got).toMatchObject({ status: 200, text: 'third', known: { attempts: 3 } });
  expect(got.ms).toBeGreaterThanOrEqual(750);
  await expect.poll(async () => (await script.log()).counts.aborted).toBe(2);
});

test('D3 the deadline caps everything, waits included', async ({ site, server }) => {
  const options: PlainOptions = {
    defaults: { attemptTimeout: 250, deadline: 900, retry: { attempts: 20 }, budget: false, breaker: false },
  };
  const silent = await server.play({ steps: [{ silence: true }] });
  // Past the browser's cache, where an equal request may wait for the one before.
  const got = await site.call(silent.url, { cache: 'no-store' }, options);
  expect(got.error).toMatchObject({ name: 'TimeoutError', class: 'DOMException' });
  expect(got.ms).toBeGreaterThanOrEqual(899);
  expect(got.ms).toBeLessThan(1300);
  expect(got.known!.timeline.at(-2)!.why).toBe('the deadline of the call passed');
  const sent = await silent.count();
  expect(sent).toBeGreaterThanOrEqual(2);
  await site.page.waitForTimeout(600);
  expect(await silent.count(), 'nothing is sent past the deadline').toBe(sent);

  // A wait that would end after the deadline is refused at once.
  const failing = await server.play({ steps: [{ status: 503, retryAfter: 1 }] });
  const refused = await site.call(failing.url, {}, options);
  expect(refused.status).toBe(503);
  expect(refused.ms).toBeLessThan(850);
});

test('D4 no timer is left after calls that went well, badly, or were aborted', async ({ bare, server }) => {
  await bare.page.addInitScript(() => {
    const live = new Map<number, string>();
    const { setTimeout: set, clearTimeout: clear } = globalThis;
    globalThis.setTimeout = ((act: () => void, ms?: number, ...rest: unknown[]) => {
      const id = set(
        () => {
          live.delete(id as never);
          act();
        },
        ms,
        ...rest,
      );
      live.set(id as never, `${ms} ms ${new Error().stack}`);
      return id;
    }) as typeof setTimeout;
    globalThis.clearTimeout = ((id: number) => {
      live.delete(id);
      clear(id);
    }) as typeof clearTimeout;
    Object.assign(globalThis, { live });
  });
  await bare.open();
  const script = await server.play({
    routes: {
      'GET /good': { text: 'ok' },
      'GET /bad': { status: 500 },
      'GET /missing': { status: 404 },
      'GET /silent': { silence: true },
      'GET /refused': { status: 503, retryAfter: 25 },
    },
  });
  const left = await bare.page.evaluate(async (url) => {
    const { live } = globalThis as unknown as { live: Map<number, string> };
    const client = steadfetch.createSteadfetch({
      surfaces: false,
      defaults: { retry: { base: 2, cap: 4 }, idleTimeout: 5000, breaker: false, deadline: 60_000 },
    });
    await client.ready;
    // What the rules ask for is loaded a task later.
    await lab.sleep(20);
    const idle = live.size;
    const stop = new AbortController();
    const waiting = new AbortController();
    const quick = { steady: { attemptTimeout: 60 } };
    const calls = [
      ...Array.from({ length: 20 }, () => client.fetch(`${url}/good`)),
      client.fetch(`${url}/bad`),
      client.fetch(`${url}/missing`),
      client.fetch(`${url}/silent`, quick),
      client.fetch(`${url}/silent`, { signal: stop.signal }),
      client.fetch(`${url}/refused`, { signal: waiting.signal }),
    ];
    const ended = Promise.allSettled(calls);
    await lab.sleep(300);
    const busy = live.size;
    stop.abort();
    waiting.abort();
    const ends = await ended;
    for (const end of ends) if (end.status === 'fulfilled') await end.value.text();
    // What is about to run is not left.
    const after = [...live.values()].filter((timer) => !timer.startsWith('0 ms')).length;
    // One timer serves all calls, one the storage; each may look once more within a second.
    await lab.sleep(1200);
    return { idle, busy, after, late: [...live.values()] };
  }, script.url);
  expect(left.idle, 'a client that does nothing has no timer').toBe(0);
  expect(left.busy, 'the timers are counted').toBeGreaterThanOrEqual(1);
  expect(left.after).toBeLessThanOrEqual(2);
  expect(left.late).toEqual([]);
});

test('D5 the attempt timeout does not cut a body that is being read', async ({ site, server }) => {
  const chunks = [{ text: 'a' }, ...Array.from({ length: 6 }, () => ({ text: 'b', delay: 120 }))];
  const script = await server.play({ steps: [{ chunks }] });
  const limits = { attemptTimeout: 250, deadline: 300 };
  expect(await site.call(script.url, {}, { defaults: limits })).toMatchObject({
    status: 200,
    text: 'abbbbbb',
  });
  const watched = await site.call(script.url, {}, { defaults: { ...limits, idleTimeout: 400 } });
  expect(watched).toMatchObject({ status: 200, text: 'abbbbbb' });
});

test('D5 the idle timeout ends a silent body with an error', async ({ site, server }) => {
  const script = await server.play({ steps: [{ bytes: 5000, stallAfter: 2000 }] });
  const got = await site.page.evaluate(async (url) => {
    const client = await lab.client({ defaults: { idleTimeout: 250 } });
    const response = await client.fetch(url);
    const reader = response.body!.getReader();
    let bytes = 0;
    const started = performance.now();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return { end: 'silent', bytes };
        bytes += value.byteLength;
      }
    } catch (error) {
      const ms = performance.now() - started;
      return { error: lab.describe(error), bytes, ms, known: steadfetch.explain(response) };
    }
  }, script.url);
  expect(got).toMatchObject({ bytes: 2000, error: { name: 'TimeoutError', class: 'DOMException' } });
  expect(got.ms).toBeGreaterThanOrEqual(240);
  expect(got.ms).toBeLessThan(900);
  await expect.poll(async () => (await script.requests())[0]!.end).toBe('aborted');
});

test('D5 a body that nobody reads is not idle', async ({ site, server }) => {
  const script = await server.play({ steps: [{ bytes: 300_000 }] });
  const got = await site.page.evaluate(async (url) => {
    const client = await lab.client({ defaults: { idleTimeout: 100 } });
    const response = await client.fetch(url);
    await lab.sleep(500);
    const bytes = await response.arrayBuffer();
    return bytes.byteLength;
  }, script.url);
  expect(got).toBe(300_000);
});

test('D5 a truncated body is an error, never a silent end', async ({ site, server }) => {
  const steps = [{ bytes: 5000, truncateAfter: 2000 }];
  for (const idleTimeout of [false as const, 3000]) {
    const script = await server.play({ steps });
    const got = await site.call(script.url, {}, { defaults: { idleTimeout } });
    expect(got.error, `idle timeout ${idleTimeout}`).toMatchObject({ class: 'TypeError' });
  }
  const chunked = await server.play({ steps: [{ bytes: 5000, truncateAfter: 2000, chunked: true }] });
  expect((await site.call(chunked.url, {}, { defaults: { idleTimeout: 3000 } })).error).toMatchObject({
    class: 'TypeError',
  });
});

test('D5 a deadline may cover the body too', async ({ site, server }) => {
  const script = await server.play({ steps: [{ bytes: 5000, pace: { size: 500, delay: 100 } }] });
  const got = await site.call(script.url, {}, { defaults: { deadline: { total: 400, body: true } } });
  expect(got.error).toMatchObject({ name: 'TimeoutError' });
  const known = await site.call(script.url, {}, { defaults: { deadline: { total: 400 } } });
  expect(known.text).toHaveLength(5000);
});

test('D7 a timeout and an abort at the same moment make exactly one cause', async ({ site, server }) => {
  const script = await server.play({ steps: [{ silence: true }] });
  const causes = await site.page.evaluate(async (url) => {
    const client = await lab.client({ defaults: { attemptTimeout: 100, retry: false } });
    const reason = new Error('mine');
    const calls = Array.from({ length: 5 }, async (_, n) => {
      const stop = new AbortController();
      let settled = 0;
      // Equal requests would wait for each other in the browser's cache.
      const call = client.fetch(`${url}/${n}`, { signal: stop.signal });
      call.then(
        () => settled++,
        () => settled++,
      );
      setTimeout(() => stop.abort(reason), 98 + n);
      const error = await call.catch((error) => error);
      await lab.sleep(100);
      const known = steadfetch.explain(error)?.fault?.kind;
      const told = error === reason ? 'cancelled' : error.name === 'TimeoutError' ? 'timeout' : String(error);
      return { told, known, settled };
    });
    return Promise.all(calls);
  }, script.url);
  for (const { told, known, settled } of causes) {
    expect(['cancelled', 'timeout']).toContain(told);
    // The reason is shared: it explains the last call that it ended, which was cancelled too.
    expect(known).toBe(told);
    expect(settled).toBe(1);
  }
  await expect.poll(async () => (await script.log()).counts).toMatchObject({ requests: 5, aborted: 5 });
});

test('D9 a slow upload of 5 MB is not cut by the default limits', async ({ site, server }) => {
  const script = await server.play({ steps: [{ readRate: 430_000, text: 'stored' }] });
  const got = await site.page.evaluate(async (url) => {
    const client = steadfetch.createSteadfetch({ surfaces: false });
    await client.ready;
    const body = new Uint8Array(5_000_000);
    return lab.outcome(() => client.fetch(url, { method: 'PUT', body }));
  }, script.url);
  expect(got).toMatchObject({ status: 200, text: 'stored' });
  expect(got.ms, 'longer than the attempt timeout for small requests').toBeGreaterThan(10_500);
  expect((await script.requests())[0]!.body.length).toBe(5_000_000);
});

test('D9 a Request without a body has the default limits, whatever its method; one with a body has none', async ({
  site,
  server,
}) => {
  const script = await server.play({ steps: [{ silence: true }] });
  const got = await site.page.evaluate(async (url) => {
    const client = await lab.client({ defaults: { retry: false } });
    const stop = new AbortController();
    const send = (method: string, body?: string) => {
      const request = new Request(`${url}/${method}`, { method, signal: stop.signal, ...(body && { body }) });
      return lab.outcome(() => client.fetch(request));
    };
    const all = [send('DELETE'), send('POST'), send('PUT', 'small')];
    setTimeout(() => stop.abort(new Error('stopped')), 11_000);
    return (await Promise.all(all)).map(({ ms, error }) => [Math.round(ms / 1000), error?.name]);
  }, script.url);
  expect(got).toEqual([
    [10, 'TimeoutError'],
    [10, 'TimeoutError'],
    [11, 'Error'],
  ]);
});
