//! Who appraises, who decides, when they met; appeals and standard phrases.

use chrono::{DateTime, NaiveDate, Utc};
use platform::{Conn, DbError, on};
use sqlx::{FromRow, query, query_as};

use super::stored;
use crate::model::{Appeal, Assignment, Duty, Member, Seat, Session};

#[derive(FromRow)]
struct AssignmentRow {
    assignment: String,
    account: String,
    name: String,
    duty: String,
    block: Option<String>,
    node: String,
    unit: Option<String>,
}

pub(crate) async fn assignments(conn: Conn<'_>, campaign: &str) -> Result<Vec<Assignment>, DbError> {
    const SQL: &str = "SELECT a.assignment, a.account, p.name, a.duty, a.block, a.node, a.unit FROM campaign_assignment a \
        JOIN account p ON p.account = a.account WHERE a.campaign = $1 ORDER BY a.made_at, a.assignment";
    let rows: Vec<AssignmentRow> = on!(conn, c => query_as(SQL).bind(campaign).fetch_all(&mut *c).await)?;
    let read = rows.into_iter().map(|row| {
        Ok(Assignment {
            duty: stored(Duty::of(&row.duty), "duty", &row.duty)?,
            key: row.assignment,
            account: row.account,
            name: row.name,
            block: row.block,
            node: row.node,
            unit: row.unit,
        })
    });
    Ok(read.collect::<Result<_, sqlx::Error>>()?)
}

pub(crate) async fn insert_assignment(
    conn: Conn<'_>,
    campaign: &str,
    new: &Assignment,
    by: &str,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO campaign_assignment (assignment, campaign, account, duty, block, node, unit, made_by, made_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    Ok(on!(conn, c => query(SQL)
        .bind(&new.key)
        .bind(campaign)
        .bind(&new.account)
        .bind(new.duty.word())
        .bind(&new.block)
        .bind(&new.node)
        .bind(&new.unit)
        .bind(by)
        .bind(at)
        .execute(&mut *c)
        .await
        .map(drop))?)
}

pub(crate) async fn remove_assignment(conn: Conn<'_>, campaign: &str, key: &str) -> Result<bool, DbError> {
    const SQL: &str = "DELETE FROM campaign_assignment WHERE campaign = $1 AND assignment = $2";
    let done = on!(conn, c => query(SQL).bind(campaign).bind(key).execute(&mut *c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

pub(crate) async fn members(conn: Conn<'_>, campaign: &str) -> Result<Vec<Member>, DbError> {
    const SQL: &str = "SELECT m.account, p.name, m.duty FROM campaign_member m JOIN account p ON p.account = m.account WHERE m.campaign = $1 \
        ORDER BY CASE m.duty WHEN 'chair' THEN 1 WHEN 'deputy' THEN 2 WHEN 'member' THEN 3 ELSE 4 END, p.sort_key, m.account";
    let rows: Vec<(String, String, String)> = on!(conn, c => query_as(SQL).bind(campaign).fetch_all(&mut *c).await)?;
    let read = rows.into_iter().map(|(account, name, duty)| Ok(Member { account, name, seat: stored(Seat::of(&duty), "duty", &duty)? }));
    Ok(read.collect::<Result<_, sqlx::Error>>()?)
}

/// When the campaign entered its phase; nothing where it never moved.
pub(crate) async fn phase_since(conn: Conn<'_>, campaign: &str) -> Result<Option<DateTime<Utc>>, DbError> {
    const SQL: &str =
        "SELECT at FROM event WHERE kind = 'campaign' AND thing = $1 AND action IN ('advanced', 'went-back') ORDER BY at DESC LIMIT 1";
    Ok(on!(conn, c => sqlx::query_scalar(SQL).bind(campaign).fetch_optional(&mut *c).await)?)
}

/// The name of a person.
pub(crate) async fn name_of(conn: Conn<'_>, account: &str) -> Result<Option<String>, DbError> {
    const SQL: &str = "SELECT name FROM account WHERE account = $1";
    Ok(on!(conn, c => sqlx::query_scalar(SQL).bind(account).fetch_optional(&mut *c).await)?)
}

pub(crate) async fn put_member(conn: Conn<'_>, campaign: &str, account: &str, seat: Seat) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO campaign_member (campaign, account, duty) VALUES ($1, $2, $3) \
        ON CONFLICT (campaign, account) DO UPDATE SET duty = excluded.duty";
    Ok(on!(conn, c => query(SQL).bind(campaign).bind(account).bind(seat.word()).execute(&mut *c).await.map(drop))?)
}

pub(crate) async fn remove_member(conn: Conn<'_>, campaign: &str, account: &str) -> Result<bool, DbError> {
    const SQL: &str = "DELETE FROM campaign_member WHERE campaign = $1 AND account = $2";
    let done = on!(conn, c => query(SQL).bind(campaign).bind(account).execute(&mut *c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

#[derive(FromRow)]
struct SessionRow {
    session: String,
    held_on: NaiveDate,
    present: String,
    consented: String,
    quorate: i64,
    minutes: Option<String>,
    made_at: DateTime<Utc>,
}

fn accounts(list: &str) -> Vec<String> {
    list.split(' ').filter(|account| !account.is_empty()).map(str::to_owned).collect()
}

pub(crate) async fn sessions(conn: Conn<'_>, campaign: &str) -> Result<Vec<Session>, DbError> {
    const SQL: &str = "SELECT session, held_on, present, consented, quorate, minutes, made_at FROM campaign_session WHERE campaign = $1 ORDER BY held_on, made_at, session";
    let rows: Vec<SessionRow> = on!(conn, c => query_as(SQL).bind(campaign).fetch_all(&mut *c).await)?;
    Ok(rows
        .into_iter()
        .map(|row| Session {
            key: row.session,
            held_on: row.held_on,
            present: accounts(&row.present),
            consented: accounts(&row.consented),
            quorate: row.quorate != 0,
            minutes: row.minutes,
            recorded_at: row.made_at,
        })
        .collect())
}

pub(crate) async fn insert_session(conn: Conn<'_>, campaign: &str, new: &Session, by: &str, at: DateTime<Utc>) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO campaign_session (session, campaign, held_on, present, consented, quorate, minutes, made_by, made_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    Ok(on!(conn, c => query(SQL)
        .bind(&new.key)
        .bind(campaign)
        .bind(new.held_on)
        .bind(new.present.join(" "))
        .bind(new.consented.join(" "))
        .bind(i64::from(new.quorate))
        .bind(&new.minutes)
        .bind(by)
        .bind(at)
        .execute(&mut *c)
        .await
        .map(drop))?)
}

#[derive(FromRow)]
struct AppealRow {
    appeal: String,
    unit: String,
    leaf: String,
    words: String,
    made_at: DateTime<Utc>,
    answer: Option<String>,
    accepted: Option<i64>,
}

pub(crate) async fn appeals(conn: Conn<'_>, campaign: &str) -> Result<Vec<Appeal>, DbError> {
    const SQL: &str =
        "SELECT appeal, unit, leaf, words, made_at, answer, accepted FROM campaign_appeal WHERE campaign = $1 ORDER BY made_at, appeal";
    let rows: Vec<AppealRow> = on!(conn, c => query_as(SQL).bind(campaign).fetch_all(&mut *c).await)?;
    Ok(rows
        .into_iter()
        .map(|row| Appeal {
            key: row.appeal,
            unit: row.unit,
            leaf: row.leaf,
            words: row.words,
            made_at: row.made_at,
            answer: row.answer,
            accepted: row.accepted.map(|accepted| accepted != 0),
        })
        .collect())
}

pub(crate) async fn insert_appeal(conn: Conn<'_>, campaign: &str, new: &Appeal, by: &str) -> Result<(), DbError> {
    const SQL: &str =
        "INSERT INTO campaign_appeal (appeal, campaign, unit, leaf, words, account, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    Ok(on!(conn, c => query(SQL)
        .bind(&new.key)
        .bind(campaign)
        .bind(&new.unit)
        .bind(&new.leaf)
        .bind(&new.words)
        .bind(by)
        .bind(new.made_at)
        .execute(&mut *c)
        .await
        .map(drop))?)
}

/// Answers an appeal once.
pub(crate) async fn answer_appeal(
    conn: Conn<'_>,
    key: &str,
    answer: &str,
    accepted: bool,
    by: &str,
    at: DateTime<Utc>,
) -> Result<bool, DbError> {
    const SQL: &str =
        "UPDATE campaign_appeal SET answer = $1, accepted = $2, answered_by = $3, answered_at = $4 WHERE appeal = $5 AND answer IS NULL";
    let done = on!(conn, c => query(SQL).bind(answer).bind(i64::from(accepted)).bind(by).bind(at).bind(key).execute(&mut *c).await
        .map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// Standard phrases of a unit that evaluates: key, words.
pub(crate) async fn phrases(conn: Conn<'_>, owner: &str) -> Result<Vec<(String, String)>, DbError> {
    const SQL: &str = "SELECT phrase, words FROM standard_phrase WHERE owner = $1 ORDER BY made_at, phrase";
    Ok(on!(conn, c => query_as(SQL).bind(owner).fetch_all(&mut *c).await)?)
}

pub(crate) async fn insert_phrase(conn: Conn<'_>, key: &str, owner: &str, words: &str, by: &str, at: DateTime<Utc>) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO standard_phrase (phrase, owner, words, made_by, made_at) VALUES ($1, $2, $3, $4, $5)";
    Ok(on!(conn, c => query(SQL).bind(key).bind(owner).bind(words).bind(by).bind(at).execute(&mut *c).await.map(drop))?)
}

pub(crate) async fn remove_phrase(conn: Conn<'_>, owner: &str, key: &str) -> Result<bool, DbError> {
    const SQL: &str = "DELETE FROM standard_phrase WHERE owner = $1 AND phrase = $2";
    let done = on!(conn, c => query(SQL).bind(owner).bind(key).execute(&mut *c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// People who hold a role today, for choosing: account, name, unit, and whether the role reaches the units below.
pub(crate) async fn people_with_role(conn: Conn<'_>, role: &str, day: NaiveDate) -> Result<Vec<(String, String, String, bool)>, DbError> {
    const SQL: &str = "SELECT DISTINCT a.account, a.name, g.unit, g.reach, a.sort_key FROM role_grant g JOIN account a ON a.account = g.account \
        WHERE g.role = $1 AND a.state = 'active' AND g.valid_from <= $2 AND (g.valid_to IS NULL OR g.valid_to >= $2) ORDER BY a.sort_key, a.account";
    let rows: Vec<(String, String, String, String, String)> = on!(conn, c => query_as(SQL).bind(role).bind(day).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(|(account, name, unit, reach, _)| (account, name, unit, reach == "subtree")).collect())
}

/// Units on which an account holds a role today, other than those of appraising itself: where it has an interest.
pub(crate) async fn own_units(conn: Conn<'_>, account: &str, day: NaiveDate) -> Result<Vec<String>, DbError> {
    const SQL: &str = "SELECT DISTINCT unit FROM role_grant WHERE account = $1 AND role IN ('unit-officer', 'unit-head') AND valid_from <= $2 \
        AND (valid_to IS NULL OR valid_to >= $2) UNION SELECT unit FROM account WHERE account = $1 AND unit IS NOT NULL";
    Ok(on!(conn, c => sqlx::query_scalar(SQL).bind(account).bind(day).fetch_all(&mut *c).await)?)
}
