import { expect, test } from '../support/test';

test('L1 fetch.length is 1, and the outcome is always a promise', async ({ site }) => {
  const found = await site.page.evaluate(async () => {
    const hostile = {
      toString: () => {
        throw new Error('hostile');
      },
    };
    const calls: Record<string, unknown[]> = {
      nothing: [],
      symbol: [Symbol('x')],
      hostile: [hostile],
      'hostile init': [
        '/',
        {
          get method() {
            throw new Error('hostile');
          },
        },
      ],
      'hostile headers': ['/', { headers: [['only one']] }],
      'hostile signal': ['/', { signal: {} }],
      'number as init': ['/', 5],
      'hostile options': ['/', { steady: { retry: 7 } }],
    };
    const found: Record<string, string> = {};
    for (const loading of [true, false]) {
      const client = steadfetch.createSteadfetch({ surfaces: false });
      if (!loading) await client.ready;
      for (const [name, args] of Object.entries(calls)) {
        let outcome: string;
        try {
          const promise: unknown = (client.fetch as (...args: unknown[]) => unknown)(...args);
          const own =
            promise instanceof Promise
              ? await promise.then(
                  () => 'fulfilled',
                  (error) => error.name,
                )
              : 'no promise';
          const native = await (fetch as (...args: never[]) => Promise<unknown>)(...(args as never[])).then(
            () => 'fulfilled',
            (error) => error.name,
          );
          const options = name === 'hostile options';
          outcome =
            own === native || (options && own.startsWith('ConfigError')) ? 'as native' : `${own} / ${native}`;
        } catch (error) {
          outcome = `threw ${error}`;
        }
        found[`${name}, ${loading ? 'loading' : 'active'}`] = outcome;
      }
    }
    const { fetch: own } = steadfetch.createSteadfetch({ surfaces: false });
    return { found, length: own.length, native: fetch.length, name: own.name };
  });
  expect(found).toMatchObject({ length: 1, native: 1, name: 'fetch' });
  for (const [name, outcome] of Object.entries(found.found)) expect(outcome, name).toBe('as native');
});

test('L2 it may be detached, called on anything, and put in the place of fetch', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const texts = await site.page.evaluate(async (url) => {
    const client = steadfetch.createSteadfetch({ surfaces: false });
    const { fetch: own } = client;
    const native = globalThis.fetch;
    const ways: (() => Promise<Response>)[] = [
      () => own(url),
      () => own.call(undefined as never, url),
      () => own.call({} as never, url),
      () => Reflect.apply(own, 5, [url]),
      () => [url].map(own as never)[0] as unknown as Promise<Response>,
      () => {
        globalThis.fetch = own as typeof fetch;
        return fetch(url).finally(() => (globalThis.fetch = native));
      },
    ];
    const texts: string[] = [];
    for (const ready of [false, true]) {
      if (ready) await client.ready;
      // `map` hands an index as the initialiser, which native refuses too.
      for (const way of ways.filter((_, n) => n !== 4)) texts.push(await (await way()).text());
    }
    return texts;
  }, script.url);
  expect(texts).toEqual(Array(10).fill('ok'));
  expect(await script.count()).toBe(10);
});

test('L2 zero configuration may be put in the place of fetch before its first call', async ({
  bare,
  server,
}) => {
  await bare.open('/auto.html');
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const got = await bare.page.evaluate(async (url) => {
    globalThis.fetch = auto.fetch as typeof fetch;
    const response = await fetch(url);
    return { text: await response.text(), attempts: auto.explain(response)?.attempts };
  }, script.url);
  expect(got).toEqual({ text: 'ok', attempts: 1 });
  expect(await script.count()).toBe(1);
});

test('L2 a client may be put in the place of fetch while its Wasm is still to be fetched', async ({
  site,
  server,
}) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const got = await site.page.evaluate(async (url) => {
    const client = slim.createSteadfetch({ wasm: wasmUrl, surfaces: false });
    globalThis.fetch = client.fetch as typeof fetch;
    const started = performance.now();
    const response = await fetch(url);
    const quick = performance.now() - started < 2500;
    return {
      quick,
      state: client.state,
      text: await response.text(),
      known: slim.explain(response)?.attempts,
    };
  }, script.url);
  expect(got).toEqual({ quick: true, state: 'active', text: 'ok', known: 1 });
  expect(await script.count()).toBe(1);
});

test('L3 Request, URL and whatever has a string form are accepted', async ({ site, server }) => {
  const script = await server.play({ steps: [{ echo: true }] });
  await site.page.evaluate(async (url) => {
    const client = steadfetch.createSteadfetch({ surfaces: false });
    for (const state of ['loading', 'active']) {
      if (state === 'active') await client.ready;
      const at = `${url}/${state}`;
      await Promise.all([
        client.fetch(`${at}/string`),
        client.fetch(new URL(`${at}/url?a=b#c`)),
        client.fetch({ toString: () => `${at}/object` } as never),
        client.fetch(new Request(`${at}/request`, { headers: { 'x-kept': '1' } })),
        client.fetch(new Request(`${at}/override`, { method: 'POST', body: 'old' }), {
          method: 'PUT',
          body: 'new',
        }),
        client.fetch([`${at}/array`] as never),
        client.fetch(`  ${at}/spaces\n`),
      ]);
    }
  }, script.url);
  const requests = (await script.requests()).map(
    ({ method, path, query, body }) => `${method} ${path}${query ? `?${query}` : ''} ${body.text}`,
  );
  for (const state of ['loading', 'active']) {
    expect(requests).toContain(`GET /${state}/string `);
    expect(requests).toContain(`GET /${state}/url?a=b `);
    expect(requests).toContain(`GET /${state}/object `);
    expect(requests).toContain(`GET /${state}/request `);
    expect(requests).toContain(`PUT /${state}/override new`);
    expect(requests).toContain(`GET /${state}/array `);
    expect(requests).toContain(`GET /${state}/spaces `);
  }
  expect(requests).toHaveLength(14);
});

test('L4 every member of RequestInit reaches the browser unchanged', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const found = await site.page.evaluate(async (url) => {
    const inits: Record<string, RequestInit & Record<string, unknown>> = {
      nothing: {},
      method: { method: 'REPORT' },
      headers: { headers: { 'x-one': '1', accept: 'text/x' } },
      cors: { mode: 'cors' },
      'same-origin': { mode: 'same-origin' },
      'no-cors': { mode: 'no-cors' },
      omit: { credentials: 'omit' },
      include: { credentials: 'include' },
      'no-store': { cache: 'no-store' },
      reload: { cache: 'reload' },
      'force-cache': { cache: 'force-cache' },
      redirect: { redirect: 'error' },
      manual: { redirect: 'manual' },
      'no referrer': { referrer: '' },
      referrer: { referrer: `${location.origin}/elsewhere`, referrerPolicy: 'unsafe-url' },
      policy: { referrerPolicy: 'no-referrer' },
      integrity: { integrity: 'sha256-aaa=' },
      keepalive: { keepalive: true },
      priority: { priority: 'low' },
      window: { window: null },
      unknown: { 'a-future-member': 'kept' },
      body: { method: 'PUT', body: 'text', duplex: 'half' },
    };
    const tell = (input: RequestInfo | URL, init?: RequestInit) => {
      const {
        method,
        headers,
        mode,
        credentials,
        cache,
        redirect,
        referrer,
        referrerPolicy,
        integrity,
        keepalive,
        url,
      } = new Request(input, init);
      const future = (init as Record<string, unknown> | undefined)?.['a-future-member'];
      const priority = init?.priority;
      return JSON.stringify({
        method,
        headers: [...headers],
        mode,
        credentials,
        cache,
        redirect,
        referrer,
        referrerPolicy,
        integrity,
        keepalive,
        url,
        future,
        priority,
      });
    };
    /** An initialiser that keeps its members on its prototype, behind getters. */
    const disguised = (init: Record<string, unknown>) =>
      Object.create(
        Object.create(
          Object.prototype,
          Object.fromEntries(
            Object.entries(init).map(([name, value]) => [name, { get: () => value, enumerable: false }]),
          ),
        ),
      );

    const wrong: unknown[] = [];
    let handed = '';
    globalThis.fetch = async (input, init) => {
      handed = tell(input, init);
      return new Response('ok');
    };
    const client = steadfetch.createSteadfetch({ surfaces: false });
    for (const state of ['loading', 'active']) {
      if (state === 'active') await client.ready;
      for (const [name, init] of Object.entries(inits)) {
        const ways: Record<string, [RequestInfo, RequestInit?]> = {
          init: [url, init],
          disguised: [url, disguised(init)],
        };
        // As a Request, unknown members and priority cannot be seen any more.
        if (!/future|unknown|priority/.test(name)) ways['request'] = [new Request(url, init)];
        if (!/body|method|no-cors|unknown|priority/.test(name))
          ways['both'] = [new Request(url, { headers: { 'x-two': '2' }, referrerPolicy: 'origin' }), init];
        for (const [way, args] of Object.entries(ways)) {
          const native =
            way === 'request'
              ? tell((args[0] as Request).clone())
              : tell(args[0] instanceof Request ? args[0].clone() : args[0], args[1]);
          // A member on a prototype that the web does not know yet cannot be found.
          const expected = way === 'disguised' ? native.replace(',"future":"kept"', '') : native;
          await (state === 'loading' ? steadfetch.createSteadfetch({ surfaces: false }) : client).fetch(
            ...args,
          );
          if (handed !== expected && handed !== native) wrong.push([state, name, way, handed, native]);
        }
      }
    }
    return wrong;
  }, script.url);
  expect(found).toEqual([]);
});

test('L4 what the server receives is what native sends', async ({ site, server }) => {
  const script = await server.play({ steps: [{ echo: true }] });
  await site.page.evaluate(
    async ([url, second]) => {
      const client = steadfetch.createSteadfetch({ surfaces: false });
      await client.ready;
      const inits: Record<string, RequestInit> = {
        plain: {},
        headers: { headers: { 'X-One': '1', Accept: 'text/x', 'accept-language': 'cs' } },
        referrer: { referrer: `${location.origin}/elsewhere`, referrerPolicy: 'unsafe-url' },
        none: { referrerPolicy: 'no-referrer' },
        post: { method: 'POST', body: new URLSearchParams('a=1') },
        json: { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } },
        reload: { cache: 'reload' },
        beacon: { method: 'POST', body: 'x', keepalive: true },
      };
      for (const [name, init] of Object.entries(inits)) {
        for (const [origin, base] of Object.entries({ first: url, second })) {
          await client.fetch(`${base}/own/${name}/${origin}`, init);
          await client.fetch(new Request(`${base}/request/${name}/${origin}`, init));
          await fetch(`${base}/native/${name}/${origin}`, init);
        }
      }
    },
    [script.url, script.second] as const,
  );
  const requests = await script.requests();
  expect(requests).toHaveLength(48);
  const told = (start: string) =>
    requests
      .filter(({ path }) => path.startsWith(start))
      .map(({ method, path, headers, body }) => ({ method, path: path.slice(start.length), headers, body }))
      .sort((a, b) => a.path.localeCompare(b.path));
  expect(told('/own')).toEqual(told('/native'));
  expect(told('/request')).toEqual(told('/native'));
});

test('L5 relative URLs resolve at call time', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const path = new URL(script.url).pathname;
  const urls = await site.page.evaluate(async (path) => {
    const urls: string[] = [];
    const early = steadfetch.createSteadfetch({ surfaces: false });
    history.replaceState(null, '', `${path}/one/page`);
    const waiting = early.fetch('early');
    history.replaceState(null, '', `${path}/two/page`);
    urls.push((await waiting).url);
    for (const place of [`${path}/three/page`, `${path}/four/page`]) {
      history.replaceState(null, '', place);
      urls.push((await early.fetch('late?x')).url, (await early.fetch('../up')).url);
    }
    const base = document.createElement('base');
    base.href = `${path}/five/`;
    document.head.append(base);
    urls.push((await early.fetch('late?x')).url, (await early.fetch('')).url);
    base.remove();
    urls.push((await early.fetch('late?x')).url);
    return urls;
  }, path);
  expect(urls.map((url) => url.replace(script.url, ''))).toEqual([
    ...[
      '/one/early',
      '/three/late?x',
      '/up',
      '/four/late?x',
      '/up',
      '/five/late?x',
      '/five/',
      '/four/late?x',
    ],
  ]);
});

test('L5 so do relative URLs that look absolute', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const path = new URL(script.url).pathname;
  const urls = await site.page.evaluate(async (path) => {
    const client = steadfetch.createSteadfetch({ surfaces: false });
    await client.ready;
    const urls: string[] = [];
    for (const place of ['one', 'two']) {
      history.replaceState(null, '', `${path}/${place}/page`);
      for (const url of ['http-log/list', 'https', 'http:list']) urls.push((await client.fetch(url)).url);
    }
    return urls;
  }, path);
  expect(urls.map((url) => url.replace(script.url, ''))).toEqual([
    ...['/one/http-log/list', '/one/https', '/one/list'],
    ...['/two/http-log/list', '/two/https', '/two/list'],
  ]);
});

test('L6 data: and blob: URLs go straight through', async ({ bare }) => {
  bare.expects(/cannot load blob:null/);
  await bare.open('/?csp=off');
  const found = await bare.page.evaluate(async () => {
    const seen = lab.spyOnFetch();
    const client = steadfetch.createSteadfetch({ surfaces: false });
    const blob = URL.createObjectURL(new Blob(['from a blob'], { type: 'text/x' }));
    const found: unknown[] = [];
    for (const state of ['loading', 'active']) {
      if (state === 'active') await client.ready;
      for (const [url, init] of [
        ['data:text/plain,hello%20there', {}],
        [blob, { headers: { range: 'bytes=0-3' } }],
        ['DATA:,x', undefined],
      ] as const) {
        const response = await client.fetch(url, init);
        const same =
          response === seen.responses.at(-1) &&
          seen.calls.at(-1)![0] === url &&
          seen.calls.at(-1)![1] === init;
        found.push([same, await response.text(), steadfetch.explain(response)]);
      }
    }
    const bad = await client
      .fetch('blob:null/none')
      .catch((error) => [error instanceof TypeError, steadfetch.explain(error)]);
    return { found, bad, calls: seen.calls.length };
  });
  const all = [
    [true, 'hello there', undefined],
    [true, 'from', undefined],
    [true, 'x', undefined],
  ];
  expect(found).toEqual({ found: [...all, ...all], bad: [true, undefined], calls: 7 });
});

test("L8 what the page's policy blocks is a TypeError, not retried", async ({ site }) => {
  site.expects(
    /violates the following Content Security Policy directive: "connect-src/,
    /violates the document's Content Security Policy/,
  );
  const found = await site.page.evaluate(async () => {
    const seen = lab.spyOnFetch();
    const client = steadfetch.createSteadfetch({ surfaces: false, defaults: { retry: { base: 2, cap: 4 } } });
    await client.ready;
    const blocked = [
      'https://blocked.example/api',
      'http://127.0.0.1:9/x?y#z',
      'https://user@blocked.example:444/',
    ];
    const ends = [];
    for (const url of [blocked[0]!, blocked[1]!, blocked[0]!]) {
      const before = seen.calls.length;
      const { error, known } = await lab.outcome(() => client.fetch(url));
      const why = known?.timeline.find(({ what }) => what === 'failure')?.why;
      ends.push({ class: error?.class, kind: known?.fault?.kind, why, sent: seen.calls.length - before });
    }
    return ends;
  });
  const end = {
    class: 'TypeError',
    kind: 'unreachable',
    why: "blocked by the page's Content Security Policy",
    sent: 1,
  };
  expect(found).toEqual([end, end, end]);
});

test('L8 a policy that only reports blocks nothing', async ({ site, server }) => {
  const script = await server.play({ steps: [{ reset: true }, { text: 'ok' }] });
  const known = await site.page.evaluate(async (url) => {
    const client = steadfetch.createSteadfetch({ surfaces: false, defaults: { retry: { base: 2, cap: 4 } } });
    await client.ready;
    const violation = { disposition: 'report', effectiveDirective: 'connect-src', blockedURI: url };
    document.dispatchEvent(
      new SecurityPolicyViolationEvent('securitypolicyviolation', {
        ...(violation as SecurityPolicyViolationEventInit),
        bubbles: true,
        composed: true,
      }),
    );
    return steadfetch.explain(await client.fetch(url));
  }, script.url);
  expect(known).toMatchObject({ attempts: 2 });
});
