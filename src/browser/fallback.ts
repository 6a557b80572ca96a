// The caller's own answer for when all else failed.
import type { Steady } from './flight';
import type { StandIn } from './stores';

export async function fallBack({ fallback }: Steady): Promise<StandIn | undefined> {
  try {
    const answer = typeof fallback === 'function' ? await fallback() : fallback!.clone();
    if (answer instanceof Response) return { outcome: answer };
    console.warn('Steadfetch: a fallback did not bring a Response.');
  } catch (error) {
    console.warn('Steadfetch: a fallback failed.', error);
  }
  return undefined;
}
