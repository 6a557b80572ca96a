// J3: one Idempotency-Key for each logical call, whatever becomes of it.
import type { Policy } from 'steadfetch';
import { type Scenario, header } from '../support/server';
import { expect, test } from '../support/test';

const KEYED: Policy = { breaker: false, budget: false, deadline: 20_000, idempotency: {} };
const POST = { method: 'POST', body: 'order' };

async function keys(script: Scenario, name = 'idempotency-key'): Promise<(string | undefined)[]> {
  return (await script.requests()).map((request) => header(request, name));
}

test('J3 a POST is retried under one key, quoted', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 500, repeat: 2 }, { echo: true }] });
  const got = await site.call(script.url, POST, { defaults: KEYED });
  expect(got).toMatchObject({ status: 200, known: { attempts: 3 } });
  const sent = await keys(script);
  expect(sent).toHaveLength(3);
  expect(new Set(sent).size).toBe(1);
  expect(sent[0]).toMatch(/^"[0-9a-f]{32}"$/);
  expect(JSON.parse(got.text!).headers, 'the server has it').toContainEqual(['idempotency-key', sent[0]]);
  expect((await script.requests()).map(({ body }) => body.text)).toEqual(Array(3).fill('order'));
});

test('J3 every call has its own', async ({ site, server }) => {
  const script = await server.play({ sequence: 'path', steps: [{ status: 502 }, { text: 'ok' }] });
  for (let n = 0; n < 3; n++) await site.call(`${script.url}/${n}`, POST, { defaults: KEYED });
  const sent = await keys(script);
  expect(sent).toHaveLength(6);
  expect(new Set(sent).size).toBe(3);
});

test('J3 after a connection that broke it is the same', async ({ site, server }) => {
  const script = await server.play({ steps: [{ reset: true }, { silence: true }, { text: 'ok' }] });
  const defaults = { ...KEYED, attemptTimeout: 500 };
  expect(await site.call(script.url, POST, { defaults })).toMatchObject({
    text: 'ok',
    known: { attempts: 3 },
  });
  const sent = await keys(script);
  expect(sent).toHaveLength(3);
  expect(new Set(sent).size).toBe(1);
});

test('J3 bare, or under another name, where the rule says so', async ({ site, server }) => {
  const script = await server.play({ sequence: 'path', steps: [{ status: 500 }, { text: 'ok' }] });
  const bare = { ...KEYED, idempotency: { quoted: false } };
  expect(await site.call(`${script.url}/bare`, POST, { defaults: bare })).toMatchObject({ text: 'ok' });
  const named = { ...KEYED, idempotency: { header: 'X-Request-Id', quoted: false } };
  expect(await site.call(`${script.url}/named`, POST, { defaults: named })).toMatchObject({ text: 'ok' });
  const [first, second, ...others] = await keys(script);
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(second).toBe(first);
  expect(others).toEqual([undefined, undefined]);
  const ids = await keys(script, 'x-request-id');
  expect(ids[2]).toMatch(/^[0-9a-f]{32}$/);
  expect(ids).toEqual([undefined, undefined, ids[2], ids[2]]);
});

test('J3 only methods that are not idempotent get one', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  for (const method of ['GET', 'PUT', 'DELETE', 'POST', 'PATCH']) {
    await site.call(script.url, { method }, { defaults: KEYED });
  }
  expect((await keys(script)).map((key) => key !== undefined)).toEqual([false, false, false, true, true]);
});

test('J3 the call may bring its own, or ask for one', async ({ site, server }) => {
  const script = await server.play({ sequence: 'path', steps: [{ status: 500 }, { text: 'ok' }] });
  const plain = { defaults: { ...KEYED, idempotency: false as const } };
  const own = await site.call(`${script.url}/own`, { ...POST, steady: { idempotencyKey: 'order-1' } }, plain);
  expect(own).toMatchObject({ status: 200, known: { attempts: 2 } });
  const asked = await site.call(`${script.url}/asked`, { ...POST, steady: { idempotencyKey: true } }, plain);
  expect(asked).toMatchObject({ status: 200, known: { attempts: 2 } });
  // A structured string has its quotes and backslashes escaped (RFC 9651 §3.3.3).
  const odd = { ...POST, steady: { idempotencyKey: 'a"b\\c' } };
  expect(await site.call(`${script.url}/odd`, odd, plain)).toMatchObject({ status: 200 });
  // The caller's own header stays as it is.
  const headers = { 'idempotency-key': 'mine' };
  const mine = await site.call(`${script.url}/mine`, { ...POST, headers }, { defaults: KEYED });
  expect(mine).toMatchObject({ status: 200, known: { attempts: 2 } });
  const sent = await keys(script);
  expect(sent[2]).toMatch(/^"[0-9a-f]{32}"$/);
  expect(sent).toEqual([
    ...Array(2).fill('"order-1"'),
    ...Array(2).fill(sent[2]),
    ...Array(2).fill('"a\\"b\\\\c"'),
    ...Array(2).fill('mine'),
  ]);
  // Without any it is sent once.
  expect(await site.call(`${script.url}/none`, POST, plain)).toMatchObject({ status: 500 });
  expect((await script.log()).counts.byPath['POST /none']).toBe(1);
});

test("J3 the caller's own key under the rule's name stays as it is", async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 500 }, { text: 'ok' }] });
  const defaults = { ...KEYED, idempotency: { header: 'X-Request-Id' } };
  const init = { ...POST, headers: { 'x-request-id': 'mine' } };
  expect(await site.call(script.url, init, { defaults })).toMatchObject({ text: 'ok' });
  expect(await keys(script, 'x-request-id')).toEqual(['mine', 'mine']);
});

test('J3 409 is waited for, under the same key; 422 ends it', async ({ site, server }) => {
  const script = await server.play({
    routes: {
      'POST /busy': [{ status: 409, repeat: 2 }, { text: 'done' }],
      'POST /other': { status: 422, text: 'not the same request' },
    },
  });
  const busy = await site.call(`${script.url}/busy`, POST, { defaults: KEYED });
  expect(busy).toMatchObject({ status: 200, text: 'done', known: { attempts: 3 } });
  const other = await site.call(`${script.url}/other`, POST, { defaults: KEYED });
  expect(other).toMatchObject({ status: 422, known: { attempts: 1 } });
  const sent = await keys(script);
  expect(sent).toHaveLength(4);
  expect(new Set(sent.slice(0, 3)).size).toBe(1);
  // Without a key a 409 is a conflict, and final.
  const plain = await site.call(`${script.url}/busy`, { method: 'PUT' }, { defaults: KEYED });
  expect(plain.known!.attempts).toBe(1);
});
