// Requests beside each other: bulkhead, coalescing, hedging, failover.
import type { Policy } from 'steadfetch';
import type { PlainOptions } from '../support/plain';
import { type Received, type Scenario, header } from '../support/server';
import { atOnce } from '../support/calls';
import { type Site, expect, test } from '../support/test';
import type { Outcome } from '../app/src/lab';

const PLAIN: Policy = { breaker: false, budget: false, deadline: 20_000, retry: false };

function options(policy: Policy, more: PlainOptions = {}): PlainOptions {
  return { surfaces: false, ...more, defaults: { ...PLAIN, ...policy } };
}

const one = async (site: Site, url: string, with_: PlainOptions) => (await atOnce(site, [url], with_))[0]!;

const paths = (url: string, length: number, from = 0) =>
  Array.from({ length }, (_, n) => `${url}/${from + n}`);

const told = ({ status, known }: Outcome) => status ?? known?.fault?.kind;

/** The most requests that the server had open at a time. */
function most(requests: Received[]): number {
  const open = (at: number) => requests.filter((it) => it.at <= at && (it.endedAt ?? Infinity) > at).length;
  return Math.max(...requests.map(({ at }) => open(at)));
}

// Bulkhead.

test('K1 so many at once, more in order, and beyond that busy-here', async ({ site, server }) => {
  const script = await server.play({ steps: [{ delay: 300, text: 'ok' }] });
  const ends = await atOnce(site, paths(script.url, 7), options({ bulkhead: { concurrent: 2, queue: 3 } }));
  expect(ends.map(told)).toEqual([200, 200, 200, 200, 200, 'busy-here', 'busy-here']);
  for (const end of ends.slice(5)) {
    expect(end.error).toEqual({
      name: 'TypeError',
      class: 'TypeError',
      message: 'The request was not sent: too many like it are under way.',
    });
    expect(end.ms).toBeLessThan(200);
    expect(end.known).toMatchObject({ attempts: 0, fault: { code: 'SF-busy-here' } });
  }
  const requests = await script.requests();
  expect(requests.map(({ path }) => path).sort()).toEqual(['/0', '/1', '/2', '/3', '/4']);
  expect(most(requests)).toBe(2);
  // There is room again.
  expect(
    (await atOnce(site, paths(script.url, 5, 10), options({ bulkhead: { concurrent: 2, queue: 3 } }))).map(
      told,
    ),
  ).toEqual(Array(5).fill(200));
});

test('K1 first in, first out', async ({ site, server }) => {
  const script = await server.play({ steps: [{ delay: 60, text: 'ok' }] });
  const ends = await atOnce(site, paths(script.url, 8), options({ bulkhead: { concurrent: 1, queue: 10 } }));
  expect(ends.map(told)).toEqual(Array(8).fill(200));
  const requests = await script.requests();
  expect(requests.map(({ path }) => path)).toEqual(Array.from({ length: 8 }, (_, n) => `/${n}`));
  expect(most(requests)).toBe(1);
});

test('K1 an abort in the queue, and one in flight, frees the place', async ({ site, server }) => {
  const script = await server.play({ steps: [{ delay: 700, text: 'ok' }] });
  const ends = await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      const stops = Array.from({ length: 4 }, () => new AbortController());
      const call = (n: number) =>
        lab.outcome(() => client.fetch(`${url}/${n}`, { signal: stops[n]!.signal }));
      const calls = [call(0), call(1)];
      await lab.sleep(150);
      stops[1]!.abort('mine');
      calls.push(call(2));
      await lab.sleep(150);
      stops[0]!.abort('mine too');
      await lab.sleep(0);
      calls.push(call(3));
      return Promise.all(calls);
    },
    [script.url, options({ bulkhead: { concurrent: 1, queue: 1 } })] as const,
  );
  expect(ends.map(({ error, status }) => error?.message ?? status)).toEqual(['mine too', 'mine', 200, 200]);
  const requests = await script.requests();
  expect(
    requests.map(({ path }) => path),
    'what left the queue was never sent',
  ).toEqual(['/0', '/2', '/3']);
  expect(requests[0]!.end).toBe('aborted');
  expect(requests[1]!.at - requests[0]!.at, 'the place is free at once').toBeLessThan(650);
});

test('K1 a queued POST is sent as it was when it was called', async ({ site, server }) => {
  const script = await server.play({ steps: [{ delay: 300, text: 'ok' }] });
  await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      const first = client.fetch(`${url}/first`);
      const body = new TextEncoder().encode('as it was');
      const form = new FormData();
      form.set('field', 'as it was');
      const queued = [
        client.fetch(`${url}/buffer`, { method: 'POST', body }),
        client.fetch(`${url}/form`, { method: 'POST', body: form }),
      ];
      body.fill(0);
      form.set('field', 'changed');
      await Promise.all([first, ...queued]);
    },
    [script.url, options({ bulkhead: { concurrent: 1, queue: 2 } })] as const,
  );
  const [, buffer, form] = await script.requests();
  expect(buffer!.body.text).toBe('as it was');
  expect(form!.body.text).toContain('as it was');
});

test('K1 each rule has its own', async ({ site, server }) => {
  const script = await server.play({ steps: [{ delay: 400, text: 'ok' }] });
  const { pathname } = new URL(script.url);
  const rules = ['a', 'b'].map((name) => ({
    match: `${pathname}/${name}/*`,
    bulkhead: { concurrent: 1 },
  }));
  const urls = ['a/1', 'b/1', 'a/2', 'c/1', 'c/2'].map((path) => `${script.url}/${path}`);
  const ends = await atOnce(site, urls, options({}, { rules }));
  expect(ends.map(told)).toEqual([200, 200, 'busy-here', 200, 200]);
  expect(await script.count()).toBe(4);
});

test('K1 a call that waits before it tries again keeps its place', async ({ site, server }) => {
  const script = await server.play({
    sequence: 'path',
    steps: [{ status: 503, retryAfter: 1 }, { text: 'ok' }],
  });
  const policy = { bulkhead: { concurrent: 1, queue: 5 }, retry: { attempts: 2 } };
  const ends = await atOnce(site, paths(script.url, 2), options(policy));
  expect(ends.map(told)).toEqual([200, 200]);
  expect((await script.requests()).map(({ path }) => path)).toEqual(['/0', '/0', '/1', '/1']);
});

// Coalescing.

const SHARED = options({ coalesce: true });

test('K2 equal GETs at once are one request, each with a body of its own', async ({ site, server }) => {
  const script = await server.play({ steps: [{ delay: 200, json: { a: [1, 2] } }] });
  const got = await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      const answers = await Promise.all(Array.from({ length: 5 }, () => client.fetch(url)));
      const same = new Set(answers).size;
      const bodies = [];
      for (const answer of answers) bodies.push(await answer.json());
      return {
        same,
        bodies,
        members: answers.map(({ status, url, type, bodyUsed }) => ({ status, url, type, bodyUsed })),
        known: answers.map((answer) => steadfetch.explain(answer)?.attempts),
      };
    },
    [script.url, SHARED] as const,
  );
  expect(got.same).toBe(5);
  expect(got.bodies).toEqual(Array(5).fill({ a: [1, 2] }));
  expect(got.members).toEqual(Array(5).fill({ status: 200, url: script.url, type: 'basic', bodyUsed: true }));
  expect(got.known).toEqual(Array(5).fill(1));
  expect(await script.count()).toBe(1);
  // What is over is not shared.
  await site.call(script.url, {}, SHARED);
  expect(await script.count()).toBe(2);
});

test('K2 what shares is loaded while there is a network, before it is needed', async ({ site, server }) => {
  const script = await server.play({ steps: [{ delay: 100, text: 'ok' }] });
  const loaded = site.page.waitForResponse(/\/bodies-[^/]*\.js$/);
  await site.page.evaluate((options) => lab.client(options), SHARED);
  await (await loaded).finished();
  await site.page.route(/\/bodies-[^/]*\.js$/, (route) => route.abort());
  const ends = await atOnce(site, [script.url, script.url], SHARED);
  expect(ends.map(told)).toEqual([200, 200]);
  expect(await script.count()).toBe(1);
});

test('K2 they share failures and retries too', async ({ site, server }) => {
  const script = await server.play({
    steps: [
      { status: 500, delay: 100 },
      { status: 404, text: 'no' },
    ],
  });
  const shared = options({ coalesce: true, retry: { attempts: 3 } });
  const ends = await atOnce(site, Array(3).fill(script.url), shared);
  expect(ends).toMatchObject(Array(3).fill({ status: 404, text: 'no', known: { attempts: 2 } }));
  const broken = await atOnce(site, Array(3).fill(script.refused), SHARED);
  expect(broken.map(({ error }) => error?.name)).toEqual(Array(3).fill('TypeError'));
  expect(await script.count()).toBe(2);
});

test('K2 one abort leaves the others alone, the last one ends the request', async ({ site, server }) => {
  const script = await server.play({
    routes: { 'GET /go': { delay: 4000, text: 'ok' }, 'GET /stay': { silence: true } },
  });
  await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      const run = (path: string) => {
        const stop = new AbortController();
        return { stop, end: lab.outcome(() => client.fetch(url + path, { signal: stop.signal })) };
      };
      const going = ['/go', '/go', '/go'].map(run);
      Object.assign(globalThis, { going, staying: ['/stay', '/stay'].map(run) });
    },
    [script.url, SHARED] as const,
  );
  const abort = (which: 'going' | 'staying', n: number, reason: string) =>
    site.page.evaluate(
      async ([which, n, reason]) => {
        type Run = { stop: AbortController; end: Promise<{ error?: { message: string }; text?: string }> };
        const runs = (globalThis as unknown as Record<string, Run[]>)[which]!;
        if (reason) runs[n]!.stop.abort(reason);
        const { error, text } = await runs[n]!.end;
        return error?.message ?? text;
      },
      [which, n, reason] as const,
    );
  const open = async () => (await script.requests()).filter(({ end }) => end === null).length;
  await expect.poll(open).toBe(2);
  // The first one, which began the request.
  expect(await abort('going', 0, 'first')).toBe('first');
  expect(await abort('staying', 0, 'a')).toBe('a');
  expect(await open(), 'others wait for both').toBe(2);
  expect(await abort('staying', 1, 'b')).toBe('b');
  expect(await Promise.all([abort('going', 1, ''), abort('going', 2, '')])).toEqual(['ok', 'ok']);
  await expect
    .poll(async () => (await script.requests()).map(({ path, end }) => `${path} ${end}`).sort())
    .toEqual(['/go whole', '/stay aborted']);
  // A new one begins anew.
  expect(await site.call(`${script.url}/go`, {}, SHARED)).toMatchObject({ text: 'ok' });
});

test('K2 an abort after the headers breaks its own body only', async ({ site, server }) => {
  const script = await server.play({ steps: [{ bytes: 4000, pace: { size: 1000, delay: 250 } }] });
  const ends = await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      const stops = Array.from({ length: 3 }, () => new AbortController());
      const answers = await Promise.all(stops.map(({ signal }) => client.fetch(url, { signal })));
      const reads = answers.map((answer) =>
        answer.arrayBuffer().then(
          ({ byteLength }) => byteLength,
          (error) => String(error),
        ),
      );
      await lab.sleep(300);
      stops[0]!.abort('first');
      stops[2]!.abort('last');
      return Promise.all(reads);
    },
    [script.url, SHARED] as const,
  );
  expect(ends).toEqual(['first', 4000, 'last']);
  expect((await script.requests()).map(({ end }) => end)).toEqual(['whole']);
});

test('K2 when all have left the body, the download ends', async ({ site, server }) => {
  const script = await server.play({ steps: [{ bytes: 500_000_000 }] });
  await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      const stop = new AbortController();
      const answers = await Promise.all([
        client.fetch(url, { signal: stop.signal }),
        client.fetch(url, { signal: stop.signal }),
        client.fetch(url),
      ]);
      stop.abort();
      await answers[2]!.body!.cancel();
    },
    [script.url, SHARED] as const,
  );
  await expect.poll(async () => (await script.requests())[0]!.end).toBe('aborted');
  expect(await script.count()).toBe(1);
});

test('K2 what differs is not shared: credentials, headers, method, query', async ({ site, server }) => {
  const script = await server.play({ steps: [{ delay: 300, echo: true }] });
  const texts = await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      const ask = (init?: RequestInit, more = '') =>
        client.fetch(url + more, init).then((answer) => answer.text());
      return Promise.all([
        ask({ headers: { authorization: 'Bearer a' } }),
        ask({ headers: { authorization: 'Bearer a' } }),
        ask({ headers: { authorization: 'Bearer b' } }),
        ask(),
        ask({ headers: { accept: 'text/csv' } }),
        ask({ credentials: 'omit' }),
        ask({}, '?q=1'),
        ask({ method: 'HEAD' }),
        ask({ method: 'POST', body: 'x' }),
        ask({ method: 'POST', body: 'x' }),
      ]);
    },
    [script.url, SHARED] as const,
  );
  expect(await script.count()).toBe(9);
  const carried = (text: string) =>
    (JSON.parse(text).headers as [string, string][]).find(([name]) => name === 'authorization')?.[1];
  expect(texts.slice(0, 4).map(carried)).toEqual(['Bearer a', 'Bearer a', 'Bearer b', undefined]);
});

test('K2 a call joins or leaves by its own options, and shares with those that have the same', async ({
  site,
  server,
}) => {
  const script = await server.play({ steps: [{ delay: 500, text: 'ok' }] });
  const texts = await site.page.evaluate(
    async ([url, shared, plain]) => {
      const [all, none] = [await lab.client(shared), await lab.client(plain)];
      const ask = (client: typeof all, path: string, ...calls: (object | undefined)[]) =>
        calls.map(async (steady) => (await client.fetch(`${url}/${path}`, steady && { steady })).text());
      return Promise.all([
        ...ask(none, 'joins', { coalesce: true }, { coalesce: true }, {}),
        ...ask(all, 'leaves', undefined, {}, { coalesce: false }, { coalesce: false }),
        ...ask(all, 'same', { deadline: 5000 }, { deadline: 5000 }, { coalesce: true, deadline: 5000 }),
        ...ask(all, 'none', undefined, {}, { coalesce: true }),
        ...ask(all, 'differ', undefined, { deadline: 5000 }, { deadline: 6000 }, { notify: 'silent' }),
        ...ask(all, 'progress', { onProgress: () => {} }, { onProgress: () => {} }),
      ]);
    },
    [script.url, SHARED, options({})] as const,
  );
  expect(texts).toEqual(Array(19).fill('ok'));
  expect((await script.log()).counts.byPath).toEqual({
    'GET /joins': 2,
    'GET /leaves': 3,
    'GET /same': 1,
    'GET /none': 1,
    'GET /differ': 4,
    'GET /progress': 2,
  });
});

// Hedging.

const HEDGED = options({ hedge: { delay: 300, budget: 1 } });

/** Hedges go only where a quick answer has come from a moment ago: a busy machine may take more than one. */
async function warm(site: Site, url: string, with_: PlainOptions): Promise<void> {
  for (let n = 0; n < 3; n++) await one(site, `${url}?${n}`, with_);
}

/** A script that answers `/warm` at once, so that hedges may be sent, and `/it` as it says. */
async function hedged(
  site: Site,
  steps: object[],
  with_ = HEDGED,
): Promise<{ script: Scenario; end: Outcome }> {
  const script = await site.server.play({
    routes: { 'GET /warm': { text: 'warm' }, '/it': { steps } },
  });
  await warm(site, `${script.url}/warm`, with_);
  const end = await one(site, `${script.url}/it`, with_);
  return { script, end };
}

const attempts = async (script: Scenario) => (await script.requests()).filter(({ path }) => path === '/it');

test('K3 the first good answer wins, and the loser is aborted', async ({ site }) => {
  const { script, end } = await hedged(site, [{ delay: 5000, text: 'slow' }, { text: 'quick' }]);
  expect(end).toMatchObject({ status: 200, text: 'quick', known: { attempts: 2 } });
  expect(end.ms).toBeGreaterThanOrEqual(299);
  expect(end.ms).toBeLessThan(2000);
  expect(end.known!.timeline.map(({ what }) => what)).toContain('hedge');
  await expect.poll(async () => (await attempts(script)).map((it) => it.end)).toEqual(['aborted', 'whole']);
  const [first, second] = await attempts(script);
  expect(second!.at - first!.at).toBeGreaterThanOrEqual(280);
  expect(header(first!, 'cache-control')).toBeUndefined();
  expect(header(second!, 'cache-control'), 'around the cache, which would hold it back').toBe('no-cache');
});

test('K3 the first attempt may still win', async ({ site }) => {
  const { script, end } = await hedged(site, [
    { delay: 900, text: 'first' },
    { delay: 5000, text: 'late' },
  ]);
  expect(end).toMatchObject({ status: 200, text: 'first', known: { attempts: 2 } });
  await expect.poll(async () => (await attempts(script)).map((it) => it.end)).toEqual(['whole', 'aborted']);
});

test('K3 a 503 is no winner, nor is a broken connection', async ({ site }) => {
  for (const loser of [{ status: 503 }, { reset: true }]) {
    const { script, end } = await hedged(site, [{ delay: 1200, text: 'good' }, loser]);
    expect(end).toMatchObject({ status: 200, text: 'good', known: { attempts: 2 } });
    expect(await attempts(script)).toHaveLength(2);
  }
  // Where both fail, the call goes on as any other.
  const again = options({ hedge: { delay: 300, budget: 1 }, retry: { attempts: 2 } });
  const steps = [{ delay: 900, status: 503 }, { status: 503 }, { text: 'third' }];
  const { script, end } = await hedged(site, steps, again);
  expect(end).toMatchObject({ status: 200, text: 'third' });
  expect(await attempts(script)).toHaveLength(3);
});

test('K3 a quick answer is never hedged', async ({ site }) => {
  const { script, end } = await hedged(site, [{ text: 'quick' }]);
  expect(end).toMatchObject({ text: 'quick', known: { attempts: 1 } });
  expect(await attempts(script)).toHaveLength(1);
});

test('K3 never for POST, whatever the rule and the key say', async ({ site, server }) => {
  const script = await server.play({
    routes: { 'GET /warm': { text: 'warm' }, '/it': { delay: 1000, text: 'ok' } },
  });
  const rule = options({
    hedge: { delay: 300, budget: 1 },
    idempotency: {},
    retry: { methods: ['GET', 'POST'] },
  });
  await warm(site, `${script.url}/warm`, rule);
  const post = await site.call(`${script.url}/it`, { method: 'POST', body: 'x' }, rule);
  expect(post).toMatchObject({ text: 'ok', known: { attempts: 1 } });
  expect(await attempts(script)).toHaveLength(1);
  // A GET on the same way is.
  await one(site, `${script.url}/it`, rule);
  expect(await attempts(script)).toHaveLength(3);
});

test('K3 hedges stay within their budget', async ({ site, server }) => {
  const script = await server.play({ sequence: 'path', routes: { 'GET /*': [{ delay: 600, text: 'ok' }] } });
  const quick = await server.play({ steps: [{ text: 'ok' }] });
  const policy = options({ hedge: { delay: 300, budget: 0.25 } });
  for (let n = 0; n < 12; n++) {
    await one(site, `${quick.url}/${n}`, policy);
    await one(site, `${script.url}/${n}`, policy);
  }
  // A quarter of 24 requests; the bucket begins full.
  const extra = (await script.count()) - 12;
  expect(extra).toBeGreaterThanOrEqual(4);
  expect(extra).toBeLessThanOrEqual(7);
});

test('K3 an abort ends both', async ({ site, server }) => {
  const script = await server.play({
    routes: { 'GET /warm': { text: 'warm' }, '/it': { silence: true } },
  });
  await warm(site, `${script.url}/warm`, HEDGED);
  const end = await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      const stop = new AbortController();
      setTimeout(() => stop.abort('mine'), 900);
      return lab.outcome(() => client.fetch(url, { signal: stop.signal }));
    },
    [`${script.url}/it`, HEDGED] as const,
  );
  expect(end.error?.message).toBe('mine');
  await expect.poll(async () => (await attempts(script)).map((it) => it.end)).toEqual(['aborted', 'aborted']);
});

// Failover.

/** A client whose `/api/*` goes to these endpoints. A wait between attempts would be seen. */
function endpoints(
  urls: { url: string; weight?: number; group?: string }[],
  policy: Policy = {},
): PlainOptions {
  const retry = { attempts: 3, base: 3000, cap: 3000 };
  return options({ retry, ...policy }, { rules: [{ match: '/api/*', endpoints: { urls } }] });
}

test('K4 the next endpoint at once on a refused connection, path and query behind its base', async ({
  site,
  server,
}) => {
  const script = await server.play({ steps: [{ echo: true }] });
  const with_ = endpoints([{ url: `${script.refused}/eu` }, { url: `${script.second}/us/` }]);
  const end = await one(site, '/api/orders/1?q=a%20b&n=2', with_);
  expect(end).toMatchObject({ status: 200, known: { attempts: 2, endpoint: `${script.second}/us` } });
  expect(end.ms).toBeLessThan(1000);
  expect(JSON.parse(end.text!)).toMatchObject({ path: '/us/api/orders/1', query: 'q=a%20b&n=2' });
  expect(end.known!.timeline).toContainEqual(
    expect.objectContaining({ what: 'failover', endpoint: `${script.second}/us` }),
  );
  // The failed one is avoided meanwhile.
  expect(await one(site, '/api/orders/2', with_)).toMatchObject({ known: { attempts: 1 } });
  const requests = await script.requests();
  expect(requests.map(({ origin, path }) => [origin, path])).toEqual([
    ['second', '/us/api/orders/1'],
    ['second', '/us/api/orders/2'],
  ]);
});

test('K4 a body goes along byte for byte', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const with_ = endpoints([{ url: script.refused }, { url: script.second }]);
  const status = await site.page.evaluate(async (options) => {
    const client = await lab.client(options);
    const body = new FormData();
    body.set('file', new Blob(['content'], { type: 'text/x' }), 'name.txt');
    return (await client.fetch(new Request('/api/put', { method: 'PUT', body, headers: { 'x-mine': '1' } })))
      .status;
  }, with_);
  expect(status).toBe(200);
  const [request] = await script.requests();
  expect(request).toMatchObject({ method: 'PUT', path: '/api/put', origin: 'second' });
  expect(request!.body.text).toContain('content');
  const boundary = /boundary=(.+)$/.exec(header(request!, 'content-type')!)![1]!;
  expect(request!.body.text).toContain(boundary);
  expect(header(request!, 'x-mine')).toBe('1');
});

test('K4 an overloaded one is left at once too, and the last answer wins where all fail', async ({
  site,
  server,
}) => {
  const a = await server.play({ steps: [{ status: 503, text: 'a' }] });
  const b = await server.play({ steps: [{ text: 'b' }] });
  const end = await one(site, '/api/1', endpoints([{ url: a.url }, { url: b.second }]));
  expect(end).toMatchObject({ status: 200, text: 'b' });
  expect(end.ms).toBeLessThan(1000);
  expect([await a.count(), await b.count()]).toEqual([1, 1]);
  const c = await server.play({ steps: [{ status: 503, text: 'c' }] });
  const short = { retry: { attempts: 2, base: 2, cap: 4 } };
  const all = await one(site, '/api/2', endpoints([{ url: a.url }, { url: c.second }], short));
  expect(all).toMatchObject({ status: 503, text: 'c', known: { attempts: 2 } });
});

test('K4 an ejected endpoint is returned to when its time is over', async ({ site, server }) => {
  test.slow();
  const a = await server.play({ steps: [{ reset: true }, { text: 'a' }] });
  const b = await server.play({ steps: [{ text: 'b' }] });
  const with_ = endpoints([{ url: a.url }, { url: b.second }]);
  expect(await one(site, '/api/1', with_)).toMatchObject({ text: 'b', known: { attempts: 2 } });
  await site.page.waitForTimeout(1500);
  expect(await one(site, '/api/2', with_)).toMatchObject({ text: 'b', known: { attempts: 1 } });
  expect(await a.count()).toBe(1);
  await site.page.waitForTimeout(4000);
  expect(await one(site, '/api/3', with_)).toMatchObject({ text: 'a', known: { attempts: 1 } });
  expect(await one(site, '/api/4', with_)).toMatchObject({ text: 'a', known: { attempts: 1 } });
  expect([await a.count(), await b.count()]).toEqual([3, 2]);
});

test('K4 never across residency groups, and never all of one are ejected', async ({ site, server }) => {
  const eu = await server.play({ steps: [{ reset: true, repeat: 2 }, { text: 'eu' }] });
  const us = await server.play({ steps: [{ text: 'us' }] });
  const urls = [
    { url: eu.url, group: 'eu' },
    { url: us.second, group: 'us' },
  ];
  const short = { retry: { attempts: 3, base: 2, cap: 4 } };
  expect(await one(site, '/api/1', endpoints(urls, short))).toMatchObject({
    text: 'eu',
    known: { attempts: 3 },
  });
  expect(await us.count()).toBe(0);
  const gone = [
    { url: eu.refused, group: 'eu' },
    { url: us.second, group: 'us' },
    { url: eu.second, group: 'eu' },
  ];
  expect(await one(site, '/api/2', endpoints(gone, short))).toMatchObject({ text: 'eu' });
  expect(await us.count()).toBe(0);
});

test('K4 a POST fails over only with a key', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const urls = [{ url: script.refused }, { url: script.second }];
  const post = { method: 'POST', body: 'order' };
  expect(await site.call('/api/1', post, endpoints(urls))).toMatchObject({ error: { name: 'TypeError' } });
  expect(await script.count()).toBe(0);
  // The same endpoints, not known to fail yet.
  const keyed = await site.call('/api/2', post, endpoints(urls, { idempotency: {} }));
  expect(keyed).toMatchObject({ status: 200, known: { attempts: 2 } });
  expect(header((await script.requests())[0]!, 'idempotency-key')).toMatch(/^"[0-9a-f]{32}"$/);
});

test('K4 a hedge goes to the sibling', async ({ site, server }) => {
  const a = await server.play({
    routes: { '/api/warm': { text: 'a' }, '/api/it': { delay: 5000, text: 'a' } },
  });
  const b = await server.play({ steps: [{ text: 'b' }] });
  const urls = [{ url: a.url }, { url: b.second }];
  const with_ = options(
    { hedge: { delay: 300, budget: 1 } },
    { rules: [{ match: '/api/*', endpoints: { urls } }] },
  );
  // Nothing is known of the sibling.
  await warm(site, '/api/warm', with_);
  const end = await one(site, '/api/it', with_);
  expect(end).toMatchObject({ text: 'b', known: { attempts: 2, endpoint: b.second } });
  await expect.poll(async () => (await a.requests()).at(-1)!.end).toBe('aborted');
  expect([await a.count(), await b.count()]).toEqual([4, 1]);
});
