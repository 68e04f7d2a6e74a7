//! What rows that are brought would change in those that are stored, cell by cell. Pure and exact.

use std::collections::BTreeMap;

use super::value::Value;

/// One of the two sets of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The rows that are stored.
    Stored,
    /// The rows that are brought.
    Brought,
}

/// What would change. Rows are named by their index in the slices that were given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Rows that are brought and not stored.
    pub added: Vec<usize>,
    /// Rows that are in both and differ, in the order in which they are brought.
    pub changed: Vec<Changed>,
    /// Rows that are in both and equal: index of the stored and of the brought one.
    pub unchanged: Vec<(usize, usize)>,
    /// Rows that are stored and not brought. Whether they stay is for the caller to say.
    pub absent: Vec<usize>,
}

impl Difference {
    /// Whether nothing would be added or changed; rows that are absent do not count.
    #[must_use]
    pub fn changes_nothing(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty()
    }
}

/// A row that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Index of the stored row.
    pub stored: usize,
    /// Index of the brought row.
    pub brought: usize,
    /// The cells that differ, in the order of the columns; never empty.
    pub cells: Vec<CellChange>,
}

/// A cell that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellChange {
    /// Index of the column.
    pub column: usize,
    /// What is stored.
    pub before: Value,
    /// What is brought.
    pub after: Value,
}

/// Why rows cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DifferenceFault {
    /// No column tells one row from another.
    #[error("no column tells one row from another")]
    NoKey,
    /// A row has no value in any column of the key.
    #[error("{side:?}: row {row} has no key")]
    EmptyKey {
        /// Which rows.
        side: Side,
        /// Index of the row.
        row: usize,
    },
    /// Two rows have the same key.
    #[error("{side:?}: row {row} has the key of row {first}")]
    SameKey {
        /// Which rows.
        side: Side,
        /// Index of the first row with the key.
        first: usize,
        /// Index of the other one.
        row: usize,
    },
}

/// Compares rows by the columns `key`, in the columns `columns`; others are taken for equal. A value that a row does not
/// have is [`Value::Empty`].
///
/// # Errors
///
/// Every [`DifferenceFault`] if rows cannot be told from one another.
pub fn compare<S: AsRef<[Value]>, B: AsRef<[Value]>>(
    stored: &[S],
    brought: &[B],
    key: &[usize],
    columns: &[usize],
) -> Result<Difference, Vec<DifferenceFault>> {
    if key.is_empty() {
        return Err(vec![DifferenceFault::NoKey]);
    }
    let mut faults = Vec::new();
    let old = by_key(stored, key, Side::Stored, &mut faults);
    let new = by_key(brought, key, Side::Brought, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut difference = Difference::default();
    for (index, row) in brought.iter().enumerate() {
        let Some((before, old_index)) = old.get(&key_of(row.as_ref(), key)).and_then(|old| Some((stored.get(*old)?, *old))) else {
            difference.added.push(index);
            continue;
        };
        let cells: Vec<CellChange> = columns.iter().filter_map(|column| change(before.as_ref(), row.as_ref(), *column)).collect();
        if cells.is_empty() {
            difference.unchanged.push((old_index, index));
        } else {
            difference.changed.push(Changed { stored: old_index, brought: index, cells });
        }
    }
    difference.absent =
        stored.iter().enumerate().filter(|(_, row)| !new.contains_key(&key_of(row.as_ref(), key))).map(|(index, _)| index).collect();
    Ok(difference)
}

fn change(before: &[Value], after: &[Value], column: usize) -> Option<CellChange> {
    let of = |row: &[Value]| row.get(column).cloned().unwrap_or_default();
    let (before, after) = (of(before), of(after));
    (before != after).then_some(CellChange { column, before, after })
}

fn key_of(row: &[Value], key: &[usize]) -> Vec<Value> {
    key.iter().map(|column| row.get(*column).cloned().unwrap_or_default()).collect()
}

fn by_key<R: AsRef<[Value]>>(rows: &[R], key: &[usize], side: Side, faults: &mut Vec<DifferenceFault>) -> BTreeMap<Vec<Value>, usize> {
    let mut known: BTreeMap<Vec<Value>, usize> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        let row_key = key_of(row.as_ref(), key);
        if row_key.iter().all(Value::is_empty) {
            faults.push(DifferenceFault::EmptyKey { side, row: index });
        } else if let Some(first) = known.get(&row_key) {
            faults.push(DifferenceFault::SameKey { side, first: *first, row: index });
        } else {
            known.insert(row_key, index);
        }
    }
    known
}
