import { createHash } from 'node:crypto';
import { expect, test } from '../support/test';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

test('F1 every kind of body is sent again byte for byte', async ({ site, server }) => {
  const script = await server.play({
    sequence: 'path',
    steps: [{ status: 503 }, { reset: true }, { text: 'ok' }],
  });
  const names = await site.page.evaluate(async (url) => {
    const client = await lab.client({ defaults: { budget: false, breaker: false, deadline: 30_000 } });
    const form = () => {
      const form = new FormData();
      form.append('name', 'Žofie');
      form.append('name', 'twice');
      form.append('file', new File(['\0\x01\xff', 'data'], 'a "b".bin', { type: 'application/x-thing' }));
      return form;
    };
    const bytes = Uint8Array.from({ length: 70_000 }, (_, n) => (n * 7) % 256);
    const bodies: Record<string, () => BodyInit> = {
      string: () => 'žluťoučký kůň 🐎',
      empty: () => '',
      'lone surrogate': () => 'a\ud800b',
      params: () =>
        new URLSearchParams([
          ['a', '1 2'],
          ['b', 'ž'],
        ]),
      form,
      blob: () => new Blob([bytes, 'tail'], { type: 'image/x-none' }),
      'untyped blob': () => new Blob(['x']),
      buffer: () => bytes.buffer.slice(0),
      view: () => new Uint16Array(bytes.buffer, 2, 1000),
      dataview: () => new DataView(bytes.buffer, 5, 77),
      number: () => 42 as never,
      object: () => ({ toString: () => 'as text' }) as never,
    };
    for (const [name, make] of Object.entries(bodies)) {
      const { status } = await client.fetch(`${url}/${encodeURIComponent(name)}`, {
        method: 'PUT',
        body: make(),
      });
      if (status !== 200) throw new Error(`${name}: ${status}`);
      // What native sends, for comparison.
      await fetch(`${url}/native/${encodeURIComponent(name)}`, { method: 'PUT', body: make() }).catch(
        () => {},
      );
    }
    return Object.keys(bodies);
  }, script.url);
  const requests = await script.requests();
  for (const name of names) {
    const about = ({ body, headers }: (typeof requests)[number]) => ({
      sha256: body.sha256,
      length: body.length,
      type: headers.find(([name]) => name === 'content-type')?.[1],
    });
    const path = encodeURIComponent(name);
    const sent = requests.filter((request) => request.path === `/${path}`).map(about);
    expect(sent, name).toHaveLength(3);
    expect(sent[1], name).toEqual(sent[0]);
    expect(sent[2], name).toEqual(sent[0]);
    const native = about(requests.find((request) => request.path === `/native/${path}`)!);
    // The boundary of a form is random.
    const plain = (type = '') => type.replace(/boundary=.*/, '');
    expect(plain(sent[0]!.type), name).toBe(plain(native.type));
    expect(sent[0]!.length, name).toBe(native.length);
    if (name !== 'form') expect(sent[0]!.sha256, name).toBe(native.sha256);
  }
});

test("F2 a Request with a body is retried, and the caller's own ends used", async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 503, repeat: 2 }, { text: 'ok' }] });
  const used = await site.page.evaluate(async (url) => {
    const client = await lab.client();
    const request = new Request(url, { method: 'PUT', body: 'the body', headers: { 'x-mine': '1' } });
    const call = client.fetch(request);
    const now = request.bodyUsed;
    const { status } = await call;
    const again = await client.fetch(request).catch((error) => error.name);
    return { now, later: request.bodyUsed, status, again };
  }, script.url);
  expect(used).toEqual({ now: true, later: true, status: 200, again: 'TypeError' });
  const requests = await script.requests();
  expect(requests.map(({ body }) => body.text)).toEqual(Array(3).fill('the body'));
  expect(requests.every(({ headers }) => headers.some(([name]) => name === 'x-mine'))).toBe(true);
});

test('F3 a ReadableStream is sent once, and never split', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'never' }] });
  const got = await site.page.evaluate(async (url) => {
    let sent = 0;
    const native = globalThis.fetch;
    // Chromium streams over HTTP/2 only; so what is handed to it is looked at, then answered here.
    globalThis.fetch = async (input, init) => {
      sent += 1;
      const body = await new Response((init?.body ?? (input as Request).body) as ReadableStream).text();
      return new Response(body, { status: 503 });
    };
    let split = 0;
    const { tee } = ReadableStream.prototype;
    ReadableStream.prototype.tee = function (this: ReadableStream) {
      split += 1;
      return tee.call(this);
    } as typeof tee;
    const { clone } = Request.prototype;
    Request.prototype.clone = function (this: Request) {
      split += 1;
      return clone.call(this);
    };
    const client = steadfetch.createSteadfetch({ surfaces: false, defaults: { retry: { base: 2, cap: 4 } } });
    const stream = () => new Blob(['stream']).stream();
    const put = (body: BodyInit) => client.fetch(url, { method: 'PUT', body, duplex: 'half' } as RequestInit);
    const early = await put(stream());
    await client.ready;
    const late = await put(stream());
    const texts = [await early.text(), await late.text()];
    const why = steadfetch.explain(late)!.timeline.find(({ what }) => what === 'refused')?.why;
    globalThis.fetch = native;
    const real = steadfetch.createSteadfetch({ surfaces: false, defaults: { retry: { base: 2, cap: 4 } } });
    const error = await real
      .fetch(url, { method: 'PUT', body: stream(), duplex: 'half' } as RequestInit)
      .catch((error) => error);
    return { sent, split, texts, why, attempts: steadfetch.explain(error)?.attempts };
  }, script.url);
  expect(got).toMatchObject({ sent: 2, split: 0, texts: ['stream', 'stream'], attempts: 1 });
  expect(got.why).toContain('streamed');
});

test('F4 what the caller changes after the call is not sent', async ({ site, server }) => {
  const script = await server.play({ sequence: 'path', steps: [{ status: 503 }, { text: 'ok' }] });
  await site.page.evaluate(async (url) => {
    const send = async (
      client: typeof steadfetch extends { createSteadfetch(...args: never): infer C } ? C : never,
      when: string,
    ) => {
      const calls: Promise<Response>[] = [];
      const put = (name: string, init: RequestInit) => {
        const own = { method: 'PUT', ...init };
        calls.push(client.fetch(`${url}/${when}/${name}`, own));
        return own;
      };
      const headers = new Headers({ 'x-value': 'before' });
      const form = new FormData();
      form.set('value', 'before');
      const params = new URLSearchParams('value=before');
      const buffer = new TextEncoder().encode('value=before');
      const plain: Record<string, string> = { 'x-value': 'before' };
      const pairs: [string, string][] = [['x-value', 'before']];
      put('headers', { headers });
      put('plain', { headers: plain });
      put('pairs', { headers: pairs });
      put('form', { body: form });
      put('params', { body: params });
      put('view', { body: buffer });
      put('buffer', { body: buffer.buffer });
      const init = put('init', { body: 'before', headers: { 'x-value': 'before' } });
      const address = new URL(`${url}/${when}/url`);
      calls.push(client.fetch(address, { method: 'PUT' }));
      const request = new Request(`${url}/${when}/request`, {
        method: 'PUT',
        headers: { 'x-value': 'before' },
      });
      calls.push(client.fetch(request));
      headers.set('x-value', 'after');
      plain['x-value'] = 'after';
      pairs[0]![1] = 'after';
      pairs.push(['x-more', 'after']);
      form.set('value', 'after');
      params.set('value', 'after');
      buffer.fill(33);
      Object.assign(init, { method: 'DELETE', body: 'after', headers: { 'x-value': 'after' } });
      address.pathname += '/after';
      request.headers.set('x-value', 'after');
      for (const response of await Promise.all(calls))
        if (response.status !== 200) throw new Error(response.url);
    };
    const client = steadfetch.createSteadfetch({
      surfaces: false,
      defaults: { retry: { base: 2, cap: 4 }, budget: false, breaker: false },
    });
    if (client.state !== 'loading') throw new Error('it should still be loading');
    await send(client, 'loading');
    await send(client, 'active');
  }, script.url);
  const requests = await script.requests();
  expect(requests).toHaveLength(40);
  expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(['PUT']));
  for (const { path, headers, body } of requests) {
    const told = JSON.stringify([path, headers.filter(([name]) => name.startsWith('x-')), body.text]);
    expect(told, path).not.toContain('after');
    expect(body.text ?? body.base64, path).not.toContain('!');
    if (/headers|plain|pairs|init|request/.test(path)) expect(told, path).toContain('before');
    if (/params|view|buffer/.test(path)) expect(body.sha256, path).toBe(digest('value=before'));
    if (/form/.test(path)) expect(body.text, path).toContain('before');
  }
});

test('F5 discarded error bodies do not starve the connections', async ({ site, server }) => {
  // Unread, each of these would hold one of six connections for a minute.
  const script = await server.play({
    sequence: 'path',
    steps: [{ status: 503, bytes: 100_000, stallAfter: 50_000 }, { text: 'ok' }],
  });
  const ends = await site.page.evaluate(async (url) => {
    const client = await lab.client({ defaults: { budget: false, breaker: false, deadline: 30_000 } });
    // Past the browser's cache, which would repeat some requests by itself.
    const init = { cache: 'no-store' } as const;
    const calls = Array.from({ length: 20 }, (_, n) => lab.outcome(() => client.fetch(`${url}/${n}`, init)));
    return Promise.all(calls);
  }, script.url);
  expect(ends.map(({ text }) => text)).toEqual(Array(20).fill('ok'));
  // Chromium itself spends up to five seconds on the rest of a body before it gives a connection up.
  expect(Math.max(...ends.map(({ ms }) => ms))).toBeLessThan(20_000);
  await expect
    .poll(async () => (await script.log()).counts, { timeout: 10_000 })
    .toMatchObject({ requests: 40, aborted: 20, open: 0 });
});

test('F6 the result is a real Response, the very one that the browser made', async ({ site, server }) => {
  const script = await server.play({
    routes: {
      'GET /from': { redirect: 'to' },
      'GET /to': { text: 'body', headers: { 'x-mine': 'yes' } },
      'GET /again': [{ status: 503 }, { text: 'again', status: 203 }],
      'GET /missing': { status: 404, text: 'none' },
    },
  });
  const got = await site.page.evaluate(
    async ([url, second]) => {
      const seen = lab.spyOnFetch();
      const client = steadfetch.createSteadfetch({
        surfaces: false,
        defaults: { retry: { base: 2, cap: 4 } },
      });
      const found: Record<string, unknown> = {};
      for (const [name, address] of Object.entries({
        first: `${url}/from`,
        active: `${url}/from`,
        cors: `${second}/from`,
        again: `${url}/again`,
        missing: `${url}/missing`,
      })) {
        const response = await client.fetch(address);
        const copy = response.clone();
        const { status, ok, type, redirected } = response;
        const path = new URL(response.url).pathname.split('/').pop();
        const stream = response.body instanceof ReadableStream && !response.bodyUsed;
        const text = await response.text();
        found[name] = {
          ...{ status, ok, type, redirected, path, stream, text, copied: (await copy.text()) === text },
          same: response === seen.responses.at(-1),
          real: response instanceof Response && Object.getPrototypeOf(response) === Response.prototype,
          own: Object.keys(Object.getOwnPropertyDescriptors(response)).length,
          mine: response.headers.get('x-mine'),
        };
      }
      return found;
    },
    [script.url, script.second] as const,
  );
  const real = { same: true, real: true, own: 0, stream: true, copied: true };
  const to = { ...real, status: 200, ok: true, redirected: true, path: 'to', text: 'body' };
  expect(got).toEqual({
    first: { ...to, type: 'basic', mine: 'yes' },
    active: { ...to, type: 'basic', mine: 'yes' },
    cors: { ...to, type: 'cors', mine: null },
    again: {
      ...real,
      status: 203,
      ok: true,
      redirected: false,
      path: 'again',
      text: 'again',
      type: 'basic',
      mine: null,
    },
    missing: {
      ...real,
      status: 404,
      ok: false,
      redirected: false,
      path: 'missing',
      text: 'none',
      type: 'basic',
      mine: null,
    },
  });
});

test('F7 opaque answers are returned as they are', async ({ site, server }) => {
  const script = await server.play({
    cors: 'none',
    routes: { 'GET /opaque': { status: 503, text: 'hidden' }, 'GET /from': { redirect: 'to' } },
  });
  const got = await site.page.evaluate(
    async ([url, second]) => {
      const seen = lab.spyOnFetch();
      const client = steadfetch.createSteadfetch({ surfaces: { delay: 0 } });
      await client.ready;
      const opaque = await client.fetch(`${second}/opaque`, { mode: 'no-cors' });
      const redirect = await client.fetch(`${url}/from`, { redirect: 'manual' });
      const plain = [opaque, redirect].map(({ type, status, url, body }) => ({
        type,
        status,
        url: url.split('/').pop(),
        body,
      }));
      return {
        plain,
        same: [opaque, redirect].every((one, n) => one === seen.responses[n]),
        shown: client.notices.list().length,
      };
    },
    [script.url, script.second] as const,
  );
  expect(got).toEqual({
    plain: [
      { type: 'opaque', status: 0, url: '', body: null },
      { type: 'opaqueredirect', status: 0, url: 'from', body: null },
    ],
    same: true,
    shown: 0,
  });
  expect(await script.count()).toBe(2);
});
