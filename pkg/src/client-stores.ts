// What one client keeps: copies of answers, and writes that wait. Each is loaded where it is first asked for.
import { CACHED, QUEUED } from '../../src/browser/codes';
import type { Copies } from '../../src/browser/cache/chunk';
import type { Driver } from '../../src/browser/driver';
import { explain, remember } from '../../src/browser/known';
import { part } from '../../src/browser/part';
import type { Stores } from '../../src/browser/stores';
import { partitionOf } from '../../src/browser/whose';
import type * as api from '../types/index';
import type { ExtrasHost } from './extras';
import type { ClientOutbox } from './outbox';

/** What an app may ask of the outbox. */
export type InOutbox = 'entries' | 'flush' | 'retry' | 'discard';

/** Such methods leave stored copies as they are (RFC 9110 §9.2.1). */
const SAFE = /^(GET|HEAD|OPTIONS|QUERY)$/i;

export class ClientStores implements Stores {
  copies: Copies | undefined;
  outbox: ClientOutbox | undefined;
  #loadingCopies: Promise<void> | undefined;
  #loadingOutbox: Promise<ClientOutbox | undefined> | undefined;

  constructor(readonly host: ExtrasHost) {}

  async load(lane: number): Promise<void> {
    const needs: Promise<unknown>[] = [];
    if (lane & CACHED && !this.copies) needs.push((this.#loadingCopies ??= this.#loadCopies()));
    if (lane & QUEUED) needs.push(this.loadOutbox());
    await Promise.all(needs);
  }

  /** The outbox; undefined where it cannot be loaded. Another call may try again. */
  loadOutbox(): Promise<ClientOutbox | undefined> {
    const { host } = this;
    return (this.#loadingOutbox ??= part(
      'the outbox',
      import('./outbox').then(async ({ ClientOutbox }) => {
        const outbox = new ClientOutbox(host, explain, remember, partitionOf);
        // First, since a new write must not overtake one from before.
        await outbox.loaded;
        this.outbox = outbox;
        host.driver.answered = this.#answered;
        if (host.ended.aborted) outbox.dispose();
        return outbox;
      }),
    ).then((outbox) => {
      if (!outbox) this.#loadingOutbox = undefined;
      return outbox;
    }));
  }

  /** Does something with the outbox, where it was asked for. */
  withOutbox(act: (outbox: ClientOutbox) => void): void {
    void this.#loadingOutbox?.then((outbox) => outbox && act(outbox));
  }

  /** What an app asks of the outbox. */
  async inOutbox<Name extends InOutbox>(
    name: Name,
    ...id: Parameters<api.Outbox[Name]>
  ): Promise<Awaited<ReturnType<api.Outbox[Name]>>> {
    const outbox = await this.loadOutbox();
    if (!outbox) throw new TypeError('The outbox cannot be loaded.');
    return (outbox[name] as (...id: string[]) => never)(...id);
  }

  /** There was a good answer. */
  readonly #answered: Driver['answered'] = ({ method, href }, response) => {
    this.outbox?.answered?.(href);
    if (SAFE.test(method)) return;
    // Copies of what was written are out of date, also while what holds them is being loaded.
    const drop = () => this.copies?.written(href, response);
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
    this.copies = new loaded.Copies({
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
}
