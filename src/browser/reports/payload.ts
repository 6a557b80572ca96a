// What a report sends: made of nothing but what has passed the gate that all outgoing data passes (telemetry/redact.ts).
import type { Explanation, Health, ProblemReport } from '../../../pkg/types/index';
import type { Raw, Redactor } from '../telemetry/redact';

declare const composed: unique symbol;

/** What is shown, and sent as it was shown; `compose` alone makes one. */
export type Payload = Omit<ProblemReport, 'state'> & { readonly [composed]: true };

/** What a person can leave out. */
export type Part = 'explanation' | 'health' | 'page' | 'sdk';

/** What a report is made of, as it is known here. */
export interface Draft {
  readonly reference: string;
  /** Epoch ms. */
  readonly at: number;
  words: string;
  contact: string;
  readonly code: string | undefined;
  readonly explanation: Explanation | undefined;
  /** Of the request that it is about. */
  readonly href: string | undefined;
  readonly health: Health;
  /** The page's own URL. */
  readonly page: string;
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

/** Undefined where the gate could not be passed: then nothing is sent. */
export function compose(redactor: Redactor, draft: Draft): Payload | undefined {
  const parts = new Set(draft.parts);
  let payload = once(redactor, draft, parts);
  for (const part of ['health', 'explanation'] as const) {
    if (!payload || new Blob([JSON.stringify(payload)]).size <= MOST) break;
    // The person's own words are worth most.
    parts.delete(part);
    payload = once(redactor, draft, parts);
  }
  return payload;
}

function once(redactor: Redactor, draft: Draft, parts: ReadonlySet<Part>): Payload | undefined {
  const { reference, at, words, contact, code, explanation, href, health, page } = draft;
  const report: Raw = {
    type: 'report',
    at,
    href: page,
    reference,
    code: parts.has('explanation') ? code : undefined,
    words: words.slice(0, 2 * MOST_WORDS).trim() || undefined,
    contact: contact.slice(0, 2 * MOST_CONTACT).trim() || undefined,
    page: parts.has('page') ? page : undefined,
    origin: new URL(page).origin,
    sdk: parts.has('sdk') ? redactor.sdk : undefined,
  };
  const raws = [report];
  const call = parts.has('explanation') && explanation;
  if (call)
    raws.push({ ...call, timeline: call.timeline.slice(-MOST_STEPS), type: 'call', at, href: href ?? '' });
  if (parts.has('health'))
    raws.push({ ...health, origins: health.origins.slice(0, MOST_SERVERS), type: 'health', at });
  const passed = redactor.pass(raws);
  if (passed.length < raws.length) return undefined;
  const [own, ...rest] = passed as unknown as Record<string, never>[];
  const { type: _type, origin, page: where = '', sdk = '', ...more } = own! as Record<string, string>;
  const found = (type: string) => {
    const record = rest.find((record) => record['type'] === type);
    if (!record) return undefined;
    const { type: _type, at: _at, ...known } = record;
    return known;
  };
  const known = found('call') as Explanation | undefined;
  const state = found('health') as Health | undefined;
  // The gate leaves out what is empty.
  for (const server of state?.origins ?? []) server.failures ??= {};
  return {
    ...more,
    ...(known && { explanation: known }),
    ...(state && { health: state }),
    // The app's own name for it is a path.
    page: where.startsWith('/') ? origin + where : where,
    sdk,
  } as unknown as Payload;
}
