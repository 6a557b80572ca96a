// The formatters that the catalog asks for. Each answers undefined where Intl refuses; the message then shows a name.

type Pairs = string[];

/** Options of MessageFormat functions → those of Intl. Intl reads digits given as text as numbers. */
function options(pairs: Pairs): Record<string, unknown> {
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

function attempt(format: () => string): string | undefined {
  try {
    return format();
  } catch {
    return undefined;
  }
}

const TIME: Record<string, Intl.DateTimeFormatOptions> = {
  hour: { hour: 'numeric' },
  minute: { hour: 'numeric', minute: '2-digit' },
  second: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
};

export class IntlFormats {
  readonly #locale: string;

  constructor(locale: string) {
    this.#locale = locale;
  }

  number(style: string, value: string, pairs: Pairs): string | undefined {
    // A decimal string keeps every digit; the type of older libraries allows numbers only.
    const text = value as unknown as number;
    return attempt(() =>
      new Intl.NumberFormat(this.#locale, { ...options(pairs), style } as never).format(text),
    );
  }

  plural(ordinal: boolean, value: string, pairs: Pairs): string | undefined {
    const type = ordinal ? 'ordinal' : 'cardinal';
    return attempt(() =>
      new Intl.PluralRules(this.#locale, { ...options(pairs), type } as never).select(Number(value)),
    );
  }

  moment(style: string, epoch: number | undefined, iso: string, pairs: Pairs): string | undefined {
    const chosen = options(pairs) as Record<string, string>;
    const time = TIME[chosen[style === 'time' ? 'precision' : 'timePrecision'] ?? 'minute'] ?? TIME['minute'];
    const length = chosen[style === 'date' ? 'length' : 'dateLength'] ?? 'medium';
    const month = length === 'medium' ? 'short' : length === 'short' ? 'numeric' : 'long';
    const date = { year: 'numeric', month, day: 'numeric' };
    const format = style === 'time' ? time : style === 'date' ? date : { ...date, ...time };
    const zone = chosen['timeZone'] ? { timeZone: chosen['timeZone'] } : {};
    return attempt(() =>
      new Intl.DateTimeFormat(this.#locale, { ...format, ...zone } as never).format(epoch ?? new Date(iso)),
    );
  }
}
