//! Copying a definition to a new year and telling two definitions apart.

use composite_index::{CopyError, Definition, DefinitionDifference, DefinitionRule, copy_definition, differences, read_definition};

use crate::working::HEAD;

const TREE: &str = r#"
[[figure]]
code = "done"
range = ["0", "100"]

[[node]]
code = "total"
aggregation = "sum-of-points"

# The plan comes first.
[[node]]
code = "plan"
parent = "total"
[node.rule]
kind = "brackets"
figure = "done"
bracket = [{ over = "90", points = "2" }, { from = "70", to = "90", points = "1" }, { under = "70", points = "0" }]

[[node]]
code = "reports"
parent = "total"
maximum = "3"

[[edition]]
year = 2024
tolerance = "0.01"
[[edition.band]]
code = "A"
name = { vi = "A", en = "A" }
from = "4"
basis = "published"
[[edition.band]]
code = "rest"
name = { vi = "Khác", en = "Rest" }
basis = "published"
[[edition.known_exception]]
text = { vi = "x", en = "x" }

[[break]]
year = 2024
kind = "tree"
comparable = false
text = { vi = "x", en = "x" }
"#;

fn set() -> String {
    format!("# The set of a province, made up.\n{}{TREE}", HEAD.replace("id = \"x\"", "id = \"set-2024\""))
}

fn definition(text: &str) -> Definition {
    read_definition(text).unwrap_or_else(|faults| panic!("{faults:#?}\n{text}"))
}

fn lines(found: &[DefinitionDifference]) -> Vec<String> {
    let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".into());
    found.iter().map(|one| format!("{} {}: {} -> {}", one.code, one.kind.word(), side(&one.before), side(&one.after))).collect()
}

#[test]
fn a_copy_keeps_the_set_and_leaves_the_year_behind() {
    let text = copy_definition(&set(), "set-2025", 2025).unwrap();
    let (before, after) = (definition(&set()), definition(&text));
    assert_eq!(differences(&before, &after), []);
    assert_eq!((after.id.as_str(), after.editions.len(), after.breaks.len()), ("set-2025", 1, 0));
    let edition = &after.editions[0];
    assert_eq!((edition.year, edition.bands.len(), edition.tolerance, edition.known_exceptions.len()), (2025, 2, None, 0));
    assert!(text.contains("# The plan comes first.") && text.starts_with("# The set of a province, made up."));
}

/// The set with the tables that belong to programs, at the top and at every node.
fn with_tables_of_programs(top: &str, node: &str) -> String {
    let nodes_end = "[[edition]]\nyear";
    let at_nodes = set()
        .replace("\n# The plan", &format!("{node}\n# The plan"))
        .replace("\n[[node]]\ncode = \"reports\"", &format!("{node}\n[[node]]\ncode = \"reports\""));
    at_nodes.replace(&format!("\n{nodes_end}"), &format!("{node}\n{top}\n{nodes_end}"))
}

#[test]
fn tables_of_programs_are_left_alone_and_copied() {
    let top =
        "[set]\nlevel = 3\nany = { kind = [1, 2.5, true] } # as the program likes\n[set.edition]\nformat = \"x\"\n[[set.node]]\nid = 1\n";
    let node = "[node.asks]\nwho = [\"Sở Nội vụ\"] # asked first\ncode = 7\n[node.asks.rule]\nkind = \"none of the engine\"\n";
    let text = with_tables_of_programs(top, node);
    assert_eq!(text.matches(node).count(), 3);
    assert_eq!(definition(&text), definition(&set()));
    let copied = copy_definition(&text, "set-2025", 2025).unwrap();
    assert!(copied.contains(top), "{copied}");
    assert_eq!(copied.matches(node).count(), 3, "{copied}");
    assert_eq!(definition(&copied), definition(&copy_definition(&set(), "set-2025", 2025).unwrap()));
    assert_eq!(definition(&with_tables_of_programs("[[set]]\nid = 1\n", "[[node.asks]]\n")), definition(&set()));
}

#[test]
fn each_table_of_programs_has_one_place() {
    for (top, node) in [("[sets]\n", ""), ("[asks]\n", ""), ("", "[node.ask]\n"), ("", "[node.set]\n"), ("[computation.set]\n", "")] {
        let faults = read_definition(&with_tables_of_programs(top, node)).unwrap_err();
        assert!(faults.iter().all(|fault| fault.rule == DefinitionRule::UnknownKey), "{top}{node}: {faults:?}");
    }
}

#[test]
fn what_cannot_be_copied_says_why() {
    assert_eq!(copy_definition(&set(), "set-2025", 2024), Err(CopyError::YearTaken(2024)));
    assert_eq!(copy_definition(&set(), "set-2024", 2025), Err(CopyError::SameId("set-2024".into())));
    assert!(matches!(copy_definition("id = 1", "x", 2025), Err(CopyError::Faults(faults)) if faults.len() > 3));
}

#[test]
fn every_kind_of_difference_is_told_by_code() {
    let changed = set()
        .replace("over = \"90\", points = \"2\"", "over = \"95\", points = \"2\"")
        .replace("to = \"90\"", "to = \"95\"")
        .replace("maximum = \"3\"", "maximum = \"6\"\nrole = \"points\"\ncap = \"5\"\nname = { vi = \"Báo cáo\", en = \"Reports\" }")
        .replace("tie_rule = \"competition\"", "tie_rule = \"dense\"")
        .replace("range = [\"0\", \"100\"]", "range = [\"0\", \"100\"]\nunit = \"%\"")
        .replace("[[edition]]\nyear", "[[node]]\ncode = \"bonus\"\nparent = \"total\"\nrole = \"bonus\"\n\n[[edition]]\nyear");
    assert_eq!(
        lines(&differences(&definition(&set()), &definition(&changed))),
        [
            " computation: higher-is-better, competition, unrounded, all, missing no-result, 2 decimals -> \
             higher-is-better, dense, unrounded, all, missing no-result, 2 decimals",
            "done figure: number, 0 – 100 -> number, %, 0 – 100",
            "total maximum: 5 -> 8",
            "plan rule: brackets done [< 70: 0; ≥ 70 ≤ 90: 1; > 90: 2] -> brackets done [< 70: 0; ≥ 70 ≤ 95: 1; > 95: 2]",
            "plan share: 0.4 -> 0.25",
            "reports name: – -> Báo cáo / Reports",
            "reports maximum: 3 -> 6",
            "reports bounds: points, higher-is-better -> points, higher-is-better, cap 5",
            "reports share: 0.6 -> 0.75",
            "bonus added: – -> total",
        ]
    );
}

#[test]
fn moved_and_removed_nodes_are_told() {
    let nested = set().replace(
        "code = \"reports\"\nparent = \"total\"\nmaximum = \"3\"",
        "code = \"area\"\nparent = \"total\"\naggregation = \"sum-of-points\"\n[[node]]\ncode = \"reports\"\nparent = \"area\"\nmaximum = \"3\"",
    );
    let found = lines(&differences(&definition(&set()), &definition(&nested)));
    assert_eq!(found, ["area added: – -> total", "reports parent: total -> area", "reports order: after plan -> "]);
    let back = lines(&differences(&definition(&nested), &definition(&set())));
    assert_eq!(back, ["reports parent: area -> total", "reports order:  -> after plan", "area removed: total -> –"]);
}
