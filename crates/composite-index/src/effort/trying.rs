//! What the total of one unit would be with some levers moved: by the engine itself, of which only the part above the moved leaves works again.

use rust_decimal::Decimal;

use super::EffortError;
use crate::computing::leaf::{Readings, outcome};
use crate::computing::{Gap, Plan, Unit, bounded};
use crate::definition::NodeId;
use crate::formula::FormulaScratch;
use crate::ranking::settled;
use crate::table::TableRow;
use crate::what_if::Quantity;

/// One unit whose figures can be tried.
pub(super) struct Trial<'a> {
    plan: &'a Plan<'a>,
    row: TableRow,
    /// The unit as it is.
    unit: Unit,
    /// Its total as it is.
    pub(super) base: Decimal,
    scratch: FormulaScratch,
}

impl<'a> Trial<'a> {
    pub(super) fn new(plan: &'a Plan<'a>, row: TableRow) -> Result<Self, EffortError> {
        let mut scratch = FormulaScratch::new();
        let unit = whole(plan, &row, &mut scratch)?;
        let base = unit.values[plan.definition.total].map_err(|_| EffortError::NoTotal)?;
        Ok(Self { plan, row, unit, base, scratch })
    }

    /// The total with some quantities at other values, above the base; `None` where there is none. `leaves` are all that read the quantities.
    pub(super) fn gain(&mut self, settings: &[(Quantity, Decimal)], leaves: &[NodeId]) -> Result<Option<Decimal>, EffortError> {
        let before: Vec<Option<Decimal>> = settings.iter().map(|(quantity, _)| quantity.value(&self.row)).collect();
        for (quantity, value) in settings {
            quantity.set(&mut self.row, Some(*value));
        }
        let total = match self.along(leaves) {
            Some(total) => Ok(total),
            None => whole(self.plan, &self.row, &mut self.scratch).map(|unit| unit.values[self.plan.definition.total]),
        };
        for ((quantity, _), before) in settings.iter().zip(before) {
            quantity.set(&mut self.row, before);
        }
        Ok(total?.ok().map(|total| settled(total.saturating_sub(self.base))))
    }

    /// The total by way of the nodes above some leaves alone; `None` where what stands beside them may change too.
    fn along(&mut self, leaves: &[NodeId]) -> Option<Result<Decimal, Gap>> {
        // Moving points, reduced maxima and parts that drop out change the account of a whole unit.
        if self.unit.special.is_some() {
            return None;
        }
        let definition = self.plan.definition;
        let mut unit = self.unit.clone();
        let mut above = vec![false; definition.nodes.len()];
        for leaf in leaves {
            let node = &definition.nodes[*leaf];
            let readings = Readings::of(&self.row, self.plan.rates[*leaf]);
            let value = outcome(definition, readings, *leaf, &mut self.scratch).ok()?.value.ok()?;
            unit.values[*leaf] = Ok(bounded(value, node.floor, node.cap));
            let mut at = *leaf;
            while let Some(parent) = definition.nodes[at].parent.filter(|parent| !above[*parent]) {
                above[parent] = true;
                at = parent;
            }
        }
        let order: Vec<NodeId> = definition.bottom_up.iter().copied().filter(|id| above[*id]).collect();
        self.plan.inner(&order, &mut unit).ok()?;
        Some(unit.values[definition.total])
    }
}

/// Every node of a row.
fn whole(plan: &Plan<'_>, row: &TableRow, scratch: &mut FormulaScratch) -> Result<Unit, EffortError> {
    let located = |(id, trouble)| EffortError::Compute(plan.error(row, id, trouble));
    let mut unit = plan.leaves(row, scratch).map_err(located)?;
    plan.inner(&plan.definition.bottom_up, &mut unit).map_err(located)?;
    Ok(unit)
}
