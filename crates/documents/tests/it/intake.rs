//! What stands in files: cells with their places, kinds of files, limits.

use std::io::{Cursor, Write as _};

use calamine::{Data, Reader as _, Xlsx};
use documents::fault::Rule;
use documents::intake::{Book, Content, Limits, Separator, TextEncoding, TextOptions, open};
use rust_xlsxwriter::{Format, Formula, Workbook};
use ui::Lang;
use viet_text::legacy::Font;

use crate::made::{CSV, STYLES, WORKBOOK, XLSX, archive, by_hand, full_task, lines, opened, plan, task, xlsx_of};

/// Every cell of a book in a line: place, content, and what is told beside it.
fn cells(book: &Book) -> Vec<String> {
    let mut lines = Vec::new();
    for sheet in &book.sheets {
        for row in &sheet.rows {
            for cell in &row.cells {
                let formula = if cell.formula { " formula" } else { "" };
                let hidden = if row.hidden || sheet.hides_column(cell.column) { " hidden" } else { "" };
                let kind = match &cell.content {
                    Content::Nothing => "nothing",
                    Content::Text(_) => "text",
                    Content::Number(_) => "number",
                    Content::Percent(_) => "percent",
                    Content::Date { .. } => "date",
                    Content::Truth(_) => "truth",
                    Content::Error(_) => "error",
                    Content::Outside(_) => "outside",
                };
                lines.push(format!("{} {kind} {}{formula}{hidden}", row.place(cell.column), cell.content.shown()));
            }
        }
    }
    lines
}

fn faults_of(bytes: &[u8]) -> Vec<String> {
    lines(&opened(XLSX, bytes).unwrap_err())
}

#[test]
fn cells_of_a_sheet_made_by_another_program() {
    let mut file = Workbook::new();
    let sheet = file.add_worksheet().set_name("Số liệu").unwrap();
    sheet.write_string(0, 0, "Tiêu đề").unwrap();
    sheet.write_number(2, 1, 0.1 + 0.2).unwrap();
    sheet.write_number(2, 2, 1e30).unwrap();
    sheet.write_number_with_format(2, 3, 0.805, &Format::new().set_num_format("0.0%")).unwrap();
    sheet.write_number_with_format(2, 4, 46178.0, &Format::new().set_num_format("dd/mm/yyyy")).unwrap();
    sheet.write_number_with_format(2, 5, 46178.25, &Format::new().set_num_format_index(22)).unwrap();
    sheet.write_formula(3, 0, Formula::new("=1+1").set_result("2")).unwrap();
    sheet.write_formula(3, 1, Formula::new("=\"a\"").set_result("a")).unwrap();
    sheet.write_boolean(3, 2, true).unwrap();
    sheet.write_string(3, 3, "_x0041_ <&> \u{1}").unwrap();
    sheet.write_blank(3, 4, &Format::new().set_bold()).unwrap();
    sheet.set_row_hidden(3).unwrap();
    sheet.set_column_hidden(1).unwrap();
    sheet.merge_range(5, 0, 6, 1, "gộp", &Format::new()).unwrap();
    let hidden = file.add_worksheet().set_name("Ẩn").unwrap();
    hidden.write_string(0, 0, "x").unwrap();
    hidden.set_hidden(true);
    let bytes = file.save_to_buffer().unwrap();
    let book = opened(XLSX, &bytes).unwrap();
    assert_eq!(
        cells(&book),
        [
            "A1 text Tiêu đề",
            "B3 number 0.3 hidden",
            "C3 outside 1000000000000000000000000000000",
            "D3 percent 80.5%",
            "E3 date 05/06/2026",
            "F3 date 05/06/2026 06:00:00",
            "A4 number 2 formula hidden",
            "B4 text a formula hidden",
            "C4 truth TRUE hidden",
            "D4 text _x0041_ <&> \u{1} hidden",
            "A6 text gộp",
            "A1 text x",
        ]
    );
    assert_eq!(book.sheets[0].merged.iter().map(ToString::to_string).collect::<Vec<_>>(), ["A6:B7"]);
    assert_eq!(book.sheets[0].name.as_deref(), Some("Số liệu"));
    assert!(book.sheets[1].hidden && !book.sheets[0].hidden);
}

#[test]
fn another_reader_sees_the_same_cells() {
    let mut rows = vec![full_task(), task("=1+1", "<b>\"x\"</b> & _x0041_")];
    rows.extend((0..50).map(|number| task(&format!("{number:03}"), "ế\nề")));
    let bytes = xlsx_of(&plan(), &rows, Lang::Vi);
    let book = opened(XLSX, &bytes).unwrap();
    let mut file = Xlsx::new(Cursor::new(bytes)).unwrap();
    let mut compared = 0;
    for sheet in &book.sheets {
        let range = file.worksheet_range(sheet.name.as_deref().unwrap()).unwrap();
        let used = range.used_cells().filter(|(_, _, data)| !matches!(data, Data::String(text) if text.is_empty()));
        let (top, left) = range.start().unwrap();
        let theirs: Vec<String> = used
            .map(|(row, column, data)| {
                let place = documents::fault::Place {
                    row: u32::try_from(row).unwrap() + top + 1,
                    column: u32::try_from(column).unwrap() + left + 1,
                };
                let shown = match data {
                    Data::DateTime(day) => {
                        let (year, month, day, ..) = day.to_ymd_hms_milli();
                        format!("{day:02}/{month:02}/{year}")
                    }
                    other => other.to_string(),
                };
                format!("{place} {shown}")
            })
            .collect();
        let ours: Vec<String> = sheet
            .rows
            .iter()
            .flat_map(|row| row.cells.iter().map(|cell| format!("{} {}", row.place(cell.column), cell.content.shown())))
            .collect();
        assert_eq!(ours, theirs);
        compared += ours.len();
    }
    assert!(compared > 150, "{compared}");
}

#[test]
fn what_is_left_out_is_counted_and_what_is_odd_is_read() {
    let sheet = r#"<cols><col min="3" max="4" hidden="1"/></cols><sheetData>
        <row><c><v>1</v></c><c t="s"><v>0</v></c><c t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r></is></c></row>
        <row r="5" hidden="true"><c r="B5" s="1"><v>60</v></c><c r="A5" t="str"><f>X()</f><v>x &amp; y&#10;z</v></c><c r="C5"><f>1/0</f></c><c r="D5" t="e"><v>#DIV/0!</v></c></row>
        <row r="6"><c r="A6" t="d"><v>2026-06-05</v></c><c r="B6" t="d"><v>2026-06-05T10:30:00</v></c><c r="C6" s="2"><v>0.5</v></c><c r="D6"><v/></c></row>
        <row r="7"/></sheetData><mergeCells><mergeCell ref="A6:A6"/><mergeCell ref="B6:B7"/></mergeCells>"#;
    let book = opened(XLSX, &by_hand(sheet, &["<t>Hà </t><rPh><t>no</t></rPh><r><t><![CDATA[<Nội>]]></t></r>"])).unwrap();
    assert_eq!(
        cells(&book),
        [
            "A1 number 1",
            "B1 text Hà <Nội>",
            "C1 text a b hidden",
            "A5 text x & y\nz formula hidden",
            "B5 outside 60 hidden",
            "C5 nothing  formula hidden",
            "D5 error #DIV/0! hidden",
            "A6 date 05/06/2026",
            "B6 date 05/06/2026 10:30:00",
            "C6 percent 50% hidden",
        ]
    );
    assert_eq!(book.sheets[0].merged.len(), 1);
}

#[test]
fn days_of_the_other_epoch_and_fonts_of_old() {
    let with = WORKBOOK.replace("<sheets>", "<workbookPr date1904=\"1\"/><sheets>");
    let sheet = r#"<worksheet><sheetData><row r="1"><c r="A1" s="1"><v>0</v></c><c r="B1" s="3" t="str"><v>a</v></c><c r="C1" s="4" t="str"><v>b</v></c><c r="D1" s="5" t="str"><v>c</v></c></row></sheetData></worksheet>"#;
    let relations = crate::made::RELATIONS.replace(" Target=\"/xl/sharedStrings.xml\"", " Target=\"none.xml\"");
    let bytes = archive(&[
        ("XL\\workbook.xml", &with),
        ("xl/_rels/workbook.xml.rels", &relations),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/Sheet1.xml", sheet),
    ]);
    let book = opened(XLSX, &bytes).unwrap();
    assert_eq!(cells(&book)[0], "A1 date 01/01/1904");
    let fonts: Vec<Option<Font>> = book.sheets[0].rows[0].cells.iter().map(|cell| cell.font).collect();
    assert_eq!(fonts, [None, Some(Font::Tcvn3), Some(Font::Tcvn3Capitals), Some(Font::Vni)]);
}

#[test]
fn other_kinds_of_files_are_told_by_their_bytes() {
    let compound = |name: &str| {
        let mut bytes = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        bytes.extend(vec![0; 1_000]);
        bytes.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    };
    for (bytes, rule) in [
        (Vec::new(), "empty-file"),
        (compound("EncryptedPackage"), "encrypted"),
        (compound("Workbook"), "old-excel"),
        (compound("Book"), "old-excel"),
        (compound("WordDocument"), "other-kind"),
        (b"%PDF-1.7 ...".to_vec(), "other-kind"),
        (b"\xef\xbb\xbf\r\n<HTML><table><tr><td>1</td></tr></table>".to_vec(), "markup-file"),
        (b"<?xml version=\"1.0\"?><Workbook/>".to_vec(), "markup-file"),
        (b"a,b\0c".to_vec(), "other-kind"),
        (archive(&[("xl/workbook.bin", "x")]), "binary-excel"),
        (archive(&[("mimetype", "x"), ("content.xml", "x"), ("META-INF/manifest.xml", "x")]), "open-document"),
        (archive(&[("word/document.xml", "x")]), "other-kind"),
        (archive(&[("a.txt", "x")]), "other-kind"),
        (archive(&[]), "other-kind"),
        (b"PK\x03\x04 and no archive".to_vec(), "damaged"),
        (b" \r\n \n".to_vec(), "empty-file"),
    ] {
        assert_eq!(faults_of(&bytes), [format!("{XLSX}: {rule}")], "{:?}", bytes.get(..20));
    }
}

#[test]
fn an_archive_with_a_password_is_told() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("xl/workbook.xml", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(WORKBOOK.as_bytes()).unwrap();
    let mut bytes = zip.finish().unwrap().into_inner();
    // The bit that says "encrypted", in the header of the part and in the directory.
    bytes[6] |= 1;
    let directory = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    bytes[directory + 8] |= 1;
    assert_eq!(faults_of(&bytes), [format!("{XLSX}: encrypted")]);
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    let zeros = "0".repeat(3_000_000);
    let bytes = by_hand(&format!("<sheetData><row><c t=\"str\"><v>{zeros}</v></c></row></sheetData>"), &[]);
    assert!(bytes.len() < 20_000);
    let limits = Limits { unpacked_bytes: 1_000_000, ..Limits::default() };
    let refused = open(XLSX, &bytes, &limits, &TextOptions::default()).unwrap_err();
    assert_eq!(refused[0].rule, Rule::UnpacksTooLarge { limit: 1_000_000 });

    // The same archive with a directory that promises ten bytes for the sheet: no more than that come out of it.
    let mut lying = bytes;
    let last = lying.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    lying[last + 24..last + 28].copy_from_slice(&10_u32.to_le_bytes());
    let refused = open(XLSX, &lying, &limits, &TextOptions::default()).unwrap_err();
    assert_eq!(refused[0].rule, Rule::Damaged { part: "xl/worksheets/sheet1.xml".to_owned() });
}

#[test]
fn one_text_in_many_cells_counts_every_time() {
    let text = format!("<t>{}</t>", "a".repeat(10_000));
    let cells: String = (1..=500).map(|row| format!("<row r=\"{row}\"><c t=\"s\"><v>0</v></c></row>")).collect();
    let bytes = by_hand(&format!("<sheetData>{cells}</sheetData>"), &[&text]);
    let limits = Limits { unpacked_bytes: 1_000_000, ..Limits::default() };
    assert_eq!(open(XLSX, &bytes, &limits, &TextOptions::default()).unwrap_err()[0].rule.code(), "unpacks-too-large");
    assert!(opened(XLSX, &bytes).is_ok());
}

#[test]
fn a_cell_far_away_costs_nothing_and_limits_are_kept() {
    let far =
        by_hand(r#"<dimension ref="A1:XFD1048576"/><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>"#, &[]);
    let wide = Limits { columns: 16_384, ..Limits::default() };
    assert_eq!(cells(&open(XLSX, &far, &wide, &TextOptions::default()).unwrap()), ["XFD1048576 number 1"]);
    assert_eq!(faults_of(&far), [format!("{XLSX} [Một] XFD1048576: too-many-columns")]);

    let limits = Limits { rows: 2, cell_length: 3, sheets: 1, ..Limits::default() };
    let refused = |bytes: &[u8]| lines(&open("f", bytes, &limits, &TextOptions::default()).unwrap_err());
    let tall = by_hand(&format!("<sheetData>{}</sheetData>", "<row><c><v>1</v></c></row>".repeat(3)), &[]);
    assert_eq!(refused(&tall), ["f: too-many-rows"]);
    assert_eq!(refused(b"a\n\nb\nc"), ["f A4: too-many-rows"]);
    assert_eq!(refused("a,béééé\n1234".as_bytes()), ["f B1: cell-too-long", "f A2: cell-too-long"]);
    let long = by_hand("<sheetData><row><c t=\"str\"><v>abcd</v></c><c t=\"str\"><v>abc</v></c></row></sheetData>", &[]);
    assert_eq!(refused(&long), ["f [Một] A1: cell-too-long"]);
    let two = archive(&[("xl/workbook.xml", "<w><sheets><sheet name=\"a\" id=\"1\"/><sheet name=\"b\" id=\"2\"/></sheets></w>")]);
    assert_eq!(refused(&two), ["f: too-many-sheets"]);
    let small = Limits { bytes: 5, ..limits };
    assert_eq!(lines(&open("f", b"abcdef", &small, &TextOptions::default()).unwrap_err()), ["f: too-large"]);
}

#[test]
fn broken_sheets_are_named_by_their_part() {
    for sheet in [
        "<sheetData><row r=\"2\"><c><v>1</v></c></row><row r=\"1\"><c><v>1</v></c></row></sheetData>",
        "<sheetData><row r=\"x\"/></sheetData>",
        "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row></sheetData>",
        "<sheetData><row r=\"1\"><c r=\"A2\"><v>1</v></c></row></sheetData>",
        "<sheetData><row><c t=\"s\"><v>7</v></c></row></sheetData>",
        "<sheetData><row><c t=\"new\"><v>7</v></c></row></sheetData>",
        "<sheetData><row><c t=\"str\"><v>&unknown;</v></c></row></sheetData>",
        "<sheetData><row><c>",
        "<sheetData><row r=\"1048577\"/></sheetData>",
    ] {
        let fault = opened(XLSX, &by_hand(sheet, &["<t>a</t>"])).unwrap_err().remove(0);
        assert_eq!(fault.rule, Rule::Damaged { part: "xl/worksheets/sheet1.xml".to_owned() }, "{sheet}");
    }
    let entities = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;\">]><w><sheets/></w>";
    assert_eq!(faults_of(&archive(&[("xl/workbook.xml", entities)])), [format!("{XLSX}: damaged")]);
}

#[test]
fn texts_in_every_encoding_and_with_every_separator() {
    let text = "Mã;Tên\r\n01;\"Hà Nội; thủ đô\"\r\n";
    let wide = |unit: fn(u16) -> [u8; 2], mark: [u8; 2]| mark.into_iter().chain(text.encode_utf16().flat_map(unit)).collect::<Vec<u8>>();
    let expected = ["A1 text Mã", "B1 text Tên", "A2 text 01", "B2 text Hà Nội; thủ đô"];
    for bytes in [
        text.as_bytes().to_vec(),
        ["\u{feff}", text].concat().into_bytes(),
        wide(u16::to_le_bytes, [0xFF, 0xFE]),
        wide(u16::to_be_bytes, [0xFE, 0xFF]),
        text.replace(';', "\t").replace("Nội\t", "Nội;").into_bytes(),
        text.replace(';', ",").replace("Nội,", "Nội;").into_bytes(),
        text.replace("\r\n", "\r").into_bytes(),
    ] {
        assert_eq!(cells(&opened(CSV, &bytes).unwrap()), expected);
    }
    // Windows-1258: marks may stand behind their letters.
    let book = opened(CSV, b"Ma\xde,T\xean\n01,H\xe0 N\xf4\xf2i\n").unwrap();
    assert_eq!(cells(&book), ["A1 text Mã", "B1 text Tên", "A2 text 01", "B2 text Hà Nội"]);
    assert_eq!(lines(&book.remarks), [format!("{CSV}: guessed-encoding")]);
    // TCVN3 as an old program saved it.
    let book = opened(CSV, b"T\xaan\nH\xb5 N\xe9i\nB\xbec Ninh\n").unwrap();
    assert_eq!(cells(&book), ["A1 text Tªn", "A2 text Hµ Néi", "A3 text B¾c Ninh"]);
    let unknown = opened(CSV, b"a\nb\xff\xfe\xfd,\x90\n").unwrap_err();
    assert_eq!(unknown[0].rule, Rule::UnknownEncoding { line: 2 });
    let told = TextOptions { encoding: Some(TextEncoding::Utf8), separator: None };
    assert_eq!(open(CSV, b"\xe0", &Limits::default(), &told).unwrap_err()[0].rule.code(), "unknown-encoding");
}

#[test]
fn rows_of_a_text_are_counted_as_sheets_do() {
    let book = opened(CSV, "a,b\n\n\"hai\ndòng\",\"\"\"x\"\"\"\n ,\"\"\nz\"z,'=1\n".as_bytes()).unwrap();
    assert_eq!(cells(&book), ["A1 text a", "B1 text b", "A3 text hai\ndòng", "B3 text \"x\"", "A4 text  ", "A5 text z\"z", "B5 text =1"]);
    assert_eq!(cells(&opened(CSV, b"sep=;\r\na,1;b\r\n").unwrap()), ["A2 text a,1", "B2 text b"]);
    let told = TextOptions { separator: Some(Separator::Tab), encoding: None };
    assert_eq!(cells(&open(CSV, b"a;b\tc", &Limits::default(), &told).unwrap()), ["A1 text a;b", "B1 text c"]);
    // Decimal commas do not make the comma a separator.
    assert_eq!(cells(&opened(CSV, b"a;b\n1,5;2,5\n").unwrap()).len(), 4);
    assert_eq!(lines(&opened(CSV, b"a,\"b\nc").unwrap_err()), [format!("{CSV} B1: unclosed-quote")]);
}

#[test]
fn only_one_quote_before_a_formula_is_taken_away() {
    let book = opened(CSV, "'=1\n''=1\n'a\n'\n''\n'+\n".as_bytes()).unwrap();
    assert_eq!(cells(&book), ["A1 text =1", "A2 text '=1", "A3 text 'a", "A4 text '", "A5 text ''", "A6 text +"]);
}
