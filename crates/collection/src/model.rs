//! What a collection of figures is, its states, and when a unit may enter. No input or output.

use chrono::{DateTime, Utc};
use documents::exchange::FigureRange;
use registry::Period;
use rust_decimal::Decimal;

/// Whether a collection is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CollectionState {
    /// Being prepared; units do not see it.
    Draft,
    /// Units enter.
    Open,
    /// Over.
    Closed,
}

impl CollectionState {
    /// The word in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::Draft, Self::Open, Self::Closed].into_iter().find(|state| state.word() == word)
    }
}

/// How far a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnitState {
    /// The unit enters.
    Open,
    /// It came back with a reason; the unit enters again.
    Returned,
    /// Handed in; waits for a decision.
    Submitted,
    /// Accepted; its figures are observations.
    Accepted,
}

impl UnitState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Open, Self::Returned, Self::Submitted, Self::Accepted];

    /// The word in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Returned => "returned",
            Self::Submitted => "submitted",
            Self::Accepted => "accepted",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// After handing in.
    ///
    /// # Errors
    /// When it was handed in already.
    pub fn submit(self) -> Result<Self, WrongState> {
        match self {
            Self::Open | Self::Returned => Ok(Self::Submitted),
            Self::Submitted | Self::Accepted => Err(WrongState),
        }
    }

    /// After being returned.
    ///
    /// # Errors
    /// When nothing waits for a decision.
    pub fn send_back(self) -> Result<Self, WrongState> {
        if self == Self::Submitted { Ok(Self::Returned) } else { Err(WrongState) }
    }

    /// After being accepted.
    ///
    /// # Errors
    /// When nothing waits for a decision.
    pub fn accept(self) -> Result<Self, WrongState> {
        if self == Self::Submitted { Ok(Self::Accepted) } else { Err(WrongState) }
    }
}

/// The step does not follow from the state: somebody else took a step meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongState;

/// A collection of figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// Its key.
    pub key: String,
    /// Title.
    pub title: String,
    /// The unit that asks.
    pub owner: String,
    /// Period of the figures.
    pub period: Period,
    /// When units may begin.
    pub opens_at: DateTime<Utc>,
    /// Until when.
    pub due_at: DateTime<Utc>,
    /// Whether it is at work.
    pub state: CollectionState,
    /// What units should know.
    pub note: Option<String>,
    /// Made-up figures of a demonstration.
    pub made_up: bool,
    /// Number of changes.
    pub version: i64,
}

/// What a unit that is late asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reopening {
    /// Why it needs more time.
    pub reason: String,
    /// When it asked.
    pub asked_at: DateTime<Utc>,
}

/// A unit in a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionUnit {
    /// Key of the unit.
    pub unit: String,
    /// How far it is.
    pub state: UnitState,
    /// A later deadline of its own.
    pub extended_to: Option<DateTime<Utc>>,
    /// Why it came back, or was opened again.
    pub reason: Option<String>,
    /// Last step.
    pub changed_at: Option<DateTime<Utc>>,
    /// Number of steps.
    pub version: i64,
    /// It asked for its figures to be opened again, and nobody has answered yet.
    pub reopening: Option<Reopening>,
}

/// Why a unit may not enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// It has not begun.
    NotYet,
    /// It is over.
    Closed,
    /// The deadline has passed.
    Late,
    /// Handed in; waits for a decision.
    Submitted,
    /// Accepted.
    Accepted,
}

impl CollectionUnit {
    /// The deadline of this unit.
    #[must_use]
    pub fn due_at(&self, collection: &Collection) -> DateTime<Utc> {
        self.extended_to.map_or(collection.due_at, |own| own.max(collection.due_at))
    }

    /// Why the unit may not enter now; nothing when it may.
    #[must_use]
    pub fn lock(&self, collection: &Collection, now: DateTime<Utc>) -> Option<Lock> {
        match (collection.state, self.state) {
            (_, UnitState::Accepted) => Some(Lock::Accepted),
            (_, UnitState::Submitted) => Some(Lock::Submitted),
            (CollectionState::Closed, _) => Some(Lock::Closed),
            (CollectionState::Draft, _) => Some(Lock::NotYet),
            (CollectionState::Open, _) if now < collection.opens_at => Some(Lock::NotYet),
            (CollectionState::Open, _) if now >= self.due_at(collection) => Some(Lock::Late),
            (CollectionState::Open, _) => None,
        }
    }
}

/// An indicator that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Code of the indicator.
    pub indicator: String,
    /// Vietnamese name.
    pub name_vi: String,
    /// English name.
    pub name_en: String,
    /// Unit of measure in Vietnamese.
    pub unit_vi: String,
    /// Unit of measure in English.
    pub unit_en: String,
    /// Digits after the comma that are shown.
    pub decimals: u32,
    /// Whether it must be filled in, with a value or a reason.
    pub required: bool,
}

/// Figures have at most twelve digits before the comma: there is nothing in the country that counts more.
const LARGEST: i64 = 999_999_999_999;

/// Why a value is no figure of an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureFault {
    /// Too many digits behind the comma.
    Decimals {
        /// The most.
        most: u32,
    },
    /// Less than the least figure.
    Below {
        /// The least figure.
        least: Decimal,
    },
    /// More than the greatest figure.
    Above {
        /// The greatest figure.
        greatest: Decimal,
    },
}

impl Asked {
    /// What figures the indicator may have: what is counted is whole and not negative, a share lies between 0 and 100.
    #[must_use]
    pub fn range(&self) -> FigureRange {
        let (min, max) = if self.unit_vi == "%" {
            (Decimal::ZERO, Decimal::ONE_HUNDRED)
        } else if self.decimals == 0 {
            (Decimal::ZERO, LARGEST.into())
        } else {
            ((-LARGEST).into(), LARGEST.into())
        };
        FigureRange { decimals: self.decimals, min: Some(min), max: Some(max) }
    }

    /// Why a value is no figure of the indicator; nothing where it is one. The same for the page, for files and for programs.
    #[must_use]
    pub fn fault_of(&self, value: Decimal) -> Option<FigureFault> {
        let range = self.range();
        if value.normalize().scale() > range.decimals {
            return Some(FigureFault::Decimals { most: range.decimals });
        }
        let below = range.min.filter(|least| value < *least).map(|least| FigureFault::Below { least });
        below.or_else(|| range.max.filter(|greatest| value > *greatest).map(|greatest| FigureFault::Above { greatest }))
    }
}

/// A figure as it was entered: an exact value, or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Code of the indicator.
    pub indicator: String,
    /// The value, or why it is missing. Never zero for "no figure".
    pub value: Result<Decimal, String>,
    /// What a reader must know.
    pub note: Option<String>,
    /// Name of whoever entered it last.
    pub entered_by: Option<String>,
    /// When.
    pub entered_at: DateTime<Utc>,
    /// Number of changes.
    pub version: i64,
}

/// A figure to be saved. `seen` is the version that the person saw; 0 for a figure that was not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Code of the indicator.
    pub indicator: String,
    /// The version that the person saw.
    pub seen: i64,
    /// The value, or why it is missing.
    pub value: Result<Decimal, String>,
    /// What a reader must know.
    pub note: Option<String>,
}

impl Entry {
    /// Whether saving it would change nothing. Trailing zeros are no difference.
    #[must_use]
    pub fn is_already(&self, figure: &Figure) -> bool {
        self.value == figure.value && self.note == figure.note
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn collection() -> Collection {
        Collection {
            key: "c".into(),
            title: "Quý III".into(),
            owner: "01-ha-noi".into(),
            period: "2026-RQ3".parse().unwrap(),
            opens_at: at("2026-09-15T00:00:00Z"),
            due_at: at("2026-09-20T10:00:00Z"),
            state: CollectionState::Open,
            note: None,
            made_up: false,
            version: 1,
        }
    }

    fn unit(state: UnitState, extended_to: Option<&str>) -> CollectionUnit {
        CollectionUnit {
            unit: "u".into(),
            state,
            extended_to: extended_to.map(at),
            reason: None,
            changed_at: None,
            version: 1,
            reopening: None,
        }
    }

    #[test]
    fn a_unit_enters_from_the_opening_to_the_deadline() {
        let open = unit(UnitState::Open, None);
        for (now, lock) in [
            ("2026-09-14T23:59:59Z", Some(Lock::NotYet)),
            ("2026-09-15T00:00:00Z", None),
            ("2026-09-20T09:59:59Z", None),
            ("2026-09-20T10:00:00Z", Some(Lock::Late)),
        ] {
            assert_eq!(open.lock(&collection(), at(now)), lock, "{now}");
        }
    }

    #[test]
    fn a_later_deadline_opens_it_again_and_an_earlier_one_takes_nothing_away() {
        let now = at("2026-09-21T00:00:00Z");
        assert_eq!(unit(UnitState::Returned, Some("2026-09-22T10:00:00Z")).lock(&collection(), now), None);
        let earlier = unit(UnitState::Open, Some("2026-09-16T00:00:00Z"));
        assert_eq!(earlier.due_at(&collection()), collection().due_at);
    }

    #[test]
    fn what_was_handed_in_is_locked_whatever_the_day() {
        let now = at("2026-09-16T00:00:00Z");
        assert_eq!(unit(UnitState::Submitted, None).lock(&collection(), now), Some(Lock::Submitted));
        assert_eq!(unit(UnitState::Accepted, None).lock(&collection(), now), Some(Lock::Accepted));
        let over = Collection { state: CollectionState::Closed, ..collection() };
        assert_eq!(unit(UnitState::Open, None).lock(&over, now), Some(Lock::Closed));
    }

    #[test]
    fn steps_follow_from_states() {
        assert_eq!(UnitState::Open.submit(), Ok(UnitState::Submitted));
        assert_eq!(UnitState::Returned.submit(), Ok(UnitState::Submitted));
        assert_eq!(UnitState::Submitted.submit(), Err(WrongState));
        assert_eq!(UnitState::Submitted.send_back(), Ok(UnitState::Returned));
        assert_eq!(UnitState::Open.accept(), Err(WrongState));
        assert_eq!(UnitState::Accepted.send_back(), Err(WrongState));
    }

    #[test]
    fn a_figure_keeps_the_range_of_its_indicator() {
        let asked = |decimals, unit: &str| Asked {
            indicator: "i".into(),
            name_vi: "I".into(),
            name_en: "I".into(),
            unit_vi: unit.into(),
            unit_en: unit.into(),
            decimals,
            required: true,
        };
        let fault = |asked: &Asked, text: &str| asked.fault_of(text.parse().unwrap());
        let (count, share, change) = (asked(0, "hồ sơ"), asked(2, "%"), asked(1, "điểm"));
        for (of, good) in [(&count, "0"), (&count, "999999999999"), (&count, "12.0"), (&share, "100"), (&share, "0.25"), (&change, "-3.5")]
        {
            assert_eq!(fault(of, good), None, "{good}");
        }
        assert_eq!(fault(&count, "-5"), Some(FigureFault::Below { least: Decimal::ZERO }));
        assert_eq!(fault(&count, "12.5"), Some(FigureFault::Decimals { most: 0 }));
        assert_eq!(fault(&count, "99999999999999999999"), Some(FigureFault::Above { greatest: LARGEST.into() }));
        assert_eq!(fault(&share, "100.01"), Some(FigureFault::Above { greatest: Decimal::ONE_HUNDRED }));
        assert_eq!(fault(&share, "-1"), Some(FigureFault::Below { least: Decimal::ZERO }));
        assert_eq!(fault(&change, "1000000000000.5"), Some(FigureFault::Above { greatest: LARGEST.into() }));
    }
}
