// The package's types against the whole API.
import type * as contract from './contract';
import type { Differences } from './differences';
import type * as ours from '../../pkg/types/index';
import type * as auto from '../../pkg/types/auto';
import type * as slim from '../../pkg/types/slim';
import type * as worker from '../../pkg/types/worker';

type None<Found extends never> = Found;
type Takes<C, O> = Differences<C, O, 'in'>;
type Gives<C, O> = Differences<C, O, 'out'>;

// Functions and classes, and through them every type that they take and give.
export type Values = [
  None<Gives<typeof contract, typeof ours>>,
  None<Gives<typeof contract, typeof worker>>,
  None<Gives<typeof contract, typeof auto>>,
  None<Gives<contract.Steadfetch['fetch'], typeof auto.fetch>>,
  None<Gives<Omit<typeof contract, 'createSteadfetch'>, typeof slim>>,
  None<Takes<contract.SteadfetchOptions, Omit<Parameters<typeof slim.createSteadfetch>[0], 'wasm'>>>,
  None<Gives<contract.Steadfetch, ReturnType<typeof slim.createSteadfetch>>>,
];

// `on` of every event.
declare const theirs: contract.Steadfetch;
declare const client: ours.Steadfetch;
type Events = keyof contract.SteadfetchEvents;
export type On = None<{ [K in Events]: Gives<typeof theirs.on<K>, typeof client.on<K>> }[Events]>;

// Types by their names.
export type Names = [
  None<Takes<contract.SteadyInit, ours.SteadyInit>>,
  None<Takes<contract.CallOptions, ours.CallOptions>>,
  None<Takes<contract.SteadfetchOptions, ours.SteadfetchOptions>>,
  None<Takes<contract.Rule, ours.Rule>>,
  None<Takes<contract.Policy, ours.Policy>>,
  None<Takes<contract.Endpoints, ours.Endpoints>>,
  None<Takes<contract.NoticeInput, ours.NoticeInput>>,
  None<Takes<contract.Catalog, ours.Catalog>>,
  None<Takes<contract.MessageSource, ours.MessageSource>>,
  None<Takes<contract.NoticeAction, ours.NoticeAction>>,
  None<Takes<contract.SurfaceOptions, ours.SurfaceOptions>>,
  None<Takes<contract.FaultInjection, ours.FaultInjection>>,
  None<Gives<contract.Steadfetch, ours.Steadfetch>>,
  None<Gives<contract.FaultKind, ours.FaultKind>>,
  None<Gives<contract.Fault, ours.Fault>>,
  None<Gives<contract.Problem, ours.Problem>>,
  None<Gives<contract.Explanation, ours.Explanation>>,
  None<Gives<contract.TimelineEntry, ours.TimelineEntry>>,
  None<Gives<contract.Notices, ours.Notices>>,
  None<Gives<contract.NoticeHandle, ours.NoticeHandle>>,
  None<Gives<contract.Severity, ours.Severity>>,
  None<Gives<contract.Surface, ours.Surface>>,
  None<Gives<contract.Notice, ours.Notice>>,
  None<Gives<contract.SteadfetchEvents, ours.SteadfetchEvents>>,
  None<Gives<contract.LintFinding, ours.LintFinding>>,
  None<Gives<contract.Health, ours.Health>>,
  None<Gives<contract.Reports, ours.Reports>>,
  None<Gives<contract.ProblemReport, ours.ProblemReport>>,
  None<Gives<contract.ConfigError, ours.ConfigError>>,
  None<Gives<contract.HttpError, ours.HttpError>>,
];
