//! How long the analyses take on the sizes that the engine was made for.
#![expect(clippy::unwrap_used, reason = "a bench that cannot prepare its input has nothing to measure")]

use std::fmt::Write as _;
use std::hint::black_box;

use composite_index::{
    Definition, EffortQuestion, Factor, Lever, Method, Quantity, ScoreTable, Target, UncertaintyPlan, Years, compute, explain,
    least_effort, monte_carlo, read_definition, read_table, sensitivity,
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

/// A hundred leaves by formulas of one kind over two figures.
fn formulas(units: u64, formula: &str) -> (Definition, ScoreTable) {
    let mut tree = String::from("[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n");
    for leaf in 0..100 {
        write!(
            tree,
            "[[node]]\ncode = \"n{leaf}\"\nparent = \"total\"\nmaximum = \"5\"\n[node.rule]\nkind = \"formula\"\nformula = \"{formula}\"\nclamp = true\n"
        )
        .unwrap();
    }
    let figures = "[[figure]]\ncode = \"done\"\n[[figure]]\ncode = \"all\"\n";
    let mut csv = String::from("unit,done,all\n");
    for unit in 0..units {
        writeln!(csv, "unit {unit},{}.5,{}", unit % 97, 3 + unit % 89).unwrap();
    }
    let definition = read_definition(&format!("{HEAD}{figures}{tree}")).unwrap();
    let table = read_table(&definition, None, &csv).unwrap();
    (definition, table)
}

/// Leaves with four brackets each, a unit at the bottom of all of them, and what each movement costs.
fn brackets(leaves: i64) -> (Definition, ScoreTable, Vec<Lever>) {
    let mut figures = String::new();
    let mut tree = String::from("[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n");
    let (mut head, mut row) = (String::from("unit"), String::from("x"));
    for leaf in 0..leaves {
        let cuts = [10 + leaf * 7 % 25, 40 + leaf * 11 % 25, 70 + leaf * 13 % 25];
        let points = [1 + leaf * 3 % 9, 11 + leaf * 5 % 12, 24 + leaf * 7 % 15].map(|tenths| Decimal::new(tenths, 1));
        write!(figures, "[[figure]]\ncode = \"f{leaf}\"\nrange = [\"0\", \"100\"]\n").unwrap();
        write!(
            tree,
            "[[node]]\ncode = \"n{leaf}\"\nparent = \"total\"\n[node.rule]\nkind = \"brackets\"\nfigure = \"f{leaf}\"\n\
             bracket = [{{ under = \"{0}\", points = \"0\" }}, {{ from = \"{0}\", under = \"{1}\", points = \"{3}\" }}, \
             {{ from = \"{1}\", under = \"{2}\", points = \"{4}\" }}, {{ from = \"{2}\", points = \"{5}\" }}]\n",
            cuts[0], cuts[1], cuts[2], points[0], points[1], points[2]
        )
        .unwrap();
        write!(head, ",f{leaf}").unwrap();
        row += ",5";
    }
    let definition = read_definition(&format!("{HEAD}{figures}{tree}")).unwrap();
    let table = read_table(&definition, None, &format!("{head}\n{row}\n")).unwrap();
    let levers = (0..definition.figures.len()).map(|figure| Lever {
        quantity: Quantity::Figure(figure),
        low: Decimal::ZERO,
        high: Decimal::ONE_HUNDRED,
        step: Some(Decimal::ONE),
        fixed_cost: Decimal::from(1 + figure * 7 % 20),
        unit_cost: [Decimal::new(5, 1), Decimal::ONE, Decimal::new(17, 1)][figure % 3],
    });
    let levers = levers.collect();
    (definition, table, levers)
}

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("analysis");
    group.sample_size(10);
    let (definition, table) = points(3321);
    group.bench_function("3,321 communes x 100 leaves scored", |bench| {
        bench.iter(|| compute(&definition, None, black_box(&table)).unwrap())
    });
    for (name, formula) in [
        ("without division", "if(done > 40, min(done * 0.05 + 1, 5), max(4 - all * 0.02, 0))"),
        ("with division", "if(done / all >= 0.8, 5, 5 * done / all / 0.8)"),
    ] {
        let (definition, table) = formulas(3321, formula);
        group.bench_function(format!("3,321 communes x 100 formulas {name}"), |bench| {
            bench.iter(|| compute(&definition, None, black_box(&table)).unwrap())
        });
    }
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
    let question =
        |levers| EffortQuestion { definition: &definition, table: &table, years: Years::default(), row: 0, levers, target, shifts: &[] };
    let steps = definition.figures.len();
    group.bench_function("target on 70 leaves in steps, 3 plans", |bench| {
        bench.iter(|| least_effort(black_box(&question(&levers[..steps])), 3, &|_| true).unwrap());
    });
    group.bench_function("target on 100 leaves in steps, 30 with points of four digits, 3 plans", |bench| {
        bench.iter(|| least_effort(black_box(&question(&levers)), 3, &|_| true).unwrap());
    });
    let (definition, table, levers) = brackets(100);
    let target = Target::Score(Decimal::ONE_HUNDRED);
    let question =
        EffortQuestion { definition: &definition, table: &table, years: Years::default(), row: 0, levers: &levers, target, shifts: &[] };
    for count in [3, 10] {
        group.bench_function(format!("target on 100 leaves with four brackets each, {count} plans"), |bench| {
            bench.iter(|| least_effort(black_box(&question), count, &|_| true).unwrap());
        });
    }
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
