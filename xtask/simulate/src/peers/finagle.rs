//! Finagle's retry budget: each request deposits 20 % of a retry for 10 s, beside 10 retries per second; here at most 3
//! retries, at once, of an attempt that may take 10 s.

use super::{Failed, Failure, Peer};
use steadfetch::time::Millis;

const TTL: Millis = 10_000;
const PERCENT: f64 = 0.2;
const RESERVE: f64 = 10.0 * TTL as f64 / 1000.0;
const PARTS: usize = 10;
const PART: Millis = TTL / PARTS as Millis;

/// Tokens by the second in which they were deposited (more than 0) or withdrawn.
#[derive(Clone, Debug, Default)]
pub struct Budget {
    parts: [(Millis, f64); PARTS],
}

impl Budget {
    fn add(&mut self, tokens: f64, now: Millis) {
        let number = now / PART;
        let part = &mut self.parts[number as usize % PARTS];
        if part.0 != number {
            *part = (number, 0.0);
        }
        part.1 += tokens;
    }

    fn balance(&self, now: Millis) -> f64 {
        let fresh = self.parts.iter().filter(|part| part.0 + PARTS as Millis > now / PART);
        RESERVE + fresh.map(|part| part.1).sum::<f64>()
    }
}

pub struct Finagle;

impl Peer for Finagle {
    type Client = Box<Budget>;

    fn client(&self) -> Box<Budget> {
        Box::default()
    }

    fn attempt_timeout(&self) -> Option<Millis> {
        Some(10_000)
    }

    fn begins(&self, budget: &mut Box<Budget>, now: Millis) {
        budget.add(PERCENT, now);
    }

    fn failed(&self, budget: &mut Box<Budget>, failure: Failure, call: Failed<'_>) -> Option<Millis> {
        let retried = match failure {
            Failure::Status(status) => status >= 500,
            Failure::Network | Failure::Timeout => true,
            Failure::Refused => false,
        };
        if !retried || call.attempt > 3 || budget.balance(call.now) < 1.0 {
            return None;
        }
        budget.add(-1.0, call.now);
        Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::testing::{delays, fail};

    #[test]
    fn three_retries_at_once() {
        assert_eq!(delays(&Finagle, Failure::Timeout), [0, 0, 0]);
    }

    #[test]
    fn the_budget_is_a_reserve_and_a_fifth_of_the_requests_of_ten_seconds() {
        let spend = |budget: &mut Box<Budget>, now| {
            (0..1000).filter(|_| fail(&Finagle, budget, Failure::Status(503), 1, now).is_some()).count()
        };
        let mut budget = Finagle.client();
        assert_eq!(spend(&mut budget, 5_000), 100);
        for _ in 0..100 {
            Finagle.begins(&mut budget, 5_500);
        }
        assert_eq!(spend(&mut budget, 6_000), 20);
        assert_eq!(spend(&mut budget, 14_999), 0);
        assert!(spend(&mut budget, 17_000) >= 99, "what was spent expires");
    }
}
