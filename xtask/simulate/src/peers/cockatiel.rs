//! cockatiel 4: `wrap(retry, circuitBreaker, timeout)`: 3 retries with decorrelated jitter from 128 ms, at most 30 s; a
//! breaker that opens after 5 failures in a row, half-open after 10 s; 10 s an attempt, which cockatiel leaves to its user.
//! `handleAll`: the breaker's own refusals are retried like other errors.

use super::{Admission, Failed, Failure, Peer, decorrelated};
use crate::chance::Chance;
use steadfetch::time::Millis;

const FAILURES: u32 = 5;
const HALF_OPEN_AFTER: Millis = 10_000;
/// A call that finds the probe under way waits for its end: it looks again so often.
const LOOK_AGAIN: Millis = 50;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breaker {
    /// Failures in a row.
    Closed(u32),
    /// Since then.
    Open(Millis),
    /// One call tries.
    HalfOpen,
}

pub struct Cockatiel;

impl Peer for Cockatiel {
    type Client = Breaker;

    fn client(&self) -> Breaker {
        Breaker::Closed(0)
    }

    fn attempt_timeout(&self) -> Option<Millis> {
        Some(10_000)
    }

    fn admit(&self, breaker: &mut Breaker, now: Millis, _: &mut Chance) -> Admission {
        match *breaker {
            Breaker::Closed(_) => Admission::Go,
            Breaker::Open(since) if now < since + HALF_OPEN_AFTER => Admission::Refuse,
            Breaker::Open(_) => {
                *breaker = Breaker::HalfOpen;
                Admission::Go
            }
            Breaker::HalfOpen => Admission::Ask(LOOK_AGAIN),
        }
    }

    fn succeeded(&self, breaker: &mut Breaker, _: f64, _: Millis) {
        if !matches!(breaker, Breaker::Open(_)) {
            *breaker = Breaker::Closed(0);
        }
    }

    fn failed(&self, breaker: &mut Breaker, failure: Failure, call: Failed<'_>) -> Option<Millis> {
        if failure != Failure::Refused {
            *breaker = match *breaker {
                Breaker::Closed(failures) if failures + 1 < FAILURES => Breaker::Closed(failures + 1),
                Breaker::Open(since) => Breaker::Open(since),
                Breaker::Closed(_) | Breaker::HalfOpen => Breaker::Open(call.now),
            };
        }
        (call.attempt <= 3)
            .then(|| decorrelated(128.0, call.attempt, call.memo, call.chance).min(30_000.0) as Millis)
    }

    /// An aborted call ends with an error: it counts as a failure.
    fn aborted(&self, breaker: &mut Breaker, now: Millis) {
        *breaker = match *breaker {
            Breaker::Closed(failures) if failures + 1 < FAILURES => Breaker::Closed(failures + 1),
            Breaker::Open(since) => Breaker::Open(since),
            Breaker::Closed(_) | Breaker::HalfOpen => Breaker::Open(now),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::testing::{fail, ranges};

    #[test]
    fn three_retries_with_decorrelated_jitter() {
        let ranges = ranges(&Cockatiel, Failure::Status(503));
        assert_eq!(ranges.len(), 3);
        // 2 · tanh(2) / 1.4 · 128 ms is the longest first delay.
        assert!(ranges[0].0 < 5 && (170..=176).contains(&ranges[0].1), "{ranges:?}");
        assert!(ranges[1].1 > ranges[0].1 && ranges[2].1 > ranges[1].1);
    }

    #[test]
    fn five_in_a_row_open_it_and_one_call_closes_it() {
        let mut breaker = Cockatiel.client();
        let mut chance = Chance::new(1, 1);
        for _ in 0..4 {
            fail(&Cockatiel, &mut breaker, Failure::Status(500), 1, 1000);
        }
        assert_eq!(Cockatiel.admit(&mut breaker, 1000, &mut chance), Admission::Go);
        Cockatiel.succeeded(&mut breaker, 0.0, 1000);
        for _ in 0..5 {
            fail(&Cockatiel, &mut breaker, Failure::Status(500), 1, 1000);
        }
        assert_eq!(Cockatiel.admit(&mut breaker, 10_999, &mut chance), Admission::Refuse);
        assert_eq!(Cockatiel.admit(&mut breaker, 11_000, &mut chance), Admission::Go);
        assert_eq!(Cockatiel.admit(&mut breaker, 11_000, &mut chance), Admission::Ask(LOOK_AGAIN));
        fail(&Cockatiel, &mut breaker, Failure::Status(500), 1, 12_000);
        assert_eq!(Cockatiel.admit(&mut breaker, 21_999, &mut chance), Admission::Refuse);
        assert_eq!(Cockatiel.admit(&mut breaker, 22_000, &mut chance), Admission::Go);
        Cockatiel.succeeded(&mut breaker, 0.0, 22_100);
        assert_eq!(breaker, Breaker::Closed(0));
    }
}
