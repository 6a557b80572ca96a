// Incident files: read, checked, typed. `incidents/incident.schema.json` describes the same format for editors. Their faults
// are injected by Steadfetch itself.
import type { FaultInjection } from 'steadfetch';
import type { NetFault } from './fault';

export const DEEDS = ['refresh', 'search', 'open-order', 'save-order', 'sign-in'] as const;
export type Deed = (typeof DEEDS)[number];

/** Times are seconds from the incident's start. */
export interface IncidentStep {
  at: number;
  until: number;
  /** The shop's own paths, with wildcards; '*': all of them. */
  match: string;
  rate: number;
  fault: NetFault;
}

/** What Steadfetch injects for a step of an incident that began at `start`, ms after the client was made. */
export function toInjection({ at, until, match, rate, fault }: IncidentStep, start: number): FaultInjection {
  const { kind, status, delay, retryAfter } = fault as Omit<FaultInjection, 'match' | 'rate'>;
  return {
    // Each visitor's shop is below a path of its own, the carrier at another origin.
    match: `*://*/s/:visitor${match === '*' ? '/*' : match}`,
    rate,
    kind,
    from: start + at * 1000,
    until: start + until * 1000,
    ...(status !== undefined && { status }),
    ...(delay !== undefined && { delay }),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

export interface Incident {
  version: 2;
  name: string;
  summary: string;
  length: number;
  steps: IncidentStep[];
  people: { at: number; does: Deed }[];
}

type Fields = Record<string, unknown>;

/** Reads an incident; throws with everything that is wrong, each with its path. */
export function readIncident(value: unknown): Incident {
  const problems: string[] = [];
  const incident = new Reader(problems).incident(value);
  if (problems.length > 0) throw new Error(problems.join('; '));
  return incident;
}

class Reader {
  constructor(readonly problems: string[]) {}

  incident(value: unknown): Incident {
    const known = ['$schema', 'version', 'name', 'summary', 'length', 'steps', 'people'];
    const fields = this.fields(value, 'incident', known);
    if (fields['version'] !== 2) this.wrong('version', 'expected 2');
    const length = this.seconds(fields['length'], 'length');
    const steps = this.list(fields['steps'], 'steps').map((step, at) =>
      this.step(step, `steps[${at}]`, length),
    );
    if (steps.length === 0) this.wrong('steps', 'expected at least one');
    const people = this.list(fields['people'] ?? [], 'people').map((person, at) => {
      const { at: when, does } = this.fields(person, `people[${at}]`, ['at', 'does']);
      if (!DEEDS.includes(does as Deed))
        this.wrong(`people[${at}].does`, `expected one of ${DEEDS.join(', ')}`);
      return { at: this.seconds(when, `people[${at}].at`), does: does as Deed };
    });
    const name = this.text(fields['name'], 'name', 40);
    return { version: 2, name, summary: this.text(fields['summary'], 'summary', 200), length, steps, people };
  }

  step(value: unknown, path: string, length: number): IncidentStep {
    const fields = this.fields(value, path, ['at', 'until', 'match', 'rate', 'fault']);
    const at = this.seconds(fields['at'], `${path}.at`);
    const until = this.seconds(fields['until'], `${path}.until`);
    if (until <= at) this.wrong(`${path}.until`, 'expected a time after `at`');
    if (until > length) this.wrong(`${path}.until`, 'expected a time within `length`');
    const { match = '*', rate = 1 } = fields;
    if (typeof match !== 'string' || !/^(\*|\/\S*)$/.test(match)) {
      this.wrong(`${path}.match`, 'expected a path like "/api/*"');
    }
    if (typeof rate !== 'number' || rate < 0 || rate > 1) {
      this.wrong(`${path}.rate`, 'expected a share from 0 to 1');
    }
    const fault = this.fault(fields['fault'], `${path}.fault`);
    return { at, until, match: String(match), rate: Number(rate), fault };
  }

  fault(value: unknown, path: string): NetFault {
    const kind = (value as Fields | null)?.['kind'];
    switch (kind) {
      case 'network':
      case 'offline':
      case 'stall':
      case 'truncate':
        this.fields(value, path, ['kind']);
        return { kind };
      case 'latency': {
        const { delay = 1000 } = this.fields(value, path, ['kind', 'delay']);
        return { kind, delay: this.whole(delay, `${path}.delay`, 0, 60_000) };
      }
      case 'status': {
        const { status = 503, retryAfter } = this.fields(value, path, ['kind', 'status', 'retryAfter']);
        const fault: NetFault = { kind, status: this.whole(status, `${path}.status`, 200, 599) };
        if (retryAfter !== undefined)
          fault.retryAfter = this.whole(retryAfter, `${path}.retryAfter`, 0, 3600);
        return fault;
      }
      default:
        this.wrong(`${path}.kind`, 'expected status, latency, network, offline, stall or truncate');
        return { kind: 'network' };
    }
  }

  fields(value: unknown, path: string, known?: string[]): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.wrong(path, 'expected an object');
      return {};
    }
    for (const name of Object.keys(value)) {
      if (known && !known.includes(name))
        this.wrong(`${path}.${name}`, `unknown; known here: ${known.join(', ')}`);
    }
    return value as Fields;
  }

  list(value: unknown, path: string): unknown[] {
    if (Array.isArray(value) && value.length <= 100) return value;
    this.wrong(path, 'expected a list of at most 100');
    return [];
  }

  text(value: unknown, path: string, most: number): string {
    if (typeof value === 'string' && value.length > 0 && value.length <= most) return value;
    this.wrong(path, `expected a text of at most ${most} characters`);
    return '';
  }

  seconds(value: unknown, path: string): number {
    if (typeof value === 'number' && value >= 0 && value <= 3600) return value;
    this.wrong(path, 'expected seconds from 0 to 3600');
    return 0;
  }

  whole(value: unknown, path: string, low: number, high: number): number {
    if (Number.isInteger(value) && (value as number) >= low && (value as number) <= high)
      return value as number;
    this.wrong(path, `expected a whole number from ${low} to ${high}`);
    return low;
  }

  wrong(path: string, message: string): void {
    this.problems.push(`${path}: ${message}`);
  }
}
