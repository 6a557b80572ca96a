// The package's entries, as the built app serves them.
import { expect, test } from '../support/test';

test('Entry "." importing it leaves the page as it was, and loads the engine only for a client', async ({
  bare,
}) => {
  await bare.page.addInitScript(() => {
    const seen = { listeners: [] as string[], timers: 0, before: new Set<PropertyKey>() };
    const { addEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (this: EventTarget, type: string, ...rest: [never]) {
      seen.listeners.push(type);
      return addEventListener.call(this, type, ...rest);
    };
    const { setTimeout } = globalThis;
    globalThis.setTimeout = ((...args: [never]) => {
      seen.timers += 1;
      return setTimeout(...args);
    }) as never;
    Object.assign(globalThis, { seen });
    seen.before = new Set(Reflect.ownKeys(globalThis));
  });
  const scripts: string[] = [];
  bare.page.on('request', (request) => scripts.push(new URL(request.url()).pathname));
  await bare.open('/bare.html');
  await bare.page.waitForTimeout(200);
  const after = await bare.page.evaluate(() => {
    const { seen } = globalThis as unknown as {
      seen: { listeners: string[]; timers: number; before: Set<PropertyKey> };
    };
    const added = Reflect.ownKeys(globalThis)
      .filter((name) => !seen.before.has(name))
      .map(String);
    return { added, listeners: seen.listeners, timers: seen.timers, nodes: document.body.childNodes.length };
  });
  expect(after.added.filter((name) => !/^(steadfetch|__playwright|__pw|eventListener)/.test(name))).toEqual(
    [],
  );
  expect(after).toMatchObject({ listeners: [], timers: 0 });
  expect(scripts.filter((path) => path.includes('engine'))).toEqual([]);
  const state = await bare.page.evaluate(() => steadfetch.createSteadfetch({ surfaces: false }).ready);
  expect(state).toBe('active');
  expect(scripts.filter((path) => path.includes('engine'))).toHaveLength(1);
});

for (const [what, options] of [
  ['a plain one does not at all', {}],
  ['one that may have to queue hardly does', { bulkhead: { concurrent: 1 } }],
] as const) {
  test(`Entry "." the first call and Wasm: ${what}`, async ({ bare, server }, info) => {
    const script = await server.play({ steps: [{ text: 'ok' }] });
    const waits: { total: number; afterLoading: number }[] = [];
    for (let n = 0; n < 5; n++) {
      await bare.open('/bare.html');
      const wait = await bare.page.evaluate(
        async ([url, defaults]) => {
          const native = globalThis.fetch;
          let sent = 0;
          globalThis.fetch = (...args) => {
            sent = performance.now();
            return native(...args);
          };
          const started = performance.now();
          const client = steadfetch.createSteadfetch({ surfaces: false, defaults });
          const response = await client.fetch(url);
          const known = steadfetch.explain(response);
          const loaded = performance
            .getEntriesByType('resource')
            .filter(
              ({ name, startTime }) => /\.js/.test(name) && startTime >= started - 1,
            ) as PerformanceResourceTiming[];
          const end = Math.max(...loaded.map(({ responseEnd }) => responseEnd));
          return {
            total: sent - started,
            afterLoading: sent - end,
            handled: known?.attempts === 1,
            chunks: loaded.length,
          };
        },
        [script.url, options] as const,
      );
      expect(wait).toMatchObject({ handled: true });
      expect(wait.chunks).toBeGreaterThan(0);
      waits.push(wait);
    }
    const median = (pick: keyof (typeof waits)[number]) =>
      waits.map((wait) => wait[pick]).sort((a, b) => a - b)[2]!;
    const told = `a first call (${what}) waits ${median('total').toFixed(1)} ms, ${median('afterLoading').toFixed(1)} ms of it once the scripts are there`;
    info.annotations.push({ type: 'measured', description: told });
    console.log(told);
    // A plain one is sent before the scripts are there.
    expect(median('afterLoading')).toBeLessThan('bulkhead' in options ? 150 : 0);
    expect(median('total')).toBeLessThan(400);
  });
}

test('Entry "./auto" works without any configuration', async ({ bare, server }) => {
  await bare.open('/auto.html');
  const script = await server.play({
    sequence: 'path',
    steps: [{ status: 503, retryAfter: 0 }, { text: 'ok' }],
    routes: { 'GET /bad': { status: 500 } },
  });
  const got = await bare.page.evaluate(async (url) => {
    const early = auto.fetch(`${url}/early`);
    const texts = [await (await early).text(), await (await auto.fetch(new Request(`${url}/late`))).text()];
    const known = auto.explain(await early)!;
    void auto.fetch(`${url}/bad`, { steady: { retry: false } });
    const none = await (auto.fetch as () => Promise<unknown>)().catch((error) => error.name);
    return { texts, attempts: known.attempts, length: auto.fetch.length, name: auto.fetch.name, none };
  }, script.url);
  expect(got).toEqual({ texts: ['ok', 'ok'], attempts: 2, length: 1, name: 'fetch', none: 'TypeError' });
  await expect(bare.page.getByRole('group', { name: "That didn't work" })).toBeVisible();
});

test('Entry "./slim" takes its Wasm in every form, and all clients share one instance', async ({
  bare,
  server,
}) => {
  const script = await server.play({ sequence: 'path', steps: [{ status: 503 }, { text: 'ok' }] });
  for (const form of [
    'string',
    'URL',
    'Response',
    'promised Response',
    'bytes',
    'view',
    'promised bytes',
    'Module',
    'promised Module',
    'function',
    'async function',
  ]) {
    await bare.open();
    const got = await bare.page.evaluate(
      async ([form, url]) => {
        const bytes = () => fetch(wasmUrl).then((response) => response.arrayBuffer());
        const sources: Record<string, () => unknown> = {
          string: () => wasmUrl,
          URL: () => new URL(wasmUrl, location.href),
          Response: () => fetch(wasmUrl),
          'promised Response': () => fetch(wasmUrl),
          bytes,
          view: async () => new Uint8Array(await bytes()),
          'promised bytes': () => bytes(),
          Module: async () => WebAssembly.compile(await bytes()),
          'promised Module': async () => WebAssembly.compile(await bytes()),
          function: () => () => wasmUrl,
          'async function': () => async () => fetch(wasmUrl),
        };
        const made = sources[form]!();
        const wasm = /promised/.test(form) ? made : await made;
        let instances = 0;
        const { instantiate, instantiateStreaming } = WebAssembly;
        WebAssembly.instantiate = ((...args: [never]) => (instances++, instantiate(...args))) as never;
        WebAssembly.instantiateStreaming = ((...args: [never]) => (
          instances++,
          instantiateStreaming(...args)
        )) as never;
        const options = {
          wasm: wasm as never,
          surfaces: false as const,
          // Its tokens are those of the page before, too.
          defaults: { retry: { base: 2, cap: 4 }, budget: false as const },
        };
        const [one, two] = [slim.createSteadfetch(options), slim.createSteadfetch(options)];
        const ends = await Promise.all(
          [one, two].map((client, n) => lab.outcome(() => client.fetch(`${url}/${form}/${n}`))),
        );
        return {
          states: [one.state, two.state],
          ends: ends.map(({ text, known }) => [text, known?.attempts]),
          instances,
        };
      },
      [form, script.url] as const,
    );
    expect(got, form).toEqual({
      states: ['active', 'active'],
      ends: [
        ['ok', 2],
        ['ok', 2],
      ],
      instances: 1,
    });
  }
});

test('Entry "./slim" and "." know of each other\'s calls', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 404 }] });
  const kinds = await site.page.evaluate(async (url) => {
    const one = steadfetch.createSteadfetch({ surfaces: false });
    const two = slim.createSteadfetch({ wasm: wasmUrl, surfaces: false });
    const responses = [await one.fetch(url), await two.fetch(url)];
    return responses.map((response) => [
      steadfetch.explain(response)?.fault?.kind,
      slim.explain(response)?.fault?.kind,
    ]);
  }, script.url);
  expect(kinds).toEqual([
    ['not-found', 'not-found'],
    ['not-found', 'not-found'],
  ]);
});
