use maud::{Markup, html};
use rust_decimal::Decimal;

use super::draw::{self, Anchor, n};
use super::scale::{Scale, position, shorten, spread, text_width, tick_decimals, ticks, wrap};
use super::{Chart, Size, no_data};
use crate::Lang;
use crate::table::{Cell, Column, DataTable, MissingReason, Row};

/// Ranks or scores over periods: one line for each series, labelled at its right end.
#[derive(Clone, Debug, Default)]
pub struct RankLines {
    /// Identifier on the page.
    pub id: String,
    /// What the chart shows.
    pub title: String,
    /// What a reader should see in it, in a sentence.
    pub desc: String,
    /// The periods, from left to right.
    pub periods: Vec<String>,
    /// The lines. Emphasised ones are drawn in colour (at most four), others in grey.
    pub series: Vec<Series>,
    /// Where the method changed; values on both sides cannot be compared without care.
    pub breaks: Vec<Break>,
    /// What stands on the vertical axis.
    pub axis: Axis,
    /// Name of the measure.
    pub measure: String,
}

/// A line.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// Name.
    pub label: String,
    /// One value for each period; none makes a gap.
    pub values: Vec<Option<Decimal>>,
    /// Drawn in colour.
    pub emphasis: bool,
}

/// A change of method.
#[derive(Clone, Debug, Default)]
pub struct Break {
    /// Index of the first period with the new method.
    pub before: usize,
    /// What changed.
    pub label: String,
}

/// The vertical axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Ranks: 1 on top; `of` is how many are ranked.
    Rank {
        /// How many are ranked, if it is the same in all periods.
        of: Option<u32>,
    },
    /// Scores: greater on top; the axis need not begin at zero.
    Score {
        /// Digits after the decimal sign.
        decimals: u32,
    },
}

impl Default for Axis {
    fn default() -> Axis {
        Axis::Rank { of: None }
    }
}

struct Layout {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    height: f64,
    x: Scale,
    y: Scale,
    ticks: Vec<f64>,
}

const LABEL: f64 = 13.0;

impl RankLines {
    fn known(&self) -> impl Iterator<Item = f64> + '_ {
        self.series.iter().flat_map(|series| series.values.iter().flatten().map(|value| position(*value)))
    }

    fn decimals(&self) -> u32 {
        match self.axis {
            Axis::Rank { .. } => 0,
            Axis::Score { decimals } => decimals,
        }
    }

    fn layout(&self, size: Size) -> Layout {
        let low = self.known().fold(f64::INFINITY, f64::min);
        let high = self.known().fold(f64::NEG_INFINITY, f64::max);
        let ticks = match self.axis {
            Axis::Rank { of } => rank_ticks(of.map_or(high, f64::from).max(high).max(2.0)),
            Axis::Score { .. } => ticks(low, high, 5),
        };
        let widest = self.series.iter().map(|series| text_width(&series.label, LABEL) + 16.0).fold(0.0, f64::max);
        let (room, plot) = match size {
            Size::Wide => (widest.clamp(24.0, 220.0), 340.0),
            Size::Narrow => (widest.clamp(20.0, 98.0), 280.0),
        };
        let plot = if self.series.len() <= 1 { plot * 0.75 } else { plot };
        let top = match size {
            Size::Wide => 30.0 + 18.0 * self.break_levels(),
            Size::Narrow => 44.0,
        };
        let (left, right) = (if size == Size::Wide { 46.0 } else { 34.0 }, size.width() - room - 14.0);
        let bottom = top + plot;
        let notes: usize = if size == Size::Narrow { self.narrow_notes().iter().map(Vec::len).sum() } else { 0 };
        let last = self.periods.len().saturating_sub(1).max(1) as f64;
        let x = if self.periods.len() > 1 {
            Scale::new(0.0, last, left + 14.0, right - 6.0)
        } else {
            Scale::new(-1.0, 1.0, left + 14.0, right - 6.0)
        };
        let first_tick = ticks.first().copied().unwrap_or(0.0);
        let last_tick = ticks.last().copied().unwrap_or(1.0);
        let y = match self.axis {
            Axis::Rank { .. } => Scale::new(1.0, last_tick, top + 8.0, bottom - 20.0),
            Axis::Score { .. } => Scale::new(first_tick, last_tick, bottom - 4.0, top + 8.0),
        };
        Layout { left, right, top, bottom, height: bottom + 32.0 + 18.0 * notes as f64, x, y, ticks }
    }

    /// Labels of breaks stand in up to three levels when they are near to one another.
    fn break_levels(&self) -> f64 {
        (self.breaks.len().clamp(1, 3) - usize::from(self.breaks.is_empty())) as f64
    }

    fn narrow_notes(&self) -> Vec<Vec<String>> {
        self.breaks
            .iter()
            .enumerate()
            .map(|(index, change)| {
                let period = self.periods.get(change.before).map_or("", String::as_str);
                let words = if change.label.contains(period) { change.label.clone() } else { format!("{period}: {}", change.label) };
                wrap(&format!("({}) {words}", index + 1), 12.5, 290.0, 4)
            })
            .collect()
    }

    /// Class of a line: the first four emphasised ones are coloured; without any, up to four lines are.
    fn line_class(&self, index: usize) -> (String, usize) {
        let any = self.series.iter().any(|series| series.emphasis);
        let coloured = |series: &Series| series.emphasis || (!any && self.series.len() <= 4);
        match self.series.get(index) {
            Some(series) if coloured(series) => {
                let place = self.series[..index].iter().filter(|series| coloured(series)).count();
                if place < 4 { (format!("s{}", place + 1), place) } else { ("s0".to_owned(), 0) }
            }
            _ => ("s0".to_owned(), 0),
        }
    }

    fn breaks_svg(&self, at: &Layout, size: Size) -> Markup {
        html! {
            @for (index, change) in self.breaks.iter().enumerate() {
                @let x = at.x.at(change.before as f64 - 0.5);
                @match size {
                    Size::Wide => {
                        @let level = (index % 3) as f64;
                        @let y = 14.0 + 18.0 * level;
                        @let words = shorten(&change.label, 12.5, size.width() - 24.0);
                        @let half = text_width(&words, 12.5) / 2.0;
                        @let middle = x.max(half + 4.0).min(size.width() - half - 4.0);
                        (draw::line("break", x, y + 5.0, x, at.bottom))
                        (draw::text("note", middle, y, Anchor::Middle, &words))
                    }
                    Size::Narrow => {
                        // Numbers near to one another stand on two levels.
                        @let step = at.x.at(1.0) - at.x.at(0.0);
                        @let near = |left: usize| (self.breaks[left + 1].before as f64 - self.breaks[left].before as f64) * step < 24.0;
                        @let low = (0..index).rev().take_while(|left| near(*left)).count() % 2 == 1;
                        @let y = if low { 28.0 } else { 14.0 };
                        (draw::line("break", x, y + 6.0, x, at.bottom))
                        (draw::text("note", x, y, Anchor::Middle, &format!("({})", index + 1)))
                    }
                }
            }
        }
    }

    fn axes_svg(&self, at: &Layout, size: Size, lang: Lang) -> Markup {
        let decimals = tick_decimals(&at.ticks);
        let room = (at.x.at(1.0) - at.x.at(0.0)).max(1.0);
        let widest = self.periods.iter().map(|period| text_width(period, 12.5) + 8.0).fold(1.0, f64::max);
        let every = (widest / room).ceil().max(1.0) as usize;
        let last = self.periods.len().saturating_sub(1);
        html! {
            @for tick in &at.ticks {
                @let y = at.y.at(*tick);
                (draw::line("grid", at.left, y, at.right, y))
                (draw::text("tick", at.left - 8.0, y + 4.5, Anchor::End,
                    &lang.decimal(Decimal::from_f64_retain(*tick).unwrap_or_default(), decimals)))
            }
            @for (index, period) in self.periods.iter().enumerate() {
                @if (last - index).is_multiple_of(every) {
                    (draw::text("tick", at.x.at(index as f64), at.bottom + 22.0, Anchor::Middle, period))
                }
            }
            @if size == Size::Narrow {
                @let notes = self.narrow_notes();
                @let mut y = at.bottom + 46.0;
                @for note in &notes {
                    (draw::lines("note", 8.0, y, 18.0, Anchor::Start, note))
                    @let () = { y += 18.0 * note.len() as f64; };
                }
            }
        }
    }

    fn series_svg(&self, index: usize, at: &Layout, lang: Lang) -> Markup {
        let series = &self.series[index];
        let (class, shape) = self.line_class(index);
        let mut solid = String::new();
        let mut weak = String::new();
        let mut before: Option<(usize, f64, f64)> = None;
        for (period, value) in series.values.iter().take(self.periods.len()).enumerate() {
            let Some(value) = value else {
                before = None;
                continue;
            };
            let (x, y) = (at.x.at(period as f64), at.y.at(position(*value)));
            if let Some((from, x0, y0)) = before {
                let crosses = self.breaks.iter().any(|change| change.before > from && change.before <= period);
                let path = if crosses { &mut weak } else { &mut solid };
                path.push_str(&format!("M{} {}L{} {}", n(x0), n(y0), n(x), n(y)));
            }
            before = Some((period, x, y));
        }
        let radius = if class == "s0" { 2.5 } else { 4.0 };
        html! {
            g class=(class) {
                @if !solid.is_empty() { path.line d=(solid) {} }
                @if !weak.is_empty() { path.line.weak d=(weak) {} }
                @for (period, value) in series.values.iter().take(self.periods.len()).enumerate() {
                    @if let Some(value) = value {
                        @let (x, y) = (at.x.at(period as f64), at.y.at(position(*value)));
                        g {
                            title { (series.label) ", " (self.periods[period]) ": " (lang.decimal(*value, self.decimals())) }
                            (draw::point("point", shape, x, y, radius))
                        }
                    }
                }
            }
        }
    }

    /// The values of the first coloured line, on the side where no other coloured line is near.
    fn values_svg(&self, at: &Layout, lang: Lang) -> Markup {
        let places = |index: usize, period: usize| {
            let value = self.series.get(index)?.values.get(period).copied().flatten()?;
            Some(at.y.at(position(value)))
        };
        let coloured: Vec<usize> = (0..self.series.len()).filter(|index| self.line_class(*index).0 != "s0").collect();
        let room = at.x.at(1.0) - at.x.at(0.0);
        let Some(main) = coloured.iter().copied().find(|index| self.line_class(*index).0 == "s1") else {
            return html! {};
        };
        let widest = self.series[main]
            .values
            .iter()
            .flatten()
            .map(|value| text_width(&lang.decimal(*value, self.decimals()), 13.0))
            .fold(0.0, f64::max);
        if room < widest + 6.0 {
            return html! {};
        }
        html! {
            g.s1 {
                @for (period, value) in self.series[main].values.iter().take(self.periods.len()).enumerate() {
                    @if let Some(value) = value {
                        @let y = at.y.at(position(*value));
                        @let near = |from: f64, to: f64| {
                            coloured.iter().filter(|index| **index != main).filter_map(|index| places(*index, period))
                                .any(|other| other - y > from && other - y < to)
                        };
                        @let neighbours = [period.checked_sub(1), Some(period + 1)].into_iter().flatten().filter_map(|other| places(main, other));
                        @let valley = neighbours.clone().next().is_some() && neighbours.clone().all(|other| other < y - 4.0);
                        @let below = near(-28.0, 0.0) || (valley && !near(0.0, 28.0)) || y - 24.0 < at.top - 10.0;
                        (draw::text("value", at.x.at(period as f64), if below { y + 21.0 } else { y - 10.0 }, Anchor::Middle,
                            &lang.decimal(*value, self.decimals())))
                    }
                }
            }
        }
    }

    fn labels_svg(&self, at: &Layout, size: Size) -> Markup {
        let ends: Vec<(usize, f64, f64)> = self
            .series
            .iter()
            .enumerate()
            .filter_map(|(index, series)| {
                let (period, value) = series
                    .values
                    .iter()
                    .take(self.periods.len())
                    .enumerate()
                    .rev()
                    .find_map(|(period, value)| value.map(|value| (period, value)))?;
                Some((index, at.x.at(period as f64), at.y.at(position(value))))
            })
            .collect();
        let wanted: Vec<f64> = ends.iter().map(|(_, _, y)| *y).collect();
        let placed = spread(&wanted, 17.0, at.top, at.bottom);
        let x = at.right + 12.0;
        let room = size.width() - x - 2.0;
        html! {
            @for ((index, end_x, end_y), y) in ends.iter().zip(&placed) {
                @let (class, _) = self.line_class(*index);
                @let label = &self.series[*index].label;
                g class=(class) {
                    @if (end_y - y).abs() > 3.0 || at.right - end_x > 20.0 {
                        (draw::line("leader", end_x + 6.0, *end_y, x - 3.0, *y))
                    }
                    g {
                        title { (label) }
                        (draw::text("end-label", x, y + 4.5, Anchor::Start, &shorten(label, LABEL, room)))
                    }
                }
            }
        }
    }
}

/// Ranks from 1 in round steps.
fn rank_ticks(last: f64) -> Vec<f64> {
    let step = match last {
        last if last <= 8.0 => 1.0,
        last if last <= 24.0 => 5.0,
        last if last <= 70.0 => 10.0,
        last if last <= 160.0 => 25.0,
        _ => 50.0,
    };
    let mut found = vec![1.0];
    let mut tick = if step > 1.0 { step } else { 2.0 };
    while tick < last {
        found.push(tick);
        tick += step;
    }
    // The last rank ends the axis; a round step too near to it gives way.
    if found.len() > 1 && last - found.last().copied().unwrap_or(0.0) < step * 0.45 {
        found.pop();
    }
    found.push(last);
    found
}

impl Chart for RankLines {
    fn id(&self) -> &str {
        &self.id
    }

    fn svg(&self, size: Size, lang: Lang) -> Markup {
        if self.known().next().is_none() {
            return if size == Size::Wide {
                no_data(lang)
            } else {
                html! {}
            };
        }
        let at = self.layout(size);
        // Grey lines first, so that the coloured ones lie on top.
        let mut order: Vec<usize> = (0..self.series.len()).collect();
        order.sort_by_key(|index| usize::from(self.line_class(*index).0 != "s0"));
        let content = html! {
            (self.axes_svg(&at, size, lang))
            (self.breaks_svg(&at, size))
            @for index in &order { (self.series_svg(*index, &at, lang)) }
            (self.values_svg(&at, lang))
            (self.labels_svg(&at, size))
        };
        draw::frame(&self.id, size, at.height, &self.title, &self.desc, content)
    }

    fn table(&self, lang: Lang) -> DataTable {
        let mut table = DataTable::new(format!("{}-bang", self.id), self.title.clone())
            .column(Column::header("don-vi", lang.pick("Đối tượng", "Series")));
        for (index, period) in self.periods.iter().enumerate() {
            let key = format!("ky-{}", index + 1);
            table = table.column(match self.axis {
                Axis::Rank { .. } => Column::rank(key, period.clone()),
                Axis::Score { decimals } => Column::number(key, period.clone(), decimals),
            });
        }
        for series in &self.series {
            let mut cells = vec![Cell::text(series.label.clone())];
            for period in 0..self.periods.len() {
                let value = series.values.get(period).copied().flatten();
                cells.push(Cell::number_or(value, self.decimals(), MissingReason::NotAvailable));
            }
            let row = Row::new(cells);
            table =
                table.row(if series.emphasis && self.series.len() > 1 { row.highlight(lang.pick("đang xem", "in focus")) } else { row });
        }
        table.subtitle = Some(self.measure.clone()).filter(|measure| !measure.is_empty());
        for change in &self.breaks {
            if let Some(period) = self.periods.get(change.before) {
                table.notes.push(format!("{} {period}: {}", lang.pick("Từ kỳ", "From"), change.label));
            }
        }
        table
    }
}
