// How much memory a page takes, from the outside.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';

export interface Memory {
  /** Bytes of the JS heap in use. */
  heap: number;
  /** Array buffers and other stores outside the heap that JS keeps. */
  outside: number;
  /** Resident bytes of all renderers together, without what they share; 0 where the system does not say. */
  renderers: number;
}

/** Measures; with `collect`, after a garbage collection. */
export async function meter(page: Page): Promise<(collect?: boolean) => Promise<Memory>> {
  const target = await page.context().newCDPSession(page);
  const browser = await page.context().browser()!.newBrowserCDPSession();
  return async (collect = false) => {
    // Twice: what finalizers let go of is collected only then.
    for (let n = 0; collect && n < 2; n++) await target.send('HeapProfiler.collectGarbage');
    const usage = (await target.send('Runtime.getHeapUsage')) as {
      usedSize: number;
      backingStorageSize?: number;
    };
    const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
    const renderers = processInfo.filter(({ type }) => type === 'renderer');
    const sizes = await Promise.all(renderers.map(({ id }) => resident(id)));
    return {
      heap: usage.usedSize,
      outside: usage.backingStorageSize ?? 0,
      renderers: sizes.reduce((sum, size) => sum + size, 0),
    };
  };
}

async function resident(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^RssAnon:\s*(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
}
