//! Figures, and the rules that turn them into points.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::keys::{Faults, Keys};
use super::{COLUMNS, DEFINITION_NODES, PREFIXES};
use crate::definition::{Bound, Bracket, ChecklistItem, Figure, FigureId, FigureKind, LeafRule, Measure};
use crate::fault::DefinitionRule as Rule;
use crate::formula::{Formula, FormulaKind};

/// The words of `kind` in `[[figure]]`.
const FIGURE_KINDS: &[(&str, u8)] = &[("number", 0), ("count", 1), ("yes-no", 2), ("choice", 3)];
/// The words of `kind` in `[node.rule]`.
const RULE_KINDS: &[(&str, Kind)] = &[
    ("brackets", Kind::Brackets),
    ("linear", Kind::Linear),
    ("yes-no", Kind::YesNo),
    ("checklist", Kind::Checklist),
    ("choice", Kind::Choice),
    ("formula", Kind::Formula),
    ("survey", Kind::Survey),
    ("external", Kind::External),
    ("per-case", Kind::PerCase),
];

#[derive(Clone, Copy)]
enum Kind {
    Brackets,
    Linear,
    YesNo,
    Checklist,
    Choice,
    Formula,
    Survey,
    External,
    PerCase,
}

pub(super) fn read_figures(top: &Keys<'_>, faults: &Faults<'_>) -> Vec<Figure> {
    let tables = top.tables("figure");
    if tables.len() > DEFINITION_NODES {
        faults.add(top.place("figure"), Rule::TooLarge, "figure", &format!("{} > {DEFINITION_NODES}", tables.len()));
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    let mut figures = Vec::with_capacity(tables.len());
    for keys in &tables {
        let code = keys.required_text("code").unwrap_or_default();
        if !code.is_empty() && !is_name(&code) {
            faults.add(keys.place("code"), Rule::WrongType, &code, "a-z, 0-9, _");
        }
        if !code.is_empty() && !seen.insert(code.clone()) {
            faults.add(keys.place("code"), Rule::Duplicate, &code, "figure");
        }
        refuse_column(keys, &code, faults);
        let choices = keys.texts("choices");
        let kind = match keys.word("kind", FIGURE_KINDS).unwrap_or_default() {
            1 => FigureKind::Count,
            2 => FigureKind::YesNo,
            3 => {
                if choices.len() < 2 {
                    faults.add(keys.start(), Rule::MissingKey, "choices", "[\"…\", \"…\"]");
                }
                FigureKind::Choice(choices.clone())
            }
            _ => FigureKind::Number,
        };
        if !choices.is_empty() && !matches!(kind, FigureKind::Choice(_)) {
            faults.add(keys.place("choices"), Rule::UnknownKey, "choices", "kind = \"choice\"");
        }
        let mut distinct = BTreeSet::new();
        for choice in choices.iter().filter(|choice| !distinct.insert(choice.as_str())) {
            faults.add(keys.place("choices"), Rule::Duplicate, choice, "choices");
        }
        figures.push(Figure { code, name: keys.bilingual("name"), kind, unit: keys.text("unit"), range: keys.range("range") });
        keys.finish();
    }
    figures
}

/// Letters, digits and low lines, so that a formula can name it.
fn is_name(code: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    code.bytes().all(word) && code.starts_with(|first: char| first.is_ascii_alphabetic()) && !["and", "or", "not"].contains(&code)
}

/// A code that is a column of every table can be no node or figure.
pub(super) fn refuse_column(keys: &Keys<'_>, code: &str, faults: &Faults<'_>) {
    if COLUMNS.contains(&code) || PREFIXES.iter().any(|prefix| code.starts_with(prefix)) {
        faults.add(keys.place("code"), Rule::Duplicate, code, "column of every table");
    }
}

/// Reads rules against the figures of the definition.
pub(super) struct RuleReader<'a> {
    pub(super) figures: &'a [Figure],
    pub(super) ids: &'a BTreeMap<&'a str, FigureId>,
    pub(super) faults: &'a Faults<'a>,
}

impl RuleReader<'_> {
    /// A rule, checked against the maximum that its leaf states.
    pub(super) fn rule(&self, keys: &Keys<'_>, maximum: Option<Decimal>) -> Option<LeafRule> {
        let read = match keys.required_word("kind", RULE_KINDS)? {
            Kind::Brackets => self.brackets(keys),
            Kind::Linear => self.linear(keys),
            Kind::YesNo => self.figure(keys, "figure", "yes-no").map(|figure| LeafRule::YesNo { figure }),
            Kind::Checklist => Some(self.checklist(keys)),
            Kind::Choice => self.choice(keys),
            Kind::Formula => {
                let clamp = keys.boolean("clamp").unwrap_or(false);
                self.formula(keys, "formula", FormulaKind::Number).map(|formula| LeafRule::Formula { formula, clamp })
            }
            Kind::Survey => self.survey(keys),
            Kind::External => Some(LeafRule::External),
            Kind::PerCase => self.per_case(keys),
        };
        keys.finish();
        let rule = read?;
        let derived = rule.own_maximum();
        if let (Some(maximum), Some(derived)) = (maximum, derived.filter(|derived| Some(*derived) != maximum)) {
            self.faults.add(keys.start(), Rule::Maximum, rule.word(), &format!("{maximum} ≠ {derived}"));
        }
        if let (Some(maximum), LeafRule::PerCase { each, cap: None, .. }) = (maximum, &rule)
            && each.is_sign_positive()
        {
            self.faults.add(keys.start(), Rule::Maximum, rule.word(), &format!("cap = \"{maximum}\""));
        }
        let needs = !matches!(rule, LeafRule::External | LeafRule::PerCase { .. });
        if needs && maximum.is_none() && derived.is_none() {
            self.faults.add(keys.start(), Rule::Maximum, rule.word(), "maximum = \"…\"");
        }
        Some(rule)
    }

    pub(super) fn formula(&self, keys: &Keys<'_>, key: &str, kind: FormulaKind) -> Option<Formula> {
        let text = keys.required_text(key)?;
        let parsed = Formula::parse(&text, kind, &|code| self.ids.get(code).copied());
        let parsed = parsed.map_err(|fault| self.faults.add(keys.place(key), Rule::Formula, key, &fault.to_string())).ok()?;
        // The place of an option in its list is no number to reckon with.
        let choice = parsed.values_of().map(|figure| &self.figures[figure]).find(|figure| matches!(figure.kind, FigureKind::Choice(_)));
        if let Some(figure) = choice {
            self.faults.add(keys.place(key), Rule::Formula, key, &format!("{0}: choice; present({0})", figure.code));
        }
        Some(parsed)
    }

    fn figure(&self, keys: &Keys<'_>, key: &str, kind: &str) -> Option<FigureId> {
        let code = keys.required_text(key)?;
        let Some(id) = self.ids.get(code.as_str()).copied() else {
            self.faults.add(keys.place(key), Rule::UnknownReference, &code, "figure");
            return None;
        };
        let found = self.figures[id].kind.word();
        let fits = found == kind || (kind == "number" && found == "count");
        if !fits {
            self.faults.add(keys.place(key), Rule::RulePlace, &code, &format!("{kind} (found {found})"));
        }
        fits.then_some(id)
    }

    /// `figure` or `formula`, exactly one of them.
    fn measure(&self, keys: &Keys<'_>) -> Option<Measure> {
        match (keys.has("figure"), keys.has("formula")) {
            (true, true) => {
                self.faults.add(keys.place("formula"), Rule::RulePlace, "formula", "figure | formula");
                None
            }
            (false, true) => self.formula(keys, "formula", FormulaKind::Number).map(Measure::Formula),
            _ => self.figure(keys, "figure", "number").map(Measure::Figure),
        }
    }

    fn brackets(&self, keys: &Keys<'_>) -> Option<LeafRule> {
        let measure = self.measure(keys);
        let tables = keys.tables("bracket");
        let mut brackets = Vec::with_capacity(tables.len());
        for bracket in &tables {
            let low = self.bound(bracket, "over", "from");
            let high = self.bound(bracket, "under", "to");
            let points = bracket.required_decimal("points");
            bracket.finish();
            brackets.extend(points.map(|points| Bracket { low, high, points }));
        }
        if tables.is_empty() {
            self.faults.add(keys.start(), Rule::MissingKey, "bracket", "[[node.rule.bracket]]");
        }
        let measure = measure?;
        let domain = match &measure {
            Measure::Figure(figure) => self.domain(*figure),
            Measure::Formula(_) => (None, None),
        };
        brackets.sort_by_key(Bracket::order);
        if brackets.len() == tables.len() {
            let whole = matches!(&measure, Measure::Figure(figure) if self.figures[*figure].kind == FigureKind::Count);
            self.check_cover(keys, &brackets, domain, whole);
        }
        Some(LeafRule::Brackets { measure, brackets })
    }

    /// Lowest and highest possible value of a figure.
    fn domain(&self, figure: FigureId) -> (Option<Decimal>, Option<Decimal>) {
        let figure = &self.figures[figure];
        match (&figure.kind, figure.range) {
            (_, Some((low, high))) => (Some(low), Some(high)),
            (FigureKind::Count, None) => (Some(Decimal::ZERO), None),
            _ => (None, None),
        }
    }

    fn bound(&self, keys: &Keys<'_>, open: &str, closed: &str) -> Option<Bound> {
        let (outside, inside) = (keys.decimal(open), keys.decimal(closed));
        if keys.has(open) && keys.has(closed) {
            self.faults.add(keys.place(closed), Rule::Bracket, closed, &format!("{open} | {closed}"));
        }
        outside.map(|at| Bound { at, closed: false }).or(inside.map(|at| Bound { at, closed: true }))
    }

    /// No gap and no overlap, from the lowest possible value to the highest. Between two whole numbers there is nothing to cover.
    fn check_cover(&self, keys: &Keys<'_>, brackets: &[Bracket], domain: (Option<Decimal>, Option<Decimal>), whole: bool) {
        let fault = |detail: String| self.faults.add(keys.start(), Rule::Bracket, "brackets", &detail);
        for bracket in brackets {
            if let (Some(low), Some(high)) = (bracket.low, bracket.high)
                && (low.at > high.at || (low.at == high.at && !(low.closed && high.closed)))
            {
                fault(format!("{} … {}: empty", low.at, high.at));
            }
        }
        if let Some(low) = brackets.first().and_then(|first| first.low) {
            let covered = domain.0.is_some_and(|least| low.at < least || (low.at == least && low.closed));
            if !covered {
                fault(format!("gap: {} {}", if low.closed { "<" } else { "≤" }, low.at));
            }
        }
        if let Some(high) = brackets.last().and_then(|last| last.high) {
            let covered = domain.1.is_some_and(|most| high.at > most || (high.at == most && high.closed));
            if !covered {
                fault(format!("gap: {} {}", if high.closed { ">" } else { "≥" }, high.at));
            }
        }
        for pair in brackets.windows(2) {
            match (pair[0].high, pair[1].low) {
                (Some(high), Some(low)) if whole && high.at < low.at && !whole_between(high, low) => {}
                (Some(high), Some(low)) if high.at < low.at => fault(format!("gap: {} … {}", high.at, low.at)),
                (Some(high), Some(low)) if high.at == low.at && high.closed == low.closed => {
                    fault(format!("{}: {}", if low.closed { "overlap" } else { "gap" }, low.at));
                }
                (Some(high), Some(low)) if high.at == low.at => {}
                (_, low) => fault(format!("overlap: {}", low.map_or_else(|| "-∞".to_owned(), |low| low.at.to_string()))),
            }
        }
    }

    fn linear(&self, keys: &Keys<'_>) -> Option<LeafRule> {
        let measure = self.measure(keys);
        let full_at = keys.required_decimal("full_at");
        let zero_at = keys.decimal("zero_at").unwrap_or_default();
        if full_at == Some(zero_at) {
            self.faults.add(keys.place("full_at"), Rule::Order, "full_at", &format!("≠ {zero_at}"));
        }
        Some(LeafRule::Linear { measure: measure?, zero_at, full_at: full_at? })
    }

    fn checklist(&self, keys: &Keys<'_>) -> LeafRule {
        let mut items = Vec::new();
        for item in keys.tables("item") {
            let (figure, points) = (self.figure(&item, "figure", "yes-no"), item.required_decimal("points"));
            item.finish();
            if let (Some(figure), Some(points)) = (figure, points) {
                if items.iter().any(|known: &ChecklistItem| known.figure == figure) {
                    self.faults.add(item.place("figure"), Rule::Duplicate, &self.figures[figure].code, "item");
                }
                items.push(ChecklistItem { figure, points });
            }
        }
        if items.is_empty() && !keys.has("item") {
            self.faults.add(keys.start(), Rule::MissingKey, "item", "[[node.rule.item]]");
        }
        LeafRule::Checklist { items }
    }

    fn choice(&self, keys: &Keys<'_>) -> Option<LeafRule> {
        let figure = self.figure(keys, "figure", "choice");
        let mut given = Vec::new();
        for option in keys.tables("option") {
            let (code, points) = (option.required_text("code"), option.required_decimal("points"));
            option.finish();
            given.extend(code.zip(points).map(|(code, points)| (code, points, option.place("code"))));
        }
        let figure = figure?;
        let FigureKind::Choice(choices) = &self.figures[figure].kind else { return None };
        for (position, (code, _, place)) in given.iter().enumerate() {
            if !choices.contains(code) {
                self.faults.add(*place, Rule::UnknownReference, code, &choices.join(" | "));
            } else if given[..position].iter().any(|(other, ..)| other == code) {
                self.faults.add(*place, Rule::Duplicate, code, "option");
            }
        }
        let mut points = Vec::with_capacity(choices.len());
        for choice in choices {
            match given.iter().find(|(code, ..)| code == choice) {
                Some((_, value, _)) => points.push(*value),
                None => self.faults.add(keys.start(), Rule::MissingKey, "option", choice),
            }
        }
        Some(LeafRule::Choice { figure, points })
    }

    fn survey(&self, keys: &Keys<'_>) -> Option<LeafRule> {
        let figure = self.figure(keys, "figure", "number");
        let scale = keys.range("scale");
        if !keys.has("scale") {
            self.faults.add(keys.start(), Rule::MissingKey, "scale", "[\"0\", \"100\"]");
        }
        let scale = scale?;
        if scale.0 == scale.1 {
            self.faults.add(keys.place("scale"), Rule::Order, "scale", &format!("{} = {}", scale.0, scale.1));
        }
        Some(LeafRule::Survey { figure: figure?, scale })
    }

    fn per_case(&self, keys: &Keys<'_>) -> Option<LeafRule> {
        let figure = self.figure(keys, "figure", "number");
        let start = keys.decimal("start").unwrap_or_default();
        let each = keys.required_decimal("each")?;
        let (floor, cap) = (keys.decimal("floor"), keys.decimal("cap"));
        if let (Some(low), Some(high)) = (floor, cap)
            && low > high
        {
            self.faults.add(keys.place("floor"), Rule::Order, "floor", &format!("{low} > {high}"));
        }
        if each.is_zero() {
            self.faults.add(keys.place("each"), Rule::Order, "each", "≠ 0");
        }
        Some(LeafRule::PerCase { figure: figure?, start, each, floor, cap })
    }
}

/// Whether a whole number lies between the end of one bracket and the beginning of the next.
fn whole_between(high: Bound, low: Bound) -> bool {
    let first = if high.closed { high.at.floor().checked_add(Decimal::ONE) } else { Some(high.at.ceil()) };
    let last = if low.closed { low.at.ceil().checked_sub(Decimal::ONE) } else { Some(low.at.floor()) };
    first.zip(last).is_none_or(|(first, last)| first <= last)
}
