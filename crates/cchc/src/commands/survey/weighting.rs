//! `cchc survey weight`: one step, and the file with the new weights or the report of what the step did.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use survey_stats::{
    Auxiliary, DataTable, Distance, Margin, PropensityUse, RakingResiduals, Reweighted, WeightReport, WeightStep, WeightSummary,
};
use ui::Lang;

use super::report::{Cell, Report};
use super::sample::{Sample, SampleArgs, marks, read_table};
use crate::output::Failure;
use crate::say::survey as words;

#[derive(Debug, Clone, Args)]
pub(crate) struct WeightArgs {
    #[command(flatten)]
    sample: SampleArgs,
    #[command(flatten)]
    step: StepArgs,
    /// In báo cáo thay cho quyền số mới của từng dòng
    #[arg(long)]
    report: bool,
}

/// One step that changes weights.
#[derive(Debug, Clone, Args)]
pub(crate) struct StepArgs {
    /// Bước điều chỉnh quyền số
    #[arg(long, value_enum)]
    step: Option<Step>,
    /// Tệp tổng đã biết: các cột variable, level, total; level trống là tổng của một cột số; variable 1 là cỡ tổng thể
    #[arg(long, value_name = "FILE")]
    totals: Option<PathBuf>,
    /// Cột 0/1: có trả lời
    #[arg(long, value_name = "COLUMN")]
    responded: Option<String>,
    /// Cột lớp không trả lời
    #[arg(long, value_name = "COLUMN")]
    classes: Option<String>,
    /// Các cột số giải thích khả năng trả lời
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    predictors: Vec<String>,
    /// Hệ số nhỏ nhất (hiệu chỉnh có giới hạn) hoặc quyền số nhỏ nhất (cắt)
    #[arg(long, value_name = "NUMBER")]
    low: Option<f64>,
    /// Hệ số lớn nhất hoặc quyền số lớn nhất
    #[arg(long, value_name = "NUMBER")]
    high: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Không trả lời, theo lớp
    Classes,
    /// Không trả lời, theo xác suất ước lượng
    Propensity,
    /// Hậu phân tầng theo một biến
    PostStrata,
    /// Raking theo nhiều biến
    Raking,
    /// Hiệu chỉnh tuyến tính
    Linear,
    /// Hiệu chỉnh tuyến tính có giới hạn
    Bounded,
    /// Hiệu chỉnh logit có giới hạn
    Logit,
    /// Cắt quyền số
    Trim,
}

/// A variable of the file of totals with its levels and their totals.
type KnownTotals = (String, Vec<(String, f64)>);

fn needs(lang: Lang, flag: &str) -> Failure {
    Failure::bad_input(lang.pick(format!("Bước này cần {flag}."), format!("This step needs {flag}.")))
}

impl StepArgs {
    /// The design after the step and what it did; none where no step was asked for.
    pub(super) fn apply(&self, lang: Lang, sample: &Sample) -> Result<Option<Reweighted>, Failure> {
        let Some(step) = self.step else { return Ok(None) };
        let after = sample.design.reweighted(&self.made(lang, sample, step)?);
        after.map(Some).map_err(|faults| Failure::bad_input(words::listed(lang, &faults, words::weight)))
    }

    fn responded(&self, lang: Lang, table: &DataTable) -> Result<Vec<bool>, Failure> {
        marks(lang, table, self.responded.as_ref().ok_or_else(|| needs(lang, "--responded"))?)
    }

    fn made(&self, lang: Lang, sample: &Sample, step: Step) -> Result<WeightStep, Failure> {
        let bounds = || match (self.low, self.high) {
            (Some(low), Some(high)) => Ok((low, high)),
            _ => Err(needs(lang, "--low, --high")),
        };
        Ok(match step {
            Step::Classes => {
                let classes = self.classes.as_ref().ok_or_else(|| needs(lang, "--classes"))?;
                WeightStep::ResponseClasses { classes: sample.labels(lang, classes)?, responded: self.responded(lang, &sample.table)? }
            }
            Step::Propensity => {
                if self.predictors.is_empty() {
                    return Err(needs(lang, "--predictors"));
                }
                WeightStep::ResponsePropensity {
                    predictors: sample.columns(lang, &self.predictors)?,
                    responded: self.responded(lang, &sample.table)?,
                    using: PropensityUse::Inverse,
                }
            }
            Step::PostStrata => {
                let mut margins = self.margins(lang, sample)?;
                if margins.len() != 1 {
                    return Err(needs(lang, lang.pick("đúng một biến trong --totals", "exactly one variable in --totals")));
                }
                WeightStep::PostStrata(margins.remove(0))
            }
            Step::Raking => WeightStep::Raking { margins: self.margins(lang, sample)?, residuals: RakingResiduals::Weighted },
            Step::Linear => WeightStep::Calibration { auxiliaries: self.auxiliaries(lang, sample)?, distance: Distance::Linear },
            Step::Bounded => {
                let (low, high) = bounds()?;
                WeightStep::Calibration { auxiliaries: self.auxiliaries(lang, sample)?, distance: Distance::LinearBounded { low, high } }
            }
            Step::Logit => {
                let (low, high) = bounds()?;
                WeightStep::Calibration { auxiliaries: self.auxiliaries(lang, sample)?, distance: Distance::Logit { low, high } }
            }
            Step::Trim => {
                let (low, high) = bounds()?;
                WeightStep::Trimming { low, high, strict: true }
            }
        })
    }

    /// Variables of the file of totals in their order, each with level and total.
    fn totals(&self, lang: Lang) -> Result<Vec<KnownTotals>, Failure> {
        let path = self.totals.as_ref().ok_or_else(|| needs(lang, "--totals"))?;
        let table = read_table(lang, path)?;
        let variables = super::sample::labels(lang, &table, "variable")?;
        let levels = super::sample::labels(lang, &table, "level")?;
        let totals = super::sample::numbers(lang, &table, "total")?;
        let mut found: Vec<KnownTotals> = variables.levels().iter().map(|variable| (variable.clone(), Vec::new())).collect();
        for ((variable, level), total) in variables.texts().zip(levels.texts()).zip(totals.values()) {
            if let Some((_, list)) = found.iter_mut().find(|(name, _)| name == variable) {
                list.push((level.to_owned(), *total));
            }
        }
        Ok(found)
    }

    fn margins(&self, lang: Lang, sample: &Sample) -> Result<Vec<Margin>, Failure> {
        let margin = |(variable, totals): KnownTotals| Ok(Margin { labels: sample.labels(lang, &variable)?, totals });
        self.totals(lang)?.into_iter().map(margin).collect()
    }

    fn auxiliaries(&self, lang: Lang, sample: &Sample) -> Result<Vec<Auxiliary>, Failure> {
        let mut auxiliaries = Vec::new();
        for (variable, totals) in self.totals(lang)? {
            match totals.as_slice() {
                [(level, total)] if level.is_empty() && variable == "1" => {
                    auxiliaries.push(Auxiliary::constant(sample.design.rows(), *total))
                }
                [(level, total)] if level.is_empty() => {
                    auxiliaries.push(Auxiliary { column: sample.numbers(lang, &variable)?, total: *total })
                }
                _ => auxiliaries.extend(Auxiliary::levels(&sample.labels(lang, &variable)?, &totals)),
            }
        }
        Ok(auxiliaries)
    }
}

pub(super) fn run(lang: Lang, args: &WeightArgs) -> Result<(), Failure> {
    let sample = args.sample.read(lang)?;
    let after = args.step.apply(lang, &sample)?.ok_or_else(|| needs(lang, "--step"))?;
    let mut report = if args.report {
        of_step(&after.report)
    } else {
        let mut report = Report::new(&["row", "weight_before", "weight", "factor"]);
        for (row, (before, weight)) in sample.design.weights().into_iter().zip(after.design.weights()).enumerate() {
            let factor = (before.abs() > 0.0).then(|| weight / before);
            report.rows.push(vec![Cell::Count(row + 1), before.into(), weight.into(), factor.into()]);
        }
        report
    };
    let found = &after.report;
    report.notes.extend([
        ("iterations", lang.pick("Số vòng", "Rounds"), Cell::Count(found.iterations)),
        ("dropped", lang.pick("Số dòng mất quyền số", "Rows without weight after the step"), Cell::Count(found.dropped)),
        ("trimmed", lang.pick("Số quyền số bị cắt", "Weights cut"), Cell::Count(found.trimmed)),
        ("negative", lang.pick("Số quyền số âm", "Negative weights"), Cell::Count(found.negative)),
    ]);
    sample.notes(lang, &mut report);
    report.print(lang, args.sample.format)
}

fn of_step(found: &WeightReport) -> Report {
    let mut report = Report::new(&["what", "wanted", "before", "after"]);
    for target in &found.targets {
        report.rows.push(vec![target.name.as_str().into(), target.wanted.into(), target.before.into(), target.after.into()]);
    }
    type Figure = fn(&WeightSummary) -> f64;
    let figures: [(&str, Figure); 8] = [
        ("rows", |summary| summary.rows as f64),
        ("sum", |summary| summary.sum),
        ("smallest", |summary| summary.quartiles[0]),
        ("median", |summary| summary.quartiles[2]),
        ("largest", |summary| summary.quartiles[4]),
        ("cv", |summary| summary.coefficient_of_variation),
        ("effective_size", |summary| summary.effective_size),
        ("design_effect", |summary| summary.design_effect),
    ];
    for (name, figure) in figures {
        let [before, after] = [&found.before, &found.after].map(|summary| summary.as_ref().map(figure).into());
        report.rows.push(vec![name.into(), Cell::Nothing, before, after]);
    }
    report
}
