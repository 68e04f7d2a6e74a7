//! What a definition answers about its nodes.

use rust_decimal::Decimal;

use super::{Aggregation, Definition, Edition, FigureId, LeafRule, Method, Node, NodeId, Role, Scaling, Weighting};

impl Definition {
    /// The node with a code.
    #[must_use]
    pub fn node(&self, code: &str) -> Option<NodeId> {
        self.nodes.iter().position(|node| node.code == code)
    }

    /// The figure with a code.
    #[must_use]
    pub fn figure(&self, code: &str) -> Option<FigureId> {
        self.figures.iter().position(|figure| figure.code == code)
    }

    /// Nodes that read a figure: by their rule, by the condition under which their subject does not exist, or as their denominator.
    pub(crate) fn readers_of(&self, figure: FigureId) -> impl Iterator<Item = NodeId> {
        let reads = move |(id, node): (NodeId, &Node)| {
            let by_rule = node.rule.as_ref().is_some_and(|rule| rule.figures().contains(&figure));
            let by_condition = node.absent.as_ref().is_some_and(|absent| absent.when.figures().contains(&figure));
            let by_scaling = node.scaling.as_ref().is_some_and(|scaling| scaling.denominator == Some(figure));
            (by_rule || by_condition || by_scaling).then_some(id)
        };
        self.nodes.iter().enumerate().filter_map(reads)
    }

    /// The weight a child has in its parent: as given, 1, or its maximum; 1 in a sum of points and in the minimum.
    #[must_use]
    pub fn weight(&self, child: NodeId) -> Decimal {
        let node = &self.nodes[child];
        let Some(parent) = node.parent.map(|parent| &self.nodes[parent]) else { return Decimal::ONE };
        match (parent.aggregation, parent.weighting) {
            (Some(Aggregation::SumOfPoints | Aggregation::Minimum), _) | (_, Weighting::Equal) => Decimal::ONE,
            (_, Weighting::ByMaximum) => self.maximum(child).unwrap_or(Decimal::ONE),
            (_, Weighting::Given) => node.weight.unwrap_or(Decimal::ONE),
        }
    }

    /// The highest value a node can have: its maximum, or the upper end of its range, or what its children's maxima make.
    ///
    /// Bonus and penalty points are no part of it.
    #[must_use]
    pub fn maximum(&self, id: NodeId) -> Option<Decimal> {
        let node = &self.nodes[id];
        if let Some(scaling) = &node.scaling {
            return (scaling.method == Method::MinMax).then_some(scaling.to.1);
        }
        node.maximum.or_else(|| node.range.map(|(_, high)| high))
    }

    /// True where an indicator is scaled before it is joined with others.
    #[must_use]
    pub fn scales(&self) -> bool {
        self.nodes.iter().any(|node| node.scaling.is_some())
    }

    /// True where scores depend on the tables of earlier years: by running ranges, or by values filled from earlier years.
    #[must_use]
    pub fn reads_years(&self) -> bool {
        self.nodes.iter().filter_map(|node| node.scaling.as_ref()).any(Scaling::reads_years)
    }

    /// Lowest and highest value that a table may hold for a node; `None`: any. A bonus is never below zero and a penalty never above, the leaves of a
    /// group of them neither.
    #[must_use]
    pub fn input_range(&self, id: NodeId) -> Option<(Decimal, Decimal)> {
        let node = &self.nodes[id];
        // A scale says how high scaled values go, and nothing of raw ones.
        node.range.or(match self.role_of(id) {
            Role::Points if node.scaling.is_some() => None,
            Role::Points => node.maximum.map(|maximum| (Decimal::ZERO, maximum)),
            Role::Bonus => Some((Decimal::ZERO, node.maximum.unwrap_or(Decimal::MAX))),
            Role::Penalty => Some((Decimal::MIN, Decimal::ZERO)),
        })
    }

    /// Lowest and highest value that a node can have for any unit, each where it is known: from rules, ranges and maxima of its leaves, and from the
    /// bounds on the way.
    pub(crate) fn ends(&self, id: NodeId) -> (Option<Decimal>, Option<Decimal>) {
        let node = &self.nodes[id];
        let (low, high) = match (node.aggregation, node.children.is_empty()) {
            (_, true) => self.ends_of_leaf(id),
            (Some(rule), false) => self.ends_of_joined(id, rule),
            (None, false) => (None, None),
        };
        let stated = node.range.filter(|_| node.scaling.is_none());
        let tighter = |one: Option<Decimal>, other: Option<Decimal>, pick: fn(Decimal, Decimal) -> Decimal| match (one, other) {
            (Some(one), Some(other)) => Some(pick(one, other)),
            (one, other) => one.or(other),
        };
        let low = tighter(tighter(low, stated.map(|(low, _)| low), Decimal::max), node.floor, Decimal::max);
        let high = tighter(tighter(high, stated.map(|(_, high)| high), Decimal::min), node.cap, Decimal::min);
        (low, high)
    }

    fn ends_of_leaf(&self, id: NodeId) -> (Option<Decimal>, Option<Decimal>) {
        let node = &self.nodes[id];
        match (&node.scaling, &node.rule) {
            (Some(scaling), _) => match scaling.method {
                Method::MinMax => (Some(scaling.to.0), Some(scaling.to.1)),
                _ => (None, None),
            },
            (None, Some(rule)) if !matches!(rule, LeafRule::External) => rule.extremes(node.maximum),
            (None, _) => self.input_range(id).map_or((None, None), |(low, high)| {
                (Some(low).filter(|low| *low != Decimal::MIN), Some(high).filter(|high| *high != Decimal::MAX))
            }),
        }
    }

    fn ends_of_joined(&self, id: NodeId, rule: Aggregation) -> (Option<Decimal>, Option<Decimal>) {
        let children = &self.nodes[id].children;
        let ends: Vec<(Option<Decimal>, Option<Decimal>)> = children.iter().map(|child| self.ends(*child)).collect();
        let (lows, highs): (Vec<Option<Decimal>>, Vec<Option<Decimal>>) = ends.into_iter().unzip();
        match rule {
            Aggregation::SumOfPoints | Aggregation::WeightedSum => {
                let sum = |ends: Vec<Option<Decimal>>| {
                    children
                        .iter()
                        .zip(ends)
                        .try_fold(Decimal::ZERO, |sum, (child, end)| sum.checked_add(end?.checked_mul(self.weight(*child))?))
                };
                (sum(lows), sum(highs))
            }
            // Parts drop out for some units; no mean of the rest lies beyond its parts.
            Aggregation::WeightedMean
            | Aggregation::GeometricMean
            | Aggregation::HarmonicMean
            | Aggregation::PowerMean
            | Aggregation::Minimum => {
                let all = |ends: Vec<Option<Decimal>>| ends.into_iter().collect::<Option<Vec<Decimal>>>();
                (all(lows).and_then(|lows| lows.into_iter().min()), all(highs).and_then(|highs| highs.into_iter().max()))
            }
            Aggregation::Copeland | Aggregation::Given | Aggregation::NotPublished => (None, None),
        }
    }

    /// Whether a node's points belong to the maximum: its own role, or that of the group around it.
    fn role_of(&self, id: NodeId) -> Role {
        let mut at = Some(id);
        while let Some(node) = at {
            if self.nodes[node].role != Role::Points {
                return self.nodes[node].role;
            }
            at = self.nodes[node].parent;
        }
        Role::Points
    }

    /// The edition of a year.
    #[must_use]
    pub fn edition(&self, year: i32) -> Option<&Edition> {
        self.editions.iter().find(|edition| edition.year == year)
    }

    /// Nodes from the total down, each parent before its children, children in the order of the file, with their depth below the total.
    #[must_use]
    pub fn top_down(&self) -> Vec<(NodeId, usize)> {
        let mut order = Vec::with_capacity(self.nodes.len());
        let mut waiting = vec![(self.total, 0)];
        while let Some((id, depth)) = waiting.pop() {
            order.push((id, depth));
            waiting.extend(self.nodes[id].children.iter().rev().map(|child| (*child, depth + 1)));
        }
        order
    }

    /// True where the total has a recomputed value.
    #[must_use]
    pub fn is_reproducible(&self) -> bool {
        let mut reproducible = vec![true; self.nodes.len()];
        for id in &self.bottom_up {
            let node = &self.nodes[*id];
            reproducible[*id] = match node.aggregation {
                Some(Aggregation::NotPublished) => false,
                Some(Aggregation::Given) | None => true,
                Some(_) => node.children.iter().all(|child| reproducible[*child]),
            };
        }
        reproducible[self.total]
    }
}
