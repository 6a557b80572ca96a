// Which page speaks: of several that are seen at once, the one that holds a lock. The others queue for it, and who gets the focus goes
// first.
import { type Member, speaks } from './page';

/** A turn that nobody has is had within so long, ms: what is to be said meanwhile waits. */
const PATIENCE = 250;

/** Of this page, whatever clients it has. */
export const ME = newName();

/** For a page, or a client of a worker; not a secret. */
export function newName(): string {
  return Math.random().toString(36).slice(2);
}

/** A client of a page takes part until the signal ends. Where the browser has no locks, each page that is seen speaks. */
export function takeTurns(member: Member, signal: AbortSignal): void {
  let turn: AbortController | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;
  const leave = () => {
    member.speaks = member.asks = false;
    clearTimeout(patience);
    turn?.abort();
    turn = undefined;
  };
  const ask = async (steal: boolean) => {
    leave();
    // Nobody can keep it from who has the focus.
    member.speaks = steal;
    const mine = (turn = new AbortController());
    member.asks = !steal;
    patience = setTimeout(() => (member.asks = false), PATIENCE);
    const { signal } = mine;
    const over = new Promise((done) => (signal.onabort = done));
    const speak = () => turn === mine && ((member.speaks = true), (member.asks = false), over);
    try {
      await navigator.locks.request('steadfetch:voice', steal ? { steal } : { signal }, speak);
    } catch {
      if (turn !== mine) return;
      // Another page has the focus now.
      if (member.speaks) void ask(false);
      else member.speaks = true;
    }
  };
  /** Who is not seen has nothing to say, and holds nobody up. */
  const look = () => (document.hidden ? leave() : turn || ask(document.hasFocus()));
  document.addEventListener('visibilitychange', look, { signal });
  globalThis.addEventListener('focus', () => speaks() || ask(true), { signal });
  signal.addEventListener('abort', leave);
  look();
}
