// The latest calls of a client: bounded by count and size, the ones in trouble not pushed out by those that went well; reports and
// the health element read from there.
import { expect, test } from '../support/test';

test('Calls: of every call a timeline, the latest first, without what may identify anybody', async ({
  site,
}) => {
  const script = await site.server.play({ steps: [{}, { status: 503 }, {}, { status: 404 }] });
  const seen = await site.page.evaluate(async (url) => {
    const client = await lab.client();
    const before = client.calls();
    const told: unknown[] = [];
    client.on('call', (event) => told.push(event));
    for (const path of ['/orders/4711?mail=a@b.c', '/orders/4712', '/orders/4713'])
      await client.fetch(url + path, { steady: { actionId: 'save' } });
    await lab.sleep(50);
    const calls = client.calls();
    return {
      before,
      told,
      calls,
    };
  }, script.url);
  expect(seen.before).toEqual([]);
  expect(seen.calls).toEqual([...seen.told].reverse());
  expect(seen.calls.map(({ explanation }) => [explanation.attempts, explanation.fault?.kind])).toEqual([
    [1, 'not-found'],
    [2, undefined],
    [1, undefined],
  ]);
  expect(seen.calls.map(({ actionId }) => actionId)).toEqual(['save', 'save', 'save']);
  expect(JSON.stringify(seen.calls)).not.toMatch(/471|b\.c|href/);
});

test('Calls: 50 that went well and 50 others are kept, whatever else goes on', async ({ site }) => {
  const script = await site.server.play({
    steps: [
      { status: 404, repeat: 60 },
      { status: 200, repeat: 140 },
    ],
  });
  const calls = await site.page.evaluate(async (url) => {
    const client = await lab.client();
    for (let call = 0; call < 200; call++) await (await client.fetch(url)).text();
    return client
      .calls()
      .map(({ callId, explanation }) => [Number(callId.split('-')[1]), !explanation.fault]);
  }, script.url);
  const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => to - at);
  expect(calls.filter(([, well]) => well).map(([number]) => number)).toEqual(numbers(151, 200));
  expect(calls.filter(([, well]) => !well).map(([number]) => number)).toEqual(numbers(11, 60));
});

test('Calls: what servers say of problems is bounded too', async ({ site }) => {
  const detail = 'x'.repeat(40_000);
  const script = await site.server.play({
    steps: [
      { status: 422, json: { title: 'No', detail }, headers: { 'content-type': 'application/problem+json' } },
    ],
  });
  const sizes = await site.page.evaluate(async (url) => {
    const client = await lab.client();
    for (let call = 0; call < 12; call++) await client.fetch(url);
    return client.calls().map(({ explanation }) => JSON.stringify(explanation).length);
  }, script.url);
  expect(sizes.length).toBeGreaterThan(3);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(250_000 + 50_000);
});

test('Calls: long URLs are bounded too, of calls that failed and of those that went well', async ({
  site,
}) => {
  const script = await site.server.play({
    routes: { 'GET /well': { json: {} } },
    steps: [{ status: 404 }],
  });
  const held = await site.page.evaluate(async (url) => {
    const client = await lab.client();
    const query = `?${'x'.repeat(10_000)}`;
    for (const path of ['/gone', '/well'])
      for (let call = 0; call < 40; call++) await (await client.fetch(url + path + query + call)).text();
    await (await client.fetch(`${url}/well`)).text();
    const calls = client.calls();
    return ['/gone', '/well'].map((path) => calls.filter(({ route }) => route.endsWith(path)).length);
  }, script.url);
  // 250 000 characters, of ten thousand each.
  expect(held[0]).toBeGreaterThan(15);
  expect(held[0]).toBeLessThan(25);
  // Those are not worth keeping at such a price.
  expect(held[1]).toBe(1);
});
