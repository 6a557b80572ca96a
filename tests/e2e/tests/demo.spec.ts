import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Page, expect, test } from '@playwright/test';
import type { AxeResults, RunOptions } from 'axe-core';

declare const axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };

const DEMO = process.env['DEMO_URL'];
const DRILLS = new URL('../../../drills/', import.meta.url);
const PICTURES = fileURLToPath(new URL('../../../target/pictures', import.meta.url));

/** Short enough for a test; of the same format as those that come with the demo. */
const DRILL = {
  version: 3,
  title: 'Short',
  summary: 'For a test.',
  rehearses: 'Nothing.',
  length: 9,
  steps: [{ at: 0, until: 2, match: '/api/*', fault: { kind: 'status', status: 503, retryAfter: 2 } }],
  people: [{ at: 0.5, does: 'refresh' }],
  expect: { notices: [], recovery: { by: 9 } },
};

const LONG = { timeout: 15_000 };

test.skip(!DEMO, 'the demo was not built');

for (const server of [true, false]) {
  test(`demo: a drill plays ${server ? 'beside' : 'without'} a fault server`, async ({ page }) => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    if (!server) {
      await page.route(/\/(_server|_scenario|s)(\/|$)/, (route) =>
        route.fulfill({ status: 404, body: 'nothing' }),
      );
    }
    await page.goto(DEMO!);
    await expect(page.locator('#view').getByText('Mara Lindqvist').first()).toBeVisible();
    await page.locator('input[type=file]').setInputFiles({
      name: 'short.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(DRILL)),
    });
    await page.getByLabel('Short', { exact: true }).check({ force: true });
    const sent = () => asked.filter((path) => path.endsWith('/api/orders')).length;
    await page.getByRole('button', { name: 'Play drill' }).click();
    // The list is asked for every few seconds, up to now.
    await expect(page.getByTestId('network-state')).toContainText('503');
    const before = sent();
    await expect(page.getByTestId('log')).toContainText('List: 503 at attempt 1.');
    expect(sent(), 'an injected answer asks nobody').toBe(before);
    await expect(page.getByTestId('log')).toContainText('List: stored copy', LONG);
    await expect(page.getByTestId('log')).toContainText('“Short” ended.', LONG);
    expect(sent() > before, 'the answer came from the server').toBe(server);
  });
}

test('demo: a file that is wrong is refused with every mistake', async ({ page }) => {
  await page.goto(DEMO!);
  const steps = [{ at: 5, until: 2, match: 'api', rate: 7, fault: { kind: 'silence' } }];
  const buffer = Buffer.from(JSON.stringify({ ...DRILL, version: 1, steps }));
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'wrong.json', mimeType: 'application/json', buffer });
  const log = page.getByTestId('log');
  for (const path of ['version', 'steps[0].match', 'steps[0].rate', 'steps[0].fault.kind']) {
    await expect(log).toContainText(`${path}: expected`);
  }
});

test('demo: every drill that comes with it is offered', async ({ page }) => {
  await page.goto(DEMO!);
  const files = (await readdir(DRILLS)).filter((file) => !file.includes('schema'));
  for (const file of files) {
    const { title } = JSON.parse(await readFile(new URL(file, DRILLS), 'utf8')) as { title: string };
    await expect(page.getByLabel(title, { exact: true })).toBeAttached();
  }
});

/** Opens the demo without a server, and once it has its orders plays this drill. */
async function played(page: Page, name: string): Promise<void> {
  await page.route(/\/(_server|_scenario|s)(\/|$)/, (route) =>
    route.fulfill({ status: 404, body: 'nothing' }),
  );
  await page.goto(DEMO!);
  await expect(page.locator('#view').getByText('Mara Lindqvist').first()).toBeVisible();
  await page.getByLabel(name, { exact: true }).check({ force: true });
  await page.getByRole('button', { name: 'Play drill' }).click();
}

/** What axe finds; it comes past the page's policy, through the debugger. */
async function accessible(page: Page): Promise<void> {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const found = await page.evaluate(async () => {
    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run(document, { runOnly });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target }) => `${id} ${JSON.stringify(target)}`),
    );
  });
  expect(found).toEqual([]);
}

test('demo: the report of a drill is shown, and accessible in light, dark and on a phone', async ({
  page,
}) => {
  test.setTimeout(60_000);
  await page.goto(DEMO!);
  await page.locator('input[type=file]').setInputFiles({
    name: 'short.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(DRILL)),
  });
  await page.getByLabel('Short', { exact: true }).check({ force: true });
  await page.getByRole('button', { name: 'Play drill' }).click();
  await expect(page.getByTestId('log')).toContainText('“Short”, what people saw:', LONG);
  await page.getByRole('tab', { name: 'Report' }).click();
  const report = page.getByTestId('report');
  await expect(report.getByRole('table', { name: 'What people saw' })).toBeVisible();
  await expect(report.getByRole('table', { name: 'What was expected' })).toContainText('well again by 9 s');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await accessible(page);
  }
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole('tab', { name: /Fault lab/ }).click();
  await accessible(page);
});

const level = (page: Page, feature: string, level: string) =>
  page
    .getByRole('group', { name: `${feature}, by hand` })
    .getByLabel(level, { exact: true })
    .check({ force: true });

test('demo: copies stand in and an order is kept while the server is down', async ({ page }) => {
  test.setTimeout(60_000);
  await played(page, 'Server down');
  await expect(page.locator('#view')).toContainText(/3 orders found · as of \d\d:\d\d/, LONG);
  await expect(page.getByTestId('copies')).toContainText('/search?q=oak');
  await expect(page.locator('.waiting')).toContainText('waiting to be sent', LONG);
  await expect(page.getByTestId('log')).toContainText('Outbox: POST in lane orders, sent.', {
    timeout: 30_000,
  });
});

test('demo: an order that is saved offline waits, and is sent', async ({ page }) => {
  test.setTimeout(60_000);
  await played(page, 'Saved offline');
  const waiting = page.locator('.waiting').getByText('Café Morgenrot');
  await expect(waiting).toBeVisible(LONG);
  await page.getByRole('tab', { name: 'Outbox 1' }).click();
  await expect(page.getByTestId('outbox')).toContainText('POST /api/orders');
  await expect(page.getByTestId('outbox')).toContainText('lane orders');
  await accessible(page);
  await expect(waiting).toBeHidden({ timeout: 30_000 });
  await expect(page.locator('#view').getByText('Café Morgenrot').first()).toBeVisible();
  await expect(page.getByTestId('outbox')).toContainText('wait here');
});

test('demo: an order that the server refuses can be discarded', async ({ page }) => {
  await played(page, 'Saved offline');
  await expect(page.locator('.waiting')).toContainText('waiting to be sent', LONG);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.locator('.waiting')).toBeHidden(LONG);
  await page.getByRole('tab', { name: 'Switch by hand' }).click();
  await page.getByRole('switch', { name: 'Whole device offline' }).check();
  await page.getByRole('link', { name: 'New order' }).click();
  await page.getByLabel('Customer').fill('Hotel Seeblick');
  await page.getByLabel('Item').fill('Chair, bentwood');
  await page.getByRole('button', { name: 'Save order' }).click();
  await expect(page.locator('.waiting')).toContainText('Hotel Seeblick', LONG);
  await page.getByRole('combobox', { name: 'List and save' }).selectOption('404');
  await page.getByRole('switch', { name: 'Whole device offline' }).uncheck();
  await expect(page.locator('.waiting')).toContainText('not sent', LONG);
  await page.locator('.waiting').getByRole('button', { name: 'Discard' }).click();
  await expect(page.locator('.waiting')).toBeHidden();
});

test('demo: a slow search is limited, and comes back', async ({ page }) => {
  test.setTimeout(90_000);
  await played(page, 'Slow search');
  const state = page.locator('#level-search');
  await page.getByRole('tab', { name: /^Features/ }).click();
  await expect(state).toHaveText('reduced', { timeout: 20_000 });
  await expect(page.locator('#level-orders')).toHaveText('full');
  await expect(page.locator('#view')).toContainText(/as of \d\d:\d\d/);
  await expect(state).toHaveText('full', { timeout: 50_000 });
});

test('demo: features are set by hand, and the shop follows', async ({ page }) => {
  await page.goto(DEMO!);
  await expect(page.locator('#view').getByText('Mara Lindqvist').first()).toBeVisible();
  await page.getByRole('tab', { name: /^Features/ }).click();
  await level(page, 'Orders', 'reduced');
  await expect(page.locator('.orders.light')).toBeVisible();
  await level(page, 'Orders', 'off');
  await expect(page.getByText('Orders are off for now')).toBeVisible();
  await level(page, 'Search', 'off');
  await expect(page.getByLabel('Search orders')).toBeDisabled();
  await accessible(page);
  await level(page, 'Orders', 'auto');
  await level(page, 'Search', 'auto');
  await expect(page.locator('.orders.light')).toBeHidden();
  await expect(page.getByLabel('Search orders')).toBeEnabled();
});

test('demo: a second tab sends what the first one kept', async ({ page, context }) => {
  test.setTimeout(60_000);
  await page.goto(DEMO!);
  await expect(page.locator('#view').getByText('Mara Lindqvist').first()).toBeVisible();
  await page.getByRole('tab', { name: /^Outbox/ }).click();
  await page.getByRole('button', { name: 'Kill a tab' }).click();
  const opened = context.waitForEvent('page');
  await page.getByRole('button', { name: 'Open the second tab' }).click({ timeout: 15_000 });
  const second = await opened;
  await expect(second.getByTestId('outbox')).toContainText('sending', { timeout: 30_000 });
  // A renderer that crashes, as it does when a person opens that address.
  await second.goto('chrome://crash').catch(() => {});
  await page.getByRole('tab', { name: 'Switch by hand' }).click();
  await page.getByRole('switch', { name: 'Whole device offline' }).uncheck();
  await expect(page.locator('.waiting')).toBeHidden({ timeout: 40_000 });
  await expect(page.locator('#view').getByText('Hotel Seeblick')).toHaveCount(1);
  await expect(page.locator('#view').getByText('Studio Lehmann')).toHaveCount(1);
});

test('demo: the health of servers and people is there, and follows what happens', async ({ page }) => {
  await played(page, 'Server down');
  await page.getByRole('tab', { name: 'Health' }).click();
  const health = page.getByTestId('health');
  await expect(health.getByRole('status')).toHaveText('All is well.');
  await expect(health.getByRole('status')).not.toHaveText('All is well.', { timeout: 20_000 });
  await accessible(page);
  await page.screenshot({ path: `${PICTURES}/health.png` });
});

test.describe('demo: the picture in the README', () => {
  test.use({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1.5 });

  test('demo: what the README shows is what people see', async ({ page }) => {
    test.setTimeout(60_000);
    await played(page, 'Overload');
    const card = page.getByRole('group', { name: 'This has to wait a moment' });
    await expect(card).toContainText(/Trying again in \d seconds/, LONG);
    await expect(page.getByTestId('log')).toContainText('The person sees a toast', LONG);
    await card.evaluate((node) => Promise.all(node.getAnimations().map(({ finished }) => finished)));
    const picture = await page.screenshot({ path: `${PICTURES}/readme.png` });
    // As large as the one that is there, so that it can take its place (www/README.md).
    const old = await readFile(new URL('../../../docs/screenshot.png', import.meta.url));
    expect(size(picture)).toEqual(size(old));
  });
});

/** Width and height of a PNG. */
const size = (png: Buffer) => [png.readUInt32BE(16), png.readUInt32BE(20)];
