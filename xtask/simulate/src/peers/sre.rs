//! Google's SRE book, "Handling Overload": a client refuses with probability max(0, (requests − K · accepts) / (requests +
//! 1)) over two minutes, K = 2; at most 3 attempts, and retries at most a tenth of the requests. Here with a timeout of 10 s
//! per attempt and full jitter from 100 ms.

use super::{Admission, Failed, Failure, Peer};
use crate::chance::Chance;
use steadfetch::time::Millis;

const K: f64 = 2.0;
const PARTS: usize = 24;
const PART: Millis = 120_000 / PARTS as Millis;
const RETRY_RATIO: f64 = 0.1;

#[derive(Clone, Copy, Debug, Default)]
struct Part {
    number: Millis,
    requests: u32,
    accepts: u32,
    retries: u32,
}

/// The last two minutes.
#[derive(Clone, Debug, Default)]
pub struct History {
    parts: [Part; PARTS],
}

impl History {
    fn part(&mut self, now: Millis) -> &mut Part {
        let number = now / PART;
        let part = &mut self.parts[number as usize % PARTS];
        if part.number != number {
            *part = Part { number, ..Part::default() };
        }
        part
    }

    fn sum(&self, now: Millis) -> (f64, f64, f64) {
        let fresh = self.parts.iter().filter(|part| part.number + PARTS as Millis > now / PART);
        let sums = fresh.fold((0, 0, 0), |(requests, accepts, retries), part| {
            (requests + part.requests, accepts + part.accepts, retries + part.retries)
        });
        (f64::from(sums.0), f64::from(sums.1), f64::from(sums.2))
    }

    fn refusal(&self, now: Millis) -> f64 {
        let (requests, accepts, _) = self.sum(now);
        ((requests - K * accepts) / (requests + 1.0)).max(0.0)
    }
}

pub struct Sre;

impl Peer for Sre {
    type Client = Box<History>;

    fn client(&self) -> Box<History> {
        Box::default()
    }

    fn attempt_timeout(&self) -> Option<Millis> {
        Some(10_000)
    }

    /// Requests count as they are made, refused ones too.
    fn admit(&self, history: &mut Box<History>, now: Millis, chance: &mut Chance) -> Admission {
        let refused = chance.hits(history.refusal(now));
        history.part(now).requests += 1;
        if refused { Admission::Refuse } else { Admission::Go }
    }

    fn succeeded(&self, history: &mut Box<History>, _: f64, now: Millis) {
        history.part(now).accepts += 1;
    }

    fn failed(&self, history: &mut Box<History>, failure: Failure, call: Failed<'_>) -> Option<Millis> {
        let retried = match failure {
            Failure::Status(status) => status >= 500,
            Failure::Network | Failure::Timeout => true,
            Failure::Refused => false,
        };
        let (requests, _, retries) = history.sum(call.now);
        if !retried || call.attempt >= 3 || retries >= RETRY_RATIO * requests {
            return None;
        }
        history.part(call.now).retries += 1;
        Some(call.chance.between(0.0, f64::from(100 << (call.attempt - 1))) as Millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::testing::fail;

    #[test]
    fn the_chance_of_a_refusal_follows_the_formula() {
        let mut history = Sre.client();
        let mut chance = Chance::new(1, 1);
        for _ in 0..10 {
            history.part(1000).requests += 1;
            Sre.succeeded(&mut history, 0.0, 1000);
        }
        assert_eq!(history.refusal(1000), 0.0);
        history.part(1000).requests += 30;
        assert!((history.refusal(1000) - 20.0 / 41.0).abs() < 1e-12);
        let refused =
            (0..1).filter(|_| Sre.admit(&mut history, 121_000, &mut chance) == Admission::Refuse).count();
        assert_eq!(refused, 0, "after two minutes all is forgotten");
    }

    #[test]
    fn a_tenth_of_the_requests_are_retries() {
        let mut history = Sre.client();
        history.part(1000).requests += 50;
        let granted =
            (0..50).filter(|_| fail(&Sre, &mut history, Failure::Status(503), 1, 1000).is_some()).count();
        assert_eq!(granted, 5);
        history.part(1000).requests += 50;
        assert!(fail(&Sre, &mut history, Failure::Status(503), 3, 1000).is_none(), "three attempts");
    }
}
