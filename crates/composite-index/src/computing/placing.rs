//! Ranks and bands, among all units or inside blocks.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

use super::UnitScores;
use crate::banding::bands_of;
use crate::definition::{Band, Definition, Edition, RankOn, RankWithin, TieRule};
use crate::ranking::{place as place_of, rank};
use crate::table::ScoreTable;

/// Rows by block, blocks in the order of their codes; rows without a block stand together.
fn by_block(table: &ScoreTable) -> BTreeMap<Option<&str>, Vec<usize>> {
    let mut groups: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (row, unit) in table.rows.iter().enumerate() {
        groups.entry(unit.block.as_deref()).or_default().push(row);
    }
    groups
}

pub(super) fn place(
    definition: &Definition,
    edition: Option<&Edition>,
    table: &ScoreTable,
    totals: &[Option<Decimal>],
    units: &mut [UnitScores],
) {
    let rules = definition.computation;
    let everyone: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::from([(None, (0..units.len()).collect())]);
    let apart = rules.rank_within == RankWithin::Block;
    let groups = if apart { by_block(table) } else { everyone.clone() };
    for rows in groups.values() {
        let deciding: Vec<Option<Decimal>> = rows
            .iter()
            .map(|row| match rules.rank_on {
                RankOn::Unrounded => totals[*row],
                RankOn::Displayed => {
                    totals[*row].map(|value| value.round_dp_with_strategy(definition.decimals, RoundingStrategy::MidpointAwayFromZero))
                }
            })
            .collect();
        let simple = if rules.tie_rule == TieRule::Average { TieRule::Competition } else { rules.tie_rule };
        let ranks = rank(&deciding, rules.rank_direction, simple);
        let places = place_of(&deciding, rules.rank_direction, rules.tie_rule);
        for ((row, rank), place) in rows.iter().zip(ranks).zip(places) {
            units[*row].rank = rank;
            units[*row].place = place;
        }
    }
    let Some(edition) = edition else { return };
    let own_bands = edition.bands.iter().any(|band| band.block.is_some());
    let groups = if apart || own_bands { by_block(table) } else { everyone };
    for (block, rows) in &groups {
        let of_block = |band: &&(usize, &Band)| band.1.block.as_deref() == *block && block.is_some();
        let numbered: Vec<(usize, &Band)> = edition.bands.iter().enumerate().collect();
        let mut positions: Vec<(usize, &Band)> = numbered.iter().filter(of_block).copied().collect();
        if positions.is_empty() {
            positions = numbered.into_iter().filter(|(_, band)| band.block.is_none()).collect();
        }
        let bands: Vec<Band> = positions.iter().map(|(_, band)| (*band).clone()).collect();
        let values: Vec<Option<Decimal>> = rows.iter().map(|row| totals[*row]).collect();
        for (row, band) in rows.iter().zip(bands_of(&values, &bands, edition.band_rule)) {
            units[*row].band = band.map(|band| positions[band].0);
        }
    }
}
