// The package's types against the whole API that it is growing into. What later work brings is listed here by name; a
// member on these lists is absent from the package, not a stub. The lists shrink to nothing.
import type * as contract from './contract';
import type * as ours from '../../pkg/types/index';

/** Steadfetch itself. */
type LaterClient =
  'features' | 'outbox' | 'reports' | 'cache' | 'preferences' | 'health' | 'lint' | 'configure';
/** SteadfetchOptions. */
type LaterOptions =
  | 'remotePolicy'
  | 'partition'
  | 'flags'
  | 'problems'
  | 'storage'
  | 'onConflict'
  | 'locale'
  | 'voice'
  | 'catalog'
  | 'preferences'
  | 'status'
  | 'report'
  | 'telemetry'
  | 'privacy'
  | 'faults';
/** Policy, and so rules and calls. */
type LaterPolicy = 'cache' | 'outbox';
type LaterRule = LaterPolicy | 'feature';
/** `notify` as an Element comes with inline hints. */
type LaterCall = LaterPolicy | 'feature' | 'intent' | 'fallback' | 'notify';
type LaterNotices = 'openHistory' | 'show';
/** A surface that is an Element comes with inline hints. */
type LaterNoticeInput = 'surface';
type LaterEvents = 'breaker' | 'feature' | 'outbox';

/** Exactly the same type, optionality included. */
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2
    ? true
    : [A] extends [B]
      ? [B] extends [A]
        ? true
        : false
      : false;
type Holds<T extends true> = T;

/** Every member of the contract that is not on a list is there with the same type; nothing on a list is. */
type Covers<Whole, Ours, Later extends keyof Whole> = [Exclude<keyof Whole, Later>] extends [keyof Ours]
  ? true
  : { missing: Exclude<keyof Whole, Later | keyof Ours> };
type Absent<Ours, Later> = [Extract<keyof Ours, Later>] extends [never]
  ? true
  : { there: Extract<keyof Ours, Later> };

export type Proofs = [
  Holds<Covers<contract.Steadfetch, ours.Steadfetch, LaterClient>>,
  Holds<Absent<ours.Steadfetch, LaterClient>>,
  Holds<Covers<contract.SteadfetchOptions, ours.SteadfetchOptions, LaterOptions>>,
  Holds<Absent<ours.SteadfetchOptions, LaterOptions>>,
  Holds<Same<Omit<contract.Policy, LaterPolicy>, ours.Policy>>,
  Holds<Same<Omit<contract.Rule, LaterRule>, ours.Rule>>,
  Holds<Same<Omit<contract.CallOptions, LaterCall>, Omit<ours.CallOptions, 'notify'>>>,
  Holds<Absent<ours.CallOptions, Exclude<LaterCall, 'notify'>>>,
  Holds<Covers<contract.Notices, ours.Notices, 'openHistory'>>,
  Holds<Same<Omit<contract.Notices, LaterNotices>, Omit<ours.Notices, 'show'>>>,
  Holds<Same<Omit<contract.NoticeInput, LaterNoticeInput>, Omit<ours.NoticeInput, 'surface'>>>,
  Holds<Same<contract.NoticeAction, ours.NoticeAction>>,
  Holds<Same<contract.Notice, ours.Notice>>,
  Holds<Same<contract.SurfaceOptions, ours.SurfaceOptions>>,
  Holds<Same<contract.FaultKind, ours.FaultKind>>,
  Holds<Same<contract.Fault, ours.Fault>>,
  Holds<Same<contract.Problem, ours.Problem>>,
  Holds<Same<contract.Explanation, ours.Explanation>>,
  Holds<Same<contract.TimelineEntry, ours.TimelineEntry>>,
  Holds<Same<Omit<contract.SteadfetchEvents, LaterEvents>, ours.SteadfetchEvents>>,
];

// What the package makes can be used where the contract is expected, as far as it goes.
declare const client: ours.Steadfetch;
export const asContract: Pick<contract.Steadfetch, 'ready' | 'state' | 'explain' | 'dispose'> = client;
export const explain: typeof contract.explain = (outcome) => client.explain(outcome);

// The classes are the contract's.
declare const config: ours.ConfigError;
declare const http: ours.HttpError;
export const errors: [contract.ConfigError, contract.HttpError] = [config, http];

// Entries.
export type Entries = [
  typeof import('../../pkg/types/slim').createSteadfetch,
  typeof import('../../pkg/types/auto').fetch,
  typeof import('../../pkg/types/worker').createSteadfetch,
];
