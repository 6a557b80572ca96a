// Notices on the page under test: raised, found, and what was spoken.
import type { Locator } from '@playwright/test';
import type { PlainNotice, PlainOptions } from './plain';
import { type Site, expect } from './test';

declare global {
  var client: import('steadfetch').Steadfetch;
  /** What was spoken, with the time of each. */
  var spoken: { role: string; text: string; at: number }[];
}

/** A client whose notices come at once; what is spoken is written down. */
export async function start(site: Site, options: PlainOptions = {}): Promise<void> {
  await site.page.evaluate(
    async (options) => {
      globalThis.spoken = [];
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          const region = target instanceof Element ? target : target.parentElement;
          if (region?.matches('[role=status],[role=alert]'))
            spoken.push({ role: region.role!, text: region.textContent, at: performance.now() });
        }
      }).observe(document, { subtree: true, childList: true, characterData: true });
      globalThis.client = steadfetch.createSteadfetch(options);
      await client.ready;
      await lab.sleep(20);
    },
    { ...options, surfaces: options.surfaces === false ? false : { delay: 0, ...options.surfaces } } as const,
  );
}

/** The app's own notice. */
export function notice(title: string, more: Partial<PlainNotice> & { body?: string } = {}): PlainNotice {
  const { body = 'It says in one sentence what happened.', ...rest } = more;
  return { message: 'text', cause: title, args: { title, body }, ...rest };
}

export async function show(site: Site, ...notices: PlainNotice[]): Promise<void> {
  await site.page.evaluate((notices) => notices.forEach((notice) => client.notices.show(notice)), notices);
}

/** A card by its title, wherever it is. */
export const card = (site: Site, title: string | RegExp): Locator =>
  site.page.getByRole('group', { name: title });

export const toasts = (site: Site): Locator => site.page.locator('[data-steadfetch=toasts] .card');

export const dismiss = (of: Locator): Locator => of.getByRole('button', { name: /^Dismiss/ });

/** What was spoken so far, in order, without the silences between. */
export async function said(site: Site): Promise<string[]> {
  const all = await site.page.evaluate(() => spoken);
  return all.filter(({ text }) => text).map(({ role, text }) => `${role}: ${text}`);
}

/** Where the focus is, by a word or two. */
export function focus(site: Site): Promise<string> {
  return site.page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at?.ariaLabel || at?.id || at?.textContent?.trim() || at?.localName || 'nothing';
  });
}

/** A card that comes or goes has other colours and another place for a moment. */
export async function settled(site: Site): Promise<void> {
  await site.page.waitForFunction(() =>
    [...document.querySelectorAll('[data-steadfetch]')].every((host) =>
      (host.shadowRoot?.getAnimations?.() ?? []).every(({ playState }) => playState !== 'running'),
    ),
  );
}

/** Lets timers pass while nothing moves by itself. The page's clock must be installed. */
export async function pass(site: Site, ms: number): Promise<void> {
  await site.page.clock.runFor(ms);
}

/** The page with a clock that stands still, and a client. */
export async function stopped(site: Site, options: PlainOptions = {}): Promise<void> {
  await site.page.clock.install();
  await site.open();
  await start(site, options);
  await site.page.clock.pauseAt((await site.page.evaluate(() => Date.now())) + 1000);
  // A pointer on the notices would hold them.
  await site.page.mouse.move(5, 5);
  await pass(site, 50);
}

/** How much time passes until the card is gone, to a tenth of a second; it must within `most` ms. */
export async function lasts(site: Site, title: string, most: number): Promise<number> {
  for (let ms = 0; ms < most; ms += 100) {
    const there = await site.page.evaluate(
      (title) =>
        client.notices
          .list()
          .some((notice) => notice.title === title && notice.visible && notice.state !== 'dismissed'),
      title,
    );
    if (!there) return ms;
    await pass(site, 100);
  }
  return Infinity;
}

/** Presses Tab until something is reached, at most so often. */
export async function tabTo(site: Site, wanted: RegExp, most = 20): Promise<void> {
  for (let n = 0; n < most; n++) {
    await site.page.keyboard.press('Tab');
    if (wanted.test(await focus(site))) return;
  }
  expect(await focus(site), 'the tab key leads to it').toMatch(wanted);
}
