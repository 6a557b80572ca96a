//! Sleep, and being offline: a machine that was away does not come back with a burst.

use std::collections::BTreeSet;

use steadfetch::call::Rejection;
use steadfetch::fault::Kind;
use steadfetch::telemetry::timeline::{What, Why};

use crate::world::{End, World, offline, silence, status};

const PATIENT: &str = r#"{ "defaults": { "deadline": 30000, "attemptTimeout": 9000,
    "retry": { "attempts": 3, "base": 8000, "cap": 8000 }, "breaker": false } }"#;

#[test]
fn d8_no_time_passes_for_calls_while_the_machine_sleeps() {
    let mut world = World::new(PATIENT, &[silence()]);
    let calls: Vec<_> = (0..20).map(|n| world.get(&format!("/{n}"))).collect();
    world.now += 1000;
    let hour = 3_600_000;
    world.now += hour;
    world.tell(|engine, now| engine.slept(hour, now));
    world.tell(|engine, now| engine.tick(now));
    assert_eq!(world.sent.len(), 20, "nothing timed out, nothing was sent again");
    assert!(calls.iter().all(|call| world.end(*call).is_none()));
    world.run();
    let ended = |call: &usize| world.calls[*call].ended - hour;
    assert!(
        calls.iter().all(|call| (10_000..=31_000).contains(&ended(call))),
        "as if there had been no hour"
    );
}

#[test]
fn d8_waits_go_on_where_they_were() {
    let mut world = World::new(PATIENT, &[status(500), status(200)]);
    (0..20).for_each(|n| {
        world.serve_all(&[status(500)]);
        world.get(&format!("/{n}"));
    });
    world.run_until(1100);
    world.serve_all(&[status(200)]);
    let before = world.sent.len();
    let hour = 3_600_000;
    world.now += hour;
    world.tell(|engine, now| engine.slept(hour, now));
    let woke = world.now;
    world.tell(|engine, now| engine.tick(now));
    assert!(world.sent.len() - before <= 1, "no burst on waking");
    world.run();
    let times: BTreeSet<_> = world.sent[before..].iter().map(|sent| sent.at - woke).collect();
    assert!(times.len() >= 8, "they come as they would have come: {times:?}");
    assert!(world.sent.len() > 20);
}

#[test]
fn d8_time_that_was_slept_through_unnoticed_times_out_once() {
    // Where the shell does not notice, calls end; they do not loop.
    let mut world = World::new(PATIENT, &[silence()]);
    let call = world.get("/a");
    world.now += 3_600_000;
    world.tell(|engine, now| engine.tick(now));
    assert_eq!((world.end(call), world.sent.len()), (Some(End::Rejected(Rejection::Timeout)), 1));
}

#[test]
fn online_again_calls_that_waited_for_it_go_within_seconds() {
    let options = r#"{ "defaults": { "deadline": false, "retry": { "base": 100000, "cap": 100000 } } }"#;
    let mut delays = BTreeSet::new();
    for seed in 0..40 {
        let mut world = World::seeded(options, &[offline()], seed);
        let call = world.get("/a");
        let other = world.get("https://other.example/a");
        world.run_until(1010);
        world.serve_all(&[status(200)]);
        world.tell(|engine, now| engine.online(now));
        world.run();
        assert_eq!((world.end(call), world.end(other)), (Some(End::Resolved(200)), Some(End::Resolved(200))));
        assert!(world.calls[call].says(What::Wait, Why::Online));
        let wait = world.times(call)[1] - 1010;
        assert!(wait <= 10_000, "{wait}");
        delays.insert(wait);
    }
    assert!(delays.len() > 30 && delays.first() < Some(&2000) && delays.last() > Some(&8000), "{delays:?}");
}

#[test]
fn online_says_nothing_to_calls_that_wait_for_something_else() {
    let options = r#"{ "defaults": { "deadline": false } }"#;
    let mut world = World::new(options, &[status(503).wait(60_000), status(200)]);
    let call = world.get("/a");
    world.run_until(1010);
    world.tell(|engine, now| engine.online(now));
    world.run();
    assert_eq!(world.times(call), [1000, 61_005]);
}

#[test]
fn a_call_whose_deadline_is_near_goes_before_it() {
    let options = r#"{ "defaults": { "attemptTimeout": 4000, "deadline": 4000, "retry": { "base": 3000, "cap": 3000 } } }"#;
    for seed in 0..40 {
        let mut world = World::seeded(options, &[offline()], seed);
        let call = world.get("/a");
        world.run_until(1010);
        if world.end(call).is_some() {
            continue;
        }
        world.serve_all(&[status(200)]);
        world.tell(|engine, now| engine.online(now));
        world.run();
        assert_eq!(world.end(call), Some(End::Resolved(200)), "{seed}");
    }
}

#[test]
fn being_offline_is_no_failure_of_the_server() {
    let mut world = World::new("{}", &[offline()]);
    let calls: Vec<_> = (0..10).map(|_| world.get("/a")).collect();
    world.run();
    for call in calls {
        assert_eq!(
            (world.end(call), world.calls[call].fault),
            (Some(End::Rejected(Rejection::Native)), Some(Kind::Offline))
        );
    }
    assert_eq!(world.endpoint(crate::world::APP).breaker.consecutive(), 0);
}
