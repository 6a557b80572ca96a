//! Group B: the server's time wins.

use steadfetch::fault::Kind;
use steadfetch::telemetry::timeline::{What, Why};

use crate::world::{End, World, status, wait};

#[test]
fn b1_b2_the_wait_is_exactly_the_servers() {
    for server_wait in [0, 1000, 7000] {
        let story = World::new("{}", &[wait(503, server_wait), status(200)]).run();
        assert_eq!(story.end, End::Resolved(200));
        assert_eq!(story.sent[1] - (story.sent[0] + 5), server_wait, "B10: no jitter below, nor above");
        assert!(story.says(What::Wait, Why::ServerTime));
    }
}

#[test]
fn b3_b9_beyond_the_deadline_it_ends_at_once_with_the_answer() {
    let story = World::new("{}", &[wait(503, 1_700_000_000_000), status(200)]).run();
    assert_eq!((story.end.clone(), story.requests(), story.ended), (End::Resolved(503), 1, 1005));
    assert_eq!(story.fault, Some(Kind::Overloaded));
    assert_eq!(story.retry_at, Some(1005 + 1_700_000_000_000), "and says when");
    assert!(story.says(What::Refused, Why::BeyondDeadline));
    let none = r#"{ "defaults": { "deadline": false } }"#;
    assert_eq!(World::new(none, &[wait(503, 86_400_000), status(200)]).run().requests(), 2);
}

#[test]
fn b13_only_on_413_429_and_503() {
    let quick = r#"{ "defaults": { "retry": { "base": 2, "cap": 2 } } }"#;
    for code in [500, 502, 504, 408] {
        let story = World::new(quick, &[wait(code, 5000), status(200)]).run();
        assert!(story.waits()[0] <= 2, "{code}");
    }
    for code in [413, 429, 503] {
        assert_eq!(World::new(quick, &[wait(code, 5000), status(200)]).run().waits(), [5000], "{code}");
    }
}
