// <steadfetch-health>: how servers and people fare.
import type { Steadfetch } from './index.js';

/**
 * Defines `<steadfetch-health>`, once, whoever calls; on a server nothing happens. `client`: for elements without one of their own.
 * The element looks at `health()` every 5 s while it is in the page, and shows the last five minutes: servers and their failures
 * beside the calls that were helped, waited or failed, and whether trouble is a blip or lasts (30 s or more). A table has the same
 * in numbers; below are counts of notices, stored copies and writes, and the latest ten calls that met trouble, with their timelines
 * in English. It speaks the language of the nearest `lang` attribute, else the browser's: en, ar, de, es, fr, ja, pl, pt, zh.
 */
export declare function defineHealth(client?: Steadfetch): void;

export interface SteadfetchHealthElement extends HTMLElement {
  /** Whose health it shows. */
  client: Steadfetch | undefined;
  /** Looks now. */
  look(): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'steadfetch-health': SteadfetchHealthElement;
  }
}
