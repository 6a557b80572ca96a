// Drills as the demo plays them: read by `steadfetch/drill`, with what this shop's visitor can do and where its API is.
import type { FaultInjection } from 'steadfetch';
import { type Drill as AnyDrill, DrillError, drillFaults, readDrill } from 'steadfetch/drill';
import type { NetFault } from './fault';

/** With what its file leaves out. */
export interface DrillStep {
  at: number;
  until: number;
  match: string;
  rate: number;
  fault: NetFault;
}

export interface Drill extends Omit<AnyDrill, 'steps' | 'people'> {
  steps: DrillStep[];
  people: { at: number; does: string }[];
}

export const DEEDS = ['refresh', 'search', 'open-order', 'save-order', 'sign-in'] as const;
export type Deed = (typeof DEEDS)[number];

/** Each visitor's shop is below a path of its own, the carrier at another origin. */
const BASE = '*://*/s/:visitor';

/** Reads a drill that this demo can play; throws with everything that is wrong. */
export function readOurs(value: unknown): Drill {
  const { steps, people = [], ...drill } = readDrill(value);
  const fix = 'name what this shop’s visitor can do';
  const expected = `one of ${DEEDS.join(', ')}`;
  const problems = people.flatMap(({ does }, at) =>
    isDeed(does) ? [] : [{ path: `people[${at}].does`, got: JSON.stringify(does), expected, fix }],
  );
  if (problems.length > 0) throw new DrillError(problems);
  const filled = steps.map((step) => ({ match: '/*', rate: 1, ...step, fault: faultOf(step.fault) }));
  return { ...drill, steps: filled, people };
}

export function isDeed(name: string): name is Deed {
  return (DEEDS as readonly string[]).includes(name);
}

/** What Steadfetch injects for steps of a drill that began at `start`, ms after the client was made. */
export function toInjections(steps: DrillStep[], start: number): FaultInjection[] {
  // What a file can say, `faults` can.
  return drillFaults({ steps: steps as AnyDrill['steps'] }, { base: BASE, start });
}

function faultOf({
  kind,
  status = 503,
  retryAfter,
  delay = 1000,
}: AnyDrill['steps'][number]['fault']): NetFault {
  if (kind === 'status') return { kind, status, ...(retryAfter !== undefined && { retryAfter }) };
  return kind === 'latency' ? { kind, delay } : { kind };
}
