// What listeners are told of calls and attempts.
import type { Flight } from '../../src/browser/flight';
import type * as api from '../types/index';

/** The event of an attempt that ended. */
export function attemptEvent(
  flight: Flight,
  attempt: number,
  took: number,
  status: number | undefined,
): api.SteadfetchEvents['attempt'] {
  const { driver, slot, serial, steady } = flight;
  const fault = driver.core?.fault(slot, driver.now(), Date.now()) as api.Fault | undefined;
  return {
    callId: driver.host.callPrefix + serial,
    attempt,
    endpoint: new URL(flight.href).origin,
    duration: Math.floor(took),
    ...(steady?.actionId !== undefined && { actionId: steady.actionId }),
    ...(status && { status }),
    ...(fault && { fault }),
  };
}

/** The event of a call that ended. */
export function callEvent(flight: Flight): api.SteadfetchEvents['call'] {
  const { driver, lane, serial, steady } = flight;
  return {
    callId: driver.host.callPrefix + serial,
    route: driver.guard(() => driver.core?.template(lane, flight.href)) ?? '',
    method: flight.method,
    explanation: flight.explanation,
    ...(steady?.actionId !== undefined && { actionId: steady.actionId }),
  };
}
