// URLs that the page's Content Security Policy refuses. fetch reports them like a broken connection; trying again is idle.

/** A page is blocked from few hosts; more is somebody testing. */
const MAX_KNOWN = 100;

const blocked = new Set<string>();

function heard(event: SecurityPolicyViolationEvent): void {
  if (event.disposition !== 'enforce' || event.effectiveDirective !== 'connect-src') return;
  if (blocked.size < MAX_KNOWN) blocked.add(event.blockedURI);
}

/** Starts listening; returns how to stop. */
export function watchPolicy(): () => void {
  globalThis.addEventListener?.('securitypolicyviolation', heard);
  return () => globalThis.removeEventListener?.('securitypolicyviolation', heard);
}

/** Whether a request to this URL was refused by the page's policy. */
export function isBlocked(href: string): boolean {
  if (blocked.size === 0) return false;
  const { origin, hash } = new URL(href);
  return blocked.has(hash ? href.slice(0, -hash.length) : href) || blocked.has(origin);
}
