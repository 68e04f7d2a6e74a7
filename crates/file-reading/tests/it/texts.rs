//! The text of files that office programs, a browser and a library made.

use file_reading::text::{Place, read};
use file_reading::{Fault, Kind, Limits, Text};

use super::{package, sample};

const TITLE: &str = "Báo cáo mẫu, số liệu tự đặt";
const FIRST: &str = "Tỷ lệ hồ sơ giải quyết đúng hạn của Sở Thí Dụ đạt 97,5%; những việc còn chậm được nêu ở phần sau.";
const SECOND: &str = "Uỷ ban nhân dân xã Giả Định đã rà soát quyết định, thủ tục, nghĩa vụ; kỳ trước được 1.234 hồ sơ.";
const LETTERS: &str = "ấ ầ ẩ ẫ ậ ắ ằ ẳ ẵ ặ ế ề ể ễ ệ ố ồ ổ ỗ ộ ớ ờ ở ỡ ợ ứ ừ ử ữ ự ỳ ỷ ỹ ỵ ý";

fn text(name: &str, kind: Kind) -> Text {
    read(&sample(name), kind, &Limits::default()).unwrap_or_else(|fault| panic!("{name}: {fault}"))
}

/// Lines of a page are broken where the page ends; search does not see that.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn pdf_pages_give_vietnamese_letters_by_page() {
    for name in ["document-libreoffice.pdf", "document-chromium.pdf"] {
        let text = text(name, Kind::Pdf);
        let places: Vec<&Place> = text.parts.iter().map(|part| &part.place).collect();
        assert_eq!(places, [&Place::Page(1), &Place::Page(2)], "{name}");
        let (first, second) = (flat(&text.parts[0].text), flat(&text.parts[1].text));
        for expected in [TITLE, "giải quyết đúng hạn của Sở Thí Dụ đạt 97,5%; những việc còn chậm", LETTERS, "Đơn vị Điểm Phường Mẫu 88,25"]
        {
            assert!(first.contains(expected), "{name}: {expected}\n{first}");
        }
        assert!(second.contains(SECOND), "{name}: {second}");
        assert_eq!((text.unmapped, text.cut, text.legacy_encoding), (0, false, false), "{name}");
    }
}

#[test]
fn the_same_pdf_reads_the_same_however_it_is_packed_or_encrypted() {
    let plain = text("document-reportlab.pdf", Kind::Pdf);
    assert!(plain.parts[0].text.contains("Plain Latin in Helvetica: 1,234.56 (50%)"));
    assert!(plain.parts[1].text.starts_with(TITLE));
    for name in ["packed.pdf", "restricted-rc4.pdf", "restricted-aes128.pdf", "restricted-aes256.pdf"] {
        assert_eq!(text(name, Kind::Pdf), plain, "{name}");
    }
}

#[test]
fn words_are_found_without_tone_marks() {
    let text = text("document-libreoffice.pdf", Kind::Pdf);
    assert!(viet_text::fold(&flat(&text.parts[1].text)).contains("ra soat quyet dinh"));
}

#[test]
fn documents_give_headers_body_with_tables_and_notes_footers() {
    for (name, kind) in [("document.docx", Kind::Docx), ("macros.docm", Kind::Docx), ("document.odt", Kind::Odt)] {
        let text = text(name, kind);
        let places: Vec<&Place> = text.parts.iter().map(|part| &part.place).collect();
        assert_eq!(places, [&Place::Headers, &Place::Body, &Place::Footers], "{name}");
        assert_eq!(text.parts[0].text, "Đầu trang: cơ quan tự đặt");
        assert_eq!(text.parts[2].text, "Chân trang: lưu hành nội bộ");
        let body = &text.parts[1].text;
        let at = |words: &str| body.find(words).unwrap_or_else(|| panic!("{name}: {words}\n{body}"));
        let order = [TITLE, FIRST, "Chú thích: con số không có thật.", "Đơn vị\tĐiểm\nPhường Mẫu\t88,25\n", LETTERS, SECOND];
        let order: Vec<usize> = order.iter().map(|words| at(words)).collect();
        assert!(order.is_sorted(), "{name}: {order:?}\n{body}");
    }
}

#[test]
fn workbooks_give_cells_by_sheet() {
    for (name, kind) in [("sheets.xlsx", Kind::Xlsx), ("sheets.ods", Kind::Ods)] {
        let text = text(name, kind);
        assert_eq!(text.parts[0].place, Place::Sheet { number: 1, name: "Số liệu".into() });
        assert_eq!(text.parts[0].text, format!("{TITLE}\nXã Giả Định\t97.5\t15/03/2024"), "{name}");
        assert_eq!(text.parts[1].place, Place::Sheet { number: 2, name: "Ghi chú".into() });
        assert_eq!(text.parts[1].text, "Nghĩa vụ được rà soát");
    }
}

#[test]
fn slides_give_their_text_and_notes() {
    for (name, kind) in [("slides.pptx", Kind::Pptx), ("slides.odp", Kind::Odp)] {
        let text = text(name, kind);
        assert_eq!(text.parts[0].place, Place::Slide(1));
        assert_eq!(text.parts[0].text, format!("{TITLE}\nGhi chú của người trình bày"), "{name}");
        assert_eq!((&text.parts[1].place, text.parts[1].text.as_str()), (&Place::Slide(2), SECOND), "{name}");
    }
}

#[test]
fn plain_text_is_composed_whichever_way_it_was_written() {
    let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain("Tỷ lệ".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for bytes in [b"Ty\xEC l\xEA".to_vec(), "Tý lê".as_bytes().to_vec(), "Ty\u{301} le\u{302}".as_bytes().to_vec()] {
        assert_eq!(read(&bytes, Kind::Text, &Limits::default()).map(|text| text.joined()), Ok("Tý lê".to_owned()));
    }
    assert_eq!(read(&wide, Kind::Text, &Limits::default()).map(|text| text.joined()), Ok("Tỷ lệ".to_owned()));
}

#[test]
fn old_encodings_are_noticed() {
    assert!(text("tcvn3.docx", Kind::Docx).legacy_encoding);
    let plain = "C\u{F4}ng v\u{A8}n s\u{E8} 12 v\u{D2} vi\u{D6}c ti\u{D5}p nh\u{CB}n h\u{E5} s\u{AC}, gi\u{B6}i quy\u{D5}t v\u{B5} tr\u{B6} k\u{D5}t qu\u{B6}";
    let read = |text: &str| read(text.as_bytes(), Kind::Text, &Limits::default()).expect("text").legacy_encoding;
    assert!(read(plain));
    assert!(!read("Tỷ lệ hồ sơ đúng hạn 5 µm, 3 × 4, ngày 1·2"));
    let types = "<Types><Override ContentType='application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'/></Types>";
    let body = "<w:document xmlns:w='w'><w:p><w:r><w:rPr><w:rFonts w:ascii='VNI-Times'/></w:rPr><w:t>Chaøo</w:t></w:r></w:p></w:document>";
    let made = package(&[("[Content_Types].xml", types.as_bytes()), ("word/document.xml", body.as_bytes())]);
    assert!(file_reading::text::read(&made, Kind::Docx, &Limits::default()).expect("text").legacy_encoding);
}

#[test]
fn drawings_written_twice_count_once_and_deleted_words_not() {
    let body = "<w:document xmlns:w='w' xmlns:mc='m'><w:p><w:r><mc:AlternateContent><mc:Choice><w:t>khung</w:t></mc:Choice>\
        <mc:Fallback><w:t>khung</w:t></mc:Fallback></mc:AlternateContent></w:r><w:del><w:r><w:delText>bỏ</w:delText></w:r></w:del>\
        <w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t xml:space='preserve'> &amp; &#273;</w:t></w:r></w:p></w:document>";
    let made = package(&[("word/document.xml", body.as_bytes())]);
    let text = read(&made, Kind::Docx, &Limits::default()).expect("text");
    assert_eq!(text.joined(), "khung & đ");
}

#[test]
fn figures_of_a_workbook_are_those_that_its_reader_sees() {
    let workbook = "<workbook xmlns:r='r'><sheets><sheet name='A' r:id='r1'/></sheets></workbook>";
    let relations = "<Relationships><Relationship Id='r1' Type='x/worksheet' Target='worksheets/s.xml'/><Relationship Id='r2' Type='x/styles' Target='styles.xml'/></Relationships>";
    let styles = "<styleSheet><numFmts><numFmt numFmtId='170' formatCode='dd/mm/yyyy'/><numFmt numFmtId='171' formatCode='#,##0 \"đ\"'/></numFmts>\
        <cellXfs><xf numFmtId='0'/><xf numFmtId='170'/><xf numFmtId='171'/></cellXfs></styleSheet>";
    let sheet = "<worksheet><sheetData><row><c><v>0.30000000000000004</v></c><c s='1'><v>45366</v></c><c s='2'><v>45366</v></c>\
        <c t='b'><v>1</v></c><c t='inlineStr'><is><t>Xã</t></is></c><c t='str'><v>tính</v></c><c s='1'><v>59</v></c></row></sheetData></worksheet>";
    let made = package(&[
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/worksheets/s.xml", sheet.as_bytes()),
    ]);
    let text = read(&made, Kind::Xlsx, &Limits::default()).expect("text");
    assert_eq!(text.joined(), "0.3\t15/03/2024\t45366\tTRUE\tXã\ttính\t28/02/1900");
}

#[test]
fn limits_cut_and_say_so() {
    let limits = Limits { text_bytes: 100, ..Limits::default() };
    for (name, kind) in
        [("document-libreoffice.pdf", Kind::Pdf), ("document.docx", Kind::Docx), ("document.odt", Kind::Odt), ("sheets.xlsx", Kind::Xlsx)]
    {
        let text = read(&sample(name), kind, &limits).expect("text");
        assert!(text.joined().len() <= 110, "{name}: {}", text.joined().len());
        assert!(text.cut || kind == Kind::Xlsx, "{name}");
    }
    let one = read(&sample("document-libreoffice.pdf"), Kind::Pdf, &Limits { parts: 1, ..Limits::default() }).expect("text");
    assert_eq!((one.parts.len(), one.cut), (1, true));
    let few = read(&sample("sheets.xlsx"), Kind::Xlsx, &Limits { parts: 1, ..Limits::default() }).expect("text");
    assert_eq!((few.parts.len(), few.cut), (1, true));
}

#[test]
fn what_has_no_text_is_refused_by_name() {
    let read = |name: &str, kind: Kind| read(&sample(name), kind, &Limits::default()).map(|text| text.joined());
    assert_eq!(read("picture.png", Kind::Png), Err(Fault::NotReadable(Kind::Png)));
    assert_eq!(read("document.doc", Kind::Doc), Err(Fault::NotReadable(Kind::Doc)));
    assert_eq!(read("password.pdf", Kind::Pdf), Err(Fault::Password(Kind::Pdf)));
    assert_eq!(read("password.xlsx", Kind::ProtectedOffice), Err(Fault::Password(Kind::ProtectedOffice)));
    assert_eq!(read("password.odt", Kind::Odt), Err(Fault::Password(Kind::Odt)));
    assert_eq!(read("scan.pdf", Kind::Pdf), Ok(String::new()));
    assert_eq!(file_reading::text::read(b"", Kind::Pdf, &Limits::default()), Err(Fault::Empty));
}
