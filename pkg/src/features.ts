// The features of one client, as far as the page itself says. What comes with the engine (live-features.ts) takes `set` over, and
// considers who else has a say.
import type * as api from '../types/index';
import type { Events } from './events';
import type { LiveFeatures } from './live-features';

export interface ClientFeatures extends api.Features {
  readonly states: Map<string, api.FeatureState>;
  live?: LiveFeatures;
}

export function createFeatures(events: Events): ClientFeatures {
  const states = new Map<string, api.FeatureState>();
  const features: ClientFeatures = {
    states,
    get: (name) => states.get(name) ?? { name, level: 'full', since: performance.timeOrigin },
    set(name, level, why) {
      if (level === 'auto') states.delete(name);
      else states.set(name, { name, level, why: why!, since: Date.now() });
      events.emit('feature', features.get(name));
    },
    on: (name, listener) => events.on('feature', (state) => state.name === name && listener(state)),
  };
  return features;
}
