// Who is signed in, and the token that says so.
import { Signal } from '../page/signal';
import { scenarioId } from './backend';

let token = '';

/** A new session has begun. */
export const signedIn = new Signal();

/** The header that goes out with every request to the shop's API. */
export function credentials(): Record<string, string> {
  return token ? { authorization: `Bearer ${token}` } : {};
}

/** Where a session is renewed. */
export const sessionUrl = `/s/${scenarioId}/_refresh`;

/** What came back from there. */
export function begin(fresh: string): void {
  token = fresh;
  signedIn.tell();
}
