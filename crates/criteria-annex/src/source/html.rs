//! Tables of HTML as Word, LibreOffice and browsers leave it on the clipboard. What is not closed is closed where a
//! browser would close it.

use super::entity;
use crate::fault::AnnexFault;
use crate::grid::{Count, Grid, GridRow, Layout, raised, tidy};
use crate::limits;

pub(super) fn read(text: &str) -> Result<Vec<Grid>, AnnexFault> {
    let mut walker = Walker::default();
    let mut rest = text;
    while !rest.is_empty() {
        let Some(at) = rest.find('<') else {
            walker.text(rest);
            break;
        };
        let (before, from) = rest.split_at(at);
        walker.text(before);
        rest = match tag(from) {
            Some((Tag::Nothing, after)) => after,
            Some((Tag::Open(name, attributes), after)) => {
                walker.open(&name, attributes)?;
                // What stands in these is no text and may hold anything up to its end.
                match name.as_str() {
                    "script" | "style" | "title" | "textarea" | "xml" => beyond(after, &name),
                    _ => after,
                }
            }
            Some((Tag::Close(name), after)) => {
                walker.close(&name)?;
                after
            }
            None => {
                walker.text("<");
                from.get(1..).unwrap_or_default()
            }
        };
    }
    while walker.tables > 0 {
        walker.close("table")?;
    }
    Ok(walker.grids)
}

enum Tag<'a> {
    Open(String, &'a str),
    Close(String),
    /// A comment or a declaration, also those of Word (`<![if …]>`).
    Nothing,
}

/// The tag at the beginning of a text, and what follows it; `None` if it is no tag.
fn tag(text: &str) -> Option<(Tag<'_>, &str)> {
    if let Some(comment) = text.strip_prefix("<!--") {
        return Some((Tag::Nothing, comment.split_once("-->").map_or("", |(_, after)| after)));
    }
    if text.starts_with("<!") || text.starts_with("<?") {
        return Some((Tag::Nothing, text.split_once('>').map_or("", |(_, after)| after)));
    }
    let inner = text.strip_prefix('<')?;
    let (closing, inner) = match inner.strip_prefix('/') {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    if !inner.starts_with(|sign: char| sign.is_ascii_alphabetic()) {
        return None;
    }
    let name_end = inner.find(|sign: char| sign.is_whitespace() || sign == '>' || sign == '/').unwrap_or(inner.len());
    let (name, after_name) = inner.split_at(name_end);
    let mut quote = None;
    let end = after_name.char_indices().find(|(_, sign)| match (quote, *sign) {
        (None, '>') => true,
        (None, '"' | '\'') => {
            quote = Some(*sign);
            false
        }
        (Some(open), sign) => {
            if open == sign {
                quote = None;
            }
            false
        }
        _ => false,
    });
    let (attributes, after) = match end {
        Some((at, _)) => (after_name.get(..at).unwrap_or_default(), after_name.get(at + 1..).unwrap_or_default()),
        // A quotation mark that nobody closes must not swallow the rest.
        None => after_name.split_once('>').unwrap_or((after_name, "")),
    };
    let name = name.to_ascii_lowercase();
    Some((if closing { Tag::Close(name) } else { Tag::Open(name, attributes) }, after))
}

/// What follows the end of an element whose content is no text.
fn beyond<'a>(text: &'a str, name: &str) -> &'a str {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("</")) {
        let at = from + at;
        let after = text.get(at + 2..).unwrap_or_default();
        if after.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return after.split_once('>').map_or("", |(_, after)| after);
        }
        from = at + 2;
    }
    ""
}

/// A whole number in an attribute, at least 1.
fn span(attributes: &str, name: &str) -> usize {
    let lower = attributes.to_ascii_lowercase();
    let found = lower.match_indices(name).find_map(|(at, _)| {
        let before = lower.get(..at)?.chars().next_back();
        if before.is_some_and(|sign| !sign.is_whitespace() && sign != '"' && sign != '\'') {
            return None;
        }
        let value = lower.get(at + name.len()..)?.trim_start().strip_prefix('=')?.trim_start();
        let digits: String = value.trim_start_matches(['"', '\'', ' ']).chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<usize>().ok()
    });
    found.unwrap_or(1).max(1)
}

#[derive(Default)]
struct Walker {
    grids: Vec<Grid>,
    count: Count,
    tables: usize,
    grid: Grid,
    rows: usize,
    layout: Layout,
    in_row: bool,
    cell: Option<OpenCell>,
    raised: usize,
    deleted: usize,
}

struct OpenCell {
    columns: usize,
    rows: usize,
    text: String,
}

impl Walker {
    fn text(&mut self, text: &str) {
        let Some(cell) = &mut self.cell else { return };
        if self.deleted > 0 {
            return;
        }
        let mut text = entity::resolved(text);
        if self.raised > 0 {
            text = raised(&text);
        }
        // Line breaks of the source are blanks.
        cell.text.extend(text.chars().map(|sign| if matches!(sign, '\n' | '\r' | '\t') { ' ' } else { sign }));
    }

    fn line(&mut self) {
        if let Some(cell) = &mut self.cell {
            cell.text.push('\n');
        }
    }

    fn open(&mut self, name: &str, attributes: &str) -> Result<(), AnnexFault> {
        match name {
            "table" => {
                self.tables += 1;
                if self.tables > limits::DEPTH {
                    return Err(AnnexFault::TooDeep { limit: limits::DEPTH });
                }
                if self.tables == 1 {
                    self.count.table()?;
                    self.grid = Grid { name: (self.grids.len() + 1).to_string(), ..Grid::default() };
                    (self.rows, self.layout, self.in_row) = (0, Layout::default(), false);
                }
            }
            "tr" if self.tables == 1 => {
                self.end_row()?;
                self.count.row()?;
                self.in_row = true;
            }
            "td" | "th" if self.tables == 1 => {
                self.end_cell()?;
                if !self.in_row {
                    self.count.row()?;
                    self.in_row = true;
                }
                let rows = span(attributes, "rowspan").min(limits::ROWS);
                self.cell = Some(OpenCell { columns: span(attributes, "colspan"), rows, text: String::new() });
            }
            "br" | "p" | "div" | "li" | "tr" | "td" | "th" | "h1" | "h2" | "h3" | "h4" => self.line(),
            "sup" => self.raised += 1,
            "del" => self.deleted += 1,
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), AnnexFault> {
        match name {
            "table" => {
                if self.tables == 1 {
                    self.end_row()?;
                    self.grids.push(std::mem::take(&mut self.grid));
                }
                self.tables = self.tables.saturating_sub(1);
                self.line();
            }
            "tr" if self.tables == 1 => self.end_row()?,
            "td" | "th" if self.tables == 1 => self.end_cell()?,
            "p" | "div" | "li" => self.line(),
            "sup" => self.raised = self.raised.saturating_sub(1),
            "del" => self.deleted = self.deleted.saturating_sub(1),
            _ => {}
        }
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), AnnexFault> {
        // Marks that are not closed end with their cell.
        (self.raised, self.deleted) = (0, 0);
        let Some(OpenCell { columns, rows, text }) = self.cell.take() else { return Ok(()) };
        self.layout.put(tidy(&text)?, columns, rows, &mut self.count)
    }

    fn end_row(&mut self) -> Result<(), AnnexFault> {
        self.end_cell()?;
        if std::mem::take(&mut self.in_row) {
            self.rows += 1;
            let cells = self.layout.end(&mut self.count)?;
            self.grid.rows.push(GridRow { number: self.rows, hidden: false, cells });
        }
        Ok(())
    }
}
