// The live timeline: time runs to the right, a row per call, above it what is wrong, below it what people are told.
import type { Call } from '../net/calls';
import { calls } from '../net/steady';
import { arrange, button, h, part, set, svg, write } from '../page/dom';
import { pace } from '../page/pace';
import { Signal } from '../page/signal';
import { SpanLane } from './chart-lane';
import { CallRow } from './chart-row';
import { LANE, ROW, type Scale, offset, oldest, scaleFor } from './chart-scale';
import * as history from './history';
import { standing, tone } from './words';

/** Calls in view; older ones make room. */
const ROWS = 6;
const HEIGHT = 2 * LANE + ROWS * ROW;
const TICK = 5000;

interface Shown {
  row: CallRow;
  label: HTMLButtonElement;
  words: HTMLElement;
}

/** A call was chosen, to be told as a story; undefined: none any more. */
export const chosen = new Signal<Call | undefined>();

let scale: Scale = scaleFor(600);
let frozenAt: number | undefined;
let selected: Call | undefined;
const shown = new Map<Call, Shown>();

const moving = svg('g');
const rows = svg('g', { class: 'rows' });
const grid = svg('g', { class: 'grid' });
const nowLine = svg('line', { class: 'now', y1: 0, y2: HEIGHT });
const picture = svg('svg', { class: 'plot', height: HEIGHT, 'aria-hidden': 'true' });
const lanes = [new SpanLane(history.faults), new SpanLane(history.notices)];
const labels = h('div', { class: 'row-labels' });

/** Draws the chart into its place and keeps it going. */
export function startChart(): void {
  const [above, below] = lanes as [SpanLane, SpanLane];
  const shift = (y: number, node: SVGElement) => svg('g', { transform: `translate(0 ${y})` }, node);
  moving.append(above.node, shift(LANE, rows), shift(LANE + ROWS * ROW, below.node));
  picture.append(hatch(), grid, moving, nowLine);
  const plot = h(
    'div',
    { class: 'plot-area' },
    picture,
    h('p', { class: 'axis', id: 'axis', 'aria-hidden': 'true' }),
  );
  part('chart').append(labels, plot);
  new ResizeObserver(() => resize(plot.clientWidth)).observe(plot);
  resize(plot.clientWidth);
  calls.changed.listen(({ call }) => {
    if (frozenAt !== undefined) return;
    settle();
    shown.get(call)?.row.draw(scale, clock());
    describe(call);
  });
  requestAnimationFrame(frame);
}

/** Holds the picture still, or lets it go on. What happens meanwhile is not lost. */
export function freeze(frozen: boolean): void {
  frozenAt = frozen ? performance.now() : undefined;
  if (frozen) return;
  settle();
  draw(true);
}

/** Chooses a call, or none. */
export function choose(call: Call | undefined): void {
  selected = call;
  for (const [each, { label, row }] of shown) {
    set(label, { 'aria-pressed': String(each === call) });
    row.node.classList.toggle('chosen', each === call);
  }
  chosen.tell(call);
}

function clock(): number {
  return frozenAt ?? performance.now();
}

function frame(): void {
  setTimeout(() => requestAnimationFrame(frame), pace());
  if (frozenAt === undefined && !part('lab').hidden) draw(false);
}

function draw(all: boolean): void {
  const now = clock();
  set(moving, { transform: `translate(${offset(scale, now).toFixed(2)} 0)` });
  for (const { row } of shown.values()) if (all || row.alive) row.draw(scale, now);
  for (const lane of lanes) lane.draw(scale, now);
  if ([...shown.keys()].some((call) => gone(call, now))) settle();
}

function resize(width: number): void {
  if (width === 0) return;
  scale = scaleFor(width);
  set(picture, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
  set(nowLine, { x1: scale.now, x2: scale.now });
  drawGrid();
  draw(true);
}

/** Lines at fixed distances from now: the grid stands still, the bars move. */
function drawGrid(): void {
  const axis = part('axis');
  const lines: SVGElement[] = [0, ...lanesAt()].map((y) =>
    svg('line', { class: 'edge', x1: 0, x2: scale.width, y1: y + 0.5, y2: y + 0.5 }),
  );
  const words: HTMLElement[] = [];
  for (let at = -25_000; at <= 5000; at += TICK) {
    const place = scale.now + at * scale.rate;
    if (place < 0 || place > scale.width) continue;
    if (at !== 0) lines.push(svg('line', { x1: place, x2: place, y1: 0, y2: HEIGHT }));
    const word = h(
      'span',
      at === 0 ? { class: 'at-now' } : {},
      at === 0 ? 'now' : `${at > 0 ? '+' : '−'}${Math.abs(at / 1000)} s`,
    );
    word.style.setProperty('left', `${place}px`);
    words.push(word);
  }
  arrange(grid, lines);
  arrange(axis, words);
}

function lanesAt(): number[] {
  return [LANE, LANE + ROWS * ROW, HEIGHT - 1];
}

/** Decides which calls are in view, and puts each in its place. */
function settle(): void {
  const now = clock();
  const latest = calls.list.filter((call) => !gone(call, now)).slice(-ROWS);
  // What the person chose or has the focus on stays.
  const held = [...shown].filter(
    ([call, { label }]) => call === selected || label === document.activeElement,
  );
  const pinned = held.map(([call]) => call).filter((call) => !latest.includes(call));
  const inView = [...pinned, ...latest.slice(Math.max(0, latest.length + pinned.length - ROWS))];
  for (const [call, { row, label }] of shown) {
    if (inView.includes(call)) continue;
    row.node.remove();
    label.remove();
    shown.delete(call);
  }
  inView.forEach((call, at) => {
    const known = shown.get(call) ?? add(call);
    const place = `translateY(${at * ROW}px)`;
    known.row.node.style.transform = place;
    known.label.style.transform = place;
  });
}

function gone(call: Call, now: number): boolean {
  return call.to !== undefined && Math.max(call.to, call.body?.to ?? 0) < oldest(scale, now);
}

function add(call: Call): Shown {
  const row = new CallRow(call);
  const words = h('span', { class: 'unseen' });
  const label = button('row-label', () => choose(selected === call ? undefined : call), call.name, words);
  set(label, { 'aria-pressed': 'false', 'data-call': call.id });
  const made = { row, label, words };
  shown.set(call, made);
  rows.append(row.node);
  labels.append(label);
  row.draw(scale, clock());
  describe(call);
  return made;
}

function describe(call: Call): void {
  const known = shown.get(call);
  if (!known) return;
  const last = call.attempts.at(-1);
  write(known.words, `: ${standing(call)}`);
  set(known.label, { 'data-outcome': call.outcome, 'data-tone': last ? tone(last) : 'busy' });
}

/** Waits are hatched: told apart from attempts without colour too. */
function hatch(): SVGDefsElement {
  const stripe = svg('path', { d: 'M-1 7 7-1M-1 13 13-1', class: 'stripe' });
  const size = { width: 6, height: 6, patternUnits: 'userSpaceOnUse' };
  return svg('defs', {}, svg('pattern', { id: 'hatch', ...size }, stripe));
}
