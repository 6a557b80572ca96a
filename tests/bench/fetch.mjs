// What a call costs in Chromium over an instant stub, beside other libraries: CPU, bytes, the first call, what is left.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Chromium } from './chromium.mjs';
import * as measure from './measure.mjs';
import { serve } from './pages.mjs';
import { figure, median, ratio, spread, table } from './table.mjs';

const USAGE = `node fetch.mjs [--quick] [--check] [--json FILE] [--other FILE]
  --quick       a smoke run: few rounds, no figures to quote
  --check       fails when a limit is broken
  --json FILE   writes every sample
  --other FILE  index.js of another build of steadfetch, measured beside this one`;

const LIMITS = { cpu: 1.8, bytes: 1500, first: 20, heap: 100_000 };

const OURS = ['steadfetch', 'steadfetch, 10 rules', 'steadfetch, other build'];
const OFETCH = ['ofetch.raw', 'ofetch.raw, stream'];

const limits = [];

const options = readArgs();
const sizes = options.quick
  ? { cpu: { rounds: 4, calls: 500 }, bytes: { windows: 3, calls: 300 }, first: 5, flat: 10_000 }
  : { cpu: { rounds: 25, calls: 2000 }, bytes: { windows: 9, calls: 1000 }, first: 21, flat: 100_000 };

try {
  const results = await run();
  if (options.json) await writeFile(options.json, JSON.stringify(results, null, 1) + '\n');
  const broken = limits.filter(({ kept }) => !kept);
  if (options.check && broken.length > 0) throw new Error(`${broken.length} of the limits broken`);
} catch (error) {
  console.error(`bench fetch: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

async function run() {
  const program = process.env.CHROMIUM || 'chromium';
  const pages = await serve(options.other && resolve(options.other));
  const browsers = [];
  const browser = (flags) => {
    browsers.push(new Chromium(program, flags));
    return browsers.at(-1);
  };
  try {
    const plain = browser();
    const chromium = await plain.version();
    console.log(`${chromium}${options.quick ? ', a smoke run: too short for figures to quote' : ''}`);
    const cpu = await measure.cpu(plain, pages.url('calls'), sizes.cpu);
    for (const [workload, title] of Object.entries(measure.WORKLOADS)) showCpu(title, cpu[workload]);
    const bytes = await measure.bytes(browser(measure.ROOMY), pages.url('calls'), sizes.bytes);
    for (const [workload, title] of Object.entries(measure.WORKLOADS)) showBytes(title, bytes.found[workload]);
    console.log(`  (a known 1 024 bytes measure as ${figure(bytes.known)})`);
    const first = await measure.first(browser(), pages.url('first'), sizes.first);
    showFirst(first);
    const flat = await measure.flat(browser(), pages.url('flat'), sizes.flat);
    showFlat(flat);
    showLimits();
    return { chromium, quick: options.quick, sizes, cpu, bytes, first, flat, limits };
  } finally {
    await Promise.all(browsers.map((each) => each.close()));
    pages.close();
  }
}

function showCpu(title, samples) {
  const native = samples.native;
  const ofetch = OFETCH.map((name) => samples[name].cpu);
  const rows = Object.entries(samples).map(([name, { cpu, wall }]) => {
    const times = ratio(cpu, native.cpu);
    let note = '';
    if (OURS.includes(name)) {
      const toOfetch = Math.min(...ofetch.map((other) => 1 / ratio(other, cpu)));
      const kept = [
        limit(`CPU, ${title}: ${name}, × native`, times, LIMITS.cpu),
        limit(`CPU, ${title}: ${name}, × the cheaper ofetch`, 1 / Math.min(...ofetch.map((o) => ratio(o, cpu))), 1),
      ];
      void toOfetch;
      note = kept.every(Boolean) ? 'kept' : 'BROKEN';
    }
    return [
      name,
      ...spread(cpu).map((value) => figure(value, 1)),
      figure(times, 2),
      figure(ratio(wall, native.wall), 2),
      note,
    ];
  });
  const head = ['library', 'min', 'median', 'max', '× native', 'by wall clock', ''];
  table(`Main-thread CPU, µs per call: ${title}`, head, rows);
}
