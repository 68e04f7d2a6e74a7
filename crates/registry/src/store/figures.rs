//! Indicators, published tables and their figures.

use std::collections::BTreeMap;

use platform::{Conn, DbError, on};
use rust_decimal::Decimal;
use sqlx::{FromRow, query_as, query_scalar};

use super::stored;
use crate::model::{Indicator, IndicatorDirection, NameStatus, Observation, ObservationStatus, PublishedRow, SourceRecord};
use crate::period::Period;

/// A published table as it stands in the store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EditionRows {
    /// Rows in the order of the table.
    pub rows: Vec<PublishedRow>,
    /// Figures of the table.
    pub observations: Vec<Observation>,
}

#[derive(FromRow)]
struct PublishedRowRecord {
    dataset: String,
    position: i64,
    unit: String,
    code: String,
    printed_name: String,
    rank: Option<i64>,
    band: Option<String>,
    ranked: i64,
    source: Option<String>,
    note: Option<String>,
}

#[derive(FromRow)]
struct ObservationRecord {
    indicator: String,
    unit: String,
    period: String,
    status: String,
    value: Option<String>,
    missing_reason: Option<String>,
    standard_error: Option<String>,
    dataset: String,
    source: Option<String>,
    note: Option<String>,
}

fn decimal(text: &str, column: &str) -> Result<Decimal, sqlx::Error> {
    stored(Decimal::from_str_exact(text).ok(), column, text)
}

impl ObservationRecord {
    fn into_observation(self) -> Result<Observation, sqlx::Error> {
        let value = match &self.value {
            Some(value) => Ok(decimal(value, "value")?),
            None => Err(self.missing_reason.unwrap_or_default()),
        };
        Ok(Observation {
            period: stored(self.period.parse::<Period>().ok(), "period", &self.period)?,
            status: stored(ObservationStatus::of(&self.status), "status", &self.status)?,
            standard_error: self.standard_error.as_deref().map(|error| decimal(error, "standard_error")).transpose()?,
            indicator: self.indicator,
            unit: self.unit,
            value,
            dataset: self.dataset,
            source: self.source,
            note: self.note,
        })
    }
}

/// Number that grows with every change of the registry.
///
/// # Errors
/// When the database does not answer.
pub async fn revision(conn: Conn<'_>) -> Result<i64, DbError> {
    Ok(on!(conn, c => query_scalar("SELECT value FROM revision WHERE id = 1").fetch_one(&mut *c).await)?)
}

/// Which catalogue the database holds.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct CatalogueState {
    /// Where it came from, [`crate::catalogue::CatalogueFiles::part`].
    pub part: String,
    /// Digest of its files.
    pub digest: String,
    /// Number of its rows.
    pub rows: i64,
}

/// The catalogue in the database, if one was loaded.
///
/// # Errors
/// When the database does not answer.
pub async fn catalogue_state(conn: Conn<'_>) -> Result<Option<CatalogueState>, DbError> {
    Ok(on!(conn, c => query_as("SELECT part, digest, rows FROM catalogue_load").fetch_optional(&mut *c).await)?)
}

/// Every published table with its figures, by dataset.
///
/// # Errors
/// When the database does not answer.
pub async fn edition_rows(mut conn: Conn<'_>) -> Result<BTreeMap<String, EditionRows>, DbError> {
    const ROWS: &str = "SELECT dataset, position, unit, code, printed_name, rank, band, ranked, source, note FROM published_row ORDER BY dataset, position";
    const FIGURES: &str = "SELECT indicator, unit, period, status, value, missing_reason, standard_error, dataset, source, note FROM observation \
        WHERE dataset IN (SELECT dataset FROM published_row) ORDER BY dataset, unit, indicator, status";
    let mut editions: BTreeMap<String, EditionRows> = BTreeMap::new();
    let rows: Vec<PublishedRowRecord> = on!(conn.reborrow(), c => query_as(ROWS).fetch_all(&mut *c).await)?;
    for row in rows {
        let entry = editions.entry(row.dataset.clone()).or_default();
        entry.rows.push(PublishedRow {
            dataset: row.dataset,
            position: row.position,
            unit: row.unit,
            code: row.code,
            printed_name: row.printed_name,
            rank: row.rank,
            band: row.band,
            ranked: row.ranked != 0,
            source: row.source,
            note: row.note,
        });
    }
    let figures: Vec<ObservationRecord> = on!(conn, c => query_as(FIGURES).fetch_all(&mut *c).await)?;
    for figure in figures {
        if let Some(entry) = editions.get_mut(&figure.dataset) {
            entry.observations.push(figure.into_observation()?);
        }
    }
    Ok(editions)
}

/// Figures of a unit that belong to no published index table, by period and indicator.
///
/// # Errors
/// When the database does not answer.
pub async fn other_observations(conn: Conn<'_>, unit: &str) -> Result<Vec<Observation>, DbError> {
    const SQL: &str = "SELECT indicator, unit, period, status, value, missing_reason, standard_error, dataset, source, note FROM observation \
        WHERE unit = $1 AND dataset NOT IN (SELECT dataset FROM published_row) ORDER BY period DESC, indicator, status";
    let records: Vec<ObservationRecord> = on!(conn, c => query_as(SQL).bind(unit).fetch_all(&mut *c).await)?;
    Ok(records.into_iter().map(ObservationRecord::into_observation).collect::<Result<_, _>>()?)
}

#[derive(FromRow)]
struct IndicatorRecord {
    indicator: String,
    name_vi: String,
    name_en: String,
    name_status: String,
    unit_vi: String,
    unit_en: String,
    direction: String,
    decimals: i64,
    valid_from_year: Option<i64>,
    valid_to_year: Option<i64>,
    source: String,
    note: Option<String>,
}

/// Every indicator, by code.
///
/// # Errors
/// When the database does not answer.
pub async fn indicators(conn: Conn<'_>) -> Result<BTreeMap<String, Indicator>, DbError> {
    const SQL: &str = "SELECT indicator, name_vi, name_en, name_status, unit_vi, unit_en, direction, decimals, valid_from_year, valid_to_year, source, note \
        FROM indicator ORDER BY indicator";
    let records: Vec<IndicatorRecord> = on!(conn, c => query_as(SQL).fetch_all(&mut *c).await)?;
    let mut indicators = BTreeMap::new();
    for record in records {
        let year = |year: Option<i64>| year.and_then(|year| i32::try_from(year).ok());
        let indicator = Indicator {
            name_status: stored(NameStatus::of(&record.name_status), "name_status", &record.name_status)?,
            direction: stored(IndicatorDirection::of(&record.direction), "direction", &record.direction)?,
            decimals: stored(u32::try_from(record.decimals).ok(), "decimals", "")?,
            valid_from_year: year(record.valid_from_year),
            valid_to_year: year(record.valid_to_year),
            indicator: record.indicator.clone(),
            name_vi: record.name_vi,
            name_en: record.name_en,
            unit_vi: record.unit_vi,
            unit_en: record.unit_en,
            source: record.source,
            note: record.note,
        };
        indicators.insert(record.indicator, indicator);
    }
    Ok(indicators)
}

#[derive(FromRow)]
struct SourceRow {
    source: String,
    title: String,
    issuer: String,
    url: Option<String>,
    licence: String,
    note: Option<String>,
}

/// The sources of unit facts, by key.
///
/// # Errors
/// When the database does not answer.
pub async fn source_records(conn: Conn<'_>) -> Result<BTreeMap<String, SourceRecord>, DbError> {
    const SQL: &str = "SELECT source, title, issuer, url, licence, note FROM source ORDER BY source";
    let rows: Vec<SourceRow> = on!(conn, c => query_as(SQL).fetch_all(&mut *c).await)?;
    let record = |row: SourceRow| SourceRecord {
        source: row.source,
        title: row.title,
        issuer: row.issuer,
        url: row.url,
        licence: row.licence,
        note: row.note,
    };
    Ok(rows.into_iter().map(|row| (row.source.clone(), record(row))).collect())
}
