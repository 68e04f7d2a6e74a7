//! Sobol' points: a sequence that fills the unit cube more evenly than chance does.
//!
//! Primitive polynomials and first direction numbers are those of Joe and Kuo (2008, "Constructing Sobol' sequences with better two-dimensional
//! projections", SIAM J. Sci. Comput. 30), new-joe-kuo-6. A digital shift by the seed gives another set of points of the same evenness.

use super::random::mix;

/// Highest number of dimensions.
pub(super) const DIMENSIONS: usize = DIRECTIONS.len() + 1;

/// Degree and coefficients of the polynomial, and the first direction numbers, from the second dimension on.
const DIRECTIONS: [(usize, u32, &[u32]); 39] = [
    (1, 0, &[1]),
    (2, 1, &[1, 3]),
    (3, 1, &[1, 3, 1]),
    (3, 2, &[1, 1, 1]),
    (4, 1, &[1, 1, 3, 3]),
    (4, 4, &[1, 3, 5, 13]),
    (5, 2, &[1, 1, 5, 5, 17]),
    (5, 4, &[1, 1, 5, 5, 5]),
    (5, 7, &[1, 1, 7, 11, 19]),
    (5, 11, &[1, 1, 5, 1, 1]),
    (5, 13, &[1, 1, 1, 3, 11]),
    (5, 14, &[1, 3, 5, 5, 31]),
    (6, 1, &[1, 3, 3, 9, 7, 49]),
    (6, 13, &[1, 1, 1, 15, 21, 21]),
    (6, 16, &[1, 3, 1, 13, 27, 49]),
    (6, 19, &[1, 1, 1, 15, 7, 5]),
    (6, 22, &[1, 3, 1, 15, 13, 25]),
    (6, 25, &[1, 1, 5, 5, 19, 61]),
    (7, 1, &[1, 3, 7, 11, 23, 15, 103]),
    (7, 4, &[1, 3, 7, 13, 13, 15, 69]),
    (7, 7, &[1, 1, 3, 13, 7, 35, 63]),
    (7, 8, &[1, 3, 5, 9, 1, 25, 53]),
    (7, 14, &[1, 3, 1, 13, 9, 35, 107]),
    (7, 19, &[1, 3, 1, 5, 27, 61, 31]),
    (7, 21, &[1, 1, 5, 11, 19, 41, 61]),
    (7, 28, &[1, 3, 5, 3, 3, 13, 69]),
    (7, 31, &[1, 1, 7, 13, 1, 19, 1]),
    (7, 32, &[1, 3, 7, 5, 13, 19, 59]),
    (7, 37, &[1, 1, 3, 9, 25, 29, 41]),
    (7, 41, &[1, 3, 5, 13, 23, 1, 55]),
    (7, 42, &[1, 3, 7, 3, 13, 59, 17]),
    (7, 50, &[1, 3, 1, 3, 5, 53, 69]),
    (7, 55, &[1, 1, 5, 5, 23, 33, 13]),
    (7, 56, &[1, 1, 7, 7, 1, 61, 123]),
    (7, 59, &[1, 1, 7, 9, 13, 61, 49]),
    (7, 62, &[1, 3, 3, 5, 3, 55, 33]),
    (8, 14, &[1, 3, 1, 15, 31, 13, 49, 245]),
    (8, 21, &[1, 3, 5, 15, 31, 59, 63, 97]),
    (8, 22, &[1, 3, 1, 11, 11, 11, 77, 249]),
];

pub(super) struct Sequence {
    directions: Vec<[u32; 32]>,
    state: Vec<u32>,
    shift: Vec<u32>,
    count: u32,
}

impl Sequence {
    /// Points of `dimensions` coordinates, at most [`DIMENSIONS`]; without a seed the plain sequence, which begins at the origin.
    pub(super) fn new(dimensions: usize, seed: Option<u64>) -> Self {
        let dimensions = dimensions.min(DIMENSIONS);
        let shift = (0..dimensions as u64).map(|dimension| seed.map_or(0, |seed| (mix(seed ^ mix(dimension)) >> 32) as u32)).collect();
        Self { directions: (0..dimensions).map(directions).collect(), state: vec![0; dimensions], shift, count: 0 }
    }

    /// The next point, in Gray code order; each coordinate lies in [0, 1).
    pub(super) fn next(&mut self) -> Vec<f64> {
        if self.count > 0 {
            let bit = (self.count - 1).trailing_ones() as usize;
            for (state, directions) in self.state.iter_mut().zip(&self.directions) {
                *state ^= directions[bit.min(31)];
            }
        }
        self.count = self.count.wrapping_add(1);
        self.state.iter().zip(&self.shift).map(|(state, shift)| f64::from(state ^ shift) / 4_294_967_296.0).collect()
    }
}

fn directions(dimension: usize) -> [u32; 32] {
    let mut found = [0; 32];
    if dimension == 0 {
        for (bit, direction) in found.iter_mut().enumerate() {
            *direction = 1 << (31 - bit);
        }
        return found;
    }
    let (degree, coefficients, first) = DIRECTIONS[dimension - 1];
    for bit in 0..32 {
        found[bit] = if bit < degree {
            first[bit] << (31 - bit)
        } else {
            let mut direction = found[bit - degree] ^ (found[bit - degree] >> degree);
            for term in 1..degree {
                if coefficients >> (degree - 1 - term) & 1 == 1 {
                    direction ^= found[bit - term];
                }
            }
            direction
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// scipy.stats.qmc.Sobol(d, scramble=False), which uses the same direction numbers.
    #[test]
    fn points_are_those_of_scipy() {
        let mut sequence = Sequence::new(40, None);
        let points: Vec<Vec<f64>> = (0..14).map(|_| sequence.next()).collect();
        assert_eq!(points[0], [0.0; 40]);
        assert_eq!(points[5][..6], [0.875, 0.875, 0.125, 0.375, 0.875, 0.625]);
        assert_eq!(points[7][..6], [0.125, 0.625, 0.375, 0.125, 0.125, 0.375]);
        let last = [0.3125, 0.5625, 0.4375, 0.4375, 0.5625, 0.6875, 0.3125, 0.0625, 0.6875, 0.6875, 0.9375];
        assert_eq!(points[13][29..40], last);
    }

    #[test]
    fn every_part_of_every_coordinate_gets_its_share() {
        let mut sequence = Sequence::new(DIMENSIONS, Some(7));
        let points: Vec<Vec<f64>> = (0..1024).map(|_| sequence.next()).collect();
        for dimension in 0..DIMENSIONS {
            let mut parts = [0; 64];
            for point in &points {
                parts[(point[dimension] * 64.0) as usize] += 1;
            }
            assert_eq!(parts, [16; 64], "coordinate {dimension}");
        }
    }
}
