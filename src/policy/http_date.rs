//! The three date formats of HTTP (RFC 9110 §5.6.7), read strictly.

use crate::names::nth;

const MONTHS: &str = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec";
const LONG_DAYS: &str = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday";

/// IMF-fixdate, RFC 850 and asctime, field by field: `w`eekday, `l`ong weekday, `d`ay, `p`added day, mo`n`th, `y`ear,
/// `c`entury left out, `h`our, `m`inute, `s`econd. Anything else stands for itself.
const FORMS: [&str; 3] = ["w, d n y h:m:s GMT", "l, d-n-c h:m:s GMT", "w n p h:m:s y"];

/// Epoch milliseconds of an IMF-fixdate, RFC 850 or asctime date; `None` for anything else.
///
/// `now` (epoch ms) decides the century of RFC 850's two-digit years: one that seems more than 50 years ahead is past.
/// All three are GMT. A leap second (`:60`) is accepted.
pub fn parse(text: &str, now: u64) -> Option<u64> {
    FORMS.iter().find_map(|form| read(text.as_bytes(), form.as_bytes(), now))
}

fn read(mut text: &[u8], form: &[u8], now: u64) -> Option<u64> {
    let (mut year, mut month, mut day, mut hour, mut minute, mut second) = (0, 0, 0, 0, 0, 0);
    for field in form {
        match field {
            b'w' => _ = name(&mut text, LONG_DAYS, 3)?,
            b'l' => _ = name(&mut text, LONG_DAYS, usize::MAX)?,
            b'n' => month = name(&mut text, MONTHS, 3)? + 1,
            b'p' => match text.strip_prefix(b" ") {
                Some(single) => {
                    text = single;
                    day = digits(&mut text, 1)?;
                }
                None => day = digits(&mut text, 2)?,
            },
            b'y' => year = digits(&mut text, 4)?,
            b'c' => {
                let this_year = year_of(now);
                year = this_year / 100 * 100 + digits(&mut text, 2)?;
                if year > this_year + 50 {
                    year = year.checked_sub(100)?;
                }
            }
            b'd' => day = digits(&mut text, 2)?,
            b'h' => hour = digits(&mut text, 2)?,
            b'm' => minute = digits(&mut text, 2)?,
            b's' => second = digits(&mut text, 2)?,
            literal => text = text.strip_prefix(&[*literal])?,
        }
    }
    let valid = day >= 1 && day <= month_length(year, month) && hour < 24 && minute < 60 && second <= 60;
    let days = days_since_epoch(year, month, day)?;
    (valid && text.is_empty()).then_some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000)
}

/// Takes one of these names, cut after `length` letters, and says which one it is.
fn name(text: &mut &[u8], names: &str, length: usize) -> Option<u64> {
    for at in 0.. {
        let name = nth(names, at).as_bytes();
        if name.is_empty() {
            break;
        }
        if let Some(rest) = text.strip_prefix(name.get(..length).unwrap_or(name)) {
            *text = rest;
            return Some(at as u64);
        }
    }
    None
}

/// Takes so many ASCII digits.
fn digits(text: &mut &[u8], length: usize) -> Option<u64> {
    let (number, rest) = text.split_at_checked(length)?;
    *text = rest;
    number
        .iter()
        .try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + u64::from(byte - b'0')))
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
