//! Published values beside recomputed ones.

use rust_decimal::Decimal;

use crate::computing::Scores;
use crate::definition::{Edition, NodeId};
use crate::table::ScoreTable;

/// One published value beside its recomputed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Row of the table, from 0.
    pub row: usize,
    /// The node.
    pub node: NodeId,
    /// As published.
    pub published: Decimal,
    /// As recomputed.
    pub computed: Decimal,
    /// Published minus recomputed.
    pub difference: Decimal,
    /// True where rounding of the inputs explains it.
    pub within_tolerance: bool,
    /// True where the edition records it as a known exception, explained or not.
    pub recorded: bool,
}

/// How an edition's published values compare with the recomputed ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Every pair, in the order of rows and nodes.
    pub differences: Vec<Difference>,
    /// Rows whose published rank differs from the recomputed one, with both.
    pub rank_mismatches: Vec<(usize, u32, u32)>,
    /// Number of rows with both ranks.
    pub ranks_compared: usize,
}

impl Comparison {
    /// The largest absolute difference of a node, over all units.
    #[must_use]
    pub fn largest(&self, node: NodeId) -> Option<Decimal> {
        self.differences.iter().filter(|pair| pair.node == node).map(|pair| pair.difference.abs()).max()
    }

    /// The largest absolute difference of all.
    #[must_use]
    pub fn largest_of_all(&self) -> Option<Decimal> {
        self.differences.iter().map(|pair| pair.difference.abs()).max()
    }

    /// The pairs that rounding does not explain and no known exception records.
    pub fn unexplained(&self) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(|pair| !pair.within_tolerance && !pair.recorded)
    }
}

/// Compares every published inner node, total and rank with the recomputed one. Units without one of the two are left out, never counted as equal.
///
/// Ranks are compared only where the table covers every unit the edition covers: the rank of a unit among some of the units is another thing.
#[must_use]
pub fn compare(edition: &Edition, table: &ScoreTable, scores: &Scores) -> Comparison {
    let tolerance = edition.tolerance.unwrap_or_default();
    let mut comparison = Comparison { differences: Vec::new(), rank_mismatches: Vec::new(), ranks_compared: 0 };
    let rows = table.rows.iter().filter(|row| row.ranked).count();
    let ranks_are_comparable = edition.units_expected.is_none_or(|expected| rows >= expected as usize);
    for (index, (row, unit)) in table.rows.iter().zip(&scores.units).enumerate() {
        for (node, published) in row.published.values.iter().enumerate() {
            let (Some(published), Ok(computed)) = (*published, unit.values[node]) else { continue };
            let difference = published.saturating_sub(computed);
            comparison.differences.push(Difference {
                row: index,
                node,
                published,
                computed,
                difference,
                within_tolerance: difference.abs() <= tolerance,
                recorded: edition.exception(row.code.as_deref(), node).is_some(),
            });
        }
        if let (true, Some(published), Some(computed)) = (ranks_are_comparable, row.published.rank, unit.rank) {
            comparison.ranks_compared += 1;
            if published != computed {
                comparison.rank_mismatches.push((index, published, computed));
            }
        }
    }
    comparison
}
