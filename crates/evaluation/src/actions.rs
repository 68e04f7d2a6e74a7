//! What people do in evaluation: rights, transaction, event, in this order.

mod appraising;
mod council;
mod leaf_table;
mod making;
mod overview;
mod points;
mod publishing;
mod results;
mod scoring;
mod sets;
mod sheet;
mod stepping;
mod waiting;

use accounts::policy::{Action, Thing};
use accounts::{Actor, Denied};
use platform::DbError;
use thiserror::Error;

pub use appraising::{NewOpinion, Said, agree_to_all, answer, give, second_reading, speaks, unit_threads};
pub use council::{
    COUNCIL, NewSession, add_phrase, answer_appeal, appeal, appeals, approve, assign, council_rulings, drop_phrase, hold_session, members,
    phrases, seat, sessions, unassign, unseat,
};
pub use leaf_table::{LeafLine, LeafTable, LeafView, Standing, UNITS_ON_A_PAGE, leaf_table};
pub use making::{NewBlock, NewCampaign, discard, make, set_steps, swap_set, take_part};
pub use overview::{
    CampaignView, Consistency, Progress, SameEvidence, Strictness, behind, consistency, heads, list, overview, people, second_sample,
};
pub use points::{import_points, points_asked};
pub use publishing::{LeafWorking, PublicBlock, PublicResult, public_result, public_results, public_working, publish, withdraw};
pub use results::{Results, campaign_results, frozen_files, mergers};
pub(crate) use scoring::must_hold;
pub use scoring::{Citation, Conflict, Entry, cite, cite_file, field_of, save, sheet, uncite};
pub use sets::{
    FoundSet, SetChange, change_set, clone_set, find_set, import_catalogue, indicator_names, list_sets, make_set, set_difference,
    withdraw_set,
};
pub use sheet::{LastYear, Observed, Sheet};
pub use stepping::{advance, back, hand_over, merge, reopen, return_to_officer, send_back, set_ranked, submit};
pub use waiting::{Waiting, waiting};
pub use web::Ground;

use crate::model::{Campaign, Lock, Phase};
use crate::scoring::WrongValue;
use crate::set::SetFault;
use crate::store;

/// Why something could not be done.
#[derive(Debug, Error)]
pub enum EvaluationError {
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The person may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The text of a set has faults.
    #[error("the set has {} faults", .0.len())]
    SetFaults(Vec<SetFault>),
    /// A set that a campaign uses does not change.
    #[error("the set is locked")]
    SetLocked,
    /// The owner has a set of this id.
    #[error("there is a set of this id")]
    CodeTaken(String),
    /// Somebody else changed it or took a step meanwhile.
    #[error("somebody else was faster")]
    WrongState,
    /// The unit may not enter now.
    #[error("entering is locked")]
    Locked(Lock),
    /// Others entered the same meanwhile; nothing was saved.
    #[error("others entered the same meanwhile")]
    Conflicts(Vec<Conflict>),
    /// Values that the rules refuse: the field, and why.
    #[error("{} values are refused", .0.len())]
    Values(Vec<(String, WrongValue)>),
    /// What is entered is no figure or leaf of the set.
    #[error("there is no such criterion")]
    NoSuchLeaf(String),
    /// Leaves without points, without evidence or explanation: codes.
    #[error("leaves are not complete")]
    Incomplete {
        /// Leaves with nothing entered.
        empty: Vec<String>,
        /// Leaves whose figures give no points.
        undefined: Vec<String>,
        /// Leaves without evidence and without explanation.
        unexplained: Vec<String>,
    },
    /// A reason must be given.
    #[error("a reason must be given")]
    NoReason,
    /// The deadline does not lie ahead, or a step ends before it begins.
    #[error("the deadline does not lie ahead")]
    PastDeadline,
    /// Opinions are given in another phase.
    #[error("not in this phase")]
    WrongPhase(Phase),
    /// The person has an interest in the unit; the try was recorded.
    #[error("the person belongs to the unit")]
    OwnUnit,
    /// The leaf was not given to this person.
    #[error("the leaf is not assigned to this person")]
    NotAssigned,
    /// There is no unit of this name or key in the campaign.
    #[error("there is no unit {0:?}")]
    NoSuchUnit(String),
    /// No unit of this name or key could take the place of the one that was merged.
    #[error("no unit {0:?} to take its place")]
    NoSuccessor(String),
    /// What was to be frozen cannot be read back as it is: a fault of the program, and nothing was approved.
    #[error("the result cannot be frozen: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    NotFrozen(Vec<crate::result::RecomputeFault>),
    /// The set is for units of another level than those of the block.
    #[error("the set {set:?} is not for the units of the block {block:?}")]
    OtherLevel {
        /// Title of the set.
        set: String,
        /// Name of the block.
        block: String,
    },
    /// The unit has not handed in.
    #[error("the unit has not handed in")]
    NotHandedIn,
    /// A question in a step after which the unit no longer explains.
    #[error("the unit can no longer answer a question")]
    NoQuestionNow,
    /// Nobody said that the leaf does not apply, so that it cannot apply again.
    #[error("the leaf applies")]
    NotLeftOut,
    /// The account does not have the role that is needed at the unit that evaluates.
    #[error("the person does not have the role that is needed")]
    NoSuchPerson,
    /// The council hears appeals; nobody appealed against this leaf with success.
    #[error("no accepted appeal against this leaf")]
    NotAppealed,
    /// Appeals that nobody has answered: their number.
    #[error("{0} appeals are not answered")]
    OpenAppeals(usize),
    /// A unit's own deadline does not lie after the one of all.
    #[error("the unit's own deadline is not later than the one of all")]
    NotLater,
    /// Nobody took part in a meeting.
    #[error("nobody took part")]
    NobodyMet,
    /// The day of a meeting lies ahead.
    #[error("the day lies ahead")]
    DayAhead,
    /// The day of a meeting lies before the step in which the council decides.
    #[error("the day lies before the step began on {0}")]
    DayBefore(chrono::NaiveDate),
    /// The person has this part already.
    #[error("the person has this part already")]
    AssignedAlready,
    /// Somebody would read a second time what they appraised themselves.
    #[error("the person has the other part of the same criteria")]
    BothReaders,
    /// Somebody would appraise the unit that they belong to.
    #[error("the person belongs to this unit")]
    AppraiserOfOwnUnit,
    /// A council has one chair.
    #[error("the council has a chair already")]
    ChairTaken,
    /// The day of publication lies behind.
    #[error("the day of publication lies behind")]
    PublicationBehind,
    /// Units would take each other's place.
    #[error("the units would take each other's place")]
    CircularMerger(String),
    /// The self-score has no points that could be agreed to.
    #[error("there are no points to agree to")]
    NoPoints,
    /// Somebody spoke on the leaf since the page was opened.
    #[error("somebody spoke meanwhile")]
    SpokenMeanwhile,
    /// No meeting of the council had enough members.
    #[error("the council has no quorum")]
    NoQuorum,
    /// Leaves on which nobody has ruled: their number, over so many units.
    #[error("{leaves} leaves of {units} units are undecided")]
    Undecided {
        /// Leaves.
        leaves: usize,
        /// Units.
        units: usize,
    },
    /// A new version of a set changes leaves that were scored already.
    #[error("leaves that were scored already would change")]
    ScoredLeaves(Vec<String>),
    /// Rows of a file of points that are refused.
    #[error("{} rows are refused", .0.len())]
    Points(Vec<crate::exchange::PointFault>),
    /// Nothing is asked of anybody.
    #[error("nothing is asked of anybody")]
    Empty,
    /// Units that take part already, or belong to no block.
    #[error("units that cannot take part")]
    Units(Vec<String>),
    /// The set cannot be computed.
    #[error(transparent)]
    Compute(#[from] composite_index::ComputeError),
    /// The evidence cannot be cited, or cannot be left out.
    #[error(transparent)]
    Evidence(#[from] evidence::EvidenceError),
}

fn must(ground: Ground<'_>, actor: &Actor, action: Action, thing: Thing, unit: &str) -> Result<(), EvaluationError> {
    let lineage = ground.units.lineage(unit).ok_or(Denied::NotFound)?;
    Ok(actor.principal.must(action, thing, &lineage)?)
}

fn may(ground: Ground<'_>, actor: &Actor, action: Action, thing: Thing, unit: &str) -> bool {
    must(ground, actor, action, thing, unit).is_ok()
}

/// A campaign, if the person may do this to it as a whole; asked before anything else of a request is looked at.
pub(crate) async fn campaign_for(
    ground: Ground<'_>,
    actor: &Actor,
    key: &str,
    action: Action,
    thing: Thing,
) -> Result<Campaign, EvaluationError> {
    let mut read = ground.db.read().await?;
    let campaign = store::campaign(read.conn(), key).await?.ok_or(Denied::NotFound)?;
    scoring::must_know(ground, actor, &campaign)?;
    must(ground, actor, action, thing, &campaign.owner)?;
    Ok(campaign)
}

/// A reason that says something.
fn given(reason: &str) -> Result<&str, EvaluationError> {
    let reason = reason.trim();
    if reason.is_empty() { Err(EvaluationError::NoReason) } else { Ok(reason) }
}

/// Key of a leaf of a unit in the history and at its evidence.
#[must_use]
pub fn leaf_key(campaign: &str, unit: &str, leaf: &str) -> String {
    format!("{campaign}/{unit}/{leaf}")
}
