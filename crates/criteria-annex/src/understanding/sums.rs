//! Whether maxima add up.

use rust_decimal::Decimal;

use super::tree::Tree;
use crate::annex::{Annex, Standing};
use crate::fault::{Doubt, Warning};

impl Tree {
    /// Compares each maximum with the sum of its parts, and the areas with the total.
    pub(super) fn check_sums(&self, standings: &[Standing], annex: &mut Annex) {
        for (index, node) in self.nodes.iter().enumerate() {
            if node.faulty || node.incomplete {
                continue;
            }
            let standing = standings.get(index).copied().unwrap_or_default();
            // Bonus and penalty inside of what counts stand outside of its maximum; what holds both has no sum.
            let all: Vec<usize> = self.parts(node).collect();
            let parts: Vec<usize> =
                all.iter().copied().filter(|part| standings.get(*part).copied().unwrap_or_default() == standing).collect();
            if standing != Standing::Counted && parts.len() < all.len() {
                continue;
            }
            let Some((sum, rows)) = self.sum(&parts) else { continue };
            if let Some(stated) = node.entry.points
                && stated != sum
            {
                let doubt = Doubt::SumDiffers { stated, sum, parts: rows };
                annex.warnings.push(Warning { row: node.entry.row, code: Some(node.code.clone()), doubt });
            }
        }
        let Some((row, stated)) = annex.total.and_then(|total| Some((total.row, total.points?))) else { return };
        let counted = |index: &usize| standings.get(*index).copied().unwrap_or_default() == Standing::Counted;
        let tops: Vec<usize> = (0..self.nodes.len())
            .filter(|index| self.nodes.get(*index).is_some_and(|node| node.parent.is_none()))
            .filter(counted)
            .collect();
        if self.incomplete {
            return;
        }
        if let Some((sum, parts)) = self.sum(&tops)
            && sum != stated
        {
            annex.warnings.push(Warning { row, code: None, doubt: Doubt::TotalDiffers { stated, sum, parts } });
        }
    }

    /// The sum of the maxima of some nodes and their rows; `None` if there are none or one has no maximum.
    fn sum(&self, parts: &[usize]) -> Option<(Decimal, Vec<usize>)> {
        let nodes: Vec<_> = parts.iter().filter_map(|part| self.nodes.get(*part)).collect();
        if nodes.is_empty() || nodes.iter().any(|node| node.faulty) {
            return None;
        }
        let maxima: Option<Vec<Decimal>> = nodes.iter().map(|node| node.entry.points).collect();
        Some((maxima?.iter().sum(), nodes.iter().map(|node| node.entry.row).collect()))
    }
}
