//! A CSV text becomes entries, or every fault in it. The form is in `docs/formats/calendar.md`.

use chrono::NaiveDate;

use crate::cells;
use crate::checking::{self, Placed};
use crate::entry::{DayKind, Entry, EntryStatus};
use crate::fault::{CalendarFault, CalendarRule};

const COLUMNS: [&str; 9] = ["date", "kind", "name_vi", "name_en", "pair", "applied", "status", "source", "note"];

/// Reads and checks a calendar text.
///
/// Rules about single rows are judged for every row. Rules about the whole (pairs, fixed holidays, years) are judged once every
/// row could be read: a row that cannot be read would make them speak of days that are there.
pub(crate) fn read(text: &str) -> Result<Vec<Entry>, Vec<CalendarFault>> {
    let mut reader = Reader { faults: Vec::new() };
    let placed = reader.rows(text);
    let mut faults = reader.faults;
    let all_read = faults.is_empty();
    checking::check_rows(&placed, &mut faults);
    if all_read {
        checking::check_whole(&placed, &mut faults);
    }
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.row);
        return Err(faults);
    }
    Ok(placed.into_iter().map(|placed| placed.entry).collect())
}

struct Reader {
    faults: Vec<CalendarFault>,
}

impl Reader {
    fn fault(&mut self, row: usize, column: &'static str, value: &str, rule: CalendarRule, expected: String) {
        self.faults.push(CalendarFault { row: Some(row), column, value: value.to_owned(), rule, expected });
    }

    fn rows(&mut self, text: &str) -> Vec<Placed> {
        let rows = match cells::cut(text) {
            Ok(rows) => rows,
            Err(fault) => {
                self.fault(fault.line, "", "", CalendarRule::NotCsv, "a closing quote before the comma".to_owned());
                return Vec::new();
            }
        };
        let (head_line, head) = rows.first().map_or((1, &[][..]), |(line, cells)| (*line, cells.as_slice()));
        let places = self.head(head_line, head);
        let mut placed = Vec::new();
        for (line, cells) in rows.iter().skip(1) {
            if cells.len() != head.len() {
                self.fault(*line, "", &cells.len().to_string(), CalendarRule::RowLength, head.len().to_string());
                continue;
            }
            // Of a head with faults only the columns that are there can be judged.
            let cell = |column: usize| places[column].map(|place| cells[place].as_str());
            if let Some(entry) = self.entry(*line, cell) {
                placed.push(Placed { row: Some(*line), entry });
            }
        }
        placed
    }

    /// Where each known column stands.
    fn head(&mut self, line: usize, head: &[String]) -> [Option<usize>; COLUMNS.len()] {
        for (place, name) in head.iter().enumerate() {
            if !COLUMNS.contains(&name.as_str()) {
                self.fault(line, "", name, CalendarRule::UnknownColumn, COLUMNS.join(", "));
            } else if head[..place].contains(name) {
                self.fault(line, "", name, CalendarRule::DuplicateColumn, "once".to_owned());
            }
        }
        COLUMNS.map(|column| {
            let place = head.iter().position(|name| name == column);
            if place.is_none() {
                self.fault(line, column, "", CalendarRule::MissingColumn, COLUMNS.join(", "));
            }
            place
        })
    }

    fn entry<'t>(&mut self, line: usize, cell: impl Fn(usize) -> Option<&'t str>) -> Option<Entry> {
        let date = self.filled(line, "date", cell(0)).and_then(|text| self.date(line, "date", text));
        let kind = self.word(line, "kind", cell(1), &DayKind::ALL, DayKind::word);
        let name_vi = self.filled(line, "name_vi", cell(2));
        let name_en = self.filled(line, "name_en", cell(3));
        let pair = match cell(4)? {
            "" => Some(None),
            text => self.date(line, "pair", text).map(Some),
        };
        let applied = self.word(line, "applied", cell(5), &[true, false], |applied| if applied { "yes" } else { "no" });
        let status = self.word(line, "status", cell(6), &EntryStatus::ALL, EntryStatus::word);
        let source = self.filled(line, "source", cell(7));
        Some(Entry {
            date: date?,
            kind: kind?,
            name_vi: name_vi?.to_owned(),
            name_en: name_en?.to_owned(),
            pair: pair?,
            applied: applied?,
            status: status?,
            source: source?.to_owned(),
            note: cell(8)?.to_owned(),
        })
    }

    fn filled<'t>(&mut self, line: usize, column: &'static str, cell: Option<&'t str>) -> Option<&'t str> {
        let cell = cell?;
        if cell.is_empty() {
            self.fault(line, column, "", CalendarRule::Empty, String::new());
            return None;
        }
        Some(cell)
    }

    fn date(&mut self, line: usize, column: &'static str, text: &str) -> Option<NaiveDate> {
        // The form is fixed: chrono alone would also take 2018-1-1 and years with a sign.
        let in_form =
            text.len() == 10 && text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
        let date = if in_form { text.parse().ok() } else { None };
        if date.is_none() {
            self.fault(line, column, text, CalendarRule::NotADate, "2018-12-31".to_owned());
        }
        date
    }

    fn word<T: Copy>(
        &mut self,
        line: usize,
        column: &'static str,
        cell: Option<&str>,
        all: &[T],
        word: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let cell = cell?;
        let value = all.iter().copied().find(|value| word(*value) == cell);
        if value.is_none() {
            let known: Vec<&str> = all.iter().map(|value| word(*value)).collect();
            self.fault(line, column, cell, CalendarRule::UnknownWord, known.join(", "));
        }
        value
    }
}
