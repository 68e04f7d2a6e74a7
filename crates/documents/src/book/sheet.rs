//! A sheet while it is written: looks, limits, print set-up.

use std::collections::BTreeMap;

use rust_xlsxwriter::{ColNum, ExcelDateTime, IgnoreError, RowNum, Table, TableColumn, TableStyle, Url, Worksheet};
use ui::Lang;

use super::link::MOST_LINKS;
use super::look::{FONT, Look, Looks};
use crate::delimited::begins_like_formula;
use crate::error::DocumentError;
use crate::names::width;

/// Longest text in a cell, in UTF-16 units.
const LONGEST_TEXT: usize = 32_767;
/// A4, as Excel numbers papers.
const A4: u8 = 9;
/// Longest head of a column of a table, in UTF-16 units.
pub(super) const LONGEST_HEAD: usize = 255;
/// Width in pixels that every column has at least.
const NARROWEST: u32 = 56;
/// Height of a line of the font of the sheet, in points.
const LINE_HEIGHT: f64 = 16.5;
/// Rows of a sheet.
pub(super) const MOST_ROWS: usize = 1_048_576;
/// Columns of a sheet.
pub(super) const MOST_COLUMNS: usize = 16_384;

/// A sheet while it is written.
pub(super) struct Sheet<'a> {
    inner: &'a mut Worksheet,
    name: String,
    looks: &'a mut Looks,
    links: usize,
    /// Texts that may go over several lines: row, column, width in one line.
    wrapping: Vec<(RowNum, ColNum, u32)>,
    widths: BTreeMap<ColNum, u32>,
}

/// The place of a table in a sheet: its head and the cells under it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Row of the head.
    pub(super) head: RowNum,
    /// Row after the last one.
    pub(super) end: RowNum,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(inner: &'a mut Worksheet, name: &str, looks: &'a mut Looks) -> Result<Sheet<'a>, DocumentError> {
        inner.set_name(name)?;
        Ok(Sheet { inner, name: name.to_owned(), looks, links: 0, wrapping: Vec::new(), widths: BTreeMap::new() })
    }

    /// Writes a text, never a formula. A text that begins like one is marked to stay a text.
    pub(super) fn text(&mut self, row: RowNum, column: ColNum, text: &str, look: Look) -> Result<(), DocumentError> {
        self.check(row, column, text)?;
        let look = match look {
            Look::Text { strong, indent, link, .. } => Look::Text { strong, indent, link, quoted: begins_like_formula(text) },
            look => look,
        };
        self.inner.write_string_with_format(row, column, text, self.looks.format(look))?;
        self.note_wrapping(row, column, text, look);
        Ok(())
    }

    fn note_wrapping(&mut self, row: RowNum, column: ColNum, text: &str, look: Look) {
        let needed = match look {
            Look::Text { .. } => pixels(text),
            // Bold, and with the button of the filter beside it.
            Look::Head { .. } => pixels(text) * 11 / 10 + 20,
            _ => return,
        };
        if needed > NARROWEST {
            self.wrapping.push((row, column, needed));
        }
    }

    /// Gives rows with wrapped texts the height that they need; not every program does so by itself. Called when all widths are known.
    pub(super) fn fit_rows(&mut self) -> Result<(), DocumentError> {
        let mut lines: BTreeMap<RowNum, u32> = BTreeMap::new();
        for (row, column, needed) in &self.wrapping {
            let width = self.widths.get(column).copied().unwrap_or(NARROWEST).max(1);
            // Words do not fill their lines to the end.
            let needed = if *needed <= width { 1 } else { (needed * 23 / 20).div_ceil(width) };
            let most = lines.entry(*row).or_insert(1);
            *most = needed.max(*most);
        }
        for (row, lines) in lines.into_iter().filter(|(_, lines)| *lines > 1) {
            // Excel knows no row higher than 409 points.
            self.inner.set_row_height(row, (f64::from(lines) * LINE_HEIGHT).min(409.0))?;
        }
        Ok(())
    }

    /// Writes a text with a link. `address` is one from [`super::link::address`] or [`super::jump`].
    pub(super) fn link(&mut self, row: RowNum, column: ColNum, text: &str, address: String, look: Look) -> Result<(), DocumentError> {
        self.check(row, column, text)?;
        self.links += 1;
        self.inner.write_url_with_format(row, column, Url::new(address).set_text(text), self.looks.format(look))?;
        self.note_wrapping(row, column, text, look);
        Ok(())
    }

    /// Whether the sheet can take another link.
    pub(super) fn takes_links(&self) -> bool {
        self.links < MOST_LINKS
    }

    pub(super) fn number(&mut self, row: RowNum, column: ColNum, number: f64, look: Look) -> Result<(), DocumentError> {
        self.inner.write_number_with_format(row, column, number, self.looks.format(look))?;
        Ok(())
    }

    pub(super) fn date(&mut self, row: RowNum, column: ColNum, date: &ExcelDateTime, look: Look) -> Result<(), DocumentError> {
        self.inner.write_datetime_with_format(row, column, date, self.looks.format(look))?;
        Ok(())
    }

    fn check(&self, row: RowNum, column: ColNum, text: &str) -> Result<(), DocumentError> {
        if width(text) > LONGEST_TEXT {
            return Err(DocumentError::TextTooLong { sheet: self.name.clone(), row: row + 1, column: column + 1 });
        }
        Ok(())
    }

    /// Writes the head and marks the cells under it as a table; without rows there is only the head.
    pub(super) fn table(&mut self, place: Place, name: String, words: &str, heads: &[(String, bool)]) -> Result<(), DocumentError> {
        let Some(last) = heads.len().checked_sub(1) else { return Ok(()) };
        let last = ColNum::try_from(last).unwrap_or(ColNum::MAX);
        if place.end <= place.head + 1 {
            for (column, (head, figure)) in (0..).zip(heads) {
                self.text(place.head, column, head, Look::Head { figure: *figure })?;
            }
            return Ok(());
        }
        for (column, (head, figure)) in (0..).zip(heads) {
            self.note_wrapping(place.head, column, head, Look::Head { figure: *figure });
        }
        let columns: Vec<TableColumn> = heads
            .iter()
            .map(|(head, figure)| TableColumn::new().set_header(head).set_header_format(self.looks.format(Look::Head { figure: *figure })))
            .collect();
        let table =
            Table::new().set_name(name).set_alt_text(words).set_style(TableStyle::Light15).set_banded_rows(false).set_columns(&columns);
        self.inner.add_table(place.head, 0, place.end - 1, last, &table)?;
        // A text of digits, such as the code of a unit, is no mistake.
        self.inner.ignore_error_range(place.head + 1, 0, place.end - 1, last, IgnoreError::NumberStoredAsText)?;
        Ok(())
    }

    pub(super) fn column_width(&mut self, column: ColNum, pixels: u32) -> Result<(), DocumentError> {
        self.inner.set_column_width_pixels(column, pixels)?;
        self.widths.insert(column, pixels);
        Ok(())
    }

    /// A4 across, one page wide, page numbers below.
    pub(super) fn print_setup(&mut self, lang: Lang) {
        let page = lang.pick("Trang &P/&N", "Page &P of &N");
        self.inner.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0).set_footer(format!("&C&\"{FONT},Regular\"&10{page}"));
    }

    /// Keeps the rows up to the head in view and prints the head on every page.
    pub(super) fn keep_head(&mut self, head: RowNum) -> Result<(), DocumentError> {
        self.inner.set_freeze_panes(head + 1, 0)?;
        self.inner.set_repeat_rows(head, head)?;
        Ok(())
    }
}

/// The width that a text needs in pixels, in the font of the sheet.
pub(super) fn pixels(text: &str) -> u32 {
    let longest = text.lines().map(rust_xlsxwriter::cell_autofit_width).max().unwrap_or(0);
    // The measure is made for Calibri 11; capitals of Times New Roman 12 need a third more.
    longest.saturating_mul(13) / 10
}

/// The width of the longest word of a head, with room for the button of the filter.
pub(super) fn head_pixels(text: &str) -> u32 {
    let word = text.split_whitespace().map(pixels).max().unwrap_or(0);
    // A long head goes over three lines rather than widen a column of short figures.
    word.max(pixels(text) / 3) + 24
}
