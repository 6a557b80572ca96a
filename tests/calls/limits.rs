//! Group D: time limits.

use steadfetch::call::{How, Input, Output, Rejection, Request};
use steadfetch::fault::Kind;
use steadfetch::policy::options::Options;
use steadfetch::telemetry::timeline::{What, Why};

use crate::world::{End, Reply, World, status, tree};

#[test]
fn d1_a_silent_server_times_the_attempt_out() {
    let options = r#"{ "defaults": { "attemptTimeout": 100, "retry": false } }"#;
    let story = World::new(options, &[Reply::Silence]).run();
    assert_eq!((story.end.clone(), story.ended), (End::Rejected(Rejection::Timeout), 1100));
    assert_eq!((story.fault, story.cancelled), (Some(Kind::Timeout), 1));
}

#[test]
fn d2_wrong_limits_are_refused_and_false_turns_them_off() {
    for limit in ["-1", "0", "0.5", "2147483648", "\"10\"", "true", "[]"] {
        let options = format!(r#"{{ "defaults": {{ "attemptTimeout": {limit}, "deadline": {limit} }} }}"#);
        let problems = Options::read(&tree(&options)).unwrap_err();
        let paths: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(paths, ["defaults.attemptTimeout", "defaults.deadline"], "{limit}");
    }
    let off = r#"{ "defaults": { "attemptTimeout": false, "deadline": false } }"#;
    let late = Reply::Answer { status: 200, after: 10_000_000, server_wait: None };
    assert_eq!(World::new(off, &[late]).run().end, End::Resolved(200));
}

#[test]
fn d3_each_attempt_has_its_own_limit_and_the_deadline_caps_everything() {
    let options = r#"{ "defaults": { "attemptTimeout": 100, "breaker": false, "retry": { "attempts": 3, "base": 10, "cap": 10 } } }"#;
    let story = World::new(options, &[Reply::Silence]).run();
    assert_eq!((story.requests(), story.cancelled), (3, 3));
    assert!(story.ended <= 1000 + 3 * 100 + 2 * 10);
    let slow = Reply::Answer { status: 200, after: 90, server_wait: None };
    assert_eq!(World::new(options, &[Reply::Silence, slow]).run().end, End::Resolved(200));
    let capped =
        r#"{ "defaults": { "attemptTimeout": 100, "deadline": 150, "retry": { "base": 10, "cap": 10 } } }"#;
    let story = World::new(capped, &[Reply::Silence]).run();
    assert_eq!(
        (story.end.clone(), story.ended, story.requests()),
        (End::Rejected(Rejection::Timeout), 1150, 2)
    );
    assert!(story.says(What::Failure, Why::Deadline));
}

#[test]
fn a_retry_that_cannot_fit_the_deadline_is_refused_at_once() {
    let options =
        r#"{ "defaults": { "deadline": 50, "retry": { "base": 10000, "cap": 10000 } }, "seed": 3 }"#;
    let story = World::new(options, &[status(500)]).run();
    assert_eq!((story.requests(), story.ended), (1, 1005));
    assert!(story.says(What::Refused, Why::BeyondDeadline));
}

#[test]
fn timeouts_are_final_where_the_options_say_so() {
    let options = r#"{ "defaults": { "attemptTimeout": 100, "retry": { "timeouts": false } } }"#;
    let story = World::new(options, &[Reply::Silence]).run();
    assert_eq!(story.requests(), 1);
    assert!(story.says(What::Refused, Why::TimeoutsFinal));
}

#[test]
fn d4_no_timer_is_left_after_the_end() {
    let mut world = World::new("{}", &[status(200)]);
    world.run();
    world.engine.tick(2000);
    assert_eq!((world.engine.next_timer(), world.engine.arm(2000)), (None, None));
}

#[test]
fn d7_timeout_and_abort_have_exactly_one_cause() {
    let options = r#"{ "defaults": { "attemptTimeout": 100, "retry": false } }"#;
    for (abort_at, end) in
        [(1099, Rejection::Aborted), (1100, Rejection::Aborted), (1101, Rejection::Timeout)]
    {
        let mut world = World::new(options, &[Reply::Silence]);
        world.abort_at = Some(abort_at);
        assert_eq!(world.run().end, End::Rejected(end), "{abort_at}");
    }
}

#[test]
fn d9_a_slow_upload_is_not_cut_by_the_built_in_limits() {
    let slow = Reply::Answer { status: 200, after: 120_000, server_wait: None };
    let mut world = World::new("{}", &[slow]);
    (world.method, world.request) = ("PUT", Request { slow_body: true, ..Request::default() });
    assert_eq!(world.run().end, End::Resolved(200));
    let mut world = World::new(r#"{ "defaults": { "attemptTimeout": 1000, "retry": false } }"#, &[slow]);
    world.request.slow_body = true;
    assert_eq!(world.run().end, End::Rejected(Rejection::Timeout), "a limit that somebody set holds");
}

/// Begins a call with a watched body and answers it.
fn reading(options: &str) -> (World, u32) {
    let mut world = World::new(options, &[status(200)]);
    let lane = world.engine.lane("GET", "https://app.example/a").unwrap();
    let slot = world.engine.admit(lane, Request::default(), 1, 0);
    assert_eq!(world.engine.output(slot), Some(Output::Send { attempt: 1, to: 0, how: How::Plain }));
    let answer = steadfetch::call::Answer { status: 200, ..Default::default() };
    world.engine.answered(slot, 1, answer, None, 10);
    assert_eq!(world.engine.output(slot), Some(Output::Resolve { watched: true }));
    (world, slot)
}

#[test]
fn d5_the_idle_timeout_breaks_a_silent_body_and_only_while_somebody_reads() {
    let (mut world, slot) = reading(r#"{ "defaults": { "idleTimeout": 50 } }"#);
    world.engine.tick(60_000);
    assert_eq!(world.engine.output(slot), None, "neither attempt timeout nor deadline cut a body");
    world.engine.body(slot, Input::BodyWait, 61_000);
    world.engine.body(slot, Input::BodyChunk, 61_040);
    world.engine.tick(62_000);
    assert_eq!(world.engine.output(slot), None, "nobody waits for a chunk");
    world.engine.body(slot, Input::BodyWait, 63_000);
    world.engine.tick(63_049);
    assert_eq!(world.engine.output(slot), None);
    world.engine.tick(63_050);
    assert_eq!(world.engine.output(slot), Some(Output::Cancel(1)));
    assert_eq!(world.engine.output(slot), Some(Output::BreakBody(Rejection::Timeout)));
    assert_eq!(world.engine.known(slot).unwrap().fault.map(|fault| fault.kind), Some(Kind::Stalled));
}

#[test]
fn the_deadline_covers_the_body_where_asked() {
    let (mut world, slot) = reading(r#"{ "defaults": { "deadline": { "total": 500, "body": true } } }"#);
    world.engine.body(slot, Input::BodyWait, 400);
    world.engine.tick(500);
    assert_eq!(world.engine.output(slot), Some(Output::Cancel(1)));
    assert_eq!(world.engine.output(slot), Some(Output::BreakBody(Rejection::Timeout)));
}

#[test]
fn a_body_that_ends_early_is_known_as_stalled() {
    let (mut world, slot) = reading(r#"{ "defaults": { "idleTimeout": 50 } }"#);
    world.engine.body(slot, Input::BodyFailed, 20);
    assert_eq!(world.engine.known(slot).unwrap().fault.map(|fault| fault.kind), Some(Kind::Stalled));
    let (mut world, slot) = reading(r#"{ "defaults": { "idleTimeout": 50 } }"#);
    world.engine.body(slot, Input::BodyEnd, 20);
    assert_eq!(world.engine.known(slot).unwrap().fault, None);
}
