//! The text: headings, paragraphs, tables, charts.

use super::{BarRow, Bars, Element, Grid, Look, Piece, Sheet, heading, size, text};
use crate::DocumentFault;
use crate::face::Faces;
use crate::model::{Bar, Block, Kind, Level, OfficialDocument, Run};
use crate::text::{capitals, clean_runs, one_line};

/// What ends the text of a document.
const END: &str = "./.";

/// The text of the document, with its end sign.
pub(super) fn main(document: &OfficialDocument, faces: &Faces, sheet: &Sheet) -> Result<Vec<Element>, DocumentFault> {
    let mut elements = blocks(&document.body, faces, sheet)?;
    let signed = document.signature.is_some() || document.second_signature.is_some();
    if let Some(Element::Piece(Piece::Text(last))) = elements.last_mut() {
        if document.kind != Kind::Sheet {
            end(&mut last.runs);
        }
        // Nobody signs a page on which nothing stands.
        last.look.keep = last.look.keep || signed;
    }
    Ok(elements)
}

/// Parts of a text one below the other.
pub(super) fn blocks(blocks: &[Block], faces: &Faces, sheet: &Sheet) -> Result<Vec<Element>, DocumentFault> {
    let mut elements = Vec::with_capacity(blocks.len());
    for block in blocks {
        match block {
            Block::Heading { level, number, title } => elements.extend(titled(*level, number, title)),
            Block::Paragraph(runs) => elements.extend(paragraph(clean_runs(runs), Look::body())),
            Block::Item { label, text } => {
                let label = one_line(label);
                let mut runs = clean_runs(text);
                if !label.is_empty() {
                    runs.insert(0, Run::plain(format!("{label} ")));
                }
                elements.extend(paragraph(runs, Look::body()));
            }
            Block::Line { align, text } => {
                elements.extend(paragraph(clean_runs(text), Look { first: 0.0, ..Look::body() }.align(*align)));
            }
            Block::Table(table) => {
                let grid = Grid::new(table, faces, sheet)?;
                elements.extend(caption(&grid.title));
                elements.push(Element::Table(grid));
                elements.push(space());
            }
            Block::BarChart { title, alt, bars } => {
                elements.extend(caption(&one_line(title)));
                if !bars.is_empty() {
                    elements.push(Element::Bars(chart(alt, bars, sheet)));
                    elements.push(space());
                }
            }
            Block::PageBreak => elements.push(Element::PageBreak),
        }
    }
    Ok(elements)
}

fn paragraph(runs: Vec<Run>, look: Look) -> Option<Element> {
    (!runs.is_empty()).then(|| Element::Piece(text(runs, look)))
}

fn titled(level: Level, number: &str, title: &str) -> Vec<Element> {
    let (number, title) = (one_line(number), one_line(title));
    let (number, title) = (number.as_str(), title.as_str());
    let body = Look::body().keep();
    let centred = Look::centred(size::BODY);
    let pieces = match level {
        Level::Chapter => vec![(2, Run::bold(number), centred.before(12.0)), (2, Run::bold(title.to_uppercase()), centred.after(6.0))],
        Level::Section => vec![(2, Run::bold(joined(number, &capitals(title))), body.before(10.0))],
        Level::Clause => vec![(3, Run::bold(joined(number, title)), body)],
        Level::Point => vec![(4, Run { bold: true, italic: true, text: joined(number, title) }, body)],
    };
    let pieces = pieces.into_iter().filter(|(_, run, _)| !run.text.is_empty());
    pieces.map(|(level, run, look)| Element::Piece(heading(level, vec![run], look))).collect()
}

fn joined(number: &str, title: &str) -> String {
    match (number.is_empty(), title.is_empty()) {
        (false, false) => format!("{number} {title}"),
        _ => format!("{number}{title}"),
    }
}

/// The title of a table or chart, which stays with it.
fn caption(title: &str) -> Option<Element> {
    let look = Look::centred(size::BODY).before(8.0).after(4.0);
    (!title.is_empty()).then(|| Element::Piece(text(vec![Run::bold(title)], look)))
}

/// The distance of a table or chart from what follows.
fn space() -> Element {
    Element::Space(8.0)
}

fn chart(alt: &str, bars: &[Bar], sheet: &Sheet) -> Bars {
    let width = sheet.text_width();
    let length = |bar: &Bar| if bar.value.is_finite() { bar.value.max(0.0) } else { 0.0 };
    let longest = bars.iter().map(length).fold(0.0, f64::max);
    let rows = bars.iter().map(|bar| {
        let part = if longest > 0.0 { length(bar) / longest } else { 0.0 };
        BarRow { label: one_line(&bar.label), part: part as f32, value: one_line(&bar.text) }
    });
    let told = bars.iter().map(|bar| one_line(&format!("{}: {}", bar.label, bar.text))).collect::<Vec<_>>().join("; ");
    // A figure without words would be nothing to those who do not see it.
    let alt = [one_line(alt), told].into_iter().find(|alt| !alt.is_empty()).unwrap_or_else(|| "Biểu đồ".to_owned());
    Bars { alt, label_width: width * 0.36, bar_width: width * 0.46, width, rows: rows.collect() }
}

/// Puts the end sign behind the last words.
fn end(runs: &mut [Run]) {
    let Some(last) = runs.iter_mut().rev().find(|run| !run.text.trim().is_empty()) else { return };
    let written = last.text.trim_end();
    if !written.ends_with(END) {
        last.text = format!("{}{END}", written.trim_end_matches(['.', ' ']));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(text: &str) -> String {
        let mut runs = [Run::plain(text), Run::plain(" ")];
        end(&mut runs);
        runs[0].text.clone()
    }

    #[test]
    fn the_end_sign_takes_the_place_of_the_last_stop() {
        assert_eq!(ended("Trân trọng cảm ơn."), "Trân trọng cảm ơn./.");
        assert_eq!(ended("Trân trọng cảm ơn"), "Trân trọng cảm ơn./.");
        assert_eq!(ended("Trân trọng cảm ơn./. "), "Trân trọng cảm ơn./. ");
    }

    #[test]
    fn bars_are_measured_against_the_longest() {
        let bar = |value| Bar { value, ..Bar::default() };
        let bars = [bar(50.0), bar(100.0), bar(f64::NAN), bar(-4.0), bar(f64::INFINITY)];
        let parts: Vec<String> = chart("", &bars, &Sheet::new(false)).rows.iter().map(|row| row.part.to_string()).collect();
        assert_eq!(parts, ["0.5", "1", "0", "0", "0"]);
    }
}
