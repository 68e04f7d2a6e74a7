//! Catalogue files: units, indicators, index definitions and their tables. Embedded in the program, or read from a folder.
//!
//! Reading answers everything that was understood or every fault at once, each with file, row, column, value and rule.

mod figures;
mod observations;
pub use figures::{NOT_IN_TABLE, dataset};
mod sheet;
mod units;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use composite_index::{Definition, DefinitionFault, TableFault, read_definition};
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

use crate::model::{Indicator, Observation, PublishedRow, SourceRecord, UnitLink, UnitVersion};

#[derive(RustEmbed)]
#[folder = "../../catalogue"]
#[include = "*/*.csv"]
#[include = "*/*.toml"]
struct Embedded;

/// Folders of the catalogue that the registry reads. Others, such as the calendar, belong to other rooms: they are neither loaded nor in the digest.
const PARTS: [&str; 4] = ["units", "indicators", "indices", "observations"];

/// Rules that catalogue tables of units and indicators must keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SheetRule {
    /// The file is CSV with a head.
    NotCsv,
    /// A column that must be there is there.
    MissingColumn,
    /// Only known columns are there.
    UnknownColumn,
    /// A cell that must be filled is filled.
    Empty,
    /// A word is one of a fixed list.
    UnknownWord,
    /// A date is an ISO date.
    NotADate,
    /// A number is a whole number.
    NotANumber,
    /// A key stands once.
    Duplicate,
    /// A named unit, source, indicator or file exists.
    UnknownReference,
    /// Versions of a unit do not overlap, and end after they begin.
    Overlap,
    /// At any date a code belongs to one unit of a level.
    CodeTwice,
    /// The parent is valid as long as the child is.
    ParentTime,
}

impl SheetRule {
    /// The rule's name in messages and machine-readable output.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotCsv => "not-csv",
            Self::MissingColumn => "missing-column",
            Self::UnknownColumn => "unknown-column",
            Self::Empty => "empty",
            Self::UnknownWord => "unknown-word",
            Self::NotADate => "not-a-date",
            Self::NotANumber => "not-a-number",
            Self::Duplicate => "duplicate",
            Self::UnknownReference => "unknown-reference",
            Self::Overlap => "overlap",
            Self::CodeTwice => "code-twice",
            Self::ParentTime => "parent-time",
        }
    }
}

/// A fault in a table of units or indicators.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SheetFault {
    /// Row in the file, from 1; the head is row 1.
    pub row: usize,
    /// Column.
    pub column: String,
    /// The value as it stands in the file.
    pub value: String,
    /// The rule that is broken.
    pub rule: SheetRule,
    /// What the rule expected.
    pub expected: String,
}

/// A fault in any catalogue file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogueFault {
    /// A file that must be there is not, or cannot be read.
    File {
        /// The file, or folder.
        file: String,
        /// What the system said.
        cause: String,
    },
    /// In an index definition.
    Definition {
        /// The file.
        file: String,
        /// The fault.
        fault: DefinitionFault,
    },
    /// In a data table of an index edition.
    Table {
        /// The file.
        file: String,
        /// The fault.
        fault: TableFault,
    },
    /// In a table of units, sources or indicators.
    Sheet {
        /// The file.
        file: String,
        /// The fault.
        fault: SheetFault,
    },
}

/// Everything the catalogue holds.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// Versions of units, in the order of the files.
    pub versions: Vec<UnitVersion>,
    /// What came from what.
    pub links: Vec<UnitLink>,
    /// Sources of unit facts.
    pub sources: Vec<SourceRecord>,
    /// Indicators.
    pub indicators: Vec<Indicator>,
    /// Index definitions, by id.
    pub definitions: Vec<Arc<Definition>>,
    /// Figures of the index tables.
    pub observations: Vec<Observation>,
    /// Rows of the index tables.
    pub published_rows: Vec<PublishedRow>,
}

/// A text file of the embedded catalogue, by its path below the catalogue folder.
#[must_use]
pub fn embedded_text(path: &str) -> Option<String> {
    Embedded::get(path).map(|file| String::from_utf8_lossy(&file.data).into_owned())
}

/// Where catalogue files come from.
#[derive(Debug, Clone)]
pub enum CatalogueFiles {
    /// The files inside the program.
    Embedded,
    /// The same, and made-up demonstration data that says that it is made up.
    Demo,
    /// A folder with the same layout.
    Folder(PathBuf),
}

impl CatalogueFiles {
    /// Name of the kind of files, kept in the database beside what was loaded.
    #[must_use]
    pub fn part(&self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Demo => "demo",
            Self::Folder(_) => "folder",
        }
    }

    /// Embedded files: where each lies, and under which name it is read. Demonstration files are read as if they lay beside the others.
    fn embedded(&self) -> impl Iterator<Item = (String, String)> {
        let with_demo = matches!(self, Self::Demo);
        Embedded::iter().filter_map(move |path| match path.strip_prefix("demo/") {
            None => PARTS.contains(&path.split('/').next()?).then(|| (path.to_string(), path.into_owned())),
            Some(_) if !with_demo => None,
            Some(name) if name.ends_with("-indicators.csv") => Some((path.to_string(), format!("indicators/{name}"))),
            Some(name) => Some((path.to_string(), format!("indices/{name}"))),
        })
    }

    /// Reads every file: path below the catalogue, and text.
    fn read(&self) -> Result<BTreeMap<String, String>, Vec<CatalogueFault>> {
        match self {
            Self::Embedded | Self::Demo => Ok(self
                .embedded()
                .filter_map(|(path, name)| Some((name, String::from_utf8_lossy(&Embedded::get(&path)?.data).into_owned())))
                .collect()),
            Self::Folder(folder) => read_folder(folder),
        }
    }

    /// Digest of all files; the same digest means the same catalogue.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn digest(&self) -> Result<String, Vec<CatalogueFault>> {
        let mut hasher = Sha256::new();
        if matches!(self, Self::Embedded | Self::Demo) {
            for (path, name) in self.embedded() {
                if let Some(file) = Embedded::get(&path) {
                    hasher.update(name.as_bytes());
                    hasher.update(file.metadata.sha256_hash());
                }
            }
        } else {
            for (path, text) in self.read()? {
                hasher.update(path.as_bytes());
                hasher.update(Sha256::digest(text.as_bytes()));
            }
        }
        Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Reads the index definitions only; quick, for the start of the program.
    ///
    /// # Errors
    /// Every fault in them.
    pub fn definitions(&self) -> Result<Vec<Arc<Definition>>, Vec<CatalogueFault>> {
        let files = match self {
            Self::Embedded | Self::Demo => self
                .embedded()
                .filter(|(_, name)| is_definition(name))
                .filter_map(|(path, name)| Some((name, String::from_utf8_lossy(&Embedded::get(&path)?.data).into_owned())))
                .collect(),
            Self::Folder(_) => self.read()?,
        };
        let mut faults = Vec::new();
        let definitions = read_definitions(&files, &mut faults);
        if faults.is_empty() { Ok(definitions) } else { Err(faults) }
    }

    /// Reads and checks everything.
    ///
    /// # Errors
    /// Every fault in every file.
    pub fn catalogue(&self) -> Result<Catalogue, Vec<CatalogueFault>> {
        let files = self.read()?;
        let mut faults = Vec::new();
        let mut catalogue = Catalogue::default();
        units::read(&files, &mut catalogue, &mut faults);
        catalogue.definitions = read_definitions(&files, &mut faults);
        figures::read_indicators(&files, &mut catalogue, &mut faults);
        figures::read_tables(&files, &mut catalogue, &mut faults);
        observations::read(&files, &mut catalogue, &mut faults);
        if faults.is_empty() { Ok(catalogue) } else { Err(faults) }
    }
}

fn read_folder(folder: &Path) -> Result<BTreeMap<String, String>, Vec<CatalogueFault>> {
    let refuse =
        |path: &Path, error: std::io::Error| vec![CatalogueFault::File { file: path.display().to_string(), cause: error.to_string() }];
    let mut files = BTreeMap::new();
    for part in PARTS {
        let path = folder.join(part);
        // A catalogue may have no figures beside its index tables.
        if part == "observations" && !path.exists() {
            continue;
        }
        for entry in std::fs::read_dir(&path).map_err(|error| refuse(&path, error))? {
            let file = entry.map_err(|error| refuse(&path, error))?.path();
            if !file.extension().is_some_and(|ending| ending == "csv" || ending == "toml") {
                continue;
            }
            let text = std::fs::read_to_string(&file).map_err(|error| refuse(&file, error))?;
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            files.insert(format!("{part}/{name}"), text);
        }
    }
    Ok(files)
}

fn is_definition(path: &str) -> bool {
    path.starts_with("indices/") && path.ends_with(".toml")
}

fn read_definitions(files: &BTreeMap<String, String>, faults: &mut Vec<CatalogueFault>) -> Vec<Arc<Definition>> {
    let mut definitions = Vec::new();
    for (file, text) in files.iter().filter(|(path, _)| is_definition(path)) {
        match read_definition(text) {
            Ok(definition) => definitions.push(Arc::new(definition)),
            Err(found) => faults.extend(found.into_iter().map(|fault| CatalogueFault::Definition { file: file.clone(), fault })),
        }
    }
    definitions
}
