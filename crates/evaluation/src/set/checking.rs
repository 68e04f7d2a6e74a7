//! What a set keeps besides what the engine asks, looked at wherever a text comes in: codes that make working links, typed points with a maximum,
//! penalties that take points away, bonuses and penalties with a bound. What is stored already is read without it.

use std::collections::BTreeSet;

use composite_index::{BandRule, LeafRule, Node, NodeId, Role};
use rust_decimal::Decimal;
use toml_edit::DocumentMut;

use super::{CriteriaSet, SetFault, read_set};

/// Longest code of a part, in letters.
pub(crate) const CODE: usize = 40;

/// Whether a code of a part makes a working link: letters without marks, digits, `.`, `_` and `-`, beginning with a letter or a digit.
#[must_use]
pub fn is_part_code(code: &str) -> bool {
    code.len() <= CODE
        && code.starts_with(|sign: char| sign.is_ascii_alphanumeric())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// Reads the text of a set that comes in.
///
/// # Errors
/// Every fault of [`read_set`], or every fault of what is looked at here.
pub fn read_new_set(text: &str) -> Result<CriteriaSet, Vec<SetFault>> {
    let set = read_set(text)?;
    let definition = &set.definition;
    let mut faults = Vec::new();
    let mut add = |id: NodeId, rule: &str, detail: String| {
        let code = &definition.nodes[id].code;
        faults.push(SetFault::new(line_of_part(text, code), rule, code.clone(), detail));
    };
    let mut raises: BTreeSet<NodeId> = BTreeSet::new();
    for id in definition.bottom_up.iter().copied() {
        let node = &definition.nodes[id];
        if !is_part_code(&node.code) {
            add(id, "code-letters", format!("1–{CODE}: A–Z a–z 0–9 . _ -"));
        }
        let above = |bound: Option<Decimal>| bound.filter(|bound| *bound > Decimal::ZERO);
        match set.role_at(id) {
            Role::Points => {
                // Where an official set was not seen whole its maxima may be among what is missing; its page says so.
                if set.head.partial.is_none() && is_open_above(node) {
                    add(id, "points-open", String::new());
                }
            }
            Role::Penalty => {
                // A group has the sum of its parts; the part is what is told.
                let told = node.children.iter().any(|child| raises.contains(child));
                if let Some(most) = above(node.maximum) {
                    raises.insert(id);
                    if !told {
                        add(id, "penalty-maximum", most.normalize().to_string());
                    }
                } else if let Some(bound) = above(node.cap).or_else(|| above(node.floor)) {
                    add(id, "penalty-bound", bound.normalize().to_string());
                } else if matches!(node.rule, Some(LeafRule::Formula { .. })) && node.cap.is_none() {
                    add(id, "penalty-formula", String::new());
                }
                if node.is_leaf() && is_open_below(node) && set.bound_at(id, |node| node.floor.or(node.range.map(|(low, _)| low))).is_none()
                {
                    add(id, "penalty-open", String::new());
                }
            }
            Role::Bonus => {
                if node.is_leaf() && node.maximum.is_none() && set.bound_at(id, |node| node.cap).is_none() {
                    add(id, "bonus-open", String::new());
                }
            }
        }
    }
    band_faults(&set, text, &mut faults);
    faults.sort_by_key(|fault| fault.line);
    if faults.is_empty() { Ok(set) } else { Err(faults) }
}

/// Bands of points that no total reaches, and totals that no band takes: the lowest band of every block has no beginning. An official set that was
/// not seen whole may miss some.
fn band_faults(set: &CriteriaSet, text: &str, faults: &mut Vec<SetFault>) {
    if set.head.partial.is_some() {
        return;
    }
    let most = highest_total(set);
    for edition in set.definition.editions.iter().filter(|edition| edition.band_rule == BandRule::Score) {
        for (at, band) in edition.bands.iter().enumerate() {
            let Some(from) = band.from else { continue };
            let mut add = |rule: &str, detail: String| {
                faults.push(SetFault::new(line_of(text, "[[edition.band]]", &band.code), rule, band.code.clone(), detail));
            };
            if let Some(most) = most.filter(|most| from > *most) {
                add("band-above-maximum", format!("{} > {}", from.normalize(), most.normalize()));
            }
            if !edition.bands.iter().skip(at + 1).any(|lower| lower.block == band.block) {
                add("band-open-below", from.normalize().to_string());
            }
        }
    }
}

/// The highest total that a unit can have: the maximum and every bonus; nothing where some bonus has no end of its own.
fn highest_total(set: &CriteriaSet) -> Option<Decimal> {
    let definition = &set.definition;
    let mut most = definition.maximum(definition.total)?;
    for (id, node) in definition.nodes.iter().enumerate() {
        let inside = node.parent.is_some_and(|parent| set.role_at(parent) == Role::Bonus);
        if set.role_at(id) == Role::Bonus && !inside {
            most += node.cap.or_else(|| definition.maximum(id))?;
        }
    }
    Some(definition.nodes[definition.total].cap.map_or(most, |cap| cap.min(most)))
}

/// Whether nothing in the rule of a leaf says how far down its points go.
fn is_open_below(node: &Node) -> bool {
    match &node.rule {
        None | Some(LeafRule::External | LeafRule::Formula { .. }) => true,
        Some(LeafRule::PerCase { floor, .. }) => floor.is_none(),
        Some(_) => false,
    }
}

/// Whether nothing says how many points may be given at a leaf of which the points are typed in.
pub(crate) fn is_open_above(node: &Node) -> bool {
    node.is_leaf()
        && matches!(&node.rule, None | Some(LeafRule::External))
        && node.maximum.is_none()
        && node.cap.is_none()
        && node.range.is_none()
        && node.scaling.is_none()
}

/// The line on which a part has its code, from 1; zero where it is not found.
pub(crate) fn line_of_part(text: &str, code: &str) -> usize {
    line_of(text, "[[node]]", code)
}

/// The line on which a table of a kind has its code.
fn line_of(text: &str, head: &str, code: &str) -> usize {
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            inside = line.starts_with(head);
        } else if inside && line.starts_with("code") {
            let read: Option<DocumentMut> = line.parse().ok();
            if read.is_some_and(|read| read.get("code").and_then(toml_edit::Item::as_str) == Some(code)) {
                return at + 1;
            }
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = include_str!("../../../../catalogue/criteria/mau-so-2026.toml");

    /// The faults of the sample with a change: line, part, rule.
    fn faults(from: &str, to: &str) -> Vec<(usize, String, String)> {
        assert!(TEXT.contains(from), "{from}");
        let text = TEXT.replacen(from, to, 1);
        let told = read_new_set(&text).err().unwrap_or_default().into_iter().map(|fault| (fault.line, fault.subject, fault.rule));
        told.inspect(|(line, part, _)| {
            assert!(text.lines().nth(line - 1).is_some_and(|line| line.contains(part.as_str())), "{line} {part}")
        })
        .collect()
    }

    fn rules(from: &str, to: &str) -> Vec<(String, String)> {
        faults(from, to).into_iter().map(|(_, part, rule)| (part, rule)).collect()
    }

    #[test]
    fn every_shipped_set_can_come_in() {
        for (name, text) in crate::shipped_sets() {
            assert_eq!(read_new_set(&text).map(drop), Ok(()), "{name}");
        }
    }

    #[test]
    fn codes_make_links() {
        for good in ["1", "1.2.3", "A-1", "a_b", "II.4"] {
            assert!(is_part_code(good), "{good}");
        }
        for bad in ["", ".", "..", "a/b", "a?b", "a#b", "<i>", "đ1", "1 2", "-1", &"1".repeat(41)] {
            assert!(!is_part_code(bad), "{bad}");
        }
        let found = faults("code = \"10.1\"", "code = \"10/1\"");
        assert_eq!(found.iter().map(|(_, part, rule)| (part.as_str(), rule.as_str())).collect::<Vec<_>>(), [("10/1", "code-letters")]);
    }

    #[test]
    fn bands_take_every_total_and_are_within_reach() {
        let bands = |last: Option<&str>, first: &str| {
            let band = |code: &str, from: Option<&str>| crate::editing::BandEdit {
                code: code.to_owned(),
                name: code.to_owned(),
                from: from.map(str::to_owned),
                block: None,
            };
            let text = crate::editing::set_bands(TEXT, &[band("tot", Some(first)), band("kem", last)]).unwrap();
            let faults = read_new_set(&text).err().unwrap_or_default().into_iter();
            faults.map(|fault| format!("{} {} {}", fault.subject, fault.rule, fault.detail)).collect::<Vec<_>>()
        };
        assert_eq!(bands(None, "80"), [""; 0]);
        assert_eq!(bands(Some("50"), "80"), ["kem band-open-below 50"]);
        // A hundred points and a bonus of three.
        assert_eq!(bands(None, "103"), [""; 0]);
        assert_eq!(bands(None, "103.5"), ["tot band-above-maximum 103.5 > 103"]);
    }

    #[test]
    fn a_penalty_takes_away_and_a_bonus_has_an_end() {
        let told = |part: &str, rule: &str| vec![(part.to_owned(), rule.to_owned())];
        let leaf = "each = \"-0.1\"\nfloor = \"-1\"";
        // Under the floor of its group a leaf may be open; without both floors it is not.
        assert_eq!(rules(leaf, "each = \"-0.1\""), []);
        let open = TEXT.replacen("floor = \"-5\"\n", "", 1).replacen(leaf, "each = \"-0.1\"", 1);
        let open: Vec<(String, String)> = read_new_set(&open).unwrap_err().into_iter().map(|one| (one.subject, one.rule)).collect();
        assert_eq!(open, told("10.1", "penalty-open"));
        assert_eq!(
            rules(&format!("[node.rule]\nkind = \"per-case\"\nfigure = \"days_late\"\n{leaf}"), "maximum = \"2\""),
            told("10.1", "role-sign")
        );
        assert_eq!(rules("floor = \"-5\"", "floor = \"-5\"\ncap = \"1\""), told("10", "penalty-bound"));
        let formula =
            |more: &str| format!("{more}maximum = \"0\"\nfloor = \"-1\"\n[node.rule]\nkind = \"formula\"\nformula = \"0 - days_late\"");
        let before = format!("[node.rule]\nkind = \"per-case\"\nfigure = \"days_late\"\n{leaf}");
        assert_eq!(rules(&before, &formula("")), told("10.1", "penalty-formula"));
        assert_eq!(rules(&before, &formula("cap = \"0\"\n")), []);
        assert_eq!(rules("role = \"bonus\"\ncap = \"3\"", "role = \"bonus\""), [], "its leaves have an end of their own");
        let bonus = "maximum = \"1.5\"\n[node.rule]\nkind = \"per-case\"\nfigure = \"initiatives\"\neach = \"0.5\"\ncap = \"1.5\"\n";
        let open = TEXT.replacen("role = \"bonus\"\ncap = \"3\"\n", "role = \"bonus\"\n", 1).replacen(bonus, "", 1);
        assert_eq!(read_new_set(&open).unwrap_err()[0].rule, "bonus-open");
    }

    #[test]
    fn points_that_are_typed_have_an_end() {
        let typed = "maximum = \"2\"\nrange = [\"0\", \"2\"]\n[node.rule]\nkind = \"external\"";
        let without = |key: &str| typed.lines().filter(|line| !line.starts_with(key)).map(|line| format!("{line}\n")).collect::<String>();
        assert_eq!(rules(typed, &without("maximum")), [], "a range is an end too");
        assert_eq!(rules(typed, &without("range")), []);
        assert_eq!(rules(typed, "[node.rule]\nkind = \"external\""), [("7.4".to_owned(), "points-open".to_owned())]);
    }

    #[test]
    fn typed_points_keep_to_bonus_and_penalty() {
        use crate::scoring::{WrongValue, within};
        let text = TEXT
            .replacen(
                "maximum = \"1.5\"\n[node.rule]\nkind = \"per-case\"\nfigure = \"initiatives\"\neach = \"0.5\"\ncap = \"1.5\"\n",
                "",
                1,
            )
            .replacen("[node.rule]\nkind = \"per-case\"\nfigure = \"days_late\"\neach = \"-0.1\"\nfloor = \"-1\"", "", 1);
        let set = read_new_set(&text).unwrap();
        let give = |leaf: &str, points: &str| within(&set, set.leaf(leaf).unwrap(), points.parse().unwrap());
        assert!(give("9.1", "3").is_ok(), "as far as the group adds");
        assert_eq!(give("9.1", "3.5"), Err(WrongValue::AboveMaximum(3.into())));
        assert_eq!(give("9.1", "-1"), Err(WrongValue::BelowZero));
        assert!(give("10.1", "0").is_ok() && give("10.1", "-5").is_ok());
        assert_eq!(give("10.1", "2"), Err(WrongValue::Penalty));
        assert_eq!(give("10.1", "-1000"), Err(WrongValue::OutOfRange((-5).into(), 0.into())));
    }
}
