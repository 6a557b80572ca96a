//! axios-retry 4.5: 3 retries of network errors and 5xx of idempotent requests; no delay, or 100 · 2ⁿ ms + 0–20 %.
//! axios itself has no timeout.

use super::{Failed, Failure, Peer, is_server_error};
use steadfetch::time::Millis;

pub struct AxiosRetry {
    pub exponential: bool,
}

impl Peer for AxiosRetry {
    type Client = ();

    fn client(&self) {}

    fn failed(&self, (): &mut (), failure: Failure, call: Failed<'_>) -> Option<Millis> {
        let retried = match failure {
            Failure::Status(status) => is_server_error(status),
            Failure::Network => true,
            Failure::Timeout | Failure::Refused => false,
        };
        if !retried || call.attempt > 3 {
            return None;
        }
        if !self.exponential {
            return Some(0);
        }
        let delay = f64::from(100 << call.attempt);
        Some((delay + call.chance.between(0.0, 0.2) * delay) as Millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::testing::{delays, ranges};

    #[test]
    fn three_retries_at_once() {
        assert_eq!(delays(&AxiosRetry { exponential: false }, Failure::Status(502)), [0, 0, 0]);
        assert!(delays(&AxiosRetry { exponential: false }, Failure::Status(429)).is_empty());
    }

    #[test]
    fn exponential_with_a_fifth_on_top() {
        let ranges = ranges(&AxiosRetry { exponential: true }, Failure::Network);
        assert_eq!(ranges.len(), 3);
        for (range, base) in ranges.iter().zip([200, 400, 800]) {
            assert!(range.0 >= base && range.0 < base + base / 50, "{range:?}");
            assert!(range.1 < base * 6 / 5 && range.1 > base * 118 / 100, "{range:?}");
        }
    }
}
