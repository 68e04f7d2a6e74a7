//! The share of each node in the highest possible total.

use rust_decimal::Decimal;

use super::{Aggregation, Definition, NodeId, Role, Weighting};

impl Definition {
    /// Share of a node in the highest possible total, 0 to 1; `None` where a rule on the way up is not known.
    ///
    /// Among siblings a node counts by weight × upper end of its range, so that an area of 18 points weighs more than one of 8 although both
    /// have weight 1; where a sibling has no range, weights alone decide.
    #[must_use]
    pub fn effective_weight(&self, id: NodeId) -> Option<Decimal> {
        let mut way = vec![id];
        while let Some(parent) = way.last().and_then(|id| self.nodes[*id].parent) {
            way.push(parent);
        }
        way.iter().rev().skip(1).try_fold(Decimal::ONE, |share, at| {
            let parent = self.nodes[*at].parent?;
            share.checked_mul(self.shares_below(parent).into_iter().find(|(child, _)| child == at)?.1?)
        })
    }

    /// As [`Definition::effective_weight`], of every node by its id, in one pass over the tree.
    #[must_use]
    pub fn effective_weights(&self) -> Vec<Option<Decimal>> {
        let mut shares: Vec<Option<Decimal>> = vec![None; self.nodes.len()];
        shares[self.total] = Some(Decimal::ONE);
        // Parents stand behind their children in `bottom_up`.
        for parent in self.bottom_up.iter().rev() {
            let Some(own) = shares[*parent] else { continue };
            for (child, share) in self.shares_below(*parent) {
                shares[child] = share.and_then(|share| own.checked_mul(share));
            }
        }
        shares
    }

    /// Share of each child in the highest possible value of a node.
    fn shares_below(&self, parent: NodeId) -> Vec<(NodeId, Option<Decimal>)> {
        let node = &self.nodes[parent];
        let nothing = || node.children.iter().map(|child| (*child, None)).collect();
        let Some(rule) = node.aggregation.filter(|rule| rule.computes() && *rule != Aggregation::Minimum) else { return nothing() };
        // Bonus and penalty points are no part of the highest possible total.
        let counts = |child: &NodeId| self.nodes[*child].role == Role::Points;
        // Where each child weighs its maximum, the maximum is not counted a second time.
        let by_maximum = rule != Aggregation::SumOfPoints && node.weighting == Weighting::ByMaximum;
        let has_maximum = |child: &NodeId| self.maximum(*child).is_some_and(|high| high > Decimal::ZERO);
        let ranged = !by_maximum && node.children.iter().filter(|child| counts(child)).all(has_maximum);
        let reach = |child: NodeId| match self.maximum(child) {
            Some(high) if ranged => self.weight(child).checked_mul(high),
            _ => Some(self.weight(child)),
        };
        let reaches: Vec<Option<Decimal>> = node.children.iter().map(|child| reach(*child).filter(|_| counts(child))).collect();
        let counted = node.children.iter().zip(&reaches).filter(|(child, _)| counts(child));
        let all = counted.map(|(_, reach)| *reach).try_fold(Decimal::ZERO, |sum, reach| sum.checked_add(reach?));
        let share = |reach: Option<Decimal>| reach?.checked_div(all?);
        node.children.iter().copied().zip(reaches.into_iter().map(share)).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::read_definition;

    #[test]
    fn an_area_of_more_points_has_the_larger_share_at_the_same_weight() {
        let head = "format = \"cchc-index-definition/1\"\nid = \"t\"\nindex = \"t\"\nname = { vi = \"t\", en = \"t\" }\nsummary = { vi = \"t\", en = \"t\" }\n\
            unit_level = \"department\"\nstatus = \"unverified\"\ndecimals = 2\n[computation]\nrank_direction = \"higher-is-better\"\n\
            tie_rule = \"competition\"\nrank_on = \"unrounded\"\nmissing = \"no-result\"\n[[node]]\ncode = \"total\"\naggregation = \"weighted-sum\"\n";
        let area = |code: &str, most: &str| {
            format!("[[node]]\ncode = \"{code}\"\nparent = \"total\"\nweight = \"1\"\nrange = [\"0\", \"{most}\"]\n")
        };
        let definition = read_definition(&format!("{head}{}{}", area("a", "18"), area("b", "2"))).unwrap();
        let shares = ["a", "b"].map(|code| definition.effective_weight(definition.node(code).unwrap()).unwrap().normalize().to_string());
        assert_eq!(shares, ["0.9", "0.1"]);
        let each: Vec<Option<rust_decimal::Decimal>> = (0..3).map(|id| definition.effective_weight(id)).collect();
        assert_eq!(definition.effective_weights(), each);
    }
}
