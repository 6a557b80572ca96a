// Which words notices are in. Other than plain English are loaded, by a part of their own.
import type { SteadfetchOptions } from '../../pkg/types/index';
import type { Core } from './core';
import type { Driver } from './driver';
import { own } from './intl';
import { part } from './part';

type Words = typeof import('./words');

/** Where a catalog goes in the core. */
const RESET = 0;
const AHEAD = 1;
const BEHIND = 2;

export class Language {
  #words: Promise<Words | undefined> | undefined;
  #turn = 0;
  #english = true;

  constructor(readonly driver: Driver) {}

  /** Settles once the core has the words; undefined: it has them. */
  speak(core: Core, options: SteadfetchOptions): Promise<void> | undefined {
    const turn = ++this.#turn;
    if (isPlainEnglish(options)) {
      if (!this.#english) this.driver.guard(() => core.catalog([''], RESET));
      this.#english = true;
      return undefined;
    }
    this.#english = false;
    this.#words ??= part('words other than plain English', import('steadfetch-words'));
    return this.#words.then(async (words) => {
      if (!words) this.#words = undefined;
      const { ahead, behind } = (await words?.choose(options, own)) ?? { ahead: [], behind: [] };
      // Meanwhile others may have been asked for, or the core is another one.
      if (turn !== this.#turn || this.driver.core !== core) return;
      this.driver.guard(() => {
        core.catalog([''], RESET);
        for (const catalog of ahead) core.catalog([catalog], AHEAD);
        for (const catalog of behind) core.catalog([catalog], BEHIND);
      });
    });
  }
}

function isPlainEnglish({ locale, voice = 'plain', catalog }: SteadfetchOptions): boolean {
  const [first = 'en'] = [locale ?? globalThis.navigator?.languages ?? []].flat();
  return !catalog && voice === 'plain' && /^en(-(?!XA)|$)/i.test(first);
}
