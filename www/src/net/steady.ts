// The one client of this page, and how the shop wants its calls carried out.
import {
  type FaultInjection,
  type Policy,
  type ProblemReport,
  type Rule,
  createSteadfetch,
} from 'steadfetch';
import { Signal } from '../page/signal';
import { apiRoot } from './backend';
import { Calls } from './calls';
import * as session from './session';
import { onTheWire } from './wire';

/** What people would call the parts of this shop. */
export const FEATURES = ['orders', 'search', 'carrier'] as const;
export type FeatureName = (typeof FEATURES)[number];

/** Someone waits in front of the page: an answer that has not begun after 4 seconds is asked for again. */
const READING = { attemptTimeout: 4000, idleTimeout: 4000 };
/** New answers where there are some soon; after this time, or without a server, those from before. */
const COPIES: Policy = { cache: { strategy: 'network-first', headStart: 800, staleIfError: 86_400_000 } };

const reads = (url: string, feature: FeatureName): Rule => ({
  match: { url, methods: ['GET'] },
  feature,
  ...READING,
  ...COPIES,
});

/** Problem reports as the shop's team gets them. */
export const reported = new Signal<ProblemReport>();

/** When the client is made: what it injects is timed from there. */
const made = performance.now();

export const steady = onTheWire(() =>
  createSteadfetch({
    partition: () => session.userId,
    rules: [
      reads('/s/:visitor/api/orders', 'orders'),
      reads('/s/:visitor/api/orders/:number', 'orders'),
      // An address of its own, so that a slow search says nothing about the rest of the shop.
      {
        ...reads('/search', 'search'),
        endpoints: { urls: [{ url: new URL(apiRoot, location.href).href }] },
        breaker: { slow: 1500 },
      },
      reads('*://*/s/:visitor/carrier/*', 'carrier'),
      // The order must get through, once: it carries an Idempotency-Key, and is kept until the server has it. Nobody waits
      // in front of the form for what the outbox does as well.
      {
        match: { url: '/s/:visitor/api/orders', methods: ['POST'] },
        retry: false,
        breaker: { whileOpen: 'refuse' },
        outbox: { lane: 'orders' },
      },
    ],
    surfaces: { position: 'bottom-start', help: '/docs/faults/' },
    report: { send: async (report) => reported.tell(report) },
  }),
);

/** Since the client was made, ms. */
export function age(): number {
  return performance.now() - made;
}

/** Has these faults injected from now on, instead of those before. */
export async function inject(faults: FaultInjection[]): Promise<void> {
  await steady.configure({ faults });
}

export const calls = new Calls();
calls.watch(steady);
