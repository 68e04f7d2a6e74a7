//! What stands in the upper margin: the number of the page, and that figures are made up.

use super::paragraph::run_properties;
use super::parts::{RELATIONS, WORD};
use super::xml::Xml;
use crate::layout::{MADE_UP_SIZE, PAGE_NUMBER_SIZE};
use crate::model::Run;

/// On first pages no number is shown.
pub(super) fn first_page(made_up: Option<&str>) -> String {
    header(made_up, false)
}

/// On all others it stands in the middle.
pub(super) fn further_pages(made_up: Option<&str>) -> String {
    header(made_up, true)
}

fn header(made_up: Option<&str>, numbered: bool) -> String {
    let mut xml = Xml::new();
    xml.element("w:hdr", &[("xmlns:w", &WORD), ("xmlns:r", &RELATIONS)], |xml| {
        if numbered {
            centred(xml, |xml| {
                xml.element("w:fldSimple", &[("w:instr", &" PAGE ")], |xml| {
                    xml.element("w:r", &[], |xml| {
                        run_properties(xml, &Run::default(), PAGE_NUMBER_SIZE);
                        xml.element("w:t", &[], |xml| xml.text("2"));
                    });
                });
            });
        }
        if let Some(line) = made_up {
            centred(xml, |xml| {
                xml.element("w:r", &[], |xml| {
                    xml.element("w:rPr", &[], |xml| {
                        xml.empty("w:b", &[]);
                        xml.empty("w:bCs", &[]);
                        xml.value("w:color", &"B00000");
                        let half_points = (MADE_UP_SIZE * 2.0) as i32;
                        xml.value("w:sz", &half_points);
                        xml.value("w:szCs", &half_points);
                    });
                    xml.element("w:t", &[], |xml| xml.text(line));
                });
            });
        } else if !numbered {
            centred(xml, |_| {});
        }
    });
    xml.finish()
}

fn centred(xml: &mut Xml, inside: impl FnOnce(&mut Xml)) {
    xml.element("w:p", &[], |xml| {
        xml.element("w:pPr", &[], |xml| {
            xml.empty("w:spacing", &[("w:before", &0), ("w:after", &0)]);
            xml.value("w:jc", &"center");
        });
        inside(xml);
    });
}
