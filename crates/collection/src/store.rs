//! Queries. Every one has a test that runs on SQLite and on PostgreSQL.

use chrono::{DateTime, Utc};
use platform::{Conn, DbError, on};
use rust_decimal::Decimal;
use serde::Deserialize;
use sqlx::{FromRow, query, query_as};

use crate::model::{Asked, Collection, CollectionState, CollectionUnit, Figure, Reopening, UnitState};

fn stored<T>(value: Option<T>, column: &str, word: &str) -> Result<T, sqlx::Error> {
    value.ok_or_else(|| sqlx::Error::ColumnDecode { index: column.to_owned(), source: format!("unknown value {word:?}").into() })
}

#[derive(FromRow)]
struct CollectionRow {
    collection: String,
    title: String,
    owner: String,
    period: String,
    opens_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    state: String,
    note: Option<String>,
    made_up: i64,
    version: i64,
}

impl CollectionRow {
    fn read(self) -> Result<Collection, sqlx::Error> {
        Ok(Collection {
            period: stored(self.period.parse().ok(), "period", &self.period)?,
            state: stored(CollectionState::of(&self.state), "state", &self.state)?,
            key: self.collection,
            title: self.title,
            owner: self.owner,
            opens_at: self.opens_at,
            due_at: self.due_at,
            note: self.note,
            made_up: self.made_up != 0,
            version: self.version,
        })
    }
}

macro_rules! collection_query {
    ($rest:literal) => {
        concat!("SELECT collection, title, owner, period, opens_at, due_at, state, note, made_up, version FROM collection ", $rest)
    };
}

pub(crate) async fn collections(conn: Conn<'_>) -> Result<Vec<Collection>, DbError> {
    const SQL: &str = collection_query!("ORDER BY due_at DESC, collection");
    let rows: Vec<CollectionRow> = on!(conn, c => query_as(SQL).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(CollectionRow::read).collect::<Result<_, _>>()?)
}

pub(crate) async fn collection(conn: Conn<'_>, key: &str) -> Result<Option<Collection>, DbError> {
    const SQL: &str = collection_query!("WHERE collection = $1");
    let row: Option<CollectionRow> = on!(conn, c => query_as(SQL).bind(key).fetch_optional(&mut *c).await)?;
    Ok(row.map(CollectionRow::read).transpose()?)
}

#[derive(FromRow)]
struct UnitRow {
    unit: String,
    state: String,
    extended_to: Option<DateTime<Utc>>,
    reason: Option<String>,
    changed_at: Option<DateTime<Utc>>,
    version: i64,
    reopening_reason: Option<String>,
    reopening_asked_at: Option<DateTime<Utc>>,
}

impl UnitRow {
    fn read(self) -> Result<CollectionUnit, sqlx::Error> {
        Ok(CollectionUnit {
            state: stored(UnitState::of(&self.state), "state", &self.state)?,
            unit: self.unit,
            extended_to: self.extended_to,
            reason: self.reason,
            changed_at: self.changed_at,
            version: self.version,
            reopening: self.reopening_reason.zip(self.reopening_asked_at).map(|(reason, asked_at)| Reopening { reason, asked_at }),
        })
    }
}

macro_rules! unit_query {
    ($rest:literal) => {
        concat!(
            "SELECT unit, state, extended_to, reason, changed_at, version, reopening_reason, reopening_asked_at FROM collection_unit ",
            $rest
        )
    };
}

pub(crate) async fn units(conn: Conn<'_>, collection: &str) -> Result<Vec<CollectionUnit>, DbError> {
    const SQL: &str = unit_query!("WHERE collection = $1 ORDER BY unit");
    let rows: Vec<UnitRow> = on!(conn, c => query_as(SQL).bind(collection).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(UnitRow::read).collect::<Result<_, _>>()?)
}

#[derive(FromRow)]
struct PartRow {
    #[sqlx(flatten)]
    collection: CollectionRow,
    unit: String,
    unit_state: String,
    extended_to: Option<DateTime<Utc>>,
    reason: Option<String>,
    changed_at: Option<DateTime<Utc>>,
    unit_version: i64,
    reopening_reason: Option<String>,
    reopening_asked_at: Option<DateTime<Utc>>,
}

impl PartRow {
    fn read(self) -> Result<(Collection, CollectionUnit), sqlx::Error> {
        let part = UnitRow {
            unit: self.unit,
            state: self.unit_state,
            extended_to: self.extended_to,
            reason: self.reason,
            changed_at: self.changed_at,
            version: self.unit_version,
            reopening_reason: self.reopening_reason,
            reopening_asked_at: self.reopening_asked_at,
        };
        Ok((self.collection.read()?, part.read()?))
    }
}

/// Collections with a unit's part in them; `$more` are further columns.
macro_rules! part_query {
    ($more:expr, $rest:literal) => {
        concat!(
            "SELECT c.collection, c.title, c.owner, c.period, c.opens_at, c.due_at, c.state, c.note, c.made_up, c.version, \
             u.unit, u.state AS unit_state, u.extended_to, u.reason, u.changed_at, u.version AS unit_version, \
             u.reopening_reason, u.reopening_asked_at",
            $more,
            " FROM collection c JOIN collection_unit u ON u.collection = c.collection ",
            $rest
        )
    };
}

/// The figures of a unit `u` of a collection as one text, and whether they cite evidence; `$array` and `$rows` make the text. A row for each figure
/// would cost both sides more than all of its words.
macro_rules! figures_text {
    ($before:literal, $array:literal, $rows:literal) => {
        concat!(
            $before,
            "(SELECT CAST(",
            $rows,
            "(",
            $array,
            "(f.indicator, f.value, f.missing_reason, f.note, \
             (SELECT p.name FROM account p WHERE p.account = f.entered_by), f.entered_at, f.version)) AS TEXT) \
             FROM figure f WHERE f.collection = u.collection AND f.unit = u.unit) AS figures, \
             CAST(EXISTS (SELECT 1 FROM evidence_use e WHERE e.kind = 'figure' AND e.thing >= u.collection || '/' || u.unit || '/' \
             AND e.thing < u.collection || '/' || u.unit || '0') AS INTEGER) AS cites"
        )
    };
}

/// What a unit entered.
#[derive(FromRow)]
struct FiguresRow {
    figures: Option<String>,
    cites: i32,
}

impl FiguresRow {
    /// The figures in the order of their indicators, and whether they cite evidence.
    fn read(self) -> Result<(Vec<Figure>, bool), sqlx::Error> {
        let unreadable = |source: serde_json::Error| sqlx::Error::ColumnDecode { index: "figures".to_owned(), source: source.into() };
        let rows: Vec<FigureRow> = self.figures.map_or(Ok(Vec::new()), |text| serde_json::from_str(&text).map_err(unreadable))?;
        let mut figures = rows.into_iter().map(FigureRow::read).collect::<Result<Vec<_>, _>>()?;
        figures.sort_by(|one, other| one.indicator.cmp(&other.indicator));
        Ok((figures, self.cites != 0))
    }
}

/// What a sheet is made of.
pub(crate) struct SheetParts {
    pub(crate) collection: Collection,
    pub(crate) unit: CollectionUnit,
    /// What was entered, in the order of the indicators.
    pub(crate) figures: Vec<Figure>,
    /// Whether a figure cites evidence.
    pub(crate) cites: bool,
}

#[derive(FromRow)]
struct SheetRow {
    #[sqlx(flatten)]
    part: PartRow,
    #[sqlx(flatten)]
    figures: FiguresRow,
}

impl SheetRow {
    fn read(self) -> Result<SheetParts, sqlx::Error> {
        let ((collection, unit), (figures, cites)) = (self.part.read()?, self.figures.read()?);
        Ok(SheetParts { collection, unit, figures, cites })
    }
}

const SHEET_LITE: &str = part_query!(figures_text!(", ", "json_array", "json_group_array"), "WHERE c.collection = $1 AND u.unit = $2");

macro_rules! sheet_query_pg {
    ($rest:literal) => {
        part_query!(figures_text!(", ", "json_build_array", "json_agg"), $rest)
    };
}

/// A collection, a unit's part in it and what the unit entered, by one question: this page is opened more often than any other.
pub(crate) async fn sheet(conn: Conn<'_>, collection: &str, unit: &str) -> Result<Option<SheetParts>, DbError> {
    const PG: &str = sheet_query_pg!("WHERE c.collection = $1 AND u.unit = $2");
    let sql = if matches!(conn, Conn::Lite(_)) { SHEET_LITE } else { PG };
    let row: Option<SheetRow> = on!(conn, c => query_as(sql).bind(collection).bind(unit).fetch_optional(&mut *c).await)?;
    Ok(row.map(SheetRow::read).transpose()?)
}

/// As [`sheet`], with the unit's row held until the transaction ends: steps and entries of one unit take turns. Where PostgreSQL had to wait for the
/// row, the figures are those from before; [`put_figure`] puts nothing in the place of later ones.
pub(crate) async fn sheet_held(conn: Conn<'_>, collection: &str, unit: &str) -> Result<Option<SheetParts>, DbError> {
    const PG: &str = sheet_query_pg!("WHERE c.collection = $1 AND u.unit = $2 FOR UPDATE OF u");
    let sql = if matches!(conn, Conn::Lite(_)) { SHEET_LITE } else { PG };
    let row: Option<SheetRow> = on!(conn, c => query_as(sql).bind(collection).bind(unit).fetch_optional(&mut *c).await)?;
    Ok(row.map(SheetRow::read).transpose()?)
}

/// A collection and a unit's part in it, with the unit's row held until the transaction ends: steps and entries of one unit take turns.
pub(crate) async fn part_held(conn: Conn<'_>, collection: &str, unit: &str) -> Result<Option<(Collection, CollectionUnit)>, DbError> {
    const LITE: &str = part_query!("", "WHERE c.collection = $1 AND u.unit = $2");
    const PG: &str = part_query!("", "WHERE c.collection = $1 AND u.unit = $2 FOR UPDATE OF u");
    let sql = if matches!(conn, Conn::Lite(_)) { LITE } else { PG };
    let row: Option<PartRow> = on!(conn, c => query_as(sql).bind(collection).bind(unit).fetch_optional(&mut *c).await)?;
    Ok(row.map(PartRow::read).transpose()?)
}

/// The open collections in which a unit takes part, newest deadline first: its part, the number of its figures, and of figures asked for.
pub(crate) async fn open_parts(conn: Conn<'_>, unit: &str) -> Result<Vec<(Collection, CollectionUnit, i64, i64)>, DbError> {
    #[derive(FromRow)]
    struct Row {
        #[sqlx(flatten)]
        part: PartRow,
        figures: i64,
        asked: i64,
    }
    const SQL: &str = part_query!(
        ", (SELECT CAST(COUNT(*) AS BIGINT) FROM figure f WHERE f.collection = u.collection AND f.unit = u.unit) AS figures, \
         (SELECT CAST(COUNT(*) AS BIGINT) FROM collection_indicator a WHERE a.collection = u.collection) AS asked",
        "WHERE u.unit = $1 AND c.state = 'open' ORDER BY c.due_at DESC, c.collection"
    );
    let rows: Vec<Row> = on!(conn, c => query_as(SQL).bind(unit).fetch_all(&mut *c).await)?;
    let read = rows.into_iter().map(|row| {
        let (collection, part) = row.part.read()?;
        Ok((collection, part, row.figures, row.asked))
    });
    Ok(read.collect::<Result<_, sqlx::Error>>()?)
}

/// The unit's row, held until the transaction ends: steps and entries of one unit take turns.
pub(crate) async fn unit_held(conn: Conn<'_>, collection: &str, unit: &str) -> Result<Option<CollectionUnit>, DbError> {
    const LITE: &str = unit_query!("WHERE collection = $1 AND unit = $2");
    const PG: &str = unit_query!("WHERE collection = $1 AND unit = $2 FOR UPDATE");
    let sql = if matches!(conn, Conn::Lite(_)) { LITE } else { PG };
    let row: Option<UnitRow> = on!(conn, c => query_as(sql).bind(collection).bind(unit).fetch_optional(&mut *c).await)?;
    Ok(row.map(UnitRow::read).transpose()?)
}

#[derive(FromRow)]
struct AskedRow {
    indicator: String,
    name_vi: String,
    name_en: String,
    unit_vi: String,
    unit_en: String,
    decimals: i64,
    required: i64,
}

pub(crate) async fn asked(conn: Conn<'_>, collection: &str) -> Result<Vec<Asked>, DbError> {
    const SQL: &str = "SELECT a.indicator, i.name_vi, i.name_en, i.unit_vi, i.unit_en, i.decimals, a.required FROM collection_indicator a \
        JOIN indicator i ON i.indicator = a.indicator WHERE a.collection = $1 ORDER BY a.position";
    let rows: Vec<AskedRow> = on!(conn, c => query_as(SQL).bind(collection).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(AskedRow::read).collect())
}

impl AskedRow {
    fn read(self) -> Asked {
        Asked {
            indicator: self.indicator,
            name_vi: self.name_vi,
            name_en: self.name_en,
            unit_vi: self.unit_vi,
            unit_en: self.unit_en,
            decimals: u32::try_from(self.decimals).unwrap_or(0),
            required: self.required != 0,
        }
    }
}

/// A figure as a row, or as an array of the same columns in this order.
#[derive(FromRow, Deserialize)]
struct FigureRow {
    indicator: String,
    value: Option<String>,
    missing_reason: Option<String>,
    note: Option<String>,
    entered_by: Option<String>,
    entered_at: DateTime<Utc>,
    version: i64,
}

impl FigureRow {
    fn read(self) -> Result<Figure, sqlx::Error> {
        let value = match (self.value, self.missing_reason) {
            (Some(text), _) => Ok(stored(text.parse::<Decimal>().ok(), "value", &text)?),
            (None, reason) => Err(reason.unwrap_or_default()),
        };
        Ok(Figure {
            indicator: self.indicator,
            value,
            note: self.note,
            entered_by: self.entered_by,
            entered_at: self.entered_at,
            version: self.version,
        })
    }
}

/// What a unit entered, in the order of the indicators.
pub(crate) async fn figures_of(conn: Conn<'_>, collection: &str, unit: &str) -> Result<Vec<Figure>, DbError> {
    const LITE: &str = concat!(
        figures_text!("SELECT ", "json_array", "json_group_array"),
        " FROM collection_unit u WHERE u.collection = $1 AND u.unit = $2"
    );
    const PG: &str = concat!(
        figures_text!("SELECT ", "json_build_array", "json_agg"),
        " FROM collection_unit u WHERE u.collection = $1 AND u.unit = $2"
    );
    let sql = if matches!(conn, Conn::Lite(_)) { LITE } else { PG };
    let row: Option<FiguresRow> = on!(conn, c => query_as(sql).bind(collection).bind(unit).fetch_optional(&mut *c).await)?;
    Ok(row.map(FiguresRow::read).transpose()?.map(|(figures, _)| figures).unwrap_or_default())
}

/// Every figure of a collection with its unit.
pub(crate) async fn all_figures(conn: Conn<'_>, collection: &str) -> Result<Vec<(String, Figure)>, DbError> {
    #[derive(FromRow)]
    struct Row {
        unit: String,
        #[sqlx(flatten)]
        figure: FigureRow,
    }
    const SQL: &str = "SELECT f.unit, f.indicator, f.value, f.missing_reason, f.note, a.name AS entered_by, f.entered_at, f.version FROM figure f \
        LEFT JOIN account a ON a.account = f.entered_by WHERE f.collection = $1 ORDER BY f.unit, f.indicator";
    let rows: Vec<Row> = on!(conn, c => query_as(SQL).bind(collection).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(|row| Ok((row.unit, row.figure.read()?))).collect::<Result<_, sqlx::Error>>()?)
}

/// Number of figures of each unit of a collection.
pub(crate) async fn counts(conn: Conn<'_>, collection: &str) -> Result<Vec<(String, i64)>, DbError> {
    const SQL: &str = "SELECT unit, CAST(COUNT(*) AS BIGINT) FROM figure WHERE collection = $1 GROUP BY unit ORDER BY unit";
    Ok(on!(conn, c => query_as(SQL).bind(collection).fetch_all(&mut *c).await)?)
}

/// A unit's part with the number of its figures, by one question.
pub(crate) async fn unit_counted(conn: Conn<'_>, collection: &str, unit: &str) -> Result<Option<(CollectionUnit, i64)>, DbError> {
    #[derive(FromRow)]
    struct Row {
        #[sqlx(flatten)]
        unit: UnitRow,
        figures: i64,
    }
    const SQL: &str = "SELECT u.unit, u.state, u.extended_to, u.reason, u.changed_at, u.version, u.reopening_reason, u.reopening_asked_at, \
        (SELECT CAST(COUNT(*) AS BIGINT) FROM figure f WHERE f.collection = u.collection AND f.unit = u.unit) AS figures \
        FROM collection_unit u WHERE u.collection = $1 AND u.unit = $2";
    let row: Option<Row> = on!(conn, c => query_as(SQL).bind(collection).bind(unit).fetch_optional(&mut *c).await)?;
    Ok(row.map(|row| Ok::<_, sqlx::Error>((row.unit.read()?, row.figures))).transpose()?)
}

pub(crate) async fn insert(
    mut conn: Conn<'_>,
    new: &Collection,
    by: &str,
    now: DateTime<Utc>,
    asked: &[(String, bool)],
    units: &[String],
) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO collection (collection, title, owner, period, opens_at, due_at, state, note, made_up, made_by, made_at, version) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)";
    const ASKED: &str = "INSERT INTO collection_indicator (collection, indicator, position, required) VALUES ($1, $2, $3, $4)";
    const UNIT: &str = "INSERT INTO collection_unit (collection, unit, state, version) VALUES ($1, $2, 'open', 1)";
    on!(conn.reborrow(), c => query(SQL)
        .bind(&new.key)
        .bind(&new.title)
        .bind(&new.owner)
        .bind(new.period.to_string())
        .bind(new.opens_at)
        .bind(new.due_at)
        .bind(new.state.word())
        .bind(&new.note)
        .bind(i64::from(new.made_up))
        .bind(by)
        .bind(now)
        .execute(&mut *c)
        .await
        .map(drop))?;
    for (position, (indicator, required)) in asked.iter().enumerate() {
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        on!(conn.reborrow(), c => query(ASKED).bind(&new.key).bind(indicator).bind(position).bind(i64::from(*required)).execute(&mut *c).await.map(drop))?;
    }
    for unit in units {
        on!(conn.reborrow(), c => query(UNIT).bind(&new.key).bind(unit).execute(&mut *c).await.map(drop))?;
    }
    Ok(())
}

pub(crate) async fn set_collection(
    conn: Conn<'_>,
    key: &str,
    version: i64,
    state: CollectionState,
    due_at: DateTime<Utc>,
) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE collection SET state = $1, due_at = $2, version = version + 1 WHERE collection = $3 AND version = $4";
    let done = on!(conn, c => query(SQL).bind(state.word()).bind(due_at).bind(key).bind(version).execute(&mut *c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// What a step leaves behind at a unit.
pub(crate) struct Step<'a> {
    pub(crate) state: UnitState,
    pub(crate) extended_to: Option<DateTime<Utc>>,
    pub(crate) reason: Option<&'a str>,
    pub(crate) by: &'a str,
    pub(crate) at: DateTime<Utc>,
}

pub(crate) async fn set_unit(conn: Conn<'_>, collection: &str, unit: &str, step: &Step<'_>) -> Result<(), DbError> {
    const SQL: &str = "UPDATE collection_unit SET state = $1, extended_to = $2, reason = $3, changed_by = $4, changed_at = $5, version = version + 1, \
        reopening_reason = NULL, reopening_asked_at = NULL WHERE collection = $6 AND unit = $7";
    Ok(on!(conn, c => query(SQL)
        .bind(step.state.word())
        .bind(step.extended_to)
        .bind(step.reason)
        .bind(step.by)
        .bind(step.at)
        .bind(collection)
        .bind(unit)
        .execute(&mut *c)
        .await
        .map(drop))?)
}

/// Writes down that a unit asks for its figures to be opened again.
pub(crate) async fn set_reopening(conn: Conn<'_>, collection: &str, unit: &str, asked: &Reopening) -> Result<(), DbError> {
    const SQL: &str = "UPDATE collection_unit SET reopening_reason = $1, reopening_asked_at = $2 WHERE collection = $3 AND unit = $4";
    Ok(on!(conn, c => query(SQL)
        .bind(&asked.reason)
        .bind(asked.asked_at)
        .bind(collection)
        .bind(unit)
        .execute(&mut *c)
        .await
        .map(drop))?)
}

/// A figure on its way into the table.
pub(crate) struct Put<'a> {
    pub(crate) collection: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) indicator: &'a str,
    pub(crate) value: Result<Decimal, &'a str>,
    pub(crate) note: Option<&'a str>,
    pub(crate) by: &'a str,
    pub(crate) at: DateTime<Utc>,
    /// The version in whose place it comes; 0 where there is no figure yet.
    pub(crate) over: i64,
}

/// Puts a figure into the table; answers whether it came in the place of the version that was meant. If not, nothing was changed.
pub(crate) async fn put_figure(conn: Conn<'_>, put: &Put<'_>) -> Result<bool, DbError> {
    const SQL: &str = "INSERT INTO figure (collection, unit, indicator, value, missing_reason, note, entered_by, entered_at, version) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) ON CONFLICT (collection, unit, indicator) DO UPDATE SET value = excluded.value, \
        missing_reason = excluded.missing_reason, note = excluded.note, entered_by = excluded.entered_by, entered_at = excluded.entered_at, \
        version = figure.version + 1 WHERE figure.version = $9";
    let (value, reason) = match put.value {
        Ok(value) => (Some(value.to_string()), None),
        Err(reason) => (None, Some(reason)),
    };
    Ok(on!(conn, c => query(SQL)
        .bind(put.collection)
        .bind(put.unit)
        .bind(put.indicator)
        .bind(&value)
        .bind(reason)
        .bind(put.note)
        .bind(put.by)
        .bind(put.at)
        .bind(put.over)
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// The files that the figures of a unit cite are locked for good.
pub(crate) async fn lock_evidence(conn: Conn<'_>, collection: &str, unit: &str, at: DateTime<Utc>) -> Result<(), DbError> {
    const SQL: &str = "UPDATE evidence_use SET locked_at = $1 WHERE kind = 'figure' AND locked_at IS NULL AND thing LIKE $2";
    let beginning = format!("{collection}/{unit}/%");
    Ok(on!(conn, c => query(SQL).bind(at).bind(beginning).execute(&mut *c).await.map(drop))?)
}
