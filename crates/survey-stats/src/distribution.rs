//! Quantiles and tails of the normal, t, beta, F and chi-square distributions.
//!
//! Every search and every fraction here ends after a stated number of rounds. Where it did not settle by then the answer is none, which
//! callers tell by name: an interval or a probability that was not found.

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::gamma::ln_gamma;

/// Rounds of a continued fraction or a series. They grow with the root of the parameters; this is enough for a hundred million answers.
const ROUNDS: u32 = 50_000;
/// Steps of a search for a quantile: halves alone find any `f64` in a thousand.
const STEPS: u32 = 1_200;

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
    if (p - 0.5).abs() <= 0.0 {
        return Some(0.0);
    }
    let start = -Normal::new(0.0, 1.0).ok()?.inverse_cdf(p);
    let tail = |t: f64| t_two_sided(t, df).map(|both| both / 2.0);
    let log_peak = if df.is_infinite() {
        -(2.0 * std::f64::consts::PI).ln() / 2.0
    } else {
        ln_gamma_ratio(df / 2.0, 0.5) - (df * std::f64::consts::PI).ln() / 2.0
    };
    let density = |t: f64| {
        let fall = if df.is_infinite() { t * t / 2.0 } else { (df + 1.0) / 2.0 * (t * t / df).ln_1p() };
        (log_peak - fall).exp()
    };
    let mut high = start.max(1.0);
    let mut doublings = 0;
    while tail(high)? > p {
        high *= 2.0;
        doublings += 1;
        if doublings > STEPS || !high.is_finite() {
            return None;
        }
    }
    search(start, 0.0, high, |t| tail(t).map(|tail| p - tail), density).map(|t| -t)
}

/// Quantile of the beta distribution. `None` where a parameter is not positive or not finite, or `p` lies outside (0, 1).
pub(crate) fn beta_quantile(p: f64, a: f64, b: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0 && a > 0.0 && b > 0.0 && a.is_finite() && b.is_finite()) {
        return None;
    }
    let density = |x: f64| if x > 0.0 && x < 1.0 { log_beta_front(a, b, x).exp() / (x * (1.0 - x)) } else { f64::NAN };
    search(a / (a + b), 0.0, 1.0, |x| beta_reg(a, b, x).map(|below| below - p), density)
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
        return gamma_upper(0.5, t * t / 2.0);
    }
    beta_reg(df / 2.0, 0.5, df / (df + t * t))
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
    beta_reg(below / 2.0, above / 2.0, below / (below + above * f))
}

/// P(χ² > x) with `df` degrees of freedom.
pub(crate) fn chi_square_upper(x: f64, df: f64) -> Option<f64> {
    if x.is_nan() || df.is_nan() || df <= 0.0 {
        return None;
    }
    gamma_upper(df / 2.0, x / 2.0)
}

/// Where a rising function is zero between `low` and `high`: Newton's steps, and halves where a step leaves what is still possible.
fn search(start: f64, mut low: f64, mut high: f64, value: impl Fn(f64) -> Option<f64>, slope: impl Fn(f64) -> f64) -> Option<f64> {
    let mut x = start;
    for _ in 0..STEPS {
        let here = value(x)?;
        if here < 0.0 {
            low = x;
        } else {
            high = x;
        }
        let step = here / slope(x);
        let next = x - step;
        let inside = next.is_finite() && next > low && next < high;
        let next = if inside { next } else { f64::midpoint(low, high) };
        if (next - x).abs() <= 1e-15 * x.abs() || high - low <= 1e-16 * high.abs() {
            return Some(if step.is_finite() && step.abs() <= 1e-12 * x.abs() { next } else { x });
        }
        x = next;
    }
    None
}

/// ln Γ(z) less its leading terms (z - ½) ln z - z + ½ ln 2π, for z of at least 10.
fn stirling_rest(z: f64) -> f64 {
    let square = 1.0 / (z * z);
    (1.0 / 12.0
        - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square * (1.0 / 1680.0 - square * (1.0 / 1188.0 - square * 691.0 / 360_360.0)))))
        / z
}

/// ln (Γ(b + a) / Γ(b)), which keeps its digits where b is large and a is small.
fn ln_gamma_ratio(b: f64, a: f64) -> f64 {
    if b < 10.0 {
        return ln_gamma(a + b) - ln_gamma(b);
    }
    let sum = a + b;
    (b - 0.5) * (a / b).ln_1p() + a * sum.ln() - a + stirling_rest(sum) - stirling_rest(b)
}

/// x ln (x / m) + m - x, which keeps its digits where x is near m (Loader 2000).
fn deviance(x: f64, m: f64) -> f64 {
    let apart = x - m;
    if apart.abs() >= 0.1 * (x + m) {
        return x * (x / m).ln() + m - x;
    }
    let v = apart / (x + m);
    let (mut sum, mut term) = (apart * v, 2.0 * x * v);
    for round in 1..100 {
        term *= v * v;
        let next = sum + term / f64::from(2 * round + 1);
        if (next - sum).abs() <= 0.0 {
            break;
        }
        sum = next;
    }
    sum
}

/// ln (x^a (1 - x)^b / B(a, b)).
fn log_beta_front(a: f64, b: f64, x: f64) -> f64 {
    let (small, large) = (a.min(b), a.max(b));
    if small >= 10.0 {
        let n = a + b;
        let spread = deviance(a, n * x) + deviance(b, n * (1.0 - x));
        return (a * (b / n) / (2.0 * std::f64::consts::PI)).ln() / 2.0 - spread + stirling_rest(n) - stirling_rest(a) - stirling_rest(b);
    }
    ln_gamma_ratio(large, small) - ln_gamma(small) + a * x.ln() + b * (-x).ln_1p()
}

/// I_x(a, b), the distribution function of the beta distribution. None where the fraction did not settle.
fn beta_reg(a: f64, b: f64, x: f64) -> Option<f64> {
    if x.is_nan() {
        return None;
    }
    if x <= 0.0 || x >= 1.0 {
        return Some(if x <= 0.0 { 0.0 } else { 1.0 });
    }
    let below = if x >= (a + 1.0) / (a + b + 2.0) { 1.0 - beta_fraction(b, a, 1.0 - x)? } else { beta_fraction(a, b, x)? };
    Some(below.clamp(0.0, 1.0))
}

/// The continued fraction of I_x(a, b) for x left of the mean, by the method of Lentz.
fn beta_fraction(a: f64, b: f64, x: f64) -> Option<f64> {
    let (sum, above, below) = (a + b, a + 1.0, a - 1.0);
    let away = |x: f64| if x.abs() < 1e-300 { 1e-300 } else { x };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - sum * x / above);
    let mut h = d;
    for round in 1..=ROUNDS {
        let m = f64::from(round);
        for even in [true, false] {
            let top = if even {
                m * (b - m) * x / ((below + 2.0 * m) * (a + 2.0 * m))
            } else {
                -(a + m) * (sum + m) * x / ((a + 2.0 * m) * (above + 2.0 * m))
            };
            d = 1.0 / away(1.0 + top * d);
            c = away(1.0 + top / c);
            h *= d * c;
        }
        if (d * c - 1.0).abs() <= 4.0 * f64::EPSILON {
            return Some(log_beta_front(a, b, x).exp() * h / a).filter(|value| value.is_finite());
        }
    }
    None
}

/// Q(a, x), the upper tail of the gamma distribution. None where the series or the fraction did not settle.
fn gamma_upper(a: f64, x: f64) -> Option<f64> {
    if x <= 0.0 {
        return Some(1.0);
    }
    if x.is_infinite() {
        return Some(0.0);
    }
    let front = if a >= 10.0 {
        (-deviance(a, x) - stirling_rest(a)).exp() * (a / (2.0 * std::f64::consts::PI)).sqrt()
    } else {
        (a * x.ln() - x - ln_gamma(a)).exp()
    };
    if x < a + 1.0 {
        let (mut term, mut sum) = (1.0 / a, 1.0 / a);
        for round in 1..=ROUNDS {
            term *= x / (a + f64::from(round));
            sum += term;
            if term <= sum * f64::EPSILON / 4.0 {
                return Some((1.0 - front * sum).clamp(0.0, 1.0));
            }
        }
        return None;
    }
    let away = |x: f64| if x.abs() < 1e-300 { 1e-300 } else { x };
    let mut b = x + 1.0 - a;
    let mut c = 1e300;
    let mut d = 1.0 / away(b);
    let mut h = d;
    for round in 1..=ROUNDS {
        let m = f64::from(round);
        let top = -m * (m - a);
        b += 2.0;
        d = 1.0 / away(top * d + b);
        c = away(b + top / c);
        h *= d * c;
        if (d * c - 1.0).abs() <= 4.0 * f64::EPSILON {
            return Some((front * h).clamp(0.0, 1.0));
        }
    }
    None
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

    /// Effective sizes of whole countries, and sizes that no sample has: each search ends, the latter without an answer.
    #[test]
    fn large_parameters_end() {
        for (p, a, b, expected) in LARGE_BETA {
            let found = beta_quantile(p, a, b);
            assert!(close(found, expected), "beta {p} {a} {b}: {found:?}, R {expected}");
        }
        // pbeta, pt, pchisq, qt of R for designs of a million clusters; its pf is off in the ninth digit, pbeta is not.
        for (found, expected) in [
            (f_upper(1.002, 5e5, 2e6), 0.185_618_289_365_863),
            (t_two_sided(2.5, 1e6), 0.012_419_489_502_163_233),
            (chi_square_upper(1_001_000.0, 1e6), 0.239_676_804_825_521_4),
            (chi_square_upper(998_000.0, 1e6), 0.921_419_708_012_855_1),
            (t_quantile(0.025, 1e6), -1.959_966_356_814_106_6),
            (t_quantile(0.0001, 36_500.0), -3.719_394_307_769_479_5),
        ] {
            assert!(found.is_some_and(|found| (found - expected).abs() <= 1e-9 * expected.abs()), "{found:?}, R {expected}");
        }
        for size in [1e16, 1e32, 1e200, f64::MAX] {
            let started = std::time::Instant::now();
            let found = beta_quantile(0.025, 0.3 * size, 0.7 * size);
            assert!(found.is_none_or(|found| (found - 0.3).abs() < 1e-6), "{size}: {found:?}");
            assert!(started.elapsed().as_secs() < 20, "{size} took {:?}", started.elapsed());
        }
        assert!(beta_quantile(0.5, f64::INFINITY, 1.0).is_none() && beta_quantile(0.5, f64::NAN, 1.0).is_none());
        for df in [1e6, 1e12, 1e300] {
            assert!(t_quantile(0.025, df).is_none_or(|t| (t + 1.96).abs() < 1e-4), "{df}: {:?}", t_quantile(0.025, df));
        }
        assert!(t_two_sided(1e308, 3.0).is_some_and(|p| p < 1e-100) && f_upper(1e300, 3.0, 1e300).is_none_or(|p| p <= 1.0));
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
    /// `qbeta` for large parameters.
    const LARGE_BETA: [(f64, f64, f64, f64); 4] = [
        (0.025, 20000.0, 16000.5, 0.5504120682604462),
        (0.975, 250000.0, 12.0, 0.999_975_198_552_761_2),
        (0.025, 3000000.0, 7000000.0, 0.299_716_012_143_103_1),
        (0.005, 5.0, 400000.0, 2.694_803_496_625_565e-6),
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
