//! The knapsack behind a question of effort: components of which at most one way is taken each, in whole numbers of the smallest unit that occurs.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::EffortError;

/// One change of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) gain: Decimal,
    pub(super) cost: Decimal,
    /// Points that are lost at least when one of its movements is left out or shortened; `None`: it can be shortened by as little as one likes.
    pub(super) step: Option<Decimal>,
}

/// Even growth that may stop anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slope {
    /// Points at the end of the line.
    pub(super) most: Decimal,
    /// Cost of coming to where the line begins.
    pub(super) fixed: Decimal,
    /// Length of the line in the lever's unit, negative where less is better.
    pub(super) length: Decimal,
    /// Where the line begins.
    pub(super) begins: Decimal,
    pub(super) unit_cost: Decimal,
}

impl Slope {
    /// The value of the lever that gives these points, never less of them, and its cost.
    pub(super) fn stop(&self, gain: Decimal) -> Option<(Decimal, Decimal)> {
        let part = self.length.checked_mul(gain)?.checked_div(self.most)?;
        let mut value = self.begins.checked_add(part)?;
        // A most of shares without end leaves its own last digits here.
        let near = value.round_dp(12);
        if value.saturating_sub(near).abs() < Decimal::new(1, 18) {
            value = near;
        }
        // What the division lost must not be missing from the points: one unit of the last kept digit more.
        let kept = value.round_dp_with_strategy(12, rust_decimal::RoundingStrategy::ToZero);
        if kept != value {
            let unit = Decimal::new(1, 12);
            let towards = if self.length.is_sign_negative() { -unit } else { unit };
            value = if kept.saturating_sub(self.begins).abs() >= part.abs() { kept } else { kept.checked_add(towards)? };
        }
        let beyond = value.saturating_sub(self.begins).abs() > self.length.abs();
        let value = if beyond { self.begins.checked_add(self.length)? } else { value };
        let cost = self.fixed.checked_add(self.unit_cost.checked_mul(value.saturating_sub(self.begins).abs())?)?;
        Some((value, cost))
    }

    /// Cost of the whole line.
    pub(super) fn end_cost(&self) -> Decimal {
        self.fixed.saturating_add(self.unit_cost.saturating_mul(self.length.abs()))
    }
}

/// What levers that belong together can do; at most one of these.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) ways: Vec<Way>,
    pub(super) slope: Option<Slope>,
}

/// A choice of ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Solution {
    pub(super) cost: Decimal,
    /// Component and way.
    pub(super) chosen: Vec<(usize, usize)>,
    /// Component and value of the one lever that stops on its line.
    pub(super) part_of_slope: Option<(usize, Decimal)>,
}

/// A way in whole numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub(super) component: usize,
    pub(super) way: usize,
    pub(super) gain: i128,
    pub(super) cost: i128,
    pub(super) step: i128,
}

/// The components in whole numbers.
pub(super) struct Problem {
    pub(super) components: Vec<Component>,
    /// Every way.
    pub(super) items: Vec<Item>,
    /// Points that are needed, rounded up to what the ways can give together.
    pub(super) need: i128,
    /// How far beyond the points that are needed a lever comes that stops on its line: they are to be passed, or are known but to a last digit.
    pub(super) beyond: Decimal,
    /// Digits behind the point of points and of costs.
    scales: (u32, u32),
    /// All points are multiples of this, and all costs of the other; `None`: a lever that stops on its line may give and cost anything.
    pub(super) gain_unit: Option<i128>,
    pub(super) cost_unit: Option<i128>,
}

/// Digits of points that a division has left.
const ROUNDED: u32 = 16;

/// A decimal as a whole number of 10^−scale; `None` beyond 128 bits.
fn whole(value: Decimal, scale: u32) -> Option<i128> {
    let value = value.normalize();
    value.mantissa().checked_mul(10_i128.checked_pow(scale.checked_sub(value.scale())?)?)
}

/// The decimal of a whole number, rounded down where a decimal has not so many digits.
fn decimal(mut value: i128, mut scale: u32) -> Decimal {
    loop {
        match Decimal::try_from_i128_with_scale(value, scale) {
            Ok(value) => return value.normalize(),
            Err(_) if scale > 0 => {
                value = value.div_euclid(10);
                scale -= 1;
            }
            Err(_) => return Decimal::MAX,
        }
    }
}

fn common_divisor(values: impl Iterator<Item = i128>) -> i128 {
    let divisor = values.fold(0_i128, |mut one, mut other| {
        while other != 0 {
            (one, other) = (other, one % other);
        }
        one
    });
    divisor.max(1)
}

impl Problem {
    pub(super) fn new(components: Vec<Component>, need: Decimal, strictly: bool) -> Result<Self, EffortError> {
        let all = || components.iter().flat_map(|component| &component.ways);
        let digits = |value: Decimal| value.normalize().scale();
        let gains = all().flat_map(|way| [way.gain, way.step.unwrap_or_default()]).map(digits).max().unwrap_or(0).max(digits(need));
        let costs = all().map(|way| digits(way.cost)).max().unwrap_or(0);
        let too_large = || EffortError::TooMany(String::new());
        let mut items = Vec::new();
        for (component, ways) in components.iter().map(|component| &component.ways).enumerate() {
            for (way, entry) in ways.iter().enumerate() {
                // The smallest step there is stands for one as small as one likes: such a way is needed whole or not at all.
                let step = entry.step.map_or(Some(1), |step| whole(step, gains));
                let (gain, cost) = (whole(entry.gain, gains), whole(entry.cost, costs));
                let (Some(gain), Some(cost), Some(step)) = (gain, cost, step) else { return Err(too_large()) };
                items.push(Item { component, way, gain, cost, step });
            }
        }
        // The last digits that divisions leave decide nothing: with them a plan that reaches the target to the point would be missed, or one that draws
        // level with a rival would count as better.
        let slack = if gains < ROUNDED { Decimal::ZERO } else { Decimal::new(1, ROUNDED) };
        let (need, beyond) = match (strictly, slack.is_zero()) {
            // There is no least value beyond a threshold; this much is taken for it.
            (true, _) => (need.saturating_add(slack), Decimal::new(1, 9)),
            (false, true) => (need, Decimal::ZERO),
            (false, false) => (need.saturating_sub(slack), slack),
        };
        let mut need = whole(need, gains).ok_or_else(too_large)?.saturating_add(i128::from(strictly));
        let (mut gain_unit, mut cost_unit) = (None, None);
        if components.iter().all(|component| component.slope.is_none()) {
            let unit = common_divisor(items.iter().map(|item| item.gain));
            need = need.saturating_add((unit - need.rem_euclid(unit)) % unit);
            gain_unit = Some(unit);
            cost_unit = Some(common_divisor(items.iter().map(|item| item.cost)));
        }
        Ok(Self { components, items, need, beyond, scales: (gains, costs), gain_unit, cost_unit })
    }

    /// The most points that can be gained.
    pub(super) fn most(&self) -> Decimal {
        let best = |component: &Component| {
            let ways = component.ways.iter().map(|way| way.gain).max().unwrap_or_default();
            component.slope.map_or(ways, |slope| ways.max(slope.most))
        };
        self.components.iter().map(best).fold(Decimal::ZERO, Decimal::saturating_add)
    }

    /// Whole points as a decimal.
    pub(super) fn points(&self, whole: i128) -> Decimal {
        decimal(whole, self.scales.0)
    }

    /// A whole cost as a decimal.
    pub(super) fn cost(&self, whole: i128) -> Decimal {
        decimal(whole, self.scales.1)
    }

    /// A cost in the unit of the whole ones, for bounds.
    pub(super) fn relaxed_cost(&self, cost: Decimal) -> f64 {
        scaled_float(cost, self.scales.1)
    }

    /// Points in the unit of the whole ones, for bounds.
    pub(super) fn relaxed_points(&self, points: Decimal) -> f64 {
        scaled_float(points, self.scales.0)
    }
}

fn scaled_float(value: Decimal, scale: u32) -> f64 {
    (0..scale).fold(value.to_f64().unwrap_or(f64::INFINITY), |value, _| value * 10.0)
}
