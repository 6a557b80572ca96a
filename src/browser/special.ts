// Calls that are more than one request of their own: with an Idempotency-Key, or sharing a request.
import { carries } from './change';
import { coalesced } from './coalesce';
import type { Special } from './driver';
import type { Steady } from './flight';
import { type Change, KEYED } from './snapshot';

/** On a lane: equal GETs share one request; requests get a key; it is a quoted string. */
const COALESCE = 2;
const GETS_KEY = 4;
const QUOTED = 8;

const USUAL_HEADER = 'idempotency-key';

/** Carries out such a call. */
export const special: Special = (driver, snapshot, route, lane, signal, steady) => {
  const headers: Record<string, string> = {};
  const own = steady?.idempotencyKey;
  if ((lane & GETS_KEY || own) && !(snapshot.facts & KEYED)) {
    const key = typeof own === 'string' ? own : newKey();
    const name = driver.core!.key_header(lane) || USUAL_HEADER;
    // A structured string, as the draft has it (draft-ietf-httpapi-idempotency-key-header), or bare.
    if (!carries(snapshot, name)) headers[name] = lane & QUOTED ? quoted(key) : key;
    snapshot.facts |= KEYED;
  }
  const change: Change | undefined = Object.keys(headers).length > 0 ? { headers } : undefined;
  let begun = false;
  const begin = (signal: AbortSignal | undefined) => {
    begun = true;
    return driver.begin(snapshot, route, lane, signal, steady, change);
  };
  const terms = lane & COALESCE ? termsOf(steady) : undefined;
  if (terms === undefined) return begin(signal);
  const outcome = coalesced(driver, snapshot, change, terms, signal, begin);
  // It joined another call, and needs no lane of its own.
  if (steady && !begun) driver.guard(() => driver.core?.leave(lane));
  return outcome;
};

/**
 * A call's own options as a text: calls share a request only where it is the same. Undefined: with nobody, since a function
 * is there to be called for this very call.
 */
function termsOf(steady: Steady | undefined): string | undefined {
  let own = false;
  const text = JSON.stringify(steady ?? {}, (name, value: unknown) => {
    own ||= typeof value === 'function';
    // It only says that they want to share.
    return name === 'coalesce' ? undefined : value;
  });
  return own ? undefined : text;
}

/** As a structured string (RFC 9651 §3.3.3). */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** 128 random bits in hexadecimal; not a secret, but no two calls may share it. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
