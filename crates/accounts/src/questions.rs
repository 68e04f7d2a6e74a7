//! Sessions of many requests, asked about with one question.
//!
//! Every request asks whose session it is, anew each time, so that whoever signed out or lost a role is found out at once. To ask costs more than the
//! answer: a trip to the database, and there the beginning and the end of a statement. So a request that comes while another one's question is
//! underway waits for its answer, and then one question is asked for all that came meanwhile. Nobody gets the answer to a question that was asked before
//! they came. The more requests there are, the more share a question; one that comes alone asks at once.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use platform::{Conn, DbError, on};
use sqlx::{AssertSqlSafe, FromRow, query_as};
use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::timeout;

use crate::Accounts;
use crate::store::{CountingRow, deputy_counts, grant_counts};

/// At most so many sessions are asked about with one question.
const TOGETHER: usize = 64;
/// After so long without an answer the question that is underway counts as lost, for instance with its connection, and the next is asked beside it.
const PATIENCE: Duration = Duration::from_secs(2);

/// A number that is asked for together with a session: an expression of SQL that counts rows of the account `a`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beside(pub &'static str);

impl Beside {
    /// No number, which is zero.
    pub const NOTHING: Self = Self("CAST(0 AS BIGINT)");
}

/// A session with one role of the person's own that counts; a session without roles stands there once, with none.
#[derive(Clone, FromRow)]
pub(crate) struct SessionRow {
    pub(crate) session: String,
    pub(crate) stage: String,
    pub(crate) second_factor: i64,
    pub(crate) unit: Option<String>,
    pub(crate) own_unit: String,
    pub(crate) seen_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    pub(crate) account: String,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) valid_to: Option<NaiveDate>,
    pub(crate) must_change: i64,
    pub(crate) password_set_at: Option<DateTime<Utc>>,
    pub(crate) totp_since: Option<DateTime<Utc>>,
    pub(crate) method: String,
    pub(crate) made_up: i64,
    pub(crate) beside: i64,
    /// Whether the person stands in for somebody.
    pub(crate) stands_in: i32,
    pub(crate) role_grant: Option<String>,
    role: Option<String>,
    grant_unit: Option<String>,
    reach: Option<String>,
    grant_from: Option<NaiveDate>,
    grant_to: Option<NaiveDate>,
}

impl SessionRow {
    /// The role of this row, which is taken out of it.
    pub(crate) fn take_grant(&mut self) -> Option<CountingRow> {
        Some(CountingRow {
            role_grant: self.role_grant.take()?,
            account: self.account.clone(),
            role: self.role.take()?,
            unit: self.grant_unit.take()?,
            reach: self.reach.take()?,
            valid_from: self.grant_from?,
            valid_to: self.grant_to,
            name: self.name.clone(),
            deputy_until: None,
        })
    }
}

/// Sessions and the persons' own roles that count: a question that PostgreSQL answers from few tables. It tells whether a person stands in for
/// somebody; the few who do are asked about with a second one.
async fn rows_of(conn: Conn<'_>, digests: &[&str], today: NaiveDate, beside: Beside) -> Result<Vec<SessionRow>, DbError> {
    const SQL: &str = concat!(
        "SELECT {beside} AS beside, s.session, s.stage, s.second_factor, s.unit, a.unit AS own_unit, s.seen_at, s.ends_at, a.account, a.login, \
         a.name, a.state, a.valid_to, a.must_change, a.password_set_at, a.totp_since, s.method, a.made_up, \
         CAST(EXISTS (SELECT 1 FROM deputy d WHERE d.stands_in = a.account AND ",
        deputy_counts!(),
        ") AS INTEGER) AS stands_in, g.role_grant, g.role, g.unit AS grant_unit, g.reach, g.valid_from AS grant_from, g.valid_to AS grant_to \
         FROM session s JOIN account a ON a.account = s.account LEFT JOIN role_grant g ON g.account = a.account AND ",
        grant_counts!(),
        " WHERE s.session "
    );
    let (among, listed) = match conn {
        Conn::Lite(_) => ("IN (SELECT value FROM json_each($1))", format!("[\"{}\"]", digests.join("\",\""))),
        // A list that PostgreSQL sees only when it answers: else it thinks anew about each list how to, which takes longer than the answer.
        Conn::Pg(_) => ("= ANY (CAST((SELECT string_to_array($1, ',')) AS TEXT[]))", digests.join(",")),
    };
    let sql = AssertSqlSafe(format!("{}{among}", SQL.replace("{beside}", beside.0)));
    Ok(on!(conn, c => query_as(sql).bind(listed).bind(today).fetch_all(&mut *c).await)?)
}

/// Requests that ask about their sessions. Cloning shares them; each database needs its own.
#[derive(Clone, Default)]
pub struct SessionQuestions(Arc<Mutex<Line>>);

#[derive(Default)]
struct Line {
    /// Number of the question that is underway.
    underway: Option<u64>,
    /// Number of the last question.
    last: u64,
    waiting: VecDeque<Waiting>,
}

/// A request that waits for the next question.
struct Waiting {
    digest: String,
    beside: Beside,
    answer: oneshot::Sender<Turn>,
}

/// What a waiting request gets.
enum Turn {
    /// The answer.
    Rows(Vec<SessionRow>),
    /// Leave to ask, for itself and for all who wait.
    Leave(Leave),
}

/// Leave to ask the next question. Dropped, after the answer or since the request was given up, it goes to the next who waits.
struct Leave {
    questions: SessionQuestions,
    number: u64,
}

impl fmt::Debug for SessionQuestions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionQuestions").field("waiting", &self.line().waiting.len()).finish_non_exhaustive()
    }
}

/// Where a request stands.
enum Place {
    /// It asks.
    First(Leave),
    /// It waits for the next question.
    Behind(oneshot::Receiver<Turn>),
}

impl Drop for Leave {
    fn drop(&mut self) {
        let mut number = self.number;
        while let Some((waiting, leave)) = self.questions.next_after(number) {
            match waiting.answer.send(Turn::Leave(leave)) {
                // Whoever waited has left. The leave that comes back is used up here, and must not hand itself on too.
                Err(Turn::Leave(mut leave)) => number = std::mem::take(&mut leave.number),
                Ok(()) | Err(Turn::Rows(_)) => return,
            }
        }
    }
}

impl SessionQuestions {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leave(&self, line: &mut Line) -> Leave {
        line.last += 1;
        line.underway = Some(line.last);
        Leave { questions: self.clone(), number: line.last }
    }

    /// Whoever is to ask after a question has ended; nobody after one that was lost and has been replaced.
    fn next_after(&self, number: u64) -> Option<(Waiting, Leave)> {
        let mut line = self.line();
        if line.underway != Some(number) {
            return None;
        }
        let Some(next) = line.waiting.pop_front() else {
            line.underway = None;
            return None;
        };
        let leave = self.leave(&mut line);
        Some((next, leave))
    }

    fn stand(&self, digest: &str, beside: Beside) -> Place {
        let mut line = self.line();
        if line.underway.is_none() {
            return Place::First(self.leave(&mut line));
        }
        let (answer, answered) = oneshot::channel();
        line.waiting.push_back(Waiting { digest: digest.to_owned(), beside, answer });
        Place::Behind(answered)
    }

    /// Takes those out of the line who ask the same.
    fn take(&self, beside: Beside) -> Vec<Waiting> {
        let mut line = self.line();
        let (mut same, others): (VecDeque<_>, VecDeque<_>) = line.waiting.drain(..).partition(|one| one.beside == beside);
        line.waiting = same.split_off(same.len().min(TOGETHER - 1));
        line.waiting.extend(others);
        same.into()
    }

    /// The rows of a session, read after this was called.
    pub(crate) async fn ask(&self, accounts: &Accounts, digest: &str, beside: Beside) -> Result<Vec<SessionRow>, DbError> {
        let today = accounts.world.today();
        let leave = match self.stand(digest, beside) {
            Place::First(leave) => leave,
            Place::Behind(answered) => match timeout(PATIENCE, answered).await {
                Ok(Ok(Turn::Rows(rows))) => return Ok(rows),
                Ok(Ok(Turn::Leave(leave))) => leave,
                Ok(Err(_)) => {
                    // Whoever asked got no answer, or has left.
                    let mut read = accounts.db.read().await?;
                    return rows_of(read.conn(), &[digest], today, beside).await;
                }
                Err(_) => self.leave(&mut self.line()),
            },
        };
        // Requests that came at the same moment stand in line first.
        yield_now().await;
        let mut read = accounts.db.read().await?;
        let others = self.take(beside);
        let digests: Vec<&str> = std::iter::once(digest).chain(others.iter().map(|one| one.digest.as_str())).collect();
        let rows = rows_of(read.conn(), &digests, today, beside).await?;
        drop(read);
        let of = |digest: &str| rows.iter().filter(|row| row.session == digest).cloned().collect();
        for Waiting { digest, answer, .. } in others {
            // Whoever has left needs no answer.
            let _ = answer.send(Turn::Rows(of(&digest)));
        }
        drop(leave);
        Ok(of(digest))
    }
}
