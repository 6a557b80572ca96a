// Where telemetry comes from: a chunk of its own, loaded where a client asks for it.

type Telemetry = typeof import('steadfetch-telemetry');

/** Once it is there: the first call is traced already. */
export let telemetry: Telemetry | undefined;

/** The first call waits so long for it, ms. */
const PATIENCE = 500;

export async function loadTelemetry(): Promise<Telemetry> {
  return (telemetry = await import('steadfetch-telemetry'));
}

/** Settles once it is there, or is not waited for any more. */
export function telemetryInTime(loading: Promise<unknown>): Promise<unknown> {
  return Promise.race([loading.catch(() => {}), new Promise((go) => setTimeout(go, PATIENCE))]);
}
