import { notice, settled, show, start } from '../support/notices';
import { type Site, test } from '../support/test';

const actions = [
  { id: 'x', label: 'Try again' },
  { id: 'y', label: 'Contact us' },
];
async function everything(site: Site, url: string, locale: string, more = {}) {
  await start(site, { locale, surfaces: { delay: 0, maxVisible: 2 }, defaults: { retry: false }, ...more });
  await site.page.evaluate(() => {
    const form = document.createElement('form');
    for (const name of ['email', 'qty']) {
      const [label, field] = [document.createElement('label'), document.createElement('input')];
      field.name = name;
      label.append(name, ' ', field);
      label.style.display = 'block';
      form.append(label);
    }
    form.id = 'form';
    document.querySelector('main')!.append(form);
    document.documentElement.dir = navigator.language && document.title ? document.documentElement.dir : '';
  });
  await show(
    site,
    ...(['info', 'success', 'warning', 'error'] as const).map((severity) =>
      notice(`A notice, ${severity}`, { severity, actions }),
    ),
  );
  await show(site, notice('A banner of the app', { surface: 'banner', severity: 'warning', actions }));
  await site.page.evaluate(
    (url) => client.fetch(url, { steady: { notify: document.querySelector('#form')! } }).then(() => {}),
    url,
  );
  await site.page.evaluate(
    (input) => {
      client.notices.show({ ...input, surface: document.querySelector('#save')! });
    },
    notice('Not saved yet', { severity: 'error', actions }),
  );
  await site.page.waitForTimeout(700);
  await settled(site);
}
for (const [name, options] of Object.entries({
  light: { w: 1280, h: 720 },
  dark: { w: 1280, h: 720, dark: true },
  phone: { w: 320, h: 640 },
  rtl: { w: 900, h: 720, locale: 'ar' },
  forced: { w: 900, h: 720, forced: true },
  big: { w: 600, h: 720, big: true },
}) as [
  string,
  { w: number; h: number; dark?: boolean; locale?: string; forced?: boolean; big?: boolean },
][]) {
  test(`look ${name}`, async ({ site, server }) => {
    const { page } = site;
    await page.setViewportSize({ width: options.w, height: options.h });
    await page.emulateMedia({
      colorScheme: options.dark ? 'dark' : 'light',
      ...(options.forced && { forcedColors: 'active' }),
    });
    if (options.dark)
      await page.evaluate(() => {
        document.documentElement.style.background = '#111';
        document.documentElement.style.color = '#eee';
      });
    if (options.locale === 'ar')
      await page.evaluate(() => {
        document.documentElement.dir = 'rtl';
      });
    const script = await server.play({
      steps: [{ problem: { status: 422, errors: [{ pointer: '/email', detail: 'is taken' }] } }],
    });
    await everything(site, script.url, options.locale ?? 'en');
    const grow = () =>
      options.big
        ? page.evaluate(() => {
            const s = new CSSStyleSheet();
            s.replaceSync(':host{font-size:200%!important}');
            for (const h of document.querySelectorAll('[data-steadfetch]'))
              h.shadowRoot!.adoptedStyleSheets = [...h.shadowRoot!.adoptedStyleSheets, s];
          })
        : Promise.resolve();
    await grow();
    await page.screenshot({ path: `/tmp/surf-shots/${name}.png` });
    await page.evaluate(() => client.notices.openHistory());
    await page.waitForTimeout(500);
    await grow();
    await page.screenshot({ path: `/tmp/surf-shots/${name}-history.png` });
    await page.keyboard.press('Escape');
    await page.evaluate(() => client.preferences.open());
    await page.waitForTimeout(500);
    await grow();
    await page.screenshot({ path: `/tmp/surf-shots/${name}-preferences.png` });
  });
}
