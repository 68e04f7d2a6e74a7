//! CSV: exact decimals with a point, ISO dates, nothing for a missing value.

use ui::Lang;
use ui::table::{Cell, DataTable};

/// A cell as exact text. Words that a spreadsheet would run as a formula get a leading apostrophe; figures never do.
fn exact(cell: &Cell, lang: Lang) -> String {
    match cell {
        Cell::Missing { .. } => String::new(),
        Cell::Date(date) => date.to_string(),
        Cell::Rank { rank, .. } => rank.to_string(),
        other => match other.value() {
            Some(value) => value.normalize().to_string(),
            None => harmless(&other.plain(lang)),
        },
    }
}

/// Text that no spreadsheet takes for a formula.
pub(crate) fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

fn write(table: &DataTable, head: Vec<String>, lang: Lang) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing into memory cannot fail, and every row has as many cells as there are columns.
    let _ = writer.write_record(&head);
    for row in &table.rows {
        let _ = writer.write_record(row.cells.iter().map(|cell| exact(cell, lang)));
    }
    writer.into_inner().unwrap_or_default()
}

/// A table for people: labels with units in the head, and the mark by which Excel knows UTF-8.
/// Decimals have a point in every language, so that the file reads the same everywhere.
#[must_use]
pub fn csv(table: &DataTable, lang: Lang) -> Vec<u8> {
    let label = |column: &ui::table::Column| match &column.unit {
        Some(unit) => format!("{} ({unit})", column.label),
        None => column.label.clone(),
    };
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    bytes.extend(write(table, table.columns.iter().map(label).collect(), lang));
    bytes
}

/// A table for programs: column keys in the head, no mark.
#[must_use]
pub fn csv_plain(table: &DataTable) -> Vec<u8> {
    write(table, table.columns.iter().map(|column| column.key.clone()).collect(), Lang::Vi)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ui::table::{Column, MissingReason, Row};

    fn table() -> DataTable {
        DataTable::new("t", "Bảng thử")
            .column(Column::header("unit", "Đơn vị"))
            .column(Column::number("score", "Điểm", 2).unit("điểm"))
            .row(Row::new(vec![Cell::text("Hà Nội, Thủ đô"), Cell::number("65.395000".parse().unwrap(), 2)]))
            .row(Row::new(vec![Cell::text("=HYPERLINK(\"x\")"), Cell::missing(MissingReason::NotAvailable)]))
            .row(Row::new(vec![Cell::text("-1"), Cell::number("-0.0000000000000000000000000001".parse().unwrap(), 2)]))
    }

    #[test]
    fn figures_are_exact_and_words_never_run() {
        let text = String::from_utf8(csv(&table(), Lang::Vi)).unwrap();
        assert_eq!(
            text,
            "\u{feff}Đơn vị,Điểm (điểm)\n\"Hà Nội, Thủ đô\",65.395\n\"'=HYPERLINK(\"\"x\"\")\",\n'-1,-0.0000000000000000000000000001\n"
        );
    }

    #[test]
    fn programs_read_keys() {
        let text = String::from_utf8(csv_plain(&table())).unwrap();
        assert!(text.starts_with("unit,score\n"), "{text}");
    }
}
