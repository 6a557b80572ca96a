// Stored copies that are rewritten while others read them: nobody's copy is lost, and nothing is said to be missing.
import { storing } from '../support/copies';
import { expect, test } from '../support/test';

// A body that is in the database, and one in the Cache API.
for (const bytes of [2_000, 80_000]) {
  test(`I11 one URL, asked for many times at once while its copy is replaced: ${bytes} bytes`, async ({
    site,
    server,
  }) => {
    test.setTimeout(60_000);
    const script = await server.play({ steps: [{ bytes }] });
    const options = storing({ strategy: 'stale-while-revalidate' }, { surfaces: false });
    const outcome = await site.page.evaluate(
      async ([url, options]) => {
        // Two clients share the disk, as two tabs do.
        const clients = [steadfetch.createSteadfetch(options), steadfetch.createSteadfetch(options)];
        await Promise.all(clients.map((client) => client.ready));
        const once = async (client: (typeof clients)[0], n: number) => {
          await lab.sleep((n * 7) % 23);
          const response = await client.fetch(url);
          const body = await response.blob();
          return `${response.status} ${body.size} ${client.explain(response)!.source}`;
        };
        // The copy is there, for both: on a busy machine its writing takes a while.
        const both = () => Promise.all(clients.map((client) => once(client, 0)));
        while (!(await both()).every((what) => what.endsWith('stale-cache'))) await lab.sleep(50);
        const seen: Record<string, number> = {};
        for (let round = 0; round < 25; round++) {
          const calls = Array.from({ length: 12 }, (_, n) => once(clients[n % 2]!, n));
          for (const what of await Promise.all(calls)) seen[what] = (seen[what] ?? 0) + 1;
        }
        return seen;
      },
      [script.url, options] as const,
    );
    const served = outcome[`200 ${bytes} stale-cache`] ?? 0;
    expect(Object.keys(outcome).every((what) => what.startsWith(`200 ${bytes} `))).toBe(true);
    expect(served, 'a copy is there all the time').toBe(25 * 12);
    // What the page complains about is looked at in the end: that a body is missing would be among it.
  });
}
