//! Chance that can be repeated: xoshiro256** 1.0 (Blackman & Vigna 2021), its state filled from the seed by SplitMix64.
//!
//! The algorithm is part of the promise: the same seed gives the same draw in every release and on every machine.

use rand_xoshiro::Xoshiro256StarStar;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};

/// Name of the generator, as a manifest states it.
pub(crate) const ALGORITHM: &str = "xoshiro256** 1.0, state from SplitMix64(seed), bounded by rejection";

#[derive(Debug, Clone)]
pub(crate) struct Random(Xoshiro256StarStar);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Xoshiro256StarStar::seed_from_u64(seed))
    }

    fn next(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A whole number in 0..bound, each with the same chance; `bound` 0 counts as 1.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = (bound as u64).max(1);
        // Numbers behind the last full multiple of the bound are drawn again.
        let limit = u64::MAX - (u64::MAX % bound + 1) % bound;
        loop {
            let number = self.next();
            if number <= limit {
                return (number % bound) as usize;
            }
        }
    }

    /// A number in [0, 1) with 53 random bits.
    pub(crate) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A draw from the standard normal distribution (Box & Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        // 1 minus a number below 1 is above 0, so the logarithm is finite.
        let length = (-2.0 * (1.0 - self.share()).ln()).sqrt();
        length * (std::f64::consts::TAU * self.share()).cos()
    }

    /// `count` different numbers of 0..population in random order: the first steps of a Fisher-Yates shuffle.
    pub(crate) fn choose(&mut self, population: usize, count: usize) -> Vec<usize> {
        let mut pool: Vec<usize> = (0..population).collect();
        let count = count.min(population);
        for place in 0..count {
            let other = place + self.below(population - place);
            pool.swap(place, other);
        }
        pool.truncate(count);
        pool
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    /// What the authors' own programs give from the seed 1234567: SplitMix64 fills the state, xoshiro256** draws from it.
    #[test]
    fn the_generator_is_the_published_one() {
        let mut random = Random::new(1_234_567);
        let found: Vec<u64> = (0..3).map(|_| random.next()).collect();
        assert_eq!(found, [3_504_822_795_582_309_479, 1_819_558_768_956_484_042, 1_250_851_346_055_027_673]);
    }

    #[test]
    fn bounded_figures_are_even_and_choices_differ() {
        let mut random = Random::new(7);
        let mut counts = [0_u32; 5];
        for _ in 0..50_000 {
            counts[random.below(5)] += 1;
        }
        // Chi-square of 4 degrees of freedom, far behind its 99.9 % point.
        let spread: f64 = counts.iter().map(|&count| (f64::from(count) - 10_000.0).powi(2) / 10_000.0).sum();
        assert!(spread < 18.5, "{counts:?}");
        let mut chosen = random.choose(20, 20);
        chosen.sort_unstable();
        assert_eq!(chosen, (0..20).collect::<Vec<_>>());
        assert_eq!(random.choose(3, 9).len(), 3);
        assert!((0..1000).all(|_| (0.0..1.0).contains(&random.share())));
    }
}
