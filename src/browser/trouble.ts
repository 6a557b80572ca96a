// What a call meets beside plain sailing, from its first failure on: carries out what the core commands, attempt by attempt.
// It comes with the engine, so that a page's first script stays small.
import { HttpError } from '../../pkg/src/errors';
import type { Explanation } from '../../pkg/types/index';
import { fieldsOf } from './answer';
import { isBlocked } from './blocked';
import { isBroken } from './change';
import { tell } from './dom/anchors';
import {
  AS_HEDGE,
  BLOCKED,
  BODY_END,
  BREAK_BODY,
  BY_CALLER,
  BY_ERROR,
  BY_REFUSAL,
  BY_STATUS,
  BY_TIMEOUT,
  CALLER_BUG,
  CANCEL,
  DISCARD,
  FALL_BACK,
  FOR_REST,
  FROM_CACHE,
  GO_ON,
  HIDDEN,
  KEYED,
  NETWORK,
  OFFLINE,
  QUEUE,
  REFRESH,
  REJECT,
  REPEATABLE,
  RESOLVE,
  RESUMABLE,
  SEND,
  SERVE,
  STREAMED,
} from './codes';
import type { Flight } from './flight';
import { type Known, remember } from './known';
import { isOffline } from './offline';
import { readProblem, readSmall } from './problem';
import { refusal, timeoutError } from './refusals';
import type { Change } from './snapshot';
import { bodies } from './special';
import { fallBack } from './fallback';
import type { StandIn } from './stores';
import type { Source } from './watch';

interface Deferred {
  promise: Promise<Response>;
  resolve(response: Response | PromiseLike<Response>): void;
  reject(reason: unknown): void;
}

/** An attempt under way. */
interface Attempt {
  controller: AbortController;
  began: number;
  /** Where the request's path went behind, instead of its own origin. */
  base?: string | undefined;
}

/** The further way of one call, and the record behind `explain` of what came of it. */
export class Trouble implements Known {
  /** Whose answers are awaited, by their numbers. */
  readonly #attempts = new Map<number, Attempt>();
  #response: Response | undefined;
  /** One that another attempt was to replace. */
  #aside: Response | undefined;
  #error: unknown;
  /** Its caller has a stored copy, or what else stood in. */
  #served = false;
  /** There was one, which may not be served any more. */
  #without = false;
  /** Settled by other means than the first attempt's own promise. */
  #deferred: Deferred | undefined;
  #explanation: Explanation | undefined;
  #stopListening: (() => void) | undefined;
  #source: Source | undefined;
  /** When the attempt began that ended last. */
  #began = 0;
  /** The outbox has the write in its hands. */
  #queued: Promise<StandIn | undefined> | undefined;
  /** The attempt whose body the caller reads. */
  #reading: AbortController | undefined;

  constructor(readonly flight: Flight) {
    const { first, controller, started } = flight;
    if (first && controller) this.#attempts.set(1, { controller, began: started });
  }

  get explanation(): Explanation {
    return this.#explanation!;
  }

  /** A call that does not simply begin: it may be held, or go elsewhere. */
  start(): void {
    this.flight.first = false;
    this.flight.attempts = 0;
    this.flight.look();
    this.obey();
  }

  /** Carries out the core's commands until there is none left. */
  obey(): void {
    for (let code; (code = this.flight.core.command(this.flight.slot)) !== 0;) {
      const operand = code >>> 4;
      switch (code & 15) {
        case SEND:
          this.#send(operand & 255, (operand >>> 8) & 3, operand >>> 10);
          break;
        case CANCEL:
          this.#cancel(operand);
          break;
        case DISCARD:
          void this.#setAside();
          break;
        case RESOLVE:
          this.#resolve(operand === 1);
          break;
        case REJECT:
          this.#reject(operand);
          break;
        case BREAK_BODY:
          this.#source?.break(operand === BY_TIMEOUT ? timeoutError() : this.#error);
          this.#readOut();
          break;
        case GO_ON:
          this.#source?.goOn(this.#response!);
          break;
        case REFRESH:
          this.flight.driver.beside!.refresh(this.flight, this.#began);
          break;
        case SERVE:
          this.#serve(operand === 1);
          break;
        case FALL_BACK:
          void this.#standIn(fallBack(this.flight.steady!));
          break;
        case QUEUE:
          void this.#standIn(this.#queue());
          break;
      }
    }
  }

  /**
   * Another attempt may do better than this answer; else it is the call's. An unread body keeps its connection, and on HTTP/1.1 a
   * handful of them starves the page: a small one is read into memory, any other let go.
   */
  async #setAside(): Promise<void> {
    const answer = this.#response;
    this.#response = undefined;
    if (!answer?.body) return void (this.#aside = answer);
    if (!this.#source) {
      this.#aside = answer;
      if ((await readSmall(answer)) !== undefined || this.#aside !== answer) return;
    }
    answer.body.cancel().catch(ignore);
  }

  /** The answer that the call ends with. */
  #last(): Response {
    const answer = (this.#response ?? this.#aside)!;
    this.#aside = undefined;
    return answer;
  }

  /**
   * The core is gone: what is under way ends by itself, what waits is sent once more without it. `over`: the client is too, and
   * nothing is tried again.
   */
  orphan(over: boolean): void {
    this.#stopListening?.();
    if (this.#source?.isSuspended) this.#source.break(this.#error);
    const deferred = this.#deferred;
    if (!deferred || this.#attempts.size > 0) return;
    if (this.#queued) {
      // Its caller must not hear that it failed, and make it anew, where it is stored.
      const queued = this.#queued;
      this.#queued = undefined;
      void queued.then((standIn) => {
        if (!standIn?.outcome) return this.orphan(over);
        this.explanation.source = 'outbox';
        remember(standIn.outcome, this);
        deferred.resolve(standIn.outcome);
      });
      return;
    }
    const { signal, snapshot, attempts } = this.flight;
    const { facts } = snapshot!;
    // Whatever the core was about to do: what may have had an effect is not sent twice.
    const repeatable =
      ((this.flight.lane & REPEATABLE) !== 0 || (facts & KEYED) !== 0) && (facts & STREAMED) === 0;
    if (signal?.aborted) {
      deferred.reject(signal.reason);
    } else if (this.#response) {
      deferred.resolve(this.#response);
    } else if (attempts === 0 || (repeatable && !over)) {
      deferred.resolve(this.flight.driver.passOn(snapshot!, signal, this.flight.change));
    } else if (this.#aside) {
      deferred.resolve(this.#last());
    } else {
      deferred.reject(this.#error ?? timeoutError());
    }
  }

  /** The promise of a call that did not end with its first attempt. */
  defer(): Promise<Response> {
    return this.#defer().promise;
  }

  #defer(): Deferred {
    if (!this.#deferred) {
      let resolve!: Deferred['resolve'];
      let reject!: Deferred['reject'];
      const promise = new Promise<Response>((...settle) => ([resolve, reject] = settle));
      this.#deferred = { promise, resolve, reject };
      // It may settle before anybody hears of it; and where the engine stops in between, nobody ever does.
      promise.catch(ignore);
      this.#listen();
    }
    return this.#deferred;
  }

  /** An abort in a wait must be heard at once. A signal that lives long does not keep the call alive. */
  #listen(): void {
    const { signal } = this.flight;
    if (!signal || this.#stopListening) return;
    const held = new WeakRef(this);
    const heard = () => held.deref()?.aborted();
    signal.addEventListener('abort', heard, { once: true });
    this.#stopListening = () => signal.removeEventListener('abort', heard);
  }

  /** The caller's signal fired. */
  aborted(): void {
    const { driver, core, slot } = this.flight;
    const now = driver.awake();
    if (driver.core !== core) return;
    driver.guard(() => {
      core.abort(slot, now);
      this.obey();
      if (this.#source) {
        this.#source.break(this.flight.signal!.reason);
        this.#readOut();
      }
      driver.settle();
    });
  }

  /** An answer to an attempt that was given up: nobody will read it. */
  late(response: Response): Promise<Response> {
    response.body?.cancel().catch(ignore);
    return this.defer();
  }

  answered(response: Response, attempt: number, kind?: string): void {
    const { driver, core, slot } = this.flight;
    const { headers, status } = response;
    const { auth, problems } = driver.host.options;
    if (problems && !response.ok && kind === undefined) return void this.#ask(response, attempt, problems);
    if (auth && (auth.statuses ?? [401]).includes(status)) this.#asked(response, attempt);
    const began = this.#ended(attempt);
    this.#response = response;
    if (response.ok) driver.answered?.(this.flight.route, response);
    const facts =
      (response.type === 'cors' ? HIDDEN : 0) |
      (Number(headers.get('age')) > 0 ? FROM_CACHE : 0) |
      (bodies?.isResumable(response, this.#source) ? RESUMABLE : 0);
    this.#handle(attempt, began, status, () =>
      core.answer(fieldsOf(headers, kind), slot, attempt, status, facts, driver.now(), Date.now()),
    );
  }

  /** What the app says of this answer's problem document, before anything is decided. */
  async #ask(response: Response, attempt: number, problems: Record<string, string>): Promise<void> {
    const { driver, core } = this.flight;
    const { type = '' } = (await readProblem(response)) ?? {};
    if (driver.core !== core) this.#defer().resolve(response);
    else if (!this.#attempts.has(attempt)) void this.late(response);
    else this.answered(response, attempt, Object.hasOwn(problems, type) ? problems[type]! : '');
  }

  /** The origin that gave this answer asks for credentials. */
  #asked({ url }: Response, attempt: number): void {
    const { asked } = this.flight.driver;
    asked.add(new URL(url || (this.#attempts.get(attempt)?.base ?? this.flight.href)).origin);
  }

  async failed(error: unknown, attempt: number): Promise<Response> {
    const { driver, core, slot } = this.flight;
    if (driver.core !== core) throw error;
    const outcome = this.defer();
    // A violation of the page's policy is reported in a task of its own, after the rejection.
    if (!this.flight.signal?.aborted) await new Promise((next) => setTimeout(next, 0));
    driver.awake();
    if (!this.#attempts.has(attempt)) return outcome;
    if (driver.core !== core) throw error;
    const began = this.#ended(attempt);
    this.#error = error;
    this.#handle(attempt, began, undefined, () => {
      if (this.flight.signal?.aborted) core.abort(slot, driver.now());
      else core.fail(slot, attempt, this.#failure(attempt, error), driver.now());
    });
    return outcome;
  }

  /** An attempt is over; when it began. */
  #ended(attempt: number): number {
    const began = (this.#began = this.#attempts.get(attempt)?.began ?? this.flight.started);
    if (attempt === 1) this.flight.first = false;
    this.#reading = this.#attempts.get(attempt)?.controller ?? this.#reading;
    this.#attempts.delete(attempt);
    return began;
  }

  /** Tells the core how an attempt ended and does what it says. */
  #handle(attempt: number, began: number, status: number | undefined, tell: () => void): void {
    const { driver } = this.flight;
    driver.guard(() => {
      tell();
      this.#emit(attempt, began, status);
      this.obey();
      driver.settle();
    });
  }

  #emit(attempt: number, began: number, status: number | undefined): void {
    const { driver } = this.flight;
    if (driver.host.listens('attempt')) {
      driver.beside!.attempted(this.flight, attempt, driver.now() - began, status);
    }
  }

  #failure(attempt: number, error: unknown): number {
    const { snapshot } = this.flight;
    if (isBlocked(snapshot!.href)) return BLOCKED;
    if (attempt === 1 && isBroken(snapshot!)) return CALLER_BUG;
    return isOffline(error) ? OFFLINE : NETWORK;
  }

  #send(attempt: number, how: number, to: number): void {
    const { flight } = this;
    const { driver, core } = flight;
    const early = flight.takeEarly();
    const controller = early?.controller ?? new AbortController();
    flight.attempts = Math.max(flight.attempts, attempt);
    const base = to > 0 ? core.endpoint(to - 1) : undefined;
    const began = early ? flight.started : driver.now();
    this.#attempts.set(attempt, { controller, began, base });
    if (how !== AS_HEDGE) this.#response = undefined;
    this.#source?.suspend();
    void this.defer();
    const change: Change = { ...flight.change };
    if (base !== undefined) change.base = base;
    if (how === AS_HEDGE) change.cache = 'no-store';
    // Of a body that was broken off, the HTTP cache may hold a part, and fetch the whole twice.
    else if (this.#source) change.cache = 'reload';
    if (how === FOR_REST) change.headers = { ...change.headers, ...this.#source!.range() };
    (early?.outcome ?? flight.send(controller, change)).then(
      (response) => {
        driver.awake();
        if (driver.core !== core) this.#deferred!.resolve(response);
        else if (this.#attempts.has(attempt)) this.answered(response, attempt);
        else void this.late(response);
      },
      (error: unknown) => void this.failed(error, attempt).catch((reason) => this.#deferred!.reject(reason)),
    );
  }

  #cancel(attempt: number): void {
    const known = this.#attempts.get(attempt);
    if (attempt === 1) this.flight.first = false;
    this.#attempts.delete(attempt);
    void this.defer();
    if (known) this.#emit(attempt, known.began, undefined);
    // Without an entry it is the one whose body is read.
    (known?.controller ?? this.#reading)?.abort(timeoutError());
  }

  #resolve(watched: boolean): void {
    // First: where Wasm traps over it, the answer is still there.
    this.#know();
    const answer = this.#last();
    this.#error = undefined;
    // Not the page of a portal, with a good status, in place of what was asked for.
    const good = !this.#explanation!.fault;
    if (good) this.flight.keeping?.keep(answer, this.#served);
    if (this.#served) {
      // It is the store's to read, or nobody's.
      if (!good) answer.body?.cancel().catch(ignore);
      this.#response = undefined;
      return this.#end();
    }
    // First, since a watched body is locked.
    const told = this.#addProblem(answer, watched);
    const watching = watched
      ? bodies?.watch(answer, (what) => this.#hear(what), this.flight.steady?.onProgress)
      : undefined;
    const source = (this.#source = watching?.source);
    if (source) {
      const seat = bodies!.seatOf(this.flight, source, this.#stopListening);
      this.flight.driver.flights[this.flight.slot] = this.flight.seat = seat;
    }
    const outcome = (this.#response = watching?.response ?? answer);
    remember(outcome, this);
    void told.then(() => this.#deferred!.resolve(outcome));
    if (!watched) this.#close();
    // There is no body to watch, or nothing to watch it with.
    else if (!watching) this.#hear(BODY_END);
  }

  /** Something happened to the watched body; whether there is somebody to hear it. */
  #hear(what: number): boolean {
    const { core, driver, slot, signal } = this.flight;
    driver.awake();
    if (driver.core !== core || driver.flights[slot] !== this.flight.seat) return false;
    if (what > BODY_END && signal?.aborted) {
      this.aborted();
      return true;
    }
    driver.guard(() => {
      core.body(slot, what, driver.now());
      this.obey();
      if (what === BODY_END) this.#readOut();
      driver.settle();
    });
    return true;
  }

  /** A watched body is over, and only now the call: what is known about it is complete. */
  #readOut(): void {
    const { driver } = this.flight;
    if (driver.flights[this.flight.slot] !== this.flight.seat) return;
    const problem = this.#explanation?.fault?.problem;
    const { fault } = this.#know();
    if (fault && problem) fault.problem = problem;
    this.#close();
    this.#over();
  }

  /** What is known about the call is complete: it can be told. */
  #over(): void {
    const { driver } = this.flight;
    driver.calls.other(this.flight);
    if (driver.host.listens('call')) driver.beside!.ended(this.flight);
  }

  #reject(how: number): void {
    void this.defer();
    const { fault } = this.#know();
    if (this.#served) return this.#end();
    const error =
      how === BY_TIMEOUT
        ? timeoutError()
        : how === BY_CALLER
          ? (this.flight.signal!.reason as unknown)
          : how === BY_REFUSAL
            ? refusal(fault!)
            : this.#error;
    if (how === BY_STATUS) {
      const response = this.#last();
      void this.#addProblem(response).then(() => {
        const thrown = new HttpError(response, fault!);
        remember(thrown, this);
        this.#deferred!.reject(thrown);
      });
    } else {
      void this.#addProblem(undefined);
      remember(error, this);
      this.#deferred!.reject(error);
    }
    this.#close();
  }

  /** The stored copy is the answer. */
  #serve(goesOn: boolean): void {
    void this.defer();
    const keeping = this.flight.keeping!;
    const { copy } = keeping;
    this.#without = !copy;
    if (!copy) return void (goesOn || this.#goWithout());
    const { response } = copy;
    this.#served = true;
    keeping.served(this.#know().source);
    remember(response, this);
    this.#deferred!.resolve(response);
    if (!goesOn) this.#end();
  }

  /** The copy was somebody's who is not signed in any more, or was cleared: the call ends with what the network said. */
  #goWithout(): void {
    const { driver, snapshot, signal, change } = this.flight;
    const { fault } = this.#know();
    if (!fault) {
      // It was to be served without asking.
      this.#deferred!.resolve(driver.passOn(snapshot!, signal, change));
      this.#end();
    } else if (this.#response ?? this.#aside) {
      this.#resolve(false);
    } else {
      this.#reject(this.#error ? BY_ERROR : fault.kind === 'timeout' ? BY_TIMEOUT : BY_REFUSAL);
    }
  }

  /** Its caller has something else than an answer from here: what came from here is let go. */
  #end(): void {
    for (const answer of [this.#response, this.#aside]) answer?.body?.cancel().catch(ignore);
    this.#response = this.#aside = undefined;
    void this.#addProblem(undefined);
    this.#close();
  }

  /** Something was asked to stand in: its answer, or undefined. */
  async #standIn(asked: Promise<StandIn | undefined>): Promise<void> {
    void this.defer();
    const { driver, core, slot, seat } = this.flight;
    const found = await asked.catch(ignore);
    const outcome = found?.outcome;
    if (driver.core !== core || driver.flights[slot] !== seat) return;
    driver.guard(() => {
      core.stood_in(slot, outcome ? 1 : found ? 2 : 0, driver.awake());
      if (outcome) {
        this.#served = true;
        this.#know();
        if (outcome instanceof Response) remember(outcome, this);
        this.#deferred!.resolve(outcome);
        this.#end();
      }
      this.obey();
      driver.settle();
    });
  }

  /** A 202 once the write is stored, or what comes of it in the end. */
  async #queue(): Promise<StandIn | undefined> {
    const { keeping, change, serial, signal, steady } = this.flight;
    const { fault } = this.#know();
    const queued = keeping?.queue({
      headers: change?.headers,
      serial,
      signal,
      expect: steady?.expect,
      fault,
    });
    return (this.#queued = queued);
  }

  /** Takes down what is known. */
  #know(): Explanation {
    const { core, driver, slot, trace } = this.flight;
    const known = core.explain(slot, driver.now(), Date.now()) as Explanation;
    if (trace) known.traceId = trace.id;
    if (this.#without) {
      known.source = (this.#response ?? this.#aside) ? 'network' : 'none';
      delete known.age;
    }
    return (this.#explanation = known);
  }

  /** Adds the answer's problem document to what is known; tells those who listen, unless the call goes on. */
  async #addProblem(answer: Response | undefined, goesOn = false): Promise<void> {
    const fault = this.#explanation?.fault;
    const problem = fault && answer ? await readProblem(answer) : undefined;
    if (fault && problem) fault.problem = problem;
    const { steady, href, driver } = this.flight;
    if (typeof steady?.notify === 'object') {
      tell(steady.notify, problem && { problem, href });
      driver.host.show();
    }
    if (!goesOn) this.#over();
  }

  /** The call is over for the core: its slot may be used again. */
  #close(): void {
    this.#stopListening?.();
    this.flight.first = false;
    // Losers of a hedge, or of an abort: the browser must let them go too.
    for (const { controller } of this.#attempts.values()) controller.abort();
    this.#attempts.clear();
    if (this.flight.driver.flights[this.flight.slot] !== this.flight.seat) return;
    this.flight.driver.flights[this.flight.slot] = undefined;
    this.flight.driver.host.closing(this.flight);
    this.flight.core.release(this.flight.slot);
  }
}

function ignore(): void {}
