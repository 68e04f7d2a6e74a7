//! Faults in files, in words: one line a fault, with file, place, value and rule.

use std::fmt::Write as _;

use composite_index::{DefinitionFault, TableFault, TableRule};
use registry::catalogue::{CatalogueFault, SheetFault, SheetRule};
use ui::Lang;

/// Faults that one answer lists; the heading counts all of them.
const MOST_FAULTS: usize = 100;

/// Faults of the catalogue.
pub(crate) fn catalogue_faults(lang: Lang, faults: &[CatalogueFault]) -> String {
    let lines = faults.iter().map(|fault| match fault {
        CatalogueFault::File { file, cause } => format!("{file}: {cause}"),
        CatalogueFault::Definition { file, fault } => definition_line(lang, file, fault),
        CatalogueFault::Table { file, fault } => table_line(lang, file, fault),
        CatalogueFault::Sheet { file, fault } => sheet_line(lang, file, fault),
    });
    listed(lang, lines.collect())
}

/// Every fault of a definition file.
pub(crate) fn definition_faults(lang: Lang, file: &str, faults: &[DefinitionFault]) -> String {
    listed(lang, faults.iter().map(|fault| definition_line(lang, file, fault)).collect())
}

/// Every fault of a data table.
pub(crate) fn table_faults(lang: Lang, file: &str, faults: &[TableFault]) -> String {
    listed(lang, faults.iter().map(|fault| table_line(lang, file, fault)).collect())
}

/// Every cell of a sheet that cannot be read.
pub(crate) fn sheet_cells(lang: Lang, file: &str, cells: Vec<String>) -> String {
    listed(lang, cells.into_iter().map(|cell| format!("{file}: {} {cell}", lang.pick("ô", "cell"))).collect())
}

pub(super) fn listed(lang: Lang, lines: Vec<String>) -> String {
    let count = lines.len();
    counted(lang, lines, count)
}

/// The same where the lines are some of more faults: the heading counts all of them, listed or not.
pub(super) fn counted(lang: Lang, lines: Vec<String>, count: usize) -> String {
    let shown = lines.len().min(MOST_FAULTS);
    let head = lang.pick(format!("Có {count} lỗi:"), format!("{count} fault(s):"));
    let mut text = lines.into_iter().take(MOST_FAULTS).fold(head, |text, line| text + "\n  " + line.as_str());
    if let Some(more) = count.checked_sub(shown).filter(|more| *more > 0) {
        text.push_str(&lang.pick(format!("\n  … và {more} lỗi khác"), format!("\n  … and {more} more")));
    }
    text
}

fn definition_line(lang: Lang, file: &str, fault: &DefinitionFault) -> String {
    let DefinitionFault { line, rule, subject, detail } = fault;
    let words = index_words::definition_rule(*rule, detail, lang);
    let place = lang.pick("dòng", "line");
    let mut text = format!("{file}: {place} {line}: [{rule}] {subject}: {words}");
    if !detail.is_empty() {
        let _ = write!(text, " ({})", index_words::definition_detail(*rule, detail, lang));
    }
    text
}

fn table_line(lang: Lang, file: &str, fault: &TableFault) -> String {
    let words = match fault.rule {
        TableRule::NotCsv => lang.pick("không đọc được như bảng CSV có dòng tiêu đề", "cannot be read as CSV with a head"),
        TableRule::UnknownColumn => lang.pick("bộ chỉ số không có cột này", "the definition has no such column"),
        TableRule::MissingLeaf => lang.pick("thiếu số liệu của thành phần này", "this component is missing"),
        TableRule::NotANumber => lang.pick("không phải là số", "is not a number"),
        TableRule::TooManyDigits => {
            lang.pick("có nhiều chữ số hơn mức tính chính xác được (28 chữ số)", "has more digits than an exact decimal holds (28)")
        }
        TableRule::DecimalComma => {
            lang.pick("dùng dấu phẩy thập phân; tệp CSV phải dùng dấu chấm", "has a decimal comma; CSV files take a point")
        }
        TableRule::OutOfRange => lang.pick("nằm ngoài khoảng cho phép", "is outside the range"),
        TableRule::DuplicateUnit => lang.pick("đơn vị đã có ở dòng khác", "the unit stands in another row"),
        TableRule::DuplicateColumn => lang.pick("cột xuất hiện hai lần", "the column stands twice"),
        TableRule::MissingUnit => lang.pick("không xác định được đơn vị", "the unit cannot be told"),
        TableRule::RowLength => lang.pick("số ô khác với dòng tiêu đề", "the number of cells differs from the head"),
        TableRule::UnknownBand => lang.pick("kỳ này không có nhóm đó", "the edition has no such band"),
        TableRule::UnknownBlock => lang.pick("bộ chỉ số không có khối đơn vị đó", "the definition has no such block of units"),
        TableRule::MissingBlock => {
            lang.pick("đơn vị được xếp hạng trong khối nên phải có khối", "the unit is ranked within a block and must have one")
        }
        TableRule::OtherBlock => lang.pick(
            "đơn vị có số liệu của nội dung chỉ áp dụng cho khối khác; để trống ô này",
            "the unit has a value of what is for another block only; leave the cell empty",
        ),
        TableRule::UnknownWord => lang.pick("từ không nằm trong danh sách của cột này", "the word is not one of this column's"),
        TableRule::NotApplicable => lang.pick(
            "không thể đánh dấu không áp dụng: đã có số liệu, hoặc không có điểm tối đa, hoặc là nút tổng",
            "cannot be marked as not applicable: it has a value, or no maximum, or is the total",
        ),
    };
    let mut text = file.to_owned();
    if let Some(row) = fault.row {
        let _ = write!(text, ": {} {row}", lang.pick("dòng", "row"));
    }
    if let Some(column) = &fault.column {
        let _ = write!(text, ", {} {column}", lang.pick("cột", "column"));
    }
    if let Some(unit) = fault.unit.as_ref().filter(|unit| Some(*unit) != fault.value.as_ref()) {
        let _ = write!(text, " ({unit})");
    }
    let _ = write!(text, ": [{}]", fault.rule);
    if let Some(value) = &fault.value {
        let _ = write!(text, " “{value}”");
    }
    let _ = write!(text, " {words}");
    if let Some(expected) = &fault.expected {
        let label = match fault.rule {
            TableRule::DuplicateUnit => lang.pick("dòng", "row"),
            TableRule::DecimalComma => lang.pick("viết", "write"),
            _ => lang.pick("cho phép", "allowed"),
        };
        let _ = write!(text, " ({label}: {expected})");
    }
    text
}

fn sheet_line(lang: Lang, file: &str, fault: &SheetFault) -> String {
    let words = match fault.rule {
        SheetRule::NotCsv => lang.pick("không đọc được như bảng CSV", "cannot be read as CSV"),
        SheetRule::MissingColumn => lang.pick("thiếu cột", "the column is missing"),
        SheetRule::UnknownColumn => lang.pick("cột không có trong định dạng", "the format has no such column"),
        SheetRule::Empty => lang.pick("ô bắt buộc bị bỏ trống", "a required cell is empty"),
        SheetRule::UnknownWord => lang.pick("từ không nằm trong danh sách cho phép", "the word is not one of the list"),
        SheetRule::NotADate => lang.pick("không phải ngày dạng năm-tháng-ngày", "is not a date of the form year-month-day"),
        SheetRule::NotANumber => lang.pick("không phải số nguyên", "is not a whole number"),
        SheetRule::Duplicate => lang.pick("xuất hiện hai lần", "stands twice"),
        SheetRule::UnknownReference => lang.pick("trỏ tới mục không tồn tại", "names something that does not exist"),
        SheetRule::Overlap => lang.pick("thời gian hiệu lực chồng nhau hoặc bị ngược", "times overlap or are reversed"),
        SheetRule::CodeTwice => lang.pick("mã thuộc về hai đơn vị cùng một lúc", "the code belongs to two units at the same time"),
        SheetRule::ParentTime => {
            lang.pick("đơn vị cấp trên không có hiệu lực suốt thời gian này", "the parent is not valid for all of this time")
        }
    };
    let (place, column) = (lang.pick("dòng", "row"), lang.pick("cột", "column"));
    let mut text = format!("{file}: {place} {}, {column} {}: [{}] “{}” {words}", fault.row, fault.column, fault.rule.code(), fault.value);
    if !fault.expected.is_empty() {
        let _ = write!(text, " ({})", fault.expected);
    }
    text
}
