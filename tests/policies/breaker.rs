//! Group H: the circuit breaker.

use steadfetch::call::{Rejection, Request};
use steadfetch::fault::Kind;
use steadfetch::policy::breaker::State;
use steadfetch::telemetry::timeline::{What, Why};

use crate::world::{APP, End, Reply, World, reset, silence, status};

/// Every call is one attempt; a breaker with these members.
fn single(breaker: &str) -> String {
    format!(r#"{{ "defaults": {{ "retry": false, "deadline": false, "breaker": {{ {breaker} }} }} }}"#)
}

/// One call after another, each at its end; whether the breaker was open after each.
fn one_by_one(world: &mut World, replies: &[Reply]) -> Vec<bool> {
    let open = |reply: &Reply| {
        world.serve_all(&[*reply]);
        world.get("/a");
        world.run();
        world.now += 100;
        matches!(world.breaker(APP), State::Open { .. })
    };
    replies.iter().map(open).collect()
}

#[test]
fn h1_it_opens_on_failures_in_a_row() {
    let mut world = World::new(&single(r#""consecutive": 3, "minimum": 1000"#), &[]);
    let script = [status(500), reset(), status(200), status(500), status(502), status(500)];
    assert_eq!(one_by_one(&mut world, &script), [false, false, false, false, false, true]);
}

#[test]
fn h1_it_opens_on_a_ratio_with_a_minimum_of_outcomes() {
    let options = single(r#""consecutive": 1000, "failureRatio": 0.5, "minimum": 6"#);
    let mut world = World::new(&options, &[]);
    let script = [status(500), status(200), status(500), status(200), status(500), status(500)];
    assert_eq!(one_by_one(&mut world, &script), [false, false, false, false, false, true]);
    let mut world = World::new(&options, &[]);
    let mostly_well: Vec<_> = (0..50).map(|n| status(if n % 3 == 0 { 500 } else { 200 })).collect();
    assert!(!one_by_one(&mut world, &mostly_well).contains(&true), "a third is below the ratio");
}

#[test]
fn h1_it_opens_on_slow_answers() {
    let options = single(r#""consecutive": 3, "slow": 400, "minimum": 1000"#);
    let slow = status(200).after(400);
    let mut world = World::new(&options, &[]);
    assert_eq!(
        one_by_one(&mut world, &[slow, slow, status(200).after(399), slow, slow, slow])[..5],
        [false; 5]
    );
    assert!(matches!(world.breaker(APP), State::Open { .. }));
    let mut world = World::new(&single(r#""consecutive": 3"#), &[]);
    assert!(
        !one_by_one(&mut world, &[slow, slow, slow, slow]).contains(&true),
        "without `slow` they are good"
    );
}

#[test]
fn h2_old_samples_leave_the_window() {
    let options = single(r#""consecutive": 1000, "failureRatio": 0.5, "minimum": 4, "window": 20000"#);
    let mut world = World::new(&options, &[]);
    one_by_one(&mut world, &[status(500), status(500), status(500)]);
    world.now += 21_000;
    assert_eq!(
        one_by_one(&mut world, &[status(500), status(500), status(500)]),
        [false; 3],
        "the old ones are gone"
    );
    // Long idle: longer than any number of windows.
    world.now += 1_000_000_000;
    assert_eq!(
        one_by_one(&mut world, &[status(500), status(500), status(500), status(500)]),
        [false, false, false, true]
    );
}

/// A breaker that three failures have opened.
fn opened(breaker: &str) -> World {
    let options = single(&format!(r#""consecutive": 3, "open": 3000, "openCap": 6000, {breaker}"#));
    let mut world = World::new(&options, &[]);
    assert_eq!(one_by_one(&mut world, &[status(500), status(500), status(500)]), [false, false, true]);
    world.serve_all(&[status(200)]);
    world.sent.clear();
    world
}

fn open_until(world: &World) -> u64 {
    match world.breaker(APP) {
        State::Open { until } => until,
        other => panic!("{other:?}"),
    }
}

#[test]
fn h3_an_open_breaker_refuses_at_once() {
    let mut world = opened(r#""whileOpen": "refuse""#);
    let until = open_until(&world);
    let call = world.get("/a");
    let seen = &world.calls[call];
    assert_eq!((seen.end, seen.ended), (Some(End::Rejected(Rejection::Refused)), seen.began));
    assert_eq!((seen.fault, seen.retry_at, world.sent.len()), (Some(Kind::CircuitOpen), Some(until), 0));
    assert!(seen.says(What::Refused, Why::BreakerOpen));
}

#[test]
fn h3_or_holds_where_the_rule_says_so() {
    let mut world = opened(r#""whileOpen": "hold""#);
    let until = open_until(&world);
    let call = world.get("/a");
    assert!(world.entries(call).iter().any(|entry| entry.why == Why::BreakerHold));
    world.run();
    assert_eq!((world.end(call), world.times(call)), (Some(End::Resolved(200)), vec![until]));
    assert_eq!(world.breaker(APP), State::Closed);
}

#[test]
fn a_held_call_whose_deadline_comes_first_is_refused_at_once() {
    let mut world = opened(r#""whileOpen": "hold""#);
    let call = world.call("GET", "/a", Request::default(), r#"{ "deadline": 1000, "attemptTimeout": 500 }"#);
    assert_eq!(
        (world.end(call), world.calls[call].fault),
        (Some(End::Rejected(Rejection::Refused)), Some(Kind::CircuitOpen))
    );
    assert_eq!(world.calls[call].retry_at, Some(open_until(&world)));
}

#[test]
fn h4_one_probe_and_the_others_queue_behind_it() {
    let mut world = opened(r#""whileOpen": "hold""#);
    world.serve_all(&[status(200).after(500)]);
    let calls: Vec<_> = (0..5).map(|_| world.get("/a")).collect();
    let until = open_until(&world);
    world.run_until(until + 499);
    assert_eq!(world.sent.len(), 1, "one probe");
    assert_eq!(world.sent[0].call, calls[4], "the newest first");
    assert!(matches!(world.breaker(APP), State::HalfOpen { lease: Some(_) }));
    world.run();
    assert!(calls.iter().all(|call| world.end(*call) == Some(End::Resolved(200))));
    assert_eq!(world.sent.len(), 5);
}

#[test]
fn h4_or_the_others_are_refused() {
    let mut world = opened(r#""halfOpen": "refuse""#);
    world.serve_all(&[status(200).after(500)]);
    world.now = open_until(&world);
    let probe = world.get("/a");
    let other = world.get("/a");
    assert_eq!(world.calls[other].fault, Some(Kind::CircuitOpen));
    assert_eq!(world.end(other), Some(End::Rejected(Rejection::Refused)));
    world.run();
    assert_eq!((world.end(probe), world.sent.len()), (Some(End::Resolved(200)), 1));
}

#[test]
fn h5_the_lease_of_a_hung_probe_expires() {
    // Without a limit of its own, a probe says nothing by its silence: after its lease another one goes.
    let mut world = opened(r#""whileOpen": "hold""#);
    world.now = open_until(&world);
    world.serve_all(&[silence(), status(200)]);
    let off = r#"{ "attemptTimeout": false }"#;
    world.call("GET", "/a", Request::default(), off);
    let waiting = world.call("GET", "/a", Request::default(), off);
    let State::HalfOpen { lease: Some(lease) } = world.breaker(APP) else { panic!("a probe") };
    world.run_until(lease);
    assert_eq!(world.times(waiting), [lease]);
    world.run_until(lease + 100);
    assert_eq!((world.end(waiting), world.breaker(APP)), (Some(End::Resolved(200)), State::Closed));
}

#[test]
fn e7_an_aborted_probe_counts_as_nothing_and_the_next_one_takes_its_place() {
    let mut world = opened(r#""whileOpen": "hold""#);
    let until = open_until(&world);
    world.now = until;
    world.serve_all(&[silence(), status(200)]);
    let probe = world.get("/a");
    let waiting = world.get("/a");
    world.now += 100;
    world.abort(probe);
    assert_eq!(world.times(waiting), [until + 100]);
    world.run();
    assert_eq!(world.breaker(APP), State::Closed);
}

#[test]
fn h6_a_failed_probe_opens_it_for_longer_up_to_a_cap_and_success_zeroes() {
    let mut world = opened(r#""whileOpen": "refuse""#);
    let mut lengths = vec![];
    for _ in 0..6 {
        world.now = open_until(&world);
        world.serve_all(&[status(500)]);
        world.get("/a");
        world.run();
        lengths.push(open_until(&world) - world.now);
    }
    assert!(lengths.iter().all(|length| (3000..=6000).contains(length)), "{lengths:?}");
    world.now = open_until(&world);
    one_by_one(&mut world, &[status(200)]);
    assert_eq!(world.breaker(APP), State::Closed);
    assert_eq!(one_by_one(&mut world, &[status(500), status(500), status(500)]), [false, false, true]);
    let again = open_until(&world) - (world.now - 100);
    assert!((1500..=3000).contains(&again), "as the first time: {again}");
}

#[test]
fn h7_client_errors_aborts_and_being_offline_never_count() {
    let mut world = World::new(&single(r#""consecutive": 1, "minimum": 1"#), &[]);
    for code in [400, 401, 403, 404, 409, 413, 422, 425, 426, 429, 451, 501, 505] {
        assert_eq!(one_by_one(&mut world, &[status(code)]), [false], "{code}");
    }
    assert_eq!(one_by_one(&mut world, &[crate::world::offline()]), [false]);
    world.serve_all(&[silence()]);
    for _ in 0..20 {
        let call = world.get("/a");
        world.abort(call);
    }
    assert_eq!((world.breaker(APP), world.endpoint(APP).breaker.consecutive()), (State::Closed, 0));
    assert_eq!(one_by_one(&mut world, &[status(408)]), [true], "this one does");
}

#[test]
fn h8_one_endpoints_breaker_leaves_the_others_alone() {
    let mut world = opened(r#""whileOpen": "refuse""#);
    let other = world.get("https://other.example/a");
    world.run();
    assert_eq!(world.end(other), Some(End::Resolved(200)));
    assert_eq!(world.breaker("https://other.example"), State::Closed);
    assert!(matches!(world.breaker(APP), State::Open { .. }));
}

#[test]
fn h10_eight_failures_at_once_open_it() {
    // All of them are under way together: each is one more in a row, not one for all.
    let mut world = World::new(&single(r#""consecutive": 3, "minimum": 1000"#), &[status(500)]);
    (0..8).for_each(|_| {
        world.get("/a");
    });
    world.run();
    assert!(matches!(world.breaker(APP), State::Open { .. }));
    let opened_at = world.endpoint(APP).breaker.opened_at();
    assert_eq!(opened_at, 1005);
}

#[test]
fn h11_a_single_failure_on_a_fresh_page_does_not() {
    let mut world = World::new("{}", &[status(500), status(200)]);
    let call = world.get("/a");
    world.run();
    assert_eq!((world.end(call), world.breaker(APP)), (Some(End::Resolved(200)), State::Closed));
}

#[test]
fn breakers_are_off_where_the_options_say_so() {
    let options = r#"{ "defaults": { "retry": false, "breaker": false } }"#;
    let mut world = World::new(options, &[]);
    assert!(!one_by_one(&mut world, &[status(500); 30]).contains(&true));
    assert_eq!(world.sent.len(), 30);
}

#[test]
fn e7_an_old_attempt_that_is_aborted_does_not_end_the_lease_of_the_probe() {
    let mut world =
        World::new(&single(r#""consecutive": 3, "halfOpen": "refuse", "whileOpen": "hold""#), &[silence()]);
    let old = world.call("GET", "/old", Request::default(), r#"{ "attemptTimeout": false }"#);
    world.serve_all(&[status(500)]);
    for _ in 0..3 {
        world.get("/a");
        world.run_until(world.now + 100);
    }
    world.now = open_until(&world);
    world.serve_all(&[status(200).after(500)]);
    let probe = world.get("/a");
    world.abort(old);
    let other = world.get("/a");
    assert_eq!(world.calls[other].fault, Some(Kind::CircuitOpen), "its probe is under way");
    world.run();
    assert_eq!((world.end(probe), world.breaker(APP)), (Some(End::Resolved(200)), State::Closed));
}
