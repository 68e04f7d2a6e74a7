//! The rules that entries must keep, alone and together.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate, Weekday};

use crate::entry::{DayKind, Entry, EntryStatus};
use crate::fault::{CalendarFault, CalendarRule};

/// Holidays with the same date every year, month and day. They show that a year was filled in, not only begun.
const FIXED_HOLIDAYS: [(u32, u32); 4] = [(1, 1), (4, 30), (5, 1), (9, 2)];

/// An entry and the line it stands on, if it came from a file.
pub(crate) struct Placed {
    pub(crate) row: Option<usize>,
    pub(crate) entry: Entry,
}

/// Whether a day is off by its weekday alone. Offices rest on Saturday and Sunday
/// (QĐ 188/1999/QĐ-TTg, a week of 40 hours; general knowledge, not read here).
pub(crate) fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The years that have at least one holiday in force. Swapped days alone do not cover a year: the make-up day of a swap at the
/// end of December stands in January of a year whose holidays may not be known yet.
pub(crate) fn covered_years<'e>(entries: impl Iterator<Item = &'e Entry>) -> BTreeSet<i32> {
    entries.filter(|entry| entry.applied && entry.kind == DayKind::Holiday).map(|entry| entry.date.year()).collect()
}

fn fault(placed: &Placed, column: &'static str, value: String, rule: CalendarRule, expected: String) -> CalendarFault {
    CalendarFault { row: placed.row, column, value, rule, expected }
}

/// Rules that a row breaks alone, or against an earlier row.
pub(crate) fn check_rows(all: &[Placed], faults: &mut Vec<CalendarFault>) {
    let mut seen = BTreeMap::new();
    for placed in all {
        let Entry { date, kind, applied, status, .. } = &placed.entry;
        if let Some(first) = seen.insert(*date, placed.row) {
            let expected = first.map_or_else(|| "once".to_owned(), |row| format!("once, as in row {row}"));
            faults.push(fault(placed, "date", date.to_string(), CalendarRule::DuplicateDate, expected));
        }
        let expected = match (kind, is_weekend(*date)) {
            (DayKind::InLieu | DayKind::SwappedOff, true) => Some("a day from Monday to Friday"),
            (DayKind::SwappedOn, false) => Some("a Saturday or Sunday"),
            _ => None,
        };
        if let Some(expected) = expected {
            let value = format!("{date} ({})", date.weekday());
            faults.push(fault(placed, "date", value, CalendarRule::Weekday, expected.to_owned()));
        }
        if *status == EntryStatus::Official && !applied {
            faults.push(fault(placed, "applied", "no".to_owned(), CalendarRule::OfficialNotApplied, "yes".to_owned()));
        }
    }
}

/// Rules about all entries together.
pub(crate) fn check_whole(all: &[Placed], faults: &mut Vec<CalendarFault>) {
    let by_date: BTreeMap<NaiveDate, &Entry> = all.iter().map(|placed| (placed.entry.date, &placed.entry)).collect();
    for placed in all {
        if let Some(expected) = pair_fault(&placed.entry, &by_date) {
            let value = placed.entry.pair.map(|date| date.to_string()).unwrap_or_default();
            faults.push(fault(placed, "pair", value, CalendarRule::Pair, expected));
        }
    }
    let whole =
        |value: String, rule, expected: &str| CalendarFault { row: None, column: "date", value, rule, expected: expected.to_owned() };
    let years = covered_years(all.iter().map(|placed| &placed.entry));
    if years.is_empty() {
        faults.push(whole(String::new(), CalendarRule::NoYear, "holidays of at least one year"));
    }
    for (year, next) in years.iter().zip(years.iter().skip(1)) {
        if year + 1 < *next {
            let missing = if year + 2 == *next { (year + 1).to_string() } else { format!("{}-{}", year + 1, next - 1) };
            faults.push(whole(missing, CalendarRule::YearGap, "holidays of every year in between"));
        }
    }
    let in_force = |placed: &&Placed| placed.entry.applied && placed.entry.kind == DayKind::Holiday;
    let holidays: BTreeSet<NaiveDate> = all.iter().filter(in_force).map(|placed| placed.entry.date).collect();
    let fixed = |year: &i32| FIXED_HOLIDAYS.map(|(month, day)| NaiveDate::from_ymd_opt(*year, month, day));
    for date in years.iter().flat_map(fixed).flatten().filter(|date| !holidays.contains(date)) {
        faults.push(whole(date.to_string(), CalendarRule::MissingHoliday, "an entry of kind holiday that is applied"));
    }
}

/// What a pair should be, if it is not.
fn pair_fault(entry: &Entry, by_date: &BTreeMap<NaiveDate, &Entry>) -> Option<String> {
    let other_kind = match entry.kind {
        DayKind::SwappedOff => DayKind::SwappedOn,
        DayKind::SwappedOn => DayKind::SwappedOff,
        DayKind::Holiday | DayKind::InLieu => return entry.pair.map(|_| "empty: only swapped days have a pair".to_owned()),
    };
    let Some(pair) = entry.pair else { return Some(format!("the date of its {} day", other_kind.word())) };
    let fits = by_date
        .get(&pair)
        .is_some_and(|other| other.kind == other_kind && other.pair == Some(entry.date) && other.applied == entry.applied);
    let applied = if entry.applied { "yes" } else { "no" };
    (!fits).then(|| format!("a row {pair} {} with pair {} and applied {applied}", other_kind.word(), entry.date))
}
