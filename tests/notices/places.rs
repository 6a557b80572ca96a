//! M6, M7: a limited number of places, and none before there is a screen.

use steadfetch::fault::{Fault, Impact, Kind, Surface};
use steadfetch::notice::{AppNotice, Call, Config, Notices, Notify, Severity, State};

use crate::support::*;

#[test]
fn m6_at_most_so_many_are_visible_and_the_others_wait_their_turn() {
    let mut notices = on_screen();
    let ids: Vec<u32> =
        (0..5).map(|n| notices.show(app("saved", Some(&n.to_string()), Severity::Info), 0)).collect();
    let frame = at(&mut notices, 0);
    assert_eq!(frame.views.iter().map(|view| view.id).collect::<Vec<_>>(), ids[..3]);
    assert_eq!((frame.more, notices.announcements().len()), (2, 3));
    notices.expired(ids[1], 6_000);
    let frame = at(&mut notices, 6_000);
    assert_eq!(frame.views.iter().map(|view| view.id).collect::<Vec<_>>(), [ids[0], ids[2], ids[3]]);
    assert_eq!((frame.more, notices.announcements().len()), (1, 1));
    // One whose cause ends before its turn came was never shown, so nobody hears of its end.
    notices.resolve(ids[4], None, 6_100);
    assert_eq!(at(&mut notices, 6_100).more, 0);
    assert!(notices.announcements().is_empty());
    assert_eq!(notices.list().len(), 4);
}

#[test]
fn m6_an_urgent_notice_does_not_wait_behind_others() {
    let mut notices = on_screen();
    for n in 0..4 {
        notices.show(app("saved", Some(&n.to_string()), Severity::Info), 0);
    }
    at(&mut notices, 0);
    notices.announcements();
    notices.failed(&write(1), &Fault { impact: Impact::DataAtRisk, ..fault(Kind::ServerError) }, 0);
    let frame = at(&mut notices, DELAY);
    assert_eq!((frame.views.len(), frame.more), (3, 2));
    assert_eq!(frame.views[2].code(), Some("SF-server-error"));
    assert!(notices.announcements()[0].assertive);
}

#[test]
fn m7_what_was_raised_before_there_is_a_screen_is_shown_once_there_is() {
    let mut notices = Notices::new(Config::default());
    notices.failed(&call(1), &fault(Kind::Timeout), 0);
    let own = notices.show(app("welcome", None, Severity::Info), 0);
    assert!(at(&mut notices, 10_000).views.is_empty());
    assert_eq!(notices.next_timer(), None, "no timer runs for what nobody can see");
    assert_eq!(notices.list().len(), 2);
    notices.mounted(true, 20_000);
    let frame = at(&mut notices, 20_000);
    assert_eq!(frame.views.len(), 2);
    assert!(frame.views.iter().any(|view| view.id == own));
    assert_eq!(notices.announcements().len(), 2);
}

#[test]
fn without_a_screen_too_notices_close_once_they_could_be_read() {
    let mut notices = Notices::new(Config { headless: true, max_visible: 1, ..Config::default() });
    let own = notices.show(app("saved", None, Severity::Success), 0);
    notices.failed(&call(1), &fault(Kind::Timeout), 0);
    let frame = at(&mut notices, DELAY);
    assert_eq!(frame.views.len(), 2, "an app's own view shows as many as it likes");
    let trouble = frame.views.iter().find(|view| view.id != own).unwrap().id;
    notices.succeeded(&call(2), false, 1_000);
    assert_eq!(at(&mut notices, 60_000).views.len(), 2, "nobody said that they were read");
    notices.expired(own, 60_000);
    notices.failing(&call(3), &fault(Kind::Timeout), None, 60_000);
    notices.expired(trouble, 60_100);
    assert!(at(&mut notices, 60_100).views.is_empty());
    assert_eq!(only(&at(&mut notices, 61_000)).state, State::Shown);
    notices.expired(trouble, 61_000);
    assert!(at(&mut notices, 120_000).views.len() == 1, "living trouble stays");
}

#[test]
fn a_notice_says_whether_it_is_to_be_seen() {
    let mut notices = Notices::new(Config { headless: true, ..Config::default() });
    let id = notices.show(app("saved", None, Severity::Success), 0);
    notices.failed(&call(1), &fault(Kind::Timeout), 0);
    let seen = |notices: &mut Notices, now| {
        at(notices, now);
        notices.list().iter().map(|view| (view.state, view.visible)).collect::<Vec<_>>()
    };
    assert_eq!(seen(&mut notices, 0), [(State::Pending, false), (State::Shown, true)]);
    assert_eq!(seen(&mut notices, DELAY), [(State::Shown, true); 2]);
    notices.succeeded(&call(2), false, 1_000);
    assert_eq!(seen(&mut notices, 1_000), [(State::Resolved, true), (State::Shown, true)]);
    (1..=2).for_each(|id| notices.expired(id, 60_000));
    assert_eq!(seen(&mut notices, 60_000), [(State::Resolved, false); 2], "what is over is past");
    let id = notices.show(app("saved", None, Severity::Success), 60_000).max(id);
    at(&mut notices, 60_000);
    notices.dismiss(id, 60_000);
    assert_eq!(seen(&mut notices, 60_000).first(), Some(&(State::Dismissed, false)));
}

#[test]
fn history_is_bounded() {
    let mut notices = on_screen();
    for n in 0..250 {
        let id = notices.show(app("saved", None, Severity::Success), n);
        at(&mut notices, n);
        notices.expired(id, n);
    }
    let list = notices.list();
    assert_eq!(list.len(), 100);
    assert!(list.windows(2).all(|pair| pair[0].id > pair[1].id), "newest first");
    assert_eq!(notices.shown_total(), 250);
}

fn at_element(id: u32, anchor: u32) -> Call<'static> {
    Call { notify: Notify::At(anchor), ..call(id) }
}

#[test]
fn at_an_element_a_notice_takes_no_place_of_a_toast() {
    let mut notices = Notices::new(Config { max_visible: 1, ..Config::default() });
    notices.mounted(true, 0);
    notices.failed(&at_element(1, 7), &fault(Kind::RejectedInput), 0);
    notices.failed(&at_element(2, 8), &fault(Kind::RejectedInput), 0);
    notices.show(app("saved", None, Severity::Info), 0);
    let frame = at(&mut notices, DELAY);
    let places: Vec<_> = frame.views.iter().map(|view| (view.surface, view.anchor)).collect();
    assert_eq!(places, [(Surface::Toast, None), (Surface::Inline, Some(7)), (Surface::Inline, Some(8))]);
    assert_eq!(frame.more, 0);
    // The same rule at another element says nothing about this one.
    notices.succeeded(&at_element(3, 8), true, 2_000);
    let frame = at(&mut notices, 2_000);
    assert_eq!(frame.views.iter().filter(|view| view.surface == Surface::Inline).count(), 1);
}

#[test]
fn a_cause_that_is_met_elsewhere_too_moves_from_its_element_to_a_toast() {
    let mut notices = on_screen();
    notices.failed(&at_element(1, 7), &fault(Kind::Unavailable), 0);
    assert_eq!(only(&at(&mut notices, DELAY)).surface, Surface::Inline);
    notices.failed(&at_element(2, 7), &fault(Kind::Unavailable), 700);
    assert_eq!(only(&at(&mut notices, 700)).surface, Surface::Inline);
    notices.failed(&at_element(3, 9), &fault(Kind::Unavailable), 800);
    let view = only(&at(&mut notices, 800));
    assert_eq!((view.surface, view.anchor), (Surface::Toast, None));
}

#[test]
fn an_element_that_is_gone_leaves_its_notice_a_toast() {
    let mut notices = on_screen();
    notices.failed(&at_element(1, 7), &fault(Kind::Conflict), 0);
    let own = AppNotice { surface: Surface::Inline, anchor: Some(7), ..app("saved", None, Severity::Info) };
    notices.show(own, 0);
    notices.unanchor(8);
    assert!(at(&mut notices, DELAY).views.iter().all(|view| view.surface == Surface::Inline));
    notices.unanchor(7);
    assert!(at(&mut notices, DELAY).views.iter().all(|view| view.surface == Surface::Toast));
}

#[test]
fn those_that_wait_are_seen_while_the_person_looks_at_them() {
    let mut notices = on_screen();
    for n in 0..5 {
        notices.show(app("saved", Some(&n.to_string()), Severity::Info), 0);
    }
    let frame = at(&mut notices, 0);
    assert_eq!((frame.views.len(), frame.more), (3, 2));
    notices.show_queue(true);
    let frame = at(&mut notices, 0);
    assert_eq!((frame.views.len(), frame.more), (5, 2));
    notices.show_queue(false);
    let frame = at(&mut notices, 0);
    assert_eq!((frame.views.len(), frame.more), (3, 2));
}
