//! Ten thousand rows with forty faults: all forty are named, and nothing else.

use std::fmt::Write as _;

use criteria_annex::{Source, grids, understand};

/// Ten areas of ten criteria of twenty-four components of three brackets: 10,000 rows and some.
fn table() -> Vec<[String; 3]> {
    let mut rows = vec![["STT", "Tiêu chí", "Điểm tối đa"].map(str::to_owned)];
    let row = |code: String, name: String, points: String| [code, name, points];
    for area in 1..=10 {
        rows.push(row(area.to_string(), format!("LĨNH VỰC THỨ {area}"), "480".to_owned()));
        for criterion in 1..=10 {
            rows.push(row(format!("{area}.{criterion}"), format!("Tiêu chí {criterion} về kế hoạch"), "48".to_owned()));
            for component in 1..=24 {
                rows.push(row(format!("{area}.{criterion}.{component}"), "Mức độ hoàn thành".to_owned(), "2".to_owned()));
                for (wording, points) in [("Từ 90% trở lên", "2"), ("Từ 70% đến dưới 90%", "1"), ("Dưới 70%", "0")] {
                    rows.push(row(String::new(), wording.to_owned(), points.to_owned()));
                }
            }
        }
    }
    rows.push(row(String::new(), "Tổng cộng".to_owned(), "4.800".replace('.', "")));
    rows
}

fn text(rows: &[[String; 3]]) -> String {
    rows.iter().fold(String::new(), |mut text, row| {
        writeln!(text, "{}", row.join("\t")).unwrap();
        text
    })
}

#[test]
fn a_table_without_faults_has_none() {
    let rows = table();
    let annex = understand(&grids(Source::Text(&text(&rows))).unwrap()[0]);
    assert!(annex.lines.len() > 9_500, "{}", annex.lines.len());
    assert_eq!(annex.lines.len() + 2, rows.len());
    assert_eq!((annex.not_understood.len(), annex.warnings.len()), (0, 0), "{:?}", annex.warnings.first());
}

#[test]
fn forty_faults_are_named_and_no_more() {
    let mut rows = table();
    let components: Vec<usize> = (0..rows.len()).filter(|index| rows[*index][0].matches('.').count() == 2).collect();
    let mut wanted: Vec<(usize, &str)> = Vec::new();
    for number in 0..40 {
        // Far apart, so that each fault is by itself; the row of the component or one of its options.
        let at = components[number * 58 + 7];
        let (row, reason) = match number % 8 {
            0 => {
                rows[at][2] = "hai".to_owned();
                (at, "unreadable-points")
            }
            1 => {
                rows[at][0] = "1.2.x".to_owned();
                (at, "unknown-code")
            }
            2 => {
                rows[at][0] = rows[at - 4][0].clone();
                (at, "duplicate-code")
            }
            3 => {
                rows[at][0] = "77.1.1".to_owned();
                (at, "missing-parent")
            }
            4 => {
                rows[at][1] = String::new();
                (at, "missing-name")
            }
            5 => {
                rows[at + 2][2] = "một".to_owned();
                (at + 2, "unreadable-points")
            }
            6 => {
                rows[at + 3] = ["".to_owned(), "Dưới mức trên".to_owned(), "".to_owned()];
                (at + 3, "no-code-no-points")
            }
            _ => {
                rows[at][2] = "2;0".to_owned();
                (at, "unreadable-points")
            }
        };
        wanted.push((row + 1, reason));
    }
    let annex = understand(&grids(Source::Text(&text(&rows))).unwrap()[0]);
    let found: Vec<(usize, &str)> = annex.not_understood.iter().map(|fault| (fault.row, fault.reason.code())).collect();
    wanted.sort_unstable();
    assert_eq!(found, wanted);
    assert_eq!(annex.warnings, [], "a fault brings no doubts with it");
}
