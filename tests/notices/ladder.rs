//! M4 in its simple form, and the steps that a card offers.

use steadfetch::fault::{Action, Fault, Impact, Kind, Surface};
use steadfetch::notice::{Call, Config, Incident, LASTS, Notices, Notify, Said, Severity};
use steadfetch::policy::feature::Level;

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
    let incidents = vec![incident(50, &[]), incident(40, &[]), incident(10, &[Kind::RateLimited])];
    notices.incidents(incidents, vec![1, 2]);
    let told: Vec<_> = at(&mut notices, 1_000).views.iter().map(|view| view.incident).collect();
    assert_eq!(told, [Some((40, None)), None]);
    notices.incidents(vec![incident(50, &[Kind::NotFound])], vec![1, 2]);
    let told: Vec<_> = at(&mut notices, 1_000).views.iter().map(|view| view.incident).collect();
    assert_eq!(told, [None, Some((50, None))]);
    let search = Incident { features: vec!["search".to_owned()], ..incident(50, &[Kind::Timeout]) };
    notices.incidents(vec![search], vec![1, 2]);
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

fn going_on(kinds: &[Kind], features: &[&str]) -> Incident {
    let features = features.iter().map(|name| (*name).to_owned()).collect();
    Incident { since: 50, until: None, kinds: kinds.to_vec(), features }
}

#[test]
fn an_incident_says_nothing_of_endpoints_that_the_feed_is_not_about() {
    let mut notices = on_screen();
    notices.failed(&call(1), &fault(Kind::Timeout), 0);
    notices.failed(&Call { endpoint: 2, ..call(2) }, &fault(Kind::Timeout), 0);
    notices.failing(&Call { endpoint: 1, ..call(3) }, &fault(Kind::Offline), None, 0);
    let told = |notices: &mut Notices| {
        let mut told: Vec<_> = at(notices, 4_000)
            .views
            .iter()
            .map(|view| (view.cause.endpoint(), view.incident.is_some()))
            .collect();
        told.sort_unstable();
        told
    };
    for kinds in [&[][..], &[Kind::Timeout, Kind::Offline]] {
        notices.incidents(vec![going_on(kinds, &[])], vec![2]);
        assert_eq!(told(&mut notices), [(None, false), (Some(1), false), (Some(2), true)]);
    }
    notices.incidents(vec![going_on(&[], &[])], vec![]);
    assert!(told(&mut notices).iter().all(|(_, told)| !told));
}

#[test]
fn a_features_card_tells_of_what_names_it_and_of_what_its_endpoints_meet() {
    let mut notices = on_screen();
    notices.feature(7, "search", Level::Reduced, vec![3], true, 0);
    let told = |notices: &mut Notices, kinds: &[Kind], features: &[&str], about: Vec<u32>| {
        notices.incidents(vec![going_on(kinds, features)], about);
        only(&at(notices, 1_000)).incident.is_some()
    };
    assert!(told(&mut notices, &[], &["search"], vec![]));
    assert!(told(&mut notices, &[Kind::Timeout], &["maps", "search"], vec![]));
    assert!(told(&mut notices, &[], &[], vec![3]));
    assert!(!told(&mut notices, &[], &[], vec![4]));
    assert!(!told(&mut notices, &[Kind::Timeout], &[], vec![3]), "what it stands for has no kind");
    assert!(!told(&mut notices, &[], &["maps"], vec![3]));
}

#[test]
fn whatever_an_incident_explains_leads_to_the_status_page_and_asks_for_no_report() {
    let explained = |kind: Kind, waiting: bool, status_page: bool| {
        let mut notices = Notices::new(Config { status_page, reports: true, ..Config::default() });
        notices.mounted(true, 0);
        notices.incidents(vec![going_on(&[kind], &[])], vec![1]);
        match waiting {
            true => notices.failing(&call(1), &fault(kind), Some(9_000), 0),
            false => notices.failed(&call(1), &fault(kind), 0),
        }
        only(&at(&mut notices, 5_000))
    };
    assert_eq!(steps(&explained(Kind::ServerError, false, true)), [Action::CheckStatus]);
    assert_eq!(steps(&explained(Kind::BadResponse, false, true)), [Action::CheckStatus]);
    assert_eq!(steps(&explained(Kind::Timeout, true, true)), [Action::Retry, Action::CheckStatus]);
    assert_eq!(steps(&explained(Kind::Unavailable, true, true)), [Action::Retry, Action::CheckStatus]);
    assert_eq!(steps(&explained(Kind::RateLimited, false, true)), [Action::CheckStatus]);
    assert_eq!(steps(&explained(Kind::ServerError, false, false)), [], "there is no page");
    // What offers something stays until it is closed.
    let busy = fault(Kind::BusyHere);
    let mut notices = Notices::new(Config { status_page: true, ..Config::default() });
    notices.mounted(true, 0);
    notices.failed(&Call { notify: Notify::Toast, ..call(1) }, &busy, 0);
    let view = only(&at(&mut notices, 1_000));
    assert!(view.expires && view.actions.is_empty());
    notices.incidents(vec![going_on(&[Kind::BusyHere], &[])], vec![1]);
    let view = only(&at(&mut notices, 1_000));
    assert!(!view.expires);
    assert_eq!(steps(&view), [Action::CheckStatus]);
    notices.expired(view.id, 60_000);
    assert_eq!(only(&at(&mut notices, 60_000)).id, view.id);
    // A feature's card has no steps of its own; the app's own notices have theirs.
    let mut notices = Notices::new(Config { status_page: true, ..Config::default() });
    notices.mounted(true, 0);
    notices.feature(7, "search", Level::Off, vec![1], true, 0);
    notices.show(app("hello", None, Severity::Error), 0);
    notices.incidents(vec![going_on(&[], &[])], vec![1]);
    let frame = at(&mut notices, 1_000);
    let offered: Vec<_> = frame.views.iter().map(|view| (view.cause.name(), steps(view))).collect();
    assert!(offered.contains(&("search", vec![Action::CheckStatus])), "{offered:?}");
    assert!(offered.contains(&("app", vec![])), "{offered:?}");
    // What is over needs nothing.
    notices.feature(7, "search", Level::Full, vec![], true, 2_000);
    assert!(at(&mut notices, 2_000).views.iter().all(|view| view.actions.is_empty()));
}
