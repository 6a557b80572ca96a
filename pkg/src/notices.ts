// The notices of one client, whatever its state: what the app raises before there is a core waits, and where there will
// be none it is shown in the plainest way.
import type { Core } from '../../src/browser/core';
import type { Driver } from '../../src/browser/driver';
import type { Flight } from '../../src/browser/flight';
import type * as api from '../types/index';
import type { Fill } from 'steadfetch-panels';
import type { Extras } from './extras';
import type { LiveNotices } from './live-notices';
import { type Events, call } from './events';
import { closeMinimal, showMinimal } from './minimal';
import type { ClientPreferences } from './preferences';
import type { Runtime } from './runtime';

export type Panel = 'history' | 'preferences';

/** What the notices need from their client. */
export interface NoticeHost {
  readonly driver: Driver;
  readonly events: Events;
  readonly options: api.SteadfetchOptions;
  readonly preferences: ClientPreferences;
  /** Once there is a core. */
  readonly extras: Extras | undefined;
}

export class ClientNotices implements api.Notices {
  #live: LiveNotices | undefined;
  /** The live ones have a core now. */
  #ready = false;
  /** What waits for a core; undefined once there is none to wait for. */
  #early: ((live: LiveNotices | undefined) => void)[] | undefined = [];
  readonly #listeners = new Set<(notices: api.Notice[]) => void>();
  readonly #mounts = new Map<Element, () => void>();

  constructor(
    readonly host: NoticeHost,
    public surfaces: api.SurfaceOptions | false,
  ) {
    host.preferences.appliers.push(() => this.#isQuiet && closeMinimal(this));
  }

  /** The person does not want to be disturbed; no plain notice is an emergency. */
  get #isQuiet(): boolean {
    return this.host.preferences.get().doNotDisturb;
  }

  /** There is a core, the first or a new one. */
  start(core: Core, runtime: Runtime): void {
    const live = (this.#live ??= new runtime.LiveNotices(this.host, this.surfaces, this.#listeners));
    live.start(core);
    this.#ready = true;
    for (const [target, unmount] of this.#mounts) {
      unmount();
      this.#mounts.set(target, live.mount(target));
    }
    this.#flush(live);
  }

  /** There is no core, and there will be none. */
  giveUp(): void {
    this.#ready = false;
    this.#live?.dispose();
    this.#live = undefined;
    this.#flush(undefined);
    this.#early = undefined;
  }

  /** The core is gone, and what it knew too; another one may follow. */
  stop(): void {
    this.#ready = false;
    this.#early ??= [];
    this.#live?.stop();
  }

  show(input: api.NoticeInput): api.NoticeHandle {
    const handle = new Handle((act) => this.#whenReady((live) => live && act(live)));
    // The caller's object may change before there is a core.
    const copy = { ...input };
    this.#whenReady((live) => {
      if (handle.closed) return;
      if (live) handle.id = live.show(copy);
      else this.plain(copy);
    });
    return handle;
  }

  list(): api.Notice[] {
    return this.#live?.list() ?? [];
  }

  dismiss(id: string): void {
    this.#live?.dismiss(id, true);
  }

  on(listener: (notices: api.Notice[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  mount(target: Element): () => void {
    this.#mounts.set(target, this.#live?.mount(target) ?? (() => {}));
    return () => {
      this.#mounts.get(target)?.();
      this.#mounts.delete(target);
    };
  }

  openHistory(): void {
    this.open('history');
  }

  /** Opens a panel, once there is a core. */
  open(panel: Panel): void {
    this.#whenReady((live) => live?.openPanel(panel));
  }

  /** Opens a panel that somebody fills; whether it is open. */
  async fill(fill: Fill): Promise<boolean> {
    return !!(await this.#live?.openPanel(fill));
  }

  /** A call that met trouble is over: a notice may offer to send it again. */
  keep(flight: Flight): void {
    this.#live?.keep(flight);
  }

  /** Something changed that people may see. */
  changed(): void {
    this.#live?.changed();
  }

  dispose(): void {
    this.#early = [];
    this.giveUp();
    this.surfaces = false;
    closeMinimal(this);
    this.#listeners.clear();
    this.#mounts.clear();
  }

  #whenReady(act: (live: LiveNotices | undefined) => void): void {
    if (this.#ready || !this.#early) act(this.#live);
    else this.#early.push(act);
  }

  #flush(live: LiveNotices | undefined): void {
    // A mistake in one is not the client's.
    for (const act of this.#early?.splice(0) ?? []) call(act, live);
  }

  /** Shows a notice in the plainest way; without one, that the server cannot be reached. */
  plain({ message, args }: Partial<api.NoticeInput> = {}): void {
    if (this.surfaces === false || this.surfaces.headless || this.#isQuiet) return;
    const { title, body } = (message === 'text' && args) || {};
    showMinimal(this, title ? { title: String(title), body: String(body ?? '') } : undefined);
  }
}

/** A notice of the app's; before there is a core, what is done to it waits. */
class Handle implements api.NoticeHandle {
  id = '';
  closed = false;

  constructor(readonly later: (act: (live: LiveNotices) => void) => void) {}

  update(changes: Partial<api.NoticeInput>): void {
    this.later((live) => live.update(this.id, changes));
  }

  resolve(message?: string): void {
    this.later((live) => live.resolve(this.id, message));
  }

  dismiss(): void {
    this.closed = true;
    this.later((live) => live.dismiss(this.id));
  }
}
