// The timers of a page that are armed.
import type { Page } from '@playwright/test';

/** From the next document on. */
export async function countTimers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const armed = new Map<unknown, number>();
    const { setTimeout: set, clearTimeout: clear, setInterval: repeat, clearInterval: end } = globalThis;
    Object.assign(globalThis, {
      armed,
      setTimeout: (act: () => void, ms = 0, ...rest: unknown[]) => {
        const timer: unknown = set(
          () => {
            armed.delete(timer);
            act();
          },
          ms,
          ...rest,
        );
        armed.set(timer, ms);
        return timer;
      },
      clearTimeout: (timer: number) => {
        armed.delete(timer);
        clear(timer);
      },
      setInterval: (act: () => void, ms = 0, ...rest: unknown[]) => {
        const timer = repeat(act, ms, ...rest);
        armed.set(timer, ms);
        return timer;
      },
      clearInterval: (timer: number) => {
        armed.delete(timer);
        end(timer);
      },
    });
  });
}

/** How long each of them waits, ms. */
export const armed = (page: Page): Promise<number[]> =>
  page.evaluate(() => [...(globalThis as unknown as { armed: Map<unknown, number> }).armed.values()]);
