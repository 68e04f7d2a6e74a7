//! Moments of a sample, as COINr (1.1.14) and Excel define them. Values are added in their own order, so that the order of the units changes nothing:
//! two units with the same values tie, whoever stands first in the table.

/// Mean and sample standard deviation (n − 1); `None` for fewer than two values.
pub(super) fn moments(values: &[f64]) -> Option<(f64, f64)> {
    let count = values.len() as f64;
    if values.len() < 2 {
        return None;
    }
    let values = ascending(values);
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    Some((mean, (squares / (count - 1.0)).sqrt()))
}

fn ascending(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

/// Sums of the second, third and fourth powers of the distances from the mean.
fn powers(values: &[f64]) -> (f64, f64, f64) {
    let values = ascending(values);
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().fold((0.0, 0.0, 0.0), |(second, third, fourth), value| {
        let distance = value - mean;
        let square = distance * distance;
        (second + square, third + square * distance, fourth + square * square)
    })
}

/// The skew G1 = √(n (n − 1)) / (n − 2) × √n Σd³ / (Σd²)^1.5; `None` for fewer than three values or equal ones.
#[must_use]
pub fn skew(values: &[f64]) -> Option<f64> {
    let count = values.len() as f64;
    let (second, third, _) = powers(values);
    (values.len() > 2 && second > 0.0)
        .then(|| (count * (count - 1.0)).sqrt() / (count - 2.0) * count.sqrt() * third / (second * second.sqrt()))
        .filter(|skew| skew.is_finite())
}

/// The kurtosis ((n + 1)(r − 3) + 6)(n − 1) / ((n − 2)(n − 3)) with r = n Σd⁴ / (Σd²)²; `None` for fewer than four values or equal ones.
#[must_use]
pub fn kurtosis(values: &[f64]) -> Option<f64> {
    let count = values.len() as f64;
    let (second, _, fourth) = powers(values);
    (values.len() > 3 && second > 0.0)
        .then(|| {
            let ratio = count * fourth / (second * second);
            ((count + 1.0) * (ratio - 3.0) + 6.0) * (count - 1.0) / ((count - 2.0) * (count - 3.0))
        })
        .filter(|kurtosis| kurtosis.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Excel: SKEW(1,2,3,4,100) and KURT(1,2,3,4,100).
    #[test]
    fn moments_are_those_of_excel() {
        let values = [1.0, 2.0, 3.0, 4.0, 100.0];
        assert!((skew(&values).unwrap() - 2.232_395_911_636_458).abs() < 1e-12, "{:?}", skew(&values));
        assert!((kurtosis(&values).unwrap() - 4.986_865_957_200_66).abs() < 1e-12, "{:?}", kurtosis(&values));
        let (mean, deviation) = moments(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap();
        assert!((mean - 5.0).abs() < 1e-12 && (deviation - 2.138_089_935_299_395).abs() < 1e-12);
    }

    #[test]
    fn the_order_of_the_values_changes_nothing() {
        let values = [0.1, 63.07, 12.9, 99.99, 0.7, 41.3, 8.08, 77.1];
        let mut other = values;
        other.rotate_left(3);
        other.swap(0, 5);
        assert_eq!(moments(&values), moments(&other));
        assert_eq!((skew(&values), kurtosis(&values)), (skew(&other), kurtosis(&other)));
    }

    #[test]
    fn what_has_no_moment_says_so() {
        assert_eq!(skew(&[1.0, 2.0]), None);
        assert_eq!(kurtosis(&[1.0, 2.0, 3.0]), None);
        assert_eq!(skew(&[5.0; 9]), None);
        assert_eq!(moments(&[1.0]), None);
    }
}
