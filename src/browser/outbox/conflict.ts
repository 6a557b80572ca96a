// Writes that meet a conflict: the app says what is to become of them. That may take a while, and nothing is locked meanwhile.
import type { Fault } from '../../../pkg/types/index';
import { letGo } from './confirm';
import type { OutboxHost } from './host';
import type { Item } from './record';
import { isSealed } from './seal';
import { type Shelf, entryOf } from './shelf';
import { type Store, newId } from './store';
import { checksum, sizeOf, takeRequest } from './write';

/** While the app, or the person, makes up its mind about a conflict, ms; then it is asked again. */
const THINKING = 600_000;
/** A tab that asks holds a lock of this name and the write's: with the tab, its question is gone. */
const ASKS = 'steadfetch:outbox:asks:';
const USUAL_HEADER = 'idempotency-key';

/** What the sender does with it then. */
export interface Decided {
  bury(item: Item, reason: string, fault?: Fault, response?: Response): Promise<void>;
  discard(item: Item): Promise<void>;
  run(): Promise<void>;
  failed(): void;
}

export class Conflicts {
  /** End the locks. */
  readonly #asking = new Set<() => void>();

  constructor(
    readonly host: OutboxHost,
    readonly store: Store,
    readonly shelf: Shelf,
    readonly then: Decided,
  ) {}

  async meet(item: Item, response: Response, fault: Fault | undefined): Promise<void> {
    const { decides } = this.host;
    const since = Date.now();
    const met = {
      state: 'waiting',
      since,
      due: since + (decides ? THINKING : 0),
      conflict: decides ? 'asked' : 'page',
      fault,
      pending: false,
    } as const;
    if (!(await this.shelf.change(item, met))) return letGo(response);
    this.shelf.tell(item);
    if (!decides) return letGo(response);
    const answered = this.#hold(item.id);
    void this.#decide(item, response)
      .catch(() => this.then.failed())
      .finally(answered);
  }

  #hold(id: string): () => void {
    let end = () => {};
    const over = new Promise<void>((go) => (end = go));
    void globalThis.navigator?.locks?.request(ASKS + id, () => over).catch(() => {});
    this.#asking.add(end);
    return () => {
      this.#asking.delete(end);
      end();
    };
  }

  /** The page is left: no lock is held. */
  leave(): void {
    for (const end of this.#asking) end();
  }

  /** Whose question died with its tab goes again. */
  async revive(): Promise<void> {
    const asked = this.shelf.all.filter(({ state, conflict }) => state === 'waiting' && conflict === 'asked');
    const { locks } = globalThis.navigator ?? {};
    if (asked.length === 0 || !locks) return;
    const { held = [], pending = [] } = await locks.query();
    const living = new Set([...held, ...pending].map(({ name }) => name));
    const now = Date.now();
    for (const item of asked) {
      if (living.has(ASKS + item.id)) continue;
      await this.shelf.change(item, { conflict: undefined, since: now, due: now });
    }
  }

  async #decide(item: Item, response: Response): Promise<void> {
    const { host, shelf, then } = this;
    let answer: Awaited<ReturnType<OutboxHost['conflict']>> = 'dead';
    try {
      // Its caller may want to read it, too.
      answer = await host.conflict(entryOf(item), response.clone());
    } catch (error) {
      console.error('Steadfetch: onConflict failed; the write is set aside.', error);
    }
    // The person may have tried it again meanwhile, or discarded it.
    if ((await this.store.get(item.id))?.conflict !== 'asked') return letGo(response);
    const counted = item.counted + 1;
    if (answer === 'discard') {
      letGo(response);
      return then.discard(item);
    }
    if ((answer !== 'retry' && !(answer instanceof Request)) || counted >= item.most) {
      return then.bury(item, 'it meets a conflict', item.fault, response);
    }
    letGo(response);
    const since = Date.now();
    if (answer instanceof Request) await this.#replace(item, answer);
    // The same again is not asked for in a hurry.
    const packed = answer === 'retry' ? (host.ended(503, 0, item.attempts, 0, 2, 0) ?? 0) : 0;
    const due = since + Math.floor(packed / 8);
    await shelf.change(item, { since, due, counted, conflict: undefined });
    shelf.tell(item);
    void then.run();
  }

  /** Another request takes its place. It gets a key of its own: under the old one a server would refuse it. */
  async #replace(item: Item, request: Request): Promise<void> {
    const { host, shelf } = this;
    const name = item.head.key ?? USUAL_HEADER;
    const old = new Map(item.head.headers).get(name.toLowerCase());
    const own = request.headers.get(name);
    const extra: Record<string, string> = {};
    if (old !== undefined && (own === null || own === old)) {
      // Quoted or bare, as the old one was.
      extra[name] = old.startsWith('"') ? `"${newId()}"` : newId();
    }
    const { head, body } = await takeRequest(
      request,
      await host.secrets(),
      item.head,
      host.route.bind(host),
      extra,
    );
    head.signed ||= item.head.signed;
    const seal = isSealed((await this.store.get(item.id))?.head) ? await shelf.seal(false) : undefined;
    const change = { size: sizeOf(body), sum: seal ? 0 : checksum(head, body) };
    const stored = seal && body !== undefined ? await seal.closeBody(item.id, body) : body;
    await this.store.change(
      item.id,
      { ...change, head: seal ? await seal.closeHead(item.id, head) : head },
      stored ?? null,
    );
    Object.assign(item, change, { head });
  }
}
