// What a client does beside calls and notices once its engine runs: refreshing sign-in, speaking with other tabs, a policy
// from a URL, drills, minding sleep and the person's data. It comes with the engine.
import { refresh } from '../../src/browser/auth';
import type { Driver } from '../../src/browser/driver';
import type { Flight } from '../../src/browser/flight';
import type { Core } from '../../src/browser/core';
import type * as api from '../types/index';

/** What the extras need from their client. */
export interface ExtrasHost {
  readonly options: api.SteadfetchOptions;
  readonly driver: Driver;
}

export class Extras {
  constructor(readonly host: ExtrasHost) {}

  /** There is a core, the first or a new one. */
  start(_core: Core): void {}

  /** The core is gone. */
  stop(): void {}

  /** A call's answer asks for a refresh of who is signed in. */
  refresh(_flight: Flight): void {
    const { driver, options } = this.host;
    const auth = options.auth!;
    const core = driver.core;
    const alone = {
      alone: <T>(_: string, work: () => Promise<T>) => work(),
      announceSession() {},
      sessionAt: 0,
    };
    void refresh(driver, auth, alone).then((renewed) => {
      if (driver.core !== core || !core) return;
      driver.guard(() => {
        core.refreshed(+renewed, driver.now());
        driver.settle();
      });
    });
  }
}
