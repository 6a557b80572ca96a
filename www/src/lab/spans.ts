// Stretches of time with a name: a fault in force, a notice on the screen.
import { Signal } from '../page/signal';

export interface Span {
  key: string;
  label: string;
  tone: string;
  /** performance.now() */
  from: number;
  to?: number;
}

const MOST = 60;

export class Spans {
  readonly changed = new Signal();
  readonly list: Span[] = [];

  /** Begins a stretch, unless it lasts already; what was said differently under this key ends with it. */
  open(key: string, label: string, tone: string): void {
    const known = this.lasting(key);
    if (known?.label === label && known.tone === tone) return;
    const now = performance.now();
    if (known) known.to = now;
    this.list.push({ key, label, tone, from: now });
    if (this.list.length > MOST) this.list.shift();
    this.changed.tell();
  }

  close(key: string): void {
    const known = this.lasting(key);
    if (!known) return;
    known.to = performance.now();
    this.changed.tell();
  }

  /** Closes all that last except these. */
  keep(keys: Iterable<string>): void {
    const wanted = new Set(keys);
    for (const span of this.list) if (span.to === undefined && !wanted.has(span.key)) this.close(span.key);
  }

  lasting(key: string): Span | undefined {
    return this.list.findLast((span) => span.key === key && span.to === undefined);
  }
}
