//! New rules at run time, and keys.

use steadfetch::call::Request;
use steadfetch::policy::breaker::State;
use steadfetch::policy::lint::lint;
use steadfetch::policy::options::{Options, Rules};
use steadfetch::policy::settings::Id;

use crate::world::{APP, End, World, silence, status, tree};

fn rules(json: &str) -> Rules {
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

#[test]
fn a_document_lies_over_the_options_and_under_every_rule() {
    let own = rules(
        r#"{ "defaults": { "attemptTimeout": 1000, "deadline": 9000, "retry": { "attempts": 2 } },
            "rules": [{ "match": "/a", "retry": { "attempts": 6 } }, { "match": "/b" }] }"#,
    );
    let read = |json| Rules::document(&tree(json), &own);
    let document = read(
        r#"{ "version": 1, "defaults": { "retry": { "attempts": 3 } }, "rules": [{ "match": "/b", "deadline": 5000 }] }"#,
    );
    let mut world = World::new("{}", &[status(500)]);
    world.tell(|engine, _| engine.configure(document.unwrap().unwrap().over(&own)));
    let mut policy = |path: &str| {
        let lane = world.engine.lane("GET", &format!("{APP}{path}")).unwrap();
        let policy = &world.engine.lanes().get(lane).unwrap().policy;
        let number = |id| policy.whole(id);
        (number(Id::AttemptTimeout), number(Id::Deadline), number(Id::RetryAttempts))
    };
    assert_eq!(policy("/c"), (1000, 9000, 3), "its defaults over the options' own");
    assert_eq!(policy("/a"), (1000, 9000, 6), "the options' rules over its defaults");
    assert_eq!(policy("/b"), (1000, 5000, 3), "its rules first");
    assert_eq!(read(r#"{ "version": 1, "enabled": false }"#), Ok(None));
    let wrong =
        read(r#"{ "version": 2, "defaults": { "attemptTimeout": 20000 }, "rules": {} }"#).unwrap_err();
    let paths: Vec<_> = wrong.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(
        paths,
        ["version", "rules", "defaults.attemptTimeout"],
        "held against the options' deadline too"
    );
    let findings = lint(world.engine.lanes().rules());
    let names: Vec<_> = findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert!(names.contains(&"remotePolicy.rules[0] /b") && names.contains(&"rules[0] /a"), "{names:?}");
}

#[test]
fn a_rule_keeps_its_place_and_its_cool_down_wherever_it_stands() {
    let one = r#"{ "defaults": { "retry": false, "deadline": 2000 }, "rules": [{ "match": "/a" }] }"#;
    let two = r#"{ "defaults": { "retry": false, "deadline": 2000 },
        "rules": [{ "match": "/b" }, { "match": "/a" }, { "match": { "url": "/a", "methods": ["POST"] } }] }"#;
    let mut world = World::new(one, &[status(429).wait(60_000)]);
    world.get("/a");
    world.run();
    let told = world.engine.told_of_rules(0, world.clocks());
    assert_eq!(told.len(), 1);
    world.serve_all(&[status(200)]);
    world.tell(|engine, _| engine.configure(rules(two)));
    let (cooled, other) = (world.get("/a"), world.get("/b"));
    world.run();
    assert_eq!((world.times(cooled).len(), world.times(other).len()), (0, 1));
    // Another tab, with other rules in another order.
    let mut tab = World::new(two, &[status(200)]);
    tab.now = world.now;
    let clocks = tab.clocks();
    for (rule, until) in told {
        tab.tell(|engine, _| engine.hear_of_rule(APP, rule, until, clocks));
        tab.tell(|engine, _| engine.hear_of_rule(APP, rule ^ 1, until, clocks));
    }
    let (cooled, other) = (tab.get("/a"), tab.get("/b"));
    tab.run();
    assert_eq!((tab.times(cooled).len(), tab.times(other).len()), (0, 1));
}
