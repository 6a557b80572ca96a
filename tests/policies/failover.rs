//! K4: failover between a rule's endpoints.

use steadfetch::call::{Answer, Failure, Rejection, Request};
use steadfetch::policy::breaker::State;
use steadfetch::telemetry::timeline::{What, Why};

use crate::world::{End, World, reset, silence, status};

const A: &str = "https://a.example";
const B: &str = "https://b.example";
const C: &str = "https://c.example";

fn world(urls: &str, more: &str) -> World {
    let options = format!(
        r#"{{ "rules": [{{ "match": "/*", "deadline": false, "retry": {{ "attempts": 3, "base": 1000, "cap": 1000 }}, {more}
            "endpoints": {{ "urls": [{urls}] }} }}] }}"#
    );
    World::new(&options, &[status(200)])
}

fn two() -> World {
    world(r#"{ "url": "https://a.example" }, { "url": "https://b.example" }"#, "")
}

#[test]
fn k4_the_next_endpoint_at_once_on_connection_failure() {
    let mut world = two();
    world.serve(A, &[reset()]);
    let call = world.get("/a");
    world.run();
    assert_eq!(world.end(call), Some(End::Resolved(200)));
    assert_eq!((world.places(call), world.times(call)), (vec![A, B], vec![1000, 1005]));
    assert!(world.calls[call].says(What::Failover, Why::Plain));
    let next = world.get("/a");
    world.run();
    assert_eq!(world.places(next), [B], "the failed one is avoided");
}

#[test]
fn k4_requests_return_when_the_ejection_is_over() {
    let mut world = two();
    world.serve(A, &[reset(), status(200)]);
    world.get("/a");
    world.run();
    world.now = world.endpoint(A).ejection.until() - 1;
    let early = world.get("/a");
    world.run();
    let late = world.get("/a");
    world.run();
    assert_eq!((world.places(early), world.places(late)), (vec![B], vec![A]));
}

#[test]
fn k4_ejected_for_longer_each_time() {
    let mut world = two();
    world.serve(A, &[reset()]);
    let mut lengths = vec![];
    for _ in 0..4 {
        world.get("/a");
        world.run();
        let until = world.endpoint(A).ejection.until();
        lengths.push(until - world.sent.iter().rev().find(|sent| sent.endpoint == A).unwrap().at);
        world.now = until;
    }
    assert!(lengths.windows(2).all(|pair| pair[1] > pair[0] * 3 / 2), "{lengths:?}");
}

#[test]
fn k4_never_all_are_ejected() {
    let mut world = two();
    world.serve_all(&[reset()]);
    let call = world.get("/a");
    world.run();
    assert_eq!(world.end(call), Some(End::Rejected(Rejection::Native)));
    assert_eq!(world.places(call)[..2], [A, B]);
    assert_eq!(world.calls[call].attempts, 3);
    world.serve_all(&[status(200)]);
    let next = world.get("/a");
    assert_eq!(world.times(next), [world.now], "sent at once, although both are ejected");
    world.run();
    assert_eq!(world.end(next), Some(End::Resolved(200)));
}

#[test]
fn k4_an_ejected_endpoint_is_tried_before_one_whose_breaker_is_open() {
    let mut world = world(
        r#"{ "url": "https://a.example" }, { "url": "https://b.example" }"#,
        r#""breaker": { "consecutive": 3, "open": 3000, "openCap": 3000, "whileOpen": "refuse" },"#,
    );
    let once = |world: &mut World| {
        let call = world.call("GET", "/a", Request::default(), r#"{ "retry": false }"#);
        world.run();
        call
    };
    world.serve(A, &[reset()]);
    world.serve(B, &[status(500)]);
    once(&mut world);
    world.now = world.endpoint(A).ejection.until();
    once(&mut world);
    // A is out for longer now; B's breaker opens, which puts it out for a shorter time.
    (0..3).for_each(|_| {
        once(&mut world);
    });
    assert!(world.endpoint(B).ejection.until() < world.endpoint(A).ejection.until());
    assert!(matches!(world.breaker(B), State::Open { .. }));
    world.serve(A, &[status(200)]);
    let call = once(&mut world);
    assert_eq!((world.end(call), world.places(call)), (Some(End::Resolved(200)), vec![A]));
}

#[test]
fn k4_never_across_residency_groups() {
    let urls = r#"{ "url": "https://a.example", "group": "eu" }, { "url": "https://b.example", "group": "us" },
        { "url": "https://c.example", "group": "eu" }"#;
    let mut world = world(urls, r#""budget": false, "breaker": false,"#);
    for endpoint in [A, B, C] {
        world.serve(endpoint, &[reset()]);
    }
    for _ in 0..10 {
        let call = world.get("/a");
        world.run();
        assert_eq!(world.calls[call].attempts, 3);
        assert!(world.places(call).iter().all(|place| *place != B), "{:?}", world.places(call));
        world.now += 3_000;
    }
}

#[test]
fn k4_by_weight_and_then_within_the_group() {
    let options = r#"{ "rules": [{ "match": "/*", "deadline": false, "budget": false, "breaker": false,
        "endpoints": { "order": "weighted", "urls": [
            { "url": "https://a.example", "weight": 3, "group": "eu" },
            { "url": "https://b.example", "weight": 1, "group": "us" },
            { "url": "https://c.example", "weight": 0, "group": "us" }
        ] } }] }"#;
    let mut world = World::new(options, &[status(200)]);
    for _ in 0..400 {
        world.get("/a");
        world.run();
    }
    let count = |world: &World, url| world.sent.iter().filter(|sent| sent.endpoint == url).count();
    assert!((260..=340).contains(&count(&world, A)), "{}", count(&world, A));
    assert_eq!(count(&world, C), 0, "no weight, no call");
    world.serve(B, &[reset()]);
    for _ in 0..50 {
        let call = world.get("/a");
        world.run();
        let places = world.places(call);
        assert!(places == [A] || places[0] == C || places[..2] == [B, C], "{places:?}");
    }
}

#[test]
fn many_attempts_do_not_bounce_between_two_failing_endpoints_without_waits() {
    let mut world = two();
    world.serve_all(&[status(500)]);
    let options = r#"{ "retry": { "attempts": 6 }, "budget": false, "breaker": false }"#;
    let call = world.call("GET", "/a", Request::default(), options);
    world.run();
    assert_eq!(world.calls[call].attempts, 6);
    let at_once = world.times(call).windows(2).filter(|pair| pair[1] - pair[0] <= 5).count();
    assert!(at_once <= 1, "each endpoint is tried once without a wait: {:?}", world.times(call));
}

#[test]
fn a_servers_own_time_is_no_reason_to_wait_where_another_endpoint_is_there() {
    let mut world = two();
    world.serve(A, &[status(503).wait(60_000)]);
    let call = world.get("/a");
    world.run();
    assert_eq!((world.places(call), world.times(call)), (vec![A, B], vec![1000, 1005]));
    world.now += 59_000;
    let next = world.get("/a");
    world.run();
    assert_eq!(world.places(next), [B], "the cool-down is not over");
}

#[test]
fn what_an_endpoint_would_hold_goes_to_another_one_that_is_free() {
    // One request at a time at A; the one ahead fails there and goes on at B.
    let mut world = two();
    world.serve(A, &[status(200).concurrent(1), reset().after(500), status(200)]);
    world.serve(B, &[silence()]);
    world.get("/first");
    world.run();
    let ahead = world.get("/ahead");
    let held = world.get("/held");
    assert_eq!((world.places(ahead), world.places(held)), (vec![A], vec![B]));
    let until = world.now + 60_000;
    world.run_until(until);
    assert_eq!(world.places(ahead)[..2], [A, B]);
}

#[test]
fn an_answer_after_the_failover_finds_its_own_endpoint() {
    // The numbers of attempts tell which endpoint an outcome speaks of.
    let mut world = two();
    world.serve(A, &[reset()]);
    world.serve(B, &[silence()]);
    let call = world.get("/a");
    world.run_until(2000);
    let slot = world.calls[call].slot;
    world.engine.failed(slot, 1, Failure::Network, 2000);
    world.engine.answered(slot, 7, Answer { status: 200, ..Answer::default() }, None, 2000);
    assert_eq!((world.end(call), world.engine.output(slot)), (None, None), "neither is under way");
}

#[test]
fn g1_the_repeat_after_a_refresh_goes_to_the_endpoint_that_asked() {
    let options = r#"{ "rules": [{ "match": "/*", "deadline": false, "endpoints": { "urls": [
        { "url": "https://a.example" }, { "url": "https://b.example" }] } }] }"#;
    let mut world = World::with_auth(options, &[status(200)], 1);
    world.serve(A, &[status(401), status(200)]);
    let call = world.get("/a");
    world.run();
    assert_eq!((world.end(call), world.places(call)), (Some(End::Resolved(200)), vec![A, A]));
    // Nor elsewhere where others have refreshed meanwhile.
    world.serve(A, &[status(401), status(401).after(300), status(200)]);
    let (early, late) = (world.get("/early"), world.get("/late"));
    world.run();
    assert_eq!((world.places(early), world.places(late)), (vec![A, A], vec![A, A]));
}
