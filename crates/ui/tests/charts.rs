//! Charts: golden drawings of small cases, and rules that hold for all of them.
//!
//! After a wanted change run `UPDATE_GOLDEN=1 cargo test -p ui --test charts` and read the difference.

use std::path::PathBuf;
use std::{env, fs, io};

use rust_decimal::Decimal;
use ui::Lang;
use ui::chart::{
    Axis, Bar, Bars, Break, Chart, Component, ComponentProfile, Dot, DotInterval, HeatRow, HeatTable, Panel, ProfileScale, RankLines,
    Reference, Series, Size, SmallMultiples, figure_of,
};

fn whole(value: i64) -> Decimal {
    Decimal::from(value)
}

/// One element on a line, so that a difference can be read.
fn golden(name: &str, chart: &dyn Chart) -> io::Result<()> {
    let mut text = String::new();
    for size in [Size::Wide, Size::Narrow] {
        text.push_str(&chart.svg(size, Lang::Vi).into_string().replace("><", ">\n<"));
        text.push('\n');
    }
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.txt"));
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&file, &text)?;
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == text, "{name} differs from {}:\n{text}", file.display());
    Ok(())
}

fn ranks() -> RankLines {
    RankLines {
        id: "hang".to_owned(),
        title: "Thứ hạng".to_owned(),
        desc: "Hai tỉnh, bốn năm".to_owned(),
        periods: (2014..=2017).map(|year| year.to_string()).collect(),
        series: vec![
            Series { label: "Tỉnh A".to_owned(), values: vec![Some(whole(9)), None, Some(whole(3)), Some(whole(2))], emphasis: true },
            Series {
                label: "Tỉnh B".to_owned(),
                values: vec![Some(whole(1)), Some(whole(1)), Some(whole(1)), Some(whole(2))],
                emphasis: false,
            },
        ],
        breaks: vec![Break { before: 3, label: "bộ tiêu chí mới".to_owned() }],
        axis: Axis::Rank { of: Some(63) },
        measure: "Thứ hạng".to_owned(),
    }
}

fn bars() -> Bars {
    Bars {
        id: "cot".to_owned(),
        title: "Điểm".to_owned(),
        desc: "Ba đơn vị".to_owned(),
        measure: "Điểm".to_owned(),
        items: vec![
            Bar { label: "Đơn vị A".to_owned(), value: Some(whole(80)), highlight: true },
            Bar { label: "Đơn vị B".to_owned(), value: Some(whole(-20)), highlight: false },
            Bar { label: "Đơn vị C".to_owned(), value: None, highlight: false },
        ],
        decimals: 1,
        reference: Some(Reference { label: "Trung bình".to_owned(), value: whole(30) }),
        signed: false,
    }
}

fn dots() -> DotInterval {
    DotInterval {
        id: "khoang".to_owned(),
        title: "Hài lòng".to_owned(),
        desc: "Hai đơn vị".to_owned(),
        measure: "Hài lòng (%)".to_owned(),
        items: vec![
            Dot { label: "Đơn vị A".to_owned(), value: Some(whole(84)), interval: Some((whole(81), whole(87))), highlight: true },
            Dot { label: "Đơn vị B".to_owned(), ..Dot::default() },
        ],
        decimals: 1,
        reference: None,
    }
}

fn profile() -> ComponentProfile {
    let component = |label: &str, value: i64| Component {
        label: label.to_owned(),
        value: Some(whole(value)),
        min: whole(40),
        q1: Some(whole(60)),
        median: whole(70),
        q3: Some(whole(80)),
        max: whole(95),
        ..Component::default()
    };
    ComponentProfile {
        id: "tp".to_owned(),
        title: "Thành phần".to_owned(),
        desc: "Hai thành phần".to_owned(),
        unit: "Tỉnh A".to_owned(),
        components: vec![component("Chỉ đạo, điều hành", 90), component("Tổ chức bộ máy", 50)],
        decimals: 1,
        scale: ProfileScale::Own,
    }
}

fn multiples() -> SmallMultiples {
    SmallMultiples {
        id: "nho".to_owned(),
        title: "Điểm các tỉnh".to_owned(),
        measure: "Điểm".to_owned(),
        periods: vec!["2016".to_owned(), "2017".to_owned()],
        panels: vec![Panel { label: "Tỉnh A".to_owned(), href: None, values: vec![Some(whole(70)), Some(whole(75))] }],
        decimals: 1,
        inverted: false,
    }
}

fn heat() -> HeatTable {
    HeatTable {
        id: "nhiet".to_owned(),
        title: "Tỷ lệ điểm".to_owned(),
        row_name: "Đơn vị".to_owned(),
        columns: vec!["I".to_owned(), "II".to_owned()],
        rows: vec![HeatRow { label: "Tỉnh A".to_owned(), href: None, values: vec![Some(whole(10)), None], highlight: true }],
        decimals: 0,
        limits: Some((whole(0), whole(100))),
    }
}

fn all() -> Vec<Box<dyn Chart>> {
    vec![Box::new(ranks()), Box::new(bars()), Box::new(dots()), Box::new(profile()), Box::new(multiples()), Box::new(heat())]
}

#[test]
fn drawings_are_as_kept() {
    golden("rank-lines", &ranks()).unwrap();
    golden("bars", &bars()).unwrap();
    golden("dots", &dots()).unwrap();
    golden("profile", &profile()).unwrap();
    golden("multiples", &multiples()).unwrap();
    golden("heat", &heat()).unwrap();
}

#[test]
fn same_input_same_drawing() {
    for chart in all() {
        assert_eq!(chart.draw(Lang::En).into_string(), chart.draw(Lang::En).into_string());
    }
}

#[test]
fn a_gap_breaks_the_line_and_a_new_method_makes_it_weak() {
    let svg = ranks().svg(Size::Wide, Lang::Vi).into_string();
    let emphasised = svg.split("<g class=\"s1\">").nth(1).unwrap().split("<g class").next().unwrap();
    assert!(!emphasised.contains("<path class=\"line\""), "the only full segment of A crosses the change: {emphasised}");
    assert!(emphasised.contains("line weak"), "{emphasised}");
    assert!(svg.contains("bộ tiêu chí mới"));
}

#[test]
fn each_chart_has_a_table_with_a_cell_for_each_column() {
    for chart in all() {
        for lang in Lang::ALL {
            let table = chart.table(lang);
            assert_eq!(table.id, format!("{}-bang", chart.id()));
            assert!(!table.rows.is_empty());
            for row in &table.rows {
                assert_eq!(row.cells.len(), table.columns.len(), "{}", table.id);
            }
        }
    }
}

#[test]
fn empty_charts_say_so() {
    let empty: Vec<Box<dyn Chart>> = vec![
        Box::new(RankLines::default()),
        Box::new(Bars::default()),
        Box::new(DotInterval::default()),
        Box::new(ComponentProfile::default()),
        Box::new(SmallMultiples::default()),
        Box::new(HeatTable::default()),
    ];
    for chart in empty {
        let html = figure_of(chart.as_ref(), "Ý chính", "Chú thích", None, Lang::Vi).into_string();
        assert_eq!(html.matches("Chưa có số liệu để vẽ biểu đồ.").count(), 1, "{html}");
        assert!(!html.contains("NaN") && !html.contains("inf"), "{html}");
    }
}

#[test]
fn single_and_equal_values_can_be_drawn() {
    let mut one = ranks();
    one.periods.truncate(1);
    one.axis = Axis::Score { decimals: 2 };
    let mut same = dots();
    same.items[0].interval = Some((whole(84), whole(84)));
    let mut zero = bars();
    zero.items = vec![Bar { label: "A".to_owned(), value: Some(Decimal::ZERO), highlight: false }];
    zero.reference = None;
    let mut flat = profile();
    for component in &mut flat.components {
        component.min = whole(70);
        component.max = whole(70);
        component.value = Some(whole(70));
    }
    let charts: Vec<Box<dyn Chart>> = vec![Box::new(one), Box::new(same), Box::new(zero), Box::new(flat)];
    for chart in charts {
        let svg = chart.draw(Lang::Vi).into_string();
        assert!(svg.contains("<svg") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}

#[test]
fn values_beyond_the_periods_are_left_out() {
    let mut chart = ranks();
    chart.periods.truncate(2);
    let svg = chart.draw(Lang::Vi).into_string();
    assert!(svg.contains("2015") && !svg.contains("2016"));
    assert_eq!(chart.table(Lang::Vi).columns.len(), 3);
}

#[test]
fn words_in_charts_are_escaped() {
    let mut chart = bars();
    chart.items[0].label = "<b>&\"".to_owned();
    chart.title = "</title><script>".to_owned();
    let svg = chart.draw(Lang::Vi).into_string();
    assert!(!svg.contains("<script") && !svg.contains("<b>"), "{svg}");
}

#[test]
fn names_of_colours_come_from_the_style_sheet_only() {
    for chart in all() {
        let svg = chart.draw(Lang::Vi).into_string();
        assert!(!svg.contains("fill=") && !svg.contains("stroke=") && !svg.contains("style="), "{svg}");
    }
}
