import { expect, test } from '../support/test';
import { withTraps } from '../support/trap';

test('configure: new rules hold for new calls, and lint tells of them', async ({ site, server }) => {
  const script = await server.play({ sequence: 'path', steps: [{ status: 500 }] });
  const got = await site.page.evaluate(async (url) => {
    const quick = { base: 1, cap: 2 };
    const client = steadfetch.createSteadfetch({
      surfaces: false,
      defaults: { breaker: false, retry: { ...quick, attempts: 2 } },
    });
    const before = client.lint().length;
    await client.ready;
    const attempts = async (path: string) =>
      steadfetch.explain(await client.fetch(`${url}/${path}`))?.attempts;
    const first = await attempts('a');
    await client.configure({ defaults: { breaker: false, retry: { ...quick, attempts: 4 } } });
    const second = await attempts('a');
    await client.configure({ rules: [{ match: '*://*/s/*/b', retry: false }] });
    const lint = client.lint();
    return { before, numbers: [first, second, await attempts('b'), await attempts('a')], lint };
  }, script.url);
  expect(got.before).toBe(0);
  expect(got.numbers).toEqual([2, 4, 1, 4]);
  const rule = got.lint.find((finding) => finding.rule === 'rules[0] *://*/s/*/b');
  expect(rule).toMatchObject({ level: 'info', worstAttempts: 1, worstWait: 10_000 });
});

test('configure: every problem at once, and then nothing has changed', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 500 }] });
  const got = await site.page.evaluate(async (url) => {
    const client = steadfetch.createSteadfetch({
      surfaces: false,
      defaults: { breaker: false, retry: false },
    });
    const wrong = async (options: object) => {
      const error = await client.configure(options).catch((error: unknown) => error);
      return error instanceof steadfetch.ConfigError ? error.problems.map(({ path }) => path) : error;
    };
    const problems = [
      await wrong({ rules: [{ match: 'nonsense' }], defaults: { retry: { attempts: 0 } }, faults: 1 }),
      await wrong({ seed: 1, surfaces: {}, rules: 7, defaults: { retry: { attempts: 5 } } }),
      await wrong({ nonsense: 1 }),
    ];
    const response = await client.fetch(url);
    return { problems, attempts: steadfetch.explain(response)?.attempts };
  }, script.url);
  expect(got).toEqual({
    problems: [
      ['rules[0].match', 'defaults.retry.attempts', 'faults'],
      ['surfaces', 'seed', 'rules'],
      ['nonsense'],
    ],
    attempts: 1,
  });
});

test('configure: without an engine it says so', async ({ bare, server }) => {
  bare.expects(/wasm-unsafe-eval|unsafe-eval/);
  await bare.open('/?csp=no-wasm');
  void server;
  const got = await bare.page.evaluate(async () => {
    const client = steadfetch.createSteadfetch({ surfaces: false });
    const error = await client.configure({ rules: [] }).catch((error: unknown) => String(error));
    return [client.state, error, client.lint()];
  });
  expect(got).toEqual(['passthrough', expect.stringMatching(/^TypeError: .*Content Security Policy/), []]);
});

test('configure: a trap brings neither old rules nor forgotten breakers back', async ({ bare, server }) => {
  bare.expects(/its engine stopped and is started anew/);
  await withTraps(bare.page);
  await bare.open();
  const script = await server.play({ sequence: 'path', steps: [{ status: 500 }] });
  const got = await bare.page.evaluate(async (url) => {
    const breaker = { consecutive: 3, open: 60_000, openCap: 60_000, whileOpen: 'refuse' } as const;
    const retry = { base: 1, cap: 2, attempts: 1 };
    const client = steadfetch.createSteadfetch({ surfaces: false, defaults: { breaker, retry } });
    await client.ready;
    await client.configure({ defaults: { breaker, retry: { ...retry, attempts: 3 } } });
    const attempts = async (path: string) =>
      (await lab.outcome(() => client.fetch(`${url}/${path}`))).known?.attempts;
    const trap = async () => {
      traps.next.push('admit');
      await client.fetch(`${url}/trapped`);
      await lab.sleep(50);
    };
    await trap();
    const kept = [client.state, await attempts('a')];
    await trap();
    const { known } = await lab.outcome(() => client.fetch(`${url}/c`));
    return { hit: traps.hit.length, kept, kind: known?.fault?.kind };
  }, script.url);
  expect(got).toEqual({ hit: 2, kept: ['active', 3], kind: 'circuit-open' });
});
