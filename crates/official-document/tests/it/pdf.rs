//! PDF files, as another reader sees them.

use file_reading::{Kind as FileKind, Limits};
use official_document::{Block, Kind, OfficialDocument, Run, docx, pdf};

use crate::made;

/// What is written on each page.
pub(crate) fn pages(bytes: &[u8]) -> Vec<String> {
    let text = file_reading::text::read(bytes, FileKind::Pdf, &Limits::default()).unwrap();
    assert_eq!(text.unmapped, 0);
    text.parts.into_iter().map(|part| part.text).collect()
}

/// The text with one blank for every gap.
pub(crate) fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn contains(bytes: &[u8], wanted: &str) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted.as_bytes())
}

#[test]
fn all_is_there_and_in_order() {
    let pages = pages(&pdf(&made::decision()).unwrap());
    let text = flat(&pages[0]);
    let mut from = 0;
    for wanted in [
        "ỦY BAN NHÂN DÂN THÀNH PHỐ THÍ DỤ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 05/QĐ-UBND",
        "Thí Dụ, ngày 05 tháng 01 năm 2026",
        "QUYẾT ĐỊNH",
        "Ban hành Kế hoạch kiểm tra công tác cải cách hành chính năm 2026 của thành phố Thí Dụ",
        "CHỦ TỊCH ỦY BAN NHÂN DÂN THÀNH PHỐ THÍ DỤ",
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
        "ngày 02 tháng 01 năm 2026.",
        "QUYẾT ĐỊNH:",
        "Điều 1. Ban hành kèm theo Quyết định này",
        "chịu trách nhiệm thi hành Quyết định này./.",
    ] {
        let at = text[from..].find(wanted).unwrap_or_else(|| panic!("{wanted:?} is not there in its place: {text}"));
        from += at + wanted.len();
    }
    for wanted in ["Nơi nhận:", "- Như Điều 4;", "- Lưu: VT, SNV.", "KT. CHỦ TỊCH", "Nguyễn Thị Giả Định"] {
        assert!(text[from..].contains(wanted), "{wanted}");
    }
}

#[test]
fn a_long_table_repeats_its_head_and_annexes_count_their_own_pages() {
    let pages = pages(&pdf(&made::decision()).unwrap());
    assert_eq!(pages.len(), 5);
    let first_of_annex = pages.iter().position(|page| page.contains("Phụ lục II")).unwrap();
    for (number, page) in (1..).zip(&pages[first_of_annex..]) {
        assert!(page.contains("Hồ sơ đã giải quyết") && page.contains("Quá hạn"), "{page}");
        assert!(page.contains("SỐ LIỆU TỰ ĐẶT"), "every page says that figures are made up");
        let numbered = page.lines().any(|line| line.trim() == number.to_string());
        assert_eq!(numbered, number > 1, "page {number}: {page}");
    }
    let rows: String = pages.concat();
    assert!((1..=40).all(|row| rows.contains(&format!("Giả Định {row}"))));
}

#[test]
fn every_vietnamese_letter_comes_out_as_it_went_in() {
    let letters = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ";
    let all = format!("{letters} {}", letters.to_uppercase());
    let runs = [Run::plain(&all), Run::bold(&all), Run::italic(&all), Run { text: all.clone(), bold: true, italic: true }];
    let body = runs.into_iter().map(|run| Block::Paragraph(vec![run])).collect();
    let document = OfficialDocument { body, ..OfficialDocument::new(Kind::Sheet) };
    for read in [pages(&pdf(&document).unwrap()).concat(), crate::docx::text(&docx(&document).unwrap()).joined()] {
        let read: String = read.chars().filter(|letter| !letter.is_whitespace()).collect();
        assert_eq!(read.matches(letters).count(), 4, "{read}");
        assert_eq!(read.matches(&letters.to_uppercase()).count(), 4, "{read}");
    }
}

#[test]
fn those_who_hear_it_read_find_their_way() {
    let bytes = pdf(&made::report()).unwrap();
    for wanted in [
        "/StructTreeRoot",
        "/MarkInfo",
        "(vi-VN)",
        "/THead",
        "/Figure",
        "/BBox",
        "/H1",
        "/H2",
        "/Outlines",
        "pdfuaid",
        "/DisplayDocTitle true",
    ] {
        assert!(contains(&bytes, wanted), "{wanted}");
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    for (name, document) in made::all() {
        assert!(pdf(&document).unwrap() == pdf(&document).unwrap(), "{name}.pdf");
        assert!(docx(&document).unwrap() == docx(&document).unwrap(), "{name}.docx");
    }
}

#[test]
fn a_signature_never_stands_alone_on_a_page() {
    for filler in 0..45 {
        let line = || Block::paragraph("Một dòng.");
        let mut report = made::letter();
        report.body = (0..filler).map(|_| line()).collect();
        report.body.push(Block::paragraph("Dòng cuối của văn bản này dài hơn một dòng trên giấy để thấy rằng hai dòng cuối đi cùng nhau."));
        let pages = pages(&pdf(&report).unwrap());
        let last = pages.last().unwrap();
        assert!(last.contains("TL. GIÁM ĐỐC") && last.contains("./."), "{filler}: {last}");
    }
}
