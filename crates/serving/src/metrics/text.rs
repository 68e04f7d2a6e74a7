//! The text exposition format 0.0.4, as Prometheus describes it in "Exposition formats".

use std::fmt::{self, Display, Write as _};

use super::{Family, Kind, Observed, Values};

pub(super) fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// Labels that begin with two underscores belong to Prometheus itself.
pub(super) fn is_label(name: &str) -> bool {
    is_name(name) && !name.starts_with("__")
}

pub(super) fn write(text: &mut String, name: &str, family: &Family) {
    let kind = match &family.values {
        Values::Counters(_) | Values::Asked { kind: Kind::Counter, .. } => "counter",
        Values::Gauges(_) | Values::Asked { kind: Kind::Gauge, .. } => "gauge",
        Values::Histograms(_) => "histogram",
    };
    let help = family.help.replace('\\', "\\\\").replace('\n', "\\n");
    let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    match &family.values {
        Values::Counters(counters) => {
            for (values, counter) in counters.0.all() {
                sample(text, name, &pairs(&counters.0.labels, &values), counter.get());
            }
        }
        Values::Gauges(gauges) => {
            let set = gauges.0.all().into_iter().map(|(values, gauge)| (values, gauge.get()));
            for (values, value) in set.filter(|(_, value)| !value.is_nan()) {
                sample(text, name, &pairs(&gauges.0.labels, &values), Number(value));
            }
        }
        Values::Histograms(histograms) => {
            for (values, histogram) in histograms.0.all() {
                write_histogram(text, name, &pairs(&histograms.0.labels, &values), &histogram.observed());
            }
        }
        Values::Asked { labels, ask, .. } => {
            let mut asked = ask();
            asked.sort_by(|one, other| one.0.cmp(&other.0));
            // The format forbids the same series twice.
            asked.dedup_by(|one, other| one.0 == other.0);
            for (values, value) in asked {
                sample(text, name, &pairs(labels, &values), Number(value));
            }
        }
    }
}

fn write_histogram(text: &mut String, name: &str, labels: &str, observed: &Observed) {
    let comma = if labels.is_empty() { "" } else { "," };
    let bucket = format!("{name}_bucket");
    let mut below = 0;
    for (index, count) in observed.counts.iter().enumerate() {
        below += count;
        let limit = observed.limits.get(index).copied().unwrap_or(f64::INFINITY);
        sample(text, &bucket, &format!("{labels}{comma}le=\"{}\"", Number(limit)), below);
    }
    sample(text, &format!("{name}_sum"), labels, Number(observed.sum));
    sample(text, &format!("{name}_count"), labels, below);
}

fn pairs(labels: &[&str], values: &[String]) -> String {
    let pairs: Vec<String> = labels.iter().zip(values).map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect();
    pairs.join(",")
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

fn sample(text: &mut String, name: &str, labels: &str, value: impl Display) {
    let _ = if labels.is_empty() { writeln!(text, "{name} {value}") } else { writeln!(text, "{name}{{{labels}}} {value}") };
}

/// A number as the format writes it.
struct Number(f64);

impl Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            value if value.is_nan() => f.write_str("NaN"),
            value if value.is_infinite() => f.write_str(if value > 0.0 { "+Inf" } else { "-Inf" }),
            value => write!(f, "{value}"),
        }
    }
}
