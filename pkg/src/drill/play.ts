// Plays a drill on a client: its faults are injected, a person's deeds are called out, and what is seen is taken down.
import type { Drill, DrillReport, PlayOptions } from '../../types/drill';
import type { Steadfetch } from '../../types/index';
import { drillFaults } from './faults';
import { watchDrill } from './watch';

export async function playDrill(
  client: Steadfetch,
  drill: Drill,
  { base, act, signal }: PlayOptions = {},
): Promise<DrillReport> {
  await client.ready;
  signal?.throwIfAborted();
  const start = performance.now() - client.started;
  await client.configure({ faults: drillFaults(drill, { start, ...(base !== undefined && { base }) }) });
  const watched = watchDrill(client, drill);
  try {
    const deeds = [...(drill.people ?? [])].sort((a, b) => a.at - b.at);
    const elapsed = () => performance.now() - client.started - start;
    for (const { at, does } of deeds) {
      await pause(at * 1000 - elapsed(), signal);
      act?.(does);
    }
    await pause(drill.length * 1000 - elapsed(), signal);
    return watched.report();
  } finally {
    watched.stop();
    // A client that ended meanwhile has none any more.
    await client.configure({ faults: [] }).catch(() => {});
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((go, fail) => {
    if (signal?.aborted) return fail(signal.reason as Error);
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', stop);
        go();
      },
      Math.max(0, ms),
    );
    const stop = () => {
      clearTimeout(timer);
      fail(signal!.reason as Error);
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
}
