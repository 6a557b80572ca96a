// Sends reports: one at a time, from one tab at a time, ever more rarely while that fails. A report leaves the queue only once it
// was taken; whoever takes them may get one twice, and knows it by its reference and time.
import type { ProblemReport, SteadfetchOptions } from '../../../pkg/types/index';
import { post, waitAfter } from '../post';
import type { Payload } from './payload';
import type { Item, Shelf } from './shelf';

const LOCK = 'steadfetch:reports';
/** The app's own function has so long to take one, ms. */
const PATIENCE = 10_000;
/** The longest wait after a failure, ms. */
const CAP = 3_600_000;
/** Once online again, pages that came back together part, ms. */
const SPREAD = 10_000;
/** Another tab may be at it: it is looked again after this, ms. */
const SOON = 10_000;
/** A report that a server does not want is offered so often. */
const MOST_REFUSED = 5;
/** Browsers let requests that outlive their page have 64 KiB of body together. */
const OUTLIVES = 16_000;
/** Clocks are told apart from here on, ms: an answer's date has whole seconds, and was on its way. */
const SKEW = 5_000;
/** Not of this report: the server's own trouble, which passes. */
const PASSES = [408, 425, 429];

export interface SenderHost {
  readonly report: SteadfetchOptions['report'];
  /** Where `report.url` leads. */
  readonly href: string | undefined;
  /** The browser's own fetch: what is sent here is nobody's call. */
  readonly native: typeof fetch;
  readonly ended: AbortSignal;
  /** Who is signed in. */
  whose(): string | null | undefined;
  /** What may leave of a report by the rules of now; undefined: nothing. */
  check(report: ProblemReport): Promise<Payload | undefined>;
  /** A report's state is another one. */
  changed(): void;
}

export class Sender {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> | undefined;

  constructor(
    readonly host: SenderHost,
    readonly shelf: Shelf,
  ) {
    const { ended: signal } = host;
    globalThis.addEventListener?.('online', () => this.#online(), { signal });
    signal.addEventListener('abort', () => clearTimeout(this.#timer));
  }

  /** The app's own function, which may know who is signed in. */
  get #own(): ((report: ProblemReport) => Promise<void>) | undefined {
    const { report } = this.host;
    return report ? report.send : undefined;
  }

  /** Reports have somewhere to go. */
  get leads(): boolean {
    const { report, href } = this.host;
    return !!report && (!!this.#own || !!href);
  }

  /** Sends what waits, as far as it is time. */
  flush(): Promise<void> {
    return (this.#sending ??= this.#inTurn()
      .catch(() => {})
      .then(() => {
        this.#sending = undefined;
        this.#arm();
      }));
  }

  async #inTurn(): Promise<void> {
    if (!this.leads) return;
    const locks = globalThis.navigator?.locks as LockManager | undefined;
    if (!locks) return this.#all();
    await locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? this.#all() : undefined));
  }

  async #all(): Promise<void> {
    for (let next; this.#isTime() && (next = this.#next());) if (!(await this.#send(next))) return;
  }

  #next(): Item | undefined {
    const whose = this.host.whose();
    const items = this.shelf.of(whose);
    // What nobody knows whose it is goes where nothing says who sends it.
    if (whose !== undefined && !this.#own) items.push(...this.shelf.of(undefined));
    const waiting = items.filter(({ report }) => report.state === 'queued');
    // One that is not wanted must not be in the way of the others.
    return waiting.sort((one, other) => one.refused - other.refused)[0];
  }

  #isTime(): boolean {
    return this.#left() <= 0 && navigator.onLine !== false && !this.host.ended.aborted;
  }

  #left(): number {
    const left = this.shelf.wait.notBefore - Date.now();
    // The clock was set back.
    return left > CAP ? 0 : left;
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.host.ended.aborted || !this.leads || !this.#next()) return;
    this.#timer = setTimeout(() => void this.flush(), Math.max(this.#left(), SOON));
  }

  #online(): void {
    const { wait } = this.shelf;
    // What a server has answered with keeps its wait.
    if (!wait.answered)
      this.shelf.wait = { ...wait, failures: 0, notBefore: Date.now() + Math.random() * SPREAD };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), Math.max(this.#left(), 0));
  }

  /** Whether to go on. */
  async #send({ report }: Item): Promise<boolean> {
    const outcome = await this.#offer(report);
    const { shelf, host } = this;
    // It may be another one by now.
    const item = shelf.find(report.reference);
    if (outcome === true || outcome?.ok) {
      if (item) shelf.put({ ...item, skew: skewOf(outcome), report: bare(item.report) });
      shelf.wait = { failures: 0, notBefore: 0, answered: true };
      host.changed();
      return true;
    }
    const { status = 0 } = outcome ?? {};
    const refused = status >= 400 && status < 500 && !PASSES.includes(status);
    if (item && refused) {
      item.refused += 1;
      if (item.refused < MOST_REFUSED) shelf.put(item);
      else {
        shelf.drop(report.reference);
        console.warn(
          `Steadfetch: the problem report ${report.reference} is given up: the server answered with status ${status}.`,
        );
      }
    }
    const { failures } = shelf.wait;
    const notBefore = Date.now() + waitAfter(failures, CAP, outcome);
    shelf.wait = { failures: failures + 1, notBefore, answered: outcome !== undefined };
    return false;
  }

  /** True: the app has taken it. Undefined: nobody has answered. */
  async #offer(report: ProblemReport): Promise<Response | true | undefined> {
    const { href, native } = this.host;
    try {
      const payload = await this.host.check(report);
      if (!payload) return undefined;
      if (this.#own) {
        const late = AbortSignal.timeout(PATIENCE);
        const never = new Promise<never>((_, fail) => late.addEventListener('abort', fail));
        // It may throw at once.
        const take = async () => this.#own!({ ...structuredClone(payload), state: 'queued' });
        await Promise.race([take(), never]);
        return true;
      }
      const body = JSON.stringify(payload);
      return await post(native, href!, body, undefined, body.length < OUTLIVES);
    } catch {
      return undefined;
    }
  }
}

/** What stays of a report that was sent: enough to know it by. */
function bare(report: ProblemReport): ProblemReport {
  const { words: _words, contact: _contact, explanation: _explanation, health: _health, ...rest } = report;
  return { ...rest, state: rest.state === 'fixed' ? 'fixed' : 'sent' };
}

/** How far ahead the clock of who has answered is, ms; 0: it does not say, or is about right. */
function skewOf(answer: Response | true): number {
  const said = answer === true ? NaN : Date.parse(answer.headers.get('date') ?? '');
  const skew = said - Date.now();
  return Math.abs(skew) > SKEW ? skew : 0;
}
