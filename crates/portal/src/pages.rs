//! One module a page.

pub(crate) mod api_page;
pub(crate) mod change;
pub(crate) mod compare;
pub(crate) mod developer;
pub(crate) mod help;
pub(crate) mod home;
pub(crate) mod method;
pub(crate) mod origin;
pub(crate) mod profile;
pub(crate) mod ranking;
pub(crate) mod search;
pub(crate) mod theme;
pub(crate) mod unit;
pub(crate) mod units;
pub(crate) mod what_if;

use chrono::NaiveDate;
use registry::results::EditionResult;
use ui::Lang;
use viet_text::parse_date;

use crate::error::PageError;
use web::Visit;

/// The date asked for with `ngay=`, in any usual form, or today.
pub(crate) fn date_asked(visit: &Visit, today: NaiveDate) -> Result<(NaiveDate, bool), PageError> {
    match visit.value("ngay") {
        None => Ok((today, false)),
        Some(text) => match parse_date(&text) {
            Some(date) => Ok((date, true)),
            None => Err(PageError::BadValue { key: "ngay", value: text, expected: "31/12/2018" }),
        },
    }
}

/// How many of an edition's units have a rank, in words, naming those without.
pub(crate) fn coverage(edition: &EditionResult, lang: Lang) -> Option<String> {
    let expected = edition.edition().units_expected? as usize;
    let total = edition.definition.total;
    let with_total = (0..edition.rows.len()).filter(|row| edition.rows[*row].ranked && edition.best(*row, total).is_some()).count();
    if with_total >= expected {
        return None;
    }
    let without: Vec<&str> = (0..edition.rows.len())
        .filter(|row| edition.rows[*row].ranked && edition.best(*row, total).is_none())
        .map(|row| edition.rows[row].printed_name.as_str())
        .collect();
    if !edition.covers_all_units() {
        return Some(lang.pick(
            format!("Mới thu thập được {} trên {expected} đơn vị của kỳ này; thứ hạng chỉ ghi khi nguồn có nêu, không tính lại từ một phần đơn vị.", edition.rows.iter().filter(|row| row.ranked).count()),
            format!("Only {} of the {expected} units of this edition were obtained; ranks are shown only where a source states them, never recomputed from some of the units.", edition.rows.iter().filter(|row| row.ranked).count()),
        ));
    }
    Some(lang.pick(
        format!(
            "{with_total} trên {expected} đơn vị có điểm tổng hợp và được xếp hạng. Không có điểm: {}. Thiếu số liệu không được coi là 0.",
            without.join(", ")
        ),
        format!(
            "{with_total} of {expected} units have a total and a rank. Without a total: {}. Missing is never counted as zero.",
            without.join(", ")
        ),
    ))
}
