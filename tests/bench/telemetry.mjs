// What telling a collector costs a call in Chromium over an instant stub, beside OpenTelemetry's own fetch instrumentation.
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

const QUICK = { rounds: 5, calls: 1000, many: 20_000 };
const FULL = { rounds: 15, calls: 5000, many: 100_000 };

/** What telemetry may add at so many calls: of one core. */
const MOST_ADDED = 0.05;
/** What many calls may leave in V8's heap once all buffers are full, bytes: noise. */
const MOST_GROWN = 1_000_000;

/** Calls that a busy tab makes in a minute. */
const BUSY = 10_000;

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

/** How much larger the heap is after many calls, with the collector out of reach: all buffers were full before. */
async function grown(browser, url, library, calls) {
  const page = await browser.open(`${url}?${encodeURIComponent(library)}`);
  await page.run('bench.start()');
  const run = async (calls) => {
    for (let done = 0; done < calls; done += 5_000) await page.run(`bench.run("get", 5000)`);
    await page.collectGarbage();
    await page.collectGarbage();
    return page.heapBytes();
  };
  const before = await run(20_000);
  const after = await run(calls);
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
      const off = median(samples.steadfetch.cpu);
      const rows = Object.entries(samples).map(([name, { cpu }]) => {
        const busy = ((median(cpu) - off) * BUSY) / 60_000_000;
        const ours = name.startsWith('steadfetch,');
        if (ours) limit(`CPU, ${workload}: ${name}`, busy * 100, MOST_ADDED * 100, '%');
        return [
          name,
          ...spread(cpu).map((value) => figure(value, 1)),
          figure(ratio(cpu, samples.native.cpu), 2),
          ours ? `${figure(busy * 100, 2)} %` : '',
        ];
      });
      const head = ['', 'min', 'median', 'max', '× native', 'of one core, 10 000 calls/min'];
      table(`Main-thread CPU, µs per call: ${measure.WORKLOADS[workload]}`, head, rows);
    }
    const library = 'steadfetch, OTLP and traceparent, all sampled';
    const heap = await grown(browser, url, library, sizes.many);
    limit(`heap grown by ${sizes.many} calls`, heap, MOST_GROWN, 'bytes');
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
    return { chromium, ...sizes, found, heap, limits };
  } finally {
    await browser.close();
    pages.close();
  }
}

await program('telemetry', USAGE, run);
