// Where a notice's code is explained.
import { expect, test } from '../support/test';

const options = (more: object) => ({
  defaults: { retry: false, breaker: false } as const,
  faults: [{ match: '*://*/*', rate: 1, kind: 'status' as const, status: 503 }],
  ...more,
});

const OWN = { title: 'Not now', body: 'It is too busy.', safe: 'Nothing is lost.' };
const catalog = (help: string) => ({ locale: 'en', messages: { overloaded: { ...OWN, help } } });

for (const [what, more, expected] of [
  [
    'the base address and the kind',
    { surfaces: { help: '/docs/faults/' } },
    /^http:.*\/docs\/faults\/overloaded$/,
  ],
  [
    "a message's own address before it",
    { surfaces: { help: '/docs/faults/' }, catalog: catalog('https://help.example/busy') },
    /^https:\/\/help\.example\/busy$/,
  ],
  ['no address that is not safe', { surfaces: { help: 'javascript:alert(1)//' } }, undefined],
  ['no link without an address', {}, undefined],
] as const) {
  test(`help: ${what}`, async ({ site, server }) => {
    if (what === 'no address that is not safe')
      site.expects(/^Steadfetch: the help of message "overloaded" is left out: it leads to javascript:/);
    const script = await server.play({ steps: [{ text: 'ok' }] });
    await site.page.evaluate(
      async ([url, options]) => {
        const client = steadfetch.createSteadfetch(
          options as Parameters<typeof steadfetch.createSteadfetch>[0],
        );
        await client.ready;
        await client.fetch(url);
      },
      [script.url, options(more)] as const,
    );
    await site.page.getByRole('button', { name: 'Details' }).click();
    await expect(site.page.getByText('SF-overloaded')).toBeVisible();
    const link = site.page.getByRole('link', { name: /SF-overloaded/ });
    if (expected) await expect(link).toHaveAttribute('href', expected);
    else await expect(link).toHaveCount(0);
  });
}
