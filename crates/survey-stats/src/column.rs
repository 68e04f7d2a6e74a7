//! Columns of a sample: figures with gaps, and labels.

use std::collections::HashMap;

/// A named column of figures; NaN marks a missing one.
#[derive(Debug, Clone)]
pub struct Column {
    pub(crate) name: String,
    pub(crate) values: Vec<f64>,
}

impl Column {
    /// A column of figures. NaN means that the figure is missing; it never enters a sum.
    pub fn new(name: impl Into<String>, values: Vec<f64>) -> Self {
        Self { name: name.into(), values }
    }

    /// A column with gaps.
    pub fn with_gaps(name: impl Into<String>, values: impl IntoIterator<Item = Option<f64>>) -> Self {
        Self::new(name, values.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect())
    }

    /// Name of the column.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The figures, NaN where one is missing.
    pub fn values(&self) -> &[f64] {
        &self.values
    }
}

/// Code of a row without label.
pub(crate) const NO_LABEL: u32 = u32::MAX;

/// A named column of labels: strata, clusters, groups. An empty text is a missing label.
#[derive(Debug, Clone)]
pub struct Labels {
    pub(crate) name: String,
    pub(crate) codes: Vec<u32>,
    pub(crate) levels: Vec<String>,
}

impl Labels {
    /// A column of labels; the levels stand in the order in which they are first met.
    pub fn new<T: AsRef<str>>(name: impl Into<String>, labels: impl IntoIterator<Item = T>) -> Self {
        let mut builder = LabelsBuilder::with_rows(0);
        labels.into_iter().for_each(|label| builder.push(label.as_ref()));
        builder.named(name)
    }

    /// The level of each row, by its place among the levels; none where there is no label.
    pub fn places(&self) -> impl Iterator<Item = Option<usize>> {
        self.codes.iter().map(|&code| (code != NO_LABEL).then_some(code as usize))
    }

    /// Name of the column.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The different labels, in the order in which they are first met.
    pub fn levels(&self) -> &[String] {
        &self.levels
    }

    /// The label of each row, empty where there is none.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.codes.iter().map(|&code| self.level(code))
    }

    /// 1 for rows with this label, 0 for other labels, NaN for rows without one.
    pub fn indicator(&self, level: &str) -> Vec<f64> {
        let code = self.levels.iter().position(|known| known == level).and_then(|code| u32::try_from(code).ok());
        let mark = |&here: &u32| if here == NO_LABEL { f64::NAN } else { f64::from(u8::from(Some(here) == code)) };
        self.codes.iter().map(mark).collect()
    }

    pub(crate) fn level(&self, code: u32) -> &str {
        self.levels.get(code as usize).map_or("", String::as_str)
    }
}

/// Labels row by row. Answers of one letter and runs of the same label are found without a search.
pub(crate) struct LabelsBuilder {
    codes: Vec<u32>,
    levels: Vec<String>,
    known: HashMap<String, u32>,
    letters: [u32; 128],
    last: u32,
}

impl LabelsBuilder {
    pub(crate) fn with_rows(rows: usize) -> Self {
        Self { codes: Vec::with_capacity(rows), levels: Vec::new(), known: HashMap::new(), letters: [NO_LABEL; 128], last: NO_LABEL }
    }

    pub(crate) fn push(&mut self, label: &str) {
        let code = match label.as_bytes() {
            [] => NO_LABEL,
            &[letter] if letter < 128 => {
                let known = self.letters[usize::from(letter)];
                if known == NO_LABEL { self.search(label) } else { known }
            }
            bytes if self.levels.get(self.last as usize).is_some_and(|level| level.as_bytes() == bytes) => self.last,
            _ => self.search(label),
        };
        if code != NO_LABEL {
            self.last = code;
        }
        self.codes.push(code);
    }

    fn search(&mut self, label: &str) -> u32 {
        if let Some(&code) = self.known.get(label) {
            return code;
        }
        let code = u32::try_from(self.levels.len()).unwrap_or(NO_LABEL);
        self.known.insert(label.to_owned(), code);
        self.levels.push(label.to_owned());
        if let &[letter @ 0..128] = label.as_bytes() {
            self.letters[usize::from(letter)] = code;
        }
        code
    }

    pub(crate) fn named(self, name: impl Into<String>) -> Labels {
        Labels { name: name.into(), codes: self.codes, levels: self.levels }
    }
}
