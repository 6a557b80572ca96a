//! Holding requests while an endpoint is in doubt.
//!
//! A tab sees few outcomes, too few for a ratio. What it does see: that the last outcome was a failure, or that nothing has
//! come back for a while. From then on requests go in single file, one attempt at a time, the others held behind it, until
//! one is answered quickly. It is the least that a client can send and still learn: a fleet of tabs in single file offers an
//! overloaded server about what it can serve (chosen by the fleet simulation, see docs/retry-storms.md).
//!
//! Silence alone lets another attempt through every few seconds: a request may just be slow, and its siblings not.
//!
//! Worked: a request fails at 0 s, another one is sent as its successor, three more are held. The first is answered at 1 s:
//! the three follow within 1 s, spread at random. Had the doubt lasted a minute, they would be spread over 9 s, so that a
//! fleet that waited for the same server does not return at once.

use crate::time::{Instant, Millis, later};

/// Nothing has come back for so long: doubt, ms. In the fleet simulation 1.5 s instead lets two more variants miss their goals;
/// less would hold more of what is only a little slow.
const SILENCE: Millis = 600;

/// Without a failure, silence lets another attempt through after so long, ms. In the fleet simulation 2.5 s lose 51 s of a
/// brownout instead of 49, and 10 s save 3 s of a black hole; but one slow request would then hold all others of its endpoint.
const BENEFIT: Millis = 5_000;

/// An answer that took so long does not end doubt, ms. In the fleet simulation 5 s instead lose 51 s of a brownout (49).
pub const SLOW: Millis = 2_000;

/// A doubt that lasted less than this was no outage: what it held follows over as long as it lasted, ms.
const BRIEF: Millis = 500;

/// After a longer one, held requests are released over so long, ms: a fleet has waited for the same moment. In the fleet
/// simulation 4 s instead let the load after a brownout peak at 1.43 times the usual, 15 s do no better.
const SPREAD: Millis = 9_500;

/// Nothing is held for an endpoint that stays closed to it for longer than this: failing at once is kinder, ms. In the fleet
/// simulation 6 s instead lose 84 s at ten times the latency (80), and 1 s recovers 7 s after a black hole with cancellation (goal: 5).
pub const PATIENCE: Millis = 3_000;

/// What one endpoint's attempts say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Doubt {
    /// Attempts under way that have a time limit.
    in_flight: u32,
    /// Since when the endpoint owes an outcome: the oldest attempt under way, or the last success since.
    silent_since: Option<Instant>,
    /// When the last attempt went out.
    sent_at: Instant,
    /// When the first failure came that no quick answer has followed.
    failing_since: Option<Instant>,
    /// The last answer was slow: silence then is no accident.
    slow: bool,
    /// How long the last doubt lasted.
    lasted: Millis,
    /// The pause follows an attempt that timed out.
    timed_out: bool,
    /// No attempt before this time: the backoff of the endpoint, not of one call.
    not_before: Instant,
}

impl Doubt {
    /// An attempt goes out.
    pub fn sent(&mut self, now: Instant) {
        self.in_flight = self.in_flight.saturating_add(1);
        self.silent_since = self.silent_since.or(Some(now));
        self.sent_at = now;
    }

    /// An attempt ended with an outcome after so long.
    pub fn ended(&mut self, failed: bool, took: Millis, usually_slow: bool, now: Instant) {
        if failed {
            self.failing_since = self.failing_since.or(Some(now));
        } else {
            let since = self.failing_since.or(self.silent_since).unwrap_or(now);
            self.lasted = now.saturating_sub(since);
            self.silent_since = Some(now);
            self.slow = took >= SLOW && !usually_slow;
            if took < SLOW {
                self.failing_since = None;
                self.not_before = 0;
            }
        }
        self.dropped();
    }

    /// An attempt ended without an outcome.
    pub fn dropped(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if self.in_flight == 0 {
            self.silent_since = None;
        }
    }

    /// No attempt before this time. `timed_out`: after an attempt that timed out; one that was answered may be the only one
    /// that failed, and new calls wait for the end of its pause.
    pub fn hold_until(&mut self, until: Instant, timed_out: bool) {
        self.not_before = self.not_before.max(until);
        self.timed_out = timed_out;
    }

    /// Whether new calls wait for the end of the pause, however long it is.
    pub fn is_patient(&self) -> bool {
        !self.timed_out
    }

    /// Until when nothing goes out.
    pub fn not_before(&self) -> Instant {
        self.not_before
    }

    /// Whether the last outcome was a failure, and no quick answer has come since.
    pub fn is_failing(&self) -> bool {
        self.failing_since.is_some()
    }

    /// Over how long to spread what was held.
    pub fn spread(&self) -> Millis {
        if self.lasted < BRIEF { self.lasted } else { SPREAD }
    }

    /// Whether a hedge may go: nothing failed, and no sibling of the slow attempt has waited as long as it.
    pub fn is_well(&self, now: Instant, delay: Millis) -> bool {
        let silent = self.silent_since.is_some_and(|since| now.saturating_sub(since) >= delay);
        !(self.is_failing() || silent && self.in_flight > 1)
    }

    /// Whether an attempt must wait for the outcome of another one, and until when at the latest.
    pub fn taken_until(&self, now: Instant) -> Option<Instant> {
        if self.in_flight == 0 {
            return None;
        }
        if self.is_failing() {
            return Some(Instant::MAX);
        }
        let since = self.silent_since?;
        let end = if self.slow { Instant::MAX } else { later(self.sent_at, BENEFIT) };
        ((self.slow || now >= later(since, SILENCE)) && now < end).then_some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_makes_a_single_file_and_a_quick_answer_ends_it() {
        let mut doubt = Doubt::default();
        doubt.sent(0);
        assert_eq!(doubt.taken_until(500), None);
        doubt.ended(true, 500, false, 500);
        assert_eq!(doubt.taken_until(500), None, "nothing is under way");
        doubt.sent(600);
        assert_eq!(doubt.taken_until(601), Some(Instant::MAX));
        doubt.ended(false, SLOW, false, 5_000);
        assert!(doubt.is_failing(), "a slow answer does not end it");
        doubt.sent(6_000);
        doubt.ended(false, 80, false, 6_080);
        assert!(!doubt.is_failing());
        assert_eq!(doubt.spread(), SPREAD, "it lasted for 5.58 s");
    }

    #[test]
    fn silence_holds_others_for_a_while_only() {
        let mut doubt = Doubt::default();
        doubt.sent(0);
        let held: Vec<_> =
            [SILENCE - 1, SILENCE, 4_999, 5_000].into_iter().map(|now| doubt.taken_until(now)).collect();
        assert_eq!(held, [None, Some(5_000), Some(5_000), None]);
        doubt.sent(200);
        doubt.ended(false, 100, false, 300);
        assert_eq!(doubt.taken_until(300 + SILENCE - 1), None, "silence counts from the last answer");
    }

    #[test]
    fn after_a_slow_answer_requests_go_in_single_file_unless_the_endpoint_is_usually_slow() {
        for (usually_slow, file) in [(false, Some(Instant::MAX)), (true, None)] {
            let mut doubt = Doubt::default();
            doubt.sent(0);
            doubt.ended(false, SLOW, usually_slow, SLOW);
            assert_eq!(doubt.taken_until(SLOW), None, "nothing is under way");
            doubt.sent(SLOW);
            assert_eq!(doubt.taken_until(SLOW + 1), file);
        }
        let mut doubt = Doubt::default();
        doubt.sent(0);
        doubt.ended(false, SLOW, false, SLOW);
        doubt.sent(SLOW);
        doubt.sent(SLOW);
        doubt.ended(false, 80, false, SLOW + 80);
        assert_eq!(doubt.taken_until(SLOW + 81), None, "a quick one ends it");
    }

    #[test]
    fn what_was_held_is_spread_over_as_long_as_doubt_lasted_with_a_cap() {
        let spread = |lasted| {
            let mut doubt = Doubt::default();
            doubt.sent(0);
            doubt.ended(true, 0, false, 0);
            doubt.sent(lasted);
            doubt.ended(false, 5, false, lasted);
            doubt.spread()
        };
        assert_eq!([0, 400, BRIEF, SPREAD + 1, 600_000].map(spread), [0, 400, SPREAD, SPREAD, SPREAD]);
    }

    #[test]
    fn a_quick_answer_ends_the_endpoints_pause_and_a_failure_does_not() {
        let mut doubt = Doubt::default();
        doubt.hold_until(9_000, true);
        doubt.hold_until(4_000, false);
        assert_eq!(doubt.not_before(), 9_000, "the later one holds");
        doubt.sent(0);
        doubt.ended(true, 5, false, 5);
        assert_eq!(doubt.not_before(), 9_000);
        doubt.sent(10);
        doubt.ended(false, 5, false, 15);
        assert_eq!(doubt.not_before(), 0);
    }
}
