// W3C Trace Context: one trace for a call, a span for each of its attempts.
import type { Explanation } from '../../../pkg/types/index';
import type { Teller } from '../known';

/** https://www.w3.org/TR/trace-context/#traceparent-header, of the one version there is. */
const HEADER = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** An attempt, as far as it is known. */
export interface Try {
  attempt: number;
  spanId: string;
  at: number;
  duration: number;
  status?: number | undefined;
  kind?: string | undefined;
  endpoint?: string;
}

/** The trace that one call belongs to. */
export class Trace implements Teller {
  readonly id: string;
  /** The span of the call itself. */
  readonly span = hex(8);
  /** The app's own span, where the caller has set the header. */
  readonly parent: string | undefined;
  readonly sampled: boolean;
  /** Of attempts that were sent or ended, by their numbers. */
  readonly spans = new Map<number, string>();
  readonly tries: Try[] = [];

  /** `share`: of calls whose spans are sent. `own`: the caller's header. */
  constructor(
    readonly teller: Teller,
    share: number,
    own?: string | null,
  ) {
    const [, id, parent, flags] = HEADER.exec(own ?? '') ?? [];
    const known = id !== undefined && !/^0+$/.test(id);
    this.id = known ? id : hex(16);
    this.parent = known ? parent : undefined;
    this.sampled = known ? (parseInt(flags!, 16) & 1) === 1 : Math.random() < share;
  }

  /** The span of an attempt. */
  spanOf(attempt: number): string {
    const known = this.spans.get(attempt) ?? hex(8);
    this.spans.set(attempt, known);
    return known;
  }

  header(attempt: number): string {
    return `00-${this.id}-${this.spanOf(attempt)}-0${+this.sampled}`;
  }

  explanation(serial: number, took: number, status: number): Explanation {
    return { ...this.teller.explanation(serial, took, status), traceId: this.id };
  }
}

/** So many random bytes, not all of them 0. */
export function hex(bytes: number): string {
  let text = '';
  for (const byte of crypto.getRandomValues(new Uint8Array(bytes)))
    text += (byte + 256).toString(16).slice(1);
  return /[^0]/.test(text) ? text : hex(bytes);
}
