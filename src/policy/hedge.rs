//! Hedging: a second attempt when the first one takes unusually long (Dean, Barroso: "The Tail at Scale", CACM 2013).
//!
//! The delay is `delay`, or comes from the latencies seen: their 95th percentile, raised to the percentile that leaves
//! no more than `budget` of the requests above it. A hedge takes a token from a bucket that each request fills by `budget`,
//! so the extra load stays within it. It is not sent where it could only add to trouble: while the endpoint is failing or in
//! doubt, while a sibling request waits as long (then everything is slow, not this request), or without a quick answer
//! from the same endpoint in the last few seconds.
//!
//! Worked: budget 0.02. Every fiftieth request can be hedged; with 2 % of the requests stalled, that is most of them.

use super::budget::above;
use super::latency::Latency;
use super::settings::{Id, Settings};
use crate::time::{Instant, Millis};

/// What answers are thought to take while few are known, ms: above the 99th percentile of the fleet simulation's good answers
/// (0.27 s), well below its stalls (1 to 4 s).
const PRIOR: Millis = 500;

/// A quick answer says for so long that the endpoint itself is well, ms. The trade-off between the tail of single requests and
/// the load on a server that is slow for all is drawn in docs/retry-storms.md: beyond 7 s hedging adds more than a tenth.
pub const FRESH: Millis = 5_000;

/// Hedges of one endpoint.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hedges {
    /// What is missing to one whole token.
    spent: f64,
    /// The last quick answer.
    quick_at: Option<Instant>,
}

/// How long to wait before the second attempt.
pub fn delay(policy: &Settings, latency: &Latency) -> Millis {
    match policy.millis(Id::HedgeDelay) {
        Some(named) if named > 0 => named,
        _ => latency.quantile(above(1.0 - policy.number(Id::HedgeBudget), 0.95), PRIOR),
    }
}

impl Hedges {
    /// A request is sent for the first time.
    pub fn earn(&mut self, policy: &Settings) {
        self.spent = above(self.spent - policy.number(Id::HedgeBudget), 0.0);
    }

    /// An answer came so soon that no hedge was due.
    pub fn saw_quick(&mut self, now: Instant) {
        self.quick_at = Some(now);
    }

    /// Takes a token, where there is one and the endpoint was well a moment ago.
    pub fn take(&mut self, now: Instant) -> bool {
        let well = self.quick_at.is_some_and(|at| now.saturating_sub(at) <= FRESH);
        let allowed = well && self.spent < 1e-9;
        if allowed {
            self.spent = 1.0;
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_the_budgets_share_of_requests_is_hedged() {
        let policy = Settings::built_in();
        let mut hedges = Hedges::default();
        let sent = (0..10_000).filter(|now| {
            hedges.earn(&policy);
            hedges.saw_quick(*now);
            hedges.take(*now)
        });
        let sent = sent.count();
        assert!((190..=201).contains(&sent), "{sent}");
    }

    #[test]
    fn without_a_fresh_quick_answer_nothing_is_hedged() {
        let mut hedges = Hedges::default();
        assert!(!hedges.take(0));
        hedges.saw_quick(100);
        assert!(!hedges.clone().take(100 + FRESH + 1) && hedges.take(100 + FRESH));
    }

    #[test]
    fn the_delay_is_the_options_or_the_percentile_that_fits_the_budget() {
        let mut policy = Settings::built_in();
        let mut latency = Latency::default();
        (0..100).for_each(|number| latency.add(if number < 98 { 50 } else { 900 }));
        assert!(delay(&policy, &latency) > 400, "the 98th percentile, of which little is known yet");
        policy.set(Id::HedgeBudget, 0.1);
        assert!(delay(&policy, &latency) < 100);
        policy.set(Id::HedgeDelay, 70.0);
        assert_eq!(delay(&policy, &latency), 70);
    }
}
