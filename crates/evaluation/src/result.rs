//! From rulings to totals, ranks and bands, and the files from which anyone can compute them again. No input or output.

use std::collections::{BTreeMap, BTreeSet};

use composite_index::{
    ComputeError, Definition, FigureKind, FormulaScratch, Gap, LeafRule, NodeId, NodeValue, ScoreTable, Scores, compute, read_definition,
    read_table, write_definition,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::indices;
use crate::model::{CampaignBlock, CampaignUnit, Verdict};
use crate::scoring::{Entered, leaf_by_leaf, settled};
use crate::set::{CriteriaSet, Scorer};

/// The format of a manifest.
pub const FORMAT: &str = "cchc-evaluation-result/1";

/// Where a leaf of a unit stands, as far as a result needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Code of the leaf.
    pub leaf: String,
    /// What was said last that counts.
    pub verdict: Verdict,
    /// The points, where some are given.
    pub points: Option<Decimal>,
    /// Why the leaf does not apply.
    pub reason: Option<String>,
}

/// Everything that the result of one block is computed from.
#[derive(Debug)]
pub struct BlockInput<'a> {
    /// The block.
    pub block: &'a CampaignBlock,
    /// Its set.
    pub set: &'a CriteriaSet,
    /// The year.
    pub year: i32,
    /// Its units, in order.
    pub units: Vec<&'a CampaignUnit>,
    /// What the units entered, by key.
    pub entered: &'a BTreeMap<String, Entered>,
    /// Where leaves stand, by unit.
    pub standings: &'a BTreeMap<String, Vec<Standing>>,
}

/// The result of a block.
#[derive(Debug, Clone)]
pub struct BlockResult {
    /// The block.
    pub block: CampaignBlock,
    /// The definition with every leaf's points given.
    pub definition: Definition,
    /// What goes in: a row for each unit, in order.
    pub table: ScoreTable,
    /// What comes out.
    pub scores: Scores,
    /// Totals of the self-scores.
    pub own: Vec<NodeValue>,
    /// Points that units gave themselves, by unit and node; leaves alone.
    pub own_leaves: Vec<Vec<NodeValue>>,
    /// Leaves that units do not score themselves, with who gives their points.
    pub scorers: BTreeMap<NodeId, Scorer>,
    /// Leaves of each unit on which nobody has ruled.
    pub undecided: Vec<usize>,
    /// Digits that are shown.
    pub decimals: u32,
}

impl BlockResult {
    /// Computes the result of a block.
    ///
    /// # Errors
    /// When a number grows beyond what an exact decimal holds, or the set refuses missing parts.
    pub fn of(input: &BlockInput<'_>) -> Result<Self, ComputeError> {
        let set = input.set;
        let definition = &set.definition;
        let edition = definition.edition(input.year).or(definition.editions.last());
        let code = input.block.block.as_str();
        let known = definition.blocks.iter().any(|block| block.code == code);
        let nothing = Entered::default();
        let mut own = ScoreTable::default();
        for unit in &input.units {
            let entered = input.entered.get(&unit.unit).unwrap_or(&nothing);
            let mut row = entered.row(definition, &unit.name, code);
            row.code = Some(unit.unit.clone());
            row.ranked = unit.ranked;
            row.block = known.then(|| code.to_owned());
            own.rows.push(row);
        }
        let plain = leaf_by_leaf(definition);
        let own_leaves: Vec<Vec<NodeValue>> = compute(&plain, None, &own)?.units.into_iter().map(|unit| unit.values).collect();
        let leaves: BTreeMap<&str, NodeId> = set.leaves().into_iter().map(|leaf| (definition.nodes[leaf].code.as_str(), leaf)).collect();
        let settled = settled(definition);
        let mut scratch = FormulaScratch::new();
        let (mut table, mut undecided) = (own.clone(), Vec::with_capacity(input.units.len()));
        for ((row, unit), own_points) in table.rows.iter_mut().zip(&input.units).zip(&own_leaves) {
            let (mut ruled, mut given) = (BTreeSet::new(), BTreeSet::new());
            for leaf in leaves.values() {
                row.inputs[*leaf] = own_points[*leaf].ok();
            }
            for ruling in input.standings.get(unit.unit.as_str()).into_iter().flatten() {
                let Some(node) = definition.node_of(&leaves, &ruling.leaf) else { continue };
                match ruling.verdict {
                    Verdict::Agree | Verdict::Set => {
                        row.inputs[node] = ruling.points;
                        ruled.insert(node);
                        // Points that are others than those of the set were given by somebody, and agreed to since.
                        let others = ruling.points.is_some() && ruling.points != own_points[node].ok();
                        if ruling.verdict == Verdict::Set || others {
                            given.insert(node);
                        }
                    }
                    Verdict::NotApplicable => {
                        row.inputs[node] = None;
                        row.not_applicable.push((node, ruling.reason.clone().unwrap_or_default()));
                        ruled.insert(node);
                    }
                    Verdict::Ask | Verdict::Answer | Verdict::Applicable => {}
                }
            }
            settled.mark(row, &given, &mut scratch);
            undecided.push(leaves.values().filter(|leaf| set.is_for(**leaf, code) && !ruled.contains(leaf)).count());
        }
        // A total of what units say themselves may fail where the result does not.
        // What units do not score themselves is in their totals as the office put it in, so that both totals can be held beside each other.
        let mut own_definition = definition.clone();
        for leaf in leaves.values().filter(|leaf| set.scorer(**leaf) != Scorer::Unit) {
            if own_definition.nodes[*leaf].rule.is_some() {
                own_definition.nodes[*leaf].rule = Some(LeafRule::External);
            }
            for (row, unit) in own.rows.iter_mut().zip(&input.units) {
                let ruled =
                    input.standings.get(unit.unit.as_str()).into_iter().flatten().find(|one| one.leaf == definition.nodes[*leaf].code);
                row.inputs[*leaf] = ruled.and_then(|one| one.points);
                if let Some(one) = ruled.filter(|one| one.verdict == Verdict::NotApplicable) {
                    row.not_applicable.push((*leaf, one.reason.clone().unwrap_or_default()));
                }
            }
        }
        let own_totals = compute(&own_definition, edition, &own)
            .map(|scores| scores.units.iter().map(|unit| unit.values[definition.total]).collect())
            .unwrap_or_else(|_| vec![Err(Gap::NotApplicable(definition.total)); own.rows.len()]);
        let scores = compute(&settled.definition, edition, &table)?;
        Ok(Self {
            block: input.block.clone(),
            decimals: definition.decimals,
            definition: settled.definition,
            table,
            scores,
            own: own_totals,
            scorers: leaves.values().map(|leaf| (*leaf, set.scorer(*leaf))).filter(|(_, scorer)| *scorer != Scorer::Unit).collect(),
            own_leaves,
            undecided,
        })
    }

    /// Highest points of a node for a unit; see [`indices::maximum`].
    #[must_use]
    pub fn maximum(&self, unit: usize, node: NodeId) -> Decimal {
        indices::maximum(&self.definition, &self.scores.units[unit], node)
    }

    /// Whether a node does not apply to a unit.
    #[must_use]
    pub fn is_removed(&self, unit: usize, node: NodeId) -> bool {
        matches!(self.scores.units[unit].values[node], Err(Gap::NotApplicable(_)))
    }

    /// Points of a node as a share of the highest, in percent; see [`indices::index`].
    #[must_use]
    pub fn index(&self, unit: usize, node: NodeId) -> Option<Decimal> {
        indices::index(&self.definition, &self.scores.units[unit], node)
    }

    /// The areas: nodes right below the total.
    #[must_use]
    pub fn areas(&self) -> &[NodeId] {
        &self.definition.nodes[self.definition.total].children
    }

    /// Name of a unit's band.
    #[must_use]
    pub fn band(&self, unit: usize, year: i32, lang: ui::Lang) -> Option<&str> {
        indices::band(&self.definition, &self.scores.units[unit], year, lang)
    }

    /// Positions of the units from the first place; units without rank at the end, in their order.
    #[must_use]
    pub fn by_rank(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.scores.units.len()).collect();
        order.sort_by_key(|unit| (self.scores.units[*unit].rank.unwrap_or(u32::MAX), *unit));
        order
    }

    /// The position of a unit by its key.
    #[must_use]
    pub fn position(&self, unit: &str) -> Option<usize> {
        self.table.rows.iter().position(|row| row.code.as_deref() == Some(unit))
    }
}

/// A ruling names a leaf, or a whole part of the tree that does not apply.
trait NodeOf {
    fn node_of(&self, leaves: &BTreeMap<&str, NodeId>, code: &str) -> Option<NodeId>;
}

impl NodeOf for Definition {
    fn node_of(&self, leaves: &BTreeMap<&str, NodeId>, code: &str) -> Option<NodeId> {
        leaves.get(code).copied().or_else(|| self.node(code))
    }
}

/// A file of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// A block of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestBlock {
    /// Code of the block.
    pub block: String,
    /// Its name.
    pub name: String,
    /// Id of the set.
    pub set: String,
    /// SHA-256 of the set's text.
    pub set_sha256: String,
    /// The definition with given points, what went in, what came out.
    pub files: Vec<ManifestFile>,
}

/// What a result was computed from, with checksums.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// Key of the campaign.
    pub campaign: String,
    /// Its title.
    pub title: String,
    /// The year.
    pub year: i32,
    /// Made-up figures of a demonstration.
    pub made_up: bool,
    /// When it was approved.
    pub approved_at: String,
    /// Version of the program.
    pub program: String,
    /// The blocks.
    pub blocks: Vec<ManifestBlock>,
}

/// SHA-256 of a text in hexadecimal digits.
#[must_use]
pub fn checksum(text: &str) -> String {
    platform::hex(&Sha256::digest(text.as_bytes()))
}

/// The files of a block: definition, input, output.
#[must_use]
pub fn files_of(result: &BlockResult, year: i32) -> Vec<(String, String)> {
    let code = &result.block.block;
    vec![
        (format!("{code}-definition.toml"), write_definition(&result.definition)),
        (format!("{code}-data.csv"), data_csv(result)),
        (format!("{code}-results.csv"), results_csv(&result.definition, &result.table, &result.scores, year)),
    ]
}

fn written(mut writer: csv::Writer<Vec<u8>>) -> String {
    // Writing into memory does not fail, and what was written is text.
    if writer.flush().is_err() {
        return String::new();
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn data_csv(result: &BlockResult) -> String {
    let definition = &result.definition;
    let inputs: Vec<NodeId> = (0..definition.nodes.len()).filter(|id| definition.nodes[*id].is_input()).collect();
    let removed: BTreeSet<NodeId> = result.table.rows.iter().flat_map(|row| row.not_applicable.iter().map(|(node, _)| *node)).collect();
    let blocks = !definition.blocks.is_empty();
    let mut head = vec!["unit".to_owned(), "code".to_owned(), "ranked".to_owned()];
    if blocks {
        head.push("block".to_owned());
    }
    head.extend(inputs.iter().map(|id| definition.nodes[*id].code.clone()));
    head.extend(definition.figures.iter().map(|figure| figure.code.clone()));
    head.extend(removed.iter().map(|id| format!("not-applicable.{}", definition.nodes[*id].code)));
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut put = |record: &[String]| writer.write_record(record).is_ok();
    put(&head);
    let mut names = BTreeSet::new();
    for row in &result.table.rows {
        let code = row.code.clone().unwrap_or_default();
        // Two units of one name are told apart by their key.
        let name = if names.insert(row.unit.clone()) { row.unit.clone() } else { format!("{} ({code})", row.unit) };
        let mut record = vec![name, code, if row.ranked { "yes" } else { "no" }.to_owned()];
        if blocks {
            record.push(row.block.clone().unwrap_or_default());
        }
        record.extend(inputs.iter().map(|id| row.inputs[*id].map(plain).unwrap_or_default()));
        record.extend(definition.figures.iter().zip(&row.figures).map(|(figure, value)| figure_cell(&figure.kind, *value)));
        record.extend(
            removed
                .iter()
                .map(|id| row.not_applicable.iter().find(|(node, _)| node == id).map(|(_, reason)| reason.clone()).unwrap_or_default()),
        );
        put(&record);
    }
    written(writer)
}

fn plain(value: Decimal) -> String {
    value.normalize().to_string()
}

fn figure_cell(kind: &FigureKind, value: Option<Decimal>) -> String {
    let Some(value) = value else { return String::new() };
    match kind {
        FigureKind::YesNo => if value.is_zero() { "no" } else { "yes" }.to_owned(),
        FigureKind::Choice(choices) => {
            choices.iter().enumerate().find(|(at, _)| Decimal::from(*at) == value).map(|(_, choice)| choice.clone()).unwrap_or_default()
        }
        FigureKind::Count | FigureKind::Number => plain(value),
    }
}

fn results_csv(definition: &Definition, table: &ScoreTable, scores: &Scores, year: i32) -> String {
    let order = definition.top_down();
    let bands = definition.edition(year).or(definition.editions.last()).map(|edition| edition.bands.as_slice()).unwrap_or_default();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut head = vec!["code".to_owned(), "rank".to_owned(), "place".to_owned(), "band".to_owned()];
    head.extend(order.iter().map(|(id, _)| definition.nodes[*id].code.clone()));
    let mut put = |record: &[String]| writer.write_record(record).is_ok();
    put(&head);
    for (row, unit) in table.rows.iter().zip(&scores.units) {
        let mut record = vec![
            row.code.clone().unwrap_or_default(),
            unit.rank.map(|rank| rank.to_string()).unwrap_or_default(),
            unit.place.map(plain).unwrap_or_default(),
            unit.band.and_then(|band| bands.get(band)).map(|band| band.code.clone()).unwrap_or_default(),
        ];
        record.extend(order.iter().map(|(id, _)| match unit.values[*id] {
            Ok(value) => plain(value),
            Err(gap) => gap.word().to_owned(),
        }));
        put(&record);
    }
    written(writer)
}

/// The manifest of a result and its files.
#[must_use]
pub fn manifest_of(head: Manifest, results: &[(BlockResult, String, String)]) -> (String, Vec<(String, String)>) {
    let (mut manifest, mut files) = (head, Vec::new());
    for (result, set, set_sha256) in results {
        let own = files_of(result, manifest.year);
        manifest.blocks.push(ManifestBlock {
            block: result.block.block.clone(),
            name: result.block.name.clone(),
            set: set.clone(),
            set_sha256: set_sha256.clone(),
            files: own.iter().map(|(name, content)| ManifestFile { name: name.clone(), sha256: checksum(content) }).collect(),
        });
        files.extend(own);
    }
    let mut text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    text.push('\n');
    (text, files)
}

/// Why a result could not be recomputed, or is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecomputeFault {
    /// The manifest is none.
    #[error("the manifest cannot be read: {0}")]
    Manifest(String),
    /// A file is not there.
    #[error("the file {0} is missing")]
    Missing(String),
    /// A file is not the one that was frozen.
    #[error("the file {0} is not the one that was frozen: its checksum differs")]
    Changed(String),
    /// A definition or table has faults.
    #[error("{file}: {fault}")]
    Fault {
        /// The file.
        file: String,
        /// The fault.
        fault: String,
    },
    /// What comes out differs from what was frozen.
    #[error("{file}, row {row}, column {column}: {frozen} was frozen, {recomputed} comes out")]
    Differs {
        /// The file.
        file: String,
        /// Row from 1; the head is row 1.
        row: usize,
        /// Name of the column.
        column: String,
        /// What was frozen.
        frozen: String,
        /// What comes out now.
        recomputed: String,
    },
}

/// What a recomputation looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recomputed {
    /// Title of the campaign.
    pub title: String,
    /// Its year.
    pub year: i32,
    /// Name of each block with the number of its units.
    pub blocks: Vec<(String, usize)>,
}

/// Computes a frozen result again from its files and compares every value.
///
/// # Errors
/// Every fault, and every value that differs.
pub fn recompute(manifest: &str, files: &BTreeMap<String, String>) -> Result<Recomputed, Vec<RecomputeFault>> {
    let manifest: Manifest = serde_json::from_str(manifest).map_err(|error| vec![RecomputeFault::Manifest(error.to_string())])?;
    if manifest.format != FORMAT {
        return Err(vec![RecomputeFault::Manifest(manifest.format)]);
    }
    if manifest.blocks.is_empty() {
        return Err(vec![RecomputeFault::Manifest("blocks: []".to_owned())]);
    }
    let (mut faults, mut blocks) = (Vec::new(), Vec::new());
    for block in &manifest.blocks {
        // A block that names fewer files would prove nothing.
        let named = |name: &String| block.files.iter().any(|file| file.name == *name);
        let parts = ["definition.toml", "data.csv", "results.csv"].map(|part| format!("{}-{part}", block.block));
        faults.extend(parts.into_iter().filter(|name| !named(name)).map(RecomputeFault::Missing));
        let mut found = BTreeMap::new();
        for file in &block.files {
            match files.get(&file.name) {
                None => faults.push(RecomputeFault::Missing(file.name.clone())),
                Some(content) if checksum(content) != file.sha256 => faults.push(RecomputeFault::Changed(file.name.clone())),
                Some(content) => {
                    found.insert(file.name.as_str(), content.as_str());
                }
            }
        }
        if found.len() < 3 {
            continue;
        }
        match again(&block.block, &found, manifest.year) {
            Ok(units) => blocks.push((block.name.clone(), units)),
            Err(more) => faults.extend(more),
        }
    }
    if faults.is_empty() { Ok(Recomputed { title: manifest.title, year: manifest.year, blocks }) } else { Err(faults) }
}

fn again(block: &str, files: &BTreeMap<&str, &str>, year: i32) -> Result<usize, Vec<RecomputeFault>> {
    let name = |part: &str| format!("{block}-{part}");
    let of = |part: &str| files.get(name(part).as_str()).copied().ok_or_else(|| vec![RecomputeFault::Missing(name(part))]);
    let fault = |part: &str, text: String| RecomputeFault::Fault { file: name(part), fault: text };
    let definition = read_definition(of("definition.toml")?).map_err(|faults| {
        faults
            .iter()
            .map(|one| fault("definition.toml", format!("line {}: {}: {} {}", one.line, one.rule.code(), one.subject, one.detail)))
            .collect::<Vec<_>>()
    })?;
    let edition = definition.edition(year).or(definition.editions.last());
    let table = read_table(&definition, None, of("data.csv")?).map_err(|faults| {
        faults
            .iter()
            .map(|one| {
                let place = format!("row {}, column {}", one.row.unwrap_or_default(), one.column.as_deref().unwrap_or("?"));
                fault("data.csv", format!("{place}: {}", one.rule.code()))
            })
            .collect::<Vec<_>>()
    })?;
    let scores = compute(&definition, edition, &table).map_err(|error| vec![fault("data.csv", error.to_string())])?;
    let recomputed = results_csv(&definition, &table, &scores, year);
    let frozen = of("results.csv")?;
    if recomputed == frozen {
        return Ok(table.rows.len());
    }
    Err(differences(&name("results.csv"), frozen, &recomputed))
}

fn differences(file: &str, frozen: &str, recomputed: &str) -> Vec<RecomputeFault> {
    let rows = |text: &str| -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        reader.records().filter_map(Result::ok).map(|record| record.iter().map(str::to_owned).collect()).collect()
    };
    let (frozen, recomputed) = (rows(frozen), rows(recomputed));
    let head = frozen.first().cloned().unwrap_or_default();
    let empty = Vec::new();
    let mut found = Vec::new();
    for row in 0..frozen.len().max(recomputed.len()) {
        let (before, after) = (frozen.get(row).unwrap_or(&empty), recomputed.get(row).unwrap_or(&empty));
        for column in 0..before.len().max(after.len()) {
            let cell = |row: &[String]| row.get(column).cloned().unwrap_or_default();
            if cell(before) != cell(after) {
                found.push(RecomputeFault::Differs {
                    file: file.to_owned(),
                    row: row + 1,
                    column: head.get(column).cloned().unwrap_or_default(),
                    frozen: cell(before),
                    recomputed: cell(after),
                });
            }
        }
    }
    found
}
