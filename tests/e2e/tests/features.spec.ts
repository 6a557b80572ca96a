// Features: reduced and restored by their breakers, by hand, by flags of a real OpenFeature client, by the policy document.
import type { Locator } from '@playwright/test';
import type { FeatureState, Policy } from 'steadfetch';
import type { PlainOptions } from '../support/plain';
import { type Site, expect, test } from '../support/test';
import { withTraps } from '../support/trap';

declare const client: import('steadfetch').Steadfetch;
declare const states: FeatureState[];
declare const provider: InstanceType<typeof openfeature.InMemoryProvider>;

const POLICY: Policy = {
  retry: false,
  budget: false,
  deadline: false,
  breaker: { consecutive: 3, open: 1000, openCap: 1000, whileOpen: 'refuse' },
};

/** Starts a client whose calls to `/search` are a feature; what becomes of that one is written down. */
async function start(site: Site, url: string, options: PlainOptions = {}, flag?: string): Promise<void> {
  await site.page.evaluate(
    async ([url, options, flag, defaults]) => {
      let flags;
      if (flag !== undefined) {
        const { InMemoryProvider, OpenFeature } = openfeature;
        const variants = { full: 'full', reduced: 'reduced', off: 'off', auto: 'auto', half: 'half' };
        const provider = new InMemoryProvider({
          'search-level': { variants, defaultVariant: flag, disabled: false },
        });
        await OpenFeature.setProviderAndWait(provider);
        Object.assign(globalThis, { provider });
        flags = { client: OpenFeature.getClient(), keys: { search: 'search-level' } };
      }
      const states: unknown[] = [];
      const client = steadfetch.createSteadfetch({
        defaults,
        rules: [{ match: `${url}/search`, feature: 'search' }],
        ...(flags && { flags }),
        ...options,
      });
      client.features.on('search', (state) => states.push(state));
      Object.assign(globalThis, { client, states });
      await client.ready;
    },
    [url, options, flag, POLICY] as const,
  );
}

/** The flag says this from now on. */
const turn = (site: Site, defaultVariant: string) =>
  site.page.evaluate(async (defaultVariant) => {
    const variants = { full: 'full', reduced: 'reduced', off: 'off', auto: 'auto', half: 'half' };
    await provider.putConfiguration({ 'search-level': { variants, defaultVariant, disabled: false } });
  }, defaultVariant);

const get = (site: Site) => site.page.evaluate(() => client.features.get('search'));
const level = async (site: Site) => (await get(site)).level;
const set = (site: Site, level: FeatureState['level'] | 'auto', why?: string) =>
  site.page.evaluate(([level, why]) => client.features.set('search', level, why), [level, why] as const);

const call = (site: Site, url: string) =>
  site.page.evaluate((url) => lab.outcome(() => client.fetch(url)), `${url}/search`);

const cards = (site: Site): Locator => site.page.getByRole('region', { name: 'Notices' }).getByRole('group');

test('a feature is reduced while its breaker is open, and full once its endpoint has been well for a while', async ({
  site,
  server,
}) => {
  test.slow();
  const script = await server.play({ steps: [{ status: 503, repeat: 3 }, { text: 'found' }] });
  await start(site, script.url, { surfaces: { delay: 100 } });
  expect(await level(site)).toBe('full');
  for (let n = 0; n < 4; n++) await call(site, script.url);
  expect(await get(site)).toMatchObject({
    level: 'reduced',
    why: { kind: 'circuit-open', impact: 'degraded' },
  });
  // One cause, one notice: it is the feature's, and says what still works.
  await expect(cards(site)).toHaveCount(1);
  await expect(cards(site)).toContainText('Search: limited for now');
  await expect(cards(site)).toContainText('The rest of this page stays as it is.');
  const notice = await site.page.evaluate(() => client.notices.list());
  expect(notice).toMatchObject([{ cause: 'feature.search', severity: 'warning', state: 'shown' }]);
  // A probe finds out that the endpoint is back.
  await expect.poll(async () => (await call(site, script.url)).text, { timeout: 5_000 }).toBe('found');
  const well = Date.now();
  expect(await level(site)).toBe('reduced');
  await expect.poll(() => level(site), { timeout: 25_000 }).toBe('full');
  expect(Date.now() - well).toBeGreaterThan(13_000);
  await expect(cards(site)).toHaveCount(1);
  await expect(cards(site)).toContainText('Search: working again');
  const told = await site.page.evaluate(() => states.map(({ level, why }) => [level, typeof why]));
  expect(told).toEqual([
    ['reduced', 'object'],
    ['full', 'undefined'],
  ]);
});

test('features that one breaker limits are one card that names them', async ({ site, server }) => {
  const script = await server.play({
    steps: [{ text: 'a map' }, { status: 503, repeat: 3 }, { text: 'found' }],
  });
  const rules = ['search', 'street-map'].map((feature) => ({
    match: `${script.url}/${feature}`,
    feature,
  }));
  await start(site, script.url, { surfaces: { delay: 100 }, rules });
  await site.page.evaluate((url) => client.fetch(url), `${script.url}/street-map`);
  for (let n = 0; n < 3; n++) await call(site, script.url);
  await expect(cards(site)).toHaveCount(1);
  await expect(cards(site)).toContainText('Search · Street map: limited for now');
  // Once one of them is worse off, that is said apart.
  await set(site, 'off');
  await expect(cards(site)).toHaveText([/Search: off for now/, /Street map: limited for now/]);
});

test('by hand: before the engine is there, and after it; listeners and the event hear of it', async ({
  bare,
  server,
}) => {
  await bare.open();
  const script = await server.play({ steps: [{ text: 'found' }] });
  const got = await bare.page.evaluate(async (url) => {
    const client = steadfetch.createSteadfetch({
      surfaces: false,
      rules: [{ match: `${url}/search`, feature: 'search' }],
    });
    const heard: unknown[] = [];
    const events: unknown[] = [];
    const off = client.features.on('search', ({ level, why }) => heard.push([level, why]));
    client.on('feature', ({ name, level }) => events.push([name, level]));
    client.features.set('other', 'reduced');
    client.features.set('search', 'off', 'maintenance');
    const early = [client.state, client.features.get('search')] as const;
    const refused = await lab.outcome(() => client.fetch(`${url}/search`));
    const fallback = new Response('instead');
    const instead = await lab.outcome(() => client.fetch(`${url}/search`, { steady: { fallback } }));
    const since = client.features.get('search').since;
    client.features.set('search', 'reduced');
    client.features.set('search', 'auto');
    const served = await lab.outcome(() => client.fetch(`${url}/search`));
    off();
    client.features.set('search', 'off');
    return { early, since, refused, instead, served, heard, events };
  }, script.url);
  expect(got.early).toMatchObject([
    'loading',
    { name: 'search', level: 'off', why: 'maintenance', since: got.since },
  ]);
  expect(got.refused).toMatchObject({
    error: { class: 'TypeError' },
    known: { source: 'none', attempts: 0, fault: { kind: 'circuit-open' } },
  });
  expect(got.instead).toMatchObject({ text: 'instead', known: { source: 'fallback', attempts: 0 } });
  expect(got.served).toMatchObject({ text: 'found' });
  expect(await script.count(), 'what is off sends nothing').toBe(1);
  expect(got.heard).toEqual([
    ['off', 'maintenance'],
    ['reduced', undefined],
    ['full', undefined],
  ]);
  expect(got.events).toEqual([
    ['other', 'reduced'],
    ['search', 'off'],
    ['search', 'reduced'],
    ['search', 'full'],
    ['search', 'off'],
  ]);
});

test('flags: an OpenFeature client moves the feature, now and whenever its provider changes', async ({
  bare,
  server,
}) => {
  await bare.open('/openfeature.html');
  const script = await server.play({ steps: [{ text: 'found' }] });
  await start(bare, script.url, { surfaces: { delay: 0 } }, 'off');
  await expect.poll(() => get(bare)).toMatchObject({ level: 'off', why: 'flag "search-level"' });
  await expect(cards(bare)).toContainText('Search: off for now');
  await call(bare, script.url);
  expect(await script.count()).toBe(0);
  await turn(bare, 'reduced');
  await expect.poll(() => level(bare)).toBe('reduced');
  await expect(cards(bare)).toContainText('Search: limited for now');
  await turn(bare, 'full');
  await expect.poll(() => level(bare)).toBe('full');
  await expect(cards(bare)).toHaveCount(1);
  await expect(cards(bare)).toContainText('Search: working again');
  await call(bare, script.url);
  expect(await script.count()).toBe(1);
  // Disposed of, the client hears of no change any more.
  const heard = await bare.page.evaluate(() => {
    client.dispose();
    return states.length;
  });
  await turn(bare, 'off');
  expect(await bare.page.evaluate(() => states.length)).toBe(heard);
});

test('flags: what is no level is ignored with one warning, and a client that throws is survived', async ({
  bare,
  server,
}) => {
  bare.expects(/^Steadfetch: flag "(search-level|a|b)" /);
  const warnings: string[] = [];
  bare.page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  await bare.open('/openfeature.html');
  const script = await server.play({ steps: [{ text: 'found' }] });
  await start(bare, script.url, { surfaces: false }, 'reduced');
  await expect.poll(() => level(bare)).toBe('reduced');
  for (const flag of ['half', 'auto', 'half']) {
    await turn(bare, flag);
    await expect.poll(() => level(bare)).toBe('full');
  }
  expect(warnings).toEqual([expect.stringContaining('"search-level" is no level')]);
  const got = await bare.page.evaluate(async () => {
    let says = 'off';
    const handlers: (() => void)[] = [];
    const getStringValue = (key: string) => {
      if (key === 'b' || says === 'throw') throw new Error('not ready');
      return says;
    };
    const addHandler = (_: string, handler: () => void) => handlers.push(handler);
    await client.configure({
      flags: { client: { getStringValue, addHandler }, keys: { b: 'b', search: 'a' } },
    });
    const levels: string[] = [];
    for (says of ['off', 'throw', 'reduced']) {
      for (const changed of handlers) changed();
      await lab.sleep(100);
      levels.push(client.features.get('search').level);
    }
    return { levels, b: client.features.get('b').level };
  });
  expect(got, 'what cannot be read keeps what it said').toEqual({
    levels: ['off', 'off', 'reduced'],
    b: 'full',
  });
});

test('the strongest word holds: by hand, the policy document, a flag, the breakers', async ({
  bare,
  server,
}) => {
  await bare.open('/openfeature.html');
  const script = await server.play({
    routes: {
      'GET /policy': [
        { json: { version: 1, features: { search: 'off' } } },
        { json: { version: 1, features: { search: 'off' } } },
        { json: { version: 1 } },
      ],
    },
    steps: [{ status: 503 }],
  });
  const remotePolicy = { url: `${script.url}/policy`, refresh: 1000 };
  await start(bare, script.url, { surfaces: false, remotePolicy }, 'auto');
  await expect.poll(() => get(bare)).toMatchObject({ level: 'off', why: 'the policy document says so' });
  await set(bare, 'full', 'I know better');
  for (let n = 0; n < 3; n++) await call(bare, script.url);
  expect(await get(bare)).toMatchObject({ level: 'full', why: 'I know better' });
  // The later document says nothing of it.
  await expect
    .poll(async () => (await script.log()).counts.byPath['GET /policy'], { timeout: 10_000 })
    .toBeGreaterThan(2);
  await set(bare, 'auto');
  await expect.poll(() => get(bare)).toMatchObject({ level: 'reduced', why: { kind: 'circuit-open' } });
  await turn(bare, 'full');
  await expect.poll(() => get(bare)).toMatchObject({ level: 'full', why: 'flag "search-level"' });
});

test('in pass-through the page’s own word and flags still work', async ({ bare, server }) => {
  bare.expects(/WebAssembly|wasm/);
  await bare.open('/openfeature.html?csp=no-wasm');
  const script = await server.play({ steps: [{ text: 'found' }] });
  await start(bare, script.url, { surfaces: false }, 'reduced');
  expect(await bare.page.evaluate(() => client.state)).toBe('passthrough');
  await expect.poll(() => level(bare)).toBe('reduced');
  await set(bare, 'off', 'by hand');
  expect(await get(bare)).toMatchObject({ level: 'off', why: 'by hand' });
  expect((await call(bare, script.url)).text, 'the browser’s own fetch').toBe('found');
  await set(bare, 'auto');
  expect(await level(bare)).toBe('reduced');
  await turn(bare, 'auto');
  await expect.poll(() => level(bare)).toBe('full');
});

test('what the kill switch takes away is what the engine knew, not what the page said', async ({
  site,
  server,
}) => {
  const script = await server.play({
    routes: {
      'GET /policy': { json: { version: 1, features: { search: 'reduced', other: 'off' } } },
    },
    steps: [{ text: 'found' }],
  });
  await start(site, script.url, {
    surfaces: false,
    remotePolicy: { url: `${script.url}/policy`, refresh: 1000 },
  });
  await expect.poll(() => level(site)).toBe('reduced');
  await site.page.evaluate(() => client.features.set('mine', 'off'));
  const killed = { routes: { 'GET /policy': { json: { version: 1, enabled: false } } } };
  await fetch(`${script.control}?keep`, { method: 'PUT', body: JSON.stringify(killed) });
  await expect.poll(() => site.page.evaluate(() => client.state)).toBe('passthrough');
  const levels = ['search', 'other', 'mine'].map((name) =>
    site.page.evaluate((name) => client.features.get(name).level, name),
  );
  expect(await Promise.all(levels)).toEqual(['full', 'full', 'off']);
});

for (const entry of ['say_feature', 'next_feature', 'feature']) {
  test(`a trap in ${entry} leaves what the page said`, async ({ bare, server }) => {
    bare.expects(/its engine stopped and is started anew/);
    await withTraps(bare.page);
    await bare.open();
    const script = await server.play({ steps: [{ text: 'found' }] });
    await start(bare, script.url, { surfaces: false });
    const got = await bare.page.evaluate(
      async ([url, entry]) => {
        client.features.set('search', 'reduced');
        traps.next.push(entry);
        client.features.set('search', 'off', 'by hand');
        await lab.sleep(200);
        const refused = await lab.outcome(() => client.fetch(`${url}/search`));
        return { hit: traps.hit, state: client.state, feature: client.features.get('search'), refused };
      },
      [script.url, entry] as const,
    );
    expect(got).toMatchObject({
      hit: [entry],
      state: 'active',
      feature: { level: 'off', why: 'by hand' },
      refused: { known: { attempts: 0, fault: { kind: 'circuit-open' } } },
    });
    expect(await script.count()).toBe(0);
  });
}

test('where what reads flags cannot be loaded, the console says so, and the rest works', async ({
  bare,
  server,
}) => {
  bare.expects(/^Steadfetch: what reads flags cannot be loaded/);
  await bare.page.route(/\/flags-[^/]*\.js$/, (route) => route.abort());
  const said = bare.page.waitForEvent('console', (message) => message.text().startsWith('Steadfetch'));
  await bare.open('/openfeature.html');
  const script = await server.play({ steps: [{ text: 'found' }] });
  await start(bare, script.url, { surfaces: false }, 'off');
  await said;
  expect(await level(bare)).toBe('full');
  expect((await call(bare, script.url)).text).toBe('found');
});

test('options of features are checked like all others', async ({ site }) => {
  // Until it is known that they are wrong, flags are read with what there is.
  site.expects(/^Steadfetch cannot use these options/, /^Steadfetch: flag "x?" cannot be read/);
  const got = await site.page.evaluate(async () => {
    const client = steadfetch.createSteadfetch({
      surfaces: false,
      rules: [{ match: '/a', feature: 'a b' }],
      flags: { client: { getStringValue: 7 } as never, keys: { '<b>': 'x', fine: '' } },
    });
    const error = await client.ready.catch((error: unknown) => error);
    return error instanceof steadfetch.ConfigError && error.problems;
  });
  expect(got).toEqual([
    {
      path: 'rules[0].feature',
      message: 'expected a name like "search": letters, digits, - _ ., at most 40, got "a b"',
    },
    { path: 'flags.client.getStringValue', message: 'expected a function, got 7' },
    { path: 'flags.keys.fine', message: expect.stringContaining('expected a string that is not empty') },
    { path: 'flags.keys.<b>', message: expect.stringContaining('expected a name like') },
  ]);
});
