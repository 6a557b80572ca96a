//! English without a host: for native programs, and where `Intl` is missing.

use super::Number;
use super::locale::{Locale, NumberStyle, Plural, TimeStyle};
use super::value::{Dir, Moment, Opt, option};
use alloc::string::String;

/// English as `Intl` writes it, at a fixed distance from UTC; not the names of currencies, units and zones.
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
            NumberStyle::Unit => return false,
            NumberStyle::Currency | NumberStyle::Decimal | NumberStyle::Integer => number,
        };
        let mut symbol = String::new();
        if style == NumberStyle::Currency && !currency_symbol(options, &mut symbol) {
            return false;
        }
        let (negative, digits) = digits(style, number, options);
        let zero = digits.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        let sign = match (option(options, "signDisplay"), negative) {
            (Some("never"), _) | (Some("negative"), false) => "",
            (Some("negative" | "exceptZero"), _) if zero => "",
            (_, true) => "-",
            (Some("always" | "exceptZero"), false) => "+",
            _ => "",
        };
        let in_brackets = option(options, "currencySign") == Some("accounting") && sign == "-";
        out.push_str(if in_brackets { "(" } else { sign });
        out.push_str(&symbol);
        push_grouped(&digits, option(options, "useGrouping"), out);
        if style == NumberStyle::Percent {
            out.push('%');
        }
        if in_brackets {
            out.push(')');
        }
        true
    }

    fn plural(&self, number: Number, ordinal: bool, options: &[Opt<'_>]) -> Plural {
        let Some(number) = number.as_int() else { return Plural::Other };
        let number = number.unsigned_abs();
        match (ordinal, number % 10, number % 100) {
            (false, ..) if number == 1 && !shows_fraction(options) => Plural::One,
            (false, ..) | (true, _, 11..=13) => Plural::Other,
            (true, 1, _) => Plural::One,
            (true, 2, _) => Plural::Two,
            (true, 3, _) => Plural::Few,
            _ => Plural::Other,
        }
    }

    fn moment(&self, style: TimeStyle, moment: Moment<'_>, options: &[Opt<'_>], out: &mut String) -> bool {
        let ahead = match option(options, "timeZone") {
            None => self.utc_offset,
            Some("UTC" | "GMT") => 0,
            Some(_) => return false,
        };
        let local = match moment {
            Moment::Epoch(ms) => ms.saturating_add(i64::from(ahead) * MINUTE),
            Moment::Iso(text) => match iso(text) {
                Some((local, None)) => local,
                Some((local, Some(own))) => local + (i64::from(ahead) - i64::from(own)) * MINUTE,
                None => return false,
            },
        };
        let mut comma = ", ";
        if style != TimeStyle::Time {
            let (fields, length) = match style {
                TimeStyle::Date => ("fields", "length"),
                _ => ("dateFields", "dateLength"),
            };
            let fields = option(options, fields).unwrap_or("year-month-day");
            let length = option(options, length).unwrap_or("medium");
            push_date(local.div_euclid(DAY), fields, length, out);
            comma = match (fields, length) {
                ("weekday", _) => " ",
                (_, "long") if fields.contains("month") => " at ",
                _ => comma,
            };
        }
        if style == TimeStyle::DateTime {
            out.push_str(comma);
        }
        if style != TimeStyle::Date {
            let precision = if style == TimeStyle::Time { "precision" } else { "timePrecision" };
            push_time(local.rem_euclid(DAY), option(options, precision).unwrap_or("minute"), options, out);
            if let Some(length) = option(options, "timeZoneStyle") {
                out.push(' ');
                push_zone(ahead, length, out);
            }
        }
        true
    }
}

/// Symbols of currencies in English; the others have their code and a no-break space.
const SYMBOLS: [(&str, &str); 14] = [
    ("AUD", "A$"),
    ("BRL", "R$"),
    ("CAD", "CA$"),
    ("CNY", "CN¥"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("HKD", "HK$"),
    ("ILS", "₪"),
    ("INR", "₹"),
    ("JPY", "¥"),
    ("KRW", "₩"),
    ("MXN", "MX$"),
    ("NZD", "NZ$"),
    ("USD", "$"),
];

/// `false`: it would take the currency's name.
fn currency_symbol(options: &[Opt<'_>], out: &mut String) -> bool {
    let mut code = String::from(option(options, "currency").unwrap_or_default());
    code.make_ascii_uppercase();
    let symbol = SYMBOLS.iter().find(|(known, _)| *known == code).map(|(_, symbol)| *symbol);
    match (option(options, "currencyDisplay"), symbol) {
        (Some("name" | "narrowSymbol"), _) => return false,
        (Some("never"), _) => {}
        (None | Some("symbol"), Some(symbol)) => out.push_str(symbol),
        _ => {
            out.push_str(&code);
            out.push('\u{a0}');
        }
    }
    true
}

/// How many digits a currency has behind the point.
fn minor_digits(options: &[Opt<'_>]) -> i32 {
    let code = option(options, "currency").unwrap_or_default();
    let is = |codes: &[&str]| codes.iter().any(|known| known.eq_ignore_ascii_case(code));
    match code {
        _ if is(&[
            "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF",
            "XPF",
        ]) =>
        {
            0
        }
        _ if is(&["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]) => 3,
        _ => 2,
    }
}

/// Whether a number is below zero, and its digits as `Intl` rounds and fills them up.
fn digits(style: NumberStyle, number: Number, options: &[Opt<'_>]) -> (bool, String) {
    let (least, most) = match style {
        NumberStyle::Currency => (minor_digits(options), minor_digits(options)),
        NumberStyle::Integer | NumberStyle::Percent => (0, 0),
        NumberStyle::Decimal | NumberStyle::Unit => (0, 3),
    };
    let both = size(options, "fractionDigits");
    let (given_least, given_most) =
        (both.or(size(options, "minimumFractionDigits")), both.or(size(options, "maximumFractionDigits")));
    let most = given_most.unwrap_or(most.max(given_least.unwrap_or(0)));
    let mut least = given_least.unwrap_or(least.min(most)).min(most);
    let significant = (size(options, "minimumSignificantDigits"), size(options, "maximumSignificantDigits"));
    let mut places = most;
    if let (Some(_), _) | (_, Some(_)) = significant {
        let leading = leading_place(number);
        places = significant.1.unwrap_or(21) - 1 - leading;
        least = (significant.0.unwrap_or(1) - 1 - leading).max(0);
    }
    let rounded = number.rounded_to(places);
    let mut text = String::new();
    rounded.write(&mut text);
    let negative = number.parts().0 < 0;
    let mut text = String::from(text.trim_start_matches('-'));
    let fraction = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let least = usize::try_from(least).unwrap_or(0);
    if option(options, "trailingZeroDisplay") != Some("stripIfInteger") || fraction > 0 {
        if fraction == 0 && least > 0 {
            text.push('.');
        }
        for _ in fraction..least {
            text.push('0');
        }
    }
    let whole = text.split('.').next().map_or(0, str::len);
    let wanted = usize::try_from(size(options, "minimumIntegerDigits").unwrap_or(1)).unwrap_or(1);
    let mut filled = String::new();
    for _ in whole..wanted {
        filled.push('0');
    }
    filled.push_str(&text);
    (negative, filled)
}

/// The place of the first digit that is not zero: 2 for hundreds, -1 for tenths.
fn leading_place(number: Number) -> i32 {
    let (mantissa, scale) = number.parts();
    let mut rest = mantissa.unsigned_abs() / 10;
    let mut place = -scale;
    while rest > 0 {
        rest /= 10;
        place += 1;
    }
    place
}

fn push_grouped(digits: &str, grouping: Option<&str>, out: &mut String) {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let grouped = match grouping {
        Some("never") => false,
        Some("min2") => whole.len() > 4,
        _ => true,
    };
    for (index, digit) in whole.chars().enumerate() {
        if grouped && index > 0 && (whole.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
}

fn push_date(day: i64, fields: &str, length: &str, out: &mut String) {
    let (year, month, day_of_month) = civil(day);
    let named = |names: &[&'static str], index: i64, cut: bool| {
        let name =
            usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or_default();
        if cut { name.get(..3).unwrap_or(name) } else { name }
    };
    // 1970-01-01 was a Thursday.
    let weekday = named(&WEEKDAYS, (day + 4).rem_euclid(7), length != "long");
    match fields {
        "weekday" => out.push_str(weekday),
        "day" => Number::int(day_of_month).write(out),
        "day-weekday" => {
            Number::int(day_of_month).write(out);
            out.push(' ');
            out.push_str(weekday);
        }
        _ => {
            if fields.ends_with("weekday") {
                out.push_str(weekday);
                out.push_str(", ");
            }
            if length == "short" {
                Number::int(month).write(out);
                out.push('/');
            } else {
                out.push_str(named(&MONTHS, month - 1, length != "long"));
                out.push(' ');
            }
            Number::int(day_of_month).write(out);
            if fields.starts_with("year") {
                out.push_str(if length == "short" { "/" } else { ", " });
                Number::int(year).write(out);
            }
        }
    }
}

fn push_time(in_day: i64, precision: &str, options: &[Opt<'_>], out: &mut String) {
    let (hour, minute, second) = (in_day / HOUR, in_day / MINUTE % 60, in_day / 1000 % 60);
    let day_half = option(options, "hour12") != Some("false");
    if !day_half && hour < 10 {
        out.push('0');
    }
    Number::int(if day_half { (hour + 11) % 12 + 1 } else { hour }).write(out);
    if precision != "hour" {
        two_digits(minute, out);
    }
    if precision == "second" {
        two_digits(second, out);
    }
    if day_half {
        out.push_str(if hour < 12 { " AM" } else { " PM" });
    }
}

/// The zone by its distance from UTC, since that is all that is known of it.
fn push_zone(ahead: i32, length: &str, out: &mut String) {
    let long = length == "long";
    if ahead == 0 {
        out.push_str(if long { "Coordinated Universal Time" } else { "UTC" });
        return;
    }
    out.push_str(if ahead < 0 { "GMT-" } else { "GMT+" });
    let (hours, minutes) = (i64::from(ahead.abs() / 60), i64::from(ahead.abs() % 60));
    if long && hours < 10 {
        out.push('0');
    }
    Number::int(hours).write(out);
    if long || minutes > 0 {
        two_digits(minutes, out);
    }
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

fn two_digits(value: i64, out: &mut String) {
    out.push(':');
    if value < 10 {
        out.push('0');
    }
    Number::int(value).write(out);
}

/// A digit size option.
fn size(options: &[Opt<'_>], name: &str) -> Option<i32> {
    let value = option(options, name).and_then(Number::parse).and_then(Number::as_int)?;
    i32::try_from(value.clamp(0, 100)).ok()
}

/// Whether a whole number is shown with a fraction, like 1.0, which has another plural form.
fn shows_fraction(options: &[Opt<'_>]) -> bool {
    let more = |name, least| size(options, name).is_some_and(|size| size > least);
    more("minimumFractionDigits", 0) || more("fractionDigits", 0) || more("minimumSignificantDigits", 1)
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
