use maud::{Markup, html};
use rust_decimal::Decimal;

use super::thousandths;
use crate::Lang;
use crate::chart::{
    Axis, Bar, Bars, Break, Component, ComponentProfile, Dot, DotInterval, HeatRow, HeatTable, Panel, ProfileScale, RankLines, Reference,
    Series, SmallMultiples, figure_of,
};
use crate::parts;
use crate::table::Source;

const UNITS: [(&str, &str); 8] = [
    ("Tỉnh Sông Lam", "Song Lam"),
    ("Tỉnh Núi Xanh", "Nui Xanh"),
    ("Thành phố Cửa Biển", "Cua Bien City"),
    ("Tỉnh Đồng Bằng", "Dong Bang"),
    ("Tỉnh Minh Họa", "Sample Province"),
    ("Tỉnh Cao Nguyên", "Cao Nguyen"),
    ("Tỉnh Ven Hồ", "Ven Ho"),
    ("Tỉnh Rừng Thông", "Rung Thong"),
];

const COMPONENTS: [(&str, &str); 8] = [
    ("Công tác chỉ đạo, điều hành cải cách hành chính", "Direction of reform"),
    ("Xây dựng và tổ chức thực hiện văn bản quy phạm pháp luật", "Legal documents"),
    ("Cải cách thủ tục hành chính", "Administrative procedures"),
    ("Cải cách tổ chức bộ máy", "Organisation"),
    ("Xây dựng và nâng cao chất lượng đội ngũ cán bộ, công chức, viên chức", "Officials"),
    ("Đổi mới cơ chế tài chính", "Public finance"),
    ("Hiện đại hóa hành chính", "Modernisation"),
    ("Cơ chế một cửa, một cửa liên thông", "One-stop service"),
];

fn name(index: usize, lang: Lang) -> String {
    let (vi, en) = UNITS[index % UNITS.len()];
    lang.pick(vi, en).to_owned()
}

fn years(from: u32, to: u32) -> Vec<String> {
    (from..=to).map(|year| year.to_string()).collect()
}

/// All charts with their figures.
pub(super) fn all(lang: Lang) -> Markup {
    let source = Source::new(lang.pick("số liệu minh họa", "made-up figures"));
    html! {
        (parts::section_heading("bieu-do", lang.pick("Biểu đồ", "Charts"), Some(lang.pick(
            "Tiêu đề nói ý chính; chú thích nói thước đo, phạm vi, thời kỳ; bảng số liệu nằm ngay bên dưới.",
            "The title tells the finding; the caption tells measure, population and period; the table stands below.",
        ))))
        (figure_of(&rank_lines(lang),
            lang.pick("Tỉnh Minh Họa từ thứ 7 lên thứ 2 trong sáu năm", "Sample Province rose from 7th to 2nd in six years"),
            lang.pick("Thứ hạng chỉ số cải cách hành chính của 63 tỉnh, thành phố, 2012–2019", "Rank in the reform index among 63 provinces, 2012–2019"),
            Some(&source), lang))
        (figure_of(&score_line(lang),
            lang.pick("Điểm tăng đều, trừ năm thay đổi phương pháp", "The score grew steadily but for the year of the new method"),
            lang.pick("Điểm tổng hợp của Tỉnh Minh Họa, thang 100, 2012–2019", "Total score of Sample Province out of 100, 2012–2019"),
            Some(&source), lang))
        (figure_of(&bars(lang),
            lang.pick("Tỉnh Minh Họa đứng trên mức trung bình", "Sample Province is above the mean"),
            lang.pick("Điểm tổng hợp của 8 tỉnh, thang 100, năm 2017", "Total score of 8 provinces out of 100, 2017"),
            Some(&source), lang))
        (figure_of(&changes(lang),
            lang.pick("Hai thành phần giảm điểm so với năm trước", "Two components lost points"),
            lang.pick("Thay đổi điểm từng thành phần, 2016–2017", "Change of points by component, 2016–2017"),
            None, lang))
        (figure_of(&dots(lang),
            lang.pick("Chưa thể nói tỉnh nào trong nhóm giữa hơn tỉnh nào", "The provinces in the middle cannot be told apart"),
            lang.pick("Mức độ hài lòng (%) với khoảng tin cậy 95%, năm 2017", "Satisfied respondents (%) with 95% intervals, 2017"),
            Some(&source), lang))
        (figure_of(&profile(lang),
            lang.pick("Mạnh ở chỉ đạo, yếu ở tổ chức bộ máy", "Strong in direction, weak in organisation"),
            lang.pick("Tỷ lệ điểm đạt được (%) của Tỉnh Minh Họa so với 63 tỉnh, thành phố, năm 2017", "Share of points reached (%) by Sample Province against 63 provinces, 2017"),
            Some(&source), lang))
        (figure_of(&multiples(lang),
            lang.pick("Sáu trong tám tỉnh tăng điểm", "Six of eight provinces gained points"),
            lang.pick("Điểm tổng hợp, cùng thang đo, 2012–2017", "Total score on one scale, 2012–2017"),
            None, lang))
        (figure_of(&heat(lang),
            lang.pick("Điểm thấp tập trung ở hai thành phần", "Low scores gather in two components"),
            lang.pick("Tỷ lệ điểm đạt được (%) theo đơn vị và thành phần, năm 2017", "Share of points reached (%) by unit and component, 2017"),
            None, lang))
        div.sheet {
            h3 { (lang.pick("Một giá trị và không có giá trị", "A single value and no value")) }
            (figure_of(&single(lang), lang.pick("Mới có số liệu một năm", "Only one year so far"), lang.pick("Một điểm", "One point"), None, lang))
            (figure_of(&empty(lang), lang.pick("Chưa có số liệu", "No figures yet"), lang.pick("Không có điểm nào", "No point"), None, lang))
        }
    }
}

fn ranks(values: &[u32]) -> Vec<Option<Decimal>> {
    values.iter().map(|value| (*value > 0).then(|| Decimal::from(*value))).collect()
}

fn rank_lines(lang: Lang) -> RankLines {
    let series = |index: usize, values: &[u32], emphasis: bool| Series { label: name(index, lang), values: ranks(values), emphasis };
    RankLines {
        id: "bd-thu-hang".to_owned(),
        title: lang.pick("Thứ hạng qua các năm", "Rank over the years").to_owned(),
        desc: lang.pick("Thứ hạng của tám tỉnh, 2012–2019.", "Ranks of eight provinces, 2012–2019.").to_owned(),
        periods: years(2012, 2019),
        series: vec![
            series(4, &[7, 5, 4, 9, 3, 2, 2, 2], true),
            series(0, &[14, 12, 18, 21, 25, 28, 30, 33], false),
            series(1, &[40, 38, 0, 0, 35, 36, 34, 34], false),
            series(2, &[1, 1, 1, 2, 1, 1, 1, 1], true),
            series(3, &[22, 25, 27, 24, 30, 33, 31, 35], false),
            series(5, &[55, 58, 60, 63, 62, 59, 61, 58], false),
            series(6, &[48, 45, 50, 47, 52, 55, 57, 60], false),
        ],
        breaks: vec![
            Break { before: 5, label: lang.pick("bộ tiêu chí mới từ 2017", "new criteria from 2017").to_owned() },
            Break { before: 3, label: lang.pick("bổ sung điều tra xã hội học", "survey added").to_owned() },
        ],
        axis: Axis::Rank { of: Some(63) },
        measure: lang.pick("Thứ hạng", "Rank").to_owned(),
    }
}

fn score_line(lang: Lang) -> RankLines {
    RankLines {
        id: "bd-diem".to_owned(),
        title: lang.pick("Điểm tổng hợp qua các năm", "Total score over the years").to_owned(),
        desc: lang
            .pick("Điểm của một tỉnh, 2012–2019; không có số liệu năm 2014.", "Score of one province, 2012–2019; none for 2014.")
            .to_owned(),
        periods: years(2012, 2019),
        series: vec![Series {
            label: name(4, lang),
            values: [76_420, 78_110, 0, 81_900, 84_350, 80_710, 83_980, 84_640]
                .into_iter()
                .map(|value| (value > 0).then(|| thousandths(value)))
                .collect(),
            emphasis: true,
        }],
        breaks: vec![Break { before: 5, label: lang.pick("bộ tiêu chí mới từ 2017", "new criteria from 2017").to_owned() }],
        axis: Axis::Score { decimals: 2 },
        measure: lang.pick("Điểm", "Score").to_owned(),
    }
}

fn bars(lang: Lang) -> Bars {
    let values = [85_450, 84_120, 82_300, 81_770, 80_710, 79_020, 74_600, 0];
    let order = [2, 4, 0, 1, 3, 5, 6, 7];
    Bars {
        id: "bd-cot".to_owned(),
        title: lang.pick("Điểm tổng hợp năm 2017", "Total score, 2017").to_owned(),
        desc: lang.pick("Điểm của tám tỉnh, từ cao đến thấp.", "Scores of eight provinces, highest first.").to_owned(),
        measure: lang.pick("Điểm", "Score").to_owned(),
        items: order
            .into_iter()
            .zip(values)
            .map(|(unit, value)| Bar { label: name(unit, lang), value: (value > 0).then(|| thousandths(value)), highlight: unit == 4 })
            .collect(),
        decimals: 2,
        reference: Some(Reference { label: lang.pick("Trung bình cả nước", "National mean").to_owned(), value: thousandths(77_720) }),
        signed: false,
    }
}

fn changes(lang: Lang) -> Bars {
    let values = [620, 410, 350, 120, 0, -180, -520, 90];
    Bars {
        id: "bd-thay-doi".to_owned(),
        title: lang.pick("Thay đổi điểm theo thành phần", "Change of points by component").to_owned(),
        desc: lang.pick("Tám thành phần, tăng và giảm.", "Eight components, gains and losses.").to_owned(),
        measure: lang.pick("Thay đổi (điểm)", "Change (points)").to_owned(),
        items: COMPONENTS
            .into_iter()
            .zip(values)
            .map(|((vi, en), value)| Bar { label: lang.pick(vi, en).to_owned(), value: Some(thousandths(value)), highlight: value < 0 })
            .collect(),
        decimals: 2,
        reference: None,
        signed: true,
    }
}

fn dots(lang: Lang) -> DotInterval {
    let rows = [
        (2, 89_400, 1_900),
        (0, 86_100, 2_400),
        (4, 83_700, 2_100),
        (1, 83_200, 2_600),
        (3, 82_800, 2_200),
        (5, 82_100, 3_400),
        (6, 77_500, 2_000),
    ];
    DotInterval {
        id: "bd-khoang".to_owned(),
        title: lang.pick("Mức độ hài lòng với khoảng tin cậy", "Satisfaction with intervals").to_owned(),
        desc: lang.pick("Ước lượng của bảy tỉnh, từ cao đến thấp.", "Estimates of seven provinces, highest first.").to_owned(),
        measure: lang.pick("Hài lòng (%)", "Satisfied (%)").to_owned(),
        items: rows
            .into_iter()
            .map(|(unit, value, half)| Dot {
                label: name(unit, lang),
                value: Some(thousandths(value)),
                interval: Some((thousandths(value - half), thousandths(value + half))),
                highlight: unit == 4,
            })
            .chain([Dot { label: name(7, lang), ..Dot::default() }])
            .collect(),
        decimals: 1,
        reference: Some(Reference { label: lang.pick("Cả nước", "Whole country").to_owned(), value: thousandths(80_900) }),
    }
}

fn profile(lang: Lang) -> ComponentProfile {
    let rows = [
        (91, 48, 72, 80, 86, 97),
        (84, 55, 74, 79, 85, 96),
        (88, 60, 75, 82, 87, 98),
        (61, 52, 66, 74, 81, 95),
        (77, 50, 70, 76, 82, 93),
        (70, 45, 63, 71, 79, 92),
        (82, 40, 58, 67, 78, 90),
        (93, 62, 80, 86, 91, 99),
    ];
    ComponentProfile {
        id: "bd-thanh-phan".to_owned(),
        title: lang.pick("Điểm mạnh, điểm yếu theo thành phần", "Strengths and weaknesses by component").to_owned(),
        desc: lang
            .pick("Giá trị của một tỉnh so với phân bố của tất cả các tỉnh.", "Values of one province against all provinces.")
            .to_owned(),
        unit: name(4, lang),
        components: COMPONENTS
            .into_iter()
            .zip(rows)
            .map(|((vi, en), (value, min, q1, median, q3, max))| Component {
                label: lang.pick(vi, en).to_owned(),
                value: Some(Decimal::from(value)),
                min: Decimal::from(min),
                q1: Some(Decimal::from(q1)),
                median: Decimal::from(median),
                q3: Some(Decimal::from(q3)),
                max: Decimal::from(max),
                ..Component::default()
            })
            .collect(),
        decimals: 1,
        scale: ProfileScale::Shared { low: Decimal::from(40), high: Decimal::ONE_HUNDRED },
    }
}

fn multiples(lang: Lang) -> SmallMultiples {
    SmallMultiples {
        id: "bd-nhieu".to_owned(),
        title: lang.pick("Điểm tổng hợp theo tỉnh", "Total score by province").to_owned(),
        measure: lang.pick("Điểm", "Score").to_owned(),
        periods: years(2012, 2017),
        panels: (0..8_usize)
            .map(|unit| Panel {
                label: name(unit, lang),
                href: Some(lang.href("/don-vi/minh-hoa")),
                values: (0..6_usize)
                    .map(|year| {
                        let wave = [0, 900, 400, 1_300, 700, 1_900][(year + unit) % 6];
                        let slope = [700, 450, 900, -300, 1_100, 600, -500, 300][unit];
                        let value = 72_000 + 1_400 * i64::try_from(unit).unwrap_or(0) + wave + slope * i64::try_from(year).unwrap_or(0);
                        (unit != 6 || year != 2).then(|| thousandths(value))
                    })
                    .collect(),
            })
            .collect(),
        decimals: 1,
        inverted: false,
    }
}

fn heat(lang: Lang) -> HeatTable {
    HeatTable {
        id: "bd-nhiet".to_owned(),
        title: lang.pick("Tỷ lệ điểm đạt được theo đơn vị và thành phần", "Share of points by unit and component").to_owned(),
        row_name: lang.pick("Đơn vị", "Unit").to_owned(),
        columns: COMPONENTS.iter().take(6).map(|(vi, en)| lang.pick(*vi, *en).to_owned()).collect(),
        rows: (0..6_usize)
            .map(|unit| HeatRow {
                label: name(unit, lang),
                href: Some(lang.href("/don-vi/minh-hoa")),
                values: (0..6_usize)
                    .map(|column| {
                        let value = 45 + (unit * 17 + column * 29 + unit * column * 7) % 54;
                        (unit != 3 || column != 4).then(|| Decimal::from(value))
                    })
                    .collect(),
                highlight: unit == 4,
            })
            .collect(),
        decimals: 0,
        limits: Some((Decimal::from(40), Decimal::ONE_HUNDRED)),
    }
}

fn single(lang: Lang) -> RankLines {
    RankLines {
        id: "bd-mot".to_owned(),
        title: lang.pick("Một năm", "One year").to_owned(),
        desc: lang.pick("Chỉ có một giá trị.", "There is one value only.").to_owned(),
        periods: years(2017, 2017),
        series: vec![Series { label: name(4, lang), values: vec![Some(thousandths(80_710))], emphasis: true }],
        axis: Axis::Score { decimals: 2 },
        ..RankLines::default()
    }
}

fn empty(lang: Lang) -> RankLines {
    RankLines {
        id: "bd-khong".to_owned(),
        title: lang.pick("Chưa có số liệu", "No figures yet").to_owned(),
        periods: years(2016, 2018),
        series: vec![Series { label: name(4, lang), values: vec![None, None, None], emphasis: true }],
        axis: Axis::Score { decimals: 2 },
        ..RankLines::default()
    }
}
