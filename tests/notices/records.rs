//! What goes from one page to another, and through a reload.

use steadfetch::fault::{Impact, Kind, Surface};
use steadfetch::notice::{Call, Record, Said, Severity, State, Subject};

use crate::support::*;

fn only_record(notices: &steadfetch::notice::Notices) -> Record {
    let records = notices.records();
    assert_eq!(records.len(), 1, "{records:#?}");
    records[0].1.clone()
}

#[test]
fn what_is_to_be_seen_here_can_be_seen_there_and_ends_there_too() {
    let (mut here, mut there) = (on_screen(), on_screen());
    here.failing(&Call { intent: Some("save"), ..call(1) }, &fault(Kind::Unreachable), Some(9_000), 0);
    assert!(here.records().is_empty(), "nobody knows of it yet");
    at(&mut here, 1_000);
    there.take_in(&only_record(&here), 1_000);
    let view = only(&at(&mut there, 2_000));
    assert_eq!((view.code(), view.count), (Some("SF-unreachable"), 1));
    here.succeeded(&call(1), false, 3_000);
    at(&mut here, 3_000);
    let over = only_record(&here);
    assert!(over.over);
    there.take_in(&over, 3_000);
    assert_eq!(only(&at(&mut there, 3_000)).state, State::Resolved);
    assert_eq!(said(&there.announcements()), [Said::Shown, Said::Recovered]);
}

#[test]
fn what_is_met_here_too_tells_of_itself() {
    let (mut here, mut there) = (on_screen(), on_screen());
    for id in 0..5 {
        here.failed(&call(id), &fault(Kind::Timeout), 0);
    }
    at(&mut here, 1_000);
    let record = only_record(&here);
    there.take_in(&record, 0);
    assert_eq!(only(&at(&mut there, 1_000)).count, 5);
    there.failed(&call(9), &fault(Kind::Timeout), 1_000);
    assert_eq!(only(&at(&mut there, 1_000)).count, 1);
    there.take_in(&record, 2_000);
    there.take_in(&Record { over: true, ..record }, 2_000);
    let view = only(&at(&mut there, 2_000));
    assert_eq!((view.count, view.state), (1, State::Shown));
    // Its end is proven here, as that of any other.
    there.succeeded(&call(10), false, 3_000);
    assert_eq!(only(&at(&mut there, 3_000)).state, State::Resolved);
}

#[test]
fn it_is_named_and_weighs_as_the_other_page_says_last() {
    let mut there = on_screen();
    let mut here = on_screen();
    here.failing(&call(0), &fault(Kind::Timeout), Some(90_000), 0);
    at(&mut here, 1_000);
    let record = only_record(&here);
    there.take_in(&record, 1_000);
    at(&mut there, 2_000);
    assert_eq!(said(&there.announcements()), [Said::Shown]);
    there.take_in(&Record { kind: Kind::Unavailable, ..record.clone() }, 2_000);
    assert_eq!(only(&at(&mut there, 2_000)).code(), Some("SF-unavailable"));
    assert!(there.announcements().is_empty());
    // What the person did failed there.
    there.take_in(&Record { urgent: true, ..record }, 3_000);
    at(&mut there, 3_000);
    let spoken = there.announcements();
    assert_eq!(spoken.iter().map(|one| one.assertive).collect::<Vec<_>>(), [true]);
}

#[test]
fn what_is_at_risk_elsewhere_is_said_while_it_lasts_there_whatever_is_met_here() {
    let lost = Record { impact: Impact::DataAtRisk, write: true, ..timeout_elsewhere() };
    for (gone, first) in [(false, true), (true, true), (false, false)] {
        let mut there = on_screen();
        if first {
            there.take_in(&lost, 0);
        }
        there.failing(&call(1), &fault(Kind::Timeout), Some(90_000), 1_000);
        if !first {
            there.take_in(&lost, 1_500);
        }
        assert_eq!(only(&at(&mut there, 2_000)).severity, Severity::Error);
        // A read that goes well does not save it.
        let mut read = there.clone();
        read.succeeded(&call(2), false, 3_000);
        assert_eq!(only(&at(&mut read, 3_000)).state, State::Shown);
        if gone {
            there.lose(&lost, 3_000);
        } else {
            there.take_in(&Record { over: true, ..lost.clone() }, 3_000);
        }
        assert_eq!(only(&at(&mut there, 3_000)).severity, Severity::Warning);
        there.succeeded(&call(2), false, 4_000);
        assert_eq!(only(&at(&mut there, 4_000)).state, State::Resolved);
    }
}

#[test]
fn what_has_ended_here_is_told_again_where_it_goes_on_elsewhere() {
    let mut there = on_screen();
    there.failing(&call(1), &fault(Kind::Timeout), Some(90_000), 0);
    let id = only(&at(&mut there, 1_000)).id;
    // It had ended, and its card still says so.
    there.succeeded(&call(1), false, 2_000);
    assert_eq!(only(&at(&mut there, 2_000)).state, State::Resolved);
    there.take_in(&timeout_elsewhere(), 3_000);
    let view = only(&at(&mut there, 5_000));
    assert_eq!((view.id, view.state), (id, State::Shown));
}

#[test]
fn what_was_closed_comes_back_where_what_somebody_does_fails_elsewhere() {
    let mut there = on_screen();
    there.take_in(&timeout_elsewhere(), 0);
    let id = only(&at(&mut there, 1_000)).id;
    there.dismiss(id, 2_000);
    there.take_in(&timeout_elsewhere(), 20_000);
    assert!(at(&mut there, 22_000).views.is_empty(), "closed is closed");
    there.take_in(&Record { urgent: true, ..timeout_elsewhere() }, 23_000);
    assert_eq!(only(&at(&mut there, 25_000)).state, State::Shown);
}

#[test]
fn trouble_elsewhere_of_what_a_features_card_stands_for_is_one_card_with_it() {
    let mut there = on_screen();
    there.feature(7, "search", steadfetch::policy::feature::Level::Reduced, vec![call(0).endpoint], true, 0);
    let id = only(&at(&mut there, 1_000)).id;
    there.take_in(&timeout_elsewhere(), 2_000);
    let view = only(&at(&mut there, 4_000));
    assert_eq!((view.id, view.code()), (id, Some("SF-timeout")));
}

#[test]
fn one_rules_trouble_with_two_things_has_two_keys() {
    let mut here = on_screen();
    for (id, intent) in [(1, "save-a"), (2, "save-b")] {
        here.failed(&Call { intent: Some(intent), ..write(id) }, &fault(Kind::Conflict), 0);
    }
    here.failed(&Call { intent: Some("read"), ..call(3) }, &fault(Kind::Timeout), 0);
    at(&mut here, 1_000);
    let mut intents: Vec<_> =
        here.records().iter().map(|(_, one)| one.intent_of_cause().map(str::to_owned)).collect();
    intents.sort();
    assert_eq!(intents, [None, Some("save-a".to_owned()), Some("save-b".to_owned())]);
}

fn timeout_elsewhere() -> Record {
    let mut here = on_screen();
    here.failed(&call(0), &fault(Kind::Timeout), 0);
    at(&mut here, 1_000);
    only_record(&here)
}

#[test]
fn what_nobody_tells_of_any_more_goes_without_a_word_unless_it_is_met_here_too() {
    let (mut here, mut there) = (on_screen(), on_screen());
    here.failed(&call(0), &fault(Kind::Timeout), 0);
    at(&mut here, 1_000);
    let record = only_record(&here);
    there.take_in(&record, 0);
    at(&mut there, 1_000);
    assert_eq!(said(&there.announcements()), [Said::Shown]);
    there.lose(&record, 2_000);
    assert!(at(&mut there, 9_000).views.is_empty());
    assert_eq!(said(&there.announcements()), []);
    // It may come again.
    there.take_in(&record, 10_000);
    assert_eq!(only(&at(&mut there, 12_000)).state, State::Shown);
    there.failed(&call(9), &fault(Kind::Timeout), 12_000);
    there.lose(&record, 13_000);
    assert_eq!(only(&at(&mut there, 20_000)).state, State::Shown);
}

#[test]
fn a_write_that_was_not_saved_stays_one() {
    let (mut here, mut next) = (on_screen(), on_screen());
    let lost = steadfetch::fault::Fault { impact: Impact::DataAtRisk, ..fault(Kind::ServerError) };
    here.failed(&Call { intent: Some("save"), rule: 3, ..write(1) }, &lost, 0);
    at(&mut here, 1_000);
    let record = only_record(&here);
    assert!(record.write && record.rule == 3 && record.intent.as_deref() == Some("save"));
    next.take_in(&record, 0);
    at(&mut next, 1_000);
    next.succeeded(&Call { rule: 3, ..call(2) }, true, 1_000);
    let view = only(&at(&mut next, 1_000));
    assert_eq!(view.state, State::Shown, "that reading works does not save it");
    assert!(view.actions.is_empty(), "the request is gone");
}

#[test]
fn a_card_of_many_faces_keeps_its_cause() {
    let (mut here, mut there) = (on_screen(), on_screen());
    here.failing(&call(1), &fault(Kind::Timeout), Some(90_000), 0);
    at(&mut here, 1_000);
    // A server that answers with errors is the same outage; much later that names the card.
    here.failing(&call(2), &fault(Kind::ServerError), Some(90_000), 20_000);
    at(&mut here, 21_000);
    there.failing(&call(3), &fault(Kind::Unreachable), Some(90_000), 0);
    at(&mut there, 1_000);
    there.take_in(&only_record(&here), 21_000);
    assert_eq!(at(&mut there, 22_000).views.len(), 1);
}

#[test]
fn what_is_still_tried_there_is_said_so_here() {
    let (mut here, mut there) = (on_screen(), on_screen());
    here.failing(&call(1), &fault(Kind::Unreachable), Some(9_000), 0);
    at(&mut here, 1_000);
    there.take_in(&only_record(&here), 1_000);
    let view = only(&at(&mut there, 2_000));
    assert_eq!((view.retry_at, view.severity), (Some(9_000), Severity::Warning));
    assert!(matches!(view.subject, Subject::Fault { waiting: 1, .. }));
    assert!(view.actions.is_empty(), "its requests are not here");
    // Met here, too, it is counted from here.
    there.failed(&call(2), &fault(Kind::Unreachable), 3_000);
    let view = only(&at(&mut there, 3_000));
    assert_eq!((view.count, view.retry_at), (1, None));
}

#[test]
fn a_record_brings_its_gravity_its_times_and_its_news() {
    let mut notices = on_screen();
    let record = Record {
        family: "",
        urgent: true,
        kind: Kind::SignInRequired,
        impact: Impact::DataAtRisk,
        endpoint: 1,
        rule: 0,
        intent: None,
        count: 2,
        waiting: 0,
        retry_at: None,
        available_at: Some(90_000),
        since: 300,
        write: true,
        over: false,
    };
    notices.take_in(&record, 1_000);
    let view = only(&at(&mut notices, 2_000));
    assert_eq!((view.surface, view.severity, view.since), (Surface::Banner, Severity::Error, 300));
    assert!(notices.announcements()[0].assertive);
    assert!(matches!(view.subject, Subject::Fault { available_at: Some(90_000), .. }));
    notices.take_in(&Record { count: 5, available_at: Some(1_500), ..record }, 2_500);
    let view = only(notices.render());
    assert_eq!(view.count, 5, "at once");
    assert!(matches!(view.subject, Subject::Fault { available_at: None, .. }), "that is past");
}
