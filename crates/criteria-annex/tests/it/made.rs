//! Small DOCX files made here, for what no sample has.

use std::io::{Cursor, Write as _};

use criteria_annex::{Source, grids};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// An archive with these parts.
pub(crate) fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn document(inner: &str) -> String {
    format!("<w:document xmlns:w=\"w\" xmlns:mc=\"mc\"><w:body>{inner}</w:body></w:document>")
}

/// A document with this body.
pub(crate) fn body(inner: &str) -> Vec<u8> {
    package(&[("word/document.xml", document(inner).as_bytes())])
}

/// The texts of the first table, cells that continue others marked.
fn texts(bytes: &[u8]) -> Vec<Vec<String>> {
    let grid = grids(Source::Docx(bytes)).unwrap().remove(0);
    let text =
        |cell: &criteria_annex::Cell| format!("{}{}{}", cell.text, if cell.above { "^" } else { "" }, if cell.left { "<" } else { "" });
    grid.rows.iter().map(|row| row.cells.iter().map(text).collect()).collect()
}

#[test]
fn numbers_of_lists_come_from_styles_too() {
    let numbering = "<w:numbering xmlns:w=\"w\"><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"decimal\"/>\
        <w:lvlText w:val=\"%1\"/></w:lvl><w:lvl w:ilvl=\"1\"><w:start w:val=\"3\"/><w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"%1.%2\"/></w:lvl>\
        <w:lvl w:ilvl=\"2\"><w:numFmt w:val=\"lowerLetter\"/><w:lvlText w:val=\"%3)\"/></w:lvl>\
        <w:lvl w:ilvl=\"3\"><w:numFmt w:val=\"bullet\"/><w:lvlText w:val=\"x\"/></w:lvl></w:abstractNum>\
        <w:num w:numId=\"5\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>";
    let styles = "<w:styles xmlns:w=\"w\"><w:style w:styleId=\"Muc\"><w:pPr><w:numPr><w:numId w:val=\"5\"/></w:numPr></w:pPr></w:style>\
        <w:style w:styleId=\"MucCon\"><w:basedOn w:val=\"Muc\"/><w:pPr><w:numPr><w:ilvl w:val=\"1\"/></w:numPr></w:pPr></w:style>\
        <w:style w:styleId=\"Vong\"><w:basedOn w:val=\"Vong\"/></w:style></w:styles>";
    let row = |properties: &str, text: &str| {
        format!("<w:tr><w:tc><w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p></w:tc></w:tr>")
    };
    let rows = [
        row("<w:pStyle w:val=\"Muc\"/>", "A"),
        row("<w:pStyle w:val=\"MucCon\"/>", "B"),
        row("<w:pStyle w:val=\"MucCon\"/><w:numPr><w:ilvl w:val=\"2\"/></w:numPr>", "C"),
        row("<w:pStyle w:val=\"MucCon\"/><w:numPr><w:ilvl w:val=\"3\"/></w:numPr>", "D"),
        row("<w:pStyle w:val=\"MucCon\"/>", "E"),
        row("<w:pStyle w:val=\"Muc\"/>", "F"),
        row("<w:pStyle w:val=\"Muc\"/><w:numPr><w:numId w:val=\"0\"/></w:numPr>", "G"),
        row("<w:pStyle w:val=\"Vong\"/>", "H"),
    ];
    let document = document(&format!("<w:tbl>{}</w:tbl>", rows.concat()));
    let parts: [(&str, &[u8]); 3] =
        [("word/document.xml", document.as_bytes()), ("word/numbering.xml", numbering.as_bytes()), ("word/styles.xml", styles.as_bytes())];
    let found: Vec<String> = texts(&package(&parts)).concat();
    assert_eq!(found, ["1 A", "1.3 B", "a) C", "- D", "1.4 E", "2 F", "G", "H"]);
}

#[test]
fn cells_are_read_as_word_shows_them() {
    let rows = "<w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/><w:vMerge w:val=\"restart\"/></w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>\
        <w:tc><w:p><w:r><w:t>2</w:t></w:r><w:r><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr><w:t>1</w:t></w:r></w:p></w:tc></w:tr>\
        <w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:p><w:r><w:t>x</w:t><w:br/><w:t>y</w:t></w:r></w:p></w:tc></w:tr>\
        <w:tr><w:trPr><w:gridBefore w:val=\"2\"/></w:trPr><w:tc><w:p><w:moveFrom><w:r><w:t>old</w:t></w:r></w:moveFrom><w:r><w:t>70</w:t>\
        <w:noBreakHyphen/><w:t>90</w:t></w:r></w:p><w:p><mc:AlternateContent><mc:Choice><w:r><w:t>c</w:t></w:r></mc:Choice><mc:Fallback><w:r>\
        <w:t>f</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p></w:tc></w:tr>\
        <w:tr><w:tc><w:tbl><w:tr><w:tc><w:p><w:r><w:t>in</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p><w:r><w:t>out</w:t></w:r></w:p></w:tc></w:tr>";
    let found = texts(&body(&format!("<w:tbl>{rows}</w:tbl>")));
    let wanted: [&[&str]; 4] = [&["a", "a<", "2¹"], &["a^", "a^<", "x\ny"], &["", "", "70-90\nc"], &["in\nout"]];
    assert_eq!(found, wanted);
}
