//! An annex as text, for people who check cases.

use std::fmt::Write as _;

use criteria_annex::{Annex, AnnexLine, Bracket, Item, Kind, Proposed, Scorer, Skipped, Standing, Why};

/// Lines, then rows that were not understood, then doubts, then rows that were passed over.
pub(crate) fn annex(annex: &Annex) -> String {
    let mut out = String::new();
    for line in &annex.lines {
        writeln!(out, "{}", self::line(line)).unwrap();
    }
    for fault in &annex.not_understood {
        let code = fault.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
        writeln!(out, "not understood: row {}{code}: {}{}", fault.row, fault.reason.code(), fields(&fault.reason)).unwrap();
    }
    for warning in &annex.warnings {
        let place = if warning.row == 0 { "table".to_owned() } else { format!("row {}", warning.row) };
        let decide = if warning.doubt.needs_decision() { "decide" } else { "note" };
        writeln!(out, "{decide}: {place}: {}{}", warning.doubt.code(), fields(&warning.doubt)).unwrap();
    }
    let skipped: Vec<String> = annex.skipped.iter().map(skipped).collect();
    if !skipped.is_empty() {
        writeln!(out, "passed over: {}", skipped.join(", ")).unwrap();
    }
    out
}

/// The fields of a fault, as they are written in Rust, without its name.
fn fields(fault: &impl std::fmt::Debug) -> String {
    let text = format!("{fault:?}");
    text.split_once(" { ").map(|(_, rest)| format!(" {}", rest.trim_end_matches(" }"))).unwrap_or_default()
}

fn skipped(skipped: &Skipped) -> String {
    let why = match skipped.why {
        Why::Title => "title".to_owned(),
        Why::Heading => "heading".to_owned(),
        Why::ColumnNumbers => "column numbers".to_owned(),
        Why::Total => "total".to_owned(),
        Why::Note => "note".to_owned(),
        Why::Rule => "rule".to_owned(),
        Why::Footer => "footer".to_owned(),
        Why::BelowFault { row } => format!("below fault {row}"),
    };
    format!("{} {why}", skipped.row)
}

fn line(line: &AnnexLine) -> String {
    let indent = "  ".repeat(line.level - 1);
    let kind = match line.kind {
        Kind::Area => "area",
        Kind::Criterion => "criterion",
        Kind::Component => "component",
        Kind::Option { points } => {
            let points = points.map_or("?".to_owned(), |points| points.normalize().to_string());
            return format!("{indent}option {}: {} = {points}", line.code, line.name);
        }
    };
    let mut out = format!("{indent}{kind} {}: {}", line.code, line.name);
    match line.maximum {
        Some(maximum) => write!(out, " | {}", maximum.normalize()).unwrap(),
        None => out.push_str(" | ?"),
    }
    match line.scored_by {
        Scorer::Survey => out.push_str(" | survey"),
        Scorer::Agency => out.push_str(" | agency"),
        Scorer::Unit if line.scorer_said => out.push_str(" | unit"),
        Scorer::Unit => {}
    }
    match line.standing {
        Standing::Counted => {}
        Standing::Bonus => out.push_str(" | bonus"),
        Standing::Penalty => out.push_str(" | penalty"),
    }
    let rule = rule(&line.rule);
    if !rule.is_empty() {
        write!(out, " | {rule}").unwrap();
    }
    for (name, text) in [("evidence", &line.evidence), ("note", &line.note)] {
        if !text.is_empty() {
            write!(out, " | {name}: {}", text.replace('\n', " ↵ ")).unwrap();
        }
    }
    out
}

fn rule(rule: &Proposed) -> String {
    match rule {
        Proposed::Brackets(brackets) => format!("brackets {}", brackets.iter().map(bracket).collect::<Vec<_>>().join("; ")),
        Proposed::Checklist(items) => format!("checklist {}", items_of(items)),
        Proposed::Choice(items) => format!("choice {}", items_of(items)),
        Proposed::YesNo { yes, no } => format!("yes-no {yes} / {}", no.as_deref().unwrap_or("–")),
        Proposed::Linear { full_at, nothing_below } => {
            let below = nothing_below.map(|below| format!(", nothing below {below}")).unwrap_or_default();
            format!("linear full at {full_at}{below}")
        }
        Proposed::PerCase { start, each, floor, cap } => {
            let mut out = format!("per-case {start} and {each} each");
            if let Some(floor) = floor {
                write!(out, ", floor {floor}").unwrap();
            }
            if let Some(cap) = cap {
                write!(out, ", cap {cap}").unwrap();
            }
            out
        }
        Proposed::External => "external".to_owned(),
        Proposed::None { why } => match why {
            criteria_annex::NoRule::HasParts | criteria_annex::NoRule::IsOption => String::new(),
            why => format!("no rule: {why:?}"),
        },
    }
}

fn items_of(items: &[Item]) -> String {
    items.iter().map(|item| format!("{} = {}", item.wording, item.points.normalize())).collect::<Vec<_>>().join("; ")
}

fn bracket(bracket: &Bracket) -> String {
    let low = bracket.low.map_or("(-∞".to_owned(), |end| format!("{}{}", if end.inside { '[' } else { '(' }, end.value));
    let high = bracket.high.map_or("∞)".to_owned(), |end| format!("{}{}", end.value, if end.inside { ']' } else { ')' }));
    format!("{low}, {high}{} = {}", if bracket.percent { "%" } else { "" }, bracket.points.normalize())
}
