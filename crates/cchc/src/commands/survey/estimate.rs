//! `cchc survey estimate`.

mod remarks;
mod replicating;

use clap::{Args, ValueEnum};
use survey_stats::{
    Column, Domain, Estimate, EstimateFault, Level, Measure, Missing, Options, ProportionInterval, QualityRule, assess, assess_quantile,
};
use ui::Lang;

use super::report::{Cell, Report};
use super::sample::{Sample, SampleArgs, failed};
use super::weighting::{StepArgs, tell_steps};
use crate::output::Failure;
use crate::say::survey as words;
use remarks::{Judgement, Row};
use replicating::{Engine, ReplicateArgs};

pub(super) use remarks::{few_clusters, left_out_replicates, method_word, one_cluster, remark_on};

#[derive(Debug, Clone, Args)]
pub(crate) struct EstimateArgs {
    #[command(flatten)]
    sample: SampleArgs,
    /// Trung bình của các cột
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    mean: Vec<String>,
    /// Tỷ lệ của các cột 0/1
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    proportion: Vec<String>,
    /// Tổng của các cột
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    total: Vec<String>,
    /// Tỷ số của hai tổng: y/x
    #[arg(long, value_name = "Y/X", value_delimiter = ',')]
    ratio: Vec<String>,
    /// Phân vị: cột:xác suất, như income:0.5
    #[arg(long, value_name = "COLUMN:P", value_delimiter = ',')]
    quantile: Vec<String>,
    /// Tỷ lệ của từng mức trong các cột phân loại
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    share: Vec<String>,
    /// Tương quan của hai cột: x:y
    #[arg(long, value_name = "X:Y", value_delimiter = ',')]
    correlation: Vec<String>,
    /// Tính theo từng nhóm của cột này
    #[arg(long, value_name = "COLUMN")]
    by: Option<String>,
    /// Cách lập khoảng tin cậy của tỷ lệ
    #[arg(long, value_enum, default_value_t = Method::Logit)]
    interval: Method,
    /// Quy tắc công bố: số yếu bị che
    #[arg(long, value_enum)]
    quality: Option<Rule>,
    /// Điều chỉnh quyền số trước khi ước lượng; sai số tính theo các bước này
    #[command(flatten)]
    step: StepArgs,
    #[command(flatten)]
    replicates: ReplicateArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Method {
    /// Cộng trừ t lần sai số chuẩn
    T,
    /// Qua log tỷ lệ chênh
    Logit,
    /// Korn và Graubard (Clopper-Pearson)
    Beta,
    /// Wilson
    Wilson,
    /// Qua arcsin
    Arcsine,
    /// Theo hàm hợp lý
    Likelihood,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Rule {
    /// Tiêu chuẩn của NCHS cho tỷ lệ
    Nchs,
    /// Theo hệ số biến thiên (Cơ quan Thống kê Canada)
    Cv,
}

const COLUMNS: [&str; 13] =
    ["group", "statistic", "estimate", "se", "ci_low", "ci_high", "ci_method", "df", "cv", "deff", "n", "n_weighted", "remark"];

type Asked<'a> = (String, Box<dyn Fn(&Domain) -> Result<Row, EstimateFault> + 'a>);

pub(super) fn run(lang: Lang, args: &EstimateArgs) -> Result<(), Failure> {
    let sample = args.sample.read(lang, &args.needed())?;
    let (after, steps) = args.step.apply(lang, &sample.table, &sample.design)?;
    let mut report = Report::new(&COLUMNS);
    let replicates = args.replicates.make(lang, &sample, args.sample.design.describes(), &steps, &mut report)?;
    let sample = if steps.is_empty() { sample } else { sample.with_design(after).map_err(|fault| failed(lang, &fault))? };
    let engine = Engine { design: &sample.design, replicates: replicates.as_ref(), quantile_error: args.replicates.quantile_error() };
    let asked = asked(lang, args, &sample, &engine)?;
    if asked.is_empty() {
        return Err(failed(lang, &EstimateFault::NothingAsked));
    }
    let groups = match &args.by {
        None => vec![sample.domain.clone()],
        Some(by) => sample.groups_with_empty(lang, by)?,
    };
    let mut answered = 0;
    let mut first_fault = None;
    for group in &groups {
        for (name, ask) in &asked {
            let label = if args.by.is_some() { group.name() } else { "" };
            match ask(group) {
                Ok(mut row) => {
                    answered += 1;
                    row.negative = sample.design.negative_weights(group);
                    report.rows.push(row.cells(lang, label, name));
                }
                // Rows without value are left out when that was asked for, and else stop everything, whatever other rows say.
                Err(EstimateFault::MissingValue { .. }) if sample.options.missing == Missing::Refuse => {
                    return Err(args.gaps(lang, &sample)?);
                }
                Err(fault) => {
                    let mut cells = vec![Cell::Nothing; COLUMNS.len()];
                    (cells[0], cells[1], cells[12]) = (label.into(), name.as_str().into(), words::estimate(lang, &fault).into());
                    report.rows.push(cells);
                    first_fault.get_or_insert(fault);
                }
            }
        }
    }
    // Groups that cannot be estimated say why; where nothing can, the command has failed.
    if let (0, Some(fault)) = (answered, first_fault) {
        return Err(failed(lang, &fault));
    }
    if let Some(rule) = args.quality {
        report.note("quality_rule", lang.pick("Quy tắc công bố", "Rule for publishing"), rule.words(lang));
    }
    tell_steps(lang, &steps, &mut report);
    sample.notes(lang, &mut report);
    report.note("level", lang.pick("Mức tin cậy", "Confidence level"), sample.options.level.get());
    report.print(lang, args.sample.format())
}

impl Rule {
    fn rule(self) -> QualityRule {
        match self {
            Self::Nchs => QualityRule::NchsProportion,
            Self::Cv => QualityRule::STATISTICS_CANADA,
        }
    }

    fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Nchs => lang.pick(
                "nchs: che tỷ lệ có dưới 30 câu trả lời, khoảng beta 95 % rộng từ 30 điểm, hoặc rộng trên 5 điểm và trên 130 % của tỷ lệ",
                "nchs: withholds proportions of fewer than 30 answers, with a beta interval at 95 % of 30 points, or above 5 points and 130 % of the figure",
            ),
            Self::Cv => lang.pick(
                "cv: che số có hệ số biến thiên trên 33,3 % hoặc dưới 30 câu trả lời; thận trọng khi trên 16,5 %",
                "cv: withholds figures with a coefficient of variation above 33.3 % or fewer than 30 answers; with care above 16.5 %",
            ),
        }
    }
}

impl EstimateArgs {
    /// Every column with rows that have no value, with the first of them and their number over all groups.
    fn gaps(&self, lang: Lang, sample: &Sample) -> Result<Failure, Failure> {
        let names = self.needed();
        let mut faults: Vec<EstimateFault> = Vec::new();
        for (place, name) in names.iter().enumerate() {
            if names[..place].contains(name) {
                continue;
            }
            let gaps: Vec<bool> = sample.labels(lang, name)?.texts().map(str::is_empty).collect();
            faults.extend(sample.gaps(&gaps).map(|(row, rows)| EstimateFault::MissingValue { column: (*name).to_owned(), row, rows }));
        }
        Ok(Failure::bad_input(words::listed(lang, &faults, words::estimate)))
    }

    /// Columns by name, so that a slip is told first.
    fn needed(&self) -> Vec<&str> {
        let plain = [&self.mean, &self.proportion, &self.total, &self.share].into_iter().flatten().map(String::as_str);
        let mut needed: Vec<&str> = plain.chain(self.by.as_deref()).collect();
        needed.extend(self.ratio.iter().filter_map(|pair| pair.rsplit_once('/')).flat_map(|(one, other)| [one, other]));
        needed.extend(self.correlation.iter().filter_map(|pair| pair.rsplit_once(':')).flat_map(|(one, other)| [one, other]));
        needed.extend(self.quantile.iter().filter_map(|pair| pair.rsplit_once(':')).map(|(name, _)| name));
        needed
    }
}

fn asked<'a>(lang: Lang, args: &EstimateArgs, sample: &'a Sample, engine: &'a Engine<'a>) -> Result<Vec<Asked<'a>>, Failure> {
    let options = sample.options;
    let rule = args.quality.map(Rule::rule);
    let interval = match args.interval {
        Method::T => ProportionInterval::T,
        Method::Logit => ProportionInterval::Logit,
        Method::Beta => ProportionInterval::Beta,
        Method::Wilson => ProportionInterval::Wilson,
        Method::Arcsine => ProportionInterval::Arcsine,
        Method::Likelihood => ProportionInterval::Likelihood,
    };
    let graded = move |shown: Estimate| {
        let judgement = match rule {
            None => Judgement::None,
            Some(QualityRule::NchsProportion) => Judgement::Outside,
            Some(rule) => Judgement::Graded(assess(&shown, rule)),
        };
        Row::of(shown, judgement)
    };
    // The rule for proportions judges by its own interval and level, whichever are shown.
    let share = move |domain: &Domain, column: &Column| {
        let shown = engine.proportion(domain, column, interval, &options)?;
        let judgement = match rule {
            None => Judgement::None,
            Some(rule) => {
                let options = Options { level: Level::NINETY_FIVE, ..options };
                Judgement::Graded(assess(&engine.proportion(domain, column, ProportionInterval::Beta, &options)?, rule))
            }
        };
        Ok(Row::of(shown, judgement))
    };
    let mut asked: Vec<Asked<'a>> = Vec::new();
    for name in &args.mean {
        let column = sample.numbers(lang, name)?;
        asked.push((format!("mean {name}"), Box::new(move |domain| Ok(graded(engine.measure(domain, Measure::Mean(&column), &options)?)))));
    }
    for name in &args.proportion {
        let column = sample.numbers(lang, name)?;
        asked.push((format!("proportion {name}"), Box::new(move |domain| share(domain, &column))));
    }
    for name in &args.total {
        let column = sample.numbers(lang, name)?;
        asked.push((
            format!("total {name}"),
            Box::new(move |domain| Ok(graded(engine.measure(domain, Measure::Total(&column), &options)?))),
        ));
    }
    for pair in &args.ratio {
        let (above, below) = split(lang, pair, '/')?;
        let (above, below) = (sample.numbers(lang, above)?, sample.numbers(lang, below)?);
        asked.push((
            format!("ratio {pair}"),
            Box::new(move |domain| Ok(graded(engine.measure(domain, Measure::Ratio(&above, &below), &options)?))),
        ));
    }
    for pair in &args.correlation {
        let (one, other) = split(lang, pair, ':')?;
        let (one, other) = (sample.numbers(lang, one)?, sample.numbers(lang, other)?);
        asked
            .push((format!("correlation {pair}"), Box::new(move |domain| Ok(graded(engine.correlation(domain, &one, &other, &options)?)))));
    }
    for pair in &args.quantile {
        let (name, text) = split(lang, pair, ':')?;
        let column = sample.numbers(lang, name)?;
        let probability: f64 = text.parse().map_err(|_| unreadable(lang, pair))?;
        asked.push((
            format!("quantile {pair}"),
            Box::new(move |domain| {
                let found = engine.quantile(domain, &column, probability, &options)?;
                let judgement = match rule {
                    None => Judgement::None,
                    Some(rule) => assess_quantile(&found, rule).map_or(Judgement::Outside, Judgement::Graded),
                };
                Ok(Row::of_quantile(&found, judgement))
            }),
        ));
    }
    for name in &args.share {
        let labels = sample.labels(lang, name)?;
        for level in labels.levels() {
            let column = Column::new(name.clone(), labels.indicator(level));
            asked.push((format!("share {name}={level}"), Box::new(move |domain| share(domain, &column))));
        }
    }
    Ok(asked)
}

fn split(lang: Lang, pair: &str, by: char) -> Result<(&str, &str), Failure> {
    pair.rsplit_once(by).filter(|(one, other)| !one.is_empty() && !other.is_empty()).ok_or_else(|| unreadable(lang, pair))
}

fn unreadable(lang: Lang, pair: &str) -> Failure {
    Failure::bad_input(lang.pick(format!("Không hiểu “{pair}”. Xem --help."), format!("“{pair}” is not understood. See --help.")))
}
