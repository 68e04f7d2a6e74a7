//! Sub-populations. A domain never removes rows from the design: rows outside count with weight zero,
//! and the clusters and strata without a member still count in the variance.

use crate::column::{Labels, NO_LABEL};
use crate::design::Design;
use crate::fault::EstimateFault;

/// A sub-population of a design: the rows that belong to it.
#[derive(Debug, Clone)]
pub struct Domain {
    pub(crate) name: String,
    /// Rows of the design that it was made from.
    pub(crate) rows_of_design: usize,
    /// Positions in the order of the design, ascending, with a weight (which calibration may have made negative).
    pub(crate) positions: Vec<u32>,
}

impl Domain {
    /// Name of the domain.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Rows with a weight.
    pub fn rows(&self) -> usize {
        self.positions.len()
    }
}

impl Design {
    /// The whole population.
    pub fn whole(&self) -> Domain {
        Domain { name: String::new(), rows_of_design: self.rows(), positions: self.positions(|_| true) }
    }

    /// The sub-population of the marked rows; `members` has one mark a row, in the order of the input.
    ///
    /// # Errors
    ///
    /// Another number of marks than rows; no marked row with positive weight.
    pub fn domain(&self, name: impl Into<String>, members: &[bool]) -> Result<Domain, EstimateFault> {
        let name = name.into();
        if members.len() != self.rows() {
            return Err(EstimateFault::Length { column: name, expected: self.rows(), found: members.len() });
        }
        let positions = self.positions(|row| members[row]);
        if positions.is_empty() {
            return Err(EstimateFault::EmptyDomain { domain: name });
        }
        Ok(Domain { name, rows_of_design: self.rows(), positions })
    }

    /// Rows of a domain whose weight is negative, as linear calibration may make it.
    pub fn negative_weights(&self, domain: &Domain) -> usize {
        domain.positions.iter().filter(|&&position| self.weights.get(position as usize).is_some_and(|weight| *weight < 0.0)).count()
    }

    /// One sub-population for each label, in the order of the levels; rows without label belong to none.
    /// A level whose rows all have weight zero gives a domain without rows, which estimates answer with a fault.
    ///
    /// # Errors
    ///
    /// Another number of labels than rows.
    pub fn groups(&self, labels: &Labels) -> Result<Vec<Domain>, EstimateFault> {
        if labels.codes.len() != self.rows() {
            return Err(EstimateFault::Length { column: labels.name.clone(), expected: self.rows(), found: labels.codes.len() });
        }
        let mut domains: Vec<Domain> =
            labels.levels.iter().map(|level| Domain { name: level.clone(), rows_of_design: self.rows(), positions: Vec::new() }).collect();
        for position in self.positions(|row| labels.codes[row] != NO_LABEL) {
            let code = labels.codes[self.order[position as usize] as usize];
            domains[code as usize].positions.push(position);
        }
        Ok(domains)
    }

    fn positions(&self, keep: impl Fn(usize) -> bool) -> Vec<u32> {
        let rows = self.order.iter().zip(&self.weights).zip(0_u32..);
        rows.filter(|&((&row, &weight), _)| weight.abs() > 0.0 && keep(row as usize)).map(|(_, position)| position).collect()
    }
}
