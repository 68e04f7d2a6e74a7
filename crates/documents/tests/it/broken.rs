//! Files that are cut off or changed by chance, byte by byte: always an answer, never a panic, and a report of the
//! faults that can be opened again.

use std::io::{Cursor, Read as _, Write as _};

use documents::exchange::{Dialect, Legacy, ReadOptions, read, report};
use documents::intake::{Limits, TextOptions, open};
use ui::Lang;

use crate::made::{CSV, Chance, XLSX, csv_of, full_task, plan, task, xlsx_of};
use crate::sample::day;

/// Takes a file through everything that a visitor's file goes through, and through the report if `with_report`.
fn through(file: &str, bytes: &[u8], with_report: bool) {
    let limits = Limits { unpacked_bytes: 5_000_000, rows: 1_000, ..Limits::default() };
    let book = match open(file, bytes, &limits, &TextOptions::default()) {
        Ok(book) => book,
        Err(faults) => {
            assert!(!faults.is_empty());
            for fault in &faults {
                assert!(!fault.rule.words(Lang::Vi).is_empty() && !fault.rule.advice(Lang::En).is_empty());
            }
            return;
        }
    };
    let asked = read(&book, &plan(), &ReadOptions::default());
    let converted = read(&book, &plan(), &ReadOptions { legacy: Legacy::Convert, ..ReadOptions::default() });
    for read in [&asked, &converted] {
        assert!(read.rows.iter().all(|row| row.values.len() == plan().columns().len()));
    }
    let _ = converted.compare(&plan(), &[full_task()]);
    if with_report && !converted.faults.is_empty() {
        let mut out = Cursor::new(Vec::new());
        report(&book, &plan(), &converted.faults, Lang::Vi, day(2026, 1, 1), None, &mut out).unwrap();
        assert!(open(file, &out.into_inner(), &Limits::default(), &TextOptions::default()).is_ok());
    }
}

fn sample() -> Vec<u8> {
    let rows: Vec<_> = (0..5).map(|number| task(&number.to_string(), "Rà soát")).chain([full_task()]).collect();
    xlsx_of(&plan(), &rows, Lang::Vi)
}

#[test]
fn sheets_that_are_cut_off() {
    let bytes = sample();
    for end in (0..bytes.len()).step_by(7) {
        through(XLSX, &bytes[..end], true);
    }
}

#[test]
fn archives_with_changed_bytes() {
    let bytes = sample();
    let mut chance = Chance(1);
    for round in 0..200 {
        let mut changed = bytes.clone();
        for _ in 0..=chance.below(3) {
            let at = chance.index(changed.len());
            changed[at] = u8::try_from(chance.below(256)).unwrap();
        }
        through(XLSX, &changed, round % 10 == 0);
    }
}

/// Changes the texts inside of the archive, where no checksum guards them.
#[test]
fn parts_with_changed_bytes() {
    let bytes = sample();
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).unwrap();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        parts.push((part.name().unwrap().into_owned(), content));
    }
    let read_parts: Vec<usize> =
        (0..parts.len()).filter(|index| parts[*index].0.starts_with("xl/") || parts[*index].0.ends_with(".rels")).collect();
    let mut chance = Chance(2);
    let signs = b"<>\"'/=&;0123456789AZaz _\0\xff-.";
    for round in 0..300 {
        let mut changed = parts.clone();
        let content = &mut changed[read_parts[round % read_parts.len()]].1;
        for _ in 0..=chance.below(4) {
            let at = chance.index(content.len());
            match chance.below(4) {
                0 => drop(content.remove(at)),
                1 => content.insert(at, *chance.one_of(signs)),
                2 if content.len() > 40 => content.truncate(at.max(20)),
                _ => content[at] = *chance.one_of(signs),
            }
        }
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &changed {
            zip.start_file(name.as_str(), zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored))
                .unwrap();
            zip.write_all(content).unwrap();
        }
        through(XLSX, &zip.finish().unwrap().into_inner(), round % 20 == 0);
    }
}

#[test]
fn texts_that_are_cut_off_or_changed() {
    let rows: Vec<_> = (0..4).map(|number| task(&number.to_string(), "=\"Rà\" soát")).chain([full_task()]).collect();
    let mut chance = Chance(4);
    for dialect in [Dialect::PLAIN, Dialect::VIETNAMESE] {
        let bytes = csv_of(&plan(), &rows, Lang::Vi, dialect);
        for end in (0..bytes.len()).step_by(3) {
            through(CSV, &bytes[..end], end % 60 == 0);
        }
        for round in 0..300 {
            let mut changed = bytes.clone();
            for _ in 0..=chance.below(4) {
                let at = chance.index(changed.len());
                changed[at] = *chance.one_of(b"\",;\t\r\n'=\xc3\xff\0 0.%/-");
            }
            through(CSV, &changed, round % 50 == 0);
        }
    }
}

#[test]
fn noise_is_never_taken_for_more_than_it_is() {
    let mut chance = Chance(6);
    for start in [&b""[..], b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"\xef\xbb\xbf", b"sep=;\n"] {
        for round in 0..200 {
            let mut bytes = start.to_vec();
            bytes.extend((0..chance.below(300)).map(|_| u8::try_from(chance.below(256)).unwrap()));
            through(CSV, &bytes, round % 20 == 0);
        }
    }
}
