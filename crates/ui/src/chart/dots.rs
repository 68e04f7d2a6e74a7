use maud::{Markup, html};
use rust_decimal::Decimal;

use super::bars::{Reference, Rows, reference_line};
use super::draw::{self, Anchor};
use super::scale::{Scale, position, text_width, tick_decimals, ticks};
use super::{Chart, Size, no_data};
use crate::Lang;
use crate::table::{Cell, Column, DataTable, MissingReason, Row};

/// Estimates with their intervals: a dot on a line for each, in the order given (sort them by value).
#[derive(Clone, Debug, Default)]
pub struct DotInterval {
    /// Identifier on the page.
    pub id: String,
    /// What the chart shows.
    pub title: String,
    /// What a reader should see in it, in a sentence.
    pub desc: String,
    /// Name of the measure, with its unit.
    pub measure: String,
    /// The estimates, from top to bottom.
    pub items: Vec<Dot>,
    /// Digits after the decimal sign.
    pub decimals: u32,
    /// A value to compare with.
    pub reference: Option<Reference>,
}

/// An estimate.
#[derive(Clone, Debug, Default)]
pub struct Dot {
    /// Name.
    pub label: String,
    /// Estimate; none is written as words.
    pub value: Option<Decimal>,
    /// Lower and upper end of the interval.
    pub interval: Option<(Decimal, Decimal)>,
    /// Drawn in colour.
    pub highlight: bool,
}

impl DotInterval {
    fn words(&self, dot: &Dot, lang: Lang) -> Option<String> {
        let value = lang.decimal(dot.value?, self.decimals);
        Some(match dot.interval {
            Some((low, high)) => format!("{value} ({}–{})", lang.decimal(low, self.decimals), lang.decimal(high, self.decimals)),
            None => value,
        })
    }
}

impl Chart for DotInterval {
    fn id(&self) -> &str {
        &self.id
    }

    fn svg(&self, size: Size, lang: Lang) -> Markup {
        let known: Vec<f64> = self
            .items
            .iter()
            .filter(|item| item.value.is_some())
            .flat_map(|item| item.value.into_iter().chain(item.interval.map(|ends| ends.0)).chain(item.interval.map(|ends| ends.1)))
            .chain(self.reference.as_ref().map(|reference| reference.value))
            .map(position)
            .collect();
        if self.items.iter().all(|item| item.value.is_none()) {
            return if size == Size::Wide {
                no_data(lang)
            } else {
                html! {}
            };
        }
        let low = known.iter().copied().fold(f64::INFINITY, f64::min);
        let high = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let steps = ticks(low, high, if size == Size::Wide { 6 } else { 4 });
        let digits = tick_decimals(&steps);
        let top = if self.reference.is_some() { 28.0 } else { 6.0 };
        let names: Vec<&str> = self.items.iter().map(|item| item.label.as_str()).collect();
        let rows = Rows::new(&names, size, top);
        let room = match size {
            Size::Wide => {
                self.items.iter().filter_map(|item| self.words(item, lang)).map(|words| text_width(&words, 14.0)).fold(0.0, f64::max) + 20.0
            }
            Size::Narrow => 14.0,
        };
        let x = Scale::new(
            steps.first().copied().unwrap_or(low),
            steps.last().copied().unwrap_or(high),
            rows.plot_from + 10.0,
            size.width() - room,
        );
        let content = html! {
            @for step in &steps {
                @let place = x.at(*step);
                (draw::line("grid", place, top, place, rows.bottom))
                (draw::text("tick", place, rows.bottom + 18.0, Anchor::Middle,
                    &lang.decimal(Decimal::from_f64_retain(*step).unwrap_or_default(), digits)))
            }
            @if let Some(reference) = &self.reference {
                @let words = format!("{}: {}", reference.label, lang.decimal(reference.value, self.decimals));
                (reference_line(x.at(position(reference.value)), top, rows.bottom, size, &words))
            }
            @for (index, item) in self.items.iter().enumerate() {
                @let middle = rows.middle(index);
                g.hl[item.highlight] {
                    (rows.label(index, item.highlight))
                    @match (item.value, self.words(item, lang)) {
                        (Some(value), Some(words)) => {
                            g {
                                title { (item.label) ": " (words) }
                                @if let Some((low, high)) = item.interval {
                                    @let (from, to) = (x.at(position(low)), x.at(position(high)));
                                    (draw::line("whisker", from, middle, to, middle))
                                    (draw::line("whisker", from, middle - 4.0, from, middle + 4.0))
                                    (draw::line("whisker", to, middle - 4.0, to, middle + 4.0))
                                }
                                (draw::point("dot", 0, x.at(position(value)), middle, if item.highlight { 6.0 } else { 5.0 }))
                            }
                            @match size {
                                Size::Wide => (draw::text("value", size.width() - room + 16.0, middle + 5.0, Anchor::Start, &words)),
                                Size::Narrow => (draw::text("value", size.width() - 4.0, rows.tops[index] + 14.0, Anchor::End,
                                    &lang.decimal(value, self.decimals))),
                            }
                        }
                        _ => (draw::text("none", rows.plot_from + 12.0, middle + 5.0, Anchor::Start, MissingReason::NotAvailable.words(lang))),
                    }
                }
            }
        };
        draw::frame(&self.id, size, rows.bottom + 26.0, &self.title, &self.desc, content)
    }

    fn table(&self, lang: Lang) -> DataTable {
        let missing = || MissingReason::NotAvailable;
        let interval = lang.pick("Khoảng tin cậy", "Interval");
        let mut table = DataTable::new(format!("{}-bang", self.id), self.title.clone())
            .column(Column::header("ten", lang.pick("Tên", "Name")))
            .column(Column::number("uoc-luong", self.measure.clone(), self.decimals))
            .column(Column::number("can-duoi", lang.pick("Cận dưới", "Lower end"), self.decimals).group(interval))
            .column(Column::number("can-tren", lang.pick("Cận trên", "Upper end"), self.decimals).group(interval));
        for item in &self.items {
            let row = Row::new(vec![
                Cell::text(item.label.clone()),
                Cell::number_or(item.value, self.decimals, missing()),
                Cell::number_or(item.interval.map(|ends| ends.0), self.decimals, missing()),
                Cell::number_or(item.interval.map(|ends| ends.1), self.decimals, missing()),
            ]);
            table = table.row(if item.highlight { row.highlight(lang.pick("đang xem", "in focus")) } else { row });
        }
        if let Some(reference) = &self.reference {
            table.notes.push(format!("{}: {}", reference.label, lang.decimal(reference.value, self.decimals)));
        }
        table
    }
}
