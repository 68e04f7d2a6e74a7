//! Rules of indices as TOML, and the answers of a table as a rule reads them.

use serde::Deserialize;
use survey_stats::{Aggregation, Answer, DataTable, IndexNode, IndexRule, Item, NoAnswerRule, Scoring};
use ui::Lang;

use crate::output::Failure;
use crate::say::survey as words;

/// The file of rules.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    /// Versions, each with its years.
    pub(super) version: Vec<VersionFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct VersionFile {
    id: String,
    version: String,
    first_year: i32,
    last_year: Option<i32>,
    /// Smallest and largest code.
    scale: [u8; 2],
    /// Codes that count as satisfied; none for a mean on the scale.
    satisfied: Option<Vec<u8>>,
    /// What a missing answer is: not counted, or not satisfied.
    no_answer: NoAnswerWord,
    aggregation: AggregationWord,
    /// Texts of the file that mean "no answer"; an empty field always does.
    #[serde(default)]
    no_answer_codes: Vec<String>,
    /// Texts of the file that mean "not applicable".
    #[serde(default)]
    not_applicable_codes: Vec<String>,
    node: Vec<NodeFile>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum NoAnswerWord {
    LeaveOut,
    Unsatisfied,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum AggregationWord {
    EqualItems,
    Weights,
    PooledAnswers,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NodeFile {
    code: String,
    parent: Option<String>,
    weight: Option<f64>,
}

impl RuleFile {
    /// What contradicts itself in the versions, which the engine does not see: it knows answers, not the codes that stand for them.
    pub(super) fn contradictions(&self, lang: Lang) -> Vec<String> {
        self.version.iter().flat_map(|version| version.contradictions(lang)).collect()
    }
}

impl VersionFile {
    /// A code that means two things, and siblings of which some have a weight and some have none.
    fn contradictions(&self, lang: Lang) -> Vec<String> {
        let mut found = Vec::new();
        let version = &self.version;
        let lists = [("no-answer-codes", &self.no_answer_codes), ("not-applicable-codes", &self.not_applicable_codes)];
        let [low, high] = self.scale;
        for (name, codes) in lists {
            for code in codes.iter().filter(|code| without_point(code).parse().is_ok_and(|code: u8| (low..=high).contains(&code))) {
                found.push(lang.pick(
                    format!("phiên bản {version}: mã “{code}” của {name} cũng nằm trong thang từ {low} đến {high}"),
                    format!("version {version}: the code “{code}” of {name} also lies on the scale from {low} to {high}"),
                ));
            }
        }
        let same = |one: &str, other: &str| without_point(one) == without_point(other);
        for code in self.no_answer_codes.iter().filter(|code| self.not_applicable_codes.iter().any(|other| same(code, other))) {
            found.push(lang.pick(
                format!("phiên bản {version}: mã “{code}” có cả trong no-answer-codes và not-applicable-codes"),
                format!("version {version}: the code “{code}” stands in no-answer-codes and in not-applicable-codes"),
            ));
        }
        for (place, node) in self.node.iter().enumerate().filter(|_| matches!(self.aggregation, AggregationWord::Weights)) {
            let siblings: Vec<&NodeFile> = self.node.iter().filter(|other| other.parent == node.parent).collect();
            let first = !self.node[..place].iter().any(|other| other.parent == node.parent);
            let without: Vec<&str> = siblings.iter().filter(|one| one.weight.is_none()).map(|one| one.code.as_str()).collect();
            if first && !without.is_empty() && without.len() < siblings.len() {
                let (parent, without) = (node.parent.as_deref().unwrap_or_default(), without.join(", "));
                found.push(lang.pick(
                    format!("phiên bản {version}: dưới mục {parent} chỉ một số mục có weight; {without} không có"),
                    format!("version {version}: below node {parent} some nodes have a weight and {without} none"),
                ));
            }
        }
        found
    }

    pub(super) fn rule(&self) -> IndexRule {
        let node = |node: &NodeFile| IndexNode { code: node.code.clone(), parent: node.parent.clone(), weight: node.weight.unwrap_or(1.0) };
        IndexRule {
            id: self.id.clone(),
            version: self.version.clone(),
            first_year: self.first_year,
            last_year: self.last_year,
            scale: (self.scale[0], self.scale[1]),
            scoring: self.satisfied.clone().map_or(Scoring::Mean, Scoring::Satisfied),
            no_answer: match self.no_answer {
                NoAnswerWord::LeaveOut => NoAnswerRule::LeaveOut,
                NoAnswerWord::Unsatisfied => NoAnswerRule::CountAsUnsatisfied,
            },
            aggregation: match self.aggregation {
                AggregationWord::EqualItems => Aggregation::EqualItems,
                AggregationWord::Weights => Aggregation::ChildWeights,
                AggregationWord::PooledAnswers => Aggregation::PooledAnswers,
            },
            nodes: self.node.iter().map(node).collect(),
        }
    }

    /// Answers of the nodes without children, of the rows that count: those of other years follow another rule.
    /// Texts that are neither codes nor missing are told with row and column.
    pub(super) fn items(&self, lang: Lang, table: &DataTable, counts: impl Fn(usize) -> bool) -> Result<Vec<Item>, Failure> {
        let is_parent = |code: &str| self.node.iter().any(|node| node.parent.as_deref() == Some(code));
        let (mut items, mut lines) = (Vec::new(), Vec::new());
        let leaves: Vec<&str> = self.node.iter().map(|node| node.code.as_str()).filter(|code| !is_parent(code)).collect();
        let columns = table.labels_of(&leaves).map_err(|faults| Failure::bad_input(words::listed_data(lang, &faults)))?;
        for (code, labels) in leaves.into_iter().zip(columns) {
            // Answers are few and rows are many: each answer is read once.
            let meanings: Vec<Option<Answer>> = labels.levels().iter().map(|text| self.meaning(text)).collect();
            let mut answers = Vec::with_capacity(table.rows());
            for (row, level) in labels.places().enumerate() {
                let level = level.filter(|_| counts(row));
                answers.push(level.map_or(Some(Answer::NoAnswer), |level| meanings[level]).unwrap_or_else(|| {
                    let text = level.map(|level| labels.levels()[level].clone()).unwrap_or_default();
                    lines.push((row + 1, code, text));
                    Answer::NoAnswer
                }));
            }
            items.push(Item { name: code.to_owned(), answers });
        }
        if lines.is_empty() {
            Ok(items)
        } else {
            Err(Failure::bad_input(words::listed(lang, &lines, |lang, line| self.expected(lang, line))))
        }
    }

    /// What an answer says; none for one that is neither a code nor missing.
    fn meaning(&self, text: &str) -> Option<Answer> {
        let is = |codes: &[String]| codes.iter().any(|code| code == text || code == without_point(text));
        if is(&self.no_answer_codes) {
            Some(Answer::NoAnswer)
        } else if is(&self.not_applicable_codes) {
            Some(Answer::NotApplicable)
        } else {
            without_point(text).parse().ok().map(Answer::Code)
        }
    }

    /// What an answer must be, for one that is something else.
    fn expected(&self, lang: Lang, (row, column, text): &(usize, &str, String)) -> String {
        let [low, high] = self.scale;
        let quoted = |codes: &[String]| codes.iter().map(|code| format!("“{code}”")).collect::<Vec<_>>().join(", ");
        let mut others = vec![lang.pick("ô trống".to_owned(), "an empty field".to_owned())];
        others.extend(
            [&self.no_answer_codes, &self.not_applicable_codes].into_iter().filter(|codes| !codes.is_empty()).map(|codes| quoted(codes)),
        );
        let others = others.join(", ");
        lang.pick(
            format!("dòng {row}, cột {column}: “{text}”, phải là số nguyên từ {low} đến {high}, hoặc {others}"),
            format!("row {row}, column {column}: “{text}” where a whole number from {low} to {high} is needed, or {others}"),
        )
    }
}

/// A code as a whole number; programs that know none write 4.0 for 4.
fn without_point(text: &str) -> &str {
    text.split_once('.').map_or(text, |(code, rest)| if rest.bytes().all(|digit| digit == b'0') { code } else { text })
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_may_be_written_with_a_point() {
        assert_eq!(["4", "4.0", "4.00", "4."].map(super::without_point), ["4"; 4]);
        assert_eq!(["4.5", "4,0", "bốn"].map(super::without_point), ["4.5", "4,0", "bốn"]);
    }
}
