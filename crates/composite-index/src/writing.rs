//! A [`Definition`] becomes the canonical TOML text of a definition file.
//!
//! Every structure is taken apart field by field, so that a new field does not compile until it is written.

mod keys;
mod rules;
mod scaling;
mod tree;

use toml_edit::DocumentMut;

use crate::definition::{
    Band, BandRule, Block, Break, Components, Computation, Definition, Edition, Figure, FigureKind, KnownException, RankWithin, Source,
};
use crate::reading::FORMAT;
use keys::{Keys, unusual};
use tree::{node_keys, nodes_in_order};

/// The canonical text of a definition, as `read_definition` reads it.
///
/// The text is a function of the definition alone: keys stand in one order, numbers without trailing zeros, and what follows from the rest is left
/// out, such as usual words and the maximum of a sum of points. Reading it gives back the definition that was read before, with the same ids, as
/// long as the text is no longer than [`crate::DEFINITION_LENGTH`]; and writing what was read gives the same text again.
///
/// Nodes stand in the order of their ids. Where an edited definition has children in another order than their ids, nodes stand in the order of the
/// tree instead, so that children keep their order and ids change. A definition that was put together otherwise than by reading may have faults,
/// which reading its text tells.
///
/// Comments, and the tables `[set]` and `[node.asks]` that reading leaves to other programs, are no part of a definition and are not written.
#[must_use]
pub fn write_definition(definition: &Definition) -> String {
    let Definition {
        id,
        index,
        name,
        short_name,
        summary,
        unit_level,
        status,
        decimals,
        computation,
        figures,
        blocks,
        nodes: _,
        total: _,
        bottom_up: _,
        editions,
        breaks,
        sources,
    } = definition;
    let mut keys = Keys::new();
    keys.text("format", FORMAT);
    keys.text("id", id.as_str());
    keys.text("index", index.as_str());
    keys.bilingual("name", name);
    keys.bilingual("short_name", short_name);
    keys.bilingual("summary", summary);
    keys.text("unit_level", unit_level.as_str());
    keys.text("status", status.word());
    keys.number("decimals", i64::from(*decimals));
    keys.table("computation", computation_keys(computation));
    keys.tables("block", blocks.iter().map(block_keys));
    keys.tables("figure", figures.iter().map(figure_keys));
    keys.tables("node", nodes_in_order(definition).into_iter().map(|id| node_keys(definition, id)));
    let mut by_year: Vec<&Edition> = editions.iter().collect();
    by_year.sort_by_key(|edition| edition.year);
    keys.tables("edition", by_year.into_iter().map(|edition| edition_keys(definition, edition)));
    keys.tables("break", breaks.iter().map(break_keys));
    keys.tables("source", sources.iter().map(source_keys));
    DocumentMut::from(keys.into_table()).to_string()
}

fn computation_keys(computation: &Computation) -> Keys {
    let Computation { rank_direction, tie_rule, rank_on, missing, rank_within } = computation;
    let mut keys = Keys::new();
    keys.text("rank_direction", rank_direction.word());
    keys.text("tie_rule", tie_rule.word());
    keys.text("rank_on", rank_on.word());
    keys.text("missing", missing.word());
    keys.text("rank_within", unusual(*rank_within, RankWithin::All).map(RankWithin::word));
    keys
}

fn block_keys(block: &Block) -> Keys {
    let Block { code, name } = block;
    let mut keys = Keys::new();
    keys.text("code", code.as_str());
    keys.bilingual("name", name);
    keys
}

fn figure_keys(figure: &Figure) -> Keys {
    let Figure { code, name, kind, unit, range } = figure;
    let mut keys = Keys::new();
    keys.text("code", code.as_str());
    keys.bilingual("name", name);
    keys.text("kind", unusual(kind, &FigureKind::Number).map(FigureKind::word));
    if let FigureKind::Choice(choices) = kind {
        keys.texts("choices", choices.iter().map(String::as_str));
    }
    keys.text("unit", unit.as_deref());
    keys.range("range", *range);
    keys
}

fn edition_keys(definition: &Definition, edition: &Edition) -> Keys {
    let Edition {
        year,
        data,
        components,
        units_as_of,
        units_expected,
        published_total,
        tolerance,
        sources,
        note,
        band_rule,
        bands,
        known_exceptions,
    } = edition;
    let mut keys = Keys::new();
    keys.number("year", i64::from(*year));
    keys.text("data", data.as_deref());
    keys.text("components", unusual(*components, Components::None).map(Components::word));
    keys.date("units_as_of", *units_as_of);
    keys.number("units_expected", units_expected.map(i64::from));
    keys.boolean("published_total", unusual(*published_total, true));
    keys.decimal("tolerance", *tolerance);
    keys.texts("sources", sources.iter().map(String::as_str));
    keys.bilingual("note", note);
    keys.text("band_rule", unusual(*band_rule, BandRule::Score).map(BandRule::word));
    keys.tables("band", bands.iter().map(band_keys));
    keys.tables("known_exception", known_exceptions.iter().map(|known| exception_keys(definition, known)));
    keys
}

fn band_keys(band: &Band) -> Keys {
    let Band { code, name, from, block, basis } = band;
    let mut keys = Keys::new();
    keys.text("code", code.as_str());
    keys.bilingual("name", name);
    keys.decimal("from", *from);
    keys.text("block", block.as_deref());
    keys.text("basis", basis.word());
    keys
}

fn exception_keys(definition: &Definition, known: &KnownException) -> Keys {
    let KnownException { unit, node, text, explained } = known;
    let mut keys = Keys::new();
    keys.text("unit", unit.as_deref());
    keys.text("node", node.map(|node| definition.nodes[node].code.as_str()));
    keys.boolean("explained", unusual(*explained, true));
    keys.bilingual("text", text);
    keys
}

fn break_keys(found: &Break) -> Keys {
    let Break { year, kind, comparable, text } = found;
    let mut keys = Keys::new();
    keys.number("year", i64::from(*year));
    keys.text("kind", kind.word());
    keys.boolean("comparable", *comparable);
    keys.bilingual("text", text);
    keys
}

fn source_keys(source: &Source) -> Keys {
    let Source { id, title, issuer, url, licence, note } = source;
    let mut keys = Keys::new();
    keys.text("id", id.as_str());
    keys.bilingual("title", title);
    keys.text("issuer", issuer.as_str());
    keys.text("url", url.as_deref());
    keys.text("licence", licence.as_str());
    keys.text("note", note.as_deref());
    keys
}
