//! How cells of exchanged sheets look, and how values are written into them.

use std::path::Path;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_xlsxwriter::{ColNum, DocProperties, Format as Look, FormatAlign, FormatBorder, RowNum, Workbook, Worksheet, XlsxError};
use ui::Lang;

use super::format::{Column, Kind};
use crate::book::{FONT, exact_date, exact_number, shortened};
use crate::delimited::begins_like_formula;
use crate::names::{cut, one_line};

/// Height of a line in pixels, in the font of the sheets.
const LINE: u32 = 21;
/// The highest row that sheet programs know, in pixels.
const HIGHEST: u32 = 540;

/// The looks that all sheets share.
pub(super) struct Looks {
    pub(super) title: Look,
    pub(super) head: Look,
    /// The head over figures and dates.
    right_head: Look,
    pub(super) text: Look,
    /// A text that begins like a formula: the sheet program is told to keep it a text when somebody edits the cell.
    pub(super) quoted: Look,
    pub(super) date: Look,
    pub(super) faulty: Look,
    figures: Vec<Look>,
    /// A figure with more digits than a number of a sheet holds, written as a text.
    long_figure: Look,
}

fn base() -> Look {
    Look::new().set_font_name(FONT).set_font_size(12).set_align(FormatAlign::Top)
}

impl Looks {
    pub(super) fn new() -> Looks {
        // Text fields keep what is typed: 01 stays 01, and 1/2 does not become a date.
        let text = base().set_num_format("@").set_text_wrap();
        let fraction = |decimals: usize| if decimals == 0 { String::new() } else { format!(".{}", "0".repeat(decimals)) };
        let head = base().set_bold().set_text_wrap().set_border_bottom(FormatBorder::Thin).set_num_format("@");
        Looks {
            right_head: head.clone().set_align(FormatAlign::Right),
            head,
            title: base().set_bold().set_font_size(14),
            quoted: text.clone().set_quote_prefix(),
            date: base().set_num_format("dd/mm/yyyy").set_align(FormatAlign::Right),
            faulty: base().set_text_wrap().set_bold().set_border(FormatBorder::Medium),
            figures: (0..=15).map(|decimals| base().set_num_format(format!("#,##0{}", fraction(decimals)))).collect(),
            long_figure: text.clone().set_align(FormatAlign::Right),
            text,
        }
    }

    pub(super) fn figure(&self, decimals: u32) -> &Look {
        let decimals = usize::try_from(decimals).unwrap_or(usize::MAX);
        self.figures.get(decimals).or_else(|| self.figures.last()).unwrap_or(&self.text)
    }

    /// The look of a column's head.
    pub(super) fn head_of(&self, column: &Column) -> &Look {
        match &column.kind {
            Kind::Figure { .. } | Kind::Date { .. } => &self.right_head,
            Kind::Text { .. } | Kind::Choice(_) | Kind::Code { .. } => &self.head,
        }
    }

    /// The look of a whole column, for what people type into it.
    pub(super) fn column(&self, column: &Column) -> &Look {
        match &column.kind {
            Kind::Figure { decimals, .. } => self.figure(*decimals),
            Kind::Date { .. } => &self.date,
            Kind::Text { .. } | Kind::Choice(_) | Kind::Code { .. } => &self.text,
        }
    }
}

/// Gives a row the height that wrapped texts need, each with the width of its column; not every program does so itself.
pub(super) fn fit_row<'t>(sheet: &mut Worksheet, row: RowNum, texts: impl IntoIterator<Item = (&'t str, u32)>) -> Result<(), XlsxError> {
    let lines = |(text, width): (&str, u32)| -> u32 {
        let of = |line: &str| (u32::try_from(line.chars().count()).unwrap_or(u32::MAX).saturating_mul(9)).div_ceil(width.max(1)).max(1);
        text.split('\n').map(of).fold(0, u32::saturating_add)
    };
    let lines = texts.into_iter().map(lines).max().unwrap_or(1);
    if lines > 1 {
        sheet.set_row_height_pixels(row, lines.saturating_mul(LINE).min(HIGHEST))?;
    }
    Ok(())
}

/// Ends the rows of a sheet that lies on the disk, with a blank row behind the last one: the writer of XLSX writes the
/// last row twice if it has a height of its own.
pub(super) fn end_rows(sheet: &mut Worksheet, after: RowNum, looks: &Looks) -> Result<(), XlsxError> {
    if after < super::sheet_out::SHEET_ROWS {
        sheet.write_blank(after, 0, &looks.text)?;
    }
    Ok(())
}

/// Writes a text, never a formula.
pub(super) fn write_text(sheet: &mut Worksheet, row: RowNum, column: ColNum, text: &str, looks: &Looks) -> Result<(), XlsxError> {
    let look = if begins_like_formula(text) { &looks.quoted } else { &looks.text };
    sheet.write_string_with_format(row, column, text, look).map(|_| ())
}

/// Most decimal places that every figure of a column shows.
const READ: u32 = 4;

/// Writes an exact figure: as a number if a sheet holds all of its digits, else as a text.
pub(super) fn write_figure(
    sheet: &mut Worksheet,
    row: RowNum,
    column: ColNum,
    figure: Decimal,
    decimals: u32,
    looks: &Looks,
) -> Result<(), XlsxError> {
    match exact_number(figure).filter(|_| shortened(figure).is_none()) {
        // More digits than anybody reads are a bound and no way of showing: then a figure shows the digits that it has.
        Some(number) => {
            let shown = if decimals > READ { decimals.min(figure.normalize().scale()) } else { decimals };
            sheet.write_number_with_format(row, column, number, looks.figure(shown))
        }
        None => sheet.write_string_with_format(row, column, super::text_out::figure_text(figure, '.'), &looks.long_figure),
    }
    .map(|_| ())
}

/// Writes a day: as a date if the calendar of sheets has it, else as a text.
pub(super) fn write_date(sheet: &mut Worksheet, row: RowNum, column: ColNum, date: NaiveDate, looks: &Looks) -> Result<(), XlsxError> {
    match exact_date(date) {
        Some(day) => sheet.write_datetime_with_format(row, column, &day, &looks.date),
        None => sheet.write_string_with_format(row, column, viet_text::format_date(date), &looks.text),
    }
    .map(|_| ())
}

/// A file that keeps its rows on the disk while it is written. `made_at` stands in it as its day; the clock is not read.
pub(super) fn new_file(title: &str, made_at: NaiveDate, folder: Option<&Path>) -> Result<Workbook, XlsxError> {
    let mut file = Workbook::new();
    file.set_default_format(&Look::new().set_font_name(FONT).set_font_size(12), LINE, 72)?;
    if let Some(folder) = folder {
        file.set_tempdir(folder)?;
    }
    let mut properties = DocProperties::new().set_title(cut(&one_line(title), 255));
    if let Some(made_at) = exact_date(made_at).or_else(|| NaiveDate::from_ymd_opt(1900, 1, 1).and_then(exact_date)) {
        properties = properties.set_creation_datetime(&made_at);
    }
    file.set_properties(&properties);
    Ok(file)
}

/// A4 across, one page wide, page numbers below, the head on every page and in view.
pub(super) fn set_up(sheet: &mut Worksheet, head: RowNum, lang: Lang) -> Result<(), XlsxError> {
    let page = lang.pick("Trang &P/&N", "Page &P of &N");
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0).set_footer(format!("&C&\"{FONT},Regular\"&10{page}"));
    sheet.set_freeze_panes(head + 1, 0)?;
    sheet.set_repeat_rows(head, head)?;
    Ok(())
}
