//! For the tests of peers: the delays that a call meets when every attempt fails in the same way.

use super::{Failed, Failure, Peer};
use crate::chance::Chance;
use steadfetch::time::Millis;

/// One failure of a client's call.
pub fn fail<P: Peer>(
    peer: &P,
    client: &mut P::Client,
    failure: Failure,
    attempt: u32,
    now: Millis,
) -> Option<Millis> {
    let mut chance = Chance::new(7, 7);
    peer.failed(client, failure, Failed { attempt, now, chance: &mut chance, memo: &mut 0.0 })
}

/// The delays before each retry of one call.
pub fn delays<P: Peer>(peer: &P, failure: Failure) -> Vec<Millis> {
    run(peer, failure, &mut Chance::new(1, 1))
}

/// The shortest and longest delay before each retry, of many calls.
pub fn ranges<P: Peer>(peer: &P, failure: Failure) -> Vec<(Millis, Millis)> {
    let mut chance = Chance::new(1, 1);
    let mut ranges: Vec<(Millis, Millis)> = Vec::new();
    for _ in 0..5000 {
        for (retry, delay) in run(peer, failure, &mut chance).into_iter().enumerate() {
            match ranges.get_mut(retry) {
                Some(range) => *range = (range.0.min(delay), range.1.max(delay)),
                None => ranges.push((delay, delay)),
            }
        }
    }
    ranges
}

fn run<P: Peer>(peer: &P, failure: Failure, chance: &mut Chance) -> Vec<Millis> {
    let (mut client, mut memo, mut delays) = (peer.client(), 0.0, Vec::new());
    peer.begins(&mut client, 0);
    // A client that has made requests before, where that matters.
    for _ in 0..50 {
        peer.begins(&mut client, 0);
    }
    for attempt in 1..100 {
        match peer.failed(&mut client, failure, Failed { attempt, now: 0, chance, memo: &mut memo }) {
            Some(delay) => delays.push(delay),
            None => break,
        }
    }
    delays
}
