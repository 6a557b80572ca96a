import type { Explanation, TimelineEntry } from 'steadfetch';
import type { PlainOptions } from '../support/plain';
import type { Received, Scenario, Script } from '../support/server';
import { type Site, expect, test } from '../support/test';

/** The wait before the second attempt. */
function wait(known: Explanation | undefined): TimelineEntry {
  const found = known?.timeline.find(({ what }) => what === 'wait');
  if (!found) throw new Error(`there was no wait: ${JSON.stringify(known?.timeline)}`);
  return found;
}

let clients = 0;

/** One refusal with these timing headers, then an answer, by a client that knows nothing of the server yet. */
async function refusedOnce(site: Site, step: Script, extra: Script = {}) {
  const script = await site.server.play({ steps: [{ status: 503, ...step }, { text: 'ok' }], ...extra });
  const got = await site.call(script.url, {}, { seed: clients++ });
  return { ...got, wait: wait(got.known), apart: gap(await script.requests()), script };
}

/** From one answer to the next request, as the server saw it. */
function gap([first, second]: Received[]): number {
  return second!.at - first!.headersAt!;
}

async function expectNothingLate(script: Scenario, site: Site, ms: number): Promise<void> {
  await site.page.waitForTimeout(ms);
  expect(await script.count(), 'no late request').toBe(1);
}

test('B1 Retry-After: 0 means at once', async ({ site }) => {
  // The client's own backoff would wait for seconds.
  const script = await site.server.play({ steps: [{ status: 503, retryAfter: 0 }, { text: 'ok' }] });
  const got = await site.call(script.url, {}, { defaults: { retry: { base: 9000, cap: 9000 } } });
  expect(wait(got.known)).toMatchObject({ delay: 0, why: 'the server said when to come back' });
  expect(got.status).toBe(200);
  expect(gap(await script.requests())).toBeLessThan(500);
});

test('B2 Retry-After: 1 means 1000 ms', async ({ site }) => {
  const got = await refusedOnce(site, { retryAfter: 1 });
  expect(got.wait.delay).toBe(1000);
  expect(got.apart).toBeGreaterThanOrEqual(999);
  expect(got.apart).toBeLessThan(1600);
});

test('B3 Retry-After: 1700000000 is seconds, bounded by the deadline', async ({ site }) => {
  const script = await site.server.play({ steps: [{ status: 503, retryAfter: 1700000000, text: 'no' }] });
  const got = await site.call(script.url);
  expect(got).toMatchObject({ status: 503, text: 'no' });
  const { fault } = got.known!;
  expect(fault).toMatchObject({ kind: 'overloaded', status: 503 });
  // 53 years: nobody is told to wait for more than ten.
  expect(Math.abs(fault!.retryAt! - (Date.now() + 10 * 365 * 86_400_000))).toBeLessThan(60_000);
  expect(await script.count()).toBe(1);
});

test('B4 an IMF date ahead is waited for, a past one means now', async ({ site }) => {
  const ahead = await refusedOnce(site, { retryAfter: { date: 'imf', in: 2 } });
  // Dates know whole seconds, and so does the server's clock that they are read against.
  expect(ahead.wait.delay).toBeGreaterThanOrEqual(2000);
  expect(ahead.wait.delay).toBeLessThanOrEqual(3000);
  expect(ahead.apart).toBeGreaterThanOrEqual(1999);
  const past = await refusedOnce(site, { retryAfter: { date: 'imf', in: -100 } });
  expect(past.wait).toMatchObject({ delay: 0, why: 'the server said when to come back' });
});

for (const zone of ['America/Los_Angeles', 'Pacific/Kiritimati']) {
  test.describe(zone, () => {
    test.use({ timezoneId: zone });
    test(`B5 an asctime date is GMT in ${zone} too`, async ({ site }) => {
      const offset = await site.page.evaluate(() => new Date().getTimezoneOffset());
      expect(Math.abs(offset)).toBeGreaterThan(400);
      const { wait } = await refusedOnce(site, { retryAfter: { date: 'asctime', in: 1 } });
      expect(wait.delay).toBeGreaterThanOrEqual(1000);
      expect(wait.delay).toBeLessThanOrEqual(2000);
    });
  });
}

test('B6 a two-digit year more than 50 years ahead is past', async ({ site }) => {
  const year = (new Date().getUTCFullYear() + 51) % 100;
  const past = await refusedOnce(site, {
    retryAfter: `Sunday, 06-Nov-${String(year).padStart(2, '0')} 08:49:37 GMT`,
  });
  expect(past.wait).toMatchObject({ delay: 0, why: 'the server said when to come back' });
  const ahead = await refusedOnce(site, { retryAfter: { date: 'rfc850', in: 1 } });
  expect(ahead.wait.delay).toBeGreaterThanOrEqual(1000);
  expect(ahead.wait.delay).toBeLessThanOrEqual(2000);
});

test('B7 second 60 is accepted', async ({ site }) => {
  const got = await refusedOnce(site, { retryAfter: 'Sat, 31 Dec 2016 23:59:60 GMT' });
  expect(got.wait).toMatchObject({ delay: 0, why: 'the server said when to come back' });
});

test('B8 what is malformed is ignored, with no fall-through to lesser headers', async ({ site }) => {
  const malformed = [
    ...['0x10', '-1', '1.5', '', 'abc', '1e3', '+5', '5 6', '1,2', 'NaN'],
    ...['2030-01-01T00:00:00Z', 'Fri, 32 Dec 2030 00:00:00 GMT', 'Tue, 31 Dec 2030 25:99:99 GMT'],
    ...['Tue, 31 Dec 2030 00:00:00', 'Tue, 31 Dec 2030 00:00:00 PST', 'tomorrow'],
  ];
  for (const retryAfter of malformed) {
    const lesser = { rateLimit: '"default";r=0;t=20', rateLimitLegacy: { remaining: 0, reset: 20 } };
    const got = await refusedOnce(site, { retryAfter, ...lesser });
    expect(got.status, retryAfter).toBe(200);
    expect(got.wait.why, retryAfter).toContain('backoff');
    expect(got.wait.delay, retryAfter).toBeLessThanOrEqual(4);
  }
  const missing = await site.server.play({ steps: [{ status: 413, retryAfter: 'soon' }, { text: 'ok' }] });
  expect((await site.call(missing.url)).status, 'a malformed time does not make 413 worth another try').toBe(
    413,
  );
});

test('B9 a wait beyond the deadline fails at once and says when', async ({ site }) => {
  const script = await site.server.play({ steps: [{ status: 503, retryAfter: 1, text: 'later' }] });
  const got = await site.call(script.url, {}, { defaults: { deadline: 600 } });
  expect(got).toMatchObject({ status: 503, text: 'later' });
  expect(got.ms).toBeLessThan(590);
  const refused = got.known!.timeline.find(({ what }) => what === 'refused');
  expect(refused).toMatchObject({ why: 'the next attempt would start after the deadline', delay: 1000 });
  expect(Math.abs(got.known!.fault!.retryAt! - Date.now() - 1000)).toBeLessThan(1000);
  await expectNothingLate(script, site, 1300);
});

test("B10 nothing is jittered below the server's time", async ({ site }) => {
  const script = await site.server.play({
    sequence: 'path',
    steps: [{ status: 429, retryAfter: 1 }, { text: 'ok' }],
  });
  const delays = await site.page.evaluate(async (url) => {
    const client = await lab.client({ defaults: { budget: false } });
    const calls = Array.from({ length: 12 }, (_, n) => lab.outcome(() => client.fetch(`${url}/${n}`)));
    const ends = await Promise.all(calls);
    return ends.map(({ known }) => known!.timeline.find(({ what }) => what === 'wait')?.delay);
  }, script.url);
  expect(delays).toEqual(Array(12).fill(1000));
  const requests = await script.requests();
  for (const path of new Set(requests.map((request) => request.path))) {
    expect(gap(requests.filter((request) => request.path === path)), path).toBeGreaterThanOrEqual(999);
  }
});

test('B11 a structured RateLimit is understood, and Retry-After wins', async ({ site }) => {
  const limit = { status: 429, rateLimit: '"burst";r=0;t=1, "day";r=5;t=9' };
  expect((await refusedOnce(site, limit)).wait).toMatchObject({
    delay: 1000,
    why: 'the server said when to come back',
  });
  expect((await refusedOnce(site, { ...limit, retryAfter: 0 })).wait.delay).toBe(0);
  const free = await refusedOnce(site, { status: 429, rateLimit: '"burst";r=1;t=20' });
  expect(free.wait.why, 'there is quota left').toContain('backoff');
  for (const rateLimit of ['"burst";r=0;t=', '"open;r=0;t=20', ';;', 'r=0;t=20,,']) {
    const got = await refusedOnce(site, { status: 429, rateLimit });
    expect(got.wait.why, rateLimit).toContain('backoff');
  }
});

/** A rule for each folder. No wait of another kind. */
function folders(url: string): PlainOptions {
  const { pathname } = new URL(url);
  const rules = ['a', 'b'].map((name) => ({ match: `${pathname}/${name}/*` }));
  return { rules, defaults: { retry: false, budget: false, breaker: false, deadline: 20_000 } };
}

test('B11 a quota that is used up paces the next call of that rule, before any 429', async ({
  site,
  server,
}) => {
  const script = await server.play({
    routes: {
      'GET /a/*': [{ rateLimit: '"default";r=0;t=1', text: 'a' }, { text: 'a' }],
      'GET /b/*': { text: 'b' },
    },
  });
  const rules = folders(script.url);
  expect((await site.call(`${script.url}/a/1`, {}, rules)).status).toBe(200);
  const [held, other] = await Promise.all([
    site.call(`${script.url}/a/2`, {}, rules),
    site.call(`${script.url}/b/1`, {}, rules),
  ]);
  expect(held).toMatchObject({ status: 200, known: { attempts: 1 } });
  expect(wait(held.known)).toMatchObject({ why: 'held: the server asked for a pause' });
  expect(other.known!.timeline.map(({ what }) => what)).not.toContain('wait');
  const requests = await script.requests();
  const at = (path: string) => requests.find((request) => request.path === path)!;
  expect(at('/a/2').at - at('/a/1').headersAt!).toBeGreaterThanOrEqual(995);
  expect(at('/b/1').at - at('/a/1').headersAt!).toBeLessThan(900);
  // The quota is new.
  expect((await site.call(`${script.url}/a/3`, {}, rules)).ms).toBeLessThan(500);
});

test('B11 what is left goes at once, what is beyond it waits', async ({ site, server }) => {
  const script = await server.play({
    steps: [{ rateLimit: '"default";r=3;t=1', text: 'ok' }, { text: 'ok' }],
  });
  await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      await client.fetch(`${url}/a/0`);
      await Promise.all(Array.from({ length: 6 }, (_, n) => client.fetch(`${url}/a/${n + 1}`)));
    },
    [script.url, folders(script.url)] as const,
  );
  const [first, ...rest] = await script.requests();
  const after = rest.map(({ at }) => at - first!.headersAt!).sort((a, b) => a - b);
  expect(after).toHaveLength(6);
  expect(after[2], `${after}`).toBeLessThan(900);
  expect(after[3], `${after}`).toBeGreaterThanOrEqual(995);
});

test('B11 a cached copy says nothing, nor does a rule that does not want it', async ({ site, server }) => {
  const step = { rateLimit: '"default";r=0;t=20', text: 'ok' };
  const script = await server.play({ steps: [{ ...step, headers: { age: '5' } }] });
  for (let n = 0; n < 3; n++) await site.call(`${script.url}/a/${n}`, {}, folders(script.url));
  const old = await site.call(`${script.url}/a/3`, {}, folders(script.url));
  expect(old).toMatchObject({ status: 200, known: { attempts: 1 } });
  expect(old.ms).toBeLessThan(900);
  const fresh = await server.play({ steps: [step] });
  const { defaults } = folders(fresh.url);
  for (let n = 0; n < 3; n++) {
    const got = await site.call(`${fresh.url}/${n}`, {}, { defaults: { ...defaults, pacing: false } });
    expect(got.ms).toBeLessThan(900);
  }
  expect(await fresh.count()).toBe(3);
});

test('B11 Retry-After wins, also for the calls that come after it', async ({ site, server }) => {
  const script = await server.play({
    steps: [{ status: 429, retryAfter: 1, rateLimit: '"default";r=0;t=15' }, { text: 'ok' }],
  });
  const rules = folders(script.url);
  expect((await site.call(`${script.url}/a/1`, {}, rules)).status).toBe(429);
  const next = await site.call(`${script.url}/a/2`, {}, rules);
  expect(next.status).toBe(200);
  const [limited, after] = await script.requests();
  expect(after!.at - limited!.headersAt!).toBeGreaterThanOrEqual(995);
  expect(after!.at - limited!.headersAt!).toBeLessThan(3000);
});

for (const status of [429, 503]) {
  const scope = status === 429 ? 'its rule only' : 'the whole endpoint';
  test(`B11 a ${status}'s Retry-After holds ${scope}`, async ({ site, server }) => {
    const script = await server.play({
      routes: {
        'GET /a/1': { status, retryAfter: 1 },
        '/**': { text: 'ok' },
      },
    });
    const rules = folders(script.url);
    expect((await site.call(`${script.url}/a/1`, {}, rules)).status).toBe(status);
    const urls = [`${script.url}/a/2`, `${script.url}/b/1`, `${script.second}/b/2`, `${script.url}/c`];
    const ends = await Promise.all(urls.map((url) => site.call(url, {}, rules)));
    expect(ends.map((end) => end.status)).toEqual([200, 200, 200, 200]);
    const requests = await script.requests();
    const after = (path: string) =>
      requests.find((request) => request.path === path)!.at - requests[0]!.headersAt!;
    const held = ['/a/2', ...(status === 503 ? ['/b/1', '/c'] : [])];
    for (const path of ['/a/2', '/b/1', '/b/2', '/c']) {
      if (held.includes(path)) expect(after(path), path).toBeGreaterThanOrEqual(995);
      else expect(after(path), path).toBeLessThan(950);
    }
  });
}

test('B12 a legacy reset is read as delta and as epoch', async ({ site }) => {
  const legacy = (fields: Script) =>
    refusedOnce(site, { status: 429, rateLimitLegacy: { remaining: 0, ...fields } });
  expect((await legacy({ reset: 1 })).wait.delay).toBe(1000);
  expect((await legacy({ prefix: 'RateLimit', reset: 1 })).wait.delay).toBe(1000);
  const epoch = await legacy({ reset: { date: 'epoch', in: 1 } });
  expect(epoch.wait.delay).toBeGreaterThanOrEqual(1000);
  expect(epoch.wait.delay).toBeLessThanOrEqual(2000);
  expect((await legacy({ remaining: 3, reset: 20 })).wait.why).toContain('backoff');
});

test('B13 a server time counts only with 413, 429 and 503', async ({ site }) => {
  for (const status of [413, 429, 503]) {
    expect((await refusedOnce(site, { status, retryAfter: 1 })).wait.delay, String(status)).toBe(1000);
  }
  for (const status of [500, 502, 504, 529]) {
    const got = await refusedOnce(site, { status, retryAfter: 25 });
    expect(got.status, String(status)).toBe(200);
    expect(got.wait.why, String(status)).toContain('backoff');
  }
});

test('B14 a Retry-After that CORS hides is diagnosed', async ({ site }) => {
  const steps = [{ status: 429, retryAfter: 25 }, { text: 'ok' }];
  const hidden = await site.server.play({ steps, cors: { origin: 'echo', expose: [] } });
  const got = await site.call(hidden.second);
  expect(got.status, 'it cannot be obeyed').toBe(200);
  expect(got.known!.timeline.find(({ what }) => what === 'response')).toMatchObject({
    status: 429,
    why: expect.stringContaining('Access-Control-Expose-Headers: Retry-After'),
  });
  const exposed = await site.server.play({ steps: [{ status: 429, retryAfter: 1 }, { text: 'ok' }] });
  const other = await site.call(exposed.second);
  expect(wait(other.known).delay).toBe(1000);
  expect(other.known!.timeline.find(({ what }) => what === 'response')!.why).toBeUndefined();
});

test("B15 dates are read against the server's own clock", async ({ site }) => {
  for (const clockSkew of [-7200, 7200]) {
    const got = await refusedOnce(site, { retryAfter: { date: 'imf', in: 1 } }, { clockSkew });
    expect(got.wait.delay, `${clockSkew}`).toBeGreaterThanOrEqual(1000);
    expect(got.wait.delay, `${clockSkew}`).toBeLessThanOrEqual(2000);
  }
});
