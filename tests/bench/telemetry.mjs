// What telling a collector costs a call in Chromium over an instant stub, beside OpenTelemetry's own fetch instrumentation.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { Chromium } from './chromium.mjs';
import * as measure from './measure.mjs';
import { serve } from './pages.mjs';
import { figure, median, ratio, spread, table } from './table.mjs';

const USAGE = `cargo xtask bench telemetry [--quick]
  --quick       a smoke run: too short for figures to quote`;

const QUICK = { rounds: 5, calls: 1000 };
const FULL = { rounds: 15, calls: 5000 };

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

async function run(sizes) {
  const pages = await serve(undefined);
  const browser = new Chromium(process.env.CHROMIUM || 'chromium');
  try {
    console.log(
      (await browser.version()) + (sizes === QUICK ? ', a smoke run: too short for figures to quote' : ''),
    );
    const found = await measure.cpu(browser, pages.url('telemetry'), sizes);
    for (const workload of ['get', 'read']) {
      const samples = found[workload];
      const off = median(samples.steadfetch.cpu);
      const rows = Object.entries(samples).map(([name, { cpu }]) => {
        const busy = ((median(cpu) - off) * BUSY) / 60_000_000;
        return [
          name,
          ...spread(cpu).map((value) => figure(value, 1)),
          figure(ratio(cpu, samples.native.cpu), 2),
          name.startsWith('steadfetch,') ? `${figure(busy * 100, 2)} %` : '',
        ];
      });
      const head = ['', 'min', 'median', 'max', '× native', 'of one core, 10 000 calls/min'];
      table(`Main-thread CPU, µs per call: ${measure.WORKLOADS[workload]}`, head, rows);
    }
    table('To load, bytes of brotli', ['', 'bytes'], [
      ['OpenTelemetry: tracing, fetch instrumentation, OTLP for traces', figure(await weigh(OPENTELEMETRY), 0)],
      ['steadfetch: traces, metrics, logs, redaction', 'cargo xtask bench size, “on demand: telemetry”'],
    ]); // prettier-ignore
  } finally {
    await browser.close();
    pages.close();
  }
}

try {
  const { values } = parseArgs({ options: { quick: { type: 'boolean' } } });
  await run(values.quick ? QUICK : FULL);
} catch (error) {
  console.error(`bench telemetry: ${error.message}\n\n${USAGE}`);
  process.exitCode = 1;
}
