// Bodies that a rule asks to watch.
import { meter } from '../support/memory';
import type { Server } from '../support/server';
import { type Site, expect, test } from '../support/test';

const WATCHED = { defaults: { idleTimeout: 4000 } };

/** In an engine with byte streams, and in one without: Safari before 26. */
function both(title: string, body: (given: { site: Site; server: Server }) => Promise<void>): void {
  test(title, ({ site, server }) => body({ site, server }));
  test(`${title}, without byte streams`, async ({ site, server }) => {
    await refuseStreams(site, 'bytes');
    await body({ site, server });
  });
}

/** The page's scripts can make no such streams from here on. */
async function refuseStreams(site: Site, kind: 'bytes' | 'any'): Promise<void> {
  await site.page.evaluate((kind) => {
    globalThis.ReadableStream = new Proxy(ReadableStream, {
      construct(target, args: [UnderlyingSource | undefined], made) {
        if (kind === 'any' || args[0]?.type === 'bytes') throw new TypeError(`no ${kind} streams here`);
        return Reflect.construct(target, args, made) as object;
      },
    });
  }, kind);
}

both(
  'F6 a watched Response has url, type, redirected, status, headers and clone as native has them',
  async ({ site, server }) => {
    const script = await server.play({
      routes: {
        'GET /from': { redirect: 'to' },
        'GET /to': { text: 'body', headers: { 'x-mine': 'yes' } },
        'GET /empty': { status: 204 },
        'HEAD /to': { text: 'body' },
        'GET /none': { text: '' },
        'GET /missing': { status: 404, json: { a: 1 } },
        'GET /form': { text: 'a=1&b=2', type: 'application/x-www-form-urlencoded' },
      },
    });
    const found = await site.page.evaluate(
      async ([url, second, options]) => {
        const client = await lab.client(options);
        const tell = async (response: Response) => {
          const { url, type, redirected, status, statusText, ok, bodyUsed } = response;
          const copy = response.clone();
          const early = {
            url: copy.url,
            type: copy.type,
            redirected: copy.redirected,
            status: copy.status,
            ok: copy.ok,
          };
          const text = await response.text();
          const again = copy.clone();
          const texts = [await copy.text(), await again.text()];
          const read = await response.text().catch((error) => error.name);
          return {
            ...{
              url,
              type,
              redirected,
              status,
              statusText,
              ok,
              bodyUsed,
              text,
              early,
              texts,
              read,
              used: response.bodyUsed,
            },
            headers: [...response.headers].filter(([name]) => name !== 'date'),
            kind: Object.prototype.toString.call(response),
            real: response instanceof Response,
          };
        };
        const found: Record<string, unknown[]> = {};
        const requests: Record<string, [string, RequestInit?]> = {
          redirected: [`${url}/from`],
          cors: [`${second}/to`],
          empty: [`${url}/empty`],
          none: [`${url}/none`],
          head: [`${url}/to`, { method: 'HEAD' }],
          missing: [`${url}/missing`],
          opaque: [`${second}/to`, { mode: 'no-cors' }],
          manual: [`${url}/from`, { redirect: 'manual' }],
        };
        for (const [name, args] of Object.entries(requests))
          found[name] = [await tell(await client.fetch(...args)), await tell(await fetch(...args))];
        const readers: Record<string, unknown> = {};
        for (const [path, way] of [
          ['to', 'arrayBuffer'],
          ['to', 'blob'],
          ['to', 'bytes'],
          ['missing', 'json'],
          ['to', 'json'],
          ['form', 'formData'],
          ['to', 'formData'],
        ] as const) {
          const [own, native] = await Promise.all(
            [client.fetch, fetch].map(async (fetch) => {
              const read = (await fetch(`${url}/${path}`))[way]();
              const got = await read.catch((error: Error) => error.name);
              if (got instanceof Blob) return ['blob', got.type, await got.text()];
              if (got instanceof FormData) return [...got];
              if (got instanceof ArrayBuffer || got instanceof Uint8Array)
                return [got.constructor.name, ...new Uint8Array(got)];
              return got;
            }),
          );
          readers[`${path} ${way}`] =
            JSON.stringify(own) === JSON.stringify(native) ? 'as native' : [own, native];
        }
        return { found, readers };
      },
      [script.url, script.second, WATCHED] as const,
    );
    for (const [name, [own, native]] of Object.entries(found.found)) expect(own, name).toEqual(native);
    for (const [name, outcome] of Object.entries(found.readers)) expect(outcome, name).toBe('as native');
  },
);

both(
  'F6 progress is told chunk by chunk, with the total where the server names it',
  async ({ site, server }) => {
    const chunks = [1000, 2000, 3000].map((bytes) => ({ bytes, delay: 80 }));
    const script = await server.play({
      routes: {
        'GET /known': { chunks },
        'GET /unknown': { chunks, chunked: true },
        'GET /none': { status: 204 },
      },
    });
    const told = await site.page.evaluate(async (url) => {
      const client = await lab.client();
      const run = async (path: string) => {
        const told: { bytes: number; total?: number }[] = [];
        const onProgress = (progress: { bytes: number; total?: number }) => void told.push({ ...progress });
        const response = await client.fetch(url + path, { steady: { onProgress } });
        const { length } = await response.text();
        return { told, length };
      };
      return { known: await run('/known'), unknown: await run('/unknown'), none: await run('/none') };
    }, script.url);
    expect(told.known.length).toBe(6000);
    expect(told.known.told.length).toBeGreaterThanOrEqual(3);
    expect(told.known.told.every(({ total }) => total === 6000)).toBe(true);
    expect(told.known.told.at(-1)).toEqual({ bytes: 6000, total: 6000 });
    const bytes = told.known.told.map((it) => it.bytes);
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
    expect(told.unknown.told.at(-1)).toEqual({ bytes: 6000 });
    expect(told.none).toEqual({ told: [], length: 0 });
  },
);

both("F6 a listener's mistake does not harm the body", async ({ site, server }) => {
  site.expects(/uncaught: Error: mine/);
  const script = await server.play({ steps: [{ bytes: 3000 }] });
  const length = await site.page.evaluate(async (url) => {
    const client = await lab.client();
    const response = await client.fetch(url, {
      steady: {
        onProgress() {
          throw new Error('mine');
        },
      },
    });
    return (await response.arrayBuffer()).byteLength;
  }, script.url);
  expect(length).toBe(3000);
});

test('F6 a reader that brings its own buffer gets the bytes and the end', async ({ site, server }) => {
  const script = await server.play({ steps: [{ bytes: 70_000 }] });
  const got = await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      const response = await client.fetch(url);
      const reader = response.body!.getReader({ mode: 'byob' });
      let buffer = new ArrayBuffer(1000);
      let [bytes, wrong] = [0, 0];
      for (;;) {
        const { done, value } = await reader.read(new Uint8Array(buffer));
        if (done) return { bytes, wrong };
        value.forEach((byte, n) => (wrong += Number(byte !== (bytes + n) % 251)));
        bytes += value.byteLength;
        buffer = value.buffer;
      }
    },
    [script.url, WATCHED] as const,
  );
  expect(got).toEqual({ bytes: 70_000, wrong: 0 });
});

both('F6 cancelling a watched body ends the download, and the call', async ({ site, server }) => {
  const script = await server.play({ steps: [{ bytes: 50_000_000 }] });
  const known = await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      const response = await client.fetch(url);
      const reader = response.body!.getReader();
      await reader.read();
      await reader.cancel('enough');
      await lab.sleep(100);
      return { fault: steadfetch.explain(response)!.fault, closed: await reader.closed.then(() => true) };
    },
    [script.url, WATCHED] as const,
  );
  expect(known).toEqual({ fault: undefined, closed: true });
  await expect.poll(async () => (await script.requests())[0]!.end).toBe('aborted');
});

both('F6 what went wrong with a body is explained by its Response', async ({ site, server }) => {
  const script = await server.play({
    routes: {
      'GET /stall': { bytes: 5000, stallAfter: 2000 },
      'GET /cut': { bytes: 5000, truncateAfter: 2000 },
    },
  });
  const kinds = await site.page.evaluate(async (url) => {
    const client = await lab.client({ defaults: { idleTimeout: 200 } });
    const kinds: unknown[] = [];
    for (const path of ['/stall', '/cut']) {
      const response = await client.fetch(url + path);
      const before = steadfetch.explain(response)!.fault?.kind;
      const error = await response.text().catch((error) => error);
      await lab.sleep(50);
      const after = steadfetch.explain(response)!;
      kinds.push([
        before,
        error.name,
        after.fault?.kind,
        after.timeline.find(({ what }) => what === 'failure')?.why,
      ]);
    }
    return kinds;
  }, script.url);
  expect(kinds).toEqual([
    [undefined, 'TimeoutError', 'stalled', 'the body was silent for longer than the idle timeout'],
    [undefined, 'TypeError', 'stalled', 'the body ended early'],
  ]);
});

both('F6 the garbage collector never ends a body that is being read', async ({ site, server }) => {
  const script = await server.play({ steps: [{ bytes: 20_000, pace: { size: 500, delay: 40 } }] });
  const lengths = await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      let number = 0;
      const get = () => client.fetch(`${url}/${number++}`);
      const drain = async (reader: ReadableStreamDefaultReader<Uint8Array>) => {
        let bytes = 0;
        for (let part; !(part = await reader.read()).done;) bytes += part.value.byteLength;
        return bytes;
      };
      const piped = (stream: ReadableStream<Uint8Array>) =>
        drain(stream.pipeThrough(new TransformStream()).getReader());
      const ways: Promise<number>[] = [
        get()
          .then((response) => response.text())
          .then((text) => text.length),
        get()
          .then((response) => response.arrayBuffer())
          .then((bytes) => bytes.byteLength),
        get().then((response) => drain(response.body!.getReader())),
        get().then((response) => piped(response.body!)),
        get()
          .then((response) => response.clone().text())
          .then((text) => text.length),
        get().then((response) => drain(new Response(response.body).body!.getReader())),
      ];
      let over = false;
      const all = Promise.all(ways).finally(() => (over = true));
      // The browser's own objects may be collected while what is behind them goes on; only under such pressure it does so.
      while (!over) {
        for (let n = 0; n < 10; n++)
          void [new ArrayBuffer(30 << 20), Array.from({ length: 60_000 }, () => ({ n }))];
        await lab.sleep(10);
      }
      return all;
    },
    [script.url, WATCHED] as const,
  );
  expect(lengths).toEqual(Array(6).fill(20_000));
});

both('F6 a watched Response that is forgotten lets its connection go', async ({ site, server }) => {
  const script = await server.play({ steps: [{ bytes: 9000, stallAfter: 5000 }] });
  const measure = await meter(site.page);
  await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      const held: Response[] = [];
      Object.assign(globalThis, { held });
      for (let n = 0; n < 5; n++) held.push(await client.fetch(`${url}/${n}`));
    },
    [script.url, WATCHED] as const,
  );
  await measure(true);
  await site.page.waitForTimeout(200);
  expect((await script.log()).counts).toMatchObject({ requests: 5, open: 5 });
  await site.page.evaluate(() => Object.assign(globalThis, { held: [] }));
  await expect
    .poll(async () => {
      await measure(true);
      return (await script.log()).counts.open;
    })
    .toBe(0);
  // The page goes on.
  const next = await server.play({ steps: [{ text: 'ok' }] });
  expect((await site.call(next.url, {}, WATCHED)).text).toBe('ok');
});

test('F6 where what watches bodies cannot be loaded, they pass through, and the console says so', async ({
  site,
  server,
}) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  site.expects(/^Steadfetch: what watches and shares bodies cannot be loaded/);
  await site.page.route(/\/bodies-[^/]*\.js$/, (route) => route.abort());
  const [watched, shared] = await site.page.evaluate(async (url) => {
    const client = await lab.client({ defaults: { idleTimeout: 4000, coalesce: true } });
    const calls = Array.from({ length: 2 }, () => lab.outcome(() => client.fetch(url)));
    return Promise.all(calls);
  }, script.url);
  expect([watched?.text, watched?.known?.attempts, shared?.text]).toEqual(['ok', 1, 'ok']);
  expect(await script.count()).toBe(2);
});

test('F6 a call does not wait long for what watches its body, and hears an abort meanwhile', async ({
  site,
  server,
}) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  await site.page.route(/\/bodies-[^/]*\.js$/, () => {});
  const got = await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      const controller = new AbortController();
      const aborted = client.fetch(`${url}/aborted`, { signal: controller.signal });
      const started = performance.now();
      controller.abort('enough');
      const why = await aborted.catch((reason: unknown) => reason);
      const heard = performance.now() - started;
      return { why, heard, outcome: await lab.outcome(() => client.fetch(url)) };
    },
    [script.url, WATCHED] as const,
  );
  expect(got.why).toBe('enough');
  expect(got.heard).toBeLessThan(500);
  expect(got.outcome.text).toBe('ok');
  expect(got.outcome.ms).toBeLessThan(4000);
  expect(await script.count()).toBe(1);
});

test('F6 a body that cannot be watched is handed on as it is, and the engine goes on', async ({
  site,
  server,
}) => {
  await refuseStreams(site, 'any');
  const script = await server.play({ steps: [{ bytes: 3000 }] });
  const got = await site.page.evaluate(
    async ([url, options]) => {
      const client = await lab.client(options);
      const ends: unknown[] = [];
      for (let n = 0; n < 5; n++) {
        const response = await client.fetch(`${url}/${n}`);
        ends.push([(await response.arrayBuffer()).byteLength, client.explain(response)?.attempts]);
      }
      return { ends, state: client.state };
    },
    [script.url, WATCHED] as const,
  );
  expect(got).toEqual({ ends: Array(5).fill([3000, 1]), state: 'active' });
});
