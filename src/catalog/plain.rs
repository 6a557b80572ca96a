//! English without a host: for native programs, and where `Intl` is missing.

use super::Number;
use super::locale::{Locale, NumberStyle, Plural, TimeStyle};
use super::value::{Dir, Moment, Opt, option};
use alloc::string::String;

/// English plurals, numbers as 1,234.5 and times as 2:05 PM, at a fixed distance from UTC.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlainLocale {
    /// Minutes that local time is ahead of UTC.
    pub utc_offset: i32,
}

impl Locale for PlainLocale {
    fn dir(&self) -> Dir {
        Dir::Ltr
    }

    fn number(&self, style: NumberStyle, number: Number, options: &[Opt<'_>], out: &mut String) -> bool {
        let number = match style {
            NumberStyle::Percent => match number.hundredfold() {
                Some(number) => number,
                None => return false,
            },
            NumberStyle::Currency | NumberStyle::Unit => return false,
            NumberStyle::Decimal | NumberStyle::Integer => number,
        };
        let mut plain = String::new();
        number.write(&mut plain);
        let unsigned = plain.trim_start_matches('-');
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let grouped = option(options, "useGrouping") != Some("never");
        if unsigned.len() < plain.len() {
            out.push('-');
        } else if option(options, "signDisplay") == Some("always") {
            out.push('+');
        }
        for (index, digit) in whole.chars().enumerate() {
            if grouped && index > 0 && (whole.len() - index) % 3 == 0 {
                out.push(',');
            }
            out.push(digit);
        }
        let least = digits(options, "minimumFractionDigits");
        if !fraction.is_empty() || least > 0 {
            out.push('.');
            out.push_str(fraction);
            for _ in fraction.len()..least {
                out.push('0');
            }
        }
        if style == NumberStyle::Percent {
            out.push('%');
        }
        true
    }

    fn plural(&self, number: Number, ordinal: bool, options: &[Opt<'_>]) -> Plural {
        let Some(number) = number.as_int() else { return Plural::Other };
        let number = number.unsigned_abs();
        match (ordinal, number % 10, number % 100) {
            (false, ..) if number == 1 && digits(options, "minimumFractionDigits") == 0 => Plural::One,
            (false, ..) | (true, _, 11..=13) => Plural::Other,
            (true, 1, _) => Plural::One,
            (true, 2, _) => Plural::Two,
            (true, 3, _) => Plural::Few,
            _ => Plural::Other,
        }
    }

    fn moment(&self, style: TimeStyle, moment: Moment<'_>, options: &[Opt<'_>], out: &mut String) -> bool {
        let local = match moment {
            Moment::Epoch(ms) => ms.saturating_add(i64::from(self.utc_offset) * MINUTE),
            Moment::Iso(text) => match iso(text) {
                Some((local, None)) => local,
                Some((local, Some(ahead))) => {
                    local + (i64::from(self.utc_offset) - i64::from(ahead)) * MINUTE
                }
                None => return false,
            },
        };
        let (day, in_day) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        if style != TimeStyle::Time {
            let (year, month, day) = civil(day);
            let name = usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index));
            out.push_str(name.copied().unwrap_or_default());
            out.push(' ');
            Number::int(day).write(out);
            out.push_str(", ");
            Number::int(year).write(out);
        }
        if style == TimeStyle::DateTime {
            out.push_str(", ");
        }
        if style != TimeStyle::Date {
            let (hour, minute, second) = (in_day / HOUR, in_day / MINUTE % 60, in_day / 1000 % 60);
            let day_half = option(options, "hour12") != Some("false");
            Number::int(if day_half { (hour + 11) % 12 + 1 } else { hour }).write(out);
            two_digits(minute, out);
            let precision = if style == TimeStyle::Time { "precision" } else { "timePrecision" };
            if option(options, precision) == Some("second") {
                two_digits(second, out);
            }
            if day_half {
                out.push_str(if hour < 12 { " AM" } else { " PM" });
            }
        }
        true
    }
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn two_digits(value: i64, out: &mut String) {
    out.push(':');
    if value < 10 {
        out.push('0');
    }
    Number::int(value).write(out);
}

/// A digit size option; 0 where there is none. Capped as in `Intl`, which refuses more.
fn digits(options: &[Opt<'_>], name: &str) -> usize {
    let value = option(options, name).and_then(Number::parse).and_then(Number::as_int).unwrap_or(0);
    usize::try_from(value.clamp(0, 100)).unwrap_or(0)
}

/// Year, month and day of a day number (0 is 1970-01-01), in the proleptic Gregorian calendar.
///
/// Counts from 0000-03-01, so that the leap day ends a year: 146 097 days are 400 years.
fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (month_of_year, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + carry, month_of_year, day - (153 * month + 2) / 5 + 1)
}

/// The day number of a date.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let month = if month > 2 { month - 3 } else { month + 9 };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    era * 146_097 + 365 * year + year / 4 - year / 100 + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// Milliseconds since 1970 in the text's own time, and its minutes ahead of UTC where it says so.
fn iso(text: &str) -> Option<(i64, Option<i32>)> {
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut fields = date.splitn(3, '-');
    let (year, month, day) =
        (field(fields.next()?, 4)?, field(fields.next()?, 2)?, field(fields.next()?, 2)?);
    let number = days(year, month, day);
    // A day that the month does not have comes back as another one.
    if civil(number) != (year, month, day) {
        return None;
    }
    let Some(time) = time else { return Some((number * DAY, None)) };
    let (time, ahead) = match time.find(['Z', '+', '-']).and_then(|at| time.split_at_checked(at)) {
        Some((time, "Z")) => (time, Some(0)),
        Some((time, zone)) => (time, Some(offset(zone)?)),
        None => (time, None),
    };
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut fields = time.splitn(3, ':');
    let (hour, minute, second) =
        (field(fields.next()?, 2)?, field(fields.next()?, 2)?, field(fields.next()?, 2)?);
    let ms = field(fraction, fraction.len().clamp(1, 3))? * [0, 100, 10, 1].get(fraction.len()).copied()?;
    let valid = hour < 24 && minute < 60 && second < 60;
    valid.then_some((number * DAY + hour * HOUR + minute * MINUTE + second * 1000 + ms, ahead))
}

/// Minutes of `+02:00`.
fn offset(zone: &str) -> Option<i32> {
    let (sign, rest) =
        if let Some(rest) = zone.strip_prefix('-') { (-1, rest) } else { (1, zone.strip_prefix('+')?) };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (field(hours, 2)?, field(minutes, 2)?);
    (hours <= 14 && minutes < 60)
        .then(|| i32::try_from(hours * 60 + minutes).ok().map(|ahead| sign * ahead))?
}

/// So many digits, and nothing else.
fn field(text: &str, length: usize) -> Option<i64> {
    if text.len() != length {
        return None;
    }
    text.bytes().try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0')))
}
