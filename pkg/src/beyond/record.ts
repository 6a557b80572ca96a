// A notice about calls, as the core tells of it and takes it in: told by workers, and kept over a reload. Either way any script
// of the origin may have written it.

/** So many notices are told, or kept. */
export const MOST = 50;
const LONGEST = 2048;
/** What names something: a kind, an impact, the message of an intent. */
const LONGEST_NAME = 200;

export interface Record {
  id: string;
  /** The same for the same cause, wherever it is met. */
  key: string;
  kind: string;
  url: string;
  /** It may interrupt. */
  urgent: boolean;
  write: boolean;
  over: boolean;
}

/** What each member may be; all else is left out. */
const MEMBERS: { [name: string]: (value: unknown) => boolean } = {
  key: isText,
  url: (url) => isText(url) && /^(https?:|$)/.test(url as string),
  ...each(['kind', 'impact', 'intent'], (name) => isText(name) && (name as string).length <= LONGEST_NAME),
  ...each(['rule', 'count', 'waiting', 'retryAt', 'availableAt', 'since'], Number.isFinite),
  ...each(['write', 'over'], (flag) => typeof flag === 'boolean'),
};

/** Reads what claims to be a list of these; what is wrong about it is left out. */
export function readRecords(list: unknown): Record[] {
  if (!Array.isArray(list)) return [];
  return list.slice(0, MOST).flatMap((given: { [name: string]: unknown } | null) => {
    const record: { [name: string]: unknown } = {};
    for (const [name, fits] of Object.entries(MEMBERS)) {
      const value = given?.[name];
      if (fits(value)) record[name] = value;
    }
    return 'key' in record && 'kind' in record && 'url' in record ? [record as unknown as Record] : [];
  });
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= LONGEST;
}

function each(names: string[], fits: (value: unknown) => boolean): typeof MEMBERS {
  return Object.fromEntries(names.map((name) => [name, fits]));
}
