use std::collections::BTreeMap;

use composite_index::{explain, read_definition, read_table};

use super::*;

/// A criteria set with every kind of step: a bracket, a subject that does not exist, a part that does not apply, bonus points and a cap.
const DEFINITION: &str = r#"
format = "cchc-index-definition/1"
id = "thu-2026"
index = "thu"
name = { vi = "Chỉ số thử", en = "Trial" }
short_name = { vi = "Thử", en = "Trial" }
summary = { vi = "Thử", en = "Trial" }
unit_level = "department"
status = "unverified"
decimals = 2
[computation]
rank_direction = "higher-is-better"
tie_rule = "competition"
rank_on = "unrounded"
missing = "no-result"
[[figure]]
code = "done"
name = { vi = "Tỷ lệ hoàn thành kế hoạch", en = "Share of the plan that is done" }
unit = "%"
range = ["0", "100"]
[[figure]]
code = "cases"
kind = "count"
[[figure]]
code = "good"
range = ["0", "100"]
[[figure]]
code = "models"
kind = "count"
[[node]]
code = "total"
name = { vi = "Tổng điểm", en = "Total" }
aggregation = "sum-of-points"
rescale = true
[[node]]
code = "task"
name = { vi = "Nhiệm vụ", en = "Tasks" }
parent = "total"
aggregation = "sum-of-points"
[[node]]
code = "plan"
name = { vi = "Kế hoạch", en = "Plan" }
parent = "task"
[node.rule]
kind = "brackets"
figure = "done"
bracket = [{ over = "90", points = "20" }, { from = "70", to = "90", points = "10" }, { under = "70", points = "0" }]
[[node]]
code = "complaints"
name = { vi = "Phản ánh, kiến nghị", en = "Complaints" }
parent = "task"
maximum = "10"
[node.rule]
kind = "linear"
figure = "good"
full_at = "90"
[node.absent]
when = "cases = 0"
then = "move"
to = ["reception"]
[[node]]
code = "reception"
name = { vi = "Tiếp nhận", en = "Reception" }
parent = "task"
maximum = "40"
[[node]]
code = "survey"
name = { vi = "Điều tra", en = "Survey" }
parent = "total"
maximum = "30"
[[node]]
code = "bonus"
name = { vi = "Điểm thưởng", en = "Bonus" }
parent = "total"
role = "bonus"
[node.rule]
kind = "per-case"
figure = "models"
each = "1"
cap = "3"
"#;

const TABLE: &str = "unit,done,cases,good,models,reception,survey,not-applicable.survey\nA,85,4,81,2,36,25,\nB,95,0,,1,36,,chưa khảo sát\n";

/// The facts and tables of a node of a unit.
fn shown(unit: usize, code: &str, lang: Lang) -> (Vec<String>, Vec<DataTable>) {
    let definition = read_definition(DEFINITION).unwrap();
    let table = read_table(&definition, None, TABLE).unwrap();
    let working = explain(&definition, &table).unwrap().swap_remove(unit);
    let results = Results { revision: 0, definitions: Vec::new(), editions: BTreeMap::new(), indicators: BTreeMap::new() };
    let view = NodeView { results: &results, definition: &definition, working: &working, node: definition.node(code).unwrap(), lang };
    let facts = view.facts().into_iter().map(|(label, words)| format!("{label}: {words}")).collect();
    (facts, view.parts(|_| None).into_iter().chain(view.removed()).collect())
}

fn rows(table: &DataTable, lang: Lang) -> Vec<String> {
    table.rows.iter().map(|row| row.cells.iter().map(|cell| cell.plain(lang)).collect::<Vec<_>>().join(" | ")).collect()
}

#[test]
fn a_leaf_tells_its_rule_its_figure_and_its_bracket() {
    let (facts, tables) = shown(0, "plan", Lang::Vi);
    assert_eq!(
        facts,
        [
            "Điểm tối đa: 20",
            "Quy tắc tính điểm: theo khoảng của “Tỷ lệ hoàn thành kế hoạch” – dưới 70: 0 điểm; từ 70 đến 90: 10 điểm; trên 90: 20 điểm",
            "Số liệu dùng: Tỷ lệ hoàn thành kế hoạch = 85 %",
            "Giá trị xét: 85",
            "Khoảng điểm áp dụng: khoảng thứ 2 – từ 70 đến 90: 10 điểm",
        ]
    );
    assert!(tables.is_empty(), "a leaf has no parts");
    let english = shown(0, "plan", Lang::En).0;
    assert!(english.contains(&"Bracket that applied: bracket 2 – from 70 to 90: 10 points".to_owned()), "{english:?}");
}

#[test]
fn parts_of_a_sum_add_up() {
    let (facts, tables) = shown(0, "task", Lang::Vi);
    assert_eq!(facts, ["Điểm tối đa: 70", "Cách tổng hợp: tổng điểm"]);
    let expected = ["Kế hoạch | 10 | 10", "Phản ánh, kiến nghị | 9 | 9", "Tiếp nhận | 36 | 36", "Tổng | – | 55"];
    assert_eq!(rows(&tables[0], Lang::Vi), expected);
}

#[test]
fn points_that_moved_and_parts_left_out_are_told() {
    let (facts, _) = shown(1, "complaints", Lang::Vi);
    for words in ["Điều kiện: cases = 0", "Điểm chuyển đi: 10 điểm sang “Tiếp nhận”"] {
        assert!(facts.iter().any(|fact| fact == words), "{words}: {facts:?}");
    }
    // 65 of 70 points apply, scaled to 100, and one bonus point: 65 × 100 / 70 + 1.
    let (facts, tables) = shown(1, "total", Lang::Vi);
    assert!(facts.contains(&"Quy đổi phần áp dụng ra đủ điểm tối đa: × 100 / 70".to_owned()), "{facts:?}");
    let sums = rows(&tables[0], Lang::Vi);
    assert!(sums[1].contains("không áp dụng, bỏ ra"), "{sums:?}");
    assert!(sums[2].starts_with("Điểm thưởng | 1 |"), "{sums:?}");
    assert!(sums[3].contains("93,857142857143"), "{sums:?}");
    assert_eq!(rows(&tables[1], Lang::Vi), ["Điều tra | 30 | không áp dụng | chưa khảo sát"]);
}
