//! When the server says to come back: Retry-After, RateLimit, RateLimit-Reset, in this order.

use super::http_date;
use super::pacing::Quota;
use super::text::{after, before, integer};
use crate::time::Millis;

/// The header fields that carry a server's timing, as received.
#[derive(Clone, Copy, Debug, Default)]
pub struct TimingHeaders<'a> {
    /// RFC 9110 §10.2.3.
    pub retry_after: Option<&'a str>,
    /// draft-ietf-httpapi-ratelimit-headers: `"policy";r=0;t=30`.
    pub rate_limit: Option<&'a str>,
    /// The older triple, with or without `X-`.
    pub rate_limit_remaining: Option<&'a str>,
    /// Seconds, as a delta or (from 10⁹ on) as an epoch.
    pub rate_limit_reset: Option<&'a str>,
    /// The server's own clock; dates are read against it, so that a wrong client clock does no harm.
    pub date: Option<&'a str>,
}

/// From here on a legacy reset is an instant (September 2001), not a delta (32 years).
const EPOCH_FROM: u64 = 1_000_000_000;

/// Items of a RateLimit field that are looked at; a longer field is hostile.
const MAX_ITEMS: usize = 64;

impl TimingHeaders<'_> {
    /// How long the server asks to wait; `None` where it says nothing or something malformed.
    ///
    /// A malformed Retry-After is ignored and hides the lesser fields. `now`: the client's clock in epoch milliseconds.
    pub fn wait(&self, now: u64) -> Option<Millis> {
        let clock = self.date.and_then(|date| http_date::parse(date, now)).unwrap_or(now);
        if let Some(text) = self.retry_after {
            let text = text.trim_ascii();
            return integer(text)
                .map(|seconds| seconds.saturating_mul(1000))
                .or_else(|| http_date::parse(text, now).map(|at| at.saturating_sub(clock)));
        }
        if let Some(seconds) = self.rate_limit.and_then(exhausted_for) {
            return Some(seconds.saturating_mul(1000));
        }
        if self.rate_limit_remaining.is_some_and(|left| integer(left) != Some(0)) {
            return None;
        }
        let reset = integer(self.rate_limit_reset?)?;
        let millis = reset.saturating_mul(1000);
        Some(if reset >= EPOCH_FROM { millis.saturating_sub(clock) } else { millis })
    }
}

impl TimingHeaders<'_> {
    /// What is left of the server's quota, of the policy that leaves least; `policy`: the RateLimit-Policy field.
    pub fn quota(&self, policy: Option<&str>) -> Quota {
        let mut quota = Quota::default();
        if let Some(field) = self.rate_limit {
            let well_formed = items(field, &mut |item| {
                let (Some(left), Some(reset)) = (integer(item.r), integer(item.t)) else { return };
                let found = (left, reset.saturating_mul(1000));
                // Of two that leave as little, the one that lasts longer.
                if quota
                    .left
                    .is_none_or(|(least, wait)| (left, u64::MAX - found.1) < (least, u64::MAX - wait))
                {
                    quota.left = Some(found);
                }
            });
            if !well_formed {
                quota.left = None;
            }
        }
        if let Some(field) = policy {
            let mut concurrent = None;
            if items(field, &mut |item| {
                if item.qu == "concurrent-requests" {
                    concurrent = integer(item.q);
                }
            }) {
                quota.concurrent = concurrent;
            }
        }
        quota
    }
}

/// The parameters of one item, empty where absent.
#[derive(Default)]
struct Item<'a> {
    r: &'a str,
    t: &'a str,
    q: &'a str,
    qu: &'a str,
}

/// Seconds until the last exhausted policy (`r=0`) of a RateLimit field has quota again.
fn exhausted_for(field: &str) -> Option<u64> {
    let mut longest = None;
    let well_formed = items(field, &mut |item| {
        let reset = integer(item.t);
        if integer(item.r) == Some(0) && reset > longest {
            longest = reset;
        }
    });
    longest.filter(|_| well_formed)
}

/// Shows each item of a structured list (RFC 9651 §3.1); a malformed field, or one with absurdly many items, says nothing:
/// `false`.
fn items<'a>(field: &'a str, each: &mut dyn FnMut(&Item<'a>)) -> bool {
    list(field, each).is_some()
}

fn list<'a>(field: &'a str, each: &mut dyn FnMut(&Item<'a>)) -> Option<()> {
    let mut rest = field;
    for _ in 0..MAX_ITEMS {
        let mut item = Item::default();
        rest = bare_item(rest.trim_ascii_start())?.1;
        loop {
            rest = rest.trim_ascii_start();
            let Some(parameter) = after(rest, b';') else { break };
            let (key, value) = before(parameter.trim_ascii_start(), b"=;, \t");
            if key.is_empty() || !key.bytes().all(is_key) {
                return None;
            }
            rest = value;
            if let Some(value) = after(rest, b'=') {
                let (value, after) = bare_item(value)?;
                rest = after;
                match key {
                    "r" => item.r = value,
                    "t" => item.t = value,
                    "q" => item.q = value,
                    "qu" => item.qu = value,
                    _ => {}
                }
            }
        }
        each(&item);
        if rest.is_empty() {
            return Some(());
        }
        rest = after(rest, b',')?;
    }
    None
}

fn is_key(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'*')
}

/// A string, token, integer, byte sequence or boolean, and what follows it.
fn bare_item(text: &str) -> Option<(&str, &str)> {
    if let Some(quoted) = after(text, b'"') {
        let mut escaped = false;
        let end = quoted.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        })?;
        let (value, rest) = quoted.split_at_checked(end)?;
        return Some((value, after(rest, b'"')?));
    }
    if let Some(bytes) = after(text, b':') {
        let (value, rest) = before(bytes, b":");
        return Some((value, after(rest, b':')?));
    }
    let (value, rest) = before(text, b";, \t=");
    (!value.is_empty()).then_some((value, rest))
}

#[cfg(test)]
mod tests {
    use super::TimingHeaders;

    /// 2026-09-21T14:13:20Z
    const NOW: u64 = 1_790_000_000_000;

    fn retry_after(text: &str) -> Option<u64> {
        TimingHeaders { retry_after: Some(text), ..TimingHeaders::default() }.wait(NOW)
    }

    fn rate_limit(text: &str) -> Option<u64> {
        TimingHeaders { rate_limit: Some(text), ..TimingHeaders::default() }.wait(NOW)
    }

    #[test]
    fn b1_b2_b3_seconds() {
        assert_eq!(retry_after("0"), Some(0));
        assert_eq!(retry_after("1"), Some(1000));
        assert_eq!(retry_after("1700000000"), Some(1_700_000_000_000));
        assert_eq!(retry_after(" 7 "), Some(7000));
        assert_eq!(retry_after("99999999999999999999999999"), Some(u64::MAX));
    }

    #[test]
    fn b4_dates_ahead_and_past() {
        assert_eq!(retry_after("Mon, 21 Sep 2026 14:13:30 GMT"), Some(10_000));
        assert_eq!(retry_after("Mon, 21 Sep 2026 14:13:10 GMT"), Some(0));
        assert_eq!(retry_after("Monday, 21-Sep-26 14:13:30 GMT"), Some(10_000));
        assert_eq!(retry_after("Mon Sep 21 14:13:30 2026"), Some(10_000));
    }

    #[test]
    fn b8_malformed_is_ignored_and_hides_the_lesser_fields() {
        for text in [
            "0x10",
            "-1",
            "1.5",
            "",
            "abc",
            "2026-09-21T14:13:30Z",
            "Mon, 32 Dec 2026 14:13:30 GMT",
            "Mon, 21 Sep 2026 25:99:99 GMT",
            "+5",
            "5 6",
            "١",
        ] {
            let headers = TimingHeaders {
                retry_after: Some(text),
                rate_limit: Some("\"a\";r=0;t=9"),
                rate_limit_reset: Some("9"),
                ..TimingHeaders::default()
            };
            assert_eq!(headers.wait(NOW), None, "{text:?}");
        }
    }

    #[test]
    fn b11_structured_rate_limit() {
        assert_eq!(rate_limit("\"default\";r=0;t=3"), Some(3000));
        assert_eq!(rate_limit("\"a\";r=0;t=3, \"b\";r=0;t=7, \"c\";r=5;t=60"), Some(7000));
        assert_eq!(rate_limit("\"a;b,\\\"c\"; r=0; t=2;pk=:Y2E=:"), Some(2000));
        assert_eq!(rate_limit("\"default\";r=9;t=3"), None);
        assert_eq!(rate_limit("\"default\";t=3"), None);
    }

    #[test]
    fn hostile_rate_limit_fields_are_ignored() {
        let many = "\"a\";r=0;t=3,".repeat(100_000);
        for text in [
            "",
            ";",
            "\"open",
            "\"a\";R=0;t=3",
            "\"a\";r=-1;t=3",
            "\"a\";=3",
            "\"a\"r=0",
            "\"a\";r=0;t=",
            ",,,",
            &many,
        ] {
            assert_eq!(rate_limit(text), None);
        }
        assert_eq!(rate_limit("\"a\";r=0;t=99999999999999999999"), Some(u64::MAX));
    }

    #[test]
    fn b12_legacy_reset_as_delta_and_epoch() {
        let legacy = |remaining, reset| {
            TimingHeaders {
                rate_limit_remaining: remaining,
                rate_limit_reset: Some(reset),
                ..TimingHeaders::default()
            }
            .wait(NOW)
        };
        assert_eq!(legacy(Some("0"), "5"), Some(5000));
        assert_eq!(legacy(None, "5"), Some(5000));
        assert_eq!(legacy(None, "1790000004"), Some(4000));
        assert_eq!(legacy(None, "1789999999"), Some(0));
        assert_eq!(legacy(Some("3"), "5"), None);
        assert_eq!(legacy(None, "soon"), None);
    }

    #[test]
    fn b15_the_servers_own_clock_counts() {
        let headers = TimingHeaders {
            retry_after: Some("Mon, 21 Sep 2026 15:00:10 GMT"),
            date: Some("Mon, 21 Sep 2026 15:00:00 GMT"),
            ..TimingHeaders::default()
        };
        assert_eq!(headers.wait(NOW), Some(10_000));
        let broken = TimingHeaders { date: Some("yesterday"), ..headers };
        assert_eq!(broken.wait(NOW), Some(2_810_000));
    }
}
