// What clients tell each other about copies, in other tabs and on the same page. Any script of the origin may speak here: all
// it can do is to have something looked up again, or cleared.
import { NAME } from './database';
import type { Owner } from './record';

/** An owner's copies were cleared (null: everybody's); there is another copy of a request. */
type Told = { clear: Owner | null } | { put: [owner: Owner, request: string] };

export interface Listener {
  cleared(owner: Owner | undefined): void;
  replaced(owner: Owner, request: string): void;
}

export class Tabs {
  #channel: BroadcastChannel | undefined;

  constructor(
    readonly listener: Listener,
    ended: AbortSignal,
  ) {
    this.#open();
    const leave = () => {
      this.#channel?.close();
      this.#channel = undefined;
      // A page in the back/forward cache hears nothing, so it must remember nothing.
      listener.cleared(undefined);
    };
    globalThis.addEventListener?.('pagehide', leave, { signal: ended });
    globalThis.addEventListener?.('pageshow', ({ persisted }) => persisted && this.#open(), {
      signal: ended,
    });
    ended.addEventListener('abort', leave);
  }

  tell(told: Told): void {
    this.#channel?.postMessage(told);
  }

  #open(): void {
    try {
      this.#channel = new BroadcastChannel(NAME);
    } catch {
      return;
    }
    // Under Node an open channel would keep the process alive.
    (this.#channel as { unref?(): void }).unref?.();
    this.#channel.onmessage = ({ data }: { data: { clear?: unknown; put?: unknown } | null }) => {
      const { clear, put } = data ?? {};
      if (clear === null) this.listener.cleared(undefined);
      else if (isOwner(clear)) this.listener.cleared(clear);
      if (Array.isArray(put) && isOwner(put[0]) && typeof put[1] === 'string') {
        this.listener.replaced(put[0], put[1]);
      }
    };
  }
}

function isOwner(value: unknown): value is Owner {
  return typeof value === 'string' || value === 0;
}
