//! Indicators, and the published tables of index editions as observations.

use std::collections::{BTreeMap, BTreeSet};

use composite_index::{Definition, DefinitionFault, DefinitionRule, Edition, NodeId, TableFault, TableRow, TableRule, read_table};

use super::sheet::{Row, Sheet};
use super::{Catalogue, CatalogueFault, SheetRule};
use crate::model::{Indicator, IndicatorDirection, NameStatus, Observation, ObservationStatus, PublishedRow, UnitVersion};
use crate::period::Period;

const INDICATOR_COLUMNS: [&str; 12] = [
    "indicator",
    "name_vi",
    "name_en",
    "name_status",
    "unit_vi",
    "unit_en",
    "direction",
    "decimals",
    "valid_from_year",
    "valid_to_year",
    "source",
    "note",
];

/// Why a published table has no figure for a leaf; the publishers gave no reason.
pub const NOT_IN_TABLE: &str = "not-in-published-table";

pub(super) fn read_indicators(files: &BTreeMap<String, String>, catalogue: &mut Catalogue, faults: &mut Vec<CatalogueFault>) {
    let mut seen = BTreeSet::new();
    for (file, text) in files.iter().filter(|(path, _)| path.starts_with("indicators/") && path.ends_with(".csv")) {
        for row in Sheet::read(file, text, &INDICATOR_COLUMNS, faults).rows() {
            if let Some(indicator) = read_indicator(row, faults) {
                if !seen.insert(indicator.indicator.clone()) {
                    row.fault("indicator", &indicator.indicator, SheetRule::Duplicate, "", faults);
                }
                catalogue.indicators.push(indicator);
            }
        }
    }
}

fn read_indicator(row: Row<'_>, faults: &mut Vec<CatalogueFault>) -> Option<Indicator> {
    let texts: Vec<Option<String>> =
        ["indicator", "name_vi", "name_en", "unit_vi", "unit_en", "source"].iter().map(|column| row.needed(column, faults)).collect();
    let name_status = row.word("name_status", NameStatus::ALL, NameStatus::word, faults);
    let direction = row.word("direction", IndicatorDirection::ALL, IndicatorDirection::word, faults);
    let decimals = row.integer("decimals", faults).and_then(|decimals| u32::try_from(decimals).ok());
    let (valid_from_year, valid_to_year) = (row.integer("valid_from_year", faults), row.integer("valid_to_year", faults));
    let texts: Option<Vec<String>> = texts.into_iter().collect();
    let [indicator, name_vi, name_en, unit_vi, unit_en, source] = <[String; 6]>::try_from(texts?).ok()?;
    Some(Indicator {
        indicator,
        name_vi,
        name_en,
        name_status: name_status?,
        unit_vi,
        unit_en,
        direction: direction?,
        decimals: decimals?,
        valid_from_year,
        valid_to_year,
        source,
        note: row.text("note"),
    })
}

pub(super) fn read_tables(files: &BTreeMap<String, String>, catalogue: &mut Catalogue, faults: &mut Vec<CatalogueFault>) {
    let indicators: BTreeSet<String> = catalogue.indicators.iter().map(|indicator| indicator.indicator.clone()).collect();
    let mut used = BTreeSet::new();
    let mut editions = BTreeSet::new();
    for definition in catalogue.definitions.clone() {
        let definition_file = format!("indices/{}.toml", definition.id);
        let fault_of = |rule, subject: &str, detail: &str| CatalogueFault::Definition {
            file: definition_file.clone(),
            fault: DefinitionFault { line: 1, rule, subject: subject.into(), detail: detail.into() },
        };
        if !files.contains_key(&definition_file) {
            faults.push(fault_of(DefinitionRule::UnknownReference, &definition.id, "id = file name"));
        }
        for node in &definition.nodes {
            match &node.indicator {
                Some(indicator) if indicators.contains(indicator) => {}
                Some(indicator) => faults.push(fault_of(DefinitionRule::UnknownReference, indicator, "catalogue/indicators")),
                None => faults.push(fault_of(DefinitionRule::MissingKey, &node.code, "indicator")),
            }
        }
        for edition in &definition.editions {
            if !editions.insert((definition.index.clone(), edition.year)) {
                faults.push(fault_of(DefinitionRule::Duplicate, &format!("{}-{}", definition.index, edition.year), "edition"));
            }
            let Some(data) = &edition.data else { continue };
            let table_file = format!("indices/{data}");
            match files.get(&table_file) {
                Some(text) => read_edition(&definition, edition, &table_file, text, catalogue, faults),
                None => faults.push(fault_of(DefinitionRule::UnknownReference, data, "data")),
            }
            used.insert(table_file);
        }
    }
    for file in files.keys().filter(|path| path.starts_with("indices/") && path.ends_with(".csv") && !used.contains(*path)) {
        faults.push(CatalogueFault::File { file: file.clone(), cause: "no edition names this table".into() });
    }
}

fn read_edition(
    definition: &Definition,
    edition: &Edition,
    file: &str,
    text: &str,
    catalogue: &mut Catalogue,
    faults: &mut Vec<CatalogueFault>,
) {
    let table = match read_table(definition, Some(edition), text) {
        Ok(table) => table,
        Err(found) => {
            faults.extend(found.into_iter().map(|fault| CatalogueFault::Table { file: file.to_owned(), fault }));
            return;
        }
    };
    let dataset = dataset(definition, edition);
    for (position, row) in table.rows.iter().enumerate() {
        let Some((unit, ranked)) = find_unit(definition, edition, row, &catalogue.versions) else {
            let fault = TableFault {
                row: Some(row.file_row),
                column: Some("code".into()),
                unit: Some(row.unit.clone()),
                value: row.code.clone(),
                rule: TableRule::MissingUnit,
                expected: edition.units_as_of.map(|date| date.to_string()),
            };
            faults.push(CatalogueFault::Table { file: file.to_owned(), fault });
            continue;
        };
        catalogue.published_rows.push(PublishedRow {
            dataset: dataset.clone(),
            position: i64::try_from(position).unwrap_or(i64::MAX),
            unit: unit.clone(),
            code: row.code.clone().unwrap_or_default(),
            printed_name: row.unit.clone(),
            rank: row.published.rank.map(i64::from),
            band: row.published.band.clone(),
            ranked,
            source: row.source.clone(),
            note: row.note.clone(),
        });
        add_figures(definition, edition, &dataset, &unit, row, &mut catalogue.observations);
    }
}

/// Name of an edition's table in the store: index and year.
pub fn dataset(definition: &Definition, edition: &Edition) -> String {
    format!("{}-{}", definition.index, edition.year)
}

fn find_unit(definition: &Definition, edition: &Edition, row: &TableRow, versions: &[UnitVersion]) -> Option<(String, bool)> {
    let (code, date) = (row.code.as_deref()?, edition.units_as_of?);
    let matches = |version: &&UnitVersion| version.code == code && version.covers(date);
    let found = versions
        .iter()
        .filter(matches)
        .find(|version| version.level.word() == definition.unit_level)
        .or_else(|| versions.iter().find(|version| matches(version) && version.parent.is_none()))?;
    Some((found.unit.clone(), found.level.word() == definition.unit_level))
}

fn add_figures(definition: &Definition, edition: &Edition, dataset: &str, unit: &str, row: &TableRow, observations: &mut Vec<Observation>) {
    let mut add = |id: NodeId, status, value| {
        let Some(indicator) = definition.nodes[id].indicator.clone() else { return };
        observations.push(Observation {
            indicator,
            unit: unit.to_owned(),
            period: Period::Year(edition.year),
            status,
            value,
            standard_error: None,
            dataset: dataset.to_owned(),
            source: None,
            note: None,
        });
    };
    for (id, node) in definition.nodes.iter().enumerate() {
        let figure = if node.is_input() { row.inputs[id].or(row.published.values[id]) } else { row.published.values[id] };
        match figure {
            Some(value) => add(id, ObservationStatus::Published, Ok(value)),
            None if node.is_input() && edition.components == composite_index::Components::Complete => {
                add(id, ObservationStatus::Missing, Err(NOT_IN_TABLE.to_owned()));
            }
            None => {}
        }
    }
}
