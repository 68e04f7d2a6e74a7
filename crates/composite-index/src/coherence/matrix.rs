//! Correlations, and eigenvalues of a symmetric matrix by Jacobi's rotations.

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Sample variance (n − 1); zero for fewer than two values.
pub(super) fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    if values.len() < 2 { 0.0 } else { squares / (values.len() - 1) as f64 }
}

/// Pearson's correlation; `None` for fewer than three values or where one side does not vary.
pub(super) fn correlation(one: &[f64], other: &[f64]) -> Option<f64> {
    if one.len() < 3 || one.len() != other.len() {
        return None;
    }
    let (first, second) = (mean(one), mean(other));
    let (mut across, mut left, mut right) = (0.0, 0.0, 0.0);
    for (a, b) in one.iter().zip(other) {
        let (a, b) = (a - first, b - second);
        across += a * b;
        left += a * a;
        right += b * b;
    }
    let size = left.sqrt() * right.sqrt();
    (size > 0.0).then(|| (across / size).clamp(-1.0, 1.0))
}

/// Eigenvalues, and eigenvectors as columns, of a symmetric matrix written row by row.
pub(super) fn eigen(matrix: &[f64], count: usize) -> (Vec<f64>, Vec<f64>) {
    let mut a = matrix.to_vec();
    let mut vectors = vec![0.0; count * count];
    for place in 0..count {
        vectors[place * count + place] = 1.0;
    }
    // Jacobi's rotations converge quadratically; 60 sweeps are far more than any matrix needs.
    for _ in 0..60 {
        let off: f64 = (0..count).flat_map(|p| (p + 1..count).map(move |q| (p, q))).map(|(p, q)| a[p * count + q] * a[p * count + q]).sum();
        if off < 1e-22 {
            break;
        }
        for p in 0..count {
            for q in p + 1..count {
                rotate(&mut a, &mut vectors, count, p, q);
            }
        }
    }
    ((0..count).map(|place| a[place * count + place]).collect(), vectors)
}

fn rotate(a: &mut [f64], vectors: &mut [f64], count: usize, p: usize, q: usize) {
    let between = a[p * count + q];
    if between.abs() < 1e-300 {
        return;
    }
    let theta = (a[q * count + q] - a[p * count + p]) / (2.0 * between);
    let tangent = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    for k in 0..count {
        let (one, other) = (a[k * count + p], a[k * count + q]);
        a[k * count + p] = cosine * one - sine * other;
        a[k * count + q] = sine * one + cosine * other;
    }
    for k in 0..count {
        let (one, other) = (a[p * count + k], a[q * count + k]);
        a[p * count + k] = cosine * one - sine * other;
        a[q * count + k] = sine * one + cosine * other;
    }
    for k in 0..count {
        let (one, other) = (vectors[k * count + p], vectors[k * count + q]);
        vectors[k * count + p] = cosine * one - sine * other;
        vectors[k * count + q] = sine * one + cosine * other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eigenvalues_are_those_of_the_textbook() {
        // [[2, 1], [1, 2]] has 1 and 3; the matrix of equal correlations r has 1 + (n − 1) r and n − 1 times 1 − r.
        let mut found = eigen(&[2.0, 1.0, 1.0, 2.0], 2).0;
        found.sort_by(f64::total_cmp);
        assert!((found[0] - 1.0).abs() < 1e-12 && (found[1] - 3.0).abs() < 1e-12);
        let count = 5;
        let matrix: Vec<f64> = (0..25).map(|place| if place / count == place % count { 1.0 } else { 0.3 }).collect();
        let (mut found, vectors) = eigen(&matrix, count);
        found.sort_by(f64::total_cmp);
        assert!((found[4] - 2.2).abs() < 1e-12 && found[..4].iter().all(|value| (value - 0.7).abs() < 1e-12), "{found:?}");
        let length: f64 = (0..count).map(|row| vectors[row * count] * vectors[row * count]).sum();
        assert!((length - 1.0).abs() < 1e-12);
    }

    #[test]
    fn correlations_are_those_of_r() {
        // R: cor(c(1, 2, 3, 4, 5), c(2, 1, 4, 3, 7)) is 0.8241634
        let found = correlation(&[1.0, 2.0, 3.0, 4.0, 5.0], &[2.0, 1.0, 4.0, 3.0, 7.0]).unwrap();
        assert!((found - 0.824_163_383_692_134).abs() < 1e-9, "{found}");
        assert_eq!(correlation(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0]), None);
        assert_eq!(correlation(&[1.0, 2.0], &[1.0, 2.0]), None);
    }
}
