// What is known about the Responses and errors that came out of any client of this page.
import type { Explanation } from '../../pkg/types/index';

/** A record that can tell an explanation, or one that is complete. */
export interface Known {
  readonly explanation: Explanation;
}

const outcomes = new WeakMap<object, Known>();

/** Remembers what is known about an outcome. Primitives cannot be told apart, so nothing is known of them. */
export function remember(outcome: unknown, known: Known): void {
  if ((typeof outcome === 'object' && outcome !== null) || typeof outcome === 'function')
    outcomes.set(outcome, known);
}

/** What is known about a Response or an error; undefined for anything else. */
export function explain(outcome: unknown): Explanation | undefined {
  return outcomes.get(outcome as object)?.explanation;
}
