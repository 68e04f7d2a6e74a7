//! What the calendar says of one day.

use chrono::NaiveDate;

/// What a day is, where it differs from its weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DayKind {
    /// A public holiday (Labour Code 2019 art. 112, before 2021 Labour Code 2012 art. 115), or the Tết days that the government chooses.
    Holiday,
    /// A weekday off because a holiday fell on a weekend (nghỉ bù, Labour Code 2019 art. 111(3)).
    InLieu,
    /// A weekday off that is worked on another day (nghỉ hoán đổi).
    SwappedOff,
    /// A Saturday or Sunday that is worked for a swapped day off (làm việc bù).
    SwappedOn,
}

impl DayKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Holiday, Self::InLieu, Self::SwappedOff, Self::SwappedOn];

    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Holiday => "holiday",
            Self::InLieu => "in-lieu",
            Self::SwappedOff => "swapped-off",
            Self::SwappedOn => "swapped-on",
        }
    }

    /// Whether work is done on such a day.
    #[must_use]
    pub fn is_working(self) -> bool {
        self == Self::SwappedOn
    }
}

/// How sure an entry is. The order goes from sure to unsure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryStatus {
    /// Fixed by law or announced for its year, as the source reports it.
    Official,
    /// Computed from the law and the lunar calendar before anything was announced for its year; swaps are not known yet.
    Computed,
    /// Believed or reported, and not checked.
    Unverified,
}

impl EntryStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Official, Self::Computed, Self::Unverified];

    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Computed => "computed",
            Self::Unverified => "unverified",
        }
    }
}

/// One day of the calendar that differs from its weekday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The day.
    pub date: NaiveDate,
    /// What it is.
    pub kind: DayKind,
    /// Vietnamese name.
    pub name_vi: String,
    /// English name.
    pub name_en: String,
    /// The other day of a swap.
    pub pair: Option<NaiveDate>,
    /// Whether the calendar follows the entry. An entry that is only believed can stand in the file without effect.
    pub applied: bool,
    /// How sure the entry is.
    pub status: EntryStatus,
    /// Where the fact was read.
    pub source: String,
    /// What a reader must know, `Vietnamese / English`.
    pub note: String,
}
