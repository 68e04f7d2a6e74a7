//! How points are given, from options and words.

use rust_decimal::Decimal;

use super::brackets::{Worded, settle};
use crate::annex::{Item, NoRule, Proposed, Scorer};
use crate::fault::Doubt;
use crate::wording::{Closure, Condition, Range, Worth, condition, plain, says_more};

/// An option of a criterion.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) wording: String,
    pub(super) worth: Worth,
}

/// The rule that options and words seem to mean.
pub(super) fn propose(maximum: Option<Decimal>, choices: &[Choice], words: &str, scorer: Option<Scorer>) -> (Proposed, Vec<Doubt>) {
    let words = words.trim();
    if choices.is_empty() {
        return if matches!(scorer, Some(Scorer::Survey | Scorer::Agency)) {
            (Proposed::External, Vec::new())
        } else if words.is_empty() {
            none(NoRule::NotSaid, Vec::new())
        } else {
            none(NoRule::WordsNotRead, vec![Doubt::WordsNotRead { text: words.to_owned() }])
        };
    }
    if choices.iter().any(|choice| matches!(choice.worth, Worth::Each { .. })) {
        return per_case(maximum, choices);
    }
    if choices.iter().any(|choice| choice.worth == Worth::Formula) {
        return linear(maximum, choices, words);
    }
    let Some(items) = items(maximum, choices) else {
        return none(NoRule::OptionsDoNotFit, Vec::new());
    };
    let (proposed, mut doubts) = of_points(maximum, items);
    // Words beside options may change what the options mean.
    if !words.is_empty() {
        doubts.push(Doubt::WordsNotRead { text: words.to_owned() });
    }
    (proposed, doubts)
}

fn none(why: NoRule, doubts: Vec<Doubt>) -> (Proposed, Vec<Doubt>) {
    (Proposed::None { why }, doubts)
}

/// Options with their points; `None` if a part of an unknown maximum is asked for.
fn items(maximum: Option<Decimal>, choices: &[Choice]) -> Option<Vec<Item>> {
    let points = |worth: Worth| match worth {
        Worth::Points(points) => Some(points),
        Worth::Maximum => maximum,
        Worth::Share(share) => maximum.map(|maximum| (maximum * share).normalize()),
        Worth::Formula | Worth::Each { .. } => None,
    };
    choices.iter().map(|choice| Some(Item { wording: choice.wording.clone(), points: points(choice.worth)? })).collect()
}

fn of_points(maximum: Option<Decimal>, items: Vec<Item>) -> (Proposed, Vec<Doubt>) {
    let best = items.iter().map(|item| item.points).max().unwrap_or_default();
    let sum: Decimal = items.iter().map(|item| item.points).sum();
    let all_positive = items.iter().all(|item| item.points > Decimal::ZERO);
    let adds_up = items.len() > 1 && all_positive && maximum == Some(sum);
    let conditions: Vec<Condition> = items.iter().map(|item| condition(&item.wording)).collect();
    let ranges: Vec<Range> =
        conditions.iter().filter_map(|found| if let Condition::In(range) = found { Some(*range) } else { None }).collect();
    let said = conditions.iter().filter(|found| matches!(found, Condition::In(_) | Condition::Rest)).count();
    let are_ranges = said == items.len() && !ranges.is_empty() && items.len() > 1 && differ(&ranges);

    // Ranges of one figure with different points exclude each other, even if their points happen to add up.
    let equal = items.iter().all(|item| item.points == best);
    if adds_up && maximum != Some(best) && (equal || !are_ranges) {
        return (Proposed::Checklist(items), Vec::new());
    }
    let mut doubts = Vec::new();
    if let Some(maximum) = maximum {
        if best > maximum {
            doubts.push(Doubt::OverMaximum { points: best, maximum });
        } else if best < maximum && are_ranges {
            doubts.push(Doubt::BelowMaximum { best, maximum });
        }
    }
    if are_ranges {
        let worded = items
            .into_iter()
            .zip(conditions)
            .map(|(Item { wording, points }, found)| {
                let range = if let Condition::In(range) = found { Some(range) } else { None };
                Worded { range, points, wording }
            })
            .collect();
        let (brackets, more) = settle(worded);
        doubts.extend(more);
        let more = brackets.iter().filter(|bracket| says_more(&bracket.wording));
        doubts.extend(more.map(|bracket| Doubt::MoreThanARange { text: bracket.wording.clone() }));
        return (Proposed::Brackets(brackets), doubts);
    }
    match maximum {
        Some(maximum) if best < maximum => {
            doubts.push(Doubt::OptionsDoNotFit { best, sum, maximum });
            return none(NoRule::OptionsDoNotFit, doubts);
        }
        // Without a maximum an option of no points shows that they exclude each other.
        None if all_positive => return none(NoRule::OptionsDoNotFit, doubts),
        _ => {}
    }
    if ranges.len() > 1 {
        doubts.push(Doubt::RangesAndWords);
    }
    let nothing = items.iter().filter(|item| item.points.is_zero()).count();
    if items.len() == 1 || items.len() == 2 && nothing == 1 {
        let (no, yes): (Vec<Item>, Vec<Item>) = items.into_iter().partition(|item| item.points.is_zero());
        let wording = |items: Vec<Item>| items.into_iter().next().map(|item| item.wording);
        if let Some(yes) = wording(yes) {
            return (Proposed::YesNo { yes, no: wording(no) }, doubts);
        }
        return none(NoRule::OptionsDoNotFit, doubts);
    }
    (Proposed::Choice(items), doubts)
}

/// Whether ranges are about one figure: two of "100% of something" are about two.
fn differ(ranges: &[Range]) -> bool {
    ranges.iter().enumerate().all(|(index, range)| !ranges.iter().skip(index + 1).any(|other| other == range))
}

fn per_case(maximum: Option<Decimal>, choices: &[Choice]) -> (Proposed, Vec<Doubt>) {
    let mut cases =
        choices.iter().filter_map(|choice| if let Worth::Each { each, most } = choice.worth { Some((each, most)) } else { None });
    let others: Vec<&Choice> = choices.iter().filter(|choice| !matches!(choice.worth, Worth::Each { .. })).collect();
    let text = || choices.iter().map(|choice| choice.wording.as_str()).collect::<Vec<_>>().join("; ");
    let not_read = || none(NoRule::WordsNotRead, vec![Doubt::WordsNotRead { text: text() }]);
    let (Some((each, most)), None, Some(maximum)) = (cases.next(), cases.next(), maximum) else { return not_read() };
    // Beside the cases only that all is given when there is none, and nothing when nothing was done, is understood.
    let is_full = |choice: &&Choice| matches!(choice.worth, Worth::Maximum) || choice.worth == Worth::Points(maximum);
    let full = others.iter().filter(|choice| is_full(choice)).count();
    if others.iter().any(|choice| !is_full(choice)) || full > 1 {
        return not_read();
    }
    if each < Decimal::ZERO {
        let doubts = if full == 0 { vec![Doubt::StartsAtMaximum] } else { Vec::new() };
        // "Trừ tối đa 1 điểm" bounds what is taken away.
        let floor = most.map_or(Decimal::ZERO, |most| (maximum - most).max(Decimal::ZERO));
        return (Proposed::PerCase { start: maximum, each, floor: Some(floor), cap: None }, doubts);
    }
    if full > 0 {
        return not_read();
    }
    (Proposed::PerCase { start: Decimal::ZERO, each, floor: None, cap: Some(most.unwrap_or(maximum).min(maximum)) }, Vec::new())
}

/// Points in proportion to a rate, with what the other options say of the ends.
fn linear(maximum: Option<Decimal>, choices: &[Choice], words: &str) -> (Proposed, Vec<Doubt>) {
    let (formulas, others): (Vec<&Choice>, Vec<&Choice>) = choices.iter().partition(|choice| choice.worth == Worth::Formula);
    let told = formulas.iter().map(|choice| choice.wording.as_str()).chain(Some(words).filter(|words| !words.is_empty()));
    let text = told.collect::<Vec<_>>().join("; ");
    let not_read = || none(NoRule::FormulaNotRead, vec![Doubt::FormulaNotRead { text: text.clone() }]);
    let [formula] = formulas.as_slice() else { return not_read() };
    let (front, formula) = parted(&formula.wording);
    let Some(mut full_at) = proportional(&plain(formula), maximum).filter(|_| words.is_empty()) else { return not_read() };
    let mut nothing_below = None;
    for other in others {
        let Condition::In(range) = condition(&other.wording) else { return not_read() };
        let is_full = other.worth == Worth::Maximum || maximum.is_some_and(|maximum| other.worth == Worth::Points(maximum));
        match (range.low, range.high) {
            (Some(low), _) if is_full && full_at.is_none_or(|full| full == low.value) => full_at = Some(low.value),
            (None, Some(high))
                if other.worth == Worth::Points(Decimal::ZERO) && high.closure != Closure::Inside && nothing_below.is_none() =>
            {
                nothing_below = Some(high.value);
            }
            _ => return not_read(),
        }
    }
    let mut doubts = Vec::new();
    // "Từ 70% đến dưới 100%" in front of the formula has to meet what the other options say.
    if let Condition::In(range) = condition(front) {
        match (range.low, nothing_below) {
            (Some(low), Some(below)) if low.value != below => return not_read(),
            (Some(low), None) => {
                nothing_below = Some(low.value);
                doubts.push(Doubt::Gap { from: None, to: Some(low.value) });
            }
            _ => {}
        }
    }
    if full_at.is_none() {
        doubts.push(Doubt::FullAtHundred);
    }
    (Proposed::Linear { full_at: full_at.unwrap_or(Decimal::ONE_HUNDRED), nothing_below }, doubts)
}

/// The condition in front of a formula, and the formula.
fn parted(text: &str) -> (&str, &str) {
    let marks = [" công thức", " thì ", ":"];
    let first = marks.iter().filter_map(|mark| text.find(mark)).min().unwrap_or(0);
    let last = marks.iter().filter_map(|mark| text.rfind(mark).map(|at| at + mark.len())).max().unwrap_or(0);
    (text.get(..first).unwrap_or_default(), text.get(last..).filter(|formula| formula.len() > 1).unwrap_or(text))
}

/// Whether a formula is a rate times the maximum and nothing else, and by what it divides: "(tỷ lệ × điểm tối đa)/100%".
fn proportional(flat: &str, maximum: Option<Decimal>) -> Option<Option<Decimal>> {
    let rate = ["ty le", "ti le", "diem toi da"].iter().any(|words| flat.contains(words));
    if !rate || flat.contains(['+', '-']) || flat.matches('/').count() > 1 {
        return None;
    }
    let divisor = divisor(flat);
    let mut figures = flat.split(|sign: char| !sign.is_ascii_digit() && sign != ',' && sign != '.').filter_map(|figure| {
        let figure = figure.trim_matches([',', '.']);
        if figure.is_empty() { None } else { Some(figure.replace(',', ".").parse::<Decimal>().ok()) }
    });
    let known =
        |figure: Option<Decimal>| figure.is_some() && (figure == Some(Decimal::ONE_HUNDRED) || figure == divisor || figure == maximum);
    figures.all(known).then_some(divisor)
}

/// The percentage that a formula divides by.
fn divisor(flat: &str) -> Option<Decimal> {
    let (_, after) = flat.rsplit_once('/')?;
    let digits: String = after.trim_start().chars().take_while(char::is_ascii_digit).collect();
    let percent = after.trim_start().get(digits.len()..).is_some_and(|rest| rest.trim_start().starts_with('%'));
    digits.parse().ok().filter(|_| percent)
}
