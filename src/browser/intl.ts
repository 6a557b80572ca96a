// The formatters that the built-in catalogs ask for: plural forms, `:integer` and `:time`, without options. Where Intl refuses,
// the answer is undefined; the message then shows a name.

/** What answers for the messages of an app's own catalogs, once there is one. */
export const own: { answer?: (question: string[]) => string | undefined } = {};

/** Answers a question of locale.rs: a language tag, what is wanted, and the value; times are epoch ms. */
export function answerIntl([locale, what, value, ...more]: string[]): string | undefined {
  const number = Number(value);
  try {
    switch (what) {
      case 'cardinal':
        return new Intl.PluralRules(locale).select(number);
      case 'time':
        return time(locale, new Date(number));
      case 'decimal':
        return new Intl.NumberFormat(locale).format(number);
      case 'message':
        return own.answer?.([value!, ...more]);
    }
  } catch {
    // It refuses.
  }
  return undefined;
}

/** A time of day; of another day than today with the day behind it, so that any words in front of it fit both. */
function time(locale: string | undefined, at: Date): string {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options).format(at);
  const text = format({ hour: 'numeric', minute: '2-digit' });
  const now = new Date();
  if (at.toDateString() === now.toDateString()) return text;
  const day: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
  if (at.getFullYear() !== now.getFullYear()) day.year = 'numeric';
  return `${text} (${format(day)})`;
}
