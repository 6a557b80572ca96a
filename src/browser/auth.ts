// Refreshing who is signed in, once for all calls that need it; tabs whose session is a cookie share it too.
import type { SteadfetchOptions } from '../../pkg/types/index';
import type { Driver } from './driver';
import type { Session, Tabs } from './tabs';

/** Refreshes for a call to this origin, whose attempt was sent at `sentAt` (epoch ms); whether there are new credentials. */
export async function refresh(
  driver: Driver,
  auth: NonNullable<SteadfetchOptions['auth']>,
  tabs: Tabs,
  origin: string,
  sentAt: number,
): Promise<boolean> {
  const asked = Date.now();
  /** The cookie is newer than the attempt: another tab was first. */
  const isRenewed = () => tabs.renewedAt(origin) >= sentAt;
  try {
    return await tabs.inTurn(async (waited) => {
      if (waited) await tabs.hearOut(origin, asked);
      try {
        const own = isRenewed() ? undefined : await tabs.inTime(signIn(auth), isRenewed);
        const headers = own ? own.headers : await tabs.inTime(auth.headers?.());
        // They stay in memory, and go to nobody but the origins that asked for them.
        if (headers) driver.credentials = { ...headers };
        if (own) tabs.announce(origin, own.session);
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

/** Keeps nothing by itself: it may come too late, after another refresh. */
async function signIn(auth: NonNullable<SteadfetchOptions['auth']>) {
  const result = await auth.refresh();
  const session: Session = result?.headers ? 'own' : 'cookie';
  return { session, headers: result?.headers ?? (await auth.headers?.()) };
}
