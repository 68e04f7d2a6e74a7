//! The made-up work of a demonstration: a collection of figures that is open, so that each role finds something to do.

mod evaluation;

use accounts::{Accounts, Actor};
use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use collection::actions::{self, CollectionError, Ground, NewCollection};
use collection::model::Entry;
use platform::{Db, World};
use registry::{Period, ReportWindow, store};
use rust_decimal::Decimal;
use web::UnitTree;

pub(crate) use evaluation::{kind as evaluation_kind, queue_evaluation};

const HANOI: &str = "01-ha-noi";

/// Units that have made-up figures already, with how many of the indicators each has.
const BEGUN: [(&str, usize); 3] = [("hn-so-tu-phap", 18), ("hn-so-du-lich", 18), ("hn-so-y-te", 7)];

/// The one of them whose figures the office has accepted.
const ACCEPTED: &str = "hn-so-du-lich";

/// Makes the collection, once.
pub(crate) async fn collection(accounts: &Accounts, units: &UnitTree) -> Result<(), CollectionError> {
    let (db, world) = (&accounts.db, &accounts.world);
    let ground = Ground { db, world, units };
    let actor = Actor::program(world.now());
    if !actions::list(ground, &actor).await?.is_empty() {
        return Ok(());
    }
    let indicators = reported_indicators(db).await?;
    let key = actions::make(ground, &actor, &new_collection(world, units, &indicators)).await?;
    actions::open(ground, &actor, &key).await?;
    for (unit, count) in BEGUN {
        let entries: Vec<Entry> = indicators.iter().take(count).enumerate().map(|(at, code)| made_up(unit, code, at)).collect();
        actions::save(ground, &actor, &key, unit, &entries).await?;
        if count == indicators.len() {
            actions::submit(ground, &actor, &key, unit).await?;
            // Accepted figures are observations: an evaluation takes them, and shows where they come from.
            if unit == ACCEPTED {
                actions::accept(ground, &actor, &key, unit).await?;
            }
        }
    }
    Ok(())
}

/// What is asked for, in the order in which a report tells it.
const ASKED: [&str; 18] = [
    "report.tasks_set",
    "report.tasks_done",
    "report.reports_due",
    "report.reports_on_time",
    "report.directives_issued",
    "report.inspection_problems_found",
    "report.inspection_problems_solved",
    "report.dossiers_received",
    "report.dossiers_received_online",
    "report.dossiers_received_in_person",
    "report.dossiers_carried_over",
    "report.dossiers_resolved",
    "report.dossiers_resolved_early",
    "report.dossiers_resolved_on_time",
    "report.dossiers_resolved_late",
    "report.dossiers_open",
    "report.dossiers_open_in_time",
    "report.dossiers_open_late",
];

/// Those of them that the catalogue has: a folder of one's own may have others.
async fn reported_indicators(db: &Db) -> Result<Vec<String>, CollectionError> {
    let mut read = db.read().await?;
    let all = store::indicators(read.conn()).await?;
    Ok(ASKED.into_iter().filter(|code| all.contains_key(*code)).map(str::to_owned).collect())
}

fn new_collection(world: &World, units: &UnitTree, indicators: &[String]) -> NewCollection {
    let now = world.now();
    let year = world.today().year();
    NewCollection {
        title: format!("Số liệu báo cáo cải cách hành chính năm {year}"),
        owner: HANOI.to_owned(),
        period: Period::Report(year, ReportWindow::Year),
        opens_at: now - TimeDelta::days(5),
        due_at: end_of_day(now + TimeDelta::days(6)),
        note: Some("Đợt thu thập minh họa: nhập số bất kỳ để thử.".to_owned()),
        indicators: indicators.iter().map(|code| (code.clone(), true)).collect(),
        units: units.below(HANOI).into_iter().map(|unit| unit.unit).collect(),
        made_up: true,
    }
}

/// Five in the afternoon of that day in Viet Nam.
fn end_of_day(at: DateTime<Utc>) -> DateTime<Utc> {
    let day = platform::day_in_viet_nam(at);
    day.and_hms_opt(10, 0, 0).map_or(at, |time| time.and_utc())
}

/// A figure from the names alone: the same at every start, and nobody's.
fn made_up(unit: &str, code: &str, at: usize) -> Entry {
    let sum: usize = unit.bytes().chain(code.bytes()).map(usize::from).sum();
    let size: usize = unit.bytes().map(usize::from).sum();
    let number = match code {
        // What is done is a part of what there is; reports are as many as a year has: one a month, one a quarter.
        "report.tasks_set" => 40 + size % 20,
        "report.tasks_done" => 40 + size % 20 - sum % 9,
        "report.reports_due" => 16,
        "report.reports_on_time" => 15 - sum % 3,
        _ => sum * (at + 3) % 900 + 12,
    };
    let value = Decimal::from(u64::try_from(number).unwrap_or(12));
    Entry { indicator: code.to_owned(), seen: 0, value: Ok(value), note: Some("Số liệu minh họa".to_owned()) }
}
