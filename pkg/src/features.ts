// The features of one client, whatever its state: what was said of them, and what is known. Where there is an engine, it decides.
import type * as api from '../types/index';
import type { Events } from './events';

export const LEVELS: readonly string[] = ['full', 'reduced', 'off'] satisfies api.FeatureLevel[];

/** What was said of a feature: by hand, or by its flag. */
type Word = Pick<api.FeatureState, 'level' | 'why'>;

export class ClientFeatures implements api.Features {
  readonly states = new Map<string, api.FeatureState>();
  /** By hand, and by flags. */
  readonly said = [new Map<string, Word>(), new Map<string, Word>()] as const;
  /** Tells the engine of what was said, while there is one. */
  engine: ((name: string, by: number) => void) | undefined;
  readonly #since = Date.now();
  #flags: Promise<() => void> | undefined;

  constructor(readonly events: Events) {}

  get(name: string): api.FeatureState {
    return this.states.get(name) ?? { name, level: 'full', since: this.#since };
  }

  /** `by`: 0 by hand, 1 by its flag. */
  set(name: string, level: api.FeatureLevel | 'auto', why?: string, by: 0 | 1 = 0): void {
    if (level === 'auto') this.said[by].delete(name);
    else if (LEVELS.includes(level)) this.said[by].set(name, why === undefined ? { level } : { level, why });
    if (this.engine) this.engine(name, by);
    else this.tell(name);
  }

  on(name: string, listener: (state: api.FeatureState) => void): () => void {
    return this.events.on('feature', (state) => {
      if (state.name === name) listener(state);
    });
  }

  /** This is how far it is on now; without an engine, as was said. */
  tell(
    name: string,
    { level, why, since = Date.now() }: Partial<api.FeatureState> = this.said[0].get(name) ??
      this.said[1].get(name) ??
      {},
  ): void {
    const known = this.get(name);
    level ??= 'full';
    if (known.level === level && known.why === why) return;
    const state: api.FeatureState = { name, level, since: known.level === level ? known.since : since };
    if (why !== undefined) state.why = why;
    this.states.set(name, state);
    this.events.emit('feature', state);
  }

  /** Follows these flags from now on. */
  follow(flags: api.SteadfetchOptions['flags']): void {
    void this.#flags?.then((stop) => stop());
    this.#flags =
      flags &&
      import('./flags').then(({ follow }) =>
        follow(flags, (name, level, why) => this.set(name, level, why, 1)),
      );
    this.#flags?.catch(console.error);
  }
}
