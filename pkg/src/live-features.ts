// Who has a say in the features of one client, and what it comes to. While there is a core, it decides; else the page's own word
// does, and then that of flags.
import { NONE } from '../../src/browser/codes';
import type { Core } from '../../src/browser/core';
import type { Driver } from '../../src/browser/driver';
import { part } from '../../src/browser/part';
import type * as api from '../types/index';
import type { Events } from './events';
import type { ClientFeatures } from './features';

/** What the features need from their client. */
export interface FeaturesHost {
  readonly options: api.SteadfetchOptions;
  readonly driver: Driver;
  readonly events: Events;
  readonly features: ClientFeatures;
}

export type Level = api.FeatureLevel | 'auto';

const LEVELS: Level[] = ['full', 'reduced', 'off'];

/** Names are kept to so many, as in the core. */
const MOST = 100;

/** What somebody says of a feature. */
interface Word {
  level: Level;
  why?: string | undefined;
}

/** What the core says of a feature. `by`: 0 by hand, 1 the policy document, 2 its flag, 3 its breakers. */
interface Report extends api.FeatureState {
  by: number;
  fault?: api.Fault;
}

export class LiveFeatures {
  /** What is said by hand, and by flags. */
  readonly #said = [new Map<string, Word>(), new Map<string, Word>()] as const;
  #unfollow: (() => void) | undefined;
  /** Counts the flags that were followed, the last of which are. */
  #turn = 0;
  #core: Core | undefined;

  constructor(readonly host: FeaturesHost) {
    const { events, features, options } = host;
    for (const [name, { level, why }] of features.states)
      this.#said[0].set(name, { level, why: why as string });
    // What is no level is taken back.
    for (const name of features.states.keys()) this.#decide(name);
    features.set = (name, level, why) => this.#say(name, 0, { level, why });
    events.on('state', ({ state }) => this.#turned(state));
    this.follow(options?.flags);
  }

  /** Follows these flags from now on, in place of others. */
  follow(flags: api.SteadfetchOptions['flags']): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
    const turn = ++this.#turn;
    if (!flags) return;
    void part('what reads flags', import('./flags')).then((loaded) => {
      if (turn !== this.#turn) return;
      this.#unfollow = loaded?.follow(flags, (name, level, why) => {
        this.#say(name, 1, { level, why });
      });
    });
  }

  /** The core may have something to tell. */
  settled(core: Core): void {
    const { driver } = this.host;
    for (let number; (number = core.next_feature()) !== NONE;) {
      const report = core.feature(number, driver.now(), Date.now()) as Report;
      const { name, level, by, since, fault } = report;
      const [hand, flag] = this.#said.map((said) => said.get(name)?.why);
      this.#tell(name, level, [hand, 'the policy document says so', flag, fault][by], since);
    }
  }

  /** There is a core, or none any more. */
  #turned(state: api.Steadfetch['state']): void {
    const { driver, features } = this.host;
    const core = (this.#core = state === 'active' ? driver.core : undefined);
    if (state === 'disposed') return this.follow(undefined);
    if (!core) {
      for (const name of features.states.keys()) this.#decide(name);
      return;
    }
    driver.guard(() => {
      this.#said.forEach((said, by) => {
        for (const [name, word] of said) this.#hand(core, name, by, word);
      });
      driver.settle();
    });
  }

  /** Something is said by hand (0), or by a flag (1). */
  #say(name: string, by: 0 | 1, word: Word): void {
    const { driver } = this.host;
    const core = this.#core;
    const said = this.#said[by];
    if (said.has(name) || said.size < MOST) said.set(name, word);
    if (!core) return this.#decide(name);
    driver.guard(() => {
      this.#hand(core, name, by, word);
      driver.settle();
    });
  }

  #hand(core: Core, name: string, by: number, { level }: Word): void {
    core.say_feature([name], 2 * by, LEVELS.indexOf(level), this.host.driver.now());
  }

  /** Without a core. */
  #decide(name: string): void {
    const words = this.#said.map((said) => said.get(name));
    const { level, why } = words.find((word) => word && LEVELS.includes(word.level)) ?? { level: 'full' };
    this.#tell(name, level as api.FeatureLevel, why);
  }

  #tell(name: string, level: api.FeatureLevel, why: api.FeatureState['why'], since = Date.now()): void {
    const { events, features } = this.host;
    const known = features.get(name);
    if (known.level === level && known.why === why) return;
    const state: api.FeatureState = { name, level, since: known.level === level ? known.since : since };
    if (why !== undefined) state.why = why;
    features.states.set(name, state);
    events.emit('feature', state);
  }
}
