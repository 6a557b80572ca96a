// The notices of one client while it has a core: what the core says is drawn, spoken and told; what the person does goes
// back.
import type { Core } from '../../src/browser/core';
import type { Flight } from '../../src/browser/flight';
import { BUILDING } from '../../src/browser/dom/renderer';
import type { Renderer, View } from '../../src/browser/dom/types';
import { part } from '../../src/browser/part';
import type * as api from '../types/index';
import { partitionOf } from '../../src/browser/whose';
import { Beyond, type Record } from './beyond';
import { complete } from './completed';
import { call } from './events';
import type { Fill, OpenPanel } from 'steadfetch-panels';
import type { NoticeHost, Panel } from './notices';
import { Raised } from './raised';
import { Repeats } from './repeats';
import { createScreen, drawHints, labels } from './screen';
import { Unattended } from './unattended';

interface Frame {
  views: View[];
  say: { id: string; text: string; assertive: boolean }[];
  more: { count: number; label: string };
}

/** So long notices wait for their words, ms; then they speak plain English until those are there. */
const PATIENCE = 1500;

export class LiveNotices {
  #core: Core | undefined;
  #renderer: Renderer | undefined;
  /** Where the app draws them, in place of a screen. */
  #unattended: Unattended | undefined;
  #beyond: Beyond | undefined;
  /** Their keys, as other tabs know them. */
  readonly #keys = new Map<string, string>();
  /** Those that must not be missed. */
  #urgent = new Set<string>();
  readonly #raised = new Raised();
  readonly #repeats = new Repeats();
  /** The person's factor on reading times; Infinity: nothing closes by itself. */
  #patience = 1;
  readonly #seen = new Map<string, api.Notice['state']>();
  #drawing: ReturnType<typeof setTimeout> | undefined;
  #opening: ReturnType<typeof setTimeout> | undefined;
  /** While the words are being loaded, nothing is drawn. */
  #wordless: Promise<void> | undefined;
  #hinting = false;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #panel: Promise<OpenPanel | undefined> | undefined;
  readonly #end = new AbortController();

  constructor(
    readonly host: NoticeHost,
    readonly surfaces: api.SurfaceOptions | false,
    readonly listeners: Set<(notices: api.Notice[]) => void>,
  ) {
    const { appliers } = host.preferences;
    const prefer = () => this.#prefer();
    appliers.push(prefer);
    this.#end.signal.addEventListener('abort', () => appliers.splice(appliers.indexOf(prefer), 1));
  }

  /** The app is to draw them, or there is nobody to. */
  get #isHeadless(): boolean {
    return !!this.surfaces && (!!this.surfaces.headless || typeof document === 'undefined');
  }

  /** There is a core, the first or a new one: draws what it knows from now on, once it has its words. */
  start(core: Core): void {
    this.#core = core;
    this.#prefer();
    const extras = this.host.extras!;
    extras.reworded = () => this.reworded();
    this.#raised.start(core, (input) => this.#raise(input));
    const beyond = {
      options: this.host.options,
      tabs: extras.tabs,
      whose: () => String(partitionOf(extras.host.options)),
      takeIn: (record: Record) =>
        this.tell((core) => core.take_in(record, this.host.driver.now(), Date.now())),
      show: (input: api.NoticeInput) => void this.show(input),
      closed: (keys: ReadonlySet<string>) =>
        void this.#shut((key, id) => keys.has(key) && !this.#urgent.has(id)),
    };
    this.#beyond ??= new Beyond(beyond, this.#end.signal);
    if (this.#isHeadless) this.#unattended ??= new Unattended((id) => this.expired(id), this.#end.signal);
    const words = (this.#wordless = extras.speak(core));
    if (words) {
      this.#waiting = setTimeout(() => this.#wordless === words && this.reworded(), PATIENCE);
      void words.then(() => this.#core === core && this.reworded());
    }
    this.#beyond.start();
    if (this.#renderer) this.tell(() => core.mounted(1, this.host.driver.now()));
    // The calls that wait for the core go first.
    else if (this.surfaces && !this.#isHeadless)
      this.#opening ??= setTimeout(() => this.host.driver.guard(() => this.#open()), 0);
  }

  /** Opens the screen where there is to be one. */
  #open(): void {
    this.#opening = undefined;
    const core = this.#core;
    const { surfaces } = this;
    if (!core || this.#renderer || !surfaces || this.#isHeadless) return;
    this.#renderer = createScreen(this, core, surfaces);
  }

  /** Whatever the person has chosen takes effect. */
  #prefer(): void {
    const { autoClose, doNotDisturb, readingTime, reducedMotion } = this.host.preferences.get();
    this.#patience = autoClose ? readingTime : Infinity;
    this.tell((core) => core.do_not_disturb(+doNotDisturb, this.host.driver.now()));
    this.#renderer?.configure({ reducedMotion });
    this.changed();
  }

  /** The core was replaced or is about to be: what it knew is gone. What is shown stays until the next one has its say. */
  stop(): void {
    this.#core = undefined;
    clearTimeout(this.#waiting);
    this.#raised.stop();
    this.#repeats.clear();
    this.#beyond?.stop();
  }

  list(): api.Notice[] {
    const list = (this.ask((core) => core.list(this.host.driver.now(), Date.now())) ?? []) as api.Notice[];
    this.#complete(list);
    // An app that draws its own notices has nothing else to press.
    for (const { id, actions } of list)
      for (const action of actions) action.run = () => this.act(id, action.id);
    return list;
  }

  /** `everywhere`: it was the person who closed it, and all tabs follow. */
  dismiss(id: string, everywhere = false): void {
    if (everywhere) this.host.extras!.noticed.noticesDismissed += 1;
    this.#beyond?.close(id, everywhere ? this.#keys.get(id) : undefined);
    this.#raised.delete(id);
    this.tell((core) => core.dismiss(Number(id), this.host.driver.now()));
  }

  mount(target: Element): () => void {
    this.host.driver.guard(() => this.#open());
    return this.#renderer?.mount(target) ?? (() => {});
  }

  /** Something changed: draws it in a task of its own, so that many changes cost one drawing. */
  changed(): void {
    this.#drawing ??= setTimeout(() => this.host.driver.guard(() => this.#draw()), 0);
  }

  /** The core has other words: what is shown changes in place. */
  reworded(): void {
    this.#wordless = undefined;
    this.ask((core) => this.#renderer?.configure({ labels: labels(core, this.surfaces || {}) }));
    this.changed();
    void this.#panel?.then((panel) => panel?.reword());
  }

  dispose(): void {
    this.stop();
    // Nothing stale stays on an app's own screen.
    this.#told([]);
    clearTimeout(this.#opening);
    this.#end.abort();
    void this.#panel?.then((panel) => panel?.close());
    this.#renderer?.dispose();
    this.#renderer = undefined;
  }

  update(id: string, changes: Partial<api.NoticeInput>): void {
    // Throws where they are wrong.
    this.tell((core) => core.update(changes, Number(id), this.host.driver.now(), Date.now()));
    this.#raised.update(id, changes);
    this.#beyond?.updated(id, changes);
  }

  resolve(id: string, message: string | undefined): void {
    this.#beyond?.forget(id);
    this.#raised.update(id, { until: 0 });
    this.tell((core) => core.resolve([message ?? ''], Number(id), this.host.driver.now()));
  }

  /** Raises a notice of the app's; its id, empty where the core stopped over it. */
  show(input: api.NoticeInput): string {
    const id = this.#raise(input);
    if (id === undefined) return '';
    if (!this.#wordless && this.ask((core) => core.has_message([input.message])) === 0) {
      console.warn(`Steadfetch: there is no message "${input.message}"; the generic one is shown.`);
    }
    this.#raised.taken(id);
    this.#raised.set(id, input);
    this.#beyond?.raised(id, input);
    this.host.driver.guard(() => this.host.driver.settle());
    return id;
  }

  #raise(input: api.NoticeInput): string | undefined {
    return this.ask((core) => String(core.show(input, this.host.driver.now(), Date.now())));
  }

  /** Enters the core, where there is one. */
  ask<T>(enter: (core: Core) => T): T | undefined {
    const core = this.#core;
    return core && this.host.driver.guard(() => enter(core));
  }

  /** The same, where it may change something. */
  tell(enter: (core: Core) => void): void {
    this.ask((core) => {
      enter(core);
      this.host.driver.settle();
    });
  }

  #draw(): void {
    this.#drawing = undefined;
    const core = this.#core;
    if (!core || this.#wordless) return;
    this.host.extras!.status?.tell(core);
    let { views, say, more } = this.#frame(core);
    const records = core.records(this.host.driver.now(), Date.now()) as Record[];
    const { report } = this.host.options;
    for (const view of report ? views : []) {
      const grave = view.code || /warning|error/.test(view.severity);
      if (grave && view.actions.every(({ id }) => id !== 'report'))
        view.reportLabel = this.label('action.report');
    }
    this.#keys.clear();
    const inline = new Set(views.filter(({ surface }) => surface === 'inline').map(({ id }) => id));
    // What is about a part of this page is no other one's business.
    for (const { id, key } of records) if (!inline.has(id)) this.#keys.set(id, key);
    // The app's own names; what has none has its id instead.
    for (const { id, cause, code } of views) if (!code && cause !== id) this.#keys.set(id, `app ${cause}`);
    // What must not be missed, or came back where it was closed, is shown.
    this.#urgent = new Set(records.filter((record) => record.urgent).map(({ id }) => id));
    const shuts = (key: string, id: string) =>
      !this.#seen.has(id) && !this.#urgent.has(id) && this.#beyond!.isClosed(key, id);
    if (this.#shut(shuts)) {
      const told = say;
      ({ views, say, more } = this.#frame(core));
      say = [...told, ...say].filter(({ id }) => views.some((view) => view.id === id));
    }
    const anchors = views.flatMap(({ surface, anchor }) => (surface === 'inline' ? (anchor ?? []) : []));
    if (anchors.length > 0) this.#hint(anchors);
    this.#renderer?.render(views, more.count > 0 ? more : undefined);
    this.#unattended?.render(views);
    for (const { id, text, assertive } of say) {
      // People heard of it from the core before.
      if (!this.#raised.again || !this.#seen.has(id))
        this.#renderer?.announce(text, assertive ? 'assertive' : 'polite', id);
    }
    const lives = (id: string) => core.lives(Number(id)) !== 0;
    this.#raised.again = false;
    for (const id of this.#raised.keys()) if (!lives(id)) this.#raised.delete(id);
    this.#beyond!.drawn(records, lives);
    const news = views.filter(({ id, state }) => this.#seen.get(id) !== state);
    for (const { id, state, code } of news) {
      this.#seen.set(id, state);
      this.#raised.taken(id);
      if (code && state === 'shown') this.host.extras!.lookAtStatus();
    }
    const { events } = this.host;
    const isHeard = this.listeners.size > 0 || (news.length > 0 && events.has('notice'));
    const isFull = this.#seen.size > views.length;
    if (!isHeard && !isFull) return;
    const list = this.list();
    for (const { id } of news) {
      const notice = list.find((notice) => notice.id === id);
      if (notice) events.emit('notice', { notice });
    }
    // What belongs to notices that are over; one that waits for a place is not.
    if (isFull) {
      const living = new Set(list.filter(isLiving).map(({ id }) => id));
      for (const id of this.#seen.keys()) if (!living.has(id)) this.#seen.delete(id);
    }
    this.#told(list);
  }

  #frame(core: Core): Frame {
    const frame = core.frame(this.host.driver.now(), Date.now()) as Frame;
    this.#complete(frame.views);
    return frame;
  }

  #complete(notices: (View | api.Notice)[]): void {
    complete(notices, {
      patience: this.#patience,
      page: this.host.extras?.status?.page,
      help: this.surfaces && this.surfaces.help,
      messageOf: (id) => this.#raised.get(id)?.message,
    });
  }

  /** It was in sight for as long as it takes to read. */
  expired(id: string): void {
    this.tell((core) => core.expired(Number(id), this.host.driver.now()));
  }

  /** Closes what was closed in another tab; whether there was anything. */
  #shut(isClosed: (key: string, id: string) => boolean): boolean {
    const shut = [...this.#keys].filter(([id, key]) => isClosed(key, id));
    for (const [id] of shut) this.tell((core) => core.dismiss(Number(id), this.host.driver.now()));
    return shut.length > 0;
  }

  /** Has the screen draw hints; where it cannot, their notices are toasts. */
  #hint(anchors: number[]): void {
    if (this.#hinting || !this.#renderer) return;
    this.#hinting = true;
    void drawHints(this, this.#renderer).then((drawn) => {
      if (drawn) return this.changed();
      this.#hinting = false;
      this.tell((core) => anchors.forEach((anchor) => core.unanchor(anchor)));
    });
  }

  /** Opens a panel, in place of the one that is open; undefined where it cannot be. */
  openPanel(what: Panel | Fill): Promise<OpenPanel | undefined> {
    const before = this.#panel;
    return (this.#panel = part('its panels', import('steadfetch-panels')).then(async (loaded) => {
      (await before)?.close();
      return loaded && !this.#end.signal.aborted ? loaded.openPanel(what, this, BUILDING) : undefined;
    }));
  }

  label(id: string): string {
    return this.ask((core) => core.label(id, '')) ?? '';
  }

  /** A panel opened or closed: notices make room for it. */
  giveWay(panel: boolean): void {
    this.#renderer?.giveWay(panel);
  }

  #told(list: api.Notice[]): void {
    for (const listener of this.listeners) call(listener, list);
  }

  /** The person pressed an action. */
  act(id: string, action: string): void {
    this.host.extras!.noticed.noticesActed += 1;
    const notice = this.list().find((notice) => notice.id === id);
    const own = this.#raised.get(id)?.actions?.find((own) => own.id === action);
    if (own?.run) call(() => own.run!(), undefined);
    if (!own) {
      if (action === 'retry') this.#retry(id);
      else if (action === 'show-all') this.tell((core) => core.expand(this.host.driver.now()));
      else if (action === 'report' && this.host.options.report) void this.host.extras!.inReports('open', id);
      else if (action === 'reload') location.reload();
      else if (action === 'go-back') history.back();
    }
    if (notice)
      this.host.events.emit('notice', {
        notice: this.list().find((notice) => notice.id === id) ?? notice,
        action,
      });
  }

  /** A call that met trouble is over: its request is kept while a notice may offer to send it again. */
  keep(flight: Flight): void {
    if (this.#core) this.#repeats.keep(flight, this.#core);
  }

  #retry(id: string): void {
    this.tell((core) => this.#repeats.send(core.retry(Number(id), this.host.driver.now())));
  }
}

function isLiving({ state }: api.Notice): boolean {
  return state === 'pending' || state === 'shown';
}
