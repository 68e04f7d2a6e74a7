//! A scenario of a unit: other figures for its parts, read from an address, and what would come of them.

mod bounds;
mod effort;

use std::sync::Arc;

use composite_index::{Definition, Direction, NodeId, Quantity, RankOn, RankWithin, Target, WhatIf, WhatIfError, what_if};
use registry::results::{EditionResult, Results};
use rust_decimal::{Decimal, RoundingStrategy};
use ui::Lang;
use ui::parts::FieldError;
use viet_text::{DecimalSign, NumeralFault, Reading, read_numeral};

pub(crate) use bounds::has_unseen_maximum;
pub(crate) use effort::{Effort, NoEffort, least_effort_to, share_of_range};

use crate::error::PageError;
use crate::tables::node_name;
use web::{Problem, Visit};

/// Key of the field for a score to reach.
pub(crate) const SCORE: &str = "muc-diem";
/// Key of the field for a rank to reach.
pub(crate) const RANK: &str = "muc-hang";

/// A figure that a reader can set: an input of the table from which the total is computed.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    /// The input.
    pub(crate) node: NodeId,
    /// Its value in the table; none is a gap.
    pub(crate) current: Option<Decimal>,
    /// Lowest and highest value that it can have; `None`: the maximum was not seen, or there is none.
    pub(crate) range: Option<(Decimal, Decimal)>,
    /// Lowest and highest value that a reader may try.
    pub(crate) allowed: Option<(Decimal, Decimal)>,
    /// The highest value that carries no node above it beyond what that can have, all other parts as they are.
    pub(crate) reach: Option<Decimal>,
}

impl Slot {
    /// What the engine calls it.
    pub(crate) fn quantity(&self) -> Quantity {
        Quantity::Input(self.node)
    }

    /// Identifier of its field on the page.
    pub(crate) fn id(&self, definition: &Definition) -> String {
        format!("gt-{}", definition.nodes[self.node].code)
    }
}

/// The inputs that count for the total of a row, in the order of the tree.
pub(crate) fn slots(edition: &EditionResult, row: usize) -> Vec<Slot> {
    let definition = &edition.definition;
    let mut found = Vec::new();
    let mut waiting = vec![definition.total];
    while let Some(id) = waiting.pop() {
        let node = &definition.nodes[id];
        if node.is_input() {
            let range = definition.input_range(id);
            let allowed = bounds::allowed(definition, id);
            let current = edition.table.rows[row].inputs[id];
            found.push(Slot { node: id, current, range, allowed, reach: bounds::reach(edition, row, id, range) });
        } else {
            waiting.extend(node.children.iter().rev());
        }
    }
    found
}

/// What an address asks for, with every fault in it.
#[derive(Debug, Default)]
pub(crate) struct Scenario {
    /// Inputs that are set to another value.
    pub(crate) settings: Vec<(Quantity, Option<Decimal>)>,
    /// What is to be reached with the least effort.
    pub(crate) goal: Option<Target>,
    /// What was typed that cannot be read, by field.
    pub(crate) faults: Vec<FieldError>,
}

impl Scenario {
    /// Reads the fields of the form from an address. An empty field leaves its figure as it is.
    pub(crate) fn read(results: &Results, edition: &EditionResult, slots: &[Slot], visit: &Visit) -> Self {
        let lang = visit.lang;
        let definition = &edition.definition;
        let mut scenario = Self::default();
        for slot in slots {
            let Some(text) = visit.value(&definition.nodes[slot.node].code) else { continue };
            match number(&text, slot.allowed, lang) {
                // The field shows the figure rounded; sent back untouched it changes nothing.
                Ok(value) if slot.current.is_some_and(|current| shown(definition, current) == value) => {}
                Ok(value) => scenario.settings.push((slot.quantity(), Some(value))),
                Err(fault) => {
                    let name = node_name(results, edition, slot.node, lang);
                    scenario.faults.push(FieldError::new(slot.id(definition), fault.words(name, &text, lang)));
                }
            }
        }
        scenario.read_goal(edition, visit);
        scenario
    }

    fn read_goal(&mut self, edition: &EditionResult, visit: &Visit) {
        let lang = visit.lang;
        let (score, rank) = (visit.value(SCORE), visit.value(RANK));
        let (score_label, rank_label) = goal_labels(lang);
        if score.is_some() && rank.is_some() {
            let words =
                lang.pick("Chỉ nhập một trong hai: điểm hoặc thứ hạng cần đạt.", "Type one of the two: a score or a rank to reach.");
            self.faults.push(FieldError::new(RANK, words));
            return;
        }
        if let Some(text) = score {
            let total = &edition.definition.nodes[edition.definition.total];
            match number(&text, total.range, lang) {
                Ok(value) => self.goal = Some(Target::Score(value)),
                Err(fault) => self.faults.push(FieldError::new(SCORE, fault.words(score_label, &text, lang))),
            }
        }
        if let Some(text) = rank {
            let most = edition.scores.ranked.max(1);
            let place = text.parse::<u32>().ok().filter(|place| *place >= 1 && *place as usize <= most);
            match place {
                Some(place) => self.goal = Some(Target::Place(place)),
                None => self.faults.push(FieldError::new(
                    RANK,
                    lang.pick(
                        format!("{rank_label}: nhập số nguyên từ 1 đến {most}."),
                        format!("{rank_label}: type a whole number from 1 to {most}."),
                    ),
                )),
            }
        }
    }
}

impl Scenario {
    /// Faults of figures that are each in their range and together carry a node beyond what it can have.
    pub(crate) fn refuse_beyond(&mut self, results: &Results, edition: &EditionResult, row: usize, answer: &Answer, lang: Lang) {
        let Some((node, value, limit)) = bounds::beyond(edition, row, &answer.what_if) else { return };
        let definition = &edition.definition;
        let plain = |value: Decimal| lang.decimal(value, value.normalize().scale());
        let (name, value) = (node_name(results, edition, node, lang), lang.decimal(value, definition.decimals));
        let words = lang.pick(
            format!("Các số đã nhập đưa “{name}” đến {value}, ngoài mức có thể là {}.", plain(limit)),
            format!("The figures typed take “{name}” to {value}, beyond its limit of {}.", plain(limit)),
        );
        let below = |quantity: &Quantity| match quantity {
            Quantity::Input(input) => bounds::is_below(definition, *input, node),
            Quantity::Figure(_) => false,
        };
        // The first field of those that took it there carries the message.
        let field = self.settings.iter().map(|(quantity, _)| quantity).find(|quantity| below(quantity));
        let field = field.map(|quantity| format!("gt-{}", quantity.code(definition))).unwrap_or_default();
        self.faults.push(FieldError::new(field, words));
    }
}

/// Labels of the two goals: a score and a rank.
pub(crate) fn goal_labels(lang: Lang) -> (&'static str, &'static str) {
    (lang.pick("Điểm cần đạt", "Score to reach"), lang.pick("Thứ hạng cần đạt", "Rank to reach"))
}

/// A figure as its field shows it.
pub(crate) fn shown(definition: &Definition, value: Decimal) -> Decimal {
    value.round_dp_with_strategy(definition.decimals, RoundingStrategy::MidpointAwayFromZero)
}

/// Why a text is no value of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NumberFault {
    NotANumber,
    TooLong,
    Outside(Decimal, Decimal),
}

impl NumberFault {
    fn words(self, label: &str, text: &str, lang: Lang) -> String {
        let plain = |value: Decimal| lang.decimal(value, value.normalize().scale());
        match self {
            Self::NotANumber => lang.pick(
                format!("{label}: “{text}” không phải là số; nhập số như 6,25."),
                format!("{label}: “{text}” is no number; type one such as 6.25."),
            ),
            Self::TooLong => lang.pick(format!("{label}: số có quá nhiều chữ số."), format!("{label}: the number has too many digits.")),
            Self::Outside(low, high) => lang.pick(
                format!("{label}: nhập số từ {} đến {}.", plain(low), plain(high)),
                format!("{label}: type a number from {} to {}.", plain(low), plain(high)),
            ),
        }
    }
}

/// A number as people type it. Where a sign can part thousands or a fraction, the value within the range is meant, or else the form of the language.
fn number(text: &str, range: Option<(Decimal, Decimal)>, lang: Lang) -> Result<Decimal, NumberFault> {
    let read = read_numeral(text).map_err(|fault| match fault {
        NumeralFault::TooLong => NumberFault::TooLong,
        _ => NumberFault::NotANumber,
    })?;
    if read.percent {
        return Err(NumberFault::NotANumber);
    }
    let fits = |value: Decimal| range.is_none_or(|(low, high)| value >= low && value <= high);
    let value = match read.reading {
        Reading::Sure { value, .. } => value,
        Reading::Open { grouped, fraction, sign } => match (fits(grouped), fits(fraction)) {
            (true, false) => grouped,
            (false, true) => fraction,
            _ if sign == lang.pick(DecimalSign::Comma, DecimalSign::Point) => fraction,
            _ => grouped,
        },
    };
    match range {
        Some((low, high)) if !fits(value) => Err(NumberFault::Outside(low, high)),
        _ => Ok(value.normalize()),
    }
}

/// What a scenario leads to, all other units fixed.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Total, place and band before and after, and every part that moves.
    pub(crate) what_if: WhatIf,
    /// Rows that stood better and stand worse after.
    pub(crate) passed: Vec<usize>,
    /// Rows that stood worse and stand better after.
    pub(crate) passed_by: Vec<usize>,
    /// Rows with the same total after, and another one before.
    pub(crate) level_with: Vec<usize>,
}

/// Answers a scenario in a thread of its own.
///
/// # Errors
/// A fault, when the index cannot be computed.
pub(crate) async fn answer(
    results: &Arc<Results>,
    key: (&str, i32),
    row: usize,
    settings: Vec<(Quantity, Option<Decimal>)>,
) -> Result<Answer, PageError> {
    let (own, index, year) = (Arc::clone(results), key.0.to_owned(), key.1);
    let work = tokio::task::spawn_blocking(move || own.edition(&index, year).map(|edition| answer_of(edition, row, &settings)));
    match work.await {
        Ok(Some(Ok(answer))) => Ok(answer),
        Ok(None) => Err(PageError::NoFigure { ranking: format!("/xep-hang/{}/{year}", key.0) }),
        Ok(Some(Err(error))) => {
            tracing::error!(error = ?error, index = key.0, year, "a scenario could not be computed");
            Err(PageError::Common(Problem::Fault))
        }
        Err(_) => Err(PageError::Common(Problem::Fault)),
    }
}

fn answer_of(edition: &EditionResult, row: usize, settings: &[(Quantity, Option<Decimal>)]) -> Result<Answer, WhatIfError> {
    let definition = &edition.definition;
    let what_if = what_if(definition, &edition.table, edition.years(&edition.past()), row, settings, &[])?;
    let decides = |total: Decimal| match definition.computation.rank_on {
        RankOn::Unrounded => total,
        RankOn::Displayed => shown(definition, total),
    };
    let mut answer = Answer { what_if, passed: Vec::new(), passed_by: Vec::new(), level_with: Vec::new() };
    let (Ok(before), Ok(after)) = (answer.what_if.before.total, answer.what_if.after.total) else { return Ok(answer) };
    let (before, after) = (decides(before), decides(after));
    let better = |one: Decimal, other: Decimal| match definition.computation.rank_direction {
        Direction::HigherIsBetter => one > other,
        Direction::LowerIsBetter => one < other,
    };
    let apart = definition.computation.rank_within == RankWithin::Block;
    for (other, unit) in edition.table.rows.iter().enumerate() {
        let rival = other != row && unit.ranked && (!apart || unit.block == edition.table.rows[row].block);
        let Some(total) = edition.computed(other, definition.total).map(decides).filter(|_| rival) else { continue };
        if total == after && total != before {
            answer.level_with.push(other);
        } else if !better(before, total) && better(after, total) {
            answer.passed.push(other);
        } else if !better(total, before) && better(total, after) {
            answer.passed_by.push(other);
        }
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, range: (i64, i64), lang: Lang) -> Result<String, NumberFault> {
        number(text, Some((Decimal::from(range.0), Decimal::from(range.1))), lang).map(|value| value.to_string())
    }

    #[test]
    fn a_number_is_read_as_people_type_it() {
        for (text, expected) in [("6,25", "6.25"), ("6.25", "6.25"), (" 6,50 ", "6.5"), ("7", "7"), ("5.125", "5.125"), ("5,125", "5.125")]
        {
            assert_eq!(read(text, (1, 10), Lang::Vi).as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(read("1.234", (0, 5000), Lang::Vi).as_deref(), Ok("1234"));
        assert_eq!(read("1.234", (0, 5000), Lang::En).as_deref(), Ok("1.234"));
    }

    #[test]
    fn what_is_no_value_says_why() {
        assert_eq!(read("sáu", (1, 10), Lang::Vi), Err(NumberFault::NotANumber));
        assert_eq!(read("60%", (1, 100), Lang::Vi), Err(NumberFault::NotANumber));
        assert_eq!(read("11", (1, 10), Lang::Vi), Err(NumberFault::Outside(Decimal::ONE, Decimal::TEN)));
        assert_eq!(read("-2", (1, 10), Lang::Vi), Err(NumberFault::Outside(Decimal::ONE, Decimal::TEN)));
        assert_eq!(read(&"9".repeat(60), (1, 10), Lang::Vi), Err(NumberFault::TooLong));
        let words = NumberFault::Outside(Decimal::ONE, Decimal::TEN).words("Tính minh bạch", "11", Lang::Vi);
        assert_eq!(words, "Tính minh bạch: nhập số từ 1 đến 10.");
    }
}
