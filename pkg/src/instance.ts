// The clients that share the running instance of the Wasm file, and what becomes of them when it traps.
import { restart } from '../../src/browser/border';

/** A client, as far as its instance is concerned. */
interface Sharer {
  /** The instance is gone. */
  restart(error: unknown): void;
}

const sharers = new Set<Sharer>();
/** It trapped; whoever needs it next makes a new one for all. */
let broken = false;

/** A client is about to start a core of its own. */
export function join(client: Sharer): void {
  sharers.add(client);
  if (!broken) return;
  broken = false;
  restart();
}

/** A client is done with its core. */
export function leave(client: Sharer): void {
  sharers.delete(client);
}

/** An entry into Wasm trapped. */
export function trapped(error: unknown): void {
  console.error('Steadfetch: its engine stopped and is started anew (SF-internal).', error);
  broken = true;
  for (const client of sharers) client.restart(error);
}
