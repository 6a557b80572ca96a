// Problem reports: what people file, what waits to be sent, what was fixed since. Loaded where somebody files one, or where there
// are some; it imports nothing of the engine.
import type {
  Explanation,
  Health,
  Notices,
  ProblemReport,
  SteadfetchOptions,
} from '../../../pkg/types/index';
import type { Call } from '../calls';
import type { Fill } from '../dom/panels/panels';
import type { Fixed } from '../status';
import { Redactor } from '../telemetry/redact';
import { fillReport, type Outcome } from './form';
import { type About, type Draft, PARTS, type Payload, compose, recompose } from './payload';
import { newReference } from './reference';
import { Sender } from './sender';
import { type Item, MOST_WAITING, Shelf } from './shelf';

/** What is known of a client (extras.ts). */
interface Client {
  readonly host: {
    readonly options: SteadfetchOptions;
    readonly ended: AbortSignal;
    readonly notices: Pick<Notices, 'show' | 'list'> & { fill(fill: Fill): Promise<boolean> };
    health(): Health;
    readonly driver: { now(): number };
  };
  /** The latest ones, the last one first. */
  latest(): Call[];
  readonly languages: readonly string[];
}

/** Those of the engine. */
interface Tools {
  explain(outcome: unknown): Explanation | undefined;
  partitionOf(options: SteadfetchOptions): string | null | undefined;
  resolve(url: string): string | undefined;
  treeOf: Redactor['treeOf'];
}

/** The reports of a client. */
export function begin(client: Client, native: typeof fetch, tools: Tools): Reports {
  const { host } = client;
  const { options, ended, notices } = host;
  const { explain, partitionOf, resolve, treeOf } = tools;
  const url = options.report ? options.report.url : undefined;
  return new Reports({
    options,
    native,
    ended,
    href: url === undefined ? undefined : resolve(url),
    calls: () => client.latest(),
    now: () => host.driver.now(),
    languages: () => client.languages,
    notices,
    openPanel: (fill) => notices.fill(fill),
    explain,
    health: () => host.health(),
    whose: () => partitionOf(host.options),
    redactor: () => Redactor.load(options.privacy, location.origin, treeOf),
  });
}

/** What reports need from their client. */
interface ReportsHost {
  readonly options: SteadfetchOptions;
  readonly native: typeof fetch;
  readonly ended: AbortSignal;
  readonly href: string | undefined;
  /** The latest calls, the last one first. */
  calls(): Call[];
  /** On the clock of their `began`. */
  now(): number;
  /** The languages of notices, the spoken one first. */
  languages(): readonly string[];
  readonly notices: Pick<Notices, 'show' | 'list'>;
  /** Opens a panel; whether it is open. */
  openPanel(fill: Fill): Promise<boolean>;
  explain(outcome: unknown): Explanation | undefined;
  health(): Health;
  whose(): string | null | undefined;
  /** The gate for all that leaves. */
  redactor(): Promise<Redactor>;
}

/** The first attempt has so long before the app hears that the report waits, ms. */
const PATIENCE = 3_000;
/** The longest time that a timer takes, ms. */
const LONGEST_WAIT = 2_147_483_647;
/** Who tells that something is fixed. */
const LOCK = 'steadfetch:fixed';

export class Reports {
  readonly #shelf = new Shelf();
  readonly #sender: Sender;
  #redactor: Promise<Redactor> | undefined;
  #fixed: readonly Fixed[] = [];
  /** Some of it is dated ahead. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Reports that are looked at now. */
  readonly #lookers = new Set<() => void>();

  constructor(readonly host: ReportsHost) {
    const { options, native, ended, href } = host;
    this.#sender = new Sender(
      {
        report: options.report,
        href,
        native,
        ended,
        whose: () => host.whose(),
        check: async (report) => {
          const redactor = await this.#gate();
          return redactor && recompose(redactor, report);
        },
        changed: () => {
          for (const look of this.#lookers) look();
          void this.#tell();
        },
      },
      this.#shelf,
    );
    globalThis.document?.addEventListener('visibilitychange', () => void this.#tell(), { signal: ended });
    globalThis.addEventListener?.('focus', () => void this.#tell(), { signal: ended });
    ended.addEventListener('abort', () => clearTimeout(this.#timer));
    void this.#sender.flush();
  }

  async list(): Promise<ProblemReport[]> {
    return this.#theirs()
      .map(({ report }) => report)
      .reverse();
  }

  /** Forgets one of them, or all. */
  async discard(reference?: string): Promise<void> {
    for (const { report } of this.#theirs())
      if (reference === undefined || report.reference === reference) this.#shelf.drop(report.reference);
  }

  /** Those of whoever is signed in; none where nobody knows who that is. */
  #theirs(): Item[] {
    const whose = this.host.whose();
    return whose === undefined ? [] : this.#shelf.of(whose);
  }

  /** What all passes that leaves; undefined where it cannot run. */
  async #gate(): Promise<Redactor | undefined> {
    this.#redactor ??= this.host.redactor();
    try {
      return await this.#redactor;
    } catch (error) {
      this.#redactor = undefined;
      console.warn('Steadfetch: nothing can be reported, since what redacts cannot run.', error);
      return undefined;
    }
  }

  /** Lets the person file one. Undefined: they did not, or nothing can be sent. */
  async open(about: unknown): Promise<ProblemReport | undefined> {
    const { host } = this;
    if (host.options.report === false) return undefined;
    const draft = this.#draft(about);
    // What is known of a call is theirs, whoever signs in while they write.
    const owner = host.whose();
    const redactor = await this.#gate();
    if (!redactor) return undefined;
    return new Promise((settle) => {
      let outcome: Outcome | undefined;
      const filed = (payload: Payload, kept: boolean) => {
        const look = () => {
          const report = this.#shelf.find(payload.reference)?.report;
          outcome = report && report.state !== 'queued' ? 'sent' : kept ? 'queued' : 'unsaved';
          this.#look?.();
          settle(report ?? { ...payload, state: 'queued' });
        };
        outcome = 'sending';
        this.#lookers.add(look);
        let timer: ReturnType<typeof setTimeout> | undefined;
        const late = new Promise((go) => (timer = setTimeout(go, PATIENCE)));
        void Promise.race([this.#sender.flush(), late]).then(() => (clearTimeout(timer), look()));
        return () => this.#lookers.delete(look);
      };
      let unlook: (() => void) | undefined;
      const fill = fillReport({
        draft,
        leads: this.#sender.leads,
        get outcome() {
          return outcome;
        },
        payload: () => compose(redactor, draft),
        send: (payload) => {
          const waiting = this.#shelf.of(owner).filter(({ report }) => report.state === 'queued');
          if (waiting.length >= MOST_WAITING) return false;
          const kept = this.#shelf.put({ owner, refused: 0, report: { ...payload, state: 'queued' } });
          unlook = filed(payload, kept);
          return true;
        },
        closed: () => {
          unlook?.();
          if (!outcome) settle(undefined);
        },
      });
      const watched: Fill = (panel, words) => {
        const filling = fill(panel, words);
        this.#look = () => filling.update();
        return filling;
      };
      void host.openPanel(watched).then((open) => open || settle(undefined));
    });
  }

  /** Has the open dialog show what became of its report. */
  #look: (() => void) | undefined;

  #draft(about: unknown): Draft {
    const { host } = this;
    const notice = typeof about === 'string' ? host.notices.list().find(({ id }) => id === about) : undefined;
    const known = host.explain(about);
    const latest = host.calls().find(({ event: { explanation } }) => {
      const { kind, code } = explanation.fault ?? {};
      return kind && kind !== 'cancelled' && (about === undefined || (notice && code === notice.code));
    });
    const explanation = known ?? latest?.event.explanation;
    const report = host.options.report || {};
    return {
      reference: newReference(),
      at: Date.now(),
      words: '',
      contact: report.contact ?? '',
      code: notice?.code ?? explanation?.fault?.code,
      call: explanation && this.#call(explanation, (about as { url?: string } | undefined)?.url),
      explanation,
      health: host.health(),
      page: location.href,
      app: report.version,
      parts: new Set(PARTS),
    };
  }

  /** What names a call. `url`: where its answer came from, for one that is not among the latest any more. */
  #call(explanation: Explanation, url = ''): About {
    const { host } = this;
    const { callId, fault, attempts, duration, endpoint, timeline } = explanation;
    const call = host.calls().find(({ event }) => event.callId === callId);
    const { route, method, actionId } = call?.event ?? {};
    const href = call?.href ?? url;
    const status = fault?.status ?? timeline.findLast(({ status }) => status !== undefined)?.status;
    const parsed = URL.canParse(href) ? new URL(href) : undefined;
    return {
      callId,
      href,
      at: call && Math.round(Date.now() - (host.now() - call.began)),
      method,
      origin: endpoint ?? parsed?.origin,
      route: route ?? parsed?.pathname,
      actionId,
      kind: fault?.kind,
      status,
      attempts,
      duration,
    };
  }

  /** What a status feed says is fixed. */
  fixed(list: readonly Fixed[]): void {
    this.#fixed = list;
    void this.#tell();
  }

  /** Tells whoever has reported it, once: in the window that they use, since another one that is seen would not speak. */
  async #tell(): Promise<void> {
    if (this.#fixed.length === 0 || !isUsed() || this.host.ended.aborted) return;
    const locks = globalThis.navigator?.locks as LockManager | undefined;
    if (locks) await locks.request(LOCK, () => isUsed() && this.#tellNow());
    else this.#tellNow();
  }

  #tellNow(): void {
    const { host } = this;
    const theirs = this.#theirs();
    const { format } = new Intl.DateTimeFormat(host.languages()[0], { day: 'numeric', month: 'long' });
    let soonest = Infinity;
    // What would be the same words is said once.
    const said = new Map<string, { date: string; url: string | undefined; reference: string }>();
    for (const fixed of this.#fixed) {
      for (const item of theirs) {
        if (!isFixed(item, fixed)) continue;
        const ahead = fixed.at - Date.now() - (item.skew ?? 0);
        if (ahead > 0) {
          soonest = Math.min(soonest, ahead);
          continue;
        }
        item.report.state = 'fixed';
        // First: to be told twice is worse than not at all.
        this.#shelf.put(item);
        const { reference, at } = item.report;
        const [date, { url }] = [format(at), fixed];
        said.set(`${date} ${url}`, { date, url, reference });
      }
    }
    clearTimeout(this.#timer);
    if (soonest < Infinity)
      this.#timer = setTimeout(() => void this.#tell(), Math.min(soonest, LONGEST_WAIT));
    for (const { date, url, reference } of said.values()) {
      host.notices.show({
        message: 'report.fixed',
        cause: `steadfetch:fixed:${reference}`,
        severity: 'success',
        args: { date },
        ...(url && { actions: [{ id: 'check-status', href: url }] }),
      });
    }
  }
}

const isUsed = () => !document.hidden && document.hasFocus();

/**
 * Whether it is what an entry means. Only one that was taken can be fixed. By a code, those that were filed before the fix are meant, on
 * the server's clock; one that does not say which server it is about is nobody's.
 */
function isFixed({ report, skew = 0 }: Item, fixed: Fixed): boolean {
  if (report.state !== 'sent') return false;
  if (fixed.reference !== undefined) return report.reference === fixed.reference;
  const { code, call, at } = report;
  const { origin, route } = call ?? {};
  return (
    code !== undefined &&
    code === fixed.code &&
    at + skew <= fixed.at &&
    (fixed.route === undefined || fixed.route === route) &&
    origin !== undefined &&
    fixed.covers(origin)
  );
}
