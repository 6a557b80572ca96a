// What a call costs in Chromium over an instant stub, beside other libraries: CPU, bytes, the first call, what is left.
import { resolve } from 'node:path';
import { Chromium } from './chromium.mjs';
import * as measure from './measure.mjs';
import { serve } from './pages.mjs';
import { program } from './program.mjs';
import { Report } from './report.mjs';

const USAGE = `cargo xtask bench fetch [--quick] [--check] [--json FILE] [--other FILE]
  --quick       a smoke run: too short for figures to quote
  --check       fails when a limit is broken
  --json FILE   writes every sample
  --other FILE  the index.js of another build of steadfetch, measured beside this one`;

const QUICK = { rounds: 5, calls: 1000, windows: 3, callsInWindow: 1000, pages: 5, many: 20_000 };
const FULL = { rounds: 21, calls: 5000, windows: 9, callsInWindow: 1000, pages: 21, many: 100_000 };

async function run(options) {
  const sizes = options.quick ? QUICK : FULL;
  const program = process.env.CHROMIUM || 'chromium';
  const report = new Report();
  const pages = await serve(options.other && resolve(options.other));
  const within = async (flags, work) => {
    const browser = new Chromium(program, flags);
    try {
      return await work(browser);
    } finally {
      await browser.close();
    }
  };
  try {
    const chromium = await within('', (browser) => browser.version());
    console.log(chromium + (options.quick ? ', a smoke run: too short for figures to quote' : ''));
    const cpu = await within('', (browser) => measure.cpu(browser, pages.url('calls'), sizes));
    report.cpu(cpu);
    const bytes = await within(measure.ROOMY, (browser) => measure.bytes(browser, pages.url('calls'), sizes));
    report.bytes(bytes);
    const first = await within('', (browser) => measure.first(browser, pages.url('first'), sizes.pages));
    report.first(first);
    const flat = await within('', (browser) => measure.flat(browser, pages.url('flat'), sizes.many));
    report.flat(flat);
    report.summary();
    return { chromium, ...sizes, cpu, bytes, first, flat, limits: report.limits };
  } finally {
    pages.close();
  }
}

await program('fetch', USAGE, run, { other: { type: 'string' } });
