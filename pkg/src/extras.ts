// What a client does beside calls and notices once its engine runs: refreshing sign-in, speaking with other tabs, a policy
// from a URL, drills, minding sleep and the person's data. It comes with the engine.
import { refresh } from '../../src/browser/auth';
import { CACHED, NONE, QUEUED } from '../../src/browser/codes';
import { Core } from '../../src/browser/core';
import type { Drill } from '../../src/browser/drill';
import type { Beside, Driver } from '../../src/browser/driver';
import type { Flight } from '../../src/browser/flight';
import { explain, remember } from '../../src/browser/known';
import { treeOf } from '../../src/browser/border';
import { carries } from '../../src/browser/change';
import { own } from '../../src/browser/intl';
import { takenAway } from '../../src/browser/offline';
import { loadTelemetry, telemetry } from '../../src/browser/observe';
import { part } from '../../src/browser/part';
import { Presence } from '../../src/browser/presence';
import { RemotePolicy } from '../../src/browser/remote';
import { prepare } from '../../src/browser/special';
import type { Stores } from '../../src/browser/stores';
import { Tabs } from '../../src/browser/tabs';
import type { StatusFeed } from '../../src/browser/status';
import type { Observer } from 'steadfetch-telemetry';
import type { Failed, Reports } from 'steadfetch-reports';
import type { Told } from '../../src/browser/told';
import { baseUrl, resolve } from '../../src/browser/url';
import { partitionOf } from '../../src/browser/whose';
import { stored } from '../../src/browser/store';
import type * as api from '../types/index';
import { ConfigError } from './errors';
import type { Events } from './events';
import type { ClientFeatures } from './features';
import type { ClientNotices } from './notices';
import type { ClientOutbox } from './outbox';
import type { ClientPreferences } from './preferences';
import { attemptEvent, callEvent } from './told';

/** What an app may ask of the outbox. */
export type InOutbox = 'entries' | 'flush' | 'retry' | 'discard';

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

/** Options that are made for a client's whole life. */
const LASTING = [
  'surfaces',
  'seed',
  'remotePolicy',
  'auth',
  'status',
  'telemetry',
  'privacy',
  'report',
] as const;

/** Such methods leave stored copies as they are (RFC 9110 §9.2.1). */
const SAFE = /^(GET|HEAD|OPTIONS|QUERY)$/i;

/** Where there are problem reports (reports/shelf.ts). */
const REPORTS = 'steadfetch:reports:1';
/** So many calls that failed are kept for those. */
const MOST_FAILED = 20;

const KILLED = 'the policy document turned Steadfetch off';

/** After a trap a new core follows; it is waited for so many times so long, ms. */
const TRIES = 50;
const SOON = 20;

/** What the core says of an endpoint. */
interface Report extends Told {
  breaker: string;
  /** In a row. */
  failures: number;
}

export class Extras implements Beside {
  readonly tabs: Tabs;
  readonly #presence: Presence;
  /** What brings words other than plain English, once they were asked for. */
  #words: Promise<typeof import('../../src/browser/words') | undefined> | undefined;
  /** Those of the notices, the spoken one first. */
  languages = ['en'];
  readonly #remote: RemotePolicy | undefined;
  readonly #native: typeof fetch;
  readonly stores: Stores = { copies: undefined, outbox: undefined, load: (lane) => this.#loadStores(lane) };
  #loadingCopies: Promise<void> | undefined;
  /** What each endpoint's breaker was known to do. */
  readonly #breakers = new Map<string, string>();
  #observer: Observer | undefined;
  #observes = false;
  /** When the core began to count. */
  #since = 0;
  /** Undefined in the end where it cannot be loaded. */
  #drill: Promise<Drill | undefined> | undefined;
  /** Also while the kill switch is on: it judges documents. */
  #core: Core | undefined;
  #outbox: Promise<ClientOutbox | undefined> | undefined;
  /** Undefined in the end where it cannot be loaded. */
  #feed: Promise<StatusFeed | undefined> | undefined;
  /** What a status page says. */
  status: StatusFeed | undefined;
  #reports: Promise<Reports | undefined> | undefined;
  /** The latest calls that failed, where people may report problems. */
  readonly failed: Failed[] = [];
  #begun = false;
  #killed = false;

  constructor(readonly host: ExtrasHost) {
    const { driver, options, ended } = host;
    this.#native = driver.native;
    this.#presence = new Presence(driver, ended, () => host.preferences.get().saveData);
    host.preferences.appliers.push(() => this.#presence.apply());
    this.tabs = new Tabs((told) =>
      this.#whileRunning((core) => this.#hear(core, told, 'another tab met it')),
    );
    const { url, refresh } = options.remotePolicy ?? {};
    if (url)
      this.#remote = new RemotePolicy(url, refresh, this.#native, ended, (document) => this.#apply(document));
    // A page in the back/forward cache has no channel open.
    this.#listen('pagehide', () => this.tabs.close());
    this.#listen('pageshow', ({ persisted }) => {
      if (!persisted) return;
      this.tabs.open();
      this.tabs.reopened();
      this.#whileRunning((core) => this.#recall(core));
    });
  }

  /** There is a core, the first or a new one. Why calls must pass by it, if they must. */
  start(core: Core): string | undefined {
    this.#core?.free();
    this.#core = core;
    this.#since = Date.now();
    this.#killed = this.#startDocument(core);
    if (!this.#begun) this.#remote?.begin();
    if (!this.#begun) this.#startFeed();
    // After the calls that wait for the engine.
    if (!this.#begun && this.#hasReports) setTimeout(() => void this.reports(), 0);
    this.#begun = true;
    if (this.#killed) return KILLED;
    this.#startDrill();
    this.#presence.start(core);
    this.tabs.open();
    this.#recall(core);
    this.#prepare(core);
    this.#tellIncidents();
    void this.#outbox?.then((outbox) => outbox?.restart());
    return undefined;
  }

  /**
   * What the rules ask for is loaded while there is a network, after the calls that wait for the engine; the outbox then sends
   * what waited when a page was left.
   */
  #prepare(core: Core): void {
    const asks = core.asks();
    if (asks) setTimeout(() => prepare(this.stores, asks), 0);
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
    this.#core = undefined;
  }

  dispose(): void {
    this.tabs.close();
    this.#stopDrill();
    void this.#outbox?.then((outbox) => outbox?.dispose());
    this.#core?.free();
    this.#core = undefined;
  }

  /** The outbox; undefined where it cannot be loaded. Another call may try again. */
  outbox(): Promise<ClientOutbox | undefined> {
    const { host } = this;
    return (this.#outbox ??= part(
      'the outbox',
      import('./outbox').then(async ({ ClientOutbox }) => {
        const outbox = new ClientOutbox(host, explain, remember, partitionOf);
        // First, since a new write must not overtake one from before.
        await outbox.loaded;
        this.stores.outbox = outbox;
        host.driver.answered = this.#answered;
        if (host.ended.aborted) outbox.dispose();
        return outbox;
      }),
    ).then((outbox) => {
      if (!outbox) this.#outbox = undefined;
      return outbox;
    }));
  }

  /** What an app asks of the outbox. */
  async inOutbox<Name extends InOutbox>(
    name: Name,
    ...id: Parameters<api.Outbox[Name]>
  ): Promise<Awaited<ReturnType<api.Outbox[Name]>>> {
    const outbox = await this.outbox();
    if (!outbox) throw new TypeError('The outbox cannot be loaded.');
    return (outbox[name] as (...id: string[]) => never)(...id);
  }

  /** What the running core has counted, and since when. */
  counted(): Pick<api.Health, 'since' | 'origins' | 'people'> | undefined {
    const { driver } = this.host;
    const counted = driver.guard(() => driver.core?.health(driver.now(), Date.now())) as
      Pick<api.Health, 'origins' | 'people'> | undefined;
    return counted && { since: this.#since, ...counted };
  }

  lint(): api.LintFinding[] {
    return (this.host.driver.guard(() => this.#core?.lint()) ?? []) as api.LintFinding[];
  }

  async configure(changes: Partial<api.SteadfetchOptions>): Promise<void> {
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    const core = await this.#whenCore();
    const { driver } = this.host;
    const options: api.SteadfetchOptions = { ...this.host.options, ...Object.fromEntries(given) };
    const lasting = LASTING.filter((name) => name in changes && changes[name] !== undefined);
    const problems = lasting.map((path: string) => ({
      path,
      message: 'cannot change at run time: make a new client',
    }));
    try {
      // What must not take effect is only looked at.
      if (problems.length > 0) new Core(options, 'http://localhost', 0, '').free();
      else this.#configure(core, options, false);
    } catch (found) {
      if (!(found instanceof ConfigError)) throw found;
      problems.push(...found.problems);
    }
    if (problems.length > 0) throw new ConfigError(problems);
    this.host.options = options;
    this.host.preferences.apply();
    if (changes.flags !== undefined) this.host.features.live!.follow(changes.flags);
    driver.forgetRoutes();
    this.#startDrill();
    void this.#outbox?.then((outbox) => outbox?.look());
    if ('locale' in changes || 'voice' in changes || 'catalog' in changes) {
      await this.speak(core);
      this.reworded();
    }
  }

  // What the driver asks for.

  settled(core: Core): void {
    this.host.features.live!.settled(core);
    const news: Report[] = [];
    for (let number; (number = core.next_changed()) !== NONE;) news.push(this.#report(core, number));
    if (news.length === 0) return;
    this.tabs.tell(news.map(({ url, state, rules, at }) => ({ url, state, rules, at })));
    for (const report of news) this.#turned(report);
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
      if (renewed) void this.#outbox?.then((outbox) => outbox?.signedIn());
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

  // A policy document.

  /** Puts the last good document in force. Whether its kill switch is on. */
  #startDocument(core: Core): boolean {
    const remote = this.#remote;
    if (remote?.document === undefined) return false;
    try {
      return core.configure(remote.document, 1, this.host.driver.now()) === 1;
    } catch (error) {
      remote.drop(error);
      if (!(error instanceof ConfigError)) throw error;
      return false;
    }
  }

  /** Puts a new document in force. */
  async #apply(document: unknown): Promise<void> {
    const core = await this.#whenCore();
    const { host } = this;
    const killed = this.#configure(core, document, true);
    this.#remote!.document = document;
    if (killed) {
      if (!this.#killed) host.giveUp(KILLED);
      this.#killed = true;
    } else if (this.#killed) {
      host.start();
    } else {
      host.driver.forgetRoutes();
    }
  }

  /** Whether it is a document whose kill switch is on. Throws a ConfigError where it is wrong. */
  #configure(core: Core, options: unknown, document: boolean): boolean {
    const { driver } = this.host;
    const result = driver.guard(() => core.configure(options, +document, driver.now()));
    // What a document says of features is news.
    driver.guard(() => driver.settle());
    if (result === undefined) throw new Error('the engine stopped over it');
    this.#prepare(core);
    return result === 1;
  }

  async #whenCore(): Promise<Core> {
    for (let tries = 0; !this.#core && this.host.state === 'loading' && tries < TRIES; tries++) {
      await new Promise((go) => setTimeout(go, SOON));
    }
    if (!this.#core) throw new TypeError('Steadfetch cannot be configured: calls pass through for good.');
    return this.#core;
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
      const feed = new StatusFeed(status, href, this.#native, this.host.ended, () => this.#tellIncidents());
      this.status = feed;
      feed.begin();
      return feed;
    };
    this.#feed = part('the status feed', load());
  }

  #tellIncidents(): void {
    const { status } = this;
    if (!status) return;
    if (status.fixed.length > 0 && this.#hasReports)
      void this.reports().then((reports) => reports?.fixed(status.fixed));
    this.#whileRunning((core) => {
      core.incidents(status.incidents, +!!status.page);
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

  /** A call that met trouble is over: a report may be about it. */
  failure({ explanation, href }: Flight): void {
    const kind = this.host.options.report && explanation?.fault?.kind;
    if (!kind || kind === 'cancelled') return;
    this.failed.push({ explanation, href });
    if (this.failed.length > MOST_FAILED) this.failed.shift();
  }

  /** The person wants to report something. */
  async report(about: unknown): Promise<api.ProblemReport | undefined> {
    return (await this.reports())?.open(about);
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

  // Stores.

  async #loadStores(lane: number): Promise<void> {
    const needs: Promise<unknown>[] = [];
    if (lane & CACHED && !this.stores.copies) needs.push((this.#loadingCopies ??= this.#loadCopies()));
    if (lane & QUEUED) needs.push(this.outbox());
    await Promise.all(needs);
  }

  /** There was a good answer. */
  readonly #answered: Driver['answered'] = ({ method, href }, response) => {
    this.stores.outbox?.answered?.(href);
    if (SAFE.test(method)) return;
    // Copies of what was written are out of date, also while what holds them is being loaded.
    const drop = () => this.stores.copies?.written(href, response);
    if (this.#loadingCopies) void this.#loadingCopies.then(drop);
    else drop();
  };

  async #loadCopies(): Promise<void> {
    this.host.driver.answered = this.#answered;
    const loaded = await part('what stores copies of answers', import('../../src/browser/cache/chunk'));
    // Another call may try again.
    this.#loadingCopies = undefined;
    const { driver, ended } = this.host;
    if (!loaded || ended.aborted) return;
    this.stores.copies = new loaded.Copies({
      partition: () => partitionOf(this.host.options),
      judge: (fields, ...numbers) =>
        driver.guard(() => driver.core?.judge(fields, ...numbers)) as number[] | undefined,
      trouble: (what, why) =>
        console.warn(
          what === 'dropped'
            ? `Steadfetch: a stored copy is not served: ${why}.`
            : `Steadfetch: copies of answers cannot be stored as they should: ${why}.`,
        ),
      ended,
    });
  }

  // Other tabs.

  #report(core: Core, number: number): Report {
    const wall = Date.now();
    return { ...(core.told(number, this.host.driver.now(), wall) as Report), at: wall };
  }

  /** What was known of endpoints before. */
  #recall(core: Core): void {
    this.#hear(core, this.tabs.known(), 'it was so before');
  }

  #hear(core: Core, told: Told[], why: string): void {
    const { driver } = this.host;
    const [now, wall] = [driver.now(), Date.now()];
    for (const { url, state, rules } of told) {
      const number = core.hear([url], ...state, now, wall);
      for (let at = 0; at < rules.length; at += 2) {
        core.hear_of_rule([url], rules[at]!, rules[at + 1]!, now, wall);
      }
      this.#turned(this.#report(core, number), why);
    }
    driver.settle();
  }

  /** Tells listeners where an endpoint's breaker does something else than before. */
  #turned({ url, breaker: to, failures }: Report, why = whyOf(to, failures, this.#breakers.get(url))): void {
    const from = this.#breakers.get(url) ?? 'closed';
    if (from === to) return;
    this.#breakers.set(url, to);
    this.host.events.emit('breaker', { origin: url, from, to, why });
  }

  #whileRunning(act: (core: Core) => void): void {
    const { driver } = this.host;
    const { core } = driver;
    if (core) driver.guard(() => act(core));
  }

  #listen(type: string, heard: (event: PageTransitionEvent) => void): void {
    globalThis.addEventListener?.(type, heard as EventListener, { signal: this.host.ended });
  }
}

function whyOf(to: string, failures: number, from: string | undefined): string {
  if (to === 'closed') return 'a request went well';
  if (to === 'half-open') return 'its open time is over, and one request probes';
  if (from === 'half-open') return 'its probe failed';
  return failures > 1 ? `${failures} failures in a row` : 'too many requests failed';
}
