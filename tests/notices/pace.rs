//! M4, M9 and the budget: how many notices at a time, and how steady they are.

use steadfetch::fault::{Impact, Kind, Surface};
use steadfetch::notice::{BUDGET, Call, Cause, FLOOD, Frame, LASTS, MINUTE, Notices, Said, State, View};

use crate::support::*;

fn trouble(notices: &mut Notices, count: u32, now: u64) {
    for n in 0..count {
        notices.failed(&Call { endpoint: 10 + n, ..call(10 + n) }, &fault(Kind::Timeout), now);
    }
}

fn titles(frame: &Frame) -> Vec<&str> {
    frame.views.iter().map(|view| view.cause.name()).collect()
}

fn many() -> Notices {
    let mut notices = Notices::new(steadfetch::notice::Config { max_visible: 100, ..Default::default() });
    notices.mounted(true, 0);
    notices
}

#[test]
fn m9_coming_back_to_a_hidden_page_meets_one_summary() {
    let mut notices = many();
    notices.hidden(true, 0);
    trouble(&mut notices, 5, 100);
    assert!(at(&mut notices, 60_000).views.is_empty());
    assert!(notices.announcements().is_empty());
    assert_eq!(notices.next_timer(), None, "nobody looks: no clock runs");
    notices.hidden(false, 60_000);
    let view = only(&at(&mut notices, 60_000));
    assert_eq!((&view.cause, view.count), (&Cause::Summary, 5));
    assert_eq!(said(&notices.announcements()), [Said::Shown]);
    // What ends meanwhile is counted no more; what fails again is the same trouble.
    notices.succeeded(&Call { endpoint: 10, ..call(30) }, false, 61_000);
    notices.failed(&Call { endpoint: 11, ..call(31) }, &fault(Kind::Timeout), 61_000);
    assert_eq!(only(&at(&mut notices, 62_000)).count, 4);
    notices.expand(63_000);
    assert_eq!(titles(&at(&mut notices, 63_000)), ["outage"; 4]);
}

#[test]
fn m9_few_notices_need_no_summary_and_emergencies_are_in_none() {
    let mut notices = many();
    notices.hidden(true, 0);
    trouble(&mut notices, FLOOD as u32 - 1, 100);
    notices.hidden(false, 9_000);
    assert_eq!(titles(&at(&mut notices, 9_000)), vec!["outage"; FLOOD - 1]);
    let mut notices = many();
    notices.hidden(true, 0);
    trouble(&mut notices, FLOOD as u32, 100);
    notices.failed(&call(1), &fault(Kind::SignInRequired), 200);
    notices.hidden(false, 9_000);
    let frame = at(&mut notices, 9_000);
    let mut names = titles(&frame);
    names.sort_unstable();
    assert_eq!(names, ["sign-in-required", "summary"]);
}

#[test]
fn m9_a_summary_goes_with_what_it_stands_for() {
    let mut notices = many();
    notices.hidden(true, 0);
    trouble(&mut notices, 3, 100);
    notices.hidden(false, 9_000);
    let id = only(&at(&mut notices, 9_000)).id;
    for n in 0..3 {
        notices.succeeded(&Call { endpoint: 10 + n, ..call(40 + n) }, false, 12_000);
    }
    assert!(at(&mut notices, 12_001).views.is_empty());
    // Closed by hand, the causes stay closed.
    notices.hidden(true, 20_000);
    trouble(&mut notices, 3, 20_000);
    notices.hidden(false, 30_000);
    let next = only(&at(&mut notices, 30_000)).id;
    assert_ne!(id, next);
    notices.dismiss(next, 31_000);
    trouble(&mut notices, 3, 32_000);
    assert!(at(&mut notices, 40_000).views.is_empty());
}

#[test]
fn m9_a_summary_of_which_the_last_is_told_by_itself_goes() {
    let mut notices = many();
    notices.hidden(true, 0);
    trouble(&mut notices, 3, 100);
    notices.hidden(false, 9_000);
    assert_eq!(only(&at(&mut notices, 9_000)).cause, Cause::Summary);
    // What the person does must not fail in silence: each comes out of the summary.
    for n in 0..3 {
        let save = Call { intent: Some("save"), endpoint: 10 + n, ..write(20 + n) };
        notices.failed(&save, &fault(Kind::Timeout), 9_500);
    }
    let causes = titles(&at(&mut notices, 9_999)).len();
    assert_eq!(causes, 1, "it must be there for long enough to be seen");
    assert_eq!(titles(&at(&mut notices, 10_100)), ["outage"; 3]);
    let over = notices.list().into_iter().find(|view| view.cause == Cause::Summary).unwrap();
    assert_eq!(over.state, State::Resolved);
    assert_eq!(notices.next_timer(), None);
}

#[test]
fn m9_more_that_come_up_are_in_the_same_summary_and_it_is_said_again() {
    let mut notices = many();
    for round in 0..2 {
        notices.hidden(true, round * 10_000);
        trouble(&mut notices, 3 + 3 * round as u32, round * 10_000 + 100);
        notices.hidden(false, round * 10_000 + 5_000);
        let view = only(&at(&mut notices, round * 10_000 + 5_000));
        assert_eq!((&view.cause, view.count), (&Cause::Summary, 3 + 3 * round as u32));
        assert_eq!(said(&notices.announcements()), [Said::Shown]);
    }
}

#[test]
fn m9_of_all_that_went_well_while_the_page_was_hidden_the_latest_is_told() {
    let mut notices = many();
    trouble(&mut notices, 2, 0);
    notices.failed(&Call { endpoint: 9, ..call(2) }, &fault(Kind::SignInRequired), 0);
    at(&mut notices, 5_000);
    notices.hidden(true, 5_000);
    notices.succeeded(&Call { endpoint: 10, ..call(20) }, false, 6_000);
    notices.succeeded(&Call { endpoint: 11, ..call(21) }, false, 7_000);
    notices.succeeded(&Call { endpoint: 9, ..call(22) }, true, 8_000);
    at(&mut notices, 8_500);
    assert!(
        !notices.announcements().iter().any(|said| said.said == Said::Recovered),
        "nobody is there to hear it"
    );
    notices.hidden(false, 9_000);
    let view = only(&at(&mut notices, 9_000));
    assert_eq!((view.cause.name(), view.state), ("sign-in-required", State::Resolved));
    assert_eq!(said(&notices.announcements()), [Said::Recovered]);
}

#[test]
fn m9_what_the_app_says_is_over_while_the_page_is_hidden_is_told_each() {
    let mut notices = many();
    let [one, two] = ["one", "two"]
        .map(|name| notices.show(app("exporting", Some(name), steadfetch::notice::Severity::Info), 0));
    trouble(&mut notices, 1, 0);
    at(&mut notices, 5_000);
    notices.hidden(true, 5_000);
    notices.resolve(one, Some("done".into()), 6_000);
    notices.resolve(two, Some("done".into()), 7_000);
    notices.succeeded(&Call { endpoint: 10, ..call(20) }, false, 8_000);
    at(&mut notices, 8_500);
    notices.hidden(false, 9_000);
    let frame = at(&mut notices, 9_000);
    let over = frame.views.iter().filter(|view| view.state == State::Resolved).count();
    assert_eq!((over, frame.views.len()), (3, 3));
}

#[test]
fn a_minute_has_a_budget_and_what_goes_beyond_it_waits() {
    let mut notices = many();
    for n in 0..(BUDGET as u32 + 5) {
        notices.failed(
            &Call { endpoint: 10 + n, ..call(10 + n) },
            &fault(Kind::Timeout),
            u64::from(n) * 1_000,
        );
    }
    let frame = at(&mut notices, 30_000);
    assert_eq!(frame.views.len(), BUDGET);
    // An emergency is never too much, and the app's own notices are the app's to pace.
    notices.failed(&call(1), &fault(Kind::SignInRequired), 30_000);
    notices.show(app("hello", None, steadfetch::notice::Severity::Info), 30_000);
    assert_eq!(at(&mut notices, 31_000).views.len(), BUDGET + 2);
    // One place is free a minute after the first one came; several at once would be a flood.
    let frame = at(&mut notices, DELAY + MINUTE);
    assert_eq!(
        frame.views.iter().filter(|view| view.cause == Cause::Summary).map(|view| view.count).sum::<u32>(),
        5
    );
    assert_eq!(frame.views.len(), BUDGET + 3);
}

#[test]
fn m4_a_cause_that_flaps_is_one_notice_and_its_end_is_believed_later_each_time() {
    let mut notices = on_screen();
    let mut now = 0;
    let mut ids = Vec::new();
    let mut waits = Vec::new();
    for round in 0..6 {
        notices.failing(&call(round), &fault(Kind::Unreachable), Some(now + 9_000), now);
        now += 2_000;
        ids.push(only(&at(&mut notices, now)).id);
        notices.succeeded(&call(round), false, now);
        let settled = (0..60).find(|seconds| {
            let view = only(&at(&mut notices, now + seconds * 1_000));
            assert_eq!(view.settling, view.state == State::Shown);
            view.state == State::Resolved
        });
        waits.push(settled.unwrap());
        now += settled.unwrap() * 1_000 + 500;
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(waits, [0, 3, 6, 12, 24, 30]);
    let spoken = said(&notices.announcements());
    assert_eq!(spoken.len(), 12);
}

#[test]
fn m4_a_failure_while_a_cause_settles_says_nothing_new() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Unreachable), Some(9_000), 0);
    at(&mut notices, 1_000);
    notices.succeeded(&call(1), false, 1_000);
    at(&mut notices, 1_000);
    notices.failing(&call(2), &fault(Kind::Unreachable), Some(9_000), 1_500);
    at(&mut notices, 3_000);
    notices.announcements();
    for now in [4_000, 6_000, 8_000] {
        notices.succeeded(&call(2), false, now);
        assert!(only(&at(&mut notices, now)).settling);
        notices.failing(&call(2), &fault(Kind::Unreachable), Some(now + 9_000), now + 1_000);
        assert!(!only(&at(&mut notices, now + 1_000)).settling);
    }
    assert!(notices.announcements().is_empty());
}

#[test]
fn m4_what_comes_back_soon_after_it_was_read_comes_back_where_it_was() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Unreachable), Some(90_000), 0);
    let id = only(&at(&mut notices, LASTS)).id;
    notices.succeeded(&call(1), false, LASTS);
    notices.expired(id, LASTS + 7_000);
    notices.failing(&call(2), &fault(Kind::Unreachable), Some(90_000), LASTS + 20_000);
    assert_eq!(only(&at(&mut notices, LASTS + 21_000)).surface, Surface::Banner);
    // Long afterwards it is a trouble of its own.
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Unreachable), Some(90_000), 0);
    let id = only(&at(&mut notices, LASTS)).id;
    notices.succeeded(&call(1), false, LASTS);
    notices.expired(id, LASTS + 7_000);
    notices.failing(&call(2), &fault(Kind::Unreachable), Some(190_000), LASTS + 61_000);
    assert_eq!(only(&at(&mut notices, LASTS + 62_000)).surface, Surface::Toast);
}

#[test]
fn m4_a_banner_that_nothing_waits_behind_becomes_a_toast_again() {
    let mut notices = on_screen();
    let surface = |notices: &mut Notices, now| {
        let View { id, surface, .. } = only(&at(notices, now));
        (id, surface)
    };
    notices.failing(&call(1), &fault(Kind::Unreachable), Some(90_000), 0);
    let (id, _) = surface(&mut notices, LASTS);
    notices.failed(&call(1), &fault(Kind::Unreachable), 40_000);
    assert_eq!(surface(&mut notices, 49_999), (id, Surface::Banner));
    assert_eq!(surface(&mut notices, 50_000), (id, Surface::Toast));
    // And climbs again only where something waits for as long as before.
    notices.failing(&call(2), &fault(Kind::Unreachable), Some(200_000), 51_000);
    assert_eq!(surface(&mut notices, 50_000 + LASTS - 1), (id, Surface::Toast));
    assert_eq!(surface(&mut notices, 50_000 + LASTS), (id, Surface::Banner));
}

#[test]
fn m4_what_happens_silently_is_shown_once_it_goes_on_for_long() {
    let mut notices = on_screen();
    for n in 0..7 {
        notices.failed(&call(n), &fault(Kind::BusyHere), u64::from(n) * 5_000);
        assert_eq!(at(&mut notices, u64::from(n) * 5_000 + 1_000).views.len(), usize::from(n == 6));
    }
    // What asks each 15 s has gone on for as long then, and so has what waits for long between two attempts.
    let mut notices = on_screen();
    for n in 0..3 {
        at(&mut notices, u64::from(n) * 15_000);
        notices.failed(&call(n), &fault(Kind::BusyHere), u64::from(n) * 15_000);
        assert_eq!(at(&mut notices, u64::from(n) * 15_000 + 9_000).views.len(), usize::from(n == 2));
    }
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::BusyHere), Some(100_000), 0);
    assert!(at(&mut notices, 99_000).views.is_empty());
    notices.failed(&call(1), &fault(Kind::BusyHere), 100_000);
    assert_eq!(at(&mut notices, 101_000).views.len(), 1);
    // Now and then is not for long.
    let mut notices = on_screen();
    for n in 0..9 {
        at(&mut notices, u64::from(n) * 70_000);
        notices.failed(&call(n), &fault(Kind::BusyHere), u64::from(n) * 70_000);
        assert!(at(&mut notices, u64::from(n) * 70_000 + 9_000).views.is_empty());
    }
    at(&mut notices, 800_000);
    assert_eq!(notices.next_timer(), None);
}

#[test]
fn m4_what_nobody_waits_for_is_silent_also_where_its_cause_was_a_toast_a_moment_ago() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Timeout), Some(90_000), 0);
    let id = only(&at(&mut notices, 1_000)).id;
    notices.succeeded(&call(1), false, 5_000);
    at(&mut notices, 5_000);
    notices.expired(id, 12_000);
    let nobody = steadfetch::fault::Fault { impact: Impact::None, ..fault(Kind::Timeout) };
    notices.failed(&call(2), &nobody, 13_000);
    assert!(at(&mut notices, 15_000).views.is_empty());
    // Somebody does.
    notices.failing(&call(3), &fault(Kind::Timeout), Some(90_000), 16_000);
    assert_eq!(only(&at(&mut notices, 18_000)).surface, Surface::Toast);
}

#[test]
fn a28_do_not_disturb_lets_emergencies_through_and_keeps_the_rest_to_be_read() {
    let mut notices = on_screen();
    notices.do_not_disturb(true, 0);
    trouble(&mut notices, 1, 0);
    notices.show(app("hello", None, steadfetch::notice::Severity::Error), 0);
    assert!(at(&mut notices, 10_000).views.is_empty());
    assert!(notices.announcements().is_empty());
    assert_eq!(notices.list().len(), 2);
    let lost = steadfetch::fault::Fault { impact: Impact::DataAtRisk, ..fault(Kind::Timeout) };
    notices.failed(&write(1), &lost, 10_000);
    notices.failed(&Call { endpoint: 2, ..call(2) }, &fault(Kind::SignInRequired), 10_000);
    assert_eq!(titles(&at(&mut notices, 11_000)), ["outage", "sign-in-required"]);
    assert_eq!(said(&notices.announcements()), [Said::Shown; 2]);
    // A cause that becomes an emergency is news.
    let lost = Call { endpoint: 10, ..write(3) };
    notices.failed(
        &lost,
        &steadfetch::fault::Fault { impact: Impact::DataAtRisk, ..fault(Kind::Timeout) },
        12_000,
    );
    assert_eq!(at(&mut notices, 13_000).views.len(), 3);
    assert_eq!(said(&notices.announcements()), [Said::Shown]);
    // What still lives when it is over is shown then.
    notices.do_not_disturb(false, 20_000);
    assert_eq!(at(&mut notices, 20_000 + DELAY).views.len(), 4);
    assert_eq!(said(&notices.announcements()), [Said::Shown]);
}

/// The outbox's card, as the outbox raises it.
fn outbox(notices: &mut Notices, writes: f64, now: u64) -> u32 {
    let mut notice = app("outbox.waiting", Some("steadfetch:outbox"), steadfetch::notice::Severity::Info);
    notice.args = vec![("writes".to_owned(), steadfetch::notice::Arg::Number(writes))].into();
    notices.show(notice, now)
}

#[test]
fn m1_what_writes_wait_for_tells_of_them_and_of_their_end() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Offline), None, 0);
    let id = outbox(&mut notices, 3.0, 1_000);
    assert!(at(&mut notices, 2_000).views.is_empty());
    let view = only(&at(&mut notices, 4_000));
    assert_eq!((&view.cause, view.queued), (&Cause::Offline, true));
    notices.online(10_000);
    assert_eq!(only(&at(&mut notices, 10_000)).state, State::Resolved);
    assert_eq!(said(&notices.announcements()), [Said::Shown, Said::Recovered]);
    notices.resolve(id, Some("outbox.sent".to_owned()), 11_000);
    let view = only(&at(&mut notices, 11_000));
    assert_eq!((&view.cause, view.state, view.writes), (&Cause::Offline, State::Resolved, 3));
    assert_eq!(said(&notices.announcements()), [Said::Recovered]);
    assert!(notices.living(id).is_none(), "they have nothing more to say");
    // Where that has been read already, they tell of themselves.
    let mut notices = on_screen();
    let id = outbox(&mut notices, 2.0, 0);
    assert_eq!(only(&at(&mut notices, 0)).cause.name(), "steadfetch:outbox");
    notices.resolve(id, Some("outbox.sent".to_owned()), 5_000);
    let view = only(&at(&mut notices, 5_000));
    assert_eq!((view.cause.name(), view.state, view.writes), ("steadfetch:outbox", State::Resolved, 0));
}

#[test]
fn m1_writes_tell_of_themselves_where_only_some_server_is_down() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Unreachable), Some(90_000), 0);
    let id = outbox(&mut notices, 2.0, 1_000);
    let frame = at(&mut notices, 2_000);
    assert_eq!(titles(&frame), ["outage", "steadfetch:outbox"]);
    assert!(frame.views.iter().all(|view| !view.queued));
    notices.succeeded(&call(1), false, 3_000);
    notices.resolve(id, Some("outbox.sent".to_owned()), 4_000);
    assert!(at(&mut notices, 4_000).views.iter().all(|view| view.writes == 0));
}

#[test]
fn a28_what_is_shown_goes_when_somebody_wants_quiet_and_is_told_anew_afterwards() {
    let mut notices = many();
    trouble(&mut notices, 3, 0);
    let timed = steadfetch::notice::AppNotice {
        until: Some(70_100),
        ..app("sale", None, steadfetch::notice::Severity::Info)
    };
    notices.show(timed, 0);
    assert_eq!(at(&mut notices, 2_000).views.len(), 4);
    notices.announcements();
    notices.do_not_disturb(true, 3_000);
    assert!(notices.render().views.is_empty());
    // One ends in the quiet; it can be read that it was there.
    notices.succeeded(&Call { endpoint: 10, ..call(20) }, false, 4_000);
    trouble(&mut notices, 4, 5_000);
    notices.succeeded(&Call { endpoint: 13, ..call(21) }, false, 6_000);
    at(&mut notices, 6_000);
    let over = |view: &&View| view.state == State::Resolved;
    assert_eq!(notices.list().iter().filter(over).count(), 1, "of what was to be seen");
    assert!(notices.announcements().is_empty());
    notices.do_not_disturb(false, 70_000);
    assert!(notices.list().iter().all(|view| view.state != State::Shown));
    let frame = at(&mut notices, 70_000 + DELAY);
    assert_eq!(titles(&frame).iter().filter(|name| **name == "outage").count(), 3);
    assert!(titles(&frame).contains(&"app"), "its time was nearly over, and it must be seen");
    assert_eq!(notices.announcements().len(), frame.views.len());
    assert!(!titles(&at(&mut notices, 70_000 + DELAY + 1_000)).contains(&"app"));
}

#[test]
fn a28_an_emergency_in_the_quiet_counts_as_shown() {
    let mut notices = many();
    notices.do_not_disturb(true, 0);
    trouble(&mut notices, 1, 0);
    at(&mut notices, 5_000);
    let before = notices.shown_total();
    let lost = steadfetch::fault::Fault { impact: Impact::DataAtRisk, ..fault(Kind::Timeout) };
    notices.failed(&Call { endpoint: 10, ..write(3) }, &lost, 6_000);
    at(&mut notices, 6_000);
    assert_eq!(notices.shown_total(), before + 1);
}

#[test]
fn m9_what_was_held_once_is_not_held_for_ever() {
    let mut notices = many();
    // Twice two that came up unseen, too few for a summary.
    for (round, now) in [(0, 0), (1, 100_000)] {
        notices.hidden(true, now);
        for n in [2 * round, 2 * round + 1] {
            notices.failed(&Call { endpoint: 10 + n, ..call(10 + n) }, &fault(Kind::Timeout), now);
        }
        notices.hidden(false, now + 9_000);
        assert_eq!(at(&mut notices, now + 9_000).views.len(), 2 + 2 * round as usize);
    }
    // All are dismissed, over, and met again at once: nobody was away.
    for view in at(&mut notices, 200_000).views {
        notices.dismiss(view.id, 200_000);
    }
    for n in 0..4 {
        let save = Call { intent: Some("save"), endpoint: 10 + n, ..write(30 + n) };
        notices.failed(&save, &fault(Kind::Timeout), 220_000);
    }
    assert_eq!(titles(&at(&mut notices, 221_000)), ["outage"; 4]);
}

#[test]
fn a_budget_is_for_a_minute() {
    let mut notices = many();
    trouble(&mut notices, BUDGET as u32, 0);
    assert_eq!(at(&mut notices, 1_000).views.len(), BUDGET);
    for n in 0..2 {
        let call = Call { endpoint: 50 + n, ..call(50 + n) };
        notices.failed(&call, &fault(Kind::Timeout), MINUTE + 2_000);
    }
    assert_eq!(at(&mut notices, MINUTE + 3_000).views.len(), BUDGET + 2);
}

#[test]
fn m9_a_summary_is_a_toast_of_its_own_that_counts_and_is_kept_as_it_ended() {
    let mut notices = many();
    notices.hidden(true, 0);
    trouble(&mut notices, 3, 100);
    notices.hidden(false, 9_000);
    let summary = only(notices.render());
    assert_eq!((summary.cause, summary.surface), (Cause::Summary, Surface::Toast));
    // One comes out of it, and the others are fewer at once.
    let save = Call { intent: Some("save"), endpoint: 10, ..write(20) };
    notices.failed(&save, &fault(Kind::Timeout), 9_100);
    assert_eq!(only(notices.render()).count, 2);
    let frame = at(&mut notices, 10_000);
    assert_eq!(titles(&frame), ["summary", "outage"]);
    for n in 0..BUDGET as u32 {
        let call = Call { endpoint: 60 + n, ..call(60 + n) };
        notices.failed(&call, &fault(Kind::Timeout), 11_000);
    }
    assert_eq!(at(&mut notices, 12_000).views.len(), BUDGET, "the summary is one of them");
    notices.dismiss(summary.id, 13_000);
    assert!(!titles(notices.render()).contains(&"summary"));
    let past = notices.list().into_iter().find(|view| view.id == summary.id).unwrap();
    assert_eq!(past.state, State::Dismissed);
}

#[test]
fn m9_what_lasted_while_nobody_looked_is_a_banner_at_once() {
    let mut notices = many();
    notices.hidden(true, 0);
    notices.failing(&call(1), &fault(Kind::Unreachable), Some(90_000), 0);
    notices.hidden(false, LASTS + 1_000);
    assert_eq!(only(notices.render()).surface, Surface::Banner);
}

#[test]
fn m7_a_screen_shows_at_once_what_waited_for_it() {
    let mut notices = Notices::default();
    notices.failed(&call(1), &fault(Kind::Timeout), 0);
    assert!(at(&mut notices, 5_000).views.is_empty());
    notices.mounted(true, 5_000);
    assert_eq!(notices.render().views.len(), 1);
    // An app that draws its own needs no screen.
    let mut notices = Notices::default();
    notices.configure(steadfetch::notice::Config { headless: true, ..Default::default() });
    notices.failed(&call(1), &fault(Kind::Timeout), 0);
    assert_eq!(at(&mut notices, 5_000).views.len(), 1);
}

#[test]
fn m4_a_call_that_is_given_up_no_longer_holds_a_banner() {
    let mut notices = on_screen();
    notices.failing(&call(1), &fault(Kind::Unreachable), Some(90_000), 0);
    notices.failed(&call(2), &fault(Kind::Unreachable), 0);
    assert_eq!(only(&at(&mut notices, LASTS)).surface, Surface::Banner);
    notices.cancelled(1, 40_000);
    assert_eq!(only(&at(&mut notices, 49_999)).surface, Surface::Banner);
    assert_eq!(only(&at(&mut notices, 50_000)).surface, Surface::Toast);
}

#[test]
fn m4_what_was_silent_and_gets_louder_has_the_time_of_what_is_loud() {
    let mut notices = on_screen();
    let unheard = steadfetch::fault::Fault { impact: Impact::None, ..fault(Kind::Offline) };
    notices.failing(&call(1), &unheard, Some(90_000), 0);
    assert!(at(&mut notices, 8_000).views.is_empty());
    notices.failing(&call(2), &fault(Kind::Offline), Some(90_000), 8_000);
    let id = notices.list()[0].id;
    assert!(at(&mut notices, 10_999).views.is_empty());
    assert_eq!(only(&at(&mut notices, 11_000)).id, id);
}

#[test]
fn a28_what_settles_when_the_quiet_ends_goes_without_a_word() {
    let mut notices = on_screen();
    for round in 0..2 {
        notices.failing(&call(round), &fault(Kind::Unreachable), Some(90_000), u64::from(round) * 2_000);
        at(&mut notices, u64::from(round) * 2_000 + 1_000);
        if round == 0 {
            notices.succeeded(&call(round), false, 1_000);
        }
    }
    notices.do_not_disturb(true, 3_100);
    at(&mut notices, 3_100);
    notices.succeeded(&call(1), false, 3_200);
    at(&mut notices, 3_300);
    notices.announcements();
    notices.do_not_disturb(false, 3_400);
    assert!(notices.is_idle());
    assert!(at(&mut notices, 60_000).views.is_empty() && notices.announcements().is_empty());
}
