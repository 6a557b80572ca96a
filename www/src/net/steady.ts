// The one client of this page, and how the shop wants its calls carried out.
import { type FaultInjection, createSteadfetch } from 'steadfetch';
import { Calls } from './calls';
import { onTheWire } from './wire';

/** Someone waits in front of the page: an answer that has not begun after 4 seconds is asked for again. */
const READING = { attemptTimeout: 4000, idleTimeout: 4000 };

/** When the client is made: what it injects is timed from there. */
const made = performance.now();

export const steady = onTheWire(() =>
  createSteadfetch({
    rules: [
      { match: { url: '/s/:visitor/api/orders', methods: ['GET'] }, ...READING },
      { match: { url: '/s/:visitor/api/orders/:number', methods: ['GET'] }, ...READING },
      // The order must get through, once: it carries an Idempotency-Key, and is tried for longer.
      {
        match: { url: '/s/:visitor/api/orders', methods: ['POST'] },
        retry: { attempts: 8 },
        deadline: 60_000,
      },
    ],
    surfaces: { position: 'bottom-start' },
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
