//! What a campaign is: its phases, its units, and what is said of a leaf. No input or output.

mod council;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

pub use council::{Appeal, ApprovedResult, Member, Session, is_quorate};

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident => $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// Every one, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in the database and in files.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The one of a word.
            #[must_use]
            pub fn of(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }
    };
}

words! {
    /// How far a criteria set is.
    SetState {
        /// Being written; no campaign uses it.
        Draft => "draft",
        /// A campaign uses it; its text never changes.
        Locked => "locked",
        /// Out of use for new campaigns.
        Withdrawn => "withdrawn",
    }
}

words! {
    /// How far a campaign is.
    Phase {
        /// Being prepared; units do not see it.
        Draft => "draft",
        /// Units score themselves.
        Scoring => "scoring",
        /// Appraisers look at what was handed in.
        Appraisal => "appraisal",
        /// Units explain what appraisers asked or set lower.
        Explanation => "explanation",
        /// Appraisers look at the explanations.
        SecondAppraisal => "second-appraisal",
        /// The council decides.
        Council => "council",
        /// Approved and frozen.
        Approved => "approved",
        /// Published.
        Published => "published",
        /// Units may appeal, the council answers.
        Appeal => "appeal",
    }
}

/// The step does not follow from the state: somebody else took a step meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongState;

impl Phase {
    /// The phases that have a calendar of their own.
    pub const TIMED: [Self; 6] = [Self::Scoring, Self::Appraisal, Self::Explanation, Self::SecondAppraisal, Self::Council, Self::Appeal];

    /// The next phase that the reform office can open. Approval is the leader's act, publication the publisher's.
    ///
    /// # Errors
    /// Where no phase follows by a decision of the office.
    pub fn next(self) -> Result<Self, WrongState> {
        Ok(match self {
            Self::Draft => Self::Scoring,
            Self::Scoring => Self::Appraisal,
            Self::Appraisal => Self::Explanation,
            Self::Explanation => Self::SecondAppraisal,
            Self::SecondAppraisal => Self::Council,
            Self::Published => Self::Appeal,
            Self::Appeal => Self::Published,
            Self::Council | Self::Approved => return Err(WrongState),
        })
    }

    /// The phase to which the office can go back with a reason, before results are approved.
    ///
    /// # Errors
    /// Where there is none.
    pub fn back(self) -> Result<Self, WrongState> {
        Ok(match self {
            Self::Appraisal => Self::Scoring,
            Self::Explanation => Self::Appraisal,
            Self::SecondAppraisal => Self::Explanation,
            Self::Council => Self::SecondAppraisal,
            _ => return Err(WrongState),
        })
    }

    /// After the leader's approval.
    ///
    /// # Errors
    /// When the council is not at work, or no appeal is heard.
    pub fn approve(self) -> Result<Self, WrongState> {
        match self {
            Self::Council | Self::Appeal => Ok(Self::Approved),
            _ => Err(WrongState),
        }
    }

    /// After publication.
    ///
    /// # Errors
    /// When nothing is approved.
    pub fn publish(self) -> Result<Self, WrongState> {
        if self == Self::Approved { Ok(Self::Published) } else { Err(WrongState) }
    }

    /// Whether results are approved in this phase.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Approved | Self::Published | Self::Appeal)
    }

    /// Whether appraisers and the council are at work, whose words units hear afterwards.
    #[must_use]
    pub const fn is_closed_talk(self) -> bool {
        matches!(self, Self::Scoring | Self::Appraisal | Self::SecondAppraisal | Self::Council)
    }
}

words! {
    /// How far a unit is with its own part.
    UnitState {
        /// The unit enters.
        Open => "open",
        /// Its officer is done; its head looks at it.
        ForApproval => "for-approval",
        /// Handed in by its head.
        Submitted => "submitted",
        /// It came back with a reason; the unit enters again.
        Returned => "returned",
    }
}

impl UnitState {
    /// After the officer has handed it to the head.
    ///
    /// # Errors
    /// When it is not being entered.
    pub fn hand_over(self) -> Result<Self, WrongState> {
        if matches!(self, Self::Open | Self::Returned) { Ok(Self::ForApproval) } else { Err(WrongState) }
    }

    /// After the head has approved it. A head may hand in without an officer's step before.
    ///
    /// # Errors
    /// When it is handed in already.
    pub fn submit(self) -> Result<Self, WrongState> {
        if self == Self::Submitted { Err(WrongState) } else { Ok(Self::Submitted) }
    }

    /// After the head or the office has returned it.
    ///
    /// # Errors
    /// When it is being entered anyway.
    pub fn send_back(self) -> Result<Self, WrongState> {
        if matches!(self, Self::ForApproval | Self::Submitted) { Ok(Self::Returned) } else { Err(WrongState) }
    }
}

words! {
    /// Who speaks in the thread of a leaf.
    Side {
        /// The unit.
        Unit => "unit",
        /// The appraiser.
        Appraiser => "appraiser",
        /// The second reader of a sample.
        SecondReader => "second-reader",
        /// The council.
        Council => "council",
        /// The reform office: survey and external points.
        Office => "office",
    }
}

words! {
    /// What is said of a leaf.
    Verdict {
        /// The points of the self-score stand.
        Agree => "agree",
        /// Other points, with a reason.
        Set => "set",
        /// The unit is asked to explain.
        Ask => "ask",
        /// The unit explains.
        Answer => "answer",
        /// The leaf does not apply to the unit, with a reason.
        NotApplicable => "not-applicable",
        /// It applies after all.
        Applicable => "applicable",
    }
}

impl Verdict {
    /// Whether it can be said in a phase: a question is for the phase before explanations, later the unit no longer answers.
    #[must_use]
    pub fn fits(self, phase: Phase) -> bool {
        self != Self::Ask || phase == Phase::Appraisal
    }
}

words! {
    /// What somebody does in a campaign.
    Duty {
        /// Appraises a part of the tree.
        Appraiser => "appraiser",
        /// Looks at a sample a second time.
        SecondReader => "second-reader",
    }
}

words! {
    /// A seat in the council.
    Seat {
        /// Chủ tịch.
        Chair => "chair",
        /// Phó Chủ tịch.
        Deputy => "deputy",
        /// Ủy viên.
        Member => "member",
        /// Thư ký; takes no part in the quorum.
        Secretary => "secretary",
    }
}

words! {
    /// What a unit enters.
    AnswerKind {
        /// A figure that a rule asks for.
        Figure => "figure",
        /// Points of a leaf without figures.
        Points => "points",
        /// Why, where there is no evidence or little.
        Explanation => "explanation",
    }
}

words! {
    /// What of a result the public may see.
    Shows {
        /// Totals and ranks.
        Totals => "totals",
        /// The points of areas besides.
        Areas => "areas",
        /// Every leaf with its working.
        Leaves => "leaves",
    }
}

/// A criteria set as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSet {
    /// Its key.
    pub key: String,
    /// Its id in the definition.
    pub code: String,
    /// Title.
    pub title: String,
    /// Level of the units.
    pub level: String,
    /// The unit that keeps it.
    pub owner: String,
    /// Where it comes from.
    pub kind: crate::set::SetKind,
    /// How far it is.
    pub state: SetState,
    /// The set that it was copied from.
    pub based_on: Option<String>,
    /// The framework that it extends.
    pub framework: Option<String>,
    /// SHA-256 of the definition.
    pub sha256: String,
    /// Last change.
    pub changed_at: DateTime<Utc>,
    /// Number of changes.
    pub version: i64,
}

/// A campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// Its key.
    pub key: String,
    /// Title.
    pub title: String,
    /// The year that is evaluated.
    pub year: i32,
    /// The unit that evaluates.
    pub owner: String,
    /// How far it is.
    pub phase: Phase,
    /// The campaign of the year before.
    pub follows: Option<String>,
    /// Share of the council that must be there or agree in writing: more than this.
    pub quorum: Decimal,
    /// What units should know.
    pub note: Option<String>,
    /// Made-up figures of a demonstration.
    pub made_up: bool,
    /// Number of changes.
    pub version: i64,
}

/// A block of units with its set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignBlock {
    /// Code, as in the set's blocks.
    pub block: String,
    /// Name.
    pub name: String,
    /// Key of the set.
    pub set: String,
}

/// When a phase begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The phase.
    pub phase: Phase,
    /// From.
    pub opens_at: DateTime<Utc>,
    /// Until.
    pub due_at: DateTime<Utc>,
}

/// A unit in a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignUnit {
    /// Key of the unit.
    pub unit: String,
    /// Its block.
    pub block: String,
    /// Its name when the campaign was opened.
    pub name: String,
    /// Whether it takes a rank.
    pub ranked: bool,
    /// How far it is.
    pub state: UnitState,
    /// A later deadline of its own.
    pub extended_to: Option<DateTime<Utc>>,
    /// Why it came back, or was opened again.
    pub reason: Option<String>,
    /// The unit that took its place since.
    pub successor: Option<String>,
    /// Last step.
    pub changed_at: Option<DateTime<Utc>>,
    /// Number of steps.
    pub version: i64,
}

/// Why a unit may not enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// The campaign has not begun, or not its scoring.
    NotYet,
    /// Scoring is over.
    Over,
    /// The deadline has passed.
    Late,
    /// The head looks at it.
    ForApproval,
    /// Handed in.
    Submitted,
}

impl CampaignUnit {
    /// Who answers for this part: the unit, and the one that took its place.
    pub fn holders(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.unit.as_str()).chain(self.successor.as_deref())
    }

    /// The deadline of this unit in a phase: its own where it is later.
    #[must_use]
    pub fn due_at(&self, step: &Step) -> DateTime<Utc> {
        self.extended_to.map_or(step.due_at, |own| own.max(step.due_at))
    }

    /// Why the unit may not enter now; nothing when it may. A unit that was opened again enters in a later phase too, until its own deadline.
    #[must_use]
    pub fn lock(&self, campaign: &Campaign, step: Option<&Step>, now: DateTime<Utc>) -> Option<Lock> {
        match self.state {
            UnitState::ForApproval => return Some(Lock::ForApproval),
            UnitState::Submitted => return Some(Lock::Submitted),
            UnitState::Open | UnitState::Returned => {}
        }
        let reopened = self.extended_to.is_some_and(|until| now < until);
        match campaign.phase {
            Phase::Draft => Some(Lock::NotYet),
            Phase::Scoring => match step {
                Some(step) if now < step.opens_at => Some(Lock::NotYet),
                Some(step) if now >= self.due_at(step) => Some(Lock::Late),
                _ => None,
            },
            Phase::Appraisal | Phase::Explanation | Phase::SecondAppraisal if reopened => None,
            _ => Some(Lock::Over),
        }
    }
}

/// What a unit entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What it is.
    pub kind: AnswerKind,
    /// Code of the figure or the leaf.
    pub code: String,
    /// The value as exact text; absent where it was emptied.
    pub value: Option<String>,
    /// Where the system took it from.
    pub dataset: Option<String>,
    /// Name of whoever entered it.
    pub entered_by: Option<String>,
    /// When.
    pub entered_at: DateTime<Utc>,
    /// Number of changes.
    pub version: i64,
}

/// What somebody said of a leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opinion {
    /// Its key.
    pub key: String,
    /// Code of the leaf.
    pub leaf: String,
    /// In which phase.
    pub phase: Phase,
    /// Who speaks.
    pub side: Side,
    /// What.
    pub verdict: Verdict,
    /// The points, where some are given.
    pub points: Option<Decimal>,
    /// Why.
    pub reason: Option<String>,
    /// Name of whoever said it.
    pub name: String,
    /// When.
    pub given_at: DateTime<Utc>,
}

/// Where a leaf of a unit stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Key of the unit.
    pub unit: String,
    /// Code of the leaf.
    pub leaf: String,
    /// What counts: points given stay given where the council or a second reader agrees to them.
    pub verdict: Verdict,
    /// What was said last: to agree, where the verdict is that of somebody before.
    pub said: Verdict,
    /// By whom.
    pub side: Side,
    /// The points, where some are given.
    pub points: Option<Decimal>,
    /// Why; of whoever gave the points, where the last one agreed without a word.
    pub reason: Option<String>,
    /// Account of whoever said it.
    pub account: String,
    /// Number of opinions in the thread.
    pub opinions: i64,
    /// When it was said.
    pub ruled_at: DateTime<Utc>,
    /// Number of changes.
    pub version: i64,
}

/// Who appraises what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Its key.
    pub key: String,
    /// The account.
    pub account: String,
    /// The person's name.
    pub name: String,
    /// What for.
    pub duty: Duty,
    /// Units of this block only.
    pub block: Option<String>,
    /// The node, with everything below it.
    pub node: String,
    /// This unit only.
    pub unit: Option<String>,
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_follow_each_other_and_only_a_leader_ends_the_council() {
        let mut phase = Phase::Draft;
        let mut way = vec![phase.word()];
        while let Ok(next) = phase.next() {
            phase = next;
            way.push(phase.word());
        }
        assert_eq!(way, ["draft", "scoring", "appraisal", "explanation", "second-appraisal", "council"]);
        assert_eq!(phase.approve(), Ok(Phase::Approved));
        assert_eq!(Phase::Approved.publish(), Ok(Phase::Published));
        assert_eq!(Phase::Scoring.approve(), Err(WrongState));
        assert_eq!(Phase::Approved.back(), Err(WrongState));
    }

    #[test]
    fn a_unit_enters_in_its_time_and_again_when_it_was_opened_again() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let campaign = |phase| Campaign {
            key: "c".into(),
            title: "t".into(),
            year: 2026,
            owner: "p".into(),
            phase,
            follows: None,
            quorum: Decimal::new(5, 1),
            note: None,
            made_up: false,
            version: 1,
        };
        let step = Step { phase: Phase::Scoring, opens_at: at("2026-12-01T00:00:00Z"), due_at: at("2026-12-20T10:00:00Z") };
        let unit = |state, extended_to: Option<&str>| CampaignUnit {
            unit: "u".into(),
            block: "so".into(),
            name: "U".into(),
            ranked: true,
            state,
            extended_to: extended_to.map(at),
            reason: None,
            successor: None,
            changed_at: None,
            version: 1,
        };
        let lock = |state, extended, phase, now: &str| unit(state, extended).lock(&campaign(phase), Some(&step), at(now));
        assert_eq!(lock(UnitState::Open, None, Phase::Draft, "2026-12-02T00:00:00Z"), Some(Lock::NotYet));
        assert_eq!(lock(UnitState::Open, None, Phase::Scoring, "2026-11-30T00:00:00Z"), Some(Lock::NotYet));
        assert_eq!(lock(UnitState::Open, None, Phase::Scoring, "2026-12-20T09:59:59Z"), None);
        assert_eq!(lock(UnitState::Open, None, Phase::Scoring, "2026-12-20T10:00:00Z"), Some(Lock::Late));
        assert_eq!(lock(UnitState::Returned, Some("2026-12-30T00:00:00Z"), Phase::Appraisal, "2026-12-29T00:00:00Z"), None);
        assert_eq!(lock(UnitState::Returned, Some("2026-12-30T00:00:00Z"), Phase::Appraisal, "2026-12-31T00:00:00Z"), Some(Lock::Over));
        assert_eq!(lock(UnitState::Submitted, None, Phase::Scoring, "2026-12-02T00:00:00Z"), Some(Lock::Submitted));
        assert_eq!(lock(UnitState::Open, Some("2027-12-30T00:00:00Z"), Phase::Council, "2026-12-31T00:00:00Z"), Some(Lock::Over));
    }
}
