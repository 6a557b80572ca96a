// What 200 failures at once take of the main thread until people know of them, beside three libraries for toasts.
import { Chromium } from './chromium.mjs';
import { serve } from './pages.mjs';
import { program } from './program.mjs';
import { figure, median, ratio, spread, table } from './table.mjs';

const USAGE = `cargo xtask bench notices [--quick] [--check] [--json FILE]
  --quick       a smoke run: too short for figures to quote
  --check       fails when the limit is broken
  --json FILE   writes every sample`;

const FAILURES = 200;
/** All of it counts that the main thread does within so long, ms: script, layout, paint, frames of animations. */
const WINDOW = 1000;
/** One frame of a screen. */
const LIMIT = 16;

const SILENT = 'steadfetch, surfaces: false';
const LIBRARIES = ['steadfetch', SILENT, 'notyf', 'react-hot-toast', 'sonner'];

/** A page of its own each time: what was shown before must not count. */
async function sample(browser, url, name) {
  const page = await browser.open(url);
  // Of the processor, not of the clock: other programs must not count.
  await page.send('Performance.disable');
  await page.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.run(`begin(${JSON.stringify(name)})`);
  await pause(300);
  await page.collectGarbage();
  const before = await page.metrics();
  await page.run(`fail(${FAILURES})`);
  await pause(WINDOW);
  const after = await page.metrics();
  const cards = await page.run('cards()');
  await page.close();
  const ms = (name) => (after[name] - before[name]) * 1000;
  const parts = ['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration'].map((name) => [name, ms(name)]);
  return { ms: ms('TaskDuration'), parts: Object.fromEntries(parts), cards };
}

const pause = (ms) => new Promise((go) => setTimeout(go, ms));

async function measure(browser, url, rounds) {
  /** @type {Record<string, { ms: number; cards: number }[]>} */
  const found = Object.fromEntries(LIBRARIES.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    // In turning order, so that what disturbs the machine disturbs all. The first round warms it up.
    const order = round % 2 ? [...LIBRARIES].reverse() : LIBRARIES;
    for (const name of order) {
      const one = await sample(browser, url, name);
      if (round > 0) found[name]?.push(one);
    }
  }
  return found;
}

function report(found) {
  const times = Object.fromEntries(LIBRARIES.map((name) => [name, found[name].map(({ ms }) => ms)]));
  // Round by round: what the notice takes beside the calls that it is about.
  const alone = times.steadfetch.map((ms, round) => Math.max(0, ms - times[SILENT][round]));
  const line = (name, samples, cards) => [
    name,
    ...spread(samples).map((value) => figure(value, 1)),
    figure(ratio(samples, times.notyf), 2),
    cards,
  ];
  const rows = LIBRARIES.map((name) => line(name, times[name], String(found[name].at(-1).cards)));
  rows.splice(2, 0, line('steadfetch: the notice alone', alone, ''));
  table(
    `ms of the processor on the main thread, ${FAILURES} failures at once, within ${WINDOW} ms`,
    ['library', 'min', 'median', 'max', '× notyf', 'cards'],
    rows,
  );
  const is = median(alone);
  const limits = [
    { what: 'ms of the main thread for the notice', is, limit: LIMIT, kept: is <= LIMIT },
    {
      what: 'cards',
      is: found.steadfetch.at(-1).cards,
      limit: 1,
      kept: found.steadfetch.every(({ cards }) => cards === 1),
    },
  ];
  const marks = limits.map(({ what, is, limit, kept }) => [
    what,
    figure(is, 1),
    `${limit}`,
    kept ? 'kept' : 'BROKEN',
  ]);
  table('Limits', ['what', 'is', 'at most', ''], marks);
  return limits;
}

async function run(options) {
  const rounds = options.quick ? 3 : 15;
  const pages = await serve(undefined);
  const browser = new Chromium(process.env.CHROMIUM || 'chromium');
  try {
    const chromium = await browser.version();
    console.log(chromium + (options.quick ? ', a smoke run: too short for figures to quote' : ''));
    const found = await measure(browser, pages.url('notices'), rounds);
    return { chromium, rounds, found, limits: report(found) };
  } finally {
    await browser.close();
    pages.close();
  }
}

await program('notices', USAGE, run);
