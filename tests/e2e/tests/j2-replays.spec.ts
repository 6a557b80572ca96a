// J2, J3: what confirms a replay, what becomes of a conflict, and when a write goes again.
import { KEPT, WRITES, entries, flush, ledger, start, write } from '../support/outbox';
import { type Scenario, header } from '../support/server';
import { expect, test } from '../support/test';

const LINE = '/api/ledger/a';

/** The server is well from now on. */
async function heal(script: Scenario): Promise<void> {
  await fetch(`${script.control}?keep`, { method: 'PUT', body: JSON.stringify({ app: true }) });
}

/** The writes that reached the server: method, status, body. */
async function posts(script: Scenario): Promise<string[]> {
  const all = (await script.requests()).filter(({ path }) => path.startsWith('/api/ledger/'));
  return all.map(({ method, status, body }) => `${method} ${status} ${body.text}`);
}

for (const [what, step, init] of [
  ['a portal’s page where its call expects JSON', { text: '<p>portal', type: 'text/html' }, {}],
  ['a redirect to a page where JSON was sent', { status: 302, redirect: '/sign-in' }, {}],
  ['a redirect that was not to be followed', { status: 302, redirect: '/sign-in' }, { redirect: 'manual' }],
] as const) {
  test(`J2 a replay is not confirmed by ${what}`, async ({ site, server }) => {
    const steps = [{ status: 503 }, step];
    const script = await server.play({
      app: true,
      faults: { 'POST /api/ledger/**': { steps, times: 2 } },
      routes: { '/sign-in': { text: '<p>sign in', type: 'text/html' } },
    });
    await start(site.page, { defaults: KEPT });
    const json = { headers: { 'content-type': 'application/json' }, steady: { expect: 'application/json' } };
    await write(site.page, script.url + LINE, ['"x"'], { ...json, ...init });
    await flush(site.page);
    expect(await entries(site.page)).toMatchObject([{ state: 'waiting', attempts: 1 }]);
    // Another page knows what was expected, too.
    await site.open();
    await heal(script);
    await start(site.page, { defaults: KEPT });
    await flush(site.page);
    expect((await ledger(script)).lanes).toEqual({ a: ['"x"'] });
    expect(await entries(site.page)).toEqual([]);
  });
}

test('J2 a form that is answered by a redirect to a page is confirmed', async ({ site, server }) => {
  const script = await server.play({
    app: true,
    faults: {
      'POST /api/ledger/**': { steps: [{ status: 503 }, { status: 303, redirect: '/done' }], times: 2 },
    },
    routes: { '/done': { text: '<p>thank you', type: 'text/html' } },
  });
  await start(site.page, { defaults: KEPT });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  await write(site.page, script.url + LINE, ['x=1'], { headers });
  await flush(site.page);
  expect(await entries(site.page)).toEqual([]);
});

test('J3 an app is asked once about a conflict, and nobody sends it meanwhile', async ({ site, server }) => {
  const steps = [{ status: 503 }, { status: 412 }];
  const script = await server.play({
    app: true,
    faults: { 'POST /api/ledger/**': { steps, times: 2 } },
  });
  await site.page.evaluate(
    async ([url, defaults]) => {
      const asking: ((request: Request) => void)[] = [];
      Object.assign(globalThis, {
        asking,
        decide: () => asking[0]!(new Request(url, { method: 'POST', body: 'merged' })),
      });
      const onConflict = () => new Promise<Request>((go) => asking.push(go));
      globalThis.client = steadfetch.createSteadfetch({ surfaces: false, defaults, onConflict });
      await client.ready;
    },
    [script.url + LINE, KEPT] as const,
  );
  await write(site.page, script.url + LINE, ['mine']);
  await flush(site.page);
  await flush(site.page);
  const other = await site.page.context().newPage();
  await other.goto(server.first);
  await other.locator('html[data-ready]').waitFor();
  await start(other, { defaults: KEPT });
  await flush(other);
  expect(await posts(script)).toEqual(['POST 503 mine', 'POST 412 mine']);
  await site.page.evaluate(() => (globalThis as never as { decide(): void }).decide());
  await expect.poll(async () => (await ledger(script)).lanes).toEqual({ a: ['merged'] });
  const asked = () => site.page.evaluate(() => (globalThis as never as { asking: object[] }).asking.length);
  expect(await asked()).toBe(1);
});

test('J3 a worker that has nothing to say about a conflict leaves it to a page', async ({
  bare: site,
  server,
}) => {
  // Trusted Types without a policy forbid every worker.
  await site.open('/?csp=off');
  const steps = [{ status: 503 }, { status: 412 }];
  const script = await server.play({ app: true, faults: { 'POST /api/ledger/**': { steps, times: 2 } } });
  await start(site.page, { defaults: KEPT });
  await write(site.page, script.url + LINE, ['mine']);
  await site.page.evaluate(() => client.dispose());
  const flushed = () =>
    site.page.evaluate(async () => {
      const worker = await workers.install('/elsewhere/', '/outbox-worker.js');
      navigator.serviceWorker.startMessages();
      return new Promise((told) => {
        navigator.serviceWorker.addEventListener('message', ({ data }) => told(data), { once: true });
        worker.postMessage('flush');
      });
    });
  await flushed();
  expect(await flushed(), 'it is not set aside').toEqual([]);
  expect(await posts(script)).toEqual(['POST 503 mine', 'POST 412 mine']);
  await fetch(`${script.control}?keep`, {
    method: 'PUT',
    body: JSON.stringify({
      app: true,
      faults: { 'POST /api/ledger/**': { steps: [{ status: 412 }], times: 1 } },
    }),
  });
  await site.page.evaluate(
    async ([url, defaults]) => {
      const onConflict = async () => new Request(url, { method: 'POST', body: 'merged' });
      globalThis.client = steadfetch.createSteadfetch({ surfaces: false, defaults, onConflict });
      await client.ready;
    },
    [script.url + LINE, KEPT] as const,
  );
  await expect.poll(async () => (await ledger(script)).lanes).toEqual({ a: ['merged'] });
});

test('J3 a changed request has one key, under the name and in the form of its rule', async ({
  site,
  server,
}) => {
  const steps = [{ status: 503 }, { status: 412 }, { status: 503 }];
  const script = await server.play({ app: true, faults: { 'POST /api/ledger/**': { steps, times: 3 } } });
  await site.page.evaluate(
    async ([url, defaults]) => {
      const onConflict = async () => new Request(url, { method: 'POST', body: 'merged' });
      const idempotency = { header: 'X-Key', quoted: false };
      globalThis.client = steadfetch.createSteadfetch({
        surfaces: false,
        defaults: { ...defaults, idempotency },
        onConflict,
      });
      await client.ready;
    },
    [script.url + LINE, KEPT] as const,
  );
  await write(site.page, script.url + LINE, ['mine']);
  await flush(site.page);
  const merged = async () => (await script.requests()).filter(({ body }) => body.text === 'merged');
  await expect.poll(async () => (await merged()).length).toBe(1);
  await flush(site.page);
  await expect.poll(async () => (await merged()).length).toBe(2);
  const keys = (await script.requests()).map((request) => header(request, 'x-key'));
  expect(new Set(keys.slice(0, 2)).size, 'its own has one').toBe(1);
  expect(new Set(keys.slice(2)).size, 'the changed one has another').toBe(1);
  expect(new Set(keys).size).toBe(2);
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
});

for (const [what, step, hurried] of [
  ['no answer', { reset: true }, true],
  ['a time limit', { silence: true }, false],
  ['what its server asked for', { status: 429, retryAfter: 3600 }, false],
  ['a failure', { status: 502 }, false],
] as const) {
  test(`J a good answer of its server ${hurried ? 'ends' : 'leaves'} the wait after ${what}`, async ({
    site,
    server,
  }) => {
    const script = await server.play({
      app: true,
      faults: { 'POST /api/ledger/**': step },
      routes: { 'GET /ping': { text: 'ok' } },
    });
    await start(site.page, {
      defaults: { ...KEPT, outbox: false, attemptTimeout: 300, deadline: 400 },
      rules: [{ match: '/s/*/api/ledger/*', outbox: {} }],
    });
    // By itself it goes after a second at the earliest. On a busy machine that may be over too soon.
    const sent = async () =>
      site.page.evaluate(
        async ([url, ping]) => {
          for (let n = 0; n < 5; n++) {
            const { status } = await client.fetch(url, { method: 'POST', body: 'x' });
            const queued = performance.now();
            if (status !== 202) return status;
            await (await client.fetch(ping)).text();
            await lab.sleep(300);
            const [entry] = await client.outbox.entries();
            if (performance.now() - queued < 900) return entry!.attempts > 0;
            await client.outbox.discard(entry!.id);
            await lab.sleep(1000);
          }
          return 'too busy';
        },
        [script.url + LINE, `${script.url}/ping`] as const,
      );
    expect(await sent()).toBe(hurried);
  });
}

test('J what its server asked for before a write was stored holds for the write', async ({
  site,
  server,
}) => {
  const step = { status: 503, retryAfter: 3600 };
  const script = await server.play({ app: true, faults: { 'POST /api/ledger/**': step } });
  await start(site.page, { defaults: KEPT });
  expect(await write(site.page, script.url + LINE, ['x'])).toEqual(['202 outbox']);
  const left = await site.page.evaluate(async () => {
    const database = await lab.database();
    const [row] = await lab.done(database.transaction('entries').objectStore('entries').getAll());
    database.close();
    return row.due - Date.now();
  });
  expect(left).toBeGreaterThan(3_500_000);
  expect(await entries(site.page)).toMatchObject([{ fault: { kind: 'overloaded', status: 503 } }]);
});

test('J9 a write that waits for a sign-in goes once somebody has signed in by a form', async ({
  site,
  server,
}) => {
  const script = await server.play({
    app: true,
    faults: { 'POST /api/ledger/**': { steps: [{ status: 503 }, { status: 401 }], times: 2 } },
    routes: { 'POST /login': { text: 'welcome' } },
  });
  await site.page.evaluate(async (defaults) => {
    const session: { user: string | null } = { user: 'ada' };
    Object.assign(globalThis, { session });
    globalThis.client = steadfetch.createSteadfetch({
      surfaces: false,
      rules: [{ match: '/s/*/api/ledger/*', ...defaults }],
      partition: () => session.user,
    });
    await client.ready;
  }, KEPT);
  await write(site.page, script.url + LINE, ['from ada']);
  await flush(site.page);
  expect(await entries(site.page)).toMatchObject([{ fault: { status: 401 } }]);
  await site.page.evaluate(async (url) => {
    const { session } = globalThis as never as { session: { user: string | null } };
    session.user = null;
    await client.outbox.entries();
    // All that follows from that is over.
    await lab.sleep(2500);
    await client.fetch(url, { method: 'POST', body: 'ada' });
    // The app takes a moment to know.
    await lab.sleep(200);
    session.user = 'ada';
  }, `${script.url}/login`);
  await expect.poll(async () => (await ledger(script)).lanes, { timeout: 3000 }).toEqual({ a: ['from ada'] });
});

test('J9 what was said of one person’s writes goes with that person', async ({ site, server }) => {
  const script = await server.play({ app: true, faults: WRITES });
  const rule = (lane: string) => ({ match: `/s/*/api/ledger/${lane}`, outbox: { lane } });
  await start(site.page, {
    defaults: { ...KEPT, outbox: false },
    rules: ['a', 'b'].map(rule),
    partition: 'ada',
    surfaces: { delay: 0 },
  });
  for (const lane of ['a', 'b']) await write(site.page, `${script.url}/api/ledger/${lane}`, ['x']);
  await expect(site.page.getByRole('group', { name: '2 changes are saved' })).toBeVisible();
  await fetch(`${script.control}?keep`, {
    method: 'PUT',
    body: JSON.stringify({ app: true, faults: { 'POST /api/ledger/b': { status: 503 } } }),
  });
  await flush(site.page);
  const card = site.page.getByRole('group', { name: '1 change is saved' });
  await expect(card).toBeVisible();
  await site.page.evaluate(() => client.configure({ partition: 'bob' }));
  await expect(card).toBeHidden({ timeout: 2000 });
  // Nor what was sent of hers, as long as it might be said.
  for (let n = 0; n < 20; n++) {
    expect(await site.page.getByText(/sent/i).count()).toBe(0);
    await site.page.waitForTimeout(100);
  }
  await site.page.evaluate(() => client.configure({ partition: 'ada' }));
  await expect(card).toBeVisible();
});
