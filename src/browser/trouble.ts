// What a call meets beside plain sailing, from its first failure on: carries out what the core commands, attempt by attempt.
// It comes with the engine, so that a page's first script stays small.
import type { Explanation } from '../../pkg/types/index';
import { isBlocked } from './blocked';
import { REPEATABLE } from './driver';
import type { Flight } from './flight';
import { type Known, remember } from './known';
import { readProblem } from './problem';
import { BODY_END, seatOf } from './reading';
import { KEYED, STREAMED } from './snapshot';
import { type Source, watch } from './watch';

/** Commands of the core, in the low 4 bits; the operand is above. */
const SEND = 1;
const CANCEL = 2;
const DISCARD = 3;
const RESOLVE = 4;
const REJECT = 5;
const BREAK_BODY = 6;

/** How a call is rejected. */
const BY_TIMEOUT = 1;
const BY_STATUS = 2;
const BY_CALLER = 3;

/** Why an attempt ended without an answer. */
const NETWORK = 0;
const OFFLINE = 1;
const BLOCKED = 2;
const CALLER_BUG = 3;

interface Deferred {
  promise: Promise<Response>;
  resolve(response: Response | PromiseLike<Response>): void;
  reject(reason: unknown): void;
}

export function timeoutError(): DOMException {
  return new DOMException('The request took longer than its time limit allows.', 'TimeoutError');
}

/** The further way of one call, and the record behind `explain` of what came of it. */
export class Trouble implements Known {
  /** The core has planned another attempt. */
  #waiting = false;
  #response: Response | undefined;
  #error: unknown;
  /** Settled by other means than the first attempt's own promise. */
  #deferred: Deferred | undefined;
  #explanation: Explanation | undefined;
  #stopListening: (() => void) | undefined;
  #source: Source | undefined;

  constructor(readonly flight: Flight) {}

  get explanation(): Explanation {
    return this.#explanation!;
  }

  /** Carries out the core's commands until there is none left. */
  obey(): void {
    for (let code; (code = this.flight.core.command(this.flight.slot)) !== 0;) {
      const operand = code >>> 4;
      switch (code & 15) {
        case SEND:
          this.#again(operand);
          break;
        case CANCEL:
          this.#cancel();
          break;
        case DISCARD:
          // An unread body keeps its connection: on HTTP/1.1 a handful of them starves the page.
          this.#response?.body?.cancel().catch(ignore);
          this.#response = undefined;
          break;
        case RESOLVE:
          this.#resolve(operand === 1);
          break;
        case REJECT:
          this.#reject(operand);
          break;
        case BREAK_BODY:
          this.#source?.break(timeoutError());
          this.#readOut();
          break;
      }
    }
  }

  /** The core is gone: what is under way ends by itself, what waits is sent once more without it. */
  orphan(): void {
    this.#stopListening?.();
    const deferred = this.#deferred;
    if (!deferred || this.flight.attempt > 0) return;
    const { signal, snapshot } = this.flight;
    const { facts } = snapshot!;
    // Whatever the core was about to do: what may have had an effect is not sent twice.
    const repeatable =
      ((this.flight.lane & REPEATABLE) !== 0 || (facts & KEYED) !== 0) && (facts & STREAMED) === 0;
    if (signal?.aborted) {
      deferred.reject(signal.reason);
    } else if (this.#response) {
      deferred.resolve(this.#response);
    } else if (this.#waiting && repeatable) {
      const { native } = this.flight.driver.host;
      deferred.resolve(snapshot!.send(native, signal ?? new AbortController().signal, true));
    } else {
      deferred.reject(this.#error ?? timeoutError());
    }
  }

  /** The promise of a call that did not end with its first attempt. */
  defer(): Promise<Response> {
    if (!this.#deferred) {
      let resolve!: Deferred['resolve'];
      let reject!: Deferred['reject'];
      const promise = new Promise<Response>((...settle) => ([resolve, reject] = settle));
      this.#deferred = { promise, resolve, reject };
      this.#listen();
    }
    return this.#deferred.promise;
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
    this.flight.driver.guard(() => {
      this.flight.core.abort(this.flight.slot, this.flight.driver.now());
      this.obey();
      if (this.#source) {
        this.#source.break(this.flight.signal!.reason);
        this.#readOut();
      }
      this.flight.driver.settle();
    });
  }

  /** An answer to an attempt that was given up: nobody will read it. */
  late(response: Response): Promise<Response> {
    response.body?.cancel().catch(ignore);
    return this.defer();
  }

  answered(response: Response): void {
    const { driver, core } = this.flight;
    this.flight.attempt = 0;
    this.#response = response;
    this.#handle(response.status, () => core.answer(this.flight.slot, response, driver.now(), Date.now()));
  }

  async failed(error: unknown, attempt: number): Promise<Response> {
    const { driver, core } = this.flight;
    if (driver.core !== core) throw error;
    const outcome = this.defer();
    // A violation of the page's policy is reported in a task of its own, after the rejection.
    if (!this.flight.signal?.aborted) await new Promise((next) => setTimeout(next, 0));
    if (attempt !== this.flight.attempt) return outcome;
    if (driver.core !== core) throw error;
    this.flight.attempt = 0;
    this.#error = error;
    this.#handle(undefined, () => {
      if (this.flight.signal?.aborted) core.abort(this.flight.slot, driver.now());
      else core.fail(this.flight.slot, this.#failure(attempt), driver.now());
    });
    return outcome;
  }

  /** Tells the core how an attempt ended and does what it says. */
  #handle(status: number | undefined, tell: () => void): void {
    const { driver } = this.flight;
    driver.guard(() => {
      tell();
      if (driver.host.listens('attempt')) driver.host.attempted(this.flight, status);
      this.#waiting = true;
      this.obey();
      driver.settle();
    });
  }

  #failure(attempt: number): number {
    if (isBlocked(this.flight.snapshot!.href)) return BLOCKED;
    if (attempt === 1 && this.flight.snapshot!.isBroken()) return CALLER_BUG;
    return globalThis.navigator?.onLine === false ? OFFLINE : NETWORK;
  }

  #again(attempt: number): void {
    const { driver, core } = this.flight;
    this.flight.attempt = this.flight.attempts = attempt;
    this.#waiting = false;
    this.#response = undefined;
    this.flight.began = driver.now();
    void this.defer();
    this.flight.send().then(
      (response) => {
        if (attempt !== this.flight.attempt) void this.late(response);
        else if (driver.core === core) this.answered(response);
        else this.#deferred!.resolve(response);
      },
      (error: unknown) => void this.failed(error, attempt).catch((reason) => this.#deferred!.reject(reason)),
    );
  }

  #cancel(): void {
    this.flight.attempt = 0;
    this.#waiting = true;
    void this.defer();
    this.flight.controller?.abort(timeoutError());
  }

  #resolve(watched: boolean): void {
    const answer = this.#response!;
    this.#waiting = false;
    this.#know();
    // First, since a watched body is locked.
    const told = this.#addProblem(answer, watched);
    const watching = watched
      ? watch(answer, (what) => this.#hear(what), this.flight.steady?.onProgress)
      : undefined;
    const source = (this.#source = watching?.source);
    if (source)
      this.flight.driver.flights[this.flight.slot] = this.flight.seat = seatOf(
        this.flight,
        source,
        this.#stopListening,
      );
    const outcome = (this.#response = watching?.response ?? answer);
    remember(outcome, this);
    void told.then(() => this.#deferred!.resolve(outcome));
    if (!watched) this.#close();
    // There is no body to watch.
    else if (!watching) this.#hear(BODY_END);
  }

  /** Something happened to the watched body. */
  #hear(what: number): void {
    const { core, driver, slot } = this.flight;
    if (driver.core !== core || driver.flights[slot] !== this.flight.seat) return;
    driver.guard(() => {
      core.body(slot, what, driver.now());
      this.obey();
      if (what >= BODY_END) this.#readOut();
      driver.settle();
    });
  }

  /** A watched body is over, and only now the call: what is known about it is complete. */
  #readOut(): void {
    const { driver } = this.flight;
    if (driver.flights[this.flight.slot] !== this.flight.seat) return;
    const problem = this.#explanation?.fault?.problem;
    const { fault } = this.#know();
    if (fault && problem) fault.problem = problem;
    this.#close();
    if (driver.host.listens('call')) driver.host.ended(this.flight);
  }

  #reject(how: number): void {
    const error =
      how === BY_TIMEOUT
        ? timeoutError()
        : how === BY_CALLER
          ? (this.flight.signal!.reason as unknown)
          : this.#error;
    this.#waiting = false;
    void this.defer();
    this.#know();
    if (how === BY_STATUS) {
      const response = this.#response!;
      void this.#addProblem(response).then(() => {
        const thrown = this.flight.driver.host.httpError(response, this);
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

  /** Takes down what is known. */
  #know(): Explanation {
    return (this.#explanation = this.flight.core.explain(
      this.flight.slot,
      this.flight.driver.now(),
      Date.now(),
    ) as Explanation);
  }

  /** Adds the answer's problem document to what is known; tells those who listen, unless the call goes on. */
  async #addProblem(answer: Response | undefined, goesOn = false): Promise<void> {
    const fault = this.#explanation?.fault;
    const problem = fault && answer ? await readProblem(answer) : undefined;
    if (fault && problem) fault.problem = problem;
    if (!goesOn && this.flight.driver.host.listens('call')) this.flight.driver.host.ended(this.flight);
  }

  /** The call is over for the core: its slot may be used again. */
  #close(): void {
    this.#stopListening?.();
    this.flight.attempt = 0;
    if (this.flight.driver.flights[this.flight.slot] !== this.flight.seat) return;
    this.flight.driver.flights[this.flight.slot] = undefined;
    this.flight.driver.host.closing(this.flight);
    this.flight.core.release(this.flight.slot);
  }
}

function ignore(): void {}
