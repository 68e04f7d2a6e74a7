//! Automatic numbers of lists in DOCX: many annexes have no typed code, Word counts them.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::events::BytesStart;

use super::package::{Package, Step, attribute, number};
use crate::fault::AnnexFault;

/// Levels that Word knows.
const LEVELS: usize = 9;

#[derive(Clone, Debug, Default)]
struct Level {
    start: Option<u32>,
    format: String,
    text: String,
}

#[derive(Clone, Debug, Default)]
struct List {
    kind: usize,
    /// Levels that this list begins anew.
    starts: BTreeMap<usize, u32>,
}

#[derive(Clone, Debug, Default)]
struct Style {
    based_on: Option<String>,
    list: Option<usize>,
    level: Option<usize>,
}

/// The lists of a document and how far each has counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    kinds: BTreeMap<usize, BTreeMap<usize, Level>>,
    lists: BTreeMap<usize, List>,
    styles: BTreeMap<String, Style>,
    /// Lists of one kind count on together, unless one begins anew.
    counters: BTreeMap<usize, [Option<u32>; LEVELS]>,
    begun: BTreeSet<usize>,
}

impl Numbering {
    pub(super) fn read(package: &mut Package<'_>) -> Result<Numbering, AnnexFault> {
        let mut numbering = Numbering::default();
        numbering.read_lists(package)?;
        if !numbering.lists.is_empty() {
            numbering.read_styles(package)?;
        }
        Ok(numbering)
    }

    fn read_lists(&mut self, package: &mut Package<'_>) -> Result<(), AnnexFault> {
        let (mut kind, mut list, mut level): (Option<usize>, Option<usize>, usize) = (None, None, 0);
        package.walk("word/numbering.xml", |step| {
            match step {
                Step::Open(element) => match element.local_name().as_ref() {
                    "abstractNum" => kind = value(element, "abstractNumId"),
                    "num" => {
                        list = value(element, "numId");
                        if let Some(list) = list {
                            self.lists.insert(list, List::default());
                        }
                    }
                    "abstractNumId" => {
                        if let (Some(list), Some(kind)) = (list.and_then(|list| self.lists.get_mut(&list)), number(element)) {
                            list.kind = kind;
                        }
                    }
                    "lvl" | "lvlOverride" => level = value(element, "ilvl").filter(|level| *level < LEVELS).unwrap_or_default(),
                    "startOverride" => {
                        let start = number(element).and_then(|start| u32::try_from(start).ok());
                        if let (Some(list), Some(start)) = (list.and_then(|list| self.lists.get_mut(&list)), start) {
                            list.starts.insert(level, start);
                        }
                    }
                    name => {
                        if let (Some(kind), None) = (kind, list) {
                            let entry = self.kinds.entry(kind).or_default().entry(level).or_default();
                            match name {
                                "start" => entry.start = number(element).and_then(|start| u32::try_from(start).ok()),
                                "numFmt" => entry.format = attribute(element, "val").unwrap_or_default(),
                                "lvlText" => entry.text = attribute(element, "val").unwrap_or_default(),
                                _ => {}
                            }
                        }
                    }
                },
                Step::Close("abstractNum") => kind = None,
                Step::Close("num") => list = None,
                Step::Close(_) | Step::Text(_) => {}
            }
            Ok(())
        })?;
        Ok(())
    }

    fn read_styles(&mut self, package: &mut Package<'_>) -> Result<(), AnnexFault> {
        let mut style: Option<String> = None;
        package.walk("word/styles.xml", |step| {
            match step {
                Step::Open(element) => {
                    let name = element.local_name();
                    if name.as_ref() == "style" {
                        style = attribute(element, "styleId");
                    } else if let Some(id) = &style {
                        match name.as_ref() {
                            "basedOn" => self.styles.entry(id.clone()).or_default().based_on = attribute(element, "val"),
                            "numId" => self.styles.entry(id.clone()).or_default().list = number(element),
                            "ilvl" => self.styles.entry(id.clone()).or_default().level = number(element),
                            _ => {}
                        }
                    }
                }
                Step::Close("style") => style = None,
                Step::Close(_) | Step::Text(_) => {}
            }
            Ok(())
        })?;
        Ok(())
    }

    /// The number of the next paragraph, if it has one: its own list, or that of its style.
    pub(super) fn label(&mut self, style: Option<&str>, list: Option<usize>, level: Option<usize>) -> Option<String> {
        let (list, level) = self.list_of(style, list, level)?;
        let List { kind, starts } = self.lists.get(&list)?.clone();
        let levels = self.kinds.get(&kind)?;
        let counters = self.counters.entry(kind).or_default();
        if self.begun.insert(list) {
            for (level, start) in &starts {
                // The paragraph below counts one up.
                if let Some(counter) = counters.get_mut(*level) {
                    *counter = start.checked_sub(1);
                }
                counters.iter_mut().skip(level + 1).for_each(|counter| *counter = None);
            }
        }
        let first = |level: usize| levels.get(&level).and_then(|level| level.start).unwrap_or(1);
        for (above, counter) in counters.iter_mut().enumerate().take(level) {
            counter.get_or_insert(first(above));
        }
        let counter = counters.get_mut(level)?;
        *counter = Some(counter.map_or(first(level), |count| count.saturating_add(1)));
        counters.iter_mut().skip(level + 1).for_each(|counter| *counter = None);

        let mut label = String::new();
        let mut signs = levels.get(&level)?.text.chars();
        let format = |level: usize| levels.get(&level).map_or("decimal", |level| level.format.as_str());
        if format(level) == "bullet" {
            // Signs of symbol fonts have no meaning outside of them.
            return Some("-".to_owned());
        }
        while let Some(sign) = signs.next() {
            if sign == '%' {
                let shown =
                    signs.next().and_then(|digit| digit.to_digit(10)).and_then(|digit| usize::try_from(digit).ok()?.checked_sub(1))?;
                label.push_str(&written(counters.get(shown).copied().flatten().unwrap_or(1), format(shown)));
            } else {
                label.push(sign);
            }
        }
        Some(label).filter(|label| !label.trim().is_empty())
    }

    fn list_of(&self, style: Option<&str>, list: Option<usize>, level: Option<usize>) -> Option<(usize, usize)> {
        let mut found = (list, level);
        let mut style = style;
        // Styles that are based on each other in a ring end here.
        for _ in 0..20 {
            let Some(known) = style.and_then(|style| self.styles.get(style)) else { break };
            found = (found.0.or(known.list), found.1.or(known.level));
            style = known.based_on.as_deref();
        }
        // List 0 takes the number of a style away.
        let list = found.0.filter(|list| *list != 0)?;
        Some((list, found.1.unwrap_or_default().min(LEVELS - 1)))
    }
}

/// A whole number in an attribute.
fn value(element: &BytesStart<'_>, name: &str) -> Option<usize> {
    attribute(element, name).and_then(|value| value.trim().parse().ok())
}

fn written(count: u32, format: &str) -> String {
    let letter = |first: u8| {
        // Word goes on with aa, bb, … after z.
        let index = count.saturating_sub(1);
        let letter = char::from(first + u8::try_from(index % 26).unwrap_or_default());
        letter.to_string().repeat(usize::try_from(index / 26 + 1).unwrap_or(1).min(20))
    };
    match format {
        "upperRoman" => crate::wording::roman(count),
        "lowerRoman" => crate::wording::roman(count).to_lowercase(),
        "upperLetter" => letter(b'A'),
        "lowerLetter" => letter(b'a'),
        "decimalZero" => format!("{count:02}"),
        "none" => String::new(),
        _ => count.to_string(),
    }
}
