use maud::{Markup, html};
use rust_decimal::Decimal;

use super::draw::{self, Anchor, n};
use super::scale::{Scale, position};
use super::{Chart, Size, no_data};
use crate::Lang;
use crate::table::{Cell, Column, DataTable, MissingReason, Row};

/// Small lines side by side on one scale, one for each unit or component.
#[derive(Clone, Debug, Default)]
pub struct SmallMultiples {
    /// Identifier on the page.
    pub id: String,
    /// What the charts show.
    pub title: String,
    /// Name of the measure, with its unit.
    pub measure: String,
    /// The periods, from left to right.
    pub periods: Vec<String>,
    /// The panels.
    pub panels: Vec<Panel>,
    /// Digits after the decimal sign.
    pub decimals: u32,
    /// Smaller on top, for ranks.
    pub inverted: bool,
}

/// One of the small charts.
#[derive(Clone, Debug, Default)]
pub struct Panel {
    /// Name.
    pub label: String,
    /// Address of the unit or component.
    pub href: Option<String>,
    /// One value for each period; none makes a gap.
    pub values: Vec<Option<Decimal>>,
}

const WIDTH: f64 = 220.0;
const HEIGHT: f64 = 104.0;

impl SmallMultiples {
    fn panel(&self, index: usize, low: f64, high: f64, lang: Lang) -> Markup {
        let panel = &self.panels[index];
        let last = self.periods.len().saturating_sub(1).max(1) as f64;
        let x = Scale::new(0.0, last, 12.0, WIDTH - 12.0);
        let (from, to) = if self.inverted { (22.0, HEIGHT - 28.0) } else { (HEIGHT - 28.0, 22.0) };
        let y = Scale::new(low, high, from, to);
        let places: Vec<Option<(f64, f64, Decimal)>> = panel
            .values
            .iter()
            .take(self.periods.len())
            .enumerate()
            .map(|(period, value)| value.map(|value| (x.at(period as f64), y.at(position(value)), value)))
            .collect();
        let mut path = String::new();
        let mut pen_down = false;
        for place in &places {
            match place {
                Some((x, y, _)) => {
                    path.push_str(&format!("{}{} {}", if pen_down { "L" } else { "M" }, n(*x), n(*y)));
                    pen_down = true;
                }
                None => pen_down = false,
            }
        }
        let words: Vec<String> = self
            .periods
            .iter()
            .enumerate()
            .map(|(period, name)| {
                let value = panel.values.get(period).copied().flatten();
                let value =
                    value.map_or_else(|| MissingReason::NotAvailable.words(lang).to_owned(), |value| lang.decimal(value, self.decimals));
                format!("{name}: {value}")
            })
            .collect();
        let first = places.iter().flatten().next();
        let end = places.iter().rev().flatten().next();
        html! {
            svg.chart viewBox={ "0 0 " (n(WIDTH)) " " (n(HEIGHT)) } width=(n(WIDTH)) height=(n(HEIGHT))
                role="img" aria-label={ (panel.label) ". " (words.join("; ")) } {
                (draw::line("axis", 8.0, HEIGHT - 20.0, WIDTH - 8.0, HEIGHT - 20.0))
                g.s1 {
                    path.line d=(path) {}
                    @for (period, place) in places.iter().enumerate() {
                        @if let Some((x, y, _)) = place {
                            g { title { (words[period]) } (draw::point("point", 0, *x, *y, 3.0)) }
                        }
                    }
                    @if let (Some(first), Some(end)) = (first, end) {
                        @if (end.0 - first.0) > 60.0 {
                            (draw::text("value", first.0.max(8.0) - 4.0, first.1 - 9.0, Anchor::Start, &lang.decimal(first.2, self.decimals)))
                        }
                        (draw::text("value", end.0 + 4.0, end.1 - 9.0, Anchor::End, &lang.decimal(end.2, self.decimals)))
                    }
                }
                @if let Some(name) = self.periods.first() {
                    (draw::text("tick", 8.0, HEIGHT - 4.0, Anchor::Start, name))
                }
                @if self.periods.len() > 1 && let Some(name) = self.periods.last() {
                    (draw::text("tick", WIDTH - 8.0, HEIGHT - 4.0, Anchor::End, name))
                }
            }
        }
    }
}

impl Chart for SmallMultiples {
    fn id(&self) -> &str {
        &self.id
    }

    /// The panels flow by themselves, so one drawing serves every space.
    fn svg(&self, _size: Size, lang: Lang) -> Markup {
        let known: Vec<f64> = self.panels.iter().flat_map(|panel| panel.values.iter().flatten()).map(|value| position(*value)).collect();
        if known.is_empty() {
            return no_data(lang);
        }
        let low = known.iter().copied().fold(f64::INFINITY, f64::min);
        let high = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        html! {
            ul.multiples {
                @for (index, panel) in self.panels.iter().enumerate() {
                    li {
                        p.panel-name {
                            @match &panel.href {
                                Some(href) => a href=(href) { (panel.label) },
                                None => (panel.label),
                            }
                        }
                        (self.panel(index, low, high, lang))
                    }
                }
            }
        }
    }

    fn draw(&self, lang: Lang) -> Markup {
        self.svg(Size::Wide, lang)
    }

    fn table(&self, lang: Lang) -> DataTable {
        let mut table =
            DataTable::new(format!("{}-bang", self.id), self.title.clone()).column(Column::header("ten", lang.pick("Tên", "Name")));
        table.subtitle = Some(self.measure.clone()).filter(|measure| !measure.is_empty());
        for (index, period) in self.periods.iter().enumerate() {
            table = table.column(Column::number(format!("ky-{}", index + 1), period.clone(), self.decimals));
        }
        for panel in &self.panels {
            let mut cells = vec![Cell::text(panel.label.clone())];
            for period in 0..self.periods.len() {
                let value = panel.values.get(period).copied().flatten();
                cells.push(Cell::number_or(value, self.decimals, MissingReason::NotAvailable));
            }
            table = table.row(Row::new(cells));
        }
        table
    }
}
