// Drill files: read and checked by the schema, and by what a schema cannot say.
import schema from '../../../drills/schema.json';
import type { Drill, DrillProblem, DrillStep } from '../../types/drill';
import { type Schema, shown, validate } from './validate';

export class DrillError extends TypeError {
  constructor(readonly problems: DrillProblem[]) {
    super(
      problems
        .map(
          ({ path, got, expected, fix }) =>
            `${path || 'the file'}: expected ${expected}, got ${got} (${fix})`,
        )
        .join('; '),
    );
    this.name = 'DrillError';
  }
}

export function readDrill(value: unknown): Drill {
  let problems = validate(value, schema as Schema);
  if (problems.length === 0) problems = contradictions(value as Drill);
  if (problems.length > 0) throw new DrillError(problems);
  return value as Drill;
}

/** Times and members that do not go together. */
function contradictions({ length, steps, people = [], expect }: Drill): DrillProblem[] {
  const problems: DrillProblem[] = [];
  const wrong = (path: string, got: unknown, expected: string, fix: string) =>
    problems.push({ path, got: shown(got), expected, fix });
  const within = (path: string, time: number | undefined) => {
    if (time !== undefined && time > length)
      wrong(
        path,
        time,
        `a time within the drill's length, ${length}`,
        'make the drill longer, or this earlier',
      );
  };
  steps.forEach((step, at) => {
    const path = `steps[${at}]`;
    if (step.until <= step.at)
      wrong(`${path}.until`, step.until, `more than at, ${step.at}`, 'end the fault after it begins');
    within(`${path}.until`, step.until);
    stray(step.fault, `${path}.fault`, wrong);
  });
  people.forEach(({ at }, place) => within(`people[${place}].at`, at));
  expect.notices.forEach(({ after = 0, by, over }, at) => {
    const path = `expect.notices[${at}]`;
    if (by < after) wrong(`${path}.by`, by, `no less than after, ${after}`, 'look for it later');
    if (over !== undefined && over < by)
      wrong(`${path}.over`, over, `no less than by, ${by}`, 'end it later');
    within(`${path}.over`, over ?? by);
  });
  within('expect.recovery.by', expect.recovery.by);
  return problems;
}

/** Members of a fault that mean nothing for its kind. */
function stray(
  { kind, ...more }: DrillStep['fault'],
  path: string,
  wrong: (path: string, got: unknown, expected: string, fix: string) => void,
): void {
  const known: string[] = kind === 'status' ? ['status', 'retryAfter'] : kind === 'latency' ? ['delay'] : [];
  for (const [name, value] of Object.entries(more)) {
    if (!known.includes(name)) wrong(`${path}.${name}`, value, `nothing with kind "${kind}"`, 'take it out');
  }
}
