//! The working of a unit as text, and the laws of contributions and changes.

use composite_index::{
    Contributions, Definition, PartKind, ScoreTable, Step, Working, change_between, contributions, explain, read_definition, read_table,
    strengths,
};
use rust_decimal::Decimal;

use crate::chance::Chance;
use crate::show::{columns, figure, plain};

/// What a suite case shows of one unit: each node with its step, what was removed, and what each part gives to the total.
pub(crate) fn report(definition: &Definition, csv: &str, unit: &str) -> String {
    let table = read_table(definition, None, csv).unwrap();
    let row = table.rows.iter().position(|row| row.unit == unit).unwrap_or_else(|| panic!("no unit {unit}"));
    let working = &explain(definition, &table).unwrap()[row];
    let mut lines = Vec::new();
    for (id, depth) in definition.top_down() {
        let node = &working.nodes[id];
        let maximum = node.maximum.map(|maximum| match node.applicable_maximum {
            Some(applies) if applies != maximum => format!("of {} (of {} here)", plain(maximum), plain(applies)),
            _ => format!("of {}", plain(maximum)),
        });
        let mut step = step_text(definition, id, &node.step);
        if !node.outside_maximum.is_zero() {
            step += &format!(", {} outside the maximum", plain(node.outside_maximum));
        }
        if !node.bounded_by.is_zero() {
            step += &format!(", bounded by {}", plain(node.bounded_by));
        }
        let code = format!("{}{}", "  ".repeat(depth), definition.nodes[id].code);
        lines.push(vec![code, figure(definition, node.value), maximum.unwrap_or_default(), step]);
    }
    let mut text = format!("\nworking of {unit}\n{}", columns(&lines));
    for removal in &working.removed {
        let cause = if removal.missing { "missing" } else { "not applicable" };
        let reason = removal.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        text += &format!("removed: {}, {cause}{reason}\n", definition.nodes[removal.node].code);
    }
    let Ok(split) = contributions(definition, working) else { return text };
    let parts = split.parts.iter().map(|part| {
        vec![definition.nodes[part.node].code.clone(), format!("{} × {}", plain(part.rate), plain(part.value)), plain(part.amount)]
    });
    let bounds = split.bounds.iter().map(|(node, amount)| vec![definition.nodes[*node].code.clone(), "bound".to_owned(), plain(*amount)]);
    text + &format!("contributions\n{}", columns(&parts.chain(bounds).collect::<Vec<_>>()))
}

fn step_text(definition: &Definition, id: usize, step: &Step) -> String {
    let named = |figures: &[(usize, Option<Decimal>)]| {
        let each = |(figure, value): &(usize, Option<Decimal>)| {
            format!("{} = {}", definition.figures[*figure].code, value.map_or_else(|| "–".to_owned(), plain))
        };
        figures.iter().map(each).collect::<Vec<_>>().join(", ")
    };
    match step {
        Step::Given => "given".to_owned(),
        Step::NotPublished => "not published".to_owned(),
        Step::NotApplicable { reason } => {
            format!("not applicable{}", reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default())
        }
        Step::Rule { figures, measure, bracket, clamped } => {
            let word = definition.nodes[id].rule.as_ref().map_or("", |rule| rule.word());
            let mut text = format!("{word}: {}", named(figures));
            text += &measure.map(|measure| format!("; measure {}", plain(measure))).unwrap_or_default();
            text += &bracket.map(|bracket| format!("; bracket {}", bracket + 1)).unwrap_or_default();
            text + if *clamped { "; kept in bounds" } else { "" }
        }
        Step::Absent { figures, moved_to } => {
            let moved: Vec<String> =
                moved_to.iter().map(|(to, part)| format!("{} to {}", plain(*part), definition.nodes[*to].code)).collect();
            format!("absent: {}; {}", named(figures), moved.join(", ")).trim_end_matches("; ").to_owned()
        }
        Step::Joined { parts, scaled } => {
            let rule = definition.nodes[id].aggregation.map_or("", |rule| rule.word());
            let counted = parts.iter().filter(|part| part.kind == PartKind::Counted).count();
            let scale = scaled.map(|(part, whole)| format!(", × {} / {}", plain(whole), plain(part))).unwrap_or_default();
            format!("{rule} of {counted} of {}{scale}", parts.len())
        }
    }
}

/// What every definition says first, before the figures, nodes and editions of a test.
pub(crate) const HEAD: &str = "format = \"cchc-index-definition/1\"\nid = \"x\"\nindex = \"x\"\nname = { vi = \"x\", en = \"x\" }\n\
    summary = { vi = \"x\", en = \"x\" }\nunit_level = \"commune\"\nstatus = \"read\"\ndecimals = 2\n[computation]\n\
    rank_direction = \"higher-is-better\"\ntie_rule = \"competition\"\nrank_on = \"unrounded\"\nmissing = \"no-result\"\n";

pub(crate) fn node(code: &str, parent: &str, rest: &str) -> String {
    format!("[[node]]\ncode = \"{code}\"\nparent = \"{parent}\"\n{rest}")
}

/// Two areas of points, one of them scaled by itself, a mean below a sum, bonus points and a cap.
pub(crate) fn set(cap: &str) -> Definition {
    let mut text = format!("{HEAD}[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\ncap = \"{cap}\"\n");
    text += &node("a", "total", "aggregation = \"sum-of-points\"\nrescale = true\nmissing = \"drop-out\"\n");
    for code in ["a1", "a2", "a3"] {
        text += &node(code, "a", "maximum = \"8\"\n");
    }
    text += &node("b", "total", "aggregation = \"sum-of-points\"\n");
    text += &node("b1", "b", "maximum = \"30\"\n");
    text += &node("b2", "b", "maximum = \"16\"\n");
    text += &node("b3", "b", "role = \"bonus\"\n");
    text += &node("c", "total", "maximum = \"30\"\naggregation = \"weighted-mean\"\nmissing = \"drop-out\"\n");
    text += &node("c1", "c", "weight = \"3\"\nmaximum = \"30\"\n");
    text += &node("c2", "c", "weight = \"1.5\"\nmaximum = \"30\"\n");
    text += &node("p", "total", "role = \"penalty\"\n");
    read_definition(&text).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

pub(crate) fn rows(chance: &mut Chance, units: usize) -> String {
    let mut text = String::from("unit,a1,a2,a3,b1,b2,b3,c1,c2,p,not-applicable.b2,not-applicable.c,not-applicable.a\n");
    for unit in 0..units {
        let points = |chance: &mut Chance, most: usize| Decimal::new(i64::try_from(chance.below(most * 100 + 1)).unwrap(), 2).to_string();
        let or_empty = |chance: &mut Chance, most: usize| if chance.below(4) == 0 { String::new() } else { points(chance, most) };
        let mut cells = vec![or_empty(chance, 8), or_empty(chance, 8), points(chance, 8), points(chance, 30)];
        let (b2_applies, c_applies) = (chance.below(3) > 0, chance.below(4) > 0);
        cells.push(if b2_applies { points(chance, 16) } else { String::new() });
        cells.push(points(chance, 3));
        cells.push(if c_applies { points(chance, 30) } else { String::new() });
        cells.push(if c_applies { or_empty(chance, 30) } else { String::new() });
        cells.push(format!("-{}", points(chance, 2)));
        cells.push(if b2_applies { String::new() } else { "x".into() });
        cells.push(if c_applies { String::new() } else { "y".into() });
        cells.push(String::new());
        text += &format!("unit {unit},{}\n", cells.join(","));
    }
    text
}

fn workings(definition: &Definition, csv: &str) -> (ScoreTable, Vec<Working>) {
    let table = read_table(definition, None, csv).unwrap_or_else(|faults| panic!("{faults:#?}\n{csv}"));
    let workings = explain(definition, &table).unwrap();
    (table, workings)
}

fn sum(split: &Contributions) -> Decimal {
    split.parts.iter().map(|part| part.amount).sum::<Decimal>() + split.bounds.iter().map(|(_, amount)| *amount).sum::<Decimal>()
}

/// What a chain of divisions may lose.
fn slack() -> Decimal {
    Decimal::new(1, 20)
}

#[test]
fn contributions_add_up_to_the_total() {
    let mut chance = Chance::new(21);
    let (mut scaled, mut bounded) = (0, 0);
    for cap in ["200", "70"] {
        let definition = set(cap);
        let (table, workings) = workings(&definition, &rows(&mut chance, 300));
        for (row, working) in table.rows.iter().zip(&workings) {
            let split = contributions(&definition, working).unwrap();
            assert!((sum(&split) - split.total).abs() < slack(), "{}: {split:#?}", row.unit);
            scaled += usize::from(!working.removed.is_empty());
            bounded += split.bounds.len();
        }
    }
    assert!(scaled > 300 && bounded > 20, "{scaled} with a reduced maximum, {bounded} bounds");
}

#[test]
fn changes_add_up_to_the_change_of_the_total() {
    let mut chance = Chance::new(22);
    let (before, after) = (set("200"), set("70"));
    let (first, second) = (rows(&mut chance, 200), rows(&mut chance, 200));
    let (one, other) = (workings(&before, &first).1, workings(&after, &second).1);
    for (one, other) in one.iter().zip(&other) {
        let (one, other) = (contributions(&before, one).unwrap(), contributions(&after, other).unwrap());
        let changes = change_between((&before, &one), (&after, &other));
        let sum: Decimal = changes.iter().map(|change| change.amount).sum();
        assert!((sum - (other.total - one.total)).abs() < slack());
        for change in &changes {
            assert!((change.amount - change.by_value - change.by_rate).abs() < slack(), "{change:?}");
        }
    }
}

#[test]
fn a_change_without_another_weight_comes_from_values_alone() {
    let definition = set("200");
    let table = |b1: &str| format!("unit,a1,a2,a3,b1,b2,b3,c1,c2,p\nX,1,2,3,{b1},5,1,6,7,-1\n");
    let split = |b1: &str| contributions(&definition, &workings(&definition, &table(b1)).1[0]).unwrap();
    let changes = change_between((&definition, &split("10")), (&definition, &split("12.5")));
    let moved: Vec<_> =
        changes.iter().filter(|change| !change.amount.is_zero()).map(|change| (change.code.as_str(), change.amount)).collect();
    assert_eq!(moved, [("b1", Decimal::new(25, 1))]);
    assert!(changes.iter().all(|change| change.by_rate.is_zero()));
}

#[test]
fn strengths_are_worth_their_points() {
    let definition = set("200");
    let csv = "unit,a1,a2,a3,b1,b2,b3,c1,c2,p\nX,8,2,3,10,5,1,6,7,-1\nY,4,2,3,20,5,1,6,7,-1\nZ,6,2,3,22,5,1,6,7,0\nW,2,2,3,24,5,1,6,7,0\n";
    let (_, workings) = workings(&definition, csv);
    let found = strengths(&definition, &workings, 0, &[0, 1, 2, 3]);
    let code = |position: usize| definition.nodes[found[position].node].code.as_str();
    let first = &found[0];
    assert_eq!((code(0), first.peer_median, first.peers, first.place, first.worth), ("a1", 4.into(), 3, 1, 4.into()));
    let last = found.last().unwrap();
    assert_eq!((code(found.len() - 1), last.peer_median, last.place, last.worth), ("b1", 22.into(), 4, Decimal::from(-12)));
    let penalty = found.iter().find(|strength| definition.nodes[strength.node].code == "p").unwrap();
    assert_eq!((penalty.worth, penalty.place), (Decimal::from(-1), 3));
}

#[test]
fn a_bonus_of_a_group_to_whose_points_nothing_applies_is_none_of_a_peer() {
    let body = "[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n".to_owned()
        + &node("g", "total", "aggregation = \"sum-of-points\"\n")
        + &node("a", "g", "maximum = \"10\"\n")
        + &node("plus", "g", "role = \"bonus\"\n")
        + &node("k", "total", "maximum = \"10\"\n");
    let definition = read_definition(&format!("{HEAD}{body}")).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let (_, workings) = workings(&definition, "unit,a,plus,k,not-applicable.a\nE,3,1,8,\nF,4,2,7,\nG,,9,8,không có\nH,,9,9,không có\n");
    let found = strengths(&definition, &workings, 0, &[1, 2, 3]);
    let plus = found.iter().find(|part| definition.nodes[part.node].code == "plus").unwrap();
    assert_eq!((plus.peers, plus.peer_median, plus.worth), (1, Decimal::TWO, Decimal::from(-1)));
}

#[test]
fn points_that_moved_are_neither_strength_nor_weakness() {
    let mut body =
        String::from("[[figure]]\ncode = \"requests\"\nkind = \"count\"\n[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n");
    let absent = "maximum = \"3\"\n[node.absent]\nwhen = \"requests = 0\"\nthen = \"move\"\nto = [\"b\", \"c\"]\nshares = \"by-maximum\"\n";
    body += &node("a", "total", absent);
    body += &node("b", "total", "maximum = \"6\"\n");
    body += &node("c", "total", "maximum = \"3\"\n");
    let text = format!("{HEAD}{body}");
    let definition = read_definition(&text).unwrap_or_else(|faults| panic!("{faults:#?}\n{text}"));
    // X has no requests: of the 3 points of `a`, 2 stand at `b` and 1 at `c`. It has two thirds of `b` and all of `c`, as all others have.
    let (_, workings) = workings(&definition, "unit,requests,a,b,c\nX,0,0,4,3\nY,5,2,4,3\nZ,5,1,4,3\n");
    let worth = |row: usize| -> Vec<(String, Decimal, usize)> {
        let found = strengths(&definition, &workings, row, &[0, 1, 2]);
        found.iter().map(|part| (definition.nodes[part.node].code.clone(), part.worth.round_dp(20).normalize(), part.peers)).collect()
    };
    assert_eq!(worth(0), [("b".into(), Decimal::ZERO, 2), ("c".into(), Decimal::ZERO, 2)]);
    assert_eq!(worth(1), [("a".into(), Decimal::ONE, 1), ("b".into(), Decimal::ZERO, 2), ("c".into(), Decimal::ZERO, 2)]);
}
