//! Opinions on leaves, and where each leaf stands.

use chrono::{DateTime, Utc};
use platform::{Conn, DbError, on};
use rust_decimal::Decimal;
use sqlx::{FromRow, query, query_as, query_scalar};

use super::{decimal, stored};
use crate::model::{Opinion, Phase, Ruling, Side, Verdict};

#[derive(FromRow)]
struct OpinionRow {
    opinion: String,
    leaf: String,
    phase: String,
    side: String,
    verdict: String,
    points: Option<String>,
    reason: Option<String>,
    name: String,
    given_at: DateTime<Utc>,
}

impl OpinionRow {
    fn read(self) -> Result<Opinion, sqlx::Error> {
        Ok(Opinion {
            phase: stored(Phase::of(&self.phase), "phase", &self.phase)?,
            side: stored(Side::of(&self.side), "side", &self.side)?,
            verdict: stored(Verdict::of(&self.verdict), "verdict", &self.verdict)?,
            points: self.points.map(|points| decimal(&points, "points")).transpose()?,
            key: self.opinion,
            leaf: self.leaf,
            reason: self.reason,
            name: self.name,
            given_at: self.given_at,
        })
    }
}

macro_rules! opinion_query {
    ($rest:literal) => {
        concat!(
            "SELECT o.opinion, o.leaf, o.phase, o.side, o.verdict, o.points, o.reason, COALESCE(p.name, o.account) AS name, o.given_at \
             FROM campaign_opinion o LEFT JOIN account p ON p.account = o.account ",
            $rest
        )
    };
}

/// Every thread of a unit, by leaf and time.
pub(crate) async fn threads(conn: Conn<'_>, campaign: &str, unit: &str) -> Result<Vec<Opinion>, DbError> {
    const SQL: &str = opinion_query!("WHERE o.campaign = $1 AND o.unit = $2 ORDER BY o.leaf, o.given_at, o.opinion");
    let rows: Vec<OpinionRow> = on!(conn, c => query_as(SQL).bind(campaign).bind(unit).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(OpinionRow::read).collect::<Result<_, _>>()?)
}

/// An opinion to be written.
#[derive(Clone, Copy)]
pub(crate) struct NewOpinion<'a> {
    pub(crate) key: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) leaf: &'a str,
    pub(crate) phase: Phase,
    pub(crate) side: Side,
    pub(crate) verdict: Verdict,
    pub(crate) points: Option<Decimal>,
    pub(crate) reason: Option<&'a str>,
    pub(crate) account: &'a str,
    pub(crate) at: DateTime<Utc>,
}

pub(crate) async fn insert_opinion(conn: Conn<'_>, campaign: &str, new: &NewOpinion<'_>) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO campaign_opinion (opinion, campaign, unit, leaf, phase, side, verdict, points, reason, account, given_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    Ok(on!(conn, c => query(SQL)
        .bind(new.key)
        .bind(campaign)
        .bind(new.unit)
        .bind(new.leaf)
        .bind(new.phase.word())
        .bind(new.side.word())
        .bind(new.verdict.word())
        .bind(new.points.map(|points| points.to_string()))
        .bind(new.reason)
        .bind(new.account)
        .bind(new.at)
        .execute(&mut *c)
        .await
        .map(drop))?)
}

/// The ruling that follows from an opinion: an answer of the unit leaves the last ruling as it is and only lengthens the thread.
///
/// `said` is what the person said, which is another word than the verdict where somebody agrees to what another gave.
pub(crate) async fn put_ruling(conn: Conn<'_>, campaign: &str, new: &NewOpinion<'_>, said: Verdict) -> Result<(), DbError> {
    const LONGER: &str =
        "UPDATE campaign_ruling SET opinions = opinions + 1, version = version + 1 WHERE campaign = $1 AND unit = $2 AND leaf = $3";
    const PUT: &str = "INSERT INTO campaign_ruling (campaign, unit, leaf, verdict, side, points, reason, account, opinions, ruled_at, version, said) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, 1, $10) ON CONFLICT (campaign, unit, leaf) DO UPDATE SET verdict = excluded.verdict, \
        said = excluded.said, side = excluded.side, points = excluded.points, reason = excluded.reason, account = excluded.account, ruled_at = excluded.ruled_at, \
        opinions = campaign_ruling.opinions + 1, version = campaign_ruling.version + 1";
    if new.verdict == Verdict::Answer {
        return Ok(on!(conn, c => query(LONGER).bind(campaign).bind(new.unit).bind(new.leaf).execute(&mut *c).await.map(drop))?);
    }
    Ok(on!(conn, c => query(PUT)
        .bind(campaign)
        .bind(new.unit)
        .bind(new.leaf)
        .bind(new.verdict.word())
        .bind(new.side.word())
        .bind(new.points.map(|points| points.to_string()))
        .bind(new.reason)
        .bind(new.account)
        .bind(new.at)
        .bind(said.word())
        .execute(&mut *c)
        .await
        .map(drop))?)
}

#[derive(FromRow)]
struct RulingRow {
    unit: String,
    leaf: String,
    verdict: String,
    said: String,
    side: String,
    points: Option<String>,
    reason: Option<String>,
    account: String,
    opinions: i64,
    ruled_at: DateTime<Utc>,
    version: i64,
}

impl RulingRow {
    fn read(self) -> Result<Ruling, sqlx::Error> {
        Ok(Ruling {
            verdict: stored(Verdict::of(&self.verdict), "verdict", &self.verdict)?,
            said: stored(Verdict::of(&self.said), "said", &self.said)?,
            side: stored(Side::of(&self.side), "side", &self.side)?,
            points: self.points.map(|points| decimal(&points, "points")).transpose()?,
            unit: self.unit,
            leaf: self.leaf,
            reason: self.reason,
            account: self.account,
            opinions: self.opinions,
            ruled_at: self.ruled_at,
            version: self.version,
        })
    }
}

macro_rules! ruling_query {
    ($rest:literal) => {
        concat!("SELECT unit, leaf, verdict, said, side, points, reason, account, opinions, ruled_at, version FROM campaign_ruling ", $rest)
    };
}

pub(crate) async fn ruling(conn: Conn<'_>, campaign: &str, unit: &str, leaf: &str) -> Result<Option<Ruling>, DbError> {
    const SQL: &str = ruling_query!("WHERE campaign = $1 AND unit = $2 AND leaf = $3");
    let row: Option<RulingRow> = on!(conn, c => query_as(SQL).bind(campaign).bind(unit).bind(leaf).fetch_optional(&mut *c).await)?;
    Ok(row.map(RulingRow::read).transpose()?)
}

pub(crate) async fn rulings_of_unit(conn: Conn<'_>, campaign: &str, unit: &str) -> Result<Vec<Ruling>, DbError> {
    const SQL: &str = ruling_query!("WHERE campaign = $1 AND unit = $2 ORDER BY leaf");
    let rows: Vec<RulingRow> = on!(conn, c => query_as(SQL).bind(campaign).bind(unit).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(RulingRow::read).collect::<Result<_, _>>()?)
}

pub(crate) async fn rulings_of_leaf(conn: Conn<'_>, campaign: &str, leaf: &str) -> Result<Vec<Ruling>, DbError> {
    const SQL: &str = ruling_query!("WHERE campaign = $1 AND leaf = $2 ORDER BY unit");
    let rows: Vec<RulingRow> = on!(conn, c => query_as(SQL).bind(campaign).bind(leaf).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(RulingRow::read).collect::<Result<_, _>>()?)
}

/// The same for some units alone.
pub(crate) async fn rulings_of_leaf_for(conn: Conn<'_>, campaign: &str, leaf: &str, units: &[&str]) -> Result<Vec<Ruling>, DbError> {
    const LITE: &str = ruling_query!("WHERE campaign = $1 AND leaf = $2 AND unit IN (SELECT value FROM json_each($3)) ORDER BY unit");
    const PG: &str =
        ruling_query!("WHERE campaign = $1 AND leaf = $2 AND unit IN (SELECT json_array_elements_text($3::json)) ORDER BY unit");
    let sql = if matches!(conn, Conn::Lite(_)) { LITE } else { PG };
    let units = serde_json::Value::from(units).to_string();
    let rows: Vec<RulingRow> = on!(conn, c => query_as(sql).bind(campaign).bind(leaf).bind(&units).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(RulingRow::read).collect::<Result<_, _>>()?)
}

/// What the council decided itself, by unit and leaf.
pub(crate) async fn council_rulings(conn: Conn<'_>, campaign: &str) -> Result<Vec<Ruling>, DbError> {
    const SQL: &str = ruling_query!("WHERE campaign = $1 AND side = 'council' ORDER BY unit, leaf");
    let rows: Vec<RulingRow> = on!(conn, c => query_as(SQL).bind(campaign).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(RulingRow::read).collect::<Result<_, _>>()?)
}

pub(crate) async fn all_rulings(conn: Conn<'_>, campaign: &str) -> Result<Vec<Ruling>, DbError> {
    const SQL: &str = ruling_query!("WHERE campaign = $1");
    let rows: Vec<RulingRow> = on!(conn, c => query_as(SQL).bind(campaign).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(RulingRow::read).collect::<Result<_, _>>()?)
}

/// Whether anything was said of a leaf of any unit of a block.
pub(crate) async fn leaf_has_rulings(conn: Conn<'_>, campaign: &str, block: &str, leaf: &str) -> Result<bool, DbError> {
    const SQL: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM campaign_ruling r JOIN campaign_unit u ON u.campaign = r.campaign AND u.unit = r.unit \
        WHERE r.campaign = $1 AND u.block = $2 AND r.leaf = $3";
    let count: i64 = on!(conn, c => query_scalar(SQL).bind(campaign).bind(block).bind(leaf).fetch_one(&mut *c).await)?;
    Ok(count > 0)
}

/// Number of rulings of each unit that end a leaf, and of those that wait for the unit's answer: unit, ruled, asked.
pub(crate) async fn ruling_counts(conn: Conn<'_>, campaign: &str) -> Result<Vec<(String, i64, i64)>, DbError> {
    const SQL: &str = "SELECT unit, CAST(SUM(CASE WHEN verdict IN ('agree', 'set', 'not-applicable') THEN 1 ELSE 0 END) AS BIGINT), \
        CAST(SUM(CASE WHEN verdict = 'ask' THEN 1 ELSE 0 END) AS BIGINT) FROM campaign_ruling WHERE campaign = $1 GROUP BY unit ORDER BY unit";
    Ok(on!(conn, c => query_as(SQL).bind(campaign).fetch_all(&mut *c).await)?)
}

/// What appraisers ruled, for comparing them: account, name, unit, leaf, verdict, points.
pub(crate) async fn appraisers_opinions(conn: Conn<'_>, campaign: &str) -> Result<Vec<AppraiserOpinion>, DbError> {
    const SQL: &str = "SELECT o.account, COALESCE(p.name, o.account) AS name, o.unit, o.leaf, o.side, o.points FROM campaign_opinion o \
        LEFT JOIN account p ON p.account = o.account WHERE o.campaign = $1 AND o.side IN ('appraiser', 'second-reader') \
        AND o.verdict IN ('agree', 'set') ORDER BY o.given_at, o.opinion";
    Ok(on!(conn, c => query_as(SQL).bind(campaign).fetch_all(&mut *c).await)?)
}

/// What an appraiser said, for comparing.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct AppraiserOpinion {
    /// The account.
    pub(crate) account: String,
    /// The person's name.
    pub(crate) name: String,
    /// The unit.
    pub(crate) unit: String,
    /// Code of the leaf.
    pub(crate) leaf: String,
    /// First or second reader.
    pub(crate) side: String,
    /// The points.
    pub(crate) points: Option<String>,
}

/// Number of files that each unit cites at a leaf: unit, number.
pub(crate) async fn files_of_leaf(conn: Conn<'_>, campaign: &str, leaf: &str, units: &[&str]) -> Result<Vec<(String, usize)>, DbError> {
    const LITE: &str = "SELECT u.value, CAST(COUNT(*) AS BIGINT) FROM json_each($3) u CROSS JOIN evidence_use e ON e.kind = 'leaf' \
        AND e.thing = $1 || '/' || u.value || '/' || $2 \
        WHERE EXISTS (SELECT 1 FROM evidence p WHERE p.evidence = e.evidence AND p.state = 'active') GROUP BY u.value ORDER BY u.value";
    const PG: &str = "SELECT u.value, CAST(COUNT(*) AS BIGINT) FROM json_array_elements_text($3::json) AS u(value) JOIN evidence_use e \
        ON e.kind = 'leaf' AND e.thing = $1 || '/' || u.value || '/' || $2 \
        WHERE EXISTS (SELECT 1 FROM evidence p WHERE p.evidence = e.evidence AND p.state = 'active') GROUP BY u.value ORDER BY u.value";
    let sql = if matches!(conn, Conn::Lite(_)) { LITE } else { PG };
    let units = serde_json::Value::from(units).to_string();
    let rows: Vec<(String, i64)> = on!(conn, c => query_as(sql).bind(campaign).bind(leaf).bind(&units).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(|(unit, count)| (unit, usize::try_from(count).unwrap_or(0))).collect())
}

/// Content of every file that leaves of a campaign cite: piece of evidence, version, SHA-256.
pub(crate) async fn contents_of_uses(conn: Conn<'_>, campaign: &str) -> Result<Vec<(String, i64, String)>, DbError> {
    // `0` is the sign behind `/`.
    const SQL: &str = "SELECT DISTINCT f.evidence, f.position, f.sha256 FROM evidence_use e \
        JOIN evidence_file f ON f.evidence = e.evidence AND f.position = e.position \
        WHERE e.kind = 'leaf' AND e.thing >= $1 || '/' AND e.thing < $1 || '0'";
    Ok(on!(conn, c => query_as(SQL).bind(campaign).fetch_all(&mut *c).await)?)
}

/// Where leaves of every unit stand, one row for each unit: unit, items of leaf, verdict and points.
pub(crate) async fn all_standings(conn: Conn<'_>, campaign: &str) -> Result<Vec<(String, String)>, DbError> {
    const SQL: &str = "SELECT unit, string_agg(leaf || $2 || verdict || $2 || COALESCE(points, ''), $3) FROM campaign_ruling \
        WHERE campaign = $1 GROUP BY unit ORDER BY unit";
    Ok(on!(conn, c => query_as(SQL).bind(campaign).bind(super::PART).bind(super::ITEM).fetch_all(&mut *c).await)?)
}

/// Why leaves do not apply: unit, leaf, reason.
pub(crate) async fn removal_reasons(conn: Conn<'_>, campaign: &str) -> Result<Vec<(String, String, Option<String>)>, DbError> {
    const SQL: &str =
        "SELECT unit, leaf, reason FROM campaign_ruling WHERE campaign = $1 AND verdict = 'not-applicable' ORDER BY unit, leaf";
    Ok(on!(conn, c => query_as(SQL).bind(campaign).fetch_all(&mut *c).await)?)
}

/// How far a unit is.
#[derive(Debug, Clone, Copy, FromRow)]
pub(crate) struct UnitCounts {
    /// Figures and points it entered.
    pub(crate) entered: i64,
    /// Rulings that end a leaf.
    pub(crate) ruled: i64,
    /// Rulings that wait for its answer.
    pub(crate) questions: i64,
}

/// Columns that say how far a unit `u` of a campaign is: [`UnitCounts`].
macro_rules! unit_count_columns {
    () => {
        "(SELECT CAST(COUNT(*) AS BIGINT) FROM campaign_answer a WHERE a.campaign = u.campaign AND a.unit = u.unit \
         AND a.kind <> 'explanation' AND a.value IS NOT NULL) AS entered, \
         (SELECT CAST(COUNT(*) AS BIGINT) FROM campaign_ruling r WHERE r.campaign = u.campaign AND r.unit = u.unit \
         AND r.verdict IN ('agree', 'set', 'not-applicable')) AS ruled, \
         (SELECT CAST(COUNT(*) AS BIGINT) FROM campaign_ruling r WHERE r.campaign = u.campaign AND r.unit = u.unit \
         AND r.verdict = 'ask') AS questions"
    };
}

pub(crate) use unit_count_columns;

/// How far a unit is.
pub(crate) async fn unit_counts(conn: Conn<'_>, campaign: &str, unit: &str) -> Result<UnitCounts, DbError> {
    const SQL: &str = concat!("SELECT ", unit_count_columns!(), " FROM campaign_unit u WHERE u.campaign = $1 AND u.unit = $2");
    Ok(on!(conn, c => query_as(SQL).bind(campaign).bind(unit).fetch_one(&mut *c).await)?)
}
