//! Chance that can be repeated: xoshiro256** 1.0 (Blackman & Vigna 2021), its state filled from the seed by SplitMix64; normal deviates by the
//! inverse of the distribution function (Wichura 1988, algorithm AS 241).
//!
//! The algorithms are part of the promise: the same seed gives the same draws in every release and on every machine.

use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};
use rand_xoshiro::{SplitMix64, Xoshiro256StarStar};

#[derive(Debug, Clone)]
pub(super) struct Random(Xoshiro256StarStar);

/// One step of SplitMix64: a well mixed number for each different input.
pub(super) fn mix(input: u64) -> u64 {
    SplitMix64::seed_from_u64(input).next_u64()
}

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(Xoshiro256StarStar::seed_from_u64(seed))
    }

    fn next(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number in [0, 1) with 53 random bits.
    pub(super) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number in 0..bound; `bound` 0 counts as 1.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * (bound.max(1) as u128)) >> 64) as usize
    }

    /// A standard normal deviate.
    pub(super) fn normal(&mut self) -> f64 {
        // The middle of one of 2^53 equal parts, so that neither end is met.
        quantile(((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64)
    }
}

fn ratio(numerator: [f64; 8], denominator: [f64; 7], at: f64) -> f64 {
    let up = numerator.iter().rev().fold(0.0, |sum, part| sum * at + part);
    let down = denominator.iter().rev().fold(0.0, |sum, part| sum * at + part) * at + 1.0;
    up / down
}

/// The quantile of the standard normal distribution, to about 16 digits.
fn quantile(share: f64) -> f64 {
    let distance = share - 0.5;
    if distance.abs() <= 0.425 {
        return distance
            * ratio(
                [
                    3.387_132_872_796_366_5,
                    133.141_667_891_784_38,
                    1_971.590_950_306_551_3,
                    13_731.693_765_509_46,
                    45_921.953_931_549_87,
                    67_265.770_927_008_7,
                    33_430.575_583_588_13,
                    2_509.080_928_730_122_7,
                ],
                [
                    42.313_330_701_600_91,
                    687.187_007_492_057_9,
                    5_394.196_021_424_751,
                    21_213.794_301_586_597,
                    39_307.895_800_092_71,
                    28_729.085_735_721_943,
                    5_226.495_278_852_854,
                ],
                0.180_625 - distance * distance,
            );
    }
    let tail = if distance < 0.0 { share } else { 1.0 - share };
    let root = (-libm::log(tail)).sqrt();
    let size = if root <= 5.0 {
        ratio(
            [
                1.423_437_110_749_683_5,
                4.630_337_846_156_546,
                5.769_497_221_460_691,
                3.647_848_324_763_204_5,
                1.270_458_252_452_368_4,
                0.241_780_725_177_450_6,
                0.022_723_844_989_269_184,
                7.745_450_142_783_414e-4,
            ],
            [
                2.053_191_626_637_759,
                1.676_384_830_183_803_8,
                0.689_767_334_985_1,
                0.148_103_976_427_480_08,
                0.015_198_666_563_616_457,
                5.475_938_084_995_345e-4,
                1.050_750_071_644_416_9e-9,
            ],
            root - 1.6,
        )
    } else {
        ratio(
            [
                6.657_904_643_501_103,
                5.463_784_911_164_114,
                1.784_826_539_917_291_3,
                0.296_560_571_828_504_87,
                0.026_532_189_526_576_124,
                0.001_242_660_947_388_078_4,
                2.711_555_568_743_487_6e-5,
                2.010_334_399_292_288_1e-7,
            ],
            [
                0.599_832_206_555_888,
                0.136_929_880_922_735_8,
                0.014_875_361_290_850_615,
                7.868_691_311_456_133e-4,
                1.846_318_317_510_054_8e-5,
                1.421_511_758_316_446e-7,
                2.044_263_103_389_939_8e-15,
            ],
            root - 5.0,
        )
    };
    if distance < 0.0 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first figures of SplitMix64 and of xoshiro256** from the seed 1234567, as the authors' own programs give them.
    #[test]
    fn the_generators_are_the_published_ones() {
        assert_eq!(mix(1_234_567), 6_457_827_717_110_365_317);
        let mut random = Random::new(1_234_567);
        let found: Vec<u64> = (0..3).map(|_| random.next()).collect();
        assert_eq!(found, [3_504_822_795_582_309_479, 1_819_558_768_956_484_042, 1_250_851_346_055_027_673]);
    }

    /// R: qnorm(c(.5, .025, .975, 1e-4, 1e-12, 1e-30))
    #[test]
    fn quantiles_are_those_of_r() {
        for (share, expected) in [
            (0.5, 0.0),
            (0.025, -1.959_963_984_540_054),
            (0.975, 1.959_963_984_540_054),
            (1e-4, -3.719_016_485_455_68),
            (1e-12, -7.034_483_825_301_13),
            (1e-30, -11.464_024_688_443_6),
        ] {
            assert!((quantile(share) - expected).abs() < 1e-11, "{share}: {}", quantile(share));
        }
    }
}
