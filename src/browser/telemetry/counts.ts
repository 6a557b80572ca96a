// What `health()` counts, as what has been added since it was last told. Pure.
import type { Health } from '../../../pkg/types/index';
import type { Series } from './durations';

type Numbers = Record<string, number | undefined>;

/**
 * Of servers, those that were asked. Nothing where nothing has changed: a page in which nothing happens has nothing to tell. An
 * engine that was replaced counts anew.
 */
export function added(now: Health, before: Health | undefined, durations: Series[]): object | undefined {
  const then = before?.since === now.since ? before : undefined;
  const origins = now.origins.flatMap((origin) => {
    const former = then?.origins.find((other) => other.origin === origin.origin);
    const calls = origin.calls - (former?.calls ?? 0);
    const attempts = origin.attempts - (former?.attempts ?? 0);
    const failures = grown(origin.failures, former?.failures);
    const some = calls > 0 || attempts > 0 || Object.keys(failures).length > 0;
    return some ? [{ ...origin, calls, attempts, failures }] : [];
  });
  const people = grown(now.people, then?.people);
  const cache = grown(now.cache, then?.cache);
  const writes = grown(now.writes, then?.writes);
  const grew = [people, cache, writes].some((counts) => Object.keys(counts).length > 0);
  const same = JSON.stringify(levels(now)) === JSON.stringify(levels(before));
  if (!grew && same && origins.length === 0 && durations.length === 0) return undefined;
  const { features, outbox } = now;
  return { origins, people, cache, writes, features, outbox, durations };
}

/** What has grown, by how much. */
function grown(now: Numbers = {}, then: Numbers = {}): Record<string, number> {
  const differences = Object.entries(now).map(
    ([name, count = 0]) => [name, count - (then[name] ?? 0)] as const,
  );
  return Object.fromEntries(differences.filter(([, difference]) => difference > 0));
}

/** What is no count. */
function levels(health: Health | undefined): unknown[] {
  return [(health?.features ?? []).map(({ name, level }) => [name, level]), health?.outbox ?? 0];
}
