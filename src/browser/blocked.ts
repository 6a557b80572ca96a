// URLs that the page's Content Security Policy refuses. fetch reports them like a broken connection; trying again is idle.

/** A page is blocked from few hosts; more is somebody testing. */
const MAX_KNOWN = 100;

const blocked = new Set<string>();

function heard(event: SecurityPolicyViolationEvent): void {
  if (event.disposition !== 'enforce' || event.effectiveDirective !== 'connect-src') return;
  if (blocked.size < MAX_KNOWN) blocked.add(event.blockedURI);
}

/** Listens until the signal. Whoever listens already goes on. */
export function watchPolicy(ended: AbortSignal): void {
  globalThis.addEventListener?.('securitypolicyviolation', heard, { signal: ended });
}

/** Whether a request to this URL was refused by the page's policy. */
export function isBlocked(href: string): boolean {
  if (blocked.size === 0) return false;
  const { origin, hash } = new URL(href);
  return blocked.has(hash ? href.slice(0, -hash.length) : href) || blocked.has(origin);
}
