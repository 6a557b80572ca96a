// Notices beyond one page: who speaks, what was closed elsewhere, what workers met, what returns after a reload.
import type * as api from '../../types/index';
import { Closed } from './closed';
import { type Member, join, leave } from './page';
import type { Record } from './record';
import { Reload, type ReloadHost } from './reload';
import { takeTurns } from './voice';
import { FromWorkers, InWorker, type WorkersHost } from './workers';

export type { Record } from './record';
export { speaks } from './page';

/** What it needs from the notices of its client. */
export interface BeyondHost extends ReloadHost, WorkersHost {
  readonly options: api.SteadfetchOptions;
  /** The causes of these keys were closed in another tab. */
  closed(keys: ReadonlySet<string>): void;
}

export class Beyond implements Member {
  place = 0;
  readonly shows: boolean;
  speaks = false;
  asks = false;
  readonly #closed: Closed | undefined;
  readonly #reload: Reload | undefined;
  readonly #fromWorkers: FromWorkers | undefined;
  readonly #inWorker: InWorker | undefined;

  /** `signal`: its client's notices are done. */
  constructor(host: BeyondHost, signal: AbortSignal) {
    const { surfaces = {}, rules } = host.options;
    this.shows = surfaces !== false;
    if (typeof document === 'undefined') {
      this.#inWorker = new InWorker(host.tabs, signal);
      return;
    }
    join(this, rules);
    if (surfaces && !surfaces.headless) takeTurns(this, signal);
    this.#closed = new Closed(signal, (keys) => host.closed(keys));
    this.#reload = new Reload(host, this, signal);
    this.#fromWorkers = new FromWorkers(host, this, signal);
    signal.addEventListener('abort', () => leave(this));
  }

  /** There is a core, the first or a new one: it hears what is to be seen. */
  start(): void {
    this.#reload?.restore();
    this.ask();
  }

  ask(): void {
    this.#fromWorkers?.ask();
  }

  /** The core is gone, and its numbers with it. */
  stop(): void {
    this.#closed?.clear();
    this.#fromWorkers?.clear();
  }

  /** The app raised a notice. */
  raised(id: string, input: api.NoticeInput): void {
    this.#reload?.raised(id, input);
  }

  /** The app says something else now. */
  updated(id: string, changes: Partial<api.NoticeInput>): void {
    this.#reload?.updated(id, changes);
  }

  /** It is over. */
  forget(id: string): void {
    this.#reload?.forget(id);
  }

  /** It was closed; with a key, by the person, and so everywhere. */
  close(id: string, key: string | undefined): void {
    this.forget(id);
    if (key) this.#closed?.add(id, key);
  }

  /** Whether a cause was closed in some tab, not long ago. */
  isClosed(key: string, id: string): boolean {
    return this.#closed?.has(key, id) ?? false;
  }

  /** What there is to see now. `lives`: whether the core still knows of a notice. */
  drawn(records: Record[], lives: (id: string) => boolean): void {
    this.#closed?.settle(lives);
    this.#reload?.keep(records, lives);
    this.#inWorker?.tell(records);
  }
}
