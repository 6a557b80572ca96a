import { meter } from '../support/memory';
import { expect, test } from '../support/test';

/** What a call meets; each is answered in the page, so that thousands take a second. */
const KINDS = {
  'good calls': { status: 200, calls: 20_000, options: {} },
  'good calls, all told to a collector': { status: 200, calls: 20_000, options: {}, telemetry: true },
  'missing pages, all told to a collector': { status: 404, calls: 4000, options: {}, telemetry: true },
  'missing pages': { status: 404, calls: 4000, options: {} },
  'calls with options of their own': { status: 200, calls: 4000, options: { attemptTimeout: 5000 } },
  'watched bodies': { status: 200, calls: 4000, options: { idleTimeout: 5000 } },
  'bodies that nobody reads': { status: 200, calls: 4000, options: { idleTimeout: 5000 }, unread: true },
  'calls that are aborted': { status: 0, calls: 4000, options: {} },
};

for (const [kind, { status, calls, options, ...more }] of Object.entries(KINDS)) {
  test(`E8 memory and listeners stay flat: ${kind}`, async ({ bare }, info) => {
    await bare.page.addInitScript(() => {
      const { instantiate } = WebAssembly;
      const memories: WebAssembly.Memory[] = [];
      Object.assign(globalThis, { memories });
      WebAssembly.instantiate = (async (...args: [never]) => {
        // Of a module an instance, of bytes both.
        const made = (await instantiate(...args)) as unknown as WebAssembly.Instance & {
          instance?: WebAssembly.Instance;
        };
        const { exports } = made.instance ?? made;
        for (const it of Object.values(exports)) if (it instanceof WebAssembly.Memory) memories.push(it);
        return made;
      }) as never;
    });
    await bare.open();
    const run = (count: number) =>
      bare.page.evaluate(
        async ([count, status, options, unread, telemetry]) => {
          const state = globalThis as unknown as {
            client: import('steadfetch').Steadfetch;
            stop: AbortController;
            made: number;
          };
          if (!state.client) {
            globalThis.fetch = async (_, init) => {
              if (status > 0) return new Response('body', { status });
              return new Promise((_, fail) =>
                init!.signal!.addEventListener('abort', () => fail(init!.signal!.reason)),
              );
            };
            const otlp = { url: '/collector' };
            state.client = steadfetch.createSteadfetch({
              surfaces: false,
              ...(telemetry && { telemetry: { otlp, traceparent: 'same-origin' as const, sample: 1 } }),
            });
            state.stop = new AbortController();
            state.made = 0;
            await state.client.ready;
          }
          const { client, stop } = state;
          for (let n = 0; n < count; n += 50) {
            const own = status > 0 ? undefined : new AbortController();
            const signal = own ? AbortSignal.any([own.signal, stop.signal]) : stop.signal;
            const batch = Array.from({ length: 50 }, () =>
              client.fetch(`/api/${state.made++}`, { signal, steady: options }),
            );
            const ends = Promise.allSettled(batch);
            own?.abort();
            for (const end of await ends) {
              if (end.status === 'fulfilled' && !unread) await end.value.text();
              else if (end.status === 'rejected' && !own) throw end.reason;
            }
            // Garbage is collected, and finalizers run, between tasks.
            if (n % 1000 === 0) await lab.sleep(0);
          }
        },
        [count, status, options, 'unread' in more, 'telemetry' in more] as const,
      );
    const measure = await meter(bare.page);
    const wasm = () =>
      bare.page.evaluate(() =>
        (globalThis as unknown as { memories: WebAssembly.Memory[] }).memories.reduce(
          (sum, { buffer }) => sum + buffer.byteLength,
          0,
        ),
      );
    const round = async () => {
      await run(calls / 4);
      await measure(true);
      // Finalizers run in tasks of their own.
      await bare.page.waitForTimeout(50);
      return [await measure(true), await wasm()] as const;
    };
    await round();
    const [before, wasmBefore] = await round();
    for (let n = 0; n < 3; n++) await round();
    const [after, wasmAfter] = await round();
    const perCall = (after.heap - before.heap) / calls;
    const told = `${kind}: ${perCall.toFixed(1)} bytes of JS heap kept per call, Wasm ${wasmBefore} → ${wasmAfter}`;
    info.annotations.push({ type: 'measured', description: told });
    console.log(`E8 ${told}`);
    expect(perCall, 'bytes kept per call').toBeLessThan(20);
    expect(wasmAfter, 'the Wasm memory').toBe(wasmBefore);
    const debuggee = await bare.page.context().newCDPSession(bare.page);
    const { result } = await debuggee.send('Runtime.evaluate', { expression: 'stop.signal' });
    const { listeners } = await debuggee.send('DOMDebugger.getEventListeners', {
      objectId: result.objectId!,
    });
    expect(listeners).toHaveLength(0);
  });
}
