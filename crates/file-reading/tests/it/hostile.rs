//! Files made to cost memory and work, or to lead a reader in circles.

use file_reading::kind::look;
use file_reading::text::read;
use file_reading::{Fault, Kind, Limits, Warning, picture};

use super::{package, packed, pdf, stream};

fn limits() -> Limits {
    Limits { text_bytes: 1_000_000, parts: 100, unpacked_bytes: 8_000_000, work: 500_000 }
}

const CATALOG: &[u8] = b"<< /Type /Catalog /Pages 2 0 R >>";
const PAGES: &[u8] = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>";

/// A file of one page with this content and these further objects from number 5 on.
fn page(content: Vec<u8>, resources: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let head = format!("<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << {resources} >> >>").into_bytes();
    pdf(&[&[CATALOG.to_vec(), PAGES.to_vec(), head, content], more].concat())
}

#[test]
fn a_stream_that_unpacks_a_thousandfold_is_refused() {
    let bomb = stream("/Filter /FlateDecode", &packed(&vec![b' '; 9_000_000]));
    assert_eq!(read(&page(bomb, "", &[]), Kind::Pdf, &limits()), Err(Fault::Beyond { kind: Kind::Pdf, limit: "unpacked bytes" }));
    let twice = stream("/Filter [/FlateDecode /FlateDecode]", &packed(&packed(&vec![b' '; 9_000_000])));
    assert_eq!(read(&page(twice, "", &[]), Kind::Pdf, &limits()), Err(Fault::Beyond { kind: Kind::Pdf, limit: "unpacked bytes" }));
}

#[test]
fn a_package_that_unpacks_a_thousandfold_is_refused() {
    let blanks = vec![b' '; 9_000_000];
    for (kind, name) in [
        (Kind::Docx, "word/document.xml"),
        (Kind::Xlsx, "xl/workbook.xml"),
        (Kind::Odt, "content.xml"),
        (Kind::Pptx, "ppt/presentation.xml"),
    ] {
        let bomb = package(&[(name, &blanks)]);
        assert!(bomb.len() < 100_000);
        assert_eq!(read(&bomb, kind, &limits()), Err(Fault::Beyond { kind, limit: "unpacked bytes" }), "{name}");
    }
    assert!(look(&package(&[("[Content_Types].xml", &blanks)])).has(Warning::Damaged));
}

#[test]
fn entities_are_not_expanded() {
    let body = "<!DOCTYPE d [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'><!ENTITY f SYSTEM 'file:///etc/passwd'>]>\
        <w:document xmlns:w='w'><w:p><w:t>x&b;&f;y</w:t></w:p></w:document>";
    let text = read(&package(&[("word/document.xml", body.as_bytes())]), Kind::Docx, &limits()).expect("text");
    assert_eq!(text.joined(), "xy");
}

#[test]
fn deep_nesting_ends() {
    let deep = [b"[".repeat(200_000), b"]".repeat(200_000)].concat();
    let made = page(stream("", b"BT ET"), "", std::slice::from_ref(&deep));
    assert!(!look(&made).has(Warning::Password));
    let dicts = b"<< /A ".repeat(100_000);
    assert!(read(&page(stream("", b"BT ET"), "", &[dicts]), Kind::Pdf, &limits()).is_ok());
    assert!(read(&page(stream("", &deep), "", &[]), Kind::Pdf, &limits()).is_ok());
    let xml = "<a>".repeat(100_000);
    assert!(read(&package(&[("content.xml", xml.as_bytes())]), Kind::Odt, &limits()).is_ok());
}

#[test]
fn circles_end() {
    let pages = b"<< /Type /Pages /Kids [2 0 R 2 0 R 3 0 R] /Count 9 /Parent 2 0 R >>".to_vec();
    let own_kid = pdf(&[CATALOG.to_vec(), pages, b"3 0 R".to_vec()]);
    assert!(picture::document(&own_kid).is_ok_and(|document| document.pages <= 1));
    let reference = pdf(&[CATALOG.to_vec(), b"4 0 R".to_vec(), b"2 0 R".to_vec(), b"3 0 R".to_vec()]);
    assert!(matches!(picture::document(&reference), Err(Fault::Damaged { .. })));
    let form = stream("/Subtype /Form /Resources << /XObject << /F 5 0 R >> >>", b"/F Do /F Do /F Do /F Do");
    let outcome = read(&page(stream("", b"/F Do"), "/XObject << /F 5 0 R >>", &[form]), Kind::Pdf, &limits());
    assert!(matches!(outcome, Err(Fault::Beyond { .. })), "{outcome:?}");
    let own_length = b"<< /Length 4 0 R >>\nstream\nBT ET\nendstream".to_vec();
    assert!(read(&page(own_length, "", &[]), Kind::Pdf, &limits()).is_ok());
    let start = b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 /Prev 9 /Root 1 0 R >>\nstartxref\n9\n%%EOF";
    assert!(matches!(picture::document(start), Err(Fault::Damaged { .. })));
}

#[test]
fn many_entries_to_one_large_object_are_refused() {
    // The table leads 30,000 times to one array of 20,000 figures inside a stream of objects.
    let count = 30_000;
    let mut index = String::new();
    for number in 10..10 + count {
        index.push_str(&format!("{number} 0 "));
    }
    let body = format!("{index}[{}]", "0 ".repeat(20_000));
    let head = format!("/Type /ObjStm /N {count} /First {} /Filter /FlateDecode", index.len());
    let container = stream(&head, &packed(body.as_bytes()));
    let mut bytes = pdf(&[CATALOG.to_vec(), PAGES.to_vec(), b"<< /Type /Page >>".to_vec(), container]);
    // Without its table the file is walked through, and all objects of the stream are entered.
    let table = bytes.windows(4).position(|window| window == b"xref").expect("table");
    bytes.truncate(table);
    bytes.extend(b"trailer << /Root 1 0 R >>");
    assert!(bytes.len() < 200_000);
    assert!(look(&bytes).has(Warning::Damaged));
    assert!(picture::document(&bytes).is_ok_and(|document| document.pages == 1));
}

#[test]
fn trailers_inside_trailers_are_read_once() {
    let mut bytes = pdf(&[CATALOG.to_vec(), PAGES.to_vec(), b"<< /Type /Page >>".to_vec()]);
    let table = bytes.windows(4).position(|window| window == b"xref").expect("table");
    bytes.truncate(table);
    bytes.extend(b"trailer<<(".repeat(100_000));
    assert!(picture::document(&bytes).is_ok_and(|document| document.pages == 1));
}

#[test]
fn pages_before_a_passed_bound_are_kept() {
    let font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec();
    let pages = b"<< /Type /Pages /Kids [3 0 R 6 0 R] /Count 2 >>".to_vec();
    let resources = "/Resources << /Font << /F 5 0 R >> >>";
    let first = format!("<< /Type /Page /Contents 4 0 R {resources} >>").into_bytes();
    let second = format!("<< /Type /Page /Contents 7 0 R {resources} >>").into_bytes();
    let bomb = stream("/Filter /FlateDecode", &packed(&vec![b' '; 9_000_000]));
    let made = pdf(&[CATALOG.to_vec(), pages, first, stream("", b"BT /F 12 Tf (kept) Tj ET"), font, second, bomb]);
    let text = read(&made, Kind::Pdf, &limits()).expect("text");
    assert_eq!((text.joined().as_str(), text.parts.len(), text.cut), ("kept", 1, true));
}

#[test]
fn a_wide_sheet_costs_what_is_written_in_it() {
    let sheet = "<office:document-content xmlns:office='o' xmlns:table='t' xmlns:text='x'><office:body><office:spreadsheet><table:table table:name='A'>\
        <table:table-row table:number-rows-repeated='1048576'><table:table-cell table:number-columns-repeated='16384'/>\
        <table:table-cell><text:p>a<text:s text:c='4000000000'/>b</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>";
    let text = read(&package(&[("content.xml", sheet.as_bytes())]), Kind::Ods, &limits()).expect("text");
    assert_eq!(text.joined(), "a b");
    let cells = "<worksheet><sheetData><row r='1048576'><c r='XFD1048576'><v>5</v></c></row></sheetData></worksheet>";
    let made = package(&[
        ("xl/workbook.xml", b"<workbook xmlns:r='r'><sheets><sheet name='A' r:id='r1'/></sheets></workbook>"),
        (
            "xl/_rels/workbook.xml.rels",
            b"<Relationships><Relationship Id='r1' Type='x/worksheet' Target='../xl/./worksheets/s.xml'/></Relationships>",
        ),
        ("xl/worksheets/s.xml", cells.as_bytes()),
    ]);
    assert_eq!(read(&made, Kind::Xlsx, &limits()).expect("text").joined(), "5");
}

#[test]
fn a_file_without_a_right_table_is_walked_through() {
    let font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec();
    let whole = page(
        stream("", b"BT /F 12 Tf 50 700 Td (Made up) Tj 0 -20 Td [(w) 20 (ords) -300 (apart)] TJ ET"),
        "/Font << /F 5 0 R >>",
        &[font],
    );
    let expected = "Made up\nwords apart";
    assert_eq!(read(&whole, Kind::Pdf, &limits()).expect("text").joined(), expected);
    let table = whole.windows(4).position(|window| window == b"xref").expect("table");
    let mut without = whole[..table].to_vec();
    assert_eq!(read(&without, Kind::Pdf, &limits()).expect("text").joined(), expected);
    without.splice(0..0, b"bytes that shift every place\n".iter().copied());
    assert_eq!(read(&without, Kind::Pdf, &limits()).expect("text").joined(), expected);
}

#[test]
fn letters_come_from_names_of_glyphs_where_no_table_is() {
    let font = b"<< /Type /Font /Subtype /TrueType /BaseFont /X /Encoding << /Differences [65 /Uhornacute /acircumflexgrave /uni1EC7 /dcroat /hookabove] >> >>".to_vec();
    let made = page(stream("", b"BT /F 12 Tf (ABCD F) Tj ET"), "/Font << /F 5 0 R >>", &[font]);
    assert_eq!(read(&made, Kind::Pdf, &limits()).expect("text").joined(), "Ứầệđ F");
    let old = b"<< /Type /Font /Subtype /TrueType /BaseFont /ABCDEF+.VnTime >>".to_vec();
    let made = page(stream("", b"BT /F 12 Tf (x) Tj ET"), "/Font << /F 5 0 R >>", &[old]);
    assert!(read(&made, Kind::Pdf, &limits()).expect("text").legacy_encoding);
    let silent = b"<< /Type /Font /Subtype /Type0 /Encoding /Identity-H >>".to_vec();
    let made = page(stream("", b"BT /F 12 Tf <00010002> Tj ET"), "/Font << /F 5 0 R >>", &[silent]);
    assert_eq!(read(&made, Kind::Pdf, &limits()).expect("text").unmapped, 2);
}

#[test]
fn a_text_of_its_own_takes_the_place_of_what_is_shown() {
    let font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec();
    let content = b"BT /F 12 Tf 50 700 Td /Span << /ActualText <FEFF1EC7> >> BDC (e) Tj (.) Tj EMC (nd) Tj ET";
    let made = page(stream("", content), "/Font << /F 5 0 R >>", &[font]);
    assert_eq!(read(&made, Kind::Pdf, &limits()).expect("text").joined(), "ệnd");
}
