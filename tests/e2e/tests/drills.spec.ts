// Every drill of the repository, played in the demo against a clock that is faked: what people see, and that it ends.
import { readFile, readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Page, expect, test } from '@playwright/test';

const DEMO = process.env['DEMO_URL'];
const FOLDER = new URL('../../../drills/', import.meta.url);
/** `cargo xtask drill FILE` plays this one alone, and prints its report. */
const ASKED = process.env['DRILL'];

const FILES = ASKED
  ? [new URL(`file://${ASKED}`)]
  : (await readdir(FOLDER)).filter((name) => name !== 'schema.json').map((name) => new URL(name, FOLDER));

/** So much passes at once, ms; in between the page does what takes no timer: storage, locks, streams. */
const STRIDE = 200;

interface Expectation {
  title: string;
  length: number;
  expect: { notices: { cause: string; after?: number; by: number }[]; recovery: { by: number } };
}

test.skip(!DEMO, 'the demo was not built');

/** Plays a drill in the demo, without a server, and reads the report's tables. */
async function played(page: Page, text: string): Promise<{ verdict: string; report: string }> {
  const { title, length } = JSON.parse(text) as Expectation;
  await page.clock.install({ time: new Date('2026-06-12T09:00:00Z') });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.route(/\/(_server|_scenario|s)(\/|$)/, (route) =>
    route.fulfill({ status: 404, body: 'nothing' }),
  );
  await page.goto(DEMO!);
  await expect(page.locator('#view').getByText('Mara Lindqvist').first()).toBeVisible();
  await page.locator('input[type=file]').setInputFiles({
    name: 'drill.json',
    mimeType: 'application/json',
    buffer: Buffer.from(text),
  });
  await expect(page.getByTestId('log')).toContainText(`“${title}” is ready to be played.`);
  await page.clock.pauseAt(new Date('2026-06-12T09:01:00Z'));
  await page.getByRole('button', { name: 'Play drill' }).click();
  const report = page.getByTestId('report');
  for (let passed = 0; passed < (length + 1) * 1000; passed += STRIDE) await page.clock.runFor(STRIDE);
  const verdict = await report.getAttribute('data-verdict');
  const rows = await report.evaluate((node) =>
    [...node.querySelectorAll('caption, tr')].map((row) =>
      row.tagName === 'CAPTION'
        ? `\n${row.textContent}`
        : [...row.children].map((cell) => cell.textContent).join(' | '),
    ),
  );
  return { verdict: verdict ?? 'no report', report: rows.join('\n') };
}

for (const file of FILES) {
  test(`drill: ${basename(file.pathname)} is seen as it says`, async ({ page }) => {
    test.setTimeout(180_000);
    const { verdict, report } = await played(page, await readFile(file, 'utf8'));
    if (ASKED) console.log(`${report}\n`);
    expect(verdict, report).toBe('as expected');
  });
}

/** What the report says of the expectations, once one of a drill that is as it says is changed. */
const wrong: [what: string, change: (drill: Expectation) => void, said: RegExp][] = [
  [
    'a notice that nobody sees',
    ({ expect }) => expect.notices.push({ cause: 'timeout', by: 20 }),
    /nothing like it/,
  ],
  [
    'a notice that is not expected',
    ({ expect }) => (expect.notices = []),
    /no other notice \| “You're offline”/,
  ],
  [
    'a banner that comes too late',
    ({ expect }) => (expect.notices[0]!.by = 3),
    /no \| a banner about offline/,
  ],
  ['a recovery that takes longer', ({ expect }) => (expect.recovery.by = 15), /no \| well again by 15 s/],
];

for (const [what, change, said] of wrong) {
  test(`drill: ${what} is told`, async ({ page }) => {
    test.skip(!!ASKED);
    const drill = JSON.parse(await readFile(new URL('saved-offline.json', FOLDER), 'utf8')) as Expectation;
    change(drill);
    for (const notice of drill.expect.notices) notice.after = 0;
    const { verdict, report } = await played(page, JSON.stringify(drill));
    expect(verdict).toBe('not as expected');
    expect(report).toMatch(said);
  });
}
