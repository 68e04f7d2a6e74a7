//! What the sheet of a unit shows: what was entered, what the system has, where leaves stand, and what follows from them. No input or output.

use std::collections::BTreeMap;
use std::sync::Arc;

use composite_index::{AbsentThen, FormulaScratch, NodeId, NodeValue};
use evidence::Use;
use rust_decimal::Decimal;

use super::leaf_key;
use crate::model::{Answer, AnswerKind, Campaign, CampaignBlock, CampaignUnit, Phase, Ruling, Step, UnitState, Verdict};
use crate::scoring::{Entered, rate_above_whole};
use crate::set::CriteriaSet;

/// A figure that the system has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// The indicator.
    pub indicator: String,
    /// The value.
    pub value: Decimal,
    /// The period.
    pub period: String,
    /// The table that it came with.
    pub dataset: String,
    /// The source in words.
    pub source: Option<String>,
}

/// A leaf in the campaign of the year before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastYear {
    /// What the unit gave itself.
    pub own: Option<Decimal>,
    /// What was decided.
    pub decided: Option<Decimal>,
    /// What the appraisers or the council said.
    pub words: Option<String>,
    /// Its figures, by code.
    pub figures: BTreeMap<String, Decimal>,
    /// The maximum of then, where it is another one today.
    pub other_maximum: Option<Decimal>,
}

/// Everything about one unit in one campaign.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The campaign.
    pub campaign: Campaign,
    /// Its calendar.
    pub steps: Vec<Step>,
    /// The unit's block.
    pub block: CampaignBlock,
    /// The unit's part.
    pub unit: CampaignUnit,
    /// Name of the unit that took its place, where it was merged.
    pub successor: Option<String>,
    /// The set.
    pub set: Arc<CriteriaSet>,
    /// What was entered.
    pub answers: Vec<Answer>,
    /// What the system has, by code of the figure.
    pub observed: BTreeMap<String, Observed>,
    /// Points of each node by what was entered.
    pub values: Vec<NodeValue>,
    /// Where leaves stand, by code.
    pub rulings: BTreeMap<String, Ruling>,
    /// What leaves cite.
    pub uses: Vec<Use>,
    /// The year before, by code of the leaf.
    pub last: BTreeMap<String, LastYear>,
}

impl Sheet {
    /// An answer.
    #[must_use]
    pub fn answer(&self, kind: AnswerKind, code: &str) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.kind == kind && answer.code == code)
    }

    /// The step of self-scoring.
    #[must_use]
    pub fn scoring_step(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.phase == Phase::Scoring)
    }

    /// What a leaf cites.
    pub fn uses_of<'a>(&'a self, leaf: &str) -> impl Iterator<Item = &'a Use> {
        let thing = leaf_key(&self.campaign.key, &self.unit.unit, leaf);
        self.uses.iter().filter(move |one| one.thing == thing)
    }

    /// Points that the unit gives itself now.
    pub fn own(&self, leaf: NodeId) -> NodeValue {
        self.values[leaf]
    }

    /// The rate of a leaf where it is above one hundred percent: more was done than was planned, so that one of the figures is likely wrong.
    /// The points stand; whoever enters and whoever appraises is told.
    #[must_use]
    pub fn rate_above_whole(&self, leaf: NodeId) -> Option<Decimal> {
        let definition = &self.set.definition;
        let rule = definition.nodes[leaf].rule.as_ref()?;
        rate_above_whole(rule, |figure| self.figure(&definition.figures[figure].code))
    }

    /// A figure: as entered, or else as the system has it.
    fn figure(&self, code: &str) -> Option<Decimal> {
        let entered = self.answer(AnswerKind::Figure, code).and_then(|answer| answer.value.as_deref()?.parse().ok());
        entered.or_else(|| self.counting(code))
    }

    /// What the system has of a figure that was left empty, as long as it counts: when the unit hands in it is taken, and nothing that comes later
    /// changes what was handed in.
    #[must_use]
    pub fn counting(&self, code: &str) -> Option<Decimal> {
        let observed = self.observed.get(code).filter(|_| self.unit.state != UnitState::Submitted);
        observed.map(|observed| observed.value)
    }

    /// Everything that the unit entered, with what counts beside it.
    #[must_use]
    pub fn entered(&self) -> Entered {
        let mut entered = Entered::of(&self.answers);
        for figure in self.observed.keys() {
            if let Some(value) = self.counting(figure).filter(|_| entered.figure(figure).is_none()) {
                entered.put(AnswerKind::Figure, figure, Some(&value.to_string()));
            }
        }
        entered
    }

    /// Leaves whose subject does not exist by what is entered, so that their maximum moves when points are added up: each with the siblings that
    /// take it. The points of the sheet stay on the scale of the set. Where whoever asks hears that other points were given, nothing moves.
    #[must_use]
    pub fn moves(&self) -> Vec<(NodeId, Vec<NodeId>)> {
        let definition = &self.set.definition;
        let given = |leaf: &NodeId| {
            let ruling = self.rulings.get(&definition.nodes[*leaf].code);
            ruling.is_some_and(|ruling| matches!(ruling.verdict, Verdict::Set | Verdict::NotApplicable))
        };
        let leaves = self.leaves().into_iter().filter(|leaf| !given(leaf));
        let moving = leaves.filter_map(|leaf| match &definition.nodes[leaf].absent {
            Some(absent) => match &absent.then {
                AbsentThen::MoveTo { siblings, .. } => Some((leaf, &absent.when, siblings)),
                _ => None,
            },
            None => None,
        });
        let moving: Vec<_> = moving.collect();
        if moving.is_empty() {
            return Vec::new();
        }
        let figures: Vec<Option<Decimal>> = definition.figures.iter().map(|figure| self.figure(&figure.code)).collect();
        let mut scratch = FormulaScratch::new();
        let holds = moving.into_iter().filter(|(_, when, _)| when.evaluate(&figures, &mut scratch).is_ok_and(|holds| !holds.is_zero()));
        // What does not apply takes nothing; the engine hands the maximum to the others, or lets the leaf fall away.
        let left_out = |leaf: &NodeId| {
            let ruling = self.rulings.get(&definition.nodes[*leaf].code);
            ruling.is_some_and(|ruling| ruling.verdict == Verdict::NotApplicable) || !self.set.is_for(*leaf, &self.unit.block)
        };
        let takers = |siblings: &Vec<NodeId>| siblings.iter().copied().filter(|sibling| !left_out(sibling)).collect::<Vec<_>>();
        holds.map(|(leaf, _, siblings)| (leaf, takers(siblings))).filter(|(_, to)| !to.is_empty()).collect()
    }

    /// Leaves of the unit's block, with their codes.
    #[must_use]
    pub fn leaves(&self) -> Vec<NodeId> {
        self.set.leaves().into_iter().filter(|leaf| self.set.is_for(*leaf, &self.unit.block)).collect()
    }
}
