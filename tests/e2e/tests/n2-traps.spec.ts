import { exportOf, withTraps } from '../support/trap';
import { expect, test } from '../support/test';

const STOPPED = /its engine stopped and is started anew \(SF-internal\)/;

/** Where the engine may trap in the life of these calls, each once. */
const ENTRIES = [
  ...['route', 'admit', 'head', 'answer', 'fail', 'command', 'explain', 'tick', 'arm', 'release', 'due', 'abort', 'body'],
  ...['must_arm', 'frame', 'single'],
];

for (const entry of ENTRIES) {
  test(`N2 a trap in ${entry}: every call in flight settles, and the next one works`, async ({ bare, server }) => {
    bare.expects(STOPPED);
    await withTraps(bare.page);
    await bare.open();
    const script = await server.play({
      sequence: 'path',
      routes: {
        'GET /good/*': { text: 'ok' },
        'GET /again/*': [{ status: 503, text: 'no' }, { text: 'ok' }],
        'GET /later/*': [{ status: 503, retryAfter: 1, text: 'no' }, { text: 'ok' }],
        'POST /once': { status: 503, text: 'no' },
        'GET /slow': { delay: 300, text: 'ok' },
        'GET /silent': { silence: true },
        'GET /body': { bytes: 3000, pace: { size: 1000, delay: 50 } },
      },
    });
    const name = await exportOf(entry);
    const got = await bare.page.evaluate(
      async ([url, refused, name]) => {
        const client = steadfetch.createSteadfetch({ defaults: { retry: { base: 20, cap: 40 } }, surfaces: { delay: 0 } });
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
          timed: client.fetch(`${url}/silent`, { steady: { attemptTimeout: 200, retry: false }, signal: AbortSignal.timeout(3000) }),
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
        await Promise.all(Object.entries(calls).map(async ([name, call]) => (ends[name] = await settle(call))));
        await lab.sleep(50);
        const next = await lab.outcome(() => client.fetch(`${url}/again/next`));
        return { ends, hit: traps.hit, states, state: client.state, next: [next.status, next.known?.attempts] };
      },
      [script.url, script.refused, name] as const,
    );
    expect(got.hit, 'the trap was sprung').toEqual([name]);
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
  const got = await bare.page.evaluate(async ([url, name]) => {
    const client = steadfetch.createSteadfetch({ surfaces: false });
    await client.ready;
    const ends: string[] = [];
    for (let n = 0; n < 8; n++) {
      traps.next.push(name);
      ends.push((await lab.outcome(() => client.fetch(`${url}/${n}`))).text ?? 'failed');
      await lab.sleep(20);
    }
    return { ends, state: client.state, hit: traps.hit.length };
  }, [script.url, await exportOf('admit')] as const);
  expect(got).toEqual({ ends: Array(8).fill('ok'), state: 'passthrough', hit: 4 });
});

test('N2 clients that share an instance are all started anew', async ({ bare, server }) => {
  bare.expects(STOPPED);
  await withTraps(bare.page);
  await bare.open();
  const script = await server.play({ sequence: 'path', steps: [{ status: 503 }, { text: 'ok' }] });
  const got = await bare.page.evaluate(async ([url, name]) => {
    const options = { surfaces: false as const, defaults: { retry: { base: 2, cap: 4 } } };
    const [one, two] = [steadfetch.createSteadfetch(options), steadfetch.createSteadfetch(options)];
    await Promise.all([one.ready, two.ready]);
    traps.next.push(name);
    const ends = await Promise.all([one.fetch(`${url}/1`), two.fetch(`${url}/2`)]);
    await lab.sleep(50);
    const next = await Promise.all([one, two].map((client, n) => lab.outcome(() => client.fetch(`${url}/next/${n}`))));
    return { statuses: ends.map(({ status }) => status), next: next.map(({ text, known }) => [text, known?.attempts]), states: [one.state, two.state] };
  }, [script.url, await exportOf('admit')] as const);
  expect(got.next).toEqual([['ok', 2], ['ok', 2]]);
  expect(got.states).toEqual(['active', 'active']);
  for (const status of got.statuses) expect([200, 503]).toContain(status);
});
