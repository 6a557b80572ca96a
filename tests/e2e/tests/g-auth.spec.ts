// Who is signed in: a 401, one refresh for all who need it, one repeat for each.
import type { PlainOptions } from '../support/plain';
import { header } from '../support/server';
import { type Site, expect, test } from '../support/test';
import type { Outcome } from '../app/src/lab';

type Plain = Omit<PlainOptions, 'auth'>;

interface Session {
  /** Where to refresh. */
  url: string;
  /** What `refresh` brings: nothing (a cookie), the token, or nothing where `headers` tells it. */
  by?: 'cookie' | 'refresh' | 'headers';
  statuses?: number[];
}

/** Puts a client on the page whose session is refreshed as described. */
async function signIn(site: Site, session: Session, options: Plain = {}): Promise<void> {
  await site.page.evaluate(
    async ([{ url, by = 'refresh', statuses }, options]) => {
      let token = '';
      const bearer = () => ({ authorization: `Bearer ${token}`, 'x-session': token });
      const client = steadfetch.createSteadfetch({
        surfaces: false,
        ...options,
        defaults: { breaker: false, ...options.defaults },
        auth: {
          async refresh() {
            const answer = await fetch(`${url}/_refresh`, { method: 'POST' });
            if (!answer.ok) throw new Error('refused');
            token = (await answer.json()).token;
            return by === 'refresh' ? { headers: bearer() } : undefined;
          },
          ...(by === 'headers' && { headers: bearer }),
          ...(statuses && { statuses }),
        },
      });
      await client.ready;
      Object.assign(globalThis, { client });
    },
    [session, options] as const,
  );
}

declare const client: import('steadfetch').Steadfetch;

/** Calls at once, and what came of each. */
function call(site: Site, ...urls: string[]): Promise<Outcome[]> {
  return site.page.evaluate(
    (urls) => Promise.all(urls.map((url) => lab.outcome(() => client.fetch(url)))),
    urls,
  );
}

const GUARDED = { auth: 'bearer', routes: { '/api/**': { text: 'ok' } } };

for (const by of ['refresh', 'headers'] as const) {
  test(`G1 401, one refresh, one repeat with what ${by}() tells`, async ({ site, server }) => {
    const script = await server.play(GUARDED);
    await signIn(site, { url: script.url, by });
    const [first] = await call(site, `${script.url}/api/1`);
    expect(first).toMatchObject({ status: 200, text: 'ok', known: { attempts: 2 } });
    expect(first!.known!.timeline.map(({ why }) => why)).toEqual(
      expect.arrayContaining(['who is signed in is refreshed', 'who is signed in was refreshed']),
    );
    expect(first!.known!.fault).toBeUndefined();
    const { counts, requests, token } = await script.log();
    expect(counts).toMatchObject({ requests: 2, refreshes: 1 });
    expect(requests.map(({ status }) => status)).toEqual([401, 200]);
    expect(requests.map((request) => header(request, 'authorization'))).toEqual([
      undefined,
      `Bearer ${token}`,
    ]);
    // From here on they are sent at once.
    expect(await call(site, `${script.url}/api/2`)).toMatchObject([{ status: 200, known: { attempts: 1 } }]);
    expect((await script.log()).counts).toMatchObject({ requests: 3, refreshes: 1 });
  });
}

test('G1 a POST is repeated byte for byte, whatever became of its body meanwhile', async ({
  site,
  server,
}) => {
  const script = await server.play(GUARDED);
  await signIn(site, { url: script.url });
  const statuses = await site.page.evaluate(async (url) => {
    const buffer = new TextEncoder().encode('as it was');
    const form = new FormData();
    form.set('field', 'as it was');
    const headers = new Headers({ 'x-mine': 'as it was' });
    const calls = [
      client.fetch(`${url}/api/buffer`, { method: 'POST', body: buffer, headers }),
      client.fetch(`${url}/api/form`, { method: 'POST', body: form }),
      client.fetch(new Request(`${url}/api/request`, { method: 'POST', body: 'as it was' })),
    ];
    buffer.fill(0);
    form.set('field', 'changed');
    headers.set('x-mine', 'changed');
    return (await Promise.all(calls)).map(({ status }) => status);
  }, script.url);
  expect(statuses).toEqual([200, 200, 200]);
  const { counts, requests } = await script.log();
  expect(counts).toMatchObject({ requests: 6, refreshes: 1 });
  for (const path of ['/api/buffer', '/api/form', '/api/request']) {
    const [before, after] = requests.filter((request) => request.path === path);
    expect(after!.body, path).toEqual(before!.body);
    expect(after!.body.text, path).toContain('as it was');
    expect(header(after!, 'content-type'), 'the same boundary').toBe(header(before!, 'content-type'));
    expect(header(after!, 'x-mine')).toBe(header(before!, 'x-mine'));
  }
});

test("G1 the new credentials take the place of the caller's own", async ({ site, server }) => {
  const script = await server.play(GUARDED);
  await signIn(site, { url: script.url });
  const status = await site.page.evaluate(async (url) => {
    const headers = { Authorization: 'Bearer old', 'x-mine': 'kept' };
    return (await client.fetch(url, { headers })).status;
  }, `${script.url}/api/1`);
  expect(status).toBe(200);
  const { requests, token } = await script.log();
  expect(requests.map((it) => [header(it, 'authorization'), header(it, 'x-mine')])).toEqual([
    ['Bearer old', 'kept'],
    [`Bearer ${token}`, 'kept'],
  ]);
});

test('G1 other statuses ask for a refresh where the options say so', async ({ site, server }) => {
  const script = await server.play({
    ...GUARDED,
    faults: { 'GET /api/other': { status: 419, times: 1 } },
  });
  await signIn(site, { url: script.url, statuses: [419] });
  const [other, plain] = await call(site, `${script.url}/api/other`, `${script.url}/api/plain`);
  expect(other).toMatchObject({ status: 200, known: { attempts: 2 } });
  expect(plain, 'a 401 is final then').toMatchObject({ status: 401, known: { attempts: 1 } });
  expect((await script.log()).counts).toMatchObject({ requests: 3, refreshes: 1 });
});

test('G2 ten 401s at once: one refresh, one repeat each', async ({ site, server }) => {
  const script = await server.play({
    ...GUARDED,
    routes: { ...GUARDED.routes, 'POST /_refresh': { pass: true, delay: 200 } },
  });
  await signIn(site, { url: script.url });
  const ends = await call(site, ...Array.from({ length: 10 }, (_, n) => `${script.url}/api/${n}`));
  expect(ends.map(({ status }) => status)).toEqual(Array(10).fill(200));
  const { counts, requests } = await script.log();
  expect(counts).toMatchObject({ requests: 20, refreshes: 1 });
  expect(new Set(Object.values(counts.byPath))).toEqual(new Set([2]));
  expect(requests.filter(({ status }) => status === 401)).toHaveLength(10);
});

test('G2 a 401 that arrives after the refresh is repeated at once, without another one', async ({
  site,
  server,
}) => {
  const script = await server.play({
    ...GUARDED,
    faults: { 'GET /api/late': { status: 401, delay: 700, times: 1 } },
  });
  await signIn(site, { url: script.url });
  const ends = await call(site, `${script.url}/api/late`, `${script.url}/api/now`);
  expect(ends.map(({ status }) => status)).toEqual([200, 200]);
  expect((await script.log()).counts).toMatchObject({ requests: 4, refreshes: 1 });
});

test('G2 when the session expires again it is refreshed again, once', async ({ site, server }) => {
  const script = await server.play(GUARDED);
  await signIn(site, { url: script.url });
  await call(site, `${script.url}/api/1`);
  await fetch(`${script.control}/expire`, { method: 'POST' });
  const ends = await call(site, `${script.url}/api/2`, `${script.url}/api/3`);
  expect(ends.map(({ status }) => status)).toEqual([200, 200]);
  expect((await script.log()).counts).toMatchObject({ requests: 6, refreshes: 2 });
});

test('G2 three tabs with a cookie session: one refresh', async ({ site, server }) => {
  const script = await server.play({
    auth: 'cookie',
    routes: { '/api/**': { text: 'ok' }, 'POST /_refresh': { pass: true, delay: 300 } },
  });
  const tabs = [site.page, await site.page.context().newPage(), await site.page.context().newPage()];
  const sites = tabs.map((page) => Object.assign(Object.create(site) as Site, { page }));
  for (const tab of sites) {
    await tab.open();
    await signIn(tab, { url: script.url, by: 'cookie' });
  }
  const all = await Promise.all(
    sites.map((tab, n) => call(tab, `${script.url}/api/${n}/a`, `${script.url}/api/${n}/b`)),
  );
  expect(all.flat().map(({ status }) => status)).toEqual(Array(6).fill(200));
  expect((await script.log()).counts).toMatchObject({ requests: 12, refreshes: 1 });
  // A later expiry is refreshed by whoever meets it, and the others need not.
  await fetch(`${script.control}/expire`, { method: 'POST' });
  const [alone] = await call(sites[1]!, `${script.url}/api/again`);
  expect(alone).toMatchObject({ status: 200, known: { attempts: 2 } });
  expect(await call(sites[2]!, `${script.url}/api/after`)).toMatchObject([{ status: 200 }]);
  expect((await script.log()).counts).toMatchObject({ requests: 15, refreshes: 2 });
});

test('G2 a tab that dies while it refreshes holds nobody up', async ({ site, server }) => {
  const script = await server.play({
    auth: 'cookie',
    routes: {
      '/api/**': { text: 'ok' },
      'POST /_refresh': [{ silence: 20_000 }, { pass: true }],
    },
  });
  const other = Object.assign(Object.create(site) as Site, { page: await site.page.context().newPage() });
  await other.open();
  await signIn(other, { url: script.url, by: 'cookie' });
  await signIn(site, { url: script.url, by: 'cookie' });
  const lost = call(other, `${script.url}/api/lost`).catch(() => 'lost');
  await expect.poll(async () => (await script.log()).counts.refreshes).toBe(1);
  const [kept] = await Promise.all([
    call(site, `${script.url}/api/kept`),
    site.page.waitForTimeout(300).then(() => other.page.close()),
  ]);
  expect(kept).toMatchObject([{ status: 200 }]);
  expect(await lost).toBe('lost');
  expect((await script.log()).counts.refreshes).toBe(2);
});

test('G3 401 for ever stops after one refresh, and asks to sign in', async ({ site, server }) => {
  const script = await server.play({ ...GUARDED, faults: { 'GET /api/**': { status: 401, text: 'no' } } });
  await signIn(site, { url: script.url }, { surfaces: { delay: 0 } });
  const [end] = await call(site, `${script.url}/api/1`);
  expect(end).toMatchObject({ status: 401, text: 'no', known: { attempts: 2 } });
  expect(end!.known!.fault).toMatchObject({ kind: 'sign-in-required', action: 'sign-in', status: 401 });
  await expect(site.page.getByRole('group', { name: 'Sign in to go on' })).toBeVisible();
  await site.page.waitForTimeout(500);
  expect((await script.log()).counts, 'there is no loop').toMatchObject({ requests: 2, refreshes: 1 });
});

test('G4 a refresh that fails: every waiting call fails alike', async ({ site, server }) => {
  const script = await server.play({
    ...GUARDED,
    routes: {
      ...GUARDED.routes,
      'POST /_refresh': [{ status: 500, delay: 200 }, { pass: true }],
    },
  });
  const urls = Array.from({ length: 5 }, (_, n) => `${script.url}/api/${n}`);
  await signIn(site, { url: script.url });
  const ends = await call(site, ...urls);
  expect(ends.map(({ status }) => status)).toEqual(Array(5).fill(401));
  const faults = ends.map(({ known }) => known!.fault);
  expect(faults).toEqual(Array(5).fill(faults[0]));
  expect(faults[0]).toMatchObject({ kind: 'sign-in-required', status: 401 });
  for (const { known } of ends) {
    expect(known!.attempts).toBe(1);
    expect(known!.timeline.map(({ why }) => why)).toContain('who is signed in could not be refreshed');
  }
  expect((await script.log()).counts).toMatchObject({ requests: 5, refreshes: 1 });
  // The next one may try again.
  expect(await call(site, urls[0]!)).toMatchObject([{ status: 200, known: { attempts: 2 } }]);
  expect((await script.log()).counts).toMatchObject({ requests: 7, refreshes: 2 });
});

test('G4 a refresh that throws at once, or never ends, costs no more than the deadline', async ({
  site,
  server,
}) => {
  const script = await server.play(GUARDED);
  const ends = await site.page.evaluate(async (url) => {
    const refreshes: (() => Promise<void>)[] = [
      () => {
        throw new Error('at once');
      },
      () => new Promise<void>(() => {}),
    ];
    const run = async (refresh: () => Promise<void>, n: number) => {
      const client = steadfetch.createSteadfetch({
        surfaces: false,
        auth: { refresh },
        defaults: { breaker: false, deadline: 900, throwHttpErrors: true },
      });
      await client.ready;
      return lab.outcome(() => client.fetch(`${url}/api/${n}`));
    };
    return Promise.all(refreshes.map(run));
  }, script.url);
  for (const end of ends) {
    expect(end.error).toMatchObject({ name: 'HttpError' });
    expect(end.known!.fault).toMatchObject({ kind: 'sign-in-required', status: 401 });
  }
  // They take turns: the one that throws may come after the one that hangs.
  expect(ends[0]!.ms).toBeLessThan(1500);
  expect(ends[1]!.ms).toBeGreaterThanOrEqual(899);
  expect(ends[1]!.ms).toBeLessThan(1500);
  expect((await script.log()).counts).toMatchObject({ requests: 2 });
});

test('G4 a refresh that hangs has failed after 15 s, the next 401 begins another, and what comes late is ignored', async ({
  site,
  server,
}) => {
  test.setTimeout(60_000);
  const script = await server.play(GUARDED);
  const { waiting, next, after } = await site.page.evaluate(async (url) => {
    type Signed = { headers: Record<string, string> };
    let late!: (signed: Signed) => void;
    let refreshes = 0;
    const client = steadfetch.createSteadfetch({
      surfaces: false,
      defaults: { breaker: false, deadline: false },
      auth: {
        async refresh() {
          if (++refreshes === 1) return new Promise<Signed>((go) => (late = go));
          const { token } = await (await fetch(`${url}/_refresh`, { method: 'POST' })).json();
          return { headers: { authorization: `Bearer ${token}` } };
        },
      },
    });
    await client.ready;
    const call = (path: string) => lab.outcome(() => client.fetch(`${url}/api/${path}`));
    const waiting = await Promise.all([call('1'), call('2')]);
    const next = await call('3');
    late({ headers: { authorization: 'Bearer late' } });
    await lab.sleep(100);
    return { waiting, next, after: await call('4') };
  }, script.url);
  for (const { ms, status, known } of waiting) {
    expect(status).toBe(401);
    expect(known!.fault).toMatchObject({ kind: 'sign-in-required', status: 401 });
    expect(ms).toBeGreaterThanOrEqual(14_990);
    expect(ms).toBeLessThan(20_000);
  }
  expect(next).toMatchObject({ status: 200, known: { attempts: 2 } });
  expect(after, 'with what the second one brought').toMatchObject({ status: 200, known: { attempts: 1 } });
  expect((await script.log()).counts).toMatchObject({ refreshes: 1 });
});

test('G4 an abort while the refresh is under way ends that call at once, and the others go on', async ({
  site,
  server,
}) => {
  const script = await server.play({
    ...GUARDED,
    routes: { ...GUARDED.routes, 'POST /_refresh': { pass: true, delay: 600 } },
  });
  await signIn(site, { url: script.url });
  const ends = await site.page.evaluate(async (url) => {
    const stop = new AbortController();
    const aborted = lab.outcome(() => client.fetch(`${url}/api/1`, { signal: stop.signal }));
    const other = lab.outcome(() => client.fetch(`${url}/api/2`));
    await lab.sleep(300);
    stop.abort('mine');
    return [await aborted, await other];
  }, script.url);
  expect(ends[0]).toMatchObject({ error: { message: 'mine' } });
  expect(ends[0]!.ms).toBeLessThan(550);
  expect(ends[1]).toMatchObject({ status: 200 });
  expect((await script.log()).counts).toMatchObject({ requests: 3, refreshes: 1 });
});

const credentials = ['authorization', 'x-session'];

for (const by of ['refresh', 'headers'] as const) {
  test(`G1 what ${by}() tells goes to the origin whose 401 asked, and nowhere else`, async ({
    site,
    server,
  }) => {
    const script = await server.play(GUARDED);
    const open = await server.play({ steps: [{ text: 'ok' }] });
    await signIn(site, { url: script.url, by });
    const urls = [`${script.url}/api/1`, `${open.second}/before`];
    await call(site, ...urls);
    await call(site, `${open.second}/after`, `${open.url}/same`);
    for (const request of await open.requests()) {
      const carried = credentials.filter((name) => header(request, name) !== undefined);
      expect(carried, request.path).toEqual(request.path === '/same' ? credentials : []);
    }
    // Nor into storage.
    const { token } = await script.log();
    const stored = await site.page.evaluate(async () => {
      const databases = (await indexedDB.databases()).map(({ name }) => name);
      return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, databases]);
    });
    expect(token).toMatch(/^token-/);
    expect(stored).not.toContain(token);
  });
}

test('G1 an endpoint at another origin gets none, until its own 401 asks', async ({ site, server }) => {
  const script = await server.play({
    ...GUARDED,
    faults: { 'GET /api/moved': { status: 503, from: 0, times: 1 } },
  });
  const spare = await server.play({ steps: [{ text: 'spare' }] });
  const urls = [{ url: script.url }, { url: spare.second }];
  await signIn(site, { url: script.url }, { rules: [{ match: '/api/*', endpoints: { urls } }] });
  const [first] = await call(site, '/api/1');
  expect(first, 'repeated where it was asked for').toMatchObject({ text: 'ok', known: { attempts: 2 } });
  expect(await call(site, '/api/moved')).toMatchObject([{ status: 200, text: 'spare' }]);
  const requests = await spare.requests();
  expect(requests.map(({ origin, path }) => [origin, path])).toEqual([['second', '/api/moved']]);
  expect(credentials.filter((name) => header(requests[0]!, name) !== undefined)).toEqual([]);
});

test('G1 the 401 of an endpoint at another origin is answered there', async ({ site, server }) => {
  const script = await server.play(GUARDED);
  const own = await server.play({ steps: [{ text: 'ok' }] });
  const rules = [{ match: '/api/*', endpoints: { urls: [{ url: script.second }] } }];
  await signIn(site, { url: script.url }, { rules });
  expect(await call(site, '/api/1')).toMatchObject([{ status: 200, known: { attempts: 2 } }]);
  expect(await call(site, '/api/2')).toMatchObject([{ status: 200, known: { attempts: 1 } }]);
  expect((await script.log()).counts).toMatchObject({ requests: 3, refreshes: 1 });
  // The page's own origin did not ask.
  await call(site, own.url);
  const [request] = await own.requests();
  expect(credentials.filter((name) => header(request!, name) !== undefined)).toEqual([]);
});

test('G2 two origins that ask at once share the refresh', async ({ site, server }) => {
  const script = await server.play({
    ...GUARDED,
    routes: { ...GUARDED.routes, 'POST /_refresh': { pass: true, delay: 300 } },
  });
  await signIn(site, { url: script.url });
  const ends = await call(site, `${script.url}/api/1`, `${script.second}/api/2`);
  expect(ends.map(({ status }) => status)).toEqual([200, 200]);
  expect((await script.log()).counts).toMatchObject({ requests: 4, refreshes: 1 });
});
