//! A reader of the text format 0.0.4 that keeps to its rules: what it refuses, Prometheus may refuse.

use std::collections::{BTreeMap, BTreeSet};

/// One sample.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) value: f64,
}

/// A family: its type and its samples.
#[derive(Debug, Default)]
pub(crate) struct Family {
    pub(crate) kind: String,
    pub(crate) help: String,
    pub(crate) samples: Vec<Sample>,
}

/// Reads a whole text, or says which rule it breaks.
pub(crate) fn read(text: &str) -> Result<BTreeMap<String, Family>, String> {
    if !text.is_empty() && !text.ends_with('\n') {
        return Err("the last line has no end".into());
    }
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let mut current = String::new();
    let mut series = BTreeSet::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap_or((rest, ""));
            if families.contains_key(name) {
                return Err(format!("{name} appears twice"));
            }
            families.insert(name.to_owned(), Family { help: help.to_owned(), ..Family::default() });
            name.clone_into(&mut current);
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').ok_or("a type without kind")?;
            if name != current || !["counter", "gauge", "histogram"].contains(&kind) {
                return Err(format!("type of {name} out of place, or unknown: {kind}"));
            }
            families.entry(name.to_owned()).or_default().kind = kind.to_owned();
        } else {
            let sample = sample(line)?;
            let base = [
                &sample.name,
                sample.name.trim_end_matches("_bucket"),
                sample.name.trim_end_matches("_sum"),
                sample.name.trim_end_matches("_count"),
            ]
            .into_iter()
            .any(|name| name == current);
            if !base {
                return Err(format!("{line}: not a sample of {current}"));
            }
            if !series.insert(format!("{}{:?}", sample.name, sample.labels)) {
                return Err(format!("{line}: the series stands twice"));
            }
            families.get_mut(&current).ok_or("a sample before its family")?.samples.push(sample);
        }
    }
    families.iter().try_for_each(|(name, family)| check(name, family))?;
    Ok(families)
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

fn sample(line: &str) -> Result<Sample, String> {
    let refuse = |why: &str| format!("{line}: {why}");
    let end = line.find(['{', ' ']).ok_or_else(|| refuse("no value"))?;
    let (name, mut rest) = line.split_at(end);
    if !is_name(name) {
        return Err(refuse("no name"));
    }
    let mut labels = BTreeMap::new();
    if let Some(inner) = rest.strip_prefix('{') {
        rest = inner;
        while !rest.starts_with('}') {
            let (label, after) = rest.split_once("=\"").ok_or_else(|| refuse("a label without value"))?;
            if !is_name(label) || label.starts_with("__") {
                return Err(refuse("a label without name"));
            }
            let (value, after) = quoted(after).ok_or_else(|| refuse("a value without end"))?;
            if labels.insert(label.to_owned(), value).is_some() {
                return Err(refuse("a label stands twice"));
            }
            rest = after.strip_prefix(',').unwrap_or(after);
        }
        rest = rest.strip_prefix('}').unwrap_or_default();
    }
    let value = rest.strip_prefix(' ').ok_or_else(|| refuse("no value"))?;
    let value = match value {
        "NaN" => f64::NAN,
        "+Inf" => f64::INFINITY,
        "-Inf" => f64::NEG_INFINITY,
        other => other.parse().map_err(|_| refuse("the value is no number"))?,
    };
    Ok(Sample { name: name.to_owned(), labels, value })
}

/// A value up to its closing quote, with its escapes undone.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((place, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, &text[place + 1..])),
            '\\' => value.push(match letters.next()?.1 {
                'n' => '\n',
                '\\' => '\\',
                '"' => '"',
                _ => return None,
            }),
            letter => value.push(letter),
        }
    }
    None
}

fn check(name: &str, family: &Family) -> Result<(), String> {
    if family.kind.is_empty() || family.help.is_empty() {
        return Err(format!("{name} has no type or no help"));
    }
    if family.kind == "counter" && (!name.ends_with("_total") || family.samples.iter().any(|sample| sample.value < 0.0)) {
        return Err(format!("{name} is no counter"));
    }
    if family.kind != "histogram" {
        return family.samples.iter().all(|sample| sample.name == name).then_some(()).ok_or(format!("{name} holds foreign samples"));
    }
    let mut groups: BTreeMap<String, Vec<&Sample>> = BTreeMap::new();
    for sample in &family.samples {
        let mut labels = sample.labels.clone();
        labels.remove("le");
        groups.entry(format!("{labels:?}")).or_default().push(sample);
    }
    for (labels, samples) in groups {
        let bucket = |sample: &&&Sample| sample.name == format!("{name}_bucket");
        let buckets: Vec<f64> = samples.iter().filter(bucket).map(|sample| sample.value).collect();
        let last = samples.iter().rfind(bucket).and_then(|sample| sample.labels.get("le").cloned());
        let count = samples.iter().find(|sample| sample.name == format!("{name}_count")).map(|sample| sample.value);
        let sum = samples.iter().any(|sample| sample.name == format!("{name}_sum"));
        let grow = buckets.windows(2).all(|two| two[0] <= two[1]);
        if !grow || last.as_deref() != Some("+Inf") || count != buckets.last().copied() || !sum {
            return Err(format!("{name}{labels} is no histogram"));
        }
    }
    Ok(())
}

#[test]
fn the_reader_refuses_what_breaks_the_rules() {
    let head = "# HELP a_total x\n# TYPE a_total counter\n";
    assert!(read(&format!("{head}a_total{{b=\"c\\\"\\\\\\n\"}} 1\n")).is_ok());
    for broken in [
        "a_total 1".to_owned(),
        format!("{head}a_total{{b=\"c\"}}\n"),
        format!("{head}a_total 1\na_total 1\n"),
        format!("{head}a_total -1\n"),
        format!("{head}b_total 1\n"),
        format!("{head}a_total{{b=\"c\\x\"}} 1\n"),
        format!("{head}{head}a_total 1\n"),
        format!("{head}a_total eins\n"),
        "# HELP h x\n# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n".to_owned(),
        "# HELP h x\n# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_sum 1\nh_count 2\n".to_owned(),
    ] {
        assert!(read(&broken).is_err(), "{broken}");
    }
}
