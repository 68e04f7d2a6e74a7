//! What two criteria sets differ in: what the engine tells of their definitions, what is asked at their parts, and their blocks and bands.
//! No input or output.

use composite_index::{Band, DefinitionDifference, DifferenceKind, Text, differences};
use ui::Lang;

use crate::set::{Asks, CriteriaSet, Scorer};

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetDifferenceKind {
    /// Of the definition.
    Definition(DifferenceKind),
    /// Who gives the points at first.
    Scorer,
    /// The agency that appraises.
    Agency,
    /// Which evidence is asked.
    Evidence,
    /// How the rule is to be understood.
    Guidance,
    /// Which figures the system takes from its observations.
    Observed,
    /// Codes or names of blocks.
    Blocks,
    /// Bands of totals in the newest year.
    Bands,
}

impl SetDifferenceKind {
    /// The word of machine-readable output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Definition(kind) => kind.word(),
            Self::Scorer => "scored-by",
            Self::Agency => "appraised-by",
            Self::Evidence => "evidence",
            Self::Guidance => "guidance",
            Self::Observed => "observed",
            Self::Blocks => "blocks",
            Self::Bands => "bands",
        }
    }
}

/// One difference between two sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetDifference {
    /// Code of the node or figure; empty for the whole set.
    pub code: String,
    /// What differs.
    pub kind: SetDifferenceKind,
    /// As the first set has it, in the words of the format.
    pub before: Option<String>,
    /// As the second set has it.
    pub after: Option<String>,
}

impl SetDifference {
    /// In one line, in the words of the format, as the history keeps it.
    #[must_use]
    pub fn line(&self) -> String {
        let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
        format!("{} {}: {} → {}", self.code, self.kind.word(), side(&self.before), side(&self.after)).trim_start().to_owned()
    }

    /// As the engine tells it, where it is one of the definition.
    #[must_use]
    pub fn of_definition(&self) -> Option<DefinitionDifference> {
        let SetDifferenceKind::Definition(kind) = self.kind else { return None };
        Some(DefinitionDifference { code: self.code.clone(), kind, before: self.before.clone(), after: self.after.clone() })
    }
}

/// Every difference: of the definitions as the engine orders them, then what is asked at parts that both have, in the order of the second set,
/// then blocks and bands. The share of the total follows from maxima and is left out: saying it of every criterion would bury what was changed.
#[must_use]
pub fn set_differences(before: &CriteriaSet, after: &CriteriaSet) -> Vec<SetDifference> {
    let of_definition = differences(&before.definition, &after.definition).into_iter().filter(|one| one.kind != DifferenceKind::Share);
    let mut found: Vec<SetDifference> = of_definition
        .map(|one| SetDifference { code: one.code, kind: SetDifferenceKind::Definition(one.kind), before: one.before, after: one.after })
        .collect();
    let nothing = Asks::default();
    for (id, node) in after.definition.nodes.iter().enumerate() {
        let Some(old) = before.definition.node(&node.code) else { continue };
        let asks = |set: &'_ CriteriaSet| set.asks.get(&node.code).cloned().unwrap_or_else(|| nothing.clone());
        let (one, other) = (asks(before), asks(after));
        let scorers = (node.children.is_empty() && before.definition.nodes[old].children.is_empty())
            .then(|| [before.scorer(old), after.scorer(id)].map(|scorer| Some(scorer.word().to_owned())));
        let pairs = [
            (SetDifferenceKind::Scorer, scorers.unwrap_or_default()),
            (SetDifferenceKind::Agency, [one.appraised_by.clone(), other.appraised_by.clone()]),
            (SetDifferenceKind::Evidence, [&one.evidence, &other.evidence].map(|text| text.as_ref().map(both_tongues))),
            (SetDifferenceKind::Guidance, [&one.guidance, &other.guidance].map(|text| text.as_ref().map(both_tongues))),
            (SetDifferenceKind::Observed, [observed(&one), observed(&other)]),
        ];
        for (kind, [was, is]) in pairs {
            push(&mut found, &node.code, kind, was, is);
        }
    }
    push(&mut found, "", SetDifferenceKind::Blocks, blocks(before, both_tongues), blocks(after, both_tongues));
    push(&mut found, "", SetDifferenceKind::Bands, bands(before), bands(after));
    found
}

fn push(found: &mut Vec<SetDifference>, code: &str, kind: SetDifferenceKind, before: Option<String>, after: Option<String>) {
    if before != after {
        found.push(SetDifference { code: code.to_owned(), kind, before, after });
    }
}

fn both_tongues(text: &Text) -> String {
    if text.vi == text.en { text.vi.clone() } else { format!("{} / {}", text.vi, text.en) }
}

fn observed(asks: &Asks) -> Option<String> {
    let pairs: Vec<String> = asks.observed.iter().map(|(figure, indicator)| format!("{figure}: {indicator}")).collect();
    (!pairs.is_empty()).then(|| pairs.join("; "))
}

/// The blocks of a set in one line: code and name.
fn blocks(set: &CriteriaSet, name: impl Fn(&Text) -> String) -> Option<String> {
    let blocks = &set.definition.blocks;
    (!blocks.is_empty()).then(|| blocks.iter().map(|block| format!("{} {}", block.code, name(&block.name))).collect::<Vec<_>>().join("; "))
}

fn bands_of(set: &CriteriaSet) -> &[Band] {
    set.definition.editions.last().map(|edition| edition.bands.as_slice()).unwrap_or_default()
}

fn bands(set: &CriteriaSet) -> Option<String> {
    let told = |band: &Band| {
        let from = band.from.map(|from| format!(" ≥ {}", from.normalize())).unwrap_or_default();
        let block = band.block.as_ref().map(|block| format!(" [{block}]")).unwrap_or_default();
        format!("{} {}{from}{block}", band.code, both_tongues(&band.name))
    };
    let bands = bands_of(set);
    (!bands.is_empty()).then(|| bands.iter().map(told).collect::<Vec<_>>().join("; "))
}

/// What a set has in place of a difference that is none of the definition, in the words of the reader.
#[must_use]
pub(crate) fn asked_words(set: &CriteriaSet, one: &SetDifference, lang: Lang) -> Option<String> {
    let picked = |text: &Text| lang.pick(text.vi.as_str(), text.en.as_str()).to_owned();
    let asks = set.asks.get(&one.code);
    match one.kind {
        SetDifferenceKind::Definition(_) => None,
        SetDifferenceKind::Scorer => {
            let scorer: Scorer = set.scorer(set.definition.node(&one.code)?);
            Some(crate::words::scorer(scorer, lang).to_owned())
        }
        SetDifferenceKind::Agency => asks?.appraised_by.clone(),
        SetDifferenceKind::Evidence => asks?.evidence.as_ref().map(picked),
        SetDifferenceKind::Guidance => asks?.guidance.as_ref().map(picked),
        SetDifferenceKind::Observed => {
            let named = |(figure, indicator): (&String, &String)| {
                let figure = set.definition.figure(figure).map(|id| index_words::figure(&set.definition, id, lang).to_owned());
                format!("{} ← {indicator}", figure.unwrap_or_default())
            };
            Some(asks?.observed.iter().map(named).collect::<Vec<_>>().join("; "))
        }
        SetDifferenceKind::Blocks => blocks(set, picked),
        SetDifferenceKind::Bands => {
            let told = |band: &Band| {
                let from = band.from.map(|from| crate::words::plain(from, lang));
                let from = from.map(|from| lang.pick(format!(" từ {from}"), format!(" from {from}"))).unwrap_or_default();
                let block = band.block.as_ref().and_then(|code| set.definition.blocks.iter().find(|block| block.code == *code));
                let block = block.map(|block| format!(" ({})", picked(&block.name))).unwrap_or_default();
                format!("{}{from}{block}", picked(&band.name))
            };
            let bands = bands_of(set);
            (!bands.is_empty()).then(|| bands.iter().map(told).collect::<Vec<_>>().join("; "))
        }
    }
}
