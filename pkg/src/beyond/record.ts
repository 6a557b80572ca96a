// A notice about calls, as the core tells of it and takes it in: told by workers, and kept over a reload. Either way any script
// of the origin may have written it.

/** So many notices are told, or kept. */
export const MOST = 50;
const LONGEST = 2048;

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
  /** Who met it is gone, and does not say how it ends. */
  gone?: boolean;
}

/** What the core reads of one; it minds their types itself. */
const MEMBERS =
  'key kind url impact intent rule count waiting retryAt availableAt since urgent write over'.split(' ');

/** Reads what claims to be a list of these; what is wrong about it is left out. */
export function readRecords(list: unknown): Record[] {
  if (!Array.isArray(list)) return [];
  return list.slice(0, MOST).flatMap((given: { [name: string]: unknown } | null) => {
    const record: { [name: string]: unknown } = {};
    for (const name of MEMBERS) {
      const value = given?.[name];
      if (typeof value !== 'object' && `${value as string}`.length <= LONGEST) record[name] = value;
    }
    const { key, kind, url } = record;
    const fits = [key, kind, url].every((text) => typeof text === 'string');
    return fits && /^(https?:|$)/.test(url as string) ? [record as unknown as Record] : [];
  });
}
