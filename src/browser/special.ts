// Calls that ask for more than to be sent: with options of their own, an Idempotency-Key, a shared request, a watched body, a
// stored copy, an outbox.
import { carries, identity } from './change';
import { BEHIND, CACHED, COALESCE, FALLBACK, GETS_KEY, KEYED, LOOKS, QUEUED, QUOTED, WATCHED } from './codes';
import { after } from './after';
import type { Driver } from './driver';
import type { Steady } from './flight';
import { explain, remember } from './known';
import { part } from './part';
import type { Route } from './route';
import type { Change, Snapshot } from './snapshot';
import { Keeping, type Stores } from './stores';
import { partitionOf } from './whose';

const USUAL_HEADER = 'idempotency-key';

/** Calls wait so long for a part that they need, ms; then they go without. */
const PATIENCE = 3000;

/** What shares and watches bodies, once some call has asked for it. */
export let bodies: typeof import('./bodies') | undefined;

let loading: Promise<typeof import('./bodies') | undefined> | undefined;

/** Loads it; undefined where it cannot be had now. Another call may try again. */
function loadBodies(): Promise<typeof bodies> {
  return (loading ??= part('what watches and shares bodies', import('./bodies')).then((loaded) => {
    bodies = loaded;
    if (!loaded) loading = undefined;
    return loaded;
  }));
}

/** Loads what calls on such a lane need; what is there already costs nothing. */
export function prepare(stores: Stores, lane: number): Promise<unknown>[] {
  const needs: Promise<unknown>[] = [];
  if (!bodies && lane & (COALESCE | WATCHED)) needs.push(loadBodies());
  const { copies, outbox } = stores;
  if ((lane & CACHED && !copies) || (lane & QUEUED && !outbox)) needs.push(stores.load(lane));
  return needs;
}

/** Carries out such a call. `whose`: who was signed in when it was made, where that was before. */
export function special(
  driver: Driver,
  snapshot: Snapshot,
  route: Route,
  lane: number,
  signal: AbortSignal | undefined,
  steady: Steady | undefined,
  whose?: [partition: string | null | undefined],
): Promise<Response> {
  const { core } = driver;
  if (steady?.fallback) snapshot.facts |= FALLBACK;
  // Now: while parts are loaded, somebody else may sign in.
  const [partition] = whose ?? [partitionOf(driver.host.options)];
  const headers: Record<string, string> = {};
  const own = steady?.idempotencyKey;
  if ((lane & GETS_KEY || own) && !(snapshot.facts & KEYED)) {
    const key = typeof own === 'string' ? own : newKey();
    const name = core!.key_header(lane) || USUAL_HEADER;
    // A structured string, as the draft has it (draft-ietf-httpapi-idempotency-key-header), or bare.
    if (carries(snapshot, name) === null) headers[name] = lane & QUOTED ? quoted(key) : key;
    snapshot.facts |= KEYED;
  }
  const change: Change | undefined = Object.keys(headers).length > 0 ? { headers } : undefined;
  let begun = false;
  const begin = (signal: AbortSignal | undefined) => {
    begun = true;
    const { stores } = driver.beside!;
    const keeping =
      lane & (CACHED | QUEUED)
        ? driver.guard(() => new Keeping(core!, lane, snapshot, stores, driver, partition))
        : undefined;
    if (keeping?.looks) snapshot.facts |= LOOKS;
    if (keeping?.isBehind) snapshot.facts |= BEHIND;
    return driver.begin(snapshot, route, lane, signal, steady, change, keeping);
  };
  const terms = lane & COALESCE ? termsOf(steady) : undefined;
  const go = () => {
    // What a lane was is nothing to another core.
    if (driver.core !== core) return driver.passOn(snapshot, signal, change);
    // Nobody shares with somebody else, nor where nobody knows who asks.
    if (terms === undefined || !bodies || partition === undefined) return begin(signal);
    const signed = driver.signed(snapshot.href, change) ?? {};
    const key = identity(snapshot) + JSON.stringify([partition, signed]) + terms;
    const outcome = bodies.coalesced(driver, key, signal, begin, tellAlike);
    // It joined another call, and needs no lane of its own.
    if (steady && !begun) driver.guard(() => core!.leave(lane));
    return outcome;
  };
  const needs = prepare(driver.beside!.stores, terms === undefined ? lane & ~COALESCE : lane);
  return needs.length > 0 ? after(patiently(Promise.all(needs)), signal, go) : go();
}

/**
 * A call's own options as a text: calls share a request only where it is the same. Undefined: with nobody, since a function
 * is there to be called for this very call.
 */
function termsOf(steady: Steady | undefined): string | undefined {
  let own = false;
  const text = JSON.stringify(steady ?? {}, (name, value: unknown) => {
    // An element has a notice of its own.
    const anchor = name === 'notify' && typeof value === 'object';
    own ||= anchor || typeof value === 'function';
    // It only says that they want to share.
    return anchor || name === 'coalesce' ? undefined : value;
  });
  return own ? undefined : text;
}

/** Of a copy is known what is known of its original. */
function tellAlike(copy: Response, original: Response): void {
  const explanation = explain(original);
  if (explanation && copy !== original) remember(copy, { explanation });
}

async function patiently(waiting: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([waiting, new Promise((go) => (timer = setTimeout(go, PATIENCE)))]);
  clearTimeout(timer);
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
