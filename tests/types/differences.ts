// How one of our types differs from the contract's: a union of messages, never where it does not. Members may be added to
// ours, as optional ones where apps pass the object in; everything else is the same, modifiers included.
import type * as contract from './contract';

/** Whether an app passes the type in or gets it. */
type Way = 'in' | 'out';

/** The very same type by structure, modifiers included: identical, not just assignable both ways. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Generic in the event, so compared for each one. */
type PerEvent<C> = Same<keyof C, keyof contract.Steadfetch> extends true ? 'on' : never;

export type Differences<C, O, W extends Way, At extends string = ''> =
  true extends Same<C, O>
    ? never
    : // `any` and `never` fit every clause below.
      true extends IsAnyOrNever<C> | IsAnyOrNever<O>
      ? `${At}: another type`
      : true extends IsUnion<C> | IsUnion<O>
        ? Unions<C, O, W, At>
        : [C, O] extends [New<infer P, infer R>, New<infer Q, infer S>]
          ? Functions<P, R, Q, S, W, At>
          : [C, O] extends [Call<infer P, infer R>, Call<infer Q, infer S>]
            ? Functions<P, R, Q, S, W, At>
            : [C, O] extends [Promise<infer A>, Promise<infer B>]
              ? Wrapped<Same<C, Promise<A>> & Same<O, Promise<B>>, A, B, W, `${At} awaited`>
              : [C, O] extends [readonly (infer A)[], readonly (infer B)[]]
                ? Wrapped<Same<C, A[]> & Same<O, B[]>, A, B, W, `${At}[]`>
                : true extends IsPlain<C> & IsPlain<O>
                  ? Members<C, O, W, At>
                  : `${At}: another type`;

type Call<P extends unknown[], R> = (...parameters: P) => R;
type New<P extends unknown[], R> = abstract new (...parameters: P) => R;

/** An object that its members describe in full. */
type IsPlain<T> = [T] extends [
  Call<never, unknown> | New<never, unknown> | Promise<unknown> | readonly unknown[],
]
  ? false
  : [T] extends [object]
    ? true
    : false;

type IsAnyOrNever<T> = 0 extends 1 & T ? true : [T] extends [never] ? true : false;

type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never;

/** `false | { … }` and the like: one object may have members added, the rest is the same. */
type Unions<C, O, W extends Way, At extends string> = true extends
  IsUnion<Extract<C, object>> | IsUnion<Extract<O, object>>
  ? `${At}: another type`
  : Same<Exclude<C, object>, Exclude<O, object>> extends true
    ? Differences<Extract<C, object>, Extract<O, object>, W, At>
    : `${At}: another type`;

/** What apps pass to a function that they get goes in, and the other way round. */
type Functions<P extends unknown[], R, Q extends unknown[], S, W extends Way, At extends string> =
  | (Same<P['length'], Q['length']> extends true
      ? {
          [I in keyof P]-?: I extends keyof Q
            ? Differences<
                Required<P>[I],
                Required<Q>[I],
                W extends 'in' ? 'out' : 'in',
                `${At}(${I & string})`
              >
            : never;
        }[number]
      : `${At}: other parameters`)
  | Differences<R, S, W, `${At}()`>;

/** What a plain array or promise holds. */
type Wrapped<Plain, A, B, W extends Way, At extends string> = true extends Plain
  ? Differences<A, B, W, At>
  : `${At}: another type`;

type Members<C, O, W extends Way, At extends string> =
  | Each<Exclude<keyof C, keyof O>, At, 'missing'>
  | (W extends 'in' ? Each<RequiredKeys<Omit<O, keyof C>>, At, 'added, but required'> : never)
  | {
      [K in keyof C & keyof O]:
        | (Same<Modifiers<C, K>, Modifiers<O, K>> extends true ? never : Each<K, At, 'other modifiers'>)
        | (K extends PerEvent<C>
            ? never
            : Differences<Required<C>[K], Required<O>[K], W, `${At}.${Name<K>}`>);
    }[keyof C & keyof O];

type Each<K, At extends string, What extends string> = K extends unknown
  ? `${At}.${Name<K>}: ${What}`
  : never;
type Name<K> = K extends string | number ? K : '[symbol]';
type Modifiers<T, K extends keyof T> = [
  {} extends Pick<T, K> ? 'optional' : 'required',
  Same<Pick<T, K>, Mutable<Pick<T, K>>> extends true ? 'mutable' : 'readonly',
];
type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type RequiredKeys<T> = { [K in keyof T]-?: {} extends Pick<T, K> ? never : K }[keyof T];
