// One call on its way, as long as all goes well; what it meets beyond that is trouble.ts. It comes with the engine.
import type { Core } from './core';
import type { Explanation } from '../../pkg/types/index';
import type { Driver } from './driver';
import type { Early } from './eager';
import { type Teller, noteSmooth } from './known';
import type { Seat } from './reading';
import type { Route } from './route';
import { holdFor, join } from './signals';
import type { Change, Snapshot } from './snapshot';
import type { Keeping } from './stores';
import { Trouble } from './trouble';

/** What a call's own options tell the shell. */
export interface Steady {
  notify?: string | Element;
  onProgress?(progress: { bytes: number; total?: number }): void;
  actionId?: string;
  expect?: string;
  idempotencyKey?: string | true;
  fallback?: Response | (() => Response | Promise<Response>);
}

/** One call. */
export class Flight implements Seat {
  /** Attempts begun. */
  attempts = 1;
  /** The first attempt is under way, and its answer is awaited. */
  first = true;
  /** Of the first attempt. */
  controller: AbortController | undefined;
  /** What the driver keeps in its slot. */
  seat: Seat = this;
  /** What every attempt of this call changes about the request. */
  change: Change | undefined;
  /** Where its answer may be stored, or its request kept for later. */
  keeping: Keeping | undefined;
  /** The trace that it belongs to, where it has one. */
  trace: (Teller & { readonly id: string; readonly sampled: boolean }) | undefined;
  /** Of a call that went well at once: how long it took, and its status. */
  #took = 0;
  #status = 0;
  #trouble: Trouble | undefined;

  constructor(
    readonly driver: Driver,
    readonly core: Core,
    public snapshot: Snapshot | undefined,
    readonly route: Route,
    readonly lane: number,
    readonly slot: number,
    readonly serial: number,
    readonly started: number,
    readonly signal: AbortSignal | undefined,
    readonly steady: Steady | undefined,
  ) {}

  /** Sends the first attempt; its promise is the call's where all goes well. */
  begin(): Promise<Response> {
    this.look();
    const early = this.takeEarly();
    this.controller = early?.controller ?? new AbortController();
    const first = (early?.outcome ?? this.send(this.controller, this.change)).then(
      (response) => this.#head(response),
      (error: unknown) => this.trouble().failed(error, 1),
    );
    // A copy may be served while its answer is awaited.
    return this.keeping?.looks ? Promise.race([this.trouble().defer(), first]) : first;
  }

  get href(): string {
    return this.route.href;
  }

  get method(): string {
    return this.route.method;
  }

  get explanation(): Explanation {
    if (this.troubled) return this.trouble().explanation;
    return (this.trace ?? this.route).explanation(this.serial, this.#took, this.#status);
  }

  /** It was not plain sailing. */
  get troubled(): boolean {
    return this.#trouble !== undefined;
  }

  /** From here on the call is not plain sailing. */
  trouble(): Trouble {
    return (this.#trouble ??= new Trouble(this));
  }

  /** Looks for a stored copy, where the request may be answered by one. */
  look(): void {
    const { keeping, driver, core, slot } = this;
    if (!keeping?.looks) return;
    void keeping.look().then((copy) => {
      // It may be over by now.
      if (driver.core !== core || driver.flights[slot] !== this.seat) return;
      driver.guard(() => {
        core.found(slot, copy?.good ?? 0, copy?.age ?? -1, driver.awake());
        this.obey();
        driver.settle();
      });
    });
  }

  /** Carries out what the core commands. */
  obey(): void {
    this.trouble().obey();
  }

  /** The core is gone, and the client too where it is `over`. */
  orphan(over: boolean): void {
    this.#trouble?.orphan(over);
  }

  /** The first attempt, where it did not wait for the engine. */
  takeEarly(): Early | undefined {
    const snapshot = this.snapshot!;
    const { early } = snapshot;
    if (early) snapshot.early = undefined;
    return early;
  }

  /** Sends an attempt. */
  send(controller: AbortController, change: Change | undefined): Promise<Response> {
    const signal = join(this.signal, controller);
    const { trace } = this.driver;
    try {
      if (trace) change = trace(this, change);
      return this.snapshot!.send(this.driver.native, signal, false, this.driver.signed(this.href, change));
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  #head(response: Response): Response | Promise<Response> {
    const { driver, core } = this;
    const now = driver.awake();
    if (this.signal) holdFor(response, this.controller!);
    if (!this.first) return this.trouble().late(response);
    if (driver.core !== core) return response;
    try {
      // Beside another attempt of its own it is not plain sailing any more.
      const looks = this.#trouble !== undefined || this.route.looksAt(response);
      const code = looks ? 1 : core.head(this.slot, response.status, now);
      if (code === 1) {
        // First, since it listens for an abort until the call is closed.
        const outcome = this.trouble().defer();
        this.trouble().answered(response, 1);
        return outcome;
      }
      const took = now - this.started;
      noteSmooth(response, this.trace ?? this.route, this.serial, took);
      driver.calls.well(this, took, response.status);
      driver.flights[this.slot] = undefined;
      this.snapshot = undefined;
      this.controller = undefined;
      driver.answered?.(this.route, response);
      if (driver.host.listens('attempt')) driver.beside!.attempted(this, 1, took, response.status);
      if (driver.host.listens('call')) {
        this.#took = took;
        this.#status = response.status;
        driver.beside!.ended(this);
      }
      if (code === 2) driver.settle();
    } catch (error) {
      driver.host.trapped(error);
    }
    return response;
  }
}
