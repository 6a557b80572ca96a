//! Failover: which of a rule's endpoints an attempt goes to (outlier ejection as in Envoy; residency groups are ours).
//!
//! In the order of the list, or by weight. An endpoint that failed is ejected, for longer each time: 5 s, 10 s, … up to
//! 2 min; when its time is over, requests return to it. A request never leaves the residency group of the endpoint that it
//! began with, and where all of a group are ejected, one that takes requests is used, the one that is back first: never none.

use crate::random::Random;
use crate::time::{Instant, Millis, later};

/// The first ejection, ms: as long as a breaker's open time.
const FIRST: Millis = 5_000;
/// The longest one, ms.
const LONGEST: Millis = 120_000;

/// Whether one endpoint is ejected.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ejection {
    until: Instant,
    times: u32,
}

impl Ejection {
    /// An attempt there failed for want of a connection, or its breaker opened.
    pub fn eject(&mut self, now: Instant) {
        // What failed beside it says nothing new.
        if now >= self.until {
            let length = FIRST.saturating_mul(1 << self.times.min(10)).min(LONGEST);
            self.times = self.times.saturating_add(1);
            self.until = later(now, length);
        }
    }

    /// It answers again.
    pub fn clear(&mut self) {
        *self = Ejection::default();
    }

    /// When it is back.
    pub fn until(&self) -> Instant {
        self.until
    }
}

/// One endpoint that an attempt may go to.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Its residency group.
    pub group: &'a str,
    /// Its share, where endpoints are chosen by weight.
    pub weight: f64,
    /// When its ejection ends.
    pub ejected_until: Instant,
    /// Nothing may go there now, whatever its ejection.
    pub closed: bool,
    /// It was tried by this call already.
    pub tried: bool,
}

/// Chooses an endpoint: its number in the list. `group`: what the call began with; `None`: it begins now. `weighted`: draws
/// by weight among those that are in; the draw of a call is made once, later attempts go by the list.
pub fn choose(
    candidates: &[Candidate<'_>],
    group: Option<&str>,
    weighted: bool,
    now: Instant,
    random: &mut Random,
) -> Option<usize> {
    // A call begins in the group of the first endpoint, or in that of the one that it draws.
    let home = group.or_else(|| (!weighted).then(|| candidates.first().map(|first| first.group)).flatten());
    let allowed = |candidate: &&Candidate<'_>| home.is_none_or(|home| home == candidate.group);
    let fit = |candidate: &&Candidate<'_>| allowed(candidate) && candidate.ejected_until <= now;
    if weighted && group.is_none() {
        let mut total = 0.0;
        for candidate in candidates {
            total += if fit(&candidate) { candidate.weight } else { 0.0 };
        }
        let mut drawn = random.share() * total;
        for (index, candidate) in candidates.iter().enumerate() {
            if fit(&candidate) {
                drawn -= candidate.weight;
                if drawn < 0.0 {
                    return Some(index);
                }
            }
        }
    }
    let mut best = None;
    let mut best_rank = (true, true, Instant::MAX, true);
    for (index, candidate) in candidates.iter().enumerate() {
        if !allowed(&candidate) {
            continue;
        }
        // In before ejected, and of those who may be tried, then who is back first; untried before tried; then by the list.
        let ejected = candidate.ejected_until > now;
        let until = if ejected { candidate.ejected_until } else { 0 };
        let rank = (ejected, candidate.closed, until, candidate.tried);
        if best.is_none() || rank < best_rank {
            (best, best_rank) = (Some(index), rank);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(group: &str, ejected_until: Instant, tried: bool) -> Candidate<'_> {
        Candidate { group, weight: 1.0, ejected_until, closed: false, tried }
    }

    #[test]
    fn k4_the_next_one_never_across_groups_never_none() {
        let mut random = Random::new(1);
        let mut choose = |list: &[Candidate<'_>], group| choose(list, group, false, 100, &mut random);
        let fresh = [candidate("eu", 0, false), candidate("eu", 0, false), candidate("us", 0, false)];
        assert_eq!(choose(&fresh, None), Some(0));
        let first_out = [candidate("eu", 500, true), candidate("eu", 0, false), candidate("us", 0, false)];
        assert_eq!(choose(&first_out, Some("eu")), Some(1));
        let all_out = [candidate("eu", 500, true), candidate("eu", 400, true), candidate("us", 0, false)];
        assert_eq!(choose(&all_out, Some("eu")), Some(1), "the one that is back first");
        assert_eq!(choose(&all_out, None), Some(1), "a new call begins in the first endpoint's group");
        let first_closed =
            [Candidate { closed: true, ..candidate("eu", 300, true) }, candidate("eu", 400, true)];
        assert_eq!(choose(&first_closed, Some("eu")), Some(1), "one that may be tried");
        let tried = [candidate("eu", 0, true), candidate("eu", 0, false)];
        assert_eq!(choose(&tried, Some("eu")), Some(1));
        assert_eq!(choose(&[], None), None);
    }

    #[test]
    fn ejections_grow_and_a_good_answer_ends_them() {
        let mut ejection = Ejection::default();
        ejection.eject(0);
        ejection.eject(1);
        assert_eq!(ejection.until(), 5_000);
        ejection.eject(6_000);
        assert_eq!(ejection.until(), 16_000);
        (0..100).for_each(|_| ejection.eject(ejection.until()));
        let before = ejection.until();
        ejection.eject(before);
        assert_eq!(ejection.until() - before, LONGEST);
        ejection.clear();
        assert_eq!(ejection.until(), 0);
    }

    #[test]
    fn weights_share_calls_out() {
        let mut random = Random::new(1);
        let list = [
            Candidate { weight: 3.0, ..candidate("", 0, false) },
            Candidate { weight: 1.0, ..candidate("", 0, false) },
            Candidate { weight: 9.0, ..candidate("", 900, false) },
        ];
        let in_time = (0..4000).filter(|_| choose(&list, None, true, 100, &mut random) == Some(0)).count();
        assert!((2850..3150).contains(&in_time), "{in_time}");
    }
}
