use maud::{Markup, html};
use rust_decimal::Decimal;

use super::thousandths;
use crate::Lang;
use crate::parts::{self, ActiveFilter, Choice, Field, FilterPanel, Pager, PanelWords, Tone};
use crate::table::{Better, Cell, Column, DataTable, Mark, MissingReason, Row, SortState, Source, render_table};

/// All forms of tables, with filter, pager and download bar.
pub(super) fn all(lang: Lang) -> Markup {
    let address = |page: u32| lang.href(&format!("/phat-trien/giao-dien?trang={page}"));
    html! {
        (parts::section_heading("bang", lang.pick("Bảng", "Tables"), Some(lang.pick(
            "Đường kẻ thay cho nền sọc; số thẳng cột; ký hiệu luôn có lời giải thích.",
            "Lines instead of stripes; figures in column; every sign is explained.",
        ))))
        (parts::filter_panel(&FilterPanel {
            id: "loc-bang",
            action: &lang.href("/phat-trien/giao-dien"),
            fields: html! {
                (parts::select_field(&Field::new("loc-nam", lang.pick("Năm", "Year")),
                    &[Choice::new("2017", "2017", true), Choice::new("2016", "2016", false)], lang))
                (parts::text_field(&Field::new("loc-ten", lang.pick("Tên đơn vị", "Name of unit")).optional(),
                    parts::Input::Search, "", None, lang))
            },
            active: &[
                ActiveFilter {
                    label: lang.pick("Năm", "Year").to_owned(),
                    value: "2017".to_owned(),
                    remove_href: address(1),
                },
                ActiveFilter {
                    label: lang.pick("Vùng", "Region").to_owned(),
                    value: lang.pick("Đồng bằng sông Hồng", "Red River Delta").to_owned(),
                    remove_href: address(1),
                },
            ],
            clear_href: &address(1),
            open: true,
        }, lang))
        (choice(lang))
        (parts::table_filter("b-xep-hang", lang.pick("Tìm trong bảng", "Find in the table"), lang))
        (render_table(&ranking(lang), lang))
        (parts::pager(&Pager { page: 4, per_page: 8, total: 63, what: lang.pick("tỉnh, thành phố", "provinces") }, lang, address))
        (parts::download_bar_for(&lang.href("/so-lieu/par-index"), "nam=2017", lang))
        (render_table(&criteria(lang), lang))
        (render_table(&DataTable::new("b-rong", lang.pick("Bảng chưa có dòng nào", "A table without rows"))
            .column(Column::header("ten", lang.pick("Đơn vị", "Unit")))
            .column(Column::number("diem", lang.pick("Điểm", "Score"), 2)), lang))
    }
}

fn ranking(lang: Lang) -> DataTable {
    let sort = |column: &str| lang.href(&format!("/phat-trien/giao-dien?xep={column}"));
    let mut table = DataTable::new(
        "b-xep-hang",
        lang.pick("Chỉ số cải cách hành chính của các tỉnh, thành phố năm 2017", "Reform index of the provinces, 2017"),
    )
    .column(Column::rank("hang", lang.pick("Hạng", "Rank")).sort(sort("hang"), SortState::Ascending))
    .column(Column::header("don-vi", lang.pick("Tỉnh, thành phố", "Province")).sort(sort("ten"), SortState::Unsorted))
    .column(
        Column::number("diem", lang.pick("Điểm tổng hợp", "Total score"), 2)
            .unit(lang.pick("thang 100", "out of 100"))
            .sort(sort("-diem"), SortState::Unsorted)
            .help(lang.href("/phuong-phap/diem-tong-hop")),
    )
    .column(Column::number("tham-dinh", lang.pick("Thẩm định", "Appraisal"), 2).group(lang.pick("Trong đó", "Of which")))
    .column(Column::number("dieu-tra", lang.pick("Điều tra xã hội học", "Survey"), 2).group(lang.pick("Trong đó", "Of which")))
    .column(Column::number("hai-long", lang.pick("Hài lòng", "Satisfied"), 1).unit("%"))
    .column(Column::change("thay-doi", lang.pick("Tăng, giảm bậc so với năm trước", "Places gained on the year before")))
    .column(Column::text("trang-thai", lang.pick("Trạng thái", "Status")))
    .column(Column::date("ngay", lang.pick("Ngày công bố", "Published")));
    table.subtitle = Some(lang.pick("63 tỉnh, thành phố; sắp xếp theo hạng", "63 provinces, in order of rank").to_owned());
    table.source = Some(Source::linked(lang.pick("số liệu minh họa", "made-up figures"), lang.href("/nguon")));
    table.notes.push(
        lang.pick(
            "Khoảng hạng trong ngoặc là những hạng chưa phân biệt được về mặt thống kê.",
            "The range in brackets holds the places that cannot be told apart statistically.",
        )
        .to_owned(),
    );
    let rows = [
        (1, "Thành phố Cửa Biển", "Cua Bien City", 89_450, 0, None),
        (2, "Tỉnh Minh Họa", "Sample Province", 84_120, -5, None),
        (3, "Tỉnh Sông Lam", "Song Lam", 83_905, 3, Some(Mark::Provisional)),
        (4, "Tỉnh Núi Xanh", "Nui Xanh", 82_300, -1, Some(Mark::Differs)),
        (5, "Tỉnh Đồng Bằng", "Dong Bang", 81_770, 12, Some(Mark::Unverified)),
    ];
    for (rank, vi, en, score, change, mark) in rows {
        let mut score_cell = Cell::number(thousandths(score), 2).from_where(lang.href("/tu-dau/1"));
        if let Some(mark) = mark {
            score_cell = score_cell.marked(mark);
        }
        let row = Row::new(vec![
            Cell::Rank { rank, of: None, range: (2..=4).contains(&rank).then_some((2, 4)), href: None },
            Cell::link(lang.pick(vi, en), lang.href("/don-vi/minh-hoa")),
            score_cell,
            Cell::number(thousandths(score * 6 / 10), 2),
            if rank == 4 { Cell::missing(MissingReason::NotReported) } else { Cell::number(thousandths(score * 4 / 10), 2) },
            Cell::Estimate { value: thousandths(81_200), low: thousandths(79_900), high: thousandths(82_500), decimals: 1, href: None },
            Cell::change(Decimal::from(-change), 0, Better::Higher),
            match rank {
                1 | 2 => Cell::status(lang.pick("Đã công bố", "Published"), Tone::Success),
                3 => Cell::status(lang.pick("Chờ thẩm định", "Awaiting appraisal"), Tone::Warning),
                _ => Cell::status(lang.pick("Quá hạn", "Late"), Tone::Error),
            },
            chrono::NaiveDate::from_ymd_opt(2018, 5, 2).map_or(Cell::missing(MissingReason::NotAvailable), Cell::Date),
        ]);
        table = table.row(if rank == 2 { row.highlight(lang.pick("tỉnh đang xem", "province in focus")) } else { row });
    }
    table.row(
        Row::new(vec![
            Cell::missing(MissingReason::NotApplicable),
            Cell::text(lang.pick("Trung bình 63 tỉnh, thành phố", "Mean of 63 provinces")),
            Cell::number(thousandths(77_720), 2),
            Cell::number(thousandths(46_632), 2),
            Cell::number(thousandths(31_088), 2),
            Cell::number(thousandths(80_900), 1).marked(Mark::Estimated),
            Cell::missing(MissingReason::NotApplicable),
            Cell::text(""),
            Cell::text(""),
        ])
        .total(),
    )
}

fn criteria(lang: Lang) -> DataTable {
    let mut table = DataTable::new("b-tieu-chi", lang.pick("Bảng tiêu chí (mẫu), bảng dày chữ nhỏ", "Criteria (sample), dense table"))
        .column(Column::text("so", lang.pick("STT", "No.")))
        .column(Column::header("tieu-chi", lang.pick("Lĩnh vực, tiêu chí, tiêu chí thành phần", "Area, criterion, sub-criterion")))
        .column(Column::number("toi-da", lang.pick("Điểm tối đa", "Maximum"), 2))
        .column(Column::number("tu-cham", lang.pick("Tự đánh giá", "Self-score"), 2))
        .column(Column::number("tham-dinh", lang.pick("Thẩm định", "Appraised"), 2));
    table.dense = true;
    table.notes.push(lang.pick("Bộ tiêu chí mẫu, không phải bộ tiêu chí chính thức.", "A sample set, not an official one.").to_owned());
    let number = |value: i64| Cell::number(Decimal::new(value, 2), 2);
    let rows = [
        ("1", 0, "Chỉ đạo, điều hành", "Direction", 850, 800, Some(750)),
        ("1.1", 1, "Kế hoạch cải cách hành chính năm", "Yearly plan", 200, 200, Some(200)),
        ("1.1.1", 2, "Ban hành kế hoạch đúng thời hạn", "Plan issued on time", 100, 100, Some(100)),
        ("1.1.2", 2, "Mức độ hoàn thành kế hoạch", "Share of tasks done", 100, 100, Some(100)),
        ("1.2", 1, "Báo cáo định kỳ", "Periodic reports", 150, 100, None),
    ];
    for (code, level, vi, en, most, own, appraised) in rows {
        let row = Row::new(vec![
            Cell::text(code),
            Cell::text(lang.pick(vi, en)),
            number(most),
            number(own),
            appraised.map_or(
                Cell::missing(MissingReason::Other(lang.pick("đang chờ giải trình", "awaiting an explanation").to_owned())),
                number,
            ),
        ])
        .level(level);
        table = table.row(if level == 0 { row.group() } else { row });
    }
    table
}

/// The panel in the words of a choice.
fn choice(lang: Lang) -> Markup {
    let action = lang.href("/phat-trien/giao-dien");
    let units = [
        Choice::new("", lang.pick("Chọn đơn vị để thêm", "Choose a unit to add"), true),
        Choice::new("01", lang.pick("Hà Nội", "Ha Noi"), false),
    ];
    let fields = parts::select_field(&Field::new("chon-don-vi", lang.pick("Thêm đơn vị", "Add a unit")), &units, lang);
    let active = [ActiveFilter {
        label: lang.pick("Đơn vị", "Unit").to_owned(),
        value: lang.pick("Đà Nẵng", "Da Nang").to_owned(),
        remove_href: action.clone(),
    }];
    let words = PanelWords {
        name: lang.pick("Lựa chọn để so sánh", "What to compare"),
        summary: lang.pick("Chọn chỉ số và đơn vị", "Choose an index and units"),
        button: lang.pick("So sánh", "Compare"),
        active: lang.pick("Đang so sánh:", "Compared:"),
        remove: lang.pick("Bỏ ", "Remove "),
    };
    let panel = FilterPanel { id: "chon-bang", action: &action, fields, active: &active, clear_href: &action, open: false };
    parts::choice_panel(&panel, &words, lang)
}
