//! The criteria sets that come with the program: samples, and official ones as far as they were seen.

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../catalogue/criteria"]
#[include = "*.toml"]
struct Shipped;

/// Every shipped set: name of the file, text; in the order of names.
#[must_use]
pub fn shipped_sets() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Shipped::iter()
        .filter_map(|name| Some((name.to_string(), String::from_utf8(Shipped::get(&name)?.data.into_owned()).ok()?)))
        .collect();
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::set::{SetKind, read_set};

    #[test]
    fn every_shipped_set_reads_and_says_what_it_is() {
        let files = shipped_sets();
        assert!(files.len() >= 14, "{} files", files.len());
        let mut kinds = BTreeSet::new();
        for (name, text) in &files {
            let set = read_set(text).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
            assert_ne!(set.head.kind, SetKind::Own, "{name}");
            assert!(set.head.kind != SetKind::Sourced || set.head.partial.is_some(), "{name} was not seen whole and must say so");
            assert!(set.head.kind != SetKind::Sample || set.definition.name.vi.contains("mẫu"), "{name} must be called a sample");
            assert_eq!(format!("{}.toml", set.definition.id), *name);
            if set.head.kind == SetKind::Sample {
                kinds.extend(set.leaves().iter().filter_map(|leaf| set.definition.nodes[*leaf].rule.as_ref().map(|rule| rule.word())));
            }
        }
        let all = ["brackets", "checklist", "choice", "external", "formula", "linear", "per-case", "survey", "yes-no"];
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), all);
    }
}
