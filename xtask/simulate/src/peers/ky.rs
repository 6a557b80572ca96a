//! ky 2.1: `retry.limit` 2 for GET, delay 300 · 2ⁿ⁻¹ ms without jitter, a 10 s timeout per attempt that is not retried.

use super::{Failed, Failure, Peer};
use steadfetch::time::Millis;

const STATUSES: [u16; 7] = [408, 413, 429, 500, 502, 503, 504];

pub struct Ky;

impl Peer for Ky {
    type Client = ();

    fn client(&self) {}

    fn attempt_timeout(&self) -> Option<Millis> {
        Some(10_000)
    }

    fn failed(&self, (): &mut (), failure: Failure, call: Failed<'_>) -> Option<Millis> {
        let retried = match failure {
            Failure::Status(status) => STATUSES.contains(&status),
            Failure::Network => true,
            Failure::Timeout | Failure::Refused => false,
        };
        (retried && call.attempt <= 2).then(|| 300 << (call.attempt - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::testing::delays;

    #[test]
    fn two_retries_after_300_and_600_ms() {
        assert_eq!(delays(&Ky, Failure::Status(503)), [300, 600]);
        assert_eq!(delays(&Ky, Failure::Network), [300, 600]);
        assert!(delays(&Ky, Failure::Timeout).is_empty());
        assert!(delays(&Ky, Failure::Status(501)).is_empty());
    }
}
