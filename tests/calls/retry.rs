//! Group A: what is tried again, and how often.

use steadfetch::call::{Failure, Output, Rejection, Request};
use steadfetch::fault::Kind;
use steadfetch::notice::State;
use steadfetch::telemetry::timeline::{What, Why};

use crate::world::{End, Reply, World, status, wait};

const QUICK: &str = r#"{ "defaults": { "retry": { "attempts": 3, "base": 20, "cap": 50 } } }"#;

#[test]
fn a1_two_failures_then_success() {
    let story = World::new(QUICK, &[status(500), status(500), status(200)]).run();
    assert_eq!((story.end.clone(), story.requests(), story.fault), (End::Resolved(200), 3, None));
    assert_eq!(story.discarded, 2, "F5: bodies of answers that nobody reads are let go");
}

#[test]
fn a2_failure_for_ever_resolves_with_the_last_answer_or_rejects_if_asked() {
    let story = World::new(QUICK, &[status(500)]).run();
    assert_eq!((story.end.clone(), story.requests()), (End::Resolved(500), 3));
    assert_eq!(story.fault, Some(Kind::ServerError));
    assert!(story.says(What::Refused, Why::AttemptsUsedUp));
    let story =
        World::new(r#"{ "defaults": { "throwHttpErrors": true, "retry": false } }"#, &[status(404)]).run();
    assert_eq!(story.end, End::Rejected(Rejection::Http));
}

#[test]
fn a3_one_attempt_or_none_at_all() {
    for options in
        [r#"{ "defaults": { "retry": { "attempts": 1 } } }"#, r#"{ "defaults": { "retry": false } }"#]
    {
        let story = World::new(options, &[status(503)]).run();
        assert_eq!((story.end.clone(), story.requests()), (End::Resolved(503), 1));
    }
}

#[test]
fn a4_client_errors_are_final() {
    for code in [400, 401, 403, 404, 422] {
        let story = World::new(QUICK, &[status(code)]).run();
        assert_eq!((story.end.clone(), story.requests()), (End::Resolved(code), 1));
        assert!(story.says(What::Refused, Why::Final));
    }
}

#[test]
fn a5_the_default_statuses_and_413_only_with_a_servers_time() {
    for code in [408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529] {
        assert_eq!(World::new(QUICK, &[status(code)]).run().requests(), 3, "{code}");
    }
    for code in [413, 501, 505] {
        assert_eq!(World::new(QUICK, &[status(code)]).run().requests(), 1, "{code}");
    }
    assert_eq!(World::new(QUICK, &[wait(413, 10), status(200)]).run().requests(), 2);
    let named = r#"{ "defaults": { "retry": { "attempts": 3, "base": 1, "statuses": [418] } } }"#;
    assert_eq!(World::new(named, &[status(418)]).run().requests(), 3);
    assert_eq!(World::new(named, &[status(503)]).run().requests(), 1);
}

#[test]
fn a6_post_and_patch_only_with_an_idempotency_key() {
    for method in ["POST", "PATCH"] {
        let mut world = World::new(QUICK, &[Reply::Reset { after: 1 }]);
        world.method = method;
        let story = world.run();
        assert_eq!((story.end.clone(), story.requests()), (End::Rejected(Rejection::Native), 1));
        assert!(story.says(What::Refused, Why::NotRepeatable));
        let mut world = World::new(QUICK, &[Reply::Reset { after: 1 }]);
        (world.method, world.request) = (method, Request { keyed: true, ..Request::default() });
        assert_eq!(world.run().requests(), 3);
    }
}

#[test]
fn a7_methods_are_compared_without_regard_to_case() {
    let options = r#"{ "defaults": { "retry": { "methods": ["post"], "base": 1 } } }"#;
    let mut world = World::new(options, &[status(500)]);
    world.method = "POST";
    assert_eq!(world.run().requests(), 3);
}

#[test]
fn a8_a_broken_connection_uses_every_attempt_then_rejects() {
    let story = World::new(QUICK, &[Reply::Reset { after: 3 }]).run();
    assert_eq!((story.end.clone(), story.requests()), (End::Rejected(Rejection::Native), 3));
    assert_eq!(story.fault, Some(Kind::Unreachable));
}

#[test]
fn a10_different_failures_share_one_count() {
    let story = World::new(QUICK, &[Reply::Reset { after: 1 }, status(500), status(200)]).run();
    assert_eq!((story.end.clone(), story.requests()), (End::Resolved(200), 3));
    let story = World::new(QUICK, &[Reply::Reset { after: 1 }, status(500), status(502), status(200)]).run();
    assert_eq!((story.end.clone(), story.requests()), (End::Resolved(502), 3));
}

#[test]
fn a12_integrity_makes_an_opaque_failure_final() {
    let mut world = World::new(QUICK, &[Reply::Reset { after: 1 }]);
    world.request.integrity = true;
    let story = world.run();
    assert_eq!(story.requests(), 1);
    assert!(story.says(What::Refused, Why::Integrity));
    let mut world = World::new(QUICK, &[status(503), status(200)]);
    world.request.integrity = true;
    assert_eq!(world.run().requests(), 2, "an answer that can be read is no opaque failure");
}

#[test]
fn f3_a_streamed_body_is_sent_once() {
    let mut world = World::new(QUICK, &[status(503)]);
    (world.method, world.request.streamed) = ("PUT", true);
    let story = world.run();
    assert_eq!((story.end.clone(), story.requests()), (End::Resolved(503), 1));
    assert!(story.says(What::Refused, Why::Streamed));
}

#[test]
fn a9_a_request_that_cannot_be_sent_is_final_and_says_nothing_about_the_server() {
    let mut world = World::new(QUICK, &[wait(503, 100_000)]);
    world.engine.notices.mounted(true, 0);
    world.run();
    world.engine.tick(5000);
    let now = 200_000;
    let lane = world.engine.lane("GET", "https://app.example/a").unwrap();
    let slot = world.engine.admit(lane, Request::default(), 2, now);
    world.engine.output(slot);
    world.engine.failed(slot, 1, Failure::CallerBug, now + 1);
    assert_eq!(world.engine.output(slot), Some(Output::Reject(Rejection::Native)));
    assert_eq!(world.engine.known(slot).unwrap().fault, None);
    let notices = world.engine.notices.list();
    assert!(notices.len() == 1 && notices[0].state == State::Shown, "the outage is not over");
}
