// What the app has raised, by id. It outlives a core: the next one is told of it under the numbers that the app knows.
import type { Core } from '../../src/browser/core';
import type * as api from '../types/index';

/** The highest number that a notice of this page has had: none stands for another notice later. */
let last = 0;

export class Raised extends Map<string, api.NoticeInput> {
  /** The core was told of them in the name of the one before, and they are not drawn yet. */
  again = false;

  /** This number is taken. */
  taken(id: string): void {
    last = Math.max(last, +id);
  }

  /** What is not named stays as it is, and a cause is for life. */
  update(id: string, { cause: _, ...changes }: Partial<api.NoticeInput>): void {
    const named = Object.entries(changes).filter(([, value]) => value !== undefined);
    Object.assign(this.get(id) ?? {}, Object.fromEntries(named));
  }

  /** There is a core, the first or a new one: `show` raises in it what lives. */
  start(core: Core, show: (input: api.NoticeInput) => void): void {
    this.again = this.size > 0;
    for (const [id, input] of this) {
      core.number_from(+id - 1);
      show(input);
    }
    core.number_from(last);
  }

  /** The core is gone. */
  stop(): void {
    for (const [id, { until }] of this) {
      // What a core stops over before it was drawn is not told to a third one.
      if (this.again || until! <= Date.now()) this.delete(id);
    }
  }
}
