//! The tree is written down as lines, faults and doubts.

use rust_decimal::Decimal;
use viet_text::fold;

use super::entry::Entry;
use super::place::Shape;
use super::rule::{Choice, propose};
use super::tree::{Lost, Node, Tree};
use crate::annex::{Annex, AnnexLine, Kind, NoRule, Proposed, Scorer, Standing};
use crate::fault::{Doubt, Reason, RowFault, Warning};
use crate::grid::Grid;
use crate::wording::{Clause, Worth, worth_of};

/// What a row of a list is worth, and its wording without the points.
fn item_worth(entry: &Entry) -> Option<(Choice, Option<Doubt>)> {
    let clause = worth_of(&entry.text);
    let plain = |points: Decimal| Choice { wording: entry.text.clone(), worth: Worth::Points(points) };
    Some(match (entry.points, clause) {
        (Some(column), Some(Clause { condition, worth })) => match worth {
            Worth::Points(worded) => {
                let doubt = (worded != column).then_some(Doubt::PointsDiffer { worded, column });
                (Choice { wording: condition, worth: Worth::Points(column) }, doubt)
            }
            Worth::Maximum | Worth::Share(_) => (Choice { wording: condition, worth: Worth::Points(column) }, None),
            Worth::Formula | Worth::Each { .. } => (Choice { wording: entry.text.clone(), worth }, None),
        },
        (Some(column), None) => (plain(column), None),
        (None, Some(Clause { condition, worth })) => match worth {
            Worth::Formula | Worth::Each { .. } => (Choice { wording: entry.text.clone(), worth }, None),
            worth => (Choice { wording: condition, worth }, None),
        },
        (None, None) => return None,
    })
}

/// Who gives the points of a node, and how they count: as said, or as for what it stands in.
#[derive(Clone, Copy, Default)]
struct Passed {
    scorer: Option<Scorer>,
    standing: Standing,
}

impl Tree {
    /// Writes the tree into the annex.
    pub(super) fn write(&mut self, grid: &Grid, annex: &mut Annex) {
        self.settle_items();
        let mut passed: Vec<Passed> = Vec::with_capacity(self.nodes.len());
        for (index, node) in self.nodes.iter().enumerate() {
            let above = node.parent.and_then(|parent| passed.get(parent)).copied().unwrap_or_default();
            let own = Passed { scorer: node.entry.scorer.or(above.scorer), standing: standing(node, above.standing) };
            passed.push(own);
            if !node.faulty {
                self.write_line(index, node, own, annex);
            }
        }
        self.check_sums(&passed.iter().map(|passed| passed.standing).collect::<Vec<_>>(), annex);
        annex.skipped.append(&mut self.below);
        for Lost { row, index, code, reason } in self.lost.drain(..) {
            let cells = grid.rows.get(index).map(crate::grid::GridRow::texts).unwrap_or_default();
            annex.not_understood.push(RowFault { row, cells, code, reason });
        }
    }

    /// Rows of lists that are worth nothing and have nothing below them say nothing.
    fn settle_items(&mut self) {
        for index in (0..self.nodes.len()).rev() {
            let Some(node) = self.nodes.get(index) else { continue };
            let has_parts = node.items.iter().any(|item| self.nodes.get(*item).is_some_and(|item| !item.faulty));
            if node.shape != Shape::Item || has_parts || !node.entry.clauses.is_empty() || item_worth(&node.entry).is_some() {
                continue;
            }
            self.lost.push(Lost { row: node.entry.row, index: node.entry.index, code: None, reason: Reason::NoCodeNoPoints });
            if let Some(node) = self.nodes.get_mut(index) {
                node.faulty = true;
            }
            let mut at = self.nodes.get(index).and_then(|node| node.parent);
            while let Some(node) = at.and_then(|at| self.nodes.get_mut(at)) {
                node.incomplete = true;
                at = node.parent;
            }
        }
    }

    /// Whether a row of a list is an option of what it stands under, and no component of its own.
    fn is_option(&self, node: &Node) -> bool {
        node.shape == Shape::Item && node.items.is_empty() && node.entry.clauses.len() < 2 && node.entry.words.is_empty()
    }

    fn kind(&self, node: &Node) -> Kind {
        let above = node.parent.and_then(|parent| self.nodes.get(parent));
        match (node.shape, above) {
            (Shape::Part | Shape::Area(_), _) | (Shape::Number, None) => Kind::Area,
            (_, Some(above)) if node.shape != Shape::Item && self.kind(above) == Kind::Area => Kind::Criterion,
            (Shape::Criterion, None) => Kind::Criterion,
            _ => Kind::Component,
        }
    }

    /// Parts of a node that have maxima of their own.
    pub(super) fn parts<'t>(&'t self, node: &'t Node) -> impl Iterator<Item = usize> + 't {
        let is_part = |item: &&usize| self.nodes.get(**item).is_some_and(|item| !self.is_option(item));
        node.children.iter().chain(node.items.iter().filter(is_part)).copied()
    }

    fn write_line(&self, index: usize, node: &Node, passed: Passed, annex: &mut Annex) {
        let entry = &node.entry;
        let mut doubts = entry.doubts.clone();
        let has_parts = self.parts(node).next().is_some();
        let (kind, rule, rule_text, name, maximum);
        if self.is_option(node) {
            let worth = item_worth(entry);
            doubts.extend(worth.as_ref().and_then(|(_, doubt)| doubt.clone()));
            kind = Kind::Option { points: worth.as_ref().and_then(|(choice, _)| self.option_points(node, choice)) };
            name = worth.map_or_else(|| entry.text.clone(), |(choice, _)| choice.wording);
            (rule, rule_text, maximum) = (Proposed::None { why: NoRule::IsOption }, String::new(), None);
        } else {
            kind = self.kind(node);
            (name, maximum) = (entry.name.clone(), entry.points);
            if maximum.is_none() {
                doubts.push(Doubt::MissingMaximum);
            } else if maximum.is_some_and(|maximum| maximum < Decimal::ZERO) && passed.standing != Standing::Penalty {
                doubts.push(Doubt::NegativeMaximum);
            }
            let choices = self.choices(node);
            rule_text = told(entry, &choices);
            let (found, more) = if has_parts {
                (Proposed::None { why: NoRule::HasParts }, Vec::new())
            } else if node.incomplete {
                // An option is missing, so the others mean nothing certain; the fault says so already.
                (propose(maximum, &choices, &entry.words, passed.scorer).0, Vec::new())
            } else {
                propose(maximum, &choices, &entry.words, passed.scorer)
            };
            rule = found;
            doubts.extend(more);
        }
        let line = AnnexLine {
            row: entry.row,
            code: node.code.clone(),
            printed: entry.printed.clone(),
            parent: node.parent.and_then(|parent| self.nodes.get(parent)).map(|parent| parent.code.clone()),
            level: node.level,
            name,
            maximum,
            kind,
            standing: passed.standing,
            rule,
            rule_text,
            scored_by: passed.scorer.unwrap_or_default(),
            scorer_said: passed.scorer.is_some(),
            evidence: entry.evidence.clone(),
            note: entry.note.clone(),
        };
        let code = Some(node.code.clone()).filter(|_| index < self.nodes.len());
        annex.warnings.extend(doubts.into_iter().map(|doubt| Warning { row: entry.row, code: code.clone(), doubt }));
        annex.lines.push(line);
    }

    fn option_points(&self, node: &Node, choice: &Choice) -> Option<Decimal> {
        let maximum = node.parent.and_then(|parent| self.nodes.get(parent)).and_then(|parent| parent.entry.points);
        match choice.worth {
            Worth::Points(points) => Some(points),
            Worth::Maximum => maximum,
            Worth::Share(share) => maximum.map(|maximum| (maximum * share).normalize()),
            Worth::Formula | Worth::Each { .. } => None,
        }
    }

    /// The options of a node: in its own cells, and in the rows below.
    fn choices(&self, node: &Node) -> Vec<Choice> {
        let own = node.entry.clauses.iter().map(|clause| Choice { wording: clause.condition.clone(), worth: clause.worth });
        let items = node.items.iter().filter_map(|item| self.nodes.get(*item)).filter(|item| self.is_option(item) && !item.faulty);
        own.chain(items.filter_map(|item| item_worth(&item.entry)).map(|(choice, _)| choice)).collect()
    }
}

/// The words of a rule, for those who check it.
fn told(entry: &Entry, choices: &[Choice]) -> String {
    let mut lines: Vec<String> = choices
        .iter()
        .map(|choice| match choice.worth {
            Worth::Points(points) => format!("{}: {}", choice.wording, points.normalize().to_string().replace('.', ",")),
            Worth::Maximum => format!("{}: điểm tối đa", choice.wording),
            Worth::Share(share) => {
                let percent = (share * Decimal::ONE_HUNDRED).normalize().to_string().replace('.', ",");
                format!("{}: {percent}% điểm tối đa", choice.wording)
            }
            Worth::Formula | Worth::Each { .. } => choice.wording.clone(),
        })
        .collect();
    if !entry.words.is_empty() {
        lines.push(entry.words.clone());
    }
    lines.join("\n")
}

/// Bonus and penalty are told by the name of what holds them.
fn standing(node: &Node, above: Standing) -> Standing {
    if node.shape == Shape::Item {
        return above;
    }
    let flat = fold(&node.entry.name);
    let has = |words: &[&str]| words.iter().any(|word| flat.starts_with(word) || flat.contains(&format!("{word} ")) && node.level == 1);
    let (bonus, penalty) = (has(&["diem thuong", "diem cong"]), has(&["diem tru", "diem phat"]));
    match (bonus, penalty) {
        (true, _) => Standing::Bonus,
        (false, true) => Standing::Penalty,
        (false, false) => above,
    }
}
