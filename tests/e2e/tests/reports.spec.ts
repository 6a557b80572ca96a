// Problem reports: the form, what it sends and what it does not, the queue, and the word that something is fixed.
import { violations } from '../support/axe';
import { card, focus, notice, said, show, start, tabTo, toasts } from '../support/notices';
import { header } from '../support/server';
import {
  REFERENCE,
  form,
  words,
  button,
  status,
  shown,
  quick,
  open,
  filed,
  list,
  send,
  got,
  bodyOf,
  tab,
  again,
  REPORTS,
  hour,
} from '../support/reports';
import { expect, test } from '../support/test';

test('A27 a dialog of its own: labels, keys alone, exactly what is shown is sent, and the focus returns', async ({
  site,
  server,
}) => {
  const script = await server.play({ routes: REPORTS });
  await start(
    site,
    quick(`${script.url}/reports`, { report: { url: `${script.url}/reports`, contact: 'anna' } }),
  );
  const save = site.page.getByRole('button', { name: 'Save' });
  await save.focus();
  await open(site, { url: `${script.url}/orders/4711` });
  expect(await form(site).evaluate((node) => [node.localName, node.matches(':modal')])).toEqual([
    'dialog',
    true,
  ]);
  await tabTo(site, /^words$/);
  expect(await words(site).evaluate((box) => box.ariaDescribedByElements?.[0]?.textContent)).toContain(
    'as it is',
  );
  await site.page.keyboard.type('It broke');
  await site.page.keyboard.press('Tab');
  expect(await focus(site)).toBe('contact');
  await expect(form(site).getByRole('textbox', { name: 'How to reach you (optional)' })).toHaveValue('anna');
  const payload = await shown(site);
  expect(payload.reference).toMatch(REFERENCE);
  expect(payload).toMatchObject({ words: 'It broke', contact: 'anna', code: 'SF-server-error' });
  await expect(form(site).getByText(payload.reference, { exact: true })).toBeVisible();
  await tabTo(site, /^Send$/);
  await site.page.keyboard.press('Enter');
  await expect(status(site)).toHaveText('The report is sent');
  expect(await focus(site)).toBe('Done');
  await site.page.keyboard.press('Enter');
  await expect(form(site)).toHaveCount(0);
  expect(await focus(site)).toBe('save');
  const [request, ...more] = await got(script);
  expect(more).toEqual([]);
  expect(bodyOf(request!)).toEqual(payload);
  expect(header(request!, 'referer'), 'the page is named in the payload, or not at all').toBeUndefined();
  const { words: _words, contact, explanation, health, ...rest } = payload;
  expect(await filed(site)).toEqual({ ...rest, state: 'sent' });
  expect(await list(site.page), 'what the person wrote does not stay').toEqual([{ ...rest, state: 'sent' }]);
  expect([contact, explanation!.fault!.status, health!.people.failed]).toEqual(['anna', 500, 1]);
  await site.page.evaluate(() => void client.reports.open());
  await site.page.keyboard.press('Escape');
  await expect(form(site)).toHaveCount(0);
});

test('each part can be left out, and an empty report is none', async ({ site, server }) => {
  const script = await server.play({ routes: REPORTS });
  await start(site, quick(`${script.url}/reports`));
  await open(site, { url: `${script.url}/orders/4711` });
  expect(Object.keys(await shown(site)).sort()).toEqual(
    ['at', 'call', 'code', 'explanation', 'health', 'page', 'reference', 'sdk'].sort(),
  );
  for (const box of await form(site).getByRole('checkbox').all()) await box.uncheck();
  const { reference, at } = await shown(site);
  expect(await shown(site)).toEqual({ reference, at, page: '', sdk: '' });
  await button(site, 'Send').click();
  const box = words(site);
  expect(await focus(site)).toBe('words');
  await expect(box).toHaveAttribute('aria-invalid', 'true');
  await expect(box).toHaveAccessibleDescription(/Say in a few words what happened/);
  await box.fill('Only words');
  await expect(box).toHaveAttribute('aria-invalid', 'false');
  await button(site, 'Send').click();
  expect((await filed(site))!.state).toBe('sent');
  expect(bodyOf((await got(script))[0]!)).toEqual({ reference, at, page: '', sdk: '', words: 'Only words' });
});

test('a form that is closed sends nothing and stores nothing; a press beside it loses nothing', async ({
  site,
  server,
}) => {
  const script = await server.play({ routes: REPORTS });
  await start(site, quick(`${script.url}/reports`));
  await open(site);
  await words(site).fill('Never mind');
  await site.page.mouse.click(3, 3);
  await expect(words(site)).toHaveValue('Never mind');
  await button(site, 'Cancel').click();
  expect(await filed(site)).toBe(undefined);
  expect(await list(site.page)).toEqual([]);
  expect(
    await site.page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('report'))),
  ).toEqual([]);
  expect(await got(script)).toEqual([]);
});

/** All that the catalogs have, and the one that shows what is not translated. */
const LOCALES = ['ar', 'de', 'en', 'en-XA', 'es', 'fr', 'ja', 'pl', 'pt-BR', 'zh-Hans'];

for (const colorScheme of ['light', 'dark'] as const) {
  for (const locale of LOCALES) {
    test(`axe finds nothing in the form: ${colorScheme}, ${locale}`, async ({ bare, server }) => {
      await bare.page.emulateMedia({ colorScheme });
      await bare.open();
      const script = await server.play({ routes: REPORTS });
      await start(bare, quick(`${script.url}/reports`, { locale }));
      await bare.page.evaluate(async (url) => {
        globalThis.filed = client.reports.open(await client.fetch(url));
      }, `${script.url}/orders/1`);
      const dialog = bare.page.getByRole('dialog');
      await expect(dialog).toBeVisible();
      expect(await violations(bare), 'form').toEqual([]);
      for (const box of await dialog.getByRole('checkbox').all()) await box.uncheck();
      const go = dialog.locator('.foot .action').last();
      await go.click();
      await expect(dialog.locator('[aria-invalid=true]')).toHaveCount(1);
      expect(await violations(bare), 'with an error').toEqual([]);
      await dialog.locator('textarea').fill('x');
      await go.click();
      await bare.page.evaluate(() => globalThis.filed);
      expect(await violations(bare), 'sent').toEqual([]);
    });
  }
}

for (const locale of LOCALES) {
  test(`keys alone fill in the form, take out a part, send it and close it: ${locale}`, async ({
    site,
    server,
  }) => {
    const script = await server.play({ routes: REPORTS });
    await start(site, quick(`${script.url}/reports`, { locale }));
    const save = site.page.getByRole('button', { name: 'Save' });
    await save.focus();
    await site.page.evaluate(async (url) => {
      globalThis.filed = client.reports.open(await client.fetch(url));
    }, `${script.url}/orders/1`);
    const dialog = site.page.getByRole('dialog');
    await expect(dialog).toBeVisible();
    const { keyboard } = site.page;
    const press = async (wanted: RegExp, key: string) => {
      await tabTo(site, wanted);
      await keyboard.press(key);
    };
    await tabTo(site, /^words$/);
    await keyboard.type('By keys');
    await tabTo(site, /^contact$/);
    await keyboard.type('me');
    // In the order in which they stand; each goes out, and one comes back.
    const parts = ['call', 'explanation', 'health', 'page', 'sdk'];
    for (const part of parts) await press(new RegExp(`^part-${part}$`), 'Space');
    for (let n = 0; n < 4; n++) await keyboard.press('Shift+Tab');
    expect(await focus(site)).toBe('part-call');
    await keyboard.press('Space');
    const send = dialog.locator('.foot .action').last();
    for (let n = 0; n < 12 && !(await send.evaluate((node) => node.matches(':focus'))); n++)
      await keyboard.press('Tab');
    await expect(send).toBeFocused();
    await keyboard.press('Enter');
    const filed = await site.page.evaluate(() => globalThis.filed);
    expect(filed!.state).toBe('sent');
    const sent = bodyOf((await got(script))[0]!);
    expect([sent.words, sent.contact]).toEqual(['By keys', 'me']);
    expect(parts.filter((part) => Boolean(sent[part as keyof typeof sent]))).toEqual(['call']);
    await keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    expect(await focus(site)).toBe('save');
  });
}

test('every language has every word of the form', async ({ site }) => {
  await start(site, quick('/nowhere'));
  await open(site);
  const english = await form(site).innerText();
  const names: string[] = [];
  for (const locale of ['ar', 'de', 'es', 'fr', 'ja', 'pl', 'pt-BR', 'zh-Hans']) {
    await words(site).or(site.page.locator('textarea')).first().fill(`kept in ${locale}`);
    await site.page.evaluate((locale) => client.configure({ locale }), locale);
    const host = site.page.locator('[data-steadfetch=panel]');
    await expect(host).toHaveAttribute('lang', locale);
    await expect(host).toHaveAttribute('dir', locale === 'ar' ? 'rtl' : 'ltr');
    const dialog = site.page.getByRole('dialog');
    const text = await dialog.innerText();
    expect(text, 'no id shows').not.toMatch(/report\.|panel\./);
    const lines = (all: string) =>
      all
        .split('{')[0]!
        .split('\n')
        .filter((line) => line.trim().length > 3 && !REFERENCE.test(line));
    for (const line of lines(english)) expect(lines(text), locale).not.toContain(line);
    await expect(site.page.locator('textarea'), 'what was written stays').toHaveValue(`kept in ${locale}`);
    await expect(dialog.locator('pre')).toHaveAttribute('dir', 'ltr');
    names.push(await dialog.getByRole('heading', { level: 2 }).innerText());
  }
  expect(new Set(names).size).toBe(8);
});

test('from the Details of a notice, and from the next step of one that it suits', async ({
  site,
  server,
}) => {
  const script = await server.play({
    routes: { ...REPORTS, 'GET /missing': { status: 404 } },
  });
  await start(site, quick(`${script.url}/reports`));
  await site.page.evaluate(
    ([one, two]) => Promise.all([client.fetch(one!), client.fetch(two!)]).then(() => {}),
    [`${script.url}/missing`, `${script.url}/orders/5`],
  );
  const missing = card(site, /not here|find/i);
  await expect(missing).toBeVisible();
  await expect(missing.getByRole('button', { name: 'Report' })).toBeHidden();
  const details = missing.getByRole('button', { name: 'Details' });
  await details.click();
  const report = missing.getByRole('button', { name: 'Report' });
  await expect(report).toBeVisible();
  expect((await details.getAttribute('aria-controls'))!.split(' ')).toContain(
    await report.getAttribute('id'),
  );
  await report.focus();
  await site.page.keyboard.press('Enter');
  await expect(form(site)).toBeVisible();
  const about = await shown(site);
  expect([about.code, about.explanation?.fault?.status]).toEqual(['SF-not-found', 404]);
  await site.page.keyboard.press('Escape');
  await expect(form(site)).toHaveCount(0);
  await expect.poll(() => focus(site), 'the focus is back in the notice').toMatch(/^report-/);
  const broken = card(site, "That didn't work");
  await broken.getByRole('button', { name: 'Report' }).click();
  await expect(form(site)).toBeVisible();
  expect((await shown(site)).explanation?.fault?.status).toBe(500);
  await button(site, 'Cancel').click();
  // A notice of the app's own has no code, and no call.
  await show(site, notice('Mine', { severity: 'error' }), notice('Fine', { severity: 'success' }));
  await card(site, 'Mine').getByRole('button', { name: 'Details' }).click();
  await card(site, 'Mine').getByRole('button', { name: 'Report' }).click();
  await expect(form(site)).toBeVisible();
  expect(Object.keys(await shown(site))).not.toContain('explanation');
  await button(site, 'Cancel').click();
  await expect(card(site, 'Fine').getByRole('button', { name: 'Details' })).toHaveCount(0);
});

test('off: nothing is offered, nothing opens; without an address the report can be copied', async ({
  site,
  server,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const script = await server.play({ steps: [{ status: 500 }] });
  await start(site, quick('', { report: false }));
  await site.page.evaluate((url) => client.fetch(url).then(() => {}), script.url);
  await expect(card(site, "That didn't work")).toBeVisible();
  await card(site, "That didn't work").getByRole('button', { name: 'Details' }).click();
  await expect(card(site, "That didn't work").getByRole('button', { name: 'Report' })).toHaveCount(0);
  expect(await site.page.evaluate(() => client.reports.open())).toBe(undefined);
  await expect(site.page.getByRole('dialog')).toHaveCount(0);
  await site.page.evaluate(() => client.dispose());
  await start(site, quick());
  await open(site);
  await words(site).fill('Copy me');
  await expect(button(site, 'Send')).toHaveCount(0);
  const payload = await shown(site);
  await form(site).locator('.foot').getByRole('button', { name: 'Copy' }).click();
  await expect(status(site)).toHaveText('Copied');
  const copied = await site.page.evaluate(() => navigator.clipboard.readText());
  expect(JSON.parse(copied)).toEqual(payload);
  await form(site)
    .getByRole('button', { name: `Copy: ${payload.reference}` })
    .click();
  await expect.poll(() => site.page.evaluate(() => navigator.clipboard.readText())).toBe(payload.reference);
  await button(site, 'Cancel').click();
  expect(await filed(site)).toBe(undefined);
  expect(await list(site.page)).toEqual([]);
});

test("the app's own function sends them; one that fails leaves the report in the queue", async ({ site }) => {
  await site.page.evaluate(() => {
    Object.assign(globalThis, { taken: [], refuses: true });
  });
  await site.page.evaluate(async () => {
    globalThis.client = steadfetch.createSteadfetch({
      report: {
        send: async (report) => {
          if ((globalThis as never as { refuses: boolean }).refuses) throw new Error('not now');
          (globalThis as never as { taken: unknown[] }).taken.push(report);
        },
      },
    });
    await client.ready;
  });
  await open(site);
  const report = await send(site, 'By the app');
  expect(report.state).toBe('queued');
  expect((await list(site.page))[0]).toMatchObject({ reference: report.reference, words: 'By the app' });
});

test('offline it waits, outlives a reload, and goes once there is a network', async ({
  site,
  server,
  context,
}) => {
  const script = await server.play({ routes: REPORTS });
  const options = quick(`${script.url}/reports`);
  await start(site, options);
  // What the form needs is loaded while there is a network.
  await open(site);
  await button(site, 'Cancel').click();
  await context.setOffline(true);
  await open(site);
  const report = await send(site, 'While offline');
  expect(report.state).toBe('queued');
  await context.setOffline(false);
  await site.page.clock.install();
  await again(site, options);
  expect((await list(site.page)).map(({ reference }) => reference)).toEqual([report.reference]);
  await expect.poll(async () => (await list(site.page))[0]!.state, { timeout: 15_000 }).toBe('sent');
  const requests = await got(script);
  expect(requests.map((request) => bodyOf(request).reference)).toEqual([report.reference]);
  expect(bodyOf(requests[0]!).words).toBe('While offline');
});

test('a page that is closed while it sends loses nothing; the server knows a double by its reference', async ({
  server,
  context,
}) => {
  const script = await server.play({
    routes: { 'POST /reports': { steps: [{ silence: 60_000 }, { status: 200 }] } },
  });
  const options = quick(`${script.url}/reports`);
  const first = await tab(context, server, options);
  await open(first);
  await words(first).fill('In the middle of it');
  await button(first, 'Send').click();
  await expect.poll(async () => (await got(script)).length).toBe(1);
  await first.page.close();
  const second = await tab(context, server, options);
  await expect.poll(async () => (await list(second.page))[0]?.state, { timeout: 15_000 }).toBe('sent');
  const [one, two, ...more] = (await got(script)).map(bodyOf);
  expect(more).toEqual([]);
  expect(two).toEqual(one);
  expect(two!.words).toBe('In the middle of it');
});

test('a server in trouble is asked ever more rarely, by all tabs and reloads together', async ({
  server,
  context,
}) => {
  const script = await server.play({
    routes: {
      'POST /reports': {
        steps: [
          { status: 429, retryAfter: 600 },
          { status: 503, repeat: 100 },
        ],
      },
    },
  });
  const options = quick(`${script.url}/reports`);
  const one = await tab(context, server, options);
  for (let n = 0; n < 3; n++) {
    await open(one);
    expect((await send(one, `Number ${n}`)).state).toBe('queued');
  }
  await tab(context, server, options);
  await again(one, options);
  await one.page.waitForTimeout(1500);
  expect((await got(script)).length, 'one request until the ten minutes are over').toBe(1);
  // An hour of it, in a page whose clock runs faster.
  const count = await hour(one, options, script);
  expect(count).toBeGreaterThan(3);
  expect(count, 'no storm').toBeLessThan(20);
  expect((await list(one.page)).map(({ state }) => state)).toEqual(['queued', 'queued', 'queued']);
});

test('what a server does not want is given up after a while, and not in the way of the rest', async ({
  bare,
  server,
}) => {
  bare.expects(/problem report .* is given up: the server answered with status 400/);
  const steps = [{ status: 400 }, { status: 202 }, { status: 400, repeat: 100 }];
  const script = await server.play({ routes: { 'POST /reports': { steps } } });
  const options = quick(`${script.url}/reports`);
  await bare.page.clock.install();
  await bare.open();
  await start(bare, options);
  for (const text of ['Not wanted', 'Wanted']) {
    await open(bare);
    expect((await send(bare, text)).state).toBe('queued');
  }
  // As long as it takes: time passes in the page alone, and requests do not.
  const states = async () => {
    await bare.page.clock.runFor(30_000);
    return (await list(bare.page)).map(({ state }) => state);
  };
  await expect.poll(states, { timeout: 30_000, intervals: [50] }).toEqual(['sent']);
  const asked = async () => (await got(script)).map((request) => bodyOf(request).words);
  const five = ['Not wanted', 'Wanted', ...Array<string>(4).fill('Not wanted')];
  expect(await asked()).toEqual(five);
  await hour(bare, options, script);
  expect(await asked(), 'it is given up for good').toEqual(five);
});

test('a fixed problem is told once: in the one of two windows that is used, also after a reload, never again', async ({
  server,
  context,
}) => {
  const reports = await server.play({ routes: REPORTS });
  const feed = { incidents: [], fixed: [] as object[] };
  let asked = 0;
  await context.route('**/feed.json', async (route) => {
    await route.fulfill({ json: feed });
    asked += 1;
  });
  const options = quick(`${reports.url}/reports`, {
    status: { url: `${server.first}/feed.json`, format: 'steadfetch' },
    preferences: { autoClose: false },
  });
  const one = await tab(context, server, options);
  await open(one);
  const byReference = await send(one, 'Mine');
  await open(one, { url: `${reports.url}/orders/1` });
  const byCode = await send(one, 'By code');
  await open(one);
  await send(one, 'Still broken');
  const at = new Date().toISOString();
  const date = await one.page.evaluate(() =>
    new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long' }).format(),
  );
  const tabs = [one, await tab(context, server, options)];
  // Of two windows at most one has the focus; a browser without a screen says so of both.
  await one.page.addInitScript(() => (document.hasFocus = () => false));
  await expect.poll(() => asked).toBe(2);
  feed.fixed.push({ reference: byReference.reference, at }, { reference: 'K7P-4WM', at });
  await Promise.all(tabs.map((site) => again(site, options)));
  const told = () =>
    Promise.all(tabs.map((site) => card(site, 'A problem you reported is fixed').count())).then((counts) =>
      counts.reduce((sum, count) => sum + count, 0),
    );
  await expect.poll(told).toBe(1);
  const shownIn = tabs[1]!;
  // Values stand between isolates.
  const text = (await toasts(shownIn).allInnerTexts()).join().replace(/[\u2066-\u2069]/g, '');
  expect(text).toContain(`The problem you reported on ${date} is fixed.`);
  await expect.poll(() => said(shownIn)).toContainEqual(expect.stringMatching(/^status: .*is fixed/));
  const state = async (reference: string) =>
    (await list(one.page)).find((report) => report.reference === reference)!.state;
  expect(await state(byReference.reference)).toBe('fixed');
  await Promise.all(tabs.map((site) => again(site, options)));
  await one.page.waitForTimeout(700);
  expect(await told(), 'not again').toBe(0);
  // By the fault's code: what was reported before the fix.
  expect(await state(byCode.reference)).toBe('sent');
  feed.fixed.push({ code: 'SF-server-error', at: byCode.at - 1 });
  await again(one, options);
  await one.page.waitForTimeout(700);
  expect(await told(), 'fixed before it was reported').toBe(0);
  feed.fixed.push({ code: 'SF-server-error', at });
  await again(one, options);
  await one.page.waitForTimeout(700);
  expect(await told(), 'it is not used').toBe(0);
  await one.page.evaluate(() => {
    document.hasFocus = () => true;
    dispatchEvent(new Event('focus'));
  });
  await expect.poll(told).toBe(1);
  await expect.poll(() => said(one)).toContainEqual(expect.stringMatching(/^status: .*is fixed/));
  expect(await state(byCode.reference)).toBe('fixed');
});

test('a hostile feed: huge, wrong, or full of nonsense, and nothing is told', async ({ bare, server }) => {
  bare.expects(/status feed .* is refused/);
  const { page } = bare;
  const warnings: string[] = [];
  page.on('console', (message) => void warnings.push(message.text()));
  const script = await server.play({ routes: REPORTS });
  const code = 'SF-server-error';
  let feed: object = { incidents: [], fixed: [] };
  let asked = 0;
  await page.route('**/feed.json', async (route) => {
    await route.fulfill({ json: feed });
    asked += 1;
  });
  const options = quick(`${script.url}/reports`, {
    status: { url: `${server.first}/feed.json`, format: 'steadfetch' },
  });
  await bare.open();
  await start(bare, options);
  await open(bare, { url: `${script.url}/orders/1` });
  const mine = await send(bare, 'Mine');
  const state = async (reference: string) =>
    (await list(page)).find((report) => report.reference === reference)!.state;
  const read = async (next: object) => {
    feed = next;
    const before = asked;
    await again(bare, options);
    await expect.poll(() => asked).toBe(before + 1);
  };
  // Behind each of them stands one good entry, so that what it says shows that the feed was read.
  const nonsense: unknown[][] = [
    [null, 7, [], {}, { reference: {}, at: 'x' }, { code: [code], at: Date.now() }],
    [
      { code, at: 'never' },
      { code, at: -1 },
      { code, at: 4e12 },
    ],
    [{ reference: '__proto__', code: 'constructor', at: Date.now() }],
    // Names nobody's server.
    [{ code, at: Date.now(), origin: {} }],
  ];
  for (const fixed of nonsense) {
    await open(bare);
    const { reference } = await send(bare, 'It is read');
    await read({ incidents: [], fixed: [...fixed, { reference, at: Date.now() - 1 }] });
    await expect.poll(() => state(reference)).toBe('fixed');
    await expect(card(bare, 'A problem you reported is fixed')).toHaveCount(1);
    expect(await state(mine.reference)).toBe('sent');
  }
  const good = { reference: mine.reference, at: Date.now() - 1 };
  const many = Array.from({ length: 20_000 }, (_, n) => ({ reference: `AAA-${n}`, at: 1 }));
  const refused = () => warnings.filter((text) => /status feed .* is refused/.test(text)).length;
  for (const hostile of [
    { incidents: [], fixed: [good, ...many] },
    { incidents: 'none', fixed: [good] },
  ]) {
    const before = refused();
    await read(hostile);
    await expect.poll(refused).toBe(before + 1);
    expect(await state(mine.reference)).toBe('sent');
  }
  // What stands behind the first 500 is not read, and what is no list is none.
  await open(bare);
  const { reference } = await send(bare, 'It is read');
  const first = { reference, at: Date.now() - 1 };
  await read({ incidents: [], fixed: [first, ...many.slice(0, 499), good] });
  await expect.poll(() => state(reference)).toBe('fixed');
  await read({ incidents: [{ since: 1 }], fixed: 'all' });
  expect(await state(mine.reference)).toBe('sent');
  await read({ incidents: [], fixed: [good] });
  await expect.poll(() => state(mine.reference)).toBe('fixed');
});

test('a link in the feed leads to https alone', async ({ site, server }) => {
  const script = await server.play({ routes: REPORTS });
  const fixed = [{ code: 'SF-server-error', at: 0, url: 'javascript:alert(1)' }];
  await site.page.route('**/feed.json', (route) => route.fulfill({ json: { incidents: [], fixed } }));
  const options = quick(`${script.url}/reports`, {
    status: { url: `${server.first}/feed.json`, format: 'steadfetch' },
  });
  await start(site, quick(`${script.url}/reports`));
  await open(site, { url: `${script.url}/orders/1` });
  await send(site, 'Mine');
  fixed[0]!.at = Date.now();
  await again(site, options);
  await expect(card(site, 'A problem you reported is fixed')).toBeVisible();
  await expect(card(site, 'A problem you reported is fixed').getByRole('link')).toHaveCount(0);
});

test('megabytes of words are cut with a reason, and no report is larger than 64 KB', async ({
  site,
  server,
}) => {
  const script = await server.play({ routes: REPORTS });
  await start(site, quick(`${script.url}/reports`));
  await open(site, { url: `${script.url}/orders/1` });
  // Three bytes each in UTF-8.
  await words(site).evaluate((box: HTMLTextAreaElement) => {
    box.value = '語'.repeat(3_000_000);
    box.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await expect(words(site)).toHaveAccessibleDescription(/This is too long/);
  expect((await shown(site)).words).toBe('語'.repeat(8000));
  await button(site, 'Send').click();
  expect((await filed(site))!.state).toBe('sent');
  const [request] = await got(script);
  expect(request!.body.length).toBeLessThanOrEqual(65_536);
  expect(request!.body.length, 'with the words in full').toBeGreaterThan(24_000);
});

test('twenty wait at most; the next one is refused with a reason and stays open', async ({
  site,
  context,
}) => {
  await start(site, quick('/reports'));
  await open(site);
  await button(site, 'Cancel').click();
  await context.setOffline(true);
  for (let n = 0; n < 20; n++) {
    await open(site);
    expect((await send(site, `Number ${n}`)).state).toBe('queued');
  }
  await open(site);
  await words(site).fill('One too many');
  await button(site, 'Send').click();
  await expect(form(site)).toContainText('Too many reports are waiting already');
  await expect(words(site)).toHaveValue('One too many');
  await button(site, 'Cancel').click();
  expect((await list(site.page)).length).toBe(20);
  await context.setOffline(false);
});

test("secrets of the call never leave; a person's own words are theirs and stay", async ({
  site,
  server,
}) => {
  const script = await server.play({
    routes: {
      'POST /reports': { status: 200 },
      'GET /users/**': {
        status: 500,
        headers: { 'content-type': 'application/problem+json' },
        text: JSON.stringify({
          title: 'No anna@example.org',
          detail: 'password: hunter2',
          type: 'https://x.example/4711',
        }),
      },
    },
  });
  await start(site, quick(`${script.url}/reports`));
  await site.page.evaluate(() => history.replaceState(null, '', '/?token=s3cr3t-of-the-page#frag'));
  await site.page.evaluate(async (url) => {
    const about = await client.fetch(url, { headers: { authorization: 'Bearer secret-token-1' } });
    globalThis.filed = client.reports.open(about);
  }, `${script.url}/users/anna/orders/4711?mail=anna@example.org`);
  await expect(form(site)).toBeVisible();
  await expect(form(site).locator('pre')).toContainText('SF-server-error');
  for (const text of [JSON.stringify(await shown(site)), await form(site).locator('pre').innerText()]) {
    for (const secret of [
      'anna',
      '4711',
      'example.org',
      'hunter2',
      'secret-token',
      's3cr3t',
      'frag',
      'Bearer',
    ])
      expect(text).not.toContain(secret);
  }
  await words(site).fill('My card 4111 1111 1111 1111, mail me at me@example.com');
  await button(site, 'Send').click();
  await filed(site);
  const [request] = await got(script);
  const text = request!.body.text!;
  expect(text).toContain('My card 4111 1111 1111 1111, mail me at me@example.com');
  for (const secret of ['anna', '4711', 'hunter2', 'secret-token', 's3cr3t', 'frag', 'Bearer'])
    expect(text).not.toContain(secret);
  expect(request!.headers.some(([name]) => name === 'cookie')).toBe(false);
});

test('reports belong to whoever was signed in', async ({ site, server }) => {
  const script = await server.play({ routes: { 'POST /reports': { status: 503 } } });
  await start(site, quick(`${script.url}/reports`, { partition: 'anna' }));
  await open(site);
  await send(site, "Anna's");
  expect((await list(site.page)).length).toBe(1);
  await again(site, quick(`${script.url}/reports`, { partition: 'ben' }));
  expect(await list(site.page)).toEqual([]);
  await again(site, quick(`${script.url}/reports`, { partition: 'anna' }));
  expect((await list(site.page)).map(({ words }) => words)).toEqual(["Anna's"]);
});

test('without a storage a report is sent as well, and the person is told to wait for it', async ({
  bare,
  server,
}) => {
  const script = await server.play({
    routes: { 'POST /reports': { steps: [{ status: 503 }, { status: 200 }] } },
  });
  await bare.page.addInitScript(() =>
    Object.defineProperty(globalThis, 'localStorage', {
      get() {
        throw new DOMException('denied', 'SecurityError');
      },
    }),
  );
  await bare.open();
  await start(bare, quick(`${script.url}/reports`));
  await open(bare);
  await words(bare).fill('In memory');
  await button(bare, 'Send').click();
  await expect(status(bare)).toContainText('Keep this page open until it is.');
  expect((await filed(bare))!.state).toBe('queued');
  // The dialog follows.
  await expect(status(bare)).toHaveText('The report is sent', { timeout: 15_000 });
});
