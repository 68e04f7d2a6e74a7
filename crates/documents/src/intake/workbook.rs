//! A book of sheets in XLSX: which parts it has, and where they lie (ECMA-376).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::archive::{Parts, damaged};
use super::worksheet::{self, Shared};
use super::xml::{Step, attribute, is_set, walk};
use super::{Book, Limits, Sheet, strings, styles};
use crate::fault::{Fault, Rule};

/// A sheet as the list of sheets names it.
struct Listed {
    name: String,
    hidden: bool,
    id: String,
}

/// What a part points to: the ending of its type, and the path of the target.
struct Relation {
    kind: String,
    target: String,
}

pub(super) fn read(file: &Arc<str>, bytes: &[u8], limits: &Limits) -> Result<Book, Vec<Fault>> {
    let mut faults = Vec::new();
    match sheets(file, bytes, limits, &mut faults) {
        Ok(sheets) if faults.is_empty() => Ok(Book { file: file.clone(), sheets, remarks: Vec::new() }),
        Ok(_) => Err(faults),
        Err(rule) => {
            faults.push(Fault::of_file(file, rule));
            Err(faults)
        }
    }
}

fn sheets(file: &Arc<str>, bytes: &[u8], limits: &Limits, faults: &mut Vec<Fault>) -> Result<Vec<Sheet>, Rule> {
    let mut parts = Parts::open(bytes, limits.unpacked_bytes)?;
    let main = main_part(&mut parts)?;
    let (listed, from_1904) = list(&mut parts, &main)?;
    if listed.len() > limits.sheets {
        return Err(Rule::TooManySheets { limit: limits.sheets });
    }
    let relations = relations(&mut parts, &main)?;
    let by_kind = |kind: &str| relations.values().find(|relation| relation.kind == kind).map(|relation| relation.target.clone());
    let texts = match by_kind("sharedStrings") {
        Some(part) => parts.read(&part, |source| strings::read(&part, source))?.unwrap_or_default(),
        None => Vec::new(),
    };
    let styles = match by_kind("styles") {
        Some(part) => parts.read(&part, |source| styles::read(&part, source))?.unwrap_or_default(),
        None => Vec::new(),
    };
    let shared = Shared { texts, styles, from_1904 };
    let mut left = worksheet::Left { rows: limits.rows, text_bytes: limits.unpacked_bytes };
    let mut sheets = Vec::new();
    for Listed { name, hidden, id } in listed {
        let Some(relation) = relations.get(&id) else { return Err(damaged(&name)) };
        if relation.kind != "worksheet" {
            continue;
        }
        let name: Arc<str> = Arc::from(name);
        let mut sheet = Sheet { name: Some(name.clone()), hidden, ..Sheet::default() };
        let part = &relation.target;
        let mut over = |rule: Rule, place| faults.push(Fault::of_file(file, rule).in_sheet(Some(&name)).at(place));
        let found = parts.read(part, |source| worksheet::read(part, source, &shared, limits, &mut left, &mut sheet, &mut over))?;
        if found.is_none() {
            return Err(damaged(part));
        }
        sheets.push(sheet);
    }
    if sheets.is_empty() { Err(Rule::OtherKind) } else { Ok(sheets) }
}

/// The part that lists the sheets, or what kind of archive this is instead.
fn main_part(parts: &mut Parts<'_>) -> Result<String, Rule> {
    if parts.has("xl/workbook.bin") {
        return Err(Rule::BinaryExcel);
    }
    if parts.has("content.xml") && parts.has("META-INF/manifest.xml") {
        return Err(Rule::OpenDocument);
    }
    let roots = relations(parts, "")?;
    let main = roots.values().find(|relation| relation.kind == "officeDocument").map(|relation| relation.target.clone());
    let main = main.unwrap_or_else(|| "xl/workbook.xml".to_owned());
    if !parts.has(&main) || parts.has("word/document.xml") || parts.has("ppt/presentation.xml") {
        return Err(Rule::OtherKind);
    }
    Ok(main)
}

fn list(parts: &mut Parts<'_>, main: &str) -> Result<(Vec<Listed>, bool), Rule> {
    let mut listed = Vec::new();
    let mut from_1904 = false;
    parts.read(main, |source| {
        walk(main, source, |step| {
            if let Step::Open { element, .. } = step {
                match element.local_name().as_ref() {
                    "workbookPr" => from_1904 = is_set(element, "date1904"),
                    "sheet" => listed.push(Listed {
                        name: attribute(element, "name").unwrap_or_default(),
                        hidden: attribute(element, "state").is_some_and(|state| state != "visible"),
                        id: attribute(element, "id").unwrap_or_default(),
                    }),
                    _ => {}
                }
            }
            Ok(())
        })
    })?;
    Ok((listed, from_1904))
}

/// What a part points to, by the names it uses for them. A part without such a list points to nothing.
fn relations(parts: &mut Parts<'_>, of: &str) -> Result<BTreeMap<String, Relation>, Rule> {
    let (folder, name) = of.rsplit_once('/').unwrap_or(("", of));
    let list = if folder.is_empty() { format!("_rels/{name}.rels") } else { format!("{folder}/_rels/{name}.rels") };
    let mut relations = BTreeMap::new();
    parts.read(&list, |source| {
        walk(&list, source, |step| {
            if let Step::Open { element, .. } = step
                && element.local_name().as_ref() == "Relationship"
                && let (Some(id), Some(kind), Some(target)) =
                    (attribute(element, "Id"), attribute(element, "Type"), attribute(element, "Target"))
                && attribute(element, "TargetMode").is_none_or(|mode| mode != "External")
            {
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                relations.insert(id, Relation { kind, target: resolved(folder, &target) });
            }
            Ok(())
        })
    })?;
    Ok(relations)
}

/// A target, seen from a folder, as a path from the root of the archive.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut path: Vec<&str> =
        if target.starts_with('/') { Vec::new() } else { folder.split('/').filter(|part| !part.is_empty()).collect() };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            part => path.push(part),
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_seen_from_their_folder() {
        for (folder, target, path) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/styles.xml", "xl/styles.xml"),
            ("xl", "..\\a/./b.xml", "a/b.xml"),
            ("", "../../x.xml", "x.xml"),
        ] {
            assert_eq!(resolved(folder, target), path);
        }
    }
}
