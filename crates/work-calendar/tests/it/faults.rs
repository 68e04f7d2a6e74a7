//! Faults of calendar files, shown as text, and of entries that come from no file.

use work_calendar::{Calendar, CalendarRule, EntryStatus};

use crate::HOLIDAYS;

/// The faults of a calendar text. `{2024}` stands for the fixed holidays of a year, so that a case shows one matter.
pub(crate) fn faults_of(file: &str) -> String {
    let mut text = String::new();
    for line in file.lines() {
        match line.strip_prefix('{').and_then(|line| line.strip_suffix('}')) {
            Some(year) => {
                for day in ["01-01", "04-30", "05-01", "09-02"] {
                    text += &format!("{year}-{day},holiday,Ngày lễ,Holiday,,yes,official,law,\n");
                }
            }
            None => text += &format!("{line}\n"),
        }
    }
    match Calendar::read(&text) {
        Ok(calendar) => format!("none: covers {:?}\n", calendar.years()),
        Err(faults) => faults.iter().map(|fault| format!("{fault}\n")).collect(),
    }
}

#[test]
fn the_shipped_calendar_covers_2018_to_2027() {
    let calendar = Calendar::read(HOLIDAYS).unwrap();
    assert_eq!(calendar.years(), 2018..=2027);
    assert_eq!(calendar.certainty(2026), Ok(EntryStatus::Official));
    assert_eq!(calendar.certainty(2027), Ok(EntryStatus::Computed));
    assert_eq!(calendar.certainty(2028).unwrap_err().year, 2028);
}

#[test]
fn an_entry_without_effect_takes_effect_when_it_is_marked_applied() {
    let calendar = Calendar::read(HOLIDAYS).unwrap();
    let swap = ["2026-01-02".parse().unwrap(), "2026-01-10".parse().unwrap()];
    assert!(swap.iter().all(|date| !calendar.entry(*date).unwrap().applied));
    assert_eq!(swap.map(|date| calendar.is_working_day(date).unwrap()), [true, false]);
    let mut entries = calendar.entries().to_vec();
    for entry in entries.iter_mut().filter(|entry| swap.contains(&entry.date)) {
        entry.applied = true;
    }
    let marked = Calendar::from_entries(entries).unwrap();
    assert_eq!(swap.map(|date| marked.is_working_day(date).unwrap()), [false, true]);
    assert_eq!(marked.certainty(2026), Ok(EntryStatus::Unverified));
}

#[test]
fn entries_from_elsewhere_keep_the_same_rules() {
    let mut entries = Calendar::read(HOLIDAYS).unwrap().entries().to_vec();
    entries.retain(|entry| entry.date.to_string() != "2019-01-05" && entry.date.to_string() != "2025-09-02");
    let faults = Calendar::from_entries(entries).unwrap_err();
    let found: Vec<(CalendarRule, &str)> = faults.iter().map(|fault| (fault.rule, fault.value.as_str())).collect();
    assert_eq!(found, [(CalendarRule::Pair, "2019-01-05"), (CalendarRule::MissingHoliday, "2025-09-02")]);
    assert!(faults.iter().all(|fault| fault.row.is_none()));
}
