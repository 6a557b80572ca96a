// One tab at a time sends: by a Web Lock, or, where there are none, by a lease in the database that runs out.
import type { Store } from './store';

const LOCK = 'steadfetch:outbox';
/** A tab that died holds a lease for so long, ms. */
const LEASE = 15_000;

/**
 * Runs `work` while no other tab runs its own: now, or once it is this one's turn. `signal` ends the wait, and the work is to end
 * by itself soon after it.
 */
export async function inTurn(
  store: Store,
  owner: string,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  const { locks } = globalThis.navigator ?? {};
  if (locks) {
    await locks.request(LOCK, { signal }, work);
    return;
  }
  // Where there is no database either, nobody else can send what this page has.
  const lease = () => store.lease(owner, LEASE).catch(() => 0);
  for (let wait; (wait = await lease()) > 0;) {
    await pause(wait, signal);
  }
  const keep = setInterval(() => void lease(), LEASE / 3);
  try {
    if (!signal.aborted) await work();
  } finally {
    clearInterval(keep);
    await store.release(owner).catch(() => {});
  }
}

/** Rejects where the signal ends it. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((go, fail) => {
    if (signal.aborted) return fail(signal.reason as Error);
    const end = () => {
      clearTimeout(timer);
      fail(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      go();
    }, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
