//! How long the analyses take on the sizes that the engine was made for.
#![expect(clippy::unwrap_used, reason = "a bench that cannot prepare its input has nothing to measure")]

use std::fmt::Write as _;
use std::hint::black_box;

use composite_index::{
    Definition, Factor, Lever, Method, Quantity, ScoreTable, Target, UncertaintyPlan, compute, explain, least_effort, monte_carlo,
    read_definition, read_table, sensitivity,
};
use criterion::{Criterion, criterion_group, criterion_main};
use rust_decimal::Decimal;

const HEAD: &str = "format = \"cchc-index-definition/1\"\nid = \"x\"\nindex = \"x\"\nname = { vi = \"x\", en = \"x\" }\n\
    summary = { vi = \"x\", en = \"x\" }\nunit_level = \"commune\"\nstatus = \"read\"\ndecimals = 2\n[computation]\n\
    rank_direction = \"higher-is-better\"\ntie_rule = \"competition\"\nrank_on = \"unrounded\"\nmissing = \"no-result\"\n";

/// Ten areas of ten criteria: brackets, lines with a threshold and points given, in turn.
fn points(units: u64) -> (Definition, ScoreTable) {
    let mut figures = String::new();
    let mut tree = String::from("[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n");
    let mut head = String::from("unit");
    for area in 0..10 {
        write!(tree, "[[node]]\ncode = \"a{area}\"\nparent = \"total\"\naggregation = \"sum-of-points\"\n").unwrap();
        for leaf in 0..10 {
            let code = format!("l{area}_{leaf}");
            write!(tree, "[[node]]\ncode = \"{code}\"\nparent = \"a{area}\"\n").unwrap();
            if leaf % 3 == 2 {
                tree += "maximum = \"1\"\n";
                write!(head, ",{code}").unwrap();
                continue;
            }
            write!(figures, "[[figure]]\ncode = \"f{area}_{leaf}\"\nrange = [\"0\", \"100\"]\n").unwrap();
            write!(head, ",f{area}_{leaf}").unwrap();
            let rule = if leaf % 3 == 0 {
                "bracket = [{ under = \"70\", points = \"0\" }, { from = \"70\", to = \"90\", points = \"0.5\" }, { over = \"90\", points = \"1\" }]\n"
            } else {
                "full_at = \"80\"\n"
            };
            let kind = if leaf % 3 == 0 { "brackets" } else { "maximum" };
            let maximum = if kind == "maximum" { "maximum = \"1\"\n" } else { "" };
            let word = if leaf % 3 == 0 { "brackets" } else { "linear" };
            write!(tree, "{maximum}[node.rule]\nkind = \"{word}\"\nfigure = \"f{area}_{leaf}\"\n{rule}").unwrap();
        }
    }
    let mut csv = format!("{head}\n");
    let columns = head.split(',').skip(1).collect::<Vec<_>>();
    for unit in 0..units {
        write!(csv, "unit {unit}").unwrap();
        for (column, name) in columns.iter().enumerate() {
            let digits = (unit * 7919 + column as u64 * 104_729) % 10_001;
            let shift = if name.starts_with('l') { 4 } else { 2 };
            write!(csv, ",{}", Decimal::new(digits as i64, shift)).unwrap();
        }
        csv.push('\n');
    }
    let definition = read_definition(&format!("{HEAD}{figures}{tree}")).unwrap();
    let table = read_table(&definition, None, &csv).unwrap();
    (definition, table)
}

/// Ten pillars of ten indicators, scaled by min-max, under arithmetic means.
fn indicators(units: u64) -> (Definition, ScoreTable) {
    let mut tree = String::from("[[node]]\ncode = \"total\"\naggregation = \"weighted-mean\"\n");
    let mut head = String::from("unit");
    for pillar in 0..10 {
        write!(tree, "[[node]]\ncode = \"p{pillar}\"\nparent = \"total\"\nweight = \"1\"\naggregation = \"weighted-mean\"\n").unwrap();
        for leaf in 0..10 {
            write!(
                tree,
                "[[node]]\ncode = \"l{pillar}_{leaf}\"\nparent = \"p{pillar}\"\nweight = \"1\"\n[node.scaling]\nmethod = \"min-max\"\n"
            )
            .unwrap();
            write!(head, ",l{pillar}_{leaf}").unwrap();
        }
    }
    let mut csv = format!("{head}\n");
    for unit in 0..units {
        write!(csv, "unit {unit}").unwrap();
        for leaf in 0..100_u64 {
            write!(csv, ",{}", (unit * 7919 + leaf * 104_729) % 99_991).unwrap();
        }
        csv.push('\n');
    }
    let definition = read_definition(&format!("{HEAD}{tree}")).unwrap();
    let table = read_table(&definition, None, &csv).unwrap();
    (definition, table)
}

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("analysis");
    group.sample_size(10);
    let (definition, table) = points(3321);
    group.bench_function("3,321 communes x 100 leaves scored", |bench| {
        bench.iter(|| compute(&definition, None, black_box(&table)).unwrap())
    });
    let (definition, table) = points(63);
    group.bench_function("63 units x 100 leaves scored", |bench| bench.iter(|| compute(&definition, None, black_box(&table)).unwrap()));
    group.bench_function("63 units x 100 leaves explained", |bench| bench.iter(|| explain(&definition, black_box(&table)).unwrap()));
    let figures = (0..definition.figures.len()).map(|figure| (Quantity::Figure(figure), Decimal::ONE_HUNDRED, Decimal::from(5)));
    let inputs = (0..definition.nodes.len()).filter(|id| definition.nodes[*id].is_input());
    let given = inputs.map(|id| (Quantity::Input(id), Decimal::ONE, Decimal::new(25, 2)));
    let levers: Vec<Lever> = figures
        .chain(given)
        .enumerate()
        .map(|(position, (quantity, high, step))| Lever {
            quantity,
            low: Decimal::ZERO,
            high,
            step: Some(step),
            fixed_cost: Decimal::new(10 + position as i64 % 7, 1),
            unit_cost: Decimal::new(1 + position as i64 % 3, 1),
        })
        .collect();
    let now = compute(&definition, None, &table).unwrap().units[0].values[definition.total].unwrap();
    let target = Target::Score(now + Decimal::TEN);
    let steps = definition.figures.len();
    group.bench_function("target on 70 leaves in steps, 3 plans", |bench| {
        bench.iter(|| least_effort(&definition, &table, 0, black_box(&levers[..steps]), target, 3, &[]).unwrap());
    });
    group.bench_function("target on 100 leaves, 30 with points of four digits, 1 plan", |bench| {
        bench.iter(|| least_effort(&definition, &table, 0, black_box(&levers), target, 1, &[]).unwrap());
    });
    let (definition, table) = indicators(63);
    let all = Factor::Weights { spread: 0.25, below: None };
    let methods = Factor::Normalisation(vec![None, Some(Method::ZScore), Some(Method::PercentileRank)]);
    let plan = UncertaintyPlan { runs: 10_000, seed: 1, factors: vec![all, methods.clone()] };
    group.bench_function("Monte Carlo, 63 units x 100 leaves x 10,000 runs", |bench| {
        bench.iter(|| monte_carlo(&definition, &table, None, &[], black_box(&plan), &|_| true).unwrap());
    });
    let mut factors: Vec<Factor> =
        (0..9).map(|pillar| Factor::Weights { spread: 0.25, below: definition.node(&format!("p{pillar}")) }).collect();
    factors.push(methods);
    let plan = UncertaintyPlan { runs: 4096, seed: 1, factors };
    group.bench_function("Sobol', 10 factors x 4,096 base points", |bench| {
        bench.iter(|| sensitivity(&definition, &table, None, &[], black_box(&plan), &|_| true).unwrap());
    });
    group.finish();
}

criterion_group!(analysis, benches);
criterion_main!(analysis);
