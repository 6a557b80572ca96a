// What the pages of adapters have in common: a client within reach of the tests, and how many listen to its notices.
import { type Steadfetch, type SteadfetchOptions, createSteadfetch } from 'steadfetch';

export interface Watched {
  client: Steadfetch;
  listeners(): number;
}

export function watched(options: SteadfetchOptions): Watched {
  const client = createSteadfetch(options);
  const { notices } = client;
  const on = notices.on.bind(notices);
  let count = 0;
  notices.on = (listener) => {
    const end = on(listener);
    count += 1;
    return () => {
      count -= 1;
      end();
    };
  };
  return { client, listeners: () => count };
}

/** Headless, quick to tell, and no call depends on another. */
export const HEADLESS: SteadfetchOptions = {
  surfaces: { headless: true, delay: 0 },
  defaults: { retry: false, breaker: false },
};

export function ready(things: object): void {
  Object.assign(globalThis, things);
  document.documentElement.dataset['ready'] = 'yes';
}
