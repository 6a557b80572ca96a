// What every test starts from: the fault server, and a page that must stay calm.
import { type Page, test as base, expect } from '@playwright/test';
import type { Outcome } from '../app/src/lab';
import type { PlainInit, PlainOptions } from './plain';
import { Server } from './server';

export { expect };

/** The page under test. */
export class Site {
  /** What the page may complain about in this test. */
  readonly #expected: RegExp[] = [];
  readonly #complaints: string[] = [];

  constructor(
    readonly page: Page,
    readonly server: Server,
  ) {
    page.on('pageerror', (error) => this.#complaints.push(`uncaught: ${error}`));
    page.on('console', (message) => {
      // What the network did is what most tests are about.
      const network = /^(Failed to load resource|Access to fetch at .* blocked by CORS)/.test(message.text());
      if (message.type() === 'error' && !network) this.#complaints.push(message.text());
      if (message.type() === 'warning') this.#complaints.push(message.text());
    });
  }

  /** Opens a page of the app; by default the one that holds everything, under the strict policy. */
  async open(path = '/'): Promise<void> {
    await this.page.goto(this.server.first + path);
    await this.page.locator('html[data-ready]').waitFor();
  }

  /** One call by a client with these options, and what came of it. Retries come quickly; nothing is shown. */
  async call(url: string, init: PlainInit = {}, options: PlainOptions = {}): Promise<Outcome> {
    return this.page.evaluate(
      async ([url, init, options]) => {
        const client = await lab.client(options);
        return lab.outcome(() => client.fetch(url, init));
      },
      [url, init, options] as const,
    );
  }

  /** Errors in the console, uncaught ones and broken policies like this are what the test wants. */
  expects(...complaints: RegExp[]): void {
    this.#expected.push(...complaints);
  }

  complaints(): string[] {
    return this.#complaints.filter((text) => !this.#expected.some((known) => known.test(text)));
  }
}

export const test = base.extend<{ site: Site; bare: Site; swept: void }, { server: Server }>({
  server: [async ({}, use) => use(new Server()), { scope: 'worker' }],
  swept: [
    async ({ server }, use) => {
      await use();
      await server.sweep();
    },
    { auto: true },
  ],
  /** A page that is not opened yet. */
  bare: async ({ page, server }, use) => {
    const site = new Site(page, server);
    await use(site);
    expect(site.complaints(), 'the page complains about nothing').toEqual([]);
  },
  /** The page, open. */
  site: async ({ bare }, use) => {
    await bare.open();
    await use(bare);
  },
});
