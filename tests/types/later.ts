// What later work brings, by name. A member on these lists is absent from the package, not a stub. The lists shrink to nothing.
import type * as contract from './contract';
import type { Same } from './differences';

type Lists = List<contract.Steadfetch, 'reports'> | List<contract.SteadfetchOptions, 'report'>;

/** Generic in the event, so compared for each one. */
export type PerEvent<C> = Same<keyof C, keyof contract.Steadfetch> extends true ? 'on' : never;

/** The list of one of the contract's types, known by its members' names: so a `Partial` has that list too. */
export type Later<C, L = Lists> =
  L extends List<infer T, infer Names> ? (Same<keyof C, keyof T> extends true ? Names : never) : never;

type List<C, Names extends keyof C> = [C, Names];
