use maud::{Markup, html};
use rust_decimal::Decimal;

use super::{Better, Cell, Column, DataTable, Kind, MissingReason, Row, RowKind, SortState};
use crate::{Icon, Lang, hidden_text, icon, parts};

/// The table as HTML: caption, scopes, a scroll area that takes the focus, legend of signs, notes, source.
pub fn render_table(table: &DataTable, lang: Lang) -> Markup {
    let caption_id = format!("{}-ten", table.id);
    let first_header = table.columns.iter().position(|column| column.row_header);
    let grouped = table.columns.iter().any(|column| column.group.is_some());
    let widths: Vec<Option<&'static str>> = (0..table.columns.len()).map(|index| width_class(table, index, lang)).collect();
    let signs = Signs(table.missing_reasons().into_iter().filter(|reason| in_legend(reason)).collect());
    let long = table.rows.len() > LONG;
    let narrow = table.columns.len() <= FEW_COLUMNS;
    let end_id = format!("{}-het", table.id);
    html! {
        div.table-box id={ (table.id) "-khung" } {
            @if long { a.skip-table href={ "#" (end_id) } { (lang.pick("Bỏ qua bảng này", "Skip this table")) } }
            div.scroll.tall[long && !narrow].long[long && narrow] role="region" aria-labelledby=(caption_id) tabindex="0" {
                table.data.dense[table.dense] id=(table.id) {
                    caption id=(caption_id) {
                        span.caption-title { (table.caption) }
                        @if let Some(subtitle) = &table.subtitle {
                            span.caption-sub { (subtitle) }
                        }
                    }
                    thead {
                        @if grouped { (group_row(&table.columns)) }
                        tr {
                            @for (index, column) in table.columns.iter().enumerate() {
                                (head_cell(column, Some(index) == first_header, lang))
                            }
                        }
                    }
                    tbody {
                        @if table.rows.is_empty() {
                            tr {
                                td.none colspan=(table.columns.len().max(1)) {
                                    (lang.pick("Không có dòng nào.", "There are no rows."))
                                }
                            }
                        }
                        @for row in &table.rows { (body_row(table, row, &widths, &signs, lang)) }
                    }
                }
            }
            (foot(table, &signs, lang))
            @if long { div.table-end id=(end_id) tabindex="-1" {} }
        }
    }
}

/// More rows than this need a fixed head and a way past the table.
const LONG: usize = 30;

/// With so few columns a table is never wider than a desktop page, so its head can stay in view without an area of its own.
const FEW_COLUMNS: usize = 6;

/// Reasons of at most this many characters stand in the cell in words.
const SHORT_REASON: usize = 16;

fn in_legend(reason: &MissingReason) -> bool {
    !matches!(reason, MissingReason::Other(words) if words.chars().count() <= SHORT_REASON)
}

/// The reasons in the legend. Those in free words have no sign of their own, so they are numbered.
struct Signs<'t>(Vec<&'t MissingReason>);

impl Signs<'_> {
    fn sign(&self, reason: &MissingReason) -> String {
        if !matches!(reason, MissingReason::Other(_)) {
            return reason.sign().to_owned();
        }
        let others = self.0.iter().filter(|known| matches!(known, MissingReason::Other(_)));
        match others.into_iter().position(|known| *known == reason) {
            Some(place) => format!("[{}]", place + 1),
            None => reason.sign().to_owned(),
        }
    }
}

/// Short words stay on one line; a column of longer ones keeps enough room to be read.
fn width_class(table: &DataTable, index: usize, lang: Lang) -> Option<&'static str> {
    let column = table.columns.get(index)?;
    if column.kind != Kind::Text {
        return None;
    }
    let longest = table.rows.iter().filter_map(|row| row.cells.get(index)).map(|cell| cell.plain(lang).chars().count()).max()?;
    match longest {
        0..=18 => Some("short"),
        19..=60 => Some("words"),
        _ => Some("text"),
    }
}

fn kind_class(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Text => None,
        Kind::Number { .. } | Kind::Change => Some("num"),
        Kind::Rank => Some("num rank"),
        Kind::Date => Some("date"),
    }
}

fn header_class(kind: Kind, stick: bool, width: Option<&'static str>) -> Option<String> {
    let classes: Vec<&str> = [kind_class(kind), stick.then_some("stick"), width].into_iter().flatten().collect();
    (!classes.is_empty()).then(|| classes.join(" "))
}

/// A head of many words needs a wider column, or it becomes a tower.
fn head_width(column: &Column) -> Option<&'static str> {
    match (column.kind, column.label.chars().count()) {
        (Kind::Text | Kind::Date, _) | (_, 0..=24) => None,
        (_, 25..=44) => Some("w2"),
        _ => Some("w3"),
    }
}

/// The sign stays on the line of the last word.
fn with_sign(column: &Column, sign: Markup) -> Markup {
    let (front, last) = match (&column.unit, column.label.rsplit_once(' ')) {
        (None, Some((front, last))) => (front, last),
        (None, None) => ("", column.label.as_str()),
        (Some(_), _) => (column.label.as_str(), ""),
    };
    html! {
        span { (front) @if !front.is_empty() { " " } }
        span.end {
            span { (last) @if let Some(unit) = &column.unit { span.unit { "(" (unit) ")" } } }
            (sign)
        }
    }
}

fn group_row(columns: &[Column]) -> Markup {
    let mut groups: Vec<(Option<&str>, usize)> = Vec::new();
    for column in columns {
        let name = column.group.as_deref();
        match groups.last_mut() {
            Some((last, count)) if *last == name => *count += 1,
            _ => groups.push((name, 1)),
        }
    }
    html! {
        tr.groups {
            @for (name, count) in groups {
                @match name {
                    Some(name) => th scope="colgroup" colspan=(count) { (name) },
                    None => td colspan=(count) {},
                }
            }
        }
    }
}

fn head_cell(column: &Column, stick: bool, lang: Lang) -> Markup {
    let order = column.sort.as_ref().and_then(|sort| match sort.state {
        SortState::Unsorted => None,
        SortState::Ascending => Some("ascending"),
        SortState::Descending => Some("descending"),
    });
    let label = html! {
        (column.label)
        @if let Some(unit) = &column.unit { " " span.unit { "(" (unit) ")" } }
    };
    html! {
        th scope="col" class=[header_class(column.kind, stick, head_width(column))] aria-sort=[order] {
            @match &column.sort {
                Some(sort) => {
                    @let (shape, words) = match sort.state {
                        SortState::Unsorted => (Icon::Sort, lang.pick(" (bấm để sắp xếp)", " (sort by this column)")),
                        SortState::Ascending => (Icon::Up, lang.pick(" (đang xếp tăng dần, bấm để đảo)", " (ascending, reverse the order)")),
                        SortState::Descending => (Icon::Down, lang.pick(" (đang xếp giảm dần, bấm để đảo)", " (descending, reverse the order)")),
                    };
                    a.sort href=(sort.href) {
                        (with_sign(column, icon(shape)))
                        (hidden_text(words))
                    }
                }
                None => (label),
            }
            @if let Some(help) = &column.help {
                " "
                a.help href=(help) {
                    (icon(Icon::Help))
                    (hidden_text(lang.pick("Giải thích: ", "Explanation: "))) (hidden_text(&column.label))
                }
            }
        }
    }
}

fn body_row(table: &DataTable, row: &Row, widths: &[Option<&'static str>], signs: &Signs<'_>, lang: Lang) -> Markup {
    let class = match (row.kind, row.highlight.is_some()) {
        (RowKind::Usual, true) => Some("hl"),
        (RowKind::Total, false) => Some("total"),
        (RowKind::Total, true) => Some("total hl"),
        (RowKind::Group, _) => Some("group"),
        (RowKind::Usual, false) => None,
    };
    let first_header = table.columns.iter().position(|column| column.row_header);
    html! {
        tr class=[class] {
            @for (index, (column, cell)) in table.columns.iter().zip(&row.cells).enumerate() {
                @let width = widths.get(index).copied().flatten();
                @if column.row_header {
                    th scope="row" class=[header_class(column.kind, Some(index) == first_header, width)] {
                        @if Some(index) == first_header && row.level > 0 {
                            span class={ "level level-" (row.level.min(3)) } { (cell_content(cell, signs, lang)) }
                        } @else {
                            (cell_content(cell, signs, lang))
                        }
                        @if let (true, Some(reason)) = (Some(index) == first_header, &row.highlight) {
                            (hidden_text(" – ")) (hidden_text(reason))
                        }
                    }
                } @else {
                    td class=[header_class(column.kind, false, width)] { (cell_content(cell, signs, lang)) }
                }
            }
        }
    }
}

fn figure_link(text: &str, href: Option<&String>, lang: Lang) -> Markup {
    html! {
        @match href {
            Some(href) => a.from href=(href) {
                (text)
                (hidden_text(lang.pick(", từ đâu?", ", where from?")))
            },
            None => (text),
        }
    }
}

fn cell_content(cell: &Cell, signs: &Signs<'_>, lang: Lang) -> Markup {
    let plain = cell.plain(lang);
    match cell {
        Cell::Text(_) | Cell::Date(_) => html! { (plain) },
        Cell::Link { href, .. } => html! { a href=(href) { (plain) } },
        Cell::Number { href, mark, .. } => html! {
            (figure_link(&plain, href.as_ref(), lang))
            @if let Some(mark) = mark {
                sup.mark aria-hidden="true" { (mark.sign()) }
                span.vh { " (" (mark.words(lang)) ")" }
            }
        },
        Cell::Estimate { value, low, high, decimals, href } => html! {
            (figure_link(&lang.decimal(*value, *decimals), href.as_ref(), lang))
            span.interval {
                (hidden_text(lang.pick(", khoảng tin cậy từ ", ", interval from ")))
                span aria-hidden="true" { " (" }
                (lang.decimal(*low, *decimals))
                span aria-hidden="true" { "–" }
                (hidden_text(lang.pick(" đến ", " to ")))
                (lang.decimal(*high, *decimals))
                span aria-hidden="true" { ")" }
            }
        },
        Cell::Rank { rank, of, range, href } => html! {
            (figure_link(&rank.to_string(), href.as_ref(), lang))
            @if let Some(of) = of { span.of { "/" (of) } }
            @if let Some((first, last)) = range && first != last {
                span.interval {
                    " (" (first) "–" (last)
                    (hidden_text(lang.pick(": chưa phân biệt được thứ hạng", ": these places cannot be told apart")))
                    ")"
                }
            }
        },
        Cell::Change { value, better, .. } => change(&plain, *value, *better, lang),
        Cell::Status { text, tone } => parts::tag(text, *tone),
        Cell::Missing { reason } if !in_legend(reason) => html! { span.missing { (reason.words(lang)) } },
        Cell::Missing { reason } => html! {
            span.missing title=(reason.words(lang)) {
                span aria-hidden="true" { (signs.sign(reason)) }
                (hidden_text(reason.words(lang)))
            }
        },
    }
}

fn change(plain: &str, value: Decimal, better: Better, lang: Lang) -> Markup {
    let zero = plain.chars().all(|sign| !sign.is_ascii_digit() || sign == '0');
    let (shape, word) = if zero {
        (Icon::Same, lang.pick("không đổi", "no change"))
    } else if value.is_sign_positive() {
        (Icon::Up, lang.pick("tăng", "up"))
    } else {
        (Icon::Down, lang.pick("giảm", "down"))
    };
    let class = match better {
        _ if zero => "change",
        Better::Neutral => "change",
        Better::Higher if value.is_sign_positive() => "change good",
        Better::Lower if value.is_sign_negative() => "change good",
        Better::Higher | Better::Lower => "change bad",
    };
    let judgement = match class {
        "change good" => lang.pick(" (tốt hơn)", " (better)"),
        "change bad" => lang.pick(" (kém hơn)", " (worse)"),
        _ => "",
    };
    html! {
        span class=(class) {
            (icon(shape))
            (hidden_text(word)) " " (plain)
            (hidden_text(judgement))
        }
    }
}

fn foot(table: &DataTable, signs: &Signs<'_>, lang: Lang) -> Markup {
    let missing = &signs.0;
    let marks = table.marks();
    let has_legend = !missing.is_empty() || !marks.is_empty();
    html! {
        @if has_legend || !table.notes.is_empty() || table.source.is_some() {
            div.table-foot {
                @if has_legend {
                    p.legend {
                        (lang.pick("Ký hiệu: ", "Signs: "))
                        @for reason in missing {
                            span.legend-item { b { (signs.sign(reason)) } " " (reason.words(lang)) }
                        }
                        @for mark in &marks {
                            span.legend-item { b { (mark.sign()) } " " (mark.words(lang)) }
                        }
                    }
                }
                @for note in &table.notes { p { (note) } }
                @if let Some(source) = &table.source {
                    p {
                        (lang.pick("Nguồn: ", "Source: "))
                        @match &source.href {
                            Some(href) => a href=(href) { (source.text) },
                            None => (source.text),
                        }
                    }
                }
            }
        }
    }
}
