// The first attempt of a call that comes before the engine does not wait for it, where the engine could only send the same.
import type { SteadfetchOptions, SteadyInit } from 'steadfetch';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';

/** Keeps the engine from the page until it is let go, or for good. */
async function holdEngine(page: Page): Promise<(whether: 'on' | 'away') => void> {
  let release!: (whether: 'on' | 'away') => void;
  const held = new Promise<'on' | 'away'>((resolve) => (release = resolve));
  await page.route(/\/assets\/(runtime|engine)-[^/]*\.js/, async (route) =>
    (await held) === 'on' ? route.continue() : route.abort(),
  );
  return release;
}

/** Lets the page's script go on where it waits. */
async function go(page: Page): Promise<void> {
  await page.waitForFunction(() => 'go' in globalThis);
  await page.evaluate(() => (globalThis as unknown as { go(): void }).go());
}

test('Before the engine: a GET is under way while it loads, and is one attempt of one call', async ({
  bare,
  server,
}) => {
  await bare.open('/');
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const release = await holdEngine(bare.page);
  const page = bare.page.evaluate(async (url) => {
    const client = steadfetch.createSteadfetch({
      surfaces: false,
      rules: [{ match: '/s/*', attemptTimeout: 4000, hedge: false, retry: { attempts: 2 } }],
    });
    let settled = 0;
    const calls = [client.fetch(url), client.fetch(new Request(url, { headers: { 'x-own': '1' } }))];
    for (const call of calls) void call.then(() => (settled += 1));
    await new Promise<void>((go) => Object.assign(globalThis, { go }));
    const before = settled;
    const responses = await Promise.all(calls);
    return {
      before,
      texts: await Promise.all(responses.map((response) => response.text())),
      known: responses.map((response) => steadfetch.explain(response)),
    };
  }, script.url);
  await expect.poll(() => script.count()).toBe(2);
  await bare.page.waitForTimeout(100);
  await go(bare.page);
  release('on');
  const got = await page;
  expect(got.before, 'the engine has the word about an answer').toBe(0);
  expect(got.texts).toEqual(['ok', 'ok']);
  expect(got.known).toMatchObject([{ attempts: 1 }, { attempts: 1 }]);
  const requests = await script.requests();
  expect(requests).toHaveLength(2);
  expect(requests.flatMap(({ headers }) => headers.filter(([name]) => name === 'x-own'))).toHaveLength(1);
});

test('Before the engine: what fails is retried by it, and a network that refuses is told of', async ({
  bare,
  server,
}) => {
  await bare.open('/');
  const script = await server.play({ steps: [{ status: 503 }, { text: 'ok' }] });
  const release = await holdEngine(bare.page);
  const page = bare.page.evaluate(
    async ([url, refused]) => {
      const client = steadfetch.createSteadfetch({
        surfaces: false,
        defaults: { retry: { attempts: 2, base: 1, cap: 1 } },
      });
      const [answer, error] = await Promise.all([
        client.fetch(url!),
        client.fetch(refused!).catch((error: Error) => error),
      ]);
      return {
        status: (answer as Response).status,
        answered: steadfetch.explain(answer as Response),
        error: lab.describe(error),
        failed: steadfetch.explain(error as Error),
      };
    },
    [script.url, script.refused],
  );
  await expect.poll(() => script.count()).toBe(1);
  release('on');
  expect(await page).toMatchObject({
    status: 200,
    answered: { attempts: 2 },
    error: { class: 'TypeError' },
    failed: { attempts: 2 },
  });
  expect(await script.count()).toBe(2);
});

test('Before the engine: where it never comes, the answer is what was under way', async ({
  bare,
  server,
}) => {
  bare.expects(/Failed to load resource|Steadfetch/);
  await bare.open('/');
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const release = await holdEngine(bare.page);
  const page = bare.page.evaluate(async (url) => {
    const client = steadfetch.createSteadfetch({ surfaces: false });
    const text = await (await client.fetch(url)).text();
    return { text, state: client.state };
  }, script.url);
  await expect.poll(() => script.count()).toBe(1);
  release('away');
  expect(await page).toEqual({ text: 'ok', state: 'passthrough' });
  expect(await script.count(), 'nothing is sent twice').toBe(1);
});

for (const when of ['while it loads', 'once it is there']) {
  test(`Before the engine: an abort ${when} ends the request with its reason`, async ({ bare, server }) => {
    bare.expects(/Failed to load resource/);
    await bare.open('/');
    const script = await server.play({ steps: [{ silence: true }] });
    const release = await holdEngine(bare.page);
    if (when !== 'while it loads') release('on');
    const page = bare.page.evaluate(
      async ([url, when]) => {
        const client = steadfetch.createSteadfetch({ surfaces: false, defaults: { attemptTimeout: 9000 } });
        const stop = new AbortController();
        const call = client.fetch(url!, { signal: stop.signal }).catch((error: unknown) => error);
        if (when !== 'while it loads') await client.ready;
        await new Promise<void>((go) => Object.assign(globalThis, { go }));
        stop.abort('enough');
        return call;
      },
      [script.url, when],
    );
    await expect.poll(() => script.count()).toBe(1);
    await go(bare.page);
    expect(await page).toBe('enough');
    await expect.poll(async () => (await script.log()).counts.aborted).toBe(1);
    release('on');
    expect(await script.count()).toBe(1);
  });
}

const waits: [what: string, options: SteadfetchOptions, init?: SteadyInit][] = [
  ['a stored copy may answer', { defaults: { cache: { strategy: 'cache-first' } } }],
  ['equal calls share a request', { rules: [{ match: '/s/*', coalesce: true }] }],
  ['only so many are in flight', { rules: [{ match: '/s/*', bulkhead: { concurrent: 1 } }] }],
  ['a feature may be off', { rules: [{ match: '/s/*', feature: 'search' }] }],
  ['somebody signs in', { auth: { refresh: async () => {} } }],
  ['requests carry a trace', { telemetry: {} }],
  ['faults are injected', { faults: [] }],
  ['a policy document has a say', { remotePolicy: { url: '/policy.json' } }],
  ['a call has options of its own', {}, { steady: { actionId: 'a' } }],
  ['a write is no read', {}, { method: 'POST', body: 'x' }],
];

for (const [why, options, init] of waits) {
  test(`Before the engine: a call waits for it where ${why}`, async ({ bare, server }) => {
    bare.expects(/Failed to load resource|Steadfetch/);
    await bare.open('/');
    const script = await server.play({ steps: [{ text: 'ok' }] });
    const release = await holdEngine(bare.page);
    const page = bare.page.evaluate(
      async ([url, options, init]) => {
        // A function does not come through.
        const auth = 'auth' in (options as object) && { auth: { refresh: async () => {} } };
        const client = steadfetch.createSteadfetch({ ...(options as object), ...auth, surfaces: false });
        return (await client.fetch(url as string, init as RequestInit)).text();
      },
      [script.url, JSON.parse(JSON.stringify(options)), init] as const,
    );
    await bare.page.waitForTimeout(300);
    expect(await script.count()).toBe(0);
    release('on');
    expect(await page).toBe('ok');
    expect(await script.count()).toBe(1);
  });
}

test('Before the engine: a call waits for it where a server is known to be in trouble, or the network is gone', async ({
  bare,
  server,
}) => {
  await bare.open('/');
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const release = await holdEngine(bare.page);
  const page = bare.page.evaluate(async (url) => {
    const told = {
      url: location.origin,
      state: [0, 0, 0, Date.now(), 1],
      rules: [],
      at: Date.now(),
    };
    localStorage.setItem('steadfetch:state:1', JSON.stringify([told]));
    const client = steadfetch.createSteadfetch({ surfaces: false });
    const known = client.fetch(url);
    localStorage.removeItem('steadfetch:state:1');
    // Beside the browser's own getter, which is its prototype's.
    Object.defineProperty(navigator, 'onLine', { value: false, configurable: true });
    const offline = client.fetch(url);
    delete (navigator as { onLine?: boolean }).onLine;
    return Promise.all([known, offline].map(async (call) => (await call).text()));
  }, script.url);
  await bare.page.waitForTimeout(300);
  expect(await script.count()).toBe(0);
  release('on');
  expect(await page).toEqual(['ok', 'ok']);
});

test('Before the engine: what was known of another server, or said nothing any more, holds no call up', async ({
  bare,
  server,
}) => {
  await bare.open('/');
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const keep = (url: string) =>
    bare.page.evaluate((url) => {
      const day = 86_400_000;
      const told = { url, state: [0, 0, 0, Date.now() - day, 1], rules: [], at: Date.now() - day };
      localStorage.setItem('steadfetch:state:1', JSON.stringify([told]));
    }, url);
  const begin = () =>
    bare.page.evaluate(async (url) => {
      const client = steadfetch.createSteadfetch({ surfaces: false });
      const answer = client.fetch(url);
      await new Promise<void>((go) => Object.assign(globalThis, { go }));
      await client.ready;
      return { status: (await answer).status, kept: localStorage.getItem('steadfetch:state:1') };
    }, script.url);
  await keep('https://other.example');
  const release = await holdEngine(bare.page);
  const other = begin();
  await expect.poll(() => script.count()).toBe(1);
  release('on');
  await go(bare.page);
  expect(await other).toEqual({ status: 200, kept: null });
  // A day ago this one spent a token.
  await keep(server.first);
  await bare.page.unrouteAll();
  await bare.open('/');
  await bare.page.evaluate(() => steadfetch.createSteadfetch({ surfaces: false }).ready);
  expect(await bare.page.evaluate(() => localStorage.getItem('steadfetch:state:1'))).toBeNull();
});

for (const entry of ['default', 'slim'] as const) {
  test(`Before the engine: reads of a silent server leave it connections to come through, ${entry}`, async ({
    bare,
    server,
  }) => {
    await bare.open('/');
    const script = await server.play({ steps: [{ silence: 5000 }] });
    const state = await bare.page.evaluate(
      async ([url, entry]) => {
        const options = { surfaces: false, defaults: { attemptTimeout: 9000 } } as const;
        const client =
          entry === 'slim'
            ? slim.createSteadfetch({ ...options, wasm: wasmUrl })
            : steadfetch.createSteadfetch(options);
        for (let n = 0; n < 8; n++) client.fetch(`${url}/${n}`).catch(() => {});
        const state = await client.ready;
        client.dispose();
        return state;
      },
      [script.url, entry] as const,
    );
    expect(state).toBe('active');
  });
}

test('Before the engine: how long it took counts from when it was sent', async ({ bare, server }) => {
  await bare.open('/');
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const release = await holdEngine(bare.page);
  const page = bare.page.evaluate(async (url) => {
    const client = steadfetch.createSteadfetch({ surfaces: false });
    const told: number[] = [];
    client.on('attempt', ({ duration }) => told.push(duration));
    const known = steadfetch.explain(await client.fetch(url))!;
    return { told, duration: known.duration };
  }, script.url);
  await expect.poll(() => script.count()).toBe(1);
  await bare.page.waitForTimeout(500);
  release('on');
  const { told, duration } = await page;
  expect(duration).toBeGreaterThan(490);
  expect(told).toEqual([duration]);
});

test("Before the engine: what the page's policy blocks is not tried again", async ({ bare }) => {
  bare.expects(/Content Security Policy/);
  await bare.open('/');
  const release = await holdEngine(bare.page);
  const page = bare.page.evaluate(async () => {
    const client = steadfetch.createSteadfetch({ surfaces: false });
    const call = client.fetch('https://blocked.example/').catch((error: Error) => error);
    await new Promise<void>((go) => Object.assign(globalThis, { go }));
    return steadfetch.explain(await call);
  });
  await bare.page.waitForFunction(() => 'go' in globalThis);
  await bare.page.waitForTimeout(200);
  await go(bare.page);
  release('on');
  const known = (await page)!;
  expect(known.attempts).toBe(1);
  expect(JSON.stringify(known.timeline)).toContain('Content Security Policy');
});

test('Before the engine: a client that is done lets its calls go at once', async ({ bare, server }) => {
  await bare.open('/');
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const release = await holdEngine(bare.page);
  const got = await bare.page.evaluate(async (url) => {
    const client = steadfetch.createSteadfetch({ surfaces: false });
    const calls = [client.fetch(url), client.fetch(url, { method: 'PUT', body: 'x' })];
    const began = performance.now();
    setTimeout(() => client.dispose(), 100);
    const texts = await Promise.all(calls.map(async (call) => (await call).text()));
    return { texts, state: client.state, ready: await client.ready, ms: performance.now() - began };
  }, script.url);
  expect(got).toMatchObject({ texts: ['ok', 'ok'], state: 'disposed', ready: 'passthrough' });
  expect(got.ms).toBeLessThan(1500);
  expect(await script.count()).toBe(2);
  release('on');
});

test('Before the engine: what is no signal is for the browser to refuse', async ({ bare, server }) => {
  await bare.open('/');
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const messages = await bare.page.evaluate(async (url) => {
    const client = steadfetch.createSteadfetch({ surfaces: false });
    const init = { signal: new AbortController() as unknown as AbortSignal };
    const say = (error: Error) => `${error.name}: ${error.message}`;
    return Promise.all([client.fetch(url, init).catch(say), fetch(url, init).catch(say)]);
  }, script.url);
  expect(messages[0]).toBe(messages[1]);
  expect(await script.count()).toBe(0);
});
