// Who is signed in, and the token that says so.
import { Signal } from '../page/signal';
import { scenarioId } from './backend';

let token = '';

/** Stored copies and waiting writes are theirs. Each visitor of the demo is somebody else. */
export const userId = `mara.lindqvist@${scenarioId}`;

/** A new session has begun. */
export const signedIn = new Signal();
/** Runs before anybody hears of that. */
let first: (() => Promise<void>) | undefined;

export function beforeSignedIn(work: () => Promise<void>): void {
  first = work;
}

/** The header that goes out with every request to the shop's API. */
export function credentials(): Record<string, string> {
  return token ? { authorization: `Bearer ${token}` } : {};
}

/** Where a session is renewed. */
export const sessionUrl = `/s/${scenarioId}/_refresh`;

/** What came back from there. */
export async function begin(fresh: string): Promise<void> {
  token = fresh;
  await first?.();
  signedIn.tell();
}
