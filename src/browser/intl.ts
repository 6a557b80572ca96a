// The formatters that the catalog asks for. Where Intl refuses, the answer is undefined; the message then shows a name.

/** The one locale that the built-in catalog speaks. */
const LOCALE = 'en';

/** Options of MessageFormat functions → those of Intl. Intl reads digits given as text as numbers. */
function options(pairs: string[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const name = pairs[at]!;
    const value = pairs[at + 1]!;
    if (name === 'fractionDigits') found['minimumFractionDigits'] = found['maximumFractionDigits'] = value;
    // Intl takes any text for true.
    else found[name] = value === 'false' || value === 'never' ? false : value;
  }
  return found;
}

const TIME: Record<string, Intl.DateTimeFormatOptions> = {
  hour: { hour: 'numeric' },
  minute: { hour: 'numeric', minute: '2-digit' },
  second: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
};

/** Answers a question of locale.rs: what is wanted, the value, then names and values of options in turn. */
export function answerIntl([what, value, ...pairs]: string[]): string | undefined {
  const chosen = options(pairs) as Record<string, string>;
  // A decimal string keeps every digit; the type of older libraries allows numbers only.
  const number = value as unknown as number;
  try {
    switch (what) {
      case 'cardinal':
      case 'ordinal':
        return new Intl.PluralRules(LOCALE, { ...chosen, type: what } as never).select(Number(value));
      case 'date':
      case 'time':
      case 'datetime':
        return moment(what, value!, chosen);
      default:
        return new Intl.NumberFormat(LOCALE, { ...chosen, style: what } as never).format(number);
    }
  } catch {
    return undefined;
  }
}

function moment(what: string, value: string, chosen: Record<string, string>): string {
  const time = TIME[chosen[what === 'time' ? 'precision' : 'timePrecision'] ?? 'minute'] ?? TIME['minute'];
  const length = chosen[what === 'date' ? 'length' : 'dateLength'] ?? 'medium';
  const month = length === 'medium' ? 'short' : length === 'short' ? 'numeric' : 'long';
  const date = { year: 'numeric', month, day: 'numeric' };
  const format = what === 'time' ? time : what === 'date' ? date : { ...date, ...time };
  const zone = chosen['timeZone'] ? { timeZone: chosen['timeZone'] } : {};
  // Epoch milliseconds, or ISO 8601.
  const at = /^-?\d+$/.test(value) ? Number(value) : new Date(value);
  return new Intl.DateTimeFormat(LOCALE, { ...format, ...zone } as never).format(at);
}
