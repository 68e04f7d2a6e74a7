//! Paragraphs.

use super::twips;
use super::xml::Xml;
use crate::layout::{Look, Piece, Role, Rule};
use crate::model::{Align, Run};

/// A piece; the width of its column, if it does not stand between the margins of the page.
pub(super) fn piece(xml: &mut Xml, piece: &Piece, column: Option<f32>) {
    match piece {
        Piece::Text(text) => {
            let level = match text.role {
                Role::Heading(level) => Some(level),
                Role::Body => None,
            };
            paragraph(xml, &text.runs, &text.look, level);
        }
        Piece::Rule(rule) => line(xml, *rule, column),
    }
}

/// Words in one look.
pub(super) fn paragraph(xml: &mut Xml, runs: &[Run], look: &Look, heading: Option<u8>) {
    xml.element("w:p", &[], |xml| {
        xml.element("w:pPr", &[], |xml| {
            if let Some(level) = heading {
                xml.value("w:pStyle", &format_args!("Heading{level}"));
            }
            if look.keep {
                xml.empty("w:keepNext", &[]);
            }
            let line = (look.leading * 240.0).round() as i32;
            xml.empty(
                "w:spacing",
                &[("w:before", &twips(look.before)), ("w:after", &twips(look.after)), ("w:line", &line), ("w:lineRule", &"auto")],
            );
            if look.left > 0.0 || look.right > 0.0 || look.first > 0.0 {
                let (left, right, first) = (twips(look.left), twips(look.right), twips(look.first));
                xml.empty("w:ind", &[("w:left", &left), ("w:right", &right), ("w:firstLine", &first)]);
            }
            xml.value("w:jc", &align(look.align));
            // The size of the mark at its end, which is all that an empty paragraph has.
            run_properties(xml, &Run::default(), look.size);
        });
        for run in runs {
            words(xml, run, look.size);
        }
    });
}

pub(super) fn words(xml: &mut Xml, run: &Run, size: f32) {
    xml.element("w:r", &[], |xml| {
        run_properties(xml, run, size);
        for (index, line) in run.text.split('\n').enumerate() {
            if index > 0 {
                xml.empty("w:br", &[]);
            }
            if !line.is_empty() {
                xml.element("w:t", &[("xml:space", &"preserve")], |xml| xml.text(line));
            }
        }
    });
}

pub(super) fn run_properties(xml: &mut Xml, run: &Run, size: f32) {
    xml.element("w:rPr", &[], |xml| {
        if run.bold {
            xml.empty("w:b", &[]);
            xml.empty("w:bCs", &[]);
        }
        if run.italic {
            xml.empty("w:i", &[]);
            xml.empty("w:iCs", &[]);
        }
        let half_points = (size * 2.0).round() as i32;
        xml.value("w:sz", &half_points);
        xml.value("w:szCs", &half_points);
    });
}

/// A line: the upper border of a low paragraph, moved in from both sides until it has its length.
fn line(xml: &mut Xml, rule: Rule, column: Option<f32>) {
    let inset = twips((column.unwrap_or_else(super::table::page_width) - rule.length).max(0.0) / 2.0);
    let border = |xml: &mut Xml| {
        xml.element("w:pBdr", &[], |xml| {
            xml.empty("w:top", &[("w:val", &"single"), ("w:sz", &6), ("w:space", &1), ("w:color", &"000000")]);
        });
    };
    low(xml, rule.before, rule.after, border, Some(inset), |_| {});
}

/// The lowest paragraph there is, for places where the format wants one; what else stands among its properties.
pub(super) fn tiny(xml: &mut Xml, properties: impl FnOnce(&mut Xml)) {
    low(xml, 0.0, 0.0, |_| {}, None, properties);
}

/// An empty band.
pub(super) fn space(xml: &mut Xml, height: f32) {
    low(xml, 0.0, (height - LOW).max(0.0), |_| {}, None, |_| {});
}

/// A band of one height and a colour, as wide as what holds it.
pub(super) fn band(xml: &mut Xml, height: f32, colour: &str) {
    xml.element("w:p", &[], |xml| {
        xml.element("w:pPr", &[], |xml| {
            xml.empty("w:keepNext", &[]);
            xml.empty("w:shd", &[("w:val", &"clear"), ("w:color", &"auto"), ("w:fill", &colour)]);
            xml.empty("w:spacing", &[("w:before", &0), ("w:after", &0), ("w:line", &twips(height)), ("w:lineRule", &"exact")]);
            xml.element("w:rPr", &[], |xml| {
                xml.value("w:sz", &2);
                xml.value("w:szCs", &2);
            });
        });
    });
}

/// What follows begins on a new page.
pub(super) fn page_break(xml: &mut Xml) {
    xml.element("w:p", &[], |xml| {
        xml.element("w:pPr", &[], |xml| {
            xml.empty("w:spacing", &[("w:before", &0), ("w:after", &0), ("w:line", &twips(LOW)), ("w:lineRule", &"exact")]);
        });
        xml.element("w:r", &[], |xml| xml.empty("w:br", &[("w:type", &"page")]));
    });
}

/// Height of low paragraphs, in points.
const LOW: f32 = 2.0;

fn low(xml: &mut Xml, before: f32, after: f32, border: impl FnOnce(&mut Xml), inset: Option<i32>, properties: impl FnOnce(&mut Xml)) {
    xml.element("w:p", &[], |xml| {
        xml.element("w:pPr", &[], |xml| {
            border(xml);
            let (before, after) = (twips(before), twips(after));
            let line = twips(LOW);
            xml.empty("w:spacing", &[("w:before", &before), ("w:after", &after), ("w:line", &line), ("w:lineRule", &"exact")]);
            if let Some(inset) = inset {
                xml.empty("w:ind", &[("w:left", &inset), ("w:right", &inset), ("w:firstLine", &0)]);
            }
            xml.element("w:rPr", &[], |xml| {
                xml.value("w:sz", &2);
                xml.value("w:szCs", &2);
            });
            properties(xml);
        });
    });
}

fn align(align: Align) -> &'static str {
    match align {
        Align::Left => "left",
        Align::Centre => "center",
        Align::Right => "right",
        Align::Justified => "both",
    }
}
