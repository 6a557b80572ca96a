//! K1: as many calls of a rule in flight as it allows, some more in a queue, the rest refused.

use steadfetch::call::{Rejection, Request};
use steadfetch::fault::Kind;
use steadfetch::policy::options::Options;
use steadfetch::telemetry::timeline::{What, Why};

use crate::world::{End, World, silence, status, tree};

const TWO: &str = r#"{ "rules": [
    { "match": "/reports/*", "bulkhead": { "concurrent": 2, "queue": 2 }, "retry": false, "breaker": false }
] }"#;

#[test]
fn k1_first_in_first_out_and_beyond_that_refused() {
    let mut world = World::new(TWO, &[status(200).after(100)]);
    let calls: Vec<_> = (0..5).map(|n| world.get(&format!("/reports/{n}"))).collect();
    let other = world.get("/orders");
    assert_eq!(world.sent.len(), 3, "two reports, and what is not under the rule");
    assert_eq!(world.end(calls[4]), Some(End::Rejected(Rejection::Refused)));
    assert_eq!(world.calls[calls[4]].fault, Some(Kind::BusyHere));
    assert!(world.calls[calls[4]].says(What::Refused, Why::Full));
    assert!(world.entries(calls[2]).iter().any(|entry| entry.why == Why::Queued));
    world.run();
    assert_eq!((world.times(calls[2]), world.times(calls[3])), (vec![1100], vec![1100]));
    let order: Vec<_> = world.sent.iter().map(|sent| sent.call).collect();
    assert_eq!(order, [calls[0], calls[1], other, calls[2], calls[3]]);
    // All places are free again.
    let again: Vec<_> = (0..5).map(|_| world.get("/reports/again")).collect();
    world.run();
    let refused = again.iter().filter(|call| world.calls[**call].fault == Some(Kind::BusyHere)).count();
    assert_eq!(refused, 1);
}

#[test]
fn k1_an_abort_frees_the_place_at_once_in_flight_and_in_the_queue() {
    let mut world = World::new(TWO, &[silence()]);
    let calls: Vec<_> = (0..4).map(|_| world.get("/reports/a")).collect();
    world.abort(calls[2]);
    assert_eq!(world.sent.len(), 2, "it had not been sent");
    let next = world.get("/reports/a");
    assert_eq!(world.end(next), None, "the queue has a place again");
    world.abort(calls[0]);
    assert_eq!(world.times(calls[3]), [1000]);
    assert!(world.times(next).is_empty(), "in order");
    world.abort(calls[1]);
    assert_eq!(world.times(next), [1000]);
}

#[test]
fn a_deadline_in_the_queue_frees_the_place_too() {
    let mut world = World::new(TWO, &[silence()]);
    let limits = r#"{ "deadline": 5000, "attemptTimeout": 5000 }"#;
    let calls: Vec<_> = (0..4).map(|_| world.call("GET", "/reports/a", Request::default(), limits)).collect();
    world.run();
    assert!(calls.iter().all(|call| world.end(*call) == Some(End::Rejected(Rejection::Timeout))));
    assert!(world.calls.iter().all(|call| call.ended == 6000));
    let again = world.get("/reports/a");
    assert_eq!(world.times(again), [6000]);
}

#[test]
fn a_call_keeps_its_place_through_retries_and_a_refused_one_gives_it_back() {
    let options = r#"{ "defaults": { "bulkhead": { "concurrent": 1, "queue": 10 }, "deadline": false,
        "retry": { "attempts": 2, "base": 100, "cap": 100 },
        "breaker": { "consecutive": 2, "whileOpen": "refuse", "open": 60000, "openCap": 60000 } } }"#;
    let mut world = World::new(options, &[status(500)]);
    let calls: Vec<_> = (0..6).map(|_| world.get("/a")).collect();
    world.run();
    assert_eq!(world.sent.len(), 2, "the first one's attempts open the breaker");
    assert_eq!(world.end(calls[0]), Some(End::Resolved(500)));
    assert!(calls[1..].iter().all(|call| world.calls[*call].fault == Some(Kind::CircuitOpen)));
    let late = world.get("/a");
    assert_eq!(world.calls[late].fault, Some(Kind::CircuitOpen), "not busy: no place has leaked");
}

#[test]
fn an_answer_whose_body_nobody_reads_keeps_no_place() {
    let options = r#"{ "defaults": { "idleTimeout": 1000, "bulkhead": { "concurrent": 1, "queue": 1 } } }"#;
    let mut world = World::new(options, &[status(200)]);
    let (first, second) = (world.get("/a"), world.get("/b"));
    world.run();
    assert!(world.calls[first].reading && world.calls[second].reading);
    let third = world.get("/c");
    assert_eq!(world.times(third), [world.now]);
}

#[test]
fn a_long_queue_that_is_refused_at_once_does_not_pile_up() {
    let options = r#"{ "defaults": { "bulkhead": { "concurrent": 1, "queue": 10000 }, "retry": false, "deadline": false,
        "breaker": { "consecutive": 1, "whileOpen": "refuse", "open": 60000, "openCap": 60000 } } }"#;
    // A browser gives Wasm about a megabyte of stack; a build without optimisation needs several times as much.
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
        let options = Options::read(&tree(options)).unwrap();
        let mut engine = steadfetch::engine::Engine::new(options, 1, "https://app.example");
        let lane = engine.lane("GET", "https://app.example/a").unwrap();
        let slots: Vec<_> =
            (0..10_001).map(|serial| engine.admit(lane, Request::default(), serial, 0)).collect();
        engine.output(slots[0]);
        let answer = steadfetch::call::Answer { status: 500, ..Default::default() };
        engine.answered(slots[0], 1, answer, None, 5);
        let kind = |slot: &u32| engine.known(*slot).and_then(|known| known.fault).map(|fault| fault.kind);
        assert!(slots[1..].iter().all(|slot| kind(slot) == Some(Kind::CircuitOpen)));
    });
    thread.unwrap().join().unwrap();
}

#[test]
fn nobody_overtakes_those_who_wait_when_new_rules_have_more_room() {
    let rules = |most: u32| {
        format!(
            r#"{{ "rules": [{{ "match": "/*", "retry": false, "bulkhead": {{ "concurrent": {most}, "queue": 9 }} }}] }}"#
        )
    };
    let mut world = World::new(&rules(1), &[status(200).after(100)]);
    let (first, waiting) = (world.get("/1"), world.get("/2"));
    let more = Options::read(&tree(&rules(2))).unwrap().rules;
    world.tell(|engine, _| engine.configure(more));
    let late = world.get("/3");
    world.run();
    let order = [first, waiting, late].map(|call| world.times(call)[0]);
    assert!(order[0] < order[1] && order[1] <= order[2], "{order:?}");
}
