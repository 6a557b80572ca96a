// Where the requests for one URL go.
import type { Explanation } from '../../pkg/types/index';
import { PACED } from './codes';
import type { Teller } from './known';

/** So many answers go unlooked at. */
const SELDOM = 16;

/** A method and a URL, their lane, and what the calls that went well at once have in common. */
export class Route implements Teller {
  constructor(
    /** What call ids start with. */
    readonly prefix: string,
    readonly method: string,
    readonly href: string,
    readonly lane: number,
  ) {}

  get origin(): string {
    return new URL(this.href).origin;
  }

  /** Answers since the last one whose headers were looked at; the first one is. */
  #unseen = SELDOM;

  /**
   * Whether this answer's RateLimit fields must be looked at. Reading a header costs as much as all else that is done for an
   * answer: where the last look found none, only every so many answers are looked at.
   */
  looksAt(response: Response): boolean {
    if ((this.lane & PACED) === 0 || ++this.#unseen < SELDOM) return false;
    const { headers } = response;
    if (headers.has('ratelimit') || headers.has('ratelimit-policy')) return true;
    this.#unseen = 0;
    return false;
  }

  /** Of a call that went well at its first attempt. */
  explanation(serial: number, took: number, status: number): Explanation {
    return {
      callId: this.prefix + serial,
      source: 'network',
      attempts: 1,
      endpoint: this.origin,
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
