// What sends to a collector: in batches, from a bounded buffer that outlives a reload, never in a storm. The app never notices.
import type { PrivacyOptions, TelemetryOptions } from '../../../pkg/types/index';
import { post, waitAfter } from '../post';
import { type Signal, partsOf, payload } from './otlp';
import { type Item, Queue, worth } from './queue';
import type { Outgoing, Redactor } from './redact';
import { Shelf } from './shelf';
import { hex } from './trace';

/** What waits is sent after this, ms. */
const SOON = 5_000;
/** The longest wait after a failure where the collector does not ask for more, ms. */
const CAP = 300_000;
/** Of the 64 KiB of body that a browser lets requests have that outlive their page: the rest is the app's. */
const LAST_WORDS = 20_000;
/** What stands around the items of a request, at most, bytes. */
const AROUND = 600;
/** Answers of a collector that has not taken what it was sent. */
const NOT_TAKEN = [429, 503];
/** OTLP 1.x: what may be sent again; any other answer is final. */
const RETRYABLE = [...NOT_TAKEN, 502, 504];

export class Exporter {
  readonly #queues: Queue[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When it fires, as performance.now() has it. */
  #due = 0;
  #sending = false;
  /** Bytes of requests under way that outlive the page. */
  #spoken = 0;
  #quiet = false;
  readonly #url: string;
  readonly #service: string;
  readonly #shelf: Shelf;

  constructor(
    readonly options: NonNullable<TelemetryOptions['otlp']>,
    readonly instance: string,
    /** The browser's own fetch: what is sent here is nobody's call. */
    readonly native: typeof fetch,
    privacy: PrivacyOptions | undefined,
  ) {
    this.#url = options.url.replace(/\/+$/, '');
    this.#service = options.service ?? 'unknown_service:browser';
    this.#queues = (['logs', 'traces', 'metrics'] as const).map((signal) => new Queue(signal));
    this.#shelf = new Shelf(`${this.#url} ${this.#service}`, JSON.stringify(privacy ?? {}), instance);
  }

  add(record: Outgoing, keep: boolean, to: Signal[], id = hex(8)): void {
    const item = { id, keep, record };
    for (const queue of this.#queues) if (to.includes(queue.signal)) queue.add(item);
    this.#arm();
  }

  /** What pages before have left: it leaves by the rules that hold now. */
  recall(redactor: Redactor): Promise<void> {
    return this.#shelf.recall((stored) => {
      const passed = redactor.each(stored.map(({ record }) => ({ ...record, href: whereabouts(record) })));
      stored.forEach(({ id, keep, to }, at) => {
        const record = passed[at];
        const fits = (signal: Signal) => (signal === 'metrics') === (record?.type === 'health');
        if (record?.type && record.at) this.add(record, keep === true, to.filter(fits), id);
      });
      this.#shelf.store(this.#queues);
    });
  }

  /** Sends what waits, one request after another, until there is nothing left or its address is in trouble. */
  async flush(): Promise<void> {
    // First: what comes while one is under way must be able to arm the next.
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (const queue of this.#queues) {
        for (
          let items = queue.idle;
          items.length > 0 && performance.now() >= queue.notBefore;
          items = queue.idle
        )
          await this.#send(queue, items.slice(0, queue.batch), false);
      }
    } finally {
      this.#sending = false;
      this.#shelf.store(this.#queues);
      this.#arm();
    }
  }

  /** The page may be gone in a moment: what is worth most leaves with requests that outlive it. All else stays, and is stored. */
  leave(): void {
    if ('keepalive' in Request.prototype) this.#lastWords();
    this.#shelf.store(this.#queues);
  }

  #lastWords(): void {
    const now = performance.now();
    const open = this.#queues.filter((queue) => now >= queue.notBefore);
    const waiting = open
      .flatMap((queue) => queue.idle.map((item) => ({ queue, item, rank: worth(item, queue.signal) })))
      .sort((one, other) => one.rank - other.rank);
    const chosen = new Map<Queue, Item[]>();
    let room = LAST_WORDS - this.#spoken;
    for (const { queue, item } of waiting) {
      if (room < AROUND) break;
      const items = chosen.get(queue);
      const size = bytes(JSON.stringify(parts(queue, [item]))) + (items ? 0 : AROUND);
      // Another one may still have room.
      if (size > room) continue;
      room -= size;
      if (items) items.push(item);
      else chosen.set(queue, [item]);
    }
    for (const [queue, items] of chosen)
      void this.#send(queue, items, true).then(() => {
        this.#shelf.store(this.#queues);
        this.#arm();
      });
  }

  /** Nothing is sent by the clock while nobody looks: what waits is stored. */
  hide(): void {
    this.#quiet = true;
    this.leave();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  show(): void {
    this.#quiet = false;
    this.#arm();
  }

  /** The page is left for another one, which takes what is stored. */
  gone(): void {
    this.leave();
    this.#shelf.release();
  }

  /** It is come back to. */
  back(): void {
    if (this.#shelf.taken) for (const queue of this.#queues) queue.settle(queue.items);
    this.#shelf.hold();
    this.show();
  }

  stop(): void {
    this.hide();
    this.#shelf.release();
  }

  async #send(queue: Queue, items: Item[], last: boolean): Promise<void> {
    // Rather later than never: counts that get no answer are lost.
    if (globalThis.navigator?.onLine === false) return this.#wait(queue, undefined);
    const body = JSON.stringify(payload(queue.signal, parts(queue, items), this.#service, this.instance));
    const spoken = last ? bytes(body) : 0;
    this.#spoken += spoken;
    for (const item of items) queue.flying.add(item);
    // Before it is under way, and after the one before was settled: the page may end at any time. Last words are stored together.
    if (!last) this.#shelf.store(this.#queues);
    let answer: Response | undefined;
    try {
      answer = await post(this.native, `${this.#url}/v1/${queue.signal}`, body, this.options.headers, last);
    } catch {
      // No network, or no answer.
    }
    this.#spoken -= spoken;
    for (const item of items) queue.flying.delete(item);
    if (answer?.status === 413 && items.length > 1) {
      queue.batch = Math.ceil(items.length / 2);
      return;
    }
    if (isFinal(queue, answer)) queue.settle(items);
    if (answer?.ok) queue.well();
    else this.#wait(queue, answer);
  }

  #wait(queue: Queue, answer: Response | undefined): void {
    queue.notBefore = performance.now() + waitAfter(queue.failures++, CAP, answer);
  }

  /** Sends what waits as soon as it may be sent. */
  #arm(): void {
    const waiting = this.#queues.filter(({ items }) => items.length > 0);
    if (this.#quiet || waiting.length === 0) return;
    const soon = performance.now() + SOON;
    const due = Math.min(...waiting.map(({ notBefore }) => Math.max(notBefore, soon)));
    if (this.#timer !== undefined && this.#due <= due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => void this.flush(), Math.ceil(due - performance.now()));
  }
}

/** Taken, or refused for good: what a collector does not understand it will not understand later. */
function isFinal({ signal }: Queue, answer: Response | undefined): boolean {
  // Counts that come twice are wrong, and nobody could tell: so they stay only where they were not taken for sure.
  if (signal === 'metrics') return !NOT_TAKEN.includes(answer?.status ?? 0);
  return answer !== undefined && !RETRYABLE.includes(answer.status);
}

/** What is sent for these items; of one that is not as it should be, which only storage can hold, nothing. */
function parts({ signal }: Queue, items: Item[]): object[] {
  return items.flatMap((item) => {
    try {
      return partsOf(signal, item.record, item.id);
    } catch {
      return [];
    }
  });
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** What is left of the URL that a stored record is about: by it, routes are named and servers trusted. */
function whereabouts({ origin, route }: Record<string, unknown>): string {
  const [where, path] = [origin, route].map((text) => (typeof text === 'string' ? text : ''));
  return /^https?:/.test(path!) ? path! : where! + path!;
}
