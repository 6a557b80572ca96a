// What a client keeps beside calls in flight: stored copies of answers, and writes that wait to be sent. Both are loaded where a
// rule first asks for them. This is what the engine knows of them.
import type { Fault } from '../../pkg/types/index';
import type { Copies } from './cache/chunk';
import type { Copy, Search, Terms } from './cache/search';
import { QUEUED, CACHED } from './codes';
import type { Core } from './core';
import type { Driver } from './driver';
import type { Counts } from './outbox/host';
import type { Snapshot } from './snapshot';

/** How a rule's writes are kept; times in ms. */
export interface OutboxTerms {
  lane: string;
  retention: number;
  attempts: number;
  /** 1: the caller waits until it is sent; 0: it gets a 202. */
  wait: number;
  /** The header of its Idempotency-Key; undefined: the usual one. */
  key?: string;
}

/** What stands in for an answer. Wrapped, since whoever waits for a promise waits for what it brings, too. */
export interface StandIn {
  /** Undefined where there is no room for the write. */
  outcome: Response | Promise<Response> | undefined;
}

/** A write that is to be kept. */
export interface Write {
  snapshot: Snapshot;
  terms: OutboxTerms;
  /** What every attempt changes about the request: its Idempotency-Key. */
  headers: Record<string, string> | undefined;
  /** Who was signed in when the call was made. */
  partition: string | null;
  /** The call's number in its client: writes go in that order. */
  serial: number;
  /** Its caller's: who waits for the answer may give it up. */
  signal: AbortSignal | undefined;
  /** The content type that its call expects. */
  expect: string | undefined;
  /** What its call failed with; undefined where it was not sent. */
  fault: Fault | undefined;
}

/** Writes that wait to be sent. */
export interface Waiting {
  /** How many there are, of whoever is signed in. */
  readonly size: number;
  /** What became of writes, by this tab's doing. */
  readonly counts: Counts;
  /** There was a good answer from here. */
  answered?(href: string): void;
  /** Whether earlier writes of this lane wait, as far as this tab knows. */
  waits(lane: string): boolean;
  /**
   * Settles once the write is stored durably, with its caller's answer: a 202, or what comes of it in the end. Undefined where
   * it could not be stored. Never rejects.
   */
  queue(write: Write): Promise<StandIn | undefined>;
}

/** The stores of one client. */
export interface Stores {
  copies: Copies | undefined;
  outbox: Waiting | undefined;
  /** Loads what a lane asks for; what cannot be loaded stays undefined. */
  load(lane: number): Promise<unknown>;
}

/** What one call has to do with the stores. */
export class Keeping {
  #copy: Copy | undefined;
  readonly #search: Search | undefined;
  readonly #outbox: Waiting | undefined;
  readonly #outboxTerms: OutboxTerms | undefined;

  constructor(
    core: Core,
    lane: number,
    readonly snapshot: Snapshot,
    stores: Stores,
    driver: Driver,
    /** Who was signed in when the call was made. */
    readonly partition: string | null | undefined,
  ) {
    if (lane & CACHED && stores.copies && partition !== undefined) {
      const { href, init, request } = snapshot;
      const asked = {
        href,
        headers: new Headers(init.headers ?? request?.headers),
        mode: init.cache ?? request?.cache,
        partition,
        integrity: !!(init.integrity ?? request?.integrity),
        authorized: !!driver.signed(href, undefined),
      };
      this.#search = stores.copies.search(asked, core.cache_terms(lane) as Terms);
    }
    if (lane & QUEUED) this.#outbox = stores.outbox;
    if (this.#outbox) this.#outboxTerms = core.outbox_terms(lane) as OutboxTerms;
  }

  /** Whether a copy is to be looked for. */
  get looks(): boolean {
    return !!this.#search;
  }

  /** Whether earlier writes of its lane wait. */
  get isBehind(): boolean {
    return !!this.#outbox?.waits(this.#outboxTerms!.lane);
  }

  async look(): Promise<Copy | undefined> {
    return (this.#copy = await this.#search!.copy);
  }

  /** What was found, where it may still be served. */
  get copy(): Copy | undefined {
    return this.#search?.stands ? this.#copy : undefined;
  }

  /** It is. */
  served(source: string): void {
    this.#search!.served(source);
  }

  /** Takes an answer for later; its caller may have it too where it is not `last`. */
  keep(answer: Response, last: boolean): void {
    // What is no copy for anybody is not read twice.
    if (!last && !answer.ok) return;
    try {
      void this.#search?.keep(last ? answer : answer.clone(), last ? undefined : answer);
    } catch {
      // A body that was used already, by somebody else's fetch, is just not stored.
    }
  }

  async queue(more: Omit<Write, 'snapshot' | 'terms' | 'partition'>): Promise<StandIn | undefined> {
    const { partition } = this;
    // What nobody knows the owner of is not kept.
    if (partition === undefined) return undefined;
    return this.#outbox?.queue({ ...more, snapshot: this.snapshot, terms: this.#outboxTerms!, partition });
  }
}
