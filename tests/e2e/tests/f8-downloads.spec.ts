import { type Memory, meter } from '../support/memory';
import { expect, test } from '../support/test';

const MB = 2 ** 20;
/** 2 GB unless the environment asks for another size. */
const SIZE = Number(process.env['DOWNLOAD_MB'] ?? 2048) * MB;

const WAYS = {
  plain: {},
  watched: { idleTimeout: 10_000, deadline: { total: 600_000, body: true } },
};

for (const [way, defaults] of Object.entries(WAYS)) {
  test(`F8 a large download keeps memory flat: ${way}`, async ({ site, server }, info) => {
    test.setTimeout(240_000);
    const script = await server.play({ steps: [{ bytes: SIZE }] });
    const measure = await meter(site.page);
    const before = await measure(true);
    const started = Date.now();
    const done = site.page.evaluate(
      async ([url, defaults]) => {
        const client = await lab.client({ defaults });
        const response = await client.fetch(url, { steady: defaults.idleTimeout ? { onProgress() {} } : {} });
        const reader = response.body!.getReader();
        let bytes = 0;
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return bytes;
          bytes += value.byteLength;
        }
      },
      [script.url, defaults as { idleTimeout?: number }] as const,
    );
    const resident: number[] = [];
    const held: Memory[] = [];
    let running = true;
    const over = done.finally(() => (running = false));
    over.catch(() => {});
    while (running) {
      // What still counts after a collection is held by somebody; the rest is garbage, as native makes it too.
      resident.push((await measure()).renderers);
      held.push(await measure(true));
      await Promise.race([over.catch(() => {}), new Promise((wake) => setTimeout(wake, 300))]);
    }
    expect(await over).toBe(SIZE);
    const seconds = (Date.now() - started) / 1000;
    const after = await measure(true);
    const most = (values: number[], from: number) => Math.round((Math.max(...values) - from) / MB);
    const heap = most(
      held.map(({ heap, outside }) => heap + outside),
      before.heap + before.outside,
    );
    const renderers = most(resident, before.renderers);
    const left = (after.heap - before.heap) / MB;
    const told =
      `${SIZE / MB} MB in ${seconds.toFixed(1)} s; at most ${heap} MB more in JS, ${renderers} MB in renderers; ` +
      `${left.toFixed(2)} MB of heap left`;
    info.annotations.push({ type: 'measured', description: told });
    console.log(`F8 ${way}: ${told}`);
    expect(held.length).toBeGreaterThan(3);
    expect(heap, 'JS heap and buffers').toBeLessThan(64);
    expect(renderers, 'the renderer').toBeLessThan(400);
    expect(left, 'nothing is kept').toBeLessThan(4);
  });
}
