//! Calls that are held: while an endpoint is in doubt, and how they are let go; what a person's "try again" does.

use steadfetch::call::{Rejection, Request};
use steadfetch::fault::Kind;
use steadfetch::policy::breaker::State;
use steadfetch::telemetry::timeline::{What, Why};

use crate::world::{APP, End, World, reset, silence, status};

/// No breaker opens here; without the options' own backoff an overload pauses the endpoint.
const HOLDS: &str = r#"{ "defaults": { "deadline": false, "attemptTimeout": 9000,
    "breaker": { "consecutive": 1000, "minimum": 10000 }, "budget": false,
    "retry": { "attempts": 2, "base": 100, "cap": 100 } } }"#;

/// One attempt is silent for so long that the endpoint is in doubt; these are held behind it.
fn in_doubt(held: usize) -> (World, usize, Vec<usize>) {
    let mut world = World::new(HOLDS, &[silence()]);
    let ahead = world.get("/ahead");
    world.now += 3000;
    let calls: Vec<_> = (0..held).map(|n| world.get(&format!("/{n}"))).collect();
    assert_eq!(world.sent.len(), 1, "held behind the one that is silent");
    assert!(world.entries(calls[0]).iter().any(|entry| entry.why == Why::DoubtHold));
    (world, ahead, calls)
}

#[test]
fn one_at_a_time_the_newest_first_until_one_succeeds() {
    let (mut world, ahead, calls) = in_doubt(4);
    world.serve_all(&[status(500).after(200), status(200).after(200)]);
    world.run();
    let order: Vec<_> = world.sent.iter().map(|sent| sent.call).collect();
    assert_eq!(order[..2], [ahead, calls[3]], "when it stays silent, the newest is next");
    // While nothing succeeds, no two are under way.
    let in_file: Vec<_> = world.sent.iter().take(3).map(|sent| sent.at).collect();
    assert!(in_file.windows(2).all(|pair| pair[1] >= pair[0] + 200), "{:?}", world.sent);
    assert!(calls.iter().all(|call| world.end(*call) == Some(End::Resolved(200))));
    assert!(world.endpoint(APP).held.is_empty());
}

#[test]
fn after_a_success_the_held_ones_are_spread_the_newest_first() {
    let (mut world, ahead, calls) = in_doubt(40);
    world.serve_all(&[status(200)]);
    let recovered = world.now;
    world.answer(ahead, 1, 200);
    world.run_until(recovered);
    assert!(world.sent.len() <= 3, "no burst: {}", world.sent.len());
    world.run();
    let times: Vec<_> = calls.iter().rev().map(|call| world.times(*call)[0] - recovered).collect();
    assert!(times.windows(2).all(|pair| pair[0] <= pair[1]), "{times:?}");
    let crowd = (0..6).map(|part| times.iter().filter(|at| **at / 500 == part).count()).max();
    assert!(crowd.unwrap() <= 12, "{times:?}");
}

#[test]
fn what_was_let_go_is_not_put_off_by_what_comes_after_it() {
    // A busy endpoint: every answer of a new call would draw the times of the held ones anew.
    let (mut world, ahead, calls) = in_doubt(5);
    world.serve_all(&[status(200)]);
    let recovered = world.now;
    world.answer(ahead, 1, 200);
    for step in 0..1000 {
        world.run_until(recovered + step * 10);
        world.get("/new");
    }
    let last = calls.iter().map(|call| world.times(*call).first().copied().unwrap_or(u64::MAX)).max();
    assert!(last.unwrap() <= recovered + 9_500, "{last:?}");
}

#[test]
fn a_deadline_ends_a_held_call() {
    // It has failed, and its next attempt says nothing.
    let mut world = World::new(HOLDS, &[status(500), silence()]);
    world.call("GET", "/ahead", Request::default(), r#"{ "attemptTimeout": 20000 }"#);
    world.run_until(3000);
    assert_eq!(world.sent.len(), 2);
    let limits = r#"{ "deadline": 5000, "attemptTimeout": 5000 }"#;
    let call = world.call("GET", "/a", Request::default(), limits);
    let held = world.now;
    world.run_until(held + 6000);
    assert_eq!(
        (world.end(call), world.calls[call].ended),
        (Some(End::Rejected(Rejection::Timeout)), held + 5000)
    );
    assert!(world.times(call).is_empty() && world.endpoint(APP).held.is_empty());
}

#[test]
fn an_abort_of_a_held_call_lets_nothing_else_go() {
    let (mut world, ahead, calls) = in_doubt(3);
    world.abort(calls[1]);
    assert_eq!((world.sent.len(), world.endpoint(APP).held.len()), (1, 2));
    // Nothing is known then: they follow, the newest first.
    world.serve_all(&[status(200)]);
    world.abort(ahead);
    let ended = world.now;
    world.run();
    let times = [world.times(calls[2])[0], world.times(calls[0])[0]];
    assert!(times[0] <= times[1] && times[1] <= ended + 3000, "{times:?}");
}

#[test]
fn the_person_may_go_ahead_of_doubt_and_of_an_open_breaker() {
    let (mut world, _, calls) = in_doubt(2);
    world.serve_all(&[status(200)]);
    world.retry_now(&calls[..1]);
    assert_eq!(world.times(calls[0]), [world.now]);
    world.run();
    assert!(world.calls[calls[0]].says(What::Wait, Why::Person));
    assert_eq!(world.end(calls[0]), Some(End::Resolved(200)));

    let options = r#"{ "defaults": { "deadline": false, "retry": false,
        "breaker": { "consecutive": 1, "open": 4000, "openCap": 4000 } } }"#;
    let mut world = World::new(options, &[status(500), status(200)]);
    world.get("/a");
    world.run();
    let call = world.get("/b");
    assert!(world.times(call).is_empty() && matches!(world.breaker(APP), State::Open { .. }));
    world.retry_now(&[call]);
    world.run();
    assert_eq!((world.end(call), world.breaker(APP)), (Some(End::Resolved(200)), State::Closed));
}

#[test]
fn the_person_cannot_go_ahead_of_the_servers_own_time() {
    let mut world = World::new(HOLDS, &[status(503).wait(8000), status(200)]);
    let first = world.get("/a");
    let second = {
        world.run_until(2000);
        world.get("/b")
    };
    world.retry_now(&[first, second]);
    assert_eq!((world.times(first).len(), world.times(second).len()), (1, 0));
    world.run();
    assert!(world.sent[1..].iter().all(|sent| sent.at >= 1005 + 8000), "{:?}", world.sent);
    assert!(world.calls.iter().all(|call| call.end == Some(End::Resolved(200))));
}

#[test]
fn held_calls_of_a_rule_without_a_breaker_are_none() {
    let options = r#"{ "defaults": { "breaker": false, "deadline": false } }"#;
    let mut world = World::new(options, &[silence()]);
    world.get("/a");
    world.now += 5000;
    world.get("/b");
    assert_eq!(world.sent.len(), 2);
}

#[test]
fn nothing_is_held_for_a_taken_endpoint_while_another_one_is_free() {
    let options = r#"{ "rules": [{ "match": "/*", "deadline": false, "hedge": { "delay": 100, "budget": 1 },
        "endpoints": { "urls": [{ "url": "https://a.example" }, { "url": "https://b.example" }] } }] }"#;
    let (a, b) = ("https://a.example", "https://b.example");
    let mut world = World::new(options, &[status(200)]);
    // Both are known to be well; A takes one request at a time.
    world.serve(a, &[status(503)]);
    world.get("/warm");
    world.run();
    world.now += 20_000;
    world.serve(a, &[status(200).concurrent(1)]);
    world.get("/warm");
    world.run();
    world.serve(b, &[status(200).after(20)]);
    world.now += 1;
    world.tell(|engine, _| engine.set_save_data(false));
    let fresh = world.call("GET", "/fresh", Request::default(), r#"{ "hedge": false }"#);
    world.run();
    assert_eq!(world.places(fresh), [a]);
    world.serve(a, &[silence()]);
    let ahead = world.get("/ahead");
    let held = world.get("/held");
    assert_eq!((world.places(ahead), world.places(held)), (vec![a], vec![b]), "A is taken, B is free");
}

/// Two failures have opened the breaker for long; the clock is this much before it lets a probe through.
fn closed_for(left: u64) -> World {
    let options = r#"{ "defaults": { "deadline": false, "retry": false,
        "breaker": { "consecutive": 2, "open": 20000, "openCap": 20000 } } }"#;
    let mut world = World::new(options, &[status(500), status(500), status(200)]);
    for _ in 0..2 {
        world.get("/a");
        world.run();
    }
    let State::Open { until } = world.breaker(APP) else { panic!("it is open") };
    world.now = until - left;
    world
}

#[test]
fn new_calls_wait_for_a_closed_endpoint_for_a_little_while_only() {
    let mut world = closed_for(4_501);
    let call = world.get("/a");
    assert_eq!(
        world.end(call),
        Some(End::Rejected(Rejection::Refused)),
        "nobody waits for longer than 4.5 s"
    );
    assert_eq!(world.calls[call].fault, Some(Kind::CircuitOpen));
    assert_eq!(world.calls[call].retry_at, Some(world.now + 4_501), "but hears when");
    let mut world = closed_for(4_500);
    let (call, until) = (world.get("/a"), world.now + 4_500);
    assert!(world.end(call).is_none());
    world.run();
    assert_eq!((world.end(call), world.times(call)), (Some(End::Resolved(200)), vec![until]));
}

#[test]
fn after_a_first_failure_new_calls_wait_as_long_as_they_can() {
    // An overload pauses the endpoint for up to 8 s; nothing but that speaks against it.
    let mut longest = 0;
    for seed in 0..20 {
        let options = r#"{ "defaults": { "deadline": false, "retry": false } }"#;
        let mut world = World::seeded(options, &[status(503), status(200)], seed);
        world.get("/a");
        world.run();
        let asked = world.now;
        let call = world.get("/b");
        world.run();
        assert_eq!(world.end(call), Some(End::Resolved(200)), "seed {seed}");
        longest = longest.max(world.times(call)[0] - asked);
    }
    assert!((3_001..=8_000).contains(&longest), "{longest}");
}

#[test]
fn a_retry_after_which_no_usual_answer_fits_the_deadline_is_refused_at_once() {
    let options = r#"{ "defaults": { "deadline": 3000, "attemptTimeout": 3000, "breaker": false,
        "retry": { "attempts": 2, "base": 0, "cap": 0 } } }"#;
    let mut world = World::new(options, &[status(200).after(2_000)]);
    for _ in 0..10 {
        world.get("/a");
        world.run();
    }
    // Answers take 2 s here: after a failure at 1.5 s none comes in time; after one at 0.5 s it does.
    for (failed_after, requests) in [(1_500, 1), (500, 2)] {
        world.serve_all(&[status(500).after(failed_after), status(200).after(2_000)]);
        let (call, began) = (world.get("/a"), world.now);
        world.run();
        assert_eq!(world.times(call).len(), requests);
        if requests == 1 {
            assert!(world.calls[call].says(What::Refused, Why::BeyondDeadline));
            assert_eq!((world.end(call), world.now), (Some(End::Resolved(500)), began + failed_after));
        }
    }
}

#[test]
fn a_call_with_many_attempts_uses_them_where_its_breaker_bears_as_many_failures() {
    let mut world = World::new(
        r#"{ "defaults": { "deadline": false, "budget": false, "retry": { "attempts": 8, "base": 10, "cap": 10 },
            "breaker": { "consecutive": 20, "minimum": 1000 } } }"#,
        &[status(500)],
    );
    let call = world.get("/a");
    world.run();
    assert_eq!((world.end(call), world.times(call).len()), (Some(End::Resolved(500)), 8));
}

#[test]
fn where_no_further_attempt_may_go_the_last_real_answer_is_the_calls() {
    // Default options: the retries of three at once come due while the breaker is open, or beyond what the deadline leaves.
    let mut ends = vec![];
    for seed in 0..100 {
        let mut world = World::seeded("{}", &[status(500)], seed);
        let calls: Vec<_> = (0..3).map(|_| world.get("/a")).collect();
        world.run();
        ends.extend(calls.iter().map(|call| (world.end(*call), world.calls[*call].fault)));
    }
    assert!(ends.iter().all(|end| *end == (Some(End::Resolved(500)), Some(Kind::ServerError))), "{ends:?}");
    // Without an answer it is the browser's own error of the last attempt.
    let mut world = World::new("{}", &[reset()]);
    let calls: Vec<_> = (0..3).map(|_| world.get("/a")).collect();
    world.run();
    for call in calls {
        assert_eq!(world.end(call), Some(End::Rejected(Rejection::Native)));
        assert_eq!(world.calls[call].fault, Some(Kind::Unreachable));
    }
}

#[test]
fn an_answer_set_aside_is_the_calls_when_its_deadline_passes_in_a_wait() {
    // It is held behind the other one's probe, which never comes back.
    let options = r#"{ "defaults": { "deadline": 2000, "attemptTimeout": 1900, "retry": { "base": 100, "cap": 100 },
        "breaker": { "consecutive": 1, "open": 200, "openCap": 200 } } }"#;
    let mut world = World::new(options, &[status(502), silence()]);
    let call = world.get("/a");
    world.run_until(world.now + 50);
    let ahead = world.get("/ahead");
    world.run();
    assert_eq!(world.end(call), Some(End::Resolved(502)), "{:?}", world.entries(call));
    assert_eq!(world.end(ahead), Some(End::Rejected(Rejection::Timeout)));
}
