//! How long to wait before trying again: capped exponential backoff with full jitter.
//!
//! The wait before retry *n* is drawn uniformly from `[floor, min(cap, base · 2ⁿ⁻¹)]`. Full jitter spreads clients that
//! failed together best (Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015).
//! Worked: base 1000, cap 10 000 draws from 0–1 s, 0–2 s, 0–4 s, 0–8 s, then 0–10 s.

use crate::fault::Kind;
use crate::random::Random;
use crate::time::Millis;

/// The bounds of the jitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The shortest wait, ms.
    pub floor: Millis,
    /// The longest first wait, ms; doubles with each retry.
    pub base: Millis,
    /// The longest wait at all, ms.
    pub cap: Millis,
}

impl Schedule {
    /// What holds for this kind of failure where the options name neither base nor cap.
    ///
    /// A server that says it is overloaded is given more time than a connection that broke. What the fleet simulation says:
    /// after a 503, waits of up to 4 s instead of 8 let an outage peak at 1.7 times the usual load instead of 1.4. A first retry
    /// within 0.3 or 3 s instead of 1 moves what 30 % failing attempts lose from 1.9 to 1.7 or 2.05 s (goal: 2); later ones
    /// sooner than 3.5 s let an outage of 502s peak at 1.76 times (goal: 1.75). Offline, sooner retries use up the attempts
    /// before the network is back: 60 s are lost instead of 57.
    pub const fn built_in(kind: Kind, retry: u32) -> Self {
        match (kind, retry) {
            (Kind::Overloaded | Kind::RateLimited, _) => Schedule { floor: 300, base: 8_000, cap: 8_000 },
            (Kind::Offline, _) => Schedule { floor: 2_000, base: 5_000, cap: 10_000 },
            (_, ..=1) => Schedule { floor: 100, base: 1_000, cap: 1_000 },
            _ => Schedule { floor: 3_500, base: 7_000, cap: 7_000 },
        }
    }

    /// How long an endpoint is left alone by all calls after a failure of this kind; `None`: not at all. In the fleet simulation
    /// outages of 503s peak at 1.5 times the usual load without one (1.4); after a timeout, none loses 57 s of a brownout, 4 to
    /// 6 s lose 51 (49), and 12 to 15 s let nine variants recover too late.
    pub const fn pause(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Overloaded => Some(Schedule { floor: 300, base: 8_000, cap: 8_000 }),
            Kind::Timeout => Some(Schedule { floor: 8_000, base: 10_000, cap: 10_000 }),
            _ => None,
        }
    }

    /// The options' own bounds: they hold for all kinds, without a floor; what one leaves out comes from the built-in ones.
    pub fn chosen(kind: Kind, retry: u32, base: Option<Millis>, cap: Option<Millis>) -> Self {
        let built_in = Schedule::built_in(kind, retry);
        if base.is_none() && cap.is_none() {
            return built_in;
        }
        Schedule { floor: 0, base: base.unwrap_or(built_in.base), cap: cap.unwrap_or(built_in.cap) }
    }

    /// The longest wait before this retry (counted from 1).
    pub fn longest(&self, retry: u32) -> Millis {
        let doubled = match retry {
            0 => 0,
            1..=32 => self.base.saturating_mul(1 << (retry - 1)),
            _ if self.base == 0 => 0,
            _ => Millis::MAX,
        };
        doubled.min(self.cap)
    }

    /// Draws the wait before this retry (counted from 1).
    pub fn draw(&self, retry: u32, random: &mut Random) -> Millis {
        let longest = self.longest(retry);
        let floor = self.floor.min(longest);
        floor.saturating_add(random.up_to(longest - floor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c1_schedule_and_cap() {
        let schedule = Schedule { floor: 0, base: 1_000, cap: 10_000 };
        let longest: Vec<_> = (1..=6).map(|retry| schedule.longest(retry)).collect();
        assert_eq!(longest, [1000, 2000, 4000, 8000, 10_000, 10_000]);
        assert_eq!(schedule.longest(u32::MAX), 10_000);
        let mut random = Random::new(3);
        assert!((0..1000).all(|_| schedule.draw(20, &mut random) <= 10_000));
    }

    #[test]
    fn c2_full_jitter_covers_the_whole_range_and_repeats_by_seed() {
        let schedule = Schedule { floor: 0, base: 1_000, cap: 10_000 };
        let draw = |seed| {
            let mut random = Random::new(seed);
            (0..2000).map(|_| schedule.draw(1, &mut random)).collect::<Vec<_>>()
        };
        let drawn = draw(1);
        assert_eq!(drawn, draw(1));
        assert_ne!(drawn, draw(2));
        assert!(drawn.iter().all(|wait| *wait <= 1000));
        assert!(drawn.iter().any(|wait| *wait < 50) && drawn.iter().any(|wait| *wait > 950));
        let mean = drawn.iter().sum::<u64>() / 2000;
        assert!((450..550).contains(&mean), "mean {mean}");
    }

    /// The shortest and the longest of many waits before this retry.
    fn range(kind: Kind, retry: u32) -> (Millis, Millis) {
        let schedule = Schedule::built_in(kind, retry);
        let mut random = Random::new(7);
        let drawn = (0..2000).map(|_| schedule.draw(retry, &mut random)).collect::<Vec<_>>();
        (drawn.iter().copied().min().unwrap(), drawn.iter().copied().max().unwrap())
    }

    #[test]
    fn a_first_retry_is_quick_and_later_ones_are_not() {
        for kind in [Kind::Unreachable, Kind::ServerError, Kind::Unavailable, Kind::Timeout] {
            let (shortest, longest) = range(kind, 1);
            assert!((100..150).contains(&shortest) && (950..=1_000).contains(&longest), "{kind:?}");
            for retry in [2, 3, 9] {
                let (shortest, longest) = range(kind, retry);
                assert!((3_500..3_600).contains(&shortest) && (6_900..=7_000).contains(&longest), "{kind:?}");
            }
        }
    }

    #[test]
    fn an_overloaded_server_and_a_lost_connection_are_given_more_time_from_the_first_retry_on() {
        for kind in [Kind::Overloaded, Kind::RateLimited] {
            assert_eq!(Schedule::built_in(kind, 1), Schedule::built_in(kind, 3));
            assert!(range(kind, 1).0 >= 300 && range(kind, 1).1 > 7_500);
        }
        assert!(range(Kind::Offline, 1).0 >= 2_000 && range(Kind::Offline, 2).1 > 9_000);
    }

    #[test]
    fn all_calls_pause_only_after_what_speaks_of_load() {
        assert_eq!(
            Schedule::pause(Kind::Overloaded).map(|pause| (pause.floor, pause.cap)),
            Some((300, 8_000))
        );
        assert_eq!(
            Schedule::pause(Kind::Timeout).map(|pause| (pause.floor, pause.cap)),
            Some((8_000, 10_000))
        );
        for kind in [Kind::Unreachable, Kind::ServerError, Kind::RateLimited, Kind::Offline] {
            assert_eq!(Schedule::pause(kind), None, "{kind:?}");
        }
    }

    #[test]
    fn an_explicit_bound_holds_for_all_kinds_without_a_floor() {
        let chosen = Schedule::chosen(Kind::Overloaded, 1, Some(5), None);
        assert_eq!(chosen, Schedule { floor: 0, base: 5, cap: 8_000 });
        let mut random = Random::new(1);
        let built_in = Schedule::built_in(Kind::Overloaded, 1);
        assert!((0..100).all(|_| built_in.draw(1, &mut random) >= 300));
    }
}
