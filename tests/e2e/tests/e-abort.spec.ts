import { expect, test } from '../support/test';

test('E1 aborted already: nothing is sent', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'never' }] });
  const same = await site.page.evaluate(async (url) => {
    const reason = new Error('before');
    const signal = AbortSignal.abort(reason);
    const loading = steadfetch.createSteadfetch({ surfaces: false });
    const early = await loading.fetch(url, { signal }).catch((error) => error);
    await loading.ready;
    const late = await loading.fetch(url, { signal }).catch((error) => error);
    const request = await loading.fetch(new Request(url, { signal })).catch((error) => error);
    return [early, late, request].map((error) => error === reason);
  }, script.url);
  expect(same).toEqual([true, true, true]);
  expect(await script.count()).toBe(0);
});

test('E2 the rejection is signal.reason itself, of any type', async ({ site, server }) => {
  const script = await server.play({
    routes: {
      'GET /silent': { silence: true },
      'GET /wait': { status: 503, retryAfter: 20 },
      'GET /ok': { text: 'ok' },
    },
  });
  const found = await site.page.evaluate(async (url) => {
    const found: Record<string, boolean> = {};
    const client = await lab.client({ defaults: { budget: false, breaker: false, deadline: 60_000 } });
    const reasons = [
      new Error('mine'),
      new DOMException('x', 'TimeoutError'),
      'text',
      0,
      null,
      false,
      { a: 1 },
      Symbol.for('s'),
      7n,
      undefined,
    ];
    const calls = reasons.flatMap((reason) =>
      ['already', 'in flight', 'in a wait', 'loading'].map(async (when) => {
        const stop = new AbortController();
        if (when === 'already') stop.abort(reason);
        const path = when === 'in a wait' ? '/wait' : '/silent';
        const own = when === 'loading' ? steadfetch.createSteadfetch({ surfaces: false }) : client;
        const call = own.fetch(url + path, { signal: stop.signal });
        if (when !== 'already' && when !== 'loading') await lab.sleep(400);
        stop.abort(reason);
        const error = await call.then(
          () => new Error('resolved'),
          (error) => error,
        );
        // Without a reason of its own, the browser makes an AbortError.
        const right =
          reason === undefined
            ? error === stop.signal.reason && error.name === 'AbortError'
            : error === reason;
        found[`${String(reason)} ${when}`] = right;
        own === client || own.dispose();
      }),
    );
    await Promise.all(calls);
    return found;
  }, script.url);
  expect(Object.keys(found)).toHaveLength(40);
  expect(Object.entries(found).filter(([, right]) => !right)).toEqual([]);
});

test('E3 in flight: the server sees it', async ({ site, server }) => {
  const script = await server.play({ steps: [{ silence: true }] });
  const got = await site.page.evaluate(async (url) => {
    const client = await lab.client();
    const stop = new AbortController();
    const call = lab.outcome(() => client.fetch(url, { signal: stop.signal }));
    await lab.sleep(200);
    stop.abort();
    return call;
  }, script.url);
  expect(got.error).toMatchObject({ name: 'AbortError', class: 'DOMException' });
  expect(got.ms).toBeLessThan(400);
  await expect.poll(async () => (await script.requests())[0]?.end).toBe('aborted');
});

test('E4 in a wait: rejected at once, and nothing more is sent', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 503, retryAfter: 1 }, { text: 'too late' }] });
  const ms = await site.page.evaluate(async (url) => {
    const client = await lab.client();
    const stop = new AbortController();
    const call = client.fetch(url, { signal: stop.signal }).catch(() => {});
    await lab.sleep(400);
    const aborted = performance.now();
    stop.abort();
    await call;
    return performance.now() - aborted;
  }, script.url);
  expect(ms).toBeLessThan(100);
  await site.page.waitForTimeout(1000);
  expect(await script.count()).toBe(1);
});

test('E5 after headers the body read rejects with the reason', async ({ site, server }) => {
  const script = await server.play({ steps: [{ bytes: 5000, stallAfter: 2000 }] });
  for (const idleTimeout of [false as const, 5000]) {
    const found = await site.page.evaluate(
      async ([url, idleTimeout]) => {
        const client = await lab.client({ defaults: { idleTimeout } });
        const found: Record<string, string> = {};
        for (const way of ['reader', 'text', 'json', 'arrayBuffer', 'blob', 'clone'] as const) {
          const reason = new Error('enough');
          const stop = new AbortController();
          const response = await client.fetch(`${url}/${way}`, { signal: stop.signal });
          let read: Promise<unknown>;
          if (way === 'reader') {
            const reader = response.body!.getReader();
            for (let bytes = 0; bytes < 2000;) bytes += (await reader.read()).value!.byteLength;
            read = reader.read();
          } else read = way === 'clone' ? response.clone().text() : response[way]();
          setTimeout(() => stop.abort(reason), 100);
          const error = await read.then(
            () => 'a silent end',
            (error) => error,
          );
          found[way] = error === reason ? 'the reason' : String(error);
        }
        return found;
      },
      [script.url, idleTimeout] as const,
    );
    expect(new Set(Object.values(found)), JSON.stringify(found)).toEqual(new Set(['the reason']));
  }
  await expect.poll(async () => (await script.log()).counts).toMatchObject({ aborted: 12, open: 0 });
});

test("E6 the initialiser's signal wins over the Request's, and null removes it", async ({ site, server }) => {
  const script = await server.play({ steps: [{ delay: 400, text: 'ok' }] });
  const ends = await site.page.evaluate(async (url) => {
    const client = await lab.client();
    const run = async (request: AbortSignal | undefined, init: AbortSignal | null | undefined) => {
      const input = new Request(url, request ? { signal: request } : undefined);
      const options = init === undefined ? undefined : { signal: init };
      return client.fetch(input, options).then(
        (response) => response.text(),
        (error) => error,
      );
    };
    const [mine, other] = [new AbortController(), new AbortController()];
    const calls = [
      run(mine.signal, undefined),
      run(mine.signal, other.signal),
      run(mine.signal, null),
      run(undefined, mine.signal),
    ];
    await lab.sleep(100);
    mine.abort('mine');
    return Promise.all(calls);
  }, script.url);
  expect(ends).toEqual(['mine', 'ok', 'ok', 'mine']);
});

test('E7 an abort is never tried again and never shown', async ({ site, server }) => {
  const script = await server.play({ steps: [{ silence: true }] });
  const notices = await site.page.evaluate(async (url) => {
    const client = steadfetch.createSteadfetch({
      surfaces: { delay: 0 },
      defaults: { retry: { base: 2, cap: 4 } },
    });
    await client.ready;
    const heard: string[] = [];
    client.notices.on((list) => heard.push(...list.map(({ title }) => title)));
    const calls = Array.from({ length: 5 }, (_, n) => {
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 200);
      return client.fetch(`${url}/${n}`, { signal: stop.signal }).catch((error) => steadfetch.explain(error));
    });
    const known = await Promise.all(calls);
    await lab.sleep(500);
    return {
      heard,
      list: client.notices.list().length,
      kinds: known.map((it) => it && 'fault' in it && it.fault?.kind),
    };
  }, script.url);
  expect(notices).toEqual({ heard: [], list: 0, kinds: Array(5).fill('cancelled') });
  // The server may not have seen one that ended so soon.
  expect(await script.count()).toBeLessThanOrEqual(5);
  await expect(site.page.locator('[data-steadfetch=toasts]')).toHaveCount(0);
});

test('E7 aborts never count for the breaker', async ({ site, server }) => {
  const script = await server.play({
    routes: {
      'GET /silent/*': { silence: true },
      'GET /body/*': { bytes: 5000, stallAfter: 1000 },
      '/**': { text: 'ok' },
    },
  });
  const breaker = {
    consecutive: 2,
    failureRatio: 0.1,
    minimum: 1,
    open: 60_000,
    whileOpen: 'refuse',
  } as const;
  const ends = await site.page.evaluate(
    async ([url, defaults]) => {
      const client = await lab.client({ defaults });
      const aborted = async (path: string, signal: AbortSignal) =>
        (await lab.outcome(() => client.fetch(url + path, { signal }))).error?.name;
      const stops = Array.from({ length: 4 }, () => new AbortController());
      setTimeout(() => stops.forEach((stop) => stop.abort()), 1000);
      const names = await Promise.all([
        ...stops.map(({ signal }, n) => aborted(`/silent/${n}`, signal)),
        aborted('/silent/timeout', AbortSignal.timeout(1000)),
        aborted('/body/1', AbortSignal.timeout(1000)),
      ]);
      return { names, after: (await client.fetch(`${url}/after`)).status };
    },
    [script.url, { breaker, retry: false, budget: false, deadline: 20_000 }] as const,
  );
  expect(ends).toEqual({
    names: [...Array(4).fill('AbortError'), 'TimeoutError', 'TimeoutError'],
    after: 200,
  });
  expect(await script.count()).toBe(7);
});

test('E7 a probe that is aborted lets the next one take its place', async ({ site, server }) => {
  const script = await server.play({
    steps: [{ status: 500, repeat: 2 }, { silence: true }, { text: 'ok' }],
  });
  const breaker = { consecutive: 2, open: 200, openCap: 200 };
  const end = await site.page.evaluate(
    async ([url, defaults]) => {
      const client = await lab.client({ defaults });
      await client.fetch(`${url}/1`);
      await client.fetch(`${url}/2`);
      await lab.sleep(300);
      const stop = new AbortController();
      const probe = client.fetch(`${url}/3`, { signal: stop.signal }).catch(() => {});
      const next = lab.outcome(() => client.fetch(`${url}/4`));
      await lab.sleep(400);
      stop.abort();
      await probe;
      return next;
    },
    [script.url, { breaker, retry: false, budget: false, deadline: 20_000 }] as const,
  );
  expect(end).toMatchObject({ status: 200, text: 'ok', known: { attempts: 1 } });
  expect(end.ms).toBeLessThan(2000);
  expect(await script.count()).toBe(4);
});

test('E8 nothing is left on a long-lived signal after 1000 calls', async ({ site, server }) => {
  const script = await server.play({
    sequence: 'path',
    routes: {
      'GET /good/*': { text: 'ok' },
      'GET /missing/*': { status: 404 },
      'GET /again/*': [{ status: 500 }, { text: 'ok' }],
    },
  });
  await site.page.evaluate(async (url) => {
    const client = await lab.client();
    const stop = new AbortController();
    Object.assign(globalThis, { stop });
    const { signal } = stop;
    const kind = (n: number) => (n % 10 === 0 ? 'again' : n % 10 === 1 ? 'missing' : 'good');
    for (let n = 0; n < 1000; n += 20) {
      const batch = Array.from({ length: 20 }, (_, m) =>
        client.fetch(`${url}/${kind(n + m)}/${n + m}`, { signal }),
      );
      for (const response of await Promise.all(batch)) await response.text();
    }
  }, script.url);
  expect(await script.count()).toBe(1100);
  const debuggee = await site.page.context().newCDPSession(site.page);
  const { result } = await debuggee.send('Runtime.evaluate', { expression: 'stop.signal' });
  const { listeners } = await debuggee.send('DOMDebugger.getEventListeners', { objectId: result.objectId! });
  expect(listeners).toHaveLength(0);
});

test("E9 the caller's own AbortSignal.timeout passes through", async ({ site, server }) => {
  const script = await server.play({ steps: [{ silence: true }] });
  const got = await site.page.evaluate(async (url) => {
    const client = await lab.client();
    const signal = AbortSignal.timeout(150);
    const error = await client.fetch(url, { signal }).catch((error) => error);
    return { same: error === signal.reason, name: error.name, kind: steadfetch.explain(error)?.fault?.kind };
  }, script.url);
  expect(got).toEqual({ same: true, name: 'TimeoutError', kind: 'cancelled' });
  expect(await script.count()).toBe(1);
});

test('E10 abort() right after fetch() rejects as native does', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const ends = await site.page.evaluate(async (url) => {
    const client = await lab.client();
    const run = async (fetch: typeof globalThis.fetch, reason?: unknown) => {
      const stop = new AbortController();
      const call = fetch(url, { signal: stop.signal });
      stop.abort(reason);
      const order: string[] = [];
      const seen = call.then(
        () => order.push('resolved'),
        () => order.push('rejected'),
      );
      const error = await call.catch((error) => error);
      await seen;
      return { ...lab.describe(error), same: error === stop.signal.reason, order };
    };
    return [
      await run(client.fetch),
      await run(fetch),
      await run(client.fetch, 'why'),
      await run(fetch, 'why'),
    ];
  }, script.url);
  expect(ends[0]).toEqual(ends[1]);
  expect(ends[2]).toEqual(ends[3]);
  expect(ends[0]).toMatchObject({ name: 'AbortError', same: true });
});

test('E1 an abort is heard where the browser cannot join signals', async ({ site, server }) => {
  const script = await server.play({
    routes: {
      'GET /silent': { silence: true },
      'GET /slow': { text: 'x'.repeat(5000), pace: { size: 1000, delay: 400 } },
    },
  });
  const got = await site.page.evaluate(async (url) => {
    // As in Safari before 17.4.
    delete (AbortSignal as { any?: unknown }).any;
    const client = steadfetch.createSteadfetch({ surfaces: false });
    const end = async (path: string, wait: Promise<unknown>, read = false) => {
      const stop = new AbortController();
      const call = client.fetch(url + path, { signal: stop.signal });
      void wait.then(() => lab.sleep(200)).then(() => stop.abort('enough'));
      return call.then((response) => (read ? response.text() : 'answered')).catch((error: unknown) => error);
    };
    const early = end('/silent', Promise.resolve());
    const late = client.ready.then(() => end('/silent', Promise.resolve()));
    const body = client.ready.then(() => end('/slow', lab.sleep(200), true));
    return Promise.all([early, late, body]);
  }, script.url);
  expect(got).toEqual(['enough', 'enough', 'enough']);
});
