// Every call that the shop makes, as it goes: attempts from the wire, verdicts from Steadfetch's events.
import type { Explanation, FaultKind, Notice, Steadfetch, SteadfetchEvents } from 'steadfetch';
import { Signal } from '../page/signal';
import * as wire from './wire';

/** Times are those of performance.now(). */
export interface Attempt {
  from: number;
  to?: number;
  status?: number;
  kind?: FaultKind;
  cause?: wire.Result['cause'];
}

/** A time in which nothing is sent. `planned`: when the next attempt starts. */
export interface Wait {
  from: number;
  to?: number;
  planned?: number;
  why?: string;
}

export interface Call {
  id: string;
  /** What the person would call it. */
  name: string;
  method: string;
  from: number;
  to?: number;
  attempts: Attempt[];
  waits: Wait[];
  outcome: 'open' | 'ok' | 'failed' | 'cancelled';
  /** The answer's body: its end, and whether it came whole. */
  body?: { to?: number; whole?: boolean };
  /** Where the answer came from; known before the whole story is, since the network may still be asked. */
  source?: Explanation['source'];
  explanation?: Explanation;
}

/** What changed about a call. */
export type Change = 'began' | 'sent' | 'attempt' | 'ended' | 'body';

const MOST = 80;
/** Within this time, ms. */
const EVENT_COMES = 100;
/** Two moments this close are one, ms. */
const SAME = 30;

export class Calls {
  readonly changed = new Signal<{ call: Call; change: Change }>();
  /** Oldest first. */
  readonly list: Call[] = [];
  readonly #byCallId = new Map<string, Call>();
  #count = 0;

  /** Listens to the wire and to a client. */
  watch(steady: Steadfetch): void {
    wire.sent.listen((id) => this.#sent(id));
    wire.over.listen((result) => this.#over(result));
    steady.on('attempt', (event) => this.#attempted(event));
    steady.on('call', (event) => this.#ended(event));
    steady.notices.on((notices) => this.#learn(notices));
  }

  /** A call of the app begins; its id goes out with every attempt. */
  begin(name: string, method: string): Call {
    const call: Call = {
      id: `${++this.#count}`,
      name,
      method,
      from: performance.now(),
      attempts: [],
      waits: [],
      outcome: 'open',
    };
    this.#add(call);
    return call;
  }

  /** The app has read the answer's body, or could not. */
  bodyOver(call: Call, whole: boolean): void {
    call.body = { to: performance.now(), whole };
    this.#tell(call, 'body');
  }

  /** The call came back to the app. Of one that did not go well, the event that follows knows more. */
  settled(call: Call, outcome: 'ok' | 'failed' | 'cancelled'): void {
    call.to ??= performance.now();
    const close = () => call.outcome === 'open' && this.#close(call, outcome);
    if (outcome === 'ok') close();
    else setTimeout(close, EVENT_COMES);
  }

  #add(call: Call): void {
    this.list.push(call);
    if (this.list.length > MOST) this.list.shift();
    this.#tell(call, 'began');
  }

  #tell(call: Call, change: Change): void {
    this.changed.tell({ call, change });
  }

  #latest(id: string): Call | undefined {
    return this.list.findLast((call) => call.id === id);
  }

  #sent(id: string): void {
    let call = this.#latest(id);
    if (!call) return;
    // A copy may have been served while the network is still asked: that is the same call.
    if (call.to !== undefined && call.explanation) {
      // A notice, or the outbox, sends it again: the same request, a call of its own, whose body the app doesn't read.
      const { name, method } = call;
      const from = performance.now();
      call = { id, name, method, from, attempts: [], waits: [], outcome: 'open', body: { to: from } };
      this.#add(call);
    }
    const now = performance.now();
    const wait = call.waits.at(-1);
    if (wait) wait.to ??= now;
    call.attempts.push({ from: now });
    this.#tell(call, 'sent');
  }

  #over({ id, status, cause }: wire.Result): void {
    const call = this.#latest(id);
    const attempt = call?.attempts.at(-1);
    if (!call || !attempt || attempt.to !== undefined) return;
    attempt.to = performance.now();
    if (status !== undefined) attempt.status = status;
    if (cause) attempt.cause = cause;
    // What is tried again waits from here on; where it is not, the call's end takes this back.
    const failed = cause !== undefined || (status ?? 0) >= 400;
    if (failed && call.to === undefined) call.waits.push({ from: attempt.to });
    this.#tell(call, 'attempt');
  }

  #attempted({
    callId,
    actionId,
    attempt: number,
    status,
    fault,
    duration,
  }: SteadfetchEvents['attempt']): void {
    const call =
      (actionId && this.#latest(actionId)) || this.#byCallId.get(callId) || this.#unnamed(number, status);
    if (!call) return;
    this.#name(callId, call);
    const from = performance.now() - duration;
    let attempt = call.attempts[number - 1];
    if (attempt) attempt.from = Math.min(attempt.from, from);
    // What Steadfetch injects never comes to the wire.
    else if (call.attempts.length === number - 1) attempt = this.#struck(call, from, status);
    const wait = call.waits.at(-1);
    if (attempt && fault) attempt.kind = fault.kind;
    if (wait && wait.to === undefined && fault?.retryAt) {
      wait.planned = fault.retryAt - Date.now() + performance.now();
    }
    this.#tell(call, 'attempt');
  }

  #struck(call: Call, from: number, status: number | undefined): Attempt {
    const to = performance.now();
    const wait = call.waits.at(-1);
    if (wait) wait.to ??= from;
    const attempt: Attempt = { from, to, ...(status === undefined ? { cause: 'network' } : { status }) };
    call.attempts.push(attempt);
    if (call.to === undefined && (status ?? 599) >= 400) call.waits.push({ from: to });
    return attempt;
  }

  #ended({ callId, actionId, explanation }: SteadfetchEvents['call']): void {
    const call = actionId ? this.#latest(actionId) : (this.#byCallId.get(callId) ?? this.#unnamed());
    if (!call || call.explanation) return;
    this.#name(callId, call);
    call.explanation = explanation;
    call.source ??= explanation.source;
    const { fault } = explanation;
    const waits = explanation.timeline.filter((entry) => entry.what === 'wait');
    waits.forEach(({ why }, index) => {
      const wait = call.waits[index];
      if (wait && why) wait.why = why;
    });
    const last = call.attempts.at(-1);
    if (last && fault) last.kind ??= fault.kind;
    const stoodIn = !['network', 'none'].includes(explanation.source);
    const aborted = fault?.kind === 'cancelled' || (last?.cause === 'cancelled' && !last.status);
    this.#close(call, aborted ? 'cancelled' : fault && !stoodIn ? 'failed' : 'ok');
  }

  /**
   * Events don't say when the next attempt is; a notice tells the earliest one of its calls. Where one wait alone can
   * be meant, it is known.
   */
  #learn(notices: readonly Notice[]): void {
    const waiting = this.list.filter((call) => call.waits.at(-1)?.to === undefined && call.waits.length > 0);
    const open = waiting.filter((call) => call.waits.at(-1)?.planned === undefined);
    const now = performance.now();
    for (const { retryAt } of notices) {
      const at = (retryAt ?? 0) - Date.now() + now;
      const taken = waiting.some((call) => Math.abs((call.waits.at(-1)?.planned ?? 0) - at) < SAME);
      const [call, another] = open;
      const wait = call?.waits.at(-1);
      if (!call || !wait || another || taken || at <= now) continue;
      wait.planned = at;
      return this.#tell(call, 'attempt');
    }
  }

  /** The call that an event without a known name must be about: events tell no more than that. */
  #unnamed(attempts?: number, status?: number): Call | undefined {
    const named = new Set(this.#byCallId.values());
    return this.list.findLast((call) => {
      const last = call.attempts.at(-1);
      const fits = attempts === undefined || call.attempts.length === attempts;
      return call.outcome === 'open' && !named.has(call) && fits && last?.status === status;
    });
  }

  #name(callId: string, call: Call): void {
    this.#byCallId.set(callId, call);
    if (this.#byCallId.size <= MOST) return;
    const [oldest] = this.#byCallId.keys();
    if (oldest !== undefined) this.#byCallId.delete(oldest);
  }

  #close(call: Call, outcome: Call['outcome']): void {
    const now = performance.now();
    call.outcome = outcome;
    call.to ??= now;
    const wait = call.waits.at(-1);
    if (wait && wait.to === undefined) {
      if (call.to - wait.from < 60) call.waits.pop();
      else wait.to = call.to;
    }
    this.#tell(call, 'ended');
  }
}
