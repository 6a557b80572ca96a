// The page of `bench telemetry`: what telling costs a call, and a page. The collector is the page's own server, over real requests.
import { network } from './faulty.js';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch';
import {
  BatchSpanProcessor,
  TraceIdRatioBasedSampler,
  WebTracerProvider,
} from '@opentelemetry/sdk-trace-web';
import { createSteadfetch } from 'steadfetch';
import { measured } from './batches.js';

const otlp = { url: `${location.origin}/collector` };

function likeFetch(fetch) {
  return { get: (url) => fetch(url), read: async (url) => (await fetch(url)).json() };
}

async function steady(telemetry) {
  const client = createSteadfetch({
    surfaces: false,
    // Calls that fail once succeed at their second attempt, soon, however many a second there are.
    defaults: { retry: { base: 2, cap: 4 }, breaker: false, budget: false },
    ...(telemetry && { telemetry }),
  });
  await client.ready;
  return likeFetch(client.fetch);
}

/** Its fetch instrumentation, as its own guide sets it up. */
function opentelemetry(share) {
  const provider = new WebTracerProvider({
    sampler: new TraceIdRatioBasedSampler(share),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${otlp.url}/v1/traces` }))],
  });
  provider.register();
  registerInstrumentations({ instrumentations: [new FetchInstrumentation()] });
  return likeFetch((url) => fetch(url));
}

measured(
  {
    native: () => likeFetch((url) => fetch(url)),
    steadfetch: () => steady(),
    'steadfetch, traceparent': () => steady({ traceparent: 'same-origin' }),
    'steadfetch, OTLP, 0.1 sampled': () => steady({ otlp }),
    'steadfetch, OTLP and traceparent, all sampled': () =>
      steady({ otlp, traceparent: 'same-origin', sample: 1 }),
    'OpenTelemetry fetch, 0.1 sampled': () => opentelemetry(0.1),
    'OpenTelemetry fetch, all sampled': () => opentelemetry(1),
  },
  network,
);
