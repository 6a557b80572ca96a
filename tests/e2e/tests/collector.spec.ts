// A real OpenTelemetry collector receives what a page sends; what it decoded is compared with what was sent, whole.
import { MISSING, PROGRAM, Rotel, type Told, itemsOf } from '../support/rotel';
import { expect, test } from '../support/test';

// On CI nobody would see that it is gone: there it fails.
test.skip(!PROGRAM && !process.env['CI'], `there is no rotel: ${MISSING}`);

/** Without what protobuf has no sign for: empty lists, texts and objects. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const some = Object.entries(value)
    .map(([name, member]) => [name, plain(member)] as const)
    .filter(([, member]) => member !== '' && (typeof member !== 'object' || Object.keys(member!).length > 0));
  return Object.fromEntries(some);
}

/** Batches may come in any order, and so may what is in them. */
function sorted(told: Told[]): unknown[] {
  return told
    .map((one) => JSON.stringify(inOrder(plain(one))))
    .sort()
    .map((text) => JSON.parse(text) as unknown);
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, member]) => [name, inOrder(member)]),
  );
}

test('Collector: rotel decodes every span, log and metric as it was sent', async ({ site }) => {
  const rotel = await Rotel.start();
  try {
    const sent: Record<string, Told[]> = { traces: [], logs: [], metrics: [] };
    // It knows no CORS, and the page's policy no other place: so it is reached as a reverse proxy would have it.
    const collector = `${site.server.first}/collector`;
    await site.page.route(`${collector}/**`, async (route) => {
      const signal = route.request().url().split('/').at(-1)!;
      sent[signal]!.push(...itemsOf(signal, route.request().postDataJSON() as Record<string, unknown>));
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
          rules: [{ match: '/s/*', feature: 'orders' }],
        });
        for (let call = 0; call < 3; call++)
          await lab.outcome(() => client.fetch(`${url}/orders/${4711 + call}`));
        client.features.set('orders', 'reduced');
        await lab.sleep(300);
        dispatchEvent(new Event('pagehide'));
        await lab.sleep(1000);
      },
      [script.url, collector] as const,
    );
    const counts = (all: Record<string, Told[]>) =>
      Object.fromEntries(Object.entries(all).map(([signal, told]) => [signal, told.length]));
    await expect.poll(() => counts(rotel.seen)).toEqual(counts(sent));
    // Three calls with five attempts; two that met trouble, a feature and that it is ready; each kind of metric.
    expect(counts(sent)).toMatchObject({ traces: 8, logs: 4 });
    const kinds = sent['metrics']!.map(({ item }) =>
      'sum' in item ? 'sum' : 'histogram' in item ? 'histogram' : '?',
    );
    expect(new Set(kinds)).toEqual(new Set(['sum', 'histogram']));

    for (const signal of ['traces', 'logs', 'metrics'])
      expect(sorted(rotel.seen[signal]!), signal).toEqual(sorted(sent[signal]!));

    const spans = rotel.seen['traces']!.map(
      ({ item }) => item as unknown as Record<'attributes', { key: string; value: { intValue?: string } }[]>,
    );
    const resends = spans.flatMap(({ attributes }) =>
      attributes.filter(({ key }) => key === 'http.request.resend_count').map(({ value }) => value.intValue),
    );
    expect(resends).toEqual(['1', '1']);
  } finally {
    rotel.stop();
  }
});
