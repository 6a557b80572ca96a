// What telling a collector costs a call in Chromium over an instant stub, beside OpenTelemetry's own fetch instrumentation; and what it
// costs a busy page in all, its timers, redaction, storage and requests included.
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { Chromium } from './chromium.mjs';
import * as measure from './measure.mjs';
import { serve } from './pages.mjs';
import { program } from './program.mjs';
import { figure, median, ratio, spread, table } from './table.mjs';

const USAGE = `cargo xtask bench telemetry [--quick] [--check] [--json FILE]
  --quick       a smoke run: too short for figures to quote
  --check       fails when a limit is broken
  --json FILE   writes every sample`;

const QUICK = { rounds: 5, calls: 1000, seconds: 5, turns: 3, many: 20_000 };
const FULL = { rounds: 15, calls: 5000, seconds: 20, turns: 5, many: 100_000 };

/** What telemetry may add at so many calls: of one core. */
const MOST_ADDED = 0.05;
/** What many calls may leave in the page once all buffers are full, bytes: noise. */
const MOST_GROWN = 1_000_000;

/** Calls that a busy tab makes in a second: 10 000 a minute. */
const BUSY = 167;
/** Calls a second where only their number matters: buffers fill, and none of them is passed over. */
const FAST = 3_000;
/** Until all is loaded and compiled, and buffers are full. */
const WARM = 20_000;

const OFF = 'steadfetch';
const TELLING = ['steadfetch, OTLP, 0.1 sampled', 'steadfetch, OTLP and traceparent, all sampled'];

/** What an app has to load for it, bundled and minified: bytes of brotli. */
async function weigh(source) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'chrome116',
    write: false,
    logLevel: 'warning',
  });
  return brotliCompressSync(outputFiles[0]?.contents ?? new Uint8Array()).length;
}

const OPENTELEMETRY = `
  export { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
  export { registerInstrumentations } from '@opentelemetry/instrumentation';
  export { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch';
  export { BatchSpanProcessor, TraceIdRatioBasedSampler, WebTracerProvider } from '@opentelemetry/sdk-trace-web';`;

async function opened(browser, url, library) {
  const page = await browser.open(`${url}?${encodeURIComponent(library)}`);
  await page.run('bench.start()');
  return page;
}

/**
 * What share of one core a page's main thread is at work while it makes calls as a busy tab does, one of 50 after a 503, until it is
 * left: of each library in turn, so that what disturbs the machine disturbs all.
 */
async function busy(browser, url, { seconds, turns }) {
  /** @type {Record<string, number[]>} */
  const shares = Object.fromEntries([OFF, ...TELLING].map((library) => [library, []]));
  for (let turn = 0; turn < turns; turn++) {
    for (const [library, found] of Object.entries(shares)) {
      const page = await opened(browser, url, library);
      await page.run(`bench.live(${BUSY * 3}, ${BUSY})`);
      const before = await page.metrics();
      const took = await page.run(`bench.live(${BUSY * seconds}, ${BUSY})`);
      // Metrics are told once a minute otherwise.
      await page.run('void dispatchEvent(new Event("pagehide"))');
      const after = await page.metrics();
      const { told, broken } = await page.run('bench.network');
      if (broken === 0 || told > 0 !== (library !== OFF)) throw new Error(`${library}: ${told} posts`);
      found.push((after.ThreadTime - before.ThreadTime) / (took / 1000));
      await page.close();
    }
  }
  return shares;
}

/** How much larger a page's memory is after many calls, with the collector out of reach: all buffers were full before. */
async function grown(browser, url, library, calls) {
  const page = await opened(browser, url, library);
  await page.run('void (bench.network.away = true)');
  const run = async (calls) => {
    await page.run(`bench.live(${calls}, ${FAST})`);
    await page.collectGarbage();
    await page.collectGarbage();
    // What Wasm and buffers hold is not in V8's own heap.
    const { usedSize, backingStorageSize } = await page.send('Runtime.getHeapUsage');
    return usedSize + backingStorageSize;
  };
  const before = await run(WARM);
  const after = await run(calls);
  const { told, refused } = await page.run('bench.network');
  if (told > 0 || refused === 0) throw new Error('the collector was to be out of reach');
  await page.close();
  return after - before;
}

async function run(options) {
  const sizes = options.quick ? QUICK : FULL;
  const pages = await serve(undefined);
  const browser = new Chromium(process.env.CHROMIUM || 'chromium');
  const limits = [];
  const limit = (what, is, most, unit) => limits.push({ what, is, most, unit, kept: is <= most });
  try {
    const chromium = await browser.version();
    console.log(chromium + (options.quick ? ', a smoke run: too short for figures to quote' : ''));
    const url = pages.url('telemetry');
    const found = await measure.cpu(browser, url, sizes);
    for (const workload of ['get', 'read']) {
      const samples = found[workload];
      const rows = Object.entries(samples).map(([name, { cpu }]) => {
        return [
          name,
          ...spread(cpu).map((value) => figure(value, 1)),
          figure(ratio(cpu, samples.native.cpu), 2),
        ];
      });
      const head = ['', 'min', 'median', 'max', '× native'];
      table(`Main-thread CPU of the call itself, µs: ${measure.WORKLOADS[workload]}`, head, rows);
    }
    const shares = await busy(browser, url, sizes);
    const off = shares[OFF] ?? [];
    const added = (name) => median(shares[name]?.map((share, turn) => share - (off[turn] ?? 0)));
    const rows = Object.entries(shares).map(([name, share]) => [
      name,
      ...spread(share).map((value) => `${figure(value * 100, 2)} %`),
      name === OFF ? '' : `${figure(added(name) * 100, 2)} %`,
    ]);
    table(
      `Of one core, ${BUSY} calls a second for ${sizes.seconds} s, all that it does`,
      ['', 'min', 'median', 'max', 'added'],
      rows,
    );
    for (const name of TELLING) limit(`CPU added: ${name}`, added(name) * 100, MOST_ADDED * 100, '%');
    const memory = await grown(browser, url, TELLING[1], sizes.many);
    limit(`memory grown by ${sizes.many} calls, collector out of reach`, memory, MOST_GROWN, 'bytes');
    table('To load, bytes of brotli', ['', 'bytes'], [
      ['OpenTelemetry: tracing, fetch instrumentation, OTLP for traces', figure(await weigh(OPENTELEMETRY), 0)],
      ['steadfetch: traces, metrics, logs, redaction', 'cargo xtask bench size, “on demand: telemetry”'],
    ]); // prettier-ignore
    const marks = limits.map(({ what, is, most, unit, kept }) => [
      what,
      `${figure(is, unit === '%' ? 2 : 0)} ${unit}`,
      `${most} ${unit}`,
      kept ? 'kept' : 'BROKEN',
    ]);
    table('Limits', ['what', 'is', 'at most', ''], marks);
    return { chromium, ...sizes, found, shares, memory, limits };
  } finally {
    await browser.close();
    pages.close();
  }
}

await program('telemetry', USAGE, run);
