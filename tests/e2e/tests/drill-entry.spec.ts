// `steadfetch/drill` in an app of one's own, against a real server.
import { readFile, readdir } from 'node:fs/promises';
import { expect, test } from '../support/test';

const FOLDER = new URL('../../../drills/', import.meta.url);

const DRILL = {
  version: 3,
  title: 'Short',
  summary: 'For a test.',
  rehearses: 'Nothing.',
  length: 9,
  steps: [{ at: 0, until: 3, match: '/s/*', fault: { kind: 'status', status: 503, retryAfter: 2 } }],
  people: [
    { at: 0.2, does: 'read' },
    { at: 5, does: 'read' },
  ],
  expect: { notices: [{ cause: 'overloaded', surface: 'toast', by: 2, over: 8 }], recovery: { by: 9 } },
};

test('drill entry: a drill is played, reported, and leaves no fault behind', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const got = await site.page.evaluate(
    async ([url, value]) => {
      const client = steadfetch.createSteadfetch({ defaults: { retry: { base: 200, cap: 400 } } });
      await client.ready;
      // Not at the client's beginning: the times of `faults` count from there.
      await new Promise((go) => setTimeout(go, 700));
      const statuses: number[] = [];
      const read = () => void client.fetch(url).then(({ status }) => statuses.push(status));
      const drill = drills.readDrill(value);
      const report = await drills.playDrill(client, drill, { act: (does) => does === 'read' && read() });
      const { status } = await client.fetch(url);
      return { report, table: drills.drillTable(report), statuses, status };
    },
    [script.url, DRILL] as const,
  );
  expect(got.report.passed, got.table).toBe(true);
  expect(got.report.sightings[0]).toMatchObject({ what: 'appears', cause: 'overloaded', surface: 'toast' });
  expect(got.table).toContain('Short: as expected');
  expect(got.table).toContain('This has to wait a moment');
  expect(got.statuses).toEqual([200, 200]);
  expect(got.status).toBe(200);
  expect(await script.count(), 'during the fault nothing was asked').toBe(3);
});

test('drill entry: an abort ends it, and its faults', async ({ site, server }) => {
  const script = await server.play({ steps: [{ text: 'ok' }] });
  const got = await site.page.evaluate(
    async ([url, value]) => {
      const client = steadfetch.createSteadfetch({
        surfaces: false,
        defaults: { retry: false, breaker: false },
      });
      const controller = new AbortController();
      const { signal } = controller;
      const playing = drills.playDrill(client, drills.readDrill(value), {
        signal,
        base: new URL(url).origin,
      });
      const why = playing.catch((reason: unknown) => reason);
      await client.ready;
      await new Promise((go) => setTimeout(go, 300));
      const during = (await client.fetch(url)).status;
      controller.abort('enough');
      const reason = await why;
      return [during, reason, (await client.fetch(url)).status];
    },
    [script.url, DRILL] as const,
  );
  expect(got).toEqual([503, 'enough', 200]);
});

test('drill entry: a file that is wrong is refused with path, got, expected and fix', async ({ site }) => {
  const read = (value: unknown) =>
    site.page.evaluate((value) => {
      try {
        drills.readDrill(value);
        return [];
      } catch (error) {
        return (error as InstanceType<typeof drills.DrillError>).problems;
      }
    }, value);
  const paths = async (value: unknown) => (await read(value)).map(({ path }) => path);
  expect(await read(DRILL)).toEqual([]);
  expect(await read([])).toMatchObject([{ path: '', got: '[]', expected: 'an object' }]);
  expect(await read({ ...DRILL, version: 2 })).toEqual([
    { path: 'version', got: '2', expected: '3', fix: 'Of this format.' },
  ]);
  const { expect: _, ...without } = DRILL;
  expect(await read(without)).toMatchObject([{ path: 'expect', got: 'nothing', expected: 'an object' }]);
  expect(await paths({ ...DRILL, stepz: 1, length: '9' })).toEqual(['length', 'stepz']);
  const fault = { kind: 'silence' };
  expect(await paths({ ...DRILL, steps: [{ at: -1, until: 2, match: 'api', rate: 7, fault }] })).toEqual([
    'steps[0].at',
    'steps[0].match',
    'steps[0].rate',
    'steps[0].fault.kind',
  ]);
  // What a schema cannot say.
  const odd = { at: 5, until: 5, fault: { kind: 'network', status: 503 } };
  expect(await read({ ...DRILL, steps: [odd, { at: 1, until: 99, fault: { kind: 'offline' } }] })).toEqual([
    {
      path: 'steps[0].until',
      got: '5',
      expected: 'more than at, 5',
      fix: 'end the fault after it begins',
    },
    {
      path: 'steps[0].fault.status',
      got: '503',
      expected: 'nothing with kind "network"',
      fix: 'take it out',
    },
    {
      path: 'steps[1].until',
      got: '99',
      expected: "a time within the drill's length, 9",
      fix: 'make the drill longer, or this earlier',
    },
  ]);
  const notices = [{ cause: 'overloaded', after: 4, by: 3, over: 2 }];
  expect(await paths({ ...DRILL, expect: { notices, recovery: { by: 19 } } })).toEqual([
    'expect.notices[0].by',
    'expect.notices[0].over',
    'expect.recovery.by',
  ]);
});

test('drill entry: every drill of the repository is one, with a runbook that is there', async ({ site }) => {
  const names = (await readdir(FOLDER)).filter((name) => name !== 'schema.json');
  let runbooks = 0;
  for (const name of names) {
    const drill = JSON.parse(await readFile(new URL(name, FOLDER), 'utf8')) as { runbook?: string };
    await site.page.evaluate((value) => void drills.readDrill(value), drill);
    if (!drill.runbook) continue;
    runbooks += 1;
    const text = await readFile(new URL(`../${drill.runbook}`, FOLDER), 'utf8');
    for (const part of ['## What people see', '## What operators do', '## What is communicated']) {
      expect(text, drill.runbook).toContain(part);
    }
  }
  expect(runbooks).toBe(5);
});
