//! DOCX files, part by part.

use std::io::{Cursor, Read};

use file_reading::{Kind as FileKind, Limits, Text};
use official_document::{IssueDate, Kind, OfficialDocument, docx};
use zip::ZipArchive;

use crate::made;

pub(crate) fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut content = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut content).unwrap();
    content
}

pub(crate) fn text(bytes: &[u8]) -> Text {
    file_reading::text::read(bytes, FileKind::Docx, &Limits::default()).unwrap()
}

/// The paragraph in which a text begins, from its opening to its end.
fn paragraph<'a>(xml: &'a str, text: &str) -> &'a str {
    let at = xml.find(&format!(">{text}")).unwrap_or_else(|| panic!("{text:?} is not there"));
    let start = xml[..at].rfind("<w:p>").unwrap();
    let end = at + xml[at..].find("</w:p>").unwrap();
    &xml[start..end]
}

fn assert_has(xml: &str, text: &str, wanted: &[&str]) {
    let found = paragraph(xml, text);
    for wanted in wanted {
        assert!(found.contains(wanted), "{text:?} has no {wanted}: {found}");
    }
}

const BOLD: &str = "<w:b/>";
const ITALIC: &str = "<w:i/>";
const CENTRE: &str = "<w:jc w:val=\"center\"/>";

fn size(points: u32) -> String {
    format!("<w:sz w:val=\"{}\"/>", points * 2)
}

#[test]
fn every_part_is_xml() {
    for (name, document) in made::all() {
        let bytes = docx(&document).unwrap();
        let names: Vec<String> =
            ZipArchive::new(Cursor::new(&bytes)).unwrap().file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names.len(), 9);
        for file in names {
            let content = part(&bytes, &file);
            let mut reader = quick_xml::Reader::from_str(&content);
            reader.config_mut().check_end_names = true;
            loop {
                if matches!(reader.read_event().unwrap_or_else(|fault| panic!("{name} {file}: {fault}")), quick_xml::events::Event::Eof) {
                    break;
                }
            }
        }
    }
}

#[test]
fn letters_have_the_sizes_of_the_decree() {
    let xml = part(&docx(&made::decision()).unwrap(), "word/document.xml");
    assert_has(&xml, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", &[BOLD, CENTRE, &size(12)]);
    assert_has(&xml, "Độc lập - Tự do - Hạnh phúc", &[BOLD, CENTRE, &size(13)]);
    assert_has(&xml, "ỦY BAN NHÂN DÂN<", &[BOLD, CENTRE, &size(12), "THÀNH PHỐ THÍ DỤ"]);
    assert_has(&xml, "Số: 05/QĐ-UBND", &[CENTRE, &size(13)]);
    assert_has(&xml, "Thí Dụ, ngày 05 tháng 01 năm 2026", &[ITALIC, CENTRE, &size(13)]);
    assert_has(&xml, "QUYẾT ĐỊNH<", &[BOLD, CENTRE, &size(14), "Heading1"]);
    assert_has(&xml, "Ban hành Kế hoạch", &[BOLD, CENTRE, &size(14)]);
    assert_has(&xml, "CHỦ TỊCH ỦY BAN", &[BOLD, CENTRE, &size(14)]);
    assert_has(&xml, "Căn cứ Luật Tổ chức", &[ITALIC, &size(14), "w:firstLine=\"720\"", "2025;<"]);
    assert_has(&xml, "Theo đề nghị", &[ITALIC, "năm 2026.<"]);
    assert_has(&xml, "QUYẾT ĐỊNH:", &[BOLD, CENTRE]);
    assert_has(&xml, "Điều 1.", &[BOLD, "<w:jc w:val=\"both\"/>", &size(14), "w:after=\"120\""]);
    assert_has(&xml, "KT. CHỦ TỊCH", &[BOLD, CENTRE, &size(14)]);
    assert_has(&xml, "PHÓ CHỦ TỊCH", &[BOLD, CENTRE, &size(14)]);
    assert_has(&xml, "Nguyễn Thị Giả Định", &[BOLD, CENTRE, &size(14)]);
    assert_has(&xml, "Nơi nhận:", &[BOLD, ITALIC, &size(12)]);
    assert_has(&xml, "- Như Điều 4;", &[&size(11)]);
    assert_has(&xml, "- Lưu: VT, SNV.", &[&size(11)]);
    assert_has(&xml, "Phụ lục II<", &[BOLD, CENTRE, &size(14)]);
    assert_has(&xml, "LỊCH KIỂM TRA", &[BOLD, CENTRE]);
    assert_has(&xml, "(Kèm theo", &[ITALIC, CENTRE, &size(14)]);
    assert!(xml.contains("thi hành Quyết định này./.<"));
}

#[test]
fn paper_and_margins_are_those_of_the_decree() {
    let bytes = docx(&made::decision()).unwrap();
    let xml = part(&bytes, "word/document.xml");
    let portrait = "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>";
    let landscape = "<w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/>";
    // 20 mm above and below, 30 mm on the left, 15 mm on the right.
    let margins = "<w:pgMar w:top=\"1134\" w:right=\"850\" w:bottom=\"1134\" w:left=\"1701\"";
    assert_eq!([portrait, landscape, margins].map(|wanted| xml.matches(wanted).count()), [2, 1, 3]);
    // Each section counts from one and shows no number on its first page.
    assert_eq!(["<w:pgNumType w:start=\"1\"/>", "<w:titlePg/>"].map(|wanted| xml.matches(wanted).count()), [3, 3]);
    assert!(part(&bytes, "word/header2.xml").contains(" PAGE "));
    assert!(!part(&bytes, "word/header1.xml").contains("PAGE"));
    let styles = part(&bytes, "word/styles.xml");
    assert!(styles.contains("w:ascii=\"Times New Roman\"") && styles.contains("w:lang w:val=\"vi-VN\""));
}

#[test]
fn tables_repeat_their_head() {
    let xml = part(&docx(&made::decision()).unwrap(), "word/document.xml");
    assert_eq!(xml.matches("<w:tblHeader/>").count(), 2, "a head of two rows");
    assert_eq!(xml.matches("<w:vMerge w:val=\"restart\"/>").count(), 4);
    assert_eq!(xml.matches("<w:vMerge/>").count(), 4);
}

#[test]
fn charts_say_in_words_what_they_show() {
    let xml = part(&docx(&made::report()).unwrap(), "word/document.xml");
    assert!(xml.contains("<w:tblDescription w:val=\"Tỷ lệ đúng hạn: hộ tịch 99,8;"));
    assert!(xml.contains("<w:tblDescription w:val=\"Quý I: 412 hồ sơ; Quý II"), "without words of its own its values are told");
}

/// The ground of a cell would be as high as the words beside it.
#[test]
fn bars_of_a_chart_are_of_one_height() {
    let xml = part(&docx(&made::report()).unwrap(), "word/document.xml");
    let band = "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"2F5C8F\"/><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"240\" w:lineRule=\"exact\"/>";
    assert_eq!((xml.matches(band).count(), xml.matches("2F5C8F").count()), (7, 7), "a bar that is nothing has none");
}

#[test]
fn an_official_letter_has_its_subject_under_its_number() {
    let text = text(&docx(&made::letter()).unwrap()).joined();
    let place = |wanted: &str| text.find(wanted).unwrap_or_else(|| panic!("{wanted:?} is not in {text}"));
    assert!(place("Số: 187/SNV-CCHC") < place("V/v đôn đốc"));
    assert!(place("Kính gửi:") < place("- Các sở, cơ quan ngang sở;"));
    assert!(place("- Ủy ban nhân dân các xã, phường.") < place("TL. GIÁM ĐỐC"));
    assert!(!text.contains("CÔNG VĂN"));
}

#[test]
fn what_is_not_known_yet_is_left_blank() {
    let written = |document: &OfficialDocument| text(&docx(document).unwrap()).joined();
    let report = made::report();
    let text = written(&report);
    assert!(text.contains("Thí Dụ, ngày … tháng … năm 2026"));
    let blank: String = text.split("Số:").nth(1).unwrap().chars().take_while(|letter| *letter != '/').collect();
    assert!(blank.trim().is_empty());
    let unknown = OfficialDocument { date: IssueDate::Unknown, ..report };
    assert!(written(&unknown).contains("ngày … tháng … năm …"));
}

#[test]
fn the_least_document_can_be_opened() {
    for kind in [Kind::Decision, Kind::OfficialLetter, Kind::Sheet, Kind::Minutes] {
        let bytes = docx(&OfficialDocument::new(kind)).unwrap();
        assert!(!text(&bytes).joined().contains("CỘNG HÒA"), "{kind:?} has no head without an issuer");
    }
}
