//! Definition files: TOML in, a [`Definition`] out, or every fault with its line.

mod keys;
mod rules;
mod scaling;
mod tree;

use rust_decimal::Decimal;
use toml_edit::Document;

use crate::definition::{
    Band, BandRule, Basis, Block, Break, BreakKind, Components, Computation, Definition, Direction, Edition, KnownException, MissingRule,
    Node, RankOn, RankWithin, Source, Status, TieRule,
};
use crate::fault::{DefinitionFault, DefinitionRule as Rule};
use keys::{Faults, Keys};
use rules::read_figures;
pub(crate) use tree::rescales_unsaid;
use tree::{Known, read_tree};

/// The format this program reads and writes.
pub(crate) const FORMAT: &str = "cchc-index-definition/1";
/// Columns of every table, `rank` and `band` behind `published.`; a node or figure cannot have such a code.
const COLUMNS: [&str; 8] = ["unit", "code", "source", "note", "rank", "band", "block", "ranked"];
/// What begins the name of a column that speaks of another one.
const PREFIXES: [&str; 3] = ["published.", "not-applicable.", "se."];
/// The table at the top, and the one at each node, in which a program that uses the engine keeps what is its own.
const LEFT_AT_TOP: &str = "set";
const LEFT_AT_NODE: &str = "asks";
/// Longest definition file, in bytes.
pub const DEFINITION_LENGTH: usize = 8 * 1024 * 1024;
/// Most nodes, and most figures, of a definition.
pub const DEFINITION_NODES: usize = 20_000;

/// Reads a definition file.
///
/// The tables `[set]` and `[node.asks]` are left to the program that uses the definition, whatever they hold.
///
/// # Errors
/// Every fault, sorted by line.
pub fn read_definition(text: &str) -> Result<Definition, Vec<DefinitionFault>> {
    let faults = Faults::new(text);
    if text.len() > DEFINITION_LENGTH {
        faults.add(0, Rule::TooLarge, "TOML", &format!("{} > {DEFINITION_LENGTH} bytes", text.len()));
        return Err(faults.into_sorted());
    }
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            faults.add(error.span().map_or(0, |span| span.start), Rule::Syntax, "TOML", error.message());
            return Err(faults.into_sorted());
        }
    };
    let top = Keys::new(document.as_table(), 0, &faults);
    let definition = read_top(&top, &faults);
    top.leave(LEFT_AT_TOP);
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
    let blocks = read_blocks(top, faults);
    let figures = read_figures(top, faults);
    let missing = computation.map_or(MissingRule::NoResult, |computation| computation.missing);
    let figure_ids = figures.iter().enumerate().map(|(id, figure)| (figure.code.as_str(), id)).collect();
    let known = Known { figures: &figures, figure_ids, blocks: &blocks, missing };
    let tree = read_tree(top, &known, faults);
    let editions = read_editions(top, &tree.nodes, &sources, &blocks, faults);
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
        figures,
        blocks,
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
    let rank_within = keys.word("rank_within", RankWithin::WORDS).unwrap_or(RankWithin::All);
    keys.finish();
    Some(Computation { rank_direction: rank_direction?, tie_rule: tie_rule?, rank_on: rank_on?, missing: missing?, rank_within })
}

fn read_blocks(top: &Keys<'_>, faults: &Faults<'_>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for keys in top.tables("block") {
        let (code, name) = (keys.required_text("code"), keys.required_bilingual("name"));
        keys.finish();
        let (Some(code), Some(name)) = (code, name) else { continue };
        if blocks.iter().any(|known| known.code == code) {
            faults.add(keys.place("code"), Rule::Duplicate, &code, "block");
        }
        blocks.push(Block { code, name });
    }
    blocks
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

fn read_editions(top: &Keys<'_>, nodes: &[Node], sources: &[Source], blocks: &[Block], faults: &Faults<'_>) -> Vec<Edition> {
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
            bands: read_bands(&keys, blocks, faults),
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

fn read_bands(keys: &Keys<'_>, blocks: &[Block], faults: &Faults<'_>) -> Vec<Band> {
    let mut bands: Vec<Band> = Vec::new();
    let tables = keys.tables("band");
    let block_of: Vec<Option<String>> = tables.iter().map(|keys| keys.text("block")).collect();
    for (position, keys) in tables.iter().enumerate() {
        let code = keys.required_text("code");
        let name = keys.required_bilingual("name");
        let basis = keys.required_word("basis", Basis::WORDS);
        let from = keys.decimal("from");
        let block = block_of[position].clone();
        keys.finish();
        if let Some(unknown) = block.as_ref().filter(|block| !blocks.iter().any(|known| known.code == **block)) {
            faults.add(keys.place("block"), Rule::UnknownReference, unknown, "block");
        }
        // Bands of one block run from high to low; only the last has no lower end.
        let is_first = !block_of[..position].contains(&block);
        let is_last = !block_of[position + 1..].contains(&block);
        let above = bands.iter().rev().find(|band| band.block == block).and_then(|band| band.from);
        if (from.is_none() && !is_last) || (!is_first && (above.is_none() || from >= above)) {
            faults.add(keys.start(), Rule::Order, code.as_deref().unwrap_or("band"), "highest first");
        }
        if let (Some(code), Some(name), Some(basis)) = (code, name, basis) {
            if bands.iter().any(|band| band.code == code && band.block == block) {
                faults.add(keys.start(), Rule::Duplicate, &code, "band");
            }
            bands.push(Band { code, name, from, block, basis });
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
