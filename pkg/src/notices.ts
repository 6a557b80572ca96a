// The notices of one client: what the core says is drawn, spoken and told; what the person does goes back.
import type { Core } from 'steadfetch-glue';
import type { Renderer, View } from '../../src/browser/dom/types';
import type * as api from '../types/index';
import { ConfigError } from './errors';
import { call } from './events';
import { closeMinimal, showMinimal } from './minimal';
import type { Runtime } from './runtime';

/** What the notices need from their client. */
export interface NoticeHost {
  now(): number;
  guard(enter: () => void): void;
  /** After an input: carries out what is due, minds the clock. */
  settle(): void;
  /** Sends a call again that failed for good, by its serial number. */
  repeat(serial: number): void;
  emit(event: api.SteadfetchEvents['notice']): void;
}

interface Frame {
  views: View[];
  say: { id: string; text: string; assertive: boolean }[];
  more: { count: number; label: string };
}

/** A notice that the app raised before there was a core to keep it. */
interface Early {
  input: api.NoticeInput;
  handle: Handle;
}

const NONE = 0xffffffff;
const DEFAULT_HOTKEY = 'Alt+T';

export class ClientNotices implements api.Notices {
  #core: Core | undefined;
  #renderer: Renderer | undefined;
  #early: Early[] | undefined = [];
  #gone = false;
  readonly #listeners = new Set<(notices: api.Notice[]) => void>();
  readonly #actions = new Map<string, api.NoticeAction[]>();
  readonly #seen = new Map<string, api.Notice['state']>();
  readonly #mounts = new Map<Element, () => void>();
  #drawing: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly host: NoticeHost,
    readonly surfaces: api.SurfaceOptions | false,
  ) {}

  /** There is a core: draws what it knows from now on. */
  start(core: Core, runtime: Runtime): void {
    this.#core = core;
    const { surfaces } = this;
    if (!this.#renderer && surfaces !== false && !surfaces.headless && typeof document !== 'undefined') {
      const { hotkey = DEFAULT_HOTKEY } = surfaces;
      const labels = {
        toasts: core.label('ui.region', ''),
        banner: core.label('ui.banner', ''),
        ...(hotkey !== false && { hint: core.label('ui.hotkey', hotkey) }),
      };
      this.#renderer = runtime.createRenderer(
        { ...surfaces, labels },
        {
          ready: () => this.#tell((core) => core.mounted(true, this.host.now())),
          dismiss: (id) => this.dismiss(id),
          act: (id, action) => this.#act(id, action),
          expired: (id) => this.#tell((core) => core.expired(Number(id), this.host.now())),
          countdown: (id) => this.#core?.countdown(Number(id), this.host.now(), Date.now()),
        },
      );
      for (const target of this.#mounts.keys()) this.#mounts.set(target, this.#renderer.mount(target));
    } else if (this.#renderer) {
      this.#tell((core) => core.mounted(true, this.host.now()));
    }
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const { input, handle } of early) if (!handle.closed) handle.adopt(this.#raise(input));
  }

  /** There is no core, and there will be none: what the app raises is shown in the plainest way. */
  giveUp(): void {
    this.#core = undefined;
    for (const { input, handle } of this.#early?.splice(0) ?? []) if (!handle.closed) this.#plain(input);
    this.#early = undefined;
  }

  /** The core was replaced or is about to be: what it knew is gone. */
  stop(): void {
    this.#core = undefined;
    clearTimeout(this.#drawing);
    this.#drawing = undefined;
    this.#renderer?.render([]);
    this.#actions.clear();
    this.#seen.clear();
  }

  show(input: api.NoticeInput): api.NoticeHandle {
    const handle = new Handle(this);
    if (this.#core) handle.adopt(this.#raise(input));
    else if (this.#early) this.#early.push({ input: { ...input }, handle });
    else this.#plain(input);
    return handle;
  }

  list(): api.Notice[] {
    return this.#core ? (this.#core.list(this.host.now(), Date.now()) as api.Notice[]) : [];
  }

  dismiss(id: string): void {
    this.#tell((core) => core.dismiss(Number(id), this.host.now()));
  }

  on(listener: (notices: api.Notice[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  mount(target: Element): () => void {
    this.#mounts.set(target, this.#renderer?.mount(target) ?? (() => {}));
    return () => {
      this.#mounts.get(target)?.();
      this.#mounts.delete(target);
    };
  }

  /** Something changed: draws it in a task of its own, so that many changes cost one drawing. */
  changed(): void {
    this.#drawing ??= setTimeout(() => this.host.guard(() => this.#draw()), 0);
  }

  dispose(): void {
    this.stop();
    this.#early = undefined;
    this.#gone = true;
    closeMinimal();
    this.#renderer?.dispose();
    this.#renderer = undefined;
    this.#listeners.clear();
    this.#mounts.clear();
  }

  update(id: string, changes: Partial<api.NoticeInput>): void {
    if (changes.actions) this.#actions.set(id, changes.actions);
    this.#tell((core) => this.#checked(() => core.update(Number(id), changes, this.host.now(), Date.now())));
  }

  resolve(id: string, message: string | undefined): void {
    this.#tell((core) => core.resolve(Number(id), message, this.host.now()));
  }

  #raise(input: api.NoticeInput): string {
    const core = this.#core!;
    const id = String(this.#checked(() => core.show(input, this.host.now(), Date.now())));
    if (!core.has_message(input.message)) {
      console.warn(`Steadfetch: there is no message "${input.message}"; the generic one is shown.`);
    }
    if (input.actions) this.#actions.set(id, input.actions);
    this.host.guard(() => this.host.settle());
    return id;
  }

  #checked<T>(enter: () => T): T {
    try {
      return enter();
    } catch (problems) {
      throw Array.isArray(problems) ? new ConfigError(problems as never) : problems;
    }
  }

  #plain({ message, args }: api.NoticeInput): void {
    if (this.#gone || this.surfaces === false || this.surfaces.headless) return;
    const words = message === 'text' ? args : undefined;
    showMinimal(
      words?.['title'] ? { title: String(words['title']), body: String(words['body'] ?? '') } : undefined,
    );
  }

  #tell(enter: (core: Core) => void): void {
    const core = this.#core;
    if (!core) return;
    this.host.guard(() => {
      enter(core);
      this.host.settle();
    });
  }

  #draw(): void {
    this.#drawing = undefined;
    const core = this.#core;
    if (!core) return;
    const { views, say, more } = core.frame(this.host.now(), Date.now()) as Frame;
    this.#renderer?.render(views, more.count > 0 ? more : undefined);
    for (const { id, text, assertive } of say) {
      this.#renderer?.announce(text, assertive ? 'assertive' : 'polite', id);
    }
    for (const view of views) {
      if (this.#seen.get(view.id) === view.state) continue;
      this.#seen.set(view.id, view.state);
      this.host.emit({ notice: this.#public(view) });
    }
    for (const id of this.#seen.keys()) {
      if (views.some((view) => view.id === id)) continue;
      this.#seen.delete(id);
      this.#actions.delete(id);
    }
    if (this.#listeners.size > 0) {
      const list = this.list();
      for (const listener of this.#listeners) call(listener, list);
    }
  }

  #act(id: string, action: string): void {
    const notice = this.list().find((notice) => notice.id === id);
    const own = this.#actions.get(id)?.find((own) => own.id === action);
    if (own?.run) call(() => own.run!(), undefined);
    if (!own) {
      if (action === 'retry') this.#retry(id);
      else if (action === 'reload') location.reload();
      else if (action === 'go-back') history.back();
    }
    if (notice) this.host.emit({ notice: this.#public(notice as View & api.Notice), action });
  }

  #retry(id: string): void {
    this.#tell((core) => {
      const serial = core.retry(Number(id), this.host.now()) >>> 0;
      if (serial !== NONE) this.host.repeat(serial);
    });
  }

  #public(view: View): api.Notice {
    return this.list().find((notice) => notice.id === view.id) ?? (view as unknown as api.Notice);
  }
}

/** A notice of the app's; before there is a core, it waits for its id. */
class Handle implements api.NoticeHandle {
  closed = false;
  #id = '';
  #waiting: (() => void)[] = [];

  constructor(readonly notices: ClientNotices) {}

  get id(): string {
    return this.#id;
  }

  adopt(id: string): void {
    this.#id = id;
    for (const act of this.#waiting.splice(0)) act();
  }

  update(changes: Partial<api.NoticeInput>): void {
    this.#later(() => this.notices.update(this.#id, changes));
  }

  resolve(message?: string): void {
    this.#later(() => this.notices.resolve(this.#id, message));
  }

  dismiss(): void {
    this.closed = true;
    this.#later(() => this.notices.dismiss(this.#id));
  }

  #later(act: () => void): void {
    if (this.#id) act();
    else this.#waiting.push(act);
  }
}
