// The page killed while reports and telemetry are on their way: what was stored is not lost, and whoever takes them knows a double by
// its reference or span.
import type { Page } from '@playwright/test';
import type { ProblemReport } from 'steadfetch';
import { collected, shelves } from '../support/collector';
import { start } from '../support/notices';
import { Site, expect, test } from '../support/test';

/** The renderer dies at once: no event is told, nothing is tidied up. */
async function crash(page: Page): Promise<void> {
  const target = await page.context().newCDPSession(page);
  const crashed = new Promise<void>((done) => page.on('crash', () => done()));
  // It never answers.
  target.send('Page.crash').catch(() => {});
  await crashed;
  await page.close();
}

/** The renderer dies, of which no event is told, and the tab is brought back, as a person would do it. What runs code in it. */
async function revived(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  const crashed = new Promise<void>((done) => page.on('crash', () => done()));
  devtools.send('Page.crash').catch(() => {});
  await crashed;
  await devtools.send('Page.reload');
  // Playwright gives up a page that has crashed.
  const run = async <A, T>(work: (arg: A) => T | Promise<T>, arg: A): Promise<T> => {
    const expression = `(${work.toString()})(${JSON.stringify(arg)})`;
    const { result } = await devtools.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    return result.value as T;
  };
  await expect.poll(() => run(() => 'ready' in document.documentElement.dataset, 0)).toBe(true);
  return run;
}

/** All that the tab has stored. */
function stored(): string {
  return Object.entries(sessionStorage as unknown as Record<string, string>)
    .map(([, text]) => text)
    .join();
}

test('Killed while it sends reports: each arrives, and doubles bear the same reference and bytes', async ({
  server,
  context,
}) => {
  const script = await server.play({
    routes: {
      'POST /reports': {
        // Under way when the renderer dies, twice; taken, and nobody hears of it; then well.
        steps: [{ silence: 60_000 }, { silence: 60_000 }, { reset: true }, { status: 200, repeat: 20 }],
      },
    },
  });
  const got = async () =>
    (await script.requests())
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => JSON.parse(body.text!) as ProblemReport);
  const open = async () => {
    const page = await context.newPage();
    await page.goto(`${server.first}/`);
    await page.locator('html[data-ready]').waitFor();
    await start(new Site(page, server), { report: { url: `${script.url}/reports` } });
    return page;
  };
  const list = (page: Page) => page.evaluate(() => client.reports.list());
  const filed = new Set<string>();
  let page = await open();
  for (const words of ['one', 'two', 'three']) {
    await page.evaluate(() => void client.reports.open());
    const form = page.getByRole('dialog', { name: 'Report a problem' });
    await form.getByRole('textbox', { name: 'What happened?' }).fill(words);
    await form.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(form.getByRole('button', { name: 'Done', exact: true })).toBeVisible({ timeout: 10_000 });
    await form.getByRole('button', { name: 'Done', exact: true }).click();
  }
  for (const { reference } of await list(page)) filed.add(reference);
  expect(filed.size).toBe(3);
  for (const killed of [1, 2]) {
    await expect.poll(async () => (await got()).length, { timeout: 30_000 }).toBe(killed);
    await crash(page);
    page = await open();
  }
  const sent = async () => (await list(page)).filter(({ state }) => state === 'sent').length;
  await expect.poll(sent, { timeout: 40_000 }).toBe(3);
  const all = await got();
  expect(new Set(all.map(({ reference }) => reference))).toEqual(filed);
  // Once each, but for those that were under way or got no answer.
  expect(all.length).toBe(6);
  const texts = new Set(all.map((report) => JSON.stringify(report)));
  expect(texts.size, 'a double is the same to the byte').toBe(3);
});

test('Killed while it sends telemetry: what was stored is sent by the page that is restored, each span once', async ({
  bare: site,
  server,
}) => {
  const { page } = site;
  const collector = await server.play({
    routes: {
      // Under way when the renderer dies: nobody hears of it.
      'POST /v1/logs': { steps: [{ silence: 60_000 }, { json: {} }] },
      'POST /v1/traces': { json: {} },
      'POST /v1/metrics': { json: {} },
    },
  });
  const script = await server.play({ steps: [{ status: 404 }] });
  const begin = (url: string) => {
    globalThis.client = steadfetch.createSteadfetch({
      surfaces: false,
      defaults: { retry: false, breaker: false },
      telemetry: { otlp: { url }, sample: 1, traceparent: 'same-origin' },
    });
    return client.ready;
  };
  await site.open();
  await page.evaluate(begin, collector.url);
  const traces = await page.evaluate(async (url) => {
    const traces = [];
    for (let call = 0; call < 5; call++) traces.push(client.explain(await client.fetch(url))!.traceId!);
    return traces;
  }, script.url);
  await expect.poll(() => collector.count(), { timeout: 15_000 }).toBe(1);
  const { items } = await shelves(page);
  expect(items.filter(({ record }) => record.type === 'call')).toHaveLength(5);
  // The browser writes what a renderer stores a moment later.
  await page.waitForTimeout(1_000);
  const run = await revived(page);
  const kept = await run(stored, 0);
  for (const trace of traces) expect(kept, 'it outlives a crash').toContain(trace);
  await run(begin, collector.url);
  const spans = async () => (await collected(collector)).spans.filter(({ kind }) => kind === 1);
  await expect.poll(async () => (await spans()).length, { timeout: 20_000 }).toBe(5);
  await new Promise((go) => setTimeout(go, 6_000));
  expect((await spans()).map(({ traceId }) => traceId).sort()).toEqual(traces.sort());
  const { logs } = await collected(collector);
  const told = logs.filter(({ eventName }) => eventName === 'steadfetch.call');
  expect(told.map(({ traceId }) => traceId).sort()).toEqual(traces);
  // The first was under way: nobody heard of it.
  const asked = (await collector.requests()).filter(
    ({ path, method }) => path === '/v1/logs' && method === 'POST',
  );
  const doubled = asked.filter(({ body }) => traces.every((trace) => body.text!.includes(trace)));
  expect(doubled.map(({ status }) => status).at(-1)).toBe(200);
  expect(doubled).toHaveLength(2);
});

test('Killed while counts are under way: they come once at most, and what was taken is not stored any more', async ({
  bare: site,
  server,
}) => {
  const { page } = site;
  const collector = await server.play({
    routes: {
      'POST /v1/metrics': { steps: [{ silence: 60_000 }, { json: {} }] },
      'POST /v1/logs': { json: {} },
      'POST /v1/traces': { json: {} },
    },
  });
  const script = await server.play({ steps: [{ status: 404 }] });
  // Its minutes are short.
  await page.addInitScript(() => {
    const { setInterval } = globalThis;
    globalThis.setInterval = ((run: () => void, time: number) =>
      setInterval(run, time === 60_000 ? 500 : time)) as typeof setInterval;
  });
  const begin = (url: string) => {
    globalThis.client = steadfetch.createSteadfetch({
      surfaces: false,
      defaults: { retry: false, breaker: false },
      telemetry: { otlp: { url }, sample: 1 },
    });
    return client.ready;
  };
  await site.open();
  await page.evaluate(begin, collector.url);
  await page.evaluate(async (url) => {
    for (let call = 0; call < 3; call++) await client.fetch(url);
  }, script.url);
  const counts = async () => (await collector.requests()).filter(({ path }) => path === '/v1/metrics');
  await expect.poll(async () => (await counts()).length, { timeout: 15_000 }).toBe(1);
  // The browser writes what a renderer stores a moment later.
  await page.waitForTimeout(1_000);
  const run = await revived(page);
  const kept = await run(stored, 0);
  expect(kept, 'counts that are under way').not.toContain('"health"');
  expect(kept, 'logs and spans that were taken').not.toContain('"call"');
  await run(begin, collector.url);
  await new Promise((go) => setTimeout(go, 8_000));
  const calls = (await counts()).flatMap(({ body }) => body.text!.match(/steadfetch\.calls/g) ?? []);
  expect(calls.length).toBe(1);
});
