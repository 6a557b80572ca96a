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

/** A client of the page whose engine has stopped and is there again. */
declare const client: import('steadfetch').Steadfetch;

test("N2 the app's notices outlive a trap, under the handles that it has and without being told twice", async ({
  bare,
}) => {
  const { page } = bare;
  bare.expects(STOPPED);
  await withTraps(page);
  await bare.open();
  const seen = await page.evaluate(async () => {
    const client = steadfetch.createSteadfetch({ surfaces: { delay: 0 } });
    const spoken: string[] = [];
    const events: string[] = [];
    Object.assign(globalThis, { client });
    client.on('notice', ({ notice, action }) => events.push(`${notice.title} ${action ?? notice.state}`));
    new MutationObserver((changes) => {
      for (const { target } of changes)
        if (target instanceof Element && target.matches('[role=status],[role=alert]') && target.textContent)
          spoken.push(target.textContent);
    }).observe(document, { subtree: true, childList: true });
    await client.ready;
    const { notices } = client;
    const ran: string[] = [];
    const say = (title: string, more: object = {}) =>
      notices.show({ message: 'text', args: { title }, ...more });
    const closed = say('Closed before');
    const actions = [{ id: 'undo', label: 'Undo', run: () => void ran.push('undo') }];
    const own = say('Named', { cause: 'mine', severity: 'error', actions });
    const over = say('Over before');
    const nameless = say('Nameless');
    const later = say('Changed before');
    closed.dismiss();
    over.resolve();
    later.update({ args: { title: 'Changed' }, severity: 'warning', actions: undefined } as never);
    own.update({ cause: 'other', severity: undefined } as never);
    await lab.sleep(1500);
    const cards = () => {
      const root = document.querySelector('[data-steadfetch=toasts]')!.shadowRoot!;
      return [...root.querySelectorAll<HTMLElement>('.card:not([inert])')];
    };
    const list = () =>
      notices
        .list()
        .filter(({ state }) => state === 'shown')
        .map(({ id, cause, title, severity, count }) => [id, cause, title, severity, count].join());
    const find = (title: string) => cards().find(({ textContent }) => textContent!.includes(title))!;
    const undo = [...find('Named').querySelectorAll('button')].find(
      ({ textContent }) => textContent === 'Undo',
    )!;
    undo.focus();
    const before = { list: list(), node: find('Named') };
    const said = spoken.length;
    const told = events.length;
    traps.next.push('list');
    notices.list();
    await lab.sleep(1500);
    const after = list();
    const same = find('Named') === before.node && (undo.getRootNode() as ShadowRoot).activeElement === undo;
    const heard = [...spoken.slice(said), ...events.slice(told)];
    undo.click();
    // The app's handles hold, and a new notice has a number of its own.
    nameless.update({ args: { title: 'Renamed' } });
    own.dismiss();
    later.resolve();
    const fresh = say('Fresh');
    await lab.sleep(300);
    const ids = [closed, own, over, nameless, later].map(({ id }) => id);
    return {
      hit: traps.hit,
      before: before.list,
      after,
      same,
      heard,
      ran,
      end: list(),
      fresh: ids.includes(fresh.id),
      own: own.id,
    };
  });
  expect(seen.hit).toEqual(['list']);
  expect(seen.before).toHaveLength(3);
  expect(seen.before.join()).toContain('mine,Named,error');
  expect(seen.before.join()).toContain('Changed,warning');
  expect(seen.after).toEqual(seen.before);
  expect(seen.same, 'its card and the focus stay').toBe(true);
  expect(seen.heard).toEqual([]);
  expect(seen.ran).toEqual(['undo']);
  expect(seen.end).toHaveLength(2);
  expect(seen.end.join()).toMatch(/Fresh.*Renamed/);
  expect(seen.fresh, 'a number stands for one notice').toBe(false);
});

test("N2 after a reload, a trap doubles none of the app's notices, and keeps what was not saved", async ({
  bare,
  server,
}) => {
  const { page } = bare;
  bare.expects(STOPPED);
  await withTraps(page);
  await bare.open();
  const script = await server.play({ steps: [{ status: 500 }] });
  const run = () =>
    page.evaluate(async () => {
      const client = steadfetch.createSteadfetch({ surfaces: { delay: 0 }, defaults: { retry: false } });
      Object.assign(globalThis, { client });
      await client.ready;
      await lab.sleep(100);
    });
  const trap = () =>
    page.evaluate(async () => {
      traps.next.push('list');
      client.notices.list();
      await lab.sleep(300);
      return client.notices.list().map(({ title, count, state }) => `${title} ${count} ${state}`);
    });
  await run();
  await page.evaluate(async (url) => {
    client.notices.show({ message: 'outbox.sent', cause: 'mine', severity: 'error', args: { writes: 7 } });
    await client.fetch(url, { method: 'PUT', body: 'x', steady: { intent: 'save' } });
    await lab.sleep(200);
  }, script.url);
  const expected = ["That didn't work 1 shown", '7 changes sent 1 shown'];
  expect((await trap()).sort()).toEqual(expected.sort());
  await page.reload();
  await page.locator('html[data-ready]').waitFor();
  await run();
  expect((await trap()).sort()).toEqual(expected);
  expect((await trap()).sort()).toEqual(expected);
  await expect(page.getByRole('group')).toHaveCount(2);
});
