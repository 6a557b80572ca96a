// What a store of copies does, whether on disk or in memory.
import type { Kept, Owner } from './record';

/** How much a rule's copies may take. */
export interface Limits {
  maxEntries: number;
  maxBytes: number;
}

/** What is known of a request. */
export interface Found {
  /** Where its answer may be kept; once it is cleared, nothing is kept there any more. */
  room: string;
  /** Not yet checked. */
  records: unknown[];
  /** Remembered: it may be out of date. */
  known?: true;
}

/** An answer and all that belongs to it. */
export interface Answer {
  status: number;
  statusText: string;
  headers: Headers;
  body: Blob | ArrayBuffer;
}

export interface Store {
  /** `again`: what is remembered is out of date. */
  look(owner: Owner, request: string, again?: boolean): Promise<Found>;
  /** The answer of a record, as it was stored; undefined where it is gone. */
  answer(record: Kept): Promise<Answer | undefined>;
  /** Its use is noted: others go first when room is short. */
  touch(record: Kept): void;
  /** Keeps an answer, and lets go of what the limits do not leave room for. Nothing is kept in a room that was cleared. */
  keep(record: Kept, answer: Answer, limits: Limits): Promise<void>;
  /** Whether it was still there. */
  drop(record: Kept): Promise<boolean>;
  /** Drops all that is kept of a URL, for whomever; what that was. */
  outdate(url: string): Promise<[owner: Owner, request: string][]>;
  /** Another tab, or another client, has put a copy of this request. */
  forget(owner: Owner, request: string): void;
  /** This owner's copies were cleared, or everybody's: nothing of them is in memory any more. */
  forgetAll(owner?: Owner): void;
}
