//! Correlations, contrasts, tests, regressions, reliability, factors, drivers, components and indices beside R.

use std::collections::BTreeMap;
use std::path::Path;

use survey_stats::{
    Aggregation, Answer, ClusterLabels, Clusters, Column, Contrast, Design, Domain, Explained, Family, IndexNode, IndexRule, Item, Labels,
    LoneUnit, Margin, Measure, Missing, MultipleTests, NoAnswerRule, Options, Population, Regression, Scoring, Stage, Target, Term,
    WeightStep, Weights, chi_square, components, correlation, drivers, factor_analysis, index, joint, regression, reliability, t_test,
    t_test_of_two,
};

use crate::beside_r::{close, folder, r_is_here, run_r};
use crate::table::Table;

pub(crate) fn sipas() -> Table {
    Table::read(&folder().join("expected/sipas.csv"))
}

/// Two stages with populations, or communes alone.
pub(crate) fn design(data: &Table, villages: bool) -> Design {
    let mut stage = Stage::new(Clusters::Labelled(data.labels("commune")));
    stage.strata = Some(data.labels("province"));
    let mut stages = vec![stage];
    if villages {
        stages[0].population = Population::Size(data.column("N1"));
        let mut second = Stage::new(Clusters::Labelled(data.labels("village")));
        second.population = Population::Size(data.column("N2"));
        stages.push(second);
    }
    Design::new(data.rows, Weights::Given(data.column("w")), &stages, LoneUnit::Refuse).expect("a design")
}

const OPTIONS: fn() -> Options = Options::default;

fn leave_out() -> Options {
    Options { missing: Missing::LeaveOut, ..Options::default() }
}

type Figures = BTreeMap<String, f64>;

fn of_contrast(figures: &mut Figures, key: &str, found: &Contrast) {
    figures.insert(format!("{key}/value"), found.value);
    figures.insert(format!("{key}/se"), found.standard_error.expect("an error"));
    figures.insert(format!("{key}/t"), found.t.expect("a t"));
    figures.insert(format!("{key}/df"), found.degrees_of_freedom);
    figures.insert(format!("{key}/p"), found.p_value.expect("a probability"));
    let interval = found.interval.expect("an interval");
    figures.insert(format!("{key}/low"), interval.low);
    figures.insert(format!("{key}/high"), interval.high);
}

fn of_regression(figures: &mut Figures, key: &str, found: &Regression) {
    for place in 0..found.coefficients.values.len() {
        of_contrast(figures, &format!("{key}/{}", place + 1), &found.coefficients.one(place).expect("a coefficient"));
    }
    figures.insert(format!("{key}/df"), found.coefficients.degrees_of_freedom);
    figures.insert(format!("{key}/covariance12"), found.coefficients.covariance.get(0, 1));
}

/// The domain of rows that a column marks with this text.
fn domain(data: &Table, design: &Design, column: &str, text: &str) -> Domain {
    design.domain(text, &data.text(column).iter().map(|here| here == text).collect::<Vec<_>>()).expect("a domain")
}

fn contrasts(figures: &mut Figures, data: &Table) {
    for (name, villages) in [("villages", true), ("communes", false)] {
        let design = design(data, villages);
        let found = correlation(&design, &design.whole(), &data.column("item1"), &data.column("item2"), &OPTIONS()).expect("a correlation");
        figures.insert(format!("correlation/{name}/value"), found.value);
        figures.insert(format!("correlation/{name}/se"), found.standard_error.expect("an error"));
    }
    let (villages, item1, item2) = (design(data, true), data.column("item1"), data.column("item2"));
    let groups = ["old", "young", "middle"].map(|group| domain(data, &villages, "group", group));
    let targets: Vec<Target<'_>> =
        groups.iter().map(|group| Target { name: group.name().to_owned(), domain: group, measure: Measure::Mean(&item1) }).collect();
    let found = joint(&villages, &targets, &OPTIONS()).expect("estimates");
    of_contrast(figures, "difference/groups", &found.difference(0, 1).expect("a difference"));
    of_contrast(figures, "difference/three", &found.contrast(&[0.5, -1.0, 0.5]).expect("a contrast"));
    let whole = villages.whole();
    let targets = [&item1, &item2].map(|item| Target { name: item.name().to_owned(), domain: &whole, measure: Measure::Mean(item) });
    let found = joint(&villages, &targets, &OPTIONS()).expect("estimates");
    of_contrast(figures, "difference/items", &found.difference(0, 1).expect("a difference"));
    let twos = ["1", "0"].map(|rural| domain(data, &villages, "rural", rural));
    let found = t_test_of_two(&villages, &twos[0], &twos[1], &data.column("income"), &OPTIONS()).expect("a test");
    of_contrast(figures, "t/two", &found);
    let communes = design(data, false);
    let rare = ["1", "0"].map(|rural| {
        let inside = |(here, rare): (&String, &String)| here == rural && rare == "1";
        communes.domain(rural, &data.text("rural").iter().zip(data.text("rare")).map(inside).collect::<Vec<_>>()).expect("a domain")
    });
    of_contrast(figures, "t/two-rare", &t_test_of_two(&communes, &rare[0], &rare[1], &item1, &OPTIONS()).expect("a test"));
    of_contrast(figures, "t/one", &t_test(&villages, &whole, &item1, 3.8, &OPTIONS()).expect("a test"));
    let pairs = item1.values().iter().zip(item2.values()).map(|(one, other)| one - other).collect();
    of_contrast(figures, "t/paired", &t_test(&villages, &whole, &Column::new("pair", pairs), 0.0, &OPTIONS()).expect("a test"));
    let p = [0.01, 0.02, 0.03, 0.005, 0.2, 0.04, 0.9];
    for (name, method) in [
        ("bonferroni", MultipleTests::Bonferroni),
        ("holm", MultipleTests::Holm),
        ("hochberg", MultipleTests::Hochberg),
        ("BH", MultipleTests::BenjaminiHochberg),
        ("BY", MultipleTests::BenjaminiYekutieli),
    ] {
        for (place, adjusted) in method.adjust(&p).into_iter().enumerate() {
            figures.insert(format!("adjust/{name}/{}", place + 1), adjusted);
        }
    }
}

fn tables(figures: &mut Figures, data: &Table) {
    let communes = design(data, false);
    for columns in ["rural", "satisfied"] {
        let found = chi_square(&communes, &communes.whole(), &data.labels("group"), &data.labels(columns), &OPTIONS()).expect("a test");
        let (wald, adjusted) = (found.wald.expect("a test"), found.adjusted_wald.expect("a test"));
        let second = found.rao_scott_second;
        for (name, statistic, above, below, p) in [
            ("F", second.statistic, second.numerator, second.denominator, second.p_value),
            ("Chisq", found.pearson, found.rao_scott_first.numerator, f64::INFINITY, found.rao_scott_first.p_value),
            ("Wald", wald.f, wald.numerator, wald.denominator, wald.p_value),
            ("adjWald", adjusted.f, adjusted.numerator, adjusted.denominator, adjusted.p_value),
        ] {
            let key = format!("chi/{columns}/{name}");
            figures.insert(format!("{key}/statistic"), statistic);
            figures.insert(format!("{key}/p"), p.expect("a probability"));
            figures.insert(format!("{key}/above"), above);
            figures.insert(format!("{key}/below"), below);
        }
    }
    let villages = design(data, true);
    let found = chi_square(&villages, &villages.whole(), &data.labels("item1"), &data.labels("group"), &OPTIONS()).expect("a test");
    let second = found.rao_scott_second;
    figures.insert("chi/item1/F/statistic".into(), second.statistic);
    figures.insert("chi/item1/F/p".into(), second.p_value.expect("a probability"));
    figures.insert("chi/item1/F/above".into(), second.numerator);
    figures.insert("chi/item1/F/below".into(), second.denominator);
}

/// Two years in one design; villages of both years keep their labels.
fn years(figures: &mut Figures, data: &Table) {
    let mut communes: Vec<&String> = data.text("commune").iter().collect();
    communes.dedup();
    let left_out = [communes[9], communes[15]];
    let kept: Vec<usize> = (0..data.rows).filter(|&row| !left_out.contains(&&data.text("commune")[row])).collect();
    let both: Vec<usize> = (0..data.rows).chain(kept.iter().copied()).collect();
    let text = |name: &str| both.iter().map(|&row| data.text(name)[row].clone()).collect::<Vec<_>>();
    let first = data.column("item1").values().to_vec();
    let second = kept.iter().enumerate().map(|(place, &row)| (first[row] + f64::from(u8::from((place + 1) % 3 == 0))).min(5.0));
    let values: Vec<f64> = first.iter().copied().chain(second).collect();
    let mut stage = Stage::new(Clusters::Labelled(Labels::new("commune", text("commune"))));
    stage.strata = Some(Labels::new("province", text("province")));
    let weights = Column::new("w", both.iter().map(|&row| data.column("w").values()[row]).collect());
    let design = Design::new(both.len(), Weights::Given(weights), &[stage], LoneUnit::Refuse).expect("a design");
    let mark =
        |year: bool| design.domain("year", &(0..both.len()).map(|row| (row < data.rows) != year).collect::<Vec<_>>()).expect("a domain");
    let found = t_test_of_two(&design, &mark(true), &mark(false), &Column::new("item1", values), &OPTIONS()).expect("a test");
    of_contrast(figures, "years", &found);
}

fn models(figures: &mut Figures, data: &Table) {
    let (villages, communes) = (design(data, true), design(data, false));
    let number = |name: &str| Term::Number(data.column(name));
    let group = || Term::Levels { labels: data.labels("group"), reference: None };
    let fit = |design: &Design, domain: &Domain, family, outcome: &str, terms: &[Term]| {
        regression(design, domain, family, &data.column(outcome), terms, &OPTIONS()).expect("a regression")
    };
    let linear = fit(&villages, &villages.whole(), Family::Linear, "income", &[number("item1"), group(), number("rural")]);
    of_regression(figures, "linear", &linear);
    let Explained::RSquared(r_squared) = linear.explained else { panic!("{:?}", linear.explained) };
    figures.insert("linear/r-squared".into(), r_squared);
    let test = linear.test_terms(&["group"]).expect("a test");
    figures.insert("linear/wald/f".into(), test.f);
    figures.insert("linear/wald/p".into(), test.p_value.expect("a probability"));
    let rare = communes.domain("rare", &data.marks("rare")).expect("a domain");
    of_regression(figures, "linear-rare", &fit(&communes, &rare, Family::Linear, "item2", &[number("item1"), number("income")]));
    let terms = [number("income"), group(), number("rural")];
    let logistic = fit(&communes, &communes.whole(), Family::Logistic, "satisfied", &terms);
    of_regression(figures, "logistic", &logistic);
    let Explained::Likelihood { cox_snell, nagelkerke } = logistic.explained else { panic!("{:?}", logistic.explained) };
    figures.insert("logistic/cox-snell".into(), cox_snell);
    figures.insert("logistic/nagelkerke".into(), nagelkerke);
    let test = logistic.test_terms(&["group", "rural"]).expect("a test");
    figures.insert("logistic/wald/f".into(), test.f);
    figures.insert("logistic/wald/p".into(), test.p_value.expect("a probability"));
    let totals = [("middle", 52e4), ("old", 47e4), ("young", 39e4)].map(|(level, total)| (level.to_owned(), total)).to_vec();
    let step = WeightStep::PostStrata(Margin { labels: data.labels("group"), totals });
    let after = villages.reweighted(&step).expect("weights").design;
    let fitted = fit(&after, &after.whole(), Family::Logistic, "satisfied", &[number("income"), number("item2")]);
    of_regression(figures, "logistic-calibrated", &fitted);
}

fn scales(figures: &mut Figures, data: &Table, answers: &Table) {
    let communes = design(data, false);
    let items = ["item1", "item2", "item3"].map(|name| data.column(name));
    let found = reliability(&communes, &communes.whole(), &items, &leave_out()).expect("an alpha");
    figures.insert("alpha/value".into(), found.alpha.value);
    figures.insert("alpha/value-by-moments".into(), found.alpha.value);
    figures.insert("alpha/se".into(), found.alpha.standard_error.expect("an error"));
    for (place, item) in found.items.iter().enumerate() {
        figures.insert(format!("alpha/item-total/{}", place + 1), item.item_total);
        figures.insert(format!("alpha/without/{}", place + 1), item.alpha_without.expect("an alpha"));
    }
    let villages = design(data, true);
    let found = components(&villages, &villages.whole(), &items[0], &OPTIONS()).expect("components");
    figures.insert("components/commune".into(), found.stages[0]);
    figures.insert("components/village".into(), found.stages[1]);
    figures.insert("components/answer".into(), found.answers);
    let stage = Stage::new(Clusters::Labelled(answers.labels("village")));
    let flat = Design::new(answers.rows, Weights::Given(answers.column("w")), &[stage], LoneUnit::Refuse).expect("a design");
    let items: Vec<Column> = (1..=8).map(|number| answers.column(&format!("q{number}"))).collect();
    let found = factor_analysis(&flat, &flat.whole(), &items, 2, &OPTIONS()).expect("factors");
    for row in 0..8 {
        let number = row + 1;
        figures.insert(format!("factors/uniqueness/{number}"), found.uniquenesses[row]);
        figures.insert(format!("factors/eigenvalue/{number}"), found.suitability.eigenvalues[row]);
        figures.insert(format!("factors/kmo/{number}"), found.suitability.kmo_of_items[row]);
        for factor in 0..2 {
            figures.insert(format!("factors/loading/{number}/{}", factor + 1), found.loadings.get(row, factor).abs());
            figures.insert(format!("factors/varimax/{number}/{}", factor + 1), found.turned.get(row, factor));
        }
    }
    let (statistic, df, p) = found.fit.expect("a test");
    figures.insert("factors/chi-square".into(), statistic);
    figures.insert("factors/df".into(), df);
    figures.insert("factors/p".into(), p.expect("a probability"));
    figures.insert("factors/kmo".into(), found.suitability.kmo);
    figures.insert("factors/bartlett".into(), found.suitability.bartlett);
    figures.insert("factors/bartlett-p".into(), found.suitability.p_value.expect("a probability"));
    let found = drivers(&flat, &flat.whole(), &items[7], &items[2..7], None, &OPTIONS()).expect("drivers");
    figures.insert("drivers/r-squared".into(), found.r_squared);
    for (place, driver) in found.drivers.iter().enumerate() {
        figures.insert(format!("drivers/share/{}", place + 1), driver.share);
        figures.insert(format!("drivers/standardised/{}", place + 1), driver.standardised);
    }
}

pub(crate) fn rule(aggregation: Aggregation, no_answer: NoAnswerRule) -> IndexRule {
    let node = |code: &str, parent: Option<&str>, weight| IndexNode { code: code.into(), parent: parent.map(Into::into), weight };
    IndexRule {
        id: "made-up".into(),
        version: "1".into(),
        first_year: 2024,
        last_year: None,
        scale: (1, 5),
        scoring: Scoring::Satisfied(vec![4, 5]),
        no_answer,
        aggregation,
        nodes: vec![
            node("total", None, 1.0),
            node("policy", Some("total"), 60.0),
            node("item1", Some("policy"), 1.0),
            node("item2", Some("policy"), 1.0),
            node("service", Some("total"), 40.0),
            node("item3", Some("service"), 1.0),
        ],
    }
}

pub(crate) fn items(data: &Table) -> Vec<Item> {
    let answer = |&value: &f64| if value.is_nan() { Answer::NoAnswer } else { Answer::Code(value as u8) };
    ["item1", "item2", "item3"]
        .map(|name| Item { name: name.into(), answers: data.column(name).values().iter().map(answer).collect() })
        .to_vec()
}

fn indices(figures: &mut Figures, data: &Table) {
    let design = design(data, false);
    let mut take = |key: &str, domain: &Domain, rule: &IndexRule| {
        let found = index(&design, domain, rule, &items(data), &OPTIONS()).expect("an index");
        let total = found.nodes[0].estimate.clone().expect("an estimate");
        figures.insert(format!("index/{key}/value"), total.value);
        figures.insert(format!("index/{key}/se"), total.standard_error.expect("an error"));
    };
    for place in ["p1", "p4"] {
        take(place, &domain(data, &design, "province", place), &rule(Aggregation::ChildWeights, NoAnswerRule::LeaveOut));
    }
    take("equal", &design.whole(), &rule(Aggregation::EqualItems, NoAnswerRule::LeaveOut));
    take("pooled", &design.whole(), &rule(Aggregation::PooledAnswers, NoAnswerRule::LeaveOut));
    take("unsatisfied", &design.whole(), &rule(Aggregation::EqualItems, NoAnswerRule::CountAsUnsatisfied));
}

fn compare(answers: &Path) {
    let data = sipas();
    let mut figures = Figures::new();
    contrasts(&mut figures, &data);
    tables(&mut figures, &data);
    years(&mut figures, &data);
    models(&mut figures, &data);
    scales(&mut figures, &data, &Table::read(&answers.join("answers.csv")));
    indices(&mut figures, &data);
    let table = Table::read(&answers.join("inference.csv"));
    let mut differences = Vec::new();
    for row in 0..table.rows {
        let (key, expected) = (table.text("key")[row].as_str(), table.column("figure").values()[row]);
        let name = key.trim_start_matches('~');
        let Some(&found) = figures.get(name) else { panic!("no figure {name}") };
        // What R searches by iteration agrees as far as R searches.
        let same = if key.starts_with('~') { (found - expected).abs() <= 1e-5 * expected.abs().max(1e-2) } else { close(found, expected) };
        if !same {
            differences.push(format!("{key}: {found}, R {expected}"));
        }
    }
    println!("{} figures of inference compared", table.rows);
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

#[test]
fn inference_equals_the_saved_answers_of_r() {
    compare(&folder().join("expected"));
}

#[test]
fn inference_equals_fresh_answers_of_r_where_it_is_installed() {
    if r_is_here() {
        let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("survey-stats-inference");
        std::fs::create_dir_all(&fresh).expect("a folder");
        run_r("inference.R", &[&folder().join("expected"), &fresh], &[]);
        compare(&fresh);
    }
}

#[test]
fn labels_of_clusters_may_start_anew() {
    // The same figures from a design whose communes are numbered inside provinces.
    let data = sipas();
    let within = data.text("commune").iter().map(|label| label[2..].to_owned());
    let mut stage = Stage::new(Clusters::Labelled(Labels::new("commune", within)));
    stage.strata = Some(data.labels("province"));
    stage.cluster_labels = ClusterLabels::WithinStratum;
    let anew = Design::new(data.rows, Weights::Given(data.column("w")), &[stage], LoneUnit::Refuse).expect("a design");
    let plain = design(&data, false);
    let [one, other] = [&anew, &plain].map(|design| {
        let whole = design.whole();
        correlation(design, &whole, &data.column("item1"), &data.column("income"), &OPTIONS()).expect("a correlation")
    });
    assert!(close(one.standard_error.expect("an error"), other.standard_error.expect("an error")));
}
