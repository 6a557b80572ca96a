//! What `health` counts: calls, attempts and failures of an endpoint, how it stands, and what calls came to for people.

use steadfetch::call::{Found, Request};
use steadfetch::fault::Kind;
use steadfetch::policy::endpoint::Standing;

use crate::world::{APP, World, reset, silence, status};

const QUICK: &str =
    r#"{ "defaults": { "breaker": false, "retry": { "attempts": 3, "base": 10, "cap": 10 } } }"#;

fn failures(world: &World) -> Vec<(Kind, u32)> {
    world.endpoint(APP).traffic.failures().collect()
}

/// Helped, waited, failed.
fn people(world: &World) -> [u32; 3] {
    let people = world.engine.people();
    [people.helped, people.waited, people.failed]
}

#[test]
fn calls_attempts_and_failures_by_kind_are_counted_where_they_happened() {
    let mut world = World::new(QUICK, &[status(200), status(503), reset(), status(200), status(404)]);
    for _ in 0..3 {
        world.get("/a");
        world.run();
    }
    let traffic = &world.endpoint(APP).traffic;
    assert_eq!((traffic.calls, traffic.attempts), (3, 5));
    assert_eq!(
        failures(&world),
        [(Kind::Unreachable, 1), (Kind::Overloaded, 1), (Kind::NotFound, 1)],
        "in the order of the table"
    );
    assert_eq!(people(&world), [1, 0, 1], "the retry helped, the 404 did not");
}

#[test]
fn time_limits_count_as_timeouts_of_every_attempt_that_they_end() {
    let mut world = World::new(
        r#"{ "defaults": { "attemptTimeout": 1000, "deadline": 2500, "breaker": false,
            "retry": { "attempts": 3, "base": 10, "cap": 10 } } }"#,
        &[silence()],
    );
    world.get("/a");
    world.run();
    assert_eq!(failures(&world), [(Kind::Timeout, world.endpoint(APP).traffic.attempts)]);
    assert_eq!(people(&world), [0, 0, 1]);
}

#[test]
fn what_is_refused_is_counted_without_an_attempt() {
    let mut world = World::new(
        r#"{ "rules": [{ "match": "/*", "bulkhead": { "concurrent": 1 } }] }"#,
        &[status(200).after(50)],
    );
    world.get("/a");
    world.get("/a");
    world.run();
    let traffic = &world.endpoint(APP).traffic;
    assert_eq!((traffic.calls, traffic.attempts, failures(&world)), (2, 1, vec![(Kind::BusyHere, 1)]));
}

#[test]
fn what_the_caller_aborts_is_counted_as_nothing() {
    let mut world = World::new(QUICK, &[silence()]);
    let call = world.get("/a");
    world.run_until(1100);
    world.abort(call);
    world.run();
    assert_eq!((failures(&world), people(&world)), (vec![], [0, 0, 0]));
}

#[test]
fn people_waited_where_a_second_passed_that_was_not_the_networks_alone() {
    let mut world = World::new(QUICK, &[status(503).wait(2000), status(200), status(200).after(3000)]);
    for _ in 0..2 {
        world.get("/a");
        world.run();
    }
    assert_eq!(people(&world), [1, 1, 0], "a slow answer is no wait of ours");
}

#[test]
fn a_copy_in_place_of_a_failure_helps_and_one_that_is_fresh_is_the_rule() {
    let options = |strategy| {
        format!(
            r#"{{ "defaults": {{ "retry": false, "breaker": false, "cache": {{ "strategy": "{strategy}" }} }} }}"#
        )
    };
    for (strategy, found, helped) in [
        ("network-first", Found { fresh: true, stale: true, age: Some(5), ..Found::default() }, 1),
        ("network-first", Found { fresh: false, stale: true, age: Some(5), ..Found::default() }, 1),
        ("cache-first", Found { fresh: true, stale: true, age: Some(5), ..Found::default() }, 0),
    ] {
        let mut world = World::new(&options(strategy), &[reset()]);
        world.copy = (1, found);
        world.call("GET", "/a", Request { looks: true, ..Request::default() }, "{}");
        world.run();
        assert_eq!(people(&world), [helped, 0, 0], "{strategy} {found:?}");
    }
}

#[test]
fn an_endpoint_stands_as_its_last_outcomes_say() {
    let mut world = World::new(
        r#"{ "defaults": { "retry": false, "breaker": { "consecutive": 2, "whileOpen": "refuse" } } }"#,
        &[status(200), status(500), status(500), status(200)],
    );
    let mut seen = vec![];
    for _ in 0..3 {
        world.get("/a");
        world.run();
        let endpoint = world.endpoint(APP);
        seen.push((endpoint.standing(world.now), endpoint.retry_at(world.now).is_some()));
    }
    assert_eq!(seen, [(Standing::Healthy, false), (Standing::Degraded, false), (Standing::Down, true)]);
    let endpoint = world.endpoint(APP);
    assert_eq!(endpoint.latency.percentile(99), Some(6), "the answer that took 5 ms, in its bucket");
}
