//! Charts as SVG, made from structs that also give the table behind them.
//!
//! A chart is drawn twice, for wide and for narrow space; the style sheet shows the one that fits, so that
//! the words keep their size on a phone and on paper. Colours come from classes and custom properties only.

mod bars;
mod dots;
mod draw;
mod heat;
mod multiples;
mod profile;
mod rank_lines;
mod scale;

pub use bars::{Bar, Bars, Reference};
pub use dots::{Dot, DotInterval};
pub use heat::{HeatRow, HeatTable};
pub use multiples::{Panel, SmallMultiples};
pub use profile::{Component, ComponentProfile, ProfileScale};
pub use rank_lines::{Axis, Break, RankLines, Series};

use maud::{Markup, html};

use crate::table::{DataTable, Source, render_table};
use crate::{Icon, Lang, icon};

/// The space a chart is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Screen or paper: 760 units wide.
    Wide,
    /// Phone: 304 units wide.
    Narrow,
}

impl Size {
    /// Width of the drawing.
    pub fn width(self) -> f64 {
        match self {
            Size::Wide => 760.0,
            Size::Narrow => 304.0,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Size::Wide => "chart wide",
            Size::Narrow => "chart narrow",
        }
    }

    fn letter(self) -> &'static str {
        match self {
            Size::Wide => "r",
            Size::Narrow => "h",
        }
    }
}

/// A chart that knows the table behind it.
pub trait Chart {
    /// Identifier on the page; the table is `<id>-bang`.
    fn id(&self) -> &str;

    /// The drawing for one space.
    fn svg(&self, size: Size, lang: Lang) -> Markup;

    /// The same figures as a table.
    fn table(&self, lang: Lang) -> DataTable;

    /// The drawing for every space.
    fn draw(&self, lang: Lang) -> Markup {
        html! {
            (self.svg(Size::Wide, lang))
            (self.svg(Size::Narrow, lang))
        }
    }
}

/// What stands around a chart.
#[derive(Clone, Debug, Default)]
pub struct Figure<'a> {
    /// Identifier on the page.
    pub id: &'a str,
    /// The finding, in about ten words.
    pub finding: &'a str,
    /// Measure, population, period.
    pub caption: &'a str,
    /// Where the figures come from.
    pub source: Option<&'a Source>,
    /// The table behind the chart.
    pub table: Option<&'a DataTable>,
    /// Whether the table is in view at first.
    pub table_open: bool,
}

/// A chart with its finding as title (`h3`), caption, source and table.
pub fn figure(figure: &Figure<'_>, chart: Markup, lang: Lang) -> Markup {
    let title_id = format!("{}-y-chinh", figure.id);
    html! {
        figure.figure id=(figure.id) aria-labelledby=(title_id) {
            h3 id=(title_id) { (figure.finding) }
            p.figure-caption { (figure.caption) }
            div.chart-box { (chart) }
            figcaption {
                @if let Some(source) = figure.source {
                    p.figure-source {
                        (lang.pick("Nguồn: ", "Source: "))
                        @match &source.href {
                            Some(href) => a href=(href) { (source.text) },
                            None => (source.text),
                        }
                    }
                }
            }
            @if let Some(table) = figure.table {
                details.figure-table data-keep=(table.id) open[figure.table_open] {
                    summary { (lang.pick("Bảng số liệu của biểu đồ", "Table behind the chart")) }
                    (render_table(table, lang))
                }
            }
        }
    }
}

/// A chart in its figure, with its own table closed below. The identifier of the figure is `<id>-hinh`.
pub fn figure_of(chart: &dyn Chart, finding: &str, caption: &str, source: Option<&Source>, lang: Lang) -> Markup {
    let table = chart.table(lang);
    figure(
        &Figure { id: &format!("{}-hinh", chart.id()), finding, caption, source, table: Some(&table), table_open: false },
        chart.draw(lang),
        lang,
    )
}

/// What stands in place of a chart without a single value.
fn no_data(lang: Lang) -> Markup {
    html! {
        p.chart-empty { (icon(Icon::Info)) (lang.pick("Chưa có số liệu để vẽ biểu đồ.", "There are no figures to draw yet.")) }
    }
}
