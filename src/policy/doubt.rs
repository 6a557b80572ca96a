//! Holding requests while an endpoint is in doubt.
//!
//! A tab sees few outcomes, too few for a ratio. What it does see: that nothing has come back for a while, or that the last
//! outcome was a failure. From then on requests go in single file, one attempt at a time, the others held behind it, until
//! one succeeds. It is the least that a client can send and still learn: a fleet of tabs in single file offers an overloaded
//! server about what it can serve (chosen by the fleet simulation, see the docs on retry storms).
//!
//! Worked: a request is silent for 2 s; the next ones are held. It times out at 9.5 s: the newest held one goes next, alone.
//! That one succeeds: all others follow within 3 s, spread at random.

use crate::time::{Instant, Millis};

/// Nothing has come back for so long: doubt, ms.
pub const SILENCE: Millis = 2_000;

/// After doubt, held requests are released over so long, ms.
pub const SPREAD: Millis = 3_000;

/// What one endpoint's attempts say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Doubt {
    /// Attempts under way that have a time limit.
    in_flight: u32,
    /// Since when the endpoint owes an outcome: the oldest attempt under way, or the last success since.
    silent_since: Option<Instant>,
    /// The last outcome was a failure.
    failing: bool,
    /// No attempt before this time: the backoff of the endpoint, not of one call.
    not_before: Instant,
}

impl Doubt {
    /// An attempt goes out.
    pub fn sent(&mut self, now: Instant) {
        self.in_flight = self.in_flight.saturating_add(1);
        self.silent_since = self.silent_since.or(Some(now));
    }

    /// An attempt ended with an outcome.
    pub fn ended(&mut self, failed: bool, now: Instant) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.failing = failed;
        if !failed {
            self.not_before = 0;
            self.silent_since = Some(now);
        }
        if self.in_flight == 0 {
            self.silent_since = None;
        }
    }

    /// An attempt ended without an outcome.
    pub fn dropped(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if self.in_flight == 0 {
            self.silent_since = None;
        }
    }

    /// No attempt before this time.
    pub fn hold_until(&mut self, until: Instant) {
        self.not_before = self.not_before.max(until);
    }

    /// Until when nothing goes out.
    pub fn not_before(&self) -> Instant {
        self.not_before
    }

    /// Whether the endpoint is in doubt.
    pub fn is_in_doubt(&self, now: Instant) -> bool {
        self.failing || self.silent_since.is_some_and(|since| now.saturating_sub(since) >= SILENCE)
    }

    /// Whether a hedge may go: nothing failed, and no sibling of the slow attempt has waited as long as it.
    pub fn is_well(&self, now: Instant, delay: Millis) -> bool {
        let silent = self.silent_since.is_some_and(|since| now.saturating_sub(since) >= delay);
        let siblings = self.in_flight > 1;
        !(self.failing || silent && siblings)
    }

    /// Whether an attempt must wait for the outcome of another one.
    pub fn is_taken(&self, now: Instant) -> bool {
        self.in_flight > 0 && self.is_in_doubt(now)
    }
}
