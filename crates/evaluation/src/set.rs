//! Criteria sets: a definition of the index engine with what a campaign must know besides: who scores a leaf, who appraises it, which evidence
//! is asked, and which figures the system has itself. No input or output.

pub(crate) mod checking;

use std::collections::BTreeMap;

use composite_index::{Definition, FigureId, LeafRule, Node, NodeId, Role, Text, read_definition};
use rust_decimal::Decimal;
use thiserror::Error;
use toml_edit::{DocumentMut, Item, TableLike};
use ui::Lang;

pub use checking::{is_part_code, read_new_set};

/// Where a set comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetKind {
    /// Made by the office that uses it.
    Own,
    /// A sample that comes with the program; no official set.
    Sample,
    /// An official set, as far as it was seen.
    Sourced,
}

impl SetKind {
    /// The word in the database and in files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Sample => "sample",
            Self::Sourced => "sourced",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::Own, Self::Sample, Self::Sourced].into_iter().find(|kind| kind.word() == word)
    }
}

/// Who gives the points of a leaf at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scorer {
    /// The unit itself.
    #[default]
    Unit,
    /// A survey.
    Survey,
    /// Another agency.
    Agency,
}

impl Scorer {
    /// The word in files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Survey => "survey",
            Self::Agency => "agency",
        }
    }

    /// The scorer of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::Unit, Self::Survey, Self::Agency].into_iter().find(|scorer| scorer.word() == word)
    }
}

/// What a campaign asks at a node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asks {
    /// Who gives the points at first; absent where the rule says it.
    pub scored_by: Option<Scorer>,
    /// The agency that appraises, as text; its nodes below inherit it.
    pub appraised_by: Option<String>,
    /// Which evidence is asked.
    pub evidence: Option<Text>,
    /// How the rule is to be understood.
    pub guidance: Option<Text>,
    /// Figures that the system can take from its observations: code of the figure to code of the indicator.
    pub observed: BTreeMap<String, String>,
}

/// What is said of the whole set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetHead {
    /// Where it comes from.
    pub kind: SetKind,
    /// What is missing of an official set.
    pub partial: Option<Text>,
    /// Lower levels may add leaves inside a parent's maximum.
    pub framework: bool,
    /// The framework that it extends: id of a set.
    pub extends: Option<String>,
    /// Level of the units: department, commune, province, ministry.
    pub level: String,
}

/// A criteria set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriteriaSet {
    /// Tree, rules, figures.
    pub definition: Definition,
    /// What is said of the whole.
    pub head: SetHead,
    /// What is asked at nodes, by their code.
    pub asks: BTreeMap<String, Asks>,
}

/// What is wrong with the text of a set.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {subject}: {rule}")]
pub struct SetFault {
    /// Line from 1; zero where the place is not known.
    pub line: usize,
    /// Which rule was broken: a word of the engine, or one of this module.
    pub rule: String,
    /// Of what.
    pub subject: String,
    /// More about it.
    pub detail: String,
}

impl SetFault {
    fn new(line: usize, rule: &str, subject: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { line, rule: rule.to_owned(), subject: subject.into(), detail: detail.into() }
    }
}

/// Reads the text of a set.
///
/// # Errors
/// Every fault of the definition, or every fault in what is asked.
pub fn read_set(text: &str) -> Result<CriteriaSet, Vec<SetFault>> {
    let definition = read_definition(text).map_err(|faults| {
        faults.into_iter().map(|fault| SetFault::new(fault.line, fault.rule.code(), fault.subject, fault.detail)).collect::<Vec<_>>()
    })?;
    let document: DocumentMut =
        text.parse().map_err(|error: toml_edit::TomlError| vec![SetFault::new(0, "syntax", "TOML", error.message())])?;
    let mut reader = Reader { definition: &definition, text, faults: Vec::new() };
    let head = reader.head(&document);
    let asks = reader.asks(&document);
    let mut faults = reader.faults;
    faults.sort_by_key(|fault| fault.line);
    if faults.is_empty() { Ok(CriteriaSet { definition, head, asks }) } else { Err(faults) }
}

struct Reader<'a> {
    definition: &'a Definition,
    text: &'a str,
    faults: Vec<SetFault>,
}

impl Reader<'_> {
    fn head(&mut self, document: &DocumentMut) -> SetHead {
        let mut head =
            SetHead { kind: SetKind::Own, partial: None, framework: false, extends: None, level: self.definition.unit_level.clone() };
        let Some(table) = document.get("set").and_then(Item::as_table_like) else { return head };
        let line = self.line_of("[set]");
        for (key, item) in table.iter() {
            match key {
                "kind" => match item.as_str().and_then(SetKind::of) {
                    Some(kind) => head.kind = kind,
                    None => self.faults.push(SetFault::new(line, "unknown-word", "set.kind", "own, sample, sourced")),
                },
                "partial" => head.partial = self.text_of(item, "set.partial", line),
                "framework" => match item.as_bool() {
                    Some(value) => head.framework = value,
                    None => self.faults.push(SetFault::new(line, "wrong-type", "set.framework", "true, false")),
                },
                "extends" => head.extends = item.as_str().map(str::to_owned),
                "level" => match item.as_str() {
                    Some(level) => level.clone_into(&mut head.level),
                    None => self.faults.push(SetFault::new(line, "wrong-type", "set.level", "text")),
                },
                other => {
                    self.faults.push(SetFault::new(
                        line,
                        "unknown-key",
                        format!("set.{other}"),
                        "kind, partial, framework, extends, level",
                    ));
                }
            }
        }
        head
    }

    fn asks(&mut self, document: &DocumentMut) -> BTreeMap<String, Asks> {
        let mut all = BTreeMap::new();
        let Some(nodes) = document.get("node").and_then(Item::as_array_of_tables) else { return all };
        let lines = lines_of_codes(self.text);
        for node in nodes {
            let Some(code) = node.get("code").and_then(Item::as_str) else { continue };
            let Some(table) = node.get("asks").and_then(Item::as_table_like) else { continue };
            let line = lines.get(code).copied().unwrap_or_default();
            let asks = self.asks_of(code, table, line);
            all.insert(code.to_owned(), asks);
        }
        all
    }

    fn asks_of(&mut self, code: &str, table: &dyn TableLike, line: usize) -> Asks {
        let mut asks = Asks::default();
        for (key, item) in table.iter() {
            let subject = format!("{code}: asks.{key}");
            match key {
                "scored_by" => match item.as_str().and_then(Scorer::of) {
                    Some(scorer) => asks.scored_by = Some(scorer),
                    None => self.faults.push(SetFault::new(line, "unknown-word", subject, "unit, survey, agency")),
                },
                "appraised_by" => asks.appraised_by = item.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned),
                "evidence" => asks.evidence = self.text_of(item, &subject, line),
                "guidance" => asks.guidance = self.text_of(item, &subject, line),
                "observed" => {
                    for (figure, indicator) in item.as_table_like().into_iter().flat_map(TableLike::iter) {
                        match (self.definition.figure(figure), indicator.as_str()) {
                            (Some(_), Some(indicator)) => {
                                asks.observed.insert(figure.to_owned(), indicator.to_owned());
                            }
                            (None, _) => self.faults.push(SetFault::new(line, "unknown-figure", subject.clone(), figure)),
                            (_, None) => self.faults.push(SetFault::new(line, "wrong-type", subject.clone(), figure)),
                        }
                    }
                }
                _ => self.faults.push(SetFault::new(line, "unknown-key", subject, "scored_by, appraised_by, evidence, guidance, observed")),
            }
        }
        asks
    }

    /// `{ vi = "…", en = "…" }`, or one text for both languages.
    fn text_of(&mut self, item: &Item, subject: &str, line: usize) -> Option<Text> {
        if let Some(text) = item.as_str() {
            return Some(Text { vi: text.to_owned(), en: text.to_owned() });
        }
        let of = |key: &str| item.as_table_like()?.get(key)?.as_str().map(str::to_owned);
        match (of("vi"), of("en")) {
            (Some(vi), en) => Some(Text { en: en.unwrap_or_else(|| vi.clone()), vi }),
            (None, _) => {
                self.faults.push(SetFault::new(line, "wrong-type", subject, "{ vi = \"…\", en = \"…\" }"));
                None
            }
        }
    }

    fn line_of(&self, needle: &str) -> usize {
        self.text.lines().position(|line| line.trim_start().starts_with(needle)).map_or(0, |at| at + 1)
    }
}

/// The first line, from 1, on which each code stands.
fn lines_of_codes(text: &str) -> BTreeMap<&str, usize> {
    let mut lines = BTreeMap::new();
    for (at, line) in text.lines().enumerate() {
        let code = line.trim_start().strip_prefix("code = \"").and_then(|rest| rest.split_once('"'));
        if let Some((code, _)) = code {
            lines.entry(code).or_insert(at + 1);
        }
    }
    lines
}

impl CriteriaSet {
    /// What is asked at a node; a leaf inherits its agency of appraisal from above.
    #[must_use]
    pub fn asks_at(&self, node: NodeId) -> Asks {
        let mut asks = self.asks.get(&self.definition.nodes[node].code).cloned().unwrap_or_default();
        let mut above = self.definition.nodes[node].parent;
        while let (None, Some(parent)) = (&asks.appraised_by, above) {
            asks.appraised_by = self.asks.get(&self.definition.nodes[parent].code).and_then(|asks| asks.appraised_by.clone());
            above = self.definition.nodes[parent].parent;
        }
        asks
    }

    /// Who gives the points of a leaf at first: as the set says, else as its rule has it.
    #[must_use]
    pub fn scorer(&self, leaf: NodeId) -> Scorer {
        let node = &self.definition.nodes[leaf];
        self.asks.get(&node.code).and_then(|asks| asks.scored_by).unwrap_or(match &node.rule {
            Some(LeafRule::Survey { .. }) => Scorer::Survey,
            Some(LeafRule::External) => Scorer::Agency,
            _ => Scorer::Unit,
        })
    }

    /// The nodes from the top, each with its depth; the total has depth 0.
    #[must_use]
    pub fn tree(&self) -> Vec<(NodeId, usize)> {
        self.definition.top_down()
    }

    /// The leaves in the order of the tree.
    #[must_use]
    pub fn leaves(&self) -> Vec<NodeId> {
        self.tree().into_iter().map(|(id, _)| id).filter(|id| self.definition.nodes[*id].is_leaf()).collect()
    }

    /// A leaf by its code.
    #[must_use]
    pub fn leaf(&self, code: &str) -> Option<NodeId> {
        self.definition.node(code).filter(|id| self.definition.nodes[*id].is_leaf())
    }

    /// Whether a node is another or lies below it.
    #[must_use]
    pub fn is_below(&self, node: NodeId, above: &str) -> bool {
        let mut at = Some(node);
        while let Some(id) = at {
            if self.definition.nodes[id].code == above {
                return true;
            }
            at = self.definition.nodes[id].parent;
        }
        false
    }

    /// The area of a node: its ancestor right below the total.
    #[must_use]
    pub fn area(&self, node: NodeId) -> NodeId {
        let mut at = node;
        while let Some(parent) = self.definition.nodes[at].parent {
            if parent == self.definition.total {
                return at;
            }
            at = parent;
        }
        at
    }

    /// Name of a node.
    #[must_use]
    pub fn name(&self, node: NodeId, lang: Lang) -> &str {
        let node = &self.definition.nodes[node];
        node.name.as_ref().map_or(node.code.as_str(), |name| lang.pick(name.vi.as_str(), name.en.as_str()))
    }

    /// Figures that a leaf asks for: those of its rule, then those of its condition.
    #[must_use]
    pub fn figures_of(&self, leaf: NodeId) -> Vec<FigureId> {
        let node = &self.definition.nodes[leaf];
        let mut figures = node.rule.as_ref().map(LeafRule::figures).unwrap_or_default();
        for figure in node.absent.iter().flat_map(|absent| absent.when.figures()) {
            if !figures.contains(&figure) {
                figures.push(figure);
            }
        }
        figures
    }

    /// The indicator of which the system takes a figure of a leaf.
    #[must_use]
    pub fn indicator_of(&self, figure: FigureId) -> Option<&str> {
        let code = self.definition.figures[figure].code.as_str();
        self.asks.values().find_map(|asks| asks.observed.get(code)).map(String::as_str)
    }

    /// The leaf at which a figure is entered: the first that asks for it.
    #[must_use]
    pub fn home_of(&self, figure: FigureId) -> Option<NodeId> {
        self.leaves().into_iter().find(|leaf| self.figures_of(*leaf).contains(&figure))
    }

    /// Whether the unit enters points itself: a leaf without figures that is not given by others.
    #[must_use]
    pub fn is_typed_points(&self, leaf: NodeId) -> bool {
        self.definition.nodes[leaf].is_input()
    }

    /// Whether a leaf is for units of a block.
    #[must_use]
    pub fn is_for(&self, leaf: NodeId, block: &str) -> bool {
        let mut at = Some(leaf);
        while let Some(id) = at {
            let node: &Node = &self.definition.nodes[id];
            if !node.blocks.is_empty() && !node.blocks.iter().any(|one| one == block) {
                return false;
            }
            at = node.parent;
        }
        true
    }

    /// How the points of a node count: as it says itself, else as the nearest node above that says it.
    #[must_use]
    pub fn role_at(&self, node: NodeId) -> Role {
        let nodes = &self.definition.nodes;
        std::iter::successors(Some(node), |id| nodes[*id].parent)
            .map(|id| nodes[id].role)
            .find(|role| *role != Role::Points)
            .unwrap_or(Role::Points)
    }

    /// A bound of a bonus or a penalty: that of the node, else of the nearest one above inside the same bonus or penalty.
    #[must_use]
    pub fn bound_at(&self, node: NodeId, bound: impl Fn(&Node) -> Option<Decimal>) -> Option<Decimal> {
        let nodes = &self.definition.nodes;
        let role = self.role_at(node);
        std::iter::successors(Some(node), |id| nodes[*id].parent)
            .take_while(|id| self.role_at(*id) == role)
            .find_map(|id| bound(&nodes[id]))
    }

    /// Highest points of a leaf, above which nothing is accepted: its maximum, or the cap of a bonus.
    #[must_use]
    pub fn most(&self, leaf: NodeId) -> Option<Decimal> {
        let node = &self.definition.nodes[leaf];
        node.maximum.or(node.cap).or_else(|| self.definition.maximum(leaf))
    }
}

/// Faults of a set that says it extends a framework: every part of the framework is there with its parent and its maximum, and what is new
/// stands inside a maximum of the framework.
#[must_use]
pub fn extension_faults(framework: &CriteriaSet, set: &CriteriaSet, line: usize) -> Vec<SetFault> {
    let (frame, own) = (&framework.definition, &set.definition);
    let parent = |definition: &Definition, node: NodeId| definition.nodes[node].parent.map(|parent| definition.nodes[parent].code.clone());
    let mut faults = Vec::new();
    for (id, _) in frame.top_down() {
        let code = &frame.nodes[id].code;
        match own.node(code) {
            None => faults.push(SetFault::new(line, "framework-part-missing", code.clone(), framework.name(id, Lang::Vi))),
            Some(here) => {
                if parent(frame, id) != parent(own, here) {
                    faults.push(SetFault::new(line, "framework-part-moved", code.clone(), parent(frame, id).unwrap_or_default()));
                }
                if let Some(most) = frame.maximum(id)
                    && own.maximum(here) != Some(most)
                {
                    let found = own.maximum(here).map_or_else(|| "–".to_owned(), |found| found.to_string());
                    faults.push(SetFault::new(line, "framework-maximum", code.clone(), format!("{found} ≠ {most}")));
                }
            }
        }
    }
    for (id, _) in own.top_down() {
        let code = &own.nodes[id].code;
        // A new part under the total would be a new area, outside every maximum of the framework.
        if frame.node(code).is_none() && own.nodes[id].parent == Some(own.total) {
            faults.push(SetFault::new(line, "framework-new-area", code.clone(), ""));
        }
    }
    if !framework.head.framework {
        faults.push(SetFault::new(line, "not-a-framework", frame.id.clone(), ""));
    }
    faults
}
