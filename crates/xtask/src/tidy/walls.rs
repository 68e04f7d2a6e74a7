//! The walls between the crates: which may know which.
//!
//! Engines know none of ours, nor do leaves, which speak to the world outside. `platform` knows
//! engines of text and time alone; `accounts`, `evidence` and `notices` stand on it, one upon the
//! other; `registry` knows the engines and the platform, `ui` the engine of text, `documents` what
//! `ui` knows and `ui`, `criteria-annex` what `documents` knows and `documents`, `official-document` the engine of text. A capability knows
//! all of these and no other capability; the program knows everything. What serves the tests is
//! known to tests alone.

use super::Fault;

const ENGINES: [&str; 6] = ["composite-index", "file-reading", "parquet-table", "survey-stats", "viet-text", "work-calendar"];
/// What speaks to other systems: mail servers, sign-in providers, browsers. They know none of ours.
const LEAVES: [&str; 3] = ["delivery", "openid", "serving"];
/// What every capability may build on.
const SHARED: [&str; 12] = [
    "accounts",
    "criteria-annex",
    "documents",
    "evidence",
    "index-words",
    "notices",
    "official-document",
    "openid",
    "platform",
    "registry",
    "ui",
    "web",
];
const PROGRAM: &str = "cchc";
/// Crates that are no part of the program.
const APART: [&str; 2] = ["test-support", "xtask"];

/// One dependency, as a manifest names it.
#[derive(Debug, PartialEq, Eq)]
struct Edge {
    to: String,
    line: usize,
    for_tests: bool,
}

/// Whether `name` is the manifest of one of our crates.
pub(super) fn is_manifest(name: &str) -> bool {
    folder_of(name).is_some()
}

fn folder_of(name: &str) -> Option<&str> {
    let folder = name.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
    (!folder.contains('/')).then_some(folder)
}

/// Checks all manifests together.
pub(super) fn check(manifests: &[(String, String)], faults: &mut Vec<Fault>) {
    let ours: Vec<&str> = manifests.iter().filter_map(|(name, _)| folder_of(name)).collect();
    for (name, content) in manifests {
        let Some(folder) = folder_of(name) else { continue };
        match package_name(content) {
            Some((_, package)) if package == folder => {}
            Some((line, package)) => faults.push(Fault::new(name, line, format!("the package `{package}` lies in the folder `{folder}`"))),
            None => faults.push(Fault::new(name, 0, "names no package")),
        }
        for edge in edges(content) {
            if ours.contains(&edge.to.as_str())
                && let Some(rule) = offence(folder, &edge)
            {
                faults.push(Fault::new(name, edge.line, rule));
            }
        }
    }
}

/// Why `from` may not know what `edge` leads to.
fn offence(from: &str, edge: &Edge) -> Option<String> {
    let to = edge.to.as_str();
    if to == "xtask" {
        return Some("wall: nothing builds on `xtask`".into());
    }
    if to == "test-support" {
        let rule = "wall: `test-support` belongs under [dev-dependencies]";
        return (!edge.for_tests).then(|| rule.into());
    }
    // A test may look over a wall, except at a capability or the program.
    if edge.for_tests && (ENGINES.contains(&to) || SHARED.contains(&to)) {
        return None;
    }
    (!may_know(from, to)).then(|| format!("wall: `{from}` must not know `{to}`"))
}

fn may_know(from: &str, to: &str) -> bool {
    match from {
        PROGRAM => !APART.contains(&to),
        "platform" => ["viet-text", "work-calendar"].contains(&to),
        "accounts" => ["platform", "viet-text"].contains(&to),
        "evidence" => ["accounts", "file-reading", "platform", "viet-text"].contains(&to),
        "notices" => ["accounts", "delivery", "platform", "viet-text", "work-calendar"].contains(&to),
        // What every page stands on knows all that pages may know.
        "web" => ENGINES.contains(&to) || SHARED.contains(&to) && to != "web",
        "registry" => ENGINES.contains(&to) || to == "platform",
        "official-document" | "ui" => to == "viet-text",
        "index-words" => ["composite-index", "ui"].contains(&to),
        "documents" => ["viet-text", "ui"].contains(&to),
        "criteria-annex" => ["documents", "viet-text", "ui"].contains(&to),
        _ if ENGINES.contains(&from) || LEAVES.contains(&from) || APART.contains(&from) => false,
        _ => ENGINES.contains(&to) || SHARED.contains(&to),
    }
}

fn package_name(content: &str) -> Option<(usize, String)> {
    let mut inside = false;
    for (index, line) in content.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            inside = line == "[package]";
        } else if inside
            && let Some((key, value)) = line.split_once('=')
            && key.trim() == "name"
        {
            return Some((index + 1, value.trim().trim_matches('"').to_owned()));
        }
    }
    None
}

/// The dependencies a manifest names, in every section that has some.
fn edges(content: &str) -> Vec<Edge> {
    let mut edges = Vec::new();
    let mut section: Option<bool> = None;
    for (index, line) in content.lines().enumerate() {
        let line = line.split(" #").next().unwrap_or(line).trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(header) = line.strip_prefix('[') {
            let header = header.trim_end_matches(']').trim();
            let (kind, name) = dependency_section(header);
            section = kind;
            if let (Some(for_tests), Some(name)) = (kind, name) {
                edges.push(Edge { to: name, line: index + 1, for_tests });
                section = None;
            }
            continue;
        }
        let Some(for_tests) = section else { continue };
        let Some((key, value)) = line.split_once('=') else { continue };
        let key = key.split('.').next().unwrap_or(key).trim().trim_matches('"');
        let to = renamed(value).unwrap_or(key).to_owned();
        edges.push(Edge { to, line: index + 1, for_tests });
    }
    edges
}

/// Whether a header opens dependencies: for tests or not, and of which crate if of one alone.
fn dependency_section(header: &str) -> (Option<bool>, Option<String>) {
    let kinds = [("dev-dependencies", true), ("build-dependencies", false), ("dependencies", false)];
    for (kind, for_tests) in kinds {
        if header == kind || header.starts_with("target.") && header.ends_with(&format!(".{kind}")) {
            return (Some(for_tests), None);
        }
        let opening = format!("{kind}.");
        let name = header.strip_prefix(&opening).or_else(|| {
            let inner = header.strip_prefix("target.")?;
            inner.split_once(&format!(".{opening}")).map(|(_, name)| name)
        });
        if let Some(name) = name {
            return (Some(for_tests), Some(name.trim_matches('"').to_owned()));
        }
    }
    (None, None)
}

/// The true name in `other = { package = "name", … }`.
fn renamed(value: &str) -> Option<&str> {
    let (_, rest) = value.split_once("package")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?;
    rest.split_once('"').map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(name: &str, rest: &str) -> (String, String) {
        (format!("crates/{name}/Cargo.toml"), format!("[package]\nname = \"{name}\"\n\n{rest}\n"))
    }

    fn faults_of(manifests: &[(String, String)]) -> Vec<String> {
        let mut faults = Vec::new();
        check(manifests, &mut faults);
        faults.iter().map(ToString::to_string).collect()
    }

    /// The faults of one edge from `from` to `to`.
    fn edge(from: &str, section: &str, to: &str) -> Vec<String> {
        let first = manifest(from, &format!("[{section}]\n{to}.workspace = true"));
        faults_of(&[first, manifest(to, "")])
    }

    #[test]
    fn allowed_edges_are_quiet() {
        for (from, to) in [
            ("platform", "viet-text"),
            ("platform", "work-calendar"),
            ("registry", "composite-index"),
            ("registry", "platform"),
            ("ui", "viet-text"),
            ("documents", "ui"),
            ("criteria-annex", "documents"),
            ("official-document", "viet-text"),
            ("portal", "official-document"),
            ("evidence", "accounts"),
            ("notices", "delivery"),
            ("portal", "registry"),
            ("portal", "documents"),
            ("portal", "survey-stats"),
            ("cchc", "portal"),
        ] {
            assert_eq!(edge(from, "dependencies", to), [""; 0], "{from} to {to}");
        }
    }

    #[test]
    fn forbidden_edges_name_file_line_and_rule() {
        for (from, to) in [
            ("viet-text", "composite-index"),
            ("composite-index", "platform"),
            ("platform", "composite-index"),
            ("registry", "ui"),
            ("ui", "registry"),
            ("documents", "registry"),
            ("criteria-annex", "composite-index"),
            ("official-document", "documents"),
            ("official-document", "file-reading"),
            ("registry", "official-document"),
            ("delivery", "platform"),
            ("platform", "accounts"),
            ("portal", "delivery"),
            ("portal", "steering"),
            ("registry", "portal"),
            ("portal", "cchc"),
            ("test-support", "platform"),
        ] {
            let found = edge(from, "dependencies", to);
            let wanted = format!("crates/{from}/Cargo.toml:5: wall: `{from}` must not know `{to}`");
            assert_eq!(found, [wanted]);
        }
    }

    #[test]
    fn test_support_serves_tests_alone() {
        assert_eq!(edge("portal", "dev-dependencies", "test-support"), [""; 0]);
        assert_eq!(edge("portal", "dependencies", "test-support").len(), 1);
        assert_eq!(edge("cchc", "build-dependencies", "test-support").len(), 1);
        assert_eq!(edge("portal", "dev-dependencies", "registry"), [""; 0]);
        assert_eq!(edge("portal", "dev-dependencies", "steering").len(), 1);
    }

    #[test]
    fn every_way_to_write_a_dependency_is_read() {
        let content = "[dependencies]\na = \"1\"\nb.workspace = true # why\n\
                       c = { package = \"d\", version = \"1\" }\n# e = 1\n\
                       [features]\nf = []\n[dependencies.g]\nversion = \"1\"\n\
                       [target.'cfg(unix)'.dev-dependencies]\n\"h\" = \"1\"\n\
                       [target.'cfg(unix)'.dependencies.i]\npath = \"x\"\n";
        let found: Vec<(String, usize, bool)> = edges(content).into_iter().map(|edge| (edge.to, edge.line, edge.for_tests)).collect();
        let wanted = [("a", 2, false), ("b", 3, false), ("d", 4, false), ("g", 8, false), ("h", 11, true), ("i", 12, false)];
        assert_eq!(found, wanted.map(|(to, line, tests)| (to.to_owned(), line, tests)));
    }

    #[test]
    fn a_package_has_the_name_of_its_folder() {
        let other = ("crates/one/Cargo.toml".to_owned(), manifest("two", "").1);
        assert_eq!(faults_of(&[other]), ["crates/one/Cargo.toml:2: the package `two` lies in the folder `one`"]);
    }

    #[test]
    fn only_manifests_of_our_crates_count() {
        assert!(is_manifest("crates/ui/Cargo.toml"));
        assert!(!is_manifest("Cargo.toml"));
        assert!(!is_manifest("crates/ui/tests/x/Cargo.toml"));
    }
}
