//! A plan near the cheapest one, for questions that are too large to be answered exactly.

use rust_decimal::Decimal;

use super::problem::{Item, Problem, Solution};

/// What is worth most at a price for each point, then more until it is enough, then without what it can do without; `None`: out of reach.
pub(super) fn near_cheapest(problem: &Problem, price: f64) -> Option<Solution> {
    let mut ways: Vec<Vec<Item>> = vec![Vec::new(); problem.components.len()];
    for item in &problem.items {
        ways[item.component].push(*item);
    }
    let worth = |item: &Item| item.cost as f64 - price * item.gain as f64;
    let mut taken: Vec<Option<Item>> = ways
        .iter()
        .map(|ways| ways.iter().copied().filter(|item| worth(item) < 0.0).min_by(|one, other| worth(one).total_cmp(&worth(other))))
        .collect();
    let gain = |taken: &[Option<Item>]| taken.iter().flatten().fold(0_i128, |sum, item| sum.saturating_add(item.gain));
    while gain(&taken) < problem.need {
        let dearer = |item: &Item| {
            let (gain, cost) = taken[item.component].map_or((0, 0), |own| (own.gain, own.cost));
            (item.gain > gain).then(|| (item.cost - cost) as f64 / (item.gain - gain) as f64)
        };
        let next = problem.items.iter().filter_map(|item| Some((dearer(item)?, *item))).min_by(|one, other| one.0.total_cmp(&other.0))?.1;
        taken[next.component] = Some(next);
    }
    loop {
        let slack = gain(&taken) - problem.need;
        // The cheapest that is still enough in one component, where that saves most.
        let saved = |component: &usize| {
            let own = taken[*component]?;
            let enough = |gain: i128| own.gain - gain <= slack;
            let lesser = ways[*component].iter().copied().filter(|item| enough(item.gain)).map(Some);
            let none = enough(0).then_some(None);
            let best = lesser.chain(none).min_by_key(|item| item.map_or((0, 0), |item| (item.cost, item.gain)))?;
            let (gain, cost) = best.map_or((0, 0), |item| (item.gain, item.cost));
            ((cost, gain) < (own.cost, own.gain)).then_some((own.cost - cost, own.gain - gain, *component, best))
        };
        let Some(best) = (0..taken.len()).filter_map(|component| saved(&component)).max_by_key(|saved| (saved.0, saved.1)) else { break };
        taken[best.2] = best.3;
    }
    let mut solution = Solution { cost: Decimal::ZERO, chosen: Vec::new(), part_of_slope: None };
    let slack = gain(&taken) - problem.need;
    for item in taken.into_iter().flatten() {
        let line = problem.components[item.component].slope.filter(|_| slack > 0 && solution.part_of_slope.is_none());
        let part = line.and_then(|slope| slope.stop(problem.points(item.gain - slack)));
        if let Some((value, cost)) = part {
            solution.part_of_slope = Some((item.component, value));
            solution.cost = solution.cost.saturating_add(cost);
        } else {
            solution.chosen.push((item.component, item.way));
            solution.cost = solution.cost.saturating_add(problem.cost(item.cost));
        }
    }
    Some(solution)
}
