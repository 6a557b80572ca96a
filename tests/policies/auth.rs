//! Group G: refreshing who is signed in.

use steadfetch::call::{Rejection, Request};
use steadfetch::fault::Kind;
use steadfetch::telemetry::timeline::{What, Why};

use crate::world::{End, World, status};

#[test]
fn g1_one_refresh_and_one_repeat() {
    let mut world = World::signed_in("null", &[status(401), status(200)]);
    let call = world.get("/a");
    world.run();
    assert_eq!((world.end(call), world.refreshed.len()), (Some(End::Resolved(200)), 1));
    assert_eq!(world.times(call), [1000, 1055], "at once after the refresh");
    assert_eq!(world.calls[call].discarded, [1]);
    assert!(world.calls[call].says(What::Wait, Why::Refresh));
    assert!(world.calls[call].says(What::Wait, Why::Refreshed));
}

#[test]
fn g1_without_auth_401_is_final() {
    let mut world = World::new("{}", &[status(401)]);
    let call = world.get("/a");
    world.run();
    assert_eq!((world.end(call), world.sent.len(), world.refreshed.len()), (Some(End::Resolved(401)), 1, 0));
    assert_eq!(world.calls[call].fault, Some(Kind::SignInRequired));
}

#[test]
fn g1_a_post_is_repeated_too_and_a_streamed_body_is_not() {
    let mut world = World::signed_in(r#"{ "retry": false }"#, &[status(401), status(200)]);
    let call = world.call("POST", "/a", Request::default(), "null");
    world.run();
    assert_eq!((world.end(call), world.sent.len()), (Some(End::Resolved(200)), 2));
    let mut world = World::signed_in("null", &[status(401), status(200)]);
    let call = world.call("POST", "/a", Request { streamed: true, ..Request::default() }, "null");
    world.run();
    assert_eq!((world.end(call), world.sent.len(), world.refreshed.len()), (Some(End::Resolved(401)), 1, 0));
}

#[test]
fn g2_ten_at_once_share_one_refresh() {
    let mut script = vec![status(401); 10];
    script.push(status(200));
    let mut world = World::signed_in("null", &script);
    let calls: Vec<_> = (0..10).map(|n| world.get(&format!("/{n}"))).collect();
    world.run();
    assert_eq!((world.refreshed.len(), world.sent.len()), (1, 20));
    assert!(calls.iter().all(|call| world.end(*call) == Some(End::Resolved(200))));
}

#[test]
fn g2_a_401_that_comes_after_the_refresh_is_repeated_at_once() {
    let mut world = World::signed_in("null", &[status(401), status(401).after(500), status(200)]);
    let early = world.get("/early");
    let late = world.get("/late");
    world.run();
    assert_eq!((world.refreshed.len(), world.times(late)[1]), (1, 1500), "its credentials were the old ones");
    assert_eq!((world.end(early), world.end(late)), (Some(End::Resolved(200)), Some(End::Resolved(200))));
}

#[test]
fn g3_401_for_ever_stops_after_one() {
    let mut world = World::signed_in("null", &[status(401)]);
    world.engine.notices.mounted(true, 0);
    let call = world.get("/a");
    world.run();
    assert_eq!((world.end(call), world.sent.len(), world.refreshed.len()), (Some(End::Resolved(401)), 2, 1));
    assert_eq!(world.calls[call].fault, Some(Kind::SignInRequired));
    world.run_until(world.now + 10_000);
    assert_eq!(world.engine.notices.list().len(), 1, "the person is told");
}

#[test]
fn g4_every_waiting_call_fails_with_the_same_fault() {
    let mut world = World::signed_in("null", &[status(401)]);
    world.refreshes = [(50, false)].into();
    let calls: Vec<_> = (0..10).map(|n| world.get(&format!("/{n}"))).collect();
    world.run();
    assert_eq!((world.refreshed.len(), world.sent.len()), (1, 10));
    for call in calls {
        let seen = &world.calls[call];
        assert_eq!((seen.end, seen.fault), (Some(End::Resolved(401)), Some(Kind::SignInRequired)));
        assert!(seen.says(What::Refused, Why::RefreshFailed));
    }
    let again = world.get("/again");
    world.run();
    assert_eq!((world.refreshed.len(), world.times(again).len()), (2, 1), "a later call may try again");
}

#[test]
fn a_deadline_that_passes_meanwhile_ends_with_the_answer() {
    let mut world = World::signed_in(r#"{ "attemptTimeout": 500, "deadline": 1000 }"#, &[status(401)]);
    world.refreshes = [(60_000, true)].into();
    let call = world.get("/a");
    world.run();
    assert_eq!((world.end(call), world.calls[call].ended), (Some(End::Resolved(401)), 2000));
}

#[test]
fn an_abort_meanwhile_ends_at_once_and_the_refresh_serves_the_others() {
    let mut world = World::signed_in("null", &[status(401), status(401), status(200)]);
    let first = world.get("/a");
    let second = world.get("/b");
    world.run_until(1010);
    world.abort(first);
    assert_eq!(world.end(first), Some(End::Rejected(Rejection::Aborted)));
    world.run();
    assert_eq!((world.end(second), world.refreshed.len()), (Some(End::Resolved(200)), 1));
}

#[test]
fn after_a_hedge_the_answer_that_was_refused_is_let_go() {
    let hedged = r#"{ "deadline": false, "hedge": { "delay": 100, "budget": 1 } }"#;
    let mut world = World::signed_in(hedged, &[status(200)]);
    world.get("/warm");
    world.run();
    world.serve_all(&[status(401).after(400), status(503).after(20), status(200)]);
    let call = world.get("/a");
    world.run();
    let seen = &world.calls[call];
    assert_eq!((seen.end, seen.hedges, seen.attempts), (Some(End::Resolved(200)), 1, 3));
    let mut discarded = seen.discarded.clone();
    discarded.sort_unstable();
    assert_eq!(discarded, [1, 2], "both answers that nobody reads");
}
