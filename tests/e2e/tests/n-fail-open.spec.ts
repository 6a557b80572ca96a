import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../support/test';

const CATALOG = new URL('../../../catalogs/en.json', import.meta.url);
const { title: TITLE, body: BODY } = JSON.parse(readFileSync(CATALOG, 'utf8')).messages.unreachable;
const MINIMAL = '[data-steadfetch=minimal]';

test.describe('N1', () => {
  const POLICY =
    /violates the following Content Security Policy directive .*(script-src|wasm)|Refused to compile or instantiate WebAssembly/;

  test("N1 a policy without 'wasm-unsafe-eval' passes calls through, early and late", async ({
    bare,
    server,
  }) => {
    bare.expects(POLICY);
    await bare.open('/?csp=no-wasm');
    const script = await server.play({
      routes: { 'GET /ok': { text: 'ok' }, 'PUT /echo': { echo: true }, 'GET /bad': { status: 503 } },
    });
    const got = await bare.page.evaluate(async (url) => {
      const states: string[] = [];
      const client = steadfetch.createSteadfetch({ surfaces: false });
      client.on('state', ({ state, why }) => states.push(`${state}: ${why}`));
      const put = () =>
        client.fetch(`${url}/echo`, {
          method: 'PUT',
          body: 'body',
          headers: { 'x-a': '1' },
          steady: { retry: false },
        });
      const early = put();
      const ready = await client.ready;
      const late = await put();
      const bad = await client.fetch(`${url}/bad`);
      const known = steadfetch.explain(late);
      return {
        ready,
        state: client.state,
        states,
        early: (await (await early).json()).body.text,
        late: (await late.json()).body.text,
        bad: bad.status,
        known,
      };
    }, script.url);
    expect(got).toMatchObject({
      ready: 'passthrough',
      state: 'passthrough',
      early: 'body',
      late: 'body',
      bad: 503,
    });
    expect(got.states).toEqual([
      expect.stringMatching(/^passthrough: .*(WebAssembly|Content Security Policy|unsafe-eval)/),
    ]);
    expect(got.known).toBeUndefined();
    expect(await script.count(), 'nothing is sent twice').toBe(3);
  });

  test('N1 a failed call is told by the minimal notice', async ({ bare, server }) => {
    bare.expects(POLICY);
    await bare.open('/?csp=no-wasm');
    const script = await server.play({ steps: [{ text: 'ok' }] });
    const error = await bare.page.evaluate(async (url) => {
      const client = steadfetch.createSteadfetch();
      await client.ready;
      const error = await client.fetch(url).catch((error) => error);
      await client.fetch(url).catch(() => {});
      return lab.describe(error);
    }, script.refused);
    expect(error).toMatchObject({ class: 'TypeError' });
    const card = bare.page.locator(`${MINIMAL} section`);
    await expect(card).toHaveCount(1);
    await expect(card).toContainText(TITLE);
    await expect(card).toContainText(BODY);
    await expect(bare.page.getByRole('status')).toContainText(TITLE);
    await card.getByRole('button', { name: `Dismiss: ${TITLE}` }).click();
    await expect(bare.page.locator(MINIMAL)).toHaveCount(0);
  });

  for (const keepalive of [false, true]) {
    test(`N1 so is one that was made while the engine was loading${keepalive ? ', with keepalive' : ''}`, async ({
      bare,
      server,
    }) => {
      bare.expects(POLICY);
      await bare.open('/?csp=no-wasm');
      const script = await server.play({ steps: [{ text: 'ok' }] });
      const error = await bare.page.evaluate(
        async ([url, keepalive]) => {
          // One with keepalive does not wait: it fails later than loading does.
          const { fetch } = globalThis;
          globalThis.fetch = async (...args) => {
            await lab.sleep(500);
            return fetch(...args);
          };
          const client = steadfetch.createSteadfetch();
          return client.fetch(url, { keepalive }).catch(lab.describe);
        },
        [script.refused, keepalive] as const,
      );
      expect(error).toMatchObject({ class: 'TypeError' });
      await expect(bare.page.locator(`${MINIMAL} section`)).toContainText(TITLE);
    });
  }

  test("N1 the app's own words are shown by the minimal notice, as text", async ({ bare }) => {
    bare.expects(POLICY);
    await bare.open('/?csp=no-wasm');
    await bare.page.evaluate(async () => {
      const client = steadfetch.createSteadfetch();
      client.notices.show({
        message: 'text',
        args: { title: '<img src=x onerror=alert(1)>', body: '<b>bold</b>' },
      });
      await client.ready;
    });
    const card = bare.page.locator(`${MINIMAL} section`);
    await expect(card).toContainText('<img src=x onerror=alert(1)>');
    await expect(card).toContainText('<b>bold</b>');
    await expect(card.locator('img')).toHaveCount(0);
  });

  test('N1 who asks not to be disturbed is not, and what is shown already goes', async ({ bare, server }) => {
    bare.expects(POLICY);
    await bare.open('/?csp=no-wasm');
    const script = await server.play({ steps: [{ text: 'ok' }] });
    await bare.page.evaluate(async (url) => {
      const client = steadfetch.createSteadfetch();
      Object.assign(globalThis, { client });
      await client.ready;
      await client.fetch(url).catch(() => {});
    }, script.refused);
    const minimal = bare.page.locator(MINIMAL);
    await expect(minimal).toHaveCount(1);
    await bare.page.evaluate(() => client.preferences.set({ doNotDisturb: true }));
    await expect(minimal).toHaveCount(0);
    await bare.page.evaluate(async (url) => {
      client.notices.show({ message: 'text', args: { title: 'Quiet' } });
      await client.fetch(url).catch(() => {});
    }, script.refused);
    await bare.page.waitForTimeout(200);
    await expect(minimal).toHaveCount(0);
    await bare.page.evaluate(async (url) => {
      client.preferences.set({ doNotDisturb: false });
      await client.fetch(url).catch(() => {});
    }, script.refused);
    await expect(minimal).toHaveCount(1);
  });

  test('N1 who wants no notices gets none', async ({ bare, server }) => {
    bare.expects(POLICY);
    await bare.open('/?csp=no-wasm');
    const script = await server.play({ steps: [{ text: 'ok' }] });
    await bare.page.evaluate(async (url) => {
      const stop = AbortSignal.abort();
      for (const surfaces of [false as const, { headless: true }, {}]) {
        const client = steadfetch.createSteadfetch({ surfaces });
        await client.ready;
        const init = surfaces && !surfaces.headless ? { steady: { notify: 'silent' as const } } : {};
        await client.fetch(url, init).catch(() => {});
        await client.fetch(url, { signal: stop }).catch(() => {});
        if (!surfaces || surfaces.headless) client.notices.show({ message: 'text', args: { title: 'x' } });
      }
      // Nor does a client that is done say anything.
      const client = steadfetch.createSteadfetch();
      client.notices.show({ message: 'text', args: { title: 'before there is an engine' } });
      const late = client.fetch(url).catch(() => {});
      client.dispose();
      client.notices.show({ message: 'text', args: { title: 'after its end' } });
      await late;
      await client.fetch(url).catch(() => {});
    }, script.refused);
    await bare.page.waitForTimeout(200);
    await expect(bare.page.locator('[data-steadfetch]')).toHaveCount(0);
  });
});

test('N3 blocked storage costs nothing else', async ({ bare, server }) => {
  await bare.page.addInitScript(() => {
    const refuse = () => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    };
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookieStore']) {
      Object.defineProperty(globalThis, name, { get: refuse, set: refuse, configurable: true });
    }
    Object.defineProperty(navigator, 'locks', { get: refuse });
    Object.defineProperty(navigator, 'storage', { get: refuse });
    Object.defineProperty(document, 'cookie', { get: refuse, set: refuse });
    globalThis.BroadcastChannel = class {
      constructor() {
        refuse();
      }
    } as never;
  });
  await bare.open();
  const script = await server.play({ steps: [{ status: 503 }, { text: 'ok' }] });
  const blocked = await bare.page.evaluate(() => {
    try {
      return String(localStorage);
    } catch (error) {
      return (error as Error).name;
    }
  });
  expect(blocked).toBe('SecurityError');
  expect(await bare.call(script.url)).toMatchObject({ status: 200, text: 'ok', known: { attempts: 2 } });
  await bare.page.evaluate(async () => {
    const client = steadfetch.createSteadfetch();
    await client.ready;
    client.notices.show({ message: 'text', args: { title: 'Still shown' } });
  });
  await expect(bare.page.getByRole('group', { name: 'Still shown' })).toBeVisible();
});

test('N5 wrong options: ready rejects with every problem, and calls pass through', async ({
  site,
  server,
}) => {
  site.expects(/Steadfetch cannot use these options/);
  const script = await server.play({ steps: [{ status: 503, text: 'as it is' }] });
  const got = await site.page.evaluate(async (url) => {
    const said: string[] = [];
    const { error } = console;
    console.error = (...words: unknown[]) => {
      said.push(words.join(' '));
      error(...words);
    };
    const options = {
      rules: [
        { match: '/a(b)', retry: { cap: -1, attempts: 0 } },
        { retry: true },
        7,
        { match: '/', retry: { base: 500, cap: 100 } },
      ],
      defaults: { attemptTimout: 5, deadline: 'soon' },
      surfaces: { position: 'middle', maxVisible: 99 },
      seed: 1.5,
      extra: true,
    };
    const client = steadfetch.createSteadfetch(options as never);
    const early = await client.fetch(`${url}/early`);
    const problem = await client.ready.then(
      () => undefined,
      (error) => error,
    );
    const late = await client.fetch(`${url}/late`);
    return {
      own: problem instanceof steadfetch.ConfigError && problem instanceof TypeError,
      name: problem.name,
      message: problem.message as string,
      problems: problem.problems as { path: string; message: string }[],
      texts: [await early.text(), await late.text()],
      state: client.state,
      said,
    };
  }, script.url);
  expect(got).toMatchObject({
    own: true,
    name: 'ConfigError',
    state: 'passthrough',
    texts: ['as it is', 'as it is'],
  });
  expect(got.problems.map(({ path }) => path).sort()).toEqual([
    'defaults.attemptTimout',
    'defaults.deadline',
    'extra',
    'rules[0].match',
    'rules[0].retry.attempts',
    'rules[0].retry.cap',
    'rules[1].match',
    'rules[1].retry',
    'rules[2]',
    'rules[3].retry.base',
    'seed',
    'surfaces.maxVisible',
    'surfaces.position',
  ]);
  const about = (path: string) => got.problems.find((problem) => problem.path === path)!.message;
  expect(about('defaults.attemptTimout')).toContain('did you mean "attemptTimeout"');
  expect(about('rules[0].retry.cap')).toMatch(/expected .*got -1/);
  for (const { path, message } of got.problems) expect(got.message).toContain(`${path}: ${message}`);
  expect(got.said).toEqual([got.message]);
  expect(await script.count()).toBe(2);
});

test('N5 options and notices that hold half the page are named quickly', async ({ site }) => {
  site.expects(/Steadfetch cannot use these options/);
  const got = await site.page.evaluate(async () => {
    const cycle: Record<string, unknown> = {};
    for (let n = 0; n < 10; n++) cycle[`m${n}`] = cycle;
    const methods: unknown[] = ['GET'];
    methods.push(methods);
    // What frameworks leave on an element.
    const element = Object.assign(document.createElement('div'), { fiber: cycle });
    let wide: object = {};
    for (let n = 0; n < 11; n++) wide = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [n, wide]));
    const list = Array.from({ length: 20_000 }, (_, n) => n);
    class Surfaces {
      maxVisible = 99;
    }
    const problems = (error: unknown) =>
      error instanceof steadfetch.ConfigError
        ? error.problems.map(({ path, message }) => `${path}: ${/got .*/.exec(message)?.[0]}`)
        : [String(error)];
    const started = performance.now();
    const client = steadfetch.createSteadfetch({
      defaults: {
        retry: { methods, statuses: cycle },
        deadline: element,
        attemptTimeout: new Uint8Array(1e7),
      },
      rules: [{ match: wide }],
      faults: list,
      surfaces: new Surfaces(),
    } as never);
    const found: unknown[] = [await client.ready.catch(problems)];
    const good = steadfetch.createSteadfetch({ surfaces: { headless: true } });
    await good.ready;
    for (const args of [{ cycle, element, fine: 'yes' }, { wide }, list]) {
      try {
        good.notices.show({ message: 'text', args } as never);
      } catch (error) {
        found.push(problems(error));
      }
    }
    found.push(await good.fetch('/', { steady: { expect: element, retry: wide } as never }).catch(problems));
    good.notices.show({ message: 'text', args: { title: 'still there' } });
    const { title } = good.notices.list()[0]!;
    return { found, title, state: good.state, quick: performance.now() - started < 2000 };
  });
  expect(got).toMatchObject({ title: 'still there', state: 'active', quick: true });
  expect(got.found).toEqual([
    [
      'rules: got a very large object',
      'defaults.attemptTimeout: got Uint8Array',
      'defaults.deadline: got HTMLDivElement',
      'defaults.retry.methods[1]: got an object that contains itself',
      'defaults.retry.statuses: got an object',
      'surfaces.maxVisible: got 99',
      'faults: got a very large object',
    ],
    ['args.cycle: got an object', 'args.element: got HTMLDivElement'],
    ['args: got a very large object'],
    ['args: got a very large object'],
    ['expect: got HTMLDivElement', 'retry: got a very large object'],
  ]);
});

test('N6 a slim Wasm URL that hangs passes through after 3 s', async ({ site, server }) => {
  const wasm = await server.play({ steps: [{ silence: true }] });
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const got = await site.page.evaluate(
    async ([wasm, url]) => {
      const client = slim.createSteadfetch({ wasm, surfaces: false });
      const stop = new AbortController();
      const aborted = client.fetch(`${url}/aborted`, { signal: stop.signal }).catch((error) => error);
      const early = await lab.outcome(() => {
        setTimeout(() => stop.abort('meanwhile'), 300);
        return client.fetch(`${url}/early`);
      });
      const late = await lab.outcome(() => client.fetch(`${url}/late`));
      return { early, late, aborted: await aborted, ready: await client.ready, state: client.state };
    },
    [wasm.url, script.url] as const,
  );
  expect(got).toMatchObject({
    aborted: 'meanwhile',
    ready: 'passthrough',
    state: 'passthrough',
    early: { text: 'ok' },
    late: { text: 'ok' },
  });
  expect(got.early.ms).toBeGreaterThan(2900);
  expect(got.early.ms).toBeLessThan(4000);
  expect(got.late.ms).toBeLessThan(500);
  // Plain reads are under way before the engine is (eager.spec.ts).
  const paths = (await script.requests()).map(({ path }) => path).sort();
  expect(paths).toEqual(['/aborted', '/early', '/late']);
});

test('N6 a slim Wasm source that cannot be used passes through at once, and the next one may work', async ({
  site,
  server,
}) => {
  site.expects(/WebAssembly/);
  const file = await readFile(join(process.env['PACKAGE_DIR'] ?? '', 'dist/steadfetch.wasm'));
  const start = file.subarray(0, 5000);
  const wasm = await server.play({
    routes: {
      'GET /missing': { status: 404 },
      'GET /html': { text: '<!doctype html>', type: 'text/html' },
      'GET /cut': { base64: start.toString('base64'), type: 'application/wasm' },
    },
  });
  const states = await site.page.evaluate(async (url) => {
    const sources: Record<string, () => unknown> = {
      missing: () => `${url}/missing`,
      html: () => `${url}/html`,
      cut: () => `${url}/cut`,
      rejected: () => () => Promise.reject(new Error('no')),
      thrown: () => () => {
        throw new Error('no');
      },
      nothing: () => undefined,
      number: () => 5,
    };
    const states: Record<string, string> = {};
    for (const [name, source] of Object.entries(sources)) {
      states[name] = await slim.createSteadfetch({ wasm: source() as never, surfaces: false }).ready;
    }
    states['good'] = await slim.createSteadfetch({ wasm: wasmUrl, surfaces: false }).ready;
    return states;
  }, wasm.url);
  expect(states).toEqual({
    ...{ missing: 'passthrough', html: 'passthrough', cut: 'passthrough', rejected: 'passthrough' },
    ...{ thrown: 'passthrough', nothing: 'passthrough', number: 'passthrough', good: 'active' },
  });
});

test('N7 keepalive calls and calls on pagehide do not wait for Wasm', async ({ site, server }) => {
  const wasm = await server.play({ steps: [{ silence: true }] });
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const early = await site.page.evaluate(
    async ([wasm, url]) => {
      const client = slim.createSteadfetch({ wasm, surfaces: false });
      addEventListener('pagehide', () => {
        void client.fetch(`${url}/beacon`, { method: 'POST', body: 'bye', keepalive: true });
        // Without keepalive it may be lost like any other request of a page that leaves; but it must go out at once.
        const request = new Request(`${url}/request`, { method: 'POST', body: 'bye', keepalive: true });
        void client.fetch(request);
      });
      const kept = await lab.outcome(() => client.fetch(`${url}/kept`, { keepalive: true }));
      return { kept, state: client.state };
    },
    [wasm.url, script.url] as const,
  );
  expect(early).toMatchObject({ kept: { status: 200 }, state: 'loading' });
  expect(early.kept.ms).toBeLessThan(1000);
  await site.page.goto('about:blank');
  await expect
    .poll(async () => (await script.requests()).map(({ path }) => path).sort())
    .toEqual(['/beacon', '/kept', '/request']);
  expect((await script.requests()).find(({ path }) => path === '/beacon')!.body.text).toBe('bye');
});

test('N7 while the page leaves nothing waits, keepalive or not', async ({ site, server }) => {
  const wasm = await server.play({ steps: [{ silence: true }] });
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const sent = await site.page.evaluate(
    async ([wasm, url]) => {
      const seen = lab.spyOnFetch();
      // Whether to share a request takes the engine.
      const client = slim.createSteadfetch({ wasm, surfaces: false, defaults: { coalesce: true } });
      const before = client.fetch(`${url}/waits`);
      dispatchEvent(new PageTransitionEvent('pagehide'));
      const leaving = await client.fetch(`${url}/leaving`);
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      const back = client.fetch(`${url}/waits-too`);
      await lab.sleep(200);
      before.catch(() => {});
      back.catch(() => {});
      return { status: leaving.status, sent: seen.calls.map(([input]) => String(input).split('/').pop()) };
    },
    [wasm.url, script.url] as const,
  );
  expect(sent.status).toBe(200);
  expect(sent.sent.filter((name) => /waits|leaving/.test(name!))).toEqual(['leaving']);
});

test('N8 a ready nobody awaits raises no unhandledrejection', async ({ bare, server }) => {
  bare.expects(/Steadfetch cannot use these options/, /WebAssembly/);
  const wasm = await server.play({ steps: [{ status: 404 }] });
  await bare.page.addInitScript(() => {
    const raised: string[] = [];
    addEventListener('unhandledrejection', ({ reason }) => raised.push(String(reason)));
    addEventListener('error', ({ message }) => raised.push(message));
    Object.assign(globalThis, { raised });
  });
  for (const page of ['/', '/?csp=no-wasm']) {
    await bare.open(page);
    const raised = await bare.page.evaluate(async (url) => {
      const wrong = { defaults: { deadline: -1 } };
      steadfetch.createSteadfetch(wrong);
      slim.createSteadfetch({ wasm: url });
      slim.createSteadfetch({ wasm: () => Promise.reject(new Error('no')) });
      const early = steadfetch.createSteadfetch(wrong);
      await early.fetch(url);
      steadfetch.createSteadfetch().dispose();
      await lab.sleep(500);
      return (globalThis as unknown as { raised: string[] }).raised;
    }, wasm.url);
    expect(raised, page).toEqual([]);
  }
});

test('N10 two clients on one page do not disturb each other', async ({ site, server }) => {
  const script = await server.play({
    sequence: 'path',
    routes: { 'GET /bad/*': { status: 503 }, 'GET /good/*': { text: 'ok' } },
  });
  const got = await site.page.evaluate(async (url) => {
    const quick = { base: 2, cap: 4 };
    const one = steadfetch.createSteadfetch({
      defaults: { breaker: false, retry: { ...quick, attempts: 2 } },
      surfaces: { delay: 0 },
    });
    const two = steadfetch.createSteadfetch({
      defaults: { breaker: false, retry: { ...quick, attempts: 4 } },
      surfaces: { delay: 0 },
    });
    const other = slim.createSteadfetch({
      wasm: wasmUrl,
      defaults: { breaker: false, retry: { ...quick, attempts: 3 } },
      surfaces: { delay: 0, position: 'top-start' },
    });
    await Promise.all([one.ready, two.ready, other.ready]);
    const responses = await Promise.all(
      [one, two, other].map((client, n) => client.fetch(`${url}/bad/${n}`)),
    );
    const attempts = responses.map((response) => steadfetch.explain(response)!.attempts);
    const shared = responses.every((response) =>
      [one, two, other].every((client) => client.explain(response) === slim.explain(response)),
    );
    const ids = new Set(responses.map((response) => steadfetch.explain(response)!.callId));
    await lab.sleep(100);
    const counts = [one, two, other].map((client) => client.notices.list().length);
    one.dispose();
    const after = await two.fetch(`${url}/good/2`).then((response) => response.text());
    const passed = await one
      .fetch(`${url}/good/1`)
      .then((response) => [response.status, steadfetch.explain(response)]);
    return {
      attempts,
      shared,
      ids: ids.size,
      counts,
      after,
      passed,
      states: [one.state, two.state, other.state],
    };
  }, script.url);
  expect(got).toEqual({
    attempts: [2, 4, 3],
    shared: true,
    ids: 3,
    counts: [1, 1, 1],
    after: 'ok',
    passed: [200, undefined],
    states: ['disposed', 'active', 'active'],
  });
  await expect(site.page.locator('[data-steadfetch=toasts]')).toHaveCount(2);
});

test('N10 a client that is disposed in a wait sends nothing more', async ({ site, server }) => {
  const answered = await server.play({ steps: [{ status: 503, text: 'busy' }] });
  const broken = await server.play({ steps: [{ reset: true }] });
  const held = await server.play({ steps: [{ delay: 300, text: 'late' }] });
  const got = await site.page.evaluate(
    async (urls) => {
      const client = await lab.client({
        defaults: { retry: { base: 60_000, cap: 60_000 }, deadline: false },
      });
      const calls = urls.map((url) => lab.outcome(() => client.fetch(url)));
      await lab.sleep(150);
      client.dispose();
      return Promise.all(calls);
    },
    [answered.url, broken.url, held.url],
  );
  expect(got[0]).toMatchObject({ status: 503, text: 'busy' });
  expect(got[1]).toMatchObject({ error: { class: 'TypeError' } });
  expect(got[2], 'what is under way ends by itself').toMatchObject({ status: 200, text: 'late' });
  expect([await answered.count(), await broken.count(), await held.count()]).toEqual([1, 1, 1]);
});

test("N10 a client that is done takes its own minimal notice away, not another one's", async ({
  site,
  server,
}) => {
  site.expects(/Steadfetch cannot use these options/);
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const texts = await site.page.evaluate(async (url) => {
    const texts: (string | undefined)[] = [];
    const look = () => {
      const card = document.querySelector('[data-steadfetch=minimal]');
      texts.push(card?.shadowRoot?.querySelector('b')?.textContent ?? undefined);
    };
    const [one, two, three] = [1, 2, 3].map(() =>
      steadfetch.createSteadfetch({ defaults: { deadline: -1 } }),
    );
    await Promise.allSettled([one!.ready, two!.ready, three!.ready]);
    await one!.fetch(url).catch(() => {});
    look();
    three!.dispose();
    look();
    two!.notices.show({ message: 'text', args: { title: "The second one's" } });
    look();
    two!.dispose();
    look();
    one!.dispose();
    look();
    return texts;
  }, script.refused);
  expect(texts).toEqual([TITLE, TITLE, "The second one's", TITLE, undefined]);
});
