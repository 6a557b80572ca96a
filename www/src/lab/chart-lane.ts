// A lane of named stretches: what was wrong, what people were told. Three levels, for what lasts at the same time.
import { set, svg, write } from '../page/dom';
import { LANE, type Scale, oldest, x } from './chart-scale';
import type { Span, Spans } from './spans';

const LEVELS = 3;
const BAR = 13;
const GAP = 1;
const TOP = (LANE - LEVELS * (BAR + GAP)) / 2 + 0.5;

interface Drawn {
  node: SVGSVGElement;
  rect: SVGRectElement;
  word: SVGTextElement;
  level: number;
}

export class SpanLane {
  readonly node = svg('g', { class: 'lane' });
  readonly #drawn = new Map<Span, Drawn>();

  constructor(readonly spans: Spans) {}

  draw(scale: Scale, now: number): void {
    const start = oldest(scale, now);
    for (const span of this.spans.list) {
      if ((span.to ?? now) < start) continue;
      const drawn = this.#drawn.get(span) ?? this.#add(span);
      const from = Math.max(span.from, start - 1000);
      const left = x(scale, from);
      // A word sticks to the left edge while its stretch lasts.
      const shown = Math.max(left, x(scale, start) + 2);
      const width = Math.max(3, x(scale, span.to ?? now) - shown);
      set(drawn.node, { x: round(shown), width: round(width) });
      set(drawn.rect, { class: `span ${span.tone}` });
      set(drawn.word, { class: `word ${span.tone}` });
      write(drawn.word, width > 24 ? span.label : '');
    }
    for (const [span, { node }] of this.#drawn) {
      if (this.spans.list.includes(span) && (span.to ?? now) >= start) continue;
      node.remove();
      this.#drawn.delete(span);
    }
  }

  #add(span: Span): Drawn {
    const taken = [...this.#drawn]
      .filter(([other]) => (other.to ?? Infinity) > span.from)
      .map(([, { level }]) => level);
    const free = [0, 1, 2].find((each) => !taken.includes(each));
    const level = free ?? LEVELS - 1;
    const rect = svg('rect', { width: '100%', height: BAR, rx: 3 });
    const word = svg('text', { x: 5, y: BAR - 3 });
    // A nested picture cuts off the words that do not fit.
    const node = svg('svg', { y: TOP + level * (BAR + GAP), height: BAR }, rect, word);
    const drawn = { node, rect, word, level };
    this.#drawn.set(span, drawn);
    this.node.append(node);
    return drawn;
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
