// The dashboard and the collector's configuration that the docs give: every metric and label that is queried is one that pages really
// send, the queries are PromQL, the dashboard is laid out as Grafana wants it, and the pipelines name what is defined.
import { readFileSync } from 'node:fs';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { type Metric, collected, values } from '../support/collector';
import { expect, test } from '../support/test';

const ROOT = new URL('../../../', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, ROOT), 'utf8');

interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: { type: string; uid: string };
  interval?: string;
  targets?: { refId: string; expr: string; legendFormat?: string }[];
}
interface Dashboard {
  title: string;
  uid: string;
  schemaVersion: number;
  time: { from: string; to: string };
  templating: { list: { name: string; query: string | { query: string } }[] };
  panels: Panel[];
}

const dashboard = JSON.parse(read('docs/grafana-dashboard.json')) as Dashboard;

/** Seconds of a duration, as Grafana, Prometheus and the Collector write it. */
function seconds(duration: string): number {
  const [, count, unit] = /^(\d+)([smh])$/.exec(duration)!;
  return Number(count) * { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'];
}

/** Grafana's scrape interval of a Prometheus data source that nobody has set, s. */
const SCRAPED = 15;
/** A panel has so many points at most where it is as wide as a large screen. */
const WIDE = 2_000;

/** Grafana's $__rate_interval of a panel at the dashboard's own zoom, s: https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/ */
function rateInterval({ interval }: Panel): number {
  const shown = seconds(/^now-(\d+h)$/.exec(dashboard.time.from)![1]!);
  const scraped = interval === undefined ? SCRAPED : seconds(interval);
  const step = Math.max(shown / WIDE, scraped);
  return Math.max(step + scraped, 4 * scraped);
}

/** A metric's name in Prometheus (OpenTelemetry's compatibility rules): dots, units, `_total` for what only grows. */
function inPrometheus({ name, unit, sum, histogram }: Metric): string[] {
  const words = name.replace(/[^a-zA-Z0-9]/g, '_');
  // What stands in braces is no unit.
  const suffix = unit === 's' ? '_seconds' : '';
  if (histogram) return ['_bucket', '_sum', '_count'].map((part) => words + suffix + part);
  return [words + suffix + (sum ? '_total' : '')];
}

/** What a query asks for: its metrics, and the labels that it names. */
function asked(query: string, panel: Panel): { metrics: string[]; labels: string[] } {
  // Grafana fills these in first.
  const expr = query.replaceAll('$__rate_interval', `${rateInterval(panel)}s`).replaceAll('$service', 'shop');
  const found = { metrics: [] as string[], labels: [] as string[] };
  parser.parse(expr).iterate({
    enter({ name, type, from, to }) {
      expect(type.isError, `${expr} is PromQL, also at ${from}`).toBe(false);
      const text = expr.slice(from, to);
      if (name === 'Identifier') found.metrics.push(text);
      if (name === 'LabelName') found.labels.push(text);
    },
  });
  return found;
}

test('Dashboard: every metric and label that it asks for is one that a page sends', async ({ site }) => {
  const collector = await site.server.play({ steps: [{ json: {} }] });
  const script = await site.server.play({
    steps: [{ json: {} }, { status: 503 }, { json: {} }, { status: 404 }, { status: 503, repeat: 9 }],
  });
  await site.page.evaluate(
    async ([url, collector]) => {
      const client = steadfetch.createSteadfetch({
        surfaces: { delay: 0 },
        telemetry: { otlp: { url: collector, service: 'shop' }, sample: 1 },
        defaults: { retry: { attempts: 2, base: 2, cap: 4 } },
        rules: [
          { match: { url: '/s/*', methods: ['POST'] }, outbox: {}, retry: false },
          { match: '/s/*', feature: 'orders', cache: { strategy: 'network-first', staleIfError: 60_000 } },
        ],
      });
      await client.ready;
      for (let call = 0; call < 3; call++) {
        await lab.outcome(() => client.fetch(url));
        // Its copy is stored meanwhile.
        await lab.sleep(150);
      }
      await lab.outcome(() => client.fetch(url, { method: 'POST', body: 'x' }));
      const args = { title: 'Saved', body: 'All is well.' };
      const { id } = client.notices.show({ message: 'text', args, surface: 'toast', severity: 'error' });
      await lab.sleep(500);
      client.notices.dismiss(id);
      client.features.set('orders', 'reduced');
      dispatchEvent(new Event('pagehide'));
    },
    [script.url, collector.second] as const,
  );
  await expect.poll(async () => (await collected(collector)).metrics.length).toBeGreaterThan(0);
  const sent = new Map<string, Set<string>>();
  for (const metric of (await collected(collector)).metrics) {
    const points = (metric.sum ?? metric.histogram)!.dataPoints;
    for (const name of inPrometheus(metric)) {
      const labels = sent.get(name) ?? new Set(['service_name', ...(metric.histogram ? ['le'] : [])]);
      for (const { attributes } of points)
        for (const key of Object.keys(values(attributes))) labels.add(key.replace(/\W/g, '_'));
      sent.set(name, labels);
    }
  }
  const queries = dashboard.panels.flatMap((panel) =>
    (panel.targets ?? []).map((target) => ({ panel, ...target })),
  );
  expect(queries.length).toBeGreaterThan(12);
  const used = new Set<string>();
  for (const { panel, expr, legendFormat = '' } of queries) {
    const { metrics, labels } = asked(expr, panel);
    expect(metrics.length, expr).toBeGreaterThan(0);
    const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!);
    for (const metric of metrics) {
      used.add(metric);
      expect([...sent.keys()], `${expr}: is sent`).toContain(metric);
    }
    // In a quotient, of one of both.
    const known = metrics.flatMap((metric) => [...sent.get(metric)!]);
    for (const label of [...labels, ...shown]) expect(known, expr).toContain(label);
  }
  // And nothing that is sent is looked at by nobody.
  const unseen = [...sent.keys()].filter((name) => !used.has(name) && !/_(sum|count)$/.test(name));
  expect(unseen).toEqual([]);
  for (const { query } of dashboard.templating.list.slice(1)) {
    const [, metric, label] = /^label_values\((\w+), (\w+)\)$/.exec((query as { query: string }).query)!;
    expect([...sent.get(metric!)!]).toContain(label);
  }
});

test('Dashboard: it is laid out as Grafana wants it', () => {
  const { title, uid, schemaVersion, panels, templating } = dashboard;
  expect([typeof title, typeof uid, schemaVersion >= 30]).toEqual(['string', 'string', true]);
  expect(new Set(panels.map(({ id }) => id)).size, 'ids are there once').toBe(panels.length);
  const variables = templating.list.map(({ name }) => name);
  const taken = new Set<string>();
  for (const { id, type, title, gridPos, targets, datasource } of panels) {
    expect(['row', 'stat', 'timeseries'], title).toContain(type);
    const { x, y, w, h } = gridPos;
    expect(x >= 0 && x + w <= 24 && h > 0, `${title} is on the grid`).toBe(true);
    for (let column = x; column < x + w; column++)
      for (let row = y; row < y + h; row++) {
        expect(taken.has(`${column} ${row}`), `${title} (${id}) covers nothing`).toBe(false);
        taken.add(`${column} ${row}`);
      }
    if (type === 'row') continue;
    expect(datasource).toEqual({ type: 'prometheus', uid: '${datasource}' });
    const ids = targets!.map(({ refId }) => refId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { expr } of targets!)
      for (const [, name] of expr.matchAll(/\$(?!__)\{?(\w+)/g)) expect(variables).toContain(name);
  }
});

/** Kinds of failure that are refused in the page, and so have no attempt: by what the core's own table says of each. */
function refusedKinds(): string[] {
  const table = read('src/fault/kind.rs');
  return [...table.matchAll(/\/\/\/ Refused here because .*\n\s+\w+ = "([a-z-]+)"/g)].map(
    ([, name]) => name!,
  );
}

test('Dashboard: the share of failed attempts leaves out what had no attempt', async ({ site }) => {
  const panel = dashboard.panels.find(({ title }) => title === 'Failed attempts by server')!;
  const [, pattern] = /error_type!~"([^"]+)"/.exec(panel.targets![0]!.expr)!;
  const refused = refusedKinds();
  expect(refused.length).toBeGreaterThan(2);
  expect(pattern!.split('|').sort()).toEqual([...refused].sort());
  // A server that fails for good: most calls are refused. No more than what a page that is left may tell at once.
  const collector = await site.server.play({ steps: [{ json: {} }] });
  const script = await site.server.play({ steps: [{ status: 500, repeat: 99 }] });
  await site.page.evaluate(
    async ([url, collector]) => {
      const client = await lab.client({
        telemetry: { otlp: { url: collector } },
        defaults: { retry: false, breaker: { consecutive: 2, open: 30_000, openCap: 30_000 } },
      });
      for (let call = 0; call < 5; call++) await lab.outcome(() => client.fetch(url));
      // What redacts has come by then.
      await lab.sleep(500);
      dispatchEvent(new Event('pagehide'));
    },
    [script.url, collector.second] as const,
  );
  await expect.poll(async () => (await collected(collector)).metrics.length).toBeGreaterThan(0);
  const { metrics } = await collected(collector);
  const sum = (wanted: string, counts: (kind: string) => boolean) =>
    metrics
      .filter(({ name }) => name === wanted)
      .flatMap(({ sum }) => sum!.dataPoints)
      .filter(({ attributes }) => counts(String(values(attributes)['error.type'])))
      .reduce((total, { asInt }) => total + Number(asInt), 0);
  const attempts = sum('steadfetch.attempts', () => true);
  // As Prometheus matches: the whole value.
  const left = new RegExp(`^(?:${pattern})$`);
  expect(
    sum('steadfetch.failures', () => true),
    'more failures than attempts',
  ).toBeGreaterThan(attempts);
  expect(sum('steadfetch.failures', (kind) => !left.test(kind))).toBe(attempts);
});

interface Collector {
  receivers: Record<string, unknown>;
  processors: Record<string, unknown>;
  exporters: Record<string, unknown>;
  service: { pipelines: Record<string, Record<string, string[]>> };
}

function configuration(): Collector {
  const [, text] = /```yaml\n(receivers:[\s\S]*?)```/.exec(read('docs/telemetry.md'))!;
  return parse(text!) as Collector;
}

interface Scrapes {
  scrape_configs: { scrape_interval: string; static_configs: { targets: string[] }[] }[];
}

function scrapes(): Scrapes {
  const [, text] = /```yaml\n(scrape_configs:[\s\S]*?)```/.exec(read('docs/telemetry.md'))!;
  return parse(text!) as Scrapes;
}

/** Components of the OpenTelemetry Collector's contrib distribution that are used, with the members that they have. */
const KNOWN: Record<string, Record<string, string[]>> = {
  receivers: { otlp: ['protocols'] },
  processors: {
    memory_limiter: ['check_interval', 'limit_percentage', 'spike_limit_percentage'],
    deltatocumulative: ['max_stale', 'max_streams'],
    resource: ['attributes'],
    batch: ['timeout', 'send_batch_size'],
    transform: ['metric_statements', 'error_mode'],
  },
  exporters: {
    prometheus: ['endpoint', 'metric_expiration', 'resource_to_telemetry_conversion'],
    otlphttp: ['endpoint', 'traces_endpoint', 'logs_endpoint'],
  },
};

test('Collector’s configuration: it parses, and its pipelines name what is defined, and all of it', () => {
  const config = configuration();
  const { pipelines } = config.service;
  expect(Object.keys(pipelines).sort()).toEqual(['logs', 'metrics', 'traces']);
  for (const kind of ['receivers', 'processors', 'exporters'] as const) {
    const named = new Set(Object.values(pipelines).flatMap((pipeline) => pipeline[kind]!));
    expect([...named].sort(), kind).toEqual(Object.keys(config[kind]).sort());
    for (const [id, members] of Object.entries(config[kind])) {
      const known = KNOWN[kind]![id.split('/')[0]!];
      expect(known, id).toBeDefined();
      for (const member of Object.keys(members ?? {})) expect(known, id).toContain(member);
    }
  }
  for (const [name, { processors }] of Object.entries(pipelines)) {
    expect(processors![0], `${name}: memory is minded first`).toBe('memory_limiter');
    expect(processors![1], `${name}: then there are batches`).toBe('batch');
  }
});

test('Collector’s configuration: increments of many pages add up in one series', () => {
  const config = configuration();
  const { processors } = config.service.pipelines['metrics']!;
  // One after the other, told by their arrival, and summed.
  expect(processors!.slice(1)).toEqual(['batch', 'resource/fleet', 'transform/arrival', 'deltatocumulative']);
  const [instance] = (config.processors['resource/fleet'] as { attributes: Record<string, string>[] })
    .attributes;
  expect(instance).toEqual({ key: 'service.instance.id', value: '${env:HOSTNAME}', action: 'upsert' });
  const { metric_statements } = config.processors['transform/arrival'] as {
    metric_statements: { context: string; statements: string[] }[];
  };
  const statements = metric_statements.flatMap(({ statements }) => statements);
  expect(statements).toContain('set(datapoint.time, Now())');
  expect(statements).toContain('set(datapoint.start_time_unix_nano, 0)');
});

test('Collector’s configuration: each window of the dashboard has samples of each series', () => {
  const config = configuration();
  const exporters = config.exporters as { prometheus: { endpoint: string; metric_expiration: string } };
  const { max_stale } = config.processors['deltatocumulative'] as { max_stale: string };
  // Repeated at every scrape, a series has samples while it rests; and it is not shown again once its sum has begun anew.
  expect(seconds(exporters.prometheus.metric_expiration)).toBe(seconds(max_stale));
  expect(config.service.pipelines['metrics']!['exporters']).toEqual(['prometheus']);
  const [{ scrape_interval, static_configs }] = scrapes().scrape_configs as [Scrapes['scrape_configs'][0]];
  const port = (address: string) => address.split(':').at(-1);
  expect(static_configs.flatMap(({ targets }) => targets).map(port)).toEqual([
    port(exporters.prometheus.endpoint),
  ]);
  for (const panel of dashboard.panels.filter(({ type }) => type !== 'row')) {
    // `rate` needs two samples; one may be late, one may be missed.
    expect(rateInterval(panel), panel.title).toBeGreaterThanOrEqual(4 * seconds(scrape_interval));
  }
});

test('Collector’s configuration: browsers ask for leave seldom, and may read when to come again', () => {
  const { protocols } = configuration().receivers['otlp'] as {
    protocols: {
      http: { cors: Record<string, unknown>; response_headers: Record<string, string> };
    };
  };
  const { cors, response_headers } = protocols.http;
  // The members that the Collector has (confighttp); it has none for exposed headers.
  expect(Object.keys(cors).sort()).toEqual(['allowed_headers', 'allowed_origins', 'max_age']);
  // Chromium's most, s: https://fetch.spec.whatwg.org/#http-access-control-max-age
  expect(cors['max_age']).toBe(7200);
  expect(response_headers).toEqual({ 'Access-Control-Expose-Headers': 'Retry-After' });
});

test('Metrics: all that a page sends adds up over pages', async ({ site }) => {
  const collector = await site.server.play({ steps: [{ json: {} }] });
  const script = await site.server.play({ steps: [{ json: {} }] });
  const since = Date.now();
  await site.page.evaluate(
    async ([url, collector]) => {
      const client = await lab.client({ telemetry: { otlp: { url: collector } } });
      await client.fetch(url);
      await lab.sleep(200);
      dispatchEvent(new Event('pagehide'));
    },
    [script.url, collector.second] as const,
  );
  await expect.poll(async () => (await collected(collector)).metrics.length).toBeGreaterThan(0);
  const { metrics } = await collected(collector);
  for (const { name, sum, histogram } of metrics) {
    expect(sum ?? histogram, name).toMatchObject({
      aggregationTemporality: 1,
      ...(sum && { isMonotonic: true }),
    });
    for (const { startTimeUnixNano, timeUnixNano } of (sum ?? histogram)!.dataPoints) {
      const [from, to] = [startTimeUnixNano, timeUnixNano].map((time) => Number(time.slice(0, -6)));
      expect(from! <= to! && from! > since - 60_000 && to! < Date.now() + 60_000, name).toBe(true);
    }
  }
  const points = (wanted: string) => {
    const { sum, histogram } = metrics.find(({ name }) => name === wanted)!;
    return (sum ?? histogram)!.dataPoints.map(({ attributes, asInt, sum, count }) => [
      values(attributes)['steadfetch.breaker.state'],
      asInt ?? [count, sum],
    ]);
  };
  expect(points('steadfetch.breaker')).toEqual([['closed', 1]]);
  expect(points('steadfetch.outbox')).toEqual([[undefined, [1, 0]]]);
});
