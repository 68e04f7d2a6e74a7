//! `cchc survey index`: an index by a rule in TOML, for the whole or by units, with ranks, and the difference of two years.

mod ranks;
mod rules;
mod years;

use std::path::PathBuf;

use clap::Args;
use survey_stats::{Domain, IndexError, IndexRule, Item, index_each};
use ui::Lang;

use super::estimate::{method_word, remark_on};
use super::report::{Cell, Report};
use super::sample::{Sample, SampleArgs, failed};
use crate::output::Failure;
use crate::say;
use crate::say::survey as words;
use rules::RuleFile;

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
    #[arg(long, value_name = "NODE", requires = "by", conflicts_with = "before")]
    rank: Option<String>,
    /// Thay cho bảng xếp hạng, in từng cặp đơn vị: chênh lệch chỉ số và chênh lệch thứ hạng, kèm sai số
    #[arg(long, requires = "rank")]
    pairs: bool,
    /// Năm trước để so sánh: in chênh lệch của năm --year so với năm này; tệp chứa cả hai năm, thôn điều tra lại giữ nguyên mã
    #[arg(long, value_name = "YEAR", requires = "year_column")]
    before: Option<i32>,
    /// Cột năm, khi tệp chứa nhiều năm
    #[arg(long, value_name = "COLUMN")]
    year_column: Option<String>,
    /// Số gieo của các lần rút để tính sai số thứ hạng
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Cách hiệu chỉnh khi so sánh mọi cặp đơn vị
    #[arg(long, value_enum, default_value_t = super::inference::Adjustment::Holm)]
    adjust: super::inference::Adjustment,
}

fn told(lang: Lang, error: &IndexError) -> Failure {
    match error {
        IndexError::Faults(faults) => Failure::bad_input(words::listed(lang, faults, words::index)),
        IndexError::Estimate(fault) => failed(lang, fault),
        IndexError::InGroup { group, fault } => {
            let told = words::explained(lang, words::estimate(lang, fault));
            Failure::bad_input(lang.pick(format!("đơn vị “{group}”: {told}"), format!("unit “{group}”: {told}")))
        }
    }
}

/// The rule in force in a year, with the answers as it reads them.
struct InForce<'a> {
    rule: &'a IndexRule,
    items: Vec<Item>,
}

fn in_force<'a>(
    lang: Lang,
    file: &RuleFile,
    rules: &'a [IndexRule],
    year: i32,
    sample: &Sample,
    column: Option<&String>,
) -> Result<InForce<'a>, Failure> {
    let years = column.map(|name| sample.labels(lang, name)).transpose()?;
    let of_year: Option<Vec<bool>> = years.map(|years| years.texts().map(|text| text == year.to_string()).collect());
    let rule = IndexRule::in_force(rules, year).map_err(|fault| Failure::bad_input(words::index(lang, &fault)))?;
    let place = rules.iter().position(|known| std::ptr::eq(known, rule)).unwrap_or(0);
    Ok(InForce { rule, items: file.version[place].items(lang, &sample.table, |row| of_year.as_ref().is_none_or(|marks| marks[row]))? })
}

pub(super) fn run(lang: Lang, args: &IndexArgs) -> Result<(), Failure> {
    let text = std::fs::read_to_string(&args.rule).map_err(|error| Failure::bad_input(say::unreadable(lang, &args.rule, &error)))?;
    let file: RuleFile = toml::from_str(&text).map_err(|error| Failure::bad_input(format!("{}: {error}", args.rule.display())))?;
    let contradictions = file.contradictions(lang);
    if !contradictions.is_empty() {
        let told = words::listed(lang, &contradictions, |_, text| text.clone());
        return Err(Failure::bad_input(format!("{}: {told}", args.rule.display())));
    }
    let rules: Vec<IndexRule> = file.version.iter().map(rules::VersionFile::rule).collect();
    let needed: Vec<&str> = args.by.iter().chain(&args.year_column).map(String::as_str).collect();
    let sample = args.sample.read(lang, &needed)?;
    let now = in_force(lang, &file, &rules, args.year, &sample, args.year_column.as_ref())?;
    let mut report = match args.before {
        Some(before) => {
            let earlier = in_force(lang, &file, &rules, before, &sample, args.year_column.as_ref())?;
            let mut report = years::differences(lang, args, &sample, (before, &earlier), &now)?;
            report.note(
                "version_before",
                lang.pick("Phiên bản của năm trước", "Version of the earlier year"),
                earlier.rule.version.as_str(),
            );
            report.note("year_before", lang.pick("Năm trước", "Earlier year"), before.to_string());
            report
        }
        None => of_year(lang, args, &sample, &now)?,
    };
    report.tell([
        ("rule", lang.pick("Quy tắc", "Rule"), now.rule.id.as_str().into()),
        ("version", lang.pick("Phiên bản", "Version"), now.rule.version.as_str().into()),
        ("year", lang.pick("Năm", "Year"), args.year.to_string().into()),
    ]);
    if let Some(by) = &args.by {
        let of_year = args.year_column.as_ref().map(|column| years::only(lang, &sample, column, args.year)).transpose()?;
        of_year.as_ref().unwrap_or(&sample).note_empty_groups(lang, by, &mut report)?;
    }
    sample.notes(lang, &mut report);
    report.print(lang, args.sample.format())
}

fn of_year(lang: Lang, args: &IndexArgs, sample: &Sample, now: &InForce<'_>) -> Result<Report, Failure> {
    let groups = years::groups(lang, args, sample, args.year)?;
    match &args.rank {
        Some(node) => ranks::ranked(lang, args, sample, &groups, now, node),
        None => {
            let found = index_each(&sample.design, &groups, now.rule, &now.items, &sample.options).map_err(|error| told(lang, &error))?;
            Ok(of_nodes(lang, args.by.is_some(), &groups, &found))
        }
    }
}

fn of_nodes(lang: Lang, named: bool, groups: &[Domain], found: &[survey_stats::IndexEstimate]) -> Report {
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
    for (group, found) in groups.iter().zip(found) {
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
                estimate.and_then(|estimate| estimate.standard_error).into(),
                interval.map(|interval| interval.low).into(),
                interval.map(|interval| interval.high).into(),
                interval.map_or(Cell::Nothing, |interval| method_word(interval.method).into()),
                estimate.map(|estimate| estimate.degrees_of_freedom).into(),
                estimate.map_or(Cell::Nothing, |estimate| Cell::Count(estimate.observations)),
                count(|counts| counts.answered.0),
                count(|counts| counts.no_answer.0),
                count(|counts| counts.not_applicable.0),
                match &node.estimate {
                    Err(fault) => words::estimate(lang, fault).into(),
                    Ok(estimate) => remark_on(lang, estimate.standard_error, estimate.interval).into(),
                },
            ]);
        }
    }
    report
}
