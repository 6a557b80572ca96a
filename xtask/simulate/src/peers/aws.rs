//! AWS SDKs, standard mode with the 2026 constants: 3 attempts, full jitter on min(20 s, base · 2ⁿ) with base 50 ms, 1 s
//! when throttled; a quota of 500 tokens per client, 14 for a retry, 5 when throttled; a success gives its retry's tokens
//! back, or one where there was none. Here with a timeout of 10 s per attempt, which is transient.

use super::{Failed, Failure, Peer};
use steadfetch::time::Millis;

const QUOTA: f64 = 500.0;
const COST: f64 = 14.0;
const THROTTLED_COST: f64 = 5.0;

pub struct Standard;

impl Peer for Standard {
    type Client = f64;

    fn client(&self) -> f64 {
        QUOTA
    }

    fn attempt_timeout(&self) -> Option<Millis> {
        Some(10_000)
    }

    fn succeeded(&self, quota: &mut f64, taken: f64, _: Millis) {
        *quota = (*quota + taken.max(1.0)).min(QUOTA);
    }

    fn failed(&self, quota: &mut f64, failure: Failure, call: Failed<'_>) -> Option<Millis> {
        let throttled = failure == Failure::Status(429);
        let transient = match failure {
            Failure::Status(status) => matches!(status, 500 | 502 | 503 | 504),
            Failure::Network | Failure::Timeout => true,
            Failure::Refused => false,
        };
        let cost = if throttled { THROTTLED_COST } else { COST };
        if !(transient || throttled) || call.attempt >= 3 || *quota < cost {
            return None;
        }
        *quota -= cost;
        *call.memo = cost;
        let base = if throttled { 1000.0 } else { 50.0 };
        let longest = (base * f64::from(1 << (call.attempt - 1))).min(20_000.0);
        Some(call.chance.between(0.0, longest) as Millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::testing::{fail, ranges};

    #[test]
    fn two_retries_with_full_jitter() {
        let fast = ranges(&Standard, Failure::Status(503));
        assert_eq!(fast.len(), 2);
        assert!(fast[0].0 < 2 && (48..50).contains(&fast[0].1), "{fast:?}");
        assert!(fast[1].0 < 2 && (97..100).contains(&fast[1].1), "{fast:?}");
        let slow = ranges(&Standard, Failure::Status(429));
        assert!((970..1000).contains(&slow[0].1) && (1940..2000).contains(&slow[1].1), "{slow:?}");
    }

    #[test]
    fn the_quota_runs_out_and_comes_back() {
        let mut quota = Standard.client();
        let granted =
            (0..100).filter(|_| fail(&Standard, &mut quota, Failure::Timeout, 1, 0).is_some()).count();
        assert_eq!((granted, quota), (35, 10.0));
        Standard.succeeded(&mut quota, 0.0, 0);
        assert_eq!(quota, 11.0);
        Standard.succeeded(&mut quota, COST, 0);
        assert_eq!(quota, 25.0);
        assert!(fail(&Standard, &mut quota, Failure::Status(429), 1, 0).is_some());
        assert_eq!(quota, 20.0);
    }
}
