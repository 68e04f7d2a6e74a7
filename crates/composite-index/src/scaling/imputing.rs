//! Filling missing values from other units or from other years; every filled value is marked.

use rust_decimal::Decimal;

use super::{Group, Indicator, ScalingProblem, Treatment};
use crate::banding::quantile;
use crate::definition::Imputation;
use crate::table::TableRow;

/// A year and its value.
type YearValue = (i32, Decimal);

impl Indicator<'_> {
    /// Fills what is missing and applies to the unit. `all` are the values of the whole table: also what is scaled inside its block is filled from all
    /// ranked units, unless the mean of the block is asked for.
    pub(super) fn impute(&self, all: &[Option<Decimal>], group: &mut Group) -> Result<(), (Option<usize>, ScalingProblem)> {
        let Some(method) = self.scaling.imputation else { return Ok(()) };
        let ranked = || {
            let ranked = self.table.rows.iter().zip(all).filter(|(other, _)| other.ranked);
            ranked.filter_map(|(_, value)| *value).collect::<Vec<Decimal>>()
        };
        let missing: Vec<usize> = (0..group.rows.len()).filter(|position| group.values[*position].is_none()).collect();
        for position in missing {
            let row = &self.table.rows[group.rows[position]];
            let of_block = || {
                let same = self.table.rows.iter().zip(all).filter(|(other, _)| other.block == row.block && other.ranked);
                same.filter_map(|(_, value)| *value).collect::<Vec<Decimal>>()
            };
            let filled = match method {
                Imputation::Mean => mean(&ranked()),
                Imputation::Median => median(ranked()),
                Imputation::GroupMean => mean(&of_block()),
                Imputation::GroupMedian => median(of_block()),
                Imputation::Last => self.earlier(row)?.last().map(|(_, value)| *value),
                Imputation::Linear => {
                    let earlier = self.earlier(row)?;
                    // Without its year a table has no place on the line; the last value is another method, which has to be asked for.
                    let year =
                        if earlier.is_empty() { 0 } else { self.year.ok_or((Some(group.rows[position]), ScalingProblem::NoYear))? };
                    line(&earlier, year)
                }
            };
            if let Some(value) = filled {
                group.change(position, Treatment::Imputed, value);
            }
        }
        Ok(())
    }

    /// Earlier values of a unit with their years, ascending.
    fn earlier(&self, row: &TableRow) -> Result<Vec<YearValue>, (Option<usize>, ScalingProblem)> {
        let mut found = Vec::new();
        for past in self.past {
            let values = self.denominated_before(past)?;
            let place = past.table.row_like(row);
            found.extend(place.and_then(|place| values[place]).map(|value| (past.year, value)));
        }
        Ok(found)
    }
}

fn mean(values: &[Decimal]) -> Option<Decimal> {
    let sum = values.iter().try_fold(Decimal::ZERO, |sum, value| sum.checked_add(*value))?;
    sum.checked_div(Decimal::from(values.len()))
}

fn median(mut values: Vec<Decimal>) -> Option<Decimal> {
    values.sort_unstable();
    quantile(&values, Decimal::new(5, 1))
}

/// The value of a year on the line through the two latest earlier values; with one value, that value.
fn line(earlier: &[YearValue], year: i32) -> Option<Decimal> {
    match earlier {
        [] => None,
        [(_, value)] => Some(*value),
        [.., one, two] => {
            let slope = two.1.checked_sub(one.1)?.checked_div(Decimal::from(i64::from(two.0) - i64::from(one.0)))?;
            two.1.checked_add(slope.checked_mul(Decimal::from(i64::from(year) - i64::from(two.0)))?)
        }
    }
}
