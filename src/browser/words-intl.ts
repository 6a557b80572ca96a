// All that MessageFormat functions can ask of Intl, for an app's own catalogs. What Intl refuses is undefined.

type Options = Record<string, string>;

const TIME: Record<string, Intl.DateTimeFormatOptions> = {
  hour: { hour: 'numeric' },
  minute: { hour: 'numeric', minute: '2-digit' },
  second: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
};

/** Answers a question of locale.rs: a language tag, what is wanted, the value, names and values of options in turn. */
export function answerAll([locale, what, value = '', ...pairs]: string[]): string | undefined {
  const options: Options = {};
  for (let at = 0; at + 1 < pairs.length; at += 2) options[pairs[at]!] = pairs[at + 1]!;
  try {
    switch (what) {
      case 'normal':
        return value.normalize('NFC');
      case 'cardinal':
      case 'ordinal':
        return new Intl.PluralRules(locale, { ...digits(options), type: what }).select(Number(value));
      case 'date':
      case 'time':
      case 'datetime':
        return new Intl.DateTimeFormat(locale, moment(what, options)).format(instant(value));
      case 'decimal':
      case 'percent':
      case 'currency':
      case 'unit':
        // A decimal string keeps every digit; the type of older libraries allows numbers only.
        return new Intl.NumberFormat(locale, { ...number(options, what), style: what }).format(
          value as unknown as number,
        );
    }
  } catch {
    // It refuses.
  }
  return undefined;
}

/** Epoch ms, or an ISO 8601 date or date and time; without an offset it is local. */
function instant(value: string): Date {
  if (/^-?\d{1,16}$/.test(value)) return new Date(Number(value));
  const found = /^(\d{4})-(\d\d)-(\d\d)(T\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)?)?$/.exec(value);
  if (!found) throw new RangeError(value);
  const [, , , day, time] = found;
  const at = new Date(time ? value : value + 'T00:00:00');
  // A day that the month does not have comes back as another one.
  const offset = time && /Z|[+-]\d\d:\d\d$/.test(time);
  if (!offset && at.getDate() !== Number(day)) throw new RangeError(value);
  return at;
}

/** Options for digits; Intl reads digits given as text as numbers. */
function digits({ fractionDigits, ...options }: Options): Intl.PluralRulesOptions {
  const found: Record<string, unknown> = {};
  for (const name in options) if (/(Digits|ZeroDisplay)$/.test(name)) found[name] = options[name];
  if (fractionDigits && fractionDigits !== 'auto')
    found['minimumFractionDigits'] = found['maximumFractionDigits'] = fractionDigits;
  return found;
}

function number(options: Options, what: string): Intl.NumberFormatOptions {
  const { useGrouping, currencyDisplay } = options;
  const found: Record<string, unknown> = { ...options, ...digits(options) };
  delete found['fractionDigits'];
  if (useGrouping) found['useGrouping'] = useGrouping === 'never' ? false : useGrouping;
  if (what === 'currency' && currencyDisplay === 'never') throw new RangeError('no such display');
  return found;
}

function moment(what: string, options: Options): Intl.DateTimeFormatOptions {
  const whole = what === 'datetime';
  const { timeZone, calendar, hour12, timeZoneStyle } = options;
  const found: Intl.DateTimeFormatOptions = {};
  if (what !== 'time') {
    const fields = options[whole ? 'dateFields' : 'fields'] ?? 'year-month-day';
    const length = options[whole ? 'dateLength' : 'length'] ?? 'medium';
    const long = length === 'long';
    if (fields.includes('year')) found.year = 'numeric';
    if (fields.includes('month')) found.month = long ? 'long' : length === 'short' ? 'numeric' : 'short';
    if (/\bday\b/.test(fields)) found.day = 'numeric';
    if (fields.includes('weekday')) found.weekday = long ? 'long' : 'short';
  }
  if (what !== 'date') {
    Object.assign(found, TIME[options[whole ? 'timePrecision' : 'precision'] ?? 'minute']);
    if (hour12) found.hourCycle = hour12 === 'true' ? 'h12' : 'h23';
    if (timeZoneStyle) found.timeZoneName = timeZoneStyle as 'short';
  }
  if (timeZone) found.timeZone = timeZone;
  if (calendar) found.calendar = calendar;
  return found;
}
