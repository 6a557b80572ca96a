// What closes by itself where the app draws notices: after the same time as on our own screen.
import { createClock, wordsOf } from '../../src/browser/dom/clock';
import type { View } from '../../src/browser/dom/types';

export class Unattended {
  readonly #clock: ReturnType<typeof createClock>;
  #known = new Set<string>();

  constructor(expired: (id: string) => void, signal: AbortSignal) {
    this.#clock = createClock(expired, () => {});
    const page = globalThis.document;
    // What nobody sees is not being read.
    const look = () => this.#clock.hold(page.hidden);
    page?.addEventListener('visibilitychange', look, { signal });
    if (page) look();
    signal.addEventListener('abort', () => this.#clock.dispose());
  }

  /** These are to be seen now. */
  render(views: readonly View[]): void {
    const ids = new Set(views.map(({ id }) => id));
    for (const id of this.#known) if (!ids.has(id)) this.#clock.drop(id);
    this.#known = ids;
    for (const view of views) this.#clock.set(view.id, wordsOf(view), view.closesAfter, undefined);
  }
}
