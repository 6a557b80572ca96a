// Faults in an app's own Sentry: the real SDK, with a transport that keeps what it would send.
import type { Steadfetch } from 'steadfetch';
import { header } from '../support/server';
import { expect, test } from '../support/test';

interface Page {
  client: Steadfetch;
  end(): void;
  envelopes: string[];
  Sentry: { flush(ms: number): Promise<boolean> };
}

interface Event {
  message: string;
  level: string;
  fingerprint: string[];
  tags: Record<string, string>;
  contexts: { trace: { trace_id: string; span_id: string }; steadfetch: Record<string, unknown> };
  breadcrumbs?: { category: string; message: string; data: Record<string, unknown> }[];
}

/** The events in what was sent: a header, then pairs of an item's header and its body, a line each. */
function events(envelopes: string[]): Event[] {
  const found: Event[] = [];
  for (const envelope of envelopes) {
    const lines = envelope.split('\n');
    for (let at = 1; at + 1 < lines.length; at += 2) {
      const { type } = JSON.parse(lines[at]!) as { type: string };
      if (type === 'event') found.push(JSON.parse(lines[at + 1]!) as Event);
    }
  }
  return found;
}

test('Sentry: a failed call is an event with its trace, others are breadcrumbs, and nothing leaks', async ({
  bare: site,
}) => {
  await site.open('/sentry.html');
  const script = await site.server.play({
    steps: [
      { status: 503 },
      { status: 200 },
      { status: 404 },
      { problem: { status: 500, title: 'Anna has no 4711' }, status: 500 },
    ],
  });
  const envelopes = await site.page.evaluate(async (url) => {
    const { client, end, envelopes, Sentry } = globalThis as unknown as Page;
    await client.ready;
    const call = (path: string) =>
      client.fetch(url + path, { headers: { authorization: 'Bearer secret-token-1' } }).catch(() => {});
    // Tried again, not found, failed; and one that nobody hears of any more.
    for (const path of ['/a?mail=anna@example.org', '/users/anna', '/orders/4711']) await call(path);
    await new Promise((go) => setTimeout(go, 500));
    end();
    await call('/orders/4711');
    await new Promise((go) => setTimeout(go, 300));
    await Sentry.flush(1000);
    return envelopes;
  }, script.url);
  const [event, ...more] = events(envelopes);
  expect(more).toEqual([]);
  expect(event).toMatchObject({
    message: 'SF-server-error: GET /s/{id}/orders/{id}',
    level: 'warning',
    fingerprint: ['steadfetch', 'SF-server-error', `GET ${site.server.first}/s/{id}/orders/{id}`],
    tags: {
      'steadfetch.code': 'SF-server-error',
      'steadfetch.impact': 'blocked',
      'http.response.status_code': '500',
    },
    contexts: { steadfetch: { attempts: 2, source: 'network' } },
  });
  const sent = await script.requests();
  const trace = header(sent[3]!, 'traceparent')!.split('-')[1];
  expect(event!.contexts.trace.trace_id).toBe(trace);
  expect(event!.breadcrumbs!.map(({ message }) => message)).toEqual([
    'GET /s/{id}/a',
    'GET /s/{id}/users/{id}',
  ]);
  for (const secret of ['anna', 'Anna', '4711', 'secret-token', 'example.org', 'Bearer']) {
    expect(envelopes.join(), 'nothing leaks').not.toContain(secret);
  }
});
