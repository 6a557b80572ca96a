// The panels: notices so far, and what a person chooses for themselves.
import { card, dismiss, focus, notice, settled, show, start, toasts } from '../support/notices';
import { type Site, expect, test } from '../support/test';

const history = (site: Site, name = 'Notices so far') => site.page.getByRole('dialog', { name });
const settings = (site: Site) => site.page.getByRole('dialog', { name: 'Notice settings' });
const titles = (site: Site) => history(site).getByRole('heading', { level: 3 }).allTextContents();

test('the history: newest first, with times, live, by keys alone, and the focus goes back', async ({
  site,
  server,
}) => {
  await start(site, { defaults: { retry: false, breaker: false } });
  const save = site.page.getByRole('button', { name: 'Save' });
  await save.focus();
  await site.page.evaluate(() => client.notices.openHistory());
  await expect(history(site)).toContainText('No notices so far');
  await site.page.keyboard.press('Escape');
  await expect(history(site)).toHaveCount(0);
  expect(await focus(site)).toBe('save');
  await show(
    site,
    notice('First'),
    notice('Second', { severity: 'error', actions: [{ id: 'x', label: 'Go' }] }),
  );
  await expect(toasts(site)).toHaveCount(2);
  await dismiss(card(site, 'First')).click();
  await save.focus();
  await site.page.evaluate(() => client.notices.openHistory());
  await expect(history(site)).toBeVisible();
  expect(await titles(site)).toEqual(['Second', 'First']);
  const entries = history(site).getByRole('listitem');
  await expect(entries.nth(0)).toContainText('Ongoing');
  await expect(entries.nth(1)).toContainText('Dismissed');
  const time = entries.nth(1).locator('time');
  const since = await site.page.evaluate(() => client.notices.list()[1]!.since);
  // Instants come from two clocks that do not tick together.
  expect(Math.abs(Date.parse((await time.getAttribute('datetime'))!) - since)).toBeLessThan(5);
  expect(await time.textContent()).toBe(
    await site.page.evaluate((at) => new Intl.DateTimeFormat('en', { timeStyle: 'short' }).format(at), since),
  );
  // What goes on while it is open is in it at once, and what has the focus keeps it.
  await entries.nth(0).getByRole('button', { name: 'Go' }).focus();
  await show(site, notice('Third', { severity: 'warning' }));
  await expect.poll(() => titles(site)).toEqual(['Third', 'Second', 'First']);
  expect(await focus(site)).toBe('Go');
  const script = await server.play({ steps: [{ status: 500 }] });
  await site.page.evaluate((url) => client.fetch(url).then(() => {}), script.url);
  await expect.poll(() => titles(site)).toEqual(["That didn't work", 'Third', 'Second', 'First']);
  await expect(entries.nth(0).getByRole('button', { name: 'Try again' })).toBeVisible();
  await expect(entries.nth(0)).toContainText('SF-server-error');
  await history(site).getByRole('button', { name: 'Done' }).click();
  await expect(history(site)).toHaveCount(0);
  expect(await focus(site)).toBe('save');
  await expect(site.page.locator('[data-steadfetch=panel]')).toHaveCount(0);
});

test('an action in the history does what it does on the card', async ({ site }) => {
  site.expects(/^Steadfetch: the action "bad" of message "text" is left out/);
  await start(site);
  await site.page.evaluate(() => {
    client.notices.show({
      message: 'text',
      severity: 'error',
      args: { title: 'Not saved' },
      actions: [
        { id: 'again', label: 'Save again', run: () => (document.title = 'saved') },
        { id: 'bad', label: 'Bad', href: 'javascript:1' },
      ],
    });
    client.notices.openHistory();
  });
  await history(site).getByRole('listitem').getByRole('button', { name: 'Save again' }).click();
  expect(await site.page.title()).toBe('saved');
  await expect(history(site).getByText('Bad')).toHaveCount(0);
});

test('while a panel is open toasts are one button beside it, within reach, and as before afterwards', async ({
  site,
}) => {
  await start(site);
  await show(site, notice('Before', { severity: 'error' }));
  await site.page.evaluate(() => client.notices.openHistory());
  await expect(history(site)).toBeVisible();
  await show(site, notice('While open', { severity: 'error' }));
  const pill = site.page.getByRole('button', { name: 'Notices: 2' });
  await expect(pill).toBeVisible();
  await expect(card(site, 'Before')).toBeHidden();
  await pill.click();
  await dismiss(card(site, 'While open')).click();
  await expect(toasts(site)).toHaveCount(1);
  await history(site).getByRole('button', { name: 'Done' }).click();
  await expect(history(site)).toHaveCount(0);
  await expect(card(site, 'Before')).toBeVisible();
  await dismiss(card(site, 'Before')).click();
  await expect(toasts(site)).toHaveCount(0);
});

test('a panel that the page takes out is closed: notices are as before, and it can be opened again', async ({
  site,
}) => {
  await start(site);
  await show(site, notice('One', { severity: 'error' }), notice('Two', { severity: 'error' }));
  const dialog = site.page.getByRole('dialog', { name: 'Notices so far' });
  for (let n = 0; n < 2; n++) {
    await site.page.evaluate(() => client.notices.openHistory());
    await expect(dialog).toBeVisible();
    await expect(card(site, 'One')).toBeHidden();
    await site.page.evaluate(() => document.querySelector('[data-steadfetch=panel]')!.remove());
    await expect(card(site, 'One')).toBeVisible();
    await expect(card(site, 'Two')).toBeVisible();
  }
  await expect(dialog).toHaveCount(0);
});

test('each language has its panels; they follow it while they are open', async ({ site }) => {
  await start(site, { locale: 'de' });
  await site.page.evaluate(() => client.notices.openHistory());
  await expect(history(site, 'Bisherige Hinweise')).toBeVisible();
  const names: Record<string, string> = {
    ar: 'الإشعارات حتى الآن',
    en: 'Notices so far',
    'en-XA': '[Ñötîçéš šö får',
    es: 'Avisos hasta ahora',
    fr: "Avis jusqu'ici",
    ja: 'これまでのお知らせ',
    pl: 'Dotychczasowe powiadomienia',
    'pt-BR': 'Avisos até agora',
    'zh-Hans': '到目前为止的通知',
  };
  for (const [locale, name] of Object.entries(names)) {
    await site.page.evaluate((locale) => client.configure({ locale }), locale);
    await expect(history(site, name)).toBeVisible();
    const host = site.page.locator('[data-steadfetch=panel]');
    expect([await host.getAttribute('lang'), await host.getAttribute('dir')]).toEqual([
      locale,
      locale === 'ar' ? 'rtl' : 'ltr',
    ]);
  }
});

test('preferences: by keys alone, at once, and kept across visits', async ({ site }) => {
  await start(site);
  expect(await site.page.evaluate(() => client.preferences.get())).toEqual({
    autoClose: true,
    readingTime: 1,
    doNotDisturb: false,
    reducedMotion: 'auto',
    saveData: 'auto',
  });
  await site.page.getByRole('button', { name: 'Save' }).focus();
  await site.page.evaluate(() => client.preferences.open());
  const time = settings(site).getByRole('slider', { name: 'Time to read' });
  await time.focus();
  for (let n = 0; n < 4; n++) await site.page.keyboard.press('ArrowRight');
  expect(await time.getAttribute('aria-valuetext')).toBe('3 ×');
  await settings(site).getByRole('checkbox', { name: 'Do not disturb' }).press(' ');
  await settings(site).getByRole('combobox', { name: 'Movement' }).selectOption('Less movement');
  await settings(site).getByRole('combobox', { name: 'Use of data' }).selectOption('Save data');
  await expect(settings(site).getByRole('checkbox', { name: 'Do not disturb' })).toHaveAccessibleDescription(
    /Only sign-in/,
  );
  const chosen = { autoClose: true, readingTime: 3, doNotDisturb: true, reducedMotion: true, saveData: true };
  expect(await site.page.evaluate(() => client.preferences.get())).toEqual(chosen);
  await settings(site).getByRole('checkbox', { name: 'Close notices by themselves' }).press(' ');
  await expect(time).toBeDisabled();
  await site.page.keyboard.press('Escape');
  await expect(settings(site)).toHaveCount(0);
  expect(await focus(site)).toBe('save');
  await site.page.reload();
  await site.page.locator('html[data-ready]').waitFor();
  // What the app would have is not what the person wants.
  await start(site, { preferences: { readingTime: 5, doNotDisturb: false } });
  expect(await site.page.evaluate(() => client.preferences.get())).toEqual({ ...chosen, autoClose: false });
  await site.page.evaluate(() => client.preferences.open());
  await settings(site).getByRole('button', { name: "Use the app's settings" }).click();
  expect(await site.page.evaluate(() => client.preferences.get())).toMatchObject({
    readingTime: 5,
    autoClose: true,
    doNotDisturb: false,
  });
  expect(await site.page.evaluate(() => localStorage.getItem('steadfetch:preferences'))).toBeNull();
  await expect(settings(site).getByRole('slider')).toHaveValue('5');
});

test('other tabs and other clients follow', async ({ site, context, server }) => {
  await start(site);
  const other = await context.newPage();
  await other.goto(`${server.first}/`);
  await other.locator('html[data-ready]').waitFor();
  await other.evaluate(async () => {
    Object.assign(globalThis, {
      client: steadfetch.createSteadfetch({ surfaces: { delay: 0 } }),
      second: steadfetch.createSteadfetch(),
    });
    await client.ready;
    client.notices.show({ message: 'text', severity: 'error', args: { title: 'In the other tab' } });
  });
  await expect(other.getByRole('group', { name: 'In the other tab' })).toBeVisible();
  await site.page.evaluate(() => client.preferences.set({ doNotDisturb: true, readingTime: 2 }));
  await expect(other.getByRole('group', { name: 'In the other tab' })).toHaveCount(0);
  const [own, second] = await other.evaluate(() => [
    client.preferences.get(),
    (globalThis as unknown as { second: typeof client }).second.preferences.get(),
  ]);
  expect(own).toEqual(second);
  expect(own).toMatchObject({ doNotDisturb: true, readingTime: 2 });
  await site.page.evaluate(() => client.preferences.set({ doNotDisturb: false }));
  await expect(other.getByRole('group', { name: 'In the other tab' })).toBeVisible();
  await other.close();
});

test('what is wrong with preferences is said; what a script has left there is read with suspicion', async ({
  site,
}) => {
  site.expects(/preferences\.readingTime/);
  await site.page.evaluate(() =>
    localStorage.setItem(
      'steadfetch:preferences',
      '{"readingTime":1e9,"doNotDisturb":"yes","__proto__":{"autoClose":false},"saveData":true}',
    ),
  );
  await start(site);
  const found = await site.page.evaluate(async () => {
    const attempt = (act: () => void) => {
      try {
        act();
      } catch (error) {
        return error instanceof steadfetch.ConfigError ? error.problems : String(error);
      }
      return undefined;
    };
    const bad = steadfetch.createSteadfetch({
      preferences: { readingTime: 11, reducedMotion: 'yes' as never },
    });
    return {
      read: client.preferences.get(),
      set: attempt(() => client.preferences.set({ readingTime: 0, doNotDisturb: 1, more: true } as never)),
      after: client.preferences.get(),
      bad: await bad.ready.catch((error: InstanceType<typeof steadfetch.ConfigError>) =>
        error.problems.map(({ path }) => path),
      ),
    };
  });
  expect(found.read).toEqual({
    autoClose: true,
    readingTime: 1,
    doNotDisturb: false,
    reducedMotion: 'auto',
    saveData: true,
  });
  expect(found.set).toEqual([
    { path: 'readingTime', message: 'expected a number from 1 to 10' },
    { path: 'doNotDisturb', message: 'expected true or false' },
    { path: 'more', message: 'expected no such member' },
  ]);
  expect(found.after).toEqual(found.read);
  expect(found.bad).toEqual(['preferences.readingTime', 'preferences.reducedMotion']);
});

test('preferences are there before the engine, without storage, and for a client without a screen', async ({
  bare,
}) => {
  await bare.page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('no', 'SecurityError');
      },
    });
  });
  await bare.open();
  const [early, late] = await bare.page.evaluate(async () => {
    const client = steadfetch.createSteadfetch({
      surfaces: { headless: true },
      preferences: { readingTime: 2 },
    });
    client.preferences.set({ doNotDisturb: true });
    const early = client.preferences.get();
    client.notices.openHistory();
    await client.ready;
    return [early, client.preferences.get()];
  });
  expect(early).toMatchObject({ readingTime: 2, doNotDisturb: true });
  expect(late).toEqual(early);
  await expect(history(bare)).toBeVisible();
});

test('the queue is seen by a press on its button, and waits again once nobody is at it', async ({ site }) => {
  await start(site, { surfaces: { maxVisible: 2 } });
  await show(site, ...[1, 2, 3, 4, 5].map((n) => notice(`Notice ${n}`, { severity: 'error' })));
  await expect(toasts(site)).toHaveCount(2);
  const more = site.page.getByRole('button', { name: '3 more' });
  await expect(more).toHaveAttribute('aria-expanded', 'false');
  await settled(site);
  await more.press('Enter');
  await expect(toasts(site)).toHaveCount(5);
  await expect(more).toHaveAttribute('aria-expanded', 'true');
  expect(await focus(site)).toBe('3 more');
  await more.press('Enter');
  await expect(toasts(site)).toHaveCount(2);
  await more.press('Enter');
  await expect(toasts(site)).toHaveCount(5);
  await site.page.getByLabel('Name').focus();
  await expect(toasts(site)).toHaveCount(2);
});

for (const position of ['top-start', 'top', 'top-end', 'bottom-start', 'bottom', 'bottom-end'] as const) {
  for (const locale of ['en', 'ar']) {
    test(`toasts are at ${position}, mirrored in ${locale}`, async ({ site }) => {
      await start(site, { locale, surfaces: { position, density: 'compact' } });
      await show(site, notice('Here', { severity: 'error' }));
      await expect(card(site, 'Here')).toBeVisible();
      await settled(site);
      const { x, y, width, height } = (await card(site, 'Here').boundingBox())!;
      const view = site.page.viewportSize()!;
      const [edge, side = 'middle'] = position.split('-');
      const centre = x + width / 2;
      const left = (side === 'start') === (locale === 'en');
      expect(y + height / 2 < view.height / 2).toBe(edge === 'top');
      if (side === 'middle') expect(Math.abs(centre - view.width / 2)).toBeLessThan(10);
      else expect(centre < view.width / 2).toBe(left);
      expect(height).toBeLessThan(75);
    });
  }
}
