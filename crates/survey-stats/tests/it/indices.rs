//! Indices, ranks and quality by hand, and what they refuse.

use survey_stats::{
    Aggregation, Answer, Clusters, Column, Design, Grade, IndexError, IndexFault, IndexNode, IndexRule, Item, Joint, Labels, LoneUnit,
    MultipleTests, NoAnswerRule, Options, ProportionInterval, QualityReason, QualityRule, RankOptions, Scoring, Stage, Weights, assess,
    index, index_of_groups, joint, mean, pairwise, proportion, rank,
};

use crate::beside_r::close;
use crate::inference::{design, items, rule, sipas};

fn flat(weights: &[f64]) -> Design {
    let column = Column::new("w", weights.to_vec());
    Design::new(weights.len(), Weights::Given(column), &[Stage::new(Clusters::Rows)], LoneUnit::Refuse).expect("a design")
}

fn answers(name: &str, codes: &[i8]) -> Item {
    let answer = |&code: &i8| match code {
        -1 => Answer::NoAnswer,
        -2 => Answer::NotApplicable,
        code => Answer::Code(code.unsigned_abs()),
    };
    Item { name: name.into(), answers: codes.iter().map(answer).collect() }
}

#[test]
fn no_answer_and_not_applicable_are_kept_apart() {
    let design = flat(&[1.0, 2.0, 1.0, 4.0, 2.0]);
    let items = [answers("item1", &[5, 4, 1, -1, -2]), answers("item2", &[3, 3, 5, 5, 2]), answers("item3", &[4, 4, 4, 4, 4])];
    let of = |no_answer| {
        index(&design, &design.whole(), &rule(Aggregation::ChildWeights, no_answer), &items, &Options::default()).expect("an index")
    };
    let found = of(NoAnswerRule::LeaveOut);
    let value = |found: &survey_stats::IndexEstimate, code: &str| {
        found.nodes.iter().find(|node| node.code == code).expect("a node").estimate.clone().expect("an estimate").value
    };
    assert_eq!(
        found.nodes.iter().map(|node| (node.code.as_str(), node.depth)).collect::<Vec<_>>(),
        [("total", 0), ("policy", 1), ("item1", 2), ("item2", 2), ("service", 1), ("item3", 2)]
    );
    // Weights 1 + 2 of 1 + 2 + 1 who answered; 1 + 4 of 10; everybody.
    assert!(close(value(&found, "item1"), 0.75) && close(value(&found, "item2"), 0.5) && close(value(&found, "item3"), 1.0));
    assert!(close(value(&found, "policy"), 0.625) && close(value(&found, "total"), 0.6 * 0.625 + 0.4));
    let counts = found.nodes[2].counts.expect("counts");
    assert_eq!((counts.answered, counts.no_answer, counts.not_applicable), ((3, 4.0), (1, 4.0), (1, 2.0)));
    // Counted as unsatisfied: 3 of 8; not applicable still counts nowhere.
    assert!(close(value(&of(NoAnswerRule::CountAsUnsatisfied), "item1"), 0.375));
    let means = IndexRule { scoring: Scoring::Mean, ..rule(Aggregation::EqualItems, NoAnswerRule::LeaveOut) };
    let found = index(&design, &design.whole(), &means, &items, &Options::default()).expect("an index");
    assert!(close(value(&found, "item1"), (5.0 + 8.0 + 1.0) / 4.0), "a mean on the scale");
    let all_equal = found.nodes[5].estimate.clone().expect("an estimate");
    assert!(close(all_equal.value, 4.0) && all_equal.standard_error.expect("an error") < 1e-12, "all the same answer has no spread");
}

#[test]
fn equal_items_weigh_twenty_three_to_sixteen() {
    // The rule that fits the published triples: 23 policy and 16 service items.
    let node = |code: String, parent: Option<&str>| IndexNode { code, parent: parent.map(Into::into), weight: 1.0 };
    let mut nodes = vec![node("total".into(), None), node("policy".into(), Some("total")), node("service".into(), Some("total"))];
    nodes.extend((1..=23).map(|item| node(format!("p{item}"), Some("policy"))));
    nodes.extend((1..=16).map(|item| node(format!("s{item}"), Some("service"))));
    let rule = IndexRule { nodes, ..rule(Aggregation::EqualItems, NoAnswerRule::LeaveOut) };
    let items: Vec<Item> = (1..=23)
        .map(|item| answers(&format!("p{item}"), &[5, 1, 4, 4]))
        .chain((1..=16).map(|item| answers(&format!("s{item}"), &[5, 5, 5, 2])))
        .collect();
    let design = flat(&[1.0, 1.0, 1.0, 2.0]);
    let found = index(&design, &design.whole(), &rule, &items, &Options::default()).expect("an index");
    let value = |place: usize| found.nodes[place].estimate.clone().expect("an estimate").value;
    assert!(close(value(0), (23.0 * 0.8 + 16.0 * 0.6) / 39.0), "{}", value(0));
}

#[test]
fn a_node_without_answers_says_so_and_the_others_stand() {
    let design = flat(&[1.0; 4]);
    let items = [answers("item1", &[5, 4, 1, 2]), answers("item2", &[3, 3, 5, 5]), answers("item3", &[-1, -2, -1, -2])];
    let rule = rule(Aggregation::ChildWeights, NoAnswerRule::LeaveOut);
    let found = index(&design, &design.whole(), &rule, &items, &Options::default()).expect("an index");
    let states: Vec<bool> = found.nodes.iter().map(|node| node.estimate.is_ok()).collect();
    assert_eq!(states, [false, true, true, true, false, false]);
    assert_eq!(found.nodes[0].estimate.clone().expect_err("a fault").to_string(), "column item3: the denominator sums to zero");
    assert!(matches!(
        index_of_groups(&design, &[design.whole()], &rule, "total", &items, &Options::default()),
        Err(IndexError::InGroup { .. })
    ));
}

#[test]
fn rules_have_versions_and_years() {
    let version = |name: &str, first, last| IndexRule {
        version: name.into(),
        first_year: first,
        last_year: last,
        ..rule(Aggregation::EqualItems, NoAnswerRule::LeaveOut)
    };
    let versions = [version("2017", 2017, Some(2021)), version("2022", 2022, None)];
    assert_eq!(IndexRule::in_force(&versions, 2021).expect("a rule").version, "2017");
    assert_eq!(IndexRule::in_force(&versions, 2026).expect("a rule").version, "2022");
    assert_eq!(IndexRule::in_force(&versions, 2016).expect_err("a fault").to_string(), "no version of the rule is in force in 2016");
    let twice = [version("a", 2020, None), version("b", 2022, None)];
    assert_eq!(IndexRule::in_force(&twice, 2023).expect_err("a fault").to_string(), "versions a and b are both in force in 2023");
}

#[test]
fn every_fault_of_rule_and_answers_is_told() {
    let design = flat(&[1.0; 3]);
    let mut wrong = rule(Aggregation::ChildWeights, NoAnswerRule::LeaveOut);
    wrong.nodes[1].weight = 0.0;
    wrong.nodes[3].code = "item1".into();
    wrong.nodes[5].parent = Some("nowhere".into());
    wrong.scoring = Scoring::Satisfied(vec![4, 9]);
    let items = [answers("item1", &[5, 6, 0]), answers("item3", &[5])];
    let told = match index(&design, &design.whole(), &wrong, &items, &Options::default()) {
        Err(IndexError::Faults(faults)) => faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    for part in [
        "the scale from 1 to 5 does not fit the scoring",
        "node policy: 0 is no weight",
        "node item1 stands twice",
        "there is no node nowhere",
        "node item3 does not lie below the one root",
        "row 2, item item1: 6 lies outside the scale",
        "row 3, item item1: 0 lies outside the scale",
        "there are no answers to item service",
        "item item3: 1 answers where 3 are needed",
    ] {
        assert!(told.iter().any(|line| line == part), "{part} in {told:?}");
    }
    let mut circle = rule(Aggregation::EqualItems, NoAnswerRule::LeaveOut);
    circle.nodes[1].parent = Some("policy".into());
    let found = index(&design, &design.whole(), &circle, &[], &Options::default());
    assert!(matches!(found, Err(IndexError::Faults(faults)) if faults.contains(&IndexFault::NotATree { node: "policy".into() })));
    let means = IndexRule { scoring: Scoring::Mean, ..rule(Aggregation::EqualItems, NoAnswerRule::CountAsUnsatisfied) };
    assert!(index(&design, &design.whole(), &means, &[], &Options::default()).is_err());
}

/// Units whose estimates are means of given rows.
fn units(values: &[(&str, [f64; 4])]) -> (Design, Joint) {
    let labels = Labels::new("unit", values.iter().flat_map(|(name, rows)| rows.map(|_| *name)));
    let mut stage = Stage::new(Clusters::Rows);
    stage.strata = Some(labels.clone());
    let rows = values.len() * 4;
    let design = Design::new(rows, Weights::Given(Column::new("w", vec![1.0; rows])), &[stage], LoneUnit::Refuse).expect("a design");
    let x = Column::new("x", values.iter().flat_map(|(_, rows)| *rows).collect());
    let groups = design.groups(&labels).expect("groups");
    let targets: Vec<survey_stats::Target<'_>> = groups
        .iter()
        .map(|group| survey_stats::Target { name: group.name().into(), domain: group, measure: survey_stats::Measure::Mean(&x) })
        .collect();
    let found = joint(&design, &targets, &Options::default()).expect("estimates");
    (design, found)
}

#[test]
fn ranks_say_what_cannot_be_told_apart() {
    let spread = |centre: f64, by: f64| [centre - by, centre - by / 3.0, centre + by / 3.0, centre + by];
    let (_, found) = units(&[
        ("d", spread(10.0, 1.0)),
        ("a", spread(90.0, 1.0)),
        ("b", spread(89.0, 4.0)),
        ("c", spread(86.0, 4.0)),
        ("e", spread(10.0, 1.0)),
    ]);
    let ranking = rank(&found, &RankOptions::default()).expect("a ranking");
    let names = |places: &[usize]| places.iter().map(|&place| ranking.units[place].name.as_str()).collect::<Vec<_>>();
    assert_eq!(names(&ranking.order), ["a", "b", "c", "d", "e"]);
    assert_eq!(ranking.units.iter().map(|unit| unit.rank).collect::<Vec<_>>(), [4, 1, 2, 3, 4], "equal values share a rank");
    assert_eq!(ranking.alike.iter().map(|set| names(set)).collect::<Vec<_>>(), [vec!["a", "b", "c"], vec!["d", "e"]]);
    let a = &ranking.units[1];
    assert_eq!((a.best, a.worst), (Some(1), Some(3)));
    assert_eq!((ranking.units[0].best, ranking.units[0].worst), (Some(4), Some(5)));
    assert!(a.rank_error.is_some_and(|error| error > 0.1 && error < 1.0), "{a:?}");
    // d and e stand on equal rows: each is first in half of the draws.
    let tie = ranking.difference(0, 4).expect("a difference");
    assert!(
        tie.difference.abs() < 1e-12 && (tie.before.expect("a share") - 0.5).abs() < 0.03 && tie.standard_error.expect("an error") > 0.9,
        "{tie:?}"
    );
    let apart = ranking.difference(1, 0).expect("a difference");
    assert!(
        close(apart.difference, -3.0) && close(apart.before.expect("a share"), 1.0) && apart.standard_error.expect("an error") < 1.5,
        "{apart:?}"
    );
    assert!(ranking.difference(0, 9).is_none());
    let turned = rank(&found, &RankOptions { largest_first: false, ..RankOptions::default() }).expect("a ranking");
    assert_eq!(turned.units.iter().map(|unit| unit.rank).collect::<Vec<_>>(), [1, 5, 4, 3, 1]);
    let again = rank(&found, &RankOptions::default()).expect("a ranking");
    assert_eq!(again.units, ranking.units, "the same seed, the same errors");
    assert!(rank(&found, &RankOptions { draws: 1, ..RankOptions::default() }).is_err());
}

#[test]
fn overlapping_sets_share_a_unit() {
    let spread = |centre: f64| [centre - 1.5, centre - 0.5, centre + 0.5, centre + 1.5];
    let (_, found) = units(&[("high", spread(12.0)), ("middle", spread(10.2)), ("low", spread(8.4))]);
    let ranking = rank(&found, &RankOptions { adjustment: MultipleTests::None, ..RankOptions::default() }).expect("a ranking");
    assert_eq!(ranking.alike, [vec![0, 1], vec![1, 2]], "the middle is like both, which are not alike");
    let pairs = pairwise(&found, MultipleTests::Bonferroni).expect("pairs");
    for pair in &pairs {
        let p = pair.contrast.p_value.expect("a probability");
        assert!(close(pair.adjusted.expect("a probability"), (3.0 * p).min(1.0)));
    }
}

#[test]
fn ranks_of_provinces_hold_the_whole_design() {
    let data = sipas();
    let design = design(&data, false);
    let groups = design.groups(&data.labels("province")).expect("groups");
    let rule = rule(Aggregation::ChildWeights, NoAnswerRule::LeaveOut);
    let found = index_of_groups(&design, &groups, &rule, "total", &items(&data), &Options::default()).expect("indices");
    for (place, group) in groups.iter().enumerate() {
        let own = index(&design, group, &rule, &items(&data), &Options::default()).expect("an index");
        let own = own.nodes[0].estimate.clone().expect("an estimate");
        assert!(
            close(own.value, found.values[place])
                && close(own.standard_error.expect("an error"), found.standard_errors()[place].expect("an error"))
        );
    }
    // Provinces are strata, so their estimates do not hang together.
    assert!((0..6).all(|row| (0..row).all(|column| found.covariance.get(row, column).abs() < 1e-15)));
    let ranking = rank(&found, &RankOptions::default()).expect("a ranking");
    assert!(ranking.units.iter().all(|unit| {
        let bounds = unit.best.zip(unit.worst);
        bounds.is_some_and(|(best, worst)| best <= unit.rank && unit.rank <= worst) && unit.rank_error.is_some_and(f64::is_finite)
    }));
}

#[test]
fn figures_are_graded_by_a_stated_rule() {
    let design = flat(&[1.0; 40]);
    let grade = |ones: usize, rows: usize, rule| {
        let marks: Vec<bool> = (0..40).map(|row| row < rows).collect();
        let domain = design.domain("some", &marks).expect("a domain");
        let yes = Column::new("yes", (0..40).map(|row| f64::from(u8::from(row < ones))).collect());
        let found = proportion(&design, &domain, &yes, ProportionInterval::Beta, &Options::default()).expect("an estimate");
        assess(&found, rule)
    };
    let few = grade(12, 25, QualityRule::NchsProportion);
    assert_eq!(few.grade, Grade::Withhold);
    assert!(few.reasons.contains(&(Grade::Withhold, QualityReason::FewObservations { observations: 25 })));
    // 40 answers, one in two: an interval of about 32 points.
    let wide = grade(20, 40, QualityRule::NchsProportion);
    assert!(matches!(wide.reasons[..], [(Grade::Withhold, QualityReason::WideInterval { width })] if width > 0.30), "{wide:?}");
    // 3 of 40: the interval is wider than the figure times 1.3.
    let rare = grade(3, 40, QualityRule::NchsProportion);
    assert!(matches!(rare.reasons[0], (Grade::Withhold, QualityReason::WideForFigure { relative }) if relative > 1.3), "{rare:?}");
    let common = grade(37, 40, QualityRule::NchsProportion);
    assert!(common.grade == Grade::WithCare && matches!(common.reasons[0].1, QualityReason::WideForComplement { .. }), "{common:?}");
    let none = grade(0, 40, QualityRule::NchsProportion);
    assert!(none.reasons.iter().any(|(_, reason)| *reason == QualityReason::AllAnswersEqual));
    assert_eq!(grade(37, 40, QualityRule::STATISTICS_CANADA).grade, Grade::Publish);
    assert_eq!(grade(20, 40, QualityRule::STATISTICS_CANADA).grade, Grade::Publish);
    assert_eq!(grade(12, 40, QualityRule::STATISTICS_CANADA).grade, Grade::WithCare);
    let zero = grade(0, 40, QualityRule::STATISTICS_CANADA);
    assert_eq!(zero.reasons, [(Grade::Withhold, QualityReason::LargeCoefficient { coefficient: None })]);
    // A mean far from zero has a small coefficient.
    let x = Column::new("x", (0..40).map(|row| 50.0 + f64::from(row % 5)).collect());
    let found = mean(&design, &design.whole(), &x, &Options::default()).expect("an estimate");
    let graded = assess(&found, QualityRule::STATISTICS_CANADA);
    assert!(graded.grade == Grade::Publish && graded.reasons.is_empty());
}
