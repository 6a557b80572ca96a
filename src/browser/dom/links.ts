// Where a notice's link may lead.
import { resolve } from '../url.js';

/** So many refusals are told of: who makes more of them has read of it. */
const MOST_TOLD = 50;
const told = new Set<string>();

/** The address in full where it is https, mailto, tel or the page's own origin; undefined for all else. */
export function safeHref(href: string): string | undefined {
  const url = read(href);
  // The page's own origin is that of a "blob:" too, and "null" that of "data:" and of a sandboxed page.
  if (!url || /^(https|mailto|tel):$/.test(url.protocol)) return url?.href;
  const { origin, protocol } = globalThis.location ?? ({} as Location);
  return url.origin === origin && url.protocol === protocol && origin !== 'null' ? url.href : undefined;
}

/** The same; that an address is refused is said once. `whose`: what it belongs to. */
export function linkOf(href: string, whose: string): string | undefined {
  const safe = safeHref(href);
  const why = read(href)?.protocol ?? 'something that is no address';
  const text = `Steadfetch: the ${whose} is left out: it leads to ${why}, not to https:, mailto:, tel: or this site.`;
  if (safe === undefined && told.size < MOST_TOLD && !told.has(text)) {
    told.add(text);
    console.warn(text);
  }
  return safe;
}

function read(href: string): URL | undefined {
  const full = resolve(href);
  return full === undefined ? undefined : new URL(full);
}
