//! How a dossier stands, when its receiver had to ask for supplements. Two rules are in use, and they give different lateness;
//! both are named here, and neither is preferred.

use chrono::NaiveDateTime;

use crate::calendar::YearNotCovered;
use crate::deadline::{DeadlineRules, Due, Limit, Timeliness};
use crate::hours::WorkClock;
use crate::pauses::Pauses;

/// What a request for supplements does to the time limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SupplementRule {
    /// The limit restarts from zero when the full dossier arrives (NĐ 61/2018/NĐ-CP art. 19(4)). Its arrival is a receipt, so the
    /// cut-off holds for it too. NĐ 118/2025/NĐ-CP replaced the decree on 1/7/2025; what it says on lateness was not read.
    RestartFromZero,
    /// The interval between request and supplement is subtracted (formula 2.1 of the national portal for QĐ 766/QĐ-TTg). More than
    /// one request makes the dossier late; while it waits, the time of the request counts as its finish.
    SubtractInterval,
}

impl SupplementRule {
    /// Both rules.
    pub const ALL: [Self; 2] = [Self::RestartFromZero, Self::SubtractInterval];

    /// The rule's name in tables and machine-readable output.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::RestartFromZero => "restart-from-zero",
            Self::SubtractInterval => "subtract-interval",
        }
    }
}

/// What counting needs of a dossier.
#[derive(Debug, Clone, Copy)]
pub struct Dossier<'d> {
    /// When it was received.
    pub received: NaiveDateTime,
    /// The limit in force at that time.
    pub limit: Limit,
    /// From each request for supplements to their arrival; those still awaited have no end.
    pub supplements: &'d Pauses,
    /// When it was finished.
    pub finished: Option<NaiveDateTime>,
}

/// How a dossier stands under one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Finished.
    Finished(Timeliness),
    /// Not finished and the clock runs; the timeliness is that of the present moment: what is left, or overdue.
    Running(Timeliness),
    /// Waiting for supplements; the timeliness is that of the request.
    Waiting(Timeliness),
    /// Late by the portal's rule on a second request, whatever the dates say.
    SecondRequest,
}

impl Standing {
    /// Whether the deadline is kept, so far.
    #[must_use]
    pub fn is_in_time(self) -> bool {
        match self {
            Self::Finished(timeliness) | Self::Running(timeliness) | Self::Waiting(timeliness) => timeliness.is_in_time(),
            Self::SecondRequest => false,
        }
    }
}

/// The answer of one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Which rule.
    pub rule: SupplementRule,
    /// The deadline, or since when it is open.
    pub due: Due,
    /// How the dossier stands.
    pub standing: Standing,
}

impl WorkClock<'_> {
    /// The deadline of a dossier under a rule.
    ///
    /// Under both, a request made after the deadline of its time does not move it: asking late heals no lateness. That is a decision
    /// of this program; no text that was read says it, and none says otherwise.
    ///
    /// # Errors
    /// A moment in question lies in a year that is not covered.
    pub fn dossier_due(&self, dossier: Dossier<'_>, rule: SupplementRule, rules: DeadlineRules) -> Result<Due, YearNotCovered> {
        let Dossier { received, limit, supplements, .. } = dossier;
        if rule == SupplementRule::SubtractInterval {
            return self.due_with_pauses(received, limit, rules, supplements);
        }
        let mut due = self.due(received, limit, rules)?;
        for supplement in supplements.merged() {
            if due.is_past(supplement.from) {
                break;
            }
            let Some(arrived) = supplement.to else { return Ok(Due::Suspended { since: supplement.from, before: due }) };
            due = self.due(arrived.max(received), limit, rules)?;
        }
        Ok(Due::On(due))
    }

    /// How a dossier stands under a rule at a moment. One that was finished while supplements were awaited stands as at the request.
    ///
    /// # Errors
    /// A moment in question lies in a year that is not covered.
    pub fn verdict(
        &self,
        dossier: Dossier<'_>,
        rule: SupplementRule,
        rules: DeadlineRules,
        now: NaiveDateTime,
    ) -> Result<Verdict, YearNotCovered> {
        let due = self.dossier_due(dossier, rule, rules)?;
        let standing = match (due, dossier.finished) {
            _ if rule == SupplementRule::SubtractInterval && dossier.supplements.given() > 1 => Standing::SecondRequest,
            (Due::On(deadline), Some(finished)) => Standing::Finished(self.timeliness(deadline, finished)?),
            (Due::On(deadline), None) => Standing::Running(self.timeliness(deadline, now)?),
            (Due::Suspended { since, before }, Some(_)) => Standing::Finished(self.timeliness(before, since)?),
            (Due::Suspended { since, before }, None) => Standing::Waiting(self.timeliness(before, since)?),
        };
        Ok(Verdict { rule, due, standing })
    }

    /// How a dossier stands under both rules, in the order of [`SupplementRule::ALL`].
    ///
    /// # Errors
    /// A moment in question lies in a year that is not covered.
    pub fn verdicts(&self, dossier: Dossier<'_>, rules: DeadlineRules, now: NaiveDateTime) -> Result<[Verdict; 2], YearNotCovered> {
        let [restart, subtract] = SupplementRule::ALL;
        Ok([self.verdict(dossier, restart, rules, now)?, self.verdict(dossier, subtract, rules, now)?])
    }
}
