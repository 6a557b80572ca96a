//! Seeded chance: the core's own generator with the distributions that the model needs.

use steadfetch::random::Random;

/// A stream of random numbers.
pub struct Chance(pub Random);

impl Chance {
    /// The stream of this number for a seed: streams do not depend on each other.
    pub fn new(seed: u64, stream: u64) -> Self {
        // One step of the generator parts neighbouring seeds.
        let mut random = Random::new(
            seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ stream.wrapping_mul(0xd134_2543_de82_ef95),
        );
        Chance(Random::new(random.next_u64()))
    }

    /// Uniform in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in [low, high).
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Exponential with this mean.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// True with this probability.
    pub fn hits(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A whole number below `count`.
    pub fn below(&mut self, count: u32) -> u32 {
        self.0.up_to(u64::from(count) - 1) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_right() {
        let mut chance = Chance::new(1, 2);
        let mean = (0..100_000).map(|_| chance.exponential(50.0)).sum::<f64>() / 100_000.0;
        assert!((49.0..51.0).contains(&mean), "{mean}");
        let mean = (0..100_000).map(|_| chance.between(1.0, 4.0)).sum::<f64>() / 100_000.0;
        assert!((2.48..2.52).contains(&mean), "{mean}");
        assert!((0..1000).all(|_| chance.below(3) < 3));
    }
}
