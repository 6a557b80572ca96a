//! The three ways in which HTTP writes a date (RFC 9110, section 5.6.7).

use std::time::{SystemTime, UNIX_EPOCH};

/// How a moment is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Form {
    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    Imf,
    /// `Sunday, 06-Nov-94 08:49:37 GMT`
    Rfc850,
    /// `Sun Nov  6 08:49:37 1994`
    Asctime,
    /// `784111777`: no HTTP date, but what many RateLimit-Reset headers carry.
    Epoch,
}

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Milliseconds since 1970.
pub(super) fn epoch_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Writes a moment, given in seconds since 1970.
pub(super) fn format(seconds: i64, form: Form) -> String {
    let (days, time) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let weekday = name(&DAYS, days + 4); // the first of January 1970 was a Thursday
    let short = weekday.get(..3).unwrap_or(weekday);
    let month = name(&MONTHS, month - 1);
    let clock = format!("{:02}:{:02}:{:02}", time / 3600, time / 60 % 60, time % 60);
    match form {
        Form::Imf => format!("{short}, {day:02} {month} {year:04} {clock} GMT"),
        Form::Rfc850 => format!("{weekday}, {day:02}-{month}-{:02} {clock} GMT", year.rem_euclid(100)),
        Form::Asctime => format!("{short} {month} {day:>2} {clock} {year:04}"),
        Form::Epoch => seconds.to_string(),
    }
}

fn name(names: &'static [&'static str], index: i64) -> &'static str {
    let count = i64::try_from(names.len()).unwrap_or(1);
    usize::try_from(index.rem_euclid(count)).ok().and_then(|index| names.get(index)).unwrap_or(&"")
}

/// Year, month and day of a day counted from 1970: years begin in March, so that the leap day is their last day and
/// every month's start follows from one formula.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468; // from 1 March of the year 0
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::{Form, format};

    #[test]
    fn the_date_of_the_rfc_in_all_forms() {
        assert_eq!(format(784_111_777, Form::Imf), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(format(784_111_777, Form::Rfc850), "Sunday, 06-Nov-94 08:49:37 GMT");
        assert_eq!(format(784_111_777, Form::Asctime), "Sun Nov  6 08:49:37 1994");
        assert_eq!(format(784_111_777, Form::Epoch), "784111777");
    }

    #[test]
    fn leap_days_and_ends_of_years() {
        assert_eq!(format(951_782_400, Form::Imf), "Tue, 29 Feb 2000 00:00:00 GMT");
        assert_eq!(format(1_709_164_800, Form::Imf), "Thu, 29 Feb 2024 00:00:00 GMT");
        assert_eq!(format(4_107_542_400, Form::Imf), "Mon, 01 Mar 2100 00:00:00 GMT");
        assert_eq!(format(1_767_225_599, Form::Imf), "Wed, 31 Dec 2025 23:59:59 GMT");
        assert_eq!(format(-1, Form::Imf), "Wed, 31 Dec 1969 23:59:59 GMT");
    }
}
