// Whether there is no network.

/** Errors of a network that a drill took away. */
export const takenAway = new WeakSet<object>();

/** Whether an attempt failed because there is no network. */
export function isOffline(error: unknown): boolean {
  return globalThis.navigator?.onLine === false || takenAway.has(Object(error) as object);
}
