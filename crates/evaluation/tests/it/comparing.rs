//! Points beside those of last year: the same criterion, another maximum, another criterion under the same code.

use std::collections::BTreeMap;

use evaluation::comparing::{Beside, Change, beside, of_total};
use evaluation::leaves;
use evaluation::model::{AnswerKind, Verdict};
use evaluation::reduced::Reduced;
use evaluation::result::{BlockInput, BlockResult, Standing};
use evaluation::scoring::Entered;
use evaluation::set::read_set;
use rust_decimal::Decimal;
use ui::Lang;

use crate::house::{SET, department};

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The result of Sở A alone under a set, with points by leaf; no points: the leaf does not apply.
fn result(set: &str, points: &[(&str, Option<&str>)]) -> BlockResult {
    result_with(set, points, &[], &[])
}

/// The same with figures, and with leaves whose points were agreed to instead of given.
fn result_with(set: &str, points: &[(&str, Option<&str>)], figures: &[(&str, &str)], agreed: &[&str]) -> BlockResult {
    let set = read_set(set).unwrap();
    let (block, unit) = department();
    let standing = |(leaf, points): &(&str, Option<&str>)| Standing {
        leaf: (*leaf).to_owned(),
        verdict: match points {
            Some(_) if agreed.contains(leaf) => Verdict::Agree,
            Some(_) => Verdict::Set,
            None => Verdict::NotApplicable,
        },
        points: points.map(number),
        reason: points.is_none().then(|| "Không có giao dịch".to_owned()),
    };
    let standings = BTreeMap::from([("a".to_owned(), points.iter().map(standing).collect())]);
    let mut entered = BTreeMap::new();
    for (figure, value) in figures {
        let own: &mut Entered = entered.entry("a".to_owned()).or_default();
        own.put(AnswerKind::Figure, figure, Some(value));
    }
    let input = BlockInput { block: &block, set: &set, year: 2026, units: vec![&unit], entered: &entered, standings: &standings };
    BlockResult::of(&input).unwrap()
}

const POINTS: [(&str, Option<&str>); 4] = [("1.1", Some("30")), ("1.2", Some("5")), ("2", Some("24")), ("3", Some("-2"))];

fn told(now: &BlockResult, before: &BlockResult, code: &str) -> Beside {
    beside((now, 0), (before, 0), now.definition.node(code).unwrap())
}

fn same(before: &str, change: Change) -> Beside {
    Beside::Same { before: Ok(number(before)), change: Some(change) }
}

/// Criterion, last year and change, as the page shows them.
fn shown(now: &BlockResult, before: &BlockResult) -> Vec<String> {
    let table = leaves(now, Some(before), "a", Lang::Vi).unwrap();
    let words = |cell: &ui::table::Cell| match cell {
        ui::table::Cell::Missing { reason } => reason.words(Lang::Vi).to_owned(),
        other => other.plain(Lang::Vi),
    };
    let rows = table.rows.iter().map(|row| [0, 5, 6].map(|at| words(&row.cells[at])).join(" | "));
    rows.chain(table.notes.iter().cloned()).collect()
}

#[test]
fn the_same_set_is_compared_by_points() {
    let now = result(SET, &POINTS);
    let before = result(SET, &[("1.1", Some("60")), ("1.2", Some("5")), ("2", Some("20")), ("3", Some("0"))]);
    assert_eq!(told(&now, &before, "1.1"), same("60", Change::Points(number("-30"))));
    assert_eq!(told(&now, &before, "1"), same("65", Change::Points(number("-30"))));
    assert_eq!(told(&now, &before, "3"), same("0", Change::Points(number("-2"))));
    assert_eq!(of_total((&now, 0), (&before, 0)), Some(Change::Points(number("-28"))));
}

#[test]
fn another_maximum_is_compared_by_index_and_another_criterion_not_at_all() {
    let now = result(SET, &POINTS);
    // Last year the survey had 20 points, 1.2 was something else, and the penalty did not exist; names differ in their marks alone.
    let earlier = SET
        .replace("maximum = \"30\"", "maximum = \"20\"")
        .replace("\"Công khai và báo cáo\"", "\"Ứng dụng chữ ký số\"")
        .replace("\"Thực hiện kế hoạch\"", "\"THỰC HIỆN  KẾ HOẠCH\"")
        .replace("code = \"3\"", "code = \"4\"");
    let before = result(&earlier, &[("1.1", Some("30")), ("1.2", Some("10")), ("2", Some("20")), ("4", Some("0"))]);
    assert_eq!(told(&now, &before, "1.1"), same("30", Change::Points(number("0"))));
    assert_eq!(told(&now, &before, "1.2"), Beside::Changed);
    assert_eq!(told(&now, &before, "2"), same("20", Change::Index(number("-20"))), "24 of 30 after 20 of 20");
    assert_eq!(told(&now, &before, "3"), Beside::New);
    assert_eq!(
        of_total((&now, 0), (&before, 0)).map(|change| change.value().round_dp(2)),
        Some(number("-9.67")),
        "57 of 100 after 60 of 90"
    );
    assert_eq!(
        shown(&now, &before),
        [
            "Tổng điểm | 60,00 | −9,67 đpt",
            "1 Chỉ đạo điều hành | 40,00 | −5,00",
            "1.1 Thực hiện kế hoạch | 30,00 | 0,00",
            "1.2 Công khai và báo cáo | không so sánh được vì tiêu chí đã thay đổi | –",
            "2 Điều tra xã hội học | 20,00 | −20,00 đpt",
            "3 Điểm trừ | tiêu chí mới | –",
            "Chỉ so sánh tiêu chí có cùng mã và cùng tên với năm trước. Tiêu chí mới, đã bỏ hoặc đã thay đổi không có thay đổi để so sánh; thay đổi của tổng điểm gồm cả phần đó.",
            "Nơi điểm tối đa khác năm trước, thay đổi là của chỉ số (điểm đạt chia điểm tối đa, nhân 100), ghi bằng điểm phần trăm (đpt).",
        ]
    );
}

#[test]
fn points_that_moved_are_held_against_the_maximum_that_they_moved_to() {
    let item = "item = [{ figure = \"published\", points = \"5\" }, { figure = \"reported\", points = \"5\" }]";
    let absent = "[node.absent]\nwhen = \"breaches = 9\"\nthen = \"move\"\nto = [\"1.1\"]";
    let set = SET.replace(item, &format!("{item}\n{absent}"));
    let points = [("1.1", Some("30")), ("1.2", Some("0")), ("2", Some("24")), ("3", Some("-5"))];
    // The ten points of 1.2 stand at 1.1: 30 of 60 became 35 of 70.
    let now = result_with(&set, &points, &[("breaches", "9")], &["1.2"]);
    let of = |code: &str| now.definition.node(code).unwrap();
    let kept = |code: &str| (now.scores.units[0].values[of(code)].ok(), now.maximum(0, of(code)), now.index(0, of(code)));
    assert_eq!(kept("1.1"), (Some(number("35")), number("70"), Some(number("50"))));
    assert_eq!(kept("1.2"), (Some(number("0")), number("0"), None));
    assert_eq!(kept("1"), (Some(number("35")), number("70"), Some(number("50"))));
    // Last year nothing moved: half of 60 is half of 70.
    let before = result_with(&set, &points, &[("breaches", "1")], &["1.2"]);
    assert_eq!(told(&now, &before, "1.1"), same("30", Change::Index(number("0"))));
    assert_eq!(told(&now, &before, "1.2"), Beside::Same { before: Ok(number("0")), change: None });
    let row = &now.table.rows[0];
    let taken = evaluation::reduced::taken_out(&now.definition, row, Lang::Vi);
    assert_eq!(taken.iter().map(|one| one.maximum).collect::<Vec<_>>(), [None], "nothing is taken out of the maximum");
}

#[test]
fn what_does_not_apply_is_told_with_its_reason() {
    let now = result(SET, &[("1.1", Some("30")), ("1.2", None), ("2", Some("24")), ("3", Some("0"))]);
    let row = &now.table.rows[0];
    let told = Reduced::of(&now.definition, row).unwrap().sentences(&now.definition, row, Lang::Vi);
    assert_eq!(
        told,
        [
            "Không áp dụng đối với đơn vị: 1.2 Công khai và báo cáo (tối đa 10 điểm; Không có giao dịch).",
            "Tổng điểm 60,00 được quy đổi từ 54,00 điểm đạt được trên điểm tối đa áp dụng 90 sang điểm tối đa 100 của bộ tiêu chí (54,00 × 100 ÷ 90).",
        ]
    );
    // An area that lost a leaf is held against what applies: 30 of 60 after 35 of 70.
    assert_eq!(told_of_area(&now), Change::Index(Decimal::ZERO));
    assert_eq!(Reduced::of(&result(SET, &POINTS).definition, &result(SET, &POINTS).table.rows[0]), None);
}

fn told_of_area(now: &BlockResult) -> Change {
    match told(now, &result(SET, &POINTS), "1") {
        Beside::Same { change: Some(change), .. } => change,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_area_that_scales_its_points_is_held_against_its_full_maximum() {
    // Area 1 has 70 points and scales them itself: without 1.2, 30 of 60 are 35 of 70.
    let set = SET.replace(
        "parent = \"total\"\naggregation = \"sum-of-points\"",
        "parent = \"total\"\naggregation = \"sum-of-points\"\nrescale = true",
    );
    let now = result(&set, &[("1.1", Some("30")), ("1.2", None), ("2", Some("24")), ("3", Some("0"))]);
    let area = now.definition.node("1").unwrap();
    assert_eq!(now.scores.units[0].values[area], Ok(number("35")));
    assert_eq!((now.maximum(0, area), now.index(0, area)), (number("70"), Some(number("50"))));
    let before = result(&set, &[("1.1", Some("30")), ("1.2", Some("5")), ("2", Some("24")), ("3", Some("0"))]);
    assert_eq!(told(&now, &before, "1"), same("35", Change::Points(number("0"))));
}

#[test]
fn a_place_that_is_shared_is_told_as_it_is() {
    let unit = |rank: u32, place: &str| composite_index::UnitScores {
        moved: Vec::new(),
        values: Vec::new(),
        rank: Some(rank),
        place: Some(number(place)),
        band: None,
    };
    assert_eq!(evaluation::indices::place(&unit(1, "1.5"), Lang::Vi).as_deref(), Some("1,5"));
    assert_eq!(evaluation::indices::place(&unit(3, "3"), Lang::Vi).as_deref(), Some("3"));
    assert_eq!(evaluation::indices::shown(number("81.25"), 1), number("81.3"), "halves go away from zero, as on the page");
}

#[test]
fn what_has_no_subject_is_listed_too() {
    let set = SET.replace("start = \"0\"\neach = \"-1\"\nfloor = \"-5\"", "start = \"0\"\neach = \"-1\"\nfloor = \"-5\"\n[[node]]\ncode = \"4\"\nname = { vi = \"Kiến nghị\", en = \"Petitions\" }\nparent = \"total\"\nmaximum = \"10\"\n[node.rule]\nkind = \"linear\"\nfigure = \"done\"\nfull_at = \"100\"\n[node.absent]\nwhen = \"done = 0\"\nthen = \"not-applicable\"");
    let read = read_set(&set).unwrap();
    let definition = &read.definition;
    let row = composite_index::read_table(definition, None, "unit,2,done,published,reported,breaches\nSở A,24,0,yes,yes,0\n")
        .unwrap()
        .rows
        .remove(0);
    let told: Vec<String> = evaluation::reduced::taken_out(definition, &row, Lang::Vi)
        .into_iter()
        .map(|one| format!("{} {} {}", definition.nodes[one.node].code, one.maximum.unwrap(), one.reason))
        .collect();
    assert_eq!(told, ["4 10 không có nội dung để đánh giá"]);
}
