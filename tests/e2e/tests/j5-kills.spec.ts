// J5, J6: pages, and now and then the whole browser, killed at random moments while their outbox sends. What was acknowledged is
// not lost, nothing has its effect twice, each lane stays in order, and a write that comes again bears the same key and bytes.
//
// The suite kills a few; `cargo xtask kills` as many as one likes. The same seed gives the same moments, as far as the machine
// keeps time.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type Page, chromium } from '@playwright/test';
import config from '../playwright.config';
import { ledger } from '../support/outbox';
import { type Scenario, type Server } from '../support/server';
import { expect, test } from '../support/test';

const KILLS = Number(process.env['KILLS'] ?? 20);
const SEED = Number(process.env['SEED'] ?? 1);
/** Of so many kills one takes the whole browser. */
const BROWSER = 10;
/** A page lives so long at most once it writes, ms. */
const LIFE = 900;

/** Mulberry32. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** What the servers of a bad day do, one after the other. */
function faults(random: () => number): object[] {
  const kinds: object[] = [
    { pass: true },
    { pass: true, delay: 20 },
    { pass: true, delay: 150 },
    // It has had its effect, and nobody hears of it.
    { pass: true, reset: true },
    { reset: true },
    { status: 503 },
    { status: 500 },
    { status: 409 },
  ];
  return Array.from({ length: 200 }, () => kinds[Math.floor(random() ** 1.5 * kinds.length)]!);
}

/** Two tabs that write, each in lanes of its own, and what was issued and acknowledged in each lane. */
class Tabs {
  readonly issued = new Map<string, number>();
  readonly acknowledged: string[] = [];
  #context: BrowserContext | undefined;
  #pages: (Page | undefined)[] = [];

  constructor(
    readonly server: Server,
    readonly script: Scenario,
    readonly profile: string,
  ) {}

  async open(): Promise<void> {
    this.#context ??= await this.#launch();
    for (const tab of [0, 1]) this.#pages[tab] ??= await this.#page(this.#context, tab);
  }

  async #launch(): Promise<BrowserContext> {
    const context = await chromium.launchPersistentContext(this.profile, config.use!.launchOptions);
    await context.exposeFunction(
      'issued',
      (lane: string, number: number) => void this.issued.set(lane, number),
    );
    await context.exposeFunction('acknowledged', (line: string) => void this.acknowledged.push(line));
    return context;
  }

  async #page(context: BrowserContext, tab: number): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`${this.server.first}/`);
    await page.locator('html[data-ready]').waitFor();
    const lanes = [`${tab}a`, `${tab}b`];
    const from = lanes.map((lane) => (this.issued.get(lane) ?? -1) + 1);
    await page.evaluate(
      async ([url, lanes, from]) => {
        const tell = globalThis as unknown as {
          issued(lane: string, number: number): Promise<void>;
          acknowledged(line: string): Promise<void>;
        };
        const outbox = { attempts: 10_000 };
        const defaults = {
          retry: false,
          breaker: false,
          budget: false,
          pacing: false,
          outbox,
          throwHttpErrors: true,
        } as const;
        // A busy key is asked about again.
        const client = steadfetch.createSteadfetch({
          surfaces: false,
          defaults,
          onConflict: async () => 'retry',
        });
        globalThis.client = client;
        await client.ready;
        const write = async (lane: string, number: number) => {
          for (; ; number++) {
            await tell.issued(lane, number);
            const body = `${lane}:${number}`;
            const init = { method: 'POST', body, steady: { outbox: { ...outbox, lane } } };
            const { error } = await lab.outcome(() => client.fetch(`${url}/api/ledger/${lane}`, init));
            if (!error) await tell.acknowledged(body);
            await lab.sleep(60);
          }
        };
        lanes.forEach((lane, at) => void write(lane, from[at]!));
        setInterval(() => void client.outbox.flush().catch(() => {}), 250);
      },
      [this.script.url, lanes, from] as const,
    );
    return page;
  }

  /** How it was killed. */
  async kill(random: () => number, nth: number): Promise<string> {
    if (nth % BROWSER === BROWSER - 1) {
      const browser = await this.#context!.browser()!.newBrowserCDPSession();
      const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
      const gone = new Promise<void>((done) => this.#context!.on('close', () => done()));
      process.kill(processInfo.find(({ type }) => type === 'browser')!.id, 'SIGKILL');
      await gone;
      this.#context = undefined;
      this.#pages = [];
      return 'browser';
    }
    const tab = Math.floor(random() * 2);
    const page = this.#pages[tab]!;
    this.#pages[tab] = undefined;
    if (random() < 0.6) {
      const target = await this.#context!.newCDPSession(page);
      const crashed = new Promise<void>((done) => page.on('crash', () => done()));
      // It never answers.
      target.send('Page.crash').catch(() => {});
      await crashed;
      await page.close();
      return 'crash';
    }
    await page.close();
    return 'close';
  }

  async end(): Promise<void> {
    await this.#context?.close();
  }

  /** The server is well: everything that waits is sent. */
  async drain(): Promise<string[]> {
    for (const page of this.#pages) await page?.close();
    const page = await this.#context!.newPage();
    await page.goto(`${this.server.first}/`);
    await page.locator('html[data-ready]').waitFor();
    return page.evaluate(async () => {
      const defaults = { retry: false, breaker: false, budget: false, outbox: {} } as const;
      const client = steadfetch.createSteadfetch({
        surfaces: false,
        defaults,
        onConflict: async () => 'retry',
      });
      await client.ready;
      const left = async () =>
        (await client.outbox.entries()).map(({ lane, state, reason }) => `${lane} ${state} ${reason}`);
      for (let rounds = 0; rounds < 50 && (await left()).length > 0; rounds++) {
        await client.outbox.flush();
        await lab.sleep(20);
      }
      return left();
    });
  }
}

test(`J5 J6 ${KILLS} kills: nothing lost, nothing twice, in order, the same bytes`, async ({ server }) => {
  test.setTimeout(60_000 + KILLS * 6_000);
  const random = generator(SEED);
  const script = await server.play({
    app: true,
    keepFor: 7200,
    faults: { 'POST /api/ledger/**': { steps: faults(random) } },
  });
  const profile = await mkdtemp(join(tmpdir(), 'steadfetch-kills-'));
  const tabs = new Tabs(server, script, profile);
  const kills: Record<string, number> = {};
  try {
    for (let nth = 0; nth < KILLS; nth++) {
      await tabs.open();
      await new Promise((go) => setTimeout(go, random() * LIFE));
      const how = await tabs.kill(random, nth);
      kills[how] = (kills[how] ?? 0) + 1;
    }
    await tabs.open();
    await fetch(`${script.control}?keep`, {
      method: 'PUT',
      body: JSON.stringify({ app: true, keepFor: 7200 }),
    });
    expect(await tabs.drain(), 'nothing is left').toEqual([]);
  } finally {
    await tabs.end();
    await rm(profile, { recursive: true, force: true });
  }
  const { lanes, keys, repeats, altered, keyless } = await ledger(script);
  const lines = Object.values(lanes).flat();
  const effects = new Set(lines);
  console.log(
    JSON.stringify({
      seed: SEED,
      kills,
      acknowledged: tabs.acknowledged.length,
      effects: lines.length,
      repeats,
    }),
  );
  expect(tabs.acknowledged.length, 'there was something to lose').toBeGreaterThan(KILLS);
  expect(
    tabs.acknowledged.filter((line) => !effects.has(line)),
    'acknowledged and lost',
  ).toEqual([]);
  expect(lines.length - effects.size, 'effects that came twice').toBe(0);
  expect({ keys, altered, keyless }, 'one key for each write, and the same bytes').toEqual({
    keys: lines.length,
    altered: 0,
    keyless: 0,
  });
  for (const [lane, lines] of Object.entries(lanes)) {
    const numbers = lines.map((line) => Number(line.split(':')[1]));
    expect(numbers, `the order of lane ${lane}`).toEqual(numbers.toSorted((a, b) => a - b));
  }
});
