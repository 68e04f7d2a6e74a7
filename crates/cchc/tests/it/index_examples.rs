//! The examples of the documents: every file and every command runs and prints what stands there.
//!
//! `UPDATE_EXPECT=1 cargo test -p cchc index_examples` writes what the commands print into the documents; read the change before it is kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn document(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats").join(name)
}

/// What a command of the document prints, on both streams.
fn printed(command: &str, folder: &Path) -> String {
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("cchc"), "{command}");
    let output = Command::new(env!("CARGO_BIN_EXE_cchc")).args(words).current_dir(folder).output().expect("the program runs");
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).expect("UTF-8").trim_end().to_owned()
}

/// The document with what its commands print now. A box whose first word is a kind of file and whose second one is a name is that file.
fn with_results(text: &str) -> (String, usize) {
    let mut folder = tempfile::tempdir().expect("a folder");
    let (mut written, mut commands) = (String::new(), 0);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        written += &format!("{line}\n");
        if line.starts_with("## ") {
            folder = tempfile::tempdir().expect("a folder");
        }
        let Some(heading) = line.strip_prefix("```") else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match heading.split_once(' ') {
            Some((_, name)) => fs::write(folder.path().join(name), body.join("\n") + "\n").expect("written"),
            None => assert_eq!(heading, "console", "a box without a name"),
        }
        if heading == "console" {
            for command in body.iter().filter_map(|line| line.strip_prefix("$ ")) {
                commands += 1;
                written += &format!("$ {command}\n{}\n", printed(command, folder.path()));
            }
        } else {
            body.iter().for_each(|line| written += &format!("{line}\n"));
        }
        written += "```\n";
    }
    (written, commands)
}

#[test]
fn every_worked_example_prints_what_stands_there() {
    for (name, least) in [("index-examples-points.md", 18), ("index-examples-indicators.md", 16)] {
        let text = fs::read_to_string(document(name)).expect("the document");
        let (now, commands) = with_results(&text);
        assert!(commands >= least, "{name}: {commands} commands");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(document(name), now).expect("written");
        } else {
            assert!(now == text, "{name} says something else:\n{now}");
        }
    }
}

#[test]
fn every_definition_in_the_description_of_the_format_is_one() {
    let text = fs::read_to_string(document("index-definition.md")).expect("the document");
    let folder = tempfile::tempdir().expect("a folder");
    let boxes: Vec<&str> = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!boxes.is_empty());
    for definition in boxes {
        fs::write(folder.path().join("index.toml"), definition).expect("written");
        let said = printed("cchc --lang en index check --definition index.toml", folder.path());
        assert!(said.contains("the definition is valid"), "{said}\n{definition}");
    }
}

#[test]
fn every_rule_has_a_worked_example() {
    let text: String = ["index-examples-points.md", "index-examples-indicators.md"]
        .iter()
        .map(|name| fs::read_to_string(document(name)).expect("the document"))
        .collect();
    let kinds = ["brackets", "linear", "yes-no", "checklist", "choice", "formula", "survey", "external", "per-case"];
    let methods = [
        "min-max",
        "z-score",
        "rank",
        "percentile-rank",
        "borda",
        "distance-to-maximum",
        "distance-to-target",
        "distance-to-reference",
        "categorical",
    ];
    let aggregations = ["sum-of-points", "weighted-mean", "geometric-mean", "harmonic-mean", "power-mean", "minimum", "copeland"];
    for (key, words) in [("kind", &kinds[..]), ("method", &methods[..]), ("aggregation", &aggregations[..])] {
        for word in words {
            assert!(text.contains(&format!("{key} = \"{word}\"")), "{key} {word}");
        }
    }
}
