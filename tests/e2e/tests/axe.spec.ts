import type { Locator } from '@playwright/test';
import { violations } from '../support/axe';
import type { PlainNotice, PlainOptions } from '../support/plain';
import type { Server } from '../support/server';
import { type Site, expect, test } from '../support/test';

declare const client: import('steadfetch').Steadfetch;

async function start(site: Site, options: PlainOptions = {}): Promise<void> {
  await site.page.evaluate(async (options) => {
    Object.assign(globalThis, { client: steadfetch.createSteadfetch(options) });
    await client.ready;
  }, options);
}

const card = (site: Site, title: string): Locator => site.page.getByRole('group', { name: title });

/** The app's own notices, in every severity and with every part that a card can have. */
const NOTICES: PlainNotice[] = (['info', 'success', 'warning', 'error'] as const).map((severity) => ({
  message: 'text',
  cause: severity,
  severity,
  args: { title: `A notice of the kind ${severity}`, body: 'It says in one sentence what happened.' },
  actions: [
    { id: 'one', label: 'First step' },
    { id: 'two', label: 'Second step', href: 'https://example.org/' },
  ],
}));

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test(`Axe, ${colorScheme}: a toast with a countdown, its details, and its recovery`, async ({
      site,
      server,
    }) => {
      await start(site, { surfaces: { delay: 0 } });
      expect(await violations(site), 'the page before').toEqual([]);
      const script = await server.play({ steps: [{ status: 503, retryAfter: 8 }, { text: 'ok' }] });
      await site.page.evaluate((url) => void client.fetch(url), script.url);
      const shown = card(site, 'This has to wait a moment');
      await expect(shown.getByRole('timer')).toContainText('Trying again in');
      expect(await violations(site), 'toast').toEqual([]);
      await shown.getByRole('button', { name: 'Details' }).click();
      await expect(shown).toContainText('Reference: SF-overloaded');
      expect(await violations(site), 'details open, focus within').toEqual([]);
      await expect(card(site, 'Done Working again')).toBeVisible({ timeout: 15_000 });
      expect(await violations(site), 'recovered').toEqual([]);
    });

    test(`Axe, ${colorScheme}: failures for good, and the banner`, async ({ site, server }) => {
      await start(site, { surfaces: { delay: 0, maxVisible: 5 }, defaults: { retry: false } });
      const script = await server.play({
        routes: { 'GET /500': { status: 500 }, 'GET /402': { status: 402 } },
      });
      await site.page.evaluate((url) => client.fetch(`${url}/500`).then(() => {}), script.url);
      await expect(card(site, "That didn't work")).toBeVisible();
      expect(await violations(site), 'error').toEqual([]);
      await site.page.evaluate((url) => client.fetch(`${url}/402`).then(() => {}), script.url);
      const banner = card(site, "Your plan's limit is reached");
      await expect(banner).toBeVisible();
      expect(await violations(site), 'banner').toEqual([]);
      await banner.getByRole('button', { name: 'Details' }).click();
      await expect(banner).toContainText('Reference: SF-quota-exceeded');
      expect(await violations(site), 'details of the banner').toEqual([]);
    });

    test(`Axe, ${colorScheme}: every severity, as toasts and as banners`, async ({ site }) => {
      await start(site, { surfaces: { delay: 0, maxVisible: 4 } });
      for (const surface of ['toast', 'banner'] as const) {
        await site.page.evaluate(
          ([notices, surface]) =>
            notices.forEach((notice) =>
              client.notices.show({ ...notice, surface, cause: surface + notice.cause }),
            ),
          [NOTICES, surface] as const,
        );
        await expect(card(site, 'A notice of the kind error').first()).toBeVisible();
        expect(await violations(site), surface).toEqual([]);
      }
    });

    test(`Axe, ${colorScheme}: the minimal notice`, async ({ bare, server }) => {
      bare.expects(/Content Security Policy/);
      await bare.open('/?csp=no-wasm');
      await bare.page.evaluate(async (url) => {
        const client = steadfetch.createSteadfetch();
        await client.ready;
        await client.fetch(url).catch(() => {});
      }, server.refused);
      await expect(bare.page.getByRole('button', { name: /^Dismiss/ })).toBeVisible();
      expect(await violations(bare)).toEqual([]);
    });
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const locale of ['en', 'ar']) {
    test.describe(`${colorScheme}, ${locale}`, () => {
      test.use({ colorScheme });

      /** Every surface at once: toasts with a queue, a banner, hints at a field and in a form, on the page as it is. */
      const everything = async (site: Site, server: Server) => {
        await start(site, { locale, surfaces: { delay: 0, maxVisible: 2 }, defaults: { retry: false } });
        await site.page.evaluate(() => {
          const form = document.createElement('form');
          const [label, field] = [document.createElement('label'), document.createElement('input')];
          form.id = 'form';
          field.name = 'email';
          label.append('Mail', field);
          form.append(label);
          document.querySelector('main')!.append(form);
        });
        await site.page.evaluate((notices) => {
          for (const notice of notices) client.notices.show(notice);
          client.notices.show({ ...notices[2]!, cause: 'banner', surface: 'banner' });
          client.notices.show({ ...notices[3]!, cause: 'hint', surface: document.querySelector('#save')! });
        }, NOTICES);
        const script = await server.play({
          steps: [{ problem: { status: 422, errors: [{ pointer: '/email', detail: 'is taken' }] } }],
        });
        await site.page.evaluate(
          (url) => client.fetch(url, { steady: { notify: document.querySelector('#form')! } }).then(() => {}),
          script.url,
        );
        await expect(site.page.locator('[aria-invalid=true]')).toHaveCount(1);
        await expect(site.page.locator('[data-steadfetch=hint]')).toHaveCount(3);
      };

      test(`A29 Axe, ${colorScheme}, ${locale}: every surface, the queue open, inside a dialog`, async ({
        site,
        server,
      }) => {
        await everything(site, server);
        expect(await violations(site), 'all surfaces').toEqual([]);
        await site.page.locator('[data-steadfetch=toasts] .more').press('Enter');
        await expect(site.page.locator('[data-steadfetch=toasts] .card')).toHaveCount(4);
        expect(await violations(site), 'the queue').toEqual([]);
        await site.page.evaluate(() => {
          const dialog = document.createElement('dialog');
          const [heading, button] = [document.createElement('h2'), document.createElement('button')];
          heading.textContent = 'A dialog';
          heading.id = 'dialog-heading';
          dialog.setAttribute('aria-labelledby', heading.id);
          button.textContent = 'Fine';
          dialog.append(heading, button);
          document.body.append(dialog);
          dialog.showModal();
        });
        await expect(site.page.locator('dialog > [data-steadfetch=toasts]')).toHaveCount(1);
        expect(await violations(site), 'in a dialog').toEqual([]);
      });

      test(`A29 Axe, ${colorScheme}, ${locale}: the panels`, async ({ site, server }) => {
        await everything(site, server);
        await site.page.evaluate(() => client.notices.openHistory());
        await expect(site.page.locator('[data-steadfetch=panel] .entry')).toHaveCount(7);
        expect(await violations(site), 'history').toEqual([]);
        await site.page.keyboard.press('Escape');
        await site.page.evaluate(() => client.preferences.open());
        await expect(site.page.locator('[data-steadfetch=panel] input[type=range]')).toBeVisible();
        expect(await violations(site), 'preferences').toEqual([]);
        await site.page.locator('[data-steadfetch=panel] input[type=checkbox]').first().press(' ');
        expect(await violations(site), 'without a reading time').toEqual([]);
      });
    });
  }
}

for (const viewport of [
  { width: 390, height: 844 },
  { width: 320, height: 256 },
]) {
  test.describe(`${viewport.width} px`, () => {
    test.use({ viewport, hasTouch: true, isMobile: true });

    test(`Axe, ${viewport.width} × ${viewport.height}, touch: toasts and a banner`, async ({ site }) => {
      await start(site, { surfaces: { delay: 0 } });
      await site.page.evaluate((notices) => {
        for (const notice of notices) client.notices.show(notice);
        client.notices.show({ ...notices[2]!, cause: 'banner', surface: 'banner' });
      }, NOTICES);
      await expect(card(site, 'A notice of the kind').first()).toBeVisible();
      expect(await violations(site)).toEqual([]);
      const wide = await site.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide, 'no sideways scrolling').toBeLessThanOrEqual(0);
    });
  });
}

test('Axe finds what is wrong: a button without a name in a notice', async ({ site }) => {
  await start(site, { surfaces: { delay: 0 } });
  await site.page.evaluate((notice) => void client.notices.show(notice), NOTICES[0]!);
  await expect(card(site, 'A notice of the kind info')).toBeVisible();
  await card(site, 'A notice of the kind info')
    .getByRole('button', { name: /^Dismiss/ })
    .evaluate((button) => button.removeAttribute('aria-label'));
  expect((await violations(site)).join()).toContain('button-name');
});
