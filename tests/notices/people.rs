//! What the app raises, and what the person closes.

use std::rc::Rc;

use steadfetch::fault::{Action, Fault, Impact, Kind, Surface};
use steadfetch::notice::{
    Affected, AppNotice, Arg, Call, Change, OwnAction, Said, Severity, State, Subject, View,
};

use crate::support::*;

#[test]
fn a_dismissed_cause_stays_closed_until_it_recovers() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Unavailable), Some(1_000), 0);
    let first = only(&at(&mut notices, DELAY)).id;
    notices.dismiss(first, 700);
    for id in 2..30 {
        notices.failed(&call(id), &fault(Kind::Unavailable), u64::from(id) * 1_000);
        assert!(at(&mut notices, u64::from(id) * 1_000 + 900).views.is_empty());
    }
    notices.succeeded(&call(31), false, 40_000);
    assert!(at(&mut notices, 40_000).views.is_empty(), "what the person closed says nothing more");
    assert_eq!(said(&notices.announcements()), [Said::Shown]);
    notices.failed(&call(32), &fault(Kind::Unavailable), 41_000);
    assert_ne!(only(&at(&mut notices, 42_000)).id, first);
}

#[test]
fn a_dismissed_cause_is_forgotten_when_nobody_meets_it() {
    let mut notices = on_screen();
    notices.failed(&call(1), &fault(Kind::Unavailable), 0);
    let id = only(&at(&mut notices, DELAY)).id;
    notices.dismiss(id, 1_000);
    assert!(!notices.is_idle());
    at(&mut notices, 301_000);
    assert!(notices.is_idle());
    assert_eq!(notices.list()[0].state, State::Dismissed);
}

#[test]
fn what_people_do_after_they_closed_a_card_does_not_fail_in_silence() {
    let mut notices = on_screen();
    let save = |id| Call { intent: Some("save-order"), ..write(id) };
    notices.failed(&save(1), &fault(Kind::Unavailable), 0);
    let id = only(&at(&mut notices, DELAY)).id;
    notices.dismiss(id, 1_000);
    notices.failed(&save(2), &fault(Kind::Unavailable), 2_000);
    assert!(at(&mut notices, 10_000).views.is_empty());
    notices.failed(&save(3), &fault(Kind::Unavailable), 11_000);
    assert_eq!(only(&at(&mut notices, 11_600)).id, id);
    assert_eq!(said(&notices.announcements()), [Said::Shown, Said::Shown]);
}

#[test]
fn errors_and_notices_with_actions_never_expire() {
    let mut notices = on_screen();
    let undo = OwnAction { id: "undo".to_owned(), label: None, href: None };
    let error = notices.show(app("broken", Some("a"), Severity::Error), 0);
    let acting =
        notices.show(AppNotice { actions: vec![undo].into(), ..app("moved", Some("b"), Severity::Info) }, 0);
    let plain = notices.show(app("saved", Some("c"), Severity::Success), 0);
    let expires = |view: &View| (view.id, view.expires);
    let frame = at(&mut notices, 0);
    assert_eq!(
        frame.views.iter().map(expires).collect::<Vec<_>>(),
        [(error, false), (acting, false), (plain, true)]
    );
    for id in [error, acting, plain] {
        notices.expired(id, 60_000);
    }
    assert_eq!(at(&mut notices, 60_000).views.len(), 2);
}

#[test]
fn the_app_says_until_when_and_can_resolve_in_its_own_words() {
    let mut notices = on_screen();
    let id = notices.show(AppNotice { until: Some(8_000), ..app("sale", Some("sale"), Severity::Info) }, 0);
    assert!(!only(&at(&mut notices, 0)).expires, "the app's time counts");
    assert!(at(&mut notices, 8_000).views.is_empty());
    let args = Rc::new(vec![("n".to_owned(), Arg::Number(3.0))]);
    let id2 = notices.show(AppNotice { args: args.clone(), ..app("sync", None, Severity::Warning) }, 9_000);
    assert_ne!(id, id2);
    at(&mut notices, 9_000);
    notices.resolve(id2, Some("synced".to_owned()), 9_500);
    let view = only(&at(&mut notices, 9_500));
    assert_eq!((view.state, view.resolved_as.as_deref()), (State::Resolved, Some("synced")));
    assert_eq!(view.subject, Subject::App { message: "sync".to_owned(), args, actions: Rc::default() });
    notices.dismiss(id2, 9_600);
    assert!(at(&mut notices, 9_600).views.is_empty());
    // A silent one is only listed, until it speaks up.
    let id3 =
        notices.show(AppNotice { surface: Surface::Silent, ..app("note", None, Severity::Info) }, 10_000);
    assert!(at(&mut notices, 10_000).views.is_empty());
    notices.update(id3, Change { surface: Some(Surface::Banner), ..Change::default() }, 10_100);
    assert_eq!(only(&at(&mut notices, 10_100)).surface, Surface::Banner);
}

#[test]
fn unknown_ids_are_no_trouble() {
    let mut notices = on_screen();
    notices.dismiss(7, 0);
    notices.expired(7, 0);
    notices.resolve(7, None, 0);
    notices.update(7, Change::default(), 0);
    notices.cancelled(7, 0);
    notices.attempting(7);
    notices.succeeded(&call(7), true, 0);
    assert_eq!(notices.affected(7), Affected::default());
    assert!(!notices.keeps(7) && notices.list().is_empty());
}

#[test]
fn an_app_changes_each_part_of_its_notice_in_place_and_keeps_the_others() {
    let mut notices = on_screen();
    let until = Some(50_000);
    let id = notices.show(AppNotice { until, ..app("upload", Some("upload"), Severity::Info) }, 0);
    assert_eq!(only(notices.render()).id, id, "what the app raises needs no tick");
    notices.announcements();
    let args = Rc::new(vec![("n".to_owned(), Arg::Number(3.0))]);
    let actions = Rc::new(vec![OwnAction { id: "stop".to_owned(), label: None, href: None }]);
    let part = Change::default();
    notices.update(
        id,
        Change { args: Some(args.clone()), actions: Some(actions.clone()), ..part.clone() },
        100,
    );
    let view = only(notices.render());
    let subject = |message: &str| Subject::App {
        message: message.to_owned(),
        args: args.clone(),
        actions: actions.clone(),
    };
    assert_eq!((view.subject, view.actions.len()), (subject("upload"), 1));
    assert!(notices.announcements().is_empty(), "a figure that moves is not spoken of");
    notices.update(id, Change { message: Some("uploaded".to_owned()), ..part.clone() }, 200);
    assert_eq!(only(notices.render()).subject, subject("uploaded"));
    assert_eq!(said(&notices.announcements()), [Said::Shown]);
    notices.update(id, Change { severity: Some(Severity::Error), ..part.clone() }, 300);
    assert_eq!(only(notices.render()).severity, Severity::Error);
    assert_eq!(said(&notices.announcements()), [Said::Shown]);
    notices.update(id, Change { surface: Some(Surface::Inline), anchor: Some(4), ..part.clone() }, 400);
    notices.update(id, Change { severity: Some(Severity::Warning), ..part.clone() }, 500);
    let view = only(notices.render());
    assert_eq!((view.surface, view.anchor), (Surface::Inline, Some(4)));
    // Its time is its own, until it gets another one.
    assert_eq!(at(&mut notices, 49_999).views.len(), 1);
    notices.update(id, Change { until: Some(60_000), ..part }, 49_999);
    assert_eq!(at(&mut notices, 59_999).views.len(), 1);
    assert!(at(&mut notices, 60_000).views.is_empty());
}

#[test]
fn what_the_app_says_again_counts_at_once() {
    let mut notices = on_screen();
    notices.show(app("hello", Some("a"), Severity::Info), 0);
    notices.render();
    notices.show(app("hello", Some("a"), Severity::Info), 10);
    assert_eq!(only(notices.render()).count, 2);
}

#[test]
fn a_notice_that_falls_silent_is_listed_alone_and_comes_back_anew() {
    let mut notices = on_screen();
    let id = notices.show(app("note", None, Severity::Info), 0);
    at(&mut notices, 0);
    let turn = |surface| Change { surface: Some(surface), ..Change::default() };
    notices.update(id, turn(Surface::Silent), 2_000);
    assert!(notices.render().views.is_empty());
    assert_eq!((notices.list()[0].state, notices.list()[0].visible), (State::Pending, false));
    notices.update(id, turn(Surface::Toast), 3_000);
    assert_eq!(only(notices.render()).state, State::Shown);
    assert_eq!(said(&notices.announcements()), [Said::Shown, Said::Shown]);
    // Before it was ever shown, too.
    let mut hidden = steadfetch::notice::Notices::default();
    let id = hidden.show(app("note", None, Severity::Info), 0);
    hidden.update(id, turn(Surface::Silent), 0);
    hidden.mounted(true, 0);
    assert!(at(&mut hidden, 9_000).views.is_empty());
}

#[test]
fn patience_counts_from_when_it_was_closed() {
    let mut notices = on_screen();
    let save = |id| Call { intent: Some("save-order"), ..write(id) };
    notices.failed(&save(1), &fault(Kind::Unavailable), 0);
    let id = only(&at(&mut notices, DELAY)).id;
    at(&mut notices, 5_000);
    notices.dismiss(id, 5_000);
    assert!(notices.render().views.is_empty(), "it goes at once");
    notices.failed(&save(2), &fault(Kind::Unavailable), 14_000);
    assert!(at(&mut notices, 14_900).views.is_empty());
    notices.failed(&save(3), &fault(Kind::Unavailable), 15_000);
    assert_eq!(notices.list()[0].state, State::Pending);
    assert_eq!(only(&at(&mut notices, 15_000 + DELAY)).id, id);
}

#[test]
fn what_was_closed_before_it_was_seen_or_while_it_settled_stays_closed() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Unavailable), Some(90_000), 0);
    let id = notices.list()[0].id;
    notices.dismiss(id, 100);
    assert!(at(&mut notices, 5_000).views.is_empty());
    let mut notices = on_screen();
    for round in 0..2 {
        notices.failing(&call(round), &fault(Kind::Unavailable), Some(90_000), u64::from(round) * 2_000);
        at(&mut notices, u64::from(round) * 2_000 + 1_000);
        notices.succeeded(&call(round), false, u64::from(round) * 2_000 + 1_000);
    }
    let view = only(&at(&mut notices, 3_100));
    assert!(view.settling);
    notices.announcements();
    notices.dismiss(view.id, 3_200);
    assert!(at(&mut notices, 60_000).views.is_empty());
    assert!(notices.announcements().is_empty());
}

#[test]
fn what_is_over_offers_nothing_and_knows_no_calls() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::RejectedInput), Some(90_000), 0);
    notices.failed(&Call { endpoint: 2, safe_to_repeat: true, ..call(2) }, &fault(Kind::Timeout), 0);
    let ids: Vec<u32> = at(&mut notices, DELAY).views.iter().map(|view| view.id).collect();
    assert!(notices.list().iter().any(|view| !view.actions.is_empty()));
    for id in &ids {
        notices.dismiss(*id, 1_000);
    }
    at(&mut notices, 400_000);
    assert!(notices.is_idle());
    for view in notices.list() {
        assert!(view.actions.is_empty());
        assert!(notices.affected(view.id).waiting.is_empty());
    }
    assert_eq!(notices.list().len(), 2);
}

#[test]
fn a_core_that_follows_another_names_none_by_a_former_number() {
    let mut notices = on_screen();
    notices.number_from(41);
    assert_eq!(notices.show(app("a", None, Severity::Info), 0), 42);
    notices.number_from(7);
    assert_eq!(notices.show(app("b", None, Severity::Info), 0), 43);
}

#[test]
fn a10_what_cannot_be_found_stays_until_it_is_closed() {
    let mut notices = on_screen();
    notices.failed(&call(1), &Fault { status: Some(404), ..fault(Kind::NotFound) }, 0);
    let view = only(&at(&mut notices, DELAY));
    assert_eq!((view.surface, view.severity, view.expires), (Surface::Toast, Severity::Error, false));
    assert_eq!(steps(&view), [Action::GoBack]);
    notices.expired(view.id, 60_000);
    assert_eq!(only(&at(&mut notices, 3_600_000)).id, view.id);
    // Nor does it go where something stood in for it.
    let mut notices = on_screen();
    notices.failed(&call(1), &Fault { impact: Impact::Degraded, ..fault(Kind::NotFound) }, 0);
    let view = only(&at(&mut notices, DELAY));
    assert_eq!((view.severity, view.expires), (Severity::Warning, false));
    notices.dismiss(view.id, 2_000);
    assert!(at(&mut notices, 2_000).views.is_empty());
}
