//! What the app raises, and what the person closes.

use std::rc::Rc;

use steadfetch::fault::{Kind, Surface};
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
