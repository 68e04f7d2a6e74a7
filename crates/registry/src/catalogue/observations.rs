//! Figures outside of index tables: `observations/*.csv`.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::sheet::{Row, Sheet};
use super::{Catalogue, CatalogueFault, SheetRule};
use crate::model::{Observation, ObservationStatus};
use crate::period::Period;

const COLUMNS: [&str; 10] =
    ["indicator", "code", "units_as_of", "period", "value", "standard_error", "status", "dataset", "source", "note"];

pub(super) fn read(files: &BTreeMap<String, String>, catalogue: &mut Catalogue, faults: &mut Vec<CatalogueFault>) {
    let key = |observation: &Observation| (observation.indicator.clone(), observation.unit.clone(), observation.period, observation.status);
    let mut seen: BTreeSet<_> = catalogue.observations.iter().map(key).collect();
    for (file, text) in files.iter().filter(|(path, _)| path.starts_with("observations/") && path.ends_with(".csv")) {
        for row in Sheet::read(file, text, &COLUMNS, faults).rows() {
            let Some(observation) = read_row(row, catalogue, faults) else { continue };
            if !seen.insert(key(&observation)) {
                row.fault("indicator", &observation.indicator, SheetRule::Duplicate, &observation.unit, faults);
            }
            catalogue.observations.push(observation);
        }
    }
}

fn read_row(row: Row<'_>, catalogue: &Catalogue, faults: &mut Vec<CatalogueFault>) -> Option<Observation> {
    let indicator = row.needed("indicator", faults).filter(|indicator| {
        let known = catalogue.indicators.iter().any(|known| known.indicator == *indicator);
        if !known {
            row.fault("indicator", indicator, SheetRule::UnknownReference, "catalogue/indicators", faults);
        }
        known
    });
    let unit = read_unit(row, catalogue, faults);
    let period = row.needed("period", faults).and_then(|text| {
        let period = text.parse::<Period>().ok();
        if period.is_none() {
            row.fault("period", &text, SheetRule::NotADate, "2018, 2018-H1, 2018-Q3, 2018-04, 2018-RQ1", faults);
        }
        period
    });
    let value = row.needed("value", faults).and_then(|_| decimal(row, "value", faults));
    let standard_error = decimal(row, "standard_error", faults);
    // A catalogue figure has a value; why one is missing is told by the table that should hold it.
    let held: Vec<ObservationStatus> =
        ObservationStatus::ALL.iter().copied().filter(|status| *status != ObservationStatus::Missing).collect();
    let status = row.word("status", &held, ObservationStatus::word, faults);
    let (dataset, source) = (row.needed("dataset", faults), row.needed("source", faults));
    Some(Observation {
        indicator: indicator?,
        unit: unit?,
        period: period?,
        status: status?,
        value: Ok(value?),
        standard_error,
        dataset: dataset?,
        source: Some(source?),
        note: row.text("note"),
    })
}

/// The unit that the code means at the date, on the highest level that knows the code.
fn read_unit(row: Row<'_>, catalogue: &Catalogue, faults: &mut Vec<CatalogueFault>) -> Option<String> {
    let code = row.needed("code", faults);
    row.needed("units_as_of", faults)?;
    let (code, date) = (code?, row.date("units_as_of", faults)?);
    let found =
        catalogue.versions.iter().filter(|version| version.code == code && version.covers(date)).min_by_key(|version| version.level);
    if found.is_none() {
        row.fault("code", &code, SheetRule::UnknownReference, &date.to_string(), faults);
    }
    found.map(|version| version.unit.clone())
}

fn decimal(row: Row<'_>, column: &str, faults: &mut Vec<CatalogueFault>) -> Option<Decimal> {
    let text = row.text(column)?;
    let value = Decimal::from_str_exact(&text).ok();
    if value.is_none() {
        row.fault(column, &text, SheetRule::NotANumber, "72.9", faults);
    }
    value
}
