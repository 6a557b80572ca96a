// A page's outbox from the outside: its client, its entries, and what its database holds.
import type { Page } from '@playwright/test';
import type { OutboxEntry, Policy, Steadfetch } from 'steadfetch';
import type { PlainInit, PlainOptions } from './plain';
import type { Scenario } from './server';

declare global {
  /** The page's client, once `start` has made it. */
  var client: Steadfetch;
  /** What its outbox has said. */
  var changes: string[];
}

/** One attempt for each call: what fails goes to the outbox at once. */
export const KEPT: Policy = { retry: false, breaker: false, budget: false, pacing: false, outbox: {} };

export const WRITES = { 'POST /api/ledger/**': { status: 503 } };

/** What the fault server's ledger says. */
export interface Ledger {
  lanes: Record<string, string[]>;
  keys: number;
  repeats: number;
  altered: number;
  keyless: number;
}

export async function ledger(script: Scenario): Promise<Ledger> {
  return (await fetch(`${script.url}/api/ledger`)).json() as Promise<Ledger>;
}

/** Makes the page's client. */
export async function start(page: Page, options: PlainOptions = {}): Promise<void> {
  await page.evaluate(async (options) => {
    globalThis.client = steadfetch.createSteadfetch({ surfaces: false, ...options });
    globalThis.changes = [];
    client.on('outbox', ({ entry, change }) => changes.push(`${change} ${entry.lane}`));
    await client.ready;
  }, options);
}

/** Writes, one call after the other; the status of each, or what it rejected with, and where its answer came from. */
export function write(page: Page, url: string, bodies: string[], init: PlainInit = {}): Promise<string[]> {
  return page.evaluate(
    async ([url, bodies, init]) => {
      const outcomes: string[] = [];
      for (const body of bodies) {
        const { status, error, known } = await lab.outcome(() =>
          client.fetch(url, { method: 'POST', body, ...init }),
        );
        outcomes.push(`${status ?? error?.name} ${known?.source}`);
      }
      return outcomes;
    },
    [url, bodies, init] as const,
  );
}

export function entries(page: Page): Promise<OutboxEntry[]> {
  return page.evaluate(() => client.outbox.entries());
}

export function flush(page: Page): Promise<void> {
  return page.evaluate(() => client.outbox.flush());
}

/** All that the outbox has on disk, as text. */
export function onDisk(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const database = await lab.database();
    const texts: string[] = [];
    const show = async (value: unknown): Promise<unknown> => {
      if (value instanceof Blob) return show(await value.arrayBuffer());
      if (value instanceof ArrayBuffer) return new TextDecoder('latin1').decode(value);
      if (ArrayBuffer.isView(value)) return show(value.buffer);
      if (Array.isArray(value)) return Promise.all(value.map(show));
      if (typeof value !== 'object' || value === null || value instanceof CryptoKey) return value;
      const pairs = Object.entries(value).map(async ([name, member]) => [name, await show(member)] as const);
      return Object.fromEntries(await Promise.all(pairs));
    };
    for (const store of database.objectStoreNames) {
      const all = await lab.done(database.transaction(store).objectStore(store).getAll());
      texts.push(`${store}: ${JSON.stringify(await show(all))}`);
    }
    database.close();
    return texts.join('\n');
  });
}

/** Changes each stored record, or takes away its body. */
export function tamper(page: Page, how: string): Promise<void> {
  return page.evaluate(async (how) => {
    const database = await lab.database();
    const transaction = database.transaction(['entries', 'bodies'], 'readwrite');
    const stored = transaction.objectStore('entries');
    const bodies = transaction.objectStore('bodies');
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    for (const row of await lab.done(stored.getAll())) {
      if (how === 'newer') row.version = 99;
      else if (how === 'older') delete row.version;
      else if (how === 'another URL') row.head.url += '?altered';
      else if (how === 'no head') row.head = { lane: 7 };
      else if (how === 'no order') row.order = 'first';
      else if (how === 'no progress') for (const name of ['state', 'attempts', 'due']) delete row[name];
      else if (how === 'body gone') bodies.delete(row.id);
      else if (how === 'body cut') bodies.put(new TextEncoder().encode('on').buffer, row.id);
      else if (how === 'another body') bodies.put(new TextEncoder().encode('two').buffer, row.id);
      else if (how === 'sealed bits') new Uint8Array(row.head.data)[9]! ^= 1;
      stored.put(row);
    }
    await new Promise((done) => (transaction.oncomplete = done));
    database.close();
  }, how);
}
