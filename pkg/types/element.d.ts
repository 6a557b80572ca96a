import type { Steadfetch } from './index.js';

/** Marks where banners go. */
export interface SteadfetchNoticesElement extends HTMLElement {
  /** Whose banners; without one, those of every client that `defineNotices` was given. */
  client: Steadfetch | undefined;
}

/**
 * Defines `<steadfetch-notices>`, the first time. Its elements, those that are there already and those to come, show the banners
 * of `client`, until the function that it returns is called or the client ends. Of several elements the one that came last has
 * them. Does nothing on a server.
 */
export declare function defineNotices(client?: Steadfetch): () => void;

declare global {
  interface HTMLElementTagNameMap {
    'steadfetch-notices': SteadfetchNoticesElement;
  }
}
