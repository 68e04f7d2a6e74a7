//! Cells in an encoding from before Unicode: found, shown beforehand, and converted when somebody says so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use viet_text::legacy::{Encoding, Font, convert, detect, fits, has_unicode_vietnamese};

use super::format::{Column, Format, heading_key};
use crate::fault::Place;
use crate::intake::{Book, Cell, Content, Sheet};

/// Cells that an offer shows.
const SHOWN: usize = 50;

/// The offer to convert a sheet to Unicode.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Name of the sheet; `None` for CSV.
    pub sheet: Option<Arc<str>>,
    /// The encoding that its text seems to be in.
    pub encoding: Encoding,
    /// How sure that is, from 0 to 1; see [`viet_text::legacy::Detection`].
    pub confidence: f64,
    /// How many cells would change.
    pub cells: usize,
    /// The first of them, at most 50.
    pub preview: Vec<Preview>,
}

/// A cell before and after the conversion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The cell.
    pub place: Place,
    /// As it stands in the file.
    pub before: String,
    /// In Unicode.
    pub after: String,
}

/// How a sheet would be converted.
struct Plan {
    encoding: Encoding,
    confidence: f64,
    /// Columns that are in the encoding as a whole; elsewhere a cell must speak for itself.
    whole: BTreeSet<u32>,
}

/// An offer for each sheet that seems to hold such text.
pub(super) fn offers(book: &Book, format: &Format) -> Vec<Offer> {
    let headings = heading_keys(format);
    let mut offers = Vec::new();
    for sheet in &book.sheets {
        let Some(plan) = plan(sheet) else { continue };
        let mut offer =
            Offer { sheet: sheet.name.clone(), encoding: plan.encoding, confidence: plan.confidence, cells: 0, preview: Vec::new() };
        for row in &sheet.rows {
            for cell in &row.cells {
                let (Content::Text(before), Some(after)) = (&cell.content, converted(cell, &plan, &headings)) else { continue };
                offer.cells += 1;
                if offer.preview.len() < SHOWN {
                    offer.preview.push(Preview { place: row.place(cell.column), before: before.to_string(), after });
                }
            }
        }
        if offer.cells > 0 {
            offers.push(offer);
        }
    }
    offers
}

/// The book with every such sheet in Unicode.
pub(super) fn apply(book: &Book, format: &Format) -> Book {
    let headings = heading_keys(format);
    let mut book = book.clone();
    for sheet in &mut book.sheets {
        let Some(plan) = plan(sheet) else { continue };
        for cell in sheet.rows.iter_mut().flat_map(|row| &mut row.cells) {
            if let Some(text) = converted(cell, &plan, &headings) {
                cell.content = Content::Text(Arc::from(text));
            }
        }
    }
    book
}

/// The headings of a format as they are compared.
fn heading_keys(format: &Format) -> BTreeSet<String> {
    let names = |column: &Column| {
        let own = [&column.heading.vi, &column.heading.en, &column.key];
        own.into_iter().chain(&column.other_headings).map(|name| heading_key(name)).collect::<Vec<_>>()
    };
    format.columns().iter().flat_map(names).collect()
}

/// The text of a cell in Unicode, if the plan changes it. A heading of the format is in Unicode already, also above a
/// column of old text.
fn converted(cell: &Cell, plan: &Plan, headings: &BTreeSet<String>) -> Option<String> {
    let Content::Text(text) = &cell.content else { return None };
    if headings.contains(&heading_key(text)) {
        return None;
    }
    let by_font = cell.font.filter(|font| font.encoding() == plan.encoding);
    if has_unicode_vietnamese(text) || !(by_font.is_some() || plan.whole.contains(&cell.column) || fits(text, plan.encoding)) {
        return None;
    }
    let mut after = convert(text, plan.encoding);
    if by_font == Some(Font::Tcvn3Capitals) {
        after = after.to_uppercase();
    }
    (after != **text).then_some(after)
}

/// The texts that may be old. A cell that is in Unicode says nothing about the one that was pasted in below it.
fn old<'a>(texts: &[&'a str]) -> impl Iterator<Item = &'a str> {
    texts.iter().copied().filter(|text| !has_unicode_vietnamese(text))
}

fn plan(sheet: &Sheet) -> Option<Plan> {
    let mut columns: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    let mut by_font = None;
    for cell in sheet.rows.iter().flat_map(|row| &row.cells) {
        let Content::Text(text) = &cell.content else { continue };
        if let Some(encoding) = cell.font.map(Font::encoding).filter(|encoding| by_font.is_none() && fits(text, *encoding)) {
            by_font = Some(encoding);
        }
        if !text.is_ascii() {
            columns.entry(cell.column).or_default().push(text);
        }
    }
    let of_sheet = detect(columns.values().flat_map(|texts| old(texts)));
    let of_columns: Vec<_> = columns.iter().filter_map(|(column, texts)| Some((*column, detect(old(texts))?))).collect();
    let best =
        of_columns.iter().map(|(_, found)| *found).chain(of_sheet).max_by(|left, right| left.confidence.total_cmp(&right.confidence));
    // A font and a word that agree with each other are enough, and say less than many words.
    let (encoding, confidence) = match (best, by_font) {
        (Some(found), _) => (found.encoding, found.confidence),
        (None, Some(encoding)) => (encoding, 0.5),
        (None, None) => return None,
    };
    let whole = of_columns
        .iter()
        .filter(|(column, found)| {
            found.encoding == encoding && columns.get(column).is_some_and(|texts| !texts.iter().any(|text| has_unicode_vietnamese(text)))
        })
        .map(|(column, _)| *column)
        .collect();
    Some(Plan { encoding, confidence, whole })
}
