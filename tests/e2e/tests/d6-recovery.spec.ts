// D6: a body that stalls or breaks off is fetched again, or goes on by Range, or ends with an error.
import { createHash, randomFillSync } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Policy } from 'steadfetch';
import { type Scenario, type Script, header } from '../support/server';
import { type Site, expect, test } from '../support/test';

const WATCHED: Policy = {
  breaker: false,
  budget: false,
  deadline: 20_000,
  attemptTimeout: 5000,
  idleTimeout: 400,
  retry: { attempts: 4, base: 2, cap: 4 },
};

/** What the server generates: the byte at offset i is i modulo 251. */
function generated(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, at) => at % 251));
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

interface Read {
  bytes: number;
  sha256: string;
  error?: { name: string; message: string; class: string };
  known: import('steadfetch').Explanation;
}

/** Fetches, and reads the body chunk by chunk to its end, whatever that is. */
function read(site: Site, url: string, policy: Policy = WATCHED): Promise<Read> {
  return site.page.evaluate(
    async ([url, policy]) => {
      const client = await lab.client({ defaults: policy });
      const response = await client.fetch(url);
      const reader = response.body!.getReader();
      const chunks: Uint8Array<ArrayBuffer>[] = [];
      let error: unknown;
      let failed = false;
      try {
        for (let part; !(part = await reader.read()).done;) chunks.push(part.value.slice());
      } catch (reason) {
        [error, failed] = [reason, true];
      }
      const all = new Uint8Array(await new Blob(chunks).arrayBuffer());
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
      await lab.sleep(50);
      return {
        bytes: all.length,
        sha256: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''),
        ...(failed && { error: lab.describe(error) }),
        known: steadfetch.explain(response)!,
      };
    },
    [url, policy] as const,
  );
}

const reasons = ({ known }: Read) => known.timeline.map(({ why }) => why).filter(Boolean);

/** What each request asked for. */
async function ranges(script: Scenario): Promise<(string | undefined)[][]> {
  const requests = await script.requests();
  return requests.map((it) => [header(it, 'range'), header(it, 'if-range')]);
}

/** Breaks off behind so many bytes: they are read first, of the one more that is sent then nobody knows. */
const cut = (after: number): Script => ({ truncateAfter: after + 1, pace: { size: after, delay: 300 } });

/** From where each request wants the rest; checks that it is where the one before broke off. */
async function expectCuts(script: Scenario, ...cuts: number[]): Promise<void> {
  const from = (await ranges(script)).slice(1).map(([range]) => Number(/^bytes=(\d+)-$/.exec(range!)?.[1]));
  expect(from).toHaveLength(cuts.length);
  for (const [at, after] of cuts.entries()) {
    expect(from[at], `${from}`).toBeGreaterThanOrEqual(after);
    expect(from[at], `${from}`).toBeLessThanOrEqual(after + at + 1);
  }
}

const LARGE = 3_000_000;
const STRONG: Script = { bytes: LARGE, etag: 'v1', ranges: true };

test('D6 a stall before the first byte: fetched again, and complete', async ({ site, server }) => {
  // Whatever its headers say: nothing was handed out yet.
  for (const kind of [{}, { etag: 'W/"weak"' }, { etag: 'v1', ranges: true }]) {
    const steps = [
      { bytes: 50_000, stallAfter: 0, ...kind },
      { bytes: 50_000, ...kind },
    ];
    const script = await server.play({ steps });
    const got = await read(site, script.url);
    expect(got).toMatchObject({ bytes: 50_000, sha256: sha256(generated(50_000)), known: { attempts: 2 } });
    expect(got.error).toBeUndefined();
    expect(got.known.fault, 'all is well in the end').toBeUndefined();
    expect(reasons(got)).toContain('the body stalled before any byte was handed out');
    const requests = await script.requests();
    expect(requests.map(({ end }) => end)).toEqual(['aborted', 'whole']);
    expect(await ranges(script)).toEqual(Array(2).fill([undefined, undefined]));
  }
});

test('D6 text() and the others get the whole body too', async ({ site, server }) => {
  const script = await server.play({
    sequence: 'path',
    steps: [{ json: [1, 2], stallAfter: 0 }, { json: [1, 2] }],
  });
  const got = await site.page.evaluate(
    async ([url, defaults]) => {
      const client = await lab.client({ defaults });
      const ask = (n: number) => client.fetch(`${url}/${n}`);
      return Promise.all([
        ask(0).then((it) => it.json()),
        ask(1).then((it) => it.text()),
        ask(2)
          .then((it) => it.blob())
          .then((it) => it.size),
        ask(3).then((it) => Promise.all([it.clone().text(), it.text()])),
      ]);
    },
    [script.url, WATCHED] as const,
  );
  expect(got).toEqual([[1, 2], '[1,2]', 5, ['[1,2]', '[1,2]']]);
  expect(await script.count()).toBe(8);
});

test('D6 after bytes it goes on by Range, without a gap or a repeat', async ({ site, server }) => {
  const script = await server.play({ steps: [{ ...STRONG, stallAfter: 1_000_003 }, STRONG] });
  const got = await read(site, script.url);
  expect(got).toMatchObject({ bytes: LARGE, sha256: sha256(generated(LARGE)), known: { attempts: 2 } });
  expect(got.error).toBeUndefined();
  expect(got.known.fault).toBeUndefined();
  expect(reasons(got)).toContain('the body stalled and goes on by Range');
  expect(await ranges(script)).toEqual([
    [undefined, undefined],
    ['bytes=1000003-', '"v1"'],
  ]);
  const [first, second] = await script.requests();
  expect([first!.end, second!.status, second!.sent]).toEqual(['aborted', 206, LARGE - 1_000_003]);
});

test('D6 a body that breaks off goes on too, again and again', async ({ site, server }) => {
  const script = await server.play({
    steps: [
      { ...STRONG, ...cut(1_000_001) },
      // Counted within the part that was asked for.
      { ...STRONG, stallAfter: 500_000 },
      { ...STRONG, ...cut(700_000) },
      STRONG,
    ],
  });
  const got = await read(site, script.url);
  expect(got).toMatchObject({ bytes: LARGE, sha256: sha256(generated(LARGE)), known: { attempts: 4 } });
  await expectCuts(script, 1_000_001, 1_500_001, 2_200_001);
});

test('D6 what is fetched again is what it goes on with', async ({ site, server }) => {
  const newer = { ...STRONG, etag: 'v2' };
  const steps = [{ ...STRONG, bytes: 1000, stallAfter: 0 }, { ...newer, stallAfter: 500_000 }, newer];
  const script = await server.play({ steps });
  const got = await read(site, script.url);
  expect(got).toMatchObject({ bytes: LARGE, sha256: sha256(generated(LARGE)), known: { attempts: 3 } });
  expect(await ranges(script)).toEqual([
    [undefined, undefined],
    [undefined, undefined],
    ['bytes=500000-', '"v2"'],
  ]);
});

test('D6 nothing else stands for the body that stalled before its first byte', async ({ site, server }) => {
  for (const step of [{ status: 204 }, part('bytes 0-3999/5000'), { status: 404 }]) {
    const script = await server.play({ steps: [{ bytes: 5000, etag: 'v1', stallAfter: 0 }, step] });
    const got = await read(site, script.url, { ...WATCHED, retry: { attempts: 2 } });
    expect(got).toMatchObject({ bytes: 0, error: { class: 'TypeError' } });
    expect(await script.count()).toBe(2);
  }
});

test('D6 a rule that the server has cooled down meanwhile is waited for', async ({ site, server }) => {
  const script = await server.play({
    routes: {
      'GET /body': [{ ...STRONG, pace: { size: 500_000, delay: 300 }, truncateAfter: 1_500_000 }, STRONG],
      'GET /other': { status: 503, retryAfter: 1 },
    },
  });
  const got = await site.page.evaluate(
    async ([url, defaults]) => {
      const client = await lab.client({ defaults });
      const call = client.fetch(`${url}/body`).then((response) => response.arrayBuffer());
      await lab.sleep(300);
      await client.fetch(`${url}/other`, { steady: { retry: false } });
      return (await call).byteLength;
    },
    [script.url, WATCHED] as const,
  );
  expect(got).toBe(LARGE);
});

test('D6 no further than the attempts allow; then an error', async ({ site, server }) => {
  const script = await server.play({ steps: [{ ...STRONG, ...cut(100_000) }] });
  const got = await read(site, script.url, { ...WATCHED, retry: { attempts: 3 } });
  expect(got.bytes).toBeGreaterThanOrEqual(300_000);
  expect(got).toMatchObject({ bytes: got.bytes, sha256: sha256(generated(got.bytes)) });
  expect(got.error).toMatchObject({ name: 'TypeError', class: 'TypeError' });
  expect(got.known).toMatchObject({ attempts: 3, fault: { kind: 'stalled' } });
  expect(await script.count()).toBe(3);
});

test('D6 it waits where the server cannot answer now', async ({ site, server }) => {
  const script = await server.play({
    steps: [{ ...STRONG, ...cut(10_000) }, { status: 503, retryAfter: 1 }, { reset: true }, STRONG],
  });
  const got = await read(site, script.url);
  expect(got).toMatchObject({ bytes: LARGE, sha256: sha256(generated(LARGE)), known: { attempts: 4 } });
  const [, refused, third] = await script.requests();
  expect(third!.at - refused!.headersAt!).toBeGreaterThanOrEqual(995);
});

test('D6 another origin that lets its headers be read', async ({ site, server }) => {
  const script = await server.play({ steps: [{ ...STRONG, stallAfter: 1_000_000 }, STRONG] });
  const got = await read(site, script.second);
  expect(got).toMatchObject({ bytes: LARGE, sha256: sha256(generated(LARGE)) });
  expect(await script.count()).toBe(2);
  // Where they cannot be read there is nothing to go by.
  const hidden = await server.play({
    steps: [{ ...STRONG, stallAfter: 1_000_000 }, STRONG],
    cors: { origin: 'echo', expose: ['etag'] },
  });
  const broken = await read(site, hidden.second);
  expect(broken.bytes).toBe(1_000_000);
  expect(broken.error).toBeDefined();
});

/** One gzip member that does not fit into one chunk. */
const packed = gzipSync(randomFillSync(Buffer.alloc(200_000)));

const NO_BASIS: Record<string, Script> = {
  'a weak ETag': { bytes: 5000, etag: 'W/"v1"', ranges: true },
  'no ETag': { bytes: 5000, ranges: true },
  'a content coding': {
    base64: packed.toString('base64'),
    etag: 'v1',
    ranges: true,
    headers: { 'content-encoding': 'gzip' },
  },
};

for (const [name, step] of Object.entries(NO_BASIS)) {
  for (const [way, fault] of Object.entries({ stall: { stallAfter: 3000 }, cut: cut(3000) })) {
    test(`D6 with ${name} there is no going on: a ${way} is an error`, async ({ site, server }) => {
      const script = await server.play({ steps: [{ ...step, ...fault }, step] });
      // A cut must be seen before it counts as a silence.
      const got = await read(site, script.url, { ...WATCHED, idleTimeout: way === 'stall' ? 400 : 5000 });
      expect(got.bytes).toBeGreaterThan(0);
      expect(got.error?.name).toBe(way === 'stall' ? 'TimeoutError' : 'TypeError');
      expect(got.known).toMatchObject({ attempts: 1, fault: { kind: 'stalled' } });
      expect(await script.count()).toBe(1);
    });
  }
}

/** A 206 as the script has it, whatever was asked for. */
const part = (range: string | undefined, more: Script = {}): Script => ({
  status: 206,
  bytes: 4000,
  etag: 'v1',
  ...more,
  headers: { ...(range && { 'content-range': range }), ...(more['headers'] as object) },
});

const MISFITS: Record<string, Script> = {
  'a 200 in place of the part': { bytes: 5000, etag: 'v1' },
  'an ETag that has changed since': { bytes: 5000, etag: 'v2', ranges: true },
  'a part with another ETag': part('bytes 1000-4999/5000', { etag: 'v2' }),
  'a part with a weak ETag': part('bytes 1000-4999/5000', { etag: 'W/"v1"' }),
  'a part that begins too early': part('bytes 999-4998/5000'),
  'a part that begins too late': part('bytes 1001-5000/5001'),
  'a part without Content-Range': part(undefined),
  'a part that ends too early': part('bytes 1000-4999/6000'),
  'a part of something longer': part('bytes 1000-5999/6000', { bytes: 5000 }),
  'a part in another unit': part('lines 1000-4999/5000'),
  'a part with a content coding': {
    ...part('bytes 1000-4999/5000', { headers: { 'content-encoding': 'gzip' } }),
    bytes: undefined,
    base64: gzipSync(generated(4000)).toString('base64'),
  },
  'a 204': { status: 204 },
  'a 404': { status: 404 },
};

for (const [name, step] of Object.entries(MISFITS)) {
  test(`D6 ${name} is an error, never a silent end`, async ({ site, server }) => {
    const first = { bytes: 5000, etag: 'v1', ranges: true, stallAfter: 1000 };
    const script = await server.play({ steps: [first, step] });
    const got = await read(site, script.url, { ...WATCHED, retry: { attempts: 2, base: 2, cap: 4 } });
    expect(got).toMatchObject({ bytes: 1000, sha256: sha256(generated(1000)) });
    expect(got.error).toMatchObject({ class: 'TypeError' });
    expect(got.error!.message).not.toBe('');
    // Chromium refuses some of these by itself.
    const kind = expect.stringMatching(/^(stalled|unreachable)$/);
    expect(got.known).toMatchObject({ attempts: 2, fault: { kind } });
    expect(await ranges(script)).toEqual([
      [undefined, undefined],
      ['bytes=1000-', '"v1"'],
    ]);
    // The call is over, for the client too.
    await expect.poll(async () => (await script.log()).counts.open).toBe(0);
  });
}

test('D6 what broke off without saying its length goes on only where the part says that it is the last', async ({
  site,
  server,
}) => {
  const first = { bytes: 5000, etag: 'v1', stallAfter: 1000, chunked: true };
  const steps = (range: string) => [first, part(range)];
  const open = await server.play({ steps: steps('bytes 1000-4999/*') });
  expect((await read(site, open.url)).error).toMatchObject({ class: 'TypeError' });
  const known = await server.play({ steps: steps('bytes 1000-4999/5000') });
  expect(await read(site, known.url)).toMatchObject({ bytes: 5000 });
});

test('D6 only a GET, and only where the rule asks for it', async ({ site, server }) => {
  const steps = [{ ...STRONG, ...cut(1000) }, STRONG];
  for (const policy of [
    { ...WATCHED, idleTimeout: false as const },
    { ...WATCHED, retry: false as const },
    { ...WATCHED, retry: { attempts: 1 } },
  ]) {
    const script = await server.play({ steps });
    const got = await read(site, script.url, policy);
    expect(got.error).toMatchObject({ class: 'TypeError' });
    expect(got.bytes).toBeGreaterThanOrEqual(1000);
    expect(await script.count()).toBe(1);
  }
  // Watched for its progress only.
  const script = await server.play({ steps });
  const post = await server.play({ steps: [{ bytes: 5000, stallAfter: 0 }, { bytes: 5000 }] });
  const errors = await site.page.evaluate(
    async ([url, post, defaults]) => {
      const plain = await lab.client({ defaults: { ...defaults, idleTimeout: false } });
      const watched = await lab.client({ defaults: { ...defaults, idempotency: {} } });
      const end = (response: Response) => response.arrayBuffer().then(String, (error) => error.name);
      return [
        await end(await plain.fetch(url, { steady: { onProgress() {} } })),
        await end(await watched.fetch(post, { method: 'POST', body: 'x' })),
      ];
    },
    [script.url, post.url, WATCHED] as const,
  );
  expect(errors).toEqual(['TypeError', 'TimeoutError']);
  expect([await script.count(), await post.count()]).toEqual([1, 1]);
});

test('D6 progress counts on where it was', async ({ site, server }) => {
  const script = await server.play({ steps: [{ ...STRONG, ...cut(1_000_000) }, STRONG] });
  const told = await site.page.evaluate(
    async ([url, defaults]) => {
      const client = await lab.client({ defaults });
      const told: { bytes: number; total?: number }[] = [];
      const onProgress = (progress: { bytes: number; total?: number }) => void told.push({ ...progress });
      await (await client.fetch(url, { steady: { onProgress } })).arrayBuffer();
      return told;
    },
    [script.url, WATCHED] as const,
  );
  expect(told.at(-1)).toEqual({ bytes: LARGE, total: LARGE });
  expect(told.every(({ bytes }, at) => at === 0 || bytes > told[at - 1]!.bytes)).toBe(true);
});

for (const way of ['cancel', 'abort'] as const) {
  test(`D6 ${way} while it is fetched again ends that too`, async ({ site, server }) => {
    const script = await server.play({ steps: [{ ...STRONG, ...cut(1000) }, { silence: true }] });
    const got = await site.page.evaluate(
      async ([url, defaults, way]) => {
        const client = await lab.client({ defaults });
        const stop = new AbortController();
        const response = await client.fetch(url, { signal: stop.signal });
        const reader = response.body!.getReader();
        const drain = async () => {
          for (;;) if ((await reader.read()).done) return { done: true };
        };
        const rest = drain().catch((error) => ({ error: String(error) }));
        await lab.sleep(900);
        if (way === 'abort') stop.abort('mine');
        else await reader.cancel('enough');
        return { rest: await rest, fault: steadfetch.explain(response)!.fault?.kind };
      },
      [script.url, WATCHED, way] as const,
    );
    expect(got).toEqual(
      way === 'abort'
        ? { rest: { error: 'mine' }, fault: 'cancelled' }
        : { rest: { done: true }, fault: undefined },
    );
    await expect
      .poll(async () => (await script.requests()).map(({ end }) => end))
      .toEqual(['truncated', 'aborted']);
  });
}
