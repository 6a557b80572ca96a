// What is wrong at this moment, by hand and by the incident that plays, and how the server and the wire come to know.
import { endSession, install } from '../net/backend';
import { signedIn } from '../net/session';
import { setOffline } from '../net/wire';
import { Signal } from '../page/signal';
import { type NetFault, signedOut, toServer } from './fault';

export interface Active {
  pattern: string;
  fault: NetFault;
}

/** What the carrier answers when nothing is wrong. */
const DELIVERY = { carrier: 'Hansa Freight', date: '2026-06-18', window: '8:00 to 12:00' };
/** No endpoint: the server would take an empty list for all of them. */
const NOTHING = '/nothing';

const byHand = new Map<string, NetFault>();
let offlineByHand = false;
let played: Active[] = [];
/** Faults of the incident that the person has dealt with. */
const settled = new Set<NetFault>();
let inForce: Active[] = [];
let asked = '';
let queue = Promise.resolve();

/** What is in force changed. */
export const changed = new Signal<readonly Active[]>();
/** The fault server could not be told: the words say why. Empty once it works again. */
export const refused = new Signal<string>();

/** Switches a fault of one endpoint by hand; undefined switches it off. */
export function switchFault(pattern: string, fault: NetFault | undefined): void {
  if (fault) byHand.set(pattern, fault);
  else byHand.delete(pattern);
  apply();
}

export function switchOffline(offline: boolean): void {
  offlineByHand = offline;
  apply();
}

export function switchAllOff(): void {
  byHand.clear();
  offlineByHand = false;
  apply();
}

/** What the incident says now; of two for one endpoint the later one comes last. */
export function play(steps: Active[]): void {
  if (steps.length === 0) settled.clear();
  played = steps.filter(({ fault }) => !settled.has(fault));
  apply();
}

/** What was switched on by hand for an endpoint. */
export function handOf(pattern: string): NetFault | undefined {
  return byHand.get(pattern);
}

export function isOfflineByHand(): boolean {
  return offlineByHand;
}

/** What is in force, by hand or by script. */
export function active(): readonly Active[] {
  return inForce;
}

/** Brings the scenario into being, and back after the server forgot it. */
export function start(): void {
  apply(true);
  document.addEventListener('visibilitychange', () => document.hidden || apply(true));
  // Whoever signs in has done away with what asked for it.
  signedIn.listen(() => {
    for (const [pattern, fault] of byHand) if (signedOut(fault)) byHand.delete(pattern);
    for (const { fault } of played) if (signedOut(fault)) settled.add(fault);
    play(played);
  });
}

/** Once the server knows what has been asked so far, or could not be told. */
export function ready(): Promise<void> {
  return queue;
}

function apply(again = false): void {
  const map = new Map<string, NetFault>(byHand);
  for (const { pattern, fault } of played) if (fault.kind !== 'offline') map.set(pattern, fault);
  const before = inForce;
  inForce = [...map].map(([pattern, fault]) => ({ pattern, fault }));
  const offline = offlineByHand || played.some(({ fault }) => fault.kind === 'offline');
  if (offline) inForce.push({ pattern: '/**', fault: { kind: 'offline' } });
  setOffline(offline);
  const ends = inForce.some(({ fault }) => signedOut(fault)) && !before.some(({ fault }) => signedOut(fault));
  const script = write();
  const text = JSON.stringify(script);
  if (text !== asked || again || ends) {
    asked = text;
    // One after the other: the last word must be the last to arrive.
    queue = queue.then(() => tell(script, ends));
  }
  changed.tell(inForce);
}

async function tell(script: object, ends: boolean): Promise<void> {
  try {
    if (ends) await endSession();
    await install(script);
    refused.tell('');
  } catch (error) {
    refused.tell(error instanceof Error ? error.message : String(error));
  }
}

function write(): object {
  const faults: Record<string, object> = {};
  const closed: string[] = [];
  for (const { pattern, fault } of inForce) {
    const step = toServer(fault);
    if (step) faults[pattern] = step;
    if (signedOut(fault)) closed.push(pattern);
  }
  return {
    app: true,
    keepFor: 7200,
    routes: { 'GET /carrier/deliveries/*': { json: DELIVERY } },
    auth: { by: 'bearer', protect: closed.length > 0 ? closed : [NOTHING] },
    faults,
  };
}
