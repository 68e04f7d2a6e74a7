//! Leaves whose subject may not exist: what the set says counts until somebody gives the leaf other points.

use std::collections::{BTreeMap, BTreeSet};

use composite_index::{FormulaScratch, Gap, ScoreTable, TableRow, compute, read_definition};
use evaluation::model::{AnswerKind, Verdict};
use evaluation::result::{BlockInput, BlockResult, Standing};
use evaluation::scoring::{Entered, rate_above_whole, settled};
use evaluation::set::read_set;
use rust_decimal::Decimal;

use crate::house::department;

/// Three leaves of 4 points. `problems_found = 0` gives the first one of them all points, none, away, or to the second one.
fn set(then: &str) -> String {
    format!(
        r#"
format = "cchc-index-definition/1"
id = "thu"
index = "thu"
name = {{ vi = "Thử", en = "Test" }}
summary = {{ vi = "Thử.", en = "Test." }}
unit_level = "department"
status = "unverified"
decimals = 2
[computation]
rank_direction = "higher-is-better"
tie_rule = "dense"
rank_on = "unrounded"
missing = "no-result"
[[figure]]
code = "problems_found"
name = {{ vi = "Số vấn đề", en = "Problems" }}
kind = "count"
[[node]]
code = "total"
name = {{ vi = "Tổng", en = "Total" }}
aggregation = "sum-of-points"
[[node]]
code = "1"
name = {{ vi = "Một", en = "One" }}
parent = "total"
maximum = "4"
[node.rule]
kind = "brackets"
figure = "problems_found"
bracket = [{{ under = "1", points = "4" }}, {{ from = "1", to = "9", points = "2" }}, {{ over = "9", points = "0" }}]
[node.absent]
when = "problems_found = 0"
{then}
[[node]]
code = "2"
name = {{ vi = "Hai", en = "Two" }}
parent = "total"
maximum = "4"
[node.rule]
kind = "external"
"#
    )
}

/// The total with 3 points on the second leaf; `given` is a ruling on the first one.
fn check(then: &str, problems: Option<u32>, input: Option<u32>, given: bool, wanted: Result<&str, &str>) {
    let definition = read_definition(&set(then)).unwrap();
    let settled = settled(&definition);
    let (one, two) = (definition.node("1").unwrap(), definition.node("2").unwrap());
    let mut row =
        TableRow { figures: vec![problems.map(Decimal::from)], inputs: vec![None; definition.nodes.len()], ..TableRow::default() };
    row.inputs[one] = input.map(Decimal::from);
    row.inputs[two] = Some(Decimal::from(3));
    settled.mark(&mut row, &BTreeSet::from_iter(given.then_some(one)), &mut FormulaScratch::new());
    let scores = compute(&settled.definition, None, &ScoreTable { rows: vec![row] }).unwrap();
    let total = scores.units[0].values[settled.definition.total];
    let told = total.map(|total| total.normalize().to_string()).map_err(|gap| match gap {
        Gap::EmptyLeaf(_) => "empty".to_owned(),
        other => other.word().to_owned(),
    });
    assert_eq!(told.as_deref().map_err(String::as_str), wanted, "{then}, {problems:?} problems, {input:?}, given: {given}");
}

#[test]
fn what_is_asked_of_another_block_is_not_told_of_a_unit() {
    let text = set("then = \"full\"")
        .replace("[[figure]]", "[[block]]\ncode = \"so\"\nname = { vi = \"Sở\", en = \"Departments\" }\n[[block]]\ncode = \"xa\"\nname = { vi = \"Xã\", en = \"Communes\" }\n[[figure]]")
        .replace("code = \"1\"\n", "code = \"1\"\nblocks = [\"xa\"]\n");
    let definition = read_definition(&text).unwrap();
    let settled = settled(&definition);
    for (block, told) in [("so", None), ("xa", Some(Decimal::ZERO))] {
        let mut row = TableRow { figures: vec![Some(Decimal::ONE)], block: Some(block.to_owned()), ..TableRow::default() };
        settled.mark(&mut row, &BTreeSet::new(), &mut FormulaScratch::new());
        assert_eq!(row.figures.last().copied().flatten(), told, "{block}");
    }
}

#[test]
fn a_ruling_stands_above_the_condition_of_the_set() {
    let (full, zero) = ("then = \"full\"", "then = \"zero\"");
    let (away, moved) = ("then = \"not-applicable\"", "then = \"move\"\nto = [\"2\"]");
    // The unit says that there were no problems: the set decides.
    check(full, Some(0), Some(4), false, Ok("7"));
    check(zero, Some(0), Some(0), false, Ok("3"));
    check(away, Some(0), None, false, Ok("6"));
    check(moved, Some(0), Some(0), false, Ok("6"));
    // The council found problems after all: its points count.
    for then in [full, zero, away, moved] {
        check(then, Some(0), Some(1), true, Ok("4"));
        // Nothing was entered, and the council gave points.
        check(then, None, Some(1), true, Ok("4"));
        // There is a subject, and the points of the rule were agreed to.
        check(then, Some(5), Some(2), false, Ok("5"));
    }
}

#[test]
fn more_done_than_planned_is_pointed_out() {
    let set = read_definition(include_str!("../../../../catalogue/criteria/mau-so-2026.toml")).unwrap();
    let rule = |code: &str| set.nodes[set.node(code).unwrap()].rule.as_ref().unwrap();
    let rate = |leaf: &str, done: i64, planned: i64| {
        rate_above_whole(rule(leaf), |figure| match set.figures[figure].code.as_str() {
            "plan_tasks_done" => Some(Decimal::from(done)),
            "plan_tasks_set" => Some(Decimal::from(planned)),
            _ => None,
        })
    };
    assert_eq!(rate("1.1.3", 48, 40), Some(Decimal::from(120)));
    assert_eq!(rate("1.1.3", 40, 40), None);
    assert_eq!(rate("1.1.3", 1, 0), None, "no plan, no rate");
    assert_eq!(rate("1.1.1", 48, 40), None, "no rate is asked for");
}

/// The total of one unit without problems, whose first leaf somebody agreed to at some points, and whose second one was given three.
fn agreed(then: &str, points: Option<&str>) -> Result<String, Gap> {
    let set = read_set(&set(then)).unwrap();
    let (block, unit) = department();
    let mut entered = Entered::default();
    entered.put(AnswerKind::Figure, "problems_found", Some("0"));
    let standing = |leaf: &str, verdict, points: Option<&str>| Standing {
        leaf: leaf.to_owned(),
        verdict,
        points: points.map(|points| points.parse().unwrap()),
        reason: None,
    };
    let standings = BTreeMap::from([("a".to_owned(), vec![standing("1", Verdict::Agree, points), standing("2", Verdict::Set, Some("3"))])]);
    let entered = BTreeMap::from([("a".to_owned(), entered)]);
    let input = BlockInput { block: &block, set: &set, year: 2026, units: vec![&unit], entered: &entered, standings: &standings };
    let result = BlockResult::of(&input).unwrap();
    result.scores.units[0].values[result.definition.total].map(|total| total.normalize().to_string())
}

#[test]
fn points_that_were_given_count_whoever_agrees_to_them() {
    let (full, zero, away, moved) = ("then = \"full\"", "then = \"zero\"", "then = \"not-applicable\"", "then = \"move\"\nto = [\"2\"]");
    for then in [full, zero, away, moved] {
        assert_eq!(agreed(then, Some("1")), Ok("4".to_owned()), "{then}: one point was given and agreed to");
    }
    // Who agrees to what the set says leaves it to the set.
    assert_eq!(agreed(full, Some("4")), Ok("7".to_owned()));
    assert_eq!(agreed(zero, Some("0")), Ok("3".to_owned()));
    assert_eq!(agreed(away, None), Ok("6".to_owned()), "three of four make six of eight");
    assert_eq!(agreed(moved, Some("0")), Ok("6".to_owned()), "the second leaf has eight points");
}
