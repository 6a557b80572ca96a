// M6, M7 and the minute's budget: how many notices at a time, and none before there is a screen.
import { card, dismiss, notice, pass, show, start, stopped, toasts } from '../support/notices';
import { expect, test } from '../support/test';

const saved = (n: number) => notice(`Saved ${n}`, { severity: 'success' });

test('M6 three are visible, the others wait their turn, and nothing expires unseen', async ({ site }) => {
  await stopped(site);
  await show(site, ...[1, 2, 3, 4, 5].map(saved));
  await pass(site, 100);
  await expect(toasts(site)).toHaveCount(3);
  await expect(site.page.locator('[data-steadfetch=toasts]')).toContainText('2 more');
  // Who waits is not read meanwhile: its time begins with its turn.
  await pass(site, 5_500);
  // By the app: a focus or a pointer among them would hold all.
  await site.page.evaluate(() => {
    const two = client.notices.list().find(({ title }) => title === 'Saved 2')!;
    client.notices.dismiss(two.id);
  });
  await pass(site, 100);
  await expect(card(site, 'Saved 4')).toBeVisible();
  await expect(card(site, 'Saved 5')).toHaveCount(0);
  await pass(site, 3_000);
  await expect(card(site, 'Saved 1')).toHaveCount(0);
  await expect(card(site, 'Saved 4')).toBeVisible();
  await expect(card(site, 'Saved 5')).toBeVisible();
  await pass(site, 12_000);
  await expect(toasts(site)).toHaveCount(0);
  const all = await site.page.evaluate(() =>
    client.notices.list().map(({ title, state }) => `${title} ${state}`),
  );
  expect(all.sort()).toEqual([
    'Saved 1 resolved',
    'Saved 2 dismissed',
    'Saved 3 resolved',
    'Saved 4 resolved',
    'Saved 5 resolved',
  ]);
});

test('M6 one that is over before its turn came is never shown', async ({ site }) => {
  await start(site);
  await site.page.evaluate(async () => {
    for (let n = 1; n <= 3; n++) client.notices.show({ message: 'text', args: { title: `Stays ${n}` } });
    const late = client.notices.show({ message: 'text', args: { title: 'Too late' } });
    await lab.sleep(100);
    late.resolve();
    await lab.sleep(100);
  });
  await expect(toasts(site)).toHaveCount(3);
  for (let n = 1; n <= 3; n++) await dismiss(card(site, `Stays ${n}`)).click();
  await expect(toasts(site)).toHaveCount(0);
  expect(await site.page.evaluate(() => spoken.map(({ text }) => text).join())).not.toContain('Too late');
});

test('M7 what is raised before anything is mounted is shown once it is', async ({ site, server }) => {
  const script = await server.play({ steps: [{ status: 404 }] });
  const early = await site.page.evaluate(async (url) => {
    globalThis.client = steadfetch.createSteadfetch({ surfaces: { delay: 0 } });
    client.notices.show({ message: 'text', args: { title: 'Raised first' } });
    void client.fetch(url);
    const hosts = document.querySelectorAll('[data-steadfetch]').length;
    await client.ready;
    return hosts;
  }, script.url);
  expect(early, 'there is no screen yet').toBe(0);
  await expect(card(site, 'Raised first')).toBeVisible();
  await expect(card(site, "We can't find this")).toBeVisible();
  expect(await site.page.evaluate(() => client.notices.list().map(({ state }) => state))).toEqual([
    'shown',
    'shown',
  ]);
});

test('in a minute six troubles of its own come into view, the others once there is room again', async ({
  site,
  server,
}) => {
  const script = await server.play({ steps: [{ status: 404 }] });
  const rules = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  await stopped(site, {
    surfaces: { maxVisible: 10 },
    rules: rules.map((rule) => ({ match: `*/${rule}` })),
  });
  for (const rule of rules) {
    await site.page.evaluate((url) => client.fetch(url).then(() => {}), `${script.url}/${rule}`);
    await pass(site, 500);
  }
  await expect(toasts(site)).toHaveCount(6);
  const states = () =>
    site.page.evaluate(() => client.notices.list().map(({ visible, state }) => `${state} ${visible}`));
  expect((await states()).sort()).toEqual([
    'pending false',
    'pending false',
    ...Array.from({ length: 6 }, () => 'shown true'),
  ]);
  // The app's own are not counted: it knows how many it raises.
  await show(site, saved(1));
  await pass(site, 100);
  await expect(card(site, 'Saved 1')).toBeVisible();
  await pass(site, 60_000);
  expect((await states()).filter((state) => state === 'shown true')).toHaveLength(8);
});
