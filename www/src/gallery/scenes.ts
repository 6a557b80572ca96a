// How each notice comes about: the failure, by the very path that an app's call takes, or what an app says itself.
import type { CallOptions, FaultInjection, FaultKind, NoticeInput, Policy } from 'steadfetch';

/** A call that fails. */
export interface Failing {
  fault?: Omit<FaultInjection, 'match' | 'rate'>;
  policy?: Policy;
  call?: CallOptions;
  init?: RequestInit;
  /** So many calls at once. */
  times?: number;
  /** Before the call. */
  first?: 'fill-storage';
}

const status = (status: number, more: Partial<FaultInjection> = {}): Failing => ({
  fault: { kind: 'status', status, ...more },
});

/** By kind; a text says why it has no notice of its own. */
export const FAILURES: Record<FaultKind, Failing | string> = {
  offline: { fault: { kind: 'offline' } },
  unreachable: { fault: { kind: 'network' } },
  timeout: { fault: { kind: 'latency', delay: 20_000 }, policy: { attemptTimeout: 100 } },
  stalled: { fault: { kind: 'stall' }, policy: { idleTimeout: 150 } },
  overloaded: status(503),
  unavailable: status(502),
  'server-error': status(500),
  'rate-limited': { ...status(429, { retryAfter: 40 }), policy: { retry: { attempts: 2 }, deadline: false } },
  'quota-exceeded': status(402),
  'sign-in-required': status(401),
  'not-allowed': status(403),
  'not-found': status(404),
  conflict: status(409),
  'rejected-input': status(422),
  'too-large': status(413),
  'unavailable-here': status(451),
  'outdated-client': status(426),
  'circuit-open': 'Told by the notice of what opened the circuit.',
  'busy-here': {
    fault: { kind: 'latency', delay: 20_000 },
    policy: { bulkhead: { concurrent: 1, queue: 0 }, attemptTimeout: false, deadline: false },
    times: 2,
  },
  'deadline-too-short': 'Told by the notice of what made the wait so long.',
  'bad-response': { call: { expect: 'application/json' } },
  'storage-full': {
    fault: { kind: 'offline' },
    policy: { outbox: {} },
    init: { method: 'PUT', body: 'x' },
    first: 'fill-storage',
  },
  cancelled: 'Never shown: the app did it itself.',
  internal: 'Never shown: calls go on in the usual way.',
};

/** What is said beside failures. */
export const OTHERS: Record<string, NoticeInput> = {
  'offline.recovered': { message: 'offline.recovered', severity: 'success' },
  recovered: { message: 'recovered', severity: 'success' },
  'sign-in-required.recovered': { message: 'sign-in-required.recovered', severity: 'success' },
  'saved-copy': { message: 'saved-copy', severity: 'warning', args: { from: new Date(2026, 4, 3, 10, 42) } },
  'saved-copy.older': { message: 'saved-copy.older', severity: 'warning', args: { days: 3 } },
  'feature-reduced': { message: 'feature-reduced', severity: 'warning', args: { feature: 'Search' } },
  'feature-off': { message: 'feature-off', severity: 'warning', args: { feature: 'Search' } },
  'feature-full': { message: 'feature-full', severity: 'success', args: { feature: 'Search' } },
  'outbox.waiting': { message: 'outbox.waiting', args: { writes: 3 } },
  'outbox.held': { message: 'outbox.held', args: { writes: 3 }, actions: [{ id: 'sign-in' }] },
  'outbox.sent': { message: 'outbox.sent', severity: 'success', args: { writes: 3 } },
  'outbox.dead': {
    message: 'outbox.dead',
    severity: 'warning',
    args: { writes: 2 },
    actions: [{ id: 'retry' }, { id: 'discard' }],
  },
  generic: { message: 'generic', severity: 'error' },
};
