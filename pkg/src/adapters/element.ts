// <steadfetch-notices>: an element that marks where banners go.
import type { Steadfetch } from '../../types/index';
import type { SteadfetchNoticesElement } from '../../types/element';

const NAME = 'steadfetch-notices';

interface NoticesClass extends CustomElementConstructor {
  /** All elements without a client of their own show this one's banners. */
  serve(client: Steadfetch): () => void;
}

export function defineNotices(client?: Steadfetch): () => void {
  const registry = globalThis.customElements as CustomElementRegistry | undefined;
  if (!registry) return () => {};
  // Another copy of the package may have been first.
  if (!registry.get(NAME)) registry.define(NAME, create());
  return client ? (registry.get(NAME) as NoticesClass).serve(client) : () => {};
}

/** The class is made late, since what it extends is not there on a server. */
function create(): NoticesClass {
  const clients = new Set<Steadfetch>();
  const elements = new Set<NoticesElement>();
  const settle = () => elements.forEach((element) => element.settle());

  class NoticesElement extends HTMLElement implements SteadfetchNoticesElement {
    static serve(client: Steadfetch): () => void {
      clients.add(client);
      settle();
      const off = client.on('state', ({ state }) => state === 'disposed' && end());
      const end = () => {
        off();
        clients.delete(client);
        settle();
      };
      return end;
    }

    #client: Steadfetch | undefined;
    readonly #mounts = new Map<Steadfetch, () => void>();

    get client(): Steadfetch | undefined {
      return this.#client;
    }

    set client(client: Steadfetch | undefined) {
      this.#client = client;
      this.settle();
    }

    connectedCallback(): void {
      // Set before the element was defined, it hides the class's own.
      const early = Object.getOwnPropertyDescriptor(this, 'client')?.value as Steadfetch | undefined;
      if (Reflect.deleteProperty(this, 'client') && early) this.#client = early;
      elements.add(this);
      this.settle();
    }

    /** One that was only moved is in the page again by now, and keeps its banners. */
    disconnectedCallback(): void {
      if (!this.isConnected) elements.delete(this);
      this.settle();
    }

    settle(): void {
      const wanted = !this.isConnected ? [] : this.#client ? [this.#client] : [...clients];
      for (const [client, unmount] of this.#mounts) {
        if (wanted.includes(client)) continue;
        this.#mounts.delete(client);
        unmount();
      }
      for (const client of wanted) {
        if (!this.#mounts.has(client)) this.#mounts.set(client, client.notices.mount(this));
      }
    }
  }
  return NoticesElement;
}
