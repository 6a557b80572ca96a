// Refreshing who is signed in, once for all calls that need it; tabs whose session is a cookie share it too.
import type { SteadfetchOptions } from '../../pkg/types/index';
import type { Driver } from './driver';

/** What the app says about signing in. */
export type AuthOptions = NonNullable<SteadfetchOptions['auth']>;

/** Between the tabs of an origin. */
export interface Tabs {
  /** Runs alone among all tabs, or at once where there is no way to. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Tells other tabs that the session's cookie is new. */
  announceSession(): void;
  /** When another tab last did; epoch ms. */
  readonly sessionAt: number;
}

/** Refreshes; whether there are new credentials. */
export async function refresh(driver: Driver, auth: AuthOptions, tabs: Tabs): Promise<boolean> {
  const asked = Date.now();
  try {
    return await tabs.alone('auth', async () => {
      // Another tab was first: the cookie that it got is ours as well.
      if (tabs.sessionAt >= asked) return true;
      const result = await auth.refresh();
      const headers = result?.headers ?? (await auth.headers?.());
      if (headers) {
        // They stay in memory, and go to nobody but the origins that asked for them.
        driver.credentials = { ...headers };
      } else {
        tabs.announceSession();
      }
      return true;
    });
  } catch {
    return false;
  }
}
