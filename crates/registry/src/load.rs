//! The catalogue into the database, repeatable without effect.

use chrono::{DateTime, Utc};
use platform::{Conn, Db, DbError, on};
use sqlx::{QueryBuilder, query, query_scalar};
use viet_text::{fold, sort_key};

use crate::catalogue::{Catalogue, CatalogueFault, CatalogueFiles};

/// Rows written to PostgreSQL or SQLite in one statement.
const CHUNK: usize = 200;
/// Marks rows that the catalogue owns, so that a newer catalogue may replace them and nothing else.
const ORIGIN: &str = "catalogue";

/// What loading did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loaded {
    /// The database already held this catalogue.
    Unchanged,
    /// This many rows were written.
    Written(usize),
}

/// Why the catalogue could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The catalogue has faults.
    #[error("the catalogue has {} faults", .0.len())]
    Faults(Vec<CatalogueFault>),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<sqlx::Error> for LoadError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// Loads the catalogue in one transaction; does nothing when the database already holds the same one.
///
/// Rows of an older catalogue are replaced, rows of other origin stay.
///
/// # Errors
/// Every fault of the catalogue, or the database's refusal; nothing is changed then.
pub async fn load(db: &Db, files: &CatalogueFiles, now: DateTime<Utc>) -> Result<Loaded, LoadError> {
    let digest = files.digest().map_err(LoadError::Faults)?;
    if stored_digest(db.read().await?.conn()).await?.as_deref() == Some(&digest) {
        return Ok(Loaded::Unchanged);
    }
    let catalogue = files.catalogue().map_err(LoadError::Faults)?;
    let mut write = db.write().await?;
    // Another process may have loaded it while this one was reading files, or be about to: on PostgreSQL loads wait in line here,
    // on SQLite every write does.
    if let Conn::Pg(mut lent) = write.conn() {
        // One load may take some seconds, longer than a write waits otherwise.
        query("SET LOCAL lock_timeout = '60s'").execute(lent.ask()).await?;
        query("LOCK TABLE catalogue_load IN SHARE ROW EXCLUSIVE MODE").execute(lent.ask()).await?;
    }
    if stored_digest(write.conn()).await?.as_deref() == Some(&digest) {
        return Ok(Loaded::Unchanged);
    }
    let rows = replace(write.conn(), &catalogue).await?;
    let (count, loaded_at) = (i64::try_from(rows).unwrap_or(i64::MAX), now);
    on!(write.conn(), c => {
        query("DELETE FROM catalogue_load").execute(&mut *c).await?;
        query("INSERT INTO catalogue_load (part, digest, rows, loaded_at) VALUES ($1, $2, $3, $4)")
            .bind(files.part()).bind(&digest).bind(count).bind(loaded_at).execute(&mut *c).await?;
        query("UPDATE revision SET value = value + 1").execute(&mut *c).await?;
    });
    write.commit().await?;
    tracing::info!(registry.rows = rows, "catalogue loaded");
    Ok(Loaded::Written(rows))
}

async fn stored_digest(conn: Conn<'_>) -> Result<Option<String>, DbError> {
    Ok(on!(conn, c => query_scalar("SELECT digest FROM catalogue_load").fetch_optional(&mut *c).await)?)
}

/// Inserts rows in chunks; the body binds one row.
macro_rules! insert_all {
    ($conn:expr, $head:literal, $rows:expr, |$b:ident, $row:ident| $body:expr) => {{
        for chunk in $rows.chunks(CHUNK) {
            on!($conn.reborrow(), c => {
                let mut builder = QueryBuilder::new($head);
                builder.push_values(chunk, |mut $b, $row| { $body; });
                builder.build().execute(&mut *c).await?;
            });
        }
        $rows.len()
    }};
}

async fn replace(mut conn: Conn<'_>, catalogue: &Catalogue) -> Result<usize, DbError> {
    for statement in [
        "DELETE FROM observation WHERE origin = 'catalogue'",
        "DELETE FROM published_row WHERE origin = 'catalogue'",
        "DELETE FROM indicator WHERE origin = 'catalogue'",
        "DELETE FROM unit_link WHERE origin = 'catalogue'",
        "DELETE FROM unit_version WHERE origin = 'catalogue'",
        "DELETE FROM unit WHERE origin = 'catalogue'",
        "DELETE FROM source WHERE origin = 'catalogue'",
    ] {
        on!(conn.reborrow(), c => query(statement).execute(&mut *c).await.map(drop))?;
    }
    let rows = insert_units(conn.reborrow(), catalogue).await?;
    Ok(rows + insert_figures(conn, catalogue).await?)
}

async fn insert_units(mut conn: Conn<'_>, catalogue: &Catalogue) -> Result<usize, DbError> {
    let mut rows =
        insert_all!(conn, "INSERT INTO source (source, title, issuer, url, licence, note, origin) ", catalogue.sources, |b, row| {
            b.push_bind(&row.source)
                .push_bind(&row.title)
                .push_bind(&row.issuer)
                .push_bind(&row.url)
                .push_bind(&row.licence)
                .push_bind(&row.note)
                .push_bind(ORIGIN)
        });
    let mut units: Vec<&str> = catalogue.versions.iter().map(|version| version.unit.as_str()).collect();
    units.dedup();
    rows += insert_all!(conn, "INSERT INTO unit (unit, origin) ", units, |b, unit| b.push_bind(*unit).push_bind(ORIGIN));
    rows += insert_all!(
        conn,
        "INSERT INTO unit_version (unit, position, code, level, kind, name, short_name, parent, valid_from, valid_to, source, status, note, search_key, sort_key, origin) ",
        catalogue.versions,
        |b, row| {
            b.push_bind(&row.unit).push_bind(row.position).push_bind(&row.code).push_bind(row.level.word()).push_bind(row.kind.word());
            b.push_bind(&row.name).push_bind(&row.short_name).push_bind(&row.parent).push_bind(row.valid_from).push_bind(row.valid_to);
            b.push_bind(&row.source)
                .push_bind(row.status.word())
                .push_bind(&row.note)
                .push_bind(fold(&row.name))
                .push_bind(sort_key(&row.short_name))
                .push_bind(ORIGIN)
        }
    );
    rows += insert_all!(
        conn,
        "INSERT INTO unit_link (from_unit, to_unit, date, extent, source, status, note, origin) ",
        catalogue.links,
        |b, row| {
            b.push_bind(&row.from).push_bind(&row.to).push_bind(row.date).push_bind(row.extent.word()).push_bind(&row.source);
            b.push_bind(row.status.word()).push_bind(&row.note).push_bind(ORIGIN)
        }
    );
    Ok(rows)
}

async fn insert_figures(mut conn: Conn<'_>, catalogue: &Catalogue) -> Result<usize, DbError> {
    let mut rows = insert_all!(
        conn,
        "INSERT INTO indicator (indicator, name_vi, name_en, name_status, unit_vi, unit_en, direction, decimals, valid_from_year, valid_to_year, source, note, search_key, origin) ",
        catalogue.indicators,
        |b, row| {
            b.push_bind(&row.indicator).push_bind(&row.name_vi).push_bind(&row.name_en).push_bind(row.name_status.word());
            b.push_bind(&row.unit_vi).push_bind(&row.unit_en).push_bind(row.direction.word()).push_bind(i64::from(row.decimals));
            b.push_bind(row.valid_from_year.map(i64::from)).push_bind(row.valid_to_year.map(i64::from)).push_bind(&row.source);
            b.push_bind(&row.note).push_bind(fold(&format!("{} {}", row.name_vi, row.name_en))).push_bind(ORIGIN)
        }
    );
    rows += insert_all!(
        conn,
        "INSERT INTO observation (indicator, unit, period, status, value, missing_reason, standard_error, dataset, source, note, origin) ",
        catalogue.observations,
        |b, row| {
            let (value, reason) = match &row.value {
                Ok(value) => (Some(value.to_string()), None),
                Err(reason) => (None, Some(reason.clone())),
            };
            b.push_bind(&row.indicator)
                .push_bind(&row.unit)
                .push_bind(row.period.to_string())
                .push_bind(row.status.word())
                .push_bind(value);
            b.push_bind(reason).push_bind(row.standard_error.map(|error| error.to_string())).push_bind(&row.dataset).push_bind(&row.source);
            b.push_bind(&row.note).push_bind(ORIGIN)
        }
    );
    rows += insert_all!(
        conn,
        "INSERT INTO published_row (dataset, position, unit, code, printed_name, rank, band, ranked, source, note, origin) ",
        catalogue.published_rows,
        |b, row| {
            b.push_bind(&row.dataset).push_bind(row.position).push_bind(&row.unit).push_bind(&row.code).push_bind(&row.printed_name);
            b.push_bind(row.rank)
                .push_bind(&row.band)
                .push_bind(i64::from(row.ranked))
                .push_bind(&row.source)
                .push_bind(&row.note)
                .push_bind(ORIGIN)
        }
    );
    Ok(rows)
}
