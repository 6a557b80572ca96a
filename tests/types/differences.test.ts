// The comparison itself: it finds what is wrong with changed copies of the package's types.
import type * as contract from './contract';
import type { Differences, Same } from './differences';
import type * as ours from '../../pkg/types/index';

type None<Found extends never> = Found;
type Is<Found, Expected extends string> = Same<Found, Expected> extends true ? never : { found: Found };
type With<T, Changed> = Omit<T, keyof Changed> & Changed extends infer Whole
  ? { [K in keyof Whole]: Whole[K] }
  : never;
type Takes<O, C> = Differences<C, O, 'in'>;
type Gives<O, C> = Differences<C, O, 'out'>;

// What is found makes the compiler fail.
export type Failing = [
  // @ts-expect-error An optional member is missing.
  None<Takes<Omit<ours.Policy, 'idleTimeout'>, contract.Policy>>,
  // @ts-expect-error An optional member is missing in what apps get.
  None<Gives<Omit<ours.Fault, 'retryAt'>, contract.Fault>>,
  // @ts-expect-error A member has another type.
  None<Takes<With<ours.SteadfetchOptions, { seed?: string }>, contract.SteadfetchOptions>>,
  // @ts-expect-error A function takes something else.
  None<Gives<With<ours.Steadfetch, { explain(outcome: Response): unknown }>, contract.Steadfetch>>,
  // @ts-expect-error A function gives something else.
  None<Gives<With<ours.Steadfetch, { configure(options: ours.Rule): string }>, contract.Steadfetch>>,
];

// And it fails for the reason it should.
type Unchanged = With<ours.Policy, {}>;
type Client = typeof ours.createSteadfetch;
export type Found = [
  None<Takes<Unchanged, contract.Policy>>,

  // Names and modifiers.
  None<Is<Takes<Omit<Unchanged, 'retry'>, contract.Policy>, '.retry: missing'>>,
  None<
    Is<
      Takes<With<ours.Endpoints, { urls?: ours.Endpoints['urls'] }>, contract.Endpoints>,
      '.urls: other modifiers'
    >
  >,
  None<Is<Gives<With<ours.Fault, { status: number }>, contract.Fault>, '.status: other modifiers'>>,
  None<Is<Gives<With<ours.Fault, { readonly code: string }>, contract.Fault>, '.code: other modifiers'>>,
  None<Is<Gives<{ id: string }, { readonly id: string }>, '.id: other modifiers'>>,
  None<Is<Gives<Omit<ours.Steadfetch, typeof Symbol.dispose>, contract.Steadfetch>, '.[symbol]: missing'>>,

  // Additions.
  None<Takes<With<ours.Policy, { more?: string }>, contract.Policy>>,
  None<Is<Takes<With<ours.Policy, { more: string }>, contract.Policy>, '.more: added, but required'>>,
  None<Gives<With<ours.Fault, { more: string }>, contract.Fault>>,
  None<Takes<{ a?: false | { b?: string; c?: string } }, { a?: false | { b?: string } }>>,

  // Types of members.
  None<Is<Takes<With<ours.Policy, { coalesce?: any }>, contract.Policy>, '.coalesce: another type'>>,
  None<Is<Takes<With<ours.Policy, { coalesce?: never }>, contract.Policy>, '.coalesce: another type'>>,
  None<
    Is<
      Takes<With<ours.Policy, { coalesce?: boolean | undefined }>, contract.Policy>,
      '.coalesce: another type'
    >
  >,
  None<
    Is<Takes<With<ours.Policy, { budget?: { capacity?: number } }>, contract.Policy>, '.budget: another type'>
  >,
  None<
    Is<
      Takes<With<ours.Policy, { budget?: false | { capacity?: number } }>, contract.Policy>,
      '.budget.refill: missing'
    >
  >,
  None<Is<Takes<With<ours.CallOptions, { notify?: 'auto' }>, contract.CallOptions>, '.notify: another type'>>,
  None<Is<Gives<{ a: readonly string[] }, { a: string[] }>, '.a[]: another type'>>,
  None<Is<Gives<{ a: [string] }, { a: string[] }>, '.a[]: another type'>>,
  None<Is<Gives<{ a: { b: 1 } | { c: 2 } }, { a: { b: 1 } | { d: 3 } }>, '.a: another type'>>,
  None<Is<Gives<{ a: () => void }, { a: {} }>, '.a: another type'>>,
  None<Is<Gives<ours.FaultKind | 'more', contract.FaultKind>, ': another type'>>,

  // Deep down: `rules` of the options of `createSteadfetch`, and what its client gives.
  None<
    Is<
      Gives<
        (options?: With<ours.SteadfetchOptions, { rules?: Omit<ours.Rule, 'match'>[] }>) => ours.Steadfetch,
        typeof contract.createSteadfetch
      >,
      '(0).rules[].match: missing'
    >
  >,
  None<
    Is<
      Gives<
        (
          ...options: Parameters<Client>
        ) => With<ours.Steadfetch, { lint(): Omit<ours.LintFinding, 'worstWait'>[] }>,
        typeof contract.createSteadfetch
      >,
      '().lint()[].worstWait: missing'
    >
  >,

  // Functions, promises and classes.
  None<Is<Gives<(a: string, b: string) => void, (a: string) => void>, ': other parameters'>>,
  None<Is<Gives<(a: string) => void, (a?: string) => void>, ': other parameters'>>,
  None<Is<Gives<(a: number) => void, (a: string) => void>, '(0): another type'>>,
  None<Is<Gives<(a: { b: 1; c: 2 }) => void, (a: { b: 1 }) => void>, '(0).c: added, but required'>>,
  None<Gives<(listener: (a: { b: 1; c: 2 }) => void) => void, (listener: (a: { b: 1 }) => void) => void>>,
  None<Is<Gives<Promise<{ a: 1 }>, Promise<{ a: 1; b?: 2 }>>, ' awaited.b: missing'>>,
  None<Is<Gives<{ a: string }, Promise<string>>, ': another type'>>,
  None<Is<Gives<Omit<ours.HttpError, 'fault'>, contract.HttpError>, '.fault: missing'>>,
  None<Is<Gives<new (a: string) => Error, new (a?: string) => Error>, ': other parameters'>>,
];
