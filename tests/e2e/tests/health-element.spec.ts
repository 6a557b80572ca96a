// <steadfetch-health>: charts and a table of the same, in nine languages, by keyboard, under the strict policy; blips and lasting trouble.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Health, Steadfetch } from 'steadfetch';
import type * as Axe from 'axe-core';
import { Story } from '../../../pkg/src/adapters/health-story';
import { MORE } from '../../../pkg/src/adapters/health-more-words';
import { wordsOf } from '../../../pkg/src/adapters/health-words';
import { type Site, expect, test } from '../support/test';

const LANGUAGES = ['en', 'ar', 'de', 'es', 'fr', 'ja', 'pl', 'pt-BR', 'zh-Hans'];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function show(site: Site, lang: string): Promise<void> {
  await site.page.evaluate((lang) => {
    document.documentElement.lang = lang;
    document.documentElement.dir = lang === 'ar' ? 'rtl' : 'ltr';
    document.querySelector('steadfetch-health')?.remove();
    document.querySelector('main')!.append(document.createElement('steadfetch-health'));
  }, lang);
}

/** Calls of every outcome, then another look. */
async function calls(site: Site): Promise<void> {
  const script = await site.server.play({
    steps: [{ status: 503 }, { status: 200, repeat: 3 }, { status: 404 }, { status: 500 }],
  });
  await site.page.evaluate(async (url) => {
    const { client } = globalThis as unknown as { client: Steadfetch };
    await client.ready;
    for (let call = 0; call < 6; call++) await client.fetch(url).catch(() => {});
    document.querySelector('steadfetch-health')!.look();
  }, script.url);
}

test('Health element: charts and table say the same, and change in place', async ({ bare: site }) => {
  await site.open('/health.html');
  await show(site, 'en');
  const element = site.page.locator('steadfetch-health');
  await expect(element.getByRole('status')).toHaveText('Nothing has been asked yet.');
  await calls(site);
  await expect(element.getByRole('status')).toHaveText('Some requests are failing. This may pass by itself.');
  const host = new URL(site.server.first).host;
  const health = await site.page.evaluate(() =>
    (globalThis as unknown as { client: Steadfetch }).client.health(),
  );
  const [origin] = health.origins;
  const failures = Object.values(origin!.failures).reduce((sum, count) => sum + count, 0);
  await expect(element.getByRole('listitem').getByRole('img')).toHaveAccessibleName(
    `${host}: not answering. Failures in the last 5 minutes: ${failures}.`,
  );
  await expect(element.getByRole('img', { name: /^Calls in the last 5 minutes/ })).toHaveAccessibleName(
    `Calls in the last 5 minutes: ${health.people.helped} helped, ${health.people.waited} waited, ${health.people.failed} failed.`,
  );
  expect(health.people.helped).toBe(1);
  expect(await element.locator('rect.failed').count()).toBeGreaterThan(0);
  // The table, by keyboard alone.
  await site.page.keyboard.press('Tab');
  await site.page.keyboard.press('Enter');
  await expect(element.getByRole('table')).toBeVisible();
  await expect(element.getByRole('row').nth(1).getByRole('cell')).toHaveText([
    'not answering',
    `${origin!.calls}`,
    `${failures}`,
    `${origin!.p50} ms`,
    `${origin!.p95} ms`,
    `${origin!.p99} ms`,
  ]);
  // Another look leaves what is open open, and what is the same alone.
  const item = await element.getByRole('listitem').elementHandle();
  await site.page.evaluate(() => document.querySelector('steadfetch-health')!.look());
  await expect(element.getByRole('table')).toBeVisible();
  expect(await item!.evaluate((node) => node.isConnected)).toBe(true);
});

test('Health element: it speaks nine languages, from right to left too, opens by keys, and axe finds nothing in any', async ({
  bare: site,
}) => {
  await site.open('/health.html');
  await show(site, 'en');
  await calls(site);
  const seen = new Set<string>();
  // It has no words of its own for the last one.
  for (const lang of [...LANGUAGES, 'en-XA']) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await site.page.emulateMedia({ colorScheme });
      await show(site, lang);
      const element = site.page.locator('steadfetch-health');
      await expect(element.getByRole('heading', { level: 2 })).toHaveText(wordsOf(lang).words.title);
      const summaries = await element.locator('section > details > summary').all();
      expect(summaries.length).toBeGreaterThan(0);
      for (const summary of summaries) {
        const isThere = () => summary.evaluate((node) => node.matches(':focus'));
        for (let n = 0; n < 12 && !(await isThere()); n++) await site.page.keyboard.press('Tab');
        await site.page.keyboard.press('Enter');
        expect(await summary.evaluate((node) => (node.parentNode as HTMLDetailsElement).open), lang).toBe(
          true,
        );
      }
      await site.page.evaluate(axe);
      const found = await site.page.evaluate(async () => {
        const { axe } = globalThis as unknown as { axe: typeof Axe };
        const { violations, passes } = await axe.run('steadfetch-health');
        const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`);
        return passes.length > 10 ? told : [`axe has looked at ${passes.length} things only`];
      });
      expect(found, `${lang}, ${colorScheme}`).toEqual([]);
    }
    seen.add(wordsOf(lang).words.title);
    const dir = await site.page.locator('steadfetch-health section').getAttribute('dir');
    expect(dir).toBe(lang === 'ar' ? 'rtl' : 'ltr');
  }
  expect(seen.size).toBe(LANGUAGES.length);
  await site.page.setViewportSize({ width: 320, height: 700 });
  const wide = await site.page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide, 'nothing is cut off on a narrow screen').toBeLessThanOrEqual(320);
});

test('Health element: every language has every message, with what is filled in', () => {
  const english = wordsOf('en').words;
  for (const lang of LANGUAGES) {
    const { words } = wordsOf(lang);
    expect(Object.keys(words)).toEqual(Object.keys(english));
    for (const [id, text] of Object.entries(english)) {
      const slots = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
      expect(slots(words[id as keyof typeof words]), `${lang} ${id}`).toEqual(slots(text));
      const same = words[id as keyof typeof words] === text;
      expect(
        lang === 'en' || !same || id === 'server' || id === 'serverChart' || id === 'servers',
        `${lang} ${id} is translated`,
      ).toBe(true);
    }
  }
});

test('Health element: what is beside the charts has every language too', () => {
  const english = MORE['en']!;
  for (const lang of LANGUAGES) {
    const words = MORE[lang.split('-')[0]!]!;
    expect(Object.keys(words)).toEqual(Object.keys(english));
    if (lang === 'en') continue;
    for (const [id, text] of Object.entries(english))
      expect(words[id as keyof typeof words], `${lang} ${id} is translated`).not.toBe(text);
  }
});

test('Health element: counts, and the latest calls that met trouble with their timelines, by keyboard', async ({
  bare: site,
}) => {
  await site.open('/health.html');
  await show(site, 'en');
  await calls(site);
  const element = site.page.locator('steadfetch-health');
  await element.getByText('Notices, stored copies, saved changes').focus();
  await site.page.keyboard.press('Enter');
  await expect(element.getByRole('row', { name: 'Notices seen 0' })).toBeVisible();
  await expect(element.getByRole('row', { name: 'Stored copies missing –' })).toBeVisible();
  await element.getByText('Latest calls that met trouble').press('Enter');
  const latest = element.locator('.calls > li');
  const met = await site.page.evaluate(() => {
    const { client } = globalThis as unknown as { client: Steadfetch };
    return client.calls().filter(({ explanation }) => explanation.fault || explanation.attempts > 1).length;
  });
  expect(met).toBeGreaterThan(2);
  await expect(latest).toHaveCount(met);
  await expect(latest.last()).toContainText('GET /s/{id}: well (2)');
  await latest.last().locator('summary').press('Enter');
  await expect(latest.last()).toContainText('backoff with full jitter');
  // Another look closes nothing.
  await site.page.evaluate(() => document.querySelector('steadfetch-health')!.look());
  await expect(latest.last().getByRole('listitem').first()).toBeVisible();
});

test('Health element: a blip is told from trouble that lasts, and forgotten', () => {
  const health = (state: 'healthy' | 'down', since = 1): Health => ({
    since,
    origins: [{ origin: 'https://a.example', state, breaker: 'closed', calls: 1, attempts: 1, failures: {}, budget: 10 }],
    people: { helped: 0, waited: 0, failed: 0, noticesShown: 0, noticesDismissed: 0, noticesActed: 0 },
    features: [],
    outbox: 0,
    online: true,
  }); // prettier-ignore
  const story = new Story();
  const moods: string[] = [];
  const states = [...'h', ...'dd', ...'h'.repeat(14), ...'d'.repeat(8), ...'h'];
  states.forEach((state, at) => {
    story.look(health(state === 'd' ? 'down' : 'healthy'), at * 5_000);
    moods.push(story.mood);
  });
  expect(moods.join(' ')).toBe(
    [
      'well',
      ...Array<string>(2).fill('brief'),
      ...Array<string>(12).fill('over'),
      ...Array<string>(2).fill('well'),
      ...Array<string>(6).fill('brief'),
      ...Array<string>(2).fill('lasting'),
      'over',
    ].join(' '),
  );
  story.look({ ...health('healthy'), online: false }, 1e9);
  expect(story.mood).toBe('offline');
  // It keeps five minutes, and an engine that counts anew takes nothing back.
  for (let at = 0; at < 100; at++)
    story.look(
      {
        ...health('healthy', 2),
        people: { helped: at, waited: 0, failed: 0, noticesShown: 0, noticesDismissed: 0, noticesActed: 0 },
      },
      1e9,
    );
  story.look(
    {
      ...health('healthy', 3),
      people: { helped: 2, waited: 0, failed: 0, noticesShown: 0, noticesDismissed: 0, noticesActed: 0 },
    },
    1e9,
  );
  expect(story.samples).toHaveLength(60);
  expect(story.samples.at(-1)!.helped).toBe(2);
  expect(story.samples.every(({ helped }) => helped >= 0)).toBe(true);
});
