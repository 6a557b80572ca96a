//! Polly's standard resilience handler for HTTP: attempt timeout 10 s, 3 retries with decorrelated jitter from 2 s, a
//! breaker that opens for 5 s when 10 % of at least 100 outcomes within 30 s failed, 30 s in total.

use super::{Admission, Failed, Failure, Peer, decorrelated};
use crate::chance::Chance;
use steadfetch::time::Millis;

const WINDOW: Millis = 30_000;
const BREAK: Millis = 5_000;
const LEAST: u32 = 100;
const RATIO: f64 = 0.1;
/// The window moves in parts of this length, as the library's does.
const PART: Millis = WINDOW / 10;

#[derive(Clone, Debug, Default)]
pub struct Breaker {
    /// Outcomes and failures of each part of the window, with the part's number.
    parts: [(Millis, u32, u32); 10],
    open_until: Option<Millis>,
    probing: bool,
}

impl Breaker {
    fn count(&mut self, failed: bool, now: Millis) {
        if self.probing {
            self.probing = false;
            self.open_until = failed.then_some(now + BREAK);
            return;
        }
        let number = now / PART;
        let part = &mut self.parts[(number % 10) as usize];
        if part.0 != number {
            *part = (number, 0, 0);
        }
        part.1 += 1;
        part.2 += u32::from(failed);
        if failed && self.open_until.is_none() {
            let fresh = self.parts.iter().filter(|part| part.0 + 10 > number);
            let (all, bad) = fresh.fold((0, 0), |(all, bad), part| (all + part.1, bad + part.2));
            if all >= LEAST && f64::from(bad) >= RATIO * f64::from(all) {
                self.open_until = Some(now + BREAK);
                self.parts = Default::default();
            }
        }
    }
}

pub struct Standard;

impl Peer for Standard {
    type Client = Box<Breaker>;

    fn client(&self) -> Box<Breaker> {
        Box::default()
    }

    fn attempt_timeout(&self) -> Option<Millis> {
        Some(10_000)
    }

    fn admit(&self, breaker: &mut Box<Breaker>, now: Millis, _: &mut Chance) -> Admission {
        match breaker.open_until {
            Some(_) if breaker.probing => Admission::Refuse,
            Some(until) if now < until => Admission::Refuse,
            Some(_) => {
                breaker.probing = true;
                Admission::Go
            }
            None => Admission::Go,
        }
    }

    fn succeeded(&self, breaker: &mut Box<Breaker>, _: f64, now: Millis) {
        breaker.count(false, now);
    }

    fn failed(&self, breaker: &mut Box<Breaker>, failure: Failure, call: Failed<'_>) -> Option<Millis> {
        let handled = match failure {
            Failure::Status(status) => status >= 500 || matches!(status, 408 | 429),
            Failure::Network | Failure::Timeout => true,
            Failure::Refused => false,
        };
        if failure != Failure::Refused {
            breaker.count(handled, call.now);
        }
        (handled && call.attempt <= 3)
            .then(|| decorrelated(2000.0, call.attempt, call.memo, call.chance) as Millis)
    }

    fn aborted(&self, breaker: &mut Box<Breaker>, _: Millis) {
        // The probe's place is free again; an abort counts neither way.
        breaker.probing = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::testing::{fail, ranges};

    #[test]
    fn three_retries_with_decorrelated_jitter_from_2_s() {
        let ranges = ranges(&Standard, Failure::Timeout);
        assert_eq!(ranges.len(), 3);
        assert!(ranges[0].0 < 60 && (2650..2760).contains(&ranges[0].1), "{ranges:?}");
        let mut chance = Chance::new(1, 1);
        let mut first: Vec<f64> =
            (0..10_001).map(|_| decorrelated(2000.0, 1, &mut 0.0, &mut chance)).collect();
        first.sort_by(f64::total_cmp);
        assert!(
            (1700.0..2100.0).contains(&first[5000]),
            "the median first delay is near 2 s: {}",
            first[5000]
        );
        assert_eq!(fail(&Standard, &mut Standard.client(), Failure::Status(404), 1, 0), None);
    }

    #[test]
    fn a_tenth_of_a_hundred_opens_it_for_5_s() {
        let mut chance = Chance::new(1, 1);
        let mut breaker = Standard.client();
        for n in 0..90 {
            Standard.succeeded(&mut breaker, 0.0, n * 100);
        }
        for _ in 0..9 {
            fail(&Standard, &mut breaker, Failure::Status(503), 1, 9_000);
            assert_eq!(Standard.admit(&mut breaker, 9_000, &mut chance), Admission::Go, "99 are too few");
        }
        fail(&Standard, &mut breaker, Failure::Status(503), 1, 9_000);
        assert_eq!(Standard.admit(&mut breaker, 13_999, &mut chance), Admission::Refuse);
        assert_eq!(Standard.admit(&mut breaker, 14_000, &mut chance), Admission::Go);
        assert_eq!(Standard.admit(&mut breaker, 14_000, &mut chance), Admission::Refuse, "one probe");
        Standard.succeeded(&mut breaker, 0.0, 14_100);
        assert_eq!(Standard.admit(&mut breaker, 14_100, &mut chance), Admission::Go);
        for n in 0..200 {
            fail(&Standard, &mut breaker, Failure::Timeout, 1, 20_000 + n * 400);
        }
        assert_eq!(breaker.open_until, None, "75 within 30 s are too few");
    }
}
