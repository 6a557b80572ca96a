import { readFileSync } from 'node:fs';
import type { Catalog, MessageSource } from 'steadfetch';
import type { PlainOptions } from '../support/plain';
import { type Site, expect, test } from '../support/test';

declare const client: import('steadfetch').Steadfetch;

/** Those that the core is tested with, too. */
const cases = JSON.parse(readFileSync(new URL('../../catalog/cases.json', import.meta.url), 'utf8')) as {
  src: string;
  args?: Record<string, string | number>;
  exp: string;
}[];

/** Starts a client and waits for its words; gives back what it says on the console. */
async function start(site: Site, options: PlainOptions): Promise<string[]> {
  const said: string[] = [];
  site.page.on('console', (message) => {
    if (/error|warning/.test(message.type())) said.push(message.text());
  });
  await site.page.evaluate(async (options) => {
    const client = steadfetch.createSteadfetch(options);
    Object.assign(globalThis, { client });
    await client.ready;
    await client.configure({ voice: options.voice ?? 'plain' });
  }, options);
  return said;
}

const own = (messages: Record<string, MessageSource>, more: Partial<Catalog> = {}): Catalog => ({
  locale: 'en',
  messages,
  ...more,
});

/** Raises a notice and waits for its card; its title as the public API has it. */
async function show(site: Site, message: string, args: Record<string, string | number> = {}) {
  const id = await site.page.evaluate(([message, args]) => client.notices.show({ message, args }).id, [
    message,
    args,
  ] as const);
  await expect.poll(() => site.page.evaluate(() => client.notices.list().length)).toBeGreaterThan(0);
  return site.page.evaluate((id) => client.notices.list().find((notice) => notice.id === id)!, id);
}

test('a message that is wrong is told with its place, and the built-in one stands in', async ({ site }) => {
  site.expects(/app's own messages/, /there is no message "cycle"/);
  const said = await start(site, {
    catalog: own({
      timeout: { title: 'Broken {' },
      unreachable: { title: 'Our own words', body: '{$count :nope}' },
      stalled: { title: 'Halfway', body: 'It stopped.' },
      cycle: { title: '.local $a = {$b} .local $b = {$a} {{{$a}}}' },
      shape: 5 as unknown as MessageSource,
    }),
  });
  expect((await show(site, 'timeout')).title).toBe('This is taking too long');
  expect((await show(site, 'unreachable')).title).toBe("We can't reach the server");
  expect((await show(site, 'stalled')).title).toBe('Halfway');
  expect((await show(site, 'cycle')).title).toBe("That didn't work");
  const report = said.filter((text) => text.includes("app's own messages"));
  expect(report).toHaveLength(1);
  expect(report[0]).toContain('catalog "en", message "timeout", title, character 9: expected');
  expect(report[0]).toContain(
    'catalog "en", message "unreachable", body, character 9: there is no function :nope',
  );
  expect(report[0]).toContain('message "cycle", title, character 18: $b is declared or used before');
  expect(report[0]).toContain('message "shape": expected an object of slots');
  await expect(site.page.getByRole('group', { name: 'Halfway' })).toBeVisible();
});

test('markup stays text, in messages and in values', async ({ site }) => {
  await start(site, {
    catalog: own({
      html: { title: '<b>Bold</b> {#i}{$name}{/i}', body: 'To <img src=x onerror=alert(1)> {$name}.' },
    }),
  });
  const name = '<script>alert(2)</script>{$x}';
  const notice = await show(site, 'html', { name });
  expect(notice.title).toBe(`<b>Bold</b> \u2068${name}\u2069`);
  const card = site.page.getByRole('group', { name: '<b>Bold</b>' });
  await expect(card).toContainText('<img src=x onerror=alert(1)>');
  expect(await card.evaluate((node) => node.querySelectorAll('b, img, script').length)).toBe(0);
});

test('ten thousand characters, direction overrides and missing values are shown as text', async ({
  site,
}) => {
  const long = 'word '.repeat(2_000).trim();
  const said = await start(site, {
    catalog: own({
      long: { title: 'Long', body: `${long}.` },
      override: { title: 'By {$name} now' },
      missing: { title: 'For {$name}', body: '{$count :number minimumFractionDigits=x} {$when :date}.' },
    }),
  });
  expect((await show(site, 'long')).body).toHaveLength(10_000);
  await expect(site.page.getByRole('group', { name: 'Long' })).toContainText(long.slice(-100));
  const width = await site.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(width).toBeLessThanOrEqual(0);
  const name = '\u202Egnp.exe\u2066';
  // The override ends with the isolate that it is in.
  expect((await show(site, 'override', { name })).title).toBe(`By \u2068${name}\u2069 now`);
  const missing = await show(site, 'missing');
  expect(missing.title).toBe('For \u2068{$name}\u2069');
  expect(missing.body).toBe('1 \u2068{$when}\u2069.');
  expect(said).toEqual([]);
});

test('what formats natively formats alike in the browser', async ({ site }) => {
  const messages = Object.fromEntries(cases.map(({ src }, at) => [`case-${at}`, { title: src }]));
  await start(site, { surfaces: false, catalog: own({ ...messages }) });
  const found = await site.page.evaluate(
    (all) =>
      all.map((args, at) => {
        const handle = client.notices.show({ message: `case-${at}`, ...(args && { args }) });
        const { title } = client.notices.list().find(({ id }) => id === handle.id)!;
        handle.dismiss();
        return title;
      }),
    cases.map(({ args }) => args),
  );
  // `Intl` may write a narrow space before AM and PM.
  expect(found.map((text) => text.replaceAll('\u202f', ' '))).toEqual(cases.map(({ exp }) => exp));
});

test('a living card changes its words, its language and its direction in place', async ({ site, server }) => {
  await start(site, { surfaces: { delay: 0 }, defaults: { retry: false, breaker: false } });
  const script = await server.play({ steps: [{ status: 500 }] });
  await site.page.evaluate((url) => client.fetch(url).then(() => {}), script.url);
  const card = site.page.getByRole('group', { name: "That didn't work" });
  await expect(card).toBeVisible();
  await card.getByRole('button', { name: 'Try again' }).focus();
  const handle = (await card.elementHandle())!;
  const words = () =>
    handle.evaluate((node) => {
      const host = (node.getRootNode() as ShadowRoot).host as HTMLElement;
      const { activeElement } = node.getRootNode() as ShadowRoot;
      return {
        title: node.textContent?.trim() ?? '',
        lang: host.lang,
        dir: host.dir,
        focus: activeElement?.textContent,
        region: node.parentElement?.ariaLabel,
      };
    });
  const change = (options: PlainOptions) =>
    site.page.evaluate((options) => client.configure(options), options);
  await change({ locale: 'de' });
  await expect.poll(words).toMatchObject({
    title: expect.stringContaining('Das hat nicht geklappt'),
    lang: 'de',
    dir: 'ltr',
    focus: 'Wiederholen',
    region: 'Hinweise',
  });
  await change({ voice: 'warm' });
  await expect.poll(words).toMatchObject({ title: expect.stringContaining('Entschuldigung'), lang: 'de' });
  await change({ locale: ['xx', 'ar-EG'], voice: 'formal' });
  await expect.poll(words).toMatchObject({
    title: expect.stringContaining('لم تكتمل العملية'),
    lang: 'ar',
    dir: 'rtl',
    focus: 'إعادة المحاولة',
  });
  await change({ locale: 'en', voice: 'plain' });
  await expect
    .poll(words)
    .toMatchObject({ title: expect.stringContaining("That didn't work"), lang: 'en', dir: 'ltr' });
  expect(await handle.evaluate((node) => node.isConnected)).toBe(true);
});

test('every language has every voice, and counts in its own way', async ({ site }) => {
  await start(site, { surfaces: false });
  const told = await site.page.evaluate(async () => {
    const found: Record<string, string[]> = {};
    for (const locale of ['en', 'ar', 'de', 'es', 'fr', 'ja', 'pl', 'pt-BR', 'zh-Hans', 'en-XA']) {
      const titles: string[] = [];
      for (const voice of ['plain', 'warm', 'formal']) {
        await client.configure({ locale, voice });
        const handle = client.notices.show({ message: 'unreachable', cause: locale + voice });
        const { title, body, lang } = client.notices.list().find(({ id }) => id === handle.id)!;
        titles.push(`${lang}: ${title} ${body}`);
        handle.dismiss();
      }
      found[locale] = titles;
    }
    return found;
  });
  const all = Object.values(told).flat();
  // The pseudo-locale has one voice.
  expect(new Set(all).size).toBe(9 * 3 + 1);
  for (const [locale, titles] of Object.entries(told))
    for (const title of titles) expect(title.startsWith(`${locale}: `)).toBe(true);
  expect(told['en-XA']![0]).toMatch(/^en-XA: \[Wé çåñ't/);
});

test('a language is found by what is written alike, and no other', async ({ site }) => {
  await start(site, { surfaces: false });
  const found = await site.page.evaluate(async () => {
    const langs: Record<string, string> = {};
    for (const locale of [
      'pt',
      'pt-PT',
      'zh-CN',
      'zh-TW',
      'de-AT-1996',
      'EN-gb',
      'tlh',
      'not a tag',
      'fr-CA',
    ]) {
      await client.configure({ locale });
      const handle = client.notices.show({ message: 'unreachable', cause: locale });
      langs[locale] = client.notices.list().find(({ id }) => id === handle.id)!.lang;
      handle.dismiss();
    }
    return langs;
  });
  expect(found).toEqual({
    pt: 'pt-BR',
    'pt-PT': 'pt-BR',
    'zh-CN': 'zh-Hans',
    'zh-TW': 'en',
    'de-AT-1996': 'de',
    'EN-gb': 'en',
    tlh: 'en',
    'not a tag': 'en',
    'fr-CA': 'fr',
  });
});

test("an app's own words go before ours, in its languages and voices", async ({ site }) => {
  const said = await start(site, {
    locale: ['fy', 'nl-BE', 'de'],
    voice: 'pirate',
    surfaces: false,
    catalog: [
      own({ 'only-english': { title: 'Only English' } }),
      own({ timeout: { title: 'Dit duurt te lang' }, saved: { title: 'Bewaard' } }, { locale: 'nl' }),
      own({ saved: { title: 'Arr, saved' } }, { locale: 'nl', voice: 'pirate' }),
      own({ 'only-french': { title: 'Seulement' } }, { locale: 'fr' }),
    ],
  });
  expect(await show(site, 'timeout')).toMatchObject({ title: 'Dit duurt te lang', lang: 'nl' });
  expect((await show(site, 'saved')).title).toBe('Arr, saved');
  // What Dutch lacks is said in English, and what English lacks in whatever has it.
  expect(await show(site, 'stalled')).toMatchObject({ title: 'This stopped loading halfway', lang: 'en' });
  expect((await show(site, 'only-english')).title).toBe('Only English');
  expect(await show(site, 'only-french')).toMatchObject({ title: 'Seulement', lang: 'fr' });
  expect(said).toEqual([]);
});

test.describe('in a German browser', () => {
  test.use({ locale: 'de-CH' });

  test('notices speak German without being told to', async ({ site, server }) => {
    await start(site, { surfaces: { delay: 0 }, defaults: { retry: false } });
    const script = await server.play({ steps: [{ status: 500 }] });
    await site.page.evaluate((url) => client.fetch(url).then(() => {}), script.url);
    await expect(site.page.getByRole('group', { name: 'Das hat nicht geklappt' })).toBeVisible();
    await expect(site.page.getByRole('region', { name: 'Hinweise' })).toBeVisible();
  });
});

test('without the words, plain English speaks and the console says why', async ({ site, server }) => {
  await site.page.route(/words-.*\.js|\/de-.*\.js/, (route) => route.abort());
  site.expects(/^Steadfetch: (its|the) words/);
  const said = await start(site, { locale: 'de', surfaces: { delay: 0 }, defaults: { retry: false } });
  const script = await server.play({ steps: [{ status: 500 }] });
  await site.page.evaluate((url) => client.fetch(url).then(() => {}), script.url);
  await expect(site.page.getByRole('group', { name: "That didn't work" })).toBeVisible();
  expect(said.join()).toMatch(/Steadfetch: (its|the) words/);
});
