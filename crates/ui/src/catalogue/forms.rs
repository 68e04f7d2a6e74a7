use maud::{Markup, html};
use rust_decimal::Decimal;

use crate::Lang;
use crate::parts::{self, ButtonKind, Choice, DateValue, Field, FieldError, Input, Slider, Tone};

fn number_error(lang: Lang) -> &'static str {
    lang.pick("Nhập số hồ sơ bằng chữ số, ví dụ 1.250", "Enter the number of files in figures, such as 1,250")
}

fn date_error(lang: Lang) -> &'static str {
    lang.pick("Nhập ngày ban hành có thật, ví dụ 31/12/2018", "Enter a real date of issue, such as 31 12 2018")
}

/// The faults shown in the summary and beside the fields.
pub(super) fn errors(lang: Lang) -> Vec<FieldError> {
    vec![FieldError::new("so-ho-so", number_error(lang)), FieldError::new("ngay-ban-hanh", date_error(lang))]
}

/// All fields and buttons, without and with faults.
pub(super) fn all(lang: Lang) -> Markup {
    let choices = [
        Choice::new("dung-han", lang.pick("Đúng hạn", "On time"), true),
        Choice {
            hint: Some(lang.pick("Cần nêu lý do trong báo cáo", "Give the reason in the report").to_owned()),
            ..Choice::new("qua-han", lang.pick("Quá hạn", "Late"), false)
        },
    ];
    html! {
        (parts::section_heading("bieu-mau", lang.pick("Biểu mẫu", "Forms"), None))
        (parts::form(&lang.href("/phat-trien/giao-dien"), true, html! {
            (parts::text_field(&Field::new("ten-nhiem-vu", lang.pick("Tên nhiệm vụ", "Name of the task"))
                .hint(lang.pick("Ghi ngắn gọn, bắt đầu bằng động từ", "Short, beginning with a verb")), Input::Text, "", None, lang))
            (parts::text_field(&Field::new("so-ho-so", lang.pick("Số hồ sơ giải quyết đúng hạn", "Files handled on time"))
                .hint(lang.pick("Tính đến hết quý", "Up to the end of the quarter")).error(Some(number_error(lang))),
                Input::Number, lang.pick("một nghìn", "a thousand"), Some(lang.pick("hồ sơ", "files")), lang))
            (parts::slider_field(&Field::new("muc-dat", lang.pick("Điểm giả định", "Score in a scenario"))
                .hint(lang.pick("Từ 1 đến 10", "From 1 to 10")), lang.pick("6,25", "6.25"),
                &Slider { low: Decimal::ONE, high: Decimal::TEN, at: Decimal::new(625, 2), decimals: 2 }, lang))
            (parts::select_field(&Field::new("don-vi-chu-tri", lang.pick("Đơn vị chủ trì", "Lead unit")), &[
                Choice::new("", lang.pick("Chọn đơn vị", "Choose a unit"), true),
                Choice::new("snv", lang.pick("Sở Nội vụ", "Department of Home Affairs"), false),
            ], lang))
            (parts::date_field(&Field::new("ngay-ban-hanh", lang.pick("Ngày ban hành", "Date of issue"))
                .hint(lang.pick("Ví dụ: 31 12 2018", "For example 31 12 2018")).error(Some(date_error(lang))),
                &DateValue { day: "31".into(), month: "02".into(), year: "2018".into() }, lang))
            (parts::radios(&Field::new("tinh-trang", lang.pick("Tình trạng", "State")), &choices, lang))
            (parts::checkboxes(&Field::new("hinh-thuc", lang.pick("Hình thức tiếp nhận", "How files come in")).optional(), &[
                Choice::new("truc-tiep", lang.pick("Trực tiếp", "In person"), true),
                Choice::new("buu-chinh", lang.pick("Qua bưu chính công ích", "By post"), false),
                Choice::new("truc-tuyen", lang.pick("Trực tuyến", "Online"), true),
            ], lang))
            (parts::text_area(&Field::new("giai-trinh", lang.pick("Giải trình", "Explanation")).optional(), "", 4, lang))
            div.buttons {
                (parts::button(lang.pick("Lưu và tiếp tục", "Save and continue"), ButtonKind::Primary, Some(("viec", "luu"))))
                (parts::button_link(lang.pick("Xem trước", "Preview"), &lang.href("/xem-truoc"), ButtonKind::Secondary))
                (parts::button(lang.pick("Hủy báo cáo", "Discard the report"), ButtonKind::Danger, None))
            }
        }))
        (parts::notice(Tone::Success, Some(lang.pick("Đã lưu lúc 14:05", "Saved at 14:05")),
            html! { p { (lang.pick("Có thể đóng trang này, nội dung không bị mất.", "You may close this page; nothing is lost.")) } }, lang))
    }
}

/// A question of a survey, as on a phone.
pub(super) fn survey(lang: Lang) -> Markup {
    let answers = [
        ("5", lang.pick("Rất hài lòng", "Very satisfied")),
        ("4", lang.pick("Hài lòng", "Satisfied")),
        ("3", lang.pick("Bình thường", "Neither")),
        ("2", lang.pick("Không hài lòng", "Dissatisfied")),
        ("1", lang.pick("Rất không hài lòng", "Very dissatisfied")),
    ];
    let choices: Vec<Choice> = answers.iter().map(|(value, words)| Choice::new(*value, *words, *value == "4")).collect();
    parts::form(
        &lang.href("/khao-sat"),
        true,
        html! {
            (parts::radios(&Field::new("muc-do", lang.pick("Mức độ hài lòng", "Satisfaction"))
                .hint(lang.pick("Chọn một câu trả lời", "Choose one answer")), &choices, lang))
            (parts::button(lang.pick("Tiếp tục", "Continue"), ButtonKind::Primary, None))
        },
    )
}
