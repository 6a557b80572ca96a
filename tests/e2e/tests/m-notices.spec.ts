import { readFileSync } from 'node:fs';
import type { Locator } from '@playwright/test';
import type { MessageSource } from 'steadfetch';
import { pass, stopped, toasts } from '../support/notices';
import type { PlainOptions } from '../support/plain';
import { type Site, expect, test } from '../support/test';

/** Starts a client whose notices are on the page; what is spoken and drawn is written down. */
async function start(site: Site, options: PlainOptions = {}): Promise<void> {
  await site.page.evaluate(async (options) => {
    const spoken: string[] = [];
    const drawn: string[] = [];
    const client = steadfetch.createSteadfetch(options);
    Object.assign(globalThis, { client, spoken, drawn });
    new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes) {
        const region = target instanceof Element ? target : target.parentElement;
        if (region?.matches('[role=status],[role=alert]') && region.textContent)
          spoken.push(`${region.role}: ${region.textContent}`);
        for (const node of addedNodes)
          if (node instanceof Element && node.matches('[data-steadfetch]'))
            drawn.push((node as HTMLElement).dataset['steadfetch']!);
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
    await client.ready;
  }, options);
}

declare const client: import('steadfetch').Steadfetch;
declare const spoken: string[];
declare const drawn: string[];

const cards = (site: Site): Locator => site.page.getByRole('region', { name: 'Notices' }).getByRole('group');
const card = (site: Site, title: string): Locator => site.page.getByRole('group', { name: title });

test('M1 forty failures of one origin are one card with the count 40', async ({ site, server }) => {
  await start(site, { surfaces: { delay: 300 }, defaults: { retry: false } });
  const script = await server.play({ steps: [{ status: 503 }] });
  const other = await server.play({ steps: [{ status: 503 }] });
  const run = (url: string, n: number) =>
    site.page.evaluate(
      ([url, n]) =>
        Promise.all(Array.from({ length: n }, (_, i) => client.fetch(`${url}/${i}`))).then(() => {}),
      [url, n] as const,
    );
  await run(script.url, 40);
  await expect(cards(site)).toHaveCount(1);
  await expect(cards(site)).toContainText('This has to wait a moment');
  await expect(cards(site)).toContainText('40 requests affected');
  const list = await site.page.evaluate(() => client.notices.list());
  expect(list).toHaveLength(1);
  expect(list[0]).toMatchObject({
    count: 40,
    code: 'SF-overloaded',
    state: 'shown',
    surface: 'toast',
    lang: 'en',
    dir: 'ltr',
  });
  // Another origin is another cause.
  await run(other.second, 2);
  await expect(cards(site)).toHaveCount(2);
  await expect(cards(site).filter({ hasText: '40 requests affected' })).toHaveCount(1);
  await expect(cards(site).filter({ hasText: '2 requests affected' })).toHaveCount(1);
});

test('M2 a card closes when its origin recovers, saying so once', async ({ site, server }) => {
  await start(site, { surfaces: { delay: 100 }, defaults: { retry: false, breaker: false } });
  const script = await server.play({
    routes: { 'GET /bad/*': { status: 503 }, 'GET /good/*': { text: 'ok' } },
  });
  const other = await server.play({ steps: [{ text: 'ok' }] });
  await site.page.evaluate(
    (url) => Promise.all([1, 2, 3].map((n) => client.fetch(`${url}/bad/${n}`))).then(() => {}),
    script.url,
  );
  await expect(card(site, 'This has to wait a moment')).toBeVisible();
  const [before] = await site.page.evaluate(() => client.notices.list());
  // That another origin works proves nothing.
  await site.page.evaluate((url) => client.fetch(url).then(() => {}), other.second);
  await site.page.waitForTimeout(300);
  await expect(card(site, 'This has to wait a moment')).toBeVisible();
  await site.page.evaluate(
    (url) => Promise.all([1, 2, 3, 4].map((n) => client.fetch(`${url}/good/${n}`))).then(() => {}),
    script.url,
  );
  await expect(card(site, 'Done Working again')).toBeVisible();
  await expect(cards(site)).toHaveCount(1);
  // A pointer on it would hold it.
  await site.page.mouse.move(5, 5);
  await expect(cards(site)).toHaveCount(0, { timeout: 12_000 });
  const { said, list } = await site.page.evaluate(() => ({ said: spoken, list: client.notices.list() }));
  expect(said.filter((text) => text.includes('Working again'))).toEqual([
    expect.stringMatching(/^status: Done: Working again/),
  ]);
  expect(list.map(({ id, state }) => [id, state])).toEqual([[before!.id, 'resolved']]);
});

test('M3 nothing flashes for a call that recovers before it would be shown', async ({ site, server }) => {
  await start(site, { defaults: { breaker: false, retry: { base: 100, cap: 100 } } });
  const script = await server.play({
    sequence: 'path',
    steps: [{ status: 503 }, { reset: true }, { text: 'ok' }],
  });
  const texts = await site.page.evaluate((url) => {
    return Promise.all([1, 2, 3].map((n) => client.fetch(`${url}/${n}`).then((response) => response.text())));
  }, script.url);
  expect(texts).toEqual(['ok', 'ok', 'ok']);
  await site.page.waitForTimeout(1200);
  const { said, seen, list } = await site.page.evaluate(() => ({
    said: spoken,
    seen: drawn,
    list: client.notices.list(),
  }));
  expect({ said, list }).toEqual({ said: [], list: [] });
  expect(seen.filter((name) => name !== 'announcer')).toEqual([]);

  // One that lasts is shown, though not at once.
  const lasting = await server.play({ steps: [{ status: 503, retryAfter: 3 }, { text: 'ok' }] });
  const started = Date.now();
  await site.page.evaluate((url) => void client.fetch(url), lasting.url);
  await expect(card(site, 'This has to wait a moment')).toBeVisible();
  expect(Date.now() - started).toBeGreaterThan(590);
});

test("M5 the countdown is the engine's own retry clock", async ({ site, server }) => {
  await start(site, { surfaces: { delay: 100 } });
  const script = await server.play({ steps: [{ status: 503, retryAfter: 5 }, { text: 'ok' }] });
  await site.page.evaluate((url) => {
    Object.assign(globalThis, { call: client.fetch(url) });
  }, script.url);
  const timer = site.page.getByRole('timer');
  await expect(timer).toContainText(/^Trying again in [45] seconds$/);
  const [notice] = await site.page.evaluate(() => client.notices.list());
  // Looked at in the page, so that what a busy machine adds is known: how much later than asked for its timers come.
  const { seen, lag } = await site.page.evaluate(async (until) => {
    const seen: { left: number; text: string }[] = [];
    let lag = 0;
    for (let now = Date.now(); now < until;) {
      const root = document.querySelector('[data-steadfetch=toasts]')?.shadowRoot;
      seen.push({ left: until - now, text: root?.querySelector('[role=timer]')?.textContent ?? '' });
      await lab.sleep(50);
      lag = Math.max(lag, Date.now() - now - 50);
      now = Date.now();
    }
    return { seen, lag };
  }, notice!.retryAt!);
  const shown = seen.map(({ left, text }) => {
    const seconds = Number(/^Trying again in (\d+) second/.exec(text)?.[1] ?? NaN);
    if (seconds > 0) {
      expect(seconds, `${text}, ${left} ms left`).toBeGreaterThanOrEqual(Math.ceil((left - 50) / 1000));
      expect(seconds, `${text}, ${left} ms left, ${lag} ms late`).toBeLessThanOrEqual(
        Math.ceil((left + lag + 150) / 1000),
      );
    }
    return seconds;
  });
  const counted = [...new Set(shown.filter((seconds) => seconds > 0))];
  expect(counted, 'downwards').toEqual([...counted].sort((a, b) => b - a));
  if (lag < 800) expect(counted.slice(-3)).toEqual([3, 2, 1]);
  const known = await site.page.evaluate(async () => {
    const { call } = globalThis as unknown as { call: Promise<Response> };
    return steadfetch.explain(await call);
  });
  const { startedAt, requests } = await script.log();
  expect(requests).toHaveLength(2);
  const late = startedAt + requests[1]!.at - notice!.retryAt!;
  expect(late, 'the attempt comes when the countdown ends').toBeGreaterThan(-50);
  expect(late).toBeLessThan(300 + 2 * lag);
  expect(known!.timeline.find(({ what }) => what === 'wait')!.delay).toBe(5000);
});

test('M5 a call that was refused tells when it may work, in explain and on the card alike', async ({
  site,
  server,
}) => {
  await start(site, { surfaces: { delay: 0 }, defaults: { deadline: 2000 } });
  const script = await server.play({ steps: [{ status: 429, retryAfter: 20 }] });
  const { fault, notice } = await site.page.evaluate(async (url) => {
    const response = await client.fetch(url);
    await lab.sleep(200);
    return { fault: steadfetch.explain(response)!.fault!, notice: client.notices.list()[0]! };
  }, script.url);
  expect(notice).toMatchObject({ code: 'SF-rate-limited', severity: 'warning' });
  expect(Math.abs(fault.retryAt! - Date.now() - 20_000)).toBeLessThan(2000);
  await expect(card(site, 'This needs a short wait')).toBeVisible();
});

test('M5 Try again brings the waiting attempt forward', async ({ site, server }) => {
  await start(site, { surfaces: { delay: 0 }, defaults: { retry: { base: 20_000, cap: 20_000 } }, seed: 3 });
  const script = await server.play({ steps: [{ status: 502 }, { text: 'ok' }] });
  await site.page.evaluate((url) => {
    Object.assign(globalThis, {
      call: client.fetch(url).then(async (response) => [await response.text(), steadfetch.explain(response)]),
    });
  }, script.url);
  await card(site, "This isn't available right now").getByRole('button', { name: 'Try again' }).click();
  const [text, known] = await site.page.evaluate(
    () => (globalThis as unknown as { call: Promise<[string, import('steadfetch').Explanation]> }).call,
  );
  expect(text).toBe('ok');
  expect(known.timeline.some(({ why }) => why === 'the person asked to try again now')).toBe(true);
  await expect(card(site, 'Done Working again')).toBeVisible();
});

test('M5 Try again sends a call that had failed for good once more', async ({ site, server }) => {
  await start(site, { surfaces: { delay: 0 }, defaults: { retry: false } });
  const script = await server.play({ steps: [{ status: 500 }, { text: 'ok' }] });
  await site.page.evaluate(
    (url) => client.fetch(url, { headers: { 'x-mine': 'kept' } }).then(() => {}),
    script.url,
  );
  await card(site, "That didn't work").getByRole('button', { name: 'Try again' }).click();
  await expect(card(site, 'Done Working again')).toBeVisible();
  const requests = await script.requests();
  expect(requests.map(({ headers }) => headers.find(([name]) => name === 'x-mine')?.[1])).toEqual([
    'kept',
    'kept',
  ]);
});

test('M8 an update keeps place and focus', async ({ site, server }) => {
  await start(site, { surfaces: { delay: 0 }, defaults: { retry: false, breaker: false } });
  const script = await server.play({ steps: [{ status: 503 }] });
  const fail = (url: string) =>
    site.page.evaluate((url) => client.fetch(`${url}/${Math.random()}`).then(() => {}), url);
  await fail(script.url);
  await expect(cards(site)).toHaveCount(1);
  await fail(script.second);
  await expect(cards(site)).toHaveCount(2);
  const first = cards(site)
    .filter({ has: site.page.getByText('This has to wait a moment') })
    .last();
  const details = first.getByRole('button', { name: 'Details' });
  await details.click();
  await expect(first).toContainText('Reference: SF-overloaded');
  await details.focus();
  await site.page.waitForTimeout(400);
  const node = await first.elementHandle();
  const place = (await first.boundingBox())!;
  const order = await cards(site).evaluateAll((nodes) => nodes.map((node) => node.textContent));
  const list = await site.page.evaluate(() => client.notices.list().map(({ id, count }) => [id, count]));
  for (let n = 0; n < 3; n++) {
    await fail(script.url);
    await fail(script.second);
  }
  await expect(cards(site).filter({ hasText: '4 requests affected' })).toHaveCount(2);
  await site.page.waitForTimeout(400);
  const state = await details.evaluate((button, node) => {
    const root = button.getRootNode() as ShadowRoot;
    return {
      focused: root.activeElement === button,
      inPage: document.activeElement === root.host,
      same: node?.contains(button),
      open: button.ariaExpanded,
    };
  }, node);
  expect(state).toEqual({ focused: true, inPage: true, same: true, open: 'true' });
  const moved = (await first.boundingBox())!;
  // The line with the count is new: a card at the bottom grows upwards.
  expect(moved.x).toBe(place.x);
  expect(Math.abs(moved.y + moved.height - place.y - place.height)).toBeLessThanOrEqual(1);
  expect(await cards(site).evaluateAll((nodes) => nodes.map((node) => node.textContent))).toHaveLength(
    order.length,
  );
  const after = await site.page.evaluate(() => client.notices.list().map(({ id, count }) => [id, count]));
  expect(after.map(([id]) => id)).toEqual(list.map(([id]) => id));
  expect(after.map(([, count]) => count)).toEqual([4, 4]);
});

test('M10 markup in values is text', async ({ site, server }) => {
  site.expects(/^Steadfetch: the action "bad" of message "text" is left out/);
  await start(site, { surfaces: { delay: 0 }, defaults: { retry: false } });
  const title = '<img src=x onerror="globalThis.hit = 1">';
  const markup = '<b>bold</b><script>globalThis.hit = 2</script>&lt;i&gt;';
  const id = await site.page.evaluate(
    ([title, body]) => {
      const notice = client.notices.show({
        message: 'text',
        cause: title,
        args: { title, body },
        actions: [
          { id: 'x', label: title },
          { id: 'bad', label: 'Bad link', href: 'javascript:globalThis.hit=3' },
        ],
      });
      return notice.id;
    },
    [title, markup] as const,
  );
  expect(id).not.toBe('');
  const shown = card(site, title);
  await expect(shown).toBeVisible();
  await expect(shown).toContainText(markup);
  // The title is isolated from the words around it, whatever its direction.
  await expect(shown.getByRole('button', { name: `Dismiss: \u2068${title}\u2069` })).toBeVisible();
  await expect(shown.getByRole('button', { name: title, exact: true })).toBeVisible();
  expect(await shown.evaluate((node) => node.querySelectorAll('img,script,b,i,a,[style],style').length)).toBe(
    0,
  );
  await expect(shown.getByText('Bad link')).toHaveCount(0);
  // A server's words are not shown at all.
  const script = await server.play({ steps: [{ problem: { status: 403, title, detail: markup } }] });
  await site.page.evaluate((url) => client.fetch(url).then(() => {}), script.url);
  const refused = card(site, "You can't do this right now");
  await expect(refused).toBeVisible();
  await expect(refused).not.toContainText('bold');
  expect(await site.page.evaluate(() => (globalThis as { hit?: number }).hit)).toBeUndefined();
  const spokenText = await site.page.getByRole('status').textContent();
  await expect(site.page.locator('[data-steadfetch=announcer] img')).toHaveCount(0);
  expect(spokenText === null || !spokenText.includes('undefined')).toBe(true);
});

const mark = (text: string) => `<img src=x onerror="globalThis.hit = 1"><b>${text}</b>`;

/** All built-in messages of one form, with markup around each of their texts. */
function marked(): Record<string, MessageSource> {
  const file = readFileSync(new URL('../../../catalogs/en.json', import.meta.url), 'utf8');
  const { messages } = JSON.parse(file) as { messages: Record<string, MessageSource> };
  const change = ([slot, text]: [string, string]) => [slot, /^\s*\./.test(text) ? text : mark(text)];
  return Object.fromEntries(
    Object.entries(messages).map(([id, slots]) => [
      id,
      Object.fromEntries(Object.entries(slots).map(change)) as MessageSource,
    ]),
  );
}

test("M10 markup in a catalog's own words is text", async ({ site, server }) => {
  await start(site, {
    surfaces: { delay: 0 },
    defaults: { retry: false },
    catalog: { locale: 'en', messages: marked() },
  });
  const script = await server.play({ steps: [{ status: 503 }] });
  await site.page.evaluate((url) => client.fetch(url).then(() => {}), script.url);
  const shown = cards(site).first();
  await expect(shown).toContainText('<b>This has to wait a moment</b>');
  await shown.getByRole('button', { name: 'Details' }).click();
  await expect(shown).toContainText('<b>Reference: \u2068SF-overloaded\u2069</b>');
  await expect.poll(() => site.page.evaluate(() => spoken.join())).toContain('<img src=x');
  const made = await shown.evaluate((node) => {
    const [root, announcers] = [node.getRootNode() as ShadowRoot, '[data-steadfetch=announcer]'];
    const all = [root, ...document.querySelectorAll(announcers)];
    return all.map((node) => node.querySelectorAll('img,b').length);
  });
  expect(new Set(made)).toEqual(new Set([0]));
  expect(await site.page.evaluate(() => (globalThis as { hit?: number }).hit)).toBeUndefined();
});

test('M10 a wrong notice is an error of the app that stops nothing', async ({ site, server }) => {
  site.expects(/there is no message "nothing-like-it"/, /uncaught: ConfigError/);
  const states = await site.page.evaluate(async () => {
    const early = steadfetch.createSteadfetch({ surfaces: { headless: true } });
    early.notices.show({ message: 7 } as never);
    const good = early.notices.show({ message: 'text', args: { title: 'early' } });
    good.update({ args: { title: 'changed before it was shown' } });
    await early.ready;
    const heard: string[] = [early.state];
    early.on('state', ({ state, why }) => heard.push(`${state} ${why}`));
    const attempt = (act: () => unknown) => {
      try {
        return act();
      } catch (error) {
        return error instanceof steadfetch.ConfigError
          ? error.problems.map(({ path }) => path)
          : String(error);
      }
    };
    const wrong = [
      attempt(() => early.notices.show({ message: 'text', severity: 'fatal' } as never)),
      attempt(() => good.update({ severity: 'fatal' as never, until: NaN })),
      attempt(() => early.notices.dismiss('not a number')),
      attempt(() => early.notices.dismiss('99')),
    ];
    early.notices.show({ message: 'nothing-like-it' });
    return { heard, wrong, titles: early.notices.list().map(({ title }) => title) };
  });
  expect(states.heard).toEqual(['active']);
  expect(states.wrong.slice(0, 2)).toEqual([['severity'], ['severity', 'until']]);
  expect(states.titles).toContain('changed before it was shown');
  expect(states.titles).toContain("That didn't work");
  const script = await server.play({ steps: [{ text: 'ok' }] });
  expect((await site.call(script.url)).text).toBe('ok');
});

test('M8 the hotkey leads to a notice with a focus ring, also after a press of the mouse', async ({
  site,
}) => {
  await start(site, { surfaces: { delay: 0 } });
  await site.page.evaluate(() => {
    client.notices.show({
      message: 'text',
      args: { title: 'With a step' },
      actions: [{ id: 'x', label: 'Go' }],
    });
  });
  const step = card(site, 'With a step').getByRole('button', { name: 'Go' });
  await expect(step).toBeVisible();
  const save = site.page.getByRole('button', { name: 'Save' });
  await save.click();
  await site.page.keyboard.press('Alt+T');
  await expect(step).toBeFocused();
  expect(await step.evaluate((node) => node.matches(':focus-visible'))).toBe(true);
  await site.page.keyboard.press('Alt+T');
  await expect(save).toBeFocused();
});

test('M4 one notice goes from its element to a toast, to a banner that lasts, and back once it is calm', async ({
  bare,
  server,
}) => {
  test.setTimeout(60_000);
  const { page } = bare;
  await stopped(bare, {
    seed: 3,
    defaults: {
      retry: { attempts: 20, base: 10_000, cap: 10_000 },
      budget: false,
      deadline: false,
      breaker: false,
    },
  });
  const script = await server.play({ routes: { 'GET /*': { status: 502 } } });
  const call = (name: string, init: object = {}) =>
    page.evaluate(
      ([url, name, init]) => {
        const stop = new AbortController();
        Object.assign(globalThis, { [name]: () => stop.abort() });
        const steady = name === 'hint' ? { notify: document.querySelector('button')! } : {};
        void client.fetch(url, { signal: stop.signal, steady: { ...steady, ...init } }).catch(() => {});
      },
      [`${script.url}/${name}`, name, init] as const,
    );
  /** Where the one card stands; time passes in small steps, since answers come by the real clock. */
  const after = async (ms: number) => {
    for (let at = 0; at < ms; at += 500) {
      await pass(bare, 500);
      await new Promise((go) => setTimeout(go, 40));
    }
    return page.evaluate(() => {
      const known = globalThis as { node?: Element | undefined };
      const hosts = [...document.querySelectorAll<HTMLElement>('[data-steadfetch]')];
      const cards = hosts.flatMap(({ dataset, shadowRoot }) =>
        [...shadowRoot!.querySelectorAll('.card:not([inert])')].map((card) => ({ dataset, card })),
      );
      known.node ??= cards[0]?.card;
      const places = cards.map(({ dataset, card }) => [dataset['steadfetch'], card === known.node].join());
      return [...client.notices.list().map(({ id, surface }) => `${id} ${surface}`), ...places];
    });
  };
  const at = (surface: string, host = surface) => [`1 ${surface}`, `${host},true`];
  await call('hint');
  expect(await after(1000)).toEqual(at('inline', 'hint'));
  // What others meet, too, is nothing of that element's.
  await call('lost', { retry: false });
  await call('waiting');
  expect(await after(1000)).toEqual(at('toast', 'toasts'));
  expect(await after(26_000)).toEqual(at('toast', 'toasts'));
  expect(await after(4000)).toEqual(at('banner'));
  // Nothing waits any more: it stays a banner for a while.
  await page.evaluate(() =>
    ['hint', 'waiting'].forEach((name) => (globalThis as unknown as Record<string, () => void>)[name]!()),
  );
  expect(await after(8000)).toEqual(at('banner'));
  expect(await after(3500)).toEqual(at('toast', 'toasts'));
  // And has to last anew.
  await call('waiting');
  expect(await after(26_000)).toEqual(at('toast', 'toasts'));
  expect(await after(6000)).toEqual(at('banner'));
});

test('M4 what nobody waits for is silent, and a toast once it has gone on for half a minute', async ({
  bare,
  server,
}) => {
  await stopped(bare, { defaults: { retry: false, breaker: false } });
  const script = await server.play({ routes: { 'GET /*': { status: 502 }, 'POST /*': { status: 502 } } });
  const poll = (method = 'GET') =>
    bare.page.evaluate(
      async ([url, method]) => {
        const outcome = await client.fetch(url, { method, priority: 'low' });
        const { impact } = steadfetch.explain(outcome)!.fault!;
        return { impact, health: client.health().people };
      },
      [`${script.url}/poll`, method] as const,
    );
  const cards = async (ms: number) => {
    await pass(bare, ms);
    return toasts(bare).count();
  };
  expect(await poll()).toMatchObject({ impact: 'none', health: { failed: 0 } });
  expect(await cards(15_000)).toBe(0);
  await poll();
  expect(await cards(15_000)).toBe(0);
  await poll();
  await expect.poll(() => cards(1000)).toBe(1);
  // What is to be written is missed by somebody.
  expect(await poll('POST')).toMatchObject({ impact: 'data-at-risk', health: { failed: 1 } });
});

test("M4 a notice of the app's moves from silent to its element, a toast and a banner, and back: one card, spoken once", async ({
  site,
}) => {
  const { page } = site;
  await start(site, { surfaces: { delay: 0 } });
  const found = await page.evaluate(async () => {
    const { notices } = client;
    const element = document.querySelector('button')!;
    const handle = notices.show({ message: 'text', args: { title: 'Moves' }, surface: 'silent' });
    const nodes = new Set<Element>();
    const where: string[] = [];
    for (const surface of [undefined, element, 'toast', 'banner', 'toast', 'silent'] as const) {
      if (surface) handle.update({ surface });
      await lab.sleep(400);
      const hosts = [...document.querySelectorAll<HTMLElement>('[data-steadfetch]')];
      const cards = hosts.flatMap(({ dataset, shadowRoot }) =>
        [...shadowRoot!.querySelectorAll('.card:not([inert])')].map((card) => {
          nodes.add(card);
          return dataset['steadfetch'];
        }),
      );
      where.push(cards.join());
    }
    await lab.sleep(1500);
    return { where, nodes: nodes.size, ids: notices.list().map(({ id }) => id), id: handle.id, spoken };
  });
  expect(found.where).toEqual(['', 'hint', 'toasts', 'banner', 'toasts', '']);
  expect(found.nodes).toBe(1);
  expect(found.ids).toEqual([found.id]);
  expect(found.spoken).toEqual([expect.stringContaining('Moves')]);
});

test('M4 a call says what the person was doing, and how far it has come', async ({ site, server }) => {
  await start(site, {
    surfaces: { delay: 0 },
    defaults: { retry: { attempts: 3, base: 20_000, cap: 20_000 }, deadline: false, breaker: false },
    catalog: {
      locale: 'en',
      messages: {
        'save-order': { title: "We couldn't save your order", safe: 'Your basket is as it was.' },
        'save-order.waiting': { title: 'Your order takes a moment' },
      },
    },
  });
  const script = await server.play({ routes: { 'PUT /*': { status: 503 } } });
  await site.page.evaluate((url) => {
    void client.fetch(url, { method: 'PUT', steady: { intent: 'save-order' } });
    return new Promise((go) => setTimeout(go, 300));
  }, script.url);
  await expect(card(site, 'Your order takes a moment')).toContainText(/Trying again in \d+ seconds?/);
  await card(site, 'Your order takes a moment').getByRole('button', { name: 'Try again' }).click();
  // The line changes with the attempt under way; then the next wait begins.
  await expect
    .poll(() => site.page.evaluate(() => client.notices.list()[0]?.title))
    .toBe('Your order takes a moment');
  await card(site, 'Your order takes a moment').getByRole('button', { name: 'Try again' }).click();
  await expect(card(site, "We couldn't save your order")).toContainText('Your basket is as it was.');
  await expect(card(site, "We couldn't save your order")).toContainText(
    'The server has more to do than it can handle.',
  );
});

test('M2 the end of a call that says what the person was doing has the words of its kind, unless it has its own', async ({
  site,
  server,
}) => {
  const { page } = site;
  await start(site, {
    surfaces: { delay: 0 },
    defaults: { retry: false, breaker: false },
    catalog: { locale: 'en', messages: { 'save-order': { title: "We couldn't save your order" } } },
  });
  const script = await server.play({ steps: [{ text: 'ok' }] });
  await page.context().setOffline(true);
  await page.evaluate(
    (url) => client.fetch(url, { steady: { intent: 'save-order' } }).catch(() => {}),
    script.url,
  );
  await expect(card(site, "We couldn't save your order")).toBeVisible();
  await page.context().setOffline(false);
  await expect(card(site, 'Back online')).toBeVisible();
});

test('M4 an attempt under way says which of how many it is', async ({ site, server }) => {
  await start(site, {
    surfaces: { delay: 0 },
    defaults: { retry: { attempts: 3, base: 1, cap: 1 }, breaker: false, attemptTimeout: 20_000 },
  });
  const script = await server.play({
    routes: { 'GET /*': [{ status: 503 }, { delay: 15_000, text: 'late' }] },
  });
  await site.page.evaluate((url) => void client.fetch(url), script.url);
  await expect(cards(site)).toContainText('Still trying, 2 of 3');
});

test('M9 a page that was hidden meets one summary, which shows what it stands for', async ({
  site,
  server,
}) => {
  await start(site, { surfaces: { delay: 0 }, defaults: { retry: false, breaker: false } });
  const hide = (hidden: boolean) =>
    site.page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await hide(true);
  const script = await server.play({ steps: [{ status: 404 }] });
  const rules = ['a', 'b', 'c', 'd'];
  await site.page.evaluate(
    ([url, rules]) =>
      client
        .configure({ rules: rules.map((rule) => ({ match: `*/${rule}` })) })
        .then(() => Promise.all(rules.map((rule) => client.fetch(`${url}/${rule}`))))
        .then(() => {}),
    [script.url, rules] as const,
  );
  await site.page.waitForTimeout(300);
  await expect(cards(site)).toHaveCount(0);
  await hide(false);
  await expect(cards(site)).toHaveCount(1);
  await expect(card(site, '4 problems came up')).toBeVisible();
  await expect.poll(() => site.page.evaluate(() => spoken.length)).toBe(1);
  await card(site, '4 problems came up').getByRole('button', { name: 'Show' }).click();
  await expect(card(site, "We can't find this")).toHaveCount(3);
  await expect(card(site, '4 problems came up')).toHaveCount(0);
});

test('M1 offline is one notice for what is read and what is written, and so is its end', async ({
  site,
  server,
}) => {
  const { page } = site;
  await start(site, { surfaces: { delay: 0 }, defaults: { retry: false, breaker: false, outbox: {} } });
  const script = await server.play({ steps: [{ text: 'ok' }] });
  // What the outbox needs is there before the network goes.
  await page.evaluate(() => client.outbox.entries());
  await page.context().setOffline(true);
  await page.evaluate(async (url) => {
    const calls = [
      client.fetch(url),
      client.fetch(url, { method: 'PUT' }),
      client.fetch(url, { method: 'PUT' }),
    ];
    await Promise.allSettled(calls);
  }, script.url);
  const offline = page.getByRole('group', { name: "You're offline" });
  await expect(offline).toContainText('Your changes are kept on this device.');
  await page.waitForTimeout(1500);
  await expect(page.getByRole('group', { name: '2 changes are saved' })).toBeHidden();
  await page.context().setOffline(false);
  await expect(page.getByRole('group', { name: 'Back online' })).toContainText('2 changes sent', {
    timeout: 15_000,
  });
  await expect(page.getByRole('group')).toHaveCount(1);
});

test('M9 who is back online meets one notice, whatever waited at however many servers', async ({
  site,
  server,
}) => {
  const { page } = site;
  await start(site, { surfaces: { delay: 0 }, defaults: { retry: false, breaker: false, outbox: {} } });
  const script = await server.play({ sequence: 'path', steps: [{ text: 'ok' }] });
  await page.evaluate(() => client.outbox.entries());
  await page.context().setOffline(true);
  const ask = () =>
    page.evaluate(
      async (urls) => {
        const reads = urls.flatMap((url) => ['a', 'b', 'c'].map((name) => client.fetch(`${url}/${name}`)));
        const writes = urls.map((url) => client.fetch(`${url}/write`, { method: 'PUT' }));
        await Promise.allSettled([...reads, ...writes]);
      },
      [script.url, script.second],
    );
  await ask();
  await expect(page.getByRole('group', { name: "You're offline" })).toContainText('6 requests affected');
  await expect(page.getByRole('group')).toHaveCount(1);
  await page.context().setOffline(false);
  const back = page.getByRole('group', { name: 'Back online' });
  await expect(back).toContainText('2 changes sent', { timeout: 15_000 });
  await page.waitForTimeout(1500);
  await expect(page.getByRole('group')).toHaveCount(1);
  const heard = await page.evaluate(() => spoken);
  expect(heard.filter((text) => /changes? sent/.test(text))).toHaveLength(1);
  expect(await page.evaluate(() => client.notices.list().length)).toBe(1);
});

test('M9 a page that was hidden while it came back online meets one summary of what failed then', async ({
  site,
  server,
}) => {
  const { page } = site;
  await start(site, { surfaces: { delay: 0 }, defaults: { retry: false, breaker: false } });
  const hide = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  const script = await server.play({ steps: [{ status: 404 }] });
  const rules = ['a', 'b', 'c', 'd'];
  const ask = () =>
    page.evaluate(
      ([url, rules]) =>
        Promise.allSettled(rules.map((rule) => client.fetch(`${url}/${rule}`))).then(() => {}),
      [script.url, rules] as const,
    );
  await page.evaluate(
    (rules) => client.configure({ rules: rules.map((rule) => ({ match: `*/${rule}` })) }),
    rules,
  );
  await page.context().setOffline(true);
  await ask();
  await expect(page.getByRole('group', { name: "You're offline" })).toBeVisible();
  await hide(true);
  await page.context().setOffline(false);
  await ask();
  await page.waitForTimeout(300);
  await page.evaluate(() => void (spoken.length = 0));
  await hide(false);
  const summary = card(site, '4 problems came up');
  await expect(summary).toBeVisible();
  await expect(card(site, 'Back online')).toBeVisible();
  await expect(page.getByRole('group')).toHaveCount(2);
  await page.waitForTimeout(1500);
  const heard = await page.evaluate(() => spoken);
  expect(heard).toHaveLength(1);
  for (const words of ['Back online', '4 problems came up']) expect(heard[0]!.split(words)).toHaveLength(2);
});
