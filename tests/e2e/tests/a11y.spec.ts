// The accessibility contract of notices, a test by each number; A17 to A30 are in a11y-surfaces.spec.ts.
import type { Page } from '@playwright/test';
import {
  card,
  dismiss,
  focus,
  lasts,
  notice,
  pass,
  said,
  settled,
  show,
  start,
  stopped,
  tabTo,
  toasts,
} from '../support/notices';
import { type Site, expect, test } from '../support/test';

test('A1 two announcers are there from the start, empty, in the page itself, and rendered', async ({
  site,
}) => {
  await start(site);
  const found = await site.page.evaluate(() =>
    [...document.querySelectorAll('[data-steadfetch=announcer] > *')].map((node) => {
      const { display, visibility, position } = getComputedStyle(node);
      const { width, height } = node.getBoundingClientRect();
      return {
        role: node.role,
        text: node.textContent,
        display,
        visibility,
        position,
        small: width <= 1 && height <= 1,
      };
    }),
  );
  const rest = { text: '', display: 'block', visibility: 'visible', position: 'fixed', small: true };
  expect(found).toEqual([
    { role: 'status', ...rest },
    { role: 'alert', ...rest },
  ]);
  const nodes = await site.page.locator('[data-steadfetch=announcer] > *').elementHandles();
  await show(site, notice('Saved', { severity: 'error' }));
  await expect(card(site, 'Saved')).toBeVisible();
  await expect.poll(() => said(site)).toHaveLength(1);
  // The same nodes, also after a framework has replaced the page's content.
  for (const node of nodes) expect(await node.evaluate((node) => node.isConnected)).toBe(true);
  await site.page.evaluate(() => {
    document.body.replaceChildren();
  });
  await show(site, notice('Saved again', { severity: 'error' }));
  await expect.poll(() => said(site)).toHaveLength(2);
  for (const node of nodes) expect(await node.evaluate((node) => node.isConnected)).toBe(true);
});

test('A2 text comes after silence, the same text twice is spoken twice, and what comes at once is spoken together', async ({
  site,
}) => {
  await start(site, { surfaces: { maxVisible: 10 } });
  const once = async () => {
    const id = await site.page.evaluate(
      (input) => {
        const handle = client.notices.show(input);
        return handle.id;
      },
      notice('Copied', { body: 'It is in the clipboard.' }),
    );
    await expect(card(site, 'Copied')).toBeVisible();
    await site.page.waitForTimeout(1300);
    await site.page.evaluate((id) => client.notices.dismiss(id), id);
    await expect(card(site, 'Copied')).toHaveCount(0);
  };
  await once();
  await once();
  expect(await said(site)).toEqual([
    'status: Note: Copied. It is in the clipboard.',
    'status: Note: Copied. It is in the clipboard.',
  ]);
  const all = await site.page.evaluate(() => spoken);
  // Before each text the region was empty for a task.
  for (const [at, { text }] of all.entries()) if (text && at > 0) expect(all[at - 1]!.text).toBe('');
  await site.page.evaluate(() => void (spoken.length = 0));
  await site.page.waitForTimeout(1100);
  for (let n = 0; n < 6; n++) {
    await show(
      site,
      notice(`Item ${n}`, { body: '' }),
      notice(`Trouble ${n}`, { body: '', severity: 'error' }),
    );
    await site.page.waitForTimeout(60);
  }
  await site.page.waitForTimeout(2200);
  const burst = (await site.page.evaluate(() => spoken)).filter(({ text }) => text);
  for (const role of ['status', 'alert']) {
    const times = burst.filter((one) => one.role === role).map(({ at }) => at);
    for (const [n, at] of times.entries()) if (n > 0) expect(at - times[n - 1]!).toBeGreaterThan(990);
    expect(times.length).toBeLessThanOrEqual(3);
  }
  const words = burst.map(({ text }) => text).join(' ');
  for (let n = 0; n < 5; n++) expect(words).toContain(`Item ${n}`);
});

test('A2 what is said twice at once is spoken once', async ({ site }) => {
  await start(site, { surfaces: { maxVisible: 10 } });
  const same = notice('Copied', { body: 'Done.' });
  await show(site, { ...same, cause: 'one' }, { ...same, cause: 'two' });
  await expect(toasts(site)).toHaveCount(2);
  await expect.poll(() => said(site)).toEqual(['status: Note: Copied. Done.']);
});

test('A2 the first words come with their card, and after a moment where the region has just come to a dialog', async ({
  site,
}) => {
  await start(site);
  const found = await site.page.evaluate(async (input) => {
    const until = async (holds: () => unknown) => {
      while (!holds()) await new Promise((go) => setTimeout(go));
      return performance.now();
    };
    const voices = document.querySelector('[data-steadfetch=announcer]')!;
    const host = () => document.querySelector('[data-steadfetch=toasts]');
    // The region has been there for a while.
    await new Promise((go) => setTimeout(go, 100));
    client.notices.show(input);
    await until(() => host()?.shadowRoot!.querySelector('.card'));
    const withCard = voices.textContent;
    client.notices.list().forEach(({ id }) => client.notices.dismiss(id));
    await until(() => !voices.textContent);
    await new Promise((go) => setTimeout(go, 100));
    const dialog = document.createElement('dialog');
    document.body.append(dialog);
    dialog.showModal();
    client.notices.show({ ...input, cause: 'again' });
    const moved = await until(() => voices.parentElement === dialog);
    return { withCard, moved, spoken: await until(() => voices.textContent) };
  }, notice('Copied'));
  expect(found.withCard).toContain('Copied');
  // Screen readers miss what a region brings along.
  expect(found.spoken - found.moved).toBeGreaterThan(40);
});

test('A2 once nothing is shown, nothing that was spoken is left to be stumbled on', async ({ bare }) => {
  await stopped(bare);
  const region = bare.page.locator('[data-steadfetch=announcer] > [role=status]');
  const close = () =>
    bare.page.evaluate(() => client.notices.list().forEach(({ id }) => client.notices.dismiss(id)));
  // Long after it was spoken, while its silence lasts, and before it was spoken.
  for (const ms of [3000, 200, 20]) {
    await show(bare, notice('Copied', { body: '' }));
    await pass(bare, ms);
    if (ms > 100) await expect(region).toContainText('Note: Copied');
    await close();
    await pass(bare, 2000);
    await expect(region).toHaveText('');
    // What was to be spoken has been.
    const all = await said(bare);
    expect(all.filter((text) => text.startsWith('status: Note: Copied')).length).toBeGreaterThanOrEqual(1);
    await bare.page.evaluate(() => void (spoken.length = 0));
  }
});

test('A3 no card is a live region, nor is anything around it', async ({ site }) => {
  await start(site);
  await show(
    site,
    notice('A toast', { severity: 'error' }),
    notice('A banner', { surface: 'banner', severity: 'error' }),
  );
  await site.page.evaluate(
    (input) => {
      client.notices.show({ ...input, surface: document.querySelector('#name')! });
    },
    notice('A hint', { severity: 'error' }),
  );
  await expect(card(site, 'A hint')).toBeVisible();
  for (const title of ['A toast', 'A banner', 'A hint']) {
    const live = await card(site, title).evaluate((node) => {
      const found: string[] = [];
      const look = (at: Element) => {
        if (
          at.hasAttribute('aria-live') ||
          /^(alert|status|log|marquee)$/.test(at.role ?? '') ||
          at.localName === 'output'
        )
          found.push(at.outerHTML.slice(0, 80));
      };
      node.querySelectorAll('*').forEach(look);
      for (
        let at: Element | null = node;
        at;
        at = at.parentElement ?? (at.getRootNode() as ShadowRoot).host ?? null
      )
        look(at);
      return found;
    });
    expect(live, title).toEqual([]);
  }
});

test('A4 only what is urgent interrupts: data at risk, sign-in, what the person just did', async ({
  site,
  server,
}) => {
  await start(site, { surfaces: { maxVisible: 10 }, defaults: { retry: false, breaker: false } });
  const script = await server.play({
    routes: {
      'GET /busy': { status: 503 },
      'GET /broken': { status: 500 },
      'GET /private': { status: 401 },
      'POST /order': { status: 503 },
      'GET /well': { text: 'ok' },
    },
  });
  const call = (path: string, method = 'GET', at = script.url) =>
    site.page.evaluate(([url, method]) => client.fetch(url, { method }).then(() => {}), [
      at + path,
      method,
    ] as const);
  const hears = async (text: string) => {
    await expect.poll(async () => (await said(site)).find((one) => one.includes(text))).toBeTruthy();
    return (await said(site)).find((one) => one.includes(text))!;
  };
  await call('/busy');
  expect(await hears('This has to wait a moment')).toMatch(/^status: /);
  await call('/well');
  expect(await hears('Working again')).toMatch(/^status: Done/);
  await call('/broken');
  expect(await hears("That didn't work")).toMatch(/^status: /);
  await call('/private');
  expect(await hears('Sign in to go on')).toMatch(/^alert: /);
  // A write that nobody has taken.
  await call('/order', 'POST', script.second);
  await expect
    .poll(async () => (await said(site)).filter((one) => one.startsWith('alert: Problem')))
    .toHaveLength(1);
  await show(
    site,
    notice('Not saved', { severity: 'error' }),
    notice('Saved', { severity: 'success' }),
    notice('Slow', { severity: 'warning' }),
  );
  expect(await hears('Not saved')).toMatch(/^alert: Problem/);
  expect(await hears('Saved')).toMatch(/^status: /);
  expect(await hears('Slow')).toMatch(/^status: /);
});

test('A5 what is spoken: a word for the severity, title, body, and how to reach actions where there are any', async ({
  site,
}) => {
  await start(site, { surfaces: { hotkey: 'Control+Shift+N' } });
  await show(site, notice('Saved', { body: 'It is on this device.' }));
  await expect.poll(() => said(site)).toEqual(['status: Note: Saved. It is on this device.']);
  await show(
    site,
    notice('Not saved', {
      severity: 'error',
      body: 'The server is busy.',
      actions: [{ id: 'x', label: 'Save again' }],
    }),
  );
  await expect
    .poll(() => said(site))
    .toContain('alert: Problem: Not saved. The server is busy. Press Control+Shift+N for actions');
  await site.page.evaluate(() => client.configure({ locale: 'de' }));
  await show(
    site,
    notice('Gesichert', { severity: 'success', body: '', actions: [{ id: 'x', label: 'Los' }] }),
  );
  await expect
    .poll(async () => (await said(site)).find((text) => text.includes('Gesichert')))
    .toMatch(/^status: Erledigt: Gesichert.* Control\+Shift\+N/);
});

test('A6 the focus never moves by itself: not on arrival, update, recovery or expiry', async ({ bare }) => {
  await stopped(bare);
  const field = bare.page.getByLabel('Name');
  await field.fill('Ada Lovelace');
  await field.evaluate((input: HTMLInputElement) => {
    input.setSelectionRange(2, 5);
    input.addEventListener('blur', () => (document.title = 'lost'));
  });
  const at = () =>
    field.evaluate((input: HTMLInputElement) => [
      input.matches(':focus'),
      input.selectionStart,
      input.selectionEnd,
    ]);
  const steps: (() => Promise<void>)[] = [
    () =>
      show(bare, notice('One'), notice('Two', { severity: 'error', actions: [{ id: 'x', label: 'Go' }] })),
    () => show(bare, notice('Bar', { surface: 'banner', severity: 'warning' })),
    () => show(bare, notice('Two', { severity: 'warning', actions: [] })),
    () => bare.page.evaluate(() => client.notices.list().forEach(({ id }) => client.notices.dismiss(id))),
    () =>
      bare.page.evaluate(() => {
        const args = { title: 'Four', body: '' };
        client.notices.show({ message: 'text', severity: 'error', args }).resolve();
      }),
    () => show(bare, notice('Three')),
    () => pass(bare, 20_000),
  ];
  for (const step of steps) {
    await step();
    await pass(bare, 500);
    expect(await at()).toEqual([true, 2, 5]);
  }
  expect(await bare.page.title()).not.toBe('lost');
  await expect(toasts(bare)).toHaveCount(0);
});

test('A7 a landmark with a name, last for the tab key; the hotkey leads there, unless an input method composes', async ({
  site,
}) => {
  await start(site, { surfaces: { hotkey: 'Control+Alt+M' } });
  await show(site, notice('With a step', { severity: 'warning', actions: [{ id: 'x', label: 'Go' }] }));
  await expect(site.page.getByRole('region', { name: 'Notices' })).toBeVisible();
  await site.page.getByLabel('Name').focus();
  await tabTo(site, /^save$/);
  await site.page.keyboard.press('Tab');
  expect(await focus(site)).toBe('Go');
  await site.page.getByLabel('Name').focus();
  const press = (isComposing: boolean) =>
    site.page.getByLabel('Name').evaluate((input, isComposing) => {
      const event = new KeyboardEvent('keydown', {
        key: 'm',
        code: 'KeyM',
        ctrlKey: true,
        altKey: true,
        bubbles: true,
        cancelable: true,
        isComposing,
      });
      return input.dispatchEvent(event);
    }, isComposing);
  expect(await press(true)).toBe(true);
  expect(await focus(site)).toBe('name');
  expect(await press(false)).toBe(false);
  expect(await focus(site)).toBe('Go');
  await site.page.keyboard.press('Control+Alt+M');
  expect(await focus(site)).toBe('name');
  // The usual one is somebody else's here.
  await site.page.keyboard.press('Alt+T');
  expect(await focus(site)).toBe('name');
});

/** A native modal dialog of the app's. */
async function openDialog(page: Page, id: string): Promise<void> {
  await page.evaluate((id) => {
    const dialog = document.createElement('dialog');
    const button = document.createElement('button');
    dialog.id = id;
    dialog.setAttribute('aria-label', id);
    dialog.setAttribute('closedby', 'any');
    button.textContent = `In ${id}`;
    dialog.append(button);
    document.body.append(dialog);
    dialog.showModal();
  }, id);
}

test('A8 Escape in a card closes that card alone, and no dialog under it; elsewhere it closes no card', async ({
  site,
}) => {
  await start(site);
  await openDialog(site.page, 'sheet');
  await show(site, notice('One', { severity: 'error' }), notice('Two', { severity: 'error' }));
  await dismiss(card(site, 'One')).focus();
  await site.page.keyboard.press('Escape');
  await expect(card(site, 'One')).toHaveCount(0);
  await expect(card(site, 'Two')).toBeVisible();
  expect(await site.page.locator('#sheet').evaluate((dialog: HTMLDialogElement) => dialog.open)).toBe(true);
  await site.page.getByRole('button', { name: 'In sheet' }).focus();
  await site.page.keyboard.press('Escape');
  await expect
    .poll(() => site.page.locator('#sheet').evaluate((dialog: HTMLDialogElement) => dialog.open))
    .toBe(false);
  await expect(card(site, 'Two')).toBeVisible();
  await site.page.getByLabel('Name').focus();
  await site.page.keyboard.press('Escape');
  await site.page.waitForTimeout(300);
  await expect(card(site, 'Two')).toBeVisible();
});

test('A9 closing the card with the focus moves it to the next, else the one before, else where it came from', async ({
  site,
}) => {
  await start(site);
  await site.page.getByRole('button', { name: 'Save' }).focus();
  await show(site, ...['One', 'Two', 'Three'].map((title) => notice(title, { severity: 'error' })));
  await expect(toasts(site)).toHaveCount(3);
  const order = await toasts(site).locator('.title').allTextContents();
  await dismiss(card(site, order[1]!)).focus();
  await site.page.keyboard.press('Enter');
  await expect(toasts(site)).toHaveCount(2);
  expect(await focus(site)).toBe(`Dismiss: \u2068${order[2]}\u2069`);
  await site.page.keyboard.press('Enter');
  await expect(toasts(site)).toHaveCount(1);
  expect(await focus(site)).toBe(`Dismiss: \u2068${order[0]}\u2069`);
  await site.page.keyboard.press('Escape');
  await expect(toasts(site)).toHaveCount(0);
  expect(await focus(site)).toBe('save');
});

test('A10 what asks for something never expires; the rest stays for its reading time, and can be read again', async ({
  bare,
  server,
}) => {
  test.setTimeout(90_000);
  await stopped(bare, { surfaces: { maxVisible: 10 }, defaults: { retry: false } });
  const long = 'word '.repeat(30).trim();
  await show(bare, notice('Short', { body: 'Done.' }));
  await pass(bare, 10);
  expect(Math.abs((await lasts(bare, 'Short', 20_000)) - 6000)).toBeLessThan(400);
  await show(bare, notice('Long', { severity: 'success', body: long }));
  await pass(bare, 10);
  expect(Math.abs((await lasts(bare, 'Long', 30_000)) - (1200 + 60 * (4 + long.length)))).toBeLessThan(400);
  // The person reads more slowly.
  await bare.page.evaluate(() => client.preferences.set({ readingTime: 3 }));
  await show(bare, notice('Slow', { body: 'Done.' }));
  await pass(bare, 10);
  expect(Math.abs((await lasts(bare, 'Slow', 40_000)) - 18_000)).toBeLessThan(400);
  await bare.page.evaluate(() => client.preferences.set({ readingTime: 1, autoClose: false }));
  await show(bare, notice('For good', { body: 'Done.' }));
  const script = await server.play({
    routes: { 'GET /private': { status: 401 }, 'GET /often': { status: 429, retryAfter: 3000 } },
  });
  await bare.page.evaluate(
    (url) => Promise.all([client.fetch(`${url}/private`), client.fetch(`${url}/often`)]).then(() => {}),
    script.url,
  );
  await show(
    bare,
    notice('Wrong', { severity: 'error' }),
    notice('Watch out', { severity: 'warning' }),
    notice('To do', { actions: [{ id: 'x', label: 'Go' }] }),
  );
  await pass(bare, 600_000);
  const shown = await bare.page.evaluate(() =>
    client.notices
      .list()
      .filter(({ visible }) => visible)
      .map(({ title }) => title),
  );
  expect(shown.sort()).toEqual(
    ['For good', 'Wrong', 'Watch out', 'To do', 'Sign in to go on', 'This needs a short wait'].sort(),
  );
  await bare.page.evaluate(() => client.notices.openHistory());
  await pass(bare, 500);
  const history = bare.page.getByRole('dialog', { name: 'Notices so far' });
  for (const title of ['Short', 'Long', 'Slow', 'For good', 'Wrong'])
    await expect(history.getByRole('heading', { name: title, exact: true })).toBeVisible();
});

for (const [how, begin, end] of [
  [
    'a pointer over it',
    async (site) => card(site, 'Held').hover(),
    async (site) => site.page.mouse.move(5, 5),
  ],
  [
    'the focus in it',
    async (site) => dismiss(card(site, 'Held')).focus(),
    async (site) => site.page.getByLabel('Name').focus(),
  ],
  ['a hidden page', async (site) => hide(site, true), async (site) => hide(site, false)],
  ['a window without the focus', async (site) => blur(site, false), async (site) => blur(site, true)],
  ['selected text', async (site) => select(site, true), async (site) => select(site, false)],
  [
    'a press',
    async (site) => card(site, 'Held').dispatchEvent('pointerdown', { bubbles: true }),
    async (site) => site.page.evaluate(() => void dispatchEvent(new PointerEvent('pointerup'))),
  ],
  [
    'a press that ends where the page keeps the event to itself',
    async (site) => card(site, 'Held').dispatchEvent('pointerdown', { bubbles: true }),
    async (site) =>
      site.page.evaluate(() => {
        const heading = document.querySelector('h1')!;
        heading.addEventListener('pointerup', (event) => event.stopPropagation());
        heading.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }));
      }),
  ],
] as [string, (site: Site) => Promise<void>, (site: Site) => Promise<void>][]) {
  test(`A11 ${how} holds a notice; afterwards it stays for two seconds at least`, async ({ bare }) => {
    await stopped(bare);
    await show(bare, notice('Held', { body: 'Done.' }));
    await pass(bare, 5500);
    await begin(bare);
    await pass(bare, 30_000);
    // One that goes is still seen on its way out.
    await bare.page.waitForTimeout(400);
    await expect(card(bare, 'Held')).toBeVisible();
    await end(bare);
    await pass(bare, 1800);
    await bare.page.waitForTimeout(400);
    await expect(card(bare, 'Held')).toBeVisible();
    await pass(bare, 400);
    await expect(card(bare, 'Held')).toHaveCount(0);
  });
}

test('A11 the time of a notice that is held stands still', async ({ bare }) => {
  await stopped(bare);
  await show(bare, notice('Held', { body: 'Done.' }));
  await pass(bare, 1000);
  await card(bare, 'Held').hover();
  await pass(bare, 30_000);
  await bare.page.mouse.move(5, 5);
  await pass(bare, 4500);
  await bare.page.waitForTimeout(400);
  await expect(card(bare, 'Held')).toBeVisible();
  await pass(bare, 1000);
  await expect(card(bare, 'Held')).toHaveCount(0);
});

test('A11 a page that is loaded in a window without the focus holds its notices from the start', async ({
  bare,
}) => {
  await bare.page.addInitScript(() => (document.hasFocus = () => false));
  await stopped(bare);
  await show(bare, notice('Held', { body: 'Done.' }));
  await pass(bare, 60_000);
  await bare.page.waitForTimeout(400);
  await expect(card(bare, 'Held')).toBeVisible();
  await blur(bare, true);
  await pass(bare, 6500);
  await expect(card(bare, 'Held')).toHaveCount(0);
});

async function hide({ page }: Site, hidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

async function blur({ page }: Site, focused: boolean): Promise<void> {
  await page.evaluate((focused) => {
    document.hasFocus = () => focused;
    window.dispatchEvent(new Event(focused ? 'focus' : 'blur'));
  }, focused);
}

async function select(site: Site, on: boolean): Promise<void> {
  await card(site, 'Held')
    .locator('.title')
    .evaluate((title, on) => {
      const selection = getSelection()!;
      if (on) selection.setBaseAndExtent(title.firstChild!, 0, title.firstChild!, 3);
      else selection.removeAllRanges();
    }, on);
  // The event comes in a task of the browser's own.
  await site.page.waitForTimeout(100);
  await pass(site, 10);
}

test('A12 no timer runs for what waits for a place, or is out of sight', async ({ bare }) => {
  await stopped(bare, { surfaces: { maxVisible: 1 } });
  await show(bare, notice('First', { body: 'Done.' }), notice('Second', { body: 'Done.' }));
  await pass(bare, 5900);
  await expect(card(bare, 'First')).toBeVisible();
  await expect(card(bare, 'Second')).toHaveCount(0);
  await pass(bare, 500);
  await expect(card(bare, 'Second')).toBeVisible();
  await pass(bare, 5000);
  await expect(card(bare, 'Second')).toBeVisible();
  await pass(bare, 1200);
  await expect(card(bare, 'Second')).toHaveCount(0);
  // All in one button, since they would cover what has the focus.
  await cover(bare.page);
  await show(bare, notice('Third', { body: 'Done.' }));
  await pass(bare, 100);
  await bare.page.locator('#cover').focus();
  await pass(bare, 20_000);
  await expect(bare.page.getByRole('button', { name: /^Notices: 1$/ })).toBeVisible();
  await bare.page.getByLabel('Name').focus();
  await pass(bare, 1500);
  await expect(card(bare, 'Third')).toBeVisible();
  await pass(bare, 6000);
  await expect(card(bare, 'Third')).toHaveCount(0);
});

/** A control as high as the window at its right edge, so that no edge is free. The page's policy allows no style in markup. */
async function cover(page: Page): Promise<void> {
  await page.evaluate(() => {
    const button = document.createElement('button');
    button.id = 'cover';
    button.textContent = 'cover';
    Object.assign(button.style, { position: 'fixed', top: '0', right: '0', bottom: '0', width: '200px' });
    document.body.append(button);
  });
}

test('A13 with a modal dialog open, notices and announcers are in it, and a press on a card is none beside it', async ({
  site,
}) => {
  await start(site);
  const cdp = await site.page.context().newCDPSession(site.page);
  const tree = async () => {
    const { nodes } = (await cdp.send('Accessibility.getFullAXTree')) as {
      nodes: { ignored: boolean; role?: { value: string }; name?: { value: string } }[];
    };
    return nodes
      .filter(({ ignored }) => !ignored)
      .map(({ role, name }) => `${role?.value} ${name?.value ?? ''}`.trim());
  };
  await show(site, notice('Before', { severity: 'error' }));
  await expect(card(site, 'Before')).toBeVisible();
  await openDialog(site.page, 'outer');
  const home = () =>
    site.page
      .locator('[data-steadfetch=toasts]')
      .evaluate((host) => host.parentElement!.id || host.parentElement!.localName);
  const voices = () =>
    site.page
      .locator('[data-steadfetch=announcer]')
      .evaluate((host) => host.parentElement!.id || host.parentElement!.localName);
  await expect.poll(home).toBe('outer');
  await show(site, notice('After', { severity: 'error' }));
  await expect(card(site, 'After')).toBeVisible();
  await expect.poll(async () => (await said(site)).length).toBeGreaterThan(1);
  const found = await tree();
  expect(found).toContain('group Problem Before');
  expect(found).toContain('button Dismiss: \u2068After\u2069');
  expect(found).toContain('alert');
  expect(found).toContain('status');
  expect(found.some((text) => text.includes('A fresh app') && text.startsWith('heading'))).toBe(false);
  // A dialog on the dialog.
  await openDialog(site.page, 'inner');
  await expect.poll(home).toBe('inner');
  await expect.poll(voices).toBe('inner');
  await site.page.evaluate(() => {
    // Libraries take any press that is not in the dialog's own content for one beside it.
    for (const type of ['pointerdown', 'mousedown', 'click'])
      document.addEventListener(type, () => (document.title = 'outside'));
  });
  await dismiss(card(site, 'After')).click();
  await expect(card(site, 'After')).toHaveCount(0);
  expect(await site.page.locator('#inner').evaluate((dialog: HTMLDialogElement) => dialog.open)).toBe(true);
  expect(await site.page.title()).not.toBe('outside');
  await site.page.evaluate(() => document.querySelector<HTMLDialogElement>('#inner')!.close());
  await expect.poll(home).toBe('outer');
  // One that leaves the page takes nothing with it.
  await site.page.evaluate(() => document.querySelector('#outer')!.remove());
  await expect.poll(home).toBe('body');
  await expect.poll(voices).toBe('body');
  await expect(card(site, 'Before')).toBeVisible();
});

test('A13 a banner too is in a modal dialog, where the hotkey leads to it, and back in its place after it', async ({
  site,
}) => {
  const { page } = site;
  await start(site);
  await openDialog(page, 'outer');
  await show(site, notice('Signed out', { severity: 'error', surface: 'banner' }));
  await expect(card(site, 'Signed out')).toBeVisible();
  const home = () =>
    page
      .locator('[data-steadfetch=banner]')
      .evaluate((host) => host.parentElement!.id || host.parentElement!.localName);
  expect(await home()).toBe('outer');
  await page.keyboard.press('Alt+T');
  expect(await focus(site)).toContain('Dismiss');
  await page.keyboard.press('Alt+T');
  await page.evaluate(() => document.querySelector<HTMLDialogElement>('#outer')!.close());
  await expect.poll(home).toBe('body');
  await expect(card(site, 'Signed out')).toBeVisible();
});

test('A13 without moveBefore it is the same, and in a dialog inside a shadow root', async ({ bare }) => {
  await bare.page.addInitScript(() => {
    delete (Element.prototype as { moveBefore?: unknown }).moveBefore;
  });
  await bare.open();
  await start(bare);
  await show(bare, notice('Before', { severity: 'error' }));
  await bare.page.evaluate(() => {
    const host = document.createElement('div');
    const root = host.attachShadow({ mode: 'open' });
    const dialog = document.createElement('dialog');
    const button = document.createElement('button');
    button.textContent = 'Inside';
    dialog.append(button);
    root.append(dialog);
    document.body.append(host);
    dialog.showModal();
  });
  await expect
    .poll(() =>
      bare.page.evaluate(() => {
        const dialog = [...document.querySelectorAll('div')].find((div) =>
          div.shadowRoot?.querySelector('dialog'),
        );
        return dialog?.shadowRoot?.querySelectorAll('dialog > [data-steadfetch]').length;
      }),
    )
    .toBe(2);
  await dismiss(card(bare, 'Before')).click();
  await expect(card(bare, 'Before')).toHaveCount(0);
});

test('A14 notices are in the top layer, above what came to it later; without one, at a fixed place', async ({
  site,
  bare,
}) => {
  await start(site);
  await show(site, notice('On top', { severity: 'error' }));
  const region = site.page.locator('[data-steadfetch=toasts] .toasts');
  await expect(region).toBeVisible();
  expect(await region.evaluate((node) => node.matches(':popover-open'))).toBe(true);
  const topmost = () =>
    card(site, 'On top').evaluate((node) => {
      const { left, top, width, height } = node.getBoundingClientRect();
      return (document.elementFromPoint(left + width / 2, top + height / 2) as HTMLElement).dataset[
        'steadfetch'
      ];
    });
  expect(await topmost()).toBe('toasts');
  await site.page.evaluate(() => {
    const sheet = document.createElement('div');
    sheet.popover = 'manual';
    sheet.id = 'sheet';
    Object.assign(sheet.style, { position: 'fixed', inset: '0', width: '100vw', height: '100vh' });
    document.body.append(sheet);
    sheet.showPopover();
  });
  await expect.poll(topmost).toBe('toasts');
  // Full screen is in the top layer too, and makes the rest of the page inert.
  await site.page.evaluate(() => document.querySelector('#sheet')!.remove());
  await site.page.evaluate(() => document.querySelector('main')!.requestFullscreen());
  await expect.poll(topmost).toBe('toasts');
  await bare.page.addInitScript(() => {
    delete (HTMLElement.prototype as { showPopover?: unknown }).showPopover;
  });
  await bare.open();
  await start(bare);
  await show(bare, notice('Fixed', { severity: 'error' }));
  await expect(card(bare, 'Fixed')).toBeVisible();
  expect(
    await region.evaluate((node) => [getComputedStyle(node).position, getComputedStyle(node).zIndex]),
  ).toEqual(['fixed', '2147483647']);
});

test('A15 notices never cover what has the focus: they go to the other edge, or all into one button', async ({
  site,
}) => {
  await start(site);
  await site.page.evaluate(() => {
    const place = { top: { top: '12px' }, bottom: { bottom: '12px' } };
    for (const [id, at] of Object.entries(place)) {
      const input = document.createElement('input');
      input.id = id;
      input.ariaLabel = id;
      Object.assign(input.style, { position: 'fixed', right: '20px', width: '260px', ...at });
      document.body.append(input);
    }
  });
  await cover(site.page);
  await site.page.locator('#cover').evaluate((node) => (node.style.pointerEvents = 'none'));
  // The focus is there before they are.
  await site.page.locator('#bottom').focus();
  await show(site, notice('One', { severity: 'error' }), notice('Two', { severity: 'error' }));
  await expect(toasts(site)).toHaveCount(2);
  await settled(site);
  const overlap = () =>
    site.page.evaluate(() => {
      const own = document.activeElement!.getBoundingClientRect();
      const root = document.querySelector('[data-steadfetch=toasts]')!.shadowRoot!;
      return [...root.querySelectorAll('.card,.more')].some((node) => {
        const { left, right, top, bottom, width } = node.getBoundingClientRect();
        return width > 0 && left < own.right && right > own.left && top < own.bottom && bottom > own.top;
      });
    });
  const edge = () =>
    card(site, 'One').evaluate((node) =>
      node.getBoundingClientRect().top < innerHeight / 2 ? 'top' : 'bottom',
    );
  await expect.poll(overlap).toBe(false);
  expect(await edge()).toBe('top');
  await site.page.getByLabel('Name').focus();
  await expect.poll(edge).toBe('bottom');
  await site.page.locator('#bottom').focus();
  await expect.poll(overlap).toBe(false);
  expect(await edge()).toBe('top');
  await site.page.locator('#top').focus();
  await expect.poll(overlap).toBe(false);
  expect(await edge()).toBe('bottom');
  // One that comes while the field has the focus.
  await site.page.locator('#bottom').focus();
  await show(site, notice('Three', { severity: 'error' }));
  await expect(toasts(site)).toHaveCount(3);
  await expect.poll(overlap).toBe(false);
  // No edge is free.
  await site.page.locator('#cover').focus();
  const pill = site.page.getByRole('button', { name: 'Notices: 3' });
  await expect(pill).toBeVisible();
  await expect(card(site, 'One')).toBeHidden();
  await pill.press('Enter');
  await expect(card(site, 'One')).toBeVisible();
  expect(await focus(site)).toMatch(/^Dismiss/);
  await site.page.locator('#cover').focus();
  await expect(pill).toBeVisible();
  await site.page.getByLabel('Name').focus();
  await expect(card(site, 'One')).toBeVisible();
});

for (const touch of [false, true]) {
  test.describe(touch ? 'touch' : 'mouse', () => {
    test.use(touch ? { hasTouch: true, isMobile: true } : {});

    test(`A16 targets are ${touch ? 44 : 24} px at least, and every card has a close button with its name (${touch ? 'touch' : 'mouse'})`, async ({
      site,
    }) => {
      await start(site, { surfaces: { maxVisible: 1 } });
      const actions = [
        { id: 'one', label: 'Go' },
        { id: 'two', label: 'See', href: 'https://example.org/' },
      ];
      await show(
        site,
        notice('A toast', { severity: 'error', actions }),
        notice('A bar', { surface: 'banner', severity: 'error', actions }),
        notice('More', { severity: 'error' }),
      );
      await site.page.evaluate(
        (input) => {
          client.notices.show({ ...input, surface: document.querySelector('#name')! });
        },
        notice('A hint', { severity: 'error', actions }),
      );
      await expect(card(site, 'A hint')).toBeVisible();
      await settled(site);
      const sizes = await site.page.evaluate(() =>
        [...document.querySelectorAll('[data-steadfetch]')].flatMap((host) =>
          [...(host.shadowRoot?.querySelectorAll('button,a') ?? [])]
            .filter((node) => node.checkVisibility())
            .map((node) => {
              const { width, height } = node.getBoundingClientRect();
              return { name: node.ariaLabel ?? node.textContent, size: Math.min(width, height) };
            }),
        ),
      );
      expect(sizes.length).toBeGreaterThanOrEqual(10);
      for (const { name, size } of sizes) expect(size, name ?? '').toBeGreaterThanOrEqual(touch ? 44 : 24);
      for (const title of ['A toast', 'A bar', 'A hint'])
        await expect(
          card(site, title).getByRole('button', { name: `Dismiss: \u2068${title}\u2069`, exact: true }),
        ).toBeVisible();
    });
  });
}
