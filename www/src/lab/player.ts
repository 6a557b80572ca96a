// Plays an incident against the clock: what is wrong when, and what a person does meanwhile.
import { Signal } from '../page/signal';
import type { Deed, Incident } from './incident';
import * as trouble from './trouble';

interface Run {
  incident: Incident;
  started: number;
  /** The people's deeds that are still to come. */
  deeds: Incident['people'];
}

let run: Run | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** An incident began, or ended: by itself or because it was stopped. */
export const changed = new Signal<{ incident: Incident; how: 'began' | 'ended' | 'stopped' }>();
/** A person does something now. */
export const deed = new Signal<Deed>();

/** Starts an incident from its beginning. */
export function play(incident: Incident): void {
  if (run) finish('stopped');
  const deeds = [...incident.people].sort((a, b) => a.at - b.at);
  run = { incident, started: performance.now(), deeds };
  trouble.begin(incident.steps);
  changed.tell({ incident, how: 'began' });
  step();
}

export function stop(): void {
  if (run) finish('stopped');
}

/** The incident that plays, and how far it is, in seconds. */
export function position(): { incident: Incident; at: number } | undefined {
  return run && { incident: run.incident, at: (performance.now() - run.started) / 1000 };
}

function step(): void {
  clearTimeout(timer);
  const now = position();
  if (!run || !now) return;
  const { incident, at } = now;
  if (at >= incident.length) return finish('ended');
  const steps = incident.steps.filter((each) => each.at <= at && at < each.until).sort((a, b) => a.at - b.at);
  trouble.play(steps.map(({ match, fault }) => ({ pattern: match, fault })));
  while (run.deeds[0] && run.deeds[0].at <= at) {
    const next = run.deeds.shift();
    if (next) deed.tell(next.does);
  }
  const times = [incident.length, ...incident.steps.flatMap((each) => [each.at, each.until])];
  const due = [...times, ...run.deeds.map((each) => each.at)].filter((time) => time > at);
  timer = setTimeout(step, (Math.min(...due) - at) * 1000 + 5);
}

function finish(how: 'ended' | 'stopped'): void {
  const ended = run;
  clearTimeout(timer);
  run = undefined;
  trouble.begin([]);
  if (ended) changed.tell({ incident: ended.incident, how });
}
