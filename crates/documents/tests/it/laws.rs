//! What is exported comes back equal, in every form, whatever the rows hold.

use documents::exchange::{DateForm, Dialect, Format, Legacy, Read, ReadOptions, Value, read};
use documents::intake::Separator;
use rust_decimal::Decimal;
use ui::Lang;
use viet_text::DecimalSign;

use crate::made::{CSV, Chance, XLSX, csv_of, lines, opened, plan, xlsx_of};
use crate::sample::{DANGEROUS, day};

const PIECES: [&str; 24] = [
    "Rà soát",
    "thủ tục",
    "=HYPERLINK(\"http://x\")",
    "<b>&amp;</b>",
    "'",
    "''=1",
    "'-",
    "\"",
    ",",
    ";",
    "\t",
    "\n",
    "\r\n",
    "_x0041_",
    "1.234",
    "1,234",
    "  ",
    "🙂",
    "e\u{302}\u{301}",
    "Lỗi",
    "sep=;",
    "@",
    "+84 912",
    "\u{a0}x",
];

fn text(chance: &mut Chance) -> String {
    if chance.below(4) == 0 {
        return (*chance.one_of(&DANGEROUS)).to_owned();
    }
    (0..chance.below(5)).map(|_| *chance.one_of(&PIECES)).collect()
}

fn figure(chance: &mut Chance, decimals: u32, most_digits: u32) -> Decimal {
    let digits = u32::try_from(chance.below(u64::from(most_digits))).unwrap() + 1;
    let number: i128 = (0..digits).fold(0, |number, _| number * 10 + i128::from(chance.below(10)));
    let scale = u32::try_from(chance.below(u64::from(decimals) + 1)).unwrap();
    let sign = if chance.below(4) == 0 { -1 } else { 1 };
    Decimal::from_i128_with_scale(sign * number, scale)
}

/// A row that keeps the rules of the plan.
fn row(chance: &mut Chance, number: usize) -> Vec<Value> {
    let mut maybe = |value: Value| if chance.below(5) == 0 { Value::Empty } else { value };
    let mut values: Vec<Value> = (0..9).map(|_| maybe(Value::text("x"))).collect();
    let filled = |values: &[Value], column: usize| !values[column].is_empty();
    values[0] = Value::text(format!("{}{number}", chance.one_of(&["", "NV-", "1.", "00", "=", "-", "'=", "2026/"])));
    values[1] = Value::text(format!("{}x{number}", text(chance)));
    if filled(&values, 2) {
        values[2] = Value::text(format!("{:05}", chance.below(100_000)));
    }
    if filled(&values, 3) {
        values[3] = Value::text(*chance.one_of(&["done", "late", "dat", "dat-2"]));
    }
    if filled(&values, 4) {
        values[4] = Value::Figure(figure(chance, 3, 4).abs() % Decimal::ONE_HUNDRED);
    }
    if filled(&values, 5) {
        values[5] = Value::Figure(figure(chance, 6, 26));
    }
    if filled(&values, 6) {
        values[6] = Value::Figure(figure(chance, 2, 8));
    }
    if filled(&values, 7) {
        values[7] = Value::Date(day(1890, 1, 1) + chrono::Days::new(chance.below(76_000)));
    }
    if filled(&values, 8) {
        values[8] = Value::text(text(chance));
    }
    values
}

fn back(format: &Format, file: &str, bytes: &[u8]) -> Read {
    read(&opened(file, bytes).unwrap(), format, &ReadOptions { legacy: Legacy::Ask, ..ReadOptions::default() })
}

fn assert_same(format: &Format, rows: &[Vec<Value>], read: &Read, form: &str) {
    assert_eq!(lines(&read.faults), Vec::<String>::new(), "{form}");
    assert_eq!(read.rows.len(), rows.len(), "{form}");
    for (read, written) in read.rows.iter().zip(rows) {
        assert_eq!(read.values, format.normal(written), "{form}");
    }
    assert!(read.given.iter().all(|given| *given) && read.remarks.is_empty(), "{form}");
}

#[test]
fn rows_come_back_from_every_form() {
    let format = plan();
    let mut chance = Chance(11);
    for round in 0..14 {
        let rows: Vec<Vec<Value>> = (0..30).map(|number| row(&mut chance, number)).collect();
        let lang = if round % 2 == 0 { Lang::Vi } else { Lang::En };
        assert_same(&format, &rows, &back(&format, XLSX, &xlsx_of(&format, &rows, lang)), "xlsx");
        for separator in Separator::ALL {
            for decimal_sign in [DecimalSign::Comma, DecimalSign::Point] {
                for dates in [DateForm::DayFirst, DateForm::Iso] {
                    let dialect = Dialect { separator, decimal_sign, dates };
                    let bytes = csv_of(&format, &rows, lang, dialect);
                    assert_same(&format, &rows, &back(&format, CSV, &bytes), &format!("{dialect:?}"));
                }
            }
        }
    }
}

#[test]
fn what_comes_back_changes_nothing() {
    let format = plan();
    let mut chance = Chance(5);
    let rows: Vec<Vec<Value>> = (0..50).map(|number| row(&mut chance, number)).collect();
    let read = back(&format, XLSX, &xlsx_of(&format, &rows, Lang::Vi));
    let difference = read.compare(&format, &rows).unwrap();
    assert!(difference.changes_nothing() && difference.absent.is_empty());
    assert_eq!(difference.unchanged.len(), rows.len());
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    let format = plan();
    let mut chance = Chance(3);
    let rows: Vec<Vec<Value>> = (0..20).map(|number| row(&mut chance, number)).collect();
    assert_eq!(xlsx_of(&format, &rows, Lang::Vi), xlsx_of(&format, &rows, Lang::Vi));
}
