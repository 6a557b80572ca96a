//! No policy: one attempt, as an app with `AbortSignal.timeout(10_000)` makes it.

use super::{Failed, Failure, Peer};
use steadfetch::time::Millis;

pub struct None;

impl Peer for None {
    type Client = ();

    fn client(&self) {}

    fn attempt_timeout(&self) -> Option<Millis> {
        Some(10_000)
    }

    fn failed(&self, (): &mut (), _: Failure, _: Failed<'_>) -> Option<Millis> {
        Option::None
    }
}
