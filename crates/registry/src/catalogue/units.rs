//! Units, links and sources: `units/*.csv`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::sheet::{Row, Sheet};
use super::{Catalogue, CatalogueFault, SheetFault, SheetRule};
use crate::model::{Extent, Kind, Level, RecordStatus, SourceRecord, UnitLink, UnitVersion};

const VERSION_COLUMNS: [&str; 12] =
    ["unit", "code", "level", "kind", "name", "short_name", "parent", "valid_from", "valid_to", "source", "status", "note"];
const LINK_COLUMNS: [&str; 7] = ["from", "to", "date", "extent", "source", "status", "note"];
const SOURCE_COLUMNS: [&str; 6] = ["source", "title", "issuer", "url", "licence", "note"];

/// Where a version stands, for faults found after reading.
struct Place {
    file: String,
    row: usize,
}

pub(super) fn read(files: &BTreeMap<String, String>, catalogue: &mut Catalogue, faults: &mut Vec<CatalogueFault>) {
    let mut places = Vec::new();
    let mut link_lines = Vec::new();
    for (file, text) in files.iter().filter(|(path, _)| path.starts_with("units/") && path.ends_with(".csv")) {
        match file.as_str() {
            "units/links.csv" => link_lines = read_links(file, text, catalogue, faults),
            "units/sources.csv" => read_sources(file, text, catalogue, faults),
            _ => {
                for row in Sheet::read(file, text, &VERSION_COLUMNS, faults).rows() {
                    if let Some(version) = read_version(row, faults) {
                        catalogue.versions.push(version);
                        places.push(Place { file: file.clone(), row: row.line });
                    }
                }
            }
        }
    }
    check_versions(catalogue, &places, faults);
    check_links(catalogue, &link_lines, faults);
    number_versions(catalogue);
}

fn read_version(row: Row<'_>, faults: &mut Vec<CatalogueFault>) -> Option<UnitVersion> {
    let unit = row.needed("unit", faults);
    let code = row.needed("code", faults);
    let level = row.word("level", Level::ALL, Level::word, faults);
    let kind = row.word("kind", Kind::ALL, Kind::word, faults);
    let name = row.needed("name", faults);
    let short_name = row.needed("short_name", faults);
    let source = row.needed("source", faults);
    let status = row.word("status", RecordStatus::ALL, RecordStatus::word, faults);
    let (valid_from, valid_to) = (row.date("valid_from", faults), row.date("valid_to", faults));
    Some(UnitVersion {
        unit: unit?,
        position: 0,
        code: code?,
        level: level?,
        kind: kind?,
        name: name?,
        short_name: short_name?,
        parent: row.text("parent"),
        valid_from,
        valid_to,
        source: source?,
        status: status?,
        note: row.text("note"),
    })
}

/// Reads the links; answers the line of each.
fn read_links(file: &str, text: &str, catalogue: &mut Catalogue, faults: &mut Vec<CatalogueFault>) -> Vec<usize> {
    let mut lines = Vec::new();
    let mut seen = BTreeSet::new();
    for row in Sheet::read(file, text, &LINK_COLUMNS, faults).rows() {
        let (from, to) = (row.needed("from", faults), row.needed("to", faults));
        if row.needed("date", faults).is_none() {
            continue;
        }
        let date = row.date("date", faults);
        let extent = row.word("extent", Extent::ALL, Extent::word, faults);
        let source = row.needed("source", faults);
        let status = row.word("status", RecordStatus::ALL, RecordStatus::word, faults);
        let (Some(from), Some(to), Some(date), Some(extent), Some(source), Some(status)) = (from, to, date, extent, source, status) else {
            continue;
        };
        if !seen.insert((from.clone(), to.clone(), date)) {
            row.fault("from", &from, SheetRule::Duplicate, &to, faults);
        }
        catalogue.links.push(UnitLink { from, to, date, extent, source, status, note: row.text("note") });
        lines.push(row.line);
    }
    lines
}

fn read_sources(file: &str, text: &str, catalogue: &mut Catalogue, faults: &mut Vec<CatalogueFault>) {
    for row in Sheet::read(file, text, &SOURCE_COLUMNS, faults).rows() {
        let source = row.needed("source", faults);
        let title = row.needed("title", faults);
        let licence = row.needed("licence", faults);
        if let (Some(source), Some(title), Some(licence)) = (source, title, licence) {
            if catalogue.sources.iter().any(|known| known.source == source) {
                row.fault("source", &source, SheetRule::Duplicate, "", faults);
            }
            let issuer = row.cell("issuer").to_owned();
            catalogue.sources.push(SourceRecord { source, title, issuer, url: row.text("url"), licence, note: row.text("note") });
        }
    }
}

fn note(place: &Place, column: &str, value: &str, rule: SheetRule, expected: String, faults: &mut Vec<CatalogueFault>) {
    let fault = SheetFault { row: place.row, column: column.into(), value: value.into(), rule, expected };
    faults.push(CatalogueFault::Sheet { file: place.file.clone(), fault });
}

/// First and last day with the open ends closed, for comparing.
fn span(version: &UnitVersion) -> (NaiveDate, NaiveDate) {
    (version.valid_from.unwrap_or(NaiveDate::MIN), version.valid_to.unwrap_or(NaiveDate::MAX))
}

fn check_versions(catalogue: &Catalogue, places: &[Place], faults: &mut Vec<CatalogueFault>) {
    let sources: BTreeSet<&str> = catalogue.sources.iter().map(|source| source.source.as_str()).collect();
    let mut by_unit: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut by_code: BTreeMap<(Level, &str), Vec<usize>> = BTreeMap::new();
    for (index, version) in catalogue.versions.iter().enumerate() {
        by_unit.entry(&version.unit).or_default().push(index);
        by_code.entry((version.level, &version.code)).or_default().push(index);
        for source in version.source.split(';').map(str::trim).filter(|source| !sources.contains(source)) {
            note(&places[index], "source", source, SheetRule::UnknownReference, "units/sources.csv".into(), faults);
        }
        let (from, to) = span(version);
        if from > to {
            note(&places[index], "valid_to", &to.to_string(), SheetRule::Overlap, format!("≥ {from}"), faults);
        }
    }
    for (indices, rule) in
        by_unit.values().map(|found| (found, SheetRule::Overlap)).chain(by_code.values().map(|found| (found, SheetRule::CodeTwice)))
    {
        for (position, first) in indices.iter().enumerate() {
            for second in &indices[position + 1..] {
                let (a, b) = (span(&catalogue.versions[*first]), span(&catalogue.versions[*second]));
                if a.0 <= b.1 && b.0 <= a.1 {
                    let expected = format!("{}: {}", places[*first].file, places[*first].row);
                    note(&places[*second], "valid_from", &catalogue.versions[*second].code, rule, expected, faults);
                }
            }
        }
    }
    for (index, version) in catalogue.versions.iter().enumerate() {
        let Some(parent) = &version.parent else { continue };
        let Some(parents) = by_unit.get(parent.as_str()) else {
            note(&places[index], "parent", parent, SheetRule::UnknownReference, String::new(), faults);
            continue;
        };
        let begins = parents.iter().map(|parent| span(&catalogue.versions[*parent]).0).min();
        let ends = parents.iter().map(|parent| span(&catalogue.versions[*parent]).1).max();
        let (from, to) = span(version);
        if begins.is_some_and(|begins| begins > from) || ends.is_some_and(|ends| ends < to) {
            note(&places[index], "parent", parent, SheetRule::ParentTime, version.unit.clone(), faults);
        }
    }
}

fn check_links(catalogue: &Catalogue, lines: &[usize], faults: &mut Vec<CatalogueFault>) {
    let units: BTreeSet<&str> = catalogue.versions.iter().map(|version| version.unit.as_str()).collect();
    for (index, link) in catalogue.links.iter().enumerate() {
        for (column, unit) in [("from", &link.from), ("to", &link.to)] {
            if !units.contains(unit.as_str()) {
                let place = Place { file: "units/links.csv".into(), row: lines.get(index).copied().unwrap_or_default() };
                note(&place, column, unit, SheetRule::UnknownReference, String::new(), faults);
            }
        }
    }
}

fn number_versions(catalogue: &mut Catalogue) {
    catalogue.versions.sort_by(|a, b| a.unit.cmp(&b.unit).then(span(a).0.cmp(&span(b).0)));
    let mut position = 0;
    for index in 0..catalogue.versions.len() {
        position = if index > 0 && catalogue.versions[index].unit == catalogue.versions[index - 1].unit { position + 1 } else { 0 };
        catalogue.versions[index].position = position;
    }
}
