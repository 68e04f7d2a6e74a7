//! Excel workbooks: the cells of each sheet, row by row, as they are read and not as a grid.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::xml::{Node, relations, walk};
use super::{Gatherer, Limits, Place, Text};
use crate::package::Package;
use crate::{Fault, Kind};

const KIND: Kind = Kind::Xlsx;

/// Strings that cells of a book share; no sheet has more rows twice over.
const MOST_STRINGS: usize = 2_000_000;

/// What the cells of a book refer to.
struct Book {
    strings: Vec<String>,
    /// Whether each format of cells shows a date.
    dates: Vec<bool>,
    /// Whether days count from 1904.
    from_1904: bool,
}

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Text, Fault> {
    let mut package = Package::open(bytes, KIND, limits.unpacked_bytes)?;
    let workbook = package.xml("xl/workbook.xml")?.ok_or(Fault::Damaged { kind: KIND, place: "main part" })?;
    let related = relations(&package.xml("xl/_rels/workbook.xml.rels")?.unwrap_or_default(), "xl", KIND)?;
    let mut sheets = Vec::new();
    let mut from_1904 = false;
    walk(&workbook, KIND, |node| {
        match node {
            Node::Open("sheet", element) => {
                let relation = element.relation();
                let target = related.iter().find(|(id, ..)| Some(id) == relation.as_ref()).map(|(.., target)| target.clone());
                sheets.push((element.attribute("name").unwrap_or_default(), target));
            }
            Node::Open("workbookPr", element) => from_1904 = matches!(element.attribute("date1904").as_deref(), Some("1" | "true")),
            _ => {}
        }
        sheets.len() <= limits.parts
    })?;
    let part = |what: &str| related.iter().find(|(_, kind, _)| kind == what).map(|(.., target)| target.clone());
    let strings = match part("sharedStrings") {
        Some(name) => shared_strings(&package.xml(&name)?.unwrap_or_default())?,
        None => Vec::new(),
    };
    let dates = match part("styles") {
        Some(name) => date_formats(&package.xml(&name)?.unwrap_or_default())?,
        None => Vec::new(),
    };
    let book = Book { strings, dates, from_1904 };
    let mut gatherer = Gatherer::new(limits);
    for (index, (name, target)) in sheets.iter().enumerate() {
        if index >= limits.parts {
            gatherer.text.cut = true;
            break;
        }
        if let Some(target) = target {
            cells(&package.xml(target)?.unwrap_or_default(), &book, &mut gatherer)?;
        }
        let place = Place::Sheet { number: u32::try_from(index + 1).unwrap_or(u32::MAX), name: name.clone() };
        if !gatherer.close(place) {
            gatherer.text.cut |= index + 1 < sheets.len();
            break;
        }
    }
    Ok(gatherer.text)
}

fn shared_strings(text: &str) -> Result<Vec<String>, Fault> {
    let mut strings = Vec::new();
    let mut current = String::new();
    let (mut letters, mut sounds) = (false, 0_usize);
    walk(text, KIND, |node| {
        match node {
            Node::Open("si", _) => current.clear(),
            Node::Close("si") => strings.push(current.split_whitespace().collect::<Vec<_>>().join(" ")),
            _ if strings.len() > MOST_STRINGS => return false,
            // How a word is spoken, in East Asian books.
            Node::Open("rPh", _) => sounds += 1,
            Node::Close("rPh") => sounds = sounds.saturating_sub(1),
            Node::Open("t", _) => letters = true,
            Node::Close("t") => letters = false,
            Node::Letters(found) if letters && sounds == 0 => current.push_str(found),
            _ => {}
        }
        true
    })?;
    if strings.len() > MOST_STRINGS {
        return Err(Fault::Beyond { kind: KIND, limit: "shared strings" });
    }
    Ok(strings)
}

/// For each format of cells, whether it shows a date (ECMA-376 part 1, 18.8.30).
fn date_formats(text: &str) -> Result<Vec<bool>, Fault> {
    let mut own = BTreeSet::new();
    let mut formats = Vec::new();
    let mut inside = false;
    walk(text, KIND, |node| {
        match node {
            Node::Open("numFmt", element) => {
                if let (Some(id), Some(code)) = (element.count("numFmtId"), element.attribute("formatCode"))
                    && shows_date(&code)
                {
                    own.insert(id);
                }
            }
            Node::Open("cellXfs", _) => inside = true,
            Node::Close("cellXfs") => inside = false,
            Node::Open("xf", element) if inside => {
                let id = element.count("numFmtId").unwrap_or(0);
                formats.push(matches!(id, 14..=17 | 22 | 27..=31 | 34..=36 | 50..=58) || own.contains(&id));
            }
            _ => {}
        }
        true
    })?;
    Ok(formats)
}

fn shows_date(code: &str) -> bool {
    let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
    code.chars().any(|c| {
        if std::mem::take(&mut escaped) {
            return false;
        }
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '\\' => escaped = true,
            '[' => bracketed = true,
            ']' => bracketed = false,
            'd' | 'D' | 'y' | 'Y' if !bracketed => return true,
            _ => {}
        }
        false
    })
}

fn cells(text: &str, book: &Book, gatherer: &mut Gatherer) -> Result<(), Fault> {
    let mut kind = String::new();
    let mut style = 0;
    let mut value = String::new();
    let (mut reads, mut filled) = (false, false);
    walk(text, KIND, |node| {
        match node {
            Node::Open("c", element) => {
                kind = element.attribute("t").unwrap_or_default();
                style = element.count("s").unwrap_or(0);
                value.clear();
            }
            Node::Open("v" | "t", _) => reads = true,
            Node::Close("v" | "t") => reads = false,
            Node::Letters(found) if reads => value.push_str(found),
            Node::Close("c") if !value.is_empty() => {
                let shown = shown(&kind, style, &value, book);
                if (!filled || gatherer.push("\t")) && gatherer.push(&shown) {
                    filled = true;
                    return true;
                }
                return false;
            }
            Node::Close("row") => {
                gatherer.line();
                filled = false;
            }
            _ => {}
        }
        true
    })?;
    gatherer.line();
    Ok(())
}

fn shown(kind: &str, style: usize, value: &str, book: &Book) -> String {
    match kind {
        "s" => value.trim().parse::<usize>().ok().and_then(|index| book.strings.get(index).cloned()).unwrap_or_default(),
        "b" => if value.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
        "" | "n" => {
            let days = book.dates.get(style).copied().unwrap_or(false).then(|| value.trim().parse::<f64>().ok()).flatten();
            days.and_then(|days| date(days, book.from_1904)).unwrap_or_else(|| figure(value.trim()))
        }
        _ => value.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// A figure without the last digits that are those of binary fractions: 0.1 + 0.2 is 0.3 for its reader.
fn figure(value: &str) -> String {
    let Ok(number) = value.parse::<f64>() else { return value.to_owned() };
    if value.len() < 17 || !number.is_finite() || number.abs() >= 1e15 || number.abs() < 1e-9 {
        return value.to_owned();
    }
    let mut shown = String::new();
    // Excel shows 15 digits.
    let digits_before = value.trim_start_matches('-').split('.').next().unwrap_or_default().len();
    let decimals = 15_usize.saturating_sub(digits_before);
    let _ = write!(shown, "{number:.decimals$}");
    if shown.contains('.') {
        shown.truncate(shown.trim_end_matches('0').trim_end_matches('.').len());
    }
    shown
}

/// The date of a count of days as it is written in Viet Nam, or nothing if there is none.
fn date(days: f64, from_1904: bool) -> Option<String> {
    if !(1.0..2_958_466.0).contains(&days) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    let whole = days as i64;
    // Day 60 is the 29th of February 1900, which never was; days before it count one more.
    let since_1970 = if from_1904 { whole - 24_107 } else { whole - 25_569 + i64::from(whole < 60) };
    // Days to a civil date (Howard Hinnant, chrono-Compatible Low-Level Date Algorithms).
    let shifted = since_1970 + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Some(format!("{day:02}/{month:02}/{year}"))
}
