// The endpoints of the shop, as the lab names them, and what can be switched on by hand.
import type { NetFault } from './fault';

export interface Endpoint {
  id: string;
  name: string;
  /** In the notation of the fault server. */
  pattern: string;
  /** In the notation of drill files; where there is no fault server, endpoints of one path are one. */
  match: string;
  /** At another origin than the page. */
  foreign?: boolean;
}

export const ENDPOINTS: readonly Endpoint[] = [
  { id: 'list', name: 'Order list', pattern: 'GET /api/orders?!q', match: '/api/orders' },
  { id: 'search', name: 'Search', pattern: 'GET /api/orders?q', match: '/api/search' },
  { id: 'detail', name: 'Order detail', pattern: 'GET /api/orders/*', match: '/api/orders/*' },
  { id: 'save', name: 'Save order', pattern: 'POST /api/orders', match: '/api/orders' },
  { id: 'carrier', name: 'Carrier', pattern: 'GET /carrier/**', match: '/carrier/*', foreign: true },
];

/** What Steadfetch is told in place of the fault server. */
export function matchOf(pattern: string): string {
  return ENDPOINTS.find((endpoint) => endpoint.pattern === pattern)?.match ?? '/*';
}

/** The endpoint of a pattern in words; several where it is a wide one. */
export function nameOf(pattern: string): string {
  const exact = ENDPOINTS.find((endpoint) => endpoint.pattern === pattern);
  if (exact) return exact.name;
  switch (pattern) {
    case '*':
    case '/*':
      return 'Every endpoint';
    case '/api/*':
      return 'The shop’s API';
    case '/api/orders':
      return 'List and save';
    case '/api/search':
      return 'Search';
    case '/api/orders/*':
      return 'Order detail';
    case '/carrier/*':
      return 'Carrier';
    default:
      return pattern;
  }
}

export interface Choice {
  id: string;
  name: string;
  group: string;
  fault: NetFault;
  /** Makes sense only where the endpoint is at another origin. */
  foreign?: boolean;
  /** Takes a real server. */
  server?: boolean;
}

const errors = [
  { pointer: '#/customer', detail: 'We don’t deliver to this customer yet' },
  { pointer: '#/quantity', detail: 'Choose at most 40 of this item' },
];
const status = (status: number, more: object = {}): NetFault => ({ kind: 'status', status, ...more });

export const CHOICES: readonly Choice[] = [
  { group: 'Busy', id: '503', name: '503, overloaded', fault: status(503) },
  { group: 'Busy', id: '503-in-5', name: '503, back in 5 s', fault: status(503, { retryAfter: 5 }) },
  { group: 'Busy', id: '429', name: '429, no word when', fault: status(429) },
  { group: 'Busy', id: '429-in-8', name: '429, back in 8 s', fault: status(429, { retryAfter: 8 }) },
  {
    group: 'Busy',
    id: '429-hidden',
    name: '429, Retry-After hidden by CORS',
    fault: status(429, { retryAfter: 8, hideRetryAfter: true }),
    foreign: true,
    server: true,
  },
  { group: 'Broken', id: '500', name: '500, server error', fault: status(500) },
  { group: 'Broken', id: '502', name: '502, bad gateway', fault: status(502) },
  { group: 'Broken', id: 'portal', name: 'HTML in place of JSON', fault: { kind: 'portal' }, server: true },
  { group: 'Network', id: 'slow', name: 'Slow, 2.5 s', fault: { kind: 'latency', delay: 2500 } },
  {
    group: 'Network',
    id: 'silence',
    name: 'Silence before headers',
    fault: { kind: 'silence' },
    server: true,
  },
  { group: 'Network', id: 'reset', name: 'Connection reset', fault: { kind: 'network' } },
  { group: 'Network', id: 'truncate', name: 'Body cut off', fault: { kind: 'truncate' } },
  { group: 'Network', id: 'stall', name: 'Body stalls', fault: { kind: 'stall' } },
  { group: 'Refused', id: '401', name: '401, session ended', fault: status(401) },
  { group: 'Refused', id: '403', name: '403, not allowed', fault: status(403) },
  { group: 'Refused', id: '404', name: '404, gone', fault: status(404) },
  { group: 'Refused', id: '409', name: '409, conflict', fault: status(409) },
  {
    group: 'Refused',
    id: '422',
    name: '422, problem details',
    fault: status(422, { problem: { title: 'Some fields need another look', errors } }),
    server: true,
  },
];
