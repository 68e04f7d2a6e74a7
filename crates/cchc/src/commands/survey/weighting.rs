//! `cchc survey weight`: steps that change weights, and the file with the new weights or the report of what each step did.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use survey_stats::{
    Auxiliary, DataTable, Design, Distance, Margin, PropensityUse, RakingResiduals, WeightReport, WeightStep, WeightSummary,
};
use ui::Lang;

use super::report::{Cell, Report};
use super::sample::{DesignArgs, labels, marks, notes_of, numbers, read_table};
use crate::output::Failure;
use crate::say::survey as words;

#[derive(Debug, Clone, Args)]
pub(crate) struct WeightArgs {
    #[command(flatten)]
    design: DesignArgs,
    #[command(flatten)]
    step: StepArgs,
    /// Cột mã dòng, in kèm quyền số mới
    #[arg(long, value_name = "COLUMN", conflicts_with = "report")]
    id: Option<String>,
    /// In báo cáo thay cho quyền số mới của từng dòng
    #[arg(long)]
    report: bool,
}

/// Steps that change weights.
#[derive(Debug, Clone, Args)]
pub(crate) struct StepArgs {
    /// Bước điều chỉnh quyền số; nêu nhiều lần để làm nhiều bước, lần lượt theo thứ tự đã nêu
    #[arg(long, value_enum)]
    step: Vec<Step>,
    /// Tệp tổng đã biết: các cột variable, level, total; level trống là tổng của một cột số; variable 1 là cỡ tổng thể. Nhiều bước cần tổng thì nêu một tệp chung hoặc mỗi bước một tệp
    #[arg(long, value_name = "FILE")]
    totals: Vec<PathBuf>,
    /// Cột 0/1: có trả lời
    #[arg(long, value_name = "COLUMN")]
    responded: Option<String>,
    /// Cột lớp không trả lời
    #[arg(long, value_name = "COLUMN")]
    classes: Option<String>,
    /// Các cột số giải thích khả năng trả lời
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    predictors: Vec<String>,
    /// Số lớp theo khả năng trả lời (bước propensity-classes; mặc định 5)
    #[arg(long, value_name = "COUNT")]
    class_count: Option<usize>,
    /// Hệ số nhỏ nhất (hiệu chỉnh có giới hạn) hoặc quyền số nhỏ nhất (cắt); nhiều bước thì nêu một số chung hoặc mỗi bước một số
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    low: Vec<f64>,
    /// Hệ số lớn nhất hoặc quyền số lớn nhất; nêu như --low
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    high: Vec<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Không trả lời, theo lớp
    Classes,
    /// Không trả lời, chia cho xác suất ước lượng
    Propensity,
    /// Không trả lời, theo lớp của xác suất ước lượng
    PropensityClasses,
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

/// How many classes of response propensity are usual (Cochran 1968; Little 1986).
const USUAL_CLASSES: usize = 5;

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Classes => "classes",
            Self::Propensity => "propensity",
            Self::PropensityClasses => "propensity-classes",
            Self::PostStrata => "post-strata",
            Self::Raking => "raking",
            Self::Linear => "linear",
            Self::Bounded => "bounded",
            Self::Logit => "logit",
            Self::Trim => "trim",
        }
    }

    fn takes_totals(self) -> bool {
        matches!(self, Self::PostStrata | Self::Raking | Self::Linear | Self::Bounded | Self::Logit)
    }

    fn takes_bounds(self) -> bool {
        matches!(self, Self::Bounded | Self::Logit | Self::Trim)
    }
}

/// A step that was done.
pub(super) struct Done {
    name: &'static str,
    pub(super) step: WeightStep,
    /// The design that the step was done to.
    pub(super) before: Design,
    report: WeightReport,
}

/// A variable of the file of totals with its levels and their totals.
type KnownTotals = (String, Vec<(String, f64)>);

fn needs(lang: Lang, flag: &str) -> Failure {
    Failure::bad_input(lang.pick(format!("Bước này cần {flag}."), format!("This step needs {flag}.")))
}

fn unused(lang: Lang, flag: &str) -> Failure {
    Failure::bad_input(
        lang.pick(format!("{flag} không dùng cho các bước đã nêu."), format!("{flag} is used by none of the steps that were asked for.")),
    )
}

/// The value of a flag for one of the steps that use it: one value for all, or one for each.
fn nth<'a, T>(lang: Lang, flag: &str, values: &'a [T], place: usize, uses: usize) -> Result<&'a T, Failure> {
    match values {
        [] => Err(needs(lang, flag)),
        [one] => Ok(one),
        many if many.len() == uses => Ok(&many[place]),
        many => {
            let given = many.len();
            Err(Failure::bad_input(lang.pick(
                format!("{flag} được nêu {given} lần cho {uses} bước; nêu một lần, hoặc mỗi bước một lần."),
                format!("{flag} was given {given} times for {uses} steps; give it once, or once a step."),
            )))
        }
    }
}

impl StepArgs {
    /// The design after all steps and what each did; no step where none was asked for.
    pub(super) fn apply(&self, lang: Lang, table: &DataTable, design: &Design) -> Result<(Design, Vec<Done>), Failure> {
        self.refuse_unused(lang)?;
        let (mut design, mut done) = (design.clone(), Vec::new());
        for (place, &step) in self.step.iter().enumerate() {
            let made = self.made(lang, table, step, place)?;
            let after = design.reweighted(&made).map_err(|faults| {
                let told = words::listed(lang, &faults, words::weight);
                let number = place + 1;
                Failure::bad_input(if self.step.len() == 1 {
                    told
                } else {
                    lang.pick(format!("Bước {number} ({}): {told}", step.name()), format!("Step {number} ({}): {told}", step.name()))
                })
            })?;
            let before = std::mem::replace(&mut design, after.design);
            done.push(Done { name: step.name(), step: made, before, report: after.report });
        }
        Ok((design, done))
    }

    /// A flag that no step uses is a slip, which would otherwise pass in silence.
    fn refuse_unused(&self, lang: Lang) -> Result<(), Failure> {
        let any = |test: fn(Step) -> bool| self.step.iter().any(|&step| test(step));
        let response = any(|step| matches!(step, Step::Classes | Step::Propensity | Step::PropensityClasses));
        let flags = [
            ("--totals", !self.totals.is_empty(), any(Step::takes_totals)),
            ("--low", !self.low.is_empty(), any(Step::takes_bounds)),
            ("--high", !self.high.is_empty(), any(Step::takes_bounds)),
            ("--responded", self.responded.is_some(), response),
            ("--classes", self.classes.is_some(), any(|step| step == Step::Classes)),
            ("--predictors", !self.predictors.is_empty(), any(|step| matches!(step, Step::Propensity | Step::PropensityClasses))),
            ("--class-count", self.class_count.is_some(), any(|step| step == Step::PropensityClasses)),
        ];
        flags.iter().find(|(_, given, used)| *given && !used).map_or(Ok(()), |(flag, ..)| Err(unused(lang, flag)))
    }

    /// Which of the steps that pass a test the step at a place is, and how many there are.
    fn among(&self, place: usize, test: fn(Step) -> bool) -> (usize, usize) {
        let count = |steps: &[Step]| steps.iter().filter(|&&step| test(step)).count();
        (count(&self.step[..place]), count(&self.step))
    }

    fn responded(&self, lang: Lang, table: &DataTable) -> Result<Vec<bool>, Failure> {
        marks(lang, table, self.responded.as_ref().ok_or_else(|| needs(lang, "--responded"))?)
    }

    fn propensity(&self, lang: Lang, table: &DataTable, using: PropensityUse) -> Result<WeightStep, Failure> {
        if self.predictors.is_empty() {
            return Err(needs(lang, "--predictors"));
        }
        let predictors = self.predictors.iter().map(|name| numbers(lang, table, name)).collect::<Result<Vec<_>, _>>()?;
        Ok(WeightStep::ResponsePropensity { predictors, responded: self.responded(lang, table)?, using })
    }

    fn made(&self, lang: Lang, table: &DataTable, step: Step, place: usize) -> Result<WeightStep, Failure> {
        let bounds = || {
            let (number, uses) = self.among(place, Step::takes_bounds);
            let of = |flag, values| nth(lang, flag, values, number, uses).copied();
            Ok((of("--low", &self.low)?, of("--high", &self.high)?))
        };
        let totals = || {
            let (number, uses) = self.among(place, Step::takes_totals);
            totals(lang, nth(lang, "--totals", &self.totals, number, uses)?)
        };
        let calibration = |distance| Ok(WeightStep::Calibration { auxiliaries: auxiliaries(lang, table, totals()?)?, distance });
        Ok(match step {
            Step::Classes => {
                let classes = self.classes.as_ref().ok_or_else(|| needs(lang, "--classes"))?;
                WeightStep::ResponseClasses { classes: labels(lang, table, classes)?, responded: self.responded(lang, table)? }
            }
            Step::Propensity => self.propensity(lang, table, PropensityUse::Inverse)?,
            Step::PropensityClasses => self.propensity(lang, table, PropensityUse::Classes(self.class_count.unwrap_or(USUAL_CLASSES)))?,
            Step::PostStrata => {
                let mut margins = margins(lang, table, totals()?)?;
                if margins.len() != 1 {
                    return Err(needs(lang, lang.pick("đúng một biến trong --totals", "exactly one variable in --totals")));
                }
                WeightStep::PostStrata(margins.remove(0))
            }
            Step::Raking => WeightStep::Raking { margins: margins(lang, table, totals()?)?, residuals: RakingResiduals::Weighted },
            Step::Linear => calibration(Distance::Linear)?,
            Step::Bounded => {
                let (low, high) = bounds()?;
                calibration(Distance::LinearBounded { low, high })?
            }
            Step::Logit => {
                let (low, high) = bounds()?;
                calibration(Distance::Logit { low, high })?
            }
            Step::Trim => {
                let (low, high) = bounds()?;
                WeightStep::Trimming { low, high, strict: true }
            }
        })
    }
}

/// Variables of a file of totals in their order, each with level and total.
fn totals(lang: Lang, path: &std::path::Path) -> Result<Vec<KnownTotals>, Failure> {
    let table = read_table(lang, path)?;
    let variables = labels(lang, &table, "variable")?;
    let levels = labels(lang, &table, "level")?;
    let totals = numbers(lang, &table, "total")?;
    let mut found: Vec<KnownTotals> = variables.levels().iter().map(|variable| (variable.clone(), Vec::new())).collect();
    for ((variable, level), total) in variables.texts().zip(levels.texts()).zip(totals.values()) {
        if let Some((_, list)) = found.iter_mut().find(|(name, _)| name == variable) {
            list.push((level.to_owned(), *total));
        }
    }
    Ok(found)
}

fn margins(lang: Lang, table: &DataTable, totals: Vec<KnownTotals>) -> Result<Vec<Margin>, Failure> {
    let margin = |(variable, totals): KnownTotals| Ok(Margin { labels: labels(lang, table, &variable)?, totals });
    totals.into_iter().map(margin).collect()
}

fn auxiliaries(lang: Lang, table: &DataTable, totals: Vec<KnownTotals>) -> Result<Vec<Auxiliary>, Failure> {
    let mut auxiliaries = Vec::new();
    for (variable, totals) in totals {
        match totals.as_slice() {
            [(level, total)] if level.is_empty() && variable == "1" => auxiliaries.push(Auxiliary::constant(table.rows(), *total)),
            [(level, total)] if level.is_empty() => auxiliaries.push(Auxiliary { column: numbers(lang, table, &variable)?, total: *total }),
            _ => auxiliaries.extend(Auxiliary::levels(&labels(lang, table, &variable)?, &totals)),
        }
    }
    Ok(auxiliaries)
}

/// What each step did, as notes: rounds, rows and weights that changed, and how unequal the weights became.
pub(super) fn tell_steps(lang: Lang, steps: &[Done], report: &mut Report) {
    for (place, Done { name, report: found, .. }) in steps.iter().enumerate() {
        let number = place + 1;
        report.note(format!("step_{number}"), lang.pick(format!("Bước {number}"), format!("Step {number}")), *name);
        let mut note = |key: &str, words: &str, value: Cell| {
            report.note(format!("step_{number}_{key}"), format!("  {words}"), value);
        };
        note("iterations", lang.pick("Số vòng", "Rounds"), found.iterations.into());
        note("dropped", lang.pick("Số dòng mất quyền số", "Rows without weight after the step"), found.dropped.into());
        note("trimmed", lang.pick("Số quyền số bị cắt", "Weights cut"), found.trimmed.into());
        note("negative", lang.pick("Số quyền số âm", "Negative weights"), found.negative.into());
        let figure = |summary: &Option<WeightSummary>, take: fn(&WeightSummary) -> f64| summary.as_ref().map(take).into();
        let size = |summary: &WeightSummary| summary.effective_size;
        note("effective_before", lang.pick("Cỡ mẫu hiệu dụng trước", "Effective size before"), figure(&found.before, size));
        note("effective_after", lang.pick("Cỡ mẫu hiệu dụng sau", "Effective size after"), figure(&found.after, size));
        let (least, most) = (|summary: &WeightSummary| summary.quartiles[0], |summary: &WeightSummary| summary.quartiles[4]);
        note("least_factor", lang.pick("Hệ số nhỏ nhất", "Smallest factor"), figure(&found.factors, least));
        note("largest_factor", lang.pick("Hệ số lớn nhất", "Largest factor"), figure(&found.factors, most));
        let off = |target: &survey_stats::TargetReached| (target.after - target.wanted).abs() / target.wanted.abs().max(1.0);
        if let Some(farthest) = found.targets.iter().map(off).max_by(f64::total_cmp) {
            note(
                "farthest_target",
                lang.pick("Lệch tương đối lớn nhất so với tổng", "Largest relative distance from a total"),
                farthest.into(),
            );
        }
    }
}

pub(super) fn run(lang: Lang, args: &WeightArgs) -> Result<(), Failure> {
    if args.step.step.is_empty() {
        return Err(needs(lang, "--step"));
    }
    let (table, design, beside_certainty) = args.design.read(lang, &args.id.iter().map(String::as_str).collect::<Vec<_>>())?;
    let (after, steps) = args.step.apply(lang, &table, &design)?;
    let mut report = if args.report { of_steps(&steps) } else { of_rows(lang, args, &table, &design, &after)? };
    tell_steps(lang, &steps, &mut report);
    notes_of(lang, &table, &design, &beside_certainty, &mut report);
    report.print(lang, args.design.format)
}

fn of_rows(lang: Lang, args: &WeightArgs, table: &DataTable, design: &Design, after: &Design) -> Result<Report, Failure> {
    let ids = args.id.as_ref().map(|name| labels(lang, table, name)).transpose()?;
    let columns = ["row", "id", "weight_before", "weight", "factor"];
    let mut report = Report::new(&columns.into_iter().filter(|column| *column != "id" || ids.is_some()).collect::<Vec<_>>());
    let mut names = ids.iter().flat_map(survey_stats::Labels::texts);
    for (row, (before, weight)) in design.weights().into_iter().zip(after.weights()).enumerate() {
        let factor = (before.abs() > 0.0).then(|| weight / before);
        let mut cells = vec![Cell::Count(row + 1)];
        cells.extend(names.next().map(Cell::from));
        cells.extend([before.into(), weight.into(), factor.into()]);
        report.rows.push(cells);
    }
    Ok(report)
}

fn of_steps(steps: &[Done]) -> Report {
    let mut report = Report::new(&["step", "what", "wanted", "before", "after"]);
    for (place, Done { report: found, .. }) in steps.iter().enumerate() {
        let number = Cell::Count(place + 1);
        for target in &found.targets {
            let name = target.name.as_str().into();
            report.rows.push(vec![number.clone(), name, target.wanted.into(), target.before.into(), target.after.into()]);
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
            report.rows.push(vec![number.clone(), name.into(), Cell::Nothing, before, after]);
        }
    }
    report
}
