//! Records compared with what the history says of them: a row that was changed behind the program's back does not fit its last event.

/// What is wrong with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowTrouble {
    /// It is not what the last event left.
    Changed,
    /// The history knows nothing of it.
    Unknown,
    /// The history knows it, and it is gone.
    Gone,
}

/// A record that does not fit its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// Kind of record: the name of its table.
    pub kind: &'static str,
    /// Its key, as events name it.
    pub thing: String,
    /// What is wrong.
    pub trouble: RowTrouble,
}
