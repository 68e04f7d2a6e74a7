//! The documents of the interface.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use registry::results::{EditionResult, LEVEL, RUNS, RankInterval, Results, SEED, WEIGHT_SPREAD};
use registry::store::LinkedUnit;
use registry::{Indicator, UnitVersion};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::queries::Intervals;
use crate::tables::profile::Point;
use crate::words::no_intervals_code;

/// An exact decimal as text.
fn exact(value: Option<Decimal>) -> Option<String> {
    value.map(|value| value.normalize().to_string())
}

/// A fault.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorDocument {
    error: ErrorBody,
}

/// What happened and what to do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// Short name for programs.
    code: String,
    /// What happened.
    message: String,
    /// What to do.
    what_to_do: String,
}

/// An index with its editions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IndexSummary {
    pub(crate) index: String,
    pub(crate) name_vi: String,
    pub(crate) name_en: String,
    pub(crate) editions: Vec<EditionSummary>,
}

/// A year of an index.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EditionSummary {
    year: i32,
    definition: String,
    /// verified, inferred, read or unverified.
    definition_status: String,
    /// True where a table was obtained.
    has_table: bool,
    /// True where the obtained table covers every unit.
    covers_all_units: bool,
    /// Largest difference between a published and a recomputed total.
    largest_difference: Option<String>,
    /// Differences that neither rounding nor a known exception explains.
    unexplained_differences: usize,
}

pub(crate) fn summary(results: &Results, index: &str, year: i32) -> Option<EditionSummary> {
    let (definition, _) = results.definition_of(index, year)?;
    let result = results.edition(index, year);
    Some(EditionSummary {
        year,
        definition: definition.id.clone(),
        definition_status: definition.status.word().to_owned(),
        has_table: result.is_some(),
        covers_all_units: result.is_some_and(EditionResult::covers_all_units),
        largest_difference: exact(result.and_then(|result| result.comparison.largest(definition.total))),
        unexplained_differences: result.map_or(0, |result| result.comparison.unexplained().count()),
    })
}

/// An edition with all its values.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EditionDocument {
    index: String,
    year: i32,
    definition: String,
    definition_status: String,
    tie_rule: String,
    rank_on: String,
    /// Largest difference that rounding of the published inputs explains.
    tolerance: Option<String>,
    ranked: usize,
    units_expected: Option<u32>,
    sources: Vec<String>,
    nodes: Vec<NodeDocument>,
    units: Vec<UnitResult>,
    /// Only where rank intervals were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    rank_intervals: Option<RankIntervalRule>,
}

/// How rank intervals were made: a reading of this site, no part of the publication.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RankIntervalRule {
    /// Number of runs.
    runs: usize,
    /// Seed of the random numbers.
    seed: u64,
    /// How far each weight moves: 0.25 for a quarter up or down.
    weight_spread: String,
    /// Share of the runs within an interval, and in which a unit must stand above another to be told apart.
    level: String,
    /// Why there are none: some-units, not-recomputed, no-weights, too-few-units, no-table.
    missing: Option<String>,
}

impl RankIntervalRule {
    fn of(intervals: &Intervals) -> Self {
        let missing = intervals.as_ref().err().map(|reason| no_intervals_code(reason).to_owned());
        Self { runs: RUNS, seed: SEED, weight_spread: WEIGHT_SPREAD.to_string(), level: LEVEL.to_string(), missing }
    }
}

/// The recomputed ranks of a unit in the runs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RankIntervalDocument {
    low: u32,
    high: u32,
    /// True where the next better unit cannot be told apart from this one.
    like_above: bool,
    /// True where the next worse unit cannot be told apart from this one.
    like_below: bool,
}

impl RankIntervalDocument {
    fn of(found: RankInterval) -> Self {
        Self { low: found.low, high: found.high, like_above: found.like_above, like_below: found.like_below }
    }
}

/// A node of the tree.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NodeDocument {
    code: String,
    indicator: Option<String>,
    parent: Option<String>,
    weight: Option<String>,
    /// Share in the highest possible total, 0 to 1.
    share: Option<String>,
    /// weighted-sum, weighted-mean, given or not-published; null for a leaf.
    aggregation: Option<String>,
    name_vi: String,
    name_en: String,
}

/// One unit's results.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnitResult {
    /// Key of the unit in the register.
    unit: String,
    /// Code at the date of the edition.
    code: String,
    printed_name: String,
    /// False for rows beside the ranking, such as the country.
    ranked: bool,
    published_rank: Option<u32>,
    recomputed_rank: Option<u32>,
    /// Only where it was asked for and the unit has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    rank_interval: Option<RankIntervalDocument>,
    published_band: Option<String>,
    recomputed_band: Option<String>,
    values: BTreeMap<String, NodeValue>,
    source: Option<String>,
    note: Option<String>,
}

/// A node's value of a unit; exact decimals as text.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NodeValue {
    published: Option<String>,
    recomputed: Option<String>,
    /// Why there is no recomputed value: empty-leaf or not-published.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<String>,
}

impl EditionDocument {
    pub(crate) fn of(results: &Results, edition: &EditionResult, intervals: Option<&Intervals>) -> Self {
        let definition = &edition.definition;
        let nodes = definition
            .top_down()
            .into_iter()
            .map(|(id, _)| {
                let node = &definition.nodes[id];
                NodeDocument {
                    code: node.code.clone(),
                    indicator: node.indicator.clone(),
                    parent: node.parent.map(|parent| definition.nodes[parent].code.clone()),
                    weight: exact(node.weight),
                    share: exact(definition.effective_weight(id)),
                    aggregation: node.aggregation.map(|aggregation| aggregation.word().to_owned()),
                    name_vi: results.node_name(definition, id, |vi, _| vi).to_owned(),
                    name_en: results.node_name(definition, id, |_, en| en).to_owned(),
                }
            })
            .collect();
        Self {
            index: definition.index.clone(),
            year: edition.edition().year,
            definition: definition.id.clone(),
            definition_status: definition.status.word().to_owned(),
            tie_rule: definition.computation.tie_rule.word().to_owned(),
            rank_on: definition.computation.rank_on.word().to_owned(),
            tolerance: exact(edition.edition().tolerance),
            ranked: edition.scores.ranked,
            units_expected: edition.edition().units_expected,
            sources: edition.edition().sources.clone(),
            nodes,
            units: (0..edition.rows.len()).map(|row| UnitResult::of(edition, row, intervals)).collect(),
            rank_intervals: intervals.map(RankIntervalRule::of),
        }
    }
}

impl UnitResult {
    fn of(edition: &EditionResult, row: usize, intervals: Option<&Intervals>) -> Self {
        let (definition, stored) = (&edition.definition, &edition.rows[row]);
        let value = |id: usize| NodeValue {
            published: exact(edition.published(row, id)),
            recomputed: exact(edition.computed(row, id)),
            missing: edition.scores.units[row].values[id].err().map(|gap| gap.word().to_owned()),
        };
        let interval = intervals.and_then(|found| found.as_ref().ok()).and_then(|found| found.get(row).copied().flatten());
        Self {
            unit: stored.unit.clone(),
            code: stored.code.clone(),
            printed_name: stored.printed_name.clone(),
            ranked: stored.ranked,
            published_rank: edition.table.rows[row].published.rank,
            recomputed_rank: edition.computed_rank(row),
            rank_interval: interval.map(RankIntervalDocument::of),
            published_band: stored.band.clone(),
            recomputed_band: edition.scores.units[row]
                .band
                .and_then(|band| edition.edition().bands.get(band))
                .map(|band| band.code.clone()),
            values: (0..definition.nodes.len()).map(|id| (definition.nodes[id].code.clone(), value(id))).collect(),
            source: stored.source.clone(),
            note: stored.note.clone(),
        }
    }
}

/// An indicator.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IndicatorDocument {
    indicator: String,
    name_vi: String,
    name_en: String,
    /// official or translated.
    name_status: String,
    unit_vi: String,
    unit_en: String,
    direction: String,
    decimals: u32,
    valid_from_year: Option<i32>,
    valid_to_year: Option<i32>,
    source: String,
    note: Option<String>,
}

impl IndicatorDocument {
    pub(crate) fn of(indicator: &Indicator) -> Self {
        Self {
            indicator: indicator.indicator.clone(),
            name_vi: indicator.name_vi.clone(),
            name_en: indicator.name_en.clone(),
            name_status: indicator.name_status.word().to_owned(),
            unit_vi: indicator.unit_vi.clone(),
            unit_en: indicator.unit_en.clone(),
            direction: indicator.direction.word().to_owned(),
            decimals: indicator.decimals,
            valid_from_year: indicator.valid_from_year,
            valid_to_year: indicator.valid_to_year,
            source: indicator.source.clone(),
            note: indicator.note.clone(),
        }
    }
}

/// Units found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnitList {
    pub(crate) total: i64,
    pub(crate) page: i64,
    pub(crate) units: Vec<UnitVersionDocument>,
}

/// A version of a unit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnitVersionDocument {
    unit: String,
    code: String,
    level: String,
    kind: String,
    name: String,
    short_name: String,
    parent: Option<String>,
    /// Null: not researched.
    valid_from: Option<NaiveDate>,
    /// Null: still valid.
    valid_to: Option<NaiveDate>,
    source: String,
    /// seen or unverified.
    status: String,
    note: Option<String>,
}

impl UnitVersionDocument {
    pub(crate) fn of(version: &UnitVersion) -> Self {
        Self {
            unit: version.unit.clone(),
            code: version.code.clone(),
            level: version.level.word().to_owned(),
            kind: version.kind.word().to_owned(),
            name: version.name.clone(),
            short_name: version.short_name.clone(),
            parent: version.parent.clone(),
            valid_from: version.valid_from,
            valid_to: version.valid_to,
            source: version.source.clone(),
            status: version.status.word().to_owned(),
            note: version.note.clone(),
        }
    }
}

/// A unit with its history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnitDocument {
    pub(crate) unit: String,
    pub(crate) versions: Vec<UnitVersionDocument>,
    pub(crate) predecessors: Vec<LinkDocument>,
    pub(crate) successors: Vec<LinkDocument>,
}

/// A step of a unit's history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinkDocument {
    unit: String,
    name: String,
    code: String,
    date: NaiveDate,
    /// whole, part or unknown: how much of the old unit went over.
    extent: String,
    source: String,
    note: Option<String>,
}

impl LinkDocument {
    pub(crate) fn of(linked: &LinkedUnit) -> Self {
        Self {
            unit: linked.unit.unit.clone(),
            name: linked.unit.name.clone(),
            code: linked.unit.code.clone(),
            date: linked.link.date,
            extent: linked.link.extent.word().to_owned(),
            source: linked.link.source.clone(),
            note: linked.link.note.clone(),
        }
    }
}

/// A unit's result in one edition.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SeriesPoint {
    unit: String,
    index: String,
    year: i32,
    published_rank: Option<u32>,
    recomputed_rank: Option<u32>,
    published_total: Option<String>,
    recomputed_total: Option<String>,
    definition: String,
}

impl SeriesPoint {
    pub(crate) fn of(index: &str, unit: &str, point: &Point<'_>) -> Self {
        let (edition, row, total) = (point.edition, point.row, point.edition.definition.total);
        Self {
            unit: unit.to_owned(),
            index: index.to_owned(),
            year: point.year(),
            published_rank: edition.table.rows[row].published.rank,
            recomputed_rank: edition.computed_rank(row),
            published_total: exact(edition.published(row, total)),
            recomputed_total: exact(edition.computed(row, total)),
            definition: edition.definition.id.clone(),
        }
    }
}
