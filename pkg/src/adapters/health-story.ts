// What becomes of `health()` over time: the last five minutes, and whether trouble is a blip or lasts. No screen.
import type { Health } from '../../types/index';

/** Samples that are kept: five minutes, one every 5 s. */
export const KEPT = 60;
/** Trouble of half a minute lasts: what recovers by retries, and after a breaker's first pauses (8 s at most), has by then. */
const LASTING = 30_000;
/** A blip is spoken of for so long after it is over, ms. */
const REMEMBERED = 60_000;

/** What changed since the sample before. */
export interface Sample {
  helped: number;
  waited: number;
  failed: number;
  /** Failures by server. */
  failures: Record<string, number>;
}

export type Mood = 'unasked' | 'offline' | 'well' | 'brief' | 'over' | 'lasting';

export class Story {
  readonly samples: Sample[] = [];
  mood: Mood = 'unasked';
  /** Since when there is trouble. */
  since: number | undefined;
  #over = -Infinity;
  #last: Health | undefined;

  /** Another look, at this time (epoch ms). */
  look(health: Health, now: number): void {
    // An engine that was replaced counts anew.
    const last = this.#last?.since === health.since ? this.#last : undefined;
    const failures: Record<string, number> = {};
    for (const { origin, failures: kinds } of health.origins) {
      const before = last?.origins.find((other) => other.origin === origin);
      failures[origin] = total(kinds) - total(before?.failures ?? {});
    }
    const { helped, waited, failed } = health.people;
    const former = last?.people ?? (this.#last ? { helped: 0, waited: 0, failed: 0 } : health.people);
    this.samples.push({
      helped: helped - former.helped,
      waited: waited - former.waited,
      failed: failed - former.failed,
      failures: this.#last ? failures : {},
    });
    if (this.samples.length > KEPT) this.samples.shift();
    this.#last = health;
    this.#feel(health, now);
  }

  #feel({ origins, online }: Health, now: number): void {
    const trouble = origins.some(({ state }) => state === 'degraded' || state === 'down');
    if (trouble) {
      this.since ??= now;
    } else if (this.since !== undefined) {
      this.since = undefined;
      this.#over = now;
    }
    if (!online) this.mood = 'offline';
    else if (this.since !== undefined) this.mood = now - this.since >= LASTING ? 'lasting' : 'brief';
    else if (now - this.#over < REMEMBERED) this.mood = 'over';
    else this.mood = origins.some(({ calls }) => calls > 0) ? 'well' : 'unasked';
  }
}

function total(kinds: Health['origins'][number]['failures']): number {
  return Object.values(kinds).reduce((sum, count) => sum + count, 0);
}
