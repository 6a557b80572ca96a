// The formatters that the built-in catalog asks for: plural forms, `:integer` and `:time`, without options. Where Intl refuses,
// the answer is undefined; the message then shows a name.

/** The one locale that the built-in catalog speaks. */
const LOCALE = 'en';

/** Answers a question of locale.rs: what is wanted, and the value; times are epoch ms. */
export function answerIntl([what, value]: string[]): string | undefined {
  const number = Number(value);
  try {
    switch (what) {
      case 'cardinal':
        return new Intl.PluralRules(LOCALE).select(number);
      case 'time':
        return new Intl.DateTimeFormat(LOCALE, { hour: 'numeric', minute: '2-digit' }).format(number);
      case 'decimal':
        return new Intl.NumberFormat(LOCALE).format(number);
    }
  } catch {
    // It refuses.
  }
  return undefined;
}
