// What notices leave behind: nothing.
import { start, toasts } from '../support/notices';
import { expect, test } from '../support/test';
import { armed, countTimers } from '../support/timers';

test('a thousand notices shown and closed leave no node, no listener and no timer behind', async ({
  bare,
}) => {
  test.setTimeout(120_000);
  await countTimers(bare.page);
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
    const timers = (await armed(bare.page)).length;
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

test('a notice that was closed before it was drawn leaves nothing of its actions behind', async ({
  site,
}) => {
  await start(site);
  const cdp = await site.page.context().newCDPSession(site.page);
  await site.page.evaluate(async () => {
    const refs: WeakRef<object>[] = [];
    Object.assign(globalThis, { refs });
    for (let n = 0; n < 20; n++) {
      const held = { n };
      refs.push(new WeakRef(held));
      const actions = [{ id: 'x', label: 'Go', run: () => void held.n++ }];
      // One in two is told to nobody at all.
      const surface = n % 2 ? ('silent' as const) : ('toast' as const);
      client.notices.show({ message: 'text', args: { title: `${n}` }, surface, actions }).dismiss();
    }
    await lab.sleep(100);
  });
  await expect
    .poll(async () => {
      await cdp.send('HeapProfiler.collectGarbage');
      return site.page.evaluate(
        () => (globalThis as never as { refs: WeakRef<object>[] }).refs.filter((ref) => ref.deref()).length,
      );
    })
    .toBe(0);
});

test('a client that is done while its words are being loaded leaves no timer behind', async ({ bare }) => {
  await countTimers(bare.page);
  await bare.page.route(/\/de-[^/]*\.js$/, () => new Promise(() => {}));
  await bare.open();
  await bare.page.evaluate(async () => {
    const client = steadfetch.createSteadfetch({ locale: 'de' });
    await client.ready;
    client.notices.show({ message: 'text', args: { title: 'x' } });
    await lab.sleep(50);
    client.dispose();
    await lab.sleep(50);
  });
  expect(await armed(bare.page)).toEqual([]);
});

test('the kill switch, thrown again and again, leaves no listener and nobody who follows preferences', async ({
  site,
  server,
}) => {
  test.setTimeout(60_000);
  const policy = (json: object) => ({ routes: { 'GET /policy': { json } }, steps: [{ text: 'ok' }] });
  const script = await server.play(policy({ version: 1 }));
  const publish = (json: object) =>
    fetch(`${script.control}?keep`, { method: 'PUT', body: JSON.stringify(policy(json)) });
  await start(site, { remotePolicy: { url: `${script.url}/policy`, refresh: 1000 } });
  const cdp = await site.page.context().newCDPSession(site.page);
  const turn = async (enabled: boolean) => {
    await publish({ version: 1, enabled });
    await expect
      .poll(() => site.page.evaluate(() => client.state), { timeout: 10_000 })
      .toBe(enabled ? 'active' : 'passthrough');
  };
  const count = async () => {
    await site.page.waitForTimeout(200);
    for (let n = 0; n < 2; n++) await cdp.send('HeapProfiler.collectGarbage');
    const { jsEventListeners } = await cdp.send('Memory.getDOMCounters');
    // Each who follows them reads them anew.
    const reads = await site.page.evaluate(() => {
      const { getItem } = Storage.prototype;
      let reads = 0;
      Storage.prototype.getItem = function (key) {
        if (key === 'steadfetch:preferences') reads += 1;
        return getItem.call(this, key);
      };
      client.preferences.set({ saveData: 'auto' });
      Storage.prototype.getItem = getItem;
      return reads;
    });
    const page = await site.page.evaluate(
      () => (globalThis as never as { [name: symbol]: [] })[Symbol.for('steadfetch:page')]!.length,
    );
    return { jsEventListeners, reads, page };
  };
  await turn(false);
  await turn(true);
  const before = await count();
  for (let round = 0; round < 5; round++) {
    await turn(false);
    await turn(true);
  }
  const after = await count();
  expect({ ...after, jsEventListeners: 0 }).toEqual({ ...before, jsEventListeners: 0 });
  expect(after.jsEventListeners - before.jsEventListeners).toBeLessThan(3);
  // It still works.
  await site.page.evaluate(
    () => client.notices.show({ message: 'text', args: { title: 'Here' } }) && undefined,
  );
  await expect(toasts(site)).toHaveCount(1);
});
