//! The circuit breaker of one endpoint (Nygard, "Release It!", 2007).
//!
//! ```text
//! closed ──failures──▶ open ──its time is over──▶ half-open ──probe good──▶ closed
//!                       ▲                            │
//!                       └────────probe failed────────┘  longer each time, up to a cap
//! ```
//! It opens on `consecutive` failures in a row, or when `failureRatio` of at least `minimum` outcomes within `window`
//! failed; an answer slower than `slow` counts as failed. Half-open lets one attempt through, the probe, under a lease: a
//! probe that never comes back does not lock the endpoint for ever.
//!
//! Worked: consecutive 3, open 4 s, openCap 8 s. Failures at 0, 1, 2 s open it until 4 to 6 s (the open time is drawn from
//! its upper half, so that tabs do not probe together); a failed probe opens it for 4 to 8 s; one good probe closes it.

use super::settings::{Id, Settings};
use crate::random::Random;
use crate::time::{Instant, Millis, later};

/// The window is kept in so many parts; the oldest leaves as a whole.
const PARTS: usize = 8;

/// The lease of a probe whose attempt has no time limit of its own, ms.
const LEASE: Millis = 30_000;

/// Nothing is held for a breaker that stays open for longer than this: failing at once is kinder, ms. In the fleet simulation
/// 8 s instead let the load after an outage peak at 1.4 times the usual (1.2), and 2 s lose 2.5 s of 30 % failing attempts (1.9).
pub const PATIENCE: Millis = 4_500;

/// So many more failures in a row are borne of a flaky endpoint. Without it the fleet simulation loses 2.4 s of 30 % failing
/// attempts instead of 1.9; 5 more change nothing.
const FLAKY: u32 = 2;

/// Its state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Everything passes.
    #[default]
    Closed,
    /// Nothing passes.
    Open {
        /// Until then.
        until: Instant,
    },
    /// One probe passes at a time.
    HalfOpen {
        /// The end of the lease of the probe that is under way, if one is.
        lease: Option<Instant>,
    },
}

impl State {
    /// Its name in the public API.
    pub const fn name(self) -> &'static str {
        match self {
            State::Closed => "closed",
            State::Open { .. } => "open",
            State::HalfOpen { .. } => "half-open",
        }
    }
}

/// What it says to an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may go.
    Pass,
    /// It may go, as the probe.
    Probe,
    /// Not before this time.
    OpenUntil(Instant),
    /// A probe is under way, which may take until then.
    Probing(Instant),
}

/// The breaker of one endpoint.
#[derive(Clone, Debug, Default)]
pub struct Breaker {
    state: State,
    /// Failures since the last success.
    consecutive: u32,
    /// Times in a row that it opened.
    opened: u32,
    /// When an answer last followed a failure.
    mixed_at: Option<Instant>,
    /// When it opened last, and when a success closed it last.
    opened_at: Instant,
    closed_at: Instant,
    /// Outcomes and failures in the window, part by part.
    parts: [(u32, u32); PARTS],
    /// The number of the part that fills now, counted from time 0.
    part: u64,
}

impl Breaker {
    /// Its state as of the last input; [`Breaker::verdict`] turns open into half-open when its time is over.
    pub fn state(&self) -> State {
        self.state
    }

    /// Failures since the last success.
    pub fn consecutive(&self) -> u32 {
        self.consecutive
    }

    /// Whether a probe has failed since it opened: the outage lasts, and nothing is tried again for one call. A breaker that is
    /// closed, since the options bear more failures, says nothing of the kind.
    pub fn lasts(&self) -> bool {
        self.consecutive >= 5 && self.state != State::Closed
    }

    /// What it says to an attempt now; nothing changes.
    pub fn verdict(&self, now: Instant) -> Verdict {
        match self.state {
            State::Closed => Verdict::Pass,
            State::Open { until } if now < until => Verdict::OpenUntil(until),
            State::HalfOpen { lease: Some(lease) } if now < lease => Verdict::Probing(lease),
            _ => Verdict::Probe,
        }
    }

    /// An attempt goes out. Where it is the probe: the end of its lease. `limit`: the attempt's own time limit.
    pub fn sent(&mut self, limit: Option<Millis>, now: Instant) -> Option<Instant> {
        if self.verdict(now) != Verdict::Probe {
            return None;
        }
        let lease = Some(later(now, limit.unwrap_or(LEASE)));
        self.state = State::HalfOpen { lease };
        lease
    }

    /// The probe with this lease ended without an outcome (aborted): the next attempt takes its place.
    pub fn released(&mut self, probe: Option<Instant>) {
        if let State::HalfOpen { lease } = &mut self.state
            && *lease == probe
        {
            *lease = None;
        }
    }

    /// An attempt ended. Whether the state changed.
    pub fn record(&mut self, failed: bool, now: Instant, policy: &Settings, random: &mut Random) -> bool {
        self.turn(now, policy);
        if let Some((outcomes, failures)) = self.parts.get_mut((self.part % PARTS as u64) as usize) {
            *outcomes = outcomes.saturating_add(1);
            *failures = failures.saturating_add(failed.into());
        }
        if !failed {
            if self.consecutive > 0 {
                self.mixed_at = Some(now);
            }
            self.consecutive = 0;
            let changed = self.state != State::Closed;
            if changed {
                self.close(now);
            }
            return changed;
        }
        self.consecutive = self.consecutive.saturating_add(1);
        let opens = match self.state {
            State::Closed => self.consecutive >= self.threshold(now, policy) || self.too_many(policy),
            // Attempts that were under way when it opened say nothing new.
            State::Open { until } => now >= until,
            State::HalfOpen { .. } => true,
        };
        if opens {
            self.open(now, policy, random);
        }
        opens
    }

    /// Opens, for longer each time: the open time is drawn from the upper half of `open · 2ⁿ`, capped by `openCap`.
    fn open(&mut self, now: Instant, policy: &Settings, random: &mut Random) {
        let first = policy.millis(Id::BreakerOpen).unwrap_or(0);
        let cap = policy.millis(Id::BreakerOpenCap).unwrap_or(first).max(first);
        let longest = first.saturating_mul(1 << self.opened.min(20)).min(cap);
        self.opened = self.opened.saturating_add(1);
        let half = longest / 2;
        self.opened_at = now;
        self.state = State::Open { until: later(now, half + random.up_to(longest - half)) };
    }

    /// Whether an answer has followed a failure within the window: the endpoint is flaky rather than down.
    pub fn is_flaky(&self, now: Instant, policy: &Settings) -> bool {
        let window = policy.millis(Id::BreakerWindow).unwrap_or(0);
        self.mixed_at.is_some_and(|at| now.saturating_sub(at) <= window)
    }

    /// Failures in a row that open it. On a flaky endpoint our own threshold is higher, so that its good answers are not given
    /// up.
    fn threshold(&self, now: Instant, policy: &Settings) -> u32 {
        let lenient = self.is_flaky(now, policy) && !policy.is_named(Id::BreakerConsecutive);
        let patience = if lenient { FLAKY } else { 0 };
        policy.whole(Id::BreakerConsecutive).saturating_add(patience)
    }

    fn too_many(&self, policy: &Settings) -> bool {
        let (outcomes, failures) =
            self.parts.iter().fold((0u32, 0u32), |(all, bad), (outcomes, failures)| {
                (all.saturating_add(*outcomes), bad.saturating_add(*failures))
            });
        outcomes >= policy.whole(Id::BreakerMinimum)
            && f64::from(failures) >= policy.number(Id::BreakerFailureRatio) * f64::from(outcomes)
    }

    /// Lets old parts of the window go, also after a long time without any outcome.
    fn turn(&mut self, now: Instant, policy: &Settings) {
        let length = (policy.millis(Id::BreakerWindow).unwrap_or(0) / PARTS as u64).max(1);
        let part = now / length;
        if part < self.part {
            // Another rule's window has another measure: begin anew.
            self.parts = Default::default();
        }
        let passed = part.saturating_sub(self.part).min(PARTS as u64);
        for step in 1..=passed {
            if let Some(old) = self.parts.get_mut(((self.part.wrapping_add(step)) % PARTS as u64) as usize) {
                *old = (0, 0);
            }
        }
        self.part = part;
    }

    /// One good answer, here or in another tab, closes it and forgets what was.
    pub fn close(&mut self, now: Instant) {
        *self = Breaker {
            part: self.part,
            closed_at: now,
            opened_at: self.opened_at,
            mixed_at: self.mixed_at,
            ..Breaker::default()
        };
    }

    /// Another tab says that it is open until then.
    pub fn adopt(&mut self, until: Instant, opened_at: Instant, now: Instant) {
        let own = if let State::Open { until } = self.state { until } else { 0 };
        if until > now && until > own {
            self.state = State::Open { until };
            self.opened = self.opened.max(1);
            self.opened_at = opened_at;
        }
    }

    /// When it opened last; 0: never.
    pub fn opened_at(&self) -> Instant {
        self.opened_at
    }

    /// When a success closed it last; 0: never.
    pub fn closed_at(&self) -> Instant {
        self.closed_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records these outcomes a second apart, `false` a failure; whether it was open after each.
    fn record(breaker: &mut Breaker, policy: &Settings, from: Instant, outcomes: &[bool]) -> Vec<bool> {
        let mut random = Random::new(1);
        let one = |(second, well): (u64, &bool)| {
            breaker.record(!well, from + second * 1_000, policy, &mut random);
            breaker.state() != State::Closed
        };
        (0..).zip(outcomes).map(one).collect()
    }

    #[test]
    fn an_endpoint_that_answers_between_failures_is_borne_longer() {
        let policy = Settings::built_in();
        let mut breaker = Breaker::default();
        assert_eq!(record(&mut breaker, &policy, 0, &[false, false]), [false, true]);
        assert!(!breaker.is_flaky(2_000, &policy), "it is down");

        let mut breaker = Breaker::default();
        let outcomes = [false, true, false, false, false, false];
        assert_eq!(
            record(&mut breaker, &policy, 0, &outcomes),
            [false, false, false, false, false, true],
            "two failures more than on one that is down"
        );
        let window = policy.millis(Id::BreakerWindow).unwrap();
        assert!(breaker.is_flaky(1_000 + window, &policy) && !breaker.is_flaky(1_001 + window, &policy));
    }

    #[test]
    fn a_threshold_that_the_options_name_holds_for_flaky_endpoints_too() {
        let mut policy = Settings::built_in();
        policy.set(Id::BreakerConsecutive, 2.0);
        let mut breaker = Breaker::default();
        assert_eq!(
            record(&mut breaker, &policy, 0, &[false, true, false, false]),
            [false, false, false, true]
        );
    }

    #[test]
    fn what_closes_it_does_not_make_it_forget_that_it_is_flaky() {
        let policy = Settings::built_in();
        let mut breaker = Breaker::default();
        record(&mut breaker, &policy, 0, &[false, true]);
        breaker.close(2_000);
        assert!(breaker.is_flaky(3_000, &policy) && breaker.consecutive() == 0);
    }

    #[test]
    fn an_outage_lasts_after_five_failures() {
        let policy = Settings::built_in();
        let mut breaker = Breaker::default();
        let mut seen = vec![];
        for second in 0..5 {
            record(&mut breaker, &policy, second * 10_000, &[false]);
            seen.push(breaker.lasts());
        }
        assert_eq!(seen, [false, false, false, false, true]);
        record(&mut breaker, &policy, 60_000, &[true]);
        assert!(!breaker.lasts());
    }

    #[test]
    fn an_outage_lasts_only_where_the_breaker_has_opened() {
        let mut policy = Settings::built_in();
        policy.set(Id::BreakerConsecutive, 20.0);
        policy.set(Id::BreakerMinimum, 1_000.0);
        let mut breaker = Breaker::default();
        record(&mut breaker, &policy, 0, &[false; 19]);
        assert!(!breaker.lasts());
        record(&mut breaker, &policy, 20_000, &[false]);
        assert!(breaker.lasts());
    }
}
