//! Reading of tables and conditions, also of broken ones.

use survey_stats::{DataFault, DataTable, Expression, ExpressionFault};

const TABLE: &str = "province,q1,age,\"home, kind\"\n01,5,34,town\n79,,71,\"a \"\"b\"\"\"\n01,NA,18,\n79,3,60,town\n";

fn table() -> DataTable {
    DataTable::read(TABLE.as_bytes().to_vec()).expect("a table")
}

fn told(text: &str) -> Vec<String> {
    DataTable::read(text.as_bytes().to_vec()).expect_err("faults").iter().map(ToString::to_string).collect()
}

#[test]
fn fields_keep_their_text_and_gaps() {
    let table = table();
    assert_eq!((table.rows(), table.headings()), (4, ["province", "q1", "age", "home, kind"].map(str::to_owned).as_slice()));
    assert_eq!(table.labels("province").expect("labels").levels(), ["01", "79"], "a code is no number");
    let q1 = table.numbers("q1").expect("figures");
    assert!((q1.values()[0] - 5.0).abs() < 1e-12 && q1.values()[1].is_nan() && q1.values()[2].is_nan());
    assert_eq!(table.labels("home, kind").expect("labels").levels(), ["town", "a \"b\""]);
    let with_mark = DataTable::read("\u{feff}a\r\n1\r\n0\r\n".as_bytes().to_vec()).expect("a table");
    assert_eq!(with_mark.marks("a").expect("marks"), [true, false]);
}

#[test]
fn broken_tables_name_row_and_column() {
    assert_eq!(told(""), ["the table has no heading"]);
    assert_eq!(told("a,b\n"), ["the table has no row"]);
    assert_eq!(
        told("a,,a\n1,2,3\n"),
        ["column 2: the heading \"\" is empty or stands twice", "column 3: the heading \"a\" is empty or stands twice"]
    );
    assert_eq!(told("a,b\n1,2\n3\n4,5,6\n"), ["row 2: 1 fields where 2 are needed", "row 3: 3 fields where 2 are needed"]);
    assert_eq!(told("a,b\n1,\"cut in the mid"), ["a quote is opened and never closed"]);
    assert_eq!(DataTable::read(vec![b'a', b'\n', 0xff]).expect_err("faults")[0].to_string(), "byte 3: the file is not UTF-8");
    let table = DataTable::read("a,b\n1,x\n\"2,5\",inf\nhai,NaN\n1e3,0\n".as_bytes().to_vec()).expect("a table");
    let faults = |name: &str| table.numbers(name).expect_err("faults").iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(faults("a"), ["row 2, column a: \"2,5\" is no number", "row 3, column a: \"hai\" is no number"]);
    assert_eq!(faults("b")[1..], ["row 2, column b: \"inf\" is no number", "row 3, column b: \"NaN\" is no number"]);
    assert_eq!(faults("c"), ["there is no column c"]);
    assert_eq!(table.marks("b").expect_err("faults")[0].to_string(), "row 1, column b: \"x\" where 0 or 1 is needed");
    let gaps = DataTable::read("seat,n\n1,1\n,2\nNA,3\n0,4\n".as_bytes().to_vec()).expect("a table");
    let told: Vec<String> = gaps.marks("seat").expect_err("faults").iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        ["row 2, column seat: an empty field where 0 or 1 is needed", "row 3, column seat: \"NA\" where 0 or 1 is needed"],
        "what is not known is not no"
    );
}

fn rows(condition: &str) -> Vec<bool> {
    Expression::parse(condition).unwrap_or_else(|fault| panic!("{condition}: {fault}")).rows(&table()).expect("rows")
}

#[test]
fn conditions_choose_rows() {
    assert_eq!(rows("age >= 60"), [false, true, false, true]);
    assert_eq!(rows("age > 18 and age < 60"), [true, false, false, false]);
    assert_eq!(rows("province = '01' or age = 60"), [true, false, true, true]);
    assert_eq!(rows("province = '79' or province = '01' and age <> 18"), [true, true, false, true], "'and' binds closer");
    assert_eq!(rows("province in ('01', \"02\") AND NOT (age == 18)"), [true, false, false, false]);
    assert_eq!(rows("age not in (18, 34)"), [false, true, false, true]);
    assert_eq!(rows("`home, kind` = 'town'"), [true, false, false, true]);
    assert_eq!(rows("missing(q1)"), [false, true, true, false]);
    assert_eq!(rows("q1 != 5"), [false, false, false, true], "a comparison with a gap is not true");
    assert_eq!(rows("not q1 = 5"), [false, false, false, true], "nor is its opposite");
    assert_eq!(rows("q1 = 5 or missing(q1)"), [true, true, true, false]);
    assert_eq!(rows("age > -1e2"), [true; 4]);
    assert_eq!(rows("province >= '50'"), [false, true, false, true]);
}

#[test]
fn conditions_that_cannot_be_read() {
    let fault = |text: &str| Expression::parse(text).expect_err("a fault").to_string();
    assert_eq!(fault(""), "character 1: a column, 'not' or a bracket is needed, not \"\"");
    assert_eq!(fault("age >"), "character 6: a number or a text in quotes is needed, not \"\"");
    assert_eq!(fault("age > town"), "character 7: a number or a text in quotes is needed, not \"town\"");
    assert_eq!(fault("age = 1 age = 2"), "character 9: the end, 'and' or 'or' is needed, not \"age\"");
    assert_eq!(fault("(age = 1"), "character 9: ) is needed, not \"\"");
    assert_eq!(fault("age = 'x"), "character 7: the quote is never closed");
    assert_eq!(fault("age = 1; drop"), "character 8: a name, a number, a text or a sign is needed, not \";\"");
    assert_eq!(fault("age = 1x"), "character 7: a number is needed, not \"1x\"");
    assert_eq!(fault("age in ()"), "character 9: a number or a text in quotes is needed, not \")\"");
    assert!(matches!(Expression::parse(&"(".repeat(4000)), Err(ExpressionFault::TooDeep { .. })));
    assert!(matches!(Expression::parse(&"not ".repeat(1000)), Err(ExpressionFault::TooDeep { .. })));
    assert!(matches!(Expression::parse(&"a".repeat(5000)), Err(ExpressionFault::TooLong { length: 5000 })));
    let faults =
        Expression::parse("nowhere = 1 or province = 1 or `home, kind` < 2").expect("a condition").rows(&table()).expect_err("faults");
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults, ["there is no column nowhere", "row 1, column home, kind: \"town\" is no number"]);
}

/// Bytes by chance from pieces that mean something: whatever comes, the readers answer and do not stop the program.
#[test]
fn readers_bear_whatever_comes() {
    let mut state = 9_u64;
    let mut chance = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    };
    let pieces = [
        "a", "q1", "age", "'", "\"", "`", "(", ")", ",", "<", "=", "!=", "and", " or ", "not ", "in", "missing", "1", ".", "e", "-", "\n",
        "\r", " ", "ế", "e\u{301}", "\u{feff}", "🙂", "\0", "NA", "1e999", "--", ";",
    ];
    let (mut tables, mut conditions) = (0, 0);
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..chance(24) {
            text.push_str(pieces[chance(pieces.len())]);
        }
        // A good condition with one piece put in, and sometimes cut short.
        let good = "age >= 60 and province in ('01', '79') or not missing(q1) and (q1 != -1.5)";
        let place = chance(good.len() + 1);
        let end = if chance(3) == 0 { place } else { good.len() };
        let broken = format!("{}{}{}", &good[..place], pieces[chance(pieces.len())], &good[place..end]);
        for candidate in [&text, &broken] {
            let Ok(condition) = Expression::parse(candidate) else { continue };
            conditions += 1;
            if let Ok(rows) = condition.rows(&table()) {
                assert_eq!(rows.len(), 4);
            }
        }
        let mut bytes = text.into_bytes();
        if chance(10) == 0 && !bytes.is_empty() {
            let place = chance(bytes.len());
            bytes[place] = u8::try_from(chance(256)).expect("a byte");
        }
        if let Ok(table) = DataTable::read(bytes) {
            tables += 1;
            for heading in table.headings() {
                assert_eq!(table.labels(heading).expect("labels").indicator("1").len(), table.rows());
                let figures = table.numbers(heading).map_or_else(|faults| faults.len(), |column| column.values().len());
                assert!(figures > 0);
            }
        }
    }
    assert!(tables > 1000 && conditions > 1000, "{tables} tables, {conditions} conditions");
}

/// Tables without quotes are read by another way, which must see the same rows, fields and faults.
#[test]
fn a_table_is_the_same_with_and_without_quotes() {
    let mut state = 11_u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let fields = ["1", "0", "", "NA", " 7", "-2.50", "ba", "\u{a0}á ", "1e3", "0.1", "+4", "12345678901234567890", "x y"];
    let (mut read, mut refused) = (0, 0);
    for _ in 0..2000 {
        let width = next(4) + 1;
        let ends = ["\n", "\r\n", "\r"];
        let end = ends[next(3) as usize];
        let heading: Vec<String> = (0..width).map(|column| format!("c{column}")).collect();
        let mut rest = String::new();
        for _ in 0..next(6) {
            let count = if next(12) == 0 { next(6) + 1 } else { width };
            let row: Vec<&str> = (0..count).map(|_| fields[next(fields.len() as u64) as usize]).collect();
            rest += &(row.join(",") + end);
            rest += if next(8) == 0 { end } else { "" };
        }
        if next(4) == 0 {
            rest.truncate(rest.trim_end_matches(['\r', '\n']).len());
        }
        let of = |quote: &str| {
            let heading: Vec<String> = heading.iter().map(|name| format!("{quote}{name}{quote}")).collect();
            DataTable::read(format!("{}{end}{rest}", heading.join(",")).into_bytes())
        };
        match (of(""), of("\"")) {
            (Ok(plain), Ok(quoted)) => {
                read += 1;
                let names: Vec<&str> = heading.iter().map(String::as_str).collect();
                let texts = |table: &DataTable| {
                    let together = table.labels_of(&names).expect("labels");
                    let alone = names.iter().map(|name| table.labels(name).expect("labels"));
                    let all = together.into_iter().chain(alone).map(|labels| labels.texts().map(str::to_owned).collect::<Vec<_>>());
                    all.collect::<Vec<_>>()
                };
                assert_eq!(texts(&plain), texts(&quoted), "{rest:?}");
                assert_eq!(texts(&plain)[0].len(), plain.rows());
                for name in &names {
                    let figures = |table: &DataTable| {
                        table.numbers(name).map(|column| column.values().iter().map(|value| value.to_bits()).collect::<Vec<_>>())
                    };
                    assert_eq!(figures(&plain), figures(&quoted), "{rest:?}");
                    assert_eq!(plain.marks(name), quoted.marks(name));
                }
            }
            (Err(plain), Err(quoted)) => {
                refused += 1;
                assert_eq!(plain, quoted, "{rest:?}");
            }
            (plain, quoted) => panic!("{rest:?}: {plain:?} {quoted:?}"),
        }
    }
    assert!(read > 500 && refused > 100, "{read} {refused}");
    let table = DataTable::read(b"a,b\n1,2\n".to_vec()).expect("a table");
    assert_eq!(table.labels_of(&["a", "x", "y"]).expect_err("faults").len(), 2);
}

#[test]
fn faults_are_listed_up_to_a_hundred_and_all_counted() {
    let table = DataTable::read(format!("x\n{}", "two\n".repeat(285)).into_bytes()).expect("a table");
    let faults = table.numbers("x").expect_err("faults");
    assert_eq!((faults.len(), &faults[100]), (101, &DataFault::More { count: 185 }));
    assert_eq!(table.marks("x").expect_err("faults")[100].to_string(), "185 more fault(s)");
}
