// Faults for an app's own Sentry: what `record` tells, which may leave the page as it is.
import type { OutgoingRecord, Steadfetch } from '../../types/index';
import type { SentryEvent, SentryTarget, ToSentryOptions } from '../../types/sentry';

export function toSentry(
  client: Pick<Steadfetch, 'on'>,
  sentry: SentryTarget,
  { capture = concernsTeam }: ToSentryOptions = {},
): () => void {
  return client.on('record', (record) => {
    if (record.type === 'call' && capture(record)) sentry.captureEvent(eventOf(record));
    else sentry.addBreadcrumb?.(crumbOf(record));
  });
}

/** What somebody asked for failed, and neither they nor time alone is to see to it. */
function concernsTeam({ fault }: OutgoingRecord): boolean {
  if (!fault || fault.kind === 'offline') return false;
  const stopped = fault.impact === 'blocked' || fault.impact === 'data-at-risk';
  return stopped && (fault.recovery === 'automatic' || fault.recovery === 'operator');
}

function eventOf(record: OutgoingRecord): SentryEvent {
  const { at, callId, traceId, spanId, fault, method, route, origin, timeline, ...more } = record;
  const { code = 'SF-internal', impact, status } = fault ?? {};
  const tags: Record<string, string> = { 'steadfetch.code': code };
  if (impact) tags['steadfetch.impact'] = impact;
  if (status) tags['http.response.status_code'] = String(status);
  return {
    message: `${code}: ${title(record)}`,
    level: impact === 'data-at-risk' ? 'error' : 'warning',
    logger: 'steadfetch',
    timestamp: at / 1000,
    // One issue for each kind of failure of each route.
    fingerprint: ['steadfetch', code, `${method} ${origin}${route}`],
    tags,
    contexts: {
      ...(traceId && spanId && { trace: { trace_id: traceId, span_id: spanId } }),
      steadfetch: { callId, method, route, origin, ...more, fault, timeline },
    },
  };
}

function crumbOf(record: OutgoingRecord): Parameters<NonNullable<SentryTarget['addBreadcrumb']>>[0] {
  const { type, at, fault } = record;
  const level = fault || record.to === 'open' || record.level === 'off' ? 'warning' : 'info';
  const { timeline: _, tries: __, ...data } = record;
  return { category: `steadfetch.${type}`, message: title(record), level, timestamp: at / 1000, data };
}

function title(record: OutgoingRecord): string {
  const { method, route, origin, name, to, level, change, state } = record;
  const what = method ? `${method} ${route}` : (origin ?? name ?? record.lane ?? record.type);
  const became = to ?? level ?? change ?? state;
  return became ? `${what} ${became}` : what;
}
