// Where the requests for one URL go.
import type { Explanation } from '../../pkg/types/index';
import type { Teller } from './known';

/** A method and a URL, their lane, and what the calls that went well at once have in common. */
export class Route implements Teller {
  constructor(
    /** What call ids start with. */
    readonly prefix: string,
    readonly method: string,
    readonly href: string,
    readonly lane: number,
  ) {}

  /** Of a call that went well at its first attempt. */
  explanation(serial: number, took: number, status: number): Explanation {
    return {
      callId: this.prefix + serial,
      source: 'network',
      attempts: 1,
      endpoint: new URL(this.href).origin,
      duration: took,
      timeline: [
        { at: 0, what: 'start' },
        { at: 0, what: 'attempt' },
        { at: took, what: 'response', ...(status > 0 && { status }) },
        { at: took, what: 'done' },
      ],
    };
  }
}
