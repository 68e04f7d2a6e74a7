//! Definition files: TOML in, a [`Definition`] out, or every fault with its line.

mod keys;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use toml_edit::Document;

use crate::definition::{
    Aggregation, Band, BandRule, Basis, Break, BreakKind, Components, Computation, Definition, Direction, Edition, KnownException,
    MissingRule, Node, NodeId, RankOn, Source, Status, TieRule,
};
use crate::fault::{DefinitionFault, DefinitionRule as Rule};
use keys::{Faults, Keys};

/// The format this program reads.
const FORMAT: &str = "cchc-index-definition/1";
/// Columns of every table, the last two behind `published.`; a node cannot have such a code.
const COLUMNS: [&str; 6] = ["unit", "code", "source", "note", "rank", "band"];

/// Reads a definition file.
///
/// # Errors
/// Every fault, sorted by line.
pub fn read_definition(text: &str) -> Result<Definition, Vec<DefinitionFault>> {
    let faults = Faults::new(text);
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            faults.add(error.span().map_or(0, |span| span.start), Rule::Syntax, "TOML", error.message());
            return Err(faults.into_sorted());
        }
    };
    let top = Keys::new(document.as_table(), 0, &faults);
    let definition = read_top(&top, &faults);
    top.finish();
    let faults = faults.into_sorted();
    match definition {
        Some(definition) if faults.is_empty() => Ok(definition),
        _ => Err(faults),
    }
}

fn read_top(top: &Keys<'_>, faults: &Faults<'_>) -> Option<Definition> {
    if let Some(format) = top.required_text("format").filter(|format| format != FORMAT) {
        faults.add(top.place("format"), Rule::WrongFormat, &format, FORMAT);
    }
    let (id, index) = (top.required_text("id"), top.required_text("index"));
    let (name, summary) = (top.required_bilingual("name"), top.required_bilingual("summary"));
    let short_name = top.bilingual("short_name");
    let unit_level = top.required_text("unit_level");
    let status = top.required_word("status", Status::WORDS);
    let decimals = top.required_number("decimals", 0..=12);
    let computation = top.table("computation").and_then(|keys| read_computation(&keys));
    if !top.has("computation") {
        faults.add(top.start(), Rule::MissingKey, "computation", "[computation]");
    }
    let sources = read_sources(top, faults);
    let tree = read_tree(top, faults);
    let editions = read_editions(top, &tree.nodes, &sources, faults);
    let breaks = top.tables("break").iter().filter_map(read_break).collect();
    Some(Definition {
        id: id?,
        index: index?,
        short_name: short_name.or_else(|| name.clone())?,
        name: name?,
        summary: summary?,
        unit_level: unit_level?,
        status: status?,
        decimals: decimals?,
        computation: computation?,
        total: tree.total?,
        bottom_up: tree.bottom_up,
        nodes: tree.nodes,
        editions,
        breaks,
        sources,
    })
}

fn read_computation(keys: &Keys<'_>) -> Option<Computation> {
    let rank_direction = keys.required_word("rank_direction", Direction::WORDS);
    let tie_rule = keys.required_word("tie_rule", TieRule::WORDS);
    let rank_on = keys.required_word("rank_on", RankOn::WORDS);
    let missing = keys.required_word("missing", MissingRule::WORDS);
    keys.finish();
    Some(Computation { rank_direction: rank_direction?, tie_rule: tie_rule?, rank_on: rank_on?, missing: missing? })
}

fn read_sources(top: &Keys<'_>, faults: &Faults<'_>) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for keys in top.tables("source") {
        let Some(source) = read_source(&keys) else { continue };
        if sources.iter().any(|known| known.id == source.id) {
            faults.add(keys.place("id"), Rule::Duplicate, &source.id, "source");
        }
        sources.push(source);
    }
    sources
}

fn read_source(keys: &Keys<'_>) -> Option<Source> {
    let id = keys.required_text("id");
    let title = keys.required_bilingual("title");
    let issuer = keys.required_text("issuer");
    let licence = keys.required_text("licence");
    let (url, note) = (keys.text("url"), keys.text("note"));
    keys.finish();
    Some(Source { id: id?, title: title?, issuer: issuer?, url, licence: licence?, note })
}

fn read_break(keys: &Keys<'_>) -> Option<Break> {
    let year = keys.required_year("year");
    let kind = keys.required_word("kind", BreakKind::WORDS);
    let comparable = keys.required_boolean("comparable");
    let text = keys.required_bilingual("text");
    keys.finish();
    Some(Break { year: year?, kind: kind?, comparable: comparable?, text: text? })
}

struct Tree {
    nodes: Vec<Node>,
    total: Option<NodeId>,
    bottom_up: Vec<NodeId>,
}

fn read_tree(top: &Keys<'_>, faults: &Faults<'_>) -> Tree {
    let tables = top.tables("node");
    let mut by_code: BTreeMap<String, NodeId> = BTreeMap::new();
    let mut nodes = Vec::with_capacity(tables.len());
    let mut parents = Vec::with_capacity(tables.len());
    for keys in &tables {
        let code = keys.required_text("code").unwrap_or_default();
        if !code.is_empty() && by_code.insert(code.clone(), nodes.len()).is_some() {
            faults.add(keys.place("code"), Rule::Duplicate, &code, "node");
        }
        if COLUMNS.contains(&code.as_str()) || code.starts_with("published.") {
            faults.add(keys.place("code"), Rule::Duplicate, &code, "column of every table");
        }
        parents.push(keys.text("parent"));
        nodes.push(Node {
            code,
            indicator: keys.text("indicator"),
            name: keys.bilingual("name"),
            parent: None,
            children: Vec::new(),
            weight: keys.decimal("weight"),
            direction: keys.word("direction", Direction::WORDS).unwrap_or(Direction::HigherIsBetter),
            range: keys.range("range"),
            aggregation: keys.word("aggregation", Aggregation::WORDS),
        });
        keys.finish();
    }
    for (id, (parent, keys)) in parents.iter().zip(&tables).enumerate() {
        let Some(parent) = parent else { continue };
        match by_code.get(parent) {
            Some(parent_id) => {
                nodes[id].parent = Some(*parent_id);
                nodes[*parent_id].children.push(id);
            }
            None => faults.add(keys.place("parent"), Rule::UnknownReference, parent, "parent"),
        }
    }
    let roots: Vec<NodeId> = parents.iter().enumerate().filter(|(_, parent)| parent.is_none()).map(|(id, _)| id).collect();
    if roots.len() != 1 {
        let line_of = roots.get(1).map_or_else(|| top.start(), |second| tables[*second].start());
        let found: Vec<&str> = roots.iter().map(|id| nodes[*id].code.as_str()).collect();
        faults.add(line_of, Rule::OneTotal, "node", &format!("1 (found {}: {})", roots.len(), found.join(", ")));
    }
    check_places(&nodes, &tables, faults);
    let bottom_up = bottom_up(&nodes, &tables, faults);
    Tree { total: roots.first().copied(), nodes, bottom_up }
}

/// Weights and aggregations stand where they belong, and only there.
fn check_places(nodes: &[Node], tables: &[Keys<'_>], faults: &Faults<'_>) {
    for (node, keys) in nodes.iter().zip(tables) {
        match (node.children.is_empty(), node.aggregation) {
            (false, None) => faults.add(keys.start(), Rule::AggregationPlace, &node.code, "aggregation = …"),
            (true, Some(Aggregation::WeightedSum | Aggregation::WeightedMean | Aggregation::Given)) => {
                faults.add(keys.place("aggregation"), Rule::AggregationPlace, &node.code, "no children");
            }
            _ => {}
        }
        let weighs = node
            .parent
            .is_some_and(|parent| matches!(nodes[parent].aggregation, Some(Aggregation::WeightedSum | Aggregation::WeightedMean)));
        match (weighs, node.weight) {
            (true, None) if !keys.has("weight") => faults.add(keys.start(), Rule::Weight, &node.code, "weight = \"…\""),
            (true, Some(weight)) if weight.is_sign_negative() => faults.add(keys.place("weight"), Rule::Weight, &node.code, "≥ 0"),
            (false, Some(_)) => faults.add(keys.place("weight"), Rule::Weight, &node.code, "no weight here"),
            _ => {}
        }
    }
}

/// Children before parents; what is left over hangs in a circle.
fn bottom_up(nodes: &[Node], tables: &[Keys<'_>], faults: &Faults<'_>) -> Vec<NodeId> {
    let mut order = Vec::with_capacity(nodes.len());
    let mut open: Vec<usize> = nodes.iter().map(|node| node.children.len()).collect();
    let mut ready: Vec<NodeId> = (0..nodes.len()).filter(|id| open[*id] == 0).collect();
    while let Some(id) = ready.pop() {
        order.push(id);
        if let Some(parent) = nodes[id].parent {
            open[parent] -= 1;
            if open[parent] == 0 {
                ready.push(parent);
            }
        }
    }
    for (id, node) in nodes.iter().enumerate().filter(|(id, _)| open[*id] > 0) {
        faults.add(tables[id].start(), Rule::Cycle, &node.code, node.parent.map_or("", |parent| nodes[parent].code.as_str()));
    }
    order
}

fn read_editions(top: &Keys<'_>, nodes: &[Node], sources: &[Source], faults: &Faults<'_>) -> Vec<Edition> {
    let mut editions: Vec<Edition> = Vec::new();
    for keys in top.tables("edition") {
        let year = keys.required_year("year");
        if let Some(year) = year.filter(|year| editions.iter().any(|edition| edition.year == *year)) {
            faults.add(keys.place("year"), Rule::Duplicate, &year.to_string(), "edition");
        }
        let ids = keys.texts("sources");
        for id in ids.iter().filter(|id| !sources.iter().any(|source| source.id == **id)) {
            faults.add(keys.place("sources"), Rule::UnknownReference, id, "source");
        }
        let edition = Edition {
            year: year.unwrap_or_default(),
            data: keys.text("data"),
            components: keys.word("components", Components::WORDS).unwrap_or(Components::None),
            units_as_of: keys.date("units_as_of"),
            units_expected: keys.number("units_expected", 1..=1_000_000),
            published_total: keys.boolean("published_total").unwrap_or(true),
            tolerance: keys.decimal("tolerance"),
            sources: ids,
            note: keys.bilingual("note"),
            band_rule: keys.word("band_rule", BandRule::WORDS).unwrap_or(BandRule::Score),
            bands: read_bands(&keys, faults),
            known_exceptions: read_exceptions(&keys, nodes, faults),
        };
        if edition.band_rule == BandRule::Percentile {
            let outside = |from: &Decimal| *from < Decimal::ZERO || *from > Decimal::ONE_HUNDRED;
            for band in edition.bands.iter().filter(|band| band.from.as_ref().is_some_and(outside)) {
                faults.add(keys.start(), Rule::Order, &band.code, "0 … 100");
            }
        }
        if edition.data.is_some() && edition.units_as_of.is_none() {
            faults.add(keys.start(), Rule::MissingKey, "units_as_of", &format!("edition {}", edition.year));
        }
        keys.finish();
        editions.push(edition);
    }
    editions.sort_by_key(|edition| edition.year);
    editions
}

fn read_bands(keys: &Keys<'_>, faults: &Faults<'_>) -> Vec<Band> {
    let mut bands: Vec<Band> = Vec::new();
    let tables = keys.tables("band");
    for (position, keys) in tables.iter().enumerate() {
        let code = keys.required_text("code");
        let name = keys.required_bilingual("name");
        let basis = keys.required_word("basis", Basis::WORDS);
        let from = keys.decimal("from");
        keys.finish();
        let above: Option<Decimal> = bands.last().and_then(|band| band.from);
        let is_last = position + 1 == tables.len();
        if (from.is_none() && !is_last) || (position > 0 && (above.is_none() || from >= above)) {
            faults.add(keys.start(), Rule::Order, code.as_deref().unwrap_or("band"), "highest first");
        }
        if let (Some(code), Some(name), Some(basis)) = (code, name, basis) {
            if bands.iter().any(|band| band.code == code) {
                faults.add(keys.start(), Rule::Duplicate, &code, "band");
            }
            bands.push(Band { code, name, from, basis });
        }
    }
    bands
}

fn read_exceptions(keys: &Keys<'_>, nodes: &[Node], faults: &Faults<'_>) -> Vec<KnownException> {
    let mut exceptions = Vec::new();
    for keys in keys.tables("known_exception") {
        let unit = keys.text("unit");
        let code = keys.text("node");
        let node = code.as_ref().and_then(|code| nodes.iter().position(|node| node.code == *code));
        if let (Some(code), None) = (&code, node) {
            faults.add(keys.place("node"), Rule::UnknownReference, code, "node");
        }
        let explained = keys.boolean("explained").unwrap_or(true);
        if let Some(text) = keys.required_bilingual("text") {
            exceptions.push(KnownException { unit, node, text, explained });
        }
        keys.finish();
    }
    exceptions
}
