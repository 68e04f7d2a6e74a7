//! Quantiles of the normal, t and beta distributions.
//!
//! The library's quantile starts, and Newton's steps on its distribution function finish, because a search by halves stops too early.

use statrs::distribution::{Beta, Continuous, ContinuousCDF, Normal, StudentsT};
use statrs::function::beta::beta_reg;
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

/// P(|T| > |t|) of Student's t with `df` degrees of freedom, of the normal distribution where `df` is infinite.
pub(crate) fn t_two_sided(t: f64, df: f64) -> Option<f64> {
    if t.is_nan() || df.is_nan() || df <= 0.0 {
        return None;
    }
    if t.is_infinite() {
        return Some(0.0);
    }
    if df.is_infinite() {
        return Some(gamma_ur(0.5, t * t / 2.0));
    }
    Some(beta_tail(df / 2.0, 0.5, df / (df + t * t)))
}

/// P(F > f) with `above` and `below` degrees of freedom; `below` may be infinite.
pub(crate) fn f_upper(f: f64, above: f64, below: f64) -> Option<f64> {
    if f.is_nan() || !(above > 0.0 && below > 0.0) {
        return None;
    }
    if f <= 0.0 {
        return Some(1.0);
    }
    if below.is_infinite() {
        return chi_square_upper(f * above, above);
    }
    Some(beta_tail(below / 2.0, above / 2.0, below / (below + above * f)))
}

/// P(χ² > x) with `df` degrees of freedom.
pub(crate) fn chi_square_upper(x: f64, df: f64) -> Option<f64> {
    if x.is_nan() || df.is_nan() || df <= 0.0 {
        return None;
    }
    Some(if x <= 0.0 { 1.0 } else { gamma_ur(df / 2.0, x / 2.0) })
}

/// I_x(a, b), with what rounding leaves outside [0, 1] cut off.
fn beta_tail(a: f64, b: f64, x: f64) -> f64 {
    beta_reg(a, b, x.clamp(0.0, 1.0)).clamp(0.0, 1.0)
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
    use super::{beta_quantile, chi_square_upper, f_upper, t_quantile, t_two_sided};

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

    /// (t, df, P): `2 * pt(-t, df)`.
    const PT: [(f64, f64, f64); 15] = [
        (0.3, 1.0, 0.8144528418445154),
        (2.1, 1.0, 0.282926056243018),
        (7.5, 1.0, 0.08438492631768271),
        (0.3, 3.0, 0.783763292039919),
        (2.1, 3.0, 0.12656520254968454),
        (7.5, 3.0, 0.0049109749259883045),
        (0.3, 13.0, 0.7689204037586312),
        (2.1, 13.0, 0.05581260427125778),
        (7.5, 13.0, 4.499814391788218e-6),
        (0.3, 484.0, 0.7643059564684089),
        (2.1, 484.0, 0.03624584210752852),
        (7.5, 484.0, 3.074641652595781e-13),
        (0.3, f64::INFINITY, 0.7641771556220947),
        (2.1, f64::INFINITY, 0.03572884112563311),
        (7.5, f64::INFINITY, 6.381783345821793e-14),
    ];
    /// (f, df above, df below, P): `pf(f, a, b, lower.tail = FALSE)`.
    const PF: [(f64, f64, f64, f64); 36] = [
        (0.4, 1.0, 5.0, 0.5548782830563701),
        (3.3, 1.0, 5.0, 0.12897384793563224),
        (12.0, 1.0, 5.0, 0.017962884609943948),
        (0.4, 1.0, 13.4, 0.5377321705345068),
        (3.3, 1.0, 13.4, 0.09170854212446584),
        (12.0, 1.0, 13.4, 0.004024904318275902),
        (0.4, 1.0, 480.0, 0.5273904035627173),
        (3.3, 1.0, 480.0, 0.0699034494500354),
        (12.0, 1.0, 480.0, 0.0005796748071168548),
        (0.4, 1.0, f64::INFINITY, 0.5270892568655381),
        (3.3, 1.0, f64::INFINITY, 0.06927988322120189),
        (12.0, 1.0, f64::INFINITY, 0.0005320055051392497),
        (0.4, 2.7, 5.0, 0.7423639251069476),
        (3.3, 2.7, 5.0, 0.11740801621132033),
        (12.0, 2.7, 5.0, 0.01062045966067726),
        (0.4, 2.7, 13.4, 0.7358351721705434),
        (3.3, 2.7, 13.4, 0.05717222801846905),
        (12.0, 2.7, 13.4, 0.000540648566309798),
        (0.4, 2.7, 480.0, 0.7319543008380145),
        (3.3, 2.7, 480.0, 0.024376604229746125),
        (12.0, 2.7, 480.0, 4.618462373084553e-7),
        (0.4, 2.7, f64::INFINITY, 0.7318416741605457),
        (3.3, 2.7, f64::INFINITY, 0.023534292917073204),
        (12.0, 2.7, f64::INFINITY, 2.7974024715859235e-7),
        (0.4, 9.0, 5.0, 0.890025812436632),
        (3.3, 9.0, 5.0, 0.10089345693685134),
        (12.0, 9.0, 5.0, 0.0068581099781469075),
        (0.4, 9.0, 13.4, 0.9140770708201174),
        (3.3, 9.0, 13.4, 0.02412684909192011),
        (12.0, 9.0, 13.4, 4.908868597882895e-5),
        (0.4, 9.0, 480.0, 0.9350108272086217),
        (3.3, 9.0, 480.0, 0.0006415148848720779),
        (12.0, 9.0, 480.0, 3.7946625204527575e-17),
        (0.4, 9.0, f64::INFINITY, 0.9357164109139732),
        (3.3, 9.0, f64::INFINITY, 0.0004933647299840762),
        (12.0, 9.0, f64::INFINITY, 3.752859581329452e-19),
    ];
    /// (x, df, P): `pchisq(x, df, lower.tail = FALSE)`.
    const PCHISQ: [(f64, f64, f64); 9] = [
        (0.2, 1.0, 0.6547208460185769),
        (5.0, 1.0, 0.025347318677468304),
        (61.0, 1.0, 5.707480873424356e-15),
        (0.2, 4.0, 0.9953211598395556),
        (5.0, 4.0, 0.2872974951836458),
        (61.0, 4.0, 1.7878408482793079e-12),
        (0.2, 30.0, 1.0),
        (5.0, 30.0, 0.9999999308468613),
        (61.0, 30.0, 0.0006954949550972023),
    ];

    #[test]
    fn tails_have_eleven_digits() {
        let near = |found: Option<f64>, expected: f64| found.is_some_and(|found| (found - expected).abs() <= 1e-11 * expected);
        for (t, df, expected) in PT {
            assert!(near(t_two_sided(t, df), expected), "t {t} {df}: {:?}, R {expected}", t_two_sided(t, df));
        }
        for (f, a, b, expected) in PF {
            assert!(near(f_upper(f, a, b), expected), "F {f} {a} {b}: {:?}, R {expected}", f_upper(f, a, b));
        }
        for (x, df, expected) in PCHISQ {
            assert!(near(chi_square_upper(x, df), expected), "χ² {x} {df}: {:?}, R {expected}", chi_square_upper(x, df));
        }
        assert!(t_two_sided(f64::NAN, 3.0).is_none() && f_upper(1.0, 0.0, 3.0).is_none() && chi_square_upper(1.0, -1.0).is_none());
    }
}
