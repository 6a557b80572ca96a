//! The card of a feature that is reduced or off, and what it stands for.

use steadfetch::fault::{Fault, Impact, Kind, Surface};
use steadfetch::notice::{Call, Cause, Frame, Notices, Said, Severity, State, Subject};
use steadfetch::policy::feature::Level;

use crate::support::*;

const SEARCH: u32 = 7;

fn turn(notices: &mut Notices, level: Level, covers: &[u32], now: u64) {
    notices.feature(SEARCH, "search", level, covers.to_vec(), true, now);
}

fn of_search(id: u32) -> Call<'static> {
    Call { feature: Some(SEARCH), ..call(id) }
}

fn message(frame: &Frame) -> String {
    match only(frame).subject {
        Subject::App { message, .. } => message,
        Subject::Fault { kind, .. } => kind.name().to_owned(),
    }
}

#[test]
fn it_is_shown_after_the_delay_and_says_its_end_once() {
    let mut notices = on_screen();
    turn(&mut notices, Level::Reduced, &[], 0);
    assert!(at(&mut notices, DELAY - 1).views.is_empty());
    let frame = at(&mut notices, DELAY);
    assert_eq!(message(&frame), "feature-reduced");
    let view = only(&frame);
    assert_eq!((view.surface, view.severity, view.count), (Surface::Toast, Severity::Warning, 1));
    assert_eq!(said(&notices.announcements()), [Said::Shown]);
    turn(&mut notices, Level::Full, &[], 5_000);
    let view = only(&at(&mut notices, 5_000));
    assert_eq!((view.state, view.resolved_as.as_deref()), (State::Resolved, Some("feature-full")));
    assert_eq!(said(&notices.announcements()), [Said::Recovered]);
    notices.expired(view.id, 12_000);
    assert!(notices.is_idle());
}

#[test]
fn new_words_are_spoken_and_the_same_ones_are_not() {
    let mut notices = on_screen();
    turn(&mut notices, Level::Reduced, &[], 0);
    let id = only(&at(&mut notices, DELAY)).id;
    notices.announcements();
    turn(&mut notices, Level::Reduced, &[1], 1_000);
    at(&mut notices, 1_000);
    assert!(notices.announcements().is_empty());
    turn(&mut notices, Level::Off, &[1], 2_000);
    let frame = at(&mut notices, 2_000);
    assert_eq!((only(&frame).id, message(&frame)), (id, "feature-off".to_owned()));
    assert_eq!(said(&notices.announcements()), [Said::Shown]);
}

#[test]
fn what_is_hoped_closes_it_without_a_word_once_it_could_be_seen() {
    let mut notices = on_screen();
    turn(&mut notices, Level::Off, &[], 0);
    at(&mut notices, DELAY);
    notices.announcements();
    notices.feature(SEARCH, "search", Level::Full, vec![], false, DELAY + 100);
    assert_eq!(at(&mut notices, DELAY + 999).views.len(), 1);
    assert!(at(&mut notices, DELAY + 1_000).views.is_empty());
    assert!(notices.announcements().is_empty() && notices.is_idle());
    // Nobody has seen this one.
    turn(&mut notices, Level::Off, &[], 10_000);
    notices.feature(SEARCH, "search", Level::Full, vec![], false, 10_100);
    assert!(notices.is_idle());
    // Nothing is known of it: nothing happens.
    turn(&mut notices, Level::Full, &[], 11_000);
    assert!(notices.is_idle() && notices.next_timer().is_none());
}

#[test]
fn it_takes_the_card_of_its_endpoints_in_place_and_tells_of_its_calls() {
    let mut notices = on_screen();
    notices.failing(&of_search(1), &fault(Kind::Timeout), Some(90_000), 0);
    notices.failed(&Call { endpoint: 2, ..of_search(2) }, &fault(Kind::ServerError), 0);
    let ids: Vec<u32> = at(&mut notices, DELAY).views.iter().map(|view| view.id).collect();
    assert_eq!(ids.len(), 2);
    turn(&mut notices, Level::Reduced, &[1, 2], 2_000);
    let frame = at(&mut notices, 2_000);
    assert_eq!(message(&frame), "feature-reduced");
    assert!(ids.contains(&only(&frame).id));
    assert_eq!(notices.affected(only(&frame).id).waiting, [], "its calls are no longer counted");
    notices.failed(&of_search(3), &fault(Kind::Timeout), 3_000);
    assert_eq!(message(&at(&mut notices, 4_000)), "feature-reduced");
    // What is lost is said, and so is what is no outage.
    let lost = Fault { impact: Impact::DataAtRisk, ..fault(Kind::Timeout) };
    notices.failed(&Call { write: true, endpoint: 3, ..of_search(4) }, &lost, 5_000);
    notices.failed(&of_search(5), &fault(Kind::RateLimited), 5_000);
    assert_eq!(at(&mut notices, 6_000).views.len(), 3);
}

#[test]
fn an_endpoints_trouble_that_others_meet_too_is_the_endpoints() {
    // Known before the feature is reduced: the feature has no card beside it.
    let mut notices = on_screen();
    notices.failing(&of_search(1), &fault(Kind::Timeout), Some(90_000), 0);
    notices.failing(&call(2), &fault(Kind::Timeout), Some(90_000), 0);
    let id = only(&at(&mut notices, DELAY)).id;
    turn(&mut notices, Level::Reduced, &[1], 1_000);
    let view = only(&at(&mut notices, 2_000));
    assert_eq!((view.id, view.count, view.cause), (id, 2, Cause::Outage { endpoint: 1 }));
    // Met afterwards: the feature's card becomes the endpoint's, in place, in new words.
    let mut notices = on_screen();
    turn(&mut notices, Level::Reduced, &[1], 0);
    let id = only(&at(&mut notices, DELAY)).id;
    notices.announcements();
    notices.failed(&call(3), &fault(Kind::NotAllowed), 1_000);
    assert_eq!(at(&mut notices, 2_000).views.len(), 2, "that is no outage");
    notices.announcements();
    notices.failing(&call(3), &fault(Kind::Timeout), Some(90_000), 3_000);
    let frame = at(&mut notices, 3_000);
    let view = frame.views.iter().find(|view| view.id == id).unwrap();
    assert_eq!((&view.cause, view.since, view.count), (&Cause::Outage { endpoint: 1 }, 3_000, 1));
    assert_eq!(said(&notices.announcements()), [Said::Shown]);
    notices.succeeded(&call(4), false, 4_000);
    let frame = at(&mut notices, 4_000);
    let view = frame.views.iter().find(|view| view.id == id).unwrap();
    assert_eq!((view.state, view.resolved_as.as_deref()), (State::Resolved, None));
}

#[test]
fn trouble_that_is_not_shown_yet_has_its_own_delay() {
    let mut notices = on_screen();
    turn(&mut notices, Level::Reduced, &[1], 0);
    notices.failing(&call(1), &fault(Kind::Timeout), Some(90_000), 500);
    assert!(at(&mut notices, 500 + DELAY - 1).views.is_empty());
    assert_eq!(message(&at(&mut notices, 500 + DELAY)), "timeout");
}

#[test]
fn a_second_card_of_the_same_endpoint_goes_where_the_endpoints_is_there() {
    let mut notices = on_screen();
    notices.failed(&call(1), &fault(Kind::Timeout), 0);
    at(&mut notices, DELAY);
    notices.succeeded(&call(2), false, 1_000);
    turn(&mut notices, Level::Reduced, &[1], 1_000);
    assert_eq!(at(&mut notices, 2_000).views.len(), 2, "that one is over, this one is not");
    notices.failing(&call(3), &fault(Kind::Timeout), Some(90_000), 3_000);
    assert_eq!(only(&at(&mut notices, 4_000)).cause, Cause::Outage { endpoint: 1 });
}

#[test]
fn closed_by_hand_it_stays_closed_until_it_is_over() {
    let mut notices = on_screen();
    turn(&mut notices, Level::Reduced, &[], 0);
    let id = only(&at(&mut notices, DELAY)).id;
    notices.dismiss(id, 1_000);
    turn(&mut notices, Level::Off, &[], 400_000);
    assert!(at(&mut notices, 900_000).views.is_empty());
    assert!(!notices.is_idle());
    turn(&mut notices, Level::Full, &[], 900_000);
    assert!(at(&mut notices, 900_000).views.is_empty() && notices.is_idle());
    assert_eq!(said(&notices.announcements()), [Said::Shown]);
}
