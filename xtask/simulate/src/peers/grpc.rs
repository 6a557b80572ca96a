//! gRPC proposal A6 with its example: 4 attempts, 0.1 s · 2ⁿ up to 1 s, ± 20 %; UNAVAILABLE is retried (which is what 429,
//! 502, 503, 504 and a lost connection become). Throttling: 10 tokens, −1 per failure, +0.1 per success, no retry at or
//! below half. No deadline.

use super::{Failed, Failure, Peer};
use steadfetch::time::Millis;

const TOKENS: f64 = 10.0;
const RATIO: f64 = 0.1;

pub struct A6;

impl Peer for A6 {
    type Client = f64;

    fn client(&self) -> f64 {
        TOKENS
    }

    fn succeeded(&self, tokens: &mut f64, _: f64, _: Millis) {
        *tokens = (*tokens + RATIO).min(TOKENS);
    }

    fn failed(&self, tokens: &mut f64, failure: Failure, call: Failed<'_>) -> Option<Millis> {
        if !matches!(failure, Failure::Status(429 | 502 | 503 | 504) | Failure::Network) {
            return None;
        }
        *tokens = (*tokens - 1.0).max(0.0);
        if call.attempt >= 4 || *tokens <= TOKENS / 2.0 {
            return None;
        }
        let delay = (100.0 * f64::from(1 << (call.attempt - 1))).min(1000.0);
        Some((delay * call.chance.between(0.8, 1.2)) as Millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::testing::{fail, ranges};

    #[test]
    fn three_retries_from_100_ms_within_a_fifth() {
        let ranges = ranges(&A6, Failure::Status(503));
        assert_eq!(ranges.len(), 3);
        for (range, delay) in ranges.iter().zip([100, 200, 400]) {
            assert!(range.0 >= delay * 4 / 5 && range.0 < delay * 82 / 100 + 1, "{range:?}");
            assert!(range.1 < delay * 6 / 5 && range.1 >= delay * 118 / 100 - 1, "{range:?}");
        }
    }

    #[test]
    fn half_the_tokens_stop_it_and_successes_bring_it_back() {
        let mut tokens = A6.client();
        let granted =
            (0..10).filter(|_| fail(&A6, &mut tokens, Failure::Status(503), 1, 0).is_some()).count();
        assert_eq!((granted, tokens), (4, 0.0));
        for _ in 0..61 {
            A6.succeeded(&mut tokens, 0.0, 0);
        }
        assert!(fail(&A6, &mut tokens, Failure::Status(503), 1, 0).is_some());
        assert!(fail(&A6, &mut tokens, Failure::Status(503), 1, 0).is_none());
    }
}
