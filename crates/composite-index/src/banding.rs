//! Bands by score or by percentile.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::definition::{Band, BandRule};
use crate::ranking::settled;

/// The quantile of values in ascending order, `share` from 0 to 1, with linear interpolation between order statistics
/// (type 7 of Hyndman and Fan 1996, the default of R's `quantile`). `None` for no values or a share outside 0 to 1.
#[must_use]
pub fn quantile(ascending: &[Decimal], share: Decimal) -> Option<Decimal> {
    let last = Decimal::from(ascending.len().checked_sub(1)?);
    if share < Decimal::ZERO || share > Decimal::ONE {
        return None;
    }
    let position = last.checked_mul(share)?;
    let below = position.floor();
    let index = below.to_usize()?;
    let low = *ascending.get(index)?;
    let high = *ascending.get(index + 1).unwrap_or(&low);
    let above = position - below;
    match high.checked_sub(low) {
        Some(gap) => low.checked_add(gap.checked_mul(above)?),
        // The two stand further apart than a decimal can hold.
        None => low.checked_mul(Decimal::ONE - above)?.checked_add(high.checked_mul(above)?),
    }
}

/// The band of each value as a position in `bands`; a value on a cut belongs to the higher band.
pub(crate) fn bands_of(values: &[Option<Decimal>], bands: &[Band], rule: BandRule) -> Vec<Option<usize>> {
    if bands.is_empty() {
        return vec![None; values.len()];
    }
    let cuts: Vec<Option<Decimal>> = match rule {
        BandRule::Score => bands.iter().map(|band| band.from).collect(),
        BandRule::Percentile => {
            let mut ascending: Vec<Decimal> = values.iter().flatten().copied().collect();
            ascending.sort_unstable();
            bands.iter().map(|band| band.from.and_then(|percent| quantile(&ascending, percent / Decimal::ONE_HUNDRED))).collect()
        }
    };
    values
        .iter()
        .map(|value| value.and_then(|value| cuts.iter().position(|cut| cut.is_none_or(|cut| settled(value) >= settled(cut)))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::{Basis, Text};

    fn band(code: &str, from: Option<i64>) -> Band {
        Band { code: code.into(), name: Text::default(), from: from.map(Decimal::from), block: None, basis: Basis::Published }
    }

    #[test]
    fn quantiles_are_those_of_r() {
        // R: quantile(c(1, 2, 4, 8), c(0, .1, .5, .75, 1)) is 1.0 1.3 3.0 5.0 8.0
        let values = [1, 2, 4, 8].map(Decimal::from);
        for (share, expected) in [("0", "1"), ("0.1", "1.3"), ("0.5", "3"), ("0.75", "5"), ("1", "8")] {
            assert_eq!(quantile(&values, share.parse().unwrap()), Some(expected.parse().unwrap()), "{share}");
        }
        assert_eq!(quantile(&[], Decimal::ZERO), None);
        assert_eq!(quantile(&values, Decimal::TWO), None);
    }

    #[test]
    fn sixty_three_provinces_fall_into_groups_of_16_16_15_16() {
        let values: Vec<_> = (1..=63).map(|value| Some(Decimal::from(value))).collect();
        let groups = [band("top", Some(75)), band("upper", Some(50)), band("lower", Some(25)), band("bottom", None)];
        let placed = bands_of(&values, &groups, BandRule::Percentile);
        let sizes = [0, 1, 2, 3].map(|group| placed.iter().filter(|band| **band == Some(group)).count());
        assert_eq!(sizes, [16, 16, 15, 16]);
    }

    #[test]
    fn a_score_on_the_cut_belongs_to_the_higher_band() {
        let bands = [band("good", Some(60)), band("rest", None)];
        assert_eq!(bands_of(&[Some(Decimal::from(60)), Some(Decimal::from(59)), None], &bands, BandRule::Score), [Some(0), Some(1), None]);
    }
}
