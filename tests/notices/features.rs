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

#[test]
fn what_it_took_waits_for_nothing_and_does_not_grow_or_close_by_itself() {
    let mut notices = on_screen();
    notices.failing(&of_search(1), &fault(Kind::Unreachable), Some(90_000), 0);
    let id = only(&at(&mut notices, DELAY)).id;
    turn(&mut notices, Level::Reduced, &[1], 1_000);
    assert!(notices.affected(id).waiting.is_empty());
    assert_eq!(only(&at(&mut notices, 120_000)).surface, Surface::Toast);
    // One that was about to close is needed again.
    let mut notices = on_screen();
    notices.failing(&of_search(1), &fault(Kind::Unreachable), Some(90_000), 0);
    at(&mut notices, DELAY);
    notices.cancelled(1, 1_000);
    turn(&mut notices, Level::Reduced, &[1], 2_000);
    assert_eq!(at(&mut notices, 60_000).views.len(), 1);
}

#[test]
fn where_it_takes_a_card_it_leaves_its_own() {
    let mut notices = on_screen();
    turn(&mut notices, Level::Reduced, &[1], 0);
    notices.failing(&Call { endpoint: 2, ..of_search(1) }, &fault(Kind::RateLimited), Some(90_000), 0);
    assert_eq!(at(&mut notices, DELAY).views.len(), 2);
    let mut notices = on_screen();
    let other = Call { endpoint: 2, feature: Some(SEARCH), ..call(1) };
    notices.failing(&other, &fault(Kind::Timeout), Some(90_000), 0);
    let taken = only(&at(&mut notices, DELAY)).id;
    turn(&mut notices, Level::Reduced, &[], 1_000);
    assert_eq!(at(&mut notices, 2_000).views.len(), 2);
    turn(&mut notices, Level::Reduced, &[2], 3_000);
    assert_eq!(only(&at(&mut notices, 4_000)).id, taken);
}

#[test]
fn of_two_features_of_one_endpoint_one_card_becomes_the_endpoints() {
    let mut notices = on_screen();
    for number in [1, 2] {
        notices.feature(number, "part", Level::Reduced, vec![1], true, 0);
    }
    assert_eq!(only(&at(&mut notices, DELAY)).others.len(), 1);
    notices.failing(&call(3), &fault(Kind::Timeout), Some(90_000), 5_000);
    let id = only(&at(&mut notices, 5_000)).id;
    // And stays it, whoever meets it next.
    notices.failing(&call(4), &fault(Kind::Timeout), Some(90_000), 6_000);
    let view = only(&at(&mut notices, 6_000));
    assert_eq!((view.id, view.count), (id, 2));
}

/// What each card says, and of which features.
fn told(notices: &mut Notices, now: u64) -> Vec<(String, Vec<String>)> {
    let frame = at(notices, now);
    let names = |view: &steadfetch::notice::View| {
        let first = view.cause.name().to_owned();
        [first].into_iter().chain(view.others.iter().map(|other| other.name().to_owned())).collect()
    };
    let message = |view: &steadfetch::notice::View| match &view.subject {
        Subject::App { message, .. } => message.clone(),
        Subject::Fault { kind, .. } => kind.name().to_owned(),
    };
    frame.views.iter().map(|view| (message(view), names(view))).collect()
}

#[test]
fn features_that_one_trouble_limits_alike_are_one_card_that_names_them() {
    let mut notices = on_screen();
    let both = |notices: &mut Notices, levels: [Level; 2], now| {
        notices.feature(1, "maps", levels[0], vec![1, 2], true, now);
        notices.feature(2, "chat", levels[1], vec![2], true, now);
    };
    let card = |what: &str, names: &[&str]| {
        (format!("feature-{what}"), names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    };
    both(&mut notices, [Level::Reduced, Level::Reduced], 0);
    assert_eq!(told(&mut notices, DELAY), [card("reduced", &["maps", "chat"])]);
    assert_eq!(said(&notices.announcements()), [Said::Shown]);
    // Again: nothing is new.
    both(&mut notices, [Level::Reduced, Level::Reduced], 1_000);
    assert_eq!(told(&mut notices, 1_000), [card("reduced", &["maps", "chat"])]);
    assert!(notices.announcements().is_empty());
    // What the calls of either meet there is told by it.
    for (id, feature) in [(1, 1), (2, 2)] {
        let call = Call { endpoint: 2, feature: Some(feature), ..call(id) };
        notices.failing(&call, &fault(Kind::Timeout), Some(90_000), 1_000);
    }
    assert_eq!(told(&mut notices, 2_000), [card("reduced", &["maps", "chat"])]);
    // One that is worse off has its own, whichever it is.
    let mut second = notices.clone();
    both(&mut notices, [Level::Off, Level::Reduced], 3_000);
    assert_eq!(told(&mut notices, 5_000), [card("reduced", &["chat"]), card("off", &["maps"])]);
    both(&mut second, [Level::Reduced, Level::Off], 3_000);
    assert_eq!(told(&mut second, 5_000), [card("reduced", &["maps"]), card("off", &["chat"])]);
    // One that is well is named no more, and the end of the last is said.
    let mut notices = on_screen();
    both(&mut notices, [Level::Reduced, Level::Reduced], 0);
    let id = only(&at(&mut notices, DELAY)).id;
    notices.announcements();
    both(&mut notices, [Level::Full, Level::Reduced], 3_000);
    assert_eq!(told(&mut notices, 5_000), [card("reduced", &["chat"])]);
    assert_eq!(said(&notices.announcements()), [Said::Shown], "its words are new");
    both(&mut notices, [Level::Full, Level::Full], 6_000);
    let view = only(&at(&mut notices, 6_000));
    assert_eq!(
        (view.id, view.state, view.resolved_as.as_deref()),
        (id, State::Resolved, Some("feature-full"))
    );
}

#[test]
fn features_that_come_back_together_are_all_named() {
    let limited = |numbers: &[u32]| {
        let mut notices = on_screen();
        for number in numbers {
            notices.feature(*number, &format!("part-{number}"), Level::Reduced, vec![1], true, 0);
        }
        at(&mut notices, DELAY);
        notices
    };
    let back = |notices: &mut Notices, number: u32, now| {
        notices.feature(number, &format!("part-{number}"), Level::Full, vec![], true, now);
    };
    let named = |notices: &mut Notices, now| {
        let view = only(&at(notices, now));
        let first = view.cause.name().to_owned();
        let mut names: Vec<_> =
            [first].into_iter().chain(view.others.iter().map(|one| one.name().to_owned())).collect();
        names.sort();
        (view.state, names)
    };
    for order in [[1, 2, 3], [3, 1, 2], [2, 3, 1]] {
        let mut notices = limited(&[1, 2, 3]);
        for number in order {
            back(&mut notices, number, 9_000);
        }
        let all = ["part-1", "part-2", "part-3"].map(str::to_owned).to_vec();
        assert_eq!(named(&mut notices, 9_000), (State::Resolved, all));
    }
    // Those of before have been named no more.
    let mut notices = limited(&[1, 2, 3]);
    back(&mut notices, 1, 8_000);
    back(&mut notices, 3, 9_000);
    back(&mut notices, 2, 9_000);
    let two = ["part-2", "part-3"].map(str::to_owned).to_vec();
    assert_eq!(named(&mut notices, 9_000), (State::Resolved, two));
}

#[test]
fn a_card_that_was_the_endpoints_in_between_names_all_of_them_again() {
    let mut notices = on_screen();
    for number in [1, 2] {
        notices.feature(number, &format!("part-{number}"), Level::Reduced, vec![1], true, 0);
    }
    at(&mut notices, DELAY);
    notices.failing(&Call { feature: Some(3), ..call(1) }, &fault(Kind::Timeout), Some(90_000), 1_000);
    assert_eq!(only(&at(&mut notices, 2_000)).code(), Some("SF-timeout"));
    notices.feature(3, "part-3", Level::Reduced, vec![1], true, 3_000);
    let card = told(&mut notices, 4_000);
    assert_eq!(card.len(), 1);
    assert_eq!(card[0].1.iter().filter(|name| name.starts_with("part-")).count(), 3, "{card:?}");
}

#[test]
fn its_card_tells_of_nothing_that_it_does_not_stand_for_and_of_nothing_once_it_was_closed() {
    // By hand, or for another endpoint.
    for covers in [&[][..], &[2]] {
        let mut notices = on_screen();
        turn(&mut notices, Level::Reduced, covers, 0);
        at(&mut notices, DELAY);
        notices.failing(&of_search(1), &fault(Kind::Timeout), Some(90_000), 1_000);
        let frame = at(&mut notices, 3_000);
        let codes: Vec<_> = frame.views.iter().filter_map(|view| view.code()).collect();
        assert_eq!(codes, ["SF-timeout"], "covers {covers:?}");
    }
    // That it is off is what its calls are refused for.
    let mut notices = on_screen();
    turn(&mut notices, Level::Off, &[], 0);
    notices.failed(&of_search(1), &fault(Kind::CircuitOpen), 1_000);
    assert_eq!(message(&at(&mut notices, 3_000)), "feature-off");
    // What the person does fails after they closed it.
    let mut notices = on_screen();
    turn(&mut notices, Level::Reduced, &[1], 0);
    let id = only(&at(&mut notices, DELAY)).id;
    notices.dismiss(id, 1_000);
    notices.failed(&of_search(1), &fault(Kind::Timeout), 20_000);
    assert!(at(&mut notices, 22_000).views.is_empty());
    notices.failed(&Call { intent: Some("find"), ..of_search(2) }, &fault(Kind::Timeout), 23_000);
    assert_eq!(only(&at(&mut notices, 25_000)).code(), Some("SF-timeout"));
}

#[test]
fn a_card_that_goes_or_was_closed_names_nothing_new() {
    let mut notices = on_screen();
    notices.feature(1, "maps", Level::Reduced, vec![1], true, 0);
    let id = only(&at(&mut notices, DELAY)).id;
    notices.dismiss(id, 2_000);
    notices.feature(2, "chat", Level::Reduced, vec![1], true, 3_000);
    assert_eq!(told(&mut notices, 5_000), [("feature-reduced".to_owned(), vec!["chat".to_owned()])]);
}

#[test]
fn features_with_nothing_in_common_have_cards_of_their_own() {
    let mut notices = on_screen();
    notices.feature(1, "maps", Level::Reduced, vec![1], true, 0);
    notices.feature(2, "chat", Level::Reduced, vec![2], true, 0);
    notices.feature(3, "shop", Level::Reduced, vec![], true, 0);
    notices.feature(4, "news", Level::Reduced, vec![], true, 0);
    let views = told(&mut notices, DELAY);
    assert!(views.iter().all(|(_, names)| names.len() == 1), "{views:?}");
    assert_eq!(notices.list().len(), 4);
}

#[test]
fn one_that_is_in_a_summary_comes_out_of_it_once() {
    let mut notices = Notices::new(steadfetch::notice::Config { max_visible: 9, ..Default::default() });
    notices.mounted(true, 0);
    notices.hidden(true, 0);
    for endpoint in 1..=3 {
        notices.failed(&Call { endpoint, ..of_search(endpoint) }, &fault(Kind::Timeout), 0);
    }
    notices.hidden(false, 9_000);
    assert_eq!(only(&at(&mut notices, 9_000)).count, 3);
    notices.announcements();
    for expand in [false, true] {
        let mut notices = notices.clone();
        turn(&mut notices, Level::Reduced, &[1], 9_100);
        if expand {
            notices.expand(9_200);
        }
        let frame = at(&mut notices, 20_000);
        let names: Vec<_> = frame.views.iter().map(|view| (view.cause.name(), view.count)).collect();
        assert!(names.contains(&("search", 1)), "{names:?}");
        assert_eq!(names.contains(&("summary", 2)), !expand, "{names:?}");
        let spoken = notices.announcements();
        assert_eq!(spoken.len(), if expand { 3 } else { 1 }, "each once");
    }
}

#[test]
fn that_an_endpoint_settles_is_not_the_end_of_a_feature_that_took_its_card() {
    let mut notices = on_screen();
    for round in 0..2 {
        notices.failing(&of_search(round), &fault(Kind::Unreachable), Some(90_000), u64::from(round) * 2_000);
        at(&mut notices, u64::from(round) * 2_000 + 1_000);
        notices.succeeded(&of_search(round), false, u64::from(round) * 2_000 + 1_000);
    }
    assert!(only(&at(&mut notices, 3_100)).settling);
    turn(&mut notices, Level::Reduced, &[1], 3_200);
    notices.announcements();
    let view = only(&at(&mut notices, 60_000));
    assert_eq!((view.state, view.settling), (State::Shown, false));
    assert_eq!(said(&notices.announcements()), [Said::Shown]);
    // And its own end is said once, whatever was awaited before.
    turn(&mut notices, Level::Full, &[], 61_000);
    at(&mut notices, 61_000);
    assert_eq!(said(&notices.announcements()), [Said::Recovered]);
}
