// The fault server as an OpenTelemetry collector: what it received, decoded.
import type { Received, Scenario } from './server';

type Attributes = { key: string; value: { stringValue?: string; intValue?: string } }[];

export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attributes;
  events?: { name: string; attributes: Attributes }[];
  status: { code?: number };
}

export interface Log {
  severityText: string;
  eventName: string;
  body: { stringValue: string };
  attributes: Attributes;
  traceId?: string;
}

export interface Metric {
  name: string;
  unit: string;
  sum?: { dataPoints: Point[] };
  gauge?: { dataPoints: Point[] };
  histogram?: { dataPoints: Point[] };
}
interface Point {
  attributes: Attributes;
  asInt?: string;
  count?: number;
  sum?: number;
  bucketCounts?: number[];
  explicitBounds?: number[];
}

/** Attributes as an object; numbers as numbers. */
export function values(attributes: Attributes): Record<string, string | number> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]),
  );
}

/** Everything that a collector at this script's address took, by signal. */
export async function collected(script: Scenario) {
  const requests = (await script.requests()).filter(
    ({ method, status }) => method === 'POST' && status === 200,
  );
  const of = (signal: string, [group, scope, list]: [string, string, string]) =>
    requests
      .filter(({ path }) => path === `/v1/${signal}`)
      .flatMap((request) => read(request)[group] as Record<string, unknown>[])
      .flatMap((resource) => resource[scope] as Record<string, unknown>[])
      .flatMap((scoped) => scoped[list] as unknown[]);
  return {
    requests,
    spans: of('traces', ['resourceSpans', 'scopeSpans', 'spans']) as Span[],
    logs: of('logs', ['resourceLogs', 'scopeLogs', 'logRecords']) as Log[],
    metrics: of('metrics', ['resourceMetrics', 'scopeMetrics', 'metrics']) as Metric[],
  };
}

function read({ body }: Received): Record<string, unknown> {
  return JSON.parse(body.text!) as Record<string, unknown>;
}
