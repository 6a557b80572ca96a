// The first attempt of a call that came before the engine: under way while that loads, so that nobody's first data waits for it.
import type { SteadfetchOptions } from '../../pkg/types/index';
import { join } from './signals';
import type { Snapshot } from './snapshot';
import { STATE, stored } from './store';

/** Such an attempt. */
export interface Early {
  controller: AbortController;
  outcome: Promise<Response>;
  /** performance.now() when it was sent. */
  began: number;
}

/** Rules with these answer a request themselves, share it, make it wait or send it elsewhere: how is for the engine to say. */
const DECIDES = /"(cache|coalesce|bulkhead|endpoints|feature)":/;

/** On HTTP/1.1 a page has six connections to its origin, and the engine may have to come through them too. */
let left = 2;

/** Sends it, where the engine would send the same: nothing changes the request, nothing known of its server speaks against it. */
export function sendEarly(
  snapshot: Snapshot,
  method: string,
  signal: AbortSignal | undefined,
  native: typeof fetch,
  { rules, defaults, auth, telemetry, faults, remotePolicy }: SteadfetchOptions,
): void {
  try {
    if (
      left < 1 ||
      !/^(GET|HEAD)$/.test(method) ||
      snapshot.init.steady ||
      auth ||
      telemetry ||
      faults ||
      remotePolicy ||
      globalThis.navigator?.onLine === false ||
      DECIDES.test(JSON.stringify([rules, defaults])) ||
      stored(STATE)?.includes(new URL(snapshot.href).origin)
    ) {
      return;
    }
    left -= 1;
    const controller = new AbortController();
    const outcome = snapshot.send(native, join(signal, controller));
    // Whoever takes it over hears of it.
    outcome.catch(() => {});
    snapshot.early = { controller, outcome, began: performance.now() };
  } catch {
    // What is wrong with the options, or with the request, is said by the engine, or by the browser.
  }
}
