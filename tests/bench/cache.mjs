// What a hit out of the cache takes in Chromium, beside the same hit through Workbox's strategy.
import { Chromium } from './chromium.mjs';
import { serve } from './pages.mjs';
import { program } from './program.mjs';
import { figure, median, ratio, spread, table } from './table.mjs';

const USAGE = `cargo xtask bench cache [--quick] [--check] [--json FILE]
  --quick       a smoke run: too short for figures to quote
  --check       fails when a limit is broken
  --json FILE   writes every sample`;

const QUICK = { rounds: 3, hits: 40 };
const FULL = { rounds: 15, hits: 200 };

const LIBRARIES = ['steadfetch', 'workbox'];

/** Kinds of hit: whether it is the client's first, and how many at once. */
const KINDS = {
  'the first hit of each URL, one after another': { first: true, atOnce: 1 },
  'the first hit of each URL, 8 at once': { first: true, atOnce: 8 },
  'later hits, one after another': { first: false, atOnce: 1 },
  'later hits, 8 at once': { first: false, atOnce: 8 },
};

async function measure(page, { rounds, hits }) {
  await page.run(`fill(${hits})`);
  /** @type {Record<string, Record<string, number[]>>} */
  const found = Object.fromEntries(
    Object.keys(KINDS).map((kind) => [kind, Object.fromEntries(LIBRARIES.map((name) => [name, []]))]),
  );
  for (let round = 0; round < rounds; round++) {
    // In turning order, so that what disturbs the machine disturbs both.
    const order = round % 2 ? [...LIBRARIES].reverse() : LIBRARIES;
    for (const [kind, { first, atOnce }] of Object.entries(KINDS)) {
      if (first) await page.run('anew()');
      for (const name of order)
        found[kind]?.[name]?.push(await page.run(`hits('${name}', ${hits}, ${atOnce})`));
    }
  }
  return found;
}

function report(found) {
  const limits = [];
  for (const [kind, samples] of Object.entries(found)) {
    const rows = LIBRARIES.map((name) => [
      name,
      ...spread(samples[name]).map((value) => figure(value, 3)),
      figure(ratio(samples[name], samples.workbox), 2),
    ]);
    table(`ms per hit with its body: ${kind}`, ['library', 'min', 'median', 'max', '× Workbox'], rows);
    const is = median(samples.steadfetch) / median(samples.workbox);
    limits.push({ what: `× Workbox, ${kind}`, is, limit: 1, kept: is < 1 });
  }
  const rows = limits.map(({ what, is, limit, kept }) => [
    what,
    figure(is, 2),
    `${limit}`,
    kept ? 'kept' : 'BROKEN',
  ]);
  table('Limits', ['what', 'is', 'below', ''], rows);
  return limits;
}

async function run(options) {
  const sizes = options.quick ? QUICK : FULL;
  const pages = await serve(undefined);
  const browser = new Chromium(process.env.CHROMIUM || 'chromium');
  try {
    const chromium = await browser.version();
    console.log(chromium + (options.quick ? ', a smoke run: too short for figures to quote' : ''));
    const found = await measure(await browser.open(pages.url('cache')), sizes);
    return { chromium, ...sizes, found, limits: report(found) };
  } finally {
    await browser.close();
    pages.close();
  }
}

await program('cache', USAGE, run);
