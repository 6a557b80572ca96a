// What happened, in words; the newest line is the last one, and in view.
import type { Notice, Steadfetch } from 'steadfetch';
import type { Call, Change } from '../net/calls';
import { calls, reported, steady } from '../net/steady';
import { timeOfDay } from '../page/ago';
import { h, part } from '../page/dom';
import { type Active } from './trouble';
import { nameOf } from './endpoints';
import { sentence, shortName } from './fault';
import * as player from './player';
import * as trouble from './trouble';
import { attemptLine, endLine } from './words';

const MOST = 120;
/** So close to its end, the list follows what comes, px. */
const NEAR = 40;
/** By then it is known whether a failed attempt was the last one, and when the next one is, ms. */
const SETTLES = 60;

/** Whom a line is about. */
type Voice = 'lab' | 'call' | 'good' | 'person' | 'page';

/** Writes one line. */
export function note(voice: Voice, text: string): void {
  const list = part('log');
  const now = new Date();
  const follows = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
  list.append(
    h(
      'li',
      { 'data-voice': voice },
      h('time', { datetime: now.toISOString() }, timeOfDay(now.getTime())),
      h('span', {}, text),
    ),
  );
  while (list.children.length > MOST) list.firstElementChild?.remove();
  // Whoever reads further up is left there.
  if (follows) list.scrollTop = list.scrollHeight;
}

/** Starts listening to everything that is worth a line. */
export function startLog(): void {
  let before: readonly Active[] = [];
  trouble.changed.listen((active) => {
    const same = (one: Active) => (other: Active) => JSON.stringify(one) === JSON.stringify(other);
    for (const each of active) if (!before.some(same(each))) note('lab', begins(each));
    for (const each of before) if (!active.some(same(each))) note('lab', ends(each));
    before = active;
  });
  trouble.refused.listen((why) => why && note('lab', why));
  reported.listen(({ reference }) => note('person', `The shop’s team has report ${reference}.`));
  player.changed.listen(({ drill, how }) =>
    note('lab', `“${drill.title}” ${how === 'began' ? 'begins' : how}.`),
  );
  calls.changed.listen(({ call, change }) => onCall(call, change));
  steady.on('notice', ({ notice, action }) => onNotice(notice, action));
  steady.on('outbox', ({ entry, change }) => {
    note(change === 'sent' ? 'good' : 'page', `Outbox: ${entry.method} in lane ${entry.lane}, ${change}.`);
  });
  steady.on('feature', ({ name, level, why }) => {
    const who = typeof why === 'string' ? `by ${why}` : why ? `by its breaker (${why.kind})` : '';
    note(level === 'full' ? 'good' : 'call', `Feature ${name}: ${level}${who && `, ${who}`}.`);
  });
  steady.on('state', ({ state, why }) => note('page', stateLine(state, why)));
}

function begins({ pattern, fault }: Active): string {
  return `${fault.kind === 'offline' ? 'The device' : nameOf(pattern)}: ${sentence(fault)}.`;
}

function ends({ pattern, fault }: Active): string {
  return fault.kind === 'offline'
    ? 'The device: online again.'
    : `${nameOf(pattern)}: ${shortName(fault)} is over.`;
}

function stateLine(state: Steadfetch['state'], why: string | undefined): string {
  if (state === 'active') return 'Steadfetch is at work.';
  if (state === 'loading') return 'Steadfetch starts anew.';
  return `Steadfetch lets calls pass through${why ? `: ${why}` : ''}`;
}

const told = new WeakMap<Call, number>();
const ended = new WeakMap<Call, Call['outcome']>();

function onCall(call: Call, change: Change): void {
  if (change === 'body' && call.body?.whole === false && call.outcome === 'ok') {
    return note('call', `${call.name}: the answer broke off.`);
  }
  if (change === 'attempt') setTimeout(() => onAttempt(call), SETTLES);
  // A body that is read later ends a call a second time, in most cases no differently.
  if (change !== 'ended' || ended.get(call) === call.outcome) return;
  ended.set(call, call.outcome);
  const line = endLine(call);
  if (line) note(call.outcome === 'ok' ? 'good' : 'call', line);
}

/** A failed attempt, told once; one that was the last is told as the call's end. */
function onAttempt(call: Call): void {
  const line = attemptLine(call);
  const last = call.attempts.at(-1);
  // Of timeouts, events don't tell.
  if (!last?.kind && last?.cause !== 'timeout') return;
  if (!line || told.get(call) === call.attempts.length) return;
  told.set(call, call.attempts.length);
  note('call', line);
}

function onNotice({ title, state, surface }: Notice, action: string | undefined): void {
  if (action) return note('person', `The person presses ${action.replaceAll('-', ' ')} on “${title}”.`);
  if (state === 'shown') note('person', `The person sees a ${surface}: “${title}”.`);
  if (state === 'resolved') note('person', `The person sees it is over: “${title}”.`);
}
