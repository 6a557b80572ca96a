// What a status page says: incidents that go on now, what is fixed, and where people can read about them. Loaded only where there is one.
import type { SteadfetchOptions } from '../../pkg/types/index';
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
  /** Kinds of trouble that come of it; none: whatever an outage looks like. */
  kinds: string[];
  features: string[];
}

/** A problem that is fixed since `at` (epoch ms): of one report, or of all with a fault's code. */
export interface Fixed {
  reference?: string;
  code?: string;
  at: number;
  url?: string;
}

/** So many of those are looked at. */
const MOST_FIXED = 500;

type Json = { [name: string]: unknown };

export class StatusFeed {
  /** Where people can read more; a safe address, or undefined. */
  page: string | undefined;
  incidents: Incident[] = [];
  /** What is fixed. */
  fixed: Fixed[] = [];
  readonly #loader: RemoteLoader;
  #asked = 0;

  /** `href`: where the feed is. `changed`: there is something new. `ended`: nobody is interested any more. */
  constructor(
    { format = 'statuspage', page, refresh = REFRESH }: NonNullable<SteadfetchOptions['status']>,
    href: string,
    native: typeof fetch,
    ended: AbortSignal,
    readonly changed: () => void,
  ) {
    this.page = safe(page);
    const take = async (document: unknown) => {
      const own = format === 'steadfetch';
      this.incidents = (own ? readOwn : readStatuspage)(asObject(document));
      this.fixed = own ? readFixed(asObject(document)) : [];
      if (page === undefined)
        this.page = own ? firstUrl(document) : safe(asObject(asObject(document)['page'])['url']);
      changed();
    };
    this.#loader = new RemoteLoader(href, refresh, MOST, native, ended, '', take, 'status feed', 'omit');
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
}

/** Atlassian Statuspage's summary.json: incidents that are not resolved, and maintenance under way. */
function readStatuspage(feed: Json): Incident[] {
  if (!Array.isArray(feed['incidents'])) throw new Error('it has no list of incidents');
  const incidents = list(feed['incidents']).filter(
    ({ status, impact }) => !/^(resolved|postmortem)$/.test(`${status as string}`) && impact !== 'none',
  );
  const maintenance = list(feed['scheduled_maintenances']).filter(({ status }) =>
    /^(in_progress|verifying)$/.test(`${status as string}`),
  );
  return [
    ...incidents.map((incident) => incidentOf(incident['started_at'] ?? incident['created_at'], undefined)),
    ...maintenance.map((work) => incidentOf(work['scheduled_for'], work['scheduled_until'])),
  ].filter((incident) => incident !== undefined);
}

/** Our own format. */
function readOwn(feed: Json): Incident[] {
  if (!Array.isArray(feed['incidents'])) throw new Error('it has no list of incidents');
  return list(feed['incidents'])
    .map(({ since, expected, features, codes }) => {
      const incident = incidentOf(since, expected);
      if (!incident) return undefined;
      const kinds = texts(codes).map((code) => code.replace(/^SF-/, ''));
      return { ...incident, kinds, features: texts(features) };
    })
    .filter((incident) => incident !== undefined);
}

/** What names neither a report nor a code says nothing. */
function readFixed({ fixed }: Json): Fixed[] {
  return list(fixed, MOST_FIXED)
    .map(({ reference, code, at, url }) => {
      const when = time(at);
      const [report, kind, link] = [short(reference), short(code), safe(url)];
      if (when === undefined || !(report || kind)) return undefined;
      return {
        // A clock that is ahead must not claim what comes later.
        at: Math.min(when, Date.now()),
        ...(report && { reference: report }),
        ...(kind && { code: kind }),
        ...(link && { url: link }),
      };
    })
    .filter((fixed) => fixed !== undefined);
}

function short(text: unknown): string | undefined {
  return typeof text === 'string' && text.length > 0 && text.length <= 32 ? text : undefined;
}

function incidentOf(since: unknown, until: unknown): Incident | undefined {
  const [begin, end] = [time(since), time(until)];
  if (begin === undefined || begin > Date.now()) return undefined;
  return { since: begin, ...(end !== undefined && { until: end }), kinds: [], features: [] };
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
