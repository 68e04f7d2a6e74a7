//! The methods that make values comparable. A direction in which less is better is turned round here, so that more is better afterwards.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::statistics::moments;
use super::{Group, Indicator, ScalingProblem as Problem, ScalingRecord, Treatment};
use crate::banding::quantile;
use crate::computing::means::significant;
use crate::definition::{Direction, Method, RangeFrom};

type Located = (Option<usize>, Problem);

impl Indicator<'_> {
    fn less_is_better(&self) -> bool {
        self.definition.nodes[self.id].direction == Direction::LowerIsBetter
    }

    pub(super) fn normalise(&self, group: &mut Group, record: &mut ScalingRecord) -> Result<(), Located> {
        match self.scaling.method {
            Method::MinMax => self.min_max(group, record),
            Method::ZScore => self.z_score(group, record),
            Method::Rank | Method::PercentileRank | Method::Borda => self.places(group),
            Method::DistanceToMaximum | Method::DistanceToTarget | Method::DistanceToReference => self.distance(group, record),
            Method::Categorical => self.categorical(group),
        }
    }

    /// Where all values are equal: the stated value for everybody, or a fault.
    fn constant(&self, group: &mut Group) -> Result<(), Located> {
        let value = self.scaling.constant.ok_or((None, Problem::Constant))?;
        for slot in group.values.iter_mut().flatten() {
            *slot = value;
        }
        Ok(())
    }

    /// The range of the year, of all years so far, or of the goalposts.
    fn range(&self, group: &Group) -> Result<(Decimal, Decimal), Located> {
        if let (RangeFrom::Fixed, Some(goalposts)) = (self.scaling.range_from, self.scaling.goalposts) {
            return Ok(goalposts);
        }
        let mut values = group.deciding();
        if self.scaling.range_from == RangeFrom::Running {
            let block = group.rows.first().map(|row| self.table.rows[*row].block.clone());
            for past in self.past {
                let earlier = self.denominated_before(past)?;
                let counted = past
                    .table
                    .rows
                    .iter()
                    .zip(earlier)
                    .filter(|(row, _)| row.ranked && (!self.scaling.within_block || Some(&row.block) == block.as_ref()));
                values.extend(counted.filter_map(|(_, value)| value));
            }
        }
        let least = values.iter().min().copied().ok_or((None, Problem::Constant))?;
        let greatest = values.iter().max().copied().ok_or((None, Problem::Constant))?;
        Ok((least, greatest))
    }

    fn min_max(&self, group: &mut Group, record: &mut ScalingRecord) -> Result<(), Located> {
        let (least, greatest) = self.range(group)?;
        record.range = Some((least, greatest));
        if least == greatest {
            return self.constant(group);
        }
        let (low, high) = self.scaling.to;
        let fixed = self.scaling.range_from == RangeFrom::Fixed && self.scaling.truncate;
        for position in 0..group.values.len() {
            let Some(value) = group.values[position] else { continue };
            let kept = if fixed { value.max(least).min(greatest) } else { value };
            if kept != value {
                group.change(position, Treatment::Truncated, kept);
            }
            let scaled = between(kept, (least, greatest), (low, high), self.less_is_better());
            group.values[position] = Some(scaled.ok_or((Some(group.rows[position]), Problem::TooLarge))?);
        }
        Ok(())
    }

    fn z_score(&self, group: &mut Group, record: &mut ScalingRecord) -> Result<(), Located> {
        let floats: Vec<f64> = group.deciding().iter().filter_map(Decimal::to_f64).collect();
        let Some((mean, deviation)) = moments(&floats).filter(|(_, deviation)| *deviation > 0.0) else { return self.constant(group) };
        record.moments = significant(mean).zip(significant(deviation));
        let (centre, spread) = self.scaling.centre;
        let sign = if self.less_is_better() { -1.0 } else { 1.0 };
        for position in 0..group.values.len() {
            let Some(value) = group.values[position].and_then(|value| value.to_f64()) else { continue };
            let score = significant(sign * (value - mean) / deviation);
            let scaled = score.and_then(|score| score.checked_mul(spread)?.checked_add(centre));
            group.values[position] = Some(scaled.ok_or((Some(group.rows[position]), Problem::TooLarge))?);
        }
        Ok(())
    }

    /// Rank, percentile rank and Borda count from the numbers of units that are worse and equal.
    fn places(&self, group: &mut Group) -> Result<(), Located> {
        let mut sorted = group.deciding();
        sorted.sort_unstable();
        let count = Decimal::from(sorted.len());
        let values = std::mem::take(&mut group.values);
        let decides = &group.decides;
        let placed = values.iter().zip(decides).map(|(value, decides)| {
            let value = (*value)?;
            let below = Decimal::from(sorted.partition_point(|other| *other < value));
            let not_above = Decimal::from(sorted.partition_point(|other| *other <= value));
            let worse = if self.less_is_better() { count - not_above } else { below };
            // A row that does not decide is not among the sorted values and is compared with all of them.
            let others = if *decides { count - Decimal::ONE } else { count };
            let equal = not_above - below - if *decides { Decimal::ONE } else { Decimal::ZERO };
            let borda = worse + equal / Decimal::TWO;
            Some(match self.scaling.method {
                Method::Rank => borda + Decimal::ONE,
                Method::PercentileRank if others.is_zero() => Decimal::ONE_HUNDRED,
                Method::PercentileRank => Decimal::ONE_HUNDRED * borda / others,
                _ => borda,
            })
        });
        group.values = placed.collect();
        Ok(())
    }

    fn distance(&self, group: &mut Group, record: &mut ScalingRecord) -> Result<(), Located> {
        let deciding = group.deciding();
        let least = deciding.iter().min().copied().unwrap_or_default();
        let greatest = deciding.iter().max().copied().unwrap_or_default();
        record.range = Some((least, greatest));
        let goal = match self.scaling.method {
            Method::DistanceToTarget => self.scaling.target.ok_or((None, Problem::NoReference))?,
            Method::DistanceToReference => {
                let is_reference = |row: &usize| {
                    let (row, wanted) = (&self.table.rows[*row], self.scaling.reference.as_deref());
                    row.code.as_deref() == wanted || Some(row.unit.as_str()) == wanted
                };
                let position = group.rows.iter().position(is_reference);
                position.and_then(|position| group.values[position]).ok_or((None, Problem::NoReference))?
            }
            _ if self.less_is_better() => least,
            _ => greatest,
        };
        let below_zero = |value: &Option<Decimal>| value.is_some_and(|value| value < Decimal::ZERO);
        if let Some(position) = group.values.iter().position(below_zero) {
            return Err((Some(group.rows[position]), Problem::NotPositive));
        }
        if goal < Decimal::ZERO {
            return Err((None, Problem::NotPositive));
        }
        for position in 0..group.values.len() {
            let Some(value) = group.values[position] else { continue };
            let (above, below) = if self.less_is_better() { (goal, value) } else { (value, goal) };
            let at = Some(group.rows[position]);
            if below.is_zero() {
                return Err((at, Problem::ZeroDistance));
            }
            let percent =
                above.checked_mul(Decimal::ONE_HUNDRED).and_then(|above| above.checked_div(below)).ok_or((at, Problem::TooLarge))?;
            let capped = self.scaling.method == Method::DistanceToTarget;
            group.values[position] = Some(if capped { percent.min(Decimal::ONE_HUNDRED) } else { percent });
        }
        Ok(())
    }

    fn categorical(&self, group: &mut Group) -> Result<(), Located> {
        let mut sorted = group.deciding();
        sorted.sort_unstable();
        let turned = |percent: Decimal| if self.less_is_better() { Decimal::ONE_HUNDRED - percent } else { percent };
        let cuts: Vec<(Option<Decimal>, Decimal)> = self
            .scaling
            .categories
            .iter()
            .map(|category| (category.from.and_then(|from| quantile(&sorted, turned(from) / Decimal::ONE_HUNDRED)), category.value))
            .collect();
        for slot in group.values.iter_mut() {
            let Some(value) = *slot else { continue };
            let reaches = |cut: Option<Decimal>| cut.is_none_or(|cut| if self.less_is_better() { value <= cut } else { value >= cut });
            *slot = cuts.iter().find(|(cut, _)| reaches(*cut)).map(|(_, value)| *value);
        }
        Ok(())
    }
}

/// A value of one range in another; the division comes last.
fn between(value: Decimal, (least, greatest): (Decimal, Decimal), (low, high): (Decimal, Decimal), turned: bool) -> Option<Decimal> {
    let distance = if turned { greatest.checked_sub(value)? } else { value.checked_sub(least)? };
    let share = distance.checked_mul(high.checked_sub(low)?)?.checked_div(greatest.checked_sub(least)?)?;
    low.checked_add(share)
}
