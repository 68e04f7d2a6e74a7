//! Results of index editions, computed from the observations in the registry.

mod intervals;

use std::collections::BTreeMap;
use std::sync::Arc;

use composite_index::{
    Aggregation, Comparison, ComputeError, Definition, Edition, NodeId, PastTable, PublishedValues, ScoreTable, Scores, TableRow, Working,
    Years, compare, compute_in, explain, explain_in,
};
use platform::{Db, DbError};
use rust_decimal::Decimal;
use tokio::sync::{OnceCell, RwLock};

use crate::catalogue::dataset;
use crate::model::{Indicator, ObservationStatus, PublishedRow};
use crate::store::{self, EditionRows};
pub use intervals::{LEVEL, NoIntervals, RUNS, RankInterval, RankIntervals, SEED, WEIGHT_SPREAD};

/// One edition: the published table, the recomputed scores, and how they compare.
#[derive(Debug)]
pub struct EditionResult {
    /// The definition.
    pub definition: Arc<Definition>,
    position: usize,
    /// Rows in the order of the published table.
    pub rows: Vec<PublishedRow>,
    /// The same rows as the engine sees them.
    pub table: ScoreTable,
    /// Recomputed values, ranks and bands.
    pub scores: Scores,
    /// Tables of earlier editions, by year, where the definition reads them: for running ranges and values filled from earlier years.
    past: Vec<(i32, ScoreTable)>,
    /// Published beside recomputed.
    pub comparison: Comparison,
    by_unit: BTreeMap<String, usize>,
    intervals: OnceCell<intervals::Kept>,
}

impl EditionResult {
    /// The edition's own data in the definition.
    #[must_use]
    pub fn edition(&self) -> &Edition {
        &self.definition.editions[self.position]
    }

    /// The tables of earlier editions that the definition reads.
    #[must_use]
    pub fn past(&self) -> Vec<PastTable<'_>> {
        self.past.iter().map(|(year, table)| PastTable { year: *year, table }).collect()
    }

    /// The years that everything about this edition is computed in, over what [`Self::past`] gave.
    #[must_use]
    pub fn years<'y>(&'y self, past: &'y [PastTable<'y>]) -> Years<'y> {
        Years { past, ..Years::of(Some(self.edition())) }
    }

    /// The row of a unit.
    #[must_use]
    pub fn row_of(&self, unit: &str) -> Option<usize> {
        self.by_unit.get(unit).copied()
    }

    /// The published value of a node, for a row.
    #[must_use]
    pub fn published(&self, row: usize, node: NodeId) -> Option<Decimal> {
        let row = &self.table.rows[row];
        if self.definition.nodes[node].is_input() { row.inputs[node] } else { row.published.values[node] }
    }

    /// The recomputed value of a node, for a row.
    #[must_use]
    pub fn computed(&self, row: usize, node: NodeId) -> Option<Decimal> {
        self.scores.units[row].values[node].ok()
    }

    /// The published value, or else the recomputed one.
    #[must_use]
    pub fn best(&self, row: usize, node: NodeId) -> Option<Decimal> {
        self.published(row, node).or_else(|| self.computed(row, node))
    }

    /// The published rank, or else, where the table covers every unit of the edition, the recomputed one.
    #[must_use]
    pub fn best_rank(&self, row: usize) -> Option<u32> {
        self.table.rows[row].published.rank.or_else(|| self.computed_rank(row))
    }

    /// The recomputed rank; `None` where only some of the units were obtained, as a rank among some is another thing.
    #[must_use]
    pub fn computed_rank(&self, row: usize) -> Option<u32> {
        self.scores.units[row].rank.filter(|_| self.covers_all_units())
    }

    /// The working of a row: for each node its value, the rule, what the rule read, and what was removed.
    ///
    /// # Errors
    /// When the arithmetic fails.
    pub fn working(&self, row: usize) -> Result<Working, ComputeError> {
        let definition = &*self.definition;
        let compares = definition.nodes.iter().any(|node| node.aggregation == Some(Aggregation::Copeland));
        if definition.scales() || compares {
            return Ok(explain_in(definition, &self.table, self.years(&self.past()))?.swap_remove(row));
        }
        // Where no unit counts for another, its own row is enough.
        let alone = ScoreTable { rows: vec![self.table.rows[row].clone()] };
        Ok(explain(definition, &alone)?.swap_remove(0))
    }

    /// True where the obtained table holds every unit that the edition covers, with or without a total.
    #[must_use]
    pub fn covers_all_units(&self) -> bool {
        let present = self.table.rows.iter().filter(|row| row.ranked).count();
        self.edition().units_expected.is_some_and(|expected| present >= expected as usize)
    }
}

/// Results of every edition with a table, and the indicators that name their nodes.
#[derive(Debug)]
pub struct Results {
    /// Revision of the registry they were computed from.
    pub revision: i64,
    /// Every definition.
    pub definitions: Vec<Arc<Definition>>,
    /// Editions by index and year.
    pub editions: BTreeMap<(String, i32), EditionResult>,
    /// Indicators by code.
    pub indicators: BTreeMap<String, Indicator>,
}

impl Results {
    /// The edition of an index and year, if its table was obtained.
    #[must_use]
    pub fn edition(&self, index: &str, year: i32) -> Option<&EditionResult> {
        self.editions.get(&(index.to_owned(), year))
    }

    /// Editions of an index, by year.
    pub fn editions_of<'a>(&'a self, index: &'a str) -> impl DoubleEndedIterator<Item = &'a EditionResult> {
        self.editions.range((index.to_owned(), i32::MIN)..=(index.to_owned(), i32::MAX)).map(|(_, edition)| edition)
    }

    /// The definition that serves a year of an index, whether its table was obtained or not.
    #[must_use]
    pub fn definition_of(&self, index: &str, year: i32) -> Option<(&Arc<Definition>, &Edition)> {
        self.definitions
            .iter()
            .filter(|definition| definition.index == index)
            .find_map(|definition| Some((definition, definition.edition(year)?)))
    }

    /// Name of a node in the language chosen by `pick(vi, en)`.
    #[must_use]
    pub fn node_name<'a>(&'a self, definition: &'a Definition, node: NodeId, pick: impl Fn(&'a str, &'a str) -> &'a str) -> &'a str {
        let node = &definition.nodes[node];
        if let Some(name) = &node.name {
            return pick(&name.vi, &name.en);
        }
        match node.indicator.as_ref().and_then(|code| self.indicators.get(code)) {
            Some(indicator) => pick(&indicator.name_vi, &indicator.name_en),
            None => &node.code,
        }
    }
}

/// Why results could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The arithmetic of an edition failed.
    #[error("edition {dataset} cannot be computed")]
    Compute {
        /// The edition.
        dataset: String,
        /// Why.
        #[source]
        source: ComputeError,
    },
}

/// Keeps the results of the newest revision at hand; another process' change is seen by the revision in the database.
#[derive(Debug)]
pub struct ResultsKeeper {
    db: Db,
    definitions: Vec<Arc<Definition>>,
    kept: RwLock<Option<Arc<Results>>>,
}

impl ResultsKeeper {
    /// A keeper over a database and the definitions of the catalogue.
    #[must_use]
    pub fn new(db: Db, definitions: Vec<Arc<Definition>>) -> Self {
        Self { db, definitions, kept: RwLock::new(None) }
    }

    /// The results of the registry as it is now.
    ///
    /// # Errors
    /// When the database does not answer or an edition cannot be computed.
    pub async fn results(&self) -> Result<Arc<Results>, ResultsError> {
        let mut read = self.db.read().await?;
        let revision = store::revision(read.conn()).await?;
        if let Some(kept) = self.kept.read().await.as_ref().filter(|kept| kept.revision == revision) {
            return Ok(Arc::clone(kept));
        }
        let mut slot = self.kept.write().await;
        if let Some(kept) = slot.as_ref().filter(|kept| kept.revision >= revision) {
            return Ok(Arc::clone(kept));
        }
        let mut stored = store::edition_rows(read.conn()).await?;
        let indicators = store::indicators(read.conn()).await?;
        let results = Arc::new(compute_all(revision, &self.definitions, &mut stored, indicators)?);
        *slot = Some(Arc::clone(&results));
        Ok(results)
    }
}

fn compute_all(
    revision: i64,
    definitions: &[Arc<Definition>],
    stored: &mut BTreeMap<String, EditionRows>,
    indicators: BTreeMap<String, Indicator>,
) -> Result<Results, ResultsError> {
    let mut editions = BTreeMap::new();
    for definition in definitions {
        let mut order: Vec<(usize, &Edition)> = definition.editions.iter().enumerate().collect();
        order.sort_by_key(|(_, edition)| edition.year);
        let mut past: Vec<(i32, ScoreTable)> = Vec::new();
        for (position, edition) in order {
            let dataset = dataset(definition, edition);
            let Some(rows) = stored.remove(&dataset) else { continue };
            let result =
                compute_edition(definition, position, rows, past.clone()).map_err(|source| ResultsError::Compute { dataset, source })?;
            if definition.reads_years() {
                past.push((edition.year, result.table.clone()));
            }
            editions.insert((definition.index.clone(), edition.year), result);
        }
    }
    Ok(Results { revision, definitions: definitions.to_vec(), editions, indicators })
}

/// Computes one edition from its stored rows and the tables of earlier editions.
///
/// # Errors
/// When the arithmetic fails.
pub fn compute_edition(
    definition: &Arc<Definition>,
    position: usize,
    stored: EditionRows,
    past: Vec<(i32, ScoreTable)>,
) -> Result<EditionResult, ComputeError> {
    let edition = &definition.editions[position];
    let table = score_table(definition, &stored);
    let earlier: Vec<PastTable<'_>> = past.iter().map(|(year, table)| PastTable { year: *year, table }).collect();
    let scores = compute_in(definition, &table, Years { past: &earlier, ..Years::of(Some(edition)) })?;
    let comparison = compare(edition, &table, &scores);
    let by_unit = stored.rows.iter().enumerate().map(|(index, row)| (row.unit.clone(), index)).collect();
    let (definition, rows, intervals) = (Arc::clone(definition), stored.rows, OnceCell::new());
    Ok(EditionResult { definition, position, rows, table, scores, past, comparison, by_unit, intervals })
}

fn score_table(definition: &Definition, stored: &EditionRows) -> ScoreTable {
    let node_of: BTreeMap<&str, NodeId> =
        definition.nodes.iter().enumerate().filter_map(|(id, node)| Some((node.indicator.as_deref()?, id))).collect();
    let mut rows: Vec<TableRow> = stored
        .rows
        .iter()
        .map(|row| TableRow {
            file_row: usize::try_from(row.position).unwrap_or_default() + 2,
            unit: row.printed_name.clone(),
            code: Some(row.code.clone()),
            inputs: vec![None; definition.nodes.len()],
            figures: vec![None; definition.figures.len()],
            published: PublishedValues {
                values: vec![None; definition.nodes.len()],
                rank: row.rank.and_then(|rank| u32::try_from(rank).ok()),
                band: row.band.clone(),
            },
            source: row.source.clone(),
            note: row.note.clone(),
            ranked: row.ranked,
            ..TableRow::default()
        })
        .collect();
    let row_of: BTreeMap<&str, usize> = stored.rows.iter().enumerate().map(|(index, row)| (row.unit.as_str(), index)).collect();
    for observation in stored.observations.iter().filter(|observation| observation.status == ObservationStatus::Published) {
        let (Some(node), Some(row)) = (node_of.get(observation.indicator.as_str()), row_of.get(observation.unit.as_str())) else {
            continue;
        };
        let figures = if definition.nodes[*node].is_input() { &mut rows[*row].inputs } else { &mut rows[*row].published.values };
        figures[*node] = observation.value.as_ref().ok().copied();
    }
    ScoreTable { rows }
}
