// Reading times and countdowns: one timer for all of them, none when nothing runs.

import type { View } from './types.js';

/** What was held has at least so long to be read on. */
const RESUME = 2000;

/** The core's clock is not further behind the page's, ms. */
const BEHIND = 20;

/** How long a text takes to read, at least. */
export function readingTime(text: string): number {
  return Math.max(6000, 1200 + 60 * text.length);
}

/** What is to be read; raised again, it is read again. */
export function wordsOf({ count, title, body = '', safe = '' }: View): string {
  return `${count} ${title}${body}${safe}`;
}

interface Entry {
  words: string;
  /** Milliseconds that it takes to read; none: it stays. */
  reading: number | undefined;
  /** What is left of them. */
  left: number | undefined;
  /** Where the next tick of its countdown comes from. */
  retryAt: number | undefined;
}

export interface Clock {
  /** A notice is there and says this: for so long, where it expires, and with this countdown. */
  set(id: string, words: string, reading: number | undefined, retryAt: number | undefined): void;
  drop(id: string): void;
  /** Whether somebody is busy with the notices, so that none may go. */
  hold(held: boolean): void;
  dispose(): void;
}

export function createClock(expired: (id: string) => void, tick: (id: string) => void): Clock {
  const entries = new Map<string, Entry>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let held = false;
  /** When reading was last counted. */
  let counted = 0;

  /** Takes the time that passed off what is being read. */
  const count = () => {
    const now = performance.now();
    if (!held)
      for (const entry of entries.values()) if (entry.left !== undefined) entry.left -= now - counted;
    counted = now;
  };

  const arm = () => {
    clearTimeout(timer);
    timer = undefined;
    let next = Infinity;
    for (const { left, retryAt } of entries.values()) {
      if (left !== undefined && !held) next = Math.min(next, left);
      const wait = (retryAt ?? 0) - Date.now();
      // The figure changes on whole seconds before the attempt, by a clock that may be some milliseconds behind this one.
      if (wait > 0) next = Math.min(next, (wait + BEHIND) % 1000 || 1000);
    }
    if (next < Infinity) timer = setTimeout(run, Math.max(0, Math.ceil(next)));
  };

  const run = () => {
    count();
    for (const [id, entry] of entries) {
      if (entry.retryAt !== undefined) {
        tick(id);
        if (entry.retryAt <= Date.now()) entry.retryAt = undefined;
      }
      if (!held && entry.left !== undefined && entry.left <= 0) {
        entries.delete(id);
        expired(id);
      }
    }
    arm();
  };

  return {
    set(id, words, reading, retryAt) {
      const entry = entries.get(id);
      const same = entry?.words === words && entry.reading === reading;
      if (same && entry.retryAt === retryAt) return;
      count();
      // Other words need their own time.
      const left = same ? entry.left : reading;
      entries.set(id, { words, reading, left, retryAt });
      arm();
    },
    drop(id) {
      if (entries.delete(id)) arm();
    },
    hold(now) {
      if (now === held) return;
      count();
      held = now;
      if (!held) {
        for (const entry of entries.values())
          if (entry.left !== undefined) entry.left = Math.max(RESUME, entry.left);
      }
      arm();
    },
    dispose: () => clearTimeout(timer),
  };
}
