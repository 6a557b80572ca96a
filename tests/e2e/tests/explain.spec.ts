// What is known about calls, and what hostile answers do to it.
import type { PlainInit, PlainOptions } from '../support/plain';
import type { Script } from '../support/server';
import { type Site, expect, test } from '../support/test';

const ONCE: PlainOptions = { defaults: { retry: false } };

async function known(site: Site, step: Script, options = ONCE, init: PlainInit = {}) {
  const script = await site.server.play({ steps: [step] });
  const got = await site.call(script.url, init, options);
  return { ...got, fault: got.known?.fault };
}

test('Explain: a problem document is told as received, and the Response stays whole', async ({ site }) => {
  const problem = {
    type: 'https://example.com/problems/stock',
    title: 'Out of stock',
    status: 409,
    detail: 'There are 3 left.',
    instance: '/orders/7',
    errors: [
      { pointer: '#/quantity', detail: 'at most 3' },
      { parameter: 'q', detail: 'too long' },
    ],
  };
  for (const defaults of [
    { retry: false },
    { retry: false, idleTimeout: 3000 },
    { retry: false, deadline: { total: 9000, body: true } },
  ] as const) {
    const got = await known(site, { problem: { ...problem, extra: [1] } }, { defaults });
    expect(got.fault).toMatchObject({
      kind: 'conflict',
      code: 'SF-conflict',
      status: 409,
      action: 'reload',
      recovery: 'user',
      impact: 'blocked',
      problem,
    });
    expect(Object.keys(got.fault!.problem!).sort()).toEqual(Object.keys(problem).sort());
    expect(JSON.parse(got.text!), 'the caller reads it too').toEqual({ ...problem, extra: [1] });
    const thrown = await known(site, { problem }, { defaults: { ...defaults, throwHttpErrors: true } });
    expect(thrown.error).toMatchObject({ name: 'HttpError' });
    expect(thrown.fault).toMatchObject({ kind: 'conflict', problem });
  }
});

test('Explain: what is no problem document is ignored', async ({ site }) => {
  const type = 'application/problem+json';
  const odd: Script[] = [
    { status: 422, text: 'not JSON', type },
    { status: 422, text: '', type },
    { status: 422, text: '[]', type },
    { status: 422, text: 'null', type },
    { status: 422, text: '"text"', type },
    { status: 422, text: '{"title":', type },
    { status: 422, json: { title: 'only JSON' } },
    { status: 422, base64: '/////w==', type },
    { status: 422, text: `{"title":"${'x'.repeat(70_000)}"}`, type },
  ];
  for (const step of odd) {
    const got = await known(site, step);
    expect(got.fault, JSON.stringify(step).slice(0, 100)).toMatchObject({
      kind: 'rejected-input',
      status: 422,
    });
    expect(got.fault!.problem).toBeUndefined();
  }
  const members = await known(site, {
    status: 422,
    json: {
      title: 5,
      detail: 'kept',
      status: '422',
      errors: [7, null, { detail: 3 }, { detail: 'good', pointer: 1 }],
    },
    type,
  });
  expect(members.fault!.problem).toEqual({ detail: 'kept', errors: [{ detail: 'good' }] });
  const proto = await known(site, {
    status: 422,
    text: '{"__proto__":{"title":"no"},"detail":"yes"}',
    type: 'Application/Problem+JSON ; charset=utf-8',
  });
  expect(proto.fault!.problem).toEqual({ detail: 'yes' });
});

test('Explain: a problem document that never ends does not hold the answer back', async ({ site }) => {
  const script = await site.server.play({
    steps: [{ problem: { title: 'slow', status: 403 }, stallAfter: 5 }],
  });
  const got = await site.page.evaluate(async (url) => {
    const client = await lab.client({ defaults: { retry: false } });
    const started = performance.now();
    const response = await client.fetch(url);
    return {
      ms: performance.now() - started,
      status: response.status,
      fault: steadfetch.explain(response)!.fault,
    };
  }, script.url);
  expect(got).toMatchObject({ status: 403, fault: { kind: 'not-allowed' } });
  expect(got.fault!.problem).toBeUndefined();
  expect(got.ms).toBeLessThan(1500);
});

test('Explain: every status has its kind', async ({ site }) => {
  const kinds: Record<string, number[]> = {
    'rejected-input': [400, 422],
    'sign-in-required': [401],
    'quota-exceeded': [402],
    'not-allowed': [403, 405, 418],
    'not-found': [404, 410],
    timeout: [408],
    conflict: [409, 412, 428],
    'too-large': [413, 414, 431],
    unavailable: [425, 502, 504, 520, 524],
    'outdated-client': [426],
    'rate-limited': [429],
    'unavailable-here': [451],
    overloaded: [503, 529],
    'server-error': [500, 501, 505, 511, 599],
  };
  const script = await site.server.play({
    routes: Object.fromEntries(
      Object.values(kinds)
        .flat()
        .map((status) => [`GET /${status}`, { status }]),
    ),
  });
  for (const [kind, statuses] of Object.entries(kinds)) {
    for (const status of statuses) {
      const got = await site.call(`${script.url}/${status}`, {}, ONCE);
      expect(got.known!.fault, String(status)).toMatchObject({ kind, code: `SF-${kind}`, status });
    }
  }
});

test('Explain: expect tells another content type, by the headers alone', async ({ site, server }) => {
  const portal = await server.play({
    steps: [{ text: '<!doctype html><h1>Sign in to the Wi-Fi</h1>', type: 'text/html' }],
  });
  const init = { steady: { expect: 'application/json' } };
  const got = await site.call(portal.url, init);
  expect(got).toMatchObject({ status: 200, known: { fault: { kind: 'bad-response', status: 200 } } });
  expect(got.text, 'the answer is the caller’s to look at').toContain('Wi-Fi');
  expect(await portal.count()).toBe(1);
  for (const [expected, type, fault] of [
    ['application/json', 'application/json; charset=utf-8', undefined],
    ['application/json', 'application/vnd.api+json', undefined],
    ['image/*', 'image/png', undefined],
    ['image/*', 'text/html', 'bad-response'],
    ['application/json', '', 'bad-response'],
    ['application/json', 'nonsense', 'bad-response'],
  ] as const) {
    const script = await server.play({ steps: [{ base64: 'eyI=', headers: { 'content-type': type } }] });
    const { known } = await site.call(script.url, { steady: { expect: expected } });
    expect(known!.fault?.kind, `${expected} ${type}`).toBe(fault);
  }
  // Where nothing is expected, nothing is judged.
  expect((await site.call(portal.url)).known!.fault).toBeUndefined();
});

test('Explain: throwHttpErrors rejects by rule and by call, and never a good answer', async ({
  site,
  server,
}) => {
  const script = await server.play({
    routes: {
      'GET /missing': { status: 404, json: { why: 'gone' } },
      'GET /moved': { status: 304 },
      'GET /good': { text: 'ok' },
    },
  });
  const rules: PlainOptions = { rules: [{ match: '*://*/*/missing', throwHttpErrors: true }] };
  const thrown = await site.call(`${script.url}/missing`, {}, rules);
  expect(thrown.error).toMatchObject({
    name: 'HttpError',
    message: 'The server answered with status 404 (SF-not-found).',
  });
  expect(
    (await site.call(`${script.url}/missing`, { steady: { throwHttpErrors: false } }, rules)).status,
  ).toBe(404);
  const all: PlainOptions = { defaults: { throwHttpErrors: true } };
  expect((await site.call(`${script.url}/good`, {}, all)).text).toBe('ok');
  expect((await site.call(`${script.url}/moved`, {}, all)).status).toBe(304);
});

test('Explain: malformed and enormous headers are taken or ignored, never a trap', async ({
  site,
  server,
}) => {
  const hostile: Script[] = [
    { 'retry-after': 'x'.repeat(60_000) },
    { ratelimit: '"a";r=0;t=3,'.repeat(4000) },
    { ratelimit: '"'.repeat(5000) },
    { 'retry-after': '\u00e9\u00ff\u0080' },
    { 'retry-after': ['1', '2'] },
    { date: 'never', 'retry-after': 'Mon, 21 Sep 2099 14:13:30 GMT' },
    { date: 'Mon, 21 Sep 1970 14:13:30 GMT', 'retry-after': 'Mon, 21 Sep 1970 14:13:30 GMT' },
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9'.repeat(400) },
    { 'content-type': 'application/problem+json;'.repeat(1000) },
    { 'retry-after': '99999999999999999999999999999' },
  ];
  for (const [seed, headers] of hostile.entries()) {
    const script = await server.play({ steps: [{ status: 503, headers, text: '{' }, { text: 'ok' }] });
    // A client for each, and nothing kept: what the server asks for holds for all calls, after a reload too.
    const got = await site.page.evaluate(
      async ([url, seed]) => {
        const retry = { attempts: 3, base: 2, cap: 4 };
        const defaults = { deadline: 5000, breaker: false, budget: false, retry } as const;
        const client = steadfetch.createSteadfetch({ surfaces: false, seed, defaults });
        await client.ready;
        const got = await lab.outcome(() => client.fetch(url));
        client.dispose();
        localStorage.clear();
        return got;
      },
      [script.url, seed] as const,
    );
    expect([200, 503], JSON.stringify(headers).slice(0, 80)).toContain(got.status);
    expect(got.known!.timeline.length).toBeGreaterThanOrEqual(4);
    expect(got.ms).toBeLessThan(3500);
  }
  expect(await site.page.evaluate(async () => (await lab.client()).state)).toBe('active');
});

test('Explain: malformed answers end as native ends them', async ({ site, server }) => {
  const odd: Record<string, Script> = {
    oversized: { text: 'four', oversize: 5 },
    truncated: { bytes: 1000, truncateAfter: 10 },
    reset: { bytes: 1000, reset: 10 },
    empty: { text: '', type: 'application/json' },
    gzip: { text: 'not gzip', headers: { 'content-encoding': 'gzip' } },
    loop: { redirect: 'loop' },
    nowhere: { redirect: 'http://' },
  };
  for (const [name, step] of Object.entries(odd)) {
    for (const idleTimeout of [false as const, 2000]) {
      const script = await server.play({ routes: { [`GET /${name}`]: step }, steps: [{ status: 404 }] });
      const found = await site.page.evaluate(
        async ([url, idleTimeout]) => {
          const client = await lab.client({ defaults: { idleTimeout, retry: false } });
          const [own, native] = [
            await lab.outcome(() => client.fetch(url)),
            await lab.outcome(() => fetch(url)),
          ];
          const plain = ({ status, text, error }: typeof own) => ({ status, text, class: error?.class });
          return { own: plain(own), native: plain(native) };
        },
        [`${script.url}/${name}`, idleTimeout] as const,
      );
      expect(found.own, `${name}, idle timeout ${idleTimeout}`).toEqual(found.native);
    }
  }
});

test('Explain: events tell every attempt and every call, with the route and not the URL', async ({
  site,
  server,
}) => {
  const script = await server.play({
    sequence: 'path',
    steps: [{ status: 503 }, { text: 'ok' }],
    routes: { 'GET /gone/*': { status: 404 } },
  });
  const heard = await site.page
    .evaluate(async (url) => {
      const client = steadfetch.createSteadfetch({
        surfaces: false,
        defaults: { retry: { base: 2, cap: 4 } },
        rules: [{ match: '*://*/*/named/:id', idleTimeout: 3000 }],
      });
      const heard: unknown[] = [];
      client.on('state', ({ state }) => heard.push(['state', state]));
      client.on('attempt', ({ callId, attempt, status, fault }) =>
        heard.push(['attempt', attempt, status, fault?.kind, callId]),
      );
      const off = client.on('call', ({ callId, actionId, route, method, explanation }) =>
        heard.push([
          'call',
          route.replace(/e2e-[^/]*/, 'e2e'),
          method,
          actionId,
          explanation.attempts,
          explanation.fault?.kind,
          callId,
        ]),
      );
      client.on('call', () => {
        throw new Error('a listener of the app');
      });
      await client.ready;
      const secret = 'token=abc@example.com';
      await (await client.fetch(`${url}/orders/17?${secret}`, { steady: { actionId: 'save' } })).text();
      await (await client.fetch(`${url}/named/17?${secret}`)).text();
      await client.fetch(`${url}/gone/17`, { method: 'GET' });
      await lab.sleep(50);
      off();
      await client.fetch(`${url}/gone/18`);
      return heard;
    }, script.url)
    .catch((error) => error);
  site.expects(/a listener of the app/);
  const list = heard as unknown[][];
  expect(JSON.stringify(list)).not.toContain('abc@');
  expect(list.map((entry) => (entry[0] === 'state' ? entry : entry.slice(0, -1)))).toEqual([
    ['state', 'active'],
    ['attempt', 1, 503, 'overloaded'],
    ['attempt', 2, 200, undefined],
    ['call', '/s/{id}/orders/{id}', 'GET', 'save', 2, undefined],
    ['attempt', 1, 503, 'overloaded'],
    ['attempt', 2, 200, undefined],
    ['call', '*://*/*/named/:id', 'GET', undefined, 2, undefined],
    ['attempt', 1, 404, 'not-found'],
    ['call', '/s/{id}/gone/{id}', 'GET', undefined, 1, 'not-found'],
    ['attempt', 1, 404, 'not-found'],
  ]);
});

test('Explain: a write that nobody has taken is at risk, a read is only blocked', async ({ site }) => {
  const impact = async (init: PlainInit, step: Script) => (await known(site, step, ONCE, init)).fault?.impact;
  const post = { method: 'POST', body: 'x' };
  expect(await impact({}, { reset: true })).toBe('blocked');
  expect(await impact(post, { reset: true })).toBe('data-at-risk');
  expect(await impact(post, { status: 503 })).toBe('data-at-risk');
  expect(await impact(post, { status: 409 }), 'the server has looked at it').toBe('blocked');
});
