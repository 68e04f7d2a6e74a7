//! `cchc survey estimate`.

use clap::{Args, ValueEnum};
use survey_stats::{
    Domain, Estimate, EstimateFault, Grade, Interval, IntervalGap, IntervalMethod, ProportionInterval, QualityRule, assess, correlation,
    mean, proportion, quantile, ratio, shares, total,
};
use ui::Lang;

use super::report::{Cell, Report};
use super::sample::{Sample, SampleArgs};
use super::weighting::StepArgs;
use crate::output::Failure;
use crate::say::survey as words;

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
    /// Điều chỉnh quyền số trước khi ước lượng; sai số tính theo bước này
    #[command(flatten)]
    step: StepArgs,
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

/// What one row of the answer shows.
struct Row {
    estimate: f64,
    se: Option<f64>,
    interval: Result<Interval, IntervalGap>,
    df: Option<f64>,
    cv: Option<f64>,
    deff: Option<f64>,
    n: usize,
    n_weighted: f64,
    grade: Option<Grade>,
    /// Rows whose weight a linear calibration made negative.
    negative: usize,
}

pub(super) fn run(lang: Lang, args: &EstimateArgs) -> Result<(), Failure> {
    let sample = args.sample.read(lang)?;
    let sample = match args.step.apply(lang, &sample)? {
        None => sample,
        Some(after) => sample.with_design(after.design).map_err(|fault| super::sample::failed(lang, &fault))?,
    };
    let asked = asked(lang, args, &sample)?;
    if asked.is_empty() {
        return Err(super::sample::failed(lang, &EstimateFault::NothingAsked));
    }
    let groups = match &args.by {
        None => vec![sample.domain.clone()],
        Some(by) => sample.groups(lang, by)?,
    };
    let mut report = Report::new(&COLUMNS);
    let mut answered = 0;
    let mut first_fault = None;
    for group in &groups {
        for (name, ask) in &asked {
            let label = if args.by.is_some() { group.name() } else { "" };
            match ask(group) {
                Ok(row) => {
                    answered += 1;
                    let row = Row { negative: sample.design.negative_weights(group), ..row };
                    report.rows.push(cells(lang, label, name, &row));
                }
                Err(fault) => {
                    let mut cells = vec![Cell::Nothing; COLUMNS.len()];
                    (cells[0], cells[1], cells[12]) = (label.into(), name.as_str().into(), words::estimate(lang, &fault).as_str().into());
                    report.rows.push(cells);
                    first_fault.get_or_insert(fault);
                }
            }
        }
    }
    // Groups that cannot be estimated say why; where nothing can, the command has failed.
    if let (0, Some(fault)) = (answered, first_fault) {
        return Err(super::sample::failed(lang, &fault));
    }
    sample.notes(lang, &mut report);
    report.notes.push(("level", lang.pick("Mức tin cậy", "Confidence level"), sample.options.level.get().into()));
    report.print(lang, args.sample.format)
}

fn asked<'a>(lang: Lang, args: &EstimateArgs, sample: &'a Sample) -> Result<Vec<Asked<'a>>, Failure> {
    let (design, options) = (&sample.design, sample.options);
    let rule = args.quality.map(|rule| match rule {
        Rule::Nchs => QualityRule::NchsProportion,
        Rule::Cv => QualityRule::STATISTICS_CANADA,
    });
    let interval = match args.interval {
        Method::T => ProportionInterval::T,
        Method::Logit => ProportionInterval::Logit,
        Method::Beta => ProportionInterval::Beta,
        Method::Wilson => ProportionInterval::Wilson,
        Method::Arcsine => ProportionInterval::Arcsine,
        Method::Likelihood => ProportionInterval::Likelihood,
    };
    // The rule for proportions judges by its own interval, whichever is shown.
    let graded = move |shown: Estimate, judged: Option<Estimate>| {
        let grade = rule.map(|rule| assess(judged.as_ref().unwrap_or(&shown), rule).grade);
        row_of(shown, grade)
    };
    let mut asked: Vec<Asked<'a>> = Vec::new();
    for name in &args.mean {
        let column = sample.numbers(lang, name)?;
        asked.push((format!("mean {name}"), Box::new(move |domain| Ok(graded(mean(design, domain, &column, &options)?, None)))));
    }
    for name in &args.proportion {
        let column = sample.numbers(lang, name)?;
        asked.push((
            format!("proportion {name}"),
            Box::new(move |domain| {
                let judged = proportion(design, domain, &column, ProportionInterval::Beta, &options)?;
                Ok(graded(proportion(design, domain, &column, interval, &options)?, Some(judged)))
            }),
        ));
    }
    for name in &args.total {
        let column = sample.numbers(lang, name)?;
        asked.push((format!("total {name}"), Box::new(move |domain| Ok(graded(total(design, domain, &column, &options)?, None)))));
    }
    for pair in &args.ratio {
        let (above, below) = split(lang, pair, '/')?;
        let (above, below) = (sample.numbers(lang, above)?, sample.numbers(lang, below)?);
        asked.push((format!("ratio {pair}"), Box::new(move |domain| Ok(graded(ratio(design, domain, &above, &below, &options)?, None)))));
    }
    for pair in &args.correlation {
        let (one, other) = split(lang, pair, ':')?;
        let (one, other) = (sample.numbers(lang, one)?, sample.numbers(lang, other)?);
        asked.push((
            format!("correlation {pair}"),
            Box::new(move |domain| Ok(graded(correlation(design, domain, &one, &other, &options)?, None))),
        ));
    }
    for pair in &args.quantile {
        let (name, share) = split(lang, pair, ':')?;
        let column = sample.numbers(lang, name)?;
        let probability: f64 = share.parse().map_err(|_| unreadable(lang, pair))?;
        asked.push((
            format!("quantile {pair}"),
            Box::new(move |domain| {
                let found = quantile(design, domain, &column, probability, &options)?;
                Ok(Row {
                    estimate: found.value,
                    se: found.standard_error,
                    interval: found.interval,
                    df: found.interval.ok().map(|interval| interval.degrees_of_freedom),
                    cv: found.standard_error.filter(|_| found.value.abs() > 0.0).map(|se| se / found.value.abs()),
                    deff: None,
                    n: found.observations,
                    n_weighted: found.weighted_observations,
                    grade: None,
                    negative: 0,
                })
            }),
        ));
    }
    for name in &args.share {
        let labels = sample.labels(lang, name)?;
        for (place, level) in labels.levels().iter().enumerate() {
            let labels = labels.clone();
            asked.push((
                format!("share {name}={level}"),
                Box::new(move |domain| {
                    let judged = shares(design, domain, &labels, ProportionInterval::Beta, &options)?.swap_remove(place).1;
                    Ok(graded(shares(design, domain, &labels, interval, &options)?.swap_remove(place).1, Some(judged)))
                }),
            ));
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

fn row_of(found: Estimate, grade: Option<Grade>) -> Row {
    Row {
        estimate: found.value,
        se: Some(found.standard_error),
        interval: found.interval,
        df: Some(found.degrees_of_freedom),
        cv: found.coefficient_of_variation,
        deff: found.design_effect,
        n: found.observations,
        n_weighted: found.weighted_observations,
        grade,
        negative: 0,
    }
}

pub(super) fn method_word(method: IntervalMethod) -> &'static str {
    match method {
        IntervalMethod::T => "t",
        IntervalMethod::Logit => "logit",
        IntervalMethod::Beta => "beta",
        IntervalMethod::Wilson => "wilson",
        IntervalMethod::Arcsine => "arcsine",
        IntervalMethod::Likelihood => "likelihood",
        IntervalMethod::FisherZ => "fisher-z",
        IntervalMethod::Woodruff => "woodruff",
    }
}

fn cells(lang: Lang, group: &str, name: &str, row: &Row) -> Vec<Cell> {
    let mut remarks: Vec<String> = Vec::new();
    let plain = match (row.grade, row.interval) {
        (Some(Grade::Withhold), _) => lang.pick("không công bố", "withheld"),
        (Some(Grade::WithCare), _) => lang.pick("dùng thận trọng", "with care"),
        (_, Err(IntervalGap::NoDegreesOfFreedom)) => lang.pick("không đủ cụm để lập khoảng", "too few clusters for an interval"),
        (_, Err(IntervalGap::AllAnswersEqual)) => lang.pick("mọi câu trả lời như nhau", "all answers are equal"),
        (_, Err(IntervalGap::NotFound)) => lang.pick("không tính được khoảng", "no interval was found"),
        (_, Ok(_)) => "",
    };
    if !plain.is_empty() {
        remarks.push(plain.to_owned());
    }
    if row.negative > 0 {
        let count = row.negative;
        remarks.push(lang.pick(format!("có {count} quyền số âm"), format!("{count} negative weight(s)")));
    }
    let withheld = row.grade == Some(Grade::Withhold);
    let shown = |value: Option<f64>| if withheld { Cell::Nothing } else { value.into() };
    let interval = row.interval.ok();
    vec![
        group.into(),
        name.into(),
        shown(Some(row.estimate)),
        shown(row.se),
        shown(interval.map(|interval| interval.low)),
        shown(interval.map(|interval| interval.high)),
        interval.filter(|_| !withheld).map_or(Cell::Nothing, |interval| method_word(interval.method).into()),
        row.df.into(),
        shown(row.cv),
        shown(row.deff),
        Cell::Count(row.n),
        shown(Some(row.n_weighted)),
        if remarks.is_empty() { Cell::Nothing } else { remarks.join("; ").as_str().into() },
    ]
}
