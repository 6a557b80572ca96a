//! M2: the end of a cause turns the same card and is said once, and only what proves it counts.

use steadfetch::fault::{Fault, Impact, Kind, Surface};
use steadfetch::notice::{Announcement, Call, Frame, Said, Severity, State};

use crate::support::*;

#[test]
fn m2_recovery_turns_the_same_card_and_is_said_once() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Unavailable), Some(2_000), 0);
    notices.failing(&call(2), &fault(Kind::Unavailable), Some(2_500), 0);
    let id = only(&at(&mut notices, DELAY)).id;
    assert_eq!(said(&notices.announcements()), [Said::Shown]);
    notices.succeeded(&call(1), false, 2_100);
    notices.succeeded(&call(2), false, 2_600);
    let view = only(&at(&mut notices, 2_600));
    assert_eq!((view.id, view.state, view.severity), (id, State::Resolved, Severity::Success));
    assert!(view.expires && view.actions.is_empty() && view.retry_at.is_none());
    let spoken = notices.announcements();
    assert_eq!(spoken, [Announcement { notice: id, said: Said::Recovered, assertive: false }]);
    notices.expired(id, 9_000);
    assert!(at(&mut notices, 9_000).views.is_empty());
    assert!(notices.announcements().is_empty());
    assert_eq!(notices.next_timer(), None);
    assert_eq!(notices.list().iter().map(|past| past.state).collect::<Vec<_>>(), [State::Resolved]);
}

#[test]
fn m2_the_success_of_another_origin_or_lane_proves_nothing() {
    let mut notices = on_screen();
    let limited = Call { rule: 7, ..call(1) };
    notices.failing(&limited, &fault(Kind::RateLimited), Some(5_000), 0);
    notices.failing(&call(2), &fault(Kind::Timeout), Some(5_000), 0);
    assert_eq!(at(&mut notices, DELAY).views.len(), 2);
    notices.succeeded(&Call { endpoint: 2, rule: 7, ..call(3) }, true, 700);
    assert!(at(&mut notices, 700).views.iter().all(|view| view.state == State::Shown));
    notices.succeeded(&Call { rule: 8, ..call(4) }, true, 800);
    let states: Vec<_> =
        at(&mut notices, 800).views.iter().map(|view| (view.code().unwrap(), view.state)).collect();
    assert_eq!(states, [("SF-rate-limited", State::Shown), ("SF-timeout", State::Resolved)]);
    notices.succeeded(&Call { rule: 7, ..call(5) }, true, 900);
    assert!(at(&mut notices, 900).views.iter().all(|view| view.state == State::Resolved));
}

#[test]
fn m2_sign_in_ends_with_the_first_authorised_success() {
    let mut notices = on_screen();
    notices.failed(&call(1), &Fault { status: Some(401), ..fault(Kind::SignInRequired) }, 0);
    let view = only(&at(&mut notices, DELAY));
    assert_eq!(view.surface, Surface::Banner);
    assert!(notices.announcements()[0].assertive);
    notices.succeeded(&call(2), false, 700);
    assert_eq!(only(&at(&mut notices, 700)).state, State::Shown);
    notices.succeeded(&call(3), true, 800);
    assert_eq!(only(&at(&mut notices, 800)).state, State::Resolved);
}

#[test]
fn m2_a_read_that_goes_well_does_not_hide_that_a_write_failed() {
    let mut notices = on_screen();
    notices.failed(&write(1), &fault(Kind::Overloaded), 0);
    notices.succeeded(&call(2), true, 100);
    assert_eq!(only(&at(&mut notices, DELAY)).state, State::Shown);
    notices.succeeded(&call(3), true, 700);
    assert_eq!(only(&at(&mut notices, 700)).state, State::Shown);
    notices.succeeded(&write(4), true, 800);
    assert_eq!(only(&at(&mut notices, 800)).state, State::Resolved);
}

#[test]
fn m2_what_comes_back_while_its_recovery_is_read_is_the_same_card_in_the_same_place() {
    let mut notices = on_screen();
    notices.failed(&call(1), &fault(Kind::Timeout), 0);
    notices.failed(&Call { endpoint: 2, ..call(2) }, &fault(Kind::Timeout), 1);
    let before: Vec<u32> = at(&mut notices, 700).views.iter().map(|view| view.id).collect();
    notices.succeeded(&call(3), false, 1_000);
    notices.failing(&call(4), &fault(Kind::Timeout), Some(4_000), 1_200);
    assert_eq!(at(&mut notices, 1_799).views[0].state, State::Resolved);
    let frame = at(&mut notices, 1_800);
    assert_eq!(frame.views.iter().map(|view| view.id).collect::<Vec<_>>(), before);
    let back = &frame.views[0];
    assert_eq!((back.state, back.count, back.since), (State::Shown, 1, 1_200));
    // And where it was read before it came back, it waits as one that was never seen.
    notices.succeeded(&call(4), false, 5_000);
    let frame = at(&mut notices, 5_000 + 3_000);
    assert_eq!(frame.views[0].state, State::Resolved);
    notices.failing(&call(5), &fault(Kind::Timeout), None, 8_100);
    notices.expired(before[0], 8_200);
    assert_eq!(at(&mut notices, 8_200).views.len(), 1);
    notices.succeeded(&call(5), false, 8_300);
    assert_eq!(at(&mut notices, 12_000).views.len(), 1);
}

#[test]
fn any_answer_ends_offline_and_one_that_blames_the_request_ends_an_outage() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Offline), None, 0);
    notices.failed(&call(2), &fault(Kind::Timeout), 0);
    at(&mut notices, 3_000);
    notices.failed(&call(3), &Fault { status: Some(503), ..fault(Kind::Overloaded) }, 3_100);
    let states = |frame: Frame| frame.views.iter().map(|view| view.state).collect::<Vec<_>>();
    assert_eq!(states(at(&mut notices, 3_100)), [State::Shown, State::Resolved]);
    notices.failed(&call(4), &Fault { status: Some(404), ..fault(Kind::NotFound) }, 3_200);
    // That all is well again is said once: the card that comes second just closes.
    assert_eq!(states(at(&mut notices, 3_200)), [State::Resolved]);
}

#[test]
fn what_the_person_puts_right_closes_without_a_word() {
    let mut notices = on_screen();
    let save = |id| Call { intent: Some("save-order"), ..write(id) };
    notices.failed(&save(1), &Fault { status: Some(422), ..fault(Kind::RejectedInput) }, 0);
    let view = only(&at(&mut notices, DELAY));
    assert_eq!((view.surface, steps(&view)), (Surface::Toast, vec![]));
    notices.succeeded(&Call { intent: Some("other"), ..write(2) }, true, 700);
    assert_eq!(at(&mut notices, 5_000).views.len(), 1);
    notices.succeeded(&save(3), true, 5_000);
    assert!(at(&mut notices, 5_000).views.is_empty());
    assert_eq!(said(&notices.announcements()), [Said::Shown]);
    // Closed by hand, the next refusal is shown again: nothing else would ever end it.
    notices.failed(&save(4), &fault(Kind::RejectedInput), 6_000);
    let id = only(&at(&mut notices, 7_000)).id;
    notices.dismiss(id, 7_000);
    notices.failed(&save(5), &fault(Kind::RejectedInput), 8_000);
    assert_eq!(at(&mut notices, 9_000).views.len(), 1);
}

#[test]
fn that_there_is_no_room_is_over_once_something_is_stored() {
    let mut notices = on_screen();
    notices.failed(&write(1), &fault(Kind::StorageFull), 0);
    assert_eq!(only(&at(&mut notices, DELAY)).code(), Some("SF-storage-full"));
    notices.succeeded(&write(2), true, 5_000);
    assert_eq!(at(&mut notices, 5_000).views.len(), 1, "what went over the network proves nothing");
    notices.stored(6_000);
    assert!(at(&mut notices, 6_000).views.is_empty());
}

#[test]
fn the_end_of_a_second_cause_is_seen_for_a_moment_unless_it_comes_back() {
    for back in [false, true] {
        let mut notices = on_screen();
        for endpoint in [1, 2] {
            notices.failed(&Call { endpoint, ..call(endpoint) }, &fault(Kind::Timeout), 0);
        }
        at(&mut notices, DELAY);
        for endpoint in [1, 2] {
            notices.succeeded(&Call { endpoint, ..call(10 + endpoint) }, false, 700);
        }
        assert_eq!(at(&mut notices, 700).views.len(), 2);
        if back {
            notices.failed(&Call { endpoint: 2, ..call(20) }, &fault(Kind::Timeout), 800);
        }
        assert_eq!(at(&mut notices, DELAY + 999).views.len(), 2);
        let left = at(&mut notices, 5_000);
        assert_eq!(left.views.len(), 1 + usize::from(back), "{back}");
    }
}

#[test]
fn what_was_put_right_stays_for_long_enough_to_be_seen() {
    let mut notices = on_screen();
    let save = |id| Call { intent: Some("save-order"), safe_to_repeat: true, ..write(id) };
    notices.failed(&save(1), &fault(Kind::RejectedInput), 0);
    at(&mut notices, DELAY);
    assert!(notices.keeps(1));
    notices.succeeded(&save(2), true, 700);
    assert!(!notices.keeps(1));
    assert_eq!(at(&mut notices, DELAY + 999).views.len(), 1);
    assert!(at(&mut notices, DELAY + 1_000).views.is_empty());
}

#[test]
fn of_requests_without_a_name_only_what_the_same_input_may_put_right_ends() {
    for (kind, ends) in [
        (Kind::Conflict, true),
        (Kind::RejectedInput, true),
        (Kind::TooLarge, true),
        (Kind::NotFound, false),
        (Kind::NotAllowed, false),
    ] {
        let mut notices = on_screen();
        notices.failed(&write(1), &fault(kind), 0);
        at(&mut notices, 2_000);
        notices.succeeded(&write(2), true, 2_000);
        assert_eq!(at(&mut notices, 2_000).views.is_empty(), ends, "{kind:?}");
    }
}

#[test]
fn what_comes_back_starts_anew() {
    let mut notices = on_screen();
    let save = Call { intent: Some("save-order"), ..write(1) };
    let lost = Fault { impact: Impact::DataAtRisk, ..fault(Kind::Unreachable) };
    notices.failed(&save, &lost, 0);
    at(&mut notices, 20_000);
    notices.succeeded(&write(2), true, 20_000);
    at(&mut notices, 20_000);
    notices.failing(&call(3), &fault(Kind::Unreachable), Some(90_000), 21_000);
    notices.announcements();
    let view = only(&at(&mut notices, 22_000));
    assert_eq!((view.severity, view.since, view.count), (Severity::Warning, 21_000, 1));
    assert!(!notices.announcements()[0].assertive);
    assert_eq!(steps(&view), [steadfetch::fault::Action::Retry]);
    // It becomes a banner once it has lasted, from where it came back.
    assert_eq!(only(&at(&mut notices, 50_999)).surface, Surface::Toast);
    assert_eq!(only(&at(&mut notices, 51_000)).surface, Surface::Banner);
}

#[test]
fn a_call_that_meets_something_else_leaves_its_former_card() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Timeout), Some(90_000), 0);
    let id = only(&at(&mut notices, DELAY)).id;
    notices.failing(&call(1), &fault(Kind::RateLimited), Some(90_000), 1_000);
    assert!(notices.affected(id).waiting.is_empty());
    assert_eq!(at(&mut notices, 5_999).views.len(), 2);
    assert_eq!(only(&at(&mut notices, 6_000)).code(), Some("SF-rate-limited"), "nothing needs the other one");
    // What nobody is told of needs none.
    notices.failed(&call(1), &fault(Kind::Internal), 7_000);
    assert!(at(&mut notices, 12_000).views.is_empty());
}
