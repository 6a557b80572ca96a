import type { FaultInjection, Steadfetch } from './index.js';

/** A drill: drills/schema.json describes the file. Times are seconds from its start. */
export interface Drill {
  version: 3;
  title: string;
  summary: string;
  rehearses: string;
  /** Where its runbook is, below the repository's root. */
  runbook?: string;
  /** When it is over, the time to recover included. */
  length: number;
  steps: DrillStep[];
  /** The app's features that it is about, by the paths that make them up: for the fleet simulation, which has no app of its own. */
  features?: { name: string; match: string }[];
  /** What a person does in the app meanwhile. */
  people?: { at: number; does: string }[];
  expect: { notices: ExpectedNotice[]; recovery: { by: number } };
}

export interface DrillStep {
  at: number;
  until: number;
  /** A path in the syntax of a rule's `match`. Default: every request. */
  match?: string;
  /** The share of the attempts that it strikes, 0 to 1. Default: 1. */
  rate?: number;
  fault: Pick<FaultInjection, 'kind' | 'status' | 'retryAfter' | 'delay'>;
}

export interface ExpectedNotice {
  /** The kind of a fault (`overloaded`), else the `cause` of the notice (`feature.orders`). */
  cause: string;
  surface?: 'toast' | 'banner';
  /** Default: 0. */
  after?: number;
  by: number;
  /** Default: `recovery.by`. */
  over?: number;
}

/** What is wrong at one place of a file. */
export interface DrillProblem {
  /** Like `steps[0].until`. */
  path: string;
  got: string;
  expected: string;
  fix: string;
}

/** A file is no drill: every problem that it has. */
export declare class DrillError extends TypeError {
  constructor(problems: DrillProblem[]);
  readonly problems: DrillProblem[];
}

/**
 * Reads a drill.
 *
 * @throws {DrillError} with everything that is wrong.
 */
export declare function readDrill(value: unknown): Drill;

/** Where a drill strikes. */
export interface DrillPlace {
  /**
   * What stands before the paths of its steps, as in a rule's `match`: `https://api.example.com`. Default: `*://*`, every
   * origin.
   */
  base?: string;
  /** When it begins, in ms after the client was created. Default: 0. */
  start?: number;
}

/** A drill as the option `faults`. */
export declare function drillFaults(drill: Pick<Drill, 'steps'>, place?: DrillPlace): FaultInjection[];

/** What people saw change, in order. */
export interface DrillSighting {
  /** Seconds from the start. */
  at: number;
  /** The same for as long as the notice lives. */
  id: string;
  what: 'appears' | 'changes' | 'is over' | 'goes';
  /** A fault's kind, else the notice's `cause`. */
  cause: string;
  surface: string;
  severity: string;
  title: string;
  code?: string;
}

/** Whether one expectation was met. */
export interface DrillCheck {
  passed: boolean;
  expected: string;
  got: string;
}

export interface DrillReport {
  title: string;
  passed: boolean;
  sightings: DrillSighting[];
  /** One per expected notice, one per notice that nobody expected, one for the recovery. */
  checks: DrillCheck[];
  /** Calls that ended meanwhile, and how many of them failed. */
  calls: number;
  failed: number;
}

/** Takes down what people see from now on, as the beginning of the drill. */
export declare function watchDrill(
  client: Steadfetch,
  drill: Drill,
): {
  /** As far as it is known now. */
  report(): DrillReport;
  /** Stops listening. */
  stop(): void;
};

export interface PlayOptions {
  /** What stands before the paths of the steps. Default: `*://*`. */
  base?: string;
  /** Called when a person should do something in the app. */
  act?(does: string): void;
  /** Ends it early. */
  signal?: AbortSignal;
}

/**
 * Plays a drill on a client from now on, in place of its `faults`, and resolves with the report once it is over. For staging
 * environments: its faults are real to whoever uses the page. Rejects where calls pass through for good, and where the signal
 * aborts; no fault is left behind.
 */
export declare function playDrill(
  client: Steadfetch,
  drill: Drill,
  options?: PlayOptions,
): Promise<DrillReport>;

/** A report as a plain table. */
export declare function drillTable(report: DrillReport): string;
