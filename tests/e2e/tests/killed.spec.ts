// The page killed while reports and telemetry are on their way: what was stored is not lost, and whoever takes them knows a double by
// its reference or span.
import type { Page } from '@playwright/test';
import type { ProblemReport } from 'steadfetch';
import { collected } from '../support/collector';
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

test('Killed while it sends telemetry: what was stored is sent by the next page, each span once', async ({
  bare: site,
  server,
}) => {
  const { page } = site;
  // No event tells of the end, as where a renderer dies; the tab and its storage stay, as where it is brought back.
  await page.addInitScript(() => {
    for (const type of ['pagehide', 'visibilitychange', 'beforeunload'])
      addEventListener(type, (event) => event.stopImmediatePropagation(), { capture: true });
  });
  const collector = await server.play({ steps: [{ silence: 60_000 }, { json: {} }] });
  const script = await server.play({ steps: [{ status: 404 }] });
  const begin = (url: string) => {
    globalThis.client = steadfetch.createSteadfetch({
      surfaces: false,
      defaults: { retry: false, breaker: false },
      telemetry: { otlp: { url }, sample: 1 },
    });
    return client.ready;
  };
  await site.open();
  await page.evaluate(begin, collector.second);
  await page.evaluate(async (url) => {
    for (let call = 0; call < 5; call++) await client.fetch(url);
  }, script.url);
  await expect.poll(() => collector.count(), { timeout: 15_000 }).toBeGreaterThan(0);
  const before = await collector.count();
  // What a dead renderer leaves is what is stored by now.
  const stored = await page.evaluate(() => sessionStorage.getItem('steadfetch:telemetry:1') ?? '');
  expect(stored.match(/"spanId"/g)?.length).toBe(15);
  await page.reload();
  await page.locator('html[data-ready]').waitFor();
  await page.evaluate(begin, collector.second);
  const spans = async () => (await collected(collector)).spans.map(({ spanId }) => spanId);
  await expect.poll(async () => (await spans()).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(10);
  await page.waitForTimeout(6_000);
  const taken = await spans();
  expect(taken).toHaveLength(10);
  expect(new Set(taken).size).toBe(10);
  const { logs } = await collected(collector);
  expect(logs.filter(({ eventName }) => eventName === 'steadfetch.call')).toHaveLength(5);
  expect(before, 'it was under way').toBe(1);
});
