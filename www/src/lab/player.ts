// Plays a drill against the clock: what is wrong when, and what a person does meanwhile.
import { Signal } from '../page/signal';
import { type Deed, type Drill, isDeed } from './drill';
import * as trouble from './trouble';

interface Run {
  drill: Drill;
  started: number;
  /** The people's deeds that are still to come. */
  deeds: Drill['people'];
}

let run: Run | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** A drill began, or ended: by itself or because it was stopped. */
export const changed = new Signal<{ drill: Drill; how: 'began' | 'ended' | 'stopped' }>();
/** A person does something now. */
export const deed = new Signal<Deed>();

/** Starts a drill from its beginning. */
export function play(drill: Drill): void {
  if (run) finish('stopped');
  const deeds = [...drill.people].sort((a, b) => a.at - b.at);
  run = { drill, started: performance.now(), deeds };
  trouble.begin(drill.steps);
  changed.tell({ drill, how: 'began' });
  step();
}

export function stop(): void {
  if (run) finish('stopped');
}

/** The drill that plays, and how far it is, in seconds. */
export function position(): { drill: Drill; at: number } | undefined {
  return run && { drill: run.drill, at: (performance.now() - run.started) / 1000 };
}

function step(): void {
  clearTimeout(timer);
  const now = position();
  if (!run || !now) return;
  const { drill, at } = now;
  if (at >= drill.length) return finish('ended');
  const steps = drill.steps.filter((each) => each.at <= at && at < each.until).sort((a, b) => a.at - b.at);
  trouble.play(steps.map(({ match, fault }) => ({ pattern: match, fault })));
  while (run.deeds[0] && run.deeds[0].at <= at) {
    const next = run.deeds.shift();
    if (next && isDeed(next.does)) deed.tell(next.does);
  }
  const times = [drill.length, ...drill.steps.flatMap((each) => [each.at, each.until])];
  const due = [...times, ...run.deeds.map((each) => each.at)].filter((time) => time > at);
  timer = setTimeout(step, (Math.min(...due) - at) * 1000 + 5);
}

function finish(how: 'ended' | 'stopped'): void {
  const ended = run;
  clearTimeout(timer);
  run = undefined;
  trouble.begin([]);
  if (ended) changed.tell({ drill: ended.drill, how });
}
