// Refreshing who is signed in, once for all calls that need it; tabs whose session is a cookie share it too.
import type { SteadfetchOptions } from '../../pkg/types/index';
import type { Driver } from './driver';
import type { Tabs } from './tabs';

/** Refreshes for a call to this origin, whose attempt was sent at `sentAt` (epoch ms); whether there are new credentials. */
export async function refresh(
  driver: Driver,
  auth: NonNullable<SteadfetchOptions['auth']>,
  tabs: Tabs,
  origin: string,
  sentAt: number,
): Promise<boolean> {
  const asked = Date.now();
  const keep = (headers: Record<string, string> | undefined) => {
    if (!headers) return;
    // They stay in memory, and go to nobody but the origins that asked for them.
    driver.credentials = { ...headers };
  };
  try {
    return await tabs.inTurn(async (waited) => {
      if (waited) await tabs.hearOut(origin, asked);
      // The cookie is newer than the attempt: another tab was first.
      if (tabs.renewedAt(origin) >= sentAt) {
        keep(await auth.headers?.());
        return true;
      }
      try {
        const result = await auth.refresh();
        keep(result?.headers ?? (await auth.headers?.()));
        tabs.announce(origin, result?.headers ? 'own' : 'cookie');
        return true;
      } catch (error) {
        tabs.announce(origin, 'failed');
        throw error;
      }
    });
  } catch {
    return false;
  }
}
