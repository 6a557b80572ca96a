// The circuit breaker, as the server sees it.
import type { Policy } from 'steadfetch';
import type { Outcome } from '../app/src/lab';
import type { PlainOptions } from '../support/plain';
import { atOnce } from '../support/calls';
import { type Site, expect, test } from '../support/test';

type Breaker = Exclude<Policy['breaker'], false | undefined>;

/** Opens on what the test says and on nothing else, for longer than the test takes. */
const STRICT: Breaker = {
  consecutive: 20,
  failureRatio: 1,
  minimum: 100,
  window: 60_000,
  open: 60_000,
  openCap: 60_000,
  whileOpen: 'refuse',
};

function options(breaker: Breaker, more: Policy = {}): PlainOptions {
  return {
    surfaces: false,
    defaults: { retry: false, budget: false, deadline: 20_000, breaker: { ...STRICT, ...breaker }, ...more },
  };
}

/** Calls one after another by the client with these options. */
function inTurn(site: Site, urls: string[], with_: PlainOptions): Promise<Outcome[]> {
  return site.page.evaluate(
    async ([urls, options]) => {
      const client = await lab.client(options);
      const ends: Outcome[] = [];
      for (const url of urls) ends.push(await lab.outcome(() => client.fetch(url)));
      return ends;
    },
    [urls, with_] as const,
  );
}

const paths = (url: string, length: number, from = 0) =>
  Array.from({ length }, (_, n) => `${url}/${from + n}`);

/** What a call came to, in short. */
const told = ({ status, known }: Outcome) => status ?? known?.fault?.kind;

/** How long the breaker says it stays open, of a call that it refused. */
const left = ({ known }: Outcome) => known!.fault!.retryAt! - Date.now();

test('H1 it opens on failures in a row', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 500 }] });
  const ends = await inTurn(site, paths(script.url, 6), options({ consecutive: 3 }));
  expect(ends.map(told)).toEqual([500, 500, 500, 'circuit-open', 'circuit-open', 'circuit-open']);
  expect(await script.count()).toBe(3);
});

test('H1 a success in between starts the row anew', async ({ site, server }) => {
  const steps = [{ status: 500, repeat: 2 }, { text: 'ok' }, { status: 500 }];
  const script = await server.play({ steps });
  const ends = await inTurn(site, paths(script.url, 7), options({ consecutive: 3 }));
  expect(ends.map(told)).toEqual([500, 500, 200, 500, 500, 500, 'circuit-open']);
  expect(await script.count()).toBe(6);
});

test('H1 it opens on a ratio, with a minimum of outcomes', async ({ site, server }) => {
  const steps = Array.from({ length: 8 }, (_, n) => (n % 2 ? { text: 'ok' } : { status: 502 }));
  const script = await server.play({ steps });
  const ends = await inTurn(site, paths(script.url, 9), options({ failureRatio: 0.5, minimum: 7 }));
  expect(ends.map(told)).toEqual([502, 200, 502, 200, 502, 200, 502, 'circuit-open', 'circuit-open']);
  expect(await script.count()).toBe(7);
});

test('H1 it opens on slow answers, good as they are', async ({ site, server }) => {
  const script = await server.play({ steps: [{ delay: 300, text: 'ok' }] });
  const ends = await inTurn(site, paths(script.url, 4), options({ consecutive: 2, slow: 200 }));
  expect(ends.map(told)).toEqual([200, 200, 'circuit-open', 'circuit-open']);
  expect(await script.count()).toBe(2);
});

test('H1 refused connections and time limits count too', async ({ site, server }) => {
  const script = await server.play({ steps: [{ silence: true }] });
  const ends = await inTurn(site, paths(script.refused, 3), options({ consecutive: 2 }));
  expect(ends.map(told)).toEqual(['unreachable', 'unreachable', 'circuit-open']);
  const silent = options({ consecutive: 2 }, { attemptTimeout: 150 });
  expect((await inTurn(site, paths(script.url, 3), silent)).map(told)).toEqual([
    'timeout',
    'timeout',
    'circuit-open',
  ]);
  expect(await script.count()).toBe(2);
});

test('H1 within one call the retries end where it opens', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 500, text: 'last' }] });
  const retry = { retry: { attempts: 10, base: 2, cap: 4 } };
  const [end] = await inTurn(site, [script.url], options({ consecutive: 3 }, retry));
  expect(end, 'the last real answer wins').toMatchObject({
    status: 500,
    text: 'last',
    known: { attempts: 3 },
  });
  expect(await script.count()).toBe(3);
});

test('H2 old samples leave the window, also after idling', async ({ site, server }) => {
  const steps = [{ status: 500, repeat: 3 }, { text: 'ok' }, { status: 500, repeat: 2 }, { text: 'ok' }];
  const script = await server.play({ steps });
  const breaker = options({ failureRatio: 0.5, minimum: 4, window: 800 });
  await inTurn(site, paths(script.url, 3), breaker);
  await site.page.waitForTimeout(1100);
  // With the three of before, these four would make six failures of seven.
  const ends = await inTurn(site, paths(script.url, 3, 3), breaker);
  expect(ends.map(told)).toEqual([200, 500, 500]);
  expect(await script.count()).toBe(6);
});

test('H3 open, it refuses at once and says until when', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 503 }] });
  const breaker = options({ consecutive: 2, open: 30_000, openCap: 30_000 });
  await inTurn(site, paths(script.url, 2), breaker);
  const ends = await atOnce(site, paths(script.url, 5, 2), breaker);
  for (const end of ends) {
    expect(end.error).toEqual({
      name: 'TypeError',
      class: 'TypeError',
      message: 'The request was not sent: its server has been failing and is given time to recover.',
    });
    expect(end.ms).toBeLessThan(200);
    expect(end.known).toMatchObject({
      attempts: 0,
      source: 'none',
      fault: { kind: 'circuit-open', code: 'SF-circuit-open' },
    });
    expect(end.known!.timeline.map(({ what }) => what)).toEqual(['start', 'refused', 'done']);
    // Drawn from the upper half of the open time.
    expect(left(end)).toBeGreaterThan(14_000);
    expect(left(end)).toBeLessThanOrEqual(30_000);
  }
  expect(await script.count()).toBe(2);
});

test('H3 or it holds requests until its time is over', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 500, repeat: 2 }, { text: 'ok' }] });
  const breaker = options({ consecutive: 2, open: 1200, openCap: 1200, whileOpen: 'hold' });
  await inTurn(site, paths(script.url, 2), breaker);
  const [held] = await inTurn(site, paths(script.url, 1, 2), breaker);
  expect(held).toMatchObject({ status: 200, text: 'ok', known: { attempts: 1 } });
  expect(held!.known!.timeline[1]).toMatchObject({
    what: 'wait',
    why: 'held: the circuit breaker waits for its endpoint to recover',
  });
  const [, last, probe] = await script.requests();
  expect(probe!.at - last!.headersAt!).toBeGreaterThanOrEqual(595);
  expect(probe!.at - last!.headersAt!).toBeLessThan(2000);
});

test('H3 what cannot wait so long is refused at once', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 500 }] });
  const breaker = options({ consecutive: 2, whileOpen: 'hold' }, { deadline: 1500 });
  const ends = await inTurn(site, paths(script.url, 3), breaker);
  expect(ends.map(told)).toEqual([500, 500, 'circuit-open']);
  expect(ends[2]!.ms).toBeLessThan(300);
  expect(left(ends[2]!)).toBeGreaterThan(25_000);
  expect(await script.count()).toBe(2);
});

test('H3 an abort ends a held call at once, and nothing is sent', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 500, repeat: 2 }, { text: 'ok' }] });
  const breaker = options({ consecutive: 2, open: 1000, openCap: 1000, whileOpen: 'hold' });
  await inTurn(site, paths(script.url, 2), breaker);
  const end = await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      const stop = new AbortController();
      setTimeout(() => stop.abort('mine'), 200);
      return lab.outcome(() => client.fetch(`${url}/held`, { signal: stop.signal }));
    },
    [script.url, breaker] as const,
  );
  expect(end.error).toMatchObject({ message: 'mine' });
  expect(end.ms).toBeLessThan(450);
  await site.page.waitForTimeout(1200);
  expect(await script.count()).toBe(2);
});

test('H3 a held POST is sent as it was when it was called', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 500, repeat: 2 }, { text: 'ok' }] });
  const breaker = options({ consecutive: 2, open: 800, openCap: 800, whileOpen: 'hold' });
  await inTurn(site, paths(script.url, 2), breaker);
  const status = await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      const body = new TextEncoder().encode('as it was');
      const headers = new Headers({ 'x-mine': 'as it was' });
      const call = client.fetch(`${url}/held`, { method: 'POST', body, headers });
      body.fill(0);
      headers.set('x-mine', 'changed');
      return (await call).status;
    },
    [script.url, breaker] as const,
  );
  expect(status).toBe(200);
  const held = (await script.requests())[2]!;
  expect(held.body.text).toBe('as it was');
  expect(held.headers).toContainEqual(['x-mine', 'as it was']);
});

test('H4 after the open time one probe goes, and the others queue behind it', async ({ site, server }) => {
  const script = await server.play({
    steps: [{ status: 500, repeat: 2 }, { delay: 500, text: 'probe' }, { text: 'ok' }],
  });
  const breaker = options({ consecutive: 2, open: 300, openCap: 300, whileOpen: 'hold' });
  await inTurn(site, paths(script.url, 2), breaker);
  await site.page.waitForTimeout(400);
  const ends = await atOnce(site, paths(script.url, 5, 2), breaker);
  expect(ends.map(told)).toEqual(Array(5).fill(200));
  const [probe, ...others] = (await script.requests()).slice(2);
  expect(others).toHaveLength(4);
  for (const { at } of others) expect(at).toBeGreaterThanOrEqual(probe!.headersAt!);
});

test('H4 or the others are refused', async ({ site, server }) => {
  const script = await server.play({
    steps: [
      { status: 500, repeat: 2 },
      { delay: 500, text: 'probe' },
    ],
  });
  const breaker = options({ consecutive: 2, open: 300, openCap: 300, halfOpen: 'refuse' });
  await inTurn(site, paths(script.url, 2), breaker);
  await site.page.waitForTimeout(400);
  const ends = await atOnce(site, paths(script.url, 4, 2), breaker);
  expect(ends.map(told)).toEqual([200, 'circuit-open', 'circuit-open', 'circuit-open']);
  expect(await script.count()).toBe(3);
});

test('H5 a probe that hangs does not lock the endpoint for ever', async ({ site, server }) => {
  const script = await server.play({
    steps: [{ status: 500, repeat: 2 }, { silence: true }, { text: 'ok' }],
  });
  const breaker = options(
    { consecutive: 2, open: 300, openCap: 300, whileOpen: 'hold' },
    { attemptTimeout: 700, retry: { attempts: 1 } },
  );
  await inTurn(site, paths(script.url, 2), breaker);
  await site.page.waitForTimeout(400);
  const ends = await atOnce(site, paths(script.url, 2, 2), breaker);
  expect(ends.map(told).sort()).toEqual([200, 'timeout']);
  const [hung, next] = (await script.requests()).slice(2);
  expect(next!.at - hung!.at).toBeGreaterThanOrEqual(700 + 150 - 5);
});

test('H6 a failed probe re-opens it for longer, up to a cap; success closes it and starts anew', async ({
  site,
  server,
}) => {
  const script = await server.play({
    steps: [{ status: 500, repeat: 5 }, { text: 'ok' }, { status: 500 }],
  });
  const breaker = options({ consecutive: 2, open: 400, openCap: 1000 });
  let n = 0;
  const one = async () => (await inTurn(site, paths(script.url, 1, n++), breaker))[0]!;
  /** How long it is open now; then waits until that is over. */
  const open = async () => {
    const end = await one();
    expect(told(end)).toBe('circuit-open');
    const failed = (await script.requests()).at(-1)!;
    const until = end.known!.fault!.retryAt! - (await script.log()).startedAt;
    await site.page.waitForTimeout(Math.max(0, left(end)) + 30);
    return until - failed.headersAt!;
  };
  expect([told(await one()), told(await one())]).toEqual([500, 500]);
  const lengths: number[] = [];
  for (let probe = 0; probe < 3; probe++) {
    lengths.push(await open());
    expect(told(await one())).toBe(500);
  }
  lengths.push(await open());
  expect(told(await one()), 'a good probe').toBe(200);
  expect([told(await one()), told(await one())], 'closed, with a clean slate').toEqual([500, 500]);
  lengths.push(await open());
  // Drawn from the upper halves of 400, 800, 1000, 1000, and then 400 again; the answer takes a moment to arrive.
  for (const [at, longest] of [400, 800, 1000, 1000, 400].entries()) {
    expect(lengths[at], `${lengths}`).toBeGreaterThanOrEqual(longest / 2 - 10);
    expect(lengths[at], `${lengths}`).toBeLessThan(longest + 150);
  }
  expect(await script.count()).toBe(8);
});

test('H7 4xx never count', async ({ site, server }) => {
  const statuses = [400, 401, 403, 404, 409, 410, 422, 429];
  const script = await server.play({ steps: [...statuses.map((status) => ({ status })), { text: 'ok' }] });
  const ends = await inTurn(
    site,
    paths(script.url, 9),
    options({ consecutive: 2, failureRatio: 0.1, minimum: 1 }),
  );
  expect(ends.map(told)).toEqual([...statuses, 200]);
  expect(await script.count()).toBe(9);
});

test("H8 one endpoint's breaker leaves the others alone", async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 500 }] });
  const other = await server.play({ steps: [{ text: 'ok' }] });
  const breaker = options({ consecutive: 2 });
  expect((await inTurn(site, paths(script.url, 3), breaker)).map(told)).toEqual([500, 500, 'circuit-open']);
  expect((await inTurn(site, paths(other.second, 3), breaker)).map(told)).toEqual([200, 200, 200]);
  // The same server, but not the same endpoint.
  expect((await inTurn(site, paths(script.second, 3), breaker)).map(told)).toEqual([
    500,
    500,
    'circuit-open',
  ]);
  expect((await inTurn(site, paths(other.url, 1), breaker)).map(told), 'the origin counts').toEqual([
    'circuit-open',
  ]);
  expect(await script.count()).toBe(4);
  expect(await other.count()).toBe(3);
});

test('H9 its state survives a reload', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 500 }] });
  const breaker = options({ consecutive: 2 });
  const before = await inTurn(site, paths(script.url, 3), breaker);
  expect(before.map(told)).toEqual([500, 500, 'circuit-open']);
  await site.page.waitForTimeout(300);
  await site.page.reload();
  await site.page.locator('html[data-ready]').waitFor();
  const [after] = await inTurn(site, paths(script.url, 1, 3), breaker);
  expect(told(after!)).toBe('circuit-open');
  expect(Math.abs(after!.known!.fault!.retryAt! - before[2]!.known!.fault!.retryAt!)).toBeLessThan(100);
  expect(await script.count()).toBe(2);
});

test('H9 it is shared by the tabs of an origin, and closes for all', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 500, repeat: 2 }, { text: 'ok' }] });
  const breaker = options({ consecutive: 2, open: 6000, openCap: 6000 });
  const pages = [await site.page.context().newPage(), await site.page.context().newPage()];
  const others = pages.map((page) => Object.assign(Object.create(site) as Site, { page }));
  for (const other of others) {
    await other.open();
    await other.page.evaluate((options) => lab.client(options).then(() => {}), breaker);
  }
  await inTurn(site, paths(script.url, 2), breaker);
  await site.page.waitForTimeout(300);
  for (const [n, other] of others.entries()) {
    const [end] = await inTurn(other, paths(script.url, 1, 10 + n), breaker);
    expect(told(end!)).toBe('circuit-open');
  }
  // Another one is opened only now, after the news.
  others.push(Object.assign(Object.create(site) as Site, { page: await site.page.context().newPage() }));
  await others[2]!.open();
  const [late] = await inTurn(others[2]!, paths(script.url, 1, 15), breaker);
  expect(told(late!)).toBe('circuit-open');
  expect(await script.count()).toBe(2);
  // One tab's probe closes it for the others.
  await site.page.waitForTimeout(6100);
  expect((await inTurn(others[0]!, paths(script.url, 1, 20), breaker)).map(told)).toEqual([200]);
  await site.page.waitForTimeout(300);
  const all = await Promise.all(
    [site, others[1]!, others[2]!].map((tab, n) => atOnce(tab, paths(script.url, 3, 30 + 10 * n), breaker)),
  );
  expect(all.flat().map(told)).toEqual(Array(9).fill(200));
});

test('H10 eight 500s at once at threshold 3 do open it', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 500, delay: 100 }] });
  const breaker = options({ consecutive: 3 });
  const first = await atOnce(site, paths(script.url, 8), breaker);
  const sent = await script.count();
  expect(first.filter((end) => told(end) === 500)).toHaveLength(sent);
  expect(sent).toBeGreaterThanOrEqual(3);
  const [after] = await inTurn(site, paths(script.url, 1, 8), breaker);
  expect(told(after!)).toBe('circuit-open');
  expect(await script.count()).toBe(sent);
});

test('H11 a single failure on a fresh page opens nothing, with nothing set', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 500 }, { text: 'ok' }] });
  const ends = await site.page.evaluate(async (url) => {
    const client = steadfetch.createSteadfetch({ surfaces: false });
    await client.ready;
    const failed = await lab.outcome(() => client.fetch(`${url}/a`, { steady: { retry: false } }));
    return [failed, await lab.outcome(() => client.fetch(`${url}/b`))];
  }, script.url);
  expect(ends.map(told)).toEqual([500, 200]);
  expect(ends[1]!.ms).toBeLessThan(1500);
  expect(await script.count()).toBe(2);
});
