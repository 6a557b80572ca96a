// A real OpenTelemetry collector receives what a page sends; what it decoded is compared with what was sent, field by field.
import { type Log, type Metric, type Span, values } from '../support/collector';
import { INSTALL, Rotel, found } from '../support/rotel';
import { expect, test } from '../support/test';

test.skip(!found(), `rotel is not installed: ${INSTALL}`);

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT'];

test('Collector: rotel decodes every span, log and metric as it was sent', async ({ site }) => {
  const rotel = await Rotel.start();
  try {
    const sent = { traces: [] as Span[], logs: [] as Log[], metrics: [] as Metric[] };
    // It knows no CORS, and the page's policy no other place: so it is reached as a reverse proxy would have it.
    const collector = `${site.server.first}/collector`;
    await site.page.route(`${collector}/**`, async (route) => {
      const body = route.request().postDataJSON() as Record<
        string,
        [Record<string, [Record<string, never[]>]>]
      >;
      const of = (group: string, scope: string, list: string) => body[group]?.[0][scope]?.[0][list] ?? [];
      sent.traces.push(...of('resourceSpans', 'scopeSpans', 'spans'));
      sent.logs.push(...of('resourceLogs', 'scopeLogs', 'logRecords'));
      sent.metrics.push(...of('resourceMetrics', 'scopeMetrics', 'metrics'));
      const response = await route.fetch({ url: route.request().url().replace(collector, rotel.url) });
      expect(response.status()).toBe(200);
      return route.fulfill({ response });
    });
    const script = await site.server.play({
      steps: [{ status: 503 }, { status: 200 }, { reset: true }, { status: 404 }, { status: 200 }],
    });
    await site.page.evaluate(
      async ([url, collector]) => {
        const client = await lab.client({
          telemetry: { otlp: { url: collector, service: 'shop' }, sample: 1 },
        });
        for (let call = 0; call < 3; call++)
          await lab.outcome(() => client.fetch(`${url}/orders/${4711 + call}`));
        await lab.sleep(300);
        dispatchEvent(new Event('pagehide'));
        await lab.sleep(1000);
      },
      [script.url, collector] as const,
    );
    await expect.poll(() => rotel.seen('Span').length).toBe(sent.traces.length);
    await expect.poll(() => rotel.seen('Metric').length).toBe(sent.metrics.length);
    expect(sent.traces).toHaveLength(8);

    expect(rotel.seen('Span')).toEqual(
      sent.traces.map((span) => ({
        attributes: expect.objectContaining(values(span.attributes)) as unknown,
        lines: expect.objectContaining({
          'Trace ID': span.traceId,
          'Parent ID': span.parentSpanId ?? '',
          ID: span.spanId,
          Name: span.name,
          Kind: `SPAN_KIND_${KINDS[span.kind]}`,
          'Start time': span.startTimeUnixNano,
          'End time': span.endTimeUnixNano,
          'Status code': span.status.code === 2 ? 'STATUS_CODE_ERROR' : 'STATUS_CODE_UNSET',
        }) as unknown,
      })),
    );
    expect(rotel.seen('LogRecord')).toEqual(
      sent.logs.map((log) => ({
        attributes: values(log.attributes),
        lines: expect.objectContaining({
          SeverityText: log.severityText,
          EventName: log.eventName,
          Body: `Str(${log.body.stringValue})`,
          'Trace ID': log.traceId ?? '',
        }) as unknown,
      })),
    );
    const kind = ({ sum, gauge }: Metric) => (sum ? 'Sum' : gauge ? 'Gauge' : 'Histogram');
    expect(
      rotel.seen('Metric').map(({ lines }) => [lines['Name'], lines['Unit'], lines['DataType']]),
    ).toEqual(sent.metrics.map((metric) => [metric.name, metric.unit, kind(metric)]));
    const durations = sent.metrics.find(({ histogram }) => histogram)!.histogram!.dataPoints;
    expect(
      rotel.seen('HistogramDataPoints').map(({ lines, attributes }) => [lines['Count'], attributes]),
    ).toEqual(durations.map(({ count, attributes }) => [String(count), values(attributes)]));
    const resends = rotel.seen('Span').map(({ attributes }) => attributes['http.request.resend_count']);
    expect(resends.filter((count) => count !== undefined)).toEqual([1, 1]);
  } finally {
    rotel.stop();
  }
});
