// What axe-core finds in a page of the app.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import { type Site, expect } from './test';

declare const axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };

const RULES: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
};

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds in the whole page, notices included. It comes past the page's policy, through the debugger. */
export async function violations(site: Site): Promise<string[]> {
  await settled(site);
  await site.page.evaluate(await source);
  const { violations, passes } = await site.page.evaluate((rules) => axe.run(document, rules), RULES);
  expect(passes.length, 'axe has looked').toBeGreaterThan(10);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${JSON.stringify(target)} ${failureSummary}`),
  );
}

/** A card that fades in has other colours for a moment. */
async function settled(site: Site): Promise<void> {
  await site.page.waitForFunction(() =>
    [...document.querySelectorAll('[data-steadfetch]')].every((host) =>
      (host.shadowRoot?.getAnimations?.() ?? []).every(({ playState }) => playState === 'finished'),
    ),
  );
}
