//! The rank of replicate weights: how many independent replicates there are, for the degrees of freedom of weights that came alone.

use std::collections::HashMap;
use std::sync::Mutex;

/// A column whose part outside those before it is smaller than this share of it follows from them, as `qr` with this tolerance has it.
const TOLERANCE: f64 = 1e-5;

/// Rank of a matrix with one row for each list, by the columns in their order: `qr(weights, tol = 1e-05)$rank` in R.
pub(super) fn rank(rows: impl Iterator<Item = Vec<f64>>) -> usize {
    let rows = distinct(rows);
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for column in 0..rows.first().map_or(0, Vec::len) {
        if basis.len() == rows.len() {
            break;
        }
        let mut rest: Vec<f64> = rows.iter().map(|row| row[column]).collect();
        let whole = norm(&rest);
        for direction in &basis {
            let along: f64 = direction.iter().zip(&rest).map(|(one, other)| one * other).sum();
            rest.iter_mut().zip(direction).for_each(|(rest, direction)| *rest -= along * direction);
        }
        let left = norm(&rest);
        if left > TOLERANCE * whole {
            rest.iter_mut().for_each(|rest| *rest /= left);
            basis.push(rest);
        }
    }
    basis.len()
}

fn norm(vector: &[f64]) -> f64 {
    vector.iter().map(|figure| figure * figure).sum::<f64>().sqrt()
}

/// Rows that are no multiples of one another; one that stands for several has their length together, so that all products of columns stay
/// as they were. Replicates change whole clusters, so that few rows are left.
fn distinct(rows: impl Iterator<Item = Vec<f64>>) -> Vec<Vec<f64>> {
    let mut known: HashMap<Vec<i64>, usize> = HashMap::new();
    let mut kept: Vec<(Vec<f64>, f64)> = Vec::new();
    for row in rows {
        let Some(&first) = row.iter().find(|figure| figure.abs() > 0.0) else { continue };
        // Rows that rounding sets apart are kept twice, which changes nothing but time.
        let shape = row.iter().map(|figure| (figure / first * 1e9).round() as i64).collect();
        let place = *known.entry(shape).or_insert(kept.len());
        let square = first * first;
        match kept.get_mut(place) {
            Some((_, squares)) => *squares += square,
            None => kept.push((row, square)),
        }
    }
    let lengthen = |(row, squares): (Vec<f64>, f64)| {
        let first = row.iter().find(|figure| figure.abs() > 0.0).copied().unwrap_or(1.0);
        let factor = squares.sqrt() / first.abs();
        row.into_iter().map(|figure| figure * factor).collect()
    };
    kept.into_iter().map(lengthen).collect()
}

/// The rank over the rows that were last asked for: estimates of one domain follow each other.
#[derive(Debug, Default)]
pub(super) struct LastRank(Mutex<Option<(Vec<u32>, usize)>>);

impl Clone for LastRank {
    /// Clones may be given other weights, so that nothing is known of them.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl LastRank {
    pub(super) fn of(&self, positions: &[u32], find: impl FnOnce() -> usize) -> usize {
        let Ok(mut last) = self.0.lock() else { return find() };
        if let Some((known, rank)) = last.as_ref()
            && known == positions
        {
            return *rank;
        }
        let rank = find();
        *last = Some((positions.to_vec(), rank));
        rank
    }
}
