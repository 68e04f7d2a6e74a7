//! Laws that hold for every definition and table, tried on many made by chance.

use std::fmt::Write as _;

use composite_index::{BandRule, Definition, Direction, ScoreTable, Scores, TieRule, compute, quantile, rank, read_definition, read_table};
use rust_decimal::Decimal;

use crate::chance::Chance;
use crate::working::HEAD;

/// A definition file with a tree of chance: up to `depth` levels below the total, one to four children each.
fn tree(chance: &mut Chance, depth: usize, aggregation: &str, weight_times: &str) -> String {
    let mut text = HEAD.to_owned()
        + "[[edition]]\nyear = 2020\nband_rule = \"percentile\"\n\
         [[edition.band]]\ncode = \"top\"\nname = { vi = \"x\", en = \"x\" }\nfrom = \"75\"\nbasis = \"published\"\n\
         [[edition.band]]\ncode = \"rest\"\nname = { vi = \"x\", en = \"x\" }\nbasis = \"published\"\n";
    let times: Decimal = weight_times.parse().unwrap();
    let mut waiting = vec![(String::from("total"), 0)];
    while let Some((code, level)) = waiting.pop() {
        let children = if level == 0 {
            1 + chance.below(4)
        } else if level < depth {
            chance.below(4)
        } else {
            0
        };
        write!(text, "[[node]]\ncode = \"{code}\"\n").unwrap();
        if let Some((parent, _)) = code.rsplit_once('.') {
            let weight = Decimal::new(1 + i64::try_from(chance.below(99)).unwrap(), 1) * times;
            write!(text, "parent = \"{parent}\"\nweight = \"{weight}\"\n").unwrap();
        }
        if children > 0 {
            writeln!(text, "aggregation = \"{aggregation}\"").unwrap();
        }
        waiting.extend((0..children).map(|child| (format!("{code}.{child}"), level + 1)));
    }
    text
}

fn leaves(definition: &Definition) -> Vec<&str> {
    definition.nodes.iter().filter(|node| node.is_input()).map(|node| node.code.as_str()).collect()
}

/// Rows of a table; some cells are empty, some rows are equal.
fn body(chance: &mut Chance, leaves: usize, units: usize) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for unit in 0..units {
        if unit > 0 && chance.below(5) == 0 {
            let cells = rows[unit - 1].split_once(',').unwrap().1.to_owned();
            rows.push(format!("unit {unit},{cells}"));
            continue;
        }
        let cells: Vec<String> =
            (0..leaves).map(|_| if chance.below(30) == 0 { String::new() } else { chance.value().to_string() }).collect();
        rows.push(format!("unit {unit},{}", cells.join(",")));
    }
    rows
}

fn csv(definition: &Definition, rows: &[String]) -> String {
    format!("unit,{}\n{}\n", leaves(definition).join(","), rows.join("\n"))
}

fn scores(definition: &Definition, text: &str) -> (ScoreTable, Scores) {
    let edition = definition.edition(2020);
    let table = read_table(definition, edition, text).unwrap_or_else(|faults| panic!("{faults:#?}\n{text}"));
    let scores = compute(definition, edition, &table).unwrap();
    (table, scores)
}

/// Calls `check` with many definitions and tables.
fn for_many(seed: u64, aggregation: &str, mut check: impl FnMut(&mut Chance, &Definition, Vec<String>)) {
    let mut chance = Chance::new(seed);
    for round in 0..60 {
        let definition = read_definition(&tree(&mut chance, 1 + round % 5, aggregation, "1")).unwrap();
        let units = 1 + chance.below(40);
        let rows = body(&mut chance, leaves(&definition).len(), units);
        check(&mut chance, &definition, rows);
    }
}

#[test]
fn the_same_input_gives_the_same_output() {
    for_many(1, "weighted-mean", |_, definition, rows| {
        let text = csv(definition, &rows);
        assert_eq!(scores(definition, &text), scores(definition, &text));
    });
}

#[test]
fn the_order_of_rows_changes_nothing() {
    for_many(2, "weighted-sum", |chance, definition, mut rows| {
        let (table, before) = scores(definition, &csv(definition, &rows));
        chance.shuffle(&mut rows);
        let (turned, after) = scores(definition, &csv(definition, &rows));
        assert_eq!(before.ranked, after.ranked);
        for (row, unit) in turned.rows.iter().zip(&after.units) {
            let place = table.rows.iter().position(|other| other.unit == row.unit).unwrap();
            assert_eq!(unit, &before.units[place], "{}", row.unit);
        }
    });
}

#[test]
fn the_order_of_columns_changes_nothing() {
    for_many(3, "weighted-mean", |chance, definition, rows| {
        let text = csv(definition, &rows);
        let width = text.lines().next().unwrap().split(',').count();
        let mut order: Vec<usize> = (0..width).collect();
        chance.shuffle(&mut order);
        let turned: Vec<String> = text
            .lines()
            .map(|line| {
                let cells: Vec<&str> = line.split(',').collect();
                order.iter().map(|column| cells[*column]).collect::<Vec<_>>().join(",")
            })
            .collect();
        assert_eq!(scores(definition, &text), scores(definition, &format!("{}\n", turned.join("\n"))));
    });
}

#[test]
fn scaling_all_weights_of_a_mean_changes_nothing() {
    for times in ["2", "10", "0.1", "4.5", "0.001"] {
        let (mut plain, mut scaled) = (Chance::new(4), Chance::new(4));
        for round in 0..20 {
            let one = read_definition(&tree(&mut plain, 1 + round % 4, "weighted-mean", "1")).unwrap();
            let other = read_definition(&tree(&mut scaled, 1 + round % 4, "weighted-mean", times)).unwrap();
            let rows = body(&mut plain, leaves(&one).len(), 20);
            body(&mut scaled, leaves(&one).len(), 20);
            let (_, before) = scores(&one, &csv(&one, &rows));
            let (_, after) = scores(&other, &csv(&other, &rows));
            for (before, after) in before.units.iter().zip(&after.units) {
                for (before, after) in before.values.iter().zip(&after.values) {
                    match (before, after) {
                        // A quotient without an end is cut at the 28th digit, so the last digits of a deep tree may differ.
                        (Ok(before), Ok(after)) => assert!((before - after).abs() < Decimal::new(1, 18), "{before} {after}"),
                        (before, after) => assert_eq!(before, after),
                    }
                }
            }
            assert_eq!(
                before.units.iter().map(|unit| unit.rank).collect::<Vec<_>>(),
                after.units.iter().map(|unit| unit.rank).collect::<Vec<_>>()
            );
        }
    }
}

#[test]
fn a_mean_lies_between_its_least_and_greatest_leaf() {
    for_many(5, "weighted-mean", |_, definition, rows| {
        let (table, scores) = scores(definition, &csv(definition, &rows));
        for (row, unit) in table.rows.iter().zip(&scores.units) {
            let Ok(total) = unit.values[definition.total] else { continue };
            let inputs = || row.inputs.iter().flatten();
            let slack = Decimal::new(1, 20);
            assert!(inputs().min().unwrap() - slack <= total && total <= inputs().max().unwrap() + slack, "{}", row.unit);
        }
    });
}

#[test]
fn a_unit_has_a_total_exactly_when_all_its_leaves_are_there() {
    for_many(6, "weighted-sum", |_, definition, rows| {
        let (table, scores) = scores(definition, &csv(definition, &rows));
        let leaves = leaves(definition).len();
        for (row, unit) in table.rows.iter().zip(&scores.units) {
            let whole = row.inputs.iter().flatten().count() == leaves;
            assert_eq!((unit.values[definition.total].is_ok(), unit.rank.is_some(), unit.band.is_some()), (whole, whole, whole));
        }
    });
}

#[test]
fn ranks_keep_the_laws_of_their_rule() {
    let mut chance = Chance::new(7);
    for _ in 0..300 {
        let count = chance.below(40);
        let values: Vec<Option<Decimal>> =
            (0..count).map(|_| (chance.below(6) > 0).then(|| Decimal::new(i64::try_from(chance.below(12)).unwrap(), 1))).collect();
        let present = values.iter().flatten().count() as u64;
        for direction in [Direction::HigherIsBetter, Direction::LowerIsBetter] {
            let [competition, dense, last] =
                [TieRule::Competition, TieRule::Dense, TieRule::Last].map(|rule| rank(&values, direction, rule));
            // Every pair of units: the better one stands before the other, equal ones stand together, those without a value take no place.
            for (index, value) in values.iter().enumerate() {
                for (other_index, other) in values.iter().enumerate() {
                    for ranks in [&competition, &dense, &last] {
                        assert_eq!(value.is_some(), ranks[index].is_some());
                        if let (Some(value), Some(other)) = (value, other) {
                            let better = if direction == Direction::HigherIsBetter { other.cmp(value) } else { value.cmp(other) };
                            assert_eq!(ranks[index].cmp(&ranks[other_index]), better);
                        }
                    }
                }
            }
            // Of k tied units, first place p under competition and last place p + k - 1 add up so that the middle is the mean rank.
            let sum = |ranks: &[Option<u32>]| ranks.iter().flatten().map(|rank| u64::from(*rank)).sum::<u64>();
            assert_eq!(sum(&competition) + sum(&last), present * (present + 1));
            assert!(sum(&dense) <= sum(&competition));
            let distinct = dense.iter().flatten().max().copied().unwrap_or(0);
            let mut kinds: Vec<_> = values.iter().flatten().collect();
            kinds.sort();
            kinds.dedup();
            assert_eq!(distinct as usize, kinds.len());
        }
        // Turning every value round and the direction with it changes no rank.
        let turned: Vec<Option<Decimal>> = values.iter().map(|value| value.map(|value| -value)).collect();
        for rule in [TieRule::Competition, TieRule::Dense, TieRule::Last] {
            assert_eq!(rank(&values, Direction::HigherIsBetter, rule), rank(&turned, Direction::LowerIsBetter, rule));
        }
    }
}

#[test]
fn quantiles_rise_with_the_share_and_stay_inside() {
    let mut chance = Chance::new(8);
    for _ in 0..100 {
        let count = 1 + chance.below(70);
        let mut values: Vec<Decimal> = (0..count).map(|_| chance.value()).collect();
        values.sort();
        let quantiles: Vec<Decimal> = (0..=20).map(|step| quantile(&values, Decimal::new(step * 5, 2)).unwrap()).collect();
        assert!(quantiles.is_sorted(), "{quantiles:?}");
        assert_eq!((quantiles.first(), quantiles.last()), (values.first(), values.last()));
    }
    assert_eq!(BandRule::Percentile.word(), "percentile");
}

const PIECES: [&str; 40] = [
    "unit",
    "code",
    "total",
    "published.",
    "published.total",
    "published.rank",
    "rank",
    "a",
    ",",
    ",",
    ",",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "\"",
    "\"\"",
    ";",
    " ",
    "\t",
    "\0",
    "0",
    "1",
    "-",
    ".",
    "1e9",
    "7,5",
    "79228162514264337593543950335",
    "-79228162514264337593543950335",
    "0.0000000000000000000000000001",
    "Hà Nội",
    "đ",
    "e\u{301}",
    "\u{feff}",
    "\u{a0}",
    "NaN",
    "inf",
    "01",
    "\u{1f600}",
    "=1+1",
];

/// Chance, and in half of the cases the broken remains of a good text.
fn scrap(chance: &mut Chance, good: &str) -> String {
    let mut bytes: Vec<u8> = if chance.below(2) == 0 { good.as_bytes().to_vec() } else { Vec::new() };
    for _ in 0..chance.below(30) {
        let at = chance.below(bytes.len() + 1);
        match chance.below(4) {
            0 if at < bytes.len() => drop(bytes.drain(at..bytes.len().min(at + 1 + chance.below(9)))),
            1 => bytes.insert(at, u8::try_from(chance.below(256)).unwrap()),
            _ => drop(bytes.splice(at..at, chance.pick(&PIECES).bytes())),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn no_table_stops_the_program() {
    let mut chance = Chance::new(9);
    let text = tree(&mut chance, 2, "weighted-mean", "1");
    let definition = read_definition(&text).unwrap();
    let rows = body(&mut chance, leaves(&definition).len(), 6);
    let good = csv(&definition, &rows);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..4000 {
        let text = scrap(&mut chance, &good);
        let edition = definition.edition(2020).filter(|_| chance.below(2) == 0);
        match read_table(&definition, edition, &text) {
            Ok(table) => {
                // Values may be too large; that is an answer too.
                if let (Ok(scores), Some(edition)) = (compute(&definition, edition, &table), edition) {
                    let _ = composite_index::compare(edition, &table, &scores);
                }
                read += 1;
            }
            Err(faults) => {
                assert!(!faults.is_empty());
                refused += 1;
            }
        }
    }
    assert!(read > 100 && refused > 100, "{read} read, {refused} refused");
}

#[test]
fn no_definition_stops_the_program() {
    let mut chance = Chance::new(10);
    let good = tree(&mut chance, 2, "weighted-sum", "1");
    let (mut read, mut refused) = (0, 0);
    for _ in 0..1500 {
        match read_definition(&scrap(&mut chance, &good)) {
            Ok(definition) => {
                for id in 0..definition.nodes.len() {
                    let _ = definition.effective_weight(id);
                }
                read += 1;
            }
            Err(faults) => {
                assert!(faults.is_sorted() && !faults.is_empty());
                refused += 1;
            }
        }
    }
    assert!(read > 0 && refused > 100, "{read} read, {refused} refused");
}

/// Every line of a definition may be lost, and the loss is a fault or leaves a definition that computes.
#[test]
fn a_lost_line_stops_nothing() {
    let mut chance = Chance::new(11);
    let good = tree(&mut chance, 3, "weighted-mean", "1");
    let lines: Vec<&str> = good.lines().collect();
    for lost in 0..lines.len() {
        let text: String = lines.iter().enumerate().filter(|(line, _)| *line != lost).map(|(_, line)| format!("{line}\n")).collect();
        if let Ok(definition) = read_definition(&text) {
            let rows = body(&mut chance, leaves(&definition).len(), 3);
            let table = read_table(&definition, None, &csv(&definition, &rows)).unwrap();
            assert!(compute(&definition, None, &table).is_ok());
        }
    }
}
