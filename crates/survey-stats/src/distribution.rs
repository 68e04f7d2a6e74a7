//! Quantiles of the normal, t and beta distributions.
//!
//! The library's quantile starts, and Newton's steps on its distribution function finish, because a search by halves stops too early.

use statrs::distribution::{Beta, Continuous, ContinuousCDF, Normal, StudentsT};
use statrs::function::gamma::gamma_ur;

/// Quantile of Student's t with `df` degrees of freedom, of the normal distribution where `df` is infinite.
/// `None` where `p` lies outside (0, 1) or `df` is not positive.
pub(crate) fn t_quantile(p: f64, df: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0 && df > 0.0) {
        return None;
    }
    // The lower tail keeps its digits; the upper one is its mirror.
    if p > 0.5 {
        return t_quantile(1.0 - p, df).map(|quantile| -quantile);
    }
    if df.is_infinite() {
        // The incomplete gamma function has more digits than the normal distribution function of the library.
        let normal = Normal::new(0.0, 1.0).ok()?;
        return polish(normal.inverse_cdf(p), p, f64::NEG_INFINITY, 0.0, |x| gamma_ur(0.5, x * x / 2.0) / 2.0, |x| normal.pdf(x));
    }
    let student = StudentsT::new(0.0, 1.0, df).ok()?;
    polish(student.inverse_cdf(p), p, f64::NEG_INFINITY, 0.0, |x| student.cdf(x), |x| student.pdf(x))
}

/// Quantile of the beta distribution. `None` where a parameter is not positive or `p` lies outside (0, 1).
pub(crate) fn beta_quantile(p: f64, a: f64, b: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0 && a > 0.0 && b > 0.0) {
        return None;
    }
    let beta = Beta::new(a, b).ok()?;
    polish(beta.inverse_cdf(p), p, 0.0, 1.0, |x| beta.cdf(x), |x| beta.pdf(x))
}

fn polish(start: f64, p: f64, low: f64, high: f64, cdf: impl Fn(f64) -> f64, density: impl Fn(f64) -> f64) -> Option<f64> {
    let mut x = start;
    for _ in 0..8 {
        let slope = density(x);
        if !(slope > 0.0 && slope.is_finite()) {
            break;
        }
        let step = (cdf(x) - p) / slope;
        let next = x - step;
        if !next.is_finite() || next < low || next > high {
            break;
        }
        x = next;
        if step.abs() <= 1e-15 * x.abs() {
            break;
        }
    }
    x.is_finite().then_some(x)
}

#[cfg(test)]
mod tests {
    use super::{beta_quantile, t_quantile};

    fn close(found: Option<f64>, expected: f64) -> bool {
        found.is_some_and(|found| (found - expected).abs() <= 1e-12 * expected.abs())
    }

    /// Expected figures are those of R: `qnorm`, `qt`, `qbeta`, to the last digit that an `f64` tells apart.
    #[test]
    fn quantiles_have_twelve_digits() {
        for (p, df, expected) in QT {
            let found = t_quantile(p, df);
            assert!(close(found, expected), "t {p} {df}: {found:?}, R {expected}");
        }
        for (p, a, b, expected) in QBETA {
            let found = beta_quantile(p, a, b);
            assert!(close(found, expected), "beta {p} {a} {b}: {found:?}, R {expected}");
        }
    }

    #[test]
    fn no_quantile_outside_the_range() {
        assert!(t_quantile(0.0, 3.0).is_none() && t_quantile(0.5, 0.0).is_none() && t_quantile(f64::NAN, 3.0).is_none());
        assert!(beta_quantile(0.5, 0.0, 1.0).is_none() && beta_quantile(1.0, 1.0, 1.0).is_none());
    }

    const QT: [(f64, f64, f64); 20] = [
        (0.975, 1.0, 12.706204736174694),
        (0.95, 1.0, 6.313751514675038),
        (0.005, 1.0, -63.65674116287158),
        (0.0001, 1.0, -3183.098757118151),
        (0.975, 2.0, 4.302652729749462),
        (0.95, 2.0, 2.919985580353724),
        (0.005, 2.0, -9.924843200918293),
        (0.0001, 2.0, -70.70007107496427),
        (0.975, 14.0, 2.144786687917804),
        (0.95, 14.0, 1.7613101357748917),
        (0.005, 14.0, -2.9768427343708344),
        (0.0001, 14.0, -4.98501315771947),
        (0.975, 484.0, 1.9648774427291855),
        (0.95, 484.0, 1.6480079816030369),
        (0.005, 484.0, -2.5860252812094884),
        (0.0001, 484.0, -3.7477029772862402),
        (0.975, f64::INFINITY, 1.9599639845400536),
        (0.95, f64::INFINITY, 1.6448536269514715),
        (0.005, f64::INFINITY, -2.5758293035489),
        (0.0001, f64::INFINITY, -3.71901648545568),
    ];
    const QBETA: [(f64, f64, f64, f64); 12] = [
        (0.025, 1.0, 21.0, 0.0012048834483635127),
        (0.975, 1.0, 21.0, 0.16109761521907962),
        (0.005, 1.0, 21.0, 0.00023866398300714637),
        (0.025, 3.5, 17.2, 0.04483488056875264),
        (0.975, 3.5, 17.2, 0.35313617525363084),
        (0.005, 3.5, 17.2, 0.02649293511167838),
        (0.025, 130.4, 54.7, 0.63693726583316),
        (0.975, 130.4, 54.7, 0.7678456049139093),
        (0.005, 130.4, 54.7, 0.614628483319177),
        (0.025, 9000.0, 21.0, 0.9965776349843033),
        (0.975, 9000.0, 21.0, 0.9985582727355364),
        (0.005, 9000.0, 21.0, 0.9961596661683891),
    ];
}
