//! K3: hedging.

use steadfetch::call::{How, Rejection, Request};
use steadfetch::telemetry::timeline::{What, Why};

use crate::world::{APP, End, World, reset, silence, status};

const HEDGED: &str = r#"{ "defaults": { "deadline": false, "retry": { "base": 10, "cap": 10 },
    "hedge": { "delay": 100, "budget": 1 } } }"#;

/// A world whose server has just answered quickly: hedges may be sent.
fn well(options: &str) -> World {
    let mut world = World::new(options, &[status(200)]);
    world.get("/warm");
    world.run();
    world.sent.clear();
    world
}

fn hows(world: &World, call: usize) -> Vec<How> {
    world.sent.iter().filter(|sent| sent.call == call).map(|sent| sent.how).collect()
}

#[test]
fn k3_the_first_good_answer_wins_and_the_loser_is_cancelled() {
    let mut world = well(HEDGED);
    world.serve_all(&[status(200).after(5000), status(200).after(20)]);
    let call = world.get("/a");
    let began = world.now;
    world.run();
    assert_eq!((world.end(call), world.calls[call].ended), (Some(End::Resolved(200)), began + 120));
    assert_eq!(hows(&world, call), [How::Plain, How::Hedge]);
    assert_eq!(world.calls[call].cancelled, [1]);
    assert!(world.calls[call].says(What::Hedge, Why::Slow));
    assert!(world.calls[call].says(What::Failure, Why::Overtaken));
    world.serve_all(&[status(200).after(150), status(200).after(5000)]);
    let call = world.get("/a");
    world.run();
    assert_eq!(world.calls[call].cancelled, [2], "the first one may still win");
}

#[test]
fn k3_a_503_is_no_winner() {
    let mut world = well(HEDGED);
    world.serve_all(&[status(200).after(400), status(503).after(20)]);
    let call = world.get("/a");
    world.run();
    assert_eq!((world.end(call), world.calls[call].attempts), (Some(End::Resolved(200)), 2));
    assert_eq!(world.calls[call].discarded, [2]);
    // A broken connection neither.
    let mut world = well(HEDGED);
    world.serve_all(&[status(200).after(400), reset().after(20)]);
    let call = world.get("/a");
    world.run();
    assert_eq!((world.end(call), world.calls[call].attempts), (Some(End::Resolved(200)), 2));
    // And where both fail, the call goes on as any other.
    let mut world = well(HEDGED);
    world.serve_all(&[status(503).after(400), status(503).after(20), status(200)]);
    let call = world.get("/a");
    world.run();
    assert_eq!(
        (world.end(call), hows(&world, call)),
        (Some(End::Resolved(200)), vec![How::Plain, How::Hedge, How::Plain])
    );
}

#[test]
fn k3_never_for_post_whatever_the_rule_and_the_key_say() {
    let post = r#"{ "defaults": { "deadline": false, "hedge": { "delay": 100, "budget": 1 },
        "retry": { "methods": ["POST", "GET"] } } }"#;
    for (keyed, options) in [(false, HEDGED), (true, HEDGED), (false, post), (true, post)] {
        let mut world = well(options);
        world.serve_all(&[status(200).after(3000)]);
        let request = Request { keyed, ..Request::default() };
        let call = world.call("POST", "/a", request, "null");
        world.run();
        assert_eq!(
            (world.end(call), world.calls[call].hedges),
            (Some(End::Resolved(200)), 0),
            "{keyed} {options}"
        );
    }
    let mut world = well(HEDGED);
    world.serve_all(&[status(200).after(3000)]);
    let call = world.call("PUT", "/a", Request { streamed: true, ..Request::default() }, "null");
    world.run();
    assert_eq!(world.calls[call].hedges, 0, "a streamed body can be sent only once");
}

#[test]
fn k3_hedges_stay_within_their_budget() {
    let options = HEDGED.replace(r#""budget": 1"#, r#""budget": 0.1"#);
    let mut world = well(&options);
    let mut hedges = 0;
    for _ in 0..200 {
        world.serve_all(&[status(200).after(200), status(200).after(5)]);
        let call = world.get("/slow");
        world.run();
        hedges += world.calls[call].hedges;
        // A quick one between, so that the endpoint is known to be well.
        world.serve_all(&[status(200)]);
        world.get("/quick");
        world.run();
    }
    assert!((38..=41).contains(&hedges), "a tenth of 400 requests: {hedges}");
}

#[test]
fn k3_a_hedge_takes_from_the_retry_budget_too() {
    let options = HEDGED.replace(r#""retry""#, r#""budget": { "capacity": 1, "refill": 0 }, "retry""#);
    let mut world = well(&options);
    world.serve_all(&[status(200).after(400)]);
    let calls = [world.get("/a"), {
        world.run();
        world.get("/a")
    }];
    world.run();
    assert_eq!(calls.map(|call| world.calls[call].hedges), [1, 0]);
}

#[test]
fn k3_never_while_failing_and_never_without_a_quick_answer_before() {
    let slow = status(200).after(400);
    let mut world = World::new(HEDGED, &[slow]);
    let call = world.get("/a");
    world.run();
    assert_eq!(world.calls[call].hedges, 0, "nothing is known yet");
    let mut world = well(&HEDGED.replace(r#""retry""#, r#""breaker": { "consecutive": 100 }, "retry""#));
    world.serve_all(&[status(500), slow]);
    let failing = world.get("/a");
    world.run();
    assert_eq!(world.calls[failing].hedges, 0, "the endpoint has just failed");
    assert_eq!(world.endpoint(APP).breaker.consecutive(), 0, "its second attempt went well");
}

#[test]
fn k3_not_where_everything_is_slow() {
    let mut world = well(HEDGED);
    world.serve_all(&[status(200).after(400)]);
    let calls = [world.get("/a"), world.get("/b"), world.get("/c")];
    world.run();
    assert_eq!(calls.map(|call| world.calls[call].hedges), [0; 3]);
}

#[test]
fn k3_not_for_who_saves_data() {
    let mut world = well(HEDGED);
    world.engine.set_save_data(true);
    world.serve_all(&[status(200).after(400)]);
    let call = world.get("/a");
    world.run();
    assert_eq!(world.calls[call].hedges, 0);
    world.engine.set_save_data(false);
    let call = world.get("/a");
    world.run();
    assert_eq!(world.calls[call].hedges, 1);
}

#[test]
fn k3_hedges_do_not_count_as_attempts_and_both_may_time_out() {
    let options = r#"{ "defaults": { "attemptTimeout": 1000, "deadline": false, "breaker": false,
        "retry": { "attempts": 2, "base": 10, "cap": 10 }, "hedge": { "delay": 100, "budget": 1 } } }"#;
    let mut world = well(options);
    world.serve_all(&[silence()]);
    let call = world.get("/a");
    world.run();
    let seen = &world.calls[call];
    assert_eq!(seen.end, Some(End::Rejected(Rejection::Timeout)));
    assert_eq!(seen.attempts - seen.hedges, 2);
    assert!(seen.hedges >= 1, "{seen:?}");
    assert_eq!(seen.cancelled.len(), seen.attempts as usize);
}

#[test]
fn at_most_so_many_extra_attempts() {
    let options = HEDGED.replace(r#""delay": 100"#, r#""delay": 100, "max": 3"#);
    let mut world = well(&options);
    world.serve_all(&[status(200).after(2000)]);
    let call = world.get("/a");
    // Others meanwhile earn a token each, and answer quickly.
    world.serve_all(&[status(200)]);
    for _ in 0..15 {
        world.run_until(world.now + 100);
        world.get("/quick");
    }
    world.run();
    assert_eq!(hows(&world, call), [How::Plain, How::Hedge]);
    let hedges = |max: &str| {
        let mut world = well(&HEDGED.replace(r#""delay": 100"#, &format!(r#""delay": 100, "max": {max}"#)));
        world.serve_all(&[silence(), silence(), silence(), silence(), status(200)]);
        let call = world.get("/a");
        for _ in 0..15 {
            world.run_until(world.now + 100);
            world.serve("https://other.example", &[status(200)]);
        }
        world.abort(call);
        world.calls[call].hedges
    };
    assert_eq!([hedges("1"), hedges("3")], [1, 1], "and no more than its budget has tokens for");
}

#[test]
fn an_abort_drops_both() {
    let mut world = well(HEDGED);
    world.serve_all(&[silence()]);
    let call = world.get("/a");
    world.run_until(world.now + 200);
    assert_eq!(hows(&world, call), [How::Plain, How::Hedge]);
    world.abort(call);
    assert_eq!(world.end(call), Some(End::Rejected(Rejection::Aborted)));
}

#[test]
fn a_hedge_that_no_deadline_leaves_room_for_is_not_sent() {
    // Answers usually take 90 ms: one that begins 40 ms before the deadline helps nobody.
    let options = HEDGED.replace("false", "140").replace(r#""retry""#, r#""attemptTimeout": 140, "retry""#);
    let mut world = World::new(&options, &[status(200).after(90)]);
    for _ in 0..20 {
        world.get("/warm");
        world.run();
    }
    world.serve_all(&[silence()]);
    let call = world.get("/a");
    world.run();
    assert_eq!(world.calls[call].hedges, 0);
}

#[test]
fn k4_a_hedge_goes_to_a_sibling_that_nothing_is_known_of() {
    let options = r#"{ "rules": [{ "match": "/*", "deadline": false, "hedge": { "delay": 100, "budget": 1 },
        "endpoints": { "urls": [{ "url": "https://a.example" }, { "url": "https://b.example" }] } }] }"#;
    let mut world = World::new(options, &[status(200)]);
    world.get("/warm");
    world.run();
    world.serve("https://a.example", &[status(200).after(5000)]);
    world.serve("https://b.example", &[status(200).after(20)]);
    let call = world.get("/a");
    let began = world.now;
    world.run();
    assert_eq!((world.end(call), world.calls[call].ended), (Some(End::Resolved(200)), began + 120));
    assert_eq!(world.places(call), ["https://a.example", "https://b.example"]);
}
