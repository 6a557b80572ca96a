// A call whose watched body is on its way to the caller. Nothing here keeps the Response alive: one that the caller forgets
// goes as the browser's own would, and with it its connection and the call's slot.
import { BODY_END } from './codes';
import type { Flight } from './flight';
import type { Source } from './watch';

/** What the driver keeps for each slot in use. */
export interface Seat {
  /** Carries out what the core commands. */
  obey(): void;
  /** There is no core any more, nor a client where it is `over`. */
  orphan(over: boolean): void;
}

let registry: FinalizationRegistry<() => void> | undefined;

/** A seat for a call that only its body keeps alive. `stop`: ends its listening. */
export function seatOf(flight: Flight, source: Source, stop: (() => void) | undefined): Seat {
  const { driver, core, slot } = flight;
  const body = source.held;
  const held = new WeakRef(flight);
  const seat: Seat = { obey: () => held.deref()?.obey(), orphan: (over) => held.deref()?.orphan(over) };
  registry ??= new FinalizationRegistry((forget) => forget());
  registry.register(source, () => {
    stop?.();
    body.reader.cancel().catch(() => {});
    if (driver.core !== core || driver.flights[slot] !== seat) return;
    driver.flights[slot] = undefined;
    driver.guard(() => {
      core.body(slot, BODY_END, driver.now());
      core.release(slot);
      driver.settle();
    });
  });
  return seat;
}
