//! What is counted while a cell runs, and the figures made of it.

use crate::drill::Seen;
use crate::queue::Time;
use crate::scenario::{Cell, ON_TIME, SECOND};

/// A window for amplification, s.
const WINDOW: usize = 5;
/// Parts of each octave of the latency histogram: figures are exact to 1.6 %.
const PARTS: u32 = 64;

/// Counters of one run, by second.
pub struct Metrics {
    organic: Vec<u32>,
    on_time: Vec<u32>,
    reached: Vec<u32>,
    /// Latencies of successes.
    histogram: Vec<u32>,
    good: u64,
    saw_error: Vec<bool>,
}

/// When 99 % of requests are on time again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recovery {
    /// So many seconds after the trigger.
    After(u32),
    /// Not within the run.
    Never,
}

/// The figures of one cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// Peak amplification in 5-s windows while the trigger lasts; without one, in the whole run.
    pub during: f64,
    /// The same after the trigger.
    pub after: Option<f64>,
    /// Attempts per organic request over the whole run.
    pub mean: f64,
    /// `None`: there is no trigger to recover from.
    pub recovery: Option<Recovery>,
    /// Seconds of organic load not served on time.
    pub lost: f64,
    /// Latency of successes, s.
    pub p50: f64,
    pub p99: f64,
    /// Share of people who saw an error.
    pub errors: f64,
    /// Share of requests that succeeded.
    pub success: f64,
    /// Most attempts in a second, of capacity.
    pub peak: f64,
    /// Organic requests.
    pub requests: u64,
    /// Per second: attempts reaching the servers, of capacity.
    pub offered: Vec<f32>,
    /// Per second of their beginning: share of requests on time.
    pub served: Vec<f32>,
    /// What people saw, of a drill.
    pub seen: Seen,
}

impl Metrics {
    pub fn new(cell: &Cell) -> Self {
        let seconds = cell.seconds as usize;
        Metrics {
            organic: vec![0; seconds],
            on_time: vec![0; seconds],
            reached: vec![0; seconds],
            histogram: vec![0; 32 * PARTS as usize],
            good: 0,
            saw_error: vec![false; cell.clients as usize],
        }
    }

    /// A person asks for something.
    pub fn organic(&mut self, now: Time) {
        self.organic[(now / SECOND) as usize] += 1;
    }

    /// An attempt reaches a server.
    pub fn reached(&mut self, now: Time) {
        // What comes after the last arrivals is no steady load any more.
        if let Some(count) = self.reached.get_mut((now / SECOND) as usize) {
            *count += 1;
        }
    }

    /// A call ends.
    pub fn settled(&mut self, client: u32, begun: Time, now: Time, good: bool) {
        if !good {
            self.saw_error[client as usize] = true;
            return;
        }
        let latency = now - begun;
        self.good += 1;
        self.histogram[bin(latency)] += 1;
        if latency <= ON_TIME {
            self.on_time[(begun / SECOND) as usize] += 1;
        }
    }

    /// The figures of a finished run.
    pub fn figures(&self, cell: &Cell) -> Figures {
        let (begin, end) = (cell.begin() as usize, cell.end() as usize);
        let has_end = cell.trigger.has_end();
        let requests: u64 = self.organic.iter().map(|count| u64::from(*count)).sum();
        let reached: u64 = self.reached.iter().map(|count| u64::from(*count)).sum();
        let on_time: u64 = self.on_time.iter().map(|count| u64::from(*count)).sum();
        let second = |counts: &[u32], scale: f64| {
            counts.iter().map(|count| (f64::from(*count) / scale) as f32).collect()
        };
        let served = self.on_time.iter().zip(&self.organic);
        let errors = self.saw_error.iter().filter(|saw| **saw).count();
        let window = if has_end { begin..end } else { 0..self.organic.len() };
        Figures {
            during: self.amplification(window),
            after: has_end.then(|| self.amplification(end..self.organic.len())),
            mean: reached as f64 / requests as f64,
            recovery: has_end.then(|| recovery(&self.on_time[end..], &self.organic[end..])),
            lost: (requests - on_time) as f64 / cell.rate(),
            p50: self.quantile(0.5),
            p99: self.quantile(0.99),
            errors: errors as f64 / f64::from(cell.clients),
            success: self.good as f64 / requests as f64,
            peak: f64::from(self.reached.iter().copied().max().unwrap_or(0)) / cell.capacity(),
            requests,
            offered: second(&self.reached, cell.capacity()),
            served: served
                .map(|(good, all)| if *all == 0 { 1.0 } else { *good as f32 / *all as f32 })
                .collect(),
            seen: Seen::default(),
        }
    }

    fn amplification(&self, seconds: std::ops::Range<usize>) -> f64 {
        let windows = self.reached[seconds.clone()].chunks(WINDOW).zip(self.organic[seconds].chunks(WINDOW));
        windows
            .map(|(reached, organic)| (reached.iter().sum::<u32>(), organic.iter().sum::<u32>()))
            .filter(|(_, organic)| *organic > 0)
            .map(|(reached, organic)| f64::from(reached) / f64::from(organic))
            .fold(0.0, f64::max)
    }

    fn quantile(&self, share: f64) -> f64 {
        let mut left = (self.good as f64 * share).ceil() as u64;
        for (index, count) in self.histogram.iter().enumerate() {
            if left <= u64::from(*count) && self.good > 0 {
                return middle(index);
            }
            left -= u64::from(*count);
        }
        0.0
    }
}

/// The first second after the trigger from which on every 5-s window, by the beginning of requests, has 99 % on time, to
/// the end of the run: a relapse counts.
fn recovery(on_time: &[u32], organic: &[u32]) -> Recovery {
    let pairs: Vec<(u32, u32)> = on_time.iter().copied().zip(organic.iter().copied()).collect();
    let late = pairs.windows(WINDOW.min(pairs.len().max(1))).rposition(|window| {
        let (good, all) = window.iter().fold((0, 0), |(good, all), (g, a)| (good + g, all + a));
        f64::from(good) < 0.99 * f64::from(all)
    });
    match late {
        None => Recovery::After(0),
        Some(last) if last + WINDOW >= pairs.len() => Recovery::Never,
        Some(last) => Recovery::After(last as u32 + 1),
    }
}

fn bin(latency: Time) -> usize {
    let octave = latency.max(PARTS).ilog2() - PARTS.ilog2();
    (octave * PARTS + (latency >> octave)) as usize
}

fn middle(bin: usize) -> f64 {
    let octave = (bin / PARTS as usize).saturating_sub(1) as u32;
    let low =
        if bin < PARTS as usize { bin as f64 } else { ((bin as u32 - octave * PARTS) << octave) as f64 };
    (low + f64::from(1u32 << octave) / 2.0) / f64::from(SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_histogram_is_exact_to_two_percent() {
        for latency in [0, 1, 63, 64, 65, 127, 128, 1000, 50_000, 90_123, 10_000_000, 29_999_999] {
            let back = middle(bin(latency)) * 1e6;
            assert!(
                (back - f64::from(latency)).abs() <= 1.0 + 0.016 * f64::from(latency),
                "{latency} {back}"
            );
        }
        assert!((0..300_000u32).map(|latency| bin(latency * 100)).collect::<Vec<_>>().is_sorted());
    }

    #[test]
    fn recovery_is_when_it_stays_good() {
        let organic = vec![100; 180];
        let after = |bad: &[(usize, usize)]| {
            let mut good = vec![100; 180];
            for (from, to) in bad {
                good[*from..*to].fill(80);
            }
            recovery(&good, &organic)
        };
        assert_eq!(after(&[]), Recovery::After(0));
        assert_eq!(after(&[(0, 38)]), Recovery::After(38));
        assert_eq!(after(&[(0, 10), (50, 60)]), Recovery::After(60), "a relapse counts");
        assert_eq!(after(&[(0, 180)]), Recovery::Never);
        assert_eq!(after(&[(170, 180)]), Recovery::Never);
    }
}
