// What is known about the Responses and errors that came out of any client of this page.
import type { Explanation } from '../../pkg/types/index';

/** A record that can tell an explanation, or one that is complete. */
export interface Known {
  readonly explanation: Explanation;
}

/** Tells of calls that went well at once, given the little that differs from one to the next. */
export interface Teller {
  explanation(serial: number, took: number, status: number): Explanation;
}

const outcomes = new WeakMap<object, Known>();

/** What a base constructor returns is what its derived class puts private fields on. */
const Given = function (given: object) {
  return given;
} as unknown as new (given: object) => object;

/**
 * Private fields on the browser's own Response. They are invisible, and cost next to nothing; with an entry of a WeakMap
 * each call would pay for it twice, when it is made and when garbage is collected.
 */
class Smooth extends Given {
  #teller: Teller | undefined;
  #serial: number;
  #took: number;

  constructor(response: Response, teller: Teller, serial: number, took: number) {
    super(response);
    this.#teller = teller;
    this.#serial = serial;
    this.#took = took;
  }

  static note(response: Response, teller: Teller, serial: number, took: number): void {
    if (!(#teller in response)) {
      new Smooth(response, teller, serial, took);
      return;
    }
    // A fetch of somebody else's that hands out one Response again and again.
    response.#teller = teller;
    response.#serial = serial;
    response.#took = took;
  }

  /** What the fields say, taken off them. */
  static take(outcome: object): Known | undefined {
    if (!(#teller in outcome) || !outcome.#teller) return undefined;
    const { status } = outcome as unknown as Response;
    const explanation = outcome.#teller.explanation(outcome.#serial, outcome.#took, status);
    outcome.#teller = undefined;
    return { explanation };
  }
}

/** Remembers a call that went well at once. */
export function noteSmooth(response: Response, teller: Teller, serial: number, took: number): void {
  try {
    Smooth.note(response, teller, serial, took);
  } catch {
    // Frozen: no browser's own, and no field can be put on it.
    remember(response, { explanation: teller.explanation(serial, took, response.status) });
  }
}

/** Remembers what is known about an outcome. Primitives cannot be told apart, so nothing is known of them. */
export function remember(outcome: unknown, known: Known): void {
  if ((typeof outcome !== 'object' || outcome === null) && typeof outcome !== 'function') return;
  Smooth.take(outcome);
  outcomes.set(outcome, known);
}

/** What is known about a Response or an error; undefined for anything else. */
export function explain(outcome: unknown): Explanation | undefined {
  if (typeof outcome === 'object' && outcome !== null) {
    const smooth = Smooth.take(outcome);
    if (smooth) outcomes.set(outcome, smooth);
  }
  return outcomes.get(outcome as object)?.explanation;
}
