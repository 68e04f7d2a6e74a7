//! Text cases: `tests/suite/*.txt`, each a definition, a table and what the engine must say of them.
//!
//! `UPDATE_EXPECT=1 cargo test -p composite-index` writes what the engine says into the files; read the change before it is kept.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use composite_index::{DefinitionRule, TableRule, read_definition};

use crate::{show, working};

/// Keys that every definition has and that say nothing about the case.
const HEAD: &str = r#"format = "cchc-index-definition/1"
id = "case"
index = "case"
name = { vi = "Chỉ số", en = "Index" }
summary = { vi = "Tóm tắt", en = "Summary" }
unit_level = "province"
status = "read"
"#;
const COMPUTATION: &str = r#"
[computation]
rank_direction = "higher-is-better"
tie_rule = "competition"
rank_on = "unrounded"
missing = "no-result"
"#;

/// A section of a case: its heading without the dashes, and its lines.
struct Section {
    heading: String,
    body: String,
}

struct Case {
    name: String,
    sections: Vec<Section>,
}

/// The text of a file, cut into the words before the first case and the cases.
fn cut(text: &str) -> (String, Vec<Case>) {
    let (mut before, mut cases) = (String::new(), Vec::<Case>::new());
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        if let Some(name) = bare.strip_prefix("=== ") {
            cases.push(Case { name: name.to_owned(), sections: Vec::new() });
        } else if let (Some(heading), Some(case)) = (bare.strip_prefix("--- "), cases.last_mut()) {
            case.sections.push(Section { heading: heading.to_owned(), body: String::new() });
        } else {
            match cases.last_mut().and_then(|case| case.sections.last_mut()) {
                Some(section) => section.body += line,
                None => before += line,
            }
        }
    }
    (before, cases)
}

impl Case {
    fn section(&self, word: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.heading.split_whitespace().next() == Some(word))
    }

    /// The definition with what the case leaves out, and the number of lines put in front.
    fn definition(&self) -> (String, usize) {
        let section = self.section("definition").unwrap_or_else(|| panic!("{}: no definition", self.name));
        if section.heading.contains("as it stands") {
            return (section.body.clone(), 0);
        }
        let mut head = HEAD.to_owned();
        if !section.body.starts_with("decimals") {
            head += "decimals = 2\n";
        }
        let computation = if section.body.contains("[computation]") { "" } else { COMPUTATION };
        (format!("{head}{}{computation}", section.body), head.lines().count())
    }

    fn run(&self) -> String {
        let (text, lines_before) = self.definition();
        let definition = match read_definition(&text) {
            Ok(definition) => definition,
            Err(faults) => return show::definition_faults(&faults, lines_before),
        };
        let Some(table) = self.section("table") else { return show::tree(&definition) };
        let words = table.heading.split_whitespace().skip(1);
        let (mut csv, mut edition) = (table.body.clone(), None);
        for word in words {
            match word {
                "CRLF" => csv = csv.replace('\n', "\r\n"),
                "CR" => csv = csv.replace('\n', "\r"),
                "BOM" => csv.insert(0, '\u{feff}'),
                "unended" => csv.truncate(csv.trim_end().len()),
                year => {
                    edition = Some(definition.edition(year.parse().unwrap()).unwrap_or_else(|| panic!("{}: no edition {year}", self.name)))
                }
            }
        }
        let past: Vec<(i32, &str)> = self
            .sections
            .iter()
            .filter_map(|section| Some((section.heading.strip_prefix("past ")?.parse().unwrap(), section.body.as_str())))
            .collect();
        let working = self.section("explain").map(|section| section.heading.trim_start_matches("explain").trim());
        show::table_report(&definition, edition, &csv, &past)
            + &working.map(|unit| working::report(&definition, &csv, unit)).unwrap_or_default()
    }
}

fn suite_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "txt"));
    files.sort();
    files
}

/// The text of the definition of every case, with the name of the case.
pub(crate) fn definition_texts() -> Vec<(String, String)> {
    let cases = suite_files().into_iter().flat_map(|file| cut(&fs::read_to_string(file).unwrap()).1);
    cases.map(|case| (case.name.clone(), case.definition().0)).collect()
}

/// Runs every case of a file; the answer is one message a case that differs.
fn check(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let (before, cases) = cut(&text);
    let (mut differing, mut rewritten) = (Vec::new(), before);
    for case in &cases {
        let said = case.run();
        let expected = case.section("expected").map_or("", |section| section.body.as_str());
        if said.trim_end() != expected.trim_end() {
            let place = file.file_name().unwrap_or_default().to_string_lossy();
            differing.push(format!("{place}, case {:?}\n--- expected\n{}\n--- found\n{}", case.name, expected.trim_end(), said.trim_end()));
        }
        rewritten += &format!("=== {}\n", case.name);
        for section in case.sections.iter().filter(|section| section.heading != "expected") {
            rewritten += &format!("--- {}\n{}", section.heading, section.body);
        }
        rewritten += &format!("--- expected\n{}\n", said);
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(file, format!("{}\n", rewritten.trim_end())).unwrap();
        return Vec::new();
    }
    differing
}

#[test]
fn every_case_says_what_is_expected() {
    let files = suite_files();
    assert!(files.len() >= 4, "the suite is there: {files:?}");
    let differing: Vec<String> = files.iter().flat_map(|file| check(file)).collect();
    assert!(differing.is_empty(), "{} cases differ\n\n{}", differing.len(), differing.join("\n\n"));
}

#[test]
fn names_of_cases_are_unique() {
    let mut seen = BTreeSet::new();
    for file in suite_files() {
        for case in cut(&fs::read_to_string(&file).unwrap()).1 {
            assert!(case.section("expected").is_some(), "{}: no expected text", case.name);
            assert!(seen.insert(case.name.clone()), "{} stands twice", case.name);
        }
    }
}

/// A rule that is added without a case in the suite fails here, and before that in the lists below.
#[test]
fn every_rule_has_a_case() {
    let said: String = suite_files()
        .iter()
        .flat_map(|file| cut(&fs::read_to_string(file).unwrap()).1)
        .filter_map(|case| Some(case.section("expected")?.body.clone()))
        .collect();
    for rule in TABLE_RULES {
        assert!(said.contains(&format!("fault: {}", rule.code())), "no case for {rule}");
    }
    // What is too large for a text case has tests of its own in `bounds.rs`.
    for rule in DEFINITION_RULES.iter().filter(|rule| **rule != DefinitionRule::TooLarge) {
        assert!(
            said.lines().any(|line| line.starts_with("fault: line ") && line.contains(&format!(": {}: ", rule.code()))),
            "no case for {rule}"
        );
    }
}

macro_rules! all_of {
    ($list:ident, $rule:ident { $($variant:ident),+ $(,)? }) => {
        const $list: &[$rule] = {
            // Does not compile when a rule is missing from the list.
            const fn complete(rule: $rule) { match rule { $($rule::$variant => {})+ } }
            let all: &[$rule] = &[$($rule::$variant),+];
            complete(all[0]);
            all
        };
    };
}

all_of!(
    TABLE_RULES,
    TableRule {
        NotCsv,
        UnknownColumn,
        MissingLeaf,
        NotANumber,
        TooManyDigits,
        DecimalComma,
        OutOfRange,
        DuplicateUnit,
        DuplicateColumn,
        MissingUnit,
        RowLength,
        UnknownBand,
        UnknownBlock,
        MissingBlock,
        OtherBlock,
        UnknownWord,
        NotApplicable,
    }
);
all_of!(
    DEFINITION_RULES,
    DefinitionRule {
        Syntax,
        WrongFormat,
        MissingKey,
        UnknownKey,
        WrongType,
        UnknownWord,
        NotADecimal,
        Duplicate,
        UnknownReference,
        Cycle,
        OneTotal,
        Weight,
        AggregationPlace,
        Order,
        Bracket,
        Formula,
        Maximum,
        RulePlace,
        RoleSign,
        TooLarge,
    }
);
