//! D6: a watched body that stalls is fetched again, or goes on by Range, or ends with an error.

use steadfetch::call::{How, Input, Rejection, Request};
use steadfetch::fault::Kind;
use steadfetch::telemetry::timeline::{What, Why};

use crate::world::{End, Reply, World, reset, silence, status};

const WATCHED: &str = r#"{ "defaults": { "idleTimeout": 100, "deadline": false,
    "retry": { "attempts": 3, "base": 10, "cap": 10 } } }"#;

/// A call whose caller reads the body.
fn reading(options: &str, first: Reply) -> (World, usize) {
    let mut world = World::new(options, &[first]);
    let call = world.get("/a");
    world.run();
    assert!(world.calls[call].reading && world.end(call).is_none());
    (world, call)
}

fn hows(world: &World) -> Vec<How> {
    world.sent.iter().map(|sent| sent.how).collect()
}

#[test]
fn d6_before_any_byte_it_is_fetched_again_as_it_is() {
    for resumable in [status(200), status(200).resumable()] {
        let (mut world, call) = reading(WATCHED, resumable);
        world.body(call, Input::BodyFailed);
        assert_eq!(hows(&world), [How::Plain, How::Plain]);
        world.run();
        assert_eq!(world.calls[call].gone_on, 1);
        world.body(call, Input::BodyWait);
        world.body(call, Input::BodyChunk);
        world.body(call, Input::BodyEnd);
        assert_eq!((world.end(call), world.calls[call].fault), (Some(End::Read), None));
        assert!(world.calls[call].says(What::Wait, Why::BodyAgain));
    }
}

#[test]
fn d6_an_idle_body_is_cancelled_and_fetched_again() {
    let (mut world, call) = reading(WATCHED, status(200));
    world.body(call, Input::BodyWait);
    let began = world.now;
    world.run_until(began + 99);
    assert_eq!(world.sent.len(), 1);
    world.run_until(began + 100);
    assert_eq!((world.sent.len(), world.calls[call].cancelled.clone()), (2, vec![1]));
    world.run();
    assert_eq!(world.calls[call].gone_on, 1);
}

#[test]
fn d6_after_bytes_it_goes_on_only_where_it_can() {
    let (mut world, call) = reading(WATCHED, status(200).resumable());
    world.serve_all(&[status(206).resumable()]);
    world.body(call, Input::BodyChunk);
    world.body(call, Input::BodyFailed);
    assert_eq!(hows(&world), [How::Plain, How::Resume]);
    world.run();
    assert_eq!(world.calls[call].gone_on, 1);
    world.body(call, Input::BodyEnd);
    assert!(world.calls[call].says(What::Wait, Why::BodyResumed));

    let (mut world, call) = reading(WATCHED, status(200));
    world.body(call, Input::BodyChunk);
    world.body(call, Input::BodyFailed);
    assert_eq!((world.end(call), world.sent.len()), (Some(End::Broken(Rejection::Native)), 1));
    assert_eq!(world.calls[call].fault, Some(Kind::Stalled));
}

#[test]
fn d6_a_200_in_place_of_206_breaks_the_body() {
    let (mut world, call) = reading(WATCHED, status(200).resumable());
    world.serve_all(&[status(200)]);
    world.body(call, Input::BodyChunk);
    world.body(call, Input::BodyFailed);
    world.run();
    assert_eq!(world.end(call), Some(End::Broken(Rejection::Native)));
    assert_eq!(world.calls[call].discarded, [2]);
}

#[test]
fn d6_a_206_in_place_of_the_whole_is_not_taken() {
    let (mut world, call) = reading(WATCHED, status(200));
    world.serve_all(&[status(206), status(200)]);
    world.body(call, Input::BodyFailed);
    world.run();
    assert_eq!((world.calls[call].gone_on, world.sent.len()), (1, 3), "a part cannot stand for the whole");
}

#[test]
fn d6_recovery_is_tried_again_within_the_attempts() {
    let (mut world, call) = reading(WATCHED, status(200).resumable());
    world.serve_all(&[reset(), status(206).resumable()]);
    world.body(call, Input::BodyChunk);
    world.body(call, Input::BodyFailed);
    world.run();
    assert_eq!((hows(&world), world.calls[call].gone_on), (vec![How::Plain, How::Resume, How::Resume], 1));
    world.body(call, Input::BodyFailed);
    assert_eq!(
        (world.end(call), world.sent.len()),
        (Some(End::Broken(Rejection::Native)), 3),
        "attempts are used up"
    );

    let (mut world, call) = reading(WATCHED, status(200));
    world.serve_all(&[status(503)]);
    world.body(call, Input::BodyFailed);
    world.run();
    assert_eq!((world.end(call), world.sent.len()), (Some(End::Broken(Rejection::Native)), 3));
}

#[test]
fn d6_a_silent_recovery_times_out() {
    let options = WATCHED.replace(r#""deadline": false"#, r#""deadline": false, "attemptTimeout": 1000"#);
    let (mut world, call) = reading(&options, status(200));
    world.serve_all(&[silence()]);
    world.body(call, Input::BodyFailed);
    world.run_until(world.now + 60_000);
    assert_eq!((world.end(call), world.sent.len()), (Some(End::Broken(Rejection::Timeout)), 3));
}

#[test]
fn d6_what_is_fetched_again_brings_its_own_etag() {
    // The first answer could be resumed, the second cannot: its bytes must not be joined with others.
    let (mut world, call) = reading(WATCHED, status(200).resumable());
    world.body(call, Input::BodyFailed);
    world.run();
    world.body(call, Input::BodyChunk);
    world.body(call, Input::BodyFailed);
    assert_eq!(hows(&world), [How::Plain, How::Plain, How::Resume]);

    let (mut world, call) = reading(WATCHED, status(200).resumable());
    world.serve_all(&[status(200)]);
    world.body(call, Input::BodyFailed);
    world.run();
    world.body(call, Input::BodyChunk);
    world.body(call, Input::BodyFailed);
    assert_eq!((world.end(call), world.sent.len()), (Some(End::Broken(Rejection::Native)), 2));
}

#[test]
fn d6_only_a_get_and_only_where_the_body_is_watched_for_it() {
    let mut world = World::new(WATCHED, &[status(200)]);
    let call = world.call("PUT", "/a", Request::default(), "null");
    world.run();
    world.body(call, Input::BodyFailed);
    assert_eq!((world.end(call), world.sent.len()), (Some(End::Broken(Rejection::Native)), 1));

    let mut world =
        World::new(r#"{ "defaults": { "deadline": { "total": 60000, "body": true } } }"#, &[status(200)]);
    let call = world.get("/a");
    world.run();
    world.body(call, Input::BodyFailed);
    assert_eq!((world.end(call), world.sent.len()), (Some(End::Broken(Rejection::Native)), 1));
}

#[test]
fn d6_it_costs_a_token() {
    let options = WATCHED.replace(r#""retry""#, r#""budget": { "capacity": 0 }, "retry""#);
    let (mut world, call) = reading(&options, status(200));
    world.body(call, Input::BodyFailed);
    assert_eq!((world.end(call), world.sent.len()), (Some(End::Broken(Rejection::Native)), 1));
}

#[test]
fn d6_an_abort_ends_it_and_drops_the_attempt() {
    let (mut world, call) = reading(WATCHED, status(200));
    world.serve_all(&[silence()]);
    world.body(call, Input::BodyFailed);
    world.abort(call);
    assert_eq!(world.end(call), Some(End::Broken(Rejection::Aborted)));
    world.run_until(world.now + 60_000);
    assert_eq!(world.sent.len(), 2);
}

#[test]
fn d6_the_servers_own_time_holds_here_too() {
    let (mut world, call) = reading(WATCHED, status(200));
    world.serve_all(&[status(503).wait(5000), status(200)]);
    world.body(call, Input::BodyFailed);
    world.run();
    let times = world.times(call);
    assert_eq!(times[2] - times[1], 5 + 5000, "{times:?}");
    let other = world.get("/b");
    assert_eq!(world.times(other), [world.now]);
}

#[test]
fn a_hedge_that_lost_is_not_what_an_idle_body_cancels() {
    let options = WATCHED.replace(r#""retry""#, r#""hedge": { "delay": 100, "budget": 1 }, "retry""#);
    let (mut world, warm) = reading(&options, status(200));
    world.body(warm, Input::BodyEnd);
    world.serve_all(&[status(200).after(150), silence(), status(200)]);
    let call = world.get("/a");
    world.run();
    assert_eq!(world.calls[call].cancelled, [2], "the first one won");
    world.body(call, Input::BodyWait);
    world.run_until(world.now + 100);
    assert_eq!(world.calls[call].cancelled, [2, 1], "its body is the silent one");
}

#[test]
fn d6_a_part_that_does_not_fit_breaks_the_body() {
    let (mut world, call) = reading(WATCHED, status(200).resumable());
    world.serve_all(&[status(206)]);
    world.body(call, Input::BodyChunk);
    world.body(call, Input::BodyFailed);
    world.run();
    assert_eq!(world.end(call), Some(End::Broken(Rejection::Native)));
    assert_eq!(
        (world.calls[call].discarded.clone(), world.calls[call].fault),
        (vec![2], Some(Kind::Stalled))
    );
}

#[test]
fn d6_a_reader_that_has_enough_ends_the_recovery_too() {
    let (mut world, call) = reading(WATCHED, status(200).resumable());
    world.serve_all(&[silence()]);
    world.body(call, Input::BodyChunk);
    world.body(call, Input::BodyFailed);
    assert_eq!(world.sent.len(), 2);
    world.body(call, Input::BodyEnd);
    assert_eq!((world.end(call), world.calls[call].fault), (Some(End::Read), None));
    world.run();
    assert_eq!(world.sent.len(), 2);
}

#[test]
fn d6_the_idle_timeout_of_a_body_that_broke_off_does_not_cut_its_recovery() {
    let (mut world, call) = reading(WATCHED, status(200).resumable());
    world.serve_all(&[status(206).resumable().after(500)]);
    world.body(call, Input::BodyChunk);
    world.body(call, Input::BodyWait);
    world.body(call, Input::BodyFailed);
    world.run();
    assert_eq!((world.calls[call].gone_on, world.sent.len()), (1, 2));
}

#[test]
fn d6_what_is_fetched_again_must_be_the_whole() {
    let (mut world, call) = reading(WATCHED, status(200));
    world.serve_all(&[status(204), status(200)]);
    world.body(call, Input::BodyFailed);
    world.run();
    assert_eq!((world.calls[call].gone_on, world.sent.len()), (1, 3));
}
