// What a status page says: incidents that go on, or will, what is fixed, and where people can read about them. Loaded only where
// there is one.
import type { Rule, SteadfetchOptions } from '../../pkg/types/index';
import type { Core } from './core';
import { RemoteLoader } from './remote-loader';

/** The longest feed, bytes. */
const MOST = 262_144;
/** Asked for again after so long, ms. */
const REFRESH = 300_000;
/** When trouble begins, it is asked for at once, unless it was so long ago at most, ms. */
const RECENT = 30_000;
/** So many incidents are looked at. */
const MOST_INCIDENTS = 50;
/** Longer texts are none. */
const LONGEST = 2048;

/** One of them; times are epoch ms. */
export interface Incident {
  since: number;
  until?: number;
  /** It was announced: it begins and ends by the clock. Of any other one the end is a guess. */
  planned: boolean;
  /** Kinds of trouble that come of it; none: whatever an outage looks like. */
  kinds: string[];
  features: string[];
}

/** A problem that is fixed since `at` (epoch ms): of one report, or of all with a fault's code. */
export interface Fixed {
  reference?: string;
  code?: string;
  /** Of those with the code, only the ones about this route. */
  route?: string;
  /** Ahead of the server's clock: it is said once it is so. */
  at: number;
  url?: string;
  /** It is about this server: the one that it names, or any that the feed is about. */
  covers(origin: string): boolean;
}

/** So many of those are looked at. */
const MOST_FIXED = 500;

type Json = { [name: string]: unknown };
type Options = NonNullable<SteadfetchOptions['status']>;

export class StatusFeed {
  /** Where people can read more; a safe address, or undefined. */
  page: string | undefined;
  /** What is fixed. */
  fixed: Fixed[] = [];
  #incidents: Incident[] = [];
  readonly #loader: RemoteLoader;
  #asked = 0;
  /** What was told last, and to whom: there is nothing new until this time, unless there are more endpoints. */
  #core: Core | undefined;
  #until = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The number of the next endpoint to look at, and of those that it is about. */
  #next = 0;
  #about: number[] = [];

  /**
   * `href`: where the feed is; `base`: where the page is. `rules`: those of the options, as they are now. `changed`: there is something
   * new. `ended`: nobody is interested any more.
   */
  constructor(
    readonly options: Options,
    readonly href: string,
    readonly base: string,
    readonly rules: () => readonly Rule[] | undefined,
    native: typeof fetch,
    ended: AbortSignal,
    readonly changed: () => void,
  ) {
    const { format = 'statuspage', page, refresh = REFRESH } = options;
    this.page = safe(page);
    if (page !== undefined && !this.page) {
      console.warn(
        'Steadfetch: `status.page` is left out: it is no https: address. People are offered no link.',
      );
    }
    const take = async (document: unknown) => {
      const own = format === 'steadfetch';
      this.#incidents = (own ? readOwn : readStatuspage)(asObject(document));
      this.fixed = own ? readFixed(asObject(document), (url) => this.#isAbout(url)) : [];
      if (page === undefined)
        this.page = own ? firstUrl(document) : safe(asObject(asObject(document)['page'])['url']);
      this.#news();
    };
    ended.addEventListener('abort', () => clearTimeout(this.#timer));
    this.#loader = new RemoteLoader(href, refresh, MOST, native, ended, '', take, 'status feed', 'omit');
  }

  #isAbout(url: string): boolean {
    return subject(this.options, this.href, this.base, this.rules() ?? [])(url);
  }

  begin(): void {
    this.#asked = Date.now();
    this.#loader.begin();
  }

  /** There is trouble: is it known? */
  look(): void {
    if (Date.now() - this.#asked < RECENT) return;
    this.#asked = Date.now();
    this.#loader.now();
  }

  #news(): void {
    this.#core = undefined;
    this.changed();
  }

  /** Tells a core what goes on, where that is news to it: also as time passes, and as calls go to other endpoints. */
  tell(core: Core): void {
    const now = Date.now();
    const before = this.#about.length;
    const known = core === this.#core && now < this.#until;
    if (!known) [this.#next, this.#about] = [0, []];
    let isAbout: ReturnType<typeof subject> | undefined;
    for (let url; (url = core.endpoint(this.#next)); this.#next++) {
      isAbout ??= subject(this.options, this.href, this.base, this.rules() ?? []);
      if (isAbout(url)) this.#about.push(this.#next);
    }
    if (known && this.#about.length === before) return;
    this.#core = core;
    const incidents = this.#incidents.filter((incident) => goesOn(incident, now));
    core.incidents({ incidents, about: this.#about }, +!!this.page);
    this.#until = nextChange(this.#incidents, now);
    clearTimeout(this.#timer);
    if (this.#incidents.length > 0) this.#timer = setTimeout(() => this.#news(), this.#until - now);
  }
}

function goesOn({ since, until = Infinity, planned }: Incident, now: number): boolean {
  return since <= now && (now < until || !planned);
}

/** When one of them begins or ends; at midnight at the latest, when today's times become those of another day. */
function nextChange(incidents: readonly Incident[], now: number): number {
  const times = incidents.flatMap(({ since, until = 0 }) => [since, until]);
  return Math.min(new Date(now).setHours(24, 0, 0, 0), ...times.filter((at) => at > now));
}

/**
 * Whether the feed is about the endpoint of this URL. `origins` names them; else it is about the page's own domain and the feed's, a leading
 * "www." or "status." aside, with all below them, and what rules name. Others' servers have their own status.
 */
export function subject({ origins }: Options, href: string, base: string, rules: readonly Rule[]) {
  const named = origins ?? rules.flatMap(namedBy);
  const exact = new Set(named.map(originOf));
  exact.delete(undefined);
  const domains = origins
    ? []
    : [href, base].map((url) => hostOf(url).replace(/^(www|status)\.(?=.*\.)/, ''));
  return (url: string): boolean => {
    const host = hostOf(url);
    return (
      exact.has(originOf(url)) ||
      domains.some((domain) => domain !== '' && (host === domain || host.endsWith('.' + domain)))
    );
  };
}

/** The addresses in a rule. */
function namedBy({ match, endpoints }: Rule): string[] {
  const pattern = typeof match === 'string' ? match : (match.url ?? '');
  return [pattern, ...(endpoints?.urls ?? []).map(({ url }) => url)];
}

/** Of an absolute URL, or of a pattern that spells it out. */
function originOf(url: string): string | undefined {
  const found = /^https?:\/\/[^/?#*{]+/i.exec(url);
  return found && URL.canParse(found[0]) ? new URL(found[0]).origin : undefined;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

/** Atlassian Statuspage's summary.json: incidents that are not resolved, and maintenance that is not over. */
function readStatuspage(feed: Json): Incident[] {
  if (!Array.isArray(feed['incidents'])) throw new Error('it has no list of incidents');
  const incidents = list(feed['incidents']).filter(
    ({ status, impact }) => !/^(resolved|postmortem)$/.test(`${status as string}`) && impact !== 'none',
  );
  const maintenance = list(feed['scheduled_maintenances']).filter(({ status }) =>
    /^(scheduled|in_progress|verifying)$/.test(`${status as string}`),
  );
  return [
    ...incidents.map((incident) =>
      incidentOf(incident['started_at'] ?? incident['created_at'], undefined, false),
    ),
    ...maintenance.map((work) =>
      incidentOf(work['scheduled_for'], work['scheduled_until'], work['status'] === 'scheduled'),
    ),
  ].filter((incident) => incident !== undefined);
}

/** Our own format. */
function readOwn(feed: Json): Incident[] {
  if (!Array.isArray(feed['incidents'])) throw new Error('it has no list of incidents');
  return list(feed['incidents'])
    .map(({ since, expected, features, codes }) => {
      const incident = incidentOf(since, expected, Number(time(since)) > Date.now());
      if (!incident) return undefined;
      const kinds = texts(codes).map((code) => code.replace(/^SF-/, ''));
      return { ...incident, kinds, features: texts(features) };
    })
    .filter((incident) => incident !== undefined);
}

/** What names neither a report nor a code says nothing. */
function readFixed({ fixed }: Json, isAbout: (url: string) => boolean): Fixed[] {
  return list(fixed, MOST_FIXED)
    .map(({ reference, code, origin, route, at, url }) => {
      const when = time(at);
      const [report, kind, path, link] = [short(reference), short(code), short(route, LONGEST), safe(url)];
      if (when === undefined || !(report || kind)) return undefined;
      const covers =
        origin === undefined ? isAbout : (one: string) => originOf(one) === originOf(`${origin as string}`);
      return {
        at: when,
        covers,
        ...(report && { reference: report }),
        ...(kind && { code: kind }),
        ...(path && { route: path }),
        ...(link && { url: link }),
      };
    })
    .filter((fixed) => fixed !== undefined);
}

function short(text: unknown, most = 32): string | undefined {
  return typeof text === 'string' && text.length > 0 && text.length <= most ? text : undefined;
}

function incidentOf(since: unknown, until: unknown, planned: boolean): Incident | undefined {
  const [begin, end] = [time(since), time(until)];
  if (begin === undefined) return undefined;
  // What goes on has begun, whatever a clock that is behind says.
  const from = planned ? begin : Math.min(begin, Date.now());
  return { since: from, ...(end !== undefined && { until: end }), planned, kinds: [], features: [] };
}

/** Epoch ms, or a date as text. */
function time(value: unknown): number | undefined {
  const at = typeof value === 'string' && value.length < 64 ? Date.parse(value) : value;
  return typeof at === 'number' && at > 0 && at < 8.64e15 ? Math.floor(at) : undefined;
}

function firstUrl(document: unknown): string | undefined {
  for (const { url } of list(asObject(document)['incidents'])) if (safe(url)) return safe(url);
  return undefined;
}

/** People are led to https only. */
function safe(url: unknown): string | undefined {
  return typeof url === 'string' && url.length <= LONGEST && /^https:\/\//i.test(url) && URL.canParse(url)
    ? url
    : undefined;
}

function list(value: unknown, most = MOST_INCIDENTS): Json[] {
  return Array.isArray(value) ? value.slice(0, most).map(asObject) : [];
}

function texts(value: unknown): string[] {
  const all = Array.isArray(value) ? value.slice(0, MOST_INCIDENTS) : [];
  return all.filter((text): text is string => typeof text === 'string' && text.length < 128);
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
