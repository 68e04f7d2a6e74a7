//! Parquet files of other programs as the tables that engines read.
#![expect(clippy::unwrap_used, reason = "a sample that is not there, or is not read, is a test that failed")]

use parquet_table::{ParquetFault, YesNo, is_parquet, to_csv};

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name)).unwrap()
}

fn table(name: &str, yes_no: YesNo) -> String {
    String::from_utf8(to_csv(sample(name), yes_no).unwrap()).unwrap()
}

const TABLE: &str = "\
unit,code,share,small,points,done,day,at,kind
Hoàn Kiếm,1,0.1,0.1,12.50,1,2025-07-01,2025-07-01T08:05:00Z,xã
Ba Đình,2,0.0000001,2.5,-0.05,0,1969-12-31,,phường
\"Tây \"\"Hồ\"\", phường\",3,,-3,100.00,,,2025-07-01T08:05:00.250000Z,phường
,,,,,1,2000-02-29,,
";

#[test]
fn every_kind_of_value_keeps_its_digits_whichever_program_wrote_it() {
    for name in ["plain-none", "plain-snappy", "plain-gzip", "plain-lz4", "plain-zstd", "groups", "pages-2", "polars"] {
        assert_eq!(table(&format!("{name}.parquet"), YesNo::Digits), TABLE, "{name}");
    }
    assert!(table("plain-none.parquet", YesNo::Words).contains(",12.50,yes,"));
    assert_eq!(table("empty.parquet", YesNo::Digits).lines().count(), 1);
    assert!(is_parquet(&sample("polars.parquet")) && !is_parquet(b"unit,code\n"));
}

#[test]
fn what_is_no_table_is_told_by_name() {
    match to_csv(sample("nested.parquet"), YesNo::Digits) {
        Err(ParquetFault::NotPlain { columns }) => assert_eq!(columns, ["answers", "place"]),
        other => panic!("{other:?}"),
    }
    match to_csv(sample("infinite.parquet"), YesNo::Digits) {
        Err(ParquetFault::Value { row: 2, column, .. }) => assert_eq!(column, "x"),
        other => panic!("{other:?}"),
    }
    for bytes in [Vec::new(), b"PAR1".to_vec(), b"unit,code\na,1\n".to_vec(), vec![0; 4096]] {
        assert!(matches!(to_csv(bytes, YesNo::Digits), Err(ParquetFault::Damaged(_))));
    }
}

#[test]
fn a_compression_that_is_not_read_is_no_damage() {
    match to_csv(sample("plain-brotli.parquet"), YesNo::Words) {
        Err(ParquetFault::Compression { method: "Brotli", columns }) => {
            assert_eq!(columns, ["unit", "code", "share", "small", "points", "done", "day", "at", "kind"]);
        }
        other => panic!("{other:?}"),
    }
}

/// Cut at every byte, and with single bytes changed: a fault or a table, never the end of the program.
#[test]
fn a_damaged_file_is_told() {
    // The library's panics are caught; their words would fill the screen.
    std::panic::set_hook(Box::new(|_| {}));
    for name in ["plain-snappy.parquet", "pages-2.parquet"] {
        let whole = sample(name);
        for length in 0..whole.len() {
            assert!(to_csv(whole[..length].to_vec(), YesNo::Digits).is_err(), "{name} cut after {length} bytes");
        }
        for place in 0..whole.len() {
            for change in [0x01_u8, 0x80, 0xff] {
                let mut bytes = whole.clone();
                bytes[place] ^= change;
                if let Err(ParquetFault::Damaged(words)) = to_csv(bytes, YesNo::Digits) {
                    assert!(!words.is_empty());
                }
            }
        }
    }
}
