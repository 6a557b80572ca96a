// The accessibility contract of notices, A17 to A30. A27 is in reports.spec.ts, A29 in axe.spec.ts.
import type { Page } from '@playwright/test';
import {
  card,
  dismiss,
  focus,
  notice,
  pass,
  said,
  settled,
  show,
  start,
  stopped,
  toasts,
} from '../support/notices';
import { armed, countTimers } from '../support/timers';
import { type Site, expect, test } from '../support/test';

const actions = [{ id: 'x', label: 'Try it again' }];
const region = (site: Site) => site.page.locator('[data-steadfetch=toasts] .toasts');

/** Lays rules over those of every shadow root of ours, as a reader's own style sheet does in the page. */
async function overlay({ page }: Site, css: string): Promise<void> {
  await page.evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    for (const host of document.querySelectorAll('[data-steadfetch]'))
      if (host.shadowRoot)
        host.shadowRoot.adoptedStyleSheets = [...host.shadowRoot.adoptedStyleSheets, sheet];
  }, css);
}

/** Texts that do not fit where they stand. */
function clipped({ page }: Site): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('[data-steadfetch]')].flatMap((host) =>
      [...(host.shadowRoot?.querySelectorAll<HTMLElement>('p,button,a,span') ?? [])]
        .filter((node) => node.checkVisibility() && node.textContent)
        .filter(
          (node) => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== 'inline',
        )
        .map((node) => node.textContent!),
    ),
  );
}

for (const locale of ['en', 'ar']) {
  test.describe(`320 px, ${locale}`, () => {
    test.use({ viewport: { width: 320, height: 480 } });

    test(`A17 at 320 px nothing scrolls sideways, and notices take 40 % of the height at most (${locale})`, async ({
      site,
    }) => {
      await start(site, { locale, surfaces: { maxVisible: 10 } });
      const words = {
        body: 'A long sentence that says what happened, and takes some lines of a narrow window to do so.',
      };
      await show(
        site,
        ...[1, 2, 3, 4].map((n) => notice(`Notice number ${n}`, { ...words, severity: 'error', actions })),
      );
      await show(
        site,
        notice('A banner with a longer title', { ...words, surface: 'banner', severity: 'warning', actions }),
      );
      await expect(toasts(site)).toHaveCount(4);
      await settled(site);
      const wide = () => site.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(await wide()).toBeLessThanOrEqual(0);
      const box = (await region(site).boundingBox())!;
      expect(box.height).toBeLessThanOrEqual(0.4 * 480 + 1);
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(320);
      // It scrolls by itself, by keys too.
      const scrolls = await region(site).evaluate((node) => [
        node.scrollHeight > node.clientHeight,
        (node as HTMLElement).tabIndex,
      ]);
      expect(scrolls).toEqual([true, 0]);
      await region(site).focus();
      await site.page.keyboard.press('Home');
      await site.page.keyboard.press('End');
      await expect.poll(() => region(site).evaluate((node) => Math.abs(node.scrollTop))).toBeGreaterThan(0);
      // Larger text, and more space in it.
      await overlay(site, ':host{font-size:200%!important}');
      expect(await clipped(site)).toEqual([]);
      expect(await wide()).toBeLessThanOrEqual(0);
      await overlay(
        site,
        '*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}',
      );
      expect(await clipped(site)).toEqual([]);
      expect(await wide()).toBeLessThanOrEqual(0);
      expect((await region(site).boundingBox())!.height).toBeLessThanOrEqual(0.4 * 480 + 1);
    });
  });
}

test('A17 notices stay clear of the notch and the home bar', async ({ site }) => {
  const cdp = await site.page.context().newCDPSession(site.page);
  await cdp.send(
    'Emulation.setSafeAreaInsetsOverride' as never,
    { insets: { bottom: 50, right: 70 } } as never,
  );
  await start(site);
  await show(site, notice('Clear', { severity: 'error' }));
  await expect(card(site, 'Clear')).toBeVisible();
  await settled(site);
  const { x, y, width, height } = (await card(site, 'Clear').boundingBox())!;
  const view = site.page.viewportSize()!;
  expect(view.height - y - height).toBeGreaterThanOrEqual(50);
  expect(view.width - x - width).toBeGreaterThanOrEqual(70);
});

/** Contrasts of what is in a card, by what it is. */
function contrasts(page: Page, title: string): Promise<Record<string, number>> {
  return page.evaluate((title) => {
    const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
    /** A colour over another one. */
    const paint = (colour: string, under: number[]) => {
      context.fillStyle = `rgb(${under.join(' ')})`;
      context.fillRect(0, 0, 1, 1);
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
      return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = (colour: number[]) => {
      const [r, g, b] = colour.map((part) =>
        part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    const contrast = (a: number[], b: number[]) => {
      const [high, low] = [light(a), light(b)].sort((a, b) => b - a);
      return (high! + 0.05) / (low! + 0.05);
    };
    const node = [...document.querySelectorAll('[data-steadfetch]')]
      .flatMap((host) => [...(host.shadowRoot?.querySelectorAll('.card') ?? [])])
      .find((card) => card.querySelector('.title')!.textContent === title)!;
    const of = (selector: string) => getComputedStyle(selector ? node.querySelector(selector)! : node);
    const page = [255, 255, 255];
    const around = getComputedStyle(node.parentElement!);
    const back = paint(of('').backgroundColor, paint(around.backgroundColor, page));
    const found: Record<string, number> = {};
    for (const name of ['.title', '.body', '.details', '.close', '.count', '.code'])
      if (node.querySelector(name)) found[name] = contrast(paint(of(name).color, back), back);
    const plate = paint(of('.icon').backgroundColor, back);
    found['icon'] = contrast(paint(of('.icon').color, plate), plate);
    const first = of('.action:first-child');
    found['action text'] = contrast(
      paint(first.color, paint(first.backgroundColor, back)),
      paint(first.backgroundColor, back),
    );
    found['action'] = contrast(paint(first.backgroundColor, back), back);
    const ring = node.querySelector<HTMLElement>('.close')!;
    ring.focus({ focusVisible: true } as FocusOptions);
    found['focus'] = contrast(paint(getComputedStyle(ring).outlineColor, back), back);
    const edge = of('');
    if (node.parentElement!.matches('.toasts'))
      found['edge'] = contrast(paint(edge.borderTopColor, back), back);
    return found;
  }, title);
}

for (const theme of ['light', 'dark'] as const) {
  test(`A18 contrast, ${theme}: 4.5 for text, 3 for icons, edges and the focus; severity by shape and word`, async ({
    site,
  }) => {
    await start(site, { surfaces: { theme, maxVisible: 10 } });
    const severities = ['info', 'success', 'warning', 'error'] as const;
    for (const surface of ['toast', 'banner'] as const)
      await show(
        site,
        ...severities.map((severity) => notice(`${surface} ${severity}`, { surface, severity, actions })),
      );
    await expect(card(site, 'banner error')).toBeVisible();
    await settled(site);
    for (const surface of ['toast', 'banner']) {
      for (const severity of severities) {
        const found = await contrasts(site.page, `${surface} ${severity}`);
        expect(Object.keys(found).length).toBeGreaterThanOrEqual(7);
        for (const [what, ratio] of Object.entries(found)) {
          const least = /^[.]|text/.test(what) && what !== '.close' ? 4.5 : 3;
          expect(ratio, `${surface} ${severity}: ${what}`).toBeGreaterThanOrEqual(least);
        }
      }
    }
    const icons = await toasts(site)
      .locator('.icon')
      .evaluateAll((all) =>
        all.map((icon) => [icon.ariaLabel, icon.querySelector('path')!.getAttribute('d')]),
      );
    expect(new Set(icons.map(([word]) => word))).toEqual(new Set(['Note', 'Done', 'Warning', 'Problem']));
    expect(new Set(icons.map(([, shape]) => shape)).size).toBe(4);
  });
}

test('A19 forced colours: system colours, edges and a focus that can be seen', async ({ site }) => {
  await site.page.emulateMedia({ forcedColors: 'active' });
  await start(site);
  await show(
    site,
    notice('A toast', { severity: 'error', actions }),
    notice('A bar', { surface: 'banner', severity: 'error', actions }),
  );
  await site.page.evaluate(
    (input) => {
      client.notices.show({ ...input, surface: document.querySelector('#name')! });
    },
    notice('A hint', { severity: 'error' }),
  );
  await expect(card(site, 'A hint')).toBeVisible();
  for (const title of ['A toast', 'A bar', 'A hint']) {
    const close = dismiss(card(site, title));
    await close.evaluate((node: HTMLElement) => node.focus({ focusVisible: true } as FocusOptions));
    const found = await card(site, title).evaluate((node) => {
      const system = (name: string) => {
        const probe = document.createElement('i');
        probe.style.color = name;
        document.body.append(probe);
        const { color } = getComputedStyle(probe);
        probe.remove();
        return color;
      };
      const style = getComputedStyle(node);
      const focus = getComputedStyle(node.querySelector('.close')!);
      return {
        edge: Math.max(parseFloat(style.borderBottomWidth), parseFloat(style.borderTopWidth)) > 0,
        icon: getComputedStyle(node.querySelector('.icon')!).color === system('CanvasText'),
        ring: [
          focus.outlineStyle,
          parseFloat(focus.outlineWidth) >= 2,
          focus.outlineColor === system('Highlight'),
        ],
      };
    });
    expect(found, title).toEqual({ edge: true, icon: true, ring: ['solid', true, true] });
  }
});

test('A20 whoever asks for less motion sees none, from the moment they ask', async ({ site }) => {
  await start(site);
  await site.page.evaluate(() => {
    const animate = Element.prototype.animate;
    const seen: { moves: boolean; ms: number }[] = [];
    Object.assign(globalThis, { seen });
    Element.prototype.animate = function (frames, options) {
      const text = JSON.stringify(frames);
      const moves = /translate":"0 |"height":0|scale|padding/i.test(text);
      seen.push({ moves, ms: (options as KeyframeAnimationOptions).duration as number });
      return animate.call(this, frames, options);
    };
  });
  const come = async (title: string) => {
    await site.page.evaluate(() => void ((globalThis as unknown as { seen: unknown[] }).seen.length = 0));
    await show(site, notice(title, { severity: 'error' }));
    await expect(card(site, title)).toBeVisible();
    await dismiss(card(site, title)).click();
    await expect(card(site, title)).toHaveCount(0);
    return site.page.evaluate(
      () => (globalThis as unknown as { seen: { moves: boolean; ms: number }[] }).seen,
    );
  };
  const still = (all: { moves: boolean; ms: number }[]) =>
    all.length > 0 && all.every(({ moves, ms }) => !moves && ms <= 150);
  expect((await come('Usual')).every(({ moves }) => moves)).toBe(true);
  await site.page.emulateMedia({ reducedMotion: 'reduce' });
  expect(still(await come('By the device'))).toBe(true);
  await site.page.emulateMedia({ reducedMotion: 'no-preference' });
  expect((await come('Usual again')).some(({ moves }) => moves)).toBe(true);
  await site.page.evaluate(() => client.preferences.set({ reducedMotion: true }));
  expect(still(await come('By choice'))).toBe(true);
});

test.describe('touch', () => {
  test.use({ hasTouch: true });

  test('A21 a swipe dismisses, as its button does; too short a one does not; and nothing happens on a press', async ({
    site,
  }) => {
    await start(site);
    await show(
      site,
      ...['One', 'Two', 'Three'].map((title) => notice(title, { severity: 'error', actions })),
    );
    await expect(toasts(site)).toHaveCount(3);
    await settled(site);
    const cdp = await site.page.context().newCDPSession(site.page);
    const swipe = async (title: string, by: number) => {
      const { x, y, width } = (await card(site, title).boundingBox())!;
      const at = (dx: number) => [{ x: x + width / 2 + dx, y: y + 20 }];
      await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0) });
      for (let step = 1; step <= 8; step++)
        await cdp.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at((by * step) / 8) });
      await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    };
    await swipe('One', 60);
    await site.page.waitForTimeout(400);
    await expect(toasts(site)).toHaveCount(3);
    await swipe('One', 200);
    await expect(card(site, 'One')).toHaveCount(0);
    await swipe('Two', -200);
    await expect(card(site, 'Two')).toHaveCount(0);
    const states = await site.page.evaluate(() =>
      client.notices.list().map(({ title, state }) => `${title} ${state}`),
    );
    expect(states).toEqual(['Three shown', 'Two dismissed', 'One dismissed']);
    // A press that is let go elsewhere does nothing, and a press alone nothing yet.
    const target = (await dismiss(card(site, 'Three')).boundingBox())!;
    await site.page.mouse.move(target.x + 5, target.y + 5);
    await site.page.mouse.down();
    await site.page.waitForTimeout(300);
    await expect(card(site, 'Three')).toBeVisible();
    await site.page.mouse.move(10, 10);
    await site.page.mouse.up();
    await site.page.waitForTimeout(300);
    await expect(card(site, 'Three')).toBeVisible();
    await dismiss(card(site, 'Three')).click();
    await expect(card(site, 'Three')).toHaveCount(0);
  });
});

test('A22 a countdown is a timer that changes each second, spoken at its start, at 30, 10 and 0 alone; closing it stops it', async ({
  bare,
  server,
}) => {
  test.setTimeout(60_000);
  await stopped(bare, { defaults: { deadline: 120_000 } });
  const script = await server.play({ steps: [{ status: 503, retryAfter: 45 }] });
  await bare.page.evaluate((url) => void client.fetch(url).catch(() => {}), script.url);
  await expect.poll(async () => (await script.requests()).length).toBe(1);
  await expect
    .poll(async () => (await pass(bare, 100), card(bare, 'This has to wait a moment').count()))
    .toBe(1);
  const timer = bare.page.getByRole('timer');
  expect(await timer.evaluate((node) => [node.ariaLive, node.closest('[aria-live]')])).toEqual([null, null]);
  const seen: number[] = [];
  for (let n = 0; n < 43; n++) {
    await pass(bare, 1000);
    seen.push(Number(/in (\d+) second/.exec((await timer.textContent()) ?? '')?.[1] ?? NaN));
  }
  for (const [n, figure] of seen.entries()) if (n > 0) expect(figure, `${seen}`).toBe(seen[n - 1]! - 1);
  await pass(bare, 2500);
  const spoken = (await said(bare)).filter((text) => /Trying again|Still trying/.test(text));
  expect(spoken.map((text) => /in \d+ seconds?|now|Still trying/.exec(text)?.[0])).toEqual([
    expect.stringMatching(/^in 4[345] seconds$/),
    'in 30 seconds',
    'in 10 seconds',
    expect.stringMatching(/^(now|Still trying)$/),
  ]);
  expect(spoken.every((text) => text.startsWith('status: '))).toBe(true);
  await bare.page.evaluate(() => client.notices.dismiss(client.notices.list()[0]!.id));
  await pass(bare, 1000);
  await bare.page.evaluate(() => void (globalThis.spoken.length = 0));
  await pass(bare, 60_000);
  await expect(timer).toHaveCount(0);
  expect((await said(bare)).filter((text) => text.includes('Trying again'))).toEqual([]);
});

test('A22 a second that a busy page missed is spoken of late, and once', async ({ site, server }) => {
  await start(site, { defaults: { deadline: 60_000 } });
  const script = await server.play({ steps: [{ status: 503, retryAfter: 13 }] });
  await site.page.evaluate((url) => void client.fetch(url).catch(() => {}), script.url);
  await expect(card(site, 'This has to wait a moment')).toBeVisible();
  await expect.poll(async () => (await said(site)).length).toBe(1);
  const late = await site.page.evaluate(async () => {
    const { retryAt } = client.notices.list()[0]!;
    const left = () => retryAt! - Date.now();
    await lab.sleep(left() - 11_400);
    const before = left();
    spoken.length = 0;
    // Nothing runs meanwhile; less than what is taken for sleep.
    while (left() > 8_300);
    await lab.sleep(2200);
    return before;
  });
  expect(late, 'the page was busy early enough').toBeGreaterThan(10_600);
  expect(await said(site)).toEqual([expect.stringMatching(/^status: Trying again in [89] seconds$/)]);
});

test('A23 one banner, a region with a name at the start of the page or where the app says, in flow; more are lines of it', async ({
  site,
}) => {
  await start(site);
  const before = (await site.page.locator('h1').boundingBox())!;
  await show(
    site,
    notice('First bar', { surface: 'banner', severity: 'warning' }),
    notice('Second bar', { surface: 'banner', severity: 'error' }),
  );
  const bar = site.page.getByRole('region', { name: 'Important notice' });
  await expect(bar).toHaveCount(1);
  await expect(bar.getByRole('group')).toHaveCount(2);
  expect(
    await site.page.evaluate(() => (document.body.firstElementChild as HTMLElement).dataset['steadfetch']),
  ).toBe('banner');
  await settled(site);
  const height = (await bar.boundingBox())!.height;
  const moved = (await site.page.locator('h1').boundingBox())!.y - before.y;
  expect(Math.abs(moved - height)).toBeLessThan(12);
  await site.page.evaluate(() => void client.notices.mount(document.querySelector('#place')!));
  await expect(site.page.locator('#place > [data-steadfetch=banner]')).toHaveCount(1);
  await expect(bar.getByRole('group')).toHaveCount(2);
});

test('A23 a banner with room reserved for it shifts nothing', async ({ site }) => {
  await start(site);
  await site.page.evaluate(() => {
    const place = document.createElement('div');
    place.style.minHeight = '60px';
    document.body.prepend(place);
    client.notices.mount(place);
    Object.assign(globalThis, { shifts: [] as number[] });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        (globalThis as unknown as { shifts: number[] }).shifts.push(
          (entry as unknown as { value: number }).value,
        );
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await site.page.waitForTimeout(600);
  const shifts = () => site.page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts);
  const before = (await shifts()).length;
  await show(
    site,
    notice('A bar', { surface: 'banner', severity: 'warning', body: 'In a place of its own.' }),
  );
  await expect(card(site, 'A bar')).toBeVisible();
  await site.page.waitForTimeout(600);
  expect((await shifts()).slice(before)).toEqual([]);
  expect((await card(site, 'A bar').boundingBox())!.height).toBeLessThanOrEqual(60);
  // The measure does measure: without room for it, the same banner shifts the page.
  await site.page.evaluate(() => client.notices.list().forEach(({ id }) => client.notices.dismiss(id)));
  await expect(card(site, 'A bar')).toHaveCount(0);
  await site.page.evaluate(() => {
    const place = document.body.firstElementChild as HTMLElement;
    place.style.minHeight = '0';
  });
  await site.page.waitForTimeout(600);
  const emptied = (await shifts()).length;
  await show(
    site,
    notice('A bar', { surface: 'banner', severity: 'warning', body: 'In a place of its own.' }),
  );
  await expect(card(site, 'A bar')).toBeVisible();
  await expect.poll(async () => Math.max(0, ...(await shifts()).slice(emptied))).toBeGreaterThan(0.005);
});

test('A25 nothing is told on hover alone; details are behind a button that says whether they are open', async ({
  site,
  server,
}) => {
  await start(site, { defaults: { retry: false } });
  const script = await server.play({ steps: [{ status: 500 }] });
  await site.page.evaluate((url) => client.fetch(url).then(() => {}), script.url);
  const shown = card(site, "That didn't work");
  const details = shown.getByRole('button', { name: 'Details' });
  await expect(details).toHaveAttribute('aria-expanded', 'false');
  const text = () => shown.evaluate((node: HTMLElement) => node.innerText);
  const before = await text();
  await shown.hover();
  expect(await text()).toBe(before);
  expect(await shown.evaluate((node) => node.querySelectorAll('[title]').length)).toBe(0);
  await details.click();
  await expect(details).toHaveAttribute('aria-expanded', 'true');
  const code = shown.getByText('Reference: ');
  await expect(code).toBeVisible();
  expect(await details.getAttribute('aria-controls')).toBe(await code.getAttribute('id'));
  await details.click();
  await expect(code).toBeHidden();
});

test('A26 language and direction are those of the words, and values are isolated', async ({
  site,
  server,
}) => {
  await start(site, { locale: 'ar', defaults: { retry: false } });
  await show(site, notice('Rechnung 42\u202e', { severity: 'error' }));
  const script = await server.play({ steps: [{ status: 500 }] });
  await site.page.evaluate((url) => client.fetch(url).then(() => {}), script.url);
  await expect(toasts(site)).toHaveCount(2);
  const hosts = await site.page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-steadfetch=toasts]')].map(({ lang, dir }) => [
      lang,
      dir,
    ]),
  );
  expect(hosts).toEqual([['ar', 'rtl']]);
  const side = await region(site).evaluate((node) => node.getBoundingClientRect().left);
  expect(side, 'the end is on the left').toBeLessThan(5);
  const name = await site.page.evaluate(() =>
    [...document.querySelector('[data-steadfetch=toasts]')!.shadowRoot!.querySelectorAll('.close')].map(
      (node) => node.ariaLabel,
    ),
  );
  expect(name.find((text) => text!.includes('Rechnung'))).toMatch(/\u2068Rechnung 42\u202e?.*\u2069$/);
  await site.page.evaluate(() => client.configure({ locale: 'de' }));
  await expect.poll(() => site.page.locator('[data-steadfetch=toasts]').getAttribute('lang')).toBe('de');
  expect(await site.page.locator('[data-steadfetch=toasts]').getAttribute('dir')).toBe('ltr');
});

test('A28 who does not want to be disturbed hears of emergencies alone, also after a reload; the rest can be read', async ({
  site,
  server,
}) => {
  await start(site, { defaults: { retry: false } });
  await site.page.evaluate(() => client.preferences.set({ doNotDisturb: true }));
  await site.page.reload();
  await site.page.locator('html[data-ready]').waitFor();
  await start(site, { defaults: { retry: false } });
  expect(await site.page.evaluate(() => client.preferences.get().doNotDisturb)).toBe(true);
  const script = await server.play({ routes: { 'GET /500': { status: 500 }, 'GET /401': { status: 401 } } });
  await show(site, notice('Quiet', { severity: 'error' }));
  await site.page.evaluate((url) => client.fetch(`${url}/500`).then(() => {}), script.url);
  await site.page.waitForTimeout(1000);
  await expect(toasts(site)).toHaveCount(0);
  expect(await said(site)).toEqual([]);
  await site.page.evaluate((url) => client.fetch(`${url}/401`).then(() => {}), script.url);
  await expect(card(site, 'Sign in to go on')).toBeVisible();
  await expect.poll(() => said(site)).toEqual([expect.stringContaining('alert: Warning: Sign in to go on')]);
  await site.page.evaluate(() => client.notices.openHistory());
  const history = site.page.getByRole('dialog', { name: 'Notices so far' });
  for (const title of ['Quiet', "That didn't work", 'Sign in to go on'])
    await expect(history.getByRole('heading', { name: title })).toBeVisible();
});

test('A30 a client that is disposed of leaves the page, its listeners, timers, channels and attributes as it found them', async ({
  bare: site,
  server,
}) => {
  await countTimers(site.page);
  await site.page.addInitScript(() => {
    const channels = new Set<BroadcastChannel>();
    const observers = new Set<MutationObserver>();
    Object.assign(globalThis, { channels, observers });
    globalThis.BroadcastChannel = class extends BroadcastChannel {
      constructor(name: string) {
        super(name);
        channels.add(this);
      }
      override close() {
        channels.delete(this);
        super.close();
      }
    };
    globalThis.MutationObserver = class extends MutationObserver {
      override observe(target: Node, options?: MutationObserverInit) {
        observers.add(this);
        super.observe(target, options);
      }
      override disconnect() {
        observers.delete(this);
        super.disconnect();
      }
    };
  });
  await site.open();
  const held = async () => ({
    timers: (await armed(site.page)).length,
    ...(await site.page.evaluate(async () => {
      const { channels, observers } = globalThis as unknown as Record<string, Set<unknown>>;
      const locks = await navigator.locks.query();
      return {
        channels: channels!.size,
        observers: observers!.size,
        locks: [...(locks.held ?? []), ...(locks.pending ?? [])].length,
      };
    })),
  });
  const stored = () =>
    site.page.evaluate(async () => ({
      local: Object.entries({ ...localStorage }).sort(),
      session: Object.entries({ ...sessionStorage }).sort(),
      databases: (await indexedDB.databases()).map(({ name }) => name).sort(),
    }));
  const cdp = await site.page.context().newCDPSession(site.page);
  const listeners = async () => {
    const counts: Record<string, number> = {};
    for (const expression of [
      'window',
      'document',
      'document.body',
      'document.querySelector("#name")',
      'document.querySelector("#form")',
    ]) {
      const { result } = await cdp.send('Runtime.evaluate', { expression });
      const { listeners } = await cdp.send('DOMDebugger.getEventListeners', { objectId: result.objectId! });
      counts[expression] = listeners.length;
    }
    return counts;
  };
  await site.page.evaluate(() => {
    const form = document.createElement('form');
    const [field, note] = [document.createElement('input'), document.createElement('p')];
    form.id = 'form';
    field.name = 'email';
    field.ariaLabel = 'Mail';
    note.id = 'note';
    note.textContent = 'We never share it.';
    field.setAttribute('aria-describedby', 'note');
    form.append(field, note);
    document.querySelector('main')!.append(form);
  });
  const html = () => site.page.evaluate(() => document.body.outerHTML);
  const before = { html: await html(), listeners: await listeners(), held: await held() };
  const script = await server.play({
    steps: [{ problem: { status: 422, errors: [{ pointer: '/email', detail: 'is taken' }] } }],
  });
  await start(site, { defaults: { retry: false }, surfaces: { maxVisible: 1 } });
  await show(
    site,
    notice('A toast', { severity: 'error' }),
    notice('More', { severity: 'error' }),
    notice('A bar', { surface: 'banner' }),
  );
  await site.page.evaluate(
    (url) =>
      client
        .fetch(url, { method: 'POST', steady: { notify: document.querySelector('#form')! } })
        .then(() => {}),
    script.url,
  );
  await expect(site.page.locator('input[name=email]')).toHaveAttribute('aria-invalid', 'true');
  await site.page.evaluate(() => client.preferences.open());
  await expect(site.page.getByRole('dialog', { name: 'Notice settings' })).toBeVisible();
  expect(await html()).not.toBe(before.html);
  // What is counted is there to be counted, beside the observer of the test's own.
  const during = await held();
  expect(during.channels).toBeGreaterThan(before.held.channels);
  expect(during.observers).toBeGreaterThan(before.held.observers + 1);
  expect(during.timers).toBeGreaterThan(before.held.timers);
  await site.page.evaluate(() => client.dispose());
  await expect.poll(html).toBe(before.html);
  expect(await listeners()).toEqual(before.listeners);
  expect(await focus(site)).not.toMatch(/Dismiss/);
  await expect.poll(held).toEqual({ ...before.held, observers: before.held.observers + 1 });
  // Of what is stored, only the library's own small state, and nothing is added any more.
  const left = await stored();
  for (const [key] of [...left.local, ...left.session]) expect(key).toMatch(/^steadfetch:/);
  await site.page.evaluate((url) => fetch(url).then(() => {}), script.url);
  await site.page.waitForTimeout(2500);
  expect(await stored()).toEqual(left);
  expect(await held()).toEqual({ ...before.held, observers: before.held.observers + 1 });
});
