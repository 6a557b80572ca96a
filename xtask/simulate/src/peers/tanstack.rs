//! TanStack Query 5: `retry` 3, `retryDelay` min(1000 · 2ⁿ, 30 000) ms without jitter, no timeout; network mode "online"
//! pauses queries and retries while the browser is offline and resumes them all at once.

use super::{Failed, Failure, Peer};
use steadfetch::time::Millis;

pub struct TanStack {
    /// The query function's own time limit.
    pub abort: Option<Millis>,
}

impl Peer for TanStack {
    type Client = ();

    fn client(&self) {}

    fn attempt_timeout(&self) -> Option<Millis> {
        self.abort
    }

    fn pauses_offline(&self) -> bool {
        true
    }

    fn failed(&self, (): &mut (), _: Failure, call: Failed<'_>) -> Option<Millis> {
        (call.attempt <= 3).then(|| (1000u64 << (call.attempt - 1)).min(30_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::testing::delays;

    #[test]
    fn three_retries_after_1_2_and_4_s() {
        let peer = TanStack { abort: Some(10_000) };
        for failure in [Failure::Status(404), Failure::Network, Failure::Timeout] {
            assert_eq!(delays(&peer, failure), [1000, 2000, 4000]);
        }
    }
}
