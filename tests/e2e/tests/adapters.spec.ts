import { readFile } from 'node:fs/promises';
import type { Locator } from '@playwright/test';
import type { Notice, Steadfetch } from 'steadfetch';
import { type Version, serveReact } from '../support/react';
import { type Site, expect, test } from '../support/test';

// What the pages have.
declare const client: Steadfetch;
declare const given: Record<string, { list: readonly Notice[]; fetch?: unknown; renders?: number }>;
declare function listeners(): number;
declare const commits: number[][];
interface Ui {
  version: string;
  panels(strict?: boolean): () => void;
  call(url: string, method?: string, strict?: boolean): () => void;
  feature(name: string, strict?: boolean): () => void;
  use(): () => void;
  hydrate(): string[];
  many(): () => void;
  scope(): { titles(): string[]; stop(): void };
}
declare const ui: Ui;

const ROUTES = {
  'GET /bad/*': { status: 503 },
  'GET /good/*': { text: 'ok' },
};

const article = (site: Site, panel = 'one'): Locator =>
  site.page.getByRole('region', { name: panel }).getByRole('article');

/** Calls that nobody waits for in the page. */
const call = (site: Site, ...urls: string[]): Promise<void> =>
  site.page.evaluate((urls) => Promise.all(urls.map((url) => client.fetch(url))).then(() => {}), urls);

const drawn = (site: Site): Promise<number> =>
  site.page.evaluate(() => document.querySelectorAll('[data-steadfetch]').length);

/** A link that leads nowhere good is left out, which the console says. */
const REFUSED = /^Steadfetch: the action "bad" of message "text" is left out: it leads to javascript:/;

/** What the person chose holds for `shown`, where components show notices. The page's clock stands still but for us. */
async function prefers(site: Site, shown: (title: string) => Locator): Promise<void> {
  const { page } = site;
  const say = async (title: string) => {
    await page.evaluate((title) => void client.notices.show({ message: 'text', args: { title } }), title);
    await page.clock.runFor(50);
    await expect(shown(title)).toHaveCount(1);
  };
  const time = () => page.evaluate(() => client.notices.list()[0]!.closesAfter);
  const pass = (ms: number) => page.clock.runFor(ms);
  const choose = async (chosen: object) => {
    await page.evaluate((chosen) => client.preferences.set(chosen), chosen);
    await pass(50);
  };
  for (const readingTime of [1, 2]) {
    await choose({ readingTime });
    await say(`Read ${readingTime}`);
    expect(await time(), 'a short text has six seconds').toBe(6000 * readingTime);
    await pass(6000 * readingTime - 500);
    await expect(shown(`Read ${readingTime}`)).toHaveCount(1);
    await pass(1500);
    await expect(shown(`Read ${readingTime}`)).toHaveCount(0);
  }
  const long = 'word '.repeat(40).trim();
  await choose({ readingTime: 1 });
  await say(long);
  expect(await time(), 'a long one as long as it takes').toBe(1200 + 60 * long.length);
  await choose({ autoClose: false });
  expect(await time()).toBe(undefined);
  await pass(120_000);
  await expect(shown(long)).toHaveCount(1);
  await choose({ doNotDisturb: true });
  await expect(shown(long)).toHaveCount(0);
  await choose({ doNotDisturb: false });
  await pass(2000);
  await expect(shown(long)).toHaveCount(1);
  await choose({ autoClose: true });
  await pass(1200 + 60 * long.length + 1500);
  await expect(shown(long)).toHaveCount(0);
}

const developed = (version: Version) => async (site: Site) =>
  site.open(await serveReact(site.page, site.server, version));

/** `strict`: StrictMode lets each component come, go and come again, as React does only under development. */
const FRAMEWORKS = {
  'React 19': { version: /^19\./, strict: [false], open: (site: Site) => site.open('/react.html') },
  'React 19 under development': { version: /^19\./, strict: [false, true], open: developed('19') },
  'React 18.2 under development': { version: /^18\.2\./, strict: [false, true], open: developed('18.2') },
  Vue: {
    version: undefined,
    strict: [false],
    open: (site: Site) => {
      // Vue asks for a policy, and lives without.
      site.expects(/TrustedTypePolicy named 'vue'/);
      return site.open('/vue.html');
    },
  },
};

for (const [name, framework] of Object.entries(FRAMEWORKS)) {
  test.describe(name, () => {
    const isReact = framework.version !== undefined;

    test.beforeEach(async ({ bare }) => {
      await framework.open(bare);
      if (framework.version) expect(await bare.page.evaluate(() => ui.version)).toMatch(framework.version);
      await bare.page.evaluate(() => client.ready);
    });

    test('a notice appears, changes in place and recovers; all components see the same, and nothing is drawn', async ({
      bare: site,
      server,
    }) => {
      const { url } = await server.play({ routes: ROUTES });
      await site.page.evaluate(() => void ui.panels());
      await expect(site.page.getByRole('region')).toHaveCount(2);
      await expect(article(site)).toHaveCount(0);
      await call(site, `${url}/bad/1`);
      for (const panel of ['one', 'two']) {
        await expect(article(site, panel)).toContainText('This has to wait a moment');
        await expect(article(site, panel).getByRole('paragraph')).toHaveText('1');
      }
      const node = await article(site).elementHandle();
      const before = await site.page.evaluate(() => given['one']!.list[0]!);
      await call(site, `${url}/bad/2`, `${url}/bad/3`);
      await expect(article(site).getByRole('paragraph')).toHaveText('3');
      expect(await node!.evaluate((node) => node.isConnected), 'the node stays').toBe(true);
      expect(await site.page.evaluate(() => given['one']!.list === given['two']!.list)).toBe(true);
      expect(await site.page.evaluate(() => given['one']!.list[0]!.id)).toBe(before.id);
      await call(site, `${url}/good/1`);
      await expect(article(site, 'one')).toContainText('Working again');
      await expect(article(site, 'two')).toHaveAttribute('data-state', 'resolved');
      await expect(article(site)).toHaveCount(0, { timeout: 10_000 });
      expect(await site.page.evaluate(() => client.notices.list().length), 'it can be read again').toBe(1);
      expect(await drawn(site)).toBe(0);
    });

    test('a notice in which nothing has changed is the same object', async ({ bare: site }) => {
      await site.page.evaluate(() => void ui.panels());
      const show = (title: string) =>
        site.page.evaluate(
          (title) => void client.notices.show({ message: 'text', severity: 'error', args: { title } }),
          title,
        );
      await show('first');
      await expect(article(site)).toHaveCount(1);
      await site.page.evaluate(() => Object.assign(globalThis, { kept: given['one']!.list[0] }));
      await show('second');
      await expect(article(site)).toHaveCount(2);
      const same = await site.page.evaluate(
        () => given['two']!.list[1] === (globalThis as unknown as { kept: Notice }).kept,
      );
      expect(same).toBe(true);
    });

    test('actions do what a press on the screen does', async ({ bare: site, server }) => {
      const script = await server.play({ steps: [{ status: 503 }, { text: 'ok' }] });
      site.expects(REFUSED);
      await site.page.evaluate(() => {
        const heard: unknown[] = [];
        client.on('notice', ({ notice: { title }, action }) => action && heard.push([title, action]));
        Object.assign(globalThis, { heard });
        ui.panels();
        const actions = [
          { id: 'undo', label: 'Undo', run: () => void heard.push('ran') },
          { id: 'bad', label: 'Bad', href: 'javascript:alert(1)' },
          { id: 'help', label: 'Help', href: '/help' },
        ];
        client.notices.show({ message: 'text', args: { title: 'Deleted' }, actions });
      });
      await call(site, script.url);
      const failed = article(site).filter({ hasText: 'This has to wait' });
      await failed.getByRole('button', { name: 'Try again' }).click();
      await expect(failed).toHaveCount(0);
      await expect(article(site).filter({ hasText: 'Working again' })).toHaveCount(1);
      expect(await script.count()).toBe(2);
      const own = article(site).filter({ hasText: 'Deleted' });
      await expect(own.getByRole('button', { name: 'Bad' })).toHaveCount(0);
      await expect(own.getByRole('button', { name: 'Help' })).toHaveCount(1);
      await own.getByRole('button', { name: 'Undo' }).click();
      await own.getByRole('button', { name: 'Close' }).click();
      await expect(own).toHaveCount(0);
      const heard = await site.page.evaluate(() => (globalThis as unknown as { heard: unknown[] }).heard);
      expect(heard).toEqual([['This has to wait a moment', 'retry'], 'ran', ['Deleted', 'undo']]);
    });

    test('what the person prefers holds: time to read, nothing by itself, no disturbance', async ({
      bare: site,
    }) => {
      await site.page.clock.install();
      await framework.open(site);
      await site.page.evaluate(() => client.ready);
      await site.page.clock.pauseAt((await site.page.evaluate(() => Date.now())) + 1000);
      await site.page.evaluate(() => void ui.panels());
      await prefers(site, (title) => article(site).filter({ hasText: title }));
    });

    for (const strict of framework.strict) {
      const where = strict ? 'in StrictMode, ' : '';
      test(`${where}who goes leaves no listener, and who comes back sees what is there`, async ({
        bare: site,
      }) => {
        const counts = await site.page.evaluate(async (strict) => {
          const settle = () => new Promise((done) => setTimeout(done, 100));
          const counts: number[] = [];
          for (let n = 0; n < 3; n++) {
            const end = ui.panels(strict);
            await settle();
            counts.push(listeners());
            end();
            await settle();
            counts.push(listeners());
          }
          return counts;
        }, strict);
        expect(counts, 'one for all components').toEqual([1, 0, 1, 0, 1, 0]);
        await site.page.evaluate((strict) => {
          client.notices.show({ message: 'text', severity: 'error', args: { title: 'Still here' } });
          setTimeout(() => ui.panels(strict), 100);
        }, strict);
        await expect(article(site, 'one')).toContainText('Still here');
        await expect(article(site, 'two')).toContainText('Still here');
        await site.page.evaluate(() => client.dispose());
        await expect(article(site)).toHaveCount(0);
      });

      test(`${where}what a component reads ends with it, what it writes does not`, async ({
        bare: site,
        server,
      }) => {
        const script = await server.play({
          routes: { 'GET /GET': { silence: true }, 'PUT /PUT': { text: 'answer', delay: 1000 } },
          steps: [{ text: 'answer', delay: 600 }],
        });
        const output = site.page.getByRole('status');
        await site.page.evaluate(
          ([url, strict]) => Object.assign(globalThis, { end: ui.call(url, 'GET', strict) }),
          [script.url, strict] as const,
        );
        await expect(output).toHaveText('answer');
        await site.page.evaluate(() => (globalThis as unknown as { end(): void }).end());
        for (const method of ['GET', 'PUT']) {
          await site.page.evaluate(
            ([url, method, strict]) =>
              Object.assign(globalThis, { end: ui.call(`${url}/${method}`, method, strict) }),
            [script.url, method, strict] as const,
          );
          // In StrictMode a component comes twice, and what it writes is sent twice.
          const sent = method === 'PUT' && strict ? 2 : 1;
          const open = async () =>
            (await script.requests()).filter(({ path, end }) => path === `/${method}` && end === null);
          await expect.poll(async () => (await open()).length).toBe(sent);
          await site.page.evaluate(() => (globalThis as unknown as { end(): void }).end());
        }
        const ends = async () =>
          (await script.requests())
            .filter(({ path }) => /(GET|PUT)$/.test(path))
            .map(({ method, end }) => `${method} ${end}`);
        // In StrictMode a component that has come goes once, mostly before its read was even sent.
        const reads = async () => new Set((await ends()).filter((end) => end.startsWith('GET')));
        const writes = async () => (await ends()).filter((end) => end.startsWith('PUT'));
        await expect.poll(reads).toEqual(new Set(['GET aborted']));
        await expect.poll(writes).toEqual(Array(strict ? 2 : 1).fill('PUT whole'));
        expect(await site.page.evaluate(() => client.notices.list().length)).toBe(0);
      });
    }

    test('a component follows its feature until it goes', async ({ bare: site }) => {
      const output = site.page.getByRole('status');
      const set = (level: 'off' | 'auto', why?: string) =>
        site.page.evaluate(([level, why]) => client.features.set('search', level, why), [
          level,
          why,
        ] as const);
      await site.page.evaluate((strict) => {
        const { on } = client.features;
        const page = { end: () => {}, followers: 0 };
        client.features.on = (...args) => {
          const off = on(...args);
          page.followers += 1;
          return () => {
            page.followers -= 1;
            off();
          };
        };
        page.end = ui.feature('search', strict);
        Object.assign(globalThis, { page });
      }, framework.strict.at(-1)!);
      await expect(output).toHaveText('search full undefined');
      await set('off', 'too slow');
      await expect(output).toHaveText('search off too slow');
      await set('auto');
      await expect(output).toHaveText('search full undefined');
      const followers = await site.page.evaluate(async () => {
        const { page } = globalThis as unknown as { page: { end(): void; followers: number } };
        const before = page.followers;
        page.end();
        await new Promise((done) => setTimeout(done, 100));
        return [before, page.followers];
      });
      expect(followers).toEqual([1, 0]);
    });

    test("a server's HTML comes alive without a mismatch", async ({ bare: site }) => {
      const errors = await site.page.evaluate(async () => {
        client.notices.show({ message: 'text', severity: 'error', args: { title: 'Early' } });
        await new Promise((done) => setTimeout(done, 100));
        const errors = ui.hydrate();
        await new Promise((done) => setTimeout(done, 300));
        return errors;
      });
      expect(errors).toEqual([]);
      await expect(site.page.getByText('seen: 1')).toBeVisible();
      await expect(site.page.getByText('seen:')).toHaveCount(1);
    });

    test('the documented use works', async ({ bare: site, server }) => {
      const { url } = await server.play({ routes: ROUTES });
      const app = site.page.locator('#app');
      await site.page.evaluate(() => Object.assign(globalThis, { end: ui.use() }));
      await call(site, `${url}/bad/1`);
      await expect(app).toContainText('This has to wait a moment');
      await site.page.evaluate(() => (globalThis as unknown as { end(): void }).end());
      await expect(app).toBeEmpty();
      expect(await site.page.evaluate(() => listeners())).toBe(0);
    });

    if (isReact) {
      test('many slow readers never disagree within one commit', async ({ bare: site }) => {
        const seen = await site.page.evaluate(async () => {
          const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
          ui.many();
          // While they are being rendered, piece by piece, notices come.
          for (let n = 0; n < 12; n++) {
            await pause(17);
            client.notices.show({ message: 'text', severity: 'error', args: { title: `${n}` } });
          }
          await pause(1500);
          return commits.map((row) => [...new Set(row)]);
        });
        expect(seen.length).toBeGreaterThan(1);
        expect(seen.filter((row) => row.length > 1)).toEqual([]);
        expect(seen.at(-1)).toEqual([12]);
      });
    } else {
      test('a scope outside of components follows until it ends', async ({ bare: site }) => {
        const seen = await site.page.evaluate(async () => {
          const settle = () => new Promise((done) => setTimeout(done, 100));
          const { titles, stop } = ui.scope();
          client.notices.show({ message: 'text', args: { title: 'Said' } });
          await settle();
          const during = [listeners(), ...titles()];
          stop();
          return [during, listeners()];
        });
        expect(seen).toEqual([[1, 'Said'], 0]);
      });
    }
  });
}

test.describe('sonner', () => {
  /** Sonner brings its style in an element, which the policy of the other pages refuses. */
  test.beforeEach(async ({ bare: site }) => {
    await site.page.route('**/sonner.html', async (route) => {
      const { 'content-security-policy': _, ...headers } = (await (await route.fetch()).headers()) as Record<
        string,
        string
      >;
      await route.fulfill({ response: await route.fetch(), headers });
    });
    await site.open('/sonner.html');
    await site.page.evaluate(() => client.ready);
  });

  const toasts = (site: Site): Locator => site.page.locator('[data-sonner-toast][data-removed=false]');
  const hand = (site: Site): Promise<void> =>
    site.page.evaluate(() => {
      const { toSonner, toast } = globalThis as never as Record<string, Function>;
      Object.assign(globalThis, { end: toSonner!(client, toast) });
    });

  test('a notice is one toast: shown, changed in place, resolved to success, gone', async ({
    bare: site,
    server,
  }) => {
    const { url } = await server.play({ routes: ROUTES });
    await hand(site);
    await call(site, `${url}/bad/1`);
    await expect(toasts(site)).toHaveCount(1);
    await expect(toasts(site)).toContainText('This has to wait a moment');
    const node = await toasts(site).elementHandle();
    await call(site, `${url}/bad/2`);
    await expect(toasts(site)).toHaveCount(1);
    await call(site, `${url}/good/1`);
    await expect(toasts(site)).toContainText('Working again');
    await expect(toasts(site)).toHaveAttribute('data-type', 'success');
    await expect(toasts(site).getByRole('button', { name: 'Try again' })).toHaveCount(0);
    expect(await node!.evaluate((node) => node.isConnected)).toBe(true);
    await expect(toasts(site)).toHaveCount(0, { timeout: 10_000 });
    expect(await drawn(site)).toBe(0);
  });

  test('what the person prefers holds: time to read, nothing by itself, no disturbance', async ({
    bare: site,
  }) => {
    await site.page.clock.install();
    await site.open('/sonner.html');
    await site.page.evaluate(() => client.ready);
    await site.page.clock.pauseAt((await site.page.evaluate(() => Date.now())) + 1000);
    await hand(site);
    await prefers(site, (title) => toasts(site).filter({ hasText: title }));
  });

  test("actions: Try again, the app's own, a second one, a link", async ({ bare: site, server }) => {
    const script = await server.play({ steps: [{ status: 503 }, { text: 'ok' }] });
    await hand(site);
    await call(site, script.url);
    await toasts(site).getByRole('button', { name: 'Try again' }).click();
    await expect(toasts(site)).toContainText('Working again');
    expect(await script.count()).toBe(2);
    await site.page.evaluate(() => {
      const ran: string[] = [];
      const actions = ['one', 'two'].map((id) => ({ id, label: id, run: () => void ran.push(id) }));
      Object.assign(globalThis, { ran });
      client.notices.show({ message: 'text', args: { title: 'Own' }, actions });
    });
    const own = toasts(site).filter({ hasText: 'Own' });
    await own.getByRole('button', { name: 'one' }).click();
    await expect(own, 'what becomes of it is for the app').toHaveCount(1);
    await own.getByRole('button', { name: 'two' }).click();
    await expect(own).toHaveCount(0);
    expect(await site.page.evaluate(() => (globalThis as unknown as { ran: string[] }).ran)).toEqual([
      'one',
      'two',
    ]);
    expect(await states(site)).toEqual(['dismissed', 'resolved']);
    await site.page.evaluate(() => {
      const actions = [{ id: 'more', label: 'More', href: '#more' }];
      client.notices.show({ message: 'text', args: { title: 'Link' }, actions });
    });
    await toasts(site).getByRole('button', { name: 'More' }).click();
    await expect(site.page).toHaveURL(/#more$/);
  });

  const states = (site: Site): Promise<string[]> =>
    site.page.evaluate(() => client.notices.list().map(({ state }) => state));
  const show = (site: Site, title: string): Promise<void> =>
    site.page.evaluate(
      (title) =>
        void client.notices.show({ message: 'text', cause: title, severity: 'error', args: { title } }),
      title,
    );

  test('dismissed there is dismissed here, and the other way round', async ({ bare: site }) => {
    await hand(site);
    await show(site, 'A');
    await show(site, 'B');
    await expect(toasts(site)).toHaveCount(2);
    await toasts(site).filter({ hasText: 'B' }).hover();
    await toasts(site).filter({ hasText: 'A' }).getByRole('button', { name: 'Close' }).click();
    await expect(toasts(site)).toHaveCount(1);
    expect(await states(site)).toEqual(['shown', 'dismissed']);
    await site.page.evaluate(() => client.notices.dismiss(client.notices.list()[0]!.id));
    await expect(toasts(site)).toHaveCount(0);
    expect(await states(site)).toEqual(['dismissed', 'dismissed']);
    // It comes back at once, while the former toast is still on its way out.
    await show(site, 'C');
    await expect(toasts(site)).toHaveCount(1);
    await site.page.evaluate(() => {
      client.notices.dismiss(client.notices.list()[0]!.id);
      setTimeout(() => {
        client.notices.show({ message: 'text', cause: 'C', severity: 'error', args: { title: 'C' } });
      }, 50);
    });
    await site.page.waitForTimeout(600);
    await expect(toasts(site)).toHaveCount(1);
    expect((await states(site))[0]).toBe('shown');
  });

  test('ends without a trace; two clients do not mix', async ({ bare: site }) => {
    await hand(site);
    await show(site, 'Mine');
    await site.page.evaluate(async () => {
      const { other, toSonner, toast } = globalThis as never as {
        other: Steadfetch;
        toSonner: Function;
        toast: unknown;
      };
      await other.ready;
      toSonner(other, toast);
      other.notices.show({ message: 'text', severity: 'error', args: { title: 'Theirs' } });
    });
    await expect(toasts(site)).toHaveCount(2);
    await site.page.evaluate(() => (globalThis as unknown as { end(): void }).end());
    await expect(toasts(site)).toHaveCount(1);
    await expect(toasts(site)).toContainText('Theirs');
    expect(await site.page.evaluate(() => listeners())).toBe(0);
    expect(await states(site), 'the notice itself lives on').toEqual(['shown']);
    await hand(site);
    await expect(toasts(site)).toHaveCount(2);
    await site.page.evaluate(() => client.dispose());
    await expect(toasts(site)).toHaveCount(1);
    await expect(toasts(site)).toContainText('Theirs');
  });

  test('the documented use works', async ({ bare: site }) => {
    await site.page.evaluate(async () => {
      const { own } = globalThis as unknown as { own: Steadfetch };
      await own.ready;
      own.notices.show({ message: 'text', args: { title: 'Documented', body: 'In ten lines.' } });
    });
    await expect(toasts(site)).toContainText('DocumentedIn ten lines.');
  });
});

test.describe('<steadfetch-notices>', () => {
  interface Page {
    defineNotices(client?: Steadfetch): () => void;
    use(): Promise<{ client: Steadfetch }>;
    a: Steadfetch;
    b: Steadfetch;
    end(): void;
  }

  test.beforeEach(async ({ bare: site }) => {
    await site.open('/element.html');
    await site.page.evaluate(() => {
      const make = (id: string) => {
        const element = document.createElement('steadfetch-notices');
        element.id = id;
        document.querySelector('main')!.append(element);
      };
      ['first', 'second'].forEach(make);
    });
  });

  /** Where the banners are, from the top of the page: the id of what holds each. */
  const places = (site: Site): Promise<string[]> =>
    site.page.evaluate(() =>
      [...document.querySelectorAll('[data-steadfetch=banner]')].map(
        ({ parentElement }) => parentElement!.id || parentElement!.localName,
      ),
    );

  const start = (site: Site): Promise<void> =>
    site.page.evaluate(async () => {
      const page = globalThis as unknown as Page;
      for (const name of ['a', 'b'] as const) {
        page[name] = steadfetch.createSteadfetch({ surfaces: { delay: 0 } });
        await page[name].ready;
        const input = { message: 'text', surface: 'banner', severity: 'error' } as const;
        page[name].notices.show({ ...input, args: { title: name } });
      }
    });

  test('importing defines nothing; it works before its client is there, and after', async ({
    bare: site,
  }) => {
    expect(await site.page.evaluate(() => customElements.get('steadfetch-notices') === undefined)).toBe(true);
    await site.page.evaluate(() => void (globalThis as unknown as Page).defineNotices());
    await start(site);
    await expect.poll(() => places(site)).toEqual(['body', 'body']);
    await site.page.evaluate(() => {
      const page = globalThis as unknown as Page;
      page.end = page.defineNotices(page.a);
    });
    expect((await places(site)).sort()).toEqual(['body', 'second']);
    await site.page.evaluate(() => (globalThis as unknown as Page).end());
    expect(await places(site)).toEqual(['body', 'body']);
  });

  test('a client that is only about to load finds its place, and leaves it at the end', async ({
    bare: site,
  }) => {
    await site.page.evaluate(() => {
      const page = globalThis as unknown as Page;
      page.a = steadfetch.createSteadfetch({ surfaces: { delay: 0 } });
      page.defineNotices(page.a);
      page.a.notices.show({ message: 'text', surface: 'banner', args: { title: 'Early' } });
    });
    await expect.poll(() => places(site)).toEqual(['second']);
    await expect(site.page.getByRole('group', { name: 'Early' })).toBeVisible();
    await site.page.evaluate(() => (globalThis as unknown as Page).a.dispose());
    expect(await places(site)).toEqual([]);
  });

  test('each element may have a client of its own, set before it was defined too', async ({ bare: site }) => {
    await start(site);
    await site.page.evaluate(() => {
      const page = globalThis as unknown as Page;
      const element = (id: string) =>
        document.getElementById(id) as HTMLElementTagNameMap['steadfetch-notices'];
      element('first').client = page.a;
      page.defineNotices();
      element('second').client = page.b;
    });
    expect((await places(site)).sort()).toEqual(['first', 'second']);
    await site.page.evaluate(() => {
      const element = document.querySelector<HTMLElementTagNameMap['steadfetch-notices']>('#second')!;
      element.client = undefined;
    });
    expect((await places(site)).sort()).toEqual(['body', 'first']);
  });

  test('removed and moved elements', async ({ bare: site }) => {
    await start(site);
    await site.page.evaluate(() => {
      const page = globalThis as unknown as Page;
      page.defineNotices(page.a);
    });
    const place = () => places(site).then((places) => places.find((place) => place !== 'body') ?? 'body');
    expect(await place()).toBe('second');
    const moved = await site.page.evaluate(async () => {
      const element = document.getElementById('second')!;
      const card = element.firstElementChild;
      const other = new MutationObserver(() => {});
      other.observe(document.getElementById('first')!, { childList: true });
      document.body.append(element);
      const still = element.firstElementChild === card;
      await Promise.resolve();
      return [still, element.firstElementChild === card, other.takeRecords().length];
    });
    expect(moved, 'it takes its banner along, which goes nowhere else').toEqual([true, true, 0]);
    await site.page.evaluate(() => document.getElementById('second')!.remove());
    expect(await place()).toBe('first');
    await site.page.evaluate(() => document.getElementById('first')!.remove());
    expect(await places(site)).toEqual(['body', 'body']);
    await site.page.evaluate(() => document.body.append(document.createElement('steadfetch-notices')));
    expect(await place()).toBe('steadfetch-notices');
  });

  test('the documented use works', async ({ bare: site }) => {
    await site.page.evaluate(async () => {
      const { client } = await (globalThis as unknown as Page).use();
      await client.ready;
      client.notices.show({ message: 'text', surface: 'banner', args: { title: 'Documented' } });
    });
    await expect(site.page.locator('#second').getByRole('group', { name: 'Documented' })).toBeVisible();
  });
});

test('docs/adapters.md shows the uses that are tested here', async () => {
  const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');
  const docs = await read('../../../docs/adapters.md');
  for (const use of ['react.tsx', 'vue.ts', 'sonner.tsx', 'element.ts']) {
    expect(docs, use).toContain((await read(`../app/src/uses/${use}`)).trim());
  }
});
