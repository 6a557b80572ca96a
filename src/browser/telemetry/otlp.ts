// Redacted records in OpenTelemetry's terms: OTLP 1.x in its JSON encoding, HTTP semantic conventions 1.45. Pure.
import type { Health, OutgoingRecord } from '../../../pkg/types/index';
import { BOUNDS, type Series } from './durations';
import { type Outgoing, version } from './redact';

export type Signal = 'traces' | 'logs' | 'metrics';

/** An attribute, as OTLP writes it: 64-bit numbers are strings. */
type Attribute = { key: string; value: { stringValue: string } | { intValue: string } };
type Values = Record<string, string | number | undefined>;

const SCHEMA = 'https://opentelemetry.io/schemas/1.45.0';
const SCOPE = { name: 'steadfetch', version };
/** Steps of a timeline that a span tells. */
const MOST_EVENTS = 24;

// Numbers of the protocol.
const INTERNAL = 1;
const CLIENT = 3;
const ERROR = 2;
const DELTA = 1;
const SEVERITY = { INFO: 9, WARN: 13, ERROR: 17 } as const;

/** Methods that the conventions know; any other is `_OTHER`. */
const METHODS = /^(CONNECT|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT|TRACE|QUERY)$/;

/** What is posted for a signal: the page's own description around these items. */
export function payload(signal: Signal, items: object[], service: string, instance: string): object {
  const resource = {
    attributes: attributes({
      'service.name': service,
      'service.instance.id': instance,
      'telemetry.sdk.language': 'webjs',
    }),
  };
  const [group, scope, list] = {
    traces: ['resourceSpans', 'scopeSpans', 'spans'],
    logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
    metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
  }[signal] as [string, string, string];
  const scoped = { scope: SCOPE, [list]: items, schemaUrl: SCHEMA };
  return { [group]: [{ resource, [scope]: [scoped], schemaUrl: SCHEMA }] };
}

/** What a record comes to in a signal. `id`: by it, a log that was sent twice is known; spans have ids of their own. */
export function partsOf(signal: Signal, record: Outgoing, id: string): object[] {
  if (signal === 'traces') return spans(record);
  return signal === 'logs' ? [log(record, id)] : metrics(record);
}

/** The span of a call, and one for each of its attempts. */
function spans(record: Outgoing): object[] {
  const { at, duration = 0, traceId, spanId, parentId, fault, timeline = [], tries = [] } = record;
  const name = `${methodOf(record)} ${record.route ?? ''}`.trim();
  const failed = fault && (fault.impact === 'blocked' || fault.impact === 'data-at-risk');
  const call = {
    traceId,
    spanId,
    ...(parentId && { parentSpanId: parentId }),
    name,
    kind: INTERNAL,
    ...times(at, duration),
    attributes: attributes({ ...common(record, record.origin), ...ofCall(record) }),
    events: timeline
      .filter(({ what }) => !/^(start|attempt|response|done)$/.test(what))
      .slice(0, MOST_EVENTS)
      .map((step) => ({
        timeUnixNano: nanos(at + step.at),
        name: `steadfetch.${step.what}`,
        attributes: attributes({
          'steadfetch.why': step.why,
          'steadfetch.delay': step.delay,
          'http.response.status_code': step.status,
        }),
      })),
    status: failed ? { code: ERROR, message: fault.code } : {},
  };
  const attempts = tries.map((attempt) => {
    const { status, kind } = attempt;
    const server = attempt.endpoint ?? record.origin;
    return {
      traceId,
      spanId: attempt.spanId,
      parentSpanId: spanId,
      name,
      kind: CLIENT,
      ...times(at + attempt.at, attempt.duration),
      attributes: attributes({
        ...common(record, server),
        'url.full': fullUrl(server, record.route),
        'http.response.status_code': status || undefined,
        'error.type': errorType(status, kind),
        'http.request.resend_count': attempt.attempt > 1 ? attempt.attempt - 1 : undefined,
      }),
      status: errorType(status, kind) ? { code: ERROR } : {},
    };
  });
  return [call, ...attempts];
}

/** A log record of what happened; its event name is that of the record. */
function log(record: Outgoing, id: string): object {
  const { type, at, traceId, spanId, fault } = record;
  const grave = fault?.impact === 'blocked' || fault?.impact === 'data-at-risk' || record.to === 'open';
  const lost = record.state === 'passthrough' || record.change === 'dead';
  const severity = grave ? 'ERROR' : lost || fault || type === 'call' || record.level ? 'WARN' : 'INFO';
  const { type: _, at: __, timeline: ___, tries: ____, fault: _____, ...flat } = record;
  const told = Object.entries(flat as Values).map(([name, value]) => [`steadfetch.${name}`, value]);
  return {
    timeUnixNano: nanos(at),
    severityNumber: SEVERITY[severity],
    severityText: severity,
    eventName: `steadfetch.${type}`,
    body: { stringValue: sentence(record) },
    attributes: attributes({
      ...(type === 'call'
        ? { ...common(record, record.origin), ...ofCall(record) }
        : Object.fromEntries(told)),
      'log.record.uid': id,
    }),
    ...(traceId && { traceId, spanId }),
  };
}

/** Counts of `health()` as sums: name, unit, attribute, and its value for each member. */
const COUNTS = [
  ['steadfetch.people', '{call}', 'steadfetch.outcome', 'people', { helped: 'helped', waited: 'waited', failed: 'failed' }],
  ['steadfetch.notices', '{notice}', 'steadfetch.notice.outcome', 'people', { noticesShown: 'shown', noticesDismissed: 'dismissed', noticesActed: 'acted' }],
  ['steadfetch.cache', '{copy}', 'steadfetch.cache.result', 'cache', { fresh: 'fresh', stale: 'stale', misses: 'miss', evicted: 'evicted' }],
  ['steadfetch.writes', '{write}', 'steadfetch.write.change', 'writes', { queued: 'queued', sent: 'sent', dead: 'dead', discarded: 'discarded' }],
] as const; // prettier-ignore

/** What a page counted in a while, as counts.ts has it: nothing but increments, which add up over all pages. */
function metrics(record: Outgoing): object[] {
  const { origins = [], features = [], durations = [], ...now } = record as unknown as Counted;
  const window = { startTimeUnixNano: nanos(record.since ?? record.at), timeUnixNano: nanos(record.at) };
  const point = (value: number, values: Values) => ({
    ...window,
    // A number: OTLP allows it for 64-bit counts too, and collectors in Rust silently drop the value of a string.
    asInt: value,
    attributes: attributes(values),
  });
  const sum = (name: string, unit: string, dataPoints: { asInt: number }[]) => ({
    name,
    unit,
    sum: { aggregationTemporality: DELTA, isMonotonic: true, dataPoints: dataPoints.filter(grew) },
  });
  const spread = (name: string, unit: string, dataPoints: object[]) => ({
    name,
    unit,
    histogram: {
      aggregationTemporality: DELTA,
      dataPoints: dataPoints.map((one) => ({ ...window, ...one })),
    },
  });
  const all = [
    spread('http.client.request.duration', 's', durations.map(histogram)),
    sum('steadfetch.calls', '{call}', origins.map((o) => point(o.calls, server(o.origin)))),
    sum('steadfetch.attempts', '{attempt}', origins.map((o) => point(o.attempts, server(o.origin)))),
    sum('steadfetch.failures', '{failure}', origins.flatMap((o) =>
      Object.entries(o.failures ?? {}).map(([kind, count]) => point(count, { ...server(o.origin), 'error.type': kind })),
    )),
    ...COUNTS.map(([name, unit, attribute, of, values]) =>
      sum(name, unit, Object.entries(values).map(([member, value]) =>
        point((now[of] as Record<string, number> | undefined)?.[member] ?? 0, { [attribute]: value }),
      )),
    ),
    // A state has no sum over pages, but pages that report it have.
    sum('steadfetch.breaker', '{report}', origins.map((o) =>
      point(1, { ...server(o.origin), 'steadfetch.breaker.state': o.breaker }),
    )),
    sum('steadfetch.features', '{report}', features.map(({ name, level }) =>
      point(1, { 'steadfetch.feature': name, 'steadfetch.feature.level': level }),
    )),
    spread('steadfetch.budget', '{token}', origins.map((o) => level(o.budget, server(o.origin)))),
    spread('steadfetch.outbox', '{write}', [level(now.outbox ?? 0, {})]),
  ]; // prettier-ignore
  return all.filter(({ sum, histogram }: Metric) => (sum ?? histogram)!.dataPoints.length > 0);
}

type Points = { dataPoints: unknown[] };
type Metric = { sum?: Points; histogram?: Points };
type Counted = Partial<Pick<Health, 'origins' | 'people' | 'cache' | 'writes' | 'features' | 'outbox'>> & {
  durations?: Series[];
};

/** Upper bounds of what there is a number of. */
const LEVELS = [0, 1, 2, 5, 10, 20, 50, 100];

/** How many there were of something in one report. */
function level(value: number, values: Values): object {
  const bucketCounts = [...LEVELS, Infinity].map(() => 0);
  const at = LEVELS.findIndex((bound) => value <= bound);
  bucketCounts[at < 0 ? LEVELS.length : at] = 1;
  return { count: 1, sum: value, bucketCounts, explicitBounds: LEVELS, attributes: attributes(values) };
}

function grew({ asInt }: { asInt: number }): boolean {
  return asInt > 0;
}

function histogram({ method, origin, status, kind, count, sum, counts }: Series): object {
  const overflow = !method && !origin;
  return {
    // Numbers, too.
    count,
    sum: sum / 1000,
    bucketCounts: counts,
    explicitBounds: BOUNDS,
    attributes: overflow
      ? [{ key: 'otel.metric.overflow', value: { boolValue: true } }]
      : attributes({
          ...named(method),
          ...server(origin),
          'http.response.status_code': status || undefined,
          'error.type': errorType(status, kind),
        }),
  };
}

function common({ method = 'GET', route }: OutgoingRecord, origin: string | undefined): Values {
  return { ...named(method), ...server(origin), 'url.template': route };
}

function named(method: string): Values {
  return METHODS.test(method)
    ? { 'http.request.method': method }
    : { 'http.request.method': '_OTHER', 'http.request.method_original': method };
}

function server(origin: string | undefined): Values {
  if (!origin || !/^https?:/.test(origin)) return {};
  // A masked label is no host that a URL may have.
  const [, scheme, host, port] = /^(https?):\/\/(\[[^\]]*\]|[^:/]*)(?::(\d+))?/.exec(origin) ?? [];
  return { 'server.address': host, 'server.port': port ? Number(port) : scheme === 'https' ? 443 : 80 };
}

/** Origin and route; a pattern of the app's may have an origin of its own. */
function fullUrl(server: string | undefined, route = ''): string | undefined {
  const [origin] = /^https?:\/\/[^/]+/.exec(server ?? '') ?? [];
  return route.startsWith('/') ? origin && origin + route : route || origin;
}

function ofCall({ callId, actionId, source, age, attempts, fault }: OutgoingRecord): Values {
  return {
    'steadfetch.call.id': callId,
    'steadfetch.action.id': actionId,
    'steadfetch.source': source,
    'steadfetch.age': age,
    'steadfetch.attempts': attempts,
    'steadfetch.fault.code': fault?.code,
    'steadfetch.fault.impact': fault?.impact,
    'steadfetch.fault.title': fault?.problem?.title,
    'steadfetch.fault.detail': fault?.problem?.detail,
    'http.response.status_code': fault?.status,
    'error.type': fault?.kind,
  };
}

/** As the conventions want it: the status where there was an answer, else a name of the failure. */
function errorType(status: number | undefined, kind: string | undefined): string | undefined {
  if (status && status >= 400) return String(status);
  return kind;
}

/** One line that people can read. */
export function sentence(record: OutgoingRecord): string {
  const { type, fault, attempts = 1, duration, source } = record;
  if (type !== 'call') {
    return [type, record.origin ?? record.name ?? record.lane, record.to ?? record.level ?? record.change ?? record.state]
      .filter(Boolean)
      .join(' '); // prettier-ignore
  }
  const outcome = fault ? `${fault.code}${fault.status ? ` (${fault.status})` : ''}` : 'well';
  const from = source === 'network' || source === 'none' ? '' : `, answered from ${source}`;
  return `${methodOf(record)} ${record.route ?? ''}: ${outcome} after ${attempts} attempt${attempts === 1 ? '' : 's'}, ${duration} ms${from}`;
}

function methodOf({ method = 'GET' }: OutgoingRecord): string {
  return METHODS.test(method) ? method : 'HTTP';
}

function attributes(values: Values): Attribute[] {
  const list: Attribute[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (typeof value === 'string') list.push({ key, value: { stringValue: value } });
    else if (typeof value === 'number') list.push({ key, value: { intValue: String(Math.floor(value)) } });
  }
  return list;
}

function times(at: number, duration: number): object {
  return { startTimeUnixNano: nanos(at), endTimeUnixNano: nanos(at + duration) };
}

/** Epoch milliseconds in nanoseconds: beyond what a number holds, so as text. */
function nanos(at: number): string {
  return `${Math.floor(at)}000000`;
}
