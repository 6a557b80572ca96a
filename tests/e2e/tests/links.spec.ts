// Where notices may lead: addresses from the app, from catalogs and from servers.
import { card, start } from '../support/notices';
import { expect, test } from '../support/test';

const REFUSED: Record<string, string> = {
  'javascript:globalThis.hit=1': 'javascript:',
  '\tJaVa\nScRiPt:globalThis.hit=1': 'javascript:',
  'data:text/html,<script>globalThis.hit=1</script>': 'data:',
  'vbscript:x': 'vbscript:',
  'file:///etc/passwd': 'file:',
  'http://elsewhere.example/': 'http:',
  '//elsewhere.example/x': 'http:',
  'ftp://elsewhere.example/': 'ftp:',
  'filesystem:http://127.0.0.1/temporary/x': 'filesystem:',
  'view-source:https://elsewhere.example/': 'view-source:',
  'https://': 'something that is no address',
};
const GOOD = ['https://elsewhere.example/', 'mailto:help@example.test', 'tel:+4912345', '/here', '#there'];

test("actions lead to https, mailto, tel and this site; all else is left out, and said once by its message's id", async ({
  site,
}) => {
  site.expects(/^Steadfetch: the action/);
  const said: string[] = [];
  site.page.on('console', (message) => message.type() === 'warning' && said.push(message.text()));
  await start(site);
  // Of the page's own origin, and yet somebody's markup.
  const blob = await site.page.evaluate(() =>
    URL.createObjectURL(new Blob(['<script>hit = 1</script>'], { type: 'text/html' })),
  );
  const refused = { ...REFUSED, [blob]: 'blob:' };
  const hrefs = [...Object.keys(refused), ...GOOD];
  const id = await site.page.evaluate((hrefs) => {
    const actions = hrefs.map((href, at) => ({ id: `go-${at}`, label: `Go ${at}`, href }));
    return client.notices.show({ message: 'timeout', cause: 'links', severity: 'error', actions }).id;
  }, hrefs);
  const shown = card(site, 'This is taking too long');
  await expect(shown.getByRole('link')).toHaveCount(GOOD.length);
  await expect(shown.getByRole('button', { name: /^Go/ })).toHaveCount(0);
  const listed = () => site.page.evaluate(() => client.notices.list()[0]!.actions.map(({ href }) => href));
  expect(await listed()).toEqual(GOOD);
  const at = (href: string) => hrefs.indexOf(href);
  const expected = Object.entries(refused).map(
    ([href, why]) =>
      `Steadfetch: the action "go-${at(href)}" of message "timeout" is left out: it leads to ${why}, not to https:, mailto:, tel: or this site.`,
  );
  await expect.poll(() => said.toSorted()).toEqual(expected.toSorted());
  // Neither the same notice again nor another look at it says so again; another action does.
  await site.page.evaluate(
    ([hrefs, id]) => {
      const actions = hrefs.map((href, at) => ({ id: `go-${at}`, label: `Go ${at}`, href }));
      const again = { message: 'timeout', cause: 'links', severity: 'error', actions } as const;
      const { update } = client.notices.show(again);
      if (client.notices.list()[0]!.id !== id) throw new Error('another notice');
      update.call(client.notices.show(again), {
        message: 'stalled',
        actions: [{ id: 'other', label: 'Other', href: 'javascript:1' }],
      });
    },
    [hrefs, id] as const,
  );
  await expect.poll(() => said.length).toBe(expected.length + 1);
  expect(said.at(-1)).toContain(
    'the action "other" of message "stalled" is left out: it leads to javascript:',
  );
  expect(await listed()).toEqual([]);
  expect(await site.page.evaluate(() => (globalThis as { hit?: number }).hit)).toBe(undefined);
});

test('what a catalog and a reload bring is held to the same', async ({ site, server }) => {
  site.expects(/^Steadfetch: the (action|help)/);
  const said: string[] = [];
  site.page.on('console', (message) => message.type() === 'warning' && said.push(message.text()));
  const own = { title: 'Not now', body: 'It is too busy.', safe: 'Nothing is lost.' };
  const catalog = {
    locale: 'en',
    messages: { overloaded: { ...own, help: 'data:text/html,<script>hit = 1</script>' } },
  };
  const options = { catalog, defaults: { retry: false, breaker: false } } as const;
  await start(site, options);
  const script = await server.play({ steps: [{ status: 503 }] });
  await site.page.evaluate((url) => client.fetch(url).then(() => {}), script.url);
  const busy = card(site, 'Not now');
  await busy.getByRole('button', { name: 'Details' }).click();
  await expect(busy.getByText('SF-overloaded')).toBeVisible();
  await expect(busy.getByRole('link')).toHaveCount(0);
  expect(said).toEqual([
    'Steadfetch: the help of message "overloaded" is left out: it leads to data:, not to https:, mailto:, tel: or this site.',
  ]);
  // Somebody changes what is kept for after a reload.
  await site.page.evaluate(() => {
    const actions = [{ id: 'more', href: '/more' }];
    client.notices.show({ message: 'timeout', cause: 'mine', severity: 'error', actions });
  });
  await expect(card(site, 'This is taking too long').getByRole('link')).toHaveCount(1);
  await site.page.addInitScript(() => {
    const kept = sessionStorage.getItem('steadfetch:notices:2');
    if (kept) sessionStorage.setItem('steadfetch:notices:2', kept.replace('/more', 'javascript:hit=1'));
  });
  await site.page.reload();
  await site.page.locator('html[data-ready]').waitFor();
  await start(site, options);
  await expect(card(site, 'This is taking too long')).toBeVisible();
  await expect(card(site, 'This is taking too long').getByRole('link')).toHaveCount(0);
  expect(said.at(-1)).toContain(
    'the action "more" of message "timeout" is left out: it leads to javascript:',
  );
});
