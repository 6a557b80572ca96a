// J: writes that fail for want of a network or a server are kept, and sent later.
import type { SteadfetchOptions } from 'steadfetch';
import type { PlainOptions } from '../support/plain';
import { KEPT, WRITES, entries, flush, ledger, onDisk, start, tamper, write } from '../support/outbox';
import { type Scenario, type Script, header } from '../support/server';
import { expect, test } from '../support/test';

const LINE = '/api/ledger/a';

function failing(times: number, step: object = { status: 503 }): Script {
  return { app: true, faults: { 'POST /api/ledger/**': { steps: [step], times } } };
}

/** The writes of a scenario: method, path, key, body. */
async function sent(script: Scenario) {
  return (await script.requests())
    .filter(({ path }) => path.startsWith('/api/ledger/'))
    .map((request) => ({
      path: request.path,
      key: header(request, 'idempotency-key'),
      text: request.body.text,
    }));
}

/** The server is well from now on. */
async function heal(script: Scenario, now: Script = { app: true }): Promise<void> {
  await fetch(`${script.control}?keep`, { method: 'PUT', body: JSON.stringify(now) });
}

test('J1 writes wait, and are sent in order once the server is back', async ({ site, server }) => {
  const script = await server.play({ app: true, faults: WRITES });
  await start(site.page, { defaults: KEPT });
  const got = await write(site.page, script.url + LINE, ['1', '2', '3', '4', '5']);
  expect(got).toEqual(Array(5).fill('202 outbox'));
  expect(await script.count(), 'later ones go behind the first without asking').toBe(1);
  expect(await site.page.evaluate(() => client.outbox.size)).toBe(5);
  expect(await entries(site.page)).toMatchObject(
    Array.from({ length: 5 }, () => ({
      method: 'POST',
      state: 'waiting',
      lane: '',
      route: expect.stringContaining('/api/ledger/a'),
    })),
  );
  await heal(script);
  await flush(site.page);
  expect((await ledger(script)).lanes).toEqual({ a: ['1', '2', '3', '4', '5'] });
  expect(await entries(site.page)).toEqual([]);
  expect(await site.page.evaluate(() => changes)).toEqual([
    ...Array(5).fill('queued '),
    ...Array(5).fill('sent '),
  ]);
});

test('J1 calls made at once are kept in the order in which they were made', async ({ site, server }) => {
  // The first ones fail last.
  const slow = (delay: number) => ({ status: 503, delay });
  const steps = [400, 300, 200, 100].map(slow);
  const script = await server.play({
    app: true,
    faults: Object.fromEntries(steps.map((step, at) => [`POST /api/ledger/a?n=${at}`, step])),
  });
  await start(site.page, { defaults: KEPT });
  await site.page.evaluate(
    (url) =>
      Promise.all([0, 1, 2, 3].map((n) => client.fetch(`${url}?n=${n}`, { method: 'POST', body: `${n}` }))),
    script.url + LINE,
  );
  await heal(script);
  await flush(site.page);
  expect((await ledger(script)).lanes).toEqual({ a: ['0', '1', '2', '3'] });
});

test('J1 a thousand writes drain in order', async ({ site, server }) => {
  test.setTimeout(120_000);
  const script = await server.play({ app: true, faults: WRITES });
  await start(site.page, { defaults: KEPT });
  const bodies = Array.from({ length: 1000 }, (_, at) => `${at}`);
  const got = await write(site.page, script.url + LINE, bodies);
  expect(new Set(got)).toEqual(new Set(['202 outbox']));
  await heal(script);
  const started = Date.now();
  await flush(site.page);
  console.log(`1 000 writes drained in ${Date.now() - started} ms`);
  const { lanes, repeats } = await ledger(script);
  expect(lanes['a']).toEqual(bodies);
  expect(repeats).toBe(0);
  expect(await site.page.evaluate(() => client.outbox.size)).toBe(0);
});

test('J2 only a 2xx removes a write', async ({ site, server }) => {
  const script = await server.play({
    app: true,
    faults: {
      'POST /api/ledger/**': {
        steps: [{ status: 503 }, { status: 500 }, { status: 502 }, { reset: true }],
        times: 4,
      },
    },
  });
  await start(site.page, { defaults: KEPT });
  expect(await write(site.page, script.url + LINE, ['x'])).toEqual(['202 outbox']);
  for (const status of [500, 502, undefined]) {
    await flush(site.page);
    const [entry] = await entries(site.page);
    expect(entry).toMatchObject({ state: 'waiting' });
    expect(entry!.fault!.status).toBe(status);
  }
  await flush(site.page);
  expect(await entries(site.page)).toEqual([]);
  expect(await ledger(script)).toMatchObject({ lanes: { a: ['x'] }, repeats: 0 });
});

test('J2 a write goes again by itself, and when its server has answered something else', async ({
  site,
  server,
}) => {
  const script = await server.play({
    ...failing(1, { reset: true }),
    routes: { 'GET /ping': { text: 'ok' } },
  });
  await start(site.page, { defaults: KEPT });
  await write(site.page, script.url + LINE, ['x']);
  expect((await entries(site.page)).length).toBe(1);
  await site.page.evaluate((url) => client.fetch(url), `${script.url}/ping`);
  await expect.poll(async () => (await ledger(script)).lanes, { timeout: 900 }).toEqual({ a: ['x'] });
  // By itself within 5 s.
  const later = await server.play(failing(1));
  await write(site.page, later.url + LINE, ['y']);
  await expect.poll(async () => (await ledger(later)).lanes, { timeout: 9000 }).toEqual({ a: ['y'] });
});

test('J3 one key over attempts, the outbox, a reload and another tab', async ({ site, server }) => {
  const script = await server.play(failing(4, { pass: true, reset: true }));
  const options: PlainOptions = { defaults: { ...KEPT, retry: { attempts: 2, base: 1, cap: 2 } } };
  await start(site.page, options);
  expect(await write(site.page, script.url + LINE, ['once'])).toEqual(['202 outbox']);
  await site.open();
  await start(site.page, options);
  await flush(site.page);
  const other = await site.page.context().newPage();
  await other.goto(server.first);
  await other.locator('html[data-ready]').waitFor();
  await start(other, options);
  await flush(other);
  await expect.poll(() => entries(other)).toEqual([]);
  const all = await sent(script);
  expect(all.length).toBeGreaterThanOrEqual(5);
  expect(new Set(all.map(({ key, text }) => `${key} ${text}`)).size).toBe(1);
  expect(all[0]!.key).toMatch(/^"[0-9a-f]{32}"$/);
  expect(await ledger(script)).toMatchObject({ lanes: { a: ['once'] }, altered: 0, keyless: 0 });
});

test('J3 409 is waited for while the key may be in progress, else the app is asked; 422 is final', async ({
  site,
  server,
}) => {
  const busy = await server.play({
    app: true,
    faults: { 'POST /api/ledger/**': { steps: [{ reset: true }, { status: 409 }], times: 2 } },
  });
  await start(site.page, { defaults: KEPT });
  await write(site.page, busy.url + LINE, ['x']);
  await flush(site.page);
  expect(await entries(site.page)).toMatchObject([{ state: 'waiting', fault: { kind: 'conflict' } }]);
  await flush(site.page);
  expect((await ledger(busy)).lanes).toEqual({ a: ['x'] });
  const twice = await server.play({
    app: true,
    faults: { 'POST /api/ledger/**': { steps: [{ reset: true }, { status: 409, repeat: 2 }] } },
  });
  await write(site.page, twice.url + LINE, ['x']);
  await flush(site.page);
  await flush(site.page);
  await expect
    .poll(() => entries(site.page))
    .toMatchObject([{ state: 'dead', fault: { status: 409 }, reason: 'it meets a conflict' }]);
  const refused = await server.play({
    app: true,
    faults: { 'POST /api/ledger/**': [{ status: 503 }, { status: 422 }] },
  });
  await write(site.page, refused.url + LINE, ['y']);
  await flush(site.page);
  expect((await entries(site.page))[1]).toMatchObject({ state: 'dead', fault: { kind: 'rejected-input' } });
  expect(await refused.count(), 'not again').toBe(2);
});

for (const [answer, outcome] of [
  ['retry', { lanes: { a: ['mine'] }, left: [] }],
  ['discard', { lanes: {}, left: [] }],
  ['dead', { lanes: {}, left: ['dead'] }],
  ['throw', { lanes: {}, left: ['dead'] }],
  ['change', { lanes: { a: ['merged'] }, left: [] }],
] as const) {
  test(`J3 a conflict is the app's to settle: ${answer}`, async ({ site, server }) => {
    if (answer === 'throw') site.expects(/onConflict failed/);
    const script = await server.play({
      app: true,
      faults: {
        'POST /api/ledger/**': { steps: [{ status: 503 }, { status: 412, text: 'theirs' }], times: 2 },
      },
    });
    await site.page.evaluate(
      async ([answer, defaults]) => {
        const onConflict = async (entry: { lane: string; state: string }, response: Response) => {
          Object.assign(globalThis, { asked: [entry.lane, response.status, await response.text()] });
          if (answer === 'throw') throw new Error('no');
          if (answer !== 'change') return answer;
          const [{ url }] = performance
            .getEntriesByType('resource')
            .slice(-1)
            .map(({ name }) => ({ url: name })) as [{ url: string }];
          return new Request(url, { method: 'POST', body: 'merged' });
        };
        globalThis.client = steadfetch.createSteadfetch({
          surfaces: false,
          defaults,
          onConflict,
        } as SteadfetchOptions);
        await client.ready;
      },
      [answer, { ...KEPT, outbox: { lane: 'orders' } }] as const,
    );
    await write(site.page, script.url + LINE, ['mine']);
    await flush(site.page);
    expect(await site.page.evaluate(() => (globalThis as unknown as { asked: unknown }).asked)).toEqual([
      'orders',
      412,
      'theirs',
    ]);
    await flush(site.page);
    await expect.poll(async () => (await entries(site.page)).map(({ state }) => state)).toEqual(outcome.left);
    const { lanes, altered } = await ledger(script);
    expect({ lanes, altered }).toEqual({ lanes: outcome.lanes, altered: 0 });
  });
}

test('J4 method, headers and the very bytes survive; credentials do not', async ({ site, server }) => {
  const script = await server.play({ sequence: 'path', steps: [{ status: 503 }, { text: 'ok' }] });
  await start(site.page, { defaults: KEPT });
  await site.page.evaluate(async (url) => {
    const form = new FormData();
    form.append('name', 'Zoë');
    form.append(
      'file',
      new File([new Uint8Array(100_000).map((_, at) => at % 251)], 'a b.bin', { type: 'x/y' }),
    );
    const bodies: [string, BodyInit | undefined][] = [
      ['text', 'Grüße'],
      ['search', new URLSearchParams({ a: '1', b: 'ü' })],
      ['form', form],
      ['blob', new Blob([new Uint8Array(200_000).map((_, at) => (at * 7) % 256)], { type: 'image/x-own' })],
      ['buffer', new Uint8Array([0, 255, 128, 10, 13]).buffer],
      ['view', new Uint8Array([9, 8, 7, 6]).subarray(1, 3)],
      ['none', undefined],
    ];
    for (const [name, body] of bodies) {
      await client.fetch(`${url}/${name}?q=1`, {
        method: name === 'text' ? 'PATCH' : 'POST',
        headers: { 'x-own': name, authorization: 'Bearer secret-token' },
        body: body ?? null,
        steady: { outbox: { lane: name } },
      });
    }
  }, script.url);
  const disk = await onDisk(site.page);
  expect(disk).toContain('x-own');
  expect(disk).not.toContain('secret-token');
  await site.open();
  await start(site.page, { defaults: KEPT });
  await flush(site.page);
  await expect.poll(() => entries(site.page)).toEqual([]);
  const requests = await script.requests();
  const [first, again] = [0, 1].map((nth) =>
    ['text', 'search', 'form', 'blob', 'buffer', 'view', 'none'].map((name) => {
      const found = requests.filter(({ path }) => path === `/${name}`)[nth]!;
      const headers = ['content-type', 'x-own', 'idempotency-key', 'content-length'].map((name) =>
        header(found, name),
      );
      return {
        method: found.method,
        query: found.query,
        headers,
        length: found.body.length,
        sha256: found.body.sha256,
      };
    }),
  );
  expect(again).toEqual(first);
  const authorised = requests.map((request) => header(request, 'authorization') !== undefined);
  expect(authorised).toEqual([...Array(7).fill(true), ...Array(7).fill(false)]);
});

test('J4 what `auth` sets is never stored, and added when it is sent', async ({ site, server }) => {
  const script = await server.play({ ...failing(1), auth: 'bearer' });
  const token = (await script.log()).token;
  const begin = async () => {
    await site.page.evaluate(
      async ([token, defaults]) => {
        const headers = () => ({ Authorization: `Bearer ${token}`, 'X-Tenant': 'tenant-7' });
        globalThis.client = steadfetch.createSteadfetch({
          surfaces: false,
          defaults,
          auth: { refresh: async () => {}, headers },
        });
        await client.ready;
      },
      [token, KEPT] as const,
    );
  };
  await begin();
  const headers = { Authorization: `Bearer ${token}`, 'x-tenant': 'tenant-7', 'x-kept': 'kept' };
  expect(await write(site.page, script.url + LINE, ['x'], { headers })).toEqual(['202 outbox']);
  const disk = await onDisk(site.page);
  expect(disk).toContain('kept');
  expect(disk).not.toContain(token);
  expect(disk).not.toContain('tenant-7');
  await site.open();
  await begin();
  await flush(site.page);
  const all = await script.requests();
  expect(
    all.map((request) => [header(request, 'authorization'), header(request, 'x-tenant'), request.status]),
  ).toEqual([
    [`Bearer ${token}`, 'tenant-7', 503],
    [`Bearer ${token}`, 'tenant-7', 200],
  ]);
});

test('J4 what could never be confirmed is refused', async ({ site, server }) => {
  site.expects(/a write cannot be kept: a no-cors request/);
  const script = await server.play(failing(1));
  await start(site.page, { defaults: KEPT });
  const got = await site.page.evaluate(async (url) => {
    const request = new Request(url, { method: 'POST', body: 'x', mode: 'no-cors' });
    const first = await lab.outcome(() => client.fetch(request));
    const queued = await client.outbox.entries();
    return { status: first.status, queued };
  }, script.url + LINE);
  expect(got.queued).toEqual([]);
});

test('J6 of two tabs one sends', async ({ site, server }) => {
  const script = await server.play({ app: true, faults: WRITES });
  await start(site.page, { defaults: KEPT });
  const bodies = Array.from({ length: 30 }, (_, at) => `${at}`);
  await write(site.page, script.url + LINE, bodies);
  const other = await site.page.context().newPage();
  await other.goto(server.first);
  await other.locator('html[data-ready]').waitFor();
  await start(other, { defaults: KEPT });
  expect(await entries(other)).toHaveLength(30);
  await heal(script);
  await Promise.all([flush(site.page), flush(other)]);
  expect(await ledger(script)).toMatchObject({ lanes: { a: bodies }, repeats: 0, altered: 0 });
  await expect.poll(() => site.page.evaluate(() => client.outbox.size)).toBe(0);
  await expect.poll(() => other.evaluate(() => client.outbox.size)).toBe(0);
  for (const page of [site.page, other]) {
    await expect
      .poll(() => page.evaluate(() => changes.filter((change) => change === 'sent ').length))
      .toBe(30);
  }
});

test('J7 the last attempt makes a dead letter, which people can try again or discard', async ({
  site,
  server,
}) => {
  const script = await server.play({ app: true, faults: WRITES });
  const options: PlainOptions = {
    defaults: { ...KEPT, outbox: { attempts: 2 } },
    surfaces: { delay: 0 },
  };
  await start(site.page, options);
  await write(site.page, script.url + LINE, ['1', '2']);
  await expect(site.page.getByRole('group', { name: '2 changes are saved' })).toBeVisible();
  for (let n = 0; n < 4; n++) await flush(site.page);
  expect(await entries(site.page)).toMatchObject([
    { state: 'dead', attempts: 2, reason: 'its attempts are used up', fault: { kind: 'overloaded' } },
    { state: 'dead', attempts: 2 },
  ]);
  const card = site.page.getByRole('group', { name: '2 changes were not sent' });
  await expect(card).toBeVisible();
  const before = await script.count();
  await flush(site.page);
  expect(await script.count(), 'dead is dead').toBe(before);
  await heal(script);
  const [, second] = await entries(site.page);
  await site.page.evaluate((id) => client.outbox.discard(id), second!.id);
  await site.page
    .getByRole('group', { name: '1 change was not sent' })
    .getByRole('button', { name: 'Try again' })
    .click();
  await expect.poll(async () => (await ledger(script)).lanes).toEqual({ a: ['1'] });
  await expect.poll(() => entries(site.page)).toEqual([]);
  await expect(site.page.getByRole('group', { name: 'was not sent' })).toBeHidden();
});

test('J7 people hear once that what waited was sent', async ({ site, server }) => {
  const script = await server.play({ app: true, faults: WRITES });
  await start(site.page, { defaults: KEPT, surfaces: { delay: 0 } });
  await write(site.page, script.url + LINE, ['1', '2', '3']);
  await expect(site.page.getByRole('group', { name: '3 changes are saved' })).toBeVisible();
  await expect(site.page.getByText('Your changes are kept on this device.')).toBeVisible();
  await heal(script);
  await flush(site.page);
  await expect(site.page.getByRole('group', { name: '3 changes sent' })).toBeVisible();
});

test('J8 what is older than its retention is set aside, not lost', async ({ site, server }) => {
  const script = await server.play({ app: true, faults: WRITES });
  await start(site.page, { defaults: { ...KEPT, outbox: { retention: 1000 } } });
  await write(site.page, script.url + LINE, ['1']);
  await site.page.waitForTimeout(1100);
  await heal(script);
  await flush(site.page);
  expect(await entries(site.page)).toMatchObject([
    { state: 'dead', reason: expect.stringContaining('longer') },
  ]);
  expect((await ledger(script)).lanes).toEqual({});
  const { id } = (await entries(site.page))[0]!;
  await site.page.evaluate((id) => client.outbox.retry(id), id);
  expect((await ledger(script)).lanes).toEqual({ a: ['1'] });
});

test('J8 a clock that is set back by a year neither loses a write nor makes it wait', async ({
  site,
  server,
}) => {
  const script = await server.play({
    app: true,
    faults: { 'POST /api/ledger/**': { status: 503, retryAfter: 3600 } },
  });
  await start(site.page, { defaults: KEPT });
  await write(site.page, script.url + LINE, ['1', '2']);
  await site.page.addInitScript(() => {
    const { now } = Date;
    Date.now = () => now() - 365 * 86_400_000;
  });
  await site.page.evaluate(() => localStorage.clear());
  await heal(script, {
    app: true,
    faults: { 'POST /api/ledger/**': { steps: [{ status: 500 }], times: 1 } },
  });
  await site.open();
  await start(site.page, { defaults: KEPT });
  await expect.poll(async () => (await ledger(script)).lanes, { timeout: 15_000 }).toEqual({ a: ['1', '2'] });
  expect((await script.requests()).filter(({ method }) => method === 'POST').length, 'no loop').toBe(4);
});

test('J9 a write is never sent as somebody else', async ({ site, server }) => {
  const script = await server.play({ app: true, faults: WRITES });
  await start(site.page, { defaults: KEPT, partition: 'ada' });
  await write(site.page, script.url + LINE, ['from ada']);
  await heal(script);
  for (const partition of ['bob', null]) {
    await site.page.evaluate((partition) => client.configure({ partition }), partition);
    await flush(site.page);
    expect(await entries(site.page), 'hidden').toEqual([]);
    expect(await site.page.evaluate(() => client.outbox.size)).toBe(0);
    expect((await ledger(script)).lanes).toEqual({});
  }
  await site.page.evaluate(() => client.configure({ partition: 'bob' }));
  await write(site.page, script.url + LINE, ['from bob']);
  expect((await ledger(script)).lanes, 'it holds nobody else up').toEqual({ a: ['from bob'] });
  await site.page.evaluate(() => client.configure({ partition: 'ada' }));
  await expect.poll(async () => (await ledger(script)).lanes).toEqual({ a: ['from bob', 'from ada'] });
});

test('J9 signed out, it waits for somebody to sign in', async ({ site, server }) => {
  const script = await server.play({
    ...failing(1),
    auth: { by: 'bearer', protect: ['POST /api/**'] },
    routes: { 'GET /me': { status: 401 } },
  });
  await site.page.evaluate(async (defaults) => {
    const session = { token: '' };
    globalThis.client = steadfetch.createSteadfetch({
      defaults,
      surfaces: { delay: 0 },
      auth: {
        refresh: async () => {
          if (!session.token) throw new Error('signed out');
        },
        headers: () => ({ authorization: `Bearer ${session.token}` }),
      },
    });
    Object.assign(globalThis, { session });
    await client.ready;
  }, KEPT);
  expect(await write(site.page, script.url + LINE, ['x'])).toEqual(['202 outbox']);
  await flush(site.page);
  expect(await entries(site.page)).toMatchObject([{ state: 'waiting', fault: { kind: 'sign-in-required' } }]);
  await expect(site.page.getByRole('group', { name: 'Sign in to send your changes' })).toBeVisible();
  const { token } = await script.log();
  await site.page.evaluate(
    (token) => Object.assign((globalThis as unknown as { session: object }).session, { token }),
    token,
  );
  await flush(site.page);
  expect((await ledger(script)).lanes).toEqual({ a: ['x'] });
});

test('J10 a lane goes on past a dead letter, and other lanes do not wait', async ({ site, server }) => {
  const script = await server.play({
    app: true,
    faults: {
      'POST /api/ledger/a?bad': [{ status: 503 }, { status: 422 }],
      'POST /api/ledger/slow': [{ status: 429, retryAfter: 3600 }],
    },
  });
  const rule = (lane: string) => ({ match: `/s/*/api/ledger/${lane}`, outbox: { lane } });
  await start(site.page, { defaults: { ...KEPT, outbox: false }, rules: [rule('a'), rule('slow')] });
  await write(site.page, `${script.url}/api/ledger/slow`, ['waits']);
  await write(site.page, `${script.url}/api/ledger/a?bad`, ['refused']);
  await write(site.page, `${script.url}/api/ledger/a`, ['goes on', 'and on']);
  await expect
    .poll(async () => (await ledger(script)).lanes, { timeout: 9000 })
    .toEqual({ a: ['goes on', 'and on'] });
  expect(
    (await entries(site.page)).map(({ lane, state }) => `${lane} ${state}`.replace('sending', 'waiting')),
  ).toEqual(['slow waiting', 'a dead']);
});

test('J a caller that waits gets the answer in the end', async ({ site, server }) => {
  const script = await server.play({ app: true, faults: WRITES });
  await start(site.page, { defaults: { ...KEPT, outbox: { respond: 'wait' } } });
  const answers = site.page.evaluate(
    (url) =>
      Promise.all(
        ['1', '2'].map(async (body) => {
          const { status, text } = await lab.outcome(() => client.fetch(url, { method: 'POST', body }));
          return [status, JSON.parse(text!)];
        }),
      ),
    script.url + LINE,
  );
  await expect.poll(() => site.page.evaluate(() => client.outbox.size)).toBe(2);
  await heal(script);
  await flush(site.page);
  expect(await answers).toEqual([1, 2].map((number) => [200, { lane: 'a', number }]));
});

test('J a caller that waits may give it up: it is not sent then', async ({ site, server }) => {
  const script = await server.play({ app: true, faults: WRITES });
  await start(site.page, { defaults: { ...KEPT, outbox: { respond: 'wait' } } });
  const got = await site.page.evaluate(async (url) => {
    const controller = new AbortController();
    const outcome = lab.outcome(() =>
      client.fetch(url, { method: 'POST', body: '1', signal: controller.signal }),
    );
    while (client.outbox.size === 0) await lab.sleep(20);
    controller.abort(new Error('changed my mind'));
    return (await outcome).error?.message;
  }, script.url + LINE);
  expect(got).toBe('changed my mind');
  await expect.poll(() => entries(site.page)).toEqual([]);
  expect(await site.page.evaluate(() => changes)).toEqual(['queued ', 'discarded ']);
  expect(await script.count()).toBe(1);
});

test('J encrypted, what is on disk is unreadable, and its key stays in the browser', async ({
  site,
  server,
}) => {
  const script = await server.play({ app: true, faults: WRITES });
  const options: PlainOptions = {
    defaults: { ...KEPT, outbox: { lane: 'private-lane' } },
    storage: { encrypt: true },
    partition: 'ada@example.com',
  };
  await start(site.page, options);
  const big = 'known plain text '.repeat(6000);
  expect(await write(site.page, script.url + LINE, ['known plain text', big])).toEqual([
    '202 outbox',
    '202 outbox',
  ]);
  const disk = await onDisk(site.page);
  for (const secret of ['plain text', 'ledger', 'private-lane', 'ada@', 'idempotency', 'POST'])
    expect(disk).not.toContain(secret);
  const key = await site.page.evaluate(async () => {
    const database = await lab.database();
    const key = (await lab.done(database.transaction('keys').objectStore('keys').get('key'))) as CryptoKey;
    database.close();
    return {
      extractable: key.extractable,
      out: await crypto.subtle.exportKey('raw', key).catch((error) => error.name),
    };
  });
  expect(key).toEqual({ extractable: false, out: 'InvalidAccessError' });
  await heal(script);
  await site.open();
  await start(site.page, options);
  await flush(site.page);
  await expect
    .poll(async () => (await ledger(script)).lanes['a']?.map((line) => line.length))
    .toEqual([16, 16384]);
  const bodies = (await script.requests())
    .filter(({ method }) => method === 'POST')
    .map(({ body }) => body.length);
  expect(bodies).toEqual([16, 16, big.length]);
});

test('J without WebCrypto nothing is stored in the clear', async ({ bare, server }) => {
  await bare.page.addInitScript(() =>
    Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined }),
  );
  await bare.open();
  bare.expects(/cannot encrypt/);
  const script = await server.play({ app: true, faults: WRITES });
  await start(bare.page, { defaults: KEPT, storage: { encrypt: true } });
  expect(await write(bare.page, script.url + LINE, ['x', 'y'])).toEqual(['503 network', '503 network']);
  expect(await onDisk(bare.page)).not.toContain('ledger');
});

for (const [how, reason, encrypt] of [
  ['newer', /another version of Steadfetch \(99\)/, false],
  ['older', /another version of Steadfetch \(undefined\)/, false],
  ['another URL', /damaged/, false],
  ['no head', /damaged/, false],
  ['no order', /damaged/, false],
  ['body gone', /damaged/, false],
  ['body cut', /damaged/, false],
  ['another body', /damaged/, false],
  ['sealed bits', /decrypted/, true],
  ['body cut', /decrypted/, true],
] as const) {
  test(`J a record is set aside and not sent: ${how}${encrypt ? ', sealed' : ''}`, async ({
    site,
    server,
  }) => {
    const script = await server.play({ app: true, faults: WRITES });
    const options = { defaults: KEPT, storage: { encrypt } };
    await start(site.page, options);
    await write(site.page, script.url + LINE, ['one']);
    await site.page.evaluate(() => client.dispose());
    await tamper(site.page, how);
    await heal(script);
    await site.open();
    await start(site.page, options);
    await flush(site.page);
    await expect
      .poll(() => entries(site.page))
      .toMatchObject([{ state: 'dead', reason: expect.stringMatching(reason) }]);
    expect((await ledger(script)).lanes).toEqual({});
    // What comes after it goes its way, and it can be let go.
    expect(await write(site.page, script.url + LINE, ['next'])).toEqual(['200 network']);
    const { id } = (await entries(site.page))[0]!;
    await site.page.evaluate((id) => client.outbox.discard(id), id);
    expect(await entries(site.page)).toEqual([]);
  });
}

test('J of a record without its progress the write is kept for the person', async ({ site, server }) => {
  const script = await server.play({ app: true, faults: WRITES });
  await start(site.page, { defaults: KEPT });
  await write(site.page, script.url + LINE, ['one']);
  await site.page.evaluate(() => client.dispose());
  await tamper(site.page, 'no progress');
  await heal(script);
  await site.open();
  await start(site.page, { defaults: KEPT });
  const [entry] = await entries(site.page);
  expect(entry).toMatchObject({ state: 'dead', attempts: 0 });
  await site.page.evaluate((id) => client.outbox.retry(id), entry!.id);
  expect((await ledger(script)).lanes).toEqual({ a: ['one'] });
});

test('J where storage is blocked nothing claims to be stored, and what waits does so in memory', async ({
  bare,
  server,
}) => {
  await bare.page.addInitScript(() => {
    indexedDB.constructor.prototype.open = () => {
      throw new DOMException('blocked', 'SecurityError');
    };
  });
  await bare.open();
  bare.expects(/storage is blocked/);
  const script = await server.play({ app: true, faults: WRITES });
  const rules = [{ match: '/s/*/api/ledger/w', outbox: { respond: 'wait' as const } }];
  await start(bare.page, { defaults: KEPT, rules });
  expect(await write(bare.page, script.url + LINE, ['x', 'y'])).toEqual(['503 network', '503 network']);
  const waiting = bare.page.evaluate(
    async (url) => (await lab.outcome(() => client.fetch(url, { method: 'POST', body: 'w' }))).status,
    `${script.url}/api/ledger/w`,
  );
  await expect.poll(() => bare.page.evaluate(() => client.outbox.size)).toBe(1);
  await heal(script);
  await flush(bare.page);
  expect(await waiting).toBe(200);
  expect((await ledger(script)).lanes).toEqual({ w: ['w'] });
});

test('J what finds no room is not claimed to be stored, and what was stored before stays', async ({
  site,
  server,
}) => {
  site.expects(/the storage is full/);
  const script = await server.play({ app: true, faults: WRITES });
  // First: the browser asks for the room that is left once in a while only.
  const target = await site.page.context().newCDPSession(site.page);
  await target.send('Storage.overrideQuotaForOrigin', { origin: server.first, quotaSize: 1_000_000 });
  await start(site.page, { defaults: KEPT, surfaces: { delay: 0 } });
  expect(await write(site.page, script.url + LINE, ['small'])).toEqual(['202 outbox']);
  expect(await write(site.page, script.url + LINE, ['x'.repeat(3_000_000)])).toEqual(['503 network']);
  const full = site.page.getByRole('group', { name: 'There is no room to save this' });
  await expect(full).toBeVisible();
  const [notice] = await site.page.evaluate(() => client.notices.list().filter(({ code }) => code));
  expect(notice).toMatchObject({ code: 'SF-storage-full', severity: 'error' });
  // Once something is stored, there is room.
  await target.send('Storage.overrideQuotaForOrigin', { origin: server.first, quotaSize: 100_000_000 });
  await expect
    .poll(() => write(site.page, script.url + LINE, ['more']), { timeout: 20_000 })
    .toEqual(['202 outbox']);
  await expect(full).toBeHidden();
  await heal(script);
  await flush(site.page);
  expect((await ledger(script)).lanes).toEqual({ a: ['small', 'more'] });
});

test('J what is wiped in mid-use is gone, which is said, and the next write is kept again', async ({
  site,
  server,
}) => {
  site.expects(/the storage was wiped, and 1 writes that waited in it are lost/);
  const script = await server.play({ app: true, faults: WRITES });
  await start(site.page, { defaults: KEPT });
  await write(site.page, script.url + LINE, ['1']);
  await site.page.evaluate(() => lab.done(indexedDB.deleteDatabase('steadfetch-outbox')));
  expect(await entries(site.page)).toEqual([]);
  expect(await write(site.page, script.url + LINE, ['2'])).toEqual(['202 outbox']);
  await heal(script);
  await flush(site.page);
  expect((await ledger(script)).lanes).toEqual({ a: ['2'] });
});

test('J without Web Locks a lease in the database says who sends', async ({ bare, server }) => {
  const noLocks = () => Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });
  await bare.page.context().addInitScript(noLocks);
  await bare.open();
  const script = await server.play({ app: true, faults: WRITES });
  await start(bare.page, { defaults: KEPT });
  const bodies = Array.from({ length: 20 }, (_, at) => `${at}`);
  await write(bare.page, script.url + LINE, bodies);
  const other = await bare.page.context().newPage();
  await other.goto(server.first);
  await other.locator('html[data-ready]').waitFor();
  await start(other, { defaults: KEPT });
  await heal(script);
  void flush(other).catch(() => {});
  await flush(bare.page);
  expect(await ledger(script)).toMatchObject({ lanes: { a: bodies }, repeats: 0 });
});

test('J after dispose nothing runs, and the next client goes on', async ({ site, server }) => {
  const script = await server.play({
    app: true,
    faults: { 'POST /api/ledger/**': [{ status: 503 }, { silence: true }, { pass: true }] },
  });
  await start(site.page, { defaults: KEPT });
  await write(site.page, script.url + LINE, ['1']);
  void site.page.evaluate(() => void client.outbox.flush());
  await expect.poll(() => script.count()).toBe(2);
  await site.page.evaluate(() => client.dispose());
  await expect
    .poll(() => site.page.evaluate(async () => (await navigator.locks.query()).held!.length))
    .toBe(0);
  await start(site.page, { defaults: KEPT });
  await expect.poll(async () => (await ledger(script)).lanes).toEqual({ a: ['1'] });
});

test('J Background Sync: a service worker sends what waits when no page is there', async ({
  bare,
  server,
}) => {
  const { page } = bare;
  const context = page.context();
  // Trusted Types without a policy forbid every worker.
  await bare.open('/?csp=off');
  const script = await server.play({ app: true, faults: WRITES });
  const target = await context.newCDPSession(page);
  const registered = new Promise<string>((known) =>
    target.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      if (registrations[0]) known(registrations[0].registrationId);
    }),
  );
  await target.send('ServiceWorker.enable');
  await page.evaluate(() => workers.install('/', '/outbox-worker.js'));
  await start(page, { defaults: KEPT });
  await write(page, script.url + LINE, ['1', '2', '3']);
  const tags = await page.evaluate(async () => {
    const { sync } = (await navigator.serviceWorker.getRegistration()) as never as {
      sync: { getTags(): Promise<string[]> };
    };
    return sync.getTags().catch(String);
  });
  await page.evaluate(() => client.dispose());
  const registrationId = await registered;
  const wake = () =>
    target.send('ServiceWorker.dispatchSyncEvent', {
      origin: server.first,
      registrationId,
      tag: 'steadfetch-outbox',
      lastChance: false,
    });
  // Not yet: the server still fails. Beside this one there is the browser's own event.
  await wake();
  await expect.poll(() => script.count()).toBeGreaterThan(1);
  await heal(script);
  await wake();
  await expect.poll(async () => (await ledger(script)).lanes).toEqual({ a: ['1', '2', '3'] });
  expect(tags).toEqual(['steadfetch-outbox']);
});
