//! A file becomes rows of a format, and every fault at once.

use documents::exchange::{Choice, Column, FigureRange, Format, FormatError, Kind, Legacy, Read, ReadOptions, Unit, Value, Words, read};
use documents::fault::{Fault, Rule};
use ui::Lang;
use viet_text::DecimalSign;
use viet_text::legacy::Encoding;

use crate::made::{CSV, XLSX, by_hand, full_task, lines, opened, plan, xlsx_of};
use crate::sample::{day, decimal};

const HEAD: &str = "Mã nhiệm vụ\tTên nhiệm vụ\tMã đơn vị\tTình trạng\tĐiểm\tKinh phí (triệu đồng)\tTỷ lệ\tNgày bắt đầu\tGhi chú\n";

fn read_text(text: &str) -> Read {
    read(&opened(CSV, text.as_bytes()).unwrap(), &plan(), &ReadOptions::default())
}

/// Reads one row with a value in one column; the answer is the value, or the rule.
fn one(column: usize, value: &str) -> Result<Value, String> {
    let mut fields = [""; 9];
    (fields[0], fields[1]) = ("1", "x");
    fields[column] = value;
    let read = read_text(&format!("{HEAD}{}\n", fields.join("\t")));
    match read.rows.into_iter().next() {
        Some(row) => Ok(row.values[column].clone()),
        None => Err(read.faults.iter().map(|fault| fault.rule.code()).collect::<Vec<_>>().join(" ")),
    }
}

fn figure(text: &str) -> Result<Value, String> {
    Ok(Value::Figure(decimal(text)))
}

fn broken(rule: &str) -> Result<Value, String> {
    Err(rule.to_owned())
}

#[test]
fn every_fault_is_told_at_once_with_its_place() {
    let text = "KẾ HOẠCH NĂM 2026\t\t\n\
        \n\
        ma nhiem vu\tTASK\tThừa\tState\tdiem\tTỷ  lệ *\tngày-bắt-đầu\tMã nhiệm vụ\n\
        1\tMột\ta\tXong\t101\t5%\t1/7/25\t\n\
        \t\tchỉ cột thừa\t\t\t\t\t\n\
        1\t\tb\tdone\tchín\tx\t12/31/2026\t\n\
        2\tHai\tc\tDONE\t9,5\t5\t31/12/2026\t\n";
    let read = read_text(text);
    assert_eq!(
        lines(&read.faults),
        [
            "ke-hoach.csv H3 Mã nhiệm vụ: duplicate-column",
            "ke-hoach.csv D4 State \"Xong\": unknown-choice",
            "ke-hoach.csv E4 diem \"101\": above-maximum",
            "ke-hoach.csv G4 ngày-bắt-đầu \"1/7/25\": two-digit-year",
            "ke-hoach.csv A6 ma nhiem vu \"1\": duplicate",
            "ke-hoach.csv B6 TASK: required",
            "ke-hoach.csv E6 diem \"chín\": not-a-number",
            "ke-hoach.csv F6 Tỷ  lệ * \"x\": not-a-number",
            "ke-hoach.csv G6 ngày-bắt-đầu \"12/31/2026\": month-first",
        ]
    );
    assert_eq!(
        lines(&read.remarks),
        [
            "ke-hoach.csv C3 Thừa: unknown-column",
            "ke-hoach.csv Mã đơn vị / Unit code: absent-column",
            "ke-hoach.csv Kinh phí (triệu đồng) / Cost (million dong): absent-column",
            "ke-hoach.csv Ghi chú / Note: absent-column",
        ]
    );
    assert_eq!(read.rows.len(), 1);
    assert_eq!((read.rows[0].number, &read.rows[0].values[3]), (7, &Value::text("done")));
    assert_eq!(read.given, [true, true, false, true, true, false, true, true, false]);
}

#[test]
fn figures_in_every_form() {
    let (score, cost, share) = (4, 5, 6);
    for (column, typed, expected) in [
        (cost, "1.234,56", figure("1234.56")),
        (cost, "1,234.56", figure("1234.56")),
        (cost, "1 234,5", figure("1234.5")),
        (cost, "1\u{a0}234", figure("1234")),
        (cost, "-7", figure("-7")),
        (cost, "1.234", broken("ambiguous-number")),
        (cost, "12345678901234567890,123456", figure("12345678901234567890.123456")),
        (cost, "0,1234567", broken("too-many-decimals")),
        (cost, "80%", broken("unexpected-percent")),
        (cost, "1.23.4", broken("thousands")),
        (cost, "1e5", broken("not-a-number")),
        (cost, "99999999999999999999999999999", broken("too-many-digits")),
        // Thousands would be over the maximum.
        (score, "80.125", figure("80.125")),
        (score, "80,125", figure("80.125")),
        (score, "100,001", broken("above-maximum")),
        (score, "-0,5", broken("below-minimum")),
        // Two decimals: three digits behind a sign are thousands.
        (share, "1.234", figure("1234")),
        (share, "80,5 %", figure("80.5")),
        (share, "80.5", figure("80.5")),
        (share, "80,555", figure("80555")),
    ] {
        assert_eq!(one(column, typed), expected, "{typed}");
    }
}

#[test]
fn the_other_figures_of_the_sheet_or_the_reader_decide() {
    let values = |typed: &[&str], decimal_sign| {
        let rows: String = typed.iter().enumerate().map(|(index, value)| format!("{index}\tx\t{value}\n")).collect();
        let text = format!("Mã nhiệm vụ\tTên nhiệm vụ\tKinh phí (triệu đồng)\n{rows}");
        let read = read(&opened(CSV, text.as_bytes()).unwrap(), &plan(), &ReadOptions { decimal_sign, ..ReadOptions::default() });
        let faults = read.faults.iter().map(|fault| fault.rule.code().to_owned());
        read.rows.iter().map(|row| format!("{:?}", row.values[5])).chain(faults).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(values(&["1.234", "2.5"], None), "Figure(1.234) Figure(2.5)");
    assert_eq!(values(&["1.234", "2,5"], None), "Figure(1234) Figure(2.5)");
    assert_eq!(values(&["1.234", "2,5", "3.5"], None), "Figure(2.5) Figure(3.5) ambiguous-number");
    assert_eq!(values(&["1.234", "1.234.567"], None), "Figure(1234) Figure(1234567)");
    assert_eq!(values(&["1.234"], Some(DecimalSign::Comma)), "Figure(1234)");
    assert_eq!(values(&["1.234"], Some(DecimalSign::Point)), "Figure(1.234)");
    assert_eq!(values(&["1.5"], Some(DecimalSign::Comma)), "thousands");
    // The column has two decimals, and the sheet says that the point parts fractions: nobody can be right.
    let text = "Mã nhiệm vụ,Tên nhiệm vụ,Tỷ lệ,Kinh phí (triệu đồng)\n1,x,1.234,0.5\n";
    assert_eq!(lines(&read_text(text).faults), ["ke-hoach.csv C2 Tỷ lệ \"1.234\": ambiguous-number"]);
}

#[test]
fn dates_codes_choices_and_texts() {
    for (column, typed, expected) in [
        (7, "05/06/2026", Ok(Value::Date(day(2026, 6, 5)))),
        (7, "5/6/2026", Ok(Value::Date(day(2026, 6, 5)))),
        (7, "2026-06-05", Ok(Value::Date(day(2026, 6, 5)))),
        (7, "31/02/2026", broken("no-such-day")),
        (7, "46178", broken("not-a-date")),
        (7, "05/06/2026 10:00", broken("time-of-day")),
        (7, "01/01/1850", broken("before-first")),
        (7, "01/01/2100", broken("after-last")),
        (2, "00001", Ok(Value::text("00001"))),
        (2, "1", broken("code-digits")),
        (2, "0000x", broken("code-digits")),
        (2, "0 001", broken("blank-in-code")),
        (3, "Quá hạn", Ok(Value::text("late"))),
        (3, "qua han", Ok(Value::text("late"))),
        (3, "LATE", Ok(Value::text("late"))),
        (3, "Đất", Ok(Value::text("dat-2"))),
        // Without marks it could be two of them; the code says which.
        (3, "DẮT", broken("unknown-choice")),
        (3, "dat", Ok(Value::text("dat"))),
        (1, "  Hà\u{a0}Nội\u{a0} ", Ok(Value::text("Hà\u{a0}Nội"))),
        (1, "Ha\u{300} No\u{323}\u{302}i", Ok(Value::text("Hà Nội"))),
        (1, "=HYPERLINK(\"http://x\")", Ok(Value::text("=HYPERLINK(\"http://x\")"))),
        (1, "<script>", Ok(Value::text("<script>"))),
        (1, "a\u{202e}b", broken("unprintable")),
        (1, "a\u{7}b", broken("unprintable")),
        (8, "  giữ  ", Ok(Value::text("  giữ  "))),
    ] {
        assert_eq!(one(column, typed), expected, "{typed}");
    }
    assert_eq!(one(1, &"ế".repeat(200)), Ok(Value::text("ế".repeat(200))));
    assert_eq!(one(1, &"ế".repeat(201)), broken("text-too-long"));
}

#[test]
fn cells_of_a_sheet_by_their_kind() {
    let head = ["Mã nhiệm vụ", "Tên nhiệm vụ", "Mã đơn vị", "Kinh phí (triệu đồng)", "Tỷ lệ", "Ngày bắt đầu"];
    let strings: Vec<String> = head.iter().map(|text| format!("<t>{text}</t>")).collect();
    let strings: Vec<&str> = strings.iter().map(String::as_str).collect();
    let titles: String = (0..head.len()).map(|index| format!("<c t=\"s\"><v>{index}</v></c>")).collect();
    let sheet = format!(
        r#"<cols><col min="6" max="6" hidden="1"/></cols><sheetData><row r="1"><c t="str"><v>Kế hoạch</v></c></row><row r="3">{titles}</row>
        <row r="4"><c><v>7</v></c><c><v>2026</v></c><c><v>12</v></c><c><f>A1</f><v>0.30000000000000004</v></c><c s="2"><v>0.805</v></c><c s="1"><v>46178</v></c></row>
        <row r="5" hidden="1"><c t="str"><v>8</v></c><c t="str"><v>ẩn</v></c></row>
        <row r="6"><c><v>1.1</v></c><c t="b"><v>1</v></c><c s="1"><v>46178</v></c><c s="2"><v>0.5</v></c><c t="e"><v>#N/A</v></c><c><v>46178</v></c></row>
        <row r="7"><c t="str"><v>9</v></c><c s="1"><v>46178</v></c><c><f>A1</f></c><c s="1"><v>46178</v></c><c><v>1e300</v></c><c s="1"><v>46178.5</v></c></row>
        </sheetData><mergeCells><mergeCell ref="A1:F1"/><mergeCell ref="B8:B9"/></mergeCells>"#
    );
    let read = read(&opened(XLSX, &by_hand(&sheet, &strings)).unwrap(), &plan(), &ReadOptions::default());
    assert_eq!(read.rows.len(), 2);
    assert_eq!(
        read.rows[0].values[..8],
        [
            Value::text("7"),
            Value::text("2026"),
            Value::text("00012"),
            Value::Empty,
            Value::Empty,
            Value::Figure(decimal("0.3")),
            Value::Figure(decimal("80.5")),
            Value::Date(day(2026, 6, 5)),
        ]
    );
    assert_eq!(
        lines(&read.faults),
        [
            "ke-hoach.xlsx [Một] B8 Tên nhiệm vụ: merged",
            "ke-hoach.xlsx [Một] A6 Mã nhiệm vụ \"1.1\": number-for-code",
            "ke-hoach.xlsx [Một] B6 Tên nhiệm vụ \"TRUE\": truth-value",
            "ke-hoach.xlsx [Một] C6 Mã đơn vị \"05/06/2026\": unexpected-date",
            "ke-hoach.xlsx [Một] D6 Kinh phí (triệu đồng) \"50%\": unexpected-percent",
            "ke-hoach.xlsx [Một] E6 Tỷ lệ \"#N/A\": cell-error",
            "ke-hoach.xlsx [Một] F6 Ngày bắt đầu \"46178\": number-for-date",
            "ke-hoach.xlsx [Một] B7 Tên nhiệm vụ \"05/06/2026\": unexpected-date",
            "ke-hoach.xlsx [Một] C7 Mã đơn vị: formula-without-result",
            "ke-hoach.xlsx [Một] D7 Kinh phí (triệu đồng) \"05/06/2026\": unexpected-date",
            "ke-hoach.xlsx [Một] E7 Tỷ lệ \"1e300\": too-many-digits",
            "ke-hoach.xlsx [Một] F7 Ngày bắt đầu \"05/06/2026 12:00:00\": time-of-day",
        ]
    );
    let told: Vec<String> = lines(&read.remarks).into_iter().filter(|line| !line.ends_with("absent-column")).collect();
    assert_eq!(
        told,
        [
            "ke-hoach.xlsx [Một] F3 Ngày bắt đầu: hidden-column",
            "ke-hoach.xlsx [Một] D4 Kinh phí (triệu đồng) \"0.3\": formula-result",
            "ke-hoach.xlsx [Một] A5: hidden-row",
        ]
    );
}

#[test]
fn sheets_without_the_columns_are_passed_over_and_missing_ones_are_told() {
    let read = read_text("a,b\n1,2\n");
    assert_eq!(lines(&read.faults), ["ke-hoach.csv: no-headings"]);
    let read = read_text("Tên nhiệm vụ,Điểm\nMột,5\n");
    assert_eq!(lines(&read.faults), ["ke-hoach.csv Mã nhiệm vụ / Task code: missing-column"]);

    let mut file = rust_xlsxwriter::Workbook::new();
    for (name, heads) in [("Bìa", vec!["Báo cáo"]), ("Số liệu", vec!["Mã nhiệm vụ", "Nội dung"]), ("Cũ", vec!["Mã nhiệm vụ", "Nội dung"])]
    {
        let sheet = file.add_worksheet().set_name(name).unwrap();
        for (column, head) in (0..).zip(&heads) {
            sheet.write_string(2, column, *head).unwrap();
            sheet.write_string(3, column, format!("{name} {column}").replace(' ', "-")).unwrap();
        }
        sheet.set_hidden(name == "Cũ");
    }
    let read = read_file(&file.save_to_buffer().unwrap());
    assert_eq!(lines(&read.faults), Vec::<String>::new());
    assert_eq!(read.rows.len(), 1);
    let skipped: Vec<String> = lines(&read.remarks).into_iter().filter(|line| line.ends_with("skipped-sheet")).collect();
    assert_eq!(skipped, ["ke-hoach.xlsx [Bìa]: skipped-sheet", "ke-hoach.xlsx [Cũ]: skipped-sheet"]);
}

fn read_file(bytes: &[u8]) -> Read {
    read(&opened(XLSX, bytes).unwrap(), &plan(), &ReadOptions::default())
}

#[test]
fn old_text_is_offered_and_converted_only_when_asked() {
    let text = "M· nhiÖm vô\tTªn nhiÖm vô\tGhi chó\n1\tRµ so¸t thñ tôc hµnh chÝnh\tQuËn Ba §×nh\n2\tplain\t\n";
    let book = opened(CSV, text.as_bytes()).unwrap();
    let asked = read(&book, &plan(), &ReadOptions::default());
    assert_eq!(lines(&asked.faults), ["ke-hoach.csv A1 \"M· nhiÖm vô\": legacy-text"]);
    assert_eq!(asked.faults[0].rule, Rule::LegacyText { encoding: Encoding::Tcvn3 });
    assert!(asked.rows.is_empty());
    let [offer] = asked.offers.as_slice() else { panic!("{:?}", asked.offers) };
    assert_eq!((offer.encoding, offer.cells), (Encoding::Tcvn3, 5));
    assert!(offer.confidence > 0.8, "{}", offer.confidence);
    assert_eq!((offer.preview[3].place.to_string().as_str(), offer.preview[3].after.as_str()), ("B2", "Rà soát thủ tục hành chính"));

    let with = |legacy| read(&book, &plan(), &ReadOptions { legacy, ..ReadOptions::default() });
    let converted = with(Legacy::Convert);
    assert_eq!(lines(&converted.faults), Vec::<String>::new());
    assert_eq!(converted.rows[0].values[8], Value::text("Quận Ba Đình"));
    assert_eq!(converted.rows[1].values[1], Value::text("plain"));
    assert_eq!(lines(&with(Legacy::Keep).faults), ["ke-hoach.csv: no-headings"]);
}

#[test]
fn only_the_cells_of_old_text_are_converted() {
    let text = "Mã nhiệm vụ\tTên nhiệm vụ\tGhi chú\n1\tHà Nội, Cà Mau\tCoäng hoøa xaõ hoäi\n2\tHà Giang\tchuû nghóa\n3\tBé\tVieät Nam Bé\n";
    let read = read(&opened(CSV, text.as_bytes()).unwrap(), &plan(), &ReadOptions { legacy: Legacy::Convert, ..ReadOptions::default() });
    let shown: Vec<String> = read.rows.iter().map(|row| format!("{:?} {:?}", row.values[1], row.values[8])).collect();
    assert_eq!(
        shown,
        [
            "Text(\"Hà Nội, Cà Mau\") Text(\"Cộng hòa xã hội\")",
            "Text(\"Hà Giang\") Text(\"chủ nghĩa\")",
            "Text(\"Bé\") Text(\"Việt Nam Bé\")"
        ]
    );
}

#[test]
fn one_old_cell_among_cells_in_unicode_is_offered() {
    for (old, encoding) in [
        ("Sè liÖu ®\u{ad}îc nhËp tõ sæ giÊy cña ph\u{ad}êng", Encoding::Tcvn3),
        ("Soá lieäu ñöôïc nhaäp töø soå giaáy cuûa phöôøng", Encoding::Vni),
    ] {
        let text = format!("Mã nhiệm vụ\tTên nhiệm vụ\tGhi chú\n1\tx\tSố liệu minh họa của đợt này\n2\ty\t{old}\n3\tz\tBé\n");
        let book = opened(CSV, text.as_bytes()).unwrap();
        let asked = read(&book, &plan(), &ReadOptions::default());
        let [offer] = asked.offers.as_slice() else { panic!("{old}: {:?}", asked.offers) };
        assert_eq!((offer.encoding, offer.cells), (encoding, 1));
        let converted = read(&book, &plan(), &ReadOptions { legacy: Legacy::Convert, ..ReadOptions::default() });
        let notes: Vec<&Value> = converted.rows.iter().map(|row| &row.values[8]).collect();
        let expected = ["Số liệu minh họa của đợt này", "Số liệu được nhập từ sổ giấy của phường", "Bé"].map(Value::text);
        assert_eq!(notes, expected.iter().collect::<Vec<_>>());
    }
}

#[test]
fn a_heading_in_unicode_stays_above_old_text() {
    let text = "Mã nhiệm vụ\tTên nhiệm vụ\tGhi chú\n1\tx\tQuËn Ba §×nh\n2\ty\tBé Néi vô\n3\tz\tBé\n";
    let read = read(&opened(CSV, text.as_bytes()).unwrap(), &plan(), &ReadOptions { legacy: Legacy::Convert, ..ReadOptions::default() });
    let notes: Vec<&Value> = read.rows.iter().map(|row| &row.values[8]).collect();
    assert_eq!(notes, [&Value::text("Quận Ba Đình"), &Value::text("Bộ Nội vụ"), &Value::text("Bộ")]);
}

#[test]
fn a_font_of_capitals_makes_capitals() {
    let sheet = r#"<sheetData><row><c t="str"><v>Mã nhiệm vụ</v></c><c t="str"><v>Tên nhiệm vụ</v></c></row>
        <row><c><v>1</v></c><c s="4" t="str"><v>céng hßa viÖt nam</v></c></row><row><c><v>2</v></c><c s="4" t="str"><v>nam</v></c></row>
        <row><c><v>3</v></c><c s="3" t="str"><v>Hµ</v></c></row></sheetData>"#;
    let book = opened(XLSX, &by_hand(sheet, &[])).unwrap();
    let read = read(&book, &plan(), &ReadOptions { legacy: Legacy::Convert, ..ReadOptions::default() });
    let names: Vec<&Value> = read.rows.iter().map(|row| &row.values[1]).collect();
    assert_eq!(names, [&Value::text("CỘNG HÒA VIỆT NAM"), &Value::text("NAM"), &Value::text("Hà")]);
}

#[test]
fn faults_over_the_limit_are_counted() {
    let rows: String = (0..50).map(|row| format!("{row}\tx\tsai\n")).collect();
    let text = format!("Mã nhiệm vụ\tTên nhiệm vụ\tĐiểm\n{rows}");
    let options = ReadOptions { most_faults: 10, ..ReadOptions::default() };
    let read = read(&opened(CSV, text.as_bytes()).unwrap(), &plan(), &options);
    assert_eq!((read.faults.len(), read.left_out, read.rows.len()), (10, 40, 0));
}

#[test]
fn every_rule_has_words_and_advice_in_both_languages() {
    let choices: std::sync::Arc<[Choice]> = vec![Choice::new("a", "Một", "One")].into();
    let samples = [
        Rule::TooLarge { limit: 20_000_000 },
        Rule::UnpacksTooLarge { limit: 900 },
        Rule::AmbiguousNumber { grouped: decimal("1234"), fraction: decimal("1.234") },
        Rule::TooManyDecimals { decimals: 0 },
        Rule::NumberForDate { date: Some(day(2026, 6, 5)) },
        Rule::UnknownChoice { choices },
        Rule::Duplicate { first: "Dữ liệu!A2".to_owned() },
    ];
    let words: Vec<String> = samples.iter().map(|rule| format!("{} {}", rule.words(Lang::Vi), rule.advice(Lang::Vi))).collect();
    assert_eq!(
        words,
        [
            "Tệp lớn hơn mức cho phép (20 MB). Chia dữ liệu thành nhiều tệp, hoặc bỏ hình ảnh và trang tính không cần thiết.",
            "Nội dung của tệp khi giải nén lớn hơn mức cho phép (900 byte). Chia dữ liệu thành nhiều tệp, hoặc bỏ hình ảnh và trang tính không cần thiết.",
            "Số đọc được theo hai cách: 1.234 hoặc 1,234. Gõ 1234 hoặc 1,2340, hoặc cho biết dấu thập phân của tệp.",
            "Cột này chỉ nhận số nguyên. Làm tròn số; chương trình không tự làm tròn khi nhập.",
            "Ô chứa số, không phải ngày; bảng tính sẽ hiển thị số này thành 05/06/2026. Gõ ngày theo dạng ngày/tháng/năm đủ bốn chữ số, ví dụ 05/06/2026.",
            "Giá trị không có trong danh mục. Chọn một trong: Một.",
            "Giá trị này đã có tại Dữ liệu!A2. Giữ lại một dòng hoặc sửa giá trị.",
        ]
    );
    for rule in &samples {
        assert_ne!(rule.words(Lang::Vi), rule.words(Lang::En));
        assert_ne!(rule.advice(Lang::Vi), rule.advice(Lang::En));
    }
    let mut codes = Rule::CODES.to_vec();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Rule::CODES.len());
}

#[test]
fn a_format_that_nobody_could_fill_in_is_none() {
    let of = |columns: Vec<Column>, key: &[&str]| Format::new(Words::new("T", "T"), columns, key).unwrap_err();
    let text = |key: &str, vi: &str| Column::text(key, vi, format!("{key} en"), 10);
    assert_eq!(of(Vec::new(), &[]), FormatError::ColumnCount);
    assert_eq!(of(vec![text("a", "A1"), text("a", "B")], &[]), FormatError::Key { key: "a".into() });
    assert_eq!(of(vec![text("a", "Mã số"), text("b", "ma so")], &[]), FormatError::Heading { key: "b".into(), heading: "ma so".into() });
    assert_eq!(of(vec![text("a", "—")], &[]), FormatError::Heading { key: "a".into(), heading: "—".into() });
    assert_eq!(of(vec![text("a", "A")], &["x"]), FormatError::RowKey { key: "x".into() });
    let odd = Kind::Figure { decimals: 1, min: Some(decimal("2")), max: Some(decimal("1")), unit: Unit::Plain };
    assert_eq!(of(vec![Column::new("a", "A", "A en", odd)], &[]), FormatError::Limits { key: "a".into() });
    let twice = vec![Choice::new("x", "Một", "One"), Choice::new("y", "Hai", "One")];
    assert_eq!(of(vec![Column::choice("a", "A", "A en", twice)], &[]), FormatError::Choice { key: "a".into(), choice: "One".into() });
}

#[test]
fn a_fault_holds_what_the_page_needs() {
    let read = read_text("Mã nhiệm vụ,Tên nhiệm vụ,Điểm\n1,x,\"1.000,5\"\n");
    let fault: &Fault = &read.faults[0];
    assert_eq!((&*fault.file, fault.cell().as_deref(), fault.heading.as_deref()), (CSV, Some("C2"), Some("Điểm")));
    assert_eq!((fault.value.as_deref(), fault.rule.code()), (Some("1.000,5"), "above-maximum"));
    assert_eq!(fault.rule.words(Lang::En), "The number is above the greatest value 100.");
    let bytes = xlsx_of(&plan(), &[full_task(), full_task()], Lang::En);
    let read = read_file(&bytes);
    assert_eq!(lines(&read.faults), ["ke-hoach.xlsx [Data] A3 Task code * \"1.10\": duplicate"]);
}

#[test]
fn rows_about_the_same_thing_are_told_by_their_key() {
    let columns =
        vec![Column::code("unit", "Đơn vị", "Unit", 5), Column::figure("year", "Năm", "Year", 0), Column::figure("n", "Số", "Number", 0)];
    let format = Format::new(Words::new("T", "T"), columns, &["unit", "year"]).unwrap();
    let text = "Đơn vị;Năm;Số\n01;2025;1\n01;2026;2\n02;2025;3\n01;2025;4\n01;x;5\n01;y;6\n";
    let read = read(&opened(CSV, text.as_bytes()).unwrap(), &format, &ReadOptions::default());
    assert_eq!(
        lines(&read.faults),
        ["ke-hoach.csv A5 Đơn vị: duplicate-key", "ke-hoach.csv B6 Năm \"x\": not-a-number", "ke-hoach.csv B7 Năm \"y\": not-a-number"]
    );
    assert_eq!(read.faults[0].rule, Rule::DuplicateKey { first: "A2".to_owned() });
    assert_eq!(read.rows.len(), 3);
}

#[test]
fn a_row_keeps_the_range_of_what_it_is_about_and_gives_one_of_two() {
    let range = |decimals, max: i64| FigureRange { decimals, min: Some(decimal("0")), max: Some(max.into()) };
    let columns = vec![
        Column::code("ma", "Mã", "Code", 20).required().unique(),
        Column::figure("so", "Số liệu", "Figure", 10),
        Column::text("vi-sao", "Lý do", "Reason", 100),
    ];
    let ranges = [("dem".to_owned(), range(0, 999_999)), ("ty-le".to_owned(), range(2, 100))].into();
    let format = Format::new(Words::new("Bảng", "Table"), columns, &["ma"]).unwrap();
    let format = format.with_ranges("ma", "so", ranges).unwrap().with_either("so", "vi-sao").unwrap();
    let told = |text: &str, sign: Option<DecimalSign>| {
        let text = format!("Mã;Số liệu;Lý do\n{text}\n");
        let read = read(&opened(CSV, text.as_bytes()).unwrap(), &format, &ReadOptions { decimal_sign: sign, ..ReadOptions::default() });
        let rows: Vec<String> = read.rows.iter().map(|row| format!("{:?}", row.values[1])).collect();
        let faults: Vec<String> =
            read.faults.iter().map(|fault| format!("{} {}", fault.cell().unwrap_or_default(), fault.rule.code())).collect();
        (rows, faults)
    };
    let (_, faults) = told("dem;12,5;\nty-le;100,5;\nla;1;\ndem;-5;\nty-le;;chưa có\n", None);
    assert_eq!(faults, ["B2 too-many-decimals", "B3 above-maximum", "A4 unknown-code", "A5 duplicate", "B5 below-minimum", "A6 duplicate"]);
    assert_eq!(told("dem;99999999;\nty-le;5;cả hai", None).1, ["B2 above-maximum", "C3 both-given"]);
    // Points part thousands where the thing is counted; nothing is left to ask.
    assert_eq!(told("dem;1.234;", None), (vec!["Figure(1234)".to_owned()], vec![]));
    assert_eq!(told("dem;1.234;\nty-le;87,5;", None).0[0], "Figure(1234)");
    assert_eq!(told("dem;1.234;\nty-le;87.5;", None).1, ["B2 ambiguous-number"]);
    assert_eq!(told("dem;1.234;\nty-le;87.5;", Some(DecimalSign::Point)).1, ["B2 too-many-decimals"]);
    assert_eq!(format.clone().with_either("so", "khong-co"), Err(FormatError::RowKey { key: "khong-co".to_owned() }));
}
