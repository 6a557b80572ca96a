//! Whether an answer may be kept, and whether the copy may be served (RFC 9111, RFC 5861), for a private cache that never
//! revalidates: it serves a copy or asks anew.
//!
//! Worked numbers. An answer came at 12:00:00 with `Age: 20`, `Cache-Control: max-age=60, stale-if-error=300`; the rule says
//! `fresh: 90_000, staleIfError: 120_000, staleWhileRevalidate: 30_000`:
//!
//! | asked at | age | which is | why |
//! |---|---|---|---|
//! | 12:00:30 | 50 s | fresh | below max-age |
//! | 12:01:05 | 85 s | fresh | above max-age, but below the rule's 90 s |
//! | 12:01:10 | 90 s | stale | it lives 90 s, and 30 s more while the network is asked (RFC 5861 §3) |
//! | 12:01:40 | 120 s | for failures | 90 + 30 s are over; it lives 300 s more where the network fails (§4): the longer of 120 and 300 |
//! | 12:06:10 | 390 s | nothing | 90 + 300 s are over |
//!
//! With `must-revalidate` it would live 60 s and not be served afterwards, whatever the rule says.

use super::http_date;
use super::text::{after, before, integer};
use crate::list::contains;
use crate::time::{Millis, later};

/// No copy is served that is older, whatever servers and rules say: a year, as RFC 9111 §1.2.2 has no use for more either.
pub const LONGEST: Millis = 31_536_000_000;

/// A copy without a lifetime of its own lives for a tenth of how long it had not changed (RFC 9111 §4.2.2), a day at most.
const HEURISTIC_PART: u64 = 10;
const HEURISTIC_CAP: Millis = 86_400_000;

/// What a request and the answer to it say in their header fields; empty where absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    /// Cache-Control of the request.
    pub asked: &'a str,
    /// Cache-Control of the answer.
    pub cache_control: &'a str,
    /// Expires: a date; anything else means that it has expired.
    pub expires: &'a str,
    /// Date: the server's clock.
    pub date: &'a str,
    /// Age: seconds that the answer spent in other caches.
    pub age: &'a str,
    /// Last-Modified.
    pub last_modified: &'a str,
    /// Pragma of the answer, from before there was Cache-Control.
    pub pragma: &'a str,
    /// Vary.
    pub vary: &'a str,
}

/// What is known of a request and its answer besides.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts {
    /// Its status.
    pub status: u16,
    /// The request is a GET.
    pub get: bool,
    /// The request says who asks (Authorization).
    pub authorized: bool,
    /// Somebody is signed in: the copy is theirs alone.
    pub partitioned: bool,
    /// Status and header fields cannot be read (`no-cors`).
    pub opaque: bool,
}

/// What the rule says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terms {
    /// Served without asking for so long, beside what the answer allows.
    pub fresh: Option<Millis>,
    /// So long past that where the network fails.
    pub stale: Millis,
    /// So long past it while the network is asked; 0 where the rule waits for that.
    pub meanwhile: Millis,
}

/// What a copy is good for at a certain time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How old it is; nobody knows where the clock was set back.
    pub age: Option<Millis>,
    /// It may be served without asking.
    pub fresh: bool,
    /// It may be served where the network fails.
    pub stale: bool,
    /// It may be served while the network is asked.
    pub meanwhile: bool,
    /// How long after it came it may still be served; 0: not at all, and it need not be kept.
    pub useful: Millis,
}

/// The directives of a Cache-Control field that matter here.
#[derive(Default)]
struct Control {
    no_store: bool,
    no_cache: bool,
    must_revalidate: bool,
    private: bool,
    max_age: Option<Millis>,
    stale: Option<Millis>,
    meanwhile: Option<Millis>,
}

/// Whether an answer may be kept.
pub fn may_keep(said: &Said<'_>, facts: Facts) -> bool {
    let (asked, control) = (Control::read(said.asked), Control::read(said.cache_control));
    facts.get
        && !facts.opaque
        && matches!(facts.status, 200..=299)
        && facts.status != 206
        && !asked.no_store
        && !control.no_store
        && (facts.partitioned || !(facts.authorized || control.private))
        && !names_all(said.vary)
}

/// What a copy is good for `now`, which came at `came` (epoch ms of one clock).
pub fn standing(said: &Said<'_>, terms: Terms, came: u64, now: u64) -> Standing {
    let (asked, control) = (Control::read(said.asked), Control::read(said.cache_control));
    let date = http_date::parse(said.date, came).unwrap_or(came);
    let own = own_lifetime(said, &control, terms, date, came);
    // Where client and server disagree about the time, `came − date` is no age. What an HTTP cache on the way has kept it
    // without saying so is at most its lifetime.
    let unsaid = came.saturating_sub(date).min(own);
    let initial = seconds(said.age).unwrap_or(0).max(unsaid);
    // A clock that was set back: how old the copy is nobody knows.
    let known = now >= came;
    let age = later(initial, now.saturating_sub(came));

    let strict = control.no_store || control.no_cache || (no_control(said) && is_no_cache(said.pragma));
    let lifetime = match (strict, control.must_revalidate) {
        (true, _) => 0,
        (false, true) => own,
        (false, false) => own.max(terms.fresh.unwrap_or(0)),
    };
    let (mut grace, mut meanwhile) = (0, 0);
    if !strict && !control.must_revalidate {
        // Where a server lets people have it while it is asked, they may where that fails.
        let allowed = control.meanwhile.unwrap_or(0);
        grace = terms.stale.max(control.stale.unwrap_or(0)).max(allowed);
        if terms.meanwhile > 0 {
            meanwhile = terms.meanwhile.max(allowed);
        }
    }
    let until = |window: Millis| later(lifetime, window).min(LONGEST);
    let most = until(grace.max(meanwhile));
    let accepted = if asked.no_cache { 0 } else { asked.max_age.unwrap_or(LONGEST) };
    Standing {
        age: known.then_some(age),
        fresh: known && age < lifetime.min(accepted).min(LONGEST),
        stale: grace > 0 && age < until(grace),
        meanwhile: meanwhile > 0 && age < until(meanwhile).min(accepted),
        useful: most.saturating_sub(initial),
    }
}

/// How long the answer itself lets it be served.
fn own_lifetime(said: &Said<'_>, control: &Control, terms: Terms, date: u64, came: u64) -> Millis {
    if let Some(max_age) = control.max_age {
        return max_age;
    }
    if !said.expires.is_empty() {
        return http_date::parse(said.expires, came).map_or(0, |at| at.saturating_sub(date));
    }
    // A rule that names a time has no use for a guess.
    let changed = http_date::parse(said.last_modified, came).filter(|_| terms.fresh.is_none());
    changed.map_or(0, |at| (date.saturating_sub(at) / HEURISTIC_PART).min(HEURISTIC_CAP))
}

fn no_control(said: &Said<'_>) -> bool {
    said.cache_control.is_empty()
}

fn is_no_cache(pragma: &str) -> bool {
    Control::read(pragma).no_cache
}

/// `*` is among the names of a Vary field: no two requests are the same.
fn names_all(vary: &str) -> bool {
    contains(vary.as_bytes(), b'*')
}

/// Seconds of a directive or field, in milliseconds.
fn seconds(text: &str) -> Option<Millis> {
    integer(text.trim_ascii()).map(|seconds| seconds.saturating_mul(1000))
}

impl Control {
    /// Reads a field. One that is not well formed forbids everything: what it hides nobody knows. Of two lifetimes the
    /// shorter holds, and one that is no number is over at once (RFC 9111 §4.2.1).
    fn read(field: &str) -> Control {
        let mut control = Control::default();
        let mut rest = field;
        loop {
            let (name, more) = before(rest, b"=,\"");
            let mut value = "";
            rest = more;
            if let Some(more) = after(rest, b'=') {
                let Some((read, more)) = argument(more) else { return Control::forbidding() };
                value = read;
                rest = more;
            }
            control.note(name.trim_ascii(), value);
            if rest.is_empty() {
                return control;
            }
            let Some(more) = after(rest, b',') else { return Control::forbidding() };
            rest = more;
        }
    }

    fn forbidding() -> Control {
        Control { no_store: true, no_cache: true, ..Control::default() }
    }

    fn note(&mut self, name: &str, value: &str) {
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
        if is("no-store") {
            self.no_store = true;
        } else if is("no-cache") {
            // With names of fields, too: a copy without them would be another answer.
            self.no_cache = true;
        } else if is("must-revalidate") {
            self.must_revalidate = true;
        } else if is("private") {
            self.private = true;
        } else if is("max-age") {
            let found = seconds(value).unwrap_or(0);
            self.max_age = Some(self.max_age.map_or(found, |known| known.min(found)));
        } else if is("stale-if-error") {
            self.stale = self.stale.max(seconds(value));
        } else if is("stale-while-revalidate") {
            self.meanwhile = self.meanwhile.max(seconds(value));
        }
    }
}

/// A token or the inside of a quoted string, and what follows it; `None` where its end is missing.
fn argument(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_ascii_start();
    let Some(quoted) = after(text, b'"') else {
        let (value, rest) = before(text, b",\"");
        return Some((value, rest));
    };
    let mut rest = quoted;
    loop {
        rest = before(rest, b"\"\\").1;
        if let Some(more) = after(rest, b'"') {
            let (value, _) = quoted.split_at_checked(quoted.len() - rest.len())?;
            return Some((value, more.trim_ascii_start()));
        }
        // What a backslash stands before is no end; it may be longer than a byte.
        let mut escaped = after(rest, b'\\')?.chars();
        escaped.next()?;
        rest = escaped.as_str();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAME: u64 = 1_790_000_000_000;
    const SECOND: u64 = 1000;
    const MINUTE: u64 = 60 * SECOND;
    const DAY: u64 = 24 * 60 * MINUTE;

    fn said(cache_control: &str) -> Said<'_> {
        Said { cache_control, ..Said::default() }
    }

    fn rule(fresh: Option<u64>, stale: u64) -> Terms {
        Terms { fresh, stale, meanwhile: 0 }
    }

    fn get() -> Facts {
        Facts { status: 200, get: true, ..Facts::default() }
    }

    /// What it is good for, so long after it came.
    fn is(said: &Said<'_>, terms: Terms, after: u64) -> &'static str {
        match standing(said, terms, CAME, CAME + after) {
            Standing { fresh: true, .. } => "fresh",
            Standing { stale: true, meanwhile: false, .. } => "stale",
            Standing { stale: true, meanwhile: true, .. } => "either",
            Standing { stale: false, meanwhile: true, .. } => "meanwhile",
            _ => "nothing",
        }
    }

    #[test]
    fn the_worked_numbers() {
        let said = Said { age: "20", ..said("max-age=60, stale-if-error=300") };
        let terms = Terms { meanwhile: 30 * SECOND, ..rule(Some(90 * SECOND), 120 * SECOND) };
        let at = |seconds: u64| {
            let found = standing(&said, terms, CAME, CAME + seconds * SECOND);
            (found.age, is(&said, terms, seconds * SECOND))
        };
        let worked = [(50, "fresh"), (85, "fresh"), (90, "either"), (120, "stale"), (390, "nothing")];
        assert_eq!([30, 65, 70, 100, 370].map(at), worked.map(|(age, is)| (Some(age * SECOND), is)));
        assert_eq!(standing(&said, terms, CAME, CAME).useful, 370 * SECOND);
    }

    #[test]
    fn i8_what_may_be_kept() {
        let plain = said("max-age=60");
        assert!(may_keep(&plain, get()));
        for status in [199, 206, 304, 404, 500] {
            assert!(!may_keep(&plain, Facts { status, ..get() }), "{status}");
        }
        assert!([200, 203, 204, 299].iter().all(|&status| may_keep(&plain, Facts { status, ..get() })));
        assert!(!may_keep(&plain, Facts { get: false, ..get() }));
        assert!(!may_keep(&plain, Facts { opaque: true, ..get() }));
        assert!(!may_keep(&said("max-age=60, No-Store"), get()));
        assert!(!may_keep(&Said { asked: "no-store", ..plain }, get()));
        assert!(!may_keep(&Said { vary: "accept, *", ..plain }, get()));
        assert!(may_keep(&Said { vary: "accept", ..plain }, get()));
    }

    #[test]
    fn i8_i9_what_is_somebodys_is_kept_for_them_alone() {
        let authorized = Facts { authorized: true, ..get() };
        for (field, facts) in [("private", get()), ("private=\"set-cookie\"", get()), ("public", authorized)]
        {
            assert!(!may_keep(&said(field), facts), "{field}");
            assert!(may_keep(&said(field), Facts { partitioned: true, ..facts }), "{field}");
        }
    }

    #[test]
    fn the_longer_of_rule_and_answer_counts() {
        assert_eq!(is(&said("max-age=60"), rule(Some(SECOND), 0), 59 * SECOND), "fresh");
        assert_eq!(is(&said("max-age=60"), rule(Some(2 * MINUTE), 0), 119 * SECOND), "fresh");
        assert_eq!(is(&said("max-age=0"), rule(Some(MINUTE), 0), SECOND), "fresh");
        assert_eq!(is(&said(""), rule(None, 0), 0), "nothing");
        assert_eq!(is(&said("s-maxage=60"), rule(None, 0), 0), "nothing");
        assert_eq!(is(&said("max-age=60, stale-while-revalidate=60"), rule(None, 0), 90 * SECOND), "stale");
        assert_eq!(is(&said(""), rule(None, MINUTE), 59 * SECOND), "stale");
        assert_eq!(is(&said(""), rule(None, MINUTE), 60 * SECOND), "nothing");
    }

    #[test]
    fn two_windows_one_for_failures_and_one_while_the_network_is_asked() {
        let asks = |meanwhile| Terms { meanwhile, ..rule(None, 0) };
        let table = [
            ("max-age=60, stale-if-error=60", asks(SECOND), 90, "stale"),
            ("max-age=60", Terms { stale: MINUTE, ..asks(SECOND) }, 90, "stale"),
            ("max-age=60", asks(MINUTE), 90, "meanwhile"),
            ("max-age=60", asks(MINUTE), 120, "nothing"),
            ("max-age=60, stale-while-revalidate=60", asks(SECOND), 90, "either"),
            ("max-age=60, stale-while-revalidate=60", rule(None, 0), 90, "stale"),
            ("max-age=60, must-revalidate, stale-while-revalidate=60", asks(MINUTE), 90, "nothing"),
        ];
        for (field, terms, after, found) in table {
            assert_eq!(is(&said(field), terms, after * SECOND), found, "{field} {terms:?}");
        }
        assert_eq!(standing(&said("max-age=60"), asks(MINUTE), CAME, CAME).useful, 2 * MINUTE);
        // Whoever wants it fresher waits for the network.
        for asked in ["no-cache", "max-age=80"] {
            let said = Said { asked, ..said("max-age=60") };
            assert_eq!(is(&said, Terms { stale: MINUTE, ..asks(MINUTE) }, 90 * SECOND), "stale", "{asked}");
        }
    }

    #[test]
    fn i8_must_revalidate_no_cache_and_no_store_are_obeyed() {
        let generous = rule(Some(DAY), DAY);
        let strict = said("max-age=60, must-revalidate, stale-if-error=600");
        assert_eq!((is(&strict, generous, 59 * SECOND), is(&strict, generous, MINUTE)), ("fresh", "nothing"));
        for field in ["no-cache", "no-store", "no-cache=\"x\"", "max-age=60, no-cache, stale-if-error=9"] {
            assert_eq!(is(&said(field), generous, 0), "nothing", "{field}");
            assert_eq!(standing(&said(field), generous, CAME, CAME).useful, 0);
        }
        assert_eq!(is(&Said { pragma: "no-cache", ..Said::default() }, generous, 0), "nothing");
        assert_eq!(is(&Said { pragma: "no-cache", ..said("max-age=9") }, generous, 0), "fresh");
    }

    #[test]
    fn a_request_may_want_it_fresher() {
        let asks = |asked| Said { asked, ..said("max-age=60") };
        assert_eq!(is(&asks("no-cache"), rule(None, MINUTE), 0), "stale");
        assert_eq!(is(&asks("max-age=0"), rule(None, 0), 0), "nothing");
        assert_eq!(is(&asks("max-age=10"), rule(None, MINUTE), 9 * SECOND), "fresh");
        assert_eq!(is(&asks("max-age=10"), rule(None, MINUTE), 10 * SECOND), "stale");
    }

    #[test]
    fn expires_counts_on_the_servers_own_clock() {
        let said = Said {
            date: "Mon, 21 Sep 2026 10:00:00 GMT",
            expires: "Mon, 21 Sep 2026 10:02:00 GMT",
            ..Said::default()
        };
        // By the client's clock it came four hours late; more than its lifetime no cache has kept it.
        assert_eq!(is(&said, rule(None, MINUTE), 0), "stale");
        let ahead = Said {
            date: "Mon, 21 Sep 2026 18:00:00 GMT",
            expires: "Mon, 21 Sep 2026 18:02:00 GMT",
            ..Said::default()
        };
        assert_eq!(
            (is(&ahead, rule(None, 0), 119_000), is(&ahead, rule(None, 0), 120_000)),
            ("fresh", "nothing")
        );
        for expires in ["0", "-1", "tomorrow"] {
            assert_eq!(is(&Said { expires, ..Said::default() }, rule(None, 0), 0), "nothing");
        }
    }

    #[test]
    fn a_wrong_clock_takes_no_more_than_the_lifetime() {
        let said = Said { date: "Sun, 21 Sep 2025 14:13:20 GMT", ..said("max-age=60") };
        let found = standing(&said, rule(Some(5 * MINUTE), 0), CAME, CAME);
        assert_eq!((found.age, found.fresh), (Some(MINUTE), true));
    }

    #[test]
    fn what_has_not_changed_for_long_is_taken_to_last() {
        let said = Said {
            date: "Mon, 21 Sep 2026 14:13:20 GMT",
            last_modified: "Mon, 21 Sep 2026 14:03:20 GMT",
            ..Said::default()
        };
        assert_eq!(
            (is(&said, rule(None, 0), 59_000), is(&said, rule(None, 0), 60_000)),
            ("fresh", "nothing")
        );
        assert_eq!(is(&said, rule(Some(SECOND), 0), 2 * SECOND), "nothing");
        let old = Said { last_modified: "Mon, 21 Sep 1998 14:03:20 GMT", ..said };
        assert_eq!((is(&old, rule(None, 0), DAY - 1), is(&old, rule(None, 0), DAY)), ("fresh", "nothing"));
    }

    #[test]
    fn a_clock_set_back_or_forward_by_a_year() {
        let said = said("max-age=60");
        let back = standing(&said, rule(Some(DAY), DAY), CAME, CAME - 365 * DAY);
        assert_eq!((back.age, back.fresh, back.stale), (None, false, true));
        assert!(!standing(&said, rule(Some(DAY), 0), CAME, CAME - 1).stale);
        let forward = standing(&said, rule(Some(DAY), DAY), CAME, CAME + 365 * DAY);
        assert_eq!((forward.fresh, forward.stale), (false, false));
    }

    #[test]
    fn nothing_is_served_for_more_than_a_year() {
        let forever = rule(Some(u64::MAX), u64::MAX);
        for field in ["max-age=99999999999999999999999", "stale-if-error=99999999999999999999999"] {
            assert_eq!(is(&said(field), forever, LONGEST - 1), "fresh");
            assert_eq!(is(&said(field), forever, LONGEST), "nothing");
        }
        let aged = Said { age: "99999999999999999999999", ..said("max-age=60") };
        assert_eq!((is(&aged, forever, 0), standing(&aged, forever, CAME, u64::MAX).useful), ("nothing", 0));
    }

    #[test]
    fn hostile_fields() {
        for field in
            ["max-age", "max-age=", "max-age=-1", "max-age=1.5", "max-age=\u{661}", "max-age=60, MAX-AGE=0"]
        {
            assert_eq!(is(&said(field), rule(None, MINUTE), 0), "stale", "{field}");
        }
        for field in [
            "max-age=\"60\"",
            " ,, max-age = 60",
            "x=\"no-store, \\\"no-cache\", max-age=60",
            "max-age= 60 ,",
            "x-no-store, max-age=60",
            "x=\"\\日\" , max-age=60",
        ] {
            let found = (is(&said(field), rule(None, 0), 59 * SECOND), may_keep(&said(field), get()));
            assert_eq!(found, ("fresh", true), "{field}");
        }
        for field in ["max-age=60, x=\"no-store", "x=\"\\", "max-age=60\"", "x=\"a\"b, max-age=60"] {
            let found = (is(&said(field), rule(Some(DAY), DAY), 0), may_keep(&said(field), get()));
            assert_eq!(found, ("nothing", false), "{field}");
        }
    }
}
