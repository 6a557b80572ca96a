// Notices beyond one page: which tab speaks, what was closed in another, what workers met, what returns after a reload.
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from '@playwright/test';
import type { PlainOptions } from '../support/plain';
import type { Server } from '../support/server';
import { Site, expect, test } from '../support/test';

declare const client: import('steadfetch').Steadfetch;
declare const spoken: string[];
declare const pressed: string[];
declare const clients: import('steadfetch').Steadfetch[];
declare const made: { [name: string]: import('steadfetch').Steadfetch };

const OPTIONS: PlainOptions = { surfaces: { delay: 0 }, defaults: { retry: false, breaker: false } };

/** A tab with a client; what it speaks and what is pressed in it is written down. */
async function tab(context: BrowserContext, server: Server): Promise<Page> {
  const site = new Site(await context.newPage(), server);
  await site.open();
  await run(site.page);
  return site.page;
}

async function run(page: Page, options: PlainOptions = OPTIONS): Promise<void> {
  await page.evaluate(async (options) => {
    const spoken: string[] = [];
    const pressed: string[] = [];
    const client = steadfetch.createSteadfetch(options);
    client.on('notice', ({ notice, action }) => action && pressed.push(`${notice.cause} ${action}`));
    Object.assign(globalThis, { client, spoken, pressed });
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const region = target instanceof Element ? target : target.parentElement;
        if (region?.matches('[role=status],[role=alert]') && region.textContent)
          spoken.push(region.textContent);
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
    await client.ready;
  }, options);
}

const fail = (page: Page, url: string, init: object = {}) =>
  page.evaluate(([url, init]) => client.fetch(url, init).then(() => {}), [url, init] as const);

const waiting = (page: Page) => page.getByRole('group', { name: 'This has to wait a moment' });
const again = (page: Page) => page.getByRole('group', { name: 'Working again' });

test('what is closed in one tab is closed in all', async ({ context, server }) => {
  const script = await server.play({ steps: [{ status: 503 }] });
  const [a, b] = [await tab(context, server), await tab(context, server)];
  await fail(a, script.url);
  await fail(b, script.url);
  await expect(waiting(b)).toBeVisible();
  await waiting(a).getByRole('button', { name: 'Dismiss' }).click();
  await expect(waiting(b)).toBeHidden();
  // Nor does it come up where it is met only now, or after a reload.
  const c = await tab(context, server);
  await fail(c, script.url);
  await a.reload();
  await a.locator('html[data-ready]').waitFor();
  await run(a);
  await fail(a, script.url);
  await a.waitForTimeout(400);
  await expect(waiting(c)).toBeHidden();
  await expect(waiting(a)).toBeHidden();
});

test('once it has ended where it was closed, it is news again in all tabs', async ({ context, server }) => {
  const script = await server.play({ steps: [{ status: 503 }, { text: 'ok' }, { status: 503 }] });
  const [a, b] = [await tab(context, server), await tab(context, server)];
  await fail(a, script.url);
  await waiting(a).getByRole('button', { name: 'Dismiss' }).click();
  await expect.poll(() => b.evaluate(() => localStorage.getItem('steadfetch:closed:1'))).toContain('outage');
  await fail(a, script.url);
  await expect.poll(() => b.evaluate(() => localStorage.getItem('steadfetch:closed:1'))).toBe(null);
  for (const page of [a, b]) await fail(page, script.url);
  // The one that was closed may still be on its way out.
  const stays = (page: Page) => waiting(page).and(page.locator(':not([inert])'));
  for (const page of [a, b]) await expect(stays(page)).toBeVisible();
});

test('of two tabs that are seen, the one that had the focus last speaks', async ({ context, server }) => {
  const script = await server.play({ steps: [{ status: 503 }] });
  const [a, b] = [await tab(context, server), await tab(context, server)];
  // Every page of a test believes that it has the focus.
  for (const page of [a, b]) await page.evaluate(() => (document.hasFocus = () => false));
  await b.evaluate(() => window.dispatchEvent(new Event('focus')));
  await fail(a, script.url);
  await fail(b, script.url);
  await expect(waiting(a)).toBeVisible();
  await expect.poll(() => b.evaluate(() => spoken.length)).toBe(1);
  expect(await a.evaluate(() => spoken)).toEqual([]);
  // Once that one is gone, another one may.
  await b.close();
  const other = await server.play({ steps: [{ status: 503 }] });
  await fail(a, other.second);
  await expect.poll(() => a.evaluate(() => spoken.length)).toBe(1);
});

/** The page is seen, or not, and has no focus of its own: every page of a test believes that it has it. */
const see = (page: Page, seen: boolean) =>
  page.evaluate((hidden) => {
    document.hasFocus = () => false;
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, !seen);

for (const way of ['', ' and the browser has no locks'] as const) {
  test(`of three pages that are seen exactly one speaks, whoever is hidden or gone${way}`, async ({
    context,
    server,
  }) => {
    if (way)
      await context.addInitScript(() =>
        Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true }),
      );
    // Every page of a test believes that it has the focus, and the browser's own events come when they like.
    await context.addInitScript(() => {
      Document.prototype.hasFocus = () => false;
      addEventListener('focus', (event) => event.isTrusted && event.stopImmediatePropagation(), true);
    });
    const pages: Page[] = [];
    let news = 0;
    for (let at = 0; at < 3; at++) pages.push(await tab(context, server));
    for (const page of pages) await see(page, true);
    await pages[1]!.evaluate(() => window.dispatchEvent(new Event('focus')));
    /** So many believe that it is their turn. */
    const turns = async (who: Page[]) => {
      const mine = () =>
        (globalThis as never as { [name: symbol]: { speaks: boolean }[] })[
          Symbol.for('steadfetch:page')
        ]!.some(({ speaks }) => speaks);
      return (await Promise.all(who.map((page) => page.evaluate(mine)))).filter(Boolean).length;
    };
    /** Something that all of them meet: which of them speak of it. */
    const meet = async (who: Page[]) => {
      // It takes the browser a moment to hand a lock on.
      if (!way) await expect.poll(() => turns(who)).toBe(1);
      for (const page of pages.filter((page) => !page.isClosed()))
        await page.evaluate((title) => {
          // Those that found no place would not be spoken.
          for (const { id } of client.notices.list()) client.notices.dismiss(id);
          spoken.length = 0;
          client.notices.show({ message: 'text', args: { title } });
        }, `News ${++news}`);
      await who[0]!.waitForTimeout(1300);
      return Promise.all(who.map((page) => page.evaluate(() => spoken.length > 0)));
    };
    const [a, b, c] = pages as [Page, Page, Page];
    if (way) {
      await see(b, false);
      expect(await meet(pages), 'what is seen speaks').toEqual([true, false, true]);
      await see(b, true);
      expect(await meet(pages)).toEqual([true, true, true]);
      return;
    }
    expect(await meet(pages)).toEqual([false, true, false]);
    await see(b, false);
    const next = await meet(pages);
    expect([next[1], next.filter(Boolean).length], 'one of those that are seen').toEqual([false, 1]);
    const [speaker, other] = next[0] ? [a, c] : [c, a];
    // Who comes back queues.
    await see(b, true);
    expect(await meet([speaker, other, b])).toEqual([true, false, false]);
    await speaker.close();
    expect(await meet([other, b])).toEqual([true, false]);
    // A person who looks elsewhere takes the voice along.
    await b.evaluate(() => window.dispatchEvent(new Event('focus')));
    expect(await meet([other, b])).toEqual([false, true]);
    await b.evaluate(() => client.dispose());
    expect(await meet([other])).toEqual([true]);
  });
}

/**
 * Puts the page's `window.name` into these storages at its start, since what leaves writes its own at its end. To be called before
 * the page is opened.
 */
const storesItsName = (page: Page, ...keys: string[]) =>
  page.addInitScript((keys) => {
    for (const key of window.name ? keys : []) {
      sessionStorage.setItem(`steadfetch:${key}`, window.name);
      localStorage.setItem(`steadfetch:${key}`, window.name);
    }
  }, keys);

/** A call by a worker that keeps its client. */
const askWorker = (page: Page, kind: 'dedicated' | 'shared' | 'service', url: string) =>
  page.evaluate(
    ([kind, url]) => {
      const policy = { retry: false, breaker: false } as const;
      return kind === 'service'
        ? workers.service(url, '/elsewhere/', policy)
        : workers.lasting(kind, url, policy);
    },
    [kind, url] as const,
  );

for (const kind of ['dedicated', 'shared', 'service'] as const) {
  test(`what a ${kind} worker meets is shown by a page, and so is its end`, async ({ bare, server }) => {
    // A policy without Trusted Types, which forbid workers.
    await bare.open('/?csp=off');
    await run(bare.page);
    const script = await server.play({ steps: [{ status: 503, repeat: 2 }, { text: 'ok' }] });
    const ask = () => askWorker(bare.page, kind, script.url);
    expect(await ask()).toMatchObject({ status: 503 });
    await expect(waiting(bare.page)).toBeVisible();
    expect(await ask()).toMatchObject({ status: 503 });
    await expect(waiting(bare.page)).toContainText('2 requests affected');
    expect(await ask()).toMatchObject({ status: 200 });
    await expect(again(bare.page)).toBeVisible();
  });
}

test('each client of a worker tells its own: what one meets is not over since another one has met something else', async ({
  bare,
  server,
}) => {
  const { page } = bare;
  await bare.open('/?csp=off');
  await run(page);
  // Each call of this worker's is a client's of its own.
  const script = await server.play({ steps: [{ status: 503 }] });
  const ask = (url: string) =>
    page.evaluate((url) => workers.lasting('dedicated', url, { retry: false, breaker: false }, true), url);
  expect(await ask(script.url)).toMatchObject({ status: 503 });
  await expect(waiting(page)).toHaveCount(1);
  expect(await ask(script.second)).toMatchObject({ status: 503 });
  await expect(waiting(page)).toHaveCount(2);
  await page.waitForTimeout(500);
  await expect(waiting(page)).toHaveCount(2);
  await expect(again(page)).toHaveCount(0);
  // Whoever asks hears of both.
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page.waitForTimeout(500);
  await expect(waiting(page)).toHaveCount(2);
});

test('what a worker tells of no more goes without a word, unless another one goes on telling of it', async ({
  bare,
  server,
}) => {
  const { page } = bare;
  await bare.open('/?csp=off');
  await run(page);
  const tell = (from: string, ...told: object[]) =>
    page.evaluate(
      ([from, told, url]) => {
        const base = { kind: 'overloaded', impact: 'blocked', url, count: 1, waiting: 1, since: Date.now() };
        const notices = told.map((one) => ({ key: `outage ${url} 0 `, ...base, ...one }));
        new BroadcastChannel('steadfetch:1').postMessage({ notices, from });
      },
      [from, told, server.first] as const,
    );
  await tell('one', {});
  await expect(waiting(page)).toBeVisible();
  await tell('two', {});
  await tell('one');
  await page.waitForTimeout(1500);
  await expect(waiting(page), 'it goes on for the other one').toHaveCount(1);
  await tell('two');
  await expect(waiting(page)).toHaveCount(0);
  expect((await page.evaluate(() => spoken)).join()).not.toContain('Working again');
  // That it has ended is another matter, and heard out.
  await tell('one', {});
  await expect(waiting(page)).toBeVisible();
  await tell('one', { over: true });
  await expect(again(page)).toBeVisible();
  await tell('one');
  await page.waitForTimeout(1500);
  await expect(again(page)).toBeVisible();
});

test('one thing that is closed in a tab closes no other of the same rule in another, nor what must not be missed', async ({
  context,
  server,
}) => {
  const script = await server.play({ steps: [{ status: 409 }] });
  const [a, b] = [await tab(context, server), await tab(context, server)];
  const conflict = (page: Page, intent: string) =>
    fail(page, script.url, { method: 'PUT', body: 'x', steady: { intent } });
  const cards = (page: Page) => page.locator('[data-steadfetch=toasts] .card:not([inert])');
  await conflict(a, 'one');
  await conflict(b, 'two');
  for (const page of [a, b]) await expect(cards(page)).toHaveCount(1);
  await cards(a).getByRole('button', { name: 'Dismiss' }).click();
  await expect(cards(a)).toHaveCount(0);
  await b.waitForTimeout(400);
  await expect(cards(b)).toHaveCount(1);
  // The same thing, which failed as the person did it in either.
  await conflict(a, 'two');
  await expect(cards(a)).toHaveCount(1);
  await cards(a).getByRole('button', { name: 'Dismiss' }).click();
  await b.waitForTimeout(400);
  await expect(cards(b)).toHaveCount(1);
});

test('of several clients on a page, from two copies of the package, one shows what a worker met', async ({
  bare,
  server,
}) => {
  const { page } = bare;
  const copy = fileURLToPath(new URL('../../../pkg/dist/worker.js', import.meta.url));
  await page.route('**/another-copy.js', (route) =>
    route.fulfill({ path: copy, contentType: 'text/javascript' }),
  );
  await bare.open('/?csp=off');
  await page.evaluate(async (options) => {
    const url = '/another-copy.js';
    const other = (await import(url)) as typeof steadfetch;
    const silent = steadfetch.createSteadfetch({ ...options, surfaces: false });
    await silent.ready;
    const first = steadfetch.createSteadfetch(options);
    await first.ready;
    const clients = [silent, first, other.createSteadfetch(options)];
    await clients[2]!.ready;
    Object.assign(globalThis, { clients });
  }, OPTIONS);
  const script = await server.play({ steps: [{ status: 503 }] });
  await askWorker(page, 'dedicated', script.url);
  await expect(waiting(page)).toBeVisible();
  await page.waitForTimeout(300);
  await expect(waiting(page)).toHaveCount(1);
  expect(await page.evaluate(() => clients.map(({ notices }) => notices.list().length))).toEqual([0, 1, 0]);
  // Whoever is left shows it then.
  await page.evaluate(() => clients[1]!.dispose());
  await expect.poll(() => page.evaluate(() => clients[2]!.notices.list().length)).toBe(1);
  await expect(waiting(page)).toHaveCount(1);
  const members = () =>
    page.evaluate(
      () => (globalThis as never as { [name: symbol]: [] })[Symbol.for('steadfetch:page')]!.length,
    );
  expect(await members()).toBe(2);
  await page.evaluate(() => clients.forEach((client) => client.dispose()));
  expect(await members()).toBe(0);
});

/** What others say on the channel of notices that is none. */
const HOSTILE = {
  types: [null, 7, 'text', {}, [[]], [null, 7, 'x', {}, []], { length: 3 }, [{ key: 1, kind: {}, url: [] }]],
  links: ['javascript:alert(1)', 'data:text/html,x', 'blob:http://x/1', 'file:///etc/passwd', ' https:'],
  names: ['__proto__', 'constructor', 'toString', 'hasOwnProperty'],
};

test('what others post that is no notice of a worker is ignored, and a flood of good ones bounded', async ({
  bare,
  server,
}) => {
  const { page } = bare;
  await bare.open('/?csp=off');
  await run(page);
  await page.evaluate(
    async ([{ types, links, names }, origin]) => {
      const channel = new BroadcastChannel('steadfetch:1');
      // Each by another name: what one tells takes the place of what it told before.
      let somebody = 0;
      const post = (notices: unknown, from: unknown = `somebody ${++somebody}`) =>
        channel.postMessage({ notices, from });
      const good = {
        key: 'timeout x',
        kind: 'timeout',
        impact: 'blocked',
        url: origin,
        count: 1,
        waiting: 0,
      };
      for (const value of types) post(value);
      for (const url of links) post([{ ...good, url, key: url }]);
      for (const name of names) {
        post([JSON.parse(`{"${name}":{"kind":"timeout"}}`)], name);
        post([{ ...good, kind: name, key: name }]);
        post([{ ...good, impact: name, key: name }]);
      }
      for (const from of [null, 7, {}, ['x']]) post([good], from);
      const huge = 'x'.repeat(1_000_000);
      for (const odd of [{ key: huge }, { kind: huge }, { url: `https://${huge}` }])
        post([{ ...good, ...odd }]);
      post([...Array.from({ length: 100_000 }, () => ({ kind: 'nothing' })), good]);
      post([Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`m${n}`, n]))]);
      await lab.sleep(500);
    },
    [HOSTILE, server.first] as const,
  );
  expect(await page.evaluate(() => client.notices.list())).toEqual([]);
  expect(await page.evaluate(() => ({}) as { kind?: string }).then(({ kind }) => kind)).toBe(undefined);
  // What looks like a worker's says no more than a worker could: a kind of ours, and how often.
  await page.evaluate(async (origin) => {
    const channel = new BroadcastChannel('steadfetch:1');
    const good = { kind: 'timeout', impact: 'blocked', count: 1, waiting: 0, since: 1, title: '<b>x</b>' };
    const odd = {
      intent: '<img src=x>',
      rule: NaN,
      retryAt: Infinity,
      availableAt: 'x',
      body: 'Pay here',
      over: 7,
    };
    for (let worker = 0; worker < 80; worker++)
      channel.postMessage({
        from: `worker ${worker}`,
        notices: Array.from({ length: 80 }, (_, n) => {
          const url = `${origin}/${worker}/${n}`;
          return { ...good, ...odd, key: `timeout ${url}`, url };
        }),
      });
    await lab.sleep(500);
  }, server.first);
  const list = await page.evaluate(() => client.notices.list());
  expect(list.length).toBeGreaterThan(0);
  expect(list.length).toBeLessThanOrEqual(50);
  expect(JSON.stringify(list)).not.toMatch(/<img|<b>|Pay here/);
  expect(new Set(list.map(({ title }) => title))).toEqual(new Set(['This is taking too long']));
});

for (const [what, channel] of [
  ['absent', 'undefined'],
  ['forbidden', `class { constructor() { throw new DOMException('no', 'SecurityError'); } }`],
] as const) {
  test(`where BroadcastChannel is ${what}, one tab has all the same`, async ({ bare, server }) => {
    const { page } = bare;
    await page.addInitScript(`globalThis.BroadcastChannel = ${channel}`);
    await bare.open();
    await run(page);
    const script = await server.play({
      steps: [{ status: 503, repeat: 2 }, { text: 'ok' }, { status: 503 }],
    });
    await fail(page, script.url);
    await fail(page, script.url);
    await expect(waiting(page)).toContainText('2 requests affected');
    await expect.poll(() => page.evaluate(() => spoken.length)).toBe(1);
    await fail(page, script.url);
    await expect(again(page)).toBeVisible();
    await page.evaluate(() => {
      client.notices.show({ message: 'outbox.sent', cause: 'mine', severity: 'error', args: { writes: 7 } });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await expect(page.getByRole('group', { name: '7 changes sent' })).toBeVisible();
    await page.reload();
    await page.locator('html[data-ready]').waitFor();
    await run(page);
    await expect(page.getByRole('group', { name: '7 changes sent' })).toBeVisible();
    await fail(page, script.url);
    await waiting(page).getByRole('button', { name: 'Dismiss' }).click();
    await expect(waiting(page)).toBeHidden();
    await page.evaluate(() => client.dispose());
    await expect(page.getByRole('group')).toHaveCount(0);
  });
}

/** Clients by name, each with rules of its own but for those whose names begin alike; one after the other. */
const make = (page: Page, ...names: string[]) =>
  page.evaluate(
    async ([names, options]) => {
      const made: { [name: string]: import('steadfetch').Steadfetch } = {};
      Object.assign(globalThis, { made });
      for (const name of names) {
        const rules = [{ match: `/${name[0]}/*` }];
        made[name] = steadfetch.createSteadfetch({ ...options, rules });
        await made[name].ready;
        await lab.sleep(20);
      }
    },
    [names, OPTIONS] as const,
  );

test('each client of a page brings back its own after a reload, in whatever order they start', async ({
  site,
}) => {
  const { page } = site;
  const reload = async (...names: string[]) => {
    await page.reload();
    await page.locator('html[data-ready]').waitFor();
    await make(page, ...names);
  };
  const titles = () =>
    page.evaluate(() =>
      Object.fromEntries(
        Object.entries(made).map(([name, { notices }]) => [name, notices.list().map(({ title }) => title)]),
      ),
    );
  await make(page, 'a', 'b', 'c1', 'c2');
  await page.evaluate(() =>
    Object.values(made).forEach(({ notices }, at) =>
      notices.show({ message: 'outbox.sent', cause: 'mine', severity: 'error', args: { writes: at + 2 } }),
    ),
  );
  await expect(page.getByRole('group')).toHaveCount(4);
  await reload('c1', 'c2', 'b', 'a');
  const own = {
    a: ['2 changes sent'],
    b: ['3 changes sent'],
    c1: ['4 changes sent'],
    c2: ['5 changes sent'],
  };
  await expect.poll(titles).toEqual(own);
  // One that is done takes its own along, and what it left is not another one's.
  await page.evaluate(() => made['a']!.dispose());
  await reload('a', 'c1', 'c2', 'b');
  await expect.poll(titles).toEqual({ ...own, a: [] });
  // One that is not there leaves what another one keeps.
  await reload('b');
  await expect.poll(titles).toEqual({ b: own.b });
  await reload('c1', 'c2');
  await expect.poll(titles).toEqual({ c1: own.c1, c2: own.c2 });
});

test("the app's own notices return after a reload, by what their actions are called", async ({ bare }) => {
  const { page } = bare;
  await storesItsName(page, 'notices:2');
  await bare.open();
  await run(page);
  await page.evaluate(() => {
    client.notices.show({
      message: 'outbox.sent',
      cause: 'mine',
      severity: 'warning',
      args: { writes: 7, when: new Date(86_400_000) },
      actions: [{ id: 'undo', label: 'Undo', run: () => {} }],
    });
    client.notices.show({ message: 'text', cause: 'private', args: { title: 'Private words' } });
    client.notices.show({ message: 'outbox.sent', args: { writes: 8 } });
  });
  await expect(page.getByRole('group', { name: '7 changes sent' })).toBeVisible();
  const kept = await page.evaluate(() => sessionStorage.getItem('steadfetch:notices:2'));
  expect(kept).not.toContain('Private');
  await page.reload();
  await page.locator('html[data-ready]').waitFor();
  await run(page);
  await expect(page.getByRole('group', { name: '7 changes sent' })).toBeVisible();
  await expect(page.getByRole('group')).toHaveCount(1);
  await page.getByRole('group').getByRole('button', { name: 'Undo', exact: true }).click();
  expect(await page.evaluate(() => pressed)).toEqual(['mine undo']);
  // Closed, it does not return; nor does one that has waited for too long.
  await page.getByRole('group').getByRole('button', { name: 'Dismiss' }).click();
  await expect.poll(() => page.evaluate(() => sessionStorage.getItem('steadfetch:notices:2'))).toBe(null);
  await page.evaluate((kept) => {
    const all = JSON.parse(kept!) as Record<string, { at: number }>;
    for (const one of Object.values(all)) one.at = Date.now() - 600_001;
    window.name = JSON.stringify(all);
  }, kept);
  await page.reload();
  await page.locator('html[data-ready]').waitFor();
  await run(page);
  await page.waitForTimeout(300);
  await expect(page.getByRole('group')).toHaveCount(0);
});

test('after a reload, what the app said before it said something else stays gone, and what it says now stands', async ({
  bare,
}) => {
  const { page } = bare;
  await bare.open();
  await run(page);
  const sent = (writes: number, cause: string) => ({
    message: 'outbox.sent',
    cause,
    severity: 'error' as const,
    args: { writes },
  });
  await page.evaluate(
    ([mine, other]) => {
      client.notices.show(mine!);
      client.notices.show(other!);
    },
    [sent(7, 'mine'), sent(3, 'other')],
  );
  await expect(page.getByRole('group', { name: '7 changes sent' })).toBeVisible();
  // The same notice, in words that are not kept.
  await page.evaluate(() =>
    client.notices.show({ message: 'text', cause: 'mine', severity: 'error', args: { title: 'Newer' } }),
  );
  await expect(page.getByRole('group', { name: 'Newer' })).toBeVisible();
  await page.reload();
  await page.locator('html[data-ready]').waitFor();
  // The app is quicker than what is kept.
  await page.evaluate(
    ([options, newer]) => {
      const client = steadfetch.createSteadfetch(options);
      Object.assign(globalThis, { client });
      client.notices.show(newer);
      return client.ready.then(() => {});
    },
    [OPTIONS, sent(9, 'other')] as const,
  );
  await expect(page.getByRole('group', { name: '9 changes sent' })).toBeVisible();
  await page.waitForTimeout(300);
  await expect(page.getByRole('group')).toHaveCount(1);
});

test('that something was not saved is told again after a reload', async ({ site, server }) => {
  const { page } = site;
  const script = await server.play({ steps: [{ status: 500 }, { text: 'ok' }] });
  await run(page);
  await fail(page, script.url, { method: 'PUT', body: 'x', steady: { intent: 'save' } });
  const failed = page.getByRole('group', { name: "That didn't work" });
  await expect(failed).toBeVisible();
  await page.reload();
  await page.locator('html[data-ready]').waitFor();
  await run(page);
  await expect(failed).toBeVisible();
  await fail(page, script.url);
  await page.waitForTimeout(200);
  await expect(failed, 'reading proves nothing').toBeVisible();
  await fail(page, script.url, { method: 'PUT', body: 'x', steady: { intent: 'save' } });
  await expect(failed).toBeHidden();
});

test('that something was not saved outlives a second reload, before it could be seen again', async ({
  site,
  server,
}) => {
  const { page } = site;
  const script = await server.play({ steps: [{ status: 500 }] });
  await run(page);
  await fail(page, script.url, { method: 'PUT', body: 'x', steady: { intent: 'save' } });
  const failed = page.getByRole('group', { name: "That didn't work" });
  await expect(failed).toBeVisible();
  for (const delay of [60_000, 0]) {
    await page.reload();
    await page.locator('html[data-ready]').waitFor();
    await run(page, { ...OPTIONS, surfaces: { delay } });
    await page.waitForTimeout(300);
    await expect(failed).toHaveCount(delay ? 0 : 1);
  }
});

test('without any storage one tab has all but what a reload would bring back', async ({ bare, server }) => {
  const { page } = bare;
  await page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage'])
      Object.defineProperty(globalThis, name, {
        get() {
          throw new DOMException('no', 'SecurityError');
        },
      });
  });
  await bare.open();
  await run(page);
  const script = await server.play({ steps: [{ status: 503 }, { text: 'ok' }] });
  await fail(page, script.url);
  await expect(waiting(page)).toBeVisible();
  await expect.poll(() => page.evaluate(() => spoken.length)).toBe(1);
  await page.evaluate(() => {
    client.notices.show({ message: 'outbox.sent', cause: 'mine', severity: 'error', args: { writes: 7 } });
  });
  await expect(page.getByRole('group', { name: '7 changes sent' })).toBeVisible();
  await waiting(page).getByRole('button', { name: 'Dismiss' }).click();
  await expect(waiting(page)).toBeHidden();
  await page.reload();
  await page.locator('html[data-ready]').waitFor();
  await run(page);
  await page.waitForTimeout(300);
  await expect(page.getByRole('group')).toHaveCount(0);
});

test('storages that hold rubbish change nothing', async ({ bare, server }) => {
  const { page } = bare;
  await storesItsName(page, 'notices:2', 'closed:1', 'preferences');
  await bare.open();
  await run(page);
  const script = await server.play({ steps: [{ status: 503 }] });
  await page.evaluate(() => void client.notices.show({ message: 'timeout', cause: 'mine' }));
  const kept = () => page.evaluate(() => sessionStorage.getItem('steadfetch:notices:2'));
  await expect.poll(kept).not.toBe(null);
  const [place] = Object.keys(JSON.parse((await kept())!));
  const whose = JSON.parse((await kept())!)[place!].whose;
  const own = (kept: unknown) => JSON.stringify({ [place!]: kept });
  const at = Date.now();
  const input = { message: 'timeout', cause: 'stored' };
  for (const [rubbish, shown] of [
    ...['{', '[]', 'null', '7', '"x"', '{"at":1e999}'].map((text) => [text, 0] as const),
    ...[null, 7, 'x', [], {}, { at: 'x' }, { at: 1e999 }].map((kept) => [own(kept), 0] as const),
    [own({ at, whose, records: null, inputs: null }), 0],
    [own({ at, whose, records: [{ key: 7 }, null, 7], inputs: 7 }), 0],
    [own({ at, whose: 'x', records: [], inputs: [input] }), 0],
    // What is right is not told from what was kept.
    [own({ at, whose, records: [null], inputs: [input] }), 1],
  ] as const) {
    await page.evaluate((rubbish) => (window.name = rubbish), rubbish);
    await page.reload();
    await page.locator('html[data-ready]').waitFor();
    await run(page);
    await fail(page, script.url);
    await expect(waiting(page), rubbish).toBeVisible();
    await expect(page.getByRole('group'), rubbish).toHaveCount(1 + shown);
  }
});
