// What is one person's is never another's: not sent, not served, not shared, not kept where it could be taken for somebody else's.
import { NAME, records, stored, storing } from '../support/copies';
import { KEPT, WRITES, flush, ledger, onDisk, start, write } from '../support/outbox';
import { type Scenario, header } from '../support/server';
import { expect, test } from '../support/test';

const LINE = '/api/ledger/a';

/** The server works from now on; what it has stays. */
async function recover(script: Scenario): Promise<void> {
  await fetch(`${script.control}?keep`, { method: 'PUT', body: JSON.stringify({ app: true }) });
}

test('J9 a write is of whoever made it, not of whoever is signed in when it fails', async ({
  site,
  server,
}) => {
  const slow = { 'POST /api/ledger/**': { status: 503, delay: 800 } };
  const script = await server.play({ app: true, faults: slow });
  await start(site.page, { defaults: KEPT, partition: 'ada' });
  await site.page.evaluate(async (url) => {
    const call = client.fetch(url, { method: 'POST', body: 'from ada' });
    await lab.sleep(200);
    await client.configure({ partition: 'bob' });
    await call;
  }, script.url + LINE);
  await recover(script);
  await flush(site.page);
  expect((await ledger(script)).lanes, 'bob is signed in').toEqual({});
  await site.page.evaluate(() => client.configure({ partition: 'ada' }));
  await flush(site.page);
  expect((await ledger(script)).lanes).toEqual({ a: ['from ada'] });
});

test('J9 where `partition` throws, nobody knows who is signed in, and nothing is sent', async ({
  site,
  server,
}) => {
  const script = await server.play({ app: true, faults: WRITES });
  await site.page.evaluate(async (defaults) => {
    const session: { user?: { id: string } } = { user: { id: 'ada' } };
    Object.assign(globalThis, { session });
    const partition = () => session.user!.id;
    globalThis.client = steadfetch.createSteadfetch({ surfaces: false, defaults, partition });
    await client.ready;
  }, KEPT);
  await write(site.page, script.url + LINE, ['from ada']);
  await recover(script);
  await site.page.evaluate(() => {
    delete (globalThis as unknown as { session: { user?: object } }).session.user;
  });
  await flush(site.page);
  expect((await ledger(script)).lanes).toEqual({});
});

test('J9 a replay that is under way is broken off when somebody else signs in', async ({ site, server }) => {
  const steps = [{ status: 503 }, { status: 503, delay: 600 }];
  const script = await server.play({ app: true, faults: { 'POST /api/ledger/**': { steps, times: 2 } } });
  const again = { ...KEPT, retry: { attempts: 3, base: 300, cap: 300 } };
  await start(site.page, { defaults: KEPT, partition: 'ada' });
  await write(site.page, script.url + LINE, ['from ada']);
  await site.page.evaluate(async (defaults) => {
    await client.configure({ defaults });
    const flushing = client.outbox.flush();
    await lab.sleep(300);
    await client.configure({ partition: 'bob' });
    await flushing;
  }, again);
  expect((await ledger(script)).lanes).toEqual({});
  await site.page.evaluate(() => client.configure({ partition: 'ada' }));
  await flush(site.page);
  expect((await ledger(script)).lanes, 'and goes when it is her again').toEqual({ a: ['from ada'] });
});

test('J9 what `auth` gives goes to no server that the app signed another way for', async ({
  site,
  server,
}) => {
  const script = await server.play({
    app: true,
    faults: { 'POST /api/ledger/**': { status: 503, times: 1 } },
  });
  await site.page.evaluate(async (defaults) => {
    const headers = () => ({ authorization: 'Bearer mine', 'x-tenant': 't7' });
    const auth = { refresh: async () => {}, headers };
    globalThis.client = steadfetch.createSteadfetch({ surfaces: false, defaults, auth });
    await client.ready;
  }, KEPT);
  const headers = { authorization: 'Basic partner' };
  await write(site.page, script.second + LINE, ['order'], { headers });
  await flush(site.page);
  const sent = (await script.requests()).filter(({ method }) => method === 'POST');
  expect(sent.length).toBeGreaterThan(1);
  expect(sent.map((request) => header(request, 'authorization'))).not.toContain('Bearer mine');
  expect(sent.map((request) => header(request, 'x-tenant'))).not.toContain('t7');
});

test('J9 what a refresh would set is not stored before anybody knows its name', async ({ site, server }) => {
  const script = await server.play({ app: true, faults: WRITES });
  await site.page.evaluate(async (defaults) => {
    const refresh = async () => ({ headers: { 'x-auth-token': 'SECRET' } });
    globalThis.client = steadfetch.createSteadfetch({ surfaces: false, defaults, auth: { refresh } });
    await client.ready;
  }, KEPT);
  await write(site.page, script.url + LINE, ['order'], { headers: { 'x-auth-token': 'SECRET' } });
  const disk = await onDisk(site.page);
  expect(disk).toContain('/api/ledger/a');
  expect(disk).not.toContain('SECRET');
});

test('I9 callers of two partitions share no request, and so no copy', async ({ site, server }) => {
  const steps = [{ text: 'ada' }, { text: 'late', delay: 1500 }, { text: 'bob' }];
  const script = await server.play({ steps });
  const got = await site.page.evaluate(async (url) => {
    let partition = 'ada';
    const cache = { strategy: 'network-first', headStart: 800, fresh: 60_000 } as const;
    const client = steadfetch.createSteadfetch({
      surfaces: false,
      partition: () => partition,
      defaults: { coalesce: true, cache },
    });
    await client.ready;
    await (await client.fetch(url)).text();
    await lab.sleep(500);
    const first = client.fetch(url);
    await lab.sleep(200);
    partition = 'bob';
    const second = await client.fetch(url);
    await first;
    return `${client.explain(second)!.source}: ${await second.text()}`;
  }, script.url);
  expect(got).toBe('network: bob');
});

const FRESH = storing({ strategy: 'cache-first', fresh: 60_000 });

test('I7 a copy of nobody’s is not served to who signs the request', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'ok', headers: { vary: 'authorization' } }] });
  await site.call(script.url, {}, FRESH);
  await stored(site.page, 1);
  expect((await site.call(script.url, {}, FRESH)).known!.source).toBe('cache');
  const headers = { authorization: 'Bearer mine' };
  expect((await site.call(script.url, { headers }, FRESH)).known!.source).toBe('network');
});

test('I11 a copy is not taken for an answer whose integrity is asked for', async ({ bare: site, server }) => {
  site.expects(/integrity/);
  await site.open();
  const script = await server.play({ steps: [{ text: 'other' }] });
  await site.call(script.url, {}, FRESH);
  await stored(site.page, 1);
  const integrity = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
  expect((await site.call(script.url, { integrity }, FRESH)).error).toMatchObject({ class: 'TypeError' });
});

test('I5 a portal’s page never overwrites what was asked for', async ({ site, server }) => {
  const script = await server.play({
    steps: [{ json: { ok: 1 } }, { text: '<p>portal', type: 'text/html' }],
  });
  const steady = { expect: 'application/json' };
  await site.call(script.url, { steady }, FRESH);
  await stored(site.page, 1);
  const portal = await site.call(script.url, { steady, cache: 'reload' }, FRESH);
  expect(portal).toMatchObject({ text: '<p>portal', known: { fault: { kind: 'bad-response' } } });
  await site.page.waitForTimeout(400);
  const after = await site.call(script.url, { steady }, FRESH);
  expect(after).toMatchObject({ text: '{"ok":1}', known: { source: 'cache' } });
});

test('I11 two records of one body are no endless loop', async ({ site, server }) => {
  const options = storing({ strategy: 'cache-first', fresh: 600_000, maxEntries: 3 });
  const script = await server.play({ steps: [{ bytes: 100 }], sequence: 'path' });
  for (const n of [1, 2, 3]) await site.call(`${script.url}/${n}`, {}, options);
  await stored(site.page, 3);
  await site.page.evaluate(async (name) => {
    const database = await lab.opened(name);
    const store = database.transaction('copies', 'readwrite').objectStore('copies');
    const all = await lab.asked<{ body: string }[]>(store.getAll());
    for (const record of all) await lab.asked(store.put({ ...record, body: all[0]!.body }));
    database.close();
  }, NAME);
  await site.open();
  const one = storing({ strategy: 'cache-first', fresh: 600_000, maxEntries: 1 });
  await site.call(`${script.url}/4`, {}, one);
  await expect.poll(async () => (await records(site.page)).length).toBe(1);
});
