//! What is known by hand, and the laws that users of other tools missed.

use survey_stats::{
    Clusters, Column, DegreesOfFreedom, Design, IntervalGap, IntervalMethod, Labels, Level, LoneUnit, LoneUnits, Missing, Options,
    Population, ProportionInterval, Reference, Stage, Weights, by_groups, mean, proportion, quantile, shares, total,
};

fn column(name: &str, values: &[f64]) -> Column {
    Column::new(name, values.to_vec())
}

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-12 * other.abs().max(1.0)
}

fn simple(weights: &[f64]) -> Design {
    Design::new(weights.len(), Weights::Given(column("w", weights)), &[Stage::new(Clusters::Rows)], LoneUnit::Refuse).expect("a design")
}

/// Three strata of 3, 2 and 1 clusters.
fn with_a_lone_cluster(choice: LoneUnit) -> Design {
    let mut stage = Stage::new(Clusters::Labelled(Labels::new("village", ["1", "1", "2", "3", "4", "5", "6"])));
    stage.strata = Some(Labels::new("province", ["a", "a", "a", "a", "b", "b", "c"]));
    let weights = column("w", &[2.0, 3.0, 1.0, 2.0, 2.0, 2.0, 5.0]);
    Design::new(7, Weights::Given(weights), &[stage], choice).expect("a design")
}

#[test]
fn a_lone_unit_is_treated_as_named_and_the_result_says_so() {
    // Totals of the clusters: 14, 2, 12 | 6, 16 | 25.
    let x = column("x", &[1.0, 4.0, 2.0, 6.0, 3.0, 8.0, 5.0]);
    let variance = |choice| {
        let design = with_a_lone_cluster(choice);
        let estimate = total(&design, &design.whole(), &x, &Options::default()).expect("an estimate");
        assert_eq!(estimate.lone_units, LoneUnits { choice, strata: 1 });
        estimate.standard_error.expect("an error").powi(2)
    };
    assert!(close(variance(LoneUnit::Certainty), 224.0));
    assert!(close(variance(LoneUnit::Adjust), 224.0 + 12.5 * 12.5));
    assert!(close(variance(LoneUnit::Average), 336.0));
    // The last stratum joins the one before: clusters 6, 16, 25 with 1.5 · (917 - 47² / 3) = 271 beside 124 of the first stratum.
    assert!(close(variance(LoneUnit::Collapse), 395.0));
}

#[test]
fn collapsed_strata_are_those_joined_by_hand() {
    let design = |strata: [&str; 6], sizes: [f64; 6], choice| {
        let mut stage = Stage::new(Clusters::Rows);
        stage.strata = Some(Labels::new("province", strata));
        stage.population = Population::Size(column("N", &sizes));
        Design::new(6, Weights::Given(column("w", &[1.0, 2.0, 3.0, 1.0, 2.0, 3.0])), &[stage], choice)
    };
    let x = column("x", &[4.0, 1.0, 7.0, 2.0, 9.0, 3.0]);
    let answer = |design: &Design| mean(design, &design.whole(), &x, &Options::default()).expect("an estimate");
    // "a" has one unit and joins "b", the next in the file.
    let collapsed = design(["a", "b", "b", "c", "c", "c"], [10.0, 20.0, 20.0, 12.0, 12.0, 12.0], LoneUnit::Collapse).expect("a design");
    let joined = design(["ab", "ab", "ab", "c", "c", "c"], [30.0, 30.0, 30.0, 12.0, 12.0, 12.0], LoneUnit::Refuse).expect("a design");
    assert!(close(answer(&collapsed).standard_error.expect("an error"), answer(&joined).standard_error.expect("an error")));
    assert!(close(answer(&collapsed).degrees_of_freedom, 4.0) && answer(&collapsed).lone_units.strata == 1);
    // Strata of one unit each become pairs, and an odd last one joins the pair before it.
    let each = design(["a", "b", "c", "d", "e", "f"], [9.0; 6], LoneUnit::Collapse).expect("a design");
    let pairs = design(["a", "a", "c", "c", "e", "e"], [18.0; 6], LoneUnit::Refuse).expect("a design");
    assert!(close(answer(&each).standard_error.expect("an error"), answer(&pairs).standard_error.expect("an error")));
    // A stratum that was taken completely is no neighbour, and alone there is none.
    let certain = design(["a", "b", "b", "b", "b", "b"], [9.0, 5.0, 5.0, 5.0, 5.0, 5.0], LoneUnit::Collapse);
    let told: Vec<String> = certain.expect_err("faults").iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        ["row 1, column province: stratum a of stage 1 has a single sampled unit, and no sampled stratum beside it to be joined with"]
    );
}

#[test]
fn method_level_and_degrees_of_freedom_stand_beside_the_interval() {
    let design = with_a_lone_cluster(LoneUnit::Certainty);
    let x = column("x", &[1.0, 4.0, 2.0, 6.0, 3.0, 8.0, 5.0]);
    let level = Level::new(0.9).expect("a level");
    let of = |degrees_of_freedom| {
        let options = Options { level, degrees_of_freedom, ..Options::default() };
        let domain = design.domain("a", &[true, true, true, true, false, false, false]).expect("a domain");
        mean(&design, &domain, &x, &options).expect("an estimate").interval.expect("an interval")
    };
    let (own, whole, normal) = (of(DegreesOfFreedom::Domain), of(DegreesOfFreedom::Design), of(DegreesOfFreedom::Normal));
    assert_eq!((own.method, own.level), (IntervalMethod::T, level));
    assert!(close(own.degrees_of_freedom, 2.0) && close(whole.degrees_of_freedom, 3.0) && normal.degrees_of_freedom.is_infinite());
    assert!(own.high > whole.high && whole.high > normal.high);
    // t quantiles of 2 and 3 degrees of freedom, and of the normal distribution, at 95 %.
    let reach = |high: f64| high - f64::midpoint(own.low, own.high);
    assert!((reach(own.high) / reach(normal.high) - 2.919_985_580_353_725 / 1.644_853_626_951_472).abs() < 1e-10);
    assert!((reach(whole.high) / reach(normal.high) - 2.353_363_434_801_823 / 1.644_853_626_951_472).abs() < 1e-10);
}

#[test]
fn a_domain_keeps_clusters_without_a_member() {
    // Four villages; two have no member. Rows removed, the spread between villages would be seen among two alone.
    let stage = Stage::new(Clusters::Labelled(Labels::new("village", ["1", "1", "2", "2", "3", "3", "4", "4"])));
    let design = Design::new(8, Weights::Given(column("w", &[10.0; 8])), &[stage], LoneUnit::Refuse).expect("a design");
    let member = [true, false, true, true, false, false, false, false];
    let ones = column("one", &[1.0; 8]);
    let estimate = total(&design, &design.domain("members", &member).expect("a domain"), &ones, &Options::default()).expect("an estimate");
    // Totals 10, 20, 0, 0: mean 7.5, squares 6.25 + 156.25 + 56.25 + 56.25 = 275, times 4/3.
    assert!(close(estimate.value, 30.0));
    assert!(close(estimate.standard_error.expect("an error").powi(2), 275.0 * 4.0 / 3.0));
    assert_eq!((estimate.observations, estimate.clusters), (3, 2));
    // The same by weights of zero.
    let weights = member.map(|member| if member { 10.0 } else { 0.0 });
    let stage = Stage::new(Clusters::Labelled(Labels::new("village", ["1", "1", "2", "2", "3", "3", "4", "4"])));
    let zeroed = Design::new(8, Weights::Given(column("w", &weights)), &[stage], LoneUnit::Refuse).expect("a design");
    let other = total(&zeroed, &zeroed.whole(), &ones, &Options::default()).expect("an estimate");
    assert!(close(other.standard_error.expect("an error"), estimate.standard_error.expect("an error")));
}

#[test]
fn size_and_fraction_of_a_population_give_the_same_error() {
    let x = column("x", &[1.0, 5.0, 2.0, 8.0]);
    let error = |population| {
        let mut stage = Stage::new(Clusters::Rows);
        stage.population = population;
        let design = Design::new(4, Weights::FromPopulation, &[stage], LoneUnit::Refuse).expect("a design");
        assert!(design.weights().iter().all(|&weight| close(weight, 4.0)));
        mean(&design, &design.whole(), &x, &Options::default()).expect("an estimate").standard_error.expect("an error")
    };
    let (size, fraction) = (error(Population::Size(column("N", &[16.0; 4]))), error(Population::Fraction(column("f", &[0.25; 4]))));
    assert!(close(size, fraction));
    // s² = 10, times (1 - 1/4) / 4.
    assert!(close(size * size, 10.0 * 0.75 / 4.0));
}

#[test]
fn a_complete_count_has_no_error() {
    let mut stage = Stage::new(Clusters::Rows);
    stage.population = Population::Size(column("N", &[4.0; 4]));
    let design = Design::new(4, Weights::FromPopulation, &[stage], LoneUnit::Refuse).expect("a design");
    let estimate = mean(&design, &design.whole(), &column("x", &[1.0, 5.0, 2.0, 8.0]), &Options::default()).expect("an estimate");
    assert!(close(estimate.value, 4.0) && estimate.standard_error.expect("an error") <= 0.0 && estimate.design_effect.is_none());
    let yes = column("yes", &[1.0, 0.0, 0.0, 1.0]);
    for choice in [ProportionInterval::Logit, ProportionInterval::Beta, ProportionInterval::Wilson] {
        let interval =
            proportion(&design, &design.whole(), &yes, choice, &Options::default()).expect("an estimate").interval.expect("an interval");
        assert!(close(interval.low, 0.5) && close(interval.high, 0.5));
    }
}

#[test]
fn equal_answers_have_their_value_and_no_spread() {
    let design = simple(&[0.1, 0.7, 1.3, 2.9, 0.2]);
    for value in [0.0, 1.0, 0.3] {
        let estimate = mean(&design, &design.whole(), &column("x", &[value; 5]), &Options::default()).expect("an estimate");
        assert!((estimate.value - value).abs() <= 0.0 && estimate.standard_error.expect("an error") <= 0.0);
        assert!(estimate.design_effect.is_none());
        assert_eq!(estimate.coefficient_of_variation.is_none(), value <= 0.0);
    }
}

#[test]
fn zero_and_hundred_per_cent_take_the_number_of_answers() {
    let design = simple(&[1.0; 20]);
    let of = |value: f64, choice| {
        proportion(&design, &design.whole(), &column("yes", &[value; 20]), choice, &Options::default()).expect("an estimate").interval
    };
    // Clopper-Pearson with no yes among n: the upper end is 1 - 0.025^(1/n).
    let expected = 1.0 - 0.025_f64.powf(1.0 / 20.0);
    let none = of(0.0, ProportionInterval::Beta).expect("an interval");
    assert!(none.low.abs() <= 0.0 && (none.high - expected).abs() < 1e-12);
    let all = of(1.0, ProportionInterval::Beta).expect("an interval");
    assert!((all.low - (1.0 - expected)).abs() < 1e-12 && (all.high - 1.0).abs() <= 0.0);
    assert_eq!(of(0.0, ProportionInterval::Logit), Err(IntervalGap::AllAnswersEqual));
    assert_eq!(of(1.0, ProportionInterval::Arcsine), Err(IntervalGap::AllAnswersEqual));
    // Wilson with p = 0: from 0 to z² / (n + z²).
    let z = 1.959_963_984_540_054_f64;
    let wilson = of(0.0, ProportionInterval::Wilson).expect("an interval");
    assert!((0.0..1e-15).contains(&wilson.low) && (wilson.high - z * z / (20.0 + z * z)).abs() < 1e-12);
}

/// Rounding, too, leaves no share below 0 or above 1.
#[test]
fn ends_of_shares_stay_between_nothing_and_all() {
    for n in 2..80_usize {
        let stage = Stage::new(Clusters::Rows);
        let design = Design::new(n, Weights::Given(column("w", &vec![1.7; n])), &[stage], LoneUnit::Refuse).expect("a design");
        for ones in [0, 1, n - 1, n] {
            let yes: Vec<f64> = (0..n).map(|row| f64::from(u8::from(row < ones))).collect();
            for choice in [
                ProportionInterval::Logit,
                ProportionInterval::Beta,
                ProportionInterval::Wilson,
                ProportionInterval::Arcsine,
                ProportionInterval::Likelihood,
            ] {
                let found = proportion(&design, &design.whole(), &column("yes", &yes), choice, &Options::default()).expect("an estimate");
                let Ok(interval) = found.interval else { continue };
                assert!(interval.low.is_sign_positive() && interval.high <= 1.0, "{choice:?} {ones} of {n}: {interval:?}");
                assert!(interval.low <= interval.high);
            }
        }
    }
}

#[test]
fn wilson_of_a_simple_sample_drawn_with_replacement() {
    // 7 of 20: variance p(1-p)/(n-1), so the effective size is n - 1 (same degrees of freedom on both sides).
    let design = simple(&[1.0; 20]);
    let yes: Vec<f64> = (0..20).map(|row| f64::from(u8::from(row < 7))).collect();
    let estimate = proportion(&design, &design.whole(), &column("yes", &yes), ProportionInterval::Wilson, &Options::default());
    let interval = estimate.expect("an estimate").interval.expect("an interval");
    let (p, n, z) = (0.35_f64, 19.0_f64, 1.959_963_984_540_054_f64);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let expected = |sign: f64| (p + z * z / (2.0 * n) + sign * half) / (1.0 + z * z / n);
    assert!((interval.low - expected(-1.0)).abs() < 1e-12 && (interval.high - expected(1.0)).abs() < 1e-12);
}

#[test]
fn one_cluster_in_a_group_gives_the_figure_without_interval() {
    let design = with_a_lone_cluster(LoneUnit::Certainty);
    let x = column("x", &[1.0, 4.0, 2.0, 6.0, 3.0, 8.0, 5.0]);
    let labels = Labels::new("group", ["g", "g", "", "", "h", "h", "h"]);
    let answers = by_groups(&design, &labels, |domain| mean(&design, domain, &x, &Options::default())).expect("groups");
    let names: Vec<&str> = answers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["g", "h"]);
    let first = answers[0].1.as_ref().expect("an estimate");
    assert!(close(first.value, 2.8));
    assert_eq!((first.interval, first.standard_error), (Err(IntervalGap::OneCluster), None));
    assert!(answers[1].1.as_ref().expect("an estimate").interval.is_ok());
}

#[test]
fn certainty_units_have_error_of_later_stages_alone() {
    // The seat commune is in for certain; two of ten others are drawn; villages are drawn everywhere.
    let stages = || {
        let mut first = Stage::new(Clusters::Labelled(Labels::new("commune", ["seat", "seat", "b", "b", "c", "c"])));
        first.population = Population::Size(column("N1", &[f64::NAN, f64::NAN, 10.0, 10.0, 10.0, 10.0]));
        first.certainty = Some(vec![true, true, false, false, false, false]);
        let mut second = Stage::new(Clusters::Rows);
        second.population = Population::Size(column("N2", &[8.0, 8.0, 4.0, 4.0, 6.0, 6.0]));
        [first, second]
    };
    let design = Design::new(6, Weights::FromPopulation, &stages(), LoneUnit::Refuse).expect("a design");
    assert_eq!((design.clusters(), design.strata()), (3, 2));
    let estimate =
        total(&design, &design.whole(), &column("x", &[1.0, 3.0, 2.0, 2.0, 5.0, 7.0]), &Options::default()).expect("an estimate");
    // Seat: 4·(1+3) = 16. b: 5·2·(2+2) = 40. c: 5·3·(5+7) = 180.
    assert!(close(estimate.value, 236.0));
    // Second stage of the seat: 8²(1-1/4)/2·2 = 48; of c: (2/10)·(15²·2)·(1-1/3)·2... = 0.2 · (2/3) · 2 · (75-90)²·2 = 120.
    // First stage: (1-0.2)·2·((40-110)²+(180-110)²) = 15 680.
    let seat = 0.75 * 2.0 * ((4.0_f64 - 8.0).powi(2) + (12.0_f64 - 8.0).powi(2));
    let drawn = 0.8 * 2.0 * (70.0_f64.powi(2) * 2.0);
    let below = 0.2 * (1.0 - 1.0 / 3.0) * 2.0 * (15.0_f64.powi(2) * 2.0);
    assert!(close(estimate.standard_error.expect("an error").powi(2), seat + drawn + below));
}

#[test]
fn a_quantile_is_the_smallest_value_that_reaches_the_share() {
    let design = simple(&[1.0; 14]);
    let x: Vec<f64> = (1..=14_i32).map(f64::from).collect();
    let found = quantile(&design, &design.whole(), &column("x", &x), 0.5, &Options::default()).expect("a quantile");
    assert!(close(found.value, 7.0));
    // An interval of the share that starts below the first step starts at the smallest value.
    let eight = simple(&[1.0; 8]);
    let x = column("x", &[3.0, 1.0, 8.0, 4.0, 6.0, 2.0, 7.0, 5.0]);
    let found = quantile(&eight, &eight.whole(), &x, 0.5, &Options::default()).expect("a quantile");
    let interval = found.interval.expect("an interval");
    assert!(close(interval.low, 1.0) && close(interval.high, 8.0));
    // Of four values the share has an interval from -0.42 to 1.42: the ends lie beyond the sample, where R gives NaN.
    let few = simple(&[1.0; 4]);
    let found = quantile(&few, &few.whole(), &column("x", &[3.0, 1.0, 4.0, 2.0]), 0.5, &Options::default()).expect("a quantile");
    assert!(close(found.value, 2.0) && found.standard_error.is_none());
    assert_eq!((found.interval, found.degrees_of_freedom), (Err(IntervalGap::BeyondSample), 3.0));
}

#[test]
fn shares_of_all_labels_sum_to_one_and_missing_ones_are_left_out_on_request() {
    let design = simple(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let labels = Labels::new("answer", ["good", "bad", "", "good", "bad", "none"]);
    let options = Options { missing: Missing::LeaveOut, reference: Reference::WithReplacement, ..Options::default() };
    let found = shares(&design, &design.whole(), &labels, ProportionInterval::T, &options).expect("shares");
    assert!(close(found.iter().map(|(_, estimate)| estimate.value).sum(), 1.0));
    assert!(close(found[0].1.value, 5.0 / 18.0) && found.iter().all(|(_, estimate)| estimate.observations == 5));
}

#[test]
fn the_population_beside_certainty_units_is_told_by_the_weights() {
    // Stratum a: a seat and two of nine others; in each commune two of four people. Stratum b has no seat.
    let communes = ["seat", "a1", "a2", "b1", "b2"];
    let of = |row: usize| communes[row / 2];
    let design = |size: f64, known: bool| {
        let mut first = Stage::new(Clusters::Labelled(Labels::new("commune", (0..10).map(of))));
        first.strata = Some(Labels::new("s", (0..10).map(|row| if row < 6 { "a" } else { "b" })));
        first.certainty = Some((0..10).map(|row| row < 2).collect());
        first.population = Population::Size(column("N", &(0..10).map(|row| if row < 6 { size } else { 5.0 }).collect::<Vec<_>>()));
        let mut second = Stage::new(Clusters::Rows);
        if known {
            second.population = Population::Size(column("M", &[4.0; 10]));
        }
        // Nine communes stand behind two, people behind half of them.
        let weight = |row: usize| {
            if row < 2 {
                2.0
            } else if row < 6 {
                9.0
            } else {
                5.0
            }
        };
        let weights = Weights::Given(column("w", &(0..10).map(weight).collect::<Vec<_>>()));
        let design = Design::new(10, weights, &[first.clone(), second], LoneUnit::Refuse).expect("a design");
        design.populations_beside_certainty(&first)
    };
    let right = design(9.0, true);
    assert_eq!(right.len(), 1, "only stratum a has a seat: {right:?}");
    assert_eq!((right[0].stratum.as_str(), right[0].certain, right[0].by_weights), ("a", 1, Some(9.0)));
    assert!(!right[0].counts_certain() && design(10.0, true)[0].counts_certain());
    let unknown = design(10.0, false);
    assert!(unknown[0].by_weights.is_none() && !unknown[0].counts_certain(), "weights hold the share of people, which is not known");
}
