//! New rules at run time, and keys.

use steadfetch::call::Request;
use steadfetch::policy::breaker::State;
use steadfetch::policy::options::Options;

use crate::world::{APP, End, World, silence, status, tree};

fn rules(json: &str) -> steadfetch::policy::options::Rules {
    Options::read(&tree(json)).unwrap().rules
}

#[test]
fn calls_in_flight_keep_their_rules_and_new_ones_have_the_new() {
    let options = r#"{ "defaults": { "breaker": false, "deadline": false, "attemptTimeout": 1000,
        "retry": { "attempts": 4, "base": 1, "cap": 1 } } }"#;
    let mut world = World::new(options, &[status(500).after(100)]);
    let old = world.get("/a");
    world.tell(|engine, _| {
        engine.configure(rules(r#"{ "defaults": { "breaker": false, "retry": false } }"#));
    });
    let new = world.get("/a");
    world.run();
    assert_eq!((world.times(old).len(), world.times(new).len()), (4, 1));
}

#[test]
fn breakers_and_places_go_on() {
    let options = r#"{ "defaults": { "retry": false, "deadline": false, "bulkhead": { "concurrent": 1, "queue": 5 },
        "breaker": { "consecutive": 1, "open": 60000, "openCap": 60000, "whileOpen": "refuse" } } }"#;
    let mut world = World::new(options, &[silence()]);
    let (first, queued) = (world.get("/a"), world.get("/b"));
    world.tell(|engine, _| engine.configure(rules(options)));
    let later = world.get("/c");
    assert_eq!(world.sent.len(), 1);
    world.abort(first);
    assert_eq!((world.times(queued).len(), world.times(later).len()), (1, 0), "in order still");
    world.serve_all(&[status(500)]);
    world.abort(queued);
    world.run();
    assert!(matches!(world.breaker(APP), State::Open { .. }));
    world.tell(|engine, _| engine.configure(rules(options)));
    let refused = world.get("/d");
    assert!(world.end(refused).is_some() && world.times(refused).is_empty());
}

#[test]
fn calls_that_wait_go_on_after_the_rules_have_changed() {
    let options =
        r#"{ "rules": [{ "match": "/a", "deadline": false, "bulkhead": { "concurrent": 1, "queue": 9 } }] }"#;
    let mut world = World::new(options, &[status(200).after(50)]);
    let calls: Vec<_> = (0..5).map(|_| world.get("/a")).collect();
    world.tell(|engine, _| engine.configure(rules("{}")));
    let free = world.get("/a");
    assert_eq!(world.times(free), [1000]);
    world.run();
    assert!(calls.iter().all(|call| world.end(*call) == Some(End::Resolved(200))));
}

#[test]
fn a_409_to_a_key_of_ours_is_waited_out_and_a_422_stops() {
    let on = r#"{ "defaults": { "idempotency": {}, "retry": { "base": 10, "cap": 10 } } }"#;
    let keyed = Request { keyed: true, ..Request::default() };
    let attempts = |options: &str, code: u16, request: Request| {
        let mut world = World::new(options, &[status(code), status(200)]);
        let call = world.call("POST", "/a", request, "null");
        world.run();
        (world.times(call).len(), world.end(call))
    };
    assert_eq!(attempts(on, 409, keyed), (2, Some(End::Resolved(200))));
    assert_eq!(attempts(on, 422, keyed), (1, Some(End::Resolved(422))));
    assert_eq!(attempts("{}", 409, keyed), (1, Some(End::Resolved(409))), "a key of the app's own");
    assert_eq!(attempts(on, 409, Request::default()), (1, Some(End::Resolved(409))));
}

#[test]
fn the_budget_bounds_retries_and_timeouts_cost_twice() {
    let options = r#"{ "defaults": { "deadline": false, "breaker": false, "attemptTimeout": 100,
        "retry": { "attempts": 20, "base": 1, "cap": 1 }, "budget": { "capacity": 6, "refill": 0.5 } } }"#;
    let mut world = World::new(options, &[status(500)]);
    let call = world.get("/a");
    world.run();
    assert_eq!(world.times(call).len(), 7);
    let mut world = World::new(options, &[silence()]);
    let call = world.get("/a");
    world.run();
    assert_eq!(world.times(call).len(), 4);
    // Four successes pay for two more.
    world.serve_all(&[status(200)]);
    for _ in 0..4 {
        world.get("/a");
        world.run();
    }
    world.serve_all(&[status(500)]);
    let call = world.get("/a");
    world.run();
    assert_eq!(world.times(call).len(), 3);
    let elsewhere = world.get("https://other.example/a");
    world.run();
    assert_eq!(world.times(elsewhere).len(), 7, "each endpoint has a budget of its own");
}
