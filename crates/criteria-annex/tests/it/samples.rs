//! Files that other programs wrote (`tests/samples/make.py`), and what is read from them.

use std::path::PathBuf;

use criteria_annex::{AnnexFault, Grid, Source, grids, joined, understand};

use crate::show::annex;

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name)).unwrap()
}

fn shown(grid: &Grid) -> String {
    annex(&understand(grid))
}

/// The tree that all samples have in common.
const TREE: &str = "\
area I: CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH | 4.5
  criterion I.1: Kế hoạch cải cách hành chính năm | 3
    component I.1.1: Ban hành kế hoạch | 1 | choice Kịp thời = 1; Không kịp thời = 0.5; Không ban hành = 0 | note: Quyết định
      option I.1.1/1: Kịp thời = 1
      option I.1.1/2: Không kịp thời = 0.5
      option I.1.1/3: Không ban hành = 0
    component I.1.2: Mức độ hoàn thành kế hoạch | 2 | brackets (-∞, 70)% = 0; [70, 90]% = 1; (90, ∞)% = 2
      option I.1.2/1: Trên 90% = 2
      option I.1.2/2: Từ 70% - 90% = 1
      option I.1.2/3: Dưới 70% = 0
  criterion I.2: Công khai tiến độ giải quyết hồ sơ | 1.5 | checklist Cấp tỉnh đã công khai = 0.75; Cấp xã đã công khai = 0.75
    option I.2.a: Cấp tỉnh đã công khai = 0.75
    option I.2.b: Cấp xã đã công khai = 0.75
area II: TÁC ĐỘNG CỦA CẢI CÁCH | 2
  criterion II.1: Mức độ hài lòng của người dân | 2 | survey | external | note: Điều tra XHH
";

/// In Word the name of the first criterion was changed under tracked changes.
fn word_tree() -> String {
    TREE.replace("hành chính năm", "hành chính năm 2026")
}

#[test]
fn a_word_document_is_read_as_word_shows_it() {
    for name in ["annex.docx", "annex-libreoffice.docx"] {
        let found = grids(Source::Docx(&sample(name))).unwrap();
        assert_eq!(found.len(), 2, "{name}");
        let wanted = format!(
            "{}note: row 9: end-by-neighbour value: 90, to_lower: true\npassed over: 1 heading, 2 heading, 18 total\n",
            word_tree()
        );
        assert_eq!(shown(&found[0]), wanted, "{name}");
        assert!(understand(&found[1]).lines.is_empty());
    }
}

#[test]
fn the_same_sheet_as_html_is_read_the_same() {
    let html = String::from_utf8(sample("annex-libreoffice.html")).unwrap();
    let found = grids(Source::Html(&html)).unwrap();
    let wanted =
        format!("{TREE}note: row 10: end-by-neighbour value: 90, to_lower: true\npassed over: 1 title, 2 heading, 3 heading, 19 total\n");
    assert_eq!(shown(&found[0]), wanted);
}

#[test]
fn a_sheet_is_read_the_same() {
    let found = grids(Source::Xlsx(&sample("annex-libreoffice.xlsx"))).unwrap();
    assert_eq!(found.iter().map(|grid| grid.name.as_str()).collect::<Vec<_>>(), ["Phụ lục I", "Số và ngày"]);
    let wanted =
        format!("{TREE}note: row 10: end-by-neighbour value: 90, to_lower: true\npassed over: 1 title, 2 heading, 3 heading, 19 total\n");
    assert_eq!(shown(&found[0]), wanted);
    assert_eq!(understand(&found[0]).total.unwrap().points.unwrap().to_string(), "6.5");

    // openpyxl writes formulas without results, which makes the total unknown and nothing else.
    let found = grids(Source::Xlsx(&sample("annex.xlsx"))).unwrap();
    let annex = understand(&found[0]);
    assert_eq!(annex.lines.len(), 15);
    assert_eq!(annex.total.unwrap().points, None);
}

#[test]
fn what_a_sheet_made_of_codes_and_points_is_named() {
    for name in ["annex.xlsx", "annex-libreoffice.xlsx"] {
        let found = grids(Source::Xlsx(&sample(name))).unwrap();
        let text = shown(&found[1]);
        assert!(text.contains("  criterion 1.9: Tiêu chí 9 | 1 | no rule: NotSaid\n  criterion 1.10: Tiêu chí 10 | 1"), "{text}");
        assert!(text.contains("  criterion 1.11: Tiêu chí 11 | 1"), "{text}");
        let wanted = "\
not understood: row 15: date-for-code text: \"02/01/2026\"
not understood: row 16 (2.2): date-for-points text: \"01/05/2026\"
not understood: row 17 (2.3): cell-error text: \"#N/A\"
";
        assert!(text.contains(wanted), "{name}: {text}");
        assert!(text.contains("note: row 12: code-restored printed: \"1.1\"\n"), "{text}");
        assert!(text.contains("note: row 19: hidden-row\n"), "{text}");
        assert_eq!(text.contains("row 18 (2.4): empty-formula"), name == "annex.xlsx", "{text}");
    }
}

#[test]
fn tables_that_a_document_splits_are_one() {
    let text = "STT\tTiêu chí\tĐiểm tối đa\n1\tChỉ đạo\t2\n1.1\tKế hoạch\t1\n";
    let first = grids(Source::Text(text)).unwrap().remove(0);
    let second = grids(Source::Text("STT\tTiêu chí\tĐiểm tối đa\n1.2\tBáo cáo\t1\n")).unwrap().remove(0);
    let annex = understand(&joined(&[first, second]).unwrap());
    assert_eq!(annex.lines.iter().map(|line| (line.row, line.code.as_str())).collect::<Vec<_>>(), [(2, "1"), (3, "1.1"), (5, "1.2")]);
    assert!(annex.warnings.is_empty());
    assert_eq!(joined(&[]), None);
}

#[test]
fn files_of_other_kinds_are_told_apart() {
    let (docx, xlsx) = (sample("annex.docx"), sample("annex.xlsx"));
    let code = |source: Source<'_>| grids(source).map_err(|fault| fault.code()).map(|grids| grids.len());
    assert_eq!(code(Source::Docx(&xlsx)), Err("not-docx"));
    assert_eq!(code(Source::Docx(b"%PDF-1.7")), Err("not-docx"));
    assert_eq!(code(Source::Xlsx(b"a,b")), Err("not-xlsx"));
    assert_eq!(code(Source::Docx(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0])), Err("old-word"));
    assert!(matches!(grids(Source::Xlsx(&docx)), Err(AnnexFault::Sheet { .. })));
    assert_eq!(code(Source::Html("<p>Không có bảng</p>")), Err("no-table"));
    assert_eq!(code(Source::Text(" \n\t\n")), Err("no-table"));
    assert_eq!(code(Source::Text("")), Err("empty"));
}
