// The accessibility contract of notices at its edges: unusual keys, fingers, elements and windows.
import {
  card,
  dismiss,
  focus,
  lasts,
  notice,
  pass,
  settled,
  show,
  start,
  stopped,
  toasts,
} from '../support/notices';
import { expect, test } from '../support/test';

const actions = [{ id: 'x', label: 'Try it again' }];

test('A7 the hotkey is known by its place too, where it types another letter', async ({ site }) => {
  await start(site);
  await show(site, notice('One', { actions }));
  await expect(card(site, 'One')).toBeVisible();
  const press = (init: object) =>
    site.page.evaluate((init) => {
      document.getElementById('name')!.focus();
      document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, ...init }));
    }, init);
  await press({ key: '†', code: 'KeyY', altKey: true });
  expect(await focus(site)).toBe('name');
  // Option+T on a Mac.
  await press({ key: '†', code: 'KeyT', altKey: true });
  expect(await focus(site)).toBe('Try it again');
});

test('A8 Escape that ends a composition closes no card', async ({ site }) => {
  await start(site);
  await show(site, notice('One', { actions }));
  const escape = (isComposing: boolean) =>
    card(site, 'One')
      .getByRole('button', { name: 'Try it again' })
      .evaluate((node, isComposing) => {
        const init = { key: 'Escape', bubbles: true, composed: true, cancelable: true, isComposing };
        return node.dispatchEvent(new KeyboardEvent('keydown', init));
      }, isComposing);
  expect(await escape(true)).toBe(true);
  await site.page.waitForTimeout(300);
  await expect(card(site, 'One')).toBeVisible();
  expect(await escape(false)).toBe(false);
  await expect(card(site, 'One')).toHaveCount(0);
});

test('A9 where what had the focus is gone or out of sight, the next thing in sight has it', async ({
  site,
}) => {
  await start(site);
  await site.page.evaluate(() => {
    const hidden = Object.assign(document.createElement('input'), { type: 'hidden' });
    const menu = document.createElement('div');
    menu.hidden = true;
    menu.append(document.createElement('button'));
    const from = Object.assign(document.createElement('button'), { id: 'from', textContent: 'From' });
    document.body.prepend(hidden, menu, from);
  });
  for (const goes of ['remove', 'hide'] as const) {
    await show(site, notice(goes, { actions }));
    await site.page.locator('#from').focus();
    await site.page.keyboard.press('Alt+T');
    expect(await focus(site)).toBe('Try it again');
    const rest = site.page.locator('#from');
    await rest.evaluate(
      (node: HTMLElement, goes) => void (goes === 'hide' ? (node.hidden = true) : node.remove()),
      goes,
    );
    await site.page.keyboard.press('Escape');
    await expect(card(site, goes)).toHaveCount(0);
    expect(await site.page.evaluate(() => document.activeElement!.localName)).not.toBe('body');
    await site.page.evaluate(() => {
      const from = Object.assign(document.createElement('button'), { id: 'from', textContent: 'From' });
      if (!document.getElementById('from')) document.body.prepend(from);
    });
  }
});

test('A10 other words have a reading time of their own; the same ones have what is left of theirs', async ({
  bare,
}) => {
  await stopped(bare);
  await show(bare, notice('One'), notice('Two'));
  await pass(bare, 5000);
  await show(
    bare,
    notice('One', { body: 'It says something else by now, which nobody has read.' }),
    notice('Other'),
  );
  await pass(bare, 100);
  expect(await lasts(bare, 'Two', 9000)).toBeLessThan(2000);
  expect(await lasts(bare, 'One', 9000)).toBeGreaterThan(3000);
});

test('A11 a press that the browser takes for itself holds a notice no longer', async ({ bare }) => {
  test.slow();
  await stopped(bare);
  await show(bare, notice('One'));
  await pass(bare, 100);
  const fire = (type: string) =>
    card(bare, 'One').evaluate(
      (node, type) => node.dispatchEvent(new PointerEvent(type, { bubbles: true, composed: true })),
      type,
    );
  await fire('pointerdown');
  expect(await lasts(bare, 'One', 15_000)).toBe(Infinity);
  await fire('pointercancel');
  expect(await lasts(bare, 'One', 10_000)).toBeLessThan(10_000);
});

test('A13 what shows no content of its own takes no notices in when it fills the screen', async ({
  site,
}) => {
  test.slow();
  await start(site);
  await site.page.evaluate(() => document.body.append(document.createElement('canvas')));
  await show(site, notice('One', { actions }));
  await expect(card(site, 'One')).toBeVisible();
  await site.page.locator('#save').click();
  await site.page.evaluate(async () => {
    await document.querySelector('canvas')!.requestFullscreen();
    document.dispatchEvent(new Event('fullscreenchange'));
  });
  const homes = await site.page.evaluate(() =>
    [...document.querySelectorAll('[data-steadfetch]')].map((node) => node.parentElement!.localName),
  );
  expect(homes).toEqual(homes.map(() => 'body'));
});

test('A15 an element that fills the window is not fled from', async ({ site }) => {
  await start(site);
  await site.page.evaluate(() => {
    const editor = document.createElement('textarea');
    editor.id = 'editor';
    Object.assign(editor.style, { position: 'fixed', inset: '10px', width: '90vw', height: '90vh' });
    document.body.append(editor);
    editor.focus();
  });
  await show(site, notice('One', { severity: 'error' }));
  await settled(site);
  await site.page.waitForTimeout(300);
  await expect(toasts(site)).toBeVisible();
  const { y, height } = (await toasts(site).boundingBox())!;
  expect(y + height, 'at its usual place').toBeGreaterThan(site.page.viewportSize()!.height / 2);
});

test('A15 what is scrolled under notices has them make room', async ({ site }) => {
  await start(site);
  await site.page.evaluate(() => {
    const tall = document.createElement('div');
    tall.style.height = '3000px';
    const input = document.createElement('input');
    input.id = 'deep';
    Object.assign(input.style, { position: 'absolute', right: '20px', top: '100px', width: '260px' });
    document.body.append(tall, input);
    input.focus({ preventScroll: true });
  });
  await show(site, notice('One', { severity: 'error' }));
  await settled(site);
  const gap = () =>
    site.page.evaluate(() => {
      const field = document.getElementById('deep')!.getBoundingClientRect();
      const root = document.querySelector('[data-steadfetch=toasts]')!.shadowRoot!;
      const card = root.querySelector('.card')!.getBoundingClientRect();
      return card.height === 0 || card.bottom < field.top || card.top > field.bottom;
    });
  expect(await gap()).toBe(true);
  await site.page.evaluate(() => {
    // It comes to lie where the card is.
    document.getElementById('deep')!.style.top = `${innerHeight - 90 + 400}px`;
    scrollTo(0, 400);
  });
  await expect.poll(gap).toBe(true);
});

test('A17 an area that fits again is no stop of the tab key any more', async ({ site }) => {
  await site.page.setViewportSize({ width: 320, height: 480 });
  await start(site, { surfaces: { maxVisible: 10 } });
  await show(site, ...[1, 2, 3, 4, 5].map((n) => notice(`Notice ${n}`, { severity: 'error', actions })));
  const region = site.page.locator('[data-steadfetch=toasts] .toasts');
  await expect(region).toHaveAttribute('tabindex', '0');
  for (const n of [1, 2, 3, 4])
    await dismiss(card(site, `Notice ${n}`)).evaluate((node: HTMLElement) => node.click());
  await expect(toasts(site)).toHaveCount(1);
  await show(site, notice('Another', { surface: 'banner' }));
  await expect(region).not.toHaveAttribute('tabindex');
});

test('A19 with forced colours, next steps have edges', async ({ site }) => {
  await site.page.emulateMedia({ forcedColors: 'active' });
  await start(site);
  await show(site, notice('One', { severity: 'error', actions }));
  const { width, style } = await card(site, 'One')
    .getByRole('button', { name: 'Try it again' })
    .evaluate((node) => {
      const { outlineWidth, outlineStyle } = getComputedStyle(node);
      return { width: outlineWidth, style: outlineStyle };
    });
  expect([width, style]).toEqual(['1px', 'solid']);
});

test('A21 a second finger moves no card', async ({ site }) => {
  await start(site);
  await show(site, notice('One', { severity: 'error' }));
  await expect(card(site, 'One')).toBeVisible();
  await settled(site);
  const swipe = (isPrimary: boolean) =>
    card(site, 'One').evaluate((node: HTMLElement, isPrimary) => {
      node.setPointerCapture = () => {};
      const { width } = node.getBoundingClientRect();
      const fire = (type: string, clientX: number) =>
        node.dispatchEvent(
          new PointerEvent(type, { pointerType: 'touch', pointerId: 7, isPrimary, clientX, bubbles: true }),
        );
      fire('pointerdown', 10);
      fire('pointermove', 10 + width * 0.8);
      fire('pointerup', 10 + width * 0.8);
    }, isPrimary);
  await swipe(false);
  await site.page.waitForTimeout(300);
  await expect(card(site, 'One')).toBeVisible();
  await swipe(true);
  await expect(card(site, 'One')).toHaveCount(0);
});

test('A23 the banner goes to the element that was named last, and back to the one before', async ({
  site,
}) => {
  await start(site);
  await show(site, notice('A bar', { surface: 'banner' }));
  await expect(card(site, 'A bar')).toBeVisible();
  const where = await site.page.evaluate(() => {
    const [first, second] = ['place', 'order'].map((id) => {
      const node = document.getElementById(id) ?? document.createElement('section');
      if (!node.isConnected) document.querySelector('main')!.append(node);
      node.id = id;
      return node;
    });
    const host = () => document.querySelector('[data-steadfetch=banner]')!.parentElement!;
    const [one, two] = [client.notices.mount(first!), client.notices.mount(second!)];
    const places = [host().id];
    two();
    places.push(host().id);
    one();
    return [...places, host().localName];
  });
  expect(where).toEqual(['order', 'place', 'body']);
});

test('A24 of a description that the page has changed meanwhile, only what is ours goes', async ({ site }) => {
  await start(site);
  const found = await site.page.evaluate(
    async (input) => {
      const field = document.getElementById('name')!;
      const seen: (string | null)[] = [];
      for (const changed of ['note', '']) {
        field.setAttribute('aria-describedby', 'before');
        const handle = client.notices.show({ ...input, surface: field });
        while (!field.getAttribute('aria-describedby')!.includes('steadfetch')) await lab.sleep(20);
        const ours = field.getAttribute('aria-describedby')!.split(' ').pop();
        field.setAttribute('aria-describedby', `${changed} ${ours}`.trim());
        handle.dismiss();
        await lab.sleep(400);
        seen.push(field.getAttribute('aria-describedby'));
      }
      return seen;
    },
    notice('At it', { severity: 'error' }),
  );
  expect(found).toEqual(['note', null]);
});

test('A24 what the page adds to a description stays while one of two hints goes', async ({ site }) => {
  await start(site);
  const found = await site.page.evaluate(async () => {
    const field = document.getElementById('name')!;
    const described = () => (field.getAttribute('aria-describedby') ?? '').split(' ');
    const hint = async (title: string) => {
      const before = described().length;
      const handle = client.notices.show({ message: 'text', args: { title }, surface: field });
      while (described().length === before) await lab.sleep(20);
      return handle;
    };
    field.setAttribute('aria-describedby', 'note');
    const one = await hint('One');
    field.setAttribute('aria-describedby', `${described().join(' ')} added`);
    const two = await hint('Two');
    const seen = [
      described()
        .filter((id) => !id.startsWith('steadfetch'))
        .join(' '),
    ];
    one.dismiss();
    await lab.sleep(400);
    seen.push(
      described()
        .filter((id) => !id.startsWith('steadfetch'))
        .join(' '),
    );
    seen.push(String(described().length));
    two.dismiss();
    await lab.sleep(400);
    return [...seen, field.getAttribute('aria-describedby')];
  });
  expect(found).toEqual(['note added', 'note added', '3', 'note added']);
});
