//! What tabs tell each other: breaker, cool-downs, tokens; and that nothing they say does harm.

use steadfetch::call::Request;
use steadfetch::engine::{Clocks, Told};
use steadfetch::policy::breaker::State;

use crate::world::{APP, End, World, status};

const OPTIONS: &str = r#"{ "defaults": { "deadline": false, "retry": false,
    "breaker": { "consecutive": 3, "open": 4000, "openCap": 4000, "whileOpen": "refuse" } },
    "rules": [{ "match": "/a" }, { "match": "/b" }] }"#;

fn tab() -> World {
    World::new(OPTIONS, &[status(200)])
}

/// A tab whose breaker three failures have opened.
fn opened() -> World {
    let mut world = tab();
    world.serve_all(&[status(500)]);
    for _ in 0..3 {
        world.get("/a");
        world.run();
    }
    assert!(matches!(world.breaker(APP), State::Open { .. }));
    world
}

/// Everything that is new in one tab, told to another one.
fn tell(from: &mut World, to: &mut World) -> usize {
    let mut told = 0;
    while let Some(number) = from.engine.next_changed() {
        let news = from.engine.told(number, from.clocks());
        let url = from.engine.endpoints().url(number).to_owned();
        let clocks = to.clocks();
        to.tell(|engine, _| engine.hear(&url, news, clocks));
        for (rule, until) in from.engine.told_of_rules(number, from.clocks()) {
            to.tell(|engine, _| engine.hear_of_rule(&url, rule, until, clocks));
        }
        told += 1;
    }
    assert!(told < 1000);
    told
}

#[test]
fn what_is_out_already_is_an_attempt_whatever_another_tab_has_told_meanwhile() {
    let (mut a, mut b) = (opened(), tab());
    b.now = a.now;
    tell(&mut a, &mut b);
    let sent = b.call("GET", "/a", Request { sent: true, ..Request::default() }, "{}");
    let other = b.get("/a");
    b.run();
    assert_eq!((b.end(sent), b.times(sent).len()), (Some(End::Resolved(200)), 1));
    assert_ne!(b.end(other), None);
    assert!(b.times(other).is_empty(), "it is for nobody else");
}

#[test]
fn h9_an_open_breaker_is_adopted_and_a_later_success_closes_it_for_all() {
    let (mut a, mut b) = (opened(), tab());
    b.now = a.now;
    assert_eq!((tell(&mut a, &mut b), tell(&mut a, &mut b)), (1, 0), "news are told once");
    let (State::Open { until }, State::Open { until: heard }) = (a.breaker(APP), b.breaker(APP)) else {
        panic!("both are open")
    };
    assert_eq!(until, heard);
    let refused = b.get("/a");
    assert!(b.times(refused).is_empty());
    assert_eq!(tell(&mut b, &mut a), 0, "what was heard is no news");
    // A's probe succeeds.
    a.now = until;
    b.now = until;
    a.serve_all(&[status(200)]);
    a.get("/a");
    a.run();
    b.now = a.now;
    tell(&mut a, &mut b);
    assert_eq!((a.breaker(APP), b.breaker(APP)), (State::Closed, State::Closed));
    let served = b.get("/a");
    b.run();
    assert_eq!(b.end(served), Some(End::Resolved(200)));
}

#[test]
fn h9_old_news_change_nothing() {
    let (mut a, mut b) = (opened(), tab());
    b.now = a.now;
    let old = a.engine.told(0, a.clocks());
    tell(&mut a, &mut b);
    let State::Open { until } = b.breaker(APP) else { panic!("open") };
    b.now = until + 10;
    b.get("/a");
    b.run();
    assert_eq!(b.breaker(APP), State::Closed);
    let clocks = b.clocks();
    b.tell(|engine, _| engine.hear(APP, old, clocks));
    assert_eq!(b.breaker(APP), State::Closed);
}

#[test]
fn h9_a_probe_of_another_tab_is_waited_for() {
    let (mut a, mut b) = (opened(), tab());
    let State::Open { until } = a.breaker(APP) else { panic!("open") };
    a.now = until;
    a.serve_all(&[status(200).after(500)]);
    a.get("/a");
    assert!(matches!(a.breaker(APP), State::HalfOpen { .. }));
    b.now = a.now;
    tell(&mut a, &mut b);
    let call = b.get("/a");
    assert!(b.times(call).is_empty(), "one probe, not one for each tab");
}

#[test]
fn h9_closing_lets_go_what_another_tab_holds() {
    let hold = OPTIONS.replace("refuse", "hold");
    let mut a = opened();
    let mut b = World::new(&hold, &[status(200)]);
    b.now = a.now;
    tell(&mut a, &mut b);
    let held = b.get("/a");
    assert!(b.times(held).is_empty());
    let State::Open { until } = a.breaker(APP) else { panic!("open") };
    // A is asked by its person, before the time is over.
    let _ = until;
    a.serve_all(&[status(200)]);
    a.now = until;
    b.now = until - 1;
    a.get("/a");
    a.run();
    tell(&mut a, &mut b);
    b.run();
    assert_eq!(b.end(held), Some(End::Resolved(200)));
}

#[test]
fn cool_downs_are_shared_by_endpoint_and_by_rule() {
    let (mut a, mut b) = (tab(), tab());
    a.serve_all(&[status(429).wait(5000)]);
    a.get("/a");
    a.run();
    b.now = a.now;
    tell(&mut a, &mut b);
    let (same, other) = (b.get("/a"), b.get("/b"));
    assert_eq!((b.times(same).len(), b.times(other).len()), (0, 1));
    b.run();
    assert_eq!(b.times(same), [a.now + 5000]);

    let (mut a, mut b) = (tab(), tab());
    a.serve_all(&[status(503).wait(5000)]);
    a.get("/a");
    a.run();
    b.now = a.now;
    tell(&mut a, &mut b);
    let (same, other) = (b.get("/a"), b.get("/b"));
    assert_eq!((b.times(same).len(), b.times(other).len()), (0, 0));
}

#[test]
fn what_is_heard_of_a_rule_does_not_hide_news_of_ones_own() {
    let mut a = opened();
    let clocks = a.clocks();
    a.tell(|engine, _| engine.hear_of_rule(APP, 1, clocks.wall + 5000, clocks));
    assert_eq!(a.engine.next_changed(), Some(0), "its breaker has opened, and nobody was told");
}

#[test]
fn spent_tokens_are_shared_and_the_higher_figure_holds() {
    let options = r#"{ "defaults": { "deadline": false, "breaker": false,
        "retry": { "attempts": 2, "base": 1, "cap": 1 }, "budget": { "capacity": 5, "refill": 1 } } }"#;
    let (mut a, mut b) = (World::new(options, &[status(500)]), World::new(options, &[status(500)]));
    for _ in 0..5 {
        a.get("/a");
        a.run();
    }
    assert_eq!(a.endpoint(APP).budget.spent(), 5.0);
    assert_eq!((a.engine.next_changed(), a.engine.next_changed()), (Some(0), None), "that is news");
    b.now = a.now;
    let (told, clocks) = (a.engine.told(0, a.clocks()), b.clocks());
    b.tell(|engine, _| engine.hear(APP, told, clocks));
    let call = b.get("/a");
    b.run();
    assert_eq!(b.times(call).len(), 1, "no tokens left here either");
    let less = Told { spent: 1000, ..Told::default() };
    b.tell(|engine, _| engine.hear(APP, less, clocks));
    assert_eq!(b.endpoint(APP).budget.spent(), 5.0);
}

#[test]
fn absurd_numbers_do_no_harm() {
    let absurd = [0, 1, 1000, u64::MAX / 2, u64::MAX - 1, u64::MAX];
    for number in absurd {
        for fields in 0..32u32 {
            let pick = |bit: u32| if fields & (1 << bit) != 0 { number } else { 0 };
            let told = Told {
                opened_at: pick(0),
                open_until: pick(1),
                closed_at: pick(2),
                cool_down: pick(3),
                spent: pick(4),
            };
            let options = OPTIONS.replace(r#""retry": false"#, r#""retry": { "base": 1, "cap": 1 }"#);
            let mut world = World::new(&options.replace("refuse", "hold"), &[status(500), status(200)]);
            for wall in [0, 5, 1_700_000_000_000, u64::MAX] {
                let clocks = Clocks { now: world.now, wall };
                world.tell(|engine, _| engine.hear(APP, told, clocks));
                world.tell(|engine, _| engine.hear_of_rule(APP, 1, number, clocks));
            }
            let call = world.get("/a");
            world.run();
            let seen = &world.calls[call];
            assert!(seen.end.is_some() && seen.ended <= 1000 + 2 * 3_600_000, "{told:?}: {seen:?}");
        }
    }
}

#[test]
fn no_figure_of_another_tab_empties_the_budget_for_good() {
    let options = r#"{ "defaults": { "deadline": false, "breaker": false,
        "retry": { "attempts": 2, "base": 1, "cap": 1 }, "budget": { "capacity": 5, "refill": 1 } } }"#;
    for heard_first in [true, false] {
        let mut world = World::new(options, &[status(200)]);
        if !heard_first {
            world.get("/a");
            world.run();
        }
        let clocks = world.clocks();
        world.tell(|engine, _| engine.hear(APP, Told { spent: 999_999_000, ..Told::default() }, clocks));
        for _ in 0..5 {
            world.get("/a");
            world.run();
        }
        world.serve_all(&[status(500), status(200)]);
        let call = world.get("/a");
        world.run();
        assert_eq!(
            (world.times(call).len(), world.end(call)),
            (2, Some(End::Resolved(200))),
            "{heard_first}"
        );
    }
}
