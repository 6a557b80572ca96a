// What is wrong at this moment. What is switched on by hand is the fault server's part, so that a real connection breaks;
// what a drill plays, and everything where there is no such server, is injected by Steadfetch.
import type { FaultInjection } from 'steadfetch';
import { endSession, hasServer, install } from '../net/backend';
import { beforeSignedIn } from '../net/session';
import { age, inject } from '../net/steady';
import { setOffline } from '../net/wire';
import { DELIVERY } from '../net/workshop';
import { Signal } from '../page/signal';
import { matchOf } from './endpoints';
import { type NetFault, signedOut, toServer } from './fault';
import { type DrillStep, toInjections } from './drill';

export interface Active {
  pattern: string;
  fault: NetFault;
}

/** No endpoint: the server would take an empty list for all of them. */
const NOTHING = '/nothing';

/** By itself, the server asks nobody to keep its answers. */
const KEEPABLE = { 'cache-control': 'private, max-age=0' };

const byHand = new Map<string, NetFault>();
let offlineByHand = false;
/** The drill's steps that are in force now. */
let played: Active[] = [];
/** All of its steps, and when it began, on the client's clock. */
let script: { steps: DrillStep[]; start: number } = { steps: [], start: 0 };
/** Faults of the drill that the person has dealt with. */
const settled = new Set<NetFault>();
let inForce: Active[] = [];
/** What the server was asked last, and Steadfetch. */
let asked = '';
let injected = '[]';
let queue = Promise.resolve();

/** What is in force changed. */
export const changed = new Signal<readonly Active[]>();
/** Somebody could not be told: the words say why. Empty once it works again. */
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

/** A drill begins; without steps it is over. */
export function begin(steps: DrillStep[]): void {
  settled.clear();
  played = [];
  script = { steps, start: age() };
  apply();
}

/** What the drill says now. */
export function play(steps: Active[]): void {
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
  beforeSignedIn(async () => {
    for (const [pattern, fault] of byHand) if (signedOut(fault)) byHand.delete(pattern);
    for (const { fault } of played) if (signedOut(fault)) settled.add(fault);
    play(played);
    await queue;
  });
}

/** Once everybody knows what has been asked so far, or could not be told. */
export function ready(): Promise<void> {
  return queue;
}

function apply(again = false): void {
  const before = inForce;
  inForce = [...byHand].map(([pattern, fault]) => ({ pattern, fault }));
  // The server checks credentials by itself: it must be told when a session ends.
  const closes = (active: readonly Active[]) => active.some(({ fault }) => signedOut(fault));
  const ends = closes(inForce) && !closes(before.filter(({ pattern }) => byHand.has(pattern)));
  if (offlineByHand) inForce.push({ pattern: '*', fault: { kind: 'offline' } });
  setOffline(offlineByHand);
  inForce.push(...played);
  // One after the other: the last word must be the last to arrive.
  queue = queue.then(() => tell(again, ends));
  changed.tell(inForce);
}

/** Tells those who make it so: the server, where there is one, and Steadfetch. */
async function tell(again: boolean, ends: boolean): Promise<void> {
  try {
    const server = await hasServer();
    const faults = injections(server);
    const text = JSON.stringify(faults);
    if (text !== injected) await inject(faults);
    injected = text;
    if (server) await tellServer(again, ends);
    refused.tell('');
  } catch (error) {
    refused.tell(error instanceof Error ? error.message : String(error));
  }
}

function injections(server: boolean): FaultInjection[] {
  const steps = script.steps.filter(({ fault }) => !settled.has(fault));
  const faults = toInjections(steps, script.start);
  if (server) return faults;
  const always = { at: 0, until: 1e6, rate: 1 };
  const hand = [...byHand].map(([pattern, fault]) => ({ ...always, match: matchOf(pattern), fault }));
  return [...toInjections(hand, 0), ...faults];
}

async function tellServer(again: boolean, ends: boolean): Promise<void> {
  const script = write();
  const text = JSON.stringify(script);
  if (text === asked && !again && !ends) return;
  asked = text;
  if (ends) await endSession();
  await install(script);
}

function write(): object {
  const faults: Record<string, object> = {};
  const closed: string[] = [];
  for (const [pattern, fault] of byHand) {
    const step = toServer(fault);
    if (step) faults[pattern] = step;
    if (signedOut(fault)) closed.push(pattern);
  }
  return {
    app: true,
    keepFor: 7200,
    routes: {
      'GET /carrier/deliveries/*': { json: DELIVERY, headers: KEEPABLE },
      'GET /api/**': { pass: true, headers: KEEPABLE },
    },
    auth: { by: 'bearer', protect: closed.length > 0 ? closed : [NOTHING] },
    faults,
  };
}
