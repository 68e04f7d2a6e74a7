//! What the engine says beside its figures: faults by name, grades of quantiles, intervals from replicates, files that may be cut.

use survey_stats::{
    Clusters, Column, DataFault, DataTable, Design, DesignFault, Expression, Grade, Labels, LoneReason, LoneUnit, Options, PlanFault,
    Precision, ProportionInterval, QualityReason, QualityRule, Replicates, Stage, Weights, assess_quantile, proportion, quantile,
    size_for_proportion,
};

fn column(name: &str, values: &[f64]) -> Column {
    Column::new(name, values.to_vec())
}

fn table(text: &str) -> DataTable {
    DataTable::read(text.as_bytes().to_vec()).expect("a table")
}

fn simple(rows: usize) -> Design {
    Design::new(rows, Weights::Given(column("w", &vec![10.0; rows])), &[Stage::new(Clusters::Rows)], LoneUnit::Refuse).expect("a design")
}

#[test]
fn a_size_beyond_all_people_is_refused() {
    let found = size_for_proportion(0.5, &Precision::of(1e-12)).expect_err("a fault");
    assert!(matches!(found, PlanFault::OutOfRange { what: "sample size", value } if value > 9e15), "{found}");
    let nothing = size_for_proportion(0.5, &Precision::of(f64::NAN)).expect_err("a fault");
    assert_eq!(nothing.to_string(), "margin: a missing value is out of range");
}

#[test]
fn a_text_without_last_line_end_is_known() {
    assert!(table("a,b\n1,2\n").ends_with_line() && table("a,b\r\n1,2\r\n").ends_with_line());
    assert!(!table("a,b\n1,2").ends_with_line());
}

#[test]
fn numbers_are_not_ordered_by_letters() {
    let data = table("x,code\n9,01\n10,10\n200,99\n");
    let rows = |text: &str| Expression::parse(text).expect("a condition").rows(&data);
    let fault = DataFault::OrderOfTexts { column: "x".into(), value: "10".into() };
    assert_eq!(rows("x > '10'"), Err(vec![fault]));
    assert_eq!(rows("x > 10"), Ok(vec![false, false, true]));
    // Where letters and sizes agree, or one asks for equality alone, codes may be written as texts.
    assert_eq!(rows("code >= '10'"), Ok(vec![false, true, true]));
    assert_eq!(rows("x = '10'"), Ok(vec![false, true, false]));
}

#[test]
fn a_quantile_has_a_grade() {
    let values: Vec<f64> = (0..40).map(|row| 1.0 + f64::from(row % 20)).collect();
    let (design, x) = (simple(40), column("x", &values));
    let found = quantile(&design, &design.whole(), &x, 0.5, &Options::default()).expect("a median");
    let rule = |careful, withheld, observations| QualityRule::CoefficientOfVariation { careful, withheld, observations };
    let grade = |rule| assess_quantile(&found, rule).map(|quality| quality.grade);
    let cv = found.standard_error.expect("an error") / found.value;
    assert_eq!(grade(rule(cv + 0.01, 1.0, 30)), Some(Grade::Publish));
    assert_eq!(grade(rule(cv - 0.01, 1.0, 30)), Some(Grade::WithCare));
    assert_eq!(grade(rule(cv + 0.01, 1.0, 41)), Some(Grade::Withhold));
    let reasons = assess_quantile(&found, rule(0.0, cv - 0.01, 41)).expect("a grade").reasons;
    assert!(
        matches!(reasons[..], [(_, QualityReason::FewObservations { .. }), (_, QualityReason::LargeCoefficient { .. })]),
        "{reasons:?}"
    );
    assert_eq!(grade(QualityRule::NchsProportion), None, "the rule is for proportions");
}

#[test]
fn a_share_has_its_interval_from_replicates() {
    let marks: Vec<f64> = (0..30).map(|row| f64::from(u8::from(row % 3 == 0))).collect();
    let (design, x, options) = (simple(30), column("x", &marks), Options::default());
    let replicates = Replicates::jackknife(&design).expect("replicates");
    // The jackknife of a mean of equal weights is the linearised error.
    for interval in [ProportionInterval::T, ProportionInterval::Logit, ProportionInterval::Beta] {
        let found = replicates.proportion(&design, &design.whole(), &x, interval, &options).expect("a share");
        let plain = proportion(&design, &design.whole(), &x, interval, &options).expect("a share");
        assert!((found.standard_error.expect("an error") - plain.standard_error.expect("an error")).abs() < 1e-12);
        let (one, other) = (found.interval.expect("an interval"), plain.interval.expect("an interval"));
        assert!((one.low - other.low).abs() < 1e-10 && (one.high - other.high).abs() < 1e-10 && one.method == other.method);
    }
    let two = column("x", &[2.0; 30]);
    assert!(replicates.proportion(&design, &design.whole(), &two, ProportionInterval::T, &options).is_err());
}

#[test]
fn a_lone_unit_of_a_later_stage_is_told_by_the_unit_that_holds_it() {
    let communes = Stage::new(Clusters::Labelled(Labels::new("commune", ["a", "a", "a", "b", "b"])));
    let mut first = communes.clone();
    first.population = survey_stats::Population::Size(column("N", &[9.0; 5]));
    let villages = Stage::new(Clusters::Labelled(Labels::new("village", ["1", "2", "2", "3", "3"])));
    let mut second = villages;
    second.population = survey_stats::Population::Size(column("M", &[7.0; 5]));
    let found = Design::new(5, Weights::FromPopulation, &[first, second], LoneUnit::Refuse).expect_err("faults");
    let unit = vec![("commune".to_owned(), "b".to_owned())];
    assert_eq!(
        found,
        [DesignFault::LoneUnit { row: 4, column: String::new(), stratum: String::new(), stage: 2, unit, reason: LoneReason::NoChoice }]
    );
    assert_eq!(found[0].to_string(), "row 4: a stratum of stage 2 in commune b has a single sampled unit");
}
