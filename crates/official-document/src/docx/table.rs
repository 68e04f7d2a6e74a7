//! Tables: of figures, of columns beside each other, of bars.

use super::paragraph::{band, paragraph, piece};
use super::twips;
use super::xml::Xml;
use crate::layout::{BarRow, Bars, CELL_ABOVE, CELL_ASIDE, Cell, Grid, Look, Sheet, Side, table_look};
use crate::model::{Align, Run};

/// Colour of bars: readable beside black letters, and dark when printed without colours.
const BAR: &str = "2F5C8F";
/// Height of a bar, in points.
const BAR_HEIGHT: f32 = 12.0;
/// Most columns of bars: Word knows no table with more than 63.
const STEPS: f32 = 50.0;

/// The width between the margins of an upright page, on which all lines outside of columns stand.
pub(super) fn page_width() -> f32 {
    Sheet::new(false).text_width()
}

/// A table of figures; its head is repeated on each page.
pub(super) fn grid(xml: &mut Xml, grid: &Grid) {
    xml.element("w:tbl", &[], |xml| {
        properties(xml, grid.widths.iter().sum(), Frame::Lines, &grid.title, "");
        columns_of_grid(xml, &grid.widths);
        for (index, row) in grid.head.iter().enumerate() {
            self::row(xml, None, true, |xml| head_row(xml, grid, index, row));
        }
        for row in &grid.rows {
            self::row(xml, None, false, |xml| {
                for cell in row {
                    self::cell(xml, grid, cell, Merge::None);
                }
            });
        }
    });
}

/// A row of the head with the rests of cells that reach down into it.
fn head_row(xml: &mut Xml, grid: &Grid, index: usize, row: &[Cell]) {
    let above = grid.head.iter().take(index).enumerate();
    let rests = above.flat_map(|(start, row)| row.iter().filter(move |cell| start + cell.down > index));
    let mut cells: Vec<(&Cell, bool)> = row.iter().map(|cell| (cell, false)).chain(rests.map(|cell| (cell, true))).collect();
    cells.sort_by_key(|(cell, _)| cell.column);
    for (cell, rest) in cells {
        let merge = match (rest, cell.down) {
            (true, _) => Merge::Rest,
            (false, 1) => Merge::None,
            (false, _) => Merge::Start,
        };
        self::cell(xml, grid, cell, merge);
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Merge {
    None,
    Start,
    Rest,
}

fn cell(xml: &mut Xml, grid: &Grid, cell: &Cell, merge: Merge) {
    let (_, width) = grid.span(cell);
    xml.element("w:tc", &[], |xml| {
        xml.element("w:tcPr", &[], |xml| {
            xml.empty("w:tcW", &[("w:w", &twips(width)), ("w:type", &"dxa")]);
            if cell.across > 1 {
                xml.value("w:gridSpan", &cell.across);
            }
            match merge {
                Merge::None => {}
                Merge::Start => xml.value("w:vMerge", &"restart"),
                Merge::Rest => xml.empty("w:vMerge", &[]),
            }
            xml.value("w:vAlign", &"center");
        });
        let runs = if merge == Merge::Rest { [].as_slice() } else { cell.runs.as_slice() };
        paragraph(xml, runs, &table_look(cell.align), None);
    });
}

/// Columns beside each other, row below row.
pub(super) fn columns(xml: &mut Xml, rows: &[&[Side]]) {
    let Some(first) = rows.first() else { return };
    let widths: Vec<f32> = first.iter().map(|side| side.width).collect();
    xml.element("w:tbl", &[], |xml| {
        properties(xml, widths.iter().sum(), Frame::None, "", "");
        columns_of_grid(xml, &widths);
        for sides in rows {
            row(xml, None, false, |xml| {
                for side in *sides {
                    xml.element("w:tc", &[], |xml| {
                        xml.element("w:tcPr", &[], |xml| xml.empty("w:tcW", &[("w:w", &twips(side.width)), ("w:type", &"dxa")]));
                        for part in &side.pieces {
                            piece(xml, part, Some(side.width));
                        }
                        if side.pieces.is_empty() {
                            super::paragraph::tiny(xml, |_| {});
                        }
                    });
                }
            });
        }
    });
}

/// A chart: each bar is a band in its cell, its value stands behind it.
pub(super) fn bars(xml: &mut Xml, bars: &Bars) {
    // Bars of different lengths end at different columns of the table.
    let exact = |row: &BarRow| twips(bars.bar_width * row.part);
    let coarse = |row: &BarRow| twips(bars.bar_width * (row.part * STEPS).round() / STEPS);
    let ends_of = |end: &dyn Fn(&BarRow) -> i32| {
        let mut ends: Vec<i32> = bars.rows.iter().map(end).filter(|end| *end > 0).collect();
        ends.sort_unstable();
        ends.dedup();
        ends
    };
    let mut ends = ends_of(&exact);
    let mut end: &dyn Fn(&BarRow) -> i32 = &exact;
    if ends.len() as f32 > STEPS {
        end = &coarse;
        ends = ends_of(end);
    }
    let label_width = twips(bars.label_width);
    let rest = twips(bars.width) - label_width - ends.last().copied().unwrap_or(0);
    let mut widths = vec![label_width];
    let mut last = 0;
    for end in &ends {
        widths.push(end - last);
        last = *end;
    }
    widths.push(rest);

    xml.element("w:tbl", &[], |xml| {
        properties(xml, bars.width, Frame::Gaps, "", &bars.alt);
        xml.element("w:tblGrid", &[], |xml| {
            for width in &widths {
                xml.empty("w:gridCol", &[("w:w", width)]);
            }
        });
        for bar in &bars.rows {
            let end = end(bar);
            let steps = ends.iter().position(|known| *known == end).map_or(0, |place| place + 1);
            row(xml, Some(18.0), false, |xml| {
                bar_cell(xml, label_width, 1, Some((&bar.label, Align::Right)));
                if steps > 0 {
                    bar_cell(xml, end, steps, None);
                }
                let value = (bar.value.as_str(), Align::Left);
                bar_cell(xml, twips(bars.width) - label_width - end, widths.len() - 1 - steps, Some(value));
            });
        }
    });
}

/// A cell of a chart: its words, or its bar, which is as high however many lines the words beside it have.
fn bar_cell(xml: &mut Xml, width: i32, across: usize, text: Option<(&str, Align)>) {
    xml.element("w:tc", &[], |xml| {
        xml.element("w:tcPr", &[], |xml| {
            xml.empty("w:tcW", &[("w:w", &width), ("w:type", &"dxa")]);
            if across > 1 {
                xml.value("w:gridSpan", &across);
            }
            xml.value("w:vAlign", &"center");
        });
        let Some((text, align)) = text else { return band(xml, BAR_HEIGHT, BAR) };
        let look = Look { left: 5.0, right: 5.0, keep: true, ..table_look(align) };
        paragraph(xml, &[Run::plain(text)], &look, None);
    });
}

/// The lines of a table.
#[derive(Clone, Copy)]
enum Frame {
    Lines,
    /// White lines, which part bars.
    Gaps,
    None,
}

fn properties(xml: &mut Xml, width: f32, frame: Frame, title: &str, description: &str) {
    xml.element("w:tblPr", &[], |xml| {
        xml.empty("w:tblW", &[("w:w", &twips(width)), ("w:type", &"dxa")]);
        let borders: (&[&str], i32, &str) = match frame {
            Frame::Lines => (&["w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"], 4, "000000"),
            Frame::Gaps => (&["w:top", "w:bottom", "w:insideH"], 24, "FFFFFF"),
            Frame::None => (&[], 0, ""),
        };
        let (sides, width, colour) = borders;
        if !sides.is_empty() {
            xml.element("w:tblBorders", &[], |xml| {
                for side in sides {
                    xml.empty(side, &[("w:val", &"single"), ("w:sz", &width), ("w:space", &0), ("w:color", &colour)]);
                }
            });
        }
        xml.empty("w:tblLayout", &[("w:type", &"fixed")]);
        let (aside, above) = if matches!(frame, Frame::Lines) { (twips(CELL_ASIDE), twips(CELL_ABOVE)) } else { (0, 0) };
        xml.element("w:tblCellMar", &[], |xml| {
            for (side, margin) in [("w:top", above), ("w:left", aside), ("w:bottom", above), ("w:right", aside)] {
                xml.empty(side, &[("w:w", &margin), ("w:type", &"dxa")]);
            }
        });
        for (name, text) in [("w:tblCaption", title), ("w:tblDescription", description)] {
            if !text.is_empty() {
                xml.value(name, &text);
            }
        }
    });
}

fn columns_of_grid(xml: &mut Xml, widths: &[f32]) {
    xml.element("w:tblGrid", &[], |xml| {
        for width in widths {
            xml.empty("w:gridCol", &[("w:w", &twips(*width))]);
        }
    });
}

fn row(xml: &mut Xml, height: Option<f32>, head: bool, cells: impl FnOnce(&mut Xml)) {
    xml.element("w:tr", &[], |xml| {
        xml.element("w:trPr", &[], |xml| {
            xml.empty("w:cantSplit", &[]);
            if let Some(height) = height {
                xml.empty("w:trHeight", &[("w:val", &twips(height)), ("w:hRule", &"atLeast")]);
            }
            if head {
                xml.empty("w:tblHeader", &[]);
            }
        });
        cells(xml);
    });
}
