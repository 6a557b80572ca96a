// What a report sends: made of nothing but what has passed the gate that all outgoing data passes (telemetry/redact.ts).
import type { Explanation, Health, ProblemReport } from '../../../pkg/types/index';
import type { Raw, Redactor } from '../telemetry/redact';

declare const composed: unique symbol;

/** What is shown, and sent as it was shown; this file alone makes them. */
export type Payload = Omit<ProblemReport, 'state'> & { readonly [composed]: true };

/** What a person can leave out. */
export const PARTS = ['call', 'explanation', 'health', 'page', 'sdk'] as const;
export type Part = (typeof PARTS)[number];

/** What is known of the call that a report is about. */
export type About = { [Name in keyof Known]: Known[Name] | undefined } & {
  /** Its URL: by it alone routes are named, and it does not leave. */
  readonly href: string;
};
type Known = NonNullable<ProblemReport['call']>;

/** What a report is made of, as it is known here. */
export interface Draft {
  readonly reference: string;
  /** Epoch ms. */
  readonly at: number;
  words: string;
  contact: string;
  readonly code: string | undefined;
  readonly call: About | undefined;
  readonly explanation: Explanation | undefined;
  readonly health: Health;
  /** The page's own URL. */
  readonly page: string;
  /** The app's own version. */
  readonly app: string | undefined;
  /** Those that are sent along. */
  readonly parts: Set<Part>;
}

/** The gate cuts the person's words after so many characters, and how to reach them after so many. */
export const MOST_WORDS = 8_000;
export const MOST_CONTACT = 200;
/** The last steps of a call, and servers, that are sent along. */
const MOST_STEPS = 60;
const MOST_SERVERS = 20;
/** Bytes of one report. */
export const MOST = 65_536;

/** A report's raw facts, by what the gate takes them for; of the last three, those that go along. */
interface Facts {
  report: Raw;
  call?: Raw | undefined;
  explanation?: Raw | undefined;
  health?: Raw | undefined;
}

/** Undefined where the gate could not be passed: then nothing is sent. */
export function compose(redactor: Redactor, draft: Draft): Payload | undefined {
  const parts = new Set(draft.parts);
  let payload = pass(redactor, factsOf(draft, parts, redactor.sdk));
  for (const part of ['health', 'explanation'] as const) {
    if (!payload || new Blob([JSON.stringify(payload)]).size <= MOST) break;
    // The person's own words are worth most.
    parts.delete(part);
    payload = pass(redactor, factsOf(draft, parts, redactor.sdk));
  }
  return payload;
}

/** What may leave now of a report that has waited: since then the app may have come to allow less. */
export function recompose(redactor: Redactor, report: ProblemReport): Payload | undefined {
  const { at, call, explanation, health, page, sdk, state: _, ...rest } = report;
  const [href, origin] = [call ? (call.origin ?? '') + call.route : '', originOf(page)];
  return pass(redactor, {
    report: {
      ...rest,
      type: 'report',
      at,
      href: page,
      origin,
      page: page || undefined,
      sdk: sdk || undefined,
    },
    call: call && ({ ...call, type: 'call', href } as Raw),
    explanation: explanation && { ...explanation, type: 'call', at, href },
    health: health && { ...health, type: 'health', at },
  });
}

function factsOf(draft: Draft, parts: ReadonlySet<Part>, sdk: string): Facts {
  const { reference, at, words, contact, code, call, explanation, health, page, app } = draft;
  const has = (part: Part) => parts.has(part);
  const report: Raw = {
    type: 'report',
    at,
    href: page,
    reference,
    code: has('explanation') || (call && has('call')) ? code : undefined,
    words: words.slice(0, 2 * MOST_WORDS).trim() || undefined,
    contact: contact.slice(0, 2 * MOST_CONTACT).trim() || undefined,
    page: has('page') ? page : undefined,
    origin: originOf(page),
    sdk: has('sdk') ? sdk : undefined,
    app: has('sdk') ? app : undefined,
  };
  const href = call?.href ?? '';
  const timeline = explanation?.timeline.slice(-MOST_STEPS);
  const origins = health.origins.slice(0, MOST_SERVERS);
  return {
    report,
    call: call && has('call') ? ({ ...call, type: 'call' } as Raw) : undefined,
    explanation:
      explanation && has('explanation') ? { ...explanation, timeline, type: 'call', at, href } : undefined,
    health: has('health') ? { ...health, origins, type: 'health', at } : undefined,
  };
}

/** What of it may leave. */
function pass(redactor: Redactor, { report, ...more }: Facts): Payload | undefined {
  const along = Object.entries(more).filter((entry): entry is [string, Raw] => entry[1] !== undefined);
  const passed = redactor.pass([report, ...along.map(([, raw]) => raw)]);
  if (passed.length <= along.length) return undefined;
  const [own, ...rest] = passed as unknown as Record<string, unknown>[];
  const parts = Object.fromEntries(along.map(([name], n) => [name, rest[n]!]));
  for (const part of Object.values(parts)) delete part['type'];
  for (const name of ['explanation', 'health']) delete parts[name]?.['at'];
  // The gate leaves out what is empty.
  for (const server of (parts['health'] as Health | undefined)?.origins ?? []) server.failures ??= {};
  const { type: _type, origin, page = '', sdk = '', ...known } = own as Record<string, string>;
  // The app's own name for it is a path.
  return { ...known, ...parts, page: page.startsWith('/') ? origin + page : page, sdk } as unknown as Payload;
}

function originOf(page: string): string | undefined {
  return URL.canParse(page) ? new URL(page).origin : undefined;
}
