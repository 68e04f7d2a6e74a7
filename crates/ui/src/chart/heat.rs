use maud::{Markup, html};
use rust_decimal::Decimal;

use super::scale::position;
use super::{Chart, Size, no_data};
use crate::table::{Cell, Column, DataTable, MissingReason, Row};
use crate::{Lang, hidden_text};

/// A table whose cells are shaded by value. The figures stay in the cells, so nothing hangs on colour.
#[derive(Clone, Debug, Default)]
pub struct HeatTable {
    /// Identifier on the page.
    pub id: String,
    /// What the table shows.
    pub title: String,
    /// Name of the rows: "Đơn vị".
    pub row_name: String,
    /// The columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<HeatRow>,
    /// Digits after the decimal sign.
    pub decimals: u32,
    /// Ends of the shading; without them the smallest and the greatest value.
    pub limits: Option<(Decimal, Decimal)>,
}

/// A row of a heat table.
#[derive(Clone, Debug, Default)]
pub struct HeatRow {
    /// Name.
    pub label: String,
    /// Address of the unit.
    pub href: Option<String>,
    /// One value for each column.
    pub values: Vec<Option<Decimal>>,
    /// The unit in focus.
    pub highlight: bool,
}

const STEPS: usize = 5;

impl HeatTable {
    fn ends(&self) -> Option<(f64, f64)> {
        if let Some((low, high)) = self.limits {
            return Some((position(low), position(high)));
        }
        let known: Vec<f64> = self.rows.iter().flat_map(|row| row.values.iter().flatten()).map(|value| position(*value)).collect();
        if known.is_empty() {
            return None;
        }
        Some((known.iter().copied().fold(f64::INFINITY, f64::min), known.iter().copied().fold(f64::NEG_INFINITY, f64::max)))
    }
}

fn step(value: f64, low: f64, high: f64) -> usize {
    if high - low <= f64::EPSILON {
        return STEPS.div_ceil(2);
    }
    let part = ((value - low) / (high - low)).clamp(0.0, 1.0);
    ((part * STEPS as f64).floor() as usize).min(STEPS - 1) + 1
}

impl Chart for HeatTable {
    fn id(&self) -> &str {
        &self.id
    }

    /// A table in a scroll area serves every space.
    fn svg(&self, _size: Size, lang: Lang) -> Markup {
        let Some((low, high)) = self.ends() else {
            return no_data(lang);
        };
        let name_id = format!("{}-ten", self.id);
        let bound = |index: usize| {
            let value = low + (high - low) * index as f64 / STEPS as f64;
            lang.decimal(Decimal::from_f64_retain(value).unwrap_or_default(), self.decimals)
        };
        html! {
            p.heat-legend {
                @for index in 1..=STEPS {
                    span class={ "heat-" (index) } { (bound(index - 1)) "–" (bound(index)) }
                }
            }
            div.scroll role="region" aria-labelledby=(name_id) tabindex="0" {
                table.data.heat id=(self.id) {
                    caption id=(name_id) { (hidden_text(&self.title)) }
                    thead {
                        tr {
                            th.stick scope="col" { (self.row_name) }
                            @for column in &self.columns { th.num scope="col" { (column) } }
                        }
                    }
                    tbody {
                        @for row in &self.rows {
                            tr.hl[row.highlight] {
                                th.stick scope="row" {
                                    @match &row.href {
                                        Some(href) => a href=(href) { (row.label) },
                                        None => (row.label),
                                    }
                                }
                                @for index in 0..self.columns.len() {
                                    @match row.values.get(index).copied().flatten() {
                                        Some(value) => td class={ "num heat-" (step(position(value), low, high)) } { (lang.decimal(value, self.decimals)) },
                                        None => td.num {
                                            span.missing {
                                                span aria-hidden="true" { "…" }
                                                (hidden_text(MissingReason::NotAvailable.words(lang)))
                                            }
                                        },
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn draw(&self, lang: Lang) -> Markup {
        self.svg(Size::Wide, lang)
    }

    fn table(&self, _lang: Lang) -> DataTable {
        let mut table =
            DataTable::new(format!("{}-bang", self.id), self.title.clone()).column(Column::header("ten", self.row_name.clone()));
        for (index, column) in self.columns.iter().enumerate() {
            table = table.column(Column::number(format!("cot-{}", index + 1), column.clone(), self.decimals));
        }
        for row in &self.rows {
            let name = match &row.href {
                Some(href) => Cell::link(row.label.clone(), href.clone()),
                None => Cell::text(row.label.clone()),
            };
            let mut cells = vec![name];
            for index in 0..self.columns.len() {
                let value = row.values.get(index).copied().flatten();
                cells.push(Cell::number_or(value, self.decimals, MissingReason::NotAvailable));
            }
            table = table.row(Row::new(cells));
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shading_has_five_steps() {
        assert_eq!(step(0.0, 0.0, 100.0), 1);
        assert_eq!(step(20.0, 0.0, 100.0), 2);
        assert_eq!(step(100.0, 0.0, 100.0), 5);
        assert_eq!(step(150.0, 0.0, 100.0), 5);
        assert_eq!(step(7.0, 7.0, 7.0), 3);
    }
}
