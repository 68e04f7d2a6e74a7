use maud::{Markup, html};
use rust_decimal::Decimal;

use super::draw::{self, Anchor};
use super::scale::{Scale, position, text_width, wrap};
use super::{Chart, Size, no_data};
use crate::Lang;
use crate::table::{Better, Cell, Column, DataTable, MissingReason, Row};

/// Horizontal bars from zero, in the order given.
#[derive(Clone, Debug, Default)]
pub struct Bars {
    /// Identifier on the page.
    pub id: String,
    /// What the chart shows.
    pub title: String,
    /// What a reader should see in it, in a sentence.
    pub desc: String,
    /// Name of the measure, with its unit.
    pub measure: String,
    /// The bars, from top to bottom.
    pub items: Vec<Bar>,
    /// Digits after the decimal sign.
    pub decimals: u32,
    /// A value to compare with: mean, target, maximum.
    pub reference: Option<Reference>,
    /// The values are differences and show their sign.
    pub signed: bool,
}

impl Bars {
    fn words(&self, value: Decimal, lang: Lang) -> String {
        if self.signed { lang.signed(value, self.decimals) } else { lang.decimal(value, self.decimals) }
    }

    fn cell(&self, value: Option<Decimal>) -> Cell {
        match value {
            Some(value) if self.signed => Cell::change(value, self.decimals, Better::Neutral),
            value => Cell::number_or(value, self.decimals, MissingReason::NotAvailable),
        }
    }
}

/// A bar.
#[derive(Clone, Debug, Default)]
pub struct Bar {
    /// Name.
    pub label: String,
    /// Value; none is written as words.
    pub value: Option<Decimal>,
    /// Drawn in colour.
    pub highlight: bool,
}

/// A value to compare with.
#[derive(Clone, Debug, Default)]
pub struct Reference {
    /// Name: "Trung bình 63 tỉnh".
    pub label: String,
    /// Value.
    pub value: Decimal,
}

/// How rows of names and marks are laid out, shared with the dot charts.
pub(super) struct Rows {
    pub(super) labels: Vec<Vec<String>>,
    pub(super) tops: Vec<f64>,
    pub(super) plot_from: f64,
    pub(super) bottom: f64,
    /// Vertical middle of the mark, from the top of the row.
    middles: Vec<f64>,
    /// Names stand beside their marks, not above them.
    beside: bool,
}

impl Rows {
    pub(super) fn new(names: &[&str], size: Size, top: f64) -> Rows {
        let widest = names.iter().map(|name| text_width(name, 14.0)).fold(0.0, f64::max);
        let column = widest.min(260.0);
        let crowded = names.len() > 24;
        // Many rows on a phone would run on for ever with each name on a line of its own.
        let beside = size == Size::Wide || (crowded && widest <= NARROW_NAMES);
        let mut rows = Rows {
            labels: Vec::new(),
            tops: Vec::new(),
            plot_from: if beside { column + 16.0 } else { 4.0 },
            bottom: top,
            middles: Vec::new(),
            beside,
        };
        for name in names {
            let lines = wrap(name, 14.0, if beside { column + 2.0 } else { 250.0 }, 2);
            let text = 18.0 * lines.len().max(1) as f64;
            let (height, middle) = if beside {
                let height = text + if crowded { 6.0 } else { 12.0 };
                (height, height / 2.0)
            } else {
                (text + 30.0, text + 14.0)
            };
            rows.tops.push(rows.bottom);
            rows.middles.push(middle);
            rows.labels.push(lines);
            rows.bottom += height;
        }
        rows
    }

    pub(super) fn middle(&self, index: usize) -> f64 {
        self.tops[index] + self.middles[index]
    }

    pub(super) fn label(&self, index: usize, highlight: bool) -> Markup {
        let class = if highlight { "row-label strong" } else { "row-label" };
        let lines = &self.labels[index];
        if self.beside {
            let first = self.middle(index) + 5.0 - 9.0 * (lines.len() as f64 - 1.0);
            draw::lines(class, self.plot_from - 12.0, first, 18.0, Anchor::End, lines)
        } else {
            draw::lines(class, 4.0, self.tops[index] + 14.0, 18.0, Anchor::Start, lines)
        }
    }
}

/// Names up to this width leave room for the bars beside them on a phone.
const NARROW_NAMES: f64 = 130.0;

/// A dashed line across the rows with its words on top.
pub(super) fn reference_line(x: f64, top: f64, bottom: f64, size: Size, words: &str) -> Markup {
    let half = text_width(words, 12.5) / 2.0;
    let middle = x.max(half + 2.0).min(size.width() - half - 2.0);
    html! {
        (draw::line("reference", x, top, x, bottom))
        (draw::text("note", middle, top - 8.0, Anchor::Middle, words))
    }
}

impl Chart for Bars {
    fn id(&self) -> &str {
        &self.id
    }

    fn svg(&self, size: Size, lang: Lang) -> Markup {
        let known: Vec<f64> = self.items.iter().filter_map(|item| item.value).map(position).collect();
        if known.is_empty() {
            return if size == Size::Wide {
                no_data(lang)
            } else {
                html! {}
            };
        }
        let top = if self.reference.is_some() { 28.0 } else { 6.0 };
        let names: Vec<&str> = self.items.iter().map(|item| item.label.as_str()).collect();
        let rows = Rows::new(&names, size, top);
        let reference = self.reference.as_ref().map(|reference| position(reference.value));
        let low = known.iter().copied().chain(reference).fold(0.0, f64::min);
        let high = known.iter().copied().chain(reference).fold(0.0, f64::max);
        let room =
            self.items.iter().filter_map(|item| item.value).map(|value| text_width(&self.words(value, lang), 14.0)).fold(0.0, f64::max)
                + 12.0;
        let from = rows.plot_from + if low < 0.0 { room } else { 0.0 };
        let x = Scale::new(low, high, from, size.width() - room);
        let zero = x.at(0.0);
        let thick = if self.items.len() > 24 { 14.0 } else { 18.0 };
        let content = html! {
            @for (index, item) in self.items.iter().enumerate() {
                @if let Some(value) = item.value {
                    @let end = x.at(position(value));
                    g.hl[item.highlight].gain[self.signed && end >= zero].loss[self.signed && end < zero] {
                        title { (item.label) ": " (self.words(value, lang)) }
                        (draw::rect("bar", zero.min(end), rows.middle(index) - thick / 2.0, (end - zero).abs().max(1.0), thick))
                    }
                }
            }
            @if rows.beside {
                (draw::line("axis", zero, top, zero, rows.bottom))
            } @else {
                // Names stand above their bars: the line of zero passes the bars alone.
                @for index in 0..self.items.len() {
                    @let middle = rows.middle(index);
                    (draw::line("axis", zero, middle - thick / 2.0 - 3.0, zero, middle + thick / 2.0 + 3.0))
                }
            }
            @if let Some(reference) = &self.reference {
                @let words = format!("{}: {}", reference.label, self.words(reference.value, lang));
                (reference_line(x.at(position(reference.value)), top, rows.bottom, size, &words))
            }
            @for (index, item) in self.items.iter().enumerate() {
                @let middle = rows.middle(index);
                g.hl[item.highlight] {
                    (rows.label(index, item.highlight))
                    @match item.value {
                        Some(value) => {
                            @let words = self.words(value, lang);
                            @let end = x.at(position(value));
                            @if end >= zero {
                                @let wide = text_width(&words, 14.0);
                                // A value never lies on the line it is compared with.
                                @let start = match reference.map(|value| x.at(value)) {
                                    Some(line) if line > end - 2.0 && line < end + wide + 10.0 => line + 6.0,
                                    _ => end + 6.0,
                                };
                                (draw::text("value", start, middle + 5.0, Anchor::Start, &words))
                            } @else {
                                (draw::text("value", end - 6.0, middle + 5.0, Anchor::End, &words))
                            }
                        }
                        None => (draw::text("none", zero + 6.0, middle + 5.0, Anchor::Start, MissingReason::NotAvailable.words(lang))),
                    }
                }
            }
        };
        draw::frame(&self.id, size, rows.bottom + 6.0, &self.title, &self.desc, content)
    }

    fn table(&self, lang: Lang) -> DataTable {
        let mut table = DataTable::new(format!("{}-bang", self.id), self.title.clone())
            .column(Column::header("ten", lang.pick("Tên", "Name")))
            .column(if self.signed {
                Column::change("gia-tri", self.measure.clone())
            } else {
                Column::number("gia-tri", self.measure.clone(), self.decimals)
            });
        for item in &self.items {
            let row = Row::new(vec![Cell::text(item.label.clone()), self.cell(item.value)]);
            table = table.row(if item.highlight { row.highlight(lang.pick("đang xem", "in focus")) } else { row });
        }
        if let Some(reference) = &self.reference {
            table = table.row(Row::new(vec![Cell::text(reference.label.clone()), Cell::number(reference.value, self.decimals)]).total());
        }
        table
    }
}
