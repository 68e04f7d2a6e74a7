//! Ranges beside each other: which end belongs to which, and what is left out.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::annex::{Bracket, End};
use crate::fault::Doubt;
use crate::wording::{Closure, Limit, Range};

/// A range with its points and wording. No range: everything that the others do not say.
pub(super) struct Worded {
    pub(super) range: Option<Range>,
    pub(super) points: Decimal,
    pub(super) wording: String,
}

/// Brackets from the lowest to the highest, and what is open about them.
pub(super) fn settle(mut worded: Vec<Worded>) -> (Vec<Bracket>, Vec<Doubt>) {
    let mut doubts = Vec::new();
    rest_is_below(&mut worded, &mut doubts);
    let mut ranges: Vec<(Range, Decimal, String)> =
        worded.into_iter().filter_map(|worded| Some((worded.range?, worded.points, worded.wording))).collect();
    // The sign of percent is left out where another range has it.
    let percent = ranges.iter().any(|(range, ..)| range.percent);
    if percent && ranges.iter().any(|(range, ..)| !range.percent) {
        doubts.push(Doubt::PercentAssumed);
    }
    ranges.sort_by(|left, right| by_low(&left.0, &right.0));
    if let Some((first, ..)) = ranges.first()
        && let Some(low) = first.low.filter(|low| !low.value.is_zero())
    {
        doubts.push(Doubt::Gap { from: None, to: Some(low.value) });
    }
    for index in 1..ranges.len() {
        let (left, right) = ranges.split_at_mut(index);
        if let (Some((below, ..)), Some((above, ..))) = (left.last_mut(), right.first_mut()) {
            border(below, above, percent, &mut doubts);
        }
    }
    if let Some((last, ..)) = ranges.last()
        && let Some(high) = last.high.filter(|high| !(percent && high.value >= Decimal::ONE_HUNDRED && high.closure != Closure::Outside))
    {
        doubts.push(Doubt::Gap { from: Some(high.value), to: None });
    }
    if !is_monotone(&ranges) {
        doubts.push(Doubt::NotMonotone);
    }
    let end = |limit: Limit| End { value: limit.value, inside: limit.closure != Closure::Outside };
    let brackets = ranges
        .into_iter()
        .map(|(range, points, wording)| Bracket { low: range.low.map(end), high: range.high.map(end), percent, points, wording })
        .collect();
    (brackets, doubts)
}

fn by_low(left: &Range, right: &Range) -> Ordering {
    let low = |range: &Range| range.low.map(|low| low.value);
    let high = |range: &Range| range.high.map_or((true, Decimal::ZERO), |high| (false, high.value));
    // No lower end comes first; of two that begin alike, the one that takes its end in, and the shorter one.
    low(left)
        .cmp(&low(right))
        .then_with(|| high(left).cmp(&high(right)))
        .then_with(|| left.low.map(|low| low.closure == Closure::Outside).cmp(&right.low.map(|low| low.closure == Closure::Outside)))
}

/// The border between two neighbours.
fn border(below: &mut Range, above: &mut Range, percent: bool, doubts: &mut Vec<Doubt>) {
    let (Some(high), Some(low)) = (&mut below.high, &mut above.low) else {
        let overlap = Doubt::Overlap { from: above.low.map(|low| low.value), to: below.high.map(|high| high.value) };
        doubts.push(overlap);
        return;
    };
    match high.value.cmp(&low.value) {
        // "không quá 5 hồ sơ" and "từ 6 hồ sơ" leave nothing out: cases are whole.
        Ordering::Less if !percent && are_next_cases(high, low) => doubts.push(Doubt::WholeCases { from: high.value, to: low.value }),
        Ordering::Less => doubts.push(Doubt::Gap { from: Some(high.value), to: Some(low.value) }),
        Ordering::Greater => {
            let to = above.high.map_or(high.value, |end| end.value.min(high.value));
            doubts.push(Doubt::Overlap { from: Some(low.value), to: Some(to) });
        }
        Ordering::Equal => {
            let value = high.value;
            match (high.closure, low.closure) {
                (Closure::Inside, Closure::Outside) | (Closure::Outside, Closure::Inside) => {}
                (Closure::Unsaid, Closure::Inside) => {
                    high.closure = Closure::Outside;
                    doubts.push(Doubt::EndByNeighbour { value, to_lower: false });
                }
                (Closure::Unsaid, Closure::Outside) => {
                    high.closure = Closure::Inside;
                    doubts.push(Doubt::EndByNeighbour { value, to_lower: true });
                }
                (Closure::Inside, Closure::Unsaid) => {
                    low.closure = Closure::Outside;
                    doubts.push(Doubt::EndByNeighbour { value, to_lower: true });
                }
                (Closure::Outside, Closure::Unsaid) => {
                    low.closure = Closure::Inside;
                    doubts.push(Doubt::EndByNeighbour { value, to_lower: false });
                }
                (Closure::Outside, Closure::Outside) => doubts.push(Doubt::ValueLeftOut { value }),
                (Closure::Inside, Closure::Inside) | (Closure::Unsaid, Closure::Unsaid) => doubts.push(Doubt::EndInBoth { value }),
            }
        }
    }
}

/// Whether two ends are whole numbers one after the other, both inside of their ranges.
fn are_next_cases(high: &Limit, low: &Limit) -> bool {
    let inside = high.closure != Closure::Outside && low.closure != Closure::Outside;
    inside && high.value.is_integer() && low.value == high.value + Decimal::ONE
}

/// "Còn lại" beside ranges that reach up without end is what lies below them. Elsewhere it is not one range, and stays out.
fn rest_is_below(worded: &mut [Worded], doubts: &mut Vec<Doubt>) {
    let ranges: Vec<Range> = worded.iter().filter_map(|worded| worded.range).collect();
    let top = Decimal::ONE_HUNDRED;
    let open_above = ranges.iter().any(|range| range.high.is_none_or(|high| range.percent && high.value >= top));
    let lowest = ranges.iter().min_by(|left, right| by_low(left, right)).copied();
    let mut rests = worded.iter_mut().filter(|worded| worded.range.is_none());
    if let (Some(rest), None) = (rests.next(), rests.next())
        && let Some(Range { low: Some(low), percent, .. }) = lowest
        && open_above
    {
        let closure = if low.closure == Closure::Outside { Closure::Inside } else { Closure::Outside };
        rest.range = Some(Range { low: None, high: Some(Limit { value: low.value, closure }), percent });
        doubts.push(Doubt::RestIsBelow);
    }
}

/// Points go up or down throughout.
fn is_monotone(ranges: &[(Range, Decimal, String)]) -> bool {
    let points = || ranges.iter().map(|(_, points, _)| *points);
    let up = points().zip(points().skip(1)).all(|(left, right)| left <= right);
    let down = points().zip(points().skip(1)).all(|(left, right)| left >= right);
    up || down
}
