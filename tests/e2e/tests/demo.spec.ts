import { readFile, readdir } from 'node:fs/promises';
import { expect, test } from '@playwright/test';

const DEMO = process.env['DEMO_URL'];
const INCIDENTS = new URL('../../../www/incidents/', import.meta.url);

/** Short enough for a test; of the same format as those that come with the demo. */
const INCIDENT = {
  version: 2,
  name: 'Short',
  summary: 'For a test.',
  length: 9,
  steps: [{ at: 0, until: 2, match: '/api/*', fault: { kind: 'status', status: 503, retryAfter: 2 } }],
  people: [{ at: 0.5, does: 'refresh' }],
};

const LONG = { timeout: 15_000 };

test.skip(!DEMO, 'the demo was not built');

for (const server of [true, false]) {
  test(`demo: an incident plays ${server ? 'beside' : 'without'} a fault server`, async ({ page }) => {
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
      buffer: Buffer.from(JSON.stringify(INCIDENT)),
    });
    await page.getByLabel('Short', { exact: true }).check({ force: true });
    const sent = () => asked.filter((path) => path.endsWith('/api/orders')).length;
    const before = sent();
    await page.getByRole('button', { name: 'Play incident' }).click();
    await expect(page.getByTestId('log')).toContainText('List: 503 at attempt 1.');
    expect(sent(), 'an injected answer asks nobody').toBe(before);
    await expect(page.getByTestId('log')).toContainText(/List: answered at attempt \d/, LONG);
    await expect(page.getByTestId('log')).toContainText('“Short” ended.', LONG);
    expect(sent() > before, 'the answer came from the server').toBe(server);
  });
}

test('demo: a file that is wrong is refused with every mistake', async ({ page }) => {
  await page.goto(DEMO!);
  const steps = [{ at: 5, until: 2, match: 'api', rate: 7, fault: { kind: 'silence' } }];
  const buffer = Buffer.from(JSON.stringify({ ...INCIDENT, version: 1, steps }));
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'wrong.json', mimeType: 'application/json', buffer });
  const log = page.getByTestId('log');
  for (const path of [
    'version',
    'steps[0].until',
    'steps[0].match',
    'steps[0].rate',
    'steps[0].fault.kind',
  ]) {
    await expect(log).toContainText(`${path}: expected`);
  }
});

test('demo: every incident that comes with it is offered', async ({ page }) => {
  await page.goto(DEMO!);
  const files = (await readdir(INCIDENTS)).filter((file) => !file.includes('schema'));
  for (const file of files) {
    const { name } = JSON.parse(await readFile(new URL(file, INCIDENTS), 'utf8')) as { name: string };
    await expect(page.getByLabel(name, { exact: true })).toBeAttached();
  }
});
