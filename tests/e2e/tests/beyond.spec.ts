// Notices beyond one page: which tab speaks, what was closed in another, what workers met, what returns after a reload.
import type { BrowserContext, Page } from '@playwright/test';
import type { PlainOptions } from '../support/plain';
import type { Server } from '../support/server';
import { Site, expect, test } from '../support/test';

declare const client: import('steadfetch').Steadfetch;
declare const spoken: string[];
declare const pressed: string[];

const OPTIONS: PlainOptions = { surfaces: { delay: 0 }, defaults: { retry: false, breaker: false } };

/** A tab with a client; what it speaks and what is pressed in it is written down. */
async function tab(context: BrowserContext, server: Server): Promise<Page> {
  const site = new Site(await context.newPage(), server);
  await site.open();
  await run(site.page);
  return site.page;
}

async function run(page: Page, options: PlainOptions = OPTIONS): Promise<void> {
  await page.evaluate(async (options) => {
    const spoken: string[] = [];
    const pressed: string[] = [];
    const client = steadfetch.createSteadfetch(options);
    client.on('notice', ({ notice, action }) => action && pressed.push(`${notice.cause} ${action}`));
    Object.assign(globalThis, { client, spoken, pressed });
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const region = target instanceof Element ? target : target.parentElement;
        if (region?.matches('[role=status],[role=alert]') && region.textContent)
          spoken.push(region.textContent);
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
    await client.ready;
  }, options);
}

const fail = (page: Page, url: string, init: object = {}) =>
  page.evaluate(([url, init]) => client.fetch(url, init).then(() => {}), [url, init] as const);

const waiting = (page: Page) => page.getByRole('group', { name: 'This has to wait a moment' });
const again = (page: Page) => page.getByRole('group', { name: 'Working again' });

test('what is closed in one tab is closed in all', async ({ context, server }) => {
  const script = await server.play({ steps: [{ status: 503 }] });
  const [a, b] = [await tab(context, server), await tab(context, server)];
  await fail(a, script.url);
  await fail(b, script.url);
  await expect(waiting(b)).toBeVisible();
  await waiting(a).getByRole('button', { name: 'Dismiss' }).click();
  await expect(waiting(b)).toBeHidden();
  // Nor does it come up where it is met only now, or after a reload.
  const c = await tab(context, server);
  await fail(c, script.url);
  await a.reload();
  await a.locator('html[data-ready]').waitFor();
  await run(a);
  await fail(a, script.url);
  await a.waitForTimeout(400);
  await expect(waiting(c)).toBeHidden();
  await expect(waiting(a)).toBeHidden();
});

test('once it has ended where it was closed, it is news again in all tabs', async ({ context, server }) => {
  const script = await server.play({ steps: [{ status: 503 }, { text: 'ok' }, { status: 503 }] });
  const [a, b] = [await tab(context, server), await tab(context, server)];
  await fail(a, script.url);
  await waiting(a).getByRole('button', { name: 'Dismiss' }).click();
  await expect.poll(() => b.evaluate(() => localStorage.getItem('steadfetch:closed:1'))).toContain('outage');
  await fail(a, script.url);
  await expect.poll(() => b.evaluate(() => localStorage.getItem('steadfetch:closed:1'))).toBe(null);
  await fail(b, script.url);
  await expect(waiting(b)).toBeVisible();
});

test('of two tabs that are seen, the one that had the focus last speaks', async ({ context, server }) => {
  const script = await server.play({ steps: [{ status: 503 }] });
  const [a, b] = [await tab(context, server), await tab(context, server)];
  // Every page of a test believes that it has the focus.
  for (const page of [a, b]) await page.evaluate(() => (document.hasFocus = () => false));
  await b.evaluate(() => window.dispatchEvent(new Event('focus')));
  await fail(a, script.url);
  await fail(b, script.url);
  await expect(waiting(a)).toBeVisible();
  await expect.poll(() => b.evaluate(() => spoken.length)).toBe(1);
  expect(await a.evaluate(() => spoken)).toEqual([]);
  // Once that one is gone, another one may.
  await b.close();
  const other = await server.play({ steps: [{ status: 503 }] });
  await fail(a, other.second);
  await expect.poll(() => a.evaluate(() => spoken.length)).toBe(1);
});

for (const kind of ['dedicated', 'shared'] as const) {
  test(`what a ${kind} worker meets is shown by a page, and so is its end`, async ({ bare, server }) => {
    // A policy without Trusted Types, which forbid workers.
    await bare.open('/?csp=off');
    await run(bare.page);
    const script = await server.play({ steps: [{ status: 503, repeat: 2 }, { text: 'ok' }] });
    const ask = () =>
      bare.page.evaluate(([kind, url]) => workers.lasting(kind, url, { retry: false, breaker: false }), [
        kind,
        script.url,
      ] as const);
    expect(await ask()).toMatchObject({ status: 503 });
    await expect(waiting(bare.page)).toBeVisible();
    expect(await ask()).toMatchObject({ status: 503 });
    await expect(waiting(bare.page)).toContainText('2 requests affected');
    expect(await ask()).toMatchObject({ status: 200 });
    await expect(again(bare.page)).toBeVisible();
  });
}

test("the app's own notices return after a reload, by what their actions are called", async ({ site }) => {
  const { page } = site;
  await run(page);
  await page.evaluate(() => {
    client.notices.show({
      message: 'outbox.sent',
      cause: 'mine',
      severity: 'warning',
      args: { writes: 7, when: new Date(86_400_000) },
      actions: [{ id: 'undo', label: 'Undo', run: () => {} }],
    });
    client.notices.show({ message: 'text', cause: 'private', args: { title: 'Private words' } });
    client.notices.show({ message: 'outbox.sent', args: { writes: 8 } });
  });
  await expect(page.getByRole('group', { name: '7 changes sent' })).toBeVisible();
  const kept = await page.evaluate(() => sessionStorage.getItem('steadfetch:notices:2'));
  expect(kept).not.toContain('Private');
  await page.reload();
  await page.locator('html[data-ready]').waitFor();
  await run(page);
  await expect(page.getByRole('group', { name: '7 changes sent' })).toBeVisible();
  await expect(page.getByRole('group')).toHaveCount(1);
  await page.getByRole('group').getByRole('button', { name: 'undo' }).click();
  expect(await page.evaluate(() => pressed)).toEqual(['mine undo']);
  // Closed, it does not return; nor does one that has waited for too long.
  await page.getByRole('group').getByRole('button', { name: 'Dismiss' }).click();
  await expect.poll(() => page.evaluate(() => sessionStorage.getItem('steadfetch:notices:2'))).toBe(null);
  await page.evaluate((kept) => {
    const old = { ...JSON.parse(kept!), at: Date.now() - 600_001 };
    sessionStorage.setItem('steadfetch:notices:2', JSON.stringify(old));
  }, kept);
  await page.reload();
  await page.locator('html[data-ready]').waitFor();
  await run(page);
  await page.waitForTimeout(300);
  await expect(page.getByRole('group')).toHaveCount(0);
});

test('that something was not saved is told again after a reload', async ({ site, server }) => {
  const { page } = site;
  const script = await server.play({ steps: [{ status: 500 }, { text: 'ok' }] });
  await run(page);
  await fail(page, script.url, { method: 'PUT', body: 'x', steady: { intent: 'save' } });
  const failed = page.getByRole('group', { name: "That didn't work" });
  await expect(failed).toBeVisible();
  await page.reload();
  await page.locator('html[data-ready]').waitFor();
  await run(page);
  await expect(failed).toBeVisible();
  await fail(page, script.url);
  await page.waitForTimeout(200);
  await expect(failed, 'reading proves nothing').toBeVisible();
  await fail(page, script.url, { method: 'PUT', body: 'x', steady: { intent: 'save' } });
  await expect(failed).toBeHidden();
});

test('storages that hold rubbish, and none at all, change nothing', async ({ site, server }) => {
  const { page } = site;
  const script = await server.play({ steps: [{ status: 503 }] });
  for (const rubbish of ['{', '[]', 'null', '{"at":1e999,"records":[{}],"inputs":7}', '{"records":null}']) {
    await page.evaluate((rubbish) => {
      for (const name of ['notices', 'closed']) {
        sessionStorage.setItem(`steadfetch:${name}:1`, rubbish);
        localStorage.setItem(`steadfetch:${name}:1`, rubbish);
      }
    }, rubbish);
    await page.reload();
    await page.locator('html[data-ready]').waitFor();
    await run(page);
    await fail(page, script.url);
    await expect(waiting(page)).toBeVisible();
  }
});
