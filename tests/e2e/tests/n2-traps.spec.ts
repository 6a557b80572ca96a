import { withTraps } from '../support/trap';
import { expect, test } from '../support/test';

const STOPPED = /its engine stopped and is started anew \(SF-internal\)/;

/** Where the engine may trap in the life of these calls, each once. */
const ENTRIES = [
  ...[
    'route',
    'admit',
    'head',
    'answer',
    'fail',
    'command',
    'explain',
    'tick',
    'arm',
    'release',
    'due',
    'abort',
    'body',
  ],
  ...['must_arm', 'frame', 'single'],
];

for (const entry of ENTRIES) {
  test(`N2 a trap in ${entry}: every call in flight settles, and the next one works`, async ({
    bare,
    server,
  }) => {
    bare.expects(STOPPED);
    await withTraps(bare.page);
    await bare.open();
    const script = await server.play({
      sequence: 'path',
      routes: {
        'GET /good/*': { text: 'ok' },
        'GET /again/*': [{ status: 503, text: 'no' }, { text: 'ok' }],
        // Its own wait, which holds no other call up.
        'GET /later/*': [{ status: 413, retryAfter: 1, text: 'no' }, { text: 'ok' }],
        'POST /once': { status: 503, text: 'no' },
        'GET /slow': { delay: 300, text: 'ok' },
        'GET /silent': { silence: true },
        'GET /body': { bytes: 3000, pace: { size: 1000, delay: 50 } },
      },
    });
    const got = await bare.page.evaluate(
      async ([url, refused, name]) => {
        const client = steadfetch.createSteadfetch({
          defaults: { breaker: false, retry: { base: 20, cap: 40 } },
          surfaces: { delay: 0 },
        });
        await client.ready;
        await client.fetch(`${url}/good/warm`);
        const states: string[] = [];
        client.on('state', ({ state }) => states.push(state));
        const stop = new AbortController();
        const waiting = client.fetch(`${url}/later/0`);
        await lab.sleep(100);
        traps.next.push(name);
        const calls: Record<string, Promise<Response>> = {
          waiting,
          good: client.fetch(`${url}/good/1`),
          again: client.fetch(`${url}/again/1`),
          once: client.fetch(`${url}/once`, { method: 'POST', body: 'x' }),
          slow: client.fetch(`${url}/slow`),
          refused: client.fetch(refused),
          single: client.fetch(`${url}/good/2`, { steady: { attemptTimeout: 5000 } }),
          timed: client.fetch(`${url}/silent`, {
            steady: { attemptTimeout: 200, retry: false },
            signal: AbortSignal.timeout(1200),
          }),
          aborted: client.fetch(`${url}/silent`, { signal: stop.signal }),
          body: client.fetch(`${url}/body`, { steady: { idleTimeout: 2000 } }),
        };
        setTimeout(() => stop.abort(), 400);
        const settle = async (call: Promise<Response>) => {
          const never = lab.sleep(6000).then(() => 'NEVER');
          const text = call.then(async (response) => `${response.status} ${(await response.text()).length}`);
          return Promise.race([text.catch((error) => error.name as string), never]);
        };
        const ends: Record<string, string> = {};
        await Promise.all(
          Object.entries(calls).map(async ([name, call]) => (ends[name] = await settle(call))),
        );
        await lab.sleep(50);
        const next = await lab.outcome(() => client.fetch(`${url}/again/next`));
        return {
          ends,
          hit: traps.hit,
          states,
          state: client.state,
          next: [next.status, next.known?.attempts],
        };
      },
      [script.url, script.refused, entry] as const,
    );
    expect(got.hit, 'the trap was sprung').toEqual([entry]);
    expect(got.states).toEqual(['loading', 'active']);
    expect(got).toMatchObject({ state: 'active', next: [200, 2] });
    expect(Object.values(got.ends)).not.toContain('NEVER');
    // What went well natively goes well now.
    expect(got.ends).toMatchObject({ good: '200 2', slow: '200 2', single: '200 2', refused: 'TypeError' });
    expect(got.ends.aborted).toMatch(/AbortError/);
    expect(got.ends.once, 'what may have had an effect is not sent twice').toBe('503 2');
    expect((await script.log()).counts.byPath['POST /once']).toBe(1);
    expect(got.ends.timed).toMatch(/TimeoutError/);
    expect(got.ends.body).toMatch(/^(200 3000|TypeError|TimeoutError)$/);
  });
}

test('N2 an engine that traps again and again is given up', async ({ bare, server }) => {
  bare.expects(STOPPED);
  await withTraps(bare.page);
  await bare.open();
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const got = await bare.page.evaluate(
    async ([url, name]) => {
      const client = steadfetch.createSteadfetch({ surfaces: false });
      await client.ready;
      const ends: string[] = [];
      for (let n = 0; n < 8; n++) {
        traps.next.push(name);
        ends.push((await lab.outcome(() => client.fetch(`${url}/${n}`))).text ?? 'failed');
        await lab.sleep(20);
      }
      return { ends, state: client.state, hit: traps.hit.length };
    },
    [script.url, 'admit'] as const,
  );
  expect(got).toEqual({ ends: Array(8).fill('ok'), state: 'passthrough', hit: 4 });
});

test('N2 clients that share an instance are all started anew', async ({ bare, server }) => {
  bare.expects(STOPPED);
  await withTraps(bare.page);
  await bare.open();
  const script = await server.play({ sequence: 'path', steps: [{ status: 503 }, { text: 'ok' }] });
  const got = await bare.page.evaluate(
    async ([url, name]) => {
      const options = { surfaces: false as const, defaults: { retry: { base: 2, cap: 4 } } };
      const [one, two] = [steadfetch.createSteadfetch(options), steadfetch.createSteadfetch(options)];
      await Promise.all([one.ready, two.ready]);
      traps.next.push(name);
      const ends = await Promise.all([one.fetch(`${url}/1`), two.fetch(`${url}/2`)]);
      await lab.sleep(50);
      const next = await Promise.all(
        [one, two].map((client, n) => lab.outcome(() => client.fetch(`${url}/next/${n}`))),
      );
      return {
        statuses: ends.map(({ status }) => status),
        next: next.map(({ text, known }) => [text, known?.attempts]),
        states: [one.state, two.state],
      };
    },
    [script.url, 'admit'] as const,
  );
  expect(got.next).toEqual([
    ['ok', 2],
    ['ok', 2],
  ]);
  expect(got.states).toEqual(['active', 'active']);
  for (const status of got.statuses) expect([200, 503]).toContain(status);
});

test('N2 a trap behind the notices or the events never reaches the app', async ({ bare, server }) => {
  bare.expects(STOPPED);
  await withTraps(bare.page);
  await bare.open();
  const script = await server.play({
    routes: { 'GET /bad/*': { status: 503 }, 'GET /good/*': { text: 'ok' } },
  });
  const entries = [
    'show',
    'has_message',
    'list',
    'update',
    'resolve',
    'dismiss',
    'changed',
    'frame',
    'mounted',
    'listens',
    'online',
    'template',
    'fault',
    'keeps',
    'retry',
  ];
  const found = await bare.page.evaluate(
    async ([url, entries]) => {
      const found: Record<string, unknown> = {};
      for (const entry of entries) {
        const client = steadfetch.createSteadfetch({
          surfaces: { delay: 0 },
          defaults: { retry: false, breaker: false },
        });
        await client.ready;
        await lab.sleep(20);
        const states: string[] = [];
        client.on('state', ({ state }) => states.push(state));
        traps.hit = [];
        traps.next = [entry];
        const thrown: string[] = [];
        const attempt = (what: string, act: () => unknown) => {
          try {
            act();
          } catch (error) {
            thrown.push(`${what}: ${error}`);
          }
        };
        attempt('on call', () => client.on('call', () => {}));
        attempt('on attempt', () => client.on('attempt', () => {}));
        attempt('on notice', () => client.on('notice', () => {}));
        const handle = client.notices.show({ message: 'text', args: { title: 'x' } });
        attempt('update', () => handle.update({ severity: 'warning' }));
        attempt('list', () => client.notices.list());
        const ends = await Promise.all([1, 2].map((n) => lab.outcome(() => client.fetch(`${url}/bad/${n}`))));
        await lab.sleep(50);
        const { shadowRoot } = document.querySelector('[data-steadfetch=toasts]') ?? {};
        const again = [...(shadowRoot?.querySelectorAll('button') ?? [])].find(
          ({ textContent }) => textContent === 'Try again',
        );
        attempt('again', () => again?.click());
        attempt('resolve', () => handle.resolve());
        attempt('dismiss', () => client.notices.dismiss('1'));
        if (entry === 'mounted') {
          // The next core has a screen from the start.
          traps.next = ['show', entry];
          traps.hit = [];
          client.notices.show({ message: 'text', args: { title: 'y' } });
          await lab.sleep(50);
        }
        dispatchEvent(new Event('online'));
        await lab.sleep(50);
        const good = await lab.outcome(() => client.fetch(`${url}/good/${entry}`));
        const fine =
          thrown.length === 0 &&
          traps.hit.includes(entry) &&
          states.at(-1) === 'active' &&
          good.text === 'ok' &&
          good.known &&
          ends.every(({ status }) => status === 503);
        found[entry] = fine ? 'fine' : { thrown, hit: traps.hit, states, good, ends };
        client.dispose();
      }
      return found;
    },
    [script.url, entries] as const,
  );
  for (const entry of entries) expect(found[entry], entry).toBe('fine');
});

test('N2 a trap while a time limit is carried out leaves no rejection that nobody handles', async ({
  bare,
  server,
}) => {
  bare.expects(STOPPED);
  await withTraps(bare.page);
  await bare.open();
  const script = await server.play({ steps: [{ silence: true }] });
  // The call is rejected, then the engine stops before it hears of that.
  const name = 'release';
  const got = await bare.page.evaluate(
    async ([url, name]) => {
      const client = steadfetch.createSteadfetch({ surfaces: false, defaults: { retry: false } });
      await client.ready;
      traps.next.push(name);
      const error = await client.fetch(url, { steady: { attemptTimeout: 100 } }).catch((error) => error);
      await lab.sleep(100);
      return { hit: traps.hit, error: lab.describe(error) };
    },
    [script.url, name] as const,
  );
  expect(got).toMatchObject({ hit: [name], error: { name: 'TimeoutError', class: 'DOMException' } });
});
