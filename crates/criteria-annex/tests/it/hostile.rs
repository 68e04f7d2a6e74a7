//! Files and texts that were made to do harm, and damage by chance: an answer comes, in bounded time and memory.

use std::path::PathBuf;

use criteria_annex::{AnnexFault, Source, grids, limits, understand};

use crate::made::{body, package};

fn docx(document: &[u8]) -> Vec<u8> {
    package(&[("word/document.xml", document)])
}

fn refused(source: Source<'_>) -> AnnexFault {
    grids(source).unwrap_err()
}

#[test]
fn a_document_of_a_hundred_megabytes_in_a_small_file_is_refused() {
    let mut xml = b"<w:document xmlns:w=\"w\"><w:body>".to_vec();
    xml.resize(100_000_000, b' ');
    let bomb = docx(&xml);
    assert!(bomb.len() < 1_000_000);
    assert_eq!(refused(Source::Docx(&bomb)), AnnexFault::UnpacksTooLarge { limit: limits::UNPACKED_BYTES });
    // The directory may lie about it; the bytes that come out are counted.
    let mut lying = bomb.clone();
    let small = 1_000_u32.to_le_bytes();
    let real = 100_000_000_u32.to_le_bytes();
    for at in 0..lying.len() - 4 {
        if lying[at..at + 4] == real {
            lying[at..at + 4].copy_from_slice(&small);
        }
    }
    assert!(matches!(refused(Source::Docx(&lying)), AnnexFault::UnpacksTooLarge { .. } | AnnexFault::Damaged { .. }));
}

#[test]
fn a_book_that_unpacks_too_far_is_refused() {
    let book = package(&[("[Content_Types].xml", b"<x/>"), ("xl/sharedStrings.xml", &vec![b' '; 100_000_000])]);
    assert!(matches!(refused(Source::Xlsx(&book)), AnnexFault::Sheet { faults } if faults[0].rule.code() == "unpacks-too-large"));
}

#[test]
fn figures_beyond_all_points_do_not_stop_the_sums() {
    let (long, small) = ("7".repeat(28), format!("0,{}", "1".repeat(28)));
    let mut text = String::from("STT\tTiêu chí\tĐiểm tối đa\n1\tChỉ đạo\t2\n");
    for (index, points) in [&long, &small, &long].into_iter().enumerate() {
        text.push_str(&format!(
            "1.{}\tMức\t{points}\n\tTrên {long}: {long}\t\n\tDưới {long}\t{points}\n\tmỗi lỗi trừ {long} điểm\t\n",
            index + 1
        ));
    }
    text.push_str(&format!("1.4\tMức: từ {long} đến {long}: 1; dưới {long}: 0\t2\n1.5\tKhác: trên 5: {long}; dưới 5: 0\t2\n"));
    let annex = understand(&grids(Source::Text(&text)).unwrap()[0]);
    assert!(annex.not_understood.iter().filter(|fault| fault.reason.code() == "unreadable-points").count() >= 3);
}

#[test]
fn deep_nesting_is_refused() {
    let deep = body(&format!("{}{}", "<w:tbl><w:tr><w:tc>".repeat(10_000), "</w:tc></w:tr></w:tbl>".repeat(10_000)));
    assert_eq!(refused(Source::Docx(&deep)), AnnexFault::TooDeep { limit: limits::DEPTH });
    assert_eq!(refused(Source::Html(&"<table><tr><td>".repeat(10_000))), AnnexFault::TooDeep { limit: limits::DEPTH });
}

#[test]
fn a_million_rows_are_refused() {
    let rows = "<w:tr><w:tc><w:p/></w:tc></w:tr>".repeat(1_000_000);
    assert_eq!(refused(Source::Docx(&body(&format!("<w:tbl>{rows}</w:tbl>")))), AnnexFault::TooManyRows { limit: limits::ROWS });
    assert_eq!(
        refused(Source::Html(&format!("<table>{}", "<tr><td>x".repeat(1_000_000)))),
        AnnexFault::TooManyRows { limit: limits::ROWS }
    );
    assert_eq!(refused(Source::Text(&"1\tx\n".repeat(1_000_000))), AnnexFault::TooManyRows { limit: limits::ROWS });
    assert_eq!(refused(Source::Text(&"\n".repeat(1_000_000))), AnnexFault::TooManyRows { limit: limits::ROWS });
}

#[test]
fn wide_and_merged_cells_are_counted_with_their_area() {
    let wide = body("<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"4000000000\"/></w:tcPr></w:tc></w:tr></w:tbl>");
    assert_eq!(refused(Source::Docx(&wide)), AnnexFault::TooManyColumns { limit: limits::COLUMNS });
    let before = body("<w:tbl><w:tr><w:trPr><w:gridBefore w:val=\"4000000000\"/></w:trPr><w:tc/></w:tr></w:tbl>");
    assert_eq!(refused(Source::Docx(&before)), AnnexFault::TooManyColumns { limit: limits::COLUMNS });
    assert_eq!(refused(Source::Html("<table><tr><td colspan=99999999>x")), AnnexFault::TooManyColumns { limit: limits::COLUMNS });
    let area = format!("<table><tr><td colspan=100 rowspan=99999999>{}{}", "chữ ".repeat(4_000), "<tr>".repeat(15_000));
    assert_eq!(refused(Source::Html(&area)), AnnexFault::TooManyCells { limit: limits::CELLS });
}

#[test]
fn long_cells_and_document_types_are_refused() {
    let long = body(&format!("<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>", "x".repeat(30_000)));
    assert_eq!(refused(Source::Docx(&long)), AnnexFault::CellTooLong { limit: limits::CELL_LETTERS });
    let bomb = b"<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><w:document xmlns:w=\"w\">&b;</w:document>";
    assert_eq!(refused(Source::Docx(&docx(bomb))).code(), "damaged");
    let cut = b"<w:document xmlns:w=\"w\"><w:body><w:tbl>";
    assert_eq!(refused(Source::Docx(&docx(cut))).code(), "damaged");
}

#[test]
fn texts_that_cost_time_are_answered() {
    for text in [
        "\"a\n".repeat(60_000),
        "\"\"\"\n".repeat(60_000),
        format!("a\t{}", "\"\t".repeat(50)),
        "<".repeat(1_000_000),
        "<a '\"".repeat(200_000),
        "<!--".repeat(200_000),
        "<script></scrip".repeat(100_000),
        "&".repeat(1_000_000),
        format!("<table><tr><td>{}", "&#".repeat(9_000)),
        format!("1\t{}", "-".repeat(19_000)),
        format!("1\t{}\t2\n", "từ 70% ".repeat(2_000)),
        format!("1\t{}\t2\n", "a: 1; ".repeat(2_500)),
        format!("1\t{}\t2\n", "(1)".repeat(6_000)),
        format!("1\t{}\t2\n", "mỗi trừ 1 ".repeat(1_500)),
    ] {
        for source in [Source::Text(&text), Source::Html(&text)] {
            if let Ok(grids) = grids(source) {
                grids.iter().for_each(|grid| drop(understand(grid)));
            }
        }
    }
}

/// A generator that gives the same numbers everywhere (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }
}

#[test]
fn damage_by_chance_gives_an_answer() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let mut chance = Chance(7);
    for name in ["annex.docx", "annex.xlsx", "annex-libreoffice.docx"] {
        let whole = std::fs::read(folder.join(name)).unwrap();
        for _ in 0..150 {
            let mut bytes = whole.clone();
            for _ in 0..=chance.below(8) {
                let at = chance.below(bytes.len());
                bytes[at] = u8::try_from(chance.below(256)).unwrap();
            }
            if chance.below(4) == 0 {
                bytes.truncate(chance.below(bytes.len()));
            }
            let source = if name.ends_with("docx") { Source::Docx(&bytes) } else { Source::Xlsx(&bytes) };
            if let Ok(grids) = grids(source) {
                grids.iter().for_each(|grid| drop(understand(grid)));
            }
        }
    }
}

#[test]
fn every_row_is_accounted_for_once_whatever_stands_in_it() {
    const PIECES: [&str; 24] = [
        "1",
        "1.1",
        "1.2",
        "I",
        "II",
        "a)",
        "-",
        "+",
        "",
        "",
        "",
        "2",
        "0,5",
        "x",
        "XHH",
        "Tổng cộng",
        "Trên 90%: 2",
        "Dưới 70%",
        "Kế hoạch",
        "CÔNG TÁC CHỈ ĐẠO",
        "Mỗi lỗi trừ 1 điểm",
        "theo công thức",
        "A",
        "Ghi chú: x",
    ];
    let mut chance = Chance(11);
    for _ in 0..400 {
        let mut text = String::from("STT\tTiêu chí\tĐiểm tối đa\tGhi chú\n");
        for _ in 0..chance.below(30) {
            let cells: Vec<&str> = (0..4).map(|_| PIECES[chance.below(PIECES.len())]).collect();
            text.push_str(&cells.join("\t"));
            text.push('\n');
        }
        let grid = grids(Source::Text(&text)).unwrap().remove(0);
        let annex = understand(&grid);
        let mut found: Vec<usize> = annex.lines.iter().map(|line| line.row).collect();
        found.extend(annex.skipped.iter().map(|skipped| skipped.row));
        let mut faulty: Vec<usize> = annex.not_understood.iter().map(|fault| fault.row).collect();
        faulty.dedup();
        found.extend(faulty);
        found.sort_unstable();
        let rows: Vec<usize> = grid.rows.iter().map(|row| row.number).collect();
        assert_eq!(found, rows, "{text}");
        let mut codes: Vec<&str> = annex.lines.iter().map(|line| line.code.as_str()).collect();
        codes.sort_unstable();
        let count = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), count, "codes are unique: {text}");
    }
}
