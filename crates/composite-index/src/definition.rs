//! What an index is: the tree, its weights, and the years it served.

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

mod asking;
mod rule;
mod scaling;
mod shares;

use chrono::NaiveDate;
use rust_decimal::Decimal;

pub use rule::{Absent, AbsentThen, Bound, Bracket, ChecklistItem, Figure, FigureId, FigureKind, LeafRule, Measure};
pub use scaling::{Category, Imputation, Method, Outliers, RangeFrom, Scaling, ThenLog};

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
        /// 1, 2.5, 2.5, 4.
        Average => "average",
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
    /// Which units are ranked against each other.
    RankWithin {
        /// All of them.
        All => "all",
        /// Those of the same block.
        Block => "block",
    }
}

words! {
    /// What a missing part does to the node above it.
    MissingRule {
        /// The node has no value, so that the unit gets no total and no rank.
        NoResult => "no-result",
        /// The table is refused.
        Error => "error",
        /// The part drops out, and the weights or maxima of the others are rescaled.
        DropOut => "drop-out",
        /// The part counts as zero.
        Zero => "zero",
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
        /// Sum of the children's points; they carry no weight.
        SumOfPoints => "sum-of-points",
        /// exp(Σ weight × ln value / Σ weight).
        GeometricMean => "geometric-mean",
        /// Σ weight / Σ (weight / value).
        HarmonicMean => "harmonic-mean",
        /// (Σ weight × value^power / Σ weight)^(1/power).
        PowerMean => "power-mean",
        /// The least value; the children carry no weight.
        Minimum => "minimum",
        /// Pairs of units won minus pairs lost, each pair decided by the weights of the children in which a unit is better.
        Copeland => "copeland",
    }
}

impl Aggregation {
    /// True where the children of such a node carry weights, given or derived.
    #[must_use]
    pub fn weighs(self) -> bool {
        matches!(self, Self::WeightedSum | Self::WeightedMean | Self::GeometricMean | Self::HarmonicMean | Self::PowerMean | Self::Copeland)
    }

    /// True where the value is computed from the children.
    #[must_use]
    pub fn computes(self) -> bool {
        self.weighs() || matches!(self, Self::SumOfPoints | Self::Minimum)
    }

    /// True where the value is a sum of the children's, so that maxima add up.
    #[must_use]
    pub fn adds(self) -> bool {
        matches!(self, Self::WeightedSum | Self::SumOfPoints)
    }
}

words! {
    /// Where the weights below a node come from.
    Weighting {
        /// Each child states its weight.
        Given => "given",
        /// Every child weighs the same: 1.
        Equal => "equal",
        /// A child weighs its maximum points.
        ByMaximum => "by-maximum",
    }
}

words! {
    /// Whether a leaf's points belong to the maximum.
    Role {
        /// They do.
        Points => "points",
        /// They come on top: the maximum does not hold them, and rescaling leaves them as they are.
        Bonus => "bonus",
        /// They are taken away, outside the maximum.
        Penalty => "penalty",
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
    /// Where the weights of the children come from.
    pub weighting: Weighting,
    /// What the weights of the children must add up to, where the definition says so.
    pub weights_sum: Option<Decimal>,
    /// The exponent of a power mean.
    pub power: Option<Decimal>,
    /// What a missing child does; `None`: as [`Computation::missing`] says.
    pub missing: Option<MissingRule>,
    /// With [`MissingRule::DropOut`]: the least share of weight that must be there, 0 to 1.
    pub minimum_share: Option<Decimal>,
    /// Maximum points; for a node above sums, what its children's maxima add up to.
    pub maximum: Option<Decimal>,
    /// True where the points of a unit with a reduced maximum are scaled to the full one at this node.
    pub rescale: bool,
    /// The value is never more.
    pub cap: Option<Decimal>,
    /// The value is never less.
    pub floor: Option<Decimal>,
    /// Whether a leaf's points belong to the maximum.
    pub role: Role,
    /// Codes of the blocks of units to which the node applies; empty: to all.
    pub blocks: Vec<String>,
    /// How the points come from figures; `None`: they stand in the leaf's own column.
    pub rule: Option<LeafRule>,
    /// What happens when the leaf's subject does not exist.
    pub absent: Option<Absent>,
    /// How an indicator in its own unit becomes a comparable number; `None`: it is one already.
    pub scaling: Option<Scaling>,
}

impl Node {
    /// True where the node's value is read from the data table.
    #[must_use]
    pub fn is_input(&self) -> bool {
        matches!(self.aggregation, None | Some(Aggregation::Given)) && matches!(self.rule, None | Some(LeafRule::External))
    }

    /// True where the node has no children.
    #[must_use]
    pub fn is_leaf(&self) -> bool {
        self.children.is_empty()
    }

    /// What the maxima of the children add up to, bonus and penalty points aside; `None` where one of them has none.
    pub(crate) fn sum_of_maxima(&self, nodes: &[Node]) -> Option<Decimal> {
        let mut children = self.children.iter().map(|child| &nodes[*child]).filter(|child| child.role == Role::Points);
        children.try_fold(Decimal::ZERO, |sum, child| sum.checked_add(child.maximum.or(child.range.map(|(_, high)| high))?))
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
    /// Which units are ranked against each other.
    pub rank_within: RankWithin,
}

/// A block of units that is ranked apart: departments, wards, communes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Code, as used in the column `block`.
    pub code: String,
    /// Name for people.
    pub name: Text,
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
    /// The block whose units the band is for; `None`: units of every block without bands of its own.
    pub block: Option<String>,
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
    /// Figures in the order of the file.
    pub figures: Vec<Figure>,
    /// Blocks of units in the order of the file.
    pub blocks: Vec<Block>,
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
