//! B11: the server's quota paces requests before it has to answer 429; cool-downs; who goes when they end.

use steadfetch::call::{Rejection, Request};
use steadfetch::fault::Kind;
use steadfetch::telemetry::timeline::{What, Why};

use crate::world::{APP, End, World, silence, status};

const PATIENT: &str = r#"{ "defaults": { "deadline": false } }"#;
const RULES: &str = r#"{ "defaults": { "deadline": false, "retry": { "base": 10, "cap": 10 } },
    "rules": [{ "match": "/a" }, { "match": "/b" }, { "match": "*://*/a" }] }"#;

#[test]
fn b11_no_request_beyond_what_is_left() {
    let mut world = World::new(PATIENT, &[status(200).quota(2, 3000), status(200)]);
    world.get("/");
    world.run();
    let calls: Vec<_> = (0..4).map(|n| world.get(&format!("/{n}"))).collect();
    let now = world.now;
    assert_eq!(
        calls.iter().filter(|call| world.times(**call) == [now]).count(),
        2,
        "what is left goes at once"
    );
    assert!(world.entries(calls[2]).iter().any(|entry| entry.why == Why::ServerHold));
    world.run();
    assert!(calls.iter().all(|call| world.end(*call) == Some(End::Resolved(200))));
    assert!(calls[2..].iter().all(|call| world.times(*call)[0] >= now + 3000), "{:?}", world.sent);
    assert_eq!(world.times(calls[3]), [now + 3000], "the newest first, exactly then");
}

#[test]
fn b11_of_that_rule_at_that_endpoint_only() {
    let mut world = World::new(RULES, &[status(200).quota(0, 5000), status(200)]);
    world.get("/a");
    world.run();
    let same = world.get("/a");
    let free = [world.get("/b"), world.get("/other"), world.get("https://other.example/a")];
    assert!(world.times(same).is_empty());
    assert!(free.iter().all(|call| world.times(*call) == [world.now]));
}

#[test]
fn b11_off_where_the_options_say_so() {
    let options = r#"{ "defaults": { "pacing": false } }"#;
    let mut world = World::new(options, &[status(200).quota(0, 5000)]);
    world.get("/");
    world.run();
    let call = world.get("/");
    assert_eq!(world.times(call), [world.now]);
}

#[test]
fn b11_retry_after_wins_over_the_quota() {
    // The quota is new in 1 s; the server wants 4 s. And the other way round.
    for (reset, wait) in [(1000, 4000), (4000, 1000)] {
        let limited = status(429).quota(0, reset).wait(wait);
        let mut world = World::new(PATIENT, &[limited, status(200)]);
        let call = world.get("/");
        world.run();
        let sent = world.times(call);
        assert_eq!(sent[1] - sent[0] - 5, if wait > reset { wait } else { reset }, "{sent:?}");
    }
}

#[test]
fn b11_requests_at_once_are_bounded_and_the_next_one_goes_when_one_ends() {
    let mut world = World::new(PATIENT, &[status(200).concurrent(2), status(200).after(100)]);
    world.get("/");
    world.run();
    let now = world.now;
    let calls: Vec<_> = (0..6).map(|n| world.get(&format!("/{n}"))).collect();
    assert_eq!(world.sent.len(), 3);
    world.run();
    let mut times: Vec<_> = calls.iter().map(|call| world.times(*call)[0] - now).collect();
    assert_eq!((times[5], times[2]), (100, 200), "the newest first");
    times.sort_unstable();
    assert_eq!(times, [0, 0, 100, 100, 200, 200], "without a gap");
}

#[test]
fn an_abort_of_a_held_call_and_of_the_one_ahead() {
    let mut world = World::new(PATIENT, &[status(200).concurrent(1), silence()]);
    world.get("/");
    world.run();
    let ahead = world.get("/ahead");
    let (first, second) = (world.get("/first"), world.get("/second"));
    world.abort(second);
    assert_eq!((world.end(second), world.times(second).len()), (Some(End::Rejected(Rejection::Aborted)), 0));
    assert!(world.times(first).is_empty());
    world.abort(ahead);
    assert_eq!(world.times(first), [world.now], "its place is free at once");
    assert!(world.endpoint(APP).held.is_empty());
}

#[test]
fn a_429_cools_its_rule_down_and_a_503_the_whole_endpoint() {
    for (code, others_go) in [(429, true), (503, false)] {
        let mut world = World::new(RULES, &[status(code).wait(5000), status(200)]);
        world.call("GET", "/a", Request::default(), r#"{ "retry": false }"#);
        world.run();
        let ended = world.now;
        let same = world.get("/a");
        let other = world.get("/b");
        let elsewhere = world.get("https://other.example/a");
        assert_eq!(world.times(same), [0; 0]);
        assert_eq!(world.times(other).len(), usize::from(others_go), "{code}");
        assert_eq!(world.times(elsewhere), [ended]);
        world.run();
        let first = world.times(same)[0].min(world.times(other)[0].max(if others_go { u64::MAX } else { 0 }));
        assert_eq!(first, ended + 5000, "{code}: never earlier");
    }
}

#[test]
fn when_a_pause_ends_the_newest_goes_then_and_the_others_after_it() {
    let mut world = World::new(PATIENT, &[status(429).wait(5000), status(200)]);
    world.call("GET", "/", Request::default(), r#"{ "retry": false }"#);
    world.run();
    let over = world.now + 5000;
    let calls: Vec<_> = (0..30).map(|n| world.get(&format!("/{n}"))).collect();
    world.run();
    let times: Vec<_> = calls.iter().rev().map(|call| world.times(*call)[0] - over).collect();
    assert_eq!(times[0], 0);
    assert!(times.windows(2).all(|pair| pair[0] <= pair[1]), "the newest first: {times:?}");
    assert!(*times.last().unwrap() <= 3_000, "{times:?}");
    // Spread: no fifth of the time has more than half of them.
    let crowd = (0..5).map(|part| times.iter().filter(|at| **at / 601 == part).count()).max();
    assert!(crowd.unwrap() <= 15, "{times:?}");
}

#[test]
fn a_held_call_whose_deadline_is_near_goes_before_it() {
    let mut world = World::new(PATIENT, &[status(429).wait(5000), status(200)]);
    world.call("GET", "/", Request::default(), r#"{ "retry": false }"#);
    world.run();
    let tight = r#"{ "deadline": 5200, "attemptTimeout": 5200 }"#;
    let calls: Vec<_> = (0..10).map(|_| world.call("GET", "/", Request::default(), tight)).collect();
    world.run();
    assert!(calls.iter().all(|call| world.end(*call) == Some(End::Resolved(200))));
}

#[test]
fn a_pause_beyond_the_deadline_refuses_at_once_and_says_when() {
    let mut world = World::new("{}", &[status(503).wait(60_000)]);
    let first = world.get("/");
    world.run();
    assert_eq!(world.end(first), Some(End::Resolved(503)));
    let until = world.now + 60_000;
    let call = world.get("/");
    let seen = &world.calls[call];
    assert_eq!((seen.end, seen.ended), (Some(End::Rejected(Rejection::Refused)), world.now));
    assert_eq!((seen.fault, seen.retry_at), (Some(Kind::DeadlineTooShort), Some(until)));
    assert!(seen.says(What::Refused, Why::ServerHold));
}

#[test]
fn absurd_times_of_a_server_close_nothing_for_longer_than_an_hour() {
    let absurd = [3_600_001, 56_000 * 365 * 86_400_000, u64::MAX / 2, u64::MAX];
    for wait in absurd {
        for reply in [status(429).wait(wait), status(503).wait(wait), status(200).quota(0, wait)] {
            let mut world = World::new(PATIENT, &[reply, status(200)]);
            let call =
                world.call("GET", "/", Request::default(), r#"{ "deadline": 1000, "attemptTimeout": 500 }"#);
            world.run();
            assert!(matches!(world.end(call), Some(End::Resolved(_))), "{wait}");
            world.now += 3_600_000;
            let call = world.get("/");
            world.run();
            assert_eq!((world.end(call), world.times(call).len()), (Some(End::Resolved(200)), 1), "{wait}");
        }
    }
}
