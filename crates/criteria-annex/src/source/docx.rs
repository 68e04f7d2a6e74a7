//! Tables of a DOCX document.
//!
//! What is read is what Word shows: text that was deleted or moved away under tracked changes is not there, numbers of
//! automatic lists are. Tables inside of a cell become text of that cell.

use std::collections::BTreeMap;
use std::sync::Arc;

use quick_xml::events::BytesStart;

use super::numbering::Numbering;
use super::package::{Package, Step, attribute, number};
use crate::fault::AnnexFault;
use crate::grid::{Cell, Count, Grid, GridRow, raised, tidy};

const DOCUMENT: &str = "word/document.xml";

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Grid>, AnnexFault> {
    let mut package = Package::open(bytes)?;
    let numbering = Numbering::read(&mut package)?;
    let mut walker = Walker { numbering, ..Walker::default() };
    let found = package.walk(DOCUMENT, |step| match step {
        Step::Open(element) => walker.open(element),
        Step::Close(name) => walker.close(name),
        Step::Text(text) => {
            walker.text(text);
            Ok(())
        }
    })?;
    if found { Ok(walker.grids) } else { Err(AnnexFault::NotDocx) }
}

#[derive(Default)]
struct Walker {
    numbering: Numbering,
    grids: Vec<Grid>,
    count: Count,
    /// Tables inside of each other at this place.
    tables: usize,
    /// Elements inside of one that is not shown.
    hidden: usize,
    grid: Grid,
    /// Rows met in this table, also empty ones.
    rows: usize,
    row: Row,
    cell: OpenCell,
    paragraph: Paragraph,
    in_text: bool,
    in_row_properties: bool,
    in_mark_properties: bool,
    raised: bool,
    /// By column: the text that a vertically merged cell began with.
    begun: BTreeMap<usize, Arc<str>>,
}

#[derive(Default)]
struct Row {
    cells: Vec<Cell>,
    deleted: bool,
}

#[derive(Default)]
struct OpenCell {
    span: usize,
    /// `Some(true)`: continues the cell above.
    merge: Option<bool>,
    text: String,
}

#[derive(Default)]
struct Paragraph {
    style: Option<String>,
    list: Option<usize>,
    level: Option<usize>,
    text: String,
}

/// What Word keeps and does not show.
fn is_hidden(name: &str) -> bool {
    matches!(name, "del" | "moveFrom" | "Fallback" | "pPrChange" | "rPrChange" | "tcPrChange" | "trPrChange" | "tblPrChange")
}

impl Walker {
    fn open(&mut self, element: &BytesStart<'_>) -> Result<(), AnnexFault> {
        let name = element.local_name();
        let name = name.as_ref();
        if self.in_row_properties && name == "del" && self.tables == 1 {
            self.row.deleted = true;
        }
        if self.hidden > 0 || is_hidden(name) {
            self.hidden += 1;
            return Ok(());
        }
        match name {
            "tbl" => {
                self.tables += 1;
                if self.tables == 1 {
                    self.count.table()?;
                    self.grid = Grid { name: (self.grids.len() + 1).to_string(), ..Grid::default() };
                    self.rows = 0;
                    self.begun.clear();
                }
            }
            "tr" if self.tables == 1 => {
                self.count.row()?;
                self.row = Row::default();
            }
            "trPr" => self.in_row_properties = true,
            "gridBefore" if self.in_row_properties && self.tables == 1 => {
                for _ in 0..number(element).unwrap_or_default() {
                    self.count.cell(self.row.cells.len())?;
                    self.row.cells.push(Cell::default());
                }
            }
            "tc" if self.tables == 1 => self.cell = OpenCell::default(),
            "gridSpan" if self.tables == 1 => self.cell.span = number(element).unwrap_or(1),
            "vMerge" if self.tables == 1 => self.cell.merge = Some(attribute(element, "val").as_deref() != Some("restart")),
            "p" => {
                self.paragraph = Paragraph::default();
            }
            "pStyle" => self.paragraph.style = attribute(element, "val"),
            "numId" => self.paragraph.list = number(element),
            "ilvl" => self.paragraph.level = number(element),
            "pPr" => self.in_mark_properties = true,
            "r" => self.raised = false,
            // The look of the mark at the end of a paragraph is not that of its text.
            "vertAlign" if !self.in_mark_properties => self.raised = attribute(element, "val").as_deref() == Some("superscript"),
            "t" => self.in_text = true,
            "br" | "cr" => self.paragraph.text.push('\n'),
            "tab" if !self.in_mark_properties => self.paragraph.text.push(' '),
            "noBreakHyphen" => self.paragraph.text.push('-'),
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.in_text && self.hidden == 0 {
            if self.raised {
                self.paragraph.text.push_str(&raised(text));
            } else {
                self.paragraph.text.push_str(text);
            }
        }
    }

    fn close(&mut self, name: &str) -> Result<(), AnnexFault> {
        if self.hidden > 0 {
            self.hidden -= 1;
            return Ok(());
        }
        match name {
            "t" => self.in_text = false,
            "pPr" => self.in_mark_properties = false,
            "trPr" => self.in_row_properties = false,
            "p" => {
                let Paragraph { style, list, level, text } = std::mem::take(&mut self.paragraph);
                let label = self.numbering.label(style.as_deref(), list, level);
                if self.tables > 0 {
                    if let Some(label) = label {
                        self.cell.text.push_str(&label);
                        self.cell.text.push(' ');
                    }
                    self.cell.text.push_str(&text);
                    self.cell.text.push('\n');
                }
            }
            "tc" if self.tables == 1 => self.end_cell()?,
            "tr" if self.tables == 1 => {
                let Row { cells, deleted } = std::mem::take(&mut self.row);
                if !deleted {
                    self.rows += 1;
                    self.grid.rows.push(GridRow { number: self.rows, hidden: false, cells });
                }
            }
            "tbl" => {
                self.tables = self.tables.saturating_sub(1);
                if self.tables == 0 {
                    self.grids.push(std::mem::take(&mut self.grid));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), AnnexFault> {
        let OpenCell { span, merge, text } = std::mem::take(&mut self.cell);
        let first = self.row.cells.len();
        let above = merge == Some(true) && self.begun.contains_key(&first);
        let text = match self.begun.get(&first).filter(|_| above) {
            Some(begun) => begun.clone(),
            None => tidy(&text)?,
        };
        for offset in 0..span.max(1) {
            let column = self.row.cells.len();
            self.count.cell(column)?;
            if merge.is_none() {
                self.begun.remove(&column);
            } else if !above {
                self.begun.insert(column, text.clone());
            }
            self.row.cells.push(Cell { text: text.clone(), above, left: offset > 0, ..Cell::default() });
        }
        Ok(())
    }
}
