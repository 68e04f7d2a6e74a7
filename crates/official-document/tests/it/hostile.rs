//! Input that nobody should send.

use official_document::{
    Align, Annex, Bar, Block, Column, DocumentFault, Emphasis, HeadCell, Kind, Level, OfficialDocument, Row, Run, Signature, Table, docx,
    pdf,
};

use crate::made;

/// Texts that break careless writers.
fn texts() -> Vec<String> {
    vec![
        String::new(),
        " \n\n \t ".into(),
        "<w:p>&amp;]]></w:p>\"'".into(),
        (0..0x300).filter_map(char::from_u32).collect(),
        "\u{FFFE}\u{FFFF}\u{10FFFF}\u{1FFFE}\u{FDD0}\u{E000}\u{FEFF}\u{202E}\u{AD}".into(),
        "W".repeat(900),
        "dài ".repeat(300),
        "\n".repeat(200),
        "中文 العربية 😀 👩‍👩‍👧 e\u{301}\u{323}\u{302}".into(),
        "/-/-/".repeat(80),
    ]
}

/// A document with this text in every place.
fn filled(text: &str) -> OfficialDocument {
    let run = Run { text: text.into(), bold: true, italic: true };
    let signature = Signature { authority: vec![text.into()], post: text.into(), name: text.into() };
    let cells = || vec![text.to_owned(), text.to_owned()];
    let table = Table {
        title: text.into(),
        columns: vec![Column { width: 1.0, align: Align::Justified }, Column { width: 1000.0, align: Align::Right }],
        head: vec![vec![HeadCell::new("a").across(2)]],
        rows: vec![
            Row::Cells { cells: cells(), emphasis: Emphasis::Strong },
            Row::Group(text.into()),
            Row::Cells { cells: cells(), emphasis: Emphasis::Aside },
        ],
    };
    let bar = |value| Bar { label: text.into(), value, text: text.into() };
    let bars = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0, f64::MIN_POSITIVE, f64::MAX].map(bar).to_vec();
    let body = vec![
        Block::heading(Level::Chapter, text, text),
        Block::heading(Level::Section, text, text),
        Block::heading(Level::Point, text, text),
        Block::Paragraph(vec![run.clone(), Run::plain(text)]),
        Block::Item { label: text.into(), text: vec![run.clone()] },
        Block::Line { align: Align::Right, text: vec![run] },
        Block::PageBreak,
        Block::Table(table),
        Block::BarChart { title: text.into(), alt: text.into(), bars },
        Block::BarChart { title: text.into(), alt: text.into(), bars: vec![] },
    ];
    OfficialDocument {
        superior: Some(text.into()),
        issuer: vec![text.into(), text.into()],
        number: Some(u32::MAX),
        symbol: text.into(),
        place: text.into(),
        subject: text.into(),
        deciding: Some(text.into()),
        addressees: vec![text.into(), text.into()],
        grounds: vec![text.into()],
        body: body.clone(),
        signature: Some(signature.clone()),
        second_signature: Some(signature),
        recipients: vec![text.into(), text.into()],
        annexes: vec![Annex { title: text.into(), note: text.into(), landscape: true, body }],
        made_up: Some(text.chars().take(100).collect()),
        ..OfficialDocument::new(Kind::Decision)
    }
}

#[test]
fn no_text_stops_the_writers() {
    for text in texts() {
        let start: String = text.chars().take(12).collect();
        for kind in [Kind::Decision, Kind::OfficialLetter] {
            let document = OfficialDocument { kind, ..filled(&text) };
            let pdf = pdf(&document).unwrap_or_else(|fault| panic!("{start:?}: {fault}"));
            assert!(!crate::pdf::pages(&pdf).is_empty());
            let docx = docx(&document).unwrap_or_else(|fault| panic!("{start:?}: {fault}"));
            let xml = crate::docx::part(&docx, "word/document.xml");
            assert!(xml.chars().all(|letter| letter == '\n' || !letter.is_control()), "{start:?}");
            crate::docx::text(&docx);
        }
    }
}

#[test]
fn letters_that_the_font_lacks_stay_in_the_text() {
    let document = OfficialDocument { body: vec![Block::paragraph("tên 中文 ở đây")], ..OfficialDocument::new(Kind::Sheet) };
    assert!(crate::pdf::pages(&pdf(&document).unwrap()).concat().contains("tên 中文 ở đây"));
}

#[test]
fn two_thousand_rows_fill_their_pages() {
    let document = OfficialDocument { body: vec![Block::Table(made::long_table(2_000))], ..OfficialDocument::new(Kind::Sheet) };
    let pages = crate::pdf::pages(&pdf(&document).unwrap());
    assert!(pages.len() > 40, "{}", pages.len());
    assert!(pages.iter().all(|page| page.contains("Quá")));
    assert!(pages.last().unwrap().contains("Tổng cộng"));
    assert!(crate::docx::text(&docx(&document).unwrap()).joined().contains("Giả Định 2000"));
}

#[test]
fn a_row_higher_than_a_page_is_parted_and_nothing_is_lost() {
    let mut table = Table::new([(1.0, Align::Left), (1.0, Align::Left)], ["a", "b"]);
    let long: Vec<String> = (0..3_000).map(|word| format!("chữ{word}")).collect();
    table.rows = vec![Row::cells(["ngắn".to_owned(), long.join(" ")])];
    let document = OfficialDocument { body: vec![Block::Table(table)], ..OfficialDocument::new(Kind::Sheet) };
    let text = crate::pdf::flat(&crate::pdf::pages(&pdf(&document).unwrap()).join(" "));
    assert!(long.iter().all(|word| text.contains(word.as_str())));
}

#[test]
fn tables_without_proper_shape_are_refused() {
    let refused = |table: Table| {
        let document = OfficialDocument { body: vec![Block::Table(table)], ..OfficialDocument::new(Kind::Sheet) };
        assert_eq!(docx(&document).unwrap_err().to_string(), pdf(&document).unwrap_err().to_string());
        pdf(&document).unwrap_err()
    };
    let columns = [(1.0, Align::Left), (1.0, Align::Left)];
    assert!(matches!(refused(Table::default()), DocumentFault::Columns { .. }));
    for width in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        assert!(matches!(refused(Table::new([(width, Align::Left)], ["a"])), DocumentFault::Columns { .. }), "{width}");
    }
    assert!(matches!(refused(Table::new(columns, ["a"])), DocumentFault::Head { row: 1, .. }));
    let mut table = Table::new(columns, ["a", "b"]);
    table.rows = vec![Row::cells(["1", "2"]), Row::cells(["1"])];
    assert!(matches!(refused(table), DocumentFault::RowWidth { row: 2, expected: 2, found: 1, .. }));
}

#[test]
fn what_leaves_no_room_for_the_text_is_refused() {
    let body = vec![Block::PageBreak; 6_000];
    assert!(matches!(pdf(&OfficialDocument { body, ..OfficialDocument::new(Kind::Sheet) }), Err(DocumentFault::TooManyPages { .. })));
    let made_up = Some("tự đặt ".repeat(100));
    let document = OfficialDocument { made_up, ..OfficialDocument::new(Kind::Sheet) };
    assert!(matches!(pdf(&document), Err(DocumentFault::MadeUpTooLong { .. })));
    assert!(matches!(docx(&document), Err(DocumentFault::MadeUpTooLong { .. })));
    let high = HeadCell::new("cao ".repeat(5_000));
    let mut table = Table::new([(1.0, Align::Left)], ["a"]);
    table.head = vec![vec![high]];
    let document = OfficialDocument { body: vec![Block::Table(table)], ..OfficialDocument::new(Kind::Sheet) };
    assert!(matches!(pdf(&document), Err(DocumentFault::HeadTooHigh { .. })));
}
