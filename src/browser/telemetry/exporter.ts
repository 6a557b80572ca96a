// What sends to a collector: in batches, from a bounded buffer that outlives a reload, never in a storm. The app never notices.
import type { TelemetryOptions } from '../../../pkg/types/index';
import { post, waitAfter } from '../post';
import { type Signal, payload } from './otlp';

/** One span tree, log record or set of metrics. `keep`: it tells of trouble, and goes last where there is no room. */
interface Item {
  keep: boolean;
  parts: object[];
}

const SIGNALS: Signal[] = ['logs', 'traces', 'metrics'];
/** Items of a signal that wait, at most. */
const MOST = 300;
/** Characters that are stored, at most. */
const MOST_STORED = 400_000;
/** Items in one request. */
const BATCH = 64;
/** What waits is sent after this, ms. */
const SOON = 5_000;
/** The longest wait after a failure where the collector does not ask for more, ms. */
const CAP = 300_000;
/** Browsers let requests that outlive their page have 64 KiB of body together. */
const LAST_WORDS = 18_000;
/** OTLP 1.x: what may be sent again; any other answer is final. */
const RETRYABLE = [429, 502, 503, 504];

export const KEY = 'steadfetch:telemetry:1';

export class Exporter {
  readonly #queues: Record<Signal, Item[]> = { traces: [], logs: [], metrics: [] };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending = false;
  /** In a row. */
  #failures = 0;
  #notBefore = 0;
  #batch = BATCH;
  #stored = false;
  readonly #url: string;

  constructor(
    readonly options: NonNullable<TelemetryOptions['otlp']>,
    readonly instance: string,
    /** The browser's own fetch: what is sent here is nobody's call. */
    readonly native: typeof fetch,
  ) {
    this.#url = options.url.replace(/\/+$/, '');
    this.#recall();
  }

  add(signal: Signal, parts: object[], keep: boolean): void {
    if (parts.length === 0) return;
    const queue = this.#queues[signal];
    queue.push({ keep, parts });
    if (queue.length > MOST) {
      const least = queue.findIndex((item) => !item.keep);
      queue.splice(Math.max(least, 0), 1);
    }
    this.#arm(SOON);
  }

  /** Sends what waits, one request after another, until there is nothing left or the collector is in trouble. */
  async flush(): Promise<void> {
    // First: what comes while one is under way must be able to arm the next.
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#sending) return;
    this.#sending = true;
    try {
      this.#store();
      for (const signal of SIGNALS) {
        while (this.#queues[signal].length > 0) {
          if (Date.now() < this.#notBefore || !(await this.#send(signal))) return;
        }
      }
    } finally {
      this.#sending = false;
      this.#store();
      if (this.#waits()) this.#arm(Math.max(this.#notBefore - Date.now(), SOON));
    }
  }

  /** The page may be gone in a moment: what is worth most leaves with a request that outlives it, the rest is stored. */
  leave(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // What a request under way has taken may still fail: it is the next page's to send, at the risk of sending it twice.
    if (!this.#sending && Date.now() >= this.#notBefore) {
      for (const signal of SIGNALS) {
        const queue = this.#queues[signal];
        let count = 0;
        for (let size = 0; count < queue.length; count++) {
          size += JSON.stringify(queue[count]!.parts).length;
          if (size > LAST_WORDS) break;
        }
        if (count > 0 && this.#lastWords(signal, queue.slice(0, count))) queue.splice(0, count);
      }
    }
    this.#store();
    if (this.#waits()) this.#arm(SOON);
  }

  stop(): void {
    this.leave();
    clearTimeout(this.#timer);
  }

  #waits(): boolean {
    return SIGNALS.some((signal) => this.#queues[signal].length > 0);
  }

  /** Whether to go on. */
  async #send(signal: Signal): Promise<boolean> {
    const queue = this.#queues[signal];
    const items = queue.slice(0, this.#batch);
    const settle = () =>
      items.forEach((item) => queue.includes(item) && queue.splice(queue.indexOf(item), 1));
    let answer: Response | undefined;
    try {
      answer = await this.#post(signal, items, false);
    } catch {
      // No network, or no answer.
    }
    const tooLarge = answer?.status === 413;
    if (tooLarge && items.length > 1) {
      this.#batch = Math.ceil(items.length / 2);
      return true;
    }
    // Taken, or refused for good: what a collector does not understand it will not understand later.
    if (answer && !RETRYABLE.includes(answer.status)) settle();
    if (answer?.ok) {
      this.#failures = 0;
      this.#batch = Math.min(this.#batch * 2, BATCH);
      return true;
    }
    this.#notBefore = Date.now() + waitAfter(this.#failures++, CAP, answer);
    return false;
  }

  /** `last`: it outlives the page, and nobody waits for the answer. */
  #post(signal: Signal, items: Item[], last: boolean): Promise<Response> {
    const [href, body] = [`${this.#url}/v1/${signal}`, this.#body(signal, items)];
    return post(this.native, href, body, this.options.headers, last, last ? null : undefined);
  }

  #body(signal: Signal, items: Item[]): string {
    const { service = 'unknown_service:browser' } = this.options;
    const parts = items.flatMap((item) => item.parts);
    return JSON.stringify(payload(signal, parts, service, this.instance));
  }

  /** Whether the browser has taken it. */
  #lastWords(signal: Signal, items: Item[]): boolean {
    try {
      if ('keepalive' in Request.prototype) {
        this.#post(signal, items, true).catch(() => {});
        return true;
      }
      // It has no headers of ours.
      const body = new Blob([this.#body(signal, items)], { type: 'application/json' });
      return !this.options.headers && navigator.sendBeacon(`${this.#url}/v1/${signal}`, body);
    } catch {
      return false;
    }
  }

  #arm(wait: number): void {
    this.#timer ??= setTimeout(() => void this.flush(), wait);
  }

  /** The tab's own storage: it lives as long as the tab, and no other tab sends the same. */
  #store(): void {
    const some = this.#waits();
    if (!some && !this.#stored) return;
    try {
      const { logs } = this.#queues;
      let text = JSON.stringify({ url: this.#url, queues: this.#queues });
      // What tells of trouble, rather than nothing.
      if (text.length > MOST_STORED) text = JSON.stringify({ url: this.#url, queues: { logs } });
      if (some && text.length <= MOST_STORED) sessionStorage.setItem(KEY, text);
      else sessionStorage.removeItem(KEY);
      this.#stored = some;
    } catch {
      // Absent, forbidden or full: then a reload loses what waits.
    }
  }

  /** What the page before has left. */
  #recall(): void {
    try {
      const { url, queues } = JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as {
        url?: string;
        queues?: Record<Signal, unknown>;
      };
      sessionStorage.removeItem(KEY);
      if (url !== this.#url) return;
      for (const signal of SIGNALS) {
        const items = (queues?.[signal] as Item[] | undefined)?.slice(-MOST) ?? [];
        const good = items.filter((item) => Array.isArray(item?.parts));
        this.#queues[signal].push(...good);
        if (good.length > 0) this.#arm(SOON);
      }
    } catch {
      // There is none, or it is not ours.
    }
  }
}
