// What the outbox is given by its client: it imports nothing of the engine.
import type { Fault, OutboxEntry } from '../../../pkg/types/index';
import type { Secrets } from './write';

export type Change = 'queued' | 'sent' | 'dead' | 'discarded';
/** How often each of them was this tab's doing. */
export type Counts = Record<Change, number>;

export interface OutboxHost {
  /** Whether what is stored is encrypted. */
  readonly encrypt: boolean;
  /** Who is signed in. */
  partition(): string | null | undefined;
  /** Where a URL leads, without what may identify a person or thing. */
  route(href: string, method: string): string;
  /** Sends through the engine, where it is not queued again. `expect`: the type of an answer that confirms it. */
  send(request: Request, signal: AbortSignal, expect: string | undefined): Promise<Response>;
  /** What went wrong with what `send` brought. */
  fault(outcome: unknown): Fault | undefined;
  /** What `auth` adds to a request now. */
  credentials(): Promise<Record<string, string>>;
  /** The names of those headers. */
  secrets(): Promise<Secrets>;
  /** core.rs: whose turn it is. Undefined: there is no core. */
  turn(
    state: number,
    ours: number,
    queued: number,
    since: number,
    due: number,
    retention: number,
  ): number | undefined;
  /** core.rs: what becomes of a write. */
  ended(
    status: number,
    facts: number,
    attempts: number,
    counted: number,
    most: number,
    serverWait: number,
  ): number | undefined;
  /** Whether conflicts are decided here: by the app, or, where it has nothing to say, by the person. */
  readonly decides: boolean;
  /** The app's own word about a conflict. */
  conflict(entry: OutboxEntry, response: Response): Promise<'retry' | 'discard' | 'dead' | Request>;
  /** Something became of a write, here or in another tab. */
  changed(entry: OutboxEntry, change: Change): void;
  /** Another tab has received this answer to a write. */
  handed(response: Response, entry: OutboxEntry | undefined): void;
  /** What waits may be something else than before. */
  settled(): void;
  /** Why nothing can be stored, or a write was not; told once for each reason. */
  trouble(why: string): void;
}

// What `turn` says; else milliseconds to wait.
export const PASSED = -1;
export const EXPIRED = -2;
export const BUSY = -3;

// What `ended` is told, as bits.
export const TIMED_OUT = 1;
export const REFUSED = 2;
export const BROKEN = 4;
export const PENDING = 8;
export const ELSEWHERE = 16;
export const UNEXPECTED = 32;

// What `ended` says, in the low 3 bits; milliseconds above.
export const SENT = 0;
export const DEAD = 1;
export const ASK = 2;
export const WAIT = 3;
export const WAIT_COUNTED = 4;
export const SIGN_IN = 5;
