//! `cchc survey index`: an index by a rule in TOML, for the whole or by units, with ranks.

use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;
use survey_stats::{
    Aggregation, Answer, DataTable, Domain, IndexError, IndexNode, IndexRule, Item, NoAnswerRule, RankOptions, Scoring, index,
    index_of_groups, rank,
};
use ui::Lang;

use super::estimate::method_word;
use super::report::{Cell, Report};
use super::sample::{SampleArgs, failed};
use crate::output::Failure;
use crate::say;
use crate::say::survey as words;

#[derive(Debug, Clone, Args)]
pub(crate) struct IndexArgs {
    #[command(flatten)]
    sample: SampleArgs,
    /// Quy tắc tính chỉ số (TOML), một hoặc nhiều phiên bản
    #[arg(long, value_name = "FILE.toml")]
    rule: PathBuf,
    /// Năm khảo sát, để chọn phiên bản có hiệu lực
    #[arg(long, value_name = "YEAR")]
    year: i32,
    /// Tính theo từng đơn vị của cột này
    #[arg(long, value_name = "COLUMN")]
    by: Option<String>,
    /// Xếp hạng các đơn vị theo mục này, kèm sai số của thứ hạng
    #[arg(long, value_name = "NODE", requires = "by")]
    rank: Option<String>,
    /// Số gieo của các lần rút để tính sai số thứ hạng
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Cách hiệu chỉnh khi so sánh mọi cặp đơn vị
    #[arg(long, value_enum, default_value_t = super::inference::Adjustment::Holm)]
    adjust: super::inference::Adjustment,
}

/// The file of rules.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    /// Versions, each with its years.
    version: Vec<VersionFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct VersionFile {
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

impl VersionFile {
    fn rule(&self) -> IndexRule {
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

    /// Answers of the nodes without children. Texts that are neither codes nor missing are told with row and column.
    fn items(&self, lang: Lang, table: &DataTable) -> Result<Vec<Item>, Failure> {
        let is_parent = |code: &str| self.node.iter().any(|node| node.parent.as_deref() == Some(code));
        let (mut items, mut lines) = (Vec::new(), Vec::new());
        for node in self.node.iter().filter(|node| !is_parent(&node.code)) {
            let labels = super::sample::labels(lang, table, &node.code)?;
            let mut answers = Vec::with_capacity(table.rows());
            for (row, text) in labels.texts().enumerate() {
                answers.push(if text.is_empty() || self.no_answer_codes.iter().any(|code| code == text) {
                    Answer::NoAnswer
                } else if self.not_applicable_codes.iter().any(|code| code == text) {
                    Answer::NotApplicable
                } else if let Ok(code) = text.parse() {
                    Answer::Code(code)
                } else {
                    let fault = survey_stats::DataFault::NotANumber { row: row + 1, column: node.code.clone(), value: text.to_owned() };
                    lines.push(fault);
                    Answer::NoAnswer
                });
            }
            items.push(Item { name: node.code.clone(), answers });
        }
        if lines.is_empty() { Ok(items) } else { Err(Failure::bad_input(words::listed(lang, &lines, words::data))) }
    }
}

fn told(lang: Lang, error: &IndexError) -> Failure {
    match error {
        IndexError::Faults(faults) => Failure::bad_input(words::listed(lang, faults, words::index)),
        IndexError::Estimate(fault) => failed(lang, fault),
    }
}

pub(super) fn run(lang: Lang, args: &IndexArgs) -> Result<(), Failure> {
    let text = std::fs::read_to_string(&args.rule).map_err(|error| Failure::bad_input(say::unreadable(lang, &args.rule, &error)))?;
    let file: RuleFile = toml::from_str(&text).map_err(|error| Failure::bad_input(format!("{}: {error}", args.rule.display())))?;
    let rules: Vec<IndexRule> = file.version.iter().map(VersionFile::rule).collect();
    let rule = IndexRule::in_force(&rules, args.year).map_err(|fault| Failure::bad_input(words::index(lang, &fault)))?;
    let place = rules.iter().position(|known| known.version == rule.version && known.first_year == rule.first_year).unwrap_or(0);
    let sample = args.sample.read(lang)?;
    let items = file.version[place].items(lang, &sample.table)?;
    let groups: Vec<Domain> = match &args.by {
        None => vec![sample.domain.clone()],
        Some(by) => sample.groups(lang, by)?,
    };
    let mut report = match &args.rank {
        Some(node) => {
            let found =
                index_of_groups(&sample.design, &groups, rule, node, &items, &sample.options).map_err(|error| told(lang, &error))?;
            let options = RankOptions { seed: args.seed, adjustment: args.adjust.method(), ..RankOptions::default() };
            let ranking = rank(&found, &options).map_err(|fault| failed(lang, &fault))?;
            let mut report = Report::new(&["rank", "unit", "estimate", "se", "rank_se", "rank_best", "rank_worst", "alike"]);
            for &unit in &ranking.order {
                let sets: Vec<String> = ranking
                    .alike
                    .iter()
                    .enumerate()
                    .filter(|(_, set)| set.contains(&unit))
                    .map(|(number, _)| (number + 1).to_string())
                    .collect();
                let ranked = &ranking.units[unit];
                report.rows.push(vec![
                    Cell::Count(ranked.rank),
                    ranked.name.as_str().into(),
                    ranked.value.into(),
                    ranked.standard_error.into(),
                    ranked.rank_error.into(),
                    Cell::Count(ranked.best),
                    Cell::Count(ranked.worst),
                    sets.join(" ").as_str().into(),
                ]);
            }
            report.notes.push(("level", lang.pick("Mức tin cậy của thứ hạng", "Level of the ranks"), ranking.level.into()));
            report
        }
        None => of_nodes(lang, args.by.is_some(), &groups, |group| index(&sample.design, group, rule, &items, &sample.options))?,
    };
    report.notes.extend([
        ("rule", lang.pick("Quy tắc", "Rule"), rule.id.as_str().into()),
        ("version", lang.pick("Phiên bản", "Version"), rule.version.as_str().into()),
        ("year", lang.pick("Năm", "Year"), args.year.to_string().as_str().into()),
    ]);
    sample.notes(lang, &mut report);
    report.print(lang, args.sample.format)
}

fn of_nodes(
    lang: Lang,
    named: bool,
    groups: &[Domain],
    ask: impl Fn(&Domain) -> Result<survey_stats::IndexEstimate, IndexError>,
) -> Result<Report, Failure> {
    let columns = [
        "group",
        "node",
        "depth",
        "estimate",
        "se",
        "ci_low",
        "ci_high",
        "ci_method",
        "df",
        "n",
        "answered",
        "no_answer",
        "not_applicable",
        "remark",
    ];
    let mut report = Report::new(&columns);
    for group in groups {
        let found = ask(group).map_err(|error| told(lang, &error))?;
        for node in &found.nodes {
            let estimate = node.estimate.as_ref().ok();
            let interval = estimate.and_then(|estimate| estimate.interval.ok());
            let count = |take: fn(&survey_stats::AnswerCounts) -> usize| {
                node.counts.as_ref().map_or(Cell::Nothing, |counts| Cell::Count(take(counts)))
            };
            report.rows.push(vec![
                if named { group.name().into() } else { Cell::Nothing },
                node.code.as_str().into(),
                Cell::Count(node.depth),
                estimate.map(|estimate| estimate.value).into(),
                estimate.map(|estimate| estimate.standard_error).into(),
                interval.map(|interval| interval.low).into(),
                interval.map(|interval| interval.high).into(),
                interval.map_or(Cell::Nothing, |interval| method_word(interval.method).into()),
                estimate.map(|estimate| estimate.degrees_of_freedom).into(),
                estimate.map_or(Cell::Nothing, |estimate| Cell::Count(estimate.observations)),
                count(|counts| counts.answered.0),
                count(|counts| counts.no_answer.0),
                count(|counts| counts.not_applicable.0),
                node.estimate.as_ref().err().map_or(Cell::Nothing, |fault| words::estimate(lang, fault).as_str().into()),
            ]);
        }
    }
    Ok(report)
}
