// What the page's Content Security Policy refuses to connect to. It is listened for before the first request.

/** A page is blocked from few hosts; more is somebody testing. */
const MAX_KNOWN = 100;

/** The URLs of refused requests; of those elsewhere only the origins, where a redirect led there. */
export const violations = new Set<string>();

function heard({ disposition, effectiveDirective, blockedURI }: SecurityPolicyViolationEvent): void {
  if (disposition !== 'enforce' || effectiveDirective !== 'connect-src') return;
  if (violations.size < MAX_KNOWN) violations.add(blockedURI);
}

/** Listens until the signal. Whoever listens already goes on. */
export function watchPolicy(ended: AbortSignal): void {
  globalThis.addEventListener?.('securitypolicyviolation', heard, { signal: ended });
}
