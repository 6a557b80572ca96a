// What a client does beside calls and notices once its engine runs: refreshing sign-in, speaking with other tabs, a policy
// from a URL, drills, minding sleep and the person's data. It comes with the engine.
import { refresh } from '../../src/browser/auth';
import type { Call } from '../../src/browser/calls';
import type { Core } from '../../src/browser/core';
import type { Drill } from '../../src/browser/drill';
import type { Beside, Driver } from '../../src/browser/driver';
import type { Flight } from '../../src/browser/flight';
import { explain } from '../../src/browser/known';
import { treeOf } from '../../src/browser/border';
import { carries } from '../../src/browser/change';
import { own } from '../../src/browser/intl';
import { takenAway } from '../../src/browser/offline';
import { loadTelemetry, telemetry } from '../../src/browser/observe';
import { part } from '../../src/browser/part';
import { Presence } from '../../src/browser/presence';
import type { StatusFeed } from '../../src/browser/status';
import type { Observer } from 'steadfetch-telemetry';
import type { Reports } from 'steadfetch-reports';
import { baseUrl, resolve } from '../../src/browser/url';
import { partitionOf } from '../../src/browser/whose';
import { stored } from '../../src/browser/store';
import type * as api from '../types/index';
import { ClientStores } from './client-stores';
import { Configuration } from './configuration';
import type { Events } from './events';
import type { ClientFeatures } from './features';
import { News } from './news';
import type { ClientNotices } from './notices';
import type { ClientPreferences } from './preferences';
import { attemptEvent, callEvent } from './told';

/** What the extras need from their client. */
export interface ExtrasHost {
  options: api.SteadfetchOptions;
  readonly state: api.Steadfetch['state'];
  readonly driver: Driver;
  readonly events: Events;
  readonly features: ClientFeatures;
  readonly notices: Pick<ClientNotices, 'show' | 'list' | 'fill'>;
  /** What calls and attempts come to is told to more than listeners. */
  observed: boolean;
  health(): api.Health;
  readonly preferences: ClientPreferences;
  /** Aborted when the client is disposed of. */
  readonly ended: AbortSignal;
  /** The kill switch is on: calls pass through. */
  giveUp(why: string): void;
  /** It is off again: a core is started anew. */
  start(): void;
}

/** Where there are problem reports (reports/shelf.ts). */
const REPORTS = 'steadfetch:reports:1';

export class Extras implements Beside {
  readonly #news: News;
  readonly #config: Configuration;
  readonly #presence: Presence;
  /** What brings words other than plain English, once they were asked for. */
  #words: Promise<typeof import('../../src/browser/words') | undefined> | undefined;
  /** Those of the notices, the spoken one first. */
  languages = ['en'];
  readonly #native: typeof fetch;
  readonly stores: ClientStores;
  #observer: Observer | undefined;
  #observes = false;
  /** When the core began to count. */
  #since = 0;
  /** What people did with notices since then. */
  noticed = { noticesDismissed: 0, noticesActed: 0 };
  /** Undefined in the end where it cannot be loaded. */
  #drill: Promise<Drill | undefined> | undefined;
  /** Undefined in the end where it cannot be loaded. */
  #feed: Promise<StatusFeed | undefined> | undefined;
  /** What a status page says. */
  status: StatusFeed | undefined;
  #reports: Promise<Reports | undefined> | undefined;
  #begun = false;

  constructor(readonly host: ExtrasHost) {
    const { driver, ended } = host;
    this.#native = driver.native;
    this.#presence = new Presence(driver, ended, () => host.preferences.get().saveData);
    host.preferences.appliers.push(() => this.#presence.apply());
    this.stores = new ClientStores(host);
    this.#config = new Configuration(host, this.stores, this.#native);
    this.#news = new News(host);
  }

  get tabs(): News['tabs'] {
    return this.#news.tabs;
  }

  /** There is a core, the first or a new one. Why calls must pass by it, if they must. */
  start(core: Core): string | undefined {
    this.#since = Date.now();
    this.noticed = { noticesDismissed: 0, noticesActed: 0 };
    const why = this.#config.start(core);
    if (!this.#begun) this.#config.begin();
    if (!this.#begun) this.#startFeed();
    // After the calls that wait for the engine.
    if (!this.#begun && this.#hasReports) setTimeout(() => void this.reports(), 0);
    this.#begun = true;
    if (why) return why;
    this.#startDrill();
    this.#presence.start(core);
    this.#news.start(core);
    this.#config.prepare(core);
    this.#tellIncidents();
    this.stores.withOutbox((outbox) => outbox.restart());
    return undefined;
  }

  /** Notices have other words now. */
  reworded(): void {}

  /** Settles once the core has the words of the person's language and the app's voice; undefined: it has them. */
  speak(core: Core): Promise<void> | undefined {
    const { driver, options } = this.host;
    const { locale = globalThis.navigator?.languages, voice = 'plain', catalog } = options;
    // The first one of several stands first.
    const english = /^(en(,|-(?!XA)|$)|$)/i.test(`${locale ?? ''}`);
    if (english && voice === 'plain' && !catalog && !this.#words) return undefined;
    this.#words ??= part('its words', import('steadfetch-words'));
    return this.#words.then(async (words) => {
      if (!words) this.#words = undefined;
      this.languages = (await words?.speak(driver, core, options, own)) ?? this.languages;
    });
  }

  /** The core is gone. */
  stop(): void {
    this.#config.core = undefined;
  }

  /** The client is about to end, while its core still counts. */
  ending(): void {
    this.#observer?.ending();
  }

  dispose(): void {
    this.tabs.close();
    this.#stopDrill();
    this.stores.withOutbox((outbox) => outbox.dispose());
    this.#config.dispose();
  }

  /** What the running core has counted, and since when. */
  counted(): Partial<api.Health> | undefined {
    const { driver } = this.host;
    const { copies, outbox } = this.stores;
    const counted = driver.guard(() => driver.core?.health(driver.now(), Date.now())) as
      Pick<api.Health, 'origins' | 'people'> | undefined;
    return (
      counted && {
        since: this.#since,
        origins: counted.origins,
        people: { ...counted.people, ...this.noticed },
        ...(copies && { cache: { ...copies.counts } }),
        ...(outbox && { writes: { ...outbox.counts } }),
      }
    );
  }

  /** The latest calls, the last one first, as apps see them. */
  calls(): api.SteadfetchEvents['call'][] {
    return this.latest().map(({ event }) => event);
  }

  /** The same with their URLs, which leave this page in no way. */
  latest(): Call[] {
    const { driver } = this.host;
    return driver.calls.list(
      (lane, href) => driver.guard(() => driver.core?.template(lane, href)) ?? new URL(href).origin,
    );
  }

  lint(): api.LintFinding[] {
    return (this.host.driver.guard(() => this.#config.core?.lint()) ?? []) as api.LintFinding[];
  }

  async configure(changes: Partial<api.SteadfetchOptions>): Promise<void> {
    const core = await this.#config.change(changes);
    const { driver } = this.host;
    this.host.preferences.apply();
    if (changes.flags !== undefined) this.host.features.live!.follow(changes.flags);
    driver.forgetRoutes();
    this.#startDrill();
    this.stores.withOutbox((outbox) => outbox.look());
    if ('locale' in changes || 'voice' in changes || 'catalog' in changes) {
      await this.speak(core);
      this.reworded();
    }
  }

  // What the driver asks for.

  settled(core: Core): void {
    this.host.features.live!.settled(core);
    this.#news.settled(core);
  }

  woke(core: Core, late: number): void {
    this.#presence.woke(core, late);
  }

  refresh(flight: Flight, began: number): void {
    const { driver, options } = this.host;
    const { core } = driver;
    const sentAt = Date.now() - (driver.now() - began);
    const { origin } = new URL(flight.href);
    void refresh(driver, options.auth!, this.tabs, origin, sentAt).then((renewed) => {
      if (!core || driver.core !== core) return;
      driver.guard(() => {
        core.refreshed(+renewed, driver.awake());
        driver.settle();
      });
      if (renewed) this.stores.withOutbox((outbox) => outbox.signedIn());
    });
  }

  attempted(flight: Flight, attempt: number, took: number, status: number | undefined): void {
    const { events } = this.host;
    if (events.has('attempt')) events.emit('attempt', attemptEvent(flight, attempt, took, status));
    this.#observer?.attempted(flight, attempt, took, status);
  }

  ended(flight: Flight): void {
    const { events } = this.host;
    if (events.has('call')) events.emit('call', callEvent(flight));
    this.#observer?.ended(flight);
  }

  /** Tells beyond the page how calls fare, from here on. */
  observe(): void {
    if (this.#observes) return;
    this.#observes = true;
    const { host } = this;
    const { driver, events } = host;
    const begin = (loaded: typeof telemetry) => {
      if (!loaded || host.ended.aborted) return;
      this.#observer = new loaded.Observer({
        options: host.options,
        driver,
        native: this.#native,
        ended: host.ended,
        origin: new URL(baseUrl() || 'http://localhost').origin,
        on: (type, listener) => void events.on(type, listener),
        emit: (record) => events.emit('record', record),
        health: () => host.health(),
        treeOf,
        carries,
      });
      host.observed = true;
    };
    if (telemetry) begin(telemetry);
    else void part('telemetry', loadTelemetry()).then(begin);
  }

  /** Its faults strike from here on: calls wait for it. */
  #startDrill(): void {
    const native = this.#native;
    const { driver, options } = this.host;
    this.#stopDrill();
    driver.native = native;
    if (!options.faults?.length) return;
    const parts = [import('../../src/browser/drill'), import('../../src/browser/bodies')] as const;
    const drill = part(
      'what injects faults',
      Promise.all(parts).then(
        ([{ Drill }, { dress }]) => new Drill(driver, native, { resolve, dress, takenAway }),
      ),
    );
    this.#drill = drill;
    driver.native = async (input, init) => ((await drill)?.fetch ?? native)(input, init);
  }

  #stopDrill(): void {
    void this.#drill?.then((drill) => drill?.dispose());
    this.#drill = undefined;
  }

  // A status page.

  #startFeed(): void {
    const { status } = this.host.options;
    if (!status) return;
    const load = async () => {
      const { StatusFeed } = await import('../../src/browser/status');
      const href = resolve(status.url)!;
      const rules = () => this.host.options.rules;
      const feed = new StatusFeed(status, href, baseUrl(), rules, this.#native, this.host.ended, () =>
        this.#tellIncidents(),
      );
      this.status = feed;
      feed.begin();
      return feed;
    };
    this.#feed = part('the status feed', load());
  }

  #tellIncidents(): void {
    const { status } = this;
    if (!status) return;
    if (this.#hasReports) void this.reports().then((reports) => reports?.fixed(status.fixed));
    this.#whileRunning((core) => {
      status.tell(core);
      this.host.driver.settle();
    });
  }

  /** There is trouble with a server: is it known? */
  lookAtStatus(): void {
    void this.#feed?.then((feed) => feed?.look());
  }

  // Problem reports.

  get #hasReports(): boolean {
    return !!this.host.options.report && stored(REPORTS) !== undefined;
  }

  /** What an app asks of them. */
  async inReports<Name extends keyof api.Reports>(
    name: Name,
    ...about: Parameters<api.Reports[Name]>
  ): Promise<Awaited<ReturnType<api.Reports[Name]>>> {
    const reports = await this.reports();
    // Nothing can be filed then; what waits must not seem to be gone.
    if (!reports && name !== 'open') throw new TypeError('Problem reports cannot be loaded.');
    return (reports?.[name] as (...about: unknown[]) => never)?.(...about);
  }

  /** Undefined where what files them cannot be loaded. */
  reports(): Promise<Reports | undefined> {
    const begin = ({ begin }: typeof import('steadfetch-reports')) =>
      begin(this, this.#native, { explain, partitionOf, resolve, treeOf });
    return (this.#reports ??= part('problem reports', import('steadfetch-reports').then(begin)).then(
      (reports) => {
        if (!reports) this.#reports = undefined;
        return reports;
      },
    ));
  }

  #whileRunning(act: (core: Core) => void): void {
    const { driver } = this.host;
    const { core } = driver;
    if (core) driver.guard(() => act(core));
  }
}
