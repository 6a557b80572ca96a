// What makes two requests the same: owner, URL with its query, and the header fields by which answers vary.
import type { Owner } from './record';

/** Header fields that are compared at most: more are hostile. */
const MAX_NAMES = 20;

/**
 * They say who asks, which is what the partition is for. Their values are secrets, which are not stored, and a renewed token
 * must not lose the copies.
 */
const SECRET = /^(authorization|cookie|proxy-authorization)$/;

export function ownerOf(partition: string | null): Owner {
  return partition ?? 0;
}

/** The request without what an answer's own Vary names. `vary`: what the rule names. */
export function requestKey(href: string, headers: Headers, vary: string[]): string {
  const values = valuesOf(vary, headers);
  const url = withoutFragment(href);
  return values.length > 0 ? JSON.stringify([url, values]) : url;
}

export function withoutFragment(href: string): string {
  return href.replace(/#.*/s, '');
}

/** Between which keys all requests for a URL are, whatever their rules name. */
export function requestsOf(url: string): [from: string, to: string][] {
  const named = JSON.stringify([url, []]).slice(0, -2);
  return [
    [url, url],
    [named, `${named}\uffff`],
  ];
}

/** The request's values of the fields that a Vary field names. What the browser adds by itself cannot be read. */
export function varyOf(field: string, headers: Headers): [name: string, value: string][] {
  return valuesOf(field.split(',').slice(0, MAX_NAMES), headers);
}

/** Whether a request has these values. */
export function matches(vary: [name: string, value: string][], headers: Headers): boolean {
  return vary.every(([name, value]) => valueOf(name, headers) === value);
}

function valuesOf(names: string[], headers: Headers): [name: string, value: string][] {
  const known = new Set(names.map((name) => name.trim().toLowerCase()).filter(isName));
  return [...known].sort().map((name) => [name, valueOf(name, headers)]);
}

/** `Headers` throws on what is no name. */
function isName(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) && !SECRET.test(name);
}

function valueOf(name: string, headers: Headers): string {
  return isName(name) ? (headers.get(name) ?? '') : '';
}
