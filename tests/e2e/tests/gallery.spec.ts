// Every notice in every language, and pictures of them in target/gallery.
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Page, expect, test } from '@playwright/test';
import type { AxeResults, RunOptions } from 'axe-core';

declare const axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };

const DEMO = process.env['DEMO_URL'];
const PICTURES = fileURLToPath(new URL('../../../target/gallery/', import.meta.url));
const SHOWN = 33;
const FAILURES = 20;

test.skip(!DEMO, 'the demo was not built');
test.describe.configure({ timeout: 120_000 });

/** Opens the gallery; the words of each notice, by scene. */
async function open(page: Page, query: Record<string, string>): Promise<Map<string, string>> {
  await page.goto(`${DEMO!}/gallery.html?${new URLSearchParams({ csp: 'frames', ...query })}`);
  await expect(page.locator('iframe[data-shown]')).toHaveCount(SHOWN, { timeout: 90_000 });
  const said = new Map<string, string>();
  for (const frame of page.frames().slice(1)) {
    const scene = new URL(frame.url()).searchParams.get('scene')!;
    const notice = frame.getByRole('group').first();
    await expect(notice, `${scene} is shown`).toBeVisible({ timeout: 30_000 });
    said.set(scene, await notice.innerText());
  }
  return said;
}

const picture = async (page: Page, name: string) => {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}${name}.png`, fullPage: true });
};

const LOCALES = ['en', 'ar', 'de', 'es', 'fr', 'ja', 'pl', 'pt-BR', 'zh-Hans', 'en-XA'];
for (const locale of LOCALES) {
  test(`gallery: every notice has its words in ${locale}`, async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    const said = await open(page, { locale });
    expect(said.size).toBe(SHOWN);
    // Each failure has words of its own: none stands for another one.
    const failures = [...said].slice(0, FAILURES).map(([, text]) => text.split('\n')[0]);
    expect(new Set(failures).size).toBe(FAILURES);
    const generic = said.get('generic')!.split('\n')[0];
    for (const [scene, text] of said) {
      expect(text, scene).not.toMatch(/[{}$\uFFFD]|undefined|NaN/);
      if (scene !== 'generic' && scene !== 'server-error')
        expect(text.split('\n')[0], scene).not.toBe(generic);
    }
    if (locale !== 'en') {
      const english = /\b(the|this|your|changes)\b/;
      for (const [scene, text] of said) expect(text, scene).not.toMatch(english);
    }
    await picture(page, `toasts-${locale}`);
  });
}

const VIEWS = [
  { name: 'toasts-dark', query: { theme: 'dark' } },
  { name: 'toasts-compact', query: { density: 'compact' } },
  { name: 'banners', query: { surface: 'banner' } },
  { name: 'banners-ar-dark', query: { surface: 'banner', theme: 'dark', locale: 'ar' } },
  { name: 'hints', query: { surface: 'inline' } },
  { name: 'hints-ar', query: { surface: 'inline', locale: 'ar' } },
  { name: 'toasts-formal-de', query: { voice: 'formal', locale: 'de' } },
  { name: 'toasts-warm', query: { voice: 'warm' } },
];
for (const { name, query } of VIEWS) {
  test(`gallery: ${name}`, async ({ page }) => {
    test.skip(!process.env['PICTURES'], 'a picture alone');
    const dark = 'theme' in query;
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    await page.setViewportSize({ width: 1440, height: 900 });
    await open(page, query);
    await picture(page, name);
  });
}

test('gallery: in forced colours, and on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ forcedColors: 'active' });
  await open(page, {});
  await picture(page, 'toasts-forced-colors');
  await page.emulateMedia({ forcedColors: 'none' });
  await page.setViewportSize({ width: 320, height: 640 });
  await open(page, { locale: 'de' });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide, 'nothing scrolls sideways').toBeLessThanOrEqual(320);
  for (const frame of page.frames().slice(1)) {
    const beyond = await frame.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(beyond, frame.url()).toBeLessThanOrEqual(0);
  }
  await picture(page, 'toasts-phone-de');
});

test('gallery: axe finds nothing', async ({ page }) => {
  await open(page, {});
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const { violations } = await page.evaluate(() => axe.run(document, { iframes: false }));
  expect(violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join()}`)).toEqual([]);
});
