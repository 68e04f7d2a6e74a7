//! Campaigns, their blocks, steps and units.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use platform::{Conn, DbError, on};
use sqlx::{FromRow, query, query_as};

use super::{UnitCounts, decimal, stored, unit_count_columns};
use crate::model::{Campaign, CampaignBlock, CampaignUnit, Phase, Step, UnitState};

#[derive(FromRow)]
struct CampaignRow {
    campaign: String,
    title: String,
    year: i64,
    owner: String,
    phase: String,
    follows: Option<String>,
    quorum: String,
    note: Option<String>,
    made_up: i64,
    version: i64,
}

impl CampaignRow {
    fn read(self) -> Result<Campaign, sqlx::Error> {
        Ok(Campaign {
            year: stored(i32::try_from(self.year).ok(), "year", &self.year.to_string())?,
            phase: stored(Phase::of(&self.phase), "phase", &self.phase)?,
            quorum: decimal(&self.quorum, "quorum")?,
            key: self.campaign,
            title: self.title,
            owner: self.owner,
            follows: self.follows,
            note: self.note,
            made_up: self.made_up != 0,
            version: self.version,
        })
    }
}

macro_rules! campaign_query {
    ($rest:literal) => {
        concat!("SELECT campaign, title, year, owner, phase, follows, quorum, note, made_up, version FROM campaign ", $rest)
    };
}

pub(crate) async fn campaigns(conn: Conn<'_>) -> Result<Vec<Campaign>, DbError> {
    const SQL: &str = campaign_query!("ORDER BY year DESC, made_at DESC, campaign");
    let rows: Vec<CampaignRow> = on!(conn, c => query_as(SQL).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(CampaignRow::read).collect::<Result<_, _>>()?)
}

pub(crate) async fn campaign(conn: Conn<'_>, key: &str) -> Result<Option<Campaign>, DbError> {
    const SQL: &str = campaign_query!("WHERE campaign = $1");
    let row: Option<CampaignRow> = on!(conn, c => query_as(SQL).bind(key).fetch_optional(&mut *c).await)?;
    Ok(row.map(CampaignRow::read).transpose()?)
}

/// A campaign, held until the transaction ends.
pub(crate) async fn campaign_held(conn: Conn<'_>, key: &str) -> Result<Option<Campaign>, DbError> {
    const LITE: &str = campaign_query!("WHERE campaign = $1");
    const PG: &str = campaign_query!("WHERE campaign = $1 FOR UPDATE");
    let sql = if matches!(conn, Conn::Lite(_)) { LITE } else { PG };
    let row: Option<CampaignRow> = on!(conn, c => query_as(sql).bind(key).fetch_optional(&mut *c).await)?;
    Ok(row.map(CampaignRow::read).transpose()?)
}

/// A campaign, kept in its phase until the transaction ends; many may keep it at once.
pub(crate) async fn campaign_kept(conn: Conn<'_>, key: &str) -> Result<Option<Campaign>, DbError> {
    const LITE: &str = campaign_query!("WHERE campaign = $1");
    const PG: &str = campaign_query!("WHERE campaign = $1 FOR SHARE");
    let sql = if matches!(conn, Conn::Lite(_)) { LITE } else { PG };
    let row: Option<CampaignRow> = on!(conn, c => query_as(sql).bind(key).fetch_optional(&mut *c).await)?;
    Ok(row.map(CampaignRow::read).transpose()?)
}

/// Takes out a draft with its calendar, units, assignments and council.
pub(crate) async fn remove_draft(mut conn: Conn<'_>, campaign: &str) -> Result<(), DbError> {
    const OF_DRAFT: [&str; 6] = [
        "DELETE FROM campaign_assignment WHERE campaign = $1",
        "DELETE FROM campaign_member WHERE campaign = $1",
        "DELETE FROM campaign_unit WHERE campaign = $1",
        "DELETE FROM campaign_step WHERE campaign = $1",
        "DELETE FROM campaign_block WHERE campaign = $1",
        "DELETE FROM campaign WHERE campaign = $1 AND phase = 'draft'",
    ];
    for sql in OF_DRAFT {
        on!(conn.reborrow(), c => query(sql).bind(campaign).execute(&mut *c).await.map(drop))?;
    }
    Ok(())
}

pub(crate) async fn insert_campaign(conn: Conn<'_>, new: &Campaign, by: &str, at: DateTime<Utc>) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO campaign (campaign, title, year, owner, phase, follows, quorum, note, made_up, made_by, made_at, version) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)";
    Ok(on!(conn, c => query(SQL)
        .bind(&new.key)
        .bind(&new.title)
        .bind(i64::from(new.year))
        .bind(&new.owner)
        .bind(new.phase.word())
        .bind(&new.follows)
        .bind(new.quorum.to_string())
        .bind(&new.note)
        .bind(i64::from(new.made_up))
        .bind(by)
        .bind(at)
        .execute(&mut *c)
        .await
        .map(drop))?)
}

/// Another phase, if nobody took a step meanwhile.
pub(crate) async fn set_phase(conn: Conn<'_>, key: &str, version: i64, phase: Phase) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE campaign SET phase = $1, version = version + 1 WHERE campaign = $2 AND version = $3";
    let done =
        on!(conn, c => query(SQL).bind(phase.word()).bind(key).bind(version).execute(&mut *c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

pub(crate) async fn blocks(conn: Conn<'_>, campaign: &str) -> Result<Vec<CampaignBlock>, DbError> {
    const SQL: &str = "SELECT block, name, criteria_set FROM campaign_block WHERE campaign = $1 ORDER BY position";
    let rows: Vec<(String, String, String)> = on!(conn, c => query_as(SQL).bind(campaign).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(|(block, name, set)| CampaignBlock { block, name, set }).collect())
}

/// The set of each block of a campaign: block, key of the set, checksum of its text.
pub(crate) async fn block_sets(conn: Conn<'_>, campaign: &str) -> Result<Vec<(String, String, String)>, DbError> {
    const SQL: &str = "SELECT b.block, s.criteria_set, s.sha256 FROM campaign_block b \
        JOIN criteria_set s ON s.criteria_set = b.criteria_set WHERE b.campaign = $1 ORDER BY b.position";
    Ok(on!(conn, c => query_as(SQL).bind(campaign).fetch_all(&mut *c).await)?)
}

pub(crate) async fn insert_block(conn: Conn<'_>, campaign: &str, position: usize, block: &CampaignBlock) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO campaign_block (campaign, block, position, name, criteria_set) VALUES ($1, $2, $3, $4, $5)";
    let position = i64::try_from(position).unwrap_or(i64::MAX);
    Ok(
        on!(conn, c => query(SQL).bind(campaign).bind(&block.block).bind(position).bind(&block.name).bind(&block.set).execute(&mut *c).await.map(drop))?,
    )
}

/// A block takes another set from now on.
pub(crate) async fn set_block_set(conn: Conn<'_>, campaign: &str, block: &str, set: &str) -> Result<(), DbError> {
    const SQL: &str = "UPDATE campaign_block SET criteria_set = $1 WHERE campaign = $2 AND block = $3";
    Ok(on!(conn, c => query(SQL).bind(set).bind(campaign).bind(block).execute(&mut *c).await.map(drop))?)
}

pub(crate) async fn steps(conn: Conn<'_>, campaign: &str) -> Result<Vec<Step>, DbError> {
    const SQL: &str = "SELECT phase, opens_at, due_at FROM campaign_step WHERE campaign = $1 ORDER BY opens_at, due_at";
    let rows: Vec<(String, DateTime<Utc>, DateTime<Utc>)> = on!(conn, c => query_as(SQL).bind(campaign).fetch_all(&mut *c).await)?;
    let read =
        rows.into_iter().map(|(phase, opens_at, due_at)| Ok(Step { phase: stored(Phase::of(&phase), "phase", &phase)?, opens_at, due_at }));
    Ok(read.collect::<Result<_, sqlx::Error>>()?)
}

/// The steps of every campaign that is not over, by the campaign's key.
pub(crate) async fn steps_under_way(conn: Conn<'_>) -> Result<BTreeMap<String, Vec<Step>>, DbError> {
    const SQL: &str = "SELECT campaign, phase, opens_at, due_at FROM campaign_step \
        WHERE campaign IN (SELECT campaign FROM campaign WHERE phase <> 'published') ORDER BY opens_at, due_at";
    let rows: Vec<(String, String, DateTime<Utc>, DateTime<Utc>)> = on!(conn, c => query_as(SQL).fetch_all(&mut *c).await)?;
    let mut steps: BTreeMap<String, Vec<Step>> = BTreeMap::new();
    for (campaign, phase, opens_at, due_at) in rows {
        steps.entry(campaign).or_default().push(Step { phase: stored(Phase::of(&phase), "phase", &phase)?, opens_at, due_at });
    }
    Ok(steps)
}

pub(crate) async fn put_step(conn: Conn<'_>, campaign: &str, step: &Step) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO campaign_step (campaign, phase, opens_at, due_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (campaign, phase) DO UPDATE SET opens_at = excluded.opens_at, due_at = excluded.due_at";
    Ok(
        on!(conn, c => query(SQL).bind(campaign).bind(step.phase.word()).bind(step.opens_at).bind(step.due_at).execute(&mut *c).await.map(drop))?,
    )
}

#[derive(FromRow)]
struct UnitRow {
    unit: String,
    block: String,
    name: String,
    ranked: i64,
    state: String,
    extended_to: Option<DateTime<Utc>>,
    reason: Option<String>,
    successor: Option<String>,
    changed_at: Option<DateTime<Utc>>,
    version: i64,
}

impl UnitRow {
    fn read(self) -> Result<CampaignUnit, sqlx::Error> {
        Ok(CampaignUnit {
            state: stored(UnitState::of(&self.state), "state", &self.state)?,
            unit: self.unit,
            block: self.block,
            name: self.name,
            ranked: self.ranked != 0,
            extended_to: self.extended_to,
            reason: self.reason,
            successor: self.successor,
            changed_at: self.changed_at,
            version: self.version,
        })
    }
}

macro_rules! unit_query {
    ($rest:literal) => {
        concat!("SELECT unit, block, name, ranked, state, extended_to, reason, successor, changed_at, version FROM campaign_unit ", $rest)
    };
}

pub(crate) async fn units(conn: Conn<'_>, campaign: &str) -> Result<Vec<CampaignUnit>, DbError> {
    const SQL: &str = unit_query!("WHERE campaign = $1 ORDER BY position, unit");
    let rows: Vec<UnitRow> = on!(conn, c => query_as(SQL).bind(campaign).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(UnitRow::read).collect::<Result<_, _>>()?)
}

/// The parts of a campaign that a unit answers for: its own first, and those of units whose place it took.
pub(crate) async fn units_held_by(conn: Conn<'_>, campaign: &str, holder: &str) -> Result<Vec<CampaignUnit>, DbError> {
    const SQL: &str = unit_query!(
        "WHERE campaign = $1 AND (unit = $2 OR successor = $2) \
        ORDER BY CASE WHEN unit = $2 THEN 0 ELSE 1 END, position, unit"
    );
    let rows: Vec<UnitRow> = on!(conn, c => query_as(SQL).bind(campaign).bind(holder).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(UnitRow::read).collect::<Result<_, _>>()?)
}

/// A unit's part in a campaign under way, with what says whether something waits for the unit.
pub(crate) struct Part {
    pub(crate) campaign: Campaign,
    pub(crate) unit: CampaignUnit,
    /// Key of the set of its block, and the checksum of the set's text.
    pub(crate) set: (String, String),
    /// The steps in which units enter: scoring and explanation.
    pub(crate) steps: Vec<Step>,
    /// How far the unit is.
    pub(crate) counts: UnitCounts,
}

#[derive(FromRow)]
struct PartRow {
    #[sqlx(flatten)]
    campaign: CampaignRow,
    unit: String,
    block: String,
    name: String,
    ranked: i64,
    state: String,
    extended_to: Option<DateTime<Utc>>,
    reason: Option<String>,
    successor: Option<String>,
    changed_at: Option<DateTime<Utc>>,
    unit_version: i64,
    criteria_set: String,
    sha256: String,
    scoring_opens_at: Option<DateTime<Utc>>,
    scoring_due_at: Option<DateTime<Utc>>,
    explanation_opens_at: Option<DateTime<Utc>>,
    explanation_due_at: Option<DateTime<Utc>>,
    #[sqlx(flatten)]
    counts: UnitCounts,
}

impl PartRow {
    fn read(self) -> Result<Part, sqlx::Error> {
        let unit = UnitRow {
            unit: self.unit,
            block: self.block,
            name: self.name,
            ranked: self.ranked,
            state: self.state,
            extended_to: self.extended_to,
            reason: self.reason,
            successor: self.successor,
            changed_at: self.changed_at,
            version: self.unit_version,
        };
        let step = |phase, (opens_at, due_at)| Step { phase, opens_at, due_at };
        let scoring = self.scoring_opens_at.zip(self.scoring_due_at).map(|times| step(Phase::Scoring, times));
        let explanation = self.explanation_opens_at.zip(self.explanation_due_at).map(|times| step(Phase::Explanation, times));
        Ok(Part {
            campaign: self.campaign.read()?,
            unit: unit.read()?,
            set: (self.criteria_set, self.sha256),
            steps: scoring.into_iter().chain(explanation).collect(),
            counts: self.counts,
        })
    }
}

macro_rules! part_query {
    ($rest:literal) => {
        concat!(
            "SELECT c.campaign, c.title, c.year, c.owner, c.phase, c.follows, c.quorum, c.note, c.made_up, c.version, \
             u.unit, u.block, u.name, u.ranked, u.state, u.extended_to, u.reason, u.successor, u.changed_at, u.version AS unit_version, \
             s.criteria_set, s.sha256, scoring.opens_at AS scoring_opens_at, scoring.due_at AS scoring_due_at, \
             explanation.opens_at AS explanation_opens_at, explanation.due_at AS explanation_due_at, ",
            unit_count_columns!(),
            " FROM campaign_unit u JOIN campaign c ON c.campaign = u.campaign \
             JOIN campaign_block b ON b.campaign = u.campaign AND b.block = u.block JOIN criteria_set s ON s.criteria_set = b.criteria_set \
             LEFT JOIN campaign_step scoring ON scoring.campaign = u.campaign AND scoring.phase = 'scoring' \
             LEFT JOIN campaign_step explanation ON explanation.campaign = u.campaign AND explanation.phase = 'explanation' \
             WHERE c.phase IN ('scoring', 'appraisal', 'explanation', 'second-appraisal', 'council') ",
            $rest
        )
    };
}

/// The parts for which a unit answers in every campaign under way, newest campaign first; of one campaign its own part first, then those of units
/// whose place it took. One question for all of them: every first page asks it.
pub(crate) async fn parts_held_by(conn: Conn<'_>, holder: &str) -> Result<Vec<Part>, DbError> {
    const SQL: &str = part_query!(
        "AND (u.unit = $1 OR u.successor = $1) \
        ORDER BY c.year DESC, c.made_at DESC, c.campaign, CASE WHEN u.unit = $1 THEN 0 ELSE 1 END, u.position, u.unit"
    );
    let rows: Vec<PartRow> = on!(conn, c => query_as(SQL).bind(holder).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(PartRow::read).collect::<Result<_, _>>()?)
}

/// The parts of all units in every campaign under way, in the same order.
pub(crate) async fn parts_under_way(conn: Conn<'_>) -> Result<Vec<Part>, DbError> {
    const SQL: &str = part_query!("ORDER BY c.year DESC, c.made_at DESC, c.campaign, u.position, u.unit");
    let rows: Vec<PartRow> = on!(conn, c => query_as(SQL).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(PartRow::read).collect::<Result<_, _>>()?)
}

pub(crate) async fn unit(conn: Conn<'_>, campaign: &str, unit: &str) -> Result<Option<CampaignUnit>, DbError> {
    const SQL: &str = unit_query!("WHERE campaign = $1 AND unit = $2");
    let row: Option<UnitRow> = on!(conn, c => query_as(SQL).bind(campaign).bind(unit).fetch_optional(&mut *c).await)?;
    Ok(row.map(UnitRow::read).transpose()?)
}

/// The unit's row, held until the transaction ends: steps and entries of one unit take turns.
pub(crate) async fn unit_held(conn: Conn<'_>, campaign: &str, unit: &str) -> Result<Option<CampaignUnit>, DbError> {
    const LITE: &str = unit_query!("WHERE campaign = $1 AND unit = $2");
    const PG: &str = unit_query!("WHERE campaign = $1 AND unit = $2 FOR UPDATE");
    let sql = if matches!(conn, Conn::Lite(_)) { LITE } else { PG };
    let row: Option<UnitRow> = on!(conn, c => query_as(sql).bind(campaign).bind(unit).fetch_optional(&mut *c).await)?;
    Ok(row.map(UnitRow::read).transpose()?)
}

pub(crate) async fn insert_unit(conn: Conn<'_>, campaign: &str, position: usize, unit: &CampaignUnit) -> Result<(), DbError> {
    const SQL: &str =
        "INSERT INTO campaign_unit (campaign, unit, block, position, name, ranked, state, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 1)";
    let position = i64::try_from(position).unwrap_or(i64::MAX);
    Ok(on!(conn, c => query(SQL)
        .bind(campaign)
        .bind(&unit.unit)
        .bind(&unit.block)
        .bind(position)
        .bind(&unit.name)
        .bind(i64::from(unit.ranked))
        .bind(unit.state.word())
        .execute(&mut *c)
        .await
        .map(drop))?)
}

/// Leaves a unit out of a campaign that nobody has begun.
pub(crate) async fn remove_unit(conn: Conn<'_>, campaign: &str, unit: &str) -> Result<(), DbError> {
    const SQL: &str = "DELETE FROM campaign_unit WHERE campaign = $1 AND unit = $2";
    Ok(on!(conn, c => query(SQL).bind(campaign).bind(unit).execute(&mut *c).await.map(drop))?)
}

/// The unit as it is to stand from now on.
pub(crate) async fn set_unit(conn: Conn<'_>, campaign: &str, unit: &CampaignUnit, by: &str, at: DateTime<Utc>) -> Result<(), DbError> {
    const SQL: &str = "UPDATE campaign_unit SET state = $1, extended_to = $2, reason = $3, successor = $4, ranked = $5, changed_by = $6, \
        changed_at = $7, version = version + 1 WHERE campaign = $8 AND unit = $9";
    Ok(on!(conn, c => query(SQL)
        .bind(unit.state.word())
        .bind(unit.extended_to)
        .bind(&unit.reason)
        .bind(&unit.successor)
        .bind(i64::from(unit.ranked))
        .bind(by)
        .bind(at)
        .bind(campaign)
        .bind(&unit.unit)
        .execute(&mut *c)
        .await
        .map(drop))?)
}
