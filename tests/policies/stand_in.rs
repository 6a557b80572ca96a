//! What answers without the network or in place of it: stored copies (I1–I4), the outbox, fallbacks, features that are off.

use steadfetch::call::{Found, Level, Output, Rejection, Request};
use steadfetch::fault::{Impact, Kind};
use steadfetch::telemetry::timeline::{What, Why};

use crate::world::{End, Reply, World, offline, reset, silence, status};

const FRESH: Found = Found { fresh: true, stale: true, meanwhile: true, age: Some(1_000) };
const STALE: Found = Found { fresh: false, stale: true, meanwhile: true, age: Some(60_000) };
/// Past the time for which it may be served while the network is asked.
const OLD: Found = Found { meanwhile: false, ..STALE };
const NONE: Found = Found { fresh: false, stale: false, meanwhile: false, age: None };

const READS: Request = Request { looks: true, ..NOTHING };
const NOTHING: Request = Request {
    slow_body: false,
    streamed: false,
    keyed: false,
    integrity: false,
    repeatable: false,
    idempotent: false,
    write: false,
    is_get: false,
    progress: false,
    looks: false,
    fallback: false,
    behind: false,
    sent: false,
    background: false,
    level: Level::Full,
};

/// Two attempts, quickly; this strategy.
fn cached(strategy: &str, more: &str, copy: Found, replies: &[Reply]) -> World {
    let options = format!(
        r#"{{ "defaults": {{ "retry": {{ "attempts": 2, "base": 10, "cap": 10 }}, "breaker": false,
            "cache": {{ "strategy": "{strategy}" {more} }} }} }}"#
    );
    let mut world = World::new(&options, replies);
    world.copy = (5, copy);
    world
}

fn read(world: &mut World, request: Request) -> usize {
    let call = world.call("GET", "/list", request, "null");
    world.run();
    call
}

#[test]
fn i1_network_first_asks_the_network_even_where_a_copy_is_fresh() {
    let mut world = cached("network-first", "", FRESH, &[status(200).after(300)]);
    let call = read(&mut world, READS);
    assert_eq!((world.end(call), world.sent.len()), (Some(End::Resolved(200)), 1));
    assert_eq!((world.calls[call].source, world.calls[call].served), ("network", None));
}

#[test]
fn i1_a_failure_is_answered_by_the_copy_and_counts_as_degraded() {
    for (copy, source) in [(FRESH, "cache"), (STALE, "stale-cache")] {
        for replies in [[status(503)], [reset()], [offline()], [status(500)], [status(504)]] {
            let mut world = cached("network-first", "", copy, &replies);
            let call = read(&mut world, READS);
            let seen = &world.calls[call];
            assert_eq!((seen.end, seen.source), (Some(End::Served), source));
            assert_eq!((seen.attempts, seen.impact), (2, Some(Impact::Degraded)), "all attempts come first");
            assert!(seen.says(What::Cache, Why::CopyInstead));
        }
    }
}

#[test]
fn i1_a_failure_before_the_look_up_is_over_waits_for_it() {
    let mut world = cached("network-first", "", STALE, &[reset()]);
    world.copy.0 = 2_000;
    let call = read(&mut world, READS);
    assert_eq!((world.end(call), world.calls[call].served), (Some(End::Served), Some(3_000)));
    let mut world = cached("network-first", "", NONE, &[reset()]);
    world.copy.0 = 2_000;
    let call = read(&mut world, READS);
    assert_eq!(
        world.end(call),
        Some(End::Rejected(Rejection::Native)),
        "the failure itself where there is none"
    );
    assert_eq!((world.calls[call].source, world.calls[call].impact), ("none", Some(Impact::Blocked)));
}

#[test]
fn i2_after_the_head_start_the_copy_is_served_and_the_network_goes_on() {
    let head_start = r#", "headStart": 100"#;
    let mut world = cached("network-first", head_start, STALE, &[status(200).after(300)]);
    let call = read(&mut world, READS);
    assert_eq!(world.calls[call].served, Some(1_100));
    assert_eq!(world.end(call), Some(End::Resolved(200)), "its answer is there to be stored");
    assert_eq!(world.calls[call].source, "stale-cache", "and its caller has the copy");
    // In time.
    let mut world = cached("network-first", head_start, STALE, &[status(200).after(90)]);
    let call = read(&mut world, READS);
    assert_eq!((world.calls[call].served, world.calls[call].source), (None, "network"));
    // No copy: it waits on.
    let mut world = cached("network-first", head_start, NONE, &[status(200).after(300)]);
    let call = read(&mut world, READS);
    assert_eq!((world.calls[call].served, world.calls[call].source), (None, "network"));
    // The look-up takes longer than the head start.
    let mut world = cached("network-first", head_start, STALE, &[status(200).after(300)]);
    world.copy.0 = 200;
    let call = read(&mut world, READS);
    assert_eq!(world.calls[call].served, Some(1_200));
    // A copy that may stand in for a failure alone waits for it.
    let mut world = cached("network-first", head_start, OLD, &[status(200).after(300)]);
    let call = read(&mut world, READS);
    assert_eq!((world.calls[call].served, world.calls[call].source), (None, "network"));
    // Without a head start, every copy does.
    let mut world = cached("network-first", "", STALE, &[status(200).after(5_000)]);
    let call = read(&mut world, READS);
    assert_eq!(world.calls[call].served, None);
}

#[test]
fn i2_what_fails_after_the_copy_was_served_is_no_second_answer() {
    let mut world = cached("network-first", r#", "headStart": 100"#, STALE, &[reset().after(300)]);
    let call = read(&mut world, READS);
    assert_eq!(world.calls[call].served, Some(1_100));
    assert_eq!(
        (world.end(call), world.calls[call].impact),
        (Some(End::Rejected(Rejection::Native)), Some(Impact::Degraded))
    );
    assert_eq!((world.calls[call].source, world.calls[call].fault), ("stale-cache", Some(Kind::Unreachable)));
}

#[test]
fn i3_cache_first_serves_what_is_fresh_and_asks_for_what_is_not() {
    let mut world = cached("cache-first", "", FRESH, &[status(200)]);
    let call = read(&mut world, READS);
    assert_eq!((world.end(call), world.sent.len()), (Some(End::Served), 0));
    assert_eq!((world.calls[call].source, world.calls[call].fault), ("cache", None));
    for copy in [STALE, NONE] {
        let mut world = cached("cache-first", "", copy, &[status(200)]);
        let call = read(&mut world, READS);
        assert_eq!((world.end(call), world.sent.len()), (Some(End::Resolved(200)), 1));
    }
    let mut world = cached("cache-first", "", STALE, &[status(503)]);
    let call = read(&mut world, READS);
    assert_eq!((world.end(call), world.calls[call].source), (Some(End::Served), "stale-cache"));
}

#[test]
fn i3_stale_while_revalidate_serves_at_once_and_asks_where_it_is_stale() {
    let mut world = cached("stale-while-revalidate", "", FRESH, &[status(200)]);
    let call = read(&mut world, READS);
    assert_eq!((world.end(call), world.sent.len()), (Some(End::Served), 0));
    let mut world = cached("stale-while-revalidate", "", STALE, &[status(200).after(400)]);
    let call = read(&mut world, READS);
    assert_eq!((world.calls[call].served, world.end(call)), (Some(1_005), Some(End::Resolved(200))));
    assert_eq!((world.sent.len(), world.calls[call].source), (1, "stale-cache"));
    for copy in [OLD, NONE] {
        let mut world = cached("stale-while-revalidate", "", copy, &[status(200)]);
        let call = read(&mut world, READS);
        assert_eq!(world.calls[call].source, "network", "the window for failures is another one");
    }
    let mut world = cached("stale-while-revalidate", "", OLD, &[status(503)]);
    let call = read(&mut world, READS);
    assert_eq!((world.end(call), world.calls[call].source), (Some(End::Served), "stale-cache"));
}

#[test]
fn i4_other_errors_are_the_answer_and_a_429_only_by_the_rules_own_word() {
    for other in [404, 400, 401, 403, 410, 422, 501, 505] {
        let mut world = cached("network-first", "", FRESH, &[status(other)]);
        let call = read(&mut world, READS);
        assert_eq!((world.end(call), world.calls[call].served), (Some(End::Resolved(other)), None));
    }
    let mut world = cached("network-first", "", FRESH, &[status(429)]);
    let call = read(&mut world, READS);
    assert_eq!(world.end(call), Some(End::Resolved(429)));
    let mut world = cached("network-first", r#", "staleIfError": 90000"#, FRESH, &[status(429)]);
    let call = read(&mut world, READS);
    assert_eq!(world.end(call), Some(End::Served));
}

#[test]
fn a_good_answer_that_is_late_or_never_comes_is_replaced_by_the_copy() {
    let mut world = cached("network-first", "", STALE, &[silence()]);
    let call = read(&mut world, READS);
    assert_eq!((world.end(call), world.calls[call].fault), (Some(End::Served), Some(Kind::Timeout)));
}

#[test]
fn an_open_breaker_does_not_keep_those_waiting_who_have_a_copy() {
    let options = r#"{ "defaults": { "retry": false, "breaker": { "consecutive": 1, "open": 4000, "openCap": 4000 },
        "cache": { "strategy": "network-first" } } }"#;
    for look_up in [0, 5] {
        let mut world = World::new(options, &[reset()]);
        world.copy = (look_up, NONE);
        world.call("GET", "/a", READS, "null");
        world.run();
        world.copy.1 = STALE;
        let since = world.now;
        let call = read(&mut world, READS);
        assert_eq!((world.end(call), world.sent.len()), (Some(End::Served), 1));
        assert_eq!(world.calls[call].served, Some(since + look_up));
        assert_eq!(world.calls[call].fault, Some(Kind::CircuitOpen));
    }
}

#[test]
fn nor_does_a_long_pause_that_the_server_asked_for_though_a_short_one_does() {
    for (pause, end) in [(3_000, End::Served), (800, End::Resolved(200))] {
        let mut world = World::new(
            r#"{ "defaults": { "retry": false, "cache": { "strategy": "network-first" } } }"#,
            &[status(503).wait(pause), status(200)],
        );
        let first = world.call("GET", "/a", NOTHING, "null");
        world.run();
        assert_eq!(world.end(first), Some(End::Resolved(503)));
        world.copy = (0, STALE);
        let call = read(&mut world, READS);
        assert_eq!(world.end(call), Some(end), "a pause of {pause} ms");
    }
}

#[test]
fn an_abort_ends_a_call_wherever_it_stands() {
    // While it looks, while its copy is out and the network goes on, while the outbox is asked.
    let looking = cached("cache-first", "", STALE, &[status(200)]);
    let mut served = cached("stale-while-revalidate", "", STALE, &[silence()]);
    served.copy.0 = 0;
    for mut world in [looking, served] {
        let call = world.call("GET", "/list", READS, "null");
        world.run_until(world.now + 1);
        world.abort(call);
        assert_eq!(
            (world.end(call), world.calls[call].fault),
            (Some(End::Rejected(Rejection::Aborted)), Some(Kind::Cancelled))
        );
        assert_eq!(world.calls[call].impact, Some(Impact::None));
    }
    let mut world = kept(&[reset()]);
    let call = world.call("POST", "/order", NOTHING, "null");
    while world.calls[call].asked.is_empty() {
        let next = world.next_event().unwrap();
        world.step(next);
    }
    world.abort(call);
    assert_eq!(world.end(call), Some(End::Rejected(Rejection::Aborted)));
}

/// Writes are kept for later.
fn kept(replies: &[Reply]) -> World {
    let options = r#"{ "defaults": { "retry": { "attempts": 2, "base": 10, "cap": 10 }, "breaker": false, "outbox": {} } }"#;
    World::new(options, replies)
}

#[test]
fn a_write_that_fails_for_want_of_a_network_is_kept() {
    for reply in [reset(), offline(), status(503), status(504), status(429), status(408), silence()] {
        let mut world = kept(&[reply]);
        let call = world.call("POST", "/order", NOTHING, "null");
        world.run();
        let seen = &world.calls[call];
        assert_eq!((seen.end, seen.source), (Some(End::StoodIn), "outbox"));
        assert_eq!((&*seen.asked, seen.impact), (&[Output::Queue][..], Some(Impact::Degraded)));
        assert!(seen.says(What::Queued, Why::Stored));
    }
    for answer in [500, 501, 400, 404, 409, 422] {
        let mut world = kept(&[status(answer)]);
        let call = world.call("POST", "/order", NOTHING, "null");
        world.run();
        assert_eq!((world.end(call), world.calls[call].asked.len()), (Some(End::Resolved(answer)), 0));
    }
}

#[test]
fn a_write_that_cannot_be_kept_is_at_risk_and_ends_as_it_would() {
    let mut world = kept(&[status(503)]);
    world.stand_ins = [(5, false)].into();
    let call = world.call("PUT", "/order", NOTHING, "null");
    world.run();
    let seen = &world.calls[call];
    assert_eq!((seen.end, seen.impact), (Some(End::Resolved(503)), Some(Impact::DataAtRisk)));
    assert!(seen.says(What::Queued, Why::NotStored));
}

#[test]
fn reads_are_not_kept() {
    let mut world = kept(&[reset()]);
    let call = read(&mut world, NOTHING);
    assert_eq!((world.end(call), world.calls[call].asked.len()), (Some(End::Rejected(Rejection::Native)), 0));
}

#[test]
fn a_write_behind_others_is_kept_without_an_attempt_or_goes_its_own_way() {
    let behind = Request { behind: true, ..NOTHING };
    let mut world = kept(&[status(200)]);
    let call = world.call("POST", "/order", behind, "null");
    world.run();
    assert_eq!((world.end(call), world.sent.len()), (Some(End::StoodIn), 0));
    assert_eq!(world.calls[call].fault, None);
    let mut world = kept(&[status(200)]);
    world.stand_ins = [(5, false)].into();
    let call = world.call("POST", "/order", behind, "null");
    world.run();
    assert_eq!((world.end(call), world.sent.len()), (Some(End::Resolved(200)), 1));
}

#[test]
fn the_outbox_comes_before_the_fallback_and_a_copy_before_it() {
    let mut world = kept(&[reset()]);
    world.stand_ins = [(5, false), (5, true)].into();
    let call = world.call("POST", "/order", Request { fallback: true, ..NOTHING }, "null");
    world.run();
    assert_eq!(world.calls[call].asked, [Output::Queue, Output::Fallback]);
    assert_eq!((world.end(call), world.calls[call].source), (Some(End::StoodIn), "fallback"));
    let mut world = cached("network-first", "", STALE, &[reset()]);
    let call = read(&mut world, Request { fallback: true, ..READS });
    assert_eq!((world.end(call), world.calls[call].asked.len()), (Some(End::Served), 0));
    let mut world = cached("network-first", "", NONE, &[reset()]);
    let call = read(&mut world, Request { fallback: true, ..READS });
    assert_eq!((world.end(call), world.calls[call].source), (Some(End::StoodIn), "fallback"));
    assert!(
        world.calls[call].says(What::Cache, Why::NoCopy)
            && world.calls[call].says(What::Fallback, Why::StoodIn)
    );
}

#[test]
fn a_fallback_that_fails_leaves_the_failure() {
    let mut world = World::new(r#"{ "defaults": { "retry": false, "idleTimeout": 500 } }"#, &[status(503)]);
    world.stand_ins = [(5, false)].into();
    let call = world.call("GET", "/list", Request { fallback: true, ..NOTHING }, "null");
    world.run();
    assert!(world.calls[call].reading, "the last real answer, whose body is watched as asked");
    assert!(world.entries(call).iter().any(|entry| entry.why == Why::FallbackFailed));
    for (answer, asked) in [(404, 0), (422, 0), (503, 1)] {
        let mut world = World::new(r#"{ "defaults": { "retry": false } }"#, &[status(answer)]);
        let call = world.call("GET", "/list", Request { fallback: true, ..NOTHING }, "null");
        world.run();
        assert_eq!(world.calls[call].asked.len(), asked, "status {answer}");
    }
}

#[test]
fn a_reduced_feature_takes_a_copy_at_once_and_one_that_is_off_sends_nothing() {
    let reduced = Request { level: Level::Reduced, ..READS };
    let mut world = cached("network-first", "", STALE, &[status(200)]);
    let call = read(&mut world, reduced);
    assert_eq!((world.end(call), world.sent.len()), (Some(End::Served), 0));
    let mut world = cached("network-first", "", NONE, &[status(200)]);
    let call = read(&mut world, reduced);
    assert_eq!((world.end(call), world.sent.len()), (Some(End::Resolved(200)), 1));
    for (copy, end) in [(STALE, End::Served), (NONE, End::Rejected(Rejection::Refused))] {
        let mut world = cached("network-first", "", copy, &[status(200)]);
        let call = read(&mut world, Request { level: Level::Off, ..READS });
        assert_eq!((world.end(call), world.sent.len()), (Some(end), 0));
        assert_eq!(world.calls[call].fault, Some(Kind::CircuitOpen));
        assert!(world.calls[call].says(What::Refused, Why::FeatureOff));
    }
    let mut world = World::new("{}", &[status(200)]);
    let call = read(&mut world, Request { level: Level::Off, ..NOTHING });
    assert_eq!((world.end(call), world.sent.len()), (Some(End::Rejected(Rejection::Refused)), 0));
    let call = read(&mut world, Request { level: Level::Off, fallback: true, ..NOTHING });
    assert_eq!((world.end(call), world.sent.len()), (Some(End::StoodIn), 0));
}

#[test]
fn the_whole_chain_is_told_step_by_step() {
    let options = r#"{ "rules": [{ "match": "/*",
        "retry": { "attempts": 2, "base": 10, "cap": 10 }, "breaker": false,
        "cache": { "strategy": "network-first" },
        "endpoints": { "urls": [{ "url": "https://first.example" }, { "url": "https://second.example" }] } }] }"#;
    let steps = |copy, fallback| {
        let mut world = World::new(options, &[reset()]);
        world.copy = (5, copy);
        world.stand_ins = [(5, fallback)].into();
        let call = read(&mut world, Request { fallback: true, ..READS });
        assert_eq!(world.places(call), ["https://first.example", "https://second.example"]);
        let steps: Vec<_> = world.calls[call].entries.iter().map(|entry| entry.what).collect();
        (steps, world.end(call), world.calls[call].source)
    };
    use What::{Attempt, Cache, Done, Failover, Failure, Fallback, Refused, Start, Wait};
    let network = [Start, Attempt, Failure, Wait, Failover, Attempt, Failure, Refused];
    assert_eq!(
        steps(STALE, true),
        ([&network[..], &[Cache, Done]].concat(), Some(End::Served), "stale-cache")
    );
    let fallback = [&network[..], &[Cache, Fallback, Done]].concat();
    assert_eq!(steps(NONE, true), (fallback.clone(), Some(End::StoodIn), "fallback"));
    assert_eq!(steps(NONE, false), (fallback, Some(End::Rejected(Rejection::Native)), "none"));
}
