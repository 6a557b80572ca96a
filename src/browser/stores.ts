// What a client keeps beside calls in flight: stored copies of answers, and writes that wait to be sent. Both are loaded where a
// rule first asks for them. This is what the engine knows of them.
import { QUEUED, CACHED } from './codes';
import type { Core } from './core';
import type { Snapshot } from './snapshot';

/** How a rule's answers are stored; times in ms. */
export interface CacheTerms {
  fresh?: number;
  staleIfError: number;
  maxEntries: number;
  maxBytes: number;
  /** Request headers, in lower case, that make another copy, beside those that the response names. */
  vary: string[];
  /** What tabs know the rule by; 0: none. */
  rule: number;
}

/** How a rule's writes are kept; times in ms. */
export interface OutboxTerms {
  lane: string;
  retention: number;
  attempts: number;
  /** 1: the caller waits until it is sent; 0: it gets a 202. */
  wait: number;
}

/** A stored copy that may answer a call. */
export interface Copy {
  response: Response;
  /** It may be served without asking. */
  fresh: boolean;
  /** It may stand in where the network fails. */
  stale: boolean;
  /** ms. */
  age: number;
}

/** Stored copies of answers. */
export interface Copies {
  /** Undefined: there is none that may be served, or it took too long to look. Never rejects. */
  find(snapshot: Snapshot, terms: CacheTerms): Promise<Copy | undefined>;
  /** Takes the answer to a request, which is its own to read. Never rejects. */
  keep(snapshot: Snapshot, terms: CacheTerms, response: Response): Promise<void>;
}

/** What stands in for an answer. Wrapped, since whoever waits for a promise waits for what it brings, too. */
export interface StandIn {
  outcome: Response | Promise<Response>;
}

/** A write that is to be kept. */
export interface Write {
  snapshot: Snapshot;
  terms: OutboxTerms;
  /** What every attempt changes about the request: its Idempotency-Key. */
  headers: Record<string, string> | undefined;
  /** The call's number in its client: writes go in that order. */
  serial: number;
  /** Its caller's: who waits for the answer may give it up. */
  signal: AbortSignal | undefined;
}

/** Writes that wait to be sent. */
export interface Waiting {
  /** How many there are, of whoever is signed in. */
  readonly size: number;
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
  readonly copies: Copies | undefined;
  readonly outbox: Waiting | undefined;
  /** Loads what a lane asks for; what cannot be loaded stays undefined. */
  load(lane: number): Promise<unknown>;
}

/** What one call has to do with the stores. */
export class Keeping {
  /** What was found, once it is. */
  copy: Copy | undefined;
  readonly #copies: Copies | undefined;
  readonly #outbox: Waiting | undefined;
  readonly #cacheTerms: CacheTerms | undefined;
  readonly #outboxTerms: OutboxTerms | undefined;

  constructor(
    core: Core,
    lane: number,
    readonly snapshot: Snapshot,
    stores: Stores,
  ) {
    if (lane & CACHED) this.#copies = stores.copies;
    if (lane & QUEUED) this.#outbox = stores.outbox;
    if (this.#copies) this.#cacheTerms = core.cache_terms(lane) as CacheTerms;
    if (this.#outbox) this.#outboxTerms = core.outbox_terms(lane) as OutboxTerms;
  }

  /** Whether a copy is to be looked for. */
  get looks(): boolean {
    return !!this.#copies;
  }

  /** Whether earlier writes of its lane wait. */
  get isBehind(): boolean {
    return !!this.#outbox?.waits(this.#outboxTerms!.lane);
  }

  async look(): Promise<Copy | undefined> {
    return (this.copy = await this.#copies!.find(this.snapshot, this.#cacheTerms!));
  }

  /** Takes an answer for later; its caller may have it too where it is not `last`. */
  keep(answer: Response, last: boolean): void {
    if (!this.#copies) return;
    try {
      void this.#copies.keep(this.snapshot, this.#cacheTerms!, last ? answer : answer.clone());
    } catch {
      // A body that was used already, by somebody else's fetch, is just not stored.
    }
  }

  async queue(more: Pick<Write, 'headers' | 'serial' | 'signal'>): Promise<StandIn | undefined> {
    return this.#outbox?.queue({ ...more, snapshot: this.snapshot, terms: this.#outboxTerms! });
  }
}
