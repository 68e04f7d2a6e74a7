//! What holds for every sample, tried on samples made by chance.

use survey_stats::{
    ClusterLabels, Clusters, Column, Design, Estimate, Labels, LoneUnit, Options, Population, ProportionInterval, Stage, Weights, mean,
    proportion, quantile, ratio, total,
};

/// A small generator of its own, so that the laws do not lean on the engine's.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn figure(&mut self) -> f64 {
        f64::from(u32::try_from(self.below(1_000_000)).expect("a small number")) / 1000.0
    }
}

/// Columns of a made-up sample.
#[derive(Clone)]
struct Sample {
    strata: Vec<String>,
    clusters: Vec<String>,
    weights: Vec<f64>,
    x: Vec<f64>,
    yes: Vec<f64>,
}

impl Sample {
    fn by_chance(chance: &mut Chance) -> Self {
        let rows = 4 + chance.below(60) as usize;
        let (strata, clusters) = (1 + chance.below(4), 1 + chance.below(5));
        let mut label = |bound| (0..rows).map(|_| chance.below(bound).to_string()).collect::<Vec<_>>();
        let (strata, clusters) = (label(strata), label(clusters));
        let weights = (0..rows).map(|_| if chance.below(8) == 0 { 0.0 } else { chance.figure() + 0.1 }).collect();
        let x = (0..rows).map(|_| chance.figure()).collect();
        let yes = (0..rows).map(|_| f64::from(u8::from(chance.below(3) == 0))).collect();
        Self { strata, clusters, weights, x, yes }
    }

    fn design(&self, lone: LoneUnit) -> Option<Design> {
        let mut stage = Stage::new(Clusters::Labelled(Labels::new("cluster", &self.clusters)));
        stage.strata = Some(Labels::new("stratum", &self.strata));
        stage.cluster_labels = ClusterLabels::WithinStratum;
        stage.population = Population::Fraction(Column::new("f", vec![0.3; self.weights.len()]));
        Design::new(self.weights.len(), Weights::Given(Column::new("w", self.weights.clone())), &[stage], lone).ok()
    }

    fn rows_turned(&self, by: usize) -> Self {
        let mut turned = self.clone();
        turned.strata.rotate_left(by);
        turned.clusters.rotate_left(by);
        turned.weights.rotate_left(by);
        turned.x.rotate_left(by);
        turned.yes.rotate_left(by);
        turned
    }
}

fn answers(sample: &Sample, lone: LoneUnit) -> Option<Vec<Estimate>> {
    let design = sample.design(lone)?;
    let (x, yes) = (Column::new("x", sample.x.clone()), Column::new("yes", sample.yes.clone()));
    let (whole, options) = (design.whole(), Options::default());
    let found = [
        total(&design, &whole, &x, &options),
        mean(&design, &whole, &x, &options),
        ratio(&design, &whole, &yes, &x, &options),
        proportion(&design, &whole, &yes, ProportionInterval::Beta, &options),
        proportion(&design, &whole, &yes, ProportionInterval::Logit, &options),
        proportion(&design, &whole, &yes, ProportionInterval::Wilson, &options),
    ];
    if let Ok(found) = quantile(&design, &whole, &x, 0.5, &options) {
        assert!(found.value.is_finite() && found.standard_error.is_none_or(|se| se >= 0.0 && se.is_finite()));
    }
    found.into_iter().collect::<Result<Vec<_>, _>>().ok()
}

fn close(one: f64, other: f64, unit: f64) -> bool {
    (one - other).abs() <= 1e-9 * unit.abs().max(one.abs()).max(other.abs())
}

#[test]
fn no_answer_holds_what_is_no_number() {
    let mut chance = Chance(1);
    let mut answered = 0;
    for round in 0..2000 {
        let sample = Sample::by_chance(&mut chance);
        let lone = [LoneUnit::Refuse, LoneUnit::Certainty, LoneUnit::Adjust, LoneUnit::Average][round % 4];
        for found in answers(&sample, lone).unwrap_or_default() {
            answered += 1;
            assert!(found.value.is_finite() && found.standard_error.is_none_or(|se| se >= 0.0 && se.is_finite()), "{found:?}");
            assert!(found.coefficient_of_variation.is_none_or(f64::is_finite), "{found:?}");
            assert!(found.design_effect.is_none_or(|effect| effect >= 0.0 && effect.is_finite()), "{found:?}");
            if let Ok(interval) = found.interval {
                assert!(interval.low <= found.value + 1e-12 && found.value <= interval.high + 1e-12, "{found:?}");
            }
        }
    }
    assert!(answered > 3000, "{answered}");
}

#[test]
fn neither_the_order_of_rows_nor_the_unit_of_weights_changes_a_mean() {
    let mut chance = Chance(2);
    for _ in 0..300 {
        let sample = Sample::by_chance(&mut chance);
        let Some(found) = answers(&sample, LoneUnit::Adjust) else { continue };
        let turned = answers(&sample.rows_turned(sample.weights.len() / 3), LoneUnit::Adjust).expect("answers");
        let mut heavier = sample.clone();
        heavier.weights.iter_mut().for_each(|weight| *weight *= 4.0);
        let heavier = answers(&heavier, LoneUnit::Adjust).expect("answers");
        for (place, one) in found.iter().enumerate() {
            for (other, factor) in [(&turned[place], 1.0), (&heavier[place], if place == 0 { 4.0 } else { 1.0 })] {
                assert!(close(one.value * factor, other.value, one.value), "{one:?} {other:?}");
                let errors = [one, other].map(|found| found.standard_error.unwrap_or(-1.0));
                let unknown = one.standard_error.is_none() && other.standard_error.is_none();
                assert!(unknown || close(errors[0] * factor, errors[1], one.value), "{one:?} {other:?}");
            }
        }
    }
}
