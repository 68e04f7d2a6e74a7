//! The least cost there can be: the continuous relaxation of what is left, by the lower hull of each component's ways.
//!
//! It only tells which pairs need not be followed, with room for the rounding of `f64`; costs themselves are exact.

/// Points and cost of one step along the hulls, cheapest first, summed up.
#[derive(Debug, Default)]
struct Steps {
    gains: Vec<f64>,
    costs: Vec<f64>,
}

/// The bound of every suffix of the components.
#[derive(Debug)]
pub(super) struct Bound {
    suffixes: Vec<Steps>,
}

impl Bound {
    /// `ways` are the points and costs of each component.
    pub(super) fn new(ways: &[Vec<(f64, f64)>]) -> Self {
        let hulls: Vec<Vec<(f64, f64)>> = ways.iter().map(|ways| hull(ways)).collect();
        let suffixes = (0..=ways.len())
            .map(|from| {
                let mut steps: Vec<(f64, f64)> = hulls[from..].iter().flatten().copied().collect();
                steps.sort_by(|one, other| (one.1 * other.0).total_cmp(&(other.1 * one.0)));
                let mut sums = Steps { gains: vec![0.0], costs: vec![0.0] };
                let (mut gain, mut cost) = (0.0, 0.0);
                for (more, price) in steps {
                    gain += more;
                    cost += price;
                    sums.gains.push(gain);
                    sums.costs.push(cost);
                }
                sums
            })
            .collect();
        Self { suffixes }
    }

    /// No plan gains so many points from the components from here on at a lower cost; infinite where they have not so many.
    pub(super) fn cost(&self, from: usize, points: f64) -> f64 {
        if points <= 0.0 {
            return 0.0;
        }
        let Some(steps) = self.suffixes.get(from) else { return f64::INFINITY };
        let place = steps.gains.partition_point(|gain| *gain < points * (1.0 - 1e-12));
        match (steps.gains.get(place), place.checked_sub(1)) {
            (Some(gain), Some(before)) => {
                let share = (points - steps.gains[before]) / (gain - steps.gains[before]);
                steps.costs[before] + share.clamp(0.0, 1.0) * (steps.costs[place] - steps.costs[before])
            }
            _ => f64::INFINITY,
        }
    }
}

/// Steps along the lower hull from nothing: points and cost of each, dearer and dearer.
fn hull(ways: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut sorted: Vec<(f64, f64)> = ways.iter().copied().filter(|way| way.0 > 0.0).collect();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
    let mut corners: Vec<(f64, f64)> = vec![(0.0, 0.0)];
    for way in sorted {
        while let Some(last) = corners.last().copied() {
            let above = match corners.len() {
                1 => way.0 <= last.0,
                count => {
                    let before = corners[count - 2];
                    (last.1 - before.1) * (way.0 - before.0) >= (way.1 - before.1) * (last.0 - before.0)
                }
            };
            if !above {
                break;
            }
            corners.pop();
        }
        corners.push(way);
    }
    corners.windows(2).map(|pair| (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_follows_the_lower_hull() {
        // (1, 5) lies above the line from nothing to (2, 4).
        let bound = Bound::new(&[vec![(1.0, 5.0), (2.0, 4.0)], vec![(1.0, 1.0), (2.0, 10.0)]]);
        for (points, cost) in [(0.5, 0.5), (1.0, 1.0), (2.0, 3.0), (3.0, 5.0), (4.0, 14.0)] {
            assert!((bound.cost(0, points) - cost).abs() < 1e-12, "{points}: {}", bound.cost(0, points));
        }
        assert!(bound.cost(0, 4.1).is_infinite() && bound.cost(2, 0.1).is_infinite() && bound.cost(1, -1.0) == 0.0);
    }
}
