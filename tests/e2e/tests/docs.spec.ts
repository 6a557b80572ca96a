// The documentation in the site: every page, every link in it, the search, and that it is calm under the strict policy.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Page, expect, test as base } from '@playwright/test';
import type { AxeResults, RunOptions } from 'axe-core';

declare const axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };

const DEMO = process.env['DEMO_URL'];

/** A page that complains about nothing: no error, nothing that the policy refuses. */
const test = base.extend<{ calm: Page }>({
  calm: async ({ page }, use) => {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(`uncaught: ${error}`));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await use(page);
    expect(complaints).toEqual([]);
  },
});

test.skip(!DEMO, 'the demo was not built');

async function open(page: Page, path = '/docs/'): Promise<void> {
  await page.goto(new URL(path, DEMO).href);
  await page.locator('html[data-ready]').waitFor();
}

/** What axe finds; it comes past the page's policy, through the debugger. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(async () => {
    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run(document, { runOnly });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target }) => `${id} ${JSON.stringify(target)}`),
    );
  });
}

interface Found {
  ids: string[];
  links: string[];
  sources: string[];
}

/** The addresses that a page names, read without running it. */
async function read(page: Page, url: string): Promise<Found> {
  const answer = await page.request.get(url);
  expect(answer.status(), url).toBe(200);
  const html = await answer.text();
  const all = (pattern: RegExp) => [...html.matchAll(pattern)].map(([, value]) => value!);
  return {
    ids: all(/\sid="([^"]+)"/g),
    links: all(/<a [^>]*?href="([^"]+)"/g).map((href) => new URL(href, url).href),
    sources: all(/<(?:img|script|link) [^>]*?(?:src|href)="([^"]+)"/g).map((href) => new URL(href, url).href),
  };
}

test('docs: every link leads somewhere, to the heading that it names', async ({ page }) => {
  const start = new URL('/docs/', DEMO).href;
  const pages = new Map<string, Found>();
  const queue = [start];
  const named: [from: string, to: string][] = [];
  for (let url = queue.pop(); url; url = queue.pop()) {
    if (pages.has(url)) continue;
    const found = await read(page, url);
    pages.set(url, found);
    for (const link of found.links) {
      const plain = link.split('#')[0]!;
      if (!plain.startsWith(start)) continue;
      named.push([url, link]);
      queue.push(plain);
    }
  }
  expect(pages.size).toBeGreaterThan(40);
  for (const [from, to] of named) {
    const [plain = '', id] = to.split('#');
    if (id) expect(pages.get(plain)?.ids, `${from} → ${to}`).toContain(decodeURIComponent(id));
  }
  for (const source of new Set([...pages.values()].flatMap(({ sources }) => sources))) {
    expect((await page.request.get(source)).status(), source).toBe(200);
  }
  // What is in the repository is linked there; that it exists is checked where pages are built.
  const outside = new Set(
    [...pages.values()].flatMap(({ links }) => links.filter((link) => !link.startsWith(DEMO!))),
  );
  for (const link of outside) expect(link).toMatch(/^https:\/\//);
});

for (const path of [
  '/docs/',
  '/docs/faults/',
  '/docs/faults/overloaded/',
  '/docs/retry-storms/',
  '/docs/runbooks/slow-database/',
]) {
  for (const scheme of ['light', 'dark'] as const) {
    test(`docs: ${path} is accessible, ${scheme}`, async ({ calm }) => {
      await calm.emulateMedia({ colorScheme: scheme });
      await open(calm, path);
      expect(await violations(calm)).toEqual([]);
      await calm.setViewportSize({ width: 360, height: 740 });
      await open(calm, path);
      expect(await violations(calm)).toEqual([]);
      const overflow = await calm.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, 'nothing is wider than a phone').toBe(0);
    });
  }
}

test('docs: images are there', async ({ calm }) => {
  await open(calm, '/docs/retry-storms/');
  const images = calm.locator('.prose img');
  expect(await images.count()).toBeGreaterThan(3);
  for (const image of await images.all()) {
    await image.scrollIntoViewIfNeeded();
    await expect
      .poll(() => image.evaluate((node) => (node as HTMLImageElement).naturalWidth))
      .toBeGreaterThan(0);
  }
});

test('docs: the search finds pages, by keyboard alone', async ({ calm }) => {
  await open(calm);
  await calm.keyboard.press('/');
  const query = calm.getByRole('searchbox', { name: 'Search the documentation' });
  await expect(query).toBeFocused();
  await calm.keyboard.type('retry-after');
  await expect(calm.locator('#found-count')).toHaveText(/^\d+ results$/);
  await calm.keyboard.press('Escape');
  await expect(calm.locator('#found')).toBeHidden();
  await query.fill('');
  // With a mistake in it.
  await calm.keyboard.type('SF-rate-limitd');
  const first = calm.locator('#found-list a').first();
  await expect(first).toContainText('SF-rate-limited');
  expect(await violations(calm)).toEqual([]);
  await calm.keyboard.press('ArrowDown');
  await expect(first).toBeFocused();
  await calm.keyboard.press('Enter');
  await expect(calm).toHaveURL(/\/docs\/faults\//);
  await calm.locator('html[data-ready]').waitFor();
  await calm.keyboard.press('/');
  await calm.keyboard.type('xyzzyplugh');
  await expect(calm.locator('#found-count')).toHaveText('Nothing found');
});

test('docs: a search that cannot be loaded says so', async ({ page }) => {
  await page.route('**/docs/search.json', (route) => route.abort());
  await open(page);
  await page.getByRole('searchbox').fill('cache');
  await expect(page.locator('#found-count')).toHaveText('The search can’t be loaded. Try again later.');
});

test('docs: a code of a notice leads to its page', async ({ page }) => {
  await page.goto(new URL('/docs/faults/timeout', DEMO).href);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('SF-timeout');
});

test('docs: pages are there without a script', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(new URL('/docs/cache/', DEMO).href);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.getByRole('link', { name: 'SF-offline' }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('SF-offline');
  await context.close();
});
