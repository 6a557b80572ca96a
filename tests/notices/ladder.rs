//! M4 in its simple form, and the steps that a card offers.

use steadfetch::fault::{Action, Fault, Impact, Kind, Surface};
use steadfetch::notice::{Call, Config, Incident, LASTS, Notices, Notify, Said};

use crate::support::*;

#[test]
fn m4_trouble_that_lasts_becomes_a_banner_with_the_same_identity() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Unreachable), Some(20_000), 0);
    notices.failing(&Call { endpoint: 2, ..call(2) }, &fault(Kind::Timeout), Some(20_000), 0);
    let before: Vec<_> =
        at(&mut notices, LASTS - 1).views.iter().map(|view| (view.id, view.surface)).collect();
    let after: Vec<_> = at(&mut notices, LASTS).views.iter().map(|view| (view.id, view.surface)).collect();
    assert_eq!(before, [(before[0].0, Surface::Toast), (before[1].0, Surface::Toast)]);
    assert_eq!(after, [(before[0].0, Surface::Banner), (before[1].0, Surface::Toast)]);
    assert_eq!(said(&notices.announcements()), [Said::Shown, Said::Shown]);
}

#[test]
fn m4_a_failure_that_is_over_does_not_grow_by_itself() {
    let mut notices = on_screen();
    notices.failed(&call(1), &fault(Kind::Unreachable), 0);
    assert_eq!(only(&at(&mut notices, 2 * LASTS)).surface, Surface::Toast);
    notices.failing(&call(2), &fault(Kind::Unreachable), None, 2 * LASTS + 1);
    assert_eq!(only(&at(&mut notices, 2 * LASTS + 1)).surface, Surface::Banner);
}

#[test]
fn m4_what_the_call_asks_for_wins_over_the_ladder() {
    let mut notices = on_screen();
    notices.failing(&Call { notify: Notify::Silent, ..call(1) }, &fault(Kind::Timeout), None, 0);
    notices.failed(&call(2), &Fault { impact: Impact::None, ..fault(Kind::Timeout) }, 0);
    notices.failed(&call(3), &fault(Kind::Cancelled), 0);
    notices.failed(&call(4), &fault(Kind::Internal), 0);
    assert!(at(&mut notices, LASTS).views.is_empty());
    notices.failing(&Call { notify: Notify::Banner, ..call(5) }, &fault(Kind::Timeout), None, LASTS);
    assert_eq!(only(&at(&mut notices, LASTS + DELAY)).surface, Surface::Banner);
    let mut notices = on_screen();
    notices.failing(&Call { notify: Notify::Toast, ..call(1) }, &fault(Kind::Unreachable), None, 0);
    assert_eq!(only(&at(&mut notices, 2 * LASTS)).surface, Surface::Toast);
}

#[test]
fn only_steps_that_lead_somewhere_are_offered() {
    let offered = |kind: Kind, waiting: bool, repeat: bool, app_listens: bool| {
        let mut notices = Notices::new(Config { app_listens, ..Config::default() });
        notices.mounted(true, 0);
        let call = Call { safe_to_repeat: repeat, ..call(1) };
        match waiting {
            true => notices.failing(&call, &fault(kind), Some(9_000), 0),
            false => notices.failed(&call, &fault(kind), 0),
        }
        steps(&only(&at(&mut notices, 5_000)))
    };
    assert_eq!(offered(Kind::Timeout, true, false, false), [Action::Retry]);
    assert_eq!(offered(Kind::Timeout, false, true, false), [Action::Retry]);
    assert_eq!(offered(Kind::Timeout, false, false, false), []);
    assert_eq!(offered(Kind::ServerError, false, true, true), [Action::Retry, Action::Report]);
    assert_eq!(offered(Kind::ServerError, false, true, false), [Action::Retry]);
    assert_eq!(offered(Kind::SignInRequired, false, true, true), [Action::SignIn]);
    assert_eq!(offered(Kind::SignInRequired, false, true, false), []);
    assert_eq!(offered(Kind::QuotaExceeded, false, true, true), [Action::Upgrade, Action::Contact]);
    assert_eq!(offered(Kind::NotFound, false, true, false), [Action::GoBack]);
    assert_eq!(offered(Kind::OutdatedClient, false, true, false), [Action::Reload]);
    assert_eq!(offered(Kind::RateLimited, true, true, true), []);
    assert_eq!(offered(Kind::StorageFull, false, true, true), [Action::FreeSpace]);
    assert_eq!(offered(Kind::NotAllowed, false, true, true), [Action::Contact]);
}

#[test]
fn retry_knows_the_calls_that_it_means() {
    let mut notices = on_screen();
    notices.failing(&call(3), &fault(Kind::Timeout), Some(9_000), 0);
    notices.failing(&call(4), &fault(Kind::Timeout), Some(9_000), 0);
    notices.failed(&Call { safe_to_repeat: true, ..call(5) }, &fault(Kind::Timeout), 0);
    let id = only(&at(&mut notices, DELAY)).id;
    let affected = notices.affected(id);
    assert_eq!((affected.waiting, affected.repeat), (vec![3, 4], Some(5)));
    assert!(notices.keeps(5) && !notices.keeps(3));
    notices.succeeded(&call(3), false, 700);
    assert_eq!(notices.affected(id).waiting, [], "the calls of a recovered cause need no notice");
    notices.expired(id, 9_000);
    assert!(!notices.keeps(5) && notices.affected(id).waiting.is_empty());
}

#[test]
fn a_known_incident_is_told_by_the_notices_that_it_may_be_behind() {
    let mut notices = on_screen();
    let incident =
        |since, kinds: &[Kind]| Incident { since, until: None, kinds: kinds.to_vec(), features: Vec::new() };
    notices.failed(&call(1), &fault(Kind::Timeout), 0);
    notices.failed(&Call { endpoint: 2, ..call(2) }, &fault(Kind::NotFound), 0);
    notices.incidents(vec![incident(50, &[]), incident(40, &[]), incident(10, &[Kind::RateLimited])]);
    let told: Vec<_> = at(&mut notices, 1_000).views.iter().map(|view| view.incident).collect();
    assert_eq!(told, [Some((40, None)), None]);
    notices.incidents(vec![incident(50, &[Kind::NotFound])]);
    let told: Vec<_> = at(&mut notices, 1_000).views.iter().map(|view| view.incident).collect();
    assert_eq!(told, [None, Some((50, None))]);
    notices
        .incidents(vec![Incident { features: vec!["search".to_owned()], ..incident(50, &[Kind::Timeout]) }]);
    assert!(at(&mut notices, 1_000).views.iter().all(|view| view.incident.is_none()));
    // A page to look at is a next step, also where the app does nothing itself.
    notices.failed(&Call { endpoint: 3, ..call(3) }, &fault(Kind::Unavailable), 1_000);
    let unavailable = |notices: &mut Notices| steps(at(notices, 2_000).views.last().unwrap());
    assert_eq!(unavailable(&mut notices), []);
    notices.configure(Config { status_page: true, ..Config::default() });
    assert_eq!(unavailable(&mut notices), [Action::CheckStatus]);
}

#[test]
fn reporting_a_problem_is_a_next_step_where_reports_go_somewhere() {
    let offered = |kind: Kind, reports: bool| {
        let mut notices = Notices::new(Config { reports, ..Config::default() });
        notices.mounted(true, 0);
        notices.failed(&call(1), &fault(kind), 0);
        steps(&only(&at(&mut notices, 5_000)))
    };
    assert_eq!(offered(Kind::ServerError, true), [Action::Report]);
    assert_eq!(offered(Kind::BadResponse, true), [Action::Report]);
    assert_eq!(offered(Kind::ServerError, false), []);
    assert_eq!(offered(Kind::NotAllowed, true), [], "the app alone can be contacted");
}
