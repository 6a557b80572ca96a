// The tabs and workers of an origin: what they tell each other, what survives a reload, and who goes first.
//
// No call ever waits for another tab but for a refresh of who is signed in. Where the browser lacks a channel or locks, each
// tab is on its own.
import { Memory, type Told, readTold } from './told';
import { hasStorage } from './store';

/** The format of messages is part of the name: packages that speak another one do not hear this. */
const CHANNEL = 'steadfetch:1';
const LOCK = 'steadfetch:auth';
/** Writes to the storage come so far apart at least, ms. */
const REST = 500;
/** A refresh that takes longer has failed, ms; and a tab waits so long for another one's turn, then it goes by itself. */
const PATIENCE = 15_000;
/** A message may come later than the lock that was let go after it, ms. */
const LAG = 250;

/** How a refresh of who is signed in ended. Only a cookie is shared. */
export type Session = 'cookie' | 'own' | 'failed';

interface Message {
  /** News of endpoints. */
  told?: unknown;
  /** Somebody new asks for all there is. */
  ask?: unknown;
  /** A refresh for this origin has ended, so, at this time. */
  origin?: unknown;
  session?: unknown;
  at?: unknown;
  /** What a worker, by this name, would show if it had a screen; from a page: it has one, and asks. */
  notices?: unknown;
  from?: unknown;
}

export class Tabs {
  readonly #memory = new Memory();
  readonly #hear: (told: Told[]) => void;
  #channel: BroadcastChannel | undefined;
  #writing: ReturnType<typeof setTimeout> | undefined;
  /** By origin: when another tab's refresh ended, and when the cookie was last renewed. */
  readonly #ended = new Map<string, number>();
  readonly #renewed = new Map<string, number>();
  /** Who waits to hear how a refresh ended. */
  readonly #waiting = new Set<() => void>();

  /** `hear`: takes news of endpoints. */
  constructor(hear: (told: Told[]) => void) {
    this.#hear = hear;
  }

  /** Begins to listen; hands over what is known from before. */
  open(): void {
    if (!this.#channel) {
      try {
        this.#channel = new BroadcastChannel(CHANNEL);
        // Under Node an open channel would keep the process alive.
        (this.#channel as { unref?(): void }).unref?.();
        this.#channel.onmessage = ({ data }) => this.#heard(data);
        // Without a storage, what was before can only be asked for.
        if (!hasStorage()) this.#channel.postMessage({ ask: true });
      } catch {
        // No channel.
      }
    }
    // What says nothing any more is stored no longer.
    this.#memory.write();
  }

  /** All that is known of endpoints. */
  known(): Told[] {
    return this.#memory.all();
  }

  /** Stops listening and leaves nothing behind; `open` begins again. */
  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
    if (this.#writing !== undefined) this.#write();
  }

  /** Tells other tabs, and the time after a reload. */
  tell(told: Told[]): void {
    // Of two words in one millisecond the later one is the last.
    const dated = told.map((one) => ({ ...one, at: Math.max(one.at, this.#memory.at(one.url) + 1) }));
    const news = this.#memory.add(readTold(dated));
    if (news.length === 0) return;
    this.#post({ told: news });
    this.#writing ??= setTimeout(() => this.#write(), REST);
  }

  /** Somebody tells of notices, or asks for them. */
  heardNotices(_notices: unknown, _from: unknown): void {}

  /** It listens again. */
  reopened(): void {}

  /** Tells of notices, or asks for them. */
  tellNotices(notices: unknown, from: string): void {
    this.#post({ notices, from });
  }

  #write(): void {
    clearTimeout(this.#writing);
    this.#writing = undefined;
    this.#memory.write();
  }

  #post(message: Message): void {
    try {
      this.#channel?.postMessage(message);
    } catch {
      // Closed by the browser.
    }
  }

  #heard(data: unknown): void {
    if (typeof data !== 'object' || data === null) return;
    const { told, ask, origin, session, at, notices, from } = data as Message;
    const news = this.#memory.add(readTold(told));
    if (news.length > 0) this.#hear(news);
    if (notices !== undefined) this.heardNotices(notices, from);
    if (ask === true && this.known().length > 0) this.#post({ told: this.known() });
    if (typeof origin === 'string' && typeof at === 'number' && at <= Date.now() + LAG) {
      this.#note(origin, session, at);
    }
  }

  #note(origin: string, session: unknown, at: number): void {
    // There are as many as an app has servers that ask for sign-in; more is somebody's game.
    if (this.#ended.size > 100) for (const map of [this.#ended, this.#renewed]) map.clear();
    this.#ended.set(origin, at);
    if (session === 'cookie') this.#renewed.set(origin, at);
    for (const go of [...this.#waiting]) go();
  }

  /** When the session's cookie for this origin was last renewed, in whichever tab; epoch ms. */
  renewedAt(origin: string): number {
    const at = this.#renewed.get(origin) ?? 0;
    // After the clock has been put back, nobody knows.
    return at > Date.now() + LAG ? 0 : at;
  }

  /** Says how a refresh ended; before its turn does. */
  announce(origin: string, session: Session): void {
    const at = Date.now();
    this.#note(origin, session, at);
    this.#post({ origin, session, at });
  }

  /**
   * Runs `work` while no other tab runs its own: at once, or after those before it; `waited` says which. A tab that dies gives
   * its turn up; one that hangs loses it, as `inTime` ends the work.
   */
  async inTurn<T>(work: (waited: boolean) => Promise<T>): Promise<T> {
    let run: Promise<T> | undefined;
    const turn = (waited: boolean) => async (lock: Lock | null) => {
      if (!lock) return;
      run = work(waited);
      await run.catch(() => {});
    };
    try {
      const { locks } = navigator;
      await locks.request(LOCK, { ifAvailable: true }, turn(false));
      if (!run) await locks.request(LOCK, { signal: AbortSignal.timeout(PATIENCE) }, turn(true));
    } catch {
      // No locks, none for this origin, or the wait was too long.
    }
    return run ?? work(false);
  }

  /** After a turn that was waited for: what the tab before has to say, unless it died. */
  async hearOut(origin: string, since: number): Promise<void> {
    const heard = () => (this.#ended.get(origin) ?? 0) >= since;
    if (heard() || !this.#channel) return;
    await this.inTime(new Promise(() => {}), heard, LAG).catch(() => {});
  }

  /** What comes of `work`, unless other tabs' words make `heard` hold first: undefined. Rejects where it takes too long. */
  inTime<T>(work: T | Promise<T>, heard = () => false, limit = PATIENCE): Promise<T | undefined> {
    let end!: () => void;
    const other = new Promise<undefined>((go, fail) => {
      const check = () => heard() && go(undefined);
      const timer = setTimeout(fail, limit);
      this.#waiting.add(check);
      end = () => {
        clearTimeout(timer);
        this.#waiting.delete(check);
      };
    });
    return Promise.race([work, other]).finally(end);
  }
}
