// Problem reports: the form as people meet it, and what a server gets.
import type { BrowserContext, Page } from '@playwright/test';
import type { ProblemReport } from 'steadfetch';
import { start } from './notices';
import type { PlainOptions } from './plain';
import type { Received, Scenario, Server } from './server';
import { Site, expect } from './test';

declare global {
  /** What the last form came to. */
  var filed: Promise<ProblemReport | undefined>;
}

export const REFERENCE = /^[2-9B-DF-HJKMNP-TV-Z]{3}-[2-9B-DF-HJKMNP-TV-Z]{3}$/;
export const NAME = 'Report a problem';
export const form = (site: Site, name = NAME) => site.page.getByRole('dialog', { name });
export const words = (site: Site) => form(site).getByRole('textbox', { name: 'What happened?' });
export const button = (site: Site, name: string) => form(site).getByRole('button', { name, exact: true });
export const status = (site: Site) => form(site).locator('.said');
export const shown = async (site: Site) =>
  JSON.parse(await form(site).getByRole('region', { name: 'Exactly what is sent' }).innerText()) as Omit<
    ProblemReport,
    'state'
  >;
export const quick = (url?: string, more: PlainOptions = {}): PlainOptions => ({
  defaults: { retry: false, breaker: false, budget: false },
  report: url === undefined ? {} : { url },
  ...more,
});

/** Opens the form about nothing, a Response of this URL, or a notice. */
export async function open(site: Site, about: { url?: string; notice?: string } = {}): Promise<void> {
  await site.page.evaluate(async ({ url, notice }) => {
    const of = url === undefined ? notice : await client.fetch(url).catch((error: unknown) => error);
    globalThis.filed = client.reports.open(of);
  }, about);
  await expect(form(site)).toBeVisible();
}

export const filed = (site: Site) => site.page.evaluate(() => globalThis.filed);
export const list = (page: Page) => page.evaluate(() => client.reports.list());

/** Writes this and sends it. */
export async function send(site: Site, text: string): Promise<ProblemReport> {
  await words(site).fill(text);
  await button(site, 'Send').click();
  const report = await filed(site);
  await button(site, 'Done').click();
  return report!;
}

/** The reports that a server got. */
export async function got(script: Scenario, path = '/reports'): Promise<Received[]> {
  return (await script.requests()).filter((request) => request.method === 'POST' && request.path === path);
}
export const bodyOf = ({ body }: Received) => JSON.parse(body.text!) as Omit<ProblemReport, 'state'>;

/** A tab with a client. */
export async function tab(context: BrowserContext, server: Server, options: PlainOptions): Promise<Site> {
  const site = new Site(await context.newPage(), server);
  await site.open();
  await start(site, options);
  return site;
}

export async function again(site: Site, options: PlainOptions): Promise<void> {
  await site.page.reload();
  await site.page.locator('html[data-ready]').waitFor();
  await start(site, options);
}

export const REPORTS = { 'POST /reports': { status: 202 }, 'GET /orders/**': { status: 500 } };

/** How many requests there were within an hour. */
export async function hour(site: Site, options: PlainOptions, script: Scenario): Promise<number> {
  await site.page.clock.install();
  await again(site, options);
  for (let minute = 0; minute < 60; minute++) {
    await site.page.clock.runFor(60_000);
    await site.page.waitForTimeout(25);
  }
  return (await got(script)).length;
}
