//! The search against every combination, and its work on the sizes it was made for.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::problem::{Component, Way};
use super::*;

/// Numbers by a linear congruence: the same on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn decimal(&mut self, end: u64, scale: u32) -> Decimal {
        Decimal::new(i64::try_from(1 + self.below(end)).unwrap(), scale)
    }
}

fn component(chance: &mut Chance, ways: u64, gains: u64, costs: u64) -> Component {
    let mut component = Component::default();
    let (mut gain, mut cost) = (Decimal::ZERO, Decimal::ZERO);
    for _ in 0..ways {
        let step = chance.decimal(gains, 1);
        gain += step;
        cost += chance.decimal(costs, 1);
        component.ways.push(Way { gain, cost, step: Some(step) });
    }
    component
}

fn line(chance: &mut Chance) -> Component {
    let slope = Slope {
        most: chance.decimal(30, 1),
        fixed: chance.decimal(9, 1) - Decimal::new(1, 1),
        length: Decimal::TEN,
        begins: Decimal::ZERO,
        unit_cost: chance.decimal(9, 1),
    };
    Component { ways: vec![Way { gain: slope.most, cost: slope.end_cost(), step: None }], slope: Some(slope) }
}

/// Costs of all plans of which nothing can be left out or shortened, cheapest first, by trying every combination.
fn by_hand(components: &[Component], need: Decimal) -> Vec<Decimal> {
    let mut found = Vec::new();
    let mut choice = vec![0_usize; components.len()];
    loop {
        let ways = choice.iter().zip(components).filter_map(|(way, component)| component.ways.get(way.checked_sub(1)?));
        let (gain, cost) = ways.clone().fold((Decimal::ZERO, Decimal::ZERO), |sum, way| (sum.0 + way.gain, sum.1 + way.cost));
        let slack = gain - need;
        if slack >= Decimal::ZERO && ways.clone().all(|way| way.step.map_or(slack.is_zero(), |step| slack < step)) {
            found.push(cost);
        }
        for (way, component) in choice.iter().zip(components) {
            let Some(slope) = component.slope.filter(|_| *way == 0) else { continue };
            if gain < need && need - gain < slope.most {
                found.push(cost + slope.stop(need - gain).unwrap().1);
            }
        }
        let Some(next) = choice.iter().zip(components).position(|(way, component)| *way < component.ways.len()) else { break };
        choice[..next].fill(0);
        choice[next] += 1;
    }
    found.sort_unstable();
    found.iter().map(|cost| cost.round_dp(9)).collect()
}

/// What both searches find, or the one that can; the steps of the first.
fn search(components: Vec<Component>, need: Decimal, count: usize) -> (Vec<Solution>, usize) {
    let steps = AtomicUsize::new(0);
    let problem = Problem::new(components, need, false).unwrap();
    let count_steps = |done: usize| {
        steps.fetch_max(done, Ordering::Relaxed);
        true
    };
    let found = cheapest(&problem, count, &count_steps).unwrap();
    assert_eq!(found.certain, found.solutions.len());
    (found.solutions, steps.into_inner())
}

/// Costs without the digits in which stops on a line are rounded.
fn costs(solutions: &[Solution]) -> Vec<Decimal> {
    solutions.iter().map(|solution| solution.cost.round_dp(9)).collect()
}

fn most(components: &[Component]) -> Decimal {
    components.iter().filter_map(|component| component.ways.last()).map(|way| way.gain).sum()
}

#[test]
fn the_plans_are_the_cheapest_of_all_that_hold_nothing_useless() {
    let mut chance = Chance(7);
    for round in 0..300 {
        let mut components: Vec<Component> = (0..3 + chance.below(3))
            .map(|_| {
                let (ways, gains, costs) = (1 + chance.below(3), [3, 30][round % 2], [4, 40][round / 2 % 2]);
                component(&mut chance, ways, gains, costs)
            })
            .collect();
        components.extend((0..chance.below(3)).map(|_| line(&mut chance)));
        let need = (most(&components) * chance.decimal(10, 1)).round_dp(2);
        let all = by_hand(&components, need);
        for count in [1, 4, 1000] {
            let (found, _) = search(components.clone(), need, count);
            assert_eq!(costs(&found), all[..count.min(all.len())], "round {round}: {components:#?}");
            let problem = Problem::new(components.clone(), need, false).unwrap();
            let bounded = Search::new(&problem, count, &|_| true).run().unwrap();
            assert_eq!(costs(&bounded.solutions), costs(&found), "round {round}: {components:#?}");
            for (position, one) in found.iter().enumerate() {
                assert!(found[..position].iter().all(|other| other.chosen != one.chosen || other.part_of_slope != one.part_of_slope));
            }
        }
    }
}

#[test]
fn a_plan_near_the_cheapest_reaches_what_is_needed_without_anything_useless() {
    let mut chance = Chance(11);
    for _ in 0..200 {
        let mut components: Vec<Component> = (0..5).map(|_| component(&mut chance, 3, 30, 40)).collect();
        components.push(line(&mut chance));
        let need = most(&components) * Decimal::new(5, 1);
        let problem = Problem::new(components.clone(), need, false).unwrap();
        let near = near_cheapest(&problem, breaking_price(&problem).0).unwrap();
        assert!(by_hand(&components, need).contains(&near.cost.round_dp(9)), "{near:?}");
    }
}

#[test]
fn a_hundred_leaves_take_few_steps() {
    let mut chance = Chance(3);
    let by_points = |chance: &mut Chance| {
        let mut component = component(chance, 2, 400, 1);
        component.ways.iter_mut().for_each(|way| way.cost = way.gain + Decimal::TEN);
        component
    };
    let fine = |chance: &mut Chance| {
        let mut component = component(chance, 3, 13, 900);
        let factor = Decimal::ONE + chance.decimal(1_000_000, 9);
        component.ways.iter_mut().for_each(|way| *way = Way { gain: way.gain * factor, step: way.step.map(|step| step * factor), ..*way });
        component
    };
    let free_line = |chance: &mut Chance| {
        let mut component = line(chance);
        let slope = component.slope.map(|slope| Slope { fixed: Decimal::ZERO, ..slope }).unwrap();
        component.ways[0].cost = slope.end_cost();
        component.slope = Some(slope);
        component
    };
    let mut hundred = |make: &dyn Fn(&mut Chance) -> Component| (0..100).map(|_| make(&mut chance)).collect::<Vec<Component>>();
    let sizes = [
        ("three steps", 1000, hundred(&|chance| component(chance, 3, 13, 900))),
        ("twenty steps", 1000, hundred(&|chance| component(chance, 20, 1, 20))),
        ("one step", 1000, hundred(&|chance| component(chance, 1, 20, 30))),
        ("all the same", 1000, hundred(&|chance| component(chance, 2, 1, 1))),
        ("cost by points", 1000, hundred(&by_points)),
        ("points of many digits", 2_000_000, hundred(&fine)),
        ("lines", 500_000, hundred(&free_line)),
        ("lines that cost something to begin", 500_000, hundred(&line)),
    ];
    for (name, bound, components) in sizes {
        for tenth in [2, 5, 8] {
            let (found, steps) = search(components.clone(), most(&components) * Decimal::new(tenth, 1), 5);

            assert!(found.len() == 5 && steps < bound, "{name}, {tenth} tenths: {steps} steps");
        }
    }
}

#[test]
fn a_search_stops_when_it_is_told_to() {
    let mut chance = Chance(5);
    let components: Vec<Component> = (0..20).map(|_| component(&mut chance, 3, 13, 900)).collect();
    let problem = Problem::new(components, Decimal::TEN, false).unwrap();
    assert_eq!(cheapest(&problem, 3, &|_| false).unwrap_err(), EffortError::Stopped);
}

#[test]
fn the_hull_leaves_out_what_lies_above_it() {
    // (1, 5) lies above the line from nothing to (2, 4).
    assert_eq!(hull(&[(1.0, 5.0), (2.0, 4.0), (3.0, 9.0)]), [(2.0, 4.0), (1.0, 5.0)]);
    assert_eq!(hull(&[(0.0, 1.0)]), []);
}
