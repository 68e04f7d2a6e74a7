//! Laws of points, rules and scalings, and broken input of every kind.

use composite_index::{
    Definition, Formula, FormulaKind, FormulaScratch, Gap, ScoreTable, compute, contributions, explain, explain_scaled, read_definition,
    read_table, scale,
};
use rust_decimal::Decimal;

use crate::chance::Chance;
use crate::working::{HEAD, node, rows, set};

/// Every kind of leaf rule, absent subjects, blocks, bonus points, a mean of each kind, a Copeland pillar and a scaled indicator.
const EVERYTHING: &str = r#"
[[block]]
code = "so"
name = { vi = "Sở", en = "Departments" }
[[block]]
code = "xa"
name = { vi = "Xã", en = "Communes" }
[[figure]]
code = "rate"
range = ["0", "100"]
[[figure]]
code = "cases"
kind = "count"
[[figure]]
code = "site"
kind = "yes-no"
[[figure]]
code = "plan"
kind = "choice"
choices = ["none", "late", "on_time"]
[[node]]
code = "total"
aggregation = "sum-of-points"
cap = "60"
[[node]]
code = "brackets"
parent = "total"
[node.rule]
kind = "brackets"
figure = "rate"
bracket = [{ under = "70", points = "0" }, { from = "70", to = "90", points = "1" }, { over = "90", points = "2" }]
[[node]]
code = "line"
parent = "total"
maximum = "6"
[node.rule]
kind = "linear"
formula = "rate - cases"
full_at = "80"
[node.absent]
when = "cases = 3"
then = "move"
to = ["yes", "choice"]
[[node]]
code = "yes"
parent = "total"
maximum = "2"
[node.rule]
kind = "yes-no"
figure = "site"
[[node]]
code = "choice"
parent = "total"
[node.rule]
kind = "choice"
figure = "plan"
option = [{ code = "none", points = "0" }, { code = "late", points = "0.5" }, { code = "on_time", points = "1" }]
[[node]]
code = "formula"
parent = "total"
maximum = "3"
[node.rule]
kind = "formula"
formula = "if(cases > 5, 3 / cases, 1) + rate / (cases + 50)"
clamp = true
[[node]]
code = "cuts"
parent = "total"
[node.rule]
kind = "per-case"
figure = "cases"
start = "2"
each = "-0.25"
floor = "0"
[[node]]
code = "given"
parent = "total"
maximum = "5"
blocks = ["xa"]
[[node]]
code = "bonus"
parent = "total"
role = "bonus"
range = ["0", "5"]
[[node]]
code = "means"
parent = "total"
maximum = "30"
aggregation = "weighted-mean"
missing = "drop-out"
minimum_share = "0.3"
[[node]]
code = "geometric"
parent = "means"
weight = "1"
aggregation = "geometric-mean"
weights = "equal"
[[node]]
code = "g1"
parent = "geometric"
[[node]]
code = "g2"
parent = "geometric"
[[node]]
code = "copeland"
parent = "means"
weight = "2"
aggregation = "copeland"
[[node]]
code = "c1"
parent = "copeland"
weight = "1"
[[node]]
code = "c2"
parent = "copeland"
weight = "0.7"
direction = "lower-is-better"
[[node]]
code = "scaled"
parent = "means"
weight = "1"
[node.scaling]
method = "min-max"
to = ["1", "10"]
imputation = "median"
constant = "5"
"#;

const COLUMNS: &str = "unit,block,ranked,rate,cases,site,plan,given,bonus,g1,g2,c1,c2,scaled,not-applicable.line,not-applicable.means";

pub(crate) fn everything() -> Definition {
    read_definition(&format!("{HEAD}{EVERYTHING}")).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn rows_of_everything(chance: &mut Chance, units: usize) -> Vec<String> {
    (0..units)
        .map(|unit| {
            let block = ["so", "xa"][chance.below(2)];
            let ranked = ["yes", "no", "", ""][chance.below(4)];
            let rate = Decimal::new(i64::try_from(chance.below(10_001)).unwrap(), 2);
            let given = if block == "xa" { chance.below(6).to_string() } else { String::new() };
            let small = |chance: &mut Chance| if chance.below(8) == 0 { String::new() } else { chance.below(30).to_string() };
            let mut cells = vec![format!("unit {unit}"), block.into(), ranked.into(), rate.to_string(), chance.below(12).to_string()];
            cells.push(["yes", "no", "có"][chance.below(3)].into());
            cells.push(["none", "late", "on_time"][chance.below(3)].into());
            cells.extend([given, chance.below(6).to_string()]);
            for _ in 0..5 {
                cells.push(small(chance));
            }
            cells.push(if chance.below(6) == 0 { "không có".into() } else { String::new() });
            cells.push(String::new());
            cells.join(",")
        })
        .collect()
}

fn read(definition: &Definition, rows: &[String]) -> ScoreTable {
    let csv = format!("{COLUMNS}\n{}\n", rows.join("\n"));
    read_table(definition, None, &csv).unwrap_or_else(|faults| panic!("{faults:#?}\n{csv}"))
}

#[test]
fn permuting_units_changes_nothing_for_any_rule() {
    let (definition, mut chance) = (everything(), Chance::new(51));
    for _ in 0..40 {
        let mut rows = rows_of_everything(&mut chance, 12);
        let (table, before) = {
            let table = read(&definition, &rows);
            let scores = compute(&definition, None, &table).unwrap();
            (table, scores)
        };
        chance.shuffle(&mut rows);
        let turned = read(&definition, &rows);
        let after = compute(&definition, None, &turned).unwrap();
        for (row, unit) in turned.rows.iter().zip(&after.units) {
            let place = table.rows.iter().position(|other| other.unit == row.unit).unwrap();
            assert_eq!(unit, &before.units[place], "{}", row.unit);
        }
    }
}

#[test]
fn explained_values_are_the_computed_ones_and_add_up() {
    let (definition, mut chance) = (everything(), Chance::new(52));
    let mut with_total = 0;
    for _ in 0..40 {
        let table = read(&definition, &rows_of_everything(&mut chance, 10));
        let scores = compute(&definition, None, &table).unwrap();
        let scaled = scale(&definition, &table, None, &[]).unwrap().table;
        let workings = explain_scaled(&definition, &scaled).unwrap();
        assert_eq!(workings, explain(&definition, &table).unwrap());
        for (unit, working) in scores.units.iter().zip(&workings) {
            let values: Vec<_> = working.nodes.iter().map(|node| node.value).collect();
            assert_eq!(unit.values, values);
            let Ok(split) = contributions(&definition, working) else { continue };
            let sum = split.parts.iter().map(|part| part.amount).chain(split.bounds.iter().map(|(_, amount)| *amount)).sum::<Decimal>();
            assert!((sum - split.total).abs() < Decimal::new(1, 18), "{split:#?}");
            with_total += 1;
        }
    }
    assert!(with_total > 200, "{with_total} units with a total");
}

/// More of a good leaf never takes points away, whatever is removed or moved.
#[test]
fn the_total_is_monotone_in_every_positive_leaf() {
    let (definition, mut chance) = (set("70"), Chance::new(53));
    let csv = rows(&mut chance, 60);
    let table = read_table(&definition, None, &csv).unwrap();
    let before = compute(&definition, None, &table).unwrap();
    for leaf in (0..definition.nodes.len()).filter(|id| definition.nodes[*id].is_leaf()) {
        let mut more = table.clone();
        for row in &mut more.rows {
            row.inputs[leaf] = row.inputs[leaf].map(|value| value + Decimal::new(1, 1));
        }
        let after = compute(&definition, None, &more).unwrap();
        for (before, after) in before.units.iter().zip(&after.units) {
            let total = definition.total;
            assert!(after.values[total].unwrap() >= before.values[total].unwrap(), "{}", definition.nodes[leaf].code);
        }
    }
}

#[test]
fn a_rising_rule_never_falls() {
    let definition = everything();
    let leaf = definition.node("brackets").unwrap();
    let mut last = Decimal::ZERO;
    for hundredth in 0..=10_000 {
        let rate = Decimal::new(hundredth, 2);
        let row = format!("u,so,yes,{rate},1,no,none,,0,1,1,1,1,1,,");
        let table = read(&definition, &[row]);
        let points = explain(&definition, &table).unwrap()[0].nodes[leaf].value.unwrap();
        assert!(points >= last, "{rate}");
        last = points;
        if hundredth % 97 != 0 {
            continue;
        }
        assert_eq!(points, Decimal::from(u8::from(rate >= 70.into()) + u8::from(rate > 90.into())), "{rate}");
    }
}

/// Words of the format, signs of TOML and of formulas, and what must not stop anything.
const PIECES: [&str; 40] = [
    "[[node]]\n",
    "[node.rule]\n",
    "[node.absent]\n",
    "[node.scaling]\n",
    "[[figure]]\n",
    "kind = \"brackets\"\n",
    "kind = \"linear\"\n",
    "kind = \"formula\"\n",
    "kind = \"per-case\"\n",
    "figure = \"rate\"\n",
    "formula = \"1 / cases\"\n",
    "formula = \"((((\"\n",
    "maximum = \"0\"\n",
    "maximum = \"79228162514264337593543950335\"\n",
    "weight = \"0\"\n",
    "power = \"0\"\n",
    "aggregation = \"power-mean\"\n",
    "aggregation = \"copeland\"\n",
    "missing = \"drop-out\"\n",
    "role = \"bonus\"\n",
    "rescale = true\n",
    "then = \"move\"\n",
    "to = [\"line\"]\n",
    "when = \"cases = 0\"\n",
    "method = \"z-score\"\n",
    "method = \"rank\"\n",
    "within = \"block\"\n",
    "bracket = [{}]\n",
    "bracket = [{ under = \"1\", points = \"1\" }]\n",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "=",
    "\n",
    "\u{1f600}",
    "1e400",
    "-",
    "total",
];

#[test]
fn broken_definitions_with_rules_are_faults_and_never_stop_the_program() {
    let mut chance = Chance::new(54);
    let good = format!("{HEAD}{EVERYTHING}");
    let csv = format!("{COLUMNS}\n{}\n", rows_of_everything(&mut chance, 6).join("\n"));
    let lines: Vec<&str> = good.split_inclusive('\n').collect();
    let (mut read, mut refused) = (0, 0);
    for round in 0..3000 {
        let mut text: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        for _ in 0..=chance.below(3) {
            let at = chance.below(text.len());
            match chance.below(4) {
                0 => drop(text.remove(at)),
                1 => text.insert(at, chance.pick(&PIECES).to_owned()),
                2 => {
                    let other = chance.below(text.len());
                    text.swap(at, other);
                }
                _ => {
                    let line = &mut text[at];
                    let cut = line.char_indices().nth(chance.below(line.chars().count())).map_or(0, |(place, _)| place);
                    line.insert_str(cut, chance.pick(&PIECES));
                }
            }
        }
        match read_definition(&text.concat()) {
            Ok(definition) => {
                read += 1;
                if let Ok(table) = read_table(&definition, None, &csv)
                    && let Ok(workings) = explain(&definition, &table)
                {
                    for working in &workings {
                        let _ = contributions(&definition, working);
                    }
                }
            }
            Err(faults) => {
                assert!(!faults.is_empty(), "round {round}");
                refused += 1;
            }
        }
    }
    assert!(read > 50 && refused > 500, "{read} read, {refused} refused");
}

#[test]
fn broken_tables_with_figures_never_stop_the_program() {
    const CELLS: [&str; 18] = [
        "",
        "yes",
        "no",
        "maybe",
        "0",
        "-1",
        "1.5",
        "1e9",
        "NaN",
        "inf",
        "79228162514264337593543950335",
        "7,5",
        "so",
        "late",
        "\"",
        "\n",
        ",",
        "\u{a0}",
    ];
    let (definition, mut chance) = (everything(), Chance::new(55));
    let (mut read, mut refused) = (0, 0);
    for _ in 0..3000 {
        let mut cells: Vec<String> = rows_of_everything(&mut chance, 2).join(",").split(',').map(str::to_owned).collect();
        for _ in 0..chance.below(3) {
            let at = chance.below(cells.len());
            cells[at] = chance.pick(&CELLS).to_owned();
        }
        let width = COLUMNS.split(',').count();
        let body: Vec<String> = cells.chunks(width).map(|row| row.join(",")).collect();
        match read_table(&definition, None, &format!("{COLUMNS}\n{}\n", body.join("\n"))) {
            Ok(table) => {
                let _ = compute(&definition, None, &table);
                read += 1;
            }
            Err(faults) => {
                assert!(!faults.is_empty());
                refused += 1;
            }
        }
    }
    assert!(read > 300 && refused > 300, "{read} read, {refused} refused");
}

#[test]
fn broken_formulas_never_stop_the_program() {
    const SIGNS: [&str; 30] = [
        "a",
        "b",
        "c",
        "1",
        "0",
        "0.5",
        "79228162514264337593543950335",
        "+",
        "-",
        "*",
        "/",
        "(",
        ")",
        ",",
        "=",
        "<",
        ">",
        "!",
        "and",
        "or",
        "not",
        "min(",
        "max(",
        "if(",
        "round(",
        "present(",
        "abs(",
        " ",
        "đ",
        "\u{1f600}",
    ];
    let mut chance = Chance::new(56);
    let figures = [Some(Decimal::new(75, 1)), Some(Decimal::ZERO), None];
    let named = |code: &str| ["a", "b", "c"].iter().position(|known| *known == code);
    let mut scratch = FormulaScratch::new();
    let (mut parsed, mut valued, mut refused) = (0, 0, 0);
    for _ in 0..200_000 {
        let text: String = (0..1 + chance.below(9)).map(|_| chance.pick(&SIGNS)).collect();
        let kind = if chance.below(2) == 0 { FormulaKind::Number } else { FormulaKind::Condition };
        match Formula::parse(&text, kind, &named) {
            Ok(formula) => {
                parsed += 1;
                valued += usize::from(formula.evaluate(&figures, &mut scratch).is_ok());
            }
            Err(fault) => {
                assert!(fault.at >= 1 && fault.at <= text.chars().count() + 1, "{text:?}: {fault}");
                refused += 1;
            }
        }
    }
    assert!(parsed > 1000 && valued > 500 && refused > 100_000, "{parsed} parsed, {valued} with a value, {refused} refused");
}

#[test]
fn numbers_at_the_edge_are_told_and_never_wrong() {
    let body = node("a", "total", "weight = \"1\"\n") + &node("b", "total", "weight = \"1\"\n");
    let with = |rule: &str| read_definition(&format!("{HEAD}[[node]]\ncode = \"total\"\naggregation = \"{rule}\"\n{body}")).unwrap();
    let largest = "79228162514264337593543950335";
    for rule in ["weighted-sum", "weighted-mean"] {
        let definition = with(rule);
        let table = read_table(&definition, None, &format!("unit,a,b\nX,{largest},{largest}\n")).unwrap();
        assert!(compute(&definition, None, &table).is_err(), "{rule}");
    }
    let definition = with("harmonic-mean");
    let table = read_table(&definition, None, "unit,a,b\nX,0.0000000000000000000000000001,1\nY,-1,1\n").unwrap();
    let scores = compute(&definition, None, &table).unwrap();
    assert_eq!(scores.units[0].values[definition.total], Ok("0.0000000000000000000000000002".parse().unwrap()));
    assert_eq!(scores.units[1].values[definition.total], Err(Gap::NoMean(definition.total)));
}
