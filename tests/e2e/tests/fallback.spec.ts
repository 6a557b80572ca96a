// The caller's own answer for when everything else failed.
import { expect, test } from '../support/test';

test('a fallback stands in for a failure, and the timeline says so', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 503 }] });
  const got = await site.page.evaluate(async (url) => {
    const client = await lab.client();
    const fallback = new Response('instead', { headers: { 'x-own': '1' } });
    const first = await lab.outcome(() => client.fetch(url, { steady: { fallback } }));
    // A clone each time: the same one serves again.
    const second = await lab.outcome(() =>
      client.fetch(url, { steady: { fallback: () => fallback.clone() } }),
    );
    const third = await lab.outcome(() => client.fetch(url, { steady: { fallback } }));
    return [first, second, third];
  }, script.url);
  for (const outcome of got) {
    expect(outcome).toMatchObject({ status: 200, text: 'instead' });
    expect(outcome.known).toMatchObject({
      source: 'fallback',
      attempts: 3,
      fault: { kind: 'overloaded', status: 503, impact: 'degraded' },
    });
    const steps = outcome.known!.timeline.map(({ what }) => what);
    expect(steps.slice(-2)).toEqual(['fallback', 'done']);
  }
});

test('a fallback comes when the connection fails, and late where it takes its time', async ({
  site,
  server,
}) => {
  const script = await server.play({ steps: [{ reset: true }] });
  const got = await site.page.evaluate(async (url) => {
    const client = await lab.client();
    const fallback = async () => {
      await lab.sleep(200);
      return Response.json({ own: true });
    };
    return lab.outcome(() => client.fetch(url, { steady: { fallback } }));
  }, script.url);
  expect(got).toMatchObject({
    text: '{"own":true}',
    known: { source: 'fallback', fault: { kind: 'unreachable' } },
  });
  expect(got.ms).toBeGreaterThan(190);
});

test('a fallback that fails, or brings no Response, leaves the failure', async ({ bare, server }) => {
  bare.expects(/a fallback (failed|did not bring a Response)/);
  await bare.open();
  const script = await server.play({ steps: [{ status: 503, text: 'busy' }] });
  const got = await bare.page.evaluate(async (url) => {
    const client = await lab.client();
    const wrong = [
      () => Promise.reject(new Error('none')),
      () => {
        throw new Error('none');
      },
      () => 'text' as unknown as Response,
    ];
    return Promise.all(
      wrong.map((fallback) => lab.outcome(() => client.fetch(url, { steady: { fallback } }))),
    );
  }, script.url);
  for (const outcome of got)
    expect(outcome).toMatchObject({ status: 503, text: 'busy', known: { source: 'network' } });
});

test('no fallback for what is the answer, nor for an abort', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 404 }] });
  const silent = await server.play({ steps: [{ silence: true }] });
  const got = await site.page.evaluate(
    async ([url, silent]) => {
      const client = await lab.client();
      let asked = 0;
      const steady = { fallback: () => (asked++, new Response('instead')) };
      const found = await lab.outcome(() => client.fetch(url, { steady }));
      const signal = AbortSignal.timeout(100);
      const aborted = await lab.outcome(() => client.fetch(silent, { steady, signal }));
      return { found, aborted, asked };
    },
    [script.url, silent.url] as const,
  );
  expect(got.found.status).toBe(404);
  expect(got.aborted.error).toMatchObject({ name: 'TimeoutError' });
  expect(got.asked).toBe(0);
});

test('what is no fallback is said at once, with its path', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const message = await site.page.evaluate(async (url) => {
    const client = await lab.client();
    const steady = { fallback: 'text' as unknown as Response };
    return client.fetch(url, { steady }).then(
      () => 'no error',
      (error: Error) => error.message,
    );
  }, script.url);
  expect(message).toContain('fallback: expected a Response, or a function that returns one, got "text"');
});
