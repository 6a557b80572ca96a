// Requests that the page's Content Security Policy refuses. fetch reports them like a broken connection; trying again is idle.
import { violations } from './violations';

/** Whether a request to this URL was refused by the page's policy. */
export function isBlocked(href: string): boolean {
  if (violations.size === 0) return false;
  const { origin, hash } = new URL(href);
  return violations.has(hash ? href.slice(0, -hash.length) : href) || violations.has(origin);
}
