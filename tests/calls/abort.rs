//! Group E: the caller aborts.

use steadfetch::call::Rejection;
use steadfetch::fault::{Impact, Kind};
use steadfetch::telemetry::timeline::{What, Why};

use crate::world::{End, Reply, World, status, wait};

#[test]
fn e3_in_flight() {
    let mut world = World::new("{}", &[Reply::Silence]);
    world.abort_at = Some(1200);
    let story = world.run();
    assert_eq!((story.end.clone(), story.ended), (End::Rejected(Rejection::Aborted), 1200));
    assert!(story.says(What::Failure, Why::Aborted));
}

#[test]
fn e4_in_a_wait_at_once_and_nothing_is_sent_afterwards() {
    let mut world = World::new("{}", &[wait(503, 5000), status(200)]);
    world.abort_at = Some(2000);
    let story = world.run();
    assert_eq!(
        (story.end.clone(), story.ended, story.requests()),
        (End::Rejected(Rejection::Aborted), 2000, 1)
    );
}

#[test]
fn e7_never_tried_again_and_nobody_is_told() {
    let mut world = World::new("{}", &[Reply::Silence]);
    world.abort_at = Some(1001);
    let story = world.run();
    assert_eq!((story.requests(), story.fault), (1, Some(Kind::Cancelled)));
    world.engine.tick(100_000);
    assert!(world.engine.notices.list().is_empty());
    assert_eq!(Impact::None.name(), "none");
}
