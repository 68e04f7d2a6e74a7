//! Files and formats that the tests of exchange share. Everything in them is made up.

use std::io::{Cursor, Write as _};

use documents::exchange::{Choice, Column, Dialect, Format, Kind, SheetExport, TextExport, Unit, Value, Words};
use documents::fault::Fault;
use documents::intake::{Book, Limits, TextOptions, open};
use ui::Lang;

use crate::sample::{day, decimal};

pub(crate) const XLSX: &str = "ke-hoach.xlsx";
pub(crate) const CSV: &str = "ke-hoach.csv";

/// A format with every kind of column.
pub(crate) fn plan() -> Format {
    let choices = vec![
        Choice::new("done", "Hoàn thành", "Done"),
        Choice::new("late", "Quá hạn", "Late"),
        Choice::new("dat", "Đạt", "Reached"),
        Choice::new("dat-2", "Đất", "Land"),
    ];
    let score = Kind::Figure { decimals: 3, min: Some(decimal("0")), max: Some(decimal("100")), unit: Unit::Plain };
    let share = Kind::Figure { decimals: 2, min: None, max: None, unit: Unit::Percent };
    let since = Kind::Date { first: Some(day(1890, 1, 1)), last: Some(day(2099, 12, 31)) };
    Format::new(
        Words::new("Kế hoạch cải cách hành chính", "Reform plan"),
        vec![
            Column::code("code", "Mã nhiệm vụ", "Task code", 20).required().unique(),
            Column::text("name", "Tên nhiệm vụ", "Task", 200).required().hint("Như trong kế hoạch", "As in the plan").also("Nội dung"),
            Column::new("unit", "Mã đơn vị", "Unit code", Kind::Code { max: 5, digits: Some(5) }),
            Column::choice("state", "Tình trạng", "State", choices),
            Column::new("score", "Điểm", "Score", score).example("80,5", "80.5"),
            Column::figure("cost", "Kinh phí (triệu đồng)", "Cost (million dong)", 6),
            Column::new("share", "Tỷ lệ", "Share", share),
            Column::new("since", "Ngày bắt đầu", "Start", since),
            Column::new("note", "Ghi chú", "Note", Kind::Text { max: 2_000, blanks: documents::exchange::Blanks::Kept }),
        ],
        &["code"],
    )
    .unwrap()
}

/// A row of [`plan`].
pub(crate) fn task(code: &str, name: &str) -> Vec<Value> {
    let mut row = vec![Value::Empty; plan().columns().len()];
    row[0] = Value::text(code);
    row[1] = Value::text(name);
    row
}

pub(crate) fn full_task() -> Vec<Value> {
    vec![
        Value::text("1.10"),
        Value::text("Rà soát thủ tục hành chính"),
        Value::text("00001"),
        Value::text("late"),
        Value::Figure(decimal("80.125")),
        Value::Figure(decimal("1234.5")),
        Value::Figure(decimal("12.5")),
        Value::Date(day(2026, 6, 5)),
        Value::text(" dòng một\ndòng hai "),
    ]
}

pub(crate) fn xlsx_of(format: &Format, rows: &[Vec<Value>], lang: Lang) -> Vec<u8> {
    let mut export = SheetExport::new(format, lang, day(2026, 11, 25), None).unwrap();
    rows.iter().for_each(|row| export.row(row).unwrap());
    let mut out = Cursor::new(Vec::new());
    export.finish(&mut out).unwrap();
    out.into_inner()
}

pub(crate) fn csv_of(format: &Format, rows: &[Vec<Value>], lang: Lang, dialect: Dialect) -> Vec<u8> {
    let mut export = TextExport::new(format, lang, dialect, Vec::new()).unwrap();
    rows.iter().for_each(|row| export.row(row).unwrap());
    export.finish().unwrap()
}

pub(crate) fn opened(file: &str, bytes: &[u8]) -> Result<Book, Vec<Fault>> {
    open(file, bytes, &Limits::default(), &TextOptions::default())
}

/// The faults as lines.
pub(crate) fn lines(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(ToString::to_string).collect()
}

/// An archive with these parts.
pub(crate) fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(crate) const WORKBOOK: &str = r#"<workbook xmlns:r="r"><sheets><sheet name="Một" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
pub(crate) const RELATIONS: &str = r#"<Relationships><Relationship Id="rId1" Type="http://t/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="http://t/sharedStrings" Target="/xl/sharedStrings.xml"/>
<Relationship Id="rId3" Type="http://t/styles" Target="styles.xml"/></Relationships>"#;
pub(crate) const STYLES: &str = r#"<styleSheet><numFmts><numFmt numFmtId="170" formatCode="dd/mm/yyyy"/></numFmts>
<fonts><font><name val="Calibri"/></font><font><name val=".VnTime"/></font><font><name val=".VnTimeH"/></font><font><name val="VNI-Times"/></font></fonts>
<cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="170" fontId="0"/><xf numFmtId="10" fontId="0"/><xf fontId="1"/><xf fontId="2"/><xf fontId="3"/></cellXfs></styleSheet>"#;

/// A book of one sheet, by hand: what stands inside `worksheet`, and the shared strings.
pub(crate) fn by_hand(worksheet: &str, strings: &[&str]) -> Vec<u8> {
    let strings: String = strings.iter().map(|text| format!("<si>{text}</si>")).collect();
    archive(&[
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/styles.xml", STYLES),
        ("xl/sharedStrings.xml", &format!("<sst>{strings}</sst>")),
        ("xl/worksheets/sheet1.xml", &format!("<worksheet>{worksheet}</worksheet>")),
    ])
}

/// The same "random" numbers on each run.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    pub(crate) fn index(&mut self, end: usize) -> usize {
        usize::try_from(self.below(u64::try_from(end).unwrap())).unwrap()
    }

    pub(crate) fn one_of<'c, T>(&mut self, of: &'c [T]) -> &'c T {
        &of[self.index(of.len())]
    }
}
