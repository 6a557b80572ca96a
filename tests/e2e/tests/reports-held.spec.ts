// What a report names, whose it is, how long it waits, by which rules it leaves, and who is told that it is fixed.
import type { Page } from '@playwright/test';
import { card, start } from '../support/notices';
import {
  REPORTS,
  again,
  bodyOf,
  button,
  form,
  got,
  hour,
  list,
  open,
  quick,
  send,
  shown,
  status,
  words,
} from '../support/reports';
import type { Scenario } from '../support/server';
import { type Site, expect, test } from '../support/test';

const FIXED = 'A problem you reported is fixed';
const kept = (page: Page) =>
  page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('steadfetch:report')));

/** A feed that tests write into, and options that have it. */
async function feed(site: Site, script: Scenario) {
  const fixed: object[] = [];
  await site.page.route('**/feed.json', (route) => route.fulfill({ json: { incidents: [], fixed } }));
  const options = quick(`${script.url}/reports`, {
    status: { url: `${site.server.first}/feed.json`, format: 'steadfetch' },
    preferences: { autoClose: false },
  });
  return { fixed, options };
}

/** How many notices there are after the page has read the feed anew. */
async function told(site: Site, options: Parameters<typeof again>[1]): Promise<number> {
  await again(site, options);
  await site.page.waitForTimeout(700);
  return card(site, FIXED).count();
}

/** A server that was in trouble takes reports from now on. */
async function recover(script: Scenario): Promise<void> {
  await fetch(`${script.control}?keep`, { method: 'PUT', body: JSON.stringify({ routes: REPORTS }) });
}

test('a report names the call that failed, as far as it may, and the app’s version', async ({
  site,
  server,
}) => {
  const script = await server.play({ routes: REPORTS });
  const url = `${script.url}/reports`;
  await start(site, quick(url, { privacy: { fields: ['actionId'] }, report: { url, version: '4.2.0' } }));
  const before = Date.now();
  const callId = await site.page.evaluate(async (url) => {
    const response = await client.fetch(url, { steady: { actionId: 'save-order' } });
    await lab.sleep(1100);
    globalThis.filed = client.reports.open();
    return client.explain(response)!.callId;
  }, `${script.url}/orders/4711?mail=anna@example.org`);
  await expect(form(site)).toBeVisible();
  const { call, app, code } = await shown(site);
  const { at, duration, route, ...rest } = call!;
  expect(rest).toEqual({
    callId,
    method: 'GET',
    origin: server.first,
    actionId: 'save-order',
    kind: 'server-error',
    status: 500,
    attempts: 1,
  });
  expect([app, code]).toEqual(['4.2.0', 'SF-server-error']);
  expect(route).toMatch(/\/orders\/\{id\}$/);
  expect(at, 'when it began, not when the form was opened').toBeGreaterThanOrEqual(before - 5);
  expect(at).toBeLessThan(before + 1000);
  expect(duration).toBeLessThan(1000);
  await form(site).getByRole('checkbox', { name: 'What happened to the request' }).uncheck();
  expect((await shown(site)).explanation).toBeUndefined();
  expect((await shown(site)).call, 'a part of its own').toEqual(call);
  await button(site, 'Send').click();
  await expect(status(site)).toHaveText('The report is sent');
  expect(bodyOf((await got(script))[0]!).call).toEqual(call);
  await button(site, 'Done').click();
  await open(site, { url: `${script.url}/orders/1` });
  await form(site).getByRole('checkbox', { name: 'Which request it was' }).uncheck();
  await form(site).getByRole('checkbox', { name: 'Version of the software' }).uncheck();
  expect(Object.keys(await shown(site))).not.toEqual(expect.arrayContaining(['call']));
  expect(Object.keys(await shown(site))).not.toEqual(expect.arrayContaining(['app']));
});

test('where nobody knows who is signed in, a report stays in this page’s memory, apart from nobody’s and everybody’s', async ({
  bare,
  server,
}) => {
  const script = await server.play({ routes: REPORTS });
  const { page } = bare;
  await page.clock.install();
  await bare.open();
  await page.evaluate(async () => {
    const session: { user?: string | null } = {};
    const taken: string[] = [];
    Object.assign(globalThis, { session, taken, refuses: true });
    globalThis.client = steadfetch.createSteadfetch({
      partition: () => {
        if (session.user === undefined) throw new Error('not known yet');
        return session.user;
      },
      report: {
        send: (report) => {
          if ((globalThis as never as { refuses: boolean }).refuses) throw new Error('not now');
          taken.push(`${String(session.user)}: ${report.words}`);
          return Promise.resolve();
        },
      },
    });
    await client.ready;
  });
  await open(bare);
  await words(bare).fill('Whose?');
  await button(bare, 'Send').click();
  await expect(status(bare)).toContainText('Keep this page open until it is.');
  await button(bare, 'Done').click();
  expect(await kept(page)).toEqual([]);
  const as = (user: string | null | undefined) =>
    page.evaluate((user) => {
      Object.assign((globalThis as never as { session: object }).session, { user });
      Object.assign(globalThis, { refuses: false });
    }, user);
  const minutes = async () => {
    for (let n = 0; n < 3; n++) {
      await page.clock.runFor(60_000);
      await page.waitForTimeout(50);
    }
    return page.evaluate(() => (globalThis as never as { taken: string[] }).taken);
  };
  for (const user of [null, 'ben']) {
    await as(user);
    expect(await list(page), String(user)).toEqual([]);
    expect(await minutes(), 'nobody else sends it').toEqual([]);
  }
  await as(undefined);
  expect(await list(page), 'and it is shown to nobody').toEqual([]);
  // It is looked for again by whatever comes next.
  await page.evaluate(() => dispatchEvent(new Event('online')));
  expect(await minutes()).toEqual(['undefined: Whose?']);
  expect(await got(script)).toEqual([]);
});

test('where nothing says who sends it, such a report goes whoever is signed in', async ({ bare, server }) => {
  const script = await server.play({
    routes: { 'POST /reports': { steps: [{ status: 503 }, { status: 200 }] } },
  });
  await bare.open();
  await bare.page.evaluate(async (url) => {
    let known = false;
    const partition = () => {
      if (!known) throw new Error('not known yet');
      return 'anna';
    };
    globalThis.client = steadfetch.createSteadfetch({ partition, report: { url } });
    Object.assign(globalThis, { signIn: () => (known = true) });
    await client.ready;
  }, `${script.url}/reports`);
  await open(bare);
  await send(bare, 'Whose?');
  await bare.page.evaluate(() => (globalThis as never as { signIn(): void }).signIn());
  await expect.poll(async () => (await got(script)).length, { timeout: 15_000 }).toBe(2);
  expect(await list(bare.page)).toEqual([]);
});

test('two persons on one device: each discards their own reports, one or all, and no others', async ({
  site,
  server,
}) => {
  const script = await server.play({ routes: { 'POST /reports': { status: 503 } } });
  const options = quick(`${script.url}/reports`);
  const { page } = site;
  const as = (partition: string) => page.evaluate((partition) => client.configure({ partition }), partition);
  const discard = (reference?: string) =>
    page.evaluate((reference) => client.reports.discard(reference), reference);
  const theirs = async () => (await list(page)).map(({ words }) => words);
  await start(site, { ...options, partition: 'anna' });
  await open(site);
  const first = await send(site, 'First');
  await open(site);
  await send(site, 'Second');
  await as('ben');
  await open(site);
  await send(site, "Ben's");
  await discard(first.reference);
  expect(await theirs(), 'not his to discard').toEqual(["Ben's"]);
  await discard();
  expect(await theirs()).toEqual([]);
  await as('anna');
  expect(await theirs()).toEqual(['Second', 'First']);
  await discard(first.reference);
  expect(await theirs()).toEqual(['Second']);
  await discard();
  expect(await theirs()).toEqual([]);
  expect(await kept(page), 'nothing is left on the device').toEqual([]);
  await recover(script);
  const before = (await got(script)).length;
  await again(site, { ...options, partition: 'anna' });
  await page.waitForTimeout(700);
  expect((await got(script)).length, 'nothing is sent').toBe(before);
});

test('a form is of whoever was signed in when it was opened', async ({ site, server }) => {
  const script = await server.play({ routes: REPORTS });
  await start(site, quick(`${script.url}/reports`, { partition: 'anna' }));
  await open(site, { url: `${script.url}/orders/1` });
  await site.page.evaluate(() => client.configure({ partition: 'ben' }));
  await words(site).fill('Of anna’s calls');
  await button(site, 'Send').click();
  await expect(status(site)).not.toHaveText('');
  await button(site, 'Done').click();
  expect(await list(site.page)).toEqual([]);
  expect(await got(script)).toEqual([]);
  await site.page.evaluate(() => client.configure({ partition: 'anna' }));
  expect((await list(site.page)).map(({ state }) => state)).toEqual(['queued']);
});

test('a report that was never sent is not fixed yet, and is told of once it was', async ({
  bare,
  server,
}) => {
  const script = await server.play({ routes: { 'POST /reports': { status: 503 } } });
  await bare.open();
  const { fixed, options } = await feed(bare, script);
  await start(bare, options);
  await open(bare);
  const report = await send(bare, 'Mine');
  expect(report.state).toBe('queued');
  fixed.push({ reference: report.reference, at: new Date().toISOString() });
  expect(await told(bare, options)).toBe(0);
  expect((await list(bare.page))[0]!.state).toBe('queued');
  await recover(script);
  await expect(card(bare, FIXED)).toBeVisible({ timeout: 20_000 });
  expect((await list(bare.page))[0]!.state).toBe('fixed');
});

test('a code is fixed at the servers that the feed is about, or that it names, and at the route that it names', async ({
  site,
  server,
}) => {
  const script = await server.play({ routes: REPORTS });
  const { fixed, options } = await feed(site, script);
  options.status!.origins = [server.first];
  await start(site, options);
  await open(site, { url: `${script.url}/orders/1` });
  await send(site, 'Ours');
  await open(site, { url: `${script.second}/orders/1` });
  await send(site, 'Theirs');
  const states = async () => (await list(site.page)).map(({ state }) => state);
  const [, ours] = await list(site.page);
  const { route } = ours!.call!;
  const at = new Date().toISOString();
  const code = 'SF-server-error';
  fixed.push({ code, at, route: '/elsewhere' }, { code, at, origin: 'https://other.example' });
  expect(await told(site, options)).toBe(0);
  fixed.push({ code, at, route });
  expect(await told(site, options)).toBe(1);
  expect(await states(), "another's server is not what this feed is about").toEqual(['sent', 'fixed']);
  fixed.push({ code, at, origin: server.second });
  expect(await told(site, options)).toBe(1);
  expect(await states()).toEqual(['fixed', 'fixed']);
});

test('what does not say which server it is about is fixed by its reference alone', async ({
  site,
  server,
}) => {
  const script = await server.play({ routes: REPORTS });
  const { fixed, options } = await feed(site, script);
  await start(site, options);
  await open(site, { url: `${script.url}/orders/1` });
  await form(site).getByRole('checkbox', { name: 'Which request it was' }).uncheck();
  const report = await send(site, 'Not which one');
  expect([report.code, report.call]).toEqual(['SF-server-error', undefined]);
  const { code, reference } = report;
  const at = new Date().toISOString();
  fixed.push({ code, at, origin: 'https://elsewhere.example' }, { code, at });
  expect(await told(site, options)).toBe(0);
  fixed.push({ reference, at });
  expect(await told(site, options)).toBe(1);
});

test('a fix that is dated ahead is told when its time has come, unless it was taken back', async ({
  bare,
  server,
}) => {
  const { page } = bare;
  const script = await server.play({ routes: REPORTS });
  await page.clock.install();
  await bare.open();
  const { fixed, options } = await feed(bare, script);
  options.status!.refresh = 60_000;
  await start(bare, options);
  await open(bare);
  const { reference } = await send(bare, 'By reference');
  await open(bare, { url: `${script.url}/orders/1` });
  const { at, code } = await send(bare, 'By code');
  const soon = at + 360_000;
  fixed.push({ reference, at: soon }, { code, at: soon });
  const states = async () => (await list(page)).map(({ state }) => state);
  // In steps in which the feed can come.
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 5) {
      await page.clock.runFor(5_000);
      await page.waitForTimeout(20);
    }
  };
  await again(bare, options);
  await pass(240);
  expect(await states()).toEqual(['sent', 'sent']);
  fixed.splice(0, 1);
  await pass(150);
  await expect(card(bare, FIXED)).toHaveCount(1);
  expect(await states(), 'the first one was taken back').toEqual(['fixed', 'sent']);
  fixed.pop();
  fixed.push({ reference, at: soon + 240_000 });
  await pass(90);
  expect(await states()).toEqual(['fixed', 'sent']);
  // The only one is taken back.
  fixed.pop();
  await pass(180);
  expect(await states()).toEqual(['fixed', 'sent']);
});

test('several at once: each is told of, and those of one day in one notice', async ({ site, server }) => {
  const script = await server.play({ routes: REPORTS });
  const { fixed, options } = await feed(site, script);
  await start(site, options);
  const references: string[] = [];
  for (const text of ['One', 'Two', 'Three']) {
    await open(site);
    references.push((await send(site, text)).reference);
  }
  // The first one is of another day.
  await site.page.evaluate((reference) => {
    const key = `steadfetch:report:1:${reference}`;
    const item = JSON.parse(localStorage.getItem(key)!) as { report: { at: number } };
    item.report.at -= 3 * 86_400_000;
    localStorage.setItem(key, JSON.stringify(item));
  }, references[0]);
  const at = new Date().toISOString();
  fixed.push(...references.map((reference) => ({ reference, at })));
  expect(await told(site, options)).toBe(2);
  expect((await list(site.page)).map(({ state }) => state)).toEqual(['fixed', 'fixed', 'fixed']);
});

for (const [name, days] of [
  ['ahead', 2],
  ['behind', -2],
] as const) {
  test(`a device whose clock is two days ${name} is told by the server’s`, async ({ bare, server }) => {
    const script = await server.play({ routes: REPORTS });
    await bare.page.clock.setSystemTime(Date.now() + days * 86_400_000);
    await bare.open();
    const { fixed, options } = await feed(bare, script);
    await start(bare, options);
    const began = Date.now();
    await open(bare, { url: `${script.url}/orders/1` });
    await send(bare, 'Mine');
    // An hour before, by the server's clock; the device has two days ago, or in two days.
    const code = 'SF-server-error';
    fixed.push({ code, at: began - 3_600_000 });
    expect(await told(bare, options), 'fixed before').toBe(0);
    // Servers tell whole seconds.
    await bare.page.waitForTimeout(4000);
    fixed.push({ code, at: Date.now() - 1500 });
    expect(await told(bare, options), 'fixed after').toBe(1);
  });
}

test('without a storage a server in trouble is asked ever more rarely, too', async ({ bare, server }) => {
  const script = await server.play({ routes: { 'POST /reports': { status: 503 } } });
  await bare.page.clock.install();
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
  expect((await send(bare, 'In memory')).state).toBe('queued');
  for (let minute = 0; minute < 60; minute++) {
    await bare.page.clock.runFor(60_000);
    await bare.page.waitForTimeout(25);
  }
  const count = (await got(script)).length;
  expect(count, 'it goes on').toBeGreaterThan(3);
  expect(count, 'no storm').toBeLessThan(20);
});

test('what has waited leaves by the rules of now: what may not leave any more does not, and what was left out stays so', async ({
  bare,
  server,
}) => {
  const script = await server.play({
    routes: {
      'POST /reports': { status: 503 },
      'GET /orders/**': {
        status: 500,
        headers: { 'content-type': 'application/problem+json' },
        text: JSON.stringify({ title: 'Out of stock' }),
      },
    },
  });
  await bare.page.clock.install();
  await bare.open();
  const url = `${script.url}/reports`;
  const fields = ['actionId', 'fault.problem.title'];
  const loose = quick(url, { privacy: { fields, trustServerText: [server.first] } });
  const strict = quick(url, { privacy: { routes: ['/s/*'] } });
  await start(bare, loose);
  await bare.page.evaluate(async (url) => {
    const about = await client.fetch(url, { steady: { actionId: 'save-order' } });
    globalThis.filed = client.reports.open(about);
  }, `${script.url}/orders/4711`);
  await expect(form(bare)).toBeVisible();
  await form(bare).getByRole('checkbox', { name: 'How the connection has been' }).uncheck();
  await form(bare).getByRole('checkbox', { name: 'Which page this is' }).uncheck();
  const before = await shown(bare);
  expect([before.call!.actionId, before.explanation!.fault!.problem!.title]).toEqual([
    'save-order',
    'Out of stock',
  ]);
  expect((await send(bare, 'My card is 4111 1111 1111 1111')).state).toBe('queued');
  await recover(script);
  await hour(bare, strict, script);
  const bodies = (await got(script)).map(bodyOf);
  expect(bodies.length, 'at first by the rules of then').toBe(2);
  const { actionId: _, ...call } = before.call!;
  const { problem: _problem, ...fault } = before.explanation!.fault!;
  expect(bodies[1]).toEqual({
    ...before,
    words: 'My card is 4111 1111 1111 1111',
    call: { ...call, route: '/s/*' },
    explanation: { ...before.explanation!, fault },
  });
  expect(Object.keys(bodies[1]!)).not.toContain('health');
  expect(bodies[1]!.page).toBe('');
});
