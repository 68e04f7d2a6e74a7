//! What stands in a file beside its rows: how to fill it in, the lists to choose from, and the checks of cells.

use rust_decimal::prelude::ToPrimitive as _;
use rust_xlsxwriter::{ColNum, DataValidation, DataValidationRule, Formula, Workbook, Worksheet, XlsxError};
use ui::Lang;

use super::format::{Choice, Column, Format, Kind, Unit};
use super::looks::{Looks, fit_row, set_up, write_text};
use super::sheet_out::{SHEET_ROWS, data_sheet};
use crate::book::exact_date;

const GUIDE_SHEET: (&str, &str) = ("Hướng dẫn", "Guide");
const LISTS_SHEET: (&str, &str) = ("Danh mục", "Lists");
/// The sheet of [`super::report`] with all faults.
pub(super) const FAULTS_SHEET: (&str, &str) = ("Danh sách lỗi", "All faults");
/// Row of the heads of the guide, from 0.
const GUIDE_HEAD: u32 = 4;
/// Widths of the columns of the guide, in pixels.
const WIDTHS: [u32; 5] = [220, 130, 320, 180, 420];
/// Longest title of a message beside a cell, and longest message.
const MESSAGE_TITLE: usize = 32;
const MESSAGE: usize = 255;

/// Whether a sheet was written by this program beside the rows.
pub(super) fn is_own_sheet(name: &str) -> bool {
    [GUIDE_SHEET, LISTS_SHEET, FAULTS_SHEET].iter().any(|(vi, en)| name == *vi || name == *en)
}

/// The lists to choose from, on a sheet of their own: a list in the check of a cell itself may have 255 letters only.
pub(super) struct Lists {
    lang: Lang,
    /// Column of the format, heading, choices.
    lists: Vec<(usize, String, std::sync::Arc<[Choice]>)>,
}

impl Lists {
    pub(super) fn of(format: &Format, lang: Lang) -> Lists {
        let list = |(index, column): (usize, &Column)| match &column.kind {
            Kind::Choice(choices) => Some((index, column.heading.pick(lang).to_owned(), choices.clone())),
            _ => None,
        };
        Lists { lang, lists: format.columns().iter().enumerate().filter_map(list).collect() }
    }

    /// The cells with the words of a column's list.
    fn range(&self, column: usize) -> Option<String> {
        let (place, (_, _, choices)) = self.lists.iter().enumerate().find(|(_, (index, ..))| *index == column)?;
        let letters = crate::fault::Place::column_letters(u32::try_from(place * 2 + 1).ok()?);
        let sheet = self.lang.pick(LISTS_SHEET.0, LISTS_SHEET.1);
        Some(format!("'{sheet}'!${letters}$2:${letters}${}", choices.len() + 1))
    }

    /// Writes the sheet: for each list its words and its codes. There is no sheet without lists.
    pub(super) fn write(&self, file: &mut Workbook, looks: &Looks) -> Result<(), XlsxError> {
        if self.lists.is_empty() {
            return Ok(());
        }
        let lang = self.lang;
        let sheet = file.add_worksheet();
        sheet.set_name(lang.pick(LISTS_SHEET.0, LISTS_SHEET.1))?;
        sheet.set_freeze_panes(1, 0)?;
        for (place, (_, heading, choices)) in (0..).zip(&self.lists) {
            let column: ColNum = place * 2;
            let heads = [
                lang.pick(format!("Danh mục: {heading}"), format!("List: {heading}")),
                lang.pick(format!("Mã trong danh mục: {heading}"), format!("Codes of the list: {heading}")),
            ];
            for (column, head) in (column..).zip(&heads) {
                sheet.write_string_with_format(0, column, head, &looks.head)?;
                sheet.set_column_width_pixels(column, 240)?;
            }
            for (row, choice) in (1..).zip(choices.iter()) {
                write_text(sheet, row, column, choice.words.pick(lang), looks)?;
                write_text(sheet, row, column + 1, &choice.code, looks)?;
            }
        }
        Ok(())
    }
}

/// Writes the sheet that says how to fill in.
pub(super) fn write(file: &mut Workbook, format: &Format, lang: Lang, looks: &Looks) -> Result<(), XlsxError> {
    let sheet = file.add_worksheet();
    sheet.set_name(lang.pick(GUIDE_SHEET.0, GUIDE_SHEET.1))?;
    set_up(sheet, GUIDE_HEAD, lang)?;
    sheet.write_string_with_format(0, 0, format.title().pick(lang), &looks.title)?;
    let name = data_sheet(0, lang);
    let lines = [
        lang.pick(
            format!("Điền vào trang tính “{name}”; giữ nguyên dòng tiêu đề. Dấu * là cột bắt buộc."),
            format!("Fill in the sheet “{name}” and keep its row of headings. A star marks columns that must be filled in."),
        ),
        lang.pick(
            "Ngày gõ theo dạng 31/12/2026. Số thập phân gõ 1234,5 hoặc 1234.5. Không gộp ô.".to_owned(),
            "Type dates as 31/12/2026, and figures as 1234.5 or 1234,5. Do not merge cells.".to_owned(),
        ),
    ];
    for (row, line) in (1..).zip(&lines) {
        sheet.write_string(row, 0, line)?;
    }
    let head = GUIDE_HEAD;
    let heads = [
        lang.pick("Tên cột", "Name of the column"),
        lang.pick("Có bắt buộc không", "Must it be filled in"),
        lang.pick("Kiểu giá trị", "Kind of value"),
        lang.pick("Ví dụ điền", "How it may look"),
        lang.pick("Giải thích cách điền", "What to know"),
    ];
    for ((column, heading), width) in (0..).zip(heads).zip(WIDTHS) {
        sheet.write_string_with_format(head, column, heading, &looks.head)?;
        sheet.set_column_width_pixels(column, width)?;
    }
    for (row, column) in (head + 1..).zip(format.columns()) {
        let kind = kind_words(column, lang);
        let words = [
            column.heading.pick(lang),
            if column.required { lang.pick("Bắt buộc", "Yes") } else { lang.pick("Không bắt buộc", "No") },
            kind.as_str(),
            column.example.as_ref().map_or("", |example| example.pick(lang)),
            column.hint.as_ref().map_or("", |hint| hint.pick(lang)),
        ];
        fit_row(sheet, row, words.into_iter().zip(WIDTHS))?;
        for (place, words) in (0..).zip(words).filter(|(_, words)| !words.is_empty()) {
            write_text(sheet, row, place, words, looks)?;
        }
    }
    Ok(())
}

/// What may stand in a column, in words.
fn kind_words(column: &Column, lang: Lang) -> String {
    let figure = |value: rust_decimal::Decimal| lang.decimal(value, value.normalize().scale());
    let mut parts = match &column.kind {
        Kind::Text { max, .. } => vec![lang.pick(format!("chữ, tối đa {max} ký tự"), format!("text of at most {max} letters"))],
        Kind::Code { digits: Some(digits), .. } => vec![lang.pick(format!("mã gồm {digits} chữ số"), format!("code of {digits} digits"))],
        Kind::Code { max, digits: None } => {
            vec![lang.pick(format!("mã không có khoảng trắng, tối đa {max} ký tự"), format!("code without blanks, at most {max} letters"))]
        }
        Kind::Choice(choices) => {
            let words: Vec<&str> = choices.iter().take(12).map(|choice| choice.words.pick(lang)).collect();
            let rest = if choices.len() > words.len() { ", …" } else { "" };
            vec![lang.pick(format!("một trong: {}{rest}", words.join(", ")), format!("one of: {}{rest}", words.join(", ")))]
        }
        Kind::Figure { decimals, min, max, unit } => {
            let kind = match (decimals, unit) {
                (_, Unit::Percent) => lang.pick("tỷ lệ phần trăm".to_owned(), "percentage".to_owned()),
                (0, _) => lang.pick("số nguyên".to_owned(), "whole number".to_owned()),
                _ => lang.pick("số".to_owned(), "number".to_owned()),
            };
            let digits =
                (*decimals > 0).then(|| lang.pick(format!("tối đa {decimals} chữ số thập phân"), format!("at most {decimals} decimals")));
            let least = min.map(|min| lang.pick(format!("từ {}", figure(min)), format!("from {}", figure(min))));
            let most = max.map(|max| lang.pick(format!("đến {}", figure(max)), format!("up to {}", figure(max))));
            [Some(kind), digits, least, most].into_iter().flatten().collect()
        }
        Kind::Date { first, last } => {
            let kind = lang.pick("ngày/tháng/năm".to_owned(), "day/month/year".to_owned());
            let from = first.map(|first| lang.pick(format!("từ {}", lang.date(first)), format!("from {}", lang.date(first))));
            let to = last.map(|last| lang.pick(format!("đến {}", lang.date(last)), format!("up to {}", lang.date(last))));
            [Some(kind), from, to].into_iter().flatten().collect()
        }
    };
    if column.unique {
        parts.push(lang.pick("không trùng nhau", "every value once only").to_owned());
    }
    parts.join(", ")
}

/// Sets the check of a column's cells, with its words as a message. Sheet programs apply it to what is typed; what is
/// pasted passes, so reading checks everything again.
pub(super) fn check_cells(sheet: &mut Worksheet, index: ColNum, column: &Column, lists: &Lists, lang: Lang) -> Result<(), XlsxError> {
    let check = DataValidation::new();
    let check = match &column.kind {
        Kind::Choice(_) => match lists.range(usize::from(index)) {
            Some(range) => check.allow_list_formula(Formula::new(range)),
            None => return Ok(()),
        },
        Kind::Figure { min, max, .. } => {
            let bound = |value: &Option<rust_decimal::Decimal>| value.and_then(|value| value.to_f64());
            check.allow_decimal_number(match (bound(min), bound(max)) {
                (Some(min), Some(max)) => DataValidationRule::Between(min, max),
                (Some(min), None) => DataValidationRule::GreaterThanOrEqualTo(min),
                (None, Some(max)) => DataValidationRule::LessThanOrEqualTo(max),
                (None, None) => return Ok(()),
            })
        }
        Kind::Date { first, last } => match (first.and_then(exact_date), last.and_then(exact_date)) {
            (Some(first), Some(last)) => check.allow_date(DataValidationRule::Between(first, last)),
            (Some(first), None) => check.allow_date(DataValidationRule::GreaterThanOrEqualTo(first)),
            (None, Some(last)) => check.allow_date(DataValidationRule::LessThanOrEqualTo(last)),
            (None, None) => return Ok(()),
        },
        Kind::Text { max, .. } | Kind::Code { max, .. } => match u32::try_from(*max) {
            Ok(max) if max < 32_767 => check.allow_text_length(DataValidationRule::LessThanOrEqualTo(max)),
            _ => return Ok(()),
        },
    };
    let title: String = column.heading.pick(lang).chars().take(MESSAGE_TITLE).collect();
    let message: String = kind_words(column, lang).chars().take(MESSAGE).collect();
    let check = check.set_error_title(title)?.set_error_message(message)?;
    sheet.add_data_validation(1, index, SHEET_ROWS - 1, index, &check)?;
    Ok(())
}
