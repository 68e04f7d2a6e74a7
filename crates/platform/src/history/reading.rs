//! Reading the history: of one record, or the log of all.

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, FromRow, query_as};

use crate::{Conn, DbError, on};

/// An event as people read it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Event {
    /// Lane and number name the event.
    pub lane: i64,
    /// Number in the lane.
    pub sequence: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// The account; absent for the program itself.
    pub account: Option<String>,
    /// Name of the person, as it is now.
    pub name: Option<String>,
    /// The account of the absent person in whose place this was done.
    pub stands_in_for: Option<String>,
    /// Name of that person, as it is now.
    pub absent_name: Option<String>,
    /// The unit that the person acted for.
    pub unit: Option<String>,
    /// From where.
    pub address: Option<String>,
    /// Number of the request.
    pub request: Option<String>,
    /// Kind of record.
    pub kind: String,
    /// Key of the record.
    pub thing: String,
    /// The unit that the record belongs to.
    pub of_unit: Option<String>,
    /// What was done.
    pub action: String,
    /// Changed fields before, as JSON.
    pub before: Option<String>,
    /// Changed fields after, as JSON.
    pub after: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl Event {
    /// Where it stands in the order of the log.
    #[must_use]
    pub fn place(&self) -> EventPlace {
        EventPlace { at: self.at, lane: self.lane, sequence: self.sequence }
    }
}

/// What to look for; an absent field does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Kind of record.
    pub kind: Option<String>,
    /// Key of the record.
    pub thing: Option<String>,
    /// Keys of records, any of them.
    pub things: Option<Vec<String>>,
    /// Account that acted.
    pub account: Option<String>,
    /// Accounts that acted, any of them, themselves or through a deputy.
    pub accounts: Option<Vec<String>>,
    /// What was done.
    pub action: Option<String>,
    /// What was not done.
    pub without_actions: Vec<String>,
    /// Words that stand in the event, or what they name.
    pub mention: Option<Mention>,
    /// Units that the record belongs to or the person acted for; absent means every unit.
    pub units: Option<Vec<String>>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}

/// Words to look for in events: as they stand there, and as names of what events know by its key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mention {
    /// The words, as they stand in key, fields or reason; large and small letters without marks are the same.
    pub words: String,
    /// Units with such a name.
    pub units: Vec<String>,
    /// Last parts of keys of records with such a name: indicators, accounts, evidence.
    pub ends: Vec<String>,
}

/// Which part of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventPage {
    /// How many to pass over.
    pub offset: i64,
    /// How many to answer.
    pub limit: i64,
}

/// Where an event stands in the order of the log: newest first, then by lane, then the later one of a lane first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventPlace {
    at: DateTime<Utc>,
    lane: i64,
    sequence: i64,
}

/// Events that fit, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn search(conn: Conn<'_>, filter: &EventFilter, page: EventPage) -> Result<Vec<Event>, DbError> {
    let mut asked = Asked::of(&conn, filter);
    asked.sql.push_str(ORDER);
    asked.push(" LIMIT ?", [Bound::Number(page.limit)]);
    asked.push(" OFFSET ?", [Bound::Number(page.offset)]);
    asked.fetch(conn).await
}

/// Events that fit and come after a place in the order of the log, newest first: for reading all of them in steps, each as quick as the first
/// however many there are. Events that are written meanwhile are newer and do not come in between.
///
/// # Errors
/// When the database does not answer.
pub async fn search_after(conn: Conn<'_>, filter: &EventFilter, after: Option<EventPlace>, limit: i64) -> Result<Vec<Event>, DbError> {
    let mut asked = Asked::of(&conn, filter);
    if let Some(EventPlace { at, lane, sequence }) = after {
        // The first condition is the one that the index on the time serves.
        let place = [Bound::Time(at), Bound::Time(at), Bound::Number(lane), Bound::Number(lane), Bound::Number(sequence)];
        asked.push(" AND e.at <= ? AND (e.at < ? OR e.lane > ? OR e.lane = ? AND e.sequence < ?)", place);
    }
    asked.sql.push_str(ORDER);
    asked.push(" LIMIT ?", [Bound::Number(limit)]);
    asked.fetch(conn).await
}

const SELECT: &str = "SELECT e.lane, e.sequence, e.at, e.account, a.name, e.stands_in_for, b.name AS absent_name, e.unit, e.address, e.request, \
    e.kind, e.thing, e.of_unit, e.action, e.before, e.after, e.reason FROM event e LEFT JOIN account a ON a.account = e.account \
    LEFT JOIN account b ON b.account = e.stands_in_for WHERE 1 = 1";
const ORDER: &str = " ORDER BY e.at DESC, e.lane, e.sequence DESC";

enum Bound {
    Text(String),
    Time(DateTime<Utc>),
    Number(i64),
}

/// A question that is put together from the constants of this file, and what is bound to it.
struct Asked {
    sql: String,
    bound: Vec<Bound>,
    lite: bool,
}

impl Asked {
    fn of(conn: &Conn<'_>, filter: &EventFilter) -> Self {
        let mut asked = Self { sql: SELECT.to_owned(), bound: Vec::new(), lite: matches!(conn, Conn::Lite(_)) };
        for (condition, value) in [
            (" AND e.kind = ?", &filter.kind),
            (" AND e.thing = ?", &filter.thing),
            (" AND e.account = ?", &filter.account),
            (" AND e.action = ?", &filter.action),
        ] {
            if let Some(value) = value {
                asked.push(condition, [Bound::Text(value.clone())]);
            }
        }
        for (condition, value) in [(" AND e.at >= ?", filter.from), (" AND e.at < ?", filter.until)] {
            if let Some(value) = value {
                asked.push(condition, [Bound::Time(value)]);
            }
        }
        if let Some(things) = &filter.things {
            asked.push_lists(" AND e.thing IN LIST", things, 1);
        }
        if let Some(accounts) = &filter.accounts {
            asked.push_lists(" AND (e.account IN LIST OR e.stands_in_for IN LIST)", accounts, 2);
        }
        if let Some(units) = &filter.units {
            asked.push_lists(" AND (e.of_unit IN LIST OR e.unit IN LIST)", units, 2);
        }
        if !filter.without_actions.is_empty() {
            asked.push_lists(" AND e.action NOT IN LIST", &filter.without_actions, 1);
        }
        if let Some(mention) = &filter.mention {
            asked.mention(mention);
        }
        asked
    }

    fn mention(&mut self, mention: &Mention) {
        let plain = mention.words.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let like = |before: &str, after: &str| Bound::Text(format!("{before}{plain}{after}"));
        // Keys are looked for as a whole: a number would be found in the middle of most of them.
        self.push(
            " AND (LOWER(e.thing) LIKE ? ESCAPE '\\' OR LOWER(e.thing) LIKE ? ESCAPE '\\' OR LOWER(e.reason) LIKE ? ESCAPE '\\' \
             OR LOWER(e.before) LIKE ? ESCAPE '\\' OR LOWER(e.after) LIKE ? ESCAPE '\\'",
            [like("", ""), like("%/", ""), like("%", "%"), like("%", "%"), like("%", "%")],
        );
        if !mention.units.is_empty() {
            self.push_lists(" OR e.of_unit IN LIST", &mention.units, 1);
        }
        if !mention.ends.is_empty() {
            let ends = if self.lite { "json_each(?) AS ends" } else { "json_array_elements_text(CAST(? AS JSON)) AS ends (value)" };
            let condition = format!(" OR EXISTS (SELECT 1 FROM {ends} WHERE e.thing = ends.value OR e.thing LIKE '%/' || ends.value)");
            self.push(&condition, [json(&mention.ends)]);
        }
        self.sql.push(')');
    }

    /// Adds a condition in which `LIST` stands for the same list, so many times.
    fn push_lists(&mut self, condition: &str, values: &[String], times: usize) {
        // Each database opens a JSON list, which is bound as one text, in its own way.
        let list = if self.lite { "(SELECT value FROM json_each(?))" } else { "(SELECT json_array_elements_text(CAST(? AS JSON)))" };
        let condition = condition.replace("LIST", list);
        self.push(&condition, (0..times).map(|_| json(values)));
    }

    /// Adds a condition whose `?` are what is bound, in order.
    fn push(&mut self, condition: &str, bound: impl IntoIterator<Item = Bound>) {
        let mut bound = bound.into_iter();
        for piece in condition.split_inclusive('?') {
            match piece.strip_suffix('?') {
                Some(text) => {
                    self.bound.extend(bound.next());
                    self.sql.push_str(text);
                    self.sql.push('$');
                    self.sql.push_str(&self.bound.len().to_string());
                }
                None => self.sql.push_str(piece),
            }
        }
    }

    async fn fetch(self, conn: Conn<'_>) -> Result<Vec<Event>, DbError> {
        // The text is put together from the constants above alone; values are bound.
        let Self { sql, bound, .. } = self;
        let events = on!(conn, c => {
            let mut query = query_as(AssertSqlSafe(sql));
            for value in bound {
                query = match value {
                    Bound::Text(text) => query.bind(text),
                    Bound::Time(at) => query.bind(at),
                    Bound::Number(number) => query.bind(number),
                };
            }
            query.fetch_all(&mut *c).await
        })?;
        Ok(events)
    }
}

fn json(values: &[String]) -> Bound {
    Bound::Text(serde_json::Value::from(values.to_vec()).to_string())
}
