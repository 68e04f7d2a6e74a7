//! A definition for a new year from an earlier one, with its words and comments kept.

use thiserror::Error;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use crate::fault::DefinitionFault;
use crate::reading::read_definition;

/// Why a definition was not copied.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CopyError {
    /// The earlier definition has faults.
    #[error("the earlier definition has {} faults", .0.len())]
    Faults(Vec<DefinitionFault>),
    /// The earlier definition serves the year itself.
    #[error("the earlier definition has an edition of {0} already")]
    YearTaken(i32),
    /// The new id is the old one.
    #[error("the copy needs an id of its own, not {0}")]
    SameId(String),
}

/// The text of a definition under another id, with all its years: a corrected version beside the one in use.
///
/// # Errors
/// When the text is no valid definition, or has the same id.
pub fn rename_definition(earlier: &str, id: &str) -> Result<String, CopyError> {
    let definition = read_definition(earlier).map_err(CopyError::Faults)?;
    if definition.id == id {
        return Err(CopyError::SameId(id.to_owned()));
    }
    // A text that was read a moment ago is TOML.
    let mut document: DocumentMut = earlier.parse().map_err(|_| CopyError::Faults(Vec::new()))?;
    document["id"] = value(id);
    Ok(document.to_string())
}

/// The text of a definition with another id that serves one new year.
///
/// Tree, weights, rules, figures, blocks, sources and comments stay as they are. What belongs to the editions of earlier years goes: their tables,
/// tolerances, known exceptions and method breaks. The bands of the latest edition stay, as a proposal.
///
/// # Errors
/// When the earlier text is no valid definition, serves the year, or has the same id.
pub fn copy_definition(earlier: &str, id: &str, year: i32) -> Result<String, CopyError> {
    let definition = read_definition(earlier).map_err(CopyError::Faults)?;
    if definition.edition(year).is_some() {
        return Err(CopyError::YearTaken(year));
    }
    if definition.id == id {
        return Err(CopyError::SameId(id.to_owned()));
    }
    // A text that was read a moment ago is TOML.
    let mut document: DocumentMut = earlier.parse().map_err(|_| CopyError::Faults(Vec::new()))?;
    document["id"] = value(id);
    let latest = definition.editions.last().map(|edition| edition.year);
    let mut edition = Table::new();
    edition.insert("year", value(i64::from(year)));
    if let Some(old) = document.get("edition").and_then(Item::as_array_of_tables) {
        let of_latest = old.iter().find(|table| table.get("year").and_then(Item::as_integer) == latest.map(i64::from));
        for key in ["band_rule", "band"] {
            if let Some(item) = of_latest.and_then(|table| table.get(key)) {
                edition.insert(key, item.clone());
            }
        }
    }
    let mut editions = ArrayOfTables::new();
    editions.push(edition);
    document["edition"] = Item::ArrayOfTables(editions);
    document.remove("break");
    Ok(document.to_string())
}
