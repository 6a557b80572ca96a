//! The three date formats of HTTP (RFC 9110 §5.6.7), read strictly.

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const LONG_DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Epoch milliseconds of an IMF-fixdate, RFC 850 or asctime date; `None` for anything else.
///
/// `now` (epoch ms) decides the century of RFC 850's two-digit years: one that seems more than 50 years ahead is past.
/// All three are GMT. A leap second (`:60`) is accepted.
pub fn parse(text: &str, now: u64) -> Option<u64> {
    imf_fixdate(text).or_else(|| rfc850(text, now)).or_else(|| asctime(text))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
fn imf_fixdate(text: &str) -> Option<u64> {
    let (day_name, rest) = text.split_once(", ")?;
    DAYS.contains(&day_name).then_some(())?;
    let mut parts = rest.split(' ');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let (time, zone) = (parts.next()?, parts.next()?);
    (zone == "GMT" && parts.next().is_none()).then_some(())?;
    epoch(digits(year, 4)?, month_number(month)?, digits(day, 2)?, time)
}

/// `Sunday, 06-Nov-94 08:49:37 GMT`
fn rfc850(text: &str, now: u64) -> Option<u64> {
    let (day_name, rest) = text.split_once(", ")?;
    LONG_DAYS.contains(&day_name).then_some(())?;
    let mut parts = rest.split(' ');
    let (date, time, zone) = (parts.next()?, parts.next()?, parts.next()?);
    (zone == "GMT" && parts.next().is_none()).then_some(())?;
    let mut parts = date.split('-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    parts.next().is_none().then_some(())?;
    let this_year = year_of(now);
    let mut full = this_year / 100 * 100 + digits(year, 2)?;
    if full > this_year + 50 {
        full = full.checked_sub(100)?;
    }
    epoch(full, month_number(month)?, digits(day, 2)?, time)
}

/// `Sun Nov  6 08:49:37 1994`
fn asctime(text: &str) -> Option<u64> {
    let (day_name, rest) = text.split_once(' ')?;
    DAYS.contains(&day_name).then_some(())?;
    let (month, rest) = rest.split_once(' ')?;
    let day = rest.get(..2)?;
    let day = match day.strip_prefix(' ') {
        Some(single) => digits(single, 1)?,
        None => digits(day, 2)?,
    };
    let (time, year) = rest.get(2..)?.strip_prefix(' ')?.split_once(' ')?;
    epoch(digits(year, 4)?, month_number(month)?, day, time)
}

fn month_number(name: &str) -> Option<u64> {
    MONTHS.iter().position(|month| *month == name).map(|index| index as u64 + 1)
}

/// A number of exactly `length` ASCII digits.
fn digits(text: &str, length: usize) -> Option<u64> {
    if text.len() != length {
        return None;
    }
    super::integer::parse(text)
}

fn epoch(year: u64, month: u64, day: u64, time: &str) -> Option<u64> {
    let mut parts = time.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    parts.next().is_none().then_some(())?;
    let (hour, minute, second) = (digits(hour, 2)?, digits(minute, 2)?, digits(second, 2)?);
    let valid = day >= 1 && day <= month_length(year, month) && hour < 24 && minute < 60 && second <= 60;
    let days = days_since_epoch(year, month, day)?;
    valid.then_some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000)
}

const fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn month_length(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01; `None` before it. Counts years from March, so that leap days come last.
fn days_since_epoch(year: u64, month: u64, day: u64) -> Option<u64> {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
    // 719 469 days lie between 0000-03-01 (counted from 1) and 1970-01-01.
    days.checked_sub(719_469)
}

fn year_of(epoch_ms: u64) -> u64 {
    // The mean Gregorian year is exact enough: an error of a day moves the 50-year rule by a day.
    1970 + epoch_ms / 31_556_952_000
}

#[cfg(test)]
mod tests {
    use super::parse;

    const NOW: u64 = 1_790_000_000_000;
    const EXAMPLE: u64 = 784_111_777_000;

    #[test]
    fn b4_b5_b6_all_three_forms_name_the_same_instant() {
        for text in
            ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
        {
            assert_eq!(parse(text, NOW), Some(EXAMPLE), "{text}");
        }
        assert_eq!(parse("Thu, 29 Feb 2024 00:00:00 GMT", NOW), Some(1_709_164_800_000));
        assert_eq!(parse("Thu, 01 Jan 1970 00:00:00 GMT", NOW), Some(0));
        assert_eq!(parse("Wed Nov 16 08:49:37 1994", NOW), Some(EXAMPLE + 10 * 86_400_000));
    }

    #[test]
    fn b6_a_two_digit_year_more_than_fifty_years_ahead_is_past() {
        assert_eq!(
            parse("Tuesday, 06-Nov-77 08:49:37 GMT", NOW),
            parse("Sun, 06 Nov 1977 08:49:37 GMT", NOW)
        );
        assert_eq!(parse("Friday, 06-Nov-76 08:49:37 GMT", NOW), parse("Fri, 06 Nov 2076 08:49:37 GMT", NOW));
    }

    #[test]
    fn b7_second_sixty_is_accepted() {
        assert_eq!(parse("Sat, 31 Dec 2016 23:59:60 GMT", NOW), Some(1_483_228_800_000));
    }

    #[test]
    fn b8_what_is_not_a_date_is_refused() {
        for text in [
            "",
            "Sun",
            "2015-10-21T07:28:00Z",
            "Sun, 32 Dec 2026 08:49:37 GMT",
            "Sun, 06 Nov 1994 25:99:99 GMT",
            "Sun, 06 Nov 1994 08:49:61 GMT",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 1994 08:49:37 +0000",
            "Xyz, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Foo 1994 08:49:37 GMT",
            "Sun, 29 Feb 2023 08:49:37 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1894 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT x",
            "Sun Nov 6 08:49:37 1994",
            "Sun, +6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 -8:49:37 GMT",
            "日, 06 Nov 1994 08:49:37 GMT",
            "Sun Nov 日6 08:49:37 1994",
        ] {
            assert_eq!(parse(text, NOW), None, "{text:?}");
        }
    }
}
