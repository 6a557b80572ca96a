//! M3, M5: nothing flashes, and the countdown is the engine's own clock.

use steadfetch::fault::{Action, Fault, Kind, Surface};
use steadfetch::notice::{Call, Config, Notices, OFFLINE_DELAY, Said, Severity, State, Subject};

use crate::support::*;

#[test]
fn m3_a_call_that_recovers_before_the_delay_is_never_shown() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Unreachable), Some(300), 0);
    assert!(at(&mut notices, DELAY - 1).views.is_empty());
    notices.succeeded(&call(1), false, DELAY - 1);
    for now in [DELAY, 5_000, 60_000] {
        assert!(at(&mut notices, now).views.is_empty());
    }
    assert!(notices.announcements().is_empty() && notices.list().is_empty());
    assert_eq!((notices.next_timer(), notices.shown_total()), (None, 0));
}

#[test]
fn m3_the_delay_can_be_set() {
    let mut notices = Notices::new(Config { delay: 50, ..Config::default() });
    notices.mounted(true, 0);
    notices.failed(&call(1), &fault(Kind::Timeout), 0);
    assert!(at(&mut notices, 49).views.is_empty());
    assert_eq!(at(&mut notices, 50).views.len(), 1);
}

#[test]
fn m3_a_call_that_its_caller_gave_up_is_never_shown() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Timeout), Some(500), 0);
    notices.failing(&call(2), &fault(Kind::Timeout), Some(500), 0);
    notices.cancelled(1, 100);
    notices.cancelled(1, 100);
    assert_eq!(only(&at(&mut notices, DELAY)).count, 1);
    // Once shown it stays for a while, so that the next keystroke's call doesn't make it flicker.
    notices.cancelled(2, 700);
    assert_eq!(at(&mut notices, 3_000).views.len(), 1);
    notices.failing(&call(3), &fault(Kind::Timeout), Some(5_000), 4_000);
    assert_eq!(only(&at(&mut notices, 8_000)).count, 1);
    notices.cancelled(3, 8_000);
    assert!(at(&mut notices, 13_000).views.is_empty());
    assert_eq!(said(&notices.announcements()), [Said::Shown]);
    assert_eq!(notices.next_timer(), None);
}

#[test]
fn m3_a_call_that_goes_well_at_another_endpoint_takes_its_share_along() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Unreachable), None, 0);
    notices.succeeded(&Call { endpoint: 2, ..call(1) }, false, 100);
    assert!(at(&mut notices, 10_000).views.is_empty());
    assert_eq!(notices.next_timer(), None);
}

#[test]
fn offline_is_a_banner_after_three_seconds_and_goes_at_once() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Offline), None, 0);
    notices.failing(&Call { endpoint: 2, ..call(2) }, &fault(Kind::Offline), None, 10);
    assert!(at(&mut notices, OFFLINE_DELAY - 1).views.is_empty());
    let view = only(&at(&mut notices, OFFLINE_DELAY));
    assert_eq!((view.surface, view.severity, view.count), (Surface::Banner, Severity::Warning, 2));
    notices.online(OFFLINE_DELAY + 1);
    let after = only(&at(&mut notices, OFFLINE_DELAY + 1));
    assert_eq!((after.id, after.state, after.surface), (view.id, State::Resolved, Surface::Toast));
}

#[test]
fn m5_the_countdown_is_the_earliest_attempt_of_the_calls_that_wait() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Unavailable), Some(9_000), 0);
    notices.failing(&call(2), &fault(Kind::Unavailable), Some(4_000), 0);
    assert_eq!(only(&at(&mut notices, DELAY)).retry_at, Some(4_000));
    notices.attempting(2);
    assert_eq!(only(&at(&mut notices, 4_000)).retry_at, Some(9_000));
    notices.failing(&call(2), &fault(Kind::Unavailable), Some(12_000), 4_100);
    notices.attempting(1);
    assert_eq!(only(&at(&mut notices, 9_000)).retry_at, Some(12_000));
    notices.failed(&call(1), &fault(Kind::Unavailable), 9_100);
    notices.failed(&call(2), &fault(Kind::Unavailable), 12_100);
    let view = only(&at(&mut notices, 12_100));
    assert_eq!(view.retry_at, None);
    assert!(matches!(view.subject, Subject::Fault { waiting: 0, .. }));
}

#[test]
fn m5_a_time_that_the_server_named_is_told_and_no_one_is_invited_before_it() {
    let mut notices = on_screen();
    let limited = Fault { retry_at: Some(5_000), status: Some(429), ..fault(Kind::RateLimited) };
    notices.failed(&Call { safe_to_repeat: true, ..call(1) }, &limited, 0);
    let view = only(&at(&mut notices, DELAY));
    assert!(matches!(view.subject, Subject::Fault { available_at: Some(5_000), .. }));
    assert_eq!((view.retry_at, steps(&view)), (None, vec![]));
    let view = only(&at(&mut notices, 5_000));
    assert!(matches!(view.subject, Subject::Fault { available_at: None, .. }));
    assert_eq!(steps(&view), [Action::Retry]);
    assert_eq!(notices.next_timer(), None);
}
