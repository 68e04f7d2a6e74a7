//! What an event changed, in words: names of fields, people, units, roles and states instead of keys.

use std::collections::BTreeMap;

use accounts::policy::Role;
use accounts::{Reach, Scope, accounts};
use chrono::{DateTime, NaiveDate, Utc};
use evidence::EvidenceKind;
use platform::history::Event;
use platform::{Conn, DbError, on};
use registry::Indicator;
use registry::store::indicators;
use serde_json::Value;
use sqlx::query_as;
use ui::Lang;

use super::words::{evaluation_word, field_words, state_words, word};
use crate::words;
use crate::{App, evidence_kind_name, period_words};

/// Fields whose value is the key of an account.
const PEOPLE: [&str; 3] = ["account", "absent", "stands_in"];

/// Names of the people and indicators that events speak of.
#[derive(Debug, Default)]
pub struct Names {
    people: BTreeMap<String, String>,
    indicators: BTreeMap<String, Indicator>,
    rounds: BTreeMap<String, String>,
}

impl Names {
    /// The names for these events; the database is asked only when one of them speaks of a person or an indicator.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of(mut conn: Conn<'_>, events: &[Event]) -> Result<Self, DbError> {
        let speaks = |text: &Option<String>| text.as_deref().is_some_and(|text| PEOPLE.iter().any(|field| text.contains(field)));
        let mut names = Self::default();
        if events.iter().any(|event| event.kind == "account" || speaks(&event.before) || speaks(&event.after)) {
            names.people = people(conn.reborrow()).await?;
        }
        if events.iter().any(|event| ["figure", "evidence"].contains(&event.kind.as_str())) {
            names.indicators = indicators(conn).await?;
        }
        Ok(names)
    }

    /// Every name, for events that come in steps.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn all(mut conn: Conn<'_>) -> Result<Self, DbError> {
        let people = people(conn.reborrow()).await?;
        let indicators = indicators(conn.reborrow()).await?;
        Ok(Self { people, indicators, rounds: rounds(conn).await? })
    }

    /// Title of a collection or campaign by its key.
    #[must_use]
    pub fn round(&self, key: &str) -> Option<&str> {
        self.rounds.get(key).map(String::as_str)
    }

    /// Name of a person by the key of their account.
    #[must_use]
    pub fn person(&self, account: &str) -> Option<String> {
        self.people.get(account).cloned()
    }

    /// Keys of the people and codes of the indicators whose name has these words, with or without tone marks.
    #[must_use]
    pub fn like(&self, words: &str) -> Vec<String> {
        let key = viet_text::fold(words);
        let has = |text: &str| viet_text::fold(text).contains(&key);
        let people = self.people.iter().filter(|(_, name)| has(name)).map(|(account, _)| account.clone());
        let indicators =
            self.indicators.iter().filter(|(_, found)| has(&found.name_vi) || has(&found.name_en)).map(|(code, _)| code.clone());
        if key.is_empty() { Vec::new() } else { people.chain(indicators).collect() }
    }

    /// Which person, unit, day or indicator an event is about, where its key says so.
    #[must_use]
    pub fn subject(&self, app: &App, event: &Event, lang: Lang) -> Option<String> {
        let last = event.thing.rsplit('/').next()?;
        match event.kind.as_str() {
            "account" => self.people.get(last).cloned(),
            "collection_unit" | "campaign_unit" | "account_review" => Some(app.units.name(last)),
            "calendar_day" => last.parse::<NaiveDate>().ok().map(|day| lang.date(day)),
            "figure" => self.indicator(last, lang),
            // Campaign, unit, and the criterion or the field.
            "campaign_ruling" | "campaign_answer" => {
                let unit = event.thing.split('/').nth(1)?;
                Some(format!(
                    "{}, {}",
                    app.units.name(unit),
                    last.split_once('.').filter(|_| event.kind == "campaign_answer").map_or(last, |(_, code)| code)
                ))
            }
            "campaign_member" => self.people.get(last).cloned(),
            _ => None,
        }
    }

    /// Name of an indicator by its code.
    #[must_use]
    pub fn indicator(&self, code: &str, lang: Lang) -> Option<String> {
        let found = self.indicators.get(code)?;
        Some(lang.pick(found.name_vi.as_str(), found.name_en.as_str()).to_owned())
    }

    /// A record that cites evidence, by its key: what it is about, and of which unit.
    fn record(&self, app: &App, thing: &str, lang: Lang) -> String {
        let mut parts = thing.splitn(3, '/').skip(1);
        match (parts.next(), parts.next()) {
            (Some(unit), Some(of)) => format!("{} – {}", self.indicator(of, lang).unwrap_or_else(|| of.to_owned()), app.units.name(unit)),
            _ => thing.to_owned(),
        }
    }
}

/// Titles of collections and campaigns by their keys.
async fn rounds(conn: Conn<'_>) -> Result<BTreeMap<String, String>, DbError> {
    const SQL: &str = "SELECT collection, title FROM collection UNION ALL SELECT campaign, title FROM campaign";
    let rows: Vec<(String, String)> = on!(conn, c => query_as(SQL).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().collect())
}

async fn people(conn: Conn<'_>) -> Result<BTreeMap<String, String>, DbError> {
    Ok(accounts(conn).await?.into_iter().map(|account| (account.account, account.name)).collect())
}

/// The fields of an event, "name: before → after", one to a line.
#[must_use]
pub fn difference(app: &App, names: &Names, event: &Event, lang: Lang) -> Vec<String> {
    let read = |text: &Option<String>| match text.as_deref().map(serde_json::from_str) {
        Some(Ok(Value::Object(fields))) => Some(fields),
        Some(Ok(Value::Array(items))) if event.action == "calendar-changed" => Some(calendar(&items, lang)),
        _ => None,
    };
    let (before, after) = (read(&event.before), read(&event.after));
    let mut fields: Vec<&str> = Vec::new();
    for name in [&before, &after].into_iter().flatten().flat_map(|fields| fields.keys()) {
        if !fields.contains(&name.as_str()) {
            fields.push(name);
        }
    }
    fields
        .into_iter()
        .filter_map(|field| {
            let old = before.as_ref().and_then(|fields| fields.get(field));
            let new = after.as_ref().and_then(|fields| fields.get(field));
            let shown = |value: Option<&Value>| value_words(app, names, &event.kind, field, value, lang);
            let step = Some(field).filter(|_| event.action == "calendar-changed").and_then(|step| evaluation_word("phase", step, lang));
            let name = step.unwrap_or_else(|| field_words(&event.kind, field, lang));
            match (&before, old == new) {
                (Some(_), true) => None,
                (Some(_), false) => Some(format!("{name}: {} → {}", shown(old), shown(new))),
                (None, _) => Some(format!("{name}: {}", shown(new))),
            }
        })
        .collect()
}

/// The steps of a calendar as fields: from when to when each lasts.
fn calendar(steps: &[Value], lang: Lang) -> serde_json::Map<String, Value> {
    let at = |step: &Value, field: &str| {
        let moment: Option<DateTime<Utc>> = step.get(field).and_then(Value::as_str).and_then(|text| text.parse().ok());
        moment.map_or_else(|| "–".to_owned(), |at| words::moment(at, lang))
    };
    let told = steps.iter().filter_map(|step| {
        let phase = step.get("phase").and_then(Value::as_str)?;
        Some((phase.to_owned(), Value::String(format!("{} – {}", at(step, "opens_at"), at(step, "due_at")))))
    });
    told.collect()
}

fn value_words(app: &App, names: &Names, kind: &str, field: &str, value: Option<&Value>, lang: Lang) -> String {
    match value {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::Bool(yes)) => if *yes { lang.pick("có", "yes") } else { lang.pick("không", "no") }.to_owned(),
        Some(Value::Array(items)) => lang.integer(i64::try_from(items.len()).unwrap_or(i64::MAX)),
        Some(Value::String(text)) => text_words(app, names, kind, field, text, lang),
        Some(Value::Number(number)) if field == "year" => number.to_string(),
        Some(Value::Number(number)) => number.as_i64().map_or_else(|| number.to_string(), |number| lang.integer(number)),
        Some(other) => other.to_string(),
    }
}

fn text_words(app: &App, names: &Names, kind: &str, field: &str, text: &str, lang: Lang) -> String {
    let known = match field {
        _ if PEOPLE.contains(&field) => names.people.get(text).cloned(),
        "unit" => Some(app.units.name(text)),
        "role" => Role::of(text).map(|role| words::role(role, lang).to_owned()),
        "reach" => Reach::of(text).map(|reach| words::reach(reach, lang).to_owned()),
        "scope" => Scope::of(text).map(|scope| words::scope(scope, lang).to_owned()),
        "state" => state_words(kind, text, lang).map(str::to_owned),
        "kind" if kind == "evidence" => EvidenceKind::of(text).map(|kind| evidence_kind_name(kind, lang).to_owned()),
        "kind" if kind == "calendar_day" => Some(day_kind(text, lang).to_owned()),
        "record" => Some(names.record(app, text, lang)),
        "period" => text.parse().ok().map(|period| period_words(period, lang)),
        "value" => Some(lang.pick(text.replace('.', ","), text.to_owned())),
        "successor" => Some(app.units.name(text)),
        "points" | "quorum" => Some(lang.pick(text.replace('.', ","), text.to_owned())),
        "phase" | "side" | "verdict" | "seat" | "duty" | "shows" => evaluation_word(field, text, lang).map(str::to_owned),
        "method" | "purpose" | "what" => word(text, lang).map(str::to_owned),
        _ => None,
    };
    known
        .or_else(|| text.parse::<NaiveDate>().ok().map(|day| lang.date(day)))
        .or_else(|| text.parse::<DateTime<Utc>>().ok().map(|at| words::moment(at, lang)))
        .unwrap_or_else(|| text.to_owned())
}

fn day_kind(word: &str, lang: Lang) -> &str {
    match word {
        "holiday" => lang.pick("nghỉ lễ, Tết", "holiday"),
        "in-lieu" => lang.pick("nghỉ bù", "day off in lieu"),
        "swapped-off" => lang.pick("nghỉ hoán đổi", "swapped day off"),
        "swapped-on" => lang.pick("làm bù", "worked in exchange"),
        other => other,
    }
}
