//! Pacing by the server's RateLimit fields, before it has to answer 429 (draft-ietf-httpapi-ratelimit-headers).
//!
//! `RateLimit: "default";r=5;t=30` says that five more requests fit into the next 30 s. They go at once when the app makes
//! them; the sixth waits. That is kinder to people than spacing all of them, and the server sees no more.
//! `RateLimit-Policy: "uploads";q=2;qu="concurrent-requests"` bounds what is in flight instead.

use super::endpoint::LONGEST;
use crate::time::{Instant, Millis, later};

/// What the server's fields say about quota.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quota {
    /// Requests left, and for how long that holds, ms.
    pub left: Option<(u64, Millis)>,
    /// Requests in flight at most.
    pub concurrent: Option<u64>,
}

/// The pace of one rule at one endpoint.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    left: u64,
    until: Instant,
    concurrent: Option<u64>,
    in_flight: u64,
    /// A 429's cool-down, or a pause until the quota is new.
    cool_down: Instant,
}

impl Pace {
    /// The server says how much is left.
    pub fn learn(&mut self, quota: Quota, now: Instant) {
        if let Some((left, reset)) = quota.left {
            // What is under way was sent before this answer was written, and may not be counted yet.
            self.left = left.saturating_sub(self.in_flight);
            self.until = later(now, reset.min(LONGEST));
        }
        self.concurrent = quota.concurrent.or(self.concurrent);
    }

    /// The server says to come back then.
    pub fn cool_down(&mut self, until: Instant) {
        self.cool_down = self.cool_down.max(until);
    }

    /// When the cool-down ends; 0: there was none.
    pub fn cooled_at(&self) -> Instant {
        self.cool_down
    }

    /// When the next request may go; `None`: when one that is in flight has ended.
    pub fn next(&self, now: Instant) -> Option<Instant> {
        if self.concurrent.is_some_and(|most| self.in_flight >= most.max(1)) {
            return None;
        }
        let quota = if self.left == 0 { self.until } else { 0 };
        Some(self.cool_down.max(quota).max(now))
    }

    /// A request goes out.
    pub fn sent(&mut self, now: Instant) {
        self.in_flight = self.in_flight.saturating_add(1);
        if now >= self.until {
            // A new window, of which nothing is known.
            self.until = 0;
        }
        self.left = self.left.saturating_sub(1);
    }

    /// A request has ended.
    pub fn ended(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_goes_at_once_and_the_next_one_waits() {
        let mut pace = Pace::default();
        assert_eq!(pace.next(5), Some(5));
        pace.learn(Quota { left: Some((2, 3000)), concurrent: None }, 1000);
        for _ in 0..2 {
            assert_eq!(pace.next(1500), Some(1500));
            pace.sent(1500);
        }
        assert_eq!(pace.next(1600), Some(4000));
        assert_eq!(pace.next(4000), Some(4000));
        pace.sent(4000);
        assert_eq!(pace.next(4001), Some(4001), "an old window binds nobody");
    }

    #[test]
    fn concurrent_requests_wait_for_each_other() {
        let mut pace = Pace::default();
        pace.learn(Quota { left: None, concurrent: Some(1) }, 0);
        pace.sent(0);
        assert_eq!(pace.next(1), None);
        pace.ended();
        assert_eq!(pace.next(1), Some(1));
    }
}
