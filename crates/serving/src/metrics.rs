//! Measurements for Prometheus: counters, gauges and histograms, written in the text exposition format 0.0.4.
//!
//! Values never carry what a person typed: labels are fixed at registration, their values come from the program,
//! and one measurement holds at most [`MOST_SERIES`] combinations; all further ones are counted under `other`.

mod http;
mod process;
mod text;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

pub(crate) use http::{HttpMeasures, method};
pub use process::register as register_process;

/// The type of the text format, for the header of the answer.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The most combinations of labels one measurement holds.
pub const MOST_SERIES: usize = 2000;

/// All measurements of a program. Cloning shares them.
#[derive(Debug, Clone, Default)]
pub struct Registry(Arc<Mutex<BTreeMap<String, Family>>>);

/// Why a measurement cannot be registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetricError {
    /// The name is not one that Prometheus takes, or a counter's does not end in `_total`.
    #[error("`{name}` is no name for this kind of measurement")]
    BadName {
        /// The name.
        name: String,
    },
    /// A label is not one that Prometheus takes.
    #[error("`{label}` is no name for a label")]
    BadLabel {
        /// The label.
        label: String,
    },
    /// The limits of a histogram do not grow.
    #[error("the limits of the histogram `{name}` do not grow")]
    BadLimits {
        /// The name.
        name: String,
    },
    /// Something else was registered under this name.
    #[error("`{name}` is registered already")]
    Twice {
        /// The name.
        name: String,
    },
}

#[derive(Debug)]
struct Family {
    help: String,
    values: Values,
}

enum Values {
    Counters(CounterFamily),
    Gauges(GaugeFamily),
    Histograms(HistogramFamily),
    Asked { kind: Kind, labels: Vec<&'static str>, ask: Ask },
}

type Ask = Box<dyn Fn() -> Vec<Asked> + Send + Sync>;

/// One value that is found out when it is asked for: the values of the labels, and the value.
pub type Asked = (Vec<String>, f64);

/// Whether a value that is asked for only grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows while the program runs.
    Counter,
    /// Goes up and down.
    Gauge,
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Counters(_) => "Counters",
            Self::Gauges(_) => "Gauges",
            Self::Histograms(_) => "Histograms",
            Self::Asked { .. } => "Asked",
        })
    }
}

/// Cells by the values of their labels.
#[derive(Debug)]
struct Series<C> {
    labels: Vec<&'static str>,
    cells: RwLock<BTreeMap<Vec<String>, C>>,
}

impl<C: Clone> Series<C> {
    fn new(labels: &[&'static str]) -> Arc<Self> {
        Arc::new(Self { labels: labels.to_vec(), cells: RwLock::new(BTreeMap::new()) })
    }

    /// The cell of these label values; missing values are empty, surplus ones are dropped.
    fn cell(&self, values: &[&str], fresh: impl FnOnce() -> C) -> C {
        let mut key: Vec<String> = values.iter().map(ToString::to_string).collect();
        key.resize(self.labels.len(), String::new());
        if let Some(cell) = self.cells.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return cell.clone();
        }
        let mut cells = self.cells.write().unwrap_or_else(PoisonError::into_inner);
        if cells.len() >= MOST_SERIES && !cells.contains_key(&key) {
            key = vec!["other".to_owned(); self.labels.len()];
        }
        cells.entry(key).or_insert_with(fresh).clone()
    }

    fn all(&self) -> Vec<(Vec<String>, C)> {
        let cells = self.cells.read().unwrap_or_else(PoisonError::into_inner);
        cells.iter().map(|(key, cell)| (key.clone(), cell.clone())).collect()
    }
}

/// A number that only grows.
#[derive(Debug, Clone, Default)]
pub struct Counter(Arc<AtomicU64>);

impl Counter {
    /// Adds to it.
    pub fn add(&self, by: u64) {
        self.0.fetch_add(by, Ordering::Relaxed);
    }

    /// What it stands at.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A number that goes up and down; says nothing until it is set.
#[derive(Debug, Clone)]
pub struct Gauge(Arc<AtomicU64>);

impl Gauge {
    fn unset() -> Self {
        Self(Arc::new(AtomicU64::new(f64::NAN.to_bits())))
    }

    /// Sets it.
    pub fn set(&self, value: f64) {
        self.0.store(value.to_bits(), Ordering::Relaxed);
    }

    /// Adds to it, from 0 on if it was never set.
    pub fn add(&self, by: f64) {
        let change = |bits| {
            let value = f64::from_bits(bits);
            Some((if value.is_nan() { by } else { value + by }).to_bits())
        };
        // The change always answers, so there is no error to tell.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, change);
    }

    /// What it stands at; not a number until it is set.
    #[must_use]
    pub fn get(&self) -> f64 {
        f64::from_bits(self.0.load(Ordering::Relaxed))
    }
}

/// How many values fell below each limit.
#[derive(Debug, Clone)]
pub struct Histogram(Arc<Mutex<Observed>>);

#[derive(Debug, Clone)]
struct Observed {
    limits: Arc<[f64]>,
    /// One for each limit and one above the last, each without those below.
    counts: Vec<u64>,
    sum: f64,
}

impl Histogram {
    fn new(limits: &Arc<[f64]>) -> Self {
        let counts = vec![0; limits.len() + 1];
        Self(Arc::new(Mutex::new(Observed { limits: Arc::clone(limits), counts, sum: 0.0 })))
    }

    /// Takes a value in.
    pub fn observe(&self, value: f64) {
        let mut observed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = observed.limits.partition_point(|limit| *limit < value);
        if let Some(count) = observed.counts.get_mut(place) {
            *count += 1;
        }
        observed.sum += value;
    }

    fn observed(&self) -> Observed {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Counters that differ in their labels.
#[derive(Debug, Clone)]
pub struct CounterFamily(Arc<Series<Counter>>);

impl CounterFamily {
    /// The counter of these label values, in the order of registration.
    #[must_use]
    pub fn with(&self, values: &[&str]) -> Counter {
        self.0.cell(values, Counter::default)
    }
}

/// Gauges that differ in their labels.
#[derive(Debug, Clone)]
pub struct GaugeFamily(Arc<Series<Gauge>>);

impl GaugeFamily {
    /// The gauge of these label values, in the order of registration.
    #[must_use]
    pub fn with(&self, values: &[&str]) -> Gauge {
        self.0.cell(values, Gauge::unset)
    }
}

/// Histograms that differ in their labels.
#[derive(Debug, Clone)]
pub struct HistogramFamily(Arc<Series<Histogram>>, Arc<[f64]>);

impl HistogramFamily {
    /// The histogram of these label values, in the order of registration.
    #[must_use]
    pub fn with(&self, values: &[&str]) -> Histogram {
        self.0.cell(values, || Histogram::new(&self.1))
    }
}

impl Registry {
    /// Counters with these labels; the name ends in `_total`.
    ///
    /// # Errors
    /// When name or labels are none that Prometheus takes, or the name is taken.
    pub fn counters(&self, name: &str, help: &str, labels: &[&'static str]) -> Result<CounterFamily, MetricError> {
        let family = CounterFamily(Series::new(labels));
        self.register(name, help, labels, Values::Counters(family.clone()))?;
        Ok(family)
    }

    /// One counter without labels, at 0 from the beginning.
    ///
    /// # Errors
    /// As [`Registry::counters`].
    pub fn counter(&self, name: &str, help: &str) -> Result<Counter, MetricError> {
        Ok(self.counters(name, help, &[])?.with(&[]))
    }

    /// Gauges with these labels.
    ///
    /// # Errors
    /// When name or labels are none that Prometheus takes, or the name is taken.
    pub fn gauges(&self, name: &str, help: &str, labels: &[&'static str]) -> Result<GaugeFamily, MetricError> {
        let family = GaugeFamily(Series::new(labels));
        self.register(name, help, labels, Values::Gauges(family.clone()))?;
        Ok(family)
    }

    /// One gauge without labels.
    ///
    /// # Errors
    /// As [`Registry::gauges`].
    pub fn gauge(&self, name: &str, help: &str) -> Result<Gauge, MetricError> {
        Ok(self.gauges(name, help, &[])?.with(&[]))
    }

    /// Histograms with these labels and upper limits, which grow; the last, infinite one is added.
    ///
    /// # Errors
    /// When name, labels or limits are none that Prometheus takes, or the name is taken.
    pub fn histograms(&self, name: &str, help: &str, labels: &[&'static str], limits: &[f64]) -> Result<HistogramFamily, MetricError> {
        let grow = limits.iter().zip(limits.iter().skip(1)).all(|(one, next)| one < next);
        if !grow || limits.iter().any(|limit| !limit.is_finite()) {
            return Err(MetricError::BadLimits { name: name.to_owned() });
        }
        if let Some(label) = labels.iter().find(|label| **label == "le") {
            return Err(MetricError::BadLabel { label: (*label).to_owned() });
        }
        let family = HistogramFamily(Series::new(labels), limits.into());
        self.register(name, help, labels, Values::Histograms(family.clone()))?;
        Ok(family)
    }

    /// Values that are found out when they are asked for; `ask` is called at each scrape and must not wait.
    ///
    /// # Errors
    /// When name or labels are none that Prometheus takes, or the name is taken.
    pub fn ask(
        &self,
        kind: Kind,
        name: &str,
        help: &str,
        labels: &[&'static str],
        ask: impl Fn() -> Vec<Asked> + Send + Sync + 'static,
    ) -> Result<(), MetricError> {
        self.register(name, help, labels, Values::Asked { kind, labels: labels.to_vec(), ask: Box::new(ask) })
    }

    /// Which build runs: `<program>_build_info` with the value 1.
    ///
    /// # Errors
    /// When the name of the program is none that Prometheus takes.
    pub fn build(&self, program: &str, version: &str) -> Result<(), MetricError> {
        let build = self.gauges(&format!("{program}_build_info"), "Version of the running program.", &["version"])?;
        build.with(&[version]).set(1.0);
        Ok(())
    }

    /// All measurements in the text format, in the order of their names.
    #[must_use]
    pub fn text(&self) -> String {
        let families = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        for (name, family) in families.iter() {
            text::write(&mut text, name, family);
        }
        text
    }

    fn register(&self, name: &str, help: &str, labels: &[&str], values: Values) -> Result<(), MetricError> {
        let counts = matches!(values, Values::Counters(_) | Values::Asked { kind: Kind::Counter, .. });
        if !text::is_name(name) || counts != name.ends_with("_total") {
            return Err(MetricError::BadName { name: name.to_owned() });
        }
        if let Some(label) = labels.iter().find(|label| !text::is_label(label)) {
            return Err(MetricError::BadLabel { label: (*label).to_owned() });
        }
        let mut families = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if families.contains_key(name) {
            return Err(MetricError::Twice { name: name.to_owned() });
        }
        families.insert(name.to_owned(), Family { help: help.to_owned(), values });
        Ok(())
    }
}
