// A drill's steps as the option `faults`.
import type { DrillPlace, DrillStep } from '../../types/drill';
import type { FaultInjection } from '../../types/index';

export function drillFaults(
  { steps }: { steps: DrillStep[] },
  { base = '*://*', start = 0 }: DrillPlace = {},
): FaultInjection[] {
  return steps.map(({ at, until, match = '/*', rate = 1, fault }) => ({
    match: base + match,
    rate,
    ...fault,
    from: start + at * 1000,
    until: start + until * 1000,
  }));
}
