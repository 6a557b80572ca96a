// An app that has Sentry, whose envelopes go nowhere but into a list.
import * as Sentry from '@sentry/browser';
import { createSteadfetch } from 'steadfetch';
import { toSentry } from 'steadfetch/sentry';
import { ready } from './adapter';

const envelopes: unknown[] = [];
Sentry.init({
  dsn: 'https://public@sentry.invalid/1',
  defaultIntegrations: false,
  transport: (options) =>
    Sentry.createTransport(options, async (request) => {
      envelopes.push(request.body);
      return { statusCode: 200 };
    }),
});

const client = createSteadfetch({
  surfaces: false,
  telemetry: { traceparent: 'same-origin' },
  defaults: { retry: { attempts: 2, base: 2, cap: 4 }, breaker: false },
});
const end = toSentry(client, Sentry);
ready({ client, end, envelopes, Sentry });
