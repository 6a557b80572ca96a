// The fault server as an OpenTelemetry collector: what it received, decoded; and what a page has stored for it.
import type { Page } from '@playwright/test';
import type { Scenario } from './server';

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
  spanId?: string;
}

export interface Metric {
  name: string;
  unit: string;
  sum?: { dataPoints: Point[] };
  histogram?: { dataPoints: Point[] };
}
interface Point {
  startTimeUnixNano: string;
  timeUnixNano: string;
  attributes: Attributes;
  asInt?: number;
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

/** Everything that a collector at this script's address took, by signal. Its log keeps 16 KiB of a body: `watched` keeps all. */
export async function collected(script: Scenario) {
  const requests = (await script.requests()).filter(
    ({ method, status }) => method === 'POST' && status === 200,
  );
  return decoded(requests);
}

/** What a page sends to this address from now on, whatever it is answered. */
export async function watched(page: Page, url: string): Promise<() => ReturnType<typeof decoded<Post>>> {
  const requests: Post[] = [];
  await page.route(`${url}/**`, (route) => {
    const path = new URL(route.request().url()).pathname.slice(new URL(url).pathname.length);
    const text = route.request().postData() ?? '';
    requests.push({ path, body: { text, length: Buffer.byteLength(text) } });
    return route.fulfill({ json: {} });
  });
  return () => decoded(requests);
}

type Post = { path: string; body: { text?: string; length: number } };

function decoded<T extends Post>(requests: T[]) {
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

function read({ body }: Post): Record<string, unknown> {
  return JSON.parse(body.text!) as Record<string, unknown>;
}

/** An item that a page's clients keep for a collector. */
export interface Stored {
  id: string;
  keep: boolean;
  to: string[];
  record: { type: string; traceId?: string; spanId?: string; tries?: { spanId: string }[] };
}

/** What the clients of a page have stored, each as text, and all items of it. */
export async function shelves(page: Page): Promise<{ texts: string[]; items: Stored[] }> {
  const texts = await page.evaluate(() =>
    Object.entries(sessionStorage as unknown as Record<string, string>)
      .filter(([key]) => key.startsWith('steadfetch:telemetry:'))
      .map(([, text]) => text),
  );
  return { texts, items: texts.flatMap((text) => (JSON.parse(text) as { items: Stored[] }).items) };
}
