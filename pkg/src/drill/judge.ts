// What was seen against what was expected.
import type { Drill, DrillCheck, DrillReport, DrillSighting, ExpectedNotice } from '../../types/drill';
import type { Ended } from './watch';

/** A notice that is over and the call that ended it come one after the other, s. */
const MOMENT = 0.5;

/** One notice from its first sighting to its last. */
interface Life {
  sightings: DrillSighting[];
  /** When it said that it is over, or went; undefined: it is still there. */
  over: number | undefined;
}

export function judge(
  drill: Drill,
  sightings: readonly DrillSighting[],
  calls: readonly Ended[],
): DrillReport {
  const lives = livesOf(sightings);
  const { notices, recovery } = drill.expect;
  const met = notices.map((expected) => {
    const fitting = lives.filter((life) => first(life, expected) !== undefined);
    return { expected, life: fitting.find((life) => inTime(life, expected, recovery.by)) ?? fitting[0] };
  });
  const checks = met.map(({ expected, life }): DrillCheck => {
    const passed = life !== undefined && inTime(life, expected, recovery.by);
    return { passed, expected: wish(expected, recovery.by), got: life ? told(life) : 'nothing like it' };
  });
  for (const life of lives) {
    if (notices.some(({ cause }) => life.sightings.some((each) => isAbout(each, cause)))) continue;
    checks.push({ passed: false, expected: 'no other notice', got: told(life) });
  }
  checks.push(recovered(drill, lives, calls));
  return {
    title: drill.title,
    passed: checks.every(({ passed }) => passed),
    sightings: [...sightings],
    checks,
    calls: calls.length,
    failed: calls.filter(({ failed }) => failed).length,
  };
}

function livesOf(sightings: readonly DrillSighting[]): Life[] {
  const lives = new Map<string, Life>();
  for (const sighting of sightings) {
    const { id, at, what } = sighting;
    const known = lives.get(id);
    // What was there before the drill began has its own story.
    if (!known && what !== 'appears') continue;
    const life: Life = known ?? { sightings: [], over: undefined };
    lives.set(id, life);
    life.sightings.push(sighting);
    if (what === 'is over' || what === 'goes') life.over ??= at;
    else life.over = undefined;
  }
  return [...lives.values()];
}

/** When it was first about this, on the surface that is asked for; undefined: never. */
function first({ sightings }: Life, { cause, surface }: ExpectedNotice): number | undefined {
  return sightings.find((each) => isAbout(each, cause) && (!surface || each.surface === surface))?.at;
}

function isAbout({ cause, code }: DrillSighting, wanted: string): boolean {
  return cause === wanted || code === `SF-${wanted}`;
}

function inTime(life: Life, expected: ExpectedNotice, recovery: number): boolean {
  const { after = 0, by, over = recovery } = expected;
  const at = first(life, expected) ?? Infinity;
  return at >= after && at <= by && life.over !== undefined && life.over <= over;
}

function wish({ cause, surface, after, by, over }: ExpectedNotice, recovery: number): string {
  const what = `a ${surface ?? 'notice'} about ${cause}`;
  const when = after ? `between ${after} and ${by} s` : `by ${by} s`;
  return `${what} ${when}, over by ${over ?? recovery} s`;
}

function told({ sightings, over }: Life): string {
  const steps: string[] = [];
  let surface = '';
  for (const each of sightings) {
    if (each.surface === surface || each.what === 'goes') continue;
    surface = each.surface;
    steps.push(`${surface} at ${time(each.at)}`);
  }
  const { title, cause } = sightings[0]!;
  const end = over === undefined ? 'still there' : `over at ${time(over)}`;
  return `“${title}” (${cause}): ${steps.join(', ')}, ${end}`;
}

/** It is well again once no trouble is shown and no call fails any more, and one got through after the last fault. */
function recovered({ steps, expect }: Drill, lives: Life[], calls: readonly Ended[]): DrillCheck {
  const { by } = expect.recovery;
  const end = Math.max(...steps.map(({ until }) => until));
  const expected = `well again by ${by} s`;
  const left = lives.find(({ over }) => over === undefined);
  if (left) return { passed: false, expected, got: `a notice is left: ${told(left)}` };
  const failures = calls.filter(({ failed }) => failed).map(({ at }) => at);
  // What a person does about it may end it before the fault does: signing in, for one.
  const ends = lives.map(({ over = 0 }) => over);
  const from = Math.min(end, ends.length > 0 ? Math.max(...ends) - MOMENT : end);
  const well = calls.find(({ at, network, failed }) => network && !failed && at >= from);
  if (calls.length > 0 && !well)
    return { passed: false, expected, got: 'no call got through after the faults' };
  const at = Math.max(0, ...ends, ...failures, well?.at ?? 0);
  return { passed: at <= by, expected, got: `well again at ${time(at)}` };
}

export function time(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}
