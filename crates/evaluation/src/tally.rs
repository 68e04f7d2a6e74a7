//! Both columns of a unit's score sheet, added up by the engine: what the unit gives itself, and what was ruled. No input or output.

use std::collections::BTreeMap;

use composite_index::{Definition, Gap, LeafRule, NodeId, NodeValue, ScoreTable, TableRow, compute};
use rust_decimal::Decimal;
use ui::Lang;

use crate::actions::Sheet;
use crate::model::{Ruling, Verdict};
use crate::reduced::{self, Reduced};
use crate::result::{BlockInput, BlockResult, Standing};
use crate::scoring::{Entered, is_empty, leaf_by_leaf};
use crate::set::Scorer;
use crate::words;

/// What stands in a cell of points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Points.
    Points(Decimal),
    /// Why there are none.
    Words(String),
}

/// Both columns of a sheet.
#[derive(Debug)]
pub struct Tally<'a> {
    sheet: &'a Sheet,
    own: Vec<NodeValue>,
    own_reduced: Option<(Definition, TableRow, Reduced)>,
    /// Where whoever asks may hear what was ruled.
    pub decided: Option<BlockResult>,
}

impl<'a> Tally<'a> {
    /// Adds a sheet up.
    #[must_use]
    pub fn of(sheet: &'a Sheet) -> Self {
        let entered = sheet.entered();
        let (definition, row) = own_input(sheet, &entered);
        let own = own_sums(&definition, &row);
        let own_reduced = Reduced::of(&definition, &row).map(|reduced| (definition, row, reduced));
        let decided = (!sheet.rulings.is_empty()).then(|| ruled(sheet, entered)).flatten();
        Self { sheet, own, own_reduced, decided }
    }

    /// What the unit gives itself at a node. What others give is not in it.
    #[must_use]
    pub fn own(&self, node: NodeId, lang: Lang) -> Shown {
        let set = &self.sheet.set;
        if set.definition.nodes[node].is_leaf() {
            return match set.scorer(node) {
                Scorer::Unit => shown(self.sheet.own(node), lang),
                other => Shown::Words(giver(other, lang).to_owned()),
            };
        }
        let mut givers: Vec<Scorer> = self.leaves_below(node).into_iter().map(|leaf| set.scorer(leaf)).collect();
        givers.dedup();
        if givers.is_empty() || givers.contains(&Scorer::Unit) {
            return sum(self.own[node], lang);
        }
        Shown::Words(givers.into_iter().map(|one| giver(one, lang)).collect::<Vec<_>>().join(", "))
    }

    /// What was ruled at a node; nothing where whoever asks may not hear it.
    #[must_use]
    pub fn decided(&self, node: NodeId, lang: Lang) -> Option<Shown> {
        let value = self.decided.as_ref()?.scores.units.first()?.values[node];
        if let Err(Gap::NotApplicable(_)) = value {
            return Some(Shown::Words(words::points(value, lang)));
        }
        let leaf = &self.sheet.set.definition.nodes[node];
        if !leaf.is_leaf() {
            return Some(sum(value, lang));
        }
        Some(match self.ruling(node) {
            Some(Ruling { verdict: Verdict::Agree | Verdict::Set, points: Some(points), .. }) => Shown::Points(*points),
            Some(Ruling { verdict: Verdict::Agree | Verdict::Set | Verdict::NotApplicable, .. }) => {
                Shown::Words(lang.pick("không áp dụng", "not applicable").to_owned())
            }
            Some(Ruling { verdict: Verdict::Ask, .. }) => Shown::Words(lang.pick("chờ giải trình", "asked to explain").to_owned()),
            _ if self.sheet.set.scorer(node) != Scorer::Unit => Shown::Words(giver(self.sheet.set.scorer(node), lang).to_owned()),
            _ => Shown::Words(lang.pick("chưa có kết luận", "undecided").to_owned()),
        })
    }

    /// Where a leaf stands.
    #[must_use]
    pub fn ruling(&self, leaf: NodeId) -> Option<&'a Ruling> {
        self.sheet.rulings.get(&self.sheet.set.definition.nodes[leaf].code)
    }

    /// Leaves that the unit has yet to enter.
    #[must_use]
    pub fn not_entered(&self) -> usize {
        let leaves = self.sheet.leaves();
        leaves.into_iter().filter(|leaf| self.sheet.set.scorer(*leaf) == Scorer::Unit && is_empty(self.sheet.own(*leaf))).count()
    }

    /// Leaves on which nobody has ruled.
    #[must_use]
    pub fn undecided(&self) -> usize {
        self.decided.as_ref().and_then(|decided| decided.undecided.first().copied()).unwrap_or(0)
    }

    /// Highest points that others give, outside the column of own points.
    #[must_use]
    pub fn given_by_others(&self) -> Decimal {
        let set = &self.sheet.set;
        self.sheet.leaves().into_iter().filter(|leaf| set.scorer(*leaf) != Scorer::Unit).filter_map(|leaf| set.most(leaf)).sum()
    }

    /// Sentences under the table: what the sums hold, what does not apply, and what that does to maximum and total.
    #[must_use]
    pub fn notes(&self, lang: Lang) -> Vec<String> {
        let definition = &self.sheet.set.definition;
        let mut notes = Vec::new();
        let others = self.given_by_others();
        if !others.is_zero() {
            let others = words::plain(others, lang);
            notes.push(lang.pick(
                format!("Điểm tự chấm không gồm điểm điều tra xã hội học và điểm do cơ quan khác chấm (tối đa {others} điểm)."),
                format!("Own points leave out what surveys and other agencies give (at most {others} points)."),
            ));
        }
        let (empty, open) = (self.not_entered(), self.undecided());
        if empty > 0 {
            notes.push(lang.pick(format!("Đơn vị chưa nhập {empty} tiêu chí."), format!("The unit has yet to enter {empty} criteria.")));
        }
        if open > 0 {
            notes.push(lang.pick(
                format!(
                    "Còn {open} tiêu chí chưa có kết luận; tổng điểm thẩm định tạm tính theo điểm tự chấm của những tiêu chí đó, nếu có."
                ),
                format!("{open} criteria are undecided; the sums count their own points, where there are any."),
            ));
        }
        let decided = self.decided.as_ref().and_then(|result| Some((&result.definition, result.table.rows.first()?)));
        let ruled = decided.and_then(|(definition, row)| Some((definition, row, Reduced::of(definition, row)?)));
        if let Some((definition, row, reduced)) = ruled {
            notes.extend(reduced.sentences(definition, row, lang));
        }
        if let Some((own, row, reduced)) = &self.own_reduced {
            match &self.decided {
                // What does not apply was told already.
                Some(_) => notes.extend(reduced.of_total(own).map(|one| {
                    let told = reduced::scaled_words(own, one, lang);
                    lang.pick(format!("Cột điểm tự chấm: {told}"), format!("Own points: {told}"))
                })),
                None => notes.extend(reduced.sentences(definition, row, lang)),
            }
        }
        notes
    }

    fn leaves_below(&self, node: NodeId) -> Vec<NodeId> {
        let code = &self.sheet.set.definition.nodes[node].code;
        self.sheet.leaves().into_iter().filter(|leaf| self.sheet.set.is_below(*leaf, code)).collect()
    }
}

/// Who gives the points of a leaf, as short as a cell.
fn giver(scorer: Scorer, lang: Lang) -> &'static str {
    match scorer {
        Scorer::Survey => lang.pick("điều tra", "survey"),
        other => words::scorer(other, lang),
    }
}

fn shown(value: NodeValue, lang: Lang) -> Shown {
    value.map_or_else(|_| Shown::Words(words::points(value, lang)), Shown::Points)
}

/// A sum without a value lacks some of its parts; which, the leaves say.
fn sum(value: NodeValue, lang: Lang) -> Shown {
    match value {
        Ok(value) => Shown::Points(value),
        Err(Gap::NotApplicable(_)) => Shown::Words(words::points(value, lang)),
        Err(_) => Shown::Words(lang.pick("chưa đủ điểm", "not complete").to_owned()),
    }
}

/// What the unit gives itself, for the engine: what others give counts nothing.
fn own_input(sheet: &Sheet, entered: &Entered) -> (Definition, TableRow) {
    let mut definition: Definition = sheet.set.definition.clone();
    let mut row = entered.row(&definition, &sheet.unit.name, &sheet.unit.block);
    for leaf in sheet.set.leaves().into_iter().filter(|leaf| sheet.set.scorer(*leaf) != Scorer::Unit) {
        let node = &mut definition.nodes[leaf];
        node.rule = node.rule.as_ref().map(|_| LeafRule::External);
        node.absent = None;
        row.inputs[leaf] = Some(Decimal::ZERO);
    }
    (definition, row)
}

fn own_sums(definition: &Definition, row: &TableRow) -> Vec<NodeValue> {
    let table = ScoreTable { rows: vec![row.clone()] };
    // A set that refuses missing parts has sums as far as they go.
    let scores = compute(definition, None, &table).or_else(|_| compute(&leaf_by_leaf(definition), None, &table));
    let values = scores.ok().and_then(|scores| scores.units.into_iter().next()).map(|unit| unit.values);
    values.unwrap_or_else(|| vec![Err(Gap::NotPublished(definition.total)); definition.nodes.len()])
}

/// The result of the unit alone, as the results of its block have it.
fn ruled(sheet: &Sheet, entered: Entered) -> Option<BlockResult> {
    let unit = sheet.unit.unit.clone();
    let standings = sheet.rulings.values().map(|one| Standing {
        leaf: one.leaf.clone(),
        verdict: one.verdict,
        points: one.points,
        reason: one.reason.clone(),
    });
    let standings = BTreeMap::from([(unit.clone(), standings.collect())]);
    let entered = BTreeMap::from([(unit, entered)]);
    let input = BlockInput {
        block: &sheet.block,
        set: &sheet.set,
        year: sheet.campaign.year,
        units: vec![&sheet.unit],
        entered: &entered,
        standings: &standings,
    };
    BlockResult::of(&input).ok()
}
