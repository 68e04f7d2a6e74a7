//! The national survey of satisfaction, made up: as large as in 2024, or of as many rows and items as are asked for.
//!
//! In a folder of its own, because Cargo takes every file beside the benches for a bench.

use survey_stats::{Clusters, Column, Labels, Stage};

pub(crate) const ROWS: usize = 36_525;
pub(crate) const ITEMS: usize = 39;
pub(crate) const PROVINCES: usize = 63;
const VILLAGES: usize = 1_170;

/// Figures that look like chance and are always the same.
fn figure(seed: usize) -> f64 {
    let mut x = (seed as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x ^= x >> 31;
    x = x.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x ^= x >> 29;
    (x % 1_000_003) as f64 / 1_000_003.0
}

pub(crate) struct Survey {
    pub(crate) weights: Column,
    pub(crate) villages: Labels,
    pub(crate) provinces: Labels,
    pub(crate) items: Vec<Column>,
}

impl Survey {
    pub(crate) fn of(rows: usize, items: usize) -> Self {
        let village = |row: usize| row * VILLAGES / rows;
        let province = |row: usize| village(row) * PROVINCES / VILLAGES;
        let names = |prefix: &str, count: usize| (0..count).map(|number| format!("{prefix}{number}")).collect::<Vec<_>>();
        let (village_names, province_names) = (names("v", VILLAGES), names("p", PROVINCES));
        let answer = |item: usize, row: usize| {
            (1.0 + 5.0 * (0.7 * figure(row * items + item + 7) + 0.3 * figure(village(row) + 31))).floor().min(5.0)
        };
        Self {
            weights: Column::new("w", (0..rows).map(|row| (500_000.0 + 3_000_000.0 * figure(row + 3)).round() / 1000.0).collect()),
            villages: Labels::new("village", (0..rows).map(|row| village_names[village(row)].as_str())),
            provinces: Labels::new("province", (0..rows).map(|row| province_names[province(row)].as_str())),
            items: (0..items).map(|item| Column::new(format!("i{}", item + 1), (0..rows).map(|row| answer(item, row)).collect())).collect(),
        }
    }

    /// Villages drawn in each province.
    pub(crate) fn stage(&self) -> Stage {
        let mut stage = Stage::new(Clusters::Labelled(self.villages.clone()));
        stage.strata = Some(self.provinces.clone());
        stage
    }
}
