// Which rules are in force: options that change at run time, and a policy document with its kill switch.
import { Core } from '../../src/browser/core';
import { RemotePolicy } from '../../src/browser/remote';
import { prepare } from '../../src/browser/special';
import type { Stores } from '../../src/browser/stores';
import type * as api from '../types/index';
import { ConfigError } from './errors';
import type { ExtrasHost } from './extras';

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

const KILLED = 'the policy document turned Steadfetch off';

/** After a trap a new core follows; it is waited for so many times so long, ms. */
const TRIES = 50;
const SOON = 20;

export class Configuration {
  /** Also while the kill switch is on: it judges documents. */
  core: Core | undefined;
  readonly #remote: RemotePolicy | undefined;
  #killed = false;

  constructor(
    readonly host: ExtrasHost,
    readonly stores: Stores,
    native: typeof fetch,
  ) {
    const { url, refresh } = host.options.remotePolicy ?? {};
    if (url)
      this.#remote = new RemotePolicy(url, refresh, native, host.ended, (document) => this.#take(document));
  }

  /** There is a core, the first or a new one: the last good document is in force. Why calls must pass by it, if they must. */
  start(core: Core): string | undefined {
    this.core?.free();
    this.core = core;
    this.#killed = this.#startDocument(core);
    return this.#killed ? KILLED : undefined;
  }

  /** Asks for the document from now on. */
  begin(): void {
    this.#remote?.begin();
  }

  dispose(): void {
    this.core?.free();
    this.core = undefined;
  }

  /** Puts changes of the options in force, all or none; the core that has them. */
  async change(changes: Partial<api.SteadfetchOptions>): Promise<Core> {
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    const core = await this.#whenCore();
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
    return core;
  }

  /**
   * What the rules ask for is loaded while there is a network, after the calls that wait for the engine; the outbox then sends
   * what waited when a page was left.
   */
  prepare(core: Core): void {
    const asks = core.asks();
    if (asks) setTimeout(() => prepare(this.stores, asks), 0);
  }

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
  async #take(document: unknown): Promise<void> {
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
    this.prepare(core);
    return result === 1;
  }

  async #whenCore(): Promise<Core> {
    for (let tries = 0; !this.core && this.host.state === 'loading' && tries < TRIES; tries++) {
      await new Promise((go) => setTimeout(go, SOON));
    }
    if (!this.core) throw new TypeError('Steadfetch cannot be configured: calls pass through for good.');
    return this.core;
  }
}
