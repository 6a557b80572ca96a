import { expect, test } from '../support/test';

const METHODS_ONCE = ['POST', 'PATCH'];

test('A1 two 500s, then 200', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 500, repeat: 2 }, { text: 'ok' }] });
  const { status, text, known } = await site.call(script.url);
  expect({ status, text }).toEqual({ status: 200, text: 'ok' });
  expect(await script.count()).toBe(3);
  expect(known).toMatchObject({ attempts: 3, source: 'network', endpoint: server.first });
  expect(known!.fault).toBeUndefined();
  expect(known!.timeline.map(({ what }) => what)).toEqual([
    ...['start', 'attempt', 'response', 'wait', 'attempt', 'response', 'wait', 'attempt', 'response', 'done'],
  ]);
});

test('A2 500 for ever ends with the last Response, or with an HttpError if asked', async ({
  site,
  server,
}) => {
  const script = await server.play({
    steps: [
      { status: 500, text: 'one' },
      { status: 500, text: 'last' },
    ],
  });
  const resolved = await site.call(script.url);
  expect(resolved).toMatchObject({ status: 500, text: 'last' });
  expect(resolved.known!.fault).toMatchObject({ kind: 'server-error', code: 'SF-server-error', status: 500 });
  expect(await script.count()).toBe(3);

  const again = await server.play({
    steps: [
      { status: 500, text: 'one' },
      { status: 500, text: 'last' },
    ],
  });
  const thrown = await site.page.evaluate(async (url) => {
    const client = await lab.client({ defaults: { throwHttpErrors: true } });
    try {
      return await client.fetch(url).then(() => 'resolved');
    } catch (error) {
      if (!(error instanceof steadfetch.HttpError)) return String(error);
      const { name, response, fault } = error;
      return { name, text: await response.text(), fault, known: steadfetch.explain(error) };
    }
  }, again.url);
  expect(thrown).toMatchObject({
    name: 'HttpError',
    text: 'last',
    fault: { kind: 'server-error', status: 500 },
  });
  expect(thrown).toMatchObject({ known: { attempts: 3, fault: { kind: 'server-error' } } });
  expect(await again.count()).toBe(3);
});

test('A3 one attempt means one request', async ({ site, server }) => {
  for (const retry of [{ attempts: 1 }, false as const]) {
    const script = await server.play({ steps: [{ status: 503 }] });
    expect((await site.call(script.url, {}, { defaults: { retry } })).status).toBe(503);
    expect(await script.count()).toBe(1);
  }
});

test('A4 400 401 403 404 422 are final', async ({ site, server }) => {
  for (const status of [400, 401, 403, 404, 422]) {
    const script = await server.play({ steps: [{ status }, { text: 'too late' }] });
    const got = await site.call(script.url);
    expect(got.status).toBe(status);
    expect(got.known!.timeline.find(({ what }) => what === 'refused')!.why).toContain('would not change');
    expect(await script.count(), String(status)).toBe(1);
  }
});

test('A5 the default statuses are retried, 413 only with Retry-After', async ({ site, server }) => {
  const retried = [408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529];
  const cases = [
    ...retried.map((status) => [{ status }, 2] as const),
    ...[413, 501, 505, 511].map((status) => [{ status }, 1] as const),
    [{ status: 413, retryAfter: 0 }, 2] as const,
  ];
  for (const [step, requests] of cases) {
    // A reset anywhere in the script keeps connections from being used again: the browser itself repeats a request
    // whose used connection answers 408.
    const script = await server.play({
      steps: [step, { text: 'ok' }],
      routes: { '/never': { reset: true } },
    });
    const got = await site.call(script.url);
    expect(got.status, JSON.stringify(step)).toBe(requests === 2 ? 200 : step.status);
    expect(await script.count(), JSON.stringify(step)).toBe(requests);
  }
});

test('A6 POST and PATCH are sent once, unless they carry an Idempotency-Key', async ({ site, server }) => {
  for (const method of METHODS_ONCE) {
    const script = await server.play({ steps: [{ status: 503 }] });
    const got = await site.call(script.url, { method, body: 'x' });
    expect(got.known!.timeline.find(({ what }) => what === 'refused')!.why).toContain('not idempotent');
    expect(await script.count(), method).toBe(1);

    const keyed = await server.play({ steps: [{ status: 503, repeat: 2 }, { text: 'ok' }] });
    await site.call(keyed.url, { method, body: 'x', headers: { 'idempotency-KEY': 'k-1' } });
    const requests = await keyed.requests();
    expect(requests.map(({ headers }) => headers.find(([name]) => name === 'idempotency-key')![1])).toEqual(
      Array(3).fill('k-1'),
    );
  }
  for (const method of ['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'QUERY']) {
    const script = await server.play({ steps: [{ status: 503, repeat: 2 }, {}] });
    expect((await site.call(script.url, { method })).status).toBe(200);
    expect(await script.count(), method).toBe(3);
  }
  const named = await server.play({ steps: [{ status: 503, repeat: 2 }, {}] });
  await site.call(named.url, { method: 'POST' }, { defaults: { retry: { methods: ['POST'] } } });
  expect(await named.count(), 'named by the options').toBe(3);
});

test('A7 methods are compared without regard to case', async ({ site, server }) => {
  const cases = [
    [{ method: 'get' }, {}, 3],
    [{ method: 'post' }, {}, 1],
    [{ method: 'patch' }, {}, 1],
    // The browser leaves this one as it is written.
    [{ method: 'Query' }, {}, 3],
    [{ method: 'post' }, { retry: { methods: ['PoSt'] } }, 3],
    [{ method: 'POST' }, { retry: { methods: ['post'] } }, 3],
    [{ method: 'get' }, { retry: { methods: ['post'] } }, 1],
  ] as const;
  for (const [init, { retry }, requests] of cases.map(
    ([a, b, c]) => [a, b as { retry?: { methods: string[] } }, c] as const,
  )) {
    const script = await server.play({ steps: [{ status: 503 }] });
    await site.call(script.url, init, retry && { defaults: { retry } });
    expect(await script.count(), JSON.stringify([init, retry])).toBe(requests);
  }
});

test('A8 refused and reset connections are tried again, then a TypeError', async ({ site, server }) => {
  const script = await server.play({ steps: [{ reset: true }] });
  for (const url of [script.url, script.refused]) {
    const got = await site.page.evaluate(async (url) => {
      const seen = lab.spyOnFetch();
      const client = steadfetch.createSteadfetch({
        surfaces: false,
        defaults: { breaker: false, retry: { attempts: 3, base: 2, cap: 4 } },
      });
      const got = await lab.outcome(() => client.fetch(url));
      return { ...got, sent: seen.calls.length };
    }, url);
    expect(got.error).toMatchObject({ class: 'TypeError', message: 'Failed to fetch' });
    expect(got.known).toMatchObject({ attempts: 3, source: 'none', fault: { kind: 'unreachable' } });
    expect(got.sent).toBe(3);
  }
  expect(await script.count()).toBe(3);
});

test("A9 a caller's bug is rejected at once, never tried again and never shown", async ({ site, server }) => {
  site.expects(/Steadfetch cannot use these options/);
  const script = await server.play({ steps: [{ text: 'never asked' }] });
  const bugs = await site.page.evaluate(async (url) => {
    const used = new Request(url, { method: 'PUT', body: 'x' });
    await used.text();
    const bugs: Record<string, () => [RequestInfo | URL, RequestInit?]> = {
      'bad URL': () => ['http://['],
      'credentials in the URL': () => [url.replace('//', '//user:secret@')],
      'forbidden method': () => [url, { method: 'TRACE' }],
      'no method at all': () => [url, { method: 'A B' }],
      'used body': () => [used],
      'GET with a body': () => [url, { body: 'x' }],
      'bad header name': () => [url, { headers: { 'a b': 'c' } }],
      'bad header value': () => [url, { headers: { a: 'b\nc' } }],
      'bad mode': () => [url, { mode: 'navigate' }],
      'bad credentials': () => [url, { credentials: 'maybe' as never }],
      'only-if-cached': () => [url, { cache: 'only-if-cached', mode: 'cors' }],
      'stream without duplex': () => [url, { method: 'PUT', body: new ReadableStream() }],
      'locked body': () => {
        const stream = new ReadableStream();
        stream.getReader();
        return [url, { method: 'PUT', body: stream, duplex: 'half' } as never];
      },
    };
    const seen = lab.spyOnFetch();
    const found: Record<string, unknown> = {};
    for (const state of ['loading', 'active', 'loading to pass through', 'passing through']) {
      // Wrong options are a sure way to have calls pass through.
      const cap = state.includes('pass') ? -1 : 2000;
      const client = steadfetch.createSteadfetch({ defaults: { retry: { base: 2000, cap } } });
      const loading = state.startsWith('loading');
      if (!loading) await client.ready.catch(() => {});
      for (const [name, make] of Object.entries(bugs)) {
        const before = seen.calls.length;
        const own = await lab.outcome(() => client.fetch(...make()));
        const sent = seen.calls.length - before;
        const native = await lab.outcome(() => fetch(...make()));
        const equal = own.error?.class === 'TypeError' && native.error?.class === 'TypeError';
        const quick = loading || own.ms < 1000;
        const plain = document.querySelectorAll('[data-steadfetch=minimal]').length;
        const shown = client.notices.list().length + plain;
        found[`${name}, ${state}`] =
          equal && quick && sent <= 1 && shown === 0 ? 'fine' : { own, native, sent, shown };
      }
      client.dispose();
    }
    return found;
  }, script.url);
  for (const [bug, outcome] of Object.entries(bugs)) expect(outcome, bug).toBe('fine');
  expect(await script.count()).toBe(0);
});

test('A10 network errors and statuses share one budget of attempts', async ({ site, server }) => {
  const steps = [{ reset: true }, { status: 500 }, { text: 'ok' }];
  const enough = await server.play({ steps });
  expect(await site.call(enough.url)).toMatchObject({ status: 200, text: 'ok' });
  expect(await enough.count()).toBe(3);
  const short = await server.play({ steps });
  expect((await site.call(short.url, {}, { defaults: { retry: { attempts: 2 } } })).status).toBe(500);
  expect(await short.count()).toBe(2);
});

test("A11 calls never leak into each other, and the caller's objects stay as they are", async ({
  site,
  server,
}) => {
  const routes = { 'GET /a': { status: 503 }, 'GET /b': { status: 503 }, 'GET /c': { status: 404 } };
  const script = await server.play({ routes });
  const errors = await site.page.evaluate(async (url) => {
    const freeze = <T extends object>(value: T): T => {
      for (const member of Object.values(value)) if (member && typeof member === 'object') freeze(member);
      return Object.freeze(value);
    };
    const options = freeze({
      surfaces: false as const,
      defaults: { breaker: false as const, retry: { attempts: 3, base: 2, cap: 4 } },
      rules: [{ match: '*://*/*/b', retry: false as const }],
    });
    const client = steadfetch.createSteadfetch(options);
    const plain = freeze({ headers: { 'x-one': '1' } });
    const own = freeze({
      headers: { 'x-two': '2' },
      steady: { retry: { attempts: 2 }, throwHttpErrors: true },
    });
    const before = JSON.stringify([options, plain, own]);
    const calls = [
      client.fetch(`${url}/a`, plain),
      client.fetch(`${url}/a?own`, own),
      client.fetch(`${url}/b`, plain),
      client.fetch(`${url}/c`, plain),
    ];
    const ends = await Promise.allSettled(calls);
    await client.fetch(`${url}/a?later`, plain);
    if (JSON.stringify([options, plain, own]) !== before) throw new Error('an object of the caller changed');
    return ends.map((end) => (end.status === 'fulfilled' ? end.value.status : end.reason.name));
  }, script.url);
  expect(errors).toEqual([503, 'HttpError', 503, 404]);
  const requests = await script.requests();
  const count = (path: string, query: string | null) =>
    requests.filter((request) => request.path === path && request.query === query).length;
  expect([
    count('/a', null),
    count('/a', 'own'),
    count('/b', null),
    count('/c', null),
    count('/a', 'later'),
  ]).toEqual([3, 2, 1, 1, 3]);
  const mixed = requests.filter(
    ({ query, headers }) => headers.some(([name]) => name === 'x-two') !== (query === 'own'),
  );
  expect(mixed).toEqual([]);
});

test('A12 a request with integrity is final after an opaque failure', async ({ site, server }) => {
  // What the browser says about the digest.
  site.expects(/integrity/);
  const script = await server.play({ steps: [{ text: 'something else' }] });
  const integrity = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
  const got = await site.call(script.url, { integrity });
  expect(got.error?.class).toBe('TypeError');
  expect(got.known!.timeline.find(({ what }) => what === 'refused')!.why).toContain('integrity');
  expect(await script.count()).toBe(1);
});

test('A2 where no further attempt may go, the answer seen last is the call’s, with its body', async ({
  site,
  server,
}) => {
  const text = 'x'.repeat(2000);
  for (const throwHttpErrors of [false, true]) {
    const script = await server.play({ steps: [{ status: 500, text }] });
    // The second failure opens the breaker while the first call waits for its retry.
    const ends = await site.page.evaluate(
      async ([url, throwHttpErrors]) => {
        const breaker = { consecutive: 2, open: 60_000, openCap: 60_000, whileOpen: 'refuse' } as const;
        const retry = { base: 300, cap: 300 };
        const client = steadfetch.createSteadfetch({ defaults: { throwHttpErrors, breaker, retry } });
        await client.ready;
        const one = async () => {
          try {
            const response = await client.fetch(url);
            return [response.status, await response.text(), client.explain(response)?.fault?.kind];
          } catch (error) {
            if (!(error instanceof steadfetch.HttpError)) return String(error);
            return ['HttpError', await error.response.text(), error.fault.kind];
          }
        };
        const ends = await Promise.all([one(), one(), one(), one()]);
        // The next client shall know nothing of it.
        client.dispose();
        localStorage.clear();
        return ends;
      },
      [script.url, throwHttpErrors] as const,
    );
    for (const end of ends) expect(end).toEqual([throwHttpErrors ? 'HttpError' : 500, text, 'server-error']);
    expect(await script.count(), 'none of them could try again').toBe(4);
  }
});
