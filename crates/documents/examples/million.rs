//! Exports made-up rows of eight columns one by one, and says how long it took and how much memory it needed at most.
//!
//! `cargo run --release -p documents --example million -- xlsx 1000000 [folder]`; `csv` instead of `xlsx`, `read` to also
//! read the file back. The file is written into the folder, or into that of the system for such files, and taken away.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use chrono::{Days, NaiveDate};
use documents::exchange::{Choice, Column, Dialect, Format, ReadOptions, SheetExport, TextExport, Value, Words, read};
use documents::intake::{Limits, TextOptions, open};
use rust_decimal::Decimal;
use ui::Lang;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let kind = arguments.first().map_or("xlsx", String::as_str);
    let rows: u32 = arguments.get(1).map_or(Ok(1_000_000), |rows| rows.parse())?;
    let folder = arguments.get(2).map_or_else(std::env::temp_dir, PathBuf::from);
    let format = format()?;
    let path = folder.join(format!("million-{}.{}", std::process::id(), if kind == "csv" { "csv" } else { "xlsx" }));
    let start = Instant::now();
    if kind == "csv" {
        csv(&format, rows, &path)?
    } else {
        xlsx(&format, rows, &path, &folder)?
    }
    say(&format!("{kind}, {rows} rows x {} columns", format.columns().len()), start, &path)?;
    if kind == "read" {
        let start = Instant::now();
        let all = Limits { bytes: u64::MAX, unpacked_bytes: u64::MAX, rows: u32::MAX, ..Limits::default() };
        let bytes = std::fs::read(&path)?;
        let Ok(book) = open("million.xlsx", &bytes, &all, &TextOptions::default()) else { return Err("not opened".into()) };
        let back = read(&book, &format, &ReadOptions::default());
        say(&format!("read back: {} rows, {} faults", back.rows.len(), back.faults.len()), start, &path)?;
    }
    std::fs::remove_file(path)?;
    Ok(())
}

fn format() -> Outcome<Format> {
    let states = vec![Choice::new("done", "Hoàn thành", "Done"), Choice::new("late", "Quá hạn", "Late")];
    let columns = vec![
        Column::code("code", "Mã hồ sơ", "File code", 20).required(),
        Column::text("name", "Tên thủ tục", "Procedure", 200),
        Column::code("unit", "Mã đơn vị", "Unit code", 5),
        Column::choice("state", "Tình trạng", "State", states),
        Column::figure("days", "Số ngày", "Days", 1),
        Column::figure("fee", "Lệ phí (đồng)", "Fee (dong)", 0),
        Column::date("received", "Ngày nhận", "Received"),
        Column::text("note", "Ghi chú", "Note", 500),
    ];
    Ok(Format::new(Words::new("Hồ sơ (dữ liệu minh họa)", "Files (made up)"), columns, &["code"])?)
}

fn row(number: u32, first: NaiveDate) -> Vec<Value> {
    vec![
        Value::text(format!("HS-{number:07}")),
        Value::text(format!("Thủ tục đăng ký số {}", number % 1_811)),
        Value::text(format!("{:05}", number % 3_321)),
        Value::text(if number.is_multiple_of(7) { "late" } else { "done" }),
        Value::Figure(Decimal::new(i64::from(number % 400), 1)),
        Value::Figure(Decimal::from(number % 500 * 1_000)),
        Value::Date(first + Days::new(u64::from(number % 3_000))),
        if number.is_multiple_of(3) { Value::text("Bổ sung một lần, đúng hạn") } else { Value::Empty },
    ]
}

fn xlsx(format: &Format, rows: u32, path: &Path, folder: &Path) -> Outcome<()> {
    let first = NaiveDate::from_ymd_opt(2018, 1, 1).unwrap_or_default();
    let mut export = SheetExport::new(format, Lang::Vi, first, Some(folder))?;
    for number in 0..rows {
        export.row(&row(number, first))?;
    }
    Ok(export.finish(BufWriter::new(File::create(path)?))?)
}

fn csv(format: &Format, rows: u32, path: &Path) -> Outcome<()> {
    let first = NaiveDate::from_ymd_opt(2018, 1, 1).unwrap_or_default();
    let mut export = TextExport::new(format, Lang::Vi, Dialect::VIETNAMESE, BufWriter::new(File::create(path)?))?;
    for number in 0..rows {
        export.row(&row(number, first))?;
    }
    export.finish()?;
    Ok(())
}

fn say(what: &str, start: Instant, path: &Path) -> io::Result<()> {
    let seconds = start.elapsed().as_secs_f64();
    let bytes = std::fs::metadata(path)?.len() / 1_000_000;
    writeln!(io::stdout(), "{what}: {seconds:.1} s, file {bytes} MB, most memory {}", most_memory())
}

/// The most memory that the process has held, as the system tells it.
fn most_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |line| line.trim().to_owned())
}
