//! CSV tables of the tests as columns.

use std::collections::BTreeMap;
use std::path::Path;

use survey_stats::{Column, Labels};

/// A table as text, column by column.
pub(crate) struct Table {
    columns: BTreeMap<String, Vec<String>>,
    pub(crate) rows: usize,
}

impl Table {
    pub(crate) fn read(path: &Path) -> Self {
        let mut reader = csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let names: Vec<String> = reader.headers().expect("a heading").iter().map(str::to_owned).collect();
        let mut columns: BTreeMap<String, Vec<String>> = names.iter().map(|name| (name.clone(), Vec::new())).collect();
        let mut rows = 0;
        for record in reader.records() {
            let record = record.expect("a row");
            for (name, field) in names.iter().zip(&record) {
                columns.get_mut(name).expect("a column").push(field.to_owned());
            }
            rows += 1;
        }
        Self { columns, rows }
    }

    pub(crate) fn text(&self, name: &str) -> &[String] {
        self.columns.get(name).unwrap_or_else(|| panic!("no column {name}"))
    }

    pub(crate) fn column(&self, name: &str) -> Column {
        Column::with_gaps(name, self.text(name).iter().map(|text| text.trim().parse().ok()))
    }

    pub(crate) fn labels(&self, name: &str) -> Labels {
        Labels::new(name, self.text(name))
    }

    pub(crate) fn marks(&self, name: &str) -> Vec<bool> {
        self.text(name).iter().map(|text| text == "1").collect()
    }
}
