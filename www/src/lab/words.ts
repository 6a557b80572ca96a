// What happened, in words: for the log, for the story of one call, for screen readers.
import type { TimelineEntry } from 'steadfetch';
import type { Attempt, Call } from '../net/calls';
import { span } from '../page/ago';

/** How one attempt ended, in a word: a status, or what came in place of an answer. */
export function ending(attempt: Attempt): string {
  if (attempt.kind === 'bad-response') return 'not JSON';
  if (attempt.kind === 'stalled') return 'broke off';
  if (attempt.status !== undefined) return String(attempt.status);
  switch (attempt.cause) {
    case 'timeout':
      return 'timeout';
    case 'cancelled':
      return 'cancelled';
    case 'network':
      return attempt.kind === 'offline' ? 'offline' : 'no answer';
    default:
      return '';
  }
}

/** What stood in for the network, in a word. */
export function standIn({ source }: Call): string | undefined {
  switch (source) {
    case 'cache':
    case 'stale-cache':
      return 'stored copy';
    case 'outbox':
      return 'kept for later';
    case 'fallback':
      return 'fallback';
    default:
      return undefined;
  }
}

/** The colour of an attempt. */
export function tone(attempt: Attempt): string {
  if (attempt.to === undefined) return 'busy';
  if (attempt.cause === 'cancelled') return 'gone';
  if (attempt.cause) return 'bad';
  const status = attempt.status ?? 0;
  if (status < 400 && attempt.kind) return 'bad';
  if (status < 400) return 'ok';
  return status === 429 || status === 503 ? 'warn' : 'bad';
}

/** Where a call stands, for its button in the chart. */
export function standing(call: Call): string {
  const count = call.attempts.length;
  const attempts = count === 1 ? '1 attempt' : `${count} attempts`;
  const last = call.attempts.at(-1);
  switch (call.outcome) {
    case 'ok':
      if (call.body?.whole === false) return `${attempts}, the answer broke off`;
      if (standIn(call)) return count === 0 ? standIn(call)! : `${attempts}, then ${standIn(call)}`;
      return count > 1 ? `answered at attempt ${count}` : 'answered';
    case 'failed':
      return count > 1 && last
        ? `${attempts}, given up after ${ending(last)}`
        : `failed, ${last ? ending(last) : 'not sent'}`;
    case 'cancelled':
      return 'cancelled';
    case 'open':
      if (!last) return 'waiting for the engine';
      return last.to === undefined ? `attempt ${count} under way` : `${attempts}, waiting`;
  }
}

/** An attempt that failed, for the log; undefined where there is nothing to tell. */
export function attemptLine(call: Call): string | undefined {
  const last = call.attempts.at(-1);
  if (!last || last.to === undefined || call.outcome !== 'open') return undefined;
  const wait = call.waits.at(-1);
  if (!wait || wait.to !== undefined) return undefined;
  const next = wait.planned === undefined ? '' : ` Next try in ${span(Math.max(0, wait.planned - last.to))}.`;
  return `${call.name}: ${ending(last)} at attempt ${call.attempts.length}.${next}`;
}

/** The end of a call that met trouble, for the log. */
export function endLine(call: Call): string | undefined {
  const took = span((call.to ?? call.from) - call.from);
  const count = call.attempts.length;
  if (call.outcome === 'ok' && standIn(call)) {
    // That a feature served another copy would be a line every few seconds.
    return count > 0 ? `${call.name}: ${standIn(call)}, after ${took}.` : undefined;
  }
  if (call.outcome === 'ok') {
    return count > 1 ? `${call.name}: answered at attempt ${count}, after ${took}.` : undefined;
  }
  if (call.outcome !== 'failed') return undefined;
  const last = call.attempts.at(-1);
  const code = call.explanation?.fault?.code;
  const how = count > 1 ? `given up after ${took} and ${count} attempts` : 'failed';
  const why = last ? ending(last) : '';
  return `${call.name}: ${how}${why && `, ${why}`}${code ? ` (${code})` : ''}.`;
}

/** `explain`'s timeline as phrases, each with its time; an attempt and its end are one. */
export function story(timeline: readonly TimelineEntry[]): { at: number; words: string }[] {
  const steps: { at: number; words: string }[] = [];
  let sent: { at: number; words: string } | undefined;
  for (const entry of timeline) {
    const words = phrase(entry);
    if (entry.what === 'attempt') steps.push((sent = { at: entry.at, words }));
    else if (sent && (entry.what === 'response' || entry.what === 'failure')) {
      sent.words += `, ${entry.status ?? 'failed'} after ${span(entry.at - sent.at)}${words}`;
      sent = undefined;
    } else if (words) steps.push({ at: entry.at, words: words.replace(/^: /, '') });
  }
  return steps;
}

/** The same, of a call that still goes on: what has been seen of it so far. */
export function soFar({ from, attempts, waits }: Call): { at: number; words: string }[] {
  const tries = attempts.map((attempt) => {
    const end =
      attempt.to === undefined ? '' : `, ${ending(attempt)} after ${span(attempt.to - attempt.from)}`;
    return { at: attempt.from - from, words: `sent${end}` };
  });
  const pauses = waits.map((wait) => {
    const to = wait.to ?? wait.planned;
    return { at: wait.from - from, words: to === undefined ? 'waits' : `waits ${span(to - wait.from)}` };
  });
  return [...tries, ...pauses].sort((a, b) => a.at - b.at);
}

function phrase({ what, why, delay }: TimelineEntry): string {
  const because = why ? `: ${why}` : '';
  switch (what) {
    case 'start':
    case 'done':
      return '';
    case 'attempt':
      return `sent${because}`;
    case 'response':
      return because;
    case 'failure':
      return why ? `: ${why}` : '';
    case 'wait':
      return `waits ${span(delay ?? 0)}${why?.startsWith('backoff') ? ' with jitter' : because}`;
    case 'refused':
      return `no further try${because}`;
    default:
      return `${what}${because}`;
  }
}
