// Makes the engine trap for real: an export of the running Wasm instance executes `unreachable` once.
import type { Page } from '@playwright/test';

declare global {
  /** The next calls of exports whose names are listed trap. */
  var traps: { next: string[]; hit: string[] };
}

/** To be called before the page is opened; then `traps.next.push('admit')` arms one trap. */
export async function withTraps(page: Page): Promise<void> {
  await page.addInitScript(() => {
    // (module (func (export "trap") unreachable))
    const bytes = [
      0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4, 116, 114, 97, 112, 0, 0, 10, 5,
      1, 3, 0, 0, 11,
    ];
    const { instantiate, Instance } = WebAssembly;
    globalThis.traps = { next: [], hit: [] };
    const arm = (exports: WebAssembly.Exports): WebAssembly.Exports => {
      const { trap } = new Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports as {
        trap(): void;
      };
      const armed = Object.entries(exports).map(([name, value]) => {
        if (typeof value !== 'function') return [name, value];
        const guarded = (...args: unknown[]) => {
          const at = traps.next.indexOf(name);
          if (at < 0) return value(...args);
          traps.hit.push(...traps.next.splice(at, 1));
          return trap();
        };
        return [name, guarded];
      });
      return Object.fromEntries(armed);
    };
    WebAssembly.instantiate = (async (module: WebAssembly.Module, imports: WebAssembly.Imports) => {
      const { exports } = await instantiate(module, imports);
      return { exports: arm(exports) };
    }) as never;
    WebAssembly.Instance = new Proxy(Instance, {
      construct: (_, [module, imports]) => ({ exports: arm(new Instance(module, imports).exports) }),
    });
  });
}
