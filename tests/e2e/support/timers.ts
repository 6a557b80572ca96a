// Counts the timers of a page that are armed.
import type { Page } from '@playwright/test';

/** From the next document on. */
export async function countTimers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const armed = new Set<unknown>();
    const { setTimeout: set, clearTimeout: clear, setInterval: repeat, clearInterval: end } = globalThis;
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
      setInterval: (act: () => void, ms?: number, ...rest: unknown[]) => {
        const timer = repeat(act, ms, ...rest);
        armed.add(timer);
        return timer;
      },
      clearInterval: (timer: number) => {
        armed.delete(timer);
        end(timer);
      },
    });
  });
}

export const armed = (page: Page): Promise<number> =>
  page.evaluate(() => (globalThis as unknown as { armed: Set<unknown> }).armed.size);
