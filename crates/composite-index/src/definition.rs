//! What an index is: the tree, its weights, and the years it served.

use chrono::NaiveDate;
use rust_decimal::Decimal;

/// Position of a node in [`Definition::nodes`]; valid for that definition only.
pub type NodeId = usize;

/// A text in Vietnamese and English.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident => $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// Every word of the format for this value, with its meaning.
            pub(crate) const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant)),+];

            /// The word as definition files write it.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}

words! {
    /// How sure the definition itself is.
    Status {
        /// Recomputed from published tables with no unexplained difference.
        Verified => "verified",
        /// Deduced from the numbers.
        Inferred => "inferred",
        /// Stated by the source named.
        Read => "read",
        /// General knowledge only.
        Unverified => "unverified",
    }
}

words! {
    /// Which way a value is good.
    Direction {
        /// More is better.
        HigherIsBetter => "higher-is-better",
        /// Less is better.
        LowerIsBetter => "lower-is-better",
    }
}

words! {
    /// Which ranks units with equal values get.
    TieRule {
        /// 1, 2, 2, 4.
        Competition => "competition",
        /// 1, 2, 2, 3.
        Dense => "dense",
        /// 1, 3, 3, 4.
        Last => "last",
    }
}

words! {
    /// Which value of the total decides the rank.
    RankOn {
        /// The exact value.
        Unrounded => "unrounded",
        /// The value rounded to [`Definition::decimals`].
        Displayed => "displayed",
    }
}

words! {
    /// What an empty leaf does.
    MissingRule {
        /// The unit gets no total and no rank.
        NoResult => "no-result",
        /// The table is refused.
        Error => "error",
    }
}

words! {
    /// How a node's value comes from its children.
    Aggregation {
        /// Sum of weight × value.
        WeightedSum => "weighted-sum",
        /// Sum of weight × value, divided by the sum of the weights.
        WeightedMean => "weighted-mean",
        /// Read from the table; the children only explain it.
        Given => "given",
        /// The rule was not published or the parts were not obtained.
        NotPublished => "not-published",
    }
}

words! {
    /// How much of an edition's component table is at hand.
    Components {
        /// Every unit.
        Complete => "complete",
        /// Some units.
        Partial => "partial",
        /// Totals only.
        None => "none",
    }
}

words! {
    /// How bands are cut.
    BandRule {
        /// By the score.
        Score => "score",
        /// By the percentile among the ranked units.
        Percentile => "percentile",
    }
}

words! {
    /// Where a cut point comes from.
    Basis {
        /// Printed by the publisher.
        Published => "published",
        /// Deduced from printed labels.
        Inferred => "inferred",
    }
}

words! {
    /// What changed at a method break.
    BreakKind {
        /// The weights.
        Weights => "weights",
        /// The tree of components.
        Tree => "tree",
        /// Who is asked or which units are covered.
        Population => "population",
        /// The scale or scoring of the parts.
        Scale => "scale",
    }
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Column name in tables; unique in the definition.
    pub code: String,
    /// Code of the indicator this node's values belong to.
    pub indicator: Option<String>,
    /// Name, where no indicator gives one.
    pub name: Option<Text>,
    /// The parent; `None` for the total.
    pub parent: Option<NodeId>,
    /// Children in the order of the file.
    pub children: Vec<NodeId>,
    /// Weight in the parent, where the parent weighs.
    pub weight: Option<Decimal>,
    /// Which way a value is good.
    pub direction: Direction,
    /// Lowest and highest possible value.
    pub range: Option<(Decimal, Decimal)>,
    /// How the value comes from the children; `None` for a leaf.
    pub aggregation: Option<Aggregation>,
}

impl Node {
    /// True where the node's value is read from the data table.
    #[must_use]
    pub fn is_input(&self) -> bool {
        matches!(self.aggregation, None | Some(Aggregation::Given))
    }
}

/// The rules of computation that hold for the whole definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Computation {
    /// Which end of the total gets rank 1.
    pub rank_direction: Direction,
    /// Ranks of equal totals.
    pub tie_rule: TieRule,
    /// Which value decides.
    pub rank_on: RankOn,
    /// What an empty leaf does.
    pub missing: MissingRule,
}

/// A band (tier, group) of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// Code, as used in the column `published.band`.
    pub code: String,
    /// Name for people.
    pub name: Text,
    /// Lowest score or percentile; `None` for the last band.
    pub from: Option<Decimal>,
    /// Where the cut comes from.
    pub basis: Basis,
}

/// A difference between published and recomputed values that is known: recorded, and in most cases explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownException {
    /// Unit code; `None`: the whole edition.
    pub unit: Option<String>,
    /// The node; `None`: every node.
    pub node: Option<NodeId>,
    /// What is known of it.
    pub text: Text,
    /// False where the difference is recorded but its cause is not known.
    pub explained: bool,
}

/// One year of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// The year the index names.
    pub year: i32,
    /// File name of the table, beside the definition; `None` when no table was obtained.
    pub data: Option<String>,
    /// How much of the component table is at hand.
    pub components: Components,
    /// Date at which the table's unit codes are read.
    pub units_as_of: Option<NaiveDate>,
    /// Number of units the edition covers.
    pub units_expected: Option<u32>,
    /// Whether totals were seen in print.
    pub published_total: bool,
    /// Largest difference that rounding of the inputs explains.
    pub tolerance: Option<Decimal>,
    /// Ids of the sources.
    pub sources: Vec<String>,
    /// What a reader must know of this table.
    pub note: Option<Text>,
    /// How bands are cut.
    pub band_rule: BandRule,
    /// Bands, highest first.
    pub bands: Vec<Band>,
    /// Known differences.
    pub known_exceptions: Vec<KnownException>,
}

impl Edition {
    /// What is known of a difference at this unit and node, if anything.
    #[must_use]
    pub fn exception(&self, unit_code: Option<&str>, node: NodeId) -> Option<&KnownException> {
        self.known_exceptions.iter().find(|known| {
            known.node.is_none_or(|exception_node| exception_node == node) && (known.unit.is_none() || known.unit.as_deref() == unit_code)
        })
    }
}

/// A break of the series between this definition and the one before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// First year on the new basis.
    pub year: i32,
    /// What changed.
    pub kind: BreakKind,
    /// Whether values on both sides may be compared.
    pub comparable: bool,
    /// The explanation.
    pub text: Text,
}

/// Where a table or a rule was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Id used by editions.
    pub id: String,
    /// Title.
    pub title: Text,
    /// Publisher.
    pub issuer: String,
    /// Address, where there is one.
    pub url: Option<String>,
    /// Licence or kind.
    pub licence: String,
    /// Remarks.
    pub note: Option<String>,
}

/// How an index is computed, and the years it was computed so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Id of the definition, `pci-2013`.
    pub id: String,
    /// The index it belongs to, `pci`.
    pub index: String,
    /// Name for people.
    pub name: Text,
    /// Short name, as people say it: PCI.
    pub short_name: Text,
    /// A few sentences for the method page.
    pub summary: Text,
    /// Level of the ranked units.
    pub unit_level: String,
    /// How sure the definition is.
    pub status: Status,
    /// Digits shown for scores.
    pub decimals: u32,
    /// Rules for the whole definition.
    pub computation: Computation,
    /// Nodes in the order of the file.
    pub nodes: Vec<Node>,
    /// The node without a parent.
    pub total: NodeId,
    /// Nodes such that every child stands before its parent.
    pub bottom_up: Vec<NodeId>,
    /// Years, ascending.
    pub editions: Vec<Edition>,
    /// Breaks against the definition before.
    pub breaks: Vec<Break>,
    /// Sources.
    pub sources: Vec<Source>,
}

impl Definition {
    /// The node with a code.
    #[must_use]
    pub fn node(&self, code: &str) -> Option<NodeId> {
        self.nodes.iter().position(|node| node.code == code)
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
                Some(Aggregation::WeightedSum | Aggregation::WeightedMean) => node.children.iter().all(|child| reproducible[*child]),
                Some(Aggregation::Given) | None => true,
            };
        }
        reproducible[self.total]
    }

    /// Share of a node in the highest possible total, 0 to 1; `None` where a rule on the way up is not known.
    ///
    /// Among siblings a node counts by weight × upper end of its range, so that an area of 18 points weighs more than one of 8 although both
    /// have weight 1; where a sibling has no range, weights alone decide.
    #[must_use]
    pub fn effective_weight(&self, id: NodeId) -> Option<Decimal> {
        let mut share = Decimal::ONE;
        let mut at = id;
        while let Some(parent) = self.nodes[at].parent {
            let siblings = &self.nodes[parent].children;
            let ranged = siblings.iter().all(|sibling| self.nodes[*sibling].range.is_some_and(|(_, high)| high > Decimal::ZERO));
            let reach = |node: &Node| match node.range {
                Some((_, high)) if ranged => node.weight?.checked_mul(high),
                _ => node.weight,
            };
            let all = siblings
                .iter()
                .try_fold(Decimal::ZERO, |sum, sibling| reach(&self.nodes[*sibling]).and_then(|reach| sum.checked_add(reach)))?;
            share = share.checked_mul(reach(&self.nodes[at])?.checked_div(all)?)?;
            at = parent;
        }
        Some(share)
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
    }
}
