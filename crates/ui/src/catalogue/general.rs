use chrono::NaiveDate;
use maud::{Markup, html};

use super::thousandths;
use crate::parts::{self, Card, EmptyState, Event, Origin, Stat, Step, StepState, Tab, Tone, TreeNode};
use crate::shell::Link;
use crate::table::{Better, Cell, Column, DataTable, Row, render_table};
use crate::{Lang, icon};

/// Tabs, key figures, cards.
pub(super) fn overview(lang: Lang) -> Markup {
    let values = |list: [i64; 6]| list.map(|value| (value > 0).then(|| thousandths(value)));
    let year = |year: u32, current: bool| Tab::new(year.to_string(), lang.href(&format!("/phat-trien/giao-dien?nam={year}")), current);
    html! {
        (parts::tabs(lang.pick("Chọn năm", "Choose a year"), &[year(2015, false), year(2016, false), year(2017, true), Tab {
            count: Some(3),
            ..Tab::new(lang.pick("Các năm khác", "Other years"), lang.href("/phat-trien/giao-dien"), false)
        }]))
        (parts::stats(&[
            Stat { unit: Some(lang.pick("trên 63", "of 63").to_owned()), href: Some(lang.href("/tu-dau/1")),
                detail: Some(html! { (lang.pick("tăng 5 bậc so với năm 2016", "up 5 on 2016")) }),
                ..Stat::new(lang.pick("Thứ hạng năm 2017", "Rank in 2017"), "2") },
            Stat { unit: Some(lang.pick("điểm", "points").to_owned()), href: Some(lang.href("/tu-dau/2")),
                ..Stat::new(lang.pick("Điểm tổng hợp", "Total score"), lang.decimal(thousandths(84_120), 2)) },
            Stat { unit: Some("%".to_owned()), detail: Some(html! { (lang.pick("khoảng tin cậy 95%: ", "95% interval: "))
                    (lang.decimal(thousandths(79_900), 1)) "–" (lang.decimal(thousandths(82_500), 1)) }),
                ..Stat::new(lang.pick("Mức độ hài lòng", "Satisfaction"), lang.decimal(thousandths(81_200), 1)) },
            Stat::new(lang.pick("Hồ sơ trong năm", "Files in the year"), lang.integer(1_204_598)),
        ], lang))
        (parts::section_heading("the", lang.pick("Thẻ tổng quan", "Cards"), None))
        (parts::cards(&[
            Card {
                title: lang.pick("Chỉ số cải cách hành chính", "Reform index (PAR INDEX)").to_owned(),
                href: lang.href("/chi-so/par-index"),
                over: Some("PAR INDEX".to_owned()),
                text: Some(lang.pick("Đánh giá kết quả cải cách hành chính hằng năm của các tỉnh, thành phố.", "Yearly assessment of the reform in the provinces.").to_owned()),
                figure: Some("2/63".to_owned()),
                figure_label: Some(lang.pick("thứ hạng năm 2017", "rank in 2017").to_owned()),
                picture: Some(parts::sparkline(&values([7_000, 5_000, 4_000, 9_000, 3_000, 2_000]), true,
                    lang.pick("Thứ hạng 2012–2017: 7, 5, 4, 9, 3, 2", "Rank 2012–2017: 7, 5, 4, 9, 3, 2"))),
                facts: vec![lang.pick("6 năm", "6 years").to_owned(), lang.pick("8 thành phần", "8 components").to_owned()],
            },
            Card {
                title: lang.pick("Chỉ số hài lòng về sự phục vụ hành chính", "Satisfaction index (SIPAS)").to_owned(),
                href: lang.href("/chi-so/sipas"),
                over: Some("SIPAS".to_owned()),
                text: Some(lang.pick("Ước lượng từ điều tra xã hội học, có khoảng tin cậy.", "Estimated from a survey, with intervals.").to_owned()),
                figure: Some(format!("{}%", lang.decimal(thousandths(81_200), 1))),
                figure_label: Some(lang.pick("hài lòng", "satisfied").to_owned()),
                picture: Some(parts::sparkline(&values([74_000, 76_000, 0, 79_000, 80_000, 81_200]), false,
                    lang.pick("Tăng từ 74 lên 81,2, thiếu số liệu năm 2014", "Rose from 74 to 81.2, none for 2014"))),
                facts: vec![],
            },
            Card {
                title: lang.pick("Chỉ số năng lực cạnh tranh cấp tỉnh", "Provincial competitiveness index (PCI)").to_owned(),
                href: lang.href("/chi-so/pci"),
                over: Some("PCI".to_owned()),
                text: Some(lang.pick("Chưa có số liệu của tỉnh trong hệ thống.", "No figures of the province yet.").to_owned()),
                ..Card::default()
            },
        ]))
    }
}

/// Notices, tags, empty states.
pub(super) fn messages(lang: Lang) -> Markup {
    html! {
        (parts::section_heading("thong-diep", lang.pick("Thông báo và trạng thái", "Notices and states"), None))
        (parts::notice(Tone::Info, None, html! { p { (lang.pick("Số liệu quý II đang được thẩm định.", "The figures of the second quarter are being appraised.")) } }, lang))
        (parts::notice(Tone::Warning, Some(lang.pick("Còn 2 ngày đến hạn báo cáo", "2 days left for the report")), html! {
            p { (lang.pick("Hạn gửi: 15/06/2018. Còn thiếu 3 số liệu.", "Due on 15 June 2018. 3 figures are missing.")) " "
                a href=(lang.href("/bao-cao")) { (lang.pick("Mở báo cáo", "Open the report")) } }
        }, lang))
        (parts::notice(Tone::Error, Some(lang.pick("Không nhập được tệp", "The file could not be imported")), html! {
            p { (lang.pick("Dòng 14, cột C: cần nhập số, đang là “chưa có”.", "Row 14, column C: a figure is needed, found “none”.")) }
        }, lang))
        (parts::notice(Tone::Neutral, None, html! { p { (lang.pick("Bộ tiêu chí thay đổi từ năm 2017.", "The criteria changed in 2017.")) } }, lang))
        p {
            @for tone in Tone::ALL {
                (parts::tag(match tone {
                    Tone::Neutral => lang.pick("Bản nháp", "Draft"),
                    Tone::Info => lang.pick("Đang thẩm định", "In appraisal"),
                    Tone::Success => lang.pick("Đã duyệt", "Approved"),
                    Tone::Warning => lang.pick("Sắp đến hạn", "Due soon"),
                    Tone::Error => lang.pick("Quá hạn", "Late"),
                }, tone)) " "
            }
        }
        (parts::empty_state(&EmptyState {
            title: lang.pick("Chưa có kế hoạch nào cho năm 2019", "There is no plan for 2019 yet").to_owned(),
            text: lang.pick("Kế hoạch sẽ hiện ở đây sau khi được phê duyệt.", "The plan will appear here once it is approved.").to_owned(),
            action: Some(Link::new(lang.pick("Xem kế hoạch năm 2018", "See the plan of 2018"), lang.href("/ke-hoach/2018"))),
        }))
        (render_table(&changes(lang), lang))
        p { (icon(crate::Icon::Clock)) " " (lang.pick("Biểu tượng luôn đi cùng chữ.", "An icon always comes with a word.")) }
    }
}

fn changes(lang: Lang) -> DataTable {
    let mut table = DataTable::new("b-thay-doi", lang.pick("Thay đổi: tốt hơn, kém hơn, không đổi", "Changes: better, worse, the same"))
        .column(Column::header("ten", lang.pick("Chỉ tiêu", "Measure")))
        .column(Column::change("doi", lang.pick("Thay đổi", "Change")));
    let rows = [
        (lang.pick("Tỷ lệ đúng hạn", "On time"), 1_500, Better::Higher),
        (lang.pick("Số ngày giải quyết", "Days needed"), 2_000, Better::Lower),
        (lang.pick("Số cuộc kiểm tra", "Inspections"), -4_000, Better::Neutral),
        (lang.pick("Số xã", "Communes"), 0, Better::Higher),
    ];
    for (name, value, better) in rows {
        table = table.row(Row::new(vec![Cell::text(name), Cell::change(thousandths(value), 1, better)]));
    }
    table
}

/// Key values, definitions, steps, timeline, tree, provenance.
pub(super) fn lists(lang: Lang) -> Markup {
    let event = |day: u32, title: &str, detail: Option<&str>| Event {
        date: NaiveDate::from_ymd_opt(2018, 5, day).unwrap_or_default(),
        title: title.to_owned(),
        detail: detail.map(str::to_owned),
        href: None,
    };
    html! {
        (parts::section_heading("danh-sach", lang.pick("Danh sách", "Lists"), None))
        (parts::key_values(&[
            (lang.pick("Cơ quan công bố", "Published by"), html! { (lang.pick("Bộ Nội vụ", "Ministry of Home Affairs")) }),
            (lang.pick("Kỳ", "Period"), html! { (lang.pick("Năm 2017", "2017")) }),
            (lang.pick("Số quyết định", "Decision"), html! { a href=(lang.href("/van-ban/1")) { "00-MH" } " " (parts::tag(lang.pick("Số liệu minh họa", "Made up"), Tone::Neutral)) }),
        ]))
        (parts::definition_list(&[
            (lang.pick("Chỉ số thành phần", "Sub-index"), html! { p { (lang.pick("Điểm của một lĩnh vực chia cho điểm tối đa của lĩnh vực đó.", "Points of an area divided by its maximum.")) } }),
            (lang.pick("Khoảng tin cậy", "Interval"), html! { p { (lang.pick("Khoảng chứa giá trị thật với độ tin cậy đã nêu.", "The range that holds the true value with the confidence stated.")) } }),
        ]))
        (parts::provenance(&[
            Origin::new(lang.pick("Điểm công bố", "Published"), lang.pick("84,12 điểm", "84.12 points")).detail(lang.pick("năm 2017", "2017")),
            Origin::new(lang.pick("Quy tắc", "Rule"), lang.pick("Tổng điểm các lĩnh vực, bản 3", "Sum of the areas, version 3")).href(lang.href("/phuong-phap")),
            Origin::new(lang.pick("Số liệu", "Figure"), lang.pick("Tỷ lệ hồ sơ đúng hạn: 98,6%", "Files on time: 98.6%")).href(lang.href("/so-lieu/1")).detail(lang.pick("nhập ngày 02/05/2018", "entered on 2 May 2018")),
            Origin::new(lang.pick("Tài liệu kiểm chứng", "Evidence"), lang.pick("Báo cáo quý IV (minh họa)", "Report of the fourth quarter (made up)")).href(lang.href("/tai-lieu/1")),
        ], lang))
        (parts::steps(&[
            Step { detail: Some(lang.pick("ngày 01/03/2018", "on 1 March 2018").to_owned()), ..Step::new(lang.pick("Tự đánh giá", "Self-assessment"), StepState::Done) },
            Step { href: Some(lang.href("/tham-dinh")), detail: Some(lang.pick("hạn 15/04/2018", "due on 15 April 2018").to_owned()), ..Step::new(lang.pick("Thẩm định", "Appraisal"), StepState::Current) },
            Step::new(lang.pick("Giải trình", "Explanation"), StepState::Blocked),
            Step::new(lang.pick("Công bố", "Publication"), StepState::ToDo),
        ], lang))
        (parts::timeline(&[
            event(2, lang.pick("Công bố kết quả", "Results published"), Some(lang.pick("Hội nghị trực tuyến toàn quốc", "National online conference"))),
            event(14, lang.pick("Đính chính điểm của một tỉnh", "Score of one province corrected"), None),
        ], lang))
        (parts::tree(&[TreeNode {
            open: true,
            href: Some(lang.href("/don-vi/minh-hoa")),
            detail: Some(lang.pick("mã 00, từ ngày 01/07/2025", "code 00, since 1 July 2025").to_owned()),
            children: vec![
                TreeNode { children: vec![TreeNode::new(lang.pick("Phòng Cải cách hành chính", "Reform office"), None)],
                    ..TreeNode::new(lang.pick("Sở Nội vụ", "Department of Home Affairs"), Some(lang.href("/don-vi/snv"))) },
                TreeNode { detail: Some(lang.pick("hợp nhất từ 3 xã", "merged from 3 communes").to_owned()),
                    ..TreeNode::new(lang.pick("Xã Sông Lam", "Song Lam commune"), Some(lang.href("/don-vi/song-lam"))) },
            ],
            ..TreeNode::new(lang.pick("Tỉnh Minh Họa", "Sample Province"), None)
        }], lang))
    }
}

/// An error page in place.
pub(super) fn errors(lang: Lang) -> Markup {
    html! {
        (parts::section_heading("trang-loi", lang.pick("Trang lỗi", "Error page"), Some(lang.pick(
            "Trên trang thật, tiêu đề của trang lỗi là tiêu đề duy nhất của trang.", "On a real page its title is the only title."))))
        (parts::error_page_part(Some(404), lang.pick("Không tìm thấy trang", "Page not found"),
            lang.pick("Địa chỉ này không có trang nào, hoặc trang đã được chuyển đi.", "There is no page at this address, or it has moved."),
            &[
                lang.pick("Kiểm tra lại địa chỉ đã nhập.", "Check the address."),
                lang.pick("Tìm theo tên đơn vị hoặc chỉ số ở đầu trang.", "Search for the unit or index at the top of the page."),
            ],
            &[Link::new(lang.pick("Về trang đầu", "Home"), lang.href("/")), Link::new(lang.pick("Xem tất cả chỉ số", "All indices"), lang.href("/chi-so"))],
            2, lang))
    }
}
