// Requests that failed for good, kept while a notice offers to send them again.
import type { Core } from '../../src/browser/core';
import type { Flight } from '../../src/browser/flight';

const MOST = 20;

export class Repeats {
  readonly #kept = new Map<number, Flight>();

  keep(flight: Flight, core: Core): void {
    if (!core.keeps(flight.serial)) return;
    for (const serial of this.#kept.keys()) if (!core.keeps(serial)) this.#kept.delete(serial);
    if (this.#kept.size < MOST) this.#kept.set(flight.serial, flight);
  }

  /** Sends one again, if it is here. What comes of it is for the notice alone. */
  send(serial: number): void {
    const flight = this.#kept.get(serial);
    if (!flight?.snapshot) return;
    const { driver, snapshot, route, lane } = flight;
    driver.begin(snapshot, route, lane, undefined, undefined, flight.change).then(
      (response) => void response.body?.cancel().catch(() => {}),
      () => {},
    );
  }

  clear(): void {
    this.#kept.clear();
  }
}
