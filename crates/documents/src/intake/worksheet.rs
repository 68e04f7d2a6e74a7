//! The cells of one sheet in XLSX.

use std::io::BufRead;
use std::sync::Arc;

use chrono::NaiveTime;
use quick_xml::events::BytesStart;

use super::archive::damaged;
use super::number as figures;
use super::strings::TextParts;
use super::styles::{Shown, Style};
use super::xml::{Step, attribute, is_set, number, unescaped, walk};
use super::{Cell, Content, Limits, Row, Sheet};
use crate::fault::{Area, Place, Rule};

/// Faults that one sheet may bring before the rest of them is left out.
const MOST_FAULTS: usize = 1_000;
/// The end of every sheet.
const LAST_ROW: u32 = 1_048_576;
const LAST_COLUMN: u32 = 16_384;

/// What the cells of a book share.
pub(super) struct Shared {
    pub(super) texts: Vec<Arc<str>>,
    pub(super) styles: Vec<Style>,
    pub(super) from_1904: bool,
}

/// What may still be taken in.
pub(super) struct Left {
    pub(super) rows: u32,
    pub(super) text_bytes: u64,
}

/// The cell that is being read.
#[derive(Default)]
struct Open {
    column: u32,
    kind: String,
    style: Style,
    value: String,
    in_value: bool,
    has_value: bool,
    formula: bool,
    inline: TextParts,
}

struct Walker<'w> {
    part: &'w str,
    shared: &'w Shared,
    limits: &'w Limits,
    left: &'w mut Left,
    sheet: &'w mut Sheet,
    over: &'w mut dyn FnMut(Rule, Place),
    faults: usize,
    row: Row,
    cell: Option<Open>,
    last_column: u32,
    in_data: bool,
}

pub(super) fn read(
    part: &str,
    source: &mut dyn BufRead,
    shared: &Shared,
    limits: &Limits,
    left: &mut Left,
    sheet: &mut Sheet,
    over: &mut dyn FnMut(Rule, Place),
) -> Result<(), Rule> {
    let row = Row { number: 0, hidden: false, cells: Vec::new() };
    let mut walker = Walker { part, shared, limits, left, sheet, over, faults: 0, row, cell: None, last_column: 0, in_data: false };
    walk(part, source, |step| match step {
        Step::Open { element, empty } => walker.open(element, empty),
        Step::Close(name) => walker.close(name),
        Step::Text(text) => {
            walker.text(text);
            Ok(())
        }
    })
}

impl Walker<'_> {
    fn open(&mut self, element: &BytesStart<'_>, empty: bool) -> Result<(), Rule> {
        match element.local_name().as_ref() {
            "sheetData" => self.in_data = !empty,
            "row" if self.in_data => {
                self.begin_row(element)?;
                if empty {
                    self.end_row()?;
                }
            }
            "c" if self.in_data => {
                self.begin_cell(element)?;
                if empty {
                    self.end_cell()?;
                }
            }
            "mergeCell" => {
                let area = attribute(element, "ref").and_then(|area| Area::parse(&area));
                self.sheet.merged.extend(area.filter(|area| area.first != area.last));
            }
            "col" if is_set(element, "hidden") => {
                self.sheet.hidden_columns.extend(number(element, "min").zip(number(element, "max")));
            }
            name => {
                if let Some(cell) = &mut self.cell {
                    match name {
                        "v" => (cell.in_value, cell.has_value) = (!empty, true),
                        "f" => cell.formula = true,
                        name => cell.inline.open(name, empty),
                    }
                }
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(cell) = &mut self.cell {
            if cell.in_value {
                cell.value.push_str(text);
            } else {
                cell.inline.text(text);
            }
        }
    }

    fn close(&mut self, name: &str) -> Result<(), Rule> {
        match name {
            "sheetData" => self.in_data = false,
            "row" if self.in_data => self.end_row()?,
            "c" if self.in_data => self.end_cell()?,
            name => {
                if let Some(cell) = &mut self.cell {
                    match name {
                        "v" => cell.in_value = false,
                        name => cell.inline.close(name),
                    }
                }
            }
        }
        Ok(())
    }

    fn begin_row(&mut self, element: &BytesStart<'_>) -> Result<(), Rule> {
        let number = match attribute(element, "r") {
            Some(text) => text.trim().parse().map_err(|_| damaged(self.part))?,
            None => self.row.number.saturating_add(1),
        };
        if number <= self.row.number || number > LAST_ROW {
            return Err(damaged(self.part));
        }
        self.row = Row { number, hidden: is_set(element, "hidden"), cells: Vec::new() };
        self.last_column = 0;
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Rule> {
        if self.row.cells.is_empty() {
            return Ok(());
        }
        self.left.rows = self.left.rows.checked_sub(1).ok_or(Rule::TooManyRows { limit: self.limits.rows })?;
        let mut cells = std::mem::take(&mut self.row.cells);
        cells.sort_by_key(|cell| cell.column);
        if cells.windows(2).any(|pair| matches!(pair, [left, right] if left.column == right.column)) {
            return Err(damaged(self.part));
        }
        cells.shrink_to_fit();
        self.sheet.rows.push(Row { cells, ..self.row });
        Ok(())
    }

    fn begin_cell(&mut self, element: &BytesStart<'_>) -> Result<(), Rule> {
        let column = match attribute(element, "r") {
            Some(text) => Place::parse(&text).filter(|place| place.row == self.row.number).ok_or_else(|| damaged(self.part))?.column,
            None => self.last_column.saturating_add(1),
        };
        if column > LAST_COLUMN || self.row.number == 0 {
            return Err(damaged(self.part));
        }
        self.last_column = column;
        let style = number(element, "s").and_then(|style| self.shared.styles.get(usize::try_from(style).ok()?).copied());
        self.cell =
            Some(Open { column, kind: attribute(element, "t").unwrap_or_default(), style: style.unwrap_or_default(), ..Open::default() });
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), Rule> {
        let Some(mut open) = self.cell.take() else { return Ok(()) };
        let content = self.content(&mut open)?;
        if content == Content::Nothing && !open.formula {
            return Ok(());
        }
        let place = Place { row: self.row.number, column: open.column };
        let over = if open.column > self.limits.columns {
            Some(Rule::TooManyColumns { limit: self.limits.columns })
        } else if let Content::Text(text) = &content {
            self.left.text_bytes = self
                .left
                .text_bytes
                .checked_sub(u64::try_from(text.len()).unwrap_or(u64::MAX))
                .ok_or(Rule::UnpacksTooLarge { limit: self.limits.unpacked_bytes })?;
            let limit = self.limits.cell_length;
            (text.len() > limit && text.chars().count() > limit).then_some(Rule::CellTooLong { limit })
        } else {
            None
        };
        match over {
            Some(rule) => {
                self.faults += 1;
                if self.faults <= MOST_FAULTS {
                    (self.over)(rule, place);
                }
            }
            None => self.row.cells.push(Cell { column: open.column, content, formula: open.formula, font: open.style.font }),
        }
        Ok(())
    }

    fn content(&self, open: &mut Open) -> Result<Content, Rule> {
        let text = |text: Arc<str>| if text.is_empty() { Content::Nothing } else { Content::Text(text) };
        if open.kind == "inlineStr" {
            return Ok(text(Arc::from(open.inline.take())));
        }
        if !open.has_value {
            return Ok(Content::Nothing);
        }
        let value = open.value.as_str();
        Ok(match open.kind.as_str() {
            "s" => {
                let index: Option<usize> = value.trim().parse().ok();
                let shared = index.and_then(|index| self.shared.texts.get(index)).ok_or_else(|| damaged(self.part))?;
                text(shared.clone())
            }
            "str" => text(Arc::from(unescaped(value))),
            "b" => Content::Truth(value.trim() == "1" || value.trim() == "true"),
            "e" => Content::Error(Arc::from(value)),
            "d" => dated(value),
            "" | "n" if value.trim().is_empty() => Content::Nothing,
            "" | "n" => self.number(value, open.style),
            _ => return Err(damaged(self.part)),
        })
    }

    fn number(&self, value: &str, style: Style) -> Content {
        let outside = || Content::Outside(Arc::from(value));
        let Some(number) = figures::decimal(value) else { return outside() };
        match style.shown {
            Shown::Number => Content::Number(number),
            Shown::Percent => Content::Percent(number),
            Shown::Date => figures::day(number, self.shared.from_1904).map_or_else(outside, |(date, time)| Content::Date { date, time }),
        }
    }
}

/// A day written as ISO 8601 asks, perhaps with a time of day behind it.
fn dated(value: &str) -> Content {
    let outside = || Content::Outside(Arc::from(value));
    let (day, time) = value.split_once('T').map_or((value, None), |(day, time)| (day, Some(time)));
    let Ok(date) = viet_text::read_date(day) else { return outside() };
    let Some(time) = time else { return Content::Date { date, time: None } };
    match time.trim_end_matches('Z').parse::<NaiveTime>() {
        Ok(time) => Content::Date { date, time: Some(time).filter(|time| *time != NaiveTime::MIN) },
        Err(_) => outside(),
    }
}
