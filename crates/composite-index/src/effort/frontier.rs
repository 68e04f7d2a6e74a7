//! The exact knapsack: frontiers of undominated pairs of points and cost, and the next-best solutions by Lawler's partition.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::EffortError;
use super::bound::Bound;

/// Pairs that a narrow search follows.
const SAMPLE: usize = 100;
/// Most pairs of a frontier.
const PAIRS: usize = 200_000;

/// One change of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) gain: Decimal,
    pub(super) cost: Decimal,
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
    fn stop(&self, gain: Decimal) -> Option<(Decimal, Decimal)> {
        let part = self.length.checked_mul(gain)?.checked_div(self.most)?;
        let mut value = self.begins.checked_add(part)?;
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

pub(super) struct Problem {
    components: Vec<Component>,
    /// Points and cost of each way as whole numbers of the smallest unit that occurs: exact, and quick to add and compare.
    ways: Vec<Vec<(i128, i128)>>,
    bound: Bound,
    /// Digits behind the point of points and of costs.
    scales: (u32, u32),
    /// What one of the whole numbers is worth.
    units: (f64, f64),
    need: i128,
    strictly: bool,
}

fn unit(scale: u32) -> f64 {
    (0..scale).fold(1.0, |unit, _| unit / 10.0)
}

/// A decimal as a whole number of 10^−scale; `None` beyond 128 bits.
fn whole(value: Decimal, scale: u32) -> Option<i128> {
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

/// What a part of the search may do with each component.
#[derive(Debug, Clone, Default)]
struct Limits {
    /// Components whose choice is fixed; `None`: nothing is done.
    fixed: Vec<(usize, Option<usize>)>,
    /// Ways that may not be chosen.
    forbidden: Vec<(usize, usize)>,
    /// Components that may not stop on their line.
    no_slope: Vec<usize>,
}

#[derive(Debug, Clone, Copy)]
struct Pair {
    gain: i128,
    cost: i128,
    /// Position in the chain, to read the choices back.
    link: usize,
}

impl Problem {
    pub(super) fn new(components: Vec<Component>, need: Decimal, strictly: bool) -> Result<Self, EffortError> {
        let need = need.normalize();
        let all = || components.iter().flat_map(|component| &component.ways);
        let gains = all().map(|way| way.gain.normalize().scale()).max().unwrap_or(0).max(need.scale());
        let costs = all().map(|way| way.cost.normalize().scale()).max().unwrap_or(0);
        let too_large = || EffortError::TooMany(String::new());
        let pair = |way: &Way| Some((whole(way.gain.normalize(), gains)?, whole(way.cost.normalize(), costs)?));
        let ways: Option<Vec<Vec<(i128, i128)>>> = components.iter().map(|component| component.ways.iter().map(pair).collect()).collect();
        let need = whole(need, gains).ok_or_else(too_large)?;
        let float = |value: Decimal| value.to_f64().unwrap_or(0.0);
        let relaxed: Vec<Vec<(f64, f64)>> = components
            .iter()
            .map(|component| {
                let ways = component.ways.iter().map(|way| (float(way.gain), float(way.cost)));
                // A part of a line costs at least its share of the whole line.
                let line = component.slope.map(|slope| (float(slope.most), float(slope.unit_cost) * float(slope.length).abs()));
                ways.chain(line).collect()
            })
            .collect();
        Ok(Self {
            bound: Bound::new(&relaxed),
            ways: ways.ok_or_else(too_large)?,
            scales: (gains, costs),
            units: (unit(gains), unit(costs)),
            need,
            strictly,
            components,
        })
    }

    fn reaches(&self, gain: i128) -> bool {
        gain > self.need || (gain == self.need && !self.strictly)
    }

    /// The most points that can be gained.
    pub(super) fn most(&self) -> Decimal {
        let best = |component: &Component| {
            let ways = component.ways.iter().map(|way| way.gain).max().unwrap_or_default();
            component.slope.map_or(ways, |slope| ways.max(slope.most))
        };
        self.components.iter().map(best).fold(Decimal::ZERO, Decimal::saturating_add)
    }

    /// The best solutions, each with another set of movements, cheapest first.
    pub(super) fn best(&self, count: usize) -> Result<Vec<Solution>, EffortError> {
        let mut open: Vec<(Solution, Limits)> = Vec::new();
        open.extend(self.solve(&Limits::default())?.map(|solution| (solution, Limits::default())));
        let mut found: Vec<Solution> = Vec::new();
        // Solutions with a movement too much are passed over; their number is bounded.
        for _ in 0..count.saturating_mul(50) {
            if found.len() >= count {
                break;
            }
            // The cheapest open solution; equal ones in the order they were found.
            let Some(position) = (0..open.len()).min_by_key(|position| open[*position].0.cost) else { break };
            let (solution, limits) = open.remove(position);
            let mut kept = limits.clone();
            for (component, way) in &solution.chosen {
                let mut part = kept.clone();
                part.forbidden.push((*component, *way));
                open.extend(self.solve(&part)?.map(|solution| (solution, part)));
                kept.fixed.push((*component, Some(*way)));
            }
            if let Some((component, _)) = solution.part_of_slope {
                let mut part = kept;
                part.no_slope.push(component);
                open.extend(self.solve(&part)?.map(|solution| (solution, part)));
            }
            let is_new = found.iter().all(|other| other.chosen != solution.chosen || other.part_of_slope != solution.part_of_slope);
            if is_new && self.needs_all(&solution) {
                found.push(solution);
            }
        }
        Ok(found)
    }

    /// False where a movement could be left out and the target would still be reached.
    fn needs_all(&self, solution: &Solution) -> bool {
        if solution.part_of_slope.is_some() {
            return true;
        }
        let gain = |(component, way): &(usize, usize)| self.ways[*component][*way].0;
        let all = solution.chosen.iter().map(gain).fold(0, i128::saturating_add);
        solution.chosen.iter().all(|choice| !self.reaches(all.saturating_sub(gain(choice))))
    }

    /// The cheapest solution within limits.
    fn solve(&self, limits: &Limits) -> Result<Option<Solution>, EffortError> {
        // A narrow search finds a good plan; the full one then follows only what can be cheaper.
        let narrow = self.frontier(limits, None, None)?.0;
        let ceiling = narrow.iter().find(|pair| self.reaches(pair.gain)).map_or(i128::MAX, |pair| pair.cost);
        let (pairs, chain) = self.frontier(limits, None, Some(ceiling))?;
        let mut best: Option<Solution> = pairs.iter().find(|pair| self.reaches(pair.gain)).map(|pair| Solution {
            cost: decimal(pair.cost, self.scales.1),
            chosen: read(&chain, pair.link),
            part_of_slope: None,
        });
        for (component, slope) in self.components.iter().enumerate().filter_map(|(id, component)| Some((id, component.slope?))) {
            let is_fixed = limits.fixed.iter().any(|(fixed, _)| *fixed == component);
            if is_fixed || limits.no_slope.contains(&component) || self.strictly {
                continue;
            }
            let (pairs, chain) = self.frontier(limits, Some(component), Some(ceiling))?;
            for pair in pairs {
                let missing = self.need.saturating_sub(pair.gain);
                if missing <= 0 {
                    continue;
                }
                let rest = decimal(missing, self.scales.0);
                if rest >= slope.most {
                    continue;
                }
                let Some((value, cost)) = slope.stop(rest) else { continue };
                let cost = decimal(pair.cost, self.scales.1).saturating_add(cost);
                if best.as_ref().is_none_or(|best| cost < best.cost) {
                    best = Some(Solution { cost, chosen: read(&chain, pair.link), part_of_slope: Some((component, value)) });
                }
            }
        }
        Ok(best)
    }

    /// False where even the relaxation of what is left costs more than the ceiling.
    fn can_end_below(&self, pair: &Pair, next: usize, without: Option<usize>, ceiling: i128) -> bool {
        if ceiling == i128::MAX {
            return true;
        }
        let points = |value: i128| value as f64 * self.units.0;
        let costs = |value: i128| value as f64 * self.units.1;
        // The one lever outside the frontier may bring all it has.
        let outside = without.and_then(|id| self.components[id].slope).map_or(0.0, |slope| slope.most.to_f64().unwrap_or(0.0));
        let rest = points(self.need.saturating_sub(pair.gain)) - outside;
        let least = costs(pair.cost) + self.bound.cost(next, rest - 1e-9 * rest.abs());
        least <= costs(ceiling) * (1.0 + 1e-9) + 1e-9
    }

    /// Undominated pairs over all components but one, points ascending, and the chain of choices behind them.
    ///
    /// With a ceiling, pairs that cannot end at or below it are left out; without one, only a sample of the pairs is followed.
    #[expect(clippy::type_complexity, reason = "pairs, and the choices behind them")]
    fn frontier(
        &self,
        limits: &Limits,
        without: Option<usize>,
        ceiling: Option<i128>,
    ) -> Result<(Vec<Pair>, Vec<(usize, usize, usize)>), EffortError> {
        // Link 0 is the beginning: nothing chosen.
        let mut chain = vec![(0, usize::MAX, usize::MAX)];
        let mut pairs = vec![Pair { gain: 0, cost: 0, link: 0 }];
        for (id, ways) in self.ways.iter().enumerate() {
            if Some(id) == without {
                continue;
            }
            let fixed = limits.fixed.iter().find(|(fixed, _)| *fixed == id).map(|(_, way)| *way);
            let allowed = |way: usize| match fixed {
                Some(choice) => choice == Some(way),
                None => !limits.forbidden.contains(&(id, way)),
            };
            let may_rest = fixed.is_none_or(|choice| choice.is_none());
            let mut merged: Vec<(Pair, usize)> = Vec::new();
            if may_rest {
                merged.extend(pairs.iter().map(|pair| (*pair, usize::MAX)));
            }
            for (way, (more, price)) in ways.iter().enumerate().filter(|(way, _)| allowed(*way)) {
                merged.extend(pairs.iter().map(|pair| {
                    let (gain, cost) = (pair.gain.saturating_add(*more), pair.cost.saturating_add(*price));
                    (Pair { gain, cost, link: pair.link }, way)
                }));
            }
            let hopeful = |pair: &Pair| ceiling.is_none_or(|ceiling| self.can_end_below(pair, id + 1, without, ceiling));
            merged.retain(|(pair, _)| hopeful(pair));
            pairs = undominated(merged, &mut chain, id, |gain| self.reaches(gain));
            if ceiling.is_none() && pairs.len() > SAMPLE {
                let every = pairs.len().div_ceil(SAMPLE);
                let last = pairs.len() - 1;
                let mut position = 0;
                pairs.retain(|_| {
                    position += 1;
                    (position - 1) % every == 0 || position - 1 == last
                });
            }
            if pairs.len() > PAIRS || chain.len() > 20 * PAIRS {
                return Err(EffortError::TooMany(String::new()));
            }
        }
        Ok((pairs, chain))
    }
}

/// Keeps the pairs that no other one beats in points and cost; what reaches the target needs no more points than the cheapest that does.
fn undominated(
    mut merged: Vec<(Pair, usize)>,
    chain: &mut Vec<(usize, usize, usize)>,
    id: usize,
    reaches: impl Fn(i128) -> bool,
) -> Vec<Pair> {
    merged.sort_unstable_by(|(one, first), (other, second)| {
        one.cost.cmp(&other.cost).then(other.gain.cmp(&one.gain)).then((one.link, first).cmp(&(other.link, second)))
    });
    let mut kept: Vec<Pair> = Vec::new();
    for (mut pair, way) in merged {
        let beaten = kept.last().is_some_and(|best| best.gain >= pair.gain || reaches(best.gain));
        if beaten {
            continue;
        }
        if way != usize::MAX {
            chain.push((pair.link, id, way));
            pair.link = chain.len() - 1;
        }
        kept.push(pair);
    }
    kept
}

fn read(chain: &[(usize, usize, usize)], mut link: usize) -> Vec<(usize, usize)> {
    let mut chosen = Vec::new();
    while link != 0 {
        let (before, component, way) = chain[link];
        chosen.push((component, way));
        link = before;
    }
    chosen.reverse();
    chosen
}
