//! How long answers take, in a few bytes: a histogram whose buckets grow by a quarter power of two, old counts fading.

use crate::time::Millis;

/// From 2 ms to 64 s.
const BUCKETS: usize = 60;

/// When there are so many counts, all are halved.
const FADE: u16 = 200;

/// The latencies of one endpoint.
#[derive(Clone, Debug)]
pub struct Latency {
    counts: [u8; BUCKETS],
    total: u16,
    last: Millis,
}

impl Default for Latency {
    fn default() -> Self {
        Latency { counts: [0; BUCKETS], total: 0, last: 0 }
    }
}

/// The bucket of a latency: four for each power of two, from 2 on.
fn bucket(latency: Millis) -> usize {
    let latency = latency.clamp(2, 65_535);
    let power = latency.ilog2();
    // The two bits below the highest one.
    let quarter = (latency << 2 >> power) & 3;
    (((power - 1) * 4) as usize + quarter as usize).min(BUCKETS - 1)
}

/// The upper end of a bucket.
fn upper(bucket: usize) -> Millis {
    let (power, quarter) = (bucket / 4 + 1, bucket % 4);
    ((5 + quarter as u64) << power).div_ceil(4)
}

impl Latency {
    /// An answer took so long.
    pub fn add(&mut self, latency: Millis) {
        self.last = latency;
        if self.total >= FADE {
            self.total = 0;
            for count in &mut self.counts {
                *count /= 2;
                self.total += u16::from(*count);
            }
        }
        if let Some(count) = self.counts.get_mut(bucket(latency)) {
            *count = count.saturating_add(1);
            self.total += 1;
        }
    }

    /// Answers that are counted.
    pub fn total(&self) -> u16 {
        self.total
    }

    /// The latency that this share of the answers stays below. `prior` counts as three answers, so that few samples say little.
    pub fn quantile(&self, share: f64, prior: Millis) -> Millis {
        self.below(share * f64::from(self.total + 3), bucket(prior))
    }

    /// The latency that so many per cent of the counted answers (the last 100 to 200) stay below, at most a fifth too high; `None`
    /// while there is none.
    pub fn percentile(&self, percent: u32) -> Option<Millis> {
        let wanted = f64::from(u32::from(self.total) * percent) / 100.0;
        (self.total > 0).then(|| self.below(wanted, BUCKETS))
    }

    /// The upper end of the bucket in which so many answers are reached; in this one there are three more.
    fn below(&self, wanted: f64, prior: usize) -> Millis {
        let mut seen = 0.0;
        for (index, count) in self.counts.iter().enumerate() {
            seen += f64::from(*count);
            if index == prior {
                seen += 3.0;
            }
            if seen >= wanted {
                return upper(index);
            }
        }
        upper(BUCKETS - 1)
    }

    /// Whether a quarter of the answers take at least so long, as far as enough of them are known to say so.
    pub fn is_usually(&self, slow: Millis) -> bool {
        self.total >= 20 && self.quantile(0.75, 2) >= slow
    }

    /// What the next answer may take: the usual latency or the last one, whichever is less, so that a slow time does not
    /// outlive itself. 0 while nothing is known.
    pub fn usual(&self) -> Millis {
        self.median().min(self.last)
    }

    /// The usual latency; 0 while nothing is known.
    pub fn median(&self) -> Millis {
        if self.total == 0 { 0 } else { self.quantile(0.5, 2) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_in_order_and_hold_what_falls_into_them() {
        for latency in 2..70_000 {
            let at = bucket(latency);
            assert!(upper(at) > latency.min(61_439), "{latency}: bucket {at} ends at {}", upper(at));
            assert!(at == 0 || upper(at - 1) <= latency, "{latency}");
        }
    }

    #[test]
    fn percentiles_are_of_what_was_counted_alone() {
        let mut latency = Latency::default();
        assert_eq!(latency.percentile(50), None);
        latency.add(700);
        assert_eq!([50, 95, 99].map(|percent| latency.percentile(percent)), [Some(768); 3]);
        for took in [vec![10; 93], vec![100; 5], vec![5000; 1]].concat() {
            latency.add(took);
        }
        let [p50, p95, p99, p100] = [50, 95, 99, 100].map(|percent| latency.percentile(percent).unwrap_or(0));
        assert!((11..=12).contains(&p50), "{p50}");
        assert!((100..=125).contains(&p95), "{p95}");
        assert!((700..=875).contains(&p99), "{p99}");
        assert!((5000..=6250).contains(&p100), "{p100}");
    }

    #[test]
    fn quantiles_follow_the_samples_and_few_samples_say_little() {
        let mut latency = Latency::default();
        assert_eq!(latency.median(), 0);
        assert!((400..=640).contains(&latency.quantile(0.95, 500)));
        (0..99).for_each(|_| latency.add(50));
        latency.add(3000);
        assert!((50..=64).contains(&latency.quantile(0.95, 500)), "{}", latency.quantile(0.95, 500));
        assert!((400..=640).contains(&latency.quantile(0.98, 500)));
        (0..100_000).for_each(|_| latency.add(900));
        assert!(latency.total() <= FADE && latency.median() >= 900);
    }

    #[test]
    fn an_endpoint_is_usually_slow_where_a_quarter_of_its_answers_are() {
        let of = |quick: u32, slow: u32| {
            let mut latency = Latency::default();
            (0..quick).for_each(|_| latency.add(50));
            (0..slow).for_each(|_| latency.add(3_000));
            latency.is_usually(2_500)
        };
        assert!(of(0, 20) && of(10, 30));
        assert!(!of(0, 19), "too few to say so");
        assert!(!of(90, 10), "a tenth is an accident");
    }

    #[test]
    fn a_slow_time_does_not_outlive_itself() {
        let mut latency = Latency::default();
        assert_eq!(latency.usual(), 0);
        (0..30).for_each(|_| latency.add(4_000));
        assert!(latency.usual() >= 4_000);
        latency.add(60);
        assert_eq!(latency.usual(), 60, "one quick answer is enough");
        (0..100).for_each(|_| latency.add(60));
        latency.add(4_000);
        assert!(latency.usual() < 100, "one slow answer is not");
    }
}
