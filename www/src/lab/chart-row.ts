// One call in the chart: a bar for each attempt, hatched waits between them, a word where an attempt ended.
import type { Attempt, Call, Wait } from '../net/calls';
import { set, svg, write } from '../page/dom';
import { ROW, type Scale, x } from './chart-scale';
import { ending, standIn, tone } from './words';

const BAR = 12;
const TOP = (ROW - BAR) / 2;
/** However short an attempt, it can be seen. */
const LEAST = 4;
/** So wide is a letter, about; a word that fits neither behind its bar nor into it is left out. */
const LETTER = 6.2;

export class CallRow {
  readonly node = svg('g', { class: 'row' });
  readonly #waits: SVGRectElement[] = [];
  readonly #bars: { rect: SVGRectElement; word: SVGTextElement }[] = [];
  readonly #body = svg('rect', { class: 'body', height: 2, y: ROW / 2 - 1 });

  /** Where nothing was sent. */
  readonly #word = svg('text', { class: 'word calm', y: ROW / 2 + 3.5 });

  constructor(readonly call: Call) {
    this.node.append(this.#body, this.#word);
  }

  /** Brings everything to where it is now. */
  draw(scale: Scale, now: number): void {
    const { attempts, waits } = this.call;
    waits.forEach((wait, at) => this.#wait(at, wait, scale, now));
    // A wait that turned out to be the end.
    for (const rect of this.#waits.splice(waits.length)) rect.remove();
    attempts.forEach((attempt, at) => this.#attempt(at, attempt, scale, now));
    this.#drawBody(scale, now);
    if (attempts.length > 0) return;
    set(this.#word, { x: round(x(scale, this.call.from)) });
    write(this.#word, standIn(this.call) ?? '');
  }

  /** Whether it still changes with the clock. */
  get alive(): boolean {
    const { to, outcome, body } = this.call;
    return to === undefined || (outcome === 'ok' && body?.to === undefined);
  }

  #wait(at: number, wait: Wait, scale: Scale, now: number): void {
    const rect = (this.#waits[at] ??= this.node.insertBefore(
      svg('rect', { class: 'wait', y: TOP, height: BAR, rx: 2 }),
      this.#body,
    ));
    // What is planned reaches over the now-line into the future.
    const to = wait.to ?? Math.max(now, wait.planned ?? 0);
    const from = x(scale, wait.from);
    set(rect, { x: round(from), width: round(Math.max(0, x(scale, to) - from)) });
  }

  #attempt(at: number, attempt: Attempt, scale: Scale, now: number): void {
    const known = (this.#bars[at] ??= this.#bar());
    const from = x(scale, attempt.from);
    const width = Math.max(LEAST, x(scale, attempt.to ?? now) - from);
    set(known.rect, { class: `attempt ${tone(attempt)}`, x: round(from), width: round(width) });
    const next = this.call.attempts[at + 1];
    const end = next ? from + width : Math.max(from + width, this.#bodyEnd(scale, now) ?? 0);
    const room = next ? x(scale, next.from) - end : Infinity;
    const final = at > 0 && next === undefined && this.call.outcome === 'failed';
    const instead = next === undefined && attempt.to !== undefined ? standIn(this.call) : undefined;
    const word = ending(attempt) + (instead ? `, ${instead}` : final ? ', given up' : '');
    const needs = word.length * LETTER + 8;
    const inside = needs > room;
    const place = inside ? from + 5 : end + 4;
    set(known.word, { x: round(place), class: `word ${inside ? 'inside' : tone(attempt)}` });
    write(known.word, needs <= (inside ? width : room) ? word : '');
  }

  #bar(): { rect: SVGRectElement; word: SVGTextElement } {
    const rect = svg('rect', { y: TOP, height: BAR, rx: 2.5 });
    const word = svg('text', { y: ROW / 2 + 3.5 });
    this.node.append(rect, word);
    return { rect, word };
  }

  /** A thin line while the answer's body is still coming; a body that is there at once draws nothing. */
  #drawBody(scale: Scale, now: number): void {
    const { to, body } = this.call;
    const end = this.#bodyEnd(scale, now);
    const from = x(scale, to ?? now);
    set(this.#body, {
      x: round(from),
      width: end === undefined ? 0 : round(end - from),
      class: body?.whole === false ? 'body bad' : 'body',
    });
  }

  /** Where the body's line ends; undefined where there is none to draw. */
  #bodyEnd(scale: Scale, now: number): number | undefined {
    const { to, outcome, body } = this.call;
    if (to === undefined || (outcome !== 'ok' && !body)) return undefined;
    const end = body?.to ?? now;
    return end - to > 300 ? x(scale, end) : undefined;
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
