//! Figures that are entered for a unit, and the rules that turn them into points.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::{NodeId, Text};
use crate::formula::Formula;

/// Position of a figure in [`super::Definition::figures`]; valid for that definition only.
pub type FigureId = usize;

/// What may stand in a figure's column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FigureKind {
    /// Any decimal number.
    Number,
    /// A whole number from 0.
    Count,
    /// `yes` or `no` (also `có`, `không`, `1`, `0`); kept as one and zero.
    YesNo,
    /// One of these codes; kept as its position from 0.
    Choice(Vec<String>),
}

impl FigureKind {
    /// The word as definition files write it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Count => "count",
            Self::YesNo => "yes-no",
            Self::Choice(_) => "choice",
        }
    }
}

/// A named figure: something counted, measured, answered or chosen for a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Column name in tables and name in formulas; unique among figures and nodes.
    pub code: String,
    /// Name for people.
    pub name: Option<Text>,
    /// What may stand in its column.
    pub kind: FigureKind,
    /// Unit of measure, as people write it: `%`, `hồ sơ`.
    pub unit: Option<String>,
    /// Lowest and highest possible value.
    pub range: Option<(Decimal, Decimal)>,
}

/// One end of a bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// The value.
    pub at: Decimal,
    /// True where the value itself belongs to the bracket.
    pub closed: bool,
}

/// A range of a figure and the points it gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bracket {
    /// Lower end: `over` (open) or `from` (closed); `None`: no lower end.
    pub low: Option<Bound>,
    /// Upper end: `under` (open) or `to` (closed); `None`: no upper end.
    pub high: Option<Bound>,
    /// Points of the bracket.
    pub points: Decimal,
}

impl Bracket {
    /// Brackets in this order run from the lowest to the highest.
    pub(crate) fn order(&self) -> impl Ord + use<> {
        self.low.map(|low| (low.at, !low.closed))
    }

    /// True where a value lies in the bracket.
    #[must_use]
    pub fn holds(&self, value: Decimal) -> bool {
        self.holds_by(|end| value.cmp(&end))
    }

    /// True where a value lies in the bracket that is told by how it stands to the ends.
    pub(crate) fn holds_by(&self, compared: impl Fn(Decimal) -> Ordering) -> bool {
        let above = |low: Bound| match compared(low.at) {
            Ordering::Greater => true,
            Ordering::Equal => low.closed,
            Ordering::Less => false,
        };
        let below = |high: Bound| match compared(high.at) {
            Ordering::Less => true,
            Ordering::Equal => high.closed,
            Ordering::Greater => false,
        };
        self.low.is_none_or(above) && self.high.is_none_or(below)
    }
}

/// What a rule reads: a figure, or a formula over figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// The value of a figure.
    Figure(FigureId),
    /// The value of a formula.
    Formula(Formula),
}

/// A part of a checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChecklistItem {
    /// A yes-no figure.
    pub figure: FigureId,
    /// Points for yes.
    pub points: Decimal,
}

/// How a leaf's points come from its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeafRule {
    /// Points of the bracket in which the measure lies.
    Brackets {
        /// What is read.
        measure: Measure,
        /// From the lowest to the highest, without gap or overlap.
        brackets: Vec<Bracket>,
    },
    /// Maximum × (measure − zero at) / (full at − zero at), kept between zero and the maximum.
    Linear {
        /// What is read.
        measure: Measure,
        /// Where the points are zero.
        zero_at: Decimal,
        /// The threshold from which all points are given.
        full_at: Decimal,
    },
    /// The maximum for yes, zero for no.
    YesNo {
        /// A yes-no figure.
        figure: FigureId,
    },
    /// The sum of the points of the items answered with yes.
    Checklist {
        /// Independent items.
        items: Vec<ChecklistItem>,
    },
    /// Points of the option that was chosen.
    Choice {
        /// A choice figure.
        figure: FigureId,
        /// Points by position of the choice.
        points: Vec<Decimal>,
    },
    /// The value of a formula, in points.
    Formula {
        /// The formula.
        formula: Formula,
        /// True: kept between zero and the maximum. False: a value outside is a fault of the unit.
        clamp: bool,
    },
    /// A survey result on its scale: maximum × (result − low) / (high − low).
    Survey {
        /// The result.
        figure: FigureId,
        /// Lowest and highest possible result.
        scale: (Decimal, Decimal),
    },
    /// Given by somebody else, in points; read from the column of the leaf.
    External,
    /// Start + each × number of cases, kept between floor and cap: deductions, bonus and penalty points.
    PerCase {
        /// Number of cases.
        figure: FigureId,
        /// Points without a case.
        start: Decimal,
        /// Points for each case, negative for a deduction.
        each: Decimal,
        /// Never less.
        floor: Option<Decimal>,
        /// Never more.
        cap: Option<Decimal>,
    },
}

impl LeafRule {
    /// The word as definition files write it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Brackets { .. } => "brackets",
            Self::Linear { .. } => "linear",
            Self::YesNo { .. } => "yes-no",
            Self::Checklist { .. } => "checklist",
            Self::Choice { .. } => "choice",
            Self::Formula { .. } => "formula",
            Self::Survey { .. } => "survey",
            Self::External => "external",
            Self::PerCase { .. } => "per-case",
        }
    }

    /// The maximum that follows from the rule alone; `None` where the leaf states it or has none.
    pub(crate) fn own_maximum(&self) -> Option<Decimal> {
        match self {
            Self::Brackets { brackets, .. } => brackets.iter().map(|bracket| bracket.points).max(),
            // Items that take points away are left out of the most there can be.
            Self::Checklist { items } => {
                items.iter().map(|item| item.points.max(Decimal::ZERO)).try_fold(Decimal::ZERO, |sum, points| sum.checked_add(points))
            }
            Self::Choice { points, .. } => points.iter().copied().max(),
            // A deduction is highest without a case; where cases add, the cap is the most there can be.
            Self::PerCase { start, each, cap, .. } if each.is_sign_negative() => Some(cap.map_or(*start, |cap| cap.min(*start))),
            Self::PerCase { cap, .. } => *cap,
            Self::Linear { .. } | Self::YesNo { .. } | Self::Formula { .. } | Self::Survey { .. } | Self::External => None,
        }
    }

    /// Lowest and highest points that the rule can give to a leaf of this maximum; `None`: without bound. Points given by somebody else
    /// are not the rule's.
    pub(crate) fn extremes(&self, maximum: Option<Decimal>) -> (Option<Decimal>, Option<Decimal>) {
        let both = |points: &mut dyn Iterator<Item = Decimal>| {
            let (least, most) = points.fold((Decimal::MAX, Decimal::MIN), |(least, most), points| (least.min(points), most.max(points)));
            (Some(least), Some(most))
        };
        match self {
            Self::Brackets { brackets, .. } => both(&mut brackets.iter().map(|bracket| bracket.points)),
            Self::Choice { points, .. } => both(&mut points.iter().copied()),
            Self::Checklist { items } => {
                let sum = |keep: fn(&Decimal) -> bool| {
                    items.iter().map(|item| item.points).filter(keep).try_fold(Decimal::ZERO, |sum, points| sum.checked_add(points))
                };
                (sum(Decimal::is_sign_negative), sum(Decimal::is_sign_positive))
            }
            Self::PerCase { start, each, floor, cap, .. } => {
                let bounded = |points: Decimal| {
                    let points = cap.map_or(points, |cap| points.min(cap));
                    floor.map_or(points, |floor| points.max(floor))
                };
                let start = Some(bounded(*start));
                match each.is_zero() {
                    true => (start, start),
                    false if each.is_sign_negative() => (*floor, start),
                    false => (start, *cap),
                }
            }
            Self::Linear { .. } | Self::YesNo { .. } | Self::Formula { .. } | Self::Survey { .. } => {
                both(&mut [Decimal::ZERO, maximum.unwrap_or_default()].into_iter())
            }
            Self::External => (Some(Decimal::ZERO), Some(Decimal::ZERO)),
        }
    }

    /// The figures the rule reads, each once, ascending.
    #[must_use]
    pub fn figures(&self) -> Vec<FigureId> {
        let mut figures = match self {
            Self::Brackets { measure, .. } | Self::Linear { measure, .. } => match measure {
                Measure::Figure(figure) => vec![*figure],
                Measure::Formula(formula) => formula.figures(),
            },
            Self::YesNo { figure } | Self::Choice { figure, .. } | Self::Survey { figure, .. } | Self::PerCase { figure, .. } => {
                vec![*figure]
            }
            Self::Checklist { items } => items.iter().map(|item| item.figure).collect(),
            Self::Formula { formula, .. } => formula.figures(),
            Self::External => Vec::new(),
        };
        figures.sort_unstable();
        figures.dedup();
        figures
    }
}

/// What happens to a leaf's points when its subject does not exist for a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AbsentThen {
    /// All points are given.
    Full,
    /// No points are given.
    Zero,
    /// The leaf does not apply: the unit's maximum is reduced.
    NotApplicable,
    /// The leaf's maximum moves to siblings, whose points grow in proportion.
    MoveTo {
        /// Siblings that take the points.
        siblings: Vec<NodeId>,
        /// True: in equal parts; false: in proportion to their maxima.
        equal: bool,
    },
}

impl AbsentThen {
    /// The word as definition files write it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Zero => "zero",
            Self::NotApplicable => "not-applicable",
            Self::MoveTo { .. } => "move",
        }
    }
}

/// A leaf whose subject may not exist: no complaints in the year, no procedure with a fee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    /// The condition under which the subject does not exist.
    pub when: Formula,
    /// What happens then.
    pub then: AbsentThen,
}
