// What is stored of answers, as a page's own script can see and alter it.
import type { Page } from '@playwright/test';
import type { Policy } from 'steadfetch';
import type { PlainOptions } from './plain';
import { expect } from './test';

export const NAME = 'steadfetch:cache:1';

/** A record, as far as tests look at it. */
export interface Stored {
  key: [owner: string | 0, request: string, variant: string];
  room: string;
  body: string;
  bytes: number;
  came: number;
  [more: string]: unknown;
}

type Cache = Exclude<Policy['cache'], false | undefined>;

/** A client whose every GET is stored like this. */
export function storing(cache: Cache, more: PlainOptions = {}): PlainOptions {
  return { ...more, defaults: { cache, deadline: 10_000, ...more.defaults } };
}

/** All records. */
export function records(page: Page): Promise<Stored[]> {
  return page.evaluate(async (name) => {
    const known = await indexedDB.databases();
    // To open what is not there would make it.
    if (!known.some((database) => database.name === name)) return [];
    const database = await lab.opened(name);
    const all = await lab.asked<Stored[]>(database.transaction('copies').objectStore('copies').getAll());
    database.close();
    return all;
  }, NAME);
}

/** Waits until there are so many records. */
export async function stored(page: Page, count: number): Promise<void> {
  await expect.poll(async () => (await records(page)).length).toBe(count);
}

/** Waits until a copy of this text's length, or another one than before, is stored. */
export async function storedAnew(page: Page, before: Stored[]): Promise<void> {
  const bodies = new Set(before.map(({ body }) => body));
  await expect.poll(async () => (await records(page)).some(({ body }) => !bodies.has(body))).toBe(true);
}

/** Alters every record, as a disk or another script might. */
export function alter(page: Page, changes: Record<string, unknown>): Promise<void> {
  return page.evaluate(
    async ([name, changes]) => {
      const database = await lab.opened(name);
      const copies = database.transaction('copies', 'readwrite').objectStore('copies');
      for (const record of await lab.asked<object[]>(copies.getAll())) {
        await lab.asked(copies.put({ ...record, ...changes }));
      }
      database.close();
    },
    [NAME, changes] as const,
  );
}

/** Bodies on disk: in the database, and in all of our Caches. */
export function bodies(page: Page): Promise<number> {
  return page.evaluate(async (name) => {
    const database = await lab.opened(name);
    let count = await lab.asked<number>(database.transaction('bodies').objectStore('bodies').count());
    database.close();
    for (const room of await caches.keys()) {
      if (room.startsWith(name)) count += (await (await caches.open(room)).keys()).length;
    }
    return count;
  }, NAME);
}
