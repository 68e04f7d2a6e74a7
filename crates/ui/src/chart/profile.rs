use maud::{Markup, html};
use rust_decimal::Decimal;

use super::bars::Rows;
use super::draw::{self, Anchor};
use super::scale::{Scale, position, text_width};
use super::{Chart, Size, no_data};
use crate::Lang;
use crate::table::{Cell, Column, DataTable, MissingReason, Row};

/// Strengths and weaknesses of one unit: its value in each component against all units.
#[derive(Clone, Debug, Default)]
pub struct ComponentProfile {
    /// Identifier on the page.
    pub id: String,
    /// What the chart shows.
    pub title: String,
    /// What a reader should see in it, in a sentence.
    pub desc: String,
    /// The unit in focus.
    pub unit: String,
    /// The components, from top to bottom.
    pub components: Vec<Component>,
    /// Digits after the decimal sign.
    pub decimals: u32,
    /// Whether the rows share one scale.
    pub scale: ProfileScale,
}

/// The scale of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProfileScale {
    /// Each row from its own smallest to its own greatest value.
    #[default]
    Own,
    /// All rows between the same two values.
    Shared {
        /// Left end.
        low: Decimal,
        /// Right end.
        high: Decimal,
    },
}

/// A component with the spread of all units.
#[derive(Clone, Debug, Default)]
pub struct Component {
    /// Name.
    pub label: String,
    /// Value of the unit in focus.
    pub value: Option<Decimal>,
    /// Smallest value of all units.
    pub min: Decimal,
    /// A quarter of the units lie below it.
    pub q1: Option<Decimal>,
    /// Half of the units lie below it.
    pub median: Decimal,
    /// A quarter of the units lie above it.
    pub q3: Option<Decimal>,
    /// Greatest value of all units.
    pub max: Decimal,
    /// Values of all units, for single strokes; may be empty.
    pub all: Vec<Decimal>,
    /// Smaller is better (costs, delays).
    pub lower_is_better: bool,
}

impl Component {
    /// Where the unit stands, in words.
    fn standing(&self, lang: Lang) -> &'static str {
        let Some(value) = self.value else { return lang.pick("không có số liệu", "not available") };
        let (q1, q3) = (self.q1.unwrap_or(self.median), self.q3.unwrap_or(self.median));
        let (above, below) = if self.lower_is_better { (value <= q1, value >= q3) } else { (value >= q3, value <= q1) };
        match (above, below) {
            (true, false) => lang.pick("nhóm mạnh", "strong"),
            (false, true) => lang.pick("nhóm yếu", "weak"),
            _ => lang.pick("nhóm giữa", "middle"),
        }
    }

    fn class(&self) -> &'static str {
        match self.standing(Lang::En) {
            "strong" => "strong-side",
            "weak" => "weak-side",
            _ => "middle-side",
        }
    }
}

impl ComponentProfile {
    fn legend(&self, size: Size, lang: Lang) -> (Markup, f64) {
        let entries = [
            (0, self.unit.as_str()),
            (1, lang.pick("Trung vị", "Median")),
            (2, lang.pick("Nửa số đơn vị ở giữa", "Middle half of the units")),
            (3, lang.pick("Thấp nhất đến cao nhất", "Lowest to highest")),
        ];
        let mut placed = Vec::new();
        let (mut x, mut y) = (8.0, 16.0);
        for (kind, words) in entries {
            if kind == 2 && self.components.iter().all(|component| component.q1.is_none()) {
                continue;
            }
            let width = text_width(words, 13.0) + 48.0;
            if x + width > size.width() && x > 8.0 {
                x = 8.0;
                y += 22.0;
            }
            placed.push((kind, words, x, y));
            x += width;
        }
        let markup = html! {
            @for (kind, words, x, y) in &placed {
                @let middle = y - 5.0;
                @match kind {
                    0 => g.middle-side { (draw::point("dot", 0, x + 10.0, middle, 6.0)) },
                    1 => (draw::line("median", x + 10.0, middle - 8.0, x + 10.0, middle + 8.0)),
                    2 => (draw::rect("half", *x, middle - 5.0, 22.0, 10.0)),
                    _ => (draw::line("range", *x, middle, x + 22.0, middle)),
                }
                (draw::text("legend", x + 28.0, *y, Anchor::Start, words))
            }
        };
        (markup, y + 18.0)
    }

    fn row_scale(&self, component: &Component, from: f64, to: f64) -> Scale {
        match self.scale {
            ProfileScale::Own => {
                let low = component.value.map_or(component.min, |value| value.min(component.min));
                let high = component.value.map_or(component.max, |value| value.max(component.max));
                Scale::new(position(low), position(high), from, to)
            }
            ProfileScale::Shared { low, high } => Scale::new(position(low), position(high), from, to),
        }
    }

    fn row(&self, component: &Component, x: &Scale, middle: f64) -> Markup {
        let at = |value: Decimal| x.at(position(value));
        html! {
            (draw::line("range", at(component.min), middle, at(component.max), middle))
            @if let (Some(q1), Some(q3)) = (component.q1, component.q3) {
                (draw::rect("half", at(q1), middle - 6.0, at(q3) - at(q1), 12.0))
            }
            @for value in &component.all {
                (draw::line("stroke", at(*value), middle - 6.0, at(*value), middle + 6.0))
            }
            (draw::line("median", at(component.median), middle - 9.0, at(component.median), middle + 9.0))
            @if let Some(value) = component.value { (draw::point("dot", 0, at(value), middle, 6.5)) }
        }
    }
}

impl Chart for ComponentProfile {
    fn id(&self) -> &str {
        &self.id
    }

    fn svg(&self, size: Size, lang: Lang) -> Markup {
        if self.components.is_empty() {
            return if size == Size::Wide {
                no_data(lang)
            } else {
                html! {}
            };
        }
        let (legend, top) = self.legend(size, lang);
        let names: Vec<&str> = self.components.iter().map(|component| component.label.as_str()).collect();
        let rows = Rows::new(&names, size, top);
        let values: Vec<String> = self
            .components
            .iter()
            .map(|component| component.value.map_or_else(|| "…".to_owned(), |value| lang.decimal(value, self.decimals)))
            .collect();
        let figure = values.iter().map(|words| text_width(words, 14.0)).fold(0.0, f64::max);
        let standing = self.components.iter().map(|component| text_width(component.standing(lang), 13.0)).fold(0.0, f64::max);
        let (from, to) = match size {
            Size::Wide => (rows.plot_from + 8.0, size.width() - figure - standing - 36.0),
            Size::Narrow => (12.0, size.width() - 12.0),
        };
        let content = html! {
            (legend)
            @for (index, component) in self.components.iter().enumerate() {
                @let middle = rows.middle(index);
                g class=(component.class()) {
                    (rows.label(index, false))
                    g {
                        title {
                            (component.label) ": " (values[index])
                            (lang.pick("; trung vị ", "; median ")) (lang.decimal(component.median, self.decimals))
                            "; " (component.standing(lang))
                        }
                        (self.row(component, &self.row_scale(component, from, to), middle))
                    }
                    @match size {
                        Size::Wide => {
                            (draw::text("value", to + 16.0 + figure, middle + 5.0, Anchor::End, &values[index]))
                            (draw::text("standing", to + 28.0 + figure, middle + 5.0, Anchor::Start, component.standing(lang)))
                        }
                        Size::Narrow => (draw::text("value", size.width() - 4.0, rows.tops[index] + 14.0, Anchor::End, &values[index])),
                    }
                }
            }
        };
        draw::frame(&self.id, size, rows.bottom + 8.0, &self.title, &self.desc, content)
    }

    fn table(&self, lang: Lang) -> DataTable {
        let all = lang.pick("Tất cả đơn vị", "All units");
        let digits = self.decimals;
        let number = |key: &str, label: &str| Column::number(key, label, digits).group(all);
        let mut table = DataTable::new(format!("{}-bang", self.id), self.title.clone())
            .column(Column::header("thanh-phan", lang.pick("Thành phần", "Component")))
            .column(Column::number("gia-tri", self.unit.clone(), digits))
            .column(Column::text("vi-tri", lang.pick("Vị trí", "Standing")))
            .column(number("thap-nhat", lang.pick("Thấp nhất", "Lowest")))
            .column(number("tu-phan-vi-1", lang.pick("Tứ phân vị 1", "First quartile")))
            .column(number("trung-vi", lang.pick("Trung vị", "Median")))
            .column(number("tu-phan-vi-3", lang.pick("Tứ phân vị 3", "Third quartile")))
            .column(number("cao-nhat", lang.pick("Cao nhất", "Highest")));
        for component in &self.components {
            table = table.row(Row::new(vec![
                Cell::text(component.label.clone()),
                Cell::number_or(component.value, digits, MissingReason::NotAvailable),
                Cell::text(component.standing(lang)),
                Cell::number(component.min, digits),
                Cell::number_or(component.q1, digits, MissingReason::NotAvailable),
                Cell::number(component.median, digits),
                Cell::number_or(component.q3, digits, MissingReason::NotAvailable),
                Cell::number(component.max, digits),
            ]));
        }
        table
    }
}
