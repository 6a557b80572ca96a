// What a thousand notices leave behind: nothing.
import { start, toasts } from '../support/notices';
import { expect, test } from '../support/test';

test('a thousand notices shown and closed leave no node, no listener and no timer behind', async ({
  bare,
}) => {
  test.setTimeout(120_000);
  // Counts timers that are armed.
  await bare.page.addInitScript(() => {
    const armed = new Set<unknown>();
    const { setTimeout: set, clearTimeout: clear } = globalThis;
    Object.assign(globalThis, {
      armed,
      setTimeout: (act: () => void, ms?: number, ...rest: unknown[]) => {
        const timer: unknown = set(
          () => {
            armed.delete(timer);
            act();
          },
          ms,
          ...rest,
        );
        armed.add(timer);
        return timer;
      },
      clearTimeout: (timer: number) => {
        armed.delete(timer);
        clear(timer);
      },
    });
  });
  await bare.open();
  await start(bare, { surfaces: { maxVisible: 10 } });
  const cdp = await bare.page.context().newCDPSession(bare.page);
  const round = (count: number) =>
    bare.page.evaluate(async (count) => {
      const field = document.querySelector('#name')!;
      for (let n = 0; n < count; n += 5) {
        const surfaces = ['toast', 'banner', field, 'toast', 'banner'] as const;
        const handles = surfaces.map((surface, at) =>
          client.notices.show({
            message: 'text',
            severity: at % 2 ? 'error' : 'info',
            surface,
            args: { title: `Notice ${n + at}`, body: 'Here and gone.' },
            actions: at % 2 ? [{ id: 'x', label: 'Go' }] : [],
          }),
        );
        await lab.sleep(0);
        await lab.sleep(0);
        for (const handle of handles) handle.dismiss();
        await lab.sleep(0);
      }
    }, count);
  const count = async () => {
    await expect(toasts(bare)).toHaveCount(0);
    await expect(bare.page.locator('[data-steadfetch=banner],[data-steadfetch=hint]')).toHaveCount(0);
    await bare.page.waitForTimeout(2500);
    await bare.page.evaluate(() => void (spoken.length = 0));
    // Twice: what finalizers let go of is collected only then.
    for (let n = 0; n < 2; n++) await cdp.send('HeapProfiler.collectGarbage');
    const { documents, nodes, jsEventListeners } = await cdp.send('Memory.getDOMCounters');
    const timers = await bare.page.evaluate(
      () => (globalThis as unknown as { armed: Set<unknown> }).armed.size,
    );
    return { documents, nodes, jsEventListeners, timers };
  };
  // What is made once, with the first notices; and the history is full.
  await round(150);
  const before = await count();
  await round(1000);
  const after = await count();
  expect(after.timers).toBeLessThanOrEqual(before.timers);
  expect(after.documents).toBe(before.documents);
  expect(after.nodes - before.nodes).toBeLessThan(20);
  expect(after.jsEventListeners - before.jsEventListeners).toBeLessThan(5);
});
