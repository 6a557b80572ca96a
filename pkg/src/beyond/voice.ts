// Which page speaks: of several that are seen at once, the one that had the focus last.
import { store, stored } from '../../../src/browser/store';

const VOICE = 'steadfetch:voice';
/** Of this page, whatever clients it has. */
export const ME = newName();

/** For a page, or a client of a worker; not a secret. */
export function newName(): string {
  return Math.random().toString(36).slice(2);
}

export class Voice {
  constructor(signal: AbortSignal) {
    const claim = () => store(VOICE, ME);
    if (document.hasFocus()) claim();
    globalThis.addEventListener('focus', claim, { signal });
    globalThis.addEventListener('pagehide', giveUp, { signal });
    // Who is not seen has nothing to say.
    document.addEventListener('visibilitychange', () => document.hidden && giveUp(), { signal });
    signal.addEventListener('abort', giveUp);
  }
}

/** Whether this page is the one that speaks. */
export function speaks(): boolean {
  const voice = stored(VOICE);
  return !voice || voice === ME || !!globalThis.document?.hasFocus();
}

function giveUp(): void {
  if (stored(VOICE) === ME) store(VOICE, undefined);
}
