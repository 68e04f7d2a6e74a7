//! The tables of the portal: what a page shows is what its download holds.

pub(crate) mod change;
pub(crate) mod compare;
pub(crate) mod method;
pub(crate) mod origin;
pub(crate) mod profile;
pub(crate) mod ranking;
pub(crate) mod units;
pub(crate) mod what_if;

use composite_index::{Gap, NodeId};
use registry::results::{EditionResult, Results};
use rust_decimal::Decimal;
use ui::Lang;
use ui::table::{Cell, Mark, MissingReason, Source};

/// Address of the chain behind a figure.
pub(crate) fn origin_address(lang: Lang, edition: &EditionResult, row: usize, node: NodeId) -> String {
    let definition = &edition.definition;
    lang.href(&format!(
        "/tu-dau/{}/{}/{}/{}",
        definition.index,
        edition.edition().year,
        edition.rows[row].unit,
        definition.nodes[node].code
    ))
}

/// A published figure, with its chain.
pub(crate) fn published_cell(lang: Lang, edition: &EditionResult, row: usize, node: NodeId) -> Cell {
    match edition.published(row, node) {
        Some(value) => Cell::number(value, edition.definition.decimals).from_where(origin_address(lang, edition, row, node)),
        None => Cell::missing(missing_reason(lang, edition, row, node)),
    }
}

/// A recomputed figure, marked where it differs from the published one by more than rounding explains.
pub(crate) fn computed_cell(lang: Lang, edition: &EditionResult, row: usize, node: NodeId) -> Cell {
    match edition.computed(row, node) {
        Some(value) => {
            let cell = Cell::number(value, edition.definition.decimals).from_where(origin_address(lang, edition, row, node));
            if differs(edition, row, node) { cell.marked(Mark::Differs) } else { cell }
        }
        None => Cell::missing(missing_reason(lang, edition, row, node)),
    }
}

/// The published figure, or the recomputed one where none was published.
pub(crate) fn best_cell(lang: Lang, edition: &EditionResult, row: usize, node: NodeId) -> Cell {
    if edition.published(row, node).is_some() { published_cell(lang, edition, row, node) } else { computed_cell(lang, edition, row, node) }
}

/// True where published and recomputed value differ by more than the edition's tolerance.
pub(crate) fn differs(edition: &EditionResult, row: usize, node: NodeId) -> bool {
    edition.comparison.differences.iter().any(|pair| pair.row == row && pair.node == node && !pair.within_tolerance)
}

/// Why a unit has no value at a node.
pub(crate) fn missing_reason(lang: Lang, edition: &EditionResult, row: usize, node: NodeId) -> MissingReason {
    match edition.scores.units[row].values[node] {
        Err(gap) => gap_reason(lang, gap),
        Ok(_) => MissingReason::Other(lang.pick("chưa thấy số công bố", "no published figure was seen").to_owned()),
    }
}

/// Why the engine has no value.
pub(crate) fn gap_reason(lang: Lang, gap: Gap) -> MissingReason {
    let words = match gap {
        Gap::NotApplicable(_) => return MissingReason::NotApplicable,
        Gap::NotPublished(_) => lang.pick("chưa có trong nguồn đã thu thập", "not in the sources obtained"),
        Gap::TooFew(_) => lang.pick("quá ít thành phần có số liệu để tính", "too few parts have a figure"),
        Gap::DivisionByZero(_) | Gap::OutOfRange(_) | Gap::NoMean(_) => {
            lang.pick("quy tắc tính không cho kết quả với số liệu này", "the rule has no result for these figures")
        }
        Gap::EmptyLeaf(_) | Gap::EmptyFigure(_) => {
            lang.pick("bảng công bố không có số liệu của đơn vị này", "the published table has no figure of this unit")
        }
    };
    MissingReason::Other(words.to_owned())
}

/// A rank, or why there is none.
pub(crate) fn rank_cell(rank: Option<u32>, lang: Lang) -> Cell {
    match rank {
        Some(rank) => Cell::rank(rank),
        None => Cell::missing(MissingReason::Other(
            lang.pick("không xếp hạng hoặc chưa thấy thứ hạng", "not ranked, or no rank was seen").to_owned(),
        )),
    }
}

/// The sources of an edition, as one line.
pub(crate) fn source_line(edition: &EditionResult, lang: Lang) -> Option<Source> {
    let titles: Vec<&str> = edition
        .edition()
        .sources
        .iter()
        .filter_map(|id| edition.definition.sources.iter().find(|source| source.id == *id))
        .map(|source| lang.pick(source.title.vi.as_str(), source.title.en.as_str()))
        .collect();
    let address = lang.href(&format!("/phuong-phap/{}/{}", edition.definition.index, edition.edition().year));
    (!titles.is_empty()).then(|| Source::linked(titles.join("; "), address))
}

/// Name of a node in a language.
pub(crate) fn node_name<'r>(results: &'r Results, edition: &'r EditionResult, node: NodeId, lang: Lang) -> &'r str {
    results.node_name(&edition.definition, node, |vi, en| lang.pick(vi, en))
}

/// Values of a node over all ranked units, ascending.
pub(crate) fn spread(edition: &EditionResult, node: NodeId) -> Vec<Decimal> {
    let mut values: Vec<Decimal> =
        (0..edition.rows.len()).filter(|row| edition.rows[*row].ranked).filter_map(|row| edition.best(row, node)).collect();
    values.sort_unstable();
    values
}

/// Name of a band of an edition, by code.
pub(crate) fn band_name<'e>(edition: &'e EditionResult, code: &str, lang: Lang) -> Option<&'e str> {
    edition.edition().bands.iter().find(|band| band.code == code).map(|band| lang.pick(band.name.vi.as_str(), band.name.en.as_str()))
}

/// The band of a row: the published one, or else the recomputed one.
pub(crate) fn band_of(edition: &EditionResult, row: usize, lang: Lang) -> Option<&str> {
    match &edition.rows[row].band {
        Some(code) => band_name(edition, code, lang),
        None => {
            let band = edition.edition().bands.get(edition.scores.units[row].band?)?;
            Some(lang.pick(band.name.vi.as_str(), band.name.en.as_str()))
        }
    }
}

/// Name of a unit as the table printed it.
pub(crate) fn unit_name(edition: &EditionResult, row: usize) -> &str {
    &edition.rows[row].printed_name
}
