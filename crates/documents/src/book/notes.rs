//! The sheet of notes: every note, and the words for every sign and mark.

use ui::Lang;
use ui::table::{DataTable, Mark, MissingReason};

use super::look::Look;
use super::sheet::{Place, Sheet};
use super::{Plan, figure, jump};
use crate::error::DocumentError;
use crate::flat::{Flat, Item};

/// What the sheet of a table leaves to be said.
pub(super) struct Remarks<'a> {
    missing: Vec<&'a MissingReason>,
    marks: Vec<&'a Mark>,
    /// Figures with more digits than Excel holds.
    shortened: usize,
}

impl<'a> Remarks<'a> {
    pub(super) fn of(flat: &Flat<'a>) -> Remarks<'a> {
        let table: &'a DataTable = flat.table;
        let mut missing = table.missing_reasons();
        let mut nothing = false;
        let mut shortened = 0;
        for item in table.rows.iter().flat_map(|row| flat.items(row)) {
            match item {
                Item::Nothing => nothing = true,
                Item::Number { value, .. } if figure::shortened(value).is_some() => shortened += 1,
                _ => {}
            }
        }
        if nothing && !missing.contains(&&MissingReason::NotApplicable) {
            missing.push(&MissingReason::NotApplicable);
        }
        Remarks { missing, marks: table.marks(), shortened }
    }

    /// The sign of a reason in this table. Reasons in free words have no sign of their own, so they are numbered.
    pub(super) fn sign(&self, reason: &MissingReason) -> String {
        let is_free = |reason: &&&MissingReason| matches!(reason, MissingReason::Other(_));
        let number = self.missing.iter().filter(is_free).position(|known| *known == reason);
        number.map_or_else(|| reason.sign().to_owned(), |number| format!("[{}]", number + 1))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.marks.is_empty() && self.shortened == 0
    }
}

/// One line of the sheet: name of the sheet it speaks of, kind, sign or number, words.
pub(super) struct Line {
    sheet: String,
    kind: &'static str,
    sign: String,
    words: String,
}

/// All lines: for each table its notes, then its signs, then its marks.
pub(super) fn lines(plans: &[Plan<'_>], lang: Lang) -> Vec<Line> {
    let mut lines = Vec::new();
    for plan in plans {
        let mut add = |kind: &'static str, sign: String, words: &str| {
            lines.push(Line { sheet: plan.sheet.clone(), kind, sign, words: words.to_owned() })
        };
        let note = lang.pick("Ghi chú", "Note");
        let notes = plan.flat.table.notes.iter().filter(|note| !note.trim().is_empty());
        let mut number = 0;
        for words in notes {
            number += 1;
            add(note, number.to_string(), words);
        }
        if plan.remarks.shortened > 0 {
            let words = lang.pick(
                "Có số dài hơn 15 chữ số có nghĩa; Excel chỉ giữ được 15 chữ số nên phần còn lại được làm tròn. Tệp CSV giữ đủ mọi chữ số.",
                "Some figures have more than 15 significant digits; Excel holds 15, so the rest is rounded. The CSV file has every digit.",
            );
            add(note, (number + 1).to_string(), words);
        }
        for reason in &plan.remarks.missing {
            add(lang.pick("Ký hiệu thay cho số liệu", "Sign in the place of a value"), plan.remarks.sign(reason), reason.words(lang));
        }
        for mark in &plan.remarks.marks {
            let sign = if mark.sign().trim().is_empty() { mark.words(lang) } else { mark.sign() };
            add(lang.pick("Dấu của số liệu", "Mark of a value"), sign.to_owned(), mark.words(lang));
        }
    }
    lines
}

pub(super) fn write(sheet: &mut Sheet<'_>, lines: &[Line], lang: Lang) -> Result<(), DocumentError> {
    let text = Look::Text { strong: false, indent: 0, link: false, quoted: false };
    sheet.text(0, 0, lang.pick("Ghi chú và ký hiệu", "Notes and signs"), Look::Title)?;
    let head = 1;
    let mut row = head + 1;
    for line in lines {
        sheet.link(
            row,
            0,
            &line.sheet,
            jump(&line.sheet),
            Look::Text { strong: false, indent: 0, link: true, quoted: crate::delimited::begins_like_formula(&line.sheet) },
        )?;
        for (column, words) in (1..).zip([line.kind, &line.sign, &line.words]) {
            sheet.text(row, column, words, text)?;
        }
        row += 1;
    }
    let heads = [
        lang.pick("Trang tính", "Sheet"),
        lang.pick("Loại", "Kind"),
        lang.pick("Ký hiệu hoặc số", "Sign or number"),
        lang.pick("Nội dung", "Words"),
    ];
    let heads: Vec<(String, bool)> = heads.iter().map(|head| ((*head).to_owned(), false)).collect();
    sheet.table(
        Place { head, end: row },
        lang.pick("ghi_chu", "notes").to_owned(),
        lang.pick("Ghi chú và ký hiệu", "Notes and signs"),
        &heads,
    )?;
    for (column, width) in (0..).zip([250, 200, 130, 620]) {
        sheet.column_width(column, width)?;
    }
    sheet.fit_rows()?;
    sheet.print_setup(lang);
    sheet.keep_head(head)
}
