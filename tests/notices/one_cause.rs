//! M1, M8: failures with one cause are one card, which keeps its identity and place.

use steadfetch::fault::{Fault, Impact, Kind};
use steadfetch::notice::{Call, Change, Frame, Notices, Said, Severity, Subject, View};

use crate::support::*;

#[test]
fn m1_forty_failures_of_one_origin_are_one_card_with_their_count() {
    let mut notices = on_screen();
    let kinds = [Kind::Unreachable, Kind::Timeout, Kind::Overloaded, Kind::Unavailable, Kind::Stalled];
    for id in 0..40 {
        let kind = kinds[id as usize % kinds.len()];
        // Each of them fails twice, which is still one call.
        notices.failing(&call(id), &fault(kind), Some(900), 0);
        notices.failed(&call(id), &fault(kind), 10);
    }
    let view = only(&at(&mut notices, DELAY));
    assert_eq!(view.count, 40);
    assert_eq!(view.severity, Severity::Error);
    assert_eq!(said(&notices.announcements()), [Said::Shown]);
    // Another origin is another cause.
    notices.failed(&Call { endpoint: 2, ..call(50) }, &fault(Kind::Timeout), 700);
    assert_eq!(at(&mut notices, 1_300).views.len(), 2);
}

#[test]
fn m1_two_hundred_failures_at_once_cost_one_frame() {
    let mut notices = on_screen();
    at(&mut notices, 0);
    assert!(!notices.changed());
    for id in 0..200 {
        notices.failed(&call(id), &fault(Kind::Unavailable), 5);
    }
    assert!(notices.changed());
    assert_eq!(only(&at(&mut notices, 605)).count, 200);
    assert!(!notices.changed());
}

#[test]
fn m1_the_kind_that_says_most_names_the_card_and_a_consequence_never_does() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Timeout), None, 0);
    notices.failing(&call(2), &fault(Kind::Overloaded), None, 1);
    notices.failing(&call(3), &fault(Kind::Timeout), None, 2);
    notices.failed(&call(4), &fault(Kind::CircuitOpen), 3);
    notices.failed(&call(5), &fault(Kind::ServerError), 4);
    let view = only(&at(&mut notices, 700));
    assert_eq!((view.code(), view.count), (Some("SF-overloaded"), 5));
    // What was not met for a while gives its name up to what is.
    notices.failing(&call(6), &fault(Kind::Timeout), None, 20_000);
    assert_eq!(only(&at(&mut notices, 20_000)).code(), Some("SF-timeout"));
    notices.failing(&call(7), &fault(Kind::CircuitOpen), None, 60_000);
    assert_eq!(only(&at(&mut notices, 60_000)).code(), Some("SF-timeout"));
}

#[test]
fn m8_an_update_keeps_identity_and_place() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Timeout), Some(4_000), 0);
    notices.failing(&Call { endpoint: 2, ..call(2) }, &fault(Kind::Timeout), Some(4_000), 1);
    let own = notices.show(app("upload", Some("upload"), Severity::Info), 2);
    let order = |frame: Frame| frame.views.iter().map(|view| view.id).collect::<Vec<_>>();
    let before = order(at(&mut notices, 700));
    notices.failing(&call(3), &fault(Kind::Overloaded), None, 800);
    notices.failed(&call(1), &fault(Kind::Overloaded), 900);
    notices.update(own, Change { message: Some("uploaded".to_owned()), ..Change::default() }, 900);
    assert_eq!(notices.show(app("again", Some("upload"), Severity::Warning), 950), own);
    assert_eq!(order(at(&mut notices, 1_000)), before);
    notices.succeeded(&call(4), false, 1_100);
    let frame = at(&mut notices, 1_100);
    let raised = frame.views.iter().find(|view| view.id == own).unwrap();
    assert_eq!((raised.count, raised.severity), (2, Severity::Warning));
    assert!(matches!(&raised.subject, Subject::App { message, .. } if message == "again"));
    assert_eq!(order(frame), before);
    // What got graver, and what the app says anew, is spoken again.
    let spoken = said(&notices.announcements());
    assert_eq!((spoken.len(), spoken.last()), (6, Some(&Said::Recovered)));
    assert_eq!(spoken.iter().filter(|said| **said == Said::Shown).count(), 5);
    assert_eq!(notices.shown_total(), 3);
}

#[test]
fn a4_that_it_failed_for_good_is_spoken_at_once() {
    let mut notices = on_screen();
    let save = Call { intent: Some("save"), ..call(1) };
    notices.failing(&save, &fault(Kind::Overloaded), Some(5_000), 0);
    at(&mut notices, 1_000);
    let first = notices.announcements();
    assert_eq!(first.iter().map(|said| said.assertive).collect::<Vec<_>>(), [false]);
    notices.failed(&save, &fault(Kind::Overloaded), 5_000);
    at(&mut notices, 5_000);
    let then = notices.announcements();
    assert_eq!(then.iter().map(|said| said.assertive).collect::<Vec<_>>(), [true]);
    // The next one that fails says nothing new.
    notices.failed(&Call { id: 2, ..save }, &fault(Kind::Overloaded), 6_000);
    at(&mut notices, 6_000);
    assert!(notices.announcements().is_empty());
}

#[test]
fn intents_name_the_card_while_they_agree() {
    let mut notices = on_screen();
    let doing = |id, intent| Call { intent, ..call(id) };
    let intent = |frame: Frame| match only(&frame).subject {
        Subject::Fault { intent, .. } => intent,
        Subject::App { .. } => panic!(),
    };
    notices.failed(&doing(1, None), &fault(Kind::Timeout), 0);
    assert_eq!(intent(at(&mut notices, DELAY)), None);
    notices.failed(&doing(2, Some("load-orders")), &fault(Kind::Timeout), 700);
    notices.failed(&doing(3, Some("load-orders")), &fault(Kind::Timeout), 700);
    assert_eq!(intent(at(&mut notices, 700)).as_deref(), Some("load-orders"));
    notices.failed(&doing(4, Some("save-order")), &fault(Kind::Timeout), 800);
    assert_eq!(intent(at(&mut notices, 800)), None);
}

/// A call that failed, for which a stored copy stood in.
fn copied(notices: &mut Notices, id: u32, from: i64, now: u64) {
    let fault = Fault { impact: Impact::Degraded, ..fault(Kind::Unavailable) };
    notices.failed(&Call { copy_from: Some(from), ..call(id) }, &fault, now);
}

fn copy_from(view: &View) -> Option<i64> {
    let Subject::Fault { copy_from, .. } = &view.subject else { panic!("about a fault: {view:?}") };
    *copy_from
}

#[test]
fn i12_where_everybody_has_a_copy_the_notice_says_of_when_the_oldest_is() {
    let mut notices = on_screen();
    // While a call waits, nobody knows yet that something will stand in.
    notices.failing(&call(1), &fault(Kind::Unavailable), Some(500), 0);
    assert_eq!(copy_from(&notices.list()[0]), None);
    copied(&mut notices, 1, -5_000, 500);
    copied(&mut notices, 2, -90_000, 510);
    let view = only(&at(&mut notices, 700));
    assert_eq!((copy_from(&view), view.severity, view.count), (Some(-90_000), Severity::Warning, 2));
    assert!(matches!(view.subject, Subject::Fault { impact: Impact::Degraded, .. }));
    // One who has none is told of the failure.
    notices.failed(&call(3), &fault(Kind::Unavailable), 800);
    let view = only(&at(&mut notices, 900));
    assert_eq!((copy_from(&view), view.count), (None, 3));
    assert!(matches!(view.subject, Subject::Fault { impact: Impact::Blocked, .. }));
}

#[test]
fn what_stands_in_for_a_write_is_no_failed_write() {
    let mut notices = on_screen();
    let degraded = Fault { impact: Impact::Degraded, ..fault(Kind::Unavailable) };
    notices.failed(&write(1), &degraded, 0);
    assert_eq!(only(&at(&mut notices, 700)).severity, Severity::Warning);
    // So a read that goes well proves that it is over.
    notices.succeeded(&call(2), false, 800);
    assert_eq!(only(&at(&mut notices, 2_000)).severity, Severity::Success);
}

#[test]
fn what_gets_graver_is_said_once_whatever_it_looks_like_in_between() {
    let mut notices = on_screen();
    notices.failed(&call(1), &fault(Kind::Unavailable), 0);
    assert_eq!(only(&at(&mut notices, DELAY)).severity, Severity::Error);
    notices.announcements();
    // Over, seen whether it stays away, and met again: it looks less grave for a while.
    notices.succeeded(&call(2), false, 1_000);
    at(&mut notices, 1_000);
    notices.failing(&call(3), &fault(Kind::Unavailable), Some(90_000), 1_100);
    at(&mut notices, 2_000);
    assert_eq!(said(&notices.announcements()), [Said::Recovered, Said::Shown], "it came back");
    assert_eq!(only(&at(&mut notices, 2_000)).severity, Severity::Warning);
    notices.failed(&call(3), &fault(Kind::Unavailable), 3_000);
    assert_eq!(only(&at(&mut notices, 3_000)).severity, Severity::Error);
    assert_eq!(said(&notices.announcements()), [Said::Shown]);
    notices.succeeded(&call(4), false, 4_000);
    let view = only(&at(&mut notices, 4_000));
    assert!(view.settling && view.severity == Severity::Warning);
    notices.failed(&call(5), &fault(Kind::Unavailable), 4_500);
    assert_eq!(only(&at(&mut notices, 4_500)).severity, Severity::Error);
    assert!(notices.announcements().is_empty());
}

#[test]
fn a_name_is_kept_from_when_it_was_last_met() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Timeout), None, 0);
    notices.failing(&call(2), &fault(Kind::Timeout), None, 9_000);
    notices.failing(&call(3), &fault(Kind::Stalled), None, 15_000);
    assert_eq!(only(&at(&mut notices, 15_000)).code(), Some("SF-timeout"));
    notices.failing(&call(4), &fault(Kind::Stalled), None, 19_001);
    assert_eq!(only(&at(&mut notices, 19_001)).code(), Some("SF-stalled"));
}

#[test]
fn of_one_call_that_waits_the_card_says_how_far_it_is() {
    let mut notices = on_screen();
    notices.failing(&Call { next: (2, 4), ..call(1) }, &fault(Kind::Timeout), Some(90_000), 0);
    assert_eq!(only(&at(&mut notices, DELAY)).progress, Some((2, 4)));
    notices.failing(&Call { next: (3, 4), ..call(2) }, &fault(Kind::Timeout), Some(90_000), 700);
    assert_eq!(only(&at(&mut notices, 700)).progress, None, "each has its own");
    notices.cancelled(2, 800);
    assert_eq!(only(notices.render()).progress, Some((2, 4)));
}
