// The first attempt of a call that came before the engine: under way while that loads, so that nobody's first data waits for it.
import type { SteadfetchOptions } from '../../pkg/types/index';
import type { Snapshot } from './snapshot';
import { STATE, stored } from './store';

/** Rules with these answer a request themselves, share it, make it wait or send it elsewhere: how is for the engine to say. */
const DECIDES = /"(cache|coalesce|bulkhead|endpoints|feature)":/;

/** Sends it, where the engine would send the same: nothing changes the request, nothing known of its server speaks against it. */
export function sendEarly(
  snapshot: Snapshot,
  method: string,
  native: typeof fetch,
  { rules, defaults, telemetry, faults, remotePolicy }: SteadfetchOptions,
): void {
  try {
    if (
      !/^(GET|HEAD)$/.test(method) ||
      snapshot.init.steady ||
      telemetry ||
      faults ||
      remotePolicy ||
      globalThis.navigator?.onLine === false ||
      DECIDES.test(JSON.stringify([rules, defaults])) ||
      stored(STATE)
    ) {
      return;
    }
    const controller = new AbortController();
    const outcome = snapshot.send(native, controller.signal);
    // Whoever takes it over hears of it.
    outcome.catch(() => {});
    snapshot.early = { controller, outcome };
  } catch {
    // What is wrong with the options, or with the request, is said by the engine, or by the browser.
  }
}
