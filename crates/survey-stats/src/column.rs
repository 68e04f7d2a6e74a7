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
        let mut known: HashMap<String, u32> = HashMap::new();
        let mut levels = Vec::new();
        let mut codes = Vec::new();
        for label in labels {
            let label = label.as_ref();
            if label.is_empty() {
                codes.push(NO_LABEL);
                continue;
            }
            let code = known.get(label).copied().unwrap_or_else(|| {
                let code = u32::try_from(levels.len()).unwrap_or(NO_LABEL);
                known.insert(label.to_owned(), code);
                levels.push(label.to_owned());
                code
            });
            codes.push(code);
        }
        Self { name: name.into(), codes, levels }
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
