//! One feature under trouble: full → reduced → off and back, by what its breakers say.
//!
//! ```text
//!          nothing that it needs works           ... and a minute later still not, with nothing to stand in
//! full ─────────────────────────────▶ reduced ─────────────────────────────▶ off
//!   ◀───────────────────────────────          ◀─────────────────────────────
//!        well for 15 s without a break              well for 15 s without a break
//! ```
//! It gets worse at once and better one step at a time. A feature that leaves full again soon after it came back must be
//! well for twice as long as the last time: an endpoint that alternates makes it wait, not flap.
//!
//! Worked: its endpoint fails at 0 s: reduced. It answers at 20 s, fails at 30 s, answers at 40 s: still reduced. Full at 55 s.
//! It fails at 70 s and answers at 80 s: reduced from 70 s to 110 s.

use crate::names::names;
use crate::time::{Instant, Millis, later};

/// How far a feature is on, by its name in the public API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// All of it.
    #[default]
    Full,
    /// A copy is good enough, where there is one.
    Reduced,
    /// Nothing is sent.
    Off,
}

names!(Level { Full = "full", Reduced = "reduced", Off = "off" });

impl Level {
    /// All of them, the best first.
    pub const ALL: [Level; 3] = [Level::Full, Level::Reduced, Level::Off];

    /// The next better one.
    const fn better(self) -> Level {
        match self {
            Level::Off => Level::Reduced,
            _ => Level::Full,
        }
    }
}

/// Trouble lasts once it is met so long after it began, ms: eight times a breaker's longest open time, so that several probes
/// have failed by then.
pub const LASTS: Millis = 60_000;

/// It gets better by a step once all is well for so long, ms. What was held for an endpoint follows within 9.5 s of its first
/// good answer (`doubt.rs`); only when it has borne that, it is well.
pub const WELL: Millis = 15_000;

/// The longest that it must be well, ms.
pub const WELL_CAP: Millis = 240_000;

/// Whoever leaves full within so long of coming back has not been well, ms.
const RELAPSE: Millis = 300_000;

/// Names are kept to so many: what comes later is not told apart from a call without a feature.
pub const MOST: usize = 100;

/// The longest name.
const LONGEST: usize = 40;

/// Whether a feature may be called so: the name is part of a message's id, and may be shown.
pub fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    name.bytes().all(plain)
        && name.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric())
        && name.len() <= LONGEST
}

/// What can be seen of what a feature needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Full: all of it works. Reduced: something does not. Off: nothing does, and nothing stands in.
    pub level: Level,
    /// When trouble was met last.
    pub met: Instant,
}

/// The level of one feature as its breakers have it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Feature {
    level: Level,
    seen: Level,
    /// Since when nothing works and nothing stands in.
    hopeless_since: Option<Instant>,
    /// Since when it looks better than its level.
    better_since: Option<Instant>,
    /// When it was full again.
    restored: Option<Instant>,
    /// How many times in a row it has left full too soon after that.
    relapses: u32,
}

impl Feature {
    /// How much of it there is.
    pub fn level(&self) -> Level {
        self.level
    }

    /// This is what it looks like now. Whether its level changed.
    pub fn observe(&mut self, seen: Seen, now: Instant) -> bool {
        let before = self.level;
        // What was due before this came.
        self.recover(now);
        self.seen = seen.level;
        if seen.level > Level::Full && self.level == Level::Full {
            let relapsed = self.restored.is_some_and(|at| now.saturating_sub(at) < RELAPSE);
            self.relapses = if relapsed { self.relapses.saturating_add(1) } else { 0 };
            self.level = Level::Reduced;
        }
        self.hopeless_since = (seen.level == Level::Off).then(|| self.hopeless_since.unwrap_or(now));
        // By what is met, not by the clock: of an endpoint that nobody asks nothing is known.
        if self.hopeless_since.is_some_and(|since| seen.met >= later(since, LASTS)) {
            self.level = Level::Off;
        }
        self.better_since = (seen.level < self.level).then(|| self.better_since.unwrap_or(now));
        self.level != before
    }

    /// Time has passed. Whether its level changed.
    pub fn recover(&mut self, now: Instant) -> bool {
        let due = self.next_timer().is_some_and(|at| at <= now);
        if due {
            self.level = self.level.better();
            self.better_since = (self.seen < self.level).then_some(now);
            if self.level == Level::Full {
                self.restored = Some(now);
            }
        }
        due
    }

    /// When [`Feature::recover`] has something to do.
    pub fn next_timer(&self) -> Option<Instant> {
        let well = WELL.saturating_mul(1 << self.relapses.min(10)).min(WELL_CAP);
        self.better_since.map(|since| later(since, well))
    }

    /// The machine slept for so long: nothing was tried meanwhile, so no time has passed.
    pub fn slept(&mut self, slept: Millis) {
        for at in [&mut self.hopeless_since, &mut self.better_since, &mut self.restored] {
            *at = at.map(|at| later(at, slept));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seen(level: Level, met: Instant) -> Seen {
        Seen { level, met }
    }

    /// When its level changes, and to what, under these sights.
    fn story(sights: &[(Instant, Level)], until: Instant) -> Vec<(Instant, Level)> {
        let mut feature = Feature::default();
        let mut changes = Vec::new();
        let mut sights = sights.iter().copied().peekable();
        loop {
            let next = sights.peek().map(|(at, _)| *at);
            let timer = feature.next_timer().filter(|at| next.is_none_or(|next| *at < next));
            let (now, changed) = match (timer, sights.peek().copied()) {
                (Some(at), _) if at <= until => (at, feature.recover(at)),
                (_, Some((at, level))) => {
                    sights.next();
                    (at, feature.observe(seen(level, at), at))
                }
                _ => return changes,
            };
            if changed {
                changes.push((now, feature.level()));
            }
        }
    }

    #[test]
    fn it_gets_worse_at_once_and_better_only_after_a_while() {
        use Level::{Full, Reduced};
        let sights = [(0, Reduced), (20_000, Full), (30_000, Reduced), (40_000, Full)];
        assert_eq!(story(&sights, 900_000), [(0, Reduced), (55_000, Full)]);
        let relapse = [&sights[..], &[(70_000, Reduced), (80_000, Full)]].concat();
        assert_eq!(story(&relapse, 900_000)[2..], [(70_000, Reduced), (110_000, Full)]);
    }

    #[test]
    fn it_is_off_only_where_trouble_lasts_and_comes_back_step_by_step() {
        use Level::{Full, Off, Reduced};
        let short = [(0, Off), (59_999, Off), (60_000, Full)];
        assert_eq!(story(&short, 900_000), [(0, Reduced), (75_000, Full)]);
        let long = [(0, Off), (60_000, Off), (61_000, Full)];
        assert_eq!(story(&long, 900_000), [(0, Reduced), (60_000, Off), (76_000, Reduced), (91_000, Full)]);
        // Where a copy stands in, it never is.
        assert_eq!(story(&[(0, Reduced), (600_000, Reduced)], 900_000), [(0, Reduced)]);
    }

    #[test]
    fn what_nobody_asks_for_is_not_turned_off_by_the_clock_alone() {
        let mut feature = Feature::default();
        feature.observe(seen(Level::Off, 0), 0);
        assert!(!feature.observe(seen(Level::Off, 0), 500_000));
        assert_eq!((feature.level(), feature.next_timer()), (Level::Reduced, None));
        assert!(feature.observe(seen(Level::Off, LASTS), 500_000));
    }

    #[test]
    fn an_endpoint_that_alternates_does_not_make_it_flap() {
        for period in [1_000, 5_000, 14_999, 16_000, 20_000, 40_000, 100_000] {
            let mut sights = Vec::new();
            for at in (0..3_600_000).step_by(2 * period as usize) {
                sights.push((at, Level::Reduced));
                sights.push((at + period, Level::Full));
            }
            let changes = story(&sights, 3_600_000).len();
            assert!(changes <= 12, "{changes} changes in an hour at {period} ms");
        }
    }

    #[test]
    fn a_sleep_proves_nothing() {
        let mut feature = Feature::default();
        feature.observe(seen(Level::Reduced, 0), 0);
        feature.observe(seen(Level::Full, 0), 5_000);
        feature.slept(3_600_000);
        assert!(!feature.recover(3_600_000 + 10_000));
        assert!(feature.recover(3_600_000 + 5_000 + WELL));
    }

    #[test]
    fn names_are_safe_to_show() {
        let long = "a".repeat(LONGEST + 1);
        for name in ["search", "order-history", "v2.recs", "7_days", &long[1..]] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "-a", ".a", "a b", "<b>", "a\0", "é", "a/b", &long] {
            assert!(!is_name(name), "{name}");
        }
    }

    proptest! {
        /// Whatever happened before: with all well it is full again within two steps, and each change is one step.
        #[test]
        fn it_is_never_stuck(steps in prop::collection::vec((0..120_000u64, 0..3usize, prop::bool::ANY, 0..90_000u64), 0..60)) {
            let mut feature = Feature::default();
            let mut now = 0;
            let mut changed_at = Vec::new();
            for (wait, level, idle, slept) in steps {
                let end = now + wait;
                while let Some(at) = feature.next_timer().filter(|at| *at <= end) {
                    let before = feature.level();
                    prop_assert!(feature.recover(at), "a timer that fires does something");
                    prop_assert_eq!(before as u8 - 1, feature.level() as u8);
                    changed_at.push(at);
                }
                now = end;
                let before = feature.level();
                let level = Level::ALL[level];
                feature.observe(seen(level, if idle { 0 } else { now }), now);
                prop_assert!(feature.level() >= before, "to look better is not enough");
                prop_assert!(level == Level::Full || feature.level() > Level::Full, "trouble is believed at once");
                if slept > 80_000 {
                    feature.slept(slept);
                    now += slept;
                }
            }
            feature.observe(seen(Level::Full, 0), now);
            for _ in 0..2 {
                if let Some(at) = feature.next_timer() {
                    prop_assert!(at <= now + WELL_CAP);
                    prop_assert!(feature.recover(at));
                    now = at;
                }
            }
            prop_assert_eq!((feature.level(), feature.next_timer()), (Level::Full, None));
            prop_assert!(changed_at.windows(2).all(|pair| pair[1] - pair[0] >= WELL), "{:?}", changed_at);
        }
    }
}
