//! The cases of `tests/suite/*.txt`: a pasted table, and what must come out of it.
//!
//! A case begins with `=== title`. Below `--- table` stands the table, cells parted by `|`, or as HTML where it begins with `<`;
//! `↵` inside of a cell is a line break. Below `--- expected` stands what [`crate::show`] says of it.

use std::fmt::Write as _;
use std::path::PathBuf;

use criteria_annex::{Source, grids, understand};

use crate::show::annex;

struct Case {
    title: String,
    table: String,
    expected: String,
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut part = 0;
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("=== ") {
            cases.push(Case { title: title.to_owned(), table: String::new(), expected: String::new() });
            part = 0;
        } else if let Some(case) = cases.last_mut() {
            match line {
                "--- table" => part = 1,
                "--- expected" => part = 2,
                _ if part == 1 => {
                    case.table.push_str(line);
                    case.table.push('\n');
                }
                _ if part == 2 && !line.trim().is_empty() => {
                    case.expected.push_str(line);
                    case.expected.push('\n');
                }
                _ => {}
            }
        }
    }
    cases
}

fn read(table: &str) -> String {
    let found = if table.trim_start().starts_with('<') {
        grids(Source::Html(table))
    } else {
        let tabbed: Vec<String> = table
            .trim_matches('\n')
            .lines()
            .map(|line| {
                let fields: Vec<String> = line
                    .split('|')
                    .map(|field| {
                        let field = field.trim().replace('↵', "\n");
                        if field.contains('\n') { format!("\"{field}\"") } else { field }
                    })
                    .collect();
                fields.join("\t")
            })
            .collect();
        grids(Source::Text(&tabbed.join("\n")))
    };
    match found {
        Ok(grids) => grids.iter().map(|grid| annex(&understand(grid))).collect(),
        Err(fault) => format!("refused: {}\n", fault.code()),
    }
}

#[test]
fn every_case_comes_out_as_written() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut count, mut wrong) = (0, String::new());
    for file in files {
        for case in cases(&std::fs::read_to_string(&file).unwrap()) {
            count += 1;
            let found = read(&case.table);
            if found != case.expected {
                let name = file.file_name().unwrap().to_string_lossy().into_owned();
                writeln!(wrong, "{name}: {}\n--- expected\n{}--- found\n{found}", case.title, case.expected).unwrap();
            }
        }
    }
    assert!(count > 0, "no case was found");
    assert!(wrong.is_empty(), "{wrong}");
}
