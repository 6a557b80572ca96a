//! Group C: waits between attempts.

use crate::world::{Reply, World, status};

fn waits(seed: u64) -> Vec<u64> {
    let options = format!(
        r#"{{ "seed": {seed}, "defaults": {{ "deadline": false, "breaker": false, "budget": false, "retry": {{ "attempts": 12, "base": 100, "cap": 1000 }} }} }}"#
    );
    World::new(&options, &[status(500)]).run().waits()
}

#[test]
fn c1_the_schedule_doubles_up_to_the_cap() {
    for seed in 0..200 {
        for (index, wait) in waits(seed).into_iter().enumerate() {
            assert!(wait <= (100 << index).min(1000), "retry {index} waits {wait}");
        }
    }
}

#[test]
fn c2_full_jitter_repeats_by_seed() {
    assert_eq!(waits(7), waits(7));
    assert_ne!(waits(7), waits(8));
    let first: Vec<u64> = (0..400).map(|seed| waits(seed)[0]).collect();
    assert!(first.iter().any(|wait| *wait < 10) && first.iter().any(|wait| *wait > 90));
}

#[test]
fn c3_a_wait_beyond_what_a_timer_holds_is_waited_for() {
    let options = r#"{ "defaults": { "deadline": false } }"#;
    let far = 1 << 40;
    let reply = Reply::Answer { status: 503, after: 5, server_wait: Some(far) };
    let mut world = World::new(options, &[reply, status(200)]);
    assert_eq!(world.run().sent[1], 1005 + far);
    // The host timer is armed for a second at most, so no delay is ever handed to it that it would cut to zero.
    let lane = world.engine.lane("GET", "https://app.example/a").unwrap();
    world.engine.admit(lane, Default::default(), 2, 0);
    assert!(world.engine.arm(0).is_some_and(|wait| wait <= 1000));
}
