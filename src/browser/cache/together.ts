// What is asked for at once is done in one transaction: to begin and end one takes longer than most of what is done in it.
import { isFull } from './database';

/** So many at once; others of the page want their turn, too. */
const MOST = 40;

interface Waiting<Item, Result> {
  item: Item;
  settle(result: Result): void;
  fail(error: unknown): void;
}

export class Together<Item, Result> {
  #waiting: Waiting<Item, Result>[] = [];
  #busy = false;

  /** `work` brings the result of each item. */
  constructor(readonly work: (items: Item[]) => Promise<Result[]>) {}

  do(item: Item): Promise<Result> {
    return new Promise((settle, fail) => {
      this.#waiting.push({ item, settle, fail });
      // A microtask later, with what else this task asks for.
      if (!this.#busy) queueMicrotask(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#waiting.length > 0) await this.#carryOut(this.#waiting.splice(0, MOST));
    this.#busy = false;
  }

  async #carryOut(all: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.work(all.map(({ item }) => item));
      for (const [n, { settle }] of all.entries()) settle(results[n]!);
    } catch (error) {
      // What there is no room for together may have some alone.
      const alone = isFull(error) && all.length > 1;
      for (const one of all) {
        if (alone) await this.#carryOut([one]);
        else one.fail(error);
      }
    }
  }
}
